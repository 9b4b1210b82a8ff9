"""A record store on loopback, as tests need one: it gives its statements over xAPI, and goes wrong as it is told."""

from __future__ import annotations

import gzip
import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

BEGAN = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
FAULTS = ("429", "503", "cut", "no length", "reset", "other")
"""What may become of an answer. `other`: a page that is another one the next time."""


def statement(number: int, *, stored: datetime | None = None) -> dict[str, Any]:
    """The statement of that number, stored a second after the one before."""
    return {
        "id": str(uuid.UUID(int=number)),
        "actor": {"mbox": f"mailto:p{number % 3}@corp.example", "name": f"P{number % 3}"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://lms.corp.example/courses/1"},
        "timestamp": "2026-01-31T09:30:00Z",
        "stored": (stored or BEGAN + timedelta(seconds=number)).isoformat(timespec="milliseconds"),
    }


class RecordStore:
    """What is in it, how it behaves, and what it was asked."""

    def __init__(self) -> None:
        self.statements: list[dict[str, Any]] = []
        self.faults: list[str] = []
        """Of the next answers, one each; "" is none."""
        self.page = 3
        self.absolute = False
        """The links to the next pages have the host in them."""
        self.link: str | None = None
        """To the next page, instead of its own."""
        self.consistent_through: datetime | None = None
        self.old_links = False
        """Links to next pages are not known any more."""
        self.authorization: str | None = None
        self.packs = False
        """Answers are compressed."""
        self.descending = False
        self.asked: list[str] = []
        self.seen_headers: list[dict[str, str]] = []
        self.before: Callable[[str], None] = lambda _: None
        """Run before an answer."""
        self.url = ""

    def _answer(self, path: str) -> tuple[int, dict[str, Any]]:
        parts = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if not parts.path.endswith("/xapi/statements"):
            return 404, {"error": "not here"}
        if "at" in query and self.old_links:
            return 404, {"error": "this link is too old"}
        since = datetime.fromisoformat(query.get("since", "0001-01-01T00:00:00Z"))
        found = [one for one in self.statements if datetime.fromisoformat(one["stored"]) > since]
        found.sort(key=lambda one: one["stored"], reverse=self.descending)
        at, size = int(query.get("at", 0)), min(self.page, int(query.get("limit", self.page)))
        more = ""
        if at + size < len(found):
            more = f"/xapi/statements?{urlencode({**query, 'at': str(at + size)})}"
            more = self.link if self.link is not None else self.url.removesuffix("/xapi") * self.absolute + more
        return 200, {"statements": found[at : at + size], "more": more}

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        """One request."""
        self.before(to.path)
        self.asked.append(to.path)
        self.seen_headers.append(dict(to.headers.items()))
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "reset":
            to.close_connection = True
            to.connection.close()
            return
        if self.authorization is not None and to.headers.get("Authorization") != self.authorization:
            status, content = 401, {"error": "who are you?"}
        elif fault in ("429", "503"):
            status, content = int(fault), {"error": "busy"}
        else:
            status, content = self._answer(to.path)
        body = json.dumps(content).encode()
        if fault == "other":  # what is cut has some that the whole page does not have in the end
            body = json.dumps({"statements": [statement(999), *content["statements"]], "more": ""}).encode()
        if self.packs:
            body = gzip.compress(body)
        to.send_response(status)
        if self.packs:
            to.send_header("Content-Encoding", "gzip")
        if fault in ("429", "503"):
            to.send_header("Retry-After", "0" if fault == "429" else "Wed, 21 Oct 2015 07:28:00 GMT")
        if self.consistent_through is not None:
            to.send_header("X-Experience-API-Consistent-Through", self.consistent_through.isoformat())
        if fault == "no length":
            to.close_connection = True
            to.send_header("Connection", "close")
        else:
            to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        if fault in ("cut", "no length", "other"):
            to.wfile.write(body[: len(body) // 2])
            to.close_connection = True
        else:
            to.wfile.write(body)


@contextmanager
def running() -> Iterator[RecordStore]:
    """One that listens."""
    store = RecordStore()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            store.answer(self)

        def do_CONNECT(self) -> None:
            store.asked.append(self.path)
            store.seen_headers.append(dict(self.headers.items()))
            self.send_error(403)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        store.url = f"http://127.0.0.1:{server.server_port}/xapi"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield store
        finally:
            server.shutdown()
            thread.join()
