"""A span of time as somebody types it, and which of it whole months are: those stand in the records.

Spans are half-open: `since` is the first moment of them, `until` the first after them. All is UTC.
"""

from __future__ import annotations

import re
from datetime import MAXYEAR, UTC, datetime
from typing import Any, Final

from identity.problems import quoted
from jobs.shell.failures import UsageFailure
from jobs.statements.times import moment

_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")


def parsed(text: str, option: str) -> datetime:
    """The moment that a text means: `2026-03` and `2026-03-15` where they begin, or a time as statements have it.

    Raises UsageFailure, which names the option.
    """
    text = text.strip()
    found = _DATE.fullmatch(text)
    try:
        when = _begin(int(found[1]), int(found[2]), int(found[3] or 1)) if found else moment(text)
        if when.year == MAXYEAR:  # its last month has no end
            raise ValueError(f"it is after {MAXYEAR - 1}")
        return when
    except ValueError as error:
        raise UsageFailure(
            f"{option} {quoted(text)} is no time such as 2026-03, 2026-03-15 or 2026-03-15T08:00:00+01:00: {error}"
        ) from None


def parameters(since: datetime | None, until: datetime | None) -> dict[str, Any]:
    """What `reports/15_shares.view.sql` is asked: which whole months, and which edges before and behind them."""
    first, end = since and _month_from(since), until and _month_of(until)
    timed = since is not None or until is not None
    if first and end and first > end:  # within one month
        first = end = since
    whole = timed and not (first and end and first >= end)
    left, right = (since, first), (end, until)
    return {
        "timed": timed,
        "by_month": whole,
        "by_edge": left[0] != left[1] or right[0] != right[1],
        "first_month": first.date() if first and whole else None,
        "end_month": end.date() if end and whole else None,
        "left_from": left[0],
        "left_to": left[1],
        "right_from": right[0],
        "right_to": right[1],
    }


def _begin(year: int, month: int, day: int) -> datetime:
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        raise ValueError("there is no such day") from None


def _month_of(when: datetime) -> datetime:
    """The beginning of its month."""
    return when.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _month_from(when: datetime) -> datetime:
    """The first beginning of a month that is not before it."""
    begun = _month_of(when)
    if begun == when:
        return when
    return begun.replace(year=begun.year + begun.month // 12, month=begun.month % 12 + 1)
