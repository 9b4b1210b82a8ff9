"""Groups above groups: the way around a cycle, which a hierarchy must not have."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable


def cycle(edges: Iterable[tuple[str, str]], child: str, parent: str) -> list[str]:
    """The shortest way from `child` by `parent` back to `child`, both ends included, over (child, parent) `edges`.

    Empty if there is none.
    """
    above: dict[str, list[str]] = {}
    for lower, upper in edges:
        above.setdefault(lower, []).append(upper)
    ways = deque([[child, parent]])
    seen = {parent}
    while ways:
        way = ways.popleft()
        if way[-1] == child:
            return way
        for upper in above.get(way[-1], ()):
            if upper not in seen:
                seen.add(upper)
                ways.append([*way, upper])
    return []
