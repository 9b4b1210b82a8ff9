"""The rejects file of statements: those that were not loaded, and why; it can be loaded itself."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Protocol

import orjson

from jobs.shell.beside import beside, first_line, is_record, owners_only
from jobs.shell.failures import FileProblem, reason
from jobs.statements.envelopes import unwrapped
from jobs.statements.json_texts import repeated_key

KEYS: Final = ("_line", "_code", "_message", "statement")
"""Of a line of the file."""


class Reject(NamedTuple):
    """One statement that was not loaded."""

    line: int
    text: bytes
    """As it stands in its file."""
    code: str
    message: str


class Rejects(Protocol):
    """Where rejected statements of a load are written. All raise FileProblem where they cannot be."""

    path: Path
    written: int

    def write(self, reject: Reject) -> None:
        """One statement more."""

    def settle(self) -> None:
        """What was written is about to be what a committed chunk has rejected."""

    def close(self) -> Path | None:
        """The end: where they are, if there are any."""


class StatementRejects:
    """`<file>.rejects.jsonl` beside a file of statements, or the file at `path`.

    Each line is an object: `_line`, `_code`, `_message`, and `statement`, which is the statement itself,
    or the text of what is no JSON or has a key twice. Readable by its owner only. It takes its name when all is
    written (`close`); without rejects there is none, and an old one is removed.

    Raises FileProblem, before anything is loaded: it cannot be written there, what is there is no rejects
    file, or it is one of the `inputs` (device and inode of each).
    """

    def __init__(self, path: Path, inputs: Collection[tuple[int, int]] = ()) -> None:
        self.path = path
        self.written = 0
        self._check_place(inputs)
        try:
            descriptor, name = beside(path)
        except OSError as error:
            raise self._unwritable(error) from error
        self._unnamed = Path(name)
        self._out = open(descriptor, "wb")  # noqa: SIM115 - closed by close()

    def _check_place(self, inputs: Collection[tuple[int, int]]) -> None:
        try:
            facts = self.path.stat()
            if not stat.S_ISREG(facts.st_mode):
                raise FileProblem(str(self.path), "is no regular file: rejects cannot be written there")
            if (facts.st_dev, facts.st_ino) in inputs:
                raise FileProblem(str(self.path), "is an input: rejects cannot be written there")
            line = first_line(self.path)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._unwritable(error) from error
        if line and not is_record(line, KEYS):
            raise FileProblem(str(self.path), "is there already and is no rejects file: it will not be overwritten")

    def write(self, reject: Reject) -> None:
        """One statement more. Raises FileProblem."""
        try:
            self._out.write(_line(reject))
        except OSError as error:
            raise self._unwritable(error) from error
        self.written += 1

    def settle(self) -> None:
        """A load that is stopped is done again from the beginning: only the whole file counts."""

    def close(self) -> Path | None:
        """Gives the file its name and says it, if anything is in it. Raises FileProblem."""
        if self._out.closed:
            return self.path if self.written else None
        try:
            with self._out:
                self._out.flush()
                os.fsync(self._out.fileno())
                if self.written:
                    os.replace(self._unnamed, self.path)
                    return self.path
            self.path.unlink(missing_ok=True)
            return None
        except OSError as error:
            raise self._unwritable(error) from error
        finally:
            with suppress(FileNotFoundError):
                self._unnamed.unlink()

    def discard(self) -> None:
        """Leaves everything as it was, unless it is closed."""
        if not self._out.closed:
            self._out.close()
            with suppress(FileNotFoundError):
                self._unnamed.unlink()

    def _unwritable(self, error: OSError) -> FileProblem:
        return FileProblem(str(self.path), f"rejects cannot be written there: {reason(error)}")


class GrowingRejects:
    """The rejects of a source that is read on from where it was, whose rejected statements are not read again: they are
    added to those in the file, and are on the disk before their chunk is committed. What stands there already (a
    statement, for the same reason) is not added: the last minutes are read twice.

    Raises FileProblem, before anything is loaded: it cannot be written there, or what is there is no rejects file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.written = 0
        self._known: set[bytes] = set()
        self._out: BinaryIO | None = None
        self._whole = 0
        """So many bytes are whole lines; the rest somebody was killed over."""
        try:
            if path.exists() and not path.is_file():
                raise FileProblem(str(path), "is no regular file: rejects cannot be written there")
            with suppress(FileNotFoundError), open(path, "rb") as present:
                for line in present:
                    if is_record(line, KEYS) and line.endswith(b"\n"):
                        self._known.add(_told_apart(line))
                        self._whole += len(line)
                    elif line.endswith(b"\n") or not line.startswith(b'{"_line":'[: len(line)]):
                        raise FileProblem(str(path), "is there already and is no rejects file: nothing is added to it")
            if not os.access(path if path.exists() else path.parent, os.W_OK):
                raise FileProblem(str(path), "rejects cannot be written there: Permission denied")
        except OSError as error:
            raise self._unwritable(error) from error

    def write(self, reject: Reject) -> None:
        """One statement more. Raises FileProblem."""
        line = _line(reject)
        self.written += 1
        if (known := _told_apart(line)) in self._known:
            return
        self._known.add(known)
        try:
            if self._out is None:
                self._out = open(self.path, "ab", opener=owners_only)  # noqa: SIM115 - closed by close()
                self._out.truncate(self._whole)
            self._out.write(line)
        except OSError as error:
            raise self._unwritable(error) from error

    def settle(self) -> None:
        """What was written is on the disk. Raises FileProblem."""
        if self._out is not None:
            try:
                self._out.flush()
                os.fsync(self._out.fileno())
            except OSError as error:
                raise self._unwritable(error) from error

    def close(self) -> Path | None:
        """Says where they are, if there are any. Raises FileProblem."""
        if self._out is not None:
            try:
                self._out.close()
            except OSError as error:
                raise self._unwritable(error) from error
        return self.path if self.written else None

    def _unwritable(self, error: OSError) -> FileProblem:
        return FileProblem(str(self.path), f"rejects cannot be written there: {reason(error)}")


def _told_apart(line: bytes) -> bytes:
    """What tells a line of a rejects file from others, wherever its statement was read."""
    _, *told = orjson.loads(line).values()
    return blake2b(orjson.dumps(told), digest_size=16).digest()


def _line(reject: Reject) -> bytes:
    cells = (reject.line, reject.code, reject.message, _embedded(reject.text))
    return orjson.dumps(dict(zip(KEYS, cells, strict=True))) + b"\n"


def _embedded(text: bytes) -> object:
    """A statement as it stands in a line of a rejects file."""
    text = unwrapped(text)
    try:
        statement = orjson.loads(text)
        if repeated_key(statement, text) is None:
            return orjson.Fragment(orjson.dumps(statement))
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        pass
    return text.decode(errors="replace").strip()
