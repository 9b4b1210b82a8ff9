"""What is written by Learning Locker's models: each a wish of one person, a merge or a deletion, as by hand.

Answers are as there: 200 with the record as it is then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from identity.identifiers import Identifier
from identity.other_ids import is_ours
from jobs.correcting.deleting import delete_people
from jobs.correcting.merging import Merges, merge
from jobs.importing.one_person import Granted, NotGranted, Persona, Wish
from jobs.serving.access import Caller, Writer
from jobs.serving.answers import Body, Problem, answer, json_of
from jobs.serving.people_api.asked import is_true
from jobs.serving.people_api.fields import string_of, text_of
from jobs.serving.people_api.objects import custom_id_of
from jobs.serving.personas_api import described, ids, objects, others
from jobs.serving.personas_api.reading import ATTRIBUTES, IDENTIFIERS, PEOPLE, V2, Model, is_old, unknown
from jobs.serving.writers import Writing

COMMAND: Final = "personas-api"
"""As the history calls a write."""
MERGES: Final = "/api/mergepersona"
MERGED: Final = "merged"
"""The option of a run by which the history knows who has become one: they are one human to an erasure."""
REFUSALS: Final = {"unknown_person": 404, "names_nobody": 400}
"""What is answered to a wish that is not granted, where that is not 409."""

router = APIRouter(tags=["Personas"])


@router.post(f"{V2}/persona", summary="Add a persona", openapi_extra=described.ADDS_PERSONA)
@router.put(f"{V2}/persona", include_in_schema=False)
def add_persona(request: Request, caller: Writer, body: Body) -> Response:
    """A new person of that name. There is nobody here without an identifier, so one comes along, as `ifi`."""
    said = _object(body)
    name = text_of(said.get("name"), "name")
    if objects.names_none(said):
        why = "nobody is here without an identifier: give one as ifi, or add it by personaIdentifier/upsert"
        raise Problem(400, "names_nobody", why, "ifi")
    wished = objects.wished_persona(said, fold_mailbox_case=caller.fold_mailbox_case)
    with caller.writing(COMMAND) as writing:
        _check_free(writing, wished)
        made = _granted(writing, Wish(adds=True, name=name, personas=[wished]), "ifi")
    return _told(caller, PEOPLE, made.person_id)


@router.patch(f"{V2}/persona/{{persona}}", summary="Rename a persona", openapi_extra=described.RENAMES)
@router.put(f"{V2}/persona/{{persona}}", include_in_schema=False)
@router.post(f"{V2}/persona/{{persona}}", include_in_schema=False)
def rename_persona(persona: str, request: Request, caller: Writer, body: Body) -> Response:
    """The person gets another name."""
    number, name = _number(persona), text_of(_object(body).get("name"), "name")
    if not name:
        raise Problem(400, "missing", "a name is needed", "name")
    with caller.writing(COMMAND) as writing:
        person = _here(writing, others.PERSONA, number)
        _granted(writing, Wish(person_id=person, name=name), "name")
    return _told(caller, PEOPLE, person)


@router.delete(f"{V2}/persona/{{persona}}", summary="Delete a persona", openapi_extra=described.DELETES_PERSONA)
def delete_persona(persona: str, request: Request, caller: Writer) -> Response:
    """Whoever has identifiers is not deleted, and here everybody has; but with `withIdentifiers=true` they are: each
    identifier that statements refer to gets a person of its own, the others go.
    """
    number = _number(persona)
    with caller.writing(COMMAND) as writing:
        person = _here(writing, others.PERSONA, number, itself=True)
        _check_person(writing, person)
        if not is_true(request, "withIdentifiers"):
            why = "it has identifiers: move them to others, or say withIdentifiers=true"
            raise Problem(409, "has_identifiers", why, "withIdentifiers")
        _delete(writing, person)
    return Response(status_code=200)


@router.post(f"{V2}/personaIdentifier", summary="Add a persona identifier", openapi_extra=described.ADDS_IDENTIFIER)
@router.post(f"{V2}/personaidentifier", include_in_schema=False)
@router.put(f"{V2}/personaIdentifier", include_in_schema=False)
@router.put(f"{V2}/personaidentifier", include_in_schema=False)
def add_identifier(request: Request, caller: Writer, body: Body) -> Response:
    """A new identifier, of the person that `persona` names, or of one of its own."""
    said = _object(body)
    wished, whose = objects.wished_persona(said, fold_mailbox_case=caller.fold_mailbox_case), _whose(said)
    old = is_old(request, objects.speaks_as_before(said))
    with caller.writing(COMMAND) as writing:
        person = None if whose is None else _here(writing, others.PERSONA, whose)
        _check_free(writing, wished)
        _granted(writing, Wish(person_id=person, adds=person is None, personas=[wished]), "persona")
        number = _known(writing, wished)["id"]
    return _told(caller, IDENTIFIERS, number, old=old)


@router.post(
    f"{V2}/personaIdentifier/upsert",
    summary="Add or move a persona identifier",
    openapi_extra=described.ADDS_IDENTIFIER,
)
@router.post(f"{V2}/personaidentifier/upsert", include_in_schema=False)
def upsert_identifier(request: Request, caller: Writer, body: Body) -> Response:
    """The identifier is the person's that `persona` names, whosever it was. Without that it stays whose it is, and gets
    a person of its own if it is nobody's.
    """
    said = _object(body)
    wished, whose = objects.wished_persona(said, fold_mailbox_case=caller.fold_mailbox_case), _whose(said)
    old = is_old(request, objects.speaks_as_before(said))
    with caller.writing(COMMAND) as writing:
        person = None if whose is None else _here(writing, others.PERSONA, whose)
        known = _found(writing, wished.identifier.ifi)
        if person is not None or known is None or known["person_id"] is None:
            _granted(writing, Wish(person_id=person, adds=person is None, personas=[wished]), "persona")
        number = _known(writing, wished)["id"]
    return _told(caller, IDENTIFIERS, number, old=old)


@router.patch(
    f"{V2}/personaIdentifier/{{personaIdentifier}}", summary="Move a persona identifier", openapi_extra=described.MOVES
)
@router.patch(f"{V2}/personaidentifier/{{personaIdentifier}}", include_in_schema=False)
@router.put(f"{V2}/personaIdentifier/{{personaIdentifier}}", include_in_schema=False)
@router.put(f"{V2}/personaidentifier/{{personaIdentifier}}", include_in_schema=False)
@router.post(f"{V2}/personaIdentifier/{{personaIdentifier}}", include_in_schema=False)
@router.post(f"{V2}/personaidentifier/{{personaIdentifier}}", include_in_schema=False)
def move_identifier(personaIdentifier: str, request: Request, caller: Writer, body: Body) -> Response:  # noqa: N803
    """The identifier is the person's that `persona` names. Nothing else of it can be changed."""
    asked, said = _number(personaIdentifier), _object(body)
    whose, old = _whose(said), is_old(request, objects.speaks_as_before(said))
    if whose is None:
        raise Problem(400, "missing", "the persona is needed whose it is to be", "persona")
    with caller.writing(COMMAND) as writing:
        number, person = _here(writing, others.IDENTIFIER, asked), _here(writing, others.PERSONA, whose)
        row = _identifier(writing, number)
        wished = Persona(Identifier(row["kind"], row["ifi"]))
        _granted(writing, Wish(person_id=person, personas=[wished]), "persona")
    return _told(caller, IDENTIFIERS, number, old=old)


