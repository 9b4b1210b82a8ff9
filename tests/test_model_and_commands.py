"""The commands are held to the reference model (`model.py`), over worlds drawn at random.

Many small worlds that know nothing of each other go through one file, under every combination of options; the
model is told each by itself. `pytest -m soak` draws many more.
"""

from __future__ import annotations

import csv
import itertools
import json
import os
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from operator import gt
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from conftest import Cli, Result, Server
from group_model import GROUPS as OF_GROUPS
from group_model import any_group_line, import_groups, render_groups
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from model import (
    ALWAYS,
    DELETE,
    NEVER,
    Counts,
    Fate,
    GroupState,
    Line,
    Options,
    Outcome,
    PersonState,
    SpellState,
    World,
    total,
)
from model_reports import Filter
from reports import compare_records, compare_reports
from worlds import (
    CREATED,
    CUSTOM_IDS,
    KNOWN_GROUPS,
    MOMENTS,
    PERSONAS,
    Choose,
    Expected,
    SomePerson,
    Story,
    any_line,
    any_options,
    any_statements,
    arguments,
    as_others_write,
    choices,
    each_by_itself,
    knowing_all,
    many_stories,
    may_change_more,
    render_csv,
    render_statements,
    set_up,
    some_of,
    str_to_uuid,
    together,
)

from identity import custom_ids
from identity.erased import Erased

SPANS = [
    (None, None),
    ("2024-02-29T23:59:59.999+00:00", "2024-05-31T00:00:00+00:00"),
    ("2024-05-01T00:00:00+00:00", "2024-06-01T00:00:00+00:00"),
    ("2024-05-06T07:08:09+00:00", "2024-05-06T07:08:10+00:00"),
    ("2023-12-31T23:59:59.999999+00:00", None),
    (None, "2024-06-01T01:30:00+00:00"),
    ("2024-02-01T00:00:00+00:00", "2024-06-01T01:30:00.000001+00:00"),
]
"""From and to: whole months, edges on one side and on both, a moment within one."""
SEED = int(os.environ.get("IMPORT_PEOPLE_SEED", "20260101"))
WORLDS = 60
VOIDER = ("account", "https://lrs.example.org voider")
"""The agent of the voiding statements, of whom the model knows nothing."""
NO_GUARDS = [word for guard in ("rejects", "takeovers", "deletes", "leavers") for word in (f"--max-{guard}", "100%")]
NO_GUARDS += ["--min-lines", "0"]

CHOICES: Any = (
    ("reject", "last-line", "leave"),
    ("apply", "confirmed", "leave", "split"),
    ("add", "replace"),
    ("add", "replace"),
)
"""Of `--contested`, `--takeovers`, `--personas` and `--groups`."""
COMBINATIONS = [Options(*chosen) for chosen in itertools.product(*CHOICES)]
ANY_THREE = [
    Options(*(values[at] for values, at in zip(CHOICES, places, strict=True)))
    for places in itertools.product(*(range(len(values)) for values in CHOICES))
    if sum(places) % 2 == 0
]
"""Half of them, in which any three options stand in every combination: the fourth is what makes the sum even."""


LEAVERS: list[Any] = ["release", "ungroup", "keep"]


def rounds_of(options: Options) -> list[Options]:
    """Three batches in a row under these options; another source comes between, for which no groups are made; the last
    is a snapshot.
    """
    first, second, third = sorted(MOMENTS)
    made = replace(options, create_groups=True, as_of=first)
    leavers = LEAVERS[(options.personas == "add") + (options.groups == "add")]
    snapshot = replace(made, keep_edits=True, snapshot=True, leavers=leavers, as_of=third)
    return [made, replace(options, create_groups=False, source="crm", as_of=second), snapshot]


def stories_of(seed: int, worlds: int, options: Options, **drawn: Any) -> list[Story]:
    """The worlds of a seed. In every other one the last file is the first again: what has happened meanwhile is
    what counts, not that its lines are known.
    """
    stories = many_stories(seed, worlds, rounds_of(options), **drawn)
    again = [
        replace(story, batches=(*story.batches[:2], replace(story.batches[2], lines=story.batches[0].lines)))
        if number % 2
        else story
        for number, story in enumerate(stories)
    ]
    return knowing_all(again)


# -- looking into the database -------------------------------------------------------------------------------


Made = tuple[frozenset[str], str | None, bool]
"""What somebody has, the custom_id that was lost, and whether it was said when the person came to be."""


class Found(NamedTuple):
    """An organisation as it is."""

    people: dict[int, PersonState]
    """By id; without the voiding agent."""
    pending_people: set[int]
    pending_groups: set[str]
    groups: set[GroupState]
    spells: set[SpellState]
    made: set[Made]

    @property
    def state(self) -> set[PersonState]:
        return set(self.people.values())

    def personas(self, person: int) -> frozenset[str]:
        return self.people[person][3] if person in self.people else frozenset()


