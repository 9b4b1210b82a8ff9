"""People of Learning Locker: its personas, with their identifiers and attributes, in whatever order they come.

*Its persona is our person, its persona identifier our persona.* A record is told by what it has: an identifier has an
`ifi` (since 2.2) or a `uniqueIdentifier` and `identifiers` (before), an attribute a `personaId`. What belongs together
is put together by a small database in the working folder, for the three collections may be of any size.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from math import isfinite
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import orjson

from identity.identifiers import KINDS
from identity.problems import one_line
from jobs.moving.canonical import Group, Person, Persona
from jobs.moving.pages import Page, Pages
from jobs.moving.people_json import SHOWN, persona_of, records_of
from jobs.moving.server import Answer, Cut, Server
from jobs.reading.headers import OTHER_ID, OTHER_ID_OF_CUSTOM_ID, OTHER_ID_OF_IMAGE_URL
from jobs.reading.kinds import not_json
from jobs.reading.packed import BROKEN, HEAD_BYTES, unpacking
from jobs.shell.failures import FileProblem, UsageFailure, reason
from jobs.statements.organisations import chosen_among

COLLECTIONS: Final = ("personas", "personaIdentifiers", "personaAttributes")
MODELS: Final = ("persona", "personaIdentifier", "personaAttribute")
"""As the Connection interface calls them."""
PAGE: Final = 1000
_DOUBLE: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_EXACT: Final = 1 << 53
"""Below this a double is a whole number exactly."""
_BEFORE: Final = "statement.actor."
"""What the keys of identifiers began with, before 2.2."""
_TABLES: Final = """
    CREATE TABLE personas (n INTEGER PRIMARY KEY, id TEXT UNIQUE, name TEXT, created TEXT, unreadable TEXT);
    CREATE TABLE identifiers (
        n INTEGER PRIMARY KEY, id TEXT UNIQUE, persona TEXT, kind TEXT, value TEXT, home_page TEXT, name TEXT,
        created TEXT, unreadable TEXT
    );
    CREATE TABLE attributes (n INTEGER PRIMARY KEY, id TEXT UNIQUE, persona TEXT, key TEXT, value TEXT);
    CREATE TABLE valueless (id TEXT);
    CREATE TABLE organisations (id TEXT PRIMARY KEY, records INTEGER);
"""
_PUT: Final = {
    "personas": "INSERT OR REPLACE INTO personas VALUES (NULL, ?, ?, ?, ?)",
    "identifiers": "INSERT OR REPLACE INTO identifiers VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
    "attributes": "INSERT OR REPLACE INTO attributes VALUES (NULL, ?, ?, ?, ?)",
}
_AGENTS: Final = "SELECT kind, value, home_page, name, created, id, unreadable FROM identifiers"
_MERGED: Final = """
    SELECT count(*) FROM (
        SELECT 1 FROM identifiers WHERE persona IN (SELECT id FROM personas) GROUP BY persona HAVING count(*) > 1
    )
"""
_ALONE: Final = """
    SELECT count(*) FROM identifiers AS i WHERE NOT EXISTS (SELECT 1 FROM personas AS p WHERE p.id = i.persona)
"""
_NOBODYS: Final = """
    SELECT n, id, created FROM identifiers AS i
    WHERE NOT EXISTS (SELECT 1 FROM personas AS p WHERE p.id = i.persona) ORDER BY n
"""
_KEYS: Final = """
    SELECT key, count(*) FROM attributes WHERE persona IN (SELECT id FROM personas) GROUP BY key ORDER BY 2 DESC, 1
"""
_STRAY: Final = "FROM attributes AS a WHERE NOT EXISTS (SELECT 1 FROM personas AS p WHERE p.id = a.persona)"
_NAMED: Final = 5
"""So many ids are named."""
_INDEXES: Final = """
    CREATE INDEX identifiers_of_personas ON identifiers (persona);
    CREATE INDEX attributes_of_personas ON attributes (persona);
"""


class Figures(NamedTuple):
    """What was read."""

    personas: int
    identifiers: int
    merged: int
    """Personas with several identifiers."""
    alone: int
    """Identifiers that are no persona's."""
    attributes: dict[str, int]
    """Of personas that are there, by key."""
    passed_over: list[str]
    """What is read of nobody, in words."""


