"""Where the servers of tests live."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

MEMORY, DISK = Path("/dev/shm"), Path("/tmp")  # noqa: S108 - mkdtemp makes names that nobody can foresee
ROOM: Final = 6 * 2**30
"""Bytes: what the servers of two sessions take together, and as much again."""


def new_home() -> Path:
    """A new folder for an embedded database, with a path short enough for a socket (pytest's own are long, and closed).

    In memory, where there is room: a command makes and drops some 300 temporary files, and a file system on disk spends
    more on finding them places than the server on everything else.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM
    return Path(tempfile.mkdtemp(prefix="ip-", dir=MEMORY if roomy else DISK))
