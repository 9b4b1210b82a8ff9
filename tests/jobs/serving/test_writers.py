"""Writes of a server: each is a run in the history, to be undone; they take turns with imports."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from conftest import Cli, Http
from psycopg.rows import dict_row

from identity.identifiers import Identifier
from jobs.importing.finish import finishing
from jobs.importing.one_person import Granted, NotGranted, Persona, Wish
from jobs.serving.answers import Problem
from jobs.serving.turns import Turns
from jobs.serving.writers import Finisher, Writers
from jobs.shell.failures import Unavailable
from sql.database import IMPORT, SESSION, Database, at_url
from sql.errors import DatabaseUnavailable

Write = Callable[..., Granted]


@pytest.fixture
def finisher(database_url: str) -> Iterator[Finisher]:
    made = Finisher(at_url(database_url, SESSION))
    yield made
    made.close()


@pytest.fixture
def writers(database_url: str, finisher: Finisher) -> Iterator[Writers]:
    made = Writers(at_url(database_url, SESSION), finisher, patience=0.2)
    yield made
    made.close()


@pytest.fixture
def write(writers: Writers) -> Write:
    def written(*, batch: bool = False, **wish: Any) -> Granted:
        with writers.writing(1, "lms", "people-api", run_by="lms", batch=batch) as writing:
            return writing.grant(Wish(**wish))

    return written


def mbox(address: str) -> Persona:
    return Persona(Identifier("mbox", f"mailto:{address}"))


def rows(url: str, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(query).fetchall()


def test_each_write_is_a_run_that_can_be_undone(write: Write, cli: Cli, database_url: str) -> None:
    made = write(adds=True, custom_id="E1", name="Ann", personas=[mbox("ann@x.example")])
    write(person_id=made.person_id, name="Ann B")
    with pytest.raises(NotGranted) as refused:
        write(adds=True, custom_id="E1", personas=[mbox("other@x.example")])
    assert refused.value.code == "custom_id_taken"
    runs = json.loads(cli("list-imports", "--json").stdout)["imports"]
    found = [(run["command"], run["source"], run["state"], run["run_by"]) for run in runs]
    assert found == [("people-api", "lms", "finished", "lms")] * 2, "what was refused is none"
    assert cli("undo-import", str(runs[0]["import"])).exit_code == 0
    assert rows(database_url, "SELECT name FROM people") == [{"name": "Ann"}]
    assert cli("undo-import", str(runs[1]["import"])).exit_code == 0
    assert rows(database_url, "SELECT name FROM people") == []


def test_records_of_groups_are_made_soon_after(write: Write, finisher: Finisher, cli: Cli, database_url: str) -> None:
    with open("people.csv", "w") as out:
        out.write("custom_id,email,groups\nE0,zero@x.example,staff\n")
    assert cli("import-people", "people.csv", "--create-groups").exit_code == 0
    write(adds=True, custom_id="E1", personas=[mbox("one@x.example")], groups=["staff"], batch=True)
    pending = "SELECT subject FROM pending"
    assert rows(database_url, pending) == [{"subject": "group"}]
    time.sleep(0.1)
    assert rows(database_url, pending) == [{"subject": "group"}], "it waits for finish-batch-updates"
    write(adds=True, custom_id="E2", personas=[mbox("two@x.example")], groups=["staff"])
    finisher.close()
    assert rows(database_url, pending) == []
    assert rows(database_url, "SELECT members FROM group_records") == [{"members": 3}]
    states = "SELECT state FROM imports WHERE command = 'people-api'"
    assert rows(database_url, states) == [{"state": "finished"}] * 2


def test_a_write_waits_for_an_import(write: Write, database_url: str) -> None:
    with psycopg.connect(database_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s, 1)", [IMPORT])
        with pytest.raises(Unavailable):
            write(adds=True, personas=[mbox("one@x.example")])
    write(adds=True, personas=[mbox("one@x.example")])


def test_who_has_waited_longest_has_the_next_turn_and_no_organisation_keeps_others_waiting() -> None:
    async def story() -> None:
        places = asyncio.Semaphore(2)
        writes, loads, had = Turns(places), Turns(places), []

        async def take(number: int, turns: Turns, organisation: int, patience: float = 0.0) -> None:
            async with turns.one(organisation, patience):
                had.append(number)

        async with writes.one(1):
            tasks = [asyncio.create_task(take(number, writes, 1)) for number in (1, 2)]
            with pytest.raises(Problem) as refused:
                await take(3, writes, 1, 0.01)
            assert (refused.value.status, refused.value.code) == (503, "busy")
            tasks += [asyncio.create_task(take(number, writes, 1)) for number in (4, 5)]
            await take(6, writes, 2)
            await take(7, loads, 1)
            async with loads.one(3):
                with pytest.raises(Problem):
                    await take(8, writes, 4, 0.01)
                tasks.append(asyncio.create_task(take(9, loads, 4)))
                await asyncio.sleep(0)
                tasks[0].cancel()
            tasks[3].cancel()
            await tasks[4]
        await asyncio.gather(*tasks, return_exceptions=True)
        await take(10, writes, 1, 0.01)
        assert had == [6, 7, 9, 2, 4, 10]
        assert places._value == 2

    asyncio.run(story())


def test_writes_that_wait_for_an_import_keep_no_other_organisation_from_writing(
    http: Http, cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.serving.access.WRITES", 2)
    assert cli("show-status", "--organisation", "there", "--create-organisation").exit_code == 0
    there = http.credential("there", "admin", organisation="there")
    few = http.serve()
    few.auth = http.client.auth
    held = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 7302 AND NOT granted"

    def write(of: str = "default", **more: Any) -> int:
        said = {"personas": [{"mbox": "mailto:one@x.example"}]}
        return few.post(f"/api/organizations/{of}/people", json=said, **more).status_code

    with psycopg.connect(database_url, autocommit=True) as other, ThreadPoolExecutor(3) as beside:
        other.execute("SELECT pg_advisory_lock(%s, 1)", [IMPORT])
        waiting = [beside.submit(write) for _ in range(3)]
        while not other.execute(held).rowcount:
            time.sleep(0.01)
        assert write("there", auth=there) == 201
        assert other.execute(held).rowcount == 1, "they still wait"
        other.execute("SELECT pg_advisory_unlock_all()")
        assert [one.result() for one in waiting] == [201] * 3


def test_who_makes_records_goes_on_after_a_fault(
    finisher: Finisher, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun: list[int] = []

    def fails_at_first(database: Database, organisation: int, *most: Any) -> Iterator[object]:
        begun.append(organisation)
        if len(begun) == 1:
            raise ValueError("ann@x.example")
        yield from finishing(database, organisation, *most)

    monkeypatch.setattr("jobs.serving.writers.finishing", fails_at_first)
    monkeypatch.setattr("jobs.serving.writers.AGAIN", 0.01)
    monkeypatch.setattr("jobs.serving.writers.SOON", 0.0)
    finisher.soon(1)
    for _ in range(1000):
        if len(begun) < 2:
            time.sleep(0.01)
    assert begun == [1, 1]
    assert "making records: ValueError at " in caplog.text
    assert "ann@x.example" not in caplog.text


def test_a_session_that_is_gone_is_opened_again(
    write: Write, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the next write; one that has not been used for a while is looked after before."""

    def cut() -> None:
        with psycopg.connect(database_url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid()"
            )

    write(adds=True, custom_id="E1", personas=[mbox("one@x.example")])
    cut()
    with pytest.raises(DatabaseUnavailable):
        write(adds=True, custom_id="E2", personas=[mbox("two@x.example")])
    write(adds=True, custom_id="E2", personas=[mbox("two@x.example")])
    monkeypatch.setattr("jobs.serving.writers.DOUBTED", 0.0)
    write(adds=True, custom_id="E3", personas=[mbox("three@x.example")])
    cut()
    write(adds=True, custom_id="E4", personas=[mbox("four@x.example")])
    assert [row["custom_id"] for row in rows(database_url, "SELECT custom_id FROM people ORDER BY 1")] == [
        "E1", "E2", "E3", "E4",
    ]  # fmt: skip


