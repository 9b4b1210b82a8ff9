"""Lines that say again what their source said last: they are told by their fingerprints, and passed over early."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from jobs.importing.copying import numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sql.batch import Batch


class KnownLines:
    """What a source said last, line by line, and of whom; 25 bytes a line, and 8 for each that is passed over."""

    def __init__(self, work: Batch | None) -> None:
        """`work` None: nothing is known, and no line passed over."""
        columns = ("person_id", "fingerprint_a", "fingerprint_b")
        people, a, b = (
            numbers(work, "staging/known_fingerprints", *columns) if work else np.empty((3, 0), np.int64)
        )
        order = np.argsort(a)
        for column in (people, a, b):
            column[:] = column[order]
        self._a, self._b, self._people = a, b, people
        self._times = np.zeros(len(a), np.uint8)
        """How often each is said now: never, once, or 2, more often."""
        self._lines = [pl.Series("line", [], dtype=pl.UInt32)]
        self._renames = [pl.DataFrame(schema={"line": pl.Int64, "previous_custom_id": pl.String})]
        self._found = [np.empty(0, np.int32)]

    def unchanged(self, lines: pl.DataFrame) -> pl.Series:
        """Which of a piece's lines are passed over, by `line, fingerprint_a, fingerprint_b`, and, where lines have it,
        `previous_custom_id`. One without a fingerprint never is.
        """
        if not self._a.size:
            return pl.repeat(False, lines.height, dtype=pl.Boolean, eager=True)
        told = lines["fingerprint_a"].is_not_null().to_numpy()
        a, b = (lines[name].fill_null(0).to_numpy() for name in ("fingerprint_a", "fingerprint_b"))
        place = np.minimum(np.searchsorted(self._a, a), self._a.size - 1)
        same = told & (self._a[place] == a) & (self._b[place] == b)
        found = pl.Series(same)
        self._lines.append(lines["line"].filter(found).cast(pl.UInt32))
        if "previous_custom_id" in lines.columns:
            self._renames.append(lines.filter(found).select("line", "previous_custom_id").drop_nulls())
        said, times = np.unique(place[same], return_counts=True)
        self._times[said] = np.minimum(self._times[said] + times, 2)
        self._found.append(place[same].astype(np.int32))
        return found

    @property
    def lines(self) -> pl.Series:
        """All lines that are passed over."""
        return pl.concat(self._lines).cast(pl.Int64)

    def of(self, people: NDArray[np.int64]) -> pl.Series:
        """Those of these people; and those of which there are several that say the same."""
        asked = pl.Series(self._people).is_in(pl.Series(people).implode()).to_numpy() | (self._times > 1)
        return self.lines.filter(pl.Series(asked[np.concatenate(self._found)]))

    def renames(self, late: pl.Series) -> pl.Series:
        """The previous custom_ids of those lines, but for `late` ones, which are staged after all."""
        return pl.concat(self._renames).filter(~pl.col("line").is_in(late.implode()))["previous_custom_id"]

    def not_said_again(self, late: pl.Series) -> pl.Series:
        """Whom the source gave by a line that is not, or no longer, passed over; `late` as above."""
        again = np.concatenate(self._found)[~self.lines.is_in(late.implode()).to_numpy()]
        unsaid = np.ones(self._people.size, np.bool_)
        unsaid[again] = False
        return pl.Series("person_id", self._people[unsaid])
