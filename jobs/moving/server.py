"""Another system's server: asked over one connection, politely, and again while it is busy or away.

As other programs do, it goes by way of the proxy that the environment names ($HTTPS_PROXY, $HTTP_PROXY, but for
$NO_PROXY), and takes answers that are compressed.
"""

from __future__ import annotations

import base64
import http.client
import os
import random
import ssl
import stat
import time
import urllib.request
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

import orjson

from identity.problems import one_line
from jobs.shell.failures import Failure, Unavailable, UsageFailure, reason

TIMEOUT: Final = 60.0
"""Seconds without a byte after which a connection counts as cut."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Seconds between two tries: each time twice as many, less up to a half by chance."""
MAX_BYTES: Final = 64 << 20
"""Of an answer, which is read as a whole."""
BUSY: Final = (408, 425, 429)
"""Statuses after which asking again is right, beside those from 500 on."""
SHOWN: Final = 200

Read = TypeVar("Read")


class Cut(Exception):  # noqa: N818 - never leaves `Server.get`
    """An answer is not wholly there."""


class Answer(NamedTuple):
    """What a server has said."""

    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes

    @property
    def words(self) -> str:
        """What it says is wrong, on one line."""
        said = one_line(self.body[:SHOWN].decode(errors="replace").strip())
        return f"{self.status} {said}".strip()


