"""Guards: what is refused, what the refusal says, and that it is exactly what exceeds the limit."""

from __future__ import annotations

import hashlib
import json
import random
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from commands import as_json, ask, change, contents, many, write
from conftest import Cli, Server
from model import Options
from outcomes import Found, look
from test_model_and_commands import copied, prepare, rounds_of, stories_of
from worlds import SEED, arguments, render_csv, together

from identity import guards

GUARDS = ("max-rejects", "max-takeovers", "max-deletes", "min-lines")
OFF = [word for guard in GUARDS for word in (f"--{guard}", "0" if guard == "min-lines" else "100%")]


def refusal(cli: Cli, url: str, *command: str) -> dict[str, Any]:
    """What a refused import says with `--json`; that nothing is changed, and that the message is one line."""
    before = contents(url) | {"sources": []}
    result = cli("import-people", *command, "--batch", "--json")
    found = as_json(result, 4)
    assert contents(url) | {"sources": []} == before
    assert found["state"] == "refused"
    assert [line for line in result.stderr.splitlines() if line.startswith("error: ")] == [f"error: {found['error']}"]
    return found


# -- what it says --------------------------------------------------------------------------------------------


@pytest.fixture
def many_people(cli: Cli) -> None:
    """150 people with a custom_id, a name and an address each, some of them in a group."""
    rows = (f"P{n},Name {n},p{n}@example.org,{'sales' if n in (7, 70) else ''}" for n in range(150))
    write("many.csv", "custom_id,name,email,groups", *rows)
    assert cli("import-people", "many.csv", "--batch", "--create-groups").exit_code == 0


@pytest.mark.usefixtures("many_people")
def test_the_worst_are_named_and_the_option_that_would_allow_it(cli: Cli, database_url: str) -> None:
    write("boss.csv", "custom_id,name,email", *(f"BOSS,The Boss,p{n}@example.org" for n in range(120)))
    found = refusal(cli, database_url, "boss.csv")
    takeovers, deletes = found["guards"]
    assert takeovers == {
        "option": "--max-takeovers",
        "limit": "20%",
        "counted": 120,
        "of": 150,
        "examples": [f"P{n} Name {n}: mailto:p{n}@example.org → BOSS The Boss" for n in (0, 1, 10, 100, 101)],
    }
    assert deletes["examples"] == [
        f"P{n} Name {n} (all that they had is BOSS The Boss's)" for n in (7, 70, 0, 1, 10)
    ], "those in groups first"
    assert found["error"] == (
        "120 people with a custom_id lose personas to others (80.0% of 150), the limit is 20%, as "
        "P0 Name 0: mailto:p0@example.org → BOSS The Boss and P1 Name 1: mailto:p1@example.org → BOSS The Boss; "
        "--max-takeovers 120 would allow it; "
        "120 people with a custom_id would be deleted (80.0% of 150), the limit is 20%, as "
        "P7 Name 7 (all that they had is BOSS The Boss's) and P70 Name 70 (all that they had is BOSS The Boss's); "
        "--max-deletes 120 would allow it; "
        "nothing was changed, and the source is suspended until lrs-people resume-source people"
    )
    assert ask(database_url, "SELECT counts -> 'guards' FROM imports ORDER BY id DESC LIMIT 1") == [(found["guards"],)]
    cli("resume-source", "people")
    said = cli("import-people", "boss.csv", "--batch").stdout
    assert (
        "\nrefused: 120 people with a custom_id would be deleted (80.0% of 150), the limit is 20%\n"
        "  P7 Name 7 (all that they had is BOSS The Boss's)\n"
    ) in said
    assert "\n  --max-deletes 120 would allow it\n" in said
    cli("resume-source", "people")
    allowed = ["--max-takeovers", "120", "--max-deletes", "120"]
    assert cli("import-people", "boss.csv", "--batch", *allowed).exit_code == 0


@pytest.mark.usefixtures("many_people")
def test_what_is_split_is_taken_over_too(cli: Cli, database_url: str) -> None:
    write("boss.csv", "custom_id,name,email", *(f"BOSS,The Boss,p{n}@example.org" for n in range(120)))
    found = refusal(cli, database_url, "boss.csv", "--takeovers", "split")
    assert [(guard["option"], guard["counted"]) for guard in found["guards"]] == [("--max-takeovers", 120)], (
        "who has had it for a time is not deleted"
    )
    cli("resume-source", "people")
    split = ["--takeovers", "split", "--max-takeovers", "120"]
    told = as_json(cli("import-people", "boss.csv", "--batch", "--json", *split))
    assert told["personas"]["split"] == 120


