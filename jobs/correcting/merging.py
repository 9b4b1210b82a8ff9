"""People who are one: who becomes whom, as a command line or a reviewed file says, and how it is done."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from identity.problems import quoted
from jobs.explaining.explained import people_of
from jobs.explaining.finding import numbered, who
from jobs.importing.figures import by_part
from jobs.shell.failures import FileProblem, UsageFailure, reason

if TYPE_CHECKING:
    from jobs.shell.command import Session
    from sql.database import Transaction

REVIEWED: Final = (
    "same", "keep", "score", "evidence", "person", "custom_id", "name", "other_person", "other_custom_id", "other_name",
)  # fmt: skip
"""The columns of a list of suggestions: what is filled in first."""
PAIR: Final = ("person", "other_person")
YES: Final = ("yes", "y")
NO: Final = ("no", "n")


@dataclass
class Merges:
    """Who becomes whom, and whose custom_ids stay where several have one."""

    into: dict[int, int] = field(default_factory=dict)
    """Person -> whom they become."""
    keepers: list[int] = field(default_factory=list)
    people: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Everybody concerned, by id (`explain/people.sql`), as they were before."""
    rejected: list[dict[str, Any]] = field(default_factory=list)
    """Lines of a file that cannot be done: `line`, `why`."""

    def lost(self) -> list[str]:
        """The custom_ids that nobody has by it."""
        kept = set(self.keepers)
        having: dict[int, list[dict[str, Any]]] = {}
        for number, person in self.people.items():
            if person["custom_id"] is not None:
                having.setdefault(self.into.get(number, number), []).append(person)
        return [
            person["custom_id"]
            for people in having.values()
            for person in people
            if len(people) > 1 and person["person_id"] not in kept
        ]


def asked_merges(transaction: Transaction, session: Session, people: Iterable[int], stays: str | None) -> Merges:
    """The others become the first; `stays`: which of their custom_ids does, where several have one."""
    first, *others = people
    twice = {one for one in others if one == first or others.count(one) > 1}
    found = people_of(transaction, session, [first, *others])
    if twice:
        raise UsageFailure(f"{who(found[min(twice)])} is named twice: they are one person already")
    having = [person for person in found.values() if person["custom_id"] is not None]
    keepers = [person["person_id"] for person in having if person["custom_id"] == stays]
    if stays is not None and not keepers:
        raise UsageFailure(f"none of them has the custom_id {quoted(stays)}")
    if len(having) > 1 and not keepers:
        ids = " and ".join(quoted(person["custom_id"]) for person in having)
        raise UsageFailure(f"they have {ids}: say which one stays (--custom-id)")
    return Merges(dict.fromkeys(others, first), keepers, found)


def reviewed_merges(transaction: Transaction, session: Session, file: Path) -> Merges:
    """The pairs of a reviewed list that are said to be the same; those that hang together become one person."""
    lines = dict(_read(file))
    pairs = {line: tuple(_person(file, line, row[one]) for one in PAIR) for line, row in lines.items()}
    same = [line for line, row in lines.items() if row["same"].lower() in YES]
    found = people_of(transaction, session, (one for line in same for one in pairs[line]))
    wrong = {line: why for line in same if (why := _wrong(pairs[line], lines[line], found))}
    standing = [line for line in same if line not in wrong]
    knot_of = _together(pairs[line] for line in standing)
    knots: dict[int, list[int]] = {}
    for one, knot in knot_of.items():
        knots.setdefault(knot, []).append(one)
    kept: dict[int, set[int]] = {knot: set() for knot in knots}
    for line in standing:
        kept[knot_of[pairs[line][0]]] |= {one for one in pairs[line] if lines[line]["keep"] == found[one]["custom_id"]}
    denied = {
        knot_of[one]: line
        for line, (one, other) in pairs.items()
        if lines[line]["same"].lower() in NO and one in knot_of and knot_of[one] == knot_of.get(other)
    }
    merges, refused = Merges(), {}
    for knot, people in knots.items():
        having = [one for one in people if found[one]["custom_id"] is not None]
        if knot in denied:
            refused[knot] = f"line {denied[knot]} says that two of those who would be one are not the same"
        elif len(having) > 1 and len(kept[knot]) != 1:
            refused[knot] = "several have a custom_id: say in keep which one stays, the same on all their lines"
        else:
            (stays, *_) = kept[knot] or having or [knot]
            merges.keepers += [stays] * (len(having) > 1)
            merges.into |= {one: stays for one in people if one != stays}
            merges.people |= {one: found[one] for one in people}
    wrong |= {line: refused[knot] for line in standing if (knot := knot_of[pairs[line][0]]) in refused}
    merges.rejected = [{"line": line, "why": wrong[line]} for line in sorted(wrong)]
    return merges


