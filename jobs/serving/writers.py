"""Writes over HTTP: each a change of who is who of its own, in the history, to be undone like any other.

A process keeps a session of the database for each organisation that is written to, in which the steps are prepared
(`jobs.importing.one_person`): writes of one organisation come one after the other in any case. The row in the history
is made by the transaction of the write itself: an import has one that says how it failed, but who is refused a write
is told so, and nothing has happened. So a write is few statements, and one commit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from jobs.correcting.editing import FIGURES
from jobs.importing.figures import by_part
from jobs.importing.finish import MOST, finishing
from jobs.importing.one_person import Granted, OnePerson, Wish
from jobs.serving.answers import Problem
from jobs.serving.faults import FAULTS, place_of
from jobs.serving.kept import Kept
from jobs.shell.failures import Failure, Unavailable
from jobs.shell.terminal import json_text
from sql import database as db
from sql.errors import DatabaseError, DatabaseUnavailable, LockTimeout

if TYPE_CHECKING:
    from sql.database import Database, Session, Transaction

SOON: Final = 1.0
"""Seconds after a write in which the records of its groups begin to be made."""
A_FEW: Final = MOST | {"groups": 5}
"""So many groups at a time: while they are made, writes are slower."""
AT_LEISURE: Final = 10
"""Making records takes at most this part of the time: a group of everybody is not made again without end."""
DOUBTED: Final = 5.0
"""Seconds after which a session that nobody has used is asked whether it is still there."""
AGAIN: Final = 10.0
"""Seconds after which it is tried again, where the database would not."""


@dataclass
class Writing:
    """One write while it is made: to be committed when all is well, and else undone."""

    transaction: Transaction
    organisation: int
    number: int
    """Of the import that it is."""
    source: int
    at_once: bool
    """Whether people's records are made with it."""
    one: OnePerson
    counts: dict[str, Any] = field(default_factory=dict)
    """Its figures, as the history has them; of `pending` it depends whether it is finished."""
    leaves_people: bool = True
    """Whether people's records that it makes stale are still to be made."""
    options: dict[str, str] = field(default_factory=dict)
    """What the history says was asked for, as far as it says that."""

    def grant(self, wish: Wish) -> Granted:
        """What is wished of one person. Raises NotGranted."""
        made = self.one.grant_within(self.transaction, wish, self.number, self.source, at_once=self.at_once)
        self.counts = by_part(made.counts, FIGURES)
        self.leaves_people = not self.at_once
        return made

    def change(self, said: Mapping[str, list[dict[str, Any]]]) -> dict[str, int]:
        """A change that is no wish of a person, as rows of the inputs. Out: figures (`settle/counts.sql`)."""
        return self.one.change(self.transaction, said, self.number, self.source)


class Writers:
    """The sessions of a process in which writes are made."""

    def __init__(self, database: Database, finisher: Finisher, *, patience: float) -> None:
        """`patience`: so many seconds a write waits for an import."""
        self._database = database
        self._patience = patience
        self._places = Kept(lambda _: _Place())
        self._sources: dict[tuple[int, str], int] = {}
        self._finisher = finisher

    @contextmanager
    def writing(
        self,
        organisation: int,
        source: str,
        command: str,
        *,
        run_by: str,
        batch: bool = False,
    ) -> Iterator[Writing]:
        """A write to an organisation, on behalf of a source: in a transaction that has the turn, the lock on who is
        who, and a number. Leaving normally commits it; an exception undoes it.

        batch: all records that it makes stale wait for finish-batch-updates; else those of groups are made soon after.
        Raises Unavailable (an import is running), DatabaseError.
        """
        with self._place(organisation) as place:
            session, one = place.opened(self._database, organisation, self._patience)
            source_id = self._source(session, organisation, source)
            one.tidy()
            with session.begin() as transaction:
                number, started_at = _turn(transaction, organisation)
                writing = Writing(transaction, organisation, number, source_id, not batch, one)
                yield writing
                pending = writing.counts.get("pending", {})
                left = pending.get("groups", 0) or (writing.leaves_people and pending.get("people", 0))
                transaction.execute(
                    "history/write.sql",
                    organisation=organisation,
                    command=command,
                    source=source_id,
                    state="committed" if left else "finished",
                    started_at=started_at,
                    run_by=run_by,
                    options=json_text(writing.options),
                    counts=json_text(writing.counts),
                    **{"import": number},
                )
        if left and not batch:
            self._finisher.soon(organisation)

    def close(self) -> None:
        """Close the sessions, once nobody writes any more."""
        self._places.close()

    @contextmanager
    def _place(self, organisation: int) -> Iterator[_Place]:
        """Where the organisation is written to, for one writer at a time."""
        with self._places.of(organisation) as place, place.at_work:
            try:
                yield place
            except LockTimeout as error:
                raise Unavailable("an import of this organization is running: try again") from error
            except (Failure, Problem):
                raise  # what was done has been undone, and the session is as it was
            except BaseException:
                place.forget()
                raise

    def _source(self, session: Session, organisation: int, name: str) -> int:
        """The source of that name; one that is new is made in a transaction of its own, and stays."""
        if (organisation, name) not in self._sources:
            with session.begin() as transaction:
                found = transaction.row("history/source.sql", organisation=organisation, name=name)
            self._sources[organisation, name] = found["id"]
        return self._sources[organisation, name]


