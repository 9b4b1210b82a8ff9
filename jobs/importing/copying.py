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

AT_ONCE: Final = 10_000
"""So many rows are written as CSV at once: a megabyte or two."""


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
    for part in frame.iter_slices(AT_ONCE):
        buffer = io.BytesIO()
        part.write_csv(buffer, include_header=False)
        copy.write(buffer.getvalue())


def numbers(work: Batch, query: str, *columns: str) -> NDArray[np.int64]:
    """These columns of a working table, or of what a query gives, all bigint and never null: an array a column."""
    pieces = [np.frombuffer(piece, ">i8").reshape(-1, len(columns)) for piece in work.numbers(query, *columns)]
    found = np.empty((len(columns), sum(map(len, pieces))), np.int64)
    np.concatenate([np.empty((len(columns), 0), np.int64), *(piece.T for piece in pieces)], axis=1, out=found)
    return found
