"""Dates as a mapping speaks of them: their columns, how they are written, and until when lines are left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

import polars as pl

from identity.moments import NoMomentError, moment
from identity.problems import quoted

MOST_DAYS = 36_500
LONGEST_FORM = 60
_SPAN = re.compile(r"([0-9]{1,5})([dw])")
_SAMPLES = tuple(datetime(2003, 11, 24) + timedelta(days=n) for n in (0, 9, 40))


@dataclass(frozen=True)
class DateSaid:
    """A column of dates, and how they are written: `form` as strptime has it; without one, what can be read in one way
    only. A date without a time is midnight in `zone`; `minus`: so much earlier is what is meant.
    """

    key: str
    column: str
    zone: tzinfo
    form: str | None = None
    minus: timedelta = timedelta(0)

    def until(self, last: date, cells: pl.Series) -> pl.Series:
        """Whether each cell is a day up to and with the last; what is no date is none."""
        different = cells.unique().drop_nulls()
        found = [self._is_until(last, text) for text in different.to_list()]
        read = pl.DataFrame({"cell": different, "until": found}, {"cell": pl.String, "until": pl.Boolean})
        beside = cells.alias("cell").to_frame().join(read, on="cell", how="left", maintain_order="left")
        return beside["until"].fill_null(False)

    def _is_until(self, last: date, text: str) -> bool:
        try:
            found = moment(text, self.zone, self.form)
        except NoMomentError:
            return False
        return found is not None and found.astimezone(self.zone).date() <= last


def span(text: str) -> timedelta | None:
    """`90d` or `12w`; None for what is neither, or more than a century."""
    found = _SPAN.fullmatch(text.strip())
    days = int(found[1]) * (7 if found[2] == "w" else 1) if found else MOST_DAYS + 1
    return timedelta(days=days) if days <= MOST_DAYS else None


def zone(name: str) -> tzinfo | None:
    """The time zone of this name in the tz database; None where it has none."""
    if name.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def zones() -> set[str]:
    """The names of all time zones."""
    return available_timezones()


def wrong_with_form(form: str) -> str | None:
    """What is wrong with the way in which dates are said to be written; None if nothing is."""
    if len(form) > LONGEST_FORM:
        return f"is longer than {LONGEST_FORM} characters"
    try:
        same = all(datetime.strptime(day.strftime(form), form).date() == day.date() for day in _SAMPLES)
    except (ValueError, re.error):
        return f"{quoted(form)} is no way to write a date; for 31/01/2026 it is '%d/%m/%Y'"
    return None if same else f"{quoted(form)} does not say day, month and year; for 31/01/2026 it is '%d/%m/%Y'"


def day(text: str) -> date | None:
    """A day as `2026-01-31`; None for anything else."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None
