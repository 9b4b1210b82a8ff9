"""Commands that cannot tell what they have done: the exit code says what became of the data all the same, and what
cannot be told on one stream is told in one line on the other.
"""

from __future__ import annotations

import gzip
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from commands import ask, write
from conftest import COMMANDS, ROOT, Result
from forks import Forked, started
from homes import new_home

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")

OUT = ("> /dev/full", ">&-")
"""Standard output takes nothing."""
ALL = "<&- >&- 2>&-"
BOTH = ("> /dev/full 2>&1", ALL)


class Shell(NamedTuple):
    """Runs commands in a folder, as a shell does, with the streams that are asked for."""

    folder: Path
    environment: dict[str, str]

    def __call__(self, streams: str, command: str, *arguments: str) -> Result:
        job = self.begin(streams, command, *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        stdout, stderr = job.communicate(timeout=120)
        return Result(job.returncode, stdout, stderr)

    def begin(self, streams: str, command: str, *arguments: str, **pipes: int) -> subprocess.Popen[str]:
        """Forked, but where all streams are closed, or what Python looks at when it starts is another."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **self.environment}
        where: dict[str, Any] = {"cwd": self.folder, "env": environment, "text": True, **pipes}
        encoding = environment.get("PYTHONIOENCODING")
        words = [f"{COMMANDS[command]}:main", *arguments]
        if streams != ALL and encoding is None:
            return Forked(words, redirections=streams, **where)
        return subprocess.Popen(started(words, streams), encoding=encoding, **where)


@pytest.fixture
def shell(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    write("good.csv", "custom_id,email,_x,y", "A,a@example.org,,")
    write("bad.csv", "custom_id,email", "A,a@example.org", "B,nothing")
    return Shell(tmp_path, {"DATABASE_URL": database_url})


@pytest.fixture
def own_home() -> Iterator[Path]:
    home = new_home()
    yield home
    shutil.rmtree(home)


@pytest.mark.parametrize("streams", [">&-", *BOTH, "2>&-"])
def test_the_exit_code_says_what_became_of_the_data(streams: str, shell: Shell, database_url: str) -> None:
    assert shell(streams, "import-people", "good.csv", "--batch").exit_code == 0
    assert shell(streams, "import-people", "bad.csv", "--batch", "--json").exit_code == 3
    assert shell(streams, "import-people", "bad.csv", "--batch", "--strict", "--debug").exit_code == 4
    assert shell(streams, "import-people", "none.csv", "--batch").exit_code == 2
    assert shell(streams, "import-people", "--nothing").exit_code == 2
    assert shell(streams, "undo-import", "2", "--debug").exit_code == 0
    states = "SELECT state FROM imports ORDER BY id"
    assert ask(database_url, states) == [("finished",), ("finished",), ("refused",), ("finished",)]


@pytest.mark.parametrize("streams", [">&-", *BOTH, "2>&-"])
def test_what_only_reads_has_failed_if_nobody_can_read_it(streams: str, shell: Shell) -> None:
    code = 0 if streams == "2>&-" else 1
    for command, *arguments in (
        ("show-status",),
        ("export-people",),
        ("report-people", "--format", "csv"),
        ("inspect-people", "good.csv"),
        ("show-status", "--help"),
    ):
        assert shell(streams, command, *arguments).exit_code == code, command
    assert shell(streams, "show-status", "--quiet").exit_code == 0
    assert shell(streams, "export-people", "--output", "out.csv").exit_code == 0, "it is in the file"
    assert shell(streams, "inspect-people", "good.csv", "--output", "hr.toml").exit_code == 0


@pytest.mark.parametrize("streams", OUT)
def test_standard_error_says_in_one_line_what_standard_output_cannot(streams: str, shell: Shell) -> None:
    why = "No space left on device" if "full" in streams else "Bad file descriptor"
    line = f"error: standard output cannot be written: {why}\n"
    for command, *arguments in (
        ("import-people", "bad.csv", "--batch"),
        ("export-people",),
        ("show-status", "--json"),
        ("show-status", "--help"),
    ):
        assert shell(streams, command, *arguments).stderr == line
    warned = shell(streams, "import-people", "good.csv", "--batch").stderr
    assert warned == f'warning: good.csv: the column "y" is not imported\n{line}'


@pytest.mark.parametrize("streams", ["2> /dev/full", "2>&-"])
def test_standard_output_says_in_one_line_what_standard_error_cannot(streams: str, shell: Shell) -> None:
    why = "No space left on device" if "full" in streams else "Bad file descriptor"
    line = f"error: standard error cannot be written: {why}"
    assert shell(streams, "import-people", "good.csv", "--batch").stdout.splitlines()[-1] == line
    assert line not in shell(streams, "import-people", "bad.csv", "--batch").stdout, "there was nothing to say"
    assert line not in shell(streams, "import-people", "good.csv", "--batch", "--json").stdout, "it is one object"
    assert line not in shell(streams, "report-people", "--format", "csv").stdout, "it is data"


@pytest.mark.parametrize("streams", BOTH)
def test_a_stream_that_is_closed_is_in_no_file_s_place(streams: str, shell: Shell, own_home: Path) -> None:
    """The embedded server's locks, its log and its connection would have the numbers of the streams."""
    embedded = Shell(shell.folder, {"IMPORT_PEOPLE_HOME": str(own_home), "DATABASE_URL": ""})
    before = {path: path.read_bytes() for path in shell.folder.iterdir()}
    assert embedded(streams, "import-people", "good.csv", "--batch").exit_code == 0
    assert {path: path.read_bytes() for path in shell.folder.iterdir()} == before
    assert "people       1, 1 with a custom_id" in embedded("", "show-status").stdout


def test_a_reader_who_stops_reading_and_a_job_that_is_ended(shell: Shell, database_url: str) -> None:
    """What is committed stays so, and the exit code says it, though the job is ended while it still wants to tell."""
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writes, b"x" * 4096)
    with suppress(BlockingIOError):
        while True:
            os.write(writes, b"x")
    os.set_blocking(writes, True)
    job = shell.begin("", "import-people", "bad.csv", "--batch", stdout=writes, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while ask(database_url, "SELECT state FROM imports") != [("finished",)]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(1)  # it has nothing more to do than to tell
    assert job.poll() is None
    job.send_signal(signal.SIGTERM)
    assert job.wait(30) == 3
    job.communicate()
    os.close(reads)
    os.close(writes)


@pytest.mark.parametrize("ending", [signal.SIGHUP, signal.SIGTERM])
def test_a_job_that_is_ended_leaves_nothing_behind(ending: signal.Signals, shell: Shell, own_home: Path) -> None:
    """No copy of what was unpacked, no server, and no run that seems to run. They end it twice, as a terminal does."""
    temporary = shell.folder / "temporary"
    temporary.mkdir()
    people = "".join(f"P{number},p{number}@example.org\n" for number in range(200_000))
    (shell.folder / "many.csv.gz").write_bytes(gzip.compress(f"custom_id,email\n{people}".encode(), 1))
    environment = {"IMPORT_PEOPLE_HOME": str(own_home), "DATABASE_URL": "", "TMPDIR": str(temporary)}
    own = Shell(shell.folder, environment)
    job = own.begin("", "import-people", "many.csv.gz", "--batch", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    server = own_home / "data" / "postmaster.pid"
    deadline = time.monotonic() + 60
    while not (server.exists() and list(temporary.iterdir())):
        assert (time.monotonic() < deadline, job.poll()) == (True, None)
        time.sleep(0.02)
    job.send_signal(ending)
    job.send_signal(ending)
    _, complaints = job.communicate(timeout=60)
    said = "hung up" if ending == signal.SIGHUP else "terminated"
    assert (job.returncode, complaints) == (1, f"error: {said}\n")
    assert list(temporary.iterdir()) == []
    assert not server.exists()
    runs = json.loads(own("", "list-imports", "--json").stdout)["imports"]
    assert [run["state"] for run in runs] in ([], ["failed"])


def test_who_has_set_sighup_aside_wants_the_work_done(shell: Shell, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(7302, 1)")  # another import
        job = subprocess.Popen(
            ["nohup", sys.executable, "-c", f"from {COMMANDS['import-people']} import main; main()",
             "good.csv", "--batch", "--wait", "60"],
            cwd=shell.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **shell.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while not ask(database_url, "SELECT FROM imports"):
            assert (time.monotonic() < deadline, job.poll()) == (True, None)
            time.sleep(0.05)
        job.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        assert job.poll() is None
    job.communicate(timeout=60)
    assert (job.returncode, ask(database_url, "SELECT state FROM imports")) == (0, [("finished",)])


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_an_encoding_that_lacks_a_letter_fails_nothing(encoding: str, shell: Shell) -> None:
    """Names are in Greek; a summary has an arrow in it, and Python gives up at the first letter that does not fit."""
    plain = Shell(shell.folder, {**shell.environment, "PYTHONIOENCODING": encoding})
    write("é.csv", "custom_id,email,υ", "Ω,a@example.org,", "é,nothing,")
    ran = plain("", "import-people", "é.csv", "--batch")
    assert (ran.exit_code, "é.csv".encode(encoding, "backslashreplace").decode(encoding) in ran.stdout) == (3, True)
    assert "\\u03c5" in ran.stderr
    runs = json.loads(plain("", "list-imports", "--json").stdout)["imports"]
    assert [run["files"][0]["name"] for run in runs] == ["é.csv"]


def test_a_terminal_that_is_gone_stops_no_import(shell: Shell, database_url: str) -> None:
    """The bar is drawn on a terminal that its user has closed; who has set SIGHUP aside wants the work done."""
    keeper, terminal = pty.openpty()
    many = [f"P{number},p{number}@example.org" for number in range(3000)]
    write("many.csv", "custom_id,email", *many)
    os.close(keeper)
    job = shell.begin("", "import-people", "many.csv", "--batch", stdout=terminal, stderr=terminal)
    os.close(terminal)
    assert job.wait(120) == 0
    assert ask(database_url, "SELECT count(*) FROM people") == [(3000,)]
