"""An undo of everybody: where one import has made all people there are, and nothing has happened since, all go at once.

Nothing is compared, and nothing looked up row by row: the tables are kept as versions, and emptied. What the import did
to groups goes the general way; to its steps, nobody is there any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sql.batch import Batch
    from sql.database import Transaction

KEPT: Final = ("people", "personas", "memberships", "source_people")
"""What goes, with versions."""
EMPTIED: Final = (*KEPT, "closed_spells", "statements")
"""All that refer to one another: they can only be emptied together."""
VERSIONS: Final = ("person_versions", "persona_versions", "membership_versions", "saying_versions")
CHANGES: Final = ("person_changes", "persona_changes", "membership_changes", "saying_changes")


class Whole:
    """Everybody, on the way out."""

    def __init__(self, work: Batch, transaction: Transaction, large: int) -> None:
        """`large`: so many people and personas are worth it."""
        self._work = work
        self._transaction = transaction
        self._dropped: list[str] = []
        self.goes = self._is_made() and self._holds(large) and self._begin()
        """Whether they go as a whole."""

    def empty(self) -> None:
        """All are kept as they were, and go; from now on steps see nobody, nor that there was anybody."""
        if self.goes:
            for table in KEPT:
                self._work.keep_all(table)
            self._transaction.truncate(EMPTIED)
            self._transaction.show_own(CHANGES)

    def settle(self) -> None:
        """When the steps are done."""
        if self.goes:
            self._transaction.hide_own(CHANGES)
            self._transaction.make_constraints(self._dropped)

    def _is_made(self) -> bool:
        found: bool = self._work.row("undo/whole/made.sql")["wholly"]
        return found

    def _holds(self, large: int) -> bool:
        found: bool = self._work.row("undo/whole/size.sql")["going"] >= large
        return found

    def _begin(self) -> bool:
        if not self._transaction.seize((*EMPTIED, *VERSIONS), self._is_made):
            return False
        if not self._transaction.make_own(CHANGES):
            return False
        self._dropped = self._transaction.drop_all(VERSIONS)
        return True
