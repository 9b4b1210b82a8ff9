"""A store that version 0.1 made is brought up to date: in one pass over its people, and whole or not at all."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
from conftest import ROOT, Cli, Process, Server
from costs import counted, rows_handled
from psycopg.rows import dict_row

from sql.database import HEAD

VERSIONS = ROOT / "sql/migrations/versions"
OLD = "0007"
"""The revision of version 0.1."""

# A load by import 1 of people with two personas and a membership each, and a night, import 2, that has changed every
# tenth name and moved every hundredth persona: as 0.1 has left its tables.
STORE = """
    INSERT INTO sources (organisation_id, id, name) VALUES (1, nextval('source_ids'), 'hr');
    INSERT INTO imports (organisation_id, id, command, source_id, state, run_by, ended_at, files, options)
    SELECT 1, nextval('import_ids'), 'import-people', 1, 'finished', 'cron', now(), '[]', '{"batch": "True"}'
    FROM generate_series(1, 2);
    INSERT INTO groups (organisation_id, id, custom_id, changed_by, said_at)
    SELECT 1, nextval('group_ids'), 'g' || n, 1, n FROM generate_series(1, 100) AS n;
    INSERT INTO people (organisation_id, id, custom_id, name, changed_by, said_at)
    SELECT 1, n, 'P' || n, 'Name ' || n || CASE WHEN n % 10 = 0 THEN ' B' ELSE '' END,
           CASE WHEN n % 10 = 0 THEN 2 ELSE 1 END, n
    FROM generate_series(1, {people}) AS n;
    INSERT INTO person_versions (organisation_id, id, custom_id, name, created_at, changed_by, said_at, replaced_by)
    SELECT 1, n, 'P' || n, 'Name ' || n, now(), 1, n, 2 FROM generate_series(10, {people}, 10) AS n;
    INSERT INTO personas (organisation_id, id, person_id, kind, ifi, changed_by, said_at)
    SELECT 1, 2 * n + k, CASE WHEN k = 1 AND n % 100 = 0 THEN n - 1 ELSE n END, 'mbox',
           'mailto:p' || n || '.' || k || '@x.example', CASE WHEN k = 1 AND n % 100 = 0 THEN 2 ELSE 1 END, n
    FROM generate_series(1, {people}) AS n, generate_series(0, 1) AS k;
    INSERT INTO persona_versions
        (organisation_id, id, person_id, kind, ifi, pinned, created_at, changed_by, said_at, replaced_by)
    SELECT 1, 2 * n + 1, n, 'mbox', 'mailto:p' || n || '.1@x.example', false, now(), 1, n, 2
    FROM generate_series(100, {people}, 100) AS n;
    INSERT INTO memberships (organisation_id, person_id, group_id, source_id, changed_by, said_at)
    SELECT 1, n, 1 + n % 100, 1, 1, n FROM generate_series(1, {people}) AS n;
    INSERT INTO source_people (organisation_id, source_id, person_id, name, print_a, print_b, changed_by, said_at)
    SELECT 1, 1, n, 'Name ' || n || CASE WHEN n % 10 = 0 THEN ' B' ELSE '' END, n, n,
           CASE WHEN n % 10 = 0 THEN 2 ELSE 1 END, n
    FROM generate_series(1, {people}) AS n;
    INSERT INTO saying_versions (organisation_id, person_id, source_id, name, changed_by, said_at, replaced_by)
    SELECT 1, n, 1, 'Name ' || n, 1, n, 2 FROM generate_series(10, {people}, 10) AS n;
    INSERT INTO pending (organisation_id, subject, subject_id) SELECT 1, 'group', id FROM groups;
    SELECT setval('person_ids', {people}), setval('persona_ids', 2 * {people} + 1);
    ANALYZE;
