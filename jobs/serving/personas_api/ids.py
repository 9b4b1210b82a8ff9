"""Ids as Learning Locker writes them, 24 hexadecimal digits: our numbers in front of which zeros stand."""

from __future__ import annotations

import re
from typing import Any, Final

LARGEST: Final = 2**63 - 1
LARGEST_OF_ATTRIBUTES: Final = 2**96 - 1
ATTRIBUTES: Final = ("customId", "imageUrl")
"""What of people has a place among attributes, by its key; the first has the number 1."""
OF_PERSON: Final = 64
"""Bits of an attribute's id that say whose it is."""
_HEX: Final = re.compile("[0-9a-fA-F]{24}")


def written(number: int) -> str:
    """A number as an id."""
    return f"{number:024x}"


def read(value: Any) -> int | None:
    """The number that an id stands for, also as extended JSON has it (`{"$oid": …}`); larger than `LARGEST` if nothing
    here has got it. None: that is no id.
    """
    if isinstance(value, dict) and [*value] == ["$oid"]:
        value = value["$oid"]
    return int(value, 16) if isinstance(value, str) and _HEX.fullmatch(value) else None


def of_attribute(key: int, person: int) -> str:
    """The id of what somebody has as the attribute of that number."""
    return written(key << OF_PERSON | person)


def attribute(number: int) -> tuple[int, int]:
    """Of which number an attribute is by its id, and whose."""
    return number >> OF_PERSON, number & (2**OF_PERSON - 1)
