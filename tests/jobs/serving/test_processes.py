"""A server as it is started: its processes, its end, and what becomes of it when they are killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import psycopg
import pytest
from conftest import Cli, Process
from homes import new_home


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that is to come within moments."""
    ends = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    """The processes that answer for a server."""
    found = subprocess.run(["pgrep", "-P", str(pid), "-f", "spawn_main"], capture_output=True, text=True).stdout
    return list(map(int, found.split()))


def listening(process: subprocess.Popen[str]) -> str:
    """The URL at which a server says that it can be asked."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate()
    url: str = json.loads(line)["url"]
    return url


def health(url: str, path: str = "health") -> int:
    try:
        return httpx2.get(f"{url}/{path}", timeout=30).status_code
    except httpx2.TransportError:
        return 0


def test_several_processes_answer_until_they_are_told_to_stop(cli_process: Process, database_url: str) -> None:
    server = cli_process("serve", "--port", "0", "--processes", "2", "--workers", "0", "--json")
    url = listening(server)
    assert health(url) == 200
    killed, other = children(server.pid)
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(set(children(server.pid)) - {killed, other}) == 1)
    assert {health(url) for _ in range(5)} == {200}
    assert "lrs_people_requests_total" in httpx2.get(f"{url}/metrics").text
    with ThreadPoolExecutor(1) as beside:
        with psycopg.connect(database_url) as connection:  # for as long as it lasts, health cannot be told
            connection.execute("LOCK TABLE alembic_version")
            asked = beside.submit(health, url)
            until(lambda: connection.execute("SELECT FROM pg_locks WHERE NOT granted AND pid <> 0").rowcount > 0)
            server.send_signal(signal.SIGTERM)
            until(lambda: health(url, "nowhere") == 0)
        assert asked.result() == 200, "it was at it, and has finished it"
    out, err = server.communicate(timeout=60)
    assert (server.returncode, out) == (0, "")
    assert [line.split(" ERROR ")[1] for line in err.splitlines()] == [
        f"process {killed} has ended, another takes its place"
    ]


def test_its_processes_end_with_it(cli_process: Process) -> None:
    server = cli_process("serve", "--port", "0", "--json")
    url = listening(server)
    assert health(url) == 200
    os.kill(server.pid, signal.SIGKILL)
    until(lambda: health(url) == 0)


def test_where_it_cannot_listen_is_a_mistake(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        wrong = cli("serve", "--port", port)
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert f"cannot listen on 127.0.0.1, port {port}: Address already in use" in wrong.stderr
    assert cli("serve", "--host", "no.such.host.invalid").exit_code == 2
    assert cli("serve", "--host", "a" * 70 + ".example").exit_code == 2


@pytest.fixture
def home() -> Iterator[Path]:
    found = new_home()
    yield found
    shutil.rmtree(found)


def test_the_embedded_database_is_held_and_started_again_when_it_dies(
    cli_process: Process, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    server = cli_process("serve", "--port", "0", "--json", DATABASE_URL="", IMPORT_PEOPLE_HOME=str(home))
    url = listening(server)
    assert health(url) == 200
    postmaster = home / "data/postmaster.pid"
    before = postmaster.read_text()
    os.kill(int(before.split()[0]), signal.SIGKILL)
    until(lambda: postmaster.read_text() != before and health(url) == 200)
    server.send_signal(signal.SIGHUP)
    assert server.wait(60) == 0
    assert not postmaster.exists(), "it is stopped with it"
