"""One batch: lines of people files are staged, resolved against the people there are, and applied.

Row by row the same steps run for one line at a time (`jobs.importing.row_by_row`); there is no second way.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from identity.components import components
from identity.hierarchy import cycle
from jobs.importing.copying import copy_frame, numbers
from jobs.importing.erased import erased_of
from jobs.importing.history import DRY
from jobs.importing.newcomers import FILLED, NO_LINES, Newcomers
from jobs.importing.nominations import Nominations
from jobs.importing.rejected import reject
from jobs.importing.unchanged import KnownLines
from jobs.lines.people import PeopleFiles, Piece
from jobs.lines.rejects_file import REJECTS, no_rejects
from jobs.lines.said_of_people import CLAIMS, LINES, MEMBERSHIPS, OTHER_IDS, PROBLEMS, SPELLS, WORDS
from jobs.shell.failures import FileProblem
from sql import database as db
from sql.batch import Batch
from sql.steps import JOBS, NOW, job

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jobs.importing.group_lines import GroupLines
    from jobs.importing.history import Run
    from jobs.lines.whom_lines_make import Described
    from jobs.shell.terminal import Progress
    from sql.database import Transaction

NAMED_IN_VAIN: Final = -1
"""The place of a previous custom_id on a line without a custom_id, among what is nominated: no claim stands there."""
STEPS = len(job(*JOBS["import"]))
Queries = dict[str, tuple[str, tuple[str, ...]]]
"""By field of `Outcome` a query, and the working tables without which there is nothing to ask."""
DECIDED: Queries = {
    "reasons": ("consequences/reject_summary.sql", ("all_reject_reasons",)),
    "moves": ("consequences/move_examples.sql", ("moves",)),
    "left": ("resolve/left_examples.sql", ("passed_over",)),
    "waiting": ("resolve/waiting_examples.sql", ("waiting_lines",)),
    "near_misses": ("consequences/near_miss_examples.sql", ("near_misses",)),
    "shared_mboxes": ("join/shared_mbox_examples.sql", ("mboxes_of_many",)),
    "near_ids": ("resolve/near_id_examples.sql", ("near_ids",)),
    "other_source": ("consequences/other_source_examples.sql", ("renamed_of_others",)),
    "differing_people": ("join/differing_people_examples.sql", ("lines_of_differing_people",)),
}
"""What is told of what is decided; a batch asks before it is done, while names are as they were."""
APPLIED: Queries = {"lost_memberships": ("apply/lost_membership_examples.sql", ("emptied_memberships",))}
"""What is told of what is done."""
CYCLES = 5
"""So many ways round are named."""
HELD_CLAIMS: Final = "join/05_held_claims.view"
LOOKED_AT: Final = 20
"""How closely (`sql.batch`): 6,000 rows say of a working table what there is to know."""
FEW: Final = 300
"""So many identifiers cost less with the keys there than it costs to drop those and to build them again."""


@dataclass(frozen=True)
class Options:
    """What a batch was asked for; the values are those of the command line."""

    contested: str = "reject"
    takeovers: str = "apply"
    personas: str = "add"
    groups: str = "add"
    create_groups: bool = False
    keep_edits: bool = False
    snapshot: bool = False
    leavers: str = "keep"
    reject_warnings: tuple[str, ...] = ()
    accept_near: tuple[str, ...] = ()
    """Ids that are people's own, though nearly somebody else's."""
    new_person: tuple[str, ...] = ()
    """Ids that are somebody else's now than of whom they were."""
    as_of: datetime | None = None
    """The import's moment; None: when its transaction begins."""
    remembers: bool = True
    """Whether the source gives, from then on, the people whom its lines are about; who corrects by hand does not."""


@dataclass(frozen=True)
class Outcome:
    """What a batch did, or would have done."""

    counts: dict[str, int]
    known: dict[str, int]
    """What the guards' percentages are of: `people` with a custom_id and those `of_source`, before anything changed."""
    rejects: pl.DataFrame
    """Lines of people, `jobs.lines.rejects_file.REJECTS`."""
    group_rejects: pl.DataFrame
    """Likewise lines about groups."""
    reasons: list[dict[str, Any]]
    """Rejects by code, those of most lines first: `code, lines, worst` (a value) and `worst_lines`."""
    moves: list[dict[str, Any]]
    """The first claims and takeovers: from whom to whom."""
    left: list[dict[str, Any]]
    waiting: list[dict[str, Any]]
    """The first lines with a new custom_id and no persona."""
    near_misses: list[dict[str, Any]]
    shared_mboxes: list[dict[str, Any]]
    """The first lines with an e-mail that three or more people's lines have."""
    differing_people: list[dict[str, Any]]
    """The first lines with a custom_id whose lines seem to be of different people."""
    cycles: list[list[str]]
    """The first parents that were left out: the way from each child around to itself, by custom_ids."""
    near_ids: list[dict[str, Any]]
    """The first lines with a new custom_id that is nearly somebody's."""
    other_source: list[dict[str, Any]]
    """The first lines that rename somebody whom only other sources have given."""
    lost_memberships: list[dict[str, Any]]
    """The first memberships that other sources gave, and that went with people who are deleted."""
    held: list[dict[str, Any]]
    """The first rejected lines that may be anybody's."""
    stale: dict[str, set[int]] = field(default_factory=dict)
    """Row by row: whose records became stale, by level; their numbers are in `counts`."""


