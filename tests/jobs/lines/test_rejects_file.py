"""The rejects file: original cells and why, written as a whole or not at all; mended, a people file."""

from __future__ import annotations

import csv
import gzip
import io
import os
import sys
import threading
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples

from jobs.lines.people import PeopleFiles
from jobs.lines.rejects_file import REJECTS, RejectsFile
from jobs.reading.files import Format
from jobs.shell.failures import FileProblem

ADDED = ["_line", "_column", "_code", "_value", "_message"]


def rejects(*rows: tuple[int, str | None, str, str | None, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=REJECTS, orient="row")


def table(path: Path) -> list[list[str]]:
    with open(path, newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))


def read_all(files: PeopleFiles) -> None:
    for _ in files.pieces():
        pass


def write(paths: list[Path], frame: pl.DataFrame, to: Path | None = None, **options: Any) -> list[Path]:
    with PeopleFiles(paths, **options) as files:
        target = RejectsFile(files, to)
        target.check_writable()
        read_all(files)
        return target.write(frame)


@pytest.fixture
def hr(tmp_path: Path) -> Path:
    path = tmp_path / "hr.csv"
    path.write_text('email,Name,note\nbob,"Bob, ""B""",x\n\n"a\nb@x",Ann,\nc@x.example,Cy,z\n')
    return path


def test_original_cells_then_what_is_wrong(hr: Path) -> None:
    (path,) = write(
        [hr],
        rejects(
            (2, "email", "invalid_mbox", "a\nb@x", "It is none."),
            (1, "email", "invalid_mbox", "bob", "It has no @."),
        ),
    )
    assert path == hr.with_name("hr.csv.rejects.csv")
    assert table(path) == [
        ["email", "Name", "note", *ADDED],
        ["bob", 'Bob, "B"', "x", "2", "email", "invalid_mbox", "bob", "It has no @."],
        ["a\nb@x", "Ann", "", "4", "email", "invalid_mbox", "a\nb@x", "It is none."],
    ]
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(entry.name for entry in hr.parent.iterdir()) == ["hr.csv", "hr.csv.rejects.csv"]


def test_a_line_with_several_problems_stands_there_once(hr: Path) -> None:
    (path,) = write(
        [hr],
        rejects(
            (3, "Name", "control_character", "z", "One."),
            (3, None, "names_nobody", None, "Two."),
            (3, None, "x", "", "Two."),
        ),
    )
    assert table(path)[1:] == [["c@x.example", "Cy", "z", "6", "Name", "control_character", "z", "One. Two."]]


def test_no_rejects_no_file_and_an_old_one_is_removed(hr: Path) -> None:
    old = hr.with_name("hr.csv.rejects.csv")
    old.write_text("email,Name,note,_line,_column,_code,_value,_message\n")
    assert write([hr], rejects()) == []
    assert not old.exists()
    assert write([hr], rejects()) == []


def test_an_old_one_is_replaced(hr: Path) -> None:
    for name in ("bob", "Bob"):
        (path,) = write([hr], rejects((1, "email", "invalid_mbox", name, "No.")))
        assert table(path)[1][6] == name


def test_the_mark_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "marked.csv"
    path.write_bytes("\ufeffcustom_id\nÉ1\n".encode())
    (out,) = write([path], rejects((1, None, "contested", None, "No.")))
    assert out.read_bytes() == f"\ufeffcustom_id,{','.join(ADDED)}\nÉ1,2,,contested,,No.\n".encode()


def test_a_rejects_file_has_no_columns_twice(tmp_path: Path) -> None:
    path = tmp_path / "mended.csv"
    path.write_text("custom_id,_line,_note,_column,_code,_value,_message,email\nE1,7,n,c,d,v,m,bad\n")
    (out,) = write([path], rejects((1, "email", "invalid_mbox", "bad", "No.")))
    assert table(out) == [
        ["custom_id", "_note", "email", *ADDED],
        ["E1", "n", "bad", "2", "email", "invalid_mbox", "bad", "No."],
    ]


