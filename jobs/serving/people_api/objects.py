"""The People API's Person in a request: what it wishes of somebody, or what is wrong with it, and where."""

from __future__ import annotations

from typing import Any

from identity import nothing
from identity.agents import ANONYMOUS_GROUP, read_actor
from identity.identifiers import KINDS, Identifier, normalise_custom_id
from identity.texts import Invalid
from jobs.importing.one_person import Persona, Wish
from jobs.serving.answers import Problem
from jobs.serving.people_api.fields import MOST, check_length, group_custom_ids, group_ids, string_of, text_of


def person_wish(body: Any, *, fold_mailbox_case: bool, person_id: int | None) -> Wish:
    """What a Person object wishes: of the person with this id, that exactly this is true of them as far as it says
    anything; None: that there be somebody like that. Raises Problem.
    """
    if not isinstance(body, dict):
        raise Problem(400, "invalid_person", "a person is a JSON object")
    personas = _personas(body.get("personas"), fold_mailbox_case=fold_mailbox_case)
    custom_id = custom_id_of(body.get("customId"))
    of_ids, groups = group_ids(body.get("parentGroupIds")), group_custom_ids(body.get("parentGroupCustomIds"))
    return Wish(
        person_id=person_id,
        adds=person_id is None,
        custom_id=custom_id or None,
        name=text_of(body.get("name"), "name"),
        image_url=text_of(body.get("imageUrl"), "imageUrl"),
        personas=personas,
        exactly_personas=person_id is not None,
        groups=groups,
        group_ids=of_ids,
        exactly_groups=person_id is not None and (groups is not None or of_ids is not None),
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
    if isinstance(entry, dict) and entry.get("created") is not None:
        raise Problem(400, "created", "a persona to be found must not have a created", "persona.created")
    return persona_from(entry, "persona", fold_mailbox_case=fold_mailbox_case).identifier


def _personas(entries: Any, *, fold_mailbox_case: bool) -> list[Persona]:
    if not isinstance(entries, list) or not entries:
        raise Problem(400, "names_nobody", "a person has at least one persona", "personas")
    if len(entries) > MOST:
        raise Problem(400, "too_many", f"a person may have {MOST:,} personas", "personas")
    found: dict[str, Persona] = {}
    for number, entry in enumerate(entries):
        persona = persona_from(entry, f"personas[{number}]", fold_mailbox_case=fold_mailbox_case)
        found.setdefault(persona.identifier.ifi, persona)
    return list(found.values())


def persona_from(entry: Any, field: str, *, fold_mailbox_case: bool) -> Persona:
    """The persona that an Agent, or an identified Group, names; what is null there is not said. Raises Problem."""
    if isinstance(entry, dict):
        entry = {name: value for name, value in entry.items() if value is not None}
    agent = read_actor(entry, fold_mailbox_case=fold_mailbox_case)
    if isinstance(agent, Invalid):
        raise Problem(400, "invalid_persona", f"this is no persona: {agent.detail}", _at_fault(field, entry))
    if agent == ANONYMOUS_GROUP:
        raise Problem(400, "invalid_persona", "a group without an identifier is nobody's persona", field)
    check_length(agent.name, f"{field}.name")
    kind, ifi = agent.identifier
    if kind == "account" and nothing.is_error_value(agent.identifier.value):
        raise Problem(400, "error_value", "that is what a program writes where it has nothing", f"{field}.account.name")
    said = entry[kind]
    as_written = said if isinstance(said, str) and said != ifi else None
    return Persona(agent.identifier, as_written, agent.name, object_type=entry.get("objectType"))


def _at_fault(field: str, entry: Any) -> str:
    """The field of a persona that is wrong, if it is one."""
    kinds = [kind for kind in KINDS if isinstance(entry, dict) and kind in entry]
    return f"{field}.{kinds[0]}" if len(kinds) == 1 else field


def custom_id_of(value: Any, field: str = "customId") -> str | None:
    """A customId as it is kept; "" if it is to go."""
    if value is None:
        return None
    text = string_of(value, field)
    found = normalise_custom_id(text)
    if isinstance(found, Invalid):
        raise Problem(400, found.code, f"the customId cannot be used: {found.detail}", field)
    if nothing.is_error_value(found):
        raise Problem(400, "error_value", "that is what a program writes where it has nothing", field)
    return found
