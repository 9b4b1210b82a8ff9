"""What is wished of one person, made true: the one way in which an interface for single people changes who is who.

A wish goes through the same steps as a line of a file (`jobs.importing.row_by_row`), with what a line cannot say: the
person's id, personas with their names, "exactly these", and the version of the person that was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from identity import custom_ids
from identity.identifiers import Identifier, near
from identity.problems import quoted
from jobs.importing.batch import Options, parameters
from jobs.shell.failures import Failure
from sql import database as db
from sql.errors import BrokenPromise
from sql.one_change import OneAtATime
from sql.steps import JOBS

if TYPE_CHECKING:
    from sql.database import Session, Transaction

LINE: Final = 1
"""A wish is the only line of its change."""
ASKED: Final = {
    "counts": ("settle/counts.sql", ("counts",)),
    "rejected": ("consequences/rejected.sql", ("rejects",)),
    "left": ("resolve/left_examples.sql", ("passed_over",)),
    "kept": ("consequences/kept.sql", ("wishes_of_one_person",)),
    "targets": ("resolve/target.sql", ("targets",)),
}
"""What is told of each wish: by name, the query, and the working tables without which there is nothing to ask."""
COMES_BACK: Final = "nobody_who_was_erased_comes_back"
"""The check of each change that somebody who was erased would break."""


class NotGranted(Failure):
    """The wish cannot be made true as it is; nothing was changed."""

    def __init__(self, code: str, message: str) -> None:
        """`code`: `unknown_person`, `changed_since`, `custom_id_taken`, `left` (a persona that stays with somebody
        else), `pinned` (one that stays with them), `unknown_group`, `differing_groups`, `erased` (an id or a persona
        of somebody who was) or one of `identity.problems`.
        """
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Persona:
    """An identifier that the person is to have."""

    identifier: Identifier
    as_written: str | None = None
    """The value as it came, where that differs."""
    name: str | None = None
    """As the agent is called."""
    since: datetime | None = None
    """From when on they have it."""
    until: datetime | None = None
    """Up to when they had it."""
    object_type: str | None = None
    """`Agent` or `Group`, where that is said."""


@dataclass(frozen=True)
class Wish:
    """What is to be true of one person; None: that stays as it is."""

    person_id: int | None = None
    """Of whom; None: of whom the rules say (rule 6), or of somebody new."""
    adds: bool = False
    """Without a person_id: it is somebody new or, by rule 6, somebody without a custom_id; nobody who has this one, or
    has another, as a line without a custom_id may be about.
    """
    seen: int | None = None
    """The version of the person that was read: if anything has changed them since, nothing is done."""
    custom_id: str | None = None
    name: str | None = None
    """"" clears it; so the image."""
    image_url: str | None = None
    personas: Sequence[Persona] = ()
    exactly_personas: bool = False
    """Personas that are not among these go: to a person of their own, if statements refer to them."""
    groups: Sequence[str] | None = None
    """By custom_id."""
    group_ids: Sequence[int] | None = None
    """By id: instead of `groups`, or the same ones."""
    exactly_groups: bool = False
    """Memberships that are not among these go, whoever gave them; those that are there already stay as they are."""
    loses_custom_id: bool = False
    """It becomes the former one."""
    without_groups: Sequence[str] = ()
    """By custom_id: memberships that go, whoever gave them."""


@dataclass(frozen=True)
class Granted:
    """What became of it."""

    person_id: int
    created: bool
    counts: dict[str, int]


class OnePerson:
    """Wishes of one organisation in one session; each its own change, on behalf of a source."""

    def __init__(self, session: Session, organisation: int, options: Options | None = None) -> None:
        self._session = session
        self._organisation = organisation
        self._steps = _steps(organisation, options or Options())
        self._steps.prepare(session)

    def tidy(self) -> None:
        """Between wishes: now and then look at tables that have grown by them."""
        self._steps.tidy(self._session)

    def grant(self, wish: Wish, number: int, source: int) -> Granted:
        """Make it true in a transaction of its own, as the import of that number. Raises NotGranted, DatabaseError."""
        self.tidy()
        with self._session.begin() as transaction:
            transaction.lock(db.IMPORT, self._organisation)
            transaction.lock(db.PEOPLE, self._organisation)
            return self.grant_within(transaction, wish, number, source)

    def grant_within(
        self, transaction: Transaction, wish: Wish, number: int, source: int, *, at_once: bool = True
    ) -> Granted:
        """The same in a transaction that has the organisation's locks IMPORT and PEOPLE; `at_once`: with the records of
        the people concerned.
        """
        return _granted(transaction, self._organisation, self._steps, wish, number, source, at_once=at_once)

    def change(
        self, transaction: Transaction, said: Mapping[str, list[dict[str, Any]]], number: int, source: int
    ) -> dict[str, int]:
        """The same of what is no wish of a person: rows of the inputs, by table. Out: figures."""
        told = self._steps.change(transaction, number, said, source=source, at_once=False)
        counts: dict[str, int] = told["counts"][0]
        return counts


def grant_once(
    transaction: Transaction, organisation: int, source: int, options: Options, wish: Wish, number: int
) -> Granted:
    """The same for one wish alone, in a session that is used for nothing else."""
    steps = _steps(organisation, options)
    steps.make(transaction)
    return _granted(transaction, organisation, steps, wish, number, source, at_once=True)


def version_of(transaction: Transaction, organisation: int, person: int) -> int | None:
    """The last import that changed a person."""
    version: int | None = transaction.row("find/version.sql", organisation=organisation, person=person)["version"]
    return version


def _steps(organisation: int, options: Options) -> OneAtATime:
    values = parameters(None, options)
    varies = {"source": "integer", "at_once": "boolean"}
    constants = {name: value for name, value in values.items() if name not in varies}
    job = JOBS["one change"]
    return OneAtATime(
        job, "staging", ASKED, organisation=organisation, varies=varies, **constants, forgets_rejects=False
    )


def _granted(
    transaction: Transaction,
    organisation: int,
    steps: OneAtATime,
    wish: Wish,
    number: int,
    source: int,
    *,
    at_once: bool,
) -> Granted:
    before = _found(transaction, organisation, wish)
    groups = _groups(transaction, organisation, wish)
    try:
        told = steps.change(transaction, number, _said(wish, groups, before), source=source, at_once=at_once)
    except BrokenPromise as broken:
        if broken.promise != COMES_BACK:
            raise
        why = "that is of somebody who was erased; lrs-people erase-person --forget lets them come back"
        raise NotGranted("erased", why) from broken
    for row in told.get("rejected", ()):
        raise NotGranted(row["code"], _sentence(row, wish))
    for row in told.get("left", ()):
        raise NotGranted("left", f"{row['ifi']} stays where it is ({row['why']})")
    for row in told.get("kept", ()):
        raise NotGranted("pinned", f"{row['ifi']} is pinned to this person, and cannot be left out")
    if not (targets := told.get("targets", ())):
        raise NotGranted("names_nobody", "nobody has that custom_id, and there is no persona to make a person of")
    (target,) = targets
    return Granted(target["person_id"], target["how"] == "new", told["counts"][0])


def _sentence(row: dict[str, Any], wish: Wish) -> str:
    """Why it is not granted, by a row of `consequences/rejected.sql`."""
    value, detail = quoted(row["value"] or wish.custom_id or ""), quoted(row["detail"] or "")
    match row["code"]:
        case "near_custom_id":
            return f"the custom_id {value} is nearly {detail}, whose persona is claimed"
        case "former_id":
            return f"the custom_id {value} was somebody else's ({detail})"
        case "unknown_group":
            return f"there is no group {value}"
        case "takeover_left_nothing" | "pin_left_nothing" | "spell_left_nothing":
            return f"{value} stays where it is, and there is no other persona"
    return f"{row['code']}: {value}"


def _found(transaction: Transaction, organisation: int, wish: Wish) -> dict[str, Any] | None:
    """Whom the wish is about, if it says so by id."""
    here = {"organisation": organisation}
    if wish.exactly_personas and not wish.personas:
        raise NotGranted("names_nobody", "a person has at least one persona")
    if wish.adds and wish.custom_id is not None:
        _check_free(transaction, organisation, wish.custom_id)
    if wish.person_id is None:
        return None
    found = transaction.rows("find/person_of_id.sql", id=wish.person_id, **here)
    if not found:
        raise NotGranted("unknown_person", f"there is no person {wish.person_id}")
    if wish.seen is not None and wish.seen != (version := version_of(transaction, organisation, wish.person_id)):
        raise NotGranted("changed_since", f"person {wish.person_id} has been changed since (by import {version})")
    if wish.custom_id is not None and wish.custom_id != found[0]["custom_id"]:
        _check_free(transaction, organisation, wish.custom_id)
    return found[0]


def _check_free(transaction: Transaction, organisation: int, custom_id: str) -> None:
    for holder in transaction.rows("find/person.sql", organisation=organisation, custom_id=custom_id):
        raise NotGranted("custom_id_taken", f"person {holder['person_id']} has the custom_id {custom_id}")


def _groups(transaction: Transaction, organisation: int, wish: Wish) -> list[str] | None:
    """The groups that are wished, by custom_id."""
    if wish.group_ids is None:
        return None if wish.groups is None else list(dict.fromkeys(wish.groups))
    ids = list(dict.fromkeys(wish.group_ids))
    rows = transaction.rows("find/groups_of_ids.sql", organisation=organisation, ids=ids) if ids else []
    named = {row["id"]: row["custom_id"] for row in rows}
    if unknown := [number for number in ids if number not in named]:
        raise NotGranted("unknown_group", f"there is no group {unknown[0]}")
    if wish.groups is not None and set(wish.groups) != set(named.values()):
        raise NotGranted("differing_groups", "the groups given by id and those given by custom_id are not the same")
    return [named[number] for number in ids]


def _said(
    wish: Wish, groups: Sequence[str] | None, before: dict[str, Any] | None
) -> dict[str, list[dict[str, Any]]]:
    """The wish as rows of the inputs, by table."""
    had: str | None = before["custom_id"] if before else None
    custom_id = wish.custom_id if wish.custom_id is not None else had
    line: dict[str, Any] = {
        "line": LINE,
        "file": 0,
        "line_number": LINE,
        "said_in": LINE,
        "custom_id": custom_id,
        "near_custom_id": None if custom_id is None else custom_ids.near(custom_id),
        "previous_custom_id": had if wish.custom_id is not None and had != wish.custom_id else None,
        "name": wish.name,
        "image_url": wish.image_url,
        "since": None,
        "created": None,
        "former_custom_id": None,
        "names_groups": bool(groups),
        "clears_groups": False,
        "bad": False,
        "fingerprint_a": None,
        "fingerprint_b": None,
    }
    personas = [
        {
            "line": LINE,
            "place": place,
            "kind": persona.identifier.kind,
            "ifi": persona.identifier.ifi,
            "near": None if (form := near(persona.identifier)) == persona.identifier.ifi else form,
            "as_written": persona.as_written,
            "said_in": LINE,
            "since": persona.since and persona.since.isoformat(),
            "agent_name": persona.name,
            **({"until": persona.until.isoformat()} if persona.until else {"object_type": persona.object_type}),
        }
        for place, persona in enumerate(wish.personas)
    ]
    memberships = [
        {"line": LINE, "group_custom_id": group, "definition": None, "said_in": LINE}
        for group in groups or ()
    ]
    said: dict[str, list[dict[str, Any]]] = {"staged_lines": [line]}
    said["staged_claims"] = [persona for persona in personas if "until" not in persona]
    said["staged_spells"] = [persona for persona in personas if "until" in persona]
    said["staged_memberships"] = memberships
    if wish.person_id is not None or wish.adds:
        asked = ("exactly_personas", "exactly_groups", "loses_custom_id")
        wished = {name: getattr(wish, name) for name in asked}
        said["wishes_of_one_person"] = [{"line": LINE, "person_id": wish.person_id, **wished}]
        said["groups_wished_away"] = [{"line": LINE, "group_custom_id": group} for group in wish.without_groups]
    return said