PEOPLE = """
    SELECT p.id, p.custom_id, p.name, p.image_url,
           ARRAY(SELECT ifi FROM personas AS i WHERE i.organisation_id = o.id AND i.person_id = p.id),
           ARRAY(SELECT g.custom_id FROM memberships AS m JOIN groups AS g ON g.id = m.group_id
                 WHERE m.organisation_id = o.id AND m.person_id = p.id ORDER BY m.group_id, m.source_id),
           ARRAY(SELECT s.name FROM memberships AS m JOIN sources AS s ON s.id = m.source_id
                 WHERE m.organisation_id = o.id AND m.person_id = p.id ORDER BY m.group_id, m.source_id)
    FROM people AS p JOIN organisations AS o ON o.id = p.organisation_id
    WHERE o.name = %s
"""
GROUPS = """
    SELECT g.custom_id, g.name, g.type,
           ARRAY(SELECT p.custom_id FROM group_parents AS e JOIN groups AS p ON p.id = e.parent_id
                 WHERE e.organisation_id = o.id AND e.group_id = g.id ORDER BY e.parent_id, e.source_id),
           ARRAY(SELECT s.name FROM group_parents AS e JOIN sources AS s ON s.id = e.source_id
                 WHERE e.organisation_id = o.id AND e.group_id = g.id ORDER BY e.parent_id, e.source_id)
    FROM groups AS g JOIN organisations AS o ON o.id = g.organisation_id
    WHERE o.name = %s
"""
SPELLS = """
    SELECT i.ifi, nullif(s.begins_at, '-infinity'), nullif(s.ends_at, 'infinity'), p.custom_id, p.name
    FROM spells AS s JOIN organisations AS o ON o.id = s.organisation_id
    JOIN personas AS i ON i.organisation_id = o.id AND i.id = s.persona_id
    JOIN people AS p ON p.organisation_id = o.id AND p.id = s.person_id
    WHERE o.name = %s AND (s.begins_at > '-infinity' OR s.ends_at < 'infinity')
"""
MADE = """
    SELECT ARRAY(SELECT ifi FROM personas AS i WHERE i.organisation_id = o.id AND i.person_id = p.id),
           p.former_custom_id, p.created_at = %s
    FROM people AS p JOIN organisations AS o ON o.id = p.organisation_id
    WHERE o.name = %s
"""
PENDING = """
    SELECT DISTINCT d.subject, d.subject_id, g.custom_id
    FROM pending AS d JOIN organisations AS o ON o.id = d.organisation_id
    LEFT JOIN groups AS g ON d.subject = 'group' AND g.id = d.subject_id
    WHERE o.name = %s
"""
MAKE_GROUP = """
    INSERT INTO groups (organisation_id, id, custom_id)
    SELECT id, nextval('group_ids'), %s FROM organisations WHERE name = %s
"""
MAKE_PARENT = """
    WITH source AS (
        INSERT INTO sources (organisation_id, name) SELECT id, 'by hand' FROM organisations WHERE name = %s
        ON CONFLICT (organisation_id, name) DO UPDATE SET name = excluded.name
        RETURNING id
    )
    INSERT INTO group_parents (organisation_id, group_id, parent_id, source_id)
    SELECT o.id, g.id, p.id, source.id
    FROM organisations AS o
    CROSS JOIN source
    JOIN groups AS g ON g.organisation_id = o.id AND g.custom_id = %s
    JOIN groups AS p ON p.organisation_id = o.id AND p.custom_id = %s
    WHERE o.name = %s
"""


KEPT = """
    SELECT k.key, e.hash
    FROM organisations AS o
    JOIN erasure_keys AS k ON k.organisation_id = o.id
    JOIN erased_ids AS e ON e.organisation_id = o.id
    WHERE o.name = %s
"""
NAMES = """
    SELECT p.ifi, p.agent_name FROM organisations AS o JOIN personas AS p ON p.organisation_id = o.id WHERE o.name = %s
"""


def look(url: str, organisation: str = "default") -> Found:
    people: dict[int, PersonState] = {}
    with psycopg.connect(url) as connection:
        for number, custom_id, name, image_url, ifis, groups, sources in connection.execute(PEOPLE, [organisation]):
            if VOIDER[1] not in ifis:
                memberships = frozenset(zip(groups, sources, strict=True))
                people[number] = (custom_id, name, image_url, frozenset(ifis), memberships)
        pending = connection.execute(PENDING, [organisation]).fetchall()
        groups = {
            (custom_id, name, kind, frozenset(zip(parents, sources, strict=True)))
            for custom_id, name, kind, parents, sources in connection.execute(GROUPS, [organisation])
        }
        spells = {
            (ifi, begins or ALWAYS, ends or NEVER, custom_id, name)
            for ifi, begins, ends, custom_id, name in connection.execute(SPELLS, [organisation])
        }
        rows = connection.execute(MADE, [CREATED, organisation]).fetchall()
        made = {(frozenset(ifis), former, said) for ifis, former, said in rows if VOIDER[1] not in ifis}
    return Found(
        people,
        {number for subject, number, _ in pending if subject == "person"},
        {group for subject, _, group in pending if subject == "group"},
        groups,
        spells,
        made,
    )


