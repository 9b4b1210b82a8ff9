"""People who were erased do not come back (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Make tables of keyed hashes."""
    run_file("0019_erasure.sql")
