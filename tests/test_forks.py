"""A command that is forked is one that Python has started: the same streams, exit codes, signals and surroundings."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from forks import Forked, started

PROBE = """
import gc, os, signal, sys, time

def stream(one):
    facts = ("encoding", "errors", "newlines", "line_buffering", "write_through", "closed", "mode", "name")
    return one and [str(getattr(one, fact, None)) for fact in facts]

def show():
    with open("seen", "w") as seen:
        for fact in (
            sys.argv, sys.flags, os.getcwd(), os.getpgrp(), os.getsid(0), os.umask(0o22), time.tzname,
            sorted(one for one in os.environ.items() if one[0] not in ("PWD", "OLDPWD")),  # which a shell sets
            sorted(os.listdir("/proc/self/fd"))[:4], sys.stdout is sys.__stdout__, gc.isenabled(),
            *(stream(one) for one in (sys.stdin, sys.stdout, sys.stderr)),
            *(str(signal.getsignal(one)).split(" at ")[0] for one in range(1, 32)),
        ):
            print(fact, file=seen)
    print("out", flush=True)
    print("half a line to standard error", end="", file=sys.stderr)
    print("more", end="")
    sys.exit()  # as every command ends

def ends():
    signal.raise_signal(signal.SIGUSR1)

def fails():
    sys.exit(["no", "number"])

def breaks():
    raise ValueError("broken")

def waits():
    print("begun", flush=True)
    time.sleep(60)
"""
STREAMS = ["", "> /dev/full", ">&-", "2> /dev/full", "2>&-", "> /dev/full 2>&1", "<&- >&- 2>&-", "<&-", ">some 2>&1"]


@pytest.fixture
def probe(tmp_path: Path) -> str:
    (tmp_path / "probe.py").write_text(PROBE)
    return f"{tmp_path}{os.pathsep}{ROOT}"


def begun(way: str, function: str, redirections: str, **where: Any) -> subprocess.Popen[str]:
    args = [f"probe:{function}", "a", "\udcff"]
    if way == "forked":  # the probe lies in its folder, where Python looks first
        return Forked(args, redirections=redirections, **where)
    return subprocess.Popen(started(args, redirections), **where)


def both(function: str, redirections: str, probe: str, folder: Path) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for way in ("forked", "started"):
        (folder / "seen").unlink(missing_ok=True)
        environment = {**os.environ, "PYTHONPATH": probe, "TZ": "Asia/Tokyo", "A": "é\udcff"}
        job = begun(
            way, function, redirections, cwd=folder, env=environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        said = job.communicate(timeout=60)
        files = {path: path.read_text().splitlines() for path in folder.iterdir() if path.name in ("seen", "some")}
        found.append((job.returncode, *(None if "Traceback" in text else text for text in said), files))
    return found


@pytest.mark.parametrize("redirections", STREAMS)
def test_a_forked_command_is_as_a_started_one(redirections: str, probe: str, tmp_path: Path) -> None:
    forked, started = both("show", redirections, probe, tmp_path)
    assert forked == started


@pytest.mark.parametrize("function", ["ends", "fails", "breaks"])
def test_it_ends_as_a_started_one(function: str, probe: str, tmp_path: Path) -> None:
    forked, started = both(function, "", probe, tmp_path)
    assert forked == started


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL, signal.SIGPIPE])
def test_it_takes_a_signal_as_a_started_one(number: signal.Signals, probe: str, tmp_path: Path) -> None:
    codes = []
    for way in ("forked", "started"):
        environment = {**os.environ, "PYTHONPATH": probe}
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        job = begun(way, "waits", "", cwd=tmp_path, env=environment, **pipes)
        assert job.stdout
        assert job.stdout.readline() == "begun\n"
        assert job.poll() is None
        job.send_signal(number)
        job.send_signal(signal.SIGKILL if number == signal.SIGPIPE else number)  # which Python ignores
        job.communicate(timeout=60)
        codes.append(job.returncode)
    assert codes[0] == codes[1]
