"""The processes of a server: one that watches, and those that answer."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from uvicorn import Config
from uvicorn.supervisors import Multiprocess

from jobs.serving.connections import Connection
from jobs.serving.ending import end_with_parent
from jobs.serving.faults import FAULTS
from jobs.serving.health import TOGETHER
from jobs.serving.outermost import REQUESTS
from jobs.serving.settings import Settings
from jobs.shell.failures import UsageFailure, reason
from jobs.shell.temporary import temporary_folder

if TYPE_CHECKING:
    from fastapi import FastAPI

BACKLOG: Final = 2048
LOOKED: Final = 1.0
"""Seconds between looks after the database."""
HUNG: Final = 30
"""A process that says nothing for so many seconds is at its end; one that begins on a busy machine says nothing too."""
GRACE: Final = 30
"""Seconds that requests have to end in when it is to stop."""


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens there. Raises UsageFailure."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "it is no name of a host"
        raise UsageFailure(f"cannot listen on {host}, port {port}: {why}") from None
    with listener:
        yield listener


def serve(
    settings: Settings, listener: socket.socket, processes: int, look_after: Callable[[], None] | None = None
) -> None:
    """Answer in so many processes until a signal says to stop; one that dies is replaced. Meanwhile `look_after` is
    called again and again.
    """
    _log()
    with temporary_folder() as counted, _environment(TOGETHER, str(counted)):
        _Watching(_config(settings, processes), listener, look_after).run()


def _config(settings: Settings, processes: int) -> Config:
    return Config(
        partial(_of_process, settings),
        factory=True,
        http=Connection,
        ws="none",
        workers=processes,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        timeout_worker_healthcheck=HUNG,
        backlog=BACKLOG,
    )


class _Watching(Multiprocess):
    """uvicorn's own, which a terminal that goes away stops, and which looks after the database."""

    def __init__(self, config: Config, listener: socket.socket, look_after: Callable[[], None] | None) -> None:
        hung_up = signal.getsignal(signal.SIGHUP)
        super().__init__(config, [listener])
        if hung_up == signal.SIG_IGN:  # who has set it aside (`nohup`) wants to be served on
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self._look_after = look_after

    def run(self) -> None:
        if self._look_after:
            threading.Thread(target=self._look, args=(self._look_after,), daemon=True).start()
        super().run()

    def _look(self, look_after: Callable[[], None]) -> None:
        while not self.should_exit.wait(LOOKED):
            look_after()

    def handle_hup(self) -> None:
        self.handle_term()

    def terminate_all(self) -> None:
        for listener in self.sockets:  # who comes now is told at once that nobody is there
            listener.close()
        super().terminate_all()

    def keep_subprocess_alive(self) -> None:
        before = {process.pid for process in self.processes}
        super().keep_subprocess_alive()
        for pid in before - {process.pid for process in self.processes}:
            FAULTS.error("process %d has ended, another takes its place", pid)


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]


def _log() -> None:
    """What is logged goes to standard error, a line each."""
    logging.basicConfig(format="%(asctime)sZ %(levelname)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S")
    logging.Formatter.converter = time.gmtime
    REQUESTS.setLevel(logging.INFO)


def _of_process(settings: Settings) -> FastAPI:
    """The application of a process that answers, which ends with the one that watches."""
    from jobs.serving.application import application

    _log()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the one that watches says when to stop
    threading.Thread(target=end_with_parent, daemon=True).start()
    return application(settings)
