"""Frames on their way into tables, and numbers on their way out."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from sql.batch import Batch
    from sql.database import Copy, Transaction


def copy_frame(work: Batch, table: str, frame: pl.DataFrame) -> None:
    """Add the rows of a frame, whose columns are named as the table's, to an input."""
    if frame.height:
        with work.copy_in(table, tuple(frame.columns), frame.height) as copy:
            _write(frame, copy)


def copy_lasting(transaction: Transaction, table: str, frame: pl.DataFrame, *, frozen: bool) -> None:
    """The same to a table that lasts; `frozen`: and that the transaction has truncated."""
    if frame.height:
        with transaction.copy_in(table, tuple(frame.columns), frozen=frozen) as copy:
            _write(frame, copy)


def _write(frame: pl.DataFrame, copy: Copy) -> None:
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_header=False)
    buffer.seek(0)
    while block := buffer.read(1 << 20):
        copy.write(block)


_CELL: Final = (("bytes", ">i4"), ("value", ">i8"))
_HEAD: Final = 19
"""Bytes before the first row, for no extension has been invented; behind the last are two."""


def copied_numbers(copied: bytes, columns: int) -> NDArray[np.int64]:
    """What a query gives whose columns are all bigint and never null, as binary COPY writes it: an array a column."""
    row = np.dtype([("columns", ">i2"), *((f"{part}{n}", kind) for n in range(columns) for part, kind in _CELL)])
    rows = np.frombuffer(copied, row, count=(len(copied) - _HEAD - 2) // row.itemsize, offset=_HEAD)
    return np.array([rows[f"value{n}"] for n in range(columns)], np.int64).reshape(columns, -1)
