"""delete-group: groups go, by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from jobs.correcting.correction import PLAN, Correction
from jobs.shell.command import Session, command
from jobs.shell.failures import DONE
from jobs.shell.shared_options import DRY_RUN, FINISH, WAIT

if TYPE_CHECKING:
    from sql.database import Transaction

SHOWN: Final = 20
"""So many groups are told."""


@command("delete-group")
@click.argument("groups", metavar="GROUP [GROUP…]", nargs=-1, required=True)
@FINISH
@DRY_RUN
@PLAN
@WAIT
def main(
    session: Session,
    *,
    groups: tuple[str, ...],
    finish: bool,
    dry_run: bool,
    plan: Path | None,
    wait: float,
) -> int:
    """Delete groups: nobody is in them any more, and nothing is above or below them.

    A GROUP is a custom_id. Who was in it stays in all others; groups below it stay, without it. It is a run in the
    history, and lrs-people undo-import brings it back. A line that names it makes it again, with --create-groups.
    """
    from jobs.explaining.finding import group_custom_id

    names = list(dict.fromkeys(map(group_custom_id, groups)))
    with session.database.begin() as transaction:
        _found(transaction, session, names)  # what is not there is found before there is a run
    lost: list[dict[str, Any]] = []

    def change(transaction: Transaction, number: int) -> tuple[Mapping[str, Any], Iterable[int]]:
        from jobs.correcting.grouping import delete

        counts, found = delete(transaction, session.organisation, _found(transaction, session, names), number)
        lost.extend(found)
        return counts, ()

    Correction(session, "delete-group", change, options={"groups": ", ".join(names)}, plan=plan, dry_run=dry_run).run(
        wait=wait, finish=finish, told=lambda: _told(lost)
    )
    return DONE


def _found(transaction: Transaction, session: Session, names: Sequence[str]) -> list[int]:
    from jobs.explaining.finding import find_group

    return [find_group(transaction, session, name)["group_id"] for name in names]


def _told(lost: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], Sequence[str]]:
    """What each group has lost, for `--json`, and as lines."""
    from identity.problems import quoted

    lines = []
    for group in lost[:SHOWN]:
        name = f" {quoted(group['name'])[1:-1]}" if group["name"] else ""
        parts = (f"{group[part]:,} {part}" for part in ("members", "above", "below"))
        lines.append(f"{quoted(group['custom_id'])[1:-1]}{name} goes: {', '.join(parts)}")
    lines += [f"… and {len(lost) - SHOWN:,} more"] if len(lost) > SHOWN else []
    if sources := sorted({source for group in lost for source in group["sources"]}):
        lines.append(
            f"people were put there by {', '.join(quoted(source)[1:-1] for source in sources)}: a line that names the"
            " group makes it again, with --create-groups"
        )
    deleted = [
        {
            "id": group["group_id"],
            "customId": group["custom_id"],
            "name": group["name"],
            **{part: group[part] for part in ("members", "above", "below", "sources")},
        }
        for group in lost
    ]
    return {"deleted": deleted}, [*lines, ""]


if __name__ == "__main__":
    main()
