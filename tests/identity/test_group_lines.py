"""What lines about groups come to, held to the model, and to what must hold whatever the lines are."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest
from group_model import GROUPS, any_group_line, import_groups, without_itself
from group_model import GroupLine as Line
from hypothesis import event, given, settings
from hypothesis import strategies as st
from laws import examples
from model import DELETE, Fate, World

from identity.group_lines import Decision, GroupLine, Known, Rejected, _Lines, _renamed, decide
from identity.hierarchy import closed_by, cycle, knots

SOURCES = ("groups", "by hand")


def decided(world: World, lines: Sequence[Line], source: str, *, replaces: bool, creates: bool) -> Decision:
    """`decide`, told all that the world knows."""
    edges = [(c, parent, given_by) for c, group in world.groups.items() for parent, given_by in group.parents]
    others = {(child, parent) for child, parent, given_by in edges if given_by != source}
    own = {(child, parent) for child, parent, given_by in edges if given_by == source} - others
    said = {c: group.previous[source] for c, group in world.groups.items() if source in group.previous}
    return decide(
        [
            GroupLine(
                number,
                line.custom_id,
                line.previous_custom_id,
                tuple(dict.fromkeys(line.parents)) if isinstance(line.parents, tuple) else (),
                line.parents == DELETE,
                True,
                line.bad,
            )
            for number, line in enumerate(map(without_itself, lines))
        ],
        Known(set(world.groups), said, others, own),
        replaces=replaces,
        creates=creates,
    )


def codes(decision: Decision) -> dict[int, str]:
    return {line: why.code for line, why in decision.rejects.items()}


def rejected(fates: Sequence[Fate]) -> dict[int, str | None]:
    return {number: fate.code for number, fate in enumerate(fates) if fate.kind == "rejected"}


@pytest.mark.parametrize("seed", range(4))
def test_decisions_are_the_model_s(seed: int) -> None:
    """Through histories of files: the same lines are rejected for the same reasons, the same groups renamed; the world
    stays one that may be, and the same file again changes nothing.
    """
    choose = random.Random(seed).choice
    seen: set[str | None] = set()
    for _ in range(600):
        world = World()
        for group in GROUPS[: choose(range(6))]:
            world.add_group(group)
        for _ in range(4):
            lines = [any_group_line(choose) for _ in range(choose([1, 2, 3, 4, 6]))]
            source, asked = choose(SOURCES), {name: choose([True, False]) for name in ("replaces", "creates")}
            before = world.copy()
            decision = decided(world, lines, source, **asked)
            outcome = import_groups(world, lines, source, **asked)
            told = f"{[(c, g) for c, g in before.groups.items()]} {lines} {source} {asked}"
            assert codes(decision) == rejected(outcome.fates), told
            assert all(world.groups[c].previous[source] == old for c, old in decision.sayings.items()), told
            world.check()
            seen |= set(codes(decision).values())
            for why in decision.rejects.values():
                if why.code == "parent_cycle":
                    way = str(why.detail).split(" > ")
                    assert way[0] == way[-1]
                    assert len(way) == len(set(way)) + 1, told
            after = world.group_state()
            again = decided(world, lines, source, **asked)
            assert again.renames == {}, told
            assert import_groups(world, lines, source, **asked).counts["groups"] == {
                "created": 0,
                "updated": 0,
            }, told
            assert world.group_state() == after, told
    assert seen == {"bad", "linked_to_bad_line", "rename_conflict", "unknown_group", "parent_rejected", "parent_cycle"}


def test_the_last_line_of_those_that_lead_round_is_rejected() -> None:
    edges = ("ab", "bc", "ca", "dc", "ed")
    lines = [GroupLine(number, child, None, (parent,)) for number, (child, parent) in enumerate(edges, 1)]
    decision = decide(lines, Known(), replaces=False, creates=True)
    assert {line: (why.code, why.detail) for line, why in decision.rejects.items()} == {
        3: ("parent_cycle", "c > a > b > c")
    }
    decision = decide(lines, Known({"c", "e"}, parents={("c", "e")}), replaces=True, creates=True)
    assert {line: why.detail for line, why in decision.rejects.items()} == {
        3: "c > a > b > c",
        5: "e > d > c > e",
    }, "with what is there already as well"


def test_knots_of_deep_hierarchies() -> None:
    edges = [(str(n), str(n + 1)) for n in range(20_000)]
    assert knots(edges) == []
    assert knots([*edges, ("20000", "19998"), ("5", "5")]) == [{"19998", "19999", "20000"}, {"5"}]


class RoundByRound(_Lines):
    """Cycles as the rule has them: of each knot one line, then all is looked at again."""

    def _reject_cycles(self, renames: Mapping[str, str]) -> bool:
        said: dict[tuple[str, str], int] = {}
        for child, lines in self.accepted.items():
            said |= {(child, parent): line.line for line in lines for parent in line.parents}
        own = {_renamed(edge, renames) for edge in self.known.own_parents}
        there = own | {_renamed(edge, renames) for edge in self.known.parents}
        kept = {edge for edge in own if edge[0] in self._protected() or not self._takes_back(edge[0])}
        edges = said.keys() | kept | {_renamed(edge, renames) for edge in self.known.parents}
        edges |= own & said.keys()
        found = knots(edges)
        for knot in found:
            ways = sorted(edge for edge in edges if edge[0] in knot and edge[1] in knot)
            new = {edge: said[edge] for edge in ways if edge in said and edge not in there}
            child = max(new, key=lambda edge: new[edge])[0]
            faults = {
                line.line: Rejected("parent_cycle", parent, " > ".join(cycle(ways, child, parent)))
                for line in self.accepted[child]
                for parent in reversed(line.parents)
                if (child, parent) in new
            }
            self._reject_at_fault(child, faults)
        return bool(found)


IDS = st.sampled_from([f"g{n}" for n in range(8)])
LINES = st.lists(
    st.builds(
        GroupLine,
        line=st.just(0),
        custom_id=IDS,
        previous_custom_id=st.none() | st.none() | st.none() | IDS,
        parents=st.lists(IDS, max_size=3, unique=True).map(tuple),
        clears_parents=st.booleans(),
        bad=st.integers(0, 19).map(lambda n: n == 7),
    ),
    min_size=2,
    max_size=14,
)


@settings(max_examples=examples(150), deadline=None)
@given(
    lines=LINES,
    without_renames=st.booleans(),
    there=st.just({f"g{n}" for n in range(8)}) | st.sets(IDS),
    order=st.permutations([f"g{n}" for n in range(8)]),
    parents=st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7), st.booleans()), max_size=8),
    said=st.dictionaries(IDS, IDS, max_size=4),
    replaces=st.booleans(),
    creates=st.booleans(),
)
def test_all_at_once_is_as_round_by_round(
    lines: list[GroupLine],
    without_renames: bool,
    there: set[str],
    order: list[str],
    parents: set[tuple[int, int, bool]],
    said: dict[str, str],
    replaces: bool,
    creates: bool,
) -> None:
    """The same lines are rejected, and the same ways around are named."""
    lines = [
        GroupLine(
            number,
            line.custom_id,
            None if without_renames else line.previous_custom_id,
            line.parents,
            line.clears_parents and not line.parents,
            line.bad,
        )
        for number, line in enumerate(lines)
    ]
    edges = {(order[low], order[high], own) for low, high, own in parents if low < high}
    held = {edge for edge in edges if edge[0] in there and edge[1] in there}
    others = {(child, parent) for child, parent, own in held if not own}
    known = Known(there, said, others, {(child, parent) for child, parent, own in held if own} - others)
    told = decide(lines, known, replaces=replaces, creates=creates)
    assert told == RoundByRound(lines, known, replaces, creates).decided()
    event(f"{sum(why.code == 'parent_cycle' for why in told.rejects.values())} go round")


@given(st.dictionaries(st.tuples(IDS, IDS), st.integers(0, 9), min_size=1, max_size=20))
def test_with_which_number_an_edge_goes_round(edges: dict[tuple[str, str], int]) -> None:
    def goes_round(edge: tuple[str, str], number: int) -> bool:
        found = knots(way for way in edges if edges[way] <= number)
        return edge[0] == edge[1] or any(set(edge) <= knot for knot in found)

    around = {edge: number for edge, number in edges.items() if goes_round(edge, 9)}
    for edge, number in closed_by(around).items():
        assert max(number, edges[edge]) == min(n for n in range(edges[edge], 10) if goes_round(edge, n))
