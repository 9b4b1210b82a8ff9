"""report-activities: what has been done with each activity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.command import Session, command
from jobs.report_options import report, report_options

if TYPE_CHECKING:
    from sql.database import Transaction

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

    return report(session, form, COLUMNS, "reports/activities.sql", Asked(**options), prepare)


def prepare(transaction: Transaction, parameters: dict[str, Any]) -> None:
    """Whom it is about, and what they have done."""
    transaction.execute("reports/05_below.sql", **parameters)
    transaction.step("reports/06_below_is_known.sql")
    transaction.execute("reports/10_scope.sql", **parameters)
    transaction.step("reports/15_scope_is_known.sql")
    transaction.execute("reports/20_facts.sql", **parameters)


if __name__ == "__main__":
    main()
