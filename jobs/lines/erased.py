"""Lines of people without those who were erased: neither them nor what was theirs does any line bring back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from identity.erased import Erased


@dataclass(frozen=True)
class LeftOut:
    """What of some lines is left out."""

    lines: pl.Series
    """Those that are about somebody erased."""
    claims: pl.DataFrame
    """`line, place`: identifiers of theirs on lines that have a custom_id of somebody else."""


def left_out(erased: Erased, lines: pl.DataFrame, claims: pl.DataFrame, spells: pl.DataFrame) -> LeftOut:
    """What is to be left out of lines, of what they claim, and of what was theirs for a time.

    A line is about somebody erased if it names one of their custom_ids, as its own, the previous or the former one; or
    one of their identifiers, and no custom_id. With one it is somebody else's: it goes on without the identifier.
    """
    named = [
        lines["line"].filter(_are(erased.has_custom_id, lines[column]))
        for column in ("custom_id", "previous_custom_id", "former_custom_id")
    ]
    theirs = pl.concat(
        frame.filter(_are(erased.has_identifier, frame["ifi"])).select("line", "place") for frame in (claims, spells)
    )
    nameless = lines.filter(pl.col("custom_id").is_null())["line"]
    about = pl.concat([*named, theirs["line"].filter(theirs["line"].is_in(nameless.implode()))]).unique()
    return LeftOut(about, theirs.filter(~pl.col("line").is_in(about.implode())))


def _are(is_one: Callable[[str | None], bool], names: pl.Series) -> pl.Series:
    if names.null_count() == len(names):
        return pl.repeat(False, len(names), dtype=pl.Boolean, eager=True)
    return pl.Series([is_one(name) for name in names.to_list()], dtype=pl.Boolean)
