"""One xAPI statement -> what the record store keeps of it, or why it is rejected. xAPI 1.0.3 and 2.0 alike.

Two statements with one id are the same, or in conflict, by the rules of xAPI Data 2.3.1 "Statement
Comparision": what an LRS may give or change does not count. That is authority, stored, version and
attachments, the definitions of activities, the display of a verb, the order of a Group's members, letter case
where it says nothing (so actors are compared by their normal forms), a duration's digits behind the
hundredths, and a timestamp where one of the two has none of its own. Everything else counts.

JSON can say what no text and no number here holds: half of a surrogate pair, 1e999. Where nothing of it is kept it does
no harm; where something would be, it is as wrong as any other character or number that cannot be there.
"""

from __future__ import annotations

import re
import uuid
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final, Generic, NamedTuple, TypeVar

import orjson

from identity.agents import ANONYMOUS_GROUP, Agent, AnonymousGroup, misspelt, read_actor
from identity.identifiers import Kind, near
from identity.problems import quoted
from identity.texts import MAX_BYTES, Invalid, character_name
from jobs.statements.envelopes import unwrapped
from jobs.statements.json_texts import Beyond, dumped, read_json, repeated_key, tight
from jobs.statements.times import moment, seconds

VOIDED: Final = "http://adlnet.gov/expapi/verbs/voided"
NAMELESS: Final = uuid.UUID("7f6cf4b5-6ab0-5c49-8b1c-64a0d3d2a0a6")
"""The name space of the ids (UUID version 5) given to statements that come without one."""


class Persona(NamedTuple):
    """Who an actor is, as `personas` keeps it; `near` and `as_written` are None where they equal the ifi."""

    kind: Kind
    ifi: str
    near: str | None
    as_written: str | None
    name: str | None
    object_type: str | None
    """`Agent` or `Group`, where that is said."""


class Statement(NamedTuple):
    """What the record store keeps of a statement. Numbers and times are texts that PostgreSQL reads."""

    id: str
    """A UUID in lower case; made from the content, always the same, if a statement comes without one."""
    persona: Persona | None
    """None: an anonymous Group's statement, which is kept out of reporting."""
    voids: str | None
    """The id of the statement that this one voids; it is then no interaction itself."""
    activity: str
    """The activity's IRI as written; "" where the object is something else."""
    verb: str
    completion: bool | None
    success: bool | None
    score: str | None
    """score.scaled, from -1 to 1."""
    seconds: str | None
    """The duration (`seconds`)."""
    at: str | None
    """`timestamp`, else `stored`, in UTC; None: it happened when it is loaded (xAPI Data 2.4.7)."""
    digest: bytes
    """17 bytes: 16 of the content that is compared, then 1 if it has a timestamp of its own, else 0."""


class Rejected(NamedTuple):
    """Why a statement is not imported: a code of `identity.problems`, and the facts of its sentence."""

    code: str
    value: str | None
    detail: str


class Wrong(Exception):  # noqa: N818 - never leaves `read`
    def __init__(self, code: str, detail: str, value: str | None = None) -> None:
        self.rejected = Rejected(code, value, detail)


PROPERTIES = frozenset(
    (
        "id",
        "actor",
        "verb",
        "object",
        "result",
        "context",
        "timestamp",
        "stored",
        "authority",
        "version",
        "attachments",
    )
)
IN_RESULT = frozenset(("score", "success", "completion", "response", "duration", "extensions"))
_IN_SCORE = frozenset(("scaled", "raw", "min", "max"))
_IN_VERB = frozenset(("id", "display"))
_IN_ACTIVITY = frozenset(("objectType", "id", "definition"))
_IN_REFERENCE = frozenset(("objectType", "id"))
_IN_SUBSTATEMENT = frozenset(("objectType", "actor", "verb", "object", "result", "context", "timestamp", "attachments"))
_VERSION = re.compile(r"(?:1\.0|2\.0)(?:\.[0-9]+)?")
_UUID = re.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_IRI = re.compile('[A-Za-z][A-Za-z0-9+.\\-]*:[^\x00-\x20\x7f-\x9f\ud800-\udfff"<>\\\\^`{|}]+')
_NOT_IN_AN_IRI = re.compile('[\x00-\x20\x7f-\x9f\ud800-\udfff"<>\\\\^`{|}]')
_NULL = re.compile(b"null")
_ACTORS_BYTES: Final = 64 << 20
_LONGEST_SEEN: Final = 4096

