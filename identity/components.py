"""Which lines describe one person: keys that lines share make edges, edges make components.

Only a key that more than one line names can join lines. A 64-bit hash of the key nominates such keys cheaply (two
keys may have one hash; whoever reads the nominations compares the texts), so that of a nightly file of a million
lines usually a handful is looked at again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray


PART = 200_000
"""So many keys are compared at once, so that little memory is needed for it."""


class Nominations:
    """Collects the hashed keys of all lines, 14 bytes a key, and finds those that occur twice."""

    def __init__(self) -> None:
        self._pieces: list[pl.DataFrame] = []

    def add(self, lines: pl.Series, places: pl.Series | None, keys: pl.Series, *, seed: int = 0) -> None:
        """Keys (text, null ones are passed over) of lines; `places` tells several keys of a line apart, `seed` kinds of
        keys.
        """
        if keys.null_count() == len(keys):
            return
        self._pieces.append(
            pl.DataFrame(
                {
                    "line": lines.cast(pl.UInt32),
                    "place": pl.Series([None] * len(lines), dtype=pl.Int16) if places is None else places,
                    "hash": keys.hash(seed=seed),
                    "absent": keys.is_null(),
                }
            )
            .filter(~pl.col("absent"))
            .drop("absent")
        )

    def shared(self) -> pl.DataFrame:
        """`line, place` of every key whose hash occurs more than once."""
        if not self._pieces:
            return pl.DataFrame(schema={"line": pl.Int64, "place": pl.Int16})
        parts = 1 + sum(piece.height for piece in self._pieces) // PART
        return pl.concat(self._duplicated(part, parts) for part in range(parts))

    def _duplicated(self, part: int, parts: int) -> pl.DataFrame:
        """Those of one part of the hashes: equal ones are in one part, and a part is small."""
        of_part = self._pieces
        if parts > 1:
            of_part = [piece.filter(pl.col("hash") % parts == part) for piece in self._pieces]
        return pl.concat(of_part).filter(pl.col("hash").is_duplicated()).select(pl.col("line").cast(pl.Int64), "place")


def components(lines: NDArray[np.int64], keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Label lines that hang together.

    In: parallel arrays, line `lines[i]` names the key `keys[i]`. Out: the distinct lines, ascending, and for each the
    first line of its component. Hooking every root to the smallest root it meets, then jumping pointers to the end,
    halves the roots each round or better, so that a chain of a million lines takes some twenty rounds.
    """
    nodes, node = np.unique(lines, return_inverse=True)
    order = np.argsort(keys, kind="stable")
    left, right = node[order[:-1]], node[order[1:]]
    same = keys[order[:-1]] == keys[order[1:]]
    left, right = left[same], right[same]
    parent = np.arange(len(nodes))
    while True:
        a, b = parent[left], parent[right]
        apart = a != b
        if not apart.any():
            return nodes, nodes[parent]
        left, right, a, b = left[apart], right[apart], a[apart], b[apart]
        np.minimum.at(parent, np.maximum(a, b), np.minimum(a, b))
        while True:
            grandparent = parent[parent]
            if np.array_equal(grandparent, parent):
                break
            parent = grandparent
