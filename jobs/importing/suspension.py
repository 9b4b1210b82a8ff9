"""Suspension: after a guard has tripped, or an import was undone, a source waits until somebody has looked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from identity.problems import argument
from jobs.shell.failures import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobs.shell.command import Session
    from sql.database import Transaction


def suspend(transaction: Transaction, organisation: int, source: int, number: int, why: str) -> None:
    """Suspend a source, because of the import of this number, when the transaction is committed."""
    transaction.execute("history/suspend.sql", organisation=organisation, source=source, why=why, **{"import": number})


def suspended(transaction: Transaction, organisation: int, source: int | None = None) -> list[dict[str, Any]]:
    """The sources that are suspended, or this one if it is: `id, name, suspended_by, suspended_why`."""
    return transaction.rows("history/suspended.sql", organisation=organisation, source=source)


def refuse_suspended(transaction: Transaction, session: Session, source: int | None, *, dry_run: bool) -> None:
    """Refuse an import whose source is suspended. A dry run may go on, so that one can look, and says so."""
    for row in suspended(transaction, session.organisation, source):
        if not dry_run:
            raise Refused(f"{sentence(row)}; when that is in order: {resuming(row['name'])}")
        session.terminal.warn(f"{sentence(row)}; an import is refused until {resuming(row['name'])}")


def sentence(row: Mapping[str, Any]) -> str:
    """What is the matter with a suspended source."""
    return f"the source {row['name']} is suspended since import {row['suspended_by']}: {row['suspended_why']}"


def resuming(name: str) -> str:
    """The command that lets a source go on."""
    return f"lrs-people resume-source {argument(name)}"
