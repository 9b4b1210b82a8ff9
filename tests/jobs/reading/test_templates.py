"""Texts that are made of parts: held to a regular expression, which takes too long for some."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.reading.templates import is_made_of, parse


@given(
    st.lists(st.text("ab.", max_size=2), min_size=1, max_size=5), st.text("ab.", max_size=9), st.sampled_from([0, 1])
)
def test_it_is_what_a_regular_expression_says(parts: list[str], text: str, least: int) -> None:
    between = ".+" if least else ".*"
    expected = re.fullmatch(between.join(map(re.escape, parts)), text, re.DOTALL) is not None
    assert is_made_of(parts, text, least) is expected


@pytest.mark.parametrize("least", [0, 1])
def test_many_parts_take_no_time(least: int) -> None:
    assert not is_made_of(["a", *[""] * 1000, "b", "c"], "a" * 2000 + "c", least)


def test_what_a_template_gives() -> None:
    template = parse("dept:{Code}-{Site}")
    assert [template.makes(text) for text in ("dept:1-2", "dept:1-", "dept:--2", "dep:1-2", "dept:12")] == [
        True, False, True, False, False,
    ]  # fmt: skip
