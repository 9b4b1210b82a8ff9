"""Groups that are deleted, and one group as somebody wants it: by hand, and over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sql.database import Transaction


def delete(
    transaction: Transaction, organisation: int, groups: Sequence[int], number: int
) -> tuple[dict[str, dict[str, int]], list[dict[str, Any]]]:
    """The groups with these ids go, as the import of that number, in a transaction that has the organisation's locks.

    Out: figures, and what each has lost (`delete_groups/told.sql`).
    """
    from sql.few import Few
    from sql.steps import JOBS

    work = Few(transaction, organisation=organisation, deleted=list(groups), **{"import": number})
    for place in JOBS["delete groups"]:
        work.run(place)
    found = work.row("delete_groups/counts.sql")
    figures = {
        "groups": {"deleted": found["groups_deleted"]},
        "parents": {"removed": found["parents_removed"]},
        "memberships": {"removed": found["memberships_removed"]},
        "pending": {"people": 0, "groups": found["pending_groups"]},
    }
    return figures, work.rows_of("delete_groups/told.sql")
