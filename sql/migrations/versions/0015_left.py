"""What imports left where it was (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make a table of identifiers that stayed."""
    run_file("0015_left.sql")
