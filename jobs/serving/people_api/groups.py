"""The Groups API: groups and their types as objects, found, listed, made, changed and deleted."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from identity import nothing as nothings
from identity.texts import too_long
from jobs.correcting.grouping import delete as delete_groups
from jobs.correcting.grouping import delete_type as delete_type_of_id
from jobs.correcting.grouping import rename_type
from jobs.importing.finish import finish as recompute
from jobs.importing.one_group import GrantedGroup, GroupWish, grant_group
from jobs.importing.one_person import NotGranted
from jobs.serving.access import Caller, Completer, Reader, Writer
from jobs.serving.answers import Body, Problem, json_of, nothing
from jobs.serving.people_api import asked
from jobs.serving.people_api.described import (
    BATCH,
    DEPTH,
    GROUP,
    GROUP_CUSTOM_ID,
    GROUP_TYPE,
    OF_GROUPS,
    OF_TYPES,
    list_of,
    list_or_one,
    operation,
)
from jobs.serving.people_api.fields import group_custom_id_of, group_custom_ids, group_id_of, group_ids, text_of
from jobs.serving.writers import Writing
from jobs.shell.terminal import Progress
from sql.database import FINISHING

ROOT: Final = "/api/organizations/{organization}/groups"
TYPES: Final = "/api/organizations/{organization}/group-types"
COMMAND: Final = "groups-api"
"""As the history calls a write."""
FIELDS: Final = {"name": "name", "type": "type"}
"""What `is_null` and `is_not_null` can ask for."""
REFUSALS: Final = {
    "unknown_group": (400, "parentGroupCustomIds"),
    "custom_id_taken": (409, "customId"),
    "own_parent": (409, "parentGroupIds"),
    "parent_cycle": (409, "parentGroupIds"),
}
"""What is answered to a wish that is not granted, and the field that is at fault."""

GroupId = Annotated[str, Path(description="The group's id.")]
TypeId = Annotated[str, Path(description="The id of the type.")]

router = APIRouter(tags=["Groups"])


@router.get(ROOT, summary="A list of groups", openapi_extra=operation(*OF_GROUPS, answers=list_or_one(GROUP)))
@router.get(f"{ROOT}/", include_in_schema=False)
def groups(request: Request, caller: Reader) -> Response:
    """The groups of an organisation by id; with `customId` the one that has it."""
    if not asked.wants_list(request):
        return _found(request, caller, custom_id=asked.as_kept(request, "customId"))
    page = asked.Page(request)
    here = {"organisation": caller.organisation}
    with caller.reading() as transaction:
        wanted: dict[str, Any] = asked.filters(request, FIELDS)
        wanted |= {"custom_id": asked.as_kept(request, "customId"), "type": asked.as_kept(request, "type")}
        total = transaction.row("people_api/group_count.sql", **here, **wanted)["groups"]
        place = {"limit": page.reach, "offset": page.offset}
        ids = [row["id"] for row in transaction.rows("people_api/group_page.sql", **here, **wanted, **place)]
        found = transaction.rows("people_api/groups.sql", **here, ids=ids, custom_id=None) if ids else []
    return page.answer([row["found"] for row in found], total)


@router.post(
    f"{ROOT}/finish-batch-updates", status_code=204, summary="Make all pending records", openapi_extra=operation()
)
def finish(caller: Completer) -> Response:
    """What writes with `batch=true` have left, and all else that is pending. One at a time: a second one waits."""
    database = caller.sessions.database
    with database.held("locks/hold.sql", family=FINISHING, organisation=caller.organisation):
        recompute(database, caller.organisation, Progress(None, 1))
    return nothing()


@router.get(f"{ROOT}/{{group}}", summary="A group by id", openapi_extra=operation(DEPTH, answers=GROUP))
def group(group: GroupId, request: Request, caller: Reader) -> Response:
    """The group with this id."""
    return _found(request, caller, ids=[_id(group)])


@router.post(
    ROOT,
    status_code=201,
    summary="Add a group",
    openapi_extra=operation(BATCH, body=GROUP, conflicts=True, answers=GROUP, status=201),
)
@router.post(f"{ROOT}/", status_code=201, include_in_schema=False)
def add(request: Request, caller: Writer, body: Body) -> Response:
    """A new group. Without a `customId` it gets one that nobody else has."""
    said = _Said(json_of(body))
    with caller.writing(COMMAND, batch=asked.is_true(request, "batch")) as writing:
        made = _granted(writing, said.wish(writing, None))
        here = {"organisation": caller.organisation}
        found = writing.transaction.rows("people_api/groups.sql", **here, ids=[made.group_id], custom_id=None)
    return asked.as_json(found[0]["found"], 201)


@router.put(
    f"{ROOT}/{{group}}",
    status_code=204,
    summary="Update a group",
    openapi_extra=operation(BATCH, body=GROUP, conflicts=True),
)
def update(group: GroupId, request: Request, caller: Writer, body: Body) -> Response:
    """What the object says is true of the group from then on; what it does not say, stays."""
    return _update(request, caller, body, _id(group))


@router.put(
    ROOT,
    status_code=204,
    summary="Update the group that has a customId",
    openapi_extra=operation(GROUP_CUSTOM_ID, BATCH, body=GROUP, conflicts=True),
)
@router.put(f"{ROOT}/", status_code=204, include_in_schema=False)
def update_by_custom_id(request: Request, caller: Writer, body: Body) -> Response:
    """The same of the group that has the customId of the address."""
    return _update(request, caller, body, None)


@router.delete(f"{ROOT}/{{group}}", status_code=204, summary="Delete a group", openapi_extra=operation(BATCH))
def delete(group: GroupId, request: Request, caller: Writer) -> Response:
    """Nobody is in it any more, and nothing is above or below it; who was in it stays in all others."""
    return _delete(request, caller, _id(group))


@router.delete(
    ROOT,
    status_code=204,
    summary="Delete the group that has a customId",
    openapi_extra=operation(GROUP_CUSTOM_ID, BATCH),
)
@router.delete(f"{ROOT}/", status_code=204, include_in_schema=False)
def delete_by_custom_id(request: Request, caller: Writer) -> Response:
    """The same of the group that has the customId of the address."""
    return _delete(request, caller, None)


@router.get(
    TYPES, summary="A list of the types of groups", openapi_extra=operation(*OF_TYPES, answers=list_of(GROUP_TYPE))
)
@router.get(f"{TYPES}/", include_in_schema=False)
def types(request: Request, caller: Reader) -> Response:
    """The types that groups have, or may have, by id; those that files have brought are among them."""
    page = asked.Page(request)
    here = {"organisation": caller.organisation, "name": asked.as_kept(request, "name")}
    place = {"limit": page.reach, "offset": page.offset}
    with caller.reading() as transaction:
        total = transaction.row("people_api/group_type_count.sql", **here)["types"]
        found = transaction.rows("people_api/group_types.sql", id=None, **here, **place)
    return page.answer([row["found"] for row in found], total)


@router.get(f"{TYPES}/{{group_type}}", summary="A type of groups by id", openapi_extra=operation(answers=GROUP_TYPE))
def type_(group_type: TypeId, caller: Reader) -> Response:
    """The type with this id."""
    number = asked.number_of(group_type)
    found = caller.rows("people_api/group_types.sql", id=number, name=None, limit=1, offset=0) if number else []
    if not found:
        raise _unknown_type()
    return asked.as_json(found[0]["found"])


@router.post(
    TYPES,
    status_code=201,
    summary="Add a type of groups",
    openapi_extra=operation(body=GROUP_TYPE, conflicts=True, answers=GROUP_TYPE, status=201),
)
@router.post(f"{TYPES}/", status_code=201, include_in_schema=False)
def add_type(caller: Writer, body: Body) -> Response:
    """A type that groups may have from then on."""
    name = _type_name(json_of(body))
    with caller.writing(COMMAND) as writing:
        if _types(writing, name=name):
            raise _type_taken()
        number = writing.transaction.reserve("group_type_ids", 1) + 1
        here = {"organisation": caller.organisation, "import": writing.number}
        writing.transaction.execute("people_api/add_group_type.sql", **here, id=number, name=name)
        found = _types(writing, id=number)
    return asked.as_json(found[0]["found"], 201)


@router.put(
    f"{TYPES}/{{group_type}}",
    status_code=204,
    summary="Rename a type of groups",
    openapi_extra=operation(body=GROUP_TYPE, conflicts=True),
)
def update_type(group_type: TypeId, caller: Writer, body: Body) -> Response:
    """The type is called so from then on, and all groups of it are of it still."""
    name = _type_name(json_of(body))
    with caller.writing(COMMAND) as writing:
        found = _type_of_id(writing, group_type)
        if any(row["id"] != found["id"] for row in _types(writing, name=name)):
            raise _type_taken()
        writing.counts = rename_type(writing.transaction, caller.organisation, found["id"], name, writing.number)
    return nothing()


@router.delete(
    f"{TYPES}/{{group_type}}",
    status_code=204,
    summary="Delete a type of groups",
    openapi_extra=operation(conflicts=True),
)
def delete_type(group_type: TypeId, caller: Writer) -> Response:
    """One that no group is of."""
    with caller.writing(COMMAND) as writing:
        found, here = _type_of_id(writing, group_type), {"organisation": writing.organisation}
        used = writing.transaction.row("people_api/groups_of_type.sql", type=found["name"], **here)["groups"]
        if used:
            message = f"{used:,} groups are of this type: give them another, or none, or delete them"
            raise Problem(409, "type_in_use", message)
        delete_type_of_id(writing.transaction, caller.organisation, found["id"], writing.number)
    return nothing()


def _update(request: Request, caller: Caller, body: bytes, number: int | None) -> Response:
    said = _Said(json_of(body))
    custom_id = asked.custom_id(request) if number is None else None
    with caller.writing(COMMAND, batch=asked.is_true(request, "batch")) as writing:
        _granted(writing, said.wish(writing, _which(writing, number, custom_id)))
    return nothing()


def _delete(request: Request, caller: Caller, number: int | None) -> Response:
    custom_id = asked.custom_id(request) if number is None else None
    with caller.writing(COMMAND, batch=asked.is_true(request, "batch")) as writing:
        which = _which(writing, number, custom_id)
        writing.counts, _ = delete_groups(writing.transaction, caller.organisation, [which], writing.number)
    return nothing()


@dataclass(frozen=True)
class _Said:
    """A group object in a request. Made, it is known to be one; raises Problem."""

    body: Any

    def __post_init__(self) -> None:
        if not isinstance(self.body, dict):
            raise Problem(400, "invalid_group", "a group is a JSON object")

    def wish(self, writing: Writing, group_id: int | None) -> GroupWish:
        """What it wishes of the group with that id; None: of a new one."""
        body = self.body
        custom_id = self._custom_id()
        if custom_id is None and group_id is None:
            custom_id = f"group-{uuid.uuid4()}"
        return GroupWish(
            group_id=group_id,
            custom_id=custom_id,
            name=text_of(body.get("name"), "name"),
            type=self._type(writing),
            parents=self._parents(writing),
        )

    def _custom_id(self) -> str | None:
        if self.body.get("customId") is None:
            return None
        found = group_custom_id_of(self.body["customId"], "customId")
        if nothings.is_error_value(found):
            raise Problem(400, "error_value", "that is what a program writes where it has nothing", "customId")
        return found

    def _type(self, writing: Writing) -> str | None:
        """The name of a type that there is; "" if the group is to have none."""
        said, number, field = self.body.get("type"), self.body.get("groupTypeId"), "groupTypeId"
        of: Mapping[str, Any] = said if isinstance(said, dict) else {"name": said}
        if number is None and "id" in of:
            number, field = of["id"], "type"
        name = text_of(of.get("name"), "type")
        if number is None:
            if name and not _types(writing, name=name):
                raise _no_type("type")
            return name
        found = _types(writing, id=group_id_of(number, field))
        if not found:
            raise _no_type(field)
        known: str = found[0]["name"]
        if name is not None and name != known:
            raise Problem(400, "differing_types", "the type given by id and the one given by name differ", "type")
        return known

    def _parents(self, writing: Writing) -> list[str] | None:
        """By custom_id, what is to be above it, if the object says so."""
        ids, names = group_ids(self.body.get("parentGroupIds")), group_custom_ids(self.body.get("parentGroupCustomIds"))
        if ids is None:
            return names
        found = writing.transaction.rows("find/groups_of_ids.sql", organisation=writing.organisation, ids=ids)
        known = {row["id"]: row["custom_id"] for row in found}
        for at, one in enumerate(ids):
            if one not in known:
                raise Problem(400, "unknown_group", f"there is no group {one}", f"parentGroupIds[{at}]")
        if names is not None and set(names) != set(known.values()):
            message = "the groups given by id and those given by custom_id are not the same"
            raise Problem(400, "differing_groups", message, "parentGroupCustomIds")
        return [known[one] for one in dict.fromkeys(ids)]


def _no_type(field: str) -> Problem:
    return Problem(400, "unknown_type", "there is no such type of groups: POST /group-types makes one", field)


def _type_name(said: Any) -> str:
    """What a type is called in a request. Raises Problem."""
    if not isinstance(said, dict):
        raise Problem(400, "invalid_type", "a type of groups is a JSON object")
    if not (name := text_of(said.get("name"), "name")):
        raise Problem(400, "missing", "a type of groups has a name", "name")
    if wrong := too_long(name):
        raise Problem(400, wrong.code, wrong.detail, "name")
    return name


def _type_taken() -> Problem:
    return Problem(409, "type_taken", "there is a type of that name", "name")


def _type_of_id(writing: Writing, text: str) -> dict[str, Any]:
    """The type that is meant. Raises Problem: there is none."""
    number = asked.number_of(text)
    for row in _types(writing, id=number) if number else []:
        return row
    raise _unknown_type()


def _unknown_type() -> Problem:
    return Problem(404, "unknown_type", "there is no such type of groups")


def _types(writing: Writing, **which: Any) -> list[dict[str, Any]]:
    wanted = {"id": None, "name": None, "limit": 1, "offset": 0, **which}
    return writing.transaction.rows("people_api/group_types.sql", organisation=writing.organisation, **wanted)


def _granted(writing: Writing, wish: GroupWish) -> GrantedGroup:
    try:
        made = grant_group(writing.transaction, writing.organisation, wish, writing.change)
    except NotGranted as refusal:
        status, field = REFUSALS.get(refusal.code, (409, None))
        raise Problem(status, refusal.code, str(refusal), field) from refusal
    writing.counts = made.counts
    return made


def _which(writing: Writing, number: int | None, custom_id: str | None) -> int:
    """The id of the group that is meant. Raises Problem: there is none."""
    query = "find/group.sql" if number is None else "find/group_of_id.sql"
    who = {"custom_id": custom_id} if number is None else {"id": number}
    for row in writing.transaction.rows(query, organisation=writing.organisation, **who):
        found: int = row["group_id"]
        return found
    raise _unknown()


def _found(request: Request, caller: Caller, **which: Any) -> Response:
    """The one group, with the objects of those above it, if these are asked for."""
    depth = asked.depth(request)
    by = {"ids": None, "custom_id": None, **which}
    if depth == 0:
        return asked.as_json(_only(caller.rows("people_api/groups.sql", **by))["found"])
    here = {"organisation": caller.organisation}
    with caller.reading() as transaction:
        one = _only(transaction.rows("people_api/groups.sql", **here, **by))
        above = transaction.rows("people_api/group_ids_above.sql", **here, person=None, group=one["id"], depth=depth)
        ids = [row["id"] for row in above]
        found = transaction.rows("people_api/groups.sql", **here, ids=ids, custom_id=None) if ids else []
    return asked.as_json(asked.with_groups(one["found"], found))


def _only(found: list[dict[str, Any]]) -> dict[str, Any]:
    if not found:
        raise _unknown()
    return found[0]


def _id(text: str) -> int:
    if (number := asked.number_of(text)) is None:
        raise _unknown()
    return number


def _unknown() -> Problem:
    return Problem(404, "unknown_group", "there is no such group")
