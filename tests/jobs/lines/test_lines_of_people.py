"""Records to what they say about people: columns that equal a plain reading of each row."""

from __future__ import annotations

import csv
import io
import os
import re
import shlex
import sys
import threading
import zipfile
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples

from identity import identifiers
from identity.blanks import trimmed
from identity.custom_ids import near as near_custom_id
from identity.identifiers import Kind
from identity.moments import NoMomentError, moment
from identity.texts import Invalid
from jobs.lines.people import PeopleFiles
from jobs.lines.said_of_people import CLAIMS, LINES, MEMBERSHIPS, PROBLEMS
from jobs.mapping.written import read_mapping
from jobs.reading.headers import is_rejects_file, meaning, read_header
from jobs.shell.failures import FileProblem


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("people")


def text_of(table: Sequence[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(table)
    return out.getvalue()


def frames(files: PeopleFiles) -> dict[str, list[dict[str, Any]]]:
    """All pieces' frames as rows, without an order where none is promised; with their columns checked."""
    found: dict[str, list[dict[str, Any]]] = {"lines": [], "claims": [], "memberships": [], "problems": []}
    for piece in files.pieces():
        for name, schema in [
            ("lines", LINES),
            ("claims", CLAIMS),
            ("memberships", MEMBERSHIPS),
            ("problems", PROBLEMS),
        ]:
            frame: pl.DataFrame = getattr(piece, name)
            assert dict(frame.schema) == schema
            found[name] += frame.drop("fingerprint_a", "fingerprint_b", strict=False).to_dicts()
    return found


def one(folder: Path, table: Sequence[Sequence[str]], **options: Any) -> dict[str, list[dict[str, Any]]]:
    path = folder / "one.csv"
    path.write_text(text_of(table), newline="")
    with PeopleFiles([path], **options) as files:
        return frames(files)


# -- the plain reading --

FINGERPRINT = ("fingerprint_a", "fingerprint_b")
HEADER = [
    "Custom-ID",
    "email",
    "E Mail_2",
    "mbox_sha1sum",
    "openid",
    "account home page",
    "ACCOUNT_NAME",
    "account_name_2",
    "account_home_page_2",
    "groups",
    "name",
    "Image URL",
    "_note",
    "cost centre",
    "previous custom id",
    "Since",
    "identifier since",
]
PERSONAS: list[tuple[Kind, int, int | None, int | None]] = [
    ("mbox", 1, None, 16),
    ("mbox", 2, None, None),
    ("mbox_sha1sum", 3, None, 16),
    ("openid", 4, None, 16),
    ("account", 6, 5, 16),
    ("account", 7, 8, None),
]


def plain(table: Sequence[Sequence[str]], at: Sequence[int], fold: bool) -> dict[str, list[dict[str, Any]]]:
    """What the rules say of each row of cells under `HEADER`, one row and one cell at a time."""
    found: dict[str, list[dict[str, Any]]] = {"lines": [], "claims": [], "memberships": [], "problems": []}
    kept = ((cells, physical) for cells, physical in zip(table, at, strict=True) if any(map(trimmed, cells)))
    for line, (original, physical) in enumerate(kept, 1):
        row = Row(original)
        custom_id, previous, dates = row.custom_id(), row.previous_custom_id(), row.dates()
        first, last = {"line": line}, {"said_in": physical}
        found["claims"] += [first | claim | last for claim in row.claims(dates, fold)]
        name, image_url = row.text(10), row.text(11)
        names_groups, clears_groups, groups = row.groups()
        found["memberships"] += [first | {"group_custom_id": group, "definition": None} | last for group in groups]
        problems = row.all_problems()
        found["problems"] += [first | problem for problem in problems]
        found["lines"].append(
            {
                "line": line,
                "file": 0,
                "line_number": physical,
                "said_in": physical,
                "custom_id": custom_id,
                "near_custom_id": None if custom_id is None else near_custom_id(custom_id),
                "previous_custom_id": previous,
                "former_custom_id": None,
                "name": name,
                "image_url": image_url,
                "since": dates[15],
                "created": None,
                "names_groups": names_groups,
                "clears_groups": clears_groups,
                "bad": bool(problems),
            }
        )
    return found


class Row:
    """One row under `HEADER`; collects its problems, and whether it names somebody, as it is read."""

    def __init__(self, original: Sequence[str]) -> None:
        self.original = original
        self.cells = ([*original] + [""] * len(HEADER))[: len(HEADER)]
        self.names_somebody = False
        self._problems: list[dict[str, Any]] = []

    def custom_id(self) -> str | None:
        if not trimmed(self.cells[0]):
            return None
        self.names_somebody = True
        return self._id(0)

    def previous_custom_id(self) -> str | None:
        if not trimmed(self.cells[14]):
            return None
        previous = self._id(14)
        if previous is not None and not self.names_somebody:
            self._add(14, "previous_without_custom_id", self.cells[14])
        self.names_somebody = True
        return previous

    def _id(self, place: int) -> str | None:
        read = identifiers.normalise_custom_id(self.cells[place])
        if isinstance(read, Invalid):
            self._add(place, read.code, self.cells[place], read.detail)
            return None
        return read

    def dates(self) -> dict[int, datetime | None]:
        dates: dict[int, datetime | None] = {}
        for place in (15, 16):
            try:
                dates[place] = moment(self.cells[place], UTC)
            except NoMomentError as error:
                dates[place] = None
                self._add(place, "invalid_date", self.cells[place], str(error))
        return dates

    def claims(self, dates: dict[int, datetime | None], fold: bool) -> Iterable[dict[str, Any]]:
        cells = self.cells
        claimed: dict[tuple[str, str], dict[str, Any]] = {}
        for kind, place, home_page, since in PERSONAS:
            home = None if home_page is None else cells[home_page]
            if not trimmed(cells[place]) and not trimmed(home or ""):
                continue
            self.names_somebody = True
            persona = identifiers.normalise(kind, cells[place], home, fold_mailbox_case=fold)
            if isinstance(persona, Invalid):
                fault = place if home_page is None or not is_of_home_page(persona, home or "") else home_page
                self._add(fault, persona.code, cells[fault], persona.detail)
            elif (persona.kind, persona.ifi) in claimed:
                one = claimed[persona.kind, persona.ifi]
                one["since"] = max(filter(None, (one["since"], since and dates[since])), default=None)
            else:
                near = identifiers.near(persona)
                written = cells[place] if home is None else f"{home} {cells[place]}"
                claimed[persona.kind, persona.ifi] = {
                    "place": place,
                    "kind": kind,
                    "ifi": persona.ifi,
                    "near": None if near == persona.ifi else near,
                    "as_written": None if written == persona.ifi else written,
                    "since": dates[since] if since else None,
                    "agent_name": None,
                    "created": None,
                    "object_type": None,
                }
        return claimed.values()

    def text(self, place: int) -> str | None:
        text = trimmed(self.cells[place])
        if "\0" in text:
            self._add(place, "control_character", self.cells[place], "it contains NUL (U+0000)")
            return None
        if text == "<delete>":
            return ""
        return text[1:] if re.fullmatch(r"\\+<delete>", text) else text or None

    def groups(self) -> tuple[bool, bool, list[str]]:
        elements = [trimmed(element) for element in self.cells[9].split("|")]
        elements = [element for element in elements if element]
        clears = elements == ["<delete>"]
        if len(elements) == 1 and re.fullmatch(r"\\+<delete>", elements[0]):
            elements = [elements[0][1:]]
        groups: list[str] = []
        for element in [] if clears else elements:
            group = identifiers.normalise_group_custom_id(element)
            if isinstance(group, Invalid):
                self._add(9, group.code, element, group.detail)
            elif group not in groups:
                groups.append(group)
        return bool(elements), clears, groups

    def all_problems(self) -> list[dict[str, Any]]:
        """Those of its cells, and of the row."""
        if not self.names_somebody:
            self._add(None, "names_nobody")
        if len(self.original) != len(HEADER):
            detail = f"{len(self.original)} cells where the header has {len(HEADER)}"
            self._add(None, "ragged_line", None, detail)
        return self._problems

    def _add(self, place: int | None, code: str, value: str | None = None, detail: str | None = None) -> None:
        self._problems.append({"place": place, "code": code, "value": value, "detail": detail})


def is_of_home_page(wrong: Invalid, home_page: str) -> bool:
    """Whether an account's home page is at fault, and not its name."""
    if wrong.code == "incomplete_account":
        return not trimmed(home_page)
    return isinstance(identifiers.normalise_home_page(home_page), Invalid)


BLANKS = st.sampled_from(["", "", "", " ", "\u00a0\n"])
MBOX = st.sampled_from(
    ["bob@example.com", "mailto:Bob@Example.com", " bob@example.com ", "bob", "b@x\0", "é@ü.example"]
)
SHA = st.sampled_from(["cc1e39b02974c5d21e792d7febcaa6018bb6c574", "CC1E39B02974C5D21E792D7FEBCAA6018BB6C574", "cc"])
IRI = st.sampled_from(["http://Bob.example.com/", "https://bob.example.com", "bob.example.com", "HTTPS://x/%7e/../a"])
NAME = st.sampled_from(["u1", " U1", "0001", "a b", "a\tb", "x" * 2001])
CUSTOM_ID = st.sampled_from(["E1", " E1\t", "00123", "E\n1", "é" * 1001, "<delete>"])
TEXT = st.sampled_from(
    ["Bob", " Bob\u00a0", "<delete>", "\\<delete>", "\\\\\\<delete>", "\\x", "a\nb", "N\0L", " <delete> "]
)
GROUPS = st.lists(
    st.sampled_from(["g1", " g1 ", "g2", "", " ", "<delete>", "\\<delete>", "\\\\<delete>", "g\x01", "x" * 2001]),
    max_size=11,
).map("|".join)
DATE = st.sampled_from(["2024-03-01", " 01.03.2024 ", "2023-05-06T07:08+02:00", "1900-01-01", "03/04/2024", "soon\0"])
ROW = st.tuples(
    *(
        BLANKS | cells
        for cells in (
            CUSTOM_ID, MBOX, MBOX, SHA, IRI, IRI, NAME, NAME, IRI, GROUPS, TEXT, TEXT, st.just("!"),
            st.just("?"), CUSTOM_ID, DATE, DATE,
        )
    )
).map(list)  # fmt: skip


def in_order(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(row.values()) for row in rows), key=repr)


@given(
    st.lists(ROW, max_size=8),
    st.lists(st.integers(2, 17), max_size=2),
    st.booleans(),
    st.sampled_from([250, 1 << 20]),
)
@settings(max_examples=examples(30), deadline=None)
def test_the_frames_are_what_a_plain_reading_of_each_row_gives(
    folder: Path, body: list[list[str]], widths: list[int], fold: bool, piece_bytes: int
) -> None:
    for row, width in zip(body, widths, strict=False):
        del row[width:]
    at = [text_of([HEADER, *body[:row]]).count("\n") + 1 for row in range(len(body))]
    found = one(folder, [HEADER, *body], fold_mailbox_case=fold, piece_bytes=piece_bytes)
    expected = plain(body, at, fold)
    assert found["lines"] == expected["lines"]
    assert in_order(found["claims"]) == in_order(expected["claims"])
    assert in_order(found["memberships"]) == in_order(expected["memberships"])
    assert blank_as_none(found["problems"]) == blank_as_none(expected["problems"])


def blank_as_none(problems: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What comes behind `;` in a detail is said of physical lines, of which a row knows nothing."""
    return in_order(
        [
            row
            | {
                "value": (row["value"] or "").replace("\0", "\u2400") or None,
                "detail": row["detail"] and row["detail"].split(";")[0],
            }
            for row in problems
        ]
    )


@given(st.binary(max_size=80), st.sampled_from([5, 1 << 20]))
@settings(max_examples=80, deadline=None)
def test_any_bytes_end_in_frames_or_in_a_file_problem(folder: Path, content: bytes, piece_bytes: int) -> None:
    path = folder / "bytes.csv"
    path.write_bytes(b"custom_id,name,groups,email\n" + content)
    try:
        with PeopleFiles([path], piece_bytes=piece_bytes) as files:
            found = frames(files)
    except FileProblem as problem:
        message = str(problem)
        assert message.startswith(str(path))
        return
    bad = {row["line"] for row in found["problems"]}
    assert {row["line"] for row in found["lines"] if row["bad"]} == bad
    assert [row["line"] for row in found["lines"]] == list(range(1, files.files[0].rows + 1))  # type: ignore[operator]
    for row in (row for rows in found.values() for row in rows):
        assert not any("\0" in cell for cell in row.values() if isinstance(cell, str))


def test_nul_is_a_problem_and_in_no_frame(folder: Path) -> None:
    """PostgreSQL's text cannot hold it."""
    found = one(folder, [["custom_id", "email", "name"], ["E1\0", "a@b.example\0", "\0"], ["E2", "x@y.example", "N"]])
    assert [row["ifi"] for row in found["claims"]] == ["mailto:x@y.example"]
    assert [(row["place"], row["code"], row["value"]) for row in found["problems"]] == [
        (0, "control_character", "E1\u2400"),
        (1, "control_character", "a@b.example\u2400"),
        (2, "control_character", "\u2400"),
    ]


# -- headers --


@pytest.mark.parametrize(
    ("column", "means"),
    [
        ("custom_id", "custom_id"),
        ("Custom ID", "custom_id"),
        ("customId", "custom_id"),
        (" CUSTOM-ID\u00a0", "custom_id"),
        ("email", "email"),
        ("E-Mail", "email"),
        ("mbox", "email"),
        ("MBOX 2", "email_2"),
        ("email_02", "email_2"),
        ("email_0", "email_0"),
        ("email_1", "email_1"),
        ("email_" + "9" * 5000, "email_" + "9" * 5000),
        ("mbox_sha1sum", "mbox_sha1sum"),
        ("mboxSha1Sum3", "mbox_sha1sum_3"),
        ("openID", "openid"),
        ("account_homepage", "account_home_page"),
        ("Account Name 2", "account_name_2"),
        ("imageUrl", "image_url"),
        ("name_2", None),
        ("groups2", None),
        ("Since", "since"),
        ("since_2", None),
        ("Identifier Since 2", "identifier_since_2"),
        ("custom_id_2", None),
        ("mbox_sha1", None),
        ("email_²", None),
        ("emaİl", None),
        ("_email", None),
        (" _email", None),
        ("", None),
        ("2", None),
        ("work email", None),
    ],
)
def test_what_a_heading_means(column: str, means: str | None) -> None:
    found = meaning(column)
    assert (None if found is None else str(found)) == means


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["email", "x", "E-Mail"], "f.csv, line 3: columns 1 ('email') and 3 ('E-Mail') both mean email"),
        (["email_2", "mbox 02"], "f.csv, line 3: columns 1 ('email_2') and 2 ('mbox 02') both mean email_2"),
        (
            ["custom_id", "Groups", "groups"],
            "f.csv, line 3: columns 2 ('Groups') and 3 ('groups') both mean groups",
        ),
        (
            ["custom_id", "account name"],
            "f.csv, line 3: column 2 ('account name') needs a column account_home_page beside it",
        ),
        (
            ["account_home_page_2", "account_name", "account_home_page"],
            "f.csv, line 3: column 1 ('account_home_page_2') needs a column account_name_2 beside it",
        ),
        (
            ["email", "identifier_since_2"],
            "f.csv, line 3: column 2 ('identifier_since_2') needs an identifier with the same number beside it",
        ),
        (
            ["name", "", "Work\nEmail", "_email"],
            "f.csv, line 3: no column identifies anybody; it has 'name', '', 'Work\\nEmail', '_email'; the "
            "columns that identify are custom_id, email, mbox_sha1sum, openid, "
            "account_home_page with account_name; lrs-people inspect-people f.csv proposes what the columns mean",
        ),
    ],
)
def test_headers_that_are_refused(columns: list[str], message: str) -> None:
    with pytest.raises(FileProblem) as problem:
        read_header("f.csv", columns, 3)
    assert str(problem.value) == message


