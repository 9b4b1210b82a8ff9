"""finish-batch-updates: recompute the reporting records that are pending."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from jobs.command import Session, command
from jobs.failures import DONE, Failure

if TYPE_CHECKING:
    from jobs.terminal import Progress
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


def finish(database: Database, organisation: int, progress: Progress) -> dict[str, int]:
    """Recompute what is pending until nothing is; gives how many subjects of each level were recomputed.

    Each chunk is a transaction: marks are read, records computed from what they are made of, and exactly those marks
    deleted. Killed, it has done whole chunks; run again, or twice at once, it does the rest. Chunks of one
    organisation come one after the other, whoever runs them. Groups without groups below come before the others.
    """
    done = dict.fromkeys(LEVELS, 0)
    with progress.stage("finish"):
        while level := _next(database, organisation):
            done[level] += chunk(database, organisation, level)
    return done


def _next(database: Database, organisation: int) -> str | None:
    with database.begin() as transaction:
        found = transaction.rows("finish/next.sql", organisation=organisation)
    return found[0]["level"] if found else None


def chunk(database: Database, organisation: int, level: str) -> int:
    """Recompute a bounded number of subjects of one level, in a transaction; gives how many."""
    from sql import database as db
    from sql.batch import Batch

    with database.begin() as transaction:
        transaction.lock(db.PEOPLE, organisation, shared=True)
        transaction.lock(db.FINISH, organisation)
        transaction.refresh_statistics(tuple(chain(*RECORDS.values())))
        work = Batch(transaction, organisation=organisation, most=MOST[level])
        work.run(f"finish/{level}")
        if taken := work.rows(f"subject_{level}"):
            transaction.refresh_statistics(RECORDS[level])
        return taken


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


@command("finish-batch-updates")
@click.option("--check", "checks", is_flag=True, help="Then recompute everything, compare, and say what differs.")
def main(session: Session, *, checks: bool) -> int:
    """Recompute the reporting records that imports and statements have left pending.

    It can be killed and run again, and two can run at once.
    """
    terminal = session.terminal
    with terminal.progress(1) as progress:
        done = finish(session.database, session.organisation, progress)
        differences: list[dict[str, Any]] = []
        if checks:
            with progress.stage("check"):
                differences = check(session.database, session.organisation)
    terminal.line(session.where)
    terminal.line(f"recomputed   {done['people']:,} people, {done['groups']:,} groups")
    if checks:
        terminal.line(f"checked      {len(differences):,} records differ")
        for row in differences[:20]:
            terminal.line(f"             {row['record']} {row['id']}: {row['what']}")
    terminal.result(
        {
            **session.names,
            "recomputed": done,
            **({"differences": len(differences)} if checks else {}),
            "seconds": {stage: round(value, 3) for stage, value in progress.seconds.items()},
        }
    )
    if differences:
        raise Failure(f"{len(differences):,} reporting records differ from what they are made of")
    return DONE


if __name__ == "__main__":
    main()
