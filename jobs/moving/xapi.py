"""The statements of any record store, over xAPI: `GET /statements`, the oldest first, page by page.

What has been read is known by when the server has stored it: the next time begins a little before the last that it had
then, for servers do not show statements in the order in which they store them. What was read twice is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from jobs.moving.server import Answer, Cut, Server
from jobs.shell.failures import Failure, UsageFailure
from jobs.shell.terminal import instant
from jobs.statements.files import Raw
from jobs.statements.times import moment

OVERLAP: Final = timedelta(minutes=5)
"""So much is read again, if nothing else was asked for: a server may be so much behind what it has stored."""
VERSIONS: Final = ("1.0.3", "2.0.0")
CONSISTENT_THROUGH: Final = "x-experience-api-consistent-through"


class _Page(msgspec.Struct, gc=False):
    """A StatementResult."""

    statements: list[msgspec.Raw]
    more: str | None = None


class _Stored(msgspec.Struct, gc=False):
    stored: str | None = None


_page: Final = msgspec.json.Decoder(_Page).decode
_stored: Final = msgspec.json.Decoder(_Stored).decode


class Xapi:
    """The statements of a server, from where they were read the last time; a source of a load (`loading.Source`)."""

    size, bytes_read, counted = 0, 0, "statement"

    def __init__(
        self,
        server: Server,
        *,
        place: Mapping[str, Any] | None = None,
        since: datetime | None = None,
        version: str = VERSIONS[0],
        page_size: int | None = None,
        overlap: timedelta = OVERLAP,
    ) -> None:
        """place: where the last reading came to, as this class has said it; since: only what was stored after that;
        overlap: so much before is read again the next time.
        """
        self._server = server
        self.name = server.url
        self._headers = {"X-Experience-API-Version": version}
        self._page_size = page_size
        self._overlap = overlap
        place = place or {}
        self._since, self._known = since, _time(place.get("known"))
        """What was stored before is not wanted; or has been read, but for what the server is behind."""
        self._more: str | None = place.get("more")
        """Where the reading that is under way goes on."""
        self._newest, self._through = _time(place.get("newest")), _time(place.get("through"))
        """Of what it has read, when the last was stored; and up to when the server knew of all when it began."""
        self._ascending = bool(place.get("ascending", True))
        self.place: Mapping[str, Any] | None = place or None
        self.warnings: list[str] = []

    def statements(self) -> Iterator[Raw]:
        """All that is new, in the order in which the server gives it. Raises Unavailable, Failure."""
        number, asked = 0, self._more or self._first()
        fell_back: list[datetime | None] = []
        while True:
            answer = self._server.get(asked, _whole, self._headers)
            if isinstance(answer, Answer):
                if not self._more or self._known in fell_back or answer.status in (401, 403):
                    raise self._refusal(answer)
                # The link has grown too old: what was stored since we knew of all is read once more.
                fell_back.append(self._known)
                self._more = self._newest = self._through = None
                asked = self._first()
                continue
            page, headers = answer
            for text in page.statements:
                number += 1
                yield Raw(number, bytes(text))
            self._note(page, headers)
            if not page.more:
                break
            before, asked = asked, self._server.target(page.more)
            if asked == before:
                raise Failure(f"{self.name}: the link to its next page leads to the same page")
            self._more = asked
            self.place = self._here()
        self._ascending = True
        self._advance()
        self._more = self._newest = self._through = None
        self.place = self._here()
        if number and self._known is None:
            self.warnings.append("no statement says when it was stored: the next time all are read again")

    def _first(self) -> str:
        asked = {"ascending": "true"}
        if self._page_size is not None:
            asked["limit"] = str(self._page_size)
        since = self._since if self._known is None else self._known - self._overlap
        if since is not None:
            asked["since"] = _written(since)
        return f"{self._server.path}/statements?{urlencode(asked)}"

    def _note(self, page: _Page, headers: Mapping[str, str]) -> None:
        """What a page tells of how far we are."""
        if self._through is None:
            self._through = _time(headers.get(CONSISTENT_THROUGH))
        for text in page.statements:
            with suppress(msgspec.MsgspecError, ValueError):
                stored = _time(_stored(bytes(text)).stored)
                if stored is not None:
                    self._ascending = self._ascending and (self._newest is None or stored >= self._newest)
                    self._newest = max(stored, self._newest or stored)
        self._advance()

    def _advance(self) -> None:
        """What is older than what was read has been read too, if the oldest comes first."""
        if self._newest is not None and self._ascending:
            known = min(self._newest, self._through or self._newest)
            self._known = max(known, self._known or known)

    def _here(self) -> dict[str, Any]:
        times = {"known": self._known or self._since, "newest": self._newest, "through": self._through}
        place: dict[str, Any] = {key: _written(when) for key, when in times.items() if when is not None}
        if self._more is not None:
            place |= {"more": self._more, "ascending": self._ascending}
        return place

    def _refusal(self, answer: Answer) -> Failure:
        if answer.status in (401, 403):
            return self._server.refusal(answer)
        if 300 <= answer.status < 400:
            where = answer.headers.get("location", "elsewhere")
            return UsageFailure(f"{self.name} refers to {where!r}: if that is right, give that URL")
        return Failure(f"{self.name} does not give its statements: {answer.words}")


def _whole(answer: Answer) -> tuple[_Page, Mapping[str, str]] | Answer:
    """A page, with its headers; or what was answered instead. Raises Cut."""
    if answer.status != 200:
        return answer
    try:
        return _page(answer.body), answer.headers
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Cut("an answer is no StatementResult") from None


def _time(text: str | None) -> datetime | None:
    """A time as the server has it; None: it is none."""
    if text is None:
        return None
    with suppress(ValueError):
        return moment(text)
    return None


def _written(when: datetime) -> str:
    return instant(when.astimezone(UTC))
