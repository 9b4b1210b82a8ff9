"""Watershed's People API, live: everybody, once, whatever the server does meanwhile."""

from __future__ import annotations

import json
import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import as_json, contents, people
from conftest import Cli, Process
from people_server import CREDENTIALS, PeopleServer, running

from jobs.moving import server as http
from jobs.moving.pages import Pages, alone_in
from jobs.moving.server import Server, authorization
from jobs.moving.watershed import Watershed
from jobs.shell.failures import Unavailable


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[PeopleServer]:
    monkeypatch.setattr(http, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(http, "LONGEST_PAUSE", 0.01)
    monkeypatch.setenv("WATERSHED_CREDENTIALS", CREDENTIALS)
    monkeypatch.setenv("IMPORT_PEOPLE_HOME", str(tmp_path / "home"))
    with running() as found:
        yield found


def person(number: int) -> dict[str, Any]:
    """As the document shows one."""
    return {
        "id": number,
        "customId": f"E{number}" if number % 3 else None,
        "name": f"Bob {number}",
        "personas": [
            {
                "id": number, "name": "Bob", "mbox": f"mailto:b{number}@example.com",
                "created": "2015-02-26T18:29:22.000+0000",
            }
        ],
        "parentGroupIds": [1 + number % 3],
        "parentGroupCustomIds": ["sales"] if number % 3 == 0 else [],
        "created": "2015-02-26T18:29:18.000+0000",
    }  # fmt: skip


GROUPS = [
    {"id": 1, "customId": "sales", "name": "Sales", "type": "Department", "parentGroupIds": [3]},
    {"id": 2, "name": "2024", "type": {"name": "Hire Year"}, "parentGroupIds": []},
    {"id": 3, "name": "All", "parentGroupIds": []},
]


def ids(folder: Path, store: PeopleServer, size: int = 7) -> list[int]:
    """Of those that are read, in the order in which they came."""
    pages = Pages(folder)
    server = Server(store.url, authorization(None, "WATERSHED_CREDENTIALS"), patience=2)
    Watershed(server, "17", size).read(pages)
    server.close()
    return [json.loads(line)["id"] for line in pages.file("people").read_text().splitlines()]


def test_everybody_comes_in_with_their_groups(store: PeopleServer, cli: Cli, database_url: str) -> None:
    store.records = {"people": [person(number) for number in range(1, 31)], "groups": GROUPS}
    moved = as_json(cli("migrate", "watershed", store.url, "17", "--json"))
    assert (moved["people"]["created"], moved["groups"]["created"], moved["parents"]["added"]) == (30, 3, 1)
    assert all(one.startswith("/api/organizations/17/") and one.endswith("&forceDBSearch") for one in store.asked)
    found = {one["personas"][0]["mbox"]: one for one in people(cli)}
    one = found["mailto:b4@example.com"]
    assert (one["customId"], one["name"], one["created"]) == ("E4", "Bob 4", "2015-02-26T18:29:18.000Z")
    assert (one["personas"][0]["name"], one["personas"][0]["created"]) == ("Bob", "2015-02-26T18:29:22.000Z")
    assert {g for one in found.values() for g in one["parentGroupCustomIds"]} == {"sales", "group 2", "group 3"}
    assert not list(Path("home/moving").iterdir())
    before = contents(database_url)
    store.records["people"][3]["personas"].append({"mbox": "none"})
    dry = as_json(cli("migrate", "watershed", store.url, "17", "--json", "--dry-run"), 3)
    assert (dry["rejected"], dry["unchanged"]) == (1, 32)
    assert contents(database_url) == before


@pytest.mark.parametrize("fault", ["429", "500", "cut"])
def test_a_server_that_is_busy_or_dies_is_asked_again(fault: str, store: PeopleServer, tmp_path: Path) -> None:
    store.records["people"] = [person(number) for number in range(30)]
    store.faults = {number: lambda: fault for number in (1, 3, 4, 6)}
    assert ids(tmp_path, store) == list(range(30))


def test_who_was_stopped_goes_on_and_ends_the_same(store: PeopleServer, tmp_path: Path) -> None:
    store.records["people"] = [person(number) for number in range(40)]

    def stopped() -> str:
        raise KeyboardInterrupt

    whole, parts = tmp_path / "whole", tmp_path / "parts"
    for folder in (whole, parts):
        folder.mkdir()
    assert ids(whole, store) == list(range(40))
    store.asked = []
    store.faults = {4: lambda: "404"}
    with pytest.raises(Exception, match="does not give"):
        ids(parts, store)
    with open(parts / "people.jsonl", "ab") as torn:  # as if it had been killed while it wrote the next page
        torn.write(b'{"id": 99, "na')
    asked = len(store.asked)
    assert ids(parts, store) == list(range(40))
    assert len(store.asked) - asked < asked + 5
    assert (parts / "people.jsonl").read_bytes() == (whole / "people.jsonl").read_bytes()
    with alone_in(parts), pytest.raises(Unavailable, match="another migration"), alone_in(parts):
        pass


def test_a_migration_that_was_killed_ends_as_one_that_was_not(
    store: PeopleServer, cli: Cli, cli_process: Process, tmp_path: Path
) -> None:
    store.records = {"people": [person(number) for number in range(1, 2500)], "groups": GROUPS}
    killed = cli_process("migrate", "watershed", store.url, "17", IMPORT_PEOPLE_HOME=str(tmp_path / "home"))

    def kill() -> str:
        os.kill(killed.pid, signal.SIGKILL)
        return "cut"

    store.faults = {5: kill}
    assert killed.wait(60) == -signal.SIGKILL
    assert people(cli) == []
    before = len(store.asked)
    resumed = cli("migrate", "watershed", store.url, "17")
    assert resumed.exit_code == 0
    assert "goes on with what was read before" in resumed.stderr
    assert [one for one in store.asked[before:] if "/groups" in one] == [], "they are all in"
    whole = as_json(cli("migrate", "watershed", store.url, "17", "--json", "--again", "--source", "other"))
    assert (len(people(cli)), whole["people"]["created"], whole["people"]["updated"]) == (2499, 0, 0)
    assert not list((tmp_path / "home/moving").iterdir())


@pytest.mark.parametrize("seed", range(4))
def test_nobody_is_passed_over_while_the_list_moves(seed: int, store: PeopleServer, tmp_path: Path) -> None:
    draw = random.Random(seed)
    listed = store.records["people"] = [person(number) for number in range(60)]
    stays = set(range(60))

    def moves() -> str:
        for _ in range(draw.randrange(3)):
            if draw.random() < 0.7:
                stays.discard(listed.pop(draw.randrange(len(listed)))["id"])
            else:
                listed.insert(draw.randrange(len(listed)), person(1000 + draw.randrange(10**6)))
        return ""

    store.faults = dict.fromkeys(range(2, 14), moves)
    assert stays <= set(ids(tmp_path, store))


def test_credentials_are_nobody_elses_business(store: PeopleServer, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATERSHED_CREDENTIALS", "key:wrong")
    refused = cli("migrate", "watershed", store.url, "17")
    assert (refused.exit_code, refused.stderr) == (2, f"error: {store.url} does not accept the credentials (401)\n")
    Path("secret").write_text(CREDENTIALS)
    os.chmod("secret", 0o644)
    assert "chmod 600" in cli("migrate", "watershed", store.url, "17", "--credentials", "secret").stderr
    os.chmod("secret", 0o600)
    assert cli("migrate", "watershed", store.url, "17", "--credentials", "secret").exit_code == 0
    assert cli("migrate", "watershed", store.url.replace("://", "://key:pass@"), "17").exit_code == 2
    history = cli("list-imports", "--json").stdout
    assert store.url in history
    assert "pass" not in history
