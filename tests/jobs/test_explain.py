"""Where personas and people have been, and who says so, told through the commands."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import Cli, Result

from jobs.explaining.explained import in_order


def write(file: str, *lines: str) -> str:
    Path(file).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def change(url: str, command: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(command)


def done(result: Result, *exit_codes: int) -> dict[str, Any]:
    assert result.exit_code in (exit_codes or (0,)), result
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def statement(email: str, name: str) -> str:
    return json.dumps(
        {
            "actor": {"mbox": f"mailto:{email}", "name": name},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": "http://example.com/course/1"},
            "timestamp": "2026-01-02T03:04:05Z",
        }
    )


MONDAY = (
    "custom_id,name,email,email_2,groups",
    "A,Ada,ada@example.org,ada2@example.org,sales",
    "",
    "B,Bob,bob@example.org,,sales|north",
)


@pytest.fixture
def nights(cli: Cli) -> Cli:
    """Commands on that copy."""
    return cli


def make_before(cli: Cli) -> None:
    """Ada2 was seen first, became Ada's, then went to Carl with Bob's address, was put right by hand, and dropped."""
    write("statements.jsonl", statement("ada2@example.org", "Ada Two"), statement("bob@example.org", "Bobby"))
    done(cli("import-statements", "statements.jsonl", "--json"))
    write("monday.csv", *MONDAY)
    done(cli("import-people", "monday.csv", "--batch", "--create-groups", "--json"))
    write(
        "tuesday.csv",
        "custom_id,name,email,email_2,groups,image_url",
        "A,Ada L.,ada@example.org,,sales,https://example.org/a.png",
        "C,Carl,bob@example.org,ada2@example.org,north,",
    )
    done(cli("import-people", "tuesday.csv", "--batch", "--json", "--source", "hr"))
    done(cli("move-persona", "ada2@example.org", "--to", "A", "--pin", "--json"))
    done(cli("move-persona", "ada2@example.org", "--unpin", "--json"))
    write("wednesday.csv", "custom_id,email", "A,ada@example.org", "C,bob@example.org")
    done(cli("import-people", "wednesday.csv", "--batch", "--personas", "replace", "--json"))


def shown(result: Result) -> list[list[str]]:
    """The cells of the table, but for the time; the numbers of people are all #n."""
    assert result.exit_code == 0, result
    lines = result.stdout.splitlines()
    heading = next(line for line in lines if line.startswith(("since (UTC)", "when (UTC)")))
    columns = sorted({heading.index(title.strip()) for title in heading.split("  ") if title.strip()})
    ends = [*columns[1:], None]
    rows = lines[lines.index(heading) + 1 :]
    rows = rows[: rows.index("")] if "" in rows else rows
    spans = list(zip(columns, ends, strict=True))[1:]
    return [[re.sub(r"#\d+", "#n", row[start:end].strip()) for start, end in spans] for row in rows]


def test_where_a_persona_has_been(nights: Cli) -> None:
    result = nights("explain-persona", "ada2@example.org")
    assert result.stdout.splitlines()[2] == "mailto:ada2@example.org"
    assert shown(result) == [
        ["A Ada L.", "created", "1", "import-statements", "", "statements.jsonl"],
        ["C Carl", "taken over", "3", "import-people", "hr", "tuesday.csv:3"],
        ["A Ada L.", "moved by hand, pinned", "4", "move-persona", "", ""],
        ["A Ada L.", "unpinned", "5", "move-persona", "", ""],
        ["#n Ada Two", "dropped", "6", "import-people", "people", "wednesday.csv"],
    ]


