"""People's JSON, in and out: what another system, or this one, has written of people comes in whole."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from commands import as_json, ask, contents, people, rows_of, statement, write
from conftest import Cli

from jobs.shell.terminal import instant

TO = ("--organisation", "copy")


def bare(person: dict[str, Any]) -> str:
    """A Person object without what another store numbers otherwise."""
    kept = {key: value for key, value in person.items() if key not in ("id", "parentGroupIds")}
    personas = [{key: value for key, value in one.items() if key != "id"} for one in person["personas"]]
    return json.dumps(kept | {"personas": sorted(personas, key=str)}, sort_keys=True)


def spells(cli: Cli, *to: str) -> list[str]:
    """Everybody, with all that was, as the export tells it."""
    exported = cli("export-people", "--format", "jsonl", "--all-spells", *to)
    return sorted(bare(json.loads(line)) for line in exported.stdout.splitlines())


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
    moved = as_json(cli("migrate", "people-json", "out.jsonl", "--json", "--create-organisation", *TO))
    assert (moved["people"]["created"], moved["personas"]["created"], moved["groups"]["created"]) == (4, 15, 3)
    assert list(map(bare, people(cli, *TO))) == list(map(bare, people(cli)))
    again = as_json(cli("migrate", "people-json", "out.jsonl", "--json", *TO))
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


def test_what_was_once_comes_in_as_it_went_out(cli: Cli, database_url: str) -> None:
    write("first.csv", "custom_id,name,email,groups", "A,Ann,x@e.org,g", "B,Bob,b@e.org,", "C,Cy,c@e.org,g|h")
    write("later.csv", "custom_id,name,email", "A,Ann,a@e.org", "B,Bob,x@e.org", "D,Di,c@e.org")
    write("last.csv", "custom_id,name,email", "A,Ann,a@e.org", "B,Bob,x@e.org")
    write("said.jsonl", statement({"mbox": "mailto:x@e.org"}, 1), statement({"openid": "https://o.example.org/"}, 1))
    split = ("--takeovers", "split", "--as-of", "2025-01-01", "--personas", "replace")
    for command in (
        ("import-people", "first.csv", "--batch", "--create-groups", "--as-of", "2024-01-01"),
        ("import-people", "later.csv", "--batch", *split),
        ("import-statements", "said.jsonl"),
        ("move-persona", "b@e.org", "--to", "D", "--from", "2024-03", "--until", "2024-06"),
        ("import-people", "last.csv", "--batch", "--snapshot", "--leavers", "release"),
        ("export-people", "--format", "jsonl", "--all-spells", "--output", "out.jsonl"),
    ):
        assert cli(*command).exit_code == 0, command
    moved = as_json(cli("migrate", "people-json", "out.jsonl", "--json", "--create-organisation", *TO))
    assert spells(cli, *TO) == spells(cli)
    assert sum('"until": "' in person for person in spells(cli)) == 4
    before = contents(database_url)
    again = as_json(cli("migrate", "people-json", "out.jsonl", "--json", *TO))
    assert again["people"] == {"created": 0, "updated": 0, "deleted": 0}
    after = contents(database_url)
    assert {table for table in after if after[table] != before[table]} <= {"source_people"}
    number = str(moved["import"])
    assert cli("undo-import", str(again["import"]), *TO).exit_code == 0
    assert cli("undo-import", number, *TO).exit_code == 0
    assert spells(cli, *TO) == []
    assert ask(database_url, "SELECT count(*) FROM closed_spells JOIN organisations AS o ON o.id = organisation_id"
               " WHERE o.name = 'copy'") == [(0,)]  # fmt: skip


MOMENTS = [datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=37 * day, microseconds=day) for day in range(40)]


def world(seed: int, size: int = 30) -> list[dict[str, Any]]:
    """Person objects, as an export with all spells has them: every identifier is with one person at a time."""
    draw = random.Random(seed)
    found: list[dict[str, Any]] = []
    for number in range(size):
        kind = draw.choice(["known", "former", "nameless"])
        found.append(
            {
                "id": number,
                "customId": f"{number:03}" if kind == "known" else None,
                "formerCustomId": f"F{number}" if kind == "former" else None,
                "created": instant(draw.choice(MOMENTS)),
                "name": draw.choice([None, "Ann", "<delete>", "\\<delete>", "Zoë, \n\"Z\"", "😀"]),
                "imageUrl": draw.choice([None, f"https://i.example.org/{number}"]),
                "personas": [],
                "parentGroupCustomIds": sorted(draw.sample(["a", "b b", "<delete>", "é;,"], draw.randrange(3))),
            }
        )
    for number in range(2 * size):
        agent = draw.choice(
            [
                {"mbox": f"mailto:p{number}@example.org"},
                {"mbox_sha1sum": f"{number:040x}"},
                {"openid": f"https://example.org/{number}"},
                {"account": {"homePage": "https://lms.example.org", "name": f"{number} | x"}},
            ]
        )
        named = {"name": draw.choice(["Bob", "<delete>", " Ada  L."]).strip()} if draw.random() < 0.7 else {}
        common = {"created": instant(draw.choice(MOMENTS)), **agent, **named}
        bounds = sorted(draw.sample(MOMENTS, draw.choice([0, 0, 1, 2, 3])))
        begins, holder = [None, *bounds], None
        for begin, end in zip(begins, [*bounds, None], strict=True):
            holder = draw.choice([person for person in found if person is not holder])
            if draw.random() < 0.8:
                times = {"from": begin and instant(begin), "until": end and instant(end)}
                holder["personas"].append({"id": number, **common, **times})
    for person in found:  # who has no persona, and no custom_id either, is nobody
        open_ones = [one for one in person["personas"] if one["until"] is None]
        if person["customId"] is None and not open_ones:
            person["personas"] = person["personas"][:4]
    return [person for person in found if person["personas"]]


@pytest.mark.parametrize(("seed", "size"), [(0, 30), (1, 30), (2, 300)], ids=["listed", "lines", "many"])
def test_whatever_is_written_comes_out_again(seed: int, size: int, cli: Cli) -> None:
    written = world(seed, size)  # of many, plain newcomers go straight into the tables
    listed = json.dumps({"count": len(written), "results": written})
    write("people.json", "\n".join(map(json.dumps, written)) if seed else listed)
    moved = as_json(cli("migrate", "people-json", "people.json", "--json"))
    assert (moved["people"]["created"], moved["rejected"], moved["personas"]["left"]) == (len(written), 0, 0)
    assert spells(cli) == sorted(map(bare, written))
    again = as_json(cli("migrate", "people-json", "people.json", "--json"))
    assert (again["people"], again["personas"]["created"]) == ({"created": 0, "updated": 0, "deleted": 0}, 0)
    assert spells(cli) == sorted(map(bare, written))
    assert cli("undo-import", str(again["import"])).exit_code == 0
    assert cli("undo-import", str(moved["import"])).exit_code == 0
    assert spells(cli) == []


def test_a_time_that_was_somebody_elses_is_left(cli: Cli) -> None:
    write("hr.csv", "custom_id,email", "A,x@e.org", "B,b@e.org")
    assert cli("import-people", "hr.csv", "--batch").exit_code == 0
    write(
        "more.csv",
        "custom_id,email,email_2,identifier_until_2,identifier_since_2",
        "B,b@e.org,x@e.org,2020-01-01,",  # which A has had all along
        "C,,x@e.org,2020-01-01,",
        "D,d@e.org,y@e.org,2020-01-01,2019-01-01",
        "E,e@e.org,y@e.org,2019-06-01,",  # at the same time as D
        "F,f@e.org,z@e.org,2020-01-01,2020-01-01",
        "G,g@e.org,b@e.org,2999-01-01,2998-01-01",
    )
    found = as_json(cli("import-people", "more.csv", "--batch", "--json"), 3)
    assert (found["personas"]["left"], found["people"]["created"]) == (3, 3)
    rejected = {row["custom_id"]: (row["_code"], row["_value"]) for row in rows_of("more.csv.rejects.csv")}
    assert rejected == {"C": ("spell_left_nothing", "mailto:x@e.org"), "F": ("invalid_date", "2020-01-01")}
    assert not any('"until": "' in person for person in spells(cli))


def test_times_of_one_person_that_touch_are_one(cli: Cli, database_url: str) -> None:
    columns = "custom_id,email,email_2,identifier_since,identifier_since_2,identifier_until_2"
    write("first.csv", columns, "A,a@e.org,x@e.org,2024-01-01,2018-01-01,2019-01-01", "B,b@e.org,,,,")
    write("said.jsonl", statement({"mbox": "mailto:a@e.org"}, 1))
    write("more.csv", columns, "A,a@e.org,a@e.org,,2022-01-01,2024-01-01", "A,,x@e.org,,2019-01-01,2020-01-01")
    assert cli("import-people", "first.csv", "--batch").exit_code == 0
    assert cli("import-statements", "said.jsonl").exit_code == 0
    before = spells(cli)
    for batch in (["--batch"], ["--no-batch"]):
        found = as_json(cli("import-people", "more.csv", *batch, "--json"))
        assert found["personas"]["left"] == 0
        assert ask(database_url, "SELECT CAST(begins_at AS date)::text, CAST(ends_at AS date)::text FROM closed_spells"
                   " UNION ALL SELECT CAST(begins_at AS date)::text, NULL FROM personas"
                   " WHERE ifi = 'mailto:a@e.org' ORDER BY 1") == [
            ("2018-01-01", "2020-01-01"), ("2022-01-01", None),
        ]  # fmt: skip
        assert cli("finish-batch-updates", "--check").exit_code == 0
        if batch == ["--batch"]:
            assert cli("undo-import", str(found["import"]), "--finish").exit_code == 0
            assert cli("resume-source", "people").exit_code == 0
            assert spells(cli) == before
