"""Who was erased, as far as anything is kept of that: whether an id is one of theirs, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

IDENTIFIER, CUSTOM_ID = b"i", b"c"
"""What a name is of; `sql/one_change/erased` and `sql/statements` say it too."""


def sum_of(mbox: str) -> str:
    """The mbox_sha1sum of an mbox: who is known by one may come by the other."""
    return hashlib.sha1(mbox.encode(), usedforsecurity=False).hexdigest()


class Erased:
    """The hashes of one organisation's erased people."""

    def __init__(self, key: bytes, hashes: Iterable[bytes] = ()) -> None:
        self._key = key
        self._hashes = frozenset(hashes)

    def has_identifier(self, ifi: str | None) -> bool:
        """Whether it was an erased person's, by its normal form."""
        return ifi is not None and self.of_identifier(ifi) in self._hashes

    def has_custom_id(self, custom_id: str | None) -> bool:
        return custom_id is not None and self.of_custom_id(custom_id) in self._hashes

    def of_identifier(self, ifi: str) -> bytes:
        """What is kept of an identifier."""
        return self._hash(IDENTIFIER, ifi)

    def of_custom_id(self, custom_id: str) -> bytes:
        return self._hash(CUSTOM_ID, custom_id)

    def hashes(self, names: Iterable[tuple[str | None, str]]) -> set[bytes]:
        """What is kept of identifiers, each with its kind, and of custom_ids, without."""
        return {self.of_custom_id(name) if kind is None else self.of_identifier(name) for kind, name in names}

    def _hash(self, what: bytes, name: str) -> bytes:
        return hashlib.sha256(self._key + what + name.encode()).digest()
