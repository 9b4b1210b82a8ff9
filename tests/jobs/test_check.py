"""finish-batch-updates --check finds every record that is not what it is made of, and says how it is, and should be."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from conftest import Cli
from faults import statement, write_csv, write_statements

from jobs.importing.finish import check
from sql.database import connected

RECORDS = ("persona_activity_records", "person_activity_records", "person_records", "group_records")


def make_before(cli: Cli) -> None:
    """Two people in a group, with interactions, all recorded."""
    rows = [(f"c{n}", f"p{n}@corp.example", "g") for n in range(2)]
    people = write_csv(Path("people.csv"), rows, ("custom_id", "email", "groups"))
    said = [statement(n, f"p{n % 2}@corp.example", activity=n % 3) for n in range(8)]
    assert cli("import-statements", str(write_statements(Path("said.jsonl"), said))).exit_code == 0
    assert cli("import-people", str(people), "--batch", "--create-groups").exit_code == 0
    assert cli("finish-batch-updates", "--check").exit_code == 0


@pytest.mark.parametrize("table", RECORDS)
@pytest.mark.parametrize("fault", ["UPDATE {} SET completed = completed + 7", "DELETE FROM {}"])
def test_a_record_that_is_wrong_or_missing_is_found(table: str, fault: str, cli: Cli, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(fault.format(table)).rowcount
        assert rows
    checked = cli("finish-batch-updates", "--check", "--json")
    assert checked.exit_code == 1
    assert "differ from what they are made of" in checked.stderr
    assert json.loads(checked.stdout)["differences"] >= 1
    shown = [line for line in cli("finish-batch-updates", "--check").stdout.splitlines() if f" {table} " in line]
    assert shown
    for line in shown:
        assert ": is (" in line or ", is (" in line, line
        assert ("stored (" in line) == fault.startswith("UPDATE"), line


@pytest.mark.parametrize("table", RECORDS)
def test_a_record_of_nobody_is_found(table: str, cli: Cli, database_url: str) -> None:
    """It is of somebody who is gone, and whom no mark names."""
    key = table.split("_")[0]
    with psycopg.connect(database_url) as connection:
        connection.execute(
            f"INSERT INTO {table} SELECT (jsonb_populate_record(r, %s)).* FROM {table} AS r LIMIT 1",
            [json.dumps({f"{key}_id": 4711})],
        )
    checked = cli("finish-batch-updates", "--check")
    assert checked.exit_code == 1
    assert [line for line in checked.stdout.splitlines() if f"{table} 4711: stored (" in line]


def test_what_is_pending_is_stale_and_not_wrong(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE group_records SET completed = 99")
    with connected(database_url) as database:
        assert [row["record"] for row in check(database, 1)] == ["group_records"]
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO pending (organisation_id, subject, subject_id) SELECT 1, 'group', id FROM groups"
        )
    with connected(database_url) as database:
        assert check(database, 1) == []
