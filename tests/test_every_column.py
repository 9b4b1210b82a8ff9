"""Of every column of every table with a history, a change survives: it is kept, shown, taken back, and brought back.

Which tables and columns there are is read from `sql/tables.py`; `tests/sql/test_tables.py` holds that to the catalogue.
Of a column that is new these tests ask how it is changed, and what comes of it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg
import pytest
from conftest import Cli
from psycopg import sql
from psycopg.types.string import TextLoader

from sql.tables import TABLES, Table

TABLES_WITH_HISTORY = [table for table in TABLES.values() if table.versions]
IDS = {table.name: table.name for table in TABLES_WITH_HISTORY}

Row = dict[str, Any]
State = dict[str, list[Row]]


def column_of(name: str) -> sql.Composable:
    """A column; as a text, if it may be of no time that Python knows."""
    column = sql.Identifier(name)
    return sql.SQL("CAST({0} AS text) AS {0}").format(column) if name in ("begins_at", "ends_at") else column


class World(NamedTuple):
    """An organisation, through the commands and through its tables."""

    cli: Cli
    connection: psycopg.Connection[Any]

    def run(self, command: str, *arguments: str, code: int = 0) -> Row:
        result = self.cli(command, *arguments, "--json")
        assert result.exit_code == code, result
        told: Row = json.loads(result.stdout)
        return told

    def do(self, command: str, *given: str) -> int:
        """Run a command: an import of these lines, the header first, or any other with these arguments; its number."""
        if command in ("import-people", "import-groups"):
            lines = [line for line in given if not line.startswith("--")]
            Path(f"{command}.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
            self.cli("resume-source", "hr")
            more = ("--create-groups", "--max-takeovers", "100%") if command == "import-people" else ()
            words = [word for words in given if words.startswith("--") for word in words.split()]
            given = (f"{command}.csv", "--batch", "--source", "hr", "--min-lines", "0", *more, *words)
        number: int = self.run(command, *given)["import"]
        return number

    def rows(self, table: Table, of: str | None = None) -> list[Row]:
        """All of a table, or of its versions, as far as they are kept."""
        columns = sql.SQL(", ").join(map(column_of, (*table.kept, *(("replaced_by",) if of else ()))))
        found = self.connection.execute(sql.SQL("SELECT {} FROM {}").format(columns, sql.Identifier(of or table.name)))
        names = [column.name for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def versions(self, table: Table, *imports: int) -> list[Row]:
        """What these imports have replaced, as it was."""
        found = self.rows(table, table.versions)
        return [row for row in found if row.pop("replaced_by") in imports]

    def state(self) -> State:
        """All tables with a history, without who said so."""
        return {table.name: sorted(map(facts, self.rows(table)), key=repr) for table in TABLES_WITH_HISTORY}


def key(table: Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[column] for column in table.key)


def facts(row: Row) -> Row:
    return {column: value for column, value in row.items() if column not in ("changed_by", "said_in")}


@pytest.fixture
def world(cli: Cli, database_url: str) -> Iterator[World]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.adapters.register_loader("timestamptz", TextLoader)  # Python has no -infinity
        yield World(cli, connection)


@pytest.fixture(params=["looked up", "wholesale", "distributed"])
def undoes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of taking an import back: row for row, and that of an import that has filled the tables; and how that
    would be where tables are distributed.
    """
    if request.param == "distributed":
        request.getfixturevalue("distributed")
    if request.param != "looked up":
        monkeypatch.setattr("jobs.importing.undoing.LARGE", 0)
        monkeypatch.setattr("jobs.importing.undoing.MOST", 0)


# -- rows that go, and come back -------------------------------------------------------------------------------

FILLED = {
    "text": "'a ' || t.tableoid",
    "boolean": "true",
    "bigint": "7",
    "timestamp with time zone": "'2001-02-03 04:05Z'",
}
"""By the type of a column: what no import gives by itself."""
FORMER: Final = "former_custom_id"
"""Only of who has no custom_id."""


