"""What is read of a statement by its parts is what is read of it as a whole, whatever stands in it and however."""

from __future__ import annotations

import json
import random
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from laws import examples

from jobs.statements.parts import PartsReader
from jobs.statements.reading import VOIDED, Seen, Statement, StatementReader

ID = "fd41c918-b88b-4b20-a0a5-a4c32391aaa0"
BOB = {"mbox": "mailto:bob@corp.example", "name": "Bob"}
GROUP = {"objectType": "Group", "name": "Team", "member": [BOB, {"openid": "http://a.example/"}]}
COURSE = {"id": "https://lms.corp.example/courses/1", "definition": {"name": {"en": "One: 1"}, "type": "http://t.ex"}}
PLAIN: dict[str, Any] = {
    "id": ID,
    "actor": BOB,
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed", "display": {"en": "completed"}},
    "object": COURSE,
    "timestamp": "2026-01-31T09:30:00Z",
}
PLAIN_PARTS = {key: PLAIN[key] for key in ("actor", "verb", "object")}


class Pairs(list[tuple[str, Any]]):
    """An object as it is written: a key may stand twice."""


class Written(str):
    """JSON, as it is."""


def some(of: dict[str, st.SearchStrategy[Any]], most: int) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with a few of these members."""
    keys = st.lists(st.sampled_from(list(of)), max_size=most, unique=True)
    return keys.flatmap(lambda chosen: st.fixed_dictionaries({key: of[key] for key in chosen}))


# What may stand where nothing is looked at.
FINE: list[Any] = [
    True, False, 0, 1, -1, 0.5, 1.0, 10**30, "", " ", "null", "a:b", "\0", "ü", "\u2028", "\x7f", '"', "\\",
    *map(Written, ('"\\ud83d"', "1e999", "-0", "1E2", '"\\u003a"', "{}", "[]", "1.50", '"\\/"', '{"b":1,"a":[2]}')),
    {"extensions": {"http://x.example": None}}, [1, {"b": "c"}], {"b": 1, "a": {"d": 1.50, "c": [1e2, -0.0]}},
    "PT1.239S", ID, BOB, GROUP, COURSE,
]  # fmt: skip
# What may be wrong anywhere, or too deep.
WRONG: list[Any] = [
    None, *map(Written, ("01", "NaN", "nul", "[", '"\t"', '"\\ud8"', "1,2", "1}", '"a": 1', "", "\x00")),
    *(Written("[" * deep + "]" * deep) for deep in (251, 252, 253, 254, 1023, 1100)),
    *(Written('{"a":' * deep + "1" + "}" * deep) for deep in (252, 253, 254)),
    {"a": None}, [None], Pairs([("a", 1), ("a", 2)]), Pairs([("id", "http://a.ex"), ("id", "http://a.ex")]),
    Pairs([("b", Pairs([("a:", 1), ("b", 1), ("a:", 1)]))]), Pairs([("b", 1), ("a", 1), ("b", 1)]),
]  # fmt: skip
odd = st.sampled_from([*FINE * 20, *WRONG])


def mostly(these: list[Any]) -> st.SearchStrategy[Any]:
    """These, and now and then something else."""
    return st.sampled_from([*these * (1500 // len(these)), *FINE, *WRONG])


actors = mostly(
    [
        BOB, {"mbox": "mailto:BOB@Corp.example"}, {"mbox": "mailto:ann%2Btag@corp.example", "name": "Ann\u3000"}, GROUP,
        {"account": {"homePage": "https://LMS.example/", "name": "u1 "}, "objectType": "Agent"},
        {"openid": "http://id.example/é"}, {"mbox_sha1sum": "A" * 40, "name": ""},
        {**GROUP, "mbox": "mailto:team@corp.example"},
    ]
)  # fmt: skip
things = mostly(
    [
        COURSE, {**COURSE, "objectType": "Activity"}, {"objectType": "StatementRef", "id": ID}, GROUP | BOB, GROUP,
        {"objectType": "Agent", **BOB}, {**PLAIN_PARTS, "objectType": "SubStatement"},
        {"id": "http://a.example", "definition": {"extensions": {"http://x.example": None}}},
    ]
)  # fmt: skip
extensions = some(dict.fromkeys(("http://b.example", "http://a.example", "é", "x:y"), odd | st.text()), 3) | odd
numbers = mostly([0, 1, 0.5, 1.0, -1, 2, 10**30, Written("0.50"), Written("1E0")])
scores = some({"scaled": numbers, "raw": numbers, "min": numbers, "max": numbers, "x": odd}, 3)
results = some(
    {
        "score": scores,
        "success": mostly([True, False]),
        "completion": mostly([True, False]),
        "response": st.text(max_size=5) | odd,
        "duration": mostly(["PT1H", "PT1M1.239S", "PT1,5H", "P1Y"]),
        "extensions": extensions,
    },
    3,
)
contexts = some(
    {
        "registration": st.just(ID) | odd,
        "instructor": actors,
        "team": actors,
        "contextActivities": some(dict.fromkeys(("parent", "x"), things | st.lists(things, max_size=2)), 2) | odd,
        "platform": st.text(max_size=5) | odd,
        "language": odd,
        "revision": odd,
        "statement": things,
        "contextAgents": odd,
        "contextGroups": odd,
        "extensions": extensions,
        "extension": odd,
    },
    4,
)
times = mostly(
    [
        "2026-01-31T09:30:00Z", "2026-01-31T09:30:00.000Z", "2026-01-31T09:30:00.5Z", "2026-01-31T09:30:00.123456Z",
        "2026-01-31T09:30:00.000001Z", "2026-01-31T09:30:00.1234567Z", "2026-01-31T09:30:00+01:00",
        "2026-02-30T09:30:00Z", "2026-01-31T24:00:00Z", "2016-12-31T23:59:60Z", "2026-01-31T09:30Z", "2026-01-31",
        "0000-01-31T09:30:00Z", "9999-12-31T23:59:59.9Z", "2026-01-31T09:30:00", "2026-01-31t09:30:00z",
        Written('"2026-01-31T09:30:00\\u005a"'),
    ]
)  # fmt: skip
statements = some(
    {
        "id": mostly([ID, ID.upper()]),
        "actor": actors,
        "verb": mostly([{"id": VOIDED}, {"id": "http://v.example", "display": {"en": "v"}}]),
        "object": things,
        "result": results,
        "context": contexts,
        "timestamp": times,
        "stored": times,
        "authority": actors,
        "version": mostly(["1.0.3", "2.0.0", "0.9"]),
        "attachments": odd,
        "Result": odd,
        "_line": odd,
    },
    3,
)


def spelt(value: Any, choose: random.Random, *, spaced: bool) -> str:
    """JSON, its strings and its space in one of the ways that there are, and now and then a member twice."""
    if isinstance(value, Written):
        return str(value)
    space = choose.choice(["", " ", "\n"]) if spaced else ""
    if isinstance(value, (dict, Pairs)):
        members = list(value.items()) if isinstance(value, dict) else list(value)
        if spaced and choose.random() < 0.3:
            choose.shuffle(members)
        written = [
            spelt(key, choose, spaced=spaced) + space + ":" + space + spelt(one, choose, spaced=spaced)
            for key, one in members
        ]
        if written and choose.random() < 0.02:
            written.insert(choose.randrange(len(written) + 1), choose.choice(written))
        return "{" + f",{space}".join(written) + space + "}"
    if isinstance(value, list):
        return "[" + f",{space}".join(spelt(one, choose, spaced=spaced) for one in value) + space + "]"
    if isinstance(value, str) and choose.random() < 0.05:
        return '"' + "".join(f"\\u{ord(one):04x}" if ord(one) < 65536 else one for one in value) + '"'
    return json.dumps(value, ensure_ascii=choose.random() < 0.5)


ENVELOPES: list[Callable[[Any], Any]] = [
    *[lambda statement: statement] * 6,
    lambda statement: {"statement": statement},
    lambda statement: {"_source": {"statement": statement, "metadata": {"voided": False}}, "_id": "x"},
    lambda statement: {"_id": {"$oid": "59c1"}, **statement},
    lambda statement: Pairs([("statement", statement), ("a", 1), ("statement", 1)]),
    lambda statement: Pairs([("a", 1), ("a:", 1), ("statement", statement)]),
    lambda statement: {"stored": {"$date": "2026-01-31T09:30:00Z"}, "statement": statement, "a&46;b": 1},
    lambda statement: {"statement": {**statement, "result": {"extensions": {"http://x&46;y": {"$numberInt": "1"}}}}},
]
"""What may be around a statement."""


@settings(max_examples=examples(150), deadline=None)
@given(
    st.lists(st.tuples(statements, st.booleans()), min_size=1, max_size=3),
    st.integers(0, 1 << 32).map(random.Random),
    st.booleans(),
    st.sampled_from(ENVELOPES),
)
def test_by_parts_as_as_a_whole(
    changed: list[tuple[dict[str, Any], bool]], choose: random.Random, fold: bool, enveloped: Callable[[Any], Any]
) -> None:
    by_parts, whole = PartsReader(fold_mailbox_case=fold), StatementReader(fold_mailbox_case=fold)
    for changes, spaced in changed:
        text = spelt(enveloped({**PLAIN, **changes}), choose, spaced=spaced).encode("utf-8", "surrogatepass")
        found = whole.read(text)
        assert by_parts.read(text) == found
        assert by_parts.read(text) == found, "when it has been seen"
        event("kept" if isinstance(found, Statement) else found.code)


PLACES = [
    *(((key,), None) for key in (*PLAIN, "result", "context", "stored", "authority", "version", "attachments", "x")),
    *((("verb", key), PLAIN["verb"]) for key in ("id", "display", "x")),
    *((("object", key), COURSE) for key in ("id", "objectType", "definition", "x")),
    *((("actor", key), BOB) for key in ("name", "mbox", "objectType", "member", "x")),
    *((("result", key), {}) for key in ("score", "success", "completion", "response", "duration", "extensions", "x")),
    *((("result", "extensions", key), {}) for key in ("a:b", "extensions")),
    *((("result", "score", key), {}) for key in ("scaled", "raw", "min", "max", "x")),
    *((("context", key), {}) for key in ("contextActivities", "instructor", "team", "platform", "statement", "x")),
    *((("context", "contextActivities", key), {}) for key in ("parent", "x")),
    (("context", "extensions", "x"), {}),
]  # fmt: skip


@pytest.mark.parametrize(("place", "around"), PLACES, ids=[".".join(place) for place, _ in PLACES])
def test_whatever_stands_in_any_place(place: tuple[str, ...], around: dict[str, Any] | None) -> None:
    by_parts, whole = PartsReader(), StatementReader()
    for value in (*FINE, *WRONG):
        inner = value
        for key in place[:0:-1]:
            inner = {**(around if key == place[1] and around else {}), key: inner}
        for spaced in (False, True):
            text = spelt({**PLAIN, place[0]: inner}, random.Random(1), spaced=spaced).encode("utf-8", "surrogatepass")
            for _ in range(2):
                assert by_parts.read(text) == whole.read(text), text


@pytest.mark.parametrize("reader", [PartsReader, StatementReader])
def test_what_is_remembered_of_agents_is_about_as_long_as_they_are(reader: type[StatementReader]) -> None:
    found = reader()
    texts = [json.dumps({**PLAIN, "actor": {**BOB, "mbox": f"mailto:bob{n}@corp.example"}}) for n in range(3_000)]
    for text in texts[:100]:
        found.read(text.encode())
    tracemalloc.start()
    try:
        for text in texts:
            found.read(text.encode())
        assert tracemalloc.get_traced_memory()[0] < 3_000 * 1_500
    finally:
        tracemalloc.stop()


def test_what_is_remembered_has_a_bound() -> None:
    seen: Seen[int] = Seen(100_000)
    for n in range(10_000):
        seen.add(b"%d" % n, n)
        assert seen.get(b"%d" % n) == n
    assert seen.get(b"1") is None
    assert seen.add(b"x" * 5_000, 7) == 7
    assert seen.get(b"x" * 5_000) is None
