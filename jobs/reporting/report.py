"""How a report goes: found, shown, and said whether it is fresh."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from jobs.shell.failures import DONE, UsageFailure

if TYPE_CHECKING:
    from jobs.reporting.asked import Asked
    from jobs.shell.command import Session
    from sql.database import Transaction

More = Callable[["Transaction", Sequence[dict[str, Any]]], tuple[list[str], dict[str, Any]]]


PAGED = "reports/page.sql"
AT_ONCE = 1_000
"""So many rows are looked at together."""
FIRST = 2_000
"""So many people are looked at first for a page of everybody by custom_id."""
AS_RECORDED = ("custom_id", "name", "type", "members")
"""What a report of groups says of a group whatever it is asked."""
FEW = 50_000
"""What so many people did is looked up, if they are of few groups; of more, all records are read."""
FEW_GROUPS = 500
"""Of so many, all are gone through for each of those people."""


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
        transaction.step("reports/settings.sql")
        limit = PAGE if asked.limit is None else parameters["limit"]
        found = _first(transaction, parameters, limit) if job == "report of people" and form == "table" else []
        few = False
        if job == "report of groups":
            of_page, few = _groups(transaction, parameters, limit if form == "table" else None)
            parameters |= of_page
        reading = Reading(transaction, *JOBS[job], **parameters)
        sizes = [reading.know(table) for table in known]
        if few and max(sizes) <= FEW_GROUPS:
            transaction.step("reports/of_the_first.sql")
        if parameters["summed"]:
            transaction.step("reports/summed.sql")
        if parameters["summed"] and not parameters["scoped"]:
            transaction.step("reports/of_everybody.sql")
        if form != "table":
            lines = {"csv": rows.csv_lines, "json": rows.json_lines}[form]
            found_rows = _named(transaction, session.organisation, reading.stream(PAGED))
            to_stdout(terminal, Outgoing(lines(columns, found_rows)))
            (terminal.warn if any(pending.values()) else terminal.aside)(fresh.said(pending))
            return DONE
        found = found or reading.rows(PAGED, limit=limit + 1)
        transaction.step("reports/settings.sql")
        page = list(_named(transaction, session.organisation, found[:limit]))
        below, told = more(transaction, page) if more else ([], {})
    further = [f"… and more: --offset {asked.offset + limit}"] if len(found) > limit else []
    for line in (session.where, fresh.said(pending), "", *rows.table_lines(columns, page), *further, *below):
        terminal.line(line)
    as_json = {"rows": [rows.as_json(columns, row) for row in page], "more": len(found) > limit}
    terminal.result({**session.names, "pending": dict(pending), "offset": asked.offset, **as_json, **told})
    return DONE


def _named(transaction: Transaction, organisation: int, rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows; who has neither a custom_id nor a name goes by an identifier, which is looked up only for these."""
    waiting = iter(rows)
    while some := [dict(row) for row in islice(waiting, AT_ONCE)]:
        unnamed = {row["of_id"]: row for row in some if row.get("custom_id", "") is None and row["name"] is None}
        if unnamed:
            asked = {"organisation": organisation, "people": list(unnamed)}
            for row in transaction.rows("reports/unnamed.sql", **asked):
                unnamed[row["id"]]["name"] = row["name"]
        yield from some


def _first(transaction: Transaction, parameters: dict[str, Any], limit: int) -> list[dict[str, Any]]:
    """A page of a report of everybody by custom_id, and a row more, from the people who come first in that order;
    nothing if they are too few for it.
    """
    from sql.reading import Reading
    from sql.steps import JOBS

    if parameters["scoped"] or parameters["sort"] != "custom_id" or parameters["offset"] + limit >= FIRST:
        return []
    asked = {**parameters, "scoped": True, "first": FIRST}
    reading = Reading(transaction, *JOBS["report of the first people"], **asked)
    reading.know("scope")
    if parameters["summed"]:
        transaction.step("reports/of_the_first.sql")
    found = reading.rows(PAGED, limit=limit + 1)
    transaction.step("reports/settings.sql")
    return found if len(found) > limit else []


def _groups(transaction: Transaction, parameters: dict[str, Any], limit: int | None) -> tuple[dict[str, Any], bool]:
    """What else a report of groups is asked: which groups its page, and a row more, has, if that is known beforehand,
    for only these need be added up; and whether few people are in them. `limit`: None, if there are no pages.
    """
    from sql.reading import Reading
    from sql.steps import JOBS

    asked = {**parameters, "groups": None}
    if limit is None or not parameters["summed"] or parameters["sort"] not in AS_RECORDED:
        return asked, False
    as_recorded = Reading(transaction, *JOBS["report of groups"], **{**asked, "summed": False})
    page = as_recorded.rows(PAGED, limit=limit + 1)
    few = sum(row["members"] for row in page) <= FEW
    of_page = {"groups": [row["id"] for row in page], "offset": 0, "scoped": parameters["scoped"] or few}
    return of_page, few
