"""list-imports: the import history."""

from __future__ import annotations

import click

from jobs.importing.listed import ANY, as_json, cells
from jobs.shell.command import Session, command
from jobs.shell.failures import DONE
from jobs.shell.terminal import table

HEADINGS = ("import", "started (UTC)", "command", "source", "state", "what came of it", "files")


@command("list-imports", reads=True)
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Show so many, the newest first.",
)
def main(session: Session, *, limit: int) -> int:
    """List the runs of import-people and import-statements, the newest first.

    States: running; died (it says it runs, but nobody does); failed and refused (nothing was changed);
    committed (reporting is pending); stopped (what came before stays); finished; undone by another.
    """
    from jobs.reporting.asked import MOST

    most = min(limit, MOST)
    with session.database.snapshot() as transaction:
        runs = transaction.rows("history/list.sql", organisation=session.organisation, limit=most, **ANY)
    session.terminal.line(session.where)
    session.terminal.line()
    if runs:
        for row in table([HEADINGS, *map(cells, runs)]):
            session.terminal.line(row)
    else:
        session.terminal.line("no imports yet")
    session.terminal.result({**session.names, "imports": [as_json(run) for run in runs]})
    return DONE


if __name__ == "__main__":
    main()
