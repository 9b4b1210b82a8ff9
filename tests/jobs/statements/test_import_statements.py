"""import-statements on a real database: the same facts however they come, and what it says of the rest."""

from __future__ import annotations

import gzip
import json
import threading
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from laws import examples
from psycopg import sql

from jobs.import_statements import main
from jobs.importing.finish import finish
from jobs.shell.terminal import Progress
from jobs.statements import loading, together
from jobs.statements.reading import Statement, StatementReader
from sql import database as db
from sql.database import connected

if TYPE_CHECKING:
    from conftest import Server

VERBS = "http://adlnet.gov/expapi/verbs/"
READER = StatementReader()
SAMPLE = Path(__file__).parents[3] / "sample_data" / "statements.jsonl"


def statement(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.UUID(int=number)),
        "actor": {"mbox": "mailto:ada@corp.example", "name": "Ada"},
        "verb": {"id": VERBS + "completed"},
        "object": {"id": "https://lms.corp.example/courses/1"},
        "timestamp": "2026-01-31T09:30:00Z",
        **changes,
    }


def voiding(number: int, voided: int) -> dict[str, Any]:
    about = {"objectType": "StatementRef", "id": str(uuid.UUID(int=voided))}
    return statement(
        number, verb={"id": VERBS + "voided"}, object=about, actor={"mbox": "mailto:admin@corp.example"}
    )


