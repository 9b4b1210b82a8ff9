"""What another system has of statements, on its way to be compared.

Where a folder is given, it is kept there as it comes, with how far the source has been read: whoever was stopped goes
on with the page after the last. What was written of another goes then.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final

import orjson

from identity.problems import message, one_line
from jobs.moving.pages import put
from jobs.shell.beside import owners_only
from jobs.shell.records import csv_records
from jobs.statements.envelopes import id_of
from jobs.statements.loading import READER, readings
from jobs.statements.reading import Rejected, Statement

if TYPE_CHECKING:
    from jobs.shell.terminal import Progress
    from jobs.statements.files import Raw
    from jobs.statements.loading import Source
    from sql.batch import Batch

SHOWS_PROGRESS: Final = 5_000
STATE: Final = "said.state.json"


def known_so_far(folder: Path) -> Mapping[str, Any] | None:
    """How far a source was read that is compared; None: not at all."""
    place = _state(folder).get("place")
    return place if isinstance(place, dict) else None


class Waiting:
    """Rows on their way into a table, in a file that nobody else sees; a few, or very many."""

    def __init__(self, stream: IO[bytes], kept: Sequence[int] = (0, 0)) -> None:
        """kept: so many bytes and rows of what is there count."""
        size, self._rows = kept
        self._stream = stream
        self._record = csv_records()
        stream.truncate(size)
        stream.seek(size)

    def add(self, *cells: object) -> None:
        """One row more."""
        self._stream.write(self._record(cells).encode())
        self._rows += 1

    def keep(self) -> tuple[int, int]:
        """All is on the disk: bytes and rows."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        return self._stream.tell(), self._rows

    def copy(self, work: Batch, table: str, columns: tuple[str, ...]) -> None:
        """Into the table where they are looked at."""
        self._stream.seek(0)
        if self._rows:
            with work.copy_in(table, columns, self._rows) as copy:
                while block := self._stream.read(1 << 20):
                    copy.write(block)


class Said:
    """The statements there, and what cannot be read of them; to be used in a `with`."""

    def __init__(self, folder: Path | None) -> None:
        """folder: where they are kept until somebody is done with them."""
        self._folder = folder
        self._before = 0
        """So many statements were read in the times before, and are not counted by the source."""
        self._stack = ExitStack()

    def __enter__(self) -> Said:
        kept = {} if self._folder is None else _state(self._folder)
        self._before = kept.get("read", 0)
        self.statements = self._waiting("statements", kept)
        self.unreadable = self._waiting("unreadable", kept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def read(self, sources: Sequence[Source], progress: Progress, *, fold_mailbox_case: bool) -> None:
        """All that the sources have. Raises Failure, FileProblem."""
        reader = READER(fold_mailbox_case=fold_mailbox_case)
        total, before, number, last = sum(source.size for source in sources), 0, 0, 0
        with progress.stage("read"):
            for source in sources:
                place = source.place
                try:
                    for raw, found in readings(source, reader):
                        if source.place is not place:
                            place = source.place
                            self._keep(place, last)
                        number, last = number + 1, raw.line
                        if not number % SHOWS_PROGRESS:
                            progress.read(before + source.bytes_read, total)
                        self._add(source, raw, found)
                finally:
                    if source.place is not place:
                        self._keep(source.place, last)
                before += source.size

    def _add(self, source: Source, raw: Raw, found: Statement | Rejected) -> None:
        if isinstance(found, Rejected):
            self._add_unreadable(source, raw, found)
        else:
            ifi = found.persona and found.persona.ifi
            self.statements.add(found.id, ifi, found.at, f"\\x{found.digest.hex()}")

    def _add_unreadable(self, source: Source, raw: Raw, found: Rejected) -> None:
        """Which statement it is, and why it cannot be read."""
        where = f"{source.counted} {raw.line + self._before} of {one_line(source.name)}"
        known = one_line(id_of(raw.text) or "")
        why = message(found.code, value=found.value, detail=found.detail)
        self.unreadable.add(known or None, f"{known} ({where})" if known else where, why)

    def _keep(self, place: Mapping[str, Any] | None, last: int) -> None:
        if self._folder is not None:
            kept = {"statements": self.statements.keep(), "unreadable": self.unreadable.keep()}
            put(self._folder / STATE, orjson.dumps({"place": place, "read": self._before + last, **kept}))

    def _waiting(self, what: str, kept: Mapping[str, Any]) -> Waiting:
        if self._folder is None:
            return Waiting(self._stack.enter_context(TemporaryFile()))
        path = self._folder / f"{what}.csv"
        open(path, "ab", opener=owners_only).close()
        return Waiting(self._stack.enter_context(path.open("r+b")), kept.get(what, (0, 0)))


def _state(folder: Path) -> dict[str, Any]:
    path = folder / STATE
    found: dict[str, Any] = orjson.loads(path.read_bytes()) if path.exists() else {}
    return found
