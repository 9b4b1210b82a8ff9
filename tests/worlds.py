"""Random small worlds and batches for them, and how they are written as files.

Pools are tiny, so that lines collide, personas are taken to and fro and people are emptied. A `Story` is what
happens to one organisation from the beginning: who is there, what was stated, which batches come in. Stories
know nothing of each other once they are `prefixed`, so thousands of them can go through one import.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import os
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from hypothesis import strategies as st
from model import DELETE, Cell, Counts, Delete, Had, Line, Options, Outcome, PersonState, Saying, World, kinds_of

SEED = int(os.environ.get("IMPORT_PEOPLE_SEED", "20260101"))
VOIDER = ("account", "https://lrs.example.org voider")
"""The agent of the voiding statements, of whom the model knows nothing."""
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
NO_ID = "not applicable"
"""A word for nothing, in any case of its letters."""
NO_ACCOUNT = ("account", "https://lms.example.org none")
GROUPS = ("sales", "north", "all", "new", "newer")
KNOWN_GROUPS = {"sales": ("all",), "north": ("sales",), "all": ()}
"""Those that exist, with their parents."""
SOURCES = ("people", "crm")
ACTIVITIES = ("https://lms.example.org/courses/1", "https://lms.example.org/courses/2", "urn:video:3", "")
"""IRIs; the empty one is of a statement about somebody."""
VERBS = (
    "http://adlnet.gov/expapi/verbs/completed",
    "http://adlnet.gov/expapi/verbs/attempted",
    "https://w3id.org/xapi/adl/verbs/initialized",
    "http://adlnet.gov/expapi/verbs/passed",
    "https://w3id.org/xapi/adl/verbs/failed",
)
RESULTS = (
    '{"completion": true, "success": true, "score": {"scaled": 0.9}, "duration": "PT1H30M"}',
    None,
    '{"completion": true}',
    '{"completion": false, "success": false, "score": {"scaled": -0.25}, "duration": "P1W"}',
    '{"success": true, "score": {"scaled": 0.1, "raw": 3}, "duration": "PT0.07S"}',
    '{"score": {"scaled": 1}, "duration": "P1DT12H"}',
    '{"score": {"raw": 7}, "duration": "P1Y2M"}',
)
TIMES = (
    "2024-05-06T07:08:09Z",
    "2024-05-31T23:30:00-02:00",
    "2024-06-01T00:00:00Z",
    "2024-03-01T00:30:00+02:00",
    "2024-02-29T23:59:59.999Z",
    "2023-12-31T23:59:59.999999Z",
)
"""In June and in February some are only by UTC."""
MOMENTS = tuple(
    datetime.fromisoformat(moment)
    for moment in ("2024-05-06T08:00:00+00:00", "2024-05-31T23:30:00+00:00", "2024-03-01T00:00:00+00:00")
)
"""Of imports, and since when somebody is there; some statements are older than each of them, some not."""
CREATED = datetime(2020, 2, 2, tzinfo=UTC)
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
    pinned: tuple[str, ...] = ()
    """Ifis of personas that somebody has pinned."""
    former: str | None = None
    """The custom_id that the person has lost."""


@dataclass(frozen=True)
class SomeStatement:
    id: str
    kind: str
    actor: str
    """The actor's ifi."""
    name: str | None
    """The agent's name."""
    voided: bool = False
    verb: str = VERBS[0]
    activity: str = ACTIVITIES[0]
    result: str | None = None
    """JSON."""
    timestamp: str = TIMES[0]

    def as_json(self) -> dict[str, Any]:
        """The xAPI statement (the voiding one is another: `voiding`)."""
        about = {"id": self.activity} if self.activity else {"objectType": "Agent", "mbox": "mailto:boss@example.com"}
        return {
            "id": self.id,
            "actor": agent(self.kind, self.actor, self.name),
            "verb": {"id": self.verb},
            "object": about,
            **({"result": json.loads(self.result)} if self.result else {}),
            "timestamp": self.timestamp,
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
    """(custom_id, its parents), parents before children or after."""
    batches: tuple[Batch, ...]

    def world(self) -> World:
        """The world before the first batch."""
        return world_of(self.people, self.statements, dict(self.groups))

    def prefixed(self, prefix: str) -> Story:
        """The same story with keys of its own; the prefix is letters and digits."""
        rename = Renaming(prefix)
        return Story(
            tuple(
                replace(s, id=str_to_uuid(prefix + s.id), actor=rename.ifi(s.kind, s.actor)) for s in self.statements
            ),
            tuple(
                replace(
                    p,
                    custom_id=rename.text(p.custom_id),
                    personas=rename.personas(p.personas),
                    memberships=tuple((prefix + group, source) for group, source in p.memberships),
                    pinned=tuple(rename.ifi(kind, ifi) for kind, ifi in p.personas if ifi in p.pinned),
                    former=rename.text(p.former),
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
        if text != NO_ID:
            return None if text is None else self.prefix + text
        # Words have no prefixes: each story has its own spelling, by its number.
        which = int("".join(letter for letter in self.prefix if letter.isdigit()))
        letters = [letter for letter in text if letter.isalpha()]
        assert which < 2 ** len(letters), f"{self.prefix}: no spelling is left"
        upper = {place for place in range(len(letters)) if which >> place & 1}
        places = itertools.count()
        return "".join(s.upper() if s.isalpha() and next(places) in upper else s for s in text)

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
            previous_custom_id=self.text(line.previous_custom_id),
            former_custom_id=self.text(line.former_custom_id),
            personas=self.personas(line.personas),
            had=tuple(replace(had, ifi=self.ifi(had.kind, had.ifi)) for had in line.had),
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
        number = world.add_person(person.custom_id, person.name, person.image_url, person.personas, person.memberships)
        for source in sources_of(person):
            world.sayings[number, source] = Saying(*values_said(person))
        for ifi in person.pinned:
            world.personas[ifi].pinned = True
        if person.former is not None:
            world.people[number].former_custom_id = person.former
            world.people[number].lost_at = datetime.now(UTC)
    for statement in statements:
        world.statement(statement.actor, statement.kind, statement.name, statement.id, statement.as_json())
        if statement.voided:
            world.void(statement.id)
    return world


def set_up(people: Sequence[SomePerson]) -> list[Batch]:
    """The imports (one a source) that make these people of an empty organisation, or of one with only the
    statements' agents: the statements come first, these batches next."""
    sources = dict.fromkeys(["people", *(source for p in people for source in sources_of(p))])
    return [
        Batch(
            tuple(
                Line(
                    p.custom_id,
                    p.personas,
                    *values_said(p),
                    tuple(group for group, given_by in p.memberships if given_by == source) or None,
                )
                for p in people
                if source in sources_of(p)
            ),
            Options(create_groups=True, source=source),
        )
        for source in sources
    ]


def sources_of(person: SomePerson) -> list[str]:
    """Those that have given the person: `people`, and those of the memberships."""
    return list(dict.fromkeys(["people", *(source for _, source in person.memberships)]))


def values_said(person: SomePerson) -> tuple[Cell, Cell]:
    """The cells of name and image."""
    return (
        DELETE if person.name is None else person.name,
        DELETE if person.image_url is None else person.image_url,
    )


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
    with `_2`, … A bad line is one with an invalid address in a column after all others. `previous_custom_id` is a
    column only where a line has one; so are `former_custom_id`, `created` and `identifier_until`.
    """
    rounds = max([1, *(len(line.personas) + len(line.had) for line in lines)])
    renames = any(line.previous_custom_id for line in lines)
    ended = ["identifier_until"] if any(line.had for line in lines) else []
    former = [column for column in ("former_custom_id", "created") if any(getattr(line, column) for line in lines)]
    header = ["custom_id", *(["previous_custom_id"] if renames else []), *former, "name", "image_url", "since"]
    for number in range(1, rounds + 1):
        header += [_numbered(column, number) for column in (*PERSONA_COLUMNS, "identifier_since", *ended)]
    header += ["groups", f"email_{rounds + 1}"]
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
    writer.writeheader()
    for line in lines:
        row = {
            "custom_id": line.custom_id or "",
            **({"previous_custom_id": line.previous_custom_id or ""} if renames else {}),
            **({"former_custom_id": line.former_custom_id or ""} if "former_custom_id" in former else {}),
            **({"created": line.created.isoformat() if line.created else ""} if "created" in former else {}),
            "name": _cell(line.name),
            "image_url": _cell(line.image_url),
            "since": line.since.isoformat() if line.since else "",
            "groups": _cell("|".join(line.groups) if isinstance(line.groups, tuple) else line.groups),
        }
        for number, (kind, ifi) in enumerate(line.personas, start=1):
            for column, value in persona_cells(kind, ifi).items():
                row[_numbered(column, number)] = value
        for number, since in enumerate(line.sinces[: len(line.personas)], start=1):
            row[_numbered("identifier_since", number)] = since.isoformat() if since else ""
        for number, had in enumerate(line.had, start=len(line.personas) + 1):
            for column, value in persona_cells(had.kind, had.ifi).items():
                row[_numbered(column, number)] = value
            row[_numbered("identifier_since", number)] = had.since.isoformat() if had.since else ""
            row[_numbered("identifier_until", number)] = had.until.isoformat()
        if line.bad:
            row[f"email_{rounds + 1}"] = INVALID_EMAIL
        writer.writerow(row)
    return text.getvalue()


def as_others_write(text: str) -> str:
    """The same file, with ids as others write them (blanks around them, hosts in capitals); the same each time."""
    header, *rows = csv.reader(io.StringIO(text))
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(header)
    for number, row in enumerate(rows):
        choose = random.Random(f"{number} {row}").choice
        writer.writerow(_as_others_write(choose, column, cell) for column, cell in zip(header, row, strict=True))
    return written.getvalue()


def _as_others_write(choose: Choose, column: str, cell: str) -> str:
    of = re.sub(r"_\d+$", "", column)
    if not cell or cell == INVALID_EMAIL or of not in ("custom_id", "previous_custom_id", *PERSONA_COLUMNS):
        return cell
    if of == "email":
        name, _, host = cell.partition("@")
        cell = choose([cell, cell, f"{name}@{host.upper()}", f"mailto:{cell}"])
    elif of == "mbox_sha1sum":
        cell = choose([cell, cell.upper()])
    elif of in ("openid", "account_home_page"):
        scheme, _, rest = cell.partition("://")
        host, slash, path = rest.partition("/")
        cell = choose([cell, cell, f"{scheme.upper()}://{host.upper()}{slash}{path}"])
    return choose([cell, cell, f" {cell}", f"{cell}\u00a0", f"\u3000{cell} "])


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
        *(["--keep-edits"] if options.keep_edits else []),
        *(word for custom_id in options.accept_near for word in ("--accept-near", custom_id)),
        *(word for custom_id in options.new_person for word in ("--new-person", custom_id)),
        *(["--snapshot", "--leavers", options.leavers] if options.snapshot else []),
        *("--source", options.source),
        *(["--as-of", options.as_of.isoformat()] if options.as_of else []),
    ]


def _numbered(column: str, number: int) -> str:
    return column if number == 1 else f"{column}_{number}"


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Delete):
        return "<delete>"
    return "\\" + cell if re.fullmatch(r"\\*<delete>", cell) else cell


# -- drawing at random ---------------------------------------------------------------------------------------


class Choose(Protocol):
    """Picks one of some things; the simplest are listed first."""

    def __call__(self, things: Sequence[Any], /) -> Any: ...


def any_options(choose: Choose, **fixed: Any) -> Options:
    """Any combination of options; those in `fixed` are given."""
    drawn = {
        "contested": choose(["reject", "last-line", "leave"]),
        "takeovers": choose(["apply", "confirmed", "leave", "split", "split"]),
        "personas": choose(["add", "replace"]),
        "groups": choose(["add", "replace"]),
        "create_groups": choose([True, True, False]),
        "keep_edits": choose([False, False, True]),
        "snapshot": choose([False, False, True]),
        "leavers": choose(["keep", "ungroup", "release"]),
        "source": choose(SOURCES),
        "as_of": choose(MOMENTS),
    }
    return Options(**(drawn | fixed))


def any_line(choose: Choose, **fixed: Any) -> Line:
    """One line; what it names is of the pools. It is never blank."""
    drawn: dict[str, Any] = {
        "custom_id": choose([None, *CUSTOM_IDS, *CUSTOM_IDS, "a", NO_ID]),
        "personas": some_of(choose, [*PERSONAS, NO_ACCOUNT], choose([1, 1, 0, 2, 2, 3])),
        "name": choose([None, None, *NAMES, DELETE]),
        "image_url": choose([None, None, "https://example.com/a.png", DELETE]),
        "groups": choose([None, None, DELETE, some_of(choose, GROUPS, choose([1, 2]))]),
        "previous_custom_id": choose([None] * 8 + [*CUSTOM_IDS]),
        "bad": choose([False] * 19 + [True]),
        "since": choose([None, None, *MOMENTS]),
        "sinces": tuple(choose([None] * 7 + [*MOMENTS]) for _ in range(3)),
    }
    drawn["had"] = () if choose([True] * 4 + [False]) else (any_had(choose),)
    drawn["former_custom_id"] = choose([None] * 5 + [*CUSTOM_IDS[:2]]) if drawn["custom_id"] is None else None
    drawn["created"] = choose([None] * 3 + [CREATED])
    if drawn["custom_id"] is None and choose([True] * 4 + [False]):
        drawn["previous_custom_id"] = None
    line = Line(**(drawn | fixed))
    if line.custom_id is None and not line.personas and not line.had:
        return replace(line, name="Nobody")
    return line


def any_had(choose: Choose) -> Had:
    """What somebody had, for a time or all along before."""
    since, until = choose([(None, until) for until in MOMENTS] + [(MOMENTS[2], MOMENTS[0]), (MOMENTS[0], MOMENTS[1])])
    return Had(*choose(PERSONAS), since, until)


def any_people(choose: Choose, nameless: int = 3) -> tuple[SomePerson, ...]:
    """The pool's personas dealt out: to people with custom_id, to at most `nameless` without, to nobody."""
    former = {f"former {custom_id}": custom_id for custom_id in CUSTOM_IDS[:2]}
    holders = [None, None, *CUSTOM_IDS, NO_ID, *former, *(f"without {n}" for n in range(nameless))]
    hands: dict[str, list[tuple[str, str]]] = {}
    for persona in (*PERSONAS, NO_ACCOUNT):
        # Words alone say nothing: whoever has such an account has more than that, and no such custom_id.
        holder = choose(holders if persona != NO_ACCOUNT else [None, *(h for h in hands if h != NO_ID)])
        if holder is not None:
            hands.setdefault(holder, []).append(persona)
    memberships = [(group, source) for group in sorted(KNOWN_GROUPS) for source in SOURCES]
    return tuple(
        SomePerson(
            holder if holder in (*CUSTOM_IDS, NO_ID) else None,
            choose([None, "Ada", "Bob"]),
            choose([None, None, "https://example.com/old.png"]),
            tuple(personas),
            some_of(choose, memberships, choose([0, 1, 2, 3])),
            tuple(ifi for _, ifi in personas if choose([False] * 7 + [True])),
            former.get(holder),
        )
        for holder, personas in hands.items()
    )


def any_statements(choose: Choose) -> tuple[SomeStatement, ...]:
    statements = []
    for number in range(choose(range(6))):
        kind, actor = choose(PERSONAS)
        name, voided = choose([None, "Agent", "Ada L."]), choose([False, False, True])
        what = (choose(VERBS), choose(ACTIVITIES), choose(RESULTS), choose(TIMES))
        statements.append(SomeStatement(str_to_uuid(str(number)), kind, actor, name, voided, *what))
    return tuple(statements)


def any_story(
    choose: Choose,
    rounds: Sequence[Options | None] = (None,),
    max_lines: int = 5,
    nameless: int = 3,
    **fixed: Any,
) -> Story:
    """One batch for each of `rounds`, under those options or, for None, under any; `fixed` is of lines."""
    return Story(
        any_statements(choose),
        any_people(choose, nameless),
        tuple(KNOWN_GROUPS.items()),
        tuple(
            Batch(
                tuple(any_line(choose, **fixed) for _ in range(choose(range(1, max_lines + 1)))),
                any_options(choose) if options is None else options,
            )
            for options in rounds
        ),
    )


def some_of(choose: Choose, things: Sequence[Any], number: int) -> tuple[Any, ...]:
    """So many different ones of the things, in any order."""
    left, found = list(things), []
    for _ in range(number):
        found.append(choose(left))
        left.remove(found[-1])
    return tuple(found)


def choices() -> st.SearchStrategy[Choose]:
    """For hypothesis: something to choose with, whose choices shrink."""

    @st.composite
    def chooser(draw: st.DrawFn) -> Choose:
        return lambda things, /: draw(st.sampled_from(things))

    return chooser()


@st.composite
def stories(draw: st.DrawFn, /, **arguments: Any) -> Story:
    """`any_story` as a strategy, with the same arguments."""
    return any_story(lambda things, /: draw(st.sampled_from(things)), **arguments)


def many_stories(seed: int, count: int, rounds: Sequence[Options], **arguments: Any) -> list[Story]:
    """So many stories, no two with a key in common, always the same for a seed: for `together`."""
    choose = random.Random(seed).choice
    return [any_story(choose, rounds, **arguments).prefixed(f"w{n}x") for n in range(count)]


# -- many stories in one -------------------------------------------------------------------------------------


def together(stories: Sequence[Story]) -> Story:
    """Independent stories as one: their nth batches are one batch, and must have the same options."""
    rounds = list(zip(*(story.batches for story in stories), strict=True))
    assert all(len({batch.options for batch in batches}) == 1 for batches in rounds)
    return Story(
        tuple(statement for story in stories for statement in story.statements),
        tuple(person for story in stories for person in story.people),
        tuple(group for story in stories for group in story.groups),
        tuple(
            Batch(tuple(line for batch in batches for line in batch.lines), batches[0].options) for batches in rounds
        ),
    )


def unknown_lines(worlds: Sequence[World], batches: Sequence[Batch]) -> list[list[int]]:
    """For each world, `Outcome.unknown` of a batch of its own, where they go together."""
    kinds = {kind for batch in batches for kind in kinds_of(batch.lines)}
    return [
        world.copy().import_batch(batch.lines, batch.options, kinds_elsewhere=kinds).unknown
        if batch.options.snapshot
        else []
        for world, batch in zip(worlds, batches, strict=True)
    ]


def knowing_all(stories: Sequence[Story]) -> list[Story]:
    """The same without those lines of the last batches of which nobody can tell whom they name: one of them would hold
    all leavers of all stories.
    """
    worlds = [story.world() for story in stories]
    for batches in zip(*(story.batches[:-1] for story in stories), strict=True):
        kinds = {kind for batch in batches for kind in kinds_of(batch.lines)}
        for world, batch in zip(worlds, batches, strict=True):
            world.import_batch(batch.lines, batch.options, kinds_elsewhere=kinds)
    last = [story.batches[-1] for story in stories]
    while any(unknown := unknown_lines(worlds, last)):
        last = [
            replace(batch, lines=tuple(line for n, line in enumerate(batch.lines) if n not in left_out))
            for batch, left_out in zip(last, unknown, strict=True)
        ]
    return [replace(story, batches=(*story.batches[:-1], batch)) for story, batch in zip(stories, last, strict=True)]


def may_change_more(lines: Sequence[Line], world: World, outcome: Outcome) -> bool:
    """Whether the same lines again may change something in the world that they came to: where somebody was released,
    whose identifiers are free for those who claim them from then on; or where somebody is gone, of whom nobody
    remembers what was said.
    """
    accepted = [line for line, fate in zip(lines, outcome.fates, strict=True) if fate.kind == "accepted"]
    forgets = any(forgets_whose_it_was(line, world) for line in accepted)
    return outcome.counts.leavers_released > 0 or forgets


def forgets_whose_it_was(line: Line, world: World) -> bool:
    """Whose line it was has lost the last persona to others; and somebody else had that custom_id before, or has, or
    had, the one that the line calls the previous one.
    """
    others = [line.custom_id] if line.previous_custom_id is None else [line.custom_id, line.previous_custom_id]
    return (
        line.custom_id is not None
        and world.holder_of_custom_id(line.custom_id) is None
        and any(world.holder_of_custom_id(other) is not None or world.former_holders(other) for other in others)
    )


class Expected(NamedTuple):
    """What one round of stories that go together must come to."""

    people: set[PersonState]
    """All people of all stories, after it."""
    counts: Counts
    """The sums."""
    outcomes: list[Outcome]
    """One for each story: the fates of the round's lines are theirs, one after the other."""
    worlds: list[World]
    """Of each story, after it."""


def each_by_itself(stories: Sequence[Story]) -> Iterator[Expected]:
    """What `together(stories)` must come to, round by round, found by telling the model each by itself."""
    worlds = [story.world() for story in stories]
    for batches in zip(*(story.batches for story in stories), strict=True):
        # Of all that a batch means, only this is not a matter of keys: which kinds the batch has at all.
        kinds = {kind for batch in batches for kind in kinds_of(batch.lines)}
        counts, outcomes = Counts(), []
        held = any(unknown_lines(worlds, batches))
        for world, batch in zip(worlds, batches, strict=True):
            outcome = world.import_batch(batch.lines, batch.options, kinds_elsewhere=kinds, nobody_leaves=held)
            counts = counts + outcome.counts
            outcomes.append(outcome)
        yield Expected({person for world in worlds for person in world.state()}, counts, outcomes, worlds)
