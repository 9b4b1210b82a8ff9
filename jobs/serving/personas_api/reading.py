"""What is read of Learning Locker's models: pages of the Connection interface, lists, counts and single records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from jobs.serving.access import Caller, Reader
from jobs.serving.answers import Problem, answer, elsewhere
from jobs.serving.people_api.asked import number
from jobs.serving.personas_api import described, filters, ids, objects, others, pages
from sql.reading import Reading
from sql.steps import JOBS

if TYPE_CHECKING:
    from sql.database import Transaction

CONNECTION: Final = "/api/connection"
V2: Final = "/api/v2"
FORMS: Final = ("ifi", "uniqueIdentifier")
"""How identifiers are written: as since 2.2, and as before."""
SKIPPED: Final = 100_000
"""So many attributes of a list can be passed over."""
NOT_ASKED: Final[Mapping[str, None]] = dict.fromkeys(
    (
        "ids", "names", "named", "people", "ifis", "kinds", "home_pages", "account_names", "values", "keys",
        "created_from", "created_before", "updated_from", "updated_before",
    )
)  # fmt: skip
"""What filters may ask for, while they do not."""

router = APIRouter(tags=["Personas"])


@dataclass(frozen=True)
class Model:
    """One of the three kinds of records."""

    name: str
    """In addresses."""
    word: str
    """By which its operations go."""
    called: str
    all_of_them: str
    some: str
    one: str
    """What a page, a list and a single record are of."""
    described: dict[str, Any]
    records: others.Records
    """How they were called where they came from."""
    fields: Mapping[str, filters.Test]
    """What filters can ask of."""
    sorts: tuple[str, ...]
    """By what it can be sorted, beside ids."""
    page: Callable[[Transaction, filters.Filter, Mapping[str, Any]], list[int]]
    """The ids of a page."""
    count: Callable[[Transaction, filters.Filter], int]
    nodes: Callable[[Transaction, int, Sequence[int], bool], list[dict[str, Any]]]
    """The records of an organisation with these ids, in this order; identifiers perhaps in the old form."""
    largest: int = ids.LARGEST
    """No id is larger."""


def _found(transaction: Transaction, organisation: int, of: str, what: str, **values: Any) -> list[dict[str, Any]]:
    """What is asked (`page`, `count`) of those (`people` …) that a filter finds."""
    reading = Reading(transaction, *JOBS["personas api"], organisation=organisation, **values)
    return reading.rows(f"personas_api/{of}_{what}.sql")


def _of_the_filter(asked: filters.Filter, more: Mapping[str, Any]) -> dict[str, Any]:
    """A filter and a place as parameters of a query; both may bound ids."""
    found = {**NOT_ASKED, **asked.values, **more}
    for bound, tighter in (("least", max), ("most", min)):
        found[bound] = tighter(asked.values[bound], more.get(bound, asked.values[bound]))
    asked.nothing |= found["least"] > found["most"]
    return found


def _held(transaction: Transaction, asked: filters.Filter) -> None:
    """Whoever has the personas that a filter asks for is asked for by id."""
    for personas in asked.holders:
        rows = transaction.rows("personas_api/holders.sql", organisation=asked.organisation, ids=personas)
        asked.one_of("ids", [row["person_id"] for row in rows])
    asked.holders = []


def _page_of_people(transaction: Transaction, asked: filters.Filter, more: Mapping[str, Any]) -> list[int]:
    _held(transaction, asked)
    values = _of_the_filter(asked, more)
    if asked.nothing:
        return []
    return [row["id"] for row in _found(transaction, asked.organisation, "people", "page", **values)]


def _page_of_identifiers(transaction: Transaction, asked: filters.Filter, more: Mapping[str, Any]) -> list[int]:
    values = _of_the_filter(asked, more) | {"least_person": 0, "most_person": ids.LARGEST}
    if more["at_person"] is not None:
        values["most_person" if more["falls"] else "least_person"] = more["at_person"]
    if asked.nothing:
        return []
    return [row["id"] for row in _found(transaction, asked.organisation, "identifiers", "page", **values)]


def _count_of_people(transaction: Transaction, asked: filters.Filter) -> int:
    _held(transaction, asked)
    return _count(transaction, asked, "people")


def _count_of_identifiers(transaction: Transaction, asked: filters.Filter) -> int:
    return _count(transaction, asked, "identifiers")


def _count(transaction: Transaction, asked: filters.Filter, of: str) -> int:
    values = _of_the_filter(asked, {})
    rows = [] if asked.nothing else _found(transaction, asked.organisation, of, "count", **values)
    return sum(row["found"] for row in rows)


def _in_order(rows: Sequence[Mapping[str, Any]], order: Sequence[int]) -> list[Mapping[str, Any]]:
    found = {row["id"]: row for row in rows}
    return [found[one] for one in order if one in found]


def people_of(
    transaction: Transaction, organisation: int, order: Sequence[int], _: bool = False
) -> list[dict[str, Any]]:
    """Personas, by the ids of people."""
    rows = transaction.rows("personas_api/people.sql", organisation=organisation, ids=[*order]) if order else []
    return [objects.persona(row, organisation) for row in _in_order(rows, order)]


def identifiers_of(
    transaction: Transaction, organisation: int, order: Sequence[int], old: bool = False
) -> list[dict[str, Any]]:
    """Persona identifiers, by the ids of personas."""
    rows = transaction.rows("personas_api/identifiers.sql", organisation=organisation, ids=[*order]) if order else []
    return [objects.identifier(row, organisation, old=old) for row in _in_order(rows, order)]


def attributes_of(
    transaction: Transaction, organisation: int, order: Sequence[int], _: bool = False
) -> list[dict[str, Any]]:
    """Persona attributes, by their ids."""
    found: dict[str, dict[str, Any]] = {}
    for key in ids.ATTRIBUTES:
        whose = [person for one in order for at, person in [ids.attribute(one)] if _key(at) == key]
        if whose := [person for person in whose if person <= ids.LARGEST]:
            values = {**NOT_ASKED, "ids": whose, "least": 0, "most": ids.LARGEST, "ids_fall": False}
            rows = _found(transaction, organisation, "attributes", "page", key=key, limit=len(whose), **values)
            nodes = [objects.attribute(row, organisation, key) for row in rows]
            found |= {node["_id"]: node for node in nodes}
    return [found[text] for one in order if (text := ids.written(one)) in found]


def _key(at: int) -> str | None:
    """The key of the attributes that have a number."""
    return ids.ATTRIBUTES[at - 1] if 0 < at <= len(ids.ATTRIBUTES) else None


def _page_of_attributes(transaction: Transaction, asked: filters.Filter, more: Mapping[str, Any]) -> list[int]:
    """Those of one key after those of another: so their ids are in order."""
    found: list[int] = []
    falls, wanted = more["ids_fall"], more["limit"] + more["skipped"]
    numbers = range(1, len(ids.ATTRIBUTES) + 1)
    for at in [*reversed(numbers)] if falls else numbers:
        values = _attributes_of_key(asked, at)
        if values is None or len(found) >= wanted:
            continue
        first, last = more.get("least", 0), more.get("most", ids.LARGEST_OF_ATTRIBUTES)
        lowest, highest = at << ids.OF_PERSON, at << ids.OF_PERSON | ids.LARGEST
        if first > highest or last < lowest:
            continue
        values["least"] = max(values["least"], first - lowest)
        values["most"] = min(values["most"], last - lowest)
        values |= {"key": _key(at), "limit": wanted - len(found), "ids_fall": falls}
        rows = _found(transaction, asked.organisation, "attributes", "page", **values)
        found += [at << ids.OF_PERSON | row["id"] for row in rows]
    return found[more["skipped"] :]


def _count_of_attributes(transaction: Transaction, asked: filters.Filter) -> int:
    total = 0
    for at, key in enumerate(ids.ATTRIBUTES, 1):
        if (values := _attributes_of_key(asked, at)) is not None:
            rows = _found(transaction, asked.organisation, "attributes", "count", key=key, **values)
            total += sum(row["found"] for row in rows)
    return total


def _attributes_of_key(asked: filters.Filter, at: int) -> dict[str, Any] | None:
    """What a filter asks of the attributes of one key, as parameters; None: nothing."""
    values = {name: asked.values.get(name) for name in ("ids", "values", "least", "most")}
    keys, whose = asked.values.get("keys"), asked.values.get("attributes")
    if asked.nothing or (keys is not None and _key(at) not in keys):
        return None
    if whose is not None:
        people = [person for one, person in whose if one == at and person <= ids.LARGEST]
        values["ids"] = [one for one in people if values["ids"] is None or one in values["ids"]]
    return values


PEOPLE: Final = Model(
    "persona", "persona", "persona",
    "People, page by page, in either direction.", "people", "The person with this id.",
    described.PERSONA, others.PERSONA, filters.OF_PEOPLE, ("name", "createdAt", "updatedAt"),
    _page_of_people, _count_of_people, people_of,
)  # fmt: skip
IDENTIFIERS: Final = Model(
    "personaIdentifier", "identifier", "persona identifier",
    "Personas that are somebody's, page by page, in either direction.", "personas",
    "The persona with this id, if it is somebody's.",
    described.IDENTIFIER, others.IDENTIFIER, filters.OF_IDENTIFIERS, ("persona", "createdAt", "updatedAt"),
    _page_of_identifiers, _count_of_identifiers, identifiers_of,
)  # fmt: skip
ATTRIBUTES: Final = Model(
    "personaAttribute", "attribute", "persona attribute",
    "What people have beside a name and identifiers: `customId` and `imageUrl`.", "attributes",
    "The attribute with this id.",
    described.ATTRIBUTE, others.ATTRIBUTE, filters.OF_ATTRIBUTES, (),
    _page_of_attributes, _count_of_attributes, attributes_of, ids.LARGEST_OF_ATTRIBUTES,
)  # fmt: skip
MODELS: Final = (PEOPLE, IDENTIFIERS, ATTRIBUTES)


def _connection(request: Request, caller: Caller, model: Model) -> Response:
    asked = request.query_params
    page = pages.connection(asked, model.sorts, model.largest)
    project = pages.projection(asked.get("project"))
    with caller.reading() as transaction:
        wanted = _filter(transaction, request, caller, model, "filter")
        transaction.row("personas_api/planned_anew.sql")
        found = model.page(transaction, wanted, page.parameters())
        nodes = model.nodes(transaction, caller.organisation, found[: page.size], is_old(request, wanted.old))
    made = page.answer(found, nodes)
    for edge in made["edges"]:
        edge["node"] = project(edge["node"])
    return answer(made)


def _list(request: Request, caller: Caller, model: Model) -> Response:
    asked = request.query_params
    limit = number(asked.get("limit"), "limit", pages.LARGEST_PAGE, pages.LARGEST_PAGE)
    skipped = pages.skipped(asked)
    if model is ATTRIBUTES and skipped > SKIPPED:
        raise Problem(400, "invalid_parameter", f"at most {SKIPPED:,} are passed over: read pages", "skip")
    order, project = pages.order_of(asked.get("sort"), model.sorts), pages.projection(asked.get("project"))
    with caller.reading() as transaction:
        wanted = _filter(transaction, request, caller, model, "filter", "query")
        transaction.row("personas_api/planned_anew.sql")
        place = {**pages.placed(order, None), "limit": limit + 1, "skipped": skipped}
        found = model.page(transaction, wanted, place)
        nodes = model.nodes(transaction, caller.organisation, found[:limit], is_old(request, wanted.old))
    headers = {}
    if len(found) > limit > 0:
        others = {name: text for name, text in asked.items() if name not in ("limit", "skip")}
        more = elsewhere(request, [*others.items(), ("limit", limit), ("skip", skipped + limit)])
        headers["Link"] = f'<{more}>; rel="next"'
    return answer([project(node) for node in nodes], headers=headers)


def _counted(request: Request, caller: Caller, model: Model) -> Response:
    with caller.reading() as transaction:
        wanted = _filter(transaction, request, caller, model, "filter", "query")
        transaction.row("personas_api/planned_anew.sql")
        return answer({"count": model.count(transaction, wanted)})


def _one(request: Request, caller: Caller, model: Model, text: str) -> Response:
    old, number = is_old(request), ids.read(text)
    if number is None:
        raise unknown()
    with caller.reading() as transaction:
        known = others.known(transaction, caller.organisation, model.records, [number])
        found = [one.id for one in known.values() if one.id <= model.largest]
        for node in model.nodes(transaction, caller.organisation, found, old):
            return answer(node)
    raise unknown()


def unknown() -> Problem:
    """There is no record of that id."""
    return Problem(404, "unknown_id", "there is no such record")


def _filter(
    transaction: Transaction, request: Request, caller: Caller, model: Model, *names: str
) -> filters.Filter:
    """What a request's filter asks for, whichever of these parameters it is in."""
    known = partial(others.known, transaction, caller.organisation)
    wanted = filters.Filter(model.fields, caller.organisation, known, fold_mailbox_case=caller.fold_mailbox_case)
    for name in names:
        wanted.read(request.query_params.get(name), name)
    return wanted


