"""What differs between files of people and the people here is listed; nothing when all have moved."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from commands import statement
from conftest import Cli

PEOPLE = [
    "custom_id,name,email,email_2,groups",
    "A,Ada,ada@x.example,desk@x.example,sales|north",
    "B,Bea,bea@x.example,,sales",
    ",Nemo,nemo@x.example,,",
]


def write(file: str, lines: list[str]) -> str:
    Path(file).write_text("\n".join([*lines, ""]))
    return file


def compare(cli: Cli, *asked: str, code: int = 0) -> dict[str, Any]:
    result = cli("compare-with", *asked, "--json")
    assert result.exit_code == code, result
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def test_nothing_differs_when_all_have_moved(cli: Cli) -> None:
    """By a CSV, by our own export, before and after: also where an identifier was somebody's for a time."""
    write("people.csv", PEOPLE)
    all_new = compare(cli, "people.csv", code=1)
    assert all_new["kinds"] == {"person_missing": 3}
    assert all_new["people"] == {"there": 3, "here": 0}
    assert cli("import-people", "people.csv", "--batch", "--create-groups").exit_code == 0
    assert cli("move-persona", "desk@x.example", "--to", "B", "--until", "2026-01-10").exit_code == 0
    told = compare(cli, "people.csv")
    assert (told["differences"], told["personas"]) == (0, {"there": 4, "here": 4})
    for options in ((), ("--all-spells",)):
        assert cli("export-people", "--format", "jsonl", "--output", "all.jsonl", *options).exit_code == 0
        assert compare(cli, "all.jsonl")["differences"] == 0
    assert cli("migrate", "people-json", "all.jsonl", "--compare").exit_code == 0
    assert cli("move-persona", "desk@x.example", "--to", "A", "--until", "2026-01-10").exit_code == 0
    assert cli("migrate", "people-json", "all.jsonl", "--compare").exit_code == 1
    assert compare(cli, "all.jsonl", code=1)["kinds"] == {"since": 1, "span_missing": 1}
    assert "differences  0" in cli("compare-with", "people.csv").stdout


def test_whatever_differs_is_listed(cli: Cli) -> None:
    write("people.csv", PEOPLE)
    assert cli("import-people", "people.csv", "--batch", "--create-groups").exit_code == 0
    there = write(
        "there.csv",
        [
            "custom_id,name,image_url,email,email_2,groups",
            "A,Ada L.,https://x.example/a,ada@x.example,bea@x.example,sales|south",
            "Z,,,nemo@x.example,,",
            ",,,desk@x.example,new@x.example,",
            ",,,not an address,,",
            ",Zoe,,zoe@x.example,,",
        ],
    )
    assert cli("edit-person", "B", "--custom-id", "<delete>").exit_code == 0
    told = compare(cli, there, "--output", "differences.csv", code=1)
    with open("differences.csv", encoding="utf-8", newline="") as written:
        rows = [tuple(row) for row in csv.reader(written)][1:]
    assert rows == [
        ("custom_id", "Z", "#3", "Z", ""),
        ("group_extra", "A", "A", "", "north"),
        ("group_missing", "A", "A", "south", ""),
        ("image_url", "A", "A", "https://x.example/a", ""),
        ("name", "A", "A", "Ada L.", "Ada"),
        ("person_extra", "", "#2", "", "Bea mailto:bea@x.example"),
        ("person_missing", "mailto:zoe@x.example", "", "Zoe mailto:zoe@x.example", ""),
        ("persona_elsewhere", "A", "A", "mailto:bea@x.example", "#2"),
        ("persona_missing", "mailto:desk@x.example", "A", "mailto:new@x.example", ""),
        ("several_are_one", "A", "A", "", ""),
        ("several_are_one", "mailto:desk@x.example", "A", "", ""),
        ("unreadable", "line 5 of there.csv", "", rows[-1][3], ""),
    ]
    assert '"not an address"' in rows[-1][3]
    assert (told["differences"], len(told["first"])) == (12, 12)
    left = ("--ignore", "person_extra", "--ignore", "several_are_one", "--ignore", "unreadable")
    assert compare(cli, there, *left, code=1)["differences"] == 8
    shown = cli("compare-with", there)
    assert "12 differences" in shown.stderr
    assert "persona_elsewhere  A" in shown.stdout


