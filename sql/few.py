"""Steps run for a handful of rows: what a working table holds is kept here, and goes along with what reads it.

A correction by hand, or the records of the few people that it concerns: tables would be made and thrown away for a row
or two each, and every one of them leaves a dozen dead rows in the catalogue. Here nothing is made. What turns out to be
much after all is put down as a batch would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final

from psycopg import sql as composed

from sql.batch import Batch

if TYPE_CHECKING:
    from sql.database import Transaction
    from sql.steps import Step

MOST: Final = 1000
"""So many rows of a working table go along; what has more is put down."""


@dataclass(frozen=True)
class Rows:
    """What a query has given: its values as text, as PostgreSQL writes them."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    values: list[tuple[str | None, ...]]

    def query(self) -> str:
        """A query that gives them again."""
        nothing = (None,) * len(self.columns)
        first, *others = [[_literal(value) for value in row] for row in self.values or [nothing]]
        typed = map(_typed, first, self.types)
        rows = ",\n".join(f"({', '.join(row)})" for row in (typed, *others))
        none = "" if self.values else " WHERE false"
        names = ", ".join(composed.Identifier(column).as_string(None) for column in self.columns)
        return f"SELECT * FROM (VALUES\n{rows}\n) AS known ({names}){none}"


def _said(value: object) -> str | None:
    return None if value is None else str(value)


def _literal(value: str | None) -> str:
    return composed.Literal(value).as_string(None)


def _typed(value: str, kind: str) -> str:
    """The other rows' values are of the types of the first. Texts that are looked up or sorted are identifiers, which
    all are of the collation C.
    """
    collation = ' COLLATE "C"' if kind in ("text", "text[]") else ""
    return f"CAST({value} AS {kind}){collation}"


class Few(Batch):
    """The working tables of one transaction, none of which the database has."""

    puts_down: ClassVar[bool] = True
    """Whether what is much after all may be."""

    def __init__(self, transaction: Transaction, *, organisation: int, **values: object) -> None:
        """`values`: of the other parameters that the queries have."""
        super().__init__(transaction, organisation=organisation, **values)
        self._held: dict[str, Rows] = {}

    def take_in(self, table: str, rows: Sequence[Mapping[str, object]]) -> None:
        """These are the rows of an input (`make_inputs`); what they do not say is null."""
        step = self._inputs[table]
        values = [tuple(_said(row.get(column)) for column in step.columns) for row in rows]
        self._hold(step, Rows(step.columns, tuple(kind.partition(" COLLATE ")[0] for kind in step.types), values))
        self._rows[table] = len(rows)

    def _make(self, step: Step, query: str, *, has_rows: bool) -> int:
        if not has_rows:
            self._hold(step, Rows(step.columns, tuple(kind.partition(" COLLATE ")[0] for kind in step.types), []))
            return 0
        limit = f" LIMIT {MOST + 1}" if self.puts_down else ""
        found = self._found(step, f"SELECT * FROM (\n{query}\n) AS q{limit}")
        if len(found.values) > MOST and self.puts_down:
            return super()._make(step, query, has_rows=True)
        self._hold(step, found)
        return len(found.values)

    def _append(self, step: Step, query: str) -> int:
        table = step.target or ""
        if table not in self._held:
            return super()._append(step, query)
        held, found = self._held[table], self._found(step, query)
        order = [found.columns.index(column) for column in held.columns]
        more = (tuple(row[at] for at in order) for row in found.values)
        (view,) = (view for view in self._views if view.what == table)
        self._hold(view, replace(held, values=[*held.values, *more]))
        return len(found.values)

    def _found(self, step: Step, query: str) -> Rows:
        return Rows(*self._transaction.as_text(self._bound(query), step.name))

    def _hold(self, step: Step, found: Rows) -> None:
        """From here on it is a view that reads nothing."""
        self._held[step.what] = found
        self._views = [view for view in self._views if view.what != step.what]
        self._views.insert(0, replace(step, kind="view", query=found.query(), reads=frozenset()))


class FewBeside(Few):
    """The same in a session whose own types have the names of working tables (`sql.one_change`)."""

    puts_down: ClassVar[bool] = False
