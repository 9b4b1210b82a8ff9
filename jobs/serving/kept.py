"""What is kept of each organisation that is written to: while somebody uses it, and of the last few afterwards."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final, Generic, Protocol, TypeVar

KEPT: Final = 8
"""So many organisations' are kept while nobody uses them."""


class _Closable(Protocol):
    def close(self) -> None: ...


Place = TypeVar("Place", bound=_Closable)


class Kept(Generic[Place]):
    """By organisation."""

    def __init__(self, make: Callable[[int], Place]) -> None:
        """`make`: what there is to be of an organisation of which nothing is kept."""
        self._make = make
        self._looking = Lock()
        self._places: OrderedDict[int, tuple[Place, int]] = OrderedDict()
        """Each with how many use it, or wait for it."""

    @contextmanager
    def of(self, organisation: int) -> Iterator[Place]:
        """That of an organisation."""
        with self._looking:
            place, users = self._places.get(organisation) or (self._make(organisation), 0)
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
        """Close all of them, once nobody uses any."""
        with self._looking:
            for place, _ in self._places.values():
                place.close()

    def _let_go(self) -> None:
        """Those that nobody has used for the longest are closed, if there are many."""
        unused = [organisation for organisation, (_, users) in self._places.items() if not users]
        for organisation in unused[: max(0, len(self._places) - KEPT)]:
            self._places.pop(organisation)[0].close()
