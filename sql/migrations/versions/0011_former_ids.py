"""Former custom_ids, and the form under which ids coincide (the SQL is in the file of the same name)."""

from collections.abc import Sequence
from typing import Any

import polars as pl
from alembic import context, op
from sqlalchemy import text

from identity.custom_ids import near_column
from sql.migrations import run_file

revision = "0011"
down_revision = "0010"

AT_ONCE = 5_000
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
    bounds = {end: ", ".join(f":{end}_{column}" for column in key) for end in ("after", "up_to")}
    # Of the table, each UPDATE is to read these rows alone: with all of them it would cost the square.
    some = f"({', '.join(f't.{column}' for column in key)})"
    within = f"{some} > ({bounds['after']}) AND {some} <= ({bounds['up_to']})"
    next_ones = text(
        f"SELECT {keys}, custom_id FROM {table} AS t"  # noqa: S608 - its own words
        f" WHERE custom_id IS NOT NULL AND {some} > ({bounds['after']}) ORDER BY {keys} LIMIT {AT_ONCE}"
    )
    after = dict.fromkeys([f"after_{column}" for column in key], -1)
    while found := connection.execute(next_ones, after).fetchall():
        forms = near_column(pl.Series([row[-1] for row in found], dtype=pl.String)).to_list()
        columns = [list(column) for column in zip(*(tuple(row)[:-1] for row in found), strict=True)]
        given = ", ".join(f"CAST(:{column} AS bigint[])" for column in key)
        connection.execute(
            text(
                f"UPDATE {table} AS t SET near_custom_id = n.form"  # noqa: S608 - its own words
                f" FROM unnest({given}, CAST(:forms AS text[])) AS n ({keys}, form) WHERE {same} AND {within}"
            ),
            {**dict(zip(key, columns, strict=True)), "forms": forms, **after, **_named("up_to", key, found[-1])},
        )
        after = _named("after", key, found[-1])


def _named(end: str, key: tuple[str, ...], row: Sequence[Any]) -> dict[str, int]:
    """The key of a row, as parameters."""
    return {f"{end}_{column}": value for column, value in zip(key, row, strict=False)}
