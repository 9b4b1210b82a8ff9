"""What libpq would take from the environment, set aside: where we connect to, the URL alone says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

# With a URL of the user's. `options` of ours outdo PGOPTIONS, but PGTZ, PGDATESTYLE and PGGEQO outdo those. Who one is,
# and how far to trust the server (PGPASSWORD, PGSSLMODE and their like), the environment may say.
_ELSEWHERE = (
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGDATABASE",
    "PGSERVICE",
    "PGTARGETSESSIONATTRS",
    "PGLOADBALANCEHOSTS",
    "PGOPTIONS",
    "PGTZ",
    "PGDATESTYLE",
    "PGGEQO",
    "PGCLIENTENCODING",
    "PGAPPNAME",
    "PGCONNECT_TIMEOUT",
)


@contextmanager
def set_aside(*, everything: bool) -> Iterator[None]:
    """Without what could lead elsewhere, or make of a session what it shall not be, for as long as the block lasts.

    everything: without all that libpq reads. A server of our own asks for no password and no certificate, and one that
    somebody else is asked for must not be asked of it.
    """
    names = [name for name in os.environ if name in _ELSEWHERE or (everything and name.startswith("PG"))]
    found = {name: os.environ.pop(name) for name in names}
    try:
        yield
    finally:
        os.environ.update(found)
