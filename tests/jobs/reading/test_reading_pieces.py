"""Bytes to whole records: what a CSV writer writes reads back; any other file ends in a clear problem."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from costs import frames_made
from hypothesis import example, given, settings
from hypothesis import strategies as st

from identity.blanks import trimmed
from jobs.reading import pieces
from jobs.reading.files import Format, Source
from jobs.reading.pieces import CsvFile
from jobs.reading.sources import sources
from jobs.shell.failures import FileProblem

NASTY = st.sampled_from(
    ['"', '""', ",", "\n", "\r\n", ";", " ", "\t", "\0", "\u00a0", "\ufeff", "a", "é", "😀", "00123", "x^"]
)
CELL = st.lists(NASTY, max_size=5).map("".join) | st.text(max_size=8, alphabet=st.characters(codec="utf-8"))
PIECES = st.sampled_from([1, 7, 30, 200, 1 << 20])


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pieces") / "people.csv"


def read(path: Path, content: bytes, piece_bytes: int = 1 << 20, format: Format | None = None) -> CsvFile:
    path.write_bytes(content)
    return CsvFile(Source(path), format, piece_bytes=piece_bytes)


def rows(file: CsvFile) -> list[tuple[int, list[str], str | None, str | None]]:
    """(physical line, cells, ragged, excess) of all records."""
    return [
        (at, [cell or "" for cell in cells], ragged, excess)
        for records in file.pieces()
        for at, *cells, ragged, excess in records.frame.iter_rows()
    ]


def outcome(path: Path, content: bytes, piece_bytes: int) -> object:
    """The columns, all records and the facts of a file, or the message that says why there are none."""
    try:
        file = read(path, content, piece_bytes)
        return file.columns, rows(file), file.lines, file.sha256, file.size
    except FileProblem as problem:
        return str(problem)


def is_blank(cells: list[str]) -> bool:
    return not any(trimmed(cell) for cell in cells)


def says_the_header(header: list[str], cells: list[str]) -> bool:
    return [trimmed(cell) for cell in cells] == [trimmed(cell) for cell in header]


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[str]], str, int]:
    """A table as a CSV writer takes it, its line end, its quoting."""
    width = draw(st.integers(1, 5))
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    cell = CELL
    if (
        line_end == "\n" and quoting == csv.QUOTE_MINIMAL
    ):  # Python 3.11 leaves a CR unquoted, even before the LF
        cell = CELL.map(lambda text: text.replace("\r", ""))
    header = draw(
        st.lists(cell, min_size=width, max_size=width).filter(
            lambda cells: not is_blank(cells) and not any("\0" in cell for cell in cells)
        )
    )
    body = draw(st.lists(st.lists(cell, min_size=width, max_size=width), max_size=8))
    return [header, *body], line_end, quoting


def written(
    table: list[list[str]], line_end: str, quoting: int, separator: str = ","
) -> tuple[str, list[int]]:
    """What Python's csv module writes, and the physical line on which each row begins."""
    out, at = io.StringIO(newline=""), []
    writer = csv.writer(out, lineterminator=line_end, quoting=quoting, delimiter=separator)  # type: ignore[arg-type]
    for cells in table:
        at.append(out.getvalue().count("\n") + 1)
        writer.writerow(cells)
    return out.getvalue(), at


