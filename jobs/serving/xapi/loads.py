"""Where the statements of organisations are loaded by a process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final

from jobs.statements.together import Together

if TYPE_CHECKING:
    from sql.database import Database

KEPT: Final = 8
"""So many organisations' sessions are kept while nobody loads anything."""


class Loads:
    """Of each organisation that sends statements, what loads them."""

    def __init__(self, database: Database, *, patience: float) -> None:
        """`patience`: seconds that a load waits for an import of the organisation. To be closed."""
        self._database = database
        self._patience = patience
        self._looking = Lock()
        self._places: OrderedDict[int, tuple[Together, int]] = OrderedDict()
        """Each with how many use it."""

    @contextmanager
    def of(self, organisation: int) -> Iterator[Together]:
        """That of an organisation."""
        with self._looking:
            place, users = self._places.get(organisation) or (
                Together(self._database, organisation, self._patience),
                0,
            )
            self._places[organisation] = place, users + 1
            self._places.move_to_end(organisation)
        try:
            yield place
        finally:
            with self._looking:
                place, users = self._places[organisation]
                self._places[organisation] = place, users - 1
                self._let_go()

    def close(self) -> None:
        """Close the sessions, once nobody loads anything any more."""
        with self._looking:
            for place, _ in self._places.values():
                place.close()

    def _let_go(self) -> None:
        unused = [organisation for organisation, (_, users) in self._places.items() if not users]
        for organisation in unused[: max(0, len(self._places) - KEPT)]:
            self._places.pop(organisation)[0].close()
