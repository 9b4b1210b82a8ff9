"""Groups as HR's files say them: from columns of people's files, night by night, and from files of groups."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

from commands import as_json, ask, contents, people, rows_of, statement, write
from conftest import Cli
from hr import GROUPS, HEADER, MAPPING, STAFF, staff
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from identity.hierarchy import knots

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

    @settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
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
            any_size = ("--min-lines", "0") if at_once else ()
            told = cli("import-people", "units.csv", "--mapping", "cycle.toml", "--groups", "add", way, *any_size)
            assert told.exit_code == 0, told
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


def test_a_type_is_no_longer_than_an_index_can_hold(cli: Cli, database_url: str) -> None:
    long = "".join(chr(0x4E00 + 7919 * n % 20_000) for n in range(1_000))  # which cannot be made shorter
    write("groups.csv", "custom_id,name,type", f"a,{long},team", f"b,B,{long}", "c,C,team")
    assert cli("import-groups", "groups.csv", "--batch").exit_code == 3
    (rejected,) = rows_of("groups.csv.rejects.csv")
    told = "it has 3,000 bytes"
    assert (rejected["custom_id"], rejected["_column"], rejected["_code"]) == ("b", "type", "too_long")
    assert told in rejected["_message"]
    mapping = (
        '[person]\ncustom_id = "{ID}"\n[[personas]]\nmbox = "{Mail}"\n[[groups]]\ncustom_id = "{Unit}"\ntype = "{Kind}"'
    )
    write("m.toml", mapping)
    write("hr.csv", "ID,Mail,Unit,Kind", f"1,a@example.org,d,{long}", "2,b@example.org,e,team")
    assert cli("import-people", "hr.csv", "--mapping", "m.toml", "--batch").exit_code == 3
    (rejected,) = rows_of("hr.csv.rejects.csv")
    assert (rejected["ID"], rejected["_column"], rejected["_code"]) == ("1", "Kind", "too_long")
    assert told in rejected["_message"]
    refused = cli("edit-group", "a", "--type", long)
    assert refused.exit_code == 2
    assert told in refused.stderr
    kinds = "SELECT custom_id, type FROM groups ORDER BY 1"
    assert ask(database_url, kinds) == [("a", "team"), ("c", "team"), ("e", "team")]


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
