"""What a batch of people means, said as plainly and as slowly as it can be said.

The reference that the commands are held to. `World` is one organisation: its people, their personas with the
statements that refer to them, and its groups. `World.import_batch` is one import, in numbered steps. Nothing
here is clever: components are found by looking at every line again, and what changed is found by comparing
the world with a copy of itself from before. No database, no files, no normalising: a `Line` has been read.
It is one file, however long: each step of a batch leans on the world and on the steps before it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from itertools import pairwise
from typing import Any, Literal, Protocol, cast
from unicodedata import normalize


class Delete(Enum):
    """The cell `<delete>`."""

    DELETE = "<delete>"

    def __repr__(self) -> str:
        return "DELETE"


DELETE = Delete.DELETE

Cell = str | Delete | None
"""A text, `<delete>`, or None for a blank cell."""

ALWAYS = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)
"""The ends of time."""


@dataclass(frozen=True)
class Had:
    """A persona that was somebody's, up to a moment."""

    kind: str
    ifi: str
    since: datetime | None
    until: datetime

    @property
    def begins(self) -> datetime:
        return self.since or ALWAYS

    def overlaps(self, begins: datetime, ends: datetime) -> bool:
        return begins < self.until and self.begins < ends


@dataclass(frozen=True)
class Line:
    """One line of a file, read and normalised; its position is its index in the list of lines."""

    custom_id: str | None = None
    personas: tuple[tuple[str, str], ...] = ()
    """(kind, ifi), in the order of the columns."""
    name: Cell = None
    image_url: Cell = None
    groups: tuple[str, ...] | Delete | None = None
    previous_custom_id: str | None = None
    bad: bool = False
    """Some cell of it is invalid; what could be read of it is in the other fields."""
    ragged: bool = False
    """It does not fit the header: its cells may stand under the wrong ones."""
    since: datetime | None = None
    """From when on the person is there."""
    sinces: tuple[datetime | None, ...] = ()
    """The same of the personas, in their order."""
    had: tuple[Had, ...] = ()
    """What was the person's for a time that has ended."""
    former_custom_id: str | None = None
    """One that the person has lost."""
    created: datetime | None = None
    """When the person came to be, if it is new."""

    def since_of(self, ifi: str) -> datetime | None:
        """From when on the persona is said to be the person's."""
        known = zip(self.personas, self.sinces, strict=False)
        return latest(since for (_, named), since in known if named == ifi)


WORDS = {"null", "none", "k.a.", "not applicable"}
"""Words for nothing, of those that there are, in lower case."""


@dataclass(frozen=True)
class Options:
    contested: Literal["reject", "last-line", "leave"] = "reject"
    takeovers: Literal["apply", "confirmed", "leave", "split"] = "apply"
    personas: Literal["add", "replace"] = "add"
    groups: Literal["add", "replace"] = "add"
    create_groups: bool = False
    keep_edits: bool = False
    snapshot: bool = False
    leavers: Literal["keep", "ungroup", "release"] = "keep"
    source: str = "people"
    accept_near: tuple[str, ...] = ()
    new_person: tuple[str, ...] = ()
    as_of: datetime | None = None
    """The import's moment; None: now."""


@dataclass(frozen=True)
class Spell:
    """A persona with a person, from a moment on and up to another."""

    begins: datetime
    ends: datetime
    person: int


@dataclass
class Persona:
    kind: str
    owner: int | None
    """Who has it now, since `begins`; None: nobody, since then."""
    agent_name: str | None = None
    statements: list[str] = field(default_factory=list)
    """The ids of the statements whose actor it is; some may be voided."""
    pinned: bool = False
    """Somebody has put it where it is: no import moves it."""
    begins: datetime = ALWAYS
    ended: list[Spell] = field(default_factory=list)
    """Who has had it before."""

    def spells(self) -> list[Spell]:
        """All of them, in time."""
        now = [] if self.owner is None else [Spell(self.begins, NEVER, self.owner)]
        return sorted([*self.ended, *now], key=lambda spell: spell.begins)

    def join(self) -> None:
        """Spells of one person that touch are one."""
        for one, two in pairwise(self.spells()):
            if (one.ends, one.person) == (two.begins, two.person):
                self.ended = [spell for spell in self.ended if spell not in (one, two)]
                if two.ends == NEVER:
                    self.begins = one.begins
                else:
                    self.ended.append(replace(two, begins=one.begins))
                self.join()
                return

    def spell_at(self, at: datetime) -> Spell | None:
        """The one to which a moment belongs."""
        return next((spell for spell in self.spells() if spell.begins <= at < spell.ends), None)


@dataclass
class Person:
    custom_id: str | None = None
    name: str | None = None
    image_url: str | None = None
    former_custom_id: str | None = None
    """The one that was lost last; None where the person has one."""
    lost_at: datetime | None = None
    """When that was."""
    created: datetime | None = None
    """When it came to be, if a line said so."""
    personas: set[str] = field(default_factory=set)
    memberships: set[tuple[str, str]] = field(default_factory=set)
    """(the group's custom_id, the source that gave the membership)."""

    @property
    def known_as(self) -> str | None:
        """The custom_id, or the former one."""
        return self.custom_id or self.former_custom_id

    def member_of(self) -> set[str]:
        return {group for group, _ in self.memberships}


@dataclass
class Group:
    name: str | None = None
    type: str | None = None
    parents: set[tuple[str, str]] = field(default_factory=set)
    """(the parent's custom_id, the source that gave it)."""
    previous: dict[str, str] = field(default_factory=dict)
    """Source -> the previous custom_id that it gave last."""

    def below(self) -> set[str]:
        """What it is directly below."""
        return {parent for parent, _ in self.parents}


@dataclass
class Saying:
    """What a source gave last of a person."""

    name: Cell = None
    image_url: Cell = None
    previous_custom_id: str | None = None
    """What it said that the person's custom_id was before."""


@dataclass(frozen=True)
class Fate:
    """What became of a line."""

    kind: Literal["accepted", "waiting", "rejected", "left out"]
    code: str | None = None
    """Of a rejected line: bad (a problem of its own cells), nobodys_id, unknown_group, linked_to_bad_line, contested,
    rename_conflict, former_id, near_custom_id, ambiguous, takeover_left_nothing, pin_left_nothing,
    spell_left_nothing."""


ACCEPTED = Fate("accepted")
LEFT_OUT = Fate("left out")
WAITING = Fate("waiting")


@dataclass(frozen=True)
class Takeover:
    """A persona that went from one custom_id to another; people who have lost theirs have it still here."""

    ifi: str
    from_custom_id: str
    to_custom_id: str
    formerly: bool = False
    """Whether the one from whom it went had lost that custom_id before."""


@dataclass
class Counts:
    """The figures of the summary."""

    rows: int = 0
    rejected: int = 0
    waiting: int = 0
    unchanged: int = 0
    people_created: int = 0
    people_updated: int = 0
    people_deleted: int = 0
    personas_created: int = 0
    personas_claimed: int = 0
    personas_taken: int = 0
    personas_split: int = 0
    personas_dropped: int = 0
    personas_left: int = 0
    groups_created: int = 0
    groups_updated: int = 0
    memberships_added: int = 0
    memberships_removed: int = 0
    memberships_of_others: int = 0
    leavers_people: int = 0
    leavers_released: int = 0
    leavers_held: int = 0
    pending_people: int = 0
    pending_groups: int = 0

    def as_json(self) -> dict[str, Any]:
        """The same figures as `--json` nests them: {"rows": 3, …, "people": {"created": 1, …}, …}."""
        nested: dict[str, Any] = {}
        for name, count in vars(self).items():
            part, _, figure = name.partition("_")
            if figure:
                nested.setdefault(part, {})[figure] = count
            else:
                nested[name] = count
        return nested

    def __add__(self, other: Counts) -> Counts:
        return Counts(**{name: count + getattr(other, name) for name, count in vars(self).items()})

    def changed_nothing(self) -> bool:
        beside = {"rows", "rejected", "waiting", "unchanged", "personas_left", "leavers_people", "leavers_held"}
        return not any(count for name, count in vars(self).items() if name not in beside)


@dataclass
class Outcome:
    fates: list[Fate]
    """One for each line."""
    counts: Counts
    left: set[str]
    """Ifis passed over: the warnings."""
    takeovers: set[Takeover]
    pending_people: set[int]
    """Ids of the model's people, deleted ones included."""
    pending_people_before: set[frozenset[str]]
    """The same, as what each had for personas before the batch (empty: it is new) …"""
    pending_people_after: set[frozenset[str]]
    """… and what each has after it (empty: it is gone)."""
    pending_groups: set[str]
    """CustomIds, ancestors included."""
    unknown: list[int]
    """Rejected lines of a snapshot of which nobody can tell whom they name."""


