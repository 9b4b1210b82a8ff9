"""Steps could run where tables are distributed by organisation: what is run is of one organisation, by its text."""

from __future__ import annotations

from functools import cache
from typing import Final

import psycopg
import pytest
from bound import WIDE, astray, unbound
from distributed import questions, statements

from sql.steps import JOBS
from sql.tables import TABLES

OF_ALL: Final = {
    "erase/looked_at": "asks the catalogue for what the planner knows",
    "foreign/sql_lrs_statements": "asks another record store's database",
    "history/list": "which runs somebody holds on to is known by locks, which are the server's",
    "organisations/create": "makes an organisation",
    "status/database": "asks for the revision of the schema",
    "keep_all": "where nobody else has anything in a table, all its rows are kept before they go",
    "undo/whole/made": "asks whether anything of anybody else's is in tables that are emptied as a whole",
    "undo/whole/nobody": "asks whether anybody is in tables that are filled as a whole",
    "undo/whole/vanished": "asks whether anything of anybody's is in tables that are filled as a whole",
    "upkeep/alone": "asks whether anybody else is in the database",
    "upkeep/definitions": "asks the catalogue for keys",
    "upkeep/grown": "asks the catalogue for sizes",
    "upkeep/unmet": "asks the catalogue for what the planner knows",
    "upkeep/leaned_on": "asks the catalogue for keys",
    "upkeep/ours": "asks the catalogue for rights",
}
"""What speaks of all organisations, or of none, and why."""
ASTRAY: Final = {
    **dict.fromkeys(WIDE, "until tables are distributed, versions and what they were versions of are best read as one"),
    "erase/key": "makes a random key, once in the life of an organisation",
    "history/update": "a run ends when the clock says so, not when its transaction began",
    "history/write": "a run ends when the clock says so, not when its transaction began",
    "organisations/create": "makes an organisation",
    "finish/everything/50_groups.insert_pending": "groups above groups are found by recursion, once for all",
    "finish/people/40_groups.insert_pending": "groups above groups are found by recursion, a few for each chunk",
}
"""What could not be left to the machine of an organisation as it is, and why it is so."""
VOLATILE: Final = "SELECT proname FROM pg_proc WHERE provolatile = 'v'"


@cache
def run() -> list[tuple[str, str]]:
    """All that is run, as it would be where tables are distributed: each statement with its name."""
    steps = {one for name in JOBS for one in statements(name)}
    whole = [
        (method.__name__, method()) for table in TABLES.values() if table.versions
        for method in (table.keep_all, table.bring_back)
    ]  # fmt: skip
    return [*sorted(steps), *questions(), *whole]


def test_all_that_is_run_is_bound_to_the_organisation() -> None:
    free = {name: found for name, text in run() if (found := unbound(text))}
    assert set(free) == set(OF_ALL), free


def test_a_machine_could_do_it_by_itself(migrated: str) -> None:
    with psycopg.connect(migrated) as connection:
        volatile = {name for (name,) in connection.execute(VOLATILE)}
    found = {(name, one) for name, text in run() for one in astray(text, volatile)}
    assert {one if one in WIDE else name for name, one in found} == set(ASTRAY), found


P, G = "p.organisation_id = :organisation", "g.organisation_id = :organisation"


@pytest.mark.parametrize(
    ("query", "free"),
    [
        (f"SELECT FROM people AS p WHERE {P}", []),
        ("SELECT FROM people WHERE organisation_id = CAST(:organisation AS integer) AND id = 1", []),
        ("SELECT FROM people WHERE organisation_id = :source", ["people"]),
        ("SELECT FROM people WHERE organisation_id <> :organisation", ["people"]),
        ("SELECT FROM people WHERE organisation_id = :organisation OR id = 1", ["people"]),
        (f"SELECT FROM people AS p JOIN groups AS g ON {G}", ["p"]),
        (f"SELECT FROM people AS p JOIN groups AS g ON {P} AND {G}", []),
        (f"SELECT FROM people AS p LEFT JOIN groups AS g ON {P} AND {G}", ["p"]),
        (f"SELECT FROM people AS p RIGHT JOIN groups AS g ON {P} AND {G}", ["g"]),
        (f"SELECT FROM people AS p FULL JOIN groups AS g ON {P} AND {G}", ["p", "g"]),
        ("SELECT FROM people AS p JOIN groups AS g USING (id) WHERE organisation_id = :organisation", ["p", "g"]),
        (f"SELECT FROM people AS p WHERE {P} AND EXISTS (SELECT FROM groups AS g WHERE {P})", ["g"]),
        ("WITH people AS (SELECT 1 AS id) SELECT FROM people", []),
        ("WITH people AS (SELECT 1 AS id) SELECT FROM working.people", ["people"]),
        ("WITH RECURSIVE up AS (SELECT 1 AS id UNION SELECT g.parent_id FROM up JOIN group_parents AS g USING (id))"
         " SELECT FROM up", ["g"]),
        (f"UPDATE people AS p SET name = '' FROM groups AS g WHERE {P}", ["g"]),
        (f"DELETE FROM people AS p USING groups AS g WHERE {G}", ["p"]),
        ("INSERT INTO people (organisation_id) SELECT :organisation", []),
        ("INSERT INTO people (id) SELECT 1", ["INSERT INTO people"]),
        ("INSERT INTO people (organisation_id) VALUES (:organisation), (2)", ["INSERT INTO people"]),
    ],
)  # fmt: skip
def test_what_binds(query: str, free: list[str]) -> None:
    assert unbound(query) == free
