"""Files as HR sends them: packed, as spreadsheets, broken, of odd bytes. `pytest -m soak` fuzzes for longer."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from commands import as_json, by_custom_id, contents, people, rows_of, write
from conftest import Cli, Result, Server
from hr import HEADER, MAPPING, STAFF, run_command
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def shared_url(server: Server, migrated: str) -> Iterator[str]:
    url = server.create_database(migrated)
    yield url
    server.drop_database(url)


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_packed_files_and_standard_input(cli: Cli) -> None:
    plain = b"custom_id,email\nA,a@example.org\nB,b at example.org\n"
    other = "email;custom_id\nc@example.org;C\nx;D\n".encode("utf-16")
    Path("hr.csv.gz").write_bytes(gzip.compress(plain))
    Path("hr.zip").write_bytes(
        zipped({"north/": b"", "north/one.csv": plain, "__MACOSX/one.csv": b"?", "two.txt": other})
    )
    assert as_json(cli("import-people", "hr.csv.gz", "--batch", "--json"), 3)["people"]["created"] == 1
    assert [row["custom_id"] for row in rows_of("hr.csv.gz.rejects.csv")] == ["B"]
    two = as_json(cli("import-people", "hr.zip", "--batch", "--json"), 3)
    assert (two["rows"], two["unchanged"], two["people"]["created"], two["rejected"]) == (4, 1, 1, 2)
    rejects = Path("hr.zip.rejects.csv").read_text(encoding="utf-8-sig")
    assert rejects.splitlines()[0] == "custom_id,email,_file,_line,_column,_code,_value,_message"
    assert [line.split(",")[:4] for line in rejects.splitlines()[1:]] == [
        ["B", "b at example.org", "hr.zip/north/one.csv", "3"],
        ["D", "x", "hr.zip/two.txt", "3"],
    ]
    write("mended.csv", rejects.rstrip().replace("b at ", "b@").replace("D,x", "D,d@example.org"))
    assert cli("import-people", "mended.csv", "--batch").exit_code == 0
    assert by_custom_id(people(cli)) == {key: [f"{key.lower()}@example.org"] for key in "ABCD"}

    def piped(*options: str) -> Result:
        return run_command("import-people", "-", "--batch", "--json", *options, stdin=plain)

    refused = piped()
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert "--rejects" in refused.stderr
    assert as_json(piped("--rejects", "r.csv"), 3)["rejected"] == 1
    assert [row["_line"] for row in rows_of("r.csv")] == ["3"]
    before = sorted(Path().iterdir())
    assert as_json(piped("--dry-run"), 3)["state"] == "dry-run"
    assert sorted(Path().iterdir()) == before
    as_rows = run_command("import-people", "-", "--rejects", "r.csv", stdin=plain)
    assert as_rows.exit_code == 3
    inspected = run_command("inspect-people", "-", stdin=plain)
    assert (inspected.exit_code, inspected.stderr) == (0, "")


def test_a_spreadsheet(cli: Cli) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("python_calamine")
    book = openpyxl.Workbook()
    for row in (
        ["ID", "Name", "Mail", "Dept", "Dept name", "Division"],
        ["00123", "Ann\nLee", "ann@example.org", "D1", "Sales", "North"],
        [None] * 6,
        [124, "Bob", "bob@example.org", "D1", "Sales", "North"],
        ["00125", "Cid", "cid at example.org", 7, "Support", "North"],
    ):
        book.active.append(row)
    book.save("hr.xlsx")
    write("hr.toml", MAPPING)
    run = ["import-people", "hr.xlsx", "--mapping", "hr.toml", "--json"]
    told = as_json(cli(*run), 3)
    assert told["warnings"] == {"numeric_cell": 2, "short_id": 1}
    assert [(row["_line"], row["_column"], row["_code"]) for row in rows_of("hr.xlsx.rejects.csv")] == [
        ("5", "Mail", "invalid_mbox")
    ]
    assert [person["customId"] for person in people(cli)] == ["00123", "124"]
    assert as_json(cli(*run, "--reject-warnings", "numeric_cell"), 3)["rejected"] == 2
    assert [(row["_line"], row["_column"], row["_code"]) for row in rows_of("hr.xlsx.rejects.csv")] == [
        ("4", "ID", "numeric_cell"), ("5", "Mail", "invalid_mbox"),
    ]  # fmt: skip
    mended = Path("hr.xlsx.rejects.csv").read_text().replace("\n124,", "\n00124,").replace("cid at ", "cid@")
    write("mended.csv", mended.rstrip())
    assert (
        cli("import-people", "mended.csv", "--mapping", "hr.toml", "--reject-warnings", "numeric_cell").exit_code == 0
    )
    assert "00125" in {person["customId"] for person in people(cli)}


BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "hr.csv: is empty"),
    "blank": (b"\n ,\n", "hr.csv: is empty"),
    "mark": (b"\xef\xbb\xbf", "hr.csv: is empty"),
    "cut_off": (b'custom_id,email\nA,a@example.org\nB,"b@example.org\n', "hr.csv, line 3: "),
    "latin1": ("custom_id,name,email\nA,José,a@example.org\n".encode("latin-1"), "hr.csv, line 2: "),
    "utf16": ("custom_id,email\nA,a@example.org\n".encode("utf-16-le"), "hr.csv, line 1: not UTF-8: "),
    "twice": (
        b"custom_id,email,E-Mail\nA,a@example.org,\n",
        "hr.csv, line 1: columns 2 ('email') and 3 ('E-Mail') both mean email",
    ),
    "useless": (b"shoe size,hat\n43,bowler\n", "hr.csv, line 1: "),
    "half_an_account": (b"custom_id,account_name\nA,a\n", "hr.csv, line 1: "),
    "gzip": (
        gzip.compress(b"custom_id,email\nA,a@example.org\n" * 99)[:-9],
        "hr.csv: is damaged, or not wholly there",
    ),
    "zip": (zipped({"a.csv": b"custom_id\n" * 99})[:-9], "hr.csv: is damaged, or not wholly there"),
    "no_members": (zipped({"a/": b""}), "hr.csv: holds no file"),
    "old_excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "hr.csv: is an Excel file of the old kind"),
    "carriage_returns": (b"custom_id,email\rA,a@example.org\r", "hr.csv: lines end in a carriage return alone"),
}


def test_a_file_that_cannot_be_used_ends_in_one_line(cli: Cli, database_url: str) -> None:
    before = contents(database_url)
    for trait, (content, told) in BROKEN.items():
        Path("hr.csv").write_bytes(content)
        for options in (["--batch"], ["--batch", "--dry-run"], []):
            result = cli("import-people", "hr.csv", *options)
            assert (result.exit_code, result.stderr.count("\n")) == (2, 1), (trait, result)
            assert result.stderr.startswith(f"error: {told}"), (trait, result)
        if trait in ("latin1", "utf16"):
            assert "--encoding" in result.stderr, trait
        if trait == "latin1":
            assert "(column 'name')" in result.stderr
        if trait == "useless":
            assert "'shoe size', 'hat'" in result.stderr
            assert "inspect-people" in result.stderr
    after = contents(database_url)
    assert {table for table in after if after[table] != before[table]} <= {"sources"}, "its name is known by now"
    assert [path.name for path in Path().iterdir()] == ["hr.csv"]

    for sound, warned in (
        (b"custom_id,email\n", "warning: hr.csv: has a header and no lines\n"),
        (
            b"custom_id,email,\nA,a@example.org,\n",
            'warning: hr.csv: the column "column 3 (no heading)" is not imported\n',
        ),
    ):
        Path("hr.csv").write_bytes(sound)
        result = cli("import-people", "hr.csv", "--batch")
        assert (result.exit_code, result.stderr) == (0, warned)
    ragged = b"custom_id,email\nA,a@example.org\nB\nC,c@example.org,c\n,,\n"
    Path("hr.csv").write_bytes(ragged)
    assert cli("import-people", "hr.csv", "--batch").exit_code == 3
    assert [(row["_line"], row["_code"]) for row in rows_of("hr.csv.rejects.csv")] == [
        ("3", "ragged_line"), ("4", "ragged_line"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--encoding", "utf-9"], "encoding: 'utf-9' is not known"),
        (["--encoding", "hex"], "encoding: 'hex' is not known"),
        (["--encoding", "utf-16"], "hr.csv, line 1: not utf-16 at character 1: "),
        (["--delimiter", "xx"], "delimiter: 'xx' is not one ASCII sign; the tab is written tab"),
        (["--delimiter", '"'], "delimiter and quote: both are '\"'"),
        (["--mapping", "quote.toml", "--delimiter", "/"], "delimiter and quote: both are '/'"),
    ],
)
def test_a_format_that_cannot_be(
    asked: Sequence[str], told: str, shared_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", shared_url)
    write("hr.csv", "custom_id,email", "A,a@example.org")
    write("quote.toml", 'file = {quote = "/"}')
    result = run_command("import-people", "hr.csv", "--batch", "--dry-run", *asked)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result
    assert result.stderr.startswith(f"error: {told}"), result


SOUND_FILES = [
    b'custom_id,name,email,groups\nA,Ann,a@example.org,x|y\nB,"B,\n""b",b@example.org,<delete>\n',
    (HEADER + "\n" + "\n".join(STAFF.values())).encode(),
    (HEADER + "\r\n" + "\r\n".join(STAFF.values())).replace(",", ";").encode("utf-16"),
    "\ufeffEmployee ID\tWork Email\tName\n1\ta@example.org\tJosÃ©\n".encode(),
    gzip.compress(b"custom_id,email\nA,a@example.org\n"),
    zipped({"one.csv": b"custom_id,email\nA,a@example.org\n", "two.csv": b"email\na@example.org\n"}),
    zipped({"xl/workbook.xml": b"<workbook/>", "[Content_Types].xml": b"<Types/>"}),
]
PIECES = [
    b'"',
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"<delete>",
    b"\\",
    b"{",
    b"\xc3",
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sound file with some bytes cut out, put in or doubled."""
    content = draw(st.sampled_from(SOUND_FILES))
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(content))), draw(st.integers(0, 8))
        put = draw(st.sampled_from(PIECES) | st.binary(max_size=3) | st.just(content[at : at + 40]))
        content = content[:at] + put + content[at + length :]
    return content


