"""Groups above groups: the ways around, which a hierarchy must not have."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence

Edge = tuple[str, str]
"""(a group's custom_id, that of one of its parents)."""


def cycle(edges: Iterable[Edge], child: str, parent: str) -> list[str]:
    """The shortest way from `child` by `parent` back to `child`, both ends included, over (child, parent) `edges`.

    Empty if there is none.
    """
    above: dict[str, list[str]] = {}
    for lower, upper in edges:
        above.setdefault(lower, []).append(upper)
    before = {parent: child}
    ahead = deque([parent])
    while ahead:
        group = ahead.popleft()
        if group == child:
            way = [child, before[child]]
            while way[-1] != child:
                way.append(before[way[-1]])
            return way[::-1]
        for upper in above.get(group, ()):
            if upper not in before:
                before[upper] = group
                ahead.append(upper)
    return []


def knots(edges: Iterable[Edge]) -> list[set[str]]:
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


def closed_by(edges: Mapping[Edge, int]) -> dict[Edge, int]:
    """With which number each edge goes round: the lowest such that over edges of at most that number its two groups are
    one another's ancestors. (Below its own number that is not by itself.)

    `edges`: each with a number, and all on ways around. (Halved by number again and again: what goes round by lower
    numbers alone is one group to the higher ones. So each edge is looked at a few times, however many knots there are
    within knots.)
    """
    numbers = sorted(set(edges.values()))
    found: dict[Edge, int] = {}
    halves = [(0, len(numbers) - 1, [(edge, *edge) for edge in edges])]
    while halves:
        low, high, part = halves.pop()
        if low == high:
            found |= {edge: numbers[low] for edge, _, _ in part}
        elif part:
            middle = (low + high) // 2
            one: dict[str, str] = {}
            for knot in knots((child, parent) for edge, child, parent in part if edges[edge] <= numbers[middle]):
                one |= dict.fromkeys(knot, next(iter(knot)))
            named = [(edge, one.get(child, child), one.get(parent, parent)) for edge, child, parent in part]
            halves.append((low, middle, [
                was for was, (_, child, parent) in zip(part, named, strict=True) if child == parent
            ]))  # fmt: skip
            halves.append((middle + 1, high, [now for now in named if now[1] != now[2]]))
    return found


class Ways:
    """The ways up a hierarchy, of which edges can be taken away."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self._above: dict[str, set[str]] = defaultdict(set)
        self._below: dict[str, set[str]] = defaultdict(set)
        for child, parent in edges:
            self._above[child].add(parent)
            self._below[parent].add(child)

    def remove(self, edge: Edge) -> None:
        """Take an edge away, if it is there."""
        child, parent = edge
        self._above[child].discard(parent)
        self._below[parent].discard(child)

    def rename(self, group: str, name: str) -> None:
        """A group is called otherwise."""
        for edges, back in ((self._above, self._below), (self._below, self._above)):
            edges[name] = edges.pop(group, set())
            for other in edges[name]:
                back[other].remove(group)
                back[other].add(name)

    def around(self, child: str, parent: str) -> list[str]:
        """The shortest way from `child` by `parent` back to `child`, both ends included; of several the first by name.
        Empty if there is none.

        It is looked for from both ends, each time where less is to be looked at: a short way through a group of
        thousands costs little.
        """
        up, down = _Steps(self._above, parent), _Steps(self._below, child)
        while not (met := up.layers[-1] & down.layers[-1]):
            if not up.layers[-1] or not down.layers[-1]:
                return []
            (up if up.ahead <= down.ahead else down).go()
        layers: list[set[str]] = [met]
        for layer in up.layers[-2::-1]:
            layers.insert(0, {group for group in layer if not layers[0].isdisjoint(self._above[group])})
        return [child, *self._first((*layers, *down.layers[-2::-1]))]

    def _first(self, layers: Sequence[set[str]]) -> list[str]:
        """Through one group of each layer."""
        way = [min(layers[0])]
        for layer in layers[1:]:
            above = self._above[way[-1]]
            way.append(min(above & layer))
        return way


class _Steps:
    """Step by step away from a group."""

    def __init__(self, edges: Mapping[str, set[str]], start: str) -> None:
        self._edges = edges
        self._seen = {start}
        self.layers = [{start}]
        self.ahead = len(edges[start])
        """So many edges are looked at by one step more."""

    def go(self) -> None:
        """To where an edge leads and none before did."""
        reached = {further for group in self.layers[-1] for further in self._edges[group]} - self._seen
        self._seen |= reached
        self.layers.append(reached)
        self.ahead = sum(len(self._edges[group]) for group in reached)
