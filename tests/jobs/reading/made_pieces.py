"""Files as tests make them, and the records in them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from identity.blanks import trimmed
from jobs.reading.csv_records import CsvFile
from jobs.reading.files import Format, Source
from jobs.shell.failures import FileProblem

PIECES = st.sampled_from([1, 7, 30, 200, 1 << 20])


def read(path: Path, content: bytes, piece_bytes: int = 1 << 20, format: Format | None = None) -> CsvFile:
    path.write_bytes(content)
    return CsvFile(Source(path), format, piece_bytes=piece_bytes)


def rows(file: CsvFile) -> list[tuple[int, list[str], str | None, str | None]]:
    """(physical line, cells, ragged, excess) of all records."""
    return [
        (at, [cell or "" for cell in cells], ragged, excess)
        for records in file.pieces()
        for at, *cells, ragged, excess in records.frame.iter_rows()
    ]


def outcome(path: Path, content: bytes, piece_bytes: int) -> object:
    """The columns, all records and the facts of a file, or the message that says why there are none."""
    try:
        file = read(path, content, piece_bytes)
        return file.columns, rows(file), file.lines, file.sha256, file.size
    except FileProblem as problem:
        return str(problem)


def is_blank(cells: list[str]) -> bool:
    return not any(trimmed(cell) for cell in cells)


def says_the_header(header: list[str], cells: list[str]) -> bool:
    return [trimmed(cell) for cell in cells] == [trimmed(cell) for cell in header]
