"""A CSV file -> pieces of whole records as columns of text, in memory bounded by the piece.

The file is RFC 4180: records end in LF or CRLF, a cell in quotes may hold separators, line ends and doubled
quotes. A piece is cut where a line end has an even number of quotes before it. That, and every separator
outside of quotes, is counted in numpy, so that polars is only ever given records that are certain to have
as many cells as the header: it would fill a short line up in silence. The few others (`ragged` records) are
read one at a time.

A quote that does not stand at the edge of its cell makes the count of quotes worthless; the piece in which
one is seen is then read record by record as Python's csv module reads: a quote inside an unquoted cell is a
character like any other (`Bob "Bobby" Smith`); one inside a quoted cell that is not doubled makes its
record a ragged one, since nobody can say where the cell was meant to end.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from jobs.reading.files import FileProblem, Source, shown

PIECE_BYTES = 16 << 20
RECORD_BYTES = 16 << 20
"""The longest record: a quote that is never closed makes one of the rest of the file."""
MAX_COLUMNS = 4096
BLANK = " \t\r\n\u00a0"
"""A cell of only these is blank (the characters that are trimmed from identifiers)."""

LF, CR = 10, 13
NBSP = "\u00a0".encode()
UTF8_BOM = codecs.BOM_UTF8
FOREIGN_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Dialect:
    """How a file's bytes are to be read. `separator` and `quote` are one ASCII character each."""

    separator: str = ","
    quote: str = '"'
    encoding: str = "utf-8"

    def __post_init__(self) -> None:
        signs = (self.separator, self.quote)
        if any(len(sign) != 1 or not sign.isascii() or sign in "\r\n" for sign in signs) or len(set(signs)) < 2:
            raise ValueError("separator and quote: two different ASCII characters, neither of them a line end")
        codecs.lookup(self.encoding)

    @property
    def utf8(self) -> bool:
        return codecs.lookup(self.encoding).name in ("utf-8", "utf-8-sig")


@dataclass(frozen=True)
class Records:
    """Some whole records of a file, in order; those whose cells are all blank are left out.

    `frame`, one row a record: `at` Int64, the physical line on which the record begins (the file's first is
    1); `"0"`, `"1"`, … String, the cells by their place, as many as the header has (null or "" where empty
    or missing); `ragged` String, null in a sound record, else what is wrong with its cells; `excess`
    String, in a ragged record what follows the last cell that has a column, as written.
    `bytes_read`: bytes of the file read so far.
    """

    frame: pl.DataFrame
    bytes_read: int


class Record(NamedTuple):
    """One record read by hand: its bytes from `start` to `end` (without its line end), its cells."""

    start: int
    end: int
    next: int
    cells: list[bytes]
    places: list[int]
    damaged: bool

    @property
    def blank(self) -> bool:
        """Whether all cells are blank, those among them for which the header has no column."""
        return not any(cell.replace(NBSP, b"").strip(b" \t\r\n") for cell in self.cells)


def cell_columns(count: int) -> list[str]:
    """The names of `count` cells' columns in `Records.frame`."""
    return [str(place) for place in range(count)]


