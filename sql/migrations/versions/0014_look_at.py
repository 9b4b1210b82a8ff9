"""Statistics for whoever writes (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the function that looks at a table, for whoever may write to it."""
    run_file("0014_look_at.sql")
