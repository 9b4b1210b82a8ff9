"""The frame of a file's records -> one in canonical columns, by what a mapping says."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import NamedTuple

import polars as pl

from identity import identifiers_in_bulk as identifiers
from identity.blanks import trimmed, trimmed_column
from jobs.mapping.dates import DateSaid
from jobs.reading.files import shown
from jobs.reading.headers import DateColumn, Header, bare_name, heading, is_ours, is_reject_column
from jobs.reading.mapped_groups import GroupTemplate, MappedGroup, Split
from jobs.reading.templates import Template, begins_with, is_made_of, is_one_of
from jobs.shell.failures import FileProblem

MISSPELT = 0.8
"""So much alike are what is misspelt and what was meant, from 0 to 1."""
NAME_COMPARED, COMPARED = 80, 500
"""Characters of a name, and names of each side, that are compared with others to find what was meant: what comparing
costs goes with the square of both.
"""
Cell = Callable[[pl.DataFrame], pl.Expr]
"""A column of a translation, over the (blanked) columns of the file."""


class Said(NamedTuple):
    """A template of a mapping, and the key under which it stands there (`personas[1].mbox`)."""

    key: str
    template: Template


@dataclass(frozen=True)
class Blanks:
    """Values that count as blank: in one column, or in all."""

    key: str
    column: str | None
    values: tuple[str, ...]


@dataclass(frozen=True)
class SkipByValue:
    """Lines to be left out: those with one of `values` in `column` (`negated`: with another), or, where there are no
    values, with a blank cell (`negated`: with one that is not).
    """

    key: str
    column: str
    values: tuple[str, ...] | None
    negated: bool


@dataclass(frozen=True)
class SkipByDate:
    """Lines to be left out: those with a day up to and with the `last` in a column; None: today."""

    dates: DateSaid
    last: date | None


@dataclass(frozen=True)
class SkipByBeginning:
    """Lines to be left out, ragged or not: those that begin with this text."""

    text: str


Skip = SkipByValue | SkipByDate | SkipByBeginning


@dataclass(frozen=True)
class Rules:
    """What a mapping says of all lines of a file."""

    blanks: tuple[Blanks, ...] = ()
    skip: tuple[Skip, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True)
class GroupSaid:
    """One group in a mapping: its own templates."""

    custom_id: Said
    name: Said | None
    type: Said | None


@dataclass(frozen=True)
class GroupEntry:
    """An entry of a mapping's groups."""

    group: GroupSaid
    parents: tuple[GroupSaid, ...]
    split: str | None


class Columns:
    """The columns of one file, to be found by what a mapping calls them.

    By the exact heading; else without regard to case, spaces, `-` and `_`; with a `?` behind it, if need be not at
    all. Raises FileProblem: there is none, and no `?`; there are several.
    """

    def __init__(self, mapping: str, file: str, columns: Sequence[str], delimiter: str = ",") -> None:
        self.mapping, self.file, self.all, self.delimiter = mapping, file, columns, delimiter
        self.used: set[int] = set()
        self._exact: dict[str, list[int]] = {}
        self._bare: dict[str, list[int]] = {}
        for place, name in enumerate(columns):
            if not is_reject_column(name):
                self._exact.setdefault(trimmed(name), []).append(place)
                if not is_ours(name):
                    self._bare.setdefault(bare_name(name), []).append(place)

    def find(self, key: str, column: str) -> int | None:
        place = self._at(key, column)
        if place is None and column.endswith("?"):
            place = self._at(key, trimmed(column[:-1]))
        elif place is None:
            headings = [trimmed(name) for name in self.all if trimmed(name) and not is_reject_column(name)]
            raise FileProblem(
                self.mapping, f"{key}: no column {shown(column)} in {self.file}{nearest(column, headings)}"
            )
        if place is not None:
            self.used.add(place)
        return place

    def ignored(self, patterns: Sequence[str], key: str = "ignore") -> tuple[str, ...]:
        """The columns that are neither used nor matched by one of `patterns`, whose `*` stands for any text.

        A column that is no longer there need not be ignored. But FileProblem if it seems to be misspelt: one of those
        that are left is nearly called that.
        """
        names = {bare_name(name) for one in patterns if "*" not in one for name in (one, one.removesuffix("?"))}
        wildcards = [pattern for pattern in patterns if "*" in pattern]
        left = [
            place
            for place, column in enumerate(self.all)
            if place not in self.used
            and not is_ours(column)
            and bare_name(column) not in names
            and not any(_matches(pattern, column) for pattern in wildcards)
        ]
        there = {bare_name(column) for column in self.all}
        near = {bare_name(self.all[place])[:NAME_COMPARED]: trimmed(self.all[place]) for place in left[:COMPARED]}
        for number, pattern in enumerate(patterns[:COMPARED] if near else (), 1):
            if "*" in pattern or pattern.endswith("?") or bare_name(pattern) in there:
                continue
            for found in difflib.get_close_matches(bare_name(pattern)[:NAME_COMPARED], list(near), 1, MISSPELT):
                raise FileProblem(
                    self.mapping,
                    f"{key}[{number}]: no column {shown(pattern)} in {self.file}; nearest: {shown(near[found])}",
                )
        return tuple(heading(self.all, place) for place in left)

    def _at(self, key: str, column: str) -> int | None:
        """Its place, None if there is none."""
        bare = bare_name(column)
        found = self._exact.get(column) or (self._bare.get(bare, []) if bare else [])
        if len(found) > 1:
            numbers = " and ".join(f"{place + 1} ({shown(self.all[place])})" for place in found[:2])
            raise FileProblem(self.mapping, f"{key}: {shown(column)} is more than one column of {self.file}: {numbers}")
        return found[0] if found else None


