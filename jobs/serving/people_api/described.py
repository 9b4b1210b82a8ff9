"""The People API in the words of OpenAPI: its parameters, bodies and answers."""

from __future__ import annotations

from typing import Any, Final

ORGANIZATION: Final = {
    "name": "organization",
    "in": "path",
    "required": True,
    "description": "The organisation, by id or name.",
    "schema": {"type": "string"},
}
_PERSONA: Final = {
    "type": "object",
    "description": "An xAPI Agent, or an identified Group: with exactly one of mbox, mbox_sha1sum, openid, account.",
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "created": {"type": "string", "readOnly": True},
        "name": {"type": "string"},
        "objectType": {"type": "string", "enum": ["Agent", "Group"]},
        "mbox": {"type": "string", "description": "mailto: and the address."},
        "mbox_sha1sum": {"type": "string"},
        "openid": {"type": "string"},
        "account": {
            "type": "object",
            "required": ["homePage", "name"],
            "properties": {"homePage": {"type": "string"}, "name": {"type": "string"}},
        },
    },
}
PERSON: Final = {
    "type": "object",
    "description": "A person.",
    "required": ["personas"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "created": {"type": "string", "readOnly": True},
        "customId": {"type": "string"},
        "name": {"type": "string"},
        "imageUrl": {"type": "string"},
        "personas": {"type": "array", "minItems": 1, "items": _PERSONA},
        "parentGroupIds": {"type": "array", "items": {"type": "integer"}},
        "parentGroupCustomIds": {"type": "array", "items": {"type": "string"}},
        "parentGroups": {"type": "array", "readOnly": True, "items": {"type": "object"}},
    },
}
LIST: Final = {
    "type": "object",
    "required": ["count", "results"],
    "properties": {"count": {"type": "integer"}, "results": {"type": "array", "items": PERSON}},
}
GROUP: Final = {
    "type": "object",
    "description": "A group.",
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "created": {"type": "string", "readOnly": True},
        "customId": {"type": "string", "description": "A new group gets one, if none is given."},
        "name": {"type": "string"},
        "type": {"type": "string", "description": "The name of a type of groups that there is."},
        "groupTypeId": {"type": "integer", "description": "Its id, instead of the name."},
        "parentGroupIds": {"type": "array", "items": {"type": "integer"}},
        "parentGroupCustomIds": {"type": "array", "items": {"type": "string"}},
        "parentGroups": {"type": "array", "readOnly": True, "items": {"type": "object"}},
    },
}
GROUP_TYPE: Final = {
    "type": "object",
    "description": "A type of groups.",
    "required": ["name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "created": {"type": "string", "readOnly": True},
        "name": {"type": "string", "minLength": 1},
    },
}


def list_of(what: object) -> dict[str, Any]:
    """A page of a list."""
    return {**LIST, "properties": {"count": {"type": "integer"}, "results": {"type": "array", "items": what}}}


def _asked(name: str, description: str, kind: str = "string", *, required: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": {"type": kind},
    }


CUSTOM_ID: Final = _asked("customId", "The customId of whom it is about.")
BATCH: Final = _asked("batch", "true: all records that become stale wait for finish-batch-updates.", "boolean")
DEPTH: Final = _asked(
    "parentDepth", "How many levels of groups come along as objects, in parentGroups; -1: all.", "integer"
)
ERASES: Final = _asked("deleteStatementData", "true: all that was said of the person goes too.", "boolean")
PERSONA: Final = _asked("persona", "A persona as JSON: an object with one identifier.", required=True)
OF_A_LIST: Final = (
    _asked("_limit", "So many at most: 100, unless said; up to 1,000.", "integer"),
    _asked("_offset", "So many are passed over.", "integer"),
    _asked("is_null", "Only who has none of these: customId, name, imageUrl."),
    _asked("is_not_null", "Only who has all of these: customId, name, imageUrl."),
    _asked("forceDBSearch", "Also beyond the 10,000th."),
    CUSTOM_ID,
)
OF_GROUPS: Final = (
    *OF_A_LIST[:2],
    _asked("is_null", "Only those without these: name, type."),
    _asked("is_not_null", "Only those with all of these: name, type."),
    _asked("type", "Only those of this type, by its name."),
    OF_A_LIST[4],
    _asked("customId", "Only the one that has it; by itself, it is answered as an object."),
)
OF_TYPES: Final = (*OF_A_LIST[:2], _asked("name", "Only the one of this name."))
GROUP_CUSTOM_ID: Final = _asked("customId", "The customId of the group.")


def operation(
    *parameters: dict[str, Any], body: object = None, answers: object = None, status: int = 200, conflicts: bool = False
) -> Any:
    """What OpenAPI says of a handler beside what its function says: `openapi_extra` of its route. `conflicts`: whether
    it may be refused for what others have.
    """
    described: dict[str, Any] = {"parameters": [ORGANIZATION, *parameters], "responses": {}}
    if body is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    if answers is not None:
        told = {"description": "As asked.", "content": {"application/json": {"schema": answers}}}
        described["responses"][str(status)] = told
    if conflicts:
        described["responses"]["409"] = {"description": "Somebody else has what is asked for, and keeps it."}
    return described
