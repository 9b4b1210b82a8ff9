"""What a move and a finish cost follows what has changed, not how much there is."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import psycopg
import pytest
from conftest import ROOT, Cli
from costs import counted

from jobs.importing.finish import LEVELS, chunk, finish, finishing
from jobs.shell.terminal import Progress
from sql.database import connected

PEOPLE, INTERACTIONS = 8_000, 40_000
ALL = 2**63 - 1
"""Marks up to this one."""
READ = """
    SELECT relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) AS read
    FROM pg_stat_user_tables WHERE relname = ANY (%s)
"""
LARGE = [
    "statements",
    "persona_activity_records",
    "person_activity_records",
    "person_records",
    "personas",
    "memberships",
]


def rows_read(url: str) -> dict[str, int]:
    """How many rows of the large tables have been read so far."""
    return {row["relname"]: row["read"] for row in counted(url, READ, LARGE)}


@pytest.mark.parametrize("statistics", ["fresh", "none"])
def test_one_persona_that_moves_costs_its_people_and_their_groups(cli: Cli, database_url: str, statistics: str) -> None:
    """Until the groups of everybody's turn comes, less than a twentieth of any table is read; then each member once."""
    spec = spec_from_file_location("reports_benchmark", ROOT / "benchmarks/reports.py")
    assert spec
    assert spec.loader
    spec.loader.exec_module(benchmark := module_from_spec(spec))
    benchmark.PER_GROUP = 20
    with psycopg.connect(database_url) as looking:
        looking.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        looking.execute("SELECT FROM people")  # while somebody looks on, no page comes to be known as all visible
        benchmark.fill(database_url, PEOPLE, INTERACTIONS)
    with connected(database_url) as database:
        finish(database, 1, Progress(None, 1))
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ANALYZE" if statistics == "fresh" else "SELECT 1")
        if statistics == "none":
            connection.execute("DELETE FROM pg_statistic")
    before = rows_read(database_url)
    moved = cli("move-persona", "p1@example.com", "--to", f"E{PEOPLE // 2}", "--no-finish")
    assert moved.exit_code == 0, moved
    with connected(database_url) as database:
        assert [chunk(database, 1, level, ALL, 2_000) for level in LEVELS] == [0, 2, 2]
    after = rows_read(database_url)
    read = {name: after[name] - before[name] for name in LARGE}
    assert max(read.values()) < PEOPLE / 20, read
    with connected(database_url) as database:
        assert chunk(database, 1, "groups", ALL, 2_000) == 3
        assert chunk(database, 1, "groups", ALL, 2_000) == 0
    assert cli("finish-batch-updates", "--check").exit_code == 0


def test_it_ends_while_there_are_writes_without_end(cli: Cli, database_url: str) -> None:
    """And groups above others have their turn, though others are marked again all the time."""
    Path("people.csv").write_text("custom_id,email,groups\nA,a@x.example,below\nB,b@x.example,below\n")
    Path("groups.csv").write_text("custom_id,parent_custom_ids\nbelow,above\nabove,top\ntop,\n")
    assert cli("import-people", "people.csv", "--batch", "--create-groups", "--no-finish").exit_code == 0
    assert cli("import-groups", "groups.csv", "--batch", "--no-finish").exit_code == 0
    marked = "SELECT g.custom_id FROM pending AS p JOIN groups AS g ON g.id = p.subject_id AND p.subject = 'group'"
    again = "INSERT INTO pending SELECT 1, 'group', id FROM groups WHERE custom_id = 'below'"
    with connected(database_url) as database, psycopg.connect(database_url, autocommit=True) as connection:
        done = []
        for level, taken in finishing(database, 1):
            done.append((level, taken))
            connection.execute(again)
            connection.execute("UPDATE imports SET ended_at = clock_timestamp() WHERE id = 2")
        assert done == [("groups", 1), ("groups", 2)]
        assert connection.execute(marked).fetchall() == [("below",), ("below",)]
        # But for what somebody has written to since: a run of statements over HTTP goes on for a day.
        states = connection.execute("SELECT state FROM imports ORDER BY id").fetchall()
        assert states == [("finished",), ("committed",)]
        assert list(finishing(database, 1)) == [("groups", 1)]
        assert connection.execute("SELECT DISTINCT state FROM imports").fetchall() == [("finished",)]
    assert cli("finish-batch-updates", "--check").exit_code == 0
