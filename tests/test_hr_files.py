"""Files as HR sends them, from the command line to the database and back: mappings, groups from columns, warnings,
rejects that come again, archives and odd bytes. `pytest -m soak` fuzzes for longer.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import signal
import zipfile
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import Cli, Result, Server, started
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_commands import as_json, ask, by_custom_id, contents, people, rows_of, statement, write

from identity.hierarchy import knots
from identity.problems import PROBLEMS

HEADER = "ID,Name,Mail,Dept,Dept name,Division"
MAPPING = """
source = "hr"
[options]
batch = true
groups = "replace"
[person]
custom_id = "{ID}"
name = "{Name}"
[[personas]]
mbox = "{Mail}"
[[groups]]
custom_id = "dept:{Dept}"
type = "department"
name = "{Dept name}"
parents = [{custom_id = "div:{Division}", type = "division", name = "Division {Division}"}]
"""
STAFF = {
    "1": "1,Ann,ann@example.org,D1,Sales,North",
    "2": "2,Bob,bob@example.org,D1,Sales,North",
    "3": "3,Cid,cid@example.org,D2,Support,North",
    "4": "4,Dot,dot@example.org,D3,Legal,South",
}
GROUPS = "SELECT custom_id, type, name FROM groups ORDER BY custom_id"
EDGES = """
    SELECT c.custom_id, p.custom_id, s.name
    FROM group_parents AS g
    JOIN groups AS c ON c.id = g.group_id
    JOIN groups AS p ON p.id = g.parent_id
    JOIN sources AS s ON s.id = g.source_id
    ORDER BY 1, 2, 3
"""
MARKED = """
    SELECT DISTINCT g.custom_id FROM pending AS p JOIN groups AS g ON g.id = p.subject_id
    WHERE p.subject = 'group' ORDER BY 1
"""
NOTHING = {"people": 0, "groups": 0}


def staff(**changed: str) -> str:
    return write("hr.csv", HEADER, *(STAFF | {key[1:]: line for key, line in changed.items()}).values())


def night(cli: Cli, url: str, *more: str, exit_code: int = 0) -> tuple[dict[str, Any], list[str]]:
    """The night's import: what it says, and which groups it marks; the reporting records are right after it."""
    summary = as_json(cli("import-people", "hr.csv", "--mapping", "hr.toml", "--no-finish", "--json", *more), exit_code)
    marked = [group for (group,) in ask(url, MARKED)]
    assert summary["pending"]["groups"] == len(marked)
    checked = cli("finish-batch-updates", "--check")
    assert checked.exit_code == 0, checked
    return summary, marked


def edges(url: str) -> list[tuple[str, ...]]:
    return [edge[:2] for edge in ask(url, EDGES)]


# -- groups from columns ---------------------------------------------------------------------------------------


def test_departments_and_divisions_follow_the_file_night_by_night(cli: Cli, database_url: str) -> None:
    write("hr.toml", MAPPING)
    write("s.jsonl", *(statement({"mbox": f"mailto:{who}@example.org"}, 1) for who in ("ann", "cid", "dot")))
    assert cli("import-statements", "s.jsonl").exit_code == 0
    staff()
    made, marked = night(cli, database_url)
    assert (made["groups"], made["memberships"]["added"]) == ({"created": 5, "updated": 0}, 4)
    assert marked == ["dept:D1", "dept:D2", "dept:D3", "div:North", "div:South"]
    named = [
        ("dept:D1", "department", "Sales"),
        ("dept:D2", "department", "Support"),
        ("dept:D3", "department", "Legal"),
        ("div:North", "division", "Division North"),
        ("div:South", "division", "Division South"),
    ]
    assert ask(database_url, GROUPS) == named
    assert ask(database_url, EDGES) == [
        ("dept:D1", "div:North", "hr"), ("dept:D2", "div:North", "hr"), ("dept:D3", "div:South", "hr"),
    ]  # fmt: skip

    # The same file again.
    before = contents(database_url)
    same, marked = night(cli, database_url)
    assert (same["unchanged"], same["groups"], same["pending"], marked) == (
        4,
        {"created": 0, "updated": 0},
        NOTHING,
        [],
    )
    assert contents(database_url) == before

    # Renamed by its last line, while the others are unchanged; then by a line that another still contradicts.
    staff(_2="2,Bob,bob@example.org,D1,Sales & more,North")
    renamed, marked = night(cli, database_url)
    assert (renamed["groups"], renamed["pending"], marked) == ({"created": 0, "updated": 1}, NOTHING, [])
    assert ask(database_url, GROUPS)[0] == ("dept:D1", "department", "Sales & more")
    staff(_1="1,Ann,ann@example.org,D1,Trade,North", _2="2,Bob,bob@example.org,D1,Sales & more,North")
    stays, _ = night(cli, database_url)
    assert stays["groups"]["updated"] == 0, "the last line counts, though it is unchanged"
    assert ask(database_url, GROUPS)[0] == ("dept:D1", "department", "Sales & more")
    staff()
    assert night(cli, database_url)[0]["groups"]["updated"] == 1

    # A department moves.
    staff(_3="3,Cid,cid@example.org,D2,Support,South")
    moved, marked = night(cli, database_url)
    assert marked == ["div:North", "div:South"]
    assert moved["memberships"] == {"added": 0, "removed": 0, "of_others": 0}
    assert edges(database_url) == [("dept:D1", "div:North"), ("dept:D2", "div:South"), ("dept:D3", "div:South")]
    staff()
    _, marked = night(cli, database_url, "--groups", "add")
    assert marked == ["div:North"]
    assert ("dept:D2", "div:North") in edges(database_url)
    assert ("dept:D2", "div:South") in edges(database_url)

    # What a rejected line names is not taken away.
    staff(_4="4,Dot,dot at example.org,D2,Support,South")
    bad, marked = night(cli, database_url, exit_code=3)
    assert (bad["rejected"], marked) == (1, [])
    assert ("dept:D2", "div:South") in edges(database_url)
    staff()
    _, marked = night(cli, database_url)
    assert marked == ["div:South"]
    assert edges(database_url) == [("dept:D1", "div:North"), ("dept:D2", "div:North"), ("dept:D3", "div:South")]

    # Of another source's parents nothing is taken away.
    staff(_3="3,Cid,cid@example.org,D2,Support,West")
    assert night(cli, database_url, "--source", "crm")[1] == ["div:West"], "hr has said the rest"
    assert night(cli, database_url)[1] == ["div:North"], "in the other hr's department is already"
    staff()
    night(cli, database_url)
    assert [edge for edge in ask(database_url, EDGES) if edge[0] == "dept:D2"] == [
        ("dept:D2", "div:North", "hr"), ("dept:D2", "div:West", "crm"),
    ]  # fmt: skip


