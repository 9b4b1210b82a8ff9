"""The page of moving in is held to the program: its examples are run, each on the source that it shows."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bson
import pytest
from conftest import ROOT
from homes import new_home
from test_docs import EXAMPLE, in_turn, normalised

if TYPE_CHECKING:
    from conftest import Server

PAGE = ROOT / "docs/moving-in.md"
MADE = datetime(2023, 1, 2, 3, 4, 5, tzinfo=UTC)
NAMES = ("Ann Lee", "Bob Ray", "Cy Fox")
LMS = "https://lms.example"
THEIR_DATABASE = "postgresql://reader@db.example/lrsql"


def email(number: int) -> str:
    return f"{NAMES[number].split()[0].lower()}@corp.example"


def statement(number: int) -> dict[str, Any]:
    """One of six: everybody has completed two courses."""
    who = number % 3
    made = MADE + timedelta(days=number)
    return {
        "id": f"{number:08x}-0000-4000-8000-000000000000",
        "actor": {"mbox": f"mailto:{email(who)}", "name": NAMES[who]},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": f"{LMS}/courses/{number // 3}"},
        "result": {"score": {"scaled": 0.5 + number / 10}},
        "timestamp": made.isoformat(),
        "stored": made.isoformat(),
    }


def oid(kind: int, number: int) -> bson.ObjectId:
    return bson.ObjectId(f"{kind:012x}{number:012x}")


def learning_locker(folder: Path) -> None:
    """A mongodump: three personas, of whom one has two identifiers, and six statements."""
    found: dict[str, list[dict[str, Any]]] = {
        "personas": [{"_id": oid(1, n), "name": name, "createdAt": MADE} for n, name in enumerate(NAMES)],
        "personaIdentifiers": [
            {"_id": oid(2, n), "persona": oid(1, n), "ifi": {"key": "mbox", "value": f"mailto:{email(n)}"}}
            for n in range(3)
        ],
        "personaAttributes": [
            {"_id": oid(3, 10 * n + place), "personaId": oid(1, n), "key": key, "value": value}
            for n in range(3)
            for place, (key, value) in enumerate((("employee", f"E{n + 1}"), ("department", "Sales")))
        ],
        "statements": [{"_id": oid(4, n), "active": True, "statement": statement(n)} for n in range(6)],
    }
    account = {"key": "account", "value": {"homePage": LMS, "name": "ann"}}
    found["personaIdentifiers"].append({"_id": oid(2, 9), "persona": oid(1, 0), "ifi": account})
    folder.mkdir(parents=True)
    for name, documents in found.items():
        (folder / f"{name}.bson").write_bytes(b"".join(map(bson.encode, documents)))


def one_roster(path: Path) -> None:
    users = "".join(
        f"u{n},active,true,s,{email(n).split('@')[0]},{name.replace(' ', ',')},{email(n)}\n"
        for n, name in enumerate(NAMES)
    )
    files = {
        "manifest.csv": "propertyName,value\nfile.users,bulk\n",
        "orgs.csv": "sourcedId,status,name,type,parentSourcedId\ns,active,School,school,\n",
        "classes.csv": "sourcedId,status,title,schoolSourcedId\nc,active,Maths,s\n",
        "enrollments.csv": "sourcedId,status,classSourcedId,userSourcedId\ne,active,c,u0\n",
        "users.csv": f"sourcedId,status,enabledUser,orgSourcedIds,username,givenName,familyName,email\n{users}",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def sql_lrs(url: str) -> None:
    """The database of Yet SQL LRS, with six statements."""
    import psycopg
    from test_sql_lrs import TABLES, squuid

    with psycopg.connect(url) as connection:
        connection.execute(TABLES.format(kind="json"))  # type: ignore[arg-type]
        for n in range(6):
            said = statement(n)
            row = (squuid(timedelta(days=n), n), said["id"], said["verb"]["id"], json.dumps(said))
            put = "INSERT INTO xapi_statement (id, statement_id, verb_iri, payload) VALUES (%s, %s, %s, %s)"
            connection.execute(put, row)


@pytest.fixture
def sources(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """All that the page moves in from; where what it names is, by its name there."""
    import people_server
    import record_store

    learning_locker(tmp_path / "dump/learninglocker_v2")
    one_roster(tmp_path / "oneroster.zip")
    monkeypatch.setenv("WATERSHED_CREDENTIALS", people_server.CREDENTIALS)
    with ExitStack() as stack:
        watershed, xapi = (stack.enter_context(one.running()) for one in (people_server, record_store))
        watershed.records = {
            "groups": [{"id": 7, "customId": "sales", "name": "Sales", "type": "department"}],
            "people": [
                {"id": n, "customId": f"E{n + 1}", "name": name, "personas": [{"mbox": f"mailto:{email(n)}"}]}
                | {"parentGroupIds": [7], "parentGroupCustomIds": ["sales"]}
                for n, name in enumerate(NAMES)
            ],
        }
        xapi.statements = [statement(n) for n in range(6)]
        url = server.create_database()
        stack.callback(server.drop_database, url)
        sql_lrs(url)
        monkeypatch.setenv("SQL_LRS_URL", url)
        yield {
            "https://watershedlrs.com": watershed.url,
            "https://lrs.example/xapi": xapi.url,
            "lrsql on db.example": told_as(url),
        }


def told_as(url: str) -> str:
    from sql.foreign import foreign

    with foreign(url) as database:
        return database.name


def played(folder: Path, home: Path, sources: dict[str, str], page: str) -> Iterator[tuple[str, int, str, str]]:
    """Each example of the page: its command, how it ended, and what it printed; and what the page shows of it."""
    examples = EXAMPLE.findall(page)
    commands = []
    for command, _ in examples:
        for there, here in sources.items():
            command = command.replace(there, here)
        commands.append(command)
    for ran, (_, shown) in zip(in_turn(commands, folder, home), examples, strict=True):
        output = ran.stdout + ran.stderr
        for there, here in sources.items():
            output = output.replace(here, there)
        yield output, ran.returncode, shown, ran.args[-1]


@pytest.fixture
def home() -> Iterator[Path]:
    folder = new_home()
    yield folder
    shutil.rmtree(folder)


def test_moving_in_prints_what_its_page_shows(sources: dict[str, str], tmp_path: Path, home: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    zeros = 0
    for output, exit_code, shown, command in played(tmp_path, home, sources, page):
        assert (normalised(output), exit_code) == (normalised(shown), 0), command
        zeros += len(re.findall("^differences  0$", output, re.M))
    assert zeros == 6, "of each source, that nothing differs"
