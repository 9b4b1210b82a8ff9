"""A server as a process of its own, for tests."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable

import httpx2


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that is to come within moments."""
    ends = time.monotonic() + 300
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
    """The status of an answer; 0: there is none."""
    try:
        return httpx2.get(f"{url}/{path}", timeout=30).status_code
    except httpx2.TransportError:
        return 0
