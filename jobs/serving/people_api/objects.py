"""The People API's Person in a request: what it wishes of somebody, or what is wrong with it, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from identity import nothing
from identity.agents import ANONYMOUS_GROUP, read_actor
from identity.blanks import trimmed
from identity.identifiers import KINDS, Identifier, normalise_custom_id, normalise_group_custom_id
from identity.texts import Invalid
from jobs.importing.one_person import Persona, Wish
from jobs.serving.answers import Problem

MOST: Final = 1000
"""So many personas, or groups, a person may have in a request."""
LARGEST_ID: Final = 2**63 - 1


def person_wish(body: Any, *, fold_mailbox_case: bool, person_id: int | None) -> Wish:
    """What a Person object wishes: of the person with this id, that exactly this is true of them as far as it says
    anything; None: that there be somebody like that. Raises Problem.
    """
    if not isinstance(body, dict):
        raise Problem(400, "invalid_person", "a person is a JSON object")
    personas = _personas(body.get("personas"), fold_mailbox_case=fold_mailbox_case)
    custom_id = _custom_id(body.get("customId"))
    group_ids, groups = _group_ids(body.get("parentGroupIds")), _group_custom_ids(body.get("parentGroupCustomIds"))
    return Wish(
        person_id=person_id,
        adds=person_id is None,
        custom_id=custom_id or None,
        name=_text(body.get("name"), "name"),
        image_url=_text(body.get("imageUrl"), "imageUrl"),
        personas=personas,
        exactly_personas=person_id is not None,
        groups=groups,
        group_ids=group_ids,
        exactly_groups=person_id is not None and (groups is not None or group_ids is not None),
        loses_custom_id=person_id is not None and custom_id == "",
    )


def persona_of(text: str | None, *, fold_mailbox_case: bool) -> Identifier:
    """The identifier that the parameter `persona` names. Raises Problem."""
    from jobs.serving.answers import json_of

    if text is None:
        raise Problem(400, "missing", 'a persona is needed: persona={"mbox":"mailto:…"}', "persona")
    try:
        entry = json_of(text.encode(errors="surrogatepass"))
    except Problem:
        raise Problem(400, "invalid_json", "the persona is no JSON", "persona") from None
    if isinstance(entry, dict) and "created" in entry:
        raise Problem(400, "created", "a persona to be found must not have a created", "persona.created")
    return _persona(entry, "persona", fold_mailbox_case=fold_mailbox_case).identifier


def number_of(text: str) -> int | None:
    """The id that a text is, if it can be one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= LARGEST_ID else None


def _personas(entries: Any, *, fold_mailbox_case: bool) -> list[Persona]:
    if not isinstance(entries, list) or not entries:
        raise Problem(400, "names_nobody", "a person has at least one persona", "personas")
    if len(entries) > MOST:
        raise Problem(400, "too_many", f"a person may have {MOST:,} personas", "personas")
    found: dict[str, Persona] = {}
    for number, entry in enumerate(entries):
        persona = _persona(entry, f"personas[{number}]", fold_mailbox_case=fold_mailbox_case)
        found.setdefault(persona.identifier.ifi, persona)
    return list(found.values())


def _persona(entry: Any, field: str, *, fold_mailbox_case: bool) -> Persona:
    agent = read_actor(entry, fold_mailbox_case=fold_mailbox_case)
    if isinstance(agent, Invalid):
        raise Problem(400, "invalid_persona", f"this is no persona: {agent.detail}", _at_fault(field, entry))
    if agent == ANONYMOUS_GROUP:
        raise Problem(400, "invalid_persona", "a group without an identifier is nobody's persona", field)
    kind, ifi = agent.identifier
    if kind == "account" and nothing.is_error_value(agent.identifier.value):
        raise Problem(400, "error_value", "that is what a program writes where it has nothing", f"{field}.account.name")
    said = entry[kind]
    as_written = said if isinstance(said, str) and said != ifi else None
    return Persona(agent.identifier, as_written, agent.name, entry.get("objectType"))


def _at_fault(field: str, entry: Any) -> str:
    """The field of a persona that is wrong, if it is one."""
    kinds = [kind for kind in KINDS if isinstance(entry, dict) and kind in entry]
    return f"{field}.{kinds[0]}" if len(kinds) == 1 else field


def _custom_id(value: Any) -> str | None:
    """As it is kept; "" if it is to go."""
    if value is None:
        return None
    text = _string(value, "customId")
    found = normalise_custom_id(text)
    if isinstance(found, Invalid):
        raise Problem(400, found.code, f"the customId cannot be used: {found.detail}", "customId")
    if nothing.is_error_value(found):
        raise Problem(400, "error_value", "that is what a program writes where it has nothing", "customId")
    return found


def _text(value: Any, field: str) -> str | None:
    if value is None:
        return None
    text = trimmed(_string(value, field))
    if "\0" in text:
        raise Problem(400, "control_character", "it contains NUL (U+0000)", field)
    return text


def _string(value: Any, field: str) -> str:
    if not isinstance(value, str):
        raise Problem(400, "invalid_field", "this is not a string", field)
    return value


def _group_ids(value: Any) -> list[int] | None:
    return (
        None
        if value is None
        else [_group_id(one, f"parentGroupIds[{at}]") for at, one in _several(value, "parentGroupIds")]
    )


def _group_id(value: Any, field: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_ID:
        raise Problem(400, "invalid_field", "this is no id of a group", field)
    return value


def _group_custom_ids(value: Any) -> list[str] | None:
    return (
        None
        if value is None
        else [
            _group_custom_id(one, f"parentGroupCustomIds[{at}]") for at, one in _several(value, "parentGroupCustomIds")
        ]
    )


def _group_custom_id(value: Any, field: str) -> str:
    found = normalise_group_custom_id(_string(value, field))
    if isinstance(found, Invalid) or not found:
        said = found.detail if isinstance(found, Invalid) else "it is blank"
        raise Problem(400, "invalid_group", f"this is no customId of a group: {said}", field)
    return found


def _several(value: Any, field: str) -> enumerate[Any]:
    if not isinstance(value, list):
        raise Problem(400, "invalid_field", "this is not a list", field)
    if len(value) > MOST:
        raise Problem(400, "too_many", f"a person may be in {MOST:,} groups here", field)
    return enumerate(value)


def with_groups(person: str, groups: Sequence[Mapping[str, Any]]) -> str:
    """A Person object, as JSON, with the objects of its groups."""
    return f'{person[:-1]},"parentGroups":[{",".join(group["found"] for group in groups)}]}}'
