"""Who comes first is served first, of one organisation; and none keeps the others waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jobs.serving.answers import busy


class Turns:
    """Requests of one kind, of each organisation one at a time."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        """`places`: how many organisations' are done at a time; other kinds may share them. Who waits for another of
        the same organisation takes none.
        """
        self._places = places
        self._organisations: dict[int, asyncio.Lock] = {}

    @asynccontextmanager
    async def one(self, organisation: int, patience: float = 0.0) -> AsyncIterator[None]:
        """A turn. Raises Problem if there is none for so many seconds (0: it comes, whenever that is)."""
        turn = self._organisations.setdefault(organisation, asyncio.Lock())
        try:
            async with asyncio.timeout(patience or None):
                await turn.acquire()
                try:
                    await self._places.acquire()
                except BaseException:
                    turn.release()
                    raise
        except TimeoutError:
            raise busy("too many others are writing: try again") from None
        try:
            yield
        finally:
            self._places.release()
            turn.release()
