"""The records and the reports of the commands, to be held to those of the model (`model_reports.py`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import psycopg
from conftest import Cli
from model import World
from model_reports import Figures, Filter, Records, Spells, records, report_activities, report_groups, report_people

COMMON = """
    r.interactions, r.completed, r.passed, r.failed, r.scores, r.score_sum, r.seconds, r.first_at, r.last_at
"""
OF_ONE = "r.attempts, r.best_score, r.completed_at, r.passed_at"
SPELLS = """
    FROM spells AS s JOIN personas AS i ON i.organisation_id = o.id AND i.id = s.persona_id
    WHERE s.organisation_id = o.id AND s.person_id = r.person_id ORDER BY i.ifi, s.begins_at
"""
WHO = f"ARRAY(SELECT i.ifi {SPELLS}) AS ifis, ARRAY(SELECT nullif(s.begins_at, '-infinity') {SPELLS}) AS begins_ats"
OF_PERSONAS = f"""
    SELECT p.ifi, nullif(r.begins_at, '-infinity') AS begins_at, a.iri, to_char(r.month, 'YYYY-MM') AS month,
           {COMMON}, {OF_ONE}
    FROM persona_activity_records AS r JOIN organisations AS o ON o.id = r.organisation_id
    LEFT JOIN personas AS p ON p.id = r.persona_id LEFT JOIN activities AS a ON a.id = r.activity_id WHERE o.name = %s
"""
OF_ACTIVITIES = f"""
    SELECT {WHO}, a.iri, {COMMON}, {OF_ONE}
    FROM person_activity_records AS r JOIN organisations AS o ON o.id = r.organisation_id
    LEFT JOIN activities AS a ON a.id = r.activity_id WHERE o.name = %s
"""
OF_PEOPLE = f"""
    SELECT {WHO}, r.activities, {COMMON}
    FROM person_records AS r JOIN organisations AS o ON o.id = r.organisation_id WHERE o.name = %s
"""
OF_GROUPS = f"""
    SELECT g.custom_id, r.members, r.active_members, {COMMON}
    FROM group_records AS r JOIN organisations AS o ON o.id = r.organisation_id
    LEFT JOIN groups AS g ON g.id = r.group_id WHERE o.name = %s
"""


def compare_records(url: str, worlds: Iterable[World], organisation: str = "default") -> None:
    """Every stored record is the model's, on each level, and there are no others."""
    expected = records(worlds)
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:

        def rows(query: str) -> list[dict[str, Any]]:
            return connection.execute(query, [organisation]).fetchall()

        found = Records(
            {(row["ifi"], row["begins_at"], row["iri"], row["month"]): row for row in rows(OF_PERSONAS)},
            {(who(row), row["iri"]): row for row in rows(OF_ACTIVITIES)},
            {who(row): row for row in rows(OF_PEOPLE)},
            {row["custom_id"]: row for row in rows(OF_GROUPS)},
        )
    must = Records(
        expected.of_personas,
        expected.of_activities,
        expected.of_people,
        {group: last for group, (_, _, last) in expected.of_groups.items()},
    )
    for level, stored, right in zip(Records._fields, found, must, strict=True):
        assert stored.keys() == right.keys(), level
        for key, row in stored.items():
            told = {name: plain(row[name]) for name in Figures._fields if name in row}
            assert told == {name: getattr(right[key], name) for name in told}, (level, key)
    for group, (members, active, _) in expected.of_groups.items():
        row = found.of_groups[group]
        assert (row["members"], row["active_members"]) == (members, active), group


def who(row: dict[str, Any]) -> Spells:
    """Of whom a record is."""
    return frozenset(zip(row["ifis"], row["begins_ats"], strict=True))


def plain(value: Any) -> Any:
    return Fraction(value) if isinstance(value, Decimal) else value


def arguments(asked: Filter) -> list[str]:
    """The options of a filter."""
    words = []
    for name, value in asked._asdict().items():
        if value is not None:
            words += [f"--{name}", value.isoformat() if isinstance(value, datetime) else value]
    return words


def reported(cli: Cli, command: str, *more: str) -> list[dict[str, Any]]:
    """The rows of a report, its numbers and times as the model has them."""
    ran = cli(command, "--format", "json", *more)
    assert ran.exit_code == 0, ran
    rows = json.loads(ran.stdout, parse_float=Fraction, parse_int=Fraction)
    for row in rows:
        for name in row.keys() & {"first_at", "last_at"}:
            row[name] = row[name] and datetime.fromisoformat(row[name])
    return list(rows)


def compare_reports(cli: Cli, world: World, asked: Filter, *more: str) -> None:
    """All three reports, asked for this, say what the model says."""
    words = [*arguments(asked), *more]
    everybody = asked.group is not None
    people = report_people(world, asked, everybody)
    found = reported(cli, "report-people", *words, *(["--all"] if everybody else []))
    same(sorted(found, key=_place), sorted(people, key=_place))
    custom_ids = [row["custom_id"] for row in found]
    assert custom_ids == sorted(custom_ids, key=lambda custom_id: (custom_id is None, custom_id)), asked
    groups = reported(cli, "report-groups", *words)
    same([{k: v for k, v in row.items() if k not in ("name", "type")} for row in groups], report_groups(world, asked))
    same(reported(cli, "report-activities", *words), report_activities(world, asked))


def same(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    """The same rows; mean scores, which may have no end, to twelve decimals."""
    for rows in (found, expected):
        for row in rows:
            if row.get("mean_score") is not None:
                row["mean_score"] = round(row["mean_score"], 12)
    assert found == expected


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    """Where a row of people stands when both sides are sorted."""
    return (
        *(str(row[name]) for name in ("custom_id", "name", "first_at", "last_at")),
        row["interactions"],
        row["seconds_spent"],
    )
