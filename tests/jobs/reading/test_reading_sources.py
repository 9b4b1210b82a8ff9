"""Archives, workbooks, standard input: what is packed reads as what is not; anything else ends in a clear problem."""

from __future__ import annotations

import bz2
import csv
import datetime
import gzip
import io
import os
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from jobs.reading import spreadsheets
from jobs.reading.csv_records import CsvFile
from jobs.reading.files import Format, Source
from jobs.reading.packed import Allowance, zstd
from jobs.reading.sources import sources
from jobs.shell.failures import FileProblem

PEOPLE = b"custom_id,email\n00123,a@x.example\nE2,b@x.example\n"

Rows = list[tuple[int, list[str]]]


@pytest.fixture(autouse=True, scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the copies."""
    folder = tmp_path_factory.mktemp("copies")
    patch = pytest.MonkeyPatch()
    patch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sources")


def table(source: Source, format: Format | None = None, piece_bytes: int = 1 << 20) -> tuple[list[str], Rows]:
    file = CsvFile(source, format, piece_bytes=piece_bytes)
    rows = [
        (at, [cell or "" for cell in cells])
        for records in file.pieces()
        for at, *cells, _, _ in records.frame.iter_rows()
    ]
    assert file.size == source.size
    return file.columns, rows


def read(path: Path, format: Format | None = None, piece_bytes: int = 1 << 20) -> dict[str, tuple[list[str], Rows]]:
    """The files at a path by their names behind it."""
    found = sources([path], format)
    try:
        return {source.name.removeprefix(str(path)): table(source, format, piece_bytes) for source in found}
    finally:
        for source in found:
            source.close()


def problem(path: Path, format: Format | None = None) -> str:
    with pytest.raises(FileProblem) as raised:
        read(path, format)
    return str(raised.value)


def zipped(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


# -- packed files --


def test_gzip_by_content_whatever_its_name(folder: Path, temporary: Path) -> None:
    path = folder / "people.csv"
    path.write_bytes(gzip.compress(PEOPLE[:20]) + gzip.compress(PEOPLE[20:]))
    (source,) = sources([path])
    assert (source.path, source.name, source.regular, source.size) == (path, str(path), True, len(PEOPLE))
    (copy,) = temporary.iterdir()
    assert copy.stat().st_mode & 0o777 == 0o600
    assert table(source) == (["custom_id", "email"], [(2, ["00123", "a@x.example"]), (3, ["E2", "b@x.example"])])
    source.close()
    assert list(temporary.iterdir()) == []


def test_each_file_of_a_zip_in_its_order(folder: Path, temporary: Path) -> None:
    path = zipped(
        folder / "hr.zip",
        {
            "z/": b"",
            "z/people.csv": PEOPLE,
            "a.csv": "\ufeffName;email\nBjörn;x\n".encode("utf-16-le"),
            "__MACOSX/z/._people.csv": b"\0",
            ".DS_Store": b"\0",
            "more.csv.gz": gzip.compress(b"a\n1\n"),
        },
    )
    found = read(path)
    assert list(found) == ["/z/people.csv", "/a.csv", "/more.csv.gz"]
    assert found["/a.csv"] == (["Name", "email"], [(2, ["Björn", "x"])])
    assert found["/more.csv.gz"] == (["a"], [(2, ["1"])])
    assert list(temporary.iterdir()) == []


def test_sources_of_one_zip_are_one_path(folder: Path) -> None:
    path = zipped(folder / "two.zip", {"a.csv": PEOPLE, "b.csv": PEOPLE})
    first, second = sources([path])
    assert first.path == second.path == path
    assert first.identity == second.identity
    for source in (first, second):
        source.close()


def test_a_path_given_twice(folder: Path, temporary: Path) -> None:
    path = zipped(folder / "one.zip", {"a.csv": PEOPLE})
    link = folder / "link.zip"
    link.unlink(missing_ok=True)
    link.symlink_to(path)
    with pytest.raises(FileProblem, match=r"link\.zip: is given twice"):
        sources([path, link])
    assert list(temporary.iterdir()) == []


def test_an_archive_that_fails_leaves_no_copy(folder: Path, temporary: Path) -> None:
    good = zipped(folder / "good.zip", {"a.csv": PEOPLE})
    bad = folder / "bad.gz"
    bad.write_bytes(gzip.compress(os.urandom(100_000))[:5000])
    with pytest.raises(FileProblem, match=r"bad\.gz: is damaged"):
        sources([good, bad])
    assert list(temporary.iterdir()) == []


def test_what_cannot_be_unpacked(folder: Path, temporary: Path) -> None:
    path = folder / "packed"
    assert problem(zipped(path, {})) == f"{path}: holds no file"
    assert problem(zipped(path, {"x/": b"", ".x": b"x"})) == f"{path}: holds no file"
    assert problem(zipped(path, {"a.csv": PEOPLE}, zipfile.ZIP_BZIP2)).startswith(
        f"{path}/a.csv: is compressed in an unusual way"
    )
    inner = zipped(folder / "inner", {"a.csv": gzip.compress(PEOPLE)}).read_bytes()
    assert problem(zipped(path, {"b.zip": inner})) == f"{path}/b.zip/a.csv: is packed more than 2 times: unpack it"
    path.write_bytes(gzip.compress(PEOPLE)[:-6])
    assert problem(path) == f"{path}: is damaged, or not wholly there"
    path.write_bytes(gzip.compress(PEOPLE) + b"rubbish")
    assert problem(path) == f"{path}: is damaged, or not wholly there"
    whole = zipped(path, {"a.csv": PEOPLE * 50}).read_bytes()
    path.write_bytes(whole[:-30])
    assert problem(path) == f"{path}: is damaged, or not wholly there"
    path.write_bytes(whole.replace(b"a.csv", b"b.csv", 1))
    assert problem(path) == f"{path}/a.csv: is damaged, or not wholly there"
    encrypted = bytearray(whole)
    encrypted[6] |= 1
    encrypted[whole.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(encrypted)
    assert problem(path) == f"{path}/a.csv: is encrypted: unpack it"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512)
    assert problem(path).startswith(f"{path}: is an Excel file of the old kind, or has a password")
    assert "/old.xls: is an Excel file of the old kind" in problem(zipped(path, {"old.xls": path.read_bytes()}))
    path.write_bytes(bz2.compress(PEOPLE)[:-6])
    assert problem(path) == f"{path}: is damaged, or not wholly there"
    assert list(temporary.iterdir()) == []


def test_a_copy_that_finds_no_room(folder: Path, temporary: Path) -> None:
    path = folder / "large.gz"
    path.write_bytes(gzip.compress(b"a,b\n" * 2_000_000))
    import resource
    import signal

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, limits[1]))
    try:
        message = problem(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert message == f"{path}: cannot be copied to {temporary}: File too large"
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, zstd.compress])
def test_what_is_packed_becomes_no_more_than_it_may(
    folder: Path, temporary: Path, pack: Callable[[bytes], bytes]
) -> None:
    path = folder / "bomb"
    path.write_bytes(pack(PEOPLE))
    assert read(path) == {"": (["custom_id", "email"], [(2, ["00123", "a@x.example"]), (3, ["E2", "b@x.example"])])}
    path.write_bytes(pack(pack(b"a,b\n" * (1 << 18))))
    most = Format(max_unpacked=3 << 18)
    assert problem(path, most) == f"{path}: unpacks to more than 768 KB; --max-unpacked SIZE allows more"
    zipped(path, {"a.csv": b"a,b\n" * (1 << 17), "b.csv": b"a,b\n" * (1 << 17)})
    assert problem(path, most) == f"{path}: unpacks to more than 768 KB; --max-unpacked SIZE allows more"
    assert list(temporary.iterdir()) == []


def test_without_a_word_it_may_become_a_hundred_times_as_large() -> None:
    allowance = Allowance("x")
    for _ in range(4):
        allowance.add(1 << 30, 1 << 10)
    allowance.add(1 << 30, 1 << 30)
    with pytest.raises(FileProblem, match=r"^x: unpacks to more than 4 GB"):
        allowance.add(1, 1 << 10)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b'[\n {"actor": {"mbox": "mailto:a@x.example"}, "verb": {}}]', "lrs-people import-statements reads it"),
        (b'\xef\xbb\xbf{"statements": []}', "lrs-people import-statements reads it"),
        (b'{"customId": "E1", "name": "Ann", "personas": []}\n', "lrs-people migrate people-json reads people from it"),
    ],
)
def test_what_is_no_csv_is_told_as_what_it_is(folder: Path, temporary: Path, content: bytes, what: str) -> None:
    path = folder / "other"
    for written in (content, gzip.compress(content)):
        path.write_bytes(written)
        assert problem(path).endswith(what)
    assert list(temporary.iterdir()) == []


# -- standard input --


class Standard:
    """Standard input as the process has it."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input(pack: object, monkeypatch: pytest.MonkeyPatch, temporary: Path) -> None:
    assert callable(pack)
    monkeypatch.setattr(sys, "stdin", Standard(pack(PEOPLE)))
    (source,) = sources(["-"])
    assert (source.name, source.path, source.regular) == ("standard input", Path("-"), False)
    assert table(source) == table(source)
    assert table(source)[1][0] == (2, ["00123", "a@x.example"])
    source.close()
    assert list(temporary.iterdir()) == []


def test_standard_input_that_is_damaged_or_given_twice(monkeypatch: pytest.MonkeyPatch, temporary: Path) -> None:
    monkeypatch.setattr(sys, "stdin", Standard(b"PK\x03\x04"))
    with pytest.raises(FileProblem, match=r"^standard input: is damaged, or not wholly there$"):
        sources(["-"])
    monkeypatch.setattr(sys, "stdin", Standard(PEOPLE))
    with pytest.raises(FileProblem, match=r"^standard input: is given twice$"):
        sources(["-", "-"])
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(FileProblem, match=r"^standard input: is closed$"):
        sources(["-"])
    assert list(temporary.iterdir()) == []


# -- workbooks --

DAY = datetime.datetime(2026, 1, 31)
NUMBERS = [
    (123, "123"),
    (123.0, "123"),
    (1.23e11, "123000000000"),
    (-7, "-7"),
    (0.5, "0.5"),
    (1.5e-7, "0.00000015"),
    (1e21, "1000000000000000000000"),
]


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[object]]], hidden: str | None = None) -> Path:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row, cells in enumerate(rows, 1):
            for place, value in enumerate(cells, 1):
                if value is not None:
                    cell = sheet.cell(row, place)
                    cell.value = value
                    if isinstance(value, str) and not value.startswith("#"):
                        cell.data_type = "s"
        if title == hidden:
            sheet.sheet_state = "hidden"
    book.save(path)
    return path


