"""The story of a batch, whatever its files are about: people, groups, or both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jobs.failures import DONE, REJECTED, Failure, UsageFailure

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from jobs.batch import Options
    from jobs.command import Session
    from jobs.group_lines import GroupLines
    from jobs.history import Run
    from jobs.mapping.mapping import Mapping
    from jobs.plan import PlanFile
    from jobs.reading.files import Format
    from jobs.reading.groups import GroupFiles
    from jobs.reading.inputs import Input
    from jobs.reading.people import PeopleFiles
    from jobs.reading.rejects import RejectsFile
    from jobs.reading.warned import Warned
    from jobs.summary import Summary
    from jobs.terminal import Progress


@dataclass(frozen=True)
class Files:
    """What one import reads, and where its rejected lines go. At least one of the two kinds is there."""

    people: PeopleFiles | None = None
    groups: GroupLines | None = None
    people_rejects: RejectsFile | None = None
    group_rejects: RejectsFile | None = None
    """None also where no rejects are to be written: in a dry run, unless it was said where."""

    @property
    def main(self) -> PeopleFiles | GroupFiles:
        """Those that the import is about: the others come along."""
        if self.people is not None:
            return self.people
        assert self.groups is not None  # noqa: S101 - one of them is there
        return self.groups.files

    @property
    def along(self) -> Sequence[Input]:
        """Files of groups beside those of people."""
        return self.groups.files.files if self.groups and self.people is not None else ()

    @property
    def files(self) -> list[Input]:
        """All, as the history numbers them: files of people first."""
        return [*self.main.files, *self.along]

    @property
    def mends(self) -> bool:
        """Whether a rejects file is among them, mended."""
        return any(file.mends for file in self.files)

    @property
    def ignored_columns(self) -> list[tuple[int, str]]:
        """(file, column) of every column that is not imported, without those that begin with `_`."""
        first = len(self.main.files)
        along = self.groups.files.ignored_columns if self.groups and self.along else []
        return [*self.main.ignored_columns, *((first + number, column) for number, column in along)]

    @property
    def skipped(self) -> int:
        """Lines that the mapping leaves out."""
        return self.main.skipped + (self.groups.files.skipped if self.groups and self.along else 0)

    @property
    def warnings(self) -> dict[str, Warned]:
        """Signs of damage on lines of people, by code."""
        return {} if self.people is None else self.people.warnings

    @property
    def rejects_paths(self) -> list[Path]:
        """Where rejected lines would be written."""
        return [path for rejects in (self.people_rejects, self.group_rejects) if rejects for path in rejects.paths]

    def check_writable(self) -> None:
        """Find out before the work starts. Raises FileProblem."""
        from jobs.reading.files import FileProblem

        for rejects in (self.people_rejects, self.group_rejects):
            if rejects:
                rejects.check_writable(self.files)
        taken: set[Path] = set()
        for path in self.rejects_paths:
            # The one written last would take the place of the other, or remove it.
            if path.resolve() in taken:
                raise FileProblem(
                    str(path), "rejects of people and of groups cannot be in one file; --groups-rejects says another"
                )
            taken.add(path.resolve())

    def write_rejects(self, people: pl.DataFrame, groups: pl.DataFrame) -> list[Path]:
        """Write rejected lines. The place was there when the work started; what goes wrong now is no fault of the
        command line.
        """
        from jobs.reading.files import FileProblem

        try:
            written = self.people_rejects.write(people) if self.people_rejects else []
            return written + (self.group_rejects.write(groups) if self.group_rejects else [])
        except FileProblem as error:
            raise Failure(str(error)) from error


def rejects_file(
    files: PeopleFiles | GroupFiles, path: Path | None, option: str = "--rejects", *, dry_run: bool
) -> RejectsFile | None:
    """Where their rejected lines go. A dry run writes none, unless it is said where."""
    from jobs.reading.rejects import RejectsFile

    return None if dry_run and path is None else RejectsFile(files, path, option)


def format_of(mapping: Mapping | None, encoding: str | None, delimiter: str | None) -> Format:
    """How the files are written: as the mapping says, unless the command line does."""
    from dataclasses import replace

    from jobs.reading.files import Format

    format = mapping.format if mapping else Format()
    try:
        return replace(format, encoding=encoding or format.encoding, delimiter=delimiter or format.delimiter)
    except ValueError as error:
        raise UsageFailure(str(error)) from error


def run_import(
    session: Session,
    name: str,
    files: Files,
    asked: dict[str, Any],
    shown: dict[str, Any],
    story: Callable[..., None],
    *,
    finishes: bool,
) -> int:
    """One import with its row in the history, from what is asked for to the summary. Out: the exit code.

    `name`: of the command; `shown`: what the history keeps of the options beside those that are asked for; `story`:
    what is done, as `import_batch`.
    """
    from jobs.history import recorded
    from jobs.plan import PlanFile
    from jobs.summary import Summary

    if not asked["source"].strip():
        raise UsageFailure("--source needs a name")
    files.check_writable()
    plan_file = asked["plan"] and PlanFile(asked["plan"])
    if plan_file:
        plan_file.check_writable([*files.rejects_paths, *(file.path for file in files.files)])
    summary = Summary(session, files, dry_run=asked["dry_run"])
    shown = {option: value for option, value in asked.items() if value is not None} | shown
    try:
        with recorded(
            session,
            name,
            source=asked["source"],
            files=[{"name": file.name, "size": file.size} for file in files.files],
            options={option: str(value) for option, value in shown.items()},
            dry_run=asked["dry_run"],
        ) as run:
            summary.number = run.number
            story(session, files, run, summary, asked | {"plan_file": plan_file}, finishes=finishes)
    except Failure as failure:
        summary.state = failure.state
        raise
    finally:
        if asked["dry_run"] or summary.number is not None:
            summary.show()
    counts = summary.counts
    known = counts["rejected_again"] if asked["fail_on"] == "new-rejects" else 0
    return REJECTED if counts["rejected"] > known else DONE


def import_batch(
    session: Session, files: Files, run: Run, summary: Summary, asked: dict[str, Any], *, finishes: bool
) -> None:
    """The story of a batch: read → normalise → stage → resolve → apply → plan → guard → commit → finish."""
    from jobs import batch, guarding
    from jobs.plan import write_plan
    from jobs.suspension import refuse_suspended

    organisation = session.organisation
    with session.terminal.progress(batch.STEPS + 1) as progress:
        summary.seconds = progress.seconds
        with session.database.begin() as transaction:
            session.take_turn(transaction, asked["wait"])
            run.name_source(transaction, asked["source"])
            refuse_suspended(transaction, session, run, dry_run=asked["dry_run"])
            options, people, groups = options_of(asked), files.people, files.groups
            with run.guarding(transaction):
                work = batch.stage(transaction, organisation, run, options, people, progress, groups=groups, mends=files.mends)
                guarding.check_lines(transaction, session, run, files.main, asked, summary)
                outcome = batch.resolve_and_apply(
                    work, transaction, organisation, run, options, people, progress, groups
                )
                summary.add(outcome)
                if files.rejects_paths:
                    with progress.stage("rejects"):
                        summary.rejects_files = files.write_rejects(outcome.rejects, outcome.group_rejects)
                if asked["plan"] or asked["expect"]:
                    with progress.stage("plan"):
                        names = [file.name for file in files.files]
                        plan_file: PlanFile | None = asked["plan_file"]
                        summary.plan = write_plan(work, names, plan_file, left=True)
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


def options_of(asked: dict[str, Any]) -> Options:
    """Those of the batch itself, where the command has them."""
    from jobs.batch import Options

    said = {"groups": asked["parents"]} if "parents" in asked else {}
    return Options(**{name: asked[name] for name in Options.__dataclass_fields__ if name in asked}, **said)


def _finish(session: Session, run: Run, summary: Summary, progress: Progress) -> None:
    from jobs.finish_batch_updates import finish

    with run.finishing():
        summary.recomputed(finish(session.database, session.organisation, progress))
        summary.state = "finished"
        run.end("finished", counts=summary.recorded)
