"""import-people: make the people of the record store agree with HR's file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from identity.guards import FLOOR
from identity.problems import PROBLEMS, message, quoted
from jobs.command import Session, command
from jobs.failures import DONE, REJECTED, Failure, Stopped, UsageFailure
from jobs.guarding import LIMITS
from jobs.import_options import DRY_RUN, FINISH, LIMIT, PLAN_HASH, WAIT, as_given, passed_over, take_mapping

if TYPE_CHECKING:
    import polars as pl

    from jobs.batch import Options
    from jobs.history import Run
    from jobs.mapping.mapping import Mapping
    from jobs.reading.files import Format
    from jobs.reading.groups import Groups
    from jobs.reading.people import PeopleFiles, Piece
    from jobs.reading.rejects import RejectsFile
    from jobs.summary import Summary
    from jobs.terminal import Progress


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
@click.option(
    "--plan",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write every change, of a dry run or a real one, to this .csv or .jsonl file.",
)
@click.option(
    "--expect", metavar="HASH", type=PLAN_HASH, help="Refuse if the changes are not those of the plan with this hash."
)
@click.option(
    "--mapping",
    metavar="FILE",
    is_eager=True,
    callback=take_mapping,
    help="What the columns of the files mean, as TOML (inspect-people proposes one), or oneroster, moodle, canvas.",
)
@click.option(
    "--groups-file",
    "groups_files",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Groups by custom_id, name, type and parent_custom_ids (joined by |), made and brought up to date first.",
)
@click.option("--encoding", metavar="NAME", help="Of files that are not UTF-8 and have no byte order mark.")
@click.option("--delimiter", metavar="SIGN", help="Between the cells: , ; | or tab. [default: found in the header]")
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
@click.option("--strict/--no-strict", default=False, help="Refuse the whole import if any line is rejected.")
@click.option(
    "--fail-on",
    type=click.Choice(["rejects", "new-rejects"]),
    default="rejects",
    show_default=True,
    help="new-rejects: exit with 0 where the last import of the source rejected the same lines.",
)
@click.option(
    "--max-rejects",
    type=LIMIT,
    help=f"Refuse if more lines are rejected. [default: {LIMITS['max_rejects']}]",
)
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
@click.option(
    "--min-lines",
    type=LIMIT,
    help="Refuse files with fewer lines; a percentage is of the last import of this source."
    f" [default: {LIMITS['min_lines']}]",
)
@click.option(
    "--rejects",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where rejected lines are written. [default: FILE.rejects.csv]",
)
@WAIT
def main(
    session: Session,
    *,
    paths: tuple[Path, ...],
    batch: bool,
    finish: bool,
    mapping: Mapping | None,
    groups_files: tuple[Path, ...],
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
    from jobs.history import recorded
    from jobs.plan import PlanFile
    from jobs.reading.files import Format
    from jobs.reading.people import PeopleFiles
    from jobs.reading.rejects import RejectsFile
    from jobs.summary import Summary

    if not batch:
        asked |= passed_over(NEEDS_BATCH)
        _refuse_without_batch(asked | {"groups_file": groups_files})
    if asked["leavers"] != "keep" and not asked["snapshot"]:
        raise UsageFailure("--leavers: who has left only a --snapshot says")
    asked["reject_warnings"] = tuple(sorted(set(asked["reject_warnings"])))
    format = mapping.format if mapping else Format()
    try:
        format = replace(format, encoding=encoding or format.encoding, delimiter=delimiter or format.delimiter)
    except ValueError as error:
        raise UsageFailure(str(error)) from error
    groups = _groups(session, groups_files, format, mapping)
    with PeopleFiles(
        paths,
        fold_mailbox_case=session.fold_mailbox_case,
        salt=asked["groups"] + " keeping edits" * asked["keep_edits"],
        format=format,
        mapping=mapping,
        reject_warnings=asked["reject_warnings"],
    ) as files:
        if asked["snapshot"] and files.mends:
            raise UsageFailure("a rejects file is no --snapshot: it has some lines of its source, not all")
        rejects_file = RejectsFile(files, asked["rejects"])
        if asked["rejects"] or not asked["dry_run"]:
            rejects_file.check_writable()
        plan_file = asked["plan"] and PlanFile(asked["plan"])
        if plan_file:
            plan_file.check_writable([*rejects_file.paths, *groups_files, *(file.path for file in files.files)])
        summary = Summary(session, files, dry_run=asked["dry_run"])
        shown = {name: value for name, value in asked.items() if value is not None} | {"batch": batch}
        if mapping:
            shown["mapping"] = mapping.name
        if groups_files:
            shown["groups_file"] = " ".join(str(path) for path in groups_files)
        try:
            with recorded(
                session,
                "import-people",
                source=asked["source"],
                files=[{"name": file.name, "size": file.size} for file in files.files],
                options={name: str(value) for name, value in shown.items()},
                dry_run=asked["dry_run"],
            ) as run:
                summary.number = run.number
                story = _import_batch if batch else _import_rows
                found = {"groups_said": groups, "plan_file": plan_file}
                story(session, files, rejects_file, run, summary, asked | found, finishes=finish)
        except Failure as failure:
            summary.state = failure.state
            raise
        finally:
            if asked["dry_run"] or summary.number is not None:
                summary.show()
        counts = summary.counts
        known = counts["rejected_again"] if asked["fail_on"] == "new-rejects" else 0
        return REJECTED if counts["rejected"] > known else DONE


def _import_batch(
    session: Session,
    files: PeopleFiles,
    rejects_file: RejectsFile,
    run: Run,
    summary: Summary,
    asked: dict[str, Any],
    *,
    finishes: bool,
) -> None:
    """The story of a batch: read → normalise → stage → resolve → apply → plan → guard → commit → finish."""
    from jobs import batch, guarding
    from jobs.plan import write_plan
    from jobs.suspension import refuse_suspended

    with session.terminal.progress(batch.STEPS + 1) as progress:
        summary.seconds = progress.seconds
        with session.database.begin() as transaction:
            session.take_turn(transaction, asked["wait"])
            run.name_source(transaction, asked["source"])
            refuse_suspended(transaction, session, run, dry_run=asked["dry_run"])
            said = asked["groups_said"]
            batch.stage(transaction, session.organisation, run, _options(asked), files, progress, groups=said)
            guarding.check_lines(transaction, session, run, files, asked, summary)
            outcome = batch.resolve_and_apply(transaction, session.organisation, files, progress, whole_files=True)
            summary.add(outcome)
            if not asked["dry_run"] or asked["rejects"]:
                with progress.stage("rejects"):
                    summary.rejects_files = _write(rejects_file, outcome.rejects)
            if asked["plan"] or asked["expect"]:
                with progress.stage("plan"):
                    names = [file.name for file in files.files]
                    summary.plan = write_plan(
                        transaction, session.organisation, run.number or batch.DRY, names, asked["plan_file"], left=True
                    )
                summary.plan.hold(asked["expect"])
            guarding.check_changes(transaction, session, run, outcome, asked, summary)
            if asked["dry_run"]:
                transaction.rollback()
                summary.state = "dry-run"
                return
            run.commit(transaction, summary.recorded, summary.files)
        summary.state = "committed"
        if finishes:
            _finish(session, run, summary, progress)


def _import_rows(
    session: Session,
    files: PeopleFiles,
    rejects_file: RejectsFile,
    run: Run,
    summary: Summary,
    asked: dict[str, Any],
    *,
    finishes: bool,
) -> None:
    """Each line as a batch of its own. A failure stops it; the lines before stay."""
    import polars as pl

    from jobs import batch
    from jobs.finish_batch_updates import finish
    from jobs.reading.files import FileProblem
    from jobs.reading.rejects import no_rejects
    from jobs.suspension import refuse_suspended

    with session.database.begin() as transaction:
        refuse_suspended(transaction, session, run, dry_run=False)
    for _ in files.pieces():  # a file that cannot be read is found before its first line is imported
        pass
    rejected = [no_rejects()]
    with session.terminal.progress(0) as progress:
        summary.seconds = progress.seconds
        try:
            for line in _lines(files):
                with session.database.begin() as transaction:
                    session.take_turn(transaction, asked["wait"])
                    batch.stage(transaction, session.organisation, run, _options(asked), files, progress, line=line)
                    outcome = batch.resolve_and_apply(
                        transaction, session.organisation, files, progress, whole_files=False
                    )
                    run.progress(transaction, summary.recorded_with(outcome))
                summary.add(outcome)
                summary.last_line = f"line {line.lines['at'][0]} of {files.files[line.file].name}"
                rejected.append(outcome.rejects)
                if finishes and outcome.marked:
                    summary.recomputed(finish(session.database, session.organisation, progress))
            summary.rejects_files = _write(rejects_file, pl.concat(rejected))
        except (Exception, KeyboardInterrupt) as error:
            if summary.last_line is None:
                raise
            with suppress(FileProblem):
                summary.rejects_files = rejects_file.write(pl.concat(rejected))
            what = str(error) or "interrupted"
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


def _write(rejects_file: RejectsFile, rejects: pl.DataFrame) -> list[Path]:
    """The place was there when the work started; what goes wrong now is no fault of the command line."""
    from jobs.reading.files import FileProblem

    try:
        return rejects_file.write(rejects)
    except FileProblem as error:
        raise Failure(str(error)) from error


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


def _finish(session: Session, run: Run, summary: Summary, progress: Progress) -> None:
    from jobs.finish_batch_updates import finish

    with run.finishing():
        summary.recomputed(finish(session.database, session.organisation, progress))
        summary.state = "finished"
        run.end("finished", counts=summary.recorded)


def _groups(session: Session, paths: Sequence[Path], format: Format, mapping: Mapping | None) -> Groups | None:
    """What files of groups say. A mistake in one makes all of it unusable: people would be in the wrong groups."""
    from jobs.reading.files import FileProblem
    from jobs.reading.groups import GroupFiles

    if not paths:
        return None
    with GroupFiles(paths, format=format, mapping=mapping) as files:
        groups = files.read()
        for row in groups.problems.join(groups.lines, on="line").sort("line", "place").iter_rows(named=True):
            place = row["place"]
            column = None if place is None else files.headers[row["file"]].shown(place)
            where = "" if column is None else f"column {column}: "
            what = message(row["code"], value=row["value"], column=column, detail=row["detail"])
            more = len(set(groups.problems["line"])) - 1
            rest = f" ({more:,} more lines cannot be used)" if more else ""
            raise FileProblem(files.names[row["file"]], f"{where}{what}{rest}", line=row["at"])
        for number, column in files.ignored_columns:
            session.terminal.warn(f"{files.names[number]}: the column {quoted(column)} is not imported")
    return groups


def _options(asked: dict[str, Any]) -> Options:
    from jobs.batch import Options

    return Options(**{name: asked[name] for name in Options.__dataclass_fields__})


def _refuse_without_batch(asked: dict[str, Any]) -> None:
    for name, plain in NEEDS_BATCH.items():
        if asked[name] != plain:
            raise UsageFailure(f"{as_given(name)} speaks of the whole file: it needs --batch")


if __name__ == "__main__":
    main()
