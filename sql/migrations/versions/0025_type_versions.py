"""Types of groups have a history (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0025"
down_revision = "0023"


def upgrade() -> None:
    """Types of groups say who made them, and what they were before is kept."""
    run_file("0025_type_versions.sql")
