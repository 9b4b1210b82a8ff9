"""prune-history: forget what old imports have replaced; what they were stays in the history."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import click

from jobs.importing.listed import ANY
from jobs.shell.command import Session, command
from jobs.shell.failures import DONE
from jobs.shell.shared_options import WAIT

if TYPE_CHECKING:
    from sql.database import Transaction

UNITS = {"d": timedelta(days=1), "w": timedelta(weeks=1)}
TOGETHER = 100
"""So many imports are forgotten in one transaction: others wait no longer than for those."""


class AgeType(click.ParamType[timedelta]):
    """An age: `90d` or `12w`."""

    name = "N(d|w)"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        match = re.fullmatch(r"\s*([0-9]{1,5})\s*([dw])\s*", str(value))
        if match is None:
            self.fail(f"{value!r} is no number of days (90d) or weeks (12w)", param, ctx)
        return int(match[1]) * UNITS[match[2]]


@command("prune-history")
@click.option(
    "--older-than",
    metavar="AGE",
    type=AgeType(),
    required=True,
    help="Of imports that ended so long ago: days (90d) or weeks (12w).",
)
@click.option("--dry-run", is_flag=True, help="Only say how much would be forgotten.")
@WAIT
def main(session: Session, *, older_than: timedelta, dry_run: bool, wait: float) -> int:
    """Forget what old imports have replaced, so that the history does not grow for ever.

    Their rows in the history stay, with files, options and figures; but such an import cannot be undone any more, nor
    can its changes be shown. People, reports and exports stay as they are. The oldest go first, up to the first that
    is not old enough or still runs. It can be killed, and run again.
    """
    imports = versions = 0
    with session.database.begin() as transaction:
        session.take_turn(transaction, wait)
        numbers = _old(transaction, session, older_than)
    for first in range(0, len(numbers), TOGETHER):
        some = numbers[first : first + TOGETHER]
        with session.database.begin() as transaction:
            session.take_turn(transaction, wait)
            query = "history/versions.sql" if dry_run else "history/prune.sql"
            versions += transaction.row(query, organisation=session.organisation, imports=some)["versions"]
        imports += len(some)
    session.terminal.line(session.where)
    does = "dry run, nothing is changed: would forget" if dry_run else "forgot"
    session.terminal.line(f"{does} {versions:,} versions that {imports:,} imports had replaced")
    session.terminal.result({**session.names, "dry_run": dry_run, "imports": imports, "versions": versions})
    return DONE


def _old(transaction: Transaction, session: Session, age: timedelta) -> list[int]:
    """The imports to be pruned, oldest first. What became of a row can be told only as far back as nothing is missing,
    so the first import that is too young, or still running, ends it, whatever comes after."""
    runs = transaction.rows("history/list.sql", organisation=session.organisation, limit=None, **ANY)
    over = takewhile(lambda run: run["state"] != "running" and run["ago"] >= age, reversed(runs))
    return [run["id"] for run in over if not run["pruned"]]


if __name__ == "__main__":
    main()
