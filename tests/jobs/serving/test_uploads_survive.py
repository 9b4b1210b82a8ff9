"""A file that a server has taken is imported, whatever becomes of the server."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import psutil
import psycopg
from commands import ask, by_custom_id, people
from conftest import Cli, Http, Process

PATIENCE = 60.0


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never comes to that"
        time.sleep(0.05)


def begun(cli_process: Process, place: Path) -> tuple[subprocess.Popen[str], str]:
    """A server with one process that answers and one that imports, and `place` for its files; where it is."""
    server = cli_process("serve", "--port", "0", "--json", TMPDIR=str(place))
    assert server.stdout is not None
    return server, json.loads(server.stdout.readline())["url"]


def test_a_server_that_dies_in_the_middle_begins_again(
    http: Http, cli: Cli, cli_process: Process, database_url: str, tmp_path: Path
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    auth = http.credential("me", "admin")
    waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 7301 AND NOT granted"
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(7301, 1)")
        server, url = begun(cli_process, place)
        at = f"{url}/api/organizations/default/csv-import"
        files = {"file": ("hr.csv", b"custom_id,email\nE1,ann@corp.example\n")}
        until(lambda: answers(url))
        sent = httpx2.post(at, files=files, auth=auth)
        assert sent.status_code == 202, sent.text
        until(lambda: ask(database_url, waiting))
        for process in (*psutil.Process(server.pid).children(recursive=True), server):
            process.send_signal(signal.SIGKILL)
        server.wait()
        until(lambda: not ask(database_url, waiting))
    assert people(cli) == []
    assert [*place.glob("*/hr.csv")], "who is killed leaves it"
    server, url = begun(cli_process, place)
    number = sent.json()["id"]
    state = "SELECT state, tries FROM uploads WHERE id = %s"
    until(lambda: ask(database_url, state, number)[0][0] == "finished")
    assert ask(database_url, state, number) == [("finished", 2)]
    assert by_custom_id(people(cli)) == {"E1": ["ann@corp.example"]}
    assert [run for (run,) in ask(database_url, "SELECT state FROM imports ORDER BY id")] == ["running", "finished"]
    server.terminate()
    assert server.wait(PATIENCE) == 0, "it ends politely"
    assert not [*place.iterdir()]


def answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/health").status_code == 200
    except httpx2.TransportError:
        return False
