"""Everything that has a goal, measured one after another, with the goal beside each figure.

    python benchmarks/goals.py [--scale 1] [--only import_people]

Runs the other benchmarks at the sizes of the table in docs/performance.md, times `--scale` (0.01 for a first idea; in
full it takes an hour, and 40 GB in /tmp), and prints what they print; behind each figure that has a goal stands the
goal, and whether it is reached. Only on an idle machine do the figures say anything.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
FIGURE: Final = r"(?P<value>[\d.,]*\d)"


@dataclass(frozen=True)
class Goal:
    """One figure of a line that begins like this."""

    line: str
    figure: str
    """Where it stands in the line: a pattern, with `%` for the figure."""
    most: float | None = None
    least: float | None = None

    def told(self, line: str) -> str | None:
        """The goal and whether it is reached, if that line has the figure."""
        if not line.lstrip().startswith(self.line):
            return None
        found = re.search(self.figure.replace("%", FIGURE), line)
        if found is None:
            return None
        value = float(found["value"].replace(",", ""))
        bound, reached = (
            (f"at most {self.most:g}", value <= self.most)
            if self.most is not None
            else (f"at least {self.least:g}", value >= (self.least or 0))
        )
        return f"{value:g}, goal {bound}: {'reached' if reached else 'NOT reached'}"


@dataclass(frozen=True)
class Run:
    """A benchmark at a size."""

    script: str
    sizes: dict[str, int | tuple[int, ...]]
    goals: tuple[Goal, ...]
    more: tuple[str, ...] = ()


OF_LIMIT: Final = r"= *% of the limit"
OF_LOAD: Final = r"= *% of the ordinary load"
MEMORY: Final = r"% MB"
MILLION: Final = 1_000_000
SERVED: Final = (
    *(Goal(f"by {what}", "% a second", least=500) for what in ("persona", "customId", "id")),
    *(Goal(f"by {what}", "p99 *% ms", most=20) for what in ("persona", "customId", "id")),
    Goal("page at", "p99 *% ms", most=100),
    *(Goal(f"{what} ", "% a second", least=100) for what in ("POST  ", "PUT  ")),
    *(Goal(f"{what} ", "p99 *% ms", most=50) for what in ("POST  ", "PUT  ")),
    *(Goal(f"{what} beside", "; % failed", most=0) for what in ("reads", "POST")),
)
RUNS: Final = (
    Run(
        "import_people",
        {"people": MILLION},
        (
            Goal("first load", OF_LIMIT, most=0.40),
            Goal("first load", MEMORY, most=400),
            Goal("next night", OF_LIMIT, most=0.10),
            Goal("unchanged", OF_LIMIT, most=0.06),
            Goal("undo night", OF_LIMIT, most=0.10),
            Goal("undo load", OF_LIMIT, most=0.40),
        ),
    ),
    Run(
        "import_people",
        {"people": (MILLION // 10, MILLION, 5 * MILLION)},
        (
            Goal("growth of", r": % a person", most=1.2),
            Goal("growth of first load, 1,000,000 to", r"% bytes", most=40),
            Goal("growth of next night, 1,000,000 to", r"% bytes", most=40),
        ),
    ),
    Run(
        "odd_files",
        {"people": MILLION},
        (
            Goal("1 % bad", OF_LOAD, most=1.2),
            Goal("a chain", OF_LOAD, most=2),
            Goal("no custom_id", OF_LOAD, most=2),
            Goal("--dry-run", OF_LOAD, most=1.1),
            Goal("beside others", OF_LIMIT, most=1.4),
            Goal("by a guest", OF_LIMIT, most=1.4),
        ),
        tuple(
            f"--only={name}"
            for name in ("1 % bad", "a chain", "no custom_id", "--dry-run", "beside others", "by a guest")
        ),
    ),
    Run("odd_files", {"people": MILLION // 10}, (Goal("two addresses", OF_LOAD, most=2),), ("--only=two addresses",)),
    Run(
        "small",
        {"people": 10_000},
        (
            Goal("lrs-people --help", r"--help *%", most=0.12),
            Goal("first", r"^first *%", most=1.0),
            Goal("again", r"^again *%", most=0.8),
        ),
    ),
    Run(
        "statements",
        {"statements": MILLION, "agents": MILLION // 10},
        (
            Goal("first load", r"= *% a second", least=25_000),
            Goal("first load", r"= *% and", most=6),
            Goal("first load", MEMORY, most=400),
        ),
    ),
    Run(
        "reports",
        {"people": MILLION, "interactions": 10 * MILLION},
        (Goal("full ", OF_LIMIT, most=6),),
    ),
    Run(
        "rows",
        {"people": MILLION, "interactions": 10 * MILLION},
        (Goal("row by row", OF_LIMIT, least=0.05), Goal("one person", r"= *%,", least=0.05)),
    ),
    Run("serving", {"people": MILLION}, SERVED),
    Run("serving", {"people": 10_000}, SERVED),
)


def scaled(size: int | tuple[int, ...], scale: float) -> str:
    """One or several sizes, as a benchmark takes them."""
    sizes = size if isinstance(size, tuple) else (size,)
    return ",".join(str(max(1000, round(one * scale))) for one in sizes)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="a benchmark, by its file's name")
    asked = parser.parse_args()
    for run in RUNS:
        if asked.only and run.script not in asked.only:
            continue
        sizes = [f"--{name}={scaled(size, asked.scale)}" for name, size in run.sizes.items()]
        command = [f"{run.script}.py", *sizes, *run.more]
        print(f"\n{' '.join(command)}", flush=True)
        with subprocess.Popen(
            [sys.executable, str(HERE / command[0]), *command[1:]], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None  # noqa: S101
            for line in process.stdout:
                print(line, end="")
                for told in filter(None, (goal.told(line) for goal in run.goals)):
                    print(f"    {told}", flush=True)
        if process.returncode:
            sys.exit(f"{run.script} failed")


if __name__ == "__main__":
    main()