@router.delete(
    f"{V2}/personaIdentifier/{{personaIdentifier}}",
    summary="Delete a persona identifier",
    openapi_extra=described.DELETES,
)
@router.delete(f"{V2}/personaidentifier/{{personaIdentifier}}", include_in_schema=False)
def delete_identifier(personaIdentifier: str, request: Request, caller: Writer) -> Response:  # noqa: N803
    """One that no statement refers to goes, and with it whoever has no other."""
    asked = _number(personaIdentifier)
    with caller.writing(COMMAND) as writing:
        here, number = {"organisation": writing.organisation}, _here(writing, others.IDENTIFIER, asked)
        row = _identifier(writing, number)
        if writing.transaction.row("personas_api/has_statements.sql", persona=number, **here)["has_statements"]:
            raise Problem(409, "has_statements", "statements refer to it, so it stays; it can be moved")
        all_of_them = writing.transaction.rows("find/personas_of_person.sql", person=row["person_id"], **here)
        rest = [Persona(Identifier(one["kind"], one["ifi"])) for one in all_of_them if one["ifi"] != row["ifi"]]
        if rest:
            wish = Wish(person_id=row["person_id"], personas=rest, exactly_personas=True)
            _granted(writing, wish, None)
        else:
            _delete(writing, row["person_id"])
    return Response(status_code=200)