def test_a_session_that_was_not_used_for_a_while_is_asked_first(
    write: Write, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.serving.writers.DOUBTED", -1)
    made = write(adds=True, name="Ann", personas=[mbox("ann@x.example")])
    write(person_id=made.person_id, name="Ann B")
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                      " AND pid <> pg_backend_pid()")  # fmt: skip
    write(person_id=made.person_id, name="Ann C")
    assert rows(database_url, "SELECT name FROM people") == [{"name": "Ann C"}]


def test_who_is_added_is_nobody_with_a_custom_id(write: Write, database_url: str) -> None:
    """A persona of somebody who has one is taken; somebody without is adopted."""
    held = write(adds=True, custom_id="E1", name="Ann", personas=[mbox("ann@x.example"), mbox("two@x.example")])
    made = write(adds=True, name="Bob", personas=[mbox("two@x.example")])
    assert made.created
    assert made.person_id != held.person_id
    assert not write(adds=True, custom_id="E2", personas=[mbox("two@x.example")]).created
    names = "SELECT custom_id, name FROM people ORDER BY 1"
    assert rows(database_url, names) == [{"custom_id": "E1", "name": "Ann"}, {"custom_id": "E2", "name": "Bob"}]
    both = [mbox("ann@x.example"), mbox("two@x.example")]
    assert write(adds=True, name="Cid", personas=both).created, "of two who have one it is nobody, but somebody new"
    assert rows(database_url, names) == [{"custom_id": None, "name": "Cid"}]


