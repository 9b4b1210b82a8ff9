"""What rejected lines cost, as a ratio to a first load of good ones, measured in the same run.

    python benchmarks/rejects.py [--people 100000] [--rounds 1]

Loads a file of good lines, then, each into an embedded database of its own: the same with 500 and 2,000 bad addresses,
and with as many lines more as are a fifth of it, all with one address. Each by the command as a user runs it. Prints
seconds and the ratios to the good lines: 2,000 bad ones should cost under half of these more, the one address at most
2.5 times as much.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from import_people import HEADER, batch, person, write

from jobs.shell.failures import DONE, REJECTED
from sql import embedded


def write_files(folder: Path, people: int) -> list[str]:
    """The files, good lines first; their names."""
    random_ = random.Random(20261129)
    rows = [person(random_, number, 50 + people // 1000) for number in range(people)]
    files = {"good": rows}
    for bad in (500, 2000):
        files[f"{bad} bad"] = [list(row) for row in rows]
        for number in random_.sample(range(people), bad):
            files[f"{bad} bad"][number][2] = "no address"
    one = [[f"X{number:08d}", f"Xaver {number}", "shared@example.org", "", "", ""] for number in range(people // 5)]
    files["one address"] = random_.sample(rows + one, len(rows) + len(one))
    for name, lines in files.items():
        write(folder / f"{name}.csv", HEADER, lines)
    return list(files)


def seconds(path: Path, home: Path) -> float:
    """How long the command takes, process start to end, on a server that runs."""
    with embedded.running(home):
        began = time.perf_counter()
        command = [sys.executable, "-c", "from jobs.import_people import main; main()", *batch(path), "--quiet"]
        done = subprocess.run(
            command, env={**os.environ, "IMPORT_PEOPLE_HOME": str(home)}, capture_output=True, check=False
        )
        taken = time.perf_counter() - began
    if done.returncode not in (DONE, REJECTED):
        raise SystemExit(f"import-people failed: {done.stderr.decode()}")
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=1)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        names = write_files(folder, asked.people)
        for _ in range(asked.rounds):
            good = 0.0
            for name in names:
                taken = seconds(folder / f"{name}.csv", folder / "home")
                good = good or taken
                print(f"{name:<12} {taken:7.2f} s = {taken / good:5.2f} of the good lines", flush=True)
                shutil.rmtree(folder / "home")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
