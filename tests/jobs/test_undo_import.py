"""undo-import: what an import did is taken back exactly; what was changed since is told, or left."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from conftest import Cli, Result
from faults import observing
from outcomes import NO_GUARDS
from psycopg import sql
from psycopg.types.string import TextLoader
from worlds import (
    VOIDER,
    any_line,
    any_options,
    any_statements,
    any_story,
    arguments,
    render_csv,
    render_statements,
    set_up,
)

from sql.database import Transaction

TABLES = {
    "people": ("id", "custom_id", "name", "image_url", "created_at"),
    "personas": ("id", "person_id", "begins_at", "kind", "ifi", "near", "as_written", "pinned", "created_at"),
    "groups": ("id", "custom_id", "name", "type", "created_at"),
    "group_parents": ("group_id", "parent_id", "source_id"),
    "memberships": ("person_id", "group_id", "source_id"),
    "source_people": ("person_id", "source_id", "name", "image_url", "previous_custom_id"),
    "closed_spells": ("persona_id", "begins_at", "ends_at", "person_id"),
    "persona_activity_records": ("*",),
    "person_activity_records": ("*",),
    "person_records": ("*",),
    "group_records": ("*",),
}
"""What an undo brings back, ids included, and the reports of it."""

SEEDS = [0, 1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 30))]

State = dict[str, list[tuple[Any, ...]]]


def column_of(name: str) -> sql.Composable:
    """A column; as a text, if it may be of no time that Python knows."""
    if name == "*":
        return sql.SQL("CAST(t AS text)")
    column = sql.Identifier(name)
    return sql.SQL("CAST({} AS text)").format(column) if name in ("begins_at", "ends_at") else column


class World(NamedTuple):
    """An organisation, through the commands and through its tables."""

    cli: Cli
    connection: psycopg.Connection[Any]

    def run(self, command: str, *arguments: str, code: int = 0) -> dict[str, Any]:
        """The `--json` of a command that must end with this exit code."""
        result = self.cli(command, *arguments, "--json")
        assert result.exit_code == code, result
        told: dict[str, Any] = json.loads(result.stdout)
        return told

    def people(self, *lines: str, code: int = 0, options: Sequence[str] = ()) -> int:
        """Import lines under the header `custom_id,name,email,email_2,groups`; the number of the import."""
        Path("people.csv").write_text("\n".join(["custom_id,name,email,email_2,groups", *lines, ""]), encoding="utf-8")
        self.run("resume-source", "people") if self.suspended else None
        told = self.run("import-people", "people.csv", "--batch", "--create-groups", *NO_GUARDS, *options, code=code)
        number: int = told["import"]
        return number

    def statements(self, *emails: str, at: str | None = None) -> None:
        """A statement of each of these agents, named as its address."""
        made = [
            {
                "actor": {"mbox": f"mailto:{email}", "name": email},
                "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
                "object": {"id": f"https://course.example/{number}"},
                "result": {"completion": True},
                **({} if at is None else {"timestamp": at}),
            }
            for number, email in enumerate(emails)
        ]
        Path("statements.json").write_text(json.dumps(made), encoding="utf-8")
        self.run("import-statements", "statements.json")

    @property
    def suspended(self) -> bool:
        return bool(self.connection.execute("SELECT FROM sources WHERE suspended_by IS NOT NULL").rowcount)

    def state(self) -> State:
        """All tables, rows in order."""
        found = {}
        for table, columns in TABLES.items():
            listed = sql.SQL(", ").join(map(column_of, columns))
            query = sql.SQL("SELECT {} FROM {} AS t").format(listed, sql.Identifier(table))
            found[table] = sorted(self.connection.execute(query).fetchall(), key=repr)
        return found

    def holders(self) -> dict[str, str]:
        """Address -> the custom_id of its person, or the person's name in brackets."""
        rows = self.connection.execute(
            "SELECT i.ifi, coalesce(p.custom_id, '(' || p.name || ')') FROM personas AS i JOIN people AS p"
            " ON p.organisation_id = i.organisation_id AND p.id = i.person_id"
        )
        return {ifi.removeprefix("mailto:"): holder for ifi, holder in rows.fetchall()}

    def check(self) -> None:
        """Nothing is without what it leans on, and the reports are what they are made of."""
        assert (
            self.connection.execute(
                "SELECT FROM people AS p WHERE NOT EXISTS (SELECT FROM spells AS s WHERE s.person_id = p.id)"
            ).rowcount
            == 0
        )
        assert self.run("finish-batch-updates", "--check")["differences"] == 0


