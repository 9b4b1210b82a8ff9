"""report-people, report-groups and report-activities, as a reader meets them."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import Cli
from model import Options, Person, World
from model_reports import members
from outcomes import import_batch, make_groups, succeed
from worlds import KNOWN_GROUPS, VOIDER, any_line, any_options, any_statements, render_statements, str_to_uuid

SEED = int(os.environ.get("IMPORT_PEOPLE_SEED", "20260101"))
BOB = {"mbox": "mailto:bob.smith@example.com"}
BOB_ACCOUNT = {"account": {"homePage": "http://cloud.scorm.com/", "name": "W74TDQ7PZG|251479"}}
EXAMPLE_AGENT = {"account": {"homePage": "http://example.org/users", "name": "Example Agent"}}
COURSE = "http://example.com/course/1"
VERBS = "http://adlnet.gov/expapi/verbs"


def statement(
    actor: dict[str, Any], at: str, verb: str = "completed", about: str = COURSE, **result: Any
) -> dict[str, Any]:
    return {
        "id": f"00000000-0000-4000-8000-{zlib.crc32(repr((actor, at, verb, about)).encode()):012}",
        "actor": actor,
        "verb": {"id": f"{VERBS}/{verb}"},
        "object": {"id": about},
        "timestamp": at,
        **({"result": result} if result else {}),
    }


def state(cli: Cli, *statements: dict[str, Any], more: tuple[str, ...] = ()) -> None:
    Path("statements.jsonl").write_text("\n".join(map(json.dumps, statements)), encoding="utf-8")
    succeed(cli("import-statements", "statements.jsonl", "--json", *more))


def people(cli: Cli, *lines: str, more: tuple[str, ...] = ()) -> dict[str, Any]:
    Path("people.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return succeed(cli("import-people", "people.csv", "--batch", "--create-groups", "--json", *more))


def rows(cli: Cli, command: str, *more: str) -> list[dict[str, Any]]:
    ran = cli(command, "--format", "json", *more)
    assert (ran.exit_code, ran.stderr) == (0, "fresh: nothing is pending\n"), ran
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return found


# -- the scenarios of the People API and of Learning Locker --------------------------------------------------


def test_bob_s_interactions_are_one_person_s_and_sue_has_none_yet(cli: Cli) -> None:
    """Bob has completed the learning under two personas; Sue has not been seen."""
    state(
        cli,
        statement(BOB, "2015-02-26T18:29:18Z", "attempted"),
        statement(
            BOB_ACCOUNT, "2015-04-29T13:00:42Z", completion=True, success=True, score={"scaled": 0.75}, duration="PT1H"
        ),
    )
    assert [row["interactions"] for row in rows(cli, "report-people")] == [1, 1]
    people(
        cli,
        "custom_id,name,email,account_home_page,account_name,groups",
        "bob,Bob Smith,bob.smith@example.com,http://cloud.scorm.com/,W74TDQ7PZG|251479,learners",
        "sue,Sue Jones,sue.jones@example.com,http://cloud.scorm.com/,W74TDQ7PZG|145897,learners",
    )
    bob = {
        "custom_id": "bob",
        "name": "Bob Smith",
        "interactions": 2,
        "activities": 1,
        "completed": 1,
        "passed": 1,
        "failed": 0,
        "mean_score": 0.75,
        "seconds_spent": 3600,
        "first_at": "2015-02-26T18:29:18Z",
        "last_at": "2015-04-29T13:00:42Z",
    }
    assert rows(cli, "report-people") == [bob]
    assert list(rows(cli, "report-people")[0]) == list(bob)
    sue = {"custom_id": "sue", "name": "Sue Jones", "mean_score": None, "first_at": None, "last_at": None}
    figures = dict.fromkeys(("interactions", "activities", "completed", "passed", "failed", "seconds_spent"), 0)
    assert rows(cli, "report-people", "--all") == [bob, {**sue, **figures}]
    assert rows(cli, "report-groups") == [
        {
            "custom_id": "learners",
            "name": None,
            "type": None,
            "members": 2,
            "active_members": 1,
            "interactions": 2,
            "completed": 1,
            "mean_score": 0.75,
            "seconds_spent": 3600,
            "last_at": "2015-04-29T13:00:42Z",
        }
    ]
    assert rows(cli, "report-activities") == [
        {
            "activity": COURSE,
            "people": 1,
            "interactions": 2,
            "completed": 1,
            "mean_score": 0.75,
            "last_at": "2015-04-29T13:00:42Z",
        }
    ]
    succeed(cli("finish-batch-updates", "--check", "--json"))


def test_a_persona_taken_from_bob_takes_its_interactions_along_and_an_undo_brings_them_back(cli: Cli) -> None:
    """If you attach a persona that is in use to another person, it is removed from the original."""
    header = "custom_id,name,email,account_home_page,account_name"
    people(cli, header, "bob,Bob,bob.smith@example.com,http://cloud.scorm.com/,W74TDQ7PZG|251479")
    state(cli, statement(BOB, "2015-02-26T18:29:18Z"), statement(BOB_ACCOUNT, "2015-04-29T13:00:42Z"))
    taken = people(cli, header, "sue,Sue,,http://cloud.scorm.com/,W74TDQ7PZG|251479", more=("--max-takeovers", "100%"))
    found = {row["custom_id"]: (row["interactions"], row["first_at"]) for row in rows(cli, "report-people")}
    assert found == {"bob": (1, "2015-02-26T18:29:18Z"), "sue": (1, "2015-04-29T13:00:42Z")}
    succeed(cli("undo-import", str(taken["import"]), "--json"))
    assert [(row["custom_id"], row["interactions"]) for row in rows(cli, "report-people")] == [("bob", 2)]


def test_an_identifier_added_to_a_person_brings_its_interactions(cli: Cli) -> None:
    """Learning Locker's example: an account comes to a person who has others."""
    other = {"account": {"homePage": "http://example.org/users", "name": "Other"}}
    people(
        cli,
        "custom_id,name,email,account_home_page,account_name",
        "example,Example Persona,example@example.org,,",
        "other,Other,,http://example.org/users,Other",
    )
    state(
        cli,
        statement(EXAMPLE_AGENT, "2017-09-19T13:54:30.702Z", completion=True),
        statement(other, "2017-09-19T13:54:33.596Z", "experienced"),
    )
    people(cli, "custom_id,account_home_page,account_name", "example,http://example.org/users,Example Agent")
    found = {row["custom_id"]: (row["interactions"], row["completed"]) for row in rows(cli, "report-people")}
    assert found == {"example": (1, 1), "other": (1, 0)}
    assert rows(cli, "report-people")[0]["first_at"] == "2017-09-19T13:54:30.702000Z"


