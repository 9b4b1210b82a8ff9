"""What is wished of one person, made true: the one way in which an interface for single people changes who is who.

A wish goes through the same steps as a line of a file (`jobs.importing.row_by_row`), with what a line cannot say: the
person's id, personas with their names, "exactly these", and the version of the person that was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from identity import custom_ids
from identity.identifiers import Identifier, near
from jobs.importing.batch import Options, parameters
from jobs.importing.row_by_row import TOLD
from jobs.shell.failures import Failure
from sql import database as db
from sql.errors import BrokenPromise
from sql.one_change import OneAtATime
from sql.steps import JOBS

if TYPE_CHECKING:
    from sql.database import Session, Transaction

LINE: Final = 1
"""A wish is the only line of its change."""


COMES_BACK: Final = "nobody_who_was_erased_comes_back"
"""The check of each change that somebody who was erased would break."""


class NotGranted(Failure):
    """The wish cannot be made true as it is; nothing was changed."""

    def __init__(self, code: str, message: str) -> None:
        """`code`: `unknown_person`, `changed_since`, `custom_id_taken`, `left` (a persona that stays with somebody
        else), `erased` (an id or a persona of somebody who was) or one of `identity.problems`.
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


@dataclass(frozen=True)
class Wish:
    """What is to be true of one person; None: that stays as it is."""

    person_id: int | None = None
    """Of whom; None: of whom the rules say (rule 6), or of somebody new."""
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
    exactly_groups: bool = False
    """Memberships that are not among these go, whoever gave them."""
    loses_custom_id: bool = False
    """It becomes the former one."""
    without_groups: Sequence[str] = ()
    """By custom_id: memberships that go, whoever gave them."""


@dataclass(frozen=True)
class Granted:
    """What became of it."""

    person_id: int
    created: bool
    version: int | None
    counts: dict[str, int]


class OnePerson:
    """Wishes of one organisation, on behalf of one source, in one session; each its own change."""

    def __init__(self, session: Session, organisation: int, source: int, options: Options | None = None) -> None:
        self._session = session
        self._organisation = organisation
        self._steps = _steps(organisation, source, options or Options())
        self._steps.prepare(session)

    def grant(self, wish: Wish, number: int) -> Granted:
        """Make it true in a transaction of its own, as the import of that number. Raises NotGranted, DatabaseError."""
        self._steps.tidy(self._session)
        with self._session.begin() as transaction:
            transaction.lock(db.IMPORT, self._organisation)
            transaction.lock(db.PEOPLE, self._organisation)
            return self.grant_within(transaction, wish, number)

    def grant_within(self, transaction: Transaction, wish: Wish, number: int) -> Granted:
        """The same in a transaction that has the organisation's locks IMPORT and PEOPLE."""
        return _granted(transaction, self._organisation, self._steps, wish, number)


def grant_once(
    transaction: Transaction, organisation: int, source: int, options: Options, wish: Wish, number: int
) -> Granted:
    """The same for one wish alone, in a session that is used for nothing else."""
    steps = _steps(organisation, source, options)
    steps.make(transaction)
    return _granted(transaction, organisation, steps, wish, number)


def _steps(organisation: int, source: int, options: Options) -> OneAtATime:
    values = parameters(source, options)
    told = {**TOLD, "targets": ("resolve/target.sql", ("targets",))}
    job = JOBS["one change"]
    return OneAtATime(
        job, "staging", told, organisation=organisation, **values, forgets_rejects=False, at_once=True
    )


def _granted(transaction: Transaction, organisation: int, steps: OneAtATime, wish: Wish, number: int) -> Granted:
    before = _found(transaction, organisation, wish)
    try:
        told = steps.change(transaction, number, _said(wish, before))
    except BrokenPromise as broken:
        if broken.promise != COMES_BACK:
            raise
        why = "that is of somebody who was erased; lrs-people erase-person --forget lets them come back"
        raise NotGranted("erased", why) from broken
    for row in told.get("rejected", ()):
        raise NotGranted(row["code"], f"{row['code']}: {row['value'] or wish.custom_id}")
    for row in told.get("left", ()):
        raise NotGranted("left", f"{row['ifi']} stays where it is ({row['why']})")
    if not (targets := told.get("targets", ())):
        raise NotGranted("names_nobody", "nobody has that custom_id, and there is no persona to make a person of")
    (target,) = targets
    version = transaction.row("find/version.sql", organisation=organisation, person=target["person_id"])
    return Granted(target["person_id"], target["how"] == "new", version["version"], told["counts"][0])


def _found(transaction: Transaction, organisation: int, wish: Wish) -> dict[str, Any] | None:
    """Whom the wish is about, if it says so by id."""
    if wish.exactly_personas and not wish.personas:
        raise NotGranted("names_nobody", "a person has at least one persona")
    if wish.person_id is None:
        return None
    here = {"organisation": organisation}
    found = transaction.rows("find/person_of_id.sql", id=wish.person_id, **here)
    if not found:
        raise NotGranted("unknown_person", f"there is no person {wish.person_id}")
    version = transaction.row("find/version.sql", person=wish.person_id, **here)["version"]
    if wish.seen is not None and wish.seen != version:
        raise NotGranted("changed_since", f"person {wish.person_id} has been changed since (by import {version})")
    if wish.custom_id is not None and wish.custom_id != found[0]["custom_id"]:
        others = transaction.rows("find/person.sql", custom_id=wish.custom_id, **here)
        if others:
            holder = others[0]["person_id"]
            raise NotGranted("custom_id_taken", f"person {holder} has the custom_id {wish.custom_id}")
    return found[0]


def _said(wish: Wish, before: dict[str, Any] | None) -> dict[str, list[dict[str, Any]]]:
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
        "names_groups": bool(wish.groups),
        "clears_groups": False,
        "bad": False,
        "fingerprint_a": None,
        "fingerprint_b": None,
    }
    claims = [
        {
            "line": LINE,
            "place": place,
            "kind": persona.identifier.kind,
            "ifi": persona.identifier.ifi,
            "near": None if (form := near(persona.identifier)) == persona.identifier.ifi else form,
            "as_written": persona.as_written,
            "said_in": LINE,
            "since": None,
            "agent_name": persona.name,
        }
        for place, persona in enumerate(wish.personas)
    ]
    memberships = [
        {"line": LINE, "group_custom_id": group, "definition": None, "said_in": LINE}
        for group in dict.fromkeys(wish.groups or ())
    ]
    said: dict[str, list[dict[str, Any]]] = {"staged_lines": [line], "staged_claims": claims}
    said["staged_memberships"] = memberships
    if wish.person_id is not None:
        asked = ("exactly_personas", "exactly_groups", "loses_custom_id")
        wished = {name: getattr(wish, name) for name in asked}
        said["wishes_of_one_person"] = [{"line": LINE, "person_id": wish.person_id, **wished}]
        said["groups_wished_away"] = [{"line": LINE, "group_custom_id": group} for group in wish.without_groups]
    return said
