"""Former custom_ids, and the form under which ids coincide (the SQL is in the file of the same name)."""

import polars as pl
from alembic import context, op
from sqlalchemy import text

from identity.custom_ids import near_column
from sql.migrations import run_file

revision = "0011"
down_revision = "0010"

AT_ONCE = 50_000
"""So many rows are brought up to date at once."""


def upgrade() -> None:
    """Give people a former custom_id, and all of them the near form of theirs."""
    run_file("0011_former_ids.sql")
    if not context.is_offline_mode():
        _fill("people", ("organisation_id", "id"))
        _fill("person_versions", ("organisation_id", "replaced_by", "id"))
    op.create_index("people_by_near_custom_id", "people", ["organisation_id", "near_custom_id", "custom_id"])
    op.create_index(
        "people_by_former_custom_id",
        "people",
        ["organisation_id", "former_custom_id", "lost_at"],
        postgresql_where=text("former_custom_id IS NOT NULL"),
    )


def _fill(table: str, key: tuple[str, ...]) -> None:
    """Give every custom_id of a table its near form, in bounded memory."""
    connection = op.get_bind()
    keys = ", ".join(key)
    same = " AND ".join(f"t.{column} = n.{column}" for column in key)
    after = f"WHERE custom_id IS NOT NULL AND ({keys}) > ({', '.join(f':{column}' for column in key)})"
    last = dict.fromkeys(key, -1)
    while found := connection.execute(
        text(f"SELECT {keys}, custom_id FROM {table} {after} ORDER BY {keys} LIMIT {AT_ONCE}"), last  # noqa: S608
    ).fetchall():
        forms = near_column(pl.Series([row[-1] for row in found], dtype=pl.String)).to_list()
        columns = [list(column) for column in zip(*(tuple(row)[:-1] for row in found), strict=True)]
        given = ", ".join(f"CAST(:{column} AS bigint[])" for column in key)
        connection.execute(
            text(
                f"UPDATE {table} AS t SET near_custom_id = n.form"  # noqa: S608 - its own words
                f" FROM unnest({given}, CAST(:forms AS text[])) AS n ({keys}, form) WHERE {same}"
            ),
            {**dict(zip(key, columns, strict=True)), "forms": forms},
        )
        last = dict(zip(key, tuple(found[-1])[:-1], strict=True))
