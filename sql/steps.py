"""What a step is: a query in a file, and what its name says is done with the rows.

`56_claims.sql`
    They *are* the working table `claims`, for the steps after it.
`45_unchanged_people.view.sql`
    The same, but they are not put down: each reader takes the query along.
`15_persona_gone.append_conflicts.sql`
    More rows of the working table `conflicts`: for a folder that is repeated until none comes.
`58_new.insert_people.sql`
    They go into the lasting table `people`; so with `update_` and `delete_`.
`25_made.empty_people.sql`
    They are rows of the lasting table, and go. It is an exception: what `delete_` takes out of a table it looks up
    there, by the keys that the query gives. Where that is most of a table, and told by its own columns, the looking up
    makes it cost half as much again; this one says with `SELECT FROM people AS t WHERE …` which rows go.
`62_they.erase_people.sql`, `59_unnamed.blank_personas.sql`
    Likewise deleted, and updated; and nothing is kept of it, not for the history either.
`78_newcomer_ids.from_person_ids.sql`
    It gives one figure: so many ids of the sequence are reserved. The id before the first of them is the parameter
    `newcomer_ids` of the steps after it.
`30_person_has_a_persona.check.sql`
    There must be none: each is somebody for whom that does not hold.

A folder is a stage, and its numbered files are its steps, in that order; files without a number are asked after it.
Nothing in a query says where its rows go: that is the business of who runs it (`sql.batch`, `sql.one_change`,
`sql.reading`).
`graph.json`, written by `python -m sql.graph`, has of each query which tables it reads, without which of them it can
have no rows, and the types of the working table that a batch makes of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Final, Literal

from psycopg import sql as composed

from sql.tables import TABLES, VERSIONS

HERE: Final = Path(__file__).parent
GRAPH: Final = HERE / "graph.json"
Kind = Literal["table", "append", "view", "insert", "update", "delete", "erase", "blank", "empty", "ids", "check"]

_NAME: Final = re.compile(
    r"\d+_(?P<what>[a-z_]+?)(?:\.(?P<verb>append|view|check|insert|update|delete|erase|blank|empty|from)(?:_(?P<target>\w+))?)?"
)
_PARAMETER: Final = re.compile(r"--[^\n]*|'(?:[^']|'')*'|(?<!:):(?P<name>[a-z_]+)")


class Verbatim(str):
    """The value of a parameter that is SQL itself."""

    __slots__ = ()


NOW: Final = Verbatim("now()")
"""When the transaction began."""


@dataclass(frozen=True)
class Step:
    """One step of a stage."""

    name: str
    """Its stage and file: `resolve/56_claims`."""
    kind: Kind
    what: str
    """The working table, the block of ids, or what holds (of a check); of a write which rows they are."""
    target: str | None
    """The lasting table, or the sequence; the working table to which rows are appended."""
    query: str
    reads: frozenset[str]
    """Working tables and views, by name."""
    needs: tuple[frozenset[str], ...]
    """It has rows only if all the working tables of one of these sets have."""
    switches: tuple[tuple[str, ...], ...]
    """What parameters must be for it to have rows: `(name,)` true, or `(name, "=" or "<>", text)`."""
    columns: tuple[str, ...]
    types: tuple[str, ...] = ()
    """Of a working table that a batch or a session makes: what its columns are, as `text COLLATE "C"`."""
    indexes: tuple[str, ...] = ()
    """Of the working table, where a batch looks it up row by row: a comment `-- index (column)` says so."""
    statistics: str = ""
    """Which columns of its table a batch looks at, where not all: `statistics`."""
    filled: tuple[str, ...] = ()
    """Of a table that is filled from outside: when, if not before the first step; `filled`."""

    def writes(self, query: str) -> list[str]:
        """A write as the statements that do it; `query`: its own, with the views that it reads."""
        table = {**TABLES, **VERSIONS}[self.target or ""]
        if self.kind == "empty":
            return table.empty(query)
        make = {
            "insert": table.insert,
            "update": table.update,
            "delete": table.delete,
            "erase": table.erase,
            "blank": table.blank,
        }[self.kind]
        return make(query, self.columns)

    def may_have_rows(self, has_rows: Callable[[str], bool]) -> bool:
        """Whether its query can give anything, by which working tables hold rows."""
        return any(all(map(has_rows, tables)) for tables in self.needs)

    @cached_property
    def nothing(self) -> Step:
        """The view that its working table is while it has no rows: nothing need be made for that, and the planner knows
        it.
        """
        typed = (kind.partition(" COLLATE ") for kind in self.types)
        values = (
            f"CAST(NULL AS {kind}){collate}{collation} AS {column}"
            for column, (kind, collate, collation) in zip(self.columns, typed, strict=True)
        )
        query = f"SELECT {', '.join(values)} WHERE false"
        return replace(self, kind="view", query=query, reads=frozenset(), needs=())

    def is_asked_for(self, values: Mapping[str, object]) -> bool:
        """Whether these parameters let its query give anything; those that are not known yet do."""
        for name, *what in self.switches:
            if name in values and not (values[name] if not what else (values[name] == what[1]) is (what[0] == "=")):
                return False
        return True


_IMPORT: Final = (
    "join", "groups", "resolve", "consequences", "apply", "leave", "memberships", "remember", "settle",
)  # fmt: skip
_RECORDS: Final = tuple(
    f"finish/{step}"
    for step in (
        "personas/17_subject_spells", "personas/18_subject_interactions.view",
        "personas/20_fresh_persona_activity_records.view",
        "personas/30_stale.delete_persona_activity_records", "personas/35_fresh.insert_persona_activity_records",
        "people/17_their_spells", "people/18_their_records.view", "people/20_fresh_person_activity_records.view",
        "people/24_subject_activity_records.view", "people/25_fresh_person_records.view",
        "people/30_stale.delete_person_activity_records", "people/32_stale.delete_person_records",
        "people/35_fresh.insert_person_activity_records", "people/37_fresh.insert_person_records",
    )
)  # fmt: skip
_ALL_PEOPLE: Final = (
    "finish/everything/12_stale.empty_person_activity_records", "finish/everything/14_stale.empty_person_records",
    "finish/everything/30_their_records.view", "finish/people/20_fresh_person_activity_records.view",
    "finish/people/35_fresh.insert_person_activity_records",
    "finish/everything/40_subject_activity_records.view", "finish/people/25_fresh_person_records.view",
    "finish/people/37_fresh.insert_person_records",
    "apply/36_peopled_groups.view", "finish/everything/50_groups.insert_pending",
)  # fmt: skip
_TOTALS: Final = (
    "reports/15_shares.view", "reports/20_subject_activity_records.view", "finish/people/25_fresh_person_records.view",
    "reports/30_totals.view",
)  # fmt: skip
_SETTLED: Final = ("hands/settle", "settle/15_affected_with_ancestors", "settle/20_marks.insert_pending")


def _emptied(by: str) -> tuple[str, ...]:
    """What a correction applies beside what changes hands, and who goes by it."""
    goes = (
        "74_emptied_memberships", "75_emptied.delete_memberships", "76_emptied.delete_source_people",
        "77_emptied.delete_people",
    )  # fmt: skip
    return "apply/12_groups_before", f"{by}/apply", *(f"apply/{step}" for step in goes)


JOBS: Final = {
    "import": ("newcomers", *_IMPORT, "other_ids"),
    "one change": ("one_change/erased", *_IMPORT, "one_change", *_RECORDS),
    "one change without records": ("one_change/erased", *_IMPORT),
    "move": ("move", "hands", *_emptied("move"), "move/settle", *_SETTLED),
    "merge": ("merge", "hands", *_emptied("merge"), "merge/settle", *_SETTLED),
    "delete people": ("delete_people", "hands", *_emptied("delete_people"), "delete_people/settle", *_SETTLED),
    "erase": ("history/10_merges.view", "erase", "settle/15_affected_with_ancestors", "erase/settle"),
    "delete groups": ("delete_groups", "delete_groups/apply"),
    "rename group type": ("group_types",),
    "delete group type": ("delete_group_types",),
    "suggest": ("suggest",),
    "compare": ("compare",),
    "statements": ("statements",),
    "finish": ("finish/personas", "finish/people", "finish/groups"),
    "finish all personas": (
        "finish/everything/05_done.empty_pending", "finish/everything/10_stale.empty_persona_activity_records",
        "finish/everything/20_subject_spells", "finish/everything/25_subject_interactions.view",
        "finish/personas/20_fresh_persona_activity_records.view",
        "finish/personas/35_fresh.insert_persona_activity_records",
        *_ALL_PEOPLE,
    ),
    "finish all people": ("finish/everything/05_done.empty_pending", *_ALL_PEOPLE),
    "check": (
        "check/spells/10_spell_differences",
        "check/personas/10_subject_personas", "finish/personas/17_subject_spells",
        "finish/personas/18_subject_interactions.view", "finish/personas/20_fresh_persona_activity_records.view",
        "check/personas/20_persona_activity_differences",
        "check/people/10_subject_people", "finish/people/17_their_spells", "finish/people/18_their_records.view",
        "finish/people/20_fresh_person_activity_records.view",
        "finish/people/24_subject_activity_records.view", "finish/people/25_fresh_person_records.view",
        "check/people/20_person_activity_differences", "check/people/30_person_differences",
        "check/groups/10_subject_groups", "finish/groups/20_below", "finish/groups/21_nested",
        "finish/groups/22_flat_members.view", "finish/groups/23_members", "finish/groups/24_parts",
        "finish/groups/25_fresh_group_records.view", "check/groups/20_group_differences",
    ),
    "changes": ("changes",),
    "plan": (*_IMPORT, "changes", "changes/left"),
    "report of people": ("reports/05_below", "reports/10_scope", *_TOTALS, "reports/people"),
    "report of the first people": ("reports/first", *_TOTALS, "reports/people"),
    "report of activities": ("reports/05_below", "reports/10_scope", "reports/15_shares.view", "reports/activities"),
    "report of groups": (
        *(f"reports/groups/{step}" for step in ("10_subjects", "20_descendants", "30_scope")),
        "reports/15_shares.view",
        *(f"reports/groups/{step}" for step in ("35_totals.view", "37_placed.view", "40_figures.view", "50_report")),
    ),
    "changed groups": ("reports/changes",),
    "personas api": ("personas_api/found",),
    "other ids": ("history/10_merges.view",),
    "undo": (
        "apply/36_peopled_groups.view", "undo/whole", "undo/find", "undo/dependent", "undo/ready",
        "apply/10_affected_people", "apply/11_new_beginnings.view", "apply/12_groups_before", "apply/13_cut_personas",
        "undo/wholesale", "undo/apply", "undo/gaps", "undo/settle", "settle/15_affected_with_ancestors",
        "settle/20_marks.insert_pending", "settle/21_cut.insert_pending", "settle/30_person_has_a_persona.check",
        "settle/31_spells_do_not_overlap.check", "settle/32_statement_is_of_a_spell.check", "undo/90_counts",
    ),
}  # fmt: skip
"""What is done, by the stages and steps that do it, in their order."""


@cache
def graph() -> dict[str, dict[str, list[str] | list[list[str]]]]:
    """What `python -m sql.graph` has read in each query."""
    found: dict[str, dict[str, list[str] | list[list[str]]]] = json.loads(GRAPH.read_text(encoding="utf-8"))
    return found


def read_by(query: str) -> frozenset[str]:
    """The working tables that a query reads which is asked after steps (`reports/page`)."""
    return frozenset(graph().get(query, {"reads": []})["reads"])  # type: ignore[arg-type]


@cache
def steps(place: str) -> tuple[Step, ...]:
    """The steps of a stage (`resolve`), or of a file (`apply/18_changed_groups`). Raises ValueError: there is none."""
    found = HERE / f"{place}.sql"
    paths = [found] if found.exists() else sorted((HERE / place).glob("[0-9]*.sql"))
    if not paths:
        raise ValueError(f"{place}: no steps")
    return tuple(_step(path) for path in paths)


def job(*places: str) -> tuple[Step, ...]:
    """All steps of several stages and files, in their order."""
    return tuple(step for place in places for step in steps(place))


def named(path: Path) -> tuple[Kind, str, str | None]:
    """Kind, what and target of a step, by the name of its file. Raises ValueError."""
    match = _NAME.fullmatch(path.name.removesuffix(".sql"))
    if not match:
        raise ValueError(f"{path}: no name of a step")
    verb, target = match["verb"] or "table", match["target"]
    kind: Kind = "ids" if verb == "from" else verb  # type: ignore[assignment]
    return kind, match["what"], target


def _step(path: Path) -> Step:
    kind, what, target = named(path)
    name = str(path.relative_to(HERE).with_suffix(""))
    known, text = graph()[name], path.read_text(encoding="utf-8")
    return Step(
        name,
        kind,
        what,
        target,
        bare(text),
        frozenset(known["reads"]),  # type: ignore[arg-type]
        tuple(map(frozenset, known["needs"])),
        tuple(map(tuple, known["switches"])),
        tuple(known["columns"]),  # type: ignore[arg-type]
        tuple(known.get("types", ())),  # type: ignore[arg-type]
        tuple(re.findall(r"^-- index \((.+)\)$", text, re.M)),
        statistics(text),
    )


def bare(text: str) -> str:
    """A query without the comment before it and the line end after it."""
    lines = text.splitlines()
    while lines and (not lines[0].strip() or lines[0].lstrip().startswith("--")):
        lines.pop(0)
    return "\n".join(lines).rstrip()


def statistics(text: str) -> str:
    """` (agent, ifi)` where a comment before a table says `-- statistics (agent, ifi)`: by these alone it is looked up,
    and the rest is long to look at.
    """
    found = re.search(r"^-- statistics (\(.+\))$", text, re.M)
    return f" {found[1]}" if found else ""


def filled(text: str) -> tuple[str, ...]:
    """`after join` where a comment before a table says `-- filled after join`; several with `, ` between them."""
    found = re.search(r"^-- filled (.+)$", text, re.M)
    return tuple(found[1].split(", ")) if found else ()


def bound(text: str, value: Callable[[str], str]) -> str:
    """A query with what `value` gives for the name of each parameter (`:organisation`) in its place."""
    return _PARAMETER.sub(lambda match: value(match["name"]) if match["name"] else match[0], text)


@cache
def inputs(stage: str) -> dict[str, Step]:
    """The tables of a stage that are filled from outside (`<stage>/inputs.sql`), by name. The query of each is the
    statement that makes it.
    """
    text = (HERE / stage / "inputs.sql").read_text(encoding="utf-8")
    return {step.what: step for step in map(_input, text.split(";\n")[:-1])}


def _input(statement: str) -> Step:
    made = bare(statement)
    name = made.split()[3]
    columns = [re.sub(r"(\s+NOT NULL)?,?$", "", line).split(maxsplit=1) for line in made.splitlines()[1:-1]]
    names, types = zip(*columns, strict=True)
    facts = statistics(statement), filled(statement)
    return Step(name, "table", name, None, made, frozenset(), (), (), names, types, (), *facts)


def counted(query: str, rows: Callable[[str], str | None]) -> str:
    """A query with what is known of how many rows tables have, where it asks for no more."""
    return re.sub(r"\(SELECT count\(\*\) FROM (\w+)\)", lambda match: rows(match[1]) or match[0], query)


def offender(query: str) -> str:
    """One row of a check, if it has any, as a query. (An aggregate: a LIMIT would be planned for an early hit, and
    there never is one.)
    """
    return f"SELECT (array_agg(offender))[1] FROM (\n{query}\n) AS offenders (offender)"  # noqa: S608 - a step's own


def written(value: object) -> str:
    """A value as it stands in a query."""
    return value if isinstance(value, Verbatim) else composed.Literal(value).as_string(None)


def parameters(text: str) -> set[str]:
    """The names of a query's parameters."""
    return {match["name"] for match in _PARAMETER.finditer(text) if match["name"]}


def with_views(text: str, reads: Collection[str], views: Sequence[Step], *, puts_down: bool = False) -> str:
    """A query with the views that it reads, directly or by way of others, before it; so with tables that nobody makes:
    these are put down, within the query, as they would be without it. `puts_down`: views may be, if PostgreSQL likes.
    """
    taken: list[Step] = []
    wanted = set(reads)
    for view in reversed(views):
        if view.what in wanted:
            taken.insert(0, view)
            wanted |= view.reads
    if not taken:
        return text
    folded = "" if puts_down else "NOT MATERIALIZED "
    ahead = ", ".join(
        f"{view.what} AS {'MATERIALIZED ' if view.kind == 'table' else folded}(\n{view.query}\n)" for view in taken
    )
    found = re.match(r"WITH(\s+RECURSIVE)?\s", text)
    if found:
        return f"WITH{found[1] or ''} {ahead}, {text[found.end() :]}"
    return f"WITH {ahead}\n{text}"
