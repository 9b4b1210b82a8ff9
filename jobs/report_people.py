"""report-people: what each person has done."""

from __future__ import annotations

from typing import Any

import click

from jobs.reporting.report import report
from jobs.reporting.report_options import report_options
from jobs.shell.command import Session, command

COLUMNS = (
    "custom_id",
    "name",
    "interactions",
    "activities",
    "completed",
    "passed",
    "failed",
    "mean_score",
    "seconds_spent",
    "first_at",
    "last_at",
)


@command("report-people", reads=True)
@report_options(
    COLUMNS,
    "custom_id",
    {
        "group": "Only members of this group and all below it.",
        "activity": "Only interactions with this activity.",
        "person": "Only this person: a custom_id, an identifier, or '#17'.",
    },
)
@click.option("--all", "everybody", is_flag=True, help="Also people without interactions.")
def main(session: Session, *, form: str, **options: Any) -> int:
    """Show what people have done: those who have interactions, with --all everybody."""
    from jobs.reporting.asked import Asked

    return report(session, form, COLUMNS, "report of people", Asked(**options), known=("below",))


if __name__ == "__main__":
    main()
