"""Spells put into a database by plain SQL, at random, and the model of what they mean for reports.

An import splits spells only at its own moments; what reads them must be right whatever they are.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

import psycopg
from model import World


class Held(NamedTuple):
    """One persona with one person (None: with nobody), from a time (None: always) up to another (None: still)."""

    begins: datetime | None
    ends: datetime | None
    person: int | None


class InTime(World):
    """A world whose personas are held by people one after another."""

    def __init__(self, world: World) -> None:
        super().__init__()
        vars(self).update(vars(world.copy()))
        self.held = {ifi: [Held(None, None, persona.owner)] for ifi, persona in self.personas.items()}

    def spell_at(self, ifi: str, at: datetime) -> tuple[datetime | None, int]:
        for begins, ends, person in self.held[ifi]:
            if (begins is None or begins <= at) and (ends is None or at < ends):
                assert person is not None, (ifi, at)
                return begins, person
        raise AssertionError((ifi, at))

    def spells_of(self, person_id: int) -> frozenset[tuple[str, datetime | None]]:
        return frozenset(
            (ifi, one.begins) for ifi, spells in self.held.items() for one in spells if one.person == person_id
        )

    def fill(self, names: dict[str, str | None]) -> None:
        """Whoever did something in a time that is nobody's gets a person of their own for it."""
        for ifi, spells in self.held.items():
            told = [datetime.fromisoformat(self.told[one]["timestamp"]) for one in self.personas[ifi].statements]
            for place, (begins, ends, person) in enumerate(spells):
                within = [at for at in told if (begins is None or begins <= at) and (ends is None or at < ends)]
                if person is None and within:
                    spells[place] = Held(begins, ends, self.add_person(name=names.get(ifi)))


def cut(
    chance: random.Random, people: Sequence[int], moments: Sequence[datetime], holds: Sequence[datetime]
) -> list[Held]:
    """Random spells of a persona, one after another; none of these moments (`holds`) is left to nobody."""
    times: list[datetime | None] = [None, *sorted(chance.sample(list(moments), chance.randint(0, 4))), None]
    spells = []
    for begins, ends in pairwise(times):
        needed = any((begins is None or begins <= at) and (ends is None or at < ends) for at in holds)
        person = chance.choice([*people] if needed else [*people, None])
        spells.append(Held(begins, ends, person))
    return spells if any(one.person is not None for one in spells) else [Held(None, None, people[0])]


OPEN = """
    UPDATE personas SET person_id = %s, begins_at = coalesce(CAST(%s AS timestamptz), '-infinity')
    WHERE ifi = %s
"""
CLOSED = """
    INSERT INTO closed_spells (organisation_id, persona_id, begins_at, ends_at, person_id)
    SELECT organisation_id, id, coalesce(CAST(%s AS timestamptz), '-infinity'), %s, %s FROM personas WHERE ifi = %s
"""
MARKS = """
    INSERT INTO pending (organisation_id, subject, subject_id)
    SELECT organisation_id, 'persona', id FROM personas
    UNION ALL SELECT organisation_id, 'person', id FROM people
"""


def put(url: str, held: dict[str, list[Held]], ids: dict[int, int]) -> None:
    """These spells, by ifi, instead of those that there are; everything is pending. ids: of people, in the database."""
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM closed_spells")
        for ifi, spells in held.items():
            last = spells[-1]
            owner = None if last.person is None else ids[last.person]
            connection.execute(OPEN, [owner, last.begins, ifi])
            for one in spells[:-1]:
                if one.person is not None:
                    connection.execute(CLOSED, [one.begins, one.ends, ids[one.person], ifi])
        connection.execute(MARKS)
