"""One person is changed by hand, as a line would change them, and nobody is given by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_every_column import World
from test_merge_people import make_before, people, refused, world

__all__ = ["make_before", "world"]

def edit(world: World, *asked: str, code: int = 0) -> dict[str, Any]:
    return world.run("edit-person", *asked, code=code)


def test_all_of_one_person_is_changed_shown_and_taken_back(world: World) -> None:
    before = world.state()
    asked = ["A", "--custom-id", "4711", "--name", "Ada L.", "--image-url", "https://x.example/a"]
    asked += ["--add-persona", " new@X.example", "--add-persona", "cy@x.example", "--remove-persona", "desk@x.example"]
    asked += ["--add-group", "staff", "--remove-group", "sales", "--create-groups"]
    planned = edit(world, *asked, "--dry-run", "--plan", "plan.csv")
    assert world.state() == before
    told = edit(world, *asked)
    assert told["plan"]["hash"] == planned["plan"]["hash"]
    assert told["person"]["customId"] == "4711"
    assert people(world)[0] == ("4711", "Ada L.", "https://x.example/a", ["ada", "cy", "new"], ["staff by hand"])
    assert [one for one in people(world) if one[1] == "the desk"] == [(None, "the desk", None, ["desk"], [])]
    assert told["people"] == {"created": 1, "updated": 1, "deleted": 1}
    assert told["personas"] == {"created": 1, "claimed": 0, "taken": 1, "split": 0, "dropped": 1}
    assert told["memberships"] == {"added": 1, "removed": 1}
    assert world.run("finish-batch-updates", "--check")["differences"] == 0
    undone = world.run("undo-import", str(told["import"]))
    assert world.state() == before
    world.run("undo-import", str(undone["import"]))
    assert people(world)[0][0] == "4711"
    assert world.run("finish-batch-updates", "--check")["differences"] == 0


SPELLS = """
    SELECT coalesce(p.custom_id, p.name), s.begins_at::date::text, s.ends_at::date::text
    FROM spells AS s JOIN personas AS i ON i.id = s.persona_id JOIN people AS p ON p.id = s.person_id
    WHERE i.ifi = %s ORDER BY s.begins_at
