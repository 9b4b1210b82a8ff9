"""report-groups: what the people of each group have done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from jobs.reporting.report import report
from jobs.reporting.report_options import report_options
from jobs.shell.command import Session, command

if TYPE_CHECKING:
    from sql.database import Transaction

COLUMNS = (
    "custom_id",
    "name",
    "type",
    "members",
    "active_members",
    "interactions",
    "completed",
    "mean_score",
    "seconds_spent",
    "last_at",
)


@command("report-groups", reads=True)
@report_options(
    COLUMNS,
    "custom_id",
    {
        "group": "Only this group and all below it.",
        "activity": "Only interactions with this activity.",
        "person": "Only groups that this person is in, and all above them: a custom_id, an identifier, or '#17'.",
    },
)
def main(session: Session, *, form: str, **options: Any) -> int:
    """Show what the people of groups have done: each group with all below it, each person once.

    Below the table: what the last import changed in these groups.
    """
    from jobs.reporting.asked import Asked

    def changes(transaction: Transaction, page: Sequence[dict[str, Any]]) -> tuple[list[str], dict[str, Any]]:
        from jobs.reporting.changes import last_import

        return last_import(transaction, session.organisation, page)

    known = ("subjects", "descendants")
    return report(session, form, COLUMNS, "report of groups", Asked(**options), changes, known=known)


if __name__ == "__main__":
    main()
