"""What stops a run, and the exit code it ends with.

    Failure                     1   failed, nothing changed
    ├── Differs                 1   a comparison is done, and something differs
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

from identity.problems import one_line

DONE, REJECTED = 0, 3
UNFORESEEN = "unforeseen"
OURS = ("identity", "jobs", "sql")


class Failure(Exception):  # noqa: N818 - the family is named in the table above
    """The run failed and nothing was changed."""

    exit_code = 1
    state = "failed"


class Differs(Failure):
    """A comparison is done, and something differs."""


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


class FileProblem(Exception):  # noqa: N818  (the word of the docs)
    """A file cannot be read, or written, as the whole that it should be; nothing of it is imported.

    The message is one line: the file, where it is known the line, and what is wrong there. A problem of one
    line of people is never this, but data (`identity.problems`).
    """

    def __init__(self, name: str, what: str, *, line: int | None = None) -> None:
        where = "" if line is None else f", line {line}"
        super().__init__(f"{one_line(name)}{where}: {what}")

    def perhaps(self, doubt: str | None) -> FileProblem:
        """The same, with what may be behind it, if anything is known."""
        self.args = (f"{self}; {doubt}",) if doubt else self.args
        return self


class ReadProblem(FileProblem):
    """A file is there, but what is in it cannot be read on: a fault of the disk, not of the command line."""


def reason(error: OSError) -> str:
    """Why the system does not read or write a file, in its words; libraries raise errors that have none."""
    return error.strerror or "the system does not say why"


def told(error: BaseException) -> str:
    """What has stopped a run, on one line. The project's own exceptions say it themselves; of any other, which nobody
    has foreseen, its kind is told as well.
    """
    if isinstance(error, KeyboardInterrupt):
        return str(error) or "interrupted"
    if type(error).__module__.partition(".")[0] in OURS:
        return str(error)
    return f"{UNFORESEEN}: {type(error).__name__}: {' '.join(str(error).splitlines()[:1])}"
