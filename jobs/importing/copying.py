"""Frames on their way into tables."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from sql.batch import Batch
    from sql.database import Copy, Transaction


def copy_frame(work: Batch, table: str, frame: pl.DataFrame) -> None:
    """Add the rows of a frame, whose columns are named as the table's, to an input."""
    if frame.height:
        with work.copy_in(table, tuple(frame.columns), frame.height) as copy:
            _write(frame, copy)


def copy_lasting(transaction: Transaction, table: str, frame: pl.DataFrame) -> None:
    """The same to a table that lasts."""
    if frame.height:
        with transaction.copy_in(table, tuple(frame.columns)) as copy:
            _write(frame, copy)


def _write(frame: pl.DataFrame, copy: Copy) -> None:
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_header=False)
    buffer.seek(0)
    while block := buffer.read(1 << 20):
        copy.write(block)
