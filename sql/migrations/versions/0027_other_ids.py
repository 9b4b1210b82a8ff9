"""Records are found by the ids that they had in another system (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Make a table of these ids."""
    run_file("0027_other_ids.sql")
