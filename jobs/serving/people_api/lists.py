"""Who is in a list of people, by id: kept from one page to the next.

To reach the 900,000th person, or to say how many there are, the database would walk through all of them for each page.
So a process keeps the ids, eight bytes each, of the lists that it was last asked for, and asks before each page whether
anything has happened since: single changes are made up for, after anything larger the list is read again. What a page
says is always true of the moment at which it is read.
"""

from __future__ import annotations

import sys
import threading
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sql.database import Transaction

KEPT: Final = 32
"""So many lists are kept."""
LOOKED_AT: Final = 200
"""So many of the last runs are looked at: more than there can be at a time."""
MADE_UP_FOR: Final = 1000
"""So many people who may have changed are looked up; for more the list is read again."""
SINGLE: Final = ("people-api", "personas-api", "groups-api")
"""Runs of which each is one change: ids and versions tell who was made, changed or deleted by it."""
LOADS: Final = ("import-statements", "xapi")
"""Runs by which people are made, and no more."""


@dataclass
class _Kept:
    ids: array[int]
    newest: int
    state: str
    runs: dict[int, str]


class Lists:
    """The lists that a process keeps."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Any, _Kept] = OrderedDict()
        self._turns: dict[Any, threading.Lock] = {}
        self._looking = threading.Lock()

    @contextmanager
    def turn(self, organisation: int, filters: Mapping[str, Any]) -> Iterator[None]:
        """One page of a list at a time: who comes later sees what is later."""
        with self._looking:
            turn = self._turns.setdefault((organisation, *filters.values()), threading.Lock())
        with turn:
            yield

    def ids(self, transaction: Transaction, organisation: int, filters: Mapping[str, Any]) -> array[int]:
        """The ids of a list, in a transaction of one moment which began in its turn."""
        here = {"organisation": organisation}
        state = transaction.row("people_api/state.sql", looked_at=LOOKED_AT, **here)
        key = (organisation, *filters.values())
        with self._looking:
            known = self._kept.get(key)
        if known and known.state == state["runs"] and known.newest == state["newest"]:
            return known.ids
        told = {"looked_at": LOOKED_AT, "single": list(SINGLE), "loads": list(LOADS)}
        rows = transaction.rows("people_api/runs.sql", **here, **told)
        runs = {row["id"]: row["version"] for row in rows}
        ids = _made_up(transaction, known, rows, here, filters) if known else None
        kept = _Kept(_all(transaction, here, filters) if ids is None else ids, state["newest"], state["runs"], runs)
        with self._looking:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._turns.pop(self._kept.popitem(last=False)[0], None)
        return kept.ids


def _all(transaction: Transaction, here: Mapping[str, int], filters: Mapping[str, Any]) -> array[int]:
    found = array("q", transaction.octets("people_api/ids.sql", **here, **filters))
    if sys.byteorder == "little":
        found.byteswap()
    return found


def _made_up(
    transaction: Transaction,
    known: _Kept,
    rows: list[dict[str, Any]],
    here: Mapping[str, int],
    filters: Mapping[str, Any],
) -> array[int] | None:
    """The list as it is after some single changes; None: it has to be read again."""
    if known.runs and max(known.runs) not in {row["id"] for row in rows}:
        return None  # so much has happened that not all of it is seen
    news = [row for row in rows if known.runs.get(row["id"]) != row["version"] and not row["only_makes"]]
    if not all(row["is_single"] and row["id"] not in known.runs for row in news):
        return None
    asked = {"imports": [row["id"] for row in news], "newest": known.newest, "limit": MADE_UP_FOR + 1}
    perhaps = [row["id"] for row in transaction.rows("people_api/changed_ids.sql", **here, **asked)]
    if len(perhaps) > MADE_UP_FOR:
        return None
    there = {row["id"] for row in transaction.rows("people_api/ids_among.sql", ids=perhaps, **here, **filters)}
    ids = known.ids[:]
    for number in perhaps:
        at = bisect_left(ids, number)
        is_in = at < len(ids) and ids[at] == number
        if number in there and not is_in:
            ids.insert(at, number)
        elif number not in there and is_in:
            del ids[at]
    return ids
