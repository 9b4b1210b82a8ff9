"""`sql/tables.py` and the catalogue know the same tables, with the same keys and columns."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from sql.tables import TABLES, Table

CHANGED = ("changed_by", "said_in")
"""What every table with versions has beside its own."""
WITH_VERSIONS = [table for table in TABLES.values() if table.versions]

COLUMNS = """
    SELECT c.relname, a.attname
    FROM pg_class AS c
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = CAST('public' AS regnamespace) AND c.relkind IN ('r', 'v')
"""
KEYS = """
    SELECT CAST(CAST(k.conrelid AS regclass) AS text), a.attname
    FROM pg_constraint AS k
    JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
    WHERE k.contype = 'p' AND k.connamespace = CAST('public' AS regnamespace)
"""


def ask(url: str, query: str) -> dict[str, set[str]]:
    """The rows of a query as table -> columns."""
    found: dict[str, set[str]] = {}
    with psycopg.connect(url) as connection:
        for table, column in connection.execute(query).fetchall():  # type: ignore[call-overload]
            found.setdefault(table, set()).add(column)
    return found


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_table_has_the_columns_that_it_is_said_to_have(table: Table, migrated: str) -> None:
    there = ask(migrated, COLUMNS)[table.name]
    assert there == {"organisation_id", *table.key, *table.columns, *(CHANGED if table.versions else ())}
    assert ask(migrated, KEYS)[table.name] == {"organisation_id", *table.key}


@pytest.mark.parametrize("table", WITH_VERSIONS, ids=lambda table: table.name)
def test_its_versions_have_all_that_is_kept(table: Table, migrated: str) -> None:
    """And so have the views that tell what it was like, and what each import did to it."""
    versions = str(table.versions)
    kept = {"organisation_id", *table.kept, "replaced_by"}
    columns = ask(migrated, COLUMNS)
    assert columns[versions] == kept
    assert columns[versions.replace("_versions", "_states")] == kept
    assert columns[versions.replace("_versions", "_changes")] >= {"import_id", "before", "after", *table.key}
    assert ask(migrated, KEYS)[versions] == {"organisation_id", *table.key, "replaced_by"}


def test_no_table_has_a_history_that_is_not_told(migrated: str) -> None:
    columns = ask(migrated, COLUMNS)
    assert {name for name in columns if name.endswith("_versions")} == {table.versions for table in WITH_VERSIONS}
    told: set[Any] = {table.name for table in WITH_VERSIONS}
    of_views = {table.versions.replace("_versions", "_states") for table in WITH_VERSIONS if table.versions}
    assert {name for name, there in columns.items() if "changed_by" in there} == told | of_views | {
        table.versions for table in WITH_VERSIONS
    }
