"""What each query reads, and without which working tables it can have no rows: by its text, kept in `graph.json`.

`python -m sql.graph` writes that file anew (pglast, of the `test` extra, reads the SQL, and an embedded server says of
what types working tables are); a test fails where it is not up to date. `python -m sql.graph import` prints a job's
steps in their order, each with what it reads.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from pglast import ast, parse_sql

from sql.database import connected
from sql.steps import GRAPH, HERE, JOBS, NOW, Step, Verbatim, bound, job, named, with_views, written
from sql.steps import inputs as declared
from sql.tables import TABLES, VERSIONS

if TYPE_CHECKING:
    from sql.database import Database, Transaction

Needs = frozenset[frozenset[str]]
"""Alternatives; each is a set of tables that must all have rows."""
ALWAYS: Needs = frozenset({frozenset()})
AGGREGATES = {"count", "sum", "min", "max", "array_agg", "bool_or", "bool_and", "coalesce_agg", "string_agg"}


def queries() -> list[Path]:
    """The files of all steps."""
    return [path for path in sorted(HERE.rglob("[0-9]*.sql")) if "migrations" not in path.parts]


def asked() -> Iterator[tuple[Path, Any]]:
    """The files that are asked after steps, each with its query."""
    for path in sorted(HERE.rglob("[a-z]*.sql")):
        if "migrations" not in path.parts and path.name != "inputs.sql":
            with suppress(ValueError):
                yield path, parsed(path)[0]


def inputs() -> dict[str, tuple[str, ...]]:
    """The tables that are filled from outside, with their columns, by the files that declare them."""
    made = {}
    for path in sorted(HERE.rglob("inputs.sql")):
        for statement in parse_sql(path.read_text()):
            create: Any = statement.stmt
            made[create.relation.relname] = tuple(column.colname for column in create.tableElts)
    return made


def parsed(path: Path) -> tuple[Any, dict[str, int]]:
    """The query of a file, with the numbers that its parameters have in it."""
    numbers: dict[str, int] = {}
    text = bound(path.read_text(), lambda name: f"${numbers.setdefault(name, len(numbers) + 1)}")
    statement, *more = parse_sql(text)
    if more or not isinstance(statement.stmt, ast.SelectStmt):
        raise ValueError(f"{path}: a step is one SELECT")
    return statement.stmt, numbers


def relations(node: Any, ctes: frozenset[str] = frozenset()) -> Iterator[Any]:
    """Every table that a query names, but for its own common table expressions."""
    if isinstance(node, ast.SelectStmt) and node.withClause:
        ctes |= {cte.ctename for cte in node.withClause.ctes or ()}
    if isinstance(node, ast.RangeVar):
        if node.relname not in ctes:
            yield node
        return
    for child in children(node):
        yield from relations(child, ctes)


def _name(value: Any) -> str:
    name: str = value.name
    return name


def switches(select: Any, names: dict[int, str]) -> list[list[str]]:
    """What parameters must be for a query to have any rows, as far as its WHERE says so by itself: `[name]`, or
    `[name, "=" or "<>", text]`.
    """
    found = []
    for condition in conjuncts(select.whereClause if select.larg is None else None):
        if isinstance(condition, ast.ParamRef):
            found.append([names[condition.number or 0]])
        if isinstance(condition, ast.A_Expr) and isinstance(condition.lexpr, ast.ParamRef):
            value: Any = condition.rexpr
            names_of: Any = condition.name
            operator: Any = names_of[-1]
            if isinstance(value, ast.A_Const) and operator.sval in ("=", "<>"):
                text: Any = value.val
                found.append([names[condition.lexpr.number or 0], operator.sval, text.sval])
    return sorted(found)


def children(node: Any) -> Iterator[Any]:
    """The nodes below one."""
    if isinstance(node, ast.Node):
        for name in node:
            yield from _nodes(getattr(node, name))


def _nodes(value: Any) -> Iterator[Any]:
    if isinstance(value, ast.Node):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _nodes(one)


def columns(select: Any) -> tuple[str, ...]:
    """The names of the columns that a query gives; `*` where it says so."""
    while select.targetList is None and select.larg is not None:
        select = select.larg
    named_columns = []
    for target in select.targetList or ():
        value: Any = target.val
        path = getattr(value, "fields", None) or getattr(value, "indirection", None)  # a.b, or (a.b).c
        last = path and path[-1]
        named_columns.append(str(target.name or (last.sval if isinstance(last, ast.String) else "*" if last else "?")))
    return tuple(named_columns)


def needs(node: Any, working: set[str], ctes: dict[str, Needs]) -> Needs:
    """Without which working tables a query, or an item of a FROM, has no rows."""
    if isinstance(node, ast.RangeVar) and node.relname:
        return ctes.get(node.relname) or (frozenset({frozenset({node.relname})}) if node.relname in working else ALWAYS)
    if isinstance(node, ast.RangeSubselect):
        return needs(node.subquery, working, ctes)
    if isinstance(node, ast.JoinExpr):
        left, right = needs(node.larg, working, ctes), needs(node.rarg, working, ctes)
        kind = _name(node.jointype)
        return {"JOIN_INNER": both(left, right), "JOIN_LEFT": left, "JOIN_RIGHT": right}.get(kind) or either(
            left, right
        )
    if isinstance(node, ast.SelectStmt):
        return _of_select(node, working, ctes)
    return ALWAYS


def _of_select(select: Any, working: set[str], ctes: dict[str, Needs]) -> Needs:
    if select.withClause:
        ctes = dict(ctes)
        for cte in select.withClause.ctes:
            first = cte.ctequery
            if select.withClause.recursive and first.larg is not None:
                ctes[cte.ctename] = frozenset(
                    {frozenset({"?"})}
                )  # the part that leans on itself adds nothing to nothing
                ctes[cte.ctename] = needs(first.larg, working, ctes)
            else:
                ctes[cte.ctename] = needs(first, working, ctes)
    if select.larg is not None:
        left, right = needs(select.larg, working, ctes), needs(select.rarg, working, ctes)
        return either(left, right) if select.op.name == "SETOP_UNION" else left
    if select.groupClause is None and any(_aggregates(target) for target in select.targetList or ()):
        return ALWAYS  # one row in any case
    found = ALWAYS
    for item in select.fromClause or ():
        found = both(found, needs(item, working, ctes))
    for condition in conjuncts(select.whereClause):
        found = both(found, _of_condition(condition, working, ctes))
    return found


def _of_condition(condition: Any, working: set[str], ctes: dict[str, Needs]) -> Needs:
    if isinstance(condition, ast.SubLink) and _name(condition.subLinkType) in ("EXISTS_SUBLINK", "ANY_SUBLINK"):
        return needs(condition.subselect, working, ctes)
    if isinstance(condition, ast.BoolExpr) and _name(condition.boolop) == "OR_EXPR":
        found: Needs = frozenset()
        for argument in condition.args or ():
            found = either(found, _of_condition(argument, working, ctes))
        return found
    return ALWAYS


def _aggregates(node: Any) -> bool:
    if isinstance(node, ast.SubLink):
        return False
    if isinstance(node, ast.FuncCall) and node.over is None and node.funcname and node.funcname[-1].sval in AGGREGATES:
        return True
    return any(map(_aggregates, children(node)))


def conjuncts(where: Any) -> Iterator[Any]:
    if isinstance(where, ast.BoolExpr) and _name(where.boolop) == "AND_EXPR":
        for argument in where.args or ():
            yield from conjuncts(argument)
    elif where is not None:
        yield where


def either(left: Needs, right: Needs) -> Needs:
    """One of the two."""
    every = left | right
    return frozenset(one for one in every if not any(other < one for other in every))


def both(left: Needs, right: Needs) -> Needs:
    """Both of them."""
    return either(frozenset(one | other for one in left for other in right), frozenset())


def in_full(select: Any, made: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The same, where `SELECT *` of one working table stands for that table's columns."""
    found = columns(select)
    (only, *others) = select.fromClause or (None,)
    if found == ("*",) and not others and isinstance(only, ast.RangeVar):
        return made.get(only.relname or "", found)
    return found


