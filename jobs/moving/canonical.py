"""What a source says of people and groups, and the canonical files that it is written to, which imports read.

Nothing is judged here. A value that cannot be right stands in its cell as the source has it, and rejects its line as it
would in HR's file; what is no value of a cell at all stands in `_unreadable`, which does too. `_source_id` says which
of the source's records a line is of: the rejects file has it. By the ids in `_other_id…` records are found here too.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np

from identity.identifiers import Kind
from jobs.reading.headers import IDENTIFYING, OF_IDENTIFIERS, OTHER_ID_COLUMNS, OTHER_ID_OF_IDENTIFIER, UNREADABLE
from jobs.shell.beside import owners_only
from jobs.shell.outgoing import Outgoing
from jobs.shell.records import csv_records, escaped

PEOPLE: Final = "people.csv"
GROUPS: Final = "groups.csv"
SOURCE_ID: Final = "_source_id"
ABREAST: Final = 4
"""So many identifiers stand on one line; whoever has more has further lines."""
BLOCK: Final = 1 << 20
GROUP_COLUMNS: Final = (SOURCE_ID, "custom_id", "name", "type", "parent_custom_ids", "created")
_KINDS: Final = {"mbox": "email", "mbox_sha1sum": "mbox_sha1sum", "openid": "openid", "account": "account_name"}
_NUMBERED: Final = (*IDENTIFYING, *OF_IDENTIFIERS)
PEOPLE_COLUMNS: Final = (
    SOURCE_ID, "custom_id", "former_custom_id", "name", "image_url", "created",
    *(f"{column}_{number}" for number in range(1, ABREAST + 1) for column in _NUMBERED),
    "groups", UNREADABLE,
    *OTHER_ID_COLUMNS, *(f"{OTHER_ID_OF_IDENTIFIER}_{number}" for number in range(1, ABREAST + 1)),
)  # fmt: skip
_PLACES: Final = {column: place for place, column in enumerate(PEOPLE_COLUMNS)}


@dataclass(frozen=True)
class Persona:
    """An identifier, as the source writes it."""

    kind: Kind
    value: str
    home_page: str | None = None
    """Of an account; its name is the value."""
    name: str | None = None
    """As the agent is called."""
    created: str | None = None
    since: str | None = None
    until: str | None = None
    """Up to when it was theirs."""
    object_type: str | None = None
    """`Agent` or `Group`, where that is said."""
    other_id: str | None = None
    """The id of its record."""


@dataclass(frozen=True)
class Person:
    """Somebody, as the source has them."""

    source_id: str
    custom_id: str | None = None
    former_custom_id: str | None = None
    """One that they have lost."""
    name: str | None = None
    image_url: str | None = None
    created: str | None = None
    personas: Sequence[Persona] = ()
    groups: Sequence[str] = ()
    """By custom_id."""
    unreadable: str | None = None
    """What of it says nothing that could stand in a cell."""
    other_ids: Mapping[str, str] = field(default_factory=dict)
    """By column of `OTHER_ID_COLUMNS` an id by which they, or what they have, shall be found."""


@dataclass(frozen=True)
class Group:
    """A group, as the source has it."""

    source_id: str
    custom_id: str
    name: str | None = None
    type: str | None = None
    parents: Sequence[str] = ()
    created: str | None = None


def group_id(text: str) -> str:
    """A group's custom_id as it can be: without the sign that stands between two of them (as under a mapping)."""
    return text.replace("|", "¦")


def people_lines(people: Iterable[Person]) -> Iterator[str]:
    """The file of people, header first."""
    record = csv_records()
    yield record(PEOPLE_COLUMNS)
    for person in people:
        for cells in _lines_of(person):
            yield record(cells)


def group_lines(groups: Iterable[Group]) -> Iterator[str]:
    """The file of groups, header first."""
    record = csv_records()
    yield record(GROUP_COLUMNS)
    for group in groups:
        parents = escaped("|".join(map(group_id, group.parents)))
        said = escaped(group.name), escaped(group.type), parents, group.created or ""
        yield record((group.source_id, group_id(group.custom_id), *said))


def _lines_of(person: Person) -> Iterator[list[str]]:
    """A person's lines: further ones repeat whose they are, by the custom_id or else by the first identifier."""
    said = {
        SOURCE_ID: person.source_id,
        "custom_id": person.custom_id or "",
        "former_custom_id": person.former_custom_id or "",
        "name": escaped(person.name),
        "image_url": escaped(person.image_url),
        "created": person.created or "",
        "groups": escaped("|".join(map(group_id, person.groups))),
        UNREADABLE: person.unreadable or "",
        **person.other_ids,
    }
    ended = [persona for persona in person.personas if persona.until is not None]
    personas = [*(persona for persona in person.personas if persona.until is None), *ended]
    first, rest = personas[:ABREAST], personas[ABREAST:]
    again = [] if person.custom_id else first[:1]
    if rest and again and again[0].until is not None:  # it is nobody's, and so no line can name them by it
        said[UNREADABLE] = f"{len(personas)} identifiers, all of them former ones, without a customId"
        rest = []
    yield _cells(said, first)
    step = ABREAST - len(again)
    same = {SOURCE_ID: person.source_id, "custom_id": said["custom_id"], "name": said["name"]}
    for at in range(0, len(rest), step):
        yield _cells(same, [*again, *rest[at : at + step]])


def _cells(person: dict[str, str], personas: Sequence[Persona]) -> list[str]:
    cells = [""] * len(PEOPLE_COLUMNS)
    for column, text in person.items():
        cells[_PLACES[column]] = text
    for number, persona in enumerate(personas, 1):
        of_persona: dict[str, str | None] = {
            _KINDS[persona.kind]: persona.value,
            "account_home_page": persona.home_page,
            "identifier_name": escaped(persona.name),
            "identifier_object_type": persona.object_type,
            "identifier_created": persona.created,
            "identifier_since": persona.since,
            "identifier_until": persona.until,
            OTHER_ID_OF_IDENTIFIER: persona.other_id,
        }
        for column, of_it in of_persona.items():
            cells[_PLACES[f"{column}_{number}"]] = of_it or ""
    return cells


class Records:
    """Which of the source's records the lines of a canonical file are of (`jobs.lines.inputs.Records`)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._begins: np.ndarray[Any, Any] | None = None
        """Where its physical lines begin; looked for when somebody asks."""

    def of(self, lines: Sequence[int]) -> list[str]:
        """The ids of their records, each once or more. Raises OSError."""
        found = []
        with open(self._path, "rb") as stream:
            if self._begins is None:
                self._begins = _begins(stream)
            for line in lines:
                stream.seek(int(self._begins[line - 1]))
                found.append(next(csv.reader([stream.readline().decode()]))[0])
        return found


def _begins(stream: BinaryIO) -> np.ndarray[Any, Any]:
    found, before = [np.zeros(1, np.int64)], 0
    while block := stream.read(BLOCK):
        found.append(np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + before + 1)
        before += len(block)
    return np.concatenate(found)


def write(path: Path, lines: Iterable[str]) -> int:
    """Write a file of which nobody else reads a line; gives the number of lines, without the header. Raises OSError."""
    out = Outgoing(lines)
    with open(path, "wb", opener=owners_only) as stream:
        out.write(stream)
        stream.flush()
        os.fsync(stream.fileno())
    return out.texts - 1
