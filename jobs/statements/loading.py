"""Statements of files, or of who else has them, chunk by chunk into the facts; each chunk is a transaction."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from identity import problems
from jobs.shell.failures import Unavailable
from jobs.shell.records import csv_records
from jobs.shell.terminal import json_text
from jobs.statements.files import Raw, on_one_line
from jobs.statements.parts import PartsReader
from jobs.statements.reading import Persona, Rejected, Statement, StatementReader
from jobs.statements.rejected import Reject, Rejects
from sql import database as db
from sql.batch import Batch
from sql.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from jobs.importing.history import Run
    from jobs.shell.terminal import Progress
    from sql.database import Database, Transaction

CHUNK_STATEMENTS: Final = 20_000
CHUNK_BYTES: Final = 32 << 20
"""A chunk ends at whichever of the two comes first."""
TURN: Final = 0.0002
"""Seconds for which one thread may keep the other waiting."""
LOOKED_AT: Final = 10
"""How closely (`sql.batch`): 3,000 rows say of a chunk what there is to know; to look at all took a twentieth."""
READER: type[StatementReader] = PartsReader
"""The way statements are read; `StatementReader` itself is the slow one, which makes no difference."""

STATEMENTS = (
    "place", "id", "agent", "voids", "activity", "verb",
    "completion", "success", "score", "seconds", "at", "digest",
)  # fmt: skip
AGENTS = ("agent", "kind", "ifi", "near", "as_written", "name", "object_type")
ACTIVITIES = ("activity", "iri")
_SAID = {None: "", True: "t", False: "f"}

FILLED = ("people", "personas", "closed_spells", "activities", "statements")
"""Tables that a load may make much larger."""


class Source(Protocol):
    """What has statements: a file, or another record store."""

    name: str
    size: int
    """0: nobody knows."""
    bytes_read: int
    """Of `size`."""
    counted: str
    """What is counted where one says where a statement is: `line`."""
    place: Mapping[str, Any] | None
    """How far it has been read: before it is what has been given. Kept with the chunk in which the last of that is, so
    that the next load goes on from there; None: one that is read from the beginning, always.
    """

    @property
    def warnings(self) -> Sequence[str]:
        """What is to be told when it has been read."""

    def statements(self) -> Iterator[Raw]: ...


@dataclass
class Tally:
    """What a load has done so far, in committed chunks."""

    read: int = 0
    loaded: int = 0
    known: int = 0
    """Skipped: here already, with the same content."""
    voided: int = 0
    """Interactions that this load took out of reporting, whichever came first."""
    anonymous: int = 0
    people: int = 0
    """Made: an agent's, or for a time in which a known persona was nobody's."""
    personas: int = 0
    activities: int = 0
    near_misses: int = 0
    left_out: int = 0
    """Of agents who were erased."""
    rejects: dict[str, int] = field(default_factory=dict)
    """By code."""
    near_miss_examples: list[dict[str, Any]] = field(default_factory=list)
    last: str | None = None
    """The last statement whose chunk is committed."""

    @property
    def rejected(self) -> int:
        return sum(self.rejects.values())

    @property
    def counts(self) -> dict[str, Any]:
        """The figures as `--json` and the history have them."""
        return {
            "statements": self.read,
            "loaded": self.loaded,
            "known": self.known,
            "voided": self.voided,
            "anonymous": self.anonymous,
            "rejected": self.rejected,
            "rejects": dict(sorted(self.rejects.items())),
            "people": {"created": self.people},
            "personas": {"created": self.personas},
            "activities": {"created": self.activities},
            "near_misses": self.near_misses,
            **({"erased": self.left_out} if self.left_out else {}),
        }


class Chunk:
    """Statements on their way into the database, as COPY wants them; agents and activities once each."""

    def __init__(self, source: Source | None) -> None:
        """`source`: None, where they come by themselves."""
        self.source = source
        self.place: Mapping[str, Any] | None = None
        """Of the source, to be kept with the chunk."""
        self.raws: list[Raw] = []
        self.rejects: list[Reject] = []
        self._size = 0
        self._statements: list[str] = []
        self._agents: dict[Persona, int] = {}
        self._activities: dict[str, int] = {}

    @property
    def is_full(self) -> bool:
        return len(self.raws) >= CHUNK_STATEMENTS or self._size >= CHUNK_BYTES

    def add(self, raw: Raw, read: Statement | Rejected) -> None:
        """One statement more, in order."""
        if type(read) is Rejected:
            self.rejects.append(_reject(raw, read.code, value=read.value, detail=read.detail))
        else:
            self._stage(read)  # type: ignore[arg-type]
        self.raws.append(raw)
        self._size += len(raw.text)

    def _stage(self, statement: Statement) -> None:
        (id_, persona, voids, activity, verb, completion, success, score, seconds, at, digest) = statement
        agent = "" if persona is None else self._agents.setdefault(persona, len(self._agents))
        about = self._activities.setdefault(activity, len(self._activities))
        # Neither a UUID, a number, a time nor an IRI can hold a quotation mark; an IRI can hold a comma.
        self._statements.append(
            f'{len(self.raws)},{id_},{agent},{voids or ""},{about},"{verb}",'
            f"{_SAID[completion]},{_SAID[success]},"
            f"{score or ''},{seconds or ''},{at or ''},\\x{digest.hex()}\n"
        )

    def copy(self, work: Batch) -> None:
        """Into the tables where they wait."""
        with work.copy_in("staged_statements", STATEMENTS, len(self._statements)) as copy:
            copy.write("".join(self._statements).encode())
        with work.copy_in("staged_agents", AGENTS, len(self._agents)) as copy:
            rows = ((agent, *persona) for persona, agent in self._agents.items())
            copy.write("".join(map(csv_records(), rows)).encode())
        with work.copy_in("staged_activities", ACTIVITIES, len(self._activities)) as copy:
            # The empty IRI is a value, and only a quoted one is told from null.
            copy.write("".join(f'{number},"{iri}"\n' for iri, number in self._activities.items()).encode())


def load(
    database: Database,
    organisation: int,
    sources: Sequence[Source],
    rejects: Sequence[Rejects],
    run: Run,
    progress: Progress,
    tally: Tally,
    *,
    fold_mailbox_case: bool,
) -> None:
    """Load all statements of all sources in order; `tally` tells what was done, also when this raises.

    rejects: where each source's go. One thread reads a chunk while another loads the one before it. Raises
    FileProblem and DatabaseError; the chunks committed by then stay.
    """
    reader = READER(fold_mailbox_case=fold_mailbox_case)
    total, before = sum(source.size for source in sources), 0
    with progress.stage("load"), _turns(), ThreadPoolExecutor(1) as loader:
        loading: Future[None] | None = None
        for source, its_rejects in zip(sources, rejects, strict=True):
            for chunk in _chunks(source, reader):
                if loading:
                    loading.result()
                loading = loader.submit(_load, database, organisation, chunk, its_rejects, run, tally)
                progress.read(before + source.bytes_read, total)
            before += source.size
        if loading:
            loading.result()


@contextmanager
def _turns() -> Iterator[None]:
    """Threads take turns more often: one asks some fifty queries a chunk, and after each waits until the other, which
    reads, lets it go on: by default that takes 5 ms each time.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _chunks(source: Source, reader: StatementReader) -> Iterator[Chunk]:
    """The statements of a source in chunks; where it goes away, what it has given until then is one too."""
    chunk, kept, gone = Chunk(source), source.place, None
    try:
        for raw, found in readings(source, reader):
            chunk.add(raw, found)
            if chunk.is_full:
                chunk.place = kept = source.place
                yield chunk
                chunk = Chunk(source)
    except (Unavailable, DatabaseUnavailable) as error:
        gone = error
    if chunk.raws or source.place != kept:
        chunk.place = source.place
        yield chunk
    if gone is not None:
        raise gone