@given(tables(), st.booleans(), st.booleans(), PIECES)
@settings(max_examples=100, deadline=None)
def test_what_a_csv_writer_writes_reads_back(
    path: Path, table: tuple[list[list[str]], str, int], mark: bool, last_line_end: bool, piece_bytes: int
) -> None:
    text, at = written(*table)
    if text.startswith("\ufeff"):  # at the very start it is a mark, and so are several
        mark = True
        text = text[1:]
        table[0][0][0] = table[0][0][0].lstrip("\ufeff")
    if not last_line_end and table[2] == csv.QUOTE_ALL:
        text = text.removesuffix(table[1])
    file = read(path, (b"\xef\xbb\xbf" if mark else b"") + text.encode(), piece_bytes, Format(delimiter=","))
    assert file.columns == table[0][0]
    assert file.has_mark is mark
    expected = [
        (line, cells, None, None)
        for line, cells in zip(at, table[0], strict=True)
        if not is_blank(cells) and not says_the_header(table[0][0], cells)
    ]
    assert rows(file) == expected
    assert file.lines == text.count("\n") + (not text.endswith("\n"))
    assert file.size == path.stat().st_size
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@given(
    st.lists(
        st.sampled_from(["a", '"', '""', ",", "\n", "\r\n", "é", " ", "b", '",', ',"', "\ufeff"]), max_size=40
    ),
    st.booleans(),
)
@settings(max_examples=120, deadline=None)
@example(["\n", ",", ",", ",", "a"], False)
@example(["\ufeff", ",", "b", "\n", "a", "\n"], False)
def test_any_text_is_read_as_the_csv_module_reads_it_wherever_it_is_cut(
    path: Path, parts: list[str], ends: bool
) -> None:
    text = "h,i\n" + "".join(parts) + ("\n" if ends else "")
    found = outcome(path, text.encode(), 1 << 20)
    for piece_bytes in (1, 5, 17):
        assert outcome(path, text.encode(), piece_bytes) == found
    lines = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert isinstance(found, str) == ends_inside_quotes(text)
    if isinstance(found, str):
        assert "the file ends inside a quoted cell" in found
        return
    assert isinstance(found, tuple)
    # Blanks behind a closing quote are no part of the cell.
    expected = [[cell.rstrip(" \ufeff") for cell in [*cells, "", ""][:2]] for cells in lines if not is_blank(cells)]
    assert [[cell.rstrip(" \ufeff") for cell in cells] for _, cells, _, _ in found[1]] == expected


def ends_inside_quotes(text: str) -> bool:
    """Whether, for the csv module, what would come on a further line belongs to the last cell."""
    *_, last = csv.reader(io.StringIO(text + "\n|", newline=""))
    return last != ["|"]


@given(
    st.lists(st.lists(st.sampled_from(["a", "", "b\nc", 'd"', " "]), min_size=1, max_size=5), max_size=12),
    PIECES,
)
@settings(max_examples=80, deadline=None)
def test_ragged_lines_are_found_exactly(path: Path, body: list[list[str]], piece_bytes: int) -> None:
    text, at = written([["x", "y", "z"], *body], "\n", csv.QUOTE_MINIMAL)
    found = rows(read(path, text.encode(), piece_bytes))
    expected = [(line, cells) for line, cells in zip(at[1:], body, strict=True) if not is_blank(cells)]
    assert [line for line, _, _, _ in found] == [line for line, _ in expected]
    evenly = len({max(len(cells), 3) for _, cells in expected}) == 1 and all(
        len(cells) > 3 and is_blank(cells[3:]) for _, cells in expected
    )
    for (_, cells, ragged, excess), (_, original) in zip(found, expected, strict=True):
        assert cells == [*original, "", ""][:3]
        sound = len(original) == 3 or evenly
        assert (ragged is None) == sound
        if sound:
            assert excess is None
        else:
            assert ragged is not None
            assert ragged.startswith(f"{len(original)} cell")
            more = list(csv.reader(io.StringIO(excess, newline=""))) if excess else []
            assert more == ([original[3:]] if "".join(original[3:]) or len(original) > 4 else [])


@given(st.binary(max_size=60), PIECES)
@settings(max_examples=100, deadline=None)
def test_any_bytes_end_in_records_or_in_a_file_problem(path: Path, content: bytes, piece_bytes: int) -> None:
    found = outcome(path, content, piece_bytes)
    assert outcome(path, content, 1 << 20) == found
    if isinstance(found, str):
        assert found.startswith(str(path))
        assert "\n" not in found
    else:
        content.decode()


@given(
    st.lists(
        st.sampled_from([b"a", b"\xc3", b"\xa9", b"\xe2\x82", b'"', b",", b"\n", b"xxxxxxxxxxxxxxx"]),
        max_size=30,
    )
)
@settings(max_examples=100, deadline=None)
def test_bytes_that_are_not_utf8_never_pass(path: Path, parts: list[bytes]) -> None:
    content = b"h,i\n" + b"".join(parts)
    found = outcome(path, content, 1 << 20)
    try:
        content.decode()
    except UnicodeDecodeError:
        assert isinstance(found, str)
    else:
        assert not isinstance(found, str) or "ends inside a quoted cell" in found


