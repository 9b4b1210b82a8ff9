"""Somebody is told what has become of an upload: a POST of JSON to a URL that they have named.

Only to servers that whoever runs this one has named (`serve --notify`): otherwise everybody with a credential could
have it knock at doors within. Nobody is referred on, and nothing personal is told.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import SplitResult, urlsplit

import orjson

from jobs.shell.failures import reason
from sql.errors import DatabaseUnavailable
from sql.queue import Later

if TYPE_CHECKING:
    from sql.database import Database

TIMEOUT: Final = 10.0
"""Seconds in which somebody has to be reached, and then again as many in which they have to answer."""
MOST_TRIES: Final = 8
FIRST_PAUSE: Final = 5.0
"""Seconds before the second try; before each further one twice as many."""
PORTS: Final = {"http": 80, "https": 443}


class Notifying:
    """Tells what has become of uploads."""

    def __init__(self, database: Database, servers: Collection[str]) -> None:
        """`servers`: that may be told, each as its origin."""
        self._database = database
        self._servers = servers

    def run(self, *, organisation: int, upload: int) -> None:
        """Tell of one. Raises Later, a few times, if nobody listens; or if the database is away."""
        try:
            self._run(organisation, upload)
        except DatabaseUnavailable as error:
            raise Later(FIRST_PAUSE) from error

    def _run(self, organisation: int, upload: int) -> None:
        here = {"organisation": organisation, "upload": upload}
        with self._database.begin() as transaction:
            found = transaction.rows("uploads/list.sql", **here, most=1, skipped=0)
        if not found or found[0]["notify"] is None:
            return
        (row,) = found
        tries = row["notify_tries"] + 1
        heard, said = _told(row["notify"], message(row, organisation), self._servers)
        with self._database.begin() as transaction:
            transaction.execute("uploads/notified.sql", **here, notified=said, tries=tries)
        if not heard and tries < MOST_TRIES:
            raise Later(FIRST_PAUSE * 2 ** (tries - 1))


def message(row: dict[str, Any], organisation: int) -> dict[str, Any]:
    """What is told of an upload: a row of `uploads/list.sql`."""
    return {
        "organization": organisation,
        "id": row["id"],
        "state": row["state"],
        "exitCode": row["exit_code"],
        "import": row["import_id"],
    }


def origin(url: str) -> str | None:
    """The server of a URL of http or https, without a password in it: `https://hooks.example`; None: it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None or not url.isascii():
        return None
    if not url.isprintable() or " " in url:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, PORTS[parts.scheme]) else "")


def _told(url: str, what: dict[str, Any], servers: Collection[str]) -> tuple[bool, str]:
    """Whether it was heard, and what became of it, in a few words."""
    if origin(url) not in servers:
        return True, "this server may not be told any more"
    parts = urlsplit(url)
    connection = _connection(parts)
    try:
        target = f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}"
        headers = {"Content-Type": "application/json", "User-Agent": "import-people"}
        connection.connect()
        with _hung_up(connection.sock, TIMEOUT):
            connection.request("POST", target, body=orjson.dumps(what), headers=headers)
            status = connection.getresponse().status
        return 200 <= status < 300, str(status)
    except (OSError, http.client.HTTPException) as error:
        return False, reason(error) if isinstance(error, OSError) else "no answer"
    finally:
        connection.close()


@contextmanager
def _hung_up(connected: socket.socket, seconds: float) -> Iterator[None]:
    """A connection that is cut after so many seconds, unless all is said by then: who says a byte now and then would be
    listened to without end.
    """

    def hang_up() -> None:
        with suppress(OSError):
            socket.socket.shutdown(connected, socket.SHUT_RDWR)  # not TLS's own, which somebody is just reading

    over = threading.Timer(seconds, hang_up)
    over.start()
    try:
        yield
    finally:
        over.cancel()
        over.join()


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        return http.client.HTTPSConnection(host, parts.port, timeout=TIMEOUT, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT)
