"""The hash at the end of a proposed mapping: as long as it fits, nobody has mended anything."""

from __future__ import annotations

import hashlib
import re

_LAST_LINE = re.compile(r"# As proposed: ([0-9a-f]{64})\s*\Z")


def signed(toml: str) -> str:
    """A proposal, with its hash as its last line."""
    return f"{toml}\n# As proposed: {_hash(toml)}\n"


def is_unmended(toml: str) -> bool:
    """Whether it has the hash of what stands above it."""
    found = _LAST_LINE.search(toml)
    return found is not None and found[1] == _hash(toml[: found.start()].removesuffix("\n"))


def _hash(toml: str) -> str:
    return hashlib.sha256(toml.encode()).hexdigest()
