"""Plain newcomers of a first load go straight into the tables that last. Nobody can see it: what comes out is what the
general way gives, to the last column, but for the numbers of ids.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import Cli, Server
from faults import observing
from model import Had, Line
from outcomes import NO_GUARDS, make_groups, rejects
from psycopg import sql
from worlds import MOMENTS, SEED, any_line, any_options, arguments, render_csv

STATE = {
    "people": """
        SELECT custom_id, near_custom_id, former_custom_id, lost_at, name, image_url, said_in, changed_by FROM people
    """,
    "personas": """
        SELECT p.said_in, i.begins_at::text, i.kind, i.ifi, i.near, i.as_written, i.agent_name, i.pinned,
               i.said_in, i.changed_by
        FROM personas AS i LEFT JOIN people AS p ON p.id = i.person_id
    """,
    "memberships": """
        SELECT p.said_in, g.custom_id, s.name, m.said_in, m.changed_by
        FROM memberships AS m JOIN people AS p ON p.id = m.person_id JOIN groups AS g ON g.id = m.group_id
        JOIN sources AS s ON s.id = m.source_id
    """,
    "sayings": """
        SELECT p.said_in, s.source_id, s.name, s.image_url, s.previous_custom_id, s.fingerprint_a, s.fingerprint_b,
               s.said_in, s.changed_by
        FROM source_people AS s JOIN people AS p ON p.id = s.person_id
    """,
    "groups": "SELECT id, custom_id, name, type, said_in, changed_by FROM groups",
    "parents": "SELECT group_id, parent_id, source_id, said_in, changed_by FROM group_parents",
    "pending": "SELECT subject, subject_id, caused_by FROM pending",
    "rejects": "SELECT source_id, import_id, fingerprint_a, fingerprint_b, code FROM source_rejects",
    "records": "SELECT group_id, members FROM group_records",
    "left": "SELECT said_in, why FROM left_personas",
    "other ids": """
        SELECT o.record, o.other_id, o.given_by, p.said_in, i.ifi
        FROM other_ids AS o
        LEFT JOIN people AS p ON p.id = o.person_id LEFT JOIN personas AS i ON i.id = o.persona_id
    """,
}
"""What an import fills, without the ids of people and personas."""
FOUND = ("read", "people", "personas", "memberships", "groups", "rejected")
"""Figures of a summary."""
KEPT = ("person", "persona", "membership", "saying", "spell", "group", "parent")
"""What has versions."""


class Ways:
    """Two databases; in one of them what is few, or large, is so from another figure on."""

    def __init__(self, cli: Cli, urls: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.urls = urls
        self.figures = "jobs.importing.newcomers.FEW", 0, 1_000_000
        """What is so, and from which figures on."""
        self._cli = cli
        self._patch = monkeypatch

    def __call__(self, command: str, *words: str | Path, exits: tuple[int, ...] = (0, 3)) -> dict[str, Any]:
        """Runs a command in both; it must come to the same."""
        told = []
        threshold, *figures = self.figures
        for url, figure in zip(self.urls, figures, strict=True):
            self._patch.setattr(threshold, figure)
            result = self._cli(command, *words, "--json", "--database", url)
            assert result.exit_code in exits, result
            summary = json.loads(result.stdout)
            told.append({name: what for name, what in summary.items() if name not in ("seconds", "database")})
            told[-1]["rejects file"] = rejects()
            with psycopg.connect(url) as connection:
                for name, query in STATE.items():
                    told[-1][name] = sorted(connection.execute(query).fetchall(), key=repr)
        direct, general = told
        for name, what in general.items():
            assert direct[name] == what, name
        return direct


@pytest.fixture
def ways(server: Server, migrated: str, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ways]:
    urls = [server.create_database(migrated) for _ in range(2)]
    yield Ways(cli, urls, monkeypatch)
    for url in urls:
        server.drop_database(url)


def lines_of(chance: random.Random) -> list[Line]:
    """Some whose keys are of small pools, so that they share them, and more that share nothing."""
    lines = [any_line(chance.choice, **({} if n % 3 else {"previous_custom_id": None})) for n in range(12)]
    for number in range(30):
        line = any_line(chance.choice, previous_custom_id=None)
        personas = tuple((kind, f"{ifi[:-1]}{number}{ifi[-1]}") for kind, ifi in line.personas)
        custom_id = chance.choice([None, f"N{number}", f"n{number}", f"{number}"])
        since = {"since": line.since, "sinces": line.sinces} if number % 3 else {}
        lines.append(Line(custom_id, personas, line.name, line.image_url, line.groups, None, line.bad, **since))  # type: ignore[arg-type]
    chance.shuffle(lines)
    theirs = ("openid", "https://id.example.org/theirs")  # all along, and for a time: that is all along
    lines += [Line("T", (theirs,)), Line("T", had=(Had(*theirs, MOMENTS[2], MOMENTS[0]),))]
    return [line for line in lines if line.custom_id or line.personas]


def with_other_ids(text: str) -> str:
    """The same file, each line with an id of another system's."""
    header, *rows = csv.reader(io.StringIO(text))
    named = ([*row, f"59c12199{number:016x}"] for number, row in enumerate(rows))
    out = io.StringIO()
    csv.writer(out).writerows([[*header, "_other_id"], *named])
    return out.getvalue()