def test_the_same_for_programs(nights: Cli) -> None:
    found = done(nights("explain-persona", "ada2@example.org", "--json"))
    assert found["persona"] == {"ifi": "mailto:ada2@example.org", "kind": "mbox"}
    assert [(s["how"], s["person"]["customId"], s["import"], s["file"], s["line"]) for s in found["states"]] == [
        ("created", "A", 1, "statements.jsonl", None),
        ("taken over", "C", 3, "tuesday.csv", 3),
        ("moved by hand, pinned", "A", 4, None, None),
        ("unpinned", "A", 5, None, None),
        ("dropped", None, 6, "wednesday.csv", None),
    ]
    assert [s["pinned"] for s in found["states"]] == [False, False, True, False, False]
    assert all(s["since"].endswith("Z") for s in found["states"])
    assert [s["since"] for s in found["states"]] == sorted(s["since"] for s in found["states"])


def test_a_persona_that_is_gone_and_has_come_again(nights: Cli) -> None:
    write("thursday.csv", "custom_id,email", "A,ada3@example.org")
    done(nights("import-people", "thursday.csv", "--batch", "--personas", "replace", "--json"))
    write("friday.csv", "email", "ada@example.org")
    done(nights("import-people", "friday.csv", "--batch", "--json"))
    rows = shown(nights("explain-persona", "ada@example.org"))
    assert [row[1:] for row in rows] == [
        ["created", "2", "import-people", "people", "monday.csv:2"],
        ["deleted", "7", "import-people", "people", "thursday.csv"],
        ["created", "8", "import-people", "people", "friday.csv:2"],
    ]
    assert [row[0].split(" ")[0] for row in rows] == ["A", "gone", "#n"]
    found = done(nights("explain-persona", "ada@example.org", "--json"))
    assert found["states"][1]["person"] is None


def test_what_became_of_a_person(nights: Cli) -> None:
    result = nights("explain-person", "A")
    assert re.search(r"^A Ada L\. \(#\d+\)$", result.stdout, re.MULTILINE)
    assert shown(result) == [
        ["created", "1", "import-statements", "", "statements.jsonl"],
        ["name Ada Two", "1", "import-statements", "", "statements.jsonl"],
        ["has mailto:ada2@example.org (created)", "1", "import-statements", "", "statements.jsonl"],
        ["custom_id A", "2", "import-people", "people", "monday.csv:2"],
        ["name Ada Two → Ada", "2", "import-people", "people", "monday.csv:2"],
        ["has mailto:ada@example.org (created)", "2", "import-people", "people", "monday.csv:2"],
        ["in group sales (source people)", "2", "import-people", "people", "monday.csv:2"],
        ["name Ada → Ada L.", "3", "import-people", "hr", "tuesday.csv:2"],
        ["image_url https://example.org/a.png", "3", "import-people", "hr", "tuesday.csv:2"],
        ["no longer has mailto:ada2@example.org, C Carl has (taken over)", "3", "import-people", "hr", "tuesday.csv:3"],
        ["in group sales (source hr)", "3", "import-people", "hr", "tuesday.csv:2"],
        ["has mailto:ada2@example.org from C Carl (moved by hand, pinned)", "4", "move-persona", "", ""],
        ["mailto:ada2@example.org unpinned", "5", "move-persona", "", ""],
        [
            "no longer has mailto:ada2@example.org, #n Ada Two has (dropped)",
            *("6", "import-people", "people", "wednesday.csv"),
        ],
    ]


def test_a_person_who_is_gone_says_when(nights: Cli) -> None:
    result = nights("explain-person", "B")
    assert re.search(r"^B Bob \(#\d+\), gone$", result.stdout, re.MULTILINE)
    assert shown(result)[-4:] == [
        ["no longer has mailto:bob@example.org, C Carl has (taken over)", "3", "import-people", "hr", "tuesday.csv:3"],
        ["no longer in group north (source people)", "3", "import-people", "hr", "tuesday.csv"],
        ["no longer in group sales (source people)", "3", "import-people", "hr", "tuesday.csv"],
        ["deleted", "3", "import-people", "hr", "tuesday.csv"],
    ]
    (person,) = done(nights("explain-person", "B", "--json"))["people"]
    assert (person["customId"], person["gone"]) == ("B", True)
    assert person["changes"][-1]["what"] == "deleted"
    went = next(change for change in person["changes"] if change["what"] == "persona_went")
    assert (went["ifi"], went["other"]["customId"]) == ("mailto:bob@example.org", "C")


