"""What is wished of one group, made true: the one way in which single groups are changed, by hand and over HTTP.

A wish goes by the rules of a line of a file of groups (`identity.group_lines`), and through the same steps, with what a
line cannot say: that it is about a group which there is, or is not, and parents that go, whoever gave them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from identity.group_lines import GroupLine, Known, decide
from identity.problems import quoted
from jobs.importing.batch import Options, parameters
from jobs.importing.figures import by_part
from jobs.importing.one_person import LINE, NotGranted
from sql.few import Few
from sql.steps import JOBS

if TYPE_CHECKING:
    from sql.database import Transaction

Said = Mapping[str, list[dict[str, Any]]]
"""Rows of inputs, by table."""
Change = Callable[[Said], Mapping[str, int]]
"""Runs the steps on them; gives figures (`settle/counts.sql`)."""
DEFINITION: Final = -1
"""Of the group; its parents' are the numbers below. (So those of lines of files of groups are.)"""
FIGURES: Final = {"groups": ("created", "updated"), "parents": ("added", "removed"), "pending": ("people", "groups")}
FAULTS: Final = {
    "unknown_group": "there is no group {value}",
    "parent_cycle": "the group would be its own ancestor: {detail}",
}
"""Why a wish is not granted, by the code of its line."""


@dataclass(frozen=True)
class GroupWish:
    """What is to be true of one group; None: that stays as it is."""

    group_id: int | None = None
    """Of which; None: of a new one, with that custom_id."""
    custom_id: str | None = None
    name: str | None = None
    """"" clears it; so the type."""
    type: str | None = None
    parents: Sequence[str] | None = None
    """By custom_id: exactly these, whoever gave them; those that it has already stay as they are."""
    with_parents: Sequence[str] = ()
    """By custom_id: these too."""
    without_parents: Sequence[str] = ()
    """By custom_id: these go, whoever gave them."""


@dataclass(frozen=True)
class GrantedGroup:
    """What became of it."""

    group_id: int
    counts: dict[str, dict[str, int]]


def grant_group(transaction: Transaction, organisation: int, wish: GroupWish, change: Change) -> GrantedGroup:
    """Make it true by `change`, in a transaction that has the locks IMPORT and PEOPLE. Raises NotGranted:
    `unknown_group`, `custom_id_taken`, `own_parent`, `parent_cycle`.
    """
    said = _Said(transaction, organisation, wish)
    counts = change(said.rows())
    (group,) = transaction.rows("find/group.sql", organisation=organisation, custom_id=said.custom_id)
    return GrantedGroup(group["group_id"], by_part(counts, FIGURES))


def changed_once(transaction: Transaction, organisation: int, source: int, number: int) -> Change:
    """A change in a session that is used for nothing else, as the import of that number."""

    def change(said: Said) -> dict[str, int]:
        work = Few(
            transaction,
            organisation=organisation,
            **parameters(source, Options(remembers=False)),
            forgets_rejects=False,
            at_once=False,
            **{"import": number},
        )
        work.make_inputs("staging")
        for table, rows in said.items():
            if rows:
                work.take_in(table, rows)
        for place in JOBS["import"]:
            work.run(place)
        return work.row("settle/counts.sql")

    return change


class _Said:
    """A wish beside what is there, as the line that it is."""

    def __init__(self, transaction: Transaction, organisation: int, wish: GroupWish) -> None:
        self._wish = wish
        self._here = transaction, organisation
        before = self._before()
        had: str | None = before["custom_id"] if before else None
        self.custom_id = wish.custom_id or had or ""
        self._previous = had if had != self.custom_id else None
        self._check_free()
        there = [row["custom_id"] for row in self._rows("find/parents_of_group.sql", id=wish.group_id)]
        wanted = dict.fromkeys(there if wish.parents is None else wish.parents) | dict.fromkeys(wish.with_parents)
        kept = [parent for parent in wanted if parent not in wish.without_parents]
        self._added = [parent for parent in kept if parent not in there]
        self._gone = [parent for parent in there if parent not in kept]
        self._decide(had)

    def _rows(self, query: str, **asked: Any) -> list[dict[str, Any]]:
        transaction, organisation = self._here
        return transaction.rows(query, organisation=organisation, **asked)

    def _before(self) -> dict[str, Any] | None:
        if self._wish.group_id is None:
            return None
        for row in self._rows("find/group_of_id.sql", id=self._wish.group_id):
            return row
        raise NotGranted("unknown_group", f"there is no group {self._wish.group_id}")

    def _check_free(self) -> None:
        if self._wish.group_id is None or self._previous is not None:
            for holder in self._rows("find/group.sql", custom_id=self.custom_id):
                raise NotGranted(
                    "custom_id_taken", f"group {holder['group_id']} has the custom_id {quoted(self.custom_id)}"
                )

    def _decide(self, had: str | None) -> None:
        """The rules of its line: parents are there, and no group is its own ancestor."""
        if {self.custom_id, had} & {*self._added}:
            raise NotGranted("own_parent", "a group is not its own parent")
        named = [name for name in (had, *self._added) if name is not None]
        known = {row["custom_id"] for row in self._rows("groups/known.sql", source=None, custom_ids=named)}
        ways = self._rows("find/ways_up.sql", custom_ids=self._added) if self._added else []
        edges = {(row["custom_id"], row["parent_custom_id"]) for row in ways}
        line = GroupLine(LINE, self.custom_id, self._previous, tuple(self._added))
        edges -= {(had, parent) for parent in self._gone}
        decision = decide([line], Known(known, parents=edges), replaces=False, creates=False)
        for why in decision.rejects.values():
            fault = FAULTS.get(why.code, "{value}: {detail}")
            raise NotGranted(why.code, fault.format(value=quoted(why.value or ""), detail=why.detail))

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """As rows of the inputs, by table."""
        wish = self._wish
        above = [*enumerate(self._added, start=1 - DEFINITION)]
        renames = [] if self._previous is None else [{"old": self._previous, "new": self.custom_id, "said_in": LINE}]
        return {
            "group_renames": renames,
            "staged_definitions": [
                {
                    "definition": DEFINITION,
                    "custom_id": self.custom_id,
                    "name": wish.name,
                    "type": wish.type,
                    "said_in": LINE,
                },
                *({"definition": -number, "custom_id": parent, "said_in": LINE} for number, parent in above),
            ],
            "staged_definition_parents": [{"definition": DEFINITION, "parent": -number} for number, _ in above],
            "unchanged_definitions": [{"definition": DEFINITION, "line": DEFINITION}],
            "parents_wished_away": [
                {"group_custom_id": self.custom_id, "parent_custom_id": parent} for parent in self._gone
            ],
        }
