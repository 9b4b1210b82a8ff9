"""show-import: one run of the history, and what it changed."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import click

from identity.problems import PROBLEMS
from jobs.importing.listed import as_json, as_table, outcome, shown
from jobs.importing.plan import COLUMNS, parameters
from jobs.shell.command import Session, command
from jobs.shell.failures import DONE, UsageFailure
from jobs.shell.shared_options import IMPORT

if TYPE_CHECKING:
    from sql.database import Transaction


LEFT = 50
"""So many identifiers that stayed where they were are shown."""
UNASKED = ("False", "()", "0.0")
"""Values of options that nobody has asked for."""


@command("show-import", reads=True)
@click.argument("number", metavar="N", type=IMPORT)
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    help="Show so many of the changes.",
)
@click.option(
    "--offset",
    metavar="N",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Pass over so many of them first.",
)
def main(session: Session, *, number: int, limit: int, offset: int) -> int:
    """Show one run: who ran what and when, on which files, what came of it, and what it changed.

    The changes are those that --plan writes, in the same order.
    """
    from jobs.explaining.explained import place
    from jobs.reporting.asked import MOST

    limit, offset = min(limit, MOST), min(offset, MOST)
    with session.database.snapshot() as transaction:
        found = transaction.rows("history/list.sql", organisation=session.organisation, limit=1, **{"import": number})
        if not found:
            raise UsageFailure(f"there is no import {number}; lrs-people list-imports shows those there are")
        run = found[0]
        counted, rows = _changes(transaction, session.organisation, run, limit, offset)
        left = transaction.rows("history/left.sql", organisation=session.organisation, limit=LEFT, **{"import": number})
    told = [*_facts(run), *_what(run, counted), *_left(run, left), *_page(rows, sum(counted.values()), offset)]
    for line in [session.where, *told]:
        session.terminal.line(line)
    session.terminal.result(
        {
            **session.names,
            **as_json(run),
            "options": run["options"],
            "left": {
                "total": left[0]["total"] if left else 0,
                "rows": [
                    {name: row[name] for name in ("ifi", "why", "holder_custom_id", "claimant_custom_id")}
                    | dict(zip(("file", "line"), place(run, row["said_in"]), strict=True))
                    for row in left
                ],
            },
            "changes": {
                "total": sum(counted.values()),
                "by_action": counted,
                "offset": offset,
                "rows": [{name: row[name] for name in COLUMNS} for row in rows],
            },
        }
    )
    return DONE


def _changes(
    transaction: Transaction, organisation: int, run: dict[str, Any], limit: int, offset: int
) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """How many changes of each kind the run has made, and one page of them."""
    from jobs.explaining.explained import READS_ITS_OWN
    from sql.reading import Reading
    from sql.steps import JOBS

    if run["pruned"]:
        return {}, []
    names = [file["name"] for file in run["files"]]
    told = run["command"] not in READS_ITS_OWN
    page = parameters(names, undoes=run["undoes"] is not None, tells_lines=told, limit=limit, offset=offset)
    reading = Reading(transaction, *JOBS["changes"], organisation=organisation, **{"import": run["id"]}, **page)
    transaction.step("changes/settings.sql")
    rows = reading.rows("changes/page.sql")
    return dict(sorted(rows[0]["by_action"].items())), [row for row in rows if row["action"] is not None]


def _facts(run: dict[str, Any]) -> list[str]:
    """Who ran what, when, on what, and how long it took."""
    ended = f" to {run['ended_at']:%Y-%m-%d %H:%M:%S}" if run["ended_at"] else ""
    lines = [
        f"import {run['id']}, {run['state']}: {run['command']} by {run['run_by']}",
        "",
        _row("time (UTC)", f"{run['started_at']:%Y-%m-%d %H:%M:%S}{ended}{_stages(run['counts'].get('seconds', {}))}"),
    ]
    if run["source"] is not None:
        lines.append(_row("source", run["source"]))
    lines += _rows("files", map(_file, run["files"]))
    lines += _rows(
        "options", [_option(name, value) for name, value in sorted(run["options"].items()) if value not in UNASKED]
    )
    if run["failure"]:
        lines.append(_row("failure", run["failure"]))
    if run["undoes"] is not None:
        lines.append(_row("undoes", f"import {run['undoes']}"))
    if run["undone_by"] is not None:
        lines.append(_row("undone by", f"import {run['undone_by']}"))
    return lines


def _what(run: dict[str, Any], counted: dict[str, int]) -> list[str]:
    """What came of it: the figures that it has recorded, and the changes there are of each kind."""
    from jobs.importing.summary import NESTED

    counts = run["counts"]
    reasons = counts.get("reasons") or counts.get("rejects", {})
    lines = [_row("result", said)] if (said := outcome(counts)) else []
    lines += [
        _row(name, ", ".join(_figures(part, order)))
        for name, order in NESTED.items()
        if (part := counts.get(name)) and (name != "parents" or any(part.values()))
    ]
    lines += _rows("rejected", [f"{lost:,} {_title(code)}" for code, lost in reasons.items()])
    if plan := counts.get("plan"):
        lines.append(_row("plan", f"{plan['changes']:,} changes, {plan['hash']}"))
    if run["pruned"]:
        return [*lines, _row("changes", "no longer known: lrs-people prune-history has removed what was before")]
    kinds = ", ".join(f"{number:,} {action}" for action, number in counted.items())
    total = sum(counted.values())
    return [*lines, _row("changes", f"{total:,}{kinds and f': {kinds}'}")]


def _figures(part: dict[str, int], order: tuple[str, ...]) -> list[str]:
    """The figures that there are; rare ones, where they are any."""
    from jobs.importing.summary import RARE

    known = [what for what in (*order, *(part.keys() - order)) if what in part]
    return [f"{part[what]:,} {what}" for what in known if part[what] or what not in RARE]


def _left(run: dict[str, Any], rows: list[dict[str, Any]]) -> list[str]:
    """The first identifiers that stayed where they were."""
    from jobs.explaining.explained import place

    told = []
    for row in rows:
        file, line = place(run, row["said_in"])
        claimant = row["claimant_custom_id"] or row["claimant_name"]
        asked = f", claimed for {shown(claimant)}" if claimant else ""
        holder = row["holder_custom_id"] or row["holder_name"]
        stays = f" stays with {shown(holder)}" if holder else " stays"
        where = file if line is None else f"{file}:{line}"
        told.append(f"{shown(row['ifi'] or '')}{stays}{asked} ({row['why']}), {where}")
    if rows and rows[0]["total"] > len(rows):
        told.append(f"… and {rows[0]['total'] - len(rows):,} more")
    return _rows("left", told)


def _page(rows: list[dict[str, Any]], total: int, offset: int) -> list[str]:
    """The changes as a table, and how many there are beside them."""
    if not rows:
        return []
    end = offset + len(rows)
    more = [f"… and {total - end:,} more: --offset {end}"] if end < total else []
    return ["", *as_table(rows), *more]


def _stages(seconds: dict[str, float]) -> str:
    if not seconds:
        return ""
    longest = sorted(seconds.items(), key=lambda stage: -stage[1])
    told = ", ".join(f"{name} {value:.1f}" for name, value in longest if value >= 0.05)
    return f", {sum(seconds.values()):.1f} s{f' ({told})' if told else ''}"


def _file(file: dict[str, Any]) -> str:
    """`hr.csv, 1,234 bytes, 22 lines, SHA-256 …`; a run that did not come so far knows less."""
    facts = [file["name"]]
    facts += [f"{file[what]:,} {unit}" for what, unit in (("size", "bytes"), ("lines", "lines")) if file.get(what)]
    if file.get("sha256"):
        facts.append(f"SHA-256 {file['sha256']}")
    return ", ".join(facts)


def _option(name: str, value: str) -> str:
    option = f"--{name.replace('_', '-')}"
    return option if value == "True" else f"{option} {value}"


def _title(code: str) -> str:
    return f"{PROBLEMS[code].title} ({code})" if code in PROBLEMS else code


def _rows(title: str, values: Any) -> list[str]:
    """The title stands before the first of several lines."""
    return [
        _row(name, value) for name, value in zip(itertools.chain([title], itertools.repeat("")), values, strict=False)
    ]


def _row(title: str, value: str) -> str:
    return f"{title:<12} {value}"


if __name__ == "__main__":
    main()
