"""An interrupt may come while a command is on its way to the server, or at work there."""

from __future__ import annotations

import time

import psycopg
import pytest

from sql.database import Database, connected

SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"


def interrupted(database: Database, reads: bool) -> None:
    with database.snapshot(reads=True) if reads else database.begin() as transaction:
        if not reads:
            transaction.do("UPDATE organisations SET name = 'other'")
        transaction._driver.pgconn.send_query(b"SELECT pg_sleep(60)")
        raise KeyboardInterrupt("terminated")


@pytest.mark.parametrize("reads", [False, True])
def test_an_interrupt_in_the_middle_of_a_command_rolls_back(reads: bool, database_url: str) -> None:
    with connected(database_url) as database:
        with pytest.raises(KeyboardInterrupt, match="terminated"):
            interrupted(database, reads)
        with database.begin() as transaction:
            assert [row["name"] for row in transaction.rows("organisations/names.sql")] == ["default"]
    with psycopg.connect(database_url, autocommit=True) as observer:
        deadline = time.monotonic() + 30
        while observer.execute(SLEEPING).fetchone() != (0,):
            assert time.monotonic() < deadline, "nobody works on what nobody waits for"
            time.sleep(0.05)