@router.post(MERGES, summary="Merge two personas", openapi_extra=described.MERGES)
@router.get(MERGES, include_in_schema=False)
def merge_personas(request: Request, caller: Writer) -> Response:
    """Who `mergePersonaFromId` names becomes who `mergePersonaToId` names: their identifiers, groups and what else is
    theirs come along. Where both have a customId, `customId` says which one stays. Whoever is not there any more has
    been merged already.
    """
    asked = [_asked_id(request, name) for name in ("mergePersonaFromId", "mergePersonaToId")]
    with caller.writing(COMMAND) as writing:
        here = {"organisation": writing.organisation}
        stays = _here(writing, others.PERSONA, asked[1])
        gone = _there(writing, asked[0])
        if gone == stays:
            raise Problem(400, "same_persona", "nobody is merged with themselves", "mergePersonaFromId")
        rows = writing.transaction.rows("personas_api/people.sql", ids=[gone or 0, stays], **here)
        moved = {row["id"]: row["personas"] for row in rows}
        if stays not in moved:
            raise unknown()
        if gone is not None and gone in moved:
            keepers = _keepers(writing, [stays, gone], request.query_params.get("customId"))
            one = Merges({gone: stays}, keepers)
            made = merge(writing.transaction, writing.organisation, one, writing.number, puts_down=False)
            writing.counts, _ = made
            writing.options = {MERGED: f"#{gone}, #{stays}"}
    return answer({"identifierIds": [ids.written(one) for one in moved.get(gone, ())]})


@router.post(f"{V2}/personaAttribute", summary="Set a persona attribute", openapi_extra=described.SETS)
@router.post(f"{V2}/personaattribute", include_in_schema=False)
@router.put(f"{V2}/personaAttribute", include_in_schema=False)
@router.put(f"{V2}/personaattribute", include_in_schema=False)
def set_attribute(request: Request, caller: Writer, body: Body) -> Response:
    """`customId` or `imageUrl` of the person that `personaId` names. No other attribute has a place here."""
    said = _object(body)
    if (whose := _id_in(said, "personaId")) is None:
        raise Problem(400, "missing", "the persona is needed whose it is", "personaId")
    key, text = _attribute_of(said)
    with caller.writing(COMMAND) as writing:
        person = _here(writing, others.PERSONA, whose)
        _set(writing, person, key, text)
    return _told_of(caller, person, key, text)


