"""What a batch of lines about groups means, said as plainly and as slowly as it can be said (beside `model.py`)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from model import DELETE, Cell, Delete, Fate, World


@dataclass(frozen=True)
class GroupLine:
    """One line of a file of groups, read; its position is its index in the list of lines."""

    custom_id: str
    previous_custom_id: str | None = None
    name: Cell = None
    type: Cell = None
    parents: tuple[str, ...] | Delete | None = None
    bad: bool = False
    """It is at fault; what could be read of it is in the other fields."""


GROUPS = ("sales", "north", "all", "new", "newer")


def any_group_line(choose: Callable[[Sequence[Any]], Any]) -> GroupLine:
    """One line; the groups are of the pool that lines of people name."""
    return GroupLine(
        choose(GROUPS),
        choose([None, None, None, None, *GROUPS]),
        choose([None, None, "Sales", "North", DELETE]),
        choose([None, None, "site", DELETE]),
        choose([None, None, DELETE, (choose(GROUPS),), (choose(GROUPS),), (choose(GROUPS), choose(GROUPS))]),
        bad=choose([False] * 15 + [True]),
    )


def render_groups(lines: Sequence[GroupLine]) -> str:
    """These lines as a CSV with the canonical columns. A bad one has a cell too many."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["custom_id", "previous_custom_id", "name", "type", "parent_custom_ids"])
    for line in lines:
        parents = "|".join(line.parents) if isinstance(line.parents, tuple) else cell(line.parents)
        excess = ["one cell too many"] if line.bad else []
        writer.writerow(
            [line.custom_id, line.previous_custom_id or "", cell(line.name), cell(line.type), parents, *excess]
        )
    return text.getvalue()


def cell(value: Cell) -> str:
    return "<delete>" if isinstance(value, Delete) else value or ""


@dataclass
class GroupOutcome:
    fates: list[Fate]
    """One for each line: accepted, or rejected as bad, linked_to_bad_line, rename_conflict, unknown_group,
    parent_rejected or parent_cycle.
    """
    counts: dict[str, int | dict[str, int]]
    """As `--json` has them."""
    pending: set[str]


def import_groups(
    world: World, lines: Sequence[GroupLine], source: str, *, replaces: bool, creates: bool
) -> GroupOutcome:
    """`import-groups --batch`. Changes the world."""
    return _Batch(world, [without_itself(line) for line in lines], source, replaces, creates).run()


def without_itself(line: GroupLine) -> GroupLine:
    """A group that names itself as its parent is one at the top."""
    if not isinstance(line.parents, tuple):
        return line
    return replace(line, parents=tuple(parent for parent in line.parents if parent != line.custom_id))


