"""Guards: an import that would do more than it may is refused before it is committed, with the worst of it by name.

What was done is read from the import's own change set, in its transaction, which is then rolled back; the verdict is
that of `identity.guards`. A tripped guard suspends the source (`jobs.importing.suspension`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from identity.guards import Limit, Tripped, falls_short, trips
from identity.problems import quoted
from jobs.importing.asked import Asked, AskedOfPeople
from jobs.shell.failures import Guarded, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jobs.importing.batch import Outcome
    from jobs.importing.history import Run
    from jobs.importing.summary import Summary
    from jobs.lines.groups import GroupFiles
    from jobs.lines.people import PeopleFiles
    from jobs.shell.command import Session
    from sql.batch import Batch
    from sql.database import Transaction

LIMITS: Final = {
    "max_rejects": Limit(100, True),
    "max_takeovers": Limit(20, True),
    "max_deletes": Limit(20, True),
    "max_leavers": Limit(20, True),
    "min_lines": Limit(50, True),
}
"""The guards, as options are named, each with the limit that holds where none is asked for."""
WHAT: Final = {
    "max_rejects": "lines are rejected",
    "max_takeovers": "people with a custom_id lose personas to others",
    "max_deletes": "people with a custom_id would be deleted",
    "max_leavers": "people of this source are named no more",
    "min_lines": "lines are in the files",
}
SHOWN = 5


def check_lines(
    transaction: Transaction,
    session: Session,
    run: Run,
    files: PeopleFiles | GroupFiles,
    asked: Asked,
    summary: Summary,
) -> None:
    """Refuse files that have far fewer lines than those of this source's last import; all of them must be read.

    Where a plan is asked for, `check_changes` refuses them, so that there is one to look at.
    """
    limit = asked.min_lines or LIMITS["min_lines"]
    if files.mends:
        return
    found = transaction.rows(
        "guards/last.sql", organisation=session.organisation, source=run.source, command=run.command
    )
    then = [file for file in found[0]["files"] if not file.get("along")] if found else []
    last = {file["name"]: file.get("rows") or 0 for file in then}
    now = {file.name: file.counted for file in files.files}
    lines, lines_then = sum(now.values()), sum(last.values())
    if falls_short(limit, lines, lines_then):
        examples = (
            _files(now, last, f"import {found[0]['id']}")
            if found
            else [f"{name}: {rows:,} lines" for name, rows in now.items()]
        )
        summary.tripped = [_tripped("min_lines", lines, lines_then, limit, examples)]
        if not asked.plan:
            _refuse(summary.tripped, asked, summary)


def check_changes(
    work: Batch, transaction: Transaction, run: Run, outcome: Outcome, asked: Asked, summary: Summary
) -> None:
    """Refuse what has been done in this transaction, if it is more than the import may do."""
    counts = outcome.counts
    if asked.strict and counts["rejected"] and not summary.tripped:
        lines = "1 line is" if counts["rejected"] == 1 else f"{counts['rejected']:,} lines are"
        raise Refused(f"{lines} rejected, and --strict allows none; nothing was changed")
    work.look_at_versions()
    done = work.row("guards/figures.sql")
    known = outcome.known["people"]
    figures = [
        ("max_rejects", counts["rejected"], counts["rows"], "guards/rejects.sql", _reject(summary)),
        ("max_takeovers", done["takeovers"], known, "guards/takeovers.sql", _takeover),
        ("max_deletes", done["deletes"], known, "guards/deletes.sql", _delete),
    ]
    figures = [figure for figure in figures if hasattr(asked, figure[0])]
    if isinstance(asked, AskedOfPeople) and asked.leavers != "keep":
        figures.append(("max_leavers", counts["leavers"], outcome.known["of_source"], "guards/leavers.sql", _leaver))
    tripped = summary.tripped + [
        _tripped(name, count, of, limit, map(told, work.rows_of(examples)))
        for name, count, of, examples, told in figures
        if trips(limit := getattr(asked, name) or LIMITS[name], count, of)
    ]
    if tripped:
        _refuse(tripped, asked, summary)


def _refuse(tripped: list[Tripped], asked: Asked, summary: Summary) -> None:
    from jobs.importing.suspension import resuming

    summary.tripped = tripped
    what = "; ".join(map(str, tripped))
    suspended = "" if asked.dry_run else f", and the source is suspended until {resuming(asked.source)}"
    raise Guarded(
        f"{what}; nothing was changed{suspended}",
        why="; ".join(guard.why for guard in tripped),
        guards=[guard.as_json for guard in tripped],
        files=summary.files,
    )


def _tripped(name: str, counted: int, of: int, limit: Limit, examples: Iterable[str]) -> Tripped:
    option = f"--{name.replace('_', '-')}"
    return Tripped(WHAT[name], counted, of, limit, option, name == "min_lines", tuple(examples)[:SHOWN])


def _files(now: Mapping[str, int], last: Mapping[str, int], then: str) -> list[str]:
    """Files and their lines, now and in the last import; what has lost most first. One file may have a new name."""
    if len(now) == len(last) == 1 and now.keys() != last.keys():
        (name, lines), (former, lines_then) = *now.items(), *last.items()
        return [f"{name}: {lines:,} lines, {lines_then:,} in {former} of {then}"]
    names = sorted({*now, *last}, key=lambda name: now.get(name, 0) - last.get(name, 0))
    return [
        f"{name}: {now[name]:,} lines, {last[name]:,} in {then}"
        if name in now and name in last
        else f"{name}: {now[name]:,} lines, not there in {then}"
        if name in now
        else f"{name}: not there, {last[name]:,} lines in {then}"
        for name in names
    ]


def _reject(summary: Summary) -> Callable[[Mapping[str, Any]], str]:
    def told(row: Mapping[str, Any]) -> str:
        value = "" if row["value"] is None else f": {quoted(row['value'])}"
        lines = "1 line" if row["lines"] == 1 else f"{row['lines']:,} lines"
        return f"{row['code']} on {lines}, first {summary.place(row)}{value}"

    return told


def _takeover(row: Mapping[str, Any]) -> str:
    more = f" and {row['personas'] - 1:,} more" if row["personas"] > 1 else ""
    return f"{_who(row)}: {_plain(row['ifi'])}{more} → {_who(row, 'to_')}"


def _delete(row: Mapping[str, Any]) -> str:
    return _who(row) if row["to_custom_id"] is None else f"{_who(row)} (all that they had is {_who(row, 'to_')}'s)"


def _leaver(row: Mapping[str, Any]) -> str:
    return _who(row) if row["custom_id"] is not None else _plain(row["name"] or f"person {row['person_id']}")


def _who(row: Mapping[str, Any], side: str = "") -> str:
    """A person for people to read: custom_id and name."""
    name = row[f"{side}name"]
    return _plain(row[f"{side}custom_id"]) + (f" {_plain(name)}" if name else "")


def _plain(text: str) -> str:
    return quoted(text)[1:-1]
