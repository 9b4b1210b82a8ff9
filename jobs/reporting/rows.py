"""A report's rows as lines of a table, as CSV and as JSON.

Numbers are what the database says, digit for digit; times are ISO 8601 in UTC. Only the table rounds: mean scores to
four decimals, time to seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from identity.problems import one_line, quoted
from jobs.shell.records import csv_records
from jobs.shell.terminal import table

Row = Mapping[str, Any]
KEYS = ("custom_id", "activity")
"""Columns that tell rows apart: a table has them whole."""


def csv_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """The rows as CSV, header first, one text a record; what there is not is empty."""
    record = csv_records()
    yield record(columns)
    for row in rows:
        yield record("" if row[name] is None else _text(row[name]) for name in columns)


def json_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """The rows as one array of objects, one text a row; what there is not is null."""
    before = "["
    for row in rows:
        pairs = ", ".join(f"{json.dumps(name)}: {_value(row[name])}" for name in columns)
        yield f"{before}\n{{{pairs}}}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def as_json(columns: Sequence[str], row: Row) -> dict[str, Any]:
    """A row for `--json`."""
    return {name: json.loads(_value(row[name])) for name in columns}


def table_lines(columns: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """The rows below their headings, figures to the right."""
    lines = [tuple(_cell(name, row[name]) for name in columns) for row in rows]
    figures = {
        number
        for number, name in enumerate(columns)
        if any(isinstance(row[name], int | Decimal) for row in rows) or name == "mean_score"
    }
    widths = [max(map(len, column)) for column in zip(columns, *lines, strict=True)]
    return table(
        [
            tuple(cell.rjust(widths[n]) if n in figures else cell for n, cell in enumerate(line))
            for line in (tuple(columns), *lines)
        ]
    )


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return one_line(value) if name in KEYS else quoted(value)[1:-1]
    if isinstance(value, datetime):
        return _text(value.replace(microsecond=0))
    return f"{round(value, 4) + 0:.4f}" if name == "mean_score" else f"{round(value):,}"  # + 0: never -0.0000


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _value(value: Any) -> str:
    """A value as JSON; numbers keep all their digits, which `json.dumps` would not."""
    if isinstance(value, int | Decimal):
        return _text(value)
    return json.dumps(_text(value) if isinstance(value, datetime) else value, ensure_ascii=False)