def drawn() -> dict[str, dict[str, Any]]:
    """What `graph.json` holds."""
    paths = queries()
    tables = {
        named(path)[1]: columns(parsed(path)[0]) for path in paths if named(path)[0] in ("table", "view")
    } | inputs()
    made = set(tables)
    graph = {}
    for path in paths:
        kind = named(path)[0]
        select, numbers = parsed(path)
        needed = needs(select if kind != "ids" else select.fromClause[0], made, {})  # of none no ids are wanted
        graph[str(path.relative_to(HERE).with_suffix(""))] = {
            "reads": sorted({str(table.relname) for table in relations(select)} & made),
            "needs": sorted(sorted(tables) for tables in needed),
            "switches": switches(select, {number: name for name, number in numbers.items()}),
            "columns": list(in_full(select, tables)),
        }
    for path, select in asked():
        if read := sorted({str(table.relname) for table in relations(select)} & made):
            graph[str(path.relative_to(HERE).with_suffix(""))] = {"reads": read}
    return dict(sorted(graph.items()))


BATCHES: Final = (
    "import", "one change", "one change without records", "plan", "move", "merge", "delete people", "erase",
    "delete groups", "rename group type", "delete group type", "suggest", "compare", "statements",
    "finish", "finish all personas", "check", "undo",
)  # fmt: skip
"""Jobs whose working tables are made, by a batch or by a session."""
SAMPLES: Final[dict[str, object]] = {"organisation": 1, "import": 1, "source": 1, "undone": 1, "moment": NOW}
"""Values of parameters of which columns are made; so are blocks of ids."""
COLUMNS: Final = """
SELECT
    a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
    CASE WHEN a.attcollation <> t.typcollation THEN c.collname END AS collation
FROM pg_attribute AS a
JOIN pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_collation AS c ON c.oid = a.attcollation
WHERE a.attrelid = to_regclass(:name) AND a.attnum > 0
ORDER BY a.attnum
"""


