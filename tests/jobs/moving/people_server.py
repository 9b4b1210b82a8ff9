"""A small server that lists records page by page as the People API, and Learning Locker's Connection
interface, do, with what can go wrong on the way."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CREDENTIALS = "key:pass:word"


class PeopleServer:
    """What it has, and what it does before it answers."""

    def __init__(self) -> None:
        self.url = ""
        self.records: dict[str, list[Any]] = {"people": [], "groups": []}
        self.asked: list[str] = []
        self.faults: dict[int, Callable[[], str]] = {}
        """By the number of a request, from 1: what happens then; it says how it answers (`429`, `500`, `cut`, ``)."""

    def answer(self, target: str) -> tuple[str, dict[str, Any]]:
        """How it answers, and what."""
        self.asked.append(target)
        fault = self.faults.get(len(self.asked), str)()
        parts = urlsplit(target)
        what, asked = parts.path.rpartition("/")[2], parse_qs(parts.query, keep_blank_values=True)
        if "first" in asked:
            return fault, self._connection(self.records[what], int(asked["first"][0]), asked.get("after"))
        limit, offset = (int(asked[key][0]) for key in ("_limit", "_offset"))
        if offset + limit > 10_000 and "forceDBSearch" not in asked:
            return "400", {}
        found = self.records[what][offset : offset + limit]
        return fault, {"count": len(found), "results": found}

    @staticmethod
    def _connection(listed: list[Any], first: int, after: list[str] | None) -> dict[str, Any]:
        """As Learning Locker's Connection interface answers."""

        def cursor(record: Any) -> str:
            return base64.b64encode(json.dumps({"_id": record["_id"]}).encode()).decode()

        listed = sorted(listed, key=lambda record: record["_id"])
        at = 0 if after is None else [cursor(record) for record in listed].index(after[0]) + 1
        edges = [{"cursor": cursor(record), "node": record} for record in listed[at : at + min(first, 9)]]
        return {"edges": edges, "pageInfo": {"hasNextPage": at + len(edges) < len(listed)}}


@contextmanager
def running() -> Iterator[PeopleServer]:
    """The server, on loopback."""
    store = PeopleServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            expected = f"Basic {base64.b64encode(CREDENTIALS.encode()).decode()}"
            how, found = store.answer(self.path)
            if self.headers.get("Authorization") != expected:
                how = "401"
            body = json.dumps(found).encode()
            self.send_response(int(how) if how.isdigit() else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if how == "cut" else body)
            self.close_connection = how == "cut"

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    store.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
