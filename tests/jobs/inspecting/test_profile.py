"""The facts of a file's columns, however it is cut into pieces and however many values there are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples

from jobs.inspecting import profile as profiles
from jobs.inspecting.profile import ColumnFacts, Profile, profile
from jobs.reading.csv_records import CsvFile
from jobs.reading.files import Source


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profile") / "people.csv"


def facts(path: Path, text: str, pairs: Iterable[tuple[int, int]] = (), piece_bytes: int = 1 << 20) -> Profile:
    path.write_text(text, encoding="utf-8")
    return profile(CsvFile(Source(path), piece_bytes=piece_bytes), pairs)


def column(path: Path, *cells: str) -> ColumnFacts:
    return facts(path, "".join(f"{cell},x\n" for cell in ("a", *cells))).columns[0]


@pytest.mark.parametrize(
    ("look", "cells"),
    [
        ("e-mail", ["a@b.de", "mailto:c@d.example"]),
        ("e-mail", ["a@b.de", "c@d.de", "unfinished"]),
        ("hash", ["cc1e39b02974c5d21e792d7febcaa6018bb6c574"]),
        ("URL", ["https://id.example/ann", "http://id.example/bob"]),
        ("date", ["2024-01-31", "31.01.2024", "1/31/24", "2024-01-31T09:30:00Z"]),
        ("yes/no", ["yes", "NO", "Yes"]),
        ("yes/no", ["0", "1", "1"]),
        ("number", ["0", "1", "2"]),
        ("number", ["004217", "1.5", "1,234", "1.23E+11", "-3"]),
        ("list", ["a|b", "c", "d; e"]),
        ("text", ["Ann", "Bob Smith"]),
        ("blank", ["", " ", "\u00a0"]),
        ("blank", ["n/a", "-", "none"]),
    ],
)
def test_what_a_column_looks_like(path: Path, look: str, cells: list[str]) -> None:
    assert column(path, *cells).look == look


def test_the_counts_of_a_column(path: Path) -> None:
    found = column(path, " Ann", "Bob", "Ann ", "", "N/A", "noreply@corp.example", "\u00a0", "-", "-")
    assert (found.rows, found.filled, found.real) == (9, 7, 3)
    assert found.blank_like == {"N/A": 1, "noreply@corp.example": 1, "-": 2}
    assert (found.distinct, found.exact, found.unique) == (2, True, False)
    assert found.examples == ("Ann", "Bob")
    assert found.values == {"Ann": 2, "Bob": 1}
    assert found.uniqueness == pytest.approx(2 / 3)


def test_ragged_lines_are_counted_and_the_first_named(path: Path) -> None:
    found = facts(path, "a,b\n1,2\n3\n\n4,5,6\n" + "7\n" * 9)
    assert (found.lines, found.rows, found.ragged, found.first_ragged) == (14, 12, 11, (3, 5, 6, 7, 8))


@given(st.lists(st.sampled_from(["", "a", "b", "n/a", "a@b.de", "1", "x|y"]), max_size=40), st.integers(1, 60))
@settings(max_examples=examples(30), deadline=None)
def test_the_facts_are_the_same_wherever_the_file_is_cut(path: Path, cells: list[str], piece_bytes: int) -> None:
    text = "".join(f"{one},{other}\n" for one, other in zip(["h", *cells], ["i", *cells[::-1]], strict=True))
    pairs = [(0, 1), (1, 0)]
    whole, cut = facts(path, text, pairs), facts(path, text, pairs, piece_bytes)
    assert [_comparable(one) for one in whole.columns] == [_comparable(one) for one in cut.columns]
    assert (whole.decided, whole.rows, whole.lines) == (cut.decided, cut.rows, cut.lines)


def _comparable(column: ColumnFacts) -> object:
    """Without the order of values that are equally frequent, and the examples, which are of the first piece."""
    values = sorted((column.values or {}).items())
    return (column.filled, sorted(column.blank_like.items()), column.distinct, column.uniqueness, values, column.looks)


@given(st.lists(st.tuples(*[st.sampled_from(["", "-", "a", "b", "c"])] * 2), min_size=1, max_size=12))
@settings(max_examples=examples(50), deadline=None)
def test_which_column_decides_which(path: Path, rows: list[tuple[str, str]]) -> None:
    found = facts(path, "h,i,j\n" + "".join(f"{one},{other},x\n" for one, other in rows), [(0, 1)])
    said = [(one.strip("-"), other.strip("-")) for one, other in rows if other.strip("-")]
    decides = bool(said) and all(one for one, _ in said) and len(set(said)) == len({one for one, _ in said})
    assert found.decided == (frozenset({(0, 1)}) if decides else frozenset())


def test_many_pairs_decide_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "h,i\n" + "".join(f"{number},x\n" for number in range(10))
    assert facts(path, text, [(0, 1)]).decided == {(0, 1)}
    monkeypatch.setattr(profiles, "PAIRS", 9)
    assert not facts(path, text, [(0, 1)]).decided


def test_beyond_what_is_kept_different_values_are_estimated(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "HASHES", 0)
    text = "h,i\n" + "".join(f"u{number},t{number // 2}\n" for number in range(30_000))
    one, two = facts(path, text, piece_bytes=50_000).columns
    assert (one.exact, two.exact) == (False, False)
    assert one.distinct == pytest.approx(30_000, rel=0.1)
    assert two.distinct == pytest.approx(15_000, rel=0.1)
    assert (one.uniqueness, two.uniqueness) == (1.0, 0.5)
    assert one.values is None
