"""Stories told through the commands, each on a database of its own."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import COMMANDS, ROOT, Cli, Process, Result

from sql.address import HINT
from sql.database import HEAD

TABLES = (
    "organisations", "sources", "people", "personas", "groups", "group_parents", "memberships", "source_people",
    "activities", "statements", "pending", "persona_activity_records", "person_activity_records", "person_records",
    "group_records",
)  # fmt: skip
"""All that an import may change; the history stands outside."""


def write(file: str, *lines: str) -> str:
    Path(file).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def contents(url: str) -> dict[str, list[str]]:
    """Every row of every table but the history."""
    with psycopg.connect(url) as connection:
        return {
            t: sorted(row for (row,) in connection.execute(f"SELECT CAST(t AS text) FROM {t} AS t")) for t in TABLES
        }


def ask(url: str, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query, parameters).fetchall()


def change(url: str, command: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(command)


def as_json(result: Result, exit_code: int = 0) -> dict[str, Any]:
    assert result.exit_code == exit_code, result
    found: dict[str, Any] = json.loads(result.stdout)
    assert result.stdout == json.dumps(found, ensure_ascii=False) + "\n", "one object, and nothing else"
    return found


def people(cli: Cli, *to: str) -> list[dict[str, Any]]:
    """The Person objects."""
    result = cli("export-people", "--format", "jsonl", *to)
    assert result.exit_code == 0, result
    return [json.loads(line) for line in result.stdout.splitlines()]


def emails(person: dict[str, Any]) -> list[str]:
    return sorted(persona["mbox"].removeprefix("mailto:") for persona in person["personas"])


def by_custom_id(found: Iterable[dict[str, Any]]) -> dict[str | None, list[str]]:
    return {person["customId"]: emails(person) for person in found}


def many(count: int, email: str = "p{}@example.org") -> list[str]:
    return ["custom_id,email", *(f"P{n},{email.format(n)}" for n in range(count))]


def rows_of(file: str) -> list[dict[str, str]]:
    with open(file, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


# -- the People API's scenario -------------------------------------------------------------------------------

BOB = {"mbox": "mailto:bob.smith@example.com"}
BOB_ACCOUNT = {"account": {"homePage": "http://cloud.scorm.com/", "name": "W74TDQ7PZG|251479"}}
RECORDS = """
    SELECT p.custom_id, r.interactions, r.activities, r.completed
    FROM people AS p JOIN person_records AS r ON r.person_id = p.id ORDER BY p.custom_id
