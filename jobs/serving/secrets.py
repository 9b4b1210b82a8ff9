"""Secrets of credentials; light, for the command that makes one serves nothing."""

from __future__ import annotations

from hashlib import sha256


def digest(secret: str) -> bytes:
    """What is kept of a secret: it has 32 random bytes, so that nobody can find it by trying."""
    return sha256(secret.encode()).digest()