def fill(world: World) -> None:
    """Give every column of every row something that is no default, so that nothing can come back by chance; of
    custom_id and the former one, one.
    """
    for table in TABLES_WITH_HISTORY:
        types = world.connection.execute(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
            " WHERE attrelid = CAST(%s AS regclass) AND attnum > 0 AND NOT attisdropped",
            [table.name],
        )
        for column, kind in types.fetchall():
            if column not in table.kept or column in ("changed_by", "custom_id", *table.key) or kind not in FILLED:
                continue
            world.connection.execute(
                sql.SQL("UPDATE {} AS t SET {} = {} WHERE {}").format(
                    sql.Identifier(table.name),
                    sql.Identifier(column),
                    sql.SQL(FILLED[kind]),
                    sql.SQL("custom_id IS NULL" if column == FORMER else "{} IS NULL OR %s").format(
                        sql.Identifier(column)
                    ),
                ),
                [kind in ("boolean", "timestamp with time zone")] if column != FORMER else [],
            )
        for row in world.rows(table):
            empty = {column for column, value in row.items() if value in (None, False)}
            assert empty == ({"custom_id" if row[FORMER] else FORMER} if FORMER in row else set()), row


@pytest.mark.usefixtures("undoes")
def test_whatever_a_row_has_goes_with_it_and_comes_back_with_it(world: World) -> None:
    """Imports that made everything, one that split, one that renamed a group: taken back and brought back, twice."""
    first = world.do(
        "import-people",
        "custom_id,name,image_url,email,email_2,groups",
        "1,Ada,https://x.example/ada,Ada@X.example,Desk@X.example,old|staff",
        ",Cid,https://x.example/cid,Cid@X.example,,staff",
    )
    world.do("import-people", f"{PERSON},identifier_since", "2,Bea,https://x.example/bea,Desk@X.example,2001-01-01")
    world.do("import-groups", "custom_id,name,type,parent_custom_ids", "staff,Staff,team,old", "co,Co,firm,")
    third = world.do("import-groups", "custom_id,previous_custom_id,name,type", "new,old,New,firm")
    fill(world)
    full, before = world.state(), {table.name: world.rows(table) for table in TABLES_WITH_HISTORY}
    for table in TABLES_WITH_HISTORY:
        changed = [key(table, row) for row in world.rows(table, table.versions)]
        assert [row for row in before[table.name] if key(table, row) not in changed], f"{table.name}: all changed"
    undone = [world.run("undo-import", str(number))["import"] for number in range(third, first - 1, -1)]
    assert not any(world.state().values())
    for table in TABLES_WITH_HISTORY:
        kept = world.versions(table, *undone)
        assert [row for row in before[table.name] if row not in kept] == [], table.name
    redone = [world.run("undo-import", str(number))["import"] for number in reversed(undone)]
    assert world.state() == full
    again = [world.run("undo-import", str(number))["import"] for number in reversed(redone)]
    assert not any(world.state().values())
    for number in reversed(again):
        world.run("undo-import", str(number))
    assert world.state() == full


@pytest.mark.parametrize(
    "correction",
    [
        ("merge-people", "1", "2", "3", "--custom-id", "2"),
        ("edit-person", "1", "--custom-id", "<delete>", "--name", "<delete>", "--add-persona", "bob@x.example",
         "--remove-persona", "ada@old.example", "--add-group", "c", "--remove-group", "b", "--create-groups"),
        ("delete-group", "b"),
    ],
    ids=lambda words: words[0],
)  # fmt: skip
def test_whatever_people_have_who_are_corrected_by_hand_comes_back(correction: tuple[str, ...], world: World) -> None:
    for command, *lines in BASE:
        world.do(command, *lines)
    world.do("import-people", "custom_id,groups", "1,b", "2,b", "3,")
    world.do("import-people", f"{PERSON},identifier_since", "3,,,ada@x.example,2001-01-01")
    fill(world)
    world.connection.execute("UPDATE personas SET pinned = false")
    before = world.state()
    done = world.do(*correction)
    after = world.state()
    assert len(differing(before, after)) > 10
    for _ in range(2):
        done = world.run("undo-import", str(done))["import"]
        assert world.state() == before
        done = world.run("undo-import", str(done))["import"]
        assert world.state() == after


