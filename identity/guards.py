"""Limits that stop an import before it is committed: a figure, or a share of what there is."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

FLOOR = 10
"""Below this count no percentage trips: in a small organisation every share is large."""
NAMED = 2
"""So many of the worst examples stand in the one-line message."""


class Limit(NamedTuple):
    """At most `figure` of something (or, of lines, at least), or, with `percent`, that share of all there are."""

    figure: float
    percent: bool

    def __str__(self) -> str:
        return f"{self.figure:g}{'%' if self.percent else ''}"


class Tripped(NamedTuple):
    """A guard that stops the import: what was counted against which limit, and the option that would allow it."""

    what: str
    """As the message says it, after the figure: `people with a custom_id would be deleted`."""
    counted: int
    of: int
    """What a percentage is of; the figure of the message stands for all of it if this is 0."""
    limit: Limit
    option: str
    at_least: bool = False
    """Whether the limit is the least that there must be, not the most that there may be."""
    examples: tuple[str, ...] = ()
    """The worst, a line each."""

    @property
    def why(self) -> str:
        """What is wrong, without a way out."""
        share = f" ({100 * self.counted / self.of:.1f}% of {self.of:,})" if self.of else ""
        limit = f"at least {self.limit} must be there" if self.at_least else f"the limit is {self.limit}"
        return f"{self.counted:,} {self.what}{share}, {limit}"

    @property
    def allowing(self) -> str:
        """The option, with a figure, that would let exactly this much through."""
        return f"{self.option} {self.counted}"

    @property
    def as_json(self) -> dict[str, Any]:
        """As `--json` and the history have it."""
        return {
            "option": self.option,
            "limit": str(self.limit),
            "counted": self.counted,
            "of": self.of,
            "examples": list(self.examples),
        }

    def __str__(self) -> str:
        named = self.examples[:NAMED]
        worst = "" if not named else f" ({'; '.join(named)})" if self.at_least else f", as {' and '.join(named)}"
        return f"{self.why}{worst}; {self.allowing} would allow it"


def parse(text: str) -> Limit | None:
    """Read `N` or `N%`; None when it is neither."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(%?)\s*", text)
    if match is None or (not match[2] and "." in match[1]):
        return None
    return Limit(float(match[1]), bool(match[2]))


def trips(limit: Limit, count: int, of: int) -> bool:
    """Whether `count`, out of `of`, is over the limit.

    A figure, and 0%, are meant as they stand. Another percentage trips from the floor on; 100% never does.
    """
    if not limit.percent or not limit.figure:
        return count > limit.figure
    return count >= FLOOR and limit.figure < 100 and count * 100 > limit.figure * of


def falls_short(limit: Limit, lines: int, last: int) -> bool:
    """Whether so many lines, after `last` in the import before, are under the limit.

    A figure is meant as it stands, also where nothing came before; a limit of 0 never trips. A percentage trips where
    the import before was not below the floor. No lines at all are always too few after some.
    """
    if limit.figure == 0:
        return False
    if not limit.percent:
        return lines < limit.figure
    if not lines:
        return last > 0
    return last >= FLOOR and lines * 100 < limit.figure * last
