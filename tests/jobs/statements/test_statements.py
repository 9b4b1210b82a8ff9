"""One statement: what is kept of it, and what makes it invalid."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_statements import BASE, ID, OTHER_ID, read, valid

from identity.problems import PROBLEMS, message
from jobs.statements.reading import VOIDED, Rejected, Statement, StatementReader
from jobs.statements.rejected import Reject, StatementRejects
from jobs.statements.times import seconds


def test_what_is_kept() -> None:
    kept = valid(
        id=ID.upper(),
        timestamp="2026-01-31T09:30:00.1234567+01:00",
        result={
            "completion": True,
            "success": False,
            "score": {"scaled": -0.25, "raw": 3, "min": 0},
            "duration": "PT1M0.50S",
        },
    )
    assert kept._replace(digest=b"") == Statement(
        id=ID,
        persona=kept.persona,
        voids=None,
        activity="https://lms.corp.example/courses/1",
        verb="http://adlnet.gov/expapi/verbs/completed",
        completion=True,
        success=False,
        score="-0.25",
        seconds="60.50",
        at="2026-01-31T08:30:00.123456+00:00",
        digest=b"",
    )
    assert tuple(kept.persona or ()) == ("mbox", "mailto:bob@corp.example", None, None, "Bob", None)


def test_an_actor_keeps_how_it_was_written_and_what_it_is_nearly() -> None:
    account = {"account": {"homePage": "HTTP://LMS.corp.example/", "name": "E1"}}
    persona = valid(actor=account).persona
    assert persona is not None
    assert persona.ifi == "http://lms.corp.example/ E1"
    assert persona.near == "https://lms.corp.example e1"
    assert persona.as_written == "HTTP://LMS.corp.example/ E1"
    assert persona.name is None
    folding = StatementReader(fold_mailbox_case=True).read(
        json.dumps({**BASE, "actor": {"mbox": "mailto:BOB@corp.example"}}).encode()
    )
    assert isinstance(folding, Statement)
    assert folding.persona
    assert folding.persona.ifi == "mailto:bob@corp.example"


def test_only_the_actor_counts() -> None:
    group = {
        "objectType": "Group",
        "mbox": "mailto:team@corp.example",
        "member": [{"mbox": "mailto:a@b.example"}],
    }
    persona = valid(actor=group).persona
    assert persona
    assert persona.ifi == "mailto:team@corp.example"
    assert valid(actor={"objectType": "Group", "member": [{"mbox": "mailto:a@b.example"}]}).persona is None


@pytest.mark.parametrize(
    "about",
    [
        {"objectType": "Agent", "mbox": "mailto:a@b.example"},
        {"objectType": "Group", "member": [{"mbox": "mailto:a@b.example"}]},
        {"objectType": "StatementRef", "id": OTHER_ID},
        {
            "objectType": "SubStatement",
            "actor": BASE["actor"],
            "verb": BASE["verb"],
            "object": BASE["object"],
        },
    ],
)
def test_an_object_that_is_no_activity_is_the_empty_iri(about: dict[str, Any]) -> None:
    kept = valid(object=about)
    assert kept.activity == ""
    assert kept.voids is None


def test_voiding() -> None:
    voiding = valid(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": OTHER_ID.upper()})
    assert voiding.voids == OTHER_ID
    wrong = read(verb={"id": VOIDED})
    assert isinstance(wrong, Rejected)
    assert wrong.code == "invalid_statement"


@pytest.mark.parametrize(
    ("changes", "code", "detail"),
    [
        ({"id": "abc"}, "invalid_statement", 'its id is "abc", no UUID'),
        ({"id": 7}, "invalid_statement", "its id is 7, no UUID"),
        ({"actor": None}, "invalid_statement", "it has no actor"),
        ({"actor": {"name": "Bob"}}, "invalid_actor", "no identifier"),
        ({"actor": {"mbox": "bob@corp.example"}}, "invalid_actor", "mailto:"),
        (
            {"actor": {"mbox": "mailto:b@c.example", "member": 1, "openid": "http://a.b"}},
            "invalid_actor",
            "more than one",
        ),
        ({"verb": None}, "invalid_statement", "it has no verb"),
        ({"verb": {"display": {}}}, "invalid_statement", "its verb's id is missing"),
        ({"verb": {"id": "completed"}}, "invalid_statement", '"completed" does not begin with a scheme'),
        ({"object": None}, "invalid_statement", "its object is missing"),
        ({"object": "x"}, "invalid_statement", 'its object is "x", not an object'),
        ({"object": {"id": "http://a b"}}, "invalid_statement", "contains a space"),
        ({"object": {"id": "http://a\0"}}, "invalid_statement", "contains NUL"),
        ({"object": {"id": "http://a/" + "é" * 1000}}, "too_long", "its object's id has 2,009 bytes"),
        (
            {"object": {"objectType": "activity", "id": "http://a"}},
            "invalid_statement",
            'objectType is "activity"',
        ),
        ({"object": {"objectType": "StatementRef", "id": "x"}}, "invalid_statement", "no UUID"),
        ({"object": {"objectType": "SubStatement", "id": ID}}, "invalid_statement", 'no property "id"'),
        ({"result": []}, "invalid_result", "it is a list, not an object"),
        ({"result": {"Completion": True}}, "invalid_result", 'no property "Completion"'),
        ({"result": {"completion": "true"}}, "invalid_result", 'completion is "true"'),
        ({"result": {"success": 1}}, "invalid_result", "success is 1"),
        ({"result": {"score": {"scaled": 1.01}}}, "invalid_result", "1.01 is not between -1 and 1"),
        ({"result": {"score": {"scaled": "1"}}}, "invalid_result", 'scaled is "1", no number'),
        ({"result": {"score": {"scaled": True}}}, "invalid_result", "scaled is true, no number"),
        ({"result": {"score": {"raw": 11, "max": 10}}}, "invalid_result", "raw 11 is not between"),
        ({"result": {"score": {"min": 1, "max": 1}}}, "invalid_result", "min 1 is not less than"),
        ({"result": {"duration": "1h"}}, "invalid_result", 'duration is "1h"'),
        ({"result": {"duration": 60}}, "invalid_result", "duration is 60"),
        ({"timestamp": "yesterday"}, "invalid_timestamp", "not written as a date and a time"),
        ({"timestamp": "2026-01-31"}, "invalid_timestamp", "not written as a date and a time"),
        ({"timestamp": "2026-02-30T00:00:00Z"}, "invalid_timestamp", "there is no such day or time of day"),
        ({"timestamp": "2026-13-01T00:00Z"}, "invalid_timestamp", "there is no such day or time of day"),
        ({"timestamp": "0000-01-01T00:00Z"}, "invalid_timestamp", "there is no such day or time of day"),
        ({"timestamp": "2026-01-31T10:61:00"}, "invalid_timestamp", "there is no such day or time of day"),
        ({"timestamp": "20260131T1061+0100"}, "invalid_timestamp", "there is no such day or time of day"),
        ({"timestamp": "2026-01-31T10:00:00+25:00"}, "invalid_timestamp", "there is no such offset from UTC"),
        ({"timestamp": "20260131T1000-2400"}, "invalid_timestamp", "there is no such offset from UTC"),
        ({"timestamp": "0001-01-01T00:00:00+01:00"}, "invalid_timestamp", "not within the years 1 to 9999"),
        ({"timestamp": "2026-01-31T24:00:01Z"}, "invalid_timestamp", "there is no such day or time of day"),
        ({"timestamp": "2026-01-31T24:30Z"}, "invalid_timestamp", "there is no such day or time of day"),
        ({"timestamp": "9999-12-31T24:00Z"}, "invalid_timestamp", "not within the years 1 to 9999"),
        ({"timestamp": 5}, "invalid_timestamp", "it is no text"),
        ({"timestamp": "2026-01-31T10:00:00-00:00"}, "invalid_timestamp", "no offset -00:00: UTC is Z or +00:00"),
        ({"timestamp": "20260131T1000-0000"}, "invalid_timestamp", "there is no offset -0000"),
        ({"timestamp": "2026-01-31T10:00-00"}, "invalid_timestamp", "there is no offset -00:"),
        ({"stored": "2026-01-31T10:00-00:00", "timestamp": None}, "invalid_timestamp", "there is no offset -00:00"),
        ({"timestamp": "2026-01-31T10:00:00+01:60"}, "invalid_timestamp", "there is no such offset from UTC"),
        ({"timestamp": "20260131T1000-0199"}, "invalid_timestamp", "there is no such offset from UTC"),
        ({"timestamp": "2026-W05-6T10:00Z"}, "invalid_timestamp", "it gives the week, where month and day belong"),
        ({"timestamp": "2026W05"}, "invalid_timestamp", "it gives the week"),
        ({"timestamp": "2026-031T10:00Z"}, "invalid_timestamp", "it gives the day of the year, where"),
        ({"verb": {"id": "http://a.b", "Display": {}}}, "invalid_statement", 'its verb has "Display"'),
        ({"object": {"id": "http://a.b", "objecttype": "Agent"}}, "invalid_statement", 'its object has "objecttype"'),
        ({"object": {"id": "http://a.b", "ID": "http://a.c"}}, "invalid_statement", 'which is written "id"'),
        ({"object": {"objectType": "StatementRef", "id": ID, "Id": ID}}, "invalid_statement", 'its object has "Id"'),
        ({"object": {"objectType": "Agent", "MBox": "mailto:a@b.example"}}, "invalid_statement", 'it has "MBox"'),
        ({"actor": {"mbox": "mailto:a@b.example", "Name": "A"}}, "invalid_actor", 'it has "Name"'),
        (
            {"object": {"objectType": "SubStatement", **{key: BASE[key] for key in ("actor", "verb")},
                        "object": {"objectType": "StatementRef", "id": ID, "ID": 1}}},
            "invalid_statement",
            'its object has "ID"',
        ),
        ({"version": "0.95"}, "invalid_statement", 'version is "0.95"'),
        ({"Result": {}}, "invalid_statement", 'no property "Result"'),
        ({"result": {"response": [None]}}, "invalid_statement", "its result.response.0 is null"),
    ],
)
def test_what_is_invalid_and_why(changes: dict[str, Any], code: str, detail: str) -> None:
    found = read(**changes)
    assert isinstance(found, Rejected), found
    assert found.code == code
    assert detail in found.detail
    assert found.code in PROBLEMS
    sentence = message(found.code, value=found.value, detail=found.detail)
    assert "\n" not in sentence


def test_strange_keys_are_passed_over_where_they_are_none_of_xapi_s() -> None:
    for part in ("actor", "verb", "object"):
        valid(**{part: {**BASE[part], "x": 1, "ids": 2, "": 3}})


HALF = '"\\ud83d"'  # of a surrogate pair, as JSON can have it


def spelt(**parts: str) -> bytes:
    """BASE as JSON, with these parts as they are written here."""
    written = {**{key: json.dumps(value) for key, value in BASE.items()}, **parts}
    return ("{" + ", ".join(f'"{key}": {text}' for key, text in written.items()) + "}").encode()


@pytest.mark.parametrize(
    ("part", "text", "other"),
    [
        ("result", '{"response": %s}', HALF),
        ("result", '{"extensions": {"http://x.example": [%s]}}', "1e999"),
        ("result", '{"extensions": {"http://x.example": %s}}', "-" + "9" * 5000),
        ("result", '{"score": {"raw": %s}}', "1e400"),
        ("context", '{"platform": %s}', HALF),
        ("context", '{"extensions": {%s: 1}}', '"\\uDC00\\ud800"'),
        ("context", '{"team": {"objectType": "Group", "mbox": "mailto:a@b.example", "name": %s}}', HALF),
        ("object", '{"objectType": "Agent", "mbox": "mailto:a@b.example", "name": %s}', HALF),
        ("actor", '{"objectType": "Group", "member": [{"mbox": "mailto:a@b.example", "name": %s}]}', HALF),
    ],
)
def test_what_no_text_or_number_holds_does_no_harm_where_nothing_is_kept(part: str, text: str, other: str) -> None:
    """But it counts when statements are compared."""
    reader = StatementReader()
    fine = "1" if other[-1] != '"' else '"a"'
    found, again, another = (
        reader.read(spelt(**{part: text.replace("%s", value)})) for value in (other, other, fine)
    )
    assert isinstance(found, Statement), found
    assert isinstance(another, Statement), another
    assert found == again
    assert found.digest != another.digest


@pytest.mark.parametrize("part", ["definition", "display", "authority", "attachments"])
def test_it_may_stand_where_nothing_is_compared(part: str) -> None:
    inner = f'{{"name": {{"en": {HALF}}}, "x": 1e999, "display": {HALF}}}'
    where = {
        "definition": {"object": f'{{"id": "https://lms.corp.example/courses/1", "definition": {inner}}}'},
        "display": {"verb": f'{{"id": "{BASE["verb"]["id"]}", "display": {inner}}}'},
        "authority": {"authority": inner},
        "attachments": {"attachments": f"[{inner}]"},
    }
    assert StatementReader().read(spelt(**where[part])) == valid()


@pytest.mark.parametrize(
    ("parts", "code", "detail"),
    [
        ({"id": HALF}, "invalid_statement", "no UUID"),
        ({"actor": f'{{"mbox": "mailto:a@b.example", "name": {HALF}}}'}, "invalid_actor", "its name contains U+D83D"),
        ({"actor": '{"account": {"homePage": "http://x.example", "name": "u\\udc00"}}'}, "invalid_actor", "U+DC00"),
        ({"actor": '{"mbox": "mailto:\\ud83d@b.example"}'}, "invalid_actor", "U+D83D"),
        ({"object": '{"id": "http://a.example/\\ud83d"}'}, "invalid_statement", "contains U+D83D"),
        ({"verb": '{"id": 1e999}'}, "invalid_statement", "its verb's id is 1e999, no IRI"),
        ({"timestamp": HALF}, "invalid_timestamp", "not written as a date"),
        ({"result": '{"score": {"scaled": 1e999}}'}, "invalid_result", "scaled 1e999 is not between -1 and 1"),
        ({"result": '{"score": {"raw": -1e400, "min": 0}}'}, "invalid_result", "raw -1e400 is not between"),
        ({"result": '{"score": {"raw": NaN}}'}, "invalid_json", "it goes wrong"),
        ({"context": '{"a": Infinity}'}, "invalid_json", "it goes wrong"),
        ({"context": '{"a": "\\ud83"}'}, "invalid_json", "it goes wrong"),
        ({"context": f'{{"a": {HALF}, "b": null}}'}, "invalid_statement", "its context.b is null"),
        ({"context": f'{{"\\ud83d": 1, "x": {HALF}, "\\uD83D": 1}}'}, "invalid_statement", "twice"),
    ],
)
def test_it_is_wrong_where_something_is_kept(parts: dict[str, str], code: str, detail: str) -> None:
    found = StatementReader().read(spelt(**parts))
    assert isinstance(found, Rejected), found
    assert found.code == code
    assert detail in found.detail
    assert message(found.code, value=found.value, detail=found.detail).isprintable()


def test_it_survives_the_rejects_file(tmp_path: Path) -> None:
    path = tmp_path / "s.rejects.jsonl"
    rejects = StatementRejects(path)
    rejects.write(Reject(1, spelt(context=f'{{"platform": {HALF}}}', timestamp='"x"'), "invalid_timestamp", "no"))
    rejects.close()
    mended = json.loads(path.read_bytes())
    mended["statement"] = mended["statement"].replace('"x"', json.dumps(BASE["timestamp"]))
    found = StatementReader().read(json.dumps(mended).encode())
    assert found == StatementReader().read(spelt(context=f'{{"platform": {HALF}}}'))
    assert isinstance(found, Statement)
    for half in (HALF, '{"a": ' + HALF + "}"):
        wrapped = f'{{"_line": 1, "_code": "x", "_message": "y", "statement": {half}}}'
        assert isinstance(StatementReader().read(wrapped.encode()), Rejected)


def test_null_is_allowed_in_extensions_and_other_versions_are_fine() -> None:
    valid(
        result={"extensions": {"http://x.example/a": None}},
        context={"extensions": {"http://x.example/a": [None]}},
    )
    for version in ("1.0", "1.0.0", "1.0.3", "2.0.0"):
        valid(version=version)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-31T09:30:00Z", "2026-01-31T09:30:00+00:00"),
        ("2026-01-31t09:30:00z", "2026-01-31T09:30:00+00:00"),
        ("2026-01-31 09:30", "2026-01-31T09:30:00+00:00"),
        ("2026-01-31T09:30:00", "2026-01-31T09:30:00+00:00"),
        ("2026-01-31T09:30:00,5-05:30", "2026-01-31T15:00:00.500000+00:00"),
        ("20260131T093000+0100", "2026-01-31T08:30:00+00:00"),
        ("2026-01-31T09:30:00+23:59", "2026-01-30T09:31:00+00:00"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00+00:00"),
        ("2016-12-31T24:00:00Z", "2017-01-01T00:00:00+00:00"),
        ("2016-12-31t24:00", "2017-01-01T00:00:00+00:00"),
        ("20161231T240000.0+0100", "2016-12-31T23:00:00+00:00"),
        ("2016-12-31T18:59:60.25-05:00", "2017-01-01T00:00:00.250000+00:00"),
    ],
)
def test_times_become_utc(text: str, utc: str) -> None:
    assert valid(timestamp=text).at == utc


def test_stored_stands_in_for_a_timestamp() -> None:
    assert valid(stored="2026-03-01T00:00:00Z").at == "2026-01-31T09:30:00+00:00"
    assert valid(timestamp=None, stored="2026-03-01T00:00:00Z").at == "2026-03-01T00:00:00+00:00"
    assert valid(timestamp=None).at is None


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ("PT4H35M59.14S", "16559.14"),
        ("P16559.14S", "16559.14"),
        ("P3Y1M29DT4H35M59.14S", str(3 * 365 * 86400 + 30 * 86400 + 29 * 86400) + "+16559.14"),
        ("P3Y", str(3 * 365 * 86400)),
        ("P4W", str(28 * 86400)),
        ("P0.5W", str(7 * 43200)),
        ("PT1,5H", "5400"),
        ("PT0S", "0"),
        ("PT0.1S", "0.1"),
        ("P1DT1S", "86401"),
    ],
)
def test_durations_are_exact(duration: str, expected: str) -> None:
    found = seconds(duration)
    assert found is not None
    assert Decimal(found) == sum(map(Decimal, expected.split("+")))


@pytest.mark.parametrize(
    "duration",
    [
        "P",
        "PT",
        "P1",
        "1H",
        "P1DT",
        "P4W1D",
        "PT1.5H1M",
        "PT1H1H",
        "PT1M1H",
        "-PT1H",
        "PT-1H",
        "PT1.S",
        "PT.5S",
        "pt1h",
        "PT1H_",
        "PT١S",
        "P0003-06-04T12:30:05",
        "",
        "PT1H ",
        "PT1H\n",
        f"PT{'1' * 100}S",
    ],
)
def test_other_durations_are_none(duration: str) -> None:
    assert seconds(duration) is None


@given(st.integers(0, 10**30), st.integers(0, 99), st.text("0123456789", min_size=1, max_size=30))
def test_a_duration_loses_no_digit(days: int, hours: int, fraction: str) -> None:
    found = seconds(f"P{days}DT{hours}H1.{fraction}S")
    assert found is not None
    whole, _, digits = found.partition(".")
    assert int(whole) == days * 86400 + hours * 3600 + 1
    assert digits == fraction