BYTES = given(
    content=st.binary(max_size=200) | damaged(),
    mapped=st.booleans(),
    encoding=st.sampled_from([None, "cp1252", "utf-16-le", "shift_jis"]),
)


def any_bytes_end_in_an_exit_code(folder: Path, content: bytes, mapped: bool, encoding: str | None) -> None:
    path, toml = folder / "hr.csv", folder / "hr.toml"
    path.write_bytes(content)
    toml.write_text(MAPPING)
    asked = ["--encoding", encoding] if encoding else []
    options = ["--mapping", str(toml)] if mapped else ["--create-groups"]
    imported = run_command("import-people", path, "--batch", "--dry-run", *options, *asked)
    assert imported.exit_code in (0, 2, 3, 4), imported
    if imported.exit_code in (2, 4):
        assert imported.stderr.splitlines()[-1].startswith("error: "), imported
    inspected = run_command("inspect-people", path, *asked)
    assert inspected.exit_code in (0, 2), inspected
    if imported.exit_code != 2:
        assert inspected.exit_code == 0, "what can be imported can be looked at"
    assert "Traceback" not in imported.stderr + inspected.stderr
    assert sorted(one.name for one in folder.iterdir()) == ["hr.csv", "hr.toml"]


@pytest.mark.parametrize("examples", [60, pytest.param(3000, marks=pytest.mark.soak)])
def test_any_bytes_end_in_an_exit_code(
    examples: int, shared_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", shared_url)
    check = settings(max_examples=examples, deadline=None)(BYTES(any_bytes_end_in_an_exit_code))
    check(folder=tmp_path)
