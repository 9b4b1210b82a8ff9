"""What cells of text mean beside identifiers: names, `<delete>`, what a COPY cannot take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from identity import identifiers_in_bulk as identifiers
from identity.nothing import error_values
from identity.texts import MAX_BYTES
from identity.texts import too_long as why_too_long

DELETE = "<delete>"
ESCAPED_DELETE = r"^\\+<delete>$"
NUL = "it contains NUL (U+0000)"


def text(cell: pl.Series) -> tuple[pl.Series, pl.Series]:
    """A name or another text for people: (it, trimmed; null where blank, "" for `<delete>`, freed of one
    backslash; whether it has a NUL, which makes it null).
    """
    bare = identifiers.trimmed_cells(cell)
    nul = bare.str.contains("\0", literal=True).fill_null(False)
    if nul.any():
        bare = bare.set(nul, None)
    delete = bare == DELETE
    return (freed(bare).set(delete, "") if delete.any() else freed(bare)), nul


def too_long(texts: pl.Series) -> pl.Series:
    """What is wrong with those that an index cannot hold; null where nothing is."""
    wrong = (texts.str.len_bytes() > MAX_BYTES).fill_null(False)
    found = [why_too_long(text) for text in texts.filter(wrong)]
    said = pl.Series([why.detail if why else None for why in found], dtype=pl.String)
    nothing = pl.repeat(None, len(texts), dtype=pl.String, eager=True)
    return nothing.scatter(wrong.arg_true(), said) if found else nothing


def unworked(
    records: pl.DataFrame, places: Iterable[int], sources: Sequence[Sequence[int]] | None, formulas: pl.DataFrame | None
) -> Iterator[tuple[int, pl.Series]]:
    """The columns of these records, among `places`, that have cells made of `files.Source.formulas`, and which cells.

    sources: by place, the places in the file of what a column is made of; None where it is the same.
    """
    if formulas is None or not formulas.height:
        return
    for place in sorted(set(places)):
        own = formulas.filter(pl.col("place").is_in((place,) if sources is None else sources[place]))
        found = records["line_number"].is_in(own["line_number"].implode())
        if found.any():
            yield place, found


def without_error_values(found: pl.DataFrame, key: str, cells: pl.Series) -> pl.DataFrame:
    """What was found in cells (`key`, `code`, `detail`), but that an error value is never an id."""
    wrong = error_values(cells)
    if not wrong.any():
        return found
    return found.with_columns(
        found[key].set(wrong, None), found["code"].set(wrong, "error_value"), found["detail"].set(wrong, None)
    )


def freed(text: pl.Series) -> pl.Series:
    r"""`\<delete>` is the text `<delete>`, `\\<delete>` is `\<delete>`, and so on; else the text."""
    if not text.str.starts_with("\\").any():
        return text
    return pl.select(
        pl.when(text.str.contains(ESCAPED_DELETE)).then(text.str.slice(1)).otherwise(text).alias(text.name)
    ).to_series()
