"""Learning Locker's personas, identifiers and attributes, as each of its versions and tools writes them."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import threading
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bson
import pytest
from commands import as_json, ask, people, rows_of, statement, write
from conftest import Cli, Process
from people_server import CREDENTIALS, running

from jobs.moving import server as http

ORGANISATION = "59c1219936229d4ce9634602"
COLLECTIONS = ("personas", "personaIdentifiers", "personaAttributes")
MADE = datetime(2017, 9, 19, 13, 54, 33, 596000, tzinfo=UTC)


def number(of: int, kind: int) -> str:
    return f"59c12199{kind:04x}{of:012x}"


def world(seed: int) -> tuple[dict[str, list[dict[str, Any]]], list[tuple[Any, ...]]]:
    """The documents of the three collections, with ids and dates as Python has them; and whom they are."""
    draw = random.Random(seed)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in COLLECTIONS}
    whom = []
    count = 0
    for person in range(25):
        agents = []
        for _ in range(draw.choice([1, 1, 2, 6])):
            count += 1
            kind, value = draw.choice(
                [
                    ("mbox", f"mailto:p{count}@example.org"),
                    ("mbox_sha1sum", f"{count:040x}"),
                    ("openid", f"https://example.org/{count}"),
                    ("account", {"homePage": "http://example.org/users", "name": f"Agent {count}"}),
                ]
            )
            form = draw.choice(["present", "before", "oldest"])
            identifier: dict[str, Any] = {
                "_id": bson.ObjectId(number(count, 2)), "organisation": bson.ObjectId(ORGANISATION), "createdAt": MADE,
                "persona": bson.ObjectId(number(person, 1)),
            }  # fmt: skip
            name = None
            if form == "present":
                identifier["ifi"] = {"key": kind, "value": value}
            else:
                name = f"Called {count}"
                parts = (
                    [{"key": f"statement.actor.account.{part}", "value": text} for part, text in value.items()]
                    if isinstance(value, dict)
                    else [{"key": f"statement.actor.{kind}", "value": value}]
                )
                identifier |= {"identifiers": [{"key": "statement.actor.name", "value": name}, *parts], "__v": 1}
            if form == "before":
                identifier["uniqueIdentifier"] = {"key": f"statement.actor.{kind}", "value": value}
            found["personaIdentifiers"].append(identifier)
            agents.append((kind, json.dumps(value), name))
        found["personas"].append(
            {"_id": bson.ObjectId(number(person, 1)), "organisation": bson.ObjectId(ORGANISATION), "createdAt": MADE,
             "name": f"Person {person}", "personaIdentifiers": []}
        )  # fmt: skip
        said = {"employee": f"E{person}", "department": draw.choice(["Sales", "R|D"]), "shoe size": "43"}
        for key, text in said.items():
            found["personaAttributes"].append(
                {"_id": bson.ObjectId(), "organisation": bson.ObjectId(ORGANISATION), "key": key, "value": text,
                 "personaId": bson.ObjectId(number(person, 1))}
            )  # fmt: skip
        group = f"department: {said['department'].replace('|', '¦')}"
        whom.append((f"E{person}", f"Person {person}", [group], sorted(agents, key=str)))
    for documents in found.values():
        draw.shuffle(documents)
    return found, sorted(whom)


def plain(value: Any, form: str) -> Any:
    """Ids and dates as extended JSON has them; or as the interface does."""
    if isinstance(value, dict):
        return {key: plain(one, form) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one, form) for one in value]
    if isinstance(value, bson.ObjectId):
        return str(value) if form == "live" else {"$oid": str(value)}
    if isinstance(value, datetime):
        if form == "canonical":
            return {"$date": {"$numberLong": str(round(value.timestamp() * 1000))}}
        text = value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return text if form == "live" else {"$date": text}
    return value


def whom(cli: Cli) -> list[tuple[Any, ...]]:
    return sorted(
        (
            person["customId"],
            person["name"],
            person["parentGroupCustomIds"],
            sorted(
                (
                    (kind, json.dumps(one[kind]), one.get("name"))
                    for one in person["personas"]
                    for kind in ("mbox", "mbox_sha1sum", "openid", "account")
                    if kind in one
                ),
                key=str,
            ),
        )
        for person in people(cli)
    )


def ids_there(found: dict[str, list[dict[str, Any]]]) -> set[tuple[str, str, str]]:
    """Of each record its id, and whose it is."""
    custom_ids = {one["personaId"]: one["value"] for one in found["personaAttributes"] if one["key"] == "employee"}
    return {
        *(("persona", str(one["_id"]), custom_ids[one["_id"]]) for one in found["personas"]),
        *(("identifier", str(one["_id"]), custom_ids[one["persona"]]) for one in found["personaIdentifiers"]),
        *(
            ("customId", str(one["_id"]), one["value"])
            for one in found["personaAttributes"]
            if one["key"] == "employee"
        ),
    }


def ids_of(url: str) -> set[tuple[Any, ...]]:
    """The same of what is kept here."""
    query = """
        SELECT o.record, encode(o.other_id, 'hex'), p.custom_id
        FROM other_ids AS o
        LEFT JOIN personas AS s ON s.id = o.persona_id
        JOIN people AS p ON p.id = coalesce(o.person_id, s.person_id)
    """
    found = ask(url, query)
    assert len(found) == len(set(found)), "each once"
    return set(found)


ASKED = ("--custom-id-attribute", "employee", "--group-attribute", "department")


@pytest.mark.parametrize("form", ["lines", "canonical", "bson", "bson.gz", "live"])
def test_everybody_comes_in_as_they_are_there(
    form: str, cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, expected = world(len(form))
    Path("dump/lrs").mkdir(parents=True)
    for name, documents in found.items():
        file = Path("dump/lrs") / f"{name}.{'bson.gz' if form == 'bson.gz' else 'json' if form != 'bson' else 'bson'}"
        if form.startswith("bson"):
            content = b"".join(map(bson.encode, documents))
            file.write_bytes(gzip.compress(content) if form == "bson.gz" else content)
            file.with_name(f"{name}.metadata.json").write_text("{}")
        elif form == "canonical":
            file.write_text(json.dumps([plain(one, form) for one in documents], indent=1))
        else:
            file.write_text("".join(f"{json.dumps(plain(one, form))}\n" for one in documents))
    if form != "live":
        moved = as_json(cli("migrate", "learning-locker", "dump", "--json", *ASKED))
    else:
        monkeypatch.setenv("LEARNING_LOCKER_CREDENTIALS", CREDENTIALS)
        monkeypatch.setattr(http, "FIRST_PAUSE", 0.001)
        monkeypatch.setenv("IMPORT_PEOPLE_HOME", str(Path("home").absolute()))
        with running() as store:
            store.records = {
                name.removesuffix("s"): [plain(one, form) for one in documents] for name, documents in found.items()
            }
            store.faults = {2: lambda: "cut", 3: lambda: "429"}
            moved = as_json(cli("migrate", "learning-locker", store.url, "--json", *ASKED))
            compared = ("migrate", "learning-locker", store.url, "--compare", "--json", *ASKED)
            store.records["persona"][0]["name"] = "Other"
            assert as_json(cli(*compared), 1)["kinds"] == {"name": 1}
            store.records["persona"][0]["name"] = found["personas"][0]["name"]
            assert as_json(cli(*compared))["differences"] == 0, "it is read anew"
    assert (moved["people"]["created"], moved["rejected"]) == (25, 0)
    assert whom(cli) == expected
    assert {person["created"] for person in people(cli)} == {"2017-09-19T13:54:33.596Z"}
    assert "not known" not in cli("explain-person", "E1").stdout, "it was made here, though there it was long before"
    assert ids_of(database_url) == ids_there(found)


def test_a_migration_that_was_killed_ends_as_one_that_was_not(
    cli: Cli, cli_process: Process, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while it reads; the page that it was waiting for has changed when it is asked for again."""
    found, expected = world(7)
    monkeypatch.setenv("LEARNING_LOCKER_CREDENTIALS", CREDENTIALS)
    monkeypatch.setattr(http, "FIRST_PAUSE", 0.001)
    home = str(tmp_path / "home")
    monkeypatch.setenv("IMPORT_PEOPLE_HOME", home)
    with running() as store:
        store.records = {name[:-1]: [plain(one, "live") for one in documents] for name, documents in found.items()}
        names = {person["_id"]: person.get("name") for person in store.records["persona"]}
        for person in sorted(store.records["persona"], key=lambda one: one["_id"])[9:]:  # behind the first page
            person["name"] = "as it was before"
        command = ("migrate", "learning-locker", store.url, *ASKED)
        killed = cli_process(*command, IMPORT_PEOPLE_HOME=home)

        def kill() -> str:
            os.kill(killed.pid, signal.SIGKILL)
            for person in store.records["persona"]:
                person["name"] = names[person["_id"]]
            return "cut"

        store.faults = {2: kill}
        assert killed.wait(60) == -signal.SIGKILL
        assert people(cli) == []
        resumed = cli(*command)
        assert resumed.exit_code == 0, resumed
        assert "goes on with what was read before" in resumed.stderr
        assert "after" in store.asked[2], "the first page is in"
    assert whom(cli) == expected
    assert not list(Path(home, "moving").iterdir())


