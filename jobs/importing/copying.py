"""Frames on their way into temporary tables."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from sql.batch import Batch


def copy_frame(work: Batch, table: str, frame: pl.DataFrame) -> None:
    """Add the rows of a frame, whose columns are named as the table's, to a table."""
    if not frame.height:
        return
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_header=False)
    with work.copy_in(table, tuple(frame.columns), frame.height) as copy:
        buffer.seek(0)
        while block := buffer.read(1 << 20):
            copy.write(block)
