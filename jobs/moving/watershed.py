"""People and groups of Watershed, over its People API and Groups API, page by page.

Every page begins with the last record of the one before. Where it does not, the list has moved meanwhile: then an
earlier page is read again, so that nobody is passed over. Who is read twice is the same person twice.
"""

from __future__ import annotations

from typing import Any, Final

from jobs.moving.pages import Page, Pages
from jobs.moving.server import Answer, Cut, Server
from jobs.shell.failures import Failure

PAGE: Final = 1000
"""Records a page: the most that the API gives."""
MOST_STEPS_BACK: Final = 50
"""So many times in a row a list may move under who reads it."""


class Watershed:
    """One organisation of a server."""

    def __init__(self, server: Server, organisation: str, page_size: int = PAGE) -> None:
        self._server = server
        self._root = f"{server.path}/api/organizations/{organisation}"
        self._size = page_size

    def read(self, pages: Pages) -> tuple[int, int]:
        """Read all groups, and then all people. Out: how many records of each. Raises Unavailable, Failure."""
        first = {"offset": 0, "last": None, "back": 0}
        groups = pages.read("groups", lambda place: self._page("groups", place), first)
        return groups, pages.read("people", lambda place: self._page("people", place), first)

    def _page(self, what: str, place: dict[str, Any]) -> Page:
        offset, last, back = place["offset"], place["last"], place["back"]
        query = f"_limit={self._size}&_offset={offset}&forceDBSearch"
        found = self._server.get(f"{self._root}/{what}?{query}", self._results, {})
        ids = [record.get("id") if isinstance(record, dict) else None for record in found]
        if last is not None and last not in ids:
            if back >= MOST_STEPS_BACK:
                raise Failure(f"{self._server.url}: its {what} change faster than they can be read; try again later")
            earlier = max(0, offset - self._size + 1)
            # At the beginning there is no page before: all that is there is new.
            return Page((), {"offset": earlier, "last": None if earlier == 0 else last, "back": back + 1})
        new = found if last is None else found[ids.index(last) + 1 :]
        if not new:
            return Page((), None)
        overlap = 1 if ids[-1] is not None else 0
        return Page(new, {"offset": offset + len(found) - overlap, "last": ids[-1], "back": 0})

    def _results(self, answer: Answer) -> list[Any]:
        found = self._server.parsed(answer)
        results = found.get("results") if isinstance(found, dict) else None
        if not isinstance(results, list):
            raise Cut("an answer has no results")
        return results
