"""Limits that stop an import before it is committed: a figure, or a share of what there is."""

from __future__ import annotations

import re
from typing import NamedTuple

FLOOR = 100
"""Below this count no guard trips: in a small organisation every share is large."""


class Limit(NamedTuple):
    """At most `figure` of something, or, with `percent`, at most that share of all there are."""

    figure: float
    percent: bool

    def __str__(self) -> str:
        return f"{self.figure:g}{'%' if self.percent else ''}"


class Tripped(NamedTuple):
    """A guard that stops the import: what was counted against which limit, and the option that would allow it."""

    what: str
    counted: int
    of: int
    limit: Limit
    option: str

    def __str__(self) -> str:
        share = f" ({100 * self.counted / self.of:.1f}% of {self.of:,})" if self.of else ""
        allow = f"{self.option} {self.counted}"
        return f"{self.counted:,} {self.what}{share}, the limit is {self.limit}; {allow} would allow it"


def parse(text: str) -> Limit | None:
    """Read `N` or `N%`; None when it is neither."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(%?)\s*", text)
    if match is None or (not match[2] and "." in match[1]):
        return None
    return Limit(float(match[1]), bool(match[2]))


def trips(limit: Limit, count: int, of: int) -> bool:
    """Whether `count`, out of `of`, is over the limit. Nothing trips below the floor, 100% never does."""
    if count < FLOOR:
        return False
    if limit.percent:
        return limit.figure < 100 and count * 100 > limit.figure * of
    return count > limit.figure
