"""What every import changed, before and after, and what follows from it (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Keep replaced versions of rows, pins, suspended sources and what undoes what."""
    run_file("0003_history.sql")