class World:
    """A database, the command on it, and what is in it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder

    def file(self, name: str, statements: Sequence[Any], form: str = "lines") -> Path:
        path = self.folder / name
        texts = [text if isinstance(text, str) else json.dumps(text) for text in statements]
        path.write_text("\n".join(texts) if form == "lines" else f"[{','.join(texts)}]")
        return path

    def run(self, *arguments: str | Path, code: int = 0, input: str | None = None) -> dict[str, Any]:
        """The object that --json prints."""
        result = CliRunner().invoke(main, [*map(str, arguments), "--json", "--database", self.url], input=input)
        assert result.exit_code == code, result.output + result.stderr
        printed: dict[str, Any] = json.loads(result.stdout)
        return printed

    def load(self, *statements: Any, code: int = 0) -> dict[str, Any]:
        return self.run(self.file("statements.jsonl", statements), code=code)

    def rows(self, query: str) -> list[Any]:
        with psycopg.connect(self.url, options="-c timezone=UTC") as connection:
            return connection.execute(query).fetchall()  # type: ignore[arg-type]

    def value(self, query: str) -> Any:
        ((value,),) = self.rows(query)
        return value

    def facts(self) -> tuple[list[Any], ...]:
        """Everything that statements say, without the numbers that the database gave."""
        return (
            self.rows(
                "SELECT o.name, s.id, p.ifi, s.voids, a.iri, s.verb, s.completion, s.success, s.score, "
                "s.seconds, s.at, s.digest FROM statements s JOIN organisations o ON o.id = organisation_id "
                "JOIN activities a USING (organisation_id) LEFT JOIN personas p "
                "ON p.organisation_id = s.organisation_id AND p.id = s.persona_id "
                "WHERE a.id = s.activity_id ORDER BY 1, 2"
            ),
            self.rows(
                "SELECT p.organisation_id, p.kind, p.ifi, p.near, p.as_written, p.agent_name, q.name, "
                "q.custom_id FROM personas p JOIN people q "
                "ON q.organisation_id = p.organisation_id AND q.id = p.person_id "
                "ORDER BY p.organisation_id, p.ifi"
            ),
            self.rows("SELECT organisation_id, iri FROM activities ORDER BY 1, 2"),
            self.rows(
                "SELECT p.ifi, r.interactions, a.activities, r.passed, r.score_sum, r.seconds, r.first_at, "
                "r.last_at, a.interactions FROM personas p JOIN persona_activity_records r "
                "ON r.organisation_id = p.organisation_id AND r.persona_id = p.id "
                "JOIN person_records a "
                "ON a.organisation_id = p.organisation_id AND a.person_id = p.person_id "
                "JOIN activities c ON c.organisation_id = r.organisation_id AND c.id = r.activity_id "
                "ORDER BY p.ifi, c.iri"
            ),
        )

    def empty(self) -> None:
        """Everything but the organisations goes. (A TRUNCATE makes all files of all tables anew.)"""
        with psycopg.connect(self.url) as connection:
            connection.execute("SET session_replication_role = replica")  # in any order
            tables = connection.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
                " AND relname NOT IN ('organisations', 'alembic_version')"
            ).fetchall()
            for (table,) in tables:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


@pytest.fixture(scope="module")
def template(server: Server) -> Iterator[str]:
    url = server.create_database()
    with db.connected(url):
        pass
    yield url
    server.drop_database(url)


@pytest.fixture
def world(server: Server, template: str, tmp_path: Path) -> Iterator[World]:
    url = server.create_database(template)
    yield World(url, tmp_path)
    server.drop_database(url)


def test_new_agents_get_a_persona_and_a_person_named_after_them(world: World) -> None:
    group = {"objectType": "Group", "account": {"homePage": "https://Teams.example", "name": "T 1"}}
    told = world.load(
        statement(1),
        statement(2, actor={"mbox": "mailto:ada@CORP.example"}),
        statement(3, actor=group),
        statement(4, actor={"openid": "http://bob.example/", "name": " "}),
    )
    assert (told["statements"], told["loaded"], told["people"], told["personas"]) == (
        4,
        4,
        {"created": 3},
        {"created": 3},
    )
    assert told["pending"] == {"personas": 3}
    assert told["recomputed"]["people"] == 3
    assert world.rows(
        "SELECT kind::text, ifi, near, as_written, agent_name, q.name FROM personas p "
        "JOIN people q ON q.id = p.person_id ORDER BY p.id"
    ) == [
        ("mbox", "mailto:ada@corp.example", None, None, "Ada", "Ada"),
        (
            "account",
            "https://teams.example T 1",
            "https://teams.example t 1",
            "https://Teams.example T 1",
            None,
            None,
        ),
        ("openid", "http://bob.example/", "https://bob.example", None, None, None),
    ]
    assert world.value("SELECT count(*) FROM pending") == 0


def test_a_persona_without_a_name_takes_the_first_one_it_gets(world: World) -> None:
    first = world.load(statement(1, actor={"mbox": "mailto:ada@corp.example"}))
    told = world.load(statement(2), statement(3, actor={"mbox": "mailto:ada@corp.example", "name": "Ada L."}))
    assert told["people"] == {"created": 0}
    assert world.rows("SELECT agent_name, changed_by FROM personas") == [("Ada", first["import"])]
    world.load(statement(4, actor={"mbox": "mailto:ada@corp.example", "name": "Other"}))
    assert world.value("SELECT agent_name FROM personas") == "Ada"
    # Neither a known statement nor one in conflict names anybody.
    world.load(statement(5, actor={"mbox": "mailto:eve@corp.example"}))
    world.load(statement(5, actor={"mbox": "mailto:eve@corp.example", "name": "Eve"}), code=3)
    assert world.rows("SELECT agent_name FROM personas WHERE ifi LIKE '%eve%'") == [(None,)]


def test_a_carriage_return_in_an_agent_is_a_character_like_any_other(world: World) -> None:
    account = {"homePage": "https://lms.example", "name": "7\r"}
    world.load(
        statement(1, actor={"mbox": "mailto:ada@corp.example", "name": "Ada\rL."}),
        statement(2, actor={"account": account}),
    )
    assert world.rows("SELECT ifi, as_written, agent_name FROM personas ORDER BY ifi") == [
        ("https://lms.example 7", "https://lms.example 7\r", None),
        ("mailto:ada@corp.example", None, "Ada\rL."),
    ]


def test_what_is_kept_of_a_statement(world: World) -> None:
    result = {"completion": True, "success": False, "score": {"scaled": 0.1}, "duration": "PT0.30S"}
    world.load(
        statement(1, result=result, timestamp="2026-01-31T09:30:00.123456+02:00", object={"id": "urn:x,y"}),
        statement(2, object={"objectType": "Agent", "mbox": "mailto:a@b.example"}),
    )
    rows = world.rows(
        "SELECT iri, verb, completion, success, score::text, seconds::text, at::text FROM statements s "
        "JOIN activities a ON a.id = s.activity_id ORDER BY s.id"
    )
    assert rows == [
        ("urn:x,y", VERBS + "completed", True, False, "0.1", "0.30", "2026-01-31 07:30:00.123456+00"),
        ("", VERBS + "completed", None, None, None, None, "2026-01-31 09:30:00+00"),
    ]


def test_a_statement_without_any_time_happened_when_it_was_loaded(world: World) -> None:
    timeless = {key: value for key, value in statement(1).items() if key != "timestamp"}
    world.load(timeless)
    assert world.value("SELECT abs(extract(epoch FROM clock_timestamp() - at)) < 60 FROM statements")
    # An LRS gives it a time of its own; it is the same statement all the same, and the first time stays.
    assert world.load(timeless, statement(1), statement(1, timestamp="2020-01-01T00:00:00Z"))["known"] == 3


def test_known_statements_are_skipped_and_other_content_is_a_conflict(world: World) -> None:
    world.load(statement(1), statement(2))
    told = world.load(
        statement(1, stored="2026-02-01T00:00:00Z", version="1.0.3"),
        statement(2, result={"success": True}),
        statement(2, timestamp="2026-01-31T09:30:01Z"),
        statement(2, timestamp="2026-01-31T11:30:00.0004+02:00"),
        statement(3, actor={"mbox": "mailto:new@corp.example"}),
        statement(3, actor={"mbox": "mailto:newer@corp.example"}),
        statement(3, actor={"mbox": "mailto:new@corp.example"}),
        statement(4),
        statement(4, result={"success": True}),
        code=3,
    )
    assert (told["loaded"], told["known"], told["rejects"]) == (2, 3, {"statement_conflict": 4})
    assert world.value("SELECT count(*) FROM statements WHERE success IS NOT NULL") == 0, "the first stays"
    assert told["people"] == {"created": 1}
    (path,) = told["rejects_files"]
    rejects = [json.loads(line) for line in Path(path).read_text().splitlines()]
    assert [reject["_line"] for reject in rejects] == [2, 3, 6, 9]
    assert rejects[0]["_code"] == "statement_conflict"
    assert str(uuid.UUID(int=2)) in rejects[0]["_message"]
    assert rejects[2]["statement"] == statement(3, actor={"mbox": "mailto:newer@corp.example"})
    assert world.value("SELECT count(*) FROM personas WHERE ifi LIKE '%newer%'") == 0


def test_the_rest_loads_when_some_are_invalid(world: World) -> None:
    told = world.load(
        statement(1),
        '{"id": ',
        statement(2, actor={"mbox": "nobody"}),
        statement(3, result={"score": {"scaled": 2}}),
        statement(4, timestamp="soon"),
        statement(5, object={"id": "https://x.example/" + "x" * 2000}),
        statement(6, verb={}),
        statement(7),
        code=3,
    )
    assert (told["statements"], told["loaded"], told["rejected"]) == (8, 2, 6)
    assert told["rejects"] == dict.fromkeys(
        (
            "invalid_json",
            "invalid_actor",
            "invalid_result",
            "invalid_timestamp",
            "too_long",
            "invalid_statement",
        ),
        1,
    )
    path = Path(told["rejects_files"][0])
    rejects = [json.loads(line) for line in path.read_text().splitlines()]
    assert [reject["_line"] for reject in rejects] == [2, 3, 4, 5, 6, 7]
    assert path.stat().st_mode & 0o777 == 0o600
    assert world.value("SELECT count(*) FROM personas") == 1
    # All well, and the file is gone.
    assert world.load(statement(1))["rejects_files"] == []
    assert not path.exists()


def test_what_is_nested_too_deeply_or_has_a_key_twice_costs_no_other(world: World) -> None:
    agent = '{"mbox": "mailto:bob@corp.example", "member": ['
    deep = json.dumps(statement(1, actor="deep")).replace('"deep"', agent * 200 + "]}" * 200)
    twice = json.dumps(statement(2))[:-1] + ', "actor": {"mbox": "mailto:eve@corp.example"}}'
    told = world.load(statement(3), deep, twice, statement(4), code=3)
    assert (told["loaded"], told["rejects"]) == (2, {"invalid_statement": 2})


def test_an_anonymous_groups_statement_is_kept_out_of_reporting_and_counted(world: World) -> None:
    told = world.load(
        statement(1, actor={"objectType": "Group", "member": [{"mbox": "mailto:a@corp.example"}]})
    )
    assert (told["loaded"], told["anonymous"], told["people"], told["pending"]) == (
        1,
        1,
        {"created": 0},
        {"personas": 0},
    )
    assert world.rows("SELECT persona_id FROM statements") == [(None,)]
    assert world.value("SELECT count(*) FROM person_records") == 0


@pytest.mark.parametrize("voiding_first", [False, True])
@pytest.mark.parametrize("together", [False, True])
def test_voiding_takes_an_interaction_out_of_reporting_whichever_comes_first(
    world: World, voiding_first: bool, together: bool
) -> None:
    parts = [[voiding(9, 1)], [statement(1)]] if voiding_first else [[statement(1)], [voiding(9, 1)]]
    parts = [parts[0] + parts[1]] if together else parts
    told = [world.load(statement(100), *parts[0]), *(world.load(*part) for part in parts[1:])]
    assert sum(each["voided"] for each in told) == 1
    assert world.rows("SELECT interactions FROM person_records") == [(1,)]
    assert world.load(voiding(10, 1))["pending"] == {"personas": 0}, "it is voided already"
    # A voiding statement cannot be voided (xAPI Data 2.3.2).
    assert world.load(voiding(11, 9))["voided"] == 0
    assert world.rows("SELECT interactions FROM person_records") == [(1,)]


def test_only_personas_whose_interactions_change_are_marked(world: World) -> None:
    other = {"mbox": "mailto:other@corp.example"}
    world.load(statement(1), statement(2, actor=other))
    path = world.file(
        "more",
        [statement(1), voiding(9, 2), voiding(8, 77), statement(77, actor={"openid": "http://o.example"})],
    )
    told = world.run(path, "--no-finish")
    assert (told["state"], told["pending"]) == ("committed", {"personas": 1})
    assert world.rows(
        "SELECT ifi FROM pending JOIN personas p ON p.id = subject_id WHERE subject = 'persona'"
    ) == [("mailto:other@corp.example",)]


def test_mailbox_case_is_folded_where_the_organisation_says_so(world: World) -> None:
    path = world.file("s", [statement(1, actor={"mbox": "mailto:ADA@corp.example"}), statement(2)])
    assert world.run(path)["people"] == {"created": 2}
    options = ("--organisation", "folding", "--create-organisation", "--fold-mailbox-case")
    assert world.run(path, *options)["people"] == {"created": 1}
    assert (
        world.value("SELECT as_written FROM personas WHERE organisation_id <> 1") == "mailto:ADA@corp.example"
    )


def test_near_misses_are_told_and_loaded(world: World) -> None:
    world.load(statement(1))
    told = world.load(statement(2, actor={"mbox": "mailto:Ada@corp.example"}))
    assert (told["near_misses"], told["people"]) == (1, {"created": 1})
    result = CliRunner().invoke(
        main,
        [
            str(world.file("s", [statement(3, actor={"mbox": "mailto:ADA@corp.example"})])),
            "--database",
            world.url,
        ],
    )
    assert '"mailto:ADA@corp.example" is nearly "mailto:Ada@corp.example"' in result.stdout


def test_what_a_person_reads(world: World) -> None:
    path = world.file("s.jsonl", [statement(1), statement(1), "{"])
    result = CliRunner().invoke(main, [str(path), "--database", world.url])
    assert result.exit_code == 3
    lines = result.stdout.splitlines()
    assert lines[0].startswith("database ")
    assert lines[0].endswith(", organisation default")
    assert "3 read, 1 loaded, 1 known and skipped, 1 rejected" in result.stdout
    assert "lines that are no JSON (invalid_json)" in result.stdout
    assert f"written to {path}.rejects.jsonl" in result.stdout
    assert not result.stderr
    assert (
        CliRunner().invoke(main, [str(world.file("t", [])), "--quiet", "--database", world.url]).output == ""
    )


def test_a_file_that_cannot_be_used_is_a_usage_failure_and_changes_nothing(world: World) -> None:
    good = world.file("good", [statement(1)])
    world.run(good, world.folder / "absent", code=2)
    world.run(good, good, code=2)
    world.run(world.file("csv", ["custom_id,name", "1,Ada"]), code=2)
    world.run("/dev/null", code=2)
    precious = world.file("good.rejects.jsonl", ["precious"])
    world.run(good, code=2)
    assert precious.read_text() == "precious"
    assert world.value("SELECT count(*) FROM statements") == 0
    assert sorted(path.name for path in world.folder.iterdir()) == ["csv", "good", "good.rejects.jsonl"]
    assert world.rows("SELECT DISTINCT state FROM imports") == [("failed",)]


def test_rejects_of_all_files_may_go_to_one_place(world: World) -> None:
    place = world.folder / "all.jsonl"
    told = world.run(world.file("a", ["{"]), world.file("b", [statement(1), "["]), "--rejects", place, code=3)
    assert told["rejects_files"] == [str(place)]
    assert [json.loads(line)["_line"] for line in place.read_text().splitlines()] == [1, 2]
    assert world.run("/dev/null", "--rejects", place)["statements"] == 0


def test_each_file_of_an_archive_and_standard_input(world: World) -> None:
    path = world.folder / "dump.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("1.json", json.dumps({"statement": statement(1), "_id": {"$oid": "59"}}) + "\n{")
        archive.writestr("2.json.gz", gzip.compress(json.dumps([statement(2)]).encode()))
    told = world.run(path, code=3)
    assert (told["loaded"], told["rejects_files"]) == (2, [f"{path}.rejects.jsonl"])
    names = [file["name"] for file in world.value("SELECT files FROM imports")]
    assert names == [f"{path}/1.json", f"{path}/2.json.gz"]
    assert "--max-unpacked SIZE allows more" in world.run(path, "--max-unpacked", "100", code=2)["error"]
    assert "say with --rejects" in world.run("-", code=2)["error"]
    told = world.run("-", "--rejects", world.folder / "r", input=f"[{json.dumps(statement(3))}]" * 2)
    assert (told["loaded"], told["known"]) == (1, 1)
    behind = [json.dumps(statement(number)) for number in (4, 5, 6)]
    told = world.run(world.file("behind", [behind[0], behind[1] + behind[2], behind[0]]))
    assert (told["loaded"], told["known"]) == (3, 1)
    people = world.file("people", [{"customId": "E1", "name": "Ann"}])
    assert "people-json reads it" in world.run(people, code=2)["error"]


def test_what_was_loaded_before_a_file_broke_stays_and_is_skipped_the_next_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "CHUNK_STATEMENTS", 2)
    path = world.file("s.json", [statement(1), statement(2), "{}", statement(3), "{"], "array")
    told = world.run(path, code=5)
    assert told["state"] == "stopped"
    assert (told["loaded"], told["rejected"]) == (3, 1)
    assert "stopped after line 1" in told["error"]
    assert json.loads(Path(f"{path}.rejects.jsonl").read_text())["statement"] == {}
    state, counts = world.rows("SELECT state, counts FROM imports")[0]
    assert (state, counts["loaded"]) == ("stopped", 3)
    told = world.run(world.file("s.json", [statement(1), statement(2), statement(3), statement(4)], "array"))
    assert (told["loaded"], told["known"]) == (1, 3)
    assert world.rows("SELECT interactions FROM person_records") == [(4,)]


def test_the_history_tells_of_the_run(world: World) -> None:
    told = world.load(statement(1))
    ((command, state, files, counts),) = world.rows("SELECT command, state, files, counts FROM imports")
    assert (command, state, counts["loaded"]) == ("import-statements", "finished", 1)
    assert files[0]["name"].endswith("statements.jsonl")
    assert world.rows("SELECT loaded_by FROM statements") == [(told["import"],)]


def test_two_loads_of_the_same_statements_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "CHUNK_STATEMENTS", 7)
    statements = [statement(n, actor={"mbox": f"mailto:p{n % 11}@corp.example"}) for n in range(1, 100)]
    paths = [world.file("forwards", statements), world.file("backwards", statements[::-1])]
    told: list[dict[str, Any]] = []

    def load(path: Path) -> None:
        with db.connected(world.url) as database:
            _load(database, path, told)

    threads = [threading.Thread(target=load, args=[path]) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each["loaded"] for each in told) == 99
    assert sum(each["known"] for each in told) == 99
    assert world.value("SELECT count(*) FROM personas") == 11
    assert world.value("SELECT count(*) FROM people") == 11


def _load(database: db.Database, path: Path, told: list[dict[str, Any]]) -> None:
    """The load without the command: CliRunner changes standard output, which threads share."""
    from jobs.importing.history import recorded
    from jobs.shell.command import Session
    from jobs.shell.terminal import Progress, Terminal
    from jobs.statements.files import StatementFile
    from jobs.statements.rejected import StatementRejects

    session = Session(database, 1, "default", "", False, Terminal(as_json=True, quiet=True))
    tally, rejects = loading.Tally(), StatementRejects(path.with_suffix(".rejects"))
    with recorded(session, "import-statements") as run, StatementFile(path) as file:
        loading.load(database, 1, [file], [rejects], run, Progress(None, 0), tally, fold_mailbox_case=False)
        run.end("committed", None, tally.counts)
    rejects.close()
    told.append(tally.counts)


# --- laws --------------------------------------------------------------------------------------------

actors = st.sampled_from(
    [{"mbox": f"mailto:{name}@corp.example", "name": name} for name in ("ada", "bob", "eve")]
    + [{"account": {"homePage": "https://lms.corp.example", "name": "e1"}, "name": "Ada"}]
    + [
        {"objectType": "Group", "member": []},
        {"objectType": "Group", "member": [{"mbox": "mailto:ada@corp.example"}]},
    ]
)
results = st.fixed_dictionaries(
    {},
    optional={
        "completion": st.booleans(),
        "success": st.booleans(),
        "score": st.fixed_dictionaries({"scaled": st.sampled_from([-1, 0, 0.1, 0.25, 1, 2])}),
        "duration": st.sampled_from(["PT1H", "PT0.1S", "P1D", "soon"]),
    },
)


@st.composite
def statement_sets(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Statements of a few ids, each id with one content; some void others, known or not; some are invalid."""
    numbers = draw(st.lists(st.integers(1, 12), unique=True, max_size=10))
    found = []
    for number in numbers:
        if draw(st.integers(0, 3)) == 0:
            found.append(voiding(number, draw(st.integers(1, 14))))
        else:
            about = {"id": f"https://lms.corp.example/{draw(st.integers(1, 2))}"}
            at = f"2026-01-{draw(st.integers(1, 28)):02}T00:00:00Z"
            found.append(
                statement(number, actor=draw(actors), result=draw(results), object=about, timestamp=at)
            )
    return found


