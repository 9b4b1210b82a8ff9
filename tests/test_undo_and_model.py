"""An undo is as if the import had never been, whatever statements have come since: the command is held to the model.

Many small worlds at a time, as in `test_model_and_commands.py`.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import replace

import psycopg
import pytest
from conftest import Cli
from model import Line, World, kinds_of
from outcomes import import_batch, look, make_groups, pin, succeed, write
from reports import compare_records
from worlds import (
    MOMENTS,
    VOIDER,
    Renaming,
    SomeStatement,
    any_options,
    any_statements,
    many_stories,
    render_statements,
    set_up,
    str_to_uuid,
    together,
    unknown_lines,
)

SEED = int(os.environ.get("IMPORT_PEOPLE_SEED", "20260101"))
WORLDS = 45


class Organisation:
    """Many worlds, through the commands and through the model, which are compared after each step."""

    def __init__(self, cli: Cli, url: str, seed: int, worlds: int) -> None:
        self.cli, self.url, self.chance = cli, url, random.Random(seed)
        self.stories = many_stories(seed, worlds, [any_options(self.chance.choice, as_of=at) for at in sorted(MOMENTS)])
        self.late = 0
        story = together(self.stories)
        make_groups(url, story.groups)
        told = self.chance.choice([True, True, False])
        self.worlds = [(one if told else replace(one, statements=())).world() for one in self.stories]
        self.load(story.statements if told else ())
        for batch in set_up(story.people):
            import_batch(cli, batch.lines, batch.options)
        pin(url, story.people)
        self.done: list[tuple[int, list[World], list[World]]] = []
        """What can be undone, the newest last: with the worlds before and after it."""
        self.compare("set up")

    def load(self, statements: Sequence[SomeStatement]) -> None:
        if statements:
            file = write("statements.jsonl", render_statements(statements, VOIDER))
            succeed(self.cli("import-statements", file, "--json", "--no-finish"))

    def statements(self) -> None:
        """Some arrive, in every world."""
        drawn = []
        for number, world in enumerate(self.worlds):
            rename = Renaming(f"w{number}x")
            for one in any_statements(self.chance.choice):
                self.late += 1
                said = replace(one, id=str_to_uuid(f"late {self.late}"), actor=rename.ifi(one.kind, one.actor))
                world.statement(said.actor, said.kind, said.name, said.id, said.as_json())
                if said.voided:
                    world.void(said.id)
                drawn.append(said)
        self.load(drawn)
        self.compare("statements")

    def batch(self, place: int) -> None:
        batches = [story.batches[place] for story in self.stories]
        kinds = {kind for batch in batches for kind in kinds_of(batch.lines)}
        before, held = self.copies(), any(unknown_lines(self.worlds, batches))
        lines: list[Line] = []
        for world, batch in zip(self.worlds, batches, strict=True):
            world.import_batch(batch.lines, batch.options, kinds_elsewhere=kinds, nobody_leaves=held)
            lines += batch.lines
        told = import_batch(self.cli, lines, batches[0].options)
        self.compare(f"{batches[0].options}")
        self.done.append((told["import"], before, self.copies()))

    def merge(self) -> None:
        """Some people of every third world or so turn out to be one, by a reviewed list."""
        before, ids = self.copies(), numbers_of(self.url)
        lines = ["same,keep,person,custom_id,other_person,other_custom_id"]
        for world in self.worlds:
            known = {ids[persona]: owner for persona, owner in owners_of(world).items()}
            if len(known) < 2 or self.chance.random() < 0.6:
                continue
            drawn = sorted(self.chance.sample(sorted(known), min(len(known), self.chance.choice([2, 2, 3]))))
            having = [number for number in drawn if world.people[known[number]].custom_id is not None]
            stays = self.chance.choice(having) if having else drawn[0]
            people = {number: world.people[known[number]].custom_id or "" for number in drawn}
            keep = people[stays] if len(having) > 1 else ""
            first = self.chance.choice(drawn)
            lines += [
                f"yes,{keep if stays in (first, one) else ''},#{first},{people[first]},#{one},{people[one]}"
                for one in people.keys() - {first}
            ]
            others = [known[number] for number in drawn if number != stays]
            world.merge(known[stays], others, known[stays] if keep else None)
        write("merges.csv", "\n".join(lines))
        told = succeed(self.cli("merge-people", "--from", "merges.csv", "--no-finish", "--json"))
        self.compare("merge")
        self.done.append((told["import"], before, self.copies()))

    def undo(self) -> tuple[int, list[World], list[World]]:
        """The last of all; gives what undoes that."""
        number, before, after = self.done.pop()
        now = self.copies()
        told = succeed(self.cli("undo-import", str(number), "--no-finish", "--json"))
        for world, was, became in zip(self.worlds, before, after, strict=True):
            world.undo(was, became)
        self.compare(f"undo of {number}")
        for suspended in succeed(self.cli("show-status", "--json"))["suspended"]:
            succeed(self.cli("resume-source", suspended["source"], "--json"))
        return told["import"], now, self.copies()

    def erase(self) -> dict[int, int]:
        """In every other world somebody is erased; gives who, by world."""
        ids, gone, erased = numbers_of(self.url), [], {}
        for number, world in enumerate(self.worlds):
            if number % 2 and (owners := owners_of(world)):
                persona = self.chance.choice(sorted(owners))
                gone.append(f"#{ids[persona]}")
                world.erase(owners[persona])
                erased[number] = owners[persona]
        succeed(self.cli("erase-person", *gone, "--yes", "--no-finish", "--json"))
        self.compare("erased")
        return erased

    def copies(self) -> list[World]:
        return [world.copy() for world in self.worlds]

    def compare(self, what: str) -> None:
        found = look(self.url)
        for number, world in enumerate(self.worlds):
            world.check()
            missing = (world.state() - found.state, world.spell_state() - found.spells)
            assert missing == (set(), set()), f"{what}: world {number}: {world.state()}, {world.spell_state()}"
        assert found.state == {one for world in self.worlds for one in world.state()}, what
        assert found.spells == {one for world in self.worlds for one in world.spell_state()}, what


def owners_of(world: World) -> dict[str, int]:
    """Of everybody who has a persona now the first."""
    return {min(person.personas): number for number, person in world.people.items() if person.personas}


def numbers_of(url: str) -> dict[str, int]:
    """Persona -> the id of its person."""
    with psycopg.connect(url) as connection:
        return dict(connection.execute("SELECT ifi, person_id FROM personas WHERE person_id IS NOT NULL").fetchall())


def undo_all(number: int, cli: Cli, url: str, worlds: int = WORLDS) -> None:
    print(f"IMPORT_PEOPLE_SEED={number}")
    one = Organisation(cli, url, number, worlds)

    def perhaps(chance: float) -> bool:
        return one.chance.random() < chance

    for place in range(3):
        one.batch(place)
        if perhaps(0.5):
            one.statements()
        if place == 1:
            one.merge()
    while one.done:
        if perhaps(0.7):
            one.statements()
        undone = one.undo()
        for _ in range(2 if perhaps(0.5) else 0):  # that is undone too, and done again
            if perhaps(0.7):
                one.statements()
            one.done.append(undone)
            undone = one.undo()
    succeed(cli("finish-batch-updates", "--check", "--json"))
    compare_records(url, one.worlds)


def test_undone_after_statements_have_come(cli: Cli, database_url: str) -> None:
    undo_all(SEED, cli, database_url)


def undo_all_after_erasing(number: int, cli: Cli, url: str, worlds: int = WORLDS) -> None:
    """Nothing that was theirs alone comes back, and who had nothing to do with them is as if nobody had been erased."""
    print(f"IMPORT_PEOPLE_SEED={number}")
    one = Organisation(cli, url, number, worlds)
    for place in range(3):
        one.batch(place)
        if place == 1:
            one.merge()
    one.statements()
    now = one.copies()
    erased = one.erase()
    of_others = {
        name
        for _, *sides in [*one.done, (0, now)]
        for worlds_then in sides
        for nth, who in erased.items()
        for name in ids_of_others(worlds_then[nth], who)
    }
    assert erased_ids(url) <= of_others
    while one.done:
        import_number, before, after = one.done.pop()
        succeed(cli("undo-import", str(import_number), "--skip-changed", "--no-finish", "--json"))
        found = look(url)
        for nth, world in enumerate(one.worlds):
            if nth not in erased:
                world.undo(before[nth], after[nth])
                missing = (world.state() - found.state, world.spell_state() - found.spells)
                assert missing == (set(), set()), f"undo of {import_number}: world {nth}"
        for suspended in succeed(cli("show-status", "--json"))["suspended"]:
            succeed(cli("resume-source", suspended["source"], "--json"))
        assert erased_ids(url) <= of_others
        succeed(cli("finish-batch-updates", "--check", "--json"))


def ids_of_others(world: World, person: int) -> set[str]:
    """Which custom_ids and identifiers others have there, or have had."""
    names = {f"c{one.known_as}" for number, one in world.people.items() if number != person}
    return names | {f"i{ifi}" for ifi, one in world.personas.items() if {s.person for s in one.spells()} - {person}}


def erased_ids(url: str) -> set[str]:
    """Which custom_ids and identifiers there are of people who were erased."""
    with psycopg.connect(url) as connection:
        return {one for (one,) in connection.execute(ERASED).fetchall()}


ERASED = """
    SELECT n.name
    FROM erasure_keys AS k
    CROSS JOIN (SELECT 'i' || ifi FROM personas UNION ALL SELECT 'c' || custom_id FROM people) AS n (name)
    JOIN erased_ids AS e ON e.hash = sha256(k.key || convert_to(n.name, 'UTF8'))
"""


@pytest.mark.parametrize("number", range(1))
def test_undone_after_somebody_was_erased(number: int, cli: Cli, database_url: str) -> None:
    undo_all_after_erasing(SEED + number, cli, database_url)


@pytest.mark.usefixtures("distributed")
def test_where_tables_are_distributed(cli: Cli, database_url: str) -> None:
    """Imports and statements too: all comes to the same."""
    undo_all(SEED, cli, database_url, worlds=20)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(30))
def test_many_more_that_are_undone_after_erasing(number: int, cli: Cli, database_url: str) -> None:
    undo_all_after_erasing(random.SystemRandom().randrange(2**32), cli, database_url)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(60))
def test_many_more_that_are_undone(number: int, cli: Cli, database_url: str) -> None:
    undo_all(random.SystemRandom().randrange(2**32), cli, database_url)
