"""JSON as orjson reads it, with what orjson does not hold, and with keys that stand twice."""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any, Final

import orjson


def read_json(text: bytes) -> Any:
    """JSON as Python has it, as orjson reads it, and what orjson does not hold: halves of surrogate pairs in texts, and
    numbers beyond all floats, as `Beyond`. Raises orjson.JSONDecodeError: it is no JSON, or nested too deeply.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            return _OTHER_JSON.decode(text.decode())
        except (ValueError, RecursionError):
            pass
        raise


class Beyond(float):
    """A number that is written so large that no float holds it."""

    written: str

    def __new__(cls, written: str) -> Beyond:
        made = super().__new__(cls, written)
        made.written = written
        return made

    def __repr__(self) -> str:
        return self.written if len(self.written) <= 20 else f"{self.written[:19]}…"


def _number(written: str) -> float:
    value = float(written)
    return value if isfinite(value) else Beyond(written)


def _whole_number(written: str) -> float:
    """As orjson has it: a float, if it has not 64 bits."""
    if len(written) <= 20 and -(1 << 63) <= (value := int(written)) < 1 << 64:
        return value
    return _number(written)


def _no_number(written: str) -> object:
    raise ValueError(written)  # NaN and Infinity are JavaScript


_OTHER_JSON: Final = json.JSONDecoder(parse_float=_number, parse_int=_whole_number, parse_constant=_no_number)


def dumped(value: object, option: int = orjson.OPT_SORT_KEYS) -> bytes:
    """Equal for equal values, whatever JSON can say in them. Raises orjson.JSONEncodeError: nested too deeply."""
    try:
        return orjson.dumps(value, option=option)
    except orjson.JSONEncodeError:
        return orjson.dumps(_spelt_out(value), option=option)


def tight(written: bytes) -> bytes:
    """The same, to be kept: what orjson has written keeps the room in which it was, some 4 kB."""
    return memoryview(written).tobytes()


def _spelt_out(value: Any) -> Any:
    """A value of which orjson can write all; NUL, which nothing that is kept can have, begins what was spelt out."""
    if isinstance(value, str):
        spelt = value.encode(errors="backslashreplace").decode()
        return value if spelt == value else f"\0{spelt}"
    if isinstance(value, Beyond):
        return f"\0{value.written}"
    if isinstance(value, dict):
        return {_spelt_out(key): _spelt_out(inner) for key, inner in value.items()}
    return [_spelt_out(inner) for inner in value] if isinstance(value, (list, tuple)) else value


_KEY_OR_BRACE = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*")([ \t\r\n]*+:)?|[{}]', re.DOTALL)
_ESCAPED_COLON = re.compile(rb"\\u003[aA]")


def repeated_key(parsed: object, text: bytes) -> str | None:
    """The first key that an object of this JSON has twice, of which the parsed value has the last alone.

    text: JSON, and `parsed` what orjson makes of it.
    """
    # Written again, a value has all colons of its text, but for those of members that were dropped; unless a string
    # spells a colon by its number. (One character is looked for much faster than six.)
    try:
        written = orjson.dumps(parsed)
        same = written == text or written.count(b":") == text.count(b":")
    except orjson.JSONEncodeError:  # nested more deeply than orjson writes
        same = False
    if same and (b"\\" not in text or not _ESCAPED_COLON.search(text)):
        return None
    objects: list[set[str]] = []
    for found in _KEY_OR_BRACE.finditer(text):
        if found[2] is not None:
            key: str = read_json(found[1])
            if key in objects[-1]:
                return key
            objects[-1].add(key)
        elif found[0] == b"{":
            objects.append(set())
        elif found[0] == b"}":
            objects.pop()
    return None
