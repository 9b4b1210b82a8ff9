"""The sessions of a server, and what others know of them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from conftest import Http

from jobs.importing.newcomers import FILLED
from jobs.serving.sessions import READS, WRITES, Sessions
from jobs.serving.settings import Settings
from sql.database import SERVING, SESSION, at_url
from sql.errors import DatabaseError


def may_lock(url: str) -> bool:
    """Whether a first load would drop the keys of the tables that it fills, and so lock them."""
    database = at_url(url, SESSION)
    with database.begin() as transaction:
        dropped = transaction.drop_constraints(FILLED)
        transaction.rollback()
    database.close()
    return bool(dropped)


def wait_for(url: str, holders: int) -> None:
    """Until so many sessions say that somebody is served."""
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [SERVING],
        ).fetchone() != (holders,):
            time.sleep(0.01)


def test_while_somebody_is_served_no_load_locks_tables(http: Http, database_url: str) -> None:
    wait_for(database_url, 1)
    assert not may_lock(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:  # its session is cut, and there again soon
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [SERVING],
        )
    wait_for(database_url, 0)
    wait_for(database_url, 1)
    assert not may_lock(database_url)
    http.close()
    wait_for(database_url, 0)
    assert may_lock(database_url)


def test_sessions_are_kept_and_those_that_were_lost_are_not_used_again(database_url: str) -> None:
    sessions = Sessions(Settings(database_url))

    def process(_: int) -> int:
        with sessions.reading() as transaction:
            found: int = transaction.found("SELECT pg_backend_pid()")
            time.sleep(0.01)
        return found

    with ThreadPoolExecutor(50) as threads:
        first = set(threads.map(process, range(100)))
        assert len({process(0) for _ in range(5)} - first) == 0
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", [list(first)])
            while connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY (%s)", [list(first)]
            ).fetchone() != (0,):
                time.sleep(0.01)
        again = set(threads.map(process, range(20)))
    assert not again & first
    assert len(again) <= READS + WRITES
    sessions.close()


def test_a_snapshot_sees_one_moment_and_cannot_write(database_url: str) -> None:
    sessions = Sessions(Settings(database_url))
    with sessions.reading() as transaction, psycopg.connect(database_url, autocommit=True) as connection:
        before = transaction.rows("organisations/names.sql")
        connection.execute("INSERT INTO organisations (id, name) VALUES (7, 'new')")
        assert transaction.rows("organisations/names.sql") == before
    assert len(sessions.rows("organisations/names.sql")) == len(before) + 1
    with pytest.raises(DatabaseError), sessions.reading() as transaction:
        transaction.execute("organisations/create.sql", id=8, name="newer", fold_mailbox_case=False)
    with pytest.raises(DatabaseError):
        sessions.rows("organisations/create.sql", id=8, name="newer", fold_mailbox_case=False)
    assert len(sessions.rows("organisations/names.sql")) == len(before) + 1
    sessions.close()
