"""Steps run for one change at a time: a line of a file, a person.

A batch makes its tables by the way, which costs what many lines cost. Here the session puts the steps of a job
together into one function in `pg_temp`, in which a working table is a variable, an array of its rows, and a step that
can have no rows is passed over. What a change says comes as one parameter. So a change is one statement, makes nothing
in the catalogue, and leaves nothing behind but what it was about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import orjson

from sql.errors import BrokenPromise, DatabaseError
from sql.steps import HERE, Step, bare, bound, counted, inputs, job, offender, read_by, with_views, written

if TYPE_CHECKING:
    from sql.database import Session, Transaction

LOOKS_UP: Final = (
    "SET enable_hashjoin = off SET enable_mergejoin = off SET random_page_cost = 1.1"
    " SET plan_cache_mode = force_generic_plan"
)
"""One change looks everything up, whatever it is about."""
LOOKED_AT: Final = 50
"""After so many changes it is seen whether tables have grown: what was planned for empty ones would read them whole,
and a plan lives until somebody looks at its tables."""
GROWING: Final = (
    "people", "personas", "memberships", "source_people", "groups", "pending", "person_versions", "persona_versions",
    "membership_versions", "saying_versions", "closed_spells", "spell_versions", "person_records",
    "person_activity_records", "persona_activity_records",
)  # fmt: skip
_BODY: Final = "$one$"


class OneAtATime:
    """The steps of a job for one change at a time, for one organisation and one way of doing it."""

    def __init__(
        self,
        places: Iterable[str],
        stage: str,
        asked: Mapping[str, tuple[str, tuple[str, ...]]],
        growing: tuple[str, ...] = GROWING,
        /,
        *,
        organisation: int,
        varies: Mapping[str, str],
        **constants: object,
    ) -> None:
        """`places`: stages and steps; `stage`: the one that declares what comes in; `asked`: what is told of each
        change, by name the file of a query, and the working tables without which it is not asked; `growing`: tables
        that changes make larger; `varies`: parameters that come with each change, with their types, as `import` does;
        `constants`: the others, for all changes alike.
        """
        self._steps = job(*places)
        self._asked = asked
        self._organisation = organisation
        self._growing = growing
        self._varies = {"import": "bigint", "said": "jsonb", **varies}
        self._constants: dict[str, object] = {"organisation": organisation, **constants}
        self._inputs = inputs(stage)
        self._tables = [*self._inputs.values(), *(step for step in self._steps if step.kind == "table")]
        self._changes = self._looked_at = 0
        self._first_lines: list[tuple[int, str]] = []
        """Of each step in the function: where it begins."""

    def prepare(self, session: Session) -> None:
        """Make the function that `change` needs in that session."""
        with session.begin() as transaction:
            self.make(transaction)
        self._look(session)

    def tidy(self, session: Session) -> None:
        """Now and then, between changes: look at what they have made larger."""
        if self._changes - self._looked_at >= LOOKED_AT:
            self._look(session)

    def _look(self, session: Session) -> None:
        with session.begin() as transaction:
            transaction.refresh_statistics(self._growing, self._organisation)
        self._looked_at = self._changes

    def change(
        self, transaction: Transaction, number: int, said: Mapping[str, list[dict[str, Any]]], **values: object
    ) -> dict[str, Any]:
        """One change, said by rows of the inputs, by table, under the number of an import; `values`: of what varies.
        Out: what was asked for.
        """
        self._changes += 1
        said = {table: rows for table, rows in said.items() if rows}
        varying = [values[name] for name in self._varies if name in values]
        places = ", ".join(["%s"] * len(self._varies))
        try:
            answer: dict[str, Any] = transaction.found(
                f"SELECT pg_temp.one_change({places})", None, number, orjson.dumps(said).decode(), *varying
            )
        except DatabaseError as error:
            raise self._named(error) from error
        if broken := answer.pop("broken", None):
            raise BrokenPromise(broken["promise"], broken["of"])
        return answer

    def _named(self, error: DatabaseError) -> DatabaseError:
        """The same, with the step in whose lines of the function it happened."""
        context = getattr(getattr(error.__cause__, "diag", None), "context", None) or ""
        found = re.findall(r"one_change\([a-z,]+\) line (\d+)", context)
        if not found:
            return error
        before = [name for first, name in self._first_lines if first <= int(found[-1])]
        return type(error)(f"{error} in sql/{before[-1]}") if before else error

    def make(self, transaction: Transaction) -> None:
        """The same for a single change, in a transaction of its session."""
        declared = []
        for table in self._tables:
            columns = map(" ".join, zip(table.columns, table.types, strict=True))
            declared.append(f"CREATE TYPE pg_temp.{table.what} AS ({', '.join(columns)})")
        transaction.do(";\n".join(declared))
        transaction.do(self._function())

    def _function(self) -> str:
        declared = [f"    n_{table.what} bigint := 0;" for table in self._tables]
        declared += [f"    t_{table.what} pg_temp.{table.what}[];" for table in self._tables]
        declared += [f"    {step.what} bigint;" for step in self._steps if step.kind == "ids"]
        body = [self._take(table) for table in self._inputs]
        views = [_held(table) for table in self._inputs.values()]
        self._first_lines.clear()
        ahead = len(declared) + 6  # lines of the function's head
        for step in self._steps:
            if step.kind == "view":
                views.append(step)
            elif step.is_asked_for(self._constants):
                self._first_lines.append((ahead + sum(part.count("\n") + 1 for part in body), step.name))
                body.append(self._run(step, views))
            if step.kind == "table":
                views.append(_held(step))
        body += [self._ask(views, name, *asked) for name, asked in self._asked.items()]
        lines = "\n".join(body)
        if _BODY in lines:
            raise ValueError(f"{_BODY} cannot stand in a step, or in what it is run for")
        return (
            f"CREATE FUNCTION pg_temp.one_change({', '.join(self._varies.values())}) RETURNS jsonb LANGUAGE plpgsql\n"
            f"{LOOKS_UP}\nAS {_BODY}\n#variable_conflict use_column\nDECLARE\n"
            + "\n".join(declared)
            + "\n    answer jsonb := '{}';\n    found_one text;\nBEGIN\n"
            + lines
            + f"\nRETURN answer;\nEND\n{_BODY}"
        )

    def _take(self, table: str) -> str:
        return (
            f"IF $2 ? '{table}' THEN\n"
            f"SELECT array_agg(q), count(*) INTO t_{table}, n_{table}\n"
            f"FROM jsonb_populate_recordset(CAST(NULL AS pg_temp.{table}), $2 -> '{table}') AS q;\nEND IF;"
        )

    def _run(self, step: Step, views: list[Step]) -> str:
        counts = {table.what: f"n_{table.what}" for table in self._tables}
        query = with_views(counted(step.query, counts.get), step.reads, views)
        if step.kind == "table":
            does = (
                f"SELECT array_agg(CAST(ROW(q.*) AS pg_temp.{step.what})), count(*) INTO t_{step.what}, n_{step.what}\n"
                f"FROM (\n{query}\n) AS q;"
            )
        elif step.kind == "ids":
            does = f"{step.what} := reserve_ids('{step.target}', (\n{query}\n));"
        elif step.kind == "check":
            does = (
                f"found_one := (\n{offender(query)}\n);\n"
                "IF found_one IS NOT NULL THEN RETURN jsonb_build_object('broken',\n"
                f"jsonb_build_object('promise', '{step.what}', 'of', found_one)); END IF;"
            )
        else:
            does = "".join(f"{statement};\n" for statement in step.writes(query))
        written = self._written(does)
        condition = self._condition(step, views)
        return written if condition == "true" else f"IF {condition} THEN\n{written}\nEND IF;"

    def _condition(self, step: Step, views: list[Step]) -> str:
        """Whether its query can have rows, as plpgsql says it."""
        held = {table.what for table in self._tables}
        of_views = {view.what: view for view in views if view.what not in held}

        def has_rows(table: str) -> str:
            if table in of_views:
                return self._condition(of_views[table], views)
            return f"n_{table} > 0"

        ways = [" AND ".join(map(has_rows, sorted(tables))) or "true" for tables in step.needs]
        return "true" if "true" in ways else " OR ".join(f"({way})" for way in ways)

    def _ask(self, views: list[Step], name: str, query: str, tables: tuple[str, ...]) -> str:
        asked = bare((HERE / query).read_text(encoding="utf-8"))
        text = self._written(with_views(asked, read_by(query.removesuffix(".sql")), views))
        condition = " OR ".join(f"n_{table} > 0" for table in tables) or "true"
        return (
            f"IF {condition} THEN\nanswer := answer || jsonb_build_object('{name}', (\n"
            f"SELECT coalesce(jsonb_agg(to_jsonb(q)), '[]') FROM (\n{text}\n) AS q));\nEND IF;"
        )

    def _written(self, text: str) -> str:
        """With constants written out; blocks of ids are variables."""

        def value(name: str) -> str:
            if name in self._varies:
                return f"${[*self._varies].index(name) + 1}"
            if name in self._constants:
                return written(self._constants[name])
            return name

        return bound(text, value)


def _held(table: Step) -> Step:
    """Whoever reads a working table takes along what the variable has."""
    return replace(table, kind="view", query=f"SELECT * FROM unnest(t_{table.what})", reads=frozenset())
