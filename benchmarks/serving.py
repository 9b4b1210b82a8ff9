"""How fast `lrs-people serve` answers.

    python benchmarks/serving.py [--people 1000000] [--seconds 10] [--store FOLDER]

Makes a store of people with two personas and one to three groups each, on an embedded server of its own (or takes the
one that an earlier run has left in `--store`), serves it in one process, and asks over a few connections, each question
when the one before is answered: people by id, custom_id and persona; POST and PUT; pages of 1,000 at several offsets;
and lookups and POST while a file is imported beside: the next night's, and the same as another organisation's first.
Prints requests a second, what 50 and 99 of a hundred took at most, and for how much of it the processors were busy, in
the server and in PostgreSQL: on a machine with others that is the figure that says something.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from import_people import HOMES, batch, run, write_files

from sql import embedded

CONNECTIONS: Final = 4
TICKS: Final = os.sysconf("SC_CLK_TCK")

Request = tuple[str, str, bytes]
"""Method, address below the organisation's, body."""


@dataclass
class Answers:
    """What came of some requests."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    took: float = 0.0
    busy: tuple[float, float] = (0.0, 0.0)
    """Of the processors, in the server and in PostgreSQL."""
    failed: int = 0
    """Connections that were cut."""

    def at_most(self, share: float) -> float:
        """Milliseconds that so many of them took at most."""
        return 1000 * sorted(self.seconds)[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


class Asking:
    """Somebody who asks a server."""

    def __init__(self, url: str, key: str, secret: str) -> None:
        self.host, self.port = urlsplit(url).hostname, urlsplit(url).port
        self._auth = b64encode(f"{key}:{secret}".encode()).decode()

    def written(self, request: Request) -> bytes:
        """A request as it is sent."""
        method, path, body = request
        return (
            f"{method} /api/organizations/default/{path} HTTP/1.1\r\nHost: here\r\n"
            f"Authorization: Basic {self._auth}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    async def asked(self, make: Callable[[int], Request], until: Callable[[int], bool], connections: int) -> Answers:
        """Ask what `make` gives for 0, 1, 2 … over so many connections."""
        answers, numbers = Answers(), iter(range(10**9))

        async def one() -> None:
            reader, writer = await asyncio.open_connection(self.host, self.port)
            while until(number := next(numbers)):
                began = time.perf_counter()
                try:
                    writer.write(self.written(make(number)))
                    status = await _answer(reader)
                except (OSError, asyncio.IncompleteReadError):
                    answers.failed += 1
                    reader, writer = await asyncio.open_connection(self.host, self.port)
                    continue
                answers.seconds.append(time.perf_counter() - began)
                answers.statuses[status] = answers.statuses.get(status, 0) + 1
            writer.close()

        began = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(connections)))
        answers.took = time.perf_counter() - began
        return answers


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    at = head.lower().find(b"content-length:")
    if at > 0:
        await reader.readexactly(int(head[at + 15 :].split(b"\r\n", 1)[0]))
    return int(head[9:12])


def busy_of(pids: list[int]) -> float:
    """Seconds that the processors have had for some processes, and for their children that have ended."""
    total = 0
    for pid in pids:
        try:
            after = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, after[11:15]))
    return total / TICKS


def children(pid: int) -> list[int]:
    """A process, and those below it."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(below for child in found for below in children(int(child)))]


class Served:
    """A server, and the PostgreSQL under it."""

    def __init__(self, pid: int, postmaster: int, asking: Asking) -> None:
        self._pids = pid, postmaster
        self.asking = asking

    def measured(
        self, make: Callable[[int], Request], until: Callable[[int], bool], connections: int = CONNECTIONS
    ) -> Answers:
        """Ask, and see what it cost."""
        before = [busy_of(children(pid)) for pid in self._pids]
        answers = asyncio.run(self.asking.asked(make, until, connections))
        after = [busy_of(children(pid)) for pid in self._pids]
        answers.busy = after[0] - before[0], after[1] - before[1]
        return answers


def for_seconds(seconds: float) -> Callable[[int], bool]:
    """Until so much time has passed."""
    ends = time.perf_counter() + seconds
    return lambda _: time.perf_counter() < ends


def show(title: str, answers: Answers, granted: tuple[int, ...] = (200, 201, 204)) -> None:
    """Print a line of it."""
    many = max(1, len(answers.seconds))
    server, database = (1000 * part / many for part in answers.busy)
    failed = answers.failed + sum(count for status, count in answers.statuses.items() if status not in granted)
    print(
        f"{title:<24} {many / answers.took:7.0f} a second,"
        f" p50 {answers.at_most(0.5):6.1f} ms, p99 {answers.at_most(0.99):6.1f} ms;"
        f" of the processors {server:5.2f} + {database:5.2f} ms each; {failed} failed",
        flush=True,
    )


def persona(number: int) -> str:
    """An identifier of somebody in the store, as JSON in an address."""
    said: dict[str, Any] = {"mbox": f"mailto:user{number}@example.org"}
    if number % 2:
        said = {"account": {"homePage": HOMES[number % 3], "name": f"u{number:08d}"}}
    return quote(json.dumps(said, separators=(",", ":")))


