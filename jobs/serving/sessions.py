"""The sessions of the database that are kept for requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from jobs.serving.settings import Settings
from sql.database import SESSION, Database, Transaction, at_url

READS: Final = 16
"""Requests that a process reads for at a time: more would only wait for each other."""
WRITES: Final = 8
"""And those that write, which may wait for an import: so they never keep readers waiting."""


class Sessions:
    """The database of a process, for its requests, each in a thread."""

    def __init__(self, settings: Settings) -> None:
        self.database: Database = at_url(settings.url, SESSION, embedded=settings.embedded, kept=READS)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that only reads, and sees one moment."""
        with self.database.snapshot() as transaction:
            yield transaction

    def close(self) -> None:
        """Close what is kept."""
        self.database.close()
