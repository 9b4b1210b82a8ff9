"""What differs between the people of another system, or of HR's file, and the people here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from identity.problems import quoted
from jobs.shell.failures import DONE, Failure

if TYPE_CHECKING:
    from jobs.lines.people import PeopleFiles
    from jobs.shell.command import Session
    from sql.batch import Batch

KINDS: Final = (
    "person_missing", "person_extra", "several_are_one", "custom_id", "name", "image_url", "persona_missing",
    "persona_elsewhere", "persona_extra", "since", "span_missing", "group_missing", "group_extra",
)  # fmt: skip
COLUMNS: Final = ("kind", "person_there", "person_here", "there", "here")
SHOWN: Final = 20
"""So many differences are shown."""


def compare(session: Session, files: PeopleFiles, ignored: Sequence[str] = (), output: Path | None = None) -> int:
    """Say what differs, but for these kinds; all of it in a file, if one is given. Raises Failure: anything does."""
    from jobs.importing.batch import Options, parameters, stage_alone
    from jobs.shell.outgoing import Outgoing, to_file
    from jobs.shell.records import csv_records
    from jobs.shell.terminal import table
    from sql.batch import Batch
    from sql.steps import JOBS

    terminal, record = session.terminal, csv_records()
    with ExitStack() as stack:
        progress = stack.enter_context(terminal.progress(1))
        transaction = stack.enter_context(session.database.snapshot(reads=False))
        no_import = parameters(0, Options())  # what the steps of staging ask of one, of which this is none
        work = Batch(
            transaction, organisation=session.organisation, ignored=list(ignored), limit=None, **no_import
        )
        stage_alone(work, files, progress)
        with progress.stage("compare"):
            for place in JOBS["compare"]:
                work.run(place)
            figures = work.row("compare/figures.sql")
            kinds = {row["kind"]: row["differences"] for row in work.rows_of("compare/kinds.sql", "differences")}
            work.know(limit=SHOWN)
            rows = work.rows_of("compare/listed.sql", "differences")
            if output is not None:
                work.know(limit=None)
                to_file(output, Outgoing(chain((record(COLUMNS),), map(record, _cells(work, kinds)))).write)
    differences = sum(kinds.values())
    terminal.line(session.where)
    for what in ("people", "personas", "memberships"):
        terminal.line(f"{what:<12} {figures[f'{what}_there']:,} there, {figures[f'{what}_here']:,} here")
    if figures["unreadable"]:
        terminal.line(f"unreadable   {figures['unreadable']:,} lines there")
    terminal.line(f"differences  {differences:,}")
    for kind, count in kinds.items():
        terminal.line(f"{count:>12,} {kind}")
    if rows:
        cells = [tuple("" if row[name] is None else quoted(str(row[name]))[1:-1] for name in COLUMNS) for row in rows]
        for line in ("", *table([COLUMNS, *cells])):
            terminal.line(line)
    more = differences - len(rows)
    if more > 0:
        terminal.line(f"… and {more:,} more" + ("" if output else ": --output FILE writes all"))
    terminal.result(
        {
            **session.names,
            **{
                what: {"there": figures[f"{what}_there"], "here": figures[f"{what}_here"]}
                for what in ("people", "personas", "memberships")
            },
            "unreadable": figures["unreadable"],
            "differences": differences,
            "kinds": kinds,
            "first": [{name: row[name] for name in COLUMNS} for row in rows],
            "output": output and str(output),
        }
    )
    if differences or figures["unreadable"]:
        raise Failure(f"{differences:,} differences, {figures['unreadable']:,} lines that cannot be read")
    return DONE


def _cells(work: Batch, kinds: Mapping[str, int]) -> Iterator[tuple[object, ...]]:
    for row in work.stream("compare/listed.sql") if kinds else ():
        yield tuple(row[name] for name in COLUMNS)