def stage(
    transaction: Transaction,
    organisation: int,
    run: Run,
    options: Options,
    files: PeopleFiles | None,
    progress: Progress,
    *,
    groups: GroupLines | None = None,
    mends: bool = False,
    left: Sequence[str] = (),
    described: Described | None = None,
) -> tuple[Batch, Newcomers | None]:
    """Copy all lines of the files into temporary tables, and find the lines that belong together; but for those of
    plain newcomers, who are done with already.

    `files` are of people, `groups` has the lines of files of groups; either may be all there is. `mends`: some of the
    files are rejects files, mended. `left`: who has left, by custom_id. `described` collects whom the lines describe.

    One thread reads and normalises a piece while another copies the one before it. A line that says again what its
    source said last, of a person to whom nothing else has happened since, is only counted and named; for that the
    organisation's IMPORT lock must be held.
    """
    work = Batch(
        transaction,
        organisation=organisation,
        **parameters(run.source, options),
        forgets_rejects=not mends,
        at_once=False,
        **{"import": run.number or DRY},
    )
    work.look_less_closely(LOOKED_AT)
    work.make_inputs("staging")
    work.make_inputs("other_ids")
    if left:
        copy_frame(work, "people_said_to_have_left", pl.DataFrame({"custom_id": left}).unique())
        work.know(anybody_may_leave=True)
    plain: Newcomers | None = None
    skips = options.personas == "add"
    if groups:
        skips = skips and not groups.renames_any(transaction, organisation, run)
        groups.stage(work)
    if files:
        files.erased = erased_of(transaction, organisation)
        if not groups:
            plain = Newcomers(
                work,
                transaction,
                organisation,
                creates=options.create_groups,
                splits=options.takeovers == "split",
                source_id=run.source,
                changed_by=run.number or DRY,
            )
        alone = partial(transaction.lock, db.PEOPLE, organisation)
        _stage_people(work, files, plain, progress, described, alone, skips=skips, snapshot=options.snapshot)
    else:
        work.run("join", progress.step)
    return work, plain


def stage_alone(work: Batch, files: PeopleFiles, progress: Progress) -> None:
    """Copy all lines of the files into temporary tables, and find those that belong together, whoever is there."""
    work.make_inputs("staging")
    _stage_people(work, files, None, progress, None, lambda: None, skips=False, snapshot=False)


def parameters(source: int | None, options: Options) -> dict[str, object]:
    """What the steps of an import are run for, beside the organisation and its number."""
    warnings = options.reject_warnings
    return {
        "source": source,
        **asdict(options),
        "moment": options.as_of or NOW,
        "reject_warnings": list(warnings),
        "accept_near": list(options.accept_near),
        "new_person": list(options.new_person),
        "rejects_near_ids": "near_custom_id" in warnings,
        "rejects_shared_mboxes": "shared_mbox" in warnings,
        "rejects_near_misses": "near_miss" in warnings,
        "rejects_differing_people": "differing_people" in warnings,
        "anybody_may_leave": options.snapshot,
        "skips": False,
        "skipped": 0,
    }