class _Batch:
    def __init__(self, world: World, lines: Sequence[GroupLine], source: str, replaces: bool, creates: bool) -> None:
        self.world, self.lines, self.source = world, lines, source
        self.replaces, self.creates = replaces, creates
        self.codes: dict[int, str] = {}

    def run(self) -> GroupOutcome:
        for n, line in enumerate(self.lines):
            if line.bad:
                self.codes[n] = "bad"
        for line in self.lines:
            if line.bad:
                self.reject(line.custom_id, "linked_to_bad_line")
        # A rejected group may leave others without what they rely on: everything is looked at again.
        while True:
            renames = self.renames()
            if renames is None or self.reject_held(renames) or self.reject_unknown(renames):
                continue
            after = self.applied(renames)
            if not self.reject_a_cycle(after, renames):
                return self.outcome(after, renames)

    def reject(self, custom_id: str | None, code: str) -> None:
        for n, line in enumerate(self.lines):
            if line.custom_id == custom_id:
                self.codes.setdefault(n, code)

    def accepted(self) -> list[GroupLine]:
        return [line for n, line in enumerate(self.lines) if n not in self.codes]

    def named_by_rejected(self) -> set[str]:
        rejected = [line for n, line in enumerate(self.lines) if n in self.codes]
        return {name for line in rejected for name in (line.custom_id, line.previous_custom_id) if name is not None}

    def renames(self) -> dict[str, str] | None:
        """Previous -> new; None if any contradicts others, or what is there, and was rejected."""
        there, lines = self.world.groups, self.accepted()
        stated = {line.custom_id for line in lines}
        asked = {
            (line.previous_custom_id, line.custom_id)
            for line in lines
            if line.previous_custom_id not in (None, line.custom_id)
            and not (
                line.custom_id in there and there[line.custom_id].previous.get(self.source) == line.previous_custom_id
            )
        }
        renames = {(old, new) for old, new in asked if old in there}
        settled = {(old, new) for old, new in asked - renames if new in there}
        olds, news = [old for old, _ in renames], [new for _, new in renames]
        wrong: set[str | None] = set()
        for old, new in asked - settled:
            if old in stated and (old not in there or old not in news):
                wrong |= {old, new}
        for old, new in renames:
            if olds.count(old) > 1 or news.count(new) > 1 or (new in there and new not in olds):
                wrong.add(new)
        while True:
            more = {new for _, new in renames if any(o == new and n in wrong for o, n in renames)}
            if more <= wrong:
                break
            wrong |= more
        for custom_id in wrong:
            self.reject(custom_id, "rename_conflict")
        return None if wrong else {str(old): new for old, new in renames}

    def applied(self, renames: dict[str, str]) -> World:
        """The world as it will be, perhaps with groups that go round."""
        after = self.world.copy()
        after.groups = {renames.get(custom_id, custom_id): group for custom_id, group in after.groups.items()}
        for group in after.groups.values():
            group.parents = {(renames.get(parent, parent), source) for parent, source in group.parents}
        for person in after.people.values():
            person.memberships = {(renames.get(group, group), source) for group, source in person.memberships}
        protected = self.named_by_rejected()  # whoever has the name by now, as when the same file comes again
        for line in self.accepted():
            parents = line.parents if isinstance(line.parents, tuple) else ()
            for custom_id in (line.custom_id, *parents):
                if custom_id not in after.groups:
                    after.add_group(custom_id)
        for custom_id in {line.custom_id for line in self.accepted()}:
            group, own = after.groups[custom_id], [x for x in self.accepted() if x.custom_id == custom_id]
            for line in own:
                if line.name is not None:
                    group.name = None if isinstance(line.name, Delete) else line.name
                if line.type is not None:
                    group.type = None if isinstance(line.type, Delete) else line.type
            given = {(p, self.source) for x in own if isinstance(x.parents, tuple) for p in x.parents}
            clears = any(x.parents == DELETE for x in own) or self.replaces
            if clears and custom_id not in protected:
                group.parents = {(parent, source) for parent, source in group.parents if source != self.source}
            group.parents |= given
            previous = [x.previous_custom_id for x in own if x.previous_custom_id not in (None, custom_id)]
            if previous:
                new = next((old for old, new in renames.items() if new == custom_id), None)
                kept = [old for old in (new, group.previous.get(self.source)) if old is not None and old in previous]
                group.previous[self.source] = str([*kept, previous[-1]][0])
        return after

    def reject_held(self, renames: dict[str, str]) -> bool:
        """Lines by which a group would be made under a custom_id that a line gives as a previous one, or that a
        rejected line would give to another group.
        """
        there = (set(self.world.groups) - set(renames)) | set(renames.values())
        stated = {line.custom_id for line in self.accepted()}
        renaming = [(n, x) for n, x in enumerate(self.lines) if x.previous_custom_id not in (None, x.custom_id)]
        held = {x.previous_custom_id for _, x in renaming} - stated - there
        rejected = [x for n, x in renaming if n in self.codes]
        held |= {name for x in rejected for name in (x.custom_id, x.previous_custom_id)} - set(self.world.groups)
        wrong = set()
        for line in self.accepted():
            named = {line.custom_id, *(line.parents if isinstance(line.parents, tuple) else ())}
            if named & held:
                wrong.add(line.custom_id)
        for custom_id in wrong:
            self.reject(custom_id, "rename_conflict")
        return bool(wrong)

    def reject_unknown(self, renames: dict[str, str]) -> bool:
        """Lines that name as a parent what there is not, and will not be."""
        if self.creates:
            return False
        there = (set(self.world.groups) - set(renames)) | set(renames.values()) | {x.custom_id for x in self.accepted()}
        stated, wrong = {line.custom_id for line in self.lines}, []
        for n, line in enumerate(self.lines):
            parents = line.parents if isinstance(line.parents, tuple) else ()
            missing = [parent for parent in parents if parent not in there]
            if n not in self.codes and missing:
                wrong.append((n, line.custom_id, "parent_rejected" if missing[0] in stated else "unknown_group"))
        for n, _, code in wrong:
            self.codes[n] = code
        for _, custom_id, _ in wrong:
            self.reject(custom_id, "linked_to_bad_line")
        return bool(wrong)

    def reject_a_cycle(self, after: World, renames: dict[str, str]) -> bool:
        """Of each set of groups that are one another's ancestors, the last line that brings in a parent among them."""
        was = {(renames.get(c, c), renames.get(p, p)) for c, g in self.world.groups.items() for p in g.below()}
        around = [custom_id for custom_id in after.groups if custom_id in above(after, custom_id)]
        for knot in {frozenset(above(after, one) & {x for x in around if one in above(after, x)}) for one in around}:
            guilty = [
                (n, line.custom_id)
                for n, line in enumerate(self.lines)
                if n not in self.codes and line.custom_id in knot and isinstance(line.parents, tuple)
                if any(parent in knot and (line.custom_id, parent) not in was for parent in line.parents)
            ]
            last = guilty[-1][1]
            self.codes |= {n: "parent_cycle" for n, custom_id in guilty if custom_id == last}
            self.reject(last, "linked_to_bad_line")
        return bool(around)

    def outcome(self, after: World, renames: dict[str, str]) -> GroupOutcome:
        before = self.world.copy()
        was = {renames.get(custom_id, custom_id): group for custom_id, group in before.groups.items()}
        for group in was.values():
            group.parents = {(renames.get(parent, parent), source) for parent, source in group.parents}
        created = set(after.groups) - set(was)
        values = {c for c in was if (was[c].name, was[c].type) != (after.groups[c].name, after.groups[c].type)}
        parents_before = {(c, *edge) for c, group in was.items() for edge in group.parents}
        parents_after = {(c, *edge) for c, group in after.groups.items() for edge in group.parents}
        touched = created | values | set(renames.values()) | {edge[0] for edge in parents_before ^ parents_after}

        # A parent is concerned where somebody is in a group whose way up to it has come or gone.
        before.groups = was
        for person in before.people.values():
            person.memberships = {(renames.get(group, group), source) for group, source in person.memberships}
        lost = {edge[:2] for edge in parents_before} - {edge[:2] for edge in parents_after}
        won = {edge[:2] for edge in parents_after} - {edge[:2] for edge in parents_before}
        concerned = {parent for child, parent in lost if peopled(before, child)}
        concerned |= {parent for child, parent in won if peopled(after, child)}
        pending = after.with_ancestors(concerned)

        self.world.people, self.world.groups = after.people, after.groups
        codes = [self.codes.get(n) for n in range(len(self.lines))]
        fates = [Fate("rejected", code) if code else Fate("accepted") for code in codes]
        return GroupOutcome(
            fates,
            {
                "rows": len(fates),
                "rejected": len(self.codes),
                "unchanged": sum(line.custom_id not in touched for line in self.accepted()),
                "groups": {"created": len(created), "updated": len(values | set(renames.values()))},
                "parents": {
                    "added": len(parents_after - parents_before),
                    "removed": len(parents_before - parents_after),
                },
                "pending": {"people": 0, "groups": len(pending)},
            },
            pending,
        )


def above(world: World, custom_id: str) -> set[str]:
    """All ancestors."""
    return world.with_ancestors(world.groups[custom_id].below())


def peopled(world: World, custom_id: str) -> bool:
    """Whether anybody is in a group, or in one below it."""
    return any(custom_id in world.with_ancestors(person.member_of()) for person in world.people.values())
