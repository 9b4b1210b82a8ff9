"""Reporting records by month, attempts, and what an interaction is (the SQL is in the file of the same name)."""

from sql.migrations import run_file

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Give the lowest records their month; every persona with statements is pending."""
    run_file("0004_reports.sql")
