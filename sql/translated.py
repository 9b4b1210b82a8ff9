"""Errors of the driver as ours: one line, and whether trying again helps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg

from sql.errors import DatabaseError, DatabaseUnavailable, LockTimeout, OnlyRead
from sql.refusals import refusal

BUSY: Final = {"40001", "40P01", "53300", "57P01", "57P02", "57P03", "57P05"}
"""SQLSTATEs after which repeating the run is the right answer."""
LOCKED: Final = "55P03"
"""The SQLSTATE of a lock that was waited for in vain."""
LOST: Final = "08"
"""The class of SQLSTATEs of connections that are lost."""
FAULTY: Final = "42"
"""The class of statements that cannot be run at all: misspelt, of what is not there, or not allowed."""
READ_ONLY: Final = "25006"
"""The SQLSTATE of a write in a read-only transaction; a standby's all are."""
NO_RIGHT: Final = "42501"
"""The SQLSTATE of whoever has no right to it."""


@contextmanager
def translated(file: str | None = None) -> Iterator[None]:
    """Have errors of the driver raised as ours. `file`: what is run, named where the fault is the statement's own."""
    try:
        yield
    except psycopg.Error as error:
        if _is_of_connecting(error):
            raise _refusal(error) from None  # whose words may be a password
        raise _translation(error, file) from error


def _is_of_connecting(error: BaseException) -> bool:
    """Whether there was no session yet: then the driver has a text, and no code."""
    begins = ("connection failed", "connection is bad", "failed to resolve", "invalid connection")
    return getattr(error, "sqlstate", None) is None and (
        str(error).startswith(begins) or isinstance(error, psycopg.errors.ConnectionTimeout)
    )


def _refusal(error: BaseException) -> DatabaseError:
    words, again = refusal(str(error))
    if again:
        return DatabaseUnavailable(f"the database is busy or away: {words}")
    return DatabaseError(f"the database cannot be opened: {words}")


def _translation(error: BaseException, file: str | None) -> DatabaseError:
    state = getattr(error, "sqlstate", None)
    if state is None and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return DatabaseUnavailable("the database is busy or away: the connection is lost")
    diagnosis = getattr(error, "diag", None)
    message = (getattr(diagnosis, "message_primary", None) or str(error)).strip() or type(error).__name__
    primary = message.splitlines()[0]
    if state == LOCKED:
        return LockTimeout(f"the database is busy: {primary}")
    if state and (state in BUSY or state.startswith(LOST)):
        return DatabaseUnavailable(f"the database is busy or away: {primary}")
    if state == READ_ONLY:
        return OnlyRead(f"the database refused: {primary}")
    if file and state and state.startswith(FAULTY):
        return DatabaseError(f"the database cannot run sql/{file} (--debug shows what it says)")
    constraint = getattr(diagnosis, "constraint_name", None)
    return DatabaseError(f"the database refused: {primary}" + (f" ({constraint})" if constraint else ""))
