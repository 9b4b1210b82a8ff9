"""Organisations: made on purpose, and never mixed."""

from __future__ import annotations

from commands import as_json, ask, by_custom_id, contents, many, people, rows_of, statement, write
from conftest import Cli


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
