"""Bytes to whole records: what a CSV writer writes reads back; any other file ends in a clear problem."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_pieces import PIECES, is_blank, outcome, read, rows, says_the_header

from jobs.reading import csv_records
from jobs.reading.csv_records import CsvFile
from jobs.reading.files import Format, Source
from jobs.shell.failures import FileProblem
from jobs.shell.temporary import tidy

NASTY = st.sampled_from(
    ['"', '""', ",", "\n", "\r\n", ";", " ", "\t", "\0", "\u00a0", "\ufeff", "a", "é", "😀", "00123", "x^"]
)
CELL = st.lists(NASTY, max_size=5).map("".join) | st.text(max_size=8, alphabet=st.characters(codec="utf-8"))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pieces") / "people.csv"


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
        (b"a,b\r1,2\n3,4\n", "{}, line 1: " + csv_records.CR_AND_LF),
        (b'\n"a",b\r"1",2\r\n3,4\r\n', "{}, line 2: " + csv_records.CR_AND_LF),
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
    monkeypatch.setattr(csv_records, "RECORD_BYTES", 1 << 20)
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
    (copy,) = tmp_path.glob(".import-people.held-*")
    tidy(tmp_path)
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
