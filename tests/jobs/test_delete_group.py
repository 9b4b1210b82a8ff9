"""Groups that are deleted by hand, with who is in them and what is above and below; an undo brings all of it back."""

from __future__ import annotations

import csv

import psycopg
from commands import ask, statement, write
from conftest import Cli
from test_every_column import World, world
from test_import_groups import GROUPS, MEMBERS, PARENTS
from test_merge_people import refused

__all__ = ["world"]

GROUPS_CSV = (
    "custom_id,previous_custom_id,name,type,parent_custom_ids",
    "co,,Company,company,",
    "north,n,North,region,co",
    "sales,,Sales,department,north",
    "it,,IT,department,co",
)
PEOPLE_CSV = (
    "custom_id,name,email,groups",
    "1,Ada,ada@example.org,sales",
    "2,Bob,bob@example.org,north|it",
    "3,Cy,cy@example.org,it",
)


def make_before(cli: Cli) -> None:
    """A company of which another source knows the north, too; in north and in sales somebody has done something."""
    files()
    write("first.csv", "custom_id", "n", "co")
    write("crm.csv", "custom_id,groups", "1,north")
    write("above.csv", "custom_id,parent_custom_ids", "sales,it")
    write("s.jsonl", *(statement({"mbox": f"mailto:{who}@example.org"}, 1) for who in ("ada", "bob")))
    for command in (
        ("import-groups", "first.csv", "--batch", "--no-finish"),
        ("import-groups", "groups.csv", "--batch", "--no-finish"),
        ("import-groups", "above.csv", "--batch", "--source", "by hand", "--no-finish"),
        ("import-people", "people.csv", "--batch", "--no-finish"),
        ("import-people", "crm.csv", "--batch", "--source", "crm", "--no-finish"),
        ("import-statements", "s.jsonl"),
    ):
        assert cli(*command).exit_code == 0, command


def files() -> None:
    write("groups.csv", *GROUPS_CSV)
    write("people.csv", *PEOPLE_CSV)


def records(world: World) -> list[tuple[str, int, int]]:
    """Groups, their members and what these have done, as reports say."""
    assert world.run("finish-batch-updates", "--check")["differences"] == 0
    rows = world.run("report-groups")["rows"]
    return [(row["custom_id"], row["members"], row["interactions"]) for row in rows]


def test_all_of_a_group_goes_and_comes_back(world: World, database_url: str) -> None:
    before, shown = world.state(), records(world)
    planned = world.run("delete-group", "north", "--dry-run", "--plan", "plan.csv")
    assert world.state() == before
    told = world.run("delete-group", "north")
    assert told["plan"]["hash"] == planned["plan"]["hash"]
    with open("plan.csv", encoding="utf-8", newline="") as plan:
        listed = sorted((row["action"], row["person"], row["group"], row["old"]) for row in csv.DictReader(plan))
    assert listed == [
        ("delete", "", "north", "North"),
        ("membership-removed", "1", "north", "crm"),
        ("membership-removed", "2", "north", "people"),
        ("parent-removed", "", "north", "groups"),
        ("parent-removed", "", "sales", "groups"),
    ]
    assert told["changes"] == planned["changes"]
    assert told["deleted"] == [
        {"id": told["deleted"][0]["id"], "customId": "north", "name": "North", "members": 2, "above": 1, "below": 1,
         "sources": ["crm", "people"]},
    ]  # fmt: skip
    assert told["groups"] == {"deleted": 1}
    assert (told["parents"], told["memberships"]) == ({"removed": 2}, {"removed": 2})
    assert told["pending"] == {"people": 0, "groups": 2}, "itself, and what is above it"
    assert [row[0] for row in ask(database_url, GROUPS)] == ["co", "it", "sales"]
    assert ask(database_url, PARENTS) == [("it", "co", "groups"), ("sales", "it", "by hand")]
    assert ask(database_url, MEMBERS) == [("1", "sales", "people"), ("2", "it", "people"), ("3", "it", "people")]
    assert records(world) == [("co", 3, 2), ("it", 3, 2), ("sales", 1, 1)]
    after, undone = world.state(), world.run("undo-import", str(told["import"]))
    assert world.state() == before
    assert records(world) == shown
    redone = world.run("undo-import", str(undone["import"]))
    assert world.state() == after
    world.run("undo-import", str(redone["import"]))
    assert world.state() == before
    assert records(world) == shown


def test_it_says_what_goes(world: World) -> None:
    told = world.cli("delete-group", "sales", "it", "--no-finish").stdout.splitlines()
    assert told[1].endswith("committed: delete-group")
    assert told[3:6] == [
        "it IT goes: 2 members, 1 above, 1 below",
        "sales Sales goes: 1 members, 2 above, 0 below",
        "people were put there by people: a line that names the group makes it again, with --create-groups",
    ]
    found = world.run("show-import", "7")
    assert {row["action"] for row in found["changes"]["rows"]} == {"delete", "membership-removed", "parent-removed"}
    assert "2 groups deleted" in world.cli("list-imports").stdout


def test_whoever_said_it_says_it_again(world: World, database_url: str) -> None:
    """The same file, of which no line is new, makes it again; without --create-groups its lines are rejected."""
    files()
    world.run("delete-group", "it")
    assert world.run("import-people", "people.csv", "--batch", code=3)["rejected"] == 2
    again = world.run("import-people", "people.csv", "--batch", "--create-groups")
    assert (again["groups"]["created"], again["memberships"]["added"], again["unchanged"]) == (1, 2, 1)
    assert ("it", None, None) in ask(database_url, GROUPS), "what files of groups say of it comes with the next of them"
    assert world.run("import-groups", "groups.csv", "--batch")["parents"] == {"added": 1, "removed": 0}


def test_what_is_there_again_is_in_the_way_of_an_undo(world: World) -> None:
    files()
    told = world.run("delete-group", "it")
    world.run("import-people", "people.csv", "--batch", "--create-groups")
    before = world.state()
    refused(world.cli("undo-import", str(told["import"])), "somebody else has the custom_id now", code=4)
    assert world.state() == before
    world.run("undo-import", str(told["import"]), "--skip-changed")
    assert world.state() == before, "nothing of it is without it"


def test_what_was_done_to_a_group_cannot_be_taken_back_without_it(world: World) -> None:
    write("named.csv", "custom_id,name", "it,Machines")
    named = world.run("import-groups", "named.csv", "--batch")["import"]
    told = world.run("delete-group", "it")
    refused(world.cli("undo-import", str(named)), "gone since", code=4)
    world.run("undo-import", str(told["import"]))
    world.run("undo-import", str(named))


def test_what_is_no_group_is_a_mistake(world: World, database_url: str) -> None:
    before = world.state()
    refused(world.cli("delete-group", "north", "South"), "there is no group", "South")
    refused(world.cli("delete-group", "North"), 'there is "north"')
    refused(world.cli("delete-group"), "Missing argument")
    assert world.state() == before
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT FROM imports WHERE command = 'delete-group'").rowcount == 0
