"""show-import: who ran what on which files, what came of it, and what it changed, a page at a time."""

from __future__ import annotations

import hashlib
import json
import signal
from typing import Any

import psycopg
from conftest import Cli, Process
from outcomes import succeed, write

PEOPLE = "custom_id,name,email,groups\nA,Ada,ada@example.com,north\nB,Bob,bob@example.com,\nC,Cem,no address,\n"


def show(cli: Cli, number: int, *more: str) -> dict[str, Any]:
    return succeed(cli("show-import", str(number), "--json", *more))


def test_who_ran_what_on_what_and_what_came_of_it(cli: Cli) -> None:
    write("people.csv", PEOPLE)
    more = ["--create-groups", "--source", "hr", "--plan", "plan.csv"]
    summary = succeed(cli("import-people", "people.csv", "--batch", "--json", *more), 3)
    found = show(cli, 1)
    (file,) = found["files"]
    assert (file["name"], file["size"], file["lines"], file["rows"]) == ("people.csv", len(PEOPLE), 4, 3)
    assert file["sha256"] == hashlib.sha256(PEOPLE.encode()).hexdigest()
    assert (found["import"], found["state"]) == (1, "finished")
    assert (found["command"], found["source"]) == ("import-people", "hr")
    assert found["options"]["create_groups"] == "True"
    assert found["counts"]["reasons"] == {"invalid_mbox": 1}
    assert found["counts"]["plan"] == summary["plan"]
    assert found["counts"]["seconds"].keys() >= {"read", "resolve", "apply", "plan", "finish"}
    assert {name: found["counts"][name] for name in ("people", "personas", "memberships")} == {
        name: summary[name] for name in ("people", "personas", "memberships")
    }
    assert found["changes"]["total"] == summary["plan"]["changes"] == 6
    assert found["changes"]["by_action"] == {"create": 5, "membership-added": 1}
    text = cli("show-import", "1").stdout
    for said in (
        "import 1, finished: import-people by ",
        "\nsource       hr\n",
        f"\nfiles        people.csv, {len(PEOPLE)} bytes, 4 lines, SHA-256 {file['sha256']}\n",
        " --create-groups\n",
        "\nresult       3 lines, 1 rejected, 2 people created\n",
        "\npeople       2 created, 0 updated, 0 deleted\n",
        "\nrejected     1 e-mail addresses that are none (invalid_mbox)\n",
        f"\nplan         6 changes, {summary['plan']['hash']}\n",
        "\nchanges      6: 5 create, 1 membership-added\n",
    ):
        assert said in text
    assert "--strict" not in text


def test_the_changes_come_in_pages(cli: Cli) -> None:
    write("people.csv", PEOPLE)
    assert cli("import-people", "people.csv", "--batch", "--create-groups").exit_code == 3
    rows = show(cli, 1)["changes"]["rows"]
    assert len(rows) == 6
    pages = [show(cli, 1, "--limit", "2", "--offset", offset)["changes"] for offset in ("0", "2", "4", "6")]
    assert [row for page in pages for row in page["rows"]] == rows
    assert [page["offset"] for page in pages] == [0, 2, 4, 6]
    assert {page["total"] for page in pages} == {6}
    first = cli("show-import", "1", "--limit", "2").stdout
    assert first.endswith("… and 4 more: --offset 2\n")
    last = cli("show-import", "1", "--limit", "2", "--offset", "4").stdout.splitlines()
    assert last[-3:] == [
        "file        line  action  person  persona                 field  new",
        "people.csv  3     create  B                               name   Bob",
        "people.csv  3     create  B       mailto:bob@example.com",
    ]


def test_an_import_that_has_been_followed_by_others_shows_what_it_was(cli: Cli) -> None:
    """People are called what they were called then, and what has changed since is another's."""
    nights = (
        "custom_id,name,email,email_2\nA,Ada,ada@example.com,a@example.com\n",
        "custom_id,name,email,email_2\nB,Bob,a@example.com,\n",
        "custom_id,name,email,email_2\nB,Bill,ada@example.com,\n",  # A is gone
        "custom_id,name,email,email_2\nA,Ann,ada@example.com,a@example.com\n",  # and B
    )
    shown = []
    for number, lines in enumerate(nights, start=1):
        write("people.csv", lines)
        succeed(cli("import-people", "people.csv", "--batch", "--json", "--max-deletes", "100%"))
        shown.append(show(cli, number)["changes"])
    assert [show(cli, number)["changes"] for number in (1, 2, 3, 4)] == shown
    assert [changes["by_action"] for changes in shown] == [
        {"create": 3},
        {"create": 1, "take": 1},
        {"delete": 1, "take": 1, "update": 1},
        {"create": 1, "delete": 1, "take": 2},
    ]


