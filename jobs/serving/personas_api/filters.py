"""What of MongoDB's filters is served: conditions on single fields, all of which hold; as parameters of a page's query.

What a filter asks for beyond that is refused: a page that passed a condition over would be believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from identity.agents import ANONYMOUS_GROUP, read_actor
from identity.identifiers import KINDS, Identifier, Kind, normalise_home_page
from identity.other_ids import is_ours
from identity.texts import Invalid
from jobs.serving.answers import Problem, json_of
from jobs.serving.personas_api import ids, others

DEEPEST: Final = 20
"""Levels of `$and`."""
MOST: Final = 1000
"""Values in `$in`."""
BEFORE: Final = "statement.actor."
"""What the keys of identifiers began with, before 2.2."""
TICK: Final = timedelta(milliseconds=1)
"""Times are given in milliseconds, and compared so."""
EQUALS: Final = ("$eq", "$in")
COMPARES: Final = ("$gt", "$gte", "$lt", "$lte")
WRAPPERS: Final = ("$oid", "$date", "$dte")
"""What looks like an operator and is how a value is written."""

Test = Callable[["Filter", str, Any], None]
Known = Callable[[others.Records, Iterable[int]], Mapping[int, others.Found]]


class Filter:
    """A filter, read: `values` are parameters of the page's query; with `nothing` nothing can match."""

    def __init__(
        self, fields: Mapping[str, Test], organisation: int, known: Known, *, fold_mailbox_case: bool
    ) -> None:
        """`fields`: what can be asked of, by its path, and how; `known`: what ids stand for here."""
        self.values: dict[str, Any] = {"least": 0, "most": ids.LARGEST}
        self.nothing = False
        self.old = False
        """Whether it speaks of identifiers as they were before 2.2."""
        self.holders: list[list[int]] = []
        """Personas of each of which the person must have one."""
        self.organisation = organisation
        self._known = known
        self._fold_mailbox_case = fold_mailbox_case
        self._fields = fields

    def read(self, text: str | None, name: str) -> None:
        """What the parameter of that name says. Raises Problem."""
        if text:
            try:
                found = json_of(text.encode(errors="surrogatepass"))
            except Problem:
                raise Problem(400, "invalid_json", "this is no JSON", name) from None
            self._all_of(found, name, 0)

    def _all_of(self, conditions: Any, at: str, depth: int) -> None:
        if not isinstance(conditions, dict) or depth > DEEPEST:
            raise unserved("a filter is an object of conditions", at)
        for path, asked in conditions.items():
            if path == "$and":
                if not isinstance(asked, list):
                    raise unserved("$and has a list of filters", f"{at}.$and")
                for number, one in enumerate(asked):
                    self._all_of(one, f"{at}.$and[{number}]", depth + 1)
            elif (test := self._fields.get(path)) is None:
                served = ", ".join(("$and", *self._fields))
                raise unserved(f"conditions on {path!r} are not served; there are {served}", f"{at}.{path}")
            else:
                self.old |= path.startswith("uniqueIdentifier")
                self._one(test, asked, f"{at}.{path}")

    def _one(self, test: Test, asked: Any, at: str) -> None:
        """Conditions on one field: operators, or the value that it has."""
        is_value = not isinstance(asked, dict) or not asked or not all(key.startswith("$") for key in asked)
        if is_value or (len(asked) == 1 and next(iter(asked)) in WRAPPERS):
            asked = {"$eq": asked}
        for operator, value in asked.items():
            if operator == "$in" and (not isinstance(value, list) or len(value) > MOST):
                raise unserved(f"$in has a list of {MOST:,} values at most", at)
            try:
                test(self, operator, [value] if operator == "$eq" else value)
            except Problem as wrong:
                raise unserved(wrong.message, at) from None

    def one_of(self, name: str, values: list[Any]) -> None:
        """A parameter that is a list: one of these, and one of those before."""
        before = self.values.get(name)
        found = list(dict.fromkeys(values if before is None else [one for one in before if one in values]))
        self.values[name] = found
        self.nothing |= not found

    def here(self, records: others.Records, values: Iterable[Any]) -> list[int]:
        """The numbers here that ids of these records stand for."""
        numbers = [_id(value) for value in values]
        found = self._known(records, numbers)
        return [found[number].id for number in numbers if number in found]

    def agent(self, kind: Any, value: Any) -> Identifier | None:
        """The identifier that a kind and a value stand for, if they do."""
        if kind not in KINDS:
            return None
        found = read_actor({kind: value}, fold_mailbox_case=self._fold_mailbox_case)
        return None if isinstance(found, Invalid) or found == ANONYMOUS_GROUP else found.identifier


