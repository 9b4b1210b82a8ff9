"""What the columns of a file are, as facts: how full, how different, what their cells look like.

A file of any size is read once, piece by piece. What is kept of a column is bounded: the counts of its values while
they are few, and the smallest hashes of its values. As long as these are all hashes, counts of different values are
exact; after that they are estimated from the share that is kept (k minimum values).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal

import polars as pl

from identity.identifiers_in_bulk import trimmed
from identity.moments import NoMomentError, moment
from identity.nothing import is_nothing
from jobs.reading.csv_records import CsvFile
from jobs.reading.damage import Sign, What, column_signs

Look = Literal["e-mail", "hash", "URL", "date", "yes/no", "number", "list", "text", "blank"]

EXAMPLES = 3
FEW = 50
"""A column of at most so many different values has them counted one by one."""
HASHES = 1 << 24
"""Kept at most, of all columns together: 16 bytes each."""
PAIRS = 20_000
"""A pair of columns with more different pairs of values is not asked whether one decides the other."""
FIRST_LINES = 5
SHARED = 3
"""An e-mail on so many lines is a shared one."""
DATE_FORMS = (None, "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y")
"""Ways in which a column of dates may be written, as a mapping says them; None: each date can be read in one way only.
"""

NO_REPLY = r"(?i)^(mailto:)?(no[-_.]?reply|do[-_.]?not[-_.]?reply|no[-_.]?e?mail|nobody|none|unknown)@"

_LOOKS: dict[Look, str] = {
    "e-mail": r"^[^\s@,;|]+@[^\s@,;|]+$",
    "hash": r"^[0-9A-Fa-f]{40}$",
    "URL": r"^(?i:https?)://",
    "date": r"^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))([T ]\d{1,2}:\d{2}.*)?$",
    "yes/no": r"(?i)^(yes|no|y|n|true|false|ja|nein|nee|oui|non|si|sí|não|nao|sim|wahr|falsch|vrai|faux|[01])$",
    "number": r"^[+-]?\d[\d.,' ]*([eE][+-]?\d+)?$",
    "list": r"[^|;]\s*[|;]\s*[^|;]",
}
_SHARE: dict[Look, float] = {"e-mail": 0.5, "list": 0.1}
"""From this share of the values on a column looks like that; all others: 0.8."""


@dataclass(frozen=True)
class DateFacts:
    """How a column of dates can be read."""

    forms: tuple[str | None, ...]
    """Those of `DATE_FORMS` by which every cell that says something is a date, or stands for none (9999)."""
    past: int
    """Lines with a day that is over, or is today, by the first of these."""


@dataclass(frozen=True)
class ColumnFacts:
    """One column. All counts are of lines, but `distinct`; blank-like values (`n/a`) count as blank in all of them but
    `filled`."""

    place: int
    heading: str
    rows: int
    filled: int
    """Cells that are not blank, however blank-like."""
    blank_like: dict[str, int]
    """Values such as `n/a` or an address of no-reply, as first written."""
    distinct: int
    exact: bool
    """Whether `distinct` is counted, not estimated."""
    uniqueness: float
    """Different values by filled lines: 1.0 where no value stands twice (or the column is blank)."""
    examples: tuple[str, ...]
    looks: dict[Look, int]
    """How many cells look like what; one may look like several."""
    bars: int
    """Cells with a `|`."""
    values: dict[str, int] | None
    """Every value, the most frequent first, where they are few."""
    signs: dict[str, Sign]
    """Signs of damage by code, counted in cells; ids are held to the width that is usual in their piece of the file."""
    dates: DateFacts | None = None
    """Where it was asked for."""

    @property
    def real(self) -> int:
        """Cells that say something."""
        return self.filled - sum(self.blank_like.values())

    @property
    def unique(self) -> bool:
        return self.uniqueness == 1.0

    @property
    def look(self) -> Look:
        """What the column as a whole looks like."""
        if not self.real:
            return "blank"
        if self.values and self.distinct > 2 and {"0", "1"} <= self.values.keys():
            return "number"
        for look, count in self.looks.items():
            if count >= _SHARE.get(look, 0.8) * self.real:
                return look
        return "text"


@dataclass(frozen=True)
class Profile:
    """A file's facts: physical `lines`, `rows` of people, ragged ones among them and where the first stand."""

    columns: tuple[ColumnFacts, ...]
    lines: int
    rows: int
    ragged: int
    first_ragged: tuple[int, ...]
    decided: frozenset[tuple[int, int]]
    """Of the pairs of places that were asked about: where one value of the first never stands with two of the second,
    and never is blank where the second is not."""
    apart: frozenset[tuple[int, int]] = frozenset()
    """Of the same pairs: where no line has something in both."""
    last_alone: str | None = None
    """What stands in the first cell of the last line, where that is all of the line, and it is ragged."""


