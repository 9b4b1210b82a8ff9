"""What tests of commands write, ask and read."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg
from conftest import Cli, Result

TABLES = (
    "organisations", "sources", "people", "personas", "groups", "group_parents", "memberships", "source_people",
    "activities", "statements", "pending", "persona_activity_records", "person_activity_records", "person_records",
    "group_records",
)  # fmt: skip
"""All that an import may change; the history stands outside."""


def write(file: str, *lines: str) -> str:
    Path(file).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def contents(url: str) -> dict[str, list[str]]:
    """Every row of every table but the history."""
    with psycopg.connect(url) as connection:
        return {
            t: sorted(row for (row,) in connection.execute(f"SELECT CAST(t AS text) FROM {t} AS t")) for t in TABLES
        }


def ask(url: str, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query, parameters).fetchall()


def change(url: str, command: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(command)


def as_json(result: Result, exit_code: int = 0) -> dict[str, Any]:
    assert result.exit_code == exit_code, result
    found: dict[str, Any] = json.loads(result.stdout)
    assert result.stdout == json.dumps(found, ensure_ascii=False) + "\n", "one object, and nothing else"
    return found


def people(cli: Cli, *to: str) -> list[dict[str, Any]]:
    """The Person objects."""
    result = cli("export-people", "--format", "jsonl", *to)
    assert result.exit_code == 0, result
    return [json.loads(line) for line in result.stdout.splitlines()]


def emails(person: dict[str, Any]) -> list[str]:
    return sorted(persona["mbox"].removeprefix("mailto:") for persona in person["personas"])


def by_custom_id(found: Iterable[dict[str, Any]]) -> dict[str | None, list[str]]:
    return {person["customId"]: emails(person) for person in found}


def many(count: int, email: str = "p{}@example.org") -> list[str]:
    return ["custom_id,email", *(f"P{n},{email.format(n)}" for n in range(count))]


def rows_of(file: str) -> list[dict[str, str]]:
    with open(file, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


BOB = {"mbox": "mailto:bob.smith@example.com"}
BOB_ACCOUNT = {"account": {"homePage": "http://cloud.scorm.com/", "name": "W74TDQ7PZG|251479"}}
RECORDS = """
    SELECT p.custom_id, r.interactions, r.activities, r.completed
    FROM people AS p JOIN person_records AS r ON r.person_id = p.id ORDER BY p.custom_id
"""


def statement(actor: dict[str, Any], course: int) -> str:
    return json.dumps(
        {
            "actor": actor | {"name": "Bob"},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": f"http://example.com/course/{course}"},
            "result": {"completion": True},
            "timestamp": "2026-01-02T03:04:05Z",
        }
    )


def refused(cli: Cli, url: str, *command: str) -> str:
    before = contents(url)
    found = as_json(cli("import-people", *command, "--batch", "--json"), 4)
    assert found["state"] == "refused"
    # The feed may be known by now; who is who is as it was.
    assert contents(url) | {"sources": []} == before | {"sources": []}
    assert cli("resume-source", "people").exit_code == 0
    error: str = found["error"]
    return error
