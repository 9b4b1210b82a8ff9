"""The dearest queries of a load, a night, an undo and a finish, with their plans as they were run (EXPLAIN ANALYZE).

    python benchmarks/plans.py [--people 100000] [--most 10]

Imports the file of benchmarks/import_people.py and the next night's, and undoes that; then makes the records of a store
of benchmarks/reports.py with five statements a person. auto_explain writes down each query. Of all commands together
the dearest are printed: milliseconds, the command, the query's name, and of its plan the nodes that take a twentieth of
it, with their own milliseconds, the rows of each run, how often they were run, and the rows that were expected where
that is wrong by more than ten times. COPY, ANALYZE and the making of keys have no plan.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import reports
from import_people import batch, run, write_files

from sql import embedded

EXPLAINED = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "1",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_format": "json",
}
STATEMENTS = 5
"""A person."""
SHOWN = 0.05
"""Nodes that take such a part of their query are shown."""
WRONG = 10
"""So many times as many rows as expected, or as few, are worth telling."""
PLAN = re.compile(r"duration: ([\d.]+) ms  plan:\n((?:\t.*\n)+)")


@dataclass(frozen=True)
class Query:
    """One that was run."""

    command: str
    name: str
    milliseconds: float
    plan: dict[str, Any]


@dataclass(frozen=True)
class Node:
    """One of a plan."""

    depth: int
    what: str
    own: float
    """Milliseconds, without those of the nodes below."""
    rows: float
    loops: int
    expected: float

    def __str__(self) -> str:
        wrong = not 1 / WRONG <= (self.rows + 1) / (self.expected + 1) <= WRONG
        said = f"{self.own:,.0f} ms, {self.rows:,.0f} rows"
        said += f", {self.loops:,} times" if self.loops > 1 else ""
        return f"{'  ' * self.depth}{self.what}: {said}{f' ({self.expected:,.0f} expected)' if wrong else ''}"


def nodes(plan: dict[str, Any], depth: int = 0) -> Iterator[Node]:
    """Those of a plan, from above."""
    loops, below = plan["Actual Loops"], plan.get("Plans", [])
    all_, of_below = (
        sum(node["Actual Total Time"] * node["Actual Loops"] for node in some) for some in ([plan], below)
    )
    named = [plan.get(key) for key in ("Node Type", "Index Name", "Relation Name", "CTE Name", "Subplan Name")]
    what = " ".join(filter(None, named))
    yield Node(depth, what, max(0.0, all_ - of_below), plan["Actual Rows"], loops, plan["Plan Rows"])
    for node in below:
        yield from nodes(node, depth + 1)


def queries(command: str, log: str) -> Iterator[Query]:
    """What a server's log has of them."""
    for milliseconds, text in PLAN.findall(log):
        found = json.loads(text.replace("\n\t", "\n"))
        if "Plans" in found["Plan"]:  # not a call of a function alone
            yield Query(command, name(found["Query Text"]), float(milliseconds), found["Plan"])


def name(query: str) -> str:
    """The step (`-- resolve/56_claims` stands before it), or else how the query begins."""
    first = query.strip().splitlines()[0]
    return first.removeprefix("-- ")[:70]


class Watched:
    """A server whose sessions write down their plans."""

    def __init__(self, server: embedded.Embedded, home: Path) -> None:
        self._home = home
        self._log = Path(server.data).parent / "server.log"
        self.found: list[Query] = []
        with psycopg.connect(server.url, autocommit=True) as connection:
            for setting, value in EXPLAINED.items():
                parts = psycopg.sql.SQL(".").join(map(psycopg.sql.Identifier, setting.split(".")))
                change = psycopg.sql.SQL("ALTER DATABASE postgres SET {} = {}")
                connection.execute(change.format(parts, psycopg.sql.Literal(value)))

    def __call__(self, title: str, job: str, *words: str) -> None:
        """Runs a command."""
        before = self._log.stat().st_size
        run(job, list(words), self._home)
        with self._log.open("rb") as file:
            file.seek(before)
            self.found += queries(title, file.read().decode(errors="replace"))


def main() -> None:
    """Run the commands, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--most", type=int, default=10)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        writer = multiprocessing.Process(target=write_files, args=(folder, asked.people))
        writer.start()
        writer.join()
        with embedded.running(folder / "home") as server:
            watched = Watched(server, folder / "home")
            watched("first load", "import_people", *batch(folder / "first.csv"))
            watched("next night", "import_people", *batch(folder / "next.csv"))
            watched("undo night", "undo_import", "2")
            found = watched.found
        with embedded.running(folder / "records") as server:
            run("show_status", [], folder / "records")
            reports.fill(server.url, asked.people, STATEMENTS * asked.people)
            watched = Watched(server, folder / "records")
            watched("finish", "finish_batch_updates")
            found += watched.found
        show(found, asked.most)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def show(found: list[Query], most: int) -> None:
    for query in sorted(found, key=lambda one: one.milliseconds, reverse=True)[:most]:
        print(f"{query.milliseconds:,.0f} ms  {query.command}: {query.name}")
        for node in nodes(query.plan, 1):
            if node.own >= SHOWN * query.milliseconds:
                print(node)


if __name__ == "__main__":
    main()
