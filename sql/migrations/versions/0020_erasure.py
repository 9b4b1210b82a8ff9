"""People who were erased do not come back (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0020"
down_revision = "0017"


def upgrade() -> None:
    """Make tables of keyed hashes."""
    run_file("0020_erasure.sql")
