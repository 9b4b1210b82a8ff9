"""Files of groups -> what they say about groups, as columns.

Canonical columns, known without regard to case, spaces, `-` and `_`: custom_id, previous_custom_id, name, type,
parent_custom_ids (joined by `|`) and created; a mapping's `[group_file]` makes them (but for created) of others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from identity import identifiers_in_bulk as identifiers
from identity.blanks import trimmed_series
from identity.moments import NoMomentError, moment
from identity.nothing import is_nothing
from jobs.lines.inputs import Input, Inputs, fingerprints
from jobs.lines.said_of_people import MOMENT
from jobs.lines.warned import Warned
from jobs.mapping.mapping import GroupFile, Mapping
from jobs.mapping.translation import Columns, Recast, Translator
from jobs.reading.cells import DELETE, NUL, freed, text, too_long, unworked, without_error_values
from jobs.reading.csv_records import CsvFile
from jobs.reading.files import Format, Source, shown
from jobs.reading.headers import bare_name, heading, is_ours
from jobs.reading.mapped_groups import as_group_id
from jobs.reading.noted import NAMED
from jobs.shell.failures import FileProblem
from sql.tables import LINE_BITS

if TYPE_CHECKING:
    from polars._typing import PolarsDataType

GROUP_COLUMNS = ("custom_id", "previous_custom_id", "name", "type", "parent_custom_ids", "created")
_BARE = {bare_name(column): column for column in GROUP_COLUMNS}

LINES: dict[str, PolarsDataType] = {
    "line": pl.Int64,
    "file": pl.Int16,
    "line_number": pl.Int64,
    "custom_id": pl.String,
    "previous_custom_id": pl.String,
    "name": pl.String,
    "type": pl.String,
    "created": MOMENT,
    "clears_parents": pl.Boolean,
    "bad": pl.Boolean,
    "fingerprint_a": pl.Int64,
    "fingerprint_b": pl.Int64,
}
PARENTS = {"line": pl.Int64, "parent_custom_id": pl.String}
PROBLEMS = {"line": pl.Int64, "place": pl.Int16, "code": pl.String, "value": pl.String, "detail": pl.String}


@dataclass(frozen=True)
class GroupHeader:
    """The places of what a file says about groups; those of its translation, under a mapping."""

    columns: tuple[str, ...]
    """Of the file, as written."""
    custom_id: int
    name: int | None
    type: int | None
    parents: tuple[int, ...]
    separator: str | None
    """Between the custom_ids in a cell of parents; None where it has one."""
    ignored: tuple[str, ...]
    previous_custom_id: int | None = None
    created: int | None = None
    """Only of a file's own."""
    half_cleared: tuple[int, ...] = ()
    """As `headers.Header` has them."""
    sources: tuple[tuple[int, ...], ...] | None = None

    def shown(self, place: int) -> str:
        """The file's own heading of what stands at this place."""
        return heading(self.columns, place if self.sources is None else self.sources[place][0])

    @property
    def meanings(self) -> list[tuple[str, int]]:
        """Every column that means something, in canonical words, and its place."""
        named = ("custom_id", "previous_custom_id", "name", "type", "created")
        found = [(name, place) for name in named if (place := getattr(self, name)) is not None]
        return found + [(f"parents {number}", place) for number, place in enumerate(self.parents)]


class GroupInput(Input):
    """One file of groups, with what its columns mean (`header`)."""

    def __init__(self, source: Source, csv: CsvFile, mapping: Mapping | None) -> None:
        said = mapping.group_file if mapping else None
        super().__init__(source, csv, is_translated=said is not None)
        self.header: GroupHeader
        self.recast: Recast | None = None
        try:
            if mapping and said:
                self.header, self.recast = _bound(mapping.name, said, source.name, csv)
            else:
                self.header = _read_header(source.name, csv.columns, csv.header_line)
        except FileProblem as problem:
            raise problem.perhaps(csv.doubt) from None


