"""The People API in the words of OpenAPI: its parameters, bodies and answers."""

from __future__ import annotations

from typing import Any, Final

from jobs.serving import describing
from jobs.serving.describing import asked, gives, json_schema, listed

ORGANIZATION: Final = {
    "name": "organization",
    "in": "path",
    "required": True,
    "description": "The organisation, by id or name.",
    "schema": json_schema("string"),
}
_ID: Final = json_schema("integer", readOnly=True)
_CREATED: Final = json_schema("string", readOnly=True)
_TEXT: Final = json_schema("string")
_PARENTS: Final = {
    "parentGroupIds": listed(json_schema("integer")),
    "parentGroupCustomIds": listed(_TEXT),
    "parentGroups": listed(json_schema("object"), readOnly=True),
}
_PERSONA: Final = json_schema(
    "object",
    description="An xAPI Agent, or an identified Group: with exactly one of mbox, mbox_sha1sum, openid, account.",
    properties={
        "id": _ID,
        "created": _CREATED,
        "name": _TEXT,
        "objectType": json_schema("string", enum=["Agent", "Group"]),
        "mbox": json_schema("string", description="mailto: and the address."),
        "mbox_sha1sum": _TEXT,
        "openid": _TEXT,
        "account": json_schema("object", required=["homePage", "name"], properties={"homePage": _TEXT, "name": _TEXT}),
    },
)
PERSON: Final = json_schema(
    "object",
    description="A person.",
    required=["personas"],
    properties={
        "id": _ID,
        "created": _CREATED,
        "customId": _TEXT,
        "name": _TEXT,
        "imageUrl": _TEXT,
        "personas": listed(_PERSONA, minItems=1),
        **_PARENTS,
    },
)
GROUP: Final = json_schema(
    "object",
    description="A group.",
    properties={
        "id": _ID,
        "created": _CREATED,
        "customId": json_schema("string", description="A new group gets one, if none is given."),
        "name": _TEXT,
        "type": json_schema("string", description="The name of a type of groups that there is."),
        "groupTypeId": json_schema("integer", description="Its id, instead of the name."),
        **_PARENTS,
    },
)
GROUP_TYPE: Final = json_schema(
    "object",
    description="A type of groups.",
    required=["name"],
    properties={"id": _ID, "created": _CREATED, "name": json_schema("string", minLength=1)},
)


def list_of(what: dict[str, Any]) -> dict[str, Any]:
    """A page of a list."""
    properties = {"count": json_schema("integer"), "results": listed(what)}
    return json_schema("object", required=["count", "results"], properties=properties)


def list_or_one(what: dict[str, Any]) -> dict[str, Any]:
    """The same; with a `customId`, the one that has it."""
    return {"anyOf": [list_of(what), what]}


def _asked(name: str, what: str, kind: str = "string", *, needed: bool = False) -> dict[str, Any]:
    return asked(name, what, json_schema(kind), needed=needed)


CUSTOM_ID: Final = _asked("customId", "The customId of whom it is about.")
BATCH: Final = _asked("batch", "true: all records that become stale wait for finish-batch-updates.", "boolean")
DEPTH: Final = _asked(
    "parentDepth", "How many levels of groups come along as objects, in parentGroups; -1: all.", "integer"
)
ERASES: Final = _asked("deleteStatementData", "true: all that was said of the person goes too.", "boolean")
PERSONA: Final = _asked("persona", "A persona as JSON: an object with one identifier.", needed=True)
OF_A_LIST: Final = (
    _asked("_limit", "So many at most: 100, unless said; up to 1,000.", "integer"),
    _asked("_offset", "So many are passed over.", "integer"),
    _asked("is_null", "Only who has none of these: customId, name, imageUrl."),
    _asked("is_not_null", "Only who has all of these: customId, name, imageUrl."),
    _asked("forceDBSearch", "Also beyond the 10,000th."),
    CUSTOM_ID,
    DEPTH | {"description": f"With a customId. {DEPTH['description']}"},
)
OF_GROUPS: Final = (
    *OF_A_LIST[:2],
    _asked("is_null", "Only those without these: name, type."),
    _asked("is_not_null", "Only those with all of these: name, type."),
    _asked("type", "Only those of this type, by its name."),
    OF_A_LIST[4],
    _asked("customId", "Only the one that has it; by itself, it is answered as an object."),
    OF_A_LIST[6],
)
OF_TYPES: Final = (*OF_A_LIST[:2], _asked("name", "Only the one of this name."))
GROUP_CUSTOM_ID: Final = _asked("customId", "The customId of the group.")


def operation(
    *parameters: dict[str, Any],
    body: dict[str, Any] | None = None,
    answers: dict[str, Any] | None = None,
    status: int = 200,
    conflicts: bool = False,
) -> dict[str, Any]:
    """What OpenAPI says of a handler beside what its function says: `openapi_extra` of its route. `conflicts`: whether
    it may be refused for what others have.
    """
    responses = {str(status): gives("As asked.", answers)} if answers else {}
    if conflicts:
        responses["409"] = gives("Somebody else has what is asked for, and keeps it.")
    said = None if body is None else describing.body(body)
    return describing.operation(ORGANIZATION, *parameters, body=said, **responses)
