"""What differs between the people of another system, or of HR's file, and the people here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from identity.problems import one_line, quoted
from jobs.importing.batch import Options, parameters, stage_alone
from jobs.importing.erased import erased_of
from jobs.importing.rejected import reject
from jobs.moving.said import Said
from jobs.shell.failures import DONE, Differs, FileProblem, UsageFailure
from jobs.shell.outgoing import Outgoing, to_file
from jobs.shell.records import csv_records
from jobs.shell.terminal import table
from jobs.statements.files import StatementFile
from jobs.statements.organisations import take_only
from sql.batch import Batch
from sql.steps import JOBS

if TYPE_CHECKING:
    from jobs.lines.people import PeopleFiles
    from jobs.moving.comparing_options import Asked
    from jobs.shell.command import Session
    from jobs.statements.loading import Source as StatementSource

COLUMNS: Final = ("kind", "person_there", "person_here", "there", "here")
COMPARED: Final = ("people", "personas", "memberships", "statements", "agents")
SAID: Final = ("id", "ifi", "at", "digest")
UNREADABLE: Final = ("id", "record", "why")
SHOWN: Final = 20
"""So many differences are shown."""


def compare(session: Session, files: PeopleFiles | None, asked: Asked) -> int:
    """Say what differs from these people, and from the statements of files. Raises Differs: anything does."""
    with ExitStack() as stack:
        try:
            opened = [stack.enter_context(StatementFile(path)) for path in asked.statements_paths]
            sources = [part for file in opened for part in file.parts()]
            if sources:
                take_only(asked.of, sources)
        except FileProblem as problem:
            raise UsageFailure(str(problem)) from problem
        return _compare(session, files, sources, asked, whole=True)


def compare_statements(
    session: Session, source: StatementSource, asked: Asked, folder: Path, *, whole: bool = True
) -> int:
    """The same of the statements of another system. `folder`: where they are kept, so that one can go on; `whole`: it
    has been read from its beginning.
    """
    return _compare(session, None, [source], asked, folder, whole=whole)


def _compare(
    session: Session,
    files: PeopleFiles | None,
    sources: Sequence[StatementSource],
    asked: Asked,
    folder: Path | None = None,
    *,
    whole: bool,
) -> int:
    terminal, record = session.terminal, csv_records()
    figures: dict[str, int] = {}
    with ExitStack() as stack:
        progress = stack.enter_context(terminal.progress(1))
        said = stack.enter_context(Said(folder))
        if sources:  # before the transaction: another server may take its time
            said.read(sources, progress, fold_mailbox_case=session.fold_mailbox_case)
            for source in sources:
                for warning in source.warnings:
                    terminal.warn(f"{source.name}: {warning}")
        transaction = stack.enter_context(session.database.snapshot(reads=False))
        work = Batch(
            transaction,
            organisation=session.organisation,
            ignored=list(asked.ignored),
            limit=None,
            compares_people=files is not None,
            compares_statements=bool(sources),
            read_whole=whole,
            **parameters(0, Options()),  # what the steps of staging ask of an import, of which this is none
        )
        work.make_inputs("compare")
        if files:
            files.erased = erased_of(transaction, session.organisation)
            stage_alone(work, files, progress)
            for cells in _unreadable(work, files):
                said.unreadable.add(None, *cells)
        else:
            work.make_inputs("staging")
        with progress.stage("compare"):
            said.statements.copy(work, "said_there", SAID)
            said.unreadable.copy(work, "unreadable_there", UNREADABLE)
            for place in JOBS["compare"]:
                work.run(place)
            if files:
                figures = work.row("compare/figures.sql")
            if sources:
                figures |= work.row("compare/figures_of_statements.sql")
            per_person = work.row("compare/figures_per_person.sql") if files and sources else None
            kinds = {row["kind"]: row["differences"] for row in work.rows_of("compare/kinds.sql", "differences")}
            work.know(limit=SHOWN)
            rows = work.rows_of("compare/listed.sql", "differences")
            if asked.output is not None:
                work.know(limit=None)
                to_file(asked.output, Outgoing(chain((record(COLUMNS),), map(record, _cells(work, kinds)))).write)
    erased = files.erased_lines if files else 0
    _tell(session, figures, per_person, kinds, rows, asked.output, erased)
    if sum(kinds.values()):
        raise Differs(f"{sum(kinds.values()):,} differences")
    return DONE


def _tell(
    session: Session,
    figures: Mapping[str, int],
    per_person: Mapping[str, int] | None,
    kinds: Mapping[str, int],
    rows: Sequence[Mapping[str, Any]],
    output: Path | None,
    erased: int,
) -> None:
    terminal, differences = session.terminal, sum(kinds.values())
    compared = [what for what in COMPARED if f"{what}_there" in figures]
    terminal.line(session.where)
    for what in compared:
        terminal.line(f"{what:<12} {figures[f'{what}_there']:,} there, {figures[f'{what}_here']:,} here")
    if per_person:
        terminal.line(
            f"per person   {per_person['there']:,} statements of {per_person['people']:,} people there, "
            f"{per_person['here']:,} of them theirs here"
        )
    if erased:
        terminal.line(f"left out     {erased:,} lines there, of people who were erased here")
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
            **{what: {"there": figures[f"{what}_there"], "here": figures[f"{what}_here"]} for what in compared},
            **({"per_person": dict(per_person)} if per_person else {}),
            **({"erased": erased} if erased else {}),
            "differences": differences,
            "kinds": kinds,
            "first": [{name: row[name] for name in COLUMNS} for row in rows],
            "output": output and str(output),
        }
    )


def _unreadable(work: Batch, files: PeopleFiles) -> Iterator[tuple[str, str]]:
    """Of each line that cannot be read where it is, and why."""
    for _, rows in groupby(work.stream("compare/unreadable.sql"), key=lambda row: row["line"]):
        first, *more = rows
        file = files.files[first["file"]]
        where = f"{file.unit} {file.told(first['line_number'])}"
        said = dict.fromkeys(reject(row, files)[-1] for row in (first, *more))
        yield where if file.records else f"{where} of {one_line(file.name)}", " ".join(said)


def _cells(work: Batch, kinds: Mapping[str, int]) -> Iterator[tuple[object, ...]]:
    for row in work.stream("compare/listed.sql") if kinds else ():
        yield tuple(row[name] for name in COLUMNS)
