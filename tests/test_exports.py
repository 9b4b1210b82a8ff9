"""What is there, written out, and read again."""

from __future__ import annotations

import csv
import os
from pathlib import Path

from commands import BOB, as_json, ask, many, people, statement, write
from conftest import Cli, Process

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
