"""export-people: the people as a file that import-people reads, or as Person objects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jobs.shell.command import Session, command
from jobs.shell.failures import DONE, UsageFailure
from jobs.shell.outgoing import Outgoing, to_file, to_stdout
from jobs.shell.records import csv_records, escaped
from jobs.shell.shared_options import OUTPUT
from jobs.shell.terminal import instant

if TYPE_CHECKING:
    from sql.database import Transaction

COLUMNS = {
    "mbox": ("email",),
    "mbox_sha1sum": ("mbox_sha1sum",),
    "openid": ("openid",),
    "account": ("account_home_page", "account_name"),
}


@command("export-people", reads=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl"]),
    default="csv",
    show_default=True,
    help="csv: what import-people reads; jsonl: one Person object a line.",
)
@OUTPUT
@click.option(
    "--all-spells",
    is_flag=True,
    help="With jsonl: each persona with from when to when it is theirs, also those that were once.",
)
def main(session: Session, *, form: str, output: Path | None, all_spells: bool) -> int:
    """Write all people of an organisation, as they are at one moment.

    The CSV has one row a person, ordered by their ids, further personas in numbered columns, identifiers in
    their normal form: importing it with --create-groups into an empty organisation gives the same people. A persona is
    with whom it belongs to now; what it did before, when it was another's, only --all-spells can tell.
    """
    if all_spells and form == "csv":
        raise UsageFailure("a CSV says whose an identifier is now, not when: --all-spells needs --format jsonl")
    if output is None and session.terminal.as_json:
        raise UsageFailure("--json and the people would share standard output: it needs --output FILE")
    lines = {"csv": csv_lines, "jsonl": json_lines}[form]
    with session.database.snapshot() as transaction:
        export = Outgoing(lines(transaction, session.organisation, all_spells=all_spells))
        if output is None:
            to_stdout(session.terminal, export)
            return DONE
        to_file(output, export.write)
    people = export.texts - (form == "csv")
    session.terminal.line(session.where)
    session.terminal.line(f"exported     {people:,} people to {output}")
    session.terminal.result({**session.names, "people": people, "output": str(output)})
    return DONE


def csv_lines(transaction: Transaction, organisation: int, *, all_spells: bool = False) -> Iterator[str]:
    """The canonical people CSV, header first, one text a record; without whoever has neither a custom_id nor, by now, a
    persona: a line must name somebody.
    """
    widths = transaction.row("export/widths.sql", organisation=organisation)
    header, place = ["custom_id", "name", "image_url"], {}
    for kind, columns in COLUMNS.items():
        place[kind] = len(header)
        for number in range(1, max(1, widths[kind]) + 1):
            header += [column if number == 1 else f"{column}_{number}" for column in columns]
    header.append("groups")
    record = csv_records()
    yield record(header)
    for person in transaction.stream("export/people.sql", organisation=organisation, all_spells=all_spells):
        if person["custom_id"] is None and not person["ids"]:
            continue
        cells = [""] * len(header)
        cells[:3] = person["custom_id"] or "", escaped(person["name"]), escaped(person["image_url"])
        free = dict(place)
        for kind, ifi in zip(person["kinds"] or (), person["ifis"] or (), strict=True):
            parts = ifi.split(" ", 1) if kind == "account" else (ifi,)
            cells[free[kind] : free[kind] + len(parts)] = parts
            free[kind] += len(parts)
        cells[-1] = escaped("|".join(person["group_custom_ids"] or ()))
        yield record(cells)


def json_lines(transaction: Transaction, organisation: int, *, all_spells: bool = False) -> Iterator[str]:
    """One Person object, as the People API has it, a line; with `all_spells` all that was, too."""
    for person in transaction.stream("export/people.sql", organisation=organisation, all_spells=all_spells):
        yield json.dumps(person_object(person, all_spells=all_spells), ensure_ascii=False) + "\n"


def person_object(person: Mapping[str, Any], *, all_spells: bool = False) -> dict[str, Any]:
    """The People API's Person of a row of `sql/export/people.sql`; with `all_spells` with `formerCustomId`, and the
    times of each persona.
    """
    from identity.agents import agent_object

    untold = [None] * len(person["ids"] or ())
    personas = zip(
        person["ids"] or (),
        person["kinds"] or (),
        person["ifis"] or (),
        person["agent_names"] or (),
        person["object_types"] or (),
        person["created_ats"] or (),
        person["begins_ats"] or untold,
        person["ends_ats"] or untold,
        strict=True,
    )
    return {
        "id": person["id"],
        "customId": person["custom_id"],
        **({"formerCustomId": person["former_custom_id"]} if all_spells else {}),
        "created": instant(person["created_at"]),
        "name": person["name"],
        "imageUrl": person["image_url"],
        "personas": [
            {
                "id": number,
                "created": instant(created),
                **({} if object_type is None else {"objectType": object_type}),
                **agent_object(kind, ifi, name),
                **({"from": begins and instant(begins), "until": ends and instant(ends)} if all_spells else {}),
            }
            for number, kind, ifi, name, object_type, created, begins, ends in personas
        ],
        "parentGroupIds": person["group_ids"] or [],
        "parentGroupCustomIds": person["group_custom_ids"] or [],
    }


if __name__ == "__main__":
    main()
