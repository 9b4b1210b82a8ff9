"""Pages of records: their order, where they begin and end, and cursors, which say where one stands in that order.

A page begins behind a record, not after so many: so the last page costs what the first does, and no record comes twice,
or not at all, because others come or go meanwhile.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson
from starlette.datastructures import QueryParams

from jobs.serving.answers import Problem, json_of
from jobs.serving.people_api.asked import DEEPEST, number
from jobs.serving.personas_api import ids
from jobs.serving.personas_api.filters import moment_of

PAGE: Final = 10
"""Records of a page, unless said otherwise."""
LARGEST_PAGE: Final = 1000
RISES, FALLS = 1, -1


@dataclass(frozen=True)
class Order:
    """In which order records come: by one of their fields, if one is named, and then by id."""

    by: str | None
    falls: bool
    ids_fall: bool

    @property
    def turned(self) -> Order:
        """The same from its end."""
        return replace(self, falls=not self.falls, ids_fall=not self.ids_fall)


@dataclass(frozen=True)
class Place:
    """Behind which record a page begins: its id, and what it has in the field that the order goes by."""

    id: int
    value: Any = None


def order_of(text: str | None, fields: Sequence[str]) -> Order:
    """The order that the parameter `sort` names: `{"name": 1, "_id": 1}`. Raises Problem."""
    found = {"_id": RISES} if not text else _object(text, "sort")
    by = " or ".join((*fields, "_id"))
    served = f'a sort is by {by}, and then by _id, each 1 or -1: {{"{fields[0] if fields else "_id"}": 1}}'
    if not found or any(way not in (RISES, FALLS) or isinstance(way, bool) for way in found.values()):
        raise Problem(400, "unserved_sort", served, "sort")
    first, *rest = found
    if first == "_id":
        return Order(None, falls=False, ids_fall=found["_id"] == FALLS)
    if first not in fields or rest not in ([], ["_id"]):
        raise Problem(400, "unserved_sort", served, "sort")
    return Order(first, found[first] == FALLS, found.get("_id", found[first]) == FALLS)


@dataclass(frozen=True)
class Connection:
    """A page of the Connection interface, as it is asked for."""

    order: Order
    size: int
    backwards: bool
    place: Place | None

    def parameters(self) -> dict[str, Any]:
        """What the query of a page is told of it; one record more than the page has tells whether there are more."""
        order = self.order.turned if self.backwards else self.order
        return {**placed(order, self.place), "limit": self.size + 1, "skipped": 0}

    def answer(self, found: Sequence[int], nodes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The page, of the records that were found, as they were found, with one more if there was."""
        more = len(found) > self.size
        shown = [*reversed(nodes[: self.size])] if self.backwards else nodes[: self.size]
        edges = [{"cursor": self._cursor(node), "node": node} for node in shown]
        return {
            "edges": edges,
            "pageInfo": {
                "startCursor": edges[0]["cursor"] if edges else None,
                "endCursor": edges[-1]["cursor"] if edges else None,
                "hasNextPage": self.place is not None if self.backwards else more,
                "hasPreviousPage": more if self.backwards else self.place is not None,
            },
        }

    def _cursor(self, node: Mapping[str, Any]) -> str:
        said = {name: node.get(name) for name in (self.order.by, "_id") if name}
        return base64.b64encode(orjson.dumps(said)).decode()


def connection(asked: QueryParams, fields: Sequence[str], largest: int) -> Connection:
    """The page that `sort`, `first`, `after`, `last` and `before` ask for; no id is larger. Raises Problem."""
    order = order_of(asked.get("sort"), fields)
    for one, other in (("after", "before"), ("first", "last")):
        if asked.get(one) and asked.get(other):
            raise Problem(400, "invalid_parameter", f"{one} and {other} exclude each other", other)
    name = "last" if asked.get("last") else "first"
    size = number(asked.get(name) or None, name, PAGE, LARGEST_PAGE)
    if not size:
        raise Problem(400, "invalid_parameter", f"this is a number from 1 to {LARGEST_PAGE:,}", name)
    backwards = bool(asked.get("before")) or (name == "last" and not asked.get("after"))
    cursor = "before" if asked.get("before") else "after"
    return Connection(order, size, backwards, _place(asked.get(cursor), order, cursor, largest))


def placed(order: Order, place: Place | None) -> dict[str, Any]:
    """An order and a place in it as parameters; bounds of ids in `least` and `most` if these alone are the order."""
    said: dict[str, Any] = {"by": order.by or "", "falls": order.falls, "ids_fall": order.ids_fall}
    said |= {"at": None, "at_text": None, "at_moment": None, "at_person": None}
    if place is None:
        return said
    if order.by is None:
        return said | ({"most": place.id - 1} if order.ids_fall else {"least": place.id + 1})
    kind = {"name": "at_text", "persona": "at_person"}.get(order.by, "at_moment")
    return said | {"at": place.id, kind: place.value}


def _place(text: str | None, order: Order, name: str, largest: int) -> Place | None:
    """Where a cursor says that a page begins. Raises Problem."""
    if not text:
        return None
    try:
        said = json_of(base64.b64decode(text.replace(" ", "+"), validate=True))
        found = ids.read(said.get("_id")) if isinstance(said, dict) else None
        if found is not None and found <= largest and {*said} == {"_id", *((order.by,) if order.by else ())}:
            return Place(found, _value(order.by, said.get(order.by)) if order.by else None)
    except (binascii.Error, Problem, ValueError):
        pass
    raise Problem(400, "invalid_cursor", "this is no cursor of a page in this order", name)


def _value(by: str, said: Any) -> Any:
    """What a record of a cursor has in a field: nothing counts as an empty name."""
    if by == "persona":
        if (found := ids.read(said)) is None or found > ids.LARGEST:
            raise ValueError(said)
        return found
    if by != "name":
        return moment_of(said)
    if said is not None and (not isinstance(said, str) or "\0" in said):
        raise ValueError(said)
    return said or ""


def projection(text: str | None) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What the parameter `project` leaves of a record: `{"name": 1}` that and the id, `{"createdAt": 0}` all else."""
    if not text:
        return lambda node: node
    said = _object(text, "project")
    if any(one not in (0, 1) for one in said.values()):
        raise Problem(400, "unserved_projection", 'a projection says 1 or 0 of fields: {"name": 1}', "project")
    others = {one for name, one in said.items() if name != "_id"}
    if len(others) > 1:
        raise Problem(400, "unserved_projection", "either fields that stay, or fields that go", "project")
    keeps = others == {1} or (not others and said.get("_id") == 1)
    named = {name.partition(".")[0] for name in said if name != "_id"}

    def project(node: dict[str, Any]) -> dict[str, Any]:
        has_id = said.get("_id", 1) == 1
        return {name: node[name] for name in node if (has_id if name == "_id" else (name in named) == keeps)}

    return project


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        found = json_of(text.encode(errors="surrogatepass"))
    except Problem:
        found = None
    if not isinstance(found, dict):
        raise Problem(400, "invalid_json", "this is no object of JSON", name)
    return found


def skipped(asked: QueryParams) -> int:
    """How many records of a list are passed over."""
    return number(asked.get("skip"), "skip", 0, DEEPEST)