class LearningLocker:
    """All that was read of one organisation; to be closed."""

    def __init__(
        self,
        folder: Path,
        organisation: str | None = None,
        custom_id_attribute: str | None = None,
        group_attributes: Sequence[str] = (),
        image_attribute: str | None = None,
    ) -> None:
        """organisation: of whom alone, where several are in what is read; the attributes by their keys."""
        self.left: Sequence[str] = ()
        self.groups: dict[str, Group] = {}
        self._organisation = organisation
        self._custom_id_attribute = custom_id_attribute
        self._image_attribute = image_attribute
        self._group_attributes = frozenset(group_attributes)
        path = folder / "learning-locker.sqlite"
        path.unlink(missing_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(f"PRAGMA journal_mode = off; PRAGMA synchronous = off; {_TABLES} BEGIN;")

    def close(self) -> None:
        """May be called again."""
        self._database.close()

    def add(self, records: Iterable[tuple[str, object]], name: str) -> None:
        """Take in records of any collection, each with its place in the file `name`. Raises FileProblem: they are no
        such records.
        """
        for place, record in records:
            if not isinstance(record, dict):
                self._put("personas", None, (None, None, _shown(record)))
                continue
            if "statement" in record or "verb" in record:
                raise FileProblem(name, f"holds statements ({place}): lrs-people import-statements reads them")
            organisation = _id(record.get("organisation"))
            if organisation is not None:
                self._ask(
                    "INSERT INTO organisations VALUES (?, 1) ON CONFLICT DO UPDATE SET records = records + 1",
                    organisation,
                )
            if self._organisation in (None, organisation):
                self._add(record)

    def _add(self, record: Mapping[str, Any]) -> None:
        number, created = _id(record.get("_id", record.get("id"))), _moment(record.get("createdAt"))
        if "personaId" in record:
            key, value = (_text(record.get(name)) for name in ("key", "value"))
            if key is not None and value is not None:
                self._put("attributes", number, (_id(record["personaId"]), key, value))
            else:
                self._ask("INSERT INTO valueless VALUES (?)", number)
        elif "ifi" in record or "uniqueIdentifier" in record or "identifiers" in record:
            agent = _agent(record)
            persona = None if agent is None else persona_of(agent)
            found = persona or Persona("mbox", "")
            row = (found.kind, found.value, found.home_page, found.name) if persona else (None, None, None, None)
            unreadable = None if persona else _shown(_plain(record))
            self._put("identifiers", number, (_id(record.get("persona")), *row, created, unreadable))
        else:
            name = record.get("name")
            wrong = None if name is None or isinstance(name, str) else _shown(_plain(record))
            self._put("personas", number, (name if wrong is None else None, created, wrong))

    def read(self) -> Figures:
        """All is there. Raises UsageFailure: it is of several organisations, and nobody has said of which, or of others
        than was said; or there are personas and no identifiers, or the other way round.
        """
        self._database.executescript(_INDEXES)  # which ends the transaction
        chosen_among(dict(self._ask("SELECT id, records FROM organisations")), self._organisation)
        personas, identifiers, merged, alone = (
            self._ask(query).fetchone()[0]
            for query in (
                "SELECT count(*) FROM personas",
                "SELECT count(*) FROM identifiers",
                _MERGED,
                _ALONE,
            )
        )
        if bool(personas) != bool(identifiers):
            without = "personaIdentifiers" if personas else "personas"
            raise UsageFailure(f"there are no {without}: who has which identifier is only known from both collections")
        return Figures(personas, identifiers, merged, alone, dict(self._ask(_KEYS)), list(self._passed_over()))

    def _passed_over(self) -> Iterator[str]:
        """What is read of nobody, with the first ids there."""
        for query, what in (
            (_STRAY, "attributes are of personas that are not there"),
            ("FROM valueless", "attributes have no text or number as key and value"),
        ):
            (count,) = self._ask(f"SELECT count(*) {query}").fetchone()
            if count:
                found = self._ask(f"SELECT id {query} LIMIT {_NAMED}").fetchall()
                named = ", ".join(one_line(one or "without an id") for (one,) in found)
                yield f"{count:,} {what}: {named}" + (", …" if count > len(found) else "")

    def people(self) -> Iterator[Person]:
        """Everybody; and whoever has an identifier that is nobody's there."""
        for number, name, created, wrong in self._ask("SELECT id, name, created, unreadable FROM personas ORDER BY n"):
            agents = self._ask(f"{_AGENTS} WHERE persona = ? ORDER BY n", number).fetchall()
            yield self._person(number, name, created, wrong, agents)
        for n, number, created in self._ask(_NOBODYS):
            agents = self._ask(f"{_AGENTS} WHERE n = ?", n).fetchall()
            yield replace(self._person(number, None, created, None, agents), other_ids={})

    def _person(
        self, number: str | None, name: str | None, created: str | None, wrong: str | None, agents: list[Any]
    ) -> Person:
        unreadable = [wrong, *(row[-1] for row in agents)]
        custom_id, image_url, groups = None, None, []
        other_ids = {OTHER_ID: number or ""}
        for of, key, value in self._ask("SELECT id, key, value FROM attributes WHERE persona = ? ORDER BY n", number):
            if key == self._custom_id_attribute:
                custom_id, other_ids[OTHER_ID_OF_CUSTOM_ID] = value, of or ""
            if key == self._image_attribute:
                image_url, other_ids[OTHER_ID_OF_IMAGE_URL] = value, of or ""
            if key in self._group_attributes:
                groups.append(self._group(key, value))
        return Person(
            number or "",
            custom_id,
            None,
            name,
            image_url,
            created=created,
            personas=[
                Persona(kind, value, home_page, called, made, other_id=other_id)
                for kind, value, home_page, called, made, other_id, odd in agents
                if odd is None
            ],
            groups=groups,
            unreadable=" ".join(one for one in unreadable if one) or None,
            other_ids=other_ids,
        )

    def _group(self, key: str, value: str) -> str:
        """The group of those who have this value."""
        custom_id = f"{key}: {value}"
        self.groups.setdefault(custom_id, Group(custom_id, custom_id, value, key))
        return custom_id

    def _put(self, table: str, number: str | None, row: tuple[Any, ...]) -> None:
        """One record, the last one of an id."""
        self._ask(_PUT[table], number, *row)

    def _ask(self, query: str, *values: Any) -> sqlite3.Cursor:
        return self._database.execute(query, values)


def documents(path: Path) -> Iterator[tuple[str, object]]:
    """The records of a file: JSON as mongoexport has it, or BSON as mongodump; plain or packed. Raises FileProblem."""
    if not _is_bson(path):
        for line, record in records_of(path):
            yield f"line {line}", record
        return
    try:
        import bson
    except ImportError:
        needs = "which needs an extra: pip install '.[learning-locker]' in the clone"
        raise UsageFailure(f"{path} is BSON, {needs}") from None
    try:
        with open(path, "rb") as raw:
            unpack = unpacking(raw.read(HEAD_BYTES))
            raw.seek(0)
            for number, record in enumerate(bson.decode_file_iter(unpack(raw) if unpack else raw), 1):
                yield f"document {number}", record
    except (bson.errors.BSONError, *BROKEN) as error:
        raise FileProblem(str(path), "is damaged, or not wholly there") from error


def dump(path: Path) -> list[Path]:
    """The files of the three collections in the folder of a mongodump, which before 2.2 had names without capitals; a
    file is itself. Raises UsageFailure.
    """
    if not path.is_dir():
        return [path]

    def files(collection: str) -> list[Path]:
        every = sorted(path.rglob(f"{collection}.*"))
        return [file for file in every if not file.name.endswith((".metadata.json", ".metadata.json.gz"))]

    found = [file for collection in COLLECTIONS for file in files(collection) or files(collection.lower())]
    if not found:
        raise UsageFailure(f"{path}: there is none of {', '.join(COLLECTIONS)}")
    return found


class Connection:
    """The HTTP Connection interface of a server, read page by page by its cursors."""

    def __init__(self, server: Server, page_size: int = PAGE) -> None:
        self._server = server
        self._size = page_size

    def read(self, pages: Pages) -> None:
        """Read all three collections. Raises Unavailable, Failure."""
        for model in MODELS:
            pages.read(model, partial(self._page, model), {"after": None})

    def _page(self, model: str, place: dict[str, Any]) -> Page:
        asked = {"first": self._size, "sort": '{"_id":1}'} | ({"after": place["after"]} if place["after"] else {})
        target = f"{self._server.path}/api/connection/{model}?{urlencode(asked)}"
        edges, more = self._server.get(target, self._edges, {})
        return Page([edge["node"] for edge in edges], {"after": edges[-1]["cursor"]} if edges and more else None)

    def _edges(self, answer: Answer) -> tuple[list[Any], bool]:
        found = self._server.parsed(answer)
        try:
            edges = [{"node": edge["node"], "cursor": edge["cursor"]} for edge in found["edges"]]
            return edges, bool(found["pageInfo"]["hasNextPage"])
        except (LookupError, TypeError):
            raise Cut("an answer has no edges") from None


def _agent(record: Mapping[str, Any]) -> dict[str, Any] | None:
    """The agent that an identifier stands for, in the present form or in that of before 2.2."""
    listed = {
        entry.get("key"): entry.get("value") for entry in record.get("identifiers") or () if isinstance(entry, dict)
    }
    ifi = record.get("ifi") or record.get("uniqueIdentifier")
    if isinstance(ifi, dict):
        kind = str(ifi.get("key")).removeprefix(_BEFORE)
        agent: dict[str, Any] = {kind: ifi.get("value")} if kind in KINDS else {}
    else:
        agent = {kind: listed[_BEFORE + kind] for kind in KINDS if _BEFORE + kind in listed}
        account = {part: listed.get(f"{_BEFORE}account.{part}") for part in ("homePage", "name")}
        if any(account.values()):
            agent["account"] = account
    name = listed.get(f"{_BEFORE}name")
    return agent | ({"name": name} if isinstance(name, str) else {}) if agent else None


def _is_bson(path: Path) -> bool:
    try:
        with open(path, "rb") as raw:
            unpack = unpacking(raw.read(HEAD_BYTES))
            raw.seek(0)
            head = (unpack(raw) if unpack else raw).read(64)
    except BROKEN as error:
        why = reason(error) if isinstance(error, OSError) else "is damaged, or not wholly there"
        raise FileProblem(str(path), f"cannot be read: {why}") from error
    return "BSON" in (not_json(head) or "")


def _id(value: object) -> str | None:
    """An id as text: of a text, of extended JSON, of BSON."""
    if isinstance(value, dict):
        value = value.get("$oid")
    return None if value is None else str(value)


def _text(value: object) -> str | None:
    if isinstance(value, dict):  # extended JSON: {"$numberLong": "7"}
        key, value = next(iter(value.items()), ("", None)) if len(value) == 1 else ("", None)
        if key == "$numberDouble":
            value = float(str(value)) if _DOUBLE.fullmatch(str(value)) else None
    if isinstance(value, float):  # what the shell of MongoDB makes of 7, too
        value = int(value) if value.is_integer() and abs(value) < _EXACT else repr(value) if isfinite(value) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _moment(value: object) -> str | None:
    """A date as text: of a text, of extended JSON, of BSON."""
    if isinstance(value, dict):
        value = value.get("$date")
    if isinstance(value, dict):
        with suppress(ValueError, TypeError):
            value = int(value.get("$numberLong", ""))
    if isinstance(value, int):
        value = datetime.fromtimestamp(value / 1000, UTC)
    return value.isoformat() if isinstance(value, datetime) else value if isinstance(value, str) else None


def _plain(record: Mapping[str, Any]) -> dict[str, Any]:
    """What of a record says something, as JSON has it."""
    return {key: value for key, value in record.items() if key in ("name", "ifi", "uniqueIdentifier", "identifiers")}


def _shown(value: object) -> str:
    text = value if isinstance(value, bytes) else orjson.dumps(value, default=str)
    return text.decode(errors="replace")[:SHOWN]
