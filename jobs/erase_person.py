"""erase-person: forget people altogether, so that what remains identifies nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jobs.shell.command import Session, command
from jobs.shell.failures import DONE, Failure, UsageFailure
from jobs.shell.shared_options import DRY_RUN, FINISH, WAIT

if TYPE_CHECKING:
    from jobs.correcting.erasing import Erasure
    from jobs.importing.history import Run
    from jobs.shell.terminal import Progress
    from sql.database import Transaction


@command("erase-person")
@click.argument("people", metavar="ID [ID…]", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="It is meant: nothing brings them back.")
@click.option("--forget", is_flag=True, help="Not erase, but forget that they were: from now on they may come again.")
@FINISH
@DRY_RUN
@WAIT
def main(
    session: Session, *, people: tuple[str, ...], yes: bool, forget: bool, finish: bool, dry_run: bool, wait: float
) -> int:
    """Erase people: their names, identifiers and groups, what they did, and what the history has kept of them.

    An ID is a custom_id, an identifier, or #17; also of somebody who is gone, as the history knows them. It cannot be
    undone, and needs --yes. What is somebody else's by now stays theirs. Files stay as they are: those that were
    imported, plans, rejects files, reports, backups. A keyed hash of each identifier and custom_id is kept, so that no
    file and no statement brings them back: what names them is left out, and counted. Who comes again after all is let
    in by --forget.
    """
    if forget:
        if yes:
            raise UsageFailure("--forget erases nobody: leave out --yes")
        return _forget(session, people, wait, dry_run=dry_run)
    if not yes and not dry_run:
        raise UsageFailure("nothing brings them back: say --yes, or --dry-run to see what would go")
    erasing = _Erasing(session, people, dry_run=dry_run)
    erasing.run(wait, finish=finish)
    return DONE


class _Erasing:
    """One erasure: done, recomputed and told."""

    def __init__(self, session: Session, asked: tuple[str, ...], *, dry_run: bool) -> None:
        self._session = session
        self._asked = asked
        self._dry_run = dry_run
        self._number: int | None = None
        self._state = "failed"
        self._done: Erasure | None = None
        self._recomputed: dict[str, int] | None = None
        self._seconds: dict[str, float] = {}

    def run(self, wait: float, *, finish: bool) -> None:
        """The story of it. The history has its figures, and not who it was."""
        from jobs.importing.history import recorded

        with self._session.database.begin() as transaction:
            self._people(transaction)  # who does not exist is found before there is a run
        try:
            with recorded(self._session, "erase-person", dry_run=self._dry_run) as run:
                self._number = run.number
                with self._session.terminal.progress(1) as progress:
                    self._seconds = progress.seconds
                    self._apply(run, wait)
                    if finish and not self._dry_run:
                        self._finish(run, progress)
        except Failure as failure:
            self._state = failure.state
            raise
        finally:
            if self._done:
                self._show(self._done)

    def _people(self, transaction: Transaction) -> list[int]:
        from jobs.correcting.erasing import find_ever

        return [find_ever(transaction, self._session, one) for one in self._asked]

    def _apply(self, run: Run, wait: float) -> None:
        from jobs.correcting.erasing import erase
        from jobs.importing.history import DRY
        from sql import database as db

        session = self._session
        with session.database.begin() as transaction:
            session.take_turn(transaction, wait)
            transaction.lock(db.PEOPLE, session.organisation)
            try:
                people = self._people(transaction)
            except UsageFailure as mistake:  # in the history stands nobody's name
                raise Failure("they have changed just now; nothing was erased") from mistake
            self._done = erase(transaction, session.organisation, people, run.number or DRY)
            if self._dry_run:
                transaction.rollback()
                self._state = "dry-run"
                return
            run.commit(transaction, self._done.figures)
        self._state = "committed"

    def _finish(self, run: Run, progress: Progress) -> None:
        from jobs.importing.finish import finish

        with run.finishing():
            self._recomputed = finish(self._session.database, self._session.organisation, progress)
            self._state = "finished"
            run.end("finished")

    def _show(self, done: Erasure) -> None:
        from identity.problems import quoted
        from jobs.explaining.finding import as_person, who
        from jobs.shell.terminal import stale

        terminal, counts = self._session.terminal, done.counts
        what = "dry run, nothing is changed" if self._dry_run else f"import {self._number}, {self._state}"
        lines = [
            self._session.where,
            f"{what}: erase-person",
            "",
            "erased       {people:,} people, {personas:,} personas, {statements:,} statements".format(**counts),
            f"kept         {counts['kept']:,} keyed hashes, so that they do not come back",
        ]
        if done.holders:
            lines += ["", f"others have by now what was theirs once ({counts['personas_staying']:,}): that stays"]
            lines += [f"  {quoted(row['ifi'])[1:-1]}: {who(row)}" for row in done.holders]
        ended = stale(done.figures["pending"], self._recomputed, committed=self._state == "committed")
        for line in [*lines, "", *ended]:
            terminal.line(line)
        terminal.result(
            {
                "import": self._number,
                "state": self._state,
                **self._session.names,
                **done.figures,
                "kept": counts["kept"],
                "others_have": [{"ifi": row["ifi"], "person": as_person(row)} for row in done.holders],
                **({} if self._recomputed is None else {"recomputed": self._recomputed}),
                "seconds": {stage: round(value, 3) for stage, value in self._seconds.items()},
            }
        )


def _forget(session: Session, asked: tuple[str, ...], wait: float, *, dry_run: bool) -> int:
    """Forget that they were erased. It changes nobody, so the history does not have it."""
    from jobs.correcting.erasing import forget

    with session.database.begin() as transaction:
        session.take_turn(transaction, wait)
        forgotten = forget(transaction, session, asked)
        if dry_run:
            transaction.rollback()
    session.terminal.line(session.where)
    does = "dry run, nothing is changed: would forget" if dry_run else "forgot"
    said = f"{does} {forgotten:,} keyed hashes: they may come back" if forgotten else "nobody was erased who had that"
    session.terminal.line(said)
    session.terminal.result({**session.names, "dry_run": dry_run, "forgotten": forgotten})
    return DONE


if __name__ == "__main__":
    main()
