"""What work costs, counted rather than timed: the same on every machine, however busy it is."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg
from conftest import ROOT, Server
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

OURS = tuple(str(ROOT / package) for package in ("identity", "jobs", "sql"))
EXPLAINED = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_nested_statements": "on",
}
OTHERS = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_NODE = re.compile(rb"actual rows=([\d.]+) loops=(\d+)|Rows Removed by [\w ]+: (\d+)")


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of the project's own code are run in this thread by `work`."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def counted(url: str, query: str, *parameters: object) -> list[dict[str, Any]]:
    """The rows of a query over the server's counters. A session adds to them when it ends: that is waited for."""
    deadline = time.monotonic() + 30
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as connection:
        while connection.execute(OTHERS).fetchone():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return connection.execute(query, parameters).fetchall()


def calls_made(work: Callable[[], object], *names: str) -> int:
    """How often `work` calls functions of these names that are written in C, in this thread."""
    count = 0

    def profile(frame: FrameType, event: str, called: Any) -> None:
        nonlocal count
        count += event == "c_call" and called.__name__ in names

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def frames_made(work: Callable[[], object]) -> int:
    """How many frames polars makes for `work`; each costs at least as much as it has columns."""
    return calls_made(work, "collect")


class Handled:
    """How many rows the database has handled, over all nodes of all plans: those that they gave or sorted out."""

    def __init__(self) -> None:
        self.rows = 0


@contextmanager
def rows_handled(server: Server, url: str) -> Iterator[Handled]:
    """Counts what sessions do that begin in this database within the block; `rows` is there after it."""
    name = sql.Identifier(str(conninfo_to_dict(url)["dbname"]))
    with psycopg.connect(url, autocommit=True) as connection:
        for setting, value in EXPLAINED.items():
            change = sql.SQL("ALTER DATABASE {} SET {} = {}")
            parts = sql.SQL(".").join(map(sql.Identifier, setting.split(".")))
            connection.execute(change.format(name, parts, sql.Literal(value)))
    log = Path(server.running.data).parent / "server.log"
    before = log.stat().st_size
    handled = Handled()
    try:
        yield handled
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("ALTER DATABASE {} RESET ALL").format(name))
    with log.open("rb") as file:
        file.seek(before)
        handled.rows = _rows(file.read())


def _rows(log: bytes) -> int:
    """Of a node's rows the plan tells how many there were each time it was run."""
    total, loops = 0.0, 0
    for rows, times, removed in _NODE.findall(log):
        loops = int(times) if times else loops
        total += float(rows or removed) * loops
    return round(total)
