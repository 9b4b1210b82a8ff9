"""Room in the pages of people, and of what sources say of them (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Leave it from now on."""
    run_file("0029_room.sql")
