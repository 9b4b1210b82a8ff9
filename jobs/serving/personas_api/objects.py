"""Learning Locker's objects, as they are given and as they come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from identity.identifiers import KINDS, Identifier
from jobs.importing.one_person import Persona
from jobs.serving.answers import Problem
from jobs.serving.people_api.objects import persona_from
from jobs.serving.personas_api import ids
from jobs.serving.personas_api.filters import BEFORE


def persona(row: Mapping[str, Any], organisation: int) -> dict[str, Any]:
    """A person (`personas_api/people.sql`). Whoever has no name has none here either."""
    called = {} if row["name"] is None else {"name": row["name"]}
    return {**_of(row, organisation), **called, "personaIdentifiers": [ids.written(one) for one in row["personas"]]}


def identifier(row: Mapping[str, Any], organisation: int, *, old: bool) -> dict[str, Any]:
    """A persona (`personas_api/identifiers.sql`), in its present form or in that of before 2.2."""
    found = Identifier(row["kind"], row["ifi"])
    value: Any = found.ifi
    if found.kind == "account":
        home_page, _, name = found.ifi.partition(" ")
        value = {"homePage": home_page, "name": name}
    if not old:
        said = _of(row, organisation)
        return {**said, "ifi": {"key": found.kind, "value": value}, "persona": ids.written(row["person_id"])}
    key = f"{BEFORE}{found.kind}"
    called = [] if row["agent_name"] is None else [{"value": row["agent_name"], "key": f"{BEFORE}name"}]
    parts = [(f"{key}.{part}", text) for part, text in value.items()] if found.kind == "account" else [(key, value)]
    return {
        "_id": ids.written(row["id"]),
        "organisation": ids.written(organisation),
        "uniqueIdentifier": {"key": key, "value": value},
        "updatedAt": row["updated"],
        "__v": 1,
        "createdAt": row["created"],
        "identifiers": [*called, *({"value": text, "key": part} for part, text in parts)],
        "persona": ids.written(row["person_id"]),
        "personaScores": [],
    }


def attribute(row: Mapping[str, Any], organisation: int, key: str) -> dict[str, Any]:
    """What somebody has as an attribute (`personas_api/attributes_page.sql`)."""
    said = _of(row, organisation) | {"_id": ids.of_attribute(ids.ATTRIBUTES.index(key) + 1, row["id"])}
    return {**said, "personaId": ids.written(row["id"]), "key": key, "value": row["value"]}


def _of(row: Mapping[str, Any], organisation: int) -> dict[str, Any]:
    return {
        "_id": ids.written(row["id"]),
        "createdAt": row["created"],
        "updatedAt": row["updated"],
        "organisation": ids.written(organisation),
    }


def names_none(body: Mapping[str, Any]) -> bool:
    """Whether a request names no identifier, in neither form."""
    return body.get("ifi") is None and body.get("uniqueIdentifier") is None


def speaks_as_before(body: Mapping[str, Any]) -> bool:
    """Whether a request names one in the form of before 2.2."""
    return body.get("ifi") is None and body.get("uniqueIdentifier") is not None


def wished_persona(body: Mapping[str, Any], *, fold_mailbox_case: bool) -> Persona:
    """The identifier that the field `ifi` of a request names, or `uniqueIdentifier`. Raises Problem."""
    field = "uniqueIdentifier" if speaks_as_before(body) else "ifi"
    said = body.get(field)
    if not isinstance(said, dict):
        raise Problem(400, "missing", 'an identifier is needed: {"key": "mbox", "value": "mailto:…"}', field)
    key = said.get("key")
    kind = key.removeprefix(BEFORE) if isinstance(key, str) else None
    if kind not in KINDS:
        raise Problem(400, "invalid_field", f"this is one of {', '.join(KINDS)}", f"{field}.key")
    try:
        return persona_from({kind: said.get("value")}, field, fold_mailbox_case=fold_mailbox_case)
    except Problem as wrong:
        raise Problem(wrong.status, "invalid_identifier", wrong.message, f"{field}.value") from None
