"""What is blank: white space, and what cannot be seen.

The list is this project's own, so that no upgrade of a library changes what a cell says: Unicode's White_Space; what
is default-ignorable; the format characters that show nothing of their own; and the blank pattern of Braille. Cells,
headings and the texts of statements are freed of it at both ends, and are blank if nothing else is in them.

A joiner, a variation selector or a tag belongs to the visible character before it: `❤️` and flags stay whole.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl


def _characters(*spans: str) -> str:
    """The characters of spans such as `200B-200F`."""
    found = []
    for span in spans:
        first, _, last = span.partition("-")
        found += [chr(code) for code in range(int(first, 16), int(last or first, 16) + 1)]
    return "".join(found)


WHITE: Final = _characters("9-D", "20", "85", "A0", "1680", "2000-200A", "2028-2029", "202F", "205F", "3000")
"""Unicode's White_Space."""
ATTACHED: Final = _characters("34F", "180B-180D", "180F", "200C-200D", "FE00-FE0F", "E0020-E007F", "E0100-E01EF")
"""Joiners, variation selectors and tags: invisible, and a part of the visible character before them."""
INVISIBLE: Final = ATTACHED + _characters(
    "AD", "61C", "115F-1160", "17B4-17B5", "180E", "200B", "200E-200F", "202A-202E", "2060-206F", "2800", "3164",
    "FEFF", "FFA0", "FFF0-FFFB", "13430-1343F", "1BCA0-1BCA3", "1D173-1D17A", "E0000-E001F", "E0080-E00FF",
    "E01F0-E0FFF",
)  # fmt: skip
"""What shows nothing, and is no white space."""
BLANK: Final = WHITE + INVISIBLE
"""Everything that is trimmed."""


def _class(characters: str) -> str:
    """What stands for these within the brackets of a regular expression; the same in Python's and in Rust's."""
    codes = sorted(map(ord, characters))
    spans: list[list[int]] = []
    for code in codes:
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "".join(chr(first) if first == last else f"{chr(first)}-{chr(last)}" for first, last in spans)


BLANK_CLASS: Final = _class(BLANK)
"""`BLANK`, to stand within the brackets of a regular expression."""
INVISIBLE_CLASS: Final = _class(INVISIBLE)
ATTACHED_CLASS: Final = _class(ATTACHED)

_ASCII_WHITE: Final = "".join(character for character in WHITE if character.isascii())
_INVISIBLE: Final = re.compile(f"[{INVISIBLE_CLASS}]")


def trimmed(text: str, also: str = "") -> str:
    """`text` without what is blank at its ends, and without the characters of `also`; inner ones stay."""
    if text.isascii():
        return text.strip(_ASCII_WHITE + also)
    text = text.lstrip(BLANK + also)
    bare = text.rstrip(BLANK + also)
    behind = text[len(bare) :]
    return bare + behind[: len(behind) - len(behind.lstrip(ATTACHED))]


def visible(text: str) -> str:
    """`text` without what is invisible, wherever it stands; white space stays."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def folded(text: str) -> str:
    """Without differences of letter case and of Unicode form (NFKC), and without what is invisible."""
    if text.isascii():
        return text.lower()
    text = visible(text)
    # NFKC can bring capitals back (K of the Kelvin sign's kin), and casefold unfold what NFKC had composed.
    for _ in range(3):
        text = unicodedata.normalize("NFKC", text.casefold())
    return text


def trimmed_column(text: pl.Expr, also: str = "") -> pl.Expr:
    """`trimmed` of a String expression; null stays null."""
    import polars as pl

    return text.map_batches(lambda texts: trimmed_series(texts, also), return_dtype=pl.String, is_elementwise=True)


def has_invisible(text: pl.Expr) -> pl.Expr:
    """Whether something invisible is anywhere in a String expression; null for null."""
    return text.str.contains(f"[{INVISIBLE_CLASS}]")


def is_blank(text: pl.Expr) -> pl.Expr:
    """Whether a String expression is null or of blanks only."""
    return (trimmed_column(text) == "").fill_null(True)


def trimmed_series(texts: pl.Series, also: str = "") -> pl.Series:
    """`trimmed` of every text (String); null stays null."""
    # Nearly every cell ends in a visible character of ASCII at both sides, and is seen to with three quick looks.
    bare = texts.str.strip_chars(_ASCII_WHITE + also)
    foreign = bare.str.len_bytes() != bare.str.len_chars()
    if not foreign.any():
        return bare
    odd = foreign & (bare.str.contains(f"^[{BLANK_CLASS}]") | bare.str.contains(f"[{BLANK_CLASS}]$"))
    if not odd.any():
        return bare
    import polars as pl

    different = bare.filter(odd).unique()
    table = pl.DataFrame({"": different, "trimmed": [trimmed(one, also) for one in different.to_list()]})
    of_odd = bare.filter(odd).alias("").to_frame().join(table, on="", how="left", maintain_order="left")
    return bare.scatter(odd.fill_null(False).arg_true(), of_odd["trimmed"])
