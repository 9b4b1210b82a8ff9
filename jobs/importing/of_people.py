"""An import of people, as it is asked for: its options, its files, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from jobs.importing.asked import AskedOfPeople, needing_batch
from jobs.importing.import_options import (
    ACCEPT_NEAR,
    CONTESTED,
    GROUPS,
    KEEP_EDITS,
    LEAVERS,
    MAX_DELETES,
    MAX_LEAVERS,
    MAX_TAKEOVERS,
    MOMENT,
    NEW_PERSON,
    REJECT_WARNINGS,
    TAKEOVERS,
    as_given,
    import_options,
    passed_over,
)
from jobs.shell.failures import UsageFailure

if TYPE_CHECKING:
    from jobs.importing.files import Files
    from jobs.mapping.mapping import Mapping as ColumnMapping
    from jobs.reading.files import Format
    from jobs.shell.command import Session

OPTIONS: Final = import_options(
    click.option(
        "--groups-file",
        "groups_files",
        metavar="FILE",
        multiple=True,
        type=click.Path(path_type=Path),
        help="Groups by custom_id, name, type and parent_custom_ids (joined by |), made and brought up to date first.",
    ),
    click.option(
        "--groups-rejects",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Where rejected lines of files of groups are written. [default: GROUPS_FILE.rejects.csv]",
    ),
    CONTESTED,
    TAKEOVERS,
    click.option(
        "--as-of",
        metavar="TIME",
        type=MOMENT,
        help="When the import is to have been, for a night that is caught up later. [default: now]",
    ),
    click.option(
        "--personas",
        type=click.Choice(["add", "replace"]),
        default="add",
        show_default=True,
        help="replace: people lose personas, of kinds in the files, that no line names.",
    ),
    GROUPS,
    click.option(
        "--snapshot/--no-snapshot",
        default=False,
        help="The files are all that the source has: people whom it gave before and does not name now have left.",
    ),
    LEAVERS,
    KEEP_EDITS,
    REJECT_WARNINGS,
    ACCEPT_NEAR,
    NEW_PERSON,
    MAX_TAKEOVERS,
    MAX_DELETES,
    MAX_LEAVERS,
    batch="Take all lines of all files together, in one transaction. [default: line by line]",
    source=("people", "The feed that the files speak for: memberships belong to it."),
    create_groups="Make groups that do not exist; otherwise a line that names one is rejected.",
)
"""What can be asked of it."""


def import_people(
    session: Session,
    *,
    paths: tuple[Path, ...],
    batch: bool,
    finish: bool,
    mapping: ColumnMapping | None,
    groups_files: tuple[Path, ...],
    groups_rejects: Path | None,
    encoding: str | None,
    delimiter: str | None,
    max_unpacked: int | None,
    batched: Callable[..., None] | None = None,
    kept: Mapping[str, str] | None = None,
    **options: Any,
) -> int:
    """One import, from what is asked for (`OPTIONS`) to the summary. Out: the exit code.

    `batched`: what is done with --batch, as `import_batch`; `kept`: what the history keeps of the options beside.
    """
    from jobs.importing.files import format_of
    from jobs.importing.row_by_row import import_rows
    from jobs.importing.whole_files import import_batch, run_import

    asked = _asked(batch, options, groups_files, groups_rejects)
    format = format_of(mapping, encoding, delimiter, max_unpacked)
    with _opened(session, paths, groups_files, format, mapping, asked, groups_rejects) as files:
        shown = {"batch": str(batch), **(kept or {})}
        if mapping:
            shown["mapping"] = mapping.name
        if groups_files:
            shown["groups_file"] = " ".join(str(path) for path in groups_files)
        story = (batched or import_batch) if batch else import_rows
        return run_import(session, "import-people", files, asked, shown, story, finishes=finish)


def _asked(
    batch: bool, options: dict[str, Any], groups_files: tuple[Path, ...], groups_rejects: Path | None
) -> AskedOfPeople:
    """What is asked for; raises UsageFailure where it does not go together."""
    if not batch:
        options = {name: value for name, value in options.items() if name not in passed_over()}
    asked = AskedOfPeople(**options | {"reject_warnings": tuple(sorted(set(options["reject_warnings"])))})
    if not batch:
        given = {"groups_file": groups_files, "groups_rejects": groups_rejects}
        for name in (*needing_batch(asked), *(name for name, value in given.items() if value)):
            raise UsageFailure(f"{as_given(name)} speaks of the whole file: it needs --batch")
    if groups_rejects and not groups_files:
        raise UsageFailure("--groups-rejects: there is no --groups-file")
    if asked.leavers != "keep" and not asked.snapshot:
        raise UsageFailure("--leavers: who has left only a --snapshot says")
    return asked


@contextmanager
def _opened(
    session: Session,
    paths: tuple[Path, ...],
    groups_files: tuple[Path, ...],
    format: Format,
    mapping: ColumnMapping | None,
    asked: AskedOfPeople,
    groups_rejects: Path | None,
) -> Iterator[Files]:
    """All files, opened; raises UsageFailure where they do not go together."""
    from jobs.importing.files import Files, rejects_file
    from jobs.importing.group_lines import GroupLines
    from jobs.lines.groups import GroupFiles
    from jobs.lines.people import PeopleFiles

    with (
        GroupFiles(groups_files, format=format, mapping=mapping) as group_files,
        PeopleFiles(
            paths,
            fold_mailbox_case=session.fold_mailbox_case,
            salt=asked.groups + " keeping edits" * asked.keep_edits,
            format=format,
            mapping=mapping,
            reject_warnings=asked.reject_warnings,
            moment=asked.as_of,
        ) as people,
    ):
        if asked.snapshot and people.mends:
            raise UsageFailure("a rejects file is no --snapshot: it has some lines of its source, not all")
        for file in (*people.files, *group_files.files):
            if group_files.files and file.mends:
                raise UsageFailure(f"{file.name} is a rejects file: import it by itself")
        dry = asked.dry_run
        yield Files(
            people,
            GroupLines(group_files, len(people.files)) if groups_files else None,
            rejects_file(people, asked.rejects, dry_run=dry),
            rejects_file(group_files, groups_rejects, "--groups-rejects", dry_run=dry) if groups_files else None,
            mapping.name if mapping and mapping.unmended else None,
        )
