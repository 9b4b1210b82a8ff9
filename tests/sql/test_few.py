"""Steps for a handful of rows make nothing, and come to the same as a batch."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Cli
from costs import counted

from sql import few
from sql.batch import Batch
from sql.database import connected
from sql.few import Few
from sql.steps import Kind, Step

CATALOGUE = """
    SELECT relname, n_tup_ins FROM pg_stat_sys_tables WHERE relname IN ('pg_class', 'pg_attribute', 'pg_type')
"""
ODD = """
SELECT
    n, CAST(n * 0.1 AS numeric(9, 3)) AS figure, t, CAST(t AS name) AS name, ARRAY[t, NULL, 'a,b"'] AS words,
    ARRAY[n, NULL] AS numbers, n > 1 AS is, CAST('-infinity' AS timestamptz) AS begins, CAST(NULL AS bigint) AS none,
    jsonb_build_object('t', t) AS json
FROM (VALUES (1, ''), (2, E'it''s \\\\ %(x)s % :organisation\\n"ä"'), (3, NULL), (4, 'NULL')) AS v (n, t)
"""
RUN = "INSERT INTO imports (organisation_id, command, run_by) VALUES (1, 'x', 'y') RETURNING id"


def step(
    kind: Kind, what: str, query: str, *reads: str, target: str | None = None, columns: str = "", types: str = ""
) -> Step:
    read, known = frozenset(reads), (tuple(columns.split()), tuple(types.split()))
    return Step(f"odd/{what}", kind, what, target, query.strip(), read, (read,), (), *known)


def made(url: str) -> dict[str, int]:
    """How many rows have ever been put into the catalogue."""
    return {row["relname"]: row["n_tup_ins"] for row in counted(url, CATALOGUE)}


def test_corrections_make_nothing_in_the_catalogue(cli: Cli, database_url: str) -> None:
    Path("people.csv").write_text("custom_id,email,email_2,groups\nA,a@x.org,b@x.org,g\nB,c@x.org,,h\n")
    assert cli("import-people", "people.csv", "--batch", "--create-groups").exit_code == 0
    statement = {
        "actor": {"mbox": "mailto:b@x.org"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://x.org/a"},
        "timestamp": "2026-01-05T09:00:00Z",
    }
    Path("statements.jsonl").write_text(json.dumps(statement))
    assert cli("import-statements", "statements.jsonl").exit_code == 0

    before = made(database_url)
    for words in (("--to", "B"), ("--to", "A", "--pin"), ("--alone",), ("--unpin",), ("--to", "A", "--dry-run")):
        assert cli("move-persona", "b@x.org", *words).exit_code == 0
    assert cli("move-persona", "c@x.org", "--to", "A").exit_code == 0, "and B is gone"
    assert made(database_url) == before
    assert cli("finish-batch-updates", "--check").exit_code == 0
    assert made(database_url) != before, "what makes tables is seen to"


def test_a_batch_makes_no_table_without_rows(cli: Cli, database_url: str) -> None:
    """Of an import's hundred working tables a line needs a dozen (with what PostgreSQL makes beside each)."""
    Path("people.csv").write_text("custom_id,name,email\nA,Ada,a@x.org\n")
    assert cli("import-people", "people.csv", "--batch").exit_code == 0
    Path("people.csv").write_text("custom_id,name,email\nA,Ada L.,a@x.org\n")
    before = made(database_url)
    assert cli("import-people", "people.csv", "--batch").exit_code == 0
    assert made(database_url)["pg_class"] - before["pg_class"] < 60


def test_what_goes_along_stays_as_it_is(database_url: str) -> None:
    """Whatever its type, and whatever stands in it."""
    with connected(database_url) as database, database.begin() as transaction:
        work = Few(transaction, organisation=1, least=1)
        work._run(step("table", "odd", ODD))
        work._run(step("table", "again", "SELECT * FROM odd", "odd"))
        assert work.rows("odd") == 4
        assert work._held["again"] == work._held["odd"]
        work._run(step("table", "none", "SELECT * FROM odd WHERE n > :least", "odd", "nothing"))
        work._run(step("table", "least", "SELECT * FROM none", "none", columns="n words", types="integer text[]"))
        both = step("table", "both", "SELECT n, words FROM odd UNION ALL TABLE least", "odd", "least")
        work._run(replace(both, needs=(frozenset({"odd"}),)))
        assert work._held["both"].values == [(row[0], row[4]) for row in work._held["odd"].values]
        assert (work.rows("none"), work._held["none"].values) == (0, [])


@pytest.mark.parametrize("most", [1000, 1])
def test_every_kind_of_step_comes_to_the_same(
    database_url: str, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Also where much has to be put down after all."""
    monkeypatch.setattr(few, "MOST", most)
    groups = """
        SELECT q.id + :new_ids AS id, 'g' || q.id AS custom_id, current_timestamp AS created_at
        FROM (SELECT row_number() OVER (ORDER BY n) AS id FROM twice) AS q
    """
    found = []
    with connected(database_url) as database:
        for runner in (Batch, Few):
            with database.begin() as transaction:
                transaction.do("SELECT setval('group_ids', 1000)")
                number = transaction.found(RUN)
                work = runner(transaction, organisation=1, least=2, **{"import": number})
                for one in (
                    step("table", "ones", "SELECT n FROM generate_series(1, 3) AS n"),
                    step("view", "many", "SELECT n FROM ones WHERE n >= :least", "ones"),
                    step("table", "twice", "SELECT n, n AS more FROM many", "many"),
                    step("append", "later", "SELECT 7 AS more, n FROM ones", "ones", target="twice", columns="more n"),
                    step("ids", "new_ids", "SELECT count(*) FROM twice", "twice", target="group_ids"),
                    step("insert", "new", groups, "twice", target="groups", columns="id custom_id created_at"),
                    step("update", "named", "SELECT 1001 AS id, 'N' AS name FROM ones LIMIT 1", "ones", target="groups",
                         columns="id name"),
                    step("delete", "gone", "SELECT n + 1000 AS id FROM many", "many", target="groups", columns="id"),
                    step("empty", "all", "SELECT FROM groups AS t\nWHERE id IN (SELECT 1004 FROM many)", "many",
                         target="groups"),
                    step("check", "is_right", "SELECT n FROM ones WHERE n > 3", "ones"),
                ):  # fmt: skip
                    work._run(one)
                rows = transaction.ask("SELECT id - 1000 AS id, custom_id, name FROM groups ORDER BY id", {})
                found.append((work.rows("twice"), rows))
                transaction.rollback()
    assert found[0] == found[1]
    assert found[0][0] == 5
    assert [row["id"] for row in found[0][1]] == [1, 5]
