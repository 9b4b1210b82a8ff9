"""The rejects file: the lines that were not imported, as they were, and why; to be mended and imported as
it is.
"""

from __future__ import annotations

import csv
import io
import os
import stat
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from jobs.lines.inputs import Input, Inputs
from jobs.reading.dialects import SEPARATORS, UTF8_BOM, Dialect
from jobs.reading.headers import FILE_COLUMN, REJECT_COLUMNS, is_reject_column, meaning
from jobs.shell.beside import beside
from jobs.shell.failures import FileProblem, reason
from jobs.shell.records import csv_records

REJECTS = {"line": pl.Int64, "column": pl.String, "code": pl.String, "value": pl.String, "message": pl.String}
"""What `RejectsFile.write` takes: any number of rows a line; `column` null where the line itself is at
fault.
"""


@dataclass(frozen=True)
class _Target:
    """One rejects file and the inputs whose lines go there."""

    path: Path
    files: tuple[int, ...]


class RejectsFile:
    """The rejects file of a batch: at `path`, or one beside each path of the input (those packed in one .zip
    share it), named as it with `.rejects.csv` behind.

    It is UTF-8, with a byte order mark where an input had one or was not UTF-8, so that it can be imported with
    what was asked for to read the input; separator and quote are those of the first input that it is for.

    A line stands in it once, in the order of the input, with its original cells; `_column`, `_code` and
    `_value` are those of its first problem, `_message` has the sentences of all; `_line` is blank where nobody has seen
    the file. Of a ragged line the cells
    without a column are not there but in its `_value`; cells that it has not are empty. Where several
    inputs share one rejects file, its columns are those of all, the same column (by meaning, otherwise by
    name) once, and `_file` before `_line` names the input.
    """

    def __init__(self, files: Inputs[Any], path: Path | str | None = None, option: str = "--rejects") -> None:
        """`option`: what says the `path` on the command line."""
        self._files = files
        self._option = option
        if path is not None:
            self._targets = [_Target(Path(path), tuple(range(len(files.files))))]
        else:
            sharing: dict[Path, tuple[int, ...]] = {}
            for number, file in enumerate(files.files):
                sharing[file.path] = (*sharing.get(file.path, ()), number)
            self._targets = [
                _Target(path.with_name(path.name + ".rejects.csv"), numbers) for path, numbers in sharing.items()
            ]
        self._beside = path is None

    @property
    def paths(self) -> list[Path]:
        """Where rejects would be written."""
        return [target.path for target in self._targets]

    def check_writable(self, others: Sequence[Input] = ()) -> None:
        """Raises FileProblem unless the rejects can be written where they shall; leaves nothing behind.

        What is there already must be a rejects file: nothing else is ever overwritten or removed. `others`: inputs
        beside those whose lines go there.
        """
        inputs = {file.source.identity for file in (*self._files.files, *others) if file.source.regular}
        for target in self._targets:
            if self._beside and not self._files.files[target.files[0]].source.regular:
                name = self._files.files[target.files[0]].name
                raise FileProblem(name, f"is no regular file; say with {self._option} where its rejects shall go")
            self._check_place(target.path, inputs, self._files.files[target.files[0]].csv.dialect)
            try:
                descriptor, name = beside(target.path)
                os.close(descriptor)
                os.unlink(name)
            except OSError as error:
                raise _cannot_be_written(target.path, error) from error

    @staticmethod
    def _check_place(path: Path, inputs: set[tuple[int, int]], dialect: Dialect) -> None:
        try:
            facts = path.stat()
        except FileNotFoundError:
            return
        except OSError as error:
            raise _cannot_be_written(path, error) from error
        if not stat.S_ISREG(facts.st_mode):
            raise FileProblem(str(path), "is no regular file: rejects cannot be written there")
        if (facts.st_dev, facts.st_ino) in inputs:
            raise FileProblem(str(path), "is an input: rejects cannot be written there")
        try:
            with open(path, "rb") as stream:
                head = stream.read(1 << 20).removeprefix(UTF8_BOM).decode(errors="replace")
        except OSError as error:
            raise _cannot_be_written(path, error) from error
        others = (Dialect(separator) for separator in SEPARATORS)  # of an earlier input
        if head and not any(set(REJECT_COLUMNS) <= set(_first(head, each)) for each in (dialect, *others)):
            raise FileProblem(str(path), "is there already and is no rejects file: it will not be overwritten")

    def write(self, rejects: pl.DataFrame) -> list[Path]:
        """Writes the lines of `rejects` (`REJECTS`) where they belong; a place without rejects has no file
        afterwards.

        To be called when all lines have been read. Reads those inputs again that have
        rejects. All files are complete and synced before the first of them takes its name; each is readable
        by its owner only.
        Out: the files written. Raises FileProblem: an input has changed since it was read, or a file cannot
        be written.
        """
        lines = rejects.group_by("line").agg(
            pl.col("column", "code", "value").first(),
            pl.col("message").unique(maintain_order=True).str.join(" "),
        )
        starts: list[int] = []
        ranges: list[pl.DataFrame] = []
        first = 1
        for file in self._files.files:
            if file.rows is None:
                raise ValueError("the files have not been read to their end")
            starts.append(first)
            ranges.append(lines.filter(pl.col("line").is_between(first, first + file.rows - 1)))
            first += file.rows
        written: dict[Path, Path] = {}
        try:
            with ExitStack() as opened:
                for target in self._targets:
                    if any(ranges[number].height for number in target.files):
                        written[target.path] = self._write(target, ranges, starts, opened)
                for path, unnamed in written.items():
                    os.replace(unnamed, path)
            for target in self._targets:
                if target.path not in written:
                    target.path.unlink(missing_ok=True)
            for parent in {target.path.parent for target in self._targets}:
                _sync_folder(parent)
        except OSError as error:
            raise _cannot_be_written(Path(error.filename or self.paths[0]), error) from error
        finally:
            for unnamed in written.values():
                with suppress(FileNotFoundError):
                    unnamed.unlink()
        return list(written)

    def _write(
        self, target: _Target, ranges: Sequence[pl.DataFrame], starts: Sequence[int], opened: ExitStack
    ) -> Path:
        """The file that is to get the target's name; it stays open, and so held, as long as what is `opened`."""
        files = [self._files.files[number] for number in target.files]
        columns, places = _united(files)
        descriptor, name = beside(target.path)
        try:
            out = opened.enter_context(open(descriptor, "wb"))  # noqa: SIM115 - closed with what is opened
            dialect = files[0].csv.dialect
            if any(file.csv.has_mark or not file.csv.dialect.utf8 for file in files):
                out.write(UTF8_BOM)
            added = (FILE_COLUMN, *REJECT_COLUMNS) if len(files) > 1 else REJECT_COLUMNS
            out.write(_line([*columns, *added], dialect))
            for number, own in zip(target.files, places, strict=True):
                if ranges[number].height:
                    self._append(
                        out,
                        dialect,
                        self._files.files[number],
                        own,
                        len(columns),
                        ranges[number],
                        starts[number],
                        names_file=len(files) > 1,
                    )
            out.flush()
            os.fsync(out.fileno())
        except BaseException:
            os.unlink(name)
            raise
        return Path(name)

    @staticmethod
    def _append(
        out: BinaryIO,
        dialect: Dialect,
        file: Input,
        places: Sequence[int | None],
        width: int,
        lines: pl.DataFrame,
        line: int,
        *,
        names_file: bool,
    ) -> None:
        """The cells of one file's rejected `lines`, from its own place to the rejects file's (`places`)."""
        read = file.sha256
        sources = {place: str(own) for own, place in enumerate(places) if place is not None}
        cells = [
            (pl.col(sources[place]) if place in sources else pl.lit(None, pl.String)).alias(f"cell {place}")
            for place in range(width)
        ]
        if names_file:
            cells.append(pl.lit(file.name).alias("file"))
        place = ["line_number"] if file.records is None else [pl.lit(None, pl.Int64).alias("line_number")]
        for records in file.csv.pieces():
            frame = records.frame
            ordinals = pl.int_range(line, line + frame.height, eager=True).alias("line")
            line += frame.height
            found = (
                frame.with_columns(ordinals)
                .join(lines, on="line", how="inner", maintain_order="left")
                .select(*cells, *place, "column", "code", "value", "message")
            )
            if found.height:
                # What polars writes itself, to a file that cannot take it, fails without the system's reason.
                cells_written = io.BytesIO()
                found.write_csv(
                    cells_written, include_header=False, separator=dialect.separator, quote_char=dialect.quote
                )
                out.write(cells_written.getbuffer())
        if file.sha256 != read:
            raise FileProblem(file.name, "has changed since it was read: its rejects cannot be written")