# -- rows that change ------------------------------------------------------------------------------------------


class Change(NamedTuple):
    """A change of one column in each table that it touches."""

    columns: tuple[str, ...]
    """As `table.column`."""
    command: str
    given: tuple[str, ...]
    then: tuple[str, ...] | None
    """The same command again, by which the same column changes once more; None where it has only two values."""
    shown: tuple[str, str]
    """The action and the field by which plan and `show-import` tell it."""


BASE = (
    ("import-people", "custom_id,name,image_url,email",
     "1,Ada,https://x.example/1,ada@x.example", "1,,,ada@old.example", "2,Bob,,bob@x.example", "3,Cy,,cy@x.example"),
    ("import-groups", "custom_id,name,type", "a,Group,team"),
    ("import-groups", "custom_id,previous_custom_id", "b,a"),
)  # fmt: skip
"""Who and what is there before."""
PERSON, PREVIOUS = "custom_id,name,image_url,email", "custom_id,previous_custom_id"
CHANGES = (
    Change(("people.name", "source_people.name"), "import-people",
           (PERSON, "1,Ada L.,,"), (PERSON, "1,Ada Lovelace,,"), ("update", "name")),
    Change(("people.image_url", "source_people.image_url"), "import-people",
           (PERSON, "1,,https://x.example/2,"), (PERSON, "1,,https://x.example/3,"), ("update", "image_url")),
    Change(("people.custom_id", "people.near_custom_id", "source_people.previous_custom_id"), "import-people",
           (PREVIOUS, "11,1"), (PREVIOUS, "12,11"), ("rename", "custom_id")),
    Change(("personas.person_id",), "import-people",
           (PERSON, "2,,,ada@old.example"), (PERSON, "3,,,ada@old.example"), ("take", "")),
    Change(("personas.person_id", "personas.begins_at", "closed_spells.persona_id", "closed_spells.begins_at",
            "closed_spells.ends_at", "closed_spells.person_id"), "import-people",
           (f"{PERSON},identifier_since", "2,,,ada@old.example,2020-01-01"),
           (f"{PERSON},identifier_since", "3,,,ada@old.example,2021-01-01"), ("split", "since")),
    Change(("personas.pinned",), "move-persona",
           ("ada@x.example", "--pin"), None, ("pin", "")),
    Change(("groups.name",), "import-groups",
           ("custom_id,name", "b,Group B"), ("custom_id,name", "b,Group C"), ("update", "name")),
    Change(("groups.type", "group_types.id", "group_types.name", "group_types.created_at"), "import-groups",
           ("custom_id,type", "b,firm"), ("custom_id,type", "b,club"), ("update", "type")),
    Change(("groups.custom_id", "source_groups.previous_custom_id"), "import-groups",
           (PREVIOUS, "c,b"), (PREVIOUS, "d,c"), ("rename", "custom_id")),
)  # fmt: skip
WITH_THEIR_ROW = {
    "people.created_at", "groups.created_at", "personas.created_at",
    "personas.kind", "personas.ifi", "personas.near", "personas.as_written", "personas.agent_name",
    "personas.object_type",
}  # fmt: skip
"""Columns that no import changes: they come with the row, and go with it."""
WITH_THE_CUSTOM_ID = {"people.former_custom_id", "people.lost_at"}
"""Columns that change where the custom_id goes, and again where there is one."""