ENCODINGS = ["utf-8", "utf-8-sig", "latin-1", "cp1252", "cp1250", "shift_jis", "gb18030", "utf-16-le", "iso2022_jp"]
MARKED = [  # the file's mark, and the encoding behind it
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
]
LETTERS = {"latin-1": "éß÷", "cp1252": "é€’", "cp1250": "Žřł", "shift_jis": "表ソ名", "iso2022_jp": "表ソ名"}


@st.composite
def exports(draw: st.DrawFn) -> tuple[list[list[str]], str, list[int], bytes, Format]:
    """A table, its text as a CSV writer writes it in some dialect, the line of each row, its bytes, its format."""
    delimiter, quote = draw(
        st.tuples(st.sampled_from(",;\t|!:^"), st.sampled_from("\"'`$")).filter(lambda signs: signs[0] != signs[1])
    )
    mark, encoding = draw(st.sampled_from(MARKED) | st.sampled_from(ENCODINGS).map(lambda name: (b"", name)))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    signs = [delimiter, quote, quote * 2, "\n", '"', ",", ";", " ", "a", "00123", *LETTERS.get(encoding, "é😀表")]
    if mark or encoding in ("utf-8", "gb18030", "utf-16-le"):
        signs.append("\ufeff")
    if line_end == "\r\n" or quoting == csv.QUOTE_ALL:
        signs.append("\r\n")
    signs = [sign for sign in signs if encodable(sign, encoding)]
    cell = st.lists(st.sampled_from(signs), max_size=4).map("".join)
    width = draw(st.integers(1, 4))
    row = st.lists(cell, min_size=width, max_size=width)
    header = draw(row.filter(lambda cells: not is_blank(cells) and not cells[0].startswith("\ufeff")))
    rows = [header, *draw(st.lists(row, max_size=6))]
    out, at = io.StringIO(newline=""), []
    writer = csv.writer(out, delimiter=delimiter, quotechar=quote, quoting=quoting, lineterminator=line_end)  # type: ignore[arg-type]
    for cells in rows:
        at.append(out.getvalue().count("\n") + 1)
        writer.writerow(cells)
    asked = "latin-1" if mark else encoding
    return rows, out.getvalue(), at, mark + out.getvalue().encode(encoding), Format(asked, delimiter, quote)


def encodable(text: str, encoding: str) -> bool:
    try:
        return text.encode(encoding).decode(encoding) == text
    except UnicodeError:
        return False


@given(exports(), PIECES)
@settings(max_examples=60, deadline=None)
def test_every_dialect_and_encoding_reads_back_cell_for_cell(
    path: Path, export: tuple[list[list[str]], str, list[int], bytes, Format], piece_bytes: int
) -> None:
    table, _, at, content, format = export
    file = read(path, content, piece_bytes, format)
    assert file.columns == table[0]
    assert rows(file) == [
        (line, cells, None, None)
        for line, cells in zip(at, table, strict=True)
        if not is_blank(cells) and not says_the_header(table[0], cells)
    ]
    assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    packed = path.with_name("packed")
    packed.write_bytes(gzip.compress(content))
    with zipfile.ZipFile(path.with_name("packed.zip"), "w") as archive:
        archive.writestr("people.csv", content)
    found = sources([packed, path.with_name("packed.zip")])
    for source in found:
        inner = CsvFile(source, format, piece_bytes=piece_bytes)
        assert (inner.columns, rows(inner), inner.sha256) == (file.columns, rows(file), file.sha256)
        source.close()


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
    file = pieces.CsvFile(Source(path), Format(delimiter=delimiter), known=lambda heading: heading in ("ID", "Mail"))
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
        pieces.CsvFile(Source(path), Format(header_line=3))
    assert str(problem.value).endswith(told)