GROUP_CYCLE = """
source = "hr"
options = {batch = true, groups = "replace"}
person = {custom_id = "{ID}"}
personas = [{mbox = "{Mail}"}]
groups = [{custom_id = "{Unit}", parents = ["{Above}"]}]
"""


def test_a_group_never_becomes_its_own_ancestor(cli: Cli, database_url: str) -> None:
    write("cycle.toml", GROUP_CYCLE)
    lines = [
        "1,a@example.org,A,B",
        "2,b@example.org,B,C",
        "3,c@example.org,C,A",
        "4,d@example.org,D,A",
        "5,e@example.org,E,E",
    ]
    write("units.csv", "ID,Mail,Unit,Above", *lines)
    run = ["import-people", "units.csv", "--mapping", "cycle.toml"]
    told = cli(*run)
    assert told.exit_code == 0
    assert "parents left out: a group would be its own ancestor (4)" in told.stdout
    assert "  A → B → C → A\n" in told.stdout
    assert "  E → E\n" in told.stdout
    assert edges(database_url) == [("D", "A")]
    before = contents(database_url)
    again = as_json(cli(*run, "--json"))
    assert (again["warnings"], again["pending"]) == ({"group_cycle": 4}, NOTHING)
    assert contents(database_url) == before

    # Only the new parent that closes the circle is left out; what was there stays.
    write("units.csv", "ID,Mail,Unit,Above", "1,a@example.org,A,B", "2,b@example.org,B,C")
    assert as_json(cli(*run, "--json"))["warnings"] == {}
    write("units.csv", "ID,Mail,Unit,Above", "3,c@example.org,C,A", "2,b@example.org,B,C")
    told = cli(*run)
    assert "(1)\n  C → A → B → C\n" in told.stdout
    assert edges(database_url) == [("A", "B"), ("B", "C"), ("D", "A")]
    assert cli("finish-batch-updates", "--check").exit_code == 0

    # Line by line as well, whatever came before.
    write("rows.csv", "ID,Mail,Unit,Above", *(f"R{n},r{n}@example.org,D," for n in range(9)), "3,c@example.org,C,A")
    told = cli("import-people", "rows.csv", "--mapping", "cycle.toml", "--no-batch", "--groups", "add")
    assert "ancestor (1)\n  C → A → B → C\n" in told.stdout


def test_parents_on_a_way_round_are_left_out_and_no_other(cli: Cli, database_url: str) -> None:
    """Held to `knots`: the groups that go round by what is there and by all parents that come at once."""
    write("cycle.toml", GROUP_CYCLE)
    numbers = count()
    found = st.sets(st.tuples(st.sampled_from("ABCDEFG"), st.sampled_from("ABCDEFG")), min_size=1, max_size=12)

    @settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.booleans(), found), min_size=1, max_size=3))
    def holds(nights: list[tuple[bool, set[tuple[str, str]]]]) -> None:
        number, there = next(numbers), set[tuple[str, str]]()
        for at_once, said in nights:
            named = sorted((f"{lower}{number}", f"{upper}{number}") for lower, upper in said)
            for new in [set(named) - there] if at_once else [{edge} - there for edge in named]:
                round_ = knots(there | new)
                there |= {edge for edge in new if not any(knot.issuperset(edge) for knot in round_)}
            lines = (f"{n},p{n}@example.org,{lower},{upper}" for n, (lower, upper) in enumerate(named))
            write("units.csv", "ID,Mail,Unit,Above", *lines)
            way = "--batch" if at_once else "--no-batch"
            told = cli("import-people", "units.csv", "--mapping", "cycle.toml", "--groups", "add", way)
            assert told.exit_code == 0, told.output
            assert {edge for edge in edges(database_url) if edge[0][1:] == str(number)} == there

    holds()


TWICE = """
options = {batch = true}
person = {custom_id = "{ID}"}
personas = [{mbox = "{Mail}"}]

[[groups]]
custom_id = "{Units}"
split = ";"
parents = ["all"]

[[groups]]
custom_id = "{Unit}"
type = "unit"
name = "{First}"

[[groups]]
custom_id = "{Unit}"
type = "team"
name = "{Second}"
"""


def test_one_line_says_two_things_of_one_group(cli: Cli, database_url: str) -> None:
    write("twice.toml", TWICE)
    lines = [
        "1,a@example.org,x;y;x; x ,x,Red,Blue",
        "2,b@example.org,x,x,Blue,Red",
    ]
    write("twice.csv", "ID,Mail,Units,Unit,First,Second", *lines)
    run = ["import-people", "twice.csv", "--mapping", "twice.toml", "--json"]
    made = as_json(cli(*run))
    assert (made["groups"]["created"], made["memberships"]["added"]) == (3, 3)
    assert ask(database_url, GROUPS) == [("all", None, None), ("x", "team", "Red"), ("y", None, None)]
    assert edges(database_url) == [("x", "all"), ("y", "all")]
    before = contents(database_url)
    assert as_json(cli(*run))["groups"]["updated"] == 0
    assert contents(database_url) == before
    # The same lines with another before them say the same.
    write("twice.csv", "ID,Mail,Units,Unit,First,Second", "3,c@example.org,,x,Red,Red", *lines)
    assert as_json(cli(*run))["groups"]["updated"] == 0
    write("twice.csv", "ID,Mail,Units,Unit,First,Second", "2,b@example.org,x,x,Red,")
    assert as_json(cli(*run))["groups"]["updated"] == 0, "the last that is not blank"


