"""create-credential: let somebody ask over HTTP."""

from __future__ import annotations

import click

from jobs.shell.command import Session, command, run_by
from jobs.shell.failures import DONE, UsageFailure


@command("create-credential")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(["read", "write", "statements", "admin"]),
    multiple=True,
    default=["read"],
    show_default=True,
    help="What it may do; several times for several. write: read too; admin: all.",
)
def main(session: Session, *, name: str, scopes: tuple[str, ...]) -> int:
    """Make a key and a secret, with which NAME asks over HTTP (lrs-people serve), of this organisation alone.

    The secret is shown this once, and kept nowhere: what is kept cannot be turned into it. lrs-people revoke-credential
    takes it back.
    """
    from secrets import token_hex, token_urlsafe

    from identity.blanks import trimmed
    from jobs.serving.secrets import digest

    name = trimmed(name)
    if not name:
        raise UsageFailure("a credential needs a name")
    key, secret = f"{session.organisation}-{token_hex(10)}", token_urlsafe(32)
    with session.database.begin() as transaction:
        made = transaction.execute(
            "access/create.sql",
            organisation=session.organisation,
            key=key,
            name=name,
            secret=digest(secret),
            scopes=sorted(set(scopes)),
            made_by=run_by(),
        )
        if not made:
            raise UsageFailure(f"there is a credential {name}: choose another name, or revoke-credential it first")
    session.terminal.line(session.where)
    session.terminal.line()
    session.terminal.line(f"key     {key}")
    session.terminal.line(f"secret  {secret}")
    session.terminal.line(f"scopes  {', '.join(sorted(set(scopes)))}")
    session.terminal.line()
    session.terminal.line("the secret is shown only now")
    session.terminal.result(
        {**session.names, "name": name, "key": key, "secret": secret, "scopes": sorted(set(scopes))}
    )
    return DONE


if __name__ == "__main__":
    main()