def total(outcomes: Sequence[Outcome]) -> Counts:
    """The figures of several changes together; who is pending is so once."""
    return replace(
        sum((outcome.counts for outcome in outcomes), Counts()),
        pending_people=len({person for outcome in outcomes for person in outcome.pending_people}),
        pending_groups=len({group for outcome in outcomes for group in outcome.pending_groups}),
    )


Holding = tuple[str, datetime | None]
"""An ifi, and since when (None: always) it is, or was, somebody's."""

PersonState = tuple[str | None, str | None, str | None, frozenset[str], frozenset[tuple[str, str]]]

SpellState = tuple[str, datetime, datetime, str | None, str | None]
"""A spell that has ended, or has not been all along: of which persona, from when, up to when, with whom (custom_id,
name)."""


GroupState = tuple[str, str | None, str | None, frozenset[tuple[str, str]]]


class Erased(Protocol):
    """Who was erased, as far as anything is kept of that."""

    def has_identifier(self, ifi: str | None) -> bool: ...

    def has_custom_id(self, custom_id: str | None) -> bool: ...


class World:
    """One organisation."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.personas: dict[str, Persona] = {}
        self.groups: dict[str, Group] = {}
        """By custom_id."""
        self.sayings: dict[tuple[int, str], Saying] = {}
        """(Person, source) -> what the source gave last of the person."""
        self.statement_ids: set[str] = set()
        self.told: dict[str, Mapping[str, Any]] = {}
        """Id -> the statement as it came (what reports are made of: `model_reports.py`)."""
        self.voided: set[str] = set()
        """Ids of voided statements, those included that have not arrived yet."""
        self.erased: Erased | None = None
        self._next_id = 1

    # -- making a world ------------------------------------------------------------------------------------

    def add_group(self, custom_id: str, parents: Iterable[str] = ()) -> None:
        """A new group; who gave it its parents did so by hand."""
        self.groups[custom_id] = Group(parents={(parent, "by hand") for parent in parents})

    def add_person(
        self,
        custom_id: str | None = None,
        name: str | None = None,
        image_url: str | None = None,
        personas: Iterable[tuple[str, str]] = (),
        memberships: Iterable[tuple[str, str]] = (),
    ) -> int:
        """A new person with new personas (kind, ifi); answers its id."""
        person_id = self._next_id
        self._next_id += 1
        self.people[person_id] = Person(custom_id, name, image_url, memberships=set(memberships))
        for kind, ifi in personas:
            assert ifi not in self.personas, ifi
            self.personas[ifi] = Persona(kind, person_id)
            self.people[person_id].personas.add(ifi)
        return person_id

    def statement(
        self, actor: str, kind: str, name: str | None, statement_id: str, told: Mapping[str, Any] | None = None
    ) -> None:
        """A statement arrives. A known id is skipped; a new agent becomes a person of one persona."""
        if statement_id in self.statement_ids:
            return
        self.told[statement_id] = told or {}
        if self.erased and self.erased.has_identifier(actor):
            known = self.personas.get(actor)
            if known is None or known.spell_at(self.at(statement_id)) is None:
                del self.told[statement_id]
                return
        self.statement_ids.add(statement_id)
        if actor not in self.personas:
            self.add_person(name=name, personas=[(kind, actor)])
        persona = self.personas[actor]
        persona.agent_name = persona.agent_name or name
        persona.statements.append(statement_id)
        self.fill_gap(actor, self.at(statement_id))

    def at(self, statement_id: str) -> datetime:
        """When a statement was made."""
        told = self.told[statement_id].get("timestamp", "2024-05-06T07:08:09Z")
        return datetime.fromisoformat(told).astimezone(UTC)

    def is_stated(self, ifi: str, since: datetime) -> bool:
        """Whether statements refer to it, of then or later."""
        return any(self.at(statement) >= since for statement in self.personas[ifi].statements)

    def is_stated_between(self, ifi: str, begins: datetime, ends: datetime) -> bool:
        return any(begins <= self.at(statement) < ends for statement in self.personas[ifi].statements)

    def fill_gap(self, ifi: str, at: datetime) -> None:
        """If the persona is nobody's then, it gets a person for all the time in which it is."""
        persona = self.personas[ifi]
        spells = persona.spells()
        if persona.spell_at(at) is not None:
            return
        begins = max((spell.ends for spell in spells if spell.ends <= at), default=ALWAYS)
        ends = min((spell.begins for spell in spells if spell.begins > at), default=NEVER)
        self.fill(ifi, Spell(begins, ends, self.add_person(name=persona.agent_name)))

    def fill(self, ifi: str, spell: Spell) -> None:
        """A spell more."""
        persona = self.personas[ifi]
        if spell.ends == NEVER:
            persona.owner, persona.begins = spell.person, spell.begins
            self.people[spell.person].personas.add(ifi)
        else:
            persona.ended.append(spell)

    def void(self, statement_id: str) -> None:
        """A statement is voided, before or after it arrives."""
        self.voided.add(statement_id)

    # -- looking at it -------------------------------------------------------------------------------------

    def holder_of_custom_id(self, custom_id: str | None) -> int | None:
        for person_id, person in self.people.items():
            if custom_id is not None and person.custom_id == custom_id:
                return person_id
        return None

    def former_holders(self, custom_id: str | None) -> list[int]:
        """Who had a custom_id that nobody has now, and has none now; the last to lose it first."""
        if custom_id is None or self.holder_of_custom_id(custom_id) is not None:
            return []
        had = [who for who, one in self.people.items() if not one.custom_id and one.former_custom_id == custom_id]
        return sorted(had, key=lambda who: (self.people[who].lost_at or ALWAYS, who), reverse=True)

    def nearly(self, custom_id: str | None) -> set[int]:
        """Who has, or had last, a custom_id that somebody would take for this one."""
        return {
            who
            for who, person in self.people.items()
            if custom_id is not None
            and person.known_as is not None
            and person.known_as != custom_id
            and near(person.known_as) == near(custom_id)
        }

    def is_new(self, custom_id: str | None) -> bool:
        """Whether it is one that nobody has or had last."""
        return custom_id is not None and custom_id not in {person.known_as for person in self.people.values()}

    def holder_of_persona(self, ifi: str) -> int | None:
        return self.personas[ifi].owner if ifi in self.personas else None

    def spell_at(self, ifi: str, at: datetime) -> tuple[datetime | None, int]:
        """Since when (None: always) a persona is with whom, at a time."""
        spell = self.personas[ifi].spell_at(at)
        assert spell is not None, f"{ifi} is nobody's at {at}"
        return None if spell.begins == ALWAYS else spell.begins, spell.person

    def spells_of(self, person_id: int) -> frozenset[Holding]:
        """Which personas are, or were, a person's, and since when."""
        return frozenset(
            (ifi, None if spell.begins == ALWAYS else spell.begins)
            for ifi, persona in self.personas.items()
            for spell in persona.spells()
            if spell.person == person_id
        )

    def is_agent(self, person_id: int) -> bool:
        """Whether somebody is nothing but the actor of statements: has one persona, and no source has said anything."""
        person = self.people[person_id]
        is_said = any(who == person_id for who, _ in self.sayings)
        return person.known_as is None and len(person.personas) == 1 and not is_said

    def has_pins(self, person_id: int) -> bool:
        return any(self.personas[ifi].pinned for ifi in self.people[person_id].personas)

    def has_interactions(self, ifi: str, since: datetime = ALWAYS) -> bool:
        return any(
            statement not in self.voided and self.at(statement) >= since for statement in self.personas[ifi].statements
        )

    def has_had_one(self, person_id: int) -> bool:
        """Whether the person has had a persona for a time."""
        return any(spell.person == person_id for persona in self.personas.values() for spell in persona.ended)

    def with_ancestors(self, groups: Iterable[str]) -> set[str]:
        found: set[str] = set()
        to_visit = list(groups)
        while to_visit:
            group = to_visit.pop()
            if group not in found:
                found.add(group)
                to_visit.extend(self.groups[group].below())
        return found

    def direct_members(self, group: str) -> set[int]:
        return {person_id for person_id, person in self.people.items() if group in person.member_of()}

    def state(self) -> set[PersonState]:
        """The people as they can be compared between worlds: without ids."""
        return {
            (p.custom_id, p.name, p.image_url, frozenset(p.personas), frozenset(p.memberships))
            for p in self.people.values()
        }

    def spell_state(self) -> set[SpellState]:
        """The spells that there are besides those that are open and have been all along."""
        return {
            (ifi, spell.begins, spell.ends, self.people[spell.person].custom_id, self.people[spell.person].name)
            for ifi, persona in self.personas.items()
            for spell in persona.spells()
            if (spell.begins, spell.ends) != (ALWAYS, NEVER)
        }

    def group_state(self) -> set[GroupState]:
        """The groups, likewise."""
        return {(c, g.name, g.type, frozenset(g.parents)) for c, g in self.groups.items()}

    def copy(self) -> World:
        other = World()
        other.people = {
            number: replace(p, personas=set(p.personas), memberships=set(p.memberships))
            for number, p in self.people.items()
        }
        other.personas = {
            ifi: replace(p, statements=[*p.statements], ended=[*p.ended]) for ifi, p in self.personas.items()
        }
        other.sayings = {who: replace(saying) for who, saying in self.sayings.items()}
        other.groups = {
            custom_id: replace(group, parents=set(group.parents), previous=dict(group.previous))
            for custom_id, group in self.groups.items()
        }
        other.statement_ids, other.voided = set(self.statement_ids), set(self.voided)
        other.told, other.erased = dict(self.told), self.erased
        other._next_id = self._next_id
        return other

    def check(self) -> None:
        """Fails if the world is one that may not be."""
        for ifi, persona in self.personas.items():
            owners = [person_id for person_id, person in self.people.items() if ifi in person.personas]
            said = [] if persona.owner is None else [persona.owner]
            assert owners == said, f"{ifi} belongs to {owners}, and says {persona.owner}"
            spells = persona.spells()
            assert all(spell.begins < spell.ends for spell in spells), f"{ifi} has a spell without length: {spells}"
            assert all(one.ends <= two.begins for one, two in pairwise(spells)), f"{ifi} has two people: {spells}"
            touching = [one for one, two in pairwise(spells) if (one.ends, one.person) == (two.begins, two.person)]
            assert not touching, f"{ifi} has spells that are one: {spells}"
            assert all(spell.person in self.people for spell in spells), f"{ifi} is with somebody unknown"
            lost = [one for one in persona.statements if persona.spell_at(self.at(one)) is None]
            assert not lost, f"{ifi} is nobody's when {lost} were made"
        custom_ids = [person.custom_id for person in self.people.values() if person.custom_id is not None]
        assert len(custom_ids) == len(set(custom_ids)), f"a custom_id twice in {custom_ids}"
        for person_id, person in self.people.items():
            assert person.personas or self.has_had_one(person_id), f"person {person_id} has no persona"
            assert person.personas <= set(self.personas), f"person {person_id} has unknown personas"
            assert person.member_of() <= set(self.groups), f"person {person_id} is in unknown groups"
        for custom_id, group in self.groups.items():
            assert group.below() <= set(self.groups), f"{custom_id} has unknown parents"
            assert custom_id not in self.with_ancestors(group.below()), f"{custom_id} is its own ancestor"
        referred = [statement for persona in self.personas.values() for statement in persona.statements]
        assert sorted(referred) == sorted(self.statement_ids), "statements without their persona"

    # -- changing it ---------------------------------------------------------------------------------------

    def import_batch(
        self,
        lines: Sequence[Line],
        options: Options | None = None,
        kinds_elsewhere: Iterable[tuple[str, str]] = (),
        nobody_leaves: bool = False,
    ) -> Outcome:
        """`import-people --batch`: all lines of all files, in order. Changes this world.

        kinds_elsewhere: (kind, home page) that other lines of the same batch have, where this world is one
        of many that go through one file; with nobody_leaves, whether some other has an `Outcome.unknown` line, it is
        all that such worlds share (see `feed_kind`).
        """
        kept = [n for n, line in enumerate(lines) if not self.is_about_erased(line)]
        said = [self.without_erased(lines[n]) for n in kept]
        outcome = _Batch(self, said, options or Options(), set(kinds_elsewhere), nobody_leaves).run()
        fates = dict(zip(kept, outcome.fates, strict=True))
        found = [fates.get(n, LEFT_OUT) for n in range(len(lines))]
        return replace(outcome, fates=found, unknown=[kept[n] for n in outcome.unknown])

    def is_about_erased(self, line: Line) -> bool:
        """Whether a line names the custom_id of somebody erased; or an identifier of theirs, and no custom_id."""
        if not self.erased:
            return False
        former = None if line.custom_id else line.former_custom_id
        if any(map(self.erased.has_custom_id, (line.custom_id, line.previous_custom_id, former))):
            return True
        ifis = [*(ifi for _, ifi in line.personas), *(had.ifi for had in line.had)]
        return line.custom_id is None and any(map(self.erased.has_identifier, ifis))

    def without_erased(self, line: Line) -> Line:
        """A line without identifiers of theirs."""
        erased = self.erased
        if not erased:
            return line
        stays = [n for n, (_, ifi) in enumerate(line.personas) if not erased.has_identifier(ifi)]
        sinces = [*line.sinces, *[None] * len(line.personas)]
        personas = tuple(line.personas[n] for n in stays)
        had = tuple(one for one in line.had if not erased.has_identifier(one.ifi))
        return replace(line, personas=personas, sinces=tuple(sinces[n] for n in stays) if line.sinces else (), had=had)

    def import_rows(self, lines: Sequence[Line], options: Options | None = None) -> list[Outcome]:
        """`import-people` without `--batch`: each line a batch of its own."""
        return [self.import_batch([line], options) for line in lines]

    def merge(self, into: int, others: Sequence[int], stays: int | None = None) -> None:
        """`merge-people`: all that the others have becomes `into`'s; whose custom_id stays, if several have one."""
        everybody = [into, *others]
        people = [self.people[one] for one in everybody]
        having = [one for one in everybody if self.people[one].custom_id is not None]
        assert len(having) < 2 or stays in having
        lost = [one for one in everybody if self.people[one].lost_at is not None]
        lost.sort(key=lambda one: self.people[one].lost_at or ALWAYS, reverse=True)
        stays = stays or next(iter([*having, *lost, into]))
        one, kept = self.people[into], self.people[stays]
        one.custom_id, one.former_custom_id, one.lost_at = kept.custom_id, kept.former_custom_id, kept.lost_at
        one.name = next((person.name for person in people if person.name is not None), None)
        one.image_url = next((person.image_url for person in people if person.image_url is not None), None)
        for person in people:
            one.personas |= person.personas
            one.memberships |= person.memberships
        for source in {source for who, source in self.sayings if who in everybody}:
            said = [self.sayings.pop((who, source), None) for who in dict.fromkeys([stays, into, *others])]
            self.sayings[into, source] = next(saying for saying in said if saying is not None)
        for persona in self.personas.values():
            persona.owner = into if persona.owner in others else persona.owner
            persona.ended = [replace(s, person=into if s.person in others else s.person) for s in persona.ended]
            persona.join()
        for other in others:
            del self.people[other]

    def erase(self, person_id: int) -> None:
        """`erase-person`: they go, with what they alone have; of what others have, or have had, the time that was
        theirs.
        """
        person = self.people.pop(person_id)
        self.sayings = {who: saying for who, saying in self.sayings.items() if who[0] != person_id}
        for ifi, persona in list(self.personas.items()):
            theirs = [spell for spell in persona.spells() if spell.person == person_id]
            said = [s for s in persona.statements if any(x.begins <= self.at(s) < x.ends for x in theirs)]
            persona.statements = [one for one in persona.statements if one not in said]
            persona.ended = [spell for spell in persona.ended if spell.person != person_id]
            self.statement_ids -= {*said}
            self.told = {number: told for number, told in self.told.items() if number not in said}
            if ifi in person.personas:
                persona.owner, persona.pinned = None, False
                persona.begins = max((spell.ends for spell in persona.ended), default=ALWAYS)
            if theirs and not persona.spells():
                del self.personas[ifi]

    def edit(self, person_id: int, said: Line, without: Iterable[str], out_of: Iterable[str], loses: bool) -> None:
        """`edit-person`: as a line by hand says, which nobody remembers, of whoever it is; and what is taken away."""
        person = self.people[person_id]
        known, was = person.custom_id, (person.former_custom_id, person.lost_at)
        person.custom_id = said.custom_id or known or "somebody"
        person.former_custom_id = person.lost_at = None
        self.import_batch([replace(said, custom_id=person.custom_id)], Options(source="by hand", create_groups=True))
        self.sayings.pop((person_id, "by hand"), None)
        if not said.custom_id and known is None:
            person.custom_id, (person.former_custom_id, person.lost_at) = None, was
        person.memberships = {(group, source) for group, source in person.memberships if group not in out_of}
        batch = _Batch(self, [], Options(), set(), False)
        for ifi in sorted(without):
            batch.drop(ifi, splits=False)
        if loses:
            person.former_custom_id, person.custom_id, person.lost_at = known, None, datetime.now(UTC)

    def edit_group(
        self,
        custom_id: str,
        new_id: str | None,
        name: Cell,
        type: Cell,
        below: Iterable[str],
        not_below: Iterable[str],
        source: str = "by hand",
    ) -> None:
        """`edit-group`: one that is there, or is made; nothing is added to what it is below already."""
        group = self.groups.setdefault(custom_id, Group())
        group.parents = {(parent, source) for parent, source in group.parents if parent not in not_below}
        group.parents |= {(parent, source) for parent in set(below) - group.below()}
        for what, cell in (("name", name), ("type", type)):
            if cell is not None:
                setattr(group, what, None if isinstance(cell, Delete) else cell)
        if new_id is not None and new_id != custom_id:
            self.groups[new_id] = self.groups.pop(custom_id)
            for other in self.groups.values():
                other.parents = {(new_id if one == custom_id else one, source) for one, source in other.parents}
            for one in self.people.values():
                one.memberships = {(new_id if group == custom_id else group, by) for group, by in one.memberships}

    def delete_groups(self, custom_ids: Collection[str]) -> None:
        """`delete-group`: nobody is in them any more, nothing is above or below them, and they are gone."""
        for custom_id in custom_ids:
            del self.groups[custom_id]
        for group in self.groups.values():
            group.parents = {(parent, source) for parent, source in group.parents if parent not in custom_ids}
        for person in self.people.values():
            person.memberships = {(group, source) for group, source in person.memberships if group not in custom_ids}

    def undo(self, before: World, after: World) -> None:
        """`undo-import` of the last import, between which two worlds it was; only statements have come since."""
        now = self.copy()
        then = before.copy()
        self.people, self.personas, self.groups, self.sayings = then.people, then.personas, then.groups, then.sayings
        for ifi, persona in now.personas.items():
            mine = self.personas.setdefault(ifi, Persona(persona.kind, None))
            mine.statements, mine.agent_name = persona.statements, persona.agent_name
            if not persona.statements and ifi not in before.personas:
                del self.personas[ifi]  # only the import has had it
            known = after.personas[ifi].spells() if ifi in after.personas else []
            since = {(spell.begins, spell.ends): spell.person for spell in persona.spells() if spell not in known}
            for statement in mine.statements:
                self.fill_gap(ifi, self.at(statement))
            then_there = before.personas[ifi].spells() if ifi in before.personas else []
            for spell in self.personas[ifi].spells() if ifi in self.personas else []:
                if spell not in then_there and (spell.begins, spell.ends) in since:
                    self.people[spell.person].name = now.people[since[spell.begins, spell.ends]].name


