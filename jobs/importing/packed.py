"""Frames that are not looked at for a while: columns that repeat themselves, as those of lines do, take little room."""

from __future__ import annotations

import io

import polars as pl


class Packed:
    """A frame, kept small until it is asked for."""

    def __init__(self, frame: pl.DataFrame) -> None:
        kept = io.BytesIO()
        frame.write_ipc(kept, compression="zstd")
        self._kept = kept.getvalue()

    def frame(self) -> pl.DataFrame:
        return pl.read_ipc(self._kept)
