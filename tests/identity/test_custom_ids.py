"""Under which form custom_ids coincide, and which texts are no ids."""

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from identity.blanks import INVISIBLE
from identity.custom_ids import near, near_column
from identity.texts import MAX_BYTES


@pytest.mark.parametrize(
    "alike",
    [
        ["E00123", "e123", '="E00123"', "'E00123", "'E00123'", '"E00123"', "“E00123”"],
        ["E00123", "E00123\u200b", "Ｅ００１２３", " e123 "],
        ["12345", "12345.0", "12345,0", "12345.00", "12,345", "12.345", "12 345", "12\u202f345", "12'345", "0012345.0"],
        ["1234567", "1,234,567", "1.234.567,00", "1 234 567", '="1234567"'],
        ["E1", "E01", "e001"],
        ["0", "000"],
        ["ﬁ1", "FI1"],
    ],
)  # fmt: skip
def test_ids_that_coincide(alike: list[str]) -> None:
    assert len({near(one) for one in alike}) == 1


@pytest.mark.parametrize(
    "apart",
    [
        ["E1", "E10"],
        ["1.05", "105"],
        ["12,34", "1234"],
        ["12.345,678", "12345678"],
        ["A-1-02", "A-1-20"],
        ["E1", "E-1"],
        ["E 1", "E1"],
        ["1,234.567", "1234567"],
        ['""', "''", '"', "'", "="],
        ["Müller", "Muller"],
    ],
)
def test_ids_that_do_not(apart: list[str]) -> None:
    assert len({near(one) for one in apart}) == len(apart)


IDS = st.one_of(
    st.text(st.sampled_from("00129eE-.,' \"=“”’_\u00a0" + INVISIBLE[:3])),
    st.text(),
    st.from_regex(r"[a-zA-Z]{0,3}-?0*[0-9]{1,6}(\.0)?", fullmatch=True),
)


@given(IDS)
@example("ﷺ" * 600)
def test_near_is_short_enough_and_blank_only_of_what_is(custom_id: str) -> None:
    found = near(custom_id)
    assert len(found.encode()) <= max(MAX_BYTES, len(custom_id.encode()))
    assert found or not custom_id


@given(IDS)
def test_what_is_put_around_an_id_does_not_matter(custom_id: str) -> None:
    form = near(custom_id)
    if custom_id.isalnum() and custom_id.isascii():
        for other in (custom_id.upper(), custom_id.lower(), f'="{custom_id}"', f"'{custom_id}", f" {custom_id}\u200b"):
            assert near(other) == form
        if custom_id.isdigit():
            assert near(f"00{custom_id}.0") == form
            assert near(f"{int(custom_id):,}") == form


@given(st.lists(st.none() | IDS))
def test_the_column_face_is_the_one_value_face(ids: list[str | None]) -> None:
    found = near_column(pl.Series("custom_id", ids, dtype=pl.String))
    assert found.to_list() == [None if one is None else near(one) for one in ids]
    assert found.name == "custom_id"