def nearest(word: str, known: Collection[str]) -> str:
    """`; nearest: 'Work Email'`, or nothing where nothing is known."""
    lower = {name.lower()[:NAME_COMPARED]: name for name in known}
    near = difflib.get_close_matches(word.lower()[:NAME_COMPARED], list(lower), 1, 0)
    return f"; nearest: {shown(lower[near[0]])}" if near else ""


@dataclass
class Translator:
    """The columns of a translation, being put together; `header` and what else knows places are made from them."""

    columns: Columns
    rules: Rules
    moment: datetime = field(default_factory=lambda: datetime.now(UTC))
    """Which day is today."""
    cells: list[Cell] = field(default_factory=list)
    sources: list[tuple[int, ...]] = field(default_factory=list)
    """By place here, the places in the file."""
    checked_dates: list[DateColumn] = field(default_factory=list)
    """The dates by which lines are left out."""
    half_cleared: list[int] = field(default_factory=list)
    """For each text that is more than a column, the place of what it is where `Template.half_cleared`; else blank."""
    _shared: dict[int, int] = field(default_factory=dict)

    def add(self, cell: Cell, sources: Sequence[int]) -> int:
        """Its place."""
        self.cells.append(cell)
        self.sources.append(tuple(sources))
        return len(self.cells) - 1

    def whole(self, said: Said | None) -> int | None:
        """The place of `Template.whole`; None without such a template, or where a column of it is missing."""
        template, sources = self._over(said)
        if template is None or said is None or len(sources) < len(said.template.columns):
            return None
        return self.add(template.whole, sources)

    def clearing(self, said: Said) -> int | None:
        """The place of `Template.clearing`; None where a column of it is missing."""
        template, sources = self._over(said)
        if template is None or len(sources) < len(said.template.columns):
            return None
        return self.add(template.clearing, sources)

    def joined(self, said: Said | None) -> int | None:
        """The place of `Template.joined`; None without such a template, or where all its columns are missing."""
        template, sources = self._over(said)
        return None if template is None else self._text([template], sources)

    def _text(self, templates: Sequence[Template], sources: Sequence[int]) -> int:
        """The place of the first of `Template.joined` that is not blank."""
        place = self.add(
            lambda cells: (
                templates[0].joined(cells)
                if len(templates) == 1
                else pl.coalesce(_unless_blank(template.joined(cells)) for template in templates)
            ),
            sources,
        )
        if any(template.columns and not template.bare for template in templates):

            def wrong(cells: pl.DataFrame) -> pl.Expr:
                if not any(template.speaks_of_delete(cells) for template in templates):
                    return pl.lit(None, pl.String)
                there = [_unless_blank(template.joined(cells)) for template in templates]
                half = [template.half_cleared(cells) for template in templates]
                which = [pl.when(text.is_not_null()).then(one) for text, one in zip(there, half, strict=True)]
                return pl.when(pl.coalesce(which)).then(pl.coalesce(there))

            of_several = [int(column) for template in templates if not template.bare for column in template.columns]
            self.half_cleared.append(self.add(wrong, of_several))
        return place

    def first(self, alternatives: Sequence[Said], joined: bool) -> int | None:
        """The place of the first of these that is not blank; None where columns of all are missing."""
        if len(alternatives) == 1:
            return self.joined(alternatives[0]) if joined else self.whole(alternatives[0])
        found = [self._over(said) for said in alternatives]
        templates = [
            template
            for said, (template, sources) in zip(alternatives, found, strict=True)
            if template and (joined or len(sources) == len(said.template.columns))
        ]
        if not templates:
            return None
        sources = list(dict.fromkeys(place for _, sources in found for place in sources))
        if joined:
            return self._text(templates, sources)
        return self.add(
            lambda cells: pl.coalesce(_unless_blank(template.whole(cells)) for template in templates), sources
        )

    def date(self, said: DateSaid | None) -> DateColumn | None:
        """Where a date stands, and how it is read; None without one, or where its column is missing."""
        place = None if said is None else self.columns.find(f"{said.key}.column", said.column)
        if said is None or place is None:
            return None
        return DateColumn(self.add(_column(str(place)), [place]), said.zone, said.form, said.minus)

    def account(self, home_page: Said, name: Said) -> tuple[int, int] | None:
        """The places of home page and name, both blank where one is; None where a column is missing."""
        (page, page_sources), (user, user_sources) = self._over(home_page), self._over(name)
        if page is None or user is None:
            return None
        if len(page_sources) + len(user_sources) < len(home_page.template.columns) + len(name.template.columns):
            return None
        return (
            self.add(lambda cells: pl.when(_there(user, cells)).then(page.whole(cells)), page_sources or user_sources),
            self.add(
                lambda cells: (
                    pl.when(_there(page, cells)).then(user.whole(cells)) if page.columns else user.whole(cells)
                ),
                user_sources,
            ),
        )

    def group(self, entry: GroupEntry) -> MappedGroup | None:
        """None where a column of its custom_id is missing."""
        group = self._group(entry.group)
        if group is None:
            return None
        parents = [self._group(parent) for parent in entry.parents]
        kept = tuple(parent for parent in parents if parent is not None)
        templates = [
            template
            for one in (group, *kept)
            for template in (one.custom_id, one.name, one.type)
            if template is not None
        ]
        places = dict.fromkeys(int(column) for template in templates for column in template.columns)
        split = None if entry.split is None else Split(group.custom_id.columns[0], entry.split)
        return MappedGroup(group, kept, split, tuple(places))

    def _group(self, said: GroupSaid) -> GroupTemplate | None:
        custom_id, sources = self._over(said.custom_id)
        if custom_id is None or len(sources) < len(said.custom_id.template.columns):
            return None
        name, type_ = (self._over(one)[0] for one in (said.name, said.type))
        custom_id, name, type_ = (self._here(template) for template in (custom_id, name, type_))
        return GroupTemplate(custom_id, name, type_) if custom_id else None

    def _here(self, template: Template | None) -> Template | None:
        """A template over the file's places -> over those of the columns here, one for each column of the file."""
        if template is None:
            return None
        for column in template.columns:
            if int(column) not in self._shared:
                self._shared[int(column)] = self.add(_column(column), [int(column)])
        return template.over([str(self._shared[int(column)]) for column in template.columns])

    def _over(self, said: Said | None) -> tuple[Template | None, list[int]]:
        """The template over the file's places, and those of them that are there."""
        if said is None:
            return None, []
        found = [self.columns.find(said.key, column) for column in said.template.columns]
        there = [place for place in found if place is not None]
        return said.template.over([None if place is None else str(place) for place in found]), there

    def cell_by_cell(self) -> None:
        """Every column of the file as it is."""
        for place in range(len(self.columns.all)):
            self.add(_column(str(place)), [place])

    def recast(self) -> Recast:
        """To be called when all columns have been added; after it, `columns.used` is complete."""
        skips = [(skip, self._skip_place(skip)) for skip in self.rules.skip]
        blanks = self._blanks()
        blanked = {place: _blanked(place, values) for place, values in blanks.items() if place in self.columns.used}
        skipped = [pl.lit(False)]
        anyway = [pl.lit(False)]
        for skip, place in skips:
            if isinstance(skip, SkipByBeginning):
                anyway.append(self._begins(skip))
            elif isinstance(skip, SkipByValue):
                skipped.append(self._skipped(skip, place, blanked))
            elif place is not None:
                skipped.append(self._until(skip, place, blanked))
        return Recast(tuple(self.cells), blanked, pl.any_horizontal(skipped), pl.any_horizontal(anyway))

    def _skip_place(self, skip: Skip) -> int | None:
        if isinstance(skip, SkipByBeginning):
            return None
        of = skip if isinstance(skip, SkipByValue) else skip.dates
        return self.columns.find(f"{of.key}.column", of.column)

    def _until(self, skip: SkipByDate, place: int, blanked: dict[int, pl.Expr]) -> pl.Expr:
        dates, cell = skip.dates, blanked.get(place, pl.col(str(place)))
        last = skip.last or self.moment.astimezone(dates.zone).date()
        self.checked_dates.append(DateColumn(self.add(_column(str(place)), [place]), dates.zone, dates.form))
        return cell.map_batches(lambda cells: dates.until(last, cells), return_dtype=pl.Boolean)

    def _begins(self, skip: SkipByBeginning) -> pl.Expr:
        """Over the line as it stands, but for quotes: its cells with the delimiter between them."""
        delimiter, count = self.columns.delimiter, len(self.columns.all)
        needed = skip.text.count(delimiter) + 1
        named = [str(place) for place in range(min(count, needed))] + (["excess"] if needed > count else [])
        line = pl.concat_str([pl.col(name).fill_null("") for name in named], separator=delimiter)
        return begins_with(line, skip.text)

    def _blanks(self) -> dict[int, list[str]]:
        """By the place of a column of the file: the values that count as blank there."""
        found: dict[int, list[str]] = {}
        everywhere = [value for blanks in self.rules.blanks if blanks.column is None for value in blanks.values]
        for blanks in self.rules.blanks:
            if blanks.column is not None:
                place = self.columns.find(f"{blanks.key}.column", blanks.column)
                if place is not None:
                    found.setdefault(place, []).extend(blanks.values)
        if everywhere:
            for place in self.columns.used:
                found.setdefault(place, []).extend(everywhere)
        return found

    @staticmethod
    def _skipped(skip: SkipByValue, place: int | None, blanked: dict[int, pl.Expr]) -> pl.Expr:
        if skip.values is None:
            cell = pl.lit(None, pl.String) if place is None else blanked.get(place, pl.col(str(place)))
            found = identifiers.trimmed(cell).is_null()
        else:
            cell = pl.lit(None, pl.String) if place is None else pl.col(str(place))
            found = is_one_of(cell, skip.values)
        return ~found if skip.negated else found


