"""Whether what a report reads is fresh, in words."""

from __future__ import annotations

from collections.abc import Mapping

WORDS = {"personas": ("persona", "personas"), "people": ("person", "people"), "groups": ("group", "groups")}


def said(pending: Mapping[str, int]) -> str:
    """A line on how much is pending (`finish/left.sql`)."""
    parts = [f"{pending[what]:,} {words[pending[what] != 1]}" for what, words in WORDS.items() if pending[what]]
    if not parts:
        return "fresh: nothing is pending"
    verb = "is" if sum(pending.values()) == 1 else "are"
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]] if parts[1:] else parts)
    return f"not fresh: {listed} {verb} pending; run finish-batch-updates"