# -- what is counted -----------------------------------------------------------------------------------------


def test_results_count_by_the_rules_of_xapi(cli: Cli) -> None:
    """`completion`, `success` and `score.scaled`; what a voiding statement names does not."""
    ada = {"mbox": "mailto:ada@example.com"}
    voided = statement(ada, "2024-01-04T00:00:00Z", completion=True, score={"scaled": 1})
    state(
        cli,
        statement(ada, "2024-01-01T00:00:00Z", "experienced"),
        statement(ada, "2024-01-02T00:00:00Z", "passed", completion=True, success=True, score={"scaled": -1}),
        statement(ada, "2024-01-03T00:00:00Z", completion=False, success=False, score={"scaled": 1 / 3, "raw": 50}),
        statement(ada, "2024-01-01T01:00:00+02:00", "attempted", score={"raw": 50}, duration="P1W"),
        voided,
        statement(ada, "2024-01-05T00:00:00Z", "voided")
        | {"object": {"objectType": "StatementRef", "id": voided["id"]}},
    )
    (row,) = rows(cli, "report-people")
    assert (row["interactions"], row["completed"], row["passed"], row["failed"]) == (4, 1, 1, 1)
    assert row["mean_score"] == pytest.approx((-1 + 1 / 3) / 2, abs=1e-12)
    assert row["seconds_spent"] == 604_800
    assert (row["first_at"], row["last_at"]) == ("2023-12-31T23:00:00Z", "2024-01-03T00:00:00Z")
    assert [row["interactions"] for row in rows(cli, "report-people", "--until", "2024-01")] == [1]


