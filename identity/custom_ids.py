"""The form under which ids of people nearly coincide, as spreadsheets and people change them.

E00123 = e123 = ="E00123" = 'E00123 = E00123 with something invisible in it; 12,345.0 = 12345
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from identity.blanks import folded, trimmed
from identity.nothing import unarmoured
from identity.texts import MAX_BYTES

_THOUSANDS: Final = re.compile(r"([0-9]{1,3})([ ,.'’_])[0-9]{3}(?:\2[0-9]{3})*(?:[.,]0{1,2})?")
_WITH_NOTHING_BEHIND_THE_POINT: Final = re.compile(r"([0-9]+)[.,]0{1,2}")
_ZEROS_IN_FRONT: Final = re.compile(r"([^0-9]*)0+(?=[0-9])")

# What is plain, for whole columns: in ASCII, without armour, separators and points.
_PLAIN: Final = "^[a-zA-Z0-9-]+$"
_PLAIN_ZEROS: Final = "^([a-z-]*)0+([0-9])"


def near(custom_id: str) -> str:
    """The form under which ids coincide that somebody would take for one another.

    Equal for ids that differ only by letter case, zeros in front of the first number, `.0` behind a number, separators
    of thousands, `="…"`, quotes or apostrophes around, what is invisible, and compatible characters (NFKC). For
    warnings and for rejecting; nobody is known by it. At most MAX_BYTES long: where it would be longer, the id itself.
    """
    text = unarmoured(trimmed(folded(custom_id)))
    if text.isascii() and text.isalnum():
        number = text
    elif grouped := _THOUSANDS.fullmatch(text):
        whole = text if (cents := len(text) - text.rfind(grouped[2]) - 1) == 3 else text[: 3 - cents]
        number = whole.replace(grouped[2], "")
    elif pointed := _WITH_NOTHING_BEHIND_THE_POINT.fullmatch(text):
        number = pointed[1]
    else:
        number = text
    if zeros := _ZEROS_IN_FRONT.match(number):
        number = zeros[1] + number[zeros.end() :]
    return number if number and len(number.encode()) <= MAX_BYTES else custom_id


def near_column(custom_ids: pl.Series) -> pl.Series:
    """`near` of every custom_id (String); null for null."""
    text = pl.col("text")
    frame = custom_ids.alias("text").to_frame()
    plain = frame.select(text.str.contains(_PLAIN).fill_null(True)).to_series()
    forms = frame.select(text.str.to_lowercase().str.replace(_PLAIN_ZEROS, "${1}${2}")).to_series()
    if not plain.all():
        different = frame.filter(~plain)["text"].unique()
        table = pl.DataFrame({"text": different, "near": [near(one) for one in different.to_list()]})
        others = frame.filter(~plain).join(table, on="text", how="left", maintain_order="left")
        forms = forms.scatter((~plain).arg_true(), others["near"])
    return forms.alias(custom_ids.name)
