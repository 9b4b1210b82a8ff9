"""Whatever is killed or cut while people are written over HTTP: what was answered with 2xx is there."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import httpx2
import psycopg
import pytest
from conftest import Process
from homes import new_home
from serving import children, listening, until

FAULTS: Final = ("server", "database", "connections")


@pytest.fixture
def home() -> Iterator[Path]:
    found = new_home()
    yield found
    shutil.rmtree(found)


class Writer:
    """Somebody who adds people and renames them, one after the other, and tries again what was not answered."""

    def __init__(self, number: int, url: str, auth: tuple[str, str]) -> None:
        self.number = number
        self.answered: dict[str, str] = {}
        """The names that people were given and that were answered with 2xx."""
        self.tried: dict[str, set[str]] = {}
        """Those that they may have."""
        self.wrong: list[httpx2.Response] = []
        self.writes = 0
        self._client = httpx2.Client(base_url=f"{url}/api/organizations/default", auth=auth, timeout=60)

    def write_until(self, over: threading.Event) -> None:
        while not over.is_set():
            custom_id = f"W{self.number}-{len(self.tried)}"
            body = {"customId": custom_id, "personas": [{"mbox": f"mailto:{custom_id}@example.org"}]}
            for name in ("first", "second"):
                self.tried.setdefault(custom_id, set()).add(name)
                while not over.is_set():
                    status = self._status(name, body | {"name": name})
                    if status in (201, 204):
                        self.answered[custom_id] = name
                        self.tried[custom_id] = {name}
                        self.writes += 1
                    if status in (201, 204, 409):  # it had been done, and the answer was lost
                        break

    def _status(self, name: str, body: dict[str, object]) -> int:
        try:
            if name == "first":
                told = self._client.post("/people", json=body)
            else:
                told = self._client.put("/people", json=body, params={"customId": str(body["customId"])})
        except httpx2.TransportError:
            time.sleep(0.05)
            return 0
        if told.status_code not in (201, 204, 409, 503):
            self.wrong.append(told)
        if told.status_code == 503:
            assert "Retry-After" in told.headers
            time.sleep(0.1)
        return told.status_code


def break_things(fault: str, server: int, home: Path) -> None:
    """Kill the process that answers, or PostgreSQL, or cut all sessions."""
    if fault == "server":
        for pid in children(server):
            os.kill(pid, signal.SIGKILL)
    elif fault == "database":
        os.kill(int((home / "data/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    else:
        until(lambda: cut(home))


def cut(home: Path) -> bool:
    """Cut all sessions; False: PostgreSQL is not yet back."""
    try:
        with psycopg.connect(f"postgresql://postgres@/postgres?host={home / 'socket'}&port=5432") as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                               " AND backend_type = 'client backend'")  # fmt: skip
    except psycopg.OperationalError:
        return False
    return True


def survives(begin: Process, home: Path, faults: Sequence[str]) -> int:
    """Write while things are broken, one after the other; gives how many writes were answered."""
    environment = {"DATABASE_URL": "", "IMPORT_PEOPLE_HOME": str(home)}
    out, _ = begin("create-credential", "writer", "--scope", "write", "--json", **environment).communicate()
    made = json.loads(out)
    server = begin("serve", "--port", "0", "--json", "--requests-per-minute", "0", **environment)
    url, over = listening(server), threading.Event()
    writers = [Writer(number, url, (made["key"], made["secret"])) for number in range(3)]
    threads = [threading.Thread(target=writer.write_until, args=(over,)) for writer in writers]
    for thread in threads:
        thread.start()

    def more() -> Callable[[], bool]:
        wanted = sum(writer.writes for writer in writers) + 12
        return lambda: sum(writer.writes for writer in writers) >= wanted

    for fault in faults:
        until(more())
        break_things(fault, server.pid, home)
    until(more())
    over.set()
    for thread in threads:
        thread.join()
    server.send_signal(signal.SIGTERM)
    assert server.wait(60) == 0
    assert not (home / "data/postmaster.pid").exists(), "the embedded database is stopped with it"
    out, _ = begin("export-people", "--format", "jsonl", **environment).communicate()
    there = {person["customId"]: person["name"] for person in map(json.loads, out.splitlines())}
    for writer in writers:
        assert not writer.wrong, [told.text for told in writer.wrong]
        for custom_id, name in writer.answered.items():
            assert there[custom_id] in {name, *writer.tried[custom_id]}, custom_id
    assert begin("finish-batch-updates", **environment).wait(60) == 0
    return sum(writer.writes for writer in writers)


def test_what_was_answered_is_there_whatever_is_killed_or_cut(cli_process: Process, home: Path) -> None:
    assert survives(cli_process, home, FAULTS) >= 12 * 4


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
def test_and_again_and_again(cli_process: Process, home: Path, seed: int) -> None:
    assert survives(cli_process, home, random.Random(seed).choices(FAULTS, k=40)) >= 12 * 41
