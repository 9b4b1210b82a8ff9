"""Whom lines describe, told without a database: held to a slow reading of the same rules, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples

from jobs.lines.people import PeopleFiles
from jobs.lines.whom_lines_make import Described, Found, merged_people, read_again, where

HEADER = "custom_id,email,openid,name"
CELLS = st.tuples(
    st.sampled_from(["", "1", "2", "3"]),
    st.sampled_from(["", "a@b.de", "c@d.de", "e@f.de", "no address"]),
    st.sampled_from(["", "http://x.de/"]),
    st.sampled_from(["", "Ann Lee", "LEE, ann", "Bo", "Cy Poe", "Dé", "de"]),
)
SAME = {"Ann Lee": "ann", "LEE, ann": "ann", "Bo": "bo", "Cy Poe": "cy", "Dé": "de", "de": "de"}


def described(path: Path, lines: Sequence[Sequence[str]], piece_bytes: int = 1 << 20) -> tuple[Found, PeopleFiles]:
    path.write_text("\n".join([HEADER, *(",".join(f'"{cell}"' for cell in line) for line in lines), ""]))
    files = PeopleFiles([path], piece_bytes=piece_bytes)
    found = Described()
    for piece in files.pieces():
        found.add(piece)
    return found.found(), files


def people(lines: Sequence[Sequence[str]]) -> list[list[Sequence[str]]]:
    """The lines of each person: those that share something, also by way of others."""
    left, all_people = list(lines), []
    while left:
        person = [left.pop(0)]
        keys = set(_keys(person[0]))
        while joining := [line for line in left if keys & set(_keys(line))]:
            person += joining
            left = [line for line in left if line not in joining]
            keys |= {key for line in joining for key in _keys(line)}
        all_people.append(person)
    return all_people


def _keys(line: Sequence[str]) -> list[tuple[int, str]]:
    return [(place, cell) for place, cell in enumerate(line[:3]) if cell and cell != "no address"]


@given(st.lists(CELLS, max_size=12), st.sampled_from([30, 1 << 20]))
@settings(max_examples=examples(40), deadline=None)
def test_it_is_what_a_reading_line_by_line_says(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, ...]], piece_bytes: int
) -> None:
    lines = [line for line in lines if any(line)]
    found, files = described(tmp_path_factory.getbasetemp() / "described.csv", lines, piece_bytes)
    files.close()
    waiting = whole = contested = rejected = merged = 0
    for person in people(lines):
        ids = {line[0] for line in person if line[0]}
        bad = any("no address" in line or not any(line[:3]) for line in person)
        by_id = [[line for line in person if line[0] == one] for one in ids] if len(ids) > 1 else [person]
        merged += sum(len({SAME[line[3]] for line in some if line[3]}) >= 3 for some in by_id)
        if len(ids) > 1:
            contested += len(person)
        elif bad:
            rejected += len(person)
        elif any(_keys(line)[-1:] and _keys(line)[-1][0] for line in person):
            whole += 1
        else:
            waiting += len(person)
    assert (found.lines, found.people, found.waiting, found.contested, found.rejected, found.merged) == (
        len(lines), whole, waiting, contested, rejected, merged,
    )  # fmt: skip
    with_id = [line[0] for line in lines if line[0]]
    assert (found.repeating, found.different_by_place[None]) == (len(with_id) - len(set(with_id)), len(set(with_id)))


def test_who_is_many_is_named_and_what_joins_them(tmp_path: Path) -> None:
    lines = [
        ("1", "a@b.de", "", "Ann Lee"),
        ("", "front@desk.de", "", "Bo Ray"),
        ("", "front@desk.de", "", "Cy Poe"),
        ("1", "", "", "Lee, Ann"),
        ("", "front@desk.de", "", "Dee"),
        ("", "front@desk.de", "", "ray bo"),
        ("9", "", "", "Eve"),
        ("9", "", "", "Fay"),
        ("9", "", "", "Gil"),
        ("9", "", "", "Hal"),
    ]
    found, files = described(tmp_path / "hr.csv", lines)
    assert merged_people(files, found) == (
        '"9" is "Eve" (line 8), "Fay" (line 9), "Gil" (line 10), …; '
        '"front@desk.de" is "Bo Ray" (line 3), "Cy Poe" (line 4), "Dee" (line 6)'
    )
    assert [(one.place, one.names, one.lines, one.first.line_number) for one in found.shared] == [
        (None, 4, 4, 8),
        (1, 3, 4, 3),
    ]
    again = read_again(files, [found.shared[1].first])
    assert [(line.custom_id, line.name, line.written) for line in again.values()] == [
        (None, "Bo Ray", {1: "front@desk.de"})
    ]
    assert (found.repeating, where(found.repeating_first, files, found.repeating)) == (4, "lines 5, 9, 10 …")
    assert (where(found.repeating_first[:2], files), where(found.repeating_first[:1], files)) == (
        "lines 5 and 9",
        "line 5",
    )
    files.close()


def test_nothing_is_nobody(tmp_path: Path) -> None:
    found, files = described(tmp_path / "hr.csv", [])
    assert (found.people, found.merged, merged_people(files, found), where((), files)) == (0, 0, "", "")
    files.close()
