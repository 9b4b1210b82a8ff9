"""Statements that are loaded together or not at all, as an interface takes them: by the steps of a load's chunk.

A few go through a session that is kept (`sql.one_change`), which costs a tenth of what making tables for them does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from jobs.shell.command import run_by
from jobs.shell.terminal import json_text
from jobs.statements.files import Raw
from jobs.statements.loading import ACTIVITIES, AGENTS, FILLED, STATEMENTS, Chunk, Tally, run_steps, with_chunk
from sql import database as db
from sql.errors import DatabaseUnavailable
from sql.one_change import OneAtATime
from sql.steps import JOBS

if TYPE_CHECKING:
    from jobs.statements.reading import Persona, Statement
    from sql.database import Database, Session, Transaction

COMMAND: Final = "xapi"
"""As the history has it."""
FEW: Final = 100
"""So many cost less in a session that is kept."""
DOUBTED: Final = 5.0
"""Seconds after which a session that nobody has used is asked whether it is still there."""
ASKED: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "counts": ("statements/counts.sql", ()),
    "conflicts": ("statements/conflicts.sql", ("not_new",)),
}
"""What is told of each change: by name the query, and the working tables without which there is nothing to ask."""
Told = tuple[dict[str, int], list[dict[str, Any]]]
"""What a load has done, and the statements that are in conflict."""


class Conflict(Exception):  # noqa: N818 - what the answer is called
    """One of the statements has the id of another that is here; nothing was loaded."""

    def __init__(self, id_: str) -> None:
        super().__init__(f"statement {id_} is here already, and says something else")


@dataclass(frozen=True)
class _Day:
    """A run of the history: what has come in a day."""

    day: date
    number: int
    tally: Tally


class Together:
    """The loads of one organisation, one after another; a run of the history has those of a day (in UTC)."""

    def __init__(self, database: Database, organisation: int, patience: float) -> None:
        """`patience`: seconds that a load waits for an import of the organisation. To be closed."""
        self._database = database
        self._organisation = organisation
        self._patience = f"{max(1, round(patience * 1000))}ms"
        self._turn = Lock()
        self._kept = ExitStack()
        self._few: tuple[Session, OneAtATime] | None = None
        self._used = 0.0
        self._day: _Day | None = None

    def close(self) -> None:
        """May be called again."""
        with self._turn:
            self._forget_session()

    def load(self, statements: Sequence[Statement]) -> bool:
        """Load them; those that are here already and say the same are passed over. Gives whether any was new.

        Raises Conflict, DatabaseError; DatabaseUnavailable also where an import takes longer than we wait.
        """
        with self._turn:
            before = self._day.tally.loaded if self._day and self._day.day == _today() else 0
            self._day = self._by_kept_session(statements) if len(statements) <= FEW else self._by_batch(statements)
            return self._day.tally.loaded > before

    def _by_batch(self, statements: Sequence[Statement]) -> _Day:
        chunk = Chunk(None)
        for number, statement in enumerate(statements):
            chunk.add(Raw(number, b""), statement)

        def by_steps(transaction: Transaction, run: int) -> Told:
            work = run_steps(transaction, self._organisation, chunk, run)
            return work.row("statements/counts.sql"), work.rows_of("statements/conflicts.sql")

        with self._database.begin() as transaction:
            return self._loaded(transaction, len(statements), by_steps)

    def _by_kept_session(self, statements: Sequence[Statement]) -> _Day:
        said = rows(statements)
        try:
            session, steps = self._session()

            def by_function(transaction: Transaction, run: int) -> Told:
                told = steps.change(transaction, run, said)
                return told["counts"][0], told.get("conflicts", [])

            steps.tidy(session)
            with session.begin() as transaction:
                return self._loaded(transaction, len(statements), by_function)
        except Conflict:
            raise
        except BaseException:
            self._forget_session()  # it may be lost, or be in the middle of something
            raise

    def _session(self) -> tuple[Session, OneAtATime]:
        """The one that is kept, if it is still there."""
        if self._few and time.monotonic() - self._used > DOUBTED:
            try:
                with self._few[0].begin() as transaction:
                    transaction.row("locks/patience.sql", patience=self._patience)
            except DatabaseUnavailable:
                self._forget_session()
        self._used = time.monotonic()
        if self._few:
            return self._few
        session = self._kept.enter_context(self._database.session())
        steps = OneAtATime(JOBS["statements"], "statements", ASKED, FILLED, organisation=self._organisation, varies={})
        steps.prepare(session)
        self._few = session, steps
        return self._few

    def _forget_session(self) -> None:
        self._few = None
        self._kept.close()

    def _loaded(self, transaction: Transaction, number: int, load: Callable[[Transaction, int], Told]) -> _Day:
        """What the day comes to with them."""
        transaction.row("locks/patience.sql", patience=self._patience)
        transaction.lock(db.PEOPLE, self._organisation, shared=True)
        transaction.lock(db.LOAD, self._organisation)
        day = self._day if self._day and self._day.day == _today() else self._begun(transaction)
        done, conflicts = load(transaction, day.number)
        for row in conflicts:
            raise Conflict(row["id"])
        after = _Day(day.day, day.number, with_chunk(day.tally, number, done))
        transaction.execute(
            "history/update.sql",
            organisation=self._organisation,
            state="committed",
            counts=json_text(after.tally.counts),
            files=None,
            failure=None,
            ended=True,
            **{"import": after.number},
        )
        return after

    def _begun(self, transaction: Transaction) -> _Day:
        begun = transaction.row(
            "history/begin.sql",
            organisation=self._organisation,
            command=COMMAND,
            source=None,
            run_by=run_by(),
            files="[]",
            options="{}",
            undoes=None,
        )
        return _Day(_today(), begun["id"], Tally())


def rows(statements: Sequence[Statement]) -> dict[str, list[dict[str, Any]]]:
    """Statements as rows of the inputs, by table; agents and activities once each."""
    agents: dict[Persona, int] = {}
    activities: dict[str, int] = {}
    staged = []
    for place, statement in enumerate(statements):
        who, about = statement.persona, activities.setdefault(statement.activity, len(activities))
        cells = statement._asdict() | {
            "place": place,
            "agent": None if who is None else agents.setdefault(who, len(agents)),
            "activity": about,
            "digest": f"\\x{statement.digest.hex()}",
        }
        staged.append({column: cells[column] for column in STATEMENTS})
    return {
        "staged_statements": staged,
        "staged_agents": [dict(zip(AGENTS, (number, *who), strict=True)) for who, number in agents.items()],
        "staged_activities": [dict(zip(ACTIVITIES, (n, iri), strict=True)) for iri, n in activities.items()],
    }


def _today() -> date:
    return datetime.now(UTC).date()
