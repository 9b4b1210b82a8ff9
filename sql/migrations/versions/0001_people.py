"""The first schema (its SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table in the database's current schema."""
    run_file("0001_people.sql")
