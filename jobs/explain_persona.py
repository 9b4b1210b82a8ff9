"""explain-persona: whose a persona is and was, since when, and by which import, file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jobs.shell.command import Session, command
from jobs.shell.failures import DONE

if TYPE_CHECKING:
    from jobs.explaining.explained import Change


@command("explain-persona", reads=True)
@click.argument("ifi", metavar="IFI")
def main(session: Session, *, ifi: str) -> int:
    """Show whose a persona is and was: since when, how, and by which import, file and line.

    IFI is an e-mail, 40 hex digits (mbox_sha1sum), an http(s) openid, or an account as one argument: its home page, a
    space, its name. People are shown with the custom_id and name that they have now, or had last.
    """
    from identity.problems import quoted
    from jobs.explaining.explained import HEADINGS, Runs, how, people_of
    from jobs.explaining.finding import as_person, identifier, no_persona, who
    from jobs.shell.terminal import table

    asked = identifier(session, ifi)
    with session.database.snapshot() as transaction:
        ids = transaction.rows("explain/personas_of_ifi.sql", organisation=session.organisation, ifi=asked.ifi)
        if not ids:
            raise no_persona(transaction, session, asked)
        changes = transaction.rows(
            "explain/persona_changes.sql", organisation=session.organisation, personas=[row["id"] for row in ids]
        )
        runs = Runs(transaction, session, changes)
        people = people_of(transaction, session, (change["to_id"] for change in changes))
    changes.sort(key=lambda change: (runs.place(change), change["id"]))

    def told(change: Change) -> str:
        return how(change, runs.of(change), begins=runs.begins(change))

    def person(change: Change) -> str:
        found = people.get(change["to_id"])
        return "gone" if found is None else f"{who(found)} (gone)" if found["gone"] else who(found)

    rows = [(runs.since(change), person(change), told(change), *runs.cells(change)) for change in changes]
    terminal = session.terminal
    terminal.line(session.where)
    terminal.line()
    pinned = ", pinned" if changes[-1]["pinned"] else ""
    terminal.line(f"{quoted(asked.ifi)[1:-1]}{pinned}")
    terminal.line()
    for line in table([("since (UTC)", "person", "how", *HEADINGS), *rows]):
        terminal.line(line)
    terminal.result(
        {
            **session.names,
            "persona": {"ifi": asked.ifi, "kind": asked.kind},
            "states": [
                {
                    **runs.as_json(change),
                    "id": change["id"],
                    "how": told(change),
                    "person": None if change["to_id"] is None else as_person(people[change["to_id"]]),
                    "pinned": change["pinned"],
                }
                for change in changes
            ],
        }
    )
    return DONE


if __name__ == "__main__":
    main()