def test_groups_that_cannot_be_used_or_are_not_known(cli: Cli, database_url: str) -> None:
    write("hr.toml", MAPPING)
    long = "x" * 2_000
    staff(_2=f"2,Bob,bob@example.org,{long},Sales,North", _3=f"3,Cid,cid@example.org,D2,Support,{long}")
    summary = as_json(cli("import-people", "hr.csv", "--mapping", "hr.toml", "--json"), 3)
    assert summary["rejected"] == 2
    assert [(row["ID"], row["_column"], row["_code"], row["_value"]) for row in rows_of("hr.csv.rejects.csv")] == [
        ("2", "Dept", "too_long", f"dept:{long}"),
        ("3", "Division", "too_long", f"div:{long}"),
    ]
    # Mended, it is imported with the same mapping.
    mended = Path("hr.csv.rejects.csv").read_text()
    mended = mended.replace(f",{long},S", ",D1,S").replace(f"Support,{long}", "Support,North")
    write("mended.csv", mended.rstrip())
    assert cli("import-people", "mended.csv", "--mapping", "hr.toml").exit_code == 0
    assert len(people(cli)) == 4

    staff(_1="1,Ann,ann@example.org,D9,Research,North", _2="2,Bob,bob@example.org,D1,Sales,Nowhere")
    run = ["import-people", "hr.csv", "--mapping", "hr.toml", "--no-create-groups", "--json"]
    assert as_json(cli(*run), 3)["groups"]["created"] == 0
    assert [(row["ID"], row["_column"], row["_code"], row["_value"]) for row in rows_of("hr.csv.rejects.csv")] == [
        ("1", "Dept", "unknown_group", "dept:D9"),
        ("2", "Division", "unknown_group", "div:Nowhere"),
    ]


def test_two_mapped_files_in_one_batch(cli: Cli, database_url: str) -> None:
    write("hr.toml", MAPPING)
    write("north.csv", HEADER, STAFF["1"], STAFF["2"])
    write(
        "south.csv",
        "Division,Dept,Dept name,Mail,Name,ID",
        "South,D3,Legal,dot@example.org,Dot,4",
        "North,D1,Trade,x,X,5",
    )
    run = ["import-people", "north.csv", "south.csv", "--mapping", "hr.toml", "--json"]
    assert as_json(cli(*run), 3)["people"]["created"] == 3
    assert [row["Division"] for row in rows_of("south.csv.rejects.csv")] == ["North"]
    assert ask(database_url, GROUPS)[0] == ("dept:D1", "department", "Sales"), "a rejected line renames nothing"
    write(
        "south.csv",
        "Division,Dept,Dept name,Mail,Name,ID",
        "South,D3,Legal,dot@example.org,Dot,4",
        "North,D1,Trade,,Dot,4",
    )
    assert as_json(cli(*run))["groups"]["updated"] == 1
    assert ask(database_url, GROUPS)[0] == ("dept:D1", "department", "Trade")
    before = contents(database_url)
    assert as_json(cli(*run))["pending"] == NOTHING
    assert contents(database_url) == before


def test_a_file_of_groups(cli: Cli, database_url: str) -> None:
    write(
        "groups.csv", "custom_id,name,type,parent_custom_ids", "x,Ex,unit,all|half", "y,,,all", "all,All,,", "half,,,"
    )
    write("people.csv", "custom_id,email,groups", "1,a@example.org,x", "2,b@example.org,y|all", "3,c@example.org,z")
    run = ["import-people", "people.csv", "--groups-file", "groups.csv", "--batch", "--json"]
    made = as_json(cli(*run), 3)
    assert (made["groups"], made["rejected"]) == ({"created": 4, "updated": 0}, 1)
    assert [(row["_code"], row["_column"]) for row in rows_of("people.csv.rejects.csv")] == [
        ("unknown_group", "groups")
    ]
    assert ask(database_url, GROUPS) == [
        ("all", None, "All"),
        ("half", None, None),
        ("x", "unit", "Ex"),
        ("y", None, None),
    ]
    assert edges(database_url) == [("x", "all"), ("x", "half"), ("y", "all")]
    before = contents(database_url)
    same = as_json(cli(*run), 3)
    assert (same["groups"], same["pending"]) == ({"created": 0, "updated": 0}, NOTHING)
    assert {t for t, rows in contents(database_url).items() if rows != before[t]} == set()

    write("groups.csv", "custom_id,name,parents,parent_custom_ids", "x,<delete>,,half", "y,,,<delete>")
    warned = cli("import-people", "people.csv", "--groups-file", "groups.csv", "--batch", "--dry-run").stderr
    assert warned == 'warning: groups.csv: the column "parents" is not imported\n'
    replaced = as_json(cli(*run, "--groups", "replace"), 3)
    assert (replaced["groups"]["updated"], replaced["pending"]["groups"]) == (1, 1)
    assert edges(database_url) == [("x", "half")]
    assert ask(database_url, GROUPS)[2] == ("x", "unit", None)
    assert cli("finish-batch-updates", "--check").exit_code == 0

    before = contents(database_url)
    for command, told in (
        (["--batch", "--groups-file", "none.csv"], "error: none.csv: cannot be read"),
        (
            ["--batch", "--groups-file", "people.csv", "--groups-file", "people.csv"],
            "error: people.csv: is given twice",
        ),
        (["--groups-file", "groups.csv"], "error: --groups-file speaks of the whole file: it needs --batch"),
    ):
        result = cli("import-people", "people.csv", *command)
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result
        assert result.stderr.startswith(told), result
    assert contents(database_url) == before


def test_a_file_of_groups_by_a_ready_mapping(cli: Cli, database_url: str) -> None:
    write(
        "users.csv",
        "sourcedId,status,enabledUser,orgSourcedIds,role,username,givenName,familyName,email",
        'u1,active,true,"s1,s2",student,ann,Ann,Lee,ann@example.org',
        "u2,tobedeleted,true,s1,student,bob,Bob,Ray,bob@example.org",
    )
    write(
        "orgs.csv",
        "sourcedId,status,name,type,identifier,parentSourcedId",
        "d,active,District,district,,", "s1,active,School 1,school,,d", "s2,active,School 2,school,,d",
        "s3,tobedeleted,School 3,school,,d",
    )  # fmt: skip
    run = ["import-people", "users.csv", "--mapping", "oneroster", "--groups-file", "orgs.csv", "--batch", "--json"]
    made = as_json(cli(*run))
    assert (made["groups"]["created"], made["skipped"], made["people"]["created"]) == (3, 2, 1)
    assert ask(database_url, GROUPS) == [
        ("d", "district", "District"),
        ("s1", "school", "School 1"),
        ("s2", "school", "School 2"),
    ]
    assert edges(database_url) == [("s1", "d"), ("s2", "d")]
    before = contents(database_url)
    assert as_json(cli(*run))["unchanged"] == 4  # one of people, three of groups
    assert contents(database_url) == before


# -- what a mapping says beside the columns --------------------------------------------------------------------


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


