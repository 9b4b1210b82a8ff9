"""delete-person: people go, by hand, and what statements refer to stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from jobs.correcting.correction import PLAN, Correction
from jobs.shell.command import Session, command
from jobs.shell.failures import DONE
from jobs.shell.shared_options import DRY_RUN, FINISH, WAIT

if TYPE_CHECKING:
    from sql.database import Transaction

SHOWN: Final = 20
"""So many people are told."""


@command("delete-person")
@click.argument("people", metavar="ID [ID…]", nargs=-1, required=True)
@FINISH
@DRY_RUN
@PLAN
@WAIT
def main(
    session: Session,
    *,
    people: tuple[str, ...],
    finish: bool,
    dry_run: bool,
    plan: Path | None,
    wait: float,
) -> int:
    """Delete people, with their groups and what sources have given of them.

    An ID is a custom_id, an identifier, or #17, as those go who have no custom_id. Each identifier that statements
    refer to gets a person of its own, named after the agent: nothing that was done is lost (lrs-people erase-person
    forgets that too). It is a run in the history, and lrs-people undo-import brings them back. So does, as somebody
    new, a file that still names them.
    """
    with session.database.begin() as transaction:
        _found(transaction, session, people)  # who does not exist is found before there is a run
    gone: list[dict[str, Any]] = []

    def change(transaction: Transaction, number: int) -> tuple[Mapping[str, Any], Iterable[int]]:
        from jobs.correcting.deleting import delete_people

        found = _found(transaction, session, people)
        gone.extend(found.values())
        return delete_people(transaction, session.organisation, list(found), number), found

    asked = {"people": ", ".join(people)}
    Correction(session, "delete-person", change, options=asked, plan=plan, dry_run=dry_run).run(
        wait=wait, finish=finish, told=lambda: _told(gone)
    )
    return DONE


def _found(transaction: Transaction, session: Session, asked: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Those who are meant, by id (`explain/people.sql`)."""
    from jobs.explaining.explained import people_of
    from jobs.explaining.finding import find_anybody

    return people_of(transaction, session, [find_anybody(transaction, session, one) for one in asked])


def _told(gone: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], Sequence[str]]:
    """Who goes, for `--json`, and as lines."""
    from jobs.explaining.finding import as_person, who

    lines = [f"{who(person)} goes" for person in gone[:SHOWN]]
    lines += [f"… and {len(gone) - SHOWN:,} more"] if len(gone) > SHOWN else []
    return {"deleted": [as_person(person) for person in gone]}, [*lines, ""]


if __name__ == "__main__":
    main()
