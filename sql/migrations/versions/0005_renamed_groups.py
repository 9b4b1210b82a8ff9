"""What sources say that groups' customIds were before (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Keep the previous customIds that sources give groups, with their history."""
    run_file("0005_renamed_groups.sql")
