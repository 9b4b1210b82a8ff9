"""A file of xAPI statements -> its statements one after the other, none looked into, in bounded memory.

A file is a JSON array of statements, a StatementResult ({"statements": […], "more": …}; several may follow
one another), JSON Lines, or statements one behind the other over several lines each; plain or gzip. Its
content tells which, not its name.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Final, NamedTuple

import msgspec

from identity.problems import readable
from jobs.reading.files import Reading, shown
from jobs.shell.failures import FileProblem, reason

BLOCK_BYTES: Final = 1 << 20
MAX_STATEMENT_BYTES: Final = 16 << 20
"""What is longer ends the reading of its file: it is no statement, but a bracket or a line end is missing."""


GUESSES: Final = True
"""Whether the end of a statement of an array is guessed before it is looked for, which is several times as fast."""
MOST_GUESSES: Final = 20


class Raw(NamedTuple):
    """One statement as it stands in its file."""

    line: int
    """The physical line on which it begins, from 1; in a compressed file, of what was compressed."""
    text: bytes


# From one bracket to the next, over whole strings; possessive, so that an unfinished string costs no time.
# (Possessive repeats of characters only: of groups, Python before 3.11.5 matches them wrongly.)
_TO_BRACKET = re.compile(rb'[^"{}\[\]]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*"[^"{}\[\]]*+)*([{}\[\]])', re.DOTALL)
_MARK = b"\xef\xbb\xbf"
# A byte order mark is where one file was put behind another.
_SPACE = re.compile(rb"(?:[ \t\r\n]+|" + _MARK + rb")*")
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*"'
_SCALAR = rb"(?:" + _STRING + rb"|[-+.0-9a-zA-Z]++)"
_END_OF_RESULT = re.compile(rb"(?:\s*+,\s*+" + _STRING + rb"\s*+:\s*+" + _SCALAR + rb")*\s*+\}", re.DOTALL)
_MORE = re.compile(rb'"more"\s*+:\s*+"[^"]')
_ELEMENT = re.compile(rb"(?:" + _STRING + rb"|[^\",\[\]{}\s])+", re.DOTALL)
_COMMA = re.compile(rb"[ \t\r\n]*,[ \t\r\n]*")
_is_json: Final = msgspec.json.Decoder(msgspec.Raw).decode
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def listing(key: bytes) -> re.Pattern[bytes]:
    """How an object begins that lists records under this key, behind nothing but scalars."""
    other = rb'(?:(?!"' + key + rb'")' + _STRING + rb"\s*+:\s*+" + _SCALAR + rb"\s*+,\s*+)*"
    return re.compile(rb"\{\s*+" + other + rb'"' + key + rb'"\s*+:\s*+\[', re.DOTALL)


class StatementFile:
    """One file of statements, to be read once. Made, it is open; to be closed, or used in a `with`.

    Raises FileProblem, here and in `statements`: it cannot be opened or read on, or is no such file.
    """

    what: ClassVar[str] = "statement"
    """What one of its records is called."""
    result: ClassVar[re.Pattern[bytes]] = listing(b"statements")

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.name = readable(str(path))
        self.is_page = False
        """After reading: a StatementResult in it says that there is more elsewhere."""
        try:
            self._raw = io.BufferedReader(Reading(self.path, self.name))
        except OSError as error:
            raise FileProblem(self.name, f"cannot be read: {reason(error)}") from error
        facts = os.fstat(self._raw.fileno())
        self.regular = stat.S_ISREG(facts.st_mode)
        self.identity = (facts.st_dev, facts.st_ino)
        self.size = facts.st_size if self.regular else 0
        self.bytes_read = 0
        """Bytes of the file itself, compressed as they are."""
        self._stream: io.BufferedReader[Reading] | gzip.GzipFile = self._raw
        self._buffer = b""
        self._at = 0
        self._line = 1
        self._counted = 0
        self._ended = False

    def __enter__(self) -> StatementFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """May be called again."""
        self._raw.close()

    def statements(self) -> Iterator[Raw]:
        """All statements in order, none of them looked into."""
        self._open()
        self._skip_space()
        begins = self._buffer[self._at : self._at + 1]
        if begins == b"[":
            self._at += 1
            yield from self._array()
            self._expect_end("the end of the array")
        elif begins == b"{" and self._at_result():
            while not self._at_end():
                yield from self._result()
        elif begins == b"{" and re.match(rb"\{[ \t]*\r*\n", self._buffer[self._at : self._at + 4096]):
            while not self._at_end():
                yield self._balanced()
        elif begins == b"{":
            yield from self._lines()
        elif begins:
            start = self._buffer[self._at : self._at + 40].decode(errors="replace")
            raise FileProblem(self.name, f"holds no {self.what}s: it begins with {shown(start)}, neither {{ nor [")

    # A JSON Lines file is cut at its line ends, so that a broken line costs no other.
    def _lines(self) -> Iterator[Raw]:
        rest, line = self._buffer[self._at :], self._line_here()
        self._buffer = b""
        while True:
            *whole, rest = rest.split(b"\n")
            for text in map(_unmarked, whole):
                if text and not text.isspace():
                    yield Raw(line, text)
                line += 1
            if len(rest) > MAX_STATEMENT_BYTES:
                raise self._endless(line)
            block = self._read(max(BLOCK_BYTES, len(rest)))
            if not block:
                break
            rest += block
        rest = _unmarked(rest)
        if rest and not rest.isspace():
            yield Raw(line, rest)

    def _array(self) -> Iterator[Raw]:
        """From behind its opening bracket to behind its closing one."""
        first, between = True, b","
        while True:
            self._skip_space()
            sign = self._buffer[self._at : self._at + 1]
            if sign == b"]" and first:
                self._at += 1
                return
            yield self._element(between)
            while GUESSES and self._buffer.startswith(between + b"{", self._at):
                self._at += len(between)
                yield self._element(between)
            first, end = False, self._at
            self._skip_space()
            sign = self._buffer[self._at : self._at + 1]
            if sign not in (b",", b"]"):
                raise self._unexpected("a comma or the end of the array")
            self._at += 1
            if sign == b"]":
                return
            if (found := _COMMA.match(self._buffer, end)) and found.end() > self._at:
                between = found[0]

    def _at_result(self) -> bool:
        while not (found := self.result.match(self._buffer, self._at)) and len(self._buffer) - self._at < BLOCK_BYTES:
            if not self._fill():
                break
        return found is not None

    def _result(self) -> Iterator[Raw]:
        if not self._at_result():
            raise self._unexpected("another StatementResult, or the end of the file")
        self._take(self.result)
        yield from self._array()
        while not _END_OF_RESULT.match(self._buffer, self._at) and len(self._buffer) - self._at < BLOCK_BYTES:
            if not self._fill():
                break
        self._take(_END_OF_RESULT)

    def _take(self, pattern: re.Pattern[bytes]) -> None:
        found = pattern.match(self._buffer, self._at)
        if not found:
            raise self._unexpected('"more" or the end of the StatementResult')
        self.is_page = self.is_page or _MORE.search(found[0]) is not None
        self._at = found.end()

    def _element(self, between: bytes) -> Raw:
        """One element of an array; between: what stood between two, so that the end of this one can be guessed."""
        if self._buffer[self._at : self._at + 1] in (b"{", b"["):
            if GUESSES and (end := self._guessed(between)):
                raw = Raw(self._line_here(), self._buffer[self._at : end])
                self._at = end
                return raw
            return self._balanced()
        # No statement can be a scalar; it is cut out all the same, and rejected like any other.
        while not (found := _ELEMENT.match(self._buffer, self._at)) or found.end() == len(self._buffer):
            if len(self._buffer) - self._at > BLOCK_BYTES or not self._fill():
                break
        if not found:
            raise self._unexpected(f"a {self.what}")
        raw = Raw(self._line_here(), found[0])
        self._at = found.end()
        return raw

    def _balanced(self) -> Raw:
        """An object or a list, up to the bracket that closes it; its syntax is seen when it is read."""
        line = self._line_here()
        while (end := self._closing()) < 0:
            if len(self._buffer) - self._at > MAX_STATEMENT_BYTES:
                raise self._endless(line)
            if not self._fill():
                raise FileProblem(self.name, f"the {self.what} that begins here is cut off", line=line)
        raw = Raw(line, self._buffer[self._at : end])
        self._at = end
        return raw

    def _guessed(self, between: bytes) -> int | None:
        """Where the statement ends that begins here: before something that looks like the beginning of another, if what
        is before that is JSON. (Then it has as many opening brackets as closing ones, and none of its beginnings has.)
        """
        buffer, at = self._buffer, self._at
        begins = buffer[at : buffer.find(b":", at, at + 80) + 1]
        if not begins:
            return None
        sign, end = b"}" + between + begins, at
        for _ in range(MOST_GUESSES):
            end = buffer.find(sign, end) + 1
            if not end or end - at > MAX_STATEMENT_BYTES:
                return None
            with suppress(msgspec.MsgspecError, ValueError, RecursionError):
                _is_json(buffer[at:end])
                return end
        return None

    def _closing(self) -> int:
        buffer, at, depth, match = self._buffer, self._at, 0, _TO_BRACKET.match
        while found := match(buffer, at):
            at = found.end()
            if buffer[at - 1] in b"{[":
                depth += 1
            else:
                depth -= 1
                if depth <= 0:
                    return at
        return -1

    def _at_end(self) -> bool:
        self._skip_space()
        return self._at >= len(self._buffer)

    def _expect_end(self, what: str) -> None:
        if not self._at_end():
            raise self._unexpected(f"nothing after {what}")

    def _skip_space(self) -> None:
        while True:
            found = _SPACE.match(self._buffer, self._at)
            self._at = found.end() if found else self._at
            rest = self._buffer[self._at : self._at + len(_MARK)]  # perhaps a part of a mark
            if (rest and not _MARK.startswith(rest)) or not self._fill():
                return

    def _line_here(self) -> int:
        self._line += self._buffer.count(b"\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _fill(self) -> bool:
        """More bytes behind the buffer, those already taken dropped; as many again as are waiting."""
        self._line_here()
        waiting = self._buffer[self._at :]
        block = self._read(max(BLOCK_BYTES, len(waiting)))
        self._buffer, self._at, self._counted = waiting + block, 0, 0
        return bool(block)

    def _open(self) -> None:
        if self._raw.peek(2)[:2] == b"\x1f\x8b":
            self._stream = gzip.GzipFile(fileobj=self._raw, mode="rb")
        head = self._read(BLOCK_BYTES)
        if head[:2] in _UTF16_MARKS:
            raise FileProblem(self.name, "is UTF-16; JSON is UTF-8")
        self._buffer = _unmarked(head)

    def _read(self, size: int) -> bytes:
        if self._ended:
            return b""
        try:
            block = self._stream.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise FileProblem(self.name, "its compression is broken") from error
        self._ended = not block
        if self.regular:
            self.bytes_read = self._raw.tell()
        return block

    def _endless(self, line: int) -> FileProblem:
        size = MAX_STATEMENT_BYTES >> 20
        return FileProblem(self.name, f"the {self.what} that begins here has no end within {size} MB", line=line)

    def _unexpected(self, expected: str) -> FileProblem:
        found = self._buffer[self._at : self._at + 20].decode(errors="replace")
        what = f"there is {shown(found)}" if found else "the file ends"
        return FileProblem(self.name, f"{what} where {expected} should be", line=self._line_here())


def _unmarked(text: bytes) -> bytes:
    """A text without the byte order marks that it begins with."""
    while text.startswith(_MARK):
        text = text[len(_MARK) :]
    return text
