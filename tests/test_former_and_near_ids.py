"""Ids that were somebody's, and ids that nearly are: nights of files, through the commands."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from commands import as_json, ask, change, write
from conftest import Cli

STATEMENT = {
    "id": "00000001-0000-4000-8000-000000000000",
    "actor": {"mbox": "mailto:jsmith@corp.example"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
    "object": {"id": "https://lms.corp.example/c/1"},
    "timestamp": "2024-05-06T07:08:09Z",
}
WHO = "SELECT custom_id, former_custom_id, name FROM people ORDER BY id"
HEADER = "custom_id,name,email"


def night(cli: Cli, *lines: str, options: tuple[str, ...] = (), code: int = 0) -> dict[str, Any]:
    """One night's file, as a whole, and what it says."""
    write("hr.csv", *(lines if "custom_id" in lines[0] else (HEADER, *lines)))
    return as_json(cli("import-people", "hr.csv", "--batch", "--json", *options), code)


def messages() -> list[str]:
    with open("hr.csv.rejects.csv", encoding="utf-8", newline="") as file:
        return [row["_message"] for row in csv.DictReader(file)]


def test_a_recycled_address_begins_anew_and_its_former_owner_comes_back(cli: Cli, database_url: str) -> None:
    snapshot = ("--snapshot", "--leavers", "release", "--takeovers", "confirmed")
    both = ("E1,John Smith,jsmith@corp.example", "E2,Bo,bo@corp.example")
    night(cli, *both, options=snapshot)
    Path("s.jsonl").write_text(json.dumps(STATEMENT) + "\n", encoding="utf-8")
    assert cli("import-statements", "s.jsonl").exit_code == 0
    assert night(cli, both[1], options=snapshot)["leavers"] == {"people": 1, "released": 1, "held": 0}
    assert ask(database_url, WHO) == [(None, "E1", "John Smith"), ("E2", None, "Bo")]
    told = night(cli, both[1], "E9,Jane Smith,jsmith@corp.example", options=snapshot)
    assert (told["people"], told["personas"]["split"]) == ({"created": 1, "updated": 0, "deleted": 0}, 1)
    report = {row["name"]: row for row in csv.DictReader(cli("report-people", "--format", "csv").stdout.splitlines())}
    assert report["John Smith"]["completed"] == "1"
    assert "Jane Smith" not in report or report["Jane Smith"]["completed"] == "0"

    # Another John gets the number; then the first one comes back.
    found = night(cli, both[1], "E1,Johanna Kern,jkern@corp.example", options=snapshot, code=3)
    assert found["leavers"]["people"] == 1, "whoever it is, it is not Jane"
    assert messages() == [
        'The custom_id "E1" was that of "John Smith", and the line has neither their name nor an identifier of theirs. '
        "Expected: the custom_id as its own previous_custom_id if it is the same person, or the option --new-person if "
        "it is not."
    ]
    night(cli, both[1], "E1,JOHN SMITH,john@corp.example", options=snapshot)
    assert ask(database_url, WHO)[0] == ("E1", None, "JOHN SMITH")
    assert cli("finish-batch-updates", "--check").exit_code == 0


def test_a_number_of_the_lms_that_is_given_anew_takes_no_past_along(cli: Cli, database_url: str) -> None:
    header, lms = "custom_id,name,account_home_page,account_name", "https://lms.corp.example"
    split = ("--takeovers", "split")
    night(cli, header, f"E1,Ann,{lms},17", f"E2,Bo,{lms},18", options=split)
    actors = [{"account": {"homePage": lms, "name": name}} for name in ("17", "44", "17")]
    told = [STATEMENT | {"id": f"0000000{n}-0000-4000-8000-000000000000", "actor": a} for n, a in enumerate(actors)]
    write("s.jsonl", *map(json.dumps, told[:2]))
    assert cli("import-statements", "s.jsonl").exit_code == 0
    moved = (f"E1,Ann,{lms},44", f"E2,Bo,{lms},18")
    assert night(cli, header, *moved, options=split)["personas"]["claimed"] == 1
    for taken in (1, 0):
        personas = night(cli, header, *moved, f"E3,Cy,{lms},17", options=split)["personas"]
        assert (personas["taken"], personas["split"], personas["left"]) == (0, taken, 0)
    del told[2]["timestamp"]
    write("s.jsonl", json.dumps(told[2]))
    assert cli("import-statements", "s.jsonl").exit_code == 0
    report = {row["name"]: row for row in csv.DictReader(cli("report-people", "--format", "csv").stdout.splitlines())}
    assert {name: row["interactions"] for name, row in report.items() if row["interactions"] != "0"} == {
        "Ann": "2",
        "Cy": "1",
    }
    spells = "SELECT p.name, s.ends_at < 'infinity' FROM spells AS s JOIN people AS p ON p.id = s.person_id"
    assert ("Ann", True) in ask(database_url, spells)
    assert cli("finish-batch-updates", "--check").exit_code == 0


