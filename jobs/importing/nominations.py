"""Which keys more than one line may name: only such a key can join lines.

A 64-bit hash of the key nominates it cheaply (two keys may have one hash; whoever reads the nominations compares the
texts), so that of a nightly file of a million lines usually a handful is looked at again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from jobs.importing.packed import Packed

if TYPE_CHECKING:
    from numpy.typing import NDArray

PARTS: Final = 16
"""Hashes are compared in so many parts, one after the other, so that little memory is needed for it."""


class Nominations:
    """Collects the hashed keys of all lines, some nine bytes a key, and finds those that occur twice."""

    def __init__(self) -> None:
        self._hashes: list[pl.Series] = []
        self._whose: list[Packed] = []
        """Of each of them, `line, place`."""

    def add(self, lines: pl.Series, places: pl.Series | None, keys: pl.Series, *, seed: int = 0) -> None:
        """Keys (text, null ones are passed over) of lines; `places` tells several keys of a line apart, `seed` kinds of
        keys.
        """
        if keys.null_count() == len(keys):
            return
        there = keys.is_not_null()
        place = pl.repeat(None, len(lines), dtype=pl.Int16, eager=True) if places is None else places
        self._hashes.append(keys.filter(there).hash(seed=seed))
        self._whose.append(Packed(pl.DataFrame({"line": lines.cast(pl.Int64), "place": place}).filter(there)))

    def shared(self) -> pl.DataFrame:
        """`line, place` of every key whose hash occurs more than once."""
        found = [pl.DataFrame(schema={"line": pl.Int64, "place": pl.Int16})]
        twice = np.sort(np.concatenate([self._duplicated(part) for part in range(PARTS)]))
        for hashes, whose in zip(self._hashes, self._whose, strict=True) if twice.size else ():
            asked = hashes.to_numpy()
            named = twice[np.minimum(np.searchsorted(twice, asked), twice.size - 1)] == asked
            if named.any():
                found.append(whose.frame().filter(pl.Series(named)))
        return pl.concat(found)

    def _duplicated(self, part: int) -> NDArray[np.uint64]:
        """The hashes of one part that occur twice: equal ones are in one part."""
        of_part = [hashes.filter(hashes % PARTS == part).to_numpy() for hashes in self._hashes]
        in_order = np.sort(np.concatenate([np.empty(0, np.uint64), *of_part]))
        return np.unique(in_order[1:][in_order[1:] == in_order[:-1]])