def run_command(command: str, *arguments: str | Path, stdin: bytes | None = None) -> Result:
    """A command without a database of the test's own: it must end in an exit code."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        return Cli()(command, *arguments) if stdin is None else _with_input(command, arguments, stdin)
    finally:
        signal.signal(signal.SIGTERM, before)


def _with_input(command: str, arguments: Sequence[str | Path], stdin: bytes) -> Result:
    main, first, name = started(command)
    ran = CliRunner().invoke(main, [*first, *(str(one) for one in arguments)], input=stdin, prog_name=name)
    assert isinstance(ran.exception, SystemExit | None), ran.exception
    assert "unforeseen" not in ran.stdout + ran.stderr
    return Result(ran.exit_code, ran.stdout, ran.stderr)


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


# -- signs of damage -------------------------------------------------------------------------------------------

ODD_HEADER = "custom_id,name,email,email_2,mbox_sha1sum"
ODD = {
    "scientific_number": ["1.23E+11,Exa,exa@corp.example,,"],
    "short_id": ["17,Shorty,shorty@corp.example,,"],
    "mojibake": ["000091,RenÃ©e,renee@corp.example,,", "000092,ZoÃ«,zoe@corp.example,,"],
    "placeholder": ["000093,Test,test@test.com,,"],
    "hash_of_bare_address": [
        f"000094,Hash,h@corp.example,,{hashlib.sha1(b'h@corp.example', usedforsecurity=False).hexdigest()}"
    ],
    "near_miss": ["000095,Bob,bob@corp.example,,"],
    "shared_mbox": [f"00009{n},Shared {n},s{n}@corp.example,info@corp.example," for n in "678"],
    "invisible_character": ["00\u200b0099,Unseen,unseen@corp.example,,"],
    "differing_people": ["000100,Ann One,one@corp.example,,", "000100,Bo Two,two@corp.example,,"],
}
SOUND = [f"{n:06},P{n},p{n}@corp.example,," for n in range(1, 31)]


def test_every_sign_warns_or_rejects_exactly_its_lines(cli: Cli, database_url: str) -> None:
    write("known.csv", "custom_id,email", "000090,Bob@corp.example")
    assert cli("import-people", "known.csv", "--batch").exit_code == 0
    odd = [line for lines in ODD.values() for line in lines]
    write("hr.csv", ODD_HEADER, *SOUND, *odd)
    run = ["import-people", "hr.csv", "--batch", "--contested", "leave"]
    before = contents(database_url)
    plain = cli(*run, "--dry-run")
    assert plain.exit_code == 0, plain
    first = 2 + len(SOUND)
    for shown in (
        f'          2  {PROBLEMS["mojibake"].title} (mojibake), lines {first + 2}, {first + 3}: "RenÃ©e"\n',
        f'          1  {PROBLEMS["short_id"].title} (short_id), line {first + 1}: "17"\n',
        f'          1  {PROBLEMS["scientific_number"].title} (scientific_number), line {first}: "1.23E+11"\n',
        f'(shared_mbox), lines {first + 7}, {first + 8}, {first + 9}: "mailto:info@corp.example"\n',
        f"line {first + 6}: mailto:bob@corp.example is nearly mailto:Bob@corp.example\n",
    ):
        assert shown in plain.stdout, shown
    told = as_json(cli(*run, "--dry-run", "--json"))["warnings"]
    assert {code: told.pop(code) for code in ODD} == {code: len(lines) for code, lines in ODD.items()}
    assert told == {"persona_left": 1}
    strict_all = [option for code in ODD for option in ("--reject-warnings", code)]
    for codes, options in [
        *(({code}, ["--reject-warnings", code]) for code in ODD), (ODD.keys(), strict_all),
    ]:  # fmt: skip
        result = as_json(cli(*run, "--dry-run", "--rejects", "r.csv", "--json", *options), 3)
        assert [(row["custom_id"], row["_code"]) for row in rows_of("r.csv")] == [
            (line.split(",")[0], code) for code in ODD if code in codes for line in ODD[code]
        ]
        assert codes & result["warnings"].keys() == set(), codes
        assert all(row["_message"] and row["_column"] and row["_value"] for row in rows_of("r.csv"))
    assert contents(database_url) == before

    # Mended, they are imported.
    assert cli(*run, *strict_all).exit_code == 3
    mended = Path("hr.csv.rejects.csv").read_text(encoding="utf-8")
    for broken, whole in (
        ("\n1.23E+11,", "\n000123,"), ("\n17,", "\n000017,"), ("RenÃ©e", "Renée"), ("ZoÃ«", "Zoë"),
        ("test@test.com", "t@corp.example"), (ODD["hash_of_bare_address"][0].split(",")[-1], ""),
        (",bob@", ",robert@"), (",info@corp.example,", ",,"), ("\n00\u200b0099,", "\n000099,"),
        ("\n000100,Bo", "\n000101,Bo"),
    ):  # fmt: skip
        assert broken in mended, broken
        mended = mended.replace(broken, whole)
    write("mended.csv", mended.rstrip())
    assert as_json(cli("import-people", "mended.csv", "--batch", *strict_all, "--json"))["warnings"] == {}
    assert len(people(cli)) == 1 + len(SOUND) + len(odd) - 1, "000017 was there"


@pytest.mark.parametrize(
    ("lines", "warned"),
    [
        (["a@x.org,,,"] * 3, 0),
        (["a@x.org,Ann,,"] * 3, 0),
        (["a@x.org,Ann,,one", "a@x.org,Ann,,two", "a@x.org,Ann,,three"], 0),
        (["a@x.org,Ann,b@x.org,"] * 3, 0),
        (["a@x.org,Ann,,", "a@x.org,Bob,,", "a@x.org,Ann,,"], 0),
        (["a@x.org,Ann,,", "a@x.org,Bob,,", "a@x.org,Cy,,"], 3),
        (["a@x.org,,,", "a@x.org,,b@x.org,", "a@x.org,,c@x.org,"], 3),
    ],
)
def test_an_email_is_shared_by_people_not_by_lines(cli: Cli, lines: list[str], warned: int) -> None:
    """Lines without a custom_id that share an e-mail may be one person's, said again or of another group."""
    write("hr.csv", "email,name,email_2,groups", *lines, "d@x.org,Dee,,")
    run = ["import-people", "hr.csv", "--batch", "--create-groups", "--dry-run", "--json"]
    assert as_json(cli(*run))["warnings"].get("shared_mbox", 0) == warned
    result = as_json(cli(*run, "--reject-warnings", "shared_mbox"), 3 if warned else 0)
    assert result["rejected"] == warned


