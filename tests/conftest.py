"""What all tests share: one embedded server for the session, and databases made from templates."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from sql import embedded


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


@pytest.fixture(scope="session")
def short_home() -> Iterator[Path]:
    """A new folder with a path short enough for a socket and, where root tests, open to the server's user."""
    home = Path(tempfile.mkdtemp(prefix="ip-", dir="/tmp"))  # pytest's own are long, and closed
    yield home
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def server(short_home: Path) -> Iterator[Server]:
    """One embedded server for the whole session."""
    with embedded.running(short_home) as running:
        yield Server(running)