def test_what_cannot_be_right_is_rejected_with_its_id_there(cli: Cli) -> None:
    write(
        "all.jsonl",
        '{"_id": {"$oid": "a"}, "name": "Ann"}',
        '{"_id": {"$oid": "1"}, "persona": {"$oid": "a"}, "ifi": {"key": "mbox", "value": "mailto:a@example.org"}}',
        '{"_id": {"$oid": "b"}, "name": "Bob"}',
        '{"_id": {"$oid": "2"}, "persona": {"$oid": "b"}, "ifi": {"key": "account", "value": {"name": "b"}}}',
        '{"_id": {"$oid": "c"}, "name": "nobody"}',
        '{"_id": {"$oid": "3"}, "persona": {"$oid": "x"}, "ifi": {"key": "mbox", "value": "mailto:x@example.org"}}',
        '{"_id": {"$oid": "9"}, "personaId": {"$oid": "a"}, "key": "team", "value": "red"}',
    )
    refused = cli("migrate", "learning-locker", "all.jsonl", "--group-attribute", "colour")
    assert (refused.exit_code, people(cli)) == (2, [])
    assert 'no persona has the attribute "colour"' in refused.stderr
    moved = cli("migrate", "learning-locker", "all.jsonl", "--group-attribute", "team")
    assert moved.exit_code == 3
    assert 'attributes   "team" (1)' in moved.stdout
    assert [(one["name"], one["personas"][0]["mbox"][7:8]) for one in people(cli)] == [("Ann", "a"), (None, "x")]
    rejected = {row["_source_id"]: row["_code"] for row in rows_of("all.jsonl.rejects.csv")}
    assert rejected == {"b": "unreadable_record", "c": "names_nobody"}
    assert {row["_line"] for row in rows_of("all.jsonl.rejects.csv")} == {""}
    assert "alone        1 identifiers are no persona's" in moved.stdout


