"""Groups that a mapping makes of columns: a line's memberships, and what the line says of the groups.

What is said of a group is a *definition*: custom_id, name, type and parents together. Few are different among
many lines, so templates are worked out once for each combination of cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from identity import identifiers_in_bulk as identifiers
from jobs.reading.cells import DELETE, NUL, freed, text, too_long, without_error_values
from jobs.reading.templates import Template

DEFINITIONS = {"definition": pl.Int32, "custom_id": pl.String, "name": pl.String, "type": pl.String}
PARENTS = {"definition": pl.Int32, "parent": pl.Int32}
_SAID = ("custom_id", "name", "type", "parents")
NOT_IN_A_GROUP_ID = "[|\x00-\x1f\x7f-\x9f]"
"""What a text may have, and a group's custom_id may not: what separates groups in a cell, and control characters."""


@dataclass(frozen=True)
class GroupTemplate:
    """What is said of one group, over the cells of a line."""

    custom_id: Template
    name: Template | None = None
    type: Template | None = None


@dataclass(frozen=True)
class Split:
    """A column whose cell is a list: each part stands for the cell."""

    column: str
    separator: str


@dataclass(frozen=True)
class MappedGroup:
    """One entry of a mapping's groups; its templates' columns are canonical places, as text."""

    group: GroupTemplate
    parents: tuple[GroupTemplate, ...]
    split: Split | None
    places: tuple[int, ...]
    """All that it reads."""


class Read(NamedTuple):
    """What an entry makes of a piece: for each line whether it names a group, and whether it clears the groups;
    (`line`, `group_custom_id`, `definition`) once each, (`line`, `place`, `code`, `value`, `detail`).
    """

    names: pl.Series
    clears: pl.Series
    memberships: pl.DataFrame
    problems: pl.DataFrame | None


class Definitions:
    """Every definition that was read, numbered from 0 in the order of reading, the same one once."""

    def __init__(self) -> None:
        self._known = pl.DataFrame(schema={**DEFINITIONS, "parents": pl.String})

    def add(self, said: pl.DataFrame) -> pl.Series:
        """The numbers of these (`custom_id`, `name`, `type`, `parents`: their numbers as text); null without
        custom_id.
        """
        said = said.select(*_SAID)
        new = (
            said.drop_nulls("custom_id")
            .unique(maintain_order=True)
            .join(self._known, on=_SAID, how="anti", nulls_equal=True, maintain_order="left")
            .with_row_index("definition", self._known.height)
            .select(pl.col("definition").cast(pl.Int32), *_SAID)
        )
        self._known = pl.concat([self._known, new])
        return said.join(self._known, on=_SAID, how="left", nulls_equal=True, maintain_order="left")["definition"]

    @property
    def frame(self) -> pl.DataFrame:
        """`DEFINITIONS`; name and type null where nothing is said, "" where they are cleared."""
        return self._known.select(*DEFINITIONS)

    @property
    def parents(self) -> pl.DataFrame:
        """`PARENTS`: a definition and that of each of its parents, once."""
        if not self._known.height:
            return pl.DataFrame(schema=PARENTS)
        return (
            self._known.filter(pl.col("parents") != "")
            .select("definition", pl.col("parents").str.split(" ").alias("parent"))
            .explode("parent")
            .with_columns(pl.col("parent").cast(pl.Int32))
            .unique(maintain_order=True)
        )


def as_group_id(texts: pl.Series) -> pl.Series:
    """Trimmed texts as a group's custom_id can be: nobody is lost for what a department is called."""
    if not texts.str.contains(NOT_IN_A_GROUP_ID).any():
        return texts
    return texts.str.replace_all("|", "\u00a6", literal=True).str.replace_all(" *[\x00-\x1f\x7f-\x9f]+ *", " ")


