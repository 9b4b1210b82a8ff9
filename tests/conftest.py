"""What all tests share: one embedded server for the session, and databases made from templates."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tomllib
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import click
import httpx2
import hypothesis
import laws
import orjson
import psycopg
import pytest
from click.testing import CliRunner
from distributed import Distributed
from forks import Forked
from homes import new_home
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from starlette.testclient import TestClient

from jobs.serving.application import application
from jobs.serving.settings import Settings
from jobs.shell import program
from sql import embedded
from sql.database import connected

ROOT = Path(__file__).parent.parent

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or each command that a test starts compiles the project anew


def pytest_configure(config: pytest.Config) -> None:
    """Before tests are read: what a law is held to by default; never how long it takes."""
    laws.times = laws.SOAKING if config.option.markexpr == "soak" else 1
    slow = [hypothesis.HealthCheck.too_slow]
    few = laws.examples(60)
    hypothesis.settings.register_profile("here", max_examples=few, deadline=None, suppress_health_check=slow)
    hypothesis.settings.load_profile("here")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The soak runs only when it is asked for, with `-m soak`; laws are part of it."""
    if config.option.markexpr == "soak":
        for item in items:
            if hypothesis.is_hypothesis_test(getattr(item, "obj", None)):
                item.add_marker("soak")
    if not config.option.markexpr:
        soaking = [item for item in items if item.get_closest_marker("soak")]
        items[:] = [item for item in items if item not in soaking]
        config.hook.pytest_deselected(items=soaking)


class Server:
    """An embedded server of its own, without durability: what is made here need not survive a power cut."""

    def __init__(self, running: embedded.Embedded) -> None:
        self.running = running
        self._numbers = count(1)
        self._do(sql.SQL("ALTER SYSTEM SET fsync = off"))
        self._do(sql.SQL("ALTER SYSTEM SET synchronous_commit = off"))
        self._do(sql.SQL("SELECT pg_reload_conf()"))

    def url(self, dbname: str = "postgres") -> str:
        """The URL of one of its databases."""
        return self.running.url.replace("/postgres?", f"/{dbname}?")

    def create_database(self, template: str | None = None) -> str:
        """Makes a database, empty or a copy of `template` (a name or URL; nobody may be connected to it), and
        returns its URL."""
        name = f"test_{next(self._numbers)}"
        source = sql.Identifier(self._name(template) if template else "template0")
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")  # the faster one without fsync
        self._do(copy.format(sql.Identifier(name), source))
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drops the database with this URL (or name), whoever is connected to it."""
        name = sql.Identifier(self._name(url))
        self._do(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    @staticmethod
    def _name(url: str) -> str:
        return str(conninfo_to_dict(url)["dbname"]) if "://" in url else url

    def _do(self, command: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self.running.url, autocommit=True) as connection:
            connection.execute(command)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: each waits now and then, for what it has killed, or for one who waits."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def short_home() -> Iterator[Path]:
    """A new folder with a path short enough for a socket and, where root tests, open to the server's user."""
    home = new_home()
    yield home
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def server(short_home: Path) -> Iterator[Server]:
    """One embedded server for the whole session."""
    with embedded.running(short_home) as running:
        yield Server(running)


@pytest.fixture(scope="session")
def migrated(server: Server) -> str:
    """A database with the schema made, as a template for others; its URL."""
    url = server.create_database()
    with connected(url):
        pass
    return url


@pytest.fixture(scope="module")
def template(
    server: Server, migrated: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """What the databases of a module's tests are copies of: the schema, the organisation `default`, and what the
    module's `make_before(cli)` makes, if it has that.
    """
    make_before: Callable[[Cli], None] | None = getattr(request.module, "make_before", None)
    if make_before is None:
        yield migrated
        return
    url = server.create_database(migrated)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("before"))
        patch.setenv("DATABASE_URL", url)
        make_before(Cli())
    yield url
    server.drop_database(url)


@pytest.fixture
def database_url(server: Server, template: str) -> Iterator[str]:
    """A database of the test's own."""
    url = server.create_database(template)
    yield url
    server.drop_database(url)