"""


def statement(actor: dict[str, Any], course: int) -> str:
    return json.dumps(
        {
            "actor": actor | {"name": "Bob"},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": f"http://example.com/course/{course}"},
            "result": {"completion": True},
            "timestamp": "2026-01-02T03:04:05Z",
        }
    )


def test_bob_was_two_people_and_sue_nobody(cli: Cli, database_url: str) -> None:
    write("statements.jsonl", statement(BOB, 1), statement(BOB_ACCOUNT, 2))
    assert cli("import-statements", "statements.jsonl").exit_code == 0
    assert len(people(cli)) == 2
    assert ask(database_url, RECORDS) == [(None, 1, 1, 1), (None, 1, 1, 1)]

    write(
        "people.csv",
        "custom_id,name,email,account_home_page,account_name",
        "bob,Bob Smith,bob.smith@example.com,http://cloud.scorm.com/,W74TDQ7PZG|251479",
        "sue,Sue,sue@example.com,http://cloud.scorm.com/,W74TDQ7PZG|251480",
    )
    summary = as_json(cli("import-people", "people.csv", "--batch", "--json"))
    assert summary["state"] == "finished"
    assert summary["people"] == {"created": 1, "updated": 1, "deleted": 1}
    assert summary["personas"] == {"created": 2, "claimed": 1, "taken": 0, "split": 0, "dropped": 0, "left": 0}
    assert summary["pending"] == {"people": 2, "groups": 0}

    bob, sue = people(cli)
    assert (bob["customId"], bob["name"], sue["customId"], sue["name"]) == ("bob", "Bob Smith", "sue", "Sue")
    agents = [{k: v for k, v in persona.items() if k not in ("id", "created")} for persona in bob["personas"]]
    assert sorted(agents, key=len) == sorted([BOB | {"name": "Bob"}, BOB_ACCOUNT | {"name": "Bob"}], key=len)
    assert [list(persona)[2] for persona in sue["personas"]] == ["mbox", "account"]
    assert ask(database_url, RECORDS) == [("bob", 2, 2, 2)]
    assert cli("finish-batch-updates", "--check").exit_code == 0


# -- exit codes ----------------------------------------------------------------------------------------------


def test_0_done_and_3_done_but_some_lines_were_rejected(cli: Cli) -> None:
    write("good.csv", "custom_id,email", "A,a@example.org")
    write("bad.csv", "custom_id,email", "A,a@example.org", "B,b at example.org")
    assert cli("import-people", "good.csv", "--batch").exit_code == 0
    result = cli("import-people", "bad.csv", "--batch")
    assert result.exit_code == 3
    assert "invalid_mbox" in result.stdout
    assert "bad.csv.rejects.csv" in result.stdout
    assert by_custom_id(people(cli)) == {"A": ["a@example.org"]}


def test_1_a_database_that_is_none(cli: Cli) -> None:
    result = cli("show-status", "--database", "sqlite:///x")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"error: the database URL is not one of PostgreSQL; {HINT}\n"


def test_1_a_newer_schema_is_refused(cli: Cli, database_url: str) -> None:
    change(database_url, "UPDATE alembic_version SET version_num = '9999'")
    write("people.csv", *many(1))
    result = cli("import-people", "people.csv", "--batch")
    assert result.exit_code == 1
    assert "newer" in result.stderr
    assert "upgrade import-people" in result.stderr
    assert result.stderr.count("\n") == 1
    assert ask(database_url, "SELECT count(*) FROM people") == [(0,)]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["nowhere.csv", "--batch"], "nowhere.csv"),
        (["useless.csv", "--batch"], "shoe size"),
        (["people.csv", "--batch", "--contested", "perhaps"], "perhaps"),
        (["people.csv", "--batch", "--max-deletes", "some"], "some"),
        (["people.csv", "--personas", "replace"], "--batch"),
        (["people.csv", "--dry-run"], "--batch"),
        (["people.csv", "--strict"], "--batch"),
        (["people.csv", "--batch", "--organisation", "nobody's"], "--create-organisation"),
        (["people.csv", "--batch", "--fold-mailbox-case"], "--create-organisation"),
        (["people.csv", "people.csv", "--batch"], "people.csv"),
        (["--batch"], "FILE"),
    ],
)
def test_2_usage(command: Sequence[str], why: str, cli: Cli, database_url: str) -> None:
    write("people.csv", *many(1))
    write("useless.csv", "shoe size,hat", "43,bowler")
    before = contents(database_url)
    result = cli("import-people", *command)
    assert result.exit_code == 2, result
    assert why in result.stderr
    assert contents(database_url) == before


MOST = str(2**63 - 1)
NUMBERS = {
    "no time to wait": ["import-people", "people.csv", "--batch", "--wait", "nan"],
    "no time to wait, of a mapping": ["import-people", "people.csv", "--batch", "--mapping", "nan.toml"],
    "less than no time": ["import-people", "people.csv", "--batch", "--wait=-inf"],
    "an import that none can be": ["show-import", "99999999999999999999"],
    "an import just above": ["show-import", str(2**63)],
    "an import that none is": ["show-import", MOST],
    "an undo of what none can be": ["undo-import", "99999999999999999999"],
    "an undo of what none is": ["undo-import", MOST],
    "a person that none can be": ["explain-person", "#99999999999999999999"],
    "a person that none is": ["explain-person", "#999999999999999999"],
    "a report of whom none can be": ["report-people", "--person", "#99999999999999999999"],
    "digits without end": ["show-import", "9" * 5000],
}


@pytest.mark.parametrize("what", NUMBERS)
def test_2_a_number_that_there_is_not(what: str, cli: Cli, database_url: str) -> None:
    write("people.csv", *many(1))
    write("nan.toml", "[options]", "wait = nan")
    ran = cli(*NUMBERS[what])
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "refused" not in ran.stderr, "the database is not asked for what it cannot have"
    assert ask(database_url, "SELECT count(*) FROM imports") == [(0,)]


def test_no_number_of_rows_is_too_great(cli: Cli) -> None:
    write("people.csv", *many(1))
    assert cli("import-people", "people.csv", "--batch", "--wait", "1e300", "--max-rejects", "9" * 30).exit_code == 0
    endless = "9" * 30
    assert "people.csv" in cli("list-imports", "--limit", endless).stdout
    assert "P0" in cli("show-import", "1", "--limit", endless).stdout
    assert cli("show-import", "1", "--offset", endless).exit_code == 0


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="there is no file that cannot be read on")
@pytest.mark.parametrize(
    "command",
    [
        ["import-people", "/proc/self/mem", "--batch", "--rejects", "r.csv"],
        ["import-groups", "/proc/self/mem", "--batch", "--rejects", "r.csv"],
        ["import-people", "people.csv", "--batch", "--groups-file", "/proc/self/mem", "--groups-rejects", "r.csv"],
        ["import-people", "people.csv", "--batch", "--mapping", "/proc/self/mem"],
        ["import-statements", "/proc/self/mem", "--rejects", "r.jsonl"],
        ["inspect-people", "/proc/self/mem"],
    ],
)
def test_1_a_disk_that_cannot_be_read_on(command: list[str], cli: Cli, database_url: str) -> None:
    """The first page of a process's memory is no memory: the file is there, regular, and every read of it fails."""
    write("people.csv", *many(1))
    before = contents(database_url)
    ran = cli(*command)
    assert (ran.exit_code, ran.stderr) == (1, "error: /proc/self/mem: cannot be read: Input/output error\n")
    assert contents(database_url) == before


def test_4_strict_refuses_everything(cli: Cli, database_url: str) -> None:
    write("people.csv", "custom_id,email", "A,a@example.org", "B,b at example.org")
    before = contents(database_url)
    refused = as_json(cli("import-people", "people.csv", "--batch", "--strict", "--json"), 4)
    assert refused["state"] == "refused"
    assert refused["rejected"] == 1
    assert "--strict" in refused["error"]
    # The feed is known by now; who is who is not.
    after = contents(database_url)
    assert {t for t in TABLES if before[t] != after[t]} <= {"sources"}
    assert [run["state"] for run in as_json(cli("list-imports", "--json"))["imports"]] == ["refused"]


def test_5_committed_but_its_reporting_is_pending(cli: Cli, database_url: str) -> None:
    write("statements.jsonl", statement(BOB, 1), statement(BOB_ACCOUNT, 2))
    assert cli("import-statements", "statements.jsonl").exit_code == 0
    write(
        "people.csv",
        "email,account_home_page,account_name",
        "bob.smith@example.com,http://cloud.scorm.com/,W74TDQ7PZG|251479",
    )
    change(database_url, "ALTER TABLE person_records ADD CONSTRAINT full_up CHECK (interactions < 2) NOT VALID")
    summary = as_json(cli("import-people", "people.csv", "--batch", "--json"), 5)
    assert summary["state"] == "committed"
    assert "finish-batch-updates" in summary["error"]
    assert len(people(cli)) == 1
    status = as_json(cli("show-status", "--json"))
    assert status["pending"]["people"] > 0
    assert status["last_import"]["state"] == "committed"

    change(database_url, "ALTER TABLE person_records DROP CONSTRAINT full_up")
    assert cli("finish-batch-updates", "--check").exit_code == 0
    assert ask(database_url, RECORDS) == [(None, 2, 2, 2)]


def test_5_row_by_row_stopped_in_the_middle(cli: Cli, database_url: str) -> None:
    change(database_url, "ALTER TABLE people ADD CONSTRAINT no_third CHECK (custom_id <> 'P2')")
    write("people.csv", *many(4))
    summary = as_json(cli("import-people", "people.csv", "--json"), 5)
    assert summary["state"] == "stopped"
    assert "line 3 of people.csv" in summary["error"]
    assert list(by_custom_id(people(cli))) == ["P0", "P1"]
    assert as_json(cli("list-imports", "--json"))["imports"][0]["state"] == "stopped"

    change(database_url, "ALTER TABLE people DROP CONSTRAINT no_third")
    assert cli("import-people", "people.csv").exit_code == 0
    assert list(by_custom_id(people(cli))) == ["P0", "P1", "P2", "P3"]


