"""Corrections by hand: whose a persona is, told through the commands."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import Cli, Process, Result
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from outcomes import NO_GUARDS
from worlds import (
    CUSTOM_IDS,
    PERSONAS,
    Choose,
    any_line,
    any_options,
    any_statements,
    arguments,
    choices,
    render_csv,
    render_statements,
    str_to_uuid,
)


def write(file: str, *lines: str) -> str:
    Path(file).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def ask(url: str, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query, parameters).fetchall()


def done(result: Result, exit_code: int = 0) -> dict[str, Any]:
    assert result.exit_code == exit_code, result
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def move(cli: Cli, *words: str, exit_code: int = 0) -> dict[str, Any]:
    """Move a persona; after every move the reports are what they are made of."""
    found = done(cli("move-persona", *words, "--json"), exit_code)
    checked = done(cli("finish-batch-updates", "--check", "--json"))
    assert checked["recomputed"] == {"personas": 0, "people": 0, "groups": 0}, "the move has recomputed all itself"
    return found


def export(cli: Cli) -> list[dict[str, Any]]:
    result = cli("export-people", "--format", "jsonl")
    assert result.exit_code == 0, result
    return [json.loads(line) for line in result.stdout.splitlines()]


def holders(cli: Cli) -> dict[str, tuple[str | None, str | None]]:
    """E-mail -> custom_id and name of its person."""
    return {
        persona["mbox"].removeprefix("mailto:"): (person["customId"], person["name"])
        for person in export(cli)
        for persona in person["personas"]
    }


def statement(email: str, name: str, course: int = 1) -> str:
    return json.dumps(
        {
            "actor": {"mbox": f"mailto:{email}", "name": name},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": f"http://example.com/course/{course}"},
            "timestamp": "2026-01-02T03:04:05Z",
        }
    )


PEOPLE = (
    "custom_id,name,email,email_2,groups",
    "A,Ada,ada@example.org,shared@example.org,sales",
    "B,Bob,bob@example.org,,north",
)
TOTALS = """
    SELECT p.custom_id, p.name, r.interactions
    FROM people AS p LEFT JOIN person_records AS r ON r.person_id = p.id ORDER BY p.custom_id, p.name
"""
MARKS = "SELECT custom_id, active_members FROM groups JOIN group_records ON group_id = id ORDER BY 1"
LAST = """
    SELECT command, state, options, counts FROM imports ORDER BY id DESC LIMIT 1
"""
VERSIONS = """
    SELECT 'person', custom_id FROM person_versions WHERE replaced_by = %(run)s
    UNION ALL SELECT 'persona', ifi FROM persona_versions WHERE replaced_by = %(run)s
    UNION ALL SELECT 'membership', CAST(person_id AS text) FROM membership_versions WHERE replaced_by = %(run)s
    UNION ALL SELECT 'saying', CAST(person_id AS text) FROM saying_versions WHERE replaced_by = %(run)s
    ORDER BY 1, 2