@dataclass(frozen=True)
class Recast:
    """`Records.frame` of a file -> the same lines in the columns that a translator has put together, named by their
    places, with `line_number`, `ragged` and `excess` as they were, and `skipped` Boolean: whether the line is to be
    left out. For what stands in its cells (`skips`) a ragged one never is; `anyway` speaks of all lines.
    """

    cells: tuple[Cell, ...]
    blanked: dict[int, pl.Expr]
    skips: pl.Expr
    anyway: pl.Expr

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        skipped = self.anyway | (self.skips & pl.col("ragged").is_null())
        blanked = frame.with_columns(
            skipped.alias("skipped"), *(cell.alias(str(place)) for place, cell in self.blanked.items())
        )
        cells = [cell(blanked).alias(str(place)) for place, cell in enumerate(self.cells)]
        return blanked.select("line_number", *cells, "ragged", "excess", "skipped")


@dataclass(frozen=True)
class Translation:
    """`Recast` into the canonical columns of `header`."""

    header: Header
    recast: Recast

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        return self.recast(frame)


def _column(name: str) -> Cell:
    return lambda cells: pl.col(name)


def _there(template: Template, cells: pl.DataFrame) -> pl.Expr:
    """Whether `Template.whole` is not blank."""
    return trimmed_column(template.whole(cells)) != ""


def _unless_blank(cell: pl.Expr) -> pl.Expr:
    return pl.when(trimmed_column(cell) != "").then(cell)


def _blanked(place: int, values: Sequence[str]) -> pl.Expr:
    cell = pl.col(str(place))
    return pl.when(~is_one_of(cell, values)).then(cell)


def _matches(pattern: str, column: str) -> bool:
    """Whether a heading is this one, `*` standing for any text; only the case of the rest does not count."""
    return is_made_of(trimmed(pattern).casefold().split("*"), trimmed(column).casefold(), 0)
