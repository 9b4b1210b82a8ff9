"""What a file is that was given to a command which does not read it, and which one does."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Final

import msgspec

_OBJECT: Final = re.compile(rb'(?:\xef\xbb\xbf|\s)*+(?:\[\s*+)?\{\s*+"')
_STATEMENT: Final = re.compile(rb'"(?:actor|verb|statements?)"\s*+:')
_BSON: Final = re.compile(rb"...\x00[\x02\x03\x07]_id\x00", re.DOTALL)
_members: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_OF_STATEMENTS: Final = frozenset(("actor", "verb", "object", "statement", "_source"))
_OF_PEOPLE: Final = frozenset(("customId", "custom_id", "personas", "people", "memberships"))
_OF_LEARNING_LOCKER: Final = frozenset(("personaIdentifiers", "uniqueIdentifier", "ifi", "personaId"))
"""Members of its personas, of their identifiers and attributes."""


def not_csv(head: bytes) -> str | None:
    """What a file that begins so is instead of CSV, if that can be told."""
    if not _OBJECT.match(head):
        return None
    if _STATEMENT.search(head):
        return "holds xAPI statements, not CSV: lrs-people import-statements reads it"
    return "is JSON, not CSV: lrs-people migrate people-json reads people from it"


def not_json(head: bytes) -> str | None:
    """What a file that begins so is instead of JSON, if that can be told."""
    if head.startswith(b"PGDMP"):
        return "is a dump of PostgreSQL: restore it, and lrs-people migrate reads the database"
    if is_bson(head):
        return "is BSON, as mongodump has it: lrs-people migrate learning-locker reads it"
    return None


def is_bson(head: bytes) -> bool:
    """Whether a file that begins so is of mongodump."""
    return _BSON.match(head) is not None


def no_statement(first: bytes) -> str | None:
    """What a file whose first record is this holds instead of statements, if that can be told."""
    keys = _keys(first)
    if keys & _OF_STATEMENTS:
        return None
    if keys & _OF_LEARNING_LOCKER or {"_id", "organisation", "name"} <= keys:
        return "holds people, not statements: lrs-people migrate learning-locker reads it"
    return "holds people, not statements: lrs-people migrate people-json reads it" if keys & _OF_PEOPLE else None


def no_person(first: bytes) -> str | None:
    """The same where people are expected."""
    if {"actor", "verb"} <= _keys(first):
        return "holds statements: lrs-people import-statements reads it"
    return None


def _keys(record: bytes) -> Set[str]:
    try:
        return _members(record).keys()
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return frozenset()
