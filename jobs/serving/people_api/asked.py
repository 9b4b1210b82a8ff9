"""What requests of the People API and the Groups API ask for, beside objects: pages, filters, levels; and answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request
from fastapi.responses import Response

from identity.blanks import trimmed
from jobs.serving.answers import Problem, elsewhere
from jobs.serving.settings import Settings

PAGE, LARGEST_PAGE = 100, 1000
SEARCHED: Final = 10_000
"""So many records a list has without `forceDBSearch`."""
DEEPEST: Final = 2**31 - 1
LARGEST_ID: Final = 2**63 - 1
LISTS: Final = ("_limit", "_offset", "is_null", "is_not_null", "forceDBSearch")
"""Parameters that only a list has."""


class Page:
    """Which part of a list is asked for. Raises Problem."""

    def __init__(self, request: Request) -> None:
        asked = request.query_params
        if "parentDepth" in asked:
            raise Problem(400, "invalid_parameter", "a list has no parentDepth; one record has", "parentDepth")
        self._request = request
        self.limit = number(asked.get("_limit"), "_limit", PAGE, LARGEST_PAGE)
        self.offset = number(asked.get("_offset"), "_offset", 0, DEEPEST)
        self._everything = asked.get("forceDBSearch", "false").lower() in ("", "true", "1")
        self.reach = self.limit if self._everything else max(0, min(self.limit, SEARCHED - self.offset))
        """So many records it has at most."""

    def answer(self, found: list[str], total: int) -> Response:
        """The page, of so many in all, with these objects."""
        settings: Settings = self._request.app.state.settings
        count = total if settings.counts_all else len(found)
        headers = {"X-Total-Count": str(total)}
        if links := self._links(total if self._everything else min(total, SEARCHED)):
            headers["Link"] = links
        body = f'{{"count":{count},"results":[{",".join(found)}]}}'
        return Response(body.encode(), 200, headers, "application/json")

    def _links(self, last: int) -> str:
        """Where the pages are that lie around this one (RFC 8288)."""
        if not self.limit:
            return ""
        places = {"first": 0, "last": max(0, (last - 1) // self.limit * self.limit)}
        if self.offset:
            places["prev"] = min(max(0, self.offset - self.limit), places["last"])
        if self.offset + self.limit < last:
            places["next"] = self.offset + self.limit
        asked = self._request.query_params.multi_items()
        others = [(name, text) for name, text in asked if name not in ("_limit", "_offset")]

        def link(place: int) -> str:
            return elsewhere(self._request, [*others, ("_limit", self.limit), ("_offset", place)])

        return ", ".join(f'<{link(place)}>; rel="{rel}"' for rel, place in places.items())


def filters(request: Request, fields: Mapping[str, str]) -> dict[str, bool | None]:
    """What `is_null` and `is_not_null` ask for, as parameters `no_…` of a list's queries; `fields`: the names there of
    those that can be null.
    """
    wanted: dict[str, bool | None] = dict.fromkeys(fields.values())
    for parameter in ("is_null", "is_not_null"):
        for field in (one.strip() for text in request.query_params.getlist(parameter) for one in text.split(",")):
            if field not in fields:
                raise Problem(400, "invalid_parameter", f"this can be {' or '.join(fields)}", parameter)
            is_null = parameter == "is_null"
            if wanted[fields[field]] is (not is_null):
                raise Problem(400, "invalid_parameter", f"{field} cannot be null and not null", parameter)
            wanted[fields[field]] = is_null
    return {f"no_{field}": is_null for field, is_null in wanted.items()}


def wants_list(request: Request) -> bool:
    """Whether a request with a `customId` asks for a list all the same."""
    return "customId" not in request.query_params or any(name in request.query_params for name in LISTS)


def as_kept(request: Request, name: str) -> str | None:
    """A parameter that is a text (a customId, a name), as such a one is kept; None: it is not there."""
    said = request.query_params.get(name)
    return None if said is None else trimmed(said)


def custom_id(request: Request) -> str:
    """The customId in the address. Raises Problem: there is none."""
    if not (found := as_kept(request, "customId")):
        raise Problem(400, "missing", "which one it is is said by an id in the address, or by customId", "customId")
    return found


def depth(request: Request) -> int | None:
    """How many levels of groups are to come along; None: all."""
    text = request.query_params.get("parentDepth", "0")
    if text == "-1":
        return None
    found = number_of(text)
    if found is None or found > DEEPEST:
        raise Problem(400, "invalid_parameter", "this is a number of levels, or -1 for all of them", "parentDepth")
    return found


def number(text: str | None, name: str, default: int, most: int) -> int:
    """A parameter that is a number."""
    found = default if text is None else number_of(text)
    if found is None or found > most:
        raise Problem(400, "invalid_parameter", f"this is a number from 0 to {most:,}", name)
    return found


def number_of(text: str) -> int | None:
    """The id that a text is, if it can be one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= LARGEST_ID else None


def is_true(request: Request, name: str) -> bool:
    """A parameter that is true or false, or not there."""
    said = request.query_params.get(name)
    if said is None or said.lower() == "false":
        return False
    if said.lower() != "true":
        raise Problem(400, "invalid_parameter", "this is true or false", name)
    return True


def with_groups(text: str, groups: list[dict[str, Any]]) -> str:
    """An object, as JSON, with the objects of groups above it."""
    return f'{text[:-1]},"parentGroups":[{",".join(group["found"] for group in groups)}]}}'


def as_json(text: str, status: int = 200) -> Response:
    """An answer that the database has written."""
    return Response(text.encode(), status, media_type="application/json")