def test_whatever_is_odd_is_told_with_its_id_there(cli: Cli) -> None:
    """Never by a line of a file that nobody has seen: in summary, rejects, plan, comparison and history."""
    identifier = '{{"_id": "{0}i", "persona": "{0}", "ifi": {{"key": "mbox", "value": "mailto:{0}@example.org"}}}}'
    number = '{{"_id": "{0}n", "personaId": "{0}", "key": "employee", "value": {1}}}'
    write(
        "all.jsonl",
        '{"_id": "long", "name": "Lou\\nof two lines"}',
        *(identifier.format("long").replace("longi", f"l{n}").replace("long@", f"l{n}@") for n in range(6)),
        '{"_id": "ann", "name": "Ann"}', '{"_id": "bob", "name": "Bob"}', *map(identifier.format, ("ann", "bob")),
        '{"_id": "wait", "name": "Later"}',
        '{"_id": "none"}', identifier.format("none"),
        *(number.format(who, one) for who, one in (("ann", 7), ("bob", 7.0), ("wait", '"E9"'), ("gone", '"E8"'))),
        '{"_id": "list", "personaId": "ann", "key": "shoes", "value": [1]}',
        '{"_id": "dbl", "personaId": "long", "key": "employee", "value": {"$numberDouble": "8.0"}}',
    )  # fmt: skip
    migrate = ("migrate", "learning-locker", "all.jsonl", "--custom-id-attribute", "employee")
    moved = cli(*migrate, "--plan", "plan.csv")
    assert moved.exit_code == 0, moved
    assert 'attributes   "employee" (4)' in moved.stdout
    assert "1 attributes are of personas that are not there: gonen" in moved.stderr
    assert "1 attributes have no text or number as key and value: list" in moved.stderr
    assert "waiting for a persona (1)\n  record wait: E9\n" in moved.stdout
    assert '(differing_people), records ann, bob: "7"' in moved.stdout
    assert sorted(person["customId"] or "" for person in people(cli)) == ["", "7", "8"]
    plan = rows_of("plan.csv")
    assert {(row["file"], row["line"]) for row in plan} == {("all.jsonl (people)", "")}
    assert {row["person"] for row in plan} == {"7", "8", "mailto:none@example.org"}
    assert "all.jsonl (people):" not in cli("explain-person", "7").stdout + cli("show-import", "1").stdout
    compared = cli(*migrate, "--compare")
    assert "person_missing  E9            " in compared.stdout
    assert " Later" in compared.stdout

    refused = cli(*migrate, "--reject-warnings", "differing_people", "--source", "other")
    assert (refused.exit_code, [row["_source_id"] for row in rows_of("all.jsonl.rejects.csv")]) == (3, ["ann", "bob"])
    write("odd.jsonl", '{"id": 4, "personas": [{"mbox": "mailto:no"}, {"openid": "http://x.example/4"}]}')
    odd = cli("migrate", "people-json", "odd.jsonl", "--compare", "--json")
    assert odd.exit_code == 1
    told = json.loads(odd.stdout)
    assert (told["kinds"]["unreadable"], told["first"][-1]["person_there"]) == (1, "record 4")
    left = cli("migrate", "people-json", "odd.jsonl", "--compare", "--ignore", "unreadable", "--ignore", "person_extra")
    assert left.exit_code == 0, left


