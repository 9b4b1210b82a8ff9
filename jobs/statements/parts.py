"""The same as `reading`, of most statements several times as fast: they are read by their parts.

A statement is cut into the values of its members, as they are written, and so are its result and its context. Most of
these are plain (a text of ASCII without escapes), or have been there before: agents, verbs, objects, scores, and who
vouches for it. What was found of a text is found of the same text again; only what is new is looked into, by what reads
whole statements.

A statement is in doubt if it has a strange key, or one twice, or null, half of a surrogate pair, or anything that is
wrong: then it is read as a whole. Nothing is rejected here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import msgspec
import orjson

from identity.agents import Agent
from jobs.statements.envelopes import unwrapped
from jobs.statements.json_texts import repeated_key, tight
from jobs.statements.reading import (
    IN_RESULT,
    VOIDED,
    Persona,
    Rejected,
    Seen,
    Statement,
    StatementReader,
    Wrong,
    an_object,
    check_version,
    digest_of,
    exact_duration,
    nameless,
    refuse_null,
    scaled_score,
    utc,
    verb_iri,
)

_SEEN_BYTES: Final = 8 << 20
_plain: Final = re.compile(rb'"[ !#-\[\]-~]*+"').fullmatch
"""Whether it is a text that can be written in no other way."""
_simple: Final = re.compile(rb"[ -$&-\[\]-~]*+").fullmatch
"""Whether nothing in it has another normal form than in the first release: it is of ASCII, without % and escapes."""
_UUID: Final = re.compile(rb'"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"')
_TIME: Final = re.compile(
    rb'"([0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])(?:\.([0-9]{1,6}))?Z"'
).fullmatch
_SAID: Final = {b"true": True, b"false": False}
_REPEATED: Final = ("contextActivities", "instructor", "team")
"""Of a context, what comes again, and is compared in a form of its own."""
_KEYS: Final = {
    key: f'"{key}":'.encode()
    for key in (
        *IN_RESULT, *_REPEATED, "contextAgents", "contextGroups", "language", "platform", "registration", "revision",
        "statement",
    )
}  # fmt: skip
"""Of results and contexts: before a value. In the order of these texts members are compared."""
_AROUND: Final = len(b'{"actor":,"verb":,"object":}')


class _InDoubt(Exception):  # noqa: N818 - never leaves this module
    pass


_DOUBTS: Final = (_InDoubt, Wrong, KeyError, ValueError, RecursionError, msgspec.MsgspecError, orjson.JSONEncodeError)


# The values of members as they are written; msgspec gives the last of two with one key, and what is no JSON it refuses.
_ABSENT: Final = msgspec.Raw()


class _Members(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """The members of a statement."""

    actor: msgspec.Raw
    verb: msgspec.Raw
    object: msgspec.Raw
    id: msgspec.Raw = _ABSENT
    result: msgspec.Raw = _ABSENT
    context: msgspec.Raw = _ABSENT
    timestamp: msgspec.Raw = _ABSENT
    stored: msgspec.Raw = _ABSENT
    authority: msgspec.Raw = _ABSENT
    version: msgspec.Raw = _ABSENT
    attachments: msgspec.Raw = _ABSENT


_members: Final = msgspec.json.Decoder(_Members).decode
_values: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_statement: Final = tuple.__new__  # of a named tuple, faster


class PartsReader(StatementReader):
    """Reads statements of one organisation by their parts; what it has seen of those it remembers, within bounds."""

    def __init__(self, *, fold_mailbox_case: bool = False) -> None:
        super().__init__(fold_mailbox_case=fold_mailbox_case)
        self._verbs: Seen[tuple[str, bytes]] = Seen(_SEEN_BYTES)
        self._objects: Seen[tuple[str, str | None, bytes]] = Seen(_SEEN_BYTES)
        self._scores: Seen[tuple[str | None, bytes]] = Seen(_SEEN_BYTES)
        self._durations: Seen[tuple[str, bytes]] = Seen(_SEEN_BYTES)
        self._forms: dict[str, Seen[bytes]] = {key: Seen(_SEEN_BYTES) for key in _REPEATED}
        self._versions: Seen[bool] = Seen(_SEEN_BYTES)
        self._vouchers: Seen[bool] = Seen(_SEEN_BYTES)

    def read(self, text: bytes) -> Statement | Rejected:
        """As `StatementReader.read`."""
        with suppress(*_DOUBTS):
            return self._by_parts(text)
        inner = unwrapped(text)
        if inner is not text:
            with suppress(*_DOUBTS):
                return self._by_parts(inner)
        return super().read(text)

    def _by_parts(self, text: bytes) -> Statement:
        members = _members(text)
        actor, verb, about = bytes(members.actor), bytes(members.verb), bytes(members.object)
        result, context = bytes(members.result), bytes(members.context)
        length = _AROUND + len(actor) + len(verb) + len(about)
        persona, who = self._actors.get(actor) or self._new_actor(actor)
        iri, verb_form = self._verbs.get(verb) or self._new_verb(verb)
        activity, referred, about_form = self._objects.get(about) or self._new_object(about)
        if iri != VOIDED:
            referred = None
        elif referred is None:
            raise _InDoubt
        completion = success = score = seconds = None
        result_form = context_form = b"null"
        if result:
            completion, success, score, seconds, result_form = self._result(result)
            length += 10 + len(result)
        if context:
            context_form = self._context_form(context)
            length += 11 + len(context)
        own, at = b"\0", None
        if members.timestamp is not _ABSENT:
            timestamp = bytes(members.timestamp)
            own, at = b"\1", _utc(timestamp)
            length += 13 + len(timestamp)
        if members.stored is not _ABSENT:
            stored = bytes(members.stored)
            if at is None:
                at = _utc(stored)
            elif not _plain(stored):
                _sound("stored", stored)
            length += 10 + len(stored)
        length += self._unkept(members)
        digest = digest_of(who, b"".join((verb_form, about_form, result_form, b",", context_form, b"]")))
        if members.id is not _ABSENT:
            given = bytes(members.id)
            if not _UUID.fullmatch(given):
                raise _InDoubt
            length += 6 + len(given)
            identity = given[1:-1].decode().lower()
        else:
            identity = nameless(digest, at)
        if length != len(text):
            _only_these(text, msgspec.structs.astuple(members))
        return _statement(
            Statement,
            (identity, persona, referred, activity, iri, completion, success, score, seconds, at, digest + own),
        )

    def _unkept(self, members: _Members) -> int:
        """Looks at what nothing is kept of; gives how long that is."""
        length = 0
        if members.version is not _ABSENT:
            version = bytes(members.version)
            if not self._versions.get(version):
                check_version(_sound("version", version))
                self._versions.add(version, True)
            length += 11 + len(version)
        if members.authority is not _ABSENT:
            authority = bytes(members.authority)
            if not self._vouchers.get(authority):
                _sound("authority", authority)
                self._vouchers.add(authority, True)
            length += 13 + len(authority)
        if members.attachments is not _ABSENT:
            attachments = bytes(members.attachments)
            _sound("attachments", attachments)
            length += 15 + len(attachments)
        return length

    def _result(self, text: bytes) -> tuple[bool | None, bool | None, str | None, str | None, bytes]:
        """completion, success, score, seconds; and the result as it is compared."""
        completion = success = scaled = seconds = None
        forms, length, values = [], 1, _values(text)
        for key, raw in values.items():
            value = bytes(raw)
            length += len(key) + len(value) + 4
            if key == "score":
                scaled, value = self._scores.get(value) or self._new_score(value)
            elif key == "duration":
                seconds, value = self._durations.get(value) or self._new_duration(value)
            elif key == "success":
                success = _SAID[value]
            elif key == "completion":
                completion = _SAID[value]
            elif key not in IN_RESULT:
                raise _InDoubt
            elif not _plain(value):
                value = _form(key, value)
            forms.append(_KEYS[key] + value)
        if length != len(text):
            _only_these(text, values.values())
        forms.sort()
        return completion, success, scaled, seconds, b"{%b}" % b",".join(forms)

    def _context_form(self, text: bytes) -> bytes:
        """A context as it is compared."""
        forms, length, values = [], 1, _values(text)
        for key, raw in values.items():
            value = bytes(raw)
            length += len(key) + len(value) + 4
            if not _plain(value):
                if key in _REPEATED:
                    value = self._forms[key].get(value) or self._new_form(key, value)
                else:
                    value = _form(key, value)
            forms.append(_KEYS[key] + value)
        if length != len(text):
            _only_these(text, values.values())
        forms.sort()
        return b"{%b}" % b",".join(forms)

    def _new_actor(self, text: bytes) -> tuple[Persona | None, bytes]:
        actor = _sound("actor", text)
        if not _simple(text) or "member" in actor:
            return self._actors.add(text, self._read_actor(actor))
        # The first release would have read it likewise: it need not be read a second time for what is compared.
        agent, persona = self._who(actor)
        if not isinstance(agent, Agent):
            raise _InDoubt
        compared = [actor.get("objectType", "Agent"), agent.identifier.ifi, agent.name, ()]
        return self._actors.add(text, (persona, tight(orjson.dumps(compared))))

    def _new_verb(self, text: bytes) -> tuple[str, bytes]:
        iri = verb_iri(_sound("verb", text))
        return self._verbs.add(text, (iri, b"[%b," % orjson.dumps(iri)))

    def _new_object(self, text: bytes) -> tuple[str, str | None, bytes]:
        activity, referred, about = self._about(_sound("object", text))
        return self._objects.add(text, (activity, referred, b"%b," % _compared(about)))

    def _new_score(self, text: bytes) -> tuple[str | None, bytes]:
        score = an_object(_sound("score", text), "invalid_result", "its score")
        return self._scores.add(text, (scaled_score(score), _compared(score)))

    def _new_duration(self, text: bytes) -> tuple[str, bytes]:
        exact, compared = exact_duration(_text(text))
        return self._durations.add(text, (exact, tight(orjson.dumps(compared))))

    def _new_form(self, key: str, text: bytes) -> bytes:
        """What is compared of one value of a context."""
        return self._forms[key].add(text, _compared(self._context({key: _sound(key, text)})[key]))


def _only_these(text: bytes, values: Iterable[msgspec.Raw]) -> None:
    """Raises _InDoubt where the values are not those of all members of an object: there are more colons in it.

    (They need not be counted where the text is as long as these are with nothing but their keys around them.)
    """
    if text.count(b":") != sum(bytes(value).count(b":") + 1 for value in values if value is not _ABSENT):
        raise _InDoubt


def _utc(text: bytes) -> str:
    """A time in UTC, as ISO 8601."""
    if (found := _TIME(text)) is None:
        return utc(_text(text))
    written, fraction = found.groups()
    datetime.fromisoformat(written.decode())  # ValueError: there is no such day
    if fraction is None or not fraction.strip(b"0"):
        return f"{written.decode()}+00:00"
    return f"{written.decode()}.{fraction.decode():0<6}+00:00"


def _text(value: bytes) -> str:
    """What a plain text says."""
    if not _plain(value):
        raise _InDoubt
    return value[1:-1].decode()


def _sound(key: str, text: bytes) -> Any:
    """The value of the member `key`, in which is no null and no key twice, and which is not nested too deeply."""
    value = orjson.loads(text)
    if orjson.dumps(value) != text and repeated_key(value, text) is not None:
        raise _InDoubt
    if b"null" in text:
        refuse_null({key: value})
    return value


def _form(key: str, text: bytes) -> bytes:
    """The value of a member as it is compared, where that is as it stands there."""
    return _compared(_sound(key, text))


def _compared(value: object) -> bytes:
    """A value as JSON; as deep in it as nothing is that is compared, so that none is too deep there and not here."""
    return orjson.dumps(((value,),), option=orjson.OPT_SORT_KEYS)[2:-2]
