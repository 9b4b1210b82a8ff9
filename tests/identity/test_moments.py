"""Dates: what is read, and what is rather not guessed at."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.moments import NoMomentError, moment

BERLIN = ZoneInfo("Europe/Berlin")
DAY = datetime(2024, 4, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2024-04-13", "20240413", "2024-04-13\u00a0", "2024/04/13", "2024/4/13", "13.04.2024",
        "13.4.2024",         "13/04/2024", "4/13/2024", "13-04-2024", "13-Apr-2024", "13 april 2024",
        "13. April 2024", "Apr 13, 2024", "April 13 2024",         "2024-04-13T00:00:00Z", "2024-04-13 00:00",
        "2024-04-13T02:00:00+02:00", "20240413T000000.000Z",         "2024-04-12T19:00-0500", "4/13/2024 12:00 AM",
        "2024-04-12T24:00:00",
    ],
)  # fmt: skip
def test_what_can_be_read_in_one_way_is_read(text: str) -> None:
    assert moment(text, UTC) == DAY


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("03/04/2024", "day first or the month"),
        ("3-4-2024", "day first or the month"),
        ("31.02.2024", "no such day"),
        ("2024-13-01", "no such day"),
        ("13/13/2024", "no such day"),
        ("2024-04-13T25:00", "no such time"),
        ("2024-04-13T12:60", "no such time"),
        ("4/13/2024 13:00 PM", "no such time"),
        ("2024-04-13T12:00+25:00", "no offset"),
        ("45395", "a number"),
        ("13.04.24", "two digits"),
        ("2024-4", "no known way"),
        ("13-Avr-2024", "no known way"),
        ("soon", "no known way"),
        ("\u0662\u0660\u0662\u0664-04-13", "no known way"),
    ],
)
def test_what_is_no_date_or_may_be_two_says_why(text: str, why: str) -> None:
    with pytest.raises(NoMomentError, match=why):
        moment(text, UTC)


@pytest.mark.parametrize(
    "text",
    ["", " ", "1900-01-01", "01/01/1900", "9999-12-31", "31.12.9999 23:59", "9999-12-31T24:00", "0001-01-01",
     "0001-01-01T00:00+14:00", "0000-00-00", "0000-00-00 00:00:00", "99999-12-31"],
)  # fmt: skip
def test_what_systems_write_for_none_is_blank(text: str) -> None:
    assert moment(text, BERLIN) is None


def test_a_form_says_how_it_is_to_be_read() -> None:
    assert moment("03/04/2024", UTC, "%d/%m/%Y") == datetime(2024, 4, 3, tzinfo=UTC)
    assert moment("03/04/24", UTC, "%m/%d/%y") == datetime(2024, 3, 4, tzinfo=UTC)
    assert moment("2024-03-04 01:00 +0200", UTC, "%Y-%m-%d %H:%M %z") == datetime(2024, 3, 3, 23, tzinfo=UTC)
    with pytest.raises(NoMomentError, match="not written as"):
        moment("2024-04-03", UTC, "%d/%m/%Y")


def test_a_date_begins_at_midnight_where_it_was_written() -> None:
    assert moment("2024-04-13", BERLIN) == datetime(2024, 4, 12, 22, tzinfo=UTC)
    assert moment("2024-01-13", BERLIN) == datetime(2024, 1, 12, 23, tzinfo=UTC)
    assert moment("2024-04-13T00:00Z", BERLIN) == DAY


@given(
    st.datetimes(datetime(1901, 1, 1), datetime(9998, 12, 31), timezones=st.just(UTC)),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timedelta(minutes=minutes)),
    st.booleans(),
)
def test_an_iso_time_is_the_moment_that_it_says(when: datetime, offset: timedelta, plain: bool) -> None:
    sign, minutes = "-" if offset < timedelta(0) else "+", abs(offset) // timedelta(minutes=1)
    local = (when + offset).replace(tzinfo=None).isoformat()
    written = when.isoformat().replace("+00:00", "") if plain else f"{local}{sign}{minutes // 60:02}:{minutes % 60:02}"
    if 1901 <= (when + (timedelta(0) if plain else offset)).year <= 9998:
        assert moment(written, UTC) == when


@given(st.text(max_size=30) | st.text("0123456789-/.: TZAPM+", max_size=25))
def test_any_text_is_a_moment_or_says_why_not(text: str) -> None:
    found = None
    with suppress(NoMomentError):
        found = moment(text, BERLIN)
    assert found is None or found.tzinfo is UTC