@dataclass(frozen=True)
class Groups:
    """All lines of all files, in order.

    lines: one row a line: `line`, its number among all lines that are not blank, from 1; `file`, from 0; `line_number`,
    the physical line on which it begins; `custom_id`, null where it cannot be read; `previous_custom_id`; `name` and
    `type`, null where blank, "" where to be cleared; `created`, when the group came to be, if it is new here;
    `clears_parents`; `bad`; `fingerprint_a` and `fingerprint_b`, a
    hash of its cells.
    parents: `line`, `parent_custom_id`, each once; not the group itself.
    problems: as `people.Piece` has them.
    warnings: likewise, of lines that are imported all the same.
    Lines that the mapping leaves out have numbers and stand in no frame.
    """

    lines: pl.DataFrame
    parents: pl.DataFrame
    problems: pl.DataFrame
    warnings: dict[str, Warned]

    def said_in(self, files_before: int) -> pl.Series:
        """Where each of the lines stands, as the history keeps it, with so many files of people before these."""
        place = (pl.col("file").cast(pl.Int64) + files_before) * (1 << LINE_BITS) + pl.col("line_number")
        return self.lines.select(place.alias("said_in")).to_series()


class GroupFiles(Inputs[GroupInput]):
    """The files of groups of one batch. Made, it has read all their headers and none of their lines.

    Raises FileProblem, as `people.PeopleFiles` does.
    """

    def __init__(
        self,
        paths: Sequence[Path | str],
        *,
        format: Format | None = None,
        mapping: Mapping | None = None,
        opened: Sequence[Source] = (),
    ) -> None:
        said = mapping.group_file if mapping else None
        named = {bare_name(column.removesuffix("?")) for column in said.columns} if said else _BARE.keys()
        self.skipped = 0
        """Lines that the mapping leaves out, of those that `read` has given."""
        format = replace(format or Format(), header_line=said.header_line if said else None)

        def made(source: Source) -> GroupInput:
            return GroupInput(source, CsvFile(source, format, known=lambda column: bare_name(column) in named), mapping)

        super().__init__(paths, opened, format, made)

    def read(self) -> Groups:
        """Everything that the files say: groups are few beside people. Raises FileProblem, as `CsvFile.pieces`."""
        lines, parents, problems = (
            [pl.DataFrame(schema=LINES)],
            [pl.DataFrame(schema=PARENTS)],
            [pl.DataFrame(schema=PROBLEMS)],
        )
        warnings: dict[str, Warned] = {}
        rows = self.skipped = 0
        for number, file in enumerate(self.files):
            first = rows
            for records in file.csv.pieces():
                frame = records.frame
                line = pl.int_range(rows + 1, rows + 1 + frame.height, eager=True).alias("line")
                rows += frame.height
                if file.recast:
                    frame = file.recast(frame)
                    line = line.filter(~frame["skipped"])
                    frame = frame.filter(~frame["skipped"])
                    self.skipped += records.frame.height - frame.height
                found = _read(frame, line, file.header, file.source.formulas)
                prints = fingerprints(frame, file.header.meanings, "groups")
                lines.append(found[0].with_columns(pl.lit(number, pl.Int16).alias("file"), *prints).select(*LINES))
                parents.append(found[1])
                problems.append(found[2])
                _warn(warnings, number, found[3], pl.DataFrame([line, frame["line_number"]]))
            file.rows = rows - first
        return Groups(pl.concat(lines), pl.concat(parents), pl.concat(problems), warnings)


def _read_header(name: str, columns: Sequence[str], line: int) -> GroupHeader:
    places: dict[str, int] = {}
    ignored = []
    for place, column in enumerate(columns):
        known = None if is_ours(column) else _BARE.get(bare_name(column))
        if known in places:
            raise FileProblem(name, f"columns {places[known] + 1} and {place + 1} both mean {known}", line=line)
        if known is not None:
            places[known] = place
        elif not is_ours(column):
            ignored.append(heading(columns, place))
    if "custom_id" not in places:
        listed = ", ".join(shown(column) for column in columns[:20])
        raise FileProblem(name, f"no column custom_id says which group a line is about; it has {listed}", line=line)
    parents = places.get("parent_custom_ids")
    return GroupHeader(
        tuple(columns),
        places["custom_id"],
        places.get("name"),
        places.get("type"),
        () if parents is None else (parents,),
        "|",
        tuple(ignored),
        places.get("previous_custom_id"),
        places.get("created"),
    )


def _bound(mapping: str, said: GroupFile, name: str, csv: CsvFile) -> tuple[GroupHeader, Recast]:
    translator = Translator(Columns(mapping, name, csv.columns, csv.dialect.separator), said.rules)
    custom_id = translator.whole(said.group.custom_id)
    if custom_id is None:
        raise FileProblem(mapping, f"{said.group.custom_id.key}: no column of {name} says which group a line is about")
    name_place, type_place = (translator.joined(one) for one in (said.group.name, said.group.type))
    parents = [place for one in said.parents if (place := translator.clearing(one)) is not None]
    previous = translator.whole(said.previous_custom_id)
    recast = translator.recast()
    header = GroupHeader(
        tuple(csv.columns),
        custom_id,
        name_place,
        type_place,
        tuple(parents),
        said.split,
        translator.columns.ignored(said.rules.ignore, "group_file.ignore"),
        previous,
        None,
        tuple(translator.half_cleared),
        tuple(translator.sources),
    )
    return header, recast


