"""What is blank, and what is trimmed: the list itself, its edges, and the column face, which is the one-value face."""

import unicodedata

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from identity.blanks import (
    ATTACHED,
    BLANK,
    INVISIBLE,
    WHITE,
    has_invisible,
    is_blank,
    trimmed,
    trimmed_column,
    visible,
)

BLANKS = st.sampled_from(BLANK)
TEXTS = st.text(
    st.one_of(
        BLANKS, st.sampled_from(WHITE + ATTACHED), st.sampled_from("aü❤\0|"), st.characters(exclude_categories=["Cs"])
    )
)
# Signs that stand around the digits that follow them, and are seen.
SEEN_FORMATS = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")


def test_the_list_is_unicode_s_by_its_properties() -> None:
    every = [chr(code) for code in range(0x110000)]
    spaces = {one for one in every if unicodedata.category(one) in ("Zs", "Zl", "Zp")} | set("\t\n\v\f\r\x85")
    formats = {one for one in every if unicodedata.category(one) == "Cf"}
    variations = {one for one in every if "VARIATION SELECTOR" in unicodedata.name(one, "")}
    fillers = set("\u034f\u115f\u1160\u3164\uffa0")
    assert set(WHITE) == spaces
    assert formats - SEEN_FORMATS <= set(INVISIBLE)
    assert not SEEN_FORMATS & set(BLANK)
    assert variations | fillers <= set(INVISIBLE)
    assert not set(WHITE) & set(INVISIBLE)
    assert len(set(BLANK)) == len(BLANK)
    # Nothing that is seen: letters, numbers, punctuation and symbols are not blank, but for those without a glyph.
    assert {one for one in BLANK if unicodedata.category(one)[0] in "LNPS"} == set("\u115f\u1160\u3164\uffa0\u2800")


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        (" E100 ", "E100"),
        ("E100\u3000", "E100"),
        ("\u202fE100\u200b", "E100"),
        ("\ufeffE100", "E100"),
        ("\u2800", ""),
        ("\u3000\u200b\ufe0f", ""),
        ("a \u200b b", "a \u200b b"),
        ("Team ❤\ufe0f", "Team ❤\ufe0f"),
        ("Team ❤\ufe0f \u200b", "Team ❤\ufe0f"),
        ("Team ❤\u200b\ufe0f", "Team ❤"),
        ("\ufe0fTeam", "Team"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f3f4\U000e0067\U000e0062\U000e007f"),
    ],
)
def test_what_is_trimmed(text: str, bare: str) -> None:
    assert trimmed(text) == bare
    assert (is_blank_value(text), bare == "") in ((True, True), (False, False))


def is_blank_value(text: str) -> bool:
    return bool(pl.DataFrame({"x": [text]}).select(is_blank(pl.col("x"))).item())


@given(TEXTS)
@example("\x1c\x1f")
def test_trimming_is_done_at_once_and_only_at_the_ends(text: str) -> None:
    bare = trimmed(text)
    assert trimmed(bare) == bare
    assert bare in text
    before, _, behind = text.partition(bare) if bare else (text, "", "")
    assert set(before) | set(behind) <= set(BLANK)
    assert visible(bare) == "" or (bare[0] not in BLANK and (bare[-1] not in BLANK or bare[-1] in ATTACHED))


@given(st.lists(st.none() | TEXTS))
def test_the_column_face_is_the_one_value_face(texts: list[str | None]) -> None:
    frame = pl.DataFrame({"x": pl.Series(texts, dtype=pl.String)})
    found = frame.select(
        bare=trimmed_column(pl.col("x")), blank=is_blank(pl.col("x")), unseen=has_invisible(pl.col("x"))
    )
    assert found["bare"].to_list() == [None if text is None else trimmed(text) for text in texts]
    assert found["blank"].to_list() == [text is None or trimmed(text) == "" for text in texts]
    assert found["unseen"].to_list() == [None if text is None else visible(text) != text for text in texts]