def test_lines_that_only_others_make_odd_are_looked_at_again(cli: Cli) -> None:
    few = ["17,A,a@corp.example,info@corp.example,", "18,B,b@corp.example,,", "19,C,c@corp.example,,"]
    write("hr.csv", ODD_HEADER, *few)
    run = [
        "import-people", "hr.csv", "--batch", "--contested", "leave", "--json",
        "--reject-warnings", "short_id", "--reject-warnings", "shared_mbox", "--min-lines", "0",
    ]  # fmt: skip
    assert as_json(cli(*run))["people"]["created"] == 3
    assert as_json(cli(*run))["unchanged"] == 3
    write("hr.csv", ODD_HEADER, *few, *SOUND)
    assert as_json(cli(*run), 3)["rejected"] == 3
    assert [(row["custom_id"], row["_code"]) for row in rows_of("hr.csv.rejects.csv")] == [
        (custom_id, "short_id") for custom_id in ("17", "18", "19")
    ]
    shared = [f"2{n},D{n},d{n}@corp.example,info@corp.example," for n in range(2)]
    write("hr.csv", ODD_HEADER, *few, *shared)
    assert as_json(cli(*run), 3)["rejected"] == 3
    assert [(row["custom_id"], row["_code"]) for row in rows_of("hr.csv.rejects.csv")] == [
        (custom_id, "shared_mbox") for custom_id in ("17", "20", "21")
    ]
    # Line by line, too, an id is short beside those of the whole file.
    write("hr.csv", ODD_HEADER, *few, *SOUND[:3])
    rows = as_json(cli("import-people", "hr.csv", "--reject-warnings", "short_id", "--json"), 3)
    assert (rows["rejected"], rows["unchanged"]) == (3, 3)
    assert {row["_code"] for row in rows_of("hr.csv.rejects.csv")} == {"short_id"}


# -- rejects that come again -----------------------------------------------------------------------------------


def test_rejects_are_told_from_those_of_the_last_import(cli: Cli, database_url: str) -> None:
    good = [f"G{n},g{n}@example.org" for n in range(5)]
    bad = [f"B{n},b{n} at example.org" for n in range(12)]
    old = ["--fail-on", "new-rejects"]

    def run(lines: Sequence[str], *options: str, exit_code: int) -> str:
        write("hr.csv", "custom_id,email", *lines)
        result = cli("import-people", "hr.csv", *options, *(["--min-lines", "0"] if "--batch" in options else []))
        assert result.exit_code == exit_code, result
        return result.stdout

    def again(lines: Sequence[str], *options: str, exit_code: int) -> int:
        return int(json.loads(run(lines, *options, "--json", exit_code=exit_code))["rejected_again"])

    first = run([*good, *bad[:11]], "--batch", *old, exit_code=3)
    assert "rejected (11)" in first
    assert again([*good, *bad[:11]], "--batch", *old, exit_code=0) == 11
    assert again([*good, *bad[:11]], "--batch", exit_code=3) == 11
    # A refused run and a dry one are no last import; nor is that of another source.
    assert again([*bad, *good], "--batch", *old, "--dry-run", exit_code=3) == 11
    assert again([*bad, *good], "--batch", *old, "--strict", exit_code=4) == 11
    assert again([*good, *bad[11:]], "--batch", *old, "--source", "crm", exit_code=3) == 0
    told = run([*bad, *good], "--batch", *old, exit_code=3)
    assert "rejected (12, 11 of them as in the last import of this source)" in told
    assert again([*bad, *good], "--batch", *old, exit_code=0) == 12
    # The same line for another reason is a new reject; a mended one is forgotten.
    assert again([*good, bad[0], "B0,b0@example.org", *bad[1:]], "--batch", *old, exit_code=3) == 12
    assert again([*good, *bad[6:]], "--batch", *old, exit_code=0) == 6
    assert again([*good, *bad[5:]], "--batch", *old, exit_code=3) == 6
    # Line by line it is the same, after a batch and before one.
    assert again([*good, *bad[5:]], *old, exit_code=0) == 7
    assert again([*bad[4:], *good], *old, exit_code=3) == 7
    assert again([*bad[4:]], *old, exit_code=0) == 8
    assert again([*bad[8:]], *old, exit_code=0) == 4
    assert again([*bad[4:], *good], "--batch", *old, exit_code=3) == 4
    assert again([*good], "--batch", *old, exit_code=0) == 0
    assert not Path("hr.csv.rejects.csv").exists()
    assert again([*bad[8:]], "--batch", *old, exit_code=3) == 0
    # The order of the columns does not count.
    write("hr.csv", "email,custom_id", *(",".join(reversed(line.split(","))) for line in [*good, *bad[8:]]))
    turned = as_json(cli("import-people", "hr.csv", "--batch", *old, "--json"))
    assert (turned["rejected_again"], turned["unchanged"]) == (4, 5)


# -- rejects, mended -------------------------------------------------------------------------------------------

MENDABLE = """
source = "hr"
{file}
[person]
custom_id = "{{Staff no}}"
name = "{{First}} {{Last}}"
[[personas]]
mbox = "{{Work e-mail}}"
[[personas]]
account = {{home_page = "https://lms.example.org", name = "{{Login}}"}}
[[groups]]
custom_id = "dept:{{Dept}}"
type = "department"
"""
MAPPED = ["Staff no", "First", "Last", "Work e-mail", "Login", "Dept", "Free"]
CANONICAL = ["custom_id", "image_url", "name", "email", "mbox_sha1sum", "groups", "_note"]
WORDS = st.text(st.sampled_from('abc é;,\t|"\nß'), max_size=6).filter(lambda word: word.strip() == word)
LINE = st.tuples(st.integers(0, 8), WORDS, WORDS, st.integers(0, 8), st.sampled_from(["", "S", "T"]), WORDS)
DAMAGES: dict[str, Callable[[list[str]], list[str]]] = {
    "none": lambda cells: cells,
    "mail": lambda cells: [*cells[:3], "no mail at all", *cells[4:]],
    "nobody": lambda cells: ["", *cells[1:3], "", "", *cells[5:]],
    "group": lambda cells: [*cells[:5], "a" * 2_001, *cells[6:]],
    "long": lambda cells: [*cells, "one", "too many"],
    "short": lambda cells: cells[:-2],
}


