"""People who are made one by hand: all that they have is one person's, and an undo gives each theirs back."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import Cli, Result
from psycopg.types.string import TextLoader
from test_every_column import World

PEOPLE = """custom_id,name,image_url,email,email_2,groups
A,Ada,,ada@x.example,desk@x.example,sales
B,,https://x.example/b,bea@x.example,,sales|north
C,Cy,,cy@x.example,,north
"""


def make_before(cli: Cli) -> None:
    """Three people; Bea has had a desk's address before Ada, for a time, and a pinned one; an agent has statements."""
    Path("people.csv").write_text(PEOPLE)
    Path("crm.csv").write_text("custom_id,name,groups\nB,Bea,sales\n")
    stated = [statement(email, day) for email in ("agent", "desk", "bea", "ada") for day in (2, 20)]
    Path("statements.jsonl").write_text("\n".join(stated))
    for command in (
        ("import-people", "people.csv", "--batch", "--create-groups"),
        ("import-people", "crm.csv", "--batch", "--source", "crm"),
        ("import-statements", "statements.jsonl"),
        ("move-persona", "desk@x.example", "--to", "B", "--until", "2026-01-10"),
        ("move-persona", "cy@x.example", "--to", "B", "--until", "2026-01-10"),
        ("move-persona", "bea@x.example", "--pin"),
    ):
        assert cli(*command).exit_code == 0


@pytest.fixture
def world(cli: Cli, database_url: str) -> Iterator[World]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.adapters.register_loader("timestamptz", TextLoader)
        yield World(cli, connection)


def statement(email: str, day: int) -> str:
    return json.dumps(
        {
            "actor": {"mbox": f"mailto:{email}@x.example", "name": f"the {email}"},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": "https://x.example/course"},
            "timestamp": f"2026-01-{day:02}T09:00:00Z",
        }
    )


def people(world: World) -> list[tuple[Any, ...]]:
    """custom_id, name, image, identifiers that they have or had, and groups with their sources."""
    return world.connection.execute(
        """
        SELECT p.custom_id, p.name, p.image_url,
               ARRAY(SELECT DISTINCT split_part(substr(i.ifi, 8), '@', 1) FROM spells AS s
                     JOIN personas AS i ON i.id = s.persona_id WHERE s.person_id = p.id ORDER BY 1),
               ARRAY(SELECT g.custom_id || ' ' || n.name FROM memberships AS m JOIN groups AS g ON g.id = m.group_id
                     JOIN sources AS n ON n.id = m.source_id WHERE m.person_id = p.id ORDER BY 1)
        FROM people AS p ORDER BY p.custom_id
        """
    ).fetchall()


def refused(result: Result, *said: str, code: int = 2) -> None:
    assert result.exit_code == code, result
    assert all(part in result.stderr for part in said), result.stderr


def test_all_of_theirs_is_one_persons_and_goes_back_to_each(world: World) -> None:
    before = world.state()
    asked = ("merge-people", "A", "agent@x.example", "B", "--custom-id", "B")
    planned = world.run(*asked, "--dry-run", "--plan", "plan.csv")
    assert world.state() == before
    told = world.run(*asked)
    assert told["plan"]["hash"] == planned["plan"]["hash"]
    with open("plan.csv", encoding="utf-8", newline="") as plan:
        assert len(list(csv.DictReader(plan))) == told["plan"]["changes"]
    assert (told["lost"], told["interactions"]) == (["A"], 5)
    assert told["people"] == {"updated": 1, "deleted": 2}
    assert told["memberships"] == {"added": 2, "removed": 3}
    all_personas, groups = ["ada", "agent", "bea", "cy", "desk"], ["north people", "sales crm", "sales people"]
    assert people(world) == [
        ("B", "Ada", "https://x.example/b", all_personas, groups),
        ("C", "Cy", None, ["cy"], ["north people"]),
    ]
    assert world.connection.execute("SELECT FROM closed_spells").rowcount == 1, "two spells of hers are one"
    assert {row["interactions"] for row in world.run("report-people")["rows"]} == {8}
    assert world.run("finish-batch-updates", "--check")["differences"] == 0

    after, undone = world.state(), world.run("undo-import", str(told["import"]))
    assert world.state() == before
    redone = world.run("undo-import", str(undone["import"]))
    assert world.state() == after
    world.run("undo-import", str(redone["import"]))
    assert world.state() == before
    assert world.run("finish-batch-updates", "--check")["differences"] == 0


def test_it_says_who_goes_and_what_nobody_has_then(world: World) -> None:
    shown = world.cli("merge-people", "A", "C", "--custom-id", "A", "--no-finish").stdout.splitlines()
    assert "merge-people" in shown[1]
    assert shown[3:6] == [
        "C Cy → A Ada",
        "0 interactions go along",
        "nobody has C any more: a line that names it makes somebody new of it",
    ]
    assert "merged by hand" in world.cli("explain-persona", "cy@x.example").stdout


