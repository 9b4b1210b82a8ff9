"""Answers, and what is wrong with requests, as JSON in our own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

import orjson
from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import Scope

from jobs.serving.settings import Settings
from jobs.shell.failures import Unavailable
from sql.errors import DatabaseError, DatabaseUnavailable, NotMade, OnlyRead

AGAIN: Final = 2
"""Seconds after which trying again may help."""


class Problem(Exception):  # noqa: N818 - the word of the docs
    """A request that is not granted: what the answer to it says."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        field: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`code`: for programs; `message`: for people, on one line; `field`: of the body (`personas[1].mbox`), or a
        parameter, if one is at fault.
        """
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.headers = dict(headers or {})

    def answer(self, scope: Scope | None = None) -> Response:
        """The answer that says so; to a request, with the headers that all its answers have."""
        said = {"code": self.code, "message": self.message, "field": self.field}
        always = (scope or {}).get("state", {}).get("always", {})
        return answer(said, self.status, self.headers | always)


def busy(message: str) -> Problem:
    """What is asked for may be granted a little later."""
    return Problem(503, "busy", message, headers={"Retry-After": str(AGAIN)})


def answer(what: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer of JSON."""
    return Response(orjson.dumps(what), status, dict(headers or {}), "application/json")


def nothing(status: int = 204) -> Response:
    """An answer without a body."""
    return Response(status_code=status)


def elsewhere(request: Request, asked: Iterable[tuple[str, object]]) -> str:
    """The address of a request with other parameters, for a header or for JSON."""
    return f"{quote(request.scope['path'])}?{urlencode([*asked])}"


def problem_of(error: Exception) -> Problem | None:
    """What to answer to an error from below; None: nobody has foreseen it."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        (first, *_) = error.errors()
        return Problem(400, "invalid_parameter", "this is missing, or not of its kind", str(first["loc"][-1]))
    if isinstance(error, HTTPException):
        return _of_starlette(error)
    if isinstance(error, Unavailable):
        return busy(str(error))
    if isinstance(error, DatabaseUnavailable):
        return busy("the database is busy or away: try again")
    if isinstance(error, OnlyRead):
        return Problem(503, "only_read", "the database can only be read here")
    if isinstance(error, NotMade):
        return Problem(503, "not_made", str(error))
    if isinstance(error, DatabaseError):
        return Problem(500, "database", "the database has refused; the server's log tells more")
    return None


UNFORESEEN: Final = Problem(500, "unforeseen", "something has gone wrong here; the server's log tells where")


def _of_starlette(error: HTTPException) -> Problem:
    """What the router says, in our words."""
    known = {404: ("not_found", "there is nothing at this address"), 405: ("method", "not with this method")}
    code, message = known.get(error.status_code, ("refused", "this cannot be asked"))
    return Problem(error.status_code, code, message, headers=error.headers)


async def whole_body(request: Request) -> bytes:
    """The body of a request, if it is not too large."""
    settings: Settings = request.app.state.settings
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > settings.largest_body:
            raise Problem(413, "too_large", f"a body may have {settings.largest_body:,} bytes")
        pieces.append(piece)
    return b"".join(pieces)


Body = Annotated[bytes, Depends(whole_body)]
"""What a handler takes that reads a body."""


def json_of(body: bytes) -> Any:
    """What a body says; Problem, if it is no JSON."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Problem(400, "invalid_json", f"the body is no JSON: {where}") from None
