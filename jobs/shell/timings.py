"""Where the time of a command goes: by its stages, and by the queries that are asked in each."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

SHOWN: Final = 0.01
"""What takes a smaller part of all, or less than a millisecond, is not told by name."""
OUTSIDE: Final = "between stages"
MB: Final = 1 << 20


@dataclass
class _Part:
    seconds: float = 0.0
    rows: int = 0
    times: int = 0

    def add(self, seconds: float, rows: int = 0) -> None:
        self.seconds += seconds
        self.rows += rows
        self.times += 1


@dataclass
class _Stage(_Part):
    queries: dict[str, _Part] = field(default_factory=dict)


class Timings:
    """Told of stages by the command, and of queries and sessions by `sql.database`."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._stage = OUTSIDE
        self._stages: dict[str, _Stage] = {}
        self._server_bytes = 0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """A part of the command; one that comes again adds up."""
        began, before = time.perf_counter(), self._stage
        self._stage = name
        stage = self._stages.setdefault(name, _Stage())
        try:
            yield
        finally:
            self._stage = before
            stage.add(time.perf_counter() - began)

    def query(self, name: str, seconds: float, rows: int) -> None:
        """A query that was asked; `rows`: so many it gave or touched."""
        queries = self._stages.setdefault(self._stage, _Stage()).queries
        queries.setdefault(name, _Part()).add(seconds, rows)

    def session(self, process: int) -> None:
        """A session of a server on this machine has done some work."""
        with suppress(OSError):  # there is no /proc, or it says nothing of others
            said = Path(f"/proc/{process}/status").read_text(encoding="ascii")
            for line in said.splitlines():
                if line.startswith("VmHWM:"):
                    self._server_bytes = max(self._server_bytes, int(line.split()[1]) * 1024)

    def lines(self) -> list[str]:
        """A table, whose last line has the whole."""
        whole = time.perf_counter() - self._began
        least, stages = max(0.001, SHOWN * whole), dict(self._stages)
        outside = stages.pop(OUTSIDE, _Stage())
        outside.seconds = whole - sum(stage.seconds for stage in stages.values())
        rows = [("seconds", "rows", "times", "")]
        for name, stage in {**stages, OUTSIDE: outside}.items():
            rows.append((f"{stage.seconds:.3f}", "", "", name))
            queries = sorted(stage.queries.items(), key=lambda query: -query[1].seconds)
            rows += [_row(f"  {asked}", part) for asked, part in queries if part.seconds >= least]
            rest = [part for _, part in queries if part.seconds < least]
            if rest:
                others = _Part(sum(part.seconds for part in rest), times=sum(part.times for part in rest))
                rows.append(_row(f"  {len(rest):,} {'others' if len(rest) < len(queries) else 'queries'}", others))
        rows.append((f"{whole:.3f}", "", "", f"all; {self._memory()}"))
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        return ["  ".join((*map(str.rjust, row, widths), row[3])).rstrip() for row in rows]

    def _memory(self) -> str:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        server = f", {self._server_bytes // MB:,} MB a session of the server" if self._server_bytes else ""
        return f"at most {peak // MB:,} MB this command{server}"


def _row(what: str, part: _Part) -> tuple[str, str, str, str]:
    return f"{part.seconds:.3f}", f"{part.rows:,}" if part.rows else "", f"{part.times:,}", what