def test_every_cell_of_a_workbook_is_text(folder: Path) -> None:
    cells = ["00123", True, False, DAY, DAY.replace(hour=8, minute=5), datetime.time(8, 5), "#N/A", "a\nb", " x "]
    path = workbook(folder / "x.xlsx", {"People": [[], [], list("0123456789"), [None, *cells], [], ["last"]]})
    (source,) = sources([path])
    texts = ["00123", "TRUE", "FALSE", "2026-01-31", "2026-01-31T08:05:00", "08:05:00", "#N/A", "a\nb", " x "]
    columns, rows = table(source)
    assert columns == list("0123456789")
    assert rows == [(4, ["", *texts]), (6, ["last", *[""] * 9])]
    assert source.rows_are_lines
    assert source.numeric is not None
    assert source.numeric.rows() == []
    source.close()


def test_numbers_of_a_workbook_are_written_out_and_noted(folder: Path) -> None:
    header = [f"n{place}" for place in range(len(NUMBERS))]
    path = workbook(folder / "n.xlsx", {"P": [header, ["text"], [number for number, _ in NUMBERS], [None, 5]]})
    (source,) = sources([path])
    _, rows = table(source)
    assert rows[1] == (3, [text for _, text in NUMBERS])
    assert source.numeric is not None
    assert source.numeric.rows() == [*((3, place) for place in range(len(NUMBERS))), (4, 1)]
    assert source.numeric.columns == ["line_number", "place"]
    source.close()


