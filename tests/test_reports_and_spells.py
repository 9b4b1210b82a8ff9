"""Whose an interaction is, its identifier and its time say, in whatever order statements and spells have come."""

from __future__ import annotations

import itertools
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import Cli
from model import World
from model_reports import Filter
from reports import compare_records, compare_reports, reported
from spells import Held, InTime, cut, put
from test_model_and_commands import VOIDER, import_batch, make_groups, succeed
from test_reports_and_model import BEGIN, GROUPS, PEOPLE, any_statements
from worlds import ACTIVITIES, render_statements, set_up, world_of

SEED = int(os.environ.get("IMPORT_PEOPLE_SEED", "20260101"))


def ask(url: str, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query, parameters).fetchall()


def numbers(url: str, world: World) -> dict[int, int]:
    """The people's ids in the database, by the model's: told apart by what they are of."""
    found = dict(ask(url, "SELECT ifi, person_id FROM personas"))
    return {
        number: found[ifi] for number, person in world.people.items() for ifi in sorted(person.personas) if ifi in found
    }


def load(cli: Cli, name: str, statements: Any) -> None:
    Path(name).write_text(render_statements(statements, VOIDER), encoding="utf-8")
    succeed(cli("import-statements", name, "--json", "--no-finish"))


@pytest.mark.parametrize("number", range(2))
def test_every_interaction_counts_once_and_with_whom_it_was(number: int, cli: Cli, database_url: str) -> None:
    """Some statements come before the spells, some after, and fall into times that are nobody's, too."""
    print(f"IMPORT_PEOPLE_SEED={SEED}")
    chance = random.Random(SEED + number)
    statements = any_statements(chance, 150)
    before, after = statements[:60], statements[60:]
    make_groups(database_url, list(GROUPS.items()))
    load(cli, "before.jsonl", before)
    for batch in set_up(PEOPLE):
        import_batch(cli, batch.lines, batch.options)
    succeed(cli("finish-batch-updates", "--check", "--json"))

    world = InTime(world_of(PEOPLE, before, dict(GROUPS)))
    ids = numbers(database_url, world)
    moments = [datetime.fromisoformat(one.timestamp) for one in statements]  # a spell begins with what is said then
    moments += [BEGIN + timedelta(seconds=chance.randrange(120 * 86_400)) for _ in range(20)]
    moments = [one.astimezone(UTC) for one in moments]
    for ifi, persona in world.personas.items():
        holds = [datetime.fromisoformat(world.told[one]["timestamp"]) for one in persona.statements]
        world.held[ifi] = cut(chance, list(ids), moments, holds)
    put(database_url, world.held, ids)

    load(cli, "after.jsonl", after)
    for one in after:
        if one.actor not in world.personas:
            world.held[one.actor] = [Held(None, None, world._next_id)]
        world.statement(one.actor, one.kind, one.name, one.id, one.as_json())
        if one.voided:
            world.void(one.id)
    world.fill(dict.fromkeys(world.personas, "Agent"))

    checked = succeed(cli("finish-batch-updates", "--check", "--json"))
    assert checked["differences"] == 0
    compare_records(database_url, [world])
    counted = sum(row["interactions"] for row in reported(cli, "report-people"))
    assert counted == sum(not one.voided for one in statements), "each once"
    compare_reports(cli, world, Filter())
    edges = [None, BEGIN, *(datetime(2024, month, 1, tzinfo=UTC) for month in (2, 4)), *chance.sample(moments, 3)]
    spans = [(a, b) for a, b in itertools.product(edges, edges) if not (a and b and a >= b)]
    for since, until in chance.sample(spans, 16):
        asked = Filter(
            chance.choice([None, None, *GROUPS]),
            chance.choice([None, None, *ACTIVITIES[:3]]),
            chance.choice([None, None, None, "A", "B", "D"]),
            since,
            until,
        )
        compare_reports(cli, world, asked)