class Server:
    """The server of one URL, and nobody else: where an answer refers to another host, it is not followed.

    Raises UsageFailure: the URL cannot be one, or has a password in it. To be closed.
    """

    def __init__(self, url: str, authorization: str | None, *, patience: float) -> None:
        """patience: so many seconds it may be busy or away before we give up."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise UsageFailure(f"the URL cannot be read: {one_line(str(error))}") from None
        if parts.username is not None or parts.password is not None:
            raise UsageFailure("credentials in a URL are seen by everybody who sees the command line: leave them out")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageFailure("the URL is none of http or https, such as https://lrs.example/xapi")
        self.host: Final = parts.hostname
        self.path: Final = parts.path.rstrip("/")
        """Of the URL, without a slash at the end."""
        self.url: Final = f"{parts.scheme}://{parts.netloc}{self.path}"
        """As it is told, and known again."""
        self._patience = patience
        self._headers = {"User-Agent": "import-people", "Accept": "application/json", "Accept-Encoding": "gzip"}
        if authorization is not None:
            self._headers["Authorization"] = authorization
        self.has_credentials: Final = authorization is not None
        self._root = ""
        """What a target begins with: nothing, but where a proxy is to know whom we mean."""
        self._connection = self._connected(parts, port)

    def _connected(self, parts: SplitResult, port: int | None) -> http.client.HTTPConnection:
        """A connection to the server, or to the proxy before it; nothing is sent yet."""
        is_https, proxy = parts.scheme == "https", _proxy(parts)
        if proxy is None:
            return _connection(self.host, port, is_https=is_https)
        by_way = f"Basic {base64.b64encode(proxy.credentials).decode()}" if proxy.credentials else None
        headers = {"Proxy-Authorization": by_way} if by_way else {}
        connection = _connection(proxy.host, proxy.port, is_https=is_https)
        if is_https:
            connection.set_tunnel(self.host, port, headers)
        else:
            self._root = f"http://{parts.netloc}"
            self._headers |= headers
        return connection

    def close(self) -> None:
        """May be called again."""
        self._connection.close()

    def get(self, target: str, read: Callable[[Answer], Read], headers: Mapping[str, str]) -> Read:
        """What `read` makes of the answer to a GET of a path with its query. An answer that is not wholly there (`Cut`,
        also from `read`), or says that the server is busy, is asked for again. Raises Unavailable where patience ends.
        """
        deadline, pause = time.monotonic() + self._patience, FIRST_PAUSE
        while True:
            try:
                answer = self._ask(target, headers)
                if answer.status < 500 and answer.status not in BUSY:
                    return read(answer)
                wrong, wait = answer.words, _asked_pause(answer)
            except (Cut, OSError, http.client.HTTPException) as error:
                self._connection.close()
                if isinstance(error, ssl.SSLCertVerificationError):
                    raise Failure(f"{self.url}: its certificate is not trusted: {error.verify_message}") from None
                wrong, wait = _words(error), None
            wait = pause * random.uniform(0.5, 1) if wait is None else wait  # noqa: S311 - so that not all come at once
            if time.monotonic() + wait > deadline:
                raise Unavailable(f"{self.url} is busy or away: {wrong}")
            time.sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE)

    def parsed(self, answer: Answer) -> Any:
        """The JSON that was asked for, within `get`. Raises Cut: it is none; Failure: the answer is another."""
        if answer.status in (401, 403):
            raise self.refusal(answer)
        if answer.status != 200:
            raise Failure(f"{self.url} does not give what was asked for: {answer.words}")
        try:
            return orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            raise Cut("an answer is no JSON") from None

    def refusal(self, answer: Answer) -> UsageFailure:
        """That it does not let us in (401, 403)."""
        known = "does not accept the credentials" if self.has_credentials else "asks for credentials"
        return UsageFailure(f"{self.url} {known} ({answer.status})")

    def target(self, link: str) -> str:
        """The path and query of a link that an answer has, relative or absolute. Raises Failure: it leads elsewhere."""
        try:
            parts = urlsplit(link)
            host = parts.hostname
        except ValueError:
            raise Failure(f"{self.url}: the link to its next page cannot be read") from None
        if host is not None and host != self.host:
            raise Failure(f"{self.url}: the link to its next page leads to another host, {one_line(host)}")
        path = parts.path if parts.path.startswith("/") else f"{self.path}/{parts.path}"
        return path + (f"?{parts.query}" if parts.query else "")

    def _ask(self, target: str, headers: Mapping[str, str]) -> Answer:
        self._connection.request("GET", self._root + target, headers={**self._headers, **headers})
        response = self._connection.getresponse()
        body = response.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise self._too_long()
        if response.length:
            raise Cut("an answer was cut off")
        response.read()  # so that the next may be asked over the same connection
        headers = {key.lower(): value for key, value in response.getheaders()}
        if headers.get("content-encoding", "").strip().lower() in ("gzip", "x-gzip", "deflate"):
            body = self._unpacked(body)
        return Answer(response.status, headers, body)

    def _unpacked(self, packed: bytes) -> bytes:
        """An answer that was compressed. Raises Cut, Failure."""
        unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)
        try:
            body = unpacking.decompress(packed, MAX_BYTES + 1)
        except zlib.error:
            raise Cut("an answer cannot be unpacked") from None
        if len(body) > MAX_BYTES:
            raise self._too_long()
        if not unpacking.eof:
            raise Cut("an answer was cut off")
        return body

    def _too_long(self) -> Failure:
        self._connection.close()
        return Failure(f"{self.url}: an answer has more than {MAX_BYTES >> 20} MB: ask for smaller pages")


class _Proxy(NamedTuple):
    host: str
    port: int
    credentials: bytes


def _proxy(parts: SplitResult) -> _Proxy | None:
    """The proxy by way of which a URL is asked, if the environment names one; never for this very machine.

    Raises UsageFailure, which does not show it: there may be a password in it.
    """
    host = parts.hostname or ""
    named = urllib.request.getproxies().get(parts.scheme)
    if not named or host == "localhost" or host.startswith("127.") or host == "::1":
        return None
    if urllib.request.proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    try:
        proxy = urlsplit(named if "://" in named else f"http://{named}")
        port = proxy.port or 80
    except ValueError:
        proxy, port = urlsplit(""), 0
    if proxy.scheme != "http" or not proxy.hostname:
        raise UsageFailure(f"${parts.scheme.upper()}_PROXY is none of http, such as http://proxy.example:3128")
    said = ":".join(unquote(part) for part in (proxy.username, proxy.password) if part is not None)
    return _Proxy(proxy.hostname, port, said.encode())


def _connection(host: str, port: int | None, *, is_https: bool) -> http.client.HTTPConnection:
    if is_https:
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=TIMEOUT)


def authorization(path: Path | None, variable: str) -> str | None:
    """The Authorization header of the credentials in a file that only its owner can read, or in an environment
    variable: `user:password`, or the header's value itself (`Bearer …`). Raises UsageFailure, Failure; neither shows
    any of it.
    """
    if path is None:
        found, where = os.environ.get(variable, ""), f"${variable}"
    else:
        where = str(path)
        try:
            with open(path, encoding="utf-8", errors="surrogateescape") as stream:
                if stat.S_IMODE(os.fstat(stream.fileno()).st_mode) & 0o077:
                    raise UsageFailure(f"{where}: others can read these credentials: chmod 600 it")
                found = stream.read(1 << 16)
        except OSError as error:
            raise Failure(f"{where} cannot be read: {reason(error)}") from None
    found = found.strip()
    if not found:
        if path is not None:
            raise UsageFailure(f"{where}: there are no credentials in it")
        return None
    if found.startswith(("Basic ", "Bearer ")) and found.isascii() and found.isprintable():
        return found
    if ":" not in found or "\n" in found:
        raise UsageFailure(f"{where}: credentials are user:password on one line, or what the header says (Bearer …)")
    return f"Basic {base64.b64encode(found.encode(errors='surrogateescape')).decode()}"


def _asked_pause(answer: Answer) -> float | None:
    """The seconds that a busy server wants to be left alone."""
    said = answer.headers.get("retry-after", "")
    if said.isdigit():
        return float(said)
    with suppress(ValueError, TypeError):
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    return None


def _words(error: BaseException) -> str:
    if isinstance(error, OSError):
        return reason(error) if error.strerror else (one_line(str(error)) or "no answer")
    return "an answer was cut off"