@pytest.mark.usefixtures("many_people")
def test_who_loses_most_comes_first(cli: Cli, database_url: str) -> None:
    write("more.csv", "custom_id,email,email_2", *(f"P{n},q{n}@example.org,r{n}@example.org" for n in (3, 5)))
    assert cli("import-people", "more.csv", "--batch", "--min-lines", "0").exit_code == 0
    rows = [f"BOSS,p{n}@example.org" for n in range(120)] + ["BOSS,q5@example.org", "BOSS,r5@example.org"]
    write("boss.csv", "custom_id,email", *rows)
    found = refusal(cli, database_url, "boss.csv")
    assert found["guards"][0]["examples"][:2] == [
        "P5 Name 5: mailto:p5@example.org and 2 more → BOSS",
        "P0 Name 0: mailto:p0@example.org → BOSS",
    ]
    assert [(guard["option"], guard["counted"]) for guard in found["guards"]] == [
        ("--max-takeovers", 120),
        ("--max-deletes", 119),
    ], "P3 keeps what else they have"


def test_rejects_are_told_by_code_with_their_first_line(cli: Cli, database_url: str) -> None:
    write("bad.csv", *many(100), *(f"B{n},nothing" for n in range(100)), ",,x", *(f"C{n},x{n}@example" for n in "\t\r"))
    found = refusal(cli, database_url, "bad.csv", "--max-rejects", "10%")
    (guard,) = found["guards"]
    assert guard["option"] == "--max-rejects"
    assert guard["counted"] == found["rejected"]
    assert guard["examples"][0] == 'invalid_mbox on 100 lines, first line 102: "nothing"'
    assert "\n" not in found["error"]
    assert Path("bad.csv.rejects.csv").exists(), "so that one can look at all of them"


@pytest.mark.usefixtures("many_people")
def test_what_a_person_is_called_does_not_break_the_line(cli: Cli, database_url: str) -> None:
    write("names.csv", "custom_id,name,email", '"BOSS","The\nBoss",p0@example.org')
    assert cli("import-people", "names.csv", "--batch", "--min-lines", "0", "--takeovers", "apply").exit_code == 0
    write("boss.csv", "custom_id,email", *(f"BOSS,p{n}@example.org" for n in range(1, 140)))
    found = refusal(cli, database_url, "boss.csv", "--max-deletes", "100%")
    assert found["guards"][0]["examples"][0] == "P1 Name 1: mailto:p1@example.org → BOSS The\\nBoss"


# -- lines ---------------------------------------------------------------------------------------------------


def counted(file: str, lines: int) -> str:
    return write(file, *many(lines))


def test_half_a_file_is_refused_and_says_so(cli: Cli, database_url: str) -> None:
    counted("monday.csv", 120)
    assert cli("import-people", "monday.csv", "--batch").exit_code == 0
    counted("tuesday.csv", 59)
    found = refusal(cli, database_url, "tuesday.csv")
    assert found["error"] == (
        "59 lines are in the files (49.2% of 120), at least 50% must be there (tuesday.csv: 59 lines, 120 in "
        "monday.csv of import 1); --min-lines 59 would allow it; "
        "nothing was changed, and the source is suspended until lrs-people resume-source people"
    )
    assert (found["rows"], found["rejected"]) == (0, 0), "nothing has been looked into"
    assert cli("resume-source", "people").exit_code == 0
    said = cli("import-people", "tuesday.csv", "--batch")
    assert said.stdout.endswith(
        "refused: 59 lines are in the files (49.2% of 120), at least 50% must be there\n"
        "  tuesday.csv: 59 lines, 120 in monday.csv of import 1\n"
        "  --min-lines 59 would allow it\n"
    )
    assert cli("resume-source", "people").exit_code == 0
    assert cli("import-people", "tuesday.csv", "--batch", "--min-lines", "60").exit_code == 4
    assert cli("resume-source", "people").exit_code == 0
    assert cli("import-people", "tuesday.csv", "--batch", "--min-lines", "59").exit_code == 0
    assert cli("import-people", "tuesday.csv", "--batch", "--min-lines", "100%").exit_code == 0
    counted("wednesday.csv", 9)
    assert cli("import-people", "wednesday.csv", "--batch", "--min-lines", "9").exit_code == 0
    counted("thursday.csv", 1)
    assert cli("import-people", "thursday.csv", "--batch", "--min-lines", "2").exit_code == 4
    assert cli("resume-source", "people").exit_code == 0
    assert cli("import-people", "thursday.csv", "--batch").exit_code == 0, "nine were below the floor"