"""


class OldStore(Protocol):
    def __call__(self, people: int, up_to: str = OLD) -> str: ...


@pytest.fixture
def old_store(server: Server, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> OldStore:
    """Makes a store of version 0.1 with so many people, with the tables of a later revision if that is asked for; gives
    its URL, which the commands then use.
    """

    def made(people: int, up_to: str = OLD) -> str:
        url = server.create_database()
        with psycopg.connect(url) as connection:
            for path in sorted(VERSIONS.glob("*.sql")):
                if path.name[:4] <= up_to:
                    connection.execute(path.read_bytes(), prepare=False)
                if path.name[:4] == OLD:
                    connection.execute(STORE.replace("{people}", str(people)).encode(), prepare=False)
            connection.execute("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY)")
            connection.execute("INSERT INTO alembic_version VALUES (%s)", (up_to,))
        monkeypatch.setenv("DATABASE_URL", url)
        return url

    return made


def rows(url: str, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(query).fetchall()


def revision(url: str) -> str:
    found: str = rows(url, "SELECT version_num FROM alembic_version")[0]["version_num"]
    return found


def upgraded(cli: Cli, url: str) -> None:
    """Bring it up to date, by the first command that comes."""
    assert cli("show-status").exit_code == 0
    assert revision(url) == HEAD


def still_the_same(cli: Cli, url: str, people: int) -> None:
    """What 0.1 did can be shown, undone and imported upon."""
    shown = cli("show-import", "2")
    assert shown.exit_code == 0
    moved = rows(url, "SELECT count(*) AS n FROM persona_changes WHERE import_id = 2 AND (before).said_in IS NOT NULL")
    assert moved == [{"n": people // 100}]
    assert cli("undo-import", "2").exit_code == 0
    assert rows(url, "SELECT count(*) AS n FROM people WHERE name LIKE '% B'")[0]["n"] == 0
    assert rows(url, "SELECT count(*) AS n FROM personas WHERE person_id <> id / 2")[0]["n"] == 0
    Path("hr.csv").write_text("custom_id,name,email\nP1,Ada,p2.0@x.example\n")
    assert cli("import-people", "hr.csv", "--source", "other").exit_code == 0
    assert rows(url, "SELECT name FROM people WHERE custom_id = 'P1'") == [{"name": "Ada"}]
    assert cli("finish-batch-updates", "--check").exit_code == 0


def test_a_store_of_0_1_is_brought_up_to_date(old_store: OldStore, cli: Cli) -> None:
    url = old_store(2_000)
    upgraded(cli, url)
    still_the_same(cli, url, 2_000)


BOTH = """
    UPDATE people SET former_custom_id = '7', near_custom_id = '7', lost_at = now() WHERE id = 1;
    UPDATE people SET custom_id = NULL, former_custom_id = 'P3', near_custom_id = 'p3', lost_at = now() WHERE id = 3;
    UPDATE person_versions SET former_custom_id = '8', near_custom_id = '8', lost_at = now();