def merge(
    transaction: Transaction, organisation: int, merges: Merges, number: int, *, puts_down: bool = True
) -> tuple[dict[str, Any], list[Any]]:
    """Do it, as the import of that number; not `puts_down`: in a session of which `FewBeside` tells. Out: figures, and
    what changes hands (`hands/examples.sql`).
    """
    from sql.few import Few, FewBeside
    from sql.steps import JOBS

    if not merges.into:
        return {**_figures({}), "pending": {"people": 0, "groups": 0}}, []
    work = (Few if puts_down else FewBeside)(
        transaction,
        organisation=organisation,
        merged=list(merges.into),
        into=list(merges.into.values()),
        keepers=merges.keepers,
        at_once=False,
        **{"import": number},
    )
    for place in JOBS["merge"]:
        work.run(place)
    figures = work.row("merge/counts.sql")
    pending = by_part(figures, {"pending": ("people", "groups")})
    return {**_figures(figures), **pending}, work.rows_of("hands/examples.sql", "hands")


def _figures(figures: dict[str, int]) -> dict[str, dict[str, int]]:
    parts = {"people": ("updated", "deleted"), "personas": ("moved",), "memberships": ("added", "removed")}
    return {part: {name: figures.get(f"{part}_{name}", 0) for name in names} for part, names in parts.items()}


def _read(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a reviewed list, by number, with trimmed cells."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            head = text.readline()
            text.seek(0)
            rows = csv.reader(text, delimiter=max(",;\t", key=head.count))
            names = [name.strip().lower() for name in next(rows, [])]
            if missing := [name for name in ("same", *PAIR) if name not in names]:
                raise FileProblem(str(file), f"there is no column {' and no '.join(missing)}")
            for row in rows:
                if any(map(str.strip, row)):
                    if len(row) != len(names):
                        raise FileProblem(str(file), "it does not fit the header", line=rows.line_num)
                    cells = dict.fromkeys(REVIEWED, "") | dict(zip(names, map(str.strip, row), strict=True))
                    if (same := cells["same"]).lower() not in (*YES, *NO, ""):
                        raise FileProblem(str(file), f"{quoted(same)} is neither yes nor no", line=rows.line_num)
                    yield rows.line_num, cells
    except OSError as error:
        raise FileProblem(str(file), reason(error)) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileProblem(str(file), "it is no CSV in UTF-8") from error


def _person(file: Path, line: int, text: str) -> int:
    if (number := numbered(text)) is None:
        raise FileProblem(str(file), f"{quoted(text)} is no person: a number behind #", line=line)
    return number


def _wrong(pair: tuple[int, ...], row: dict[str, str], found: dict[int, dict[str, Any]]) -> str | None:
    """Why two people cannot be made one by a line, if they cannot."""
    for number, known in zip(pair, (row["custom_id"], row["other_custom_id"]), strict=True):
        if found[number]["gone"]:
            return f"#{number} is not there any more"
        if (found[number]["custom_id"] or "") != known:
            return f"#{number} has not the custom_id {quoted(known)}" if known else f"#{number} has a custom_id by now"
    if row["keep"] and row["keep"] not in (row["custom_id"], row["other_custom_id"]):
        return f"{quoted(row['keep'])} is the custom_id of neither"
    return "they are one person already" if pair[0] == pair[1] else None


def _together(pairs: Iterable[tuple[int, ...]]) -> dict[int, int]:
    """Everybody of the pairs -> the lowest of those who hang together with them."""
    import numpy as np

    from identity.components import components

    ends = np.array([*pairs], dtype=np.int64).reshape(-1, 2)
    people, firsts = components(ends.ravel(), np.repeat(np.arange(len(ends)), 2))
    return dict(zip(people.tolist(), firsts.tolist(), strict=True))
