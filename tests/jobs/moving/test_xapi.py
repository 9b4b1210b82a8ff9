"""Statements of another record store, over xAPI: all of them, once, whatever it does meanwhile."""

from __future__ import annotations

import base64
import json
import multiprocessing
import os
import random
import signal
import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from commands import as_json, ask
from conftest import Cli
from record_store import BEGAN, FAULTS, RecordStore, running, statement

from jobs.migrate import main
from jobs.moving import server as http
from jobs.moving.server import Server, authorization
from jobs.moving.xapi import Xapi
from jobs.shell.failures import Failure, Unavailable, UsageFailure
from jobs.statements import loading


@pytest.fixture
def store() -> Iterator[RecordStore]:
    with running() as found:
        yield found


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IMPORT_PEOPLE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(http, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(http, "LONGEST_PAUSE", 0.01)
    monkeypatch.delenv("XAPI_CREDENTIALS", raising=False)


def xapi(store: RecordStore, place: Any = None, patience: float = 5, **how: Any) -> Xapi:
    return Xapi(Server(store.url, None, patience=patience), place=place, **how)


def given(source: Xapi) -> Iterator[int]:
    """The numbers of its statements."""
    return (uuid.UUID(json.loads(raw.text)["id"]).int for raw in source.statements())


def numbers(source: Xapi) -> list[int]:
    return list(given(source))


def test_page_by_page_and_the_next_time_what_is_new(store: RecordStore) -> None:
    store.statements = [statement(number) for number in range(1, 8)]
    first = xapi(store)
    assert numbers(first) == [1, 2, 3, 4, 5, 6, 7]
    assert store.asked[0] == "/xapi/statements?ascending=true"
    assert [len(store.asked), store.seen_headers[0]["X-Experience-API-Version"]] == [3, "1.0.3"]
    assert first.place == {"known": "2026-01-31T09:30:07.000Z"}
    store.statements += [statement(number) for number in range(600, 604)]
    store.absolute = True
    second = xapi(store, first.place, version="2.0.0", page_size=2)
    again = "what was stored five minutes before comes again"
    assert numbers(second) == [1, 2, 3, 4, 5, 6, 7, 600, 601, 602, 603], again
    assert store.asked[3] == "/xapi/statements?ascending=true&limit=2&since=2026-01-31T09%3A25%3A07.000Z"
    assert store.seen_headers[-1]["X-Experience-API-Version"] == "2.0.0"
    assert numbers(xapi(store, second.place)) == [600, 601, 602, 603]


def test_nothing_counts_as_read_that_the_server_may_not_have_shown(store: RecordStore) -> None:
    store.statements = [statement(600)]
    store.consistent_through = BEGAN + timedelta(seconds=400)
    source = xapi(store)
    assert numbers(source) == [600]
    assert source.place == {"known": "2026-01-31T09:36:40.000Z"}
    store.statements.append(statement(401))
    assert numbers(xapi(store, source.place)) == [401, 600]


def test_a_server_that_gives_the_newest_first_is_not_taken_to_have_given_the_rest(store: RecordStore) -> None:
    store.statements = [statement(number) for number in range(1000, 1009)]
    store.descending = True
    source = xapi(store)
    for _ in zip(range(7), given(source), strict=False):
        pass
    assert source.place is not None
    assert "known" not in source.place
    assert numbers(xapi(store, source.place)) == [1002, 1001, 1000]
    store.old_links = True
    with pytest.raises(Failure, match="does not give its statements: 404"):
        numbers(xapi(store, source.place))


def test_whatever_becomes_of_answers_all_comes_once_and_in_order(store: RecordStore) -> None:
    chance = random.Random(15)
    for _ in range(15):
        store.statements = [statement(400 * number) for number in range(1, chance.randrange(2, 20))]
        store.faults = [chance.choice(("", "", *FAULTS)) for _ in range(12)]
        store.absolute, store.packs = (chance.random() < 0.5 for _ in range(2))
        assert numbers(xapi(store)) == [400 * number for number in range(1, len(store.statements) + 1)]


def test_whenever_it_goes_away_it_goes_on_where_it_was(store: RecordStore) -> None:
    chance = random.Random(16)
    for _ in range(20):
        wanted = [400 * number for number in range(1, chance.randrange(2, 20))]
        store.statements = list(map(statement, wanted))
        place: Any = None
        found: list[int] = []
        store.faults = [chance.choice(("", "503")) for _ in range(8)]
        while True:
            source = xapi(store, place, patience=0)
            try:
                found.extend(given(source))
                break
            except Unavailable:
                place = source.place
                store.old_links = chance.random() < 0.2
        store.old_links = False
        assert sorted(set(found)) == wanted
        assert len(found) <= 2 * len(wanted) + 3


@pytest.mark.parametrize(
    ("link", "what"),
    [
        ("http://elsewhere.example/xapi/statements?at=3", "leads to another host, elsewhere.example"),
        ("//elsewhere.example/xapi", "leads to another host, elsewhere.example"),
        ("http://[", "cannot be read"),
        ("/xapi/statements?ascending=true", "leads to the same page"),
    ],
)
def test_a_link_that_leads_elsewhere_is_not_followed(store: RecordStore, link: str, what: str) -> None:
    store.statements = [statement(number) for number in range(1, 8)]
    store.link = link
    with pytest.raises(Failure, match=what):
        numbers(xapi(store))
    assert len(store.asked) == 1


def test_who_is_busy_for_too_long_is_unavailable(store: RecordStore) -> None:
    store.faults = ["503"] * 3
    with pytest.raises(Unavailable, match="is busy or away: 503"):
        numbers(xapi(store, patience=0))
    with pytest.raises(Unavailable, match="is busy or away: Connection refused"):
        numbers(Xapi(Server("http://127.0.0.1:9/xapi", None, patience=0)))


def test_a_proxy_is_asked_where_the_environment_names_one(store: RecordStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.statements = [statement(400 * number) for number in range(1, 6)]
    proxy = store.url.removeprefix("http://").removesuffix("/xapi")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://ann:gehe%69m@{proxy}")
    monkeypatch.setenv("https_proxy", proxy)
    by_way = f"Basic {base64.b64encode(b'ann:geheim').decode()}"
    assert numbers(Xapi(Server("http://lrs.example/xapi", None, patience=0))) == [400, 800, 1200, 1600, 2000]
    assert store.asked[0] == "http://lrs.example/xapi/statements?ascending=true"
    assert [headers["Proxy-Authorization"] for headers in store.seen_headers] == [by_way] * 2
    with pytest.raises(Unavailable, match="is busy or away: Tunnel connection failed: 403"):
        numbers(Xapi(Server("https://lrs.example/xapi", None, patience=0)))
    assert store.asked[-1] == "lrs.example:443"
    assert numbers(xapi(store)) == [400, 800, 1200, 1600, 2000]
    assert store.asked[-1].startswith("/xapi/"), "this very machine is asked itself"
    monkeypatch.setenv("no_proxy", "lrs.example")
    with pytest.raises(Unavailable, match="is busy or away"):
        numbers(Xapi(Server("http://lrs.example/xapi", None, patience=0)))
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("http_proxy", "socks5://ann:geheim@proxy.example")
    with pytest.raises(UsageFailure, match=r"^\$HTTP_PROXY is none of http"):
        Server("http://lrs.example/xapi", None, patience=0)


def test_credentials_are_read_where_nobody_sees_them(
    store: RecordStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.authorization = f"Basic {base64.b64encode('ann:geheim:ü'.encode()).decode()}"
    store.statements = [statement(1)]
    with pytest.raises(UsageFailure, match="asks for credentials"):
        numbers(xapi(store))
    path = tmp_path / "credentials"
    path.write_text("ann:geheim:ü\n")
    with pytest.raises(UsageFailure, match="others can read these credentials: chmod 600 it"):
        authorization(path, "X")
    path.chmod(0o600)
    assert authorization(path, "X") == store.authorization
    assert numbers(Xapi(Server(store.url, authorization(path, "X"), patience=0))) == [1]
    with pytest.raises(UsageFailure, match="does not accept the credentials"):
        numbers(Xapi(Server(store.url, "Bearer x", patience=0)))
    monkeypatch.setenv("X", "Bearer abc")
    assert authorization(None, "X") == "Bearer abc"
    for wrong in ("geheim", "a:geheim\nb:geheim"):
        monkeypatch.setenv("X", wrong)
        with pytest.raises(UsageFailure) as raised:
            authorization(None, "X")
        assert "geheim" not in str(raised.value)
    for url in ("http://ann:geheim@lrs.example/", "ftp://lrs.example", "http://"):
        with pytest.raises(UsageFailure) as raised:
            Server(url, None, patience=0)
        assert "geheim" not in str(raised.value)


def test_a_load_that_was_killed_goes_on_and_ends_as_one_that_was_not(
    store: RecordStore, cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.statements = [statement(400 * number) for number in range(1, 20)] + [{**statement(9000), "verb": 1}]
    plain = as_json(cli("migrate", "xapi", store.url, "--json", "--organisation", "x", "--create-organisation"), 3)
    assert (plain["statements"], plain["loaded"], plain["rejects_files"]) == (20, 19, ["xapi.rejects.jsonl"])
    assert plain["recomputed"]["people"] == 3
    assert store.asked[-1].endswith("at=18")

    # The server hangs at the sixth page; whoever waits for it is killed.
    hangs = threading.Event()
    monkeypatch.setattr(loading, "CHUNK_STATEMENTS", 4)

    def hang(path: str) -> None:
        if path.endswith("at=15"):
            hangs.set()
            threading.Event().wait(1)

    store.before = hang
    job = multiprocessing.get_context("fork").Process(target=_load, args=(store.url, database_url))
    job.start()
    assert hangs.wait(30)
    assert job.pid is not None
    os.kill(job.pid, signal.SIGKILL)
    job.join()
    (kept,) = ask(database_url, "SELECT place FROM places_read WHERE organisation_id = 1")
    assert kept[0]["more"].endswith(("at=3", "at=6", "at=9", "at=12"))
    store.before = lambda _: None
    before = len(store.asked)
    told = as_json(cli("migrate", "xapi", store.url, "--json"), 3)
    assert store.asked[before].endswith(kept[0]["more"])
    assert told["statements"] <= 17
    by_organisation = "SELECT id, at, digest FROM statements WHERE organisation_id {} ORDER BY id"
    assert ask(database_url, by_organisation.format("= 1")) == ask(database_url, by_organisation.format("<> 1"))
    (rejected,) = Path("xapi.rejects.jsonl").read_text().splitlines()
    assert json.loads(rejected)["statement"]["verb"] == 1
    places = ask(database_url, "SELECT DISTINCT source, place FROM places_read")
    assert places == [(store.url, {"known": "2026-01-31T12:00:00.000Z"})]
    night = as_json(cli("migrate", "xapi", store.url, "--json"), 3)
    assert (night["statements"], night["known"], night["loaded"]) == (1, 0, 0)
    night = as_json(cli("migrate", "xapi", store.url, "--json", "--overlap", "30m"), 3)
    assert (night["statements"], night["known"]) == (2, 1)
    later = as_json(cli("migrate", "xapi", store.url, "--json", "--since", "2026-01-31T11:26:40Z"), 3)
    assert (later["statements"], later["known"]) == (3, 2)
    again = as_json(cli("migrate", "xapi", store.url, "--json", "--again"), 3)
    assert (again["statements"], again["known"], again["loaded"]) == (20, 19, 0)


def _load(url: str, database_url: str) -> None:
    """In a process of its own."""
    main(["xapi", url, "--database", database_url])


def test_what_differs_from_what_is_there_now_is_told(store: RecordStore, cli: Cli) -> None:
    store.statements = [statement(400 * number) for number in range(1, 8)]
    compared = ("migrate", "xapi", store.url, "--compare", "--json")
    assert as_json(cli(*compared), 1)["kinds"] == {"statement_missing": 7}
    as_json(cli("migrate", "xapi", store.url, "--json"))
    store.faults = ["", "503", "cut"]
    told = as_json(cli(*compared))
    assert (told["statements"], told["agents"]) == ({"there": 7, "here": 7}, {"there": 3, "here": 3})
    # It breaks off at the second page, and goes on there; what was told is not kept.
    store.faults = ["", *["503"] * 9]
    assert cli(*compared, "--patience", "0").exit_code == 75
    store.faults, store.asked = [], []
    assert as_json(cli(*compared)) == told
    assert ["at=" in asked for asked in store.asked] == [True, True]
    # Links have aged meanwhile: some are read again, and those that cannot be are told once.
    well = store.statements
    store.statements = [one | {"verb": 1} if place in (2, 4) else one for place, one in enumerate(well)]
    store.faults, store.old_links = ["", "503"], True
    assert cli(*compared, "--patience", "0").exit_code == 75
    odd = as_json(cli(*compared, "--ignore", "statement_extra"), 1)
    assert odd["kinds"] == {"unreadable": 2}
    assert [one["person_there"].partition("(")[2] for one in odd["first"]] == [
        f"statement {number} of {store.url})" for number in (3, 6)
    ]
    store.statements, store.old_links = well, False
    kept = store.statements.pop(2)
    store.statements.append(statement(9000))
    store.statements[0]["verb"] = kept["verb"] | {"id": "http://adlnet.gov/expapi/verbs/failed"}
    told = as_json(cli(*compared), 1)
    assert told["kinds"] == {"statement_differs": 1, "statement_extra": 1, "statement_missing": 1}
    since = as_json(cli(*compared, "--since", "2026-01-31T09:40:00Z", "--ignore", "statement_missing"))
    assert (since["statements"]["there"], since["differences"]) == (6, 0)
    assert as_json(cli("migrate", "xapi", store.url, "--output", "x.csv", "--json"), 2)["error"].endswith("--compare")


def test_a_server_that_goes_away_leaves_what_it_has_given(store: RecordStore, cli: Cli, database_url: str) -> None:
    store.statements = [statement(number) for number in range(1, 8)]
    store.faults = ["503"]
    at_once = ("migrate", "xapi", store.url, "--json", "--patience", "0")
    assert "busy or away" in as_json(cli(*at_once), 75)["error"]
    store.faults = ["", "", "503"]
    stopped = as_json(cli(*at_once), 5)
    assert (stopped["state"], stopped["loaded"]) == ("stopped", 6)
    assert f"stopped after statement 6 of {store.url}" in stopped["error"]
    asked = len(store.asked)
    assert as_json(cli(*at_once))["loaded"] == 1
    assert store.asked[asked].endswith("at=6")
    with_password = as_json(cli("migrate", "xapi", "http://ann:geheim@x.example", "--json"), 2)
    assert with_password["error"].startswith("credentials in a URL")
