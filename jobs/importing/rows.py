"""Lines of people one by one, each a change of its own: for small updates.

They go through the steps of a batch, run for one change at a time (`sql.line`). The records of the people concerned
are made with each line; those of their groups when all lines are through, for a group of everybody must not be made
again for every line.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from jobs.importing.batch import Outcome, cycles_of, parameters, reject
from jobs.importing.story import options_of
from jobs.importing.suspension import refuse_suspended
from jobs.lines.described import Described
from jobs.lines.people import CLAIMS, LINES, PROBLEMS
from jobs.lines.rejects import REJECTS, no_rejects
from jobs.shell.failures import FileProblem, Stopped
from jobs.shell.failures import told as told_of
from sql import database as db
from sql.line import OneAtATime
from sql.steps import JOBS

if TYPE_CHECKING:
    from jobs.importing.asked import Asked
    from jobs.importing.files import Files
    from jobs.importing.history import Run
    from jobs.importing.summary import Summary
    from jobs.lines.people import PeopleFiles
    from jobs.shell.command import Session

FINISHED_EVERY: Final = 10.0
"""Seconds after which a long run makes the records of groups in between."""
TOLD: Final = {
    "counts": ("settle/counts.sql", ("counts",)),
    "rejected": ("resolve/rejected.sql", ("rejects",)),
    "reasons": ("resolve/reject_summary.sql", ("all_reasons",)),
    "moves": ("resolve/examples.sql", ("moves",)),
    "left": ("resolve/left_examples.sql", ("passed_over",)),
    "near_misses": ("resolve/near_miss_examples.sql", ("near_misses",)),
    "shared_mboxes": ("resolve/shared_mbox_examples.sql", ("shared_mboxes",)),
    "near_ids": ("resolve/near_id_examples.sql", ("near_ids",)),
    "other_source": ("resolve/other_source_examples.sql", ("renamed_of_others",)),
    "lost_memberships": ("settle/lost_membership_examples.sql", ("emptied_memberships",)),
    "differing_people": ("resolve/differing_people_examples.sql", ("differing_people",)),
    "ways_up": ("apply/cycles.sql", ("ways_up",)),
}
"""What is asked of each change: by name, the query, and the working tables without which there is nothing to ask."""


def import_rows(
    session: Session, files: Files, run: Run, summary: Summary, asked: Asked, *, finishes: bool
) -> None:
    """The story of an import row by row: read → turn → change, line by line → finish. A failure stops it; the lines
    before stay.
    """
    from jobs.importing.finish import finish

    people, options = files.people, options_of(asked)
    if people is None or files.people_rejects is None:
        raise ValueError("lines of people are imported one by one")
    with session.database.begin() as transaction:
        refuse_suspended(transaction, session, run.source, dry_run=False)
    described = Described()
    for piece in people.pieces():  # a file that cannot be read is found before its first line is imported
        if files.unmended:
            described.add(piece)
    files.check_described(described)
    values = parameters(session.organisation, run.source, options)
    job = JOBS["line" if finishes else "import"]
    line = OneAtATime(job, "stage", TOLD, **values, forgets_rejects=False, at_once=finishes)
    rejected: list[tuple[Any, ...]] = []
    with session.terminal.progress(0) as progress, session.database.session() as own:
        summary.seconds = progress.seconds
        try:
            line.prepare(own)
            finished = time.monotonic()
            for file, line_number, said in _lines(people):
                with progress.stage("lines"):
                    line.tidy(own)
                    with own.begin() as transaction:
                        session.take_turn(transaction, asked.wait)
                        transaction.lock(db.PEOPLE, session.organisation)
                        told = line.change(transaction, run.number or 0, said)
                        outcome = _outcome(told)
                        run.progress(transaction, summary.recorded_with(outcome))
                    summary.add(outcome)
                    summary.last_line = f"line {line_number} of {people.files[file].name}"
                    rejected += [reject(row, people) for row in told.get("rejected", ())]
                if finishes:
                    summary.recomputed({"people": outcome.counts["pending_people"], "groups": 0})
                    if time.monotonic() - finished > FINISHED_EVERY:
                        summary.recomputed(finish(session.database, session.organisation, progress))
                        finished = time.monotonic()
            summary.rejects_files = files.write_rejects(_frame(rejected), no_rejects())
        except (Exception, KeyboardInterrupt) as error:
            if summary.last_line is None:
                raise
            with suppress(FileProblem):
                summary.rejects_files = files.people_rejects.write(_frame(rejected))
            what = told_of(error)
            run.end_if_possible("stopped", what, summary.recorded, summary.files)
            raise Stopped(f"{what}; stopped after {summary.last_line}: import the rest") from error
        summary.state = "committed"
        if finishes:
            with run.finishing():
                summary.recomputed(finish(session.database, session.organisation, progress))
                summary.state = "finished"
        run.end(summary.state, None, summary.recorded, summary.files)
        if files.mends:
            return
        with session.database.begin() as transaction:
            transaction.execute(
                "settle/forget_rejects.sql",
                organisation=session.organisation,
                source=run.source,
                **{"import": run.number},
            )


def _frame(rejected: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rejected, schema=REJECTS, orient="row")


def _outcome(told: dict[str, Any]) -> Outcome:
    """What one change did, from what was asked of it."""
    (counts,) = told["counts"]
    return Outcome(
        counts=counts,
        known={},
        rejects=no_rejects(),
        group_rejects=no_rejects(),
        reasons=told.get("reasons", []),
        moves=told.get("moves", []),
        left=told.get("left", []),
        near_misses=told.get("near_misses", []),
        shared_mboxes=told.get("shared_mboxes", []),
        differing_people=told.get("differing_people", []),
        cycles=cycles_of(told.get("ways_up", [])),
        near_ids=told.get("near_ids", []),
        other_source=told.get("other_source", []),
        lost_memberships=told.get("lost_memberships", []),
        held=[],
    )


def _lines(files: PeopleFiles) -> Iterator[tuple[int, int, dict[str, list[dict[str, Any]]]]]:
    """Every line, with the number of its file and where it stands there: what it says, as rows of the inputs."""
    definitions: dict[int, dict[str, Any]] = {}
    parents: dict[int, list[int]] = {}
    for piece in files.pieces():
        if len(definitions) < files.definitions.height:
            definitions = {row["definition"]: row for row in files.definitions.iter_rows(named=True)}
            parents = {}
            for definition, parent in files.definition_parents.iter_rows():
                parents.setdefault(definition, []).append(parent)
        of_lines = {
            "staged_claims": _by_line(piece.claims.select(*CLAIMS)),
            "staged_marks": _by_line(piece.marks),
            "staged_memberships": _by_line(piece.groups),
            "staged_sayings": _by_line(piece.sayings),
            "staged_problems": _by_line(piece.problems.select(*PROBLEMS)),
        }
        for row in piece.lines.select(*LINES).iter_rows(named=True):
            said = {table: rows[row["line"]] for table, rows in of_lines.items() if row["line"] in rows}
            said["staged_lines"] = [row]
            if definitions:
                _define(said, definitions, parents)
            yield piece.file, row["line_number"], said


def _define(
    said: dict[str, list[dict[str, Any]]], definitions: dict[int, dict[str, Any]], parents: dict[int, list[int]]
) -> None:
    """What the line says of groups, and of those above them."""
    sayings = (*said.get("staged_memberships", ()), *said.get("staged_sayings", ()))
    used = list(dict.fromkeys(row["definition"] for row in sayings if row["definition"] is not None))
    above = [(definition, parent) for definition in used for parent in parents.get(definition, ())]
    named = dict.fromkeys((*used, *(parent for _, parent in above)))
    said["staged_groups"] = [definitions[definition] for definition in named]
    said["staged_parents"] = [{"definition": definition, "parent": parent} for definition, parent in above]


def _by_line(frame: pl.DataFrame) -> dict[int, list[dict[str, Any]]]:
    rows: dict[int, list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        rows.setdefault(row["line"], []).append(row)
    return rows