@router.patch(
    f"{V2}/personaAttribute/{{personaAttribute}}", summary="Change a persona attribute", openapi_extra=described.CHANGES
)
@router.patch(f"{V2}/personaattribute/{{personaAttribute}}", include_in_schema=False)
@router.put(f"{V2}/personaAttribute/{{personaAttribute}}", include_in_schema=False)
@router.put(f"{V2}/personaattribute/{{personaAttribute}}", include_in_schema=False)
@router.post(f"{V2}/personaAttribute/{{personaAttribute}}", include_in_schema=False)
@router.post(f"{V2}/personaattribute/{{personaAttribute}}", include_in_schema=False)
def change_attribute(personaAttribute: str, request: Request, caller: Writer, body: Body) -> Response:  # noqa: N803
    """Another value; whose it is, and its key, stay."""
    asked, said = _number(personaAttribute, ids.LARGEST_OF_ATTRIBUTES), _object(body)
    whose = _id_in(said, "personaId")
    with caller.writing(COMMAND) as writing:
        key, person = _attribute(writing, asked)
        is_same = whose is None or _here(writing, others.PERSONA, whose) == person
        if said.get("key", key) != key or not is_same:
            raise Problem(400, "invalid_field", "only the value of an attribute can be changed", "key")
        _, text = _attribute_of({**said, "key": key})
        _set(writing, person, key, text)
    return _told_of(caller, person, key, text)


@router.delete(
    f"{V2}/personaAttribute/{{personaAttribute}}", summary="Delete a persona attribute", openapi_extra=described.DELETES
)
@router.delete(f"{V2}/personaattribute/{{personaAttribute}}", include_in_schema=False)
def delete_attribute(personaAttribute: str, request: Request, caller: Writer) -> Response:  # noqa: N803
    """The person has none such any more."""
    asked = _number(personaAttribute, ids.LARGEST_OF_ATTRIBUTES)
    with caller.writing(COMMAND) as writing:
        key, person = _attribute(writing, asked)
        if not ATTRIBUTES.nodes(writing.transaction, writing.organisation, [_number_of(key, person)], False):
            raise unknown()
        _granted(writing, _cleared(key, person), None)
    return Response(status_code=200)


def _attribute_of(said: Mapping[str, Any]) -> tuple[str, str | None]:
    """The key and the value that a request gives; an empty one clears."""
    key, value = said.get("key"), string_of(said.get("value"), "value")
    if key not in ids.ATTRIBUTES:
        has = " and ".join(ids.ATTRIBUTES)
        raise Problem(400, "unserved_attribute", f"only {has} have a place here among attributes", "key")
    return key, custom_id_of(value, "value") if key == "customId" else text_of(value, "value")


def _set(writing: Writing, person: int, key: str, text: str | None) -> None:
    wish = Wish(person_id=person, custom_id=text) if key == "customId" else Wish(person_id=person, image_url=text)
    _granted(writing, wish if text else _cleared(key, person), "value")


def _told_of(caller: Caller, person: int, key: str, text: str | None) -> Response:
    return _told(caller, ATTRIBUTES, _number_of(key, person)) if text else Response(status_code=200)


def _cleared(key: str, person: int) -> Wish:
    if key == "customId":
        return Wish(person_id=person, loses_custom_id=True)
    return Wish(person_id=person, image_url="")


def _attribute(writing: Writing, number: int) -> tuple[str, int]:
    """The key of an attribute, and whose it is, by its id."""
    at, person = ids.attribute(_here(writing, others.ATTRIBUTE, number, largest=ids.LARGEST_OF_ATTRIBUTES))
    if not 0 < at <= len(ids.ATTRIBUTES) or person > ids.LARGEST:
        raise unknown()
    return ids.ATTRIBUTES[at - 1], person


def _number_of(key: str, person: int) -> int:
    """The id of an attribute."""
    return others.ATTRIBUTE[key] << ids.OF_PERSON | person


def _keepers(writing: Writing, people: list[int], asked: str | None) -> list[int]:
    """Whose customId stays, where both have one."""
    here = {"organisation": writing.organisation}
    rows = [row for one in people for row in writing.transaction.rows("find/person_of_id.sql", id=one, **here)]
    having = {row["custom_id"]: row["id"] for row in rows if row["custom_id"] is not None}
    if asked is not None and asked not in having:
        raise Problem(409, "custom_ids", "neither of them has this customId", "customId")
    if len(having) > 1 and asked is None:
        raise Problem(409, "custom_ids", "both have a customId: say by customId which one stays", "customId")
    return [] if asked is None else [having[asked]]


