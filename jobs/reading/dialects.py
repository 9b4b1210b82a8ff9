"""Which encoding, separator and quote a file has, by its mark or as asked for. (`csv_records` reads by them.)"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

SEPARATORS = (",", ";", "\t", "|")
"""Those that are looked for in a header, the likeliest first."""
QUOTE = '"'
UTF8_BOM = codecs.BOM_UTF8
MARKS = (  # UTF-32's before UTF-16's, one of which begins another
    (UTF8_BOM, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class Dialect:
    """How a file's bytes are read. `separator` and `quote` are one ASCII character each (`files.Format`)."""

    separator: str = ","
    quote: str = QUOTE
    encoding: str = "utf-8"

    @property
    def utf8(self) -> bool:
        return codecs.lookup(self.encoding).name in ("utf-8", "utf-8-sig")


def encoding_of(head: bytes, asked: str | None) -> tuple[bool, str]:
    """Whether a file that begins with the four bytes `head` has a byte order mark, and its encoding."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return True, encoding
    return False, asked or "utf-8"


def without_mark(head: bytes) -> bytes:
    """The start of a file without its byte order mark."""
    for mark, _ in MARKS:
        if head.startswith(mark):
            return head[len(mark) :]
    return head
