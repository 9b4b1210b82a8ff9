"""The plan of an import: every change that it makes, in an order and with a hash that the same changes always have.

It is read off what the import's transaction has done, so a dry run's is what the import itself will do. Everybody
is named by what does not depend on the ids that the import gives (see `sql/changes/20_called_people.sql`).
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
import stat
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.shell.beside import beside, first_line, is_record
from jobs.shell.failures import Failure, Refused, UsageFailure, reason
from sql.tables import LINE_BITS

if TYPE_CHECKING:
    from sql.batch import Batch

COLUMNS = (
    "file", "line", "action", "person", "persona", "group", "from", "to", "field", "old", "new", "interactions",
)  # fmt: skip
"""What a row of the list says; docs/history.md has the meaning of each."""
HEADER = f"{','.join(COLUMNS)}\n".encode()
FIGURES = ("line", "interactions")
SHOWN = 12
"""So much of a hash tells it from another."""


@dataclass(frozen=True)
class Plan:
    """What a list of changes comes to."""

    changes: int
    hash: str
    file: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """The plan as `--json` and the history have it."""
        return {"changes": self.changes, "hash": self.hash, "file": self.file and str(self.file)}

    @property
    def row(self) -> str:
        """The row of a summary about it."""
        written = f" (written to {self.file})" if self.file else ""
        return f"{'plan':<12} {self.changes:,} changes, {self.hash}{written}"

    def hold(self, expected: str | None) -> None:
        """Refuse what is not the plan of that hash."""
        if expected is not None and expected.lower() != self.hash:
            raise Refused(
                f"the plan is no longer the one that was expected: {self.hash[:SHOWN]}… instead of"
                f" {expected.lower()[:SHOWN]}…; nothing was changed"
            )


class PlanFile:
    """Where a plan is written: a file that its name says the form of, `.csv` or `.jsonl`.

    It is complete and synced before it takes its name, and readable by its owner only: it is about people.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        form = {".csv": _csv, ".jsonl": _json_lines}.get(path.suffix.lower())
        if form is None:
            raise UsageFailure(f"--plan {path}: the name of a plan ends in .csv or .jsonl")
        self._form = form

    def check_writable(self, others: Sequence[Path] = ()) -> None:
        """Find out before the work starts; a file that is read, or written otherwise, is no place for a plan."""
        try:
            if self.path.exists() and not stat.S_ISREG(self.path.stat().st_mode):
                raise UsageFailure(f"{self.path} is no regular file: a plan cannot be written there")
            if any(_is_same(self.path, path) for path in others):
                raise UsageFailure(f"{self.path} is a file of this import: a plan cannot be written there")
            if self.path.exists() and not self._is_plan():
                raise UsageFailure(f"{self.path} is there already and is no plan: it will not be overwritten")
            descriptor, name = beside(self.path)
            os.close(descriptor)
            os.unlink(name)
        except OSError as error:
            raise UsageFailure(self._cannot(error)) from error

    def write(self, lines: Iterator[bytes]) -> None:
        """Write all lines, which are CSV, then take the name."""
        try:
            descriptor, name = beside(self.path)
            try:
                with open(descriptor, "wb") as out:
                    out.writelines(self._form(lines))
                    out.flush()
                    os.fsync(out.fileno())
                    os.replace(name, self.path)
            except BaseException:
                with suppress(OSError):
                    os.unlink(name)
                raise
        except OSError as error:
            raise Failure(self._cannot(error)) from error

    def _is_plan(self) -> bool:
        """Whether a plan may have been written there, or nothing at all."""
        line = first_line(self.path)
        return line in (b"", HEADER) or is_record(line, COLUMNS)

    def _cannot(self, error: OSError) -> str:
        return f"{self.path}: a plan cannot be written there: {reason(error)}"


def write_plan(
    work: Batch,
    files: Sequence[str],
    place: PlanFile | None,
    *,
    left: bool = False,
    undoes: bool = False,
    tells_lines: bool = True,
    moment: object = None,
    concerned: Mapping[str, Sequence[int]] | None = None,
) -> Plan:
    """List the changes of the import that this batch is of (0: a dry run); write them, where a place is given.

    In: the names of its files in their order; whether it has noted what it left where it was (`passed_over`); whether
    it undoes another; whether anybody but us has seen the files, so that their lines say something; its moment, which
    is called `import` in the list, so that a plan made a minute ago is the same; the `people` and `personas` that what
    is new is of (None: that may be any).
    Out: how many changes there are, and the hash of what they are.
    """
    work.look_at_versions()
    asked = parameters(files, undoes=undoes, tells_lines=tells_lines)
    of = {} if concerned is None else {f"concerned_{what}": list(ids) for what, ids in concerned.items()}
    work.know(**asked | {"moment": moment} | of)
    work.run("changes")
    if left:
        work.run("changes/left")
    hashed = _Hashed(work.copy_rows("changes/list"))
    if place is None:
        deque(hashed, maxlen=0)
    else:
        place.write(iter(hashed))
    return Plan(hashed.changes, hashed.hash, None if place is None else place.path)


def parameters(
    files: Sequence[str], *, undoes: bool, tells_lines: bool = True, limit: int | None = None, offset: int = 0
) -> dict[str, object]:
    """What `sql/changes` is asked, beside organisation and import: the files, and which page of the list."""
    return {
        "files": short_names(files),
        "said_below": len(files) << LINE_BITS,
        "line_bits": LINE_BITS,
        "undoes": undoes,
        "tells_lines": tells_lines,
        "moment": None,
        "concerned_people": None,
        "concerned_personas": None,
        "limit": limit,
        "offset": offset,
    }


def short_names(files: Sequence[str]) -> list[str]:
    """What files are called in a list: without their folders, where that tells them apart."""
    short = [Path(name).name for name in files]
    return short if len(set(short)) == len(short) else list(files)


class _Hashed:
    """Rows of `sql/changes/list.sql` on their way, as lines of CSV in `COLUMNS`; when they are through, `changes` and
    `hash` are those of all of them.

    Interactions are not hashed: statements that come in between a plan and its import change nothing about the people.
    """

    def __init__(self, rows: Iterator[bytes]) -> None:
        self._rows = rows
        self._digest = hashlib.sha256()
        self.changes = 0

    def __iter__(self) -> Iterator[bytes]:
        for row in self._rows:
            change, interactions, counts = row.rsplit(b",", 2)
            if counts == b"t\n":
                self.changes += 1
                self._digest.update(change + b"\n")
            yield b"%b,%b\n" % (change, interactions)

    @property
    def hash(self) -> str:
        return self._digest.hexdigest()


def _is_same(path: Path, other: Path) -> bool:
    return path.resolve() == other.resolve() or (path.exists() and other.exists() and path.samefile(other))


def is_hash(text: str) -> bool:
    """Whether a plan can have this hash."""
    return re.fullmatch(r"[0-9a-fA-F]{64}", text) is not None


def _csv(lines: Iterator[bytes]) -> Iterator[bytes]:
    yield HEADER
    yield from lines


def _json_lines(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Blank cells as null, figures as numbers."""
    import orjson

    for cells in csv.reader(line.decode() for line in lines):
        row: dict[str, Any] = {name: cell or None for name, cell in zip(COLUMNS, cells, strict=True)}
        for name in FIGURES:
            row[name] = row[name] and int(row[name])
        yield orjson.dumps(row) + b"\n"
