"""Options that several commands have, and that are no business of all."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import click


class SecondsType(click.FloatRange):
    """So many seconds, from none to any number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        seconds = float(super().convert(value, param, ctx))
        if math.isnan(seconds):
            self.fail(f"{value!r} is no number of seconds", param, ctx)
        return seconds


class SizeType(click.ParamType[int]):
    """So many bytes: `500M`, `20G`, `2T`, or a plain number of them."""

    name = "SIZE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        found = re.fullmatch("([0-9]{1,15}) ?([KMGT]?)B?", str(value).upper())
        if not found:
            self.fail(f"{value!r} is no size such as 500M, 20G or 2T", param, ctx)
        return int(found[1]) << 10 * " KMGT".index(found[2] or " ")


class SourceType(click.ParamType[str]):
    """The name of a source."""

    name = "NAME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from identity.blanks import trimmed
        from identity.texts import too_long

        found = trimmed(str(value))
        if not found:
            self.fail("a source needs a name", param, ctx)
        if wrong := too_long(found):
            self.fail(f"no name of a source is so long: {wrong.detail}", param, ctx)
        return found


class SpanType(click.ParamType[timedelta]):
    """A span of time: `90s`, `5m`, `12h`, `30d`."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch("([0-9]{1,5})([smhd])", str(value))
        if not found:
            self.fail(f"{value!r} is no time such as 90s, 5m, 12h or 30d", param, ctx)
        return int(found[1]) * timedelta(seconds={"s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]])


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
OUTPUT = click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file; it is replaced when all is written. [default: standard output]",
)
MAX_UNPACKED = click.option(
    "--max-unpacked",
    metavar="SIZE",
    type=SizeType(),
    help="How much a packed file may become: 500M, 20G, 2T. [default: 4G or 100 times the file, whichever is more]",
)
OF = click.option(
    "--of", metavar="ID", help="Of Learning Locker: only what is of this organisation there."
)
DRY_RUN = click.option("--dry-run", is_flag=True, help="Do everything, say what was done, and undo it.")