def _warn(warnings: dict[str, Warned], file: int, found: pl.DataFrame, places: pl.DataFrame) -> None:
    """Count what is odd about lines (`line`, `code`, `value`) that stand in these places (`line`, `line_number`)."""
    for (code,), lines in found.unique(["line", "code"], keep="first", maintain_order=True).group_by("code"):
        first = lines.head(NAMED).join(places, on="line", maintain_order="left")["line_number"].to_list()
        warnings.setdefault(code, Warned(code)).add(lines.height, [(file, at) for at in first], lines["value"][0])


def _read(
    records: pl.DataFrame, line: pl.Series, header: GroupHeader, formulas: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """lines (without `file`), parents, problems and warnings of these records, which have these numbers; `formulas` as
    in `said_of_people.read_people`.
    """
    reading = _Reading(records, line, header)
    reading.formulas(formulas)
    custom_id, previous = reading.custom_id(), reading.previous_custom_id()
    name, type = reading.text(header.name), reading.type()
    created = reading.created()
    reading.half_cleared()
    clears, above = reading.parents()
    reading.ragged()
    problems = pl.concat(reading.problems).with_columns(pl.col("value").str.replace_all("\0", "\u2400", literal=True))
    lines = pl.DataFrame(
        [
            line,
            records["line_number"],
            custom_id.alias("custom_id"),
            previous.alias("previous_custom_id"),
            name.alias("name"),
            type.alias("type"),
            created.alias("created"),
            clears.alias("clears_parents"),
            line.is_in(problems["line"].implode()).alias("bad"),
        ]
    )
    above = above.join(lines.select("line", "custom_id"), on="line", how="left", maintain_order="left")
    itself = (pl.col("parent_custom_id") == pl.col("custom_id")).fill_null(False)
    own = above.filter(itself).select("line", pl.lit("own_parent").alias("code"), value="custom_id")
    return lines, above.filter(~itself).select(*PARENTS), problems, pl.concat([*reading.odd, own])


class _Reading:
    """The columns of one piece; collects `problems`, and what is `odd` about lines, as it reads."""

    def __init__(self, records: pl.DataFrame, line: pl.Series, header: GroupHeader) -> None:
        self.records, self.line, self.header = records, line, header
        self.problems: list[pl.DataFrame] = []
        self.odd = [pl.DataFrame(schema={"line": pl.Int64, "code": pl.String, "value": pl.String})]
        self._nothing = pl.repeat(None, len(line), dtype=pl.String, eager=True)
        self._unworked_ids = pl.repeat(False, len(line), dtype=pl.Boolean, eager=True)

    def formulas(self, formulas: pl.DataFrame | None) -> None:
        """Cells with a formula and no value are bad, and blank from here on."""
        places = [place for what, place in self.header.meanings if what != "created"]
        for place, wrong in unworked(self.records, places, self.header.sources, formulas):
            cell = self._cell(place)
            self._add(_where(wrong, "formula_without_value", self._nothing), cell, self._nothing, place)
            self.records = self.records.with_columns(cell.set(wrong, None).alias(str(place)))
            if place == self.header.custom_id:
                self._unworked_ids = wrong

    def custom_id(self) -> pl.Series:
        """What lines are about; blank, it is a problem."""
        place = self.header.custom_id
        cell = self._cell(place)
        found = identifiers.normalise_group_custom_id(self._as_id(cell, self.line))
        found = without_error_values(found, "custom_id", cell)
        blank = found["custom_id"].is_null() & found["code"].is_null() & ~self._unworked_ids
        code, detail = _where(blank, "invalid_group", found["code"]), _where(blank, "it is blank", found["detail"])
        self._add(code, cell.set(blank, None), detail, place)
        return found["custom_id"]

    def previous_custom_id(self) -> pl.Series:
        """The custom_id that the line's group has had so far."""
        place = self.header.previous_custom_id
        if place is None:
            return self._nothing
        cell = self._cell(place)
        cell = cell.set(is_nothing(cell), None)
        found = identifiers.normalise_group_custom_id(self._as_id(cell, self.line))
        self._add(found["code"], cell, found["detail"], place)
        return found["custom_id"]

    def text(self, place: int | None) -> pl.Series:
        """A name: null where blank, "" where to be cleared."""
        if place is None:
            return self._nothing
        cell = self._cell(place)
        found, nul = text(cell)
        self._add(_where(nul, "control_character", self._nothing), cell, _where(nul, NUL, self._nothing), place)
        return found

    def type(self) -> pl.Series:
        """The same of a type, by which groups are found."""
        found = self.text(self.header.type)
        wrong = too_long(found)
        self._add(_where(wrong.is_not_null(), "too_long", self._nothing), found, wrong, self.header.type)
        return found.set(wrong.is_not_null(), None)

    def created(self) -> pl.Series:
        """When the lines' groups came to be. It matters to new ones alone: what is no date is odd, and no problem."""
        place = self.header.created
        if place is None:
            return pl.repeat(None, len(self.line), dtype=MOMENT, eager=True)
        cell = self._cell(place)
        read = {text: _moment(text) for text in cell.unique().drop_nulls().to_list()} | {None: (None, False)}
        found = pl.DataFrame([read[text] for text in cell.to_list()], {"at": MOMENT, "odd": pl.Boolean}, orient="row")
        odd = pl.DataFrame([self.line, cell.alias("value")]).filter(found["odd"])
        self.odd.append(odd.select("line", pl.lit("odd_created").alias("code"), "value"))
        return found["at"]

    def half_cleared(self) -> None:
        for place in self.header.half_cleared:
            value = self._cell(place)
            self._add(_where(value.is_not_null(), "half_cleared", self._nothing), value, self._nothing, place)

    def parents(self) -> tuple[pl.Series, pl.DataFrame]:
        """Whether lines clear them; `line`, `parent_custom_id`, each once."""
        header = self.header
        clears = pl.repeat(False, len(self.line), dtype=pl.Boolean, eager=True)
        parents = [pl.DataFrame(schema=PARENTS)]
        for place in header.parents:
            cell = trimmed_series(self._cell(place), header.separator or "").fill_null("")
            clears = clears | (cell == DELETE)
            cells = pl.DataFrame([self.line, freed(cell).alias("parent")]).filter((cell != "") & (cell != DELETE))
            if header.separator:
                cells = cells.with_columns(pl.col("parent").str.split(header.separator)).explode("parent")
            line, parent = cells["line"], cells["parent"]
            found = identifiers.normalise_group_custom_id(self._as_id(parent, line))
            found = without_error_values(found, "custom_id", parent)
            self._add(found["code"], parent, found["detail"], place, line)
            parents.append(pl.DataFrame([line, found["custom_id"].alias("parent_custom_id")]).drop_nulls())
        return clears, pl.concat(parents).unique(maintain_order=True)

    def ragged(self) -> None:
        detail = self.records["ragged"]
        self._add(_where(detail.is_not_null(), "ragged_line", None), self.records["excess"], detail, None)

    def _cell(self, place: int) -> pl.Series:
        return self.records[str(place)]

    def _as_id(self, cell: pl.Series, line: pl.Series) -> pl.Series:
        """A custom_id, as lines of people under a mapping have it too."""
        if self.header.sources is None:
            return cell
        bare = identifiers.trimmed_cells(cell)
        found = as_group_id(bare)
        changed = pl.DataFrame([line, cell.alias("value")]).filter(found != bare)
        self.odd.append(changed.select("line", pl.lit("odd_group_id").alias("code"), "value"))
        return found

    def _add(
        self, code: pl.Series, value: pl.Series, detail: pl.Series, place: int | None, line: pl.Series | None = None
    ) -> None:
        """Keeps a problem where there is a code; `line`: of what stands beside it, if not each line once."""
        lines = self.line if line is None else line
        found = pl.DataFrame([lines, code.alias("code"), value.alias("value"), detail.alias("detail")])
        found = found.drop_nulls("code").with_columns(pl.lit(place, pl.Int16).alias("place"))
        self.problems.append(found.select(*PROBLEMS))


def _moment(text: str) -> tuple[datetime | None, bool]:
    """The moment, and whether the text is no date, or may be two."""
    try:
        return moment(text, UTC, None), False
    except NoMomentError:
        return None, True


def _where(condition: pl.Series, text: str, otherwise: pl.Series | None) -> pl.Series:
    rest = pl.lit(None, pl.String) if otherwise is None else otherwise
    return pl.select(pl.when(condition).then(pl.lit(text)).otherwise(rest)).to_series()
