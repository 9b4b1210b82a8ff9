"""What a mapping says beside the columns, from the command line to the database: options, lines left out, mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import as_json, ask, by_custom_id, contents, people, write
from conftest import Cli
from hr import GROUPS, HEADER, MAPPING, STAFF, run_command, staff


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("options = {takeover = 'apply'}", "options.takeover: there is no such option; nearest: takeovers"),
        ("options = {database = 'x'}", "options.database: belongs on the command line, not in a mapping\n"),
        ("options = {json = true}", "options.json: belongs on the command line, not in a mapping\n"),
        ("options = {groups-file = ['x']}", "options.groups_file: belongs on the command line, not in a mapping\n"),
        ("options = {dry_run = true}", "options.dry_run: belongs on the command line, not in a mapping\n"),
        (
            "source = 'hr'\noptions = {source = 'sap'}",
            "options.source: 'sap', but source says 'hr': give it once\n",
        ),
        (
            "file = {encoding = 'cp1252'}\noptions = {encoding = 'utf-8'}",
            "options.encoding: 'utf-8', but file.encoding says 'cp1252': give it once\n",
        ),
        (
            "file = {delimiter = 'tab'}\noptions = {delimiter = ';'}",
            "options.delimiter: ';', but file.delimiter says '\\t': give it once\n",
        ),
        ("options = {max_rejects = true}", "options.max_rejects: true is not a value"),
        ("options = {takeovers = 'perhaps'}", "options.takeovers: 'perhaps' is not one of 'apply'"),
        ("options = {max-deletes = 'some'}", "options.max_deletes: 'some' is neither a number nor a percentage"),
        ("options = {batch = 'yes'}", "options.batch: 'yes' is not true or false"),
        ("options = {source = true}", "options.source: true is not a value"),
        ("options = {reject_warnings = 'mojibake'}", "options.reject_warnings: 'mojibake' is not a list"),
        ("options = {reject_warnings = ['mojibak']}", "options.reject_warnings: 'mojibak' is not one of "),
        ("options = {wait = -1}", "options.wait: -1"),
        ("skips = []", "skips: there is no such key; nearest: 'skip'"),
        ("person = {id = '{ID}'}", "person.id: there is no such key; nearest: 'custom_id'"),
        ("personas = [{mbox = 5}]", "personas[1].mbox: 5 is not a text"),
        ("personas = [{mbox = '{Mail'}]", "personas[1].mbox: a single { in '{Mail'"),
        ("file = {encoding = 'utf-9'}", "file.encoding: 'utf-9' is not known"),
        ("source = ", "is no TOML"),
    ],
)
def test_mistakes_in_a_mapping_need_no_database(
    toml: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    write("hr.toml", toml)
    result = run_command("import-people", "hr.csv", "--mapping", "hr.toml")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result
    assert result.stderr.startswith(f"error: hr.toml: {told}"), result


def test_a_mapping_may_say_the_same_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    write("hr.toml", "source = 'hr'\nfile = {delimiter = '\\t'}\noptions = {source = 'hr', delimiter = 'tab'}")
    assert run_command("import-people", "hr.csv", "--mapping", "hr.toml").exit_code == 75


def test_columns_that_a_mapping_names_wrongly(cli: Cli, database_url: str) -> None:
    write("hr.toml", MAPPING.replace("{Mail}", "{Mial}"))
    staff()
    before = contents(database_url)
    result = cli("import-people", "hr.csv", "--mapping", "hr.toml")
    assert result.exit_code == 2
    assert result.stderr == "error: hr.toml: personas[1].mbox: no column 'Mial' in hr.csv; nearest: 'Mail'\n"
    write("hr.toml", MAPPING.replace("[options]", "[file]\ndelimiter = ';'\n[options]"))
    write("hr.csv", HEADER, STAFF["1"])
    result = cli("import-people", "hr.csv", "--mapping", "hr.toml")
    assert result.stderr.endswith(
        "; by the delimiter ';', which was asked for, the header is one cell: perhaps it is ','\n"
    )
    write("titled.csv", "All of our staff", "custom_id,email", "1,a@example.org")
    for command in ("import-people titled.csv", "import-people hr.csv --groups-file titled.csv --mapping hr.toml"):
        if "groups" in command:
            write("hr.toml", MAPPING)
        result = cli(*command.split(), "--batch")
        assert result.exit_code == 2
        assert "line 1 has one cell where line 2 has 2: perhaps it is a title" in result.stderr
    result = cli("import-people", "hr.csv", "--mapping", "nowhere.toml")
    assert result.exit_code == 2
    assert "the ready mappings are canvas, moodle, oneroster" in result.stderr
    result = cli("import-people", "hr.csv", "--batch")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "inspect-people" in result.stderr
    assert contents(database_url) == before


RULES = (
    MAPPING
    + """