def test_a_correction_lists_all_that_the_history_has_of_it(cli: Cli) -> None:
    """It looks only for what it may have made; afterwards everybody is looked at."""
    write("people.csv", PEOPLE.replace("no address", "cem@example.com"))
    assert cli("import-people", "people.csv", "--batch", "--create-groups").exit_code == 0
    stated = {"verb": {"id": "http://adlnet.gov/expapi/verbs/completed"}, "object": {"id": "https://x.example/course"}}
    stated |= {"timestamp": "2019-01-01T00:00:00Z"}
    agents = [{"mbox": f"mailto:{who}@example.com"} for who in ("ada", "bob", "cem", "dot", "eve")]
    write("stated.jsonl", "\n".join(json.dumps(stated | {"actor": agent}) for agent in agents))
    assert cli("import-statements", "stated.jsonl").exit_code == 0
    done = (
        ("edit-person A --add-persona new@example.com --add-group north --name Ann", "create membership-added update"),
        ("edit-person B --add-group south --create-groups", "create membership-added"),
        ("edit-person B --add-persona old@example.com --until 2020-01-01", "create span"),  # now it is nobody's
        ("edit-person A --remove-persona ada@example.com", "create drop"),
        ("merge-people A B --custom-id A", "delete membership-added span take"),
        ("delete-person C", "create delete take"),
        ("edit-group north --name North", "update"),
        ("delete-group north", "delete membership-removed"),
        ("edit-person A --add-persona eve@example.com --until 2025-01-01", "delete drop span"),
        ("delete-person A", "create delete span take"),  # that time is now somebody's who is new
    )
    for number, (words, actions) in enumerate(done, start=3):
        listed = succeed(cli(*words.split(), "--json"))
        shown = show(cli, number)["changes"]
        assert listed["changes"] == [{name: row[name] for name in listed["changes"][0]} for row in shown["rows"]], words
        assert listed["plan"]["changes"] == shown["total"], words
        assert sorted(shown["by_action"]) == actions.split(), (words, shown)


def test_a_run_that_failed_or_was_refused_changed_nothing(cli: Cli) -> None:
    write("people.csv", PEOPLE)
    assert cli("import-people", "people.csv", "--batch", "--create-groups", "--strict").exit_code == 4
    found = show(cli, 1)
    assert (found["state"], found["changes"]["total"]) == ("refused", 0)
    assert "--strict" in found["failure"]
    assert "\nfailure      1 line is rejected, and --strict" in cli("show-import", "1").stdout


def test_a_run_that_died_shows_as_such(cli: Cli, cli_process: Process, database_url: str) -> None:
    write("people.csv", PEOPLE)
    with psycopg.connect(database_url) as somebody:
        somebody.execute("SELECT pg_advisory_xact_lock(7301, id) FROM organisations")
        process = cli_process("import-people", "people.csv", "--batch", "--create-groups")
        while not somebody.execute("SELECT FROM pg_locks WHERE classid = 7301 AND NOT granted").fetchall():
            assert process.poll() is None
        assert show(cli, 1)["state"] == "running"
        process.send_signal(signal.SIGKILL)
        process.wait()
        while somebody.execute("SELECT FROM pg_locks WHERE classid = 7306").fetchall():
            pass
    found = show(cli, 1)
    assert (found["state"], found["changes"]["rows"]) == ("died", [])
    assert cli("show-import", "1").stdout.splitlines()[1].startswith("import 1, died: import-people by ")


def test_line_by_line_is_one_import(cli: Cli) -> None:
    write("people.csv", "custom_id,name,email\nA,Ada,ada@example.com\nA,Ada L.,no address\nA,Ann,ada@example.com\n")
    assert cli("import-people", "people.csv").exit_code == 3
    found = show(cli, 1)
    assert found["counts"]["reasons"] == {"invalid_mbox": 1}
    assert [(row["line"], row["action"], row["new"]) for row in found["changes"]["rows"]] == [
        (2, "create", None),
        (4, "create", "Ann"),
    ]


