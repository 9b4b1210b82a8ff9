"""What is around a statement where it was kept: the document of a database, a line of a rejects file.

An envelope is an object that says nothing of a statement itself (no actor, verb or object), and has one below
`statement`, or below `_source` (Elasticsearch), also as a text; what else is in it is passed over. MongoDB's own `_id`
may also stand beside a statement. What MongoDB cannot hold stands there otherwise: numbers and times (extended JSON),
and, by Learning Locker, the dots of keys.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
import orjson

MOST: Final = 4
"""So many envelopes, one in another."""
_INNER: Final = ("statement", "_source")
_OWN: Final = frozenset(("actor", "verb", "object"))
_MARK: Final = re.compile(b'"(?:statement|_source|_id)"')
_values: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_text: Final = msgspec.json.Decoder(str).decode
_OBJECT_ID: Final = re.compile(rb'\{\s*+"\$oid"').match

_DOT: Final = b"&46;"
_STRING: Final = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*+")(\s*+:)?', re.DOTALL)
_NUMBER: Final = re.compile(
    rb'\{\s*+"\$number(?:Int|Long|Double|Decimal)"\s*+:\s*+"(-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?)"\s*+\}'
)
_DATE: Final = re.compile(rb'\{\s*+"\$date"\s*+:\s*+("[^"\\]*+"|-?[0-9]{1,15})\s*+\}')
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


def unwrapped(text: bytes) -> bytes:
    """The statement in an envelope, as it stands there. What is in none stays as it is, and so does what has a key
    twice, of which one would be lost.
    """
    kept = False
    for _ in range(MOST):
        if not _MARK.search(text):
            break
        try:
            values = _values(text)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            break
        inner = _without_id(values) if _OWN & values.keys() else _below(values)
        if inner is None or _repeats(text, values):
            break
        kept = kept or "_line" not in values
        text = _decoded(inner)
    return _plain(text) if kept else text


def organisation_of(text: bytes) -> str | None:
    """Of which organisation the document is that a statement is in, as Learning Locker has it, if it says so."""
    for _ in range(MOST):
        if b"organisation" not in text:
            break
        try:
            values = _values(text)
            if "organisation" in values:
                return _id(values["organisation"])
        except (msgspec.MsgspecError, ValueError, RecursionError):
            break
        inner = None if _OWN & values.keys() else _below(values)
        if inner is None:
            break
        text = _decoded(inner)
    return None


def id_of(text: bytes) -> str | None:
    """The id of a statement, or else of the document that it is in, as far as one can be read."""
    for one, key in ((unwrapped(text), "id"), (text, "_id")):
        try:
            said = _id(_values(one)[key])
        except (msgspec.MsgspecError, ValueError, RecursionError, LookupError):
            continue
        if said is not None:
            return said
    return None


def _id(raw: msgspec.Raw) -> str | None:
    """An id: a text, or an ObjectId. Raises ValueError, RecursionError."""
    said = orjson.loads(bytes(raw))
    said = said.get("$oid") if isinstance(said, dict) else said
    return said if isinstance(said, str) else None


def _below(values: dict[str, msgspec.Raw]) -> bytes | None:
    """What an envelope holds."""
    return next((bytes(values[key]) for key in _INNER if key in values), None)


def _without_id(values: dict[str, msgspec.Raw]) -> bytes | None:
    """A statement beside which is the id that MongoDB has given it."""
    if "_id" not in values or not _OBJECT_ID(bytes(values["_id"])):
        return None
    members = (orjson.dumps(key) + b":" + bytes(value) for key, value in values.items() if key != "_id")
    return b"{%b}" % b",".join(members)


def _repeats(text: bytes, values: dict[str, msgspec.Raw]) -> bool:
    """Whether an object has a key twice, of which `values` are the members; those have one each."""
    # With all its members it has all its colons.
    if text.count(b":") == sum(bytes(value).count(b":") + 1 for value in values.values()):
        return False
    try:
        return len(json.loads(text, object_pairs_hook=list)) != len(values)
    except (ValueError, RecursionError):
        return True


def _decoded(inner: bytes) -> bytes:
    """A statement that stands there as a text, as what the text says."""
    if not inner.startswith(b'"'):
        return inner
    try:
        return _text(inner).encode()
    except (msgspec.MsgspecError, ValueError):
        return inner


def _plain(text: bytes) -> bytes:
    """A statement of which MongoDB has written some otherwise, as it was."""
    if _DOT in text:
        text = _STRING.sub(_dotted, text)
    if b'"$number' in text:
        text = _NUMBER.sub(rb"\1", text)
    if b'"$date"' in text:
        text = _DATE.sub(_time, text)
    return text


def _dotted(found: re.Match[bytes]) -> bytes:
    return found[0].replace(_DOT, b".") if found[2] else found[0]


def _time(found: re.Match[bytes]) -> bytes:
    written = found[1]
    if written.startswith(b'"'):
        return written
    try:
        when = _BEGINNING + timedelta(milliseconds=int(written))
    except OverflowError:
        return found[0]
    return b'"%b"' % when.isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()
