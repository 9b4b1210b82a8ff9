"""Room in the pages of people, and of what sources say of them (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Leave it from now on."""
    run_file("0028_room.sql")
