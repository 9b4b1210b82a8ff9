"""explain-persona: whose a persona is and was, since when, and by which import, file and line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from jobs.shell.command import Session, command
from jobs.shell.failures import DONE

if TYPE_CHECKING:
    from jobs.explaining.explained import Change, Runs


@command("explain-persona", reads=True)
@click.argument("ifi", metavar="IFI")
def main(session: Session, *, ifi: str) -> int:
    """Show whose a persona is and was: since when, how, and by which import, file and line; for what time, if for one.

    IFI is an e-mail, 40 hex digits (mbox_sha1sum), an http(s) openid, or an account as one argument: its home page, a
    space, its name. People are shown with the custom_id and name that they have now, or had last.
    """
    from identity.problems import quoted
    from jobs.explaining.explained import HEADINGS, Runs, people_of
    from jobs.explaining.finding import as_person, identifier, no_persona
    from jobs.explaining.spells import as_json, bounds, in_time, rows
    from jobs.shell.terminal import table

    asked = identifier(session, ifi)
    with session.database.snapshot() as transaction:
        ids = transaction.rows("explain/personas_of_ifi.sql", organisation=session.organisation, ifi=asked.ifi)
        if not ids:
            raise no_persona(transaction, session, asked)
        asked_for = {"organisation": session.organisation, "personas": [row["id"] for row in ids]}
        changes = transaction.rows("explain/persona_changes.sql", **asked_for)
        changes += transaction.rows("explain/span_changes.sql", **asked_for)
        spells = transaction.rows("explain/spells.sql", **asked_for, person=None)
        runs = Runs(transaction, session, changes)
        people = people_of(transaction, session, (change["to_id"] for change in changes))
    changes.sort(key=lambda change: (runs.place(change), change["id"], "is" in change))

    told_rows = [
        (runs.since(change), _person(people, change), _told(runs, change), *runs.cells(change)) for change in changes
    ]
    states = [change for change in changes if "is" in change]
    terminal = session.terminal
    terminal.line(session.where)
    terminal.line()
    pinned = ", pinned" if states[-1]["pinned"] else ""
    terminal.line(f"{quoted(asked.ifi)[1:-1]}{pinned}")
    terminal.line()
    if in_time(spells):
        for line in [*table(rows(spells, "person")), ""]:
            terminal.line(line)
    for line in table([("since (UTC)", "person", "how", *HEADINGS), *told_rows]):
        terminal.line(line)
    terminal.result(
        {
            **session.names,
            "persona": {"ifi": asked.ifi, "kind": asked.kind},
            "spells": as_json(spells, "person"),
            "states": [
                {
                    **runs.as_json(change),
                    "id": change["id"],
                    "how": _told(runs, change),
                    "person": None if change["to_id"] is None else as_person(people[change["to_id"]]),
                    **bounds(change["begins_at"], change.get("ends_at")),
                    "pinned": change.get("pinned"),
                }
                for change in changes
            ],
        }
    )
    return DONE


def _told(runs: Runs, change: Change) -> str:
    """How it came to that, by which import."""
    from jobs.explaining.explained import how, how_for_a_time

    if "is" not in change:
        return how_for_a_time(change, runs.of(change))
    return how(change, runs.of(change), begins=runs.begins(change))


def _person(people: Mapping[int, Mapping[str, Any]], change: Change) -> str:
    """Whose it is from there on."""
    from jobs.explaining.finding import who

    found = people.get(change["to_id"])
    if found is None:
        return "nobody" if change.get("is") else "gone"
    return f"{who(found)} (gone)" if found["gone"] else who(found)


if __name__ == "__main__":
    main()