"""


def versions(url: str, run: int) -> list[tuple[str, str]]:
    with psycopg.connect(url) as connection:
        return connection.execute(VERSIONS, {"run": run}).fetchall()


def make_before(cli: Cli) -> None:
    """A database with Ada and Bob; Ada has an address that she shares with Bob, and two statements of it."""
    write("people.csv", *PEOPLE)
    done(cli("import-people", "people.csv", "--batch", "--create-groups", "--json"))
    write("statements.jsonl", *(statement("shared@example.org", "Shared", n) for n in range(2)))
    done(cli("import-statements", "statements.jsonl", "--json"))


@pytest.fixture
def two(cli: Cli) -> Cli:
    """Commands on that copy, beside the file of the two."""
    write("people.csv", *PEOPLE)
    return cli


# -- moving --------------------------------------------------------------------------------------------------


def test_only_the_persona_moves_with_its_interactions(two: Cli, database_url: str) -> None:
    assert ask(database_url, TOTALS) == [("A", "Ada", 2), ("B", "Bob", None)]
    assert ask(database_url, MARKS) == [("north", 0), ("sales", 1)]
    found = move(two, " shared@EXAMPLE.org ", "--to", "B")
    assert holders(two) == {
        "ada@example.org": ("A", "Ada"),
        "shared@example.org": ("B", "Bob"),
        "bob@example.org": ("B", "Bob"),
    }
    assert ask(database_url, TOTALS) == [("A", "Ada", None), ("B", "Bob", 2)]
    assert ask(database_url, MARKS) == [("north", 1), ("sales", 0)]
    assert found["state"] == "finished"
    assert found["interactions"] == 2
    assert (found["from"]["customId"], found["to"]["customId"]) == ("A", "B")
    assert found["personas"] == {"moved": 1, "pinned": 0, "unpinned": 0}
    assert found["people"] == {"created": 0, "deleted": 0}
    assert found["pending"] == {"people": 2, "groups": 2}
    counts = {name: found[name] for name in ("personas", "people", "pending")}
    assert ask(database_url, LAST) == [
        ("move-persona", "finished", {"ifi": "mailto:shared@example.org", "to": "B"}, counts)
    ]
    assert versions(database_url, found["import"]) == [("persona", "mailto:shared@example.org")]
    assert ask(database_url, "SELECT changed_by, said_in FROM personas WHERE ifi LIKE %s", "%shared%") == [
        (found["import"], None)
    ]


def test_to_whom_it_belongs_already_it_does_not_move(two: Cli, database_url: str) -> None:
    found = move(two, "shared@example.org", "--to", "A")
    assert found["personas"] == {"moved": 0, "pinned": 0, "unpinned": 0}
    assert found["interactions"] == 0
    assert found["pending"] == {"people": 0, "groups": 0}
    assert versions(database_url, found["import"]) == []
    assert "A Ada has it already" in two("move-persona", "shared@example.org", "--to", "A").stdout


def test_who_is_left_without_personas_is_gone_with_everything_and_in_the_history(
    two: Cli, database_url: str
) -> None:
    found = move(two, "mailto:bob@example.org", "--to", "A")
    assert found["people"] == {"created": 0, "deleted": 1}
    assert {holder for holder, _ in holders(two).values()} == {"A"}
    ((number,),) = ask(database_url, "SELECT id FROM person_versions WHERE custom_id = 'B'")
    assert versions(database_url, found["import"]) == [
        ("membership", str(number)),
        ("person", "B"),
        ("persona", "mailto:bob@example.org"),
        ("saying", str(number)),
    ]
    for table in ("memberships", "source_people"):
        assert ask(database_url, f"SELECT count(*) FROM {table} WHERE person_id = %s", number) == [(0,)]


def test_alone_is_a_person_of_its_own_named_after_the_agent(two: Cli, database_url: str) -> None:
    found = move(two, "shared@example.org", "--alone")
    assert holders(two)["shared@example.org"] == (None, "Shared")
    assert found["people"] == {"created": 1, "deleted": 0}
    assert found["to"] == {"id": found["to"]["id"], "customId": None, "name": "Shared"}
    assert ask(database_url, TOTALS) == [("A", "Ada", None), ("B", "Bob", None), (None, "Shared", 2)]
    again = move(two, "shared@example.org", "--alone")
    assert again["personas"]["moved"] == again["people"]["created"] == 0
    assert again["to"] == found["to"]


def test_a_persona_without_statements_can_be_alone_too(two: Cli) -> None:
    move(two, "bob@example.org", "--alone")
    assert holders(two)["bob@example.org"] == (None, None)
    assert {holder for holder, _ in holders(two).values()} == {"A", None}, "B had no other"


HASH = "cc1e39b02974c5d21e792d7febcaa6018bb6c574"


def test_all_kinds_of_identifiers_and_folded_mailboxes(cli: Cli) -> None:
    to = ["--organisation", "folds"]
    write(
        "people.csv",
        "custom_id,email,openid,mbox_sha1sum,account_home_page,account_name",
        f"A,a@example.org,https://id.example.org/a,{HASH},https://lms.example.org,Ann Lee",
        "B,b@example.org,,,,",
    )
    done(cli("import-people", "people.csv", "--json", *to, "--create-organisation", "--fold-mailbox-case"))
    for typed in (
        "A@Example.org",
        HASH.upper(),
        "HTTPS://ID.example.org/a",
        "https://LMS.example.org Ann Lee",
    ):
        assert done(cli("move-persona", typed, "--to", " B ", "--json", *to))["personas"]["moved"] == 1
    done(cli("finish-batch-updates", "--check", "--json", *to))
    (person,) = [json.loads(line) for line in cli("export-people", "--format", "jsonl", *to).stdout.splitlines()]
    assert (person["customId"], len(person["personas"])) == ("B", 5)


def test_without_finish_the_reporting_is_pending(two: Cli) -> None:
    found = done(two("move-persona", "shared@example.org", "--to", "B", "--no-finish", "--json"))
    assert (found["state"], "recomputed" in found) == ("committed", False)
    assert "run finish-batch-updates" in two("move-persona", "shared@example.org", "--to", "A", "--no-finish").stdout
    assert done(two("finish-batch-updates", "--check", "--json"))["recomputed"]["people"] == 2


def test_a_dry_run_changes_nothing_at_all(two: Cli, database_url: str) -> None:
    before = (export(two), ask(database_url, "SELECT count(*) FROM imports"))
    found = done(two("move-persona", "bob@example.org", "--to", "A", "--pin", "--dry-run", "--json"))
    assert (found["import"], found["state"]) == (None, "dry-run")
    assert found["personas"] == {"moved": 1, "pinned": 1, "unpinned": 0}
    assert found["people"] == {"created": 0, "deleted": 1}
    assert (export(two), ask(database_url, "SELECT count(*) FROM imports")) == before
    assert ask(database_url, "SELECT count(*) FROM persona_versions") == [(0,)]
    shown = two("move-persona", "bob@example.org", "--to", "A", "--dry-run").stdout.splitlines()
    assert shown[0].startswith("database ")
    assert shown[1] == "dry run, nothing is changed: move-persona"
    assert "mailto:bob@example.org: B Bob → A Ada, 0 interactions go along" in shown
    assert "B Bob had no other persona, and is gone" in shown


# -- mistakes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["shared@example.org"], "say where the persona is to go"),
        (["shared@example.org", "--to", "B", "--alone"], "exclude each other"),
        (["shared@example.org", "--to", " "], "a blank custom_id names nobody"),
        (["shared", "--alone"], '"shared" is no e-mail, no 40 hex digits'),
        (["nobody@example.org", "--alone"], 'there is no persona "mailto:nobody@example.org"\n'),
        (
            ["Shared@example.org", "--alone"],
            'there is no persona "mailto:Shared@example.org"; there is "mailto:shared@example.org"\n',
        ),
        (["shared@example.org", "--to", "C"], 'nobody has the custom_id "C"\n'),
        (["shared@example.org", "--to", "00b"], 'nobody has the custom_id "00b"; there is "B"\n'),
    ],
)
def test_mistakes_are_told_before_anything_begins(two: Cli, database_url: str, words: list[str], said: str) -> None:
    before = ask(database_url, "SELECT count(*) FROM imports")
    result = two("move-persona", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert ask(database_url, "SELECT count(*) FROM imports") == before


@contextmanager
def another_import(url: str) -> Iterator[None]:
    """An import of the organisation is at work."""
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(7302, id) FROM organisations")
        yield


def test_while_an_import_runs_it_is_busy_and_can_wait(two: Cli, database_url: str, cli_process: Process) -> None:
    with another_import(database_url):
        result = two("move-persona", "shared@example.org", "--to", "B")
        assert result.exit_code == 75
        assert "--wait" in result.stderr
        assert ask(database_url, LAST)[0][1] == "failed"
        waiting = cli_process("move-persona", "shared@example.org", "--to", "B", "--wait", "60")
    assert waiting.wait(60) == 0
    assert holders(two)["shared@example.org"] == ("B", "Bob")


# -- pins ----------------------------------------------------------------------------------------------------

PINNED = "SELECT ifi FROM personas WHERE pinned"


def test_a_pin_can_be_set_where_it_is_and_taken_off_again(two: Cli, database_url: str) -> None:
    found = move(two, "shared@example.org", "--pin")
    assert found["personas"] == {"moved": 0, "pinned": 1, "unpinned": 0}
    assert ask(database_url, PINNED) == [("mailto:shared@example.org",)]
    assert versions(database_url, found["import"]) == [("persona", "mailto:shared@example.org")]
    again = move(two, "shared@example.org", "--pin")
    assert again["personas"] == {"moved": 0, "pinned": 0, "unpinned": 0}
    assert versions(database_url, again["import"]) == []
    moved = move(two, "shared@example.org", "--to", "B")
    assert moved["persona"]["pinned"], "by hand it can be moved, and stays pinned"
    found = move(two, "shared@example.org", "--unpin")
    assert found["personas"] == {"moved": 0, "pinned": 0, "unpinned": 1}
    assert ask(database_url, PINNED) == []


def test_moved_and_pinned_at_once_is_one_change(two: Cli, database_url: str) -> None:
    found = move(two, "shared@example.org", "--to", "B", "--pin")
    assert found["personas"] == {"moved": 1, "pinned": 1, "unpinned": 0}
    assert versions(database_url, found["import"]) == [("persona", "mailto:shared@example.org")]
    changes = ask(
        database_url,
        "SELECT (before).pinned, (after).pinned, (before).person_id <> (after).person_id FROM persona_changes"
        " WHERE import_id = %s",
        found["import"],
    )
    assert changes == [(False, True, True)]


def test_without_a_pin_the_same_file_takes_it_back(two: Cli) -> None:
    """The lines of both are known, letter for letter; they are looked at again all the same."""
    again = ["import-people", "people.csv", "--batch", "--json"]
    assert done(two(*again))["unchanged"] == 2
    move(two, "shared@example.org", "--to", "B")
    assert done(two(*again))["personas"]["taken"] == 1
    assert holders(two)["shared@example.org"] == ("A", "Ada")


def test_a_pinned_persona_stays_until_it_is_unpinned(two: Cli) -> None:
    """The file of every night says that it is Ada's; known lines, looked at lines, and a replacing file."""
    again = ["import-people", "people.csv", "--batch", "--json"]
    move(two, "shared@example.org", "--to", "B", "--pin")
    for more in ([], [], ["--personas", "replace"]):
        found = done(two(*again, *more))
        assert (found["personas"]["taken"], found["personas"]["left"]) == (0, 1)
        assert holders(two)["shared@example.org"] == ("B", "Bob")
    move(two, "shared@example.org", "--unpin")
    assert done(two(*again))["personas"]["taken"] == 1
    assert holders(two)["shared@example.org"] == ("A", "Ada")
    assert done(two("finish-batch-updates", "--check", "--json"))["differences"] == 0
    how = [state["how"] for state in done(two("explain-persona", "shared@example.org", "--json"))["states"]]
    assert how == ["created", "moved by hand, pinned", "unpinned", "taken over"]