def test_a_header_longer_than_what_is_read_at_first(path: Path) -> None:
    long = "x" * pieces.HEADER_BYTES
    file = read(path, f'"{long}\n";email\n1;2\n'.encode())
    assert (file.columns, rows(file)) == ([long + "\n", "email"], [(3, ["1", "2"], None, None)])


def test_an_encoding_that_shows_in_the_header_alone(path: Path) -> None:
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        content = "custom_id,email\n1,x\n".encode(encoding)
        assert outcome(path, content, 1 << 20) == (
            f"{path}, line 1: not UTF-8: NUL in the header; perhaps it is {encoding}: --encoding {encoding}"
        )
        assert read(path, content, format=Format(encoding=encoding)).columns == ["custom_id", "email"]
    assert outcome(path, codecs.BOM_UTF16_BE + "a,b\n".encode("utf-32-be"), 1 << 20) == (
        f"{path}, line 1: not utf-16-be: NUL in the header; its byte order mark is wrong, or it is damaged"
    )


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("windows-1252", "name,mail\nBjörn Müller,b@x\nJürgen Groß,c@x\nAndré Citroën,d@x\n"),
        ("windows-1251", "имя,почта\nИван Петров,i@x\nМария Сидорова,m@x\nАлексей Смирнов,a@x\n"),
        ("windows-1253", "όνομα,mail\nΓιώργος Παπαδόπουλος,g@x\nΜαρία Νικολάου,m@x\n"),
        ("cp932", "名前,メール\n山田太郎,y@x\n鈴木一郎,s@x\n佐藤花子,h@x\n"),
        ("gb18030", "姓名,邮件\n王小明,w@x\n李华,l@x\n张伟,z@x\n"),
    ],
)
def test_a_likely_encoding_is_suggested_and_never_taken(path: Path, encoding: str, text: str) -> None:
    start = "id,mail\n" + "1,a@x.example\n" * 10_000
    message = outcome(path, (start + text).encode(encoding), 1 << 10)
    assert isinstance(message, str)
    assert ", line 10002: not UTF-8 at character " in message or ", line 10003: not UTF-8 at character " in message
    assert f"perhaps it is {encoding}" in message
    assert message.endswith(f": --encoding {encoding}")
    with pytest.raises(FileProblem, match=r"not ascii at character .* --encoding utf-8$"):
        list(read(path, (start + text).encode(), 1 << 10, Format(encoding="ascii")).pieces())


def test_two_encodings_that_fit_equally_are_both_named(path: Path) -> None:
    content = "jméno\nŽofie Dvořáková\nJiří Novák\nLukáš Černý\nTereza Procházková\n".encode("cp1250")
    message = outcome(path, content, 1 << 20)
    assert isinstance(message, str)
    assert message.endswith("; perhaps it is windows-1252 or windows-1250: --encoding windows-1252")


def test_latin_1_and_what_is_not_of_an_encoding(path: Path) -> None:
    file = read(path, "näme\nBjörn\n".encode("latin-1"), format=Format(encoding="latin-1"))
    assert (file.columns, rows(file)) == (["näme"], [(2, ["Björn"], None, None)])
    with pytest.raises(FileProblem, match=r"line 3: not cp1252 at character 1 \(column 'a'\): bytes 81"):
        list(read(path, b"a\nb\n\x81\n", 2, Format(encoding="cp1252")).pieces())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            b"\xef\xbb\xbfa,name\n1,Jos\xe9 Mu\xf1oz\n2,Fran\xe7ois\n",
            "not UTF-8 at character 6 (column 'name'): bytes E9",
        ),
        ("\ufeffa,name\n1,b\n".encode("utf-16-le") + b"x", "not utf-16-le at character 1 (column 'a'): bytes 78"),
    ],
)
def test_no_encoding_is_suggested_that_the_mark_would_outdo(path: Path, content: bytes, told: str) -> None:
    with pytest.raises(FileProblem) as problem:
        list(read(path, content).pieces())
    assert str(problem.value).endswith(f"{told}; its byte order mark is wrong, or it is damaged")


def test_utf_16_without_its_mark(path: Path) -> None:
    with pytest.raises(FileProblem, match=r"line 1: not utf-16 at character 1: .* perhaps it is utf-16-le: --enc"):
        read(path, "a,b\n".encode("utf-16-le"), format=Format(encoding="utf-16"))


