"""The bytes of a file, in whatever encoding -> UTF-8, block by block; and where they are none."""

from __future__ import annotations

import codecs
import hashlib
from typing import BinaryIO, NamedTuple

from jobs.reading.dialects import UTF8_BOM, Dialect, without_mark


class Fault(NamedTuple):
    """Bytes of a file that are nothing in its encoding, and where in it they are."""

    octets: bytes
    offset: int


class Decoded:
    """The bytes of a file as UTF-8 without byte order marks, the last of them a line end; counted and hashed."""

    def __init__(self, stream: BinaryIO, dialect: Dialect, *, has_mark: bool) -> None:
        """`has_mark`: the stream begins with a byte order mark."""
        self._stream, self._last, self._has_mark = stream, b"", has_mark
        self._begins, self._held = True, b""
        self._decoder = None if dialect.utf8 else codecs.getincrementaldecoder(dialect.encoding)()
        self.digest = hashlib.sha256()
        self.count = 0
        self.ended = False
        self.fault: Fault | None = None
        """Why what was read ends where it does: nothing more is to be read."""

    def read(self, size: int) -> bytes:
        """About `size` further bytes (at least the few of a mark); none but a last line end when `ended`."""
        first = self.count == 0
        raw = self._stream.read(max(size, 4))
        self.digest.update(raw)
        self.count += len(raw)
        self.ended = not raw
        if first and self._has_mark:
            raw = without_mark(raw)
        block = raw if self._decoder is None else self._decoded(raw)
        if self.fault:
            return block
        if self._begins:
            block = self._without_marks(block)
        self._last = block[-1:] or self._last
        if self.ended and self._last not in (b"", b"\n"):
            block += b"\n"
        return block

    def _without_marks(self, block: bytes) -> bytes:
        """The start of the text without marks, of which there may be several, one behind the other."""
        block = self._held + block
        while block.startswith(UTF8_BOM):
            block = block[len(UTF8_BOM) :]
        if UTF8_BOM.startswith(block) and not self.ended:
            self._held = block
            return b""
        self._begins = False
        return block

    def _decoded(self, raw: bytes) -> bytes:
        assert self._decoder is not None  # noqa: S101
        try:
            return self._decoder.decode(raw, not raw).encode()
        except UnicodeDecodeError as error:
            bad, start = error.object, error.start
            self.fault = Fault(bad[start : error.end][:8], self.count - len(bad) + start)
            return bad[:start].decode(error.encoding, "ignore").encode(errors="replace")
        except UnicodeError:  # no mark in a UTF-16 file; half of a surrogate pair
            self.fault = Fault(raw[:8], self.count - len(raw))
            return b""
