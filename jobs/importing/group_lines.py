"""Lines about groups on their way: staged, decided upon, and, as far as accepted, handed on as definitions.

A definition is what lines say of a group; lines of people have them too, under a mapping
(`jobs.reading.mapped_groups`). Those of files of groups have numbers below 0 and are said before all lines of people.
From there on there is one way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from identity import problems
from identity.group_lines import Decision, GroupLine, Known, Rejected, decide
from jobs.importing.copying import copy_frame
from jobs.lines.rejects_file import REJECTS

if TYPE_CHECKING:
    from jobs.importing.history import Run
    from jobs.lines.groups import GroupFiles, GroupHeader
    from jobs.lines.people import PeopleFiles
    from sql.batch import Batch
    from sql.database import Transaction

STAGED = (
    "line", "file", "line_number", "said_in", "custom_id", "previous_custom_id", "name", "type", "clears_parents",
    "fingerprint_a", "fingerprint_b",
)  # fmt: skip


class GroupLines:
    """All lines of the files of groups of one batch, read."""

    def __init__(self, files: GroupFiles, files_before: int = 0) -> None:
        """`files_before`: how many files of people the batch has; those of groups are numbered after them.

        Raises FileProblem, as `GroupFiles.read`.
        """
        self.files = files
        self.said = files.read()
        said_in = self.said.said_in(files_before)
        says_parents = [bool(file.header.parents) for file in files.files]
        self._lines = self.said.lines.with_columns(
            said_in,
            pl.col("file") + files_before,
            pl.col("file").replace_strict(range(len(says_parents)), says_parents).alias("says_parents"),
        )
        first = self.said.problems.sort("line", "place", maintain_order=True).unique("line", keep="first")
        self._problems = {row["line"]: row for row in first.iter_rows(named=True)}
        self._named = {one.line: one for one in self._as_lines()}
        places = self.said.lines.select("line", "file", "line_number")
        self._places = {line: (file, number) for line, file, number in places.iter_rows()}

    def renames_any(self, transaction: Transaction, organisation: int, run: Run) -> bool:
        """Whether a line gives a group that there is another custom_id: then lines of people are not what they were."""
        renaming = self.said.lines.filter(pl.col("previous_custom_id") != pl.col("custom_id"))
        if not renaming.height:
            return False
        known = self._known(transaction, organisation, run)
        return any(
            row["previous_custom_id"] in known.custom_ids
            and known.said.get(row["custom_id"]) != row["previous_custom_id"]
            for row in renaming.iter_rows(named=True)
        )

    def stage(self, work: Batch) -> None:
        """Copy all lines, as they are."""
        copy_frame(work, "staged_group_lines", self._lines.select(*STAGED))

    def resolve(
        self,
        work: Batch,
        transaction: Transaction,
        organisation: int,
        run: Run,
        people: PeopleFiles | None,
        *,
        replaces: bool,
        creates: bool,
    ) -> pl.DataFrame:
        """Decide which lines are accepted, rename groups, and stage what accepted lines say of them.

        From here to the commit nobody else changes groups. `people`: files of the same batch, all read; `replaces` and
        `creates`: as of `identity.group_lines.decide`. Out: the rejected lines, as `jobs.lines.rejects_file.REJECTS`.
        """
        known = self._known(transaction, organisation, run)
        if self.said.parents.height:
            known = _with_parents(transaction, organisation, run, known, people)
        decision = decide(list(self._named.values()), known, replaces=replaces, creates=creates)
        self._copy(work, decision, replaces=replaces)
        return self._rejects(decision)

    def _known(self, transaction: Transaction, organisation: int, run: Run) -> Known:
        """What is there of the groups that the lines name, without their parents."""
        lines, parents = self.said.lines, self.said.parents["parent_custom_id"]
        named = pl.concat([lines["custom_id"], lines["previous_custom_id"], parents]).drop_nulls().unique()
        found = transaction.rows(
            "groups/known.sql", organisation=organisation, source=run.source, custom_ids=named.to_list()
        )
        said = {row["custom_id"]: row["previous_custom_id"] for row in found if row["previous_custom_id"] is not None}
        return Known({row["custom_id"] for row in found}, said)

    def _as_lines(self) -> Iterator[GroupLine]:
        parents: dict[int, list[str]] = {}
        for line, parent in self.said.parents.select("line", "parent_custom_id").iter_rows():
            parents.setdefault(line, []).append(parent)
        columns = ("line", "custom_id", "previous_custom_id", "clears_parents", "says_parents", "bad")
        for line, custom_id, previous, clears, says, bad in self._lines.select(*columns).iter_rows():
            yield GroupLine(line, custom_id, previous, tuple(parents.get(line, ())), clears, says, bad)

    def _copy(self, work: Batch, decision: Decision, *, replaces: bool) -> None:
        rejected = pl.DataFrame(
            [(line, *self._problem(line, why)[:2]) for line, why in decision.rejects.items()],
            schema={"line": pl.Int64, "code": pl.String, "value": pl.String},
            orient="row",
        )
        copy_frame(work, "group_rejects", rejected)
        copy_frame(work, "groups_named_by_rejects", pl.DataFrame({"custom_id": sorted(decision.protected)}))
        accepted = self._lines.filter(~pl.col("line").is_in(rejected["line"].implode()))
        first = {
            (new, old): said_in
            for new, old, said_in in accepted.reverse().select("custom_id", "previous_custom_id", "said_in").iter_rows()
        }
        renames = [(old, new, first[new, old]) for old, new in decision.renames.items()]
        sayings = [(new, old, first[new, old]) for new, old in decision.sayings.items()]
        for table, columns, rows in (
            ("group_renames", ("old", "new", "said_in"), renames),
            ("previous_group_ids", ("custom_id", "previous_custom_id", "said_in"), sayings),
        ):
            copy_frame(work, table, pl.DataFrame(rows, schema=columns, orient="row"))
        self._define(work, accepted, replaces=replaces)

    def _define(self, work: Batch, accepted: pl.DataFrame, *, replaces: bool) -> None:
        """Accepted lines as definitions; the groups above them that they name are definitions as well."""
        said = accepted.with_columns((-pl.col("line")).cast(pl.Int32).alias("definition"))
        parents = self.said.parents.join(said.select("line", "definition", "said_in"), on="line")
        above = parents.group_by("parent_custom_id", maintain_order=True).agg(pl.col("said_in").min()).with_row_index()
        last = self.said.lines["line"].max() or 0
        above = above.with_columns((-pl.col("index").cast(pl.Int32) - last - 1).alias("parent"))
        copy_frame(
            work, "staged_definitions", said.select("definition", "custom_id", "name", "type", "created", "said_in")
        )
        named = above.select(
            pl.col("parent").alias("definition"),
            pl.col("parent_custom_id").alias("custom_id"),
            # One that has a line of its own is made by that.
            pl.when(~pl.col("parent_custom_id").is_in(said["custom_id"].implode())).then("said_in"),
        )
        copy_frame(work, "staged_definitions", named)
        pairs = parents.join(above.drop("said_in"), on="parent_custom_id")
        copy_frame(work, "staged_definition_parents", pairs.select("definition", "parent"))
        copy_frame(work, "unchanged_definitions", said.select("definition", pl.col("line") - last - 1))
        cleared = pl.col("clears_parents") | (pl.col("says_parents") & replaces)
        copy_frame(work, "groups_with_cleared_parents", said.filter(cleared).select("custom_id"))

    # -- why lines are rejected ------------------------------------------------------------------------------

    def _rejects(self, decision: Decision) -> pl.DataFrame:
        rows = []
        for line, why in sorted(decision.rejects.items()):
            code, value, column, detail = self._problem(line, why)
            message = problems.message(
                code,
                value=value,
                column=column,
                detail=detail,
                lines=self._others(line, why.others),
                count=len(why.others),
            )
            rows.append((line, column, code, value, message))
        return pl.DataFrame(rows, schema=REJECTS, orient="row")

    def _problem(self, line: int, why: Rejected) -> tuple[str, str | None, str | None, str | None]:
        """(code, value, column, detail) of a rejected line; a bad one has the first of its own problems."""
        header = self.files.files[self._places[line][0]].header
        if why.code == "bad":
            own = self._problems[line]
            column = None if own["place"] is None else header.shown(own["place"])
            return own["code"], own["value"], column, own["detail"]
        place = self._place(line, why, header)
        return why.code, why.value, None if place is None else header.shown(place), why.detail

    def _place(self, line: int, why: Rejected, header: GroupHeader) -> int | None:
        """Where on a line stands why it is rejected, if it stands there."""
        said = self._named[line]
        if why.code == "linked_to_bad_line" or (why.code == "rename_conflict" and why.value == said.custom_id):
            return header.custom_id
        if why.code == "rename_conflict" and why.value == said.previous_custom_id:
            return header.previous_custom_id
        return header.parents[0] if why.value in said.parents and len(header.parents) == 1 else None

    def _others(self, line: int, others: tuple[int, ...]) -> Sequence[int] | str:
        """The other lines that a message names: by number, and by file where they are in another."""
        places = [self._places[other] for other in others[: problems.LINES_NAMED]]
        own: int = self._places[line][0]
        if all(file == own for file, _ in places):
            return self.files.files[own].told_together([at for _, at in places], len(others))
        named = ", ".join(f"{problems.one_line(self.files.files[file].name)} line {at}" for file, at in places)
        more = len(others) - len(places)
        return f"{named} and {more:,} more" if more else named


def _with_parents(
    transaction: Transaction, organisation: int, run: Run, known: Known, people: PeopleFiles | None
) -> Known:
    """With the parents of all groups. Those that lines of people give too are not taken back by lines about groups."""
    given: set[tuple[str, str]] = set()
    if people is not None:
        names = dict(people.definitions.select("definition", "custom_id").iter_rows())
        given = {(names[group], names[parent]) for group, parent in people.definition_parents.iter_rows()}
    parents: set[tuple[str, str]] = set()
    own: set[tuple[str, str]] = set()
    for row in transaction.rows("groups/parents.sql", organisation=organisation, source=run.source):
        edge = (row["custom_id"], row["parent_custom_id"])
        (own if row["own"] and edge not in given else parents).add(edge)
    return replace(known, parents=parents, own_parents=own)
