"""One file of an import, whatever its lines are about: what is known of it at once, and after it was read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

import polars as pl

from identity.problems import LINES_NAMED, one_line
from jobs.reading.csv_records import CsvFile
from jobs.reading.files import Format, Source
from jobs.reading.headers import is_rejects_file
from jobs.reading.sources import sources
from jobs.shell.failures import FileProblem


class Records(Protocol):
    """Of which records of another system the lines of a file are."""

    def of(self, lines: Sequence[int]) -> list[str]:
        """The ids there of physical lines."""


class Heading(Protocol):
    """What the columns of a file mean."""

    @property
    def ignored(self) -> Sequence[str]:
        """Those that are not imported, as written, but for those that begin with `_`."""


class Input:
    """A file, with its `source` and its records (`csv`)."""

    header: Heading

    def __init__(self, source: Source, csv: CsvFile, *, is_translated: bool = False) -> None:
        self.source = source
        self.csv = csv
        self.is_translated = is_translated
        """Whether a mapping says what its columns mean."""
        self.rows: int | None = None
        """Lines that are not blank, without the header; known when it was read."""
        self.left_out = 0
        """So many of them a mapping leaves out."""
        self.records: Records | None = None
        """Of a file that nobody but us has seen, for we have written it: its lines are told by these."""

    @property
    def counted(self) -> int:
        """Lines that are imported, or rejected."""
        return (self.rows or 0) - self.left_out

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def path(self) -> Path:
        return self.source.path

    @property
    def size(self) -> int:
        """Bytes."""
        return self.csv.size

    @property
    def mends(self) -> bool:
        """Whether it is a rejects file, mended."""
        return is_rejects_file(self.csv.columns)

    @property
    def unit(self) -> str:
        """As what its lines are told."""
        return "record" if self.records else "line"

    def told(self, line: int) -> str:
        """Which of these a physical line is."""
        return one_line(self.records.of([line])[0]) if self.records else str(line)

    def told_together(self, lines: Sequence[int], count: int) -> Sequence[int] | str:
        """The first of so many lines, as `identity.problems.message` takes them."""
        if not self.records or not lines:
            return lines
        shown = lines[:LINES_NAMED]
        ids = ", ".join(dict.fromkeys(map(one_line, self.records.of(shown))))
        return f"{self.unit} {ids}" + (f" and {count - len(shown):,} more" if count > len(shown) else "")

    @property
    def sha256(self) -> str | None:
        """Known when it was read, as are `lines`."""
        return self.csv.sha256

    @property
    def lines(self) -> int | None:
        """Physical lines, with the header."""
        return self.csv.lines


File = TypeVar("File", bound=Input)


class Inputs(Generic[File]):
    """The files of one batch whose lines are numbered on from one to the next (of people, or of groups). To be closed,
    or used in a `with`: inputs that are no regular files have been copied.
    """

    def __init__(
        self, paths: Sequence[Path | str], opened: Sequence[Source], format: Format, made: Callable[[Source], File]
    ) -> None:
        """`opened`: further files, which whoever has opened them closes. Raises FileProblem."""
        self.files: list[File] = []
        self._sources = sources(paths, format)
        try:
            for source in (*self._sources, *opened):
                self.files.append(made(source))
            for file in self.files if len(self.files) > 1 else ():
                if file.mends:
                    raise FileProblem(file.name, "is a rejects file: import it by itself")
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Removes copies of inputs that could be read only once."""
        for source in self._sources:
            source.close()

    @property
    def ignored_columns(self) -> list[tuple[int, str]]:
        """(file, column as written) of every column that is not imported, without those that begin with `_`."""
        return [(number, column) for number, file in enumerate(self.files) for column in file.header.ignored]

    @property
    def mends(self) -> bool:
        """Whether what is imported is a rejects file, mended."""
        return any(file.mends for file in self.files)


def fingerprints(
    records: pl.DataFrame, meanings: Iterable[tuple[str, int]], salt: str = ""
) -> tuple[pl.Series, pl.Series]:
    """Records whose columns mean this (what, place) -> `fingerprint_a` and `fingerprint_b`, 128 bits a line.

    Equal for lines with the same cells in columns of the same meaning, in whatever order these stand, and the same
    cells too many or too few, as long as polars hashes as it does: its version is part of the hash, so that another
    version only makes every line look changed. So is `salt`: whatever else decides what a line means.
    """
    ordered = sorted(meanings)
    seed = hashlib.sha256(repr((pl.__version__, [what for what, _ in ordered], salt)).encode()).digest()
    cells = records.select(*(str(place) for _, place in ordered), "ragged", "excess")
    a, b = (
        cells.hash_rows(int.from_bytes(seed[at : at + 8], "big")).reinterpret(signed=True).alias(name)
        for at, name in ((0, "fingerprint_a"), (8, "fingerprint_b"))
    )
    return a, b
