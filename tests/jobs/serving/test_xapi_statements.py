"""Statements and agents over xAPI, as clients put them and ask."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import httpx2
import psycopg
import pytest
from commands import BOB, BOB_ACCOUNT, as_json, ask, contents, write
from conftest import Cli, Http

V = {"X-Experience-API-Version": "1.0.3"}
COMPLETED = {"id": "http://adlnet.gov/expapi/verbs/completed"}
VOIDED = {"id": "http://adlnet.gov/expapi/verbs/voided"}
COURSE = {"id": "http://example.com/course/1"}


def said(**more: Any) -> dict[str, Any]:
    """A statement of Bob's."""
    return {"actor": {**BOB, "name": "Bob"}, "verb": COMPLETED, "object": COURSE, **more}


def asks(http: Http, method: str, what: str, body: Any = None, **more: Any) -> httpx2.Response:
    headers = {**({} if body is None else {"Content-Type": "application/json"}), **more.pop("headers", V)}
    sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    return http.client.request(
        method, f"/api/organizations/default/xapi/{what}", headers=headers, content=sent, **more
    )


def post(http: Http, *statements: Any, **more: Any) -> httpx2.Response:
    body = statements[0] if len(statements) == 1 else list(statements)
    return asks(http, "POST", "statements", body, **more)


def put(http: Http, id_: str, statement: Any, **more: Any) -> httpx2.Response:
    return asks(http, "PUT", "statements", statement, params={"statementId": id_}, **more)


