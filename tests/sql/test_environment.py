"""Whatever the environment tells libpq, people go where the URL says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from conftest import Cli, Server
from homes import new_home
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

from sql import embedded
from sql.database import connected

MORE = ("PGSERVICEFILE", "PGSYSCONFDIR", "PGREQUIRESSL", "PGDATESTYLE", "PGTZ", "PGGEQO", "PGLOCALEDIR")
"""What libpq reads beside the defaults of its options."""
TRUST = ("PGUSER", "PGPASS", "PGSSL", "PGREQUIRE", "PGCHANNEL", "PGGSS", "PGKRB", "PGMIN", "PGMAX", "PGOAUTH")
"""How those begin that say who somebody is and whom to trust: with a URL of their own, users may want them."""


@pytest.fixture(scope="module")
def other() -> Iterator[embedded.Embedded]:
    """A second server, where nothing may ever go."""
    home = new_home()
    with embedded.running(home) as running:
        yield running
    shutil.rmtree(home)


@pytest.fixture
def variables(other: embedded.Embedded, tmp_path: Path) -> dict[str, str]:
    """Every variable that libpq reads, each with a value that leads astray, or that nothing can follow."""
    host = str(conninfo_to_dict(other.url)["host"])
    services = tmp_path / "pg_service.conf"
    services.write_text(f"[other]\nhost={host}\nuser=postgres\ndbname=postgres\n")
    names = {option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar}
    return dict.fromkeys(sorted(names | set(MORE)), "astray") | {
        "PGHOST": host,
        "PGHOSTADDR": "127.0.0.1",
        "PGPORT": "1",
        "PGDATABASE": "template1",
        "PGSERVICE": "other",
        "PGSERVICEFILE": str(services),
        "PGSYSCONFDIR": str(tmp_path),
        "PGTARGETSESSIONATTRS": "standby",
        "PGOPTIONS": "-c default_transaction_read_only=on",
        "PGSSLMODE": "verify-full",
    }


def together(variables: dict[str, str]) -> list[dict[str, str]]:
    """Each variable by itself, a service with the file that has it, and all at once."""
    apart = [{name: value} for name, value in variables.items() if name != "PGSERVICE"]
    return [*apart, {name: variables[name] for name in ("PGSERVICE", "PGSERVICEFILE")}, variables]


def nothing_there(other: embedded.Embedded) -> bool:
    with psycopg.connect(other.url) as connection:
        found = connection.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        return found.fetchone() == (0,)


def test_the_embedded_database_is_reached_whatever_libpq_is_told(
    server: Server,
    short_home: Path,
    other: embedded.Embedded,
    variables: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert {"PGHOSTADDR", "PGTARGETSESSIONATTRS"} < variables.keys()
    for told in together(variables):
        with monkeypatch.context() as patch:
            for name, value in told.items():
                patch.setenv(name, value)
            with connected(None, short_home) as database, database.begin() as transaction:
                assert transaction.row("organisations/find.sql", name="default")["id"], told
    assert nothing_there(other)


def test_a_url_is_followed_whatever_libpq_is_told(
    cli: Cli, other: embedded.Embedded, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where = {name: value for name, value in variables.items() if not name.startswith(TRUST)}
    for told in together(where):
        with monkeypatch.context() as patch:
            for name, value in told.items():
                patch.setenv(name, value)
            shown = cli("show-status")
            assert shown.exit_code == 0, (told, shown.stderr)
    assert nothing_there(other)
