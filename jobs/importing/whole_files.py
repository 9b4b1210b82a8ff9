"""The story of a batch, whatever its files are about: people, groups, or both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from jobs.importing.asked import Asked, AskedOfGroups
from jobs.shell.failures import DONE, REJECTED, Failure

if TYPE_CHECKING:
    from jobs.importing.batch import Options
    from jobs.importing.files import Files
    from jobs.importing.history import Run
    from jobs.importing.summary import Summary
    from jobs.shell.command import Session
    from jobs.shell.terminal import Progress


def run_import(
    session: Session,
    name: str,
    files: Files,
    asked: Asked,
    shown: Mapping[str, str],
    story: Callable[..., None],
    *,
    finishes: bool,
) -> int:
    """One import with its row in the history, from what is asked for to the summary. Out: the exit code.

    `name`: of the command; `shown`: what the history keeps of the options beside those that are asked for; `story`:
    what is done, as `import_batch`.
    """
    from jobs.importing.history import recorded
    from jobs.importing.plan import PlanFile
    from jobs.importing.summary import Summary

    files.check_writable()
    if asked.plan:
        PlanFile(asked.plan).check_writable([*files.rejects_paths, *(file.path for file in files.files)])
    summary = Summary(session, files, dry_run=asked.dry_run)
    try:
        with recorded(
            session,
            name,
            source=asked.source,
            files=[{"name": file.name, "size": file.size} for file in files.files],
            options={**asked.recorded, **shown},
            dry_run=asked.dry_run,
        ) as run:
            summary.number = run.number
            story(session, files, run, summary, asked, finishes=finishes)
    except Failure as failure:
        summary.state = failure.state
        raise
    finally:
        if asked.dry_run or summary.number is not None:
            summary.show()
    return REJECTED if summary.fails_on(asked.fail_on.split(",")) else DONE


def import_batch(
    session: Session, files: Files, run: Run, summary: Summary, asked: Asked, *, finishes: bool
) -> None:
    """The story of a batch: read → normalise → stage → resolve → apply → plan → guard → commit → finish."""
    from jobs.importing import batch, guards
    from jobs.importing.plan import PlanFile, write_plan
    from jobs.importing.suspension import refuse_suspended
    from jobs.lines.whom_lines_make import Described
    from sql.steps import NOW

    organisation = session.organisation
    with session.terminal.progress(batch.STEPS + 1) as progress:
        summary.seconds = progress.seconds
        with session.database.begin() as transaction:
            session.take_turn(transaction, asked.wait)
            run.name_source(transaction, asked.source)
            refuse_suspended(transaction, session, run.source, dry_run=asked.dry_run)
            options, people, groups = options_of(asked), files.people, files.groups
            with run.guarding(transaction):
                described = Described() if files.unmended else None
                work, plain = batch.stage(
                    transaction,
                    organisation,
                    run,
                    options,
                    people,
                    progress,
                    groups=groups,
                    mends=files.mends,
                    left=files.left,
                    described=described,
                )
                if described:
                    files.check_described(described)
                guards.check_lines(transaction, session, run, files.main, asked, summary)
                outcome = batch.resolve_and_apply(
                    work, plain, transaction, organisation, run, options, people, progress, groups
                )
                summary.add(outcome)
                if files.rejects_paths:
                    with progress.stage("rejects"):
                        summary.rejects_files = files.write_rejects(outcome.rejects, outcome.group_rejects)
                if asked.plan or asked.expect:
                    with progress.stage("plan"):
                        names = [file.name for file in files.files]
                        place = PlanFile(asked.plan) if asked.plan else None
                        moment = options.as_of or NOW
                        told = not any(file.records for file in files.files)
                        summary.plan = write_plan(work, names, place, left=True, tells_lines=told, moment=moment)
                    summary.plan.hold(asked.expect)
                guards.check_changes(work, transaction, run, outcome, asked, summary)
            if asked.dry_run:
                transaction.rollback()
                summary.state = "dry-run"
                return
            run.commit(transaction, summary.recorded, summary.files)
        summary.state = "committed"
        if finishes:
            _finish(session, run, summary, progress)


def options_of(asked: Asked) -> Options:
    """Those of the batch itself, where the command has them."""
    from jobs.importing.batch import Options

    said: dict[str, Any] = {
        name: getattr(asked, name) for name in Options.__dataclass_fields__ if hasattr(asked, name)
    }
    return Options(**said | ({"groups": asked.parents} if isinstance(asked, AskedOfGroups) else {}))


def _finish(session: Session, run: Run, summary: Summary, progress: Progress) -> None:
    from jobs.importing.finish import finish

    with run.finishing():
        summary.recomputed(finish(session.database, session.organisation, progress))
        summary.state = "finished"
        run.end("finished", counts=summary.recorded_at_last)
