"""undo-import: take one import back, so that everything it changed is as it was before it."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.correcting.correction import PLAN
from jobs.shell.command import Session, command
from jobs.shell.shared_options import DRY_RUN, FINISH, IMPORT, WAIT


@command("undo-import", needs=("sql.batch",))
@click.argument("number", metavar="N", type=IMPORT)
@click.option("--skip-changed", is_flag=True, help="Leave what has been changed since as it is, and list it.")
@FINISH
@DRY_RUN
@PLAN
@WAIT
def main(
    session: Session,
    *,
    number: int,
    skip_changed: bool,
    finish: bool,
    dry_run: bool,
    plan: Path | None,
    wait: float,
) -> int:
    """Take import N back: every person, persona, membership and group as before it, ids included.

    What has been changed since, by another import or by hand, is a conflict, and refuses the whole; --skip-changed
    leaves it. Statements that have arrived since are none: a persona that they refer to keeps a person. The undo is an
    import itself, and can be undone. Several imports are undone newest first. The source of N is suspended, so
    that the same file does not come back tonight (lrs-people resume-source).
    """
    from jobs.importing.undoing import undo_import

    return undo_import(
        session, number=number, skip_changed=skip_changed, finish=finish, dry_run=dry_run, plan=plan, wait=wait
    )


if __name__ == "__main__":
    main()
