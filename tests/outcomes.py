"""What commands tell that are run on random worlds, and what is there then, as the model has it."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from conftest import Cli, Result
from model import ALWAYS, NEVER, Counts, Fate, GroupState, Line, Options, PersonState, SpellState
from worlds import CREATED, VOIDER, SomePerson, arguments, as_others_write, render_csv

from identity import custom_ids

NO_GUARDS = [word for guard in ("rejects", "takeovers", "deletes", "leavers") for word in (f"--max-{guard}", "100%")]
NO_GUARDS += ["--min-lines", "0"]

Made = tuple[frozenset[str], str | None, bool]
"""What somebody has, the custom_id that was lost, and whether it was said when the person came to be."""


class Found(NamedTuple):
    """An organisation as it is."""

    people: dict[int, PersonState]
    """By id; without the voiding agent."""
    pending_people: set[int]
    pending_groups: set[str]
    groups: set[GroupState]
    spells: set[SpellState]
    made: set[Made]

    @property
    def state(self) -> set[PersonState]:
        return set(self.people.values())

    def personas(self, person: int) -> frozenset[str]:
        return self.people[person][3] if person in self.people else frozenset()


PEOPLE = """
    SELECT p.id, p.custom_id, p.name, p.image_url,
           ARRAY(SELECT ifi FROM personas AS i WHERE i.organisation_id = o.id AND i.person_id = p.id),
           ARRAY(SELECT g.custom_id FROM memberships AS m JOIN groups AS g ON g.id = m.group_id
                 WHERE m.organisation_id = o.id AND m.person_id = p.id ORDER BY m.group_id, m.source_id),
           ARRAY(SELECT s.name FROM memberships AS m JOIN sources AS s ON s.id = m.source_id
                 WHERE m.organisation_id = o.id AND m.person_id = p.id ORDER BY m.group_id, m.source_id)
    FROM people AS p JOIN organisations AS o ON o.id = p.organisation_id
    WHERE o.name = %s
"""
GROUPS = """
    SELECT g.custom_id, g.name, g.type,
           ARRAY(SELECT p.custom_id FROM group_parents AS e JOIN groups AS p ON p.id = e.parent_id
                 WHERE e.organisation_id = o.id AND e.group_id = g.id ORDER BY e.parent_id, e.source_id),
           ARRAY(SELECT s.name FROM group_parents AS e JOIN sources AS s ON s.id = e.source_id
                 WHERE e.organisation_id = o.id AND e.group_id = g.id ORDER BY e.parent_id, e.source_id)
    FROM groups AS g JOIN organisations AS o ON o.id = g.organisation_id
    WHERE o.name = %s
"""
SPELLS = """
    SELECT i.ifi, nullif(s.begins_at, '-infinity'), nullif(s.ends_at, 'infinity'), p.custom_id, p.name
    FROM spells AS s JOIN organisations AS o ON o.id = s.organisation_id
    JOIN personas AS i ON i.organisation_id = o.id AND i.id = s.persona_id
    JOIN people AS p ON p.organisation_id = o.id AND p.id = s.person_id
    WHERE o.name = %s AND (s.begins_at > '-infinity' OR s.ends_at < 'infinity')
"""
MADE = """
    SELECT ARRAY(SELECT ifi FROM personas AS i WHERE i.organisation_id = o.id AND i.person_id = p.id),
           p.former_custom_id, p.created_at = %s
    FROM people AS p JOIN organisations AS o ON o.id = p.organisation_id
    WHERE o.name = %s
"""
PENDING = """
    SELECT DISTINCT d.subject, d.subject_id, g.custom_id
    FROM pending AS d JOIN organisations AS o ON o.id = d.organisation_id
    LEFT JOIN groups AS g ON d.subject = 'group' AND g.id = d.subject_id
    WHERE o.name = %s
"""
MAKE_GROUP = """
    INSERT INTO groups (organisation_id, id, custom_id)
    SELECT id, nextval('group_ids'), %s FROM organisations WHERE name = %s
"""
MAKE_PARENT = """
    WITH source AS (
        INSERT INTO sources (organisation_id, name) SELECT id, 'by hand' FROM organisations WHERE name = %s
        ON CONFLICT (organisation_id, name) DO UPDATE SET name = excluded.name
        RETURNING id
    )
    INSERT INTO group_parents (organisation_id, group_id, parent_id, source_id)
    SELECT o.id, g.id, p.id, source.id
    FROM organisations AS o
    CROSS JOIN source
    JOIN groups AS g ON g.organisation_id = o.id AND g.custom_id = %s
    JOIN groups AS p ON p.organisation_id = o.id AND p.custom_id = %s
    WHERE o.name = %s
