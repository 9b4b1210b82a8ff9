"""A server as it is started: its processes, its end, and what becomes of it when they are killed."""

from __future__ import annotations

import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import psycopg
from conftest import Cli, Process, Server
from serving import children, health, listening, until


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


def test_its_processes_end_with_it(cli_process: Process, server: Server, database_url: str) -> None:
    """All of them, though the database goes as well, so that nothing ends as it should."""
    served = cli_process("serve", "--port", "0", "--json")
    assert health(listening(served)) == 200
    begun = children(served.pid)
    assert len(begun) >= 2
    os.kill(served.pid, signal.SIGKILL)
    server.drop_database(database_url)
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in begun))


def test_where_it_cannot_listen_is_a_mistake(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        wrong = cli("serve", "--port", port)
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert f"cannot listen on 127.0.0.1, port {port}: Address already in use" in wrong.stderr
    for wait in ("inf", "nan", "86401"):
        assert "--wait" in cli("serve", "--host", "no.such.host.invalid", "--wait", wait).stderr
    assert cli("serve", "--host", "no.such.host.invalid").exit_code == 2
    assert cli("serve", "--host", "a" * 70 + ".example").exit_code == 2