def test_the_collections_of_before_had_names_without_capitals(cli: Cli) -> None:
    """Where both are there, the later ones are meant. What stands beside a folder that has no name is beside it."""
    found, expected = world(3)
    Path("dump/lrs").mkdir(parents=True)
    for name, documents in found.items():
        content = "".join(f"{json.dumps(plain(one, 'lines'))}\n" for one in documents)
        Path("dump/lrs", f"{name.lower()}.json").write_text(content)
    moved = as_json(cli("migrate", "learning-locker", "dump", "--json", *ASKED))
    assert (moved["people"]["created"], moved["rejected"], whom(cli)) == (25, 0, expected)
    for name, documents in found.items():
        content = "".join(f"{json.dumps(plain(one, 'lines'))}\n" for one in documents)
        Path("dump/lrs", f"{name}.json").write_text(content)
        Path("dump/lrs", f"{name.lower()}.json").write_text("{}\n" * (name != name.lower()) or content)
    os.chdir("dump")
    again = as_json(cli("migrate", "learning-locker", ".", "--json", *ASKED))
    assert again["rows"] == again["unchanged"] > 0


@pytest.mark.parametrize(("there", "missing"), [(0, "personaIdentifiers"), (1, "personas")])
def test_a_dump_without_one_of_both_collections_is_refused(there: int, missing: str, cli: Cli) -> None:
    """Of personas alone nobody comes in, and of identifiers alone whoever was merged comes apart."""
    record = ('{"_id": "a", "name": "Ann"}', '{"_id": "1", "persona": "a", "ifi": {"key": "openid", "value": "o:a"}}')
    write("one.jsonl", record[there])
    refused = cli("migrate", "learning-locker", "one.jsonl")
    assert (refused.exit_code, people(cli)) == (2, [])
    assert f"there are no {missing}: who has which identifier" in refused.stderr


def test_what_is_of_others_does_not_come_along(cli: Cli) -> None:
    write(
        "two.jsonl",
        '{"_id": "a", "organisation": "o"}',
        '{"_id": "b", "organisation": "p"}',
        '{"_id": "1", "organisation": "o", "persona": "a", "ifi": {"key": "mbox", "value": "mailto:a@example.org"}}',
        '{"_id": "2", "organisation": "p", "persona": "b", "ifi": {"key": "mbox", "value": "mailto:b@example.org"}}',
    )
    refused = cli("migrate", "learning-locker", "two.jsonl")
    assert refused.exit_code == 2
    assert "records of several organisations: o (2), p (2); --of says which" in refused.stderr
    assert cli("migrate", "learning-locker", "two.jsonl", "--of", "p").exit_code == 0
    compared = as_json(cli("migrate", "learning-locker", "two.jsonl", "--of", "p", "--compare", "--json"))
    assert (compared["people"]["there"], compared["differences"]) == (1, 0)
    assert [one["personas"][0]["mbox"] for one in people(cli)] == ["mailto:b@example.org"]
    write("said.json", json.dumps({"_id": {"$oid": "5"}, "statement": {"actor": {}}, "organisation": "o"}))
    told = cli("migrate", "learning-locker", "said.json")
    assert told.exit_code == 2
    assert "import-statements reads them" in told.stderr
    none = cli("migrate", "learning-locker", "two.jsonl", "--of", "q")
    assert (none.exit_code, 'nothing is of the organisation "q"; there are: o (2), p (2)' in none.stderr) == (2, True)
    Path("cut.bson").write_bytes(bson.encode({"_id": bson.ObjectId(), "name": "A" * 99})[:-9])
    assert "cut.bson: is damaged, or not wholly there" in cli("migrate", "learning-locker", "cut.bson").stderr