@pytest.mark.parametrize("mapped", [False, True])
@pytest.mark.parametrize("name", ["hr export.csv", "hr.zip", "-"])
def test_a_file_that_identifies_nobody_names_a_command_that_can_be_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, mapped: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    content = b"Name\nAnn\n"
    if name.endswith(".zip"):
        with zipfile.ZipFile(name, "w") as archive:
            archive.writestr("people.csv", content)
    elif name == "-":
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    else:
        Path(name).write_bytes(content)
    Path("hr.toml").write_text('source = "hr"')
    with pytest.raises(FileProblem) as problem:
        PeopleFiles([Path(name)], mapping=read_mapping("hr.toml") if mapped else None)
    asked = shlex.join(["lrs-people", "inspect-people", name])
    assert str(problem.value).endswith(f"; {asked} proposes what the columns mean")


def test_a_long_header_is_not_listed_in_full() -> None:
    with pytest.raises(FileProblem, match=r"'c19', 80 more; the columns"):
        read_header("f.csv", [f"c{number}" for number in range(100)])


def test_what_is_ignored_is_listed_unless_it_begins_with_an_underscore(folder: Path) -> None:
    path = folder / "ignored.csv"
    path.write_text("_line,custom_id,cost centre,,,cost centre\n1,E1,7,,,\n")
    with PeopleFiles([path]) as files:
        headings = ["cost centre", "column 4 (no heading)", "column 5 (no heading)", "cost centre"]
        assert files.ignored_columns == [(0, heading) for heading in headings]
        assert files.columns(0) == ["_line", "custom_id", "cost centre", "", "", "cost centre"]
        assert [row["custom_id"] for row in frames(files)["lines"]] == ["E1"]


