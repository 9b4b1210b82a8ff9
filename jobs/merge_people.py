"""merge-people: make one person of several, by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from jobs.correcting.correction import PLAN, Correction
from jobs.shell.command import Session, command
from jobs.shell.failures import DONE, REJECTED, FileProblem, UsageFailure
from jobs.shell.shared_options import DRY_RUN, FINISH, WAIT

if TYPE_CHECKING:
    from jobs.correcting.merging import Merges
    from sql.database import Transaction

SHOWN: Final = 20
"""So many people, and lines, are told."""


@command("merge-people")
@click.argument("people", metavar="ID [ID…]", nargs=-1)
@click.option("--custom-id", "stays", metavar="CUSTOMID", help="Which custom_id stays, where several have one.")
@click.option(
    "--from",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Not people, but a list of lrs-people suggest-merges that has been filled in.",
)
@FINISH
@DRY_RUN
@PLAN
@WAIT
def main(
    session: Session,
    *,
    people: tuple[str, ...],
    stays: str | None,
    file: Path | None,
    finish: bool,
    dry_run: bool,
    plan: Path | None,
    wait: float,
) -> int:
    """Make one person of several: all that the others have becomes the first one's.

    An ID is a custom_id, an identifier, or #17, as those go who have no custom_id. Identifiers come along, with what
    was done with them, also at times that have ended; so do groups, and what sources have said; and a name, an image
    and the custom_id, where the first has none. The others are gone. It is a run in the history, and lrs-people
    undo-import gives all of it back.
    """
    from jobs.explaining.finding import custom_id, find_anybody

    if (file is None) == (not people):
        raise UsageFailure("say who is to be one: ID ID, or --from FILE")
    if file is None and len(people) < 2:
        raise UsageFailure("one person is one already: name two")
    if file is not None and stays is not None:
        raise UsageFailure("with --from the column keep says which custom_id stays")
    kept = None if stays is None else custom_id(stays)

    def asked(transaction: Transaction) -> Merges:
        from jobs.correcting.merging import asked_merges, reviewed_merges

        if file is None:
            return asked_merges(transaction, session, [find_anybody(transaction, session, one) for one in people], kept)
        try:
            return reviewed_merges(transaction, session, file)
        except FileProblem as problem:
            raise UsageFailure(str(problem)) from problem

    with session.database.begin() as transaction:
        asked(transaction)  # what cannot be is found before there is a run
    done = _Done()

    def change(transaction: Transaction, number: int) -> tuple[Mapping[str, Any], Iterable[int]]:
        from jobs.correcting.merging import merge

        done.merges = asked(transaction)
        counts, done.hands = merge(transaction, session.organisation, done.merges, number)
        return counts, done.merges.people

    Correction(
        session,
        "merge-people",
        change,
        options={"people": ", ".join(people) or None, "custom_id": kept},
        files=[] if file is None else [file],
        plan=plan,
        dry_run=dry_run,
    ).run(wait=wait, finish=finish, told=done.told)
    return REJECTED if done.merges and done.merges.rejected else DONE


class _Done:
    """What was asked for and done."""

    def __init__(self) -> None:
        self.merges: Merges | None = None
        self.hands: list[dict[str, Any]] = []

    def told(self) -> tuple[Mapping[str, Any], Sequence[str]]:
        """For `--json`, and as lines."""
        from jobs.explaining.finding import as_person, who

        if self.merges is None:
            return {}, ()
        merges, along = self.merges, sum(row["interactions"] for row in self.hands)
        pairs = [(merges.people[one], merges.people[whom]) for one, whom in merges.into.items()]
        lines = [f"{who(one)} → {who(whom)}" for one, whom in pairs[:SHOWN]]
        lines += [f"… and {len(pairs) - SHOWN:,} more"] if len(pairs) > SHOWN else []
        lines += [f"{along:,} interactions go along"] if pairs else ["nobody becomes anybody else"]
        if lost := merges.lost():
            names = ", ".join(lost[:SHOWN]) + (f" and {len(lost) - SHOWN:,} more" if len(lost) > SHOWN else "")
            lines.append(f"nobody has {names} any more: a line that names it makes somebody new of it")
        if rejected := merges.rejected:
            lines += ["", f"rejected ({len(rejected):,})"]
            lines += [f"  line {one['line']}: {one['why']}" for one in rejected[:SHOWN]]
            lines += [f"  … and {len(rejected) - SHOWN:,} more"] if len(rejected) > SHOWN else []
        told = {
            "merged": [{"person": as_person(one), "into": as_person(whom)} for one, whom in pairs],
            "interactions": along,
            "lost": lost,
            "rejected": rejected,
        }
        return told, [*lines, ""]


if __name__ == "__main__":
    main()