Found = TypeVar("Found")


class Seen(Generic[Found]):
    """What was found of texts that come again: of as many as fit into so many bytes, then of others."""

    def __init__(self, most: int) -> None:
        self._most, self._bytes = most, 0
        self._found: dict[bytes, Found] = {}
        self.get: Final = self._found.get

    def add(self, text: bytes, found: Found) -> Found:
        """Remember it, if the text is not too long. Gives what was found."""
        if len(text) <= _LONGEST_SEEN:
            # What was found is about as long as the text; five hundred bytes hold it together.
            self._bytes += 2 * len(text) + 500
            if self._bytes > self._most:
                self._found.clear()
                self._bytes = 0
            self._found[text] = found
        return found


class StatementReader:
    """Reads statements of one organisation, each as a whole; what it has seen of actors it remembers."""

    def __init__(self, *, fold_mailbox_case: bool = False) -> None:
        self._fold = fold_mailbox_case
        self._actors: Seen[tuple[Persona | None, bytes]] = Seen(_ACTORS_BYTES)

    def read(self, text: bytes) -> Statement | Rejected:
        """What is kept of one statement, or why it is rejected.

        text: its JSON, perhaps in an envelope (`envelopes`).
        """
        try:
            return self._statement(text)
        except Wrong as wrong:
            return wrong.rejected
        except orjson.JSONDecodeError as error:
            return Rejected("invalid_json", None, f"it goes wrong at character {error.pos + 1:,}")
        except (orjson.JSONEncodeError, RecursionError):
            return Rejected("invalid_statement", None, "it is nested too deeply")

    def _statement(self, text: bytes) -> Statement:
        text = unwrapped(text)
        statement = an_object(read_json(text), "invalid_statement", "it")
        if (key := repeated_key(statement, text)) is not None:
            raise Wrong("invalid_statement", f"an object in it has the key {quoted(key)} twice")
        if not PROPERTIES.issuperset(statement):
            _refuse_others(statement, PROPERTIES, "invalid_statement", "a statement")
        if _NULL.search(text):  # which is faster than `in`
            refuse_null(statement)
        get = statement.get
        if (version := get("version")) is not None:
            check_version(version)
        if "actor" not in statement:
            raise Wrong("invalid_statement", "it has no actor")
        persona, who = self._actor(statement["actor"])
        verb = verb_iri(get("verb"))
        activity, referred, about = self._about(get("object"))
        voids = None
        if verb == VOIDED:
            if referred is None:
                raise Wrong("invalid_statement", "it voids, but its object is no StatementRef")
            voids = referred
        completion = success = score = seconds = None
        result = get("result")
        if result is not None:
            completion, success, score, seconds, result = _result(result)
        context = get("context")
        if context is not None:
            context = self._context(an_object(context, "invalid_statement", "its context"))
        own, at = True, get("timestamp")
        if at is None:
            own, at = False, get("stored")
        if at is not None:
            at = utc(at)
        digest = digest_of(who, dumped((verb, about, result, context)))
        given = get("id")
        if given is None:
            identity = nameless(digest, at)
        elif type(given) is str and _UUID.fullmatch(given):
            identity = given.lower()
        else:
            raise Wrong("invalid_statement", f"its id is {_shown(given)}, no UUID")
        return Statement(
            identity, persona, voids, activity, verb, completion, success, score, seconds, at,
            digest + (b"\1" if own and at else b"\0"),
        )  # fmt: skip

    def _actor(self, actor: object) -> tuple[Persona | None, bytes]:
        """The persona, and what of the actor counts in a comparison."""
        key = dumped(actor, 0)
        return self._actors.get(key) or self._actors.add(tight(key), self._read_actor(actor))

    def _read_actor(self, actor: object) -> tuple[Persona | None, bytes]:
        _, persona = self._who(actor)
        return persona, tight(dumped(self._agent(actor)))

    def _who(self, actor: object) -> tuple[Agent | AnonymousGroup, Persona | None]:
        agent = read_actor(actor, fold_mailbox_case=self._fold)
        if isinstance(agent, Invalid):
            raise Wrong(agent.code, agent.detail)
        persona = _persona(agent, actor) if isinstance(agent, Agent) else None
        if persona and persona.name and len(persona.name) > 100_000:
            raise Wrong("invalid_actor", "its name has more than 100,000 characters")
        return agent, persona

    def _agent(self, actor: Any) -> object:
        """An Agent or Group as it is compared: by its normal form, its members in no order (Data 2.3.1). That is the
        form of the first release: a digest that was made once is the one that a reload makes.
        """
        agent = read_actor(actor, fold_mailbox_case=self._fold, first_form=True)
        if isinstance(agent, Invalid):
            return actor
        kind = actor.get("objectType", "Agent")
        # A Group's members are Agents, and an Agent has none: so what is compared is never nested more deeply.
        member = actor.get("member", ()) if kind == "Group" else ()
        members = sorted(dumped(self._agent(one)) for one in member)
        ifi, name = (agent.identifier.ifi, agent.name) if agent != ANONYMOUS_GROUP else (None, actor.get("name"))
        return [kind, ifi, name, [one.decode() for one in members]]

    def _about(self, about: object) -> tuple[str, str | None, object]:
        """(the activity's IRI or "", the id of the statement referred to or None, what is compared)."""
        thing = an_object(about, "invalid_statement", "its object")
        kind = thing.get("objectType", "Activity")
        if kind == "Activity":
            _refuse_misspelt(thing, _IN_ACTIVITY, "its object")
            iri = _iri(thing.get("id"), "its object's id")
            return iri, None, iri
        if kind == "StatementRef":
            _refuse_misspelt(thing, _IN_REFERENCE, "its object")
            referred = thing.get("id")
            if type(referred) is not str or not _UUID.fullmatch(referred):
                raise Wrong("invalid_statement", f"its object refers to a statement {_shown(referred)}, no UUID")
            return "", referred.lower(), [kind, referred.lower()]
        if kind in ("Agent", "Group"):
            agent = read_actor(thing, kept=False)
            if isinstance(agent, Invalid):
                raise Wrong("invalid_statement", f"its object is an {kind}, but {agent.detail}")
            return "", None, self._agent(thing)
        if kind == "SubStatement":
            return "", None, self._substatement(thing)
        raise Wrong("invalid_statement", f"its object's objectType is {_shown(kind)}")

    def _substatement(self, thing: dict[str, Any]) -> object:
        """Data 2.4.4.3: a statement without id, stored, version and authority, and without another in it."""
        _refuse_others(thing, _IN_SUBSTATEMENT, "invalid_statement", "a SubStatement")
        inner = thing.get("object")
        if isinstance(inner, dict) and inner.get("objectType") == "SubStatement":
            raise Wrong("invalid_statement", "its SubStatement has a SubStatement")
        agent = read_actor(thing.get("actor"), kept=False)
        if isinstance(agent, Invalid):
            raise Wrong("invalid_statement", f"its SubStatement's actor is not valid: {agent.detail}")
        result, context, at = thing.get("result"), thing.get("context"), thing.get("timestamp")
        return [
            "SubStatement",
            self._agent(thing.get("actor")),
            verb_iri(thing.get("verb")),
            self._about(inner)[2],
            None if result is None else _result(result)[-1],
            None if context is None else self._context(an_object(context, "invalid_statement", "its context")),
            None if at is None else utc(at),
        ]

    def _context(self, context: dict[str, Any]) -> dict[str, Any]:
        """A context as it is compared: activities by their ids, one alone as a list (Data 2.4.6.2)."""
        changed: dict[str, Any] = {key: self._agent(context[key]) for key in ("instructor", "team") if key in context}
        activities = context.get("contextActivities")
        if type(activities) is dict:
            changed["contextActivities"] = {
                kind: [_id_of(one) for one in (some if type(some) is list else [some])]
                for kind, some in activities.items()
            }
        return {**context, **changed} if changed else context


