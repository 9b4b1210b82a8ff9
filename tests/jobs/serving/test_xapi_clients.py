"""Clients of record stores against our own server: a library, and our own migrate."""

from __future__ import annotations

import uuid

import orjson
import pytest
from commands import as_json, ask, write
from conftest import Cli, Http
from served import served
from tincan import Agent, RemoteLRS, StatementList, StatementRef, Verb
from tincan import Statement as Said

MADE = (
    {},
    {"result": {"completion": False, "success": True, "score": {"scaled": -0.3}}},
    {"result": {"duration": "P1Y2M3DT4H5M6.789S", "score": {"scaled": 1}}},
    {"result": {"duration": "PT0.000001S", "score": {"scaled": 0.1234567890123456}}},
    {"timestamp": "0001-01-01T00:00:00Z"},
    {"timestamp": "2026-07-01T09:30:00.123456+05:45"},
    {"actor": {"account": {"homePage": "https://lms.corp.example", "name": "E 1010"}}},
    {"actor": {"openid": "https://bob.corp.example/", "name": "Böb 💡"}},
    {"actor": {"mbox_sha1sum": "CC1E39B02974C5D21E792D7FEBCAA6018BB6C574"}},
    {"actor": {"objectType": "Group", "mbox": "mailto:team@corp.example", "name": "Team"}},
    {"actor": {"objectType": "Group", "member": [{"mbox": "mailto:a@corp.example"}]}},
    {"object": {"objectType": "Agent", "mbox": "mailto:ann@corp.example"}},
    {"object": {"objectType": "StatementRef", "id": str(uuid.UUID(int=3))}},
    {"object": {"objectType": "SubStatement", "actor": {"mbox": "mailto:bob@corp.example"}, "verb": {"id": "x:did"},
                "object": {"id": "x:it"}}},
    {"verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
     "object": {"objectType": "StatementRef", "id": str(uuid.UUID(int=1))}},
    {"object": {"id": "https://lms.corp.example/Kurs/Übung?a=b&c=%20"}},
)  # fmt: skip
"""What statements may say of which something is kept."""
KEPT = """
    SELECT CAST(s.id AS text), p.kind, p.ifi, p.agent_name, s.voids, a.iri, s.verb, s.completion, s.success, s.score,
           s.seconds, s.at, h.name
    FROM statements AS s
    JOIN activities AS a ON a.organisation_id = s.organisation_id AND a.id = s.activity_id
    LEFT JOIN personas AS p ON p.organisation_id = s.organisation_id AND p.id = s.persona_id
    LEFT JOIN people AS h ON h.organisation_id = s.organisation_id AND h.id = p.person_id
    JOIN organisations AS o ON o.id = s.organisation_id
    WHERE o.name = %s AND NOT EXISTS (
        SELECT FROM statements AS v WHERE v.organisation_id = s.organisation_id AND v.voids = s.id AND s.voids IS NULL)
    ORDER BY s.id
"""


def statements() -> list[dict[str, object]]:
    plain = {
        "actor": {"mbox": "mailto:bob@corp.example", "name": "Bob"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/attempted"},
        "object": {"id": "https://lms.corp.example/courses/1"},
        "timestamp": "2026-01-31T09:30:00Z",
    }
    return [plain | more | {"id": str(uuid.UUID(int=number))} for number, more in enumerate(MADE, 1)]


def test_a_library_puts_statements_and_asks_who_an_agent_is(http: Http, cli: Cli, database_url: str) -> None:
    write("hr.csv", "custom_id,name,email,email_2", "B,Bob Smith,bob@corp.example,robert@corp.example")
    assert cli("import-people", "hr.csv", "--batch").exit_code == 0
    key, secret = http.credential("a learning tool", "statements", "read")
    with served(database_url) as url:
        lrs = RemoteLRS(endpoint=f"{url}/api/organizations/default/xapi/", username=key, password=secret)
        bob, did = Agent(mbox="mailto:bob@corp.example"), Verb(id="http://adlnet.gov/expapi/verbs/completed")
        course = {"id": "https://lms.corp.example/courses/1", "definition": {"name": {"en": "One"}}}
        saved = lrs.save_statement(Said(actor=bob, verb=did, object=course, result={"completion": True}))
        assert saved.success, saved.data
        again = lrs.save_statement(saved.content)
        assert (again.success, again.response.status) == (True, 204)
        scored = {"score": {"scaled": 0.7}}
        many = StatementList([Said(actor=bob, verb=did, object=course, result=scored) for _ in "ab"])
        assert lrs.save_statements(many).success
        other = Said(id=saved.content.id, actor=bob, verb=Verb(id="x:other"), object=course)
        refused = lrs.save_statement(other)
        assert (refused.success, refused.response.status) == (False, 409)
        found = lrs.retrieve_statement(str(saved.content.id)).content
        assert (found.actor.mbox, found.verb.id, found.result.completion) == (bob.mbox, did.id, True)
        void = Verb(id="http://adlnet.gov/expapi/verbs/voided")
        assert lrs.save_statement(Said(actor=bob, verb=void, object=StatementRef(id=many[0].id))).success
        assert not lrs.retrieve_statement(str(many[0].id)).success
        assert lrs.retrieve_voided_statement(str(many[0].id)).content.id == many[0].id
        listed = lrs.query_statements({"limit": 2}).content
        more = lrs.more_statements(listed).content
        assert (len(listed.statements), len(more.statements), more.more) == (2, 1, "")
        person = http.client.get(
            "/api/organizations/default/xapi/agents",
            params={"agent": bob.to_json()},
            headers={"X-Experience-API-Version": lrs.version},
        )
        assert sorted(person.json()["mbox"]) == ["mailto:bob@corp.example", "mailto:robert@corp.example"]


def test_what_is_kept_of_statements_moves_to_another_organisation(
    http: Http, cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = http.client.post(
        "/api/organizations/default/xapi/statements",
        content=orjson.dumps(statements()),
        headers={"X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"},
    )
    assert plain.status_code == 200, plain.text
    key, secret = http.credential("moving out", "read")
    monkeypatch.setenv("XAPI_CREDENTIALS", f"{key}:{secret}")
    there = "--organisation", "there"
    with served(database_url) as url:
        source = f"{url}/api/organizations/default/xapi"
        moved = as_json(cli("migrate", "xapi", source, "--page-size", "4", *there, "--create-organisation", "--json"))
        assert (moved["statements"], moved["rejected"]) == (len(MADE) - 1, 0), "but for the one that is voided"
        again = as_json(cli("migrate", "xapi", source, *there, "--json"))
        assert (again["loaded"], again["known"]) == (0, len(MADE) - 1)
    assert ask(database_url, KEPT, "there") == ask(database_url, KEPT, "default")
    assert cli("export-people", "--format", "jsonl", "--output", "people.jsonl").exit_code == 0
    assert as_json(cli("compare-with", "people.jsonl", *there, "--json"))["differences"] == 0
    assert cli("finish-batch-updates").exit_code == 0
    here, moved_here = (as_json(cli("report-activities", "--json", *to)) for to in ((), there))
    assert here["rows"]
    assert here["rows"] == moved_here["rows"]
