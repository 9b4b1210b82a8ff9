"""Databases of other systems: read, and nothing else. Their queries are in the folder of the same name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sql.address import address
from sql.database import Database, at_url
from sql.environment import set_aside
from sql.errors import DatabaseError

SESSION: Final = "-c timezone=UTC -c datestyle=ISO -c client_min_messages=warning"
"""Settings that every PostgreSQL has."""


class Foreign:
    """A database that is not ours, whatever is in it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.name = database.name

    def rows(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        """The rows of a query file, read in a transaction of its own, so that nobody there waits for us."""
        try:
            with self._database.snapshot() as transaction:
                return transaction.rows(query, **parameters)
        except DatabaseError as error:
            raise type(error)(f"{self.name}: {error}") from error


def has_password(url: str) -> bool:
    """Whether a database's URL has a password in it. Raises DatabaseError, as `foreign`."""
    try:
        return "password" in address(url).parameters
    except ValueError as error:
        raise DatabaseError(str(error)) from None


@contextmanager
def foreign(url: str) -> Iterator[Foreign]:
    """The database at a URL. Raises DatabaseError: it is no URL of one."""
    database = at_url(url, SESSION)
    try:
        with set_aside(everything=False):
            yield Foreign(database)
    finally:
        database.close()
