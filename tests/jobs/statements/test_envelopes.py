"""A statement in an envelope is the statement: whatever kept it, and however that writes what it cannot hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bson
import pytest
from made_statements import BASE, ID, raws, valid

from jobs.statements import files
from jobs.statements.parts import PartsReader
from jobs.statements.reading import Rejected, Statement, StatementReader
from jobs.statements.rejected import Reject, StatementRejects

EXTENDED = {"http://x.example/a.b": 7, "c": {"d.e": "a&46;b"}}
SCORED = {"score": {"scaled": 0.5, "raw": 12}, "extensions": EXTENDED}


def read(document: Any, reader: type[StatementReader]) -> Statement | Rejected:
    return reader().read(json.dumps(document).encode())


def learning_locker(**changes: Any) -> dict[str, Any]:
    """A document of its `statements`, as mongoexport writes it."""
    scored = {
        "score": {"scaled": {"$numberDouble": "0.5"}, "raw": {"$numberInt": "12"}},
        "extensions": {"http://x&46;example/a&46;b": {"$numberLong": "7"}, "c": {"d&46;e": "a&46;b"}},
    }
    return {
        "_id": {"$oid": "59c1219936229d4ce9634601"},
        "organisation": {"$oid": "59c1219936229d4ce9634602"},
        "lrs_id": {"$oid": "59c1219936229d4ce9634603"},
        "personaIdentifier": {"$oid": "59c1219936229d4ce9634604"},
        "person": {"_id": {"$oid": "59c1219936229d4ce9634605"}, "display": "Bob"},
        "active": True,
        "voided": False,
        "hash": "b4",
        "timestamp": {"$date": "2026-01-31T09:30:00.000Z"},
        "stored": {"$date": {"$numberLong": "1769851800000"}},
        "statement": {**BASE, "result": scored, **changes},
    }


@pytest.mark.parametrize("reader", [PartsReader, StatementReader])
def test_the_document_of_a_database(reader: type[StatementReader]) -> None:
    plain = valid(result=SCORED)
    elastic = {"_index": "statements", "_id": "x", "_source": {"statement": {**BASE, "result": SCORED}, "metadata": {}}}
    for document in (
        learning_locker(),
        learning_locker(timestamp={"$date": "2026-01-31T09:30:00Z"}),
        learning_locker(timestamp={"$date": {"$numberLong": "1769851800000"}}),
        {"statement": {**BASE, "result": SCORED}},
        {"statement": json.dumps({**BASE, "result": SCORED})},
        {"_source": {**BASE, "result": SCORED}},
        elastic,
        {"_id": {"$oid": "59c1219936229d4ce9634601"}, **BASE, "result": SCORED},
    ):
        assert read(document, reader) == plain


@pytest.mark.parametrize("reader", [PartsReader, StatementReader])
def test_what_is_no_envelope(reader: type[StatementReader]) -> None:
    def detail(document: Any) -> str:
        found = read(document, reader)
        assert isinstance(found, Rejected)
        return found.detail

    assert detail({**BASE, "_id": 1}) == 'a statement has no property "_id"'
    assert detail({"statement": 5}) == "it is 5, not an object"
    assert detail({**BASE, "statement": BASE}) == 'a statement has no property "statement"'
    deep: Any = BASE
    for _ in range(5):
        deep = {"statement": deep}
    assert detail(deep) == 'a statement has no property "statement"'
    twice = reader().read(b'{"statement": %b, "statement": 1}' % json.dumps(BASE).encode())
    assert isinstance(twice, Rejected)
    assert twice.detail == 'an object in it has the key "statement" twice'


def test_the_documents_of_a_mongodump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extensions = {"http://x&46;example/a&46;b": bson.Int64(7), "c": {"d&46;e": "a&46;b"}}
    written = {
        "_id": bson.ObjectId(),
        "stored": datetime(2026, 1, 31, 9, 30, tzinfo=UTC),
        "added": bson.DatetimeMS(1 << 60),
        "odd": [bson.Decimal128("0.5"), bson.Regex("x"), b"x", bson.Timestamp(1, 1), None, float("nan")],
        "statement": {**BASE, "result": {"score": {"scaled": 0.5, "raw": 12}, "extensions": extensions}},
    }
    dated = {**written, "statement": {**written["statement"], "timestamp": datetime(2026, 1, 31, 9, 30, tzinfo=UTC)}}
    bad = bytearray(bson.encode({"_id": bson.ObjectId(), "x": 1}))
    bad[4] = 0x7E
    for block in (1 << 20, 100):
        monkeypatch.setattr(files, "BLOCK_BYTES", block)
        found = raws(tmp_path, bson.encode(written) + bytes(bad) + bson.encode(dated))
        assert [raw.line for raw in found] == [1, 2, 3]
        first, broken, last = (PartsReader().read(raw.text) for raw in found)
        assert first == last == valid(result=SCORED)
        assert isinstance(broken, Rejected)
        assert broken.code == "invalid_json"


def test_what_is_rejected_stands_in_its_file_without_the_envelope(tmp_path: Path) -> None:
    rejects = StatementRejects(tmp_path / "rejects")
    rejects.write(Reject(1, json.dumps(learning_locker(verb={"id": "no"})).encode(), "invalid_statement", "no"))
    rejects.close()
    (line,) = (tmp_path / "rejects").read_text().splitlines()
    assert json.loads(line)["statement"] == {**BASE, "result": SCORED, "verb": {"id": "no"}}
    mended = line.replace('"verb":{"id":"no"}', f'"verb":{json.dumps(BASE["verb"])}')
    assert StatementReader().read(mended.encode()) == valid(result=SCORED)
    assert ID in line
