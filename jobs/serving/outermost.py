"""Around all that is answered: what went wrong is told in our words, and each request is counted."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jobs.serving.answers import UNFORESEEN, Problem, problem_of
from jobs.serving.faults import FAULTS, place_of
from jobs.serving.health import Metrics
from jobs.serving.settings import Settings
from sql.errors import DatabaseUnavailable

REQUESTS: Final = logging.getLogger("lrs_people.requests")
METHODS: Final = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
SILENCE: Final = 30.0
"""Seconds after which a body is given up of which nothing more comes."""
ELSEWHERE: Final = "(elsewhere)"
"""What addresses are called that nothing is at: they may be anything."""


class Outermost:
    """Whatever goes wrong is answered as JSON. What is logged names no one: an address as it is declared, and the key
    of the credential; of a fault where it was, and not what it says, which may be somebody's data.
    """

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, is_whole = time.perf_counter(), 0, False

        async def receiving() -> Message:
            nonlocal is_whole
            if is_whole:
                return await receive()
            try:
                async with asyncio.timeout(SILENCE):
                    message = await receive()
            except TimeoutError:
                said = f"nothing more of the body has come for {SILENCE:g} seconds"
                raise Problem(408, "silence", said, headers={"Connection": "close"}) from None
            is_whole = not message.get("more_body", False)
            return message

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receiving, sending)
        except ClientDisconnect:
            return  # nobody is there to be told
        except Exception as error:
            problem = problem_of(error)
            if isinstance(error, DatabaseUnavailable):
                FAULTS.warning("%s %s: %s", scope["method"], _route(scope), error)
            elif problem is None or problem.status == UNFORESEEN.status:
                debug = self._settings.debug
                FAULTS.error("%s %s: %s", scope["method"], _route(scope), place_of(error), exc_info=debug)
            if status:  # it has been answered, or half of it: nothing else can be said
                return
            await (problem or UNFORESEEN).answer(scope)(scope, receive, sending)
        finally:
            self._count(scope, status, time.perf_counter() - began)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._metrics.count(method, _route(scope), status, seconds)
        if self._settings.logs_requests:
            key = scope.get("state", {}).get("key", "-")
            REQUESTS.info("%s %s %d %.1f ms %s", method, _route(scope), status, 1000 * seconds, key)


def _route(scope: Scope) -> str:
    """The address as it is declared, with names for what stands in it."""
    path: str = getattr(scope.get("route"), "path", ELSEWHERE)
    return path