def test_a_format_says_what_of_it_cannot_be() -> None:
    for delimiter in ("", ",,", "\n", "§", "a", "7", " "):
        with pytest.raises(ValueError, match=r"delimiter: '.*' is not one ASCII sign"):
            Format(delimiter=delimiter)
    with pytest.raises(ValueError, match="quote: '``' is not one ASCII sign"):
        Format(quote="``")
    for same in ({"delimiter": '"'}, {"quote": ","}, {"delimiter": ";", "quote": ";"}):
        with pytest.raises(ValueError, match="delimiter and quote: both are"):
            Format(**same)
    for encoding in ("klingon", "base64", "undefined", "utf\0"):
        with pytest.raises(ValueError, match=r"encoding: '.*' is not known"):
            Format(encoding=encoding)
    assert Format(delimiter="tab") == Format(delimiter="\\t") == Format(delimiter="\t")


def test_quotes_inside_unquoted_cells_are_characters(path: Path) -> None:
    file = read(path, b'name,x\nBob "Bobby" Smith,1\n5" pipe,2\n"a ""b""",3\n')
    assert [cells for _, cells, ragged, _ in rows(file) if ragged is None] == [
        ['Bob "Bobby" Smith', "1"],
        ['5" pipe', "2"],
        ['a "b"', "3"],
    ]


def test_a_quote_that_is_not_doubled_makes_one_ragged_line_of_what_it_swallows(path: Path) -> None:
    file = read(path, b'name,x\n"Bob,1\nSue,2\n"Ann",3\nJim,4\n')
    (swallowed, sound) = rows(file)
    assert sound == (5, ["Jim", "4"], None, None)
    assert swallowed[0] == 2
    assert (
        swallowed[2]
        == "a quote within a quoted cell is not doubled; 3 physical lines are one record here, by its quotes"
    )


def test_cells_beyond_the_header_are_kept_as_written(path: Path) -> None:
    assert rows(read(path, b'a,b\n1,2,3,"4,""\n"\r\n5\n,,\n, ,\xc2\xa0\n')) == [
        (
            2,
            ["1", "2"],
            "4 cells where the header has 2; 2 physical lines are one record here, by its quotes",
            '3,"4,""\n"',
        ),
        (4, ["5", ""], "1 cell where the header has 2", None),
    ]


def test_a_long_and_a_short_line_do_not_make_up_for_each_other(path: Path) -> None:
    file = read(path, b"a,b,c\n1,2\n3,4,5,6\n7,8,9\n")
    assert [(at, ragged is None) for at, _, ragged, _ in rows(file)] == [(2, False), (3, False), (4, True)]


def test_lines_of_blanks_are_no_records(path: Path) -> None:
    file = read(path, b"\n\r\n,\na,b\n\n \n,\n \t,\xc2\xa0\r\n\r\n1,\n\n")
    assert (file.columns, file.header_line) == (["a", "b"], 4)
    assert rows(file) == [(10, ["1", ""], None, None)]
    assert file.lines == 11


def test_what_blank_columns_cost_follows_how_many_they_are(path: Path) -> None:
    """Of all columns together as many frames are made as it takes to double one to them."""

    def cost(columns: int) -> int:
        last = "".join("," * (columns - 1) + f"{number}\n" for number in range(100))
        file = read(path, (",".join(f"c{place}" for place in range(columns)) + "\n" + last).encode())
        found: list[Any] = []
        made = frames_made(lambda: found.extend(rows(file)))
        assert [record[1][-1] for record in found] == [str(number) for number in range(100)]
        return made

    few, many = cost(512), cost(4096)
    assert 0 < few <= many <= few + 6, "eight times as many columns"


