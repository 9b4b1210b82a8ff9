"""What lines about groups come to: which are rejected and why, and which groups get another custom_id.

A group is imported whole or not at all: all lines that name it are accepted, or none is. What is decided depends on the
lines, their order, and what is known of the groups; so the same lines again come to the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from identity.hierarchy import Edge, Ways, closed_by, knots


@dataclass(frozen=True)
class GroupLine:
    """One line, read."""

    line: int
    """Its position among all lines."""
    custom_id: str | None
    """None only of a bad line."""
    previous_custom_id: str | None = None
    parents: tuple[str, ...] = ()
    clears_parents: bool = False
    says_parents: bool = False
    """Its file has a column of parents: it says which there are, also where it says none."""
    bad: bool = False
    """Some cell of it is invalid; what could be read is in the other fields."""


@dataclass(frozen=True)
class Known:
    """The groups that there are, as far as lines speak of them."""

    custom_ids: Collection[str] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    """The custom_id of a group -> the previous one that this source gave it last."""
    parents: Collection[Edge] = ()
    """By the word of another source, or of this one through other than lines about groups."""
    own_parents: Collection[Edge] = ()
    """By the word of this source, which may take it back."""


@dataclass(frozen=True)
class Rejected:
    """Why a line is rejected. `value` and `detail` as its problem's sentence needs them; other lines that it names."""

    code: str
    value: str | None = None
    detail: str | None = None
    others: tuple[int, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What the lines come to."""

    rejects: dict[int, Rejected]
    """By line; of a bad line the code is `bad`."""
    renames: dict[str, str]
    """Previous custom_id -> the new one, of groups that there are: all at once."""
    sayings: dict[str, str]
    """CustomId -> the previous one that this source gives it now."""
    protected: set[str]
    """CustomIds that rejected lines name: nothing is taken away from the groups that have them after the renames."""


def decide(lines: Sequence[GroupLine], known: Known, *, replaces: bool, creates: bool) -> Decision:
    """What these lines come to. `replaces`: a line that says parents, or none, takes back those that its source no
    longer gives;
    `creates`: parents that there are not, and that no line is about, are made.
    """
    return _Lines(lines, known, replaces, creates).decided()


class _Lines:
    def __init__(self, lines: Sequence[GroupLine], known: Known, replaces: bool, creates: bool) -> None:
        self.lines = lines
        self.known = known
        self.replaces = replaces
        self.creates = creates
        self.exists = set(known.custom_ids)
        self.groups: dict[str, list[GroupLine]] = defaultdict(list)
        for line in lines:
            if line.custom_id is not None:
                self.groups[line.custom_id].append(line)
        self.rejects: dict[int, Rejected] = {}
        self.accepted = dict(self.groups)
        self.renames_any = any(map(_renames, lines))

    def decided(self) -> Decision:
        self._reject_bad()
        # Whatever is rejected may leave others without what they rely on; it only grows, so this ends.
        while True:
            renames, conflicts = self._renames()
            for custom_id, (value, detail) in conflicts.items():
                self._reject(custom_id, Rejected("rename_conflict", value, detail))
            if not (
                conflicts
                or self._reject_held(renames)
                or self._reject_unknown(renames)
                or self._reject_cycles(renames)
            ):
                break
        return Decision(self.rejects, renames, self._sayings(renames), self._protected())

    def _reject(self, custom_id: str, why: Rejected) -> None:
        for line in self.accepted.pop(custom_id):
            self.rejects[line.line] = why

    def _reject_bad(self) -> None:
        for line in self.lines:
            if line.bad:
                self.rejects[line.line] = Rejected("bad")
        for custom_id, lines in self.groups.items():
            if any(line.bad for line in lines):
                self._reject_at_fault(custom_id, {line.line: Rejected("bad") for line in lines if line.bad})

    def _reject_at_fault(self, custom_id: str, faults: Mapping[int, Rejected]) -> None:
        """Lines that are at fault themselves, and with them the others of their group."""
        linked = Rejected("linked_to_bad_line", custom_id, None, tuple(faults))
        for line in self.accepted.pop(custom_id):
            self.rejects[line.line] = faults.get(line.line, linked)

    # -- other custom_ids -----------------------------------------------------------------------------------

    def _asked(self) -> set[Edge]:
        """(previous, new) of accepted lines, but for what this source has said before of what has the new one."""
        return {
            (line.previous_custom_id, custom_id)
            for custom_id, lines in self.accepted.items()
            for line in lines
            if line.previous_custom_id is not None and _renames(line)
            if custom_id not in self.exists or self.known.said.get(custom_id) != line.previous_custom_id
        }

    def _renames(self) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
        """(previous -> new; the custom_ids whose lines contradict each other, or what is there: value and detail)."""
        asked = sorted(self._asked())
        renames = [(old, new) for old, new in asked if old in self.exists]
        news_of, olds_of = defaultdict(list), defaultdict(list)
        for old, new in renames:
            news_of[old].append(new)
            olds_of[new].append(old)
        wrong: dict[str, tuple[str, str]] = {}

        def contradicts(custom_id: str, old: str, detail: str) -> bool:
            if custom_id not in self.accepted or custom_id in wrong:
                return False
            wrong[custom_id] = (old, detail)
            return True

        for old, new in asked:
            in_use = old not in olds_of if old in self.exists else new not in self.exists
            if old in self.accepted and in_use:
                for custom_id in (new, old):
                    contradicts(custom_id, old, f"{old} would become {new}, and is the custom_id of another line")
        for old, new in renames:
            if len(olds_of[new]) > 1:
                both = f"{olds_of[new][0]} and {olds_of[new][-1]} would both become {new}"
                contradicts(new, old, both)
            if len(news_of[old]) > 1:
                contradicts(new, old, f"{old} would become {news_of[old][0]} and {news_of[old][-1]}")
            if new in self.exists and new not in news_of:
                contradicts(new, old, f"there is a group {new} already")
        # Who is not renamed keeps the old custom_id: nobody else can have it.
        kept = list(wrong)
        for custom_id in kept:
            why = f"is not free, for it cannot become {custom_id} itself"
            kept += [
                free
                for free in olds_of.get(custom_id, ())
                if free in olds_of and contradicts(free, olds_of[free][0], f"{free} {why}")
            ]
        return dict(renames), wrong

    def _names(self, renames: Mapping[str, str]) -> set[str]:
        """The custom_ids that there are after these renames, without those of new groups."""
        return (self.exists - renames.keys()) | set(renames.values())

    def _sayings(self, renames: Mapping[str, str]) -> dict[str, str]:
        """One that has been carried out, now or before, stays what is said while a line says so; else the last."""
        done = {new: old for old, new in renames.items()}
        found = {}
        for custom_id, lines in self.accepted.items():
            said = [line.previous_custom_id for line in lines if line.previous_custom_id and _renames(line)]
            before = self.known.said.get(done.get(custom_id, custom_id))
            kept = [old for old in (done.get(custom_id), before) if old is not None and old in said]
            if said:
                found[custom_id] = [*kept, said[-1]][0]
        return found

    # -- parents -------------------------------------------------------------------------------------------

    def _reject_held(self, renames: Mapping[str, str]) -> bool:
        """Lines by which a group would be made under the previous custom_id of another line, in whose way it would
        stand the next time. A rejected line holds its previous custom_id, and its new one, against all others.
        """
        at_hand = self._names(renames) | self.accepted.keys()
        held: dict[str, str] = {}
        for line in filter(_renames, self.lines):
            old, new, rejected = line.previous_custom_id, line.custom_id, line.line in self.rejects
            if old is not None and (old not in self.exists if rejected else old not in at_hand):
                held[old] = f"is the previous custom_id of {'a rejected' if rejected else 'another'} line"
            if new is not None and rejected and new not in self.exists:
                held.setdefault(new, "is the new custom_id of a rejected line")
        found = [
            (custom_id, name)
            for custom_id, lines in self.accepted.items()
            for line in lines
            for name in (custom_id, *line.parents)
            if name in held
        ]
        for custom_id, name in found:
            if custom_id in self.accepted:
                which = name if name == custom_id else f"{name}, a parent of {custom_id},"
                self._reject(custom_id, Rejected("rename_conflict", name, f"{which} {held[name]}"))
        return bool(found)

    def _reject_unknown(self, renames: Mapping[str, str]) -> bool:
        """Lines with a parent that there is not, and that no accepted line is about."""
        if self.creates:
            return False
        names = self._names(renames)
        at_hand = names | self.accepted.keys()
        below: dict[str, list[str]] = defaultdict(list)
        for custom_id, lines in self.accepted.items():
            for parent in {parent for line in lines for parent in line.parents}:
                below[parent].append(custom_id)
        found = False
        missing = [parent for parent in below if parent not in at_hand]
        while missing:
            without = {parent: self._without(parent) for parent in missing}
            lost = {name for parent in missing for name in below[parent]} & self.accepted.keys()
            found = True
            for custom_id in lost:
                lines = self.accepted[custom_id]
                unknown = {
                    line.line: parent for line in lines for parent in line.parents[::-1] if parent not in at_hand
                }
                self._reject_at_fault(custom_id, {line: without[parent] for line, parent in unknown.items()})
            if self.renames_any:
                break  # who is renamed is to be asked again
            at_hand -= lost - names
            missing = [custom_id for custom_id in lost if custom_id not in at_hand and custom_id in below]
        return found

    def _without(self, parent: str) -> Rejected:
        rejected = tuple(line.line for line in self.groups.get(parent, ()))
        return Rejected("parent_rejected" if rejected else "unknown_group", parent, None, rejected)

    def _reject_cycles(self, renames: Mapping[str, str]) -> bool:
        """Wherever groups go round, the last line of those that bring in a parent there, and all of its group: at fault
        are those that bring in one there. Then again, wherever they still do.
        """
        said: dict[Edge, int] = {}
        for child, lines in self.accepted.items():
            for one in lines:
                for parent in one.parents:
                    said[child, parent] = max(one.line, said.get((child, parent), one.line))
        if not said:
            return False
        own = {_renamed(edge, renames) for edge in self.known.own_parents}
        others = {_renamed(edge, renames) for edge in self.known.parents}
        protected = self._protected()
        taken_back = {edge for edge in own - said.keys() if edge[0] not in protected and self._takes_back(edge[0])}
        edges = others | (own - taken_back) | said.keys()
        there = others | own
        before = min(said.values()) - 1
        found = [
            _Knot({edge: before if edge in there else said[edge] for edge in ways}, before)
            for ways in _within(knots(edges), edges)
        ]
        concerned = {child for knot in found for child in knot.concerned}
        foreseen = self._stand_alone(concerned, taken_back, renames)
        olds = {new: old for old, new in renames.items()}
        for knot in found:
            for child, number in knot.last if foreseen else knot.last[:1]:
                self._reject_at_fault(child, dict(self._at_fault(child, number, knot)))
                if foreseen and child in olds:
                    knot.stays(child, olds[child])
        return bool(found)

    def _at_fault(self, child: str, number: int, knot: _Knot) -> Iterator[tuple[int, Rejected]]:
        """The lines of a group that bring in a parent where it goes round by lines of up to that number."""
        for line in self.accepted[child]:
            for parent in line.parents:
                if knot.closes((child, parent), number):
                    yield line.line, Rejected("parent_cycle", parent, " > ".join(knot.around(child, parent, number)))
                    break

    def _stand_alone(self, custom_ids: set[str], taken_back: Collection[Edge], renames: Mapping[str, str]) -> bool:
        """Whether nothing else hangs on lines of these groups: they can be rejected at once, as if one after the other.

        Something may, where parents of before come back, where others name what a rejected line holds or what is not
        there without it, and where one of them is renamed: but for one that gets an id which nobody has or names.
        """
        names, olds = self._names(renames), {new: old for old, new in renames.items()}
        comes_back = {child for child, _ in taken_back}
        parents = {parent for lines in self.accepted.values() for line in lines for parent in line.parents}
        previous = {line.previous_custom_id for lines in self.accepted.values() for line in filter(_renames, lines)}

        def stands_alone(custom_id: str) -> bool:
            lines = self.accepted[custom_id]
            named = {name for line in lines for name in _named(line)}
            held = named - self.exists if any(map(_renames, lines)) else set()
            if custom_id in renames or not comes_back.isdisjoint(named):
                return False
            if custom_id in olds and (custom_id in self.exists or olds[custom_id] in olds):
                return False
            if custom_id not in names and (custom_id in previous or not self.creates):
                return False
            return held.isdisjoint(parents) and (held - {custom_id}).isdisjoint(self.accepted)

        return all(map(stands_alone, custom_ids))

    def _takes_back(self, custom_id: str) -> bool:
        lines = self.accepted.get(custom_id, ())
        return any(line.clears_parents or (self.replaces and line.says_parents) for line in lines)

    def _protected(self) -> set[str]:
        return {name for line in self.lines if line.line in self.rejects for name in _named(line)}


class _Knot:
    """Groups that go round, and the lines that bring it about."""

    def __init__(self, said: Mapping[Edge, int], before: int) -> None:
        """`said`: of each edge within the knot the last line that brings it in; `before`: of those there before."""
        self._said = said
        self._before = before
        self._closed = closed_by(said)
        self._new = sorted((edge for edge in said if said[edge] > before), key=lambda edge: said[edge])
        self._new_of: dict[str, list[Edge]] = defaultdict(list)
        for edge in self._new:
            self._new_of[edge[0]].append(edge)
        self._ways = Ways(said)
        self._left = list(self._new)
        self.last: list[tuple[str, int]] = []
        """The group of the last line, and that line; then again wherever they go round without it, and so on. It ends
        before that where the group has other lines by which they go round: without these too, all is to be seen anew.
        """
        self.concerned = {child for child, _ in self._new}
        """The groups that are, or may be, among the last."""
        self._find()

    def stays(self, custom_id: str, previous: str) -> None:
        """A group keeps its previous custom_id, for all its lines are rejected."""
        for edge in self._new_of[custom_id]:
            self._ways.remove(edge)
        self._ways.rename(custom_id, previous)

    def _find(self) -> None:
        rounds: dict[str, set[int]] = defaultdict(set)
        for edge in self._new:
            rounds[edge[0]].add(max(self._said[edge], self._closed[edge]))
        for edge in reversed(self._new):
            last = edge[0], self._said[edge]
            if self.closes(edge, last[1]) and last not in self.last[-1:]:
                self.last.append(last)
                if min(rounds[last[0]]) < last[1]:
                    return
        self.concerned = {child for child, _ in self.last}

    def closes(self, edge: Edge, number: int) -> bool:
        """Whether a line of up to that number brings in this parent, and lines of up to it lead back."""
        return self._before < self._said.get(edge, self._before) <= number and self._closed[edge] <= number

    def around(self, child: str, parent: str, number: int) -> list[str]:
        """The shortest way around by lines of up to that number, which is none above the one asked for before."""
        while self._said[self._left[-1]] > number:
            self._ways.remove(self._left.pop())
        return self._ways.around(child, parent)


def _within(knots_: Sequence[set[str]], edges: Iterable[Edge]) -> list[list[Edge]]:
    """The edges within each of the knots."""
    of = {group: number for number, knot in enumerate(knots_) for group in knot}
    found: list[list[Edge]] = [[] for _ in knots_]
    for child, parent in edges:
        if child in of and of[child] == of.get(parent):
            found[of[child]].append((child, parent))
    return found


def _renames(line: GroupLine) -> bool:
    return line.previous_custom_id not in (None, line.custom_id)


def _renamed(edge: Edge, renames: Mapping[str, str]) -> Edge:
    child, parent = edge
    return renames.get(child, child), renames.get(parent, parent)


def _named(line: GroupLine) -> Iterator[str]:
    """The groups that it is about."""
    for name in (line.custom_id, line.previous_custom_id):
        if name is not None:
            yield name
