"""Which texts are no ids: error values of programs, and words for nothing."""

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from identity.nothing import error_values, is_error_value, is_word_for_nothing, words_for_nothing


@pytest.mark.parametrize(
    "text",
    [
        "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!",
        "#WERT!", "#BEZUG!", "#ZAHL!", "#NV", "#ÜBERLAUF!", "#VALEUR!", "#NOM?", "#NOMBRE!", "#¡VALOR!", "#¿NOMBRE?",
        "#RIF!", "#N/D", "#NÚM!", "#DEEL/0!", "#N/B", "#SAKNAS!", "#VÆRDI!", "#I/T", "#JAKO/0!", "#PUUTTUU!",
        "#LICZBA!",
        "#N/D!", "#DĚLENÍ_NULOU!", "#NENÍ_K_DISPOZICI", "#HIÁNYZIK", "#ЗНАЧ!", "#Н/Д", "#ІМ'Я?", "#SAYI/0!", "#YOK",
        "Err:502", "\\N", "NaT", "<NA>", "<null>", ' ="#N/A" ', "#nv", "#error!",
    ],
)  # fmt: skip
def test_error_values(text: str) -> None:
    assert is_error_value(text)


@pytest.mark.parametrize(
    "text", ["", "#", "#1", "#12!", "Nat", "nat", "N", "#sales", "NULL", "E502", "n/a", "Err", "\\"]
)
def test_what_is_no_error_value(text: str) -> None:
    assert not is_error_value(text)


@pytest.mark.parametrize(
    "text",
    ["NULL", "none", "None", "k.A.", "k. A.", "n/a", "-", "-----", "?", "(null)", "NaN", "ｎｕｌｌ", "unbekannt "],
)
def test_words_for_nothing(text: str) -> None:
    assert is_word_for_nothing(text)


@pytest.mark.parametrize("text", ["", "Nullmeyer", "0", "00", "E-1", "x", "N"])
def test_what_is_no_word_for_nothing(text: str) -> None:
    assert not is_word_for_nothing(text)


CELLS = st.one_of(
    st.sampled_from(
        ["#NV", "#WERT!", "NaT", "\\N", "err:502", "NULL", "k.A.", "なし", "unbekannt", "E-1", "Ann", "0", "--"]
    ),
    st.text(st.sampled_from("#N/AaVvuUlLT!? ='\"\u3000\u200b-.ｎ")),
    st.text(),
)


@given(st.lists(st.none() | CELLS | st.tuples(CELLS, CELLS).map("".join)))
@example(["NULL", None, "bob"])
@example([None, "#N/A"])
def test_the_column_face_is_the_one_value_face(cells: list[str | None]) -> None:
    column = pl.Series(cells, dtype=pl.String)
    assert error_values(column).to_list() == [cell is not None and is_error_value(cell) for cell in cells]
    assert words_for_nothing(column).to_list() == [cell is not None and is_word_for_nothing(cell) for cell in cells]


@given(CELLS)
@example("''")
def test_what_is_around_it_does_not_matter(cell: str) -> None:
    for around in (f" {cell}\u3000", f'="{cell}"'):
        if cell.strip() == cell and cell:
            assert is_error_value(around) or not is_error_value(cell)
            assert is_word_for_nothing(around) or not is_word_for_nothing(cell)
