"""The commands are held to the reference model (`model.py`), over worlds drawn at random.

Many small worlds that know nothing of each other go through one file, under every combination of options; the
model is told each by itself. `pytest -m soak` draws many more.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from operator import gt
from typing import Any

import pytest
from conftest import Cli, Server
from model import Line, Options, Outcome, PersonState
from outcomes import (
    NO_GUARDS,
    Found,
    codes,
    counts_of,
    import_batch,
    import_people,
    look,
    make_groups,
    pin,
    rejects,
    succeed,
    write,
)
from reports import compare_records
from worlds import (
    MOMENTS,
    SEED,
    VOIDER,
    Expected,
    Story,
    each_by_itself,
    knowing_all,
    many_stories,
    may_change_more,
    render_statements,
    set_up,
    together,
)

WORLDS = 45
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
