"""How far other record stores have been read (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make a table of places."""
    run_file("0017_places_read.sql")
