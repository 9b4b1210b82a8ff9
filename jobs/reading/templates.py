"""Templates over the columns of a file (`{First Name} {Last Name}`), and the values that cells are compared with.

A column stands in braces; `{{` and `}}` are braces themselves. A template of nothing but one column hands its
cells on as they are; in any other, cells are trimmed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from identity import columns as identifiers
from identity.identifiers import TRIM
from jobs.reading.files import shown

_PARTS = re.compile(r"(?P<brace>\{\{|\}\})|\{(?P<column>[^{}]*)\}|(?P<text>[^{}]+)|(?P<wrong>[{}])")


@dataclass(frozen=True)
class Template:
    """Texts with a column between each two of them: always one text more than columns."""

    texts: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def constant(self) -> str | None:
        """Its text, if it names no column."""
        return None if self.columns else self.texts[0]

    @property
    def bare(self) -> bool:
        """Whether it is nothing but one column."""
        return self.texts == ("", "")

    def makes(self, text: str) -> bool:
        """Whether it gives this text over some cells."""
        return re.fullmatch(".+".join(map(re.escape, self.texts)), text, re.DOTALL) is not None

    def over(self, columns: Sequence[str | None]) -> Template | None:
        """The same over other columns, in the same order; where one is None, as if its cells were blank (`joined`).

        None if no column is left.
        """
        kept = [place for place, column in enumerate(columns) if column is not None]
        if columns and not kept:
            return None
        before = [self.texts[place] if number or not place else "" for number, place in enumerate(kept)]
        behind = self.texts[-1] if not columns or columns[-1] is not None else ""
        return Template((*before, behind), tuple(column for column in columns if column is not None))

    def whole(self, cells: pl.DataFrame) -> pl.Expr:
        """What identifies, over the columns of `cells`: null where one of its cells is blank (a bare column: the cell
        itself).
        """
        if not self.columns:
            return pl.lit(self.texts[0])
        if self.bare:
            return pl.col(self.columns[0])
        trimmed = self._trimmed(cells)
        parts = [pl.lit(self.texts[0])]
        for cell, text in zip(trimmed, self.texts[1:], strict=True):
            parts += [cell, pl.lit(text)]
        return pl.concat_str(parts, ignore_nulls=False)

    def joined(self, cells: pl.DataFrame) -> pl.Expr:
        """What people read, over the columns of `cells`: blank cells are left out.

        A column's text is the one before it (the first's only with the first, the others' only where a cell
        stands before them); what follows the last column goes with that.
        """
        if not self.columns or self.bare or self._plain(cells):
            return self.whole(cells)
        parts: list[pl.Expr] = []
        before: pl.Expr | None = None
        trimmed = self._trimmed(cells)
        for text, cell in zip(self.texts, trimmed, strict=False):
            there = cell.is_not_null()
            if text:
                parts.append(pl.when(there if before is None else there & before).then(pl.lit(text)))
            parts.append(cell)
            before = there if before is None else before | there
        if self.texts[-1]:
            parts.append(pl.when(trimmed[-1].is_not_null()).then(pl.lit(self.texts[-1])))
        return pl.concat_str(parts, ignore_nulls=True)

    def _trimmed(self, cells: pl.DataFrame) -> list[pl.Expr]:
        if self._plain(cells):
            return [pl.col(column) for column in self.columns]
        return [identifiers.trimmed(pl.col(column)) for column in self.columns]

    def _plain(self, cells: pl.DataFrame) -> bool:
        """Whether no cell is blank, and none has anything to trim: that is seen faster than done."""
        own = [pl.col(column) for column in dict.fromkeys(self.columns)]
        bare = [cell.str.strip_chars(TRIM).str.len_bytes() for cell in own]
        odd = [
            cell.is_null() | (length == 0) | (length != cell.str.len_bytes())
            for cell, length in zip(own, bare, strict=True)
        ]
        return not cells.select(pl.any_horizontal(one.any() for one in odd)).item()


def parse(text: str) -> Template:
    """A template as it is written. ValueError: its braces are not balanced, or stand around nothing."""
    texts, columns = [""], []
    for part in _PARTS.finditer(text):
        if part["wrong"]:
            raise ValueError(f"a single {part['wrong']} in {shown(text)}; a brace itself is written twice")
        if part["column"] is None:
            texts[-1] += part["text"] or part["brace"][0]
        elif not (column := part["column"].strip(TRIM)):
            raise ValueError(f"no column between the braces in {shown(text)}")
        else:
            columns.append(column)
            texts.append("")
    return Template(tuple(texts), tuple(columns))


def is_one_of(cell: pl.Expr, values: Sequence[str]) -> pl.Expr:
    """Whether a cell is one of these values, both trimmed and without regard to the case of ASCII letters.

    A cell that is missing is a blank one.
    """
    trim = f"[{TRIM}]*"
    bare = [value.strip(TRIM) for value in values]
    pattern = rf"\A{trim}(?i-u:{'|'.join(re.escape(value) for value in bare)}){trim}\z"
    return cell.str.contains(pattern).fill_null("" in bare)
