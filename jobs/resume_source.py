"""resume-source: let a suspended source be imported again."""

from __future__ import annotations

import click

from jobs.shell.command import Session, command
from jobs.shell.failures import DONE, UsageFailure


@command("resume-source")
@click.argument("name")
def main(session: Session, *, name: str) -> int:
    """Let the source NAME be imported again, after a guard has stopped an import of it, or one was undone.

    Look first: lrs-people show-status says why it is suspended, and import-people --dry-run what its next import would
    do.
    """
    with session.database.begin() as transaction:
        found = transaction.rows("history/resume.sql", organisation=session.organisation, name=name)
        if not found:
            known = [row["name"] for row in transaction.rows("history/sources.sql", organisation=session.organisation)]
            there = f"there are: {', '.join(known)}" if known else "there is none yet"
            raise UsageFailure(f"there is no source {name} ({there})")
    number, why = found[0]["suspended_by"], found[0]["suspended_why"]
    session.terminal.line(session.where)
    if number is None:
        session.terminal.line(f"the source {name} was not suspended")
    else:
        session.terminal.line(f"the source {name} may be imported again; it was suspended since import {number}: {why}")
    session.terminal.result({**session.names, "source": name, "suspended_since": number, "why": why})
    return DONE


if __name__ == "__main__":
    main()