def _united(files: Sequence[Input]) -> tuple[list[str], list[list[int | None]]]:
    """The columns of all files together, and for each file the place there of each of its columns.

    Columns that a rejects file adds are left out (None): they are added anew.
    """
    columns: list[str] = []
    known: dict[tuple[str, int], int] = {}
    places: list[list[int | None]] = []
    for file in files:
        own: list[int | None] = []
        seen: dict[str, int] = {}
        for column in file.csv.columns:
            if is_reject_column(column):
                own.append(None)
                continue
            what = None if file.is_translated else meaning(column)
            name = f"means {what}" if what else f"is {column}"
            seen[name] = seen.get(name, 0) + 1
            key = (name, seen[name])
            if key not in known:
                known[key] = len(columns)
                columns.append(column)
            own.append(known[key])
        places.append(own)
    return columns, places


def _first(text: str, dialect: Dialect) -> list[str]:
    """The cells of the first record."""
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=dialect.separator, quotechar=dialect.quote)
        return next(reader, [])
    except csv.Error:
        return []


def _line(cells: Sequence[str], dialect: Dialect) -> bytes:
    return csv_records(delimiter=dialect.separator, quote=dialect.quote)(cells).encode()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cannot_be_written(path: Path, error: OSError) -> FileProblem:
    return FileProblem(str(path), f"rejects cannot be written there: {reason(error)}")


def no_rejects() -> pl.DataFrame:
    """No line is rejected (an empty frame of `REJECTS`)."""
    return pl.DataFrame(schema=REJECTS)
