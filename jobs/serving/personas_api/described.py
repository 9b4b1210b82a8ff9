"""Learning Locker's interface in the words of OpenAPI: its parameters, bodies and answers."""

from __future__ import annotations

from typing import Any, Final

from identity.identifiers import KINDS
from jobs.serving.describing import asked, body, gives, json_schema, listed, operation
from jobs.serving.personas_api.filters import BEFORE

ID: Final = json_schema("string", pattern="^[0-9a-f]{24}$")
_TEXT: Final = json_schema("string", minLength=1)
_TIME: Final = json_schema("string", description="As in `2017-09-19T13:54:33.596Z`.")
_IFI: Final = json_schema(
    "object",
    required=["key", "value"],
    properties={
        "key": json_schema("string", enum=[*KINDS]),
        "value": {"description": "A text; of an account an object with homePage and name."},
    },
)
_FORMER_IFI: Final = json_schema(
    "object",
    description="The form of before 2.2. Answers have the longer keys.",
    required=["key", "value"],
    properties={
        "key": json_schema("string", enum=[f"{before}{kind}" for before in (BEFORE, "") for kind in KINDS]),
        "value": {"description": "A text; of an account an object with homePage and name."},
    },
)
_OF_ALL: Final = {"_id": ID, "createdAt": _TIME, "updatedAt": _TIME, "organisation": ID}
_OF_FORMER: Final = json_schema(
    "object", required=["key", "value"], properties={"key": json_schema("string"), "value": json_schema("string")}
)
PERSONA: Final = json_schema(
    "object",
    required=[*_OF_ALL, "personaIdentifiers"],
    properties={**_OF_ALL, "name": _TEXT, "personaIdentifiers": listed(ID)},
)
IDENTIFIER: Final = json_schema(
    "object",
    required=[*_OF_ALL, "persona"],
    properties={
        **_OF_ALL,
        "ifi": _IFI,
        "persona": ID,
        "uniqueIdentifier": _FORMER_IFI,
        "identifiers": listed(_OF_FORMER),
        "personaScores": listed({}, maxItems=0),
        "__v": json_schema("integer"),
    },
)
ATTRIBUTE: Final = json_schema(
    "object",
    required=[*_OF_ALL, "personaId", "key", "value"],
    properties={**_OF_ALL, "personaId": ID, "key": json_schema("string"), "value": json_schema("string")},
)
_FILTER: Final = asked("filter", "Conditions, as JSON: of MongoDB's what docs/http.md says.", json_schema("string"))
_SORT: Final = asked("sort", 'The order, as JSON: `{"_id": 1}`, unless said otherwise.', json_schema("string"))
_PROJECT: Final = asked("project", 'Which fields come along, as JSON: `{"name": 1}`.', json_schema("string"))
_FORM: Final = asked(
    "form",
    "How identifiers are written: as since 2.2 (`ifi`), or as before.",
    json_schema("string", enum=["ifi", "uniqueIdentifier"]),
)
_SIZE: Final = json_schema("integer", minimum=1, maximum=1000)
_CURSOR: Final = json_schema("string")
_GONE: Final = {"_200": gives("It is so.")}
_CONFLICT: Final = gives("Somebody else has what is asked for, or it is pinned.")
_WRITES: Final = {"_409": _CONFLICT}


def connection(record: dict[str, Any]) -> dict[str, Any]:
    """A page of the Connection interface."""
    edge = json_schema("object", properties={"cursor": json_schema("string"), "node": record})
    page = json_schema(
        "object",
        required=["edges", "pageInfo"],
        properties={"edges": listed(edge), "pageInfo": json_schema("object")},
    )
    return operation(
        _FILTER, _SORT, _PROJECT, _FORM,
        asked("first", "How many, from the beginning, or behind `after`: 10, unless said.", _SIZE),
        asked("after", "The cursor behind which the page begins.", _CURSOR),
        asked("last", "How many, up to the end, or up to `before`.", _SIZE),
        asked("before", "The cursor before which the page ends.", _CURSOR),
        _200=gives("A page.", page),
    )  # fmt: skip


def records(record: dict[str, Any]) -> dict[str, Any]:
    """A list of them."""
    return operation(
        _FILTER, _SORT, _PROJECT, _FORM,
        asked("limit", "How many: 1,000, unless said.", json_schema("integer", minimum=0, maximum=1000)),
        asked("skip", "So many are passed over.", json_schema("integer", minimum=0, maximum=100_000)),
        _200=gives("The records.", listed(record), Link="Where the next ones are."),
    )  # fmt: skip


def counted() -> dict[str, Any]:
    """How many there are."""
    return operation(
        _FILTER, _200=gives("How many.", json_schema("object", properties={"count": json_schema("integer")}))
    )


def one(record: dict[str, Any]) -> dict[str, Any]:
    """One of them."""
    return operation(_FORM, _200=gives("The record.", record))


def written(record: dict[str, Any], *needed: str, **fields: dict[str, Any]) -> dict[str, Any]:
    """What a write takes, and the record that it gives. Where it takes an `ifi`, it takes that in either form."""
    said = json_schema("object", required=[*needed], properties=fields)
    if "ifi" in fields:
        said["properties"]["uniqueIdentifier"] = _FORMER_IFI
        said["anyOf"] = [{"required": [form]} for form in ("ifi", "uniqueIdentifier")]
    form = [_FORM] if record is IDENTIFIER else []
    return operation(*form, body=body(said), _200=gives("The record as it is then.", record), **_WRITES)


ADDS_PERSONA: Final = written(PERSONA, name=_TEXT, ifi=_IFI)
RENAMES: Final = written(PERSONA, "name", name=_TEXT)
ADDS_IDENTIFIER: Final = written(IDENTIFIER, ifi=_IFI, persona=ID)
MOVES: Final = written(IDENTIFIER, "persona", persona=ID)
SETS: Final = written(
    ATTRIBUTE, "personaId", "key", "value",
    personaId=ID, key=json_schema("string", enum=["customId", "imageUrl"]), value=_TEXT,
)  # fmt: skip
CHANGES: Final = written(ATTRIBUTE, "value", value=_TEXT)
DELETES: Final = operation(**_GONE, **_WRITES)
DELETES_PERSONA: Final = operation(
    asked("withIdentifiers", "true: with all identifiers that it has.", json_schema("boolean")), **_GONE, **_WRITES
)
MERGES: Final = operation(
    asked("mergePersonaFromId", "Who becomes somebody else.", ID, needed=True),
    asked("mergePersonaToId", "Whom they become.", ID, needed=True),
    asked("customId", "Which customId stays, where both have one.", json_schema("string")),
    _200=gives("What has moved.", json_schema("object", properties={"identifierIds": listed(ID)})),
    **_WRITES,
)
