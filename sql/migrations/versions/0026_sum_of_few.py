"""The sum of few (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Make the aggregate that adds up few numerics."""
    run_file("0026_sum_of_few.sql")
