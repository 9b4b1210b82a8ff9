"""Which lines describe one person: keys that lines share make edges, edges make components."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
