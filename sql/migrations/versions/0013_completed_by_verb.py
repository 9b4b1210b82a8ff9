"""What completes, and what is passed or failed, by its verb too (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Say so in the view of interactions, and have the records made again that it concerns."""
    run_file("0013_completed_by_verb.sql")
