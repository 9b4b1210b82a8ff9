"""The plan of an import: what it lists is what the import does, no more and no less, whatever comes in."""

from __future__ import annotations

import csv
import json
import random
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from conftest import Cli, Result, Server
from model import Options, PersonState
from outcomes import NO_GUARDS, look, succeed, write
from test_model_and_commands import ANY_THREE, copied, prepare, stories_of
from worlds import SEED, arguments, render_csv, together

from jobs.importing.plan import COLUMNS

WORLDS = 40
ALL_ACTIONS = {
    "create", "update", "adopt", "claim", "take", "split", "span", "drop", "delete", "leave", "membership-added",
    "membership-removed",
}  # fmt: skip
"""What imports of random worlds come to."""

Row = dict[str, Any]
Groups = dict[str, tuple[str | None, str | None, frozenset[tuple[str, str]]]]

TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
GROUPS = """
    SELECT g.custom_id, g.name, g.type,
           ARRAY(SELECT k.custom_id || ' ' || s.name
                 FROM group_parents AS p JOIN groups AS k ON k.id = p.parent_id JOIN sources AS s ON s.id = p.source_id
                 WHERE p.group_id = g.id)
    FROM groups AS g
"""


class State(NamedTuple):
    """What exports show, and which source gives what."""

    people: dict[str, PersonState]
    """By custom_id, or '#' and id."""
    groups: Groups


def state(url: str) -> State:
    with psycopg.connect(url) as connection:
        groups = {
            custom_id: (name, kind, frozenset(tuple(parent.split(" ")) for parent in parents))
            for custom_id, name, kind, parents in connection.execute(GROUPS)
        }
    people = look(url).people
    return State({person[0] or f"#{number}": person for number, person in people.items()}, groups)  # type: ignore[arg-type]


def everything(url: str) -> dict[str, list[str]]:
    """Every row of every table."""
    with psycopg.connect(url) as connection:
        tables = [table for (table,) in connection.execute(TABLES)]
        return {
            table: [row for (row,) in connection.execute(f"SELECT t::text FROM {table} AS t ORDER BY 1")]
            for table in tables
        }


def applied(rows: list[Row], before: State) -> State:
    """What the rows of a plan say that becomes of this; people by what the plan calls them afterwards."""
    owners = {ifi: label for label, person in before.people.items() for ifi in person[3]}
    called = {
        row["from"]: row["to"] for row in rows if row["action"] in ("adopt", "rename", "release") and not row["group"]
    }
    known = {row["from"]: row["to"] for row in rows if row["action"] == "rename" and row["group"]}
    gone = {row["person"] for row in rows if row["action"] == "delete" and row["person"] and not row["persona"]}
    people: dict[str, Any] = {}
    for label, (custom_id, name, image_url, _, memberships) in before.people.items():
        if label not in gone:
            of_groups = {(known.get(group, group), source) for group, source in memberships}
            people[called.get(label, label)] = [custom_id, name, image_url, of_groups]
    owners = {ifi: called.get(label, label) for ifi, label in owners.items()}
    groups: dict[str, Any] = {
        known.get(group, group): [name, kind, {(known.get(edge[0], edge[0]), *edge[1:]) for edge in parents}]
        for group, (name, kind, parents) in before.groups.items()
    }
    makes = [row for row in rows if row["action"] == "create" and row["persona"] is None]
    stays = [row for row in rows if row["action"] == "leave"]  # with whom, is said of afterwards
    for row in (*makes, *(row for row in rows if row not in makes and row not in stays), *stays):
        apply(row, people, groups, owners, called)
    for label, person in people.items():
        person.insert(3, frozenset(ifi for ifi, owner in owners.items() if owner == label))
    return State(
        {label: (*person[:4], frozenset(person[4])) for label, person in people.items()},
        {group: (name, kind, frozenset(parents)) for group, (name, kind, parents) in groups.items()},
    )


