"""An index of the runs that are not finished (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0025"
down_revision = "0022"


def upgrade() -> None:
    """Make the index."""
    run_file("0025_unfinished_imports.sql")
