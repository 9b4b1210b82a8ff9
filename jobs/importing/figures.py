"""Figures as they are told, and kept in the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def by_part(counts: Mapping[str, int], parts: Mapping[str, Sequence[str]]) -> dict[str, dict[str, int]]:
    """Counts called `part_name`, by part and name."""
    return {part: {name: counts[f"{part}_{name}"] for name in names} for part, names in parts.items()}
