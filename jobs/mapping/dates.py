"""Dates in the cells of a file: since when somebody is there, and until when a line counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

import polars as pl

from identity.moments import NoMoment, moment
from identity.problems import quoted

MOST_DAYS = 36_500
LONGEST_FORM = 60
_SPAN = re.compile(r"([0-9]{1,5})([dw])")
_SAMPLES = tuple(datetime(2003, 11, 24) + timedelta(days=n) for n in (0, 9, 40))  # noqa: DTZ001 - forms have no zone
_DATES = {"cell": pl.String, "moment": pl.Datetime("us", "UTC"), "wrong": pl.String}


@dataclass(frozen=True)
class DateColumn:
    """A column of dates, and how they are written: `form` as strptime has it; without one, what can be read in one way
    only. A date without a time is midnight in `zone`.
    """

    key: str
    column: str
    zone: tzinfo
    form: str | None = None

    def read(self, cells: pl.Series) -> pl.DataFrame:
        """One row for each cell: its `moment`, null where it is blank; `wrong`, where it is no date: why."""
        different = cells.drop_nulls().unique()
        read = pl.DataFrame([(text, *self._one(text)) for text in different.to_list()], schema=_DATES, orient="row")
        return cells.alias("cell").to_frame().join(read, on="cell", how="left", maintain_order="left").drop("cell")

    def until(self, last: date, cells: pl.Series) -> pl.Series:
        """Whether each cell is a day up to and with the last."""
        ends = datetime.combine(last + timedelta(days=1), datetime.min.time(), self.zone).astimezone(UTC)
        return self.read(cells).select((pl.col("moment") < ends).fill_null(False)).to_series()

    def _one(self, text: str) -> tuple[datetime | None, str | None]:
        try:
            return moment(text, self.zone, self.form), None
        except NoMoment as error:
            return None, str(error)


@dataclass(frozen=True)
class Since:
    """Since when somebody is there, or has an identifier: what a column of dates says, less `minus`."""

    dates: DateColumn
    minus: timedelta

    def read(self, cells: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Each cell's moment in the canonical form, null where it is blank or no date; why it is no date."""
        read = self.dates.read(cells)
        if self.minus:  # days of the calendar, whatever the clocks have done in between
            zone = self.dates.zone
            different = read["moment"].drop_nulls().unique()
            earlier = [(one.astimezone(zone) - self.minus).astimezone(UTC) for one in different.to_list()]
            table = pl.DataFrame({"moment": different, "earlier": pl.Series(earlier, dtype=_DATES["moment"])})
            read = read.join(table, on="moment", how="left", maintain_order="left").with_columns(moment="earlier")
        written = read.select(pl.col("moment").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")).to_series()
        return written, read["wrong"]


def first_that_is_not_blank(
    alternatives: Sequence[tuple[Since, pl.Series]],
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Cells of several columns, side by side -> each line's moment; where there is none although a cell is not blank,
    that cell and why it is none.
    """
    whens, values, whys = [], [], []
    for since, cells in alternatives:
        when, wrong = since.read(cells)
        whens.append(when)
        values.append(pl.select(pl.when(wrong.is_not_null()).then(cells)).to_series())
        whys.append(wrong)
    # What comes first counts, be it a date or not.
    said = [pl.coalesce(when, why) for when, why in zip(whens, whys, strict=True)]
    first = pl.coalesce(pl.when(one.is_not_null()).then(number) for number, one in enumerate(said))
    chosen = (
        pl.coalesce(pl.when(first == number).then(one) for number, one in enumerate(columns))
        for columns in (whens, values, whys)
    )
    when, value, why = pl.select(one.alias(name) for one, name in zip(chosen, "abc", strict=True)).get_columns()
    return when, value, why


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
        same = all(datetime.strptime(day.strftime(form), form).date() == day.date() for day in _SAMPLES)  # noqa: DTZ007
    except (ValueError, re.error):
        return f"{quoted(form)} is no way to write a date; for 31/01/2026 it is '%d/%m/%Y'"
    return None if same else f"{quoted(form)} does not say day, month and year; for 31/01/2026 it is '%d/%m/%Y'"


def day(text: str) -> date | None:
    """A day as `2026-01-31`; None for anything else."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None
