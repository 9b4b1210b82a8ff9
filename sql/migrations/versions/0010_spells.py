"""Spells: a persona belongs to people one after another (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Give personas a beginning, and room for the spells before it."""
    run_file("0010_spells.sql")
