"""A CSV file -> pieces of whole records as columns of text, in memory bounded by the piece.

The file is RFC 4180, whatever its separator and quote: records end in LF or CRLF (or, written by Windows twice, in CR
CR LF), a cell in quotes may hold separators, line ends and doubled quotes. A piece is cut where a line end has an even
number of quotes before it.
That, and every separator outside of quotes, is counted in numpy, so that polars is only ever given records that are
certain to have as many cells as the header: it would fill a short line up in silence. The few others (`ragged`
records) are read one at a time.

A quote that does not stand at the edge of its cell makes the count of quotes worthless; the piece in which
one is seen is then read record by record as Python's csv module reads: a quote inside an unquoted cell is a
character like any other (`Bob "Bobby" Smith`); one inside a quoted cell that is not doubled makes its
record a ragged one, since nobody can say where the cell was meant to end. Blanks behind the quote that closes a cell
are passed over.

What is passed over so is `noted`: that, lines that say the header again, and blank cells beyond the header, where every
line has the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from identity.blanks import is_blank, trimmed, trimmed_column
from jobs.reading.decoded import Decoded, Fault
from jobs.reading.dialects import QUOTE, SEPARATORS, UTF8_BOM, Dialect, encoding_of
from jobs.reading.encodings import likely_encodings
from jobs.reading.files import SIGNS, Format, Source, shown
from jobs.reading.headers import is_rejects_file
from jobs.reading.noted import Noted
from jobs.shell.failures import FileProblem

PIECE_BYTES = 8 << 20
RECORD_BYTES = 16 << 20
"""The longest record: a quote that is never closed makes one of the rest of the file."""
MAX_COLUMNS = 4096
HEADER_BYTES = 1 << 16
"""What is read at first to find the header; by a separator that finds its end later, it is none."""
CR_ALONE = "lines end in a carriage return alone; save it with LF or CRLF"
CR_AND_LF = "some lines end in a carriage return alone and others do not; save it with LF or CRLF throughout"
CRS_BEFORE_LF = 8
"""More carriage returns before a line feed are read by hand."""

LF, CR = 10, 13
NOT_TEXT_TO_POLARS = (UTF8_BOM, b"\x1f\x8b", b"x", b"(\xb5/\xfd")
"""Where it begins with these, polars drops a mark, or unpacks gzip, zlib (two bytes, of which one is x) or zstd."""
ANNOUNCED = re.compile(rb'"?sep=([^"\r\n])"?\r?\n', re.IGNORECASE)
"""What Excel understands as a file's first line: it names the separator, and is neither header nor record."""
LOOKED_AT = 10
"""So many records below a header of one cell are looked at, for one that is more of a header."""
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Records:
    """Some whole records of a file, in order; those whose cells are all blank are left out.

    `frame`, one row a record: `line_number` Int64, the physical line on which the record begins (the file's first is
    1); `"0"`, `"1"`, … String, the cells by their place, as many as the header has (null or "" where empty
    or missing); `ragged` String, null in a sound record, else what is wrong with its cells; `excess`
    String, in a ragged record what follows the last cell that has a column, as written.
    `bytes_read`: bytes of the file read so far.
    """

    frame: pl.DataFrame
    bytes_read: int


class Header(NamedTuple):
    """A file's first record that is not blank: its cells, its physical line, the one after it, and the bytes
    up to there.
    """

    columns: list[str]
    line: int
    next_line: int
    used: int


class Record(NamedTuple):
    """One record read by hand: its bytes from `start` to `end` (without its line end), its cells."""

    start: int
    end: int
    next: int
    cells: list[bytes]
    places: list[int]
    damaged: bool
    spaced: bool
    """Something blank stands behind a closing quote."""

    @property
    def blank(self) -> bool:
        """Whether all cells are blank, those among them for which the header has no column."""
        return all(map(_says_nothing, self.cells))


def cell_columns(count: int) -> list[str]:
    """The names of `count` cells' columns in `Records.frame`."""
    return [str(place) for place in range(count)]


