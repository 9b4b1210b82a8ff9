"""How things came to be as they are: changes, each with the run that made it, in the order in which they came.

A change is a row of `sql/explain/*_changes.sql`: `import_id`, the run that made it (None: no run has); `follows`, the
run that made the state before it; `said_in`, where the line stands that says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from identity.problems import quoted
from jobs.explaining.spells import span
from jobs.shell.terminal import instant
from sql.tables import LINE_BITS

if TYPE_CHECKING:
    from jobs.shell.command import Session
    from sql.database import Transaction

Change = Mapping[str, Any]
BY_HAND = {
    "move-persona": "moved by hand",
    "merge-people": "merged by hand",
    "edit-person": "given by hand",
    "delete-person": "set apart by hand",
}
"""What a persona is that changes person by a command of corrections."""
READS_ITS_OWN = ("migrate",)
"""Commands that read files which they have written: nobody else has seen their lines."""
OVER = {"people-api": "the People API", "personas-api": "the Personas interface", "groups-api": "the Groups API"}
"""Through what a write came over HTTP, by its command."""
ERASED = 0
"""The id, where the history would have had that of somebody who was erased."""
HEADINGS = ("import", "command", "source", "file and line")


class Runs:
    """The runs behind some changes."""

    def __init__(self, transaction: Transaction, session: Session, changes: Sequence[Change]) -> None:
        numbers = sorted({change["import_id"] for change in changes if change["import_id"] is not None})
        rows = transaction.rows("explain/imports.sql", organisation=session.organisation, imports=numbers)
        self._runs = {row["id"]: row for row in rows}
        self._places = in_order(changes)

    def of(self, change: Change) -> dict[str, Any] | None:
        """The run that made a change."""
        return self._runs.get(change["import_id"])

    def place(self, change: Change) -> tuple[int, int]:
        """What changes are sorted by."""
        return self._places.get(change["import_id"], (0, 0))

    def since(self, change: Change) -> str:
        """When the run of a change began, in UTC."""
        run = self.of(change)
        return f"{run['started_at']:%Y-%m-%d %H:%M:%S}" if run else "not known"

    def cells(self, change: Change) -> tuple[str, ...]:
        """The run of a change, below `HEADINGS`."""
        run = self.of(change)
        if not run:
            return ("",) * len(HEADINGS)
        command = run["command"] if run["undoes"] is None else f"{run['command']} {run['undoes']}"
        name, line = place(run, change["said_in"])
        where = "" if name is None else name if line is None else f"{name}:{line}"
        return str(run["id"]), command, run["source"] or "", where

    def as_json(self, change: Change) -> dict[str, Any]:
        """The same for `--json`."""
        run = self.of(change)
        keys = ("since", "import", "command", "source", "run_by", "undoes", "file", "line")
        if not run:
            return dict.fromkeys(keys)
        file, line = place(run, change["said_in"])
        told = (instant(run["started_at"]), run["id"], run["command"], run["source"], run["run_by"], run["undoes"])
        return dict(zip(keys, (*told, file, line), strict=True))

    def begins(self, change: Change) -> bool:
        """Whether something that was not there, as far as is known, was made by this change's run.

        Where the history has been pruned, a state may have followed one that is not known any more.
        """
        run = self.of(change)
        return run is not None and (not run["pruned"] or bool(change["created_at"] >= run["started_at"]))


def in_order(changes: Iterable[Change]) -> dict[int | None, tuple[int, int]]:
    """Run -> its place among all: by number, but never before one whose work it changed.

    A run that has waited for another may have the lower number.
    """
    follows = {(change["follows"], change["import_id"]) for change in changes if change["import_id"] is not None}
    places: dict[int | None, tuple[int, int]] = {number: (number, 0) for _, number in follows}
    for _ in places:  # runs that come line by line can follow each other both ways: this must end
        late = [(before, after) for before, after in follows if before in places and places[after] <= places[before]]
        for before, after in late:
            places[after] = (places[before][0], places[before][1] + 1)
        if not late:
            break
    return places


def how(change: Change, run: Mapping[str, Any] | None, *, begins: bool) -> str:
    """What happened to a persona, in a word or two: a row of `explain/persona_changes.sql` and its run."""
    if run is None:
        return "not known"
    if run["undoes"] is not None:
        return f"import {run['undoes']} undone"
    if not change["is"]:
        return f"deleted{_over(run)}"
    said = []
    if not change["was"]:
        said.append("created" if begins else "what was before is not known")
    elif change["from_id"] != change["to_id"]:
        if run["command"] in BY_HAND:
            said.append(BY_HAND[run["command"]])
        elif run["merges"]:
            said.append("merged")
        elif change["to_id"] is None:
            said.append("dropped")
        elif change["from_id"] is None:
            said.append("made for its statements" if run["command"] == "import-statements" else "claimed")
        else:
            said.append("dropped" if change["made"] else "taken over" if change["owned"] else "claimed")
    if change["begins_at"] and change["begins_at"] != change["old_begins_at"]:
        said.append(span(change["begins_at"], None))
    if change["pinned"] != bool(change["was_pinned"]):
        said.append("pinned" if change["pinned"] else "unpinned")
    return f"{', '.join(said) or 'changed'}{_over(run)}"


def how_for_a_time(change: Change, run: Mapping[str, Any] | None) -> str:
    """The same of a time that has ended, and for which it has changed person: a row of `explain/span_changes.sql`."""
    when = span(change["begins_at"], change["ends_at"])
    if run is None or run["undoes"] is not None:
        return when if run is None else f"import {run['undoes']} undone, {when}"
    by_hand = "merged" if run["merges"] else BY_HAND.get(run["command"])
    return f"{when if by_hand is None else f'{by_hand}, {when}'}{_over(run)}"


def _over(run: Mapping[str, Any]) -> str:
    """By whom it was, and through what, where that was over HTTP."""
    return f" by {quoted(run['run_by'])[1:-1]} over {OVER[run['command']]}" if run["command"] in OVER else ""


def people_of(transaction: Transaction, session: Session, ids: Iterable[int | None]) -> dict[int, dict[str, Any]]:
    """Id -> a person as now, or as last known (`explain/people.sql`); of some a pruned history knows only the id."""
    asked = sorted({number for number in ids if number is not None})
    rows = transaction.rows("explain/people.sql", organisation=session.organisation, people=asked)
    forgotten = {"custom_id": None, "former_custom_id": None, "name": None, "image_url": None, "gone": True}
    known = {number: {"person_id": number, **forgotten} for number in asked} | {row["person_id"]: row for row in rows}
    if ERASED in known:
        known[ERASED]["name"] = "erased"
    return known


def place(run: Mapping[str, Any], said_in: int | None) -> tuple[str | None, int | None]:
    """The file and the line that say so, of a file that anybody has seen; of what no line says, the files."""
    names = [file["name"] for file in run["files"]]
    if said_in is None:
        return ", ".join(names) or None, None
    number = said_in >> LINE_BITS
    line = None if run["command"] in READS_ITS_OWN else said_in & ((1 << LINE_BITS) - 1)
    return names[number] if number < len(names) else None, line