def test_a_former_number_is_somebody_elses_if_one_says_so(cli: Cli, database_url: str) -> None:
    snapshot = ("--snapshot", "--leavers", "release")
    night(cli, "E1,Ada,ada@corp.example", "E2,Bo,bo@corp.example", options=snapshot)
    night(cli, "E2,Bo,bo@corp.example", options=snapshot)
    again = ("E2,Bo,bo@corp.example", "E1,Eve,eve@corp.example")
    night(cli, *again, options=(*snapshot, "--new-person", "E1"))
    assert night(cli, *again, options=snapshot)["unchanged"] == 2
    assert ask(database_url, WHO) == [(None, "E1", "Ada"), ("E2", None, "Bo"), ("E1", None, "Eve")]


def test_who_has_an_id_of_their_own_is_no_part_of_a_quarrel_about_a_former_one(cli: Cli, database_url: str) -> None:
    """Two would become who was A once; of D, who also says to have been A, nothing is to be changed for that."""
    night(cli, "A,Ada,ada@corp.example", "D,Di,di@corp.example")
    assert cli("edit-person", "A", "--custom-id", "<delete>").exit_code == 0
    said = ("custom_id,previous_custom_id,name", "X,A,Ex", "C,A,Cee", "D,A,Dee")
    assert night(cli, *said, code=3)["rejected"] == 2
    assert all("A would become C and X" in message for message in messages())
    assert ask(database_url, WHO) == [(None, "A", "Ada"), ("D", None, "Dee")]


@pytest.mark.parametrize(
    "written",
    ['"=""{}"""', "'{}", '"""{}"""', "{}.0", "0{}", "{}x"],
    ids=["formula", "apostrophe", "quotes", "float", "zero", "case"],
)
def test_what_a_spreadsheet_has_made_of_the_ids_changes_nobody(cli: Cli, database_url: str, written: str) -> None:
    ids = [f"{n}X" if written.endswith("x") else str(n) for n in (101, 102, 103)]
    known = [f"{one},P {one},p{one}@corp.example" for one in ids]
    spoilt = [f"{written.format(one.rstrip('X'))},P {one},p{one}@corp.example" for one in ids]
    night(cli, *known, options=("--snapshot",))
    before = ask(database_url, "SELECT custom_id, near_custom_id, name FROM people ORDER BY id")
    told = night(cli, *spoilt, options=("--snapshot", "--leavers", "release"), code=3)
    assert (told["rejected"], told["leavers"]) == (3, {"people": 0, "released": 0, "held": 3})
    assert all("previous_custom_id if it is the same person" in message for message in messages())
    assert ask(database_url, "SELECT custom_id, near_custom_id, name FROM people ORDER BY id") == before
    write("line.csv", HEADER, spoilt[0])
    assert cli("import-people", "line.csv").exit_code == 3, "nor line by line"
    # The way out: it is said that they are the same.
    renamed = [f"{line},{one}" for line, one in zip(spoilt, ids, strict=True)]
    assert night(cli, f"{HEADER},previous_custom_id", *renamed)["people"]["updated"] == 3
    assert night(cli, *known, code=3)["rejected"] == 3


def test_what_other_sources_gave_to_who_is_deleted_is_named(cli: Cli) -> None:
    night(cli, "E00123,Ann,ann@corp.example")
    night(cli, "custom_id,groups", "E00123,first aiders", options=("--source", "cohorts", "--create-groups"))
    accepted = ("--accept-near", "E123", "--fail-on", "rejects,takeovers")
    assert night(cli, "E123,Ann,ann@corp.example", options=(*accepted, "--dry-run"), code=3)["personas"]["taken"] == 1
    write("hr.csv", HEADER, "E123,Ann,ann@corp.example")
    said = cli("import-people", "hr.csv", "--batch", "--accept-near", "E123")
    assert (
        "\nmemberships that other sources gave, gone with people who are deleted (1)\n"
        "  E00123 Ann: first aiders (cohorts)\n"
    ) in said.stdout


def test_what_an_import_can_fail_on(cli: Cli) -> None:
    every = ("rejects", "new-rejects", "left", "held", "takeovers", "warnings")

    def fails(*lines: str, options: tuple[str, ...] = ()) -> set[str]:
        write("hr.csv", HEADER, *lines)
        command = ["import-people", "hr.csv", "--batch", "--dry-run", *options]
        return {what for what in every if cli(*command, "--fail-on", what).exit_code == 3}

    known = ("E1,Ada,ada@corp.example", "E2,Bo,bo@corp.example")
    night(cli, *known)
    assert fails(*known) == set()
    assert fails("E1,Ada,bo@corp.example") == {"takeovers"}
    assert fails("E1,Ada,bo@corp.example", options=("--takeovers", "leave")) == {"left", "warnings"}
    assert fails("E01,Una,una@corp.example") == {"warnings"}
    assert fails(",Una,nothing", options=("--snapshot",)) == {"rejects", "new-rejects", "held"}
    night(cli, *known, ",Una,nothing", code=3)
    assert fails(*known, ",Una,nothing") == {"rejects"}
    assert night(cli, *known, ",Una,nothing", options=("--fail-on", "new-rejects,left"))["rejected_again"] == 1
    wrong = cli("import-people", "hr.csv", "--fail-on", "new-rejects,never")
    assert wrong.exit_code == 2
    assert "'never' is not one of rejects, new-rejects, left, held, takeovers, warnings" in wrong.stderr