def test_a_ragged_line_keeps_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "ragged.csv"
    path.write_text("custom_id,name\nE1\nE2,Smith, Bob,x\n")
    with PeopleFiles([path]) as files:
        (piece,) = files.pieces()
        frame = piece.problems.select(
            "line",
            pl.lit(None, pl.String).alias("column"),
            "code",
            "value",
            pl.col("detail").alias("message"),
        )
        (out,) = RejectsFile(files).write(frame)
    assert table(out)[1:] == [
        ["E1", "", "2", "", "ragged_line", "", "1 cell where the header has 2"],
        ["E2", "Smith", "3", "", "ragged_line", " Bob,x", "4 cells where the header has 2"],
    ]


def test_several_inputs_have_one_beside_each(tmp_path: Path) -> None:
    first, second, third = (tmp_path / f"{name}.csv" for name in "abc")
    first.write_text("custom_id\nE1\nE2\n")
    second.write_text("email\na@b.example\n")
    third.write_text("email,name\nx,Y\n")
    written = write(
        [first, second, third],
        rejects((4, "email", "invalid_mbox", "x", "No."), (2, None, "contested", None, "No.")),
    )
    assert [path.name for path in written] == ["a.csv.rejects.csv", "c.csv.rejects.csv"]
    assert [table(path)[1][0] for path in written] == ["E2", "x"]


