"""Encodings: every one reads back, and where it is another, that is said and never guessed."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from made_pieces import PIECES, is_blank, outcome, read, rows, says_the_header

from jobs.reading import csv_records
from jobs.reading.csv_records import CsvFile
from jobs.reading.files import Format
from jobs.reading.sources import sources
from jobs.shell.failures import FileProblem


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pieces") / "people.csv"


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
@settings(max_examples=examples(30), deadline=None)
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


def test_a_header_longer_than_what_is_read_at_first(path: Path) -> None:
    long = "x" * csv_records.HEADER_BYTES
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
