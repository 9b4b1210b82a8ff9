"""import-statements: xAPI statements -> personas, people and interactions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jobs.shell.command import Session, command
from jobs.shell.shared_options import MAX_UNPACKED, OF

if TYPE_CHECKING:
    from jobs.statements.files import StatementFile
    from jobs.statements.rejected import StatementRejects


@command("import-statements", needs=("jobs.statements.files", "jobs.statements.run_load"))
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--no-finish", is_flag=True, help="Leave the reporting pending, for finish-batch-updates.")
@click.option(
    "--rejects",
    "place",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where rejected statements are written. [default: FILE.rejects.jsonl]",
)
@OF
@MAX_UNPACKED
def main(
    session: Session,
    *,
    paths: tuple[Path, ...],
    no_finish: bool,
    place: Path | None,
    of: str | None,
    max_unpacked: int | None,
) -> int:
    """Load xAPI statements (1.0.3, 2.0): JSON arrays, StatementResults, JSON Lines, BSON of mongodump.

    A FILE may be gzip, bzip2, zstd, zip (each member) or - (standard input). A statement may be in an envelope:
    {"statement": ...}, {"_source": ...}, a document of MongoDB.

    Each new agent makes a persona and a person. A statement whose id is known is skipped, so that a load that
    was stopped, or has been done before, can be done again. Statements are committed some 20,000 at a time.
    """
    from jobs.statements.run_load import run_load

    with _opened(paths, place, of, max_unpacked) as (files, rejects):
        options = {"no_finish": no_finish} | ({"rejects": str(place)} if place else {}) | ({"of": of} if of else {})
        return run_load(session, files, rejects, options, finishes=not no_finish)


@contextmanager
def _opened(
    paths: Sequence[Path], place: Path | None, of: str | None, max_unpacked: int | None
) -> Iterator[tuple[list[StatementFile], list[StatementRejects]]]:
    """The files, and where the rejects of each go; everything that can be wrong with either is found now."""
    from jobs.reading.files import STANDARD_INPUT_NAME
    from jobs.shell.failures import FileProblem
    from jobs.statements.files import StatementFile
    from jobs.statements.organisations import take_only
    from jobs.statements.rejected import StatementRejects

    with ExitStack() as stack:
        given: list[StatementFile] = []
        for path in paths:
            file = stack.enter_context(StatementFile(path, max_unpacked=max_unpacked))
            once = file.regular or file.name == STANDARD_INPUT_NAME
            if once and any(file.identity == other.identity for other in given):
                raise FileProblem(file.name, "is given twice")
            if place is None and not file.regular:
                raise FileProblem(file.name, "is no regular file; say with --rejects where its rejects shall go")
            given.append(file)
        inputs = {file.identity for file in given if file.regular}
        places = [place or file.path.with_name(f"{file.path.name}.rejects.jsonl") for file in given]
        written: dict[Path, StatementRejects] = {}
        for where in dict.fromkeys(places):
            written[where] = StatementRejects(where, inputs)
            stack.callback(written[where].discard)
        files, rejects = [], []
        for file, where in zip(given, places, strict=True):
            files += (parts := file.parts())
            rejects += [written[where]] * len(parts)
        take_only(of, files, max_unpacked)
        yield files, rejects


if __name__ == "__main__":
    main()
