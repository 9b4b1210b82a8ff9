"""Steps that are only read: nothing is made, and each is a common table expression before the query that is asked.

The same queries as a batch's, for whoever may change nothing: on a standby, in a read-only transaction, without the
right to temporary tables. Of what such an expression gives the planner knows less than of a table that has been
looked at; where that matters, a step that gives little is asked beforehand (`know`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sql.steps import HERE, bare, job, read_by, with_views

if TYPE_CHECKING:
    from sql.database import Transaction
    from sql.steps import Step


class Reading:
    """The steps of some stages, and what they are asked for, in one transaction that need not be able to write."""

    def __init__(self, transaction: Transaction, *places: str, **values: object) -> None:
        """`places`: stages, and files of steps; `values`: of the parameters that the queries have."""
        self._transaction = transaction
        self._steps = list(job(*places))
        self._values = values

    def know(self, table: str, *, at_most: int | None = None) -> int:
        """Ask a step that gives nothing but ids and truths now, so that the planner knows how many; gives that number.

        If it is more than `at_most`, the step stays as it was.
        """
        (number,) = (number for number, step in enumerate(self._steps) if step.what == table)
        step = self._steps[number]
        part = f"SELECT * FROM (\n{step.query}\n) AS q LIMIT"  # noqa: S608 - a step's own query
        most = "ALL" if at_most is None else at_most + 1
        asked = with_views(f"{part} {most}", step.reads, self._steps[:number], puts_down=True)
        rows = self._transaction.ask(asked, self._values)
        if at_most is None or len(rows) <= at_most:
            known = _constant(step, rows) if rows else f"{part} 0"
            self._values |= {f"{table}_{column}": [row[column] for row in rows] for column in step.columns}
            self._steps[number] = replace(step, kind="view", query=known, reads=step.reads if not rows else frozenset())
        return len(rows)

    def rows(self, query: str, **more: object) -> list[dict[str, Any]]:
        """The rows of a query file that reads the steps, as dicts; `more`: of its parameters."""
        return self._transaction.ask(self._with_steps(query), {**self._values, **more})

    def row(self, query: str, **more: object) -> dict[str, Any]:
        """The only row of a query file."""
        (row,) = self.rows(query, **more)
        return row

    def stream(self, query: str) -> Iterator[Mapping[str, Any]]:
        """The rows of a query file in bounded memory."""
        return self._transaction.ask_for_many(self._with_steps(query), self._values)

    def _with_steps(self, query: str) -> str:
        text = bare((HERE / query).read_text(encoding="utf-8"))
        return with_views(text, read_by(query.removesuffix(".sql")), self._steps, puts_down=True)


def _constant(step: Step, rows: list[dict[str, Any]]) -> str:
    """A query of the rows that a step has given, in arrays named `<table>_<column>`."""
    kinds = ("boolean" if isinstance(rows[0][column], bool) else "bigint" for column in step.columns)
    arrays = ", ".join(
        f"CAST(:{step.what}_{column} AS {kind}[])" for column, kind in zip(step.columns, kinds, strict=True)
    )
    return f"SELECT * FROM unnest({arrays}) AS known ({', '.join(step.columns)})"  # noqa: S608 - its own names
