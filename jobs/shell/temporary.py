"""Files and folders that are there only while a process needs them.

They hold what is personal, and whoever is killed leaves them. So each is held by a lock, which dies with its process;
and whoever makes one takes away those in the same place that nobody holds.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

FOLDER: Final = "import-people.held-"
FILE: Final = ".import-people.held-"
"""Nothing else may be called so: no lock holds the folders, in the same place, where embedded servers listen."""


@contextmanager
def temporary_folder(within: Path | None = None) -> Iterator[Path]:
    """A folder that only its owner can look into, and that goes at the end: `within` one, or where the system has such.
    Raises OSError.
    """
    place = within or Path(tempfile.gettempdir())
    descriptor, path = _held(place, lambda: _new_folder(place))
    try:
        yield Path(path)
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(descriptor)


def temporary_file(place: Path) -> tuple[int, str]:
    """A new file in a folder, readable by its owner only, as its descriptor and its name; whoever closes it before it
    has another name may lose it. Raises OSError.
    """
    return _held(place, lambda: tempfile.mkstemp(prefix=FILE, dir=place))


def tidy(place: Path | None = None) -> None:
    """Take away what was made here (or where the system has such) by processes that are no more."""
    with suppress(OSError), os.scandir(place or tempfile.gettempdir()) as entries:
        for entry in entries:
            if entry.name.startswith(FOLDER):
                _take_away(entry.path, stat.S_IFDIR)
            elif entry.name.startswith(FILE):
                _take_away(entry.path, stat.S_IFREG)


def _new_folder(place: Path) -> tuple[int, str]:
    """A new folder, as `tempfile.mkstemp` gives a file."""
    path = tempfile.mkdtemp(prefix=FOLDER, dir=place)
    try:
        return os.open(path, os.O_RDONLY), path
    except FileNotFoundError:
        return _new_folder(place)


def _held(place: Path, make: Callable[[], tuple[int, str]]) -> tuple[int, str]:
    """What is made in a folder, once it is held: somebody may have taken it away just before. Where nothing can be
    locked, nobody does.
    """
    tidy(place)
    while True:
        descriptor, name = make()
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.lstat(name), os.fstat(descriptor)):
                return descriptor, name
        os.close(descriptor)


def _take_away(path: str, kind: int) -> None:
    """What this user has made and nobody holds goes, if it is of the kind that is called so."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return
    try:
        facts = os.fstat(descriptor)
        if facts.st_uid == os.geteuid() and stat.S_IFMT(facts.st_mode) == kind:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if kind == stat.S_IFDIR:
                shutil.rmtree(path, ignore_errors=True)
            else:
                os.unlink(path)
    except OSError:
        pass
    finally:
        os.close(descriptor)
