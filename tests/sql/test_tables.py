"""What `sql.tables` knows of the tables that last is what they are."""

from __future__ import annotations

import psycopg
import pytest

from sql.tables import TABLES, Table

COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = CAST(%s AS regclass) AND attnum > 0 AND NOT attisdropped"


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_each_column_is_known(table: Table, migrated: str) -> None:
    with psycopg.connect(migrated) as connection:
        columns = {name for (name,) in connection.execute(COLUMNS, [table.name])}
        versions = {name for (name,) in connection.execute(COLUMNS, [table.versions])} if table.versions else set()
    signed = {"changed_by", "said_at"} if table.versions else set()
    assert columns == {"organisation_id", *table.key, *table.columns, *signed}
    assert versions == ({"organisation_id", *table.kept, "replaced_by"} if table.versions else set())
