"""Many texts on their way out, in bounded memory."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from jobs.shell.failures import Failure
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