class CsvFile:
    """A CSV file of one header and records, its `dialect` as asked for or found out.

    Where no delimiter is asked for, it is the one that a first line `sep=;` names; otherwise the one of `SEPARATORS` by
    which the header has the most headings that are `known`, then the most headings, then the first. A byte order mark
    outdoes the encoding that is asked for.

    Raises FileProblem: on making one, where the file is empty or its header cannot be read; from `pieces`,
    where the bytes are not of the encoding, where the file ends inside a quoted cell, where a record is
    longer than `RECORD_BYTES`, where the header is no longer what it was.
    """

    def __init__(
        self,
        source: Source,
        format: Format | None = None,
        known: Callable[[str], bool] = lambda heading: False,
        piece_bytes: int = PIECE_BYTES,
    ) -> None:
        self.source = source
        self.piece_bytes = piece_bytes
        self.sha256: str | None = None
        """Of the file's bytes; like `lines` and `size` known when `pieces` has come to its end."""
        self.lines: int | None = None
        """Physical lines, the header's among them."""
        self.size = source.size
        self.has_mark = False
        """Whether the file begins with a byte order mark."""
        self.columns: list[str] = []
        """The header's cells as written."""
        self.header_line = 1
        """The physical line on which the header begins."""
        self.announced = False
        """Whether the first line names the separator."""
        self.doubt: str | None = None
        """What may be behind it if the header cannot be used."""
        self.noted: dict[str, Noted] = {}
        """By code of `identity.problems`, the lines of which something is passed over. Known when `pieces` has come to
        its end.
        """
        self._beyond: int | None = None
        """How many blank cells every record has for which the header has no column."""
        self.likely_header: int | None = None
        """The physical line on which the header stands, where that which was taken for it is rather a title."""
        self._asked_line = (format or Format()).header_line
        self._before = 0
        """Bytes of the file before the buffer that is being read, if it is UTF-8."""
        self._read_header(format or Format(), known)

    # -- the file ----------------------------------------------------------------------------------

    def _use(self, dialect: Dialect) -> None:
        self.dialect = dialect
        separator, quote = re.escape(dialect.separator.encode()), re.escape(dialect.quote.encode())
        self._cell = re.compile(
            rb"(?:%(q)s((?:[^%(q)s]++|%(q)s%(q)s)*+)%(q)s|(?!%(q)s))([^%(s)s\n]*+)(%(s)s|\n)"
            % {b"q": quote, b"s": separator}
        )
        self._quoted = re.compile(rb"%(q)s[^%(q)s]*%(q)s" % {b"q": quote})
        self._separator, self._quote = ord(dialect.separator), ord(dialect.quote)
        self._cr_and_separator = b"\r" + dialect.separator.encode()

    def _read_header(self, format: Format, known: Callable[[str], bool]) -> None:
        """Reads the header by each separator that it may have, and keeps to the best."""
        with self.source.open() as stream:
            self.has_mark, encoding = encoding_of(stream.read(4), format.encoding)
        dialects = [
            Dialect(separator, format.quote or QUOTE, encoding)
            for separator in ([format.delimiter] if format.delimiter else SEPARATORS)
            if separator != format.quote
        ]
        self._use(dialects[0])
        with self.source.open() as stream:
            bytes_in = Decoded(stream, self.dialect, has_mark=self.has_mark)
            buffer = b""
            while True:
                buffer = _joined(buffer, bytes_in.read(max(HEADER_BYTES, len(buffer))))
                if (sign := self._announced(buffer)) and not format.delimiter:
                    dialects, self.announced = [Dialect(sign, dialects[0].quote, encoding)], True
                read = [(dialect, self._header_by(dialect, buffer, bytes_in.ended)) for dialect in dialects]
                headers = [(dialect, header) for dialect, header in read if isinstance(header, Header)]
                enough = bytes_in.fault or (headers and len(buffer) >= HEADER_BYTES)
                if enough or not any(header is None for _, header in read):
                    break
        if not headers:
            self._check_fault(bytes_in, buffer, 1)
            raise next(problem for _, problem in read if isinstance(problem, FileProblem))
        dialect, header = max(headers, key=lambda one: (sum(map(known, one[1].columns)), len(one[1].columns)))
        if isinstance(read[0][1], FileProblem) and len(header.columns) == 1 and not known(header.columns[0]):
            raise read[0][1]  # by a separator that it has not, any header is one column
        self._use(dialect)
        self.columns, self.header_line = header.columns, header.line
        self.doubt = self._doubt(buffer, header, format, known)
        self._use(dialect)

    def _announced(self, buffer: bytes) -> str | None:
        """The separator that the first line names."""
        found = None if self.source.rows_are_lines else ANNOUNCED.match(buffer)
        sign = found[1].decode("latin-1") if found else None
        return sign if sign and sign in SIGNS and sign != self.dialect.quote else None

    def _doubt(
        self, buffer: bytes, header: Header, format: Format, known: Callable[[str], bool]
    ) -> str | None:
        """What is odd about a header: it is one cell, and records below have more, or it has signs that are no
        separator; or nothing in it is known, and a record below is a header that is. Sets `likely_header`.
        """
        one_cell = sum(map(bool, map(str.strip, header.columns))) <= 1
        if not one_cell and any(map(known, header.columns)):
            return None
        asked = format.delimiter or self.announced or len(header.columns) > 1
        best, where = 1, 0
        for separator in (self.dialect.separator,) if asked else SEPARATORS:
            self._use(Dialect(separator, self.dialect.quote, self.dialect.encoding))
            line = header.next_line
            for record, _ in zip(self._by_hand(buffer, header.used), range(LOOKED_AT), strict=False):
                cells = [cell.decode(errors="replace") for cell in record.cells]
                found = sum(map(bool, map(str.strip, cells)) if one_cell else map(known, cells))
                if found > best and not record.damaged:
                    best, where = found, line
                line += self._lines_of(buffer, record)
        if where:
            self.likely_header = where
            odd = f"has one cell where line {where:,} has {best:,}"
            seen = odd if one_cell else f"is not known, and line {where:,} is"
            return (
                f"line {header.line:,} {seen}: perhaps it is a title; a mapping says where the header stands: [file] "
                f"header_line = {where}"
            )
        others = [sign for sign in SEPARATORS if sign in header.columns[0] and sign != format.delimiter]
        if one_cell and format.delimiter and others:
            return (
                f"by the delimiter {shown(format.delimiter)}, which was asked for, the header is one cell: perhaps it "
                f"is {shown(max(others, key=header.columns[0].count))}"
            )
        return None

    @property
    def _encoding(self) -> str:
        """As a message names it."""
        return "UTF-8" if self.dialect.utf8 else self.dialect.encoding

    def _header_by(self, dialect: Dialect, buffer: bytes, ended: bool) -> Header | FileProblem | None:
        self._use(dialect)
        try:
            return self._header(buffer, ended)
        except FileProblem as problem:
            return problem

    def _check_fault(self, bytes_in: Decoded, buffer: bytes, line: int) -> None:
        """Raises FileProblem if behind `buffer`, which begins with a record on `line`, nothing can be decoded."""
        if bytes_in.fault is not None:
            raise self._not_of_encoding(buffer, len(buffer), line, bytes_in.fault)

    def pieces(self) -> Iterator[Records]:
        """The file's records in pieces of about `piece_bytes` bytes. Reads the file anew each time it is
        called.
        """
        if self._beyond is None:
            self._beyond = self._found_beyond()
        self.noted = {}
        for records in self._records():
            frame = self._without_headers(records.frame)
            if self._beyond and frame.height:
                self._note("blank_excess", frame["line_number"])
                frame = frame.drop(self._cells_beyond())
            if frame.height:
                yield Records(frame, records.bytes_read)

    def _found_beyond(self) -> int:
        """How many cells every record has beyond the header, all of them blank; 0 if they have not the same."""
        self._beyond = self._first_beyond()
        for records in self._records() if self._beyond else ():
            blank = pl.all_horizontal(is_blank(pl.col(self._cells_beyond())), pl.col("ragged").is_null())
            if not records.frame.select(blank.all()).item():
                return 0
        return self._beyond

    def _first_beyond(self) -> int:
        """How many the first record has."""
        with self.source.open() as stream:
            bytes_in = Decoded(stream, self.dialect, has_mark=self.has_mark)
            buffer = b""
            while not (bytes_in.ended or bytes_in.fault) and len(buffer) < RECORD_BYTES:
                buffer = _joined(buffer, bytes_in.read(max(HEADER_BYTES, len(buffer))))
                header = self._header(buffer, bytes_in.ended)
                records = self._by_hand(buffer, header.used) if header else iter(())
                first = next((record for record in records if not record.blank), None)
                if first:
                    more = first.cells[len(self.columns) :]
                    return len(more) if len(more) <= MAX_COLUMNS and all(map(_says_nothing, more)) else 0
        return 0

    def _cells_beyond(self) -> list[str]:
        return cell_columns(self._width)[len(self.columns) :]

    @property
    def _width(self) -> int:
        """How many cells a sound record has."""
        return len(self.columns) + (self._beyond or 0)

    def _without_headers(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` without records that are the header again, with a byte order mark or not: of one export behind
        another.
        """
        headings = [trimmed(column) for column in self.columns]
        telling = next(place for place, heading in enumerate(headings) if heading)
        alike = frame[str(telling)].str.contains(headings[telling], literal=True) & frame["ragged"].is_null()
        rows = alike.fill_null(False).arg_true()
        if not len(rows):
            return frame
        quote = self.dialect.quote
        quoted = [f"{quote}{column}{quote}" for column in (self.columns[0], headings[0])]  # behind a mark, it is none
        cells = [trimmed_column(pl.col(str(place))).fill_null("") for place in range(len(headings))]
        same = [cell == heading for cell, heading in zip(cells, headings, strict=True)]
        same[0] |= pl.col("0").str.starts_with("\ufeff").fill_null(False) & cells[0].is_in(quoted)
        again = rows.filter(frame[rows].select(pl.all_horizontal(same)).to_series())
        self._note("repeated_header", frame["line_number"][again])
        return _without_rows(frame, again)

    def _note(self, code: str, lines: pl.Series) -> None:
        if len(lines):
            self.noted.setdefault(code, Noted()).add(lines, len(lines))

    def _records(self) -> Iterator[Records]:
        with self.source.open() as stream:
            bytes_in = Decoded(stream, self.dialect, has_mark=self.has_mark)
            buffer, line, in_header, want = b"", 1, True, self.piece_bytes
            while not bytes_in.ended:
                buffer = _joined(buffer, bytes_in.read(want))
                self._check_fault(bytes_in, buffer, line)
                if in_header:
                    header = self._header(buffer, bytes_in.ended)
                    if header is None:
                        continue
                    if header.columns != self.columns:
                        raise FileProblem(self.source.name, "changed while it was being read")
                    buffer, line, in_header = buffer[header.used :], header.next_line, False
                if not buffer:
                    continue
                self._before = bytes_in.count - len(buffer)
                frame, used, newlines = self._read(buffer, line)
                if used:
                    want = self.piece_bytes
                    buffer, line = buffer[used:], line + newlines
                    frame = _without_blank(frame)
                    if frame.height:
                        yield Records(frame, bytes_in.count)
                else:
                    self._check_length(buffer, line)
                    want = max(want, len(buffer))
                if bytes_in.ended and buffer:
                    raise self._cut_off(buffer, line)
            self.sha256 = bytes_in.digest.hexdigest()
            self.size = bytes_in.count
            self.lines = line - 1

    def _header(self, buffer: bytes, ended: bool) -> Header | None:
        """The header of a file that begins with `buffer`, or None where more bytes are needed."""
        announced = self._announced(buffer) and ANNOUNCED.match(buffer)
        line, read = (2, announced.end()) if announced else (1, 0)
        asked = self._asked_line if self._asked_line and not self._mends(buffer, read) else line
        while line < asked:
            found = self._next_line(buffer, read)
            if found is None:
                break
            line, read = line + 1, found
        if self._asked_line and ended and (line < asked or read == len(buffer)):
            lines = "1 line" if line == 2 else f"{line - 1:,} lines"
            raise FileProblem(self.source.name, f"has {lines}, and its header is said to stand on line {asked:,}")
        for record in self._by_hand(buffer, read) if line >= asked else ():
            read = record.next
            after = line + self._lines_of(buffer, record)
            if record.blank and self._asked_line and line == asked:
                raise FileProblem(self.source.name, "is blank, and the header is said to stand here", line=line)
            if record.blank:
                line = after
                continue
            raw = buffer[record.start : record.next]
            self._check_text(raw, line)
            if b"\0" in raw:
                raise FileProblem(
                    self.source.name, f"not {self._encoding}: NUL in the header{self._hint(0)}", line=line
                )
            if b"\r" in self._quoted.sub(b"", raw).rstrip(b"\r\n"):
                alone = ended and record.next == len(buffer)
                raise FileProblem(self.source.name, CR_ALONE if alone else CR_AND_LF, line=None if alone else line)
            if record.damaged:
                raise FileProblem(self.source.name, "a quote within a quoted heading is not doubled", line=line)
            if len(record.cells) > MAX_COLUMNS:
                raise FileProblem(
                    self.source.name,
                    f"the header has {len(record.cells):,} columns, more than {MAX_COLUMNS:,}",
                    line=line,
                )
            return Header([cell.decode() for cell in record.cells], line, after, record.next)
        if not ended:
            self._check_length(buffer, line)
            return None
        if read < len(buffer):
            raise self._cut_off(buffer[read:], line)
        raise FileProblem(self.source.name, "is empty")

    def _next_line(self, buffer: bytes, start: int) -> int | None:
        """Where the next physical line begins; None where that is behind the buffer."""
        if self.source.rows_are_lines:
            return next((record.next for record in self._by_hand(buffer, start)), None)
        return buffer.find(b"\n", start) + 1 or None

    def _mends(self, buffer: bytes, start: int) -> bool:
        """Whether this is a rejects file: its header stands at its top, wherever that of its input stood."""
        first = next(self._by_hand(buffer, start), None)
        return first is not None and is_rejects_file([cell.decode(errors="replace") for cell in first.cells])

    # -- the records of a buffer that begins with one ----------------------------------------------

    def _read(self, buffer: bytes, line: int) -> tuple[pl.DataFrame, int, int]:
        """The whole records at the start of `buffer`, how many bytes and how many physical lines they are."""
        octets = np.frombuffer(buffer, np.uint8)
        newlines: Positions = np.flatnonzero(octets == LF)
        quotes: Positions = np.flatnonzero(octets == self._quote)
        if quotes.size and self._irregular(octets, quotes):
            return self._read_by_hand(buffer, line)
        has_cr = b"\r" in buffer  # which is found out in no time, and more than one byte is not
        if has_cr and self._cr_and_separator in buffer:  # polars would drop the CR
            return self._read_by_hand(buffer, line)
        if quotes.size:
            whole = np.flatnonzero((np.searchsorted(quotes, newlines) & 1) == 0)
            ends = newlines[whole]
        else:
            whole, ends = np.arange(newlines.size), newlines
        if not ends.size:
            return self._frame([], []), 0, 0
        if self.source.rows_are_lines:
            whole = np.arange(ends.size)
        used, count = int(ends[-1]) + 1, int(whole[-1]) + 1
        starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
        line_numbers = np.concatenate((np.zeros(1, np.int64), whole[:-1] + 1)) + line
        length = ends - starts
        blank = (length == 0) | ((length == 1) & (octets[starts] == CR))
        ragged = self._ragged(octets[:used], quotes, starts, ends, blank)

        body = buffer if used == len(buffer) else buffer[:used]
        aside = np.flatnonzero(blank | ragged)
        sound = np.flatnonzero(~(blank | ragged)) if aside.size else None
        if aside.size:
            body = _without(body, starts[aside], ends[aside] + 1)
        plain = self._with_plain_line_ends(body) if has_cr and b"\r\r\n" in body else body
        cells = None if plain is None else self._parse(plain, ends.size - aside.size)
        if cells is None:  # most likely not UTF-8, of which the reading by hand can say more
            return self._read_by_hand(buffer[:used], line)
        frame = self._framed(cells, line_numbers if sound is None else line_numbers[sound])
        if ragged.any():
            self._check_text(buffer[:used], line)
            places = np.flatnonzero(ragged)
            by_hand = {
                line: next(self._by_hand(buffer, int(start)))
                for start, line in zip(starts[places], line_numbers[places], strict=True)
            }
            by_hand = {line: record for line, record in by_hand.items() if not record.blank}
            frame = pl.concat((frame, self._frame(list(by_hand.values()), list(by_hand), buffer))).sort("line_number")
        return frame, used, count

    def _irregular(self, octets: npt.NDArray[np.uint8], quotes: Positions) -> bool:
        """Whether a quote opens or closes where RFC 4180 has none do so.

        Every other quote opens. If each that opens stands at the start of a cell, or right behind one that
        closes (the second of a doubled quote), and each that closes stands at the end of a cell, or right
        before one that opens, then counting quotes says the truth about all of them.
        """
        opening, closing = quotes[0::2], quotes[1::2]
        before = octets[opening - 1]
        good = (before == self._separator) | (before == LF) | (before == self._quote)
        if opening[0] == 0:
            good[0] = True
        if not good.all():
            return True
        last = octets.size - 1
        after = octets[np.minimum(closing + 1, last)]
        good = (after == self._separator) | (after == LF) | (after == self._quote) | (closing == last)
        if good.all():
            return False
        rest = closing[~good]  # before a CRLF or CR CR LF, or before a CR that is the last byte so far
        second, third = octets[np.minimum(rest + 2, last)], octets[np.minimum(rest + 3, last)]
        twice = (second == CR) & ((rest + 2 == last) | (third == LF))
        good = (octets[rest + 1] == CR) & ((rest + 1 == last) | (second == LF) | twice)
        return not bool(good.all())

    def _ragged(
        self,
        octets: npt.NDArray[np.uint8],
        quotes: Positions,
        starts: Positions,
        ends: Positions,
        blank: npt.NDArray[np.bool_],
    ) -> npt.NDArray[np.bool_]:
        """Which records have not as many separators outside of quotes as the header."""
        separators: Positions = np.flatnonzero(octets == self._separator)
        if quotes.size:
            separators = separators[(np.searchsorted(quotes, separators) & 1) == 0]
        expected = self._width - 1
        if separators.size == expected * int(starts.size - blank.sum()):
            if not expected:
                return np.zeros(starts.size, np.bool_)
            first, last = separators[0::expected], separators[expected - 1 :: expected]
            some = ~blank
            if (first >= starts[some]).all() and (last < ends[some]).all():
                return np.zeros(starts.size, np.bool_)
        counts = np.searchsorted(separators, ends) - np.searchsorted(separators, starts)
        ragged: npt.NDArray[np.bool_] = (counts != expected) & ~blank
        return ragged

    def _with_plain_line_ends(self, body: bytes) -> bytes | None:
        """`body` with CRLF for CR CR LF, but for those within quotes; None where there are too many CRs."""
        octets = np.frombuffer(body, np.uint8)
        ends: Positions = np.flatnonzero(octets == LF)
        quotes: Positions = np.flatnonzero(octets == self._quote)
        at = ends[(np.searchsorted(quotes, ends) & 1) == 0] - 2
        kept = np.ones(octets.size, np.bool_)
        for _ in range(CRS_BEFORE_LF):
            at = at[at >= 0]
            at = at[(octets[at] == CR) & (octets[at + 1] == CR)]
            if not at.size:
                return octets[kept].tobytes()
            kept[at] = False
            at = at - 1
        return None

    def _parse(self, body: bytes, records: int) -> pl.DataFrame | None:
        """polars' reading of records that all have as many cells as the header; None where it cannot."""
        schema = self._schema()
        if not records:
            return pl.DataFrame(schema=schema)
        taken = body.startswith(NOT_TEXT_TO_POLARS)
        if taken:
            body = self.dialect.separator.encode() * (len(schema) - 1) + b"\n" + body
        try:
            cells = pl.read_csv(
                body,
                has_header=False,
                schema=schema,
                separator=self.dialect.separator,
                quote_char=self.dialect.quote,
                infer_schema=False,
            )
        except pl.exceptions.PolarsError:
            return None
        if taken:
            cells = cells[1:]
        return cells if cells.height == records else None

    def _read_by_hand(self, buffer: bytes, line: int) -> tuple[pl.DataFrame, int, int]:
        records: list[Record] = []
        line_numbers: list[int] = []
        used, now = 0, line
        for record in self._by_hand(buffer):
            used = record.next
            if not record.blank:
                records.append(record)
                line_numbers.append(now)
            now += self._lines_of(buffer, record)
        self._check_text(buffer[:used], line)
        spaced = [at for record, at in zip(records, line_numbers, strict=True) if record.spaced]
        self._note("blank_behind_quote", pl.Series(spaced, dtype=pl.Int64))
        return self._frame(records, line_numbers, buffer), used, now - line

    def _by_hand(self, buffer: bytes, start: int = 0) -> Iterator[Record]:
        """The whole records of `buffer` from `start`, as Python's csv module reads them, up to the first
        unended one.
        """
        match, doubled, single = self._cell.match, bytes([self._quote] * 2), bytes([self._quote])
        cells: list[bytes] = []
        places: list[int] = []
        damaged, spaced, position = False, False, start
        while found := match(buffer, position):
            quoted, rest, ended_by = found.groups()
            last = ended_by == b"\n"
            if last:
                rest = rest.rstrip(b"\r")
            if quoted is None:
                cells.append(rest)
            else:
                text = quoted.replace(doubled, single)
                if rest and _says_nothing(rest):
                    rest, spaced = b"", True
                cells.append(text + rest)
                damaged = damaged or bool(rest)
            places.append(position)
            position = found.end()
            if last:
                end = position - 1
                while end > start and buffer[end - 1] == CR:
                    end -= 1
                yield Record(start, end, position, cells, places, damaged, spaced)
                start, cells, places, damaged, spaced = position, [], [], False, False

    def _lines_of(self, buffer: bytes, record: Record) -> int:
        return 1 if self.source.rows_are_lines else buffer.count(b"\n", record.start, record.next)

    def _frame(self, records: list[Record], line_numbers: list[int], buffer: bytes = b"") -> pl.DataFrame:
        expected = self._width
        cells: list[list[str | None]] = [[] for _ in range(expected)]
        ragged: list[str | None] = []
        excess: list[str | None] = []
        for record in records:
            for place, column in enumerate(cells):
                column.append(record.cells[place].decode() if place < len(record.cells) else None)
            more = len(record.cells) > expected
            excess.append(buffer[record.places[expected] : record.end].decode() if more else None)
            ragged.append(self._what_is_wrong(buffer, record))
        frame = pl.DataFrame(cells, schema=self._schema(), orient="col")
        return self._framed(frame, line_numbers, ragged, excess)

    def _what_is_wrong(self, buffer: bytes, record: Record) -> str | None:
        count, expected = len(record.cells), self._width
        wrong = []
        if count != expected:
            cells = "1 cell" if count == 1 else f"{count:,} cells"
            wrong.append(f"{cells} where the header has {expected:,}")
        if record.damaged:
            escaped = b"\\" + bytes([self._quote]) in buffer[record.start : record.end]
            wrong.append(
                f"a quote within a quoted cell {'has a backslash before it, and ' if escaped else ''}is not doubled"
            )
        if wrong and (lines := self._lines_of(buffer, record)) > 1:
            wrong.append(f"{lines:,} physical lines are one record here, by its quotes")
        return "; ".join(wrong) or None

    def _schema(self) -> dict[str, pl.DataType]:
        return dict.fromkeys(cell_columns(self._width), pl.String())

    @staticmethod
    def _framed(
        cells: pl.DataFrame,
        line_numbers: Positions | list[int],
        ragged: list[str | None] | None = None,
        excess: list[str | None] | None = None,
    ) -> pl.DataFrame:
        nothing = pl.lit(None, pl.String)
        return cells.select(
            pl.Series("line_number", line_numbers, pl.Int64),
            pl.all(),
            (nothing if ragged is None else pl.Series(ragged, dtype=pl.String)).alias("ragged"),
            (nothing if excess is None else pl.Series(excess, dtype=pl.String)).alias("excess"),
        )

    # -- what stops the reading --------------------------------------------------------------------

    def _check_text(self, body: bytes, line: int) -> None:
        """Raises FileProblem at the first bytes of `body` that are not UTF-8."""
        try:
            body.decode()
        except UnicodeDecodeError as error:
            fault = Fault(body[error.start : error.end], self._before + error.start)
            raise self._not_of_encoding(body, error.start, line, fault) from None

    def _not_of_encoding(self, buffer: bytes, offset: int, line: int, fault: Fault) -> FileProblem:
        """`buffer`, which begins with a record on `line`, is UTF-8 up to `offset`, where the file has the `fault`."""
        character = len(buffer[buffer.rfind(b"\n", 0, offset) + 1 : offset].decode()) + 1
        position, place = 0, 0
        while (found := self._cell.match(buffer, position)) and found.end() <= offset:
            position, place = found.end(), 0 if found[3] == b"\n" else place + 1
        column = f" (column {shown(self.columns[place])})" if place < len(self.columns) else ""
        octets = fault.octets.hex(" ").upper()
        return FileProblem(
            self.source.name,
            f"not {self._encoding} at character {character:,}{column}: bytes {octets}{self._hint(fault.offset)}",
            line=line + buffer.count(b"\n", 0, offset),
        )

    def _hint(self, offset: int) -> str:
        """What the file may be, if the byte at `offset` shows that it is not of its encoding."""
        if self.has_mark:  # which outdoes whatever is asked for
            return "; its byte order mark is wrong, or it is damaged"
        with self.source.open() as stream:
            likely = likely_encodings(stream, offset, self.dialect.encoding)
        return f"; perhaps it is {' or '.join(likely)}: --encoding {likely[0]}" if likely else ""

    def _check_length(self, buffer: bytes, line: int) -> None:
        if len(buffer) >= max(RECORD_BYTES, self.piece_bytes):
            if b"\n" not in buffer and b"\r" in buffer:
                raise FileProblem(self.source.name, CR_ALONE)
            raise FileProblem(
                self.source.name,
                f"a record of more than {len(buffer) >> 20:,} MB begins here; is a quote missing?",
                line=line,
            )

    def _cut_off(self, buffer: bytes, line: int) -> FileProblem:
        """The file has ended, and this is an unended record: somewhere in it a quoted cell begins and never
        ends.
        """
        position, place = 0, 0
        while found := self._cell.match(buffer, position):
            position, place = found.end(), place + 1
        column = f" of column {shown(self.columns[place])}" if place < len(self.columns) else ""
        return FileProblem(
            self.source.name,
            f"the file ends inside a quoted cell{column} that begins here",
            line=line + buffer.count(b"\n", 0, position),
        )


def _joined(buffer: bytes, block: bytes) -> bytes:
    return buffer + block if buffer and block else buffer or block


def _without(body: bytes, starts: Positions, ends: Positions) -> bytes:
    """`body` without the bytes from each of `starts` to the one of `ends`, which come in order and do not
    overlap.
    """
    view, kept, position = memoryview(body), [], 0
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if start > position:
            kept.append(view[position:start])
        position = end
    kept.append(view[position:])
    return b"".join(kept)


def _without_blank(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` without the sound records whose cells are all blank (nearly always ruled out by the first
    column).
    """
    cells = frame.columns[1:-2]
    suspects = frame.lazy().with_row_index("row").filter(pl.col("ragged").is_null() & is_blank(pl.col(cells[0])))
    rows = suspects.select("row").collect()["row"]
    first = 1
    while len(rows) and first < len(cells):  # of twice as many columns each time, only the rows that are left
        more = frame.select(cells[first : 2 * first])[rows]
        rows = rows.filter(more.select(pl.all_horizontal(is_blank(pl.all()))).to_series())
        first *= 2
    return _without_rows(frame, rows) if len(rows) else frame


def _without_rows(frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    kept = np.ones(frame.height, np.bool_)
    kept[rows.to_numpy()] = False
    return frame.filter(pl.Series(kept))


def _says_nothing(cell: bytes) -> bool:
    bare = cell.strip()
    return not bare or (bare[0] > 127 and not trimmed(bare.decode(errors="replace")))
