"""Person objects, as the People API has them and `export-people --format jsonl` writes them, in files.

A file is JSON Lines, a JSON array, or saved answers ({"count": …, "results": […]}), one behind the other; plain or
gzip.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

import orjson

from identity.blanks import trimmed
from identity.identifiers import KINDS
from jobs.moving.canonical import Group, Person, Persona
from jobs.reading.kinds import no_person
from jobs.statements.files import Raw, StatementFile, listing

SHOWN: Final = 200
"""So many characters of what cannot be read are told."""


class PeopleDocuments(StatementFile):
    """One file of Person objects, or of groups."""

    what: ClassVar[str] = "record"
    result: ClassVar[re.Pattern[bytes]] = listing(b"results")
    reads_bson: ClassVar[bool] = False
    other_than = staticmethod(no_person)


class PeopleJson:
    """What files of people say, and files of groups beside them. Raises FileProblem, as `StatementFile`."""

    def __init__(self, paths: Sequence[Path], groups_paths: Sequence[Path] = ()) -> None:
        self._paths = paths
        self.left: Sequence[str] = ()
        self.groups: dict[str, Group] = {}
        """By custom_id; of groups that people bring along too, once these are read."""
        self._names: dict[int, str] = {}
        """By the number of a group its custom_id here."""
        for path in groups_paths:
            for _, record in records_of(path):
                self._keep(record)

    def people(self) -> Iterator[Person]:
        """Everybody, in the order of the files."""
        for path in self._paths:
            for line, record in records_of(path):
                yield self._person(record, f"line {line}")

    def _keep(self, record: object) -> None:
        """A group object."""
        if isinstance(record, dict):
            custom_id = self._group_id(record.get("id"), record.get("customId"))
            if custom_id is not None:
                parents = self._groups_of(record)
                name, created = (_text(record.get(key)) for key in ("name", "created"))
                kind = _type(record.get("type"))
                self.groups[custom_id] = Group(str(record.get("id")), custom_id, name, kind, parents, created)

    def _group_id(self, number: object, custom_id: object) -> str | None:
        if isinstance(custom_id, str) and custom_id:
            if isinstance(number, int):
                self._names[number] = custom_id
            return custom_id
        return self._names.get(number, f"group {number}") if isinstance(number, int) else None

    def _groups_of(self, record: Mapping[str, Any]) -> list[str]:
        """The groups that a person or a group is in, by custom_id; where they have none, by the number there."""
        for group in record.get("parentGroups") or ():
            self._keep(group)
        numbers, named = (record.get(key) or [] for key in ("parentGroupIds", "parentGroupCustomIds"))
        if len(named) >= len(numbers) and all(isinstance(one, str) and one for one in named):
            return list(named)
        found = [self._group_id(number, None) for number in numbers]
        return list(dict.fromkeys([*(one for one in found if one), *(one for one in named if one)]))

    def _person(self, record: object, place: str) -> Person:
        if not isinstance(record, dict) or not isinstance(record.get("personas") or [], list):
            return Person(place, unreadable=_shown(record))
        entries = [(entry, persona_of(entry)) for entry in record.get("personas") or ()]
        texts = {key: record.get(key) for key in ("customId", "formerCustomId", "name", "imageUrl", "created")}
        wrong: list[object] = [entry for entry, persona in entries if persona is None]
        wrong += [{key: value} for key, value in texts.items() if value is not None and _text(value) is None]
        return Person(
            str(record.get("id", place)),
            _text(texts["customId"]),
            _text(texts["formerCustomId"]),
            _text(texts["name"]),
            _text(texts["imageUrl"]),
            _text(texts["created"]),
            [persona for _, persona in entries if persona],
            self._groups_of(record),
            _shown(wrong) if wrong else None,
        )


def persona_of(entry: object) -> Persona | None:
    """The persona that an Agent, or an identified Group, names; None where it does not name one, or several."""
    if not isinstance(entry, dict):
        return None
    kinds = [kind for kind in KINDS if entry.get(kind) is not None]
    if len(kinds) != 1:
        return None
    (kind,) = kinds
    account = entry[kind] if kind == "account" else {"name": entry[kind], "homePage": None}
    if not isinstance(account, dict):
        return None
    value, home_page = account.get("name"), account.get("homePage")
    if not isinstance(value, str) or not trimmed(value) or (kind == "account") is not isinstance(home_page, str):
        return None
    said = [entry.get(key) for key in ("name", "created", "from", "until", "objectType")]
    if any(text is not None and not isinstance(text, str) for text in said):
        return None
    return Persona(kind, value, home_page, *said)


def records_of(path: Path) -> Iterator[tuple[int, object]]:
    """What stands in a file, each with its line; the bytes of what is no JSON."""
    with PeopleDocuments(path) as file:
        for part in file.parts():
            for raw in part.statements():
                yield raw.line, _parsed(raw)


def _parsed(raw: Raw) -> object:
    try:
        return orjson.loads(raw.text)
    except orjson.JSONDecodeError:
        return raw.text


def _text(value: object) -> str | None:
    """What stands for a text: a number is one, as it is written."""
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    return None


def _type(value: object) -> str | None:
    """A group's type: a text, or an object with its name."""
    return _text(value.get("name") if isinstance(value, dict) else value)


def _shown(value: object) -> str:
    text = value if isinstance(value, bytes) else orjson.dumps(value)
    return text.decode(errors="replace")[:SHOWN]