@pytest.fixture
def world(cli: Cli, database_url: str) -> Any:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.adapters.register_loader("timestamptz", TextLoader)  # -infinity is no datetime
        yield World(cli, connection)


# -- laws ----------------------------------------------------------------------------------------------------


@pytest.fixture(params=["looked up", "wholesale"])
def undoes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of taking an import back: row for row, and that of an import that has filled the tables."""
    if request.param == "wholesale":
        monkeypatch.setattr("jobs.importing.undoing.LARGE", 0)
        monkeypatch.setattr("jobs.importing.undoing.MOST", 0)


@pytest.mark.usefixtures("undoes")
@pytest.mark.parametrize("seed", SEEDS)
def test_undone_newest_first_everything_is_as_before_the_first(seed: int, world: World) -> None:
    """Undo after import is as nothing; undo of that is as the import; all, newest first, is the beginning."""
    choose = random.Random(seed).choice
    story = any_story(choose, [any_options(choose) for _ in range(4)], max_lines=6)
    if story.statements:
        Path("statements.jsonl").write_text(render_statements(story.statements, VOIDER), encoding="utf-8")
        world.run("import-statements", "statements.jsonl")
    states, numbers = [world.state()], []
    for number, batch in enumerate((*set_up(story.people), *story.batches)):
        Path("people.csv").write_text(render_csv(batch.lines), encoding="utf-8")
        together = number % 3 or batch.options.personas == "replace" or batch.options.snapshot
        batched = ["--batch", *NO_GUARDS] if together else ["--groups", "add"]
        result = world.cli("import-people", "people.csv", *arguments(batch.options), *batched, "--json")
        assert result.exit_code in (0, 3), result
        numbers.append(json.loads(result.stdout)["import"])
        states.append(world.state())
    undone = world.run("undo-import", str(numbers[-1]))
    assert world.state() == states[-2]
    redone = world.run("undo-import", str(undone["import"]))
    assert world.state() == states[-1]
    world.run("undo-import", str(redone["import"]))
    assert world.state() == states[-2]
    for number, state in zip(numbers[-2::-1], states[-3::-1], strict=True):
        dry = world.run("undo-import", str(number), "--dry-run")
        told = world.run("undo-import", str(number), "--plan", "plan.csv")
        assert told["conflicts"] == 0
        assert told["plan"]["hash"] == dry["plan"]["hash"]
        assert world.state() == state, number
        world.check()


@pytest.mark.usefixtures("undoes")
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_has_happened_since_nothing_is_left_half(seed: int, world: World) -> None:
    """Any import of a history, what came later left alone: every invariant holds, and undoing that brings it back."""
    choose = random.Random(100 + seed).choice
    numbers = []
    for _ in range(7):
        statements = any_statements(choose)
        if statements and choose([True, False]):
            Path("statements.jsonl").write_text(render_statements(statements, VOIDER), encoding="utf-8")
            assert world.cli("import-statements", "statements.jsonl").exit_code in (0, 3)
        options = any_options(choose, create_groups=True)
        lines = [any_line(choose) for _ in range(choose([2, 4, 6]))]
        Path("people.csv").write_text(render_csv(lines), encoding="utf-8")
        result = world.cli("import-people", "people.csv", "--batch", *NO_GUARDS, *arguments(options), "--json")
        assert result.exit_code in (0, 3), result
        numbers.append(json.loads(result.stdout)["import"])
    for number in (choose(numbers[:3]), choose(numbers[3:])):
        before = world.state()
        result = world.cli("undo-import", str(number), "--json")
        assert result.exit_code in (0, 4), result
        if result.exit_code == 4:
            assert world.state() == before
            told = json.loads(result.stdout)
            assert told["conflicts"] > 0
            left = world.run("undo-import", str(number), "--skip-changed")
            assert left["left"] == told["conflicts"]
        else:
            left = json.loads(result.stdout)
        world.check()
        world.run("undo-import", str(left["import"]))
        assert world.state() == before
        world.check()


def test_an_undo_that_fills_empty_tables_builds_their_keys_last(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.importing.undoing.LARGE", 1)
    seized: list[bool] = []
    seize = Transaction._seize_empty

    def watched(self: Transaction, tables: tuple[str, ...]) -> bool:
        seized.append(seize(self, tables))
        return seized[-1]

    number = world.people("1,Ada,ada@x.example,ada@old.example,staff", "2,Bob,bob@x.example,,staff|night")
    with observing(database_url) as observer:
        after, keys = world.state(), observer.schema()
    undone = world.run("undo-import", str(number))
    assert world.state()["people"] == []
    monkeypatch.setattr(Transaction, "_seize_empty", watched)
    redone = world.run("undo-import", str(undone["import"]))
    assert (seized, world.state()) == ([True], after)
    with observing(database_url) as observer:
        assert observer.schema() == keys
    world.run("undo-import", str(redone["import"]))
    assert world.state()["people"] == []
    world.check()


def test_an_undo_of_many_among_more_touches_no_keys(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """For those of a night, however many, the keys of everybody are not made again: it took a quarter of an hour."""
    monkeypatch.setattr("jobs.importing.undoing.LARGE", 1)
    taken: list[str] = []
    for name in ("emptying", "without_constraints"):
        monkeypatch.setattr(Transaction, name, lambda *_, name=name: taken.append(name))
    here = [f"{number},Ada,ada{number}@x.example,,staff" for number in range(8)]
    world.people(*here)
    before = world.state()
    number = world.people(*here, "8,Bob,bob@x.example,,staff", "9,Cid,cid@x.example,,staff")
    after = world.state()
    undone = world.run("undo-import", str(number))
    assert (world.state(), taken) == (before, [])
    world.run("undo-import", str(undone["import"]))
    assert (world.state(), taken) == (after, [])


# -- what has happened since ---------------------------------------------------------------------------------


def test_a_dry_run_changes_nothing_and_tells_the_plan(world: World) -> None:
    number = world.people("1,Ada,ada@x.example,,staff")
    before = world.state()
    told = world.run("undo-import", str(number), "--dry-run", "--plan", "plan.csv")
    assert (told["import"], told["state"], told["plan"]["changes"]) == (None, "dry-run", 3)
    with open("plan.csv", encoding="utf-8", newline="") as rows:
        assert sorted((row["action"], row["person"], row["group"]) for row in csv.DictReader(rows)) == [
            ("delete", "", "staff"),
            ("delete", "1", ""),
            ("delete", "1", ""),
        ]
    assert world.state() == before
    assert not world.suspended


def test_statements_that_came_since_are_no_conflict_and_keep_a_person(world: World) -> None:
    number = world.people("1,Ada,ada@x.example,ada@old.example,staff")
    world.statements("ada@x.example")
    told = world.run("undo-import", str(number))
    assert told["conflicts"] == 0
    assert world.holders() == {"ada@x.example": "(ada@x.example)"}
    world.check()
    world.run("undo-import", str(told["import"]))
    assert world.holders() == {"ada@x.example": "1", "ada@old.example": "1"}
    world.check()


def test_whom_an_undo_has_made_leaves_no_records_when_that_is_undone(world: World) -> None:
    """Their time goes to two: to whom statements had made for the time before, and to whose it is from then on."""
    Path("since.csv").write_text("custom_id,email,identifier_since\n1,ada@x.example,2024-05-06\n", encoding="utf-8")
    number = world.run("import-people", "since.csv", "--batch")["import"]
    world.statements("ada@x.example", at="2024-02-29T07:08:09Z")
    before = world.state()
    undone = world.run("undo-import", str(number))
    assert (world.holders(), undone["conflicts"]) == ({"ada@x.example": "(ada@x.example)"}, 0)
    world.run("undo-import", str(undone["import"]))
    assert world.state() == before
    world.check()


def test_a_persona_that_statements_have_made_anew_goes_back_to_its_person(world: World) -> None:
    world.people("1,Ada,ada@x.example,ada@old.example,staff")
    before = world.connection.execute("SELECT id, custom_id FROM people").fetchall()
    number = world.people("1,Ada,ada@x.example,,", options=["--personas", "replace"])
    assert world.holders() == {"ada@x.example": "1"}
    world.statements("ada@old.example")
    assert world.holders()["ada@old.example"] == "(ada@old.example)"
    told = world.run("undo-import", str(number))
    assert told["personas"] == {"created": 0, "moved": 1, "deleted": 0}
    assert world.holders() == {"ada@x.example": "1", "ada@old.example": "1"}
    assert world.connection.execute("SELECT id, custom_id FROM people").fetchall() == before
    world.check()


@pytest.mark.parametrize("back", [1, 3])
def test_newest_first_what_a_later_import_took_from_an_agent_goes_back_too(back: int, world: World) -> None:
    """The agent was there only because of the first import; taken back, done again and taken back is taken back."""
    world.people("1,Ada,ada@x.example,ada@old.example,", "2,Bob,bob@x.example,,")
    before = world.holders()
    number = world.people("1,Ada,ada@x.example,,", "2,Bob,bob@x.example,,", options=["--personas", "replace"])
    world.statements("ada@old.example", at="2024-05-06T07:08:09Z")
    Path("later.csv").write_text("custom_id,email,identifier_since\n2,ada@old.example,2025-01-01\n", encoding="utf-8")
    last = world.run("import-people", "later.csv", "--batch")["import"]
    assert world.holders()["ada@old.example"] == "2"
    for _ in range(back):
        last = world.run("undo-import", str(last))["import"]
        world.run("resume-source", "people")
    assert world.holders()["ada@old.example"] == "(ada@old.example)"
    assert world.run("undo-import", str(number))["conflicts"] == 0
    assert world.holders() == before
    world.check()


def test_what_was_moved_by_hand_stays_a_conflict_though_a_later_import_was_undone(world: World) -> None:
    world.people("1,Ada,ada@x.example,ada@old.example,", "2,Bob,bob@x.example,,")
    number = world.people("1,Ada,ada@x.example,,", "2,Bob,bob@x.example,,", options=["--personas", "replace"])
    world.statements("ada@old.example", "eve@x.example")
    by_hand = world.run("edit-person", "eve@x.example", "--add-persona", "ada@old.example")["import"]
    later = world.people("2,Bob,ada@old.example,,")
    world.run("undo-import", str(later))
    world.run("resume-source", "people")
    assert world.holders()["ada@old.example"] == "(eve@x.example)"
    assert world.cli("undo-import", str(number)).exit_code == 4
    world.run("undo-import", str(by_hand))
    assert world.run("undo-import", str(number))["conflicts"] == 0
    assert world.holders()["ada@old.example"] == "1"
    world.check()


SINCE = {
    "a name": (["1,Ada,ada@x.example,,"], ["1,Ada L.,,,"], "person 1: changed since"),
    "a persona": (["1,Ada,ada@x.example,,"], ["2,Bob,ada@x.example,,", "1,,ada@new.example,,"], "persona mailto:ada@x"),
    "a further persona": (["1,Ada,ada@x.example,,"], ["1,,ada@new.example,,"], "person 1: used by others since"),
    "a membership": (["1,Ada,ada@x.example,,"], ["1,,,,staff"], "person 1: used by others since"),
    "a group": (["0,Eve,,,staff"], ["2,Bob,bob@x.example,,staff"], "group staff: used by others since"),
    "nobody there": (["0,Eve L.,,,"], ["2,Bob,eve@x.example,,"], "person 0: gone since"),
}
"""What an import does, what the next one does with it, and what the undo of the first says of it."""


@pytest.mark.parametrize("what", SINCE)
def test_what_was_changed_since_refuses_the_undo_and_can_be_left(what: str, world: World) -> None:
    first, then, says = SINCE[what]
    world.people("0,Eve,eve@x.example,,all")
    number = world.people(*first)
    world.people("3,Cleo,cleo@x.example,,")
    later = world.people(*then)
    unlike = world.people("3,Cleo L.,,,")
    before = world.state()
    refused: Result = world.cli("undo-import", str(number))
    assert refused.exit_code == 4
    (said,) = (line for line in refused.stdout.splitlines() if says in line)
    assert said.endswith(f" (import {later})"), refused.stdout
    assert "--skip-changed" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert world.state() == before
    assert not world.suspended
    told = world.run("undo-import", str(number), "--skip-changed")
    assert told["left"] > 0
    world.check()
    # Newest first there is no conflict.
    world.run("undo-import", str(told["import"]))
    world.run("undo-import", str(unlike))
    world.run("undo-import", str(later))
    assert world.run("undo-import", str(number))["conflicts"] == 0
    assert world.holders() == {"eve@x.example": "0", "cleo@x.example": "3"}
    world.check()


def test_swapped_personas_are_given_back(world: World) -> None:
    world.people("1,Ada,ada@x.example,,", "2,Bob,bob@x.example,,")
    before = world.state()
    number = world.people("2,Ada,ada@x.example,,", "1,Bob,bob@x.example,,")
    assert world.holders() == {"ada@x.example": "2", "bob@x.example": "1"}
    world.run("undo-import", str(number))
    assert world.state() == before


def test_renames_and_leavers_come_back(world: World) -> None:
    """A swap of custom_ids, and people who have left: released, and without the source's groups."""
    world.people("1,Ada,ada@x.example,,staff", "2,Bob,bob@x.example,,staff", "3,Cleo,cleo@x.example,,staff")
    world.statements("ada@x.example", "cleo@x.example")
    before = world.state()
    Path("swapped.csv").write_text("custom_id,previous_custom_id,groups\n2,1,staff\n1,2,<delete>\n", encoding="utf-8")
    asked = ["--batch", "--snapshot", "--leavers", "release", *NO_GUARDS, "--max-leavers", "100%"]
    told = world.run("import-people", "swapped.csv", *asked)
    assert told["leavers"] == {"people": 1, "released": 1, "held": 0}
    assert world.holders() == {"ada@x.example": "2", "bob@x.example": "1", "cleo@x.example": "(Cleo)"}
    after = world.state()
    undone = world.run("undo-import", str(told["import"]))
    assert world.state() == before
    world.check()
    world.run("undo-import", str(undone["import"]))
    assert world.state() == after
    world.check()