def test_75_another_import_is_running(cli: Cli, database_url: str) -> None:
    write("people.csv", *many(1))
    impatient = ["--database", f"{database_url}&options=-c%20lock_timeout%3D20s"]
    with psycopg.connect(database_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(7302, id) FROM organisations WHERE name = 'default'")
        result = cli("import-people", "people.csv", "--batch", "--wait", "0.3")
        assert result.exit_code == 75
        assert "another import" in result.stderr
        assert cli("import-people", "people.csv").exit_code == 75
        other_one = ["--organisation", "other", "--create-organisation"]
        there = cli("import-people", "people.csv", "--batch", *other_one, *impatient)
        assert there.exit_code == 0, "another organisation is not kept waiting"
    assert cli("import-people", "people.csv", "--batch").exit_code == 0


NEEDED = {
    "import-people": ["people.csv"],
    "import-groups": ["groups.csv", "--batch"],
    "prune-history": ["--older-than", "90d"],
    "resume-source": ["people"],
    "show-import": ["1"],
    "undo-import": ["1"],
    "move-persona": ["ada@corp.example", "--alone"],
    "explain-persona": ["ada@corp.example"],
    "explain-person": ["1"],
}


@pytest.mark.parametrize(
    "command", [[c, *NEEDED.get(c, [])] for c in COMMANDS if c not in ("import-statements", "inspect-people")]
)
def test_75_the_database_is_away(command: list[str], cli: Cli) -> None:
    write("people.csv", *many(1))
    write("groups.csv", "custom_id", "sales")
    result = cli(*command, "--database", "postgresql://someone:s3cret@127.0.0.1:1/nothing")
    assert (result.exit_code, result.stdout) == (75, "")
    assert result.stderr.startswith("error: the database is busy or away")
    assert result.stderr.count("\n") == 1
    assert "s3cret" not in result.stderr


def test_no_password_is_ever_printed(cli: Cli, database_url: str) -> None:
    url = database_url.replace("postgres@", "postgres:s3cret@")
    assert url != database_url
    write("people.csv", *many(2), "P3,nothing")
    for command in (
        ["import-people", "people.csv", "--batch"],
        ["import-people", "people.csv", "--batch", "--json"],
        ["import-people", "people.csv", "--batch", "--strict"],
        ["list-imports", "--json"],
        ["show-status"],
        ["show-status", "--json"],
        ["finish-batch-updates", "--check"],
        ["export-people", "--output", "out.csv"],
        ["show-status", "--organisation", "none"],
    ):
        result = cli(*command, "--database", url)
        assert "s3cret" not in result.stdout + result.stderr
    assert not [row for (row,) in ask(database_url, "SELECT CAST(i AS text) FROM imports AS i") if "s3cret" in row]


# -- what is printed -----------------------------------------------------------------------------------------


def test_json_is_one_object_whatever_the_command(cli: Cli) -> None:
    write("people.csv", *many(2))
    write("statements.jsonl", statement(BOB, 1))
    for command in (
        ["import-people", "people.csv", "--batch"],
        ["import-people", "people.csv"],
        ["import-people", "people.csv", "--batch", "--dry-run"],
        ["import-statements", "statements.jsonl"],
        ["finish-batch-updates", "--check"],
        ["list-imports"],
        ["show-status"],
        ["export-people", "--output", "people-again.csv"],
    ):
        found = as_json(cli(*command, "--json"))
        assert found["organisation"] == "default"
        assert found["database"].startswith("test_")
    assert as_json(cli("show-status", "--database", "sqlite://", "--json"), 1) == {
        "error": f"the database URL is not one of PostgreSQL; {HINT}"
    }
    assert cli("export-people", "--json").exit_code == 2, "people and summary on one standard output"


def test_json_has_all_that_is_promised(cli: Cli) -> None:
    write("people.csv", *many(2))
    summary = as_json(cli("import-people", "people.csv", "--batch", "--json"))
    assert list(summary) == [
        "import", "state", "database", "organisation", "rows", "rejected", "waiting", "unchanged", "people",
        "personas", "groups", "parents", "memberships", "pending", "leavers", "rejected_again", "skipped", "warnings",
        "guards", "seconds",
    ]  # fmt: skip
    assert list(summary["people"]) == ["created", "updated", "deleted"]
    assert list(summary["personas"]) == ["created", "claimed", "taken", "split", "dropped", "left"]
    assert list(summary["memberships"]) == ["added", "removed", "of_others"]
    assert list(summary["leavers"]) == ["people", "released", "held"]
    assert list(summary["pending"]) == ["people", "groups"]
    assert all(isinstance(seconds, float) for seconds in summary["seconds"].values())


def test_quiet_speaks_only_when_something_is_wrong(cli: Cli) -> None:
    write("good.csv", *many(2))
    write("bad.csv", *many(2), "P3,nothing")
    assert cli("import-people", "good.csv", "--batch", "--quiet") == (0, "", "")
    assert cli("finish-batch-updates", "--quiet") == (0, "", "")
    result = cli("import-people", "bad.csv", "--batch", "--quiet")
    assert result.exit_code == 3
    assert "invalid_mbox" in result.stdout


def test_the_summary_says_where_and_from_whom_to_whom(cli: Cli) -> None:
    write("one.csv", "custom_id,name,email,email_2", "A,Ada,a@example.org,s@example.org", "B,Bob,b@example.org,")
    write("two.csv", "custom_id,email", "B,s@example.org")
    assert cli("import-people", "one.csv", "--batch").exit_code == 0
    said = cli("import-people", "two.csv", "--batch").stdout
    first, *rest = said.splitlines()
    assert first.startswith("database test_")
    assert first.endswith(", organisation default")
    assert any("mailto:s@example.org: A Ada → B Bob" in line for line in rest), said
    made = cli("import-people", "one.csv", "--batch", "--organisation", "new", "--create-organisation").stdout
    assert made.splitlines()[0].endswith("organisation new (made just now)")


# -- what an import does, and does not ------------------------------------------------------------------------


def test_dry_run_says_what_it_would_do_and_does_nothing(cli: Cli, database_url: str) -> None:
    write("statements.jsonl", statement(BOB, 1))
    write("one.csv", "custom_id,email,groups", "A,a@example.org,sales", "B,b@example.org,")
    write("two.csv", "custom_id,email,groups", "B,a@example.org,north", "C,bob.smith@example.com,", "D,nothing,")
    assert cli("import-statements", "statements.jsonl").exit_code == 0
    assert cli("import-people", "one.csv", "--batch", "--create-groups").exit_code == 0
    before = contents(database_url)
    command = ["import-people", "two.csv", "--batch", "--create-groups", "--json", "--source", "crm"]
    dry = as_json(cli(*command, "--dry-run"), 3)
    assert (dry["state"], dry["import"]) == ("dry-run", None)
    assert contents(database_url) == before
    assert not Path("two.csv.rejects.csv").exists()
    assert len(as_json(cli("list-imports", "--json"))["imports"]) == 2

    wet = as_json(cli(*command), 3)
    for counts in (dry, wet):
        del counts["import"], counts["state"], counts["seconds"]
    assert dry == wet
    assert contents(database_url) != before


def test_no_finish_leaves_it_to_finish_batch_updates(cli: Cli, database_url: str) -> None:
    write("statements.jsonl", statement(BOB, 1), statement(BOB_ACCOUNT, 2))
    write(
        "people.csv",
        "custom_id,email,account_home_page,account_name",
        "bob,bob.smith@example.com,http://cloud.scorm.com/,W74TDQ7PZG|251479",
    )
    as_json(cli("import-statements", "statements.jsonl", "--no-finish", "--json"))
    assert ask(database_url, RECORDS) == []
    summary = as_json(cli("import-people", "people.csv", "--batch", "--no-finish", "--json"))
    assert summary["state"] == "committed"
    assert summary["pending"]["people"] > 0
    assert as_json(cli("show-status", "--json"))["pending"]["people"] > 0
    assert "run finish-batch-updates" in cli("show-status").stdout

    as_json(cli("finish-batch-updates", "--check", "--json"))
    assert ask(database_url, RECORDS) == [("bob", 2, 2, 2)]
    assert as_json(cli("show-status", "--json"))["pending"] == {"personas": 0, "people": 0, "groups": 0}
    assert as_json(cli("finish-batch-updates", "--json"))["recomputed"] == {"personas": 0, "people": 0, "groups": 0}


def test_check_finds_a_record_that_is_wrong(cli: Cli, database_url: str) -> None:
    write("statements.jsonl", statement(BOB, 1))
    assert cli("import-statements", "statements.jsonl").exit_code == 0
    change(database_url, "UPDATE person_records SET interactions = 7")
    found = as_json(cli("finish-batch-updates", "--check", "--json"), 1)
    assert found["differences"] > 0


def test_row_by_row_is_a_transaction_a_line(cli: Cli, database_url: str) -> None:
    write("people.csv", "custom_id,email", "A,x@example.org", "B,x@example.org", "C,nothing", "B,b@example.org")
    summary = as_json(cli("import-people", "people.csv", "--json"), 3)
    assert (summary["state"], summary["rows"], summary["rejected"]) == ("finished", 4, 1)
    assert summary["people"] == {"created": 2, "updated": 0, "deleted": 1}
    assert by_custom_id(people(cli)) == {"B": ["b@example.org", "x@example.org"]}
    assert [row["_line"] for row in rows_of("people.csv.rejects.csv")] == ["4"]
    assert len(ask(database_url, "SELECT DISTINCT xmin FROM personas")) == 2


def test_several_files_are_one_batch_in_the_order_given(cli: Cli) -> None:
    write("a.csv", "custom_id,name,email", "A,First,a@example.org", "Y,,nothing")
    write("b.csv", "name,custom_id,email", "Second,A,a2@example.org", ",X,a@example.org")
    write("c.csv", "custom_id,name", "A,Third")
    assert cli("import-people", "a.csv", "c.csv", "b.csv", "--batch").exit_code == 3
    assert people(cli) == [], "contested: b.csv gives the address of A to X"
    assert [row["_code"] for row in rows_of("a.csv.rejects.csv")] == ["contested", "invalid_mbox"]
    assert [row["_code"] for row in rows_of("b.csv.rejects.csv")] == ["contested", "contested"]
    assert "a.csv line 2" in rows_of("b.csv.rejects.csv")[1]["_message"]
    summary = as_json(
        cli("import-people", "a.csv", "c.csv", "b.csv", "--batch", "--contested", "last-line", "--json"), 3
    )
    assert summary["rows"] == 5
    assert {p["customId"]: (p["name"], emails(p)) for p in people(cli)} == {
        "A": ("Second", ["a2@example.org"]),
        "X": (None, ["a@example.org"]),
    }
    assert not Path("b.csv.rejects.csv").exists(), "nothing of it is rejected any more"


# -- rejects -------------------------------------------------------------------------------------------------


def test_a_rejects_file_is_mended_and_imported(cli: Cli) -> None:
    write("hr.csv", "Custom ID,shoe,E-Mail,name", "A,43,a@example.org,Ada", 'B,44,b at example.org,"Bob, ""B"""')
    assert cli("import-people", "hr.csv", "--batch").exit_code == 3
    rejects = Path("hr.csv.rejects.csv")
    (row,) = rows_of(rejects.name)
    assert list(row) == ["Custom ID", "shoe", "E-Mail", "name", "_line", "_column", "_code", "_value", "_message"]
    assert (row["_line"], row["_column"], row["_code"]) == ("3", "E-Mail", "invalid_mbox")
    assert row["_value"] == "b at example.org"
    rejects.write_text(rejects.read_text().replace("b at example.org,", "b@example.org,", 1))
    mended = cli("import-people", rejects.name, "--batch")
    assert mended.exit_code == 0, mended
    assert by_custom_id(people(cli)) == {"A": ["a@example.org"], "B": ["b@example.org"]}
    assert people(cli)[1]["name"] == 'Bob, "B"'
    assert cli("import-people", "hr.csv", rejects.name, "--batch").exit_code == 2, "a rejects file among several"


def test_a_carriage_return_in_a_cell_is_no_line_end(cli: Cli) -> None:
    text = 'custom_id,name,email\nA,"Ada\rL.",a@example.org\nB,"Bob\rB.",nothing\n'
    Path("hr.csv").write_text(text, encoding="utf-8", newline="")
    assert cli("import-people", "hr.csv", "--batch").exit_code == 3
    rejects = Path("hr.csv.rejects.csv")
    rejects.write_bytes(rejects.read_bytes().replace(b"nothing,", b"b@example.org,", 1))
    assert cli("import-people", rejects.name, "--batch").exit_code == 0
    exported = csv.reader(io.StringIO(cli("export-people").stdout, newline=""))
    assert [row[:2] for row in exported][1:] == [["A", "Ada\rL."], ["B", "Bob\rB."]]


def test_an_old_rejects_file_goes_with_the_last_reject(cli: Cli) -> None:
    write("hr.csv", *many(1), "B,nothing")
    assert cli("import-people", "hr.csv", "--batch", "--rejects", "wrong.csv").exit_code == 3
    assert Path("wrong.csv").exists()
    assert not Path("hr.csv.rejects.csv").exists()
    write("hr.csv", *many(1), "B,b@example.org")
    assert cli("import-people", "hr.csv", "--batch", "--rejects", "wrong.csv").exit_code == 0
    assert not Path("wrong.csv").exists()


@pytest.mark.parametrize("place", ["nowhere/wrong.csv", "precious.csv", "folder"])
def test_a_place_that_cannot_take_rejects_is_found_before_work_starts(place: str, cli: Cli, database_url: str) -> None:
    Path("folder").mkdir()
    write("precious.csv", "custom_id,email")
    write("hr.csv", *many(1))
    before = contents(database_url)
    result = cli("import-people", "hr.csv", "--batch", "--rejects", place)
    assert result.exit_code == 2
    assert place in result.stderr
    assert contents(database_url) == before
    assert ask(database_url, "SELECT count(*) FROM imports") == [(0,)]
    assert Path("precious.csv").read_text() == "custom_id,email\n"


# -- guards --------------------------------------------------------------------------------------------------

MANY = 150


@pytest.fixture
def many_people(cli: Cli) -> None:
    """150 people with a custom_id and one address each."""
    write("many.csv", *many(MANY))
    assert cli("import-people", "many.csv", "--batch").exit_code == 0


def refused(cli: Cli, url: str, *command: str) -> str:
    before = contents(url)
    found = as_json(cli("import-people", *command, "--batch", "--json"), 4)
    assert found["state"] == "refused"
    # The feed may be known by now; who is who is as it was.
    assert contents(url) | {"sources": []} == before | {"sources": []}
    assert cli("resume-source", "people").exit_code == 0
    error: str = found["error"]
    return error


@pytest.mark.usefixtures("many_people")
def test_guards_against_takeovers_and_deletes(cli: Cli, database_url: str) -> None:
    # Everybody's address goes to one person: 9 lose theirs unnoticed by any percentage, 10 are too many for some.
    write("below.csv", "custom_id,email", *(f"BOSS,p{n}@example.org" for n in range(9)))
    write("ten.csv", "custom_id,email", *(f"BOSS,p{n}@example.org" for n in range(10)))
    write("above.csv", "custom_id,email", *(f"BOSS,p{n}@example.org" for n in range(100)))
    error = refused(cli, database_url, "above.csv")
    assert "--max-takeovers 100" in error
    assert "--max-deletes 100" in error
    assert "--max-takeovers" not in refused(cli, database_url, "above.csv", "--max-takeovers", "100%")
    assert "--max-takeovers" not in refused(cli, database_url, "above.csv", "--max-takeovers", "100")
    assert "--max-deletes" not in refused(cli, database_url, "above.csv", "--max-deletes", "67%")
    refused(cli, database_url, "above.csv", "--max-deletes", "66%", "--max-takeovers", "67%")
    refused(cli, database_url, "ten.csv", "--min-lines", "0", "--max-deletes", "1%")
    refused(cli, database_url, "below.csv", "--min-lines", "0", "--max-deletes", "0%")
    refused(cli, database_url, "below.csv", "--min-lines", "0", "--max-takeovers", "8")
    allowed = ["--min-lines", "0", "--max-deletes", "1%", "--max-takeovers", "9"]
    assert cli("import-people", "below.csv", "--batch", *allowed).exit_code == 0
    assert len(people(cli)) == MANY - 9 + 1


@pytest.mark.usefixtures("many_people")
def test_guards_let_through_what_is_asked_for(cli: Cli) -> None:
    write("all.csv", "custom_id,email", *(f"BOSS,p{n}@example.org" for n in range(MANY)))
    summary = as_json(
        cli("import-people", "all.csv", "--batch", "--max-deletes", "150", "--max-takeovers", "100%", "--json")
    )
    assert summary["people"] == {"created": 1, "updated": 0, "deleted": MANY}


def test_guard_against_rejects(cli: Cli, database_url: str) -> None:
    write("bad.csv", *many(100), *(f"B{n},nothing" for n in range(100)))
    write("better.csv", *many(100), *(f"B{n},nothing" for n in range(99)))
    cli("import-people", "better.csv", "--batch", "--dry-run")
    assert "--max-rejects 100" in refused(cli, database_url, "bad.csv", "--max-rejects", "49%")
    refused(cli, database_url, "bad.csv", "--max-rejects", "5")
    refused(cli, database_url, "better.csv", "--max-rejects", "0")
    assert cli("import-people", "bad.csv", "--batch", "--max-rejects", "50%").exit_code == 3
    assert cli("import-people", "bad.csv", "--batch").exit_code == 3, "without the option no share is too large"


# -- organisations -------------------------------------------------------------------------------------------


def test_an_organisation_must_be_made_on_purpose(cli: Cli, database_url: str) -> None:
    write("people.csv", *many(1))
    wrong = cli("import-people", "people.csv", "--batch", "--organisation", "Acme")
    assert wrong.exit_code == 2
    assert "Acme" in wrong.stderr
    assert "default" in wrong.stderr, "it says which there are"
    assert ask(database_url, "SELECT name FROM organisations") == [("default",)]
    assert (
        cli("import-people", "people.csv", "--batch", "--organisation", "Acme", "--create-organisation").exit_code == 0
    )
    assert cli("export-people", "--organisation", "Acme").exit_code == 0


def test_a_dry_run_makes_no_organisation(cli: Cli, database_url: str) -> None:
    write("people.csv", "custom_id,email,groups", "A,A@example.org,g", "A,a@example.org,h")
    write("groups.csv", "custom_id,name", "g,Group")
    before = contents(database_url)
    to = ["--organisation", "Acme", "--create-organisation", "--dry-run"]
    ran = cli("import-people", "people.csv", "--batch", "--create-groups", "--plan", "plan.csv", *to)
    assert ran.exit_code == 0, ran
    assert "organisation Acme (would be made)" in ran.stdout
    assert "1 created, 0 updated, 0 deleted" in ran.stdout
    assert len(rows_of("plan.csv")) == 7
    folded = as_json(cli("import-people", "people.csv", "--batch", "--json", "--fold-mailbox-case", *to), 3)
    assert folded["rejected"] == 2, "no group is there"
    assert cli("import-groups", "groups.csv", "--batch", *to).exit_code == 0
    assert cli("import-people", "people.csv", "--batch", "--strict", *to).exit_code == 4
    assert cli("import-people", "no.csv", "--batch", *to).exit_code == 2
    assert cli("undo-import", "1", *to).exit_code == 2
    assert cli("move-persona", "a@example.org", "--alone", *to).exit_code == 2
    assert cli("prune-history", "--older-than", "1d", *to).exit_code == 0
    assert contents(database_url) == before
    assert ask(database_url, "SELECT count(*) FROM imports") == [(0,)]
    assert cli("show-status", "--organisation", "Acme").exit_code == 2
    assert cli("import-people", "people.csv", "--batch", "--create-groups", *to[:3]).exit_code == 0
    assert "Acme (would be made)" not in cli("import-people", "people.csv", "--batch", *to).stdout


def test_an_organisation_may_fold_the_case_of_mailboxes(cli: Cli) -> None:
    write("people.csv", "custom_id,email", "A,Bob@Example.org")
    write("again.csv", "custom_id,email", "A,BOB@example.org")
    to = ["--organisation", "folding"]
    made = ["--create-organisation", "--fold-mailbox-case"]
    assert cli("import-people", "people.csv", "--batch", *to, *made).exit_code == 0
    assert as_json(cli("import-people", "again.csv", "--batch", "--json", *to))["unchanged"] == 1
    write("statements.jsonl", statement({"mbox": "mailto:bOB@example.org"}, 1))
    assert cli("import-statements", "statements.jsonl", *to).exit_code == 0
    assert by_custom_id(people(cli, *to)) == {"A": ["bob@example.org"]}

    assert cli("import-people", "people.csv", "--batch").exit_code == 0
    assert as_json(cli("import-people", "again.csv", "--batch", "--json"))["personas"]["created"] == 1
    assert by_custom_id(people(cli)) == {"A": ["BOB@example.org", "Bob@example.org"]}
    assert cli("import-people", "people.csv", "--batch", *made).exit_code == 2, "it exists, and does not fold"


def test_two_organisations_never_mix(cli: Cli, database_url: str) -> None:
    other = ["--organisation", "other"]
    write("one.csv", "custom_id,name,email,groups", "A,Ada,a@example.org,sales", "B,Bob,b@example.org,")
    write("two.csv", "custom_id,name,email,groups", "A,Zoe,b@example.org,sales", ",Nan,a@example.org,")
    write("statements.jsonl", statement({"mbox": "mailto:a@example.org"}, 1))
    assert cli("import-people", "one.csv", "--batch", "--create-groups").exit_code == 0
    assert cli("import-statements", "statements.jsonl", *other, "--create-organisation").exit_code == 0
    here = cli("export-people").stdout

    summary = as_json(cli("import-people", "two.csv", "--batch", "--create-groups", "--json", *other))
    assert summary["people"] == {"created": 1, "updated": 1, "deleted": 0}
    assert summary["personas"] == {"created": 1, "claimed": 0, "taken": 0, "split": 0, "dropped": 0, "left": 0}
    assert cli("export-people").stdout == here
    assert {p["customId"]: p["name"] for p in people(cli, *other)} == {"A": "Zoe", None: "Nan"}
    there = cli("export-people", *other).stdout

    write("three.csv", "custom_id,email,groups", "C,a@example.org,<delete>", "A,b@example.org,<delete>")
    assert cli("import-people", "three.csv", "--batch", "--personas", "replace").exit_code == 0
    assert cli("export-people", *other).stdout == there
    assert as_json(cli("show-status", "--json"))["statements"] == 0
    assert as_json(cli("show-status", "--json", *other))["statements"] == 1
    assert len(as_json(cli("list-imports", "--json", *other))["imports"]) == 2
    assert cli("finish-batch-updates", "--check", *other).exit_code == 0
    crossing = "SELECT count(*) FROM personas AS i JOIN people AS p ON p.id = i.person_id AND p.organisation_id <> i.organisation_id"  # noqa: E501
    assert ask(database_url, crossing) == [(0,)]


# -- what is there, written out ------------------------------------------------------------------------------

ODD = (
    "custom_id,name,image_url,email,email_2,mbox_sha1sum,openid,account_home_page,account_name,"
    "account_home_page_2,account_name_2,groups",
    r"A,\<delete>,,a@example.org,A+x@EXAMPLE.org,,,,,,,\<delete>",
    r"B,\\<delete>,https://example.org/b.png,,,CC1E39B02974C5D21E792D7FEBCAA6018BB6C574,,,,,,\\<delete>",
    r'C,"Smith, ""Zoë"" 😀",,,,,https://EXAMPLE.org/%7ezoe,https://lms.example.org, 007 x ,,,b|a|<delete>',
    'D,"two\nlines","\\",,,,,https://lms.example.org/,<delete>,https://lms.example.org,\\<delete>,a',
    "<delete>,\\x,,d@example.org,,,,,,,,\" a b ; |é\"",
    ",,,nameless@example.org,,,,,,,,",
)  # fmt: skip


def test_export_and_import_give_the_same_people(cli: Cli) -> None:
    write("odd.csv", *ODD)
    write("crm.csv", "custom_id,groups", "A,a|b", "C,a")
    assert cli("import-people", "odd.csv", "--batch", "--create-groups").exit_code == 0
    assert cli("import-people", "crm.csv", "--batch", "--create-groups", "--source", "crm").exit_code == 0
    exported = cli("export-people")
    assert exported.exit_code == 0
    Path("exported.csv").write_text(exported.stdout, encoding="utf-8", newline="")
    header, *rows = csv.reader(exported.stdout.splitlines(keepends=True))
    assert header == [
        "custom_id", "name", "image_url", "email", "email_2", "mbox_sha1sum", "openid", "account_home_page",
        "account_name", "account_home_page_2", "account_name_2", "groups",
    ]  # fmt: skip
    assert [row[0] for row in rows] == ["A", "B", "C", "D", "<delete>", ""]
    assert rows[0][1:5] == [r"\<delete>", "", "mailto:a@example.org", "mailto:A+x@example.org"]
    assert [row[-1] for row in rows] == ["<delete>|a|b", r"\\<delete>", "<delete>|a|b", "a", "a b ;|é", ""]

    to = ["--organisation", "copy"]
    copied = as_json(
        cli("import-people", "exported.csv", "--batch", "--create-groups", "--json", "--create-organisation", *to)
    )
    assert copied["people"]["created"] == 6
    assert cli("export-people", *to).stdout == exported.stdout
    again = as_json(cli("import-people", "exported.csv", "--batch", "--json", *to))
    assert (again["unchanged"], again["people"]["updated"], again["memberships"]["added"]) == (6, 0, 0)
    assert cli("export-people", "--output", "file.csv").exit_code == 0
    assert Path("file.csv").read_bytes() == exported.stdout.encode()
    for ours, theirs in zip(people(cli), people(cli, *to), strict=True):
        for person in (ours, theirs):
            assert person.pop("id") > 0
            assert person.pop("created").endswith("Z")
            assert len(person.pop("parentGroupIds")) == len(person["parentGroupCustomIds"])
            for persona in person["personas"]:
                del persona["id"], persona["created"]
        assert ours == theirs


def test_a_person_object(cli: Cli, database_url: str) -> None:
    write("statements.jsonl", statement({"openid": "https://example.org/ada"}, 1))
    write(
        "people.csv",
        "custom_id,name,image_url,openid,account_home_page,account_name,groups",
        "A,Ada,https://example.org/a.png,https://example.org/ada,https://lms.example.org,a b,north|all",
    )
    assert cli("import-statements", "statements.jsonl").exit_code == 0
    assert cli("import-people", "people.csv", "--batch", "--create-groups").exit_code == 0
    (person,) = people(cli)
    groups = dict(ask(database_url, "SELECT custom_id, id FROM groups"))
    assert list(person) == [
        "id", "customId", "created", "name", "imageUrl", "personas", "parentGroupIds", "parentGroupCustomIds",
    ]  # fmt: skip
    ((created,),) = ask(database_url, "SELECT created_at FROM people")
    assert person["created"] == created.astimezone(tz=None).strftime("%Y") + person["created"][4:]
    openid, account = person.pop("personas")
    assert (openid["openid"], openid["name"]) == ("https://example.org/ada", "Bob")
    assert account["account"] == {"homePage": "https://lms.example.org", "name": "a b"}
    assert "name" not in account
    assert person["parentGroupCustomIds"] == ["all", "north"]
    assert person["parentGroupIds"] == [groups["all"], groups["north"]]
    assert (person["customId"], person["name"], person["imageUrl"]) == ("A", "Ada", "https://example.org/a.png")


def test_an_empty_organisation_exports_a_header(cli: Cli) -> None:
    exported = cli("export-people").stdout
    assert exported == "custom_id,name,image_url,email,mbox_sha1sum,openid,account_home_page,account_name,groups\n"
    write("empty.csv", exported.strip())
    assert cli("import-people", "empty.csv", "--batch").exit_code == 0
    assert cli("export-people", "--format", "jsonl").stdout == ""


def test_an_export_never_leaves_half_a_file(cli: Cli) -> None:
    write("people.csv", *many(2))
    assert cli("import-people", "people.csv", "--batch").exit_code == 0
    result = cli("export-people", "--output", "nowhere/people.csv")
    assert result.exit_code == 1
    assert "nowhere/people.csv cannot be written" in result.stderr
    assert cli("export-people", "--output", "out.csv").exit_code == 0
    assert sorted(path.name for path in Path().iterdir()) == ["out.csv", "people.csv"]


def test_what_is_written_about_people_only_its_owner_reads(cli: Cli, tmp_path: Path) -> None:
    write("hr.csv", "custom_id,email,groups", "A,a@example.org,", "B,nothing,")
    write("groups.csv", "custom_id,parent", "g,g", ",x")
    write("said.jsonl", statement(BOB, 1), "nothing")
    given = set(tmp_path.iterdir())
    before = os.umask(0)
    try:
        for name in ("export.csv", "y" * 251 + ".csv"):
            Path(name).touch(0o666)
            assert cli("export-people", "--output", name).exit_code == 0
        assert cli("export-people", "--format", "jsonl", "--output", "export.jsonl").exit_code == 0
        for plan in ("plan.csv", "plan.jsonl"):
            assert cli("import-people", "hr.csv", "--batch", "--dry-run", "--plan", plan).exit_code == 3
        assert cli("import-people", "hr.csv", "--batch", "--groups-file", "groups.csv").exit_code == 3
        assert cli("undo-import", "1", "--dry-run", "--plan", "undo.csv").exit_code == 0
        assert cli("import-statements", "said.jsonl").exit_code == 3
        assert cli("inspect-people", "hr.csv", "--output", "hr.toml").exit_code == 0
    finally:
        os.umask(before)
    made = {path.name: oct(path.stat().st_mode & 0o777) for path in set(tmp_path.iterdir()) - given}
    assert made == dict.fromkeys(
        [
            "export.csv", "y" * 251 + ".csv", "export.jsonl", "plan.csv", "plan.jsonl", "undo.csv", "hr.toml",
            "hr.csv.rejects.csv", "groups.csv.rejects.csv", "said.jsonl.rejects.jsonl",
        ],
        "0o600",
    )  # fmt: skip


def test_an_export_into_a_pipe_that_closes_early(cli: Cli, cli_process: Process) -> None:
    write("people.csv", *many(10_000, "a-rather-long-address-to-fill-the-pipe-{}@example.org"))
    assert cli("import-people", "people.csv", "--batch").exit_code == 0
    process = cli_process("export-people")
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith("custom_id,")
    process.stdout.close()
    assert process.wait(60) == 0
    assert process.stderr.read() == ""


def test_an_argument_that_is_no_text_is_told(cli: Cli) -> None:
    ran = cli("show-status", "--organisation", "a\udcff")
    assert (ran.exit_code, ran.stderr) == (2, 'error: "a\\udcff" is not UTF-8\n')


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
@pytest.mark.parametrize(("command", "code"), [("export-people", 1), ("show-status", 1), ("finish-batch-updates", 0)])
def test_a_full_disk_is_one_line_and_a_failure_of_what_only_reads(command: str, code: int, database_url: str) -> None:
    start = f"from {COMMANDS[command]} import main; main()"
    environment = {**os.environ, "DATABASE_URL": database_url, "PYTHONPATH": str(ROOT)}
    with open("/dev/full", "w") as full:
        ran = subprocess.run(
            [sys.executable, "-c", start], stdout=full, stderr=subprocess.PIPE, env=environment, text=True
        )
    assert (ran.returncode, ran.stderr) == (code, "error: standard output cannot be written: No space left on device\n")


def test_the_history(cli: Cli) -> None:
    write("good.csv", *many(3))
    write("bad.csv", *many(3), "X,nothing")
    assert "no imports yet" in cli("list-imports").stdout
    cli("import-people", "good.csv", "--batch", "--source", "hr")
    cli("import-people", "bad.csv", "--batch")
    cli("import-people", "bad.csv", "--batch", "--strict")
    runs = as_json(cli("list-imports", "--json"))["imports"]
    assert [(run["state"], run["source"]) for run in runs] == [
        ("refused", "people"), ("finished", "people"), ("finished", "hr"),
    ]  # fmt: skip
    assert [run["import"] for run in runs] == sorted((run["import"] for run in runs), reverse=True)
    assert runs[2]["counts"]["people"]["created"] == 3
    assert runs[2]["files"][0]["name"] == "good.csv"
    assert len(runs[2]["files"][0]["sha256"]) == 64
    assert all(run["started"].endswith("Z") and run["started"] <= run["ended"] for run in runs)
    assert "--strict" in runs[0]["failure"]
    assert [run["import"] for run in as_json(cli("list-imports", "--limit", "1", "--json"))["imports"]] == [
        runs[0]["import"]
    ]
    table = cli("list-imports").stdout.splitlines()
    assert len(table) == 2 + 1 + 3
    assert "3 lines, 3 people created" in table[-1]
    assert as_json(cli("show-status", "--json"))["last_import"] == runs[0]


def test_the_status(cli: Cli) -> None:
    write("people.csv", "custom_id,email,email_2,groups", "A,a@example.org,a2@example.org,x|y", ",b@example.org,,x")
    write("statements.jsonl", statement(BOB, 1))
    cli("import-people", "people.csv", "--batch", "--create-groups")
    cli("import-statements", "statements.jsonl", "--no-finish")
    status = as_json(cli("show-status", "--json"))
    assert status["people"] == 3
    assert status["people_with_custom_id"] == 1
    assert (status["personas"], status["groups"], status["memberships"], status["statements"]) == (4, 2, 3, 1)
    assert status["pending"] == {"personas": 1, "people": 0, "groups": 0}
    assert int(status["server_version"].split(".")[0]) >= 15
    assert (status["schema"], status["revision"]) == ("public", HEAD)
    assert "3, 1 with a custom_id" in cli("show-status").stdout


# -- starting ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["lrs-people", *COMMANDS])
def test_help_needs_nothing_heavy(command: str) -> None:
    """`--help` stays quick: polars and psycopg take 0.1 s each to import."""
    code = f"""
import sys
from {COMMANDS.get(command, "jobs.shell.program")} import main
try:
    main(["--help"])
except SystemExit as end:
    assert not end.code
heavy = {{"polars", "sqlalchemy", "psycopg", "alembic", "numpy", "email_validator"}} & set(sys.modules)
assert not heavy, heavy
loaded = [name for name in {list(COMMANDS.values())} if name in sys.modules]
assert len(loaded) <= 1, loaded
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "Exit codes: 0 done" in ran.stdout


def test_the_program_shows_its_jobs_in_groups_and_completes_them() -> None:
    program = ["-c", "from jobs.shell.program import main; main(prog_name='lrs-people')"]

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, *program, *arguments]
        return subprocess.run(words, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **environment})

    told = run("--help")
    assert told.returncode == 0
    assert [line for line in told.stdout.splitlines() if line.endswith(":") and not line.startswith(" ")] == [
        "Options:", "Importing:", "Correcting:", "Reporting:", "Looking:", "Looking after:",
    ]  # fmt: skip
    assert all(f"\n  {job} " in told.stdout for job in COMMANDS)
    for arguments, why in (
        ((), "Missing command."),
        (("shwo-status",), 'there is no job "shwo-status"; nearest: show-status'),
        (("show-status", "--nonsense"), "No such option"),
    ):
        wrong = run(*arguments)
        assert (wrong.returncode, wrong.stdout) == (2, "")
        assert why in wrong.stderr
        assert wrong.stderr.startswith("Usage: lrs-people ")
    for typed, offered in (("re", ["resume-source", "report-people", "report-groups", "report-activities"]),
                           ("import-people --ta", ["--takeovers"])):  # fmt: skip
        words = f"lrs-people {typed}"
        done = run(_LRS_PEOPLE_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(words.count(" ")))
        assert done.stdout.split() == [f"plain,{name}" for name in offered]
