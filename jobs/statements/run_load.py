"""One load from beginning to end: its row in the history, its chunks, the recomputing after it, and what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from identity.problems import PROBLEMS, quoted
from jobs.importing.finish import finish
from jobs.importing.history import recorded
from jobs.shell.failures import (
    DONE,
    REJECTED,
    Failure,
    FileProblem,
    ReadProblem,
    Stopped,
    Unfinished,
    UsageFailure,
    told,
)
from jobs.shell.terminal import took
from jobs.statements.loading import Tally, load

if TYPE_CHECKING:
    from jobs.importing.history import Run
    from jobs.shell.command import Session
    from jobs.shell.terminal import Progress
    from jobs.statements.loading import Source
    from jobs.statements.rejected import Rejects


def run_load(
    session: Session,
    sources: Sequence[Source],
    rejects: Sequence[Rejects],
    options: Mapping[str, Any],
    *,
    finishes: bool,
) -> int:
    """Load all statements of all sources in order, and make the reports of whom they concern. Out: the exit code.

    rejects: where each source's go, which this closes; `options`: as the history has them.
    """
    tally = Tally()
    summary = _Summary(session, sources, rejects, tally)
    with recorded(
        session,
        "import-statements",
        files=[{"name": source.name, "size": source.size} for source in sources],
        options=options,
    ) as run:
        summary.number = run.number
        try:
            with session.terminal.progress(9) as progress:
                summary.seconds = progress.seconds
                _load(session, sources, rejects, run, tally, progress)
                summary.state = "committed"
                _finish(session, run, summary, progress, finishes=finishes)
        except Failure as failure:
            summary.state = failure.state
            raise
        finally:
            for rejects_file in rejects:
                rejects_file.close()
            summary.show()
    return REJECTED if tally.rejected else DONE


def _load(
    session: Session,
    sources: Sequence[Source],
    rejects: Sequence[Rejects],
    run: Run,
    tally: Tally,
    progress: Progress,
) -> None:
    """Everything, or as far as it goes: chunks that are committed stay, and loading again skips them."""
    try:
        load(
            session.database,
            session.organisation,
            sources,
            rejects,
            run,
            progress,
            tally,
            fold_mailbox_case=session.fold_mailbox_case,
        )
    except (Exception, KeyboardInterrupt) as error:
        if tally.last is None:
            if isinstance(error, FileProblem) and not isinstance(error, ReadProblem):
                raise UsageFailure(str(error)) from error
            raise
        what = told(error)
        run.end_if_possible("stopped", what, tally.counts)
        raise Stopped(f"{what}; stopped after {tally.last}: load it again, what is here will be skipped") from error


def _finish(session: Session, run: Run, summary: _Summary, progress: Progress, *, finishes: bool) -> None:
    """All chunks are committed: say so, and recompute once."""
    try:
        summary.count_pending()
        run.end("committed", None, summary.recorded)
        if finishes:
            summary.recomputed = finish(session.database, session.organisation, progress)
            run.end("finished", None, summary.recorded)
            summary.state = "finished"
    except (Exception, KeyboardInterrupt) as error:
        what = told(error)
        raise Unfinished(
            f"import {run.number} is committed, but its reporting is pending: {what}; run finish-batch-updates"
        ) from error


class _Summary:
    """What a load did, for people to read and for `--json`."""

    def __init__(
        self, session: Session, sources: Sequence[Source], rejects: Sequence[Rejects], tally: Tally
    ) -> None:
        self._session = session
        self._sources = sources
        self._rejects = rejects
        self._tally = tally
        self.number: int | None = None
        self.state = "failed"
        self.seconds: dict[str, float] = {}
        self.recomputed: dict[str, int] | None = None
        self._pending = 0

    def count_pending(self) -> None:
        """How many personas this load has marked and nobody has recomputed yet."""
        with self._session.database.begin() as transaction:
            row = transaction.row(
                "statements/pending.sql", organisation=self._session.organisation, **{"import": self.number}
            )
        self._pending = row["personas"]

    @property
    def counts(self) -> dict[str, Any]:
        """The figures as `--json` and the history have them."""
        return {**self._tally.counts, "pending": {"personas": self._pending}}

    @property
    def recorded(self) -> dict[str, Any]:
        """The same with how long each stage has taken so far, as the history keeps it."""
        return {**self.counts, "seconds": self._rounded_seconds}

    @property
    def _rounded_seconds(self) -> dict[str, float]:
        return {stage: round(value, 3) for stage, value in self.seconds.items()}

    def show(self) -> None:
        """Hand everything to the terminal."""
        terminal = self._session.terminal
        for source in self._sources:
            for warning in source.warnings:
                terminal.warn(f"{source.name}: {warning}")
        written = [str(path) for path in dict.fromkeys(file.path for file in self._rejects if file.written)]
        terminal.result(
            {
                "import": self.number,
                "state": self.state,
                **self._session.names,
                **self.counts,
                **({} if self.recomputed is None else {"recomputed": self.recomputed}),
                "rejects_files": written,
                "seconds": self._rounded_seconds,
            }
        )
        for line in self._text(written):
            terminal.line(line)

    def _text(self, written: list[str]) -> Iterator[str]:
        tally = self._tally
        yield self._session.where
        yield f"import {self.number}, {self.state}: {', '.join(source.name for source in self._sources)}"
        yield ""
        yield _row(
            "statements",
            (tally.read, "read"),
            (tally.loaded, "loaded"),
            (tally.known, "known and skipped"),
            (tally.rejected, "rejected"),
        )
        yield _row("of these", (tally.voided, "voided"), (tally.anonymous, "of anonymous groups"))
        if tally.left_out:
            yield _row("left out", (tally.left_out, "of agents who were erased"))
        yield _row("new", (tally.personas, "people, each with one persona"), (tally.activities, "activities"))
        if spans := tally.people - tally.personas:
            yield _row("between", (spans, "people, for times in which their personas were nobody's"))
        if tally.near_misses:
            shown = tally.near_miss_examples
            yield ""
            yield f"near misses: new, but nearly a persona that is known ({tally.near_misses:,})"
            yield from (f"  {quoted(row['ifi'])} is nearly {quoted(row['existing'])}" for row in shown)
            if tally.near_misses > len(shown):
                yield f"  … and {tally.near_misses - len(shown):,} more"
        if tally.rejects:
            yield ""
            yield "rejected"
            for code, number in sorted(tally.rejects.items(), key=lambda item: (-item[1], item[0])):
                yield f"  {number:>9,}  {PROBLEMS[code].title} ({code})"
            yield from (f"  written to {path}" for path in written)
        yield ""
        yield _row("stale", (self._pending, "personas"))
        if self.recomputed is not None:
            yield _row("recomputed", (self.recomputed["people"], "people"), (self.recomputed["groups"], "groups"))
        elif self._pending:
            yield "reporting is pending: run finish-batch-updates"
        yield took(self.seconds)


def _row(title: str, *figures: tuple[int, str]) -> str:
    return f"{title:<12} " + ", ".join(f"{figure:,} {name}" for figure, name in figures)
