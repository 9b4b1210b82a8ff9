"""Who may ask: credentials, what they may do, and how often."""

from __future__ import annotations

import asyncio
import base64
import hmac
import math
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from jobs.serving.answers import Body, Problem
from jobs.serving.secrets import digest
from jobs.serving.sessions import WRITES, Sessions
from jobs.serving.settings import Settings
from jobs.serving.turns import Turns
from jobs.serving.writers import Writers, Writing
from sql.errors import OnlyRead

if TYPE_CHECKING:
    from sql.database import Transaction

SCOPES: Final = ("read", "write", "statements", "admin")
"""What a credential may be given."""
IMPLIED: Final = {"admin": SCOPES, "write": ("read", "write")}
"""What a scope comes with."""
REMEMBERED: Final = 5.0
"""Seconds for which a credential that was looked up is known: so long one that is revoked may still be used."""
MANY: Final = 1000
"""More credentials than are remembered at a time."""
SHARE: Final = 16
"""A process takes this part of what is left of a credential's minute at a time."""
KEY: Final = re.compile("([0-9]{1,9})-[0-9a-f]{20}")
NOBODY: Final = bytes(32)
"""What the secret of an unknown key is compared with, so that it takes as long as that of a known one."""


@dataclass(frozen=True)
class Credential:
    """A key that may be used, as it was looked up."""

    organisation: int
    organisation_name: str
    fold_mailbox_case: bool
    key: str
    name: str
    secret: bytes
    """What is kept of it."""
    scopes: frozenset[str]