def test_several_inputs_share_one_by_the_meaning_of_their_columns(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("custom_id,E-Mail,note,note,name\nE1,a,1,2,A\n")
    second.write_text("Name,email,phone,Custom ID,note\nB,b,3,E2,4\n")
    frame = rejects((1, None, "contested", None, "No."), (2, None, "contested", None, "No."))
    (out,) = write([first, second], frame, tmp_path / "out.csv")
    assert out == tmp_path / "out.csv"
    assert table(out) == [
        ["custom_id", "E-Mail", "note", "note", "name", "phone", "_file", *ADDED],
        ["E1", "a", "1", "2", "A", "", str(first), "2", "", "contested", "", "No."],
        ["E2", "b", "4", "", "B", "3", str(second), "2", "", "contested", "", "No."],
    ]
    with PeopleFiles([out]) as files:
        (piece,) = files.pieces()
        assert piece.lines["custom_id"].to_list() == ["E1", "E2"]
    (again,) = write([out], frame)
    assert table(again)[0] == ["custom_id", "E-Mail", "note", "note", "name", "phone", *ADDED]


CELL = st.text(alphabet=st.sampled_from('aé",|\n \t\u00a0😀\0<>'), max_size=6)


@given(
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12),
    st.sets(st.integers(1, 12)),
    st.sampled_from([20, 1 << 20]),
)
@settings(max_examples=examples(40), deadline=None)
def test_a_rejects_file_reads_as_the_lines_it_holds(
    tmp_path_factory: pytest.TempPathFactory,
    body: list[tuple[str, str, str]],
    chosen: set[int],
    piece_bytes: int,
) -> None:
    path = tmp_path_factory.getbasetemp() / "round.csv"
    with open(path, "w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([("custom_id", "note", "email"), *body])
    with PeopleFiles([path], piece_bytes=piece_bytes) as files:
        target = RejectsFile(files)
        target.check_writable()
        pieces = list(files.pieces())
        there = [line for piece in pieces for line in piece.lines["line"]]
        lines = [line for line in there if line in chosen]
        written = target.write(rejects(*((line, "note", "contested", "\n", "No.") for line in lines)))
        assert bool(written) == bool(lines)
        if not lines:
            return
        kept = [
            body[row] for row in range(len(body)) if any(cell.strip(" \t\r\n\u00a0") for cell in body[row])
        ]
        assert [tuple(row[:3]) for row in table(written[0])[1:]] == [kept[line - 1] for line in lines]
    with PeopleFiles(written, piece_bytes=piece_bytes) as mended:
        again = list(mended.pieces())
    number = {line: place for place, line in enumerate(lines, 1)}
    for name, columns in [("lines", ["custom_id", "bad"]), ("claims", ["ifi", "as_written"])]:
        before = [row for piece in pieces for row in getattr(piece, name).select("line", *columns).rows()]
        after = [row for piece in again for row in getattr(piece, name).select("line", *columns).rows()]
        assert after == [(number[row[0]], *row[1:]) for row in before if row[0] in number]


# -- rejects of other formats: what was asked for to read the input reads its rejects --

BODY = [["custom_id", "näme", "email"], ["E1", "Bjö,r;n", "x"], ["00123", 'a "b"\nc', "y"], ["E3", "|'\t", "z"]]


@pytest.mark.parametrize(
    ("encoding", "marked"), [("utf-8", False), ("utf-8-sig", True), ("utf-16", True), ("cp1252", True)]
)
@pytest.mark.parametrize(("delimiter", "quote"), [(",", '"'), (";", '"'), ("\t", "'"), ("|", '"')])
@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("pack", [None, "gz", "zip"])
def test_a_rejects_file_is_read_as_its_input_was(
    tmp_path: Path, encoding: str, marked: bool, delimiter: str, quote: str, asked: bool, pack: str | None
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quotechar=quote, lineterminator="\r\n").writerows(BODY)
    content = text.getvalue().encode(encoding)
    path = tmp_path / f"hr.{pack or 'csv'}"
    if pack == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("one.csv", content)
            archive.writestr("two.csv", content)
    else:
        path.write_bytes(gzip.compress(content) if pack else content)
    format = Format("cp1252" if encoding == "cp1252" else None, delimiter if asked else None, quote)
    lines = [2, 3] if pack != "zip" else [2, 3, 5]
    frame = rejects(*((line, "email", "invalid_mbox", "y", "No.") for line in lines))
    (out,) = write([path], frame, format=format)
    assert out == path.with_name(path.name + ".rejects.csv")
    assert out.stat().st_mode & 0o777 == 0o600
    assert out.read_bytes().startswith(b"\xef\xbb\xbf") is marked
    with PeopleFiles([out], format=format) as files:
        (file,) = files.files
        assert file.csv.columns == [*BODY[0], *(["_file"] if pack == "zip" else []), *ADDED]
        assert (file.csv.dialect.separator, file.csv.dialect.quote) == (delimiter, quote)
        (records,) = file.csv.pieces()
    found = [(*cells[1:4], cells[-7]) for cells in records.frame.rows()]
    expected = [("00123", 'a "b"\nc', "y", "3"), ("E3", "|'\t", "z", "5")]
    assert found == (expected if pack != "zip" else [*expected, ("00123", 'a "b"\nc', "y", "3")])
    if pack == "zip":
        names = [cells[4] for cells in records.frame.rows()]
        assert names == [f"{path}/one.csv", f"{path}/one.csv", f"{path}/two.csv"]


def test_rejects_of_a_workbook(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    path = tmp_path / "hr.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for row, cells in enumerate(BODY, 2):
        sheet.write_row(row, 0, cells)
    book.close()
    for format in (Format(), Format(encoding="latin-1", delimiter=";")):
        (out,) = write([path], rejects((3, "email", "x", "z", "No.")), format=format)
        assert out == tmp_path / "hr.xlsx.rejects.csv"
        with PeopleFiles([out], format=format) as files:
            assert files.files[0].csv.columns == [*BODY[0], *ADDED]
            (records,) = files.files[0].csv.pieces()
        assert records.frame.rows()[0][1:5] == ("E3", "|'\t", "z", "6")


def test_standard_input_has_no_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"custom_id\nE1\n")))
    with PeopleFiles(["-"]) as files:
        with pytest.raises(FileProblem, match=r"^standard input: is no regular file; say with --rejects where"):
            RejectsFile(files).check_writable()
        RejectsFile(files, tmp_path / "r.csv").check_writable()


