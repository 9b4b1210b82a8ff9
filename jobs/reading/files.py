"""One input file: opened, spooled where it can be read only once, and what is wrong with it as a whole."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

SHOWN = 80
"""Characters of a foreign text that a message shows."""


class FileProblem(Exception):  # noqa: N818  (the word of the docs)
    """A file cannot be read, or written, as the whole that it should be; nothing of it is imported.

    The message is one line: the file, where it is known the line, and what is wrong there. A problem of one
    line of people is never this, but data (`identity.problems`).
    """

    def __init__(self, name: str, what: str, *, line: int | None = None) -> None:
        where = "" if line is None else f", line {line}"
        super().__init__(f"{one_line(name)}{where}: {what}")


def one_line(text: str) -> str:
    """`text` with everything that a terminal would not print as itself escaped (`\\n`, `\\x1b`)."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def shown(text: str) -> str:
    """`text` in quotation marks, on one line, cut to `SHOWN` characters: a foreign text within a message."""
    cut = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    return f"'{one_line(cut)}'"


class Source:
    """An input that can be read from its start as often as needed.

    A regular file is read where it is. Anything else (a pipe, `/dev/stdin`) gives its bytes once only, and
    they are needed twice (again for the rejects): it is copied to a temporary file first, readable by its
    owner only.

    Raises FileProblem where it cannot be opened.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.name = str(path)
        self._spooled: Path | None = None
        try:
            with open(self.path, "rb") as stream:
                facts = os.fstat(stream.fileno())
                self.regular = stat.S_ISREG(facts.st_mode)
                self.identity = (facts.st_dev, facts.st_ino)
                self.size = facts.st_size if self.regular else self._spool(stream)
        except OSError as error:
            raise FileProblem(self.name, f"cannot be read: {error.strerror or error}") from error

    def _spool(self, stream: BinaryIO) -> int:
        descriptor, name = tempfile.mkstemp(prefix="import-people-", suffix=".csv")
        self._spooled = Path(name)
        try:
            with open(descriptor, "wb") as copy:
                shutil.copyfileobj(stream, copy, 1 << 20)
                return copy.tell()
        except BaseException:
            self.close()
            raise

    def open(self) -> BinaryIO:
        """The bytes from the start. Raises FileProblem."""
        try:
            return open(self._spooled or self.path, "rb")
        except OSError as error:
            raise FileProblem(self.name, f"cannot be read: {error.strerror or error}") from error

    def close(self) -> None:
        """Removes the copy, if one was made. May be called again."""
        if self._spooled is not None:
            with suppress(FileNotFoundError):
                self._spooled.unlink()
