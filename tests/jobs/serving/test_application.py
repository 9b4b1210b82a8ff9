"""What is answered around all that can be asked: health, figures, the description, and what went wrong."""

from __future__ import annotations

import logging
import re

import pytest
from conftest import Http
from fastapi import APIRouter
from fastapi.responses import Response

from jobs.serving.access import Reader, Writer
from jobs.serving.answers import Body, Problem, answer, json_of, nothing
from jobs.shell.failures import Unavailable
from sql.errors import DatabaseError, DatabaseUnavailable

HERE = "/api/organizations/{organization}/here"
PERSONAL = "jane.doe@example.org"


@pytest.fixture
def with_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Routes on which things go wrong."""
    router = APIRouter()
    wrong = {
        "foreseen": Problem(409, "taken", "somebody has it", "customId"),
        "busy": Unavailable("another import is running"),
        "away": DatabaseUnavailable("the database is busy or away: the connection is lost"),
        "refused": DatabaseError(f"the database refused: {PERSONAL}"),
        "unforeseen": ValueError(PERSONAL),
    }

    @router.get(HERE)
    def read(caller: Reader, how: str) -> Response:
        raise wrong[how]

    @router.put(HERE)
    def write(caller: Writer, body: Body) -> Response:
        return answer(json_of(body)) if body else nothing()

    monkeypatch.setattr("jobs.serving.application.ROUTERS", (router,))


def test_health_needs_no_credential_and_says_when_the_database_is_away(http: Http) -> None:
    client = http.serve()
    well = client.get("/health")
    assert (well.status_code, well.json()["status"]) == (200, "ok")
    away = http.serve(url="postgresql://nobody@127.0.0.1:1/none").get("/health")
    assert (away.status_code, away.json()["code"], away.headers["Retry-After"]) == (503, "busy", "2")


@pytest.mark.usefixtures("with_routes")
def test_who_asks_cannot_be_told_while_the_database_is_away(http: Http) -> None:
    client = http.serve(url="postgresql://nobody@127.0.0.1:1/none")
    told = client.get("/api/organizations/1/here", auth=("1-00000000000000000000", "x"))
    assert (told.status_code, told.json()["code"]) == (503, "busy")


@pytest.mark.usefixtures("with_routes")
def test_what_goes_wrong_is_told_as_json_and_logged_without_anything_personal(
    http: Http, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    http.client = http.serve(logs_requests=True)
    http.client.auth = key, secret = http.credential("one", "write")
    for how, status, code in (
        ("foreseen", 409, "taken"),
        ("busy", 503, "busy"),
        ("away", 503, "busy"),
        ("refused", 500, "database"),
        ("unforeseen", 500, "unforeseen"),
    ):
        told = http("GET", f"here?how={how}&persona={PERSONAL}")
        assert (told.status_code, told.json()["code"]) == (status, code)
        assert set(told.json()) == {"code", "message", "field"}
        assert told.headers["Content-Type"] == "application/json"
        assert ("Retry-After" in told.headers) == (status == 503)
    assert http("GET", "here").json() == {
        "code": "invalid_parameter", "message": "this is missing, or not of its kind", "field": "how",
    }  # fmt: skip
    for method, path, status in (("GET", PERSONAL, 404), ("DELETE", "here", 405), ("PUT", "here/", 404)):
        told = http(method, f"{path}?persona={PERSONAL}")
        assert (told.status_code, set(told.json())) == (status, {"code", "message", "field"})
    assert http("DELETE", "here").headers["Allow"] == "GET, HEAD, PUT"
    logged = [record.getMessage() for record in caplog.records if record.name.startswith("lrs_people")]
    assert not [line for line in logged if PERSONAL in line or secret in line]
    assert any(re.fullmatch(f"GET {re.escape(HERE)} 409 [0-9.]+ ms {key}", line) for line in logged)
    assert any(line.startswith("GET (elsewhere) 404 ") for line in logged)
    faults = [line for line in logged if " at " in line]
    assert [line.split(" at ")[0] for line in faults] == [f"GET {HERE}: DatabaseError", f"GET {HERE}: ValueError"]
    assert all("tests/jobs/serving/test_application.py:" in line for line in faults)


@pytest.mark.usefixtures("with_routes")
def test_bodies_are_json_and_not_too_large(http: Http) -> None:
    assert http("PUT", "here", {"a": ["b"]}).json() == {"a": ["b"]}
    assert http("PUT", "here").status_code == 204
    for wrong in (b"{", b"\xff", b'{"a": NaN}', b"[" * 10000):
        told = http.client.put("/api/organizations/1/here", content=wrong)
        assert (told.status_code, told.json()["code"]) == (400, "invalid_json")
    client = http.serve(largest_body=100)
    client.auth = http.client.auth
    at = "/api/organizations/1/here"
    assert client.put(at, content=b'"%s"' % (b"x" * 98)).status_code == 200
    told = client.put(at, content=b'"%s"' % (b"x" * 99))
    assert (told.status_code, told.json()["code"]) == (413, "too_large")


def test_requests_are_counted_by_address_as_it_is_declared(http: Http) -> None:
    client = http.serve()
    for path in ("/health", "/health", f"/{PERSONAL}"):
        client.get(path)
    client.request("BREW", "/health")
    told = client.get("/metrics").text
    assert 'lrs_people_requests_total{method="GET",route="/health",status="200"} 2.0' in told
    assert 'lrs_people_requests_total{method="other",route="/health",status="405"} 1.0' in told
    assert 'lrs_people_request_seconds_count{route="(elsewhere)"} 1.0' in told
    assert PERSONAL not in told


def test_what_can_be_asked_is_described(http: Http) -> None:
    client = http.serve()
    described = client.get("/openapi.json").json()
    page = client.get("/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "http://" not in page.text, "it asks nobody else"
    for path, methods in described["paths"].items():
        assert path in page.text
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert operation["description"], where
            assert "422" not in operation["responses"], where
            assert ("security" in operation) == (path not in ("/health", "/metrics")), where
            granted = [response for status, response in operation["responses"].items() if status < "300"]
            described = granted and all("content" in one or "204" in operation["responses"] for one in granted)
            assert described or path in ("/health", "/metrics"), where
            assert "requestBody" in operation or method not in ("put", "patch"), where
            names = []
            for parameter in operation.get("parameters", ()):
                names.append(parameter["name"])
                assert parameter["description"], f"{where}: {parameter['name']}"
            assert "parentDepth" in names or "customId" not in names or method != "get", where