def test_an_old_rejects_file_of_another_dialect_may_be_replaced(hr: Path) -> None:
    old = hr.with_name("hr.csv.rejects.csv")
    for separator in ";\t|":
        old.write_text("\ufeff" + separator.join(["email", *ADDED]) + "\n")
        assert write([hr], rejects()) == []
        assert not old.exists()


# -- what is refused --


def test_an_input_that_changed_is_noticed_and_nothing_is_left(hr: Path) -> None:
    with PeopleFiles([hr]) as files:
        read_all(files)
        hr.write_text(hr.read_text().replace("Cy", "Di"))
        with pytest.raises(FileProblem, match=r"hr\.csv: has changed since it was read"):
            RejectsFile(files).write(rejects((1, None, "contested", None, "No.")))
    assert [entry.name for entry in hr.parent.iterdir()] == ["hr.csv"]


def test_an_input_that_changed_leaves_the_old_rejects_files_alone(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    old = tmp_path / "a.csv.rejects.csv"
    for path in (first, second):
        path.write_text("custom_id\nE1\n")
    old.write_text("_code,_message\n")
    with PeopleFiles([first, second]) as files:
        read_all(files)
        second.write_text("custom_id\nE2\n")
        with pytest.raises(FileProblem, match=r"b\.csv: has changed"):
            RejectsFile(files).write(rejects((1, None, "x", None, "No."), (2, None, "x", None, "No.")))
    assert old.read_text() == "_code,_message\n"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.csv", "a.csv.rejects.csv", "b.csv"]


def check(paths: list[Path], to: Path | None = None) -> str:
    before = sorted(entry.name for entry in paths[0].parent.iterdir())
    with PeopleFiles(paths) as files, pytest.raises(FileProblem) as problem:
        RejectsFile(files, to).check_writable()
    assert sorted(entry.name for entry in paths[0].parent.iterdir()) == before
    return str(problem.value)


def test_places_that_cannot_be_written(hr: Path, tmp_path: Path) -> None:
    none = tmp_path / "none" / "r.csv"
    assert check([hr], none) == f"{none}: rejects cannot be written there: No such file or directory"
    assert check([hr], tmp_path) == f"{tmp_path}: is no regular file: rejects cannot be written there"
    assert check([hr], Path("/dev/null")) == "/dev/null: is no regular file: rejects cannot be written there"
    assert check([hr], hr) == f"{hr}: is an input: rejects cannot be written there"
    precious = tmp_path / "precious.csv"
    precious.write_text("custom_id,salary\n")
    assert (
        check([hr], precious)
        == f"{precious}: is there already and is no rejects file: it will not be overwritten"
    )
    assert check([hr], hr / "x") == f"{hr / 'x'}: rejects cannot be written there: Not a directory"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unwritable for root")
def test_a_folder_without_the_right_to_write(hr: Path) -> None:
    hr.parent.chmod(0o500)
    try:
        assert "Permission denied" in check([hr])
    finally:
        hr.parent.chmod(0o700)


def test_a_folder_that_went_away(hr: Path, tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    with PeopleFiles([hr]) as files:
        target = RejectsFile(files, folder / "r.csv")
        target.check_writable()
        read_all(files)
        folder.rmdir()
        with pytest.raises(FileProblem, match="rejects cannot be written there: No such file or directory"):
            target.write(rejects((1, None, "x", None, "No.")))


def test_the_lines_of_a_pipe_have_no_beside(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_text("custom_id\nE1\nE2\n"))
    writer.start()
    with PeopleFiles([path]) as files:
        writer.join()
        with pytest.raises(FileProblem, match="pipe: is no regular file; say with --rejects where"):
            RejectsFile(files).check_writable()
        target = RejectsFile(files, tmp_path / "r.csv")
        target.check_writable()
        read_all(files)
        (out,) = target.write(rejects((2, None, "contested", None, "No.")))
    assert table(out)[1:] == [["E2", "3", "", "contested", "", "No."]]


def test_the_files_are_read_before_rejects_are_written(hr: Path) -> None:
    with PeopleFiles([hr]) as files, pytest.raises(ValueError, match="have not been read"):
        RejectsFile(files).write(rejects())
