"""The options that reports share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click


def report_options(columns: Sequence[str], default: str, about: dict[str, str]) -> Callable[[Any], Any]:
    """The options of a report with these columns, sorted by `default`; `about`: what each filter does."""
    options = (
        click.option("--group", metavar="CUSTOMID", help=about["group"]),
        click.option("--activity", metavar="IRI", help=about["activity"]),
        click.option("--person", metavar="CUSTOMID", help=about["person"]),
        click.option(
            "--since", metavar="TIME", help="Only interactions at this time or later: 2026-03, 2026-03-15, a time."
        ),
        click.option("--until", metavar="TIME", help="Only interactions before this time."),
        click.option(
            "--sort",
            metavar="COLUMN",
            type=click.Choice(columns),
            default=default,
            show_default=True,
            help=f"Sort by one of: {', '.join(columns)}.",
        ),
        click.option("--descending", is_flag=True, help="The greatest first."),
        click.option(
            "--limit",
            metavar="N",
            type=click.IntRange(min=0),
            help="So many rows; default: 50 in a table, otherwise all.",
        ),
        click.option(
            "--offset",
            metavar="N",
            type=click.IntRange(min=0),
            default=0,
            show_default=True,
            help="Pass over so many rows first.",
        ),
        click.option(
            "--format",
            "form",
            type=click.Choice(["table", "csv", "json"]),
            default="table",
            show_default=True,
            help="csv and json: the rows alone, json as an array of objects.",
        ),
    )

    def decorate(function: Any) -> Any:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate
