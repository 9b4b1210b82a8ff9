"""An undo is as if the import had never been, whatever statements have come since: the command is held to the model.

Many small worlds at a time, as in `test_model_and_commands.py`.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from conftest import Cli
from model import Line, World, kinds_of
from reports import compare_records
from test_model_and_commands import (
    VOIDER,
    import_batch,
    look,
    make_groups,
    pin,
    succeed,
    write,
)
from worlds import (
    MOMENTS,
    Batch,
    SomeStatement,
    any_options,
    any_statements,
    many_stories,
    render_statements,
    set_up,
    str_to_uuid,
    together,
    unknown_lines,
    Renaming,
)

SEED = int(os.environ.get("IMPORT_PEOPLE_SEED", "20260101"))
WORLDS = 60


class Organisation:
    """Many worlds, through the commands and through the model."""

    def __init__(self, cli: Cli, url: str, seed: int) -> None:
        self.cli, self.url, self.chance = cli, url, random.Random(seed)
        self.numbers = 0
        choose = self.chance.choice
        options = [any_options(choose, as_of=moment) for moment in sorted(MOMENTS)]
        self.stories = many_stories(seed, WORLDS, options)
        story = together(self.stories)
        make_groups(url, story.groups)
        if self.chance.random() < 0.7:
            self.worlds = [one.world() for one in self.stories]
            self.load(story.statements)
        else:
            self.worlds = [replace(one, statements=()).world() for one in self.stories]
        for batch in set_up(story.people):
            import_batch(cli, batch.lines, batch.options)
        pin(url, story.people)
        self.done: list[tuple[int, list[World], list[World]]] = []
        self.compare("set up")

    def load(self, statements: Sequence[SomeStatement]) -> None:
        if statements:
            name = write("statements.jsonl", render_statements(statements, VOIDER))
            succeed(self.cli("import-statements", name, "--json", "--no-finish"))

    def statements(self) -> None:
        """Some more arrive, in every world."""
        drawn = []
        for number, world in enumerate(self.worlds):
            rename = Renaming(f"w{number}x")
            for one in any_statements(self.chance.choice):
                self.numbers += 1
                one = replace(one, id=str_to_uuid(f"late {self.numbers}"), actor=rename.ifi(one.kind, one.actor))
                world.statement(one.actor, one.kind, one.name, one.id, one.as_json())
                if one.voided:
                    world.void(one.id)
                drawn.append(one)
        self.load(drawn)
        self.compare("statements")

    def copies(self) -> list[World]:
        return [world.copy() for world in self.worlds]

    def batch(self, place: int) -> None:
        batches = [story.batches[place] for story in self.stories]
        kinds = {kind for batch in batches for kind in kinds_of(batch.lines)}
        before, held = self.copies(), any(unknown_lines(self.worlds, batches))
        lines: list[Line] = []
        for world, batch in zip(self.worlds, batches, strict=True):
            world.import_batch(batch.lines, batch.options, kinds_elsewhere=kinds, nobody_leaves=held)
            lines += batch.lines
        told = import_batch(self.cli, lines, batches[0].options)
        self.compare(f"batch {batches[0].options}")
        self.done.append((told["import"], before, self.copies()))

    def undo(self) -> None:
        """The last import; that too can be undone."""
        number, before, after = self.done.pop()
        now = self.copies()
        told = succeed(self.cli("undo-import", str(number), "--no-finish", "--json"))
        for world, was, became in zip(self.worlds, before, after, strict=True):
            world.undo(was, became)
        self.compare(f"undo of {number}")
        for suspended in succeed(self.cli("show-status", "--json"))["suspended"]:
            succeed(self.cli("resume-source", suspended["source"], "--json"))
        self.undone = (told["import"], now, self.copies())

    def undo_the_undo(self) -> None:
        self.done.append(self.undone)
        number, _, _ = self.done[-1]
        self.undo()

    def compare(self, what: str) -> None:
        found = look(self.url)
        state = {one for world in self.worlds for one in world.state()}
        spells = {one for world in self.worlds for one in world.spell_state()}
        if (found.state, found.spells) == (state, spells):
            for world in self.worlds:
                world.check()
            return
        for number, world in enumerate(self.worlds):
            if not (world.state() <= found.state and world.spell_state() <= found.spells):
                pytest.fail(f"{what}: world {number}\nmodel {world.state()}\n{world.spell_state()}\n"
                            f"only commands {found.state - state}\n{found.spells - spells}")
        pytest.fail(f"{what}: only commands {found.state - state}\n{found.spells - spells}")


@pytest.mark.parametrize("number", range(int(os.environ.get("UNDO_SEEDS", "2"))))
def test_undone_after_statements_have_come(number: int, cli: Cli, database_url: str) -> None:
    print(f"IMPORT_PEOPLE_SEED={SEED}")
    one = Organisation(cli, database_url, SEED + number)
    chance = one.chance
    for place in range(3):
        one.batch(place)
        if chance.random() < 0.5:
            one.statements()
    for _ in range(3):
        if chance.random() < 0.7:
            one.statements()
        one.undo()
        if chance.random() < 0.4:
            if chance.random() < 0.7:
                one.statements()
            one.undo_the_undo()
            if chance.random() < 0.5:
                one.statements()
            one.undo_the_undo()
    succeed(cli("finish-batch-updates", "--check", "--json"))
    compare_records(database_url, one.worlds)
