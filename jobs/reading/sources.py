"""The paths of an import -> the files in them: plain ones, what is packed (`packed`), a workbook's sheet."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from jobs.reading import packed as packing
from jobs.reading.files import BLOCK_BYTES, STANDARD_INPUT_NAME, Format, Source
from jobs.reading.kinds import not_csv
from jobs.reading.packed import MOST_PACKED, ZIP, Allowance, extracted, passed_over, unpacking
from jobs.reading.spreadsheets import Sheet, is_workbook
from jobs.shell.failures import FileProblem

BEGINNING_BYTES = 1 << 16
"""So much of a file is looked into for what it is."""
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BROKEN = (
    *packing.BROKEN,
    zipfile.BadZipFile,
    struct.error,
    ValueError,
    RuntimeError,
    LookupError,
)
"""What the standard library raises about the bytes of a damaged archive."""


def sources(paths: Sequence[Path | str], format: Format | None = None) -> list[Source]:
    """The files of one batch, in order; of a .zip, its files in the archive's order, named `hr.zip/people.csv`.

    What is packed is copied to temporary files, readable by their owner only: the sources are to be closed.
    Raises FileProblem: a path cannot be read or is given twice, an archive is damaged, encrypted or empty, a
    workbook has no such sheet, what is packed becomes more than it may.
    """
    format = format or Format()
    found: list[Source] = []
    given: list[Source] = []
    try:
        for path in paths:
            source = Source(path)
            given.append(source)
            once = source.regular or source.name == STANDARD_INPUT_NAME
            if once and any(source.identity == other.identity for other in given[:-1]):
                raise FileProblem(source.name, "is given twice")
            for part in _parts(source, format, Allowance(source.name, format.max_unpacked)):
                found.append(part)  # noqa: PERF402  (what was found is closed even if the next fails)
    except BaseException:
        for source in (*given, *found):
            source.close()
        raise
    return found


def _parts(source: Source, format: Format, allowance: Allowance, packed: int = 0) -> Iterator[Source]:
    """What is in a source, itself or unpacked; of what was unpacked, the copies between are removed."""

    def unpacked(name: str, opened: Callable[[], IO[bytes]]) -> Iterator[Source]:
        inner = source.unpacked(name, _blocks(name, opened, allowance, source.size))
        return _parts(inner, format, allowance, packed + 1)

    with source.open() as stream:
        head = stream.read(len(OLD_OFFICE))
    stream_of = unpacking(head)
    if stream_of is None and not head.startswith((OLD_OFFICE, *ZIP)):
        with source.open() as stream:
            other = not_csv(stream.read(BEGINNING_BYTES))
        if other:
            source.close()
            raise FileProblem(source.name, other)
        yield source
        return
    try:
        if head == OLD_OFFICE:
            raise FileProblem(
                source.name, "is an Excel file of the old kind, or has a password: save it as .xlsx without one"
            )
        if packed == MOST_PACKED:
            raise FileProblem(source.name, f"is packed more than {MOST_PACKED} times: unpack it")
        if stream_of is not None:
            with source.open() as stream:
                yield from unpacked(source.name, partial(stream_of, stream))
            return
        with source.open() as stream, _guarded(source.name), zipfile.ZipFile(stream) as archive:
            if is_workbook(archive):
                stream.seek(0)
                sheet = Sheet(source.name, stream, format)
                table = source.unpacked(source.name, sheet.blocks())
                table.rows_are_lines, table.numeric, table.formulas = True, sheet.numeric(), sheet.formulas()
                table.sheet, table.sheets = sheet.title, sheet.titles
                yield table
                return
            members = [member for member in archive.infolist() if not passed_over(member)]
            if not members:
                raise FileProblem(source.name, "holds no file")
            for member in members:
                name = f"{source.name}/{member.filename}"
                yield from unpacked(name, partial(extracted, name, archive, member))
    finally:
        source.close()


def _blocks(name: str, opened: Callable[[], IO[bytes]], allowance: Allowance, packed: int) -> Iterator[bytes]:
    """What is unpacked, of so many bytes, as it comes; each block is counted."""
    with _guarded(name), opened() as inner:
        while block := inner.read(BLOCK_BYTES):
            allowance.add(len(block), packed)
            yield block


@contextmanager
def _guarded(name: str) -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        raise FileProblem(name, "is damaged, or not wholly there") from error