@dataclass(frozen=True)
class Caller:
    """On whose behalf a request is answered."""

    organisation: int
    organisation_name: str
    fold_mailbox_case: bool
    credential: str
    """Its name."""
    scopes: frozenset[str]
    sessions: Sessions
    writers: Writers

    def rows(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        """The rows of one query file that looks up something of the organisation: much faster than `reading`."""
        return self.sessions.rows(query, organisation=self.organisation, **parameters)

    def reading(self) -> AbstractContextManager[Transaction]:
        """A transaction that only reads, and sees one moment of the database."""
        return self.sessions.reading()

    def writing(self, command: str, *, batch: bool = False) -> AbstractContextManager[Writing]:
        """A write, on behalf of a source that is named as the credential is (`Writers.writing`)."""
        return self.writers.writing(
            self.organisation, self.credential, command, run_by=self.credential, batch=batch
        )

    def needs(self, scope: str) -> None:
        """Raises Problem if the credential has not this scope."""
        if scope not in self.scopes:
            raise Problem(403, "scope", f"the credential has not the scope {scope}")


class Access:
    """The credentials that a process knows at the moment, and the requests that they have left."""

    def __init__(self, sessions: Sessions, writers: Writers, settings: Settings) -> None:
        self.sessions = sessions
        self.writers = writers
        self._per_minute = settings.per_minute
        self._patience = settings.patience
        self._known: dict[str, tuple[Credential, float]] = {}
        self._left: dict[str, _Left] = {}
        self._taking = asyncio.Lock()
        places = asyncio.Semaphore(WRITES)
        self._writes, self._loads, self._finishes = Turns(places), Turns(places), Turns(places)

    def remembered(self, key: str) -> Credential | None:
        """A credential that was looked up a few seconds ago."""
        known = self._known.get(key)
        return known[0] if known and time.monotonic() < known[1] else None

    def looked_up(self, key: str) -> Credential | None:
        """A credential by its key, if there is one."""
        organisation = organisation_of(key)
        if organisation is None:
            return None
        found = self.sessions.rows("access/credential.sql", organisation=organisation, key=key)
        if not found:
            self._known.pop(key, None)
            return None
        row = found[0]
        scopes = frozenset(one for scope in row["scopes"] for one in IMPLIED.get(scope, (scope,)))
        credential = Credential(
            organisation, row["organisation"], row["fold_mailbox_case"], key, row["name"], row["secret"], scopes
        )
        if len(self._known) >= MANY:
            self._known.clear()
        self._known[key] = credential, time.monotonic() + REMEMBERED
        return credential

    async def count(self, credential: Credential) -> None:
        """One request more of a credential. Raises Problem if it has none left in this minute.

        All processes take out of the same minute, many requests at a time, and the fewer the fewer are left.
        """
        if not self._per_minute or self._take_one(credential.key):
            return
        async with self._taking:
            if not self._take_one(credential.key):
                minute = int(time.time() // 60)
                self._left[credential.key] = await run_in_threadpool(self._more, credential, minute)
                if not self._take_one(credential.key):
                    seconds = max(1, math.ceil(60 * (minute + 1) - time.time()))
                    raise Problem(
                        429,
                        "too_many_requests",
                        f"more than {self._per_minute:,} requests in this minute",
                        headers={"Retry-After": str(seconds)},
                    )

    def _take_one(self, key: str) -> bool:
        """Whether one was left of those that this process has taken."""
        left = self._left.get(key)
        if left is None or left.minute != int(time.time() // 60) or not left.requests:
            return False
        left.requests -= 1
        return True

    def _more(self, credential: Credential, minute: int) -> _Left:
        before = self._left.get(credential.key)
        remaining = self._per_minute
        if before and before.minute == minute:
            if not before.remaining:
                return before
            remaining = before.remaining
        try:
            with self.sessions.database.begin() as transaction:
                row = transaction.row(
                    "access/take.sql",
                    organisation=credential.organisation,
                    key=credential.key,
                    minute=minute,
                    wanted=max(1, remaining // SHARE),
                    most=self._per_minute,
                )
        except OnlyRead:  # nothing can be counted together: each process has its own
            row = {"granted": self._per_minute, "taken": self._per_minute}
        if len(self._left) >= MANY:
            self._left.clear()
        return _Left(minute, row["granted"], max(0, self._per_minute - row["taken"]))

    def writing(self, organisation: int) -> AbstractAsyncContextManager[None]:
        """A turn to change who is who. Raises Problem if there is none for too long."""
        return self._writes.one(organisation, self._patience)

    def loading(self, organisation: int) -> AbstractAsyncContextManager[None]:
        """The same to load statements."""
        return self._loads.one(organisation, self._patience)

    def finishing(self, organisation: int) -> AbstractAsyncContextManager[None]:
        """A turn to make all that is pending; who waits for it keeps nobody from writing."""
        return self._finishes.one(organisation)


@dataclass
class _Left:
    """What a process has taken of a credential's minute."""

    minute: int
    requests: int
    remaining: int
    """What all others could still take then."""


def organisation_of(key: str) -> int | None:
    """The organisation that a key says it is of, if it is one."""
    found = KEY.fullmatch(key)
    return int(found[1]) if found else None


def _unauthorized(message: str) -> Problem:
    challenge = 'Basic realm="lrs-people", charset="UTF-8"'
    return Problem(401, "unauthorized", message, headers={"WWW-Authenticate": challenge})


def _said(header: str | None) -> tuple[str, str]:
    """The key and the secret that a request brings."""
    kind, _, encoded = (header or "").partition(" ")
    if kind.lower() != "basic":
        raise _unauthorized("a key and a secret are needed, as HTTP Basic: lrs-people create-credential makes them")
    try:
        key, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        key, colon, secret = "", "", ""
    if not colon:
        raise _unauthorized("the header Authorization is not as HTTP Basic writes it")
    return key, secret


def _refuse_pages_of_others(request: Request) -> None:
    """Raises Problem: a page of somebody else has made a browser ask, which remembers the key and the secret."""
    if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise Problem(403, "cross_site", "a page of another site has asked for this")


async def identified(request: Request) -> Caller:
    """Who asks. Raises Problem: 401, or 404 where the address is another organisation's."""
    access: Access = request.app.state.access
    said = request.headers.getlist("authorization")
    key, secret = _said(said[0] if len(said) == 1 else None)
    credential = access.remembered(key) or await run_in_threadpool(access.looked_up, key)
    if not hmac.compare_digest(credential.secret if credential else NOBODY, digest(secret)) or credential is None:
        raise _unauthorized("no credential has this key and secret")
    request.state.key = key
    if b"%00" in request.scope["query_string"] or "\0" in request.scope["path"]:
        raise Problem(400, "control_character", "an address cannot contain NUL (U+0000)")
    await access.count(credential)
    of = request.path_params.get("organization")
    if of is not None and of not in (str(credential.organisation), credential.organisation_name):
        raise Problem(404, "unknown_organization", "there is no such organization")
    return Caller(
        credential.organisation,
        credential.organisation_name,
        credential.fold_mailbox_case,
        credential.name,
        credential.scopes,
        access.sessions,
        access.writers,
    )


class _Reading:
    """A dependency: the caller, whose credential has a scope."""

    def __init__(self, scope: str) -> None:
        self._scope = scope

    async def __call__(self, request: Request, caller: Annotated[Caller, Depends(identified)]) -> Caller:
        caller.needs(self._scope)
        if self._scope != "read":
            _refuse_pages_of_others(request)
        return caller


class _Writing(_Reading):
    """The same for whoever writes, while it has a turn to do so; the body is there by then, so that no slow one keeps
    others waiting.
    """

    def __init__(self, scope: str, turn: Callable[[Access, int], AbstractAsyncContextManager[None]]) -> None:
        """`turn`: of an organisation."""
        super().__init__(scope)
        self._turn = turn

    async def __call__(  # type: ignore[override]
        self, request: Request, caller: Annotated[Caller, Depends(identified)], _: Body
    ) -> AsyncIterator[Caller]:
        caller.needs(self._scope)
        _refuse_pages_of_others(request)
        async with self._turn(request.app.state.access, caller.organisation):
            yield caller


Reader = Annotated[Caller, Depends(_Reading("read"))]
"""What a handler takes that reads people and groups; the others likewise."""
Asker = Annotated[Caller, Depends(_Reading("statements"))]
Importer = Annotated[Caller, Depends(_Reading("write"))]
"""Who sends files that change people: none is a body that is read as a whole, and its import waits for its turn."""
Admin = Annotated[Caller, Depends(_Reading("admin"))]
Writer = Annotated[Caller, Depends(_Writing("write", Access.writing), scope="function")]
"""What a handler takes that changes them."""
Completer = Annotated[Caller, Depends(_Writing("write", Access.finishing), scope="function")]
Recorder = Annotated[Caller, Depends(_Writing("statements", Access.loading), scope="function")]
