"""suggest-merges: people who may be one, for somebody to go through."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from jobs.shell.command import Session, command
from jobs.shell.failures import DONE, UsageFailure
from jobs.shell.shared_options import OUTPUT

if TYPE_CHECKING:
    from sql.batch import Batch
    from sql.database import Transaction

MOST: Final = 20
"""What more people than these have in common says nothing: a shared mailbox, a test account, everybody's group."""
SUMS: Final = ("ifi", "person_id", "address", "bare")
AT_ONCE: Final = 10_000
"""So many sums are copied at once."""


@command("suggest-merges", reads=True, needs=("polars",))
@OUTPUT
@click.option(
    "--least",
    metavar="SCORE",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Only pairs with this score or more, of 1.",
)
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="So many pairs, the likeliest. [default: all]")
def main(session: Session, *, output: Path | None, least: float, limit: int | None) -> int:
    """Write a CSV of pairs of people who may be one, each with what speaks for it and a score; nothing is changed.

    What speaks for it: an mbox and its hash, identifiers or custom_ids that nearly are the same, an account that is
    named as somebody's address or custom_id, one name with an address, an account's name or a group beside it. Go
    through it, write yes or no into the column same, and give it to lrs-people merge-people --from FILE.
    """
    from jobs.correcting.merging import REVIEWED
    from jobs.shell.outgoing import Outgoing, to_file, to_stdout
    from jobs.shell.records import csv_records
    from sql.batch import Batch
    from sql.steps import JOBS

    if output is None and session.terminal.as_json:
        raise UsageFailure("--json and the pairs would share standard output: it needs --output FILE")
    record = csv_records()
    with session.database.snapshot(reads=False) as transaction:
        work = Batch(transaction, organisation=session.organisation, most=MOST, least=least, limit=limit)
        work.make_inputs("suggest")
        _hash(transaction, work, session.organisation)
        for place in JOBS["suggest"]:
            work.run(place)
        kinds = {row["kind"]: row["pairs"] for row in work.rows_of("suggest/kinds.sql", "suggestions")}
        rows = work.stream("suggest/listed.sql") if kinds else ()
        out = Outgoing(chain((record(REVIEWED),), map(record, map(_cells, rows))))
        if output is None:
            to_stdout(session.terminal, out)
            return DONE
        to_file(output, out.write)
    pairs = out.texts - 1
    session.terminal.line(session.where)
    session.terminal.line(f"{pairs:,} pairs of people who may be one, written to {output}")
    for kind, count in kinds.items():
        session.terminal.line(f"{count:>9,}  {kind}")
    session.terminal.result({**session.names, "pairs": pairs, "evidence": kinds, "output": str(output)})
    return DONE


def _cells(row: Mapping[str, Any]) -> tuple[object, ...]:
    one = (f"#{row['person_id']}", row["custom_id"], row["name"])
    other = (f"#{row['other_id']}", row["other_custom_id"], row["other_name"])
    return "", "", row["score"], row["evidence"], *one, *other


def _hash(transaction: Transaction, work: Batch, organisation: int) -> None:
    """The sums of all mboxes, where anybody has one: PostgreSQL has no SHA-1."""
    waiting: list[tuple[str, int, str, bool]] = []
    for row in transaction.stream("suggest/mboxes.sql", organisation=organisation):
        waiting += _sums(row["ifi"], row["person_id"])
        if len(waiting) >= AT_ONCE:
            _copy(work, waiting)
    _copy(work, waiting)


def _sums(ifi: str, person: int) -> Iterator[tuple[str, int, str, bool]]:
    for mbox in dict.fromkeys((ifi, ifi.lower())):
        for text in (mbox, mbox.removeprefix("mailto:")):
            sum_of = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
            yield sum_of, person, ifi.removeprefix("mailto:"), text != mbox


def _copy(work: Batch, waiting: list[tuple[str, int, str, bool]]) -> None:
    import polars as pl

    from jobs.importing.copying import copy_frame

    copy_frame(work, "mbox_sums", pl.DataFrame(waiting, schema=SUMS, orient="row"))
    waiting.clear()


if __name__ == "__main__":
    main()
