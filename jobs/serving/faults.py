"""What goes wrong that nobody has foreseen, as the log has it: it names no one."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Final

FAULTS: Final = logging.getLogger("lrs_people.faults")
OURS: Final = f"{Path(__file__).parents[2]}/"


def place_of(error: BaseException) -> str:
    """Of which kind it is, and where it was; not what it says, which may be somebody's data."""
    calls = [call for call in traceback.extract_tb(error.__traceback__) if call.filename.startswith(OURS)]
    where = " < ".join(f"{call.filename[len(OURS) :]}:{call.lineno} {call.name}" for call in reversed(calls))
    state = getattr(error.__cause__, "sqlstate", None)
    return f"{type(error).__name__}{f' ({state})' if state else ''} at {where}"
