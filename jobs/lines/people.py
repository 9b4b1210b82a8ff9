"""People files -> what they say about people, piece by piece, as the frames that are staged."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import polars as pl

from identity.identifiers_in_bulk import trimmed_cells
from jobs.lines.erased import left_out
from jobs.lines.inputs import Input, Inputs, fingerprints
from jobs.lines.said_of_people import LINES, PROBLEMS, read_people
from jobs.lines.warned import Places, Warned
from jobs.reading.csv_records import PIECE_BYTES, CsvFile, Records
from jobs.reading.damage import Widths, signs
from jobs.reading.files import Format, Source
from jobs.reading.headers import Header, meaning, read_header
from jobs.reading.mapped_groups import Definitions
from jobs.reading.noted import NAMED
from jobs.shell.failures import FileProblem
from sql.tables import LINE_BITS

if TYPE_CHECKING:
    from identity.erased import Erased
    from jobs.mapping.mapping import Mapping

NO_LINES = pl.Series("line", [], dtype=pl.Int64)
AHEAD = 1
"""Pieces that are being brought into columns while the next is read."""
EARLY = 4
"""Pieces that are read, and looked at for signs of damage, before it is known which lines are known."""


class Known(Protocol):
    """Which lines may go unread."""

    def unchanged(self, lines: pl.DataFrame) -> pl.Series:
        """Which of these, by `line, fingerprint_a, fingerprint_b`, in order."""


_Known = TypeVar("_Known", bound=Known)


@dataclass(frozen=True)
class _Looked:
    """A piece that has been looked at, and not been read yet."""

    file: int
    frame: pl.DataFrame
    """Its records, translated, without those that the mapping leaves out."""
    line: pl.Series
    warnings: pl.DataFrame
    """The signs of damage on its lines."""
    prints: tuple[pl.Series, pl.Series]
    skipped: int
    """Lines that the mapping leaves out."""
    bytes_read: int
    bytes_total: int


@dataclass(frozen=True)
class Piece:
    """Some lines of one file, in order.

    lines: one row a line: `line`, its number among all lines of the batch that are not blank, from 1;
    `file`, from 0; `line_number`, the physical line on which it begins; `said_in`; `custom_id`, and its
    `near_custom_id` (without one, of the former one); `previous_custom_id`; `former_custom_id`, where there is none
    now; `name` and `image_url`, null where blank, "" where to be cleared; `since`, from when on the person is there;
    `created`, when their record was made; `names_groups`, whether its groups are not blank; `clears_groups`; `bad`;
    `fingerprint_a` and `fingerprint_b`, a hash of its cells and of what they mean.
    claims: one row for each persona that can be read of a line, once: `line`, `place` of its column in the
    file (an account's: of its name) from 0, `kind`, `ifi`, `near`, `as_written` (null where equal to the ifi),
    `said_in`, `since`, from when on it is the person's (the latest, where a line names it twice), `agent_name` and
    `created`, when the persona was made.
    spells: likewise what was the person's for a time that has ended, up to (and without) `until`: it is no claim, and
    names nobody.
    words: `line`, `place`: where an id is a word for nothing (`NULL`), place null of a custom_id; whether it is one
    after all, is told when all lines are together.
    memberships: `line`, `group_custom_id`, `definition` and `said_in`, each combination once; `definition` is a row of
    `PeopleFiles.definitions`, what the line says of the group; null where it only names it.
    problems: `line`, `place` of the cell at fault or null where it is the line, `code` (of
    `identity.problems`), `value` as written but for NUL, shown as U+2400 (of a ragged line: what follows the
    last cell that has a column), `detail`.
    other_ids: `line`, `record`, `other_id`: what another system calls the line's person, or what they have
    (`headers.OtherIdColumn`); `custom_id` of the person, and an `ifi`: of an identifier its own, else the line's first.

    No frame has a NUL in it, which a COPY could not take.
    """

    file: int
    lines: pl.DataFrame
    claims: pl.DataFrame
    spells: pl.DataFrame
    words: pl.DataFrame
    memberships: pl.DataFrame
    problems: pl.DataFrame
    other_ids: pl.DataFrame
    bytes_read: int
    """Bytes read so far, of all files."""
    bytes_total: int
    skipped: int = 0
    """Lines that the mapping leaves out; they have their numbers and stand in no frame."""
    erased: pl.Series = field(default_factory=NO_LINES.clone)
    """Lines about people who were erased, likewise."""
    erased_claims: int = 0
    """Identifiers of theirs that other lines go on without."""

    def only(self, lines: pl.Series) -> Piece:
        """The same of some lines."""
        return self._kept(pl.col("line").is_in(lines.implode()))

    def without(self, lines: pl.Series) -> Piece:
        """The same without some lines."""
        return self._kept(~pl.col("line").is_in(lines.implode())) if len(lines) else self

    def without_erased(self, erased: Erased) -> Piece:
        """The same without the lines about erased people, and without what was theirs. A line that goes on without
        something is looked at again the next time.
        """
        found = left_out(erased, self.lines, self.claims, self.spells)
        piece = self.without(found.lines)
        if found.claims.height:
            lacking = pl.col("line").is_in(found.claims["line"].implode())
            prints = (pl.when(~lacking).then(half).alias(half) for half in ("fingerprint_a", "fingerprint_b"))
            key = ["line", "place"]
            piece = replace(
                piece,
                lines=piece.lines.with_columns(*prints),
                claims=piece.claims.join(found.claims, on=key, how="anti", maintain_order="left"),
                spells=piece.spells.join(found.claims, on=key, how="anti", maintain_order="left"),
                words=piece.words.join(found.claims, on=key, how="anti", maintain_order="left"),
            )
        return replace(piece, erased=found.lines, erased_claims=found.claims.height)

    def defining(self, lines: pl.Series) -> pl.DataFrame:
        """The memberships of some lines that say something of the group."""
        return self.memberships.filter(pl.col("definition").is_not_null() & pl.col("line").is_in(lines.implode()))

    @property
    def groups(self) -> pl.DataFrame:
        """The memberships, each group of a line once."""
        return self.memberships.filter(self._first) if self._says else self.memberships

    @property
    def sayings(self) -> pl.DataFrame:
        """What lines say of a group beside what `groups` has of it: `line`, `definition`."""
        more = self.memberships.filter(~self._first) if self._says else self.memberships[:0]
        return more.select("line", "definition").drop_nulls()

    @property
    def _says(self) -> bool:
        return self.memberships["definition"].null_count() < self.memberships.height

    @property
    def _first(self) -> pl.Expr:
        return pl.struct("line", "group_custom_id").is_first_distinct()

    def _kept(self, which: pl.Expr) -> Piece:
        return replace(
            self,
            lines=self.lines.filter(which),
            claims=self.claims.filter(which),
            spells=self.spells.filter(which),
            words=self.words.filter(which),
            memberships=self.memberships.filter(which),
            problems=self.problems.filter(which),
            other_ids=self.other_ids.filter(which),
        )


class InputFile(Input):
    """One file of people, with what its columns mean (`header`)."""

    def __init__(
        self, source: Source, csv: CsvFile, mapping: Mapping | None = None, moment: datetime | None = None
    ) -> None:
        super().__init__(source, csv, is_translated=mapping is not None)
        header = source.name, csv.columns, csv.header_line, source.path
        try:
            self.translation = (
                mapping.bind(*header, delimiter=csv.dialect.separator, moment=moment) if mapping else None
            )
            self.header: Header = self.translation.header if self.translation else read_header(*header)
        except FileProblem as problem:
            raise problem.perhaps(csv.doubt) from None


class PeopleFiles(Inputs[InputFile]):
    """The people files of one batch. Made, it has read all their headers and none of their lines.

    Raises FileProblem: a file cannot be opened, is empty, is given twice, its header cannot be used
    (`headers.read_header`; with a mapping, `Mapping.bind`), or one of several is a rejects file. `pieces` raises
    it where a file cannot be read on (`pieces.CsvFile`).
    """

    def __init__(
        self,
        paths: Sequence[Path | str],
        *,
        fold_mailbox_case: bool = False,
        salt: str = "",
        piece_bytes: int = PIECE_BYTES,
        format: Format | None = None,
        mapping: Mapping | None = None,
        reject_warnings: Collection[str] = (),
        moment: datetime | None = None,
        opened: Sequence[Source] = (),
    ) -> None:
        """`moment`: of the import, which says what day is today; None for now."""
        self.fold_mailbox_case = fold_mailbox_case
        self.salt = f"{salt} {sorted(reject_warnings)}"
        self._reject_warnings = sorted(reject_warnings)
        self.warnings: dict[str, Warned] = {}
        """By code, the signs of damage on the lines that `pieces` has given."""
        self.late_problems = pl.DataFrame(schema=PROBLEMS)
        """Of lines that are bad only beside all others. Known when `pieces` has come to its end; when it gives the
        same lines again, they are bad.
        """
        self._definitions = Definitions()
        self._empty: dict[int, Piece] = {}
        """Of files, a piece of which no line is read."""
        self.skipped = 0
        """Lines that the mapping leaves out, of those that `pieces` has given."""
        self.erased: Erased | None = None
        """Who was erased: the lines about them are left out."""
        self.erased_lines = self.erased_claims = 0
        """Such lines, and what others go on without, of those that `pieces` has given."""
        known = mapping.knows if mapping else lambda heading: meaning(heading) is not None

        def made(source: Source) -> InputFile:
            return InputFile(source, CsvFile(source, format, known=known, piece_bytes=piece_bytes), mapping, moment)

        super().__init__(paths, opened, format or Format(), made)

    def columns(self, file: int) -> list[str]:
        """A file's header, as written."""
        return list(self.files[file].header.columns)

    @property
    def tell_by_prints(self) -> bool:
        """Whether a line that its source said last may go unread: no line gives a previous custom_id, or an
        identifier that has ended, or says of groups more than who is in them; and a line's cells are all there is to
        know of it.
        """
        return all(
            file.header.custom_id is not None
            and file.header.previous_custom_id is None
            and not any(persona.until for persona in file.header.personas)
            and not file.header.mapped_groups
            and file.source.formulas is None
            for file in self.files
        )

    @property
    def definitions(self) -> pl.DataFrame:
        """`mapped_groups.DEFINITIONS` of all pieces so far; the same whenever the files are read again."""
        return self._definitions.frame

    @property
    def definition_parents(self) -> pl.DataFrame:
        """`mapped_groups.PARENTS`, likewise."""
        return self._definitions.parents

    def pieces(self, known: Future[_Known] | None = None) -> Generator[Piece, None, None]:
        """All lines of all files, in order; their numbers go on from piece to piece.

        `known`, only where they `tell_by_prints`: it is asked piece by piece which lines with a custom_id it knows.
        These are looked at for signs of damage, and left out. While it is being made, the first pieces are looked at.

        While one piece is brought into columns, in a thread of its own, the next is read; a FileProblem comes
        after all pieces before it.
        """
        total = sum(file.size for file in self.files)
        self.skipped = self.erased_lines = self.erased_claims = 0
        self.warnings, widths, places = {}, Widths(), Places()
        problem: FileProblem | None = None
        doubtful, erased = [NO_LINES], [NO_LINES]
        for file in self.files:
            file.left_out = 0
        looked: deque[Future[_Looked]] = deque()
        ahead: deque[Future[tuple[Piece, pl.DataFrame, pl.DataFrame]]] = deque()
        read = self._records()
        with ThreadPoolExecutor(AHEAD, thread_name_prefix="reading") as pool:
            while True:
                try:
                    records = next(read, None)
                except FileProblem as error:
                    records, problem = None, error
                if records is not None:
                    looked.append(pool.submit(self._look, *records, total, widths))
                while looked and (known is None or known.done() or len(looked) > EARLY or records is None):
                    ahead.append(pool.submit(self._piece, looked.popleft(), known))
                while len(ahead) > (AHEAD if records else 0):
                    piece, warnings, numbers = ahead.popleft().result()
                    self.skipped += piece.skipped
                    places.add(piece.file, numbers["line"], numbers["line_number"])
                    self._warn(warnings, places)
                    doubtful.append(_of_ids(warnings, self.files[piece.file : piece.file + 1]))
                    self.files[piece.file].left_out += piece.skipped + len(piece.erased)
                    erased.append(piece.erased)
                    self.erased_lines += len(piece.erased)
                    self.erased_claims += piece.erased_claims
                    yield piece
                if records is None:
                    break
        if problem:
            raise problem
        late = widths.late()
        if self.erased_lines:
            late = late.filter(~pl.col("line").is_in(pl.concat(erased).implode()))
        self._warn(late, places)
        doubtful.append(_of_ids(late, self.files))
        self.doubtful = pl.concat(doubtful).unique()
        self.late_problems = late.filter(pl.col("code").is_in(self._reject_warnings))

    def _warn(self, warnings: pl.DataFrame, places: Places) -> None:
        if not warnings.height:
            return
        counted = warnings.filter(~pl.col("code").is_in(self._reject_warnings)).sort("line", "place")
        for (code,), found in counted.unique(["code", "line"], keep="first", maintain_order=True).group_by("code"):
            warned = self.warnings.setdefault(code, Warned(code))
            first = found.head(NAMED)
            warned.add(found.height, [places.of(line) for line in first["line"]], first["value"][0])

    def _records(self) -> Iterator[tuple[int, Records, int, int]]:
        """(file, records, lines before them, bytes read of all files)."""
        before, rows = 0, 0
        for number, file in enumerate(self.files):
            first = rows
            for records in file.csv.pieces():
                yield number, records, rows, before + records.bytes_read
                rows += records.frame.height
            file.rows = rows - first
            before += file.size

    def _look(
        self, number: int, records: Records, rows: int, bytes_read: int, bytes_total: int, widths: Widths
    ) -> _Looked:
        """What a piece tells before any line of it is read."""
        file, frame = self.files[number], records.frame
        line = pl.int_range(rows + 1, rows + 1 + frame.height, eager=True).alias("line")
        if file.translation:
            frame = file.translation(frame)
        warnings, digits = signs(frame, file.header, file.source.numeric)
        widths.add(number, rows + 1, digits, frame)
        warnings = warnings.with_columns(pl.col("line") + rows + 1)
        if file.translation:
            kept = ~frame["skipped"]
            if not kept.all():
                frame, line = frame.filter(kept), line.filter(kept)
        dates = file.header.dates
        prints = fingerprints(frame, file.header.told_by, f"{self.salt} {dates}" if dates else self.salt)
        skipped = records.frame.height - frame.height
        return _Looked(number, frame, line, warnings, prints, skipped, bytes_read, bytes_total)

    def _piece(
        self, looking: Future[_Looked], known: Future[_Known] | None
    ) -> tuple[Piece, pl.DataFrame, pl.DataFrame]:
        """The piece, the signs of damage on its lines, and their numbers: of those that are left out as known, too."""
        looked = looking.result()
        number, frame, line, prints = looked.file, looked.frame, looked.line, looked.prints
        file, warnings = self.files[number], looked.warnings
        numbers = pl.DataFrame([line, frame["line_number"]])
        strict = pl.concat([warnings, self.late_problems.filter(pl.col("line").is_in(line.implode()))])
        strict = strict.filter(pl.col("code").is_in(self._reject_warnings))
        if known:
            named = trimmed_cells(frame[str(file.header.custom_id)]).is_not_null()
            said = pl.DataFrame([line, *prints]).filter(named & ~line.is_in(strict["line"].implode()))
            new = ~line.is_in(said["line"].filter(known.result().unchanged(said)).implode())
            frame, line, prints = frame.filter(new), line.filter(new), (prints[0].filter(new), prints[1].filter(new))
        if not frame.height and number in self._empty:  # as most are, of a file of last night
            piece = replace(self._empty[number], bytes_read=looked.bytes_read, skipped=looked.skipped)
            return piece, warnings, numbers
        frames = read_people(
            frame, file.header, self.fold_mailbox_case, self._definitions, formulas=file.source.formulas
        )
        said_in = ((number << LINE_BITS) + frame["line_number"]).alias("said_in")
        lines, claims, spells, words, memberships, problems, other_ids = (
            found.with_columns(line.gather(found["line"]).alias("line"), said_in.gather(found["line"]))
            for found in frames
        )
        words, problems = (found.drop("said_in") for found in (words, problems))
        if strict.height:
            problems = pl.concat([problems, strict.select(*PROBLEMS)])
            lines = lines.with_columns(pl.col("bad") | pl.col("line").is_in(strict["line"].implode()))
        lines = lines.with_columns(pl.lit(number, pl.Int16).alias("file"), *prints).select(*LINES)
        piece = Piece(
            number,
            lines,
            claims,
            spells,
            words,
            memberships,
            problems,
            other_ids,
            looked.bytes_read,
            looked.bytes_total,
            looked.skipped,
        )
        if not frame.height:
            self._empty[number] = piece
        if self.erased:
            piece = piece.without_erased(self.erased)
            warnings = warnings.filter(~pl.col("line").is_in(piece.erased.implode()))
        return piece, warnings, numbers


def _of_ids(warnings: pl.DataFrame, files: Sequence[InputFile]) -> pl.Series:
    """The lines of warnings that are of a custom_id, in any of these files."""
    places = [file.header.custom_id for file in files if file.header.custom_id is not None]
    return warnings.filter(pl.col("place").is_in(places))["line"]
