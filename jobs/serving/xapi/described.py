"""Statements and agents in the words of OpenAPI."""

from __future__ import annotations

from typing import Final

from jobs.serving.describing import asked, asked_as_json, body, gives, json_schema, listed, operation, told

_UUID: Final = json_schema("string", format="uuid")
_IRI: Final = json_schema("string", format="uri")

_STATEMENT: Final = {
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
}
_PERSON: Final = {
    "type": "object",
    "required": ["objectType"],
    "properties": {
        "objectType": json_schema("string", enum=["Person"]),
        **{name: listed({}) for name in ("name", "mbox", "mbox_sha1sum", "openid", "account")},
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

STORE: Final = operation(
    _VERSION,
    body=body({"anyOf": [_STATEMENT, listed(_STATEMENT)]}, _STORED),
    _200=gives("Their ids.", listed(_UUID)),
    _409=_CONFLICT,
)
STORE_ONE: Final = operation(
    _VERSION, _ONE_ID, body=body(_STATEMENT, _STORED), _204=gives("It is stored."), _409=_CONFLICT
)
GIVE: Final = operation(
    _VERSION,
    asked("statementId", "The one with this id.", _UUID),
    asked("voidedStatementId", "The one with this id, which is voided.", _UUID),
    asked("limit", "How many; 0, and more than 1,000: 1,000.", json_schema("integer", minimum=0)),
    asked("ascending", "As xAPI has it: they come by their ids.", json_schema("boolean")),
    asked("after", "As `more` has it.", _UUID),
    _200=gives("A statement, or some of them and where the next are.", json_schema("object")),
)
WHO: Final = operation(
    _VERSION,
    asked_as_json("agent", "An Agent, or identified Group, with one identifier.", json_schema("object")),
    _200=gives("The human.", _PERSON),
)
