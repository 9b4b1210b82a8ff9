"""Whom the lines of files describe, as far as the lines alone say it: what a batch would make of them in an empty
store (rules 2, 3 and 6 of docs/how-it-works.md), and where it would make one person of many.

Of each line some hashes are kept, no text; the texts of a few lines that are to be shown are read again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from identity.components import components
from identity.problems import quoted
from jobs.lines.people import PeopleFiles, Piece

MANY: Final = 3
"""So many names have not one person."""
FIRST: Final = 3
"""So many lines are shown of whatever is shown."""
SHOWN: Final = 3
"""So many people of many are."""
_LINES = {
    "line": pl.Int64,
    "file": pl.Int16,
    "line_number": pl.Int64,
    "id": pl.UInt64,
    "name": pl.UInt64,
    "bad": pl.Boolean,
}
_CLAIMS = {"line": pl.Int64, "place": pl.Int16, "key": pl.UInt64}


@dataclass(frozen=True)
class Place:
    """A line: the number of its file, and where it stands there."""

    line: int
    file: int
    line_number: int


@dataclass(frozen=True)
class Merged:
    """A person of many: the first lines with different names, and how many different names there are."""

    names: int
    lines: tuple[Place, ...]


@dataclass(frozen=True)
class Shared:
    """One identifier, or custom_id, that lines with so many names have: where its column stands (None: the
    custom_id's), on how many lines, and the first of them.
    """

    place: int | None
    names: int
    lines: int
    first: Place


@dataclass(frozen=True)
class Found:
    """What lines make in an empty store."""

    lines: int
    people: int
    waiting: int
    """Lines of a custom_id and nothing else, which wait for an identifier."""
    contested: int
    """Lines that name two custom_ids for one person."""
    contested_first: tuple[Place, ...]
    rejected: int
    """Lines that are bad, or describe a person whom a bad line describes too."""
    rejected_first: tuple[Place, ...]
    repeating: int
    """Lines that name a custom_id which an earlier line has named."""
    repeating_first: tuple[Place, ...]
    merged: int
    merged_first: tuple[Merged, ...]
    """The people of many, those of most names first."""
    shared: tuple[Shared, ...]
    """What joins lines of many names, those of most names first; as many as were asked for."""
    shared_by_place: dict[int | None, int]
    """How many there are, by the place of the column."""
    different_by_place: dict[int | None, int]
    """Of how many different ones."""
    doubled_by_place: dict[int | None, int]
    """How many of them stand on lines of two names or more."""


@dataclass
class Described:
    """Collects the lines of pieces, in order."""

    _lines: list[pl.DataFrame] = field(default_factory=list)
    _claims: list[pl.DataFrame] = field(default_factory=list)

    def add(self, piece: Piece) -> None:
        """The next piece."""
        self._lines.append(
            piece.lines.select(
                "line",
                "file",
                "line_number",
                pl.col("custom_id").hash(seed=0).alias("id").pipe(_null_where, pl.col("custom_id").is_null()),
                _same_name(pl.col("name")).pipe(_hashed_unless_blank).alias("name"),
                "bad",
            )
        )
        self._claims.append(piece.claims.select("line", "place", pl.col("ifi").hash(seed=1).alias("key")))

    def found(self, most_shared: int = FIRST) -> Found:
        """What they make; `most_shared`: of the identifiers that join many."""
        lines = pl.concat([pl.DataFrame(schema=_LINES), *self._lines]).sort("line")
        claims = pl.concat([pl.DataFrame(schema=_CLAIMS), *self._claims])
        lines = lines.with_columns(person=_people(lines, claims))
        people = (
            lines.with_columns(claims=pl.col("line").is_in(claims["line"].unique().implode()))
            .group_by("person")
            .agg(
                ids=pl.col("id").drop_nulls().n_unique(),
                bad=pl.col("bad").any(),
                claims=pl.col("claims").any(),
                lines=pl.len(),
            )
        )
        contested = people.filter(pl.col("ids") > 1)
        rejected = people.filter((pl.col("ids") <= 1) & pl.col("bad"))
        sound = people.filter((pl.col("ids") <= 1) & ~pl.col("bad"))
        repeating = lines.filter(pl.col("id").is_not_null() & ~pl.col("id").is_first_distinct())
        merged = self._merged(lines, contested)
        doubled = _shared(lines, claims)
        shared = doubled.filter(pl.col("names") >= MANY)
        return Found(
            lines=lines.height,
            people=sound.filter("claims").height,
            waiting=int(sound.filter(~pl.col("claims"))["lines"].sum()),
            contested=int(contested["lines"].sum()),
            contested_first=_places(lines.join(contested, on="person", how="semi")),
            rejected=int(rejected["lines"].sum()),
            rejected_first=_places(lines.join(rejected, on="person", how="semi")),
            repeating=repeating.height,
            repeating_first=_places(repeating),
            merged=merged.height,
            merged_first=tuple(
                Merged(names, _places(lines.filter(pl.col("line").is_in(firsts))))
                for names, firsts in merged.select("names", "lines").head(FIRST).iter_rows()
            ),
            shared=tuple(
                Shared(place, names, count, _places(lines.filter(pl.col("line") == first))[0])
                for place, names, count, first in shared.head(most_shared).iter_rows()
            ),
            shared_by_place=dict(shared.group_by("place").len().iter_rows()),
            doubled_by_place=dict(doubled.group_by("place").len().iter_rows()),
            different_by_place={
                None: lines["id"].drop_nulls().n_unique(),
                **dict(claims.group_by("place").agg(pl.col("key").n_unique()).iter_rows()),
            },
        )

    @staticmethod
    def _merged(lines: pl.DataFrame, contested: pl.DataFrame) -> pl.DataFrame:
        """(`names`, `lines`: the first of each name) of people with many names. Who is contested is none; what lines of
        one custom_id say is looked at all the same, for --contested may let them in.
        """
        is_contested = pl.col("person").is_in(contested["person"].implode())
        person = pl.when(is_contested).then(pl.col("id")).otherwise(pl.col("person"))
        return (
            lines.with_columns(is_contested=is_contested, whose=person)
            .filter(pl.col("whose").is_not_null() & pl.col("name").is_not_null())
            .group_by("is_contested", "whose", "name", maintain_order=True)
            .agg(pl.col("line").first())
            .group_by("is_contested", "whose", maintain_order=True)
            .agg(names=pl.len(), lines=pl.col("line").head(FIRST))
            .filter(pl.col("names") >= MANY)
            .sort("names", descending=True, maintain_order=True)
        )


@dataclass(frozen=True)
class Line:
    """What one line says, to be shown."""

    place: Place
    custom_id: str | None
    name: str | None
    written: dict[int, str]
    """By place, its identifiers as they are written."""


def read_again(files: PeopleFiles, places: Collection[Place]) -> dict[int, Line]:
    """By its number, what each of these lines says; the files are read as far as the last of them stands."""
    wanted = {place.line: place for place in places}
    found: dict[int, Line] = {}
    for piece in _pieces_until(files, max(wanted, default=0)):
        some = piece.only(pl.Series(list(wanted), dtype=pl.Int64))
        written: dict[int, dict[int, str]] = {}
        for line, place, text in some.claims.select("line", "place", pl.coalesce("as_written", "ifi")).iter_rows():
            written.setdefault(line, {})[place] = text
        for line, custom_id, name in some.lines.select("line", "custom_id", "name").iter_rows():
            found[line] = Line(wanted[line], custom_id, name, written.get(line, {}))
    return found


def _pieces_until(files: PeopleFiles, last: int) -> Iterator[Piece]:
    if not last:
        return
    with closing(files.pieces()) as pieces:
        for piece in pieces:
            yield piece
            if piece.lines.height and piece.lines["line"][-1] >= last:
                return


def _people(lines: pl.DataFrame, claims: pl.DataFrame) -> pl.Series:
    """For each line the first line of the person whom it describes."""
    of_ids = lines.select("line", key="id").drop_nulls()
    keys = pl.concat([of_ids, claims.select("line", "key")])
    keys = keys.filter(pl.col("key").is_duplicated())
    if not keys.height:
        return lines["line"]
    nodes, first = components(keys["line"].to_numpy(), keys["key"].reinterpret(signed=True).to_numpy())
    labels = pl.DataFrame({"line": nodes, "person": first.astype(np.int64)})
    joined = lines.select("line").join(labels, on="line", how="left", maintain_order="left")
    return joined.select(pl.coalesce("person", "line")).to_series()


def _shared(lines: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """(`place`, `names`, `lines`, `first`) of each identifier and custom_id on lines with several names; most first."""
    ids = lines.select("line", pl.lit(None, pl.Int16).alias("place"), "name", key="id")
    named = claims.join(lines.select("line", "name"), on="line", how="inner").select(ids.columns)
    return (
        pl.concat([ids, named])
        .filter(pl.col("key").is_not_null())
        .group_by("place", "key")
        .agg(names=pl.col("name").drop_nulls().n_unique(), lines=pl.col("line").n_unique(), first=pl.col("line").min())
        .filter(pl.col("names") > 1)
        .sort("names", "first", descending=[True, False])
        .select("place", "names", "lines", "first")
    )


def _places(lines: pl.DataFrame) -> tuple[Place, ...]:
    first = lines.head(FIRST).select("line", "file", "line_number")
    return tuple(Place(*row) for row in first.iter_rows())


def _same_name(name: pl.Expr) -> pl.Expr:
    """The form under which names are one: without case, accents and punctuation, whatever the order of their words."""
    plain = name.str.normalize("NFKD").str.to_lowercase().str.replace_all(r"\p{M}", "")
    return plain.str.extract_all(r"[\p{L}\p{N}]+").list.unique().list.sort().list.join(" ")


def _hashed_unless_blank(text: pl.Expr) -> pl.Expr:
    return _null_where(text.hash(seed=0), text.is_null() | (text == ""))


def _null_where(value: pl.Expr, condition: pl.Expr) -> pl.Expr:
    return pl.when(~condition).then(value)


def merged_people(files: PeopleFiles, found: Found) -> str:
    """The first people of many, each by an id, with the names and where they stand; blank where there are none."""
    lines = read_again(files, [place for one in found.merged_first for place in one.lines])
    told = []
    for one in found.merged_first[:SHOWN]:
        of_person = [lines[place.line] for place in one.lines]
        said = (line.custom_id or next(iter(line.written.values()), None) for line in of_person)
        who = next((text for text in said if text is not None), "")
        named = ", ".join(f"{quoted(line.name or '')} ({where([line.place], files)})" for line in of_person[:MANY])
        more = ", …" if one.names > MANY else ""
        told.append(f"{quoted(who)} is {named}{more}")
    return "; ".join(told) + ("; …" if found.merged > SHOWN else "")


def where(places: Sequence[Place], files: PeopleFiles, count: int | None = None) -> str:
    """`lines 3, 17 and 40`; with `…` where there are more, blank where there are none. Of several files, each with its
    name.
    """
    several = len(files.files) > 1
    shown = [
        f"{files.files[place.file].name} {place.line_number:,}" if several else f"{place.line_number:,}"
        for place in places
    ]
    if not shown:
        return ""
    if (count or 0) > len(shown):
        return f"lines {', '.join(shown)} …"
    *others, last = shown
    return f"lines {', '.join(others)} and {last}" if others else f"line {last}"
