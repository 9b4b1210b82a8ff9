"""Steps run as a batch: every working table is made by its query, as a temporary table of the transaction.

That is the fastest way for many lines: `CREATE TABLE AS` writes twice as fast as an INSERT, and what a later step joins
is looked at (ANALYZE) before. A step whose query can have no rows is not run; its table is there, empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from sql.database import BrokenPromise
from sql.steps import HERE, Step, bare, bound, inputs, offender, read_by, statistics, steps, with_views, written

if TYPE_CHECKING:
    from sql.database import Copy, Progressing, Transaction


class Batch:
    """The working tables of one transaction, and what its steps are run for."""

    def __init__(self, transaction: Transaction, **values: object) -> None:
        """`values`: of the parameters that the queries have."""
        self._transaction = transaction
        self._values = values
        self._rows: dict[str, int] = {}
        self._stale: set[str] = set()
        self._statistics: dict[str, str] = {}
        self._views: list[Step] = []
        transaction.step("loading/settings.sql")

    def know(self, **values: object) -> None:
        """Values of more parameters, for the steps to come."""
        self._values |= values

    def make_inputs(self, stage: str) -> None:
        """The tables that are filled from outside (`<stage>/inputs.sql`)."""
        for table, statement in inputs(stage).items():
            self._transaction.do(f"{bare(statement)} ON COMMIT DROP")
            self._rows[table] = 0
            self._statistics[table] = table + statistics(statement)

    def filled(self, table: str, rows: int) -> None:
        """So many rows have been put into an input."""
        if rows:
            self._rows[table] += rows
            self._stale.add(table)

    def rows(self, table: str) -> int:
        """How many rows a working table has; none where no step has made it."""
        return self._rows.get(table, 0)

    @contextmanager
    def copy_in(self, table: str, columns: tuple[str, ...], rows: int) -> Iterator[Copy]:
        """COPY so many rows into an input, as `Transaction.copy_in`."""
        with self._transaction.copy_in(table, columns) as copy:
            yield copy
        self.filled(table, rows)

    def copy_out(self, query: str) -> bytes:
        """A working table, or what a query (`staging/known_fingerprints`) gives, as CSV with a header."""
        text = bare((HERE / f"{query}.sql").read_text(encoding="utf-8")) if "/" in query else f"TABLE {query}"
        return self._transaction.copy_out(self._bound(text))

    def copy_rows(self, query: str) -> Iterator[bytes]:
        """The rows of a query file (`changes/list`) as lines of CSV, as they come."""
        return self._transaction.copy_rows(self._bound(self._asked(f"{query}.sql")))

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
                self._run(one)
                if fills and one.kind == "insert":
                    self._transaction.refresh_statistics(fills)

    def repeat(self, place: str, table: str, step: Progressing | None = None) -> None:
        """Run the steps of a folder, which append to `table`, until they find nothing to append."""
        before = -1
        while (found := self.rows(table)) != before:
            before = found
            self.run(place, step)

    def _run(self, step: Step) -> None:
        if step.kind == "view":
            self._views += [step] if step not in self._views else []
            return
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
            for statement in step.writes(step.query):
                self._do(step, with_views(statement, step.reads, self._views))

    def _make(self, step: Step, query: str, *, has_rows: bool) -> int:
        """Make a working table, with the rows of a query; empty, if that can have none. Gives how many."""
        made = self._do(step, f"CREATE TEMP TABLE {step.what} ON COMMIT DROP AS\n{query}", empty=not has_rows)
        rows = made if has_rows else 0
        if rows:
            for index in step.indexes:
                self._transaction.do(f"CREATE INDEX ON {step.what} ({index})", step.name)
        # Of a table without rows, that nobody has looked at, the planner expects a thousand.
        self._transaction.do(f"ANALYZE {step.what}{step.statistics}", step.name)
        return rows

    def _append(self, step: Step, query: str) -> int:
        """Put the rows of a query into a working table; gives how many."""
        rows = self._do(step, f"INSERT INTO {step.target} ({', '.join(step.columns)})\n{query}")
        if rows:
            self._transaction.do(f"ANALYZE {step.target}", step.name)
        return rows

    def _reserve(self, step: Step, query: str) -> int:
        wanted: int = self._transaction.found(self._bound(query), step.name)
        return self._transaction.reserve(step.target or "", wanted)

    def _do(self, step: Step, statement: str, *, empty: bool = False) -> int:
        return self._transaction.do(self._bound(statement) + (" WITH NO DATA" if empty else ""), step.name)

    def _has_rows(self, table: str) -> bool:
        for view in self._views:
            if view.what == table and table not in self._rows:
                return view.is_asked_for(self._values) and view.may_have_rows(self._has_rows)
        return self.rows(table) > 0

    def _asked(self, query: str) -> str:
        """A query file that is asked after steps, with the views that it reads."""
        text = bare((HERE / query).read_text(encoding="utf-8"))
        return with_views(text, read_by(query.removesuffix(".sql")), self._views)

    def _look_at_inputs(self) -> None:
        if self._stale:
            self._transaction.do(f"ANALYZE {', '.join(self._statistics[table] for table in sorted(self._stale))}")
            self._stale.clear()

    def _bound(self, text: str) -> str:
        """A statement with its values written out, as psycopg quotes them: the planner sees them, and a statement that
        makes a table takes no parameters.
        """
        return bound(text, lambda name: written(self._values[name]))
