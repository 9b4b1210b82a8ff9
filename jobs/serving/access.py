"""Who may ask: credentials, what they may do, and how often."""

from __future__ import annotations

import base64
import hmac
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from jobs.serving.answers import Problem
from jobs.serving.secrets import digest
from jobs.serving.sessions import Sessions

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

    def reading(self) -> AbstractContextManager[Transaction]:
        """A transaction that only reads, and sees one moment of the database."""
        return self.sessions.reading()

    def needs(self, scope: str) -> None:
        """Raises Problem if the credential has not this scope."""
        if scope not in self.scopes:
            raise Problem(403, "scope", f"the credential has not the scope {scope}")


class Access:
    """The credentials that a process knows at the moment, and the requests that they have left."""

    def __init__(self, sessions: Sessions, per_minute: int) -> None:
        self.sessions = sessions
        self._per_minute = per_minute
        self._known: dict[str, tuple[Credential, float]] = {}
        self._left: dict[str, tuple[int, int]] = {}
        self._turn = threading.Lock()

    def remembered(self, key: str) -> Credential | None:
        """A credential that was looked up a few seconds ago."""
        known = self._known.get(key)
        return known[0] if known and time.monotonic() < known[1] else None

    def looked_up(self, key: str) -> Credential | None:
        """A credential by its key, if there is one."""
        organisation = organisation_of(key)
        if organisation is None:
            return None
        with self.sessions.reading() as transaction:
            found = transaction.rows("access/credential.sql", organisation=organisation, key=key)
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


def organisation_of(key: str) -> int | None:
    """The organisation that a key says it is of: what stands before its hyphen."""
    number = key.partition("-")[0]
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else None


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


async def identified(request: Request) -> Caller:
    """Who asks. Raises Problem: 401, or 404 where the address is another organisation's."""
    access: Access = request.app.state.access
    key, secret = _said(request.headers.get("authorization"))
    credential = access.remembered(key) or await run_in_threadpool(access.looked_up, key)
    if not hmac.compare_digest(credential.secret if credential else NOBODY, digest(secret)) or credential is None:
        raise _unauthorized("no credential has this key and secret")
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
    )


def with_scope(scope: str) -> Callable[[Caller], Awaitable[Caller]]:
    """A dependency: the caller, whose credential has this scope."""

    async def granted(caller: Annotated[Caller, Depends(identified)]) -> Caller:
        caller.needs(scope)
        return caller

    return granted


Reader = Annotated[Caller, Depends(with_scope("read"))]
"""What a handler takes that reads people and groups; the others likewise."""
Writer = Annotated[Caller, Depends(with_scope("write"))]
Recorder = Annotated[Caller, Depends(with_scope("statements"))]
Admin = Annotated[Caller, Depends(with_scope("admin"))]
