"""What commands do, and say of it: imports, rejects, guards, the history; and how they start."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import (
    BOB,
    BOB_ACCOUNT,
    RECORDS,
    as_json,
    ask,
    by_custom_id,
    change,
    contents,
    emails,
    many,
    people,
    refused,
    rows_of,
    statement,
    write,
)
from conftest import COMMANDS, ROOT, Cli

from sql.address import HINT
from sql.database import HEAD


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


MANY = 150


@pytest.fixture
def many_people(cli: Cli) -> None:
    """150 people with a custom_id and one address each."""
    write("many.csv", *many(MANY))
    assert cli("import-people", "many.csv", "--batch").exit_code == 0


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
        "Options:", "Importing:", "Correcting:", "Reporting:", "Looking:", "Serving:", "Looking after:",
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
    for typed, offered in (("rep", ["report-people", "report-groups", "report-activities"]),
                           ("import-people --ta", ["--takeovers"])):  # fmt: skip
        words = f"lrs-people {typed}"
        done = run(_LRS_PEOPLE_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(words.count(" ")))
        assert done.stdout.split() == [f"plain,{name}" for name in offered]
