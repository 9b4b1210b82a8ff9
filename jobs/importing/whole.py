"""An undo of everybody: where one import has made all people there are, and nothing has happened since, they go as a
whole; and where it has taken all there were, and nobody is there, they come back so.

Nothing is compared, and nothing looked up row by row: the tables are kept as versions, and emptied, or filled from
them. What the import did to groups goes the general way; its steps do not see that it did anything to people.
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
    """Everybody, on the way out or back."""

    def __init__(self, work: Batch, transaction: Transaction, organisation: int, large: int) -> None:
        """`large`: so many people and personas are worth it."""
        self._work = work
        self._transaction = transaction
        self._organisation = organisation
        self._dropped: list[str] = []
        self.goes = self._may_go(large)
        """Whether they go as a whole."""
        self.comes = not self.goes and self._may_come(large)
        """Whether they come back so."""
        work.know(wholly=self.goes, wholly_back=self.comes)

    def empty(self) -> None:
        """Those who go are kept as they were; from now on steps see nobody, nor that there was anybody."""
        if self.goes:
            for table in KEPT:
                self._work.keep_all(table)
            self._transaction.truncate(EMPTIED)
        if self.goes or self.comes:
            self._transaction.show_own(CHANGES)

    def fill(self) -> None:
        """When groups are there again: those who come back are as they were."""
        if self.comes:
            for table in KEPT:
                self._work.bring_back(table)
            self._transaction.refresh_statistics(KEPT, self._organisation)
            self._settle()

    def settle(self) -> None:
        """When the steps are done."""
        if self.goes:
            self._settle()

    def _settle(self) -> None:
        self._transaction.hide_own(CHANGES)
        self._transaction.make_constraints(self._dropped)

    def _may_go(self, large: int) -> bool:
        """Whether one import has made all of them, and they are many, and the tables are ours alone."""

        def are_made() -> bool:
            return self._is_so("made")

        many = are_made() and self._work.row("undo/whole/going.sql")["going"] >= large
        if not many or not self._transaction.make_own(CHANGES):
            return False
        if not self._transaction.seize((*EMPTIED, *VERSIONS), are_made):
            return False
        self._dropped = self._transaction.drop_all(VERSIONS)
        return True

    def _may_come(self, large: int) -> bool:
        """Whether one import has taken all of them, and they were many, and the tables are ours alone."""
        if self._work.row("undo/whole/nobody.sql")["nobody"]:
            self._transaction.refresh_statistics(VERSIONS, self._organisation)
        many = self._is_so("vanished") and self._work.row("undo/whole/coming.sql")["coming"] >= large
        if many and self._transaction.make_own(CHANGES):
            self._dropped = self._transaction.drop_constraints(EMPTIED)
        return bool(self._dropped)

    def _is_so(self, question: str) -> bool:
        found: bool = self._work.row(f"undo/whole/{question}.sql")["wholly"]
        return found
