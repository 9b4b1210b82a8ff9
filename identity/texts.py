"""Texts that shall be ids or identifiers: characters that none may have, how long one may be, and what is said of those
that are none.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

MAX_BYTES: Final = 2_000
"""The longest ifi or custom_id, in bytes of UTF-8: a unique index cannot hold more."""


class Invalid(NamedTuple):
    """Why a text is no identifier."""

    code: str
    """A code of `identity.problems`."""
    detail: str
    """A clause that says what is wrong, without capital and full stop."""


# Unicode's category Cc, and halves of surrogate pairs, which JSON can hold and UTF-8 cannot.
_UNSTORABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UPPER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def unstorable(text: str) -> Invalid | None:
    """Why a text cannot be stored, if it cannot."""
    found = _UNSTORABLE.search(text)
    if not found:
        return None
    return Invalid("control_character", f"it contains {character_name(found[0])}")


def character_name(character: str) -> str:
    """One character as a message names it: `a space`, `'<'`, `a line feed (U+000A)`, `U+200E`."""
    code = ord(character)
    if character == " ":
        return "a space"
    known = {0: "NUL", 9: "a tab", 10: "a line feed", 13: "a carriage return", 0xA0: "a no-break space"}
    if code in known:
        return f"{known[code]} (U+{code:04X})"
    if unicodedata.category(character)[0] in "LNPS":
        return f"'{character}'"
    return f"U+{code:04X}"


def too_long(text: str) -> Invalid | None:
    """Why a text is too long, if it is."""
    # A character has at most four bytes: most texts need no encoding to be known as short enough.
    if len(text) * 4 <= MAX_BYTES or (size := len(text.encode())) <= MAX_BYTES:
        return None
    return Invalid("too_long", f"it has {size:,} bytes")


def ascii_lower(text: str) -> str:
    """With its ASCII letters in lower case, and no other."""
    return text.lower() if text.isascii() else text.translate(_UPPER)
