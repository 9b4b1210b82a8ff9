"""Steps run for one change at a time: a line of a file, a person.

A batch makes its tables by the way, which costs what many lines cost. Here the session makes them once, and puts the
steps of a job together into one function in `pg_temp`, in which a step that can have no rows is passed over. What a
change says comes as one parameter. So a change makes nothing in the catalogue, and is one statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from sql.errors import BrokenPromise, DatabaseError
from sql.steps import HERE, Step, bare, bound, counted, inputs, job, offender, with_views, written

if TYPE_CHECKING:
    from sql.database import Session, Transaction

TIDIED: Final = 1000
"""So many changes leave no more dead rows in the session's tables than are read in no time; then they are vacuumed, for
nobody else can."""
LOOKS_UP: Final = "SET enable_hashjoin = off SET enable_mergejoin = off SET random_page_cost = 1.1"
"""One change looks everything up."""
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
        self._tables = [*self._inputs, *(step.what for step in self._steps if step.kind == "table")]
        self._changes = self._tidied = self._looked_at = 0
        self._first_lines: list[tuple[int, str]] = []
        """Of each step in the function: where it begins."""

    def prepare(self, session: Session) -> None:
        """Make the tables and the function that `change` needs in that session."""
        with session.begin() as transaction:
            self.make(transaction)
        self._vacuum(session)  # what has been looked at is known to be empty: nothing is planned for many rows
        self._look(session)

    def tidy(self, session: Session) -> None:
        """Now and then, between changes: clear away what they have left behind."""
        if self._changes - self._tidied >= TIDIED:
            self._vacuum(session)
        if self._changes - self._looked_at >= LOOKED_AT:
            self._look(session)

    def _look(self, session: Session) -> None:
        with session.begin() as transaction:
            transaction.refresh_statistics(self._growing, self._organisation)
        self._looked_at = self._changes

    def _vacuum(self, session: Session) -> None:
        session.vacuum(self._tables)
        self._tidied = self._changes

    def change(
        self, transaction: Transaction, number: int, said: Mapping[str, list[dict[str, Any]]], **values: object
    ) -> dict[str, Any]:
        """One change, said by rows of the inputs, by table, under the number of an import; `values`: of what varies.
        Out: what was asked for.
        """
        self._changes += 1
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
        declared = [made.query for made in self._inputs.values()]
        for step in self._steps:
            if step.kind == "table":
                columns = map(" ".join, zip(step.columns, step.types, strict=True))
                declared.append(f"CREATE TEMP TABLE {step.what} ({', '.join(columns)})")
        transaction.do(";\n".join(declared))
        transaction.do(self._function())

    def _function(self) -> str:
        declared = [f"    n_{table} bigint := 0;" for table in self._tables]
        declared += [f"    {step.what} bigint;" for step in self._steps if step.kind == "ids"]
        body = [self._take(table) for table in self._inputs]
        views: list[Step] = []
        self._first_lines.clear()
        ahead = len(declared) + 6  # lines of the function's head
        for step in self._steps:
            if step.kind == "view":
                views.append(step)
            elif step.is_asked_for(self._constants):
                self._first_lines.append((ahead + sum(part.count("\n") + 1 for part in body), step.name))
                body.append(self._run(step, views))
        body += [self._ask(name, *asked) for name, asked in self._asked.items()]
        body += [f"IF n_{table} > 0 THEN DELETE FROM {table}; END IF;" for table in self._tables]
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
            f"INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, $2 -> '{table}');\n"
            f"GET DIAGNOSTICS n_{table} = ROW_COUNT;\nEND IF;"
        )

    def _run(self, step: Step, views: list[Step]) -> str:
        query = counted(with_views(step.query, step.reads, views), {table: f"n_{table}" for table in self._tables}.get)
        if step.kind == "table":
            does = f"INSERT INTO {step.what}\n{query};\nGET DIAGNOSTICS n_{step.what} = ROW_COUNT;"
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
        of_views = {view.what: view for view in views}

        def has_rows(table: str) -> str:
            if table in of_views:
                return self._condition(of_views[table], views)
            return f"n_{table} > 0"

        ways = [" AND ".join(map(has_rows, sorted(tables))) or "true" for tables in step.needs]
        return "true" if "true" in ways else " OR ".join(f"({way})" for way in ways)

    def _ask(self, name: str, query: str, tables: tuple[str, ...]) -> str:
        text = self._written(bare((HERE / query).read_text(encoding="utf-8")))
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
