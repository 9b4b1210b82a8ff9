"""Files of real systems, where they are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from made_pieces import rows

from jobs.reading.csv_records import CsvFile
from jobs.reading.files import Format, Source
from jobs.shell.failures import FileProblem

FIXTURES = os.environ.get("IMPORT_PEOPLE_FIXTURES")

Row = tuple[int, list[str], str | None, str | None]


def fixture(name: str, format: Format | None = None) -> tuple[CsvFile, list[Row]]:
    if not FIXTURES:
        pytest.skip("IMPORT_PEOPLE_FIXTURES does not say where real files are")
    file = CsvFile(Source(Path(FIXTURES, name)), format)
    return file, rows(file)


@pytest.mark.parametrize(
    ("name", "encoding", "columns", "count"),
    [
        ("csvkit/test_utf16_big.csv", "utf-16-be", ["a", "b", "c"], 2),
        ("csvkit/test_utf16_little.csv", "utf-16-le", ["a", "b", "c"], 2),
        ("csvkit/test_utf8_bom.csv", "utf-8", ["foo", "bar", "baz"], 2),
        ("salesforce_dataloader/csvtext_BOM_UTF8.csv", "utf-8", ["column1", "column2", "column3"], 2),
        ("salesforce_dataloader/csvtext_BOM_UTF16LE.csv", "utf-16-le", ["column1", "column2", "column3"], 2),
        ("salesforce_dataloader/csvtext_BOM_UTF16BE.csv", "utf-16-be", ["column1", "column2", "column3"], 2),
        ("frictionless/bom.csv", "utf-8", ["id", "name"], 2),
    ],
)
def test_real_files_with_a_mark(name: str, encoding: str, columns: list[str], count: int) -> None:
    file, found = fixture(name)
    assert (file.has_mark, file.dialect.encoding, file.columns, len(found)) == (True, encoding, columns, count)


def test_the_same_real_table_in_three_encodings() -> None:
    names = [f"salesforce_dataloader/csvtext{mark}.csv" for mark in ("", "_BOM_UTF8", "_BOM_UTF16LE", "_BOM_UTF16BE")]
    assert len({repr((file.columns, found)) for file, found in map(fixture, names)}) == 1


@pytest.mark.parametrize("name", ["csvtext_BOM_UTF32BE.csv", "csvtext_BOM_UTF32LE.csv"])
def test_real_files_with_a_mark_that_is_not_theirs(name: str) -> None:
    with pytest.raises(FileProblem, match=r"line 1: not utf-16-be: NUL in the header; its byte order mark is wrong"):
        fixture(f"salesforce_dataloader/{name}")


@pytest.mark.parametrize(
    ("name", "where", "cells"),
    [
        ("csvkit/test_latin1.csv", r"line 3: not UTF-8 at character 5 \(column 'c'\): bytes A9", ["4", "5", "©"]),
        ("frictionless/latin1.csv", r"line 3: not UTF-8 at character 3 \(column 'name'\): bytes A9", ["2", "©"]),
    ],
)
def test_real_files_that_are_not_utf8(name: str, where: str, cells: list[str]) -> None:
    with pytest.raises(FileProblem, match=where + "; perhaps it is windows-1252: --encoding windows-1252$"):
        fixture(name)
    for encoding in ("windows-1252", "latin-1"):
        assert fixture(name, Format(encoding=encoding))[1][-1] == (3, cells, None, None)


@pytest.mark.parametrize(
    ("name", "separator", "columns"),
    [
        ("frictionless/issue-1009-semicolon.csv", ";", ["fieldNameA", "fieldNameB"]),
        ("frictionless/issue-1009-comma.csv", ",", ["fieldNameA", "fieldNameB"]),
        ("midpoint_connector/connector_discover-bom.csv", ";", ["userid", "firstname", "lastname", "email"]),
        ("midpoint_connector/connector_schema-custom-field-delimiter.csv", ";", ["id", "organization"]),
        ("midpoint_connector/connector_schema-repeating-column.csv", ";", ["id", "name", "title", "title"]),
        ("midpoint_connector/connector_sync.csv", ";", ["firstName", "uid", "lastName", "password"]),
        ("frictionless/duplicate-headers.csv", ",", ["id", "name", "id", "age", "id"]),
        ("frictionless/blank-headers.csv", ",", ["id", "", "age"]),
        ("frictionless/leading-zeros.csv", ",", ["value"]),
    ],
)
def test_real_headers(name: str, separator: str, columns: list[str]) -> None:
    file, found = fixture(name)
    assert (file.dialect.separator, file.columns) == (separator, columns)
    assert all(ragged is None for _, _, ragged, _ in found)


@pytest.mark.parametrize(
    ("name", "ragged"),
    [
        ("frictionless/defective-rows.csv", {2: "2 cells where the header has 3", 3: "4 cells where the header has 3"}),
        ("frictionless/structure-errors.csv", {5: "6 cells where the header has 3"}),
        ("csvkit/bad.csv", {2: "4 cells where the header has 3", 3: "2 cells where the header has 3"}),
        (
            "midpoint_connector/connector_search-wrong-column-count-row.csv",
            {6: "10 cells where the header has 9"},
        ),
    ],
)
def test_real_ragged_lines(name: str, ragged: dict[int, str]) -> None:
    assert {at: what for at, _, what, _ in fixture(name)[1] if what} == ragged


@pytest.mark.parametrize(
    "name", ["csvkit/empty.csv", "frictionless/empty.csv", "midpoint_connector/connector_test-bad-1.csv"]
)
def test_real_empty_files(name: str) -> None:
    with pytest.raises(FileProblem, match=r": is empty$"):
        fixture(name)
