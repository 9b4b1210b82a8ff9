"""An xAPI actor -> the persona that it names, and a persona -> the xAPI Agent that names it.

The rules are those of xAPI 1.0.3, Data 2.4.2 "Actor" (xAPI 2.0 has the same): an Agent has exactly one
inverse functional identifier, an identified Group as well, an anonymous Group none but a list of members.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from identity.addresses import begins_with_mailto
from identity.blanks import trimmed
from identity.identifiers import KINDS, Identifier, Kind, normalise, trimmed_at_first
from identity.problems import quoted
from identity.texts import Invalid, character_name


class Agent(NamedTuple):
    """Who an Agent or an identified Group is: one IFI is one persona."""

    identifier: Identifier
    name: str | None
    """The agent's own name, trimmed; None if there is none or a blank one."""


AnonymousGroup = Literal["anonymous group"]
ANONYMOUS_GROUP: Final[AnonymousGroup] = "anonymous group"
"""A Group without an identifier: it is equal to no other, so it is nobody's persona."""

# Agents repeat, as members and instructors too.
_normalise = lru_cache(maxsize=4_096)(normalise)


# PostgreSQL's text can hold neither.
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_IN_ACTOR: Final = frozenset(("objectType", "name", "member", *KINDS))
_IN_ACCOUNT: Final = frozenset(("homePage", "name"))


def misspelt(value: Iterable[object], known: frozenset[str]) -> str | None:
    """What is wrong with the keys of an object, if one of the `known` ones stands there in another case, which xAPI
    does not allow (Data 2.2); other strange keys are passed over.
    """
    if not known.issuperset(value):
        for key in value:
            for right in known:
                if isinstance(key, str) and key != right and key.lower() == right.lower():
                    return f"has {quoted(key)}, which is written {quoted(right)}"
    return None


def read_actor(
    actor: object, *, fold_mailbox_case: bool = False, first_form: bool = False, kept: bool = True
) -> Agent | AnonymousGroup | Invalid:
    """The persona that a statement's actor names.

    actor: as parsed from JSON. A Group's members are checked and otherwise passed over: they did not act.
    first_form: by the rules of the first release, which statements are compared by (`identifiers.normalise`).
    kept: whether its name will be; if not, that may have characters which cannot be stored, as those of members may.
    Invalid has the code `invalid_actor`, whatever is wrong; its detail says which property it is.
    """
    if not isinstance(actor, dict):
        return _invalid(f"it is {_json_type(actor)}, not an object")
    object_type = actor.get("objectType", "Agent")
    if object_type not in ("Agent", "Group"):
        shown = quoted(object_type) if isinstance(object_type, str) else _json_type(object_type)
        return _invalid(f"its objectType is {shown}, not Agent or Group")
    if not first_form and (wrong := misspelt(actor, _IN_ACTOR)):
        return _invalid(f"it {wrong}")
    name = _name(actor, trimmed_at_first if first_form else trimmed, kept=kept)
    if isinstance(name, Invalid):
        return name
    kinds = [kind for kind in KINDS if kind in actor]
    if len(kinds) > 1:
        return _invalid(f"it has more than one identifier: {' and '.join(kinds)}")
    if object_type == "Group":
        members = _check_members(actor, required=not kinds, first_form=first_form)
        if members:
            return members
        if not kinds:
            return ANONYMOUS_GROUP
    if not kinds:
        return _invalid("it has no identifier: none of mbox, mbox_sha1sum, openid, account")
    kind = kinds[0]
    identifier = _identifier(kind, actor[kind], fold_mailbox_case, first_form)
    return identifier if isinstance(identifier, Invalid) else Agent(identifier, name)


def agent_object(kind: Kind, ifi: str, name: str | None) -> dict[str, object]:
    """The xAPI Agent of a persona, ready for JSON: the way back from `read_actor`.

    kind, ifi: a persona's key. name: the agent's own; left out if None.
    """
    identifier = Identifier(kind, ifi)
    agent: dict[str, object] = (
        {"account": {"homePage": identifier.home_page, "name": identifier.value}} if kind == "account" else {kind: ifi}
    )
    if name is not None:
        agent["name"] = name
    return agent


def _identifier(kind: Kind, value: object, fold_mailbox_case: bool, first_form: bool) -> Identifier | Invalid:
    if kind == "account":
        if not isinstance(value, dict):
            return _invalid(f"its account is {_json_type(value)}, not an object")
        if not first_form and (wrong := misspelt(value, _IN_ACCOUNT)):
            return _invalid(f"its account {wrong}")
        for part in ("homePage", "name"):
            if part not in value:
                return _invalid(f"its account has no {part}")
            if not isinstance(value[part], str):
                return _invalid(f"its account's {part} is {_json_type(value[part])}, not a string")
        found = _normalise(kind, value["name"], value["homePage"], first_form=first_form)
        if isinstance(found, Invalid):
            shown = f"{quoted(value['name'])} at {quoted(value['homePage'])}"
            return _invalid(f"its account {shown} is not valid: {found.detail}")
        return found
    if not isinstance(value, str):
        return _invalid(f"its {kind} is {_json_type(value)}, not a string")
    if kind == "mbox" and not begins_with_mailto(value):
        # A people file may leave the scheme out; a statement's mbox is an IRI (Data 2.4.2.3).
        return _invalid(f"its mbox {quoted(value)} does not begin with mailto:")
    found = _normalise(kind, value, fold_mailbox_case=fold_mailbox_case, first_form=first_form)
    if isinstance(found, Invalid):
        return _invalid(f"its {kind} {quoted(value)} is not valid: {found.detail}")
    return found


def _check_members(group: dict[object, object], *, required: bool, first_form: bool) -> Invalid | None:
    if "member" not in group:
        return _invalid("it is a Group with neither an identifier nor members") if required else None
    members = group["member"]
    if not isinstance(members, list):
        return _invalid(f"its member is {_json_type(members)}, not a list")
    if required and not members:
        return _invalid("it is a Group without an identifier, and its list of members is empty")
    for number, member in enumerate(members, 1):
        if isinstance(member, dict) and member.get("objectType") == "Group":
            return _invalid(f"its member {number} is a Group, not an Agent")
        found = read_actor(member, first_form=first_form, kept=first_form)
        if isinstance(found, Invalid):
            return _invalid(f"its member {number} is not valid: {found.detail}")
    return None


def _name(actor: dict[object, object], bare: Callable[[str], str], *, kept: bool) -> str | Invalid | None:
    if "name" not in actor:
        return None
    name = actor["name"]
    if not isinstance(name, str):
        return _invalid(f"its name is {_json_type(name)}, not a string")
    if kept and (wrong := _UNSTORABLE.search(name)):
        return _invalid(f"its name contains {character_name(wrong[0])}")
    return bare(name) or None


def _json_type(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "a string"
    return "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else "a number"


def _invalid(detail: str) -> Invalid:
    return Invalid("invalid_actor", detail)
