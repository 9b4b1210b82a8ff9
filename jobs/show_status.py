"""show-status: which database and organisation this is, what is in it, what is pending."""

from __future__ import annotations

from jobs.importing.listed import ANY, as_json, cells
from jobs.importing.suspension import resuming, suspended
from jobs.shell.command import Session, command
from jobs.shell.failures import DONE


@command("show-status", reads=True)
def main(session: Session) -> int:
    """Show which database and organisation the commands work on, what is there, and what is pending."""
    with session.database.snapshot() as transaction:
        place = transaction.row("status/database.sql")
        have = transaction.row("status/organisation.sql", organisation=session.organisation)
        pending = transaction.row("finish/left.sql", organisation=session.organisation)
        runs = transaction.rows("history/list.sql", organisation=session.organisation, limit=1, **ANY)
        waiting = suspended(transaction, session.organisation)
    line = session.terminal.line
    line(session.where)
    line(f"PostgreSQL {place['server_version']}, schema {place['schema']}, revision {place['revision']}")
    line()
    line(f"people       {have['people']:,}, {have['people_with_custom_id']:,} with a custom_id")
    others = f", and {have['closed_spells']:,} spells that have ended" if have["closed_spells"] else ""
    line(f"personas     {have['personas']:,}{others}")
    line(f"groups       {have['groups']:,}, with {have['memberships']:,} memberships")
    line(f"statements   {have['statements']:,}")
    if have["look_alikes"]:
        line(f"look-alikes  {have['look_alikes']:,} that only what is blank tells from others (table look_alikes)")
    stale = ", ".join(f"{pending[what]:,} {what}" for what in ("personas", "people", "groups"))
    line(f"pending      {stale}")
    if any(pending.values()):
        line("             run finish-batch-updates")
    last = "none yet"
    if runs:
        number, started, name, _, state, what, files = cells(runs[0])
        ran = " ".join(filter(None, (name, files)))
        last = ", ".join(filter(None, (f"{number} ({ran}, {started} UTC)", state, what)))
    line(f"last import  {last}")
    for row in waiting:
        line(f"suspended    {row['name']}, since import {row['suspended_by']}: {row['suspended_why']}")
        line(f"             {resuming(row['name'])} lets it be imported again")
    session.terminal.result(
        {
            **session.names,
            "server_version": place["server_version"],
            "schema": place["schema"],
            "revision": place["revision"],
            "people": have["people"],
            "people_with_custom_id": have["people_with_custom_id"],
            "personas": have["personas"],
            "closed_spells": have["closed_spells"],
            "groups": have["groups"],
            "memberships": have["memberships"],
            "statements": have["statements"],
            "look_alikes": have["look_alikes"],
            "pending": dict(pending),
            "suspended": [
                {"source": row["name"], "since": row["suspended_by"], "why": row["suspended_why"]} for row in waiting
            ],
            "last_import": as_json(runs[0]) if runs else None,
        }
    )
    return DONE


if __name__ == "__main__":
    main()
