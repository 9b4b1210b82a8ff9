"""What differs between the people of another system, or of HR's file, and the people here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final

from identity.problems import quoted
from jobs.importing.batch import Options, parameters, stage_alone
from jobs.importing.erased import erased_of
from jobs.shell.failures import DONE, Failure, FileProblem, UsageFailure
from jobs.shell.outgoing import Outgoing, to_file
from jobs.shell.records import csv_records
from jobs.shell.terminal import table
from jobs.statements.files import StatementFile
from jobs.statements.loading import READER, readings
from jobs.statements.reading import Rejected
from sql.batch import Batch
from sql.steps import JOBS

if TYPE_CHECKING:
    from jobs.lines.people import PeopleFiles
    from jobs.moving.comparing_options import Asked
    from jobs.shell.command import Session
    from jobs.shell.terminal import Progress
    from jobs.statements.loading import Source as StatementSource
    from jobs.statements.reading import StatementReader

COLUMNS: Final = ("kind", "person_there", "person_here", "there", "here")
COMPARED: Final = ("people", "personas", "memberships", "statements", "agents")
SAID: Final = ("id", "ifi", "at", "digest")
SHOWS_PROGRESS: Final = 5_000
SHOWN: Final = 20
"""So many differences are shown."""


def compare(session: Session, files: PeopleFiles | None, asked: Asked) -> int:
    """Say what differs from these people, and from the statements of files. Raises Failure: anything does."""
    with ExitStack() as stack:
        try:
            opened = [stack.enter_context(StatementFile(path)) for path in asked.statements_paths]
            sources = [part for file in opened for part in file.parts()]
        except FileProblem as problem:
            raise UsageFailure(str(problem)) from problem
        return _compare(session, files, sources, asked, whole=True)


def compare_statements(session: Session, source: StatementSource, asked: Asked, *, whole: bool = True) -> int:
    """The same of the statements of another system. `whole`: it has been read from its beginning."""
    return _compare(session, None, [source], asked, whole=whole)


def _compare(
    session: Session, files: PeopleFiles | None, sources: Sequence[StatementSource], asked: Asked, *, whole: bool
) -> int:
    terminal, record = session.terminal, csv_records()
    figures: dict[str, int] = {"unreadable": 0}
    with ExitStack() as stack:
        progress = stack.enter_context(terminal.progress(1))
        said = _Said(stack.enter_context(TemporaryFile()))
        if sources:  # before the transaction: another server may take its time
            said.read(sources, session, progress)
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
        else:
            work.make_inputs("staging")
        with progress.stage("compare"):
            said.copy(work)
            for place in JOBS["compare"]:
                work.run(place)
            if files:
                figures = work.row("compare/figures.sql")
            if sources:
                figures |= work.row("compare/figures_of_statements.sql")
                figures["unreadable"] += said.rejected
            kinds = {row["kind"]: row["differences"] for row in work.rows_of("compare/kinds.sql", "differences")}
            work.know(limit=SHOWN)
            rows = work.rows_of("compare/listed.sql", "differences")
            if asked.output is not None:
                work.know(limit=None)
                to_file(asked.output, Outgoing(chain((record(COLUMNS),), map(record, _cells(work, kinds)))).write)
    erased = files.erased_lines if files else 0
    _tell(session, figures, kinds, rows, asked.output, erased)
    if sum(kinds.values()) or figures["unreadable"]:
        raise Failure(f"{sum(kinds.values()):,} differences, {figures['unreadable']:,} lines that cannot be read")
    return DONE


def _tell(
    session: Session,
    figures: Mapping[str, int],
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
    if figures["unreadable"]:
        terminal.line(f"unreadable   {figures['unreadable']:,} lines there")
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
            "unreadable": figures["unreadable"],
            **({"erased": erased} if erased else {}),
            "differences": differences,
            "kinds": kinds,
            "first": [{name: row[name] for name in COLUMNS} for row in rows],
            "output": output and str(output),
        }
    )


class _Said:
    """What another system has of statements, on its way into the database by a file that nobody else sees."""

    def __init__(self, waiting: IO[bytes]) -> None:
        self._waiting = waiting
        self._statements = 0
        self.rejected = 0
        """Statements that cannot be read."""

    def read(self, sources: Sequence[StatementSource], session: Session, progress: Progress) -> None:
        """All that the sources have."""
        reader = READER(fold_mailbox_case=session.fold_mailbox_case)
        total, before = sum(source.size for source in sources), 0
        with progress.stage("read"):
            for source in sources:
                Outgoing(self._lines(source, reader, progress, before, total)).write(self._waiting)
                before += source.size

    def _lines(
        self, source: StatementSource, reader: StatementReader, progress: Progress, before: int, total: int
    ) -> Iterator[str]:
        record = csv_records()
        for _, found in readings(source, reader):
            if isinstance(found, Rejected):
                self.rejected += 1
                continue
            self._statements += 1
            if not self._statements % SHOWS_PROGRESS:
                progress.read(before + source.bytes_read, total)
            persona = found.persona
            yield record((found.id, persona and persona.ifi, found.at, f"\\x{found.digest.hex()}"))

    def copy(self, work: Batch) -> None:
        """Into the table where it is looked at."""
        self._waiting.seek(0)
        if self._statements:
            with work.copy_in("said_there", SAID, self._statements) as copy:
                while block := self._waiting.read(1 << 20):
                    copy.write(block)


def _cells(work: Batch, kinds: Mapping[str, int]) -> Iterator[tuple[object, ...]]:
    for row in work.stream("compare/listed.sql") if kinds else ():
        yield tuple(row[name] for name in COLUMNS)
