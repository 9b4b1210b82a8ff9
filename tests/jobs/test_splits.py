"""An identifier that passes from one human to the next, through the commands: told, planned, counted, undone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import Cli

HEADER = "custom_id,name,email,since\n"
ADDRESS = "mailto:j.smith@example.com"
SPELLS = """
    SELECT coalesce(p.custom_id, p.name), to_char(nullif(s.begins_at, '-infinity') AT TIME ZONE 'UTC', 'MM-DD'),
           to_char(nullif(s.ends_at, 'infinity') AT TIME ZONE 'UTC', 'MM-DD')
    FROM spells AS s JOIN people AS p ON p.id = s.person_id JOIN personas AS i ON i.id = s.persona_id
    WHERE i.ifi = 'mailto:j.smith@example.com' ORDER BY s.begins_at
"""


class World:
    """An organisation, in which one address has one person after another."""

    def __init__(self, cli: Cli, url: str) -> None:
        self.cli, self.url = cli, url
        self.statements = 0

    def run(self, *words: str, code: int = 0) -> dict[str, Any]:
        result = self.cli(*words, "--json")
        assert result.exit_code == code, result
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    def people(self, *lines: str, code: int = 0, options: str = "--batch --takeovers split") -> dict[str, Any]:
        Path("people.csv").write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        self.cli("resume-source", "people")
        return self.run("import-people", "people.csv", *options.split(), code=code)

    def did(self, at: str) -> None:
        """Somebody with the address did something."""
        self.statements += 1
        said = {
            "id": f"{self.statements:08}-0000-4000-8000-000000000000",
            "actor": {"mbox": ADDRESS, "name": "J. Smith"},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": "https://x.example/a"},
            "timestamp": f"2024-{at}T12:00:00Z",
        }
        Path("statement.json").write_text(json.dumps(said))
        self.run("import-statements", "statement.json")

    @property
    def spells(self) -> list[tuple[str, str | None, str | None]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(SPELLS).fetchall()

    @property
    def counted(self) -> dict[str, int]:
        """By custom_id, or who has none by name: their interactions, as the report has them. All records are right."""
        assert self.cli("finish-batch-updates", "--check").exit_code == 0
        rows = self.cli("report-people", "--format", "json").stdout
        return {row["custom_id"] or row["name"]: row["interactions"] for row in json.loads(rows)}


@pytest.fixture
def world(cli: Cli, database_url: str) -> World:
    found = World(cli, database_url)
    found.people("1,John Smith,j.smith@example.com,", "9,Bo,bo@example.com,")
    found.did("02-01")
    return found


def test_an_address_passes_from_one_to_the_next_and_back(world: World) -> None:
    jane, june = "2,Jane Smith,j.smith@example.com,", "--batch --takeovers split --as-of 2024-06-01"
    planned = world.people(jane, options="--batch --takeovers split --dry-run --plan plan.jsonl")
    rows = [json.loads(line) for line in Path("plan.jsonl").read_text().splitlines()]
    (row,) = [row for row in rows if row["action"] == "split"]
    told = {"person": "2", "persona": ADDRESS, "from": "1", "to": "2", "field": "since", "old": None, "new": "import"}
    assert told.items() <= row.items()
    first = world.people(jane, options=f"{june} --expect {planned['plan']['hash']}")
    assert first["personas"] == {"created": 0, "claimed": 0, "taken": 0, "split": 1, "dropped": 0, "left": 0}
    assert first["pending"] == {"people": 0, "groups": 0}, "nothing has been done since"
    shown = world.run("show-import", str(first["import"]))["changes"]["rows"]
    assert [row["new"] for row in shown if row["action"] == "split"] == ["2024-06-01T00:00:00Z"]
    assert world.spells == [("1", None, "06-01"), ("2", "06-01", None)]
    world.did("06-05")
    assert world.counted == {"1": 1, "2": 1}

    world.did("05-01")
    assert world.counted == {"1": 2, "2": 1}, "that came late, and was done before"

    Path("people.csv").write_text(f"{HEADER}3,Jim Smith,j.smith@example.com,\n")
    result = world.cli("import-people", "people.csv", *f"{june} --as-of 2024-06-03".split())
    assert "split: somebody else has had them until then (1)" in result.stdout
    assert f"{ADDRESS}: 2 Jane Smith → 3 Jim Smith, since 2024-06-03 00:00:00" in result.stdout
    assert world.spells == [("1", None, "06-01"), ("2", "06-01", "06-03"), ("3", "06-03", None)]
    assert world.counted == {"1": 2, "3": 1}

    refused = world.run("undo-import", str(first["import"]), code=4)
    assert f"persona {ADDRESS}: changed since" in refused["error"]
    second = first["import"] + 3  # two loads of statements between
    undone = [world.run("undo-import", str(number))["import"] for number in (second, first["import"])]
    assert world.spells == [("1", None, None)]
    assert world.counted == {"1": 3}, "what came since follows"
    for number in reversed(undone):
        world.run("undo-import", str(number))
    assert world.spells == [("1", None, "06-01"), ("2", "06-01", "06-03"), ("3", "06-03", None)]
    assert world.counted == {"1": 2, "3": 1}


def test_whoever_gets_it_back_without_a_break_has_had_it_all_along(world: World) -> None:
    june = "--batch --takeovers split --as-of 2024-06-01"
    world.people("2,Jane Smith,j.smith@example.com,", options=june)
    world.did("06-05")
    for options in ("--batch", "--takeovers apply"):
        back = world.people("1,John Smith,j.smith@example.com,", options=options)
        assert (back["personas"]["taken"], back["personas"]["split"]) == (1, 0)
        assert (world.spells, world.counted) == ([("1", None, None)], {"1": 2})
        shown = world.run("show-import", str(back["import"]))["changes"]["rows"]
        told = {"from": "2", "to": "1", "old": "2024-06-01T00:00:00Z", "new": None, "interactions": 2}
        assert [{name: row[name] for name in told} for row in shown if row["action"] == "take"] == [told]
        world.run("undo-import", str(back["import"]))
        assert world.spells == [("1", None, "06-01"), ("2", "06-01", None)]
        assert world.counted == {"1": 1, "2": 1}
    world.run("move-persona", ADDRESS, "--to", "1")
    assert (world.spells, world.counted) == ([("1", None, None)], {"1": 2}), "by hand, too"


def test_what_was_dropped_and_is_claimed_again_goes_on(world: World) -> None:
    world.people("1,John Smith,j.smith@example.com,", "1,,john@example.com,")
    june = "--batch --takeovers split --as-of 2024-06-01"
    world.people("1,,john@example.com,", options=f"{june} --personas replace")
    assert world.spells == [("1", None, "06-01")]
    world.people("1,,j.smith@example.com,", options=june)
    assert (world.spells, world.counted) == ([("1", None, None)], {"1": 1})


def test_an_undo_gives_back_a_time_that_statements_have_filled(world: World) -> None:
    """Of which the import had left nothing to whom it was claimed from, since nothing had been said in it."""
    world.run("move-persona", ADDRESS, "--alone", "--from", "2024-03-01")
    claimed = world.people("2,Jane Smith,j.smith@example.com,2024-05-01")
    assert world.spells == [("1", None, "03-01"), ("2", "05-01", None)]
    for late in ("04-01", "06-01"):
        world.did(late)
    assert world.spells == [("1", None, "03-01"), ("J. Smith", "03-01", "05-01"), ("2", "05-01", None)]
    planned = world.run("undo-import", str(claimed["import"]), "--dry-run")
    assert (planned["conflicts"], planned["people"]["deleted"]) == (0, 2)
    undone = world.run("undo-import", str(claimed["import"]))
    assert world.spells == [("1", None, "03-01"), ("J. Smith", "03-01", None)]
    assert world.counted == {"1": 1, "J. Smith": 2}
    world.run("undo-import", str(undone["import"]))
    assert world.spells == [("1", None, "03-01"), ("J. Smith", "03-01", "05-01"), ("2", "05-01", None)]
    assert world.counted == {"1": 1, "2": 1, "J. Smith": 1}


def test_row_by_row_the_records_are_cut_with_the_line(world: World) -> None:
    world.did("06-05")
    told = world.people("2,Jane Smith,j.smith@example.com,", options="--takeovers split --as-of 2024-06-01")
    assert (told["personas"]["split"], told["pending"]["people"]) == (1, 2)
    with psycopg.connect(world.url) as connection:
        assert connection.execute("SELECT FROM pending").rowcount == 0
    assert world.counted == {"1": 1, "2": 1}
    world.people(
        "3,Jim,j.smith@example.com,2024-06-03", "4,Jo,j.smith@example.com,", options="--takeovers split --no-finish"
    )
    assert [who for who, _, _ in world.spells] == ["1", "2", "3", "4"]
    world.run("finish-batch-updates")
    assert world.counted == {"1": 1, "3": 1}


def test_what_is_dropped_is_nobodys_until_something_is_said_of_it(world: World) -> None:
    """And goes back where it was, whoever has been made for it."""
    world.people("1,John Smith,j.smith@example.com,", "1,,john@example.com,")
    june = "--batch --takeovers split --personas replace --as-of 2024-06-01"
    dropped = world.people("1,,john@example.com,", options=june)
    assert (dropped["personas"]["dropped"], dropped["people"]["created"]) == (1, 0)
    assert world.spells == [("1", None, "06-01")]
    assert not any(world.people("1,,john@example.com,", options=june)["personas"].values()), "nothing is left to drop"
    world.did("05-01")
    assert world.spells == [("1", None, "06-01")]
    world.did("06-02")
    assert world.spells == [("1", None, "06-01"), ("J. Smith", "06-01", None)]
    undone = world.run("undo-import", str(dropped["import"]))
    assert (world.spells, world.counted) == ([("1", None, None)], {"1": 3})
    world.run("undo-import", str(undone["import"]))
    assert world.spells == [("1", None, "06-01"), ("J. Smith", "06-01", None)]
    assert world.counted == {"1": 2, "J. Smith": 1}


def test_what_was_nobodys_is_so_again_or_gets_a_person(world: World) -> None:
    june = "--batch --takeovers split --personas replace --as-of 2024-06-01"
    world.people("1,John Smith,john@example.com,", options="--batch")
    world.people("1,,john@example.com,", options=june)
    claimed = world.people("2,Jane Smith,j.smith@example.com,2024-06-03", options=june.replace("06-01", "06-04"))
    assert claimed["personas"]["claimed"] == 1
    assert world.spells == [("1", None, "06-01"), ("2", "06-03", None)]
    undone = world.run("undo-import", str(claimed["import"]))
    assert world.spells == [("1", None, "06-01")]
    world.run("undo-import", str(undone["import"]))
    world.did("06-02")
    assert world.spells == [("1", None, "06-01"), ("J. Smith", "06-01", "06-03"), ("2", "06-03", None)]
    world.did("06-04")
    assert world.counted == {"1": 1, "2": 1, "J. Smith": 1}
    world.run("undo-import", str(undone["import"] + 1))
    assert world.spells == [("1", None, "06-01"), ("J. Smith", "06-01", None)], "as if it had never been claimed"


def test_what_is_still_to_come_is_looked_at_again(world: World) -> None:
    """Somebody new, and an identifier of somebody who is known."""
    lines = ("1,John Smith,j.smith@example.com,", "2,Jane Smith,jane@example.com,2024-07-01")
    june = world.people(*lines, options="--batch --takeovers split --as-of 2024-06-01")
    assert (june["waiting"], june["unchanged"], june["personas"]["left"]) == (1, 1, 1)
    july = world.people(*lines, options="--batch --takeovers split --as-of 2024-07-02")
    assert (july["waiting"], july["unchanged"], july["people"]["created"]) == (0, 1, 1)

    Path("more.csv").write_text(
        "custom_id,email,identifier_since\n1,j.smith@example.com,\n2,j.smith@example.com,2024-08-01\n"
    )
    asked = ["more.csv", "--batch", "--contested", "last-line", "--source", "more", "--as-of"]
    assert world.run("import-people", *asked, "2024-07-03")["personas"]["left"] == 1
    assert world.spells == [("1", None, None)]
    told = world.cli("import-people", *asked, "2024-07-04").stdout
    assert f"line 3: {ADDRESS} stays with 1: since when it is another's is still to come" in told
    assert world.run("import-people", *asked, "2024-08-02")["personas"]["split"] == 1
    assert world.spells == [("1", None, "08-01"), ("2", "08-01", None)]
    assert not any(world.run("import-people", *asked, "2024-08-03")["personas"].values())


@pytest.mark.parametrize("when", ["2999-01-01", "soon", "", "03/04/2024"])
def test_an_import_cannot_have_been_at_a_time_that_is_none_or_has_not_come(cli: Cli, when: str) -> None:
    Path("people.csv").write_text("custom_id,email\n1,a@example.com\n")
    result = cli("import-people", "people.csv", "--batch", "--as-of", when)
    assert (result.exit_code, "--as-of" in result.stderr) == (2, True)
