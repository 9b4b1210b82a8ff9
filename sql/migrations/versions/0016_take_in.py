"""Many rows into tables of few (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the function that takes rows in, for whoever may write."""
    run_file("0016_take_in.sql")
