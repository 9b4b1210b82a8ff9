"""The processes of a server: one that watches, and those that answer."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final

from uvicorn import Config
from uvicorn.supervisors import Multiprocess

from jobs.serving.settings import Settings
from jobs.shell.failures import UsageFailure, reason

if TYPE_CHECKING:
    from fastapi import FastAPI

BACKLOG: Final = 2048
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
        listener.set_inheritable(True)
        yield listener


def serve(settings: Settings, listener: socket.socket, processes: int) -> None:
    """Answer in so many processes until a signal says to stop; one that dies is replaced."""
    config = Config(
        partial(_of_process, settings),
        factory=True,
        workers=processes,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        backlog=BACKLOG,
    )
    hung_up = signal.getsignal(signal.SIGHUP)
    watching = _Watching(config, [listener])
    if hung_up == signal.SIG_IGN:  # who has set it aside (`nohup`) wants to be served on
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    watching.run()


class _Watching(Multiprocess):
    """uvicorn's own, which a terminal that goes away stops."""

    def handle_hup(self) -> None:
        self.handle_term()


def _of_process(settings: Settings) -> FastAPI:
    """The application of a process that answers, which ends with the one that watches."""
    from jobs.serving.application import application

    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the one that watches says when to stop
    threading.Thread(target=_end_with_parent, daemon=True).start()
    return application(settings)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
