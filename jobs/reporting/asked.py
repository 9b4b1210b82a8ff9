"""What a report is asked: of whom, about what, of which time, in which order and how much of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jobs.explaining.finding import custom_id, find_activity, find_anybody, find_group
from jobs.reporting import times
from jobs.shell.failures import UsageFailure

if TYPE_CHECKING:
    from jobs.shell.command import Session
    from sql.database import Transaction

PAGE = 50
"""So many rows a table has, where nobody says."""
MOST = 1 << 62
"""More rows there are never; what is more PostgreSQL cannot count."""


@dataclass(frozen=True)
class Asked:
    """The options that all reports have, as they were typed."""

    group: str | None = None
    activity: str | None = None
    person: str | None = None
    since: str | None = None
    until: str | None = None
    sort: str = "custom_id"
    descending: bool = False
    limit: int | None = None
    offset: int = 0
    everybody: bool = False

    def parameters(self, transaction: Transaction, session: Session) -> dict[str, Any]:
        """The parameters of `sql/reports`; raises UsageFailure for what does not exist or makes no sense.

        `scoped`: not about everybody. `summed`: the figures of people and groups are not in their records, but are
        added up from those per person and activity.
        """
        since = None if self.since is None else times.parsed(self.since, "--since")
        until = None if self.until is None else times.parsed(self.until, "--until")
        if since and until and since >= until:
            raise UsageFailure(
                f"--until {self.until} is not after --since {self.since}; it is the first moment that does not count:"
                " a whole month is --since 2026-03 --until 2026-04"
            )
        group = None if self.group is None else find_group(transaction, session, custom_id(self.group))["group_id"]
        activity = None if self.activity is None else find_activity(transaction, session, self.activity)
        person = None if self.person is None else find_anybody(transaction, session, self.person)
        time = times.parameters(since, until)
        return {
            "organisation": session.organisation,
            "group": group,
            "activity": activity,
            "person": person,
            "scoped": group is not None or person is not None,
            "summed": time["timed"] or activity is not None,
            **time,
            "sort": self.sort,
            "descending": self.descending,
            "limit": None if self.limit is None else min(self.limit, MOST),
            "offset": min(self.offset, MOST),
            "everybody": self.everybody,
        }