# -- several files --


def test_lines_are_counted_over_all_files(folder: Path) -> None:
    first, second = folder / "first.csv", folder / "second.csv"
    first.write_bytes(b"\xef\xbb\xbfcustom_id\nE1\n\n \nE2\n")
    second.write_bytes(b"mbox,name\n,\na@b.example,A\n,Nobody\n")
    for piece_bytes in (1, 1 << 20):
        with PeopleFiles([first, second], piece_bytes=piece_bytes) as files:
            found = frames(files)
            assert [(row["line"], row["file"], row["line_number"], row["bad"]) for row in found["lines"]] == [
                (1, 0, 2, False),
                (2, 0, 5, False),
                (3, 1, 3, False),
                (4, 1, 4, True),
            ]
            assert found["problems"] == [
                {"line": 4, "place": None, "code": "names_nobody", "value": None, "detail": None}
            ]
            assert [(file.rows, file.lines, file.size) for file in files.files] == [(2, 5, 22), (2, 4, 34)]
            assert [file.name for file in files.files] == [str(first), str(second)]
            assert all(re.fullmatch("[0-9a-f]{64}", file.sha256 or "") for file in files.files)


def test_progress_reaches_the_total(folder: Path) -> None:
    paths = []
    for number in range(2):
        paths.append(folder / f"progress{number}.csv")
        paths[-1].write_text("custom_id\n" + "E1\n" * 500)
    with PeopleFiles(paths, piece_bytes=200) as files:
        progress = [(piece.bytes_read, piece.bytes_total) for piece in files.pieces()]
    assert progress == sorted(progress)
    assert len(progress) > 10
    assert progress[-1] == (3020, 3020)