def test_of_every_column_it_is_known_what_changes_it() -> None:
    named = {
        f"{table.name}.{column}"
        for table in TABLES_WITH_HISTORY
        for column in table.columns
        if column not in table.aside
    }
    keys = {f"{table.name}.{column}" for table in TABLES_WITH_HISTORY for column in table.key}
    changed = {column for change in CHANGES for column in change.columns}
    assert (changed - keys) | WITH_THEIR_ROW | WITH_THE_CUSTOM_ID == named
    assert not changed & WITH_THEIR_ROW


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: " ".join(change.columns[:2]))
def test_a_change_of_one_column_is_kept_shown_taken_back_and_brought_back(change: Change, world: World) -> None:
    for command, *lines in BASE:
        world.do(command, *lines)
    before, rows = world.state(), {table.name: world.rows(table) for table in TABLES_WITH_HISTORY}
    number = world.do(change.command, *change.given)
    after = world.state()
    assert differing(before, after) == set(change.columns)
    for table in TABLES_WITH_HISTORY:
        replaced = [row for row in rows[table.name] if facts(row) not in after[table.name]]
        assert sorted(world.versions(table, number), key=repr) == sorted(replaced, key=repr), table.name
    shown = world.run("show-import", str(number))["changes"]["rows"]
    assert [(row["action"], row["field"] or "") for row in shown] == [change.shown]

    told = world.run("undo-import", str(number), "--plan", "plan.csv")
    assert world.state() == before
    with open("plan.csv", encoding="utf-8", newline="") as plan:
        assert len(list(csv.DictReader(plan))) == 1
    redone = world.run("undo-import", str(told["import"]))
    assert world.state() == after

    if change.then:
        world.do(change.command, *change.then)
        assert differing(after, world.state()) == set(change.columns)
        stays_as_it_is(world, redone["import"])


def test_a_custom_id_that_is_lost_and_given_again_is_taken_back_and_brought_back(world: World) -> None:
    """Lost by --leavers release, given again to the same person, and taken back step by step."""
    for command, *lines in BASE:
        world.do(command, *lines)
    states, numbers = [world.state()], []
    for lines in ((PERSON, "2,,,", "3,,,", "--snapshot --leavers release"), (PERSON, "1,Ada,,")):
        numbers.append(world.do("import-people", *lines))
        states.append(world.state())
    assert differing(*states[:2]) > {"people.custom_id", *WITH_THE_CUSTOM_ID}
    assert differing(*states[1:]) > {"people.custom_id", *WITH_THE_CUSTOM_ID}
    assert states[2]["people"] == states[0]["people"]
    undone = []
    for number, before in zip(reversed(numbers), reversed(states[:-1]), strict=True):
        undone.append(world.run("undo-import", str(number))["import"])
        assert world.state() == before
    for number, after in zip(reversed(undone), states[1:], strict=True):
        world.run("undo-import", str(number))
        assert world.state() == after


def test_a_persona_that_was_pinned_since_stays(world: World) -> None:
    for command, *lines in BASE:
        world.do(command, *lines)
    (taken,) = (change for change in CHANGES if change.columns == ("personas.person_id",))
    number = world.do(taken.command, *taken.given)
    world.do("move-persona", "ada@old.example", "--pin")
    stays_as_it_is(world, number)


def stays_as_it_is(world: World, number: int) -> None:
    """What this import has changed has been changed since: a conflict, or, of what nobody sees, the later word."""
    later = world.state()
    assert world.run("undo-import", str(number), code=4)["conflicts"] == 1
    assert world.state() == later
    assert world.run("undo-import", str(number), "--skip-changed")["left"] == 1
    assert world.state() == later


def differing(before: State, after: State) -> set[str]:
    """The columns of the rows that differ, as `table.column`; all of a row that has come or gone."""
    found = set()
    for table in TABLES_WITH_HISTORY:
        old, new = ({key(table, row): row for row in state[table.name]} for state in (before, after))
        for one in old.keys() | new.keys():
            was, stays = old.get(one, {}), new.get(one, {})
            found |= {
                f"{table.name}.{column}" for column in was.keys() | stays.keys() if was.get(column) != stays.get(column)
            }
    return found
