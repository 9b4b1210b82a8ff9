"""Random small worlds and batches for them, and how they are written as files.

Pools are tiny, so that lines collide, personas are taken to and fro and people are emptied. A `Story` is what
happens to one organisation from the beginning: who is there, what was stated, which batches come in. Stories
know nothing of each other once they are `prefixed`, so thousands of them can go through one import.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st
from model import DELETE, Cell, Delete, Line, Options, World

PERSONAS: tuple[tuple[str, str], ...] = (
    ("mbox", "mailto:ada@example.com"),
    ("mbox", "mailto:bob@example.com"),
    ("account", "https://lms.example.org u1"),
    ("account", "https://lms.example.org u2"),
    ("account", "https://hr.example.org u1"),
    ("mbox_sha1sum", "cc1e39b02974c5d21e792d7febcaa6018bb6c574"),
    ("openid", "https://id.example.org/ada"),
)
CUSTOM_IDS = ("A", "B", "C", "D")
GROUPS = ("sales", "north", "all", "new", "newer")
KNOWN_GROUPS = {"sales": {"all"}, "north": {"sales"}, "all": set[str]()}
SOURCES = ("people", "crm")
NAMES = ("Ada", "Bob", "Zoë", "<delete>")
INVALID_EMAIL = "not an address"


@dataclass(frozen=True)
class SomePerson:
    """A person who is there before the first batch."""

    custom_id: str | None
    name: str | None
    image_url: str | None
    personas: tuple[tuple[str, str], ...]
    memberships: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SomeStatement:
    id: str
    kind: str
    actor: str
    """The actor's ifi."""
    name: str | None
    """The agent's name."""
    voided: bool = False

    def as_json(self) -> dict[str, Any]:
        """The xAPI statement (the voiding one is another: `voiding`)."""
        return {
            "id": self.id,
            "actor": agent(self.kind, self.actor, self.name),
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": "https://lms.example.org/courses/1"},
            "timestamp": "2024-05-06T07:08:09Z",
        }

    def voiding(self, by: tuple[str, str]) -> dict[str, Any]:
        """The xAPI statement that voids this one; `by` (kind, ifi) is its actor."""
        return {
            "id": str_to_uuid("void " + self.id),
            "actor": agent(*by, None),
            "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
            "object": {"objectType": "StatementRef", "id": self.id},
            "timestamp": "2024-05-06T07:08:09Z",
        }


@dataclass(frozen=True)
class Batch:
    lines: tuple[Line, ...]
    options: Options


