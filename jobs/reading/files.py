"""One input: what was asked about it, opened, copied where it can be read only once, and what is wrong with
it as a whole.
"""

from __future__ import annotations

import codecs
import copy
import io
import os
import stat
import string
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from identity.problems import one_line, readable
from jobs.shell.failures import FileProblem, ReadProblem, reason
from jobs.shell.temporary import temporary_file

SHOWN = 80
"""Characters of a foreign text that a message shows."""
STANDARD_INPUT = "-"
STANDARD_INPUT_NAME = "standard input"
SIGNS = "\t" + string.punctuation
"""What may be delimiter or quote."""
PYTHONS_OWN = ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "unicode-escape", "raw-unicode-escape")
"""Encodings that no file is written in."""
BLOCK_BYTES = 1 << 20


class Reading(io.FileIO):
    """The bytes of a file. Raises ReadProblem where they cannot be read on, in whoever's hands the stream is."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path)
        self._called = name
        self.taken = 0
        """So many bytes have been read into a buffer."""

    def read(self, size: int | None = -1, /) -> bytes | Any:
        with self._told():
            return super().read(size)

    def readinto(self, buffer: Any, /) -> int | None:
        with self._told():
            count = super().readinto(buffer)
        self.taken += count or 0
        return count

    def readall(self) -> bytes:
        with self._told():
            return super().readall()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ReadProblem(self._called, f"cannot be read: {reason(error)}") from error


def shown(text: str) -> str:
    """`text` in quotation marks, on one line, cut to `SHOWN` characters: a foreign text within a message."""
    cut = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    return f"'{one_line(cut)}'"


@dataclass(frozen=True)
class Format:
    """What was asked for about the bytes of files; None is found out of each file itself.

    `delimiter` and `quote`: one ASCII punctuation sign each, or the tab; `tab` and `\\t` are the tab.
    `encoding`: of the files without a byte order mark. `sheet`: the name of a spreadsheet's sheet. `header_line`: the
    physical line on which the header stands, from 1; what is above it is passed over. `max_unpacked`: how many bytes
    what is packed may become.
    Raises ValueError, a sentence that names the value.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    sheet: str | None = None
    header_line: int | None = None
    max_unpacked: int | None = None

    def __post_init__(self) -> None:
        if self.header_line is not None and self.header_line < 1:
            raise ValueError(f"header_line: {self.header_line} is no line; the first is 1")
        if self.delimiter in ("tab", "\\t"):
            object.__setattr__(self, "delimiter", "\t")
        for what, sign in [("delimiter", self.delimiter), ("quote", self.quote)]:
            if sign is not None and not (len(sign) == 1 and sign in SIGNS):
                raise ValueError(f"{what}: {shown(sign)} is not one ASCII sign; the tab is written tab")
        if (self.delimiter or ",") == (self.quote or '"'):
            raise ValueError(f"delimiter and quote: both are {shown(self.delimiter or ',')}")
        encoding = self.encoding or "utf-8"
        try:
            codecs.getincrementaldecoder(encoding)
            known = "a".encode(encoding).decode(encoding) == "a"
        except (LookupError, ValueError):
            known = False
        if not known or codecs.lookup(encoding).name in PYTHONS_OWN:
            raise ValueError(f"encoding: {shown(encoding)} is not known")


class Source:
    """An input that can be read from its start as often as needed.

    A regular file is read where it is. Anything else (a pipe, `/dev/stdin`, `-` for standard input) gives its
    bytes once only, and they are needed twice (again for the rejects): it is copied to a temporary file first,
    readable by its owner only. So is what was packed in another (`unpacked`).

    Raises FileProblem where it cannot be opened or copied.
    """

    rows_are_lines = False
    """It was a spreadsheet: the number of a row is its physical line, whatever line ends its cells have."""
    sheet: str | None = None
    """Of a spreadsheet: the name of the sheet that is read."""
    sheets: tuple[str, ...] = ()
    """Of a spreadsheet: the names of all."""
    packed = False
    """It was packed in a file."""
    numeric: pl.DataFrame | None = None
    """The cells that were numbers in a spreadsheet: `line_number` Int64, the row's number; `place` Int16, from 0."""

    formulas: pl.DataFrame | None = None
    """The cells that were formulas without a value there, likewise; their text is the formula."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        """As given, also of what was packed in it."""
        self.name = readable(str(path))
        self._copy: Path | None = None
        self._held: int | None = None
        """The copy, open as long as it is needed: it is nobody's otherwise."""
        try:
            if str(path) == STANDARD_INPUT:
                self.name, self.regular, self.identity = STANDARD_INPUT_NAME, False, (-1, -1)
                if sys.stdin is None:
                    raise FileProblem(self.name, "is closed")
                self.size = self._copied(_blocks(self.name, sys.stdin.buffer))
                return
            with io.BufferedReader(Reading(self.path, self.name)) as stream:
                facts = os.fstat(stream.fileno())
                self.regular = stat.S_ISREG(facts.st_mode)
                self.identity = (facts.st_dev, facts.st_ino)
                self.size = facts.st_size if self.regular else self._copied(_blocks(self.name, stream))
        except OSError as error:
            raise FileProblem(self.name, f"cannot be read: {reason(error)}") from error

    def unpacked(self, name: str, blocks: Iterable[bytes]) -> Source:
        """What is packed in this one, as a source of its own: `blocks` are its bytes."""
        inner = copy.copy(self)
        inner.name, inner.packed, inner._copy, inner._held = name, True, None, None
        inner.size = inner._copied(blocks)
        return inner

    def _copied(self, blocks: Iterable[bytes]) -> int:
        try:
            self._held, copied = temporary_file(Path(tempfile.gettempdir()))
            self._copy = Path(copied)
            with open(self._held, "wb", closefd=False) as out:
                for block in blocks:
                    out.write(block)
                return out.tell()
        except BaseException as error:
            self.close()
            if isinstance(error, OSError):
                folder = tempfile.gettempdir()
                raise FileProblem(self.name, f"cannot be copied to {folder}: {reason(error)}") from error
            raise

    def open(self) -> BinaryIO:
        """The bytes from the start. Raises FileProblem."""
        try:
            return io.BufferedReader(Reading(self._copy or self.path, self.name))
        except OSError as error:
            raise FileProblem(self.name, f"cannot be read: {reason(error)}") from error

    def close(self) -> None:
        """Removes the copy, if one was made. May be called again."""
        if self._copy is not None:
            with suppress(FileNotFoundError):
                self._copy.unlink()
        if self._held is not None:
            os.close(self._held)
            self._held = None


def _blocks(name: str, stream: BinaryIO) -> Iterator[bytes]:
    try:
        while block := stream.read(BLOCK_BYTES):
            yield block
    except OSError as error:
        raise ReadProblem(name, f"cannot be read: {reason(error)}") from error
