"""Connections with clients: one that never says what it wants, or says it without end, is closed, and so is one that
does not read what it is answered.
"""

from __future__ import annotations

import asyncio
import fcntl
import re
import sys
import termios
from asyncio.events import TimerHandle
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from jobs.serving.answers import Problem

HEAD_WITHIN: Final = 30.0
"""Seconds in which the head of a request (its address and what it says of itself) has to be there."""
READ_WITHIN: Final = 30.0
"""Seconds in which some of what a client is answered has to go."""
LARGEST_HEAD: Final = 64 * 1024
"""Bytes that it may have; and so many may come, wherever in a request, that are no part of its body."""


_UPGRADE: Final = re.compile(rb"\r\nupgrade:[ \t]*h2c[ \t]*(?=\r\n)", re.IGNORECASE)
"""That a client would rather speak HTTP/2, as Java's says at first. A server need not heed it; the parser takes what
comes behind it for HTTP/2.
"""


class Connection(HttpToolsProtocol):
    """uvicorn's own, whose patience and memory have an end."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._waits: TimerHandle | None = None
        self._looks: TimerHandle | None = None
        self._resumed = 0
        """So often it could go on writing."""
        self._beside = 0
        """Bytes that have come since anything else than a head did."""
        self._in_body = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody has come."""
        super().connection_made(transport)
        self._await_head()
        self._look(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """They have gone."""
        self._stop_waiting()
        if self._looks:
            self._looks.cancel()
        super().connection_lost(exc)

    def resume_writing(self) -> None:
        """They have taken much of what waited for them."""
        self._resumed += 1
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """What they say is no HTTP."""
        said = Problem(400, "invalid_request", msg).answer()
        head = [name + b": " + value + b"\r\n" for name, value in said.raw_headers]
        self.transport.write(b"".join([STATUS_LINE[400], *head, b"connection: close\r\n\r\n", said.body]))
        self.transport.close()

    def data_received(self, data: bytes) -> None:
        """They have said so much."""
        self._beside += len(data)
        if not self._in_body and b"h2c" in data:
            head, end, rest = data.partition(b"\r\n\r\n")
            data = _UPGRADE.sub(b"", head + end) + rest
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._beside > LARGEST_HEAD:
            self.send_400_response("The head of the request is too large.")
        elif not self._waits and (self.cycle is None or self.cycle.response_complete):
            # What belongs to no request, or to one that is answered, has ended the wait for the next one.
            self._await_head()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """Its head is there."""
        self._stop_waiting()
        self._beside = 0
        self._in_body = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """More of its body is there."""
        self._beside = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """All of it is there."""
        self._in_body = False
        super().on_message_complete()

    def _look(self, before: tuple[int, int, int, object] | None) -> None:
        """They are cut off if nothing of what waits for them has gone since the last look."""
        now = self.transport.get_write_buffer_size(), self._in_system(), self._resumed, self.cycle
        if now[0] and now == before:
            self.transport.abort()
        else:
            self._looks = self.loop.call_later(READ_WITHIN, self._look, now)

    def _in_system(self) -> int:
        """Bytes that the system has for them, and they have not taken: it asks for more only when many have gone."""
        try:
            said = fcntl.ioctl(self.transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, bytes(4))
        except OSError:
            return 0
        return int.from_bytes(said, sys.byteorder)

    def _await_head(self) -> None:
        self._stop_waiting()
        self._waits = self.loop.call_later(HEAD_WITHIN, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._waits:
            self._waits.cancel()
            self._waits = None
