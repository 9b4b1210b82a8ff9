"""Changes say whether a row stands as an import made it (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Give the views of changes a column more."""
    run_file("0006_as_made.sql")
