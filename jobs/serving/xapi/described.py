<<<<<<< HEAD
"""xAPI in the words of OpenAPI: its parameters, bodies and answers."""

from __future__ import annotations

from typing import Any, Final
=======
"""Statements and agents in the words of OpenAPI."""

from __future__ import annotations

from typing import Final
>>>>>>> next

from jobs.serving.describing import asked, asked_as_json, body, gives, json_schema, listed, operation, told

_UUID: Final = json_schema("string", format="uuid")
_IRI: Final = json_schema("string", format="uri")
<<<<<<< HEAD
_AGENT: Final[dict[str, Any]] = {
    "type": "object",
    "description": "An Agent, or identified Group: with exactly one of mbox, mbox_sha1sum, openid, account.",
    "properties": {
        "objectType": json_schema("string", enum=["Agent", "Group"]),
        "name": json_schema("string"),
        "mbox": json_schema("string", pattern=r"^mailto:[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"),
        "mbox_sha1sum": json_schema("string", pattern="^[0-9a-f]{40}$"),
        "openid": _IRI,
        "account": json_schema(
            "object", required=["homePage", "name"], properties={"homePage": _IRI, "name": json_schema("string")}
        ),
    },
}
_ACTIVITY: Final = json_schema("object", required=["id"], properties={"id": _IRI})
_STATEMENT: Final[dict[str, Any]] = {
=======

_STATEMENT: Final = {
>>>>>>> next
    "type": "object",
    "description": "A statement as xAPI has it; what of it is kept is given back.",
    "required": ["actor", "verb", "object"],
    "properties": {
        "id": _UUID,
<<<<<<< HEAD
        "actor": _AGENT,
        "verb": json_schema("object", required=["id"], properties={"id": _IRI}),
        "object": _ACTIVITY,
=======
        "actor": json_schema("object"),
        "verb": json_schema("object", required=["id"], properties={"id": _IRI}),
        "object": json_schema("object"),
>>>>>>> next
        "result": json_schema("object"),
        "timestamp": json_schema("string", format="date-time"),
    },
}
<<<<<<< HEAD
_HUMAN: Final[dict[str, Any]] = {
=======
_PERSON: Final = {
>>>>>>> next
    "type": "object",
    "required": ["objectType"],
    "properties": {
        "objectType": json_schema("string", enum=["Person"]),
        **{name: listed({}) for name in ("name", "mbox", "mbox_sha1sum", "openid", "account")},
    },
}
<<<<<<< HEAD
_EXAMPLE: Final = {
=======
_VERSION: Final = told(
    "X-Experience-API-Version", "By which version it is asked.", json_schema("string", enum=["1.0.3", "2.0.0"])
)
_ONE_ID: Final = asked("statementId", "The id of the statement.", _UUID, needed=True)
_STORED: Final = {
>>>>>>> next
    "actor": {"mbox": "mailto:julia@corp.example"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
    "object": {"id": "https://lms.corp.example/courses/1"},
}
<<<<<<< HEAD
_VERSION: Final = told(
    "X-Experience-API-Version", "By which version it is asked.", json_schema("string", enum=["1.0.3", "2.0.0"])
)
=======
>>>>>>> next
_CONFLICT: Final = gives("A statement with this id is here, and says something else.")

STORE: Final = operation(
    _VERSION,
<<<<<<< HEAD
    body=body({"anyOf": [_STATEMENT, listed(_STATEMENT)]}, _EXAMPLE),
=======
    body=body({"anyOf": [_STATEMENT, listed(_STATEMENT)]}, _STORED),
>>>>>>> next
    _200=gives("Their ids.", listed(_UUID)),
    _409=_CONFLICT,
)
STORE_ONE: Final = operation(
<<<<<<< HEAD
    _VERSION,
    asked("statementId", "The id of the statement.", _UUID, needed=True),
    body=body(_STATEMENT, _EXAMPLE),
    _204=gives("It is stored."),
    _409=_CONFLICT,
=======
    _VERSION, _ONE_ID, body=body(_STATEMENT, _STORED), _204=gives("It is stored."), _409=_CONFLICT
>>>>>>> next
)
GIVE: Final = operation(
    _VERSION,
    asked("statementId", "The one with this id.", _UUID),
    asked("voidedStatementId", "The one with this id, which is voided.", _UUID),
<<<<<<< HEAD
    asked("limit", "How many; 0, and more than 1,000: 1,000.", json_schema("integer", minimum=0, maximum=10**8)),
=======
    asked("limit", "How many; 0, and more than 1,000: 1,000.", json_schema("integer", minimum=0)),
>>>>>>> next
    asked("ascending", "As xAPI has it: they come by their ids.", json_schema("boolean")),
    asked("after", "As `more` has it.", _UUID),
    _200=gives("A statement, or some of them and where the next are.", json_schema("object")),
)
WHO: Final = operation(
    _VERSION,
<<<<<<< HEAD
    asked_as_json("agent", "Whom it is about.", _AGENT),
    _200=gives("The human.", _HUMAN),
=======
    asked_as_json("agent", "An Agent, or identified Group, with one identifier.", json_schema("object")),
    _200=gives("The human.", _PERSON),
>>>>>>> next
)
