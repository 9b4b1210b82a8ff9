"""Personas and people by what a command line calls them, and what they are called there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from identity.identifiers import Identifier, near, normalise_custom_id, normalise_group_custom_id, recognise
from identity.problems import quoted
from identity.texts import Invalid
from jobs.shell.failures import UsageFailure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobs.shell.command import Session
    from sql.database import Transaction


def identifier(session: Session, text: str) -> Identifier:
    """The identifier that somebody typed, in the normal form of the organisation."""
    found = recognise(text, fold_mailbox_case=session.fold_mailbox_case)
    if isinstance(found, Invalid):
        raise UsageFailure(
            f"{quoted(text)} is no e-mail, no 40 hex digits, no http(s) address, and no home page with a space and a"
            f" name behind it: {found.detail}"
        )
    return found


def custom_id(text: str) -> str:
    """The custom_id that somebody typed."""
    found = normalise_custom_id(text)
    if isinstance(found, Invalid):
        raise UsageFailure(f"{quoted(text)} cannot be a custom_id: {found.detail}")
    if not found:
        raise UsageFailure("a blank custom_id names nobody")
    return found


def group_custom_id(text: str) -> str:
    """The custom_id of a group that somebody typed."""
    found = normalise_group_custom_id(text)
    if isinstance(found, Invalid):
        raise UsageFailure(f"{quoted(text)} cannot be the custom_id of a group: {found.detail}")
    if not found:
        raise UsageFailure("a blank custom_id names no group")
    return found


def find_persona(transaction: Transaction, session: Session, asked: Identifier) -> dict[str, Any]:
    """The persona that has an identifier, and its person, if it has one at present (`find/persona.sql`)."""
    for row in transaction.rows("find/persona.sql", organisation=session.organisation, ifi=asked.ifi):
        return row
    raise no_persona(transaction, session, asked)


def find_person(transaction: Transaction, session: Session, asked: str) -> dict[str, Any]:
    """The person who has a custom_id (`find/person.sql`)."""
    for row in transaction.rows("find/person.sql", organisation=session.organisation, custom_id=asked):
        return row
    raise no_person(transaction, session, asked)


def find_group(transaction: Transaction, session: Session, asked: str) -> dict[str, Any]:
    """The group that has a custom_id (`find/group.sql`)."""
    for row in transaction.rows("find/group.sql", organisation=session.organisation, custom_id=asked):
        return row
    found = transaction.rows("find/near_groups.sql", organisation=session.organisation, custom_id=asked)
    raise UsageFailure(f"there is no group {quoted(asked)}{_near(found)}")


def find_activity(transaction: Transaction, session: Session, asked: str) -> int:
    """The id of the activity that has an IRI, compared as statements' are: as written."""
    for row in transaction.rows("find/activity.sql", organisation=session.organisation, iri=asked):
        return int(row["activity_id"])
    near_it = transaction.rows("find/near_activities.sql", organisation=session.organisation, iri=asked)
    raise UsageFailure(f"no statement is about an activity {quoted(asked)}{_near(near_it)}")


def find_anybody(transaction: Transaction, session: Session, asked: str) -> int:
    """The id of a person by custom_id, by an identifier, or, without a custom_id, by `#` and id."""
    name = custom_id(asked)
    for row in transaction.rows("find/person.sql", organisation=session.organisation, custom_id=name):
        return int(row["person_id"])
    if (number := numbered(name)) is not None:
        for _ in transaction.rows("find/person_of_id.sql", organisation=session.organisation, id=number):
            return number
    typed = recognise(asked, fold_mailbox_case=session.fold_mailbox_case)
    if not isinstance(typed, Invalid):
        persona = find_persona(transaction, session, typed)
        if persona["person_id"] is None:
            raise UsageFailure(
                f"{quoted(typed.ifi)} is nobody's at present; lrs-people explain-persona says whose it was"
            )
        return int(persona["person_id"])
    raise no_person(transaction, session, name)


def numbered(asked: str) -> int | None:
    """The id in `#17`, as those go who have no custom_id."""
    digits = asked[1:19]
    return int(digits) if asked == f"#{digits}" and digits.isascii() and digits.isdecimal() else None


def no_persona(transaction: Transaction, session: Session, asked: Identifier) -> UsageFailure:
    """That nobody has an identifier, and who nearly has it."""
    found = transaction.rows(
        "find/near_personas.sql", organisation=session.organisation, ifi=asked.ifi, near=near(asked)
    )
    return UsageFailure(f"there is no persona {quoted(asked.ifi)}{_near(found)}")


def no_person(transaction: Transaction, session: Session, asked: str) -> UsageFailure:
    """That nobody has a custom_id, and who nearly has it."""
    found = transaction.rows("find/near_people.sql", organisation=session.organisation, custom_id=asked)
    return UsageFailure(f"nobody has the custom_id {quoted(asked)}{_near(found)}")


def who(person: Mapping[str, Any]) -> str:
    """A person (`person_id, custom_id, name`) in a few words: by custom_id, or by `#` and id. It may be nobody."""
    if person["person_id"] is None:
        return "nobody"
    known = quoted(person["custom_id"])[1:-1] if person["custom_id"] is not None else f"#{person['person_id']}"
    return f"{known} {quoted(person['name'])[1:-1]}" if person["name"] else known


def as_person(person: Mapping[str, Any]) -> dict[str, Any]:
    """The same for `--json`; `gone`, where that is known, says whether there is no such person any more."""
    told = {"id": person["person_id"], "customId": person["custom_id"], "name": person["name"]}
    return told | ({"gone": person["gone"]} if "gone" in person else {})


def as_holder(person: Mapping[str, Any]) -> dict[str, Any] | None:
    """The same of whoever has a persona, where it may be nobody."""
    return None if person["person_id"] is None else as_person(person)


def _near(found: list[dict[str, Any]]) -> str:
    return f"; there is {' and '.join(quoted(row['near']) for row in found)}" if found else ""
