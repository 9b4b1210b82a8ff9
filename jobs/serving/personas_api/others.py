"""Ids that records had in Learning Locker: they are found by these too.

None of them can be one of ours, so neither is looked for before the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from identity.other_ids import BYTES, is_ours
from jobs.serving.personas_api import ids
from sql.reading import Reading
from sql.steps import JOBS

if TYPE_CHECKING:
    from sql.database import Transaction

Records = Mapping[str, int]
"""Kinds of records there, each with the number that its ids here begin with."""
PERSONA: Final[Records] = {"persona": 0}
IDENTIFIER: Final[Records] = {"identifier": 0}
ATTRIBUTE: Final[Records] = {key: number for number, key in enumerate(ids.ATTRIBUTES, 1)}


class Found(NamedTuple):
    """What an id stands for."""

    id: int
    has_become_another: bool
    """The person whose it was is not there any more: this is who has become of them."""


def known(
    transaction: Transaction, organisation: int, records: Records, numbers: Iterable[int]
) -> dict[int, Found]:
    """By each of these ids what it stands for here; those that can be ours stand for themselves."""
    found, others = {}, {}
    for number in numbers:
        if is_ours(number):
            found[number] = Found(number, has_become_another=False)
        else:
            others[number.to_bytes(BYTES)] = number
    if others:
        reading = Reading(transaction, *JOBS["other ids"], organisation=organisation)
        for row in reading.rows("personas_api/other_ids.sql", records=[*records], ids=[*others]):
            if row["id"] is not None:
                one = records[row["record"]] << ids.OF_PERSON | row["id"]
                found[others[bytes(row["other_id"])]] = Found(one, row["has_become_another"])
    return found
