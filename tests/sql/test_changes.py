"""The change set of an import, read from what it has kept: exactly what differs between the tables before and after."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import Cli
from psycopg import sql
from worlds import VOIDER, any_options, any_story, arguments, render_csv, render_statements, set_up

KEYS = {
    "person": ("people", ("id",), ("custom_id", "name", "image_url", "created_at")),
    "persona": (
        "personas",
        ("id",),
        ("person_id", "kind", "ifi", "near", "as_written", "pinned", "created_at", "begins_at"),
    ),
    "group": ("groups", ("id",), ("custom_id", "name", "type", "created_at")),
    "parent": ("group_parents", ("group_id", "parent_id", "source_id"), ()),
    "membership": ("memberships", ("person_id", "group_id", "source_id"), ()),
    "saying": ("source_people", ("person_id", "source_id"), ("name", "image_url", "previous_custom_id")),
}
"""View -> table, its key, and what else of a row an import changes."""

Rows = dict[tuple[Any, ...], tuple[Any, ...]]


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url, autocommit=True) as connected:
        yield connected


def tables(connection: psycopg.Connection[Any]) -> dict[str, Rows]:
    """view -> key -> the rest, as it is now."""
    return {view: select(connection, view, sql.Identifier(table)) for view, (table, _, _) in KEYS.items()}


def select(connection: psycopg.Connection[Any], view: str, source: sql.Composable, which: str = "true") -> Rows:
    _, key, values = KEYS[view]
    columns = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in (*key, *values))
    rows = connection.execute(sql.SQL("SELECT {} FROM {} AS r WHERE " + which).format(columns, source)).fetchall()
    found = {row[: len(key)]: row[len(key) :] for row in rows}
    assert len(found) == len(rows), f"{view}: a key twice in {rows}"
    return found


def told(connection: psycopg.Connection[Any], number: int) -> dict[str, tuple[Rows, Rows]]:
    """view -> the rows before, and the rows after, of all that import `number` says it has changed."""
    sides = {}
    for view in KEYS:
        before, after = (
            select(
                connection,
                view,
                sql.SQL("(SELECT (c.{}).* FROM {} AS c WHERE c.import_id = {})").format(
                    sql.SQL(side), sql.Identifier(f"{view}_changes"), sql.Literal(number)
                ),
                "r.organisation_id IS NOT NULL",
            )
            for side in ("before", "after")
        )
        sides[view] = before, after
    return sides


def differing(before: dict[str, Rows], after: dict[str, Rows]) -> dict[str, tuple[Rows, Rows]]:
    """The same, found by comparing the tables."""
    return {
        view: (
            {key: row for key, row in before[view].items() if after[view].get(key) != row},
            {key: row for key, row in after[view].items() if before[view].get(key) != row},
        )
        for view in KEYS
    }


@pytest.mark.parametrize("seed", range(3))
def test_what_an_import_says_it_has_changed_is_what_differs(
    seed: int, cli: Cli, connection: psycopg.Connection[Any]
) -> None:
    """Also when later imports have changed the same rows again."""
    choose = random.Random(seed).choice
    options = [any_options(choose) for _ in range(5)]
    story = any_story(choose, options, max_lines=6)
    Path("statements.jsonl").write_text(render_statements(story.statements, VOIDER), encoding="utf-8")
    if story.statements:
        assert cli("import-statements", "statements.jsonl").exit_code == 0
    expected = {}
    before = tables(connection)
    for number, batch in enumerate((*set_up(story.people), *story.batches)):
        Path("people.csv").write_text(render_csv(batch.lines), encoding="utf-8")
        alone = number % 4 == 0 and batch.options.personas == "add" and not batch.options.snapshot
        batched = [] if alone else ["--batch"]
        groups = ["--groups", "add"] if not batched else []
        result = cli("import-people", "people.csv", *batched, *arguments(batch.options), *groups, "--json")
        assert result.exit_code in (0, 3), result
        after = tables(connection)
        (latest,) = connection.execute("SELECT max(id) FROM imports").fetchall()
        expected[latest[0]] = differing(before, after)
        before = after
    for number, difference in expected.items():
        assert told(connection, number) == difference, number
    assert any(rows for difference in expected.values() for rows, _ in difference.values())


def test_a_first_load_keeps_no_versions(cli: Cli, connection: psycopg.Connection[Any]) -> None:
    Path("people.csv").write_text("custom_id,email,groups\n1,ada@example.com,all\n", encoding="utf-8")
    assert cli("import-people", "people.csv", "--batch", "--create-groups").exit_code == 0
    for view in KEYS:
        rows = connection.execute(sql.SQL("SELECT FROM {}").format(sql.Identifier(f"{view}_versions")))
        assert rows.rowcount == 0, view
    assert connection.execute("SELECT said_in FROM personas").fetchall() == [(2,)]