@dataclass
class _Component:
    """Lines that describe one person."""

    lines: list[int]
    custom_id: str | None = None
    """That its lines state."""
    rehired: int | None = None
    """Who had it last, and has it again."""
    owner: int | None = None
    """Of lines that state none: whose present holders' custom_id, or former one, they have."""
    target: int | None = None
    waits: bool = False
    """Whoever it is has left, and is still to come back."""

    @property
    def person(self) -> int | None:
        """Who of those that are there it is of."""
        return self.rehired if self.waits else self.target


class _Batch:
    """One batch on its way through the steps. `before` is the world as it was, `world` is being changed."""

    def __init__(
        self,
        world: World,
        lines: Sequence[Line],
        options: Options,
        kinds_elsewhere: set[tuple[str, str]],
        nobody_leaves: bool,
    ) -> None:
        self.world = world
        self.kinds_elsewhere = kinds_elsewhere
        self.nobody_leaves = nobody_leaves
        self.before = world.copy()
        self.lines = lines
        self.options = options
        self.numbers = range(len(lines))
        self.fates: dict[int, Fate] = {}
        # What each line still claims, in the order of its columns, and what it has lost on the way.
        self.claims: dict[int, list[str]] = {n: list(dict.fromkeys(self.named(n))) for n in self.numbers}
        self.kinds: dict[str, str] = {ifi: kind for line in lines for kind, ifi in line.personas}
        self.nobodys_ids: set[Hashable] = set()
        """Words for nothing that stand for no id."""
        self.lost_as_contested: dict[int, set[str]] = {n: set() for n in self.numbers}
        self.lost_as_pinned: dict[int, set[str]] = {n: set() for n in self.numbers}
        self.lost_as_takeover: dict[int, set[str]] = {n: set() for n in self.numbers}
        self.lost_as_early: dict[int, set[str]] = {n: set() for n in self.numbers}
        self.lost_as_had: dict[int, set[str]] = {n: set() for n in self.numbers}
        self.lost_as_ending: dict[int, set[str]] = {n: set() for n in self.numbers}
        self.had: dict[int, list[Had]] = {n: [*lines[n].had] for n in self.numbers}
        """What the lines say of times that have ended, as far as it counts."""
        self.moment = options.as_of or datetime.now(UTC)
        self.begins: dict[str, datetime] = {}
        """From when on personas would be theirs who claim them, where that is not all along."""
        self.split: set[str] = set()
        self.protected_custom_ids: set[str] = set()
        self.renamed: dict[int, str] = {}
        """The previous custom_ids of those who got another by name."""
        self.components: list[_Component] = []
        self.dropped: set[str] = set()
        self.groups_created: set[str] = set()
        self.memberships_removed: set[tuple[int, str, str]] = set()
        self.unknown: list[int] = []
        self.leavers: set[int] = set()
        self.released: set[int] = set()

    def run(self) -> Outcome:
        self.step_1_words_for_nothing()
        self.step_1_and_2_bad_components()
        self.step_3_contested()
        self.step_3_renames()
        self.step_3_former_ids()
        self.step_3_near_ids()
        self.step_4_whose()
        self.step_5_pins()
        self.step_5_takeovers()
        self.step_5_moments()
        self.step_6_targets()
        self.step_7_move()
        self.step_7_ended_times()
        self.step_8_values()
        self.step_8_groups()
        self.step_9_replace()
        self.step_10_emptied_people()
        self.step_11_leavers()
        return self.outcome()

    # -- small words ---------------------------------------------------------------------------------------

    def named(self, n: int) -> list[str]:
        """The personas that line n names, kept or not."""
        return [ifi for _, ifi in self.lines[n].personas]

    def reject(self, numbers: Iterable[int], code: str) -> None:
        for n in numbers:
            self.fates[n] = Fate("rejected", code)

    def is_rejected(self, n: int) -> bool:
        return n in self.fates and self.fates[n].kind == "rejected"

    def not_rejected(self) -> list[int]:
        return [n for n in self.numbers if not self.is_rejected(n)]

    def components_of(self, numbers: Iterable[int]) -> list[list[int]]:
        """Lines that share a custom_id or a claimed persona, directly or through others; by first line."""

        def keys(n: int) -> set[Hashable]:
            return self.ids_of(n, self.claims[n]) - self.nobodys_ids

        return connected(numbers, keys)

    def ids_of(self, n: int, ifis: Iterable[str]) -> set[Hashable]:
        """A line's custom_id, and these personas."""
        custom_id = self.lines[n].custom_id
        return {("persona", ifi) for ifi in ifis} | ({("custom_id", custom_id)} if custom_id is not None else set())

    def words_of(self, n: int) -> set[Hashable]:
        """The ids of a line that are words for nothing: its custom_id, or the name of an account."""
        line = self.lines[n]
        accounts = [ifi for kind, ifi in line.personas if kind == "account"]
        words: set[Hashable] = {("persona", ifi) for ifi in accounts if is_word(ifi.partition(" ")[2])}
        return words | ({("custom_id", line.custom_id)} if is_word(line.custom_id) else set())

    def custom_ids_of(self, numbers: Iterable[int]) -> set[str]:
        return {c for n in numbers if (c := self.lines[n].custom_id) is not None}

    def custom_ids_named(self, numbers: Iterable[int]) -> set[str]:
        """Previous ones too."""
        previous = {c for n in numbers if (c := self.lines[n].previous_custom_id) is not None}
        return previous | self.custom_ids_of(numbers)

    def claims_of(self, component: _Component) -> list[str]:
        """The personas the component keeps, by position, each once."""
        return list(dict.fromkeys(ifi for n in component.lines for ifi in self.claims[n]))

    def lines_of_targets(self) -> Iterator[tuple[int, list[int]]]:
        """(target, all its lines by position): several components may have one target."""
        targets = dict.fromkeys(c.target for c in self.components if c.target is not None)
        for target in targets:
            yield target, sorted(n for c in self.components if c.target == target for n in c.lines)

    # -- the steps -----------------------------------------------------------------------------------------

    def step_1_words_for_nothing(self) -> None:
        """A word is an id only beside another one that all its lines have, nobody else's, and who has it now; of an
        agent of whom nothing else is known, the name decides.
        """
        for word in {word for n in self.numbers for word in self.words_of(n)}:
            numbers = [n for n in self.numbers if word in self.words_of(n)]
            kind, text = cast("tuple[str, str]", word)
            of = self.world.holder_of_custom_id if kind == "custom_id" else self.world.holder_of_persona
            holder = of(text)
            if holder is not None and self.world.is_agent(holder):
                names = {cell.lower() if isinstance(cell := self.lines[n].name, str) else None for n in numbers}
                holder = None if names == {(self.world.people[holder].name or "").lower()} else holder
            shared = set.intersection(*(self.ids_of(n, self.named(n)) - self.words_of(n) for n in numbers))
            if not any(self.vouches(one, holder) for one in shared):
                self.nobodys_ids.add(word)

    def vouches(self, one: Hashable, holder: int | None) -> bool:
        """Whether an id is that of who has a word now; or, if nobody has, will be that of whose lines they are."""
        kind, text = cast("tuple[str, str]", one)
        if kind == "custom_id":
            return holder is None or self.world.people[holder].custom_id == text
        if len(self.custom_ids_of(n for n in self.numbers if text in self.named(n))) > 1:
            return False
        owner = self.world.holder_of_persona(text)
        if holder is not None or owner is None:
            return owner == holder
        return self.world.people[owner].known_as is None and not self.world.personas[text].pinned

    def step_1_and_2_bad_components(self) -> None:
        for numbers in self.components_of(self.numbers):
            own_problems = {n: problem for n in numbers if (problem := self.own_problem(n))}
            if own_problems:
                self.reject(numbers, "linked_to_bad_line")
                for n, problem in own_problems.items():
                    self.reject([n], problem)
                self.protected_custom_ids |= self.custom_ids_named(numbers)

    def own_problem(self, n: int) -> str | None:
        line = self.lines[n]
        if line.custom_id is None and line.previous_custom_id:
            return "bad"
        if self.words_of(n) & self.nobodys_ids:
            return "nobodys_id"
        if line.bad or (line.custom_id is None and not line.personas and not line.had):
            return "bad"
        groups = line.groups if isinstance(line.groups, tuple) else ()
        if not self.options.create_groups and not set(groups) <= set(self.world.groups):
            return "unknown_group"
        return None

    def step_3_contested(self) -> None:
        for numbers in self.components_of(self.not_rejected()):
            if len(self.custom_ids_of(numbers)) < 2:
                continue
            if self.options.contested == "reject":
                self.reject(numbers, "contested")
                self.protected_custom_ids |= self.custom_ids_named(numbers)
                continue
            for ifi in {ifi for n in numbers for ifi in self.claims[n]}:
                claiming = [n for n in numbers if ifi in self.claims[n]]
                if self.options.contested == "last-line":
                    losing = claiming[:-1]
                else:
                    one_owner = len({self.lines[n].custom_id for n in claiming}) == 1
                    agreed = one_owner and self.lines[claiming[0]].custom_id is not None
                    losing = claiming if len(claiming) > 1 and not agreed else []
                for n in losing:
                    self.claims[n].remove(ifi)
                    self.lost_as_contested[n].add(ifi)
            nobody = [n for n in numbers if self.lines[n].custom_id is None and not self.claims[n]]
            self.reject(nobody, "contested")

        # The components are taken again.
        for numbers in self.components_of(self.not_rejected()):
            custom_ids = self.custom_ids_of(numbers)
            assert len(custom_ids) <= 1, custom_ids
            self.components.append(_Component(numbers, next(iter(custom_ids), None)))

    def step_3_renames(self) -> None:
        """All at once, before anything else is resolved; `before` is from then on the world with the new custom_ids."""
        holder = self.world.holder_of_custom_id
        asked = set()
        for n in self.not_rejected():
            old, new = self.lines[n].previous_custom_id, self.lines[n].custom_id
            if old is not None and new is not None and old != new and not self.is_carried_out(old, new):
                asked.add((old, new))
        whose: dict[tuple[str, str], int] = {}
        for old, new in asked:
            former = self.world.former_holders(old) if holder(new) is None else []
            for who in [holder(old), *former][:2]:
                if who is not None:
                    whose.setdefault((old, new), who)
        renames = set(whose)
        settled = {(old, new) for old, new in asked - renames if holder(new) is not None}
        olds, news = [old for old, _ in renames], [new for _, new in renames]
        stated = self.custom_ids_of(self.not_rejected())
        not_understood = self.custom_ids_named([n for n in self.numbers if self.is_rejected(n)])
        wrong: set[str | None] = {new for old, new in renames if old in not_understood}
        for old, new in asked - settled:
            if old in stated and ((old, new) not in renames or old not in news):
                wrong |= {old, new}
        for old, new in renames:
            if olds.count(old) > 1 or news.count(new) > 1 or (holder(new) is not None and new not in olds):
                wrong.add(new)
        held = {old for old in olds if holder(old) is not None}
        while more := self.also_wrong(renames, settled, wrong, held) - wrong:
            wrong |= more

        for component in list(self.components):
            if component.custom_id in wrong:
                self.reject(component.lines, "rename_conflict")
                self.protected_custom_ids |= self.custom_ids_named(component.lines)
                self.components.remove(component)
        people = {whose[old, new]: (old, new) for old, new in renames if new not in wrong}
        for person_id, (old, new) in people.items():
            self.world.people[person_id].custom_id = new
            self.world.people[person_id].former_custom_id = None
            self.renamed[person_id] = old
        self.before = self.world.copy()

    def is_carried_out(self, old: str, new: str) -> bool:
        """Whether this source has said so before of the person who has the new custom_id."""
        person_id = self.world.holder_of_custom_id(new)
        said = self.world.sayings.get((person_id or 0, self.options.source), Saying())
        return said.previous_custom_id == old

    @staticmethod
    def also_wrong(
        renames: set[tuple[str, str]],
        settled: set[tuple[str, str]],
        wrong: set[str | None],
        held: set[str],
    ) -> set[str | None]:
        """A custom_id that is not given away cannot be got; and what a rejected line names as a previous one, which
        nobody has, nobody gets, or the same line would be a rename the next time.
        """
        found: set[str | None] = {
            new for _, new in renames if any(o == new and o in held and n in wrong for o, n in renames)
        }
        return found | {old for old, new in settled if new in wrong}

    def step_3_former_ids(self) -> None:
        """A custom_id that somebody has lost is theirs again where the lines have their name, or an identifier that
        is or was theirs, or say that it is the previous one.
        """
        for component in list(self.components):
            if not self.is_former(component):
                continue
            former = self.before.former_holders(component.custom_id)
            person, claims = self.before.people[former[0]], self.claims_of(component)
            names = self.names_on(component)
            if (
                names & ({(person.name or "").lower()} | self.names_said_of(former[0]))
                or {ifi for ifi, _ in self.before.spells_of(former[0])} & set(claims)
                or any(self.lines[n].previous_custom_id == component.custom_id for n in component.lines)
            ):
                component.rehired = former[0]
            elif names or claims:
                self.refuse(component, "former_id")

    def names_on(self, component: _Component) -> set[str]:
        """The names that its lines say, without regard to letter case."""
        return {name.lower() for n in component.lines if isinstance(name := self.lines[n].name, str)}

    def names_said_of(self, person_id: int) -> set[str]:
        """The names that lines without custom_id say of whose identifiers they have: they will be the person's."""
        return {
            name
            for component in self.components
            if component.custom_id is None and self.known_holders(component) == {person_id}
            for name in self.names_on(component)
        }

    def known_holders(self, component: _Component) -> set[int]:
        """Who has the component's personas, of those who have or had a custom_id."""
        holders = {self.before.holder_of_persona(ifi) for ifi in self.claims_of(component)}
        return {h for h in holders if h is not None and self.before.people[h].known_as is not None}

    def step_3_near_ids(self) -> None:
        """A new custom_id that is nearly somebody's takes nothing from them, unless theirs is on a line too."""
        stand = {c.custom_id for c in self.components if c.rehired is not None or not self.is_former(c)}
        for component in list(self.components):
            custom_id = component.custom_id
            if not self.before.is_new(custom_id) or custom_id in self.options.accept_near:
                continue
            for who in self.before.nearly(custom_id):
                person = self.before.people[who]
                if person.personas & set(self.claims_of(component)) and person.known_as not in stand:
                    self.refuse(component, "near_custom_id")
                    break

    def is_former(self, component: _Component) -> bool:
        """Whether its custom_id is one that somebody has lost."""
        is_new = component.custom_id in self.options.new_person
        return not is_new and bool(self.before.former_holders(component.custom_id))

    def refuse(self, component: _Component, code: str) -> None:
        self.reject(component.lines, code)
        self.protected_custom_ids |= self.custom_ids_named(component.lines)
        self.components.remove(component)

    def step_4_whose(self) -> None:
        for component in list(self.components):
            if component.custom_id is not None:
                continue
            known = self.known_holders(component)
            if len(known) > 1:
                self.reject(component.lines, "ambiguous")
                self.components.remove(component)
            else:
                component.owner = next(iter(known), None) or self.found_by_times(component)

    def found_by_times(self, component: _Component) -> int | None:
        """Of a line that names nobody: who has had just what it says, of those without custom_id."""
        line = self.lines[component.lines[0]]
        if line.personas:
            return None
        found = {
            spell.person
            for had in line.had
            for spell in self.before_spells(had.ifi)
            if (spell.begins, spell.ends) == (had.begins, had.until)
            and self.before.people[spell.person].custom_id is None
            and self.before.people[spell.person].former_custom_id == line.former_custom_id
        }
        return next(iter(found)) if len(found) == 1 else None

    def step_5_pins(self) -> None:
        for component in self.components:
            holders = [h for ifi in self.claims_of(component) if (h := self.before.holder_of_persona(ifi)) is not None]
            person = self.owner_of(component)
            if component.custom_id is None and component.owner is None:
                person = next(iter(holders), None)
            for ifi in self.claims_of(component):
                persona = self.before.personas.get(ifi)
                if persona is not None and persona.pinned and persona.owner != person:
                    self.lose(component, ifi, self.lost_as_pinned)

    def lose(self, component: _Component, ifi: str, lost: dict[int, set[str]]) -> None:
        for n in component.lines:
            if ifi in self.claims[n]:
                self.claims[n].remove(ifi)
                lost[n].add(ifi)

    def step_5_takeovers(self) -> None:
        confirmed = self.custom_ids_named(self.not_rejected())
        for component in self.components:
            for ifi in self.claims_of(component):
                holder = self.before.holder_of_persona(ifi)
                custom_id = self.before.people[holder].known_as if holder is not None else None
                if holder is None or custom_id is None or holder == self.owner_of(component):
                    continue
                if component.custom_id is None and component.owner is None:
                    continue
                formerly = self.before.people[holder].custom_id is None
                somebody_elses = formerly and self.before.holder_of_custom_id(custom_id) is not None
                if (
                    (custom_id in self.protected_custom_ids and not somebody_elses)
                    or self.options.takeovers == "leave"
                    or (self.options.takeovers == "confirmed" and not formerly and custom_id not in confirmed)
                ):
                    self.lose(component, ifi, self.lost_as_takeover)

    def step_5_moments(self) -> None:
        """Since when; what begins later than this import stays for now."""
        named = self.custom_ids_named(self.not_rejected())
        was_here = self.given_by_a_snapshot()
        for component in self.components:
            owner = self.owner_of(component)
            claims = self.claims_of(component)
            holders = {ifi: self.before.holder_of_persona(ifi) for ifi in claims}
            known = [holder for holder in holders.values() if holder is not None]
            nameless = component.custom_id is None and component.owner is None
            arrives = owner is None or component.rehired is not None
            is_new = self.options.takeovers == "split" and arrives and not (nameless and known)
            since = latest(self.lines[n].since for n in component.lines) if is_new else None
            for ifi in claims:
                holder = holders[ifi]
                if holder is not None and holder in (owner, known[0] if nameless else None):
                    continue
                custom_id = None if holder is None else self.before.people[holder].known_as
                formerly = holder is not None and self.before.people[holder].custom_id is None
                own = latest(self.lines[n].since_of(ifi) for n in component.lines if ifi in self.claims[n])
                is_to_come = since is not None and since > self.moment
                is_spoken_of = custom_id is not None and (custom_id in named or holder in was_here)
                counts = is_to_come or not is_spoken_of
                begins = latest([own, since if counts else None])
                if counts and formerly and since is not None and holder is not None and not is_to_come:
                    left = self.before.people[holder].lost_at
                    begins = latest([begins, None if left is None else min(left, self.moment)])
                splits = self.options.takeovers == "split" or formerly
                if begins is None and custom_id is not None and splits:
                    begins = self.moment
                if begins is not None and begins > self.moment:
                    self.lose(component, ifi, self.lost_as_early)
                elif begins is not None:
                    self.begins[ifi] = begins

    def given_by_a_snapshot(self) -> set[int]:
        """Who was still there last time, by all that this source has: a newcomer's time begins after that."""
        if not self.options.snapshot or self.options.leavers == "keep":
            return set()
        return {who for who, source in self.before.sayings if source == self.options.source}

    def is_dated(self, ifi: str) -> bool:
        """Whether it is the component's only from a moment on."""
        return self.begins.get(ifi, ALWAYS) > self.before.personas[ifi].begins

    def step_6_targets(self) -> None:
        claims = {component.lines[0]: self.claims_of(component) for component in self.components}
        adopted: set[int] = set()
        for component in sorted(self.components, key=lambda c: c.lines[0]):
            self.find_target(component, adopted)
        self.step_6_ended_times(claims)
        for component in self.components:
            if component.target is None and not component.waits:
                if self.claims_of(component) or any(self.had[n] for n in component.lines):
                    component.target = self.world.add_person(component.custom_id)
                else:
                    self.settle_without_target(component)
            if component.target is not None:
                for n in component.lines:
                    self.fates[n] = ACCEPTED

    def find_target(self, component: _Component, adopted: set[int]) -> None:
        """Who of those that are there it is."""
        claims = self.claims_of(component)
        owner = self.owner_of(component)
        known = [(h, ifi) for ifi in claims if (h := self.before.holder_of_persona(ifi)) is not None]
        nameless = next((h for h, ifi in known[:1] if self.before.people[h].known_as is None), None)
        if known and component.custom_id is not None and self.is_dated(known[0][1]):
            nameless = None
        if component.rehired is not None and self.is_to_come(component):
            self.wait(component)
            component.waits = True
        elif owner is not None:
            component.target = owner
            if component.rehired is not None:
                self.world.people[owner].custom_id = component.custom_id
                self.world.people[owner].former_custom_id = None
        elif nameless is not None and component.custom_id is None:
            component.target = nameless
        elif nameless is not None and nameless not in adopted and not self.before.has_pins(nameless):
            component.target = nameless
            adopted.add(nameless)
            for n in component.lines:  # what begins later is theirs already
                self.lost_as_early[n] -= self.before.people[nameless].personas
            self.world.people[nameless].custom_id = component.custom_id

    def step_6_ended_times(self, claims: Mapping[int, list[str]]) -> None:
        """What was somebody else's then, or will be by other lines, was not theirs; nor what has not ended yet. Whoever
        has no custom_id, and gets nothing by these lines, gives up that time.
        """
        said = [(c, n, had) for c in self.components for n in c.lines for had in self.lines[n].had]
        targets = {component.target for component in self.components}
        for component, n, had in said:
            person = component.person
            of_others = [
                spell
                for spell in self.before_spells(had.ifi)
                if spell.person != person
                and had.overlaps(spell.begins, self.ends_then(had.ifi, spell, claims[component.lines[0]]))
                and not self.gives_up(had.ifi, spell.person, targets)
            ]
            claimed = [
                other
                for other in self.components
                if other is not component and had.ifi in claims[other.lines[0]]
                and self.claim_begins(had.ifi) < had.until
                and (person is None or other.person != person)
            ]
            told = [
                other
                for other, _, theirs in said
                if other is not component and theirs.ifi == had.ifi and had.overlaps(theirs.begins, theirs.until)
                and (person is None or other.person != person)
            ]
            if of_others or claimed or told:
                self.lost_as_had[n].add(had.ifi)
            if had.until > self.moment:
                self.lost_as_ending[n].add(had.ifi)
            if of_others or claimed or told or had.until > self.moment:
                self.had[n].remove(had)

    def before_spells(self, ifi: str) -> list[Spell]:
        return self.before.personas[ifi].spells() if ifi in self.before.personas else []

    def claim_begins(self, ifi: str) -> datetime:
        """From when on a persona is theirs who claim it."""
        begins = self.before.personas[ifi].begins if ifi in self.before.personas else ALWAYS
        return max(begins, self.begins.get(ifi, ALWAYS))

    def ends_then(self, ifi: str, spell: Spell, claims: Sequence[str]) -> datetime:
        """Up to when somebody has a persona once these claims on it are carried out."""
        if spell.ends != NEVER or ifi not in claims:
            return spell.ends
        begins = self.claim_begins(ifi)
        return begins if self.is_dated(ifi) and self.keeps_the_past(ifi, begins) else ALWAYS

    def gives_up(self, ifi: str, person_id: int, targets: set[int | None]) -> bool:
        """Whether somebody lets a time go that another is said to have had the persona in."""
        is_known = self.before.people[person_id].known_as is not None
        return not is_known and person_id not in targets and not self.before.personas[ifi].pinned

    def owner_of(self, component: _Component) -> int | None:
        """The person whose custom_id it is, or was."""
        if component.rehired is not None:
            return component.rehired
        return self.before.holder_of_custom_id(component.custom_id) if component.custom_id else component.owner

    def is_to_come(self, component: _Component) -> bool:
        """Whether it says, and that counts, that its person is not there yet."""
        since = latest(self.lines[n].since for n in component.lines)
        return self.options.takeovers == "split" and since is not None and since > self.moment

    def wait(self, component: _Component) -> None:
        for n in component.lines:
            self.fates[n] = WAITING
            self.claims[n] = []

    def settle_without_target(self, component: _Component) -> None:
        """A custom_id that nobody has, and no persona (left)."""
        if any(self.lost_as_early[n] | self.lost_as_ending[n] for n in component.lines):
            self.wait(component)
        elif any(self.lost_as_contested[n] for n in component.lines):
            self.reject(component.lines, "contested")
        elif any(self.lost_as_had[n] for n in component.lines):
            self.reject(component.lines, "spell_left_nothing")
        elif any(self.lost_as_pinned[n] for n in component.lines):
            self.reject(component.lines, "pin_left_nothing")
        elif any(self.lost_as_takeover[n] for n in component.lines):
            self.reject(component.lines, "takeover_left_nothing")
        else:
            self.wait(component)

    def step_7_move(self) -> None:
        for component in self.components:
            for ifi in self.claims_of(component):
                assert component.target is not None
                self.give(ifi, component.target, self.begins.get(ifi, ALWAYS))

    def step_7_ended_times(self) -> None:
        for component in self.components:
            for had in [had for n in component.lines for had in self.had[n]]:
                if component.target is not None:
                    persona = self.world.personas.setdefault(had.ifi, Persona(had.kind, None))
                    for spell in persona.spells():
                        if spell.person != component.target and had.overlaps(spell.begins, spell.ends):
                            self.carve(had, spell)
                    self.put(persona, Spell(had.begins, had.until, component.target))

    def carve(self, had: Had, spell: Spell) -> None:
        """Somebody gives up a time in which a persona was another's. Of the rest they keep that in which something was
        said; and what is theirs now, if any source has given them.
        """
        persona = self.world.personas[had.ifi]
        is_given = any(who == spell.person for who, _ in self.before.sayings)
        if spell.ends == NEVER:
            persona.owner, persona.begins = None, had.until
            self.world.people[spell.person].personas.remove(had.ifi)
        else:
            persona.ended.remove(spell)
        for begins, ends in ((spell.begins, had.begins), (had.until, spell.ends)):
            is_kept = self.world.is_stated_between(had.ifi, begins, ends) or (is_given and ends == NEVER)
            if begins < ends and is_kept:
                self.world.fill(had.ifi, Spell(begins, ends, spell.person))

    @staticmethod
    def put(persona: Persona, spell: Spell) -> None:
        """A time more that was somebody's: one with those that it touches."""
        if persona.owner is None:
            persona.begins = max(persona.begins, spell.ends)
        theirs = [one for one in persona.spells() if one.person == spell.person]
        touching = [one for one in theirs if one.begins <= spell.ends and spell.begins <= one.ends]
        begins = min(one.begins for one in [*touching, spell])
        ends = max(one.ends for one in [*touching, spell])
        persona.ended = [one for one in persona.ended if one not in touching]
        if ends == NEVER:
            persona.begins = begins
        else:
            persona.ended.append(Spell(begins, ends, spell.person))

    def give(self, ifi: str, person_id: int, begins: datetime) -> None:
        """From then on; not from before whoever has it has had it."""
        if ifi not in self.world.personas:
            self.world.personas[ifi] = Persona(self.kinds[ifi], person_id, begins=begins)
        elif self.world.personas[ifi].owner != person_id:
            if self.let_go(ifi, begins, keeps=self.keeps_the_past(ifi, begins)):
                self.split.add(ifi)
            self.world.personas[ifi].owner = person_id
            self.go_on(self.world.personas[ifi], person_id)
        self.world.people[person_id].personas.add(ifi)

    def go_on(self, persona: Persona, person_id: int) -> None:
        """Who has had it up to then has it on."""
        for spell in [*persona.ended]:
            if spell.person == person_id and spell.ends == persona.begins:
                persona.ended.remove(spell)
                persona.begins = spell.begins

    def keeps_the_past(self, ifi: str, ends: datetime) -> bool:
        """Whether who has it has had it up to then, whatever was said: all but who is nobody but for what was said."""
        persona = self.before.personas[ifi]
        if persona.owner is None or self.before.people[persona.owner].known_as is not None:
            return True
        return self.world.is_stated_between(ifi, persona.begins, ends)

    def let_go(self, ifi: str, ends: datetime, *, keeps: bool = True) -> bool:
        """Nobody has it from then on. Out: whether somebody had it before."""
        persona = self.world.personas[ifi]
        holder, begins = persona.owner, persona.begins
        persona.owner, persona.begins = None, max(begins, ends)
        if holder is None:
            return False
        self.world.people[holder].personas.remove(ifi)
        if ends > begins and keeps:
            persona.ended.append(Spell(begins, ends, holder))
        return ends > begins and keeps

    def step_8_values(self) -> None:
        for target, numbers in self.lines_of_targets():
            person = self.world.people[target]
            said = self.world.sayings.setdefault((target, self.options.source), Saying())
            if target not in self.before.people:
                former = [self.lines[n].former_custom_id for n in numbers if not person.custom_id]
                person.former_custom_id = max((one for one in former if one is not None), default=None)
                person.lost_at = None if person.former_custom_id is None else self.moment
                created = [self.lines[n].created for n in numbers]
                person.created = min((one for one in created if one is not None), default=None)
            name = last(self.lines[n].name for n in numbers)
            image_url = last(self.lines[n].image_url for n in numbers)
            if name is not None and not (self.options.keep_edits and name == said.name):
                person.name = None if isinstance(name, Delete) else name
            if image_url is not None and not (self.options.keep_edits and image_url == said.image_url):
                person.image_url = None if isinstance(image_url, Delete) else image_url
            said.name = said.name if name is None else name
            said.image_url = said.image_url if image_url is None else image_url
            previous = [self.lines[n].previous_custom_id for n in numbers]
            previous = [old for n, old in zip(numbers, previous, strict=True) if old != self.lines[n].custom_id]
            known = [old for old in (self.renamed.get(target), said.previous_custom_id) if old and old in previous]
            olds = [*known, *(old for old in reversed(previous) if old is not None)]
            said.previous_custom_id = olds[0] if olds else said.previous_custom_id

    def step_8_groups(self) -> None:
        protected = self.named_by_rejected_lines()
        source = self.options.source
        for target, numbers in self.lines_of_targets():
            memberships = self.world.people[target].memberships
            cells = [cell for n in numbers if (cell := self.lines[n].groups) is not None]
            groups = {group for cell in cells if isinstance(cell, tuple) for group in cell}
            for group in groups - set(self.world.groups):
                self.world.add_group(group)
                self.groups_created.add(group)
            takes_away = DELETE in cells or (self.options.groups == "replace" and cells)
            if takes_away and target not in protected:
                for group, given_by in sorted(memberships):
                    if given_by == source and group not in groups:
                        memberships.remove((group, given_by))
                        self.memberships_removed.add((target, group, given_by))
            memberships |= {(group, source) for group in groups}

    def step_9_replace(self) -> None:
        if self.options.personas != "replace":
            return
        named = {ifi for n in self.numbers for ifi in self.named(n)}
        named |= {had.ifi for line in self.lines for had in line.had}
        kinds_of_the_batch = kinds_of(self.lines) | self.kinds_elsewhere
        protected = self.named_by_rejected_lines()
        for target, numbers in self.lines_of_targets():
            if target in protected or not any(self.claims[n] for n in numbers):
                continue
            for ifi in sorted(self.world.people[target].personas - named):
                persona = self.world.personas[ifi]
                if feed_kind(persona.kind, ifi) in kinds_of_the_batch and not persona.pinned:
                    self.dropped.add(ifi)
                    self.drop(ifi, splits=self.options.takeovers == "split")

    def drop(self, ifi: str, *, splits: bool) -> None:
        persona = self.world.personas[ifi]
        ends = max(persona.begins, self.moment) if splits else persona.begins
        is_stated = self.world.is_stated(ifi, ends)
        self.let_go(ifi, ends)
        if is_stated:
            self.world.fill(ifi, Spell(ends, NEVER, self.world.add_person(name=persona.agent_name)))
        elif not splits and not persona.ended:
            del self.world.personas[ifi]

    def step_10_emptied_people(self) -> None:
        for person_id, person in list(self.world.people.items()):
            if not person.personas and not self.world.has_had_one(person_id):
                del self.world.people[person_id]
        self.world.sayings = {who: said for who, said in self.world.sayings.items() if who[0] in self.world.people}

    def step_11_leavers(self) -> None:
        """Of a snapshot: the people whom this source gave before, and whom no line names."""
        if not self.options.snapshot:
            return
        self.unknown = [n for n in self.numbers if self.is_rejected(n) and self.may_be_anybodys(n)]
        if self.unknown or self.nobody_leaves:
            return
        source, world = self.options.source, self.world
        named = {c.target for c in self.components}
        named |= {
            person
            for n in self.numbers
            if self.is_rejected(n)
            for person in (
                self.people_named(n) if self.fates[n].code != "takeover_left_nothing" else self.people_of_ids(n)
            )
        }
        named |= self.holders_of(self.lost_as_pinned)
        if self.options.contested == "leave":
            named |= self.holders_of(self.lost_as_contested)
        self.leavers = {who for who, given_by in world.sayings if given_by == source and who not in named}
        for who in self.leavers if self.options.leavers != "keep" else ():
            person = world.people[who]
            for group, given_by in sorted(person.memberships):
                if given_by == source:
                    person.memberships.remove((group, given_by))
                    self.memberships_removed.add((who, group, given_by))
            del world.sayings[who, source]
            others = [given_by for given, given_by in world.sayings if given == who]
            if self.options.leavers == "release" and not others and person.custom_id is not None:
                person.former_custom_id, person.custom_id, person.lost_at = person.custom_id, None, self.moment
                self.released.add(who)

    def may_be_anybodys(self, n: int) -> bool:
        """Whether nobody can tell whose a rejected line is."""
        line = self.lines[n]
        if line.ragged or is_word(line.custom_id):
            return True
        if self.people_of_ids(n):
            return False
        return bool(self.world.nearly(line.custom_id)) if line.custom_id is not None else not self.people_named(n)

    def people_named(self, n: int) -> set[int]:
        """Whom a line names, by custom_id, previous custom_id or persona, as it is now."""
        holders = {self.world.holder_of_persona(ifi) for ifi in self.named(n)}
        return {holder for holder in holders if holder is not None} | self.people_of_ids(n)

    def people_of_ids(self, n: int) -> set[int]:
        """The same without personas. Of an id that nobody has: those who had it."""
        found = set()
        for custom_id in self.custom_ids_named([n]):
            holder = self.world.holder_of_custom_id(custom_id)
            found |= {holder} if holder is not None else set(self.world.former_holders(custom_id))
        return found

    def holders_of(self, lost: dict[int, set[str]]) -> set[int]:
        holders = {self.world.holder_of_persona(ifi) for ifis in lost.values() for ifi in ifis}
        return {holder for holder in holders if holder is not None}

    def named_by_rejected_lines(self) -> set[int]:
        """Step 11: the people from whom nothing is taken away, since a line that speaks of them was rejected.

        Who holds a persona is asked after the moves: a rejected line speaks of whoever has the persona now,
        and speaks of the same person when the same file comes again.
        """
        return {person for n in self.numbers if self.is_rejected(n) for person in self.people_named(n)}

    # -- what it came to -----------------------------------------------------------------------------------

    def outcome(self) -> Outcome:
        before, after = self.before, self.world
        new_people = set(after.people) - set(before.people)
        gone_people = set(before.people) - set(after.people)
        updated = {
            person_id
            for person_id in set(before.people) & set(after.people)
            if values_of(before.people[person_id]) != values_of(after.people[person_id]) or person_id in self.renamed
        }

        created_personas = set(after.personas) - set(before.personas)
        moved = {
            ifi: (before.personas[ifi].owner, after.personas[ifi].owner)
            for ifi in set(before.personas) & set(after.personas)
            if before.personas[ifi].owner != after.personas[ifi].owner
        }
        dropped = self.dropped | {ifi for ifi, (giver, taker) in moved.items() if giver is not None and taker is None}
        claimed: set[str] = set()
        taken: set[str] = set()
        for ifi, (giver, taker) in moved.items():
            if ifi not in self.dropped and ifi not in self.split and taker is not None:
                (claimed if giver is None or before.people[giver].known_as is None else taken).add(ifi)
        takeovers = set()
        for ifi in taken:
            giver, taker = moved[ifi]
            assert giver is not None
            assert taker is not None
            giver_id, taker_id = before.people[giver].known_as, after.people[taker].known_as
            assert giver_id is not None
            assert taker_id is not None
            takeovers.add(Takeover(ifi, giver_id, taker_id, before.people[giver].custom_id is None))

        left = set()
        for n in self.not_rejected():
            left |= self.lost_as_takeover[n] | self.lost_as_pinned[n] | self.lost_as_early[n]
            left |= self.lost_as_had[n] | self.lost_as_ending[n]
            if self.options.contested == "leave":
                left |= self.lost_as_contested[n]

        memberships_before = memberships_of(before)
        added = memberships_of(after) - memberships_before
        removed = {row for row in memberships_before & self.memberships_removed if row[0] in after.people}
        gone = {row for row in memberships_before if row[0] not in after.people and row[2] != self.options.source}

        changed_people = new_people | gone_people | updated | {p for p, _, _ in added | removed}
        changed_people |= {person_id for pair in moved.values() for person_id in pair if person_id is not None}
        changed_people |= {owner for ifi in created_personas if (owner := after.personas[ifi].owner) is not None}
        changed_people |= {owner for ifi in self.dropped if (owner := before.personas[ifi].owner) is not None}
        changed_people |= {spell.person for _, spell in spells_of(before) ^ spells_of(after)}
        unchanged = [
            n
            for component in self.components
            if component.target is not None and component.target not in changed_people
            for n in component.lines
        ]

        pending_people = set()
        for ifi, persona in after.personas.items():
            for statement in persona.statements:
                was, now = (world.personas[ifi].spell_at(before.at(statement)) for world in (before, after))
                assert was is not None
                assert now is not None
                if statement not in before.voided and was.person != now.person:
                    pending_people |= {was.person, now.person}
        pending_groups = set()
        for world in (before, after):
            for person_id in pending_people & set(world.people):
                pending_groups |= world.people[person_id].member_of()
        for group in after.groups:
            if before.direct_members(group) != after.direct_members(group):
                pending_groups.add(group)
        pending_groups = after.with_ancestors(pending_groups)

        fates = [self.fates[n] for n in self.numbers]
        return Outcome(
            fates=fates,
            counts=Counts(
                rows=len(fates),
                rejected=sum(fate.kind == "rejected" for fate in fates),
                waiting=sum(fate.kind == "waiting" for fate in fates),
                unchanged=len(unchanged),
                people_created=len(new_people),
                people_updated=len(updated),
                people_deleted=len(gone_people),
                personas_created=len(created_personas),
                personas_claimed=len(claimed),
                personas_taken=len(taken),
                personas_split=len(self.split),
                personas_dropped=len(dropped),
                personas_left=len(left),
                groups_created=len(self.groups_created),
                memberships_added=len(added),
                memberships_removed=len(removed),
                memberships_of_others=len(gone),
                leavers_people=len(self.leavers),
                leavers_released=len(self.released),
                leavers_held=len(self.unknown),
                pending_people=len(pending_people),
                pending_groups=len(pending_groups),
            ),
            left=left,
            takeovers=takeovers,
            pending_people=pending_people,
            pending_people_before=personas_of(before, pending_people),
            pending_people_after=personas_of(after, pending_people),
            pending_groups=pending_groups,
            unknown=self.unknown,
        )


