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
from outcomes import NO_GUARDS, import_batch, make_groups, succeed
from reports import compare_records, compare_reports, reported
from spells import cut, put
from test_reports_and_model import BEGIN, GROUPS, PEOPLE, any_statements
from worlds import ACTIVITIES, VOIDER, SomeStatement, render_statements, set_up, world_of

from jobs.importing import finish
from sql.database import connected

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
def test_every_interaction_counts_once_and_with_whom_it_was(
    number: int, cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some statements come before the spells, some after, and fall into times that are nobody's, too; made anew, all at
    once, the records are the same.
    """
    print(f"IMPORT_PEOPLE_SEED={SEED}")
    chance = random.Random(SEED + number)
    statements = any_statements(chance, 150)
    before, after = statements[:60], statements[60:]
    make_groups(database_url, list(GROUPS.items()))
    load(cli, "before.jsonl", before)
    for batch in set_up(PEOPLE):
        import_batch(cli, batch.lines, batch.options)
    succeed(cli("finish-batch-updates", "--check", "--json"))

    world = world_of(PEOPLE, before, dict(GROUPS))
    ids = numbers(database_url, world)
    moments = [datetime.fromisoformat(one.timestamp) for one in statements]  # a spell begins with what is said then
    moments += [BEGIN + timedelta(seconds=chance.randrange(120 * 86_400)) for _ in range(20)]
    moments = [one.astimezone(UTC) for one in moments]
    for ifi in world.personas:
        cut(world, ifi, chance, moments)
    put(database_url, world, ids)

    load(cli, "after.jsonl", after)
    for one in after:
        world.statement(one.actor, one.kind, one.name, one.id, one.as_json())
        if one.voided:
            world.void(one.id)

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

    with psycopg.connect(database_url) as connection:
        connection.execute("TRUNCATE persona_activity_records, person_activity_records, person_records, group_records")
        connection.execute(
            "INSERT INTO pending (organisation_id, subject, subject_id) SELECT 1, 'persona', id FROM personas"
        )
    monkeypatch.setattr(finish, "MANY", 1)
    with connected(database_url) as database:
        assert finish.everything(database, 1, "personas")
    succeed(cli("finish-batch-updates", "--check", "--json"))
    compare_records(database_url, [world])


def nights(chance: random.Random) -> list[tuple[str, str]]:
    """Files of people, each with its moment, in which addresses are handed round; some say since when."""
    found = []
    for month in range(2, 6):
        lines = ["custom_id,name,email,identifier_since"]
        for custom_id in chance.sample("ABC", 2):
            since = f"2024-{chance.randint(1, month - 1):02}-{chance.choice([10, 20])}" if chance.random() < 0.5 else ""
            lines.append(f"{custom_id},{custom_id.lower()},{chance.choice('xyz')}@example.org,{since}")
        found.append((f"2024-{month:02}-01T02:00Z", "\n".join([*lines, ""])))
    return found


def test_it_does_not_matter_in_which_order_statements_and_imports_come(cli: Cli) -> None:
    print(f"IMPORT_PEOPLE_SEED={SEED}")
    chance = random.Random(SEED)
    imports = nights(chance)
    statements = [
        SomeStatement(
            f"00000000-0000-4000-8000-{n:012}", "mbox", f"mailto:{chance.choice('xyz')}@example.org", "Agent",
            timestamp=(BEGIN + timedelta(hours=chance.randrange(24 * 150))).isoformat(),
        )
        for n in range(40)
    ]  # fmt: skip
    chunks = [statements[n : n + 10] for n in range(0, 40, 10)]
    answers = []
    for organisation in ("before", "after", "between"):
        to = ["--organisation", organisation, "--json", "--no-finish"]
        told = {"before": [0, 0, 0, 0], "after": [4, 4, 4, 4]}.get(organisation) or chance.choices(range(5), k=4)
        for night in range(5):
            for place, when in enumerate(told):
                if when == night:
                    Path("said.jsonl").write_text(render_statements(chunks[place], VOIDER), encoding="utf-8")
                    succeed(cli("import-statements", "said.jsonl", *to, "--create-organisation"))
            if night < 4:
                moment, file = imports[night]
                Path("people.csv").write_text(file, encoding="utf-8")
                asked = ["--takeovers", "split", "--as-of", moment, "--batch", "--create-organisation", *NO_GUARDS]
                succeed(cli("import-people", "people.csv", *asked, *to), 0, 3)
        checked = succeed(cli("finish-batch-updates", "--check", "--json", "--organisation", organisation))
        assert checked["differences"] == 0
        rows = reported(cli, "report-people", "--organisation", organisation)
        answers.append(sorted(str({**row, "interactions": int(row["interactions"])}) for row in rows))
        assert sum(int(row["interactions"]) for row in rows) == 40
    assert answers[0] == answers[1] == answers[2], imports
