"""Records of a server, kept page by page as they come, so that who was stopped goes on where they were.

A listing is a file of JSON Lines, and a small file beside it says how far it is in. A page counts as read once both are
on the disk: what was written of another goes when the reading goes on.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from jobs.shell.beside import owners_only
from jobs.shell.failures import Failure, Unavailable, reason

LOCK: Final = "lock"


class Page(NamedTuple):
    """One page of a listing."""

    records: Iterable[object]
    next: Any
    """Where the next begins, as JSON; None: this is the last."""


class Pages:
    """The listings of one source, in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def file(self, listing: str) -> Path:
        """Where the records of a listing are, one a line."""
        return self._folder / f"{listing}.jsonl"

    def read(self, listing: str, page: Callable[[Any], Page], first: Any) -> int:
        """Read a listing to its end, from where it came to the last time. Out: its records. Raises Failure."""
        try:
            return self._read(listing, page, first)
        except OSError as error:
            raise Failure(f"{self.file(listing)} cannot be written: {reason(error)}") from error

    def _read(self, listing: str, page: Callable[[Any], Page], first: Any) -> int:
        known = self._folder / f"{listing}.state.json"
        state = {"next": first, "bytes": 0, "records": 0}
        if known.exists():
            state = orjson.loads(known.read_bytes())
        with open(self.file(listing), "ab", opener=owners_only) as out:
            out.truncate(state["bytes"])
            while state["next"] is not None:
                found = page(state["next"])
                for record in found.records:
                    out.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
                    state["records"] += 1
                out.flush()
                os.fsync(out.fileno())
                state |= {"next": found.next, "bytes": out.tell()}
                put(known, orjson.dumps(state))
        return int(state["records"])


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep others out of a folder. Raises Unavailable: somebody is in it."""
    with open(folder / LOCK, "ab", opener=owners_only) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(f"{folder}: another migration is reading into it") from None
        yield


def put(path: Path, content: bytes) -> None:
    """Put a file in place, whole, and on the disk. Raises OSError."""
    unnamed = path.with_name(f"{path.name}.new")
    with open(unnamed, "wb", opener=owners_only) as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.replace(unnamed, path)
