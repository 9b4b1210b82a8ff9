"""Who may ask: credentials, scopes, organisations, and how often."""

from __future__ import annotations

import base64
import time
from typing import Annotated

import pytest
from commands import as_json, ask, change
from conftest import Cli, Http
from fastapi import APIRouter, Depends
from fastapi.responses import Response

from jobs.serving.access import Admin, Asker, Caller, Reader, Recorder, Writer, identified
from jobs.serving.answers import answer

HERE = "/api/organizations/{organization}/here"


def router_of_tests() -> APIRouter:
    """Routes that tell who asks."""
    router = APIRouter()

    def told(caller: Caller) -> Response:
        with caller.reading() as transaction:
            have = transaction.row("status/organisation.sql", organisation=caller.organisation)
        return answer({"organisation": caller.organisation_name, "by": caller.credential, "people": have["people"]})

    @router.get(HERE)
    def read(caller: Reader) -> Response:
        return told(caller)

    @router.put(HERE)
    def write(caller: Writer) -> Response:
        return told(caller)

    @router.post(HERE)
    def record(caller: Recorder) -> Response:
        return told(caller)

    @router.head(HERE)
    def ask_for(caller: Asker) -> Response:
        return told(caller)

    @router.delete(HERE)
    def administer(caller: Admin) -> Response:
        return told(caller)

    @router.get("/anywhere")
    def anybody(caller: Annotated[Caller, Depends(identified)]) -> Response:
        return told(caller)

    return router




@pytest.fixture(autouse=True)
def with_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.serving.application.ROUTERS", (router_of_tests(),))


def test_a_credential_is_needed(http: Http) -> None:
    client = http.serve()
    key, secret = http.credential("one", "read")
    for said in (
        None,
        "Bearer abc",
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
        "Basic " + base64.b64encode(b"no colon").decode(),
        *(
            "Basic " + base64.b64encode(f"{one}:{other}".encode()).decode()
            for one, other in (
                (key, "wrong"), (key, ""), (key, secret + "x"), (secret, key), ("", ""), ("1-none", secret),
                ("x-1", secret), ("99999999999999-a", secret), ("²-a", secret), (key[:-1], secret),
                (key + "\0", secret),
            )
        ),
    ):  # fmt: skip
        for path in ("default", "nowhere"):
            at = HERE.replace("{organization}", path)
            refused = client.get(at, headers={} if said is None else {"Authorization": said})
            assert refused.status_code == 401, said
            assert refused.headers["WWW-Authenticate"].startswith("Basic realm=")
            assert refused.json()["code"] == "unauthorized"
    assert client.get(HERE.replace("{organization}", "default"), auth=(key, secret)).json()["by"] == "one"


def test_a_credential_may_do_what_its_scopes_say(http: Http) -> None:
    for scopes, may in (
        (("read",), {"GET"}),
        (("write",), {"GET", "PUT"}),
        (("statements",), {"POST", "HEAD"}),
        (("read", "statements"), {"GET", "POST", "HEAD"}),
        (("admin",), {"GET", "PUT", "POST", "HEAD", "DELETE"}),
    ):
        auth = http.credential(" and ".join(scopes), *scopes)
        for method in ("GET", "PUT", "POST", "HEAD", "DELETE"):
            told = http(method, "here", auth=auth)
            assert told.status_code == (200 if method in may else 403), method
            if told.status_code == 403 and method != "HEAD":
                assert told.json()["code"] == "scope"


def test_another_organisation_is_as_if_there_were_none(http: Http, cli: Cli) -> None:
    assert cli("show-status", "--organisation", "Ünï & co", "--create-organisation").exit_code == 0
    here, there = http.credential("one", "admin"), http.credential("one", "admin", organisation="Ünï & co")
    for path, auth, status in (
        ("default", here, 200),
        ("1", here, 200),
        ("2", here, 404),
        ("nowhere", here, 404),
        ("99999999999999999999", here, 404),
        ("default", there, 404),
        ("1", there, 404),
        ("2", there, 200),
        ("%C3%9Cn%C3%AF%20%26%20co", there, 200),
        ("01", here, 404),
    ):
        told = http("GET", f"/api/organizations/{path}/here", auth=auth)
        assert (told.status_code, path) == (status, path), told.text
    assert http("GET", "/anywhere", auth=here).json()["organisation"] == "default"
    assert http("GET", "/anywhere", auth=there).json()["organisation"] == "Ünï & co"