PIN = "UPDATE personas SET pinned = true WHERE ifi = ANY (%s)"
LOSE = """
    UPDATE people AS p
    SET former_custom_id = l.former, near_custom_id = l.near, lost_at = now() + l.nth * interval '1 microsecond'
    FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS l (ifi, former, near, nth)
    JOIN personas AS i ON i.ifi = l.ifi
    WHERE p.organisation_id = i.organisation_id AND p.id = i.person_id
"""


def pin(url: str, people: Sequence[SomePerson]) -> None:
    """Whatever is pinned of these people, and the custom_ids that they have lost, one after the other."""
    lost = [(person.personas[0][1], person.former) for person in people if person.former is not None]
    with psycopg.connect(url) as connection:
        near = [custom_ids.near(former) for _, former in lost]
        connection.execute(LOSE, [[ifi for ifi, _ in lost], [former for _, former in lost], near])
        connection.execute(PIN, [[ifi for person in people for ifi in person.pinned]])


def make_groups(url: str, groups: Sequence[tuple[str, Sequence[str]]], organisation: str = "default") -> None:
    """Groups with their parents, which no people file can give."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.executemany(MAKE_GROUP, [(group, organisation) for group, _ in groups])
        parents = [(organisation, group, parent, organisation) for group, parents in groups for parent in parents]
        cursor.executemany(MAKE_PARENT, parents)


# -- running the commands ------------------------------------------------------------------------------------


def write(file: str, text: str) -> str:
    Path(file).write_text(text, encoding="utf-8")
    return file


def succeed(result: Result, *exit_codes: int) -> dict[str, Any]:
    assert result.exit_code in (exit_codes or (0,)), result
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def import_people(cli: Cli, lines: Sequence[Line], options: Options, *more: str) -> dict[str, Any]:
    """The summary of one import, which leaves its reporting pending."""
    write("people.csv", as_others_write(render_csv(lines)))
    command = ["import-people", "people.csv", "--no-finish", "--json", *more]
    summary = succeed(cli(*command, *(arguments(options))), 0, 3)
    assert summary["state"] == "committed"
    return summary


def import_batch(cli: Cli, lines: Sequence[Line], options: Options, *more: str) -> dict[str, Any]:
    return import_people(cli, lines, options, "--batch", *NO_GUARDS, *more)


def counts_of(summary: dict[str, Any]) -> dict[str, Any]:
    return {name: summary[name] for name in Counts().as_json()}


def rejects(of: str = "people.csv") -> dict[int, str]:
    """Line of the last import, from 0 -> code."""
    file = Path(f"{of}.rejects.csv")
    if not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as rows:
        return {int(row["_line"]) - 2: row["_code"] for row in csv.DictReader(rows)}


def codes(lines: Sequence[Line], fates: Sequence[Fate]) -> dict[int, str]:
    """What `rejects` must give for these fates: of a bad line, what is wrong with it."""
    found = {}
    for number, (line, fate) in enumerate(zip(lines, fates, strict=True)):
        if fate.kind == "rejected":
            assert fate.code is not None
            own = "invalid_mbox" if line.bad else "names_nobody"
            if line.previous_custom_id and line.custom_id is None:
                own = "previous_without_custom_id"
            found[number] = own if fate.code == "bad" else fate.code
    return found


def group_codes(fates: Sequence[Fate]) -> dict[int, str]:
    """Likewise of lines about groups."""
    rejected = {number: str(fate.code) for number, fate in enumerate(fates) if fate.kind == "rejected"}
    return {number: "ragged_line" if code == "bad" else code for number, code in rejected.items()}


def changed_nothing(summary: dict[str, Any]) -> bool:
    counts = counts_of(summary)
    beside = {"rows", "rejected", "waiting", "unchanged"}
    flat = {(name, what): n for name, part in counts.items() if name not in beside for what, n in part.items()}
    told = {("personas", "left"), ("leavers", "people"), ("leavers", "held")}
    return not any(n for what, n in flat.items() if what not in told)


def edited(said: Line, custom_id: str | None) -> Iterator[str]:
    """The options of `edit-person` that say what a line says."""
    cells = {"--custom-id": custom_id, "--name": said.name, "--image-url": said.image_url}
    for option, value in cells.items():
        if value is not None:
            yield from (option, "<delete>" if value is DELETE else str(value))
    for _, ifi in said.personas:
        yield from ("--add-persona", ifi)
    for group in said.groups if isinstance(said.groups, tuple) else ():
        yield from ("--add-group", group)


# -- many worlds in one file ---------------------------------------------------------------------------------


def prepare(server: Server, template: str, cli: Cli, seed: int, worlds: int, **drawn: Any) -> str:
    """A database with everything that is there before the first batch of the stories of a seed."""
    url = server.create_database(template)
    story = together(stories_of(seed, worlds, Options(), **drawn))  # with any options the same
    make_groups(url, story.groups)
    to = ["--database", url]
    statements = write("statements.jsonl", render_statements(story.statements, VOIDER))
    succeed(cli("import-statements", statements, "--json", *to))
    for batch in set_up(story.people):
        import_batch(cli, batch.lines, batch.options, *to)
    pin(url, story.people)
    succeed(cli("finish-batch-updates", "--check", "--json", *to))
    return url


def hold_to_the_model(cli: Cli, url: str, seed: int, worlds: int, options: Options) -> None:
    """Three rounds of all worlds of a seed under these options, and the last one again, which changes nothing
    (`may_change_more`).
    """
    stories = [
        replace(story, batches=(*story.batches, story.batches[-1])) for story in stories_of(seed, worlds, options)
    ]
    story = together(stories)
    before = look(url)
    assert before.state == story.world().state(), f"seed {seed}: the worlds could not be made"
    forgotten: list[bool] = []
    for number, (batch, expected) in enumerate(zip(story.batches, each_by_itself(stories), strict=True)):
        where = f"seed {seed}, {worlds} worlds, round {number}, {batch.options}"
        summary = import_batch(cli, batch.lines, batch.options)
        after = look(url)
        compare(where, stories, number, batch.lines, expected, summary, before, after)
        if number == len(story.batches) - 1:
            changed = [not outcome.counts.changed_nothing() for outcome in expected.outcomes]
            assert not any(map(gt, changed, forgotten)), f"{where}, imported again: {counts_of(summary)}"
            break
        succeed(cli("finish-batch-updates", "--check", "--json"))
        compare_records(url, expected.worlds)
        before = look(url)
        forgotten = [
            may_change_more(one.batches[number].lines, world, outcome)
            for one, world, outcome in zip(stories, expected.worlds, expected.outcomes, strict=True)
        ]


def compare(
    where: str,
    stories: Sequence[Story],
    number: int,
    lines: Sequence[Line],
    expected: Expected,
    summary: dict[str, Any],
    before: Found,
    after: Found,
) -> None:
    fates = [fate for outcome in expected.outcomes for fate in outcome.fates]
    must, did = codes(lines, fates), rejects()
    if after.state != expected.people or must != did:
        wrong = [
            story_number
            for story_number, (story, outcome) in enumerate(zip(stories, expected.outcomes, strict=True))
            if is_wrong(f"w{story_number}x", story, number, outcome, expected, after, must, did, stories)
        ]
        pytest.fail(f"{where}: {len(wrong)} worlds differ\n{told(stories, wrong[:1], number, expected, after, did)}")
    assert counts_of(summary) == expected.counts.as_json(), where
    assert after.spells == {spell for world in expected.worlds for spell in world.spell_state()}, where
    people = [person for world in expected.worlds for person in world.people.values()]
    assert after.made == {(frozenset(p.personas), p.former_custom_id, p.created is not None) for p in people}, where
    marked_before = {person for outcome in expected.outcomes for person in outcome.pending_people_before}
    marked_after = {person for outcome in expected.outcomes for person in outcome.pending_people_after}
    assert {before.personas(person) for person in after.pending_people} == marked_before, where
    assert {after.personas(person) for person in after.pending_people} == marked_after, where
    groups = {group for outcome in expected.outcomes for group in outcome.pending_groups}
    assert after.pending_groups == groups, where


def of_world(prefix: str, people: set[PersonState], story: Story) -> set[PersonState]:
    """The people of one world among those of all."""
    ifis = {ifi for batch in story.batches for line in batch.lines for _, ifi in line.personas}
    ifis |= {ifi for person in story.people for _, ifi in person.personas} | {s.actor for s in story.statements}
    return {person for person in people if person[3] & ifis or (person[0] or "").startswith(prefix)}


def lines_of(stories: Sequence[Story], story_number: int, number: int) -> range:
    start = sum(len(story.batches[number].lines) for story in stories[:story_number])
    return range(start, start + len(stories[story_number].batches[number].lines))


def is_wrong(
    prefix: str,
    story: Story,
    number: int,
    outcome: Outcome,
    expected: Expected,
    after: Found,
    must: dict[int, str],
    did: dict[int, str],
    stories: Sequence[Story],
) -> bool:
    lines = lines_of(stories, int(prefix[1:-1]), number)
    return of_world(prefix, after.state, story) != of_world(prefix, expected.people, story) or any(
        must.get(line) != did.get(line) for line in lines
    )


def told(
    stories: Sequence[Story],
    numbers: Sequence[int],
    number: int,
    expected: Expected,
    after: Found,
    did: dict[int, str],
) -> str:
    """A world that went wrong, so that one can see why."""
    said = []
    for story_number in numbers:
        story, prefix = stories[story_number], f"w{story_number}x"
        world = story.world()
        for batch in story.batches[:number]:
            world.import_batch(batch.lines, batch.options)
        lines = lines_of(stories, story_number, number)
        said += [
            f"world {story_number}, before (the model's):",
            *sorted(map(repr, world.state())),
            f"statements of: {sorted({s.actor for s in story.statements})}",
            "lines:",
            *map(repr, story.batches[number].lines),
            f"fates: {expected.outcomes[story_number].fates}",
            f"rejected by the command: { {line - lines[0]: did[line] for line in lines if line in did} }",
            "the model says:",
            *sorted(map(repr, of_world(prefix, expected.people, story))),
            "the command says:",
            *sorted(map(repr, of_world(prefix, after.state, story))),
        ]
    return "\n".join(said)


@pytest.fixture(scope="module")
def prepared(server: Server, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("prepared"))
        url = prepare(server, migrated, Cli(), SEED, WORLDS)
    yield url
    server.drop_database(url)


@pytest.mark.parametrize("options", ANY_THREE, ids=lambda o: f"{o.contested}-{o.takeovers}-{o.personas}-{o.groups}")
def test_many_worlds(
    options: Options,
    server: Server,
    prepared: str,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """State, counts, each line's fate, each mark: the commands' are the model's; again, nothing changes."""
    print(f"IMPORT_PEOPLE_SEED={SEED}")
    with copied(server, prepared, monkeypatch) as url:
        hold_to_the_model(cli, url, SEED, WORLDS, options)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(40))
