"""The spells of personas: one persona with one person, from a moment on (None: always) up to another (None: still)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from identity.problems import quoted
from jobs.explaining.finding import as_person, who
from jobs.shell.terminal import instant

Spell = Mapping[str, Any]
"""A row of `sql/explain/spells.sql`."""


def spoken(when: datetime | None) -> str:
    """A moment in a table, in UTC; a date alone where a day begins."""
    if when is None:
        return ""
    return f"{when:%Y-%m-%d}" if (when.hour, when.minute, when.second) == (0, 0, 0) else f"{when:%Y-%m-%d %H:%M:%S}"


def span(begins_at: datetime | None, ends_at: datetime | None) -> str:
    """From when to when, in words; nothing where it is always."""
    words = [*(["from", spoken(begins_at)] if begins_at else []), *(["until", spoken(ends_at)] if ends_at else [])]
    return " ".join([*words, *(["on"] if begins_at and not ends_at else [])])


def bounds(begins_at: datetime | None, ends_at: datetime | None) -> dict[str, str | None]:
    """The same for `--json`."""
    return {"from": instant(begins_at) if begins_at else None, "until": instant(ends_at) if ends_at else None}


def in_time(spells: Iterable[Spell]) -> bool:
    """Whether any of them has not been always, or is no more."""
    return any(spell["begins_at"] or spell["ends_at"] for spell in spells)


def rows(spells: Iterable[Spell], what: str) -> list[tuple[str, ...]]:
    """A table of them, `what` of each: whose it is (`person`), or of which identifier (`ifi`)."""

    def named(spell: Spell) -> str:
        return who(spell) if what == "person" else quoted(spell["ifi"])[1:-1]

    heading = ("from (UTC)", "until (UTC)", "person" if what == "person" else "identifier", "interactions")
    cells = (
        (spoken(spell["begins_at"]), spoken(spell["ends_at"]), named(spell), f"{spell['interactions']:,}")
        for spell in spells
    )
    return [heading, *cells]


def as_json(spells: Iterable[Spell], what: str) -> list[dict[str, Any]]:
    """The same for `--json`."""
    return [
        {
            what: as_person(spell) if what == "person" else spell["ifi"],
            **bounds(spell["begins_at"], spell["ends_at"]),
            "interactions": spell["interactions"],
        }
        for spell in spells
    ]
