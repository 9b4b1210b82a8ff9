"""Row by row: the records of people are made with their line, those of their groups at the end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
from conftest import Cli
from psycopg.rows import dict_row


def rows(url: str, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(query).fetchall()


def prepared(cli: Cli) -> None:
    """A is in a group, and somebody whom nobody knows has done something."""
    Path("people.csv").write_text("custom_id,email,groups\nA,a@x.example,g\n")
    assert cli("import-people", "people.csv", "--create-groups").exit_code == 0
    statement = {
        "id": "c3f8c3a0-0000-4000-8000-000000000001",
        "actor": {"mbox": "mailto:b@x.example"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://x.example/a"},
        "timestamp": "2026-01-05T09:00:00Z",
    }
    Path("statements.jsonl").write_text(json.dumps(statement))
    assert cli("import-statements", "statements.jsonl").exit_code == 0


def test_stopped_in_the_middle_groups_are_pending_and_people_are_not(cli: Cli, database_url: str) -> None:
    prepared(cli)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE people ADD CONSTRAINT no_c CHECK (custom_id <> 'C')")
    Path("rows.csv").write_text("custom_id,email\nA,b@x.example\nC,c@x.example\n")
    assert cli("import-people", "rows.csv").exit_code == 5
    assert rows(database_url, "SELECT interactions FROM person_records") == [{"interactions": 1}]
    assert rows(database_url, "SELECT DISTINCT subject FROM pending") == [{"subject": "group"}]
    assert rows(database_url, "SELECT interactions FROM group_records") == [{"interactions": 0}]
    assert cli("finish-batch-updates", "--check").exit_code == 0
    assert rows(database_url, "SELECT interactions FROM group_records") == [{"interactions": 1}]


def test_at_the_end_nothing_is_pending(cli: Cli, database_url: str) -> None:
    prepared(cli)
    Path("rows.csv").write_text("custom_id,email\nA,b@x.example\nB,b@x.example\nA,b@x.example\n")
    told = cli("import-people", "rows.csv").stdout
    assert "stale        3 people, 1 groups" in told, "each of them once"
    assert "recomputed   6 people, 1 groups" in told, "who has the persona now and who had it, three times"
    assert rows(database_url, "SELECT counts -> 'pending' AS pending FROM imports ORDER BY id DESC LIMIT 1") == [
        {"pending": {"people": 3, "groups": 1}}
    ]
    assert rows(database_url, "SELECT * FROM pending") == []
    assert cli("finish-batch-updates", "--check").exit_code == 0


def test_without_the_finish_all_is_pending(cli: Cli, database_url: str) -> None:
    prepared(cli)
    Path("rows.csv").write_text("custom_id,email\nA,b@x.example\n")
    assert cli("import-people", "rows.csv", "--no-finish").exit_code == 0
    assert rows(database_url, "SELECT DISTINCT subject FROM pending ORDER BY 1") == [
        {"subject": "group"},
        {"subject": "person"},
    ]
    assert cli("finish-batch-updates", "--check").exit_code == 0
