"""Lines of people one by one, each a change of its own: for small updates.

They go through the steps of a batch, run for one change at a time (`sql.one_change`). The records of the people
concerned are made with each line; those of their groups when all lines are through, for a group of everybody must not
be made again for every line.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from jobs.importing.batch import APPLIED, DECIDED, Outcome, cycles_of, parameters
from jobs.importing.erased import erased_of
from jobs.importing.rejected import reject
from jobs.importing.suspension import refuse_suspended
from jobs.importing.whole_files import options_of
from jobs.lines.rejects_file import REJECTS, no_rejects
from jobs.lines.said_of_people import CLAIMS, LINES, PROBLEMS, SPELLS
from jobs.lines.whom_lines_make import Described
from jobs.shell.failures import FileProblem, Stopped
from jobs.shell.failures import told as told_of
from sql import database as db
from sql.one_change import OneAtATime
from sql.steps import JOBS

if TYPE_CHECKING:
    from jobs.importing.asked import Asked
    from jobs.importing.files import Files
    from jobs.importing.history import Run
    from jobs.importing.summary import Summary
    from jobs.lines.people import PeopleFiles
    from jobs.shell.command import Session
    from jobs.shell.terminal import Progress
    from sql.database import Session as Own

FINISHED_EVERY: Final = 10.0
"""Seconds after which a long run makes the records of groups in between."""
TOLD: Final = {
    "counts": ("settle/counts.sql", ("counts",)),
    "rejected": ("consequences/rejected.sql", ("rejects",)),
    **DECIDED,
    **APPLIED,
    "ways_up": ("apply/cycle_examples.sql", ("ways_up",)),
    "stale": ("settle/stale.sql", ("affected_people", "affected_with_ancestors")),
}
"""What is asked of each change: by name, the query, and the working tables without which there is nothing to ask."""


def import_rows(
    session: Session, files: Files, run: Run, summary: Summary, asked: Asked, *, finishes: bool
) -> None:
    """The story of an import row by row: read → turn → change, line by line → finish. A failure stops it; the lines
    before stay.
    """
    people = files.people
    if people is None:
        raise ValueError("lines of people are imported one by one")
    with session.database.begin() as transaction:
        refuse_suspended(transaction, session, run.source, dry_run=False)
        people.erased = erased_of(transaction, session.organisation)
    described = Described()
    for piece in people.pieces():  # a file that cannot be read is found before its first line is imported
        if files.unmended:
            described.add(piece)
    files.check_described(described)
    with session.terminal.progress(0) as progress:
        summary.seconds = progress.seconds
        lines = _Lines(session, files, people, run, summary, asked, progress, finishes=finishes)
        try:
            lines.change()
        except (Exception, KeyboardInterrupt) as error:
            if summary.last_line is None:
                raise
            lines.stopped(told_of(error))
            raise Stopped(f"{told_of(error)}; stopped after {summary.last_line}: import the rest") from error
        summary.state = "committed"
        if finishes:
            with run.finishing():
                lines.finish()
                summary.state = "finished"
        run.end(summary.state, None, summary.recorded, summary.files)
    if not files.mends:
        with session.database.begin() as transaction:
            transaction.execute(
                "settle/forget_rejects.sql",
                organisation=session.organisation,
                source=run.source,
                **{"import": run.number},
            )


class _Lines:
    """The lines of an import, each a change of its own."""

    def __init__(
        self,
        session: Session,
        files: Files,
        people: PeopleFiles,
        run: Run,
        summary: Summary,
        asked: Asked,
        progress: Progress,
        *,
        finishes: bool,
    ) -> None:
        self._session = session
        self._files = files
        self._people = people
        self._run = run
        self._summary = summary
        self._wait = asked.wait
        self._progress = progress
        self._finishes = finishes
        values = parameters(run.source, options_of(asked))
        job = JOBS["one change" if finishes else "one change without records"]
        self._line = OneAtATime(
            job,
            "staging",
            TOLD,
            organisation=session.organisation,
            varies={},
            **values,
            forgets_rejects=False,
            at_once=finishes,
        )
        self._rejected: list[tuple[Any, ...]] = []

    def change(self) -> None:
        """All of them; those that are rejected are written down at the end."""
        with self._session.database.session() as own:
            self._line.prepare(own)
            finished = time.monotonic()
            for file, line_number, said in _lines(self._people):
                with self._progress.stage("lines"):
                    self._line.tidy(own)
                    outcome = self._change(own, said)
                    self._summary.add(outcome)
                    self._summary.last_line = f"line {line_number} of {self._people.files[file].name}"
                if self._finishes:
                    self._summary.recomputed({"people": outcome.counts["pending_people"], "groups": 0})
                    if time.monotonic() - finished > FINISHED_EVERY:
                        self.finish()
                        finished = time.monotonic()
            self._summary.rejects_files = self._files.write_rejects(self._rejects(), no_rejects())

    def _change(self, own: Own, said: dict[str, list[dict[str, Any]]]) -> Outcome:
        """One of them, in a transaction."""
        with own.begin() as transaction:
            self._session.take_turn(transaction, self._wait)
            transaction.lock(db.PEOPLE, self._session.organisation)
            told = self._line.change(transaction, self._run.number or 0, said)
            outcome = _outcome(told)
            self._run.progress(transaction, self._summary.recorded_with(outcome))
        self._rejected += [reject(row, self._people) for row in told.get("rejected", ())]
        return outcome

    def finish(self) -> None:
        """Recompute what is pending."""
        from jobs.importing.finish import finish

        self._summary.recomputed(finish(self._session.database, self._session.organisation, self._progress))

    def stopped(self, what: str) -> None:
        """It has stopped in the middle: the lines before stay, and what was rejected of them is written down."""
        if self._files.people_rejects is not None:
            with suppress(FileProblem):
                self._summary.rejects_files = self._files.people_rejects.write(self._rejects())
        self._run.end_if_possible("stopped", what, self._summary.recorded, self._summary.files)

    def _rejects(self) -> pl.DataFrame:
        return pl.DataFrame(self._rejected, schema=REJECTS, orient="row")


def _outcome(told: dict[str, Any]) -> Outcome:
    """What one change did, from what was asked of it."""
    (counts,) = told["counts"]
    return Outcome(
        counts=counts,
        known={},
        rejects=no_rejects(),
        group_rejects=no_rejects(),
        cycles=cycles_of(told.get("ways_up", [])),
        held=[],
        stale={
            level: {row["id"] for row in told.get("stale", ()) if row["level"] == level}
            for level in ("people", "groups")
        },
        **{name: told.get(name, []) for name in (*DECIDED, *APPLIED)},
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
            "staged_spells": _by_line(piece.spells.select(*SPELLS)),
            "staged_words": _by_line(piece.words),
            "staged_memberships": _by_line(piece.groups),
            "staged_defining_lines": _by_line(piece.sayings),
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
    sayings = (*said.get("staged_memberships", ()), *said.get("staged_defining_lines", ()))
    used = list(dict.fromkeys(row["definition"] for row in sayings if row["definition"] is not None))
    above = [(definition, parent) for definition in used for parent in parents.get(definition, ())]
    named = dict.fromkeys((*used, *(parent for _, parent in above)))
    said["staged_definitions"] = [definitions[definition] for definition in named]
    said["staged_definition_parents"] = [{"definition": definition, "parent": parent} for definition, parent in above]


def _by_line(frame: pl.DataFrame) -> dict[int, list[dict[str, Any]]]:
    rows: dict[int, list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        rows.setdefault(row["line"], []).append(row)
    return rows
