"""Personas that are identified Groups (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Personas get an object type; running imports an index."""
    run_file("0021_object_types.sql")
