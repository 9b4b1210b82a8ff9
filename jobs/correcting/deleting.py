"""People who go: what statements refer to stays, each with a person of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from jobs.importing.figures import by_part

if TYPE_CHECKING:
    from sql.database import Transaction

FIGURES: Final = {
    "people": ("created", "deleted"),
    "personas": ("dropped",),
    "memberships": ("removed",),
    "pending": ("people", "groups"),
}


def delete_people(
    transaction: Transaction, organisation: int, people: Sequence[int], number: int, *, puts_down: bool = True
) -> dict[str, Any]:
    """Do it, as the import of that number, in a transaction that has the locks IMPORT and PEOPLE; not `puts_down`:
    in a session of which `FewBeside` tells. Out: figures.
    """
    from sql.few import Few, FewBeside
    from sql.steps import JOBS

    values = {"deleted": list(people), "at_once": False, "import": number}
    work = (Few if puts_down else FewBeside)(transaction, organisation=organisation, **values)
    for place in JOBS["delete people"]:
        work.run(place)
    return by_part(work.row("delete_people/counts.sql"), FIGURES)
