"""report-activities: what has been done with each activity."""

from __future__ import annotations

from typing import Any

from jobs.reporting.report import report
from jobs.reporting.report_options import report_options
from jobs.shell.command import Session, command

COLUMNS = ("activity", "people", "interactions", "completed", "mean_score", "last_at")


@command("report-activities", reads=True)
@report_options(
    COLUMNS,
    "activity",
    {
        "group": "Only what members of this group and all below it did.",
        "activity": "Only this activity.",
        "person": "Only what this person did: a custom_id, an identifier, or '#17'.",
    },
)
def main(session: Session, *, form: str, **options: Any) -> int:
    """Show what has been done with activities, and by how many people."""
    from jobs.reporting.asked import Asked

    return report(session, form, COLUMNS, "report of activities", Asked(**options), known=("below",))


if __name__ == "__main__":
    main()