def test_with_a_plan_half_a_file_is_refused_all_the_same_and_leaves_it(cli: Cli, database_url: str) -> None:
    counted("people.csv", 120)
    assert cli("import-people", "people.csv", "--batch").exit_code == 0
    write("people.csv", *many(58), "X,x@example.org")
    found = as_json(cli("import-people", "people.csv", "--batch", "--dry-run", "--plan", "plan.csv", "--json"), 4)
    assert "--min-lines 59 would allow it; nothing was changed" in found["error"]
    assert (found["rows"], found["people"]["created"], found["plan"]["changes"]) == (59, 1, 2)
    assert Path("plan.csv").read_text(encoding="utf-8").count("people.csv,60,create,") == 2
    write("people.csv", *many(58), "X,nothing")
    found = refusal(cli, database_url, "people.csv", "--plan", "plan.csv", "--strict")
    assert found["error"].endswith("the source is suspended until lrs-people resume-source people")


def test_what_a_guard_has_stopped_can_be_looked_up(cli: Cli, database_url: str) -> None:
    counted("people.csv", 120)
    assert cli("import-people", "people.csv", "--batch").exit_code == 0
    counted("people.csv", 59)
    refusal(cli, database_url, "people.csv")
    digest = hashlib.sha256(Path("people.csv").read_bytes()).hexdigest()
    assert f"60 lines, SHA-256 {digest}\n" in cli("show-import", "2").stdout
    (row,) = (line for line in cli("list-imports").stdout.splitlines() if line.startswith("2 "))
    assert row.endswith("must be there (people.csv: 59 lines, 120 in import 1)  people.csv")
    (row,) = (line for line in cli("show-status").stdout.splitlines() if line.startswith("last import "))
    assert row.endswith("must be there (people.csv: 59 lines, 120 in import 1)")


def test_half_a_file_is_enough(cli: Cli) -> None:
    counted("people.csv", 120)
    assert cli("import-people", "people.csv", "--batch").exit_code == 0
    counted("people.csv", 60)
    assert cli("import-people", "people.csv", "--batch").exit_code == 0


@pytest.mark.parametrize("option", [[], ["--min-lines", "1%"], ["--min-lines", "1"]])
def test_an_empty_file_is_refused_whatever_the_floor(option: list[str], cli: Cli, database_url: str) -> None:
    write("empty.csv", "custom_id,email", ",", "")
    first = cli("import-people", "empty.csv", "--batch", *option)
    if option[-1:] == ["1"]:  # a figure is meant as it stands
        assert "0 lines are in the files, at least 1 must be there (empty.csv: 0 lines)" in first.stderr
        assert cli("resume-source", "people").exit_code == 0
    else:
        assert first.exit_code == 0, "there was nothing before"
    counted("people.csv", 2)
    assert cli("import-people", "people.csv", "--batch").exit_code == 0
    found = refusal(cli, database_url, "empty.csv", *option)
    assert "--min-lines 0 would allow it" in found["error"]
    assert cli("resume-source", "people").exit_code == 0
    assert cli("import-people", "empty.csv", "--batch", "--min-lines", "0").exit_code == 0
    assert cli("import-people", "empty.csv", "--batch").exit_code == 0, "the last import had no lines either"


def test_lines_are_those_of_all_files_and_of_one_source(cli: Cli, database_url: str) -> None:
    counted("a.csv", 80)
    write("b.csv", "custom_id,email", *(f"Q{n},q{n}@example.org" for n in range(80)))
    assert cli("import-people", "a.csv", "b.csv", "--batch").exit_code == 0
    assert cli("import-people", "a.csv", "--batch", "--min-lines", "50%").exit_code == 0, "half of them"
    assert cli("import-people", "a.csv", "b.csv", "--batch").exit_code == 0
    counted("c.csv", 10)
    assert cli("import-people", "c.csv", "--batch", "--source", "crm").exit_code == 0, "another source"
    found = refusal(cli, database_url, "a.csv", "--min-lines", "51%")
    assert found["guards"][0]["examples"] == [
        "b.csv: not there, 80 lines in import 3",
        "a.csv: 80 lines, 80 in import 3",
    ]