def unserved(message: str, at: str | None = None) -> Problem:
    """A filter is not one that is served; `at`: where."""
    return Problem(400, "unserved_filter", message, at)


def _several(operator: str, value: Any, *more: str) -> list[Any]:
    """The values of a condition that says which ones."""
    if operator not in (*EQUALS, *more):
        raise unserved(f"{operator} is not served here; there are {', '.join((*EQUALS, *more))}")
    found: list[Any] = value
    return found


def an_id(name: str, records: others.Records, least: str | None = None, most: str | None = None) -> Test:
    """Of a field that is an id of such records: the parameter for its values, and those for its bounds if it can be
    compared.
    """

    def test(found: Filter, operator: str, value: Any) -> None:
        if operator not in COMPARES or least is None or most is None:
            numbers = found.here(records, _several(operator, value, *(COMPARES if least else ())))
            found.one_of(name, [number for number in numbers if number <= ids.LARGEST])
            return
        number = _id(value)
        if not is_ours(number):
            raise unserved("ids of before are not in the order of those here: this is compared with one of ours")
        if operator in ("$gt", "$gte"):
            bound = number + (operator == "$gt")
            found.nothing |= bound > ids.LARGEST
            found.values[least] = max(found.values[least], min(bound, ids.LARGEST))
        else:
            bound = number - (operator == "$lt")
            found.nothing |= bound < 0
            found.values[most] = min(found.values[most], max(bound, 0))

    return test


def _id(value: Any) -> int:
    if (number := ids.read(value)) is None:
        raise unserved("an id has 24 hexadecimal digits")
    return number


def an_attribute(found: Filter, operator: str, value: Any) -> None:
    """Of the id of an attribute."""
    numbers = found.here(others.ATTRIBUTE, _several(operator, value))
    found.one_of("attributes", [ids.attribute(number) for number in numbers])


def a_text(name: str, has: str | None = None) -> Test:
    """Of a field that is a text: the parameter for its values; `has`: for whether there is one."""

    def test(found: Filter, operator: str, value: Any) -> None:
        if has and operator == "$exists" and isinstance(value, bool):
            said = value
        elif has and operator == "$eq" and value == [None]:
            said = False
        else:
            texts = _several(operator, value, *(["$exists"] if has else ()))
            if not all(isinstance(one, str) for one in texts):
                raise unserved("this is compared with texts")
            found.one_of(name, [one for one in texts if "\0" not in one])
            return
        found.nothing |= found.values.get(has, said) is not said
        found.values[has] = said

    return test


def a_moment(name: str) -> Test:
    """Of a field that is a time, as the parameters `…_from` and `…_before`."""

    def test(found: Filter, operator: str, value: Any) -> None:
        if operator not in ("$eq", *COMPARES):
            raise unserved(f"{operator} is not served here; there are {', '.join(('$eq', *COMPARES))}")
        moment = moment_of(value[0] if operator == "$eq" else value)
        after = moment + TICK
        begins, ends = f"{name}_from", f"{name}_before"
        if operator in ("$eq", "$gte", "$gt"):
            bound = after if operator == "$gt" else moment
            found.values[begins] = max(found.values.get(begins) or bound, bound)
        if operator in ("$eq", "$lt", "$lte"):
            bound = moment if operator == "$lt" else after
            found.values[ends] = min(found.values.get(ends) or bound, bound)

    return test


