"""Statements of Ralph, a real record store, over xAPI. Run where it is installed, by itself: it wants an older click.

`pipx install 'ralph-malph[backend-fs,cli,lrs]'` (and `pipx inject ralph-malph requests`); $RALPH says where, if `ralph`
is not on the PATH.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import as_json, ask
from conftest import Cli
from record_store import statement

RALPH = os.environ.get("RALPH") or shutil.which("ralph")
pytestmark = pytest.mark.skipif(RALPH is None, reason="there is no Ralph")
PAGES = 100
"""Statements that it gives at once."""


@pytest.fixture
def ralph(tmp_path: Path) -> Iterator[str]:
    """The URL of one that keeps statements in a file."""
    assert RALPH is not None
    folder = tmp_path / "ralph"
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "RALPH_APP_DIR": str(folder),
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_AUTH_FILE": str(folder / "auth.json"),
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(folder),
    }
    user = ("-u", "ann", "-p", "geheim", "-s", "all", "-M", "mailto:ann@corp.example", "-w")
    subprocess.run([RALPH, "auth", *user], env=environment, check=True, capture_output=True)
    command = [RALPH, "runserver", "-b", "fs", "-h", "127.0.0.1", "-p", str(port)]
    job = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
    url = f"http://127.0.0.1:{port}/xAPI"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/__lbheartbeat__", timeout=1).close()
                break
            except OSError:
                assert job.poll() is None
                time.sleep(0.1)
        yield url
    finally:
        os.killpg(job.pid, 15)
        job.wait()


def put(url: str, numbers: range) -> None:
    """Store those statements, as any activity provider does."""
    kept = [{key: value for key, value in statement(number).items() if key != "stored"} for number in numbers]
    headers = {
        "Authorization": f"Basic {base64.b64encode(b'ann:geheim').decode()}",
        "Content-Type": "application/json",
        "X-Experience-API-Version": "1.0.3",
    }
    request = urllib.request.Request(f"{url}/statements", json.dumps(kept).encode(), headers)  # noqa: S310
    urllib.request.urlopen(request).close()  # noqa: S310


def test_all_comes_over_and_then_what_is_new(
    ralph: str, cli: Cli, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(ralph, range(1, 3 * PAGES))
    assert "asks for credentials" in as_json(cli("migrate", "xapi", ralph, "--json"), 2)["error"]
    monkeypatch.setenv("XAPI_CREDENTIALS", "ann:geheim")
    first = as_json(cli("migrate", "xapi", ralph, "--json"))
    assert (first["statements"], first["loaded"], first["people"]["created"]) == (299, 299, 3)
    # Over HTTP that backend does not add to its file.
    with open(tmp_path / "ralph" / "fs_lrs.jsonl", "a", encoding="utf-8") as kept:
        kept.writelines(f"{json.dumps(statement(number))}\n" for number in range(3 * PAGES, 3 * PAGES + 50))
    # Its `since` is about when something happened, where that of xAPI is about when it was stored.
    night = as_json(cli("migrate", "xapi", ralph, "--json", "--overlap", "3650d"))
    assert (night["statements"], night["loaded"], night["known"]) == (349, 50, 299)
    assert ask(database_url, "SELECT count(*) FROM statements") == [(349,)]
