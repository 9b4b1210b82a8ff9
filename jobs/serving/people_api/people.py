"""The People API: people as objects, found, listed, made, changed and deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from jobs.correcting.deleting import delete_people
from jobs.correcting.erasing import COMMAND as ERASING
from jobs.correcting.erasing import erase
from jobs.importing.one_person import Granted, NotGranted, Wish
from jobs.serving.access import Caller, Reader, Writer
from jobs.serving.answers import Body, Problem, json_of, nothing
from jobs.serving.people_api import asked
from jobs.serving.people_api.described import (
    BATCH,
    CUSTOM_ID,
    DEPTH,
    ERASES,
    OF_A_LIST,
    PERSON,
    PERSONA,
    list_or_one,
    operation,
)
from jobs.serving.people_api.lists import Lists
from jobs.serving.people_api.objects import person_wish, persona_of
from jobs.serving.settings import Settings
from jobs.serving.writers import Writing

ROOT: Final = "/api/organizations/{organization}/people"
COMMAND: Final = "people-api"
"""As the history calls a write."""
NOBODY: Final = 0
"""The id of whom a wish is about who is not known yet."""
FIELDS: Final = {"customId": "custom_id", "name": "name", "imageUrl": "image_url"}
"""What `is_null` and `is_not_null` can ask for."""
REFUSALS: Final = {
    "unknown_person": (404, None),
    "custom_id_taken": (409, "customId"),
    "near_custom_id": (409, "customId"),
    "former_id": (409, "customId"),
    "nobodys_id": (409, None),
    "left": (409, "personas"),
    "erased": (409, None),
    "pinned": (409, "personas"),
    "pin_left_nothing": (409, "personas"),
    "takeover_left_nothing": (409, "personas"),
    "spell_left_nothing": (409, "personas"),
    "names_nobody": (400, "personas"),
    "unknown_group": (400, "parentGroupIds"),
    "differing_groups": (400, "parentGroupIds"),
}
"""What is answered to a wish that is not granted, and the field that is at fault."""

PersonId = Annotated[str, Path(description="The person's id.")]

router = APIRouter(tags=["People"])


@router.get(ROOT, summary="A list of people", openapi_extra=operation(*OF_A_LIST, answers=list_or_one(PERSON)))
@router.get(f"{ROOT}/", include_in_schema=False)
def people(request: Request, caller: Reader) -> Response:
    """The people of an organisation by id; with `customId` the one who has it."""
    if asked.wants_list(request):
        return _list(request, caller)
    return _found(request, caller, custom_id=asked.as_kept(request, "customId"))


@router.get(
    f"{ROOT}/with-persona",
    summary="The person who has a persona",
    openapi_extra=operation(PERSONA, DEPTH, answers=PERSON),
)
def with_persona(request: Request, caller: Reader) -> Response:
    """Who has the persona at present that the object in `persona` names."""
    named = persona_of(request.query_params.get("persona"), fold_mailbox_case=caller.fold_mailbox_case)
    return _found(request, caller, ifi=named.ifi)


@router.get(f"{ROOT}/{{person}}", summary="A person by id", openapi_extra=operation(DEPTH, answers=PERSON))
def person(person: PersonId, request: Request, caller: Reader) -> Response:
    """The person with this id."""
    return _found(request, caller, ids=_ids(person))


@router.post(
    ROOT,
    status_code=201,
    summary="Add a person",
    openapi_extra=operation(BATCH, body=PERSON, conflicts=True, answers=PERSON, status=201),
)
@router.post(f"{ROOT}/", status_code=201, include_in_schema=False)
def add(request: Request, caller: Writer, body: Body) -> Response:
    """Somebody new; or somebody without a customId who has the first of the personas, if one is known."""
    wish = person_wish(json_of(body), fold_mailbox_case=caller.fold_mailbox_case, person_id=None)
    with caller.writing(COMMAND, batch=asked.is_true(request, "batch")) as writing:
        made = _granted(writing, wish)
        here = {"organisation": caller.organisation}
        found = writing.transaction.rows("people_api/people.sql", **here, **_by(request, ids=[made.person_id]))
    return asked.as_json(found[0]["person"], 201)


@router.put(
    f"{ROOT}/{{person}}",
    status_code=204,
    summary="Update a person",
    openapi_extra=operation(BATCH, body=PERSON, conflicts=True),
)
def update(person: PersonId, request: Request, caller: Writer, body: Body) -> Response:
    """What the object says is true of the person from then on; what it does not say, stays."""
    (number,) = _ids(person)
    return _update(request, caller, body, number)


@router.put(
    ROOT,
    status_code=204,
    summary="Update the person who has a customId",
    openapi_extra=operation(CUSTOM_ID, BATCH, body=PERSON, conflicts=True),
)
@router.put(f"{ROOT}/", status_code=204, include_in_schema=False)
def update_by_custom_id(request: Request, caller: Writer, body: Body) -> Response:
    """The same of the person who has the customId of the address."""
    return _update(request, caller, body, None)


@router.delete(
    f"{ROOT}/{{person}}",
    status_code=204,
    summary="Delete a person",
    openapi_extra=operation(BATCH, ERASES),
)
def delete(person: PersonId, request: Request, caller: Writer) -> Response:
    """Each persona that statements refer to gets a person of its own; the others go."""
    (number,) = _ids(person)
    return _delete(request, caller, number)


@router.delete(
    ROOT,
    status_code=204,
    summary="Delete the person who has a customId",
    openapi_extra=operation(CUSTOM_ID, BATCH, ERASES),
)
@router.delete(f"{ROOT}/", status_code=204, include_in_schema=False)
def delete_by_custom_id(request: Request, caller: Writer) -> Response:
    """The same of the person who has the customId of the address."""
    return _delete(request, caller, None)


def _update(request: Request, caller: Caller, body: bytes, number: int | None) -> Response:
    who = NOBODY if number is None else number
    wish = person_wish(json_of(body), fold_mailbox_case=caller.fold_mailbox_case, person_id=who)
    custom_id = asked.custom_id(request) if number is None else None
    with caller.writing(COMMAND, batch=asked.is_true(request, "batch")) as writing:
        person_id = _who_has(writing, custom_id) if number is None else number
        _granted(writing, replace(wish, person_id=person_id))
    return nothing()


def _delete(request: Request, caller: Caller, number: int | None) -> Response:
    erases = asked.is_true(request, "deleteStatementData")
    custom_id = asked.custom_id(request) if number is None else None
    with caller.writing(ERASING if erases else COMMAND, batch=asked.is_true(request, "batch")) as writing:
        person_id = _who_has(writing, custom_id) if number is None else number
        if not writing.transaction.rows("find/person_of_id.sql", organisation=caller.organisation, id=person_id):
            raise _unknown()
        done = (writing.transaction, caller.organisation, [person_id], writing.number)
        writing.counts = erase(*done, puts_down=False).figures if erases else delete_people(*done, puts_down=False)
    return nothing()


def _found(request: Request, caller: Caller, **who: Any) -> Response:
    """The one person whom `people_api/people.sql` finds, with the objects of their groups, if these are asked for."""
    depth = asked.depth(request)
    if depth == 0:
        found = caller.rows("people_api/people.sql", **_by(request, **who))
        return asked.as_json(_only(found)["person"])
    here = {"organisation": caller.organisation}
    with caller.reading() as transaction:
        person = _only(transaction.rows("people_api/people.sql", **here, **_by(request, **who)))
        above = {"person": person["id"], "group": None, "depth": depth}
        ids = [row["id"] for row in transaction.rows("people_api/group_ids_above.sql", **here, **above)]
        groups = transaction.rows("people_api/groups.sql", **here, ids=ids, custom_id=None) if ids else []
    return asked.as_json(asked.with_groups(person["person"], groups))


def _list(request: Request, caller: Caller) -> Response:
    page = asked.Page(request)
    filters = {"custom_id": asked.as_kept(request, "customId"), **asked.filters(request, FIELDS)}
    lists: Lists = request.app.state.lists
    with lists.turn(caller.organisation, filters), caller.reading() as transaction:
        everybody = lists.ids(transaction, caller.organisation, filters)
        ids = list(everybody[page.offset : page.offset + page.reach])
        here = {"organisation": caller.organisation}
        found = transaction.rows("people_api/people.sql", **here, **_by(request, ids=ids)) if ids else []
    return page.answer([row["person"] for row in found], len(everybody))


def _granted(writing: Writing, wish: Wish) -> Granted:
    try:
        return writing.grant(wish)
    except NotGranted as refusal:
        status, field = REFUSALS.get(refusal.code, (409, None))
        if field == "parentGroupIds" and wish.group_ids is None:
            field = "parentGroupCustomIds"
        raise Problem(status, refusal.code, str(refusal), field) from refusal


def _who_has(writing: Writing, custom_id: str | None) -> int:
    here = {"organisation": writing.organisation}
    for row in writing.transaction.rows("find/person.sql", custom_id=custom_id, **here):
        person_id: int = row["person_id"]
        return person_id
    raise _unknown()


def _by(request: Request, **who: Any) -> dict[str, Any]:
    """The parameters of `people_api/people.sql`."""
    settings: Settings = request.app.state.settings
    return {"ids": None, "custom_id": None, "ifi": None, **who, "gravatar": settings.gravatar}


def _ids(text: str) -> list[int]:
    if (number := asked.number_of(text)) is None:
        raise _unknown()
    return [number]


def _only(found: list[dict[str, Any]]) -> dict[str, Any]:
    if not found:
        raise _unknown()
    return found[0]


def _unknown() -> Problem:
    return Problem(404, "unknown_person", "there is no such person")
