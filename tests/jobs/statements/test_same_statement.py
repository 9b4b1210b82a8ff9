"""Which statements are the same, however they are written, and what nested ones cost."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from costs import lines_run
from hypothesis import given
from made_statements import BASE, ID, OTHER_ID, json_values, raws, read, valid

from jobs.statements.reading import Rejected, Statement, StatementReader

GROUP = {
    "objectType": "Group",
    "mbox": "mailto:team@corp.example",
    "member": [{"mbox": "mailto:a@corp.example"}, {"mbox": "mailto:b@corp.example"}],
}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {},
            {
                "stored": "2026-02-01T00:00:00Z",
                "authority": {"mbox": "mailto:lrs@corp.example"},
                "version": "1.0.3",
            },
        ),
        ({}, {"verb": {"id": BASE["verb"]["id"], "display": {"de": "hat abgeschlossen"}}}),
        ({}, {"object": {**BASE["object"], "objectType": "Activity", "definition": {"name": {"en": "One"}}}}),
        ({}, {"actor": {"mbox": "mailto:bob@CORP.example", "name": "Bob", "objectType": "Agent"}}),
        ({}, {"attachments": []}),
        ({"actor": GROUP}, {"actor": {**GROUP, "member": GROUP["member"][::-1]}}),
        ({"result": {"duration": "PT1.231S"}}, {"result": {"duration": "PT1.239S"}}),
        (
            {"context": {"contextActivities": {"parent": {"id": "http://a.example"}}}},
            {"context": {"contextActivities": {"parent": [{"id": "http://a.example", "definition": {}}]}}},
        ),
        ({"context": {"team": GROUP}}, {"context": {"team": {**GROUP, "member": GROUP["member"][::-1]}}}),
    ],
)
def test_what_an_lrs_may_give_or_change_makes_no_other_statement(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert valid(**one).digest == valid(**other).digest
    assert valid(id=None, **one).id == valid(id=None, **other).id


@pytest.mark.parametrize(
    "other",
    [
        {"actor": {"mbox": "mailto:Bob@corp.example", "name": "Bob"}},
        {"actor": {"mbox": "mailto:bob@corp.example", "name": "Robert"}},
        {"actor": {"objectType": "Group", "mbox": "mailto:bob@corp.example", "name": "Bob"}},
        {"verb": {"id": "http://adlnet.gov/expapi/verbs/passed"}},
        {"object": {"id": "https://lms.corp.example/courses/1/"}},
        {"result": {"success": True}},
        {"result": {}},
        {"context": {"platform": "LMS"}},
        {"object": {"objectType": "StatementRef", "id": OTHER_ID}},
    ],
)
def test_everything_else_makes_another(other: dict[str, Any]) -> None:
    assert valid().digest != valid(**other).digest
    assert valid(id=None).id != valid(id=None, **other).id


@pytest.mark.parametrize(
    ("actor", "context", "identity", "ifi"),
    [
        (
            {"mbox": "mailto:ann%2Btag@corp.example"},
            None,
            "de3d17fe-4d94-54b2-b1c9-ad1bff3b9f1d",
            "mailto:ann+tag@corp.example",
        ),
        (
            {"mbox": "mailto:ann%2Btag@corp.example"},
            {"instructor": {"mbox": "mailto://bo@corp.example"}},
            "1d928430-73ef-55c9-90ad-18c6ceccd098",
            "mailto:ann+tag@corp.example",
        ),
        (
            {"mbox": "mailto:ann%2Btag@corp.example"},
            {"instructor": {"mbox": "mailto:bo@corp.example\u3000"}},
            "fea7b83e-19c4-56c5-a5a8-53ef777d45a6",
            "mailto:ann+tag@corp.example",
        ),
        (
            {"mbox": "mailto:ann@corp.example", "name": "Ann\u3000"},
            None,
            "a8942cdd-2858-5d12-862c-17704c8d4ef6",
            "mailto:ann@corp.example",
        ),
        (
            {"account": {"homePage": "https://lms.corp.example", "name": "u1\u200b"}, "name": "\u2003Ann"},
            None,
            "99949bf5-447b-5ec7-9b5e-2f31464e317a",
            "https://lms.corp.example u1",
        ),
        (
            {
                "objectType": "Group",
                "mbox": "mailto:team@corp.example",
                "member": [{"mbox": "mailto:m%C3%BCller@corp.example"}],
            },
            None,
            "0e08b25e-0703-5d2a-99fa-bb0ba9c8aea8",
            "mailto:team@corp.example",
        ),
    ],
)
def test_what_is_compared_keeps_the_form_of_the_first_release(
    actor: dict[str, Any], context: dict[str, Any] | None, identity: str, ifi: str
) -> None:
    """The ids are those that 1.0 gave to the same statements: a load is done again without making any twice."""
    statement = {
        "actor": actor,
        "verb": {"id": "http://x.org/v"},
        "object": {"id": "http://x.org/a"},
        "timestamp": "2026-01-01T00:00:00Z",
        **({"context": context} if context else {}),
    }
    found = StatementReader().read(json.dumps(statement).encode())
    assert isinstance(found, Statement)
    assert found.id == identity
    assert found.persona is not None
    assert found.persona.ifi == ifi
    assert found.persona.name in (None, "Ann")


def test_the_time_stands_beside_the_digest() -> None:
    early, late, none = valid(), valid(timestamp="2026-01-31T09:30:01Z"), valid(timestamp=None)
    assert early.digest == late.digest
    assert early.digest[:16] == none.digest[:16]
    assert (early.digest[16], none.digest[16]) == (1, 0)
    nameless = {
        valid(id=None).id,
        valid(id=None, timestamp="2026-01-31T09:30:01Z").id,
        valid(id=None, timestamp=None).id,
    }
    assert len(nameless) == 3
    assert valid(id=None, timestamp="2026-01-31T10:30:00+01:00").id in nameless


@given(json_values)
def test_no_json_breaks_the_reader(value: Any) -> None:
    for changes in ({key: value} for key in (*BASE, "result", "context")):
        assert isinstance(
            StatementReader().read(json.dumps({**BASE, **changes}).encode()), Statement | Rejected
        )
    inner = {"objectType": value, "id": value, "member": value, "mbox": "mailto:a@b.example", "team": value}
    for changes in ({key: inner} for key in ("actor", "verb", "object", "result", "context")):
        assert isinstance(
            StatementReader().read(json.dumps({**BASE, **changes}).encode()), Statement | Rejected
        )
    activities = (
        {"contextActivities": value},
        {"contextActivities": {"parent": value}},
        {"contextActivities": {"a": [value]}},
    )
    for context in activities:
        assert isinstance(
            StatementReader().read(json.dumps({**BASE, "context": context}).encode()), Statement | Rejected
        )


def test_deep_nesting_is_rejected() -> None:
    deep = b'{"id":"' + ID.encode() + b'","context":' + b'{"a":' * 300 + b"1" + b"}" * 300
    whole = (
        deep
        + b',"actor":{"mbox":"mailto:a@b.example"},"verb":{"id":"http://v.example"},"object":{"id":"http://o.example"}}'
    )
    found = StatementReader().read(whole)
    assert isinstance(found, Rejected)
    assert found.detail == "it is nested too deeply"


def nested(levels: int, end: str = "", **first: Any) -> str:
    """An Agent that has an Agent for its member, and so on, as JSON."""
    agent = '{"mbox":"mailto:bob@corp.example","member":['
    return json.dumps(first)[:-1] + (", " if first else "") + agent[1:] + agent * (levels - 1) + end + "]}" * levels


@pytest.mark.parametrize("levels", [26, 100, 120])
def test_members_in_members_cost_what_they_are_long(levels: int) -> None:
    """An Agent has no members: what it calls so counts neither for who it is nor in a comparison."""
    other = json.dumps({key: value for key, value in BASE.items() if key != "actor"})[1:]
    team = f'"context": {{"team": {nested(levels)}}}, "actor": {json.dumps(BASE["actor"])}'
    plain = valid(actor={"mbox": "mailto:bob@corp.example", "name": "Bob"})

    def read() -> None:
        found = StatementReader().read(f'{{"actor": {nested(levels, name="Bob")}, {other}'.encode())
        assert isinstance(found, Statement)
        assert (found.persona, found.digest) == (plain.persona, plain.digest)
        assert isinstance(StatementReader().read(f"{{{team}, {other}".encode()), Statement)

    tracemalloc.start()
    try:
        assert lines_run(read) < 2000
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("levels", [300, 600, 5_000])
def test_a_statement_that_is_too_deep_costs_no_other(tmp_path: Path, levels: int) -> None:
    other = json.dumps({key: value for key, value in BASE.items() if key != "actor"})[1:]
    content = f'{{"actor": {nested(levels)}, {other}\n{json.dumps(BASE)}\n'
    reader = StatementReader()
    deep, sound = (reader.read(raw.text) for raw in raws(tmp_path, content.encode()))
    assert isinstance(deep, Rejected)
    assert isinstance(sound, Statement)


def test_long_keys_above_long_lists_cost_what_they_are_long() -> None:
    tracemalloc.start()
    try:
        found = read(context={"k" * 100_000: [[1]] * 20_000 + [None]})
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()
    assert isinstance(found, Rejected)
    assert len(found.detail) < 200
