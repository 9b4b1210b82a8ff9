"""One person as somebody wants them: what is asked for, looked at beside what is there, as a wish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from identity.blanks import trimmed
from identity.problems import quoted
from jobs.explaining.finding import find_anybody
from jobs.importing.figures import by_part
from jobs.shell.failures import Refused, UsageFailure

if TYPE_CHECKING:
    from datetime import datetime

    from identity.identifiers import Identifier
    from jobs.importing.one_person import Wish
    from jobs.shell.command import Session
    from sql.database import Transaction

BY_HAND: Final = "by hand"
"""The source whose word memberships are that somebody gives by hand."""
CLEARED: Final = "<delete>"
FIGURES: Final = {
    "people": ("created", "updated", "deleted"),
    "personas": ("created", "claimed", "taken", "split", "dropped"),
    "groups": ("created",),
    "memberships": ("added", "removed"),
    "pending": ("people", "groups"),
}


@dataclass(frozen=True)
class Edit:
    """What is to be other of one person; None: that stays as it is, `<delete>`: it goes."""

    person: str
    """As it was typed."""
    custom_id: str | None
    name: str | None
    image_url: str | None
    with_personas: tuple[Identifier, ...]
    without_personas: tuple[Identifier, ...]
    with_groups: tuple[str, ...]
    without_groups: tuple[str, ...]
    create_groups: bool
    source: str
    since: datetime | None = None
    """From when on they have the personas that they are given."""
    until: datetime | None = None
    """Up to when they had them."""
    takeovers: str = "apply"
    """What becomes of what is somebody else's, as of a line's."""

    def asked(self, transaction: Transaction, session: Session) -> tuple[Wish, list[str]]:
        """As a wish, and what may be wrong with it. Raises UsageFailure where it cannot be."""
        from jobs.importing.erased import refuse_erased
        from jobs.importing.one_person import Persona, Wish

        custom_ids = [] if self.custom_id is None else [self.custom_id]
        refuse_erased(transaction, session.organisation, (one.ifi for one in self.with_personas), custom_ids)
        number = find_anybody(transaction, session, self.person)
        here = {"organisation": session.organisation, "person": number}
        (found,) = transaction.rows("find/person_of_id.sql", organisation=session.organisation, id=number)
        personas = {row["ifi"]: row for row in transaction.rows("find/personas_of_person.sql", **here)}
        for one in self.without_personas:
            if one.ifi not in personas:
                raise UsageFailure(f"{quoted(one.ifi)} is not theirs")
            if personas[one.ifi]["pinned"]:
                raise UsageFailure(f"{quoted(one.ifi)} is pinned: lrs-people move-persona --unpin lets it go")
        gone = {one.ifi for one in self.without_personas}
        stay = [Persona(_identifier(row)) for ifi, row in personas.items() if ifi not in gone] if gone else []
        added = [Persona(one, since=self.since, until=self.until) for one in self.with_personas]
        if gone and not stay + added:
            raise UsageFailure("that is all they have: a person has at least one persona")
        groups = {row["custom_id"] for row in transaction.rows("find/groups_of_person.sql", **here)}
        if strange := [group for group in self.without_groups if group not in groups]:
            raise UsageFailure(f"they are not in {' and '.join(map(quoted, strange))}")
        clears = self.custom_id == CLEARED
        if clears and found["custom_id"] is None:
            raise UsageFailure("they have no custom_id that could be deleted")
        wish = Wish(
            person_id=number,
            custom_id=None if clears else self.custom_id,
            name=cell(self.name),
            image_url=cell(self.image_url),
            personas=[*stay, *added],
            exactly_personas=bool(gone),
            groups=self.with_groups or None,
            loses_custom_id=clears,
            without_groups=self.without_groups,
        )
        return wish, [] if wish.custom_id is None else self._alike(transaction, session, wish.custom_id, number)

    def _alike(self, transaction: Transaction, session: Session, custom_id: str, number: int) -> list[str]:
        """Who has, or had, nearly the new custom_id, or had it."""
        from identity import custom_ids
        from jobs.explaining.finding import who

        told = []
        asked = {"organisation": session.organisation, "near": custom_ids.near(custom_id), "person": number}
        for row in transaction.rows("find/alike.sql", **asked):
            known = row["custom_id"] or row["former_custom_id"]
            if row["custom_id"] == custom_id:
                raise UsageFailure(f"{who(row)} has the custom_id {quoted(custom_id)}")
            told.append(f"{quoted(custom_id)} {'was' if known == custom_id else 'is nearly'} that of {who(row)}")
        return told

    def made(self, transaction: Transaction, session: Session, wish: Wish, number: int) -> dict[str, dict[str, int]]:
        """The wish is made true, as the import of that number. Out: figures. Raises Refused."""
        from jobs.importing.batch import Options
        from jobs.importing.one_person import NotGranted, grant_once

        here = {"organisation": session.organisation}
        (source,) = transaction.rows("history/source.sql", name=self.source, **here)
        options = Options(takeovers=self.takeovers, create_groups=self.create_groups, remembers=False)
        try:
            granted = grant_once(transaction, session.organisation, source["id"], options, wish, number)
        except NotGranted as refusal:
            raise Refused(f"{refusal}; nothing was changed") from refusal
        return by_part(granted.counts, FIGURES)


def typed(text: str | None, option: str) -> str | None:
    """What an option says, trimmed. Raises UsageFailure: it is blank."""
    if text is not None and not trimmed(text):
        raise UsageFailure(f"a blank {option} says nothing; {CLEARED} clears it")
    return None if text is None else trimmed(text)


def cell(value: str | None) -> str | None:
    """As a line's cell says it: "" clears."""
    return "" if value == CLEARED else value


def _identifier(row: dict[str, Any]) -> Identifier:
    from identity.identifiers import Identifier

    return Identifier(row["kind"], row["ifi"])