@dataclass(frozen=True)
class Story:
    """One organisation's life: statements first, then the people who are there, then batches."""

    statements: tuple[SomeStatement, ...]
    people: tuple[SomePerson, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    """(customId, its parents), parents before children or after."""
    batches: tuple[Batch, ...]

    def world(self) -> World:
        """The world before the first batch."""
        return world_of(self.people, self.statements, dict(self.groups))

    def prefixed(self, prefix: str) -> Story:
        """The same story with keys of its own; the prefix is letters and digits."""
        rename = Renaming(prefix)
        return Story(
            tuple(
                replace(s, id=str_to_uuid(prefix + s.id), actor=rename.ifi(s.kind, s.actor))
                for s in self.statements
            ),
            tuple(
                replace(
                    p,
                    custom_id=rename.text(p.custom_id),
                    personas=rename.personas(p.personas),
                    memberships=tuple((prefix + group, source) for group, source in p.memberships),
                )
                for p in self.people
            ),
            tuple((prefix + group, tuple(prefix + p for p in parents)) for group, parents in self.groups),
            tuple(Batch(tuple(rename.line(line) for line in b.lines), b.options) for b in self.batches),
        )


@dataclass(frozen=True)
class Renaming:
    """Gives the keys of one story a prefix, so that no other story has them."""

    prefix: str

    def text(self, text: str | None) -> str | None:
        return None if text is None else self.prefix + text

    def ifi(self, kind: str, ifi: str) -> str:
        if kind == "mbox":
            return ifi.replace("mailto:", "mailto:" + self.prefix, 1)
        if kind == "mbox_sha1sum":
            return hashlib.sha1((self.prefix + ifi).encode()).hexdigest()  # noqa: S324
        return ifi.replace("https://", f"https://{self.prefix}.", 1)

    def personas(self, personas: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple((kind, self.ifi(kind, ifi)) for kind, ifi in personas)

    def line(self, line: Line) -> Line:
        groups = line.groups
        return replace(
            line,
            custom_id=self.text(line.custom_id),
            personas=self.personas(line.personas),
            groups=tuple(self.prefix + g for g in groups) if isinstance(groups, tuple) else groups,
        )


def world_of(
    people: Iterable[SomePerson], statements: Iterable[SomeStatement], groups: dict[str, Iterable[str]]
) -> World:
    """The world with exactly these people; agents of statements whom nobody holds are people of their own."""
    world = World()
    for group, parents in groups.items():
        world.add_group(group, parents)
    for person in people:
        for group, _ in person.memberships:
            if group not in world.groups:
                world.add_group(group)
        world.add_person(
            person.custom_id, person.name, person.image_url, person.personas, person.memberships
        )
    for statement in statements:
        world.statement(statement.actor, statement.kind, statement.name, statement.id)
        if statement.voided:
            world.void(statement.id)
    return world


def set_up(people: Sequence[SomePerson]) -> list[Batch]:
    """The imports (one a source) that make these people of an empty organisation, or of one with only the
    statements' agents: the statements come first, these batches next."""
    sources = dict.fromkeys(["people", *(source for p in people for _, source in p.memberships)])
    return [
        Batch(
            tuple(
                Line(
                    p.custom_id,
                    p.personas,
                    DELETE if p.name is None else p.name,
                    DELETE if p.image_url is None else p.image_url,
                    tuple(group for group, given_by in p.memberships if given_by == source) or None,
                )
                for p in people
            ),
            Options(create_groups=True, source=source),
        )
        for source in sources
    ]


def str_to_uuid(text: str) -> str:
    """A statement id (a version 5 UUID in look) that is always the same for the same text."""
    h = hashlib.sha256(text.encode()).hexdigest()
    return f"{h[:8]}-{h[8:12]}-5{h[13:16]}-8{h[17:20]}-{h[20:32]}"


def agent(kind: str, ifi: str, name: str | None) -> dict[str, Any]:
    """The xAPI agent of a persona."""
    who: dict[str, Any] = {"objectType": "Agent"}
    if name is not None:
        who["name"] = name
    if kind == "account":
        home_page, _, account_name = ifi.partition(" ")
        who["account"] = {"homePage": home_page, "name": account_name}
    else:
        who[kind] = ifi
    return who


# -- files ---------------------------------------------------------------------------------------------------


def render_csv(lines: Sequence[Line]) -> str:
    """These lines as a people CSV with the canonical columns, one row a line, header first.

    Each line's personas stand in their order: its first in the columns without a number, its second in those
    with `_2`, … A bad line is one with an invalid address in a column after all others.
    """
    rounds = max([1, *(len(line.personas) for line in lines)])
    header = ["custom_id", "name", "image_url"]
    for number in range(1, rounds + 1):
        header += [_numbered(column, number) for column in PERSONA_COLUMNS]
    header += ["groups", f"email_{rounds + 1}"]
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
    writer.writeheader()
    for line in lines:
        row = {
            "custom_id": line.custom_id or "",
            "name": _cell(line.name),
            "image_url": _cell(line.image_url),
            "groups": _cell("|".join(line.groups) if isinstance(line.groups, tuple) else line.groups),
        }
        for number, (kind, ifi) in enumerate(line.personas, start=1):
            for column, value in persona_cells(kind, ifi).items():
                row[_numbered(column, number)] = value
        if line.bad:
            row[f"email_{rounds + 1}"] = INVALID_EMAIL
        writer.writerow(row)
    return text.getvalue()


PERSONA_COLUMNS = ("email", "mbox_sha1sum", "openid", "account_home_page", "account_name")


def persona_cells(kind: str, ifi: str) -> dict[str, str]:
    """Column -> cell of one persona."""
    if kind == "account":
        home_page, _, name = ifi.partition(" ")
        return {"account_home_page": home_page, "account_name": name}
    if kind == "mbox":
        return {"email": ifi.removeprefix("mailto:")}
    return {kind: ifi}


def render_statements(statements: Iterable[SomeStatement], voided_by: tuple[str, str]) -> str:
    """JSON Lines: every statement, and a voiding one (by that agent) after each that is voided."""
    found: list[dict[str, Any]] = []
    for statement in statements:
        found.append(statement.as_json())
        if statement.voided:
            found.append(statement.voiding(voided_by))
    return "".join(json.dumps(statement) + "\n" for statement in found)


def arguments(options: Options) -> list[str]:
    """The options as `import-people` takes them."""
    return [
        *("--contested", options.contested),
        *("--takeovers", options.takeovers),
        *("--personas", options.personas),
        *("--groups", options.groups),
        *(["--create-groups"] if options.create_groups else []),
        *("--source", options.source),
    ]


def _numbered(column: str, number: int) -> str:
    return column if number == 1 else f"{column}_{number}"


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Delete):
        return "<delete>"
    return "\\<delete>" if cell == "<delete>" else cell


# -- strategies ----------------------------------------------------------------------------------------------

_values: st.SearchStrategy[Cell] = st.sampled_from([None, None, DELETE, *NAMES])
_images: st.SearchStrategy[Cell] = st.sampled_from([None, None, DELETE, "https://example.com/a.png"])


def options(**fixed: Any) -> st.SearchStrategy[Options]:
    """Any combination of options; those in `fixed` (values, or strategies) are given."""
    drawn: dict[str, st.SearchStrategy[Any]] = {
        "contested": st.sampled_from(["reject", "last-line", "leave"]),
        "takeovers": st.sampled_from(["apply", "confirmed", "leave"]),
        "personas": st.sampled_from(["add", "replace"]),
        "groups": st.sampled_from(["add", "replace"]),
        "create_groups": st.sampled_from([True, True, False]),
        "source": st.sampled_from(SOURCES),
    }
    for name, value in fixed.items():
        drawn[name] = value if isinstance(value, st.SearchStrategy) else st.just(value)
    return st.builds(Options, **drawn)


@st.composite
def lines(draw: st.DrawFn, /, **fixed: Any) -> Line:
    """One line; what it names is drawn from the pools. It is never blank."""
    drawn: dict[str, st.SearchStrategy[Any]] = {
        "custom_id": st.sampled_from([None, *CUSTOM_IDS]),
        "personas": st.lists(st.sampled_from(PERSONAS), max_size=3, unique=True).map(tuple),
        "name": _values,
        "image_url": _images,
        "groups": st.one_of(
            st.none(),
            st.none(),
            st.just(DELETE),
            st.lists(st.sampled_from(GROUPS), min_size=1, max_size=2, unique=True).map(tuple),
        ),
        "bad": st.integers(0, 19).map(lambda n: n == 7),
    }
    for name, value in fixed.items():
        drawn[name] = value if isinstance(value, st.SearchStrategy) else st.just(value)
    line = draw(st.builds(Line, **drawn))
    if line.custom_id is None and not line.personas:
        return replace(line, name="Nobody")
    return line


def batches(
    of: st.SearchStrategy[Line] | None = None,
    under: st.SearchStrategy[Options] | None = None,
    max_lines: int = 5,
) -> st.SearchStrategy[Batch]:
    return st.builds(
        Batch,
        st.lists(lines() if of is None else of, min_size=1, max_size=max_lines).map(tuple),
        options() if under is None else under,
    )


@st.composite
def some_people(draw: st.DrawFn, custom_ids: Sequence[str | None] = (*CUSTOM_IDS, None, None, None)) -> (
    tuple[SomePerson, ...]
):
    """The pool's personas dealt out to people with and without customId, some personas to nobody."""
    hands: dict[int, list[tuple[str, str]]] = {}
    for persona in PERSONAS:
        hands.setdefault(draw(st.integers(-2, len(custom_ids) - 1)), []).append(persona)
    return tuple(
        SomePerson(
            custom_ids[holder],
            draw(st.sampled_from([None, "Ada", "Bob"])),
            draw(st.sampled_from([None, None, "https://example.com/old.png"])),
            tuple(personas),
            tuple(
                draw(
                    st.lists(
                        st.tuples(st.sampled_from(sorted(KNOWN_GROUPS)), st.sampled_from(SOURCES)),
                        max_size=3,
                        unique=True,
                    )
                )
            ),
        )
        for holder, personas in hands.items()
        if holder >= 0
    )


@st.composite
def some_statements(draw: st.DrawFn) -> tuple[SomeStatement, ...]:
    actors = draw(st.lists(st.sampled_from(PERSONAS), max_size=5))
    return tuple(
        SomeStatement(
            str_to_uuid(str(number)),
            kind,
            ifi,
            draw(st.sampled_from([None, "Agent", "Ada L."])),
            draw(st.sampled_from([False, False, True])),
        )
        for number, (kind, ifi) in enumerate(actors)
    )


@st.composite
def stories(
    draw: st.DrawFn,
    people: st.SearchStrategy[tuple[SomePerson, ...]] | None = None,
    of: st.SearchStrategy[Batch] | None = None,
    max_batches: int = 2,
) -> Story:
    return Story(
        draw(some_statements()),
        draw(some_people() if people is None else people),
        tuple((group, tuple(sorted(parents))) for group, parents in KNOWN_GROUPS.items()),
        tuple(draw(st.lists(batches() if of is None else of, min_size=1, max_size=max_batches))),
    )


