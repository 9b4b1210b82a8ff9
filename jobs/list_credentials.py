"""list-credentials: who may ask over HTTP."""

from __future__ import annotations

from jobs.shell.command import Session, command
from jobs.shell.failures import DONE
from jobs.shell.terminal import instant, table

HEADINGS = ("name", "key", "scopes", "made (UTC)", "by", "revoked (UTC)")


@command("list-credentials", reads=True)
def main(session: Session) -> int:
    """List the credentials of the organisation: those that may be used first, then those that were revoked."""
    with session.database.snapshot() as transaction:
        found = transaction.rows("access/list.sql", organisation=session.organisation)
    rows = [
        (
            row["name"],
            row["key"],
            ", ".join(row["scopes"]),
            f"{row['made_at']:%Y-%m-%d %H:%M:%S}",
            row["made_by"],
            f"{row['revoked_at']:%Y-%m-%d %H:%M:%S}" if row["revoked_at"] else "",
        )
        for row in found
    ]
    session.terminal.line(session.where)
    session.terminal.line()
    for line in table([HEADINGS, *rows]) if rows else ["no credentials yet: lrs-people create-credential makes one"]:
        session.terminal.line(line)
    session.terminal.result(
        {
            **session.names,
            "credentials": [
                {
                    "name": row["name"],
                    "key": row["key"],
                    "scopes": row["scopes"],
                    "made": instant(row["made_at"]),
                    "made_by": row["made_by"],
                    "revoked": instant(row["revoked_at"]) if row["revoked_at"] else None,
                }
                for row in found
            ],
        }
    )
    return DONE


if __name__ == "__main__":
    main()
