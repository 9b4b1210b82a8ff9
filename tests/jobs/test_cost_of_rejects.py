"""What rejected lines, and those of groups, cost follows how many they are: never all staged lines for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from conftest import Cli, Server
from costs import lines_run, rows_handled

from identity.group_lines import GroupLine, Known, decide
from jobs.shell.failures import DONE, REJECTED

FEW, MANY = 500, 2_000
MOST = 6
"""So many times as much may be done for four times as many lines. Reading all for each would be sixteen times."""
Lines = tuple[list[GroupLine], Known]


def write(path: Path, header: str, lines: Iterable[str]) -> Path:
    path.write_text("\n".join((header, *lines, "")))
    return path


KINDS: dict[str, tuple[str, Callable[[int], Iterable[str]], tuple[str, ...]]] = {
    "bad cells": ("custom_id,email", lambda count: (f"B{n},no address" for n in range(count)), ()),
    "one address": ("custom_id,email", lambda count: (f"B{n},shared@x.org" for n in range(count)), ()),
    "one address, left": (
        "custom_id,email",
        lambda count: (f"B{n},shared@x.org" for n in range(count)),
        ("--contested", "leave"),
    ),
    "one address, kept by the last": (
        "custom_id,email",
        lambda count: (f"B{n},shared@x.org" for n in range(count)),
        ("--contested", "last-line"),
    ),
    "whose": (
        "email,email_2",
        lambda count: (f"a{n % (count // 2)}@x.org,a{n % (count // 2) + count // 2}@x.org" for n in range(count)),
        (),
    ),
    "ids moved on by one": (
        "custom_id,previous_custom_id",
        lambda count: (f"A{n + 1},A{n}" for n in range(MANY - count, MANY - 1)),
        (),
    ),
    "one new id for all": ("custom_id,previous_custom_id", lambda count: (f"NEW,A{n}" for n in range(count)), ()),
    "one person": (
        "custom_id,previous_custom_id",
        lambda count: (f"{'A1' if n % 2 else f'N{n}'},A1" for n in range(count)),
        (),
    ),
    "near misses": (
        "custom_id,email",
        lambda count: (f"B{n},A{n}@x.org" for n in range(count)),
        ("--reject-warnings", "near_miss"),
    ),
    "many share an address": (
        "custom_id,email,name",
        lambda count: (f"B{n},s{n // 3}@y.org,P{n}" for n in range(count)),
        ("--reject-warnings", "shared_mbox"),
    ),
}
"""By name: the header, so many lines, and what is asked for."""
MAPPING = """
[options]
batch = true
[person]
custom_id = "{id}"
name = "{id}"
[[personas]]
mbox = "{mail}"
[[groups]]
custom_id = "g:{group}"
parents = ["g:{above}", "h:{group}"]
"""
MAPPED: dict[str, Callable[[int], Iterable[str]]] = {
    "a group each": lambda count: (f"E{n},e{n}@y.org,{n},x{n}" for n in range(count)),
    "in pairs": lambda count: (f"E{n},e{n}@y.org,{n},{n ^ 1}" for n in range(count)),
    "bad": lambda count: (f"E{n},nothing,{n},x{n}" for n in range(count)),
    "in a ring": lambda count: (f"E{n},e{n}@y.org,{n},{(n + 1) % count}" for n in range(count)),
}
"""Files with a mapping: their lines have `id,mail,group,above`."""


@pytest.fixture(scope="module")
def known(server: Server, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with as many people as there are lines, that has been looked at."""
    url = server.create_database(migrated)
    folder = tmp_path_factory.mktemp("known")
    good = write(folder / "good.csv", "custom_id,email", (f"A{n},a{n}@x.org" for n in range(MANY)))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("DATABASE_URL", url)
        assert Cli()("import-people", good, "--batch").exit_code == 0
    yield url
    server.drop_database(url)


