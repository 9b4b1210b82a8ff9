"""Lines of a file that are read otherwise than they are written, and told of: how many, and the first of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

NAMED = 5
"""So many of the lines are named."""


@dataclass
class Noted:
    """What is told of lines of one kind."""

    count: int = 0
    first: list[int] = field(default_factory=list)
    """Physical lines, at most `NAMED`."""

    def add(self, lines: Iterable[int], count: int) -> None:
        """So many lines more."""
        self.count += count
        self.first += islice(lines, NAMED - len(self.first))