def moment_of(value: Any) -> datetime:
    """A time as it is given, in MongoDB's extended JSON or by Learning Locker (`{"$dte": …}`). Raises Problem."""
    if isinstance(value, dict) and len(value) == 1:
        value = value.get("$dte", value.get("$date"))
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value):
        try:
            found = datetime.fromisoformat(value)
            found = found.replace(tzinfo=found.tzinfo or UTC)
            if 1 < found.year < 9999:
                return found.replace(microsecond=found.microsecond // 1000 * 1000)
        except ValueError:
            pass
    raise unserved("a time is written as in 2017-09-19T13:54:33.596Z")


def an_organisation(found: Filter, operator: str, value: Any) -> None:
    """Of the organisation's id: nothing of any other is there."""
    found.nothing |= found.organisation not in map(_id, _several(operator, value))


def personas_held(found: Filter, operator: str, value: Any) -> None:
    """Of the ids of the personas that a person has: one of them is one of these."""
    numbers = found.here(others.IDENTIFIER, _several(operator, value))
    found.holders.append([number for number in numbers if number <= ids.LARGEST])


def an_ifi(found: Filter, operator: str, value: Any) -> None:
    """Of an identifier as a whole: `{"key": …, "value": …}`."""
    agents = []
    for one in _several(operator, value):
        if not isinstance(one, dict) or {*one} != {"key", "value"}:
            raise unserved('an identifier has a key and a value, as {"key": "mbox", "value": "mailto:…"}')
        agents.append(found.agent(_kind(one["key"]), one["value"]))
    found.one_of("ifis", [agent.ifi for agent in agents if agent])


def a_key(found: Filter, operator: str, value: Any) -> None:
    """Of the kind of an identifier."""
    found.one_of("kinds", [kind for one in _several(operator, value) if (kind := _kind(one))])


def _kind(value: Any) -> Kind | None:
    """The kind that a key names, also as it was before 2.2."""
    return next((kind for kind in KINDS if value in (kind, f"{BEFORE}{kind}")), None)


def a_value(found: Filter, operator: str, value: Any) -> None:
    """Of the value of an identifier, whatever its kind."""
    agents = [found.agent(kind, one) for one in _several(operator, value) for kind in KINDS]
    found.one_of("ifis", [agent.ifi for agent in agents if agent])


def a_home_page(found: Filter, operator: str, value: Any) -> None:
    """Of the home page of an account."""
    pages = [normalise_home_page(one) for one in _several(operator, value) if isinstance(one, str)]
    found.one_of("home_pages", [page for page in pages if not isinstance(page, Invalid)])


OF_PEOPLE: Final[Mapping[str, Test]] = {
    "_id": an_id("ids", others.PERSONA, "least", "most"),
    "organisation": an_organisation,
    "name": a_text("names", "named"),
    "personaIdentifiers": personas_held,
    "personaIdenfiers": personas_held,
    "createdAt": a_moment("created"),
    "updatedAt": a_moment("updated"),
}
"""What can be asked of personas; one as the document misspells it."""
_OF_AN_IFI: Final[Mapping[str, Test]] = {
    "": an_ifi,
    ".key": a_key,
    ".value": a_value,
    ".value.homePage": a_home_page,
    ".value.name": a_text("account_names"),
}
OF_IDENTIFIERS: Final[Mapping[str, Test]] = {
    "_id": an_id("ids", others.IDENTIFIER, "least", "most"),
    "organisation": an_organisation,
    "persona": an_id("people", others.PERSONA),
    **{f"{name}{path}": test for name in ("ifi", "uniqueIdentifier") for path, test in _OF_AN_IFI.items()},
    "createdAt": a_moment("created"),
    "updatedAt": a_moment("updated"),
}
"""And of identifiers, in either form."""
OF_ATTRIBUTES: Final[Mapping[str, Test]] = {
    "_id": an_attribute,
    "organisation": an_organisation,
    "personaId": an_id("ids", others.PERSONA, "least", "most"),
    "key": a_text("keys"),
    "value": a_text("values"),
}