def table(rows: Sequence[Sequence[str]], delimiter: str, quoting: int, end: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


@pytest.fixture(scope="module")
def shared_url(server: Server, migrated: str) -> Iterator[str]:
    url = server.create_database(migrated)
    yield url
    server.drop_database(url)


NUMBERS = count(1)


EXPORTS = given(
    lines=st.lists(st.tuples(LINE, st.sampled_from(sorted(DAMAGES))), min_size=1, max_size=8),
    mapped=st.booleans(),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
    by_rows=st.booleans(),
)


def mended_rejects_give_the_same_people(
    folder: Path,
    lines: list[tuple[tuple[int, str, str, int, str, str], str]],
    mapped: bool,
    delimiter: str,
    quoting: int,
    end: str,
    encoding: str,
    by_rows: bool,
) -> None:
    number = next(NUMBERS)
    header = MAPPED if mapped else CANONICAL
    good = []
    names: dict[int, tuple[str, str]] = {}
    for nth, ((who, one, other, address, dept, free), _) in enumerate(lines):
        # Nobody is claimed by two; and what is mended comes last, where a name's last cell counts.
        first, last = names.setdefault(who, (one, other))
        cells = [f"P{who}", first, last, f"a{who}.{address}@example.org", "", dept and f"{dept}{who}", f"{nth}{free}"]
        cells[4] = f"login{who}" if mapped else f"{who:040}"
        good.append(cells)
    raw = [DAMAGES[damage](cells) for (_, damage), cells in zip(lines, good, strict=True)]
    mapping = folder / f"{number}.toml"
    mapping.write_text(MENDABLE.format(file='[file]\nencoding = "latin-1"' if encoding == "latin-1" else ""))
    options = ["--mapping", str(mapping)] if mapped else ["--create-groups"]
    if not mapped and encoding == "latin-1":
        options += ["--encoding", "latin-1"]
    batch = [] if by_rows else ["--batch"]

    def imported(name: str, rows: list[list[str]], organisation: str, new: bool) -> Result:
        path = folder / f"{name}{number}.csv"
        path.write_bytes(table([header, *rows], delimiter, quoting, end).encode(encoding))
        to = ["--organisation", organisation, *(["--create-organisation"] if new else [])]
        return run_command("import-people", path, *options, *batch, *to)

    whole = imported("whole", good, f"whole {number}", new=True)
    assert whole.exit_code == 0, whole
    part = imported("hr", raw, f"mended {number}", new=True)
    rejects = folder / f"hr{number}.csv.rejects.csv"
    assert part.exit_code == (3 if rejects.exists() else 0), part
    assert rejects.exists() or not any(cells != sound for cells, sound in zip(raw, good, strict=True))
    if rejects.exists():
        text = rejects.read_bytes().decode("utf-8")
        assert text.startswith("\ufeff") == (encoding != "utf-8")
        told, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
        assert told == [*header, "_line", "_column", "_code", "_value", "_message"]
        # Where each line begins, counted by hand.
        at, starts = 1, []
        for cells in [header, *raw]:
            starts.append(at)
            at += table([cells], delimiter, quoting, end).count("\n")
        mended = []
        for row in rows:
            place = starts.index(int(row[len(header)])) - 1
            written = [*raw[place], *[""] * len(header)][: len(header)]
            assert row[: len(header)] == written, "the original cells"
            mended.append([*good[place], *row[len(header) :]])
        rejects.write_bytes(
            b"\xef\xbb\xbf" * text.startswith("\ufeff") + table([told, *mended], delimiter, quoting, end).encode()
        )
        again = run_command("import-people", rejects, *options, *batch, "--organisation", f"mended {number}")
        assert again.exit_code == 0, again
    exports = [run_command("export-people", "--organisation", f"{which} {number}") for which in ("whole", "mended")]
    apart, together = (sorted(csv.reader(io.StringIO(export.stdout, newline=""))) for export in exports)
    assert [sorted(row) for row in apart] == [sorted(row) for row in together]


@pytest.mark.parametrize("examples", [6, pytest.param(300, marks=pytest.mark.soak)])
def test_mended_rejects_give_the_same_people(
    examples: int, shared_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", shared_url)
    check = settings(max_examples=examples, deadline=None)(EXPORTS(mended_rejects_give_the_same_people))
    check(folder=tmp_path)


# -- files of every kind ---------------------------------------------------------------------------------------


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_packed_files_and_standard_input(cli: Cli) -> None:
    plain = b"custom_id,email\nA,a@example.org\nB,b at example.org\n"
    other = "email;custom_id\nc@example.org;C\nx;D\n".encode("utf-16")
    Path("hr.csv.gz").write_bytes(gzip.compress(plain))
    Path("hr.zip").write_bytes(
        zipped({"north/": b"", "north/one.csv": plain, "__MACOSX/one.csv": b"?", "two.txt": other})
    )
    assert as_json(cli("import-people", "hr.csv.gz", "--batch", "--json"), 3)["people"]["created"] == 1
    assert [row["custom_id"] for row in rows_of("hr.csv.gz.rejects.csv")] == ["B"]
    two = as_json(cli("import-people", "hr.zip", "--batch", "--json"), 3)
    assert (two["rows"], two["unchanged"], two["people"]["created"], two["rejected"]) == (4, 1, 1, 2)
    rejects = Path("hr.zip.rejects.csv").read_text(encoding="utf-8-sig")
    assert rejects.splitlines()[0] == "custom_id,email,_file,_line,_column,_code,_value,_message"
    assert [line.split(",")[:4] for line in rejects.splitlines()[1:]] == [
        ["B", "b at example.org", "hr.zip/north/one.csv", "3"],
        ["D", "x", "hr.zip/two.txt", "3"],
    ]
    write("mended.csv", rejects.rstrip().replace("b at ", "b@").replace("D,x", "D,d@example.org"))
    assert cli("import-people", "mended.csv", "--batch").exit_code == 0
    assert by_custom_id(people(cli)) == {key: [f"{key.lower()}@example.org"] for key in "ABCD"}

    def piped(*options: str) -> Result:
        return run_command("import-people", "-", "--batch", "--json", *options, stdin=plain)

    refused = piped()
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert "--rejects" in refused.stderr
    assert as_json(piped("--rejects", "r.csv"), 3)["rejected"] == 1
    assert [row["_line"] for row in rows_of("r.csv")] == ["3"]
    before = sorted(Path().iterdir())
    assert as_json(piped("--dry-run"), 3)["state"] == "dry-run"
    assert sorted(Path().iterdir()) == before
    as_rows = run_command("import-people", "-", "--rejects", "r.csv", stdin=plain)
    assert as_rows.exit_code == 3
    inspected = run_command("inspect-people", "-", stdin=plain)
    assert (inspected.exit_code, inspected.stderr) == (0, "")


def test_a_spreadsheet(cli: Cli) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("python_calamine")
    book = openpyxl.Workbook()
    for row in (
        ["ID", "Name", "Mail", "Dept", "Dept name", "Division"],
        ["00123", "Ann\nLee", "ann@example.org", "D1", "Sales", "North"],
        [None] * 6,
        [124, "Bob", "bob@example.org", "D1", "Sales", "North"],
        ["00125", "Cid", "cid at example.org", 7, "Support", "North"],
    ):
        book.active.append(row)
    book.save("hr.xlsx")
    write("hr.toml", MAPPING)
    run = ["import-people", "hr.xlsx", "--mapping", "hr.toml", "--json"]
    told = as_json(cli(*run), 3)
    assert told["warnings"] == {"numeric_cell": 2, "short_id": 1}
    assert [(row["_line"], row["_column"], row["_code"]) for row in rows_of("hr.xlsx.rejects.csv")] == [
        ("5", "Mail", "invalid_mbox")
    ]
    assert [person["customId"] for person in people(cli)] == ["00123", "124"]
    assert as_json(cli(*run, "--reject-warnings", "numeric_cell"), 3)["rejected"] == 2
    assert [(row["_line"], row["_column"], row["_code"]) for row in rows_of("hr.xlsx.rejects.csv")] == [
        ("4", "ID", "numeric_cell"), ("5", "Mail", "invalid_mbox"),
    ]  # fmt: skip
    mended = Path("hr.xlsx.rejects.csv").read_text().replace("\n124,", "\n00124,").replace("cid at ", "cid@")
    write("mended.csv", mended.rstrip())
    assert (
        cli("import-people", "mended.csv", "--mapping", "hr.toml", "--reject-warnings", "numeric_cell").exit_code == 0
    )
    assert "00125" in {person["customId"] for person in people(cli)}


BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "hr.csv: is empty"),
    "blank": (b"\n ,\n", "hr.csv: is empty"),
    "mark": (b"\xef\xbb\xbf", "hr.csv: is empty"),
    "cut_off": (b'custom_id,email\nA,a@example.org\nB,"b@example.org\n', "hr.csv, line 3: "),
    "latin1": ("custom_id,name,email\nA,José,a@example.org\n".encode("latin-1"), "hr.csv, line 2: "),
    "utf16": ("custom_id,email\nA,a@example.org\n".encode("utf-16-le"), "hr.csv, line 1: not UTF-8: "),
    "twice": (
        b"custom_id,email,E-Mail\nA,a@example.org,\n",
        "hr.csv, line 1: columns 2 ('email') and 3 ('E-Mail') both mean email",
    ),
    "useless": (b"shoe size,hat\n43,bowler\n", "hr.csv, line 1: "),
    "half_an_account": (b"custom_id,account_name\nA,a\n", "hr.csv, line 1: "),
    "gzip": (
        gzip.compress(b"custom_id,email\nA,a@example.org\n" * 99)[:-9],
        "hr.csv: is damaged, or not wholly there",
    ),
    "zip": (zipped({"a.csv": b"custom_id\n" * 99})[:-9], "hr.csv: is damaged, or not wholly there"),
    "no_members": (zipped({"a/": b""}), "hr.csv: holds no file"),
    "old_excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "hr.csv: is an Excel file of the old kind"),
    "carriage_returns": (b"custom_id,email\rA,a@example.org\r", "hr.csv: lines end in a carriage return alone"),
}


