"""What rejected lines cost follows how many they are: never all staged lines for each of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from conftest import Cli

from identity.group_lines import GroupLine, Known, decide

LINES = 10_000
MOST = 12
"""So many times what as many good lines cost. Reading all for each costs some fifty times as much, and more."""


def write(path: Path, header: str, lines: Iterable[str]) -> Path:
    path.write_text("\n".join((header, *lines, "")))
    return path


KINDS = {
    "bad cells": ("custom_id,email", (f"B{n},no address" for n in range(LINES))),
    "one address": ("custom_id,email", (f"B{n},shared@x.org" for n in range(LINES))),
    "whose": ("email,email_2", (f"a{n % 5000}@x.org,a{n % 5000 + 5000}@x.org" for n in range(LINES))),
    "ids moved on by one": ("custom_id,previous_custom_id", (f"A{n + 1},A{n}" for n in range(LINES - 1))),
    "one new id for all": ("custom_id,previous_custom_id", (f"NEW,A{n}" for n in range(LINES))),
    "one person": ("custom_id,previous_custom_id", (f"{'A1' if n % 2 else f'N{n}'},A1" for n in range(LINES))),
}


@pytest.mark.parametrize("kind", KINDS)
def test_rejects_cost_about_what_good_lines_do(cli: Cli, tmp_path: Path, kind: str) -> None:
    good = write(tmp_path / "good.csv", "custom_id,email", (f"A{n},a{n}@x.org" for n in range(LINES)))
    first = json.loads(cli("import-people", good, "--batch", "--json").stdout)
    header, lines = KINDS[kind]
    rejected = json.loads(
        cli("import-people", write(tmp_path / "bad.csv", header, lines), "--batch", "--json", "--min-lines", "0").stdout
    )
    assert rejected["rejected"] >= LINES // 2
    assert sum(rejected["seconds"].values()) < MOST * sum(first["seconds"].values())


@pytest.mark.parametrize("contested", ["leave", "last-line"])
def test_lines_that_lose_all_they_name_cost_so_too(cli: Cli, tmp_path: Path, contested: str) -> None:
    good = write(tmp_path / "good.csv", "custom_id,email", (f"A{n},a{n}@x.org" for n in range(LINES)))
    first = json.loads(cli("import-people", good, "--batch", "--json").stdout)
    one = write(tmp_path / "one.csv", "custom_id,email", (f"B{n},shared@x.org" for n in range(LINES)))
    lost = json.loads(cli("import-people", one, "--batch", "--json", "--contested", contested).stdout)
    assert lost["rejected"] >= LINES - 1
    assert sum(lost["seconds"].values()) < MOST * sum(first["seconds"].values())


def test_lines_of_one_bad_group_share_what_they_say() -> None:
    lines = [GroupLine(n, "G", bad=n % 2 == 0) for n in range(LINES)]
    rejects = decide(lines, Known(), replaces=False, creates=False).rejects
    assert len({id(rejects[n].others) for n in range(1, LINES, 2)}) == 1


def moved_on(count: int) -> tuple[list[GroupLine], Known]:
    """Every group has the id that the next one had; the last one of them is kept by a group without a line."""
    lines = [GroupLine(n, f"G{n + 1:05}", f"G{n:05}") for n in range(count)]
    return lines, Known({f"G{n:05}" for n in range(count + 1)})


def deep(count: int) -> tuple[list[GroupLine], Known]:
    """Every group is below the one before, and the first of them is bad."""
    return [GroupLine(n, f"G{n}", None, (f"G{n - 1}",) if n else (), bad=n == 0) for n in range(count)], Known()


@pytest.mark.parametrize("chain", [moved_on, deep])
def test_a_chain_of_rejected_groups_costs_its_length(chain: Callable[[int], tuple[list[GroupLine], Known]]) -> None:
    taken = []
    for count in (LINES // 10, LINES):
        lines, known = chain(count)
        began = time.process_time()
        assert len(decide(lines, known, replaces=False, creates=False).rejects) == count
        taken.append(time.process_time() - began)
    assert taken[1] < 40 * taken[0]  # link by link, each looked for among all, it would be a hundred times
