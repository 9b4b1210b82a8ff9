"""Who comes first is served first."""

from __future__ import annotations

import threading
from collections import deque


class Turn:
    """A lock that goes to whoever has waited for it longest: of a plain one some would wait for many others."""

    def __init__(self) -> None:
        self._looking = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for it."""
        return len(self._waiting)

    def acquire(self, timeout: float) -> bool:
        """Take it, after so many seconds at most; says whether it was had."""
        with self._looking:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=timeout):
            return True
        with self._looking:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # which it was, at the last moment

    def __enter__(self) -> None:
        self.acquire(threading.TIMEOUT_MAX)

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Leave it to the next."""
        with self._looking:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