def newcomer(number: int, run_of: str) -> Request:
    """A POST of somebody new."""
    said = {
        "customId": f"N{run_of}{number}",
        "name": f"Newcomer {number}",
        "personas": [
            {"mbox": f"mailto:new{run_of}.{number}@example.org", "name": "Somebody"},
            {"account": {"homePage": HOMES[0], "name": f"new{run_of}.{number}"}},
        ],
        "parentGroupCustomIds": [f"Group {number % 50:05d}"],
    }
    return "POST", "people", json.dumps(said).encode()


def changed(number: int, run_of: str) -> Request:
    """A PUT that gives somebody of the store another name."""
    said = {
        "name": f"Somebody {run_of}",
        "personas": [
            {"mbox": f"mailto:user{number}@example.org"},
            {"account": {"homePage": HOMES[number % 3], "name": f"u{number:08d}"}},
        ],
    }
    return "PUT", f"people?customId=E{number:08d}", json.dumps(said).encode()


@contextmanager
def serving(home: Path) -> Iterator[Served]:
    """A server of one process on the store in a folder."""
    environment = {**os.environ, "IMPORT_PEOPLE_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    program = [sys.executable, "-c", "from jobs.shell.program import main; main()"]
    with embedded.running(home) as server:
        name = f"benchmark {time.time()}"
        made = subprocess.run(
            [*program, "create-credential", name, "--scope", "admin", "--json"],
            env=environment, stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        credential = json.loads(made.stdout)
        process = subprocess.Popen(
            [*program, "serve", "--port", "0", "--requests-per-minute", "0", "--json"],
            env=environment, stdout=subprocess.PIPE,
        )  # fmt: skip
        try:
            assert process.stdout is not None  # noqa: S101
            url = json.loads(process.stdout.readline())["url"]
            postmaster = int((server.data / "postmaster.pid").read_text().split()[0])
            yield Served(process.pid, postmaster, Asking(url, credential["key"], credential["secret"]))
        finally:
            process.terminate()
            process.wait()


def measure(home: Path, night: Path, people: int, seconds: float) -> None:
    """Everything, on a store; prints it."""
    run_of, random_ = f"{time.time():.0f}", random.Random(7)
    numbers = [random_.randrange(people) for _ in range(100_000)]

    def of(make: Callable[[int], Request]) -> Callable[[int], Request]:
        return lambda number: make(numbers[number % len(numbers)])

    def lookup(number: int) -> Request:
        return "GET", f"people/with-persona?persona={persona(number)}", b""

    with serving(home) as served:
        served.measured(of(lookup), for_seconds(2))  # everything is loaded, planned and read once
        show("by persona", served.measured(of(lookup), for_seconds(seconds)))
        by_custom_id = of(lambda number: ("GET", f"people?customId=E{number:08d}", b""))
        show("by customId", served.measured(by_custom_id, for_seconds(seconds)))
        by_id = of(lambda number: ("GET", f"people/{number + 1}", b""))
        show("by id", served.measured(by_id, for_seconds(seconds)))
        for offset in sorted({0, min(9_000, people // 2), people // 2, people - 1_000}):
            page = ("GET", f"people?_limit=1000&_offset={offset}&forceDBSearch", b"")
            answers = served.measured(lambda _, page=page: page, for_seconds(seconds / 4), connections=1)
            show(f"page at {offset:,}", answers)
        served.measured(lambda number: newcomer(number, f"{run_of}w"), for_seconds(2))
        show("POST", served.measured(lambda number: newcomer(number, run_of), for_seconds(seconds)))
        show("PUT", served.measured(of(lambda number: changed(number, run_of)), for_seconds(seconds)))
        other = ["--organisation", f"other {run_of}", "--create-organisation"]
        beside(served, home, [*batch(night), "--wait", "60"], "the next night", of(lookup), run_of)
        beside(served, home, [*batch(night), *other], "a first load", of(lookup), f"{run_of}o")


def beside(
    served: Served, home: Path, words: list[str], what: str, read: Callable[[int], Request], run_of: str
) -> None:
    """Lookups and POST while a file is imported."""
    importing = multiprocessing.Process(target=run, args=("import_people", words, home))
    importing.start()

    async def both() -> list[Answers]:
        writes = served.asking.asked(lambda number: newcomer(number, run_of + "b"), lambda _: importing.is_alive(), 2)
        return await asyncio.gather(served.asking.asked(read, lambda _: importing.is_alive(), 2), writes)

    reads, writes = asyncio.run(both())
    importing.join()
    show(f"reads beside {what}", reads)
    show(f"POST beside {what}", writes, granted=(201, 503))


def store_in(folder: Path, people: int) -> tuple[Path, Path]:
    """A store of so many people, made unless it is there, and the next night's file."""
    home, night = folder / "home", folder / "next.csv"
    if not night.exists():
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        write_files(folder, people)
        with embedded.running(home):
            seconds, _, _ = run("import_people", batch(folder / "first.csv"), home)
        print(f"a store of {people:,} people, made in {seconds:.0f} s", flush=True)
    return home, night


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=10.0, help="for each figure")
    parser.add_argument("--store", type=Path, help="where the store is, or is to be left")
    asked = parser.parse_args()
    folder = asked.store or Path(tempfile.mkdtemp(prefix="bench-", dir="/tmp"))
    try:
        measure(*store_in(folder, asked.people), asked.people, asked.seconds)
    finally:
        if not asked.store:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
