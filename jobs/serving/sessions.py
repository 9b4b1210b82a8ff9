"""The sessions of the database that are kept for requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

from jobs.serving.settings import Settings
from sql.database import SERVING, SESSION, Database, Transaction, at_url
from sql.errors import DatabaseError

READS: Final = 16
"""Requests that a process reads for at a time: more would only wait for each other."""
WRITES: Final = 8
"""And those that write, which may wait for an import: so they never keep readers waiting."""
LOOKED: Final = 1.0
"""Seconds between looks whether the session that says that somebody is served is still there."""


class Sessions:
    """The database of a process, for its requests, each in a thread."""

    def __init__(self, settings: Settings) -> None:
        self.database: Database = at_url(settings.url, SESSION, embedded=settings.embedded, kept=WRITES)
        self._readers = self.database.readers(READS)
        self._finders = self.database.readers(READS, planned_once=True)

    def rows(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        """The rows of one query file that looks something up, and sees a moment of its own: to plan it for each value
        anew, in a transaction, costs several times as much.
        """
        return self._finders.rows(query, **parameters)

    def reading(self) -> AbstractContextManager[Transaction]:
        """A transaction that only reads, and sees one moment."""
        return self._readers.snapshot()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """While it lasts, imports know that somebody reads, and lock no tables."""
        over = threading.Event()
        thread = threading.Thread(target=self._show, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()

    def _show(self, over: threading.Event) -> None:
        while not over.is_set():
            try:
                with self.database.held("locks/hold_shared.sql", family=SERVING, organisation=0) as session:
                    while not over.wait(LOOKED):
                        session.revision()
            except DatabaseError:
                over.wait(LOOKED)

    def close(self) -> None:
        """Close what is kept."""
        self._readers.close()
        self._finders.close()
        self.database.close()