def test_a_cell_without_a_heading_is_seen(folder: Path) -> None:
    path = workbook(folder / "w.xlsx", {"P": [["a", "b"], ["1", "2", "note"], ["3", "4"]]})
    (source,) = sources([path])
    (records,) = CsvFile(source).pieces()
    assert records.frame["ragged"].to_list() == ["3 cells where the header has 2", None]
    assert records.frame["excess"].to_list() == ['"note"', None]
    source.close()


def test_which_sheet(folder: Path) -> None:
    path = workbook(folder / "s.xlsx", {"Lists": [["x"]], "Staff": [["a"], ["1"]], "Old": [["b"]]}, hidden="Lists")
    assert read(path) == {"": (["a"], [(2, ["1"])])}
    assert read(path, Format(sheet="Old")) == {"": (["b"], [])}
    assert problem(path, Format(sheet="staff")) == f"{path}: has no sheet 'staff'; it has 'Lists', 'Staff', 'Old'"


def test_a_workbook_in_a_zip_and_what_is_asked_about_csv(folder: Path) -> None:
    inner = workbook(folder / "i.xlsx", {"P": [["a;b", 'c"d'], ["1", "é"]]}).read_bytes()
    path = zipped(folder / "x.zip", {"i.xlsx": inner})
    for format in (None, Format(delimiter=";", encoding="latin-1"), Format(quote="'")):
        assert read(path, format) == {"/i.xlsx": (["a;b", 'c"d'], [(2, ["1", "é"])])}