def digest_of(who: bytes, content: bytes) -> bytes:
    """The digest of what of the actor counts in a comparison, and of verb, object, result and context as JSON."""
    return blake2b(who + content, digest_size=16).digest()


def nameless(digest: bytes, at: str | None) -> str:
    """The id of a statement that comes without one."""
    return str(uuid.uuid5(NAMELESS, f"{digest.hex()} {at or ''}"))


def _persona(agent: Agent, actor: object) -> Persona:
    identifier = agent.identifier
    written = actor[identifier.kind]  # type: ignore[index]
    if identifier.kind == "account":
        written = f"{written['homePage']} {written['name']}"
    nearly = near(identifier)
    return Persona(
        identifier.kind,
        identifier.ifi,
        None if nearly == identifier.ifi else nearly,
        None if written == identifier.ifi else written,
        agent.name,
        actor.get("objectType"),  # type: ignore[attr-defined]
    )


def _id_of(activity: object) -> object:
    """An activity by its id: its definition is no part of the statement (Data 2.3.1)."""
    return activity["id"] if isinstance(activity, dict) and "id" in activity else activity


def check_version(version: object) -> None:
    """Raises Wrong: it is none of this reader's."""
    if not (type(version) is str and _VERSION.fullmatch(version)):
        raise Wrong("invalid_statement", f"its version is {_shown(version)}, neither 1.0 nor 2.0")


