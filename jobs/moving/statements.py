"""What another system has of statements, loaded as files are; how far it was read is kept with what was loaded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.statements.rejected import GrowingRejects
from jobs.statements.run_load import run_load

if TYPE_CHECKING:
    from jobs.shell.command import Session
    from jobs.statements.loading import Source


def known_place(session: Session, source: str) -> Mapping[str, Any] | None:
    """How far a source was read the last time; None: never."""
    with session.database.begin() as transaction:
        found = transaction.rows("statements/place.sql", organisation=session.organisation, source=source)
    return found[0]["place"] if found else None


def load_from(session: Session, kind: str, source: Source, place: Path | None, *, finishes: bool) -> int:
    """Load all that a source has. Out: the exit code.

    kind: what is moved in from (`xapi`); place: where rejected statements are written.
    """
    rejects = GrowingRejects(place or Path(f"{kind}.rejects.jsonl"))
    return run_load(session, [source], [rejects], {"from": kind}, finishes=finishes)
