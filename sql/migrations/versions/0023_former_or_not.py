"""A custom_id or a former one, not both (the SQL is in the file of the same name)."""

import polars as pl
from alembic import context, op
from sqlalchemy import text

from identity.custom_ids import near_column
from sql.migrations import run_file

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Who has both is known by the custom_id alone, also by its near form, which may have been the other's."""
    if context.is_offline_mode():  # in a script, for whose reader no form can be made: none is near them
        for table in ("people", "person_versions"):
            op.execute(
                f"UPDATE {table} SET near_custom_id = NULL"  # noqa: S608 - its own words
                " WHERE custom_id IS NOT NULL AND former_custom_id IS NOT NULL"
            )
    else:
        connection = op.get_bind()
        for table in ("people", "person_versions"):
            both = f"FROM {table} WHERE custom_id IS NOT NULL AND former_custom_id IS NOT NULL"
            ids = [custom_id for (custom_id,) in connection.execute(text(f"SELECT DISTINCT custom_id {both}"))]
            connection.execute(
                text(
                    f"UPDATE {table} AS t SET near_custom_id = n.form"  # noqa: S608 - its own words
                    " FROM unnest(CAST(:ids AS text[]), CAST(:forms AS text[])) AS n (custom_id, form)"
                    " WHERE t.custom_id = n.custom_id AND t.former_custom_id IS NOT NULL"
                ),
                {"ids": ids, "forms": near_column(pl.Series(ids, dtype=pl.String)).to_list()},
            )
    run_file("0023_former_or_not.sql")