@pytest.mark.parametrize("vocabulary", [VERBS, "https://w3id.org/xapi/adl/verbs"])
def test_where_the_result_does_not_say_the_verb_does(cli: Cli, vocabulary: str) -> None:
    ada = {"mbox": "mailto:ada@example.com"}

    def did(day: int, verb: str, **result: Any) -> dict[str, Any]:
        return statement(ada, f"2024-01-{day:02}T00:00:00Z", **result) | {"verb": {"id": f"{vocabulary}/{verb}"}}

    said = [
        did(1, "completed"),
        did(2, "completed", score={"scaled": 1}),
        did(3, "completed", completion=False),
        did(4, "passed"),
        did(5, "passed", success=False, completion=True),
        did(6, "failed", duration="PT1M"),
        did(7, "failed", success=True),
        did(8, "mastered"),
        did(9, "completed", success=False),
    ]
    state(cli, *said, statement(ada, "2024-02-01T00:00:00Z") | {"verb": {"id": "https://other.example/completed"}})
    (row,) = rows(cli, "report-people")
    assert (row["interactions"], row["completed"], row["passed"], row["failed"]) == (10, 4, 2, 3)
    (edge,) = rows(cli, "report-people", "--since", "2024-01-02", "--until", "2024-01-07")
    assert (edge["interactions"], edge["completed"], edge["passed"], edge["failed"]) == (5, 2, 1, 2)


SPANS: list[tuple[str | None, str | None, int]] = [
    ("2024-02", "2024-03", 2),
    ("2024-02-01", "2024-02-29T23:59:59.999999Z", 1),
    ("2024-02-01T00:00:00.000001", "2024-03", 1),
    ("2024-02-29T23:59:59.999999Z", "2024-03", 1),
    ("2024-03-01T01:30:00+01:30", None, 1),
    (None, "2024-02", 0),
    ("2024-01-31", None, 3),
]


def test_since_counts_and_until_does_not(cli: Cli) -> None:
    times = ("2024-02-01T00:00:00Z", "2024-02-29T23:59:59.999999Z", "2024-03-01T00:00:00Z")
    state(cli, *(statement(BOB, at) for at in times))
    for since, until, found in SPANS:
        asked = [*(["--since", since] if since else []), *(["--until", until] if until else [])]
        for command in ("report-people", "report-activities"):
            assert sum(row["interactions"] for row in rows(cli, command, *asked)) == found, asked


def test_a_group_is_all_below_it_and_each_person_once(cli: Cli, database_url: str) -> None:
    make_groups(database_url, [("all", ()), ("north", ("all",)), ("south", ("all",)), ("club", ())])
    people(
        cli,
        "custom_id,email,groups",
        "A,a@example.com,north|south|all",
        "B,b@example.com,south",
        "C,c@example.com,club",
    )
    for name, times in (("a", 1), ("b", 2), ("c", 4)):
        state(
            cli,
            *(statement({"mbox": f"mailto:{name}@example.com"}, f"2024-01-0{n + 1}T00:00:00Z") for n in range(times)),
        )
    found = {row["custom_id"]: (row["members"], row["interactions"]) for row in rows(cli, "report-groups")}
    assert found == {"all": (2, 3), "club": (1, 4), "north": (1, 1), "south": (2, 3)}
    assert [row["custom_id"] for row in rows(cli, "report-groups", "--group", "all")] == ["all", "north", "south"]
    assert [row["custom_id"] for row in rows(cli, "report-groups", "--person", "b@example.com")] == ["all", "south"]
    assert [row["custom_id"] for row in rows(cli, "report-people", "--group", "all")] == ["A", "B"]
    assert rows(cli, "report-activities", "--group", "all")[0]["people"] == 2
    assert rows(cli, "report-activities", "--group", "all", "--person", "C") == []


