"""An index of the runs that are not finished (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Make the index."""
    run_file("0027_committed_imports.sql")