"""


def test_what_is_added_can_have_times_as_on_a_line(world: World) -> None:
    def spells(who: str) -> list[Any]:
        return world.connection.execute(SPELLS, [f"mailto:{who}@x.example"]).fetchall()

    before = world.state()
    had = edit(world, "A", "--add-persona", "agent@x.example", "--until", "2026-01-10")
    assert spells("agent") == [("A", "-infinity", "2026-01-10"), ("the agent", "2026-01-10", "infinity")]
    held = spells("cy")
    taken = edit(world, "A", "--add-persona", "cy@x.example", "--since", "2026-01-15", "--takeovers", "split")
    assert spells("cy")[-1] == ("A", "2026-01-15", "infinity")
    assert spells("cy")[:-1] == [*held[:-1], (held[-1][0], held[-1][1], "2026-01-15")]
    assert taken["personas"]["split"] == 1
    assert world.run("finish-batch-updates", "--check")["differences"] == 0
    for asked, why in (
        (("B", "--add-persona", "cy@x.example", "--takeovers", "leave"), "stays where it is"),
        (("B", "--add-persona", "ada@x.example", "--until", "2026-01-01"), "(had_by_another)"),
    ):
        result = world.cli("edit-person", *asked)
        assert (result.exit_code, why in result.stderr) == (4, True), result
    gone = edit(world, "A", "--add-persona", "gone@x.example", "--until", "2026-01-05")
    later = edit(world, "B", "--add-persona", "gone@x.example", "--since", "2026-01-10", "--until", "2026-01-15")
    assert spells("gone") == [("A", "-infinity", "2026-01-05"), ("B", "2026-01-10", "2026-01-15")]  # and nobody's since
    for run in (later, gone, taken, had):
        world.run("undo-import", str(run["import"]))
    assert world.state() == before
    backwards = ("--add-persona", "n@x.example", "--since", "2026-02-01", "--until", "2026-01-01")
    for wrong in (("--since", "2026-01-01"), backwards):
        assert world.cli("edit-person", "A", *wrong).exit_code == 2


def test_a_custom_id_is_deleted_and_is_the_former_one(world: World) -> None:
    before = world.state()
    told = edit(world, "A", "--custom-id", "<delete>", "--name", "<delete>")
    found = world.connection.execute("SELECT custom_id, name FROM people WHERE former_custom_id = 'A'").fetchall()
    assert found == [(None, None)]
    assert {row["action"] for row in told["changes"]} == {"release", "update"}
    refused(world.cli("edit-person", "ada@x.example", "--custom-id", "<delete>"), "no custom_id")
    again = edit(world, "ada@x.example", "--custom-id", "a", "--name", "Ada")
    assert again["warnings"] == []
    assert "was that of" not in str(edit(world, "ada@x.example", "--custom-id", "A")["warnings"])
    assert world.connection.execute("SELECT FROM people WHERE former_custom_id IS NOT NULL").rowcount == 0
    for run in (row["import"] for row in world.run("list-imports")["imports"] if row["command"] == "edit-person"):
        world.run("undo-import", str(run))
    assert world.state() == before


def test_who_has_nearly_that_custom_id_is_told(world: World) -> None:
    assert edit(world, "A", "--custom-id", "b", "--dry-run")["warnings"] == ['"b" is nearly that of B Bea']
    edit(world, "C", "--custom-id", "<delete>")
    assert edit(world, "A", "--custom-id", "C")["warnings"][0].startswith('"C" was that of #')
    assert "warning: " in world.cli("edit-person", "B", "--custom-id", "c", "--dry-run").stdout


def test_nobody_is_given_by_hand(world: World) -> None:
    """Who is edited is released all the same when their source gives them no longer."""
    edit(world, "C", "--name", "Cyril", "--add-group", "sales")
    assert (
        world.connection.execute(
            "SELECT FROM source_people JOIN sources ON id = source_id WHERE sources.name = 'by hand'"
        ).rowcount
        == 0
    )
    Path("people.csv").write_text("custom_id\nA\nB\n")
    options = ("--snapshot", "--leavers", "release", "--max-leavers", "100%", "--min-lines", "0")
    world.run("import-people", "people.csv", "--batch", *options)
    assert (None, "Cyril", None, ["cy"], ["sales by hand"]) in people(world)


def test_what_somebody_else_keeps_refuses_the_whole(world: World) -> None:
    before = people(world)
    refused(world.cli("edit-person", "A", "--name", "X", "--add-persona", "bea@x.example"), "pinned", code=4)
    refused(world.cli("edit-person", "A", "--add-group", "nowhere"), "there is no group", code=4)
    assert [row["state"] for row in world.run("list-imports")["imports"][:2]] == ["refused", "refused"]
    for asked, said in (
        (("A",), "say what"),
        (("A", "--custom-id", "B"), "B Bea has"),
        (("A", "--name", " "), "blank"),
        (("A", "--remove-persona", "cy@x.example"), "not theirs"),
        (("B", "--remove-persona", "bea@x.example"), "pinned"),
        (("C", "--remove-persona", "cy@x.example"), "at least one"),
        (("A", "--remove-group", "north"), "not in"),
        (("A", "--add-group", "g", "--remove-group", "g"), "as well"),
        (("Z", "--name", "X"), "nobody has"),
    ):
        refused(world.cli("edit-person", *asked), said)
    assert people(world) == before


@pytest.mark.parametrize("what", [("--name", "Ada"), ("--add-group", "sales", "--source", "people")])
def test_what_is_so_already_changes_nothing(world: World, what: tuple[str, ...]) -> None:
    before = world.state()
    assert edit(world, "A", *what)["plan"]["changes"] == 0
    assert world.state() == before
