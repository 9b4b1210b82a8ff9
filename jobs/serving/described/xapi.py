"""What of xAPI has a place here."""

from __future__ import annotations

from typing import Any, Final

from jobs.serving.described.parts import asked, asked_as_json, body, gives, json_schema, listed, named, operation, told

ROOT: Final = "/api/organizations/{organization}/xapi"
_UUID: Final = json_schema("string", format="uuid")
_IRI: Final = json_schema("string", format="uri")

SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "Statement": {
        "type": "object",
        "description": "A statement as xAPI has it; what of it is kept is given back.",
        "required": ["actor", "verb", "object"],
        "properties": {
            "id": _UUID,
            "actor": json_schema("object"),
            "verb": json_schema("object", required=["id"], properties={"id": _IRI}),
            "object": json_schema("object"),
            "result": json_schema("object"),
            "timestamp": json_schema("string", format="date-time"),
        },
    },
    "XapiPerson": {
        "type": "object",
        "required": ["objectType"],
        "properties": {
            "objectType": json_schema("string", enum=["Person"]),
            **{name: listed({}) for name in ("name", "mbox", "mbox_sha1sum", "openid", "account")},
        },
    },
}

_VERSION: Final = told(
    "X-Experience-API-Version", "By which version it is asked.", json_schema("string", enum=["1.0.3", "2.0.0"])
)
_ONE_ID: Final = asked("statementId", "The id of the statement.", _UUID, needed=True)
_STORED: Final = {
    "actor": {"mbox": "mailto:julia@corp.example"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
    "object": {"id": "https://lms.corp.example/courses/1"},
}
_CONFLICT: Final = gives("A statement with this id is here, and says something else.")

OPERATIONS: Final[dict[str, dict[str, Any]]] = {
    f"POST {ROOT}/statements": operation(
        _VERSION,
        body={"required": True, "content": {"application/json": {
            "schema": {"anyOf": [named("Statement"), listed(named("Statement"))]}, "example": _STORED}}},
        _200=gives("Their ids.", listed(_UUID)),
        _409=_CONFLICT,
    ),
    f"PUT {ROOT}/statements": operation(
        _VERSION, _ONE_ID, body=body(named("Statement"), _STORED), _204=gives("It is stored."), _409=_CONFLICT
    ),
    f"GET {ROOT}/statements": operation(
        _VERSION,
        asked("statementId", "The one with this id.", _UUID),
        asked("voidedStatementId", "The one with this id, which is voided.", _UUID),
        asked("limit", "How many; 0, and more than 1,000: 1,000.", json_schema("integer", minimum=0)),
        asked("ascending", "As xAPI has it: they come by their ids.", json_schema("boolean")),
        asked("after", "As `more` has it.", _UUID),
        _200=gives("A statement, or some of them and where the next are.", json_schema("object")),
    ),
    f"GET {ROOT}/agents": operation(
        _VERSION,
        asked_as_json("agent", "An Agent, or identified Group.", named("Agent")),
        _200=gives("The human.", named("XapiPerson")),
    ),
}  # fmt: skip