def connected(numbers: Iterable[int], keys: Callable[[int], set[Hashable]]) -> list[list[int]]:
    """Numbers that share a key, directly or through others; each list ascending, the lists by their first."""
    found: list[tuple[list[int], set[Hashable]]] = []
    for n in numbers:
        members, shared = [n], keys(n)
        apart = []
        for other_members, other_keys in found:
            if other_keys & shared:
                members, shared = members + other_members, shared | other_keys
            else:
                apart.append((other_members, other_keys))
        found = [*apart, (members, shared)]
    return sorted(sorted(members) for members, _ in found)


def is_word(text: str | None) -> bool:
    return text is not None and text.lower() in WORDS


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    """The last of them that is one."""
    return max((moment for moment in moments if moment is not None), default=None)


def last(cells: Iterable[Cell]) -> Cell:
    """The last that is not blank."""
    found: Cell = None
    for cell in cells:
        found = found if cell is None else cell
    return found


def near(custom_id: str) -> str:
    """The form under which ids coincide, as far as the worlds' ids go: letter case, compatible characters, armour,
    zeros in front, `.0`.
    """
    return normalize("NFKC", custom_id).lower().removeprefix("=").strip("\"'").removesuffix(".0").lstrip("0")


def feed_kind(kind: str, ifi: str) -> tuple[str, str]:
    """What a batch must have at all before it can be missing: the kind; for an account, its homePage too."""
    return (kind, ifi.partition(" ")[0] if kind == "account" else "")


def kinds_of(lines: Iterable[Line]) -> set[tuple[str, str]]:
    """The kinds that these lines have at all, rejected and bad ones included."""
    return {feed_kind(kind, ifi) for line in lines for kind, ifi in line.personas}


def spells_of(world: World) -> set[tuple[str, Spell]]:
    return {(ifi, spell) for ifi, persona in world.personas.items() for spell in persona.spells()}


def values_of(person: Person) -> tuple[str | None, str | None, str | None]:
    return (person.custom_id, person.name, person.image_url)


def memberships_of(world: World) -> set[tuple[int, str, str]]:
    return {(i, group, source) for i, person in world.people.items() for group, source in person.memberships}


def personas_of(world: World, people: Iterable[int]) -> set[frozenset[str]]:
    """What each of these people has for personas in this world; the empty set for one who is not in it."""
    return {frozenset(world.people[i].personas if i in world.people else ()) for i in people}
