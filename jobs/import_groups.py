"""import-groups: make the groups of the record store, and what is above them, agree with a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jobs.importing.import_options import import_options
from jobs.shell.command import Session, command
from jobs.shell.failures import UsageFailure

if TYPE_CHECKING:
    from jobs.mapping.mapping import Mapping


@command("import-groups", needs=("jobs.importing.batch", "jobs.importing.whole_files", "jobs.lines.groups"))
@import_options(
    click.option(
        "--parents",
        type=click.Choice(["add", "replace"]),
        default="add",
        show_default=True,
        help="replace: parents that this source gave and no longer names go, from groups to which it still gives one.",
    ),
    batch="Take all lines of all files together, in one transaction. There is no other way: groups lean on each other.",
    source=("groups", "The feed that the files speak for: parents belong to it."),
    create_groups="Make parents that do not exist and that no line is about; otherwise a line that names one is"
    " rejected.",
)
def main(
    session: Session,
    *,
    paths: tuple[Path, ...],
    batch: bool,
    finish: bool,
    mapping: Mapping | None,
    encoding: str | None,
    delimiter: str | None,
    max_unpacked: int | None,
    **options: Any,
) -> int:
    """Make the groups of the record store agree with files of groups.

    A FILE may be packed (gzip, bzip2, zstd, each in a zip), .xlsx or - (standard input). Columns, in any order:
    custom_id, previous_custom_id, name, type, parent_custom_ids (joined by |); any others by the [group_file] of a
    --mapping. A blank cell changes nothing, <delete> clears. Nobody's membership changes, and no group is ever deleted.
    """
    from jobs.importing.asked import AskedOfGroups
    from jobs.importing.files import Files, format_of, rejects_file
    from jobs.importing.group_lines import GroupLines
    from jobs.importing.whole_files import import_batch, run_import
    from jobs.lines.groups import GroupFiles

    if not batch:
        raise UsageFailure("import-groups takes all lines together, for groups lean on each other: it needs --batch")
    asked = AskedOfGroups(**options)
    format = format_of(mapping, encoding, delimiter, max_unpacked)
    with GroupFiles(paths, format=format, mapping=mapping) as opened:
        rejects = rejects_file(opened, asked.rejects, dry_run=asked.dry_run)
        files = Files(groups=GroupLines(opened), group_rejects=rejects)
        shown = {"batch": "True"} | ({"mapping": mapping.name} if mapping else {})
        return run_import(session, "import-groups", files, asked, shown, import_batch, finishes=finish)


if __name__ == "__main__":
    main()
