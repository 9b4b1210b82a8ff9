"""Any question to the reports has the model's answer, over a world drawn at random; upgraded databases too."""

from __future__ import annotations

import itertools
import json
import os
import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest
from conftest import ROOT, Cli, Server
from model import World
from model_reports import Filter
from outcomes import import_batch, make_groups, succeed
from reports import compare_records, compare_reports, reported
from worlds import (
    ACTIVITIES,
    PERSONAS,
    RESULTS,
    VERBS,
    VOIDER,
    SomePerson,
    SomeStatement,
    render_statements,
    set_up,
    world_of,
)

SEED = int(os.environ.get("IMPORT_PEOPLE_SEED", "20260101"))
GROUPS = {
    "all": (),
    "sales": ("all",),
    "north": ("sales", "region"),
    "region": ("all",),
    "club": (),
    "empty": ("club",),
}
"""`north` is below `all` by two ways, `club` is beside, and nobody is in `empty`."""
PEOPLE = (
    SomePerson("A", "Ada", None, PERSONAS[:2], (("north", "people"), ("all", "people"), ("club", "crm"))),
    SomePerson("B", "Bob", None, PERSONAS[2:4], (("sales", "people"), ("sales", "crm"))),
    SomePerson("C", None, None, PERSONAS[4:5], (("region", "people"),)),
    SomePerson("D", "Dan", None, (("mbox", "mailto:dan@example.com"),), (("north", "crm"),)),
)
"""The last two personas are of nobody; D does nothing."""
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)


def any_statements(chance: random.Random, number: int) -> list[SomeStatement]:
    """So many, over some months, many of them at a month's very edge; every seventh is voided."""
    found = []
    for n in range(number):
        at = BEGIN + timedelta(seconds=chance.randrange(120 * 86_400))
        if chance.random() < 0.3:
            month = datetime(2024, chance.randint(1, 4), 1, tzinfo=UTC)
            at = month + timedelta(microseconds=chance.choice([-1, 0, 1]))
        kind, ifi = chance.choice(PERSONAS)
        told = SomeStatement(
            f"00000000-0000-4000-8000-{n:012}",
            kind,
            ifi,
            "Agent",
            n % 7 == 0,
            chance.choice(VERBS),
            chance.choice(ACTIVITIES),
            chance.choice(RESULTS),
            at.astimezone(zone(chance)).isoformat(),
        )
        found.append(told)
    return found


def zone(chance: random.Random) -> timezone:
    return timezone(timedelta(minutes=chance.choice([0, 0, 330, -480])))


def make(cli: Cli, url: str, chance: random.Random) -> World:
    """The world, in the database and as the model's."""
    statements = any_statements(chance, 150)
    make_groups(url, list(GROUPS.items()))
    Path("statements.jsonl").write_text(render_statements(statements, VOIDER), encoding="utf-8")
    succeed(cli("import-statements", "statements.jsonl", "--json", "--no-finish"))
    for batch in set_up(PEOPLE):
        import_batch(cli, batch.lines, batch.options)
    succeed(cli("finish-batch-updates", "--check", "--json"))
    return world_of(PEOPLE, statements, dict(GROUPS))


def test_every_question_has_the_model_s_answer(cli: Cli, database_url: str) -> None:
    print(f"IMPORT_PEOPLE_SEED={SEED}")
    chance = random.Random(SEED)
    world = make(cli, database_url, chance)
    compare_records(database_url, [world])
    compare_reports(cli, world, Filter())
    moments = [None, BEGIN, datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC)]
    moments += [one + timedelta(microseconds=1) for one in moments[1:] if one]
    moments += [BEGIN + timedelta(seconds=chance.randrange(120 * 86_400)) for _ in range(3)]
    spans = [(a, b) for a, b in itertools.product(moments, moments) if not (a and b and a >= b)]
    for since, until in chance.sample(spans, 24):
        asked = Filter(
            chance.choice([None, None, *GROUPS]),
            chance.choice([None, None, *ACTIVITIES[:3]]),
            chance.choice([None, None, None, "A", "B", "D"]),
            since,
            until,
        )
        compare_reports(cli, world, asked)


def test_every_row_is_sorted_by_what_was_asked_for_and_pages_make_the_whole(cli: Cli, database_url: str) -> None:
    make(cli, database_url, random.Random(SEED))
    for command, columns in (
        ("report-people", reported(cli, "report-people")[0]),
        ("report-groups", reported(cli, "report-groups")[0]),
        ("report-activities", reported(cli, "report-activities")[0]),
    ):
        for column, descending in itertools.product(columns, (False, True)):
            words = ["--sort", column, *(["--descending"] if descending else [])]
            rows = reported(cli, command, *words)
            values = [row[column] for row in rows if row[column] is not None]
            assert values == sorted(values, reverse=descending), (command, column)
            assert [row[column] is None for row in rows] == sorted(row[column] is None for row in rows)
        pages = [reported(cli, command, *words, "--limit", "2", "--offset", str(at)) for at in range(0, len(rows), 2)]
        assert list(itertools.chain.from_iterable(pages)) == rows


