"""What lines about groups come to, held to the model, and to what must hold whatever the lines are."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from group_model import GROUPS, any_group_line, import_groups, without_itself
from group_model import GroupLine as Line
from model import DELETE, Fate, World

from identity.group_lines import Decision, GroupLine, Known, decide
from identity.hierarchy import knots

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
