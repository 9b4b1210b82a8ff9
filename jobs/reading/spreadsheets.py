"""A sheet of an Excel workbook (.xlsx) -> the CSV that is read in its place, and which cells were numbers, or formulas
whose value the workbook has not.

openpyxl, because it reads row by row and tells a cell's error (`#N/A`) from a blank; the faster readers hold
a whole sheet and give nothing for an error. Its parser of cells is used by itself: what is above it gives a formula
without its value as a blank cell.
"""

from __future__ import annotations

import csv
import datetime
import io
import warnings
import zipfile
from array import array
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

import polars as pl

from jobs.reading.files import Format, shown
from jobs.shell.failures import FileProblem

MAX_ROWS = 1 << 20
MAX_CELLS = 1 << 14
"""Of a row. Both are Excel's own; only a damaged or hostile file has more."""
MAX_SHARED_BYTES = 512 << 20
"""Of everything but the sheets, which is held in memory."""
MAX_RATIO, SMALL_BYTES = 300, 1 << 20
"""How much larger than packed any part of it may be: of a sheet, one cell at a time is held in memory."""
MAX_BLANKS, BLANKS_PER_CELL = 10 << 20, 100
"""So many blank cells a sheet may have, or so many times as many as there are others: one that fills up a row costs as
much to read as any other, and nothing in the file.
"""
MARK = "\ufeff"


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether a zip archive is an Excel workbook."""
    return "xl/workbook.xml" in archive.namelist()


class Sheet:
    """The sheet of a workbook that `format` names, otherwise its first visible one.

    Raises FileProblem, here and in `blocks`: the workbook is damaged, has no such sheet, is larger than Excel
    makes any, or openpyxl is not installed.
    """

    def __init__(self, name: str, stream: BinaryIO, format: Format) -> None:
        self.name = name
        self._delimiter, self._quote = format.delimiter or ",", format.quote or '"'
        self._numbers, self._formulas = _Cells(), _Cells()
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
        held = sum(member.file_size for member in members if not member.filename.startswith("xl/worksheets/"))
        if held > MAX_SHARED_BYTES:
            raise FileProblem(name, f"has more than {MAX_SHARED_BYTES >> 20} MB of shared text: save the sheet as CSV")
        if any(member.file_size > SMALL_BYTES + MAX_RATIO * member.compress_size for member in members):
            raise FileProblem(name, f"is damaged: unpacked it has more than {MAX_RATIO} times its size")
        try:
            import openpyxl
        except ImportError:
            raise FileProblem(
                name, "is an Excel workbook; to read it: pip install openpyxl, or save it as CSV"
            ) from None
        try:
            with warnings.catch_warnings(action="ignore"):
                book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        except Exception as error:  # whatever it does with a damaged file
            raise self._damaged() from error
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        if format.sheet is not None and format.sheet not in sheets:
            raise FileProblem(name, f"has no sheet {shown(format.sheet)}; it has {', '.join(map(shown, sheets))}")
        visible = [title for title, sheet in sheets.items() if sheet.sheet_state == "visible"]
        if not sheets:
            raise FileProblem(name, "has no sheet")
        self.titles = tuple(sheets)
        self.title = format.sheet or (visible or list(sheets))[0]
        self._sheet = sheets[self.title]

    def blocks(self) -> Iterator[bytes]:
        """The sheet as CSV in UTF-8 with a mark, each row of it one record, blank ones too.

        Rows are as long as their last cell that is not blank, but not shorter than the header; a blank one is one blank
        cell. Raises FileProblem: nearly all of it are blank cells.
        """
        out = io.StringIO(MARK, newline="")
        out.seek(0, io.SEEK_END)
        # All quoted, so that another separator than its own never makes more of the header.
        write = csv.writer(out, delimiter=self._delimiter, quotechar=self._quote, quoting=csv.QUOTE_ALL).writerow
        width = blanks = others = 0
        for row, cells in enumerate(self._read(), 1):
            while len(cells) > width and not cells[-1]:
                cells.pop()
            if not width and cells and any(map(str.strip, cells)):
                width = len(cells)
            if any(cells):
                cells += [""] * (width - len(cells))
                blanks += (blank := cells.count(""))
                others += len(cells) - blank
                if blanks > MAX_BLANKS + BLANKS_PER_CELL * others:
                    what = f"has {blanks // others:,} blank cells for each other one"
                    raise FileProblem(self.name, f"{what}: save the sheet as CSV", line=row)
            write(cells if any(cells) else [""])
            if row % 4096 == 0:
                yield out.getvalue().encode(errors="replace")
                out.seek(0)
                out.truncate()
        yield out.getvalue().encode(errors="replace")

    def numeric(self) -> pl.DataFrame:
        """The cells that were numbers, after `blocks`: `line_number` Int64, the row's number, `place` Int16, from 0."""
        return self._numbers.frame()

    def formulas(self) -> pl.DataFrame:
        """The cells with a formula that has no value in the file, likewise; their text is the formula."""
        return self._formulas.frame()

    def _read(self) -> Iterator[list[str]]:
        """The cells of each row."""
        rows = self._rows()
        row = 0
        while True:
            try:
                with warnings.catch_warnings(action="ignore"):
                    found = next(rows, None)
                if found is None:
                    return
                number, cells = found
                last = max((cell["column"] for cell in cells), default=0)
                texts = [""] * min(last, MAX_CELLS)
                if last <= MAX_CELLS:
                    for cell in cells:
                        texts[cell["column"] - 1] = self._text(number, cell["column"] - 1, cell["value"])
            except Exception as error:  # whatever it does with a damaged file
                raise self._damaged() from error
            while row + 1 < number <= MAX_ROWS:  # rows of which nothing is in the file
                row += 1
                yield []
            row += 1
            if number > MAX_ROWS or last > MAX_CELLS:
                line = min(number, MAX_ROWS + 1)
                raise FileProblem(self.name, "is damaged: its sheet is larger than Excel makes any", line=line)
            yield texts

    def _text(self, row: int, place: int, value: object) -> str:
        if isinstance(value, Formula):
            self._formulas.add(row, place)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            self._numbers.add(row, place)
        return _text(value)

    def _rows(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """Number and cells (`column` from 1, `value`) of the rows that are in the file, in order, each once."""
        from openpyxl.worksheet import _reader

        class Parser(_reader.WorkSheetParser):
            """Gives a `Formula` where a cell has one and no value. (An empty text is one.)"""

            def parse_cell(self, element: Any) -> dict[str, Any]:
                cell: dict[str, Any] = super().parse_cell(element)
                formula = element.find(_reader.FORMULA_TAG) if cell["value"] is None else None
                is_blank = element.get("t") == "str" and element.find(_reader.VALUE_TAG) is not None
                if formula is not None and not is_blank:
                    cell["value"] = Formula(f"={formula.text or ''}")
                return cell

        sheet: Any = self._sheet
        book: Any = sheet.parent
        with sheet._get_source() as source:
            parser = Parser(
                source,
                sheet._shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            last = 0
            for number, cells in parser.parse():
                if number > last:
                    last = number
                    yield number, cells

    def _damaged(self) -> FileProblem:
        return FileProblem(self.name, "is damaged, or no Excel workbook")


def _unescaped(text: str) -> str:
    from openpyxl.utils.escape import unescape

    return unescape(text)


class Formula(str):
    """What stands for a formula whose value is not in the file: its text."""

    __slots__ = ()


class _Cells:
    """Places of cells, few bytes each."""

    def __init__(self) -> None:
        self._rows, self._places = array("q"), array("h")

    def add(self, row: int, place: int) -> None:
        self._rows.append(row)
        self._places.append(place)

    def frame(self) -> pl.DataFrame:
        rows, places = pl.Series("line_number", self._rows, pl.Int64), pl.Series("place", self._places, pl.Int16)
        return pl.DataFrame([rows, places])


def _text(value: object) -> str:
    """A cell as a CSV has it: `123`, `0.5`, `2026-01-31`, `TRUE`."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _unescaped(value) if "_x" in value and not isinstance(value, Formula) else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        number = Decimal(repr(value))
        return f"{number.to_integral_value() if number == number.to_integral_value() else number:f}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
