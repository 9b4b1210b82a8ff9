"""import-groups, as stories: what files of groups do to groups, and to the people in them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import Cli, Result

HEADER = "custom_id,previous_custom_id,name,type,parent_custom_ids"
COMPANY = ("co,,Company,company,", "north,,North,region,co", "sales,,Sales,department,north", "it,,IT,department,co")
GROUPS = "SELECT custom_id, name, type FROM groups ORDER BY custom_id"
PARENTS = """
    SELECT c.custom_id, p.custom_id, s.name
    FROM group_parents AS e
    JOIN groups AS c ON c.id = e.group_id JOIN groups AS p ON p.id = e.parent_id JOIN sources AS s ON s.id = e.source_id
    ORDER BY 1, 2, 3
"""
MEMBERS = """
    SELECT p.custom_id, g.custom_id, s.name
    FROM memberships AS m
    JOIN people AS p ON p.id = m.person_id JOIN groups AS g ON g.id = m.group_id JOIN sources AS s ON s.id = m.source_id
    ORDER BY 1, 2, 3
"""
PENDING = """
    SELECT DISTINCT d.subject, g.custom_id FROM pending AS d LEFT JOIN groups AS g ON g.id = d.subject_id ORDER BY 2
"""
FACTS = """
    SELECT row(id, custom_id, name, type)::text FROM groups
    UNION ALL SELECT row(group_id, parent_id, source_id)::text FROM group_parents
    UNION ALL SELECT row(group_id, person_id, source_id)::text FROM memberships
    UNION ALL SELECT row(group_id, source_id, previous_custom_id)::text FROM source_groups
    UNION ALL SELECT row(person_id, source_id, name, image_url, previous_custom_id)::text FROM source_people
    UNION ALL SELECT row(id, custom_id, name)::text FROM people
    ORDER BY 1
