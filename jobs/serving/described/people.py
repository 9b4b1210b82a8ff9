"""The People API, as Watershed's document has it."""

from __future__ import annotations

from typing import Any, Final

from jobs.serving.described.parts import (
    asked,
    asked_as_json,
    body,
    gives,
    json_schema,
    listed,
    named,
    operation,
)

ROOT: Final = "/api/organizations/{organization}/people"
_ID: Final = json_schema("integer", minimum=1)
_TEXT: Final = json_schema("string")
_TIME: Final = json_schema("string", description="As in `2015-02-26T18:29:22.000+0000`.")
_ACCOUNT: Final = json_schema(
    "object",
    required=["homePage", "name"],
    properties={"homePage": json_schema("string", format="uri"), "name": json_schema("string", minLength=1)},
)
_OF_AGENT: Final = {
    "objectType": json_schema("string", enum=["Agent", "Group"]),
    "name": _TEXT,
    "mbox": json_schema("string", pattern=r"^mailto:[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"),
    "mbox_sha1sum": json_schema("string", pattern="^[0-9a-f]{40}$"),
    "openid": json_schema("string", format="uri"),
    "account": _ACCOUNT,
}
_IFIS: Final = ("mbox", "mbox_sha1sum", "openid", "account")
_GIVEN: Final = {
    "name": _TEXT,
    "customId": _TEXT,
    "imageUrl": _TEXT,
    "personas": listed(named("Agent"), minItems=1),
    "parentGroupIds": listed(json_schema("integer", minimum=0)),
    "parentGroupCustomIds": listed(json_schema("string", minLength=1)),
}

SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "Agent": {
        "type": "object",
        "description": "A persona: an Agent or identified Group as xAPI has it, with one identifier.",
        "properties": _OF_AGENT,
        "oneOf": [{"required": [ifi]} for ifi in _IFIS],
    },
    "Persona": {
        "type": "object",
        "description": "A persona as it is given: with its id, and when it was made.",
        "required": ["id", "created"],
        "properties": {"id": _ID, "created": _TIME, **{name: {"type": one["type"]} for name, one in _OF_AGENT.items()}},
        "oneOf": [{"required": [ifi]} for ifi in _IFIS],
    },
    "NewPerson": {
        "type": "object",
        "description": "A person as somebody wants them. `id` and `created` are passed over.",
        "required": ["personas"],
        "properties": _GIVEN,
    },
    "Person": {
        "type": "object",
        "description": "What there is nothing of (`customId`, `name`, `imageUrl`) is absent.",
        "required": ["id", "personas", "parentGroupIds", "parentGroupCustomIds", "created"],
        "properties": {
            **_GIVEN,
            "id": _ID,
            "personas": listed(named("Persona"), minItems=1),
            "parentGroupCustomIds": listed(json_schema("string", nullable=True)),
            "parentGroups": listed(json_schema("object")),
            "created": _TIME,
        },
    },
    "People": {
        "type": "object",
        "required": ["count", "results"],
        "properties": {"count": json_schema("integer", minimum=0), "results": listed(named("Person"))},
    },
}
PLACES: Final = {"person": ("The id of the person.", json_schema("string", pattern="^[0-9]{1,18}$"))}

_DEPTH: Final = asked(
    "parentDepth",
    "How many levels up the groups come along, in `parentGroups`: 0 (the default) none, -1 all.",
    json_schema("integer", minimum=-1, maximum=1000),
)
_BATCH: Final = asked(
    "batch",
    "`true`: leave the records that become stale to `POST …/groups/finish-batch-updates`.",
    json_schema("boolean"),
)
_ERASES: Final = asked(
    "deleteStatementData", "`true`: erase the person, and all that is known of them.", json_schema("boolean")
)
_BY_CUSTOM_ID: Final = asked("customId", "Whom it is about.", json_schema("string", minLength=1), needed=True)
_NULL: Final = json_schema("string", enum=["customId", "name", "imageUrl"])
_CONFLICT: Final = gives("Somebody else has the customId, or what is asked for is pinned, or too near something else.")
_NEW: Final = body(
    named("NewPerson"),
    {"name": "Sue Jones", "personas": [{"name": "Sue Jones", "mbox": "mailto:sue.jones@example.com"}]},
)
_CHANGE: Final[dict[str, Any]] = {"_204": gives("It is so."), "_409": _CONFLICT}

OPERATIONS: Final[dict[str, dict[str, Any]]] = {
    f"GET {ROOT}": operation(
        asked("_limit", "How many.", json_schema("integer", minimum=0, maximum=1000, default=100)),
        asked("_offset", "So many are passed over.", json_schema("integer", minimum=0, maximum=1_000_000)),
        asked("is_null", "Only those without this.", _NULL),
        asked("is_not_null", "Only those with this.", _NULL),
        asked("customId", "The one who has it: without other parameters, as a single Person.", _TEXT),
        asked("forceDBSearch", "Without it there is nothing beyond the 10,000th.", json_schema("boolean")),
        _200=gives(
            "A page of people.",
            {"anyOf": [named("People"), named("Person")]},
            X_Total_Count="How many there are.",
            Link="Where the first, last, next and previous pages are.",
        ),
    ),
    f"POST {ROOT}": operation(_BATCH, body=_NEW, _201=gives("The person.", named("Person")), _409=_CONFLICT),
    f"PUT {ROOT}": operation(_BY_CUSTOM_ID, _BATCH, body=_NEW, **_CHANGE),
    f"DELETE {ROOT}": operation(_BY_CUSTOM_ID, _BATCH, _ERASES, **_CHANGE),
    f"GET {ROOT}/with-persona": operation(
        asked_as_json("persona", "An object with one identifier, and without `created`.", named("Agent")),
        _DEPTH,
        _200=gives("The person.", named("Person")),
    ),
    f"GET {ROOT}/{{person}}": operation(_DEPTH, _200=gives("The person.", named("Person"))),
    f"PUT {ROOT}/{{person}}": operation(_BATCH, body=_NEW, **_CHANGE),
    f"DELETE {ROOT}/{{person}}": operation(_BATCH, _ERASES, **_CHANGE),
}
