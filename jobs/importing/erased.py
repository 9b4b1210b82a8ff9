"""Who was erased, as the database keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from identity.erased import Erased
from jobs.shell.failures import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sql.database import Transaction


def erased_of(transaction: Transaction, organisation: int) -> Erased | None:
    """The erased people of an organisation; None where there are none. Whoever has the organisation's turn is sure that
    it stays so.
    """
    rows = transaction.rows("erase/known.sql", organisation=organisation)
    return Erased(rows[0]["key"], (row["hash"] for row in rows)) if rows else None


def refuse_erased(
    transaction: Transaction, organisation: int, ifis: Iterable[str], custom_ids: Iterable[str] = ()
) -> None:
    """Raises Refused if any of them was somebody's who was erased. Before there is a run: the history would have it."""
    erased = erased_of(transaction, organisation)
    if erased and (any(map(erased.has_identifier, ifis)) or any(map(erased.has_custom_id, custom_ids))):
        raise Refused("that is of somebody who was erased; lrs-people erase-person --forget lets them come back")
