"""Rejects that come again, and those that are mended: they give the people whom sound lines would have given."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest
from commands import as_json, write
from conftest import Cli, Result, Server
from hr import run_command, table
from hypothesis import given, settings
from hypothesis import strategies as st


def test_rejects_are_told_from_those_of_the_last_import(cli: Cli, database_url: str) -> None:
    good = [f"G{n},g{n}@example.org" for n in range(5)]
    bad = [f"B{n},b{n} at example.org" for n in range(12)]
    old = ["--fail-on", "new-rejects"]

    def run(lines: Sequence[str], *options: str, exit_code: int) -> str:
        write("hr.csv", "custom_id,email", *lines)
        result = cli("import-people", "hr.csv", *options, *(["--min-lines", "0"] if "--batch" in options else []))
        assert result.exit_code == exit_code, result
        return result.stdout

    def again(lines: Sequence[str], *options: str, exit_code: int) -> int:
        return int(json.loads(run(lines, *options, "--json", exit_code=exit_code))["rejected_again"])

    first = run([*good, *bad[:11]], "--batch", *old, exit_code=3)
    assert "rejected (11)" in first
    assert again([*good, *bad[:11]], "--batch", *old, exit_code=0) == 11
    assert again([*good, *bad[:11]], "--batch", exit_code=3) == 11
    # A refused run and a dry one are no last import; nor is that of another source.
    assert again([*bad, *good], "--batch", *old, "--dry-run", exit_code=3) == 11
    assert again([*bad, *good], "--batch", *old, "--strict", exit_code=4) == 11
    assert again([*good, *bad[11:]], "--batch", *old, "--source", "crm", exit_code=3) == 0
    told = run([*bad, *good], "--batch", *old, exit_code=3)
    assert "rejected (12, 11 of them as in the last import of this source)" in told
    assert again([*bad, *good], "--batch", *old, exit_code=0) == 12
    # The same line for another reason is a new reject; a mended one is forgotten.
    assert again([*good, bad[0], "B0,b0@example.org", *bad[1:]], "--batch", *old, exit_code=3) == 12
    assert again([*good, *bad[6:]], "--batch", *old, exit_code=0) == 6
    assert again([*good, *bad[5:]], "--batch", *old, exit_code=3) == 6
    # Line by line it is the same, after a batch and before one.
    assert again([*good, *bad[5:]], *old, exit_code=0) == 7
    assert again([*bad[4:], *good], *old, exit_code=3) == 7
    assert again([*bad[4:]], *old, exit_code=0) == 8
    assert again([*bad[8:]], *old, exit_code=0) == 4
    assert again([*bad[4:], *good], "--batch", *old, exit_code=3) == 4
    assert again([*good], "--batch", *old, exit_code=0) == 0
    assert not Path("hr.csv.rejects.csv").exists()
    assert again([*bad[8:]], "--batch", *old, exit_code=3) == 0
    # The order of the columns does not count.
    write("hr.csv", "email,custom_id", *(",".join(reversed(line.split(","))) for line in [*good, *bad[8:]]))
    turned = as_json(cli("import-people", "hr.csv", "--batch", *old, "--json"))
    assert (turned["rejected_again"], turned["unchanged"]) == (4, 5)


MENDABLE = """
source = "hr"
{file}
[person]
custom_id = "{{Staff no}}"
name = "{{First}} {{Last}}"
[[personas]]
mbox = "{{Work e-mail}}"
[[personas]]
account = {{home_page = "https://lms.example.org", name = "{{Login}}"}}
[[groups]]
custom_id = "dept:{{Dept}}"
type = "department"
"""
MAPPED = ["Staff no", "First", "Last", "Work e-mail", "Login", "Dept", "Free"]
CANONICAL = ["custom_id", "image_url", "name", "email", "mbox_sha1sum", "groups", "_note"]
WORDS = st.text(st.sampled_from('abc é;,\t|"\nß'), max_size=6).filter(lambda word: word.strip() == word)
LINE = st.tuples(st.integers(0, 8), WORDS, WORDS, st.integers(0, 8), st.sampled_from(["", "S", "T"]), WORDS)
DAMAGES: dict[str, Callable[[list[str]], list[str]]] = {
    "none": lambda cells: cells,
    "mail": lambda cells: [*cells[:3], "no mail at all", *cells[4:]],
    "nobody": lambda cells: ["", *cells[1:3], "", "", *cells[5:]],
    "group": lambda cells: [*cells[:5], "a" * 2_001, *cells[6:]],
    "long": lambda cells: [*cells, "one", "too many"],
    "short": lambda cells: cells[:-2],
}


@pytest.fixture(scope="module")
def shared_url(server: Server, migrated: str) -> Iterator[str]:
    url = server.create_database(migrated)
    yield url
    server.drop_database(url)


NUMBERS = count(1)

EXPORTS = given(
    lines=st.lists(st.tuples(LINE, st.sampled_from(sorted(DAMAGES))), min_size=1, max_size=8),
    mapped=st.booleans(),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
    by_rows=st.booleans(),
)


def mended_rejects_give_the_same_people(
    folder: Path,
    lines: list[tuple[tuple[int, str, str, int, str, str], str]],
    mapped: bool,
    delimiter: str,
    quoting: int,
    end: str,
    encoding: str,
    by_rows: bool,
) -> None:
    number = next(NUMBERS)
    header = MAPPED if mapped else CANONICAL
    good = []
    names: dict[int, tuple[str, str]] = {}
    for nth, ((who, one, other, address, dept, free), _) in enumerate(lines):
        # Nobody is claimed by two; and what is mended comes last, where a name's last cell counts.
        first, last = names.setdefault(who, (one, other))
        cells = [f"P{who}", first, last, f"a{who}.{address}@example.org", "", dept and f"{dept}{who}", f"{nth}{free}"]
        cells[4] = f"login{who}" if mapped else f"{who:040}"
        good.append(cells)
    raw = [DAMAGES[damage](cells) for (_, damage), cells in zip(lines, good, strict=True)]
    mapping = folder / f"{number}.toml"
    mapping.write_text(MENDABLE.format(file='[file]\nencoding = "latin-1"' if encoding == "latin-1" else ""))
    options = ["--mapping", str(mapping)] if mapped else ["--create-groups"]
    if not mapped and encoding == "latin-1":
        options += ["--encoding", "latin-1"]
    batch = [] if by_rows else ["--batch"]

    def imported(name: str, rows: list[list[str]], organisation: str, new: bool) -> Result:
        path = folder / f"{name}{number}.csv"
        path.write_bytes(table([header, *rows], delimiter, quoting, end).encode(encoding))
        to = ["--organisation", organisation, *(["--create-organisation"] if new else [])]
        return run_command("import-people", path, *options, *batch, *to)

    whole = imported("whole", good, f"whole {number}", new=True)
    assert whole.exit_code == 0, whole
    part = imported("hr", raw, f"mended {number}", new=True)
    rejects = folder / f"hr{number}.csv.rejects.csv"
    assert part.exit_code == (3 if rejects.exists() else 0), part
    assert rejects.exists() or not any(cells != sound for cells, sound in zip(raw, good, strict=True))
    if rejects.exists():
        text = rejects.read_bytes().decode("utf-8")
        assert text.startswith("\ufeff") == (encoding != "utf-8")
        told, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
        assert told == [*header, "_line", "_column", "_code", "_value", "_message"]
        # Where each line begins, counted by hand.
        at, starts = 1, []
        for cells in [header, *raw]:
            starts.append(at)
            at += table([cells], delimiter, quoting, end).count("\n")
        mended = []
        for row in rows:
            place = starts.index(int(row[len(header)])) - 1
            written = [*raw[place], *[""] * len(header)][: len(header)]
            assert row[: len(header)] == written, "the original cells"
            mended.append([*good[place], *row[len(header) :]])
        rejects.write_bytes(
            b"\xef\xbb\xbf" * text.startswith("\ufeff") + table([told, *mended], delimiter, quoting, end).encode()
        )
        again = run_command("import-people", rejects, *options, *batch, "--organisation", f"mended {number}")
        assert again.exit_code == 0, again
    exports = [run_command("export-people", "--organisation", f"{which} {number}") for which in ("whole", "mended")]
    apart, together = (sorted(csv.reader(io.StringIO(export.stdout, newline=""))) for export in exports)
    assert [sorted(row) for row in apart] == [sorted(row) for row in together]


@pytest.mark.parametrize("examples", [6, pytest.param(300, marks=pytest.mark.soak)])
def test_mended_rejects_give_the_same_people(
    examples: int, shared_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", shared_url)
    check = settings(max_examples=examples, deadline=None)(EXPORTS(mended_rejects_give_the_same_people))
    check(folder=tmp_path)