def _stage_people(
    work: Batch,
    files: PeopleFiles,
    plain: Newcomers | None,
    progress: Progress,
    described: Described | None,
    alone: Callable[[], None],
    *,
    skips: bool,
    snapshot: bool,
) -> None:
    """`alone`: from then on nobody else changes who is who."""
    skipped_memberships = [pl.DataFrame(schema=MEMBERSHIPS)]
    nominations, all_named = Nominations(), True
    unread = skips and not described and files.tell_by_prints
    with progress.stage("read"), ThreadPoolExecutor(1) as copier:
        asked = copier.submit(KnownLines, work if skips else None)
        copied: Future[None] | None = None
        for piece in files.pieces(asked if unread else None):
            if copied:
                copied.result()
            if described:
                described.add(piece)
            _nominate(nominations, piece)
            nameless = piece.lines.filter(pl.col("custom_id").is_null())
            all_named = all_named and not nameless.join(piece.claims, on="line", how="semi").height
            if not unread:
                sound = piece.lines.filter(~pl.col("bad"))
                # What makes a line bad need not be in its fingerprint: what kind of cell a spreadsheet has is not.
                unchanged = sound["line"].filter(asked.result().unchanged(sound))
                skipped_memberships.append(piece.defining(unchanged))
                piece = piece.without(unchanged)
            copied = copier.submit(_copy, work, piece, plain)
            progress.read(piece.bytes_read, piece.bytes_total)
        if copied:
            copied.result()
    if snapshot:
        copy_frame(work, "lines_with_damaged_ids", files.doubtful.to_frame("line"))
    known = asked.result()
    asks_holders = unread and all_named and len(known.lines) > 0
    if asks_holders:
        with progress.stage("wait"):
            alone()
    with progress.stage("join"):
        shared = nominations.shared().unique()
        shared_lines = shared["line"] if all_named else None
        if asks_holders:
            # What an unread line names is its person's, or it would have been read: who has a key tells who shares it.
            work.put_down(HELD_CLAIMS)
            holders = known.of(*numbers(work, "staging/holders", "person_id"))
            shared_lines = pl.concat([shared["line"], holders])
        back = NO_LINES
        if plain:
            back = plain.take_back(pl.concat([shared["line"], files.late_problems["line"]]).unique())
            plain.tell()
        late = _reconsider(work, files, known.lines, shared_lines, back, nominations if unread else None)
        if unread and len(late):
            shared = nominations.shared().unique()
        if asks_holders and len(late):
            work.take_up(HELD_CLAIMS)
        copy_frame(work, "people_not_said_again", known.not_said_again(late).to_frame())
        copy_frame(work, "unchanged_renames", known.renames(late).to_frame())
        skipped = len(known.lines) - len(late)
        work.know(skips=skipped > 0, skipped=skipped)
        _copy_definitions(work, files, pl.concat(skipped_memberships), late)
        copy_frame(work, "perhaps_shared", shared)
        work.run("join", progress.step)
        if work.rows("lines_of_keys"):
            lines, labels = components(*numbers(work, "lines_of_keys", "line", "key"))
            copy_frame(work, "line_components", pl.DataFrame({"line": lines, "component": labels}))


def resolve_and_apply(
    work: Batch,
    plain: Newcomers | None,
    transaction: Transaction,
    organisation: int,
    run: Run,
    options: Options,
    files: PeopleFiles | None,
    progress: Progress,
    groups: GroupLines | None,
) -> Outcome:
    """Decide and do what the staged lines mean; from here to the commit nobody else changes who is who."""
    filled = FILLED if files else ()
    keys_last = work.rows("staged_claims") > FEW and not (plain and plain.any)
    group_rejects = no_rejects()
    with progress.stage("wait"):
        transaction.lock(db.PEOPLE, organisation)
    with progress.stage("resolve"):
        transaction.refresh_statistics(FILLED, organisation)
        known = work.row("guards/known.sql")
        if groups:
            asked = {"replaces": options.groups == "replace", "creates": options.create_groups}
            group_rejects = groups.resolve(work, transaction, organisation, run, files, **asked)
        for stage in ("groups", "resolve"):
            work.run(stage, progress.step)
        transaction.step("upkeep/read_before.sql")
        work.run("consequences", progress.step)
        rejects = no_rejects()
        if files and work.rows("rejects"):
            rows = [reject(row, files) for row in work.stream("consequences/rejected.sql")]
            rejects = pl.DataFrame(rows, schema=REJECTS, orient="row")
        told = {name: work.rows_of(query, *tables) for name, (query, tables) in DECIDED.items()}
    with progress.stage("apply"):
        with transaction.without_constraints(FILLED) if keys_last else nullcontext():
            for stage in ("apply", "leave", "memberships", "remember"):
                work.run(stage, progress.step, fills=filled)
        if plain:
            plain.settle()
        work.run("settle", progress.step)
        counts = work.row("settle/counts.sql")
        told |= {name: work.rows_of(query, *tables) for name, (query, tables) in APPLIED.items()}
        cycles = cycles_of(work.rows_of("apply/cycle_examples.sql", "ways_up"))
        held = work.rows_of("leave/held_examples.sql", "lines_of_anybody")
        many = work.rows("staged_other_ids") > FEW
        with transaction.without_constraints(("other_ids",)) if many else nullcontext():
            work.run("other_ids", progress.step)
    return Outcome(
        counts=counts,
        known=known,
        rejects=rejects,
        group_rejects=group_rejects,
        cycles=cycles,
        held=held,
        stale={},
        **told,
    )


