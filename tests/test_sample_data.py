"""The sample data tell one story: two nights at a small company, and what people learned in between."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Cli, Result

PEOPLE, STATEMENTS, NEXT_NIGHT, GROUPS = "people.csv", "statements.jsonl", "people_next_night.csv", "groups.csv"
TAKEN_OVER = "mailto:reception@corp.example"


@pytest.fixture(autouse=True)
def files(cli: Cli, tmp_path: Path) -> None:
    """The files, where the commands run."""
    for name in (PEOPLE, STATEMENTS, NEXT_NIGHT, GROUPS):
        shutil.copy(ROOT / "sample_data" / name, tmp_path)


def told(ran: Result, exit_code: int = 0) -> dict[str, Any]:
    """What a command said with --json, apart from what differs from run to run."""
    assert ran.exit_code == exit_code, ran.stdout + ran.stderr
    said: dict[str, Any] = json.loads(ran.stdout)
    assert said.pop("seconds")
    assert said.pop("organisation") == "default"
    del said["database"]
    return said


def people(cli: Cli) -> dict[str, dict[str, Any]]:
    """Everybody by custom_id; who has none, by id."""
    ran = cli("export-people", "--format", "jsonl")
    assert ran.exit_code == 0
    return {one["customId"] or str(one["id"]): one for one in map(json.loads, ran.stdout.splitlines())}


def identifiers(person: dict[str, Any]) -> set[str]:
    return {
        persona.get("mbox") or persona.get("mbox_sha1sum") or persona["account"]["name"]
        for persona in person["personas"]
    }


def first_night(cli: Cli) -> dict[str, Any]:
    return told(cli("import-people", PEOPLE, "--batch", "--create-groups", "--json"))


def next_night(cli: Cli, *options: str) -> dict[str, Any]:
    return told(cli("import-people", NEXT_NIGHT, "--batch", "--create-groups", "--json", *options), exit_code=3)


def test_the_first_night(cli: Cli) -> None:
    assert first_night(cli) == {
        "import": 1,
        "state": "finished",
        "rows": 21,
        "rejected": 0,
        "waiting": 1,
        "unchanged": 0,
        "people": {"created": 20, "updated": 0, "deleted": 0},
        "personas": {"created": 41, "claimed": 0, "taken": 0, "split": 0, "dropped": 0, "left": 0},
        "groups": {"created": 7, "updated": 0},
        "parents": {"added": 0, "removed": 0},
        "memberships": {"added": 40, "removed": 0, "of_others": 0},
        "pending": {"people": 0, "groups": 7},
        "leavers": {"people": 0, "released": 0, "held": 0},
        "rejected_again": 0,
        "skipped": 0,
        "warnings": {},
        "guards": [],
    }
    found = people(cli)
    assert list(found) == [f"E{number}" for number in range(1001, 1021)]
    assert identifiers(found["E1020"]) == {"mailto:tanja.vogel@corp.example", "e1020", TAKEN_OVER}
    assert found["E1001"]["parentGroupCustomIds"] == ["dept:sales", "site:lisbon"]


def test_the_statements_are_of_these_people_and_four_others(cli: Cli) -> None:
    first_night(cli)
    said = told(cli("import-statements", STATEMENTS, "--json"))
    assert (said["loaded"], said["rejected"], said["voided"], said["anonymous"]) == (94, 0, 1, 1)
    strangers = [one for one in people(cli).values() if one["customId"] is None]
    assert {name for one in strangers for name in identifiers(one)} == {
        "admin",
        "mailto:julia.klein@corp.example",
        "25b558080f82ee0b0a03b69318f7ba1ca4c64c17",
        "63f64dad10a477f31163adddaa188c20e82d8a55",
    }


@pytest.mark.parametrize("takeovers", ["apply", "confirmed"])
def test_the_next_night(cli: Cli, takeovers: str) -> None:
    first_night(cli)
    told(cli("import-statements", STATEMENTS, "--json"))
    said = next_night(cli, "--takeovers", takeovers)
    assert said["people"] == {"created": 2, "updated": 1, "deleted": 3}
    assert said["personas"] == {"created": 4, "claimed": 3, "taken": 1, "split": 0, "dropped": 0, "left": 0}
    assert (said["rejected"], said["waiting"], said["unchanged"]) == (1, 0, 13)
    found = people(cli)
    assert found["E1014"]["name"] == "Nadia Lind-Haddad"
    assert TAKEN_OVER in identifiers(found["E1018"])
    assert identifiers(found["E1020"]) == {"mailto:tanja.vogel@corp.example", "e1020"}
    assert identifiers(found["E1010"]) == {
        "mailto:julia.becker@corp.example",
        "mailto:julia.klein@corp.example",
        "e1010",
    }
    assert found["E1021"]["name"] == "Uma Patel"
    assert found["E1007"]["name"] == "George Mensah"  # his line was rejected: he is as he was
    assert [one["name"] for one in found.values() if one["customId"] is None] == ["LMS Administration"]
    check = cli("finish-batch-updates", "--check")
    assert (check.exit_code, "0 records differ" in check.stdout) == (0, True)


def test_with_takeovers_leave_the_mailbox_stays(cli: Cli) -> None:
    first_night(cli)
    assert next_night(cli, "--takeovers", "leave")["personas"]["left"] == 1
    assert TAKEN_OVER in identifiers(people(cli)["E1020"])


def test_a_dry_run_changes_nothing_and_says_the_same(cli: Cli, tmp_path: Path) -> None:
    first_night(cli)
    before = people(cli)
    dry = next_night(cli, "--dry-run")
    assert people(cli) == before
    assert not (tmp_path / f"{NEXT_NIGHT}.rejects.csv").exists()
    wet = next_night(cli)
    assert (dry.pop("state"), dry.pop("import")) == ("dry-run", None)
    assert (wet.pop("state"), wet.pop("import")) == ("finished", 2)
    assert dry == wet


def test_the_rejects_file_mended_is_an_import(cli: Cli, tmp_path: Path) -> None:
    first_night(cli)
    next_night(cli)
    rejects = tmp_path / f"{NEXT_NIGHT}.rejects.csv"
    (line,) = csv.DictReader(rejects.open(encoding="utf-8"))
    assert (line["custom_id"], line["_line"], line["_column"], line["_code"]) == ("E1007", "8", "email", "invalid_mbox")
    mended = tmp_path / "mended.csv"
    mended.write_text(rejects.read_text(encoding="utf-8").replace("corp..example", "corp.example"), encoding="utf-8")
    said = told(cli("import-people", mended, "--batch", "--json"))
    assert (said["rows"], said["unchanged"], said["rejected"]) == (1, 1, 0)


def test_the_next_night_again_changes_nothing(cli: Cli) -> None:
    first_night(cli)
    told(cli("import-statements", STATEMENTS, "--json"))
    next_night(cli)
    before = people(cli)
    again = next_night(cli)
    assert (again["unchanged"], again["rejected"]) == (21, 1)
    assert not any(again["people"].values())
    assert not any(again["personas"].values())
    assert again["pending"] == {"people": 0, "groups": 0}
    assert people(cli) == before


def test_exported_and_imported_they_are_the_same_people(cli: Cli, tmp_path: Path) -> None:
    first_night(cli)
    told(cli("import-statements", STATEMENTS, "--json"))
    next_night(cli)
    assert cli("export-people", "--output", "export.csv").exit_code == 0
    other = ("--organisation", "copy")
    came = cli("import-people", "export.csv", "--batch", "--create-groups", "--create-organisation", *other)
    assert came.exit_code == 0, came.stdout
    again = cli("export-people", *other)
    assert again.stdout == (tmp_path / "export.csv").read_text(encoding="utf-8")


def test_the_groups_are_those_of_the_people(cli: Cli) -> None:
    groups = told(cli("import-groups", GROUPS, "--batch", "--json"))
    assert (groups["groups"], groups["parents"]) == ({"created": 13, "updated": 0}, {"added": 12, "removed": 0})
    people_in_them = told(cli("import-people", PEOPLE, "--batch", "--json"))
    assert (people_in_them["rejected"], people_in_them["groups"]["created"]) == (0, 0)
    assert people_in_them["pending"]["groups"] == 13, "everybody is below the company"
    assert told(cli("import-groups", GROUPS, "--batch", "--json"))["unchanged"] == 13
