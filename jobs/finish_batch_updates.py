"""finish-batch-updates: recompute the reporting records that are pending."""

from __future__ import annotations

from typing import Any

import click

from jobs.shell.command import Session, command
from jobs.shell.failures import DONE, Failure


@command("finish-batch-updates", needs=("sql.batch", "sql.few"))
@click.option("--check", "checks", is_flag=True, help="Then recompute everything, compare, and say what differs.")
def main(session: Session, *, checks: bool) -> int:
    """Recompute the reporting records that imports and statements have left pending.

    It can be killed and run again, and two can run at once.
    """
    from jobs.importing.finish import check, finish

    terminal = session.terminal
    with terminal.progress(1) as progress:
        done = finish(session.database, session.organisation, progress)
        differences: list[dict[str, Any]] = []
        if checks:
            with progress.stage("check"):
                differences = check(session.database, session.organisation)
    terminal.line(session.where)
    terminal.line(f"recomputed   {done['people']:,} people, {done['groups']:,} groups")
    if checks:
        terminal.line(f"checked      {len(differences):,} records differ")
        for row in differences[:20]:
            terminal.line(f"             {row['record']} {row['id']}: {row['what']}")
    terminal.result(
        {
            **session.names,
            "recomputed": done,
            **({"differences": len(differences)} if checks else {}),
            "seconds": {stage: round(value, 3) for stage, value in progress.seconds.items()},
        }
    )
    if differences:
        raise Failure(f"{len(differences):,} reporting records differ from what they are made of")
    return DONE


if __name__ == "__main__":
    main()