def apply(
    row: Row, people: dict[str, Any], groups: dict[str, Any], owners: dict[str, str], called: dict[str, str]
) -> None:
    person, persona, group, field = row["person"], row["persona"], row["group"], row["field"]
    places = {"custom_id": 0, "name": 1, "image_url": 2}
    match row["action"]:
        case "create" if persona:
            assert persona not in owners
            owners[persona] = person
        case "create" if group:
            assert group not in groups
            groups[group] = [row["new"], None, set()]
        case "create":
            assert person not in people
            custom_id = None if ":" in person or person in owners else person  # a line, or a persona
            people[person] = [custom_id, row["new"], None, set()]
        case "update" if group:
            place = {"name": 0, "type": 1}[field]
            assert groups[group][place] == row["old"]
            groups[group][place] = row["new"]
        case "rename" if group:
            assert (row["old"], row["new"], group) == (row["from"], row["to"], row["to"])
        case "update" | "adopt" | "rename" | "release":
            assert people[person][places[field]] == row["old"]
            people[person][places[field]] = row["new"]
        case "claim" | "take" | "split" | "drop":
            assert owners.get(persona) == called.get(row["from"], row["from"])
            owners[persona] = row["to"]
        case "membership-added":
            assert (group, row["new"]) not in people[person][3]
            people[person][3].add((group, row["new"]))
        case "membership-removed":
            people[person][3].remove((group, row["old"]))
        case "parent-added":
            groups[group][2].add((row["to"], row["new"]))
        case "parent-removed":
            groups[group][2].remove((row["from"], row["old"]))
        case "delete":
            assert row["old"] is None or field == "name"
        case "span":  # a time that has ended: who has it now stays so
            assert row["from"] != row["to"]
        case "leave":
            assert owners.get(persona) == called.get(row["from"], row["from"])
        case action:
            pytest.fail(f"what is {action}?")


def differences(found: State, expected: State) -> list[Any]:
    """What only one of both has; people without a custom_id are who their personas are."""
    people = set(found.people.values()) ^ set(expected.people.values())
    groups = set(found.groups.items()) ^ set(expected.groups.items())
    return [*people, *groups, *([] if len(found.people) == len(expected.people) else ["people are counted twice"])]


def read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def tally(rows: list[Row], before: State, source: str) -> dict[str, Any]:
    """The figures of a summary of this source that a plan has too; what other sources gave goes with who is deleted."""
    new = {row["person"] for row in rows if row["action"] == "create" and not row["persona"] and not row["group"]}
    changing = ("update", "adopt", "rename", "release")
    changed = {row["person"] for row in rows if row["action"] in changing and not row["group"]}
    gone = {row["person"] for row in rows if row["action"] == "delete" and not row["persona"] and not row["group"]}

    def number(action: str, of: str) -> int:
        others = {"persona", "group"} - {of}
        return sum(
            row["action"] == action and (of == "person" or row[of] is not None) and not any(row[o] for o in others)
            for row in rows
        )

    return {
        "people": {
            "created": number("create", "person"),
            "updated": len(changed - new),
            "deleted": number("delete", "person"),
        },
        "personas": {
            "created": number("create", "persona"),
            "claimed": number("claim", "persona"),
            "taken": number("take", "persona"),
            "split": number("split", "persona"),
            "dropped": number("drop", "persona"),
            "left": len({row["persona"] for row in rows if row["action"] == "leave"}),
        },
        "groups.created": number("create", "group"),
        "memberships": {
            "added": number("membership-added", "group"),
            "removed": number("membership-removed", "group"),
            "of_others": sum(giver != source for label in gone for _, giver in before.people[label][4]),
        },
    }


def begins_now(row: Row) -> bool:
    """Whether it says that a persona is somebody's since the import, which only the history knows when it was."""
    return row["field"] == "since" and row["new"] == "import"


def figures(summary: dict[str, Any]) -> dict[str, Any]:
    found = {name: summary[name] for name in ("people", "personas", "memberships")}
    return {**found, "groups.created": summary["groups"]["created"]}