"""


def write(name: str, *lines: str, header: str = HEADER) -> None:
    Path(name).write_text("".join(f"{line}\n" for line in (header, *lines)), encoding="utf-8")


def as_json(result: Result, exit_code: int = 0) -> dict[str, Any]:
    assert result.exit_code == exit_code, result
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def imported(cli: Cli, *lines: str, more: tuple[str, ...] = (), exit_code: int = 0) -> dict[str, Any]:
    """The summary of an import of these lines about groups."""
    write("groups.csv", *lines)
    return as_json(cli("import-groups", "groups.csv", "--batch", "--json", *more), exit_code)


def people(cli: Cli, *lines: str, more: tuple[str, ...] = (), exit_code: int = 0) -> dict[str, Any]:
    write("people.csv", *lines, header="custom_id,email,groups")
    return as_json(cli("import-people", "people.csv", "--batch", "--json", *more), exit_code)


def ask(url: str, query: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def rows_of(name: str) -> list[dict[str, str]]:
    with open(name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rejects() -> list[tuple[str, str, str]]:
    return [(row["_line"], row["_column"], row["_code"]) for row in rows_of("groups.csv.rejects.csv")]


def test_a_new_group_has_been_there_since_its_file_says(cli: Cli, database_url: str) -> None:
    write("groups.csv", "a,2020-01-02T03:04:05Z", "b,", "c,yesterday", header="custom_id,Created")
    told = as_json(cli("import-groups", "groups.csv", "--batch", "--json"))
    assert (told["groups"]["created"], told["warnings"]) == (3, {"odd_created": 1})
    write("groups.csv", "a,2021-01-01", header="custom_id,created")
    assert as_json(cli("import-groups", "groups.csv", "--batch", "--json"))["groups"]["updated"] == 0
    made = "SELECT custom_id, created_at < '2021-01-01', extract(second FROM created_at) = 5 FROM groups ORDER BY 1"
    assert ask(database_url, made)[0] == ("a", True, True)
    assert ask(database_url, made)[1][:2] == ("b", False)


def test_groups_agree_with_a_file(cli: Cli, database_url: str) -> None:
    made = imported(cli, *COMPANY)
    assert list(made) == [
        "import", "state", "database", "organisation", "rows", "rejected", "unchanged", "groups", "parents", "pending",
        "rejected_again", "skipped", "warnings", "guards", "seconds",
    ]  # fmt: skip
    assert (made["state"], made["rows"], made["groups"]) == ("finished", 4, {"created": 4, "updated": 0})
    assert made["parents"] == {"added": 3, "removed": 0}
    assert ask(database_url, PARENTS) == [
        ("it", "co", "groups"),
        ("north", "co", "groups"),
        ("sales", "north", "groups"),
    ]
    same = imported(cli, *COMPANY)
    assert (same["unchanged"], same["groups"], same["parents"]) == (
        4,
        {"created": 0, "updated": 0},
        {"added": 0, "removed": 0},
    )

    # A blank cell changes nothing, <delete> clears; a parent that nobody has made is made where asked for.
    lines = ("it,,<delete>,,co|staff", "sales,,Sales & more,,", "north,,,,<delete>")
    changed = imported(cli, *lines, more=("--create-groups",))
    assert (changed["groups"], changed["parents"]) == ({"created": 1, "updated": 2}, {"added": 1, "removed": 1})
    assert ask(database_url, GROUPS) == [
        ("co", "Company", "company"),
        ("it", None, "department"),
        ("north", "North", "region"),
        ("sales", "Sales & more", "department"),
        ("staff", None, None),
    ]
    replaced = imported(cli, "it,,,,staff", "sales,,,,", more=("--parents", "replace"))
    assert replaced["parents"] == {"added": 0, "removed": 2}
    assert ask(database_url, PARENTS) == [("it", "staff", "groups")]
    assert "3 lines, 1 groups created, 2 groups updated, 1 parents added, 1 " in cli("list-imports").stdout
    ran = cli("import-groups", "groups.csv", "--batch")
    assert "\nread         2 lines, 2 unchanged, 0 rejected\ngroups       0 created, 0 updated\nparents  " in ran.stdout
    assert "persona" not in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["groups.csv"], "it needs --batch"),
        (["people.csv", "--batch"], "people.csv, line 1: no column custom_id says which group a line is about"),
        (["groups.csv", "groups.csv", "--batch"], "is given twice"),
        (["groups.csv", "--batch", "--plan", "groups.csv"], "is a file of this import"),
        (["groups.csv", "--batch", "--source", " "], "a source needs a name"),
    ],
)
def test_mistakes_are_usage_errors(cli: Cli, database_url: str, arguments: list[str], told: str) -> None:
    write("groups.csv", *COMPANY)
    write("people.csv", header="name,email")
    ran = cli("import-groups", *arguments)
    assert (ran.exit_code, told in ran.stderr) == (2, True), ran
    assert ask(database_url, "SELECT FROM imports") == []


def test_bad_lines_are_rejected_and_take_nothing_away(cli: Cli, database_url: str) -> None:
    imported(cli, *COMPANY, "two,,,,co")
    before = ask(database_url, FACTS)
    found = imported(
        cli,
        "north,,The North,,staff",
        "north,,,,a|b\x01",
        "x|y,,,,co",
        ",,Nameless,,",
        "two,,,,,too,many",
        "new,x|y,,,",
        "it,,IT too,,",
        more=("--parents", "replace"),
        exit_code=3,
    )
    assert (found["rows"], found["rejected"], found["groups"]) == (7, 6, {"created": 0, "updated": 1})
    assert rejects() == [
        ("2", "custom_id", "linked_to_bad_line"),
        ("3", "parent_custom_ids", "control_character"),
        ("4", "custom_id", "invalid_group"),
        ("5", "custom_id", "invalid_group"),
        ("6", "", "ragged_line"),
        ("7", "previous_custom_id", "invalid_group"),
    ]
    first = rows_of("groups.csv.rejects.csv")[0]
    assert (first["name"], first["_value"]) == ("The North", "north")
    assert "the same person or group as line 3" in first["_message"]
    assert len(set(ask(database_url, FACTS)) - set(before)) == 1, "only IT has another name"

    again = cli("import-groups", "groups.csv", "--batch", "--parents", "replace", "--fail-on", "new-rejects", "--json")
    assert as_json(again)["rejected_again"] == 6
    refused = cli("import-groups", "groups.csv", "--batch", "--strict")
    assert (refused.exit_code, "--strict allows none" in refused.stderr) == (4, True)

    # Mended, the rejects file is imported as it is.
    cells = Path("groups.csv.rejects.csv").read_text(encoding="utf-8").replace("a|b\x01", "staff").splitlines()
    Path("mended.csv").write_text("\n".join(line for line in cells if line.startswith(("custom_id", "north"))))
    assert as_json(cli("import-groups", "mended.csv", "--batch", "--create-groups", "--json"))["groups"]["created"] == 1
    assert ("north", "The North", "region") in ask(database_url, GROUPS)


def test_the_last_line_of_a_cycle_is_rejected_and_told_the_way_round(cli: Cli, database_url: str) -> None:
    imported(cli, "a,,A,,", "b,,,,a", more=("--source", "by-hand"))
    lines = ("b,,B,,c", "c,,C,,d|all", "d,,D,,b", "a,,A too,,b", "e,,,,e")
    asked = ("--parents", "replace", "--create-groups")
    found = imported(cli, *lines, more=asked, exit_code=3)
    assert rejects() == [("4", "parent_custom_ids", "parent_cycle"), ("5", "parent_custom_ids", "parent_cycle")]
    told = [row["_message"].split(": ")[1].split(". ")[0] for row in rows_of("groups.csv.rejects.csv")]
    assert told == ["d > b > c > d", "a > b > a"]
    assert found["groups"] == {"created": 4, "updated": 1}, "d is made, as what c is below; of itself it says nothing"
    assert ("a", "A", None) in ask(database_url, GROUPS), "a rejected line is rejected whole"
    assert [edge[:2] for edge in ask(database_url, PARENTS)] == [("b", "a"), ("b", "c"), ("c", "all"), ("c", "d")]
    before = ask(database_url, FACTS)
    same = imported(cli, *lines, more=asked, exit_code=3)
    assert (same["rejected"], same["rejected_again"], ask(database_url, FACTS)) == (2, 2, before)


def test_with_replace_a_group_becomes_one_at_the_top(cli: Cli, database_url: str) -> None:
    """By a blank cell of parents, or by naming itself; not where its file has no such column, or without replace."""
    people(cli, "A,a@example.org,c", more=("--create-groups",))
    imported(cli, "a,,,,", "b,,,,a", "c,,,,a", "d,,,,a", "e,,,,a")
    imported(cli, "b,,,,e", more=("--source", "by-hand"))
    added = imported(cli, "b,,,,", "c,,,,c")
    assert (added["parents"], added["warnings"]) == ({"added": 0, "removed": 0}, {"own_parent": 1})
    write("names.csv", "e,E", header="custom_id,name")
    named = cli("import-groups", "names.csv", "--batch", "--parents", "replace", "--json")
    assert as_json(named)["parents"] == {"added": 0, "removed": 0}
    write("groups.csv", "b,,B,,", "c,,,,|c||c", "d,,,,a", "d,,,,", "x|y,,,,", "e,,,,", "e,,\x01,,,,")
    ran = cli("import-groups", "groups.csv", "--batch", "--parents", "replace", "--no-finish")
    assert ran.exit_code == 3, ran
    assert "parents      0 added, 2 removed" in ran.stdout
    assert "1  groups that name themselves as their parent (own_parent), line 3: \"c\"" in ran.stdout
    edges = [("b", "e", "by-hand"), ("d", "a", "groups"), ("e", "a", "groups")]
    assert ask(database_url, PARENTS) == edges, "e is on a line that is rejected"
    assert ask(database_url, PENDING) == [("group", "a")]
    assert cli("undo-import", "6").exit_code == 0
    assert len(ask(database_url, PARENTS)) == 5


def test_a_reject_says_what_stands_on_its_line_and_where(cli: Cli) -> None:
    imported(cli, "a,,,,", "b,,,,a", "c,,,,")
    imported(cli, "a,,A,,", "a,,,,b", "new,b,,,", "b,,B,,", "d,,,,new", exit_code=3)
    told = rows_of("groups.csv.rejects.csv")
    assert [(row["_line"], row["_column"], row["_code"], row["_value"]) for row in told] == [
        ("2", "custom_id", "linked_to_bad_line", "a"),
        ("3", "parent_custom_ids", "parent_cycle", "b"),
        ("4", "previous_custom_id", "rename_conflict", "b"),
        ("5", "custom_id", "rename_conflict", "b"),
        ("6", "parent_custom_ids", "rename_conflict", "new"),
    ]
    assert "the same person or group as line 3" in told[0]["_message"]


def test_files_of_groups_beside_people_are_no_rejects_files(cli: Cli, database_url: str) -> None:
    imported(cli, "x|y,,,,", exit_code=3)
    write("people.csv", "A,a@example.org,", header="custom_id,email,groups")
    for more, told in (
        (("--groups-file", "groups.csv.rejects.csv"), "groups.csv.rejects.csv is a rejects file: import it by itself"),
        (("--groups-rejects", "elsewhere.csv"), "--groups-rejects: there is no --groups-file"),
    ):
        ran = cli("import-people", "people.csv", "--batch", *more)
        assert (ran.exit_code, told in ran.stderr) == (2, True), ran
    assert ask(database_url, "SELECT FROM people") == []


def test_a_parent_that_there_is_not_rejects_its_line_unless_it_is_to_be_made(cli: Cli, database_url: str) -> None:
    imported(cli, *COMPANY)
    lines = ("it,,,,noth", "sales,,Sales II,,co", "below,,,,new", "new,,,,co|nroth", "new,,New,,")
    lines = (*lines, "last,,,,fine", "fine,,,,")
    found = imported(cli, *lines, exit_code=3)
    assert rejects() == [
        ("2", "parent_custom_ids", "unknown_group"),
        ("4", "parent_custom_ids", "parent_rejected"),
        ("5", "parent_custom_ids", "unknown_group"),
        ("6", "custom_id", "linked_to_bad_line"),
    ]
    told = rows_of("groups.csv.rejects.csv")
    assert [row["_value"] for row in told] == ["noth", "new", "nroth", "new"]
    assert 'there is no group "new" above its own, for lines 5 and 6 cannot' in told[1]["_message"]
    assert (found["groups"], found["parents"]) == ({"created": 2, "updated": 1}, {"added": 2, "removed": 0})
    assert people(cli, "A,a@example.org,sales", more=("--groups-file", "groups.csv"), exit_code=3)["rejected"] == 4
    made = imported(cli, *lines, more=("--create-groups",))
    assert (made["groups"]["created"], made["parents"]["added"]) == (4, 4)
    assert {"noth", "nroth", "new", "below"} < {row[0] for row in ask(database_url, GROUPS)}


def test_groups_get_other_custom_ids(cli: Cli, database_url: str) -> None:
    imported(cli, *COMPANY)
    people(cli, "A,a@example.org,sales|it", "B,b@example.org,it")
    before = ask(database_url, FACTS)
    lines = ("it,sales,,,", "sales,it,,,", "staff,co,Staff,,", "north,,,,staff")
    planned = imported(cli, *lines, more=("--dry-run", "--plan", "plan.csv"))
    assert ask(database_url, FACTS) == before
    assert [
        (row["line"], row["action"], row["group"], row["from"], row["to"], row["old"], row["new"])
        for row in rows_of("plan.csv")
    ] == [
        ("2", "rename", "it", "sales", "it", "sales", "it"),
        ("3", "rename", "sales", "it", "sales", "it", "sales"),
        ("4", "rename", "staff", "co", "staff", "co", "staff"),
        ("4", "update", "staff", "", "", "Company", "Staff"),
    ]
    renamed = imported(cli, *lines, more=("--expect", planned["plan"]["hash"]))
    assert (renamed["groups"], renamed["pending"]["groups"]) == ({"created": 0, "updated": 3}, 0), "names mark nothing"
    assert ask(database_url, MEMBERS) == [("A", "it", "people"), ("A", "sales", "people"), ("B", "sales", "people")]
    assert [edge[:2] for edge in ask(database_url, PARENTS)] == [
        ("it", "north"),
        ("north", "staff"),
        ("sales", "staff"),
    ]
    after = ask(database_url, FACTS)
    assert imported(cli, *lines)["unchanged"] == 4
    assert ask(database_url, FACTS) == after, "what has been carried out is not done again"

    shown = as_json(cli("show-import", str(renamed["import"]), "--json"))
    assert shown["changes"]["by_action"] == {"rename": 3, "update": 1}
    undone = as_json(cli("undo-import", str(renamed["import"]), "--json"))
    assert (undone["groups"], ask(database_url, FACTS)) == ({"created": 0, "updated": 3, "deleted": 0}, before)
    cli("undo-import", str(undone["import"]))
    assert ask(database_url, FACTS) == after
    assert as_json(cli("show-import", str(renamed["import"]), "--json"))["changes"] == shown["changes"]


def test_a_line_of_people_that_is_known_is_looked_at_again_when_its_group_has_another_custom_id(
    cli: Cli, database_url: str
) -> None:
    lines = ("A,a@example.org,sales", "B,b@example.org,it")
    imported(cli, *COMPANY)
    people(cli, *lines)
    assert people(cli, *lines)["unchanged"] == 2
    imported(cli, "trade,sales,,,")
    found = people(cli, *lines, exit_code=3)
    assert (found["rejected"], found["unchanged"]) == (1, 1)
    assert rows_of("people.csv.rejects.csv")[0]["_code"] == "unknown_group"

    # In one batch, too, and after an undo of that.
    write("groups.csv", "sales,trade,,,")
    both = people(cli, *lines, more=("--groups-file", "groups.csv"))
    assert (both["groups"]["updated"], both["unchanged"], both["rows"]) == (1, 2, 3)
    assert as_json(cli("undo-import", str(both["import"]), "--json"))["groups"]["updated"] == 1
    cli("resume-source", "people")
    assert people(cli, *lines, exit_code=3)["rejected"] == 1
    assert ask(database_url, MEMBERS) == [("A", "trade", "people"), ("B", "it", "people")]


def test_what_contradicts_itself_is_not_renamed(cli: Cli, database_url: str) -> None:
    imported(cli, *COMPANY)
    before = ask(database_url, FACTS)
    found = imported(
        cli, "it,sales,,,", "new,co,,,", "newer,co,,,", "far,north,,,", "north,,,,", "below,,,,far", exit_code=3
    )
    assert found["rejected"] == 6
    assert {code for _, _, code in rejects()} == {"rename_conflict"}
    told = [row["_message"].split(": ")[1].split(". ")[0] for row in rows_of("groups.csv.rejects.csv")]
    assert told == [
        "there is a group it already",
        "co would become new and newer",
        "co would become new and newer",
        "north would become far, and is the custom_id of another line",
        "north would become far, and is the custom_id of another line",
        "far, a parent of below, is the new custom_id of a rejected line",
    ]
    assert ask(database_url, FACTS) == before
    imported(cli, "region,north,,,", "sales,,,,north", exit_code=3)
    assert rows_of("groups.csv.rejects.csv")[0]["_message"].startswith(
        "A custom_id cannot be changed: north, a parent of sales, is the previous custom_id of another line."
    )


STATEMENT = {
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
    "object": {"id": "https://lms.example.org/courses/1"},
    "timestamp": "2026-05-06T07:08:09Z",
}


def test_a_parent_marks_the_groups_above_it_old_and_new_and_no_other(cli: Cli, database_url: str) -> None:
    """Of an import and of its undo: not where nobody is in a group, or in one below it."""
    imported(
        cli, "top,,,,", "old,,,,top", "older,,,,old", "team,,,,older", "new,,,,top", "newer,,,,new", "empty,,,,old"
    )
    people(cli, "A,a@example.org,team")
    Path("s.jsonl").write_text(json.dumps({**STATEMENT, "actor": {"mbox": "mailto:a@example.org"}}))
    assert cli("import-statements", "s.jsonl").exit_code == 0
    numbers = []
    for lines, marked in (
        (["team,,Team,group,older"], []),
        (["empty,,,,new"], []),
        (["nobody,,,,top", "none,,,,nobody"], []),
        (["team,,,,newer"], ["new", "newer", "older", "old", "top"]),
        (["older,,,,<delete>", "team,,,,older|newer"], ["old", "older", "top"]),
        (["crew,team,,,older|newer", "newer,,,,new"], []),
        (["crew,,,,top"], ["newer", "new", "older", "top"]),
    ):
        found = imported(cli, *lines, more=("--no-finish", "--parents", "replace"))
        if lines == ["older,,,,<delete>", "team,,,,older|newer"]:
            # What is above older loses nobody: team was below it no more.
            marked = ["older"]
        assert ask(database_url, PENDING) == [("group", group) for group in sorted(marked)], lines
        assert found["pending"] == {"people": 0, "groups": len(marked)}
        assert cli("finish-batch-updates", "--check").exit_code == 0, lines
        numbers.append(found["import"])
    for number, marked in zip(
        reversed(numbers),
        (
            ["newer", "new", "older", "top"],
            [],
            ["older", "old", "top"],
            ["newer", "new", "older", "old", "top"],
            [],
            [],
            [],
        ),
        strict=True,
    ):
        undone = as_json(cli("undo-import", str(number), "--no-finish", "--json"))
        assert ask(database_url, PENDING) == [("group", group) for group in sorted(marked)], number
        assert undone["pending"] == {"people": 0, "groups": len(marked)}
        assert cli("finish-batch-updates", "--check").exit_code == 0, number


def test_groups_made_or_joined_by_hand_survive_the_nightly_feed(cli: Cli, database_url: str) -> None:
    imported(cli, *COMPANY)
    nightly = ("A,a@example.org,sales|it", "B,b@example.org,it")
    feed = ("--groups", "replace", "--snapshot", "--leavers", "ungroup", "--max-leavers", "100%", "--min-lines", "0")
    people(cli, *nightly, more=feed)
    by_hand = ("--source", "by-hand")
    imported(cli, "clubs,,,,", "choir,,Choir,club,clubs", "it,,,,clubs", more=by_hand)
    people(cli, "A,,choir|it", "B,,choir", more=by_hand)

    write("groups.csv", "co,,Company,company,", "it,,IT,department,north")
    both = people(cli, "A,a@example.org,sales", more=(*feed, "--groups-file", "groups.csv"))
    assert both["memberships"] == {"added": 0, "removed": 2, "of_others": 0}
    imported(cli, "it,,,,north", more=("--parents", "replace"))
    assert ask(database_url, MEMBERS) == [
        ("A", "choir", "by-hand"),
        ("A", "it", "by-hand"),
        ("A", "sales", "people"),
        ("B", "choir", "by-hand"),
    ]
    assert [edge for edge in ask(database_url, PARENTS) if edge[0] in ("it", "choir")] == [
        ("choir", "clubs", "by-hand"),
        ("it", "clubs", "by-hand"),
        ("it", "north", "groups"),
        ("it", "north", "people"),
    ]
    assert cli("finish-batch-updates", "--check").exit_code == 0


def test_lines_about_groups_beside_lines_of_people_are_rejected_one_by_one(cli: Cli, database_url: str) -> None:
    write("groups.csv", "sales,,Sales,,", "it,,IT,,none", "x|y,,,,")
    run = ("--groups-file", "groups.csv", "--plan", "plan.csv")
    found = people(cli, "A,a@example.org,sales", "B,b@example.org,it", more=run, exit_code=3)
    assert (found["rows"], found["rejected"], found["groups"]["created"], found["people"]["created"]) == (5, 3, 1, 1)
    assert rejects() == [("3", "parent_custom_ids", "unknown_group"), ("4", "custom_id", "invalid_group")]
    assert [row["_code"] for row in rows_of("people.csv.rejects.csv")] == ["unknown_group"]
    assert {(row["file"], row["line"]) for row in rows_of("plan.csv")} == {("groups.csv", "2"), ("people.csv", "2")}
    shown = as_json(cli("show-import", "1", "--json"))
    assert [file["name"] for file in shown["files"]] == ["people.csv", "groups.csv"]
    assert shown["counts"]["reasons"] == {"invalid_group": 1, "unknown_group": 2}

    write("groups.csv", "sales,,Sales,,", "it,,IT,,")
    assert people(cli, "A,a@example.org,sales", "B,b@example.org,it", more=run)["rejected"] == 0
    assert not Path("groups.csv.rejects.csv").exists()
    more = (*run, "--groups-rejects", "elsewhere.csv")
    write("groups.csv", "x|y,,,,")
    assert people(cli, "A,a@example.org,sales", more=(*more, "--min-lines", "0"), exit_code=3)["rejected"] == 1
    assert rows_of("elsewhere.csv")[0]["_code"] == "invalid_group"
    assert ask(database_url, GROUPS) == [("it", "IT", None), ("sales", "Sales", None)]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--rejects", "r.csv", "--groups-rejects", "./r.csv"), "r.csv: rejects of people and of groups"),
        (("--groups-rejects", "people.csv.rejects.csv"), "people.csv.rejects.csv: rejects of people and of groups"),
        (("--groups-rejects", "people.csv"), "people.csv: is an input"),
        (("--rejects", "groups.csv"), "groups.csv: is an input"),
    ],
)
def test_rejects_of_groups_never_take_the_place_of_others(cli: Cli, more: tuple[str, ...], told: str) -> None:
    write("groups.csv", "x|y,,,,")
    write("people.csv", "A,nonsense", header="custom_id,email")
    ran = cli("import-people", "people.csv", "--batch", "--groups-file", "groups.csv", *more)
    assert (ran.exit_code, told in ran.stderr) == (2, True), ran
    assert sorted(path.name for path in Path().iterdir()) == ["groups.csv", "people.csv"]


def test_a_dry_run_writes_those_rejects_alone_that_are_asked_for(cli: Cli) -> None:
    write("groups.csv", "x|y,,,,")
    write("people.csv", "A,nonsense", header="custom_id,email")
    for option, of_groups in (("--rejects", False), ("--groups-rejects", True)):
        more = ("--groups-file", "groups.csv", "--dry-run", option, "asked.csv")
        assert cli("import-people", "people.csv", "--batch", *more).exit_code == 3
        assert sorted(path.name for path in Path().iterdir()) == ["asked.csv", "groups.csv", "people.csv"]
        assert (rows_of("asked.csv")[0]["_code"] == "invalid_group") is of_groups


def test_guards_stop_a_file_of_groups_and_suspend_its_source_alone(cli: Cli, database_url: str) -> None:
    many = ["all,,,,", *(f"g{number},,,,all" for number in range(150))]
    imported(cli, *many)
    before = ask(database_url, FACTS)
    few = imported(cli, *many[:10], exit_code=4)
    assert (few["state"], few["guards"][0]["option"], few["guards"][0]["counted"]) == ("refused", "--min-lines", 10)
    suspended = imported(cli, *many, exit_code=4)
    assert "the source groups is suspended" in suspended["error"]
    assert people(cli, "A,a@example.org,g1")["people"]["created"] == 1, "the feed of people goes on"
    assert imported(cli, *many[:10], more=("--dry-run", "--min-lines", "5"))["state"] == "dry-run"
    assert cli("resume-source", "groups").exit_code == 0
    bad = [f"b|{number},,,," for number in range(120)]
    refused = imported(cli, *many, *bad, more=("--max-rejects", "40%"), exit_code=4)
    assert (refused["guards"][0]["counted"], refused["guards"][0]["of"]) == (120, 271)
    assert refused["guards"][0]["examples"] == ['invalid_group on 120 lines, first line 153: "b|0"']
    assert set(before) <= set(ask(database_url, FACTS))
    assert cli("import-groups", "groups.csv", "--batch", "--source", "other").exit_code == 3


def test_an_undo_takes_groups_parents_and_renames_back_unless_they_are_used(cli: Cli, database_url: str) -> None:
    imported(cli, *COMPANY)
    before = ask(database_url, FACTS)
    second = imported(cli, "trade,sales,Trade,,co", "new,,New,,trade", "sales,,Sales II,,", exit_code=3)
    assert second["rejected"] == 3, "sales cannot be given away and kept, and nothing can be below what is not there"
    third = imported(cli, "trade,sales,Trade,,co", "new,,New,,trade")
    people(cli, "A,a@example.org,new")
    refused = cli("undo-import", str(third["import"]))
    assert (refused.exit_code, "group new: used by others since" in refused.stderr + refused.stdout) == (4, True)
    assert cli("undo-import", "4").exit_code == 0
    undone = as_json(cli("undo-import", str(third["import"]), "--json"))
    assert (undone["groups"], undone["parents"]) == (
        {"created": 0, "updated": 1, "deleted": 1},
        {"added": 0, "removed": 2},
    )
    assert cli("undo-import", str(second["import"])).exit_code == 0
    assert ask(database_url, FACTS) == before
    assert "the source groups is suspended" in imported(cli, *COMPANY, exit_code=4)["error"]

    # What is forgotten cannot be taken back.
    assert cli("prune-history", "--older-than", "0d").exit_code == 0
    assert ask(database_url, "SELECT FROM group_versions UNION ALL SELECT FROM group_saying_versions") == []
    assert cli("undo-import", "1").exit_code == 4
    assert ask(database_url, FACTS) == before


def test_a_mapping_says_what_the_columns_of_a_file_of_groups_mean(cli: Cli, database_url: str) -> None:
    Path("hr.toml").write_text(
        "source = 'hr'\n[options]\nbatch = true\ntakeovers = 'confirmed'\nparents = 'replace'\n"
        "[person]\ncustom_id = '{Id}'\n[[personas]]\nmbox = '{Mail}'\n"
        "[group_file]\ncustom_id = 'dept:{Code}'\nprevious_custom_id = 'dept:{Was}'\nname = '{Title}'\n"
        "parents = ['dept:{Above}']\n"
    )
    run = ["import-groups", "depts.csv", "--mapping", "hr.toml", "--json"]
    write("depts.csv", "1,,One,", "2,,Two,1", header="Code,Was,Title,Above")
    assert as_json(cli(*run))["groups"]["created"] == 2
    write("depts.csv", "1,,One,", "3,2,Three,1", header="Code,Was,Title,Above")
    assert as_json(cli(*run))["groups"] == {"created": 0, "updated": 1}
    assert ask(database_url, PARENTS) == [("dept:3", "dept:1", "hr")]
    write("people.csv", "1,a@example.org", header="Id,Mail")
    assert cli("import-people", "people.csv", "--mapping", "hr.toml").exit_code == 0
