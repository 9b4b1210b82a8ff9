"""What the records of a file of people say, as the columns of the frames that are staged.

Everything here works on columns; a row is never looked at by itself. A line with a problem is *bad*: it
will not be imported, but what can be read of it counts when lines are put together, so it is given all the
same.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from identity import identifiers_in_bulk as identifiers
from identity.blanks import trimmed_series
from identity.custom_ids import near_column
from identity.moments import NoMomentError, moment
from identity.nothing import is_nothing, words_for_nothing
from identity.other_ids import is_others
from jobs.reading.cells import DELETE, NUL, freed, text, unworked, without_error_values
from jobs.reading.mapped_groups import Definitions, as_group_id, read_groups

if TYPE_CHECKING:
    from polars._typing import PolarsDataType

    from jobs.reading.headers import DateColumn, Header

NUL_SHOWN = "\u2400"
MOMENT = pl.Datetime("us", "UTC")
LINES: dict[str, PolarsDataType] = {
    "line": pl.Int64,
    "file": pl.Int16,
    "line_number": pl.Int64,
    "said_in": pl.Int64,
    "custom_id": pl.String,
    "near_custom_id": pl.String,
    "previous_custom_id": pl.String,
    "former_custom_id": pl.String,
    "name": pl.String,
    "image_url": pl.String,
    "since": MOMENT,
    "created": MOMENT,
    "names_groups": pl.Boolean,
    "clears_groups": pl.Boolean,
    "bad": pl.Boolean,
    "fingerprint_a": pl.Int64,
    "fingerprint_b": pl.Int64,
}
CLAIMS: dict[str, PolarsDataType] = {
    "line": pl.Int64,
    "place": pl.Int16,
    "kind": pl.String,
    "ifi": pl.String,
    "near": pl.String,
    "as_written": pl.String,
    "since": MOMENT,
    "agent_name": pl.String,
    "created": MOMENT,
    "said_in": pl.Int64,
    "object_type": pl.String,
}
SPELLS: dict[str, PolarsDataType] = {
    **{column: kind for column, kind in CLAIMS.items() if column != "object_type"},
    "until": MOMENT,
}
OBJECT_TYPES = ["Agent", "Group"]
"""What a persona is in xAPI, if that is said."""
WORDS = {"line": pl.Int64, "place": pl.Int16}
MEMBERSHIPS = {"line": pl.Int64, "group_custom_id": pl.String, "definition": pl.Int32, "said_in": pl.Int64}
OTHER_IDS = {"line": pl.Int64, "record": pl.String, "other_id": pl.String, "custom_id": pl.String, "ifi": pl.String}
PROBLEMS = {"line": pl.Int64, "place": pl.Int16, "code": pl.String, "value": pl.String, "detail": pl.String}


def read_people(
    records: pl.DataFrame,
    header: Header,
    fold_mailbox_case: bool = False,
    definitions: Definitions | None = None,
    *,
    formulas: pl.DataFrame | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """`Records.frame` of a file with this header, or its translation -> lines (without `file`), claims, spells, words,
    memberships, problems, other ids.

    `line` is the row's number in `records`, from 0. What lines say of groups is added to `definitions`. `formulas`:
    cells of the file of which nobody knows what they say (`files.Source.formulas`).
    """
    reading = _Reading(records, header)
    reading.formulas(formulas)
    custom_id = reading.custom_id()
    previous_custom_id = reading.previous_custom_id(custom_id)
    former_custom_id = reading.former_custom_id(custom_id)
    claims, spells = reading.claims(fold_mailbox_case)
    names_groups, clears_groups, memberships = reading.groups(Definitions() if definitions is None else definitions)
    name, image_url = reading.text(header.name), reading.text(header.image_url)
    since, created = reading.moments(header.since), reading.moments(header.created)
    for date in header.checked_dates:
        reading.moments(date)
    reading.unreadable()
    reading.half_cleared()
    reading.names_nobody()
    reading.ragged()
    problems = pl.concat(reading.problems) if reading.problems else pl.DataFrame(schema=PROBLEMS)
    # A COPY cannot take NUL; the rejects file has the cell itself.
    problems = problems.with_columns(pl.col("value").str.replace_all("\0", NUL_SHOWN, literal=True))
    line = reading.line
    lines = pl.DataFrame(
        [
            line,
            records["line_number"],
            custom_id.alias("custom_id"),
            near_column(custom_id.fill_null(former_custom_id)).alias("near_custom_id"),
            previous_custom_id.alias("previous_custom_id"),
            former_custom_id.alias("former_custom_id"),
            name.alias("name"),
            image_url.alias("image_url"),
            since.alias("since"),
            created.alias("created"),
            names_groups.alias("names_groups"),
            clears_groups.alias("clears_groups"),
            line.is_in(problems["line"].implode()).alias("bad")
            if problems.height
            else pl.repeat(False, len(line), dtype=pl.Boolean, eager=True).alias("bad"),
        ]
    )
    words = pl.concat([pl.DataFrame(schema=WORDS), *reading.words])
    return lines, claims, spells, words, memberships, problems, reading.other_ids(custom_id)


class _Reading:
    """The columns of one piece; collects `problems`, and which rows have named somebody, as it reads."""

    def __init__(self, records: pl.DataFrame, header: Header) -> None:
        self.records, self.header = records, header
        self.line = pl.int_range(records.height, eager=True).alias("line")
        self.problems: list[pl.DataFrame] = []
        self.words: list[pl.DataFrame] = []
        self._named: list[pl.Series] = []
        self._ifis: dict[int, pl.Series] = {}
        self._dates: dict[int, pl.Series] = {}
        """By place: a column of dates may be of several identifiers."""

    def cell(self, place: int) -> pl.Series:
        return self.records[str(place)]

    def formulas(self, formulas: pl.DataFrame | None) -> None:
        """Cells with a formula and no value are bad, and blank from here on; they name somebody, whoever it is."""
        header = self.header
        places = [place for _, place in header.meanings]
        places += [place for entry in header.mapped_groups for place in entry.places]
        for place, found in unworked(self.records, places, header.sources, formulas):
            cell = self.cell(place)
            self._add(self.line.filter(found), "formula_without_value", place, cell.filter(found))
            self.records = self.records.with_columns(cell.set(found, None).alias(str(place)))
            if place == header.custom_id or any(place in (one.place, one.home_page) for one in header.personas):
                self._named.append(found)

    def custom_id(self) -> pl.Series:
        place = self.header.custom_id
        if place is None:
            return self._nothing()
        cell = self.cell(place)
        found = without_error_values(identifiers.normalise_custom_id(cell), "custom_id", cell)
        self._named.append(found["custom_id"].is_not_null() | found["code"].is_not_null())
        self._problems(found, pl.lit(place, pl.Int16), cell)
        self._mark(found["custom_id"], None)
        return found["custom_id"]

    def previous_custom_id(self, custom_id: pl.Series) -> pl.Series:
        """The custom_id that the line's person has had so far; without a new one it is a problem."""
        place = self.header.previous_custom_id
        if place is None:
            return self._nothing()
        cell = self.cell(place)
        found = identifiers.normalise_custom_id(cell.set(is_nothing(cell), None))
        self._problems(found, pl.lit(place, pl.Int16), cell)
        previous = found["custom_id"]
        named = custom_id.is_not_null()
        if self._named:  # also by an invalid one, which is a problem of its own
            named = pl.select(pl.any_horizontal(self._named)).to_series()
        alone = previous.is_not_null() & ~named
        self._named.append(previous.is_not_null() | found["code"].is_not_null())
        if alone.any():
            self._add(self.line.filter(alone), "previous_without_custom_id", place, cell.filter(alone))
        return previous

    def former_custom_id(self, custom_id: pl.Series) -> pl.Series:
        """The custom_id that the line's person has lost; of somebody who has one now it says nothing."""
        place = self.header.former_custom_id
        if place is None:
            return self._nothing()
        cell = self.cell(place)
        found = without_error_values(identifiers.normalise_custom_id(cell), "custom_id", cell)
        self._problems(found, pl.lit(place, pl.Int16), cell)
        return found["custom_id"].set(custom_id.is_not_null(), None)

    def claims(self, fold_mailbox_case: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
        """What is claimed, and what was the person's for a time that has ended."""
        spells = [pl.DataFrame(schema={name: kind for name, kind in SPELLS.items() if name != "said_in"})]
        frames: dict[str, list[pl.DataFrame]] = {}
        for column in self.header.personas:
            kind, place, home_page = column.kind, column.place, column.home_page
            values = self.cell(place)
            home_pages = None if home_page is None else self.cell(home_page)
            found = identifiers.normalise(kind, values, home_pages, fold_mailbox_case=fold_mailbox_case)
            if kind == "account":
                found = without_error_values(found, "ifi", values)
                at_value = pl.when(pl.col("code") == "error_value").then(pl.lit("value")).otherwise("at")
                found = found.with_columns(at=at_value)
                self._mark(pl.select(pl.when(found["ifi"].is_not_null()).then(values)).to_series(), place)
            self._ifis[place] = found["ifi"]
            self._named.append(found["ifi"].is_not_null() | found["code"].is_not_null())
            if home_pages is None:
                self._problems(found, pl.lit(place, pl.Int16), values)
            else:
                at_home_page = pl.col("at") == "home_page"
                self._problems(
                    found,
                    pl.when(at_home_page).then(pl.lit(home_page)).otherwise(pl.lit(place)).cast(pl.Int16),
                    pl.select(pl.when(found["at"] == "home_page").then(home_pages).otherwise(values)).to_series(),
                )
            claims = found.select(
                self.line,
                pl.lit(place, pl.Int16).alias("place"),
                pl.lit(kind).alias("kind"),
                "ifi",
                "near",
                "as_written",
                self.moments(column.since).alias("since"),
                self.text(column.name).alias("agent_name"),
                self.moments(column.created).alias("created"),
                self.text(column.object_type).alias("object_type"),
            ).with_columns(
                pl.when(pl.col("agent_name") != "").then("agent_name"),
                pl.when(pl.col("object_type").is_in(OBJECT_TYPES)).then("object_type"),
            )
            if column.until:
                claims = claims.with_columns(self.moments(column.until).alias("until"))
                ended = claims.filter(pl.col("ifi").is_not_null() & pl.col("until").is_not_null())
                spells.append(ended.drop("object_type"))
                claims = claims.filter(pl.col("until").is_null()).drop("until")
                self._ended(spells[-1], column.until.place)
            frames.setdefault(kind, []).append(claims.filter(pl.col("ifi").is_not_null()))
        # Only columns of one kind can name one persona twice. By place the first stays, with the latest date.
        each = [
            same[0]
            if len(same) == 1
            else pl.concat(same)
            .with_columns(pl.col("since").max().over("line", "ifi") if self.header.dates else pl.col("since"))
            .unique(["line", "ifi"], keep="first", maintain_order=True)
            for same in frames.values()
        ]
        return pl.concat(each) if each else pl.DataFrame(schema=CLAIMS), pl.concat(spells)

    def _ended(self, spells: pl.DataFrame, place: int) -> None:
        """A time that ends when it begins, or before, is none."""
        none = spells.filter(pl.col("since") >= pl.col("until"))["line"]
        if len(none):
            cells = self.cell(place).gather(none)
            self._add(none, "invalid_date", place, cells, "it is not after identifier_since")

    def moments(self, date: DateColumn | None) -> pl.Series:
        """The moments of a column of dates; each different cell is looked at once."""
        if date is None:
            return pl.repeat(None, self.records.height, dtype=MOMENT, eager=True)
        cells = self.cell(date.place)
        if date.place not in self._dates:
            texts = cells.unique().drop_nulls()
            rows = [_moment(text, date) for text in texts.to_list()]
            schema: dict[str, PolarsDataType] = {"at": MOMENT, "detail": pl.String}
            found = pl.DataFrame(rows, schema, orient="row")
            found = found.with_columns(texts.alias("text"))
            all_found = cells.alias("text").to_frame().join(found, on="text", how="left", maintain_order="left")
            self._dates[date.place] = all_found["at"]
            wrong = all_found["detail"].is_not_null()
            if wrong.any():
                detail = all_found["detail"].filter(wrong)
                self._add(self.line.filter(wrong), "invalid_date", date.place, cells.filter(wrong), detail)
        return self._dates[date.place]

    def text(self, place: int | None) -> pl.Series:
        """A name or an address of an image: trimmed; null where blank, "" for `<delete>`, freed of one
        backslash.
        """
        if place is None:
            return self._nothing()
        cell = self.cell(place)
        found, nul = text(cell)
        if nul.any():
            self._add(self.line.filter(nul), "control_character", place, cell.filter(nul), NUL)
        return found

    def groups(self, definitions: Definitions) -> tuple[pl.Series, pl.Series, pl.DataFrame]:
        """(names_groups, clears_groups, memberships)."""
        names, clears, listed = self._listed_groups()
        memberships = [listed.with_columns(pl.lit(None, pl.Int32).alias("definition"))]
        for entry in self.header.mapped_groups:
            read = read_groups(self.records, self.line, entry, definitions)
            names, clears = names | read.names, clears | read.clears
            memberships.append(read.memberships)
            if read.problems is not None:
                self.problems.append(read.problems.select(*PROBLEMS))
        together = pl.concat(memberships)
        # Only two entries with one definition can name a group twice.
        if together["definition"].n_unique() < sum(frame["definition"].n_unique() for frame in memberships):
            together = together.unique(maintain_order=True)
        return names, clears, together

    def _listed_groups(self) -> tuple[pl.Series, pl.Series, pl.DataFrame]:
        """The same of the column `groups`, without definitions."""
        place = self.header.groups
        if place is None:
            no = pl.repeat(False, self.records.height, dtype=pl.Boolean, eager=True)
            return no, no, pl.DataFrame(schema={"line": pl.Int64, "group_custom_id": pl.String})
        cell = trimmed_series(self.cell(place), "|").fill_null("")
        names, clears = cell != "", cell == DELETE
        lists = (
            pl.DataFrame([self.line, freed(cell).alias("group")])
            .filter(names & ~clears)
            .with_columns(pl.col("group").str.split("|"))
        )
        longest = lists["group"].list.len().max()
        elements = lists.explode("group")
        if self.header.sources is not None:  # by a mapping it is what they are called, perhaps
            elements = elements.with_columns(as_group_id(identifiers.trimmed_cells(elements["group"])).alias("group"))
        found = identifiers.normalise_group_custom_id(elements["group"])
        found = without_error_values(found, "custom_id", elements["group"])
        memberships = pl.DataFrame([elements["line"], found["custom_id"].alias("group_custom_id")]).drop_nulls()
        self._problems(found, pl.lit(place, pl.Int16), elements["group"], elements["line"])
        return names, clears, _each_once(memberships, longest if isinstance(longest, int) else 0)

    def other_ids(self, custom_id: pl.Series) -> pl.DataFrame:
        """What another system calls its records: the person's, with the custom_id and the first identifier of the line,
        and each identifier's.
        """
        frames = [pl.DataFrame(schema=OTHER_IDS)]
        for column in self.header.other_ids:
            cells = self.cell(column.place)
            of_person = column.record != "identifier"
            if cells.null_count() == len(cells):
                continue
            ifis = [self._ifis[place] for place in (self._ifis if of_person else column.identifiers)]
            found = pl.DataFrame(
                [
                    self.line,
                    cells.str.to_lowercase().alias("other_id"),
                    (custom_id if of_person else self._nothing()).alias("custom_id"),
                    pl.select(pl.coalesce(ifis)).to_series().alias("ifi") if ifis else self._nothing().alias("ifi"),
                ]
            )
            found = found.filter(is_others(cells)).with_columns(pl.lit(column.record).alias("record"))
            frames.append(found.select(*OTHER_IDS))
        return pl.concat(frames)

    def unreadable(self) -> None:
        place = self.header.unreadable
        if place is None:
            return
        wrong = self.cell(place).is_not_null()
        if wrong.any():
            self._named.append(wrong)  # whomever it says
            self._add(self.line.filter(wrong), "unreadable_record", place, self.cell(place).filter(wrong))

    def half_cleared(self) -> None:
        for place in self.header.half_cleared:
            value = self.cell(place)
            if value.null_count() < len(value):
                wrong = value.is_not_null()
                self._add(self.line.filter(wrong), "half_cleared", place, value.filter(wrong))

    def names_nobody(self) -> None:
        somebody = pl.select(pl.any_horizontal(self._named)).to_series()
        if not somebody.all():
            self._add(self.line.filter(~somebody), "names_nobody")

    def ragged(self) -> None:
        detail = self.records["ragged"]
        if detail.null_count() < len(detail):
            wrong = detail.is_not_null()
            self._add(
                self.line.filter(wrong),
                "ragged_line",
                None,
                self.records["excess"].filter(wrong),
                detail.filter(wrong),
            )

    def _problems(self, found: pl.DataFrame, place: pl.Expr, values: pl.Series, line: pl.Series | None = None) -> None:
        """Keeps the rows of `found` that have a `code`; `values` and `line` are beside them."""
        if found["code"].null_count() < found.height:
            self.problems.append(
                found.with_columns(place.alias("place"), values.alias("value"), self.line if line is None else line)
                .filter(pl.col("code").is_not_null())
                .select(*PROBLEMS)
            )

    def _add(
        self,
        line: pl.Series,
        code: str,
        place: int | None = None,
        value: pl.Series | None = None,
        detail: pl.Series | str | None = None,
    ) -> None:
        """Keeps one problem for each of these lines."""
        self.problems.append(
            line.to_frame().select(
                "line",
                pl.lit(place, pl.Int16).alias("place"),
                pl.lit(code).alias("code"),
                (pl.lit(None, pl.String) if value is None else value).alias("value"),
                (detail if isinstance(detail, pl.Series) else pl.lit(detail, pl.String)).alias("detail"),
            )
        )

    def _mark(self, ids: pl.Series, place: int | None) -> None:
        """Keeps the lines whose id is a word for nothing."""
        mean_nothing = words_for_nothing(ids)
        if mean_nothing.any():
            lines = self.line.filter(mean_nothing).to_frame()
            self.words.append(lines.select("line", pl.lit(place, pl.Int16).alias("place")))

    def _nothing(self) -> pl.Series:
        return pl.repeat(None, self.records.height, dtype=pl.String, eager=True)


def _moment(text: str, date: DateColumn) -> tuple[datetime | None, str | None]:
    """The moment, and what is wrong with the text."""
    try:
        found = moment(text, date.zone, date.form)
        # Days of the calendar, whatever the clocks have done in between.
        return found and (found.astimezone(date.zone) - date.minus).astimezone(UTC), None
    except NoMomentError as error:
        return None, str(error)


def _each_once(memberships: pl.DataFrame, longest: int) -> pl.DataFrame:
    """Each group of a line once, at its first place; a line's rows are together, and at most `longest`."""
    if longest > 8:
        return memberships.unique(maintain_order=True)
    if longest < 2:
        return memberships
    # Looking a few rows back is a tenth of the work of hashing all.
    again = [pl.all_horizontal(pl.all() == pl.all().shift(back)) for back in range(1, longest)]
    return memberships.filter(~pl.any_horizontal(again).fill_null(False))
