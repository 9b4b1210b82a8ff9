"""Times and durations as xAPI has them: those of ISO 8601 that it takes."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from functools import lru_cache

_NUMBER = "([0-9]+(?:[.,][0-9]+)?)"
_DURATION = re.compile(
    f"P(?:{_NUMBER}W|{_NUMBER}S|"
    f"(?=.)(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?"
    f"(?:T(?=.)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)"
)
_DAY = 86_400
_FACTORS = (7 * _DAY, 1, 365 * _DAY, 30 * _DAY, _DAY, 3600, 60, 1)


@lru_cache(maxsize=4_096)
def seconds(duration: str) -> str | None:
    """An ISO 8601 duration in seconds, exactly, as a decimal number; None if it is none.

    xAPI Data 4.6: the format of ISO 8601:2004 4.4.3.2, weeks alone; only the smallest part has a fraction.
    The example there, `P16559.14S`, is taken too. A year counts as 365 days and a month as 30: the
    specification says (2.3.1) that both vary, and not how long they are.
    """
    found = _DURATION.fullmatch(duration)
    if not found or len(duration) > 100:
        return None
    parts = [(part, factor) for part, factor in zip(found.groups(), _FACTORS, strict=True) if part]
    if any(not part.isdigit() for part, _ in parts[:-1]):
        return None
    if parts[-1][0].isdigit():
        return str(sum(int(part) * factor for part, factor in parts))
    with localcontext(prec=300):
        total = sum((Decimal(part.replace(",", ".")) * factor for part, factor in parts), Decimal(0))
        return format(total, "f")


_TIME = re.compile(
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::([0-9]{2})(?:[.,][0-9]+)?)?"
    r"|[0-9]{8}T[0-9]{4}(?:([0-9]{2})(?:[.,][0-9]+)?)?)([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_PLAIN_TIME = re.compile(
    "[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,6})?Z"
)
_OTHER_DATE = re.compile(r"[0-9]{4}-?(?:(W[0-9]{2}(?:-?[1-7])?)|[0-9]{3})(?:[Tt ].*)?")
_NEGATIVE_ZERO = ("-00:00", "-0000", "-00")
_MIDNIGHT = re.compile(r"(?<=[Tt ])24(?=:?00(?::?00(?:[.,]0+)?)?(?:[Zz+-]|$))")


def moment(text: str) -> datetime:
    """A time as xAPI has it (Data 4.5), in UTC; raises ValueError, which says what is wrong.

    One without a zone, which that section only advises against, is taken as UTC; a leap second (RFC 3339 5.7)
    as the first of the next minute, and the end of a day (24:00, which Python reads since 3.14) as the beginning of the
    next. Digits behind microseconds are cut.
    """
    if _PLAIN_TIME.fullmatch(text):
        with suppress(ValueError):
            return datetime.fromisoformat(text)
    found = _TIME.fullmatch(text)
    if not found:
        other = _OTHER_DATE.fullmatch(text)
        if other:
            given = "the week" if other[1] else "the day of the year"
            raise ValueError(f"it gives {given}, where month and day belong (RFC 3339)")
        raise ValueError("it is not written as a date and a time of ISO 8601")
    if found[3] in _NEGATIVE_ZERO:
        raise ValueError(f"there is no offset {found[3]}: UTC is Z or +00:00")
    if found[3] and found[3][-2:] >= "60" and len(found[3]) > 3:
        raise ValueError("there is no such offset from UTC")
    text, ends = _MIDNIGHT.subn("00", text) if "24" in text else (text, 0)
    leap = "60" in (found[1], found[2])
    if leap:
        place = found.start(1 if found[1] else 2)
        text = f"{text[:place]}59{text[place + 2 :]}"
    try:
        when = datetime.fromisoformat(text.upper())
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        elif when.tzinfo is not UTC:
            when = when.astimezone(UTC)
        return when + timedelta(days=ends, seconds=leap)
    except OverflowError:
        raise ValueError("in UTC it is not within the years 1 to 9999") from None
    except ValueError:
        zone = found[3] or ""
        wrong = "offset from UTC" if zone and _is_time(text.removesuffix(zone)) else "day or time of day"
        raise ValueError(f"there is no such {wrong}") from None


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True