"""


def test_who_had_a_custom_id_and_a_former_one_has_no_former_one(old_store: OldStore, cli: Cli) -> None:
    """Nor would an undo bring it back; whoever comes with it tomorrow is somebody new."""
    url = old_store(10, "0022")
    with psycopg.connect(url) as connection:
        connection.execute(BOTH)
    upgraded(cli, url)
    who = "SELECT custom_id, former_custom_id, near_custom_id, lost_at IS NULL AS never FROM {} ORDER BY id"
    people = [tuple(row.values()) for row in rows(url, who.format("people"))]
    assert people[0] == ("P1", None, "p1", True)
    assert people[2] == (None, "P3", "p3", False)
    assert [tuple(row.values()) for row in rows(url, who.format("person_versions"))] == [("P10", None, "p10", True)]
    still_the_same(cli, url, 10)
    Path("hr.csv").write_text("custom_id,name,email\n7,Ada,ada@x.example\n", encoding="utf-8")
    told = json.loads(cli("import-people", "hr.csv", "--batch", "--json").stdout)
    assert (told["people"]["created"], told["people"]["updated"]) == (1, 0)


STATEMENTS = """
    INSERT INTO activities VALUES (1, 1, 'https://lms.example/1');
    INSERT INTO statements (organisation_id, id, persona_id, voids, activity_id, verb, completion, success, at, digest)
    SELECT 1, CAST('00000000-0000-4000-8000-00000000000' || n AS uuid), persona, CAST(voids AS uuid), 1, verb, done,
           success, now(), ''
    FROM (VALUES
        (1, 2, 'http://adlnet.gov/expapi/verbs/completed', NULL, NULL, NULL),
        (2, 3, 'http://adlnet.gov/expapi/verbs/completed', false, NULL, NULL),
        (3, 4, 'https://w3id.org/xapi/adl/verbs/failed', true, NULL, NULL),
        (4, 5, 'https://w3id.org/xapi/adl/verbs/passed', true, true, NULL),
        (5, 6, 'http://adlnet.gov/expapi/verbs/passed', NULL, NULL, NULL),
        (6, 6, 'http://adlnet.gov/expapi/verbs/passed', NULL, NULL, NULL),
        (7, 7, 'http://adlnet.gov/expapi/verbs/voided', NULL, NULL, '00000000-0000-4000-8000-000000000009'),
        (8, NULL, 'http://adlnet.gov/expapi/verbs/completed', NULL, NULL, NULL),
        (9, 8, 'http://adlnet.gov/expapi/verbs/attempted', NULL, NULL, NULL)
    ) AS s (n, persona, verb, done, success, voids)
"""


def test_whose_records_a_verb_changes_is_pending(old_store: OldStore, cli: Cli) -> None:
    url = old_store(4)
    with psycopg.connect(url) as connection:
        connection.execute(STATEMENTS.encode(), prepare=False)
    upgraded(cli, url)
    marked = rows(url, "SELECT subject_id FROM pending WHERE subject = 'persona' ORDER BY subject_id")
    assert [row["subject_id"] for row in marked] == [2, 4, 6]


@pytest.mark.parametrize("table", ["people", "source_rejects"])
def test_killed_in_the_middle_nothing_has_happened(
    old_store: OldStore, cli: Cli, cli_process: Process, table: str
) -> None:
    """Somebody reads one of the tables that it changes, so that it stands still there; then it is killed."""
    url = old_store(200)
    with psycopg.connect(url) as reader:
        reader.execute(f"SELECT FROM {table} LIMIT 1")
        job = cli_process("show-status", DATABASE_URL=url)
        waiting = f"SELECT FROM pg_locks WHERE NOT granted AND relation = CAST('{table}' AS regclass)"
        deadline = time.monotonic() + 30
        with psycopg.connect(url, autocommit=True) as observer:
            while not observer.execute(waiting).rowcount:
                assert job.poll() is None, job.communicate()
                assert time.monotonic() < deadline
                time.sleep(0.01)
        os.kill(job.pid, 9)
        job.wait()
    assert revision(url) == OLD
    assert "said_at" in rows(url, "SELECT * FROM people LIMIT 1")[0], "not half of it"
    upgraded(cli, url)
    still_the_same(cli, url, 200)


BLANK = """
    INSERT INTO people (organisation_id, id, custom_id, name, changed_by)
    SELECT 1, 90000 + n, custom_id, name, 1
    FROM unnest(ARRAY[E'E1\\u3000', 'E2', E'E2\\u200B', E'\\u202FE2', E'\\u3000', E'E3\\u200B',
                      E'Team \\u2764\\uFE0F'],
                ARRAY[E'\\u5C71\\u7530\\u3000', 'Bo', 'Bob', NULL, 'Di', E'\\u3000', E'\\u2764\\uFE0F'])
         WITH ORDINALITY AS one (custom_id, name, n);
    INSERT INTO person_versions (organisation_id, id, custom_id, name, created_at, changed_by, replaced_by)
    VALUES (1, 90001, E'E1\\u3000', E'\\u5C71\\u3000', now(), 1, 2);
    INSERT INTO personas (organisation_id, id, person_id, kind, ifi, near, as_written, agent_name, changed_by)
    SELECT 1, 90000 + n, 90000 + least(n, 7), kind, ifi, near, written, E'Agent\\u2003', 1
    FROM unnest(
        CAST(ARRAY['account', 'mbox', 'mbox', 'mbox', 'mbox', 'account', 'mbox'] AS ifi_kind[]),
        ARRAY[E'https://lms.example u1\\u200B', 'mailto:bo%2Bx@x.example', 'mailto:bob+x@x.example',
              'mailto:bob%2Bx@x.example', 'mailto:100%2B@x.example', E'https://lms.example u\\u200B3',
              'mailto:a%20b@x.example'],
        ARRAY[NULL, 'mailto:bo%2bx@x.example', NULL, 'mailto:bob%2bx@x.example', 'mailto:100%2b@x.example', NULL, NULL],
        ARRAY[NULL, NULL, 'bob+x@x.example', NULL, ' 100%2B@x.example', NULL, NULL])
         WITH ORDINALITY AS one (kind, ifi, near, written, n);
    INSERT INTO groups (organisation_id, id, custom_id, name, changed_by)
    SELECT 1, 90000 + n, custom_id, custom_id, 1
    FROM unnest(ARRAY['Sales', E'Sales\\u200B', E'Ops\\u2060']) WITH ORDINALITY AS one (custom_id, n);
    INSERT INTO memberships (organisation_id, person_id, group_id, source_id, changed_by)
    VALUES (1, 90002, 90002, 1, 1), (1, 1, 90003, 1, 1), (1, 2, 90001, 1, 1);
    INSERT INTO pending (organisation_id, subject, subject_id)
    SELECT 1, 'group', n FROM generate_series(90001, 90003) AS n;
    INSERT INTO source_people
        (organisation_id, source_id, person_id, name, previous_custom_id, print_a, print_b, changed_by)
    SELECT 1, 1, n, E'Said\\u3000', E'OLD\\u3000', n, n, 1 FROM generate_series(90001, 90007) AS n;
