"""Groups above groups: the way around a cycle, which a hierarchy must not have."""

from __future__ import annotations

from collections import defaultdict, deque
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


def knots(edges: Iterable[tuple[str, str]]) -> list[set[str]]:
    """The groups that go round: each set has those that are one another's ancestors over (child, parent) `edges`.

    (The strongly connected components with a cycle; Tarjan's way, without recursion, for a hierarchy may be deep.)
    """
    above: dict[str, list[str]] = defaultdict(list)
    for lower, upper in edges:
        above[lower].append(upper)
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_: list[str] = []
    is_open: set[str] = set()
    found: list[set[str]] = []
    for start in list(above):
        if start in order:
            continue
        visiting = [(start, iter(above[start]))]
        order[start] = lowest[start] = len(order)
        open_.append(start)
        is_open.add(start)
        while visiting:
            group, uppers = visiting[-1]
            for upper in uppers:
                if upper not in order:
                    order[upper] = lowest[upper] = len(order)
                    open_.append(upper)
                    is_open.add(upper)
                    visiting.append((upper, iter(above.get(upper, ()))))
                    break
                if upper in is_open:
                    lowest[group] = min(lowest[group], order[upper])
            else:
                visiting.pop()
                if visiting:
                    below = visiting[-1][0]
                    lowest[below] = min(lowest[below], lowest[group])
                if lowest[group] == order[group]:
                    knot = {group}
                    while (top := open_.pop()) != group:
                        knot.add(top)
                    is_open -= knot
                    if len(knot) > 1 or group in above.get(group, ()):
                        found.append(knot)
    return found
