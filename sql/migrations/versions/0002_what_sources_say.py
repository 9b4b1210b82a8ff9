"""What sources say of groups' parents, and what of theirs was rejected (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Give parents their source, and keep the rejects of each source's last import."""
    run_file("0002_what_sources_say.sql")
