"""How the processes of a server end when the one that watches them is killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from multiprocessing.connection import wait
from typing import Final

AGAIN: Final = 1.0
"""Seconds between two signals."""


def end_with_parent() -> None:
    """Once the process that watches is gone, whatever has become of it, this one is told to end until it does."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        while True:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(AGAIN)