@dataclass
class _Distinct:
    """The smallest hashes of a column's values, at most `most`, and how often each value stands there."""

    most: int
    kept: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={"hash": pl.UInt64, "count": pl.Int64}))
    exact: bool = True

    def add(self, counted: pl.DataFrame) -> None:
        """`counted`: `value`, `count`, each value once."""
        new = counted.select(pl.col("value").hash().alias("hash"), pl.col("count").cast(pl.Int64))
        self.kept = pl.concat((self.kept, new)).group_by("hash").agg(pl.col("count").sum())
        if self.kept.height > self.most:
            self.kept, self.exact = self.kept.sort("hash").head(self.most), False
            # A hash that is dropped here is larger than all that stay: it can never come back in.

    @property
    def count(self) -> int:
        if self.exact:
            return self.kept.height
        largest: int = self.kept.select(pl.col("hash").max()).item()
        return round((self.most - 1) / (largest / 2**64))

    @property
    def shared(self) -> int:
        """Values that stand on many lines; counted among what is kept."""
        return self.kept.filter(pl.col("count") >= SHARED).height

    @property
    def uniqueness(self) -> float:
        return self.kept.height / int(self.kept["count"].sum()) if self.kept.height else 1.0


class _Column:
    """What is gathered of one column."""

    def __init__(self, most: int, what: What, dates: _Dates | None) -> None:
        self.what, self.dates = what, dates
        self.filled = self.bars = 0
        self.signs: dict[str, Sign] = {}
        self.blank_like: dict[str, int] = {}
        self.examples: list[str] = []
        self.looks: dict[Look, int] = dict.fromkeys(_LOOKS, 0)
        self.values: dict[str, int] | None = {}
        self.distinct = _Distinct(most)

    def add(self, cells: pl.Series) -> None:
        """`cells`: trimmed, null where blank."""
        filled = cells.drop_nulls()
        if not len(filled):
            return
        self.filled += len(filled)
        counted = filled.alias("value").value_counts(name="count")
        blank_like = counted.filter(nothing := is_blank_like(counted["value"]))
        if blank_like.height:
            self._count(self.blank_like, blank_like)
            counted = counted.filter(~nothing)
            filled = filled.filter(~filled.is_in(blank_like["value"].implode()))
        if len(self.examples) < EXAMPLES:
            some = [*self.examples, *filled.head(1000).unique(maintain_order=True).head(EXAMPLES)]
            self.examples = list(dict.fromkeys(some))[:EXAMPLES]
        self.distinct.add(counted)
        if self.dates is not None:
            self.dates.add(counted)
        for code, sign in column_signs(filled, self.what).items():
            self.sign(code, sign)
        if self.values is not None:
            if len(self.values) + counted.height <= 2 * FEW:
                self._count(self.values, counted)
            if self.distinct.count > FEW:
                self.values = None
        count, value = pl.col("count"), pl.col("value").str
        like = counted.select(
            *(count.filter(value.contains(pattern)).sum().alias(look) for look, pattern in _LOOKS.items()),
            count.filter(value.contains("|", literal=True)).sum().alias("bars"),
        ).row(0, named=True)
        self.bars += like["bars"]
        for look in _LOOKS:
            self.looks[look] += like[look]

    def sign(self, code: str, more: Sign) -> None:
        cells, examples = self.signs.get(code, (0, ()))
        self.signs[code] = Sign(cells + more.cells, (*examples, *more.examples)[:EXAMPLES])

    @staticmethod
    def _count(into: dict[str, int], counted: pl.DataFrame) -> None:
        for value, count in counted.sort("count", "value", descending=[True, False]).select("value", "count").rows():
            into[value] = into.get(value, 0) + count

    def facts(self, place: int, heading: str, rows: int) -> ColumnFacts:
        values = self.values and dict(sorted(self.values.items(), key=lambda item: -item[1]))
        if self.what == "email" and self.distinct.shared:
            self.sign("shared_mbox", Sign(self.distinct.shared, ()))
        return ColumnFacts(
            place=place,
            heading=heading,
            rows=rows,
            filled=self.filled,
            blank_like=self.blank_like,
            distinct=self.distinct.count,
            exact=self.distinct.exact,
            uniqueness=self.distinct.uniqueness,
            examples=tuple(self.examples),
            looks=self.looks,
            bars=self.bars,
            values=values,
            signs=self.signs,
            dates=None if self.dates is None else self.dates.facts(),
        )