def test_a_credential_is_made_once_listed_and_revoked(http: Http, cli: Cli, database_url: str) -> None:
    made = as_json(cli("create-credential", " Watershed's client ", "--scope", "write", "--scope", "read", "--json"))
    assert (made["name"], made["scopes"]) == ("Watershed's client", ["read", "write"])
    auth = made["key"], made["secret"]
    kept = ask(database_url, "SELECT CAST(c AS text) FROM credentials AS c")
    assert made["secret"] not in str(kept)
    assert cli("create-credential", "Watershed's client").exit_code == 2
    assert cli("create-credential", " ").exit_code == 2
    assert http("PUT", "here", auth=auth).status_code == 200
    listed = as_json(cli("list-credentials", "--json"))["credentials"]
    assert [(one["name"], one["scopes"], one["revoked"]) for one in listed] == [
        ("Watershed's client", ["read", "write"], None), ("tests", ["admin"], None),
    ]  # fmt: skip
    assert made["secret"] not in str(listed)
    assert cli("list-credentials").stdout.count("\n") == 5
    assert cli("revoke-credential", "nobody").exit_code == 2
    assert as_json(cli("revoke-credential", "Watershed's client", "--json"))["key"] == made["key"]
    assert cli("revoke-credential", made["key"]).exit_code == 2
    assert as_json(cli("list-credentials", "--json"))["credentials"][1]["revoked"]
    again = as_json(cli("create-credential", "Watershed's client", "--json"))
    assert http("PUT", "here", auth=(again["key"], made["secret"])).status_code == 401
    assert http.serve().put("/api/organizations/1/here", auth=auth).status_code == 401


def test_a_revoked_credential_is_known_for_seconds_only(
    http: Http, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    auth = http.credential("one", "read")
    assert http("GET", "here", auth=auth).status_code == 200
    assert cli("revoke-credential", "one").exit_code == 0
    now = time.monotonic()
    monkeypatch.setattr("jobs.serving.access.time.monotonic", lambda: now + 6)
    assert http("GET", "here", auth=auth).status_code == 401


def test_a_minute_s_requests_are_shared_by_the_processes(
    http: Http, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    auth, other = http.credential("one", "read"), http.credential("other", "read")
    minute = 60.0 * (time.time() // 60)
    monkeypatch.setattr("jobs.serving.access.time.time", lambda: minute + 12.5)
    servers = [http.serve(per_minute=100) for _ in range(3)]
    granted = 0
    for _ in range(50):
        for server in servers:
            told = server.get("/api/organizations/1/here", auth=auth)
            if told.status_code == 200:
                granted += 1
            else:
                assert (told.status_code, told.json()["code"]) == (429, "too_many_requests")
                assert told.headers["Retry-After"] == "48"
    assert granted == 100
    assert servers[0].get("/api/organizations/1/here", auth=other).status_code == 200
    # A crash of the database empties the table; and the next minute is another.
    change(database_url, "TRUNCATE credential_minutes")
    monkeypatch.setattr("jobs.serving.access.time.time", lambda: minute + 60.5)
    assert all(one.get("/api/organizations/1/here", auth=auth).status_code == 200 for one in servers)
    # A server whose clock is behind takes from the minute that the others are in.
    monkeypatch.setattr("jobs.serving.access.time.time", lambda: minute + 59)
    late = [http.serve(per_minute=100).get("/api/organizations/1/here", auth=auth).status_code for _ in range(2)]
    assert late == [200, 200]
    assert ask(database_url, "SELECT max(minute) FROM credential_minutes") == [(int(minute // 60) + 1,)]


def test_requests_may_be_unlimited(http: Http, database_url: str) -> None:
    server = http.serve(per_minute=0)
    auth = http.credential("one", "read")
    assert {server.get("/api/organizations/1/here", auth=auth).status_code for _ in range(20)} == {200}
    assert ask(database_url, "SELECT count(*) FROM credential_minutes") == [(0,)]
