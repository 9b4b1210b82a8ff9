"""A file of xAPI statements -> its statements one after the other, none looked into, in bounded memory.

A file is a JSON array of statements, a StatementResult ({"statements": […], "more": …}), several of these one behind
the other, JSON Lines, statements one behind the other over several lines each, or BSON of mongodump; plain or packed.
Its content tells which, not its name.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any, ClassVar, Final, NamedTuple

import msgspec

from identity.problems import readable
from jobs.reading import packed
from jobs.reading.files import STANDARD_INPUT, STANDARD_INPUT_NAME, Reading, shown
from jobs.reading.kinds import is_bson, no_statement, not_json
from jobs.reading.packed import HEAD_BYTES, MOST_PACKED, ZIP, Allowance, extracted, passed_over, unpacking
from jobs.reading.spreadsheets import is_workbook
from jobs.shell.failures import FileProblem, ReadProblem, reason

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


class _StandardInput(io.RawIOBase):
    """Standard input, which stays open. Raises FileProblem where there is none, ReadProblem where it cannot be read."""

    def __init__(self) -> None:
        self.taken = 0
        if sys.stdin is None:
            raise FileProblem(STANDARD_INPUT_NAME, "is closed")
        self._stream = sys.stdin.buffer

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        try:
            block = self._stream.read(len(buffer))
        except OSError as error:
            raise ReadProblem(STANDARD_INPUT_NAME, f"cannot be read: {reason(error)}") from error
        buffer[: len(block)] = block
        self.taken += len(block)
        return len(block)


class _Extracted(io.RawIOBase):
    """A member of a .zip, opened when it is read."""

    def __init__(self, outer: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        self.name, self.size = f"{outer}/{readable(member.filename)}", member.file_size
        self.taken = 0
        self._opens = partial(extracted, self.name, archive, member)
        self._inner: IO[bytes] | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        self._inner = self._inner or self._opens()
        block = self._inner.read(len(buffer))
        buffer[: len(block)] = block
        self.taken += len(block)
        return len(block)


class StatementFile:
    """One file of statements, to be read once. Made, it is open; to be closed, or used in a `with`.

    Raises FileProblem, here, in `parts` and in `statements`: it cannot be opened or read on, is no such file, or what
    is packed in it becomes more than it may (`max_unpacked`, in bytes).
    """

    counted: str = "line"
    what: ClassVar[str] = "statement"
    """What one of its records is called."""
    result: ClassVar[re.Pattern[bytes]] = listing(b"statements")
    reads_bson: ClassVar[bool] = True
    other_than = staticmethod(no_statement)
    """What the file holds instead, by its first record."""

    regular: bool
    identity: tuple[int, int]
    """Device and inode."""
    _allowance: Allowance
    _packed_size: int

    def __init__(
        self,
        path: Path | str,
        *,
        max_unpacked: int | None = None,
        within: tuple[StatementFile, _Extracted] | None = None,
    ) -> None:
        """within: of a file in a .zip, that file, and what gives its bytes."""
        self.path = Path(path)
        source: Reading | _StandardInput | _Extracted
        if within is not None:
            outer, source = within
            self.name, self.size = source.name, source.size
            self.regular, self.identity = outer.regular, outer.identity
            self._allowance, self._packed_size = outer._allowance, outer._packed_size
        else:
            self.name = STANDARD_INPUT_NAME if str(path) == STANDARD_INPUT else readable(str(path))
            self.regular, self.identity, self.size = False, (-1, -1), 0
            source = self._given()
            self._allowance, self._packed_size = Allowance(self.name, max_unpacked), self.size
        self._is_packed = within is not None
        self.place: Mapping[str, Any] | None = None
        self.is_page = False
        """After reading: a StatementResult in it says that there is more elsewhere."""
        self.wanted: Callable[[Raw], bool] | None = None
        """Which of its statements are; None: all."""
        self._unwanted = 0
        self.bytes_read = 0
        """Of `size`."""
        self._source = source
        self._raw: Any = io.BufferedReader(source)
        self._stream: Any = self._raw
        self._buffer = b""
        self._at = 0
        self._line = 1
        self._counted = 0
        self._ended = False

    def _given(self) -> Reading | _StandardInput:
        if str(self.path) == STANDARD_INPUT:
            return _StandardInput()
        try:
            source = Reading(self.path, self.name)
        except OSError as error:
            raise FileProblem(self.name, f"cannot be read: {reason(error)}") from error
        facts = os.fstat(source.fileno())
        self.regular = stat.S_ISREG(facts.st_mode)
        self.identity = (facts.st_dev, facts.st_ino)
        self.size = facts.st_size if self.regular else 0
        return source

    def __enter__(self) -> StatementFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """May be called again."""
        self._raw.close()

    def parts(self) -> list[StatementFile]:
        """The files in it: of a .zip all, in the archive's order, named `dump.zip/1.json`; else itself. They are open
        for as long as it is.
        """
        if not self._raw.peek(HEAD_BYTES).startswith(ZIP):
            return [self]
        if not self.regular:
            copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
            while block := self._raw.read(BLOCK_BYTES):
                copy.write(block)
            self._packed_size, self._raw = copy.tell(), copy
        with self._guarded():
            archive = zipfile.ZipFile(self._raw)
            if is_workbook(archive):
                raise FileProblem(self.name, f"is a workbook, and holds no {self.what}s")
            members = [member for member in archive.infolist() if not passed_over(member)]
        if not members:
            raise FileProblem(self.name, "holds no file")
        found = (_Extracted(self.name, archive, member) for member in members)
        return [type(self)(self.path, within=(self, one)) for one in found]

    @property
    def warnings(self) -> list[str]:
        """What is to be told when it has been read."""
        told = ['a StatementResult with "more": it is not the whole answer'] if self.is_page else []
        if self._unwanted:
            told.append(f"{self._unwanted:,} {self.what}s are of other organisations, or of none, and left out")
        return told

    def blocks(self) -> Iterator[bytes]:
        """What is in it, unpacked and uncut, instead of `statements`."""
        self._open()
        yield self._buffer
        while block := self._read(BLOCK_BYTES):
            yield block

    def statements(self) -> Iterator[Raw]:
        """All statements in order that are wanted, none of them looked into otherwise."""
        if (wanted := self.wanted) is None:
            yield from self._known()
            return
        for raw in self._known():
            if wanted(raw):
                yield raw
            else:
                self._unwanted += 1

    def _known(self) -> Iterator[Raw]:
        """All, of a file that begins with one."""
        found = self._documents()
        for raw in found:
            if other := self.other_than(raw.text):
                raise FileProblem(self.name, other)
            yield raw
            break
        yield from found

    def _documents(self) -> Iterator[Raw]:
        self._open()
        if self.reads_bson and is_bson(self._buffer):
            yield from self._bson()
            return
        first = True
        while not self._at_end():
            begins = self._buffer[self._at : self._at + 1]
            if begins == b"[":
                self._at += 1
                yield from self._array()
            elif begins == b"{" and self._at_result():
                yield from self._result()
            elif begins == b"{" and first and not self._is_no_line():
                yield from self._lines()
            elif begins == b"{":
                yield self._balanced()
            elif first:
                start = self._buffer[self._at : self._at + 40].decode(errors="replace")
                raise FileProblem(self.name, f"holds no {self.what}s: it begins with {shown(start)}, neither {{ nor [")
            else:
                raise self._unexpected("another document, or the end of the file")
            first = False

    def _bson(self) -> Iterator[Raw]:
        """The documents of a mongodump, numbered instead of their lines."""
        try:
            from jobs.statements.bson_documents import as_json
        except ImportError:
            needs = "which needs an extra: pip install '.[learning-locker]' in the clone"
            raise FileProblem(self.name, f"is BSON, {needs}") from None
        number, self.counted = 0, "document"
        while self._holds(1):
            number += 1
            length = int.from_bytes(self._buffer[self._at : self._at + 4], "little") if self._holds(4) else 0
            if not 5 <= length <= MAX_STATEMENT_BYTES + BLOCK_BYTES or not self._holds(length):
                raise FileProblem(self.name, f"document {number} is damaged, or not wholly there")
            yield Raw(number, as_json(self._buffer[self._at : self._at + length]))
            self._at += length

    def _holds(self, size: int) -> bool:
        """Whether there are so many bytes more, which are in the buffer then."""
        while len(self._buffer) - self._at < size and self._fill():
            pass
        return len(self._buffer) - self._at >= size

    def _is_no_line(self) -> bool:
        """Whether nothing stands behind a bracket on its line, or another object behind its own."""
        if re.match(rb"\{[ \t]*\r*\n", self._buffer[self._at : self._at + 4096]):
            return True
        end = _closing(self._buffer, self._at)
        return end >= 0 and re.match(rb"[ \t]*\{", self._buffer[end : end + 4096]) is not None

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
        while (end := _closing(self._buffer, self._at)) < 0:
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
            if _reads(buffer[at:end]):
                return end
        return None

    def _at_end(self) -> bool:
        self._skip_space()
        return self._at >= len(self._buffer)

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
        head = self._head()
        for _ in range(MOST_PACKED):
            if not (unpacked := unpacking(head)):
                break
            self._stream, self._is_packed = unpacked(self._stream), True
            head = self._head()
        if unpacking(head) or head.startswith(ZIP):
            raise FileProblem(self.name, "is packed more than once: unpack it")
        head = self._read(BLOCK_BYTES)
        if head[:2] in _UTF16_MARKS:
            raise FileProblem(self.name, "is UTF-16; JSON is UTF-8")
        if (other := not_json(head)) and not (self.reads_bson and is_bson(head)):
            raise FileProblem(self.name, other)
        self._buffer = _unmarked(head)

    def _head(self) -> bytes:
        with self._guarded():
            head: bytes = self._stream.peek(HEAD_BYTES)
        return head[:HEAD_BYTES]

    def _read(self, size: int) -> bytes:
        if self._ended:
            return b""
        with self._guarded():
            block: bytes = self._stream.read(size)
        if self._is_packed:
            self._allowance.add(len(block), max(self._packed_size, self._source.taken))
        self._ended = not block
        if self.size:
            self.bytes_read = self._source.taken
        return block

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (*packed.BROKEN, zipfile.BadZipFile, ValueError, RuntimeError, LookupError, struct.error) as error:
            raise FileProblem(self.name, "its compression is broken") from error

    def _endless(self, line: int) -> FileProblem:
        size = MAX_STATEMENT_BYTES >> 20
        return FileProblem(self.name, f"the {self.what} that begins here has no end within {size} MB", line=line)

    def _unexpected(self, expected: str) -> FileProblem:
        found = self._buffer[self._at : self._at + 20].decode(errors="replace")
        what = f"there is {shown(found)}" if found else "the file ends"
        return FileProblem(self.name, f"{what} where {expected} should be", line=self._line_here())


def on_one_line(raw: Raw) -> list[Raw]:
    """The statements that stand on a line, one behind the other (where one file was put behind another that has no line
    end at its end). A line that is not wholly that is one.
    """
    parts, at, text = [], 0, raw.text
    while (end := _closing(text, at)) >= 0 and _reads(text[at:end]):
        parts.append(Raw(raw.line, text[at:end]))
        at = end
        if not text[at:].strip():
            return parts
    return [raw]


def _reads(text: bytes) -> bool:
    try:
        _is_json(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False
    return True


def _closing(text: bytes, at: int) -> int:
    """Behind the bracket that closes the first one from there on; -1: there is none."""
    depth, match = 0, _TO_BRACKET.match
    while found := match(text, at):
        at = found.end()
        if text[at - 1] in b"{[":
            depth += 1
        else:
            depth -= 1
            if depth <= 0:
                return at
    return -1


def _unmarked(text: bytes) -> bytes:
    """A text without the byte order marks that it begins with."""
    while text.startswith(_MARK):
        text = text[len(_MARK) :]
    return text
