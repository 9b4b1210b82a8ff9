"""Files that are sent over HTTP (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Make tables of mappings that are kept, and of files that are sent, with what becomes of them."""
    run_file("0022_uploads.sql")
