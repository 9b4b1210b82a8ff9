"""A database that lets nobody in: no word of its URL is shown, and trying again is said only where that helps."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import psycopg
import pytest
from conftest import Cli, Process
from homes import new_home
from psycopg.conninfo import conninfo_to_dict

from sql import embedded

SECRET = "s3cret"  # noqa: S105 - what must not be seen
URLS = [
    f"postgresql://app:{SECRET}/appdb",
    f"postgresql://app:{SECRET}",
    f"postgresql://app:{SECRET}@localhost:port/appdb",
    f"postgresql://app:{SECRET}@[::1/appdb",
    f"postgresql://app:x@{SECRET}@127.0.0.1:1/appdb",
    f"postgresql://127.0.0.1:1/app:{SECRET}",
    f"postgresql://app:{SECRET}@127.0.0.1:1/appdb",
    f"postgresql://app:{SECRET}@127.0.0.1:99999/appdb",
    f"postgresql://app@127.0.0.1:1/appdb?password={SECRET}",
    f"postgresql://app@127.0.0.1:1/appdb?pasword={SECRET}",
    f"postgresql://app@127.0.0.1:1/appdb?sslmode={SECRET}",
    f"postgresql://app@127.0.0.1:1/appdb?service={SECRET}",
    f"postgresql:/app:{SECRET}@127.0.0.1/appdb",
    f"mysql://app:{SECRET}@127.0.0.1/appdb",
    f"app:{SECRET}@127.0.0.1/appdb",
    f"host=127.0.0.1 password={SECRET}",
    f"{SECRET}://127.0.0.1/appdb",
]


@pytest.mark.parametrize("url", URLS)
def test_no_url_is_shown(cli: Cli, url: str) -> None:
    for more in ([], ["--json"]):
        ran = cli("show-status", "--database", url, *more)
        assert ran.exit_code in (1, 75)
        assert SECRET not in ran.stdout + ran.stderr
        assert len(ran.stderr.splitlines()) == 1


@pytest.mark.parametrize("url", URLS[:6])
def test_nor_where_a_traceback_is_asked_for(cli_process: Process, url: str) -> None:
    said, failed = cli_process("show-status", "--debug", DATABASE_URL=url).communicate()
    assert "Traceback" in failed
    assert SECRET not in said + failed


@pytest.fixture(scope="module")
def guarded() -> Iterator[embedded.Embedded]:
    """A server that asks `app` for a password, and lets nobody into `closed`."""
    home = new_home()
    with embedded.running(home) as running:
        with psycopg.connect(running.url, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE app LOGIN SUPERUSER PASSWORD '{SECRET}'")
            connection.execute("CREATE ROLE outsider LOGIN")
            connection.execute("CREATE ROLE group_only")
            connection.execute("CREATE DATABASE closed CONNECTION LIMIT 0")
            connection.execute("CREATE DATABASE private")
            connection.execute("REVOKE CONNECT ON DATABASE private FROM PUBLIC")
            rules = running.data / "pg_hba.conf"
            rules.write_text(f"local all app scram-sha-256\nlocal all shut reject\n{rules.read_text()}")
            connection.execute("SELECT pg_reload_conf()")
        yield running
    shutil.rmtree(home)


@pytest.mark.parametrize(
    ("user", "database", "exit_code", "words"),
    [
        ("app:wrong", "postgres", 1, "the user or the password is wrong"),
        ("app", "postgres", 1, "the user or the password is wrong"),
        ("nobody", "postgres", 1, "there is no such user, or it may not log in"),
        ("group_only", "postgres", 1, "there is no such user, or it may not log in"),
        ("shut", "postgres", 1, "the server lets this user not in from here (its pg_hba.conf)"),
        ("outsider", "private", 1, "the user may not connect to this database"),
        ("postgres", "nowhere", 1, "there is no database of that name"),
        ("outsider", "closed", 75, "the server has no connection left"),
    ],
)
def test_trying_again_is_said_where_it_helps(
    cli: Cli, guarded: embedded.Embedded, user: str, database: str, exit_code: int, words: str
) -> None:
    there = conninfo_to_dict(guarded.url)
    url = f"postgresql://{user}@/{database}?host={there['host']}&port={there['port']}"
    ran = cli("show-status", "--database", url)
    assert (ran.exit_code, ran.stderr) == (
        exit_code,
        f"error: the database {'is busy or away' if exit_code == 75 else 'cannot be opened'}: {words}\n",
    )


@pytest.mark.parametrize(
    ("url", "exit_code", "words"),
    [
        ("postgresql://app@127.0.0.1:1/appdb", 75, "nothing answers there"),
        ("postgresql://app@/appdb?host=/nowhere/to/be/found", 75, "nothing answers there"),
        ("postgresql://app@service.ssl.invalid/appdb", 75, "no host of that name is known"),
        ("postgresql://app@127.0.0.1:1/appdb?ssl_mode=require", 1, "PostgreSQL cannot use its URL"),
    ],
)
def test_where_nobody_answers(cli: Cli, url: str, exit_code: int, words: str) -> None:
    ran = cli("show-status", "--database", url)
    assert (ran.exit_code, ran.stderr.partition(": ")[2].partition(": ")[2]) == (exit_code, f"{words}\n")