def is_old(request: Request, speaks_so: bool = False) -> bool:
    """Whether identifiers are to be as they were before 2.2: where `form` says so, or else the request speaks of them
    so. Raises Problem.
    """
    form = request.query_params.get("form", FORMS[speaks_so])
    if form not in FORMS:
        raise Problem(400, "invalid_parameter", f"this is {' or '.join(FORMS)}", "form")
    return form == FORMS[True]


def _serve(model: Model, path: str, asked: Callable[..., Response], name: str, **said: Any) -> None:
    """Have an address of a model answered, in whose path `{}` stands for its name, also in small letters."""
    for spelt in dict.fromkeys((model.name, model.name.lower())):
        at, shown = path.replace("{}", spelt), spelt == model.name
        router.add_api_route(at, asked, methods=["GET"], name=name, include_in_schema=shown, **said)


def _asking(model: Model, answers: Callable[[Request, Caller, Model], Response]) -> Callable[..., Response]:
    def asked(request: Request, caller: Reader) -> Response:
        return answers(request, caller, model)

    return asked


def _asking_by_id(model: Model) -> Callable[..., Response]:
    def asked(request: Request, caller: Reader, text: str = Path(alias=model.name)) -> Response:
        return _one(request, caller, model, text)

    return asked


for one in MODELS:
    _serve(
        one, f"{CONNECTION}/{{}}", _asking(one, _connection), f"{one.word}_connection",
        summary=f"A page of {one.called}s", description=one.all_of_them,
        openapi_extra=described.connection(one.described),
    )  # fmt: skip
for one in MODELS:
    _serve(
        one, f"{V2}/{{}}", _asking(one, _list), f"{one.word}s",
        summary=f"A list of {one.called}s",
        description=f"The first {one.some} that a filter finds; `Link` says where the next are.",
        openapi_extra=described.records(one.described),
    )  # fmt: skip
    _serve(
        one, f"{V2}/{{}}/count", _asking(one, _counted), f"{one.word}_count",
        summary=f"How many {one.called}s there are", description="Those that a filter finds.",
        openapi_extra=described.counted(),
    )  # fmt: skip
    _serve(
        one, f"{V2}/{{}}/{{{one.name}}}", _asking_by_id(one), one.word,
        summary=f"A {one.called} by id", description=one.one, openapi_extra=described.one(one.described),
    )  # fmt: skip
