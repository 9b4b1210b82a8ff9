"""What a first load costs where it is not like most, as a ratio to the load of an ordinary file of as many lines.

    python benchmarks/odd_files.py [--people 100000] [--rounds 1] [--only "a chain"]

Makes a file of people, and others of as many lines: with bad addresses, with a fifth more lines that all have one
address, all on two addresses, each with a key of the line before (one person of all of them), without custom_id. Each
is loaded by the command as a user runs it, process start to end, into an empty store of its own on an embedded server;
the ordinary one also with `--dry-run`, beside another organisation that has people, and by a role that owns no table.
Prints seconds, ratios, the command's peak memory, and the limit (COPY into plain tables) for the last three.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from import_people import HEADER, batch, limit, person, write, write_files

from jobs.shell.failures import DONE, REJECTED
from sql import embedded

ORDINARY = "first.csv"
BESIDE = 3_000
"""People of the other organisation."""
ROLE = """
CREATE ROLE importer LOGIN;
GRANT USAGE ON SCHEMA public TO importer;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO importer;
GRANT SELECT, USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA public TO importer;
"""
Rows = list[list[str]]


def lines_with(rows: Rows, bad: int) -> Rows:
    """So many of them with an address that is none."""
    found = [list(row) for row in rows]
    for number in random.Random(1).sample(range(len(rows)), bad):
        found[number][2] = "no address"
    return found


def with_one_address(rows: Rows) -> Rows:
    """A fifth more, on one address."""
    more = [[f"X{number:08d}", f"Xaver {number}", "shared@example.org", "", "", ""] for number in range(len(rows) // 5)]
    return random.Random(2).sample(rows + more, len(rows) + len(more))


def on_two_addresses(rows: Rows) -> Rows:
    return [[row[0], row[1], f"shared{number % 2}@example.org", "", "", ""] for number, row in enumerate(rows)]


def a_chain(rows: Rows) -> Rows:
    """Each has the account of the one before, or its address."""
    home = rows[0][3]
    return [
        ["", row[1], f"chain{(number + 1) // 2}@example.org", home, f"chain{number // 2}", ""]
        for number, row in enumerate(rows)
    ]


def without_custom_id(rows: Rows) -> Rows:
    return [["", *row[1:]] for row in rows]


FILES: dict[str, Callable[[Rows], Rows]] = {
    "500 bad": lambda rows: lines_with(rows, 500),
    "2000 bad": lambda rows: lines_with(rows, 2000),
    "1 % bad": lambda rows: lines_with(rows, len(rows) // 100),
    "one address": with_one_address,
    "two addresses": on_two_addresses,
    "a chain": a_chain,
    "no custom_id": without_custom_id,
}


@dataclass(frozen=True)
class Ran:
    seconds: float
    megabytes: int


def ran(arguments: list[str], home: Path, url: str | None = None) -> Ran:
    """What the command costs, process start to end, on a server that runs."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"IMPORT_PEOPLE_HOME": str(home)} | ({"DATABASE_URL": url} if url else {})
    began = time.perf_counter()
    command = [sys.executable, "-c", "from jobs.import_people import main; main()", *arguments, "--quiet"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None  # noqa: S101
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (DONE, REJECTED):
        raise SystemExit(f"import-people failed: {said.decode()}")
    return Ran(time.perf_counter() - began, usage.ru_maxrss // 1024)


def loaded(path: Path, home: Path, *more: str) -> Ran:
    """The load of a file into an empty store."""
    try:
        with embedded.running(home):
            return ran([*batch(path), *more], home)
    finally:
        shutil.rmtree(home)


def beside_others(folder: Path, home: Path) -> tuple[Ran, float]:
    """The load where another organisation has people; and the limit, on the same server."""
    with embedded.running(home) as server:
        copied = limit(server.url, folder)
        ran([*batch(folder / "others.csv"), "--organisation", "others", "--create-organisation"], home)
        found = ran(batch(folder / ORDINARY), home)
    shutil.rmtree(home)
    return found, copied


def by_a_guest(folder: Path, home: Path) -> tuple[Ran, float]:
    """The load by a role that may write, and owns nothing; and the limit."""
    with embedded.running(home) as server:
        copied = limit(server.url, folder)
        ran([*batch(folder / "others.csv"), "--dry-run"], home)  # which makes the schema
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(ROLE)
        found = ran(batch(folder / ORDINARY), home, server.url.replace("//postgres@", "//importer@"))
    shutil.rmtree(home)
    return found, copied


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="beside the ordinary load")
    asked = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir="/tmp"))
    folder.chmod(0o755)
    home = folder / "home"

    def wanted(name: str) -> bool:
        return not asked.only or name in asked.only

    try:
        write_files(folder, asked.people)
        random_ = random.Random(20261129)
        rows = [person(random_, number, 50 + asked.people // 1000) for number in range(asked.people)]
        write(folder / "others.csv", HEADER, rows[:BESIDE])
        for _ in range(asked.rounds):
            ordinary = loaded(folder / ORDINARY, home)
            show("ordinary", ordinary, ordinary)
            for name, make in FILES.items():
                if wanted(name):
                    write(folder / "odd.csv", HEADER, make(rows))
                    show(name, loaded(folder / "odd.csv", home), ordinary)
            if wanted("--dry-run"):
                show("--dry-run", loaded(folder / ORDINARY, home, "--dry-run"), ordinary)
            for name, load in (("beside others", beside_others), ("by a guest", by_a_guest)):
                if wanted(name):
                    found, copied = load(folder, home)
                    show(name, found, ordinary, copied)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def show(name: str, found: Ran, ordinary: Ran, copied: float | None = None) -> None:
    of_limit = f", {found.seconds / copied:.2f} of the limit" if copied else ""
    ratio = found.seconds / ordinary.seconds
    costs = f"{found.seconds:7.2f} s = {ratio:5.2f} of the ordinary load{of_limit}, {found.megabytes} MB"
    print(f"{name:<14} {costs}", flush=True)


if __name__ == "__main__":
    main()
