"""What is odd about lines that are imported all the same, counted by code."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

import polars as pl

from jobs.reading.noted import NAMED


@dataclass
class Warned:
    """The lines of one code of `identity.problems`: how many, the first of them, and the first value."""

    code: str
    count: int = 0
    lines: list[tuple[int, int]] = field(default_factory=list)
    """(file, physical line), at most `NAMED`."""
    value: str | None = None

    def add(self, count: int, lines: list[tuple[int, int]], value: str | None) -> None:
        """So many lines more, the first of them, and the first one's value."""
        self.count += count
        self.lines += lines[: NAMED - len(self.lines)]
        if self.value is None:
            self.value = value


class Places:
    """Where lines stand: a few numbers a piece, unless its lines have line ends within them."""

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._pieces: list[tuple[int, int | pl.DataFrame]] = []

    def add(self, file: int, line: pl.Series, line_number: pl.Series) -> None:
        """The next lines of a file, by their numbers among all lines, and where they begin."""
        if not len(line):
            return
        shift = int(line_number[0] - line[0])
        even = (line_number - line == shift).all()
        self._firsts.append(line[0])
        self._pieces.append((file, shift if even else pl.DataFrame({"line": line, "line_number": line_number})))

    def of(self, line: int) -> tuple[int, int]:
        """(file, physical line)."""
        file, where = self._pieces[bisect_right(self._firsts, line) - 1]
        if isinstance(where, int):
            return file, line + where
        return file, int(where["line_number"][int(where["line"].search_sorted(line))])