def test_text_stays_as_it_is(path: Path) -> None:
    cells = ["00123", "1.0", "NULL", "#x", " a ", "true", "2026-01-01", "1e5", "\0", "\ufeff", "a\rb", "-"]
    text = ",".join(str(place) for place in range(len(cells))) + "\n" + ",".join(cells) + "\n"
    assert rows(read(path, text.encode())) == [(2, cells, None, None)]


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("start", ["x^", "x\x01", "x", "(", "\x1f"])
def test_a_cell_that_begins_as_something_packed_is_text(path: Path, start: str, columns: int) -> None:
    """polars would unpack zlib (78 01, 78 5E), gzip and zstd by their first bytes."""
    more = ",".join([""] + ["b"] * (columns - 1))
    text = f"a{more}\n" + f"{start}1{more}\n" * 3
    for piece_bytes in (1, 1 << 20):
        found = rows(read(path, text.encode(), piece_bytes))
        assert [cells for _, cells, _, _ in found] == [[start + "1", *["b"] * (columns - 1)]] * 3


@pytest.mark.parametrize("start", [b"\x1f\x8b", b"x\x9c", b"x\xda", b"(\xb5/\xfd"])
def test_a_record_of_packed_bytes_is_no_text(path: Path, start: bytes) -> None:
    file = read(path, b"a,b\n" + start + b"1,2\n")
    with pytest.raises(FileProblem, match="line 2: not UTF-8 at character"):
        list(file.pieces())


def test_a_carriage_return_at_the_end_of_a_cell_stays(path: Path) -> None:
    text = 'a,b,c\nx\r,\r,y\r\n"x\r","\r",z\r\n'
    for piece_bytes in (1, 1 << 20):
        assert rows(read(path, text.encode(), piece_bytes)) == [
            (2, ["x\r", "\r", "y"], None, None),
            (3, ["x\r", "\r", "z"], None, None),
        ]


def noted(file: CsvFile) -> dict[str, tuple[int, list[int]]]:
    """What was passed over in a file that was read: how many lines, and the first."""
    return {code: (one.count, one.first) for code, one in file.noted.items()}


@pytest.mark.parametrize("end", ["\r\r\n", "\r\r\r\n", "\r" * 12 + "\n"])
@pytest.mark.parametrize("quoting", ["", '"'])
def test_carriage_returns_before_a_line_feed_are_its_line_end(path: Path, end: str, quoting: str) -> None:
    """Windows has written CRLF where a CRLF was written. Within quotes it is what the cell says."""
    lines = [["a", "b"], ["1", "x"], ["", ""], ["3", "y"]]
    text = "".join(",".join(f"{quoting}{cell}{quoting}" for cell in cells) + end for cells in lines)
    text += f'"5","in{end}side"{end}{end}'
    for piece_bytes in (1, 2, 3, 1 << 20):
        file = read(path, text.encode(), piece_bytes)
        assert rows(file) == [
            (2, ["1", "x"], None, None),
            (4, ["3", "y"], None, None),
            (5, ["5", f"in{end}side"], None, None),
        ]
        assert (file.columns, file.lines, file.noted) == (["a", "b"], 7, {})


@pytest.mark.parametrize("marks", [1, 2, 5])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-32-be"])
def test_several_byte_order_marks_are_one(path: Path, marks: int, encoding: str) -> None:
    content = ("\ufeff" * marks + '"custom_id","name"\n1,\ufeffx\n').encode(encoding)
    for piece_bytes in (1, 3, 1 << 20):
        file = read(path, content, piece_bytes)
        assert (file.columns, file.has_mark) == (["custom_id", "name"], True)
        assert rows(file) == [(2, ["1", "\ufeffx"], None, None)]
    assert outcome(path, ("\ufeff" * marks).encode(encoding), 1) == f"{path}: is empty"


def test_a_line_that_is_the_header_again_is_left_out_and_noted(path: Path) -> None:
    again = '\ufeffID, Name ,\n\ufeff"ID","Name",""\n"ID" ,"Name",\u200b\n'
    others = "ID,Name,x\nid,Name,\nName,ID,\nID,Name\nID,Name,,\n"
    text = f"ID,Name,\n1,Ann,\n{again}{others}"
    for piece_bytes in (1, 7, 1 << 20):
        file = read(path, text.encode(), piece_bytes)
        assert [(at, cells) for at, cells, ragged, _ in rows(file) if ragged is None] == [
            (2, ["1", "Ann", ""]),
            (6, ["ID", "Name", "x"]),
            (7, ["id", "Name", ""]),
            (8, ["Name", "ID", ""]),
        ]
        assert noted(file) == {"repeated_header": (3, [3, 4, 5]), "blank_behind_quote": (1, [5])}
        assert (rows(file), noted(file)["repeated_header"]) == (rows(file), (3, [3, 4, 5])), "however often it is read"
    assert rows(read(path, b"\xef\xbb\xbf,b\n,b\n1,b\n")) == [(3, ["1", "b"], None, None)]