def test_an_empty_workbook(folder: Path) -> None:
    path = workbook(folder / "e.xlsx", {"P": []})
    assert problem(path) == f"{path}: is empty"


def test_a_workbook_whose_insides_are_no_workbook(folder: Path) -> None:
    path = zipped(folder / "d.xlsx", {"xl/workbook.xml": b"<x/>"})
    assert problem(path) == f"{path}: is damaged, or no Excel workbook"


def test_a_workbook_that_is_a_bomb(folder: Path) -> None:
    path = workbook(folder / "bomb.xlsx", {"P": [["a"]]})
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    members[sheet] += b" " * (8 << 20)
    assert problem(zipped(path, members)) == f"{path}: is damaged: unpacked it has more than 300 times its size"


def test_a_row_beyond_excels_last(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MAX_ROWS", 1000)
    path = workbook(folder / "far.xlsx", {"P": [["a"], ["1"]]})
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    members[sheet] = members[sheet].replace(b'<row r="2"', b'<row r="99999999999"')
    assert problem(zipped(path, members)) == f"{path}, line 1001: is damaged: its sheet is larger than Excel makes any"


def test_a_workbook_of_nothing_but_blank_cells(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few cells far to the right, or far below, cost no more than what is in the file."""
    monkeypatch.setattr(spreadsheets, "MAX_BLANKS", 100_000)
    far = ["a", *[None] * (spreadsheets.MAX_CELLS - 2), "b"]
    path = workbook(folder / "wide.xlsx", {"P": [far] * 40})
    assert problem(path).endswith("blank cells for each other one: save the sheet as CSV")
    wide = [f"c{place}" for place in range(200)]
    path = workbook(folder / "long.xlsx", {"P": [wide, *[[None]] * 3000, ["1"]]})
    assert read(path) == {"": (wide, [(3002, ["1", *[""] * 199])])}


def test_without_the_extra(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(folder / "o.xlsx", {"P": [["a"]]})
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert problem(path) == (
        f"{path}: is an Excel workbook; to read it: pip install openpyxl, or save it as CSV"
    )


WORKBOOK_CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
    | st.sampled_from('"\n,; '),
    max_size=6,
)


@given(st.lists(st.lists(WORKBOOK_CELL, min_size=3, max_size=3), max_size=6), st.sampled_from([5, 1 << 20]))
@settings(max_examples=40, deadline=None)
@example([["_x41", "_x005F", "="], ["'", "=1", "@"]], 5)
def test_what_a_workbook_writer_writes_reads_back(folder: Path, body: list[list[str]], piece_bytes: int) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    path = folder / "round.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for row, cells in enumerate([["a", "b", "c"], *body]):
        for place, cell in enumerate(cells):
            sheet.write_string(row, place, cell)
    book.close()
    blank = " \t\r\n\u00a0"
    expected = [(row, cells) for row, cells in enumerate(body, 2) if any(cell.strip(blank) for cell in cells)]
    assert read(path, piece_bytes=piece_bytes) == {"": (["a", "b", "c"], expected)}


# -- anything --


def outcome(path: Path, format: Format | None = None) -> object:
    try:
        return read(path, format, 7)
    except FileProblem as error:
        message = str(error)
    assert message.isprintable()
    return message


def bases(folder: Path) -> list[bytes]:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["custom_id", "näme"], ["1", 'a "b"\nc'], ["00123", "é;x"]])
    plain = text.getvalue().encode()
    archive = zipped(folder / "base.zip", {"a.csv": plain, "b/c.csv.gz": gzip.compress(plain)}).read_bytes()
    return [plain, b"\xff\xfe" + text.getvalue().encode("utf-16-le"), gzip.compress(plain, mtime=0), archive]


@pytest.mark.parametrize("number", range(5))
def test_mutated_files_end_in_records_or_in_a_file_problem(folder: Path, temporary: Path, number: int) -> None:
    if number == 4:
        base = workbook(folder / "base.xlsx", {"P": [["a", "b"], [1, "x"], [DAY, True]]}).read_bytes()
    else:
        base = bases(folder)[number]
    path = folder / "mutated"

    @given(
        st.lists(st.tuples(st.integers(0, len(base) - 1), st.binary(max_size=4), st.integers(0, 4)), max_size=4),
        st.integers(0, len(base)) | st.none(),
    )
    @settings(max_examples=150, deadline=None)
    def holds(changes: list[tuple[int, bytes, int]], end: int | None) -> None:
        content = bytearray(base)
        for place, new, gone in changes:
            content[place : place + gone] = new
        path.write_bytes(content[:end])
        outcome(path)
        assert list(temporary.iterdir()) == []

    holds()


SIGNS = st.sampled_from(list("\t!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\""))
ENCODINGS = st.sampled_from(
    ["utf-8", "utf-8-sig", "ascii", "utf-16", "utf-16-be", "utf-32", "utf-7", "latin-1", "cp1252", "cp037", "hz"]
)
PART = st.sampled_from([b"a", b'"', b",", b";", b"\n", b"\r\n", b"\0", b"\xff\xfe", b"\x1b$B", b"~{", b"+"])
PARTS = st.lists(PART | st.binary(max_size=3), max_size=30).map(b"".join)


@given(PARTS, SIGNS | st.none(), SIGNS | st.none(), ENCODINGS | st.none())
@settings(max_examples=300, deadline=None)
def test_any_bytes_in_any_format_end_in_records_or_in_a_file_problem(
    folder: Path, content: bytes, delimiter: str | None, quote: str | None, encoding: str | None
) -> None:
    assume((delimiter or ",") != (quote or '"'))
    format = Format(encoding=encoding, delimiter=delimiter, quote=quote)
    path = folder / "any"
    path.write_bytes(content)
    outcome(path, format)
