"""Clients that are slow, or have no end, are not waited for."""

from __future__ import annotations

import socket
from base64 import b64encode
from urllib.parse import urlsplit

import httpx2
import pytest
from conftest import Http
from served import served

from jobs.serving import connections, outermost

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
            assert b"400 Bad Request" in said(url, REQUEST, endless), endless[:9]
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
