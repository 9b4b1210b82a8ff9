"""Cells and lines that are odd and sound all the same: quotes, blanks, line ends, packed bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from costs import frames_made
from made_pieces import outcome, read, rows

from jobs.reading.csv_records import CsvFile
from jobs.shell.failures import FileProblem


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pieces") / "people.csv"


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
    assert rows(read(path, b'ID,b\n"""ID""",b\n')) == [(2, ['"ID"', "b"], None, None)], "its quotes are the cell's own"


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
    body = [f"{number},x" for number in range(30)]
    for piece_bytes in (1, 50, 1 << 20):
        file = read(path, "\n".join(["a,b", "", *(line + more for line in body), ""]).encode(), piece_bytes)
        assert rows(file) == [(number + 3, [str(number), "x"], None, None) for number in range(30)]
        assert noted(file) == {"blank_excess": (30, [3, 4, 5, 6, 7])}
        assert rows(file) == rows(file)
        for odd in ("7,x", f"7,x{more},", f"7,x{more}y", f'7,"x" y{more}'):
            lines = [line + more for line in body]
            lines[20] = odd
            file = read(path, "\n".join(["a,b", *lines, ""]).encode(), piece_bytes)
            assert sum(ragged is not None for _, _, ragged, _ in rows(file)) >= 29, odd
            assert "blank_excess" not in file.noted