[[personas]]
account = {home_page = "https://hr.example.org", name = "{ID}"}
"""
)
RULED = """
blanks = ["none", {column = "Mail", equals = "noreply@corp.example"}]
skip = [{column = "Status", equals = ["Terminated", "left"]}]
ignore = ["Sal*"]
"""


def test_options_are_overridden_and_lines_left_out(cli: Cli, database_url: str) -> None:
    write("hr.toml", RULED + RULES.replace('groups = "replace"', 'takeovers = "leave"'))
    header = f"{HEADER},Status,Salary,Hat"
    lines = [
        *(f"{line},active,9,bowler" for line in STAFF.values()),
        "5,Eve,noreply@corp.example,D1,NONE,None, TERMINATED ,9,",
        "6,Fay,NoReply@Corp.example,D1,NONE,None,,9,",
        "7,n/a,7@example.org,none,,,,9,",
    ]
    write("hr.csv", header, *lines)
    summary = cli("import-people", "hr.csv", "--mapping", "hr.toml")
    assert summary.exit_code == 0
    assert "\nread         6 lines, 0 unchanged, 0 rejected, 1 left out, " in summary.stdout
    assert summary.stderr == 'warning: hr.csv: the column "Hat" is not imported\n'
    assert by_name(cli) == {"1": 2, "2": 2, "3": 2, "4": 2, "6": 1, "7": 2}
    assert [run["source"] for run in as_json(cli("list-imports", "--json"))["imports"]] == ["hr"]
    same = as_json(cli("import-people", "hr.csv", "--mapping", "hr.toml", "--json"))
    assert (same["unchanged"], same["skipped"], same["warnings"]) == (6, 1, {"ignored_column": 1})

    # Line by line gives the same people.
    there = written_out(cli)
    to = ["--organisation", "rows", "--create-organisation"]
    rows = as_json(cli("import-people", "hr.csv", "--mapping", "hr.toml", "--no-batch", "--json", *to))
    assert (rows["skipped"], rows["people"]["created"], rows["rows"]) == (1, 6, 6)
    assert written_out(cli, *to[:2]) == there
    assert cli("finish-batch-updates", "--check", *to[:2]).exit_code == 0

    # The command line has the last word.
    write("hr.csv", header, "8,Gil,ann@example.org,D1,,,,9,")
    left = as_json(cli("import-people", "hr.csv", "--mapping", "hr.toml", "--json", "--dry-run"))
    assert left["personas"]["left"] == 1
    taken = as_json(
        cli("import-people", "hr.csv", "--mapping", "hr.toml", "--json", "--dry-run", "--takeovers", "apply")
    )
    assert taken["personas"]["taken"] == 1
    write("hr.toml", RULED + RULES)
    guarded = RULED + RULES.replace("batch = true", "max_deletes = 0\nstrict = true")
    write("hr.toml", guarded.replace("[options]", "[options]\nbatch = true"))
    passed = as_json(cli("import-people", "hr.csv", "--mapping", "hr.toml", "--no-batch", "--json"))
    assert passed["people"]["created"] == 1, "what needs a batch is passed over"
    whole = cli("import-people", "hr.csv", "--mapping", "hr.toml", "--no-batch", "--strict")
    assert (whole.exit_code, whole.stderr) == (2, "error: --strict speaks of the whole file: it needs --batch\n")
    write("hr.toml", guarded)
    whole = cli("import-people", "hr.csv", "--mapping", "hr.toml")
    told = "error: options.groups of hr.toml speaks of the whole file: it needs --batch\n"
    assert (whole.exit_code, whole.stderr) == (2, told)


def by_name(cli: Cli) -> dict[str | None, int]:
    """How many personas each custom_id has."""
    return {person["customId"]: len(person["personas"]) for person in people(cli)}


def written_out(cli: Cli, *to: str) -> str:
    exported = cli("export-people", *to)
    assert exported.exit_code == 0, exported
    return exported.stdout


def test_an_unmended_proposal_makes_no_person_of_many(cli: Cli, database_url: str) -> None:
    """What was proposed for one night's file may not fit another's, and nobody has looked at it."""
    lines = [f"{n:03},Person {n},p{n}@example.org" for n in range(30)]
    write("hr.csv", "Employee ID,Name,Email", *lines)
    assert cli("inspect-people", "hr.csv", "--output", "hr.toml").exit_code == 0
    run = ["import-people", "hr.csv", "--mapping", "hr.toml"]
    assert cli(*run).exit_code == 0
    before = contents(database_url)
    write("hr.csv", "Employee ID,Name,Email", *lines, "007,Bo Ray,", "007,Cy Poe,cy@example.org", ",Di,p7@example.org")
    told = (
        "error: hr.toml is as inspect-people has proposed it, and makes 1 person of lines with 3 names or more: "
        '"007" is "Person 7" (line 9), "Bo Ray" (line 32), "Cy Poe" (line 33), …; mend the mapping, if only by a '
        "comment where that is right; nothing was changed\n"
    )
    for options in ([], ["--dry-run"], ["--no-batch"], ["--contested", "leave"]):
        refused = cli(*run, *options)
        assert (refused.exit_code, refused.stderr) == (4, told), (options, refused)
    assert contents(database_url) == before
    write("hr.csv", "Employee ID,Name,Email", *lines, "007,Person Seven,", "007,7 PERSON,")
    assert cli(*run).exit_code == 0, "two names may be one person's"
    write("hr.csv", "Employee ID,Name,Email", *lines, "007,Bo Ray,", "007,Cy Poe,cy@example.org")
    toml = Path("hr.toml").read_text()
    Path("hr.toml").write_text(toml.replace("\n", "\r\n"), newline="")
    assert cli(*run).exit_code == 4, "other line ends are no look at it"
    Path("hr.toml").write_text("# Looked at: 007 is one.\n" + toml)
    assert cli(*run).exit_code == 0


def test_a_trailer_is_no_line(cli: Cli, database_url: str) -> None:
    header = "custom_id,name,email"
    write("mon.csv", header, "E1,Ann,ann@corp.example", "E2,Bo,bo@corp.example", "***END OF FILE***")
    write("tue.csv", header, "E2,Bo,bo@corp.example", "***END OF FILE***")
    assert cli("inspect-people", "mon.csv", "--output", "map.toml").exit_code == 0
    assert '{line_begins = "***END OF FILE***"}' in Path("map.toml").read_text()
    run = ["--mapping", "map.toml", "--snapshot", "--leavers", "release", "--json"]
    assert as_json(cli("import-people", "mon.csv", *run))["skipped"] == 1
    tuesday = as_json(cli("import-people", "tue.csv", *run))
    assert (tuesday["rejected"], tuesday["skipped"]) == (0, 1)
    assert by_custom_id(people(cli)).keys() == {None, "E2"}


def test_another_template_or_rule_reads_unchanged_lines_again(cli: Cli, database_url: str) -> None:
    write("hr.toml", MAPPING)
    staff(_1="1,JosÃ©,jose@example.org,D1,Sales,North")
    run = ["import-people", "hr.csv", "--mapping", "hr.toml", "--json"]
    assert as_json(cli(*run))["warnings"] == {"mojibake": 1}
    assert as_json(cli(*run))["unchanged"] == 4
    write("hr.toml", MAPPING.replace('name = "{Name}"', 'name = "{Name} ({Division})"'))
    assert as_json(cli(*run))["people"]["updated"] == 4
    write("hr.toml", MAPPING.replace('name = "{Dept name}"', 'name = "The {Dept name}"'))
    renamed = as_json(cli(*run))
    assert (renamed["people"]["updated"], renamed["groups"]["updated"]) == (4, 3)
    write("hr.toml", 'blanks = ["Sales"]\n' + MAPPING)
    assert as_json(cli(*run))["groups"]["updated"] == 2, "a blank name changes nothing"
    assert ask(database_url, GROUPS)[0] == ("dept:D1", "department", "The Sales")
    strict = as_json(cli(*run, "--reject-warnings", "mojibake"), 3)
    assert (strict["rejected"], strict["warnings"]) == (1, {})
    assert as_json(cli(*run, "--reject-warnings", "mojibake"), 3)["unchanged"] == 3
    assert as_json(cli(*run))["warnings"] == {"mojibake": 1}
