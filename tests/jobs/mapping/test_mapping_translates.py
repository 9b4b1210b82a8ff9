"""A file read through a mapping says what its canonical translation says."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from costs import lines_run
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples

from identity.blanks import trimmed
from jobs.lines.people import PeopleFiles
from jobs.lines.rejects_file import RejectsFile
from jobs.mapping.mapping import Mapping
from jobs.mapping.written import parse_mapping, read_mapping

HEADER = ["Employee ID", "First", "Middle", "Last", "Work Email", "Home", "Site", "Dept", "Teams", "Status", "Pay", "n"]
MAPPING = """
source = "hr"
blanks = ["none", " N/A ", {column = "Work Email", equals = ["noreply@corp.example"]}]
skip = [{column = "status", equals = "Left"}, {column = "Status", not_equals = ["", "active", "here", "none"]}]
ignore = ["Pay", "_*"]
[person]
custom_id = "{employee_id}"
name = "{Last}, {First} {Middle}"
[[personas]]
mbox = "{Work Email}"
[[personas]]
mbox = "{First}@{Site}.example"
[[personas]]
account = {home_page = "https://hr.example.com", name = "{Employee ID}"}
[[personas]]
account = {home_page = "{Home}", name = "u-{Employee ID}"}
[[personas]]
openid = "{No such column?}"
[[groups]]
custom_id = "dept:{Dept}"
name = "{Dept} ({Site})"
type = "department"
parents = ["div:{Site}", {custom_id = "{Site}", name = "{Site}", type = "site"}, "all"]
[[groups]]
custom_id = "{Teams}"
name = "Team {Teams}"
split = ";"
"""


def fold(text: str) -> str:
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in trimmed(text))


def translated(row: dict[str, str]) -> tuple[list[str], list[list[Any]]] | None:
    """One row -> its canonical cells (but for groups), and its groups as (custom_id, name, type, parents)."""
    if fold(row["Status"]) not in ("", "active", "here", "none"):
        return None
    blank = {
        column: "" if fold(cell) in ("none", "n/a") or (column, fold(cell)) == ("Work Email", "noreply@corp.example")
        else cell
        for column, cell in row.items()
    }  # fmt: skip
    bare = {column: trimmed(cell) for column, cell in blank.items()}
    name = bare["Last"]
    if bare["First"]:
        name += (", " if name else "") + bare["First"]
    if bare["Middle"]:
        name += (" " if name else "") + bare["Middle"]
    has_id = bool(bare["Employee ID"])
    cells = [
        blank["Employee ID"],
        name,
        blank["Work Email"],
        f"{bare['First']}@{bare['Site']}.example" if bare["First"] and bare["Site"] else "",
        "https://hr.example.com" if has_id else "",
        blank["Employee ID"],
        blank["Home"] if has_id and bare["Home"] else "",
        f"u-{bare['Employee ID']}" if has_id and bare["Home"] else "",
    ]
    groups: list[list[Any]] = []
    if bare["Dept"]:
        parents = [["all", None, None]]
        if bare["Site"]:
            parents += [[f"div:{bare['Site']}", None, None], [bare["Site"], bare["Site"], "site"]]
        groups.append(
            [
                f"dept:{bare['Dept']}",
                f"{bare['Dept']} ({bare['Site']})" if bare["Site"] else bare["Dept"],
                "department",
                sorted(map(repr, parents)),
            ]
        )
    groups += [[part, f"Team {part}", None, []] for cell in blank["Teams"].split(";") if (part := trimmed(cell))]
    return cells, groups


CANONICAL = [
    "custom_id", "name", "email", "email_2", "account_home_page", "account_name", "account_home_page_2",
    "account_name_2", "groups", "note",
]  # fmt: skip
CELL = st.sampled_from(["", "", " ", "none", "n/A", "A", " B ", "Ann", "x\u00a0", "é", "\u212a", "NONE\t", "a b"])
ROW = st.tuples(
    st.sampled_from(["E1", " E2", "E3", "", "none", "E\u00e9"]),
    CELL,
    CELL,
    CELL,
    st.sampled_from(["", "bob@example.com", " Noreply@Corp.example", "Ann@Example.com ", "nobody", "None"]),
    st.sampled_from(["", " ", "https://Site.example/", "no iri", "n/a"]),
    st.sampled_from(["", "Rome", " Oslo", "N/A"]),
    st.sampled_from(["", "Sales", " Sales ", "IT", "none"]),
    st.sampled_from(["", "a", "a;b", " b ; ;a;b", "none", ";"]),
    st.sampled_from(["", "Active", "here", " LEFT", "gone", "none"]),
    st.just("100"),
    st.just("x"),
)


def text_of(table: Sequence[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    return out.getvalue()


def mapping(folder: Path, text: str = MAPPING) -> Mapping:
    (folder / "hr.toml").write_text(text)
    return read_mapping(folder / "hr.toml")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mapping")


def rows_of(files: PeopleFiles) -> dict[str, list[Any]]:
    """What all pieces say, with columns instead of places, and groups instead of definitions."""
    pieces = list(files.pieces())
    names = {row["definition"]: list(row.values())[1:] for row in files.definitions.to_dicts()}
    parents: dict[int, list[str]] = {}
    for child, parent in files.definition_parents.rows():
        parents.setdefault(child, []).append(repr(names[parent]))
    found: dict[str, list[Any]] = {"lines": [], "claims": [], "memberships": [], "problems": []}
    for piece in pieces:
        found["lines"] += piece.lines.drop("fingerprint_a", "fingerprint_b", "line_number", "said_in").rows()
        found["claims"] += piece.claims.drop("place", "said_in").rows()
        for line, group, definition in piece.memberships.drop("said_in").rows():
            said = [] if definition is None else [*names[definition][1:], sorted(parents.get(definition, []))]
            assert definition is None or names[definition][0] == group
            found["memberships"].append((line, group, *said))
        found["problems"] += piece.problems.drop("place").rows()
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


@settings(max_examples=examples(12), deadline=None)
@given(st.lists(ROW, min_size=1, max_size=12), st.sampled_from([1 << 20, 300]))
def test_a_mapped_file_says_what_its_canonical_translation_says(
    folder: Path, rows: list[tuple[str, ...]], piece_bytes: int
) -> None:
    (folder / "hr.csv").write_text(text_of([HEADER, *rows]), newline="")
    plain = [translated(dict(zip(HEADER, row, strict=True))) for row in rows]
    # A line that is left out has its number all the same.
    table = [[*cells, "|".join(one[0] for one in groups), "x"] for cells, groups in filter(None, plain)]
    (folder / "canonical.csv").write_text(text_of([CANONICAL, *table]), newline="")
    numbers = [number for number, one in enumerate(plain, 1) if one]
    with PeopleFiles([folder / "hr.csv"], mapping=mapping(folder), piece_bytes=piece_bytes) as files:
        mapped = rows_of(files)
        assert files.skipped == len(rows) - len(numbers)
        assert files.ignored_columns == [(0, "n")]
        again = rows_of(files)
        assert mapped == again, "the same when the files are read again"
    with PeopleFiles([folder / "canonical.csv"]) as files:
        canonical = rows_of(files)
    for name in ("lines", "claims", "problems"):
        expected = [(numbers[row[0] - 1], *row[1:]) for row in canonical[name]]
        assert mapped[name] == sorted(expected, key=repr)
    expected = {
        (number, *one[:3], tuple(one[3]))
        for number, row in zip(numbers, filter(None, plain), strict=True)
        for one in row[1]
    }
    assert {(*row[:-1], tuple(row[-1])) for row in mapped["memberships"]} == expected
    assert len(mapped["memberships"]) == len(expected)
    assert {row[:2] for row in mapped["memberships"]} == {
        (numbers[row[0] - 1], row[1]) for row in canonical["memberships"]
    }


def one(folder: Path, text: str, table: Sequence[Sequence[str]]) -> PeopleFiles:
    (folder / "one.csv").write_text(text_of(table), newline="")
    return PeopleFiles([folder / "one.csv"], mapping=mapping(folder, text))


def piece(files: PeopleFiles) -> Any:
    with files:
        (found,) = files.pieces()
    return found


def test_delete_clears_what_a_bare_column_says(folder: Path) -> None:
    text = """
    person = {custom_id = "{id}", name = "{name}"}
    groups = [{custom_id = "{dept}", name = "{title}"}]
    """
    table = [["id", "name", "dept", "title"], ["1", "<delete>", "<delete>", ""], ["2", "\\<delete>", "a", " <delete> "]]
    files = one(folder, text, table)
    found = piece(files)
    assert found.lines["name"].to_list() == ["", "<delete>"]
    assert found.lines.select("names_groups", "clears_groups").rows() == [(True, True), (True, False)]
    assert found.memberships.drop("said_in").rows() == [(2, "a", 0)]
    assert files.definitions.rows() == [(0, "a", "", None)]


def test_delete_clears_a_group_whatever_else_its_id_is_made_of(folder: Path) -> None:
    text = """
    person = {custom_id = "{id}"}
    [[groups]]
    custom_id = "dept:{site?}/{dept}"
    name = "Dept {dept}"
    parents = ["div:{div}"]
    [[groups]]
    custom_id = "team:{teams}"
    split = ";"
    """
    table = [
        ["id", "site", "dept", "div", "teams"],
        ["1", "N", " <delete>", "a", ""],
        ["2", "N", "\\<delete>", "<delete>", "red"],
        ["3", "N", "", "", "<delete>"],
        ["4", "<delete>", "", "", "red; <delete>"],
    ]
    files = one(folder, text, table)
    found = piece(files)
    assert found.problems.height == 0
    assert found.lines.select("names_groups", "clears_groups").rows() == [
        (True, True), (True, False), (True, True), (True, True),
    ]  # fmt: skip
    assert found.memberships.select("line", "group_custom_id").rows() == [
        (2, "dept:N/<delete>"), (2, "team:red"), (4, "team:red"),
    ]  # fmt: skip
    assert files.definitions.rows()[0] == (0, "dept:N/<delete>", "Dept <delete>", None)
    assert files.definition_parents.height == 0


@pytest.mark.parametrize(
    ("first", "last", "name", "wrong"),
    [
        ("<delete>", " <delete>", "", None),
        ("<delete>", "", "", None),
        ("", "", None, None),
        ("Ann", "<delete>", "Ann <delete>", "Ann <delete>"),
        ("\\<delete>", "Lee", "<delete> Lee", None),
        ("\\<delete>", "", "<delete>", None),
        ("\\<delete>", "<delete>", "<delete> <delete>", "\\<delete> <delete>"),
        ("Ann", "Lee", "Ann Lee", None),
    ],
)
@pytest.mark.parametrize(
    "template", ['"{first} {last}"', '["{full?}", "{first} {last}"]', '["{full}", "{first} {last}"]']
)
def test_delete_clears_a_text_of_several_cells_if_all_of_them_say_it(
    folder: Path, template: str, first: str, last: str, name: str | None, wrong: str | None
) -> None:
    text = f"""
    person = {{custom_id = "{{id}}", name = {template}}}
    groups = [{{custom_id = "g", name = {template if template[0] == '"' else '"{first} {last}"'}}}]
    """
    heading = "full" if "{full}" in template else "none"
    files = one(folder, text, [["id", "first", "last", heading], ["1", first, last, " "], ["2", "A", "B", "C"]])
    found = piece(files)
    (line,) = found.lines.filter(pl.col("line") == 1).to_dicts()
    problems = found.problems.to_dicts()
    told = [(one["line"], one["code"]) for one in problems]
    assert told == ([] if wrong is None else [(1, "half_cleared")] * 2)
    assert line["bad"] is (wrong is not None)
    if wrong is None:
        assert (line["name"], files.definitions["name"][0]) == (name, name)
    else:
        assert {files.files[0].header.shown(one["place"]) for one in problems} == {"first"}


def test_what_an_alternative_that_does_not_count_says_of_delete_does_not_count(folder: Path) -> None:
    text = 'person = {custom_id = "{id}", name = ["{full}", "{first} {last}"]}'
    found = piece(one(folder, text, [["id", "full", "first", "last"], ["1", "Ann Lee", "Ann", "<delete>"]]))
    assert (found.lines["name"][0], found.problems.height) == ("Ann Lee", 0)


def test_a_group_that_is_none_is_shown_with_the_heading_of_its_column(folder: Path) -> None:
    text = """
    person = {custom_id = "{id}"}
    groups = [{custom_id = "d:{Dept code}", name = "{id}", parents = ["p:{Parent}"]}]
    """
    long = "x" * 2_000
    table = [["Parent", "Dept code", "id"], ["a", long, "1"], [long, "x", "2"], ["a|b", "x\ny", "3\0"]]
    files = one(folder, text, table)
    found = piece(files)
    header = files.files[0].header
    told = [(row["line"], header.shown(row["place"]), row["code"], row["value"]) for row in found.problems.to_dicts()]
    assert sorted(told) == [
        (1, "Dept code", "too_long", f"d:{long}"),
        (2, "Parent", "too_long", f"p:{long}"),
        (3, "id", "control_character", "3\u2400"),
        (3, "id", "control_character", "3\u2400"),
    ]
    assert found.lines["bad"].all()
    assert {"d:x y", "p:a\u00a6b"} <= set(files.definitions["custom_id"])


def test_a_ragged_line_is_never_left_out(folder: Path) -> None:
    files = one(folder, 'skip = [{column = "s", blank = true}]', [["email", "s"], ["a@b.example"], ["c@d.example", ""]])
    found = piece(files)
    assert found.problems["code"].to_list() == ["ragged_line"]
    assert (found.lines["line"].to_list(), found.skipped) == ([1], 1)


def test_without_people_in_it_a_mapping_leaves_the_canonical_columns(folder: Path) -> None:
    text = 'blanks = ["-"]\nignore = ["*"]'
    files = one(folder, text, [["E-Mail", "custom id", "pay"], ["-", "1", "-"], ["a@b.example", "-", "2"]])
    assert files.ignored_columns == []
    found = piece(files)
    assert found.lines["custom_id"].to_list() == ["1", None]
    assert found.claims.select("line", "ifi").rows() == [(2, "mailto:a@b.example")]


def test_the_first_alternative_that_is_not_blank_counts(folder: Path) -> None:
    text = 'person = {custom_id = ["{id}", "new-{old}"], name = ["{full?}", "{first} {last}"]}'
    files = one(folder, text, [["id", "old", "first", "last"], ["1", "2", "Ann", "Lee"], [" ", "2", "", "Lee"]])
    assert piece(files).lines.select("custom_id", "name").rows() == [("1", "Ann Lee"), ("new-2", "Lee")]


def test_all_lines_may_be_left_out(folder: Path) -> None:
    text = MAPPING.replace("Left", "x") + '[file]\ndelimiter = ","\n'
    files = one(folder, text, [HEADER, ["1", *[""] * 8, "x", "", "n"]])
    found = piece(files)
    assert (found.lines.height, found.memberships.height, found.skipped) == (0, 0, 1)
    assert found.lines.schema == piece(one(folder, "", [["email"], ["a@b.example"]])).lines.schema


def test_a_print_changes_with_what_a_line_says_and_with_what_the_mapping_makes_of_it(folder: Path) -> None:
    def prints(text: str, dept: str = "x", pay: str = "1") -> tuple[int, ...]:
        files = one(folder, text, [["pay", "id", "dept"], [pay, "1", dept]])
        return tuple(piece(files).lines.select("fingerprint_a", "fingerprint_b").row(0))

    text = 'person = {custom_id = "{id}"}\ngroups = [{custom_id = "d:{dept}"}]'
    assert prints(text) == prints(text, pay="2")
    assert len({prints(text), prints(text, "y"), prints(text.replace("d:", "e:"))}) == 3


def test_mended_rejects_are_read_by_the_same_mapping(folder: Path) -> None:
    table = [HEADER, ["E1", "", "", "", "no address", "", "", "Sales", "", "", "5", "n"]]
    with one(folder, MAPPING, table) as files:
        (found,) = files.pieces()
        place = found.problems["place"][0]
        rejects = pl.DataFrame(
            {
                "line": [1],
                "column": [files.files[0].header.shown(place)],
                "code": ["c"],
                "value": ["v"],
                "message": ["m"],
            }
        )
        (path,) = RejectsFile(files).write(rejects)
    written = path.read_text()
    assert "Work Email" in written.splitlines()[1]
    (folder / "mended.csv").write_text(written.replace("no address", "a@b.example"), newline="")
    with PeopleFiles([folder / "mended.csv"], mapping=mapping(folder)) as files:
        (found,) = files.pieces()
        assert files.ignored_columns == [(0, "n")]
    assert (found.problems.height, found.memberships["group_custom_id"].to_list()) == (0, ["dept:Sales"])


def test_what_a_mapping_of_many_columns_costs_follows_how_many_they_are() -> None:
    def cost(columns: int) -> int:
        names = [f"c {place}" for place in range(columns)]
        template = "".join(f"{{{name}}}" for name in names)
        mapping = parse_mapping("m.toml", f"person = {{custom_id = '{{c 0}}', name = '{template}'}}")
        found: list[object] = []
        ran = lines_run(
            lambda: found.extend([
                all(mapping.knows(name.upper()) for name in names),
                mapping.bind("hr.csv", names).header.ignored,
            ])
        )
        assert found == [True, ()]
        return ran

    few, many = cost(256), cost(1024)
    assert many < 5 * few, "four times as many columns"
