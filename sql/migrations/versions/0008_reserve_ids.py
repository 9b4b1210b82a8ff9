"""One place that reserves blocks of ids (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the function that all reservations go through."""
    run_file("0008_reserve_ids.sql")
