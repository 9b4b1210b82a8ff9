"""Columns whose names said something else than what they have (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Rename them, in tables and in the views of changes."""
    run_file("0009_said_in.sql")