def test_a_page_of_groups_is_the_same_whether_only_its_groups_are_added_up_or_all(
    cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(cli, database_url, random.Random(SEED))
    for words in (("--since", "2024-02", "--until", "2024-03-07"), ("--activity", ACTIVITIES[0], "--sort", "members")):
        every = json.loads(cli("report-groups", "--format", "json", *words).stdout)
        for at, few in zip(range(0, len(every) + 1, 2), itertools.cycle((0, 50_000))):
            monkeypatch.setattr("jobs.reporting.report.FEW", few)
            page = succeed(cli("report-groups", "--limit", "2", "--offset", str(at), "--json", *words))
            assert (page["rows"], page["more"]) == (every[at : at + 2], len(every) > at + 2), (words, at)


def test_an_upgraded_database_reports_what_it_has_after_a_finish(
    server: Server, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of revision 0003, with statements: until the finish the old figures stand, and what is pending is said."""
    url = server.create_database()
    with psycopg.connect(url) as connection:
        for number in ("0001_people", "0002_what_sources_say", "0003_history"):
            connection.execute((ROOT / f"sql/migrations/versions/{number}.sql").read_bytes(), prepare=False)
        connection.execute("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY)")
        connection.execute("INSERT INTO alembic_version VALUES ('0003')")
        connection.execute(OLD.encode(), prepare=False)
    monkeypatch.setenv("DATABASE_URL", url)
    before = cli("report-people")
    assert before.exit_code == 0
    assert "not fresh: 2 personas are pending" in before.stdout
    assert [row["interactions"] for row in reported(cli, "report-people")] == [3]
    succeed(cli("finish-batch-updates", "--check", "--json"))
    ada, other = reported(cli, "report-people", "--sort", "custom_id")
    assert (ada["custom_id"], ada["interactions"], ada["completed"], ada["seconds_spent"]) == ("A", 2, 1, 90)
    assert (other["custom_id"], other["interactions"]) == (None, 1)
    assert [row["people"] for row in reported(cli, "report-activities", "--since", "2024-02")] == [1]
    Path("people.csv").write_text("custom_id,email\nB,b@example.com\nC,c@example.com\n", encoding="utf-8")
    number = succeed(cli("import-people", "people.csv", "--batch", "--json"))["import"]
    assert succeed(cli("undo-import", str(number), "--json"))["people"] == {"created": 0, "updated": 1, "deleted": 1}
    succeed(cli("finish-batch-updates", "--check", "--json"))
    server.drop_database(url)


OLD = """
    SELECT setval('person_ids', 2), setval('persona_ids', 2);
    INSERT INTO people (organisation_id, id, custom_id, name) VALUES (1, 1, 'A', 'Ada'), (1, 2, NULL, 'Other');
    INSERT INTO personas (organisation_id, id, person_id, kind, ifi)
    VALUES (1, 1, 1, 'mbox', 'mailto:a@example.com'), (1, 2, 2, 'mbox', 'mailto:b@example.com');
    INSERT INTO activities VALUES (1, 1, 'https://example.com/1');
    INSERT INTO statements (organisation_id, id, persona_id, activity_id, verb, completion, seconds, at, digest)
    VALUES (1, '00000000-0000-4000-8000-000000000001', 1, 1, 'https://v', true, 60, '2024-01-31T23:59:59Z', ''),
           (1, '00000000-0000-4000-8000-000000000002', 1, 1, 'https://v', false, 30, '2024-02-01T00:00:00Z', ''),
           (1, '00000000-0000-4000-8000-000000000003', 2, 1, 'https://v', NULL, NULL, '2024-01-02T00:00:00Z', '');
    INSERT INTO persona_activity_records
    VALUES (1, 1, 1, 3, 1, 0, 0, 0, 0, NULL, 90, '2024-01-31T23:59:59Z', '2024-02-01T00:00:00Z', NULL, NULL);
    INSERT INTO person_activity_records
    VALUES (1, 1, 1, 3, 1, 0, 0, 0, 0, NULL, 90, '2024-01-31T23:59:59Z', '2024-02-01T00:00:00Z', NULL, NULL);
    INSERT INTO person_records
    VALUES (1, 1, 3, 1, 1, 0, 0, 0, 0, 90, '2024-01-31T23:59:59Z', '2024-02-01T00:00:00Z');
"""
