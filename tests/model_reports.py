"""What reports say, once more, slowly: computed from the statements as they came, person by person and group by group.

A part of the reference model (`model.py`). A record is the list of interactions that it is made of, and every figure is
counted from that list; nothing is rolled up from anything else. People go by the spells of their personas, which the
model and the database have in common.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from model import Holding, Person, World

Spells = frozenset[Holding]

ATTEMPTS = {
    f"{where}/{verb}"
    for where in ("http://adlnet.gov/expapi/verbs", "https://w3id.org/xapi/adl/verbs")
    for verb in ("attempted", "initialized")
}
COMPLETED, PASSED, FAILED = (
    {f"http://adlnet.gov/expapi/verbs/{verb}", f"https://w3id.org/xapi/adl/verbs/{verb}"}
    for verb in ("completed", "passed", "failed")
)
SECONDS = {"Y": 365 * 86400, "W": 7 * 86400, "D": 86400, "TH": 3600, "TM": 60, "TS": 1, "M": 30 * 86400}


class Interaction(NamedTuple):
    """What a statement says that reports count."""

    activity: str
    at: datetime
    attempt: bool
    completion: bool | None
    success: bool | None
    score: Fraction | None
    seconds: Fraction


class Figures(NamedTuple):
    """What there is of some interactions."""

    interactions: int
    activities: int
    attempts: int
    completed: int
    passed: int
    failed: int
    scores: int
    score_sum: Fraction
    best_score: Fraction | None
    seconds: Fraction
    first_at: datetime | None
    last_at: datetime | None
    completed_at: datetime | None
    passed_at: datetime | None

    @property
    def mean_score(self) -> Fraction | None:
        return self.score_sum / self.scores if self.scores else None


def figures(some: Sequence[Interaction]) -> Figures:
    """Count them."""
    scores = [one.score for one in some if one.score is not None]
    times = [one.at for one in some]
    return Figures(
        interactions=len(some),
        activities=len({one.activity for one in some} - {""}),
        attempts=sum(one.attempt for one in some),
        completed=sum(one.completion is True for one in some),
        passed=sum(one.success is True for one in some),
        failed=sum(one.success is False for one in some),
        scores=len(scores),
        score_sum=sum(scores, Fraction(0)),
        best_score=max(scores, default=None),
        seconds=sum((one.seconds for one in some), Fraction(0)),
        first_at=min(times, default=None),
        last_at=max(times, default=None),
        completed_at=min((one.at for one in some if one.completion), default=None),
        passed_at=min((one.at for one in some if one.success), default=None),
    )


# -- from statements -----------------------------------------------------------------------------------------


def interaction(told: Any) -> Interaction:
    """A statement as it came. Its verb counts where its result does not say."""
    verb, result = told["verb"]["id"], told.get("result", {})
    scaled = result.get("score", {}).get("scaled")
    at = datetime.fromisoformat(told["timestamp"].replace("Z", "+00:00"))
    return Interaction(
        told["object"].get("id", "") if told["object"].get("objectType", "Activity") == "Activity" else "",
        at.astimezone(UTC),
        verb in ATTEMPTS,
        result.get("completion", verb in COMPLETED or None),
        result.get("success", True if verb in PASSED else False if verb in FAILED else None),
        None if scaled is None else Fraction(str(scaled)),
        seconds(result.get("duration", "PT0S")),
    )


def seconds(duration: str) -> Fraction:
    """An ISO 8601 duration; a year has 365 days and a month 30."""
    total, in_time = Fraction(0), ""
    for number, unit in re.findall(r"([0-9.]*)([A-Z])", duration[1:]):
        if unit == "T":
            in_time = "T"
        else:
            total += Fraction(number) * SECONDS[in_time + unit]
    return total


def of_persona(world: World, ifi: str) -> list[Interaction]:
    """Its interactions: what it is the actor of, and nobody has voided."""
    return [interaction(world.told[one]) for one in world.personas[ifi].statements if one not in world.voided]


def of_person(world: World, person: Person) -> list[Interaction]:
    """What a persona did while it was theirs."""
    number = number_of(world, person)
    return [one for ifi in world.personas for one in of_persona(world, ifi) if world.spell_at(ifi, one.at)[1] == number]


def _spell(world: World, ifi: str, one: Interaction) -> datetime | None:
    """When the spell begins in which a persona did something."""
    return world.spell_at(ifi, one.at)[0]


def number_of(world: World, person: Person) -> int:
    return next(number for number, somebody in world.people.items() if somebody is person)


def members(world: World, group: str) -> list[Person]:
    """Those of the group and of all groups below it, each once."""
    return [person for person in world.people.values() if group in world.with_ancestors(person.member_of())]


# -- the records ---------------------------------------------------------------------------------------------


class Records(NamedTuple):
    """Every record there must be; what has no interactions has none, and a group without members neither."""

    of_personas: dict[tuple[str, datetime | None, str, str], Figures]
    """By ifi, the beginning of its spell, activity and month (`2024-05`)."""
    of_activities: dict[tuple[Spells, str], Figures]
    """By person and activity."""
    of_people: dict[Spells, Figures]
    of_groups: dict[str, tuple[int, int, Figures]]
    """Members, active members, and the rest."""


def records(worlds: Iterable[World]) -> Records:
    """The records of all these worlds, which have nothing in common."""
    found = Records({}, {}, {}, {})
    for world in worlds:
        for ifi in world.personas:
            spells = split(of_persona(world, ifi), partial(_spell, world, ifi))
            for begins, within in spells.items():
                for (activity, month), some in split(within, lambda one: (one.activity, f"{one.at:%Y-%m}")).items():
                    found.of_personas[ifi, begins, activity, month] = figures(some)
        for number, person in world.people.items():
            who, mine = world.spells_of(number), of_person(world, person)
            for activity, some in split(mine, lambda one: one.activity).items():
                found.of_activities[who, activity] = figures(some)
            if mine:
                found.of_people[who] = figures(mine)
        for group in world.groups:
            there = [of_person(world, person) for person in members(world, group)]
            if there:
                everything = [one for some in there for one in some]
                found.of_groups[group] = (len(there), sum(map(bool, there)), figures(everything))
    return found


def split(some: Iterable[Interaction], key: Callable[[Interaction], Any]) -> dict[Any, list[Interaction]]:
    parts: dict[Hashable, list[Interaction]] = {}
    for one in some:
        parts.setdefault(key(one), []).append(one)
    return parts


# -- the reports ---------------------------------------------------------------------------------------------


class Filter(NamedTuple):
    """What a report is asked for."""

    group: str | None = None
    activity: str | None = None
    person: str | None = None
    """A custom_id."""
    since: datetime | None = None
    until: datetime | None = None

    def keeps(self, one: Interaction) -> bool:
        """Whether an interaction counts."""
        return (
            (self.activity is None or one.activity == self.activity)
            and (self.since is None or self.since <= one.at)
            and (self.until is None or one.at < self.until)
        )

    def is_about(self, world: World, person: Person) -> bool:
        """Whether a person is among those asked for."""
        return (self.group is None or self.group in world.with_ancestors(person.member_of())) and (
            self.person is None or person.custom_id == self.person
        )


def report_people(world: World, asked: Filter, everybody: bool = False) -> list[dict[str, Any]]:
    """The rows of `report-people`, in no order."""
    rows = []
    for person in world.people.values():
        some = [one for one in of_person(world, person) if asked.keeps(one)]
        if asked.is_about(world, person) and (some or everybody):
            found = figures(some)
            rows.append(
                {
                    "custom_id": person.custom_id,
                    "name": person.name,
                    "interactions": found.interactions,
                    "activities": found.activities,
                    "completed": found.completed,
                    "passed": found.passed,
                    "failed": found.failed,
                    "mean_score": found.mean_score,
                    "seconds_spent": found.seconds,
                    "first_at": found.first_at,
                    "last_at": found.last_at,
                }
            )
    return rows


def report_groups(world: World, asked: Filter) -> list[dict[str, Any]]:
    """The rows of `report-groups`, by custom_id."""
    rows = []
    for group in sorted(world.groups):
        holder = world.holder_of_custom_id(asked.person)
        if asked.group is not None and asked.group not in world.with_ancestors([group]):
            continue
        if asked.person is not None and (
            holder is None or group not in world.with_ancestors(world.people[holder].member_of())
        ):
            continue
        there = [[one for one in of_person(world, person) if asked.keeps(one)] for person in members(world, group)]
        found = figures([one for some in there for one in some])
        rows.append(
            {
                "custom_id": group,
                "members": len(there),
                "active_members": sum(map(bool, there)),
                "interactions": found.interactions,
                "completed": found.completed,
                "mean_score": found.mean_score,
                "seconds_spent": found.seconds,
                "last_at": found.last_at,
            }
        )
    return rows


def report_activities(world: World, asked: Filter) -> list[dict[str, Any]]:
    """The rows of `report-activities`, by IRI."""
    by_activity: dict[str, list[list[Interaction]]] = {}
    for person in world.people.values():
        if asked.is_about(world, person):
            mine = [one for one in of_person(world, person) if asked.keeps(one)]
            for activity, some in split(mine, lambda one: one.activity).items():
                by_activity.setdefault(activity, []).append(some)
    rows = []
    for activity in sorted(by_activity.keys() - {""}):
        found = figures([one for some in by_activity[activity] for one in some])
        rows.append(
            {
                "activity": activity,
                "people": len(by_activity[activity]),
                "interactions": found.interactions,
                "completed": found.completed,
                "mean_score": found.mean_score,
                "last_at": found.last_at,
            }
        )
    return rows