@pytest.mark.parametrize("number", [*range(4), *(pytest.param(one, marks=pytest.mark.soak) for one in range(4, 40))])
def test_what_comes_out_is_what_the_general_way_gives(
    ways: Ways, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In half of the worlds somebody is in another organisation, so that keys stay until the rows are taken in."""
    chance = random.Random(SEED + number)
    options = any_options(chance.choice)
    others = number % 4 > 1
    if others:
        monkeypatch.setattr("jobs.importing.newcomers.MANY", 0)
        Path("others.csv").write_text("custom_id,email\nE1,e1@x.example\n", encoding="utf-8")
        ways("import-people", "others.csv", "--batch", "--organisation", "others", "--create-organisation")
    for url in ways.urls:
        make_groups(url, [("all", ()), ("sales", ("all",)), ("north", ())])
    for night in range(2):
        Path("people.csv").write_text(with_other_ids(render_csv(lines_of(chance))), encoding="utf-8")
        words = ["people.csv", "--batch", *NO_GUARDS, *arguments(options)]
        if number % 2:
            for code in ("shared_mbox", "differing_people", "near_miss", "near_custom_id"):
                words += ["--reject-warnings", code]
        if not night:  # later, plans call those by their ids who have no custom_id
            planned = ways("import-people", *words, "--dry-run", "--plan", "plan.csv")
            words += ["--expect", planned["plan"]["hash"]]
        ways("import-people", *words)
    ways("undo-import", str(2 + others))
    ways("undo-import", str(1 + others))
    ways("finish-batch-updates", "--check", exits=(0,))


GUEST = "import_people_guest"
"""A role of the server."""
ROLE = """
CREATE ROLE {guest} LOGIN;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {guest};
GRANT SELECT, USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {guest};
"""


KEY = "SELECT CAST(CAST('people_pkey' AS regclass) AS oid)"


@pytest.fixture
def guest(server: Server, database_url: str) -> Iterator[str]:
    """The database's URL for a role that may write, and owns nothing."""
    role = sql.Identifier(GUEST)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(sql.SQL(ROLE).format(guest=role))
    yield database_url.replace("//postgres@", f"//{GUEST}@")
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP OWNED BY {}").format(role))
        connection.execute(sql.SQL("DROP ROLE {}").format(role))


def test_who_owns_no_table_has_their_owner_build_the_keys(
    cli: Cli, guest: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who reads is in the way: then keys stay; it comes to the same."""
    monkeypatch.setattr("jobs.importing.newcomers.FEW", 0)
    monkeypatch.setattr("jobs.importing.newcomers.MANY", 0)
    lines = "".join(f"E{n},e{n}@x.example,g{n % 5}|g{n % 3}\n" for n in range(20))
    Path("people.csv").write_text(f"custom_id,email,groups\n{lines}E0,e1@x.example,\n", encoding="utf-8")
    found = []
    with observing(database_url) as observer, observing(database_url) as reader:
        schema = observer.schema()
        observer.fetch("ALTER FUNCTION take_in SET lock_timeout = '50ms'")
        for organisation, reads in (("one", False), ("two", True)):
            key = observer.value(KEY)
            reader.fetch("BEGIN")
            reader.fetch("SELECT FROM people" if reads else "SELECT")
            words = ["--batch", "--create-groups", "--organisation", organisation, "--create-organisation", "--json"]
            ran = cli("import-people", "people.csv", *words, "--database", guest)
            reader.fetch("COMMIT")
            assert ran.exit_code == 3, ran
            assert (observer.value(KEY) == key) is reads, "it is built anew, or stays"
            found.append({name: what for name, what in json.loads(ran.stdout).items() if name in FOUND})
        assert found[0] == found[1]
        assert observer.schema() == schema


APART = (
    "CREATE TEMP TABLE own (LIKE people)",
    "CREATE TEMP VIEW own AS TABLE people",
    "CREATE TEMP TABLE own (LIKE people); ALTER TABLE own ALTER name TYPE varchar",
    "CREATE TEMP TABLE own (LIKE people); ALTER TABLE own ENABLE ROW LEVEL SECURITY",
    "CREATE TEMP TABLE own (LIKE people); ALTER TABLE own DROP name, ADD name text GENERATED ALWAYS AS ('x') STORED",
    "CREATE TEMP TABLE own (LIKE groups)",
)
"""Only the first is a table of plain rows, as people are."""
TAKEN = "SELECT take_in(ARRAY[CAST('public.people' AS regclass)], ARRAY[CAST('pg_temp.own' AS regclass)])"


def test_nothing_that_a_guest_has_made_runs_with_the_owner_s_rights(guest: str) -> None:
    with psycopg.connect(guest) as connection:
        for number, own in enumerate(APART):
            connection.execute(own)  # type: ignore[arg-type]
            assert connection.execute(TAKEN).fetchone() == (not number,), own
            connection.rollback()


MAPPING = """
[person]
custom_id = "{id}"
name = "{name}"

[[personas]]
mbox = "{mail}"

[[groups]]
custom_id = "{code}"
name = "{title}"
parents = ["{above}"]
"""
MAPPED = """id,name,mail,code,title,above
1,Ada,ada@x.example,d1,Dept One,all
2,Bob,bob@x.example,d1,Department One,all
3,Cat,cat@x.example,d2,Two,d1
4,Dan,ada@x.example,d3,Three,all
5,Eve,eve@x.example,d2,Two again,elsewhere
5,Eve,,d2,Two at last,
6,Fay,fay@x.example,,,
"""


@pytest.mark.parametrize("creates", [True, False])
def test_what_plain_lines_say_of_groups(ways: Ways, creates: bool) -> None:
    Path("mapping.toml").write_text(MAPPING, encoding="utf-8")
    for url in ways.urls:
        make_groups(url, [("all", ()), ("d1", ())])
    for text in (MAPPED, MAPPED.replace("Two at last", "Two").replace("4,", "7,")):
        Path("people.csv").write_text(text, encoding="utf-8")
        words = ["people.csv", "--batch", *NO_GUARDS, "--mapping", "mapping.toml"]
        ways("import-people", *words, *(["--create-groups"] if creates else []))


def test_ids_are_those_that_the_general_way_gives(ways: Ways) -> None:
    lines = "".join(f"E{n},e{n}@x.example,n{n % 7}@old.example,g{n % 5}|g{n % 3}\n" for n in range(7, 0, -1))
    Path("people.csv").write_text(f"custom_id,email,email_2,groups\n{lines}", encoding="utf-8")
    ways("import-people", "people.csv", "--batch", "--create-groups")
    ids = "SELECT id, said_in FROM people UNION ALL SELECT id, said_in FROM personas ORDER BY 1, 2"
    direct, general = (psycopg.connect(url).execute(ids).fetchall() for url in ways.urls)
    assert direct == general


def test_an_undo_of_everybody_leaves_what_the_general_way_leaves(ways: Ways) -> None:
    """Also where groups go with them, and when they come back; after that, as before."""
    ways.figures = "jobs.importing.undoing.LARGE", 0, 1_000_000
    Path("mapping.toml").write_text(MAPPING, encoding="utf-8")
    Path("people.csv").write_text(MAPPED, encoding="utf-8")
    for url in ways.urls:
        make_groups(url, [("all", ()), ("d1", ())])
    ways("import-people", "people.csv", "--batch", *NO_GUARDS, "--mapping", "mapping.toml", "--create-groups")
    for number in range(1, 5):
        ways("undo-import", str(number), "--dry-run", "--plan", "plan.csv")
        ways("undo-import", str(number))
        for table in KEPT:
            rows = f"SELECT to_jsonb(v) - 'created_at' FROM {table}_versions AS v ORDER BY CAST(v AS text)"
            whole, general = (psycopg.connect(url).execute(rows).fetchall() for url in ways.urls)
            assert whole == general, table
        ways("finish-batch-updates", "--check", exits=(0,))
