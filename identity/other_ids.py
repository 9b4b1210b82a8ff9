"""Ids that records had in the system that they came from, as far as they can never be taken for ours.

There an id has 24 hexadecimal digits, of which the first eight are the second at which it was made, since 1970. Ours
are written so too: numbers, which never come so far that the first seven digits were not zeros; and nothing was made
there in the first seconds of 1970.
"""

from __future__ import annotations

from typing import Final

import polars as pl

BYTES: Final = 12
_OURS: Final = "0000000"
_OURS_BITS: Final = (2 * BYTES - len(_OURS)) * 4


def is_ours(number: int) -> bool:
    """Whether an id, as a number, can be one of ours."""
    return number >> _OURS_BITS == 0


def is_others(cells: pl.Series) -> pl.Series:
    """Which of some cells are ids of others."""
    return cells.str.contains("^[0-9a-fA-F]{24}$") & ~cells.str.starts_with(_OURS)
