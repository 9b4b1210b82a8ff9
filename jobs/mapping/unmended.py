"""The hash that a proposed mapping has of itself: as long as it fits, nobody has mended anything."""

from __future__ import annotations

import hashlib
import re

_LINE = re.compile(r"^[ \t]*# Unmended: ([0-9a-f]{16})\b[^\n]*\n?", re.MULTILINE)
WHAT_FOR = "as long as this fits, no import makes one person of many with it"


def signed(toml: str) -> str:
    """A proposal, with its hash below the comment that it begins with."""
    opening = re.match(r"(?:#[^\n]*\n)*", toml)
    end = opening.end() if opening else 0
    return f"{toml[:end]}# Unmended: {_hash(toml)} ({WHAT_FOR})\n{toml[end:]}"


def is_unmended(toml: str) -> bool:
    """Whether it has the hash of the rest of it. How its lines are indented does not matter: so it may be copied from
    a terminal.
    """
    found = _LINE.search(toml)
    return found is not None and found[1] == _hash(toml[: found.start()] + toml[found.end() :])


def _hash(toml: str) -> str:
    lines = "\n".join(line.strip() for line in toml.strip().splitlines())
    return hashlib.sha256(lines.encode()).hexdigest()[:16]