def test_a_file_that_cannot_be_used_ends_in_one_line(cli: Cli, database_url: str) -> None:
    before = contents(database_url)
    for trait, (content, told) in BROKEN.items():
        Path("hr.csv").write_bytes(content)
        for options in (["--batch"], ["--batch", "--dry-run"], []):
            result = cli("import-people", "hr.csv", *options)
            assert (result.exit_code, result.stderr.count("\n")) == (2, 1), (trait, result)
            assert result.stderr.startswith(f"error: {told}"), (trait, result)
        if trait in ("latin1", "utf16"):
            assert "--encoding" in result.stderr, trait
        if trait == "latin1":
            assert "(column 'name')" in result.stderr
        if trait == "useless":
            assert "'shoe size', 'hat'" in result.stderr
            assert "inspect-people" in result.stderr
    after = contents(database_url)
    assert {table for table in after if after[table] != before[table]} <= {"sources"}, "its name is known by now"
    assert [path.name for path in Path().iterdir()] == ["hr.csv"]

    for sound, warned in (
        (b"custom_id,email\n", "warning: hr.csv: has a header and no lines\n"),
        (
            b"custom_id,email,\nA,a@example.org,\n",
            'warning: hr.csv: the column "column 3 (no heading)" is not imported\n',
        ),
    ):
        Path("hr.csv").write_bytes(sound)
        result = cli("import-people", "hr.csv", "--batch")
        assert (result.exit_code, result.stderr) == (0, warned)
    ragged = b"custom_id,email\nA,a@example.org\nB\nC,c@example.org,c\n,,\n"
    Path("hr.csv").write_bytes(ragged)
    assert cli("import-people", "hr.csv", "--batch").exit_code == 3
    assert [(row["_line"], row["_code"]) for row in rows_of("hr.csv.rejects.csv")] == [
        ("3", "ragged_line"), ("4", "ragged_line"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--encoding", "utf-9"], "encoding: 'utf-9' is not known"),
        (["--encoding", "hex"], "encoding: 'hex' is not known"),
        (["--encoding", "utf-16"], "hr.csv, line 1: not utf-16 at character 1: "),
        (["--delimiter", "xx"], "delimiter: 'xx' is not one ASCII sign; the tab is written tab"),
        (["--delimiter", '"'], "delimiter and quote: both are '\"'"),
        (["--mapping", "quote.toml", "--delimiter", "/"], "delimiter and quote: both are '/'"),
    ],
)
def test_a_format_that_cannot_be(
    asked: Sequence[str], told: str, shared_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", shared_url)
    write("hr.csv", "custom_id,email", "A,a@example.org")
    write("quote.toml", 'file = {quote = "/"}')
    result = run_command("import-people", "hr.csv", "--batch", "--dry-run", *asked)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result
    assert result.stderr.startswith(f"error: {told}"), result


# -- any bytes -------------------------------------------------------------------------------------------------

SOUND_FILES = [
    b'custom_id,name,email,groups\nA,Ann,a@example.org,x|y\nB,"B,\n""b",b@example.org,<delete>\n',
    (HEADER + "\n" + "\n".join(STAFF.values())).encode(),
    (HEADER + "\r\n" + "\r\n".join(STAFF.values())).replace(",", ";").encode("utf-16"),
    "\ufeffEmployee ID\tWork Email\tName\n1\ta@example.org\tJosÃ©\n".encode(),
    gzip.compress(b"custom_id,email\nA,a@example.org\n"),
    zipped({"one.csv": b"custom_id,email\nA,a@example.org\n", "two.csv": b"email\na@example.org\n"}),
    zipped({"xl/workbook.xml": b"<workbook/>", "[Content_Types].xml": b"<Types/>"}),
]
PIECES = [
    b'"',
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"<delete>",
    b"\\",
    b"{",
    b"\xc3",
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sound file with some bytes cut out, put in or doubled."""
    content = draw(st.sampled_from(SOUND_FILES))
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(content))), draw(st.integers(0, 8))
        put = draw(st.sampled_from(PIECES) | st.binary(max_size=3) | st.just(content[at : at + 40]))
        content = content[:at] + put + content[at + length :]
    return content


BYTES = given(
    content=st.binary(max_size=200) | damaged(),
    mapped=st.booleans(),
    encoding=st.sampled_from([None, "cp1252", "utf-16-le", "shift_jis"]),
)


def any_bytes_end_in_an_exit_code(folder: Path, content: bytes, mapped: bool, encoding: str | None) -> None:
    path, toml = folder / "hr.csv", folder / "hr.toml"
    path.write_bytes(content)
    toml.write_text(MAPPING)
    asked = ["--encoding", encoding] if encoding else []
    options = ["--mapping", str(toml)] if mapped else ["--create-groups"]
    imported = run_command("import-people", path, "--batch", "--dry-run", *options, *asked)
    assert imported.exit_code in (0, 2, 3, 4), imported
    if imported.exit_code in (2, 4):
        assert imported.stderr.splitlines()[-1].startswith("error: "), imported
    inspected = run_command("inspect-people", path, *asked)
    assert inspected.exit_code in (0, 2), inspected
    if imported.exit_code != 2:
        assert inspected.exit_code == 0, "what can be imported can be looked at"
    assert "Traceback" not in imported.stderr + inspected.stderr
    assert sorted(one.name for one in folder.iterdir()) == ["hr.csv", "hr.toml"]


@pytest.mark.parametrize("examples", [60, pytest.param(3000, marks=pytest.mark.soak)])
def test_any_bytes_end_in_an_exit_code(
    examples: int, shared_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", shared_url)
    check = settings(max_examples=examples, deadline=None)(BYTES(any_bytes_end_in_an_exit_code))
    check(folder=tmp_path)


# -- marks of nothing in place of groups' ids --------------------------------------------------------------------


def test_an_error_value_is_no_group_s_id_either(cli: Cli) -> None:
    """On lines of people, listed or mapped, in files of groups, and as a parent; as a previous id it is blank."""
    write("p.csv", "custom_id,email,groups", "1,a@x.org,#N/A | Sales", "2,b@x.org,Sales", "3,c@x.org,NULL")
    run = ["import-people", "p.csv", "--batch", "--create-groups", "--json"]
    assert as_json(cli(*run), 3)["groups"]["created"] == 2
    assert [(row["custom_id"], row["_column"], row["_code"]) for row in rows_of("p.csv.rejects.csv")] == [
        ("1", "groups", "error_value")
    ]
    mapping = 'source = "m"', '[person]\ncustom_id = "{id}"', '[[personas]]\nmbox = "{mail}"'
    write("m.toml", *mapping, '[[groups]]\ncustom_id = "{dept}"')
    write("m.csv", "id,mail,dept", "4,d@x.org,#NV", "5,e@x.org,Ops", '6,f@x.org,"=""#NV"""')
    told = as_json(cli("import-people", "m.csv", "--batch", "--create-groups", "--mapping", "m.toml", "--json"), 3)
    assert (told["rejected"], told["groups"]["created"]) == (2, 1)
    write(
        "g.csv", "custom_id,previous_custom_id,parent_custom_ids",
        "#BEZUG!,,", "North,#NV,Sales", "South,,Sales|\\N", "East,n/a,Sales",
    )  # fmt: skip
    assert as_json(cli("import-groups", "g.csv", "--batch", "--json"), 3)["groups"]["created"] == 2
    assert [(row["custom_id"], row["_column"], row["_code"]) for row in rows_of("g.csv.rejects.csv")] == [
        ("#BEZUG!", "custom_id", "error_value"), ("South", "parent_custom_ids", "error_value"),
    ]  # fmt: skip


def test_who_differs_is_told_of(cli: Cli) -> None:
    """A custom_id on lines of different names with no identifier in common; lines without a name do not differ."""
    write(
        "p.csv", "custom_id,name,email,email_2,groups",
        "1,Ann Lee,ann@x.org,,a", "1,Bo Ray,bo@x.org,,b",
        "2,Cy Coe,cy@x.org,,a", "2,CY COE,coe@x.org,,b",
        "3,Di Day,di@x.org,,a", "3,Diana Day,day@x.org,di@x.org,b",
        "4,Ed Ek,ed@x.org,,a", "4,,ek@x.org,,b",
        "5,Flo Fry,flo@x.org,,a", "5,Gus Gray,gus@x.org,flo@x.org,b", "5,Hal Hay,hal@x.org,gus@x.org,c",
    )  # fmt: skip
    run = ["import-people", "p.csv", "--batch", "--create-groups", "--json"]
    assert as_json(cli(*run, "--dry-run"))["warnings"] == {"differing_people": 5}
    strict = as_json(cli(*run, "--reject-warnings", "differing_people"), 3)
    assert (strict["people"]["created"], strict["warnings"]) == (3, {})
    assert [(row["custom_id"], row["_column"], row["_value"]) for row in rows_of("p.csv.rejects.csv")] == [
        (number, "custom_id", number) for number in "11555"
    ]