class _Place:
    """Where one organisation is written to."""

    def __init__(self) -> None:
        self.at_work = threading.Lock()
        self._used = 0.0
        self._open: ExitStack | None = None
        self._made: tuple[Session, OnePerson] | None = None

    def opened(self, database: Database, organisation: int, patience: float) -> tuple[Session, OnePerson]:
        """Its session, and the steps that are prepared there."""
        if self._made and time.monotonic() - self._used > DOUBTED:
            try:
                with self._made[0].begin() as transaction:
                    transaction.execute("locks/nothing.sql")
            except DatabaseUnavailable:
                self.forget()
        self._used = time.monotonic()
        if self._made is None:
            with ExitStack() as stack:
                session = stack.enter_context(database.session())
                with session.begin() as transaction:
                    transaction.execute("locks/session_of_writes.sql", patience=f"{max(1, int(1000 * patience))}ms")
                self._made = session, OnePerson(session, organisation)
                self._open = stack.pop_all()
        return self._made

    def close(self) -> None:
        """Its session ends, when whoever writes has done so."""
        with self.at_work:
            self.forget()

    def forget(self) -> None:
        """Its session ends; the next write opens another."""
        opened, self._open, self._made = self._open, None, None
        if opened:
            with suppress(DatabaseError):
                opened.close()


class Finisher:
    """A thread that makes the records of groups, soon after writes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._due: dict[int, float] = {}
        """When it is an organisation's turn."""
        self._begun: dict[int, Iterator[object]] = {}
        """What of its records has been begun."""
        self._more: set[int] = set()
        """Organisations of which something has been asked for since that was."""
        self._rests: dict[int, float] = {}
        """Until when an organisation is left alone."""
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._ends = False

    def soon(self, organisation: int) -> None:
        """Something is pending there."""
        with self._changed:
            self._more.add(organisation)
            if organisation not in self._due:
                self._due[organisation] = max(time.monotonic() + SOON, self._rests.get(organisation, 0.0))
                self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="finisher", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """What is due is made now, and then it ends."""
        with self._changed:
            self._ends = True
            self._changed.notify()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        while (organisation := self._next()) is not None:
            began = time.monotonic()
            if (records := self._begun.pop(organisation, None)) is None:
                records = finishing(self._database, organisation, A_FEW)
                with self._changed:
                    self._more.discard(organisation)
            try:
                is_left = next(records, None) is not None
            except Exception as error:
                if not isinstance(error, DatabaseError):
                    FAULTS.error("making records: %s", place_of(error))
                with self._changed:
                    if not self._ends:
                        self._due.setdefault(organisation, time.monotonic() + AGAIN)
                continue
            ended = time.monotonic()
            self._rests[organisation] = ended + (AT_LEISURE - 1) * (ended - began)
            with self._changed:
                if is_left:
                    self._begun[organisation] = records
                    self._due[organisation] = self._rests[organisation]
                elif organisation in self._more:
                    self._due.setdefault(organisation, self._rests[organisation])

    def _next(self) -> int | None:
        """The organisation whose turn it is, once it is; None: nobody's any more."""
        with self._changed:
            while self._due or not self._ends:
                first = min(self._due, key=lambda one: self._due[one], default=None)
                wait = None if first is None else self._due[first] - time.monotonic()
                if first is not None and (self._ends or (wait is not None and wait <= 0)):
                    del self._due[first]
                    return first
                self._changed.wait(wait)
        return None


def _turn(transaction: Transaction, organisation: int) -> tuple[int, Any]:
    found = transaction.row("history/turn.sql", organisation=organisation, turn=db.IMPORT, people=db.PEOPLE)
    return found["id"], found["started_at"]