class _Dates:
    """By which forms all cells of a column are dates so far."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC)
        self._past: dict[str | None, int] = dict.fromkeys(DATE_FORMS, 0)

    def add(self, counted: pl.DataFrame) -> None:
        """`counted`: `value`, `count`, each value once."""
        for form in tuple(self._past):
            try:
                for value, count in counted.select("value", "count").iter_rows():
                    when = moment(value, UTC, form)
                    self._past[form] += count if when is not None and when <= self._now else 0
            except NoMomentError:
                del self._past[form]

    def facts(self) -> DateFacts:
        return DateFacts(tuple(self._past), next(iter(self._past.values()), 0))


class _Pairs:
    """The different pairs of values in two columns, as long as they are few."""

    def __init__(self) -> None:
        self.kept: pl.DataFrame | None = pl.DataFrame(schema={"one": pl.String, "other": pl.String})
        self.apart = True

    def add(self, one: pl.Series, other: pl.Series) -> None:
        if self.kept is None and not self.apart:
            return
        new = pl.DataFrame({"one": one, "other": other}).unique()
        new = new.select(pl.when(~is_blank_like(column)).then(column).alias(column.name) for column in new)
        self.apart = self.apart and not new.drop_nulls().height
        if self.kept is not None:
            self.kept = pl.concat((self.kept, new)).unique()
            if self.kept.height > PAIRS:
                self.kept = None

    @property
    def decided(self) -> bool:
        if self.kept is None:
            return False
        both = self.kept.filter(pl.col("other").is_not_null())
        return both.height > 0 and both["one"].null_count() == 0 and both["one"].is_unique().all()


def is_blank_like(values: pl.Series) -> pl.Series:
    """Whether trimmed texts say that there is nothing to say; False where they are null."""
    return is_nothing(values) | values.str.contains(NO_REPLY).fill_null(False)


def profile(
    file: CsvFile,
    pairs: Iterable[tuple[int, int]] = (),
    kinds: Mapping[int, What] = MappingProxyType({}),
    dates: Collection[int] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> Profile:
    """Reads a file to its end. Raises FileProblem as `CsvFile.pieces` does.

    `pairs`: places of columns of which it is asked whether the first decides the second. `kinds`: by place, what a
    column seems to hold where that is more than text; signs of damage depend on it. `dates`: places of columns of which
    it is asked how their dates can be read. `progress` is told the bytes read.
    """
    headings = file.columns
    most = max(1 << 12, HASHES // max(8, len(headings)))
    columns = [
        _Column(most, kinds.get(place, "text"), _Dates() if place in dates else None) for place in range(len(headings))
    ]
    asked = {pair: _Pairs() for pair in pairs}
    rows, ragged, first_ragged = 0, 0, list[int]()
    last_alone: str | None = None
    for records in file.pieces():
        frame = records.frame.with_columns(trimmed(pl.col(str(place))) for place in range(len(headings)))
        rows += frame.height
        wrong = frame["line_number"].filter(frame["ragged"].is_not_null())
        ragged += len(wrong)
        first_ragged += wrong.head(FIRST_LINES - len(first_ragged)).to_list()
        last_alone = _alone(frame)
        for place, column in enumerate(columns):
            column.add(frame[str(place)])
        for (one, other), seen in asked.items():
            seen.add(frame[str(one)], frame[str(other)])
        progress(records.bytes_read)
    if file.source.numeric is not None:
        for place, count in file.source.numeric.group_by("place").len().iter_rows():
            if kinds.get(place, "text") in ("id", "group"):
                columns[place].sign("numeric_cell", Sign(count, ()))
    return Profile(
        columns=tuple(column.facts(place, headings[place], rows) for place, column in enumerate(columns)),
        lines=file.lines or 0,
        rows=rows,
        ragged=ragged,
        first_ragged=tuple(first_ragged),
        decided=frozenset(pair for pair, seen in asked.items() if seen.decided),
        apart=frozenset(pair for pair, seen in asked.items() if seen.apart),
        last_alone=last_alone,
    )


def _alone(frame: pl.DataFrame) -> str | None:
    """What stands in the first cell of the last line, where that is all of it, and it is ragged."""
    *cells, ragged, excess = frame.row(-1)[1:]
    if ragged is None or excess or any(cell is not None for cell in cells[1:]):
        return None
    found: str | None = cells[0]
    return found


def usable(headings: Sequence[str]) -> dict[str, int]:
    """The headings that name one column of the file, trimmed, and its place."""
    bare = pl.Series(headings, dtype=pl.String).to_frame("heading").select(trimmed(pl.col("heading"))).to_series()
    names = bare.to_list()
    return {name: place for place, name in enumerate(names) if name is not None and names.count(name) == 1}