def test_what_was_left_stands_in_the_history(cli: Cli, database_url: str) -> None:
    night(cli, "E1,Ada,ada@corp.example", "E2,Bo,bo@corp.example")
    lines = ("E2,Bo,bo@corp.example", "E2,,ada@corp.example")
    number = night(cli, *lines, options=("--takeovers", "leave"))["import"]
    assert (
        "\nleft         mailto:ada@corp.example stays with E1, claimed for E2 (takeover), hr.csv:3\n"
        in cli("show-import", str(number)).stdout
    )
    shown = json.loads(cli("show-import", str(number), "--json").stdout)["left"]
    assert shown == {
        "total": 1,
        "rows": [
            {
                "ifi": "mailto:ada@corp.example", "why": "takeover", "holder_custom_id": "E1",
                "claimant_custom_id": "E2", "file": "hr.csv", "line": 3,
            }
        ],
    }  # fmt: skip
    assert "keeps mailto:ada@corp.example, claimed for E2 Bo (takeover)" in cli("explain-person", "E1").stdout
    assert "mailto:ada@corp.example stays with E1 Ada (takeover)" in cli("explain-person", "E2").stdout
    write("hr.csv", HEADER, *lines, lines[1])
    assert cli("import-people", "hr.csv", "--takeovers", "leave").exit_code == 0, "line by line"
    shown = json.loads(cli("show-import", str(number + 1), "--json").stdout)["left"]
    assert [row["line"] for row in shown["rows"]] == [3, 4]
    change(database_url, "UPDATE imports SET started_at = started_at - interval '100 days'")
    change(database_url, "UPDATE imports SET ended_at = ended_at - interval '100 days'")
    assert cli("prune-history", "--older-than", "90d").exit_code == 0
    assert "mailto:ada@corp.example stays" not in cli("show-import", str(number)).stdout


def test_lines_for_which_nobody_leaves_are_named(cli: Cli) -> None:
    known = ("E1,Ada,ada@corp.example", "E2,Bo,bo@corp.example")
    night(cli, *known)
    write("hr.csv", HEADER, known[0], "***END")
    said = cli("import-people", "hr.csv", "--batch", "--snapshot", "--leavers", "release")
    assert "\nleavers      nobody leaves: a rejected line may name anybody (line 3)\n" in said.stdout


def test_who_renames_people_of_other_sources_is_warned(cli: Cli) -> None:
    night(cli, "E1,Ada,ada@corp.example")
    night(cli, "E2,Bo,bo@corp.example", options=("--source", "crm"))
    renames = ("custom_id,previous_custom_id", "E11,E1", "E12,E2")
    assert night(cli, *renames, options=("--source", "crm"))["warnings"] == {"other_source": 1}


def test_a_former_id_is_told(cli: Cli, database_url: str) -> None:
    """Who had it is found when no history knows it any more; an export of all that was has it, and no other."""
    both = ("E1,Ada,ada@corp.example", "E2,Bo,bo@corp.example")
    night(cli, *both)
    leaves = ("--snapshot", "--leavers", "release", "--min-lines", "0", "--max-leavers", "100%")
    night(cli, both[1], options=leaves)
    change(database_url, "UPDATE imports SET started_at = started_at - interval '1 day'")
    change(database_url, "UPDATE imports SET ended_at = ended_at - interval '1 day'")
    assert cli("prune-history", "--older-than", "0d").exit_code == 0
    ((number,),) = ask(database_url, "SELECT id FROM people WHERE former_custom_id = 'E1'")
    assert f"\n#{number} Ada, formerly E1\n" in cli("explain-person", "E1").stdout
    (found,) = as_json(cli("explain-person", "E1", "--json"))["people"]
    assert (found["id"], found["customId"], found["formerCustomId"]) == (number, None, "E1")
    exported = cli("export-people", "--format", "jsonl", "--all-spells").stdout.splitlines()
    told = {one["name"]: (one["customId"], one["formerCustomId"]) for one in map(json.loads, exported)}
    assert told == {"Ada": (None, "E1"), "Bo": ("E2", None)}
    assert "formerCustomId" not in cli("export-people", "--format", "jsonl").stdout
    night(cli, "E1,Zoe,zoe@corp.example", options=("--new-person", "E1"))
    people = as_json(cli("explain-person", "E1", "--json"))["people"]
    assert [(one["name"], one["customId"]) for one in people] == [("Ada", None), ("Zoe", "E1")]


def test_a_newcomer_with_an_id_has_no_former_one_whichever_line_says_so(cli: Cli, database_url: str) -> None:
    """Or whoever comes with that id, and the same name, would become them."""
    night(cli, "custom_id,former_custom_id,name,email", "1,,Ada,ada@corp.example", ",7,Ada,ada@corp.example")
    night(cli, "7,Ada,new@corp.example")
    assert ask(database_url, WHO) == [("1", None, "Ada"), ("7", None, "Ada")]