def test_since_when_somebody_has_something_is_compared_where_it_is_said(cli: Cli) -> None:
    head = "custom_id,email,identifier_since"
    write("people.csv", [head, "A,ada@x.example,2026-01-10", "B,bea@x.example,", "B,desk@x.example,2026-02-01"])
    assert cli("import-people", "people.csv", "--batch").exit_code == 0
    assert compare(cli, "people.csv")["differences"] == 0
    write("there.csv", [head, "A,ada@x.example,", "B,bea@x.example,2026-01-01", "B,desk@x.example,2026-02-02"])
    told = compare(cli, "there.csv", code=1)
    bea, desk = "mailto:bea@x.example since", "mailto:desk@x.example since"
    assert [(row["kind"], row["there"], row["here"]) for row in told["first"]] == [
        ("since", f"{bea} 2026-01-01 00:00:00+00", f"{bea} -infinity"),
        ("since", f"{desk} 2026-02-02 00:00:00+00", f"{desk} 2026-02-01 00:00:00+00"),
    ]


def said(who: str, number: int, day: str = "2026-01-02") -> str:
    made = json.loads(statement({"mbox": f"mailto:{who}@x.example"}, number))
    return json.dumps(made | {"id": f"00000000-0000-4000-8000-{number:012}", "timestamp": f"{day}T03:04:05Z"})


def test_statements_are_compared_one_by_one_and_by_whose_they_are(cli: Cli) -> None:
    write("people.csv", PEOPLE)
    said_here = [said("ada", 1), said("desk", 2), said("desk", 3, "2026-02-02"), said("bea", 4), said("zoe", 5)]
    write("said.jsonl", said_here)
    assert cli("import-people", "people.csv", "--batch", "--create-groups").exit_code == 0
    assert compare(cli, "--statements", "said.jsonl", code=1)["kinds"] == {"statement_missing": 5}
    assert cli("import-statements", "said.jsonl").exit_code == 0
    assert cli("export-people", "--format", "jsonl", "--all-spells", "--output", "before.jsonl").exit_code == 0
    everybody, some = ({"people": people, "there": said, "here": said} for people, said in ((3, 5), (2, 4)))
    for people, theirs in (
        ((), None), (("before.jsonl",), everybody), (("people.csv", "--ignore", "person_extra"), some)
    ):  # fmt: skip
        told = compare(cli, *people, "--statements", "said.jsonl")
        assert (told["statements"], told["agents"]) == ({"there": 5, "here": 5}, {"there": 4, "here": 4})
        assert told.get("per_person") == theirs

    # What was said at the desk until February is B's; whoever is voided is in no other system's answer.
    assert cli("move-persona", "desk@x.example", "--to", "B", "--until", "2026-02-01").exit_code == 0
    voiding = json.loads(said("ada", 6)) | {"verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}}
    voiding["object"] = {"objectType": "StatementRef", "id": json.loads(said("bea", 4))["id"]}
    write("voiding.jsonl", [json.dumps(voiding)])
    assert cli("import-statements", "voiding.jsonl").exit_code == 0
    write("there.jsonl", [said("ada", 1), said("desk", 2), said("desk", 3, "2026-02-03"), said("new", 7), "{}"])
    told = compare(cli, "before.jsonl", "--statements", "there.jsonl", code=1)
    desk, ids = "mailto:desk@x.example", [f"00000000-0000-4000-8000-{number:012}" for number in range(8)]
    assert [tuple(row.values()) for row in told["first"]] == [
        ("statement_differs", desk, "A", ids[3], ids[3]),
        ("statement_extra", None, "A", None, ids[6]),
        ("statement_extra", None, "#4", None, ids[5]),
        ("statement_missing", "mailto:new@x.example", None, ids[7], None),
        ("statements_elsewhere", "A", "A", f"1 of {desk}", "B"),
        ("unreadable", "line 5 of there.jsonl", None, told["first"][-1]["there"], None),
    ]
    assert "it has no actor" in told["first"][-1]["there"]
    assert told["statements"] == {"there": 4, "here": 6}
    assert told["per_person"] == {"people": 1, "there": 3, "here": 2}


def test_what_cannot_be_compared_is_told(cli: Cli) -> None:
    write("people.csv", PEOPLE)
    write("people.jsonl", ["{}"])
    of_several = ("people.csv", "people.jsonl"), ("people.jsonl", "--mapping", "moodle")
    for asked in (*of_several, ("none.csv",), (), ("people.csv", "--statements", "none.jsonl")):
        assert cli("compare-with", *asked).exit_code == 2