def test_a_custom_id_finds_all_who_ever_had_it(nights: Cli) -> None:
    write("monday.csv", *MONDAY)
    done(nights("import-people", "monday.csv", "--batch", "--json"))
    people = done(nights("explain-person", "B", "--json"))["people"]
    assert [person["gone"] for person in people] == [True, False]
    done(nights("move-persona", "bob@example.org", "--alone", "--json"))
    gone = nights("explain-person", "B").stdout
    assert gone.count(", gone\n") == 2


def test_who_has_no_custom_id_goes_by_number(nights: Cli) -> None:
    number = done(nights("explain-persona", "ada2@example.org", "--json"))["states"][-1]["person"]["id"]
    rows = shown(nights("explain-person", f"#{number}"))
    assert rows[0] == ["created", "6", "import-people", "people", "wednesday.csv"]
    assert rows[2] == [
        "has mailto:ada2@example.org from A Ada L. (dropped)",
        *("6", "import-people", "people", "wednesday.csv"),
    ]


@pytest.mark.parametrize(
    ("command", "asked", "said"),
    [
        ("explain-persona", "nobody@example.org", 'there is no persona "mailto:nobody@example.org"'),
        ("explain-persona", "ADA@example.org", 'there is "mailto:ada@example.org"'),
        ("explain-persona", "ada", "is no e-mail"),
        ("explain-person", "Z", 'nobody has the custom_id "Z"'),
        ("explain-person", "0a", 'there is "A"'),
        ("explain-person", "#999", "nobody has the custom_id"),
        ("explain-person", "#1x", "nobody has the custom_id"),
        ("explain-person", "#99999999999999999999999", "nobody has the custom_id"),
    ],
)
def test_whom_nobody_knows(nights: Cli, command: str, asked: str, said: str) -> None:
    result = nights(command, asked)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_what_a_pruned_history_does_not_know_is_said(nights: Cli, database_url: str) -> None:
    for one in ("person", "persona", "group", "parent", "membership", "saying"):
        change(database_url, f"DELETE FROM {one}_versions WHERE replaced_by <= 3")
    change(database_url, "UPDATE imports SET pruned = true WHERE id <= 3")
    rows = shown(nights("explain-persona", "ada2@example.org"))
    assert rows[0][:3] == ["C Carl", "what was before is not known", "3"]
    assert [row[2] for row in rows] == ["3", "4", "5", "6"]
    assert [row[:2] for row in shown(nights("explain-person", "A"))][:4] == [
        ["has mailto:ada@example.org (created)", "2"],
        ["in group sales (source people)", "2"],
        ["what was before is not known", "3"],
        ["custom_id A", "3"],
    ]
    assert nights("explain-person", "B").exit_code == 2, "who went before that is forgotten"


def test_runs_stand_in_the_order_in_which_they_came() -> None:
    """By number; but a run that has waited comes after the one whose work it changed."""

    def order(*follows: tuple[int | None, int | None]) -> list[int | None]:
        places = in_order([{"follows": before, "import_id": number} for before, number in follows])
        return sorted(places, key=lambda number: places[number])

    assert order((None, 1), (1, 2), (2, 3)) == [1, 2, 3]
    assert order((None, 1), (1, 6), (6, 5), (5, 7)) == [1, 6, 5, 7]
    assert order((6, 5), (5, 4), (4, 9), (None, 6)) == [6, 5, 4, 9]
    assert sorted(n or 0 for n in order((5, 6), (6, 5))) == [5, 6], "line by line, in turns: any order, but an end"
    assert order((None, None)) == []


def test_another_organisation_s_are_not_found(nights: Cli) -> None:
    done(nights("show-status", "--organisation", "other", "--create-organisation", "--json"))
    for command, asked in (("explain-persona", "ada@example.org"), ("explain-person", "A"), ("explain-person", "#1")):
        assert nights(command, asked, "--organisation", "other").exit_code == 2