def test_statements_make_people_too(cli: Cli) -> None:
    statement = {
        "actor": {"name": "Ada", "mbox": "mailto:ada@example.com"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://lms.example.org/courses/1"},
        "id": "00000001-0000-4000-8000-000000000000",
        "timestamp": "2024-05-06T07:08:09Z",
    }
    write("statements.jsonl", json.dumps(statement))
    succeed(cli("import-statements", "statements.jsonl", "--json"))
    found = show(cli, 1)
    assert found["command"] == "import-statements"
    assert [(row["action"], row["person"], row["persona"], row["new"]) for row in found["changes"]["rows"]] == [
        ("create", "mailto:ada@example.com", None, "Ada"),
        ("create", "mailto:ada@example.com", "mailto:ada@example.com", None),
    ]
    assert "seconds" in found["counts"]


def test_undone_and_pruned_imports_say_so(cli: Cli, database_url: str) -> None:
    write("people.csv", PEOPLE)
    for _ in range(3):
        assert cli("import-people", "people.csv", "--batch", "--create-groups").exit_code == 3
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE imports SET undoes = 1 WHERE id = 2")
        connection.execute("UPDATE imports SET pruned = true WHERE id = 3")
    assert (show(cli, 1)["undone_by"], show(cli, 2)["undoes"], show(cli, 2)["undone_by"]) == (2, 1, None)
    assert "\nundone by    import 2\n" in cli("show-import", "1").stdout
    assert "\nundoes       import 1\n" in cli("show-import", "2").stdout
    assert "  undone by 2  " in cli("list-imports").stdout
    assert show(cli, 3)["pruned"]
    assert "\nchanges      no longer known" in cli("show-import", "3").stdout
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE imports SET undoes = 2 WHERE id = 3")
    assert (show(cli, 1)["undone_by"], show(cli, 2)["undone_by"]) == (None, 3)
    assert "undone by 2" not in cli("list-imports").stdout


def test_an_import_that_there_is_not(cli: Cli) -> None:
    write("people.csv", PEOPLE)
    assert cli("import-people", "people.csv", "--batch", "--create-groups").exit_code == 3
    assert cli("show-import", "2").exit_code == 2
    other = cli("show-import", "1", "--organisation", "other", "--create-organisation")
    assert (other.exit_code, "there is no import 1" in other.stderr) == (2, True)


KEPT = """
    INSERT INTO person_versions
    SELECT organisation_id, id, custom_id, name, image_url, created_at, changed_by, said_in, 2 FROM people
"""
PINNED = """
    WITH kept AS (
        INSERT INTO persona_versions
        SELECT organisation_id, id, person_id, kind, ifi, near, as_written, agent_name, pinned, created_at, changed_by,
               said_in, 2, begins_at
        FROM personas WHERE ifi = 'mailto:ada@example.com'
    )
    UPDATE personas SET pinned = true, changed_by = 2, said_in = NULL WHERE ifi = 'mailto:ada@example.com'
"""


def test_people_who_swap_names_are_told_apart(cli: Cli, database_url: str) -> None:
    """People are called what they are afterwards; from and to say what they were."""
    write("people.csv", "custom_id,name,email\nA,Ada,ada@example.com\nB,Bob,bob@example.com\nC,Cem,cem@example.com\n")
    write("more.csv", "custom_id,email\nA,new@example.com\n")
    for file in ("people.csv", "more.csv"):
        assert cli("import-people", file, "--batch").exit_code == 0
    with psycopg.connect(database_url) as connection:
        connection.execute(KEPT)
        for old, new in (("A", "X"), ("B", "A"), ("X", "B"), ("C", None)):
            connection.execute(
                "UPDATE people SET custom_id = %s, changed_by = 2, said_in = NULL WHERE custom_id = %s", [new, old]
            )
        connection.execute(PINNED)
        (found,) = connection.execute("SELECT id FROM people WHERE custom_id IS NULL").fetchone() or (0,)
    rows = [
        tuple(row[name] for name in ("action", "person", "persona", "from", "to", "old", "new"))
        for row in show(cli, 2)["changes"]["rows"]
    ]
    assert rows == [
        ("create", "B", "mailto:new@example.com", None, None, None, None),
        ("pin", "B", "mailto:ada@example.com", None, None, None, None),
        ("release", f"#{found}", None, "C", f"#{found}", "C", None),
        ("rename", "A", None, "B", "A", "B", "A"),
        ("rename", "B", None, "A", "B", "A", "B"),
    ]
