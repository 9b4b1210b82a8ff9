"""import-people: make the people of the record store agree with HR's file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from identity.guards import FLOOR
from identity.problems import PROBLEMS
from jobs.command import Session, command
from jobs.failures import Stopped, UsageFailure, told
from jobs.guarding import LIMITS
from jobs.import_options import (
    DELIMITER,
    DRY_RUN,
    ENCODING,
    EXPECT,
    FAIL_ON,
    FINISH,
    LIMIT,
    MAPPING,
    MAX_REJECTS,
    MIN_LINES,
    PLAN,
    REJECTS,
    STRICT,
    WAIT,
    as_given,
    passed_over,
)

if TYPE_CHECKING:
    from jobs.history import Run
    from jobs.importing import Files
    from jobs.mapping.mapping import Mapping
    from jobs.reading.people import PeopleFiles, Piece
    from jobs.summary import Summary


# What speaks of the whole file needs --batch: option, and its value where it is not asked for.
NEEDS_BATCH = {
    "personas": "add",
    "groups": "add",
    "strict": False,
    "dry_run": False,
    "plan": None,
    "expect": None,
    "snapshot": False,
    "max_rejects": None,
    "max_takeovers": None,
    "max_deletes": None,
    "max_leavers": None,
    "min_lines": None,
    "groups_file": (),
    "groups_rejects": None,
}


@command("import-people")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--batch/--no-batch",
    default=False,
    help="Take all lines of all files together, in one transaction. [default: line by line]",
)
@FINISH
@DRY_RUN
@PLAN
@EXPECT
@MAPPING
@click.option(
    "--groups-file",
    "groups_files",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Groups by custom_id, name, type and parent_custom_ids (joined by |), made and brought up to date first.",
)
@click.option(
    "--groups-rejects",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where rejected lines of files of groups are written. [default: GROUPS_FILE.rejects.csv]",
)
@ENCODING
@DELIMITER
@click.option(
    "--source",
    metavar="NAME",
    default="people",
    show_default=True,
    help="The feed that the files speak for: memberships belong to it.",
)
@click.option(
    "--contested",
    type=click.Choice(["reject", "last-line", "leave"]),
    default="reject",
    show_default=True,
    help="What becomes of lines that name two custom_ids for one person.",
)
@click.option(
    "--takeovers",
    type=click.Choice(["apply", "confirmed", "leave"]),
    default="apply",
    show_default=True,
    help="Whether a persona moves away from somebody with another custom_id; confirmed: if a line names that one too.",
)
@click.option(
    "--personas",
    type=click.Choice(["add", "replace"]),
    default="add",
    show_default=True,
    help="replace: people lose personas, of kinds in the files, that no line names.",
)
@click.option(
    "--groups",
    type=click.Choice(["add", "replace"]),
    default="add",
    show_default=True,
    help="replace: memberships that this source gave and no longer names go.",
)
@click.option(
    "--snapshot/--no-snapshot",
    default=False,
    help="The files are all that the source has: people whom it gave before and does not name now have left.",
)
@click.option(
    "--leavers",
    type=click.Choice(["keep", "ungroup", "release"]),
    default="keep",
    show_default=True,
    help="What they lose. ungroup: the source's memberships; release: the custom_id too, if no other source has them.",
)
@click.option(
    "--create-groups/--no-create-groups",
    default=False,
    help="Make groups that do not exist; otherwise a line that names one is rejected.",
)
@click.option(
    "--keep-edits/--no-keep-edits",
    default=False,
    help="Do not give a name or image again that the source gave last time too: it may have been edited since.",
)
@click.option(
    "--reject-warnings",
    metavar="CODE",
    multiple=True,
    type=click.Choice(sorted(code for code, problem in PROBLEMS.items() if problem.can_reject)),
    help="Reject lines with this warning (docs/problems.md has the codes); may be given several times.",
)
@STRICT
@FAIL_ON
@MAX_REJECTS
@click.option(
    "--max-takeovers",
    type=LIMIT,
    help=f"Refuse if more people with a custom_id lose personas to others. [default: {LIMITS['max_takeovers']}]",
)
@click.option(
    "--max-deletes",
    type=LIMIT,
    help=f"Refuse if more people with a custom_id go. No guard trips below {FLOOR}. [default: {LIMITS['max_deletes']}]",
)
@click.option(
    "--max-leavers",
    type=LIMIT,
    help="With --leavers ungroup or release: refuse if more people of this source are named no more."
    f" [default: {LIMITS['max_leavers']}]",
)
@MIN_LINES
@REJECTS
@WAIT
def main(
    session: Session,
    *,
    paths: tuple[Path, ...],
    batch: bool,
    finish: bool,
    mapping: Mapping | None,
    groups_files: tuple[Path, ...],
    groups_rejects: Path | None,
    encoding: str | None,
    delimiter: str | None,
    **asked: Any,
) -> int:
    """Make the people of the record store agree with people/persona CSV files.

    A FILE may be gzip, zip (each member), .xlsx or - (standard input). Columns, in any order: custom_id, name,
    image_url, email, mbox_sha1sum, openid, account_home_page + account_name, groups (custom_ids joined by |); a
    number after an identifier's column (email_2) makes a further persona. Any other columns: inspect-people FILE
    proposes a --mapping. Without --batch each line is a transaction of its own, for small updates.
    """
    from jobs.group_lines import GroupLines
    from jobs.importing import Files, format_of, import_batch, rejects_file, run_import
    from jobs.reading.groups import GroupFiles
    from jobs.reading.people import PeopleFiles

    if not batch:
        asked |= passed_over(NEEDS_BATCH)
        _refuse_without_batch(asked | {"groups_file": groups_files, "groups_rejects": groups_rejects})
    if groups_rejects and not groups_files:
        raise UsageFailure("--groups-rejects: there is no --groups-file")
    if asked["leavers"] != "keep" and not asked["snapshot"]:
        raise UsageFailure("--leavers: who has left only a --snapshot says")
    asked["reject_warnings"] = tuple(sorted(set(asked["reject_warnings"])))
    format = format_of(mapping, encoding, delimiter)
    with ExitStack() as opened:
        group_files = opened.enter_context(GroupFiles(groups_files, format=format, mapping=mapping))
        people = opened.enter_context(
            PeopleFiles(
                paths,
                fold_mailbox_case=session.fold_mailbox_case,
                salt=asked["groups"] + " keeping edits" * asked["keep_edits"],
                format=format,
                mapping=mapping,
                reject_warnings=asked["reject_warnings"],
            )
        )
        if asked["snapshot"] and people.mends:
            raise UsageFailure("a rejects file is no --snapshot: it has some lines of its source, not all")
        for file in (*people.files, *group_files.files):
            if group_files.files and file.mends:
                raise UsageFailure(f"{file.name} is a rejects file: import it by itself")
        dry = asked["dry_run"]
        files = Files(
            people,
            GroupLines(group_files, len(people.files)) if groups_files else None,
            rejects_file(people, asked["rejects"], dry_run=dry),
            rejects_file(group_files, groups_rejects, "--groups-rejects", dry_run=dry) if groups_files else None,
        )
        shown: dict[str, Any] = {"batch": batch}
        if mapping:
            shown["mapping"] = mapping.name
        if groups_files:
            shown["groups_file"] = " ".join(str(path) for path in groups_files)
        story = import_batch if batch else _import_rows
        return run_import(session, "import-people", files, asked, shown, story, finishes=finish)


def _import_rows(
    session: Session, files: Files, run: Run, summary: Summary, asked: dict[str, Any], *, finishes: bool
) -> None:
    """Each line as a batch of its own. A failure stops it; the lines before stay."""
    import polars as pl

    from jobs import batch
    from jobs.finish_batch_updates import finish
    from jobs.importing import options_of
    from jobs.reading.files import FileProblem
    from jobs.reading.rejects import no_rejects
    from jobs.suspension import refuse_suspended

    people, options = files.people, options_of(asked)
    if people is None or files.people_rejects is None:
        raise ValueError("lines of people are imported one by one")
    with session.database.begin() as transaction:
        refuse_suspended(transaction, session, run, dry_run=False)
    for _ in people.pieces():  # a file that cannot be read is found before its first line is imported
        pass
    rejected = [no_rejects()]
    with session.terminal.progress(0) as progress:
        summary.seconds = progress.seconds
        try:
            for line in _lines(people):
                with session.database.begin() as transaction:
                    session.take_turn(transaction, asked["wait"])
                    batch.stage(transaction, session.organisation, run, options, people, progress, line=line)
                    outcome = batch.resolve_and_apply(
                        transaction, session.organisation, run, options, people, progress, whole_files=False
                    )
                    run.progress(transaction, summary.recorded_with(outcome))
                summary.add(outcome)
                summary.last_line = f"line {line.lines['at'][0]} of {people.files[line.file].name}"
                rejected.append(outcome.rejects)
                if finishes and outcome.marked:
                    summary.recomputed(finish(session.database, session.organisation, progress))
            summary.rejects_files = files.write_rejects(pl.concat(rejected), no_rejects())
        except (Exception, KeyboardInterrupt) as error:
            if summary.last_line is None:
                raise
            with suppress(FileProblem):
                summary.rejects_files = files.people_rejects.write(pl.concat(rejected))
            what = told(error)
            run.end_if_possible("stopped", what, summary.recorded, summary.files)
            raise Stopped(f"{what}; stopped after {summary.last_line}: import the rest") from error
        summary.state = "finished" if finishes else "committed"
        run.end(summary.state, None, summary.recorded, summary.files)
        if files.mends:
            return
        with session.database.begin() as transaction:
            transaction.execute(
                "settle/forget_rejects.sql",
                organisation=session.organisation,
                source=run.source,
                **{"import": run.number},
            )


def _lines(files: PeopleFiles) -> Iterator[Piece]:
    """Every line as a piece of its own."""
    for piece in files.pieces():
        claims, memberships, problems = (
            frame.partition_by("line", as_dict=True) for frame in (piece.claims, piece.memberships, piece.problems)
        )
        for row in range(piece.lines.height):
            lines = piece.lines[row : row + 1]
            key = (lines["line"][0],)
            yield replace(
                piece,
                lines=lines,
                claims=claims.get(key, piece.claims[:0]),
                memberships=memberships.get(key, piece.memberships[:0]),
                problems=problems.get(key, piece.problems[:0]),
            )


def _refuse_without_batch(asked: dict[str, Any]) -> None:
    for name, plain in NEEDS_BATCH.items():
        if asked[name] != plain:
            raise UsageFailure(f"{as_given(name)} speaks of the whole file: it needs --batch")


if __name__ == "__main__":
    main()
