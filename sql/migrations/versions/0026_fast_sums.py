"""Sums of few (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0026"
down_revision = "0022"


def upgrade() -> None:
    """Make the sum of few; count in records of personas and people in four bytes."""
    run_file("0026_fast_sums.sql")