def verb_iri(verb: object) -> str:
    """A verb's id. Raises Wrong."""
    if verb is None:
        raise Wrong("invalid_statement", "it has no verb")
    found = an_object(verb, "invalid_statement", "its verb")
    _refuse_misspelt(found, _IN_VERB, "its verb")
    return _iri(found.get("id"), "its verb's id")


def _iri(iri: object, what: str) -> str:
    if type(iri) is not str:
        raise Wrong(
            "invalid_statement",
            f"{what} is {_shown(iri)}, no IRI" if iri is not None else f"{what} is missing",
        )
    if not _is_iri(iri):
        wrong = _NOT_IN_AN_IRI.search(iri)
        why = f"contains {character_name(wrong[0])}" if wrong else "does not begin with a scheme such as https:"
        raise Wrong("invalid_statement", f"{what} {quoted(iri)} {why}")
    if len(iri) * 4 > MAX_BYTES and (size := len(iri.encode())) > MAX_BYTES:
        raise Wrong("too_long", f"{what} has {size:,} bytes", iri)
    return iri


@lru_cache(maxsize=4_096)
def _is_iri(iri: str) -> bool:
    return _IRI.fullmatch(iri) is not None


_FINER = re.compile(r"([.,][0-9]{2})[0-9]+S$")


def _result(result: object) -> tuple[bool | None, bool | None, str | None, str | None, dict[str, Any]]:
    """completion, success, score, seconds; and the result as it is compared."""
    found = an_object(result, "invalid_result", "it")
    if not IN_RESULT.issuperset(found):
        _refuse_others(found, IN_RESULT, "invalid_result", "a result")
    completion, success = found.get("completion"), found.get("success")
    for name, value in (("completion", completion), ("success", success)):
        if value is not None and type(value) is not bool:
            raise Wrong("invalid_result", f"its {name} is {_shown(value)}, neither true nor false")
    score = found.get("score")
    scaled = None if score is None else scaled_score(an_object(score, "invalid_result", "its score"))
    duration, exact = found.get("duration"), None
    if duration is not None:
        exact, compared = exact_duration(duration)
        if compared != duration:
            found = {**found, "duration": compared}
    return completion, success, scaled, exact, found


