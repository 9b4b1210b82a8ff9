"""Templates over the columns of a file (`{First Name} {Last Name}`), and the values that cells are compared with.

A column stands in braces; `{{` and `}}` are braces themselves. A template of nothing but one column hands its
cells on as they are; in any other, cells are trimmed. What a cell says of clearing (`<delete>`) it says of the whole
that the template makes of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from identity import identifiers_in_bulk as identifiers
from identity.blanks import trimmed, trimmed_column
from jobs.reading.cells import DELETE, ESCAPED_DELETE
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
        return is_made_of(self.texts, text, 1)

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
        return self._whole(self._trimmed(cells))

    def clearing(self, cells: pl.DataFrame) -> pl.Expr:
        """The same of a group: `<delete>` where one of its cells is that."""
        if not self.speaks_of_delete(cells):
            return self.whole(cells)
        own = self._trimmed(cells)
        said = self._whole([_freed(cell) for cell in own])
        return pl.when(pl.any_horizontal(cell == DELETE for cell in own)).then(pl.lit(DELETE)).otherwise(said)

    def joined(self, cells: pl.DataFrame) -> pl.Expr:
        """What people read, over the columns of `cells`: blank cells are left out; `<delete>` if all others are that.

        A column's text is the one before it (the first's only with the first, the others' only where a cell
        stands before them); what follows the last column goes with that.
        """
        if self.speaks_of_delete(cells):
            own = self._trimmed(cells)
            said = self._joined([_freed(cell) for cell in own])
            some, others = _deletes(own)
            odd = ~some & said.str.contains(ESCAPED_DELETE.replace("+", "*"))  # to be freed again as a whole
            escaped = pl.when(odd).then(pl.lit("\\") + said).otherwise(said)
            return pl.when(some & ~others).then(pl.lit(DELETE)).otherwise(escaped)
        if not self.columns or self.bare or self._plain(cells):
            return self.whole(cells)
        return self._joined(self._trimmed(cells))

    def half_cleared(self, cells: pl.DataFrame) -> pl.Expr:
        """Where some of the cells are `<delete>`, and others neither that nor blank: nobody knows what is meant."""
        if not self.speaks_of_delete(cells):
            return pl.lit(False)
        some, others = _deletes(self._trimmed(cells))
        return some & others

    def _whole(self, bare: Sequence[pl.Expr]) -> pl.Expr:
        parts = [pl.lit(self.texts[0])]
        for cell, text in zip(bare, self.texts[1:], strict=True):
            parts += [cell, pl.lit(text)]
        return pl.concat_str(parts, ignore_nulls=False)

    def _joined(self, bare: Sequence[pl.Expr]) -> pl.Expr:
        parts: list[pl.Expr] = []
        before: pl.Expr | None = None
        for text, cell in zip(self.texts, bare, strict=False):
            there = cell.is_not_null()
            if text:
                parts.append(pl.when(there if before is None else there & before).then(pl.lit(text)))
            parts.append(cell)
            before = there if before is None else before | there
        if self.texts[-1]:
            parts.append(pl.when(bare[-1].is_not_null()).then(pl.lit(self.texts[-1])))
        return pl.concat_str(parts, ignore_nulls=True)

    def speaks_of_delete(self, cells: pl.DataFrame) -> bool:
        """Whether `<delete>` is anywhere in the cells of which it makes more than the cell: that is seen at once."""
        if self.bare or not self.columns:
            return False
        own = (pl.col(column).str.contains(DELETE, literal=True).any() for column in dict.fromkeys(self.columns))
        return bool(cells.select(pl.any_horizontal(own)).item())

    def _trimmed(self, cells: pl.DataFrame) -> list[pl.Expr]:
        if self._plain(cells):
            return [pl.col(column) for column in self.columns]
        return [identifiers.trimmed(pl.col(column)) for column in self.columns]

    def _plain(self, cells: pl.DataFrame) -> bool:
        """Whether no cell is blank, and none has anything to trim: that is seen faster than done."""
        own = [pl.col(column) for column in dict.fromkeys(self.columns)]
        bare = [trimmed_column(cell).str.len_bytes() for cell in own]
        odd = [
            cell.is_null() | (length == 0) | (length != cell.str.len_bytes())
            for cell, length in zip(own, bare, strict=True)
        ]
        return not cells.select(pl.any_horizontal(one.any() for one in odd)).item()


def _deletes(bare: Sequence[pl.Expr]) -> tuple[pl.Expr, pl.Expr]:
    """Whether some of the cells are `<delete>`, and whether some are neither that nor blank."""
    some = pl.any_horizontal((cell == DELETE).fill_null(False) for cell in bare)
    return some, pl.any_horizontal((cell != DELETE).fill_null(False) for cell in bare)


def _freed(cell: pl.Expr) -> pl.Expr:
    r"""`\<delete>` is the text `<delete>`."""
    return pl.when(cell.str.contains(ESCAPED_DELETE)).then(cell.str.slice(1)).otherwise(cell)


def parse(text: str) -> Template:
    """A template as it is written. ValueError: its braces are not balanced, or stand around nothing."""
    texts, columns = [""], []
    for part in _PARTS.finditer(text):
        if part["wrong"]:
            raise ValueError(f"a single {part['wrong']} in {shown(text)}; a brace itself is written twice")
        if part["column"] is None:
            texts[-1] += part["text"] or part["brace"][0]
        elif not (column := trimmed(part["column"])):
            raise ValueError(f"no column between the braces in {shown(text)}")
        else:
            columns.append(column)
            texts.append("")
    return Template(tuple(texts), tuple(columns))


def is_made_of(parts: Sequence[str], text: str, least: int) -> bool:
    """Whether a text is these parts, in order, with anything of so many characters or more between each two. It takes
    time as the two are long, however many parts there are.
    """
    first, *others = parts
    if not others:
        return text == first
    *between, last = others
    at, end = len(first), len(text) - len(last)
    if at > end or not (text.startswith(first) and text.endswith(last)):
        return False
    for part in between:  # the first place at which each fits leaves most for the others
        found = text.find(part, at + least, end)
        if found < 0:
            return False
        at = found + len(part)
    return end - at >= least


def is_one_of(cell: pl.Expr, values: Sequence[str]) -> pl.Expr:
    """Whether a cell is one of these values, both trimmed and without regard to the case of ASCII letters.

    A cell that is missing is a blank one.
    """
    bare = [trimmed(value) for value in values]
    pattern = rf"\A(?i-u:{'|'.join(re.escape(value) for value in bare)})\z"
    return trimmed_column(cell).str.contains(pattern).fill_null("" in bare)


def begins_with(line: pl.Expr, text: str) -> pl.Expr:
    """Whether a line begins with this, without what is blank before it, and compared as in `is_one_of`."""
    return trimmed_column(line).str.contains(rf"\A(?i-u:{re.escape(trimmed(text))})")
