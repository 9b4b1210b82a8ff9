"""What the database can do to a command; light, for it is known before a database is."""

from __future__ import annotations


class DatabaseError(Exception):
    """The database refused or failed; nothing of the open transaction remains. The message is one line."""


class DatabaseUnavailable(DatabaseError):  # noqa: N818 - a state, not an error of anybody
    """The database cannot be reached, or is busy: trying again is harmless."""


class LockTimeout(DatabaseUnavailable):
    """Somebody else has had a lock for longer than it is waited for."""


class OnlyRead(DatabaseError):  # noqa: N818
    """The database can only be read: it is a standby, or whoever connects may do no more."""


class NotMade(DatabaseError):  # noqa: N818
    """Something that is needed is not there, and whoever connects may not make it, or not use it."""


class BrokenPromise(DatabaseError):  # noqa: N818
    """What must hold after a change does not: nothing of the transaction may remain."""

    def __init__(self, promise: str, of: object) -> None:
        self.promise = promise
        super().__init__(f"the database refused: for {of} it would not hold any more that {promise.replace('_', ' ')}")


class SchemaTooNew(DatabaseError):  # noqa: N818
    """The database was made by a newer version of import-people."""
