"""Options that several commands have, and that are no business of all."""

from __future__ import annotations

import math
from typing import Any

import click


class SecondsType(click.FloatRange):
    """So many seconds, from none to any number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        seconds = float(super().convert(value, param, ctx))
        if math.isnan(seconds):
            self.fail(f"{value!r} is no number of seconds", param, ctx)
        return seconds


IMPORT = click.IntRange(min=1, max=2**63 - 1)
"""The number of an import: those that the database can have."""
WAIT = click.option(
    "--wait",
    metavar="SECONDS",
    type=SecondsType(min=0),
    default=0.0,
    show_default=True,
    help="How long to wait for another import of the organisation.",
)
FINISH = click.option(
    "--finish/--no-finish",
    default=True,
    help="--no-finish: leave the reporting pending, for finish-batch-updates.",
)
DRY_RUN = click.option("--dry-run", is_flag=True, help="Do everything, say what was done, and undo it.")
