"""compare-with: what differs between files of people and the people here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from identity.problems import quoted
from jobs.shell.command import Session, command
from jobs.shell.failures import DONE, Failure, FileProblem, UsageFailure

if TYPE_CHECKING:
    from jobs.lines.people import PeopleFiles

JSON: Final = (".json", ".jsonl", ".ndjson")
PACKED: Final = (".gz", ".bz2", ".zst")
KINDS: Final = (
    "person_missing", "person_extra", "several_are_one", "custom_id", "name", "image_url", "persona_missing",
    "persona_elsewhere", "persona_extra", "span_missing", "group_missing", "group_extra",
)  # fmt: skip
COLUMNS: Final = ("kind", "person_there", "person_here", "there", "here")
SHOWN: Final = 20
"""So many differences are shown."""


@command("compare-with", needs=("jobs.importing.batch",))
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--mapping", metavar="FILE", help="What the columns of a CSV mean: a mapping, or the name of a ready one."
)
@click.option(
    "--ignore",
    "ignored",
    metavar="KIND",
    type=click.Choice(KINDS),
    multiple=True,
    help=f"Leave out differences of this kind; several times for several: {', '.join(KINDS)}.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all differences to this CSV; it is replaced when all is written.",
)
def main(
    session: Session, *, paths: tuple[Path, ...], mapping: str | None, ignored: tuple[str, ...], output: Path | None
) -> int:
    """Compare files of people with the people here; nothing is changed. Exit code 1 if anything differs.

    A FILE is what export-people writes, or an answer of the People API (.json, .jsonl), or else what import-people
    reads. People are found by custom_id, or else by their personas. Compared is who is there, what they are called,
    which personas they have, and had, and in which groups they are, where the files say so.
    """
    from jobs.importing.batch import stage_alone
    from jobs.shell.outgoing import Outgoing, to_file
    from jobs.shell.records import csv_records
    from jobs.shell.terminal import table
    from sql.batch import Batch
    from sql.steps import JOBS, NOW

    terminal, record = session.terminal, csv_records()
    with ExitStack() as stack:
        files = _files(session, paths, mapping, stack)
        progress = stack.enter_context(terminal.progress(1))
        transaction = stack.enter_context(session.database.snapshot(reads=False))
        asked = {"ignored": list(ignored), "limit": None, **_no_import()}
        work = Batch(transaction, organisation=session.organisation, moment=NOW, **asked)
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
                to_file(output, Outgoing(_lines(record(COLUMNS), map(record, _cells(work, kinds)))).write)
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


def _files(session: Session, paths: tuple[Path, ...], mapping: str | None, stack: ExitStack) -> PeopleFiles:
    """The files, as an import reads them. Raises UsageFailure."""
    from jobs.lines.people import PeopleFiles
    from jobs.mapping.written import read_mapping
    from jobs.moving.canonical import PEOPLE
    from jobs.moving.into import temporary_folder, written
    from jobs.moving.people_json import PeopleJson

    in_json = [path for path in paths if _suffix(path) in JSON]
    if in_json and (mapping or len(in_json) < len(paths)):
        raise UsageFailure("people in JSON are compared by themselves: without --mapping, and without other files")
    try:
        if in_json:
            folder = stack.enter_context(temporary_folder(None, "compare"))
            written(folder, PeopleJson(paths))
            paths = (folder / PEOPLE,)
        known = None if mapping is None else read_mapping(mapping)
        return stack.enter_context(
            PeopleFiles(
                paths,
                fold_mailbox_case=session.fold_mailbox_case,
                mapping=known,
                format=known.format if known else None,
            )
        )
    except FileProblem as problem:
        raise UsageFailure(str(problem)) from problem


def _suffix(path: Path) -> str:
    """How it ends; of what is packed, how what is in it does."""
    return (Path(path.stem) if path.suffix.lower() in PACKED else path).suffix.lower()


def _no_import() -> dict[str, Any]:
    """What the steps of staging ask of an import, of which this is none."""
    from jobs.importing.batch import Options, parameters

    asked = parameters(0, 0, Options())
    return {name: value for name, value in asked.items() if name not in ("organisation", "moment")}


def _cells(work: Any, kinds: Mapping[str, int]) -> Iterator[tuple[object, ...]]:
    for row in work.stream("compare/listed.sql") if kinds else ():
        yield tuple(row[name] for name in COLUMNS)


def _lines(header: str, lines: Iterable[str]) -> Iterator[str]:
    yield header
    yield from lines


if __name__ == "__main__":
    main()
