"""Steps run as a batch: every working table is made by its query, as a temporary table of the transaction.

That is the fastest way for many lines: `CREATE TABLE AS` writes twice as fast as an INSERT, and what a later step joins
is looked at (ANALYZE) before. A table without rows is made for nobody: those who read it take along that it has none,
and a step whose query can have none is not run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final

from sql.errors import BrokenPromise
from sql.steps import HERE, Step, bare, bound, counted, inputs, offender, read_by, steps, with_views, written
from sql.tables import TABLES

if TYPE_CHECKING:
    from sql.database import Copy, Progressing, Transaction

LITTLE: Final = 100
"""So many rows make no table much larger than what the planner takes every table to have."""


class Batch:
    """The working tables of one transaction, and what its steps are run for."""

    def __init__(self, transaction: Transaction, *, organisation: int, **values: object) -> None:
        """`values`: of the other parameters that the queries have."""
        self._transaction = transaction
        self._organisation = organisation
        self._closely: int | None = None
        self._values: dict[str, object] = {"organisation": organisation, **values}
        self._rows: dict[str, int] = {}
        self._stale: set[str] = set()
        self._made: set[str] = set()
        self._inputs: dict[str, Step] = {}
        self._views: list[Step] = []
        transaction.step("upkeep/settings.sql")

    def look_less_closely(self, target: int) -> None:
        """From now on working tables are looked at (ANALYZE) by fewer rows: 300 times `default_statistics_target`."""
        self._closely = target

    def know(self, **values: object) -> None:
        """Values of more parameters, for the steps to come."""
        self._values |= values

    def make_inputs(self, stage: str) -> None:
        """The tables that are filled from outside (`<stage>/inputs.sql`); each is made when rows come."""
        self._inputs |= inputs(stage)
        for step in inputs(stage).values():
            self._leave_out(step)

    def takes(self, table: str) -> bool:
        """Whether a table is an input."""
        return table in self._inputs

    def rows(self, table: str) -> int:
        """How many rows a working table has; none where no step has made it."""
        return self._rows.get(table, 0)

    @contextmanager
    def copy_in(self, table: str, columns: tuple[str, ...], rows: int) -> Iterator[Copy]:
        """COPY so many rows into an input, as `Transaction.copy_in`."""
        if not self._rows[table]:
            self._transaction.do(f"{self._inputs[table].query} ON COMMIT DROP")
            self._show(table)
        with self._transaction.copy_in(table, columns) as copy:
            yield copy
        self._rows[table] += rows
        self._stale.add(table)

    def numbers(self, query: str, *columns: str) -> list[bytes]:
        """These columns of a working table, or of what a query (`staging/known_fingerprints`) gives, as
        `Transaction.numbers`.
        """
        self._look_at_inputs()
        text = self._asked(f"{query}.sql") if "/" in query else with_views(f"TABLE {query}", {query}, self._views)
        return self._transaction.numbers(self._bound(text), query, columns)

    def copy_rows(self, query: str) -> Iterator[bytes]:
        """The rows of a query file (`changes/list`) as lines of CSV, as they come."""
        return self._transaction.copy_rows(self._bound(self._asked(f"{query}.sql")), query)

    def rows_of(self, query: str, *tables: str) -> list[dict[str, Any]]:
        """The rows of a query file that is asked after steps; none where all of the working tables are empty."""
        if tables and not any(map(self.rows, tables)):
            return []
        return self._transaction.ask(self._asked(query), self._values, query)

    def row(self, query: str) -> dict[str, Any]:
        """The only row of a query file."""
        (row,) = self.rows_of(query)
        return row

    def stream(self, query: str) -> Iterator[Mapping[str, Any]]:
        """The rows of a query file in bounded memory."""
        return self._transaction.ask_for_many(self._asked(query), self._values, query)

    def run(self, place: str, step: Progressing | None = None, *, fills: tuple[str, ...] = ()) -> None:
        """Run the steps of a stage, or that of a file; `step(name)` may give a context for each (progress, timing).

        `fills`: lasting tables that the steps may make much larger; their statistics are kept up on the way.
        """
        self._look_at_inputs()
        for one in steps(place):
            with step(one.name) if step else nullcontext():
                put = self._run(one)
                if fills and one.kind == "insert" and put > LITTLE:
                    self._transaction.refresh_statistics(fills, self._organisation)

    def look_at_versions(self, number: int | None = None) -> None:
        """Before it is asked what an import (None: this one) has replaced: have the planner look at it. Whom it takes
        for a few it would compare each with each.
        """
        versions = tuple(table.versions for table in TABLES.values() if table.versions)
        self._transaction.refresh_statistics(versions, self._organisation)
        one: int = self._values["import"] if number is None else number  # type: ignore[assignment]
        self._transaction.meet(versions, "replaced_by", one)

    def keep_all(self, table: str) -> None:
        """Keep all rows of a lasting table as versions: all are about to go."""
        self._transaction.do(self._bound(TABLES[table].keep_all()))

    def bring_back(self, table: str) -> None:
        """Make all rows of a lasting table again that an import replaced."""
        self._transaction.do(self._bound(TABLES[table].bring_back()))

    def put_down(self, view: str) -> None:
        """From now on a view (`join/05_held_claims.view`) is a working table, for it is asked more than once."""
        self._look_at_inputs()
        (step,) = steps(view)
        query = with_views(step.query, step.reads, self._views)
        self._rows[step.what] = self._do(step, f"CREATE TEMP TABLE {step.what} ON COMMIT DROP AS\n{query}")
        self._look_at(f"{step.what}{step.statistics}", step.name)

    def take_up(self, view: str) -> None:
        """From now on it is a view again: what it reads has more rows."""
        (step,) = steps(view)
        del self._rows[step.what]

    def repeat(self, place: str, table: str, step: Progressing | None = None) -> None:
        """Run the steps of a folder, which append to `table`, until they find nothing to append."""
        before = -1
        while (found := self.rows(table)) != before:
            before = found
            self.run(place, step)

    def _run(self, step: Step) -> int:
        """Gives how many rows of a lasting table it has written."""
        if step.kind == "view":
            is_known = step in self._views or step.what in self._rows
            self._views += [] if is_known else [step]
            return 0
        has_rows = step.is_asked_for(self._values) and step.may_have_rows(self._has_rows)
        query = with_views(step.query, step.reads, self._views)
        if step.kind == "table":
            self._rows[step.what] = self._make(step, query, has_rows=has_rows)
        elif step.kind == "ids":
            self._values[step.what] = self._reserve(step, query) if has_rows else None
        elif has_rows and step.kind == "append":
            self._rows[step.target or ""] += self._append(step, query)
        elif has_rows and step.kind == "check":
            if found := self._transaction.found(self._bound(offender(query)), step.name):
                raise BrokenPromise(step.what, found)
        elif has_rows:
            return sum(self._do(step, statement) for statement in step.writes(query))
        return 0

    def _make(self, step: Step, query: str, *, has_rows: bool) -> int:
        """Make a working table, with the rows of a query, if that has any. Gives how many."""
        rows = self._do(step, f"CREATE TEMP TABLE {step.what} ON COMMIT DROP AS\n{query}") if has_rows else 0
        if has_rows:
            self._made.add(step.what)
        if not rows:
            self._leave_out(step)
            return 0
        for index in step.indexes:
            self._transaction.do(f"CREATE INDEX ON {step.what} ({index})", step.name)
        self._look_at(f"{step.what}{step.statistics}", step.name)
        return rows

    def _append(self, step: Step, query: str) -> int:
        """Put the rows of a query into a working table; gives how many."""
        table = step.target or ""
        if table not in self._made:
            (nothing,) = (view for view in self._views if view.what == table)
            self._do(step, f"CREATE TEMP TABLE {table} ON COMMIT DROP AS\n{nothing.query}")
            self._made.add(table)
        rows = self._do(step, f"INSERT INTO {table} ({', '.join(step.columns)})\n{query}")
        if rows:
            self._show(table)
            self._look_at(table, step.name)
        return rows

    def _leave_out(self, step: Step) -> None:
        """From here on its table has no rows, whether or not it is there."""
        self._rows[step.what] = 0
        self._views.insert(0, step.nothing)

    def _show(self, table: str) -> None:
        """From here on the table is there."""
        self._views = [view for view in self._views if view.what != table]

    def _reserve(self, step: Step, query: str) -> int:
        wanted: int = self._transaction.found(self._bound(query), step.name)
        return self._transaction.reserve(step.target or "", wanted)

    def _do(self, step: Step, statement: str) -> int:
        return self._transaction.do(self._bound(statement), step.name)

    def _has_rows(self, table: str) -> bool:
        if table in self._rows:
            return self._rows[table] > 0
        view = next((view for view in self._views if view.what == table), None)
        return view is not None and view.is_asked_for(self._values) and view.may_have_rows(self._has_rows)

    def _asked(self, query: str) -> str:
        """A query file that is asked after steps, with the views that it reads."""
        text = bare((HERE / query).read_text(encoding="utf-8"))
        return with_views(text, read_by(query.removesuffix(".sql")), self._views)

    def _look_at_inputs(self) -> None:
        if self._stale:
            self._look_at(", ".join(f"{table}{self._inputs[table].statistics}" for table in sorted(self._stale)))
            self._stale.clear()

    def _look_at(self, tables: str, name: str | None = None) -> None:
        """ANALYZE working tables. (Those that last are looked at as closely as ever.)"""
        look = f"ANALYZE {tables}"
        if self._closely is not None:
            target = "SET LOCAL default_statistics_target"
            look = f"{target} = {self._closely}; {look}; {target} TO DEFAULT"
        self._transaction.do(look, name)

    def _bound(self, text: str) -> str:
        """A statement with its values written out, as psycopg quotes them: the planner sees them, and a statement that
        makes a table takes no parameters. So it is with how many rows a table has.
        """
        return bound(counted(text, self._counted), lambda name: written(self._values[name]))

    def _counted(self, table: str) -> str | None:
        return f"CAST({self._rows[table]} AS bigint)" if table in self._rows else None
