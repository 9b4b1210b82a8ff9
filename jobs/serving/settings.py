"""What a server is asked to be; every one of its processes is given it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PER_MINUTE: Final = 3000
"""Requests that a credential has."""
MB: Final = 1024 * 1024


@dataclass(frozen=True)
class Settings:
    """How to serve a database; nothing here is open, so that it can be handed to another process."""

    url: str
    """Of the database."""
    embedded: bool = False
    counts_all: bool = False
    """`count` of a list of people is the number that there are, not that of those on the page."""
    gravatar: bool = False
    """Who has no image is given a link to Gravatar's."""
    per_minute: int = PER_MINUTE
    """Requests of a credential, over all processes; 0: as many as it likes."""
    largest_body: int = 10 * MB
    """Bytes of a body that is read as a whole."""
    largest_upload: int = 1024 * MB
    """Bytes of a file that is sent to be imported."""
    waiting_uploads: int = 100
    """Files of an organisation that may wait to be imported."""
    notified: tuple[str, ...] = ()
    """Servers that may be told what has become of a file, each as its origin (`https://hooks.example`)."""
    patience: float = 5.0
    """Seconds that a write waits for an import of the organisation."""
    logs_requests: bool = False
    debug: bool = False
