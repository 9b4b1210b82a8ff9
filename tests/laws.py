"""How many examples a law is held to."""

from __future__ import annotations

from typing import Final

SOAKING: Final = 20
"""So many times as many are drawn in a soak."""
times = 1


def examples(few: int) -> int:
    """Of hypothesis: enough for every run, and many more with `-m soak`."""
    return few * times
