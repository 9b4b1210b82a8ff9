"""By what a file's cells are parted, and where its header stands."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from made_pieces import read, rows

from jobs.reading import csv_records
from jobs.reading.csv_records import CsvFile
from jobs.reading.files import Format, Source
from jobs.shell.failures import FileProblem


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pieces") / "people.csv"


KNOWN = {"custom_id", "email", "name"}


@pytest.mark.parametrize(
    ("header", "separator", "columns"),
    [
        ("custom_id,email", ",", ["custom_id", "email"]),
        ("custom_id;email", ";", ["custom_id", "email"]),
        ("custom_id\temail", "\t", ["custom_id", "email"]),
        ("custom_id|email", "|", ["custom_id", "email"]),
        ("a,b,c,d;email;name", ";", ["a,b,c,d", "email", "name"]),
        ("a;b;c;d,email,name", ",", ["a;b;c;d", "email", "name"]),
        ("email|name,a,b", "|", ["email", "name,a,b"]),
        ("x;y,z;w", ";", ["x", "y,z", "w"]),
        ("x;y,z", ",", ["x;y", "z"]),
        ("email", ",", ["email"]),
        ("Employee no", ",", ["Employee no"]),
        ('"a,b,c";email', ";", ["a,b,c", "email"]),
        ('"a\n;b",email', ",", ["a\n;b", "email"]),
        (";;;\nemail;;x;y", ";", ["email", "", "x", "y"]),
    ],
)
def test_the_delimiter_is_the_one_by_which_the_header_makes_most_sense(
    path: Path, header: str, separator: str, columns: list[str]
) -> None:
    for end in ("\n", "\r\n", ""):
        path.write_text(header.replace("\n", end or "\n") + end, newline="")
        file = CsvFile(Source(path), known=KNOWN.__contains__)
        assert file.dialect.separator == separator
        assert [column.replace("\r", "") for column in file.columns] == columns


def test_a_delimiter_that_is_asked_for_is_not_doubted(path: Path) -> None:
    assert read(path, b"email,name\n", format=Format(delimiter=";")).columns == ["email,name"]
    assert read(path, b"'a;b';c\n", format=Format(quote="'")).columns == ["a;b", "c"]
    assert read(path, b"|a,b|,c\n", format=Format(quote="|")).columns == ["a,b", "c"]


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("line", [b"sep=|\r\n", b"SEP=|\n", b'"sep=|"\n'])
@pytest.mark.parametrize("piece_bytes", [1, 1 << 20])
def test_a_first_line_may_name_the_delimiter(path: Path, mark: bytes, line: bytes, piece_bytes: int) -> None:
    file = read(path, mark + line + b"email|a,b,c\nann@b.de|1\nbob@b.de\n", piece_bytes)
    assert (file.columns, file.header_line, file.dialect.separator) == (["email", "a,b,c"], 2, "|")
    assert [(at, cells, bool(ragged)) for at, cells, ragged, _ in rows(file)] == [
        (3, ["ann@b.de", "1"], False),
        (4, ["bob@b.de", ""], True),
    ]
    assert file.lines == 4
    asked = read(path, mark + line + b"email;name\nann@b.de;Ann\n", piece_bytes, Format(delimiter=";"))
    assert (asked.columns, asked.header_line) == (["email", "name"], 2)


@pytest.mark.parametrize("content", [b"sep=a\n1\n", b"sep=,;\n1,2\n", b"x\nsep=;\n"])
def test_a_first_line_that_names_no_delimiter_is_the_header(path: Path, content: bytes) -> None:
    assert read(path, content).header_line == 1


def test_a_file_of_nothing_but_its_delimiter_is_empty(path: Path) -> None:
    with pytest.raises(FileProblem, match="is empty"):
        read(path, b"sep=;\r\n")


TITLE = (
    "has one cell where line {0} has {1}: perhaps it is a title; a mapping says where the header stands: "
    "[file] header_line = {0}"
)


@pytest.mark.parametrize(
    ("content", "delimiter", "told"),
    [
        (b"Staff export\nID;Name;Mail\n1;Ann;a@b.de\n", None, "line 1 " + TITLE.format(2, 3)),
        (b"Staff, all\n\nMade today\nID;Name;Mail\n1;Ann;a@b.de\n", ";", "line 1 " + TITLE.format(4, 3)),
        (b"\nStaff export;;\nID;Name;Mail\n1;Ann;a@b.de\n", None, "line 2 " + TITLE.format(3, 3)),
        (
            b"ID,Name,Mail\n1,Ann,a@b.de\n",
            ";",
            "by the delimiter ';', which was asked for, the header is one cell: perhaps it is ','",
        ),
        (b"ID;Name;Mail\n1;Ann;a@b.de\n", ";", None),
        (b"Mail\na@b.de\n", None, None),
        (
            b"Made by;SAP;today\nID;Name;Mail\n1;Ann;a@b.de\n",
            None,
            "line 1 is not known, and line 2 is: perhaps it is a title; a mapping says where the header stands: "
            "[file] header_line = 2",
        ),
    ],
)
def test_what_may_be_behind_a_header_that_cannot_be_used(
    path: Path, content: bytes, delimiter: str | None, told: str | None
) -> None:
    path.write_bytes(content)
    form = Format(delimiter=delimiter)
    file = csv_records.CsvFile(Source(path), form, known=lambda heading: heading in ("ID", "Mail"))
    assert file.doubt == told
    if told and "header_line" in told:
        assert file.header_line < (file.likely_header or 0) <= 4


@pytest.mark.parametrize("piece_bytes", [7, 1 << 20])
@pytest.mark.parametrize(
    ("content", "line", "header_line", "first"),
    [
        (b'Staff "of" today\n\nID;Mail\n1;a@b.de\n', 3, 3, 4),
        (b'"Staff,\nall\r\nID;Mail\r\n1;a@b.de\r\n', 3, 3, 4),  # the quote of a title opens nothing
        (b"sep=;\nStaff\nID;Mail\n\n1;a@b.de", 3, 3, 5),
        (b"ID;Mail\n1;a@b.de", 1, 1, 2),
        ("Staff\nID;Mail\n1;a@b.de".encode("utf-16"), 2, 2, 3),
        (b"ID;Mail;_line;_code;_message\n1;a@b.de;4;c;m\n", 3, 1, 2),  # its rejects, mended
    ],
)
def test_the_header_stands_where_it_is_said_to(
    path: Path, content: bytes, line: int, header_line: int, first: int, piece_bytes: int
) -> None:
    file = read(path, content, piece_bytes, Format(header_line=line))
    assert (file.columns[:2], file.header_line) == (["ID", "Mail"], header_line)
    ((number, cells, ragged, _),) = rows(file)
    assert (number, cells[:2], ragged) == (first, ["1", "a@b.de"], None)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Staff\nID;Mail", "has 2 lines, and its header is said to stand on line 3"),
        (b"x", "has 1 line, and its header is said to stand on line 3"),
        (b"Staff\nof today\n , \nID,Mail\n", "line 3: is blank, and the header is said to stand here"),
    ],
)
def test_no_header_where_it_is_said_to_stand(path: Path, content: bytes, told: str) -> None:
    path.write_bytes(content)
    with pytest.raises(FileProblem) as problem:
        csv_records.CsvFile(Source(path), Format(header_line=3))
    assert str(problem.value).endswith(told)
