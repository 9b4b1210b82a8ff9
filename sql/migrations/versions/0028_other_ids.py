"""Records are found by the ids that they had in another system (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Make a table of these ids."""
    run_file("0028_other_ids.sql")
