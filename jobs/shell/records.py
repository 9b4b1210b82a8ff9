"""Cells -> records of CSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable


def csv_records(*, delimiter: str = ",", quote: str = '"') -> Callable[[Iterable[object]], str]:
    """What makes a record, with its line end, of cells.

    `csv` quotes what holds the line end that it writes, and no other; but to who reads, a bare CR is one too.
    """
    written = csv.writer(_Written(), delimiter=delimiter, quotechar=quote, lineterminator="\r\n")
    return written.writerow  # which returns what `write` does


def escaped(text: str | None) -> str:
    """A cell that imports read as this text: `<delete>` itself would clear."""
    if text is None:
        return ""
    return f"\\{text}" if text.endswith("<delete>") and re.fullmatch(r"\\*<delete>", text) else text


class _Written:
    def write(self, text: str) -> str:
        return f"{text[:-2]}\n"
