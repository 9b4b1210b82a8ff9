"""What becomes of a file that was sent: it is imported, by the same code as a command's, and what came of it is kept.

An import is one transaction, in which its rejects, its plan and that it is done are kept too: whoever was killed in the
middle has done nothing, or all. So an upload whose server has died is begun again, a few times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import chdir
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jobs.importing.finish import finish
from jobs.importing.of_people import import_people
from jobs.importing.undoing import undo_import
from jobs.importing.whole_files import import_batch
from jobs.serving.uploads.asked import PLAN, REJECTS, Asked, options_of
from jobs.shell.command import Session, as_failures
from jobs.shell.failures import DONE, Failure, Unavailable, Unfinished, told
from jobs.shell.temporary import temporary_folder
from jobs.shell.terminal import Progress, Terminal, json_text
from sql.queue import Later, put

if TYPE_CHECKING:
    from jobs.importing.history import Run
    from sql.database import Database, Transaction

MOST_TRIES: Final = 5
"""An upload that is begun so often, and whose server has died each time, is not begun again."""
DIED: Final = f"{MOST_TRIES} times the server, or its database, has died in the middle of it"
PATIENCE: Final = timedelta(days=1)
"""So long it is tried again while others are busy."""
AGAIN: Final = 10.0
"""Seconds after which it is."""
PIECE: Final = 1 << 20
"""Bytes of a piece of a file."""
KEPT: Final = {"rejects": REJECTS, "plan": PLAN}
"""What is kept of what an import writes."""
IMPORT, NOTIFY = "import", "notify"
"""Tasks of the queue."""
SOON: Final = 1
"""The priority of telling somebody: before the next file is imported."""
UNDO_WAIT: Final = 60.0


@dataclass(frozen=True)
class _Ended:
    """What has become of it."""

    state: str
    exit_code: int
    summary: dict[str, Any] | None = None
    error: str | None = None


class Uploads:
    """The uploads of a database, as whoever works deals with them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def run(self, *, organisation: int, upload: int) -> None:
        """Do what an upload is about, unless that is done. Raises Later: others are busy, or it went wrong on the way,
        which it may do a few times.
        """
        try:
            self._run(organisation, upload)
        except Later:
            raise
        except Exception as error:
            raise Later(AGAIN) from error

    def _run(self, organisation: int, upload: int) -> None:
        with self._database.held("uploads/hold.sql", upload=upload):
            with self._database.begin() as transaction:
                begun = transaction.rows("uploads/begin.sql", organisation=organisation, upload=upload)
                (of,) = transaction.rows("organisations/by_id.sql", organisation=organisation)
            if begun:
                _Upload(self._database, of, begun[0]).run()


