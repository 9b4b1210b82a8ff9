"""The planner is told that few statements void others (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the view of interactions anew."""
    run_file("0007_few_voided.sql")
