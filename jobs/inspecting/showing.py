"""What a file is, and its columns as a table, for people to read."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from identity.problems import PROBLEMS, one_line
from jobs.inspecting.inspected import Inspected
from jobs.inspecting.profile import ColumnFacts
from jobs.reading.damage import Sign
from jobs.reading.files import shown
from jobs.reading.noted import Noted

HEADING, EXAMPLES, WIDTH = 24, 50, 20
"""Characters that the table gives to a heading, to all examples, to one of them."""
WORDS = {"\t": "tab", " ": "space"}


def file_lines(one: Inspected) -> list[str]:
    """What the file is, and its columns as a table."""
    source, file, facts = one.source, one.file, one.facts
    lines: list[str] = []
    line = lines.append
    if source.rows_are_lines:
        line(f"file      {source.name}")
        line(f"read as   {_sheet(one)}")
    else:
        line(f"file      {source.name}, {source.size:,} bytes{' unpacked' if source.packed else ''}")
        separator = WORDS.get(file.dialect.separator, file.dialect.separator)
        encoding = f"{file.dialect.encoding.upper()} ({one.encoding_by})"
        line(f"read as   cells separated by {separator} ({one.by}), {encoding}")
    ragged = ""
    if facts.ragged:
        first = ", ".join(f"{line:,}" for line in facts.first_ragged)
        ragged = f"; {facts.ragged:,} with another number of cells than the header (first: {first})"
    title = " below a title" if file.header_line > 1 and one.format.header_line else ""
    line(f"lines     {facts.lines:,}, the header on line {file.header_line:,}{title}; {facts.rows:,} of people{ragged}")
    line("")
    rows = [("column", "filled", "different", "looks like", "examples")]
    rows += [
        (
            _cut(one_line(column.heading), HEADING),
            _share(column),
            _different(column),
            column.look,
            _examples(column),
        )
        for column in facts.columns
    ]
    widths = [max(_width(row[place]) for row in rows) for place in range(4)]
    for row in rows:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False))
        line("  ".join((*cells, row[4])).rstrip())
    signs = [_sign_line(column, code, sign) for column in facts.columns for code, sign in column.signs.items()]
    signs += [_noted_line(code, noted) for code, noted in file.noted.items()]
    if signs:
        lines += ["", "signs of damage", *(f"  {text}" for text in signs)]
    return lines


def _sheet(one: Inspected) -> str:
    """Which sheet of a workbook was read, and which were not."""
    others = [shown(sheet) for sheet in one.source.sheets if sheet != one.source.sheet]
    how = ", as asked for" if one.format.sheet else ", the first visible" if others else ""
    said = f"the sheet {shown(one.source.sheet or '')}{how}"
    if not others:
        return said
    there = "there is" if len(others) == 1 else "there are"
    return f"{said}; {there} also {', '.join(others)}{'' if one.format.sheet else ' (--sheet)'}"


def _sign_line(column: ColumnFacts, code: str, sign: Sign) -> str:
    examples = ", ".join(_cut(one_line(example), WIDTH) for example in sign.examples)
    said = f"{_cut(one_line(column.heading), HEADING)}: {PROBLEMS[code].title}: {sign.cells:,}"
    return f"{said}{examples and f' ({examples})'}"


def _noted_line(code: str, noted: Noted) -> str:
    lines = ", ".join(f"{line:,}" for line in noted.first)
    more = noted.count - len(noted.first)
    named = f"{'line' if noted.count == 1 else 'lines'} {lines}{f' and {more:,} more' if more else ''}"
    return f"{PROBLEMS[code].title}: {noted.count:,} ({named})"


def _share(column: ColumnFacts) -> str:
    """Rounded towards the middle: 100% is every line, 0% none."""
    if not column.filled:
        return "0%"
    if column.filled == column.rows:
        return "100%"
    return f"{min(99.9, max(0.1, 100 * column.filled / column.rows)):.1f}%"


def _different(column: ColumnFacts) -> str:
    if not column.real:
        return ""
    if column.unique and column.real > 1:
        return "all" if column.exact else "all (estimated)"
    return f"{'' if column.exact else 'about '}{column.distinct:,}"


def _examples(column: ColumnFacts) -> str:
    shown = ""
    for example in column.examples:
        more = f"{shown}, {_cut(one_line(example), WIDTH)}" if shown else _cut(one_line(example), EXAMPLES)
        if _width(more) > EXAMPLES:
            break
        shown = more
    return shown


def _cut(text: str, most: int) -> str:
    if _width(text) <= most:
        return text
    while _width(text) >= most:
        text = text[:-1]
    return f"{text}…"


def _width(text: Sequence[str]) -> int:
    """Columns of a terminal: East Asian characters take two, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
