"""What stops a run, and the exit code it ends with.

    Failure                     1   failed, nothing changed
    ├── UsageFailure            2   the command line, or the file as a whole, cannot be used
    ├── Refused                 4   a guard or --strict said no, or the source is suspended; nothing changed
    │   └── Guarded             4   a guard, which suspends the source
    ├── Unfinished              5   committed, but reporting is still pending
    │   └── Stopped             5   row by row stopped in the middle
    └── Unavailable            75   busy or unreachable: try again, repeating is harmless

A run that ends well has exit code 0, or 3 when some lines were rejected. A problem with a row is data, never one
of these (see `identity.problems`).
"""

from __future__ import annotations

from typing import Any

DONE, REJECTED = 0, 3


class Failure(Exception):  # noqa: N818 - the family is named in the table above
    """The run failed and nothing was changed."""

    exit_code = 1
    state = "failed"


class UsageFailure(Failure):
    """The command line, or the file as a whole, cannot be used; nothing was changed."""

    exit_code = 2


class Refused(Failure):
    """A guard or --strict refused the import; nothing was changed."""

    exit_code = 4
    state = "refused"


class Guarded(Refused):
    """A guard refused the import; nothing was changed, and the source is suspended until somebody has looked."""

    def __init__(self, message: str, *, why: str, guards: list[dict[str, Any]], files: list[dict[str, Any]]) -> None:
        super().__init__(message)
        self.why = why
        self.guards = guards
        self.files = files


class Unfinished(Failure):
    """What was done is committed, but not everything is done."""

    exit_code = 5
    state = "committed"


class Stopped(Unfinished):
    """Row by row stopped in the middle: the lines before stay."""

    state = "stopped"


class Unavailable(Failure):
    """The database, or the organisation, is busy or away; repeating the command is harmless."""

    exit_code = 75