def _reconsider(
    work: Batch,
    files: PeopleFiles,
    skipped: pl.Series,
    shared: pl.Series | None,
    back: pl.Series,
    nominations: Nominations | None,
) -> pl.Series:
    """Stage skipped lines after all, if they share a key with another line (None: if anything speaks against all), and
    those of newcomers who are not plain after all (`back`). `nominations`: where the keys of skipped lines are not yet
    among them.

    What a line shares is known only when all are read, so the files are read again; that is rare. A line without a
    custom_id may name, by a persona, the person of a skipped line: then none can be skipped. So it is with what makes a
    line bad beside all others. Out: those that were skipped.
    """
    found = files.late_problems
    at_fault = found["line"] if shared is None else pl.concat([shared, found["line"]])
    late = skipped if shared is None else skipped.filter(skipped.is_in(at_fault.implode()))
    again = pl.concat([late, back])
    copy_frame(work, "staged_problems", found.filter(~pl.col("line").is_in(pl.concat([skipped, back]).implode())))
    if not len(again):
        return late
    before = [file.sha256 for file in files.files]
    for piece in files.pieces():
        kept = piece.only(again)
        if nominations:
            _nominate(nominations, kept)
        _copy(work, kept)
    if before != [file.sha256 for file in files.files]:
        raise FileProblem(files.files[0].name, "has changed while it was read")
    return late


def _copy_definitions(
    work: Batch, files: PeopleFiles, skipped: pl.DataFrame, late: pl.Series
) -> None:
    """What the lines say of groups; of lines that stay skipped, the last that says it."""
    copy_frame(work, "staged_definitions", files.definitions)
    copy_frame(work, "staged_definition_parents", files.definition_parents)
    last = skipped.filter(~pl.col("line").is_in(late.implode())).group_by("definition").agg(pl.col("line").max())
    copy_frame(work, "unchanged_definitions", last)


def cycles_of(found: list[dict[str, Any]]) -> list[list[str]]:
    """The first ways round of parents that were left out, each once, from the rows of `apply/cycle_examples.sql`."""
    edges = [(row["child"], row["parent"]) for row in found]
    ways: dict[frozenset[str], list[str]] = {}
    shown: set[tuple[str, str]] = set()
    for edge, row in zip(edges, found, strict=True):
        if row["left_out"] and edge not in shown and len(ways) < CYCLES:
            way = cycle(edges, *edge)
            ways.setdefault(frozenset(way), way)
            shown |= set(pairwise(way))
    return list(ways.values())


def _renamed_from(lines: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """The custom_id that a line takes from somebody, and its place (null, as that of a line's own): what another line
    says of it decides whether that can be. A line without one of its own is bad, and belongs to no other; but whom it
    names is not as if nobody named them.
    """
    named = pl.col("custom_id").is_not_null()
    found = lines.select(
        pl.when(~named).then(pl.lit(NAMED_IN_VAIN, pl.Int16)).alias("place"),
        pl.when(pl.col("previous_custom_id").ne_missing(pl.col("custom_id"))).then("previous_custom_id"),
    )
    return found["place"], found["previous_custom_id"]


def _nominate(nominations: Nominations, piece: Piece) -> None:
    nominations.add(piece.claims["line"], piece.claims["place"], piece.claims["ifi"], seed=1)
    nominations.add(piece.spells["line"], piece.spells["place"], piece.spells["ifi"], seed=1)
    nominations.add(piece.lines["line"], None, piece.lines["custom_id"])
    nominations.add(piece.lines["line"], *_renamed_from(piece.lines))


def _copy(work: Batch, piece: Piece, plain: Newcomers | None = None) -> None:
    if work.takes("staged_other_ids"):
        copy_frame(work, "staged_other_ids", piece.other_ids.select(*OTHER_IDS, "said_in"))
    if plain:
        piece = plain.take(piece)
    for table, frame, columns in (
        ("staged_lines", piece.lines, LINES),
        ("staged_claims", piece.claims, CLAIMS),
        ("staged_spells", piece.spells, SPELLS),
        ("staged_words", piece.words, WORDS),
        ("staged_memberships", piece.groups, MEMBERSHIPS),
        ("staged_problems", piece.problems, PROBLEMS),
    ):
        copy_frame(work, table, frame.select(*columns))
    copy_frame(work, "staged_defining_lines", piece.sayings)