def test_blanks_behind_a_closing_quote_are_passed_over_and_noted(path: Path) -> None:
    text = '"a" ,"b"\t\n"1" ,"x"\n"2","y" \u00a0\r\n"3", "z" \n"4"\u200b,"u"x\n"5","v"\r,\n'
    for piece_bytes in (1, 7, 1 << 20):
        file = read(path, text.encode(), piece_bytes)
        assert (file.columns, rows(file)) == (
            ["a", "b"],
            [
                (2, ["1", "x"], None, None),
                (3, ["2", "y"], None, None),
                (4, ["3", ' "z" '], None, None),
                (5, ["4", "ux"], "a quote within a quoted cell is not doubled", None),
                (6, ["5", "v"], "3 cells where the header has 2", ""),
            ],
        )
        assert noted(file) == {"blank_behind_quote": (4, [2, 3, 5, 6])}


def test_a_quote_behind_a_backslash_is_not_doubled(path: Path) -> None:
    (row,) = rows(read(path, b'a,b\n1,"x \\"y\\" z"\n'))
    assert row[2] == "a quote within a quoted cell has a backslash before it, and is not doubled"


@pytest.mark.parametrize("more", [",", ",,", ', ,""', ",\u3000,\u200b"])
def test_the_same_blank_cells_beyond_the_header_on_every_line_are_passed_over(path: Path, more: str) -> None:
    body = [f"{number},x" for number in range(100)]
    for piece_bytes in (1, 50, 1 << 20):
        file = read(path, "\n".join(["a,b", "", *(line + more for line in body), ""]).encode(), piece_bytes)
        assert rows(file) == [(number + 3, [str(number), "x"], None, None) for number in range(100)]
        assert noted(file) == {"blank_excess": (100, [3, 4, 5, 6, 7])}
        assert rows(file) == rows(file)
        for odd in ("7,x", f"7,x{more},", f"7,x{more}y", f'7,"x" y{more}'):
            lines = [line + more for line in body]
            lines[70] = odd
            file = read(path, "\n".join(["a,b", *lines, ""]).encode(), piece_bytes)
            assert sum(ragged is not None for _, _, ragged, _ in rows(file)) >= 99, odd
            assert "blank_excess" not in file.noted


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "{}: is empty"),
        (b"\xef\xbb\xbf", "{}: is empty"),
        (b"\n\r\n\n", "{}: is empty"),
        (b",,\n", "{}: is empty"),
        (b'a,"b', "{}, line 1: the file ends inside a quoted cell that begins here"),
        (
            b'\n\na,b\n1,"2\n3',
            "{}, line 4: the file ends inside a quoted cell of column 'b' that begins here",
        ),
        (b'a,b\n1,"2""\n', "{}, line 2: the file ends inside a quoted cell of column 'b' that begins here"),
        (b'a,"b"c\n', "{}, line 1: a quote within a quoted heading is not doubled"),
        (b'"a","b"\r"1","2\r"', "{}: lines end in a carriage return alone; save it with LF or CRLF"),
        (b"a,b\r1,2\r3,4", "{}: lines end in a carriage return alone; save it with LF or CRLF"),
        (b"a,b\r1,2\n3,4\n", "{}, line 1: " + pieces.CR_AND_LF),
        (b'\n"a",b\r"1",2\r\n3,4\r\n', "{}, line 2: " + pieces.CR_AND_LF),
        (
            "a,b\n1,é\nüx,y\n".encode("latin-1"),
            "{}, line 2: not UTF-8 at character 3 (column 'b'): bytes E9"
            "; perhaps it is windows-1252: --encoding windows-1252",
        ),
        (
            "a,b\n1,2\nü".encode() + b"x,\xe4\n",
            "{}, line 3: not UTF-8 at character 4 (column 'b'): bytes E4",
        ),
        (
            b"a,b\n1,2,\xff\n",
            "{}, line 2: not UTF-8 at character 5: bytes FF; perhaps it is windows-1252: --encoding windows-1252",
        ),
        (
            b'a,b\n1,x"\xff\n',
            "{}, line 2: not UTF-8 at character 5 (column 'b'): bytes FF"
            "; perhaps it is windows-1252: --encoding windows-1252",
        ),
        (
            b"\xe4,b\n",
            "{}, line 1: not UTF-8 at character 1: bytes E4"
            "; perhaps it is windows-1252: --encoding windows-1252",
        ),
        (b"," * 4096 + b"x\n", "{}, line 1: the header has 4,097 columns, more than 4,096"),
    ],
)
def test_what_cannot_be_read_as_a_whole(path: Path, content: bytes, message: str) -> None:
    for piece_bytes in (1, 9, 1 << 20):
        assert outcome(path, content, piece_bytes) == message.format(path)


