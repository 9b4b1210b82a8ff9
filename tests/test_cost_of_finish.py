"""What a move and a finish cost follows what has changed, not how much there is."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location

import psycopg
import pytest
from conftest import ROOT, Cli
from costs import counted

from jobs.importing.finish import LEVELS, chunk, finish
from jobs.shell.terminal import Progress
from sql.database import connected

PEOPLE, INTERACTIONS = 8_000, 40_000
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
        assert [chunk(database, 1, level) for level in LEVELS] == [0, 2, 2]
    after = rows_read(database_url)
    read = {name: after[name] - before[name] for name in LARGE}
    assert max(read.values()) < PEOPLE / 20, read
    with connected(database_url) as database:
        assert chunk(database, 1, "groups") == 3
        assert chunk(database, 1, "groups") == 0
    assert cli("finish-batch-updates", "--check").exit_code == 0
