"""The options that reports share, and how a report goes: found, shown, and said whether it is fresh."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from jobs.shell.failures import DONE, UsageFailure

if TYPE_CHECKING:
    from jobs.reporting.asked import Asked
    from jobs.shell.command import Session
    from sql.database import Transaction

More = Callable[["Transaction", Sequence[dict[str, Any]]], tuple[list[str], dict[str, Any]]]


PAGED = "reports/page.sql"


def report_options(columns: Sequence[str], default: str, about: dict[str, str]) -> Callable[[Any], Any]:
    """The options of a report with these columns, sorted by `default`; `about`: what each filter does."""
    options = (
        click.option("--group", metavar="CUSTOMID", help=about["group"]),
        click.option("--activity", metavar="IRI", help=about["activity"]),
        click.option("--person", metavar="CUSTOMID", help=about["person"]),
        click.option(
            "--since", metavar="TIME", help="Only interactions at this time or later: 2026-03, 2026-03-15, a time."
        ),
        click.option("--until", metavar="TIME", help="Only interactions before this time."),
        click.option(
            "--sort",
            metavar="COLUMN",
            type=click.Choice(columns),
            default=default,
            show_default=True,
            help=f"Sort by one of: {', '.join(columns)}.",
        ),
        click.option("--descending", is_flag=True, help="The greatest first."),
        click.option(
            "--limit",
            metavar="N",
            type=click.IntRange(min=0),
            help="So many rows; default: 50 in a table, otherwise all.",
        ),
        click.option(
            "--offset",
            metavar="N",
            type=click.IntRange(min=0),
            default=0,
            show_default=True,
            help="Pass over so many rows first.",
        ),
        click.option(
            "--format",
            "form",
            type=click.Choice(["table", "csv", "json"]),
            default="table",
            show_default=True,
            help="csv and json: the rows alone, json as an array of objects.",
        ),
    )

    def decorate(function: Any) -> Any:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def report(
    session: Session,
    form: str,
    columns: Sequence[str],
    job: str,
    asked: Asked,
    more: More | None = None,
    *,
    known: Sequence[str] = (),
) -> int:
    """Show a report (one of `sql.steps.JOBS`) as it is at one moment; gives the exit code.

    more: lines below the table, and what `--json` has of them. known: steps asked beforehand, for the planner.
    """
    from jobs.reporting import fresh, rows
    from jobs.reporting.asked import PAGE
    from jobs.shell.outgoing import Outgoing, to_stdout
    from sql.reading import Reading
    from sql.steps import JOBS

    terminal = session.terminal
    if form != "table" and terminal.as_json:
        raise UsageFailure(f"--json and --format {form} would share standard output: leave one out")
    with session.database.snapshot() as transaction:
        parameters = asked.parameters(transaction, session)
        pending = transaction.row("finish/left.sql", organisation=session.organisation)
        reading = Reading(transaction, *JOBS[job], **parameters)
        for table in known:
            reading.know(table)
        if form != "table":
            lines = {"csv": rows.csv_lines, "json": rows.json_lines}[form]
            to_stdout(terminal, Outgoing(lines(columns, reading.stream(PAGED))))
            (terminal.warn if any(pending.values()) else terminal.aside)(fresh.said(pending))
            return DONE
        limit = PAGE if asked.limit is None else parameters["limit"]
        found = reading.rows(PAGED, limit=limit + 1)
        page = found[:limit]
        below, told = more(transaction, page) if more else ([], {})
    for line in (session.where, fresh.said(pending), "", *rows.table_lines(columns, page)):
        terminal.line(line)
    if len(found) > limit:
        terminal.line(f"… and more: --offset {asked.offset + limit}")
    for line in below:
        terminal.line(line)
    terminal.result(
        {
            **session.names,
            "pending": dict(pending),
            "offset": asked.offset,
            "rows": [rows.as_json(columns, row) for row in page],
            "more": len(found) > limit,
            **told,
        }
    )
    return DONE
