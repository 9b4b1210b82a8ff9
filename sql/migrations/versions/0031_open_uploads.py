"""Uploads that have not ended (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """An index of them."""
    run_file("0031_open_uploads.sql")