"""


def test_what_is_stored_is_brought_to_the_form_that_it_has_now(old_store: OldStore, cli: Cli) -> None:
    """As far as that is free; nobody is merged, what looks the same is listed, and its lines are looked at again."""
    url = old_store(100)
    with psycopg.connect(url) as connection:
        connection.execute(BLANK.encode(), prepare=False)
    upgraded(cli, url)

    def found(query: str) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in rows(url, query)]

    assert found("SELECT custom_id, name FROM people WHERE id > 90000 ORDER BY id") == [
        ("E1", "山田"), ("E2", "Bo"), ("E2\u200b", "Bob"), ("\u202fE2", None), (None, "Di"), ("E3", None),
        ("Team ❤\ufe0f", "❤\ufe0f"),
    ]  # fmt: skip
    assert found("SELECT near_custom_id FROM people WHERE id > 90000 ORDER BY id") == [
        ("e1",), ("e2",), ("e2",), ("e2",), (None,), ("e3",), ("team ❤",),
    ]  # fmt: skip
    assert found("SELECT custom_id, name FROM person_versions WHERE id = 90001") == [("E1", "山")]
    assert found("SELECT ifi, near, as_written FROM personas WHERE id > 90000 ORDER BY id") == [
        ("https://lms.example u1", None, "https://lms.example u1\u200b"),
        ("mailto:bo+x@x.example", None, "mailto:bo%2Bx@x.example"),
        ("mailto:bob+x@x.example", None, "bob+x@x.example"),
        ("mailto:bob%2Bx@x.example", "mailto:bob%2bx@x.example", None),
        ("mailto:100%252B@x.example", "mailto:100+@x.example", " 100%2B@x.example"),
        ("https://lms.example u\u200b3", "https://lms.example u3", None),
        ("mailto:a%20b@x.example", "mailto:a b@x.example", None),
    ]
    assert {name for (name,) in found("SELECT agent_name FROM personas WHERE id > 90000")} == {"Agent"}
    assert found("SELECT custom_id, name FROM groups WHERE id > 90000 ORDER BY id") == [
        ("Sales", "Sales"), ("Sales\u200b", "Sales"), ("Ops", "Ops"),
    ]  # fmt: skip
    assert found("SELECT subject, id, stored, form FROM look_alikes ORDER BY subject, id") == [
        ("group", 90002, "Sales\u200b", "Sales"),
        ("person", 90003, "E2\u200b", "E2"),
        ("person", 90004, "\u202fE2", "E2"),
        ("persona", 90004, "mailto:bob%2Bx@x.example", "mailto:bob+x@x.example"),
    ]
    # Whose lines are known by their cells as before: those who, and whose groups, are called as before.
    known = found("SELECT person_id FROM source_people WHERE fingerprint_a IS NOT NULL ORDER BY person_id")
    assert [number for (number,) in known if not 4 <= number <= 90000] == [2, 3]
    assert set(found("SELECT name, previous_custom_id FROM source_people WHERE person_id > 90000")) == {("Said", "OLD")}
    status = json.loads(cli("show-status", "--json").stdout)
    assert status["look_alikes"] == 4
    assert "look-alikes  4 that only" in cli("show-status").stdout
    assert cli("finish-batch-updates").exit_code == 0
    # The file that made them finds them.
    Path("hr.csv").write_text("custom_id,name,email,groups\nE1\u3000,山田,,Ops\u2060\nE3,,mailto:100%252B@x.example,\n")
    told = json.loads(cli("import-people", "hr.csv", "--batch", "--json").stdout)
    assert (told["people"]["created"], told["groups"]["created"], told["personas"]["created"]) == (0, 0, 0)
    assert cli("finish-batch-updates", "--check").exit_code == 0


WRITTEN = """
    SELECT relname, pg_relation_filenode(relid) AS file, n_tup_upd AS updated, n_tup_del AS deleted
    FROM pg_stat_user_tables WHERE relname <> 'alembic_version'