class Thirds:
    """Of what is asked for, two thirds are known, whatever their fingerprints."""

    def unchanged(self, lines: pl.DataFrame) -> pl.Series:
        return lines["line"] // 20 % 3 > 0


@pytest.mark.parametrize("late", [False, True])
def test_lines_that_are_known_are_left_out_and_no_others(folder: Path, late: bool) -> None:
    """Also where it is known only after a while which they are, and where of many pieces no line is read."""
    path, rules, damaged = folder / "known.csv", folder / "rules.toml", "M\u00c3\u00bcller"
    lines = [f"E{n},e{n}@x.example,{'out' if n % 7 else 'in'},{'x' if n % 5 else damaged}" for n in range(600)]
    path.write_text("\n".join(("custom_id,email,state,name", *lines, "")))
    skip = 'skip = [{column = "state", equals = ["in"]}]\n'
    rules.write_text(skip + '[person]\ncustom_id = "{custom_id}"\nname = "{name}"\n[[personas]]\nmbox = "{email}"\n')
    told: list[Any] = []
    for known in (None, Future[Thirds]()):
        if known:
            set_it = threading.Timer(0.2 if late else 0, known.set_result, [Thirds()])
            set_it.start()
        with PeopleFiles([path], mapping=read_mapping(rules), piece_bytes=400) as files:
            pieces = list(files.pieces(known))
            warned = [(code, warning.count) for code, warning in files.warnings.items()]
        rows = [row for piece in pieces for row in piece.lines.rows(named=True)]
        claims = [row for piece in pieces for row in piece.claims.rows(named=True)]
        read_so_far = [piece.bytes_read for piece in pieces]
        skipped = [piece.skipped for piece in pieces]
        told.append((rows, claims, warned, read_so_far, skipped, files.skipped))
        empty = sum(not piece.lines.height for piece in pieces)
    (rows, claims, *rest), (read, claimed, *more) = told
    assert read == [row for row in rows if row["line"] // 20 % 3 == 0]
    assert claimed == [row for row in claims if row["line"] // 20 % 3 == 0]
    assert rest == more
    assert more[-1] == 86
    assert empty > 10


def test_what_keeps_it_from_being_known_is_told(folder: Path) -> None:
    path, known = folder / "unknown.csv", Future[Thirds]()
    path.write_text("custom_id,email\n" + "".join(f"E{n},e{n}@x.example\n" for n in range(300)))
    threading.Timer(0.1, known.set_exception, [ConnectionError("gone")]).start()
    with PeopleFiles([path], piece_bytes=400) as files, pytest.raises(ConnectionError, match="gone"):
        list(files.pieces(known))


def test_pieces_before_a_file_problem_are_given(folder: Path) -> None:
    path = folder / "cut.csv"
    path.write_text("custom_id\n" + "E1\n" * 300 + '"E')
    lines = 0
    with PeopleFiles([path], piece_bytes=100) as files:
        pieces = files.pieces()
        while lines < 300:
            lines += next(pieces).lines.height
        with pytest.raises(FileProblem, match="line 302: the file ends inside a quoted cell of column 'cust"):
            next(pieces)
    assert lines == 300


def test_all_headers_are_read_before_any_line(folder: Path) -> None:
    good, bad = folder / "good.csv", folder / "bad.csv"
    good.write_text("custom_id\nE1\n")
    bad.write_text("salary\n1\n")
    with pytest.raises(FileProblem, match=r"bad\.csv, line 1: no column identifies anybody; it has 'salary'"):
        PeopleFiles([good, bad])


def test_a_file_is_given_once(folder: Path) -> None:
    path, link = folder / "once.csv", folder / "link.csv"
    path.write_text("custom_id\nE1\n")
    link.symlink_to(path)
    with pytest.raises(FileProblem, match=r"link\.csv: is given twice"):
        PeopleFiles([path, link])


def test_a_rejects_file_is_imported_by_itself(folder: Path) -> None:
    path, other = folder / "mended.csv", folder / "other.csv"
    path.write_text("custom_id,_line,_column,_code,_value,_message\nE1,2,,,,\n")
    other.write_text("custom_id\nE1\n")
    with PeopleFiles([path]) as files:
        assert is_rejects_file(files.columns(0))
    with pytest.raises(FileProblem, match=r"mended\.csv: is a rejects file: import it by itself"):
        PeopleFiles([other, path])


# -- real files --

FIXTURES = os.environ.get("IMPORT_PEOPLE_FIXTURES")


@pytest.mark.skipif(not FIXTURES, reason="IMPORT_PEOPLE_FIXTURES does not say where real files are")
def test_real_files_end_in_frames_or_in_a_file_problem(folder: Path) -> None:
    paths = sorted(Path(FIXTURES or "").rglob("*.csv"))
    assert paths
    outcomes = {}
    for path in paths:
        try:
            with PeopleFiles([path], piece_bytes=64) as files:
                outcomes[path.name] = f"{len(frames(files)['lines'])} lines"
        except FileProblem as problem:
            outcomes[path.name] = str(problem).removeprefix(str(path))
    assert any(outcome.endswith(" lines") for outcome in outcomes.values())
    assert any("not UTF-8" in outcome for outcome in outcomes.values())
    assert any("is empty" in outcome for outcome in outcomes.values())


def test_lines_have_one_print_if_their_cells_and_columns_are_the_same(folder: Path) -> None:
    header = ["custom_id", "name", "email", "shoe size"]
    lines = [
        ["1", "Ada", "ada@example.com", "38"],
        ["1", "Ada", "ada@example.com", "39"],
        ["1", "Ada ", "a@b.org", "38"],
    ]
    prints: dict[str, list[tuple[int, int]]] = {}
    for name, columns, salt in [
        ("a", header, ""),
        ("b", header, ""),
        ("c", [*header[:1], "x", *header[2:]], ""),
        ("d", header, "s"),
    ]:
        path = folder / f"{name}.csv"
        path.write_text(text_of([columns, *lines]), newline="")
        with PeopleFiles([path], salt=salt) as files:
            prints[name] = [row for piece in files.pieces() for row in piece.lines.select(*FINGERPRINT).rows()]
    path.write_text(text_of([row[::-1] for row in (header, *lines)]), newline="")
    with PeopleFiles([path]) as files:
        (piece,) = files.pieces()
        assert prints["a"] == piece.lines.select(*FINGERPRINT).rows(), "the order of columns does not count"
    assert prints["a"] == prints["b"]
    assert prints["a"][0] == prints["a"][1] != prints["a"][2], "an ignored column counts for nothing, all others do"
    assert len({prints["a"][0], prints["c"][0], prints["d"][0]}) == 3, "other columns or options, other prints"