def test_a_header_alone_is_a_file_without_lines(path: Path) -> None:
    file = read(path, b"a,b")
    assert (file.columns, rows(file), file.lines) == (["a", "b"], [], 1)


def test_a_record_is_bounded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "RECORD_BYTES", 1 << 20)
    file = read(path, b'a,b\n1,2\n3,"' + b"4,5\n" * 1_000_000, 1 << 20)
    with pytest.raises(
        FileProblem, match=r"line 3: a record of more than \d MB begins here; is a quote missing\?"
    ):
        list(file.pieces())
    with pytest.raises(FileProblem, match=r"line 1: a record of more than \d MB begins here"):
        read(path, b"x" * 3_000_000, 1 << 20)


def test_memory_is_bounded_by_the_piece(path: Path) -> None:
    content = b"a,b,c\n" + b"1,2,3\n" * 20_000
    file = read(path, content, 10_000)
    heights = [records.frame.height for records in file.pieces()]
    assert sum(heights) == 20_000
    assert max(heights) < 2 * 10_000 // 6


def test_bytes_read_grow_to_the_size(path: Path) -> None:
    file = read(path, b"a,b\n" + b"1,2\n" * 1000, 500)
    read_so_far = [records.bytes_read for records in file.pieces()]
    assert read_so_far == sorted(read_so_far)
    assert read_so_far[-1] == file.size == 4004


def test_a_file_can_be_read_again(path: Path) -> None:
    file = read(path, b"a,b\n1,2\n", 3)
    assert rows(file) == rows(file) == [(2, ["1", "2"], None, None)]


def test_a_header_that_changes_between_opening_and_reading_is_noticed(path: Path) -> None:
    file = read(path, b"a,b\n1,2\n")
    path.write_bytes(b"b,a\n1,2\n")
    with pytest.raises(FileProblem, match="changed while it was being read"):
        list(file.pieces())


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[tuple[Path, threading.Thread]]:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_bytes(b"a,b\n" + b"1,2\n" * 50_000))
    writer.start()
    yield path, writer
    writer.join()


def test_a_pipe_is_copied_and_can_be_read_twice(
    pipe: tuple[Path, threading.Thread], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    source = Source(pipe[0])
    (copy,) = tmp_path.glob("import-people-*")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert not source.regular
    file = CsvFile(source, piece_bytes=1000)
    for _ in range(2):
        assert sum(records.frame.height for records in file.pieces()) == 50_000
    assert file.size == source.size == 200_004
    source.close()
    source.close()
    assert not copy.exists()


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"none\.csv: cannot be read: No such file or directory"):
        Source(tmp_path / "none.csv")
    with pytest.raises(FileProblem, match="cannot be read: Is a directory"):
        Source(tmp_path)
    source = Source(__file__)
    source.path = tmp_path / "gone.csv"
    with pytest.raises(FileProblem, match="cannot be read: No such file"):
        source.open()


# -- real files --

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
