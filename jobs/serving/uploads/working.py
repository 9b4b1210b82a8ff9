"""The processes that import what was sent, beside those that answer: so no answer waits for an import."""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Final

from jobs.serving.ending import end_with_parent
from jobs.serving.faults import FAULTS
from jobs.serving.uploads.notifying import Notifying
from jobs.serving.uploads.running import IMPORT, NOTIFY, Uploads
from jobs.shell.temporary import tidy
from sql import queue
from sql.database import SESSION, Database, at_url
from sql.errors import DatabaseError

if TYPE_CHECKING:
    from jobs.serving.settings import Settings

LOOKED: Final = 1.0
"""Seconds between looks whether all are alive."""
AGAIN: Final = 5.0
"""Seconds after which a process tries again to reach the database."""
GRACE: Final = 30.0
"""Seconds that an import has to end in when the server is to stop; what is not done then is begun again."""


def tasks(database: Database, settings: Settings) -> Mapping[str, queue.Task]:
    """What can be worked on, by the names that the queue has."""
    return {
        IMPORT: Uploads(database).run,
        NOTIFY: Notifying(database, settings.notified).run,
    }


def work(settings: Settings, *, waits: bool = True) -> None:
    """Work until a signal says to stop. `waits`: for what is still to come; otherwise until nothing is left."""
    database = at_url(settings.url, SESSION, embedded=settings.embedded)
    try:
        queue.make(database)
        queue.work(database, tasks(database, settings), waits=waits)
    finally:
        database.close()


@contextmanager
def working(settings: Settings, workers: int) -> Iterator[None]:
    """So many processes work meanwhile; one that dies is replaced."""
    over = threading.Event()
    processes = [_begun(settings) for _ in range(workers)]

    def look() -> None:
        while not over.wait(LOOKED):
            for number, process in enumerate(processes):
                if not process.is_alive():
                    FAULTS.error("process %d, which imports, has ended, another takes its place", process.pid)
                    processes[number] = _begun(settings)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()
        _end(processes)


def _begun(settings: Settings) -> BaseProcess:
    process = multiprocessing.get_context("spawn").Process(target=_of_process, args=(settings,))
    process.start()
    return process


def _end(processes: list[BaseProcess]) -> None:
    deadline = time.monotonic() + GRACE
    while any(process.is_alive() for process in processes) and time.monotonic() < deadline:
        for process in processes:  # again and again: the library hears only what is said while it works
            process.terminate()
        processes[0].join(LOOKED)
    for process in processes:
        process.kill()
        process.join()
    tidy()


def _of_process(settings: Settings) -> None:
    """What a process does, which ends with the one that watches. What one before it has left, which was killed while it
    imported a file, goes.
    """
    tidy()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that watches says when to stop
    threading.Thread(target=end_with_parent, daemon=True).start()
    while True:
        try:
            work(settings)
            return
        except DatabaseError as error:
            FAULTS.warning("files that were sent wait: %s", error)
            time.sleep(AGAIN)
