"""The HTTP face on a port of its own, for clients that speak over sockets; it answers in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from uvicorn import Config, Server

from jobs.serving.application import application
from jobs.serving.connections import Connection
from jobs.serving.settings import Settings


@contextmanager
def served(url: str, **settings: Any) -> Iterator[str]:
    """Where a database is served."""
    of = {"http": Connection, "ws": "none", "host": "127.0.0.1", "port": 0, "log_config": None}
    server = Server(Config(application(Settings(url, **settings)), **of))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
