"""compare-with: what differs between files of people, or of statements, and what is here."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from jobs.moving.comparing_options import IGNORE, OUTPUT, STATEMENTS, Asked
from jobs.shell.command import Session, command
from jobs.shell.failures import FileProblem, UsageFailure
from jobs.shell.shared_options import OF

if TYPE_CHECKING:
    from jobs.lines.people import PeopleFiles

JSON: Final = (".json", ".jsonl", ".ndjson")
PACKED: Final = (".gz", ".bz2", ".zst")


@command("compare-with", needs=("jobs.moving.comparing",))
@click.argument("paths", metavar="FILE...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--mapping", metavar="FILE", help="What the columns of a CSV mean: a mapping, or the name of a ready one."
)
@STATEMENTS
@OF
@IGNORE
@OUTPUT
def main(
    session: Session,
    *,
    paths: tuple[Path, ...],
    mapping: str | None,
    statements_paths: tuple[Path, ...],
    of: str | None,
    ignored: tuple[str, ...],
    output: Path | None,
) -> int:
    """Compare files of people, or of statements, with what is here; nothing is changed. Exit code 1: something differs.

    A FILE is what export-people writes, or an answer of the People API (.json, .jsonl), or else what import-people
    reads. People are found by custom_id, or else by their personas. Compared is who is there, what they are called,
    which personas they have, and had, and in which groups they are, where the files say so. Statements are compared one
    by one, and by whose they are.
    """
    from jobs.moving.comparing import compare

    if not paths and not statements_paths:
        raise UsageFailure("there is nothing to compare: give files of people, or --statements")
    if of and not statements_paths:
        raise UsageFailure("--of goes with --statements")
    with ExitStack() as stack:
        try:
            files = _files(session, paths, mapping, stack) if paths else None
        except FileProblem as problem:
            raise UsageFailure(str(problem)) from problem
        return compare(session, files, Asked(ignored, output, statements_paths, of))


def _files(session: Session, paths: tuple[Path, ...], mapping: str | None, stack: ExitStack) -> PeopleFiles:
    """The files, as an import reads them. Raises UsageFailure, FileProblem."""
    from jobs.lines.people import PeopleFiles
    from jobs.mapping.written import read_mapping
    from jobs.moving.canonical import PEOPLE, Records
    from jobs.moving.into import folder_on_the_way, written
    from jobs.moving.people_json import PeopleJson

    in_json = [path for path in paths if _suffix(path) in JSON]
    if in_json and (mapping or len(in_json) < len(paths)):
        raise UsageFailure("people in JSON are compared by themselves: without --mapping, and without other files")
    if in_json:
        folder = stack.enter_context(folder_on_the_way(None))
        written(folder, PeopleJson(paths))
        paths = (folder / PEOPLE,)
    known = None if mapping is None else read_mapping(mapping)
    format = known.format if known else None
    files = PeopleFiles(paths, fold_mailbox_case=session.fold_mailbox_case, mapping=known, format=format)
    if in_json:
        files.files[0].records = Records(paths[0])
    return stack.enter_context(files)


def _suffix(path: Path) -> str:
    """How it ends; of what is packed, how what is in it does."""
    return (Path(path.stem) if path.suffix.lower() in PACKED else path).suffix.lower()


if __name__ == "__main__":
    main()
