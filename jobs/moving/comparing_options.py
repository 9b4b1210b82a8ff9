"""What is asked of whoever compares, and the options for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

KINDS: Final = (
    "unreadable", "person_missing", "person_extra", "several_are_one", "custom_id", "name", "image_url",
    "persona_missing", "persona_elsewhere", "persona_extra", "since", "span_missing", "group_missing", "group_extra",
    "statement_missing", "statement_extra", "statement_differs", "statements_elsewhere",
)  # fmt: skip
IGNORE: Final = click.option(
    "--ignore",
    "ignored",
    metavar="KIND",
    type=click.Choice(KINDS),
    multiple=True,
    help=f"Leave out differences of this kind; several times for several: {', '.join(KINDS)}.",
)
OUTPUT: Final = click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all differences to this CSV; it is replaced when all is written.",
)
STATEMENTS: Final = click.option(
    "--statements",
    "statements_paths",
    metavar="FILE",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Compare statements too, and whose they are: a file of them, as import-statements reads it; several times for"
    " several.",
)


@dataclass(frozen=True)
class Asked:
    """What is compared, and what becomes of what differs."""

    ignored: Sequence[str] = ()
    """Kinds of differences that are left out."""
    output: Path | None = None
    """Where all differences are written."""
    statements_paths: Sequence[Path] = ()
    """Files of statements that are compared too."""
    of: str | None = None
    """Of which organisation there statements are, where there are several."""
