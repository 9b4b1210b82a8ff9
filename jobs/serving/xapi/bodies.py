"""Statements as they are sent -> what is kept of each, or why the request is refused."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from threading import Lock
from typing import Final

import msgspec

from identity import problems
from jobs.serving.answers import Problem
from jobs.statements.parts import PartsReader
from jobs.statements.reading import PROPERTIES, Rejected, Statement

UUID: Final = re.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}").fullmatch
_list: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode
_members: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class Reader:
    """Reads statements that are sent to organisations, which all fold the case of mailboxes, or none."""

    def __init__(self, *, fold_mailbox_case: bool) -> None:
        self._reader = PartsReader(fold_mailbox_case=fold_mailbox_case)
        self._turn = Lock()  # it remembers what it has seen

    def read(self, body: bytes) -> list[Statement]:
        """The statements of a body: one, or a list. Raises Problem."""
        body = body.strip(b" \t\r\n")
        if body.startswith(b"["):
            try:
                texts = [bytes(text) for text in _list(body)]
            except (msgspec.MsgspecError, ValueError, RecursionError):
                raise _no_json() from None
            if not texts:
                raise Problem(400, "invalid_statement", "there is no statement in the list")
            statements = [self._statement(text, f"[{number}]") for number, text in enumerate(texts)]
        else:
            statements = [self._statement(body, None)]
        _refuse_repeated(statements)
        return statements

    def read_one(self, body: bytes, id_: str) -> Statement:
        """The statement of a body, which has this id, or none of its own. Raises Problem."""
        if body.lstrip(b" \t\r\n").startswith(b"["):
            raise Problem(400, "invalid_statement", "a list of statements is sent with POST")
        return self._statement(body, None, id_)

    def _statement(self, text: bytes, field: str | None, id_: str | None = None) -> Statement:
        """One of them. One that has no id is given one; it happens now if it does not say when."""
        try:
            members = _members(text)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            raise _no_json(field) from None
        if other := next((key for key in members if key not in PROPERTIES), None):
            said = f"a statement has no property {problems.quoted(other)}"
            raise Problem(400, "invalid_statement", said, field)
        with self._turn:
            found = self._reader.read(text)
        if isinstance(found, Rejected):
            said = problems.message(found.code, value=found.value, detail=found.detail)
            raise Problem(400, found.code, said, field)
        if not found.digest[-1]:  # `stored` is for the server to say
            found = found._replace(at=None)
        if "id" not in members:
            return found._replace(id=id_ or str(uuid.uuid4()))
        if id_ not in (None, found.id):
            raise Problem(400, "other_id", "it is not the one that statementId says", "id")
        return found


def _no_json(field: str | None = None) -> Problem:
    return Problem(400, "invalid_json", "the body is neither a statement nor a list of statements, in JSON", field)


def _refuse_repeated(statements: Sequence[Statement]) -> None:
    seen: set[str] = set()
    for number, statement in enumerate(statements):
        if statement.id in seen:
            said = f"two statements of the list have the id {statement.id}"
            raise Problem(400, "repeated_id", said, f"[{number}].id")
        seen.add(statement.id)