def test_a_correction_can_be_undone_and_done_again(two: Cli, database_url: str) -> None:
    corrected = move(two, "bob@example.org", "--to", "A", "--pin")
    after = export(two)
    undone = done(two("undo-import", str(corrected["import"]), "--json"))
    assert holders(two)["bob@example.org"] == ("B", "Bob")
    assert ask(database_url, PINNED) == []
    done(two("undo-import", str(undone["import"]), "--json"))
    assert export(two) == after
    assert ask(database_url, PINNED) == [("mailto:bob@example.org",)]
    how = [state["how"] for state in done(two("explain-persona", "bob@example.org", "--json"))["states"]]
    assert how == ["created", "moved by hand, pinned", "import 3 undone", "import 4 undone"]
    assert done(two("finish-batch-updates", "--check", "--json"))["differences"] == 0


# -- any history ---------------------------------------------------------------------------------------------

BROKEN = """
    SELECT 'a person without personas', p.id FROM people AS p
    WHERE p.organisation_id = %(organisation)s
      AND NOT EXISTS (SELECT FROM spells AS i WHERE i.organisation_id = p.organisation_id AND i.person_id = p.id)
    UNION ALL
    SELECT 'a persona that nobody has had', i.id FROM personas AS i
    WHERE i.organisation_id = %(organisation)s
      AND NOT EXISTS (SELECT FROM spells AS s WHERE s.organisation_id = i.organisation_id AND s.persona_id = i.id)
    UNION ALL
    SELECT 'a state that nothing followed', v.id FROM persona_versions AS v
    WHERE v.organisation_id = %(organisation)s AND v.replaced_by = %(run)s
      AND EXISTS (SELECT FROM personas AS i
                  WHERE i.organisation_id = v.organisation_id AND i.id = v.id AND i.changed_by <> %(run)s)
"""
STATED = """
    SELECT s.id, i.ifi FROM statements AS s
    LEFT JOIN personas AS i ON i.organisation_id = s.organisation_id AND i.id = s.persona_id
    WHERE s.organisation_id = %(organisation)s ORDER BY s.id
"""
FORGET = "UPDATE source_people SET fingerprint_a = NULL, fingerprint_b = NULL WHERE organisation_id = %(organisation)s"
SPANS = ([], ["--from", "2024-03"], ["--until", "2024-05-06T07:08:09Z"], ["--from", "2024-01", "--until", "2024-06"])


