"""Two sources of people, and statements, moved into one store: in whichever order, they end the same where they
agree.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from commands import write
from conftest import Cli
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jobs.shell.terminal import instant

LONG_AGO = datetime(2022, 1, 1, tzinfo=UTC)
DAYS = [LONG_AGO + timedelta(days=90 * number) for number in range(9)]
SOURCES = ("people-json", "learning-locker", "statements")
names = (f"organisation {number}" for number in itertools.count())


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, list[str]]:
    """The lines of what each source has of the same people."""
    found: dict[str, list[str]] = {source: [] for source in SOURCES}
    said = []
    for number in range(draw(st.integers(4, 8))):
        custom_id = f"E{number}" if draw(st.integers(0, 4)) else None
        addresses = [f"p{number}.{one}@example.org" for one in range(draw(st.integers(1, 3)))]
        here = set(draw(st.lists(st.sampled_from(["json", "locker"]), min_size=1, unique=True)))
        here = here if custom_id else {"json"}  # whose the rest is nobody can tell without one
        theirs = {of: [one for one in addresses if draw(st.booleans())] or addresses[:1] for of in sorted(here)}
        if "json" in theirs:
            personas: list[dict[str, Any]] = [{"mbox": f"mailto:{one}"} for one in theirs["json"]]
            if draw(st.booleans()):
                begins, ends = sorted(draw(st.lists(st.sampled_from(DAYS), min_size=2, max_size=2, unique=True)))
                times = {"from": instant(begins) if draw(st.booleans()) else None, "until": instant(ends)}
                personas.append({"mbox": f"mailto:had{number}@example.org", **times})
                said.append(f"had{number}@example.org")
            groups = draw(st.lists(st.sampled_from(["sales", "north"]), unique=True))
            person = {"customId": custom_id, "name": f"P {number}", "personas": personas}
            found["people-json"].append(json.dumps(person | {"parentGroupCustomIds": groups}))
        if "locker" in theirs:
            key = f"{number:024x}"
            found["learning-locker"].append(json.dumps({"_id": {"$oid": key}, "name": f"P {number}"}))
            attribute = {"_id": {"$oid": f"b{number:023x}"}, "personaId": {"$oid": key}}
            found["learning-locker"].append(json.dumps(attribute | {"key": "employee", "value": custom_id}))
            for place, one in enumerate(theirs["locker"]):
                identifier = {"_id": {"$oid": f"a{place:011x}{number:012x}"}, "persona": {"$oid": key}}
                ifi = {"key": "mbox", "value": f"mailto:{one}"}
                found["learning-locker"].append(json.dumps(identifier | {"ifi": ifi}))
        said += addresses
    for count, one in enumerate(draw(st.lists(st.sampled_from([*said, "stranger@example.org"]), max_size=15))):
        made = {
            "id": f"00000000-0000-4000-8000-{count:012}",
            "actor": {"mbox": f"mailto:{one}", "name": "Somebody"},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": f"https://lms.example/{count % 3}"},
            "timestamp": instant(draw(st.sampled_from(DAYS)) + timedelta(days=draw(st.integers(-1, 1)))),
        }
        found["statements"].append(json.dumps(made))
    return found


def state(cli: Cli, to: tuple[str, ...]) -> list[Any]:
    """Who has and had what, and has done what; whoever is named after an agent, by that."""
    found = []
    for line in cli("export-people", "--format", "jsonl", "--all-spells", *to).stdout.splitlines():
        person = json.loads(line)
        whose = person.get("customId") or person.get("name")
        found += [(whose, one["mbox"], one.get("from"), one.get("until")) for one in person["personas"]]
        found += [(whose, group) for group in person["parentGroupCustomIds"]]
    had = [line for line in cli("report-people", "--format", "csv", *to).stdout.splitlines() if line.startswith("E")]
    return [sorted(map(repr, found)), sorted(had)]


def moved(cli: Cli, order: Iterator[str] | tuple[str, ...], world: dict[str, list[str]]) -> list[Any]:
    """What comes of moving in from these, one after the other."""
    to = ("--organisation", next(names))
    new: tuple[str, ...] = ("--create-organisation",)
    for source in order:
        write(f"{source}.json", *world[source])
        command = ["import-statements"] if source == "statements" else ["migrate", source]
        more = ["--custom-id-attribute", "employee"] if source == "learning-locker" else []
        if world[source]:
            done = cli(*command, f"{source}.json", *more, *to, *new)
            assert done.exit_code == 0, done
            new = ()
    assert cli("finish-batch-updates", "--check", *to).exit_code == 0
    return state(cli, to)


@given(worlds(), st.permutations(SOURCES), st.permutations(SOURCES))
@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # to shrink takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_in_whichever_order_they_end_the_same(
    cli: Cli, world: dict[str, list[str]], one: list[str], other: list[str]
) -> None:
    assert moved(cli, tuple(one), world) == moved(cli, tuple(other), world)
