"""Bytes that are not of the encoding they should be -> one that they may be of: a suggestion, never a decision."""

from __future__ import annotations

import codecs
from contextlib import suppress
from typing import BinaryIO

SAMPLE_BYTES = 4096
NEARLY = 0.05
"""Encodings whose marks differ by no more fit equally."""
LIKELY = {
    "cp1252": "windows-1252",
    "cp1250": "windows-1250",
    "cp1251": "windows-1251",
    "cp1253": "windows-1253",
    "cp1254": "windows-1254",
    "cp1255": "windows-1255",
    "cp1256": "windows-1256",
    "cp1257": "windows-1257",
    "cp1258": "windows-1258",
    "cp932": "cp932",
    "gb18030": "gb18030",
    "big5": "big5",
    "cp949": "cp949",
    "euc_jp": "euc-jp",
    "koi8_r": "koi8-r",
    "mac_roman": "mac-roman",
    "cp850": "cp850",
    "cp437": "cp437",
}
"""What exports are written in, the likeliest first, which counts where several fit equally; with the name that is
shown.
"""
FEW = 8
"""Bytes that are not ASCII."""
WIDE = {
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}
"""By which of four bytes are mostly NUL."""


def likely_encodings(file: BinaryIO, offset: int, wrong: str) -> list[str]:
    """At most two encodings, the likelier first, in which the start of a file makes sense, and what is around the byte
    at `offset`, which is not of the encoding `wrong`; by their names for `--encoding`.
    """
    content = _lines(file, 0, SAMPLE_BYTES)
    zeros = tuple(content[place::4].count(0) > len(content) // 8 for place in range(4))
    if zeros in WIDE:
        return [WIDE[zeros]]
    content += _lines(file, max(offset - SAMPLE_BYTES, 0), offset + 16 * SAMPLE_BYTES)
    if codecs.lookup(wrong).name != "utf-8":
        with suppress(UnicodeDecodeError):
            content.decode()
            return ["utf-8"]
    text = content.decode(errors="replace")
    bad = text.count("\ufffd")
    if sum(not sign.isascii() for sign in text) >= 2 * bad:
        return []  # it is UTF-8, but damaged
    from charset_normalizer import from_bytes

    # What is ASCII would hide the rest; beside very little, it is what keeps the guess sober.
    telling = b"\n".join(line for line in dict.fromkeys(content.split(b"\n")) if not line.isascii())
    if sum(octet > 127 for octet in telling) < FEW:
        telling = content
    matches = from_bytes(telling[: 2 * SAMPLE_BYTES], cp_isolation=list(LIKELY), enable_fallback=False)
    best = matches.best()
    if best is None:
        return []
    ranks = {encoding: rank for rank, encoding in enumerate(LIKELY)}
    fit = sorted(
        min(ranks.get(encoding, len(ranks)) for encoding in match.could_be_from_charset)
        for match in matches
        if match.chaos <= best.chaos + NEARLY and match.coherence >= best.coherence - NEARLY
    )
    # Without a word of a language in it, the second would be a guess like any other.
    names = list(LIKELY.values())
    return [names[rank] for rank in fit[: 2 if best.coherence else 1] if rank < len(names)]


def _lines(file: BinaryIO, start: int, end: int) -> bytes:
    """The lines of a file between two places; if it has none there, all that is there."""
    file.seek(start)
    content = file.read(end - start)
    first = content.find(b"\n") + 1 if start else 0
    last = content.rfind(b"\n") + 1 if len(content) == end - start else len(content)
    return content[first:last] if first < last else content