def readings(source: Source, reader: StatementReader) -> Iterator[tuple[Raw, Statement | Rejected]]:
    """The statements of a source, with what is read in each."""
    read = reader.read
    for raw in source.statements():
        found = read(raw.text)
        if type(found) is Rejected and found.code == "invalid_json":
            for part in on_one_line(raw):
                yield part, read(part.text)
        else:
            yield raw, found


def _load(
    database: Database, organisation: int, chunk: Chunk, rejects: Rejects, run: Run, tally: Tally
) -> None:
    """One chunk, in one transaction: PEOPLE first, as everywhere; chunks of an organisation take turns."""
    with database.begin() as transaction:
        transaction.lock(db.PEOPLE, organisation, shared=True)
        transaction.lock(db.LOAD, organisation)
        if chunk.source is not None and chunk.place is not None:
            name, place = chunk.source.name, json_text(chunk.place)
            transaction.execute("statements/keep_place.sql", organisation=organisation, source=name, place=place)
        if not chunk.raws:
            return
        work = run_steps(transaction, organisation, chunk, run.number)
        done = work.row("statements/counts.sql")
        found = [*chunk.rejects, *_conflicts(work, chunk)]
        for reject in sorted(found, key=lambda reject: reject.line):
            rejects.write(reject)
        rejects.settle()
        examples = work.rows_of("statements/near_misses.sql", "near_misses")
        after = _added(tally, chunk, done, found, examples)
        run.progress(transaction, after.counts)
    vars(tally).update(vars(after))


