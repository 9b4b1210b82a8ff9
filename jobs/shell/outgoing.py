"""Many texts on their way out, in bounded memory."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.shell.beside import beside
from jobs.shell.failures import Failure, reason
from jobs.shell.terminal import given_up

if TYPE_CHECKING:
    from jobs.shell.terminal import Terminal

BLOCK = 1 << 18
"""So many characters are written at a time."""


class Outgoing:
    """Texts that are written in blocks; counts them."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self.texts = 0

    def write(self, out: Any) -> None:
        """Write everything, as UTF-8, to a binary stream."""
        waiting: list[str] = []
        size = 0
        for line in self._lines:
            self.texts += 1
            waiting.append(line)
            size += len(line)
            if size >= BLOCK:
                out.write("".join(waiting).encode())
                waiting, size = [], 0
        out.write("".join(waiting).encode())


def to_stdout(terminal: Terminal, outgoing: Outgoing) -> None:
    """Write everything to standard output; a reader who has seen enough (`| head`) is no failure."""
    try:
        terminal.stream(outgoing.write)
    except OSError as error:
        if wrong := given_up(sys.stdout, error):
            raise Failure(f"standard output {wrong}") from error


def to_file(path: Path, write: Callable[[Any], None]) -> None:
    """Write beside the file and then put it in its place, so that no half of it is ever there, readable by
    its owner only; what is no regular file (a pipe, /dev/stdout) is written as it is.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as out:
                write(out)
            return
        descriptor, unnamed = beside(path)
        try:
            with open(descriptor, "wb") as out:
                write(out)
                out.flush()
                os.fsync(out.fileno())
                os.replace(unnamed, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(unnamed)
            raise
    except OSError as error:
        raise Failure(f"{path} cannot be written: {reason(error)}") from error
