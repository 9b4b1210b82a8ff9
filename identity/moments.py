"""Dates as HR's systems write them, as moments: since when somebody is there, or has an identifier.

What can be read in two ways is no date until somebody says which (a `form`): a wrong guess would give somebody months
of another's record.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from identity.blanks import trimmed
from identity.problems import quoted

FIRST_YEAR: Final = 1901
"""Dates before it stand for none (1900-01-01, 0001-01-01, 0000-00-00), as do those of 9999."""
LAST_YEAR: Final = 9998
_NEVER: Final = re.compile(r"0000-00-00(?:[ T]00:00:00)?|99999*-12-31")

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_TIME: Final = (
    r"(?:[T ]+(?P<hour>[0-9]{1,2}):?(?P<minute>[0-9]{2})(?::?(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?"
    r" ?(?P<half>[AP]M)?\s?(?P<offset>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_YEAR_FIRST: Final = re.compile(
    r"(?P<y>[0-9]{4})(?:-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})|(?P<m2>[0-9]{2})(?P<d2>[0-9]{2})"
    rf"|(?P<sign>[/.])(?P<m3>[0-9]{{1,2}})(?P=sign)(?P<d3>[0-9]{{1,2}})){_TIME}",
    re.I,
)
_YEAR_LAST: Final = re.compile(
    rf"(?P<a>[0-9]{{1,2}})(?P<sign>[./-])(?P<b>[0-9]{{1,2}})(?P=sign)(?P<y>[0-9]{{4}}){_TIME}", re.I
)
_NAMED: Final = re.compile(
    rf"(?P<d>[0-9]{{1,2}})\.?[ -](?P<name>[a-z]+)\.?[ -](?P<y>[0-9]{{4}}){_TIME}"
    rf"|(?P<name2>[a-z]+)\.? (?P<d2>[0-9]{{1,2}}),? (?P<y2>[0-9]{{4}})",
    re.I,
)


class NoMomentError(ValueError):
    """A text is no date, or may be two; says why."""


def moment(text: str, zone: tzinfo, form: str | None = None) -> datetime | None:
    """The moment that a cell means, by UTC; None for a blank one, and for what systems write where there is none.

    `zone`: of a time that does not say its own; a date without a time is midnight there. `form`: how dates are
    written, as `strptime` has it (`%d/%m/%Y`); without one ISO 8601 is read, and what can be read in only one way
    (`01.03.2024` is day first, as everywhere where it is written with dots). Raises NoMomentError.
    """
    text = trimmed(text)
    if not text or _NEVER.fullmatch(text):
        return None
    found = _formed(text, form) if form else _read(text)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def _formed(text: str, form: str) -> datetime:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        raise NoMomentError(f"it is not written as {quoted(form)}") from None


def _read(text: str) -> datetime:
    if found := _YEAR_FIRST.fullmatch(text):
        month, day = (found[part] or found[f"{part}2"] or found[f"{part}3"] for part in "md")
        return _at(int(found["y"]), int(month), int(day), found)
    if found := _YEAR_LAST.fullmatch(text):
        a, b = int(found["a"]), int(found["b"])
        if found["sign"] == "." or a > 12 or a == b:
            return _at(int(found["y"]), b, a, found)
        if b > 12:
            return _at(int(found["y"]), a, b, found)
        raise NoMomentError("it may have the day first or the month, and the mapping's format does not say which")
    if (found := _NAMED.fullmatch(text)) and (month := _month(found["name"] or found["name2"])):
        return _at(int(found["y"] or found["y2"]), month, int(found["d"] or found["d2"]), found)
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text):
        raise NoMomentError("it is a number")
    if re.fullmatch(r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2}", text):
        raise NoMomentError("its year has two digits")
    raise NoMomentError("it is written in no known way")


def _month(name: str) -> int | None:
    name = "sep" if name.lower() == "sept" else name.lower()
    return next((n for n, month in enumerate(_MONTHS, 1) if name in (month, month[:3])), None)


def _at(year: int, month: int, day: int, found: re.Match[str]) -> datetime:
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if half := found["half"]:
        if not 1 <= hour <= 12:
            raise NoMomentError("there is no such time")
        hour = hour % 12 + 12 * (half.upper() == "PM")
    try:
        when = datetime(year or 1, month, day)
    except ValueError:
        raise NoMomentError("there is no such day") from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return when
    microsecond = int((found["fraction"] or "0")[:6].ljust(6, "0"))
    whole_day = hour == 24 and not minute and not second and not microsecond
    try:
        when = when.replace(hour=0 if whole_day else hour, minute=minute, second=second, microsecond=microsecond)
    except ValueError:
        raise NoMomentError("there is no such time") from None
    when += timedelta(days=1) if whole_day else timedelta(0)
    if offset := found["offset"]:
        if offset.upper() == "Z":
            return when.replace(tzinfo=UTC)
        hours, minutes = int(offset[1:3]), int(offset[3:].lstrip(":") or 0)
        if hours > 14 or minutes > 59:
            raise NoMomentError(f"there is no offset {offset}")
        ahead = timedelta(hours=hours, minutes=minutes) * (-1 if offset[0] == "-" else 1)
        return (when - ahead).replace(tzinfo=UTC)
    return when