def test_what_is_pinned_is_neither_taken_nor_left_out(write: Write, cli: Cli, database_url: str) -> None:
    ann = write(adds=True, custom_id="E1", personas=[mbox("ann@x.example"), mbox("two@x.example")]).person_id
    assert cli("move-persona", "ann@x.example", "--pin").exit_code == 0
    for wish, code in (
        ({"adds": True, "personas": [mbox("ann@x.example"), mbox("new@x.example")]}, "left"),
        ({"adds": True, "personas": [mbox("ann@x.example")]}, "pin_left_nothing"),
        ({"person_id": ann, "personas": [mbox("two@x.example")], "exactly_personas": True}, "pinned"),
    ):
        with pytest.raises(NotGranted) as refused:
            write(**wish)
        assert refused.value.code == code
    assert rows(database_url, "SELECT count(*) FROM personas") == [{"count": 2}]


def test_memberships_that_are_there_stay_as_they_are(write: Write, cli: Cli, database_url: str) -> None:
    """By id or custom_id; who puts back what was read has not given it."""
    with open("people.csv", "w") as out:
        out.write("custom_id,email,groups\nE0,zero@x.example,a|b\nE9,nine@x.example,c\n")
    assert cli("import-people", "people.csv", "--create-groups").exit_code == 0
    person = rows(database_url, "SELECT id FROM people WHERE custom_id = 'E0'")[0]["id"]
    ids = {row["custom_id"]: row["id"] for row in rows(database_url, "SELECT id, custom_id FROM groups")}
    write(person_id=person, group_ids=[ids["a"], ids["c"]], exactly_groups=True)
    given = (
        "SELECT g.custom_id AS group, s.name AS source FROM memberships AS m JOIN groups AS g ON g.id = m.group_id"
        f" JOIN sources AS s ON s.id = m.source_id WHERE m.person_id = {person} ORDER BY 1"
    )
    assert [tuple(row.values()) for row in rows(database_url, given)] == [("a", "people"), ("c", "lms")]
    for wish, code in (
        ({"group_ids": [ids["a"]], "groups": ["b"]}, "differing_groups"),
        ({"group_ids": [999]}, "unknown_group"),
        ({"groups": ["nowhere"]}, "unknown_group"),
    ):
        with pytest.raises(NotGranted) as refused:
            write(person_id=person, **wish)
        assert refused.value.code == code
