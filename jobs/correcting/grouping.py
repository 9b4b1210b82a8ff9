"""Groups that are deleted, and one group as somebody wants it: by hand, and over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from identity.problems import quoted
from jobs.correcting.editing import cell
from jobs.explaining.finding import find_group
from jobs.shell.failures import Refused, UsageFailure

if TYPE_CHECKING:
    from jobs.importing.one_group import GroupWish
    from jobs.shell.command import Session
    from sql.database import Transaction


@dataclass(frozen=True)
class GroupEdit:
    """What is to be other of one group; None: that stays as it is, `<delete>`: it goes."""

    group: str
    """Its custom_id."""
    new: bool
    """There is no such group yet."""
    custom_id: str | None
    name: str | None
    type: str | None
    with_parents: tuple[str, ...]
    without_parents: tuple[str, ...]
    source: str

    def asked(self, transaction: Transaction, session: Session) -> GroupWish:
        """As a wish. Raises UsageFailure where it cannot be."""
        from jobs.importing.one_group import GroupWish

        here = {"organisation": session.organisation}
        if self.new:
            for row in transaction.rows("find/group.sql", custom_id=self.group, **here):
                raise UsageFailure(f"there is a group {quoted(row['custom_id'])} already")
        number = None if self.new else find_group(transaction, session, self.group)["group_id"]
        above = {row["custom_id"] for row in transaction.rows("find/parents_of_group.sql", id=number, **here)}
        if strange := [parent for parent in self.without_parents if parent not in above]:
            raise UsageFailure(f"it is not below {' and '.join(map(quoted, strange))}")
        for parent in self.with_parents:
            find_group(transaction, session, parent)
        return GroupWish(
            number,
            self.group if self.new else self.custom_id,
            cell(self.name),
            cell(self.type),
            with_parents=self.with_parents,
            without_parents=self.without_parents,
        )

    def made(self, transaction: Transaction, session: Session, number: int) -> dict[str, dict[str, int]]:
        """It is so, as the import of that number. Out: figures. Raises Refused."""
        from jobs.importing.one_group import changed_once, grant_group
        from jobs.importing.one_person import NotGranted

        wish = self.asked(transaction, session)
        (source,) = transaction.rows("history/source.sql", name=self.source, organisation=session.organisation)
        change = changed_once(transaction, session.organisation, source["id"], number)
        try:
            return grant_group(transaction, session.organisation, wish, change).counts
        except NotGranted as refusal:
            raise Refused(f"{refusal}; nothing was changed") from refusal


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


def rename_type(transaction: Transaction, organisation: int, type_id: int, name: str, number: int) -> dict[str, Any]:
    """A type of groups is called so, and its groups are of it still; as `delete` does it. Out: figures."""
    from sql.few import Few
    from sql.steps import JOBS

    work = Few(transaction, organisation=organisation, type=type_id, name=name, **{"import": number})
    for place in JOBS["rename group type"]:
        work.run(place)
    found = work.row("group_types/counts.sql")
    return {"groups": {"updated": found["groups_updated"]}, "pending": {"people": 0, "groups": 0}}


def delete_type(transaction: Transaction, organisation: int, type_id: int, number: int) -> None:
    """A type that no group is of goes; likewise."""
    from sql.few import Few
    from sql.steps import JOBS

    work = Few(transaction, organisation=organisation, type=type_id, **{"import": number})
    for place in JOBS["delete group type"]:
        work.run(place)
