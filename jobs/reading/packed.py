"""What is packed in .gz, .bz2 and .zst as a stream of what it was; and how much of it a file may become.

What a file is, its first bytes say, not its name.
"""

from __future__ import annotations

import bz2
import gzip
import sys
import zipfile
import zlib
from collections.abc import Callable
from typing import IO, Any, BinaryIO, Final

from jobs.shell.failures import FileProblem

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP: Final = b"\x1f\x8b"
BZIP2: Final = b"BZh"
ZSTD: Final = b"\x28\xb5\x2f\xfd"
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
HEAD_BYTES: Final = 8
"""So many of the first bytes tell what a file is."""

MOST_PACKED: Final = 2
"""How many times a file may be packed (a workbook in a .zip: twice)."""
# The other methods take memory at the archive's will.
METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
WINDOW_BITS: Final = 27
"""zstd may look back so far (128 MB, what its own program allows); more would be memory at the file's will."""
BROKEN: Final = (EOFError, OSError, zlib.error, zstd.ZstdError)
"""What the standard library raises about bytes that cannot be unpacked."""

ALWAYS: Final = 4 << 30
TIMES: Final = 100
"""What is packed may become so large, or so many times as large as it is, whichever is more."""


def unpacking(head: bytes) -> Callable[[BinaryIO], BinaryIO] | None:
    """How to read a file that begins so, if it is packed as a whole; None: it is not, or is a .zip."""
    if head.startswith(GZIP):
        return lambda stream: _stream(gzip.GzipFile(fileobj=stream, mode="rb"))
    if head.startswith(BZIP2) and head[3:4].isdigit():
        return lambda stream: _stream(bz2.BZ2File(stream))
    if head.startswith(ZSTD):
        most = {int(zstd.DecompressionParameter.window_log_max): WINDOW_BITS}
        return lambda stream: _stream(zstd.ZstdFile(stream, options=most))
    return None


def _stream(made: Any) -> BinaryIO:
    unpacked: BinaryIO = made
    return unpacked


class Allowance:
    """How much what is packed in one file may become: so that a small one does not fill a disk, or take a night."""

    def __init__(self, name: str, most: int | None = None) -> None:
        """most: bytes, where it was asked for (`--max-unpacked`)."""
        self._name, self._most = name, most
        self._unpacked = 0

    def add(self, unpacked: int, packed: int) -> None:
        """So many bytes more have come out of a file of which so many have been read. Raises FileProblem."""
        self._unpacked += unpacked
        most = max(ALWAYS, TIMES * packed) if self._most is None else self._most
        if self._unpacked > most:
            raise FileProblem(self._name, f"unpacks to more than {_size(most)}; --max-unpacked SIZE allows more")


def passed_over(member: zipfile.ZipInfo) -> bool:
    """Whether a member of a .zip is a folder, or what systems add of themselves."""
    *folders, name = member.filename.split("/")
    return not name or name.startswith(".") or "__MACOSX" in folders


def extracted(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    """A member of a .zip, unpacked. Raises FileProblem: it cannot be read."""
    if member.flag_bits & 1:
        raise FileProblem(name, "is encrypted: unpack it")
    if member.compress_type not in METHODS:
        raise FileProblem(name, "is compressed in an unusual way: unpack it")
    return archive.open(member)


def _size(size: int) -> str:
    for unit, name in ((1 << 40, "TB"), (1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"