"""


def written(url: str) -> dict[str, tuple[int, int, int]]:
    """Of each table: its file (a new one, if it is rewritten), and how many rows were ever updated or deleted."""
    return {row["relname"]: (row["file"], row["updated"], row["deleted"]) for row in counted(url, WRITTEN)}


@pytest.mark.parametrize("people", [5_000, pytest.param(250_000, marks=pytest.mark.soak)])
def test_what_it_costs_follows_how_many_people_there_are(
    old_store: OldStore, cli: Cli, server: Server, people: int
) -> None:
    """Each custom_id, of those who are there and of their versions, gets its near form: a row that is written once. No
    other row is, no table is rewritten, and four times the people cost four times as much.
    """
    handled = []
    for many in (people, 4 * people):
        url = old_store(many)
        before = written(url)
        with rows_handled(server, url) as cost:
            upgraded(cli, url)
        after = written(url)
        changed = {name: (after[name][1] - was[1], after[name][2] - was[2]) for name, was in before.items()}
        assert {name: how for name, how in changed.items() if any(how)} == {
            "people": (many, 0),
            "person_versions": (many // 10, 0),
        }
        assert {name: after[name][0] for name in before} == {name: was[0] for name, was in before.items()}
        handled.append(cost.rows)
    few, all_of_them = handled
    assert people < few < all_of_them < 4.4 * few, handled


def test_what_is_brought_to_another_form_costs_what_it_is(
    old_store: OldStore, cli: Cli, server: Server
) -> None:
    handled = []
    for many in (250, 1_000):
        url = old_store(many)
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE people SET custom_id = custom_id || chr(8203), name = name || chr(12288)")
            connection.execute("UPDATE groups SET custom_id = custom_id || chr(8203)")
        with rows_handled(server, url) as cost:
            upgraded(cli, url)
        assert rows(url, "SELECT count(*) AS n FROM people WHERE custom_id = 'P' || id")[0]["n"] == many
        handled.append(cost.rows)
    assert handled[1] < 4.4 * handled[0], handled