def read_groups(records: pl.DataFrame, line: pl.Series, entry: MappedGroup, definitions: Definitions) -> Read:
    """What one entry makes of these records; `line` is beside them."""
    cells = records.select(str(place) for place in entry.places)
    if cells.width:
        parts = cells.unique(maintain_order=True).with_row_index("key")
        key = cells.join(parts, on=cells.columns, how="left", nulls_equal=True, maintain_order="left")["key"]
    else:  # one group for all
        parts = pl.DataFrame({"key": [0]}, schema={"key": pl.UInt32})
        key = pl.repeat(0, records.height, dtype=pl.UInt32, eager=True).alias("key")
    if entry.split:
        cell = entry.split.column
        parts = parts.with_columns(pl.col(cell).str.split(entry.split.separator)).explode(cell)
    named = _custom_ids(parts, entry.group)
    flags = (
        parts.select("key", names=named.is_not_null(), clears=(named == DELETE).fill_null(False))
        .group_by("key")
        .agg(pl.col("names", "clears").any())
        .sort("key")
    )
    said, problems = _said(parts, entry.group, named)
    parts = parts.filter(said["custom_id"].is_not_null())
    said = said.drop_nulls("custom_id")
    parents = []
    for parent in entry.parents:
        of_parent, wrong = _said(parts, parent, _custom_ids(parts, parent))
        problems += wrong
        parents.append(definitions.add(of_parent.with_columns(parents=pl.lit(""))))
    together = pl.concat_str(parents, separator=" ", ignore_nulls=True) if parents else pl.lit("")
    said = said.with_columns(together.alias("parents"))
    memberships = said.select("key", definitions.add(said), group_custom_id="custom_id").unique(maintain_order=True)
    keyed = pl.DataFrame([line, key])
    return Read(
        flags["names"].gather(key),
        flags["clears"].gather(key),
        keyed.join(memberships, on="key", maintain_order="left_right").select("line", "group_custom_id", "definition"),
        keyed.join(pl.concat(problems), on="key").drop("key") if problems else None,
    )


def _custom_ids(parts: pl.DataFrame, group: GroupTemplate) -> pl.Series:
    """The group's custom_id for each row of `parts`, as it is written but for what none can have; null where blank."""
    written = parts.select("key", written=group.custom_id.clearing(parts))
    return as_group_id(identifiers.trimmed_cells(written["written"]))


def _said(parts: pl.DataFrame, group: GroupTemplate, named: pl.Series) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """(`key`, `custom_id`, `name`, `type`) for each row of `parts`, custom_id null where there is none; problems, by
    their `key`.
    """
    key = parts["key"]
    ids = freed(named).set((named == DELETE).fill_null(False), None)
    found = without_error_values(identifiers.normalise_group_custom_id(ids), "custom_id", ids)
    problems = [_problems(key, found["code"], named, found["detail"], group.custom_id)]
    said = [key, found["custom_id"]]
    for column, template in (("name", group.name), ("type", group.type)):
        if template is None:
            said.append(pl.repeat(None, len(key), dtype=pl.String, eager=True).alias(column))
            continue
        cells = parts.select("key", cell=template.joined(parts), half=template.half_cleared(parts))
        cell, half = cells["cell"], cells["half"]
        read, nul = text(cell)
        wrongs: list[tuple[pl.Series, str, pl.Series | pl.Expr]] = [
            (nul, "control_character", pl.lit(NUL)),
            (half, "half_cleared", pl.lit(None, pl.String)),
        ]
        if column == "type":  # by which groups are found
            long = too_long(read)
            wrongs.append((long.is_not_null(), "too_long", long))
            read = read.set(long.is_not_null(), None)
        for wrong, code, detail in wrongs:
            codes = pl.select(pl.when(wrong & found["custom_id"].is_not_null()).then(pl.lit(code))).to_series()
            problems.append(_problems(key, codes, cell, detail, template))
        said.append(read.alias(column))
    return pl.DataFrame(said), [frame for frame in problems if frame.height]


def _problems(
    key: pl.Series, code: pl.Series, value: pl.Series, detail: pl.Series | pl.Expr, template: Template
) -> pl.DataFrame:
    """The rows that have a `code`, with the place of the template's first column."""
    place = int(template.columns[0]) if template.columns else None
    return (
        key.to_frame()
        .with_columns(pl.lit(place, pl.Int16).alias("place"), code=code, value=value, detail=detail)
        .drop_nulls("code")
    )
