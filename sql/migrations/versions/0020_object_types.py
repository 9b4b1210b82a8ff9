"""Personas that are identified Groups (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Personas get an object type; running imports an index."""
    run_file("0020_object_types.sql")
