"""Steps are queries: what they read is there, each reference to a table is bound to the organisation, and what is known
of them is what their text says.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pglast import ast, parse_sql

from sql import graph
from sql.database import connected
from sql.steps import GRAPH, HERE, JOBS, bare, bound, job

LASTING = {
    "activities", "closed_spells", "group_changes", "group_parents", "group_records", "group_saying_changes",
    "group_saying_versions", "group_versions", "groups", "imports", "interactions", "left_personas",
    "membership_changes",
    "membership_versions", "memberships",
    "parent_changes", "parent_versions", "pending", "people", "person_activity_records", "person_changes",
    "person_records", "person_versions", "persona_activity_records", "persona_changes", "persona_versions", "personas",
    "saying_changes", "saying_versions", "source_groups", "source_people", "source_rejects", "sources", "spell_changes",
    "spell_states", "spell_versions", "spells", "statements",
}  # fmt: skip
"""Tables and views that have an organisation."""

UNBOUND: dict[str, str] = {
    "upkeep/alone": "asks whether anybody else is in the database",
    "undo/whole/made": "asks whether anything of anybody else's is in tables that are emptied as a whole",
    "undo/whole/nobody": "asks whether anybody is in tables that are filled as a whole",
    "undo/whole/vanished": "asks whether anything of anybody's is in tables that are filled as a whole",
}
"""Queries that speak of all organisations, and why."""


def test_what_is_known_of_the_queries_is_what_they_say(database_url: str) -> None:
    with connected(database_url) as database:
        known = graph.typed(graph.drawn(), database)
    assert GRAPH.read_text() == graph.as_text(known), "python -m sql.graph brings graph.json up to date"


def test_the_page_about_steps_shows_those_of_an_import() -> None:
    page = (HERE.parent / "docs/steps.md").read_text()
    assert "\n".join(graph.picture(JOBS["import"])) in page, "python -m sql.graph import prints them"


@pytest.mark.parametrize("name", JOBS)
def test_every_job_can_be_drawn(name: str) -> None:
    drawn = [line for line in graph.picture(JOBS[name]) if line.startswith("  ")]
    assert len(drawn) == len(job(*JOBS[name]))


@pytest.mark.parametrize("name", JOBS)
def test_what_is_filled_from_outside_is_drawn_before_it_is_read(name: str) -> None:
    filled: set[str] = set()
    for line in graph.picture(JOBS[name]):
        if ": " in line and not line.startswith(" "):
            filled |= set(line.partition(": ")[2].split(", "))
        if line.startswith("  "):
            read = set(line.partition(" < ")[2].split(", ")) & set(graph.inputs())
            assert read <= filled, line


@pytest.mark.parametrize("name", JOBS)
def test_no_step_reads_what_none_before_it_makes(name: str) -> None:
    made = set(graph.inputs())
    blocks = {"organisation", "import", "source"}
    for step in job(*JOBS[name]):
        missing = step.reads - made
        assert not missing, f"{step.name} reads {missing}, which no step before it makes"
        if step.kind == "ids":
            blocks.add(step.what)
        if step.kind in ("table", "view"):
            assert step.what not in made, f"{step.name} is made twice"
            made.add(step.what)


def test_what_a_step_needs_it_reads() -> None:
    for name in JOBS:
        for step in job(*JOBS[name]):
            for tables in step.needs:
                assert tables <= step.reads, step.name


def queries() -> list[Path]:
    return [
        path for path in sorted(HERE.rglob("*.sql")) if "migrations" not in path.parts and path.name != "inputs.sql"
    ]


@pytest.mark.parametrize("path", queries(), ids=lambda path: str(path.relative_to(HERE)))
def test_every_reference_to_a_table_is_bound_to_the_organisation(path: Path) -> None:
    name = str(path.relative_to(HERE).with_suffix(""))
    free = list(unbound(path))
    if name in UNBOUND:
        assert free, f"{name} is no exception any more"
    else:
        assert not free, f"{name} reads {free} of any organisation"


def unbound(path: Path) -> Iterator[str]:
    """The aliases of tables in a query that nothing binds to `:organisation`."""
    numbers: dict[str, int] = {}
    text = bound(path.read_text(), lambda name: f"${numbers.setdefault(name, len(numbers) + 1)}")
    for statement in parse_sql(text):
        yield from _unbound(statement.stmt, numbers.get("organisation"))


def _unbound(node: Any, organisation: int | None) -> Iterator[str]:
    if isinstance(node, (ast.SelectStmt, ast.UpdateStmt, ast.DeleteStmt)):
        here = list(_here(node))
        tables = [one for one in here if isinstance(one, ast.RangeVar) and one.relname in LASTING]
        columns = {column for one in here for column in _bound_column(one, organisation)}
        for table in tables:
            alias = table.alias.aliasname if table.alias else table.relname
            if (alias, "organisation_id") not in columns and not (
                (None, "organisation_id") in columns and len(tables) == 1
            ):
                yield str(alias)
    for child in graph.children(node):
        yield from _unbound(child, organisation)


def _here(node: Any) -> Iterator[Any]:
    """The nodes of a query without those of the queries within it."""
    for child in graph.children(node):
        if not isinstance(child, (ast.SelectStmt, ast.UpdateStmt, ast.DeleteStmt, ast.InsertStmt)):
            yield child
            yield from _here(child)


def _bound_column(node: Any, organisation: int | None) -> Iterator[tuple[str | None, str]]:
    """`x.organisation_id = :organisation`: x and the column; the parameter may be cast."""
    if not isinstance(node, ast.A_Expr) or not isinstance(node.lexpr, ast.ColumnRef):
        return
    value: Any = node.rexpr
    while isinstance(value, ast.TypeCast):
        value = value.arg
    fields = [field.sval for field in node.lexpr.fields if isinstance(field, ast.String)]
    if isinstance(value, ast.ParamRef) and value.number == organisation and fields[-1] == "organisation_id":
        yield (fields[0] if len(fields) > 1 else None), fields[-1]


def test_each_query_opens_with_a_sentence() -> None:
    for path in queries():
        text = path.read_text()
        assert text.startswith("-- "), path
        assert bare(text) != text.rstrip(), path