def test_times_are_utc_and_texts_whole_whatever_the_environment_says(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGTZ", "America/New_York")
    monkeypatch.setenv("PGDATESTYLE", "German")
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    zoe = {**BOB, "name": "Zo\u00eb \u0159"}
    state(cli, statement(zoe, "2024-01-31T23:30:00Z"), statement(zoe, "2024-02-01T00:30:00Z"))
    (row,) = rows(cli, "report-people")
    assert row["name"] == zoe["name"]
    assert (row["first_at"], row["last_at"]) == ("2024-01-31T23:30:00Z", "2024-02-01T00:30:00Z")
    assert [row["interactions"] for row in rows(cli, "report-people", "--since", "2024-02")] == [1]


# -- how it is shown -----------------------------------------------------------------------------------------


def test_the_three_formats_say_the_same(cli: Cli) -> None:
    people(cli, "custom_id,name,email,groups", '"A,1","Ada ""Z""\u00eb",a@example.com,g')
    ada = {"mbox": "mailto:a@example.com"}
    scores = [statement(ada, f"2024-01-0{n}T00:00:00Z", score={"scaled": s}) for n, s in ((1, 1), (2, 0), (3, 1))]
    state(cli, *scores, statement(ada, "2024-01-04T00:00:00Z", duration=f"PT{10**15}.07S"))
    (as_json,) = rows(cli, "report-people")
    (as_csv,) = csv.DictReader(io.StringIO(cli("report-people", "--format", "csv").stdout))
    assert as_csv.keys() == as_json.keys()
    assert (as_csv["custom_id"], as_csv["name"]) == (as_json["custom_id"], as_json["name"]) == ("A,1", 'Ada "Z"\u00eb')
    assert as_csv["mean_score"] == "0.666666666667"
    assert as_csv["seconds_spent"] == "1000000000000000.07"
    assert '"seconds_spent": 1000000000000000.07,' in cli("report-people", "--format", "json").stdout
    table = cli("report-people").stdout
    assert "0.6667" in table
    assert "1,000,000,000,000,000" in table
    told = json.loads(cli("report-people", "--json").stdout)
    assert told["rows"] == [as_json]
    assert told["pending"] == {"personas": 0, "people": 0, "groups": 0}


@pytest.mark.parametrize("name", ["two\nlines", "two\rlines", "tab\tbed"])
def test_a_name_with_a_line_end_is_one_cell(cli: Cli, name: str) -> None:
    state(cli, statement({**BOB, "name": name}, "2024-01-01T00:00:00Z"))
    (as_csv,) = csv.DictReader(io.StringIO(cli("report-people", "--format", "csv").stdout, newline=""))
    (as_json,) = rows(cli, "report-people")
    assert as_csv["name"] == as_json["name"] == name
    assert len(cli("report-people").stdout.splitlines()) == 5


def test_a_table_cuts_long_names_but_nothing_that_tells_rows_apart(cli: Cli) -> None:
    long = "x" * 200
    people(cli, "custom_id,name,email,groups", f"A{long},N{long},a@example.com,g{long}")
    about = f"http://example.com/{long}"
    ada = {"mbox": "mailto:a@example.com"}
    state(cli, *(statement(ada, "2024-01-01T00:00:00Z", about=f"{about}{n}") for n in "12"))
    table = cli("report-people").stdout
    assert (f"A{long}" in table, f"N{long}" in table, f"N{'x' * 78}…" in table) == (True, False, True)
    assert f"\ng{long} " in cli("report-groups").stdout
    table = cli("report-activities").stdout
    assert (f"{about}1 " in table, f"{about}2 " in table) == (True, True)


def test_somebody_whom_nothing_names_goes_by_the_first_identifier_in_every_format(cli: Cli) -> None:
    """Who has none any more, but had one, by the number; whoever has a custom_id by that alone."""
    state(cli, statement(BOB, "2024-01-01T00:00:00Z", score={"scaled": -0.00001}))
    bob = BOB["mbox"]
    (row,) = [line for line in cli("report-people").stdout.splitlines() if bob in line]
    assert " 0.0000 " in row, "and never -0.0000"
    assert bob in cli("report-people", "--person", bob).stdout
    (told,) = rows(cli, "report-people")
    assert (told["custom_id"], told["name"], told["mean_score"]) == (None, bob, -0.00001)
    assert f"\n,{bob},1," in cli("report-people", "--format", "csv").stdout
    people(cli, "custom_id,email", "E1,new@example.com")
    assert cli("move-persona", bob, "--to", "E1", "--from", "2024-02-01").exit_code == 0
    told, other = rows(cli, "report-people", "--all")
    assert (told["custom_id"], told["name"], other["custom_id"]) == ("E1", None, None)
    assert re.fullmatch("#[0-9]+", other["name"]), other
    assert other["interactions"] == 1


def test_without_rows_every_format_is_whole(cli: Cli) -> None:
    assert cli("report-people", "--format", "csv").stdout.count("\n") == 1
    for command in ("report-people", "report-groups", "report-activities"):
        assert rows(cli, command) == []
        assert cli(command).stdout.splitlines()[1] == "fresh: nothing is pending"


def test_a_table_is_a_page_and_the_rest_is_told(cli: Cli) -> None:
    people(cli, "custom_id,email", *(f"P{n:03},p{n}@example.com" for n in range(120)))
    first, last = cli("report-people", "--all").stdout, cli("report-people", "--all", "--offset", "100").stdout
    assert ("P049" in first, "P050" in first, "… and more: --offset 50" in first) == (True, False, True)
    assert ("P100" in last, "P119" in last, "more" in last) == (True, True, False)
    assert len(rows(cli, "report-people", "--all")) == 120
    assert [row["custom_id"] for row in rows(cli, "report-people", "--all", "--limit", "1", "--offset", "7")] == [
        "P007"
    ]
    assert "… and more: --offset 0" in cli("report-people", "--all", "--limit", "0").stdout
    most = str(10**30)
    assert cli("report-people", "--all", "--limit", most).stdout.count("\n") == 124
    assert len(rows(cli, "report-people", "--all", "--limit", most)) == 120
    assert rows(cli, "report-people", "--all", "--offset", most) == []


@pytest.mark.parametrize("first", [0, 5, 2_000])
def test_a_page_is_the_same_whether_all_are_looked_at_or_the_first(
    cli: Cli, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.reporting.report.FIRST", first)
    people(cli, "custom_id,email", *(f"E{n:02},p{n}@example.com" for n in range(12)))
    for month in (1, 2):
        at = f"2026-0{month}-05T09:00:00Z"
        state(cli, *(statement({"mbox": f"mailto:p{n}@example.com"}, at) for n in range(0, 15, month)))
    of_everybody = rows(cli, "report-people", "--all")
    assert [row["custom_id"] for row in of_everybody] == [*(f"E{n:02}" for n in range(12)), None, None, None]
    later = ("--since", "2026-02")
    for asked in ((), ("--all",), ("--descending",), later, (*later, "--all", "--descending")):
        every = rows(cli, "report-people", *asked)
        for limit, offset in ((0, 0), (1, 0), (3, 1), (2, 2), (4, 9), (50, 0)):
            page = succeed(cli("report-people", *asked, "--limit", str(limit), "--offset", str(offset), "--json"))
            assert page["rows"] == every[offset : offset + limit], (asked, limit, offset)
            assert page["more"] == (len(every) > offset + limit)


def test_what_is_not_fresh_is_said_with_how_much(cli: Cli) -> None:
    people(cli, "custom_id,email,groups", "A,a@example.com,g|h")
    ada = statement({"mbox": "mailto:a@example.com"}, "2024-01-01T00:00:00Z")
    state(cli, ada, more=("--no-finish",))
    assert "not fresh: 1 persona is pending; run finish-batch-updates" in cli("report-groups").stdout.splitlines()
    people(cli, "custom_id,email,groups", "B,b@example.com,g", more=("--no-finish",))
    for form in ("csv", "json"):
        ran = cli("report-people", "--format", form)
        assert ran.stderr == "warning: not fresh: 1 persona and 1 group are pending; run finish-batch-updates\n"
        assert "fresh" not in ran.stdout
    assert json.loads(cli("report-groups", "--json").stdout)["pending"] == {"personas": 1, "people": 0, "groups": 1}


MISTAKES: list[tuple[str, list[str], str]] = [
    ("report-people", ["--group", "Sales"], 'there is no group "Sales"; there is "dept:sales"'),
    ("report-groups", ["--group", "DEPT:SALES"], 'there is no group "DEPT:SALES"; there is "dept:sales"'),
    ("report-people", ["--person", "a1"], 'nobody has the custom_id "a1"; there is "A1"'),
    ("report-people", ["--person", "B@example.com"], '; there is "mailto:b@example.com"'),
    ("report-people", ["--person", "#99"], 'nobody has the custom_id "#99"'),
    (
        "report-activities",
        ["--activity", "https://example.com/Course/1/"],
        f'no statement is about an activity "https://example.com/Course/1/"; there is "{COURSE}"',
    ),
    ("report-activities", ["--activity", "http://a\udcff"], '"http://a\\udcff" is not UTF-8'),
    ("report-activities", ["--activity", ""], 'no statement is about an activity ""'),
    ("report-people", ["--since", "yesterday"], '--since "yesterday" is no time such as 2026-03,'),
    ("report-people", ["--until", "2024-13"], '--until "2024-13" is no time such as 2026-03,'),
    ("report-people", ["--until", "2024-13"], ": there is no such day"),
    ("report-people", ["--since", "2024-01-01T00:00+25:00"], "there is no such offset from UTC"),
    ("report-people", ["--since", "2024-03", "--until", "2024-03"], "--until 2024-03 is not after --since 2024-03"),
    ("report-people", ["--format", "csv", "--json"], "--json and --format csv would share standard output"),
]


def test_what_does_not_exist_or_makes_no_sense_is_told(cli: Cli) -> None:
    people(cli, "custom_id,email,email_2,groups", "A1,a@example.com,b@example.com,dept:sales")
    state(cli, statement(BOB, "2024-01-01T00:00:00Z"))
    for command, arguments, message in MISTAKES:
        ran = cli(command, *arguments)
        assert (ran.exit_code, message in ran.stderr) == (2, True), ran


# -- what the last import changed ----------------------------------------------------------------------------


def test_the_last_import_s_changes_are_below_the_groups(cli: Cli) -> None:
    header = "custom_id,name,email,email_2,groups"
    people(cli, header, "A,Ada,a@example.com,,north|all", "B,Bob,b@example.com,,north", "C,,c@example.com,,south")
    state(cli, *(statement({"mbox": f"mailto:{who}@example.com"}, "2024-01-01T00:00:00Z") for who in "abx"))
    done = people(
        cli,
        header,
        "A,Ada,a@example.com,x@example.com,all",
        "C,,c@example.com,b@example.com,north",
        "D,Dan,d@example.com,,north",
        more=("--groups", "replace", "--takeovers", "apply", "--max-takeovers", "100%", "--max-deletes", "100%"),
    )
    shown = cli("report-groups").stdout.split("\n\n")[-1]
    assert shown.splitlines() == [
        f"changed here by import {done['import']} (import-people people.csv)",
        "  all    interactions came to 1 (A Ada)",
        "  north  2 joined (C, D Dan); 2 left (A Ada, B Bob); interactions came to 1 (C); "
        "interactions went from 1 (B Bob)",
        "  south  1 left (C)",
    ]
    told = json.loads(cli("report-groups", "--group", "south", "--json").stdout)["last_import"]
    assert told == {
        "import": done["import"],
        "command": "import-people",
        "groups": [{"custom_id": "south", "joined": 0, "left": 1, "gained": 0, "lost": 0}],
    }
    state(cli, statement({"mbox": "mailto:d@example.com"}, "2024-01-01T00:00:00Z"))
    assert cli("report-groups").stdout.split("\n\n")[-1] == shown + "\n" * (not shown.endswith("\n"))
    undone = succeed(cli("undo-import", str(done["import"]), "--json"))
    lines = cli("report-groups").stdout.split("\n\n")[-1].splitlines()
    assert lines[0] == f"changed here by import {undone['import']} (undo-import {done['import']})"
    assert lines[2].startswith("  north  2 joined (A Ada, B Bob); 2 left (C, D Dan)")
    assert cli("report-groups", "--format", "csv").stdout.count("\n") == 4
    succeed(cli("prune-history", "--older-than", "0d", "--json"))
    assert "changed here is no longer known" in cli("report-groups").stdout


def test_a_load_is_not_told_person_by_person(cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    people(cli, "custom_id,email,groups", "A,a@example.com,g|h", "B,b@example.com,g")
    assert "  g  2 joined (A, B)" in cli("report-groups").stdout
    people(cli, "custom_id,email,groups", "C,c@example.com,g", "D,d@example.com,g", "E,e@example.com,g")
    monkeypatch.setattr("jobs.reporting.changes.MANY", 2)
    said = "import 2 (import-people people.csv) changed 3 memberships: lrs-people show-import 2 lists them"
    assert cli("report-groups").stdout.splitlines()[-1] == said
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE imports SET counts = counts - 'memberships'")
    said = "import 2 (import-people people.csv) concerns 3 people: lrs-people show-import 2 lists what it changed"
    assert cli("report-groups").stdout.splitlines()[-1] == said
    assert json.loads(cli("report-groups", "--json").stdout)["last_import"]["groups"] is None


def test_the_changes_are_the_difference(cli: Cli, database_url: str) -> None:
    """After any import: who joined and left each group, with all below it, and whose interactions came and went."""
    print(f"IMPORT_PEOPLE_SEED={SEED}")
    choose = random.Random(SEED).choice
    world = World()
    make_groups(database_url, list(KNOWN_GROUPS.items()))
    for group, parents in KNOWN_GROUPS.items():
        world.add_group(group, parents)
    drawn = [one for _ in range(5) for one in any_statements(choose)]
    statements = [replace(one, id=str_to_uuid(str(number))) for number, one in enumerate(drawn)]
    Path("statements.jsonl").write_text(render_statements(statements, VOIDER), encoding="utf-8")
    succeed(cli("import-statements", "statements.jsonl", "--json"))
    for one in statements:
        world.statement(one.actor, one.kind, one.name, one.id, one.as_json())
    for one in statements:
        if one.voided:
            world.void(one.id)
    seen = set()
    for night in range(40):
        if night >= 8 and len(seen) > 2:
            break
        lines = [any_line(choose) for _ in range(choose([3, 4, 5]))]
        options: Options = any_options(choose)
        before = world.copy()
        import_batch(cli, lines, options)
        world.import_batch(lines, options)
        told = json.loads(cli("report-groups", "--json").stdout)["last_import"]
        found = {row.pop("custom_id"): row for row in told["groups"]}
        assert found == differences(before, world), lines
        seen |= {what for row in found.values() for what, number in row.items() if number}
    assert len(seen) > 2, seen


def differences(before: World, after: World) -> dict[str, dict[str, int]]:
    """By group, where there are any, counted from who is in it and what they have, before and after."""
    found = {}
    for group in after.groups:
        was, now = ids(before, group), ids(after, group)
        row = {
            "joined": len(now - was),
            "left": len(was - now),
            "gained": sum(bool(active(after, one) - active(before, one)) for one in now),
            "lost": sum(bool(active(before, one) - active(after, one)) for one in was),
        }
        if any(row.values()):
            found[group] = row
    return found


def ids(world: World, group: str) -> set[int]:
    there: list[Person] = members(world, group) if group in world.groups else []
    return {number for number, person in world.people.items() if any(person is one for one in there)}


def active(world: World, number: int) -> set[str]:
    """The interactions of a person: those of their personas' that were said while these were theirs."""
    return {
        statement
        for persona in world.personas.values()
        for statement in persona.statements
        if statement not in world.voided
        and (spell := persona.spell_at(world.at(statement))) is not None
        and spell.person == number
    }