def test_who_has_no_custom_id_is_one_with_who_had_one(world: World) -> None:
    Path("people.csv").write_text("custom_id,name,email\nA,,\nB,,\n")
    options = ("--batch", "--snapshot", "--leavers", "release", "--max-leavers", "100%", "--min-lines", "0")
    world.run("import-people", "people.csv", *options)
    world.run("merge-people", "agent@x.example", "cy@x.example")
    found = world.connection.execute(
        "SELECT custom_id, former_custom_id, name, lost_at IS NOT NULL FROM people WHERE name = 'the agent'"
    )
    assert found.fetchall() == [(None, "C", "the agent", True)]


def test_what_cannot_be_is_refused_and_changes_nothing(world: World) -> None:
    before = world.state()
    refused(world.cli("merge-people", "A", "B"), '"A" and "B"', "--custom-id")
    refused(world.cli("merge-people", "A", "B", "--custom-id", "C"), "none of them")
    refused(world.cli("merge-people", "A", "ada@x.example"), "named twice")
    refused(world.cli("merge-people", "A"), "name two")
    refused(world.cli("merge-people", "A", "Z"), "nobody has")
    refused(world.cli("merge-people"), "--from FILE")
    assert world.state() == before


def numbers(world: World) -> dict[str, int]:
    rows = world.connection.execute("SELECT split_part(substr(ifi, 8), '@', 1), person_id FROM personas")
    return dict(rows.fetchall())


def test_a_reviewed_list_is_done_as_far_as_it_holds(world: World) -> None:
    """As a spreadsheet saves it; pairs hang together; what has changed since, or contradicts, is rejected."""
    of, before = numbers(world), world.state()
    Path("reviewed.csv").write_text(
        "\ufeffSame;keep;score;person;custom_id;other_person;other_custom_id\n"
        f"yes;;0.9;#{of['agent']};;#{of['cy']};C\n"
        f"no;;0.8;#{of['ada']};A;#{of['bea']};B\n"
        f";;0.7;#{of['ada']};A;#{of['cy']};C\n"
        f"Yes;;0.7;#{of['ada']};Z;#{of['cy']};C\n"
        "y;;0.7;#999999;;#1;\n",
    )
    told = world.run("merge-people", "--from", "reviewed.csv", code=3)
    assert [row["line"] for row in told["rejected"]] == [5, 6]
    assert [(one["person"]["id"], one["into"]["id"]) for one in told["merged"]] == [(of["agent"], of["cy"])]
    again = world.run("merge-people", "--from", "reviewed.csv", code=3)
    assert [row["line"] for row in again["rejected"]] == [2, 5, 6]
    assert again["plan"]["changes"] == 0
    world.run("undo-import", str(told["import"]))
    assert world.state() == before
    lines = f"no,,#{of['ada']},A,#{of['cy']},C\n", f"yes,B,#{of['bea']},B,#{of['cy']},C\n"
    header = "same,keep,person,custom_id,other_person,other_custom_id\n"
    two = f"yes,,#{of['ada']},A,#{of['bea']},B\n"
    for text, why in ((two, "say in keep"), (two.replace(",,", ",B,", 1) + "".join(lines), "not the same")):
        Path("reviewed.csv").write_text(header + text)
        refusal = world.run("merge-people", "--from", "reviewed.csv", "--dry-run", code=3)["rejected"]
        assert why in refusal[0]["why"], refusal
    for text, why in (
        (two.replace("yes", "perhaps"), "perhaps"),
        (two.replace("#", "", 1), "no person"),
        ("a\n", "fit"),
    ):
        Path("reviewed.csv").write_text(header + text)
        refused(world.cli("merge-people", "--from", "reviewed.csv"), why)
    Path("reviewed.csv").write_text("a,b\n")
    refused(world.cli("merge-people", "--from", "reviewed.csv"), "no column same")
    Path("reviewed.csv").write_bytes(b"same,person,other_person\n\xff,#1,#2\n")
    refused(world.cli("merge-people", "--from", "reviewed.csv"), "reviewed.csv: it is no CSV in UTF-8\n")
    assert world.state() == before


def test_undone_although_an_undo_of_an_undo_has_made_somebody_for_statements(world: World) -> None:
    """Whom an undo has made for statements, and another has brought back, is nobody else than before."""

    def night(*lines: str) -> str:
        Path("night.csv").write_text("\n".join(("custom_id,email,email_2", *lines, "")))
        world.cli("resume-source", "night")
        asked = ("night.csv", "--batch", "--source", "night", "--personas", "replace", "--min-lines", "0")
        return str(world.run("import-people", *asked)["import"])

    night("N,new@x.example,other@x.example")
    before = people(world)
    drops, again = night("N,new@x.example,"), night("N,new@x.example,", "M,other@x.example,")
    Path("statements.jsonl").write_text(statement("other", 3))
    world.run("import-statements", "statements.jsonl")
    last = again
    for _ in range(3):
        last = str(world.run("undo-import", last)["import"])
    world.run("undo-import", drops)
    assert people(world) == before