def test_what_is_no_whole_file_does_not_count(cli: Cli, database_url: str) -> None:
    write("people.csv", *many(120), *(f"B{n},nothing" for n in range(5)))
    assert cli("import-people", "people.csv", "--batch").exit_code == 3
    rejects = Path("people.csv.rejects.csv")
    rejects.write_text(rejects.read_text().replace("nothing", "mended@example.org"))
    mended = cli("import-people", str(rejects), "--batch", "--contested", "last-line", "--rejects", "left.csv")
    assert mended.exit_code in (0, 3), "a mended rejects file is no file with too few lines"
    counted("one.csv", 1)
    assert cli("import-people", "one.csv").exit_code == 0, "line by line, one line is as good as many"
    counted("half.csv", 60)
    refusal(cli, database_url, "half.csv")
    assert cli("resume-source", "people").exit_code == 0
    refused_again = refusal(cli, database_url, "half.csv")
    assert refused_again["guards"][0]["of"] == 125, "refused imports are not what the next is compared with"


def test_an_undone_import_is_not_what_the_next_is_compared_with(cli: Cli, database_url: str) -> None:
    """As the history is written by an undo, by the undo of it, and by a second undo."""
    counted("few.csv", 110)
    counted("most.csv", 1000)
    assert cli("import-people", "few.csv", "--batch").exit_code == 0
    assert cli("import-people", "most.csv", "--batch").exit_code == 0

    def compared_with() -> int:
        found = as_json(cli("import-people", "one.csv", "--batch", "--dry-run", "--json"), 4)
        assert isinstance(found["guards"][0]["of"], int)
        return found["guards"][0]["of"]

    def undo(number: int) -> None:
        change(
            database_url,
            "INSERT INTO imports (organisation_id, command, state, run_by, undoes)"
            f" SELECT id, 'undo-import', 'finished', 'test', {number} FROM organisations",
        )

    counted("one.csv", 1)
    assert compared_with() == 1000
    undo(2)
    assert compared_with() == 110
    undo(3)
    assert compared_with() == 1000, "the undo is undone"
    undo(2)
    assert compared_with() == 110
    change(database_url, "UPDATE imports SET state = 'refused' WHERE id = 5")
    assert compared_with() == 1000, "an undo that was refused is none"


def test_a_dry_run_is_refused_too_and_suspends_nothing(cli: Cli, database_url: str) -> None:
    counted("people.csv", 120)
    assert cli("import-people", "people.csv", "--batch").exit_code == 0
    counted("people.csv", 10)
    found = as_json(cli("import-people", "people.csv", "--batch", "--dry-run", "--json"), 4)
    assert found["import"] is None
    assert found["error"].endswith("--min-lines 10 would allow it; nothing was changed")
    assert ask(database_url, "SELECT suspended_by FROM sources WHERE name = 'people'") == [(None,)]
    assert cli("import-people", "people.csv", "--batch", "--min-lines", "10").exit_code == 0


@pytest.mark.parametrize("option", ["--max-leavers", "--min-lines"])
def test_guards_speak_of_the_whole_file(option: str, cli: Cli) -> None:
    counted("people.csv", 1)
    result = cli("import-people", "people.csv", option, "5")
    assert result.exit_code == 2
    assert f"{option} speaks of the whole file: it needs --batch" in result.stderr


def test_the_mapping_may_say_how_many_lines_there_must_be(cli: Cli) -> None:
    what = 'person = {custom_id = "{id}"}\npersonas = [{mbox = "{mail}"}]\noptions = {min-lines = "90%"}\n'
    Path("hr.toml").write_text(what)
    write("hr.csv", "id,mail", *many(100)[1:])
    assert cli("import-people", "hr.csv", "--batch", "--mapping", "hr.toml").exit_code == 0
    write("hr.csv", "id,mail", *many(89)[1:])
    assert cli("import-people", "hr.csv", "--batch", "--mapping", "hr.toml").exit_code == 4


# -- the law -------------------------------------------------------------------------------------------------

WORLDS = 25


def figures(before: Found, after: Found, rejected: int, rows: int, last: int) -> dict[str, tuple[int, int]]:
    """Guard -> (what is counted, what a percentage is of), from nothing but the people before and after."""
    known = {number for number, person in before.people.items() if person[0] is not None}
    holders = {ifi: number for number, person in after.people.items() for ifi in person[3]}
    losers = {
        number
        for number in known
        for ifi in before.personas(number)
        if (to := holders.get(ifi, number)) != number and after.people[to][0] is not None
    }
    return {
        "max-rejects": (rejected, rows),
        "max-takeovers": (len(losers), len(known)),
        "max-deletes": (len(known - after.people.keys()), len(known)),
        "min-lines": (rows, last),
    }


