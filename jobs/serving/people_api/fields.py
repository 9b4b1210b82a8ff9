"""Fields of the objects of both APIs, read: what they say, or what is wrong with them."""

from __future__ import annotations

from typing import Any, Final

from identity.blanks import trimmed
from identity.identifiers import normalise_group_custom_id
from identity.texts import Invalid
from jobs.serving.answers import Problem
from jobs.serving.people_api.asked import LARGEST_ID

MOST: Final = 1000
"""So many personas, or groups, an object may have in a request."""
LONGEST: Final = 100_000
"""Characters of a text."""


def text_of(value: Any, field: str) -> str | None:
    """A text, trimmed; None: it is not there."""
    if value is None:
        return None
    text = trimmed(string_of(value, field))
    if "\0" in text:
        raise Problem(400, "control_character", "it contains NUL (U+0000)", field)
    check_length(text, field)
    return text


def check_length(text: str | None, field: str) -> None:
    """Raises Problem: a text is too long."""
    if text and len(text) > LONGEST:
        raise Problem(400, "too_long", f"it has more than {LONGEST:,} characters", field)


def string_of(value: Any, field: str) -> str:
    """A text as it is."""
    if not isinstance(value, str):
        raise Problem(400, "invalid_field", "this is not a string", field)
    return value


def group_ids(value: Any) -> list[int] | None:
    """The field parentGroupIds."""
    if value is None:
        return None
    return [group_id_of(one, f"parentGroupIds[{at}]") for at, one in _several(value, "parentGroupIds")]


def group_id_of(value: Any, field: str) -> int:
    """The id of a group, or of a type of groups."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_ID:
        raise Problem(400, "invalid_field", "this is no id", field)
    return value


def group_custom_ids(value: Any) -> list[str] | None:
    """The field parentGroupCustomIds."""
    if value is None:
        return None
    entries = _several(value, "parentGroupCustomIds")
    return [group_custom_id_of(one, f"parentGroupCustomIds[{at}]") for at, one in entries]


def group_custom_id_of(value: Any, field: str) -> str:
    """The customId of a group."""
    found = normalise_group_custom_id(string_of(value, field))
    if isinstance(found, Invalid) or not found:
        said = found.detail if isinstance(found, Invalid) else "it is blank"
        raise Problem(400, "invalid_group", f"this is no customId of a group: {said}", field)
    return found


def _several(value: Any, field: str) -> enumerate[Any]:
    if not isinstance(value, list):
        raise Problem(400, "invalid_field", "this is not a list", field)
    if len(value) > MOST:
        raise Problem(400, "too_many", f"there may be {MOST:,} groups here", field)
    return enumerate(value)
