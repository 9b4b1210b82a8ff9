"""import-statements: xAPI statements -> personas, people and interactions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from identity.problems import PROBLEMS, quoted
from jobs.shell.command import Session, command
from jobs.shell.failures import DONE, REJECTED, Failure, Stopped, Unfinished, UsageFailure, told
from jobs.shell.shared_options import MAX_UNPACKED
from jobs.shell.terminal import took

if TYPE_CHECKING:
    from jobs.importing.history import Run
    from jobs.shell.terminal import Progress
    from jobs.statements.files import StatementFile
    from jobs.statements.loading import Tally
    from jobs.statements.rejected import StatementRejects


@command("import-statements", needs=("jobs.statements.files", "jobs.statements.loading"))
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--no-finish", is_flag=True, help="Leave the reporting pending, for finish-batch-updates.")
@click.option(
    "--rejects",
    "place",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where rejected statements are written. [default: FILE.rejects.jsonl]",
)
@MAX_UNPACKED
def main(
    session: Session, *, paths: tuple[Path, ...], no_finish: bool, place: Path | None, max_unpacked: int | None
) -> int:
    """Load xAPI statements (1.0.3, 2.0): JSON arrays, StatementResults, or JSON Lines.

    A FILE may be gzip, bzip2, zstd, zip (each member) or - (standard input). A statement may be in an envelope:
    {"statement": ...}, {"_source": ...}, a document of MongoDB.

    Each new agent makes a persona and a person. A statement whose id is known is skipped, so that a load that
    was stopped, or has been done before, can be done again. Statements are committed some 20,000 at a time.
    """
    from jobs.importing.history import recorded
    from jobs.statements.loading import Tally

    tally = Tally()
    with _opened(paths, place, max_unpacked) as (files, rejects):
        summary = _Summary(session, files, rejects, tally)
        with recorded(
            session,
            "import-statements",
            files=[{"name": file.name, "size": file.size} for file in files],
            options={"no_finish": no_finish} | ({"rejects": str(place)} if place else {}),
        ) as run:
            summary.number = run.number
            try:
                with session.terminal.progress(9) as progress:
                    summary.seconds = progress.seconds
                    _load(session, files, rejects, run, tally, progress)
                    summary.state = "committed"
                    _finish(session, run, summary, progress, finishes=not no_finish)
            except Failure as failure:
                summary.state = failure.state
                raise
            finally:
                for rejects_file in rejects:
                    rejects_file.close()
                summary.show()
    return REJECTED if tally.rejected else DONE


@contextmanager
def _opened(
    paths: Sequence[Path], place: Path | None, max_unpacked: int | None
) -> Iterator[tuple[list[StatementFile], list[StatementRejects]]]:
    """The files, and where the rejects of each go; everything that can be wrong with either is found now."""
    from jobs.reading.files import STANDARD_INPUT_NAME
    from jobs.shell.failures import FileProblem
    from jobs.statements.files import StatementFile
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
        yield files, rejects


def _load(
    session: Session,
    files: list[StatementFile],
    rejects: list[StatementRejects],
    run: Run,
    tally: Tally,
    progress: Progress,
) -> None:
    """Everything, or as far as it goes: chunks that are committed stay, and loading again skips them."""
    from jobs.shell.failures import FileProblem, ReadProblem
    from jobs.statements.loading import load

    try:
        load(
            session.database,
            session.organisation,
            files,
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
    from jobs.importing.finish import finish

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
        self, session: Session, files: list[StatementFile], rejects: list[StatementRejects], tally: Tally
    ) -> None:
        self._session = session
        self._files = files
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
        for file in self._files:
            if file.is_page:
                terminal.warn(f'{file.name}: a StatementResult with "more": it is not the whole answer')
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
        yield f"import {self.number}, {self.state}: {', '.join(file.name for file in self._files)}"
        yield ""
        yield _row(
            "statements",
            (tally.read, "read"),
            (tally.loaded, "loaded"),
            (tally.known, "known and skipped"),
            (tally.rejected, "rejected"),
        )
        yield _row("of these", (tally.voided, "voided"), (tally.anonymous, "of anonymous groups"))
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


if __name__ == "__main__":
    main()
