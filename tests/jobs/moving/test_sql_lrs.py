"""Statements of Yet SQL LRS, from tables like its own in a real PostgreSQL (what it has in them, made up anew)."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from commands import as_json, ask
from conftest import Cli
from record_store import statement

from jobs.migrate import main
from jobs.moving import sql_lrs
from jobs.statements import loading

if TYPE_CHECKING:
    from conftest import Server

# As its migrations leave them, as far as statements and their actors go.
TABLES = """
CREATE TYPE actor_type_enum AS ENUM ('Agent', 'Group');
CREATE TABLE xapi_statement (
    id uuid PRIMARY KEY, statement_id uuid NOT NULL UNIQUE, registration uuid, verb_iri text NOT NULL,
    is_voided boolean DEFAULT false NOT NULL, payload {kind} NOT NULL, timestamp timestamptz, stored timestamptz,
    reaction_id uuid, trigger_id uuid);
CREATE TABLE actor (
    id uuid PRIMARY KEY, actor_ifi text NOT NULL, actor_type actor_type_enum NOT NULL, payload {kind} NOT NULL,
    CONSTRAINT actor_idx UNIQUE (actor_ifi, actor_type));
"""
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
BEGAN = datetime(2026, 1, 31, tzinfo=UTC)


def squuid(at: timedelta, number: int) -> uuid.UUID:
    """An id as it draws them: the millisecond, then what tells two of it apart."""
    return uuid.UUID(int=(int((BEGAN + at).timestamp() * 1000) << 80) | 0x8 << 76 | 0b10 << 62 | number)


class Theirs:
    """Its database."""

    def __init__(self, url: str, kind: str) -> None:
        self.url = url
        self._number = 0
        with psycopg.connect(url) as connection:
            connection.execute(TABLES.format(kind=kind))  # type: ignore[arg-type]

    def put(self, at: timedelta, payload: dict[str, Any], *, voided: bool = False) -> None:
        self._number += 1
        with psycopg.connect(self.url) as connection:
            row = (squuid(at, self._number), payload["id"], payload["verb"]["id"], voided, json.dumps(payload))
            connection.execute(
                "INSERT INTO xapi_statement (id, statement_id, verb_iri, is_voided, payload)"
                " VALUES (%s, %s, %s, %s, %s)",
                row,
            )


@pytest.fixture(params=["json", "jsonb"])
def theirs(server: Server, request: pytest.FixtureRequest) -> Iterator[Theirs]:
    url = server.create_database()
    yield Theirs(url, request.param)
    server.drop_database(url)


def voiding(number: int, voided: int) -> dict[str, Any]:
    about = {"objectType": "StatementRef", "id": str(uuid.UUID(int=voided))}
    return {**statement(number), "verb": {"id": VOIDED}, "object": about}


def test_statements_come_over_and_the_next_night_what_is_new(
    theirs: Theirs, cli: Cli, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_lrs, "AT_ONCE", 2)
    monkeypatch.setattr(loading, "CHUNK_STATEMENTS", 3)
    monkeypatch.setenv("SQL_LRS_URL", theirs.url)
    monkeypatch.setenv("IMPORT_PEOPLE_HOME", str(tmp_path / "home"))
    account = {"homePage": "https://lms.corp.example", "name": "a::b@c"}
    team = {"objectType": "Group", "mbox": "mailto:p1@corp.example"}
    minute = timedelta(minutes=1)
    theirs.put(0 * minute, statement(1))
    theirs.put(1 * minute, {**statement(2), "actor": {"account": account}})
    theirs.put(2 * minute, {**statement(3), "actor": team})
    theirs.put(3 * minute, statement(4), voided=True)
    theirs.put(4 * minute, voiding(5, 4))
    theirs.put(5 * minute, statement(6))
    result = cli("migrate", "sql-lrs", "--json")
    first = as_json(result)
    assert (first["statements"], first["loaded"], first["voided"]) == (5, 5, 0)
    assert "statements left out, for they were voided there: 1" in result.stderr
    assert as_json(cli("migrate", "sql-lrs", "--compare", "--json"))["agents"] == {"there": 4, "here": 4}
    kinds = ask(database_url, "SELECT kind::text, ifi FROM personas ORDER BY ifi")
    assert ("account", "https://lms.corp.example a::b@c") in kinds

    # What began before the last one, and ended later, is found; what was voided there since is voided here.
    theirs.put(-4 * minute, statement(7))
    theirs.put(60 * minute, voiding(8, 6))
    assert as_json(cli("migrate", "sql-lrs", "--compare", "--json"), 1)["kinds"] == {"statement_missing": 2}
    night = as_json(cli("migrate", "sql-lrs", "--json"))
    assert (night["loaded"], night["known"], night["voided"]) == (2, 5, 1)
    theirs.put(120 * minute, statement(9))
    again = as_json(cli("migrate", "sql-lrs", "--json"))
    assert (again["loaded"], again["known"]) == (1, 1)
    assert ask(database_url, "SELECT count(*) FROM statements") == [(8,)]
    assert ask(database_url, "SELECT count(*) FROM places_read") == [(1,)]


def test_a_load_that_was_killed_goes_on_and_ends_as_one_that_was_not(
    theirs: Theirs, cli: Cli, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_lrs, "AT_ONCE", 2)
    monkeypatch.setattr(loading, "CHUNK_STATEMENTS", 3)
    monkeypatch.setenv("SQL_LRS_URL", theirs.url)
    monkeypatch.setenv("IMPORT_PEOPLE_HOME", str(tmp_path / "home"))
    for number in range(1, 41):
        theirs.put(timedelta(hours=number), statement(number))
    with psycopg.connect(theirs.url) as holding:
        job = multiprocessing.get_context("fork").Process(target=_load, args=(theirs.url, database_url))
        job.start()
        while not ask(database_url, "SELECT FROM places_read"):
            assert job.is_alive()
        holding.execute("LOCK TABLE xapi_statement IN ACCESS EXCLUSIVE MODE")  # now it waits for the next rows
        assert job.pid is not None
        os.kill(job.pid, signal.SIGKILL)
        job.join()
    told = as_json(cli("migrate", "sql-lrs", "--json"))
    assert told["loaded"] < 40
    again = ("--organisation", "x", "--create-organisation")
    assert as_json(cli("migrate", "sql-lrs", "--json", *again))["loaded"] == 40
    rows = "SELECT id, at, digest FROM statements WHERE organisation_id {} ORDER BY id"
    assert ask(database_url, rows.format("= 1")) == ask(database_url, rows.format("<> 1"))
    assert as_json(cli("migrate", "sql-lrs", "--compare", "--json"))["differences"] == 0


def _load(url: str, database_url: str) -> None:
    """In a process of its own."""
    main(["sql-lrs", url, "--database", database_url])


def test_what_is_no_database_of_theirs_is_told(theirs: Theirs, cli: Cli, database_url: str) -> None:
    assert "there is no table xapi_statement" in as_json(cli("migrate", "sql-lrs", database_url, "--json"), 2)["error"]
    error = as_json(cli("migrate", "sql-lrs", "postgresql://ann:geheim@db.example/lrs", "--json"), 2)["error"]
    assert "$SQL_LRS_URL" in error
    assert "geheim" not in error
    assert "looks like postgresql://" in as_json(cli("migrate", "sql-lrs", "lrs.example", "--json"), 1)["error"]
    away = theirs.url.replace("/test_", "/gone_")
    assert "there is no database of that name" in as_json(cli("migrate", "sql-lrs", away, "--json"), 1)["error"]
