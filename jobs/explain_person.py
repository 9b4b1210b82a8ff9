"""explain-person: what became of a person, of their personas and memberships, and by which import, file and line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from identity.problems import quoted
from jobs.shell.command import Session, command
from jobs.shell.failures import DONE

if TYPE_CHECKING:
    from jobs.explaining.explained import Change, Runs
    from sql.database import Transaction

FIELDS = ("custom_id", "name", "image_url")


@command("explain-person", reads=True)
@click.argument("asked", metavar="CUSTOMID")
def main(session: Session, *, asked: str) -> int:
    """Show what became of whoever has, or ever had, a custom_id: by which import, file and line.

    Their custom_id, name and image, the personas that came and went, and the groups. A person without a custom_id goes
    by the number that lrs-people explain-persona shows: '#17'.
    """
    from jobs.explaining import spells
    from jobs.explaining.explained import HEADINGS
    from jobs.explaining.finding import as_person, custom_id, who
    from jobs.shell.terminal import table

    with session.database.snapshot() as transaction:
        stories = [_Story(transaction, session, number) for number in _find(transaction, session, custom_id(asked))]
    terminal = session.terminal
    terminal.line(session.where)
    for story in stories:
        person = story.person
        terminal.line()
        gone = ", gone" if person["gone"] else ""
        known = f" (#{person['person_id']})" if person["custom_id"] is not None else ""
        former = person["former_custom_id"]
        formerly = f", formerly {quoted(former)[1:-1]}" if former is not None else ""
        terminal.line(f"{who(person)}{known}{formerly}{gone}")
        terminal.line()
        if spells.in_time(story.spells):
            for line in [*table(spells.rows(story.spells, "ifi")), ""]:
                terminal.line(line)
        rows = [(story.runs.since(change), _text(event), *story.runs.cells(change)) for change, event in story.events]
        for line in table([("when (UTC)", "what", *HEADINGS), *rows]):
            terminal.line(line)
    terminal.result(
        {
            **session.names,
            "people": [
                {
                    **as_person(story.person),
                    "formerCustomId": story.person["former_custom_id"],
                    "spells": spells.as_json(story.spells, "ifi"),
                    "changes": [{**story.runs.as_json(change), **_as_json(event)} for change, event in story.events],
                }
                for story in stories
            ],
        }
    )
    return DONE


def _find(transaction: Transaction, session: Session, asked: str) -> list[int]:
    """The people who have or had a custom_id, or the one with that number."""
    from jobs.explaining.finding import no_person, numbered

    found = transaction.rows("explain/people_of_custom_id.sql", organisation=session.organisation, custom_id=asked)
    if not found and (number := numbered(asked)) is not None:
        found = transaction.rows("explain/people_of_id.sql", organisation=session.organisation, id=number)
    if not found:
        raise no_person(transaction, session, asked)
    return sorted(row["id"] for row in found)


class _Story:
    """One person's changes in order, each with what is to be said of it.

    An event has `what` and, by that: `old` and `new` values; a persona's `ifi`, `how` it moved, and the `other` person
    from whom or to whom; a `group` and the `giver`, the source that says so.
    """

    def __init__(self, transaction: Transaction, session: Session, number: int) -> None:
        from jobs.explaining.explained import Runs, people_of

        mine = {"organisation": session.organisation, "people": [number]}
        own = transaction.rows("explain/person_changes.sql", **mine)
        ids = [row["id"] for row in transaction.rows("explain/personas_of_people.sql", **mine)]
        asked = {"organisation": session.organisation, "personas": ids}
        personas = transaction.rows("explain/persona_changes.sql", **asked)
        personas += transaction.rows("explain/span_changes.sql", **asked)
        self.spells = transaction.rows("explain/spells.sql", **asked, person=number)
        memberships = transaction.rows("explain/membership_changes.sql", **mine)
        left = transaction.rows("explain/left_personas.sql", **mine)
        self.runs: Runs = Runs(transaction, session, [*own, *personas, *memberships, *left])
        others = [change[side] for change in personas for side in ("from_id", "to_id")]
        others += [change[side] for change in left for side in ("holder_id", "claimant_id")]
        self._people = people_of(transaction, session, [number, *others])
        self.person = self._people[number]
        told = [
            *((change, event) for change in own for event in self._own(change)),
            *((change, event) for change in personas for event in self._persona(change)),
            *((change, event) for change in memberships for event in _membership(change)),
            *((change, self._left(change)) for change in left),
        ]
        self.events: list[tuple[Change, dict[str, Any]]] = sorted(
            told, key=lambda pair: (self.runs.place(pair[0]), pair[1]["what"] == "deleted")
        )

    def _own(self, change: Change) -> Iterator[dict[str, Any]]:
        if not change["is"]:
            yield {"what": "deleted"}
            return
        if not change["was"]:
            run = self.runs.of(change)
            undoes = run is not None and run["undoes"] is not None
            yield {"what": "created" if self.runs.begins(change) else "restored" if undoes else "unknown_before"}
        for field in FIELDS:
            old, new = change[f"old_{field}"], change[field]
            if old != new:
                yield {"what": field, "old": old, "new": new}

    def _persona(self, change: Change) -> Iterator[dict[str, Any]]:
        from jobs.explaining.explained import how, how_for_a_time

        number, left, came = self.person["person_id"], change["from_id"], change["to_id"]
        run = self.runs.of(change)
        said = how(change, run, begins=self.runs.begins(change)) if "is" in change else how_for_a_time(change, run)
        told = {"ifi": change["ifi"], "how": said}
        if left != came and came == number:
            yield {"what": "persona_came", **told, "other": self._people.get(left) if left is not None else None}
        elif left != came and left == number:
            yield {"what": "persona_went", **told, "other": self._people.get(came) if came is not None else None}
        elif left == number:
            yield {"what": "persona_changed", **told, "other": None}


    def _left(self, change: Change) -> dict[str, Any]:
        number = self.person["person_id"]
        kept = change["holder_id"] == number
        other = change["claimant_id" if kept else "holder_id"]
        told = {"ifi": change["ifi"], "how": change["why"], "other": self._people.get(other) if other else None}
        return {"what": "persona_kept" if kept else "persona_not_given", **told}


def _membership(change: Change) -> Iterator[dict[str, Any]]:
    what = "group_joined" if change["is"] else "group_left"
    yield {"what": what, "group": change["custom_id"], "giver": change["source"]}


def _text(event: dict[str, Any]) -> str:
    """An event in a few words."""
    from jobs.explaining.finding import who

    def shown(value: str | None) -> str:
        return "none" if value is None else quoted(value)[1:-1]

    match event["what"]:
        case "created" | "restored" | "deleted":
            return str(event["what"])
        case "unknown_before":
            return "what was before is not known"
        case "persona_came":
            source = f" from {who(event['other'])}" if event["other"] else ""
            return f"has {shown(event['ifi'])}{source} ({event['how']})"
        case "persona_went":
            goal = f", {who(event['other'])} has" if event["other"] else ""
            return f"no longer has {shown(event['ifi'])}{goal} ({event['how']})"
        case "persona_changed":
            return f"{shown(event['ifi'])} {event['how']}"
        case "persona_kept":
            claimant = f", claimed for {who(event['other'])}" if event["other"] else ", claimed for somebody else"
            return f"keeps {shown(event['ifi'])}{claimant} ({event['how']})"
        case "persona_not_given":
            holder = f" stays with {who(event['other'])}" if event["other"] else " stays where it is"
            return f"{shown(event['ifi'])}{holder} ({event['how']})"
        case "group_joined":
            return f"in group {shown(event['group'])} (source {shown(event['giver'])})"
        case "group_left":
            return f"no longer in group {shown(event['group'])} (source {shown(event['giver'])})"
    old = "" if event["old"] is None else f"{shown(event['old'])} → "
    return f"{event['what']} {old}{shown(event['new'])}"


def _as_json(event: dict[str, Any]) -> dict[str, Any]:
    from jobs.explaining.finding import as_person

    return {**event, "other": as_person(event["other"])} if event.get("other") else event


if __name__ == "__main__":
    main()
