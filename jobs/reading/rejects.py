"""The rejects file: the lines that were not imported, as they were, and why; to be mended and imported as
it is.
"""

from __future__ import annotations

import csv
import io
import os
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

from jobs.reading.files import FileProblem
from jobs.reading.headers import REJECT_COLUMNS, is_reject_column, is_rejects_file, meaning
from jobs.reading.people import InputFile, PeopleFiles
from jobs.reading.pieces import UTF8_BOM

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
    """The rejects file of a batch: at `path`, or one beside each input, named as it with `.rejects.csv`
    behind.

    A line stands in it once, in the order of the input, with its original cells; `_column`, `_code` and
    `_value` are those of its first problem, `_message` has the sentences of all. Of a ragged line the cells
    without a column are not there but in its `_value`; cells that it has not are empty. Where several
    inputs share one rejects file, its columns are those of all, the same column (by meaning, otherwise by
    name) once.
    """

    def __init__(self, files: PeopleFiles, path: Path | str | None = None) -> None:
        self._files = files
        if path is not None:
            self._targets = [_Target(Path(path), tuple(range(len(files.files))))]
        else:
            self._targets = [
                _Target(file.path.with_name(file.path.name + ".rejects.csv"), (number,))
                for number, file in enumerate(files.files)
            ]
        self._beside = path is None

    @property
    def paths(self) -> list[Path]:
        """Where rejects would be written."""
        return [target.path for target in self._targets]

    def check_writable(self) -> None:
        """Raises FileProblem unless the rejects can be written where they shall; leaves nothing behind.

        What is there already must be a rejects file: nothing else is ever overwritten or removed.
        """
        inputs = {file.source.identity for file in self._files.files if file.source.regular}
        for target in self._targets:
            if self._beside and not self._files.files[target.files[0]].source.regular:
                name = self._files.files[target.files[0]].name
                raise FileProblem(name, "is no regular file; say with --rejects where its rejects shall go")
            self._check_place(target.path, inputs)
            try:
                descriptor, name = tempfile.mkstemp(prefix=f".{target.path.name[:100]}.", dir=target.path.parent)
                os.close(descriptor)
                os.unlink(name)
            except OSError as error:
                raise _cannot_be_written(target.path, error) from error

    @staticmethod
    def _check_place(path: Path, inputs: set[tuple[int, int]]) -> None:
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
            columns = next(csv.reader(io.StringIO(head, newline="")), None)
        except OSError as error:
            raise _cannot_be_written(path, error) from error
        except csv.Error:
            columns = []
        if columns is not None and not is_rejects_file(columns):
            raise FileProblem(str(path), "is there already and is no rejects file: it will not be overwritten")

    def write(self, rejects: pl.DataFrame) -> list[Path]:
        """Writes the lines of `rejects` (`REJECTS`) where they belong; a place without rejects has no file
        afterwards.

        To be called when `PeopleFiles.pieces` has come to its end. Reads those inputs again that have
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
            for target in self._targets:
                if any(ranges[number].height for number in target.files):
                    written[target.path] = self._write(target, ranges, starts)
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

    def _write(self, target: _Target, ranges: Sequence[pl.DataFrame], starts: Sequence[int]) -> Path:
        files = [self._files.files[number] for number in target.files]
        columns, places = _united(files)
        descriptor, name = tempfile.mkstemp(prefix=f".{target.path.name[:100]}.", dir=target.path.parent)
        try:
            with open(descriptor, "wb") as out:
                if files[0].csv.has_mark:
                    out.write(UTF8_BOM)
                out.write(_line([*columns, *REJECT_COLUMNS]))
                for number, own in zip(target.files, places, strict=True):
                    if ranges[number].height:
                        self._append(out, self._files.files[number], own, len(columns), ranges[number], starts[number])
                out.flush()
                os.fsync(out.fileno())
        except BaseException:
            os.unlink(name)
            raise
        return Path(name)

    @staticmethod
    def _append(
        out: BinaryIO,
        file: InputFile,
        places: Sequence[int | None],
        width: int,
        lines: pl.DataFrame,
        line: int,
    ) -> None:
        """The cells of one file's rejected `lines`, from its own place to the rejects file's (`places`)."""
        read = file.sha256
        sources = {place: str(own) for own, place in enumerate(places) if place is not None}
        cells = [
            (pl.col(sources[place]) if place in sources else pl.lit(None, pl.String)).alias(f"cell {place}")
            for place in range(width)
        ]
        for records in file.csv.pieces():
            frame = records.frame
            ordinals = pl.int_range(line, line + frame.height, eager=True).alias("line")
            line += frame.height
            found = (
                frame.with_columns(ordinals)
                .join(lines, on="line", how="inner", maintain_order="left")
                .select(*cells, "at", "column", "code", "value", "message")
            )
            if found.height:
                found.write_csv(out, include_header=False)
        if file.sha256 != read:
            raise FileProblem(file.name, "has changed since it was read: its rejects cannot be written")


def _united(files: Sequence[InputFile]) -> tuple[list[str], list[list[int | None]]]:
    """The columns of all files together, and for each file the place there of each of its columns.

    Columns that a rejects file adds are left out (None): they are added anew.
    """
    columns: list[str] = []
    known: dict[tuple[str, int], int] = {}
    places: list[list[int | None]] = []
    for file in files:
        own: list[int | None] = []
        seen: dict[str, int] = {}
        for column in file.header.columns:
            if is_reject_column(column):
                own.append(None)
                continue
            what = meaning(column)
            name = f"means {what}" if what else f"is {column}"
            seen[name] = seen.get(name, 0) + 1
            key = (name, seen[name])
            if key not in known:
                known[key] = len(columns)
                columns.append(column)
            own.append(known[key])
        places.append(own)
    return columns, places


def _line(cells: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cannot_be_written(path: Path, error: OSError) -> FileProblem:
    return FileProblem(str(path), f"rejects cannot be written there: {error.strerror or error}")


def no_rejects() -> pl.DataFrame:
    """No line is rejected (an empty frame of `REJECTS`)."""
    return pl.DataFrame(schema=REJECTS)
