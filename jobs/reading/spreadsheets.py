"""A sheet of an Excel workbook (.xlsx) -> the CSV that is read in its place, and which cells were numbers.

openpyxl, because it reads row by row and tells a cell's error (`#N/A`) from a blank; the faster readers hold
a whole sheet and give nothing for an error.
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
from typing import BinaryIO

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
        self._rows, self._places = array("q"), array("h")
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

        Rows are as long as their last cell that is not blank, but not shorter than the header.
        """
        out = io.StringIO(MARK, newline="")
        out.seek(0, io.SEEK_END)
        # All quoted, so that another separator than its own never makes more of the header.
        write = csv.writer(out, delimiter=self._delimiter, quotechar=self._quote, quoting=csv.QUOTE_ALL).writerow
        width = 0
        for row, cells in enumerate(self._read(), 1):
            while len(cells) > width and not cells[-1]:
                cells.pop()
            if not width and cells and any(map(str.strip, cells)):
                width = len(cells)
            write(cells + [""] * (max(width, 1) - len(cells)))
            if row % 4096 == 0:
                yield out.getvalue().encode(errors="replace")
                out.seek(0)
                out.truncate()
        yield out.getvalue().encode(errors="replace")

    def numeric(self) -> pl.DataFrame:
        """The cells that were numbers, after `blocks`: `line_number` Int64, the row's number, `place` Int16, from 0."""
        rows, places = pl.Series("line_number", self._rows, pl.Int64), pl.Series("place", self._places, pl.Int16)
        return pl.DataFrame([rows, places])

    def _read(self) -> Iterator[list[str]]:
        from openpyxl.utils.escape import unescape

        self._sheet.reset_dimensions()  # often wrong, and always needless
        rows = self._sheet.iter_rows()
        row = 0
        while True:
            texts: list[str] = []
            try:
                with warnings.catch_warnings(action="ignore"):
                    cells = next(rows, None)
                if cells is None:
                    return
                for place, cell in enumerate(cells[: MAX_CELLS + 1]):
                    value = cell.value
                    if isinstance(value, str):
                        texts.append(unescape(value) if "_x" in value else value)
                    elif value is None:
                        texts.append("")
                    else:
                        texts.append(_text(value))
                        if isinstance(value, (int, float)) and not isinstance(value, bool):
                            self._rows.append(row + 1)
                            self._places.append(place)
            except Exception as error:  # whatever it does with a damaged file
                raise self._damaged() from error
            row += 1
            if row > MAX_ROWS or len(texts) > MAX_CELLS:
                raise FileProblem(self.name, "is damaged: its sheet is larger than Excel makes any", line=row)
            yield texts

    def _damaged(self) -> FileProblem:
        return FileProblem(self.name, "is damaged, or no Excel workbook")


def _text(value: object) -> str:
    """A cell as a CSV has it: `123`, `0.5`, `2026-01-31`, `TRUE`."""
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
