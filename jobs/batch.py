"""One batch: lines of people files are staged, resolved against the people there are, and applied.

Row by row is the batch of one line; there is no second way.
"""

from __future__ import annotations

import io
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from identity import problems
from identity.components import Nominations, components
from jobs.reading.files import FileProblem
from jobs.reading.people import CLAIMS, LINES, MEMBERSHIPS, PROBLEMS, PeopleFiles, Piece
from jobs.reading.rejects import REJECTS
from sql import database as db

if TYPE_CHECKING:
    from jobs.history import Run
    from jobs.terminal import Progress
    from sql.database import Transaction

STEPS = sum(len(db.steps(stage)) for stage in ("stage", "components", "resolve", "apply", "settle"))
FILLED = ("people", "personas", "memberships", "source_people", "statements")
"""Tables that a first load fills before it builds their keys."""


@dataclass(frozen=True)
class Options:
    """What a batch was asked for; the values are those of the command line."""

    contested: str = "reject"
    takeovers: str = "apply"
    personas: str = "add"
    groups: str = "add"
    create_groups: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a batch did, or would have done."""

    counts: dict[str, int]
    rejects: pl.DataFrame
    """`jobs.reading.rejects.REJECTS`."""
    reasons: list[dict[str, Any]]
    """Rejects by code, the dearest first: `code, lines, worst` (a value) and `worst_lines`."""
    moves: list[dict[str, Any]]
    """The first claims and takeovers: from whom to whom."""
    left: list[dict[str, Any]]
    near_misses: list[dict[str, Any]]

    @property
    def marked(self) -> bool:
        """Whether reporting records became stale."""
        return self.counts["pending_people"] + self.counts["pending_groups"] > 0


def stage(
    transaction: Transaction,
    organisation: int,
    run: Run,
    options: Options,
    files: PeopleFiles,
    progress: Progress,
    *,
    line: Piece | None = None,
) -> None:
    """Copy all lines of the files, or one, into temporary tables, and find the lines that belong together.

    One thread reads and normalises a piece while another copies the one before it. A line that says again what its
    source said last, of a person to whom nothing else has happened since, is only counted and named; for that the
    organisation's IMPORT lock must be held.
    """
    transaction.execute(
        "stage/run.sql",
        organisation=organisation,
        source=run.source,
        skips_unchanged=line is None and options.personas == "add",
        **{"import": run.number},
        **asdict(options),
    )
    transaction.run("stage", progress.step)
    known = pl.read_csv(transaction.copy_out("known_prints"), schema={"print_a": pl.Int64, "print_b": pl.Int64})
    skipped = [pl.Series("line", [], dtype=pl.Int64)]
    nominations, all_named = Nominations(), True
    with progress.stage("read"), ThreadPoolExecutor(1) as copier:
        copied: Future[None] | None = None
        for piece in files.pieces() if line is None else [line]:
            if copied:
                copied.result()
            nominations.add(piece.claims["line"], piece.claims["place"], piece.claims["ifi"])
            nominations.add(piece.lines["line"], None, piece.lines["custom_id"])
            nameless = piece.lines.filter(pl.col("custom_id").is_null())
            all_named = all_named and not nameless.join(piece.claims, on="line", how="semi").height
            unchanged = piece.lines.join(known, on=["print_a", "print_b"], how="semi")
            skipped.append(unchanged["line"])
            copied = copier.submit(_copy, transaction, piece.without(unchanged["line"]), unchanged)
            progress.read(piece.bytes_read, piece.bytes_total)
        if copied:
            copied.result()
    with progress.stage("join"):
        shared = nominations.shared()
        _reconsider(transaction, files, pl.concat(skipped), shared["line"] if all_named else None)
        _copy_frame(transaction, "nominated", shared)
        transaction.run("components", progress.step)
        edges = pl.read_csv(transaction.copy_out("edges"), schema={"line": pl.Int64, "key": pl.Int64})
        if edges.height:
            lines, labels = components(edges["line"].to_numpy(), edges["key"].to_numpy())
            _copy_frame(transaction, "labels", pl.DataFrame({"line": lines, "component": labels}))


def resolve_and_apply(
    transaction: Transaction, organisation: int, files: PeopleFiles, progress: Progress, *, whole_files: bool
) -> Outcome:
    """Decide and do what the staged lines mean; from here to the commit nobody else changes who is who."""
    with progress.stage("wait"):
        transaction.lock(db.PEOPLE, organisation)
    with progress.stage("resolve"):
        transaction.refresh_statistics(FILLED)
        transaction.run("resolve", progress.step)
        rejects = _rejects(transaction, files)
        reasons = transaction.rows("resolve/reject_summary.sql") if rejects.height else []
        moves = transaction.rows("resolve/examples.sql")
        left = transaction.rows("resolve/left_examples.sql")
        near_misses = transaction.rows("resolve/near_miss_examples.sql")
    with progress.stage("apply"):
        with transaction.without_constraints(FILLED) if whole_files else nullcontext():
            transaction.run("apply", progress.step, fills=FILLED if whole_files else ())
        transaction.run("settle", progress.step)
        counts = transaction.row("settle/counts.sql")
    return Outcome(counts, rejects, reasons, moves, left, near_misses)


def _reconsider(transaction: Transaction, files: PeopleFiles, skipped: pl.Series, shared: pl.Series | None) -> None:
    """Stage skipped lines after all, if they share a key with another line (None: if anything speaks against all).

    What a line shares is known only when all are read, so the files are read again; that is rare. A line without a
    customId may name, by a persona, the person of a skipped line: then none can be skipped.
    """
    late = skipped if shared is None else skipped.filter(skipped.is_in(shared.implode()))
    if not len(late):
        return
    _copy_frame(transaction, "reconsidered", late.to_frame("line"))
    before = [file.sha256 for file in files.files]
    for piece in files.pieces():
        _copy(transaction, piece.only(late), None)
    if before != [file.sha256 for file in files.files]:
        raise FileProblem(files.files[0].name, "has changed while it was read")
    transaction.execute("stage/reconsider.sql")


def _copy(transaction: Transaction, piece: Piece, unchanged: pl.DataFrame | None) -> None:
    if unchanged is not None:
        _copy_frame(transaction, "unchanged_lines", unchanged.select("line", "custom_id"))
    for table, frame, columns in (
        ("staged_lines", piece.lines, LINES),
        ("staged_claims", piece.claims, CLAIMS),
        ("staged_memberships", piece.memberships, MEMBERSHIPS),
        ("staged_problems", piece.problems, PROBLEMS),
    ):
        _copy_frame(transaction, table, frame.select(*columns))


def _copy_frame(transaction: Transaction, table: str, frame: pl.DataFrame) -> None:
    if not frame.height:
        return
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_header=False)
    with transaction.copy_in(table, tuple(frame.columns)) as copy:
        buffer.seek(0)
        while block := buffer.read(1 << 20):
            copy.write(block)


def _rejects(transaction: Transaction, files: PeopleFiles) -> pl.DataFrame:
    """Every rejected line with the sentence that says why."""
    rows = [_reject(row, files) for row in transaction.stream("resolve/rejected.sql")]
    return pl.DataFrame(rows, schema=REJECTS, orient="row")


def _reject(row: Any, files: PeopleFiles) -> tuple[int, str | None, str, str | None, str]:
    place = files.files[row["file"]].header.groups if row["code"] == "unknown_group" else row["place"]
    column = None if place is None else files.columns(row["file"])[place]
    detail, value = row["detail"], row["value"]
    match row["code"]:
        case "contested":
            detail = "these lines name several custom_ids"
        case "ambiguous":
            detail = f"the custom_ids {value}"
        case "takeover_left_nothing":
            detail = f"{problems.quoted(value)} stays with somebody who has another custom_id"
    message = problems.message(
        row["code"],
        value=value,
        column=column,
        detail=detail,
        custom_id=row["custom_id"],
        lines=_lines(row, files),
        count=len(row["other_lines"] or ()) + row["more"],
    )
    return row["line"], column, row["code"], value, message


def _lines(row: Any, files: PeopleFiles) -> list[int] | str:
    """The other lines that a message names: by number, and by file where they are in another."""
    lines, of = row["other_lines"] or [], row["other_files"] or []
    if all(file == row["file"] for file in of):
        return lines
    named = ", ".join(f"{files.files[file].name} line {line}" for line, file in zip(lines, of, strict=True))
    return f"{named} and {row['more']:,} more" if row["more"] else named