@pytest.fixture(scope="module")
def prepared(server: Server, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("prepared"))
        url = prepare(server, migrated, Cli(), SEED, WORLDS)
    yield url
    server.drop_database(url)


@pytest.mark.parametrize("options", random.Random(SEED).sample(ANY_THREE, 5), ids=str)
def test_a_plan_is_what_the_import_does(
    options: Options,
    server: Server,
    prepared: str,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of random worlds: a dry run changes nothing; what it lists is what the import lists, what the import has done,
    and what the history then shows.
    """
    seen: set[str] = set()
    with copied(server, prepared, monkeypatch) as url:
        for batch in together(stories_of(SEED, WORLDS, options)).batches:
            write("people.csv", render_csv(batch.lines))
            command = ["import-people", "people.csv", "--batch", "--no-finish", "--json", *NO_GUARDS]
            command += arguments(batch.options)
            before, rows_before = state(url), everything(url)
            dry = succeed(cli(*command, "--dry-run", "--plan", "dry.jsonl"), 0, 3)
            assert everything(url) == rows_before
            wet = succeed(cli(*command, "--plan", "wet.jsonl", "--expect", dry["plan"]["hash"]), 0, 3)
            rows = read(Path("dry.jsonl"))
            assert read(Path("wet.jsonl")) == rows
            after = state(url)
            assert differences(applied(rows, before), after) == []
            assert tally(rows, before, batch.options.source) == figures(wet) == figures(dry)
            changes = [row for row in rows if row["action"] != "leave"]
            assert dry["plan"]["changes"] == wet["plan"]["changes"] == len(changes)
            shown = succeed(cli("show-import", str(wet["import"]), "--json", "--limit", "1000000"))
            when = batch.options.as_of and f"{batch.options.as_of:%Y-%m-%dT%H:%M:%SZ}"
            assert shown["changes"]["rows"] == [row | ({"new": when} if begins_now(row) else {}) for row in changes]
            assert shown["changes"]["by_action"] == Counter(row["action"] for row in changes)
            seen |= {row["action"] for row in rows}
    unseen = {"drop"} if options.personas == "add" else set()
    unseen |= {"take"} if options.takeovers in ("split", "leave") else set()
    assert seen >= ALL_ACTIONS - unseen


# -- what rows say -------------------------------------------------------------------------------------------

PEOPLE = "custom_id,name,email,groups\nA,Ada,ada@example.com,\n"


def imported(cli: Cli, text: str, *more: str, file: str = "people.csv") -> dict[str, Any]:
    write(file, text)
    return succeed(cli("import-people", file, "--batch", "--json", *more), 0, 3)


def plan(cli: Cli, text: str, *more: str, file: str = "people.csv") -> list[Row]:
    """The rows of the plan for these lines, without what they do not say."""
    imported(cli, text, "--dry-run", "--plan", "plan.jsonl", *more, file=file)
    return [{name: value for name, value in row.items() if value is not None} for row in read(Path("plan.jsonl"))]


def statement(number: int, email: str, name: str | None = None) -> str:
    return json.dumps({
        "id": f"{number:08}-0000-4000-8000-000000000000",
        "actor": {"mbox": f"mailto:{email}"} | ({"name": name} if name else {}),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://lms.example.org/courses/1"},
        "timestamp": "2024-05-06T07:08:09Z",
    })  # fmt: skip


def states(cli: Cli, *statements: str) -> None:
    write("statements.jsonl", "\n".join(statements))
    succeed(cli("import-statements", "statements.jsonl", "--json"))


def test_new_person_are_called_by_their_line(cli: Cli) -> None:
    ada = {"file": "people.csv", "line": 2, "action": "create", "person": "people.csv:2"}
    bob = {"file": "people.csv", "line": 4, "action": "create", "person": "people.csv:4"}
    assert plan(cli, "name,email\nAda,ada@example.com\n\nBob,bob@example.com\n") == [
        {**ada, "field": "name", "new": "Ada"},
        {**ada, "persona": "mailto:ada@example.com"},
        {**bob, "field": "name", "new": "Bob"},
        {**bob, "persona": "mailto:bob@example.com"},
    ]


def test_a_claim_names_who_had_it_and_how_many_interactions_go_along(cli: Cli) -> None:
    ada = (statement(1, "ada@example.com", "Ada L."), statement(2, "ada@example.com"))
    states(cli, *ada, statement(3, "b@example.com"))
    imported(cli, "custom_id,email\nB,bob@example.com\n")
    rows = plan(cli, "custom_id,name,email,email_2\nB,Bob,bob@example.com,ada@example.com\nC,,b@example.com,\n")
    holder = next(row["from"] for row in rows if row["action"] == "claim")
    adopted = next(row["from"] for row in rows if row["action"] == "adopt")
    assert holder[0] == adopted[0] == "#"
    assert rows == [
        {"file": "people.csv", "line": 2, "action": "claim", "person": "B", "persona": "mailto:ada@example.com",
         "from": holder, "to": "B", "interactions": 2},
        {"file": "people.csv", "line": 2, "action": "update", "person": "B", "field": "name", "new": "Bob"},
        {"file": "people.csv", "line": 3, "action": "adopt", "person": "C", "from": adopted, "to": "C",
         "field": "custom_id", "new": "C"},
        {"action": "delete", "person": holder, "field": "name", "old": "Ada L."},
    ]  # fmt: skip


def test_what_replace_drops_goes_or_becomes_a_person_of_its_own(cli: Cli) -> None:
    states(cli, statement(1, "old@example.com"))
    imported(cli, "custom_id,email,email_2,email_3\nA,ada@example.com,old@example.com,older@example.com\n")
    rows = plan(cli, PEOPLE, "--personas", "replace")
    old, older = "mailto:old@example.com", "mailto:older@example.com"
    assert rows == [
        {"file": "people.csv", "line": 2, "action": "update", "person": "A", "field": "name", "new": "Ada"},
        {"action": "create", "person": old},
        {"action": "drop", "person": "A", "persona": old, "from": "A", "to": old, "interactions": 1},
        {"action": "drop", "person": "A", "persona": older, "from": "A", "interactions": 0},
    ]


def test_what_stays_where_it_is_is_listed_but_no_change(cli: Cli) -> None:
    imported(cli, PEOPLE)
    write("people.csv", "custom_id,email,email_2\nB,bob@example.com,ada@example.com\n")
    rows = plan(cli, Path("people.csv").read_text(), "--takeovers", "leave")
    assert rows[-1] == {
        "file": "people.csv", "line": 2, "action": "leave", "person": "B", "persona": "mailto:ada@example.com",
        "from": "A", "field": "takeover", "interactions": 0,
    }  # fmt: skip
    more = ["--takeovers", "leave", "--dry-run", "--plan", "plan.csv"]
    assert imported(cli, Path("people.csv").read_text(), *more)["plan"]["changes"] == len(rows) - 1


def test_groups_with_names_types_and_parents(cli: Cli, database_url: str) -> None:
    header = "custom_id,previous_custom_id,name,type,parent_custom_ids\n"
    nights = [
        ("north,,North,site,all\nall,,,,\n", "A,ada@example.com,north\n"),
        ("north,,The North,,world\nall,,All,,\n", "A,ada@example.com,all\n"),
        ("north,all,N,,\nall,north,,site,\nsouth,,,,north\n", "A,ada@example.com,all|south\n"),
        ("north,,<delete>,<delete>,<delete>\nall,,,,<delete>\n", "A,ada@example.com,\n"),
    ]
    seen = set()
    for groups, people in nights:
        write("groups.csv", header + groups)
        before = state(database_url)
        more = ["--groups-file", "groups.csv", "--groups", "replace", "--create-groups", "--plan", "plan.jsonl"]
        imported(cli, "custom_id,email,groups\n" + people, *more)
        rows = read(Path("plan.jsonl"))
        assert differences(applied(rows, before), state(database_url)) == []
        seen |= {row["action"] for row in rows}
    assert seen >= {"parent-added", "parent-removed", "membership-added", "membership-removed", "update", "rename"}


# -- the hash ------------------------------------------------------------------------------------------------


def hash_of(cli: Cli, *more: str | Path) -> str:
    found: str = succeed(cli("import-people", *more, "--batch", "--dry-run", "--json", "--plan", "plan.csv"), 0, 3)[
        "plan"
    ]["hash"]
    return found


def test_a_hash_depends_on_no_id_and_on_no_folder(cli: Cli) -> None:
    text = "name,email,groups\nAda,ada@example.com,north\nBob,bob@example.com,south|north\n"
    write("people.csv", text)
    Path("night").mkdir()
    write("night/people.csv", text)
    first = hash_of(cli, "people.csv", "--create-groups")
    other = ["--organisation", "other", "--create-organisation"]
    imported(cli, "name,email\nCem,cem@example.com\n", *other, file="other.csv")
    assert hash_of(cli, "night/people.csv", "--create-groups") == first
    third = hash_of(cli, "people.csv", "--create-groups", "--organisation", "third", "--create-organisation")
    assert third == first


def test_files_of_one_name_are_told_apart(cli: Cli) -> None:
    for folder, name in (("one", "ada"), ("two", "bob")):
        Path(folder).mkdir()
        write(f"{folder}/people.csv", f"email\n{name}@example.com\n")
    hash_of(cli, "one/people.csv", "two/people.csv")
    with Path("plan.csv").open() as rows:
        assert {row["person"] for row in csv.DictReader(rows)} == {"one/people.csv:2", "two/people.csv:2"}


MEANWHILE = {
    "another name": "custom_id,name\nA,Ada L.\n",
    "another person of that customId": "custom_id,email\nB,else@example.com\n",
    "another holder": "custom_id,email\nC,bob@example.com\n",
    "another group": "custom_id,groups\nA,north\n",
}


@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_expect_refuses_what_is_no_longer_the_plan(cli: Cli, database_url: str, meanwhile: str) -> None:
    imported(cli, PEOPLE)
    write("next.csv", "custom_id,name,email,groups\nA,Ada Lovelace,ada@example.com,north\nB,Bob,bob@example.com,\n")
    expected = hash_of(cli, "next.csv", "--create-groups")
    imported(cli, MEANWHILE[meanwhile], "--create-groups", file="meanwhile.csv")
    before = state(database_url)
    refused = cli("import-people", "next.csv", "--batch", "--create-groups", "--json", "--expect", expected)
    assert refused.exit_code == 4
    found = json.loads(refused.stdout)
    assert found["state"] == "refused"
    assert found["plan"]["hash"][:12] in found["error"]
    assert expected[:12] in found["error"]
    assert state(database_url) == before
    again = hash_of(cli, "next.csv", "--create-groups")
    assert again == found["plan"]["hash"]
    assert cli("import-people", "next.csv", "--batch", "--create-groups", "--expect", again.upper()).exit_code == 0


def test_statements_between_a_plan_and_its_import_are_no_change(cli: Cli) -> None:
    imported(cli, PEOPLE)
    write("next.csv", "custom_id,email\nB,ada@example.com\n")
    expected = hash_of(cli, "next.csv")
    states(cli, statement(1, "ada@example.com", "Ada"))
    assert cli("import-people", "next.csv", "--batch", "--expect", expected).exit_code == 0


# -- the file ------------------------------------------------------------------------------------------------


def test_both_forms_say_the_same_and_are_the_owner_s_only(cli: Cli) -> None:
    text = 'custom_id,name,email\nA,"Ada ""the"" first, really\nand truly",ada@example.com\nB,,b@example.com\n'
    Path("plan.csv").write_text(",".join(COLUMNS) + "\nan older plan\n")
    for form in ("csv", "jsonl"):
        summary = imported(cli, text, "--dry-run", "--plan", f"plan.{form}")
        assert summary["plan"]["file"] == f"plan.{form}"
        assert stat.S_IMODE(Path(f"plan.{form}").stat().st_mode) == 0o600
    with Path("plan.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert tuple(rows[0]) == COLUMNS
    both = read(Path("plan.jsonl"))
    assert rows == [{name: "" if value is None else str(value) for name, value in row.items()} for row in both]
    assert rows[0]["new"] == 'Ada "the" first, really\nand truly'
    assert sorted(path.name for path in Path().iterdir()) == ["people.csv", "plan.csv", "plan.jsonl"]


def test_the_summary_says_where_the_plan_is(cli: Cli) -> None:
    write("people.csv", PEOPLE)
    ran = cli("import-people", "people.csv", "--batch", "--dry-run", "--plan", "plan.csv")
    (line,) = (line for line in ran.stdout.splitlines() if line.startswith("plan"))
    assert line == f"plan         2 changes, {hash_of(cli, 'people.csv')} (written to plan.csv)"
    only = cli("import-people", "people.csv", "--batch", "--expect", hash_of(cli, "people.csv"))
    assert f"{line.removesuffix(' (written to plan.csv)')}\n" in only.stdout


def test_a_refused_import_s_plan_is_there_to_be_read(cli: Cli) -> None:
    write("people.csv", PEOPLE + "B,Bob,no address,\n")
    assert cli("import-people", "people.csv", "--batch", "--strict", "--plan", "plan.jsonl").exit_code == 4
    assert [row["person"] for row in read(Path("plan.jsonl"))] == ["A", "A"]


MISTAKES = {
    "another ending": ["--batch", "--plan", "plan.txt"],
    "no such folder": ["--batch", "--plan", "nowhere/plan.csv"],
    "a folder": ["--batch", "--plan", "folder.csv"],
    "a file of somebody": ["--batch", "--plan", "other.csv"],
    "an input": ["--batch", "--plan", "people.csv"],
    "the rejects": ["--batch", "--plan", "rejects.csv", "--rejects", "./rejects.csv"],
    "row by row": ["--plan", "plan.csv"],
    "row by row, expecting": ["--expect", "0" * 64],
    "no hash": ["--batch", "--expect", "111c23a0"],
}


def test_only_a_plan_is_written_over(cli: Cli) -> None:
    write("people.csv", PEOPLE)
    planned = ("--batch", "--dry-run", "--plan")
    for name in ("plan.csv", "plan.jsonl"):
        Path(name).touch()
        assert cli("import-people", "people.csv", *planned, name).exit_code == 0
    columns, first = Path("plan.csv").read_text().splitlines()[:2]
    record = json.loads(Path("plan.jsonl").read_text().splitlines()[0])
    foreign = [
        '{"file": "invoices.pdf", "sum": 99}\n',
        '{"file":"people.csv"}\n',
        '{"file":',
        '{"file":' + "[" * 99_999,
        json.dumps({**record, "more": 1}),
        f"{columns},more\n{first},x\n",
        columns[:-3],
    ]
    for name in ("other.csv", "other.jsonl"):
        for text in foreign:
            Path(name).write_text(text)
            ran = cli("import-people", "people.csv", *planned, name)
            assert (ran.exit_code, "is no plan: it will not be overwritten" in ran.stderr) == (2, True), text
            assert Path(name).read_text() == text
    for name, former in (("plan.csv", "plan.jsonl"), ("plan.jsonl", "plan.csv")):
        Path(name).write_bytes(Path(former).read_bytes())
        assert cli("import-people", "people.csv", *planned, name).exit_code == 0


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_found_before_work_starts(cli: Cli, database_url: str, mistake: str) -> None:
    write("people.csv", PEOPLE)
    Path("folder.csv").mkdir()
    write("other.csv", PEOPLE)
    before = everything(database_url)
    ran: Result = cli("import-people", "people.csv", *MISTAKES[mistake])
    assert ran.exit_code == 2, ran
    assert everything(database_url) == before
    assert Path("people.csv").read_text() == Path("other.csv").read_text() == PEOPLE