def _delete(writing: Writing, person: int) -> None:
    here = writing.organisation
    writing.counts = delete_people(writing.transaction, here, [person], writing.number, puts_down=False)


def _granted(writing: Writing, wish: Wish, field: str | None) -> Granted:
    try:
        return writing.grant(wish)
    except NotGranted as refusal:
        status = REFUSALS.get(refusal.code, 409)
        raise (unknown() if status == 404 else Problem(status, refusal.code, str(refusal), field)) from refusal


def _check_person(writing: Writing, person: int) -> None:
    if not writing.transaction.rows("find/person_of_id.sql", organisation=writing.organisation, id=person):
        raise unknown()


def _check_free(writing: Writing, wished: Persona) -> None:
    known = _found(writing, wished.identifier.ifi)
    if known is not None and known["person_id"] is not None:
        raise Problem(409, "identifier_exists", "somebody has this identifier; upsert moves it", "ifi")


def _known(writing: Writing, wished: Persona) -> dict[str, Any]:
    found = _found(writing, wished.identifier.ifi)
    if found is None:
        raise unknown()
    return found


def _found(writing: Writing, ifi: str) -> dict[str, Any] | None:
    rows = writing.transaction.rows("find/persona.sql", organisation=writing.organisation, ifi=ifi)
    return rows[0] if rows else None


def _identifier(writing: Writing, number: int) -> dict[str, Any]:
    here = {"organisation": writing.organisation}
    for row in writing.transaction.rows("personas_api/identifiers.sql", ids=[number], **here):
        return row
    raise unknown()


def _told(caller: Caller, model: Model, number: int, *, old: bool = False) -> Response:
    """The record as it is now that the write is done; an identifier perhaps as it was before 2.2."""
    with caller.reading() as transaction:
        for node in model.nodes(transaction, caller.organisation, [number], old):
            return answer(node)
    raise Problem(409, "changed_since", "it is done, and somebody has changed it since")


def _object(body: bytes) -> dict[str, Any]:
    said = json_of(body)
    if not isinstance(said, dict):
        raise Problem(400, "invalid_record", "a record is a JSON object")
    return said


def _number(text: str, largest: int = ids.LARGEST) -> int:
    """The id in an address: one of ours, or one of before."""
    number = ids.read(text)
    if number is None or (is_ours(number) and number > largest):
        raise unknown()
    return number


def _here(
    writing: Writing, records: others.Records, number: int, *, itself: bool = False, largest: int = ids.LARGEST
) -> int:
    """What an id stands for here; not `itself`: perhaps whoever has become of them."""
    found = others.known(writing.transaction, writing.organisation, records, [number]).get(number)
    if found is None or found.id > largest or (itself and found.has_become_another):
        raise unknown()
    return found.id


def _there(writing: Writing, number: int) -> int | None:
    """The person of an id, if they are still there themselves."""
    found = others.known(writing.transaction, writing.organisation, others.PERSONA, [number]).get(number)
    return None if found is None or found.has_become_another else found.id


def _whose(said: Mapping[str, Any]) -> int | None:
    return _id_in(said, "persona")


def _id_in(said: Mapping[str, Any], field: str) -> int | None:
    """The id in a field of a request, if there is one. One that cannot be here is nobody's."""
    if said.get(field) is None:
        return None
    if (number := ids.read(said[field])) is None:
        raise Problem(400, "invalid_field", "an id has 24 hexadecimal digits", field)
    if is_ours(number) and number > ids.LARGEST:
        raise unknown()
    return number


def _asked_id(request: Request, name: str) -> int:
    if not (text := request.query_params.get(name)):
        raise Problem(400, "missing", "the id of a persona is needed", name)
    return _number(text)