def exceeds(guard: str, limit: str, count: int, of: int, floor: int) -> bool:
    """The rule once more, in fractions."""
    share = limit.endswith("%")
    bound = Fraction(limit.removesuffix("%")) * (Fraction(of, 100) if share else 1)
    if guard == "min-lines":
        if limit in ("0", "0%"):
            return False
        if not share:
            return count < bound
        return count < bound if of >= floor and count else count == 0 < of
    return limit != "100%" and count > bound and (not share or not bound or count >= floor)


def near(choose: random.Random, count: int, of: int) -> str:
    """A limit that is near enough to be exceeded, or not, by a little."""
    figure = max(0, count + choose.choice([-1, 0, 1, choose.randrange(-9, 9)]))
    if choose.random() < 0.5 or not of:
        return str(figure)
    return f"{float(Fraction(100 * figure, of)):.{choose.choice([0, 1, 4])}f}%"


@pytest.mark.parametrize("number", [0, *(pytest.param(one, marks=pytest.mark.soak) for one in range(1, 10))])
def test_a_guard_trips_exactly_when_the_change_set_exceeds_it(
    number: int, server: Server, migrated: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    print(f"IMPORT_PEOPLE_SEED={SEED}")
    choose = random.Random(SEED + number)
    options = Options(
        choose.choice(["last-line", "leave"]),
        choose.choice(["apply", "apply", "confirmed"]),
        choose.choice(["add", "replace"]),
        choose.choice(["add", "replace"]),
        create_groups=True,
    )
    prepared = prepare(server, migrated, cli, SEED + number, WORLDS)
    batch = replace(together(stories_of(SEED + number, WORLDS, options)).batches[0], options=rounds_of(options)[0])
    write("new.csv", render_csv(batch.lines).rstrip("\n"))
    last = lines_of_the_last_import(prepared, batch.options.source)
    command = ["import-people", "new.csv", "--batch", "--json", "--no-finish", *arguments(batch.options)]
    before = look(prepared)
    with copied(server, prepared, monkeypatch) as url:
        done = as_json(cli(*command, *OFF), cli(*command, "--dry-run", *OFF).exit_code)
        after = look(url)
    known = figures(before, after, done["rejected"], done["rows"], last)
    assert all(count for count, _ in known.values()), f"a world in which too little happens: {known}"
    tripped_at_all = 0
    with copied(server, prepared, monkeypatch) as url:
        for _ in range(6):
            floor = choose.choice([1, 1, 10, max(1, known["max-takeovers"][0]), known["max-deletes"][0] + 1])
            monkeypatch.setattr(guards, "FLOOR", floor)
            limits = {guard: near(choose, *known[guard]) for guard in GUARDS}
            must = [guard for guard in GUARDS if exceeds(guard, limits[guard], *known[guard], floor)]
            if "min-lines" in must:
                must = ["min-lines"]  # nothing else is looked into
            words = [word for guard in GUARDS for word in (f"--{guard}", limits[guard])]
            result = cli(*command, "--dry-run", *words)
            told = f"{limits}, floor {floor}, {known}: {result}"
            found = json.loads(result.stdout)
            assert (result.exit_code == 4) == bool(must), told
            assert [guard["option"] for guard in found["guards"]] == [f"--{guard}" for guard in must], told
            for guard in found["guards"]:
                assert (guard["counted"], guard["of"]) == known[guard["option"].removeprefix("--")], told
                assert guard["examples"], told
            tripped_at_all += bool(must)
            if must:  # what the message says would allow it does
                limits |= dict(re.findall(r"--([a-z-]+) (\d+) would allow it", found["error"]))
                words = [word for guard in GUARDS for word in (f"--{guard}", limits[guard])]
                again = json.loads(cli(*command, "--dry-run", *words).stdout)
                assert not {guard["option"] for guard in again["guards"]} & {f"--{guard}" for guard in must}, told
        assert look(url) == before, "dry runs"
    assert tripped_at_all, "limits that nothing exceeds show nothing"
    server.drop_database(prepared)


def lines_of_the_last_import(url: str, source: str) -> int:
    query = "SELECT i.counts FROM imports AS i JOIN sources AS s ON s.id = i.source_id WHERE s.name = %s ORDER BY i.id"
    lines: int = ask(url, query, source)[-1][0]["rows"]
    return lines