@pytest.mark.parametrize("kind", KINDS)
def test_rejects_cost_as_many_as_they_are(
    server: Server, known: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    header, lines, asked = KINDS[kind]
    held_to_many(server, known, tmp_path, monkeypatch, header, lines, asked)


@pytest.mark.parametrize("kind", MAPPED)
def test_mapped_lines_cost_as_many_as_they_are(
    server: Server, known: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    (tmp_path / "map.toml").write_text(MAPPING)
    asked = ("--mapping", str(tmp_path / "map.toml"))
    held_to_many(server, known, tmp_path, monkeypatch, "id,mail,group,above", MAPPED[kind], asked)


def held_to_many(
    server: Server,
    known: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    header: str,
    lines: Callable[[int], Iterable[str]],
    asked: tuple[str, ...],
) -> None:
    """Four times as many lines cost about four times as much, in the database and beside it."""
    monkeypatch.chdir(tmp_path)
    cost: dict[int, tuple[int, int]] = {}
    for count in (FEW, MANY):
        url = server.create_database(known)
        monkeypatch.setenv("DATABASE_URL", url)
        file = write(tmp_path / f"{count}.csv", header, lines(count))
        exit_code = []
        with rows_handled(server, url) as handled:
            ran = lines_run(
                lambda file=file, exit_code=exit_code: exit_code.append(
                    Cli()("import-people", file, "--batch", "--min-lines", "0", *asked).exit_code
                )
            )
        assert exit_code[0] in (DONE, REJECTED)
        cost[count] = handled.rows, ran
        server.drop_database(url)
    assert all(few > count for count, (few, _) in cost.items()), "the database is seen at work"
    assert all(many < MOST * few for few, many in zip(cost[FEW], cost[MANY], strict=True)), cost


def test_lines_of_one_bad_group_share_what_they_say() -> None:
    lines = [GroupLine(n, "G", bad=n % 2 == 0) for n in range(MANY)]
    rejects = decide(lines, Known(), replaces=False, creates=False).rejects
    assert len({id(rejects[n].others) for n in range(1, MANY, 2)}) == 1


def moved_on(count: int) -> Lines:
    """Every group has the id that the next one had; the last one of them is kept by a group without a line."""
    lines = [GroupLine(n, f"G{n + 1:05}", f"G{n:05}") for n in range(count)]
    return lines, Known({f"G{n:05}" for n in range(count + 1)})


def deep(count: int) -> Lines:
    """Every group is below the one before, and the first of them is bad."""
    return [GroupLine(n, f"G{n}", None, (f"G{n - 1}",) if n else (), bad=n == 0) for n in range(count)], Known()


def both_ways(count: int) -> Lines:
    """Every group is below the one before and the one after."""
    around = ((f"G{m}" for m in (n - 1, n + 1) if 0 <= m < count) for n in range(count))
    return [GroupLine(n, f"G{n}", None, tuple(parents)) for n, parents in enumerate(around)], Known(
        {f"G{n}" for n in range(count)}
    )


def in_pairs(count: int) -> Lines:
    """Of every two groups each is below the other."""
    return [GroupLine(n, f"G{n}", None, (f"G{n ^ 1}",)) for n in range(count)], Known({f"G{n}" for n in range(count)})


def around_one(count: int) -> Lines:
    """One group is below all others, and above them."""
    others = [f"G{n}" for n in range(count)]
    lines = [GroupLine(n, other, None, ("all",)) for n, other in enumerate(others, 1)]
    return [GroupLine(0, "all", None, tuple(others)), *lines], Known({"all", *others})


def renamed_around_one(count: int) -> Lines:
    """One group is below all others already; each gets another custom_id, and is below that one."""
    lines = [GroupLine(n, f"G{n}", f"P{n}", ("all",)) for n in range(count)]
    before = [f"P{n}" for n in range(count)]
    return lines, Known({"all", *before}, {}, {("all", group) for group in before})


def renamed_before_around_one(count: int) -> Lines:
    """The same, where they have got it before, and one line says all that are above it."""
    others = [f"G{n}" for n in range(count)]
    lines = [GroupLine(n, other, f"P{n}", ("all",)) for n, other in enumerate(others, 1)]
    said = {other: f"P{n}" for n, other in enumerate(others, 1)}
    return [GroupLine(0, "all", None, tuple(others)), *lines], Known({"all", *others}, said)


@pytest.mark.parametrize(
    "lines_of", [moved_on, deep, both_ways, in_pairs, around_one, renamed_around_one, renamed_before_around_one]
)
def test_rejected_groups_cost_as_many_as_they_are(lines_of: Callable[[int], Lines]) -> None:
    ran = []
    for count in (FEW // 2, MANY // 2):
        lines, known = lines_of(count)
        ran.append(lines_run(lambda lines=lines, known=known: decide(lines, known, replaces=False, creates=False)))
        assert len(decide(lines, known, replaces=False, creates=False).rejects) >= count // 2
    assert ran[1] < MOST * ran[0], ran
