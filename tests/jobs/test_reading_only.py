"""What only reads needs no right but to read: no temporary tables, no transaction that may write, as on a standby."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from commands import as_json, write
from conftest import Cli, Http
from psycopg import sql

from sql.database import connected
from sql.errors import DatabaseError

COURSE = "https://lms.example.org/courses/1"
COMMANDS = (
    ("report-people",),
    ("report-people", "--all", "--format", "csv"),
    ("report-people", "--group", "top", "--sort", "interactions", "--descending"),
    ("report-people", "--group", "north", "--person", "E1", "--since", "2024-01-15", "--until", "2024-05-03"),
    ("report-people", "--activity", COURSE, "--format", "json"),
    ("report-groups",),
    ("report-groups", "--json"),
    ("report-groups", "--group", "top", "--since", "2024-01"),
    ("report-groups", "--person", "E1", "--activity", COURSE),
    ("report-activities",),
    ("report-activities", "--group", "top", "--until", "2024-06"),
    ("report-activities", "--person", "E1", "--format", "csv"),
    ("show-import", "2", "--json"),
    ("show-import", "3"),
    ("show-import", "4", "--limit", "2", "--offset", "1"),
    ("show-import", "4", "--limit", "0"),
    ("explain-person", "E1"),
    ("explain-persona", "ada@example.com"),
    ("list-imports",),
    ("export-people",),
    ("export-people", "--format", "jsonl"),
    ("show-status",),
)


@pytest.fixture
def reader(database_url: str) -> Iterator[str]:
    """The URL of somebody who may read every table, and nothing else."""
    with psycopg.connect(database_url, autocommit=True) as owner:
        name = sql.Identifier(owner.info.dbname)
        for command in (
            "DROP ROLE IF EXISTS reader",
            "CREATE ROLE reader LOGIN",
            "ALTER ROLE reader SET default_transaction_read_only = on",
            "REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC",
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
        ):
            owner.execute(sql.SQL(command).format(name))
        yield database_url.replace("://postgres@", "://reader@")
        owner.execute("DROP OWNED BY reader")
        owner.execute("DROP ROLE reader")


def test_who_may_only_read_is_told_the_same(cli: Cli, database_url: str, reader: str) -> None:
    write("groups.csv", "custom_id,parent_custom_ids", "north,top", "top,")
    header = "custom_id,name,email,email_2,groups"
    write("people.csv", header, "E1,Ada,ada@example.com,a@example.com,north", "E2,Bob,bob@example.com,,top")
    write("night.csv", header, "E2,Bill,a@example.com,,north", "E3,Cem,cem@example.com,,north")
    done = [("ada", "attempted"), ("bob", "completed"), ("dan", "passed")] * 2
    statements = [
        {
            "actor": {"mbox": f"mailto:{who}@example.com"},
            "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"},
            "object": {"id": COURSE},
            "timestamp": f"2024-0{month}-01T08:00:00Z",
        }
        for month, (who, verb) in enumerate(done, start=1)
    ]
    Path("statements.json").write_text(json.dumps(statements), encoding="utf-8")
    for command in (
        ("import-groups", "groups.csv", "--batch", "--create-groups"),
        ("import-people", "people.csv", "--batch"),
        ("import-statements", "statements.json"),
        ("import-people", "night.csv", "--batch"),
    ):
        assert cli(*command).exit_code == 0, command
    assert len(as_json(cli("show-import", "4", "--json"))["changes"]["rows"]) > 3
    for command in COMMANDS:
        expected = cli(*command)
        assert expected.exit_code == 0, expected
        assert cli(*command, "--database", reader) == expected, command


def test_who_may_only_read_is_served(http: Http, reader: str) -> None:
    """Each question is answered; what would change anything is refused, and whoever asks too often too."""
    ada = {"personas": [{"mbox": "mailto:ada@example.com"}]}
    assert http("POST", "people", ada).status_code == 201
    reads = http.serve(url=reader, per_minute=8)
    reads.auth = http.client.auth
    at = "/api/organizations/default"
    for path in (f"{at}/people", f"{at}/people/1?parentDepth=1", f"{at}/groups", "/api/connection/persona"):
        assert reads.get(path).json() == http("GET", path).json(), path
    for method, path in (("POST", "people"), ("PUT", "people/1"), ("DELETE", "groups/1")):
        refused = reads.request(method, f"{at}/{path}", json=ada)
        assert (refused.status_code, refused.json()["code"]) == (503, "only_read"), refused.text
    assert [reads.get(f"{at}/people/1").status_code for _ in range(2)] == [200, 429]


def test_who_may_only_read_makes_no_tables(cli: Cli, reader: str) -> None:
    """Not even those of the schema that an older version has not made."""
    with psycopg.connect(reader.replace("://reader@", "://postgres@"), autocommit=True) as owner:
        owner.execute("UPDATE alembic_version SET version_num = '0007'")
    result = cli("show-status", "--database", reader)
    assert result.exit_code == 1
    assert result.stderr.startswith("error: the database has schema 0007, this import-people needs 0")
    assert result.stderr.endswith(", and whoever connects may not make it: any command of the database's owner does\n")


def test_a_snapshot_cannot_write(database_url: str) -> None:
    with (
        connected(database_url) as database,
        pytest.raises(DatabaseError, match="in a read-only transaction"),
        database.snapshot() as transaction,
    ):
        transaction.execute("organisations/create.sql", id=None, name="another", fold_mailbox_case=False)
