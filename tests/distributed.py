"""Steps as they are run where tables are distributed (Citus). Working tables are tables of the schema, which hold the
rows of all organisations, keyed and distributed by `organisation_id`; a step is the same query, over its organisation's
rows of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from sql.steps import HERE, JOBS, Step, bare, inputs, job, offender, read_by, with_views

STAGES: Final = ("staging", "statements")
"""Those with tables that are filled from outside."""


def table(step: Step) -> str:
    """The working table of a step or an input. It has the name of the file, for several jobs have one of the same."""
    return f'working."{step.name}"'


def put(step: Step, query: str, columns: tuple[str, ...] = ()) -> str:
    """The statement that puts the rows of a query into it. `columns`: of the query, if not all of the table's."""
    given = columns or step.columns
    into = ", ".join(("organisation_id", *given))
    values = ", ".join((":organisation", *(f"q.{column}" for column in given)))
    return f"INSERT INTO {table(step)} ({into})\nSELECT {values} FROM (\n{query}\n) AS q"


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
            case "empty":
                texts = [with_views(statement, step.reads, read) for statement in step.writes(step.query)]
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
