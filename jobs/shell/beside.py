"""Files about people: complete before they take their name, and readable by their owner only."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jobs.shell.temporary import temporary_file

LONGEST: Final = 1 << 26
"""Bytes: no line that is written here is longer."""


def beside(path: Path) -> tuple[int, str]:
    """A new file in the folder of `path`, as its descriptor and its name, to be put in the place of `path` before it is
    closed; readable by its owner only. Raises OSError.
    """
    return temporary_file(path.parent)


def first_line(path: Path) -> bytes:
    """The first line of a file that may have been written here. Raises OSError."""
    with open(path, "rb") as stream:
        return stream.readline(LONGEST)


def is_record(line: bytes, keys: Sequence[str]) -> bool:
    """Whether a line is a JSON object with these keys, in their order, and no other."""
    import orjson

    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return isinstance(found, dict) and list(found) == list(keys)


def owners_only(path: str, flags: int) -> int:
    """An `opener` for `open`: a file that it makes is readable by its owner only."""
    return os.open(path, flags, 0o600)