# -- which imports, and what becomes of their source ---------------------------------------------------------


def test_the_source_of_an_undone_import_is_suspended_and_the_file_can_come_again(world: World) -> None:
    number = world.people("1,Ada,ada@x.example,,staff")
    after = world.state()
    world.run("undo-import", str(number))
    refused = world.cli("import-people", "people.csv", "--batch", "--create-groups")
    assert refused.exit_code == 4
    assert f"import {number} was undone" in refused.stderr
    world.run("resume-source", "people")
    again = world.run("import-people", "people.csv", "--batch", "--create-groups")
    assert again["people"]["created"] == 1
    assert [row[1:4] for row in world.state()["people"]] == [row[1:4] for row in after["people"]]


def test_lines_of_the_file_that_was_undone_are_not_taken_for_unchanged(world: World) -> None:
    world.people("1,Ada,ada@x.example,,staff", "2,Bob,bob@x.example,,")
    number = world.people("1,Ada L.,ada@x.example,bob@x.example,", "2,Bob,bob@new.example,,")
    after = world.holders()
    world.run("undo-import", str(number))
    world.people("1,Ada L.,ada@x.example,bob@x.example,", "2,Bob,bob@new.example,,")
    assert world.holders() == after


def test_what_cannot_be_undone_says_why(world: World) -> None:
    number = world.people("1,Ada,ada@x.example,,")
    world.statements("eve@x.example")
    undone = world.run("undo-import", str(number))
    for asked, code, says in (
        (99, 2, "there is no import 99"),
        (number + 1, 2, "statements are facts"),
        (number, 2, f"import {number} was undone by import {undone['import']}"),
    ):
        result = world.cli("undo-import", str(asked))
        assert (result.exit_code, result.stdout) == (code, "")
        assert says in result.stderr
    world.connection.execute("UPDATE imports SET pruned = true")
    result = world.cli("undo-import", str(undone["import"]))
    assert result.exit_code == 4
    assert "prune-history" in result.stderr