def typed(graph: dict[str, dict[str, Any]], database: Database) -> dict[str, dict[str, Any]]:
    """The same, with the types of the working tables that batches make; each is made once, without rows."""
    known = {name: dict(entry) for name, entry in graph.items()}
    for name in BATCHES:
        with database.begin() as transaction:
            for path in sorted(HERE.rglob("inputs.sql")):
                for made in declared(path.parent.name).values():
                    transaction.do(made.query)
            for step, types in _types(transaction, job(*JOBS[name])):
                if known[step].setdefault("types", types) != types:
                    raise ValueError(f"{step}: of other types in {name}")
            transaction.rollback()
    return known


def _types(transaction: Transaction, steps: Sequence[Step]) -> Iterator[tuple[str, list[str]]]:
    views: list[Step] = []
    values = SAMPLES | {step.what: Verbatim("CAST(0 AS bigint)") for step in steps if step.kind == "ids"}
    for step in steps:
        if step.kind == "view":
            views.append(step)
        if step.kind == "table":
            query = bound(with_views(step.query, step.reads, views), lambda name: written(values.get(name)))
            transaction.do(f"CREATE TEMP TABLE {step.what} AS\n{query} WITH NO DATA", step.name)
            found = transaction.ask(COLUMNS, {"name": step.what})
            if tuple(column["name"] for column in found) != step.columns:
                raise ValueError(f"{step.name}: its columns are not those of its text")
            yield (
                step.name,
                [f'{c["type"]} COLLATE "{c["collation"]}"' if c["collation"] else c["type"] for c in found],
            )


def as_text(graph: dict[str, dict[str, Any]]) -> str:
    """One line a step, so that a change shows what hangs on it."""
    lines = (f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in graph.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def picture(places: Iterable[str]) -> Iterator[str]:
    """A job's steps in their order, by stage: what each makes or does, and of what (`<`); where rows that are changed
    or go are kept as they were (`>`). Between them, what is filled from outside, and when.
    """
    steps = job(*places)
    filled = _filled({table for step in steps for table in step.reads}, first := f"before {_stage(steps[0])}")
    stages = {_stage(step) for step in steps}
    for moment in [moment for moment in filled if moment.partition(" ")[2] not in stages]:  # of a stage run before
        filled[first] = filled.get(first, []) + filled.pop(moment)
    for stage, its_steps in groupby(steps, _stage):
        yield from _told_filled(f"before {stage}", filled)
        yield f"{stage}/"
        for step in its_steps:
            yield f"  {_told(step):<50} < {', '.join(sorted(step.reads))}".rstrip(" <")
        yield from _told_filled(f"after {stage}", filled)


def _stage(step: Step) -> str:
    return step.name.rpartition("/")[0]


def _filled(read: Collection[str], first: str) -> dict[str, list[str]]:
    """Of these tables those that are filled from outside, by when that is: a comment before their declaration says it
    (`-- filled before groups`), or it is at `first`, or at several times.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(HERE.rglob("inputs.sql")):
        for name, made in declared(path.parent.name).items():
            if name in read:
                for moment in made.filled or (first,):
                    found.setdefault(moment, []).append(name)
    return found


def _told_filled(moment: str, filled: dict[str, list[str]]) -> Iterator[str]:
    if moment in filled:
        yield f"{moment}: {', '.join(sorted(filled[moment]))}"


def _told(step: Step) -> str:
    match step.kind:
        case "table":
            return step.what
        case "view":
            return f"({step.what})"
        case "ids":
            return f"{step.what} = ids of {step.target}"
        case "check":
            return f"check: {step.what.replace('_', ' ')}"
        case "append":
            return f"more {step.target}: {step.what.replace('_', ' ')}"
        case _:
            table = {**TABLES, **VERSIONS}[step.target or ""]
            asides = step.kind == "update" and set(step.columns) <= {*table.key, *table.aside}
            keeps = table.versions and step.kind in ("update", "delete", "empty") and not asides
            kept = f" > {table.versions}" if keeps else ""
            return f"{step.kind} {step.target}: {step.what}{kept}"


def main(arguments: list[str]) -> None:
    """Bring `graph.json` up to date; print the jobs that are named."""
    drawing = drawn()
    GRAPH.write_text(as_text(drawing))  # by it the steps are known, new ones as well
    with TemporaryDirectory(dir="/tmp") as home:  # a short path, as a socket needs
        Path(home).chmod(0o755)  # where root runs this, the server is somebody else's
        with connected(None, Path(home) / "home") as database:
            GRAPH.write_text(as_text(typed(drawing, database)))
    for name in arguments:
        print("\n".join(picture(JOBS[name])))


if __name__ == "__main__":
    main(sys.argv[1:])
