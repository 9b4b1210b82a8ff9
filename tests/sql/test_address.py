"""The URL of a database, as libpq is told of it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import ROOT

from sql.address import address
from sql.database import connected


@pytest.mark.parametrize(
    ("url", "parameters", "told"),
    [
        ("postgresql://u@h:1/n", {"user": "u", "host": "h", "port": "1", "dbname": "n"}, ("h", "1")),
        ("postgres://h", {"host": "h"}, ("h", "")),
        ("postgresql+psycopg:///n", {"dbname": "n"}, ("local socket", "")),
        ("postgresql://u:p%40%2F:@[::1]:1/n", {"user": "u", "password": "p@/:", "host": "::1", "port": "1",
                                               "dbname": "n"}, ("::1", "1")),
        ("postgresql:///n?host=/a%20b&port=2", {"dbname": "n", "host": "/a b", "port": "2"}, ("/a b", "")),
        ("postgresql:///n?host=a:1&host=b", {"dbname": "n", "host": "a,b", "port": "1,"}, ("a:1,b", "")),
        ("postgresql:///n?host=a:1,b:2", {"dbname": "n", "host": "a,b", "port": "1,2"}, ("a:1,b:2", "")),
        ("postgresql:///n?host=::1", {"dbname": "n", "host": "::1"}, ("::1", "")),
        ("postgresql:///n?sslmode=require", {"dbname": "n", "sslmode": "require"}, ("local socket", "")),
    ],
)  # fmt: skip
def test_parts(url: str, parameters: dict[str, str], told: tuple[str, str]) -> None:
    found = address(url)
    assert (found.parameters, (found.host, found.port)) == (parameters, told)


def test_options_add_up() -> None:
    found = address("postgresql:///n?options=-c%20a%3D1&options=-c%20b%3D2")
    assert (found.parameters, found.options) == ({"dbname": "n"}, "-c a=1 -c b=2")


@pytest.mark.parametrize(
    "url",
    ["", "h", "postgresql://h:x/n", "postgresql://h/", "postgresql://a;b/n", "postgresql:///n?host=a:1&port=2",
     "postgresql:///n?sslmode=a&sslmode=b", "postgresql:///n?host=a%3Bb"],
)  # fmt: skip
def test_what_cannot_be_read(url: str) -> None:
    with pytest.raises(ValueError, match=r"^the database URL cannot be read; it looks like"):
        address(url)


def test_what_makes_a_schema_is_not_loaded_where_there_is_one(database_url: str) -> None:
    with connected(database_url):
        pass
    code = (
        "import sys; from sql.database import connected\n"
        f"with connected({database_url!r}): pass\n"
        "print({'sqlalchemy', 'alembic'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ran.stdout == "set()\n"
