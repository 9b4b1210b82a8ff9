"""Commands as processes of their own, without the half second in which Python loads each of them.

A process that has loaded all of the project forks for each command that it is asked for. What it forks is as Python
starts it: with streams, a folder and an environment of its own, and a child of the test's process, which sees its exit
code or the signal that ended it; `test_forks.py` holds both to each other. What Python looks at while it starts
(`PYTHON…`, signals that are ignored) needs a real start.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import io
import json
import os
import pkgutil
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).parent.parent
PACKAGES = ("identity", "jobs", "sql")
PR_SET_CHILD_SUBREAPER: Final = 36
CAN_FORK: Final = sys.platform == "linux"  # elsewhere what is forked twice is nobody's: Python is started
REDIRECTION = re.compile(r"([012]?)([<>])(?:&([-012])| *(\S+))")
FORKING: Final = """
import socket, sys
sys.path.insert(1, sys.argv[1])
from forks import fork_for
sys.path.pop(1)
fork_for(socket.socket(fileno=int(sys.argv[2])))
"""
LARGEST: Final = 1 << 20
"""Bytes of a command that is asked for, with its environment."""


def started(args: list[str], redirections: str = "") -> list[str]:
    """The words by which a shell starts Python for the same."""
    module, function = args[0].split(":")
    start = f"from {module} import {function} as run; run()"
    return ["sh", "-c", f'exec "$@" {redirections}', "sh", sys.executable, "-c", start, *args[1:]]


class Forked(subprocess.Popen[str]):
    """`Forked(["module:function", …], redirections="2>&-", …)`: as Popen of a Python that calls this function, with
    its streams redirected as a shell does.
    """

    def __init__(self, args: list[str], *, redirections: str = "", **more: Any) -> None:
        self._redirections = redirections
        if not CAN_FORK:
            more["env"] = {"PYTHONPATH": str(ROOT), **(more.get("env") or os.environ)}
        super().__init__(args if CAN_FORK else started(args, redirections), **more)

    def _execute_child(self, args: list[str], *more: Any) -> None:  # type: ignore[override] # what Popen starts it by
        if not CAN_FORK:
            super()._execute_child(args, *more)  # type: ignore[misc]
            return
        cwd, env, ends = more[4], more[5], more[9:15]
        streams = [given if given != -1 else number for number, given in enumerate((ends[0], ends[3], ends[5]))]
        asked = {
            "args": list(map(str, args)),
            "redirections": self._redirections,
            "cwd": str(cwd or os.getcwd()),
            "env": dict(env if env is not None else os.environ),
        }
        libc, asking = ctypes.CDLL(None), _forking()
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1)  # whom the one that it forks leaves behind is our child from then on
        try:
            socket.send_fds(asking, [json.dumps(asked).encode()], streams)
            self.pid = int(asking.recv(20))
        finally:
            libc.prctl(PR_SET_CHILD_SUBREAPER, 0)
        self._child_created = True
        self._close_pipe_fds(*ends)  # type: ignore[attr-defined]


@cache
def _forking() -> socket.socket:
    """The process that forks, which ends when this one does; here is where it is asked."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LARGEST)
    subprocess.Popen(
        [sys.executable, "-c", FORKING, str(Path(__file__).parent), str(its.fileno())],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        pass_fds=(its.fileno(),),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    its.close()
    return ours


def _load_all() -> None:
    """Everything of the project, and what that needs."""
    for package in map(import_module, PACKAGES):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in found.name:
                import_module(found.name)
    gc.freeze()  # as a command does with what it has loaded, and at its end once more
    atexit.register(gc.freeze)


def _next(asked_by: socket.socket) -> dict[str, Any]:
    """Fork whatever is asked for; only what is forked, once for each, comes back, with what it is to do."""
    while True:
        said, streams, _, _ = socket.recv_fds(asked_by, LARGEST, 3)
        if not said:
            os._exit(0)
        is_told, tells = os.pipe()
        if not (between := os.fork()):
            if pid := os.fork():
                os.write(tells, str(pid).encode())
                os._exit(0)
            break
        os.waitpid(between, 0)
        asked_by.send(os.read(is_told, 20))
        for number in (is_told, tells, *streams):
            os.close(number)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    for number in (is_told, tells, *streams):
        os.close(number)
    asked_by.close()
    found: dict[str, Any] = json.loads(said)
    return found


def _redirect(redirections: str) -> None:
    for number, way, other, path in REDIRECTION.findall(redirections):
        stream = int(number or way == ">")
        if path:
            opened = os.open(path, os.O_RDONLY if way == "<" else os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(opened, stream)
            os.close(opened)
        elif other == "-":
            os.close(stream)
        else:
            os.dup2(int(other), stream)


def _open_streams() -> None:
    """The standard streams as Python makes them when it starts: None, where one is closed."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        before, stream = getattr(sys, name), None
        with suppress(OSError):
            raw: Any = io.FileIO(number, before.mode, closefd=False)
            raw.name = before.name
            at_once = before.write_through
            buffered = io.BufferedReader(raw) if not number else raw if at_once else io.BufferedWriter(raw)
            stream = io.TextIOWrapper(
                buffered,
                encoding=before.encoding,
                errors=before.errors,
                newline="\n" if number else None,
                line_buffering=not at_once and (number == 2 or raw.isatty()),
                write_through=at_once,
            )
            stream.mode = before.mode
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def fork_for(asked_by: socket.socket) -> None:
    """Load everything; in each process that is forked, run the command that was asked for."""
    _load_all()
    asked = _next(asked_by)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    _redirect(asked["redirections"])
    _open_streams()
    module, function = asked["args"][0].split(":")
    sys.argv = ["-c", *asked["args"][1:]]
    getattr(import_module(module), function)()