def run_steps(transaction: Transaction, organisation: int, chunk: Chunk, number: int | None) -> Batch:
    """Load a chunk in a transaction that has the organisation's locks; what was done is there to be asked for."""
    work = Batch(transaction, organisation=organisation, **{"import": number})
    work.look_less_closely(LOOKED_AT)
    work.make_inputs("statements")
    chunk.copy(work)
    transaction.refresh_statistics(FILLED, organisation)
    work.run("statements", fills=FILLED)
    return work


def _conflicts(work: Batch, chunk: Chunk) -> list[Reject]:
    return [
        _reject(chunk.raws[row["place"]], "statement_conflict", value=row["id"])
        for row in work.rows_of("statements/conflicts.sql")
    ]


def _added(
    tally: Tally, chunk: Chunk, done: dict[str, int], rejects: list[Reject], near_misses: list[dict[str, Any]]
) -> Tally:
    codes = dict(tally.rejects)
    for reject in rejects:
        codes[reject.code] = codes.get(reject.code, 0) + 1
    return replace(
        with_chunk(tally, len(chunk.raws), done),
        rejects=codes,
        near_miss_examples=(tally.near_miss_examples + near_misses)[:5],
        last=f"{chunk.source.counted} {chunk.raws[-1].line} of {chunk.source.name}" if chunk.source else None,
    )


def with_chunk(tally: Tally, number: int, done: dict[str, int]) -> Tally:
    """The tally with what a chunk of so many statements has done: a row of `statements/counts.sql`."""
    return replace(
        tally,
        read=tally.read + number,
        loaded=tally.loaded + done["loaded"],
        known=tally.known + done["known"],
        voided=tally.voided + done["voided"],
        anonymous=tally.anonymous + done["anonymous"],
        people=tally.people + done["created"] + done["for_gaps"],
        personas=tally.personas + done["created"],
        activities=tally.activities + done["activities"],
        near_misses=tally.near_misses + done["near_misses"],
        left_out=tally.left_out + done["left_out"],
    )


def _reject(raw: Raw, code: str, **facts: str | None) -> Reject:
    return Reject(raw.line, raw.text, code, problems.message(code, **facts))
