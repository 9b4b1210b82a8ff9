"""The paths of an import -> the files in them: plain ones, what is packed in .gz and .zip, a workbook's sheet.

What a file is, its first bytes say, not its name.
"""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from jobs.reading.files import BLOCK_BYTES, STANDARD_INPUT_NAME, Format, Source
from jobs.reading.spreadsheets import Sheet, is_workbook
from jobs.shell.failures import FileProblem

GZIP = b"\x1f\x8b"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_PACKED = 2
"""How many times a file may be packed (a workbook in a .zip: twice)."""
# The other methods take memory at the archive's will.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (
    EOFError,
    OSError,
    zlib.error,
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
    workbook has no such sheet.
    """
    found: list[Source] = []
    given: list[Source] = []
    try:
        for path in paths:
            source = Source(path)
            given.append(source)
            once = source.regular or source.name == STANDARD_INPUT_NAME
            if once and any(source.identity == other.identity for other in given[:-1]):
                raise FileProblem(source.name, "is given twice")
            for part in _parts(source, format or Format()):
                found.append(part)  # noqa: PERF402  (what was found is closed even if the next fails)
    except BaseException:
        for source in (*given, *found):
            source.close()
        raise
    return found


def _parts(source: Source, format: Format, packed: int = 0) -> Iterator[Source]:
    """What is in a source, itself or unpacked; of what was unpacked, the copies between are removed."""
    with source.open() as stream:
        head = stream.read(len(OLD_OFFICE))
    if not head.startswith((OLD_OFFICE, GZIP, *ZIP)):
        yield source
        return
    try:
        if head == OLD_OFFICE:
            raise FileProblem(
                source.name, "is an Excel file of the old kind, or has a password: save it as .xlsx without one"
            )
        if packed == MOST_PACKED:
            raise FileProblem(source.name, f"is packed more than {MOST_PACKED} times: unpack it")
        if head.startswith(GZIP):
            yield from _parts(source.unpacked(source.name, _gunzipped(source)), format, packed + 1)
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
            members = [member for member in archive.infolist() if not _passed_over(member)]
            if not members:
                raise FileProblem(source.name, "holds no file")
            for member in members:
                name = f"{source.name}/{member.filename}"
                yield from _parts(source.unpacked(name, _extracted(name, archive, member)), format, packed + 1)
    finally:
        source.close()


def _passed_over(member: zipfile.ZipInfo) -> bool:
    """Folders, and what systems add of themselves."""
    *folders, name = member.filename.split("/")
    return not name or name.startswith(".") or "__MACOSX" in folders


def _gunzipped(source: Source) -> Iterator[bytes]:
    with source.open() as stream, _guarded(source.name), gzip.GzipFile(fileobj=stream) as inner:
        while block := inner.read(BLOCK_BYTES):
            yield block


def _extracted(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    if member.flag_bits & 1:
        raise FileProblem(name, "is encrypted: unpack it")
    if member.compress_type not in METHODS:
        raise FileProblem(name, "is compressed in an unusual way: unpack it")
    with _guarded(name), archive.open(member) as inner:
        while block := inner.read(BLOCK_BYTES):
            yield block


@contextmanager
def _guarded(name: str) -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        raise FileProblem(name, "is damaged, or not wholly there") from error
