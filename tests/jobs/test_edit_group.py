"""One group is changed by hand, or made, as a line of a file of groups would."""

from __future__ import annotations

from typing import Any

from commands import ask
from test_delete_group import files, make_before, records
from test_every_column import World, world
from test_import_groups import GROUPS, MEMBERS, PARENTS
from test_merge_people import refused

__all__ = ["make_before", "world"]


def edit(world: World, *asked: str, code: int = 0) -> dict[str, Any]:
    return world.run("edit-group", *asked, code=code)


def test_all_of_one_group_is_changed_shown_and_taken_back(world: World, database_url: str) -> None:
    before, shown, members = world.state(), records(world), ask(database_url, MEMBERS)
    asked = ["sales", "--custom-id", "trade", "--name", "Trade", "--type", "<delete>", "--add-parent", "co"]
    asked += ["--remove-parent", "it", "--remove-parent", "north"]
    planned = edit(world, *asked, "--dry-run", "--plan", "plan.csv")
    assert world.state() == before
    told = edit(world, *asked)
    assert told["plan"]["hash"] == planned["plan"]["hash"]
    assert {row["action"] for row in told["changes"]} == {"rename", "update", "parent-added", "parent-removed"}
    assert (told["groups"], told["parents"]) == ({"created": 0, "updated": 1}, {"added": 1, "removed": 2})
    assert told["pending"] == {"people": 0, "groups": 3}, "what it was below, and is"
    assert ("trade", "Trade", None) in ask(database_url, GROUPS)
    assert [row for row in ask(database_url, PARENTS) if row[0] == "trade"] == [("trade", "co", "by hand")]
    assert ("1", "trade", "people") in ask(database_url, MEMBERS), "who is in it stays in it"
    assert records(world) == [("co", 3, 2), ("it", 2, 1), ("north", 2, 2), ("trade", 1, 1)]
    after, undone = world.state(), world.run("undo-import", str(told["import"]))
    assert world.state() == before
    redone = world.run("undo-import", str(undone["import"]))
    assert world.state() == after
    world.run("undo-import", str(redone["import"]))
    assert (records(world), ask(database_url, MEMBERS)) == (shown, members)


def test_one_is_made_and_a_file_may_change_it_again(world: World, database_url: str) -> None:
    before = world.state()
    told = edit(world, "west", "--new", "--name", "West", "--type", "region", "--add-parent", "co")
    assert (told["groups"], told["parents"]) == ({"created": 1, "updated": 0}, {"added": 1, "removed": 0})
    assert ("west", "West", "region") in ask(database_url, GROUPS)
    assert world.run("edit-group", "west", "--name", "West", "--add-parent", "co")["plan"]["changes"] == 0
    edit(world, "it", "--name", "Machines")
    files()
    assert world.run("import-groups", "groups.csv", "--batch")["groups"]["updated"] == 1
    world.run("undo-import", str(told["import"]))
    assert world.state() == before


def test_what_is_above_already_stays_whose_word_it_is(world: World, database_url: str) -> None:
    before = ask(database_url, PARENTS)
    assert edit(world, "sales", "--add-parent", "north", "--add-parent", "it")["plan"]["changes"] == 0
    assert ask(database_url, PARENTS) == before


def test_what_cannot_be_refuses_the_whole(world: World) -> None:
    before = world.state()
    refused(world.cli("edit-group", "it", "--name", "X", "--add-parent", "sales"), "its own ancestor", code=4)
    refused(world.cli("edit-group", "it", "--custom-id", "sales"), 'has the custom_id "sales"', code=4)
    refused(world.cli("edit-group", "it", "--add-parent", "it"), "its own parent", code=4)
    for asked, said in (
        (("it",), "say what"),
        (("it", "--new"), "already"),
        (("west", "--name", "West"), "there is no group"),
        (("west", "--new", "--custom-id", "w"), "no other custom_id"),
        (("it", "--name", " "), "blank"),
        (("it", "--custom-id", "<delete>"), "delete-group"),
        (("it", "--custom-id", "a|b"), "separates groups"),
        (("it", "--add-parent", "west"), "there is no group"),
        (("it", "--remove-parent", "north"), "not below"),
        (("it", "--add-parent", "co", "--remove-parent", "co"), "as well"),
    ):
        refused(world.cli("edit-group", *asked), said)
    assert world.state() == before
