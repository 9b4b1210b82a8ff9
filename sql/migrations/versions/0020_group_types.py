"""Which types of groups there are (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Make a table of the types that groups have, or may have."""
    run_file("0020_group_types.sql")