@pytest.fixture
def distributed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches run as they would where tables are distributed."""
    for module in ("sql.batch", "jobs.importing.batch", "jobs.statements.loading"):
        monkeypatch.setattr(f"{module}.Batch", Distributed)


class Result(NamedTuple):
    """What a command came to."""

    exit_code: int
    stdout: str
    stderr: str


COMMANDS = {command: program.module_of(command) for command in program.NAMES}
SCRIPTS: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]


def started(command: str) -> tuple[click.Command, list[str], str]:
    """A command as it is started: its program, what stands before its arguments, and the program's name. Where a job is
    a program of its own, it is that."""
    if command in SCRIPTS:
        return import_module(COMMANDS[command]).main, [], command
    return program.main, [command], "lrs-people"


class Cli:
    """Runs commands in this process, in a folder and against a database of the test's own."""

    def __call__(self, command: str, *arguments: str | Path) -> Result:
        main, first, name = started(command)
        ran = CliRunner().invoke(main, [*first, *(str(argument) for argument in arguments)], prog_name=name)
        assert ran.exception is None or isinstance(ran.exception, SystemExit), "".join(
            traceback.format_exception(ran.exception)
        )
        assert "unforeseen" not in ran.stdout + ran.stderr, f"{ran.stdout}{ran.stderr}"
        return Result(ran.exit_code, ran.stdout, ran.stderr)


@pytest.fixture
def cli(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cli]:
    """`cli("import-people", "people.csv", "--batch")` runs the command in `tmp_path`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    ends = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(end) for end in ends]
    yield Cli()
    for end, handler in zip(ends, before, strict=True):
        signal.signal(end, handler)


class Http:
    """Asks the application in this process, with a credential of the organisation `default`."""

    def __init__(self, url: str, cli: Cli) -> None:
        self._url = url
        self._cli = cli
        self._stack = ExitStack()
        self.client = self.serve()
        self.client.auth = self.credential("tests", "admin")

    def serve(self, **settings: Any) -> TestClient:
        """A client of an application with these settings, which asks without a credential."""
        client = TestClient(application(Settings(**{"url": self._url, **settings})), base_url="http://lrs")
        return self._stack.enter_context(client)

    def credential(self, name: str, *scopes: str, organisation: str = "default") -> tuple[str, str]:
        """The key and the secret of a new credential."""
        words = [word for scope in scopes for word in ("--scope", scope)]
        made = self._cli("create-credential", name, *words, "--organisation", organisation, "--json")
        found = json.loads(made.stdout)
        return found["key"], found["secret"]

    def __call__(self, method: str, path: str, body: object = None, **more: Any) -> httpx2.Response:
        """`http("POST", "people", {…})` asks for `/api/organizations/default/people`; a path with a slash before it is
        taken as it is."""
        at = path if path.startswith("/") else f"/api/organizations/default/{path}"
        said = {} if body is None else {"content": orjson.dumps(body), "headers": {"Content-Type": "application/json"}}
        return self.client.request(method, at, **said, **more)

    def close(self) -> None:
        self._stack.close()


@pytest.fixture
def http(cli: Cli, database_url: str) -> Iterator[Http]:
    """`http("GET", "people")` asks over HTTP, in this process, of the test's own database."""
    asks = Http(database_url, cli)
    yield asks
    asks.close()


class Process(Protocol):
    def __call__(self, command: str, *arguments: str | Path, **environment: str) -> subprocess.Popen[str]: ...


@pytest.fixture
def cli_process(database_url: str, tmp_path: Path) -> Iterator[Process]:
    """`cli_process("import-people", "people.csv", "--batch")` begins the command in a process of its own, in
    `tmp_path`; what still runs when the test ends is killed."""
    begun: list[subprocess.Popen[str]] = []

    def begin(command: str, *arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
        begun.append(
            Forked(
                [f"{COMMANDS[command]}:main", *map(str, arguments)],
                cwd=tmp_path,
                env={**os.environ, "DATABASE_URL": database_url, **environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return begun[-1]

    yield begin
    for process in begun:
        process.kill()
        process.communicate()
