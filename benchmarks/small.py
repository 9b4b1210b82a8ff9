"""What a command costs where there is little to do: its start, its end, and a file of ten thousand.

    python benchmarks/small.py [--people 10000] [--rounds 5]

Runs, in turns and each process start to end: `python -c pass`, `lrs-people --help`, `show-status`, and import-people
of a file of people, first (into a store that is made already) and the same file again, on an embedded server. Prints
of each the median seconds, as the clock and as the processors have it, also as a ratio to `python -c pass`, and how
often `show-status` it is. Seconds of the processors are the command's and (on Linux) its server's.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from import_people import HEADER, person, write

SET_CHILD_SUBREAPER = 36


def adopt() -> None:
    """Make the servers that commands start our children, when these have ended: so their seconds are told too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def ran(command: Sequence[str], home: Path) -> tuple[float, float]:
    """Seconds of the clock, and of the processors, that a command and its server take."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
    }
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, env={**environment, "IMPORT_PEOPLE_HOME": str(home)}, text=True)
    took = time.perf_counter() - began
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    while True:
        try:
            os.wait()  # for the server's processes
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    adopt()
    programs = Path(sys.executable).parent
    lrs_people, import_people = str(programs / "lrs-people"), str(programs / "import-people")
    with tempfile.TemporaryDirectory() as name:
        folder, random_ = Path(name), random.Random(20261122)
        folder.chmod(0o711)  # the server of root is nobody's
        write(folder / "first.csv", HEADER, (person(random_, number, 50) for number in range(asked.people)))
        loading = [import_people, str(folder / "first.csv"), "--batch", "--create-groups"]
        made, home = folder / "made", folder / "home"
        ran([lrs_people, "show-status"], made)
        parts: dict[str, Callable[[], tuple[float, float]]] = {
            "python -c pass": lambda: ran([sys.executable, "-c", "pass"], home),
            "lrs-people --help": lambda: ran([lrs_people, "--help"], home),
            "show-status": lambda: ran([lrs_people, "show-status"], home),
            "first": lambda: ran(loading, home),
            "again": lambda: ran(loading, home),
        }
        found: dict[str, list[tuple[float, float]]] = {part: [] for part in parts}
        for _ in range(asked.rounds):
            shutil.rmtree(home, ignore_errors=True)
            subprocess.run(["cp", "-a", made, home], check=True)
            for part, run in parts.items():
                found[part].append(run())
    clock, processors = (
        {part: statistics.median(each[n] for each in seconds) for part, seconds in found.items()} for n in (0, 1)
    )
    print(f"{asked.people:,} people, medians of {asked.rounds} rounds; processors with the server's")
    print(f"{'':20}{'clock':>8}{'':>9}{'processors':>12}{'':>9}{'of show-status':>16}")
    for part in parts:
        ratios = [f"{of[part] / of['python -c pass']:>8.1f}x" for of in (clock, processors)]
        status = processors[part] / processors["show-status"]
        print(f"{part:20}{clock[part]:>8.3f}{ratios[0]}{processors[part]:>12.3f}{ratios[1]}{status:>16.2f}")


if __name__ == "__main__":
    main()
