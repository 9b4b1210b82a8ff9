"""Steps as they are run where tables are distributed (Citus). Working tables are tables of the schema, which hold the
rows of all organisations, keyed and distributed by `organisation_id`; a step is the same query, over its organisation's
rows of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sql.batch import Batch
from sql.steps import HERE, JOBS, Step, bare, inputs, job, offender, read_by, with_views

if TYPE_CHECKING:
    from sql.database import Copy, Transaction

STAGES: Final = sorted(path.parent.name for path in HERE.rglob("inputs.sql"))
"""Those with tables that are filled from outside."""

ORGANISATIONS: Final = "working.here"
"""A row for each. What is put into a table gets its organisation from there: of a constant Citus does not see that the
rows stay where they are, and takes them through the machine that asks, which is three times as slow."""


def table(step: Step) -> str:
    """The working table of a step or an input. It has the name of the file, for several jobs have one of the same."""
    return f'working."{step.name}"'


def made(step: Step) -> str:
    """The statement that makes it, once for all."""
    columns = ", ".join(map(" ".join, zip(step.columns, step.types, strict=True)))
    return f"CREATE UNLOGGED TABLE IF NOT EXISTS {table(step)} (organisation_id integer NOT NULL, {columns})"


def put(step: Step, query: str, columns: tuple[str, ...] = ()) -> str:
    """The statement that puts the rows of a query into it. `columns`: of the query, if not all of the table's."""
    given = columns or step.columns
    into = ", ".join(("organisation_id", *given))
    values = ", ".join(("o.organisation_id", *(f"q.{column}" for column in given)))
    return (
        f"INSERT INTO {table(step)} ({into})\nSELECT {values} FROM (\n{query}\n) AS q\n"
        f"JOIN {ORGANISATIONS} AS o ON o.organisation_id = :organisation"
    )


def held(step: Step) -> Step:
    """The view that it is to those who read it."""
    query = f"SELECT {', '.join(step.columns)} FROM {table(step)} WHERE organisation_id = :organisation"
    return replace(step, kind="view", query=query, reads=frozenset(), needs=())


def views(steps: Sequence[Step]) -> list[Step]:
    """What the steps of a job read. (Those of which no table is ever made are views.)"""
    filled = [held(step) for stage in STAGES for step in inputs(stage).values()]
    made = [held(step) if step.types else step for step in steps if step.kind in ("table", "view")]
    return filled + made


def statements(name: str) -> Iterator[tuple[str, str]]:
    """All that is run of the steps of a job, each with the name of its step."""
    steps = job(*JOBS[name])
    read = views(steps)
    for step in steps:
        query = with_views(step.query, step.reads, read)
        match step.kind:
            case "view":
                continue
            case "ids":
                texts = [query]
            case "check":
                texts = [offender(query)]
            case "table":
                texts = [put(step, query) if step.types else query]
            case "append":
                texts = [put(one, query, step.columns) for one in steps if one.what == step.target]
            case _:
                texts = step.writes(query)
        yield from ((step.name, text) for text in texts)


def questions() -> Iterator[tuple[str, str]]:
    """All that is asked after steps, and beside them, by the names of the files."""
    jobs = [views(job(*places)) for places in JOBS.values()]
    for path in sorted(HERE.rglob("[a-z]*.sql")):
        if "migrations" not in path.parts and path.name != "inputs.sql":
            name = str(path.relative_to(HERE).with_suffix(""))
            reads = read_by(name)
            read = next(of_job for of_job in jobs if reads <= {view.what for view in of_job})
            yield name, with_views(bare(path.read_text()), reads, read)


class Distributed(Batch):
    """Steps run so, but on one machine. Wherever a working table has rows of the organisation, it has the same ones of
    another organisation too: nothing may come of these. Tables are made when they are first needed, and stay.
    """

    def __init__(self, transaction: Transaction, **values: object) -> None:
        """`values`: of the parameters that the queries have."""
        super().__init__(transaction, **values)
        self._emptied: set[str] = set()
        transaction.do("CREATE SCHEMA IF NOT EXISTS working")
        transaction.do(f"CREATE TABLE IF NOT EXISTS {ORGANISATIONS} (organisation_id integer PRIMARY KEY)")
        transaction.do(self._bound(f"INSERT INTO {ORGANISATIONS} VALUES (:organisation) ON CONFLICT DO NOTHING"))

    @contextmanager
    def copy_in(self, table: str, columns: tuple[str, ...], rows: int) -> Iterator[Copy]:
        """COPY so many rows into an input, as `Batch.copy_in`."""
        declared = self._inputs[table]
        self._transaction.do(declared.query)
        with self._transaction.copy_in(table, columns) as copy:
            yield copy
        self._put(declared, f"TABLE {table}")
        self._transaction.do(f"DROP TABLE {table}")
        self._hold(declared)
        self._rows[table] += rows

    def _make(self, step: Step, query: str, *, has_rows: bool) -> int:
        rows = self._put(step, query) if has_rows else 0
        if rows:
            self._hold(step)
        else:
            self._leave_out(step)
        return rows

    def _append(self, step: Step, query: str) -> int:
        (made,) = (view for view in self._views if view.what == step.target)
        rows = self._put(made, query, step.columns)
        if rows:
            self._hold(made)
        return rows

    def _put(self, step: Step, query: str, columns: tuple[str, ...] = ()) -> int:
        if step.name not in self._emptied:  # of what an earlier transaction has left there
            self._do(step, made(step))
            self._do(step, f"DELETE FROM {table(step)} WHERE organisation_id = :organisation")
            self._emptied.add(step.name)
        rows = self._do(step, put(step, query, columns))
        names = ", ".join(step.columns)
        others = f"SELECT :organisation + 1, {names} FROM {table(step)} WHERE organisation_id = :organisation"
        self._do(step, f"INSERT INTO {table(step)} (organisation_id, {names})\n{others}")
        return rows

    def _hold(self, step: Step) -> None:
        """From here on it is its organisation's rows of the table."""
        self._show(step.what)
        self._views.insert(0, held(step))
