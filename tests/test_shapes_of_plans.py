"""What queries cost follows the lines and the changes, whatever the planner knows, and however unlike most people are:
no query reads a table once more for each line.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from conftest import Cli, Server
from costs import rows_handled

PEOPLE, CHANGED = 3_000, 15


class Kind(NamedTuple):
    """A kind of people, and how many rows may be handled for each of them, over all queries: about twice as many as
    are."""

    line: Callable[[int], str]
    again: bool
    """Each is on a second line, which only names them: then nobody is a plain newcomer, and nobody can be skipped."""
    loaded: int
    known: int
    """In a night in which hardly anything has changed."""


ORDINARY = Kind(lambda n: f"E{n},Name {n},e{n}@x.example,n{n}@y.example,g{n % 40}", False, 45, 14)
SKEWED = Kind(lambda n: f"E{n},Name,e{n}@x.example,n{n}@y.example,all|g{n if n % 7 else 0}", True, 700, 500)
"""All have one name, and are in one group; and most in one of their own."""
UNDONE = 30
"""An undo joins tables of this size rather than looks into them."""
DONE = 400
"""And so many rows for each person whose line has changed, two for each change: to read a table for each of them would
be 3,000, for each line very many more."""


def write(path: str, kind: Kind, moved: range = range(0)) -> str:
    """A file of people; those `moved` have another name, another group, and an address of whom is next."""
    lines = [kind.line(number) for number in range(PEOPLE)]
    for number in moved:
        lines[number] = f"E{number},Other,e{number}@x.example,n{number + 1}@y.example,other"
        lines[number + 1] = f"E{number + 1},Name,e{number + 1}@x.example,,all"
    again = [f"E{number},,e{number}@x.example,," for number in range(PEOPLE if kind.again else 0)]
    Path(path).write_text("\n".join(("custom_id,name,email,email_2,groups", *lines, *again, "")), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("kind", "statistics"), [(ORDINARY, "none"), (SKEWED, "fresh"), (SKEWED, "none"), (SKEWED, "of two")]
)
def test_a_load_a_night_and_its_undo(server: Server, cli: Cli, database_url: str, kind: Kind, statistics: str) -> None:
    """`statistics`: those that the planner has after the load, or before it, of the two people who are there then."""
    asked = ("--batch", "--create-groups", "--json")
    first = write("first.csv", kind)
    night = write("next.csv", kind, range(0, 100 * CHANGED, 100))
    if statistics == "of two":
        Path("two.csv").write_text("custom_id,email\nX1,x1@x.example\nX2,x2@x.example\n", encoding="utf-8")
        assert cli("import-people", "two.csv", *asked).exit_code == 0
        analyse(database_url, "ANALYZE")
    found = {}
    for name, command, words in (
        ("load", "import-people", (first, *asked)),
        ("night", "import-people", (night, *asked)),
        ("undo", "undo-import", ("3" if statistics == "of two" else "2", "--json")),
    ):
        with rows_handled(server, database_url) as handled:
            assert cli(command, *words).exit_code == 0
        found[name] = handled.rows
        if name == "load" and statistics != "of two":
            analyse(database_url, "ANALYZE" if statistics == "fresh" else "DELETE FROM pg_statistic")
    changed = DONE * 2 * CHANGED
    assert found["load"] < kind.loaded * PEOPLE, found
    assert found["night"] < kind.known * PEOPLE + changed, found
    assert found["undo"] < UNDONE * PEOPLE + changed, found


def test_what_a_night_changes_is_not_compared_each_with_each(server: Server, cli: Cli, database_url: str) -> None:
    """The planner has met what an earlier night has replaced, and expects nothing of this one."""
    asked = ("--batch", "--create-groups", "--json")
    every = ["custom_id,name,email,groups"]
    handled = {}
    for name, more in (("first", ()), ("second", ()), ("plan", ("--dry-run",)), ("third", ())):
        lines = (f"E{n},{name.replace('plan', 'third')} {n},e{n}@x.example,g{n % 40}" for n in range(PEOPLE))
        Path("all.csv").write_text("\n".join((*every, *lines, "")), encoding="utf-8")
        with rows_handled(server, database_url) as counted:
            assert cli("import-people", "all.csv", *asked, *more).exit_code == 0
        handled[name] = counted.rows
        if name in ("first", "second"):
            analyse(database_url, "ANALYZE")
    with rows_handled(server, database_url) as counted:
        assert cli("undo-import", "3", "--dry-run").exit_code == 0
    handled["undo"] = counted.rows
    assert max(handled.values()) < 250 * PEOPLE, handled


def test_one_change_looks_at_nobody_else(server: Server, cli: Cli, database_url: str) -> None:
    """Where tables are so large that the planner may not take to reading them: it is told so of small ones."""
    assert cli("import-people", write("all.csv", ORDINARY), "--batch", "--create-groups").exit_code == 0
    analyse(database_url, "ANALYZE")
    analyse(database_url, "UPDATE pg_class SET reltuples = 300 * reltuples WHERE relnamespace = 'public'::regnamespace")
    lines = [f"E{n},Other,e{n}@x.example,n{n + 1}@y.example,g1" for n in range(0, 100, 10)]
    Path("some.csv").write_text("\n".join(("custom_id,name,email,email_2,groups", *lines, "")), encoding="utf-8")
    handled = {}
    for name, words in {
        "ten lines": "import-people some.csv --no-finish",
        "takes over": "edit-person E500 --add-persona n501@y.example --takeovers apply",
        "had": "edit-person E550 --add-persona old@y.example --until 2025-01-01",
        "gives up": "edit-person E560 --remove-persona n560@y.example",
        "moves": "move-persona n601@y.example --to E600",
        "merges": "merge-people E700 E701 --custom-id E700",
        "deletes": "delete-person E800",
    }.items():
        with rows_handled(server, database_url) as counted:
            ran = cli(*words.split())
        assert ran.exit_code == 0, (words, ran)
        handled[name] = counted.rows
    assert max(handled.values()) < 2 * PEOPLE, handled
    assert max(rows for name, rows in handled.items() if name != "ten lines") < PEOPLE, handled


def said(path: str, work: str, number: str) -> str:
    """A file of statements, one by each of many agents about one course."""
    lines = []
    for n in range(PEOPLE):
        verb = '"verb":{"id":"http://adlnet.gov/expapi/verbs/attempted"},"object":{"id":"https://x.example/course"}'
        agent = f'"actor":{{"mbox":"mailto:e{n}@{work}.example"}}'
        about = f'"id":"{number * 8}-0000-4000-8000-{n:012}","timestamp":"2026-01-01T00:00:00Z"'
        lines.append(f"{{{about},{agent},{verb}}}\n")
    Path(path).write_text("".join(lines), encoding="utf-8")
    return path


def test_statements_in_an_organisation_that_the_planner_has_not_met(
    server: Server, cli: Cli, database_url: str
) -> None:
    """When it last looked at the tables there were others' rows alone, and it expects none of this one's."""
    two = ("--organisation", "two")
    assert cli("import-statements", said("a.jsonl", "one", "a"), "--no-finish").exit_code == 0
    analyse(database_url, "ANALYZE")
    assert cli("import-statements", said("b.jsonl", "two", "b"), *two, "--create-organisation").exit_code == 0
    with rows_handled(server, database_url) as handled:
        assert cli("import-statements", said("c.jsonl", "two", "c"), *two).exit_code == 0
    assert handled.rows < 300 * PEOPLE, handled.rows


def analyse(url: str, how: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(how)  # type: ignore[arg-type]