def test_many_more_worlds(
    number: int, server: Server, migrated: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"IMPORT_PEOPLE_SEED={seed}")
    prepared = prepare(server, migrated, cli, seed, WORLDS)
    for options in random.Random(seed).sample(COMBINATIONS, 2):
        with copied(server, prepared, monkeypatch) as url:
            hold_to_the_model(cli, url, seed, WORLDS, options)
    server.drop_database(prepared)


@contextmanager
def copied(server: Server, template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A copy of a database, which the commands then use."""
    url = server.create_database(template)
    monkeypatch.setenv("DATABASE_URL", url)
    yield url
    server.drop_database(url)


# -- row by row ----------------------------------------------------------------------------------------------


def test_row_by_row_is_a_batch_where_lines_share_nothing(
    server: Server, migrated: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line from each of many worlds: the same people, counts and rejects, together or one by one."""
    print(f"IMPORT_PEOPLE_SEED={SEED}")
    worlds = 50
    prepared = prepare(server, migrated, cli, SEED, worlds, max_lines=1)
    options = Options(takeovers="split", create_groups=True, as_of=sorted(MOMENTS)[1])
    stories = stories_of(SEED, worlds, Options(), max_lines=1)
    lines = together(stories).batches[0].lines
    found = []
    for more in (["--batch", *NO_GUARDS], []):
        with copied(server, prepared, monkeypatch) as url:
            summary = import_people(cli, lines, options, *more)
            after = look(url)
            found.append((after.state, counts_of(summary), rejects(), after.spells))
            succeed(cli("finish-batch-updates", "--check", "--json"))
    assert found[0] == found[1]
    counts = found[0][1]
    assert min(counts["people"]["created"], counts["personas"]["split"]) > worlds / 20
    server.drop_database(prepared)


# -- any history, so that a failure shrinks ------------------------------------------------------------------


NEAR = ("a", "\uff21")
"""Ids that are nearly A."""


def any_ids_said(choose: Choose) -> dict[str, Any]:
    """Options that say of ids whose they are."""
    return {"accept_near": choose([(), (), NEAR]), "new_person": choose([(), (), CUSTOM_IDS[:2]])}


def with_any_id(choose: Choose, line: Line) -> Line:
    return replace(line, custom_id=NEAR[1]) if line.custom_id == NEAR[0] and choose([True, False]) else line


class History(RuleBasedStateMachine):
    """One organisation, through the commands and through the model."""

    def __init__(self, cli: Cli, database_url: str, numbers: Iterator[int]) -> None:
        super().__init__()
        self.cli, self.database_url, self.numbers = cli, database_url, numbers

    @initialize()
    def begin(self) -> None:
        self.world = World()
        self.undoable: list[tuple[int, World, World]] = []
        """Imports that can be undone, the newest last: the worlds before and after each."""
        self.organisation = f"organisation {next(self.numbers)}"
        self.to = ["--organisation", self.organisation]
        succeed(self.cli("show-status", "--json", "--create-organisation", *self.to))
        make_groups(self.database_url, list(KNOWN_GROUPS.items()), self.organisation)
        for group, parents in KNOWN_GROUPS.items():
            self.world.add_group(group, parents)

    @rule(choose=choices())
    def statements(self, choose: Choose) -> None:
        drawn = [replace(s, id=str_to_uuid(f"{next(self.numbers)}")) for s in any_statements(choose)]
        if not drawn:
            return
        write("statements.jsonl", render_statements(drawn, VOIDER))
        succeed(self.cli("import-statements", "statements.jsonl", "--json", *self.to))
        for statement in drawn:
            self.world.statement(statement.actor, statement.kind, statement.name, statement.id, statement.as_json())
            if statement.voided:
                self.world.void(statement.id)
        self.compare()

    @rule(choose=choices(), again=st.booleans(), plans=st.booleans())
    def batch(self, choose: Choose, again: bool, plans: bool) -> None:
        options = any_options(choose, **any_ids_said(choose))
        lines = [with_any_id(choose, any_line(choose)) for _ in range(choose([1, 2, 3, 4, 5]))]
        expects = self.plan(lines, options) if plans else []
        before = self.world.copy()
        summary = import_batch(self.cli, lines, options, *self.to, *expects)
        outcome = self.world.import_batch(lines, options)
        assert counts_of(summary) == outcome.counts.as_json()
        assert rejects() == codes(lines, outcome.fates)
        self.compare()
        self.undoable.append((summary["import"], before, self.world.copy()))
        if again:
            before = self.world.copy()
            summary = import_batch(self.cli, lines, options, *self.to)
            may_change = may_change_more(lines, before, outcome)
            outcome = self.world.import_batch(lines, options)
            assert counts_of(summary) == outcome.counts.as_json()
            assert may_change or changed_nothing(summary)
            self.compare()
            self.undoable.append((summary["import"], before, self.world.copy()))

    def plan(self, lines: Sequence[Line], options: Options) -> list[str]:
        """A dry run, which changes nothing; the option that holds the import to it."""
        write("people.csv", as_others_write(render_csv(lines)))
        asked = ["people.csv", "--batch", *NO_GUARDS, *arguments(options), "--json", *self.to]
        told = succeed(self.cli("import-people", *asked, "--dry-run", "--plan", "plan.csv"), 0, 3)
        self.compare()
        return ["--expect", told["plan"]["hash"]]

    @rule(choose=choices(), again=st.booleans())
    def groups(self, choose: Choose, again: bool) -> None:
        """A file of groups, as it was planned; and again."""
        lines = [any_group_line(choose) for _ in range(choose([1, 2, 3, 4, 5]))]
        source = choose(["groups", "people", "by hand"])
        replaces, creates = choose([False, True]), choose([False, True])
        write("groups.csv", render_groups(lines))
        asked = ["groups.csv", "--batch", "--source", source, "--no-finish", "--json", *self.to]
        asked += ["--parents", "replace" if replaces else "add", "--min-lines", "0"]
        asked += ["--create-groups"] if creates else []
        planned = succeed(self.cli("import-groups", *asked, "--dry-run", "--plan", "plan.csv"), 0, 3)
        self.compare()
        before = self.world.copy()
        summary = succeed(self.cli("import-groups", *asked, "--expect", planned["plan"]["hash"]), 0, 3)
        outcome = import_groups(self.world, lines, source, replaces=replaces, creates=creates)
        assert {name: summary[name] for name in outcome.counts} == outcome.counts
        assert rejects("groups.csv") == group_codes(outcome.fates)
        self.compare()
        self.undoable.append((summary["import"], before, self.world.copy()))
        if again:
            same = succeed(self.cli("import-groups", *asked), 0, 3)
            assert not any(same[what][name] for what in ("groups", "parents", "pending") for name in same[what])
            assert same["rejected"] == summary["rejected"]
            self.compare()

    @rule(choose=choices())
    def rows(self, choose: Choose) -> None:
        alone: dict[str, Any] = {"contested": "reject", "personas": "add", "groups": "add", "snapshot": False}
        options = any_options(choose, **alone, **any_ids_said(choose))
        lines = [with_any_id(choose, any_line(choose)) for _ in range(choose([1, 2, 3]))]
        before = self.world.copy()
        summary = import_people(self.cli, lines, options, *self.to)
        outcomes = self.world.import_rows(lines, options)
        self.undoable.append((summary["import"], before, self.world.copy()))
        assert counts_of(summary) == total(outcomes).as_json()
        assert rejects() == codes(lines, [fate for o in outcomes for fate in o.fates])
        self.compare()

    @rule(choose=choices(), pinned=st.booleans())
    def pin(self, choose: Choose, pinned: bool) -> None:
        if not self.world.personas:
            return
        ifi, before = choose(sorted(self.world.personas)), self.world.copy()
        asked = [ifi, "--pin" if pinned else "--unpin", "--no-finish", "--json", *self.to]
        told = succeed(self.cli("move-persona", *asked))
        self.world.personas[ifi].pinned = pinned
        self.compare()
        self.undoable.append((told["import"], before, self.world.copy()))

    @rule(choose=choices())
    def edit(self, choose: Choose) -> None:
        """One person by hand: what can be, and a persona that somebody else keeps."""
        people = {min(one.personas): number for number, one in self.world.people.items() if one.personas}
        if not people:
            return
        called = choose(sorted(people))
        number, before = people[called], self.world.copy()
        person = self.world.people[number]
        free = [one for one in CUSTOM_IDS if self.world.holder_of_custom_id(one) in (None, number)]
        kept = {ifi for ifi, one in self.world.personas.items() if one.pinned and one.owner != number}
        former = {ifi for one in self.world.people.values() if one.former_custom_id for ifi in one.personas}
        added = tuple(one for one in some_of(choose, PERSONAS, choose([0, 1, 2])) if one[1] not in former - {called})
        without = {ifi for ifi in sorted(person.personas) if not self.world.personas[ifi].pinned and choose([0, 0, 1])}
        without -= {ifi for _, ifi in added}
        without -= {called} if without == person.personas and not {ifi for _, ifi in added} - kept else set()
        groups = choose([(), ("new",), ("sales",)])
        out_of = {one for one in sorted(person.member_of() - {*groups}) if choose([0, 1])}
        said = Line(
            custom_id=choose([None, None, *free]),
            personas=added,
            name=choose([None, "Zoë", DELETE]),
            image_url=choose([None, DELETE]),
            groups=groups or None,
        )
        loses = said.custom_id is None and person.custom_id is not None and choose([False, True])
        asked = [*edited(said, "<delete>" if loses else said.custom_id)]
        asked += [word for ifi in sorted(without) for word in ("--remove-persona", ifi)]
        asked += [word for group in sorted(out_of) for word in ("--remove-group", group)]
        if not asked:
            return
        ran = self.cli("edit-person", called, *asked, "--create-groups", "--no-finish", "--json", *self.to)
        erased = self.world.erased
        comes_back = erased and (
            any(erased.has_identifier(ifi) for _, ifi in added) or erased.has_custom_id(said.custom_id)
        )
        if comes_back or kept & {ifi for _, ifi in added}:
            succeed(ran, 4)
            self.compare()
            return
        told = succeed(ran)
        self.world.edit(number, said, without, out_of, loses=loses)
        self.compare()
        self.undoable.append((told["import"], before, self.world.copy()))

    @rule(choose=choices(), forgets=st.booleans())
    def erase(self, choose: Choose, forgets: bool) -> None:
        """Somebody is erased, as far as the model knows; who they were once is kept as hashes, too."""
        people = {min(one.personas): number for number, one in self.world.people.items() if one.personas}
        if not people:
            return
        called, others = choose(sorted(people)), self.world.copy()
        person = others.people.pop(people[called])
        told = succeed(self.cli("erase-person", called, "--yes", "--no-finish", "--json", *self.to))
        assert told["people"]["erased"] == 1
        self.world.erase(people[called])
        self.undoable.clear()
        self.look_at_the_erased()
        erased, world = self.world.erased, self.world
        assert erased
        assert erased.has_custom_id(person.custom_id) == (person.custom_id is not None)
        assert all(map(erased.has_identifier, person.personas))
        assert not any(erased.has_custom_id(one.custom_id) for one in world.people.values())
        assert not any(erased.has_identifier(ifi) for ifi, one in world.personas.items() if one.owner is not None)
        self.compare()
        if forgets:
            assert succeed(self.cli("erase-person", called, "--forget", "--json", *self.to))["forgotten"]
            self.look_at_the_erased()
            assert not (self.world.erased and self.world.erased.has_identifier(called))

    def look_at_the_erased(self) -> None:
        """What is kept of them; and what has lost its agent's name, for the model does not know whose it was once."""
        with psycopg.connect(self.database_url) as connection:
            kept = connection.execute(KEPT, [self.organisation]).fetchall()
            names = dict(connection.execute(NAMES, [self.organisation]).fetchall())
        self.world.erased = Erased(kept[0][0], [hash for _, hash in kept]) if kept else None
        for ifi, persona in self.world.personas.items():
            assert names[ifi] in (persona.agent_name, None)
            persona.agent_name = names[ifi]

    @rule(choose=choices())
    def edit_group(self, choose: Choose) -> None:
        """One group by hand, or a new one; refused where it would be its own ancestor."""
        there, group = self.world.groups, choose(OF_GROUPS)
        free = [one for one in OF_GROUPS if one not in there]
        new_id = choose([None, None, *free]) if group in there else None
        name, type_ = choose([None, "Sales", DELETE]), choose([None, "site", DELETE])
        others = sorted(set(there) - {group})
        below = some_of(choose, others, choose([0, 1, 2]) if len(others) > 1 else 0)
        not_below = [one for one in sorted(there[group].below() - {*below}) if choose([0, 1])] if group in there else []
        asked = [] if group in there else ["--new"]
        for option, value in (("--custom-id", new_id), ("--name", name), ("--type", type_)):
            asked += [] if value is None else [option, "<delete>" if value is DELETE else value]
        asked += [word for one in below for word in ("--add-parent", one)]
        asked += [word for one in not_below for word in ("--remove-parent", one)]
        if not asked:
            return
        before = self.world.copy()
        ran = self.cli("edit-group", group, *asked, "--no-finish", "--json", *self.to)
        self.world.edit_group(group, new_id, name, type_, below, not_below)
        known = new_id or group
        if known in self.world.with_ancestors(self.world.groups[known].below()):
            succeed(ran, 4)
            self.world = before
            self.compare()
            return
        told = succeed(ran)
        self.compare()
        self.undoable.append((told["import"], before, self.world.copy()))

    @rule(choose=choices())
    def delete_groups(self, choose: Choose) -> None:
        """One goes, as it was planned; a file may name it again."""
        if not self.world.groups:
            return
        groups, before = some_of(choose, sorted(self.world.groups), 1), self.world.copy()
        asked = [*groups, "--no-finish", "--json", *self.to]
        planned = succeed(self.cli("delete-group", *asked, "--dry-run"))
        self.compare()
        told = succeed(self.cli("delete-group", *asked))
        assert told["plan"]["hash"] == planned["plan"]["hash"]
        self.world.delete_groups(groups)
        self.compare()
        self.undoable.append((told["import"], before, self.world.copy()))

    @rule(again=st.booleans())
    def undo(self, again: bool) -> None:
        """The last import, and with `again` that as well: then it stands as before."""
        if not self.undoable:
            return
        number, before, after = self.undoable.pop()
        now = self.world.copy()
        told = succeed(self.cli("undo-import", str(number), "--no-finish", "--json", *self.to))
        self.world.undo(before, after)
        self.compare()
        if again:
            succeed(self.cli("undo-import", str(told["import"]), "--no-finish", "--json", *self.to))
            self.world = now
            self.compare()
            self.undoable.append((number, before, after))
        for suspended in succeed(self.cli("show-status", "--json", *self.to))["suspended"]:
            succeed(self.cli("resume-source", suspended["source"], "--json", *self.to))

    @rule()
    def prune(self) -> None:
        succeed(self.cli("prune-history", "--older-than", "0d", "--json", *self.to))
        self.undoable.clear()
        self.compare()

    @rule(choose=choices())
    def report(self, choose: Choose) -> None:
        """Every record, and the three reports of whatever may be asked for."""
        self.finish()
        known = {activity for told in self.world.told.values() if (activity := told["object"].get("id"))}
        custom_ids = {one.custom_id for one in self.world.people.values() if one.custom_id is not None}
        since, until = choose(SPANS)
        asked = Filter(
            choose([None, None, *sorted(self.world.groups)]),
            choose([None, None, *sorted(known)]),
            choose([None, None, *sorted(custom_ids)]),
            since and datetime.fromisoformat(since),
            until and datetime.fromisoformat(until),
        )
        compare_reports(self.cli, self.world, asked, *self.to)

    @rule()
    def finish(self) -> None:
        succeed(self.cli("finish-batch-updates", "--check", "--json", *self.to))
        compare_records(self.database_url, [self.world], self.organisation)

    def compare(self) -> None:
        found = look(self.database_url, self.organisation)
        assert found.state == self.world.state()
        assert found.groups == self.world.group_state()
        assert found.spells == self.world.spell_state()

    def teardown(self) -> None:
        if hasattr(self, "to"):
            self.finish()


def test_any_history(cli: Cli, database_url: str) -> None:
    """Statements, imports, pins, undos and prunings in any order: the commands' world is the model's after each."""
    numbers = itertools.count(1)
    run_state_machine_as_test(
        lambda: History(cli, database_url, numbers),
        settings=settings(
            max_examples=10,
            stateful_step_count=8,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
