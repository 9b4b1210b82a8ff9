"""What the last import changed in some groups, in a few lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from identity.problems import quoted
from jobs.explaining.finding import who
from jobs.shell.terminal import table
from sql.reading import Reading
from sql.steps import JOBS

if TYPE_CHECKING:
    from sql.database import Transaction

MANY = 100_000
"""So many memberships that came or went, or people concerned, are a load, of which show-import tells more."""
SAID = {
    "joined": "{people:,} joined",
    "left": "{people:,} left",
    "gained": "interactions came to {people:,}",
    "lost": "interactions went from {people:,}",
}


def last_import(
    transaction: Transaction, organisation: int, shown: Sequence[Mapping[str, Any]]
) -> tuple[list[str], dict[str, Any]]:
    """(lines, the same for `--json`) of what the newest import, undo or correction changed in groups.

    shown: the groups (`id`, `custom_id`). Without any import so far, or any group, there are no lines.
    """
    found = transaction.rows("reports/changes/last_import.sql", organisation=organisation)
    if not found or not shown:
        return [], {"last_import": None}
    run = found[0]
    told = {"import": run["id"], "command": run["command"]}
    title = f"import {run['id']} ({_ran(run)})"
    unknown = {"last_import": {**told, "groups": None}}
    if run["pruned"]:
        return ["", f"what {title} changed here is no longer known"], unknown
    if run["memberships"] > MANY:
        sentence = f"{title} changed {run['memberships']:,} memberships: lrs-people show-import {run['id']} lists them"
        return ["", sentence], unknown
    reading = Reading(transaction, *JOBS["changed groups"], organisation=organisation, **{"import": run["id"]})
    if reading.know("concerned", at_most=MANY) > MANY:
        people = reading.row("reports/changes/size.sql")["people"]
        sentence = f"{title} concerns {people:,} people: lrs-people show-import {run['id']} lists what it changed"
        return ["", sentence], unknown
    rows = reading.rows("reports/changes/groups.sql", shown=[group["id"] for group in shown])
    by_group = {group: list(some) for group, some in groupby(rows, key=lambda row: row["group_id"])}
    lines: list[tuple[str, ...]] = []
    figures = []
    for group in shown:
        changes = {
            what: list(some) for what, some in groupby(by_group.get(group["id"], ()), key=lambda row: row["what"])
        }
        if changes:
            said = "; ".join(_said(what, some) for what, some in changes.items())
            lines.append((f"  {quoted(group['custom_id'])[1:-1]}", said))
            counted = {what: changes[what][0]["people"] if what in changes else 0 for what in SAID}
            figures.append({"custom_id": group["custom_id"], **counted})
    below = [f"changed here by {title}", *table(lines)] if lines else [f"{title} changed nothing here"]
    return ["", *below], {"last_import": {**told, "groups": figures}}


def _said(what: str, some: Sequence[Mapping[str, Any]]) -> str:
    """`2 joined (E1022 Victor Almeida, E1023 Uma Patel)`."""
    people = some[0]["people"]
    more = [f"{people - len(some):,} more"] if people > len(some) else []
    return f"{SAID[what].format(people=people)} ({', '.join([*map(who, some), *more])})"


def _ran(run: Mapping[str, Any]) -> str:
    words = [run["command"], *([str(run["undoes"])] if run["undoes"] is not None else [])]
    return " ".join([*words, *(file["name"] for file in run["files"])])