def exact_duration(duration: object) -> tuple[str, str]:
    """A duration in seconds, and as it is compared. Raises Wrong."""
    if type(duration) is str and (exact := seconds(duration)) is not None:
        # What is finer than a hundredth of a second does not count in a comparison (Data 4.6).
        return exact, _FINER.sub(r"\1S", duration)
    raise Wrong("invalid_result", f"its duration is {_shown(duration)}, no ISO 8601 duration such as PT1H30M")


def scaled_score(score: dict[str, Any]) -> str | None:
    """score.scaled of a score. Raises Wrong."""
    if not _IN_SCORE.issuperset(score):
        _refuse_others(score, _IN_SCORE, "invalid_result", "a score")
    for name, value in score.items():
        if type(value) is not float and type(value) is not int and type(value) is not Beyond:
            raise Wrong("invalid_result", f"its score's {name} is {_shown(value)}, no number")
    low, high, raw, scaled = score.get("min"), score.get("max"), score.get("raw"), score.get("scaled")
    if low is not None and high is not None and low >= high:
        raise Wrong("invalid_result", f"its score's min {low!r} is not less than its max {high!r}")
    if raw is not None and ((low is not None and raw < low) or (high is not None and raw > high)):
        raise Wrong("invalid_result", f"its score's raw {raw!r} is not between its min and its max")
    if scaled is None:
        return None
    if not -1 <= scaled <= 1:
        raise Wrong("invalid_result", f"its score's scaled {scaled!r} is not between -1 and 1")
    return repr(scaled)


def utc(text: object) -> str:
    """A time in UTC, as ISO 8601. Raises Wrong."""
    if type(text) is not str:
        raise Wrong("invalid_timestamp", "it is no text", _shown(text))
    try:
        return moment(text).isoformat()
    except ValueError as error:
        raise Wrong("invalid_timestamp", str(error), text) from None


def an_object(value: object, code: str, what: str) -> dict[str, Any]:
    if type(value) is dict:
        return value
    raise Wrong(code, f"{what} is missing" if value is None else f"{what} is {_shown(value)}, not an object")


def _refuse_others(value: dict[str, Any], known: frozenset[str], code: str, what: str) -> None:
    """Data 2.2: a key that the specification does not have, also by its case, is not allowed."""
    for key in value:
        if key not in known:
            raise Wrong(code, f"{what} has no property {quoted(key)}")


def _refuse_misspelt(value: dict[str, Any], known: frozenset[str], what: str) -> None:
    """Data 2.2: nor is a known key in another case, where others are passed over."""
    if wrong := misspelt(value, known):
        raise Wrong("invalid_statement", f"{what} {wrong}")


def refuse_null(statement: dict[str, Any]) -> None:
    """Data 2.2: null stands nowhere but in extensions. Raises Wrong."""
    # Where something stands is a chain of keys: as texts, long keys above long lists would be a great many.
    waiting: list[tuple[tuple[Any, ...], Any]] = [((), statement)]
    while waiting:
        above, value = waiting.pop()
        for key, inner in value.items() if type(value) is dict else enumerate(value):
            if inner is None:
                raise Wrong("invalid_statement", f"its {_path(above, key)} is null")
            if type(inner) in (dict, list) and key != "extensions":
                waiting.append(((above, key), inner))


def _path(above: tuple[Any, ...], key: object) -> str:
    keys = [str(key)]
    while above:
        above, key = above
        keys.append(str(key))
    return quoted(".".join(reversed(keys)))[1:-1]


def _shown(value: object) -> str:
    if type(value) is str:
        return quoted(value)
    if type(value) is dict:
        return "an object"
    if type(value) is list:
        return "a list"
    return "null" if value is None else str(value).lower()
