"""Keys that stand twice in an object of JSON are found wherever they stand, and only those."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_statements import BASE, valid

from jobs.statements.json_texts import repeated_key
from jobs.statements.reading import Rejected, Statement, StatementReader
from jobs.statements.rejected import Reject, StatementRejects

REPEATED = [
    ('"actor": {"mbox": "mailto:eve@corp.example"}', "actor"),
    ('"actor": {"mbox": "mailto:bob@corp.example", "name": "Bob"}', "actor"),
    ('"act\\u006fr": {"mbox": "mailto:eve@corp.example"}', "actor"),
    ('"context": {"extensions": {"https://x.example": {"a": 1, "b": [{"c" : 1, "c": 2}]}}}', "c"),
    ('"context": {"platform": "x", "platform": "spelled \\u003a"}', "platform"),
    ('"context": {"platform": "x", "platform": "spelled \\u003A \\"b\\": {"}', "platform"),
    ('"authority": {"mbox": "mailto:a@corp.example", "mbox": "mailto:b@corp.example"}', "mbox"),
    ('"context": {"": 1, "": 1}', ""),
    ('"attachments": ' + '[{"a": ' * 200 + '{"x": 1, "x": 1}' + "}]" * 200, "x"),
]


@pytest.mark.parametrize(("more", "key"), REPEATED)
def test_a_key_that_stands_twice_is_rejected(more: str, key: str) -> None:
    found = StatementReader().read(f"{json.dumps(BASE)[:-1]}, {more}}}".encode())
    assert found == Rejected("invalid_statement", None, f'an object in it has the key "{key}" twice')


@pytest.mark.parametrize(
    "more",
    [
        '"context": {"platform": "a:b \\u003a \\u003A \\\\u003a \\": {\\"id\\": 1, \\"id\\": 1}"}',
        '"context": {"extensions": {"https://x.example/a:b": [{"a": 1}, {"a": 2}, {"A": {"a": 1}}]}}',
        '"attachments" :\n' + '[{"a": ' * 200 + "1" + "}]" * 200,
    ],
)
def test_keys_of_several_objects_and_what_looks_like_keys_are_fine(more: str) -> None:
    assert isinstance(StatementReader().read(f"{json.dumps(BASE)[:-1]}, {more}}}".encode()), Statement)


class Pairs(list[tuple[str, Any]]):
    """An object as it is written: a key may stand twice."""


pairs = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text('a:\\"{é'),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(st.tuples(st.sampled_from(["a", "b", ":", '"', "é"]), inner), max_size=3).map(Pairs)
    ),
    max_leaves=12,
)


def spell_one(character: str, choose: random.Random) -> str:
    if choose.random() < 0.3:
        return f"\\u{ord(character):04{choose.choice('xX')}}"
    return json.dumps(character, ensure_ascii=False)[1:-1]


def spell(value: Any, choose: random.Random) -> str:
    """JSON, its strings and its space in one of the ways that there are."""
    if isinstance(value, Pairs):
        members = (spell(key, choose) + choose.choice([":", " : ", "\n:"]) + spell(one, choose) for key, one in value)
        return "{" + choose.choice([",", ", "]).join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(spell(one, choose) for one in value) + "]"
    if isinstance(value, str):
        return '"' + "".join(spell_one(one, choose) for one in value) + '"'
    return json.dumps(value)


def has_key_twice(value: Any) -> bool:
    if isinstance(value, Pairs):
        return len({key for key, _ in value}) < len(value) or any(has_key_twice(one) for _, one in value)
    return isinstance(value, list) and any(map(has_key_twice, value))


@given(pairs, st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_exactly_the_keys_that_stand_twice_are_found(value: Any, choose: random.Random) -> None:
    text = spell(value, choose).encode()
    assert (repeated_key(orjson.loads(text), text) is not None) == has_key_twice(value)


def test_a_key_that_stands_twice_is_not_lost_in_a_rejects_file(tmp_path: Path) -> None:
    path = tmp_path / "s.rejects.jsonl"
    text = f'{json.dumps(BASE)[:-1]}, "actor": {{"mbox": "mailto:eve@corp.example"}}}}'
    wrapped = f'{{"_line": 1, "_code": "x", "_message": "y", "statement": {text}}}'
    for written in (text, wrapped):
        rejects = StatementRejects(path)
        rejects.write(Reject(1, written.encode(), "invalid_statement", "no"))
        rejects.close()
        (line,) = path.read_bytes().splitlines()
        found = StatementReader().read(line)
        assert isinstance(found, Rejected)
        assert "twice" in found.detail
        mended = json.loads(line)
        mended["statement"] = mended["statement"].replace(', "actor": {"mbox": "mailto:eve@corp.example"}', "")
        assert StatementReader().read(json.dumps(mended).encode()) == valid()
