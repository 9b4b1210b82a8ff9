"""Spells at random, put into the model and into a database by plain SQL.

An import splits spells only at its own moments; what reads them must be right whatever they are.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

import psycopg
from model import ALWAYS, NEVER, Spell, World


def cut(world: World, ifi: str, chance: random.Random, moments: Sequence[datetime]) -> None:
    """Random spells of a persona, one after another, with anybody or nobody; what has been stated is of somebody."""
    persona, people = world.personas[ifi], list(world.people)
    stated = [world.at(one) for one in persona.statements]
    times = [ALWAYS, *sorted(chance.sample(list(moments), chance.randint(0, 4))), NEVER]
    if persona.owner is not None:
        world.people[persona.owner].personas.remove(ifi)
    persona.owner, persona.begins, persona.ended = None, times[-2], []
    for begins, ends in pairwise(times):
        is_free = not any(begins <= at < ends for at in stated)
        others = [one for one in people if (begins, one) not in {(spell.ends, spell.person) for spell in persona.ended}]
        if person := chance.choice([*others, None] if is_free and times[1] != NEVER else others):
            world.fill(ifi, Spell(begins, ends, person))


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


def put(url: str, world: World, ids: Mapping[int, int]) -> None:
    """The model's spells instead of those that there are; everything is pending. ids: of people, in the database."""
    with psycopg.connect(url) as connection:
        for ifi, persona in world.personas.items():
            owner = None if persona.owner is None else ids[persona.owner]
            connection.execute(OPEN, [owner, _when(persona.begins), ifi])
            for one in persona.ended:
                connection.execute(CLOSED, [_when(one.begins), one.ends, ids[one.person], ifi])
        connection.execute(MARKS)


def _when(begins: datetime) -> datetime | None:
    return None if begins == ALWAYS else begins