class _Upload:
    """One of them, while it is done."""

    def __init__(self, database: Database, of: dict[str, Any], row: dict[str, Any]) -> None:
        """`of`: its organisation; `row`: of `uploads/begin.sql`."""
        self._database = database
        self._row = row
        self._here = {"organisation": of["id"], "upload": row["id"]}
        self._kept = True
        """Whether there is nothing that an import has written, or it is kept."""
        self._terminal = Terminal(as_json=True, quiet=True)
        self._session = Session(database, of["id"], of["name"], "", of["fold_mailbox_case"], self._terminal)

    def run(self) -> None:
        """Do it, and say what has become of it."""
        often = self._row["tries"] > MOST_TRIES
        if done := self._done_before(finishes=not often):
            self._end(done)
        elif often:
            self._end(_Ended("failed", Failure.exit_code, None, DIED))
        elif self._row["undoes"] is not None:
            self._end(self._told(self._undo))
        else:
            with temporary_folder() as folder, chdir(folder):
                self._kept = False
                self._end(self._told(self._import))

    def _done_before(self, *, finishes: bool) -> _Ended | None:
        """What became of it if it was done, but whoever did it has died before saying so; not `finishes`: perhaps over
        its reports, which are left.
        """
        number = self._row["import_id"]
        if number is None:
            return None
        organisation = self._here["organisation"]
        with self._database.begin() as transaction:
            (run,) = transaction.rows("history/list.sql", organisation=organisation, limit=1, **{"import": number})
        if run["state"] not in ("committed", "finished"):
            return None
        summary = {"import": number, **run["counts"]}
        if finishes:
            finish(self._database, organisation, Progress(None, 1))
        elif run["state"] == "committed":
            return _Ended(Unfinished.state, Unfinished.exit_code, {**summary, "state": Unfinished.state}, DIED)
        return _Ended("finished", DONE, {**summary, "state": "finished"})

    def _told(self, does: Callable[[], int]) -> _Ended:
        """What doing it comes to. Raises Later."""
        error, exit_code = None, Failure.exit_code
        try:
            with as_failures():
                exit_code = does()
        except Unavailable as failure:
            if datetime.now(UTC) - self._row["created_at"] < PATIENCE:
                with self._database.begin() as transaction:
                    transaction.execute("uploads/wait.sql", **self._here)
                raise Later(AGAIN) from failure
            error, exit_code = told(failure), failure.exit_code
        except Exception as failure:
            error, exit_code = told(failure), failure.exit_code if isinstance(failure, Failure) else exit_code
        summary = {key: value for key, value in self._terminal.told.items() if key not in self._session.names}
        return _Ended(summary.get("state", Failure.state), exit_code, summary or None, error)

    def _import(self) -> int:
        """In a folder of its own."""
        row = self._row
        self._write_file(row["file"])
        if row["mapping"] is not None:
            Path(row["mapping_name"]).write_text(row["mapping"], encoding="utf-8")

        def batched(session: Session, files: Any, run: Run, *more: Any, finishes: bool) -> None:
            self._begun(run)
            run.also = self._keep_files
            import_batch(session, files, run, *more, finishes=finishes)

        with options_of(Asked.read(row["options"]), row["file"], row["mapping_name"]) as options:
            return import_people(self._session, **options, batched=batched, kept={"upload": str(row["id"])})

    def _undo(self) -> int:
        with self._database.begin() as transaction:
            where = {"organisation": self._here["organisation"], "upload": self._row["undoes"]}
            (subject,) = transaction.rows("uploads/list.sql", **where, most=1, skipped=0)
        skip = bool(self._row["options"].get("skip_changed"))
        number = subject["import_id"]
        return undo_import(self._session, number=number, skip_changed=skip, wait=UNDO_WAIT, begun=self._begun)

    def _begun(self, run: Run) -> None:
        """It has a row in the history."""
        if run.number is not None:
            with self._database.begin() as transaction:
                transaction.execute("uploads/run.sql", **self._here, **{"import": run.number})

    def _write_file(self, name: str) -> None:
        with open(name, "wb") as file:
            for piece in pieces(self._rows, **self._here, what="file"):
                file.write(piece)

    def _rows(self, query: str, **asked: object) -> list[dict[str, Any]]:
        with self._database.begin() as transaction:
            return transaction.rows(query, **asked)

    def _keep_files(self, transaction: Transaction) -> None:
        """What the import has written is kept with what it has done."""
        for what, name in KEPT.items():
            if Path(name).exists():
                with open(name, "rb") as file:
                    keep(transaction, file.read, **self._here, what=what)
        self._kept = True

    def _end(self, ended: _Ended) -> None:
        with self._database.begin() as transaction:
            if not self._kept:
                self._keep_files(transaction)
            transaction.execute(
                "uploads/end.sql",
                **self._here,
                state=ended.state,
                exit_code=ended.exit_code,
                summary=ended.summary and json_text(ended.summary),
                error=ended.error,
            )
            transaction.execute("uploads/drop_file.sql", **self._here, what="file")
            if self._row["notify"] is not None:
                put(transaction, NOTIFY, turn=f"upload {self._here['upload']}", priority=SOON, **self._here)


def keep(transaction: Transaction, read: Callable[[int], bytes], *, organisation: int, upload: int, what: str) -> None:
    """Keep a file in pieces."""
    number = 0
    while piece := read(PIECE):
        place = {"organisation": organisation, "upload": upload, "what": what, "number": number}
        transaction.execute("uploads/keep_piece.sql", **place, piece=piece)
        number += 1


def pieces(rows: Callable[..., list[dict[str, Any]]], *, organisation: int, upload: int, what: str) -> Iterator[bytes]:
    """A file that is kept, piece by piece, asked for by `rows`; nothing, if it is not."""
    number, place = 0, {"organisation": organisation, "upload": upload, "what": what}
    while found := rows("uploads/piece.sql", **place, number=number):
        yield bytes(found[0]["piece"])
        number += 1