def test_any_sequence_of_moves_and_imports_keeps_everybody_whole(cli: Cli, database_url: str) -> None:
    """Each persona has one person, nobody is without one, no statement loses its persona, reports are right."""
    numbers = itertools.count(1)

    class History(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            self.name = f"organisation {next(numbers)}"
            self.to = ["--organisation", self.name, "--json"]
            done(cli("show-status", "--create-organisation", *self.to))
            ((self.organisation,),) = ask(database_url, "SELECT id FROM organisations WHERE name = %s", self.name)
            self.actors: dict[str, str] = {}
            self.last: list[str] = []

        @rule(choose=choices())
        def statements(self, choose: Choose) -> None:
            drawn = [replace(s, id=str_to_uuid(f"{next(numbers)}"), voided=False) for s in any_statements(choose)]
            if drawn:
                Path("statements.jsonl").write_text(render_statements(drawn, PERSONAS[0]), encoding="utf-8")
                done(cli("import-statements", "statements.jsonl", *self.to))
                self.actors |= {s.id: s.actor for s in drawn}

        @rule(choose=choices())
        def batch(self, choose: Choose) -> None:
            lines = [any_line(choose, bad=False) for _ in range(choose([1, 2, 3]))]
            Path("people.csv").write_text(render_csv(lines), encoding="utf-8")
            self.last = arguments(any_options(choose, create_groups=True))
            self.check(self.imported()["import"])

        @rule()
        def the_same_again(self) -> None:
            """No line is skipped as known that would do something, whatever was done by hand in between."""
            if not self.last:
                return
            self.imported()
            with psycopg.connect(database_url) as connection:
                connection.execute(FORGET, {"organisation": self.organisation})
            looked_at = self.imported()
            del looked_at["personas"]["left"]
            for what in ("people", "personas", "memberships", "pending"):
                assert not any(looked_at[what].values()), (what, looked_at)
            self.check(looked_at["import"])

        def imported(self) -> dict[str, Any]:
            result = cli("import-people", "people.csv", "--batch", *NO_GUARDS, *self.last, *self.to)
            assert result.exit_code in (0, 3), result
            found: dict[str, Any] = json.loads(result.stdout)
            return found

        @rule(
            persona=st.sampled_from(PERSONAS),
            to=st.sampled_from([None, *CUSTOM_IDS]),
            pinned=st.none() | st.booleans(),
            span=st.sampled_from(SPANS),
        )
        def move(self, persona: tuple[str, str], to: str | None, pinned: bool | None, span: list[str]) -> None:
            where = ["--alone"] if to is None else ["--to", to]
            pins = {None: [], True: ["--pin"], False: ["--unpin"]}[pinned]
            result = cli("move-persona", persona[1], *where, *span, *pins, *self.to)
            if result.exit_code == 2:
                assert "there is no persona" in result.stderr or "nobody has the custom_id" in result.stderr
                return
            found = done(result)
            if "--until" not in span:
                assert found["to"]["customId"] == to
            assert {row["has"]["customId"] for row in found["spans"]} <= {to}
            if pinned is not None:
                assert found["persona"]["pinned"] is pinned
            self.check(found["import"])

        def check(self, run: int) -> None:
            with psycopg.connect(database_url) as connection:
                asked = {"organisation": self.organisation, "run": run}
                assert connection.execute(BROKEN, asked).fetchall() == []
                assert {str(number): ifi for number, ifi in connection.execute(STATED, asked)} == self.actors
            assert done(cli("finish-batch-updates", "--check", *self.to))["differences"] == 0

    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=6,
            stateful_step_count=6,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
