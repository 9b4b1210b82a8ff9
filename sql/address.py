"""Where the URL of a database leads, as libpq wants to be told."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

HINT = "it looks like postgresql://user@host/name; signs in a password are written as %40 (@), %2F (/) and so on"

_URL = re.compile(
    r"(?P<scheme>[\w+]+)://"
    r"((?P<user>[^:/]*)(:(?P<password>[^@]*))?@)?"
    r"(\[(?P<address>[^/?]+)\]|(?P<host>[^/:?]+))?(:(?P<port>[^/?]*))?"
    r"(/(?P<dbname>[^?]*))?"
    r"(\?(?P<query>.*))?"
)


class Address(NamedTuple):
    """`parameters` are libpq's, without `options`; `host` and `port` are what people are told, never a password."""

    parameters: dict[str, str]
    options: str
    host: str
    port: str


def address(url: str) -> Address:
    """The parts of a database's URL. Raises ValueError with a sentence that shows nothing of it."""
    found = _URL.match(url)
    try:
        if not found:
            raise ValueError
        read = _read(found)
    except ValueError:
        raise ValueError(f"the database URL cannot be read; {HINT}") from None
    if found["scheme"].partition("+")[0] not in ("postgresql", "postgres"):
        raise ValueError(f"the database URL is not one of PostgreSQL; {HINT}")
    return read


def _read(found: re.Match[str]) -> Address:
    """Raises ValueError for what cannot be meant."""
    host, port = found["host"] or found["address"] or "", found["port"] or ""
    given = {name: unquote(found[name] or "") for name in ("user", "password", "dbname")}
    if found["dbname"] == "" or not _is_host(host) or (port and not re.fullmatch("[0-9]+", port)):
        raise ValueError
    hosts, options, more = [], [], {}
    for name, value in parse_qsl(found["query"] or ""):
        if name == "host":
            hosts += value.split(",")
        elif name == "options":
            options.append(value)
        elif name in more:
            raise ValueError
        else:
            more[name] = value
    named = _hosts(hosts, more) if hosts else {}
    parameters = {**given, "host": host, "port": port, **more, **named}
    return Address(
        {name: value for name, value in parameters.items() if value},
        " ".join(options),
        host or ",".join(hosts) or "local socket",
        port,
    )


def _hosts(hosts: list[str], more: dict[str, str]) -> dict[str, str]:
    """Of those that follow the question mark, each may have its port: `host=a:1&host=b:2`."""
    if not all(host.startswith(("/", "@")) or _is_host(host) for host in hosts):
        raise ValueError
    parted = [found.groups() if (found := re.fullmatch(r"([\w.-]*):([0-9]*)", host)) else (host, "") for host in hosts]
    ports = [port for _, port in parted]
    if any(ports) and "port" in more:
        raise ValueError
    return {"host": ",".join(host for host, _ in parted), **({"port": ",".join(ports)} if any(ports) else {})}


def _is_host(text: str) -> bool:
    return re.fullmatch(r"[\w.,:%\[\]-]*", text) is not None
