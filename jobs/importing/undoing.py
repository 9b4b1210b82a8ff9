"""An import taken back: all that it changed is as it was before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jobs.shell.failures import DONE, Failure, Refused, UsageFailure

if TYPE_CHECKING:
    from jobs.importing.history import Run
    from jobs.importing.plan import Plan, PlanFile
    from jobs.shell.command import Session
    from jobs.shell.terminal import Progress
    from sql.batch import Batch
    from sql.database import Transaction

FIND: Final = "undo/find"
DEPENDENT: Final = "undo/dependent"
"""Repeated until it finds nothing more."""
WHOLESALE: Final = "undo/wholesale"
"""Run only where whole tables may be emptied."""
SETTLE: Final = "undo/settle"
"""With what comes after it, run when all keys are there again."""
UNDONE: Final = (
    "import-people", "import-groups", "migrate", "move-persona", "merge-people", "edit-person", "delete-person",
    "edit-group", "delete-group", "people-api", "groups-api", "personas-api", "undo-import",
)  # fmt: skip
"""Commands whose runs can be taken back. (Statements are facts: they never are.)"""
ENDED: Final = ("committed", "finished", "stopped", "died")
"""States of a run that may have changed something."""
WHY: Final = {
    "changed": "changed since",
    "gone": "gone since",
    "person_gone": "the person it belonged to is not there any more",
    "persona_gone": "none of the personas can come back",
    "custom_id_taken": "somebody else has the custom_id now",
    "used_since": "used by others since",
    "last_persona": "its person has no other persona now",
    "group_gone": "a group that is not there any more",
    "cycle": "a group would be its own ancestor",
}
"""What keeps a change from being taken back."""
SHOWN: Final = 20
LARGE: Final = 50_000
"""So many people and personas that go, or come back, are worth making keys and indexes anew,"""
MOST: Final = 0.5
"""if they are such a part of those that were there, or will be: for a few the keys of all are not."""
EMPTIED: Final = ("people", "personas", "closed_spells", "memberships", "source_people", "statements")
VERSIONS: Final = tuple(f"{one}_versions" for one in ("person", "persona", "spell", "membership", "saying"))
FIGURES: Final = {
    "people": ("created", "updated", "deleted"),
    "personas": ("created", "moved", "deleted"),
    "groups": ("created", "updated", "deleted"),
    "parents": ("added", "removed"),
    "memberships": ("added", "removed"),
    "pending": ("people", "groups"),
}


def undo_import(
    session: Session,
    *,
    number: int,
    skip_changed: bool = False,
    finish: bool = True,
    dry_run: bool = False,
    plan: Path | None = None,
    wait: float = 0.0,
    begun: Callable[[Run], None] = lambda _: None,
) -> int:
    """Take import `number` back, with its row in the history, and tell it. Out: the exit code.

    `begun`: is told of the run.
    """
    from jobs.importing.history import recorded
    from jobs.importing.plan import PlanFile
    from sql.steps import JOBS, job

    place = None if plan is None else PlanFile(plan)
    if place:
        place.check_writable()
    with session.database.begin() as transaction:
        subject = _subject(transaction, session, number)
    undo = _Undo(session, subject, place, skip_changed=skip_changed, dry_run=dry_run)
    try:
        with recorded(
            session,
            "undo-import",
            source=subject["source"],
            options={"skip_changed": str(skip_changed)},
            undoes=number,
            dry_run=dry_run,
        ) as run:
            undo.number = run.number
            begun(run)
            with session.terminal.progress(len(job(*JOBS["undo"]))) as progress:
                undo.seconds = progress.seconds
                undo.apply(run, progress, wait)
                if finish and not dry_run:
                    undo.finish(run, progress)
    except Failure as failure:
        undo.state = failure.state
        raise
    finally:
        if dry_run or undo.number is not None:
            undo.show()
    return DONE


def _subject(transaction: Transaction, session: Session, number: int) -> dict[str, Any]:
    """The import that is to be taken back: a row of `sql/history/list.sql`."""
    found = transaction.rows("history/list.sql", organisation=session.organisation, limit=1, **{"import": number})
    if not found:
        raise UsageFailure(f"there is no import {number}; lrs-people list-imports shows those there are")
    (subject,) = found
    if subject["command"] == "erase-person":
        raise UsageFailure(f"import {number} has erased somebody: nothing is left that could be taken back")
    if subject["command"] not in UNDONE:
        raise UsageFailure(f"import {number} is of {subject['command']}: statements are facts, and stay")
    if subject["state"] not in ENDED:
        changed = "still runs" if subject["state"] == "running" else f"was {subject['state']}: it changed nothing"
        raise UsageFailure(f"import {number} {changed}")
    if subject["undone_by"] is not None:
        raise UsageFailure(f"import {number} was undone by import {subject['undone_by']}")
    if subject["pruned"]:
        raise Refused(
            f"what import {number} replaced is forgotten (lrs-people prune-history): it cannot be undone any more"
        )
    return subject


class _Undo:
    """One undo: done, recomputed and told."""

    def __init__(
        self,
        session: Session,
        subject: dict[str, Any],
        place: PlanFile | None,
        *,
        skip_changed: bool,
        dry_run: bool,
    ) -> None:
        self._session = session
        self._subject = subject
        self._place = place
        self._skip_changed = skip_changed
        self._dry_run = dry_run
        self.number: int | None = None
        self.state = "failed"
        self.seconds: dict[str, float] = {}
        self._conflicts = 0
        self._examples: list[dict[str, Any]] = []
        self._figures: dict[str, int] = {}
        self._plan: Plan | None = None
        self._recomputed: dict[str, int] | None = None

    def apply(self, run: Run, progress: Progress, wait: float) -> None:
        """The story of an undo: find → conflicts → apply → suspend → commit, in one transaction."""
        from jobs.importing.history import DRY
        from jobs.importing.plan import write_plan
        from jobs.importing.suspension import suspend
        from jobs.importing.whole import Whole
        from sql import database as db
        from sql.batch import Batch
        from sql.steps import JOBS

        organisation, undone, places = self._session.organisation, self._subject["id"], JOBS["undo"]
        with self._session.database.begin() as transaction:
            self._session.take_turn(transaction, wait)
            transaction.lock(db.PEOPLE, organisation)
            _subject(transaction, self._session, undone)  # whoever was faster
            number = run.number or DRY
            work = Batch(
                transaction,
                organisation=organisation,
                undone=undone,
                shown=SHOWN,
                large=LARGE,
                at_once=False,
                **{"import": number},
            )
            with progress.stage("find"):
                work.look_at_versions(undone)
                whole = Whole(work, transaction, organisation, LARGE)
                for place in places[: places.index(FIND)]:
                    work.run(place, progress.step)
                whole.empty()
                work.run(FIND, progress.step)
                transaction.step("upkeep/read_before.sql")
                self._find_conflicts(work, progress)
            with progress.stage("apply"):
                size = work.row("undo/size.sql")
                goes = size["going"] >= max(LARGE, MOST * size["there"])
                comes = size["coming"] >= max(LARGE, MOST * (size["there"] + size["coming"]))
                with self._making_room(transaction, goes=goes, comes=comes) as roomy:
                    for place in places[places.index(DEPENDENT) + 1 : places.index(SETTLE)]:
                        if place != WHOLESALE or (roomy and not self._conflicts):
                            work.run(place, progress.step, fills=EMPTIED if comes else ())
                whole.fill()
                for place in places[places.index(SETTLE) :]:
                    work.run(place, progress.step)
                self._figures = work.row("settle/counts.sql")
                whole.settle()
            if self._place or self._dry_run:
                with progress.stage("plan"):
                    work = Batch(transaction, organisation=organisation, **{"import": number})
                    self._plan = write_plan(work, [], self._place, undoes=True)
            if self._dry_run:
                transaction.rollback()
                self.state = "dry-run"
                return
            if self._suspends and run.source is not None:
                suspend(transaction, organisation, run.source, number, f"import {undone} was undone")
            run.commit(transaction, self.counts)
        self.state = "committed"

    @contextmanager
    def _making_room(self, transaction: Transaction, *, goes: bool, comes: bool) -> Iterator[bool]:
        """For an undo that empties tables (`goes`), or fills empty ones (`comes`): what would be looked up row by row
        is looked up once. Gives whether it may empty them.
        """
        if goes:
            with transaction.emptying(EMPTIED, VERSIONS, self._session.organisation) as roomy:
                yield roomy
        elif comes:
            with transaction.without_constraints(EMPTIED):
                yield False
        else:
            yield False

    def _find_conflicts(self, work: Batch, progress: Progress) -> None:
        work.repeat(DEPENDENT, "conflicts", progress.step)
        self._conflicts = found = work.rows("conflicts")
        self._examples = work.rows_of("undo/conflict_examples.sql", "conflicts")
        if found and not self._skip_changed:
            raise Refused(
                f"{found:,} changes of import {self._subject['id']} cannot be taken back, the first:"
                f" {_told(self._examples[0])}; --skip-changed leaves them as they are; nothing was changed"
            )

    def finish(self, run: Run, progress: Progress) -> None:
        """Recompute what the undo has made stale."""
        from jobs.importing.finish import finish

        with run.finishing():
            self._recomputed = finish(self._session.database, self._session.organisation, progress)
            self.state = "finished"
            run.end("finished")

    @property
    def _suspends(self) -> bool:
        """Whether a file must not come again by itself. (Who takes back an undo, or a correction, wants it so.)"""
        return self._subject["command"] in ("import-people", "import-groups", "migrate")

    @property
    def counts(self) -> dict[str, Any]:
        """The figures as `--json` and the history have them."""
        nested = {
            group: {name: self._figures.get(f"{group}_{name}", 0) for name in names} for group, names in FIGURES.items()
        }
        return {**nested, "left": self._conflicts if self._skip_changed else 0}

    def show(self) -> None:
        """Hand everything to the terminal."""
        terminal = self._session.terminal
        terminal.result(
            {
                "import": self.number,
                "undoes": self._subject["id"],
                "state": self.state,
                **self._session.names,
                **self.counts,
                "conflicts": self._conflicts,
                **({} if self._plan is None else {"plan": self._plan.as_json()}),
                **({} if self._recomputed is None else {"recomputed": self._recomputed}),
                "seconds": {stage: round(value, 3) for stage, value in self.seconds.items()},
            }
        )
        for line in self._text():
            terminal.line(line)

    def _text(self) -> list[str]:
        from jobs.shell.terminal import stale, took

        counts, subject = self.counts, self._subject
        what = "dry run, nothing is changed" if self._dry_run else f"import {self.number}, {self.state}"
        lines = [self._session.where, f"{what}: import {subject['id']} ({subject['command']}) taken back"]
        if self._figures:
            lines.append("")
            rare = ("people", "personas", "memberships") if subject["command"] == "import-groups" else ("parents",)
            told = [part for part in FIGURES if part != "pending" and (part not in rare or any(counts[part].values()))]
            lines += [_row(part, counts[part]) for part in told]
        if self._examples:
            title = "left as they are" if self._skip_changed else "cannot be taken back"
            lines += ["", f"{title} ({self._conflicts:,})", *(f"  {_told(row)}" for row in self._examples)]
            if self._conflicts > len(self._examples):
                lines.append(f"  … and {self._conflicts - len(self._examples):,} more")
        if not self._figures:
            return lines
        lines += ["", *stale(counts["pending"], self._recomputed, committed=self.state == "committed")]
        if self._plan is not None:
            lines.append(self._plan.row)
        lines.append(took(self.seconds))
        if self._suspends and self.state in ("committed", "finished"):
            from jobs.importing.suspension import resuming

            lines.append(f"the source {subject['source']} is suspended until {resuming(subject['source'])}")
        return lines


def _row(title: str, figures: dict[str, int]) -> str:
    return f"{title:<12} " + ", ".join(f"{figure:,} {name}" for name, figure in figures.items())


def _told(row: dict[str, Any]) -> str:
    from identity.problems import quoted

    by = "" if row["since"] is None else f" (import {row['since']})"
    return f"{row['what']} {quoted(row['label'])[1:-1]}: {WHY[row['why']]}{by}"
