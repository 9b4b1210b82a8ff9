"""The statements of Yet SQL LRS, straight from its tables in PostgreSQL, in the order of their ids.

An id begins with the millisecond in which it was drawn, and transactions end in another order than they begin: the next
time begins some minutes before the last id. What was read twice is skipped. A statement is what its payload says; one
that was voided is left out, and what voids it comes along like any other.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from jobs.shell.failures import UsageFailure
from jobs.statements.files import Raw

if TYPE_CHECKING:
    from sql.foreign import Foreign

OVERLAP_MS: Final = 10 * 60 * 1000
TIME_BITS: Final = 80
"""Below the milliseconds in an id."""
AT_ONCE: Final = 2_000


class SqlLrs:
    """The statements of a database, from where they were read the last time; a source of a load (`loading.Source`).

    Raises UsageFailure: it is no database of SQL LRS.
    """

    size, bytes_read, counted = 0, 0, "statement"

    def __init__(self, database: Foreign, *, place: Mapping[str, Any] | None = None) -> None:
        """place: where the last reading came to, as this class has said it."""
        self._database = database
        self.name = database.name
        self.place = place
        self._voided = 0
        if not database.rows("foreign/has_sql_lrs.sql")[0]["there"]:
            raise UsageFailure(f"{self.name}: there is no table xapi_statement: it is no database of SQL LRS")

    @property
    def warnings(self) -> list[str]:
        """What is to be told when it has been read."""
        return [f"statements left out, for they were voided there: {self._voided:,}"] if self._voided else []

    def statements(self) -> Iterator[Raw]:
        """All that is new. Raises DatabaseError."""
        number, after = 0, _overlapping(self.place)
        while rows := self._database.rows("foreign/sql_lrs_statements.sql", after=after, most=AT_ONCE):
            for row in rows:
                if row["payload"] is None:
                    self._voided += 1
                else:
                    number += 1
                    yield Raw(number, row["payload"].encode())
            after = rows[-1]["id"]
            self.place = {"id": str(after)}


def _overlapping(place: Mapping[str, Any] | None) -> uuid.UUID:
    if place is None:
        return uuid.UUID(int=0)
    return uuid.UUID(int=max(0, uuid.UUID(place["id"]).int - (OVERLAP_MS << TIME_BITS)))