class CsvFile:
    """A CSV file of one header and records.

    Raises FileProblem: on making one, where the file is empty or its header cannot be read; from `pieces`,
    where the bytes are not of the encoding, where the file ends inside a quoted cell, where a record is
    longer than `RECORD_BYTES`, where the header is no longer what it was.
    """

    def __init__(self, source: Source, dialect: Dialect | None = None, piece_bytes: int = PIECE_BYTES) -> None:
        self.source = source
        self.dialect = dialect or Dialect()
        self.piece_bytes = piece_bytes
        self.sha256: str | None = None
        """Of the file's bytes; like `lines` and `size` known when `pieces` has come to its end."""
        self.lines: int | None = None
        """Physical lines, the header's among them."""
        self.size = source.size
        self.has_mark = False
        """Whether the file begins with UTF-8's byte order mark."""
        separator, quote = re.escape(self.dialect.separator.encode()), re.escape(self.dialect.quote.encode())
        self._cell = re.compile(
            rb"(?:%(q)s((?:[^%(q)s]++|%(q)s%(q)s)*+)%(q)s|(?!%(q)s))([^%(s)s\n]*+)(%(s)s|\n)"
            % {b"q": quote, b"s": separator}
        )
        self._quoted = re.compile(rb"%(q)s[^%(q)s]*%(q)s" % {b"q": quote})
        self._separator, self._quote = ord(self.dialect.separator), ord(self.dialect.quote)
        self.columns, self.header_line = self._read_header()
        """The header's cells as written, and the physical line on which it begins."""

    # -- the file ----------------------------------------------------------------------------------

    def _read_header(self) -> tuple[list[str], int]:
        with self.source.open() as stream:
            bytes_in = _Bytes(stream, self)
            buffer = b""
            while True:
                block = bytes_in.read(self.piece_bytes)
                buffer = _joined(buffer, block)
                header = self._header(buffer, bytes_in.ended)
                if header is not None:
                    return header[0], header[1]

    def pieces(self) -> Iterator[Records]:
        """The file's records in pieces of about `piece_bytes` bytes. Reads the file anew each time it is
        called.
        """
        with self.source.open() as stream:
            bytes_in = _Bytes(stream, self)
            buffer, line, in_header, want = b"", 1, True, self.piece_bytes
            while not bytes_in.ended:
                buffer = _joined(buffer, bytes_in.read(want))
                if in_header:
                    header = self._header(buffer, bytes_in.ended)
                    if header is None:
                        continue
                    columns, _, line, used = header
                    if columns != self.columns:
                        raise FileProblem(self.source.name, "changed while it was being read")
                    buffer, in_header = buffer[used:], False
                if not buffer:
                    continue
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

    def _header(self, buffer: bytes, ended: bool) -> tuple[list[str], int, int, int] | None:
        """(columns, its line, the line after it, bytes used), or None where more bytes are needed."""
        line, read = 1, 0
        for record in self._by_hand(buffer):
            read = record.next
            after = line + buffer.count(b"\n", record.start, record.next)
            if record.blank:
                line = after
                continue
            raw = buffer[record.start : record.next]
            self._check_text(raw, line)
            if ended and b"\r" in self._quoted.sub(b"", raw).rstrip(b"\r\n"):
                raise FileProblem(self.source.name, "lines end in a carriage return alone; save it with LF or CRLF")
            if record.damaged:
                raise FileProblem(self.source.name, "a quote within a quoted heading is not doubled", line=line)
            if len(record.cells) > MAX_COLUMNS:
                raise FileProblem(
                    self.source.name,
                    f"the header has {len(record.cells):,} columns, more than {MAX_COLUMNS:,}",
                    line=line,
                )
            return [cell.decode() for cell in record.cells], line, after, record.next
        if not ended:
            self._check_length(buffer, line)
            return None
        if read < len(buffer):
            raise self._cut_off(buffer[read:], line)
        raise FileProblem(self.source.name, "is empty")

    # -- the records of a buffer that begins with one ----------------------------------------------

    def _read(self, buffer: bytes, line: int) -> tuple[pl.DataFrame, int, int]:
        """The whole records at the start of `buffer`, how many bytes and how many physical lines they are."""
        octets = np.frombuffer(buffer, np.uint8)
        newlines: Positions = np.flatnonzero(octets == LF)
        quotes: Positions = np.flatnonzero(octets == self._quote)
        if quotes.size and self._irregular(octets, quotes):
            return self._read_by_hand(buffer, line)
        if quotes.size:
            whole = np.flatnonzero((np.searchsorted(quotes, newlines) & 1) == 0)
            ends = newlines[whole]
        else:
            whole, ends = np.arange(newlines.size), newlines
        if not ends.size:
            return self._frame([], []), 0, 0
        used, count = int(ends[-1]) + 1, int(whole[-1]) + 1
        starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
        at = np.concatenate((np.zeros(1, np.int64), whole[:-1] + 1)) + line
        length = ends - starts
        blank = (length == 0) | ((length == 1) & (octets[starts] == CR))
        ragged = self._ragged(octets[:used], quotes, starts, ends, blank)

        body = buffer if used == len(buffer) else buffer[:used]
        aside = np.flatnonzero(blank | ragged)
        sound = np.flatnonzero(~(blank | ragged)) if aside.size else None
        if aside.size:
            body = _without(body, starts[aside], ends[aside] + 1)
        cells = self._parse(body, ends.size - aside.size)
        if cells is None:  # most likely not UTF-8, of which the reading by hand can say more
            return self._read_by_hand(buffer[:used], line)
        frame = self._framed(cells, at if sound is None else at[sound])
        if ragged.any():
            self._check_text(buffer[:used], line)
            places = np.flatnonzero(ragged)
            by_hand = {
                line: next(self._by_hand(buffer, int(start)))
                for start, line in zip(starts[places], at[places], strict=True)
            }
            by_hand = {line: record for line, record in by_hand.items() if not record.blank}
            frame = pl.concat((frame, self._frame(list(by_hand.values()), list(by_hand), buffer))).sort("at")
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
        rest = closing[~good]  # before a CRLF, or before a CR that is the last byte so far
        good = (octets[rest + 1] == CR) & ((rest + 1 == last) | (octets[np.minimum(rest + 2, last)] == LF))
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
        expected = len(self.columns) - 1
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

    def _parse(self, body: bytes, records: int) -> pl.DataFrame | None:
        """polars' reading of records that all have as many cells as the header; None where it cannot."""
        schema = self._schema()
        if not records:
            return pl.DataFrame(schema=schema)
        marked = body.startswith(UTF8_BOM)
        if marked:  # polars would take it for the file's mark, and drop it
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
        if marked:
            cells = cells[1:]
        return cells if cells.height == records else None

    def _read_by_hand(self, buffer: bytes, line: int) -> tuple[pl.DataFrame, int, int]:
        records: list[Record] = []
        at: list[int] = []
        used, now = 0, line
        for record in self._by_hand(buffer):
            used = record.next
            if not record.blank:
                records.append(record)
                at.append(now)
            now += buffer.count(b"\n", record.start, record.next)
        self._check_text(buffer[:used], line)
        return self._frame(records, at, buffer), used, now - line

    def _by_hand(self, buffer: bytes, start: int = 0) -> Iterator[Record]:
        """The whole records of `buffer` from `start`, as Python's csv module reads them, up to the first
        unended one.
        """
        match, doubled, single = self._cell.match, bytes([self._quote] * 2), bytes([self._quote])
        cells: list[bytes] = []
        places: list[int] = []
        damaged, position = False, start
        while found := match(buffer, position):
            quoted, rest, ended_by = found.groups()
            last = ended_by == b"\n"
            if last and rest.endswith(b"\r"):
                rest = rest[:-1]
            if quoted is None:
                cells.append(rest)
            else:
                cells.append(quoted.replace(doubled, single) + rest)
                damaged = damaged or bool(rest)
            places.append(position)
            position = found.end()
            if last:
                end = position - 1
                end -= end > start and buffer[end - 1] == CR
                yield Record(start, end, position, cells, places, damaged)
                start, cells, places, damaged = position, [], [], False

    def _frame(self, records: list[Record], at: list[int], buffer: bytes = b"") -> pl.DataFrame:
        expected = len(self.columns)
        cells: list[list[str | None]] = [[] for _ in range(expected)]
        ragged: list[str | None] = []
        excess: list[str | None] = []
        for record in records:
            for place, column in enumerate(cells):
                column.append(record.cells[place].decode() if place < len(record.cells) else None)
            more = len(record.cells) > expected
            excess.append(buffer[record.places[expected] : record.end].decode() if more else None)
            ragged.append(self._what_is_wrong(record, buffer.count(b"\n", record.start, record.end)))
        frame = pl.DataFrame(cells, schema=self._schema(), orient="col")
        return self._framed(frame, at, ragged, excess)

    def _what_is_wrong(self, record: Record, more_lines: int) -> str | None:
        count, expected = len(record.cells), len(self.columns)
        wrong = []
        if count != expected:
            cells = "1 cell" if count == 1 else f"{count:,} cells"
            wrong.append(f"{cells} where the header has {expected:,}")
        if record.damaged:
            wrong.append("a quote within a quoted cell is not doubled")
        if wrong and more_lines:
            wrong.append(f"{more_lines + 1:,} physical lines are one record here, by its quotes")
        return "; ".join(wrong) or None

    def _schema(self) -> dict[str, pl.DataType]:
        return dict.fromkeys(cell_columns(len(self.columns)), pl.String())

    @staticmethod
    def _framed(
        cells: pl.DataFrame,
        at: Positions | list[int],
        ragged: list[str | None] | None = None,
        excess: list[str | None] | None = None,
    ) -> pl.DataFrame:
        nothing = pl.lit(None, pl.String)
        return cells.select(
            pl.Series("at", at, pl.Int64),
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
            begin = body.rfind(b"\n", 0, error.start) + 1
            character = len(body[begin : error.start].decode()) + 1
            octets = body[error.start : error.end].hex(" ").upper()
            raise FileProblem(
                self.source.name,
                f"not UTF-8 at character {character:,} (byte {error.start + 1 - begin:,}): bytes {octets}",
                line=line + body.count(b"\n", 0, error.start),
            ) from None

    def _check_length(self, buffer: bytes, line: int) -> None:
        if len(buffer) >= max(RECORD_BYTES, self.piece_bytes):
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
        columns = getattr(self, "columns", [])
        column = f" of column {shown(columns[place])}" if place < len(columns) else ""
        return FileProblem(
            self.source.name,
            f"the file ends inside a quoted cell{column} that begins here",
            line=line + buffer.count(b"\n", 0, position),
        )


class _Bytes:
    """The bytes of a file as UTF-8 without a byte order mark, the last of them a line end; counted and
    hashed.
    """

    def __init__(self, stream: BinaryIO, csv: CsvFile) -> None:
        self._stream, self._csv, self._last = stream, csv, b""
        self._decoder = None if csv.dialect.utf8 else codecs.getincrementaldecoder(csv.dialect.encoding)()
        self.digest = hashlib.sha256()
        self.count = 0
        self.ended = False
        self._lines = 0

    def read(self, size: int) -> bytes:
        """About `size` further bytes (at least the few of a mark); none but a last line end when `ended`."""
        first = self.count == 0
        raw = self._stream.read(max(size, 4))
        self.digest.update(raw)
        self.count += len(raw)
        self.ended = not raw
        block = self._decoded(raw)
        if first:
            block = self._without_mark(block)
        self._last = block[-1:] or self._last
        if self.ended and self._last not in (b"", b"\n"):
            block += b"\n"
        return block

    def _without_mark(self, block: bytes) -> bytes:
        for mark, encoding in FOREIGN_MARKS:
            if block.startswith(mark):
                raise FileProblem(self._csv.source.name, f"is {encoding}, by its first bytes; save it as UTF-8")
        self._csv.has_mark = block.startswith(UTF8_BOM)
        return block.removeprefix(UTF8_BOM)

    def _decoded(self, raw: bytes) -> bytes:
        if self._decoder is None:
            return raw
        try:
            block = self._decoder.decode(raw, not raw).encode()
        except UnicodeDecodeError as error:
            sound = error.object[: error.start].decode(error.encoding, "replace")
            octets = error.object[error.start : error.end].hex(" ").upper()
            raise FileProblem(
                self._csv.source.name,
                f"not {self._csv.dialect.encoding}: bytes {octets}",
                line=self._lines + sound.count("\n") + 1,
            ) from None
        except UnicodeError as error:
            raise FileProblem(self._csv.source.name, f"not {self._csv.dialect.encoding}: {error}") from None
        self._lines += block.count(b"\n")
        return block


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
    suspects = frame.with_row_index("row").filter(pl.col("ragged").is_null())
    for column in frame.columns[1:-2]:
        suspects = suspects.filter(is_blank(pl.col(column)))
        if not suspects.height:
            return frame
    rows = np.ones(frame.height, np.bool_)
    rows[suspects["row"].to_numpy()] = False
    return frame.filter(pl.Series(rows))


def is_blank(cell: pl.Expr) -> pl.Expr:
    """Whether a cell is missing, empty, or of nothing but `BLANK` characters."""
    return (cell.str.strip_chars(BLANK) == "").fill_null(True)
