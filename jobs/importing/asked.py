"""What the import commands are asked for, as their options say."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Final

from identity.guards import Limit


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What both import commands can be asked for. The defaults are what stands where nothing is asked."""

    source: str
    create_groups: bool = False
    dry_run: bool = False
    plan: Path | None = None
    expect: str | None = None
    strict: bool = False
    fail_on: str = "rejects"
    max_rejects: Limit | None = None
    min_lines: Limit | None = None
    rejects: Path | None = None
    wait: float = 0.0

    @property
    def recorded(self) -> dict[str, str]:
        """The options as the history keeps them."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return {option: str(value) for option, value in said.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class AskedOfPeople(Asked):
    """What import-people can be asked for."""

    contested: str = "reject"
    takeovers: str = "apply"
    as_of: datetime | None = None
    personas: str = "add"
    groups: str = "add"
    snapshot: bool = False
    leavers: str = "keep"
    keep_edits: bool = False
    reject_warnings: tuple[str, ...] = ()
    accept_near: tuple[str, ...] = ()
    new_person: tuple[str, ...] = ()
    max_takeovers: Limit | None = None
    max_deletes: Limit | None = None
    max_leavers: Limit | None = None


@dataclass(frozen=True, kw_only=True)
class AskedOfGroups(Asked):
    """What import-groups can be asked for."""

    parents: str = "add"


FAILS_ON: Final = ("rejects", "new-rejects", "left", "held", "takeovers", "warnings")
"""What `--fail-on` takes."""
NEEDS_BATCH: Final = (
    "personas",
    "groups",
    "strict",
    "dry_run",
    "plan",
    "expect",
    "snapshot",
    "max_rejects",
    "max_takeovers",
    "max_deletes",
    "max_leavers",
    "min_lines",
)
"""Options of import-people that speak of the whole file: asked for more than their default, they need --batch."""


def needing_batch(asked: Asked) -> list[str]:
    """Those that are asked for."""
    plain = type(asked)(source=asked.source)
    return [name for name in NEEDS_BATCH if getattr(asked, name) != getattr(plain, name)]
