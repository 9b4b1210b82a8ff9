"""Where most are pending, the records of all are made at once: the same that chunks make, keys and all."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from conftest import Cli
from faults import statement, write_csv, write_statements

from jobs.importing import finish
from jobs.shell.terminal import Progress
from sql.database import DatabaseError, connected

RECORDS = ("persona_activity_records", "person_activity_records", "person_records", "group_records")
KEYS = "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname ~ 'records_pkey$'"


@pytest.fixture
def recorded(cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Three people in two groups with interactions, recorded by chunks; from here on one persona is very many."""
    rows = [(f"c{n}", f"p{n}@corp.example", f"g{n % 2}") for n in range(3)]
    people = write_csv(Path("people.csv"), rows, ("custom_id", "email", "groups"))
    said = [statement(n, f"p{n % 5}@corp.example", activity=n % 3) for n in range(20)]
    assert cli("import-statements", str(write_statements(Path("said.jsonl"), said))).exit_code == 0
    assert cli("import-people", str(people), "--batch", "--create-groups").exit_code == 0
    monkeypatch.setattr(finish, "MANY", 1)
    return database_url


def stored(url: str) -> dict[str, list[str]]:
    """All records, and the keys of their tables."""
    with psycopg.connect(url) as connection:
        found = {
            table: sorted(row for (row,) in connection.execute(f"SELECT CAST(r AS text) FROM {table} AS r"))
            for table in RECORDS
        }
        return found | {"keys": sorted(map(str, connection.execute(KEYS)))}


def forget(url: str) -> None:
    """As after an upgrade that makes the tables of records anew: everybody with statements is pending."""
    with psycopg.connect(url) as connection:
        connection.execute(f"TRUNCATE {', '.join(RECORDS)}")
    mark(url)


def mark(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO pending (organisation_id, subject, subject_id) "
            "SELECT DISTINCT organisation_id, 'persona', persona_id FROM statements"
        )


def test_it_is_the_same_as_by_chunks(cli: Cli, recorded: str) -> None:
    by_chunks = stored(recorded)
    forget(recorded)
    with connected(recorded) as database:
        assert finish.everything(database, 1, "personas") == {"personas": 5, "people": 5}
        assert finish.everything(database, 1, "personas") == {}, "nothing is pending"
        assert finish.finish(database, 1, Progress(None, 1)) == {"personas": 0, "people": 0, "groups": 2}
    assert stored(recorded) == by_chunks
    assert cli("finish-batch-updates", "--check").exit_code == 0


def test_what_was_there_before_goes(cli: Cli, recorded: str) -> None:
    by_chunks = stored(recorded)
    with psycopg.connect(recorded) as connection:
        connection.execute("UPDATE persona_activity_records SET completed = completed + 7")
        connection.execute("UPDATE person_activity_records SET activity_id = activity_id + 4711")
        connection.execute("UPDATE person_records SET person_id = person_id + 4711 WHERE interactions > 4")
    mark(recorded)
    with connected(recorded) as database:
        assert finish.everything(database, 1, "personas") == {"personas": 5, "people": 5}
        finish.finish(database, 1, Progress(None, 1))
    assert stored(recorded) == by_chunks
    assert cli("finish-batch-updates", "--check").exit_code == 0


def test_people_alone(cli: Cli, recorded: str) -> None:
    by_chunks = stored(recorded)
    with psycopg.connect(recorded) as connection:
        connection.execute("UPDATE person_activity_records SET completed = completed + 7")
        connection.execute("DELETE FROM person_records")
        connection.execute(
            "INSERT INTO pending (organisation_id, subject, subject_id) SELECT 1, 'person', id FROM people LIMIT 3"
        )
    with connected(recorded) as database:
        assert finish.everything(database, 1, "personas") == {}
        assert finish.finish(database, 1, Progress(None, 1)) == {"personas": 0, "people": 5, "groups": 2}
    assert stored(recorded) == by_chunks
    assert cli("finish-batch-updates", "--check").exit_code == 0


def test_less_than_half_are_made_by_chunks(recorded: str) -> None:
    with psycopg.connect(recorded) as connection:
        connection.execute(
            "INSERT INTO pending (organisation_id, subject, subject_id) "
            "SELECT 1, 'persona', p.id FROM (SELECT id FROM personas ORDER BY id LIMIT 2) AS p, generate_series(1, 9)"
        )
    with connected(recorded) as database:
        assert finish.everything(database, 1, "personas") == {}
        assert finish.chunk(database, 1, "personas", 2**63 - 1, 1_000) == 2


def test_where_somebody_reads_the_keys_stay(recorded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sql.database.LOCK_PATIENCE", "50ms")
    by_chunks = stored(recorded)
    forget(recorded)
    with psycopg.connect(recorded) as reader:
        reader.execute("TABLE person_records")
        with connected(recorded) as database:
            assert finish.everything(database, 1, "personas") == {"personas": 5, "people": 5}
        assert reader.execute("TABLE person_records").rowcount == 5
    with connected(recorded) as database:
        finish.finish(database, 1, Progress(None, 1))
    assert stored(recorded) == by_chunks


def test_another_organisation_s_records_stay(cli: Cli, recorded: str) -> None:
    forget(recorded)
    more = write_statements(Path("more.jsonl"), [statement(100 + n, f"q{n % 2}@corp.example") for n in range(6)])
    made = cli("import-statements", str(more), "--organisation", "other", "--create-organisation", "--json")
    assert made.exit_code == 0, made
    theirs = [row for row in stored(recorded)["person_records"] if row.startswith("(2,")]
    assert len(theirs) == 2
    assert json.loads(cli("finish-batch-updates", "--check", "--json").stdout)["recomputed"]["people"] == 5
    assert [row for row in stored(recorded)["person_records"] if row.startswith("(2,")] == theirs


def test_what_is_not_through_stays_pending(recorded: str) -> None:
    """It is one transaction."""
    forget(recorded)
    before = stored(recorded)
    with psycopg.connect(recorded) as connection:
        connection.execute("ALTER TABLE person_records ADD CONSTRAINT nobody_has_any CHECK (interactions = 0)")
    with connected(recorded) as database, pytest.raises(DatabaseError, match="nobody_has_any"):
        finish.everything(database, 1, "personas")
    assert stored(recorded) == before
    with psycopg.connect(recorded) as connection:
        marked = connection.execute("SELECT count(*) FROM pending WHERE subject = 'persona'").fetchone()
    assert marked == (5,)
