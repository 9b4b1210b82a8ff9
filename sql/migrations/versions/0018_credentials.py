"""Who may ask over HTTP (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make a table of credentials, and one of the requests that they have had."""
    run_file("0018_credentials.sql")
