"""Spells, looked up wherever they are joined (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """The view is written otherwise, and says the same."""
    run_file("0030_spells.sql")