@given(statements=statement_sets(), data=st.data())
@settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_order_files_forms_chunks_and_repetition_do_not_matter(
    world: World, statements: list[dict[str, Any]], data: st.DataObject
) -> None:
    world.empty()
    told = world.run(world.file("whole", statements), code=data_code(statements))
    expected = world.facts()
    assert world.run(world.file("whole", statements), code=data_code(statements))["loaded"] == 0
    assert world.facts() == expected, "loading again"

    world.empty()
    shuffled = data.draw(st.permutations(statements + statements))
    cut = data.draw(st.integers(0, len(shuffled)))
    patch = pytest.MonkeyPatch()
    patch.setattr(loading, "CHUNK_STATEMENTS", data.draw(st.integers(1, 5)))
    try:
        first = world.file("first", shuffled[:cut], data.draw(st.sampled_from(["lines", "array"])))
        second = world.folder / "second"
        second.write_bytes(gzip.compress(json.dumps({"statements": shuffled[cut:], "more": ""}).encode()))
        if data.draw(st.booleans()):
            parts = [world.run(first, second, code=data_code(statements))]
        else:
            parts = [
                world.run(first, code=data_code(shuffled[:cut])),
                world.run(second, code=data_code(shuffled[cut:])),
            ]
    finally:
        patch.undo()
    assert world.facts() == expected
    for figure in ("loaded", "voided", "anonymous"):
        assert sum(part[figure] for part in parts) == told[figure], figure
    assert world.value("SELECT count(*) FROM pending") == 0

    world.empty()
    read = [found for one in shuffled if isinstance(found := READER.read(json.dumps(one).encode()), Statement)]
    patch.setattr(together, "FEW", data.draw(st.integers(0, 5)))
    try:
        with connected(world.url) as database:
            place = together.Together(database, 1, 5)
            for begin in range(0, len(read), size := data.draw(st.integers(1, 8))):
                place.load(read[begin : begin + size])
            place.close()
            finish(database, 1, Progress(None, 1))
    finally:
        patch.undo()
    assert world.facts() == expected, "together, a few at a time"


def data_code(statements: Sequence[dict[str, Any]]) -> int:
    """3 where one of them cannot be loaded."""
    for each in statements:
        result = each.get("result", {})
        anonymous_of_nobody = each["actor"].get("member") == []
        if result.get("score") == {"scaled": 2} or result.get("duration") == "soon" or anonymous_of_nobody:
            return 3
    return 0


def test_the_sample_loads_without_a_reject(world: World, tmp_path: Path) -> None:
    told = world.run(SAMPLE, "--rejects", tmp_path / "rejects")
    assert told["rejected"] == 0
    assert told["loaded"] == told["statements"] == len(SAMPLE.read_text().splitlines())
    assert (told["voided"], told["anonymous"]) == (1, 1)
    assert world.value("SELECT count(*) FROM personas WHERE kind = 'mbox_sha1sum'") == 2
