"""People's JSON, in and out: what another system, or this one, has written of people comes in whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from commands import as_json, contents, people, rows_of, write
from conftest import Cli


def bare(person: dict[str, Any]) -> dict[str, Any]:
    """A Person object without what another store numbers otherwise."""
    kept = {key: value for key, value in person.items() if key not in ("id", "created", "parentGroupIds")}
    personas = [{k: v for k, v in one.items() if k not in ("id", "created")} for one in person["personas"]]
    return kept | {"personas": sorted(personas, key=str)}


def test_our_own_export_comes_in_as_it_went_out(cli: Cli) -> None:
    odd = [f"odd{number}@example.org" for number in range(11)]
    write(
        "hr.csv",
        "custom_id,name,image_url,email,account_home_page,account_name,groups",
        r"A,\<delete>,https://example.org/a.png,a@example.org,https://lms.example.org, 007 x ,b|a|<delete>",
        'B,"Smith, ""Zoë"" 😀",,B+x@EXAMPLE.org,,,',
        ",,,nameless@example.org,,,",
        *(f"C,Cy,,{email},,," for email in odd),
    )
    assert cli("import-people", "hr.csv", "--batch", "--create-groups").exit_code == 0
    assert cli("export-people", "--format", "jsonl", "--output", "out.jsonl").exit_code == 0
    to = ["--organisation", "copy"]
    moved = as_json(cli("migrate", "people-json", "out.jsonl", "--json", "--create-organisation", *to))
    assert (moved["people"]["created"], moved["personas"]["created"], moved["groups"]["created"]) == (4, 15, 3)
    assert list(map(bare, people(cli, *to))) == list(map(bare, people(cli)))
    again = as_json(cli("migrate", "people-json", "out.jsonl", "--json", *to))
    assert (again["people"], again["memberships"]["added"]) == ({"created": 0, "updated": 0, "deleted": 0}, 0)
    assert sorted(Path().iterdir()) == [Path("hr.csv"), Path("out.jsonl")]


def test_a_saved_answer_brings_its_groups_and_rejects_with_its_ids(cli: Cli, database_url: str) -> None:
    page = {
        "count": 2,
        "results": [
            {
                "id": 1, "name": "Bob", "customId": 17, "created": "2015-02-26T18:29:18.000+0000",
                "personas": [{"id": 1, "name": "Bob Smith", "mbox": "mailto:bob@example.com"}],
                "parentGroupIds": [5, 6], "parentGroupCustomIds": ["sales"],
            },
            {"id": 2, "name": "Sue", "personas": [{"mbox": "sue"}], "parentGroupIds": [], "parentGroupCustomIds": []},
            {"id": 3, "name": "Two", "personas": [{"mbox": "mailto:t@example.com", "openid": "https://t.example.com/"}]},
        ],
    }  # fmt: skip
    groups = [
        {"id": 5, "customId": "sales", "name": "Sales", "type": "Department", "parentGroupIds": [6]},
        {"id": 6, "name": "All|Some", "type": {"name": "Company"}},
    ]
    write("page.json", json.dumps(page) + json.dumps({"count": 1, "results": [{"id": 4, "personas": []}]}))
    write("groups.json", json.dumps(groups))
    before = contents(database_url)
    dry = as_json(cli("migrate", "people-json", "page.json", "--groups-json", "groups.json", "--dry-run", "--json"), 3)
    assert (dry["rejected"], dry["people"]["created"], contents(database_url)) == (3, 1, before)
    moved = as_json(cli("migrate", "people-json", "page.json", "--groups-json", "groups.json", "--json"), 3)
    assert moved["groups"]["created"] == 2
    assert moved["parents"]["added"] == 1
    (bob,) = people(cli)
    assert (bob["customId"], bob["parentGroupCustomIds"]) == ("17", ["group 6", "sales"])
    rejected = {row["_source_id"]: (row["_code"], row["_value"]) for row in rows_of("page.json.rejects.csv")}
    assert rejected == {
        "2": ("invalid_mbox", "sue"),
        "3": ("unreadable_record", json.dumps(page["results"][2]["personas"], separators=(",", ":"))),
        "4": ("names_nobody", ""),
    }
    assert as_json(cli("undo-import", str(moved["import"]), "--json"))["people"]["deleted"] == 1


def test_what_is_something_else_is_told(cli: Cli) -> None:
    write("said.jsonl", json.dumps({"actor": {"mbox": "mailto:a@example.org"}, "verb": {"id": "x:y"}, "object": {}}))
    write("people.csv", "custom_id,email", "A,a@example.org")
    for file, why in (
        ("said.jsonl", "said.jsonl: holds statements: lrs-people import-statements reads it"),
        ("people.csv", "people.csv: holds no records: it begins with"),
        ("none.json", "none.json: cannot be read: No such file"),
    ):
        refused = cli("migrate", "people-json", file)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert why in refused.stderr
    wrong = cli("migrate", "peple-json", "people.csv")
    assert wrong.exit_code == 2
    assert 'there is no source "peple-json"; nearest: people-json' in wrong.stderr
