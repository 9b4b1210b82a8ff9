"""What a command's exit code says: done, refused, to be tried again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest
from commands import (
    BOB,
    BOB_ACCOUNT,
    RECORDS,
    TABLES,
    as_json,
    ask,
    by_custom_id,
    change,
    contents,
    many,
    people,
    statement,
    write,
)
from conftest import COMMANDS, Cli
from forks import Forked

from sql.address import HINT


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
    assert cli("import-people", "people.csv", "--batch", "--no-finish").exit_code == 0
    assert cli("finish-batch-updates", "--check").exit_code == 0
    assert ask(database_url, RECORDS) == [(None, 2, 2, 2)]
    runs = as_json(cli("list-imports", "--json"))["imports"]
    assert [run["state"] for run in runs] == ["finished"] * 3, "all that were waiting"
    assert runs[1]["ended"] == status["last_import"]["ended"], "they ended when they did"


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
    "migrate": ["people-json", "people.csv"],
    "merge-people": ["1", "2"],
    "compare-with": ["people.csv"],
    "edit-person": ["1", "--name", "Ada"],
    "delete-person": ["1"],
    "erase-person": ["1", "--yes"],
    "edit-group": ["sales", "--name", "Sales"],
    "delete-group": ["sales"],
    "explain-persona": ["ada@corp.example"],
    "explain-person": ["1"],
    "create-credential": ["nightly"],
    "revoke-credential": ["nightly"],
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


def test_an_argument_that_is_no_text_is_told(cli: Cli) -> None:
    ran = cli("show-status", "--organisation", "a\udcff")
    assert (ran.exit_code, ran.stderr) == (2, 'error: "a\\udcff" is not UTF-8\n')


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
@pytest.mark.parametrize(("command", "code"), [("export-people", 1), ("show-status", 1), ("finish-batch-updates", 0)])
def test_a_full_disk_is_one_line_and_a_failure_of_what_only_reads(command: str, code: int, database_url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url}
    with open("/dev/full", "w") as full:
        job = Forked([f"{COMMANDS[command]}:main"], stdout=full, stderr=subprocess.PIPE, env=environment, text=True)
    _, said = job.communicate()
    assert (job.returncode, said) == (code, "error: standard output cannot be written: No space left on device\n")