"""


def look(url: str, organisation: str = "default") -> Found:
    people: dict[int, PersonState] = {}
    with psycopg.connect(url) as connection:
        for number, custom_id, name, image_url, ifis, groups, sources in connection.execute(PEOPLE, [organisation]):
            if VOIDER[1] not in ifis:
                memberships = frozenset(zip(groups, sources, strict=True))
                people[number] = (custom_id, name, image_url, frozenset(ifis), memberships)
        pending = connection.execute(PENDING, [organisation]).fetchall()
        groups = {
            (custom_id, name, kind, frozenset(zip(parents, sources, strict=True)))
            for custom_id, name, kind, parents, sources in connection.execute(GROUPS, [organisation])
        }
        spells = {
            (ifi, begins or ALWAYS, ends or NEVER, custom_id, name)
            for ifi, begins, ends, custom_id, name in connection.execute(SPELLS, [organisation])
        }
        rows = connection.execute(MADE, [CREATED, organisation]).fetchall()
        made = {(frozenset(ifis), former, said) for ifis, former, said in rows if VOIDER[1] not in ifis}
    return Found(
        people,
        {number for subject, number, _ in pending if subject == "person"},
        {group for subject, _, group in pending if subject == "group"},
        groups,
        spells,
        made,
    )


PIN = "UPDATE personas SET pinned = true WHERE ifi = ANY (%s)"
LOSE = """
    UPDATE people AS p
    SET former_custom_id = l.former, near_custom_id = l.near, lost_at = now() + l.nth * interval '1 microsecond'
    FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS l (ifi, former, near, nth)
    JOIN personas AS i ON i.ifi = l.ifi
    WHERE p.organisation_id = i.organisation_id AND p.id = i.person_id
"""


def pin(url: str, people: Sequence[SomePerson]) -> None:
    """Whatever is pinned of these people, and the custom_ids that they have lost, one after the other."""
    lost = [(person.personas[0][1], person.former) for person in people if person.former is not None]
    with psycopg.connect(url) as connection:
        near = [custom_ids.near(former) for _, former in lost]
        connection.execute(LOSE, [[ifi for ifi, _ in lost], [former for _, former in lost], near])
        connection.execute(PIN, [[ifi for person in people for ifi in person.pinned]])


def make_groups(url: str, groups: Sequence[tuple[str, Sequence[str]]], organisation: str = "default") -> None:
    """Groups with their parents, which no people file can give."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.executemany(MAKE_GROUP, [(group, organisation) for group, _ in groups])
        parents = [(organisation, group, parent, organisation) for group, parents in groups for parent in parents]
        cursor.executemany(MAKE_PARENT, parents)


def write(file: str, text: str) -> str:
    Path(file).write_text(text, encoding="utf-8")
    return file


def succeed(result: Result, *exit_codes: int) -> dict[str, Any]:
    assert result.exit_code in (exit_codes or (0,)), result
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def import_people(cli: Cli, lines: Sequence[Line], options: Options, *more: str) -> dict[str, Any]:
    """The summary of one import, which leaves its reporting pending."""
    write("people.csv", as_others_write(render_csv(lines)))
    command = ["import-people", "people.csv", "--no-finish", "--json", *more]
    summary = succeed(cli(*command, *(arguments(options))), 0, 3)
    assert summary["state"] == "committed"
    return summary


def import_batch(cli: Cli, lines: Sequence[Line], options: Options, *more: str) -> dict[str, Any]:
    return import_people(cli, lines, options, "--batch", *NO_GUARDS, *more)


def counts_of(summary: dict[str, Any]) -> dict[str, Any]:
    return {name: summary[name] for name in Counts().as_json()}


def rejects(of: str = "people.csv") -> dict[int, str]:
    """Line of the last import, from 0 -> code."""
    file = Path(f"{of}.rejects.csv")
    if not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as rows:
        return {int(row["_line"]) - 2: row["_code"] for row in csv.DictReader(rows)}


def codes(lines: Sequence[Line], fates: Sequence[Fate]) -> dict[int, str]:
    """What `rejects` must give for these fates: of a bad line, what is wrong with it."""
    found = {}
    for number, (line, fate) in enumerate(zip(lines, fates, strict=True)):
        if fate.kind == "rejected":
            assert fate.code is not None
            own = "invalid_mbox" if line.bad else "names_nobody"
            if line.previous_custom_id and line.custom_id is None:
                own = "previous_without_custom_id"
            found[number] = own if fate.code == "bad" else fate.code
    return found


def group_codes(fates: Sequence[Fate]) -> dict[int, str]:
    """Likewise of lines about groups."""
    rejected = {number: str(fate.code) for number, fate in enumerate(fates) if fate.kind == "rejected"}
    return {number: "ragged_line" if code == "bad" else code for number, code in rejected.items()}


def changed_nothing(summary: dict[str, Any]) -> bool:
    counts = counts_of(summary)
    beside = {"rows", "rejected", "waiting", "unchanged"}
    flat = {(name, what): n for name, part in counts.items() if name not in beside for what, n in part.items()}
    told = {("personas", "left"), ("leavers", "people"), ("leavers", "held")}
    return not any(n for what, n in flat.items() if what not in told)
