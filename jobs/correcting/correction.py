"""A correction by hand, from its turn to what it has made stale: one transaction, with its own row in the history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from jobs.shell.failures import Failure

if TYPE_CHECKING:
    from jobs.importing.history import Run
    from jobs.importing.plan import Plan
    from jobs.shell.command import Session
    from sql.database import Transaction

SHOWN: Final = 20
"""So many changes are shown; a plan has all of them."""
PLAN = click.option(
    "--plan",
    "plan",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write every change to FILE, .csv or .jsonl.",
)


class Correction:
    """One correction: done, listed, recomputed and told."""

    def __init__(
        self,
        session: Session,
        command: str,
        change: Callable[[Transaction, int], tuple[Mapping[str, Any], Iterable[int]]],
        *,
        options: Mapping[str, Any],
        files: Sequence[Path] = (),
        plan: Path | None = None,
        dry_run: bool = False,
    ) -> None:
        """`change` does it, in a transaction that has the turn and the lock on who is who, as the import of that
        number, and gives its figures, and the people whom it is about: who else gets anything that is new gets it with
        a persona that was somebody's. `options`: as the history keeps them.
        """
        from jobs.importing.plan import PlanFile

        self._session = session
        self._command = command
        self._change = change
        self._options = {name: str(value) for name, value in options.items() if value not in (None, "", False)}
        self._files = files
        self._dry_run = dry_run
        self._place = None if plan is None else PlanFile(plan)
        if self._place:
            self._place.check_writable(files)
        self.number: int | None = None
        self.state = "failed"
        self._seconds: dict[str, float] = {}
        self.counts: dict[str, Any] = {}
        self._plan: Plan | None = None
        self._shown: list[dict[str, Any]] = []
        self._recomputed: dict[str, int] | None = None

    def run(self, *, wait: float, finish: bool, told: Callable[[], tuple[Mapping[str, Any], Sequence[str]]]) -> None:
        """The story of it. `told` gives what only this correction has to say, as JSON and as lines."""
        from jobs.importing.finish import finish as recompute
        from jobs.importing.history import recorded

        session = self._session
        files = [{"name": str(file), "size": file.stat().st_size} for file in self._files]
        try:
            with recorded(session, self._command, files=files, options=self._options, dry_run=self._dry_run) as run:
                self.number = run.number
                with session.terminal.progress(1) as progress:
                    self._seconds = progress.seconds
                    self._apply(run, wait)
                    if finish and not self._dry_run:
                        with run.finishing():
                            self._recomputed = recompute(session.database, session.organisation, progress)
                            self.state = "finished"
                            run.end("finished")
        except Failure as failure:
            self.state = failure.state
            raise
        finally:
            if self._dry_run or self.number is not None:
                self._show(*told())

    def _apply(self, run: Run, wait: float) -> None:
        from jobs.importing.history import DRY
        from sql import database as db

        session = self._session
        with session.database.session() as own, own.begin() as transaction:
            session.take_turn(transaction, wait)
            transaction.lock(db.PEOPLE, session.organisation)
            counts, about = self._change(transaction, run.number or DRY)
            self.counts = dict(counts)
            self._list(transaction, run.number or DRY, about)
            if self._dry_run:
                transaction.rollback()
                self.state = "dry-run"
                return
            run.commit(transaction, self.counts)
        self.state = "committed"

    def _list(self, transaction: Transaction, number: int, about: Iterable[int]) -> None:
        """All changes, as `show-import` and plans have them."""
        from jobs.importing.plan import write_plan
        from sql.few import Few

        work = Few(transaction, organisation=self._session.organisation, **{"import": number})
        work.know(about=list(about))
        self._plan = write_plan(work, [], self._place, concerned=work.row("changes/concerned.sql"))
        work.know(limit=SHOWN)
        self._shown = [row for row in work.rows_of("changes/page.sql") if row["action"] is not None]

    def _show(self, told: Mapping[str, Any], lines: Sequence[str]) -> None:
        """Hand everything to the terminal."""
        from jobs.importing.listed import as_table
        from jobs.importing.plan import COLUMNS
        from jobs.shell.terminal import stale

        terminal, session = self._session.terminal, self._session
        terminal.line(session.where)
        what = "dry run, nothing is changed" if self._dry_run else f"import {self.number}, {self.state}"
        terminal.line(f"{what}: {self._command}")
        result: dict[str, Any] = {"import": self.number, "state": self.state, **session.names}
        if self._plan is not None:
            result |= {
                **told,
                **self.counts,
                "plan": self._plan.as_json(),
                "changes": [{name: row[name] for name in COLUMNS} for row in self._shown],
                **({} if self._recomputed is None else {"recomputed": self._recomputed}),
                "seconds": {stage: round(value, 3) for stage, value in self._seconds.items()},
            }
            more = self._plan.changes - len(self._shown)
            for line in ("", *lines, *as_table(self._shown), *([f"… and {more:,} more"] if more > 0 else [])):
                terminal.line(line)
            ended = stale(self.counts["pending"], self._recomputed, committed=self.state == "committed")
            for line in ("", *ended, self._plan.row):
                terminal.line(line)
        terminal.result(result)
