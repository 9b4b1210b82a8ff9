"""revoke-credential: let somebody ask over HTTP no more."""

from __future__ import annotations

import click

from jobs.shell.command import Session, command
from jobs.shell.failures import DONE, UsageFailure
from jobs.shell.terminal import instant


@command("revoke-credential")
@click.argument("credential", metavar="NAME")
def main(session: Session, *, credential: str) -> int:
    """Revoke the credential of that name, or key: a few seconds later no server answers it any more."""
    with session.database.begin() as transaction:
        found = transaction.rows("access/revoke.sql", organisation=session.organisation, credential=credential)
        if not found:
            rows = transaction.rows("access/list.sql", organisation=session.organisation)
            known = ", ".join(row["name"] for row in rows if not row["revoked_at"])
            there = f"there are: {known}" if known else "there is none"
            raise UsageFailure(f"there is no credential {credential} that may be used ({there})")
    (row,) = found
    session.terminal.line(session.where)
    session.terminal.line(f"the credential {row['name']} ({row['key']}) is revoked")
    session.terminal.result(
        {**session.names, "name": row["name"], "key": row["key"], "revoked": instant(row["revoked_at"])}
    )
    return DONE


if __name__ == "__main__":
    main()
