"""Whether a statement is one organisation's, by its text: each reference to a table is bound by a condition
`organisation_id = :organisation`, which all of its rows meet.

That is one of the WHERE of the same query, or of the ON of an inner join; of that of an outer join for the side which
may be missing. A condition beside an OR does not count, nor one of a query around this, or of a common table expression
that is joined.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from pglast import ast, parse_sql

from sql.graph import children, conjuncts
from sql.steps import bound

REFERENCE: Final = {"organisations"}
"""Tables that every machine has."""
DRAWING: Final = {"pending"}
"""Tables whose rows get ids from a sequence: it is one machine that has it, and through which they go."""
WIDE: Final = {
    "group_changes", "group_saying_changes", "membership_changes", "parent_changes", "person_changes",
    "persona_changes", "saying_changes", "spell_changes",
}  # fmt: skip
"""Views that hold a table beside its versions where only one of the two can have such rows, as PostgreSQL knows by
itself. Of what it leaves out Citus does not see that it is bound, and asks every machine."""
OUTER: Final = {"JOIN_LEFT": (False, True), "JOIN_RIGHT": (True, False), "JOIN_FULL": (False, False)}
"""Of which side of a join the rows meet its condition, where not of both."""


def unbound(text: str) -> list[str]:
    """What the statements of a text refer to without being bound, as the query names it; and `INSERT INTO people`."""
    parsed, of = read(text)
    return [found for statement in parsed for found in _unbound(statement, of, frozenset())]


def astray(text: str, volatile: Collection[str]) -> set[str]:
    """What one machine cannot do by itself, though its statements are bound: views that are `WIDE`, by name; a
    `recursion` for rows that draw ids; functions that give something else each time (`volatile`) in what is written.
    """
    found = set()
    for statement in read(text)[0]:
        nodes = [statement, *_below(statement)]
        found |= {one.relname for one in nodes if isinstance(one, ast.RangeVar)} & WIDE
        if not isinstance(statement, ast.SelectStmt):
            found |= {one.funcname[-1].sval for one in nodes if isinstance(one, ast.FuncCall)}.intersection(volatile)
        if isinstance(statement, ast.InsertStmt) and statement.relation.relname in DRAWING:
            found |= {"recursion" for one in nodes if isinstance(one, ast.WithClause) and one.recursive}
    return found


def read(text: str) -> tuple[list[Any], int | None]:
    """The statements of a text, and the number that the organisation has among their parameters."""
    numbers: dict[str, int] = {}
    parsed = parse_sql(bound(text, lambda name: f"${numbers.setdefault(name, len(numbers) + 1)}"))
    return [one.stmt for one in parsed], numbers.get("organisation")


def _below(node: Any) -> Iterator[Any]:
    for child in children(node):
        yield child
        yield from _below(child)


def _unbound(node: Any, of: int | None, ctes: frozenset[str]) -> Iterator[str]:
    if with_clause := getattr(node, "withClause", None):
        ctes |= {cte.ctename for cte in with_clause.ctes}
    if isinstance(node, (ast.SelectStmt, ast.UpdateStmt, ast.DeleteStmt)):
        tables = [(table, met) for table, met in _met(node) if table.schemaname or table.relname not in ctes]
        for table, met in tables:
            alias = table.alias.aliasname if table.alias else table.relname
            names = {(alias, "organisation_id"), *([("organisation_id",)] if len(tables) == 1 else ())}
            if (table.schemaname or table.relname not in REFERENCE) and not any(_binds(one, of, names) for one in met):
                yield str(alias)
    if isinstance(node, ast.InsertStmt) and not _gives_organisation(node, of):
        yield f"INSERT INTO {node.relation.relname}"
    for child in children(node):
        yield from _unbound(child, of, ctes)


def _met(node: Any) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """The tables that a statement itself names, each with the conditions that its rows meet."""
    items = node.fromClause if isinstance(node, (ast.SelectStmt, ast.UpdateStmt)) else node.usingClause
    changed = () if isinstance(node, ast.SelectStmt) else (node.relation,)
    for item in (*changed, *(items or ())):
        yield from _met_by(item, tuple(conjuncts(node.whereClause)))


def _met_by(item: Any, met: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    if isinstance(item, ast.RangeVar):
        yield item, met
    if isinstance(item, ast.JoinExpr):
        kind: Any = item.jointype
        for side, does in zip((item.larg, item.rarg), OUTER.get(kind.name, (True, True)), strict=True):
            yield from _met_by(side, (*met, *(conjuncts(item.quals) if does else ())))


def _binds(condition: Any, of: int | None, names: set[tuple[str, ...]]) -> bool:
    """Whether it is `organisation_id = :organisation`, of a table by one of these names; the parameter may be cast."""
    if not isinstance(condition, ast.A_Expr) or not isinstance(condition.lexpr, ast.ColumnRef):
        return False
    (operator, *_), fields = condition.name, condition.lexpr.fields
    path = tuple(field.sval for field in fields if isinstance(field, ast.String))
    return operator.sval == "=" and path in names and _is_organisation(condition.rexpr, of)


def _is_organisation(value: Any, of: int | None) -> bool:
    while isinstance(value, ast.TypeCast):
        value = value.arg
    return isinstance(value, ast.ParamRef) and value.number == of


def _gives_organisation(insert: Any, of: int | None) -> bool:
    """Whether an INSERT gives each row the organisation: as its first value, or from a row of a table."""
    if insert.cols is None or insert.cols[0].name != "organisation_id":
        return False
    query = insert.selectStmt
    firsts = [row[0] for row in query.valuesLists] if query.valuesLists else [query.targetList[0].val]
    return all(
        _is_organisation(first, of)
        or (isinstance(first, ast.ColumnRef) and first.fields[-1].sval == "organisation_id")
        for first in firsts
    )
