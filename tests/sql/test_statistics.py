"""After a first try with one person comes the file with thousands: it must not be planned as if there were one."""

from __future__ import annotations

from pathlib import Path

import psycopg
from conftest import Cli


def test_statistics_grow_within_the_import_that_makes_tables_grow(cli: Cli, database_url: str) -> None:
    header = "custom_id,name,email,groups\n"
    Path("one.csv").write_text(header + "1,Ada,ada@example.com,all\n", encoding="utf-8")
    Path("many.csv").write_text(
        header + "".join(f"{n},Person {n},person{n}@example.com,all|g{n % 50}\n" for n in range(2, 6002)),
        encoding="utf-8",
    )
    with psycopg.connect(database_url, autocommit=True) as connection:
        for table in ("people", "personas", "memberships", "source_people"):
            connection.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
        for file in ("one.csv", "many.csv"):
            assert cli("import-people", file, "--batch", "--create-groups").exit_code == 0
        known = dict(
            connection.execute(
                "SELECT relname, reltuples FROM pg_class"
                " WHERE relname IN ('people', 'personas', 'memberships', 'source_people')"
            ).fetchall()
        )
    assert {table: round(rows) for table, rows in known.items()} == {
        "people": 6001,
        "personas": 6001,
        "memberships": 12001,
        "source_people": 6001,
    }