def given(http: Http, **asked: Any) -> dict[str, Any]:
    answer = asks(http, "GET", "statements", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def refused(answer: httpx2.Response, status: int, code: str, field: str | None = None) -> None:
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (status, code, field), answer.text
    assert answer.headers["X-Experience-API-Version"] == "1.0.3", "problems say it too"


def test_statements_are_stored_and_say_who_did_what(http: Http, cli: Cli, database_url: str) -> None:
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    result = {"completion": True, "success": False, "score": {"scaled": 0.5, "raw": 5}, "duration": "PT1H30M"}
    answer = post(http, said(id=first.upper(), timestamp="2026-01-02T03:04:05.123456Z", result=result), said(id=second))
    assert (answer.status_code, answer.json()) == (200, [first, second])
    assert answer.headers["X-Experience-API-Version"] == "1.0.3"
    assert given(http, statementId=first) == {
        "id": first,
        "actor": {"mbox": "mailto:bob.smith@example.com", "name": "Bob"},
        "verb": COMPLETED,
        "object": COURSE,
        "timestamp": "2026-01-02T03:04:05.123456Z",
        "result": {"completion": True, "success": False, "score": {"scaled": 0.5}, "duration": "PT5400S"},
    }
    (run,) = as_json(cli("list-imports", "--json"))["imports"]
    assert (run["command"], run["state"], run["counts"]["loaded"]) == ("xapi", "committed", 2)
    until = time.monotonic() + 20
    while ask(database_url, "SELECT FROM pending") and time.monotonic() < until:
        time.sleep(0.05)
    assert ask(database_url, "SELECT interactions FROM person_records") == [(2,)], "reports are made soon after"
    assert as_json(cli("finish-batch-updates", "--check", "--json"))["differences"] == 0


def test_what_comes_again_is_known_and_what_differs_is_a_conflict(http: Http, database_url: str) -> None:
    one, other = str(uuid.uuid4()), str(uuid.uuid4())
    assert put(http, one, said()).status_code == 204
    assert put(http, one, said(id=one)).status_code == 204
    for asked in ({"statementId": one}, {}):
        through = asks(http, "GET", "statements", params=asked).headers["X-Experience-API-Consistent-Through"]
        assert through.endswith("Z")
    assert post(http, said(id=one)).json() == [one]
    before = contents(database_url)
    refused(put(http, one, said(object={"id": "http://example.com/other"})), 409, "statement_conflict")
    refused(post(http, said(id=other), said(id=one, verb=VOIDED | {"id": "x:y"})), 409, "statement_conflict")
    many = [said(id=str(uuid.uuid4())) for _ in range(150)]
    refused(post(http, *many, said(id=one, result={"success": True})), 409, "statement_conflict")
    assert contents(database_url) == before, "nothing of a list is stored"
    assert post(http, *many, said(id=one)).json()[-1] == one
    assert ask(database_url, "SELECT count(*), count(DISTINCT loaded_by) FROM statements") == [(151, 1)]


def test_statements_without_id_or_time_are_each_their_own(http: Http, database_url: str) -> None:
    assert len(set(post(http, said()).json() + post(http, said(), said()).json())) == 3
    stored = "2001-01-01T00:00:00Z"
    assert post(http, said(stored=stored, authority=BOB, version="1.0.0")).status_code == 200
    assert ask(database_url, "SELECT count(*) FROM statements WHERE at > now() - interval '1 minute'") == [(4,)]


def test_what_is_no_statement_is_refused(http: Http, database_url: str) -> None:
    headers = {**V, "Content-Type": "application/json; charset=UTF-8"}
    wrong: list[tuple[Any, str, str | None]] = [
        (b"", "invalid_json", None),
        (b"{", "invalid_json", None),
        (b"[{}, 3", "invalid_json", None),
        (b"[]", "invalid_statement", None),
        (b"17", "invalid_json", None),
        (b"[3]", "invalid_json", "[0]"),
        ([said(), said(verb={})], "invalid_statement", "[1]"),
        ([said(actor={"name": "nobody"})], "invalid_actor", "[0]"),
        ({"statement": said()}, "invalid_statement", None),
        (said(_id={"$oid": "59c1219936229d4ce9634601"}), "invalid_statement", None),
        (said(timestamp="yesterday"), "invalid_timestamp", None),
        ([said(id="00000000-0000-0000-0000-0000000000Aa"), said(id="00000000-0000-0000-0000-0000000000aA")],
         "repeated_id", "[1].id"),
    ]  # fmt: skip
    for body, code, field in wrong:
        refused(asks(http, "POST", "statements", body, headers=headers), 400, code, field)
    assert ask(database_url, "SELECT FROM statements") == []


def test_requests_say_their_version_their_kind_and_nothing_unknown(http: Http) -> None:
    id_ = str(uuid.uuid4())
    for version, status in (
        ("1.0.3", 204), ("1.0", 204), ("1.0.17", 204), ("2.0.0", 204),
        ("1.1.0", 400), ("0.95", 400), ("", 400), ("2.1", 400),
    ):  # fmt: skip
        answer = put(http, id_, said(), headers={"X-Experience-API-Version": version})
        assert (answer.status_code, version) == (status, version)
        assert answer.headers["X-Experience-API-Version"] == ("2.0.0" if version == "2.0.0" else "1.0.3")
    refused(put(http, id_, said(), headers={}), 400, "version", "X-Experience-API-Version")
    plain = {**V, "Content-Type": "text/plain"}
    refused(asks(http, "POST", "statements", b"{}", headers=plain), 400, "content_type", "Content-Type")
    parts = {**V, "Content-Type": "multipart/mixed; boundary=x"}
    refused(asks(http, "POST", "statements", b"--x", headers=parts), 400, "content_type")
    refused(post(http, said(), params={"statementId": id_}), 400, "invalid_parameter", "statementId")
    refused(asks(http, "PUT", "statements", said()), 400, "invalid_parameter", "statementId")
    refused(put(http, "17", said()), 400, "invalid_parameter", "statementId")
    refused(put(http, id_, said(id=str(uuid.uuid4()))), 400, "other_id", "id")
    refused(put(http, id_, [said()]), 400, "invalid_statement")
    for asked, field in (
        ({"agent": "{}"}, "agent"), ({"StatementId": id_}, "StatementId"), ({"statementId": "x"}, "statementId"),
        ({"limit": "-1"}, "limit"), ({"limit": "²"}, "limit"), ({"after": "x"}, "after"),
        ({"statementId": id_, "voidedStatementId": id_}, "statementId"),
        ({"statementId": id_, "limit": "3"}, "statementId"),
    ):  # fmt: skip
        refused(asks(http, "GET", "statements", params=asked), 400, "invalid_parameter", field)


def test_what_is_voided_is_given_as_such_alone(http: Http) -> None:
    one = post(http, said()).json()[0]
    (voiding,) = post(http, said(verb=VOIDED, object={"objectType": "StatementRef", "id": one})).json()
    refused(asks(http, "GET", "statements", params={"statementId": one}), 404, "unknown_statement")
    assert given(http, voidedStatementId=one)["id"] == one
    refused(asks(http, "GET", "statements", params={"voidedStatementId": voiding}), 404, "unknown_statement")
    (left,) = given(http)["statements"]
    assert (left["id"], left["object"]) == (voiding, {"objectType": "StatementRef", "id": one})


def test_who_an_agent_is(http: Http, cli: Cli) -> None:
    def person(agent: Any, **more: Any) -> httpx2.Response:
        return asks(http, "GET", "agents", params={"agent": json.dumps(agent)}, **more)

    assert person(BOB).json() == {"objectType": "Person", "mbox": ["mailto:bob.smith@example.com"]}
    bob = "B,Bob Smith,bob.smith@example.com,http://cloud.scorm.com/,W74TDQ7PZG|251479,https://bob.example/"
    write("hr.csv", "custom_id,name,email,account_home_page,account_name,openid", bob)
    assert cli("import-people", "hr.csv", "--batch").exit_code == 0
    post(http, said(actor=BOB_ACCOUNT | {"name": "Bobby"}))
    told = person({"objectType": "Agent", **BOB_ACCOUNT}, auth=http.credential("a learning tool", "statements"))
    assert told.json() == {
        "objectType": "Person",
        "name": ["Bob Smith", "Bobby"],
        "mbox": ["mailto:bob.smith@example.com"],
        "account": [BOB_ACCOUNT["account"]],
        "openid": ["https://bob.example/"],
    }
    assert told.headers["X-Experience-API-Version"] == "1.0.3"
    for agent, code in (({}, "invalid_actor"), ({"mbox": "bob"}, "invalid_actor"), ([], "invalid_actor"),
                        ({"objectType": "Group", "member": [BOB]}, "invalid_actor")):  # fmt: skip
        refused(person(agent), 400, code, "agent")
    refused(asks(http, "GET", "agents", params={"agent": "{"}), 400, "invalid_json", "agent")
    refused(asks(http, "GET", "agents"), 400, "invalid_parameter", "agent")


def test_while_an_import_runs_statements_wait_and_then_come_again(http: Http, database_url: str) -> None:
    hasty = http.serve(patience=0.2)
    hasty.auth = http.client.auth
    http.client = hasty
    with psycopg.connect(database_url) as importing:
        importing.execute("SELECT pg_advisory_xact_lock(7301, 1)")
        answer = post(http, said())
        refused(answer, 503, "busy")
        assert answer.headers["Retry-After"]
        assert given(http)["statements"] == [], "whoever reads does not wait"
    assert post(http, said()).status_code == 200


def test_statements_without_end_keep_nobody_from_their_records(
    http: Http, cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("hr.csv", "custom_id,email,groups", "B,bob.smith@example.com,staff")
    assert cli("import-people", "hr.csv", "--batch", "--create-groups").exit_code == 0
    monkeypatch.setattr("jobs.serving.writers.SOON", 0.1)
    monkeypatch.setattr("jobs.serving.writers.AT_LEISURE", 2)
    counted = "SELECT FROM person_records AS p, group_records AS g WHERE p.interactions > 0 AND g.interactions > 0"
    for _ in range(1000):
        assert post(http, said()).status_code == 200
        if ask(database_url, counted):
            return
    pytest.fail("statements come and go, and nobody counts them")


def test_what_falls_between_times_makes_a_person(http: Http, cli: Cli, database_url: str) -> None:
    write("hr.csv", "custom_id,email,identifier_since", "B,bob.smith@example.com,2026-06-01")
    assert cli("import-people", "hr.csv", "--batch").exit_code == 0
    post(http, said(timestamp="2026-01-01T00:00:00Z"))
    post(http, said(timestamp="2026-07-01T00:00:00Z"))
    assert cli("finish-batch-updates").exit_code == 0
    found = ask(database_url, "SELECT custom_id, interactions FROM people JOIN person_records ON id = person_id")
    assert sorted(found, key=str) == [("B", 1), (None, 1)]


def test_scopes(http: Http) -> None:
    reads, records = http.credential("reads", "read"), http.credential("records", "statements")
    refused(post(http, said(), auth=reads), 403, "scope")
    refused(asks(http, "GET", "statements", auth=records), 403, "scope")
    refused(post(http, said(), auth=("x", "y")), 401, "unauthorized")
    assert post(http, said(), auth=records).status_code == 200
    assert asks(http, "GET", "statements", auth=reads).status_code == 200
    refused(asks(http, "DELETE", "statements"), 405, "method")