def said(of: str | None, number: int, **changes: Any) -> dict[str, Any]:
    """A document of `statements`: by a of the organisation o, by b of p."""
    who = {"mbox": f"mailto:{'b' if of == ORGANISATION else 'a'}@example.org"}
    beside = {"_id": bson.ObjectId()} | ({} if of is None else {"organisation": bson.ObjectId(of)})
    return {**beside, "statement": json.loads(statement(who, number)) | changes}


def damage(packed: str) -> None:
    """Have a file end within what is packed in it."""
    content = Path(packed).read_bytes()
    if packed.endswith(".zip"):  # its list of contents is at its end
        middle = len(content) // 2
        Path(packed).write_bytes(content[:middle] + bytes(99) + content[middle + 99 :])
    else:
        Path(packed).write_bytes(content[:-999])


@pytest.mark.parametrize("form", ["bson.gz", "zip", "pipe"])
def test_statements_of_others_do_not_come_along(form: str, cli: Cli) -> None:
    """Several organisations are refused, and named, before anything is in; what only looks like one is none."""
    other = "6b1b2c3d4e5f60718293a4b6"
    looks = {"context": {"extensions": {"http://x.example/o": {"organisation": "Sales"}}}}
    documents = [said(ORGANISATION, 1, **looks), said(ORGANISATION, 2), said(other, 3), said(None, 4)]

    def dump(*chosen: dict[str, Any]) -> str:
        lines = "".join(f"{json.dumps(plain(one, 'lines'))}\n" for one in chosen)
        content = b"".join(map(bson.encode, chosen)) if form == "bson.gz" else lines.encode()
        name = f"dump.{form}"
        if form == "zip":
            with zipfile.ZipFile(name, "w") as archive:
                archive.writestr("statements.json", content)
        elif form == "pipe":
            Path(name).unlink(missing_ok=True)
            os.mkfifo(name)
            threading.Thread(target=lambda: Path(name).write_bytes(content), daemon=True).start()
        else:
            Path(name).write_bytes(gzip.compress(content))
        return name

    load = ("import-statements", "--rejects", "rejects.jsonl", "--json")
    refused = cli(*load, dump(*documents))
    assert refused.exit_code == 2
    assert "statements of several organisations: " in refused.stderr
    assert ORGANISATION in refused.stderr
    assert other in refused.stderr
    assert people(cli) == []
    if form != "bson.gz":
        as_texts = [{"_source": json.dumps(plain(one, "lines"))} for one in documents]
        assert "statements of several organisations: " in cli(*load, dump(*as_texts)).stderr
    if form != "pipe":
        damage(dump(*documents, said(None, 5, response=random.Random(5).randbytes(1 << 20).hex())))
        assert "statements of several organisations: " in cli(*load, f"dump.{form}").stderr
        unread = cli(*load, f"dump.{form}", "--of", "p")
        assert (unread.exit_code, "its compression is broken" in unread.stderr) == (2, True)
        assert people(cli) == []
        nobody = cli(*load, dump(*documents), "--of", "p")
        assert (nobody.exit_code, 'nothing is of the organisation "p"' in nobody.stderr) == (2, True)
    loaded = cli(*load, dump(*documents), "--of", other)
    assert (loaded.exit_code, json.loads(loaded.stdout)["loaded"]) == (0, 1)
    assert "3 statements are of other organisations, or of none, and left out" in loaded.stderr
    compare = ("compare-with", "--json", "--statements")
    assert cli(*compare, dump(*documents), "--of", other).exit_code == 0
    assert cli(*compare, dump(*documents)).exit_code == 2
    assert as_json(cli(*load, dump(*documents[:2], documents[3])))["loaded"] == 3
