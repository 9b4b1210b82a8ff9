"""Finish: the reporting records that are pending are made again, from what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobs.shell.terminal import Progress
    from sql.database import Database

RECORDS = {
    "personas": ("persona_activity_records",),
    "people": ("person_activity_records", "person_records"),
    "groups": ("group_records",),
}
LEVELS = tuple(RECORDS)
"""Records roll up in this order: what is recomputed on one level marks the next."""
MOST = {"personas": 200_000, "people": 200_000, "groups": 2_000}
"""So many subjects are recomputed in one transaction."""
SUBJECTS = {"personas": "persona", "people": "person", "groups": "group"}
"""Of each level, as its marks have it."""
FEW = 100
"""Up to so many marks are worked off without making tables for them."""
MANY = 50_000
"""From so many personas or people on that are pending, if they are half of all, all records are made at once."""
WHOLE = LEVELS[:2]
"""The levels that may be made so."""


def finish(database: Database, organisation: int, progress: Progress) -> dict[str, int]:
    """Recompute all that is pending; gives how many subjects of each level were recomputed."""
    done = dict.fromkeys(LEVELS, 0)
    with progress.stage("finish"):
        for level, taken in finishing(database, organisation):
            done[level] += taken
    return done


def finishing(database: Database, organisation: int, most: Mapping[str, int] = MOST) -> Iterator[tuple[str, int]]:
    """Recompute what is pending, a chunk at a time; gives how many subjects of which level each has recomputed: so many
    `most`.

    Each chunk is a transaction: marks are read, records computed from what they are made of, and exactly those marks
    deleted. Killed, it has done whole chunks; run again, or twice at once, it does the rest. Chunks of one
    organisation come one after the other, whoever runs them. Groups without groups below come before the others. (Where
    most are pending, and they are very many, personas and people are one chunk.)

    What is marked after a level has begun is left to whoever comes next: else it would not end while there are writes
    all the time, and groups above others would never have their turn. All that was pending when it began is done.
    """
    with database.begin() as transaction:
        runs = transaction.rows("history/unfinished.sql", organisation=organisation)
    for level in LEVELS:
        newest = _newest(database, organisation, level)
        while newest is not None and (pending := _next(database, organisation, level, newest)):
            made = everything(database, organisation, level) if pending["very_many"] else {}
            yield from (made or {level: chunk(database, organisation, level, newest, most[level])}).items()
    if runs:
        with database.begin() as transaction:
            of = {"imports": [run["id"] for run in runs], "ended": [run["ended_at"] for run in runs]}
            transaction.execute("history/finished.sql", organisation=organisation, **of)


def _newest(database: Database, organisation: int, level: str) -> int | None:
    """The newest mark of a level."""
    asked = {"organisation": organisation, "subject": SUBJECTS[level]}
    with database.begin() as transaction:
        found: int | None = transaction.row("finish/newest.sql", **asked)["newest"]
    return found


def _next(database: Database, organisation: int, level: str, newest: int) -> dict[str, Any] | None:
    """Whether anything is pending on a level, of what is no newer."""
    asked = {"organisation": organisation, "subject": SUBJECTS[level], "newest": newest, "many": MANY}
    with database.begin() as transaction:
        found = transaction.rows("finish/next.sql", **asked)
    return found[0] if found else None


def chunk(database: Database, organisation: int, level: str, newest: int, most: int) -> int:
    """Recompute so many subjects of one level at most, that have a mark no newer than that, in a transaction; gives
    how many.
    """
    from sql import database as db
    from sql.batch import Batch
    from sql.few import Few

    with database.begin() as transaction:
        if level != "groups":  # nobody else makes the records of groups, and what changes meanwhile marks them again
            transaction.lock(db.PEOPLE, organisation, shared=True)
        transaction.lock(db.FINISH, organisation)
        transaction.refresh_statistics(tuple(chain(*RECORDS.values())), organisation)
        here = {"organisation": organisation, "subject": SUBJECTS[level]}
        marks = transaction.row("finish/marks.sql", **here, most=FEW + 1)["marks"]
        work = (Few if marks <= FEW else Batch)(transaction, organisation=organisation, most=most, newest=newest)
        work.run(f"finish/{level}")
        if taken := work.rows(f"subject_{level}"):
            transaction.refresh_statistics(RECORDS[level], organisation)
        return taken


def everything(database: Database, organisation: int, level: str) -> dict[str, int]:
    """Make the records of all people, and of all personas before if these are the level, in a transaction; but only if
    very many subjects of the level are pending, and they are half of all, or there are no records yet. Gives how many
    subjects of each level, nothing where that is not so.

    What they are made of is read once; keys are built last where the tables have no rows, and are ours alone.
    """
    from sql import database as db
    from sql.batch import Batch
    from sql.steps import JOBS

    if level not in WHOLE:
        return {}
    levels = WHOLE[WHOLE.index(level) :]
    tables = tuple(chain(*(RECORDS[one] for one in levels)))
    here = {"organisation": organisation, "subject": SUBJECTS[level], "many": MANY}
    with database.begin() as transaction:
        transaction.lock(db.PEOPLE, organisation, shared=True)
        transaction.lock(db.FINISH, organisation)
        if not transaction.row("finish/everything/asked.sql", **here)["asked"]:
            return {}
        transaction.refresh_statistics(("statements", "personas", *tables), organisation)
        work = Batch(transaction, organisation=organisation, subjects=[SUBJECTS[one] for one in levels])
        transaction.step("finish/everything/settings.sql")
        with transaction.without_constraints(tables):
            for place in JOBS[f"finish all {level}"]:
                work.run(place, fills=tables)
        counts = work.row("finish/everything/counts.sql")
        return {one: counts[one] for one in levels}


def check(database: Database, organisation: int) -> list[dict[str, Any]]:
    """Recompute every record from what it is made of, at one moment, and give those that differ from what is stored.

    Each level is compared with the level below as it is stored, so that no difference on any level means none at
    all. What is pending at that moment is stale, not wrong, and left out.
    """
    from sql.batch import Batch
    from sql.steps import JOBS

    with database.snapshot(reads=False) as transaction:
        work = Batch(transaction, organisation=organisation)
        for place in JOBS["check"]:
            work.run(place)
        return work.rows_of("check/differences.sql")
