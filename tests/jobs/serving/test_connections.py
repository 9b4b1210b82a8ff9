"""Clients that are slow, or have no end, are not waited for."""

from __future__ import annotations

import json
import socket
import time
from base64 import b64encode
from typing import Any
from urllib.parse import urlsplit

import httpx2
import psutil
import pytest
from commands import ask, change
from conftest import Http
from served import served
from serving import until

from jobs.serving import connections, outermost

ANSWER = 24 << 20
"""Bytes of an answer: more than the system takes in before somebody reads."""
IN_A_TRANSACTION = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND state ~ 'in transaction'"
REQUEST = b"POST /api/organizations/1/people HTTP/1.1\r\nHost: x\r\n"


def said(url: str, *pieces: bytes) -> bytes:
    """What is said to a client who says this (b"": once more is heard), until the connection is closed."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port or 0), timeout=20) as connection:
        heard = b""
        try:
            for piece in pieces:
                if piece:
                    connection.sendall(piece)
                else:
                    heard += connection.recv(1 << 16)
            while more := connection.recv(1 << 16):
                heard += more
        except ConnectionError:
            pass
        return heard


def test_who_is_slow_or_has_no_end_is_not_waited_for(
    http: Http, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_WITHIN", 0.2)
    monkeypatch.setattr(outermost, "SILENCE", 0.2)
    key, secret = http.credential("slow", "write")
    known = b"Authorization: Basic " + b64encode(f"{key}:{secret}".encode()) + b"\r\n"
    with served(database_url) as url:
        assert said(url) == b""
        assert said(url, REQUEST) == b""
        for endless in (b"X: " + b"x" * (1 << 20), b"X: x\r\n" * (1 << 17)):
            refused = said(url, REQUEST, endless)
            assert b"400 Bad Request" in refused, endless[:9]
            assert json.loads(refused.partition(b"\r\n\r\n")[2])["code"] == "invalid_request"
        trailers = b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: x\r\n" * (1 << 17)
        assert b"too large" in said(url, REQUEST, trailers)
        slow = said(url, REQUEST, known, b"Content-Length: 99\r\n\r\n", b'{"customId": ')
        assert slow.startswith(b"HTTP/1.1 408 ")
        assert b'"code":"silence"' in slow
        for more in (b"Content-Length: 1000000000\r\n\r\n", b"\r\n"):
            assert said(url, REQUEST, more, b"", b"\r\n").startswith(b"HTTP/1.1 401 "), "it is answered, and said on"
        asks = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQAAP__"}
        with httpx2.Client(auth=(key, secret), headers=asks) as client:
            for name in ("ann", "ben"):
                body = {"personas": [{"mbox": f"mailto:{name}@corp.example"}]}
                told = client.post(f"{url}/api/organizations/1/people", json=body)
                assert (told.status_code, told.http_version) == (201, "HTTP/1.1")
        assert said(url, REQUEST, b"Connection: close\r\n\r\n").startswith(b"HTTP/1.1 401 "), "others are answered"


def connections_to(port: int | None) -> list[Any]:
    """Those that this process has accepted."""
    here = psutil.Process().net_connections("tcp4")
    return [one for one in here if one.laddr.port == port and one.status != psutil.CONN_LISTEN]


def test_who_does_not_read_is_cut_off_and_who_reads_slowly_is_not(
    http: Http, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no session of the database waits for them."""
    key, secret = http.credential("slow", "admin")
    change(database_url, "INSERT INTO uploads (organisation_id, id, sent_by) VALUES (1, 1, 'me')")
    for what, number in (("rejects", 1), ("plan", 24)):
        piece = f"convert_to(repeat('x', {ANSWER // number}), 'UTF8')"
        kept = f"SELECT 1, 1, '{what}', n, {piece} FROM generate_series(0, {number - 1}) AS n"
        change(database_url, f"INSERT INTO upload_pieces (organisation_id, upload_id, what, number, piece) {kept}")
    known = b"Authorization: Basic " + b64encode(f"{key}:{secret}".encode()) + b"\r\n"
    monkeypatch.setattr(connections, "READ_WITHIN", 0.4)
    with served(database_url) as url:
        place = urlsplit(url)

        def asking(what: str) -> socket.socket:
            connection = socket.create_connection((place.hostname, place.port or 0), timeout=60)
            head = f"GET /api/organizations/1/csv-import/1/{what} HTTP/1.1\r\nHost: x\r\n".encode()
            connection.sendall(head + known + b"\r\n")
            assert connection.recv(12) == b"HTTP/1.1 200"
            return connection

        def read(connection: socket.socket, pause: float, at_first: int = 1 << 20) -> int:
            """How much is heard, the first few pieces slowly."""
            size, rest = 0, 10
            try:
                while more := connection.recv(at_first if rest else 1 << 20):
                    size += len(more)
                    if rest:
                        rest -= 1
                        time.sleep(pause)
                    if size > ANSWER:
                        break
            except ConnectionError:
                pass
            return size

        at = f"{url}/api/organizations/1/csv-import/1/plan"
        with httpx2.stream("GET", at, auth=(key, secret)) as whole:
            assert whole.headers["Content-Length"] == str(ANSWER)
            change(database_url, "UPDATE upload_pieces SET what = 'gone' WHERE what = 'plan' AND number > 0")
            with pytest.raises(httpx2.RemoteProtocolError):  # what goes in the middle is not taken for the end
                whole.read()
        change(database_url, "UPDATE upload_pieces SET what = 'plan' WHERE what = 'gone'")
        with asking("rejects") as slow:
            assert read(slow, 0.1, 1 << 15) > ANSWER, "less than the system has room for"
        for what in ("rejects", "plan"):
            with asking(what) as slow:
                assert read(slow, 0.1) > ANSWER
            with asking(what) as never:
                assert ask(database_url, IN_A_TRANSACTION) == []
                until(lambda: not connections_to(place.port))
                assert read(never, 0) < ANSWER
