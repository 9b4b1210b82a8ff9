"""prune-history: what old imports replaced is forgotten, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from commands import as_json, ask, change, contents, statement, write
from conftest import Cli, Result, Server
from costs import lines_run, rows_handled

VERSIONS = ("person", "persona", "group", "parent", "membership", "saying")
BOB = {"mbox": "mailto:b@example.org"}


def versions(url: str) -> dict[int, int]:
    """How many rows each import has replaced."""
    counted: dict[int, int] = {}
    for table in VERSIONS:
        query = f"SELECT replaced_by, count(*) FROM {table}_versions GROUP BY replaced_by"
        for number, count in ask(url, query):
            counted[number] = counted.get(number, 0) + count
    return counted


def pruned(url: str) -> list[int]:
    return [number for (number,) in ask(url, "SELECT id FROM imports WHERE pruned ORDER BY id")]


def age(url: str, number: int, days: float, state: str | None = None) -> None:
    """An import as it is so many days later; of one that does not end, since it began."""
    ended = "NULL" if state == "running" else f"now() - interval '{days} days'"
    change(
        url,
        f"UPDATE imports SET started_at = now() - interval '{days} days', ended_at = {ended},"
        f" state = coalesce({state!r}, state) WHERE id = {number}".replace("None", "NULL"),
    )


@contextmanager
def alive(url: str, number: int) -> Iterator[None]:
    """The run of this number is held on to, as its process does."""
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_advisory_lock(7306, %s)", [number])
        yield


@pytest.fixture
def history(cli: Cli, database_url: str) -> None:
    """Statements (import 1), of whose agent import 2 makes Bob; 3, 4 and 5 then replace rows of each kind."""
    write("statements.jsonl", statement(BOB, 1))
    assert cli("import-statements", "statements.jsonl").exit_code == 0
    write("groups.csv", "custom_id,name,parent_custom_ids", "all,All,", "sales,Sales,all")
    write("2.csv", "custom_id,name,email,groups", "A,Ada,a@example.org,sales", "B,Bob,b@example.org,sales")
    write("3.csv", "custom_id,name,email,groups", "A,Ada L.,a@example.org,<delete>", "A,,b@example.org,")
    write("regrouped.csv", "custom_id,name,parent_custom_ids", "sales,Sales all,<delete>")
    write("4.csv", "custom_id,name,email,groups", "A,<delete>,a@example.org,all", "C,Cy,b@example.org,sales")
    write("5.csv", "custom_id,name,email,groups", "A,Ada,c@example.org,<delete>", "D,Cy,b@example.org,sales")
    for number, groups in ((2, "groups.csv"), (3, "regrouped.csv"), (4, "groups.csv"), (5, "regrouped.csv")):
        ran = cli("import-people", f"{number}.csv", "--batch", "--groups-file", groups, "--groups", "replace")
        assert ran.exit_code == 0, ran
    assert sorted(versions(database_url)) == [2, 3, 4, 5]
    assert all(ask(database_url, f"SELECT FROM {table}_versions LIMIT 1") for table in VERSIONS)


def all_that_shows(cli: Cli, url: str) -> object:
    """What is no history: every table, exports, the reports and whether they are right."""
    assert cli("finish-batch-updates", "--check").exit_code == 0
    exports = [cli("export-people", "--format", form).stdout for form in ("csv", "jsonl")]
    runs = [
        {name: value for name, value in run.items() if name not in ("started", "ended", "pruned")}
        for run in as_json(cli("list-imports", "--json"))["imports"]
    ]
    return contents(url), exports, runs


@pytest.mark.usefixtures("history")
def test_versions_of_old_imports_go_and_nothing_else(cli: Cli, database_url: str) -> None:
    before, had = all_that_shows(cli, database_url), versions(database_url)
    prints = ask(database_url, "SELECT fingerprint_a, fingerprint_b FROM source_people ORDER BY person_id")
    for number in range(1, 5):
        age(database_url, number, 100 - number)
    gone = {"imports": 4, "versions": had[2] + had[3] + had[4]}

    dry = as_json(cli("prune-history", "--older-than", "90d", "--dry-run", "--json"))
    assert (dry["dry_run"], dry["imports"], dry["versions"]) == (True, *gone.values())
    assert (versions(database_url), pruned(database_url)) == (had, [])

    result = cli("prune-history", "--older-than", "90d")
    assert result.exit_code == 0
    assert result.stdout.endswith(f"\nforgot {gone['versions']:,} versions that 4 imports had replaced\n")
    assert versions(database_url) == {5: had[5]}
    assert pruned(database_url) == [1, 2, 3, 4]
    assert all_that_shows(cli, database_url) == before
    assert ask(database_url, "SELECT fingerprint_a, fingerprint_b FROM source_people ORDER BY person_id") == prints

    again = as_json(cli("prune-history", "--older-than", "90d", "--json"))
    assert (again["imports"], again["versions"]) == (0, 0)
    rest = as_json(cli("prune-history", "--older-than", "0w", "--json"))
    assert (rest["imports"], rest["versions"]) == (1, had[5])
    assert all_that_shows(cli, database_url) == before
    summary = as_json(cli("import-people", "5.csv", "--batch", "--json"))
    assert summary["unchanged"] == 2, "what was said is still known"


@pytest.mark.usefixtures("history")
def test_nothing_goes_after_what_is_too_young(cli: Cli, database_url: str) -> None:
    had = versions(database_url)
    for number in (1, 2, 3, 5):
        age(database_url, number, 100)
    found = as_json(cli("prune-history", "--older-than", "90d", "--json"))
    assert found["imports"] == 3
    assert versions(database_url) == {4: had[4], 5: had[5]}, "without 4, nobody could tell what 5 found"


@pytest.mark.usefixtures("history")
def test_a_run_that_lives_ends_it_and_one_that_died_does_not(cli: Cli, database_url: str) -> None:
    had = versions(database_url)
    for number in range(1, 6):
        age(database_url, number, 100, "running" if number == 4 else None)
    with alive(database_url, 4):
        assert as_json(cli("prune-history", "--older-than", "90d", "--json"))["imports"] == 3
        assert versions(database_url) == {4: had[4], 5: had[5]}
    assert as_json(cli("prune-history", "--older-than", "90d", "--json"))["imports"] == 2
    assert versions(database_url) == {}


@pytest.mark.usefixtures("history")
def test_it_takes_its_turn(cli: Cli, database_url: str) -> None:
    age(database_url, 1, 100)
    with psycopg.connect(database_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(7302, id) FROM organisations")
        result = cli("prune-history", "--older-than", "90d", "--wait", "0.1")
        assert (result.exit_code, result.stdout) == (75, "")
        assert "--wait SECONDS waits for it" in result.stderr
    assert pruned(database_url) == []
    assert cli("prune-history", "--older-than", "90d").exit_code == 0
    assert pruned(database_url) == [1]


@pytest.mark.usefixtures("history")
def test_other_organisations_keep_theirs(cli: Cli, database_url: str) -> None:
    had = versions(database_url)
    other = ["--organisation", "other", "--create-organisation"]
    for file in ("2.csv", "3.csv"):
        assert cli("import-people", file, "--batch", "--create-groups", *other).exit_code == 0
    others = {number: count for number, count in versions(database_url).items() if number not in had}
    assert others
    for number in range(1, 8):
        age(database_url, number, 15)
    assert as_json(cli("prune-history", "--older-than", "2w", "--json"))["versions"] == sum(had.values())
    assert versions(database_url) == others


@pytest.mark.parametrize("text", ["90", "d", "-1d", "1.5d", "3m", "90 days", "", "999999d"])
def test_an_age_is_days_or_weeks(text: str, cli: Cli) -> None:
    result = cli("prune-history", f"--older-than={text}")
    assert result.exit_code == 2
    assert f"{text!r} is no number of days (90d) or weeks (12w)" in result.stderr


def test_an_age_must_be_given(cli: Cli) -> None:
    assert cli("prune-history").exit_code == 2


def test_a_long_history_costs_what_it_is_long(server: Server, cli: Cli, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO imports (organisation_id, command, run_by, files, options, state, started_at, ended_at)"
            " SELECT 1, 'import-people', 'x', '[]', '{}', 'finished', t, t"
            " FROM generate_series(1, 5000), CAST(now() - interval '100 days' AS timestamptz) AS t"
        )
    with rows_handled(server, database_url) as handled:
        listed: list[Result] = []
        ran = lines_run(lambda: listed.append(cli("list-imports", "--limit", "5000")))
        assert listed[0].exit_code == 0
        assert cli("prune-history", "--older-than", "90d", "--dry-run").exit_code == 0
        assert "5,000 imports" in cli("prune-history", "--older-than", "90d").stdout
    assert ran < 100 * 5_000
    assert handled.rows < 100 * 5_000
