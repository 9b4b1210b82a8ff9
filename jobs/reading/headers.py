"""What the columns of a people file mean.

Canonical columns are known without regard to case, spaces, `-` and `_`; a number behind an identifier's
column (`email_2`) makes a further persona of the same line. A column that begins with `_` is ours, or
nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from pathlib import Path
from typing import NamedTuple

from identity.blanks import BLANK, trimmed
from identity.identifiers import Kind
from identity.problems import argument
from jobs.reading.files import shown
from jobs.reading.mapped_groups import MappedGroup
from jobs.shell.failures import FileProblem

PERSON_COLUMNS = (
    "custom_id", "previous_custom_id", "former_custom_id", "name", "image_url", "since", "created", "groups",
)  # fmt: skip
IDENTIFYING = ("email", "mbox_sha1sum", "openid", "account_home_page", "account_name")
OF_IDENTIFIERS = (
    "identifier_since", "identifier_until", "identifier_name", "identifier_object_type", "identifier_created",
)  # fmt: skip
"""What is said of the identifiers with the same number."""
PERSONA_COLUMNS = (*IDENTIFYING, *OF_IDENTIFIERS)
"""Those that may be numbered."""
CANONICAL_COLUMNS = (*PERSON_COLUMNS[:-1], *PERSONA_COLUMNS, PERSON_COLUMNS[-1])
REJECT_COLUMNS = ("_line", "_column", "_code", "_value", "_message")
"""What a rejects file adds to the columns of its input."""
UNREADABLE = "_unreadable"
"""A column of canonical files that were written from another system (`jobs.moving`): what of a line's record says
nothing that could stand in a cell. A line with it is bad.
"""
OTHER_ID, OTHER_ID_OF_CUSTOM_ID, OTHER_ID_OF_IMAGE_URL = OTHER_ID_COLUMNS = (
    "_other_id", "_other_id_of_custom_id", "_other_id_of_image_url",
)  # fmt: skip
"""Likewise: ids in that system, of the line's person, and of what they have."""
OTHER_ID_OF_IDENTIFIER = "_other_id_of_identifier"
"""With a number behind it, as the identifier has one."""
FILE_COLUMN = "_file"
"""What it has before these where several inputs share it: the input's name."""

_KINDS: dict[str, Kind] = {
    "email": "mbox",
    "mbox_sha1sum": "mbox_sha1sum",
    "openid": "openid",
    "account_name": "account",
}
_PASSED_OVER = str.maketrans("", "", f"{BLANK}-_")
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_RECORDS = dict(zip(OTHER_ID_COLUMNS, ("persona", "customId", "imageUrl"), strict=True))
_BARE = {column.translate(_PASSED_OVER): column for column in CANONICAL_COLUMNS} | {"mbox": "email"}
_NUMBERED = re.compile(r"(.*?)([0-9]*)", re.DOTALL)


class Meaning(NamedTuple):
    """A canonical column, and its number as text: `email` is (`email`, ``), `E-Mail 02` is (`email`, `2`)."""

    column: str
    number: str

    def __str__(self) -> str:
        return f"{self.column}_{self.number}" if self.number else self.column


@dataclass(frozen=True)
class DateColumn:
    """The place of a date, and how it is to be read."""

    place: int
    zone: tzinfo = UTC
    """Of a time that does not say its own."""
    form: str | None = None
    """As `identity.moments.moment` has it."""
    minus: timedelta = timedelta(0)
    """So much earlier is what is meant."""


class PersonaColumn(NamedTuple):
    """The place of a persona's cell (an account's: of its name), of the home page beside it, from when to when it is
    the person's, how the agent is called, when the persona was made, and whether it is an Agent or a Group.
    """

    kind: Kind
    place: int
    home_page: int | None
    since: DateColumn | None = None
    until: DateColumn | None = None
    name: int | None = None
    created: DateColumn | None = None
    object_type: int | None = None

    @property
    def dates(self) -> tuple[DateColumn, ...]:
        return tuple(date for date in (self.since, self.until, self.created) if date is not None)


class OtherIdColumn(NamedTuple):
    """The place of an id in another system, of which kind of records there it is, and of an identifier's where that may
    stand.
    """

    record: str
    place: int
    identifiers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Header:
    """The places (0-based) of what a file says about people; None where it has no such column.

    A place is that of a column of the file; under a mapping, that of a column of its translation.
    """

    columns: tuple[str, ...]
    """Of the file, as written."""
    custom_id: int | None
    name: int | None
    image_url: int | None
    groups: int | None
    personas: tuple[PersonaColumn, ...]
    """By place."""
    ignored: tuple[str, ...]
    """Columns that mean nothing here, as `heading` shows them; without those that begin with `_`."""
    meanings: tuple[tuple[str, int], ...]
    """Every column that means something, in canonical words, and its place."""
    previous_custom_id: int | None = None
    since: DateColumn | None = None
    """Since when the person is there."""
    created: DateColumn | None = None
    """When the record of the person was made."""
    former_custom_id: int | None = None
    mapped_groups: tuple[MappedGroup, ...] = ()
    """Groups that a mapping makes of columns, besides those of `groups`."""
    half_cleared: tuple[int, ...] = ()
    """Under a mapping: places with the texts of those lines on which some of the cells that make the text say
    `<delete>` and others do not; blank on all others.
    """
    checked_dates: tuple[DateColumn, ...] = ()
    """Under a mapping: dates by which lines are left out; on a line that is not, they must be dates or blank."""
    unreadable: int | None = None
    """The place of `UNREADABLE`."""
    other_ids: tuple[OtherIdColumn, ...] = ()
    sources: tuple[tuple[int, ...], ...] | None = None
    """Under a mapping: by place, the places in the file of the columns that it is made of."""

    @property
    def dates(self) -> tuple[DateColumn, ...]:
        """How dates are read, which is part of what a line means."""
        own = tuple(date for date in (self.since, self.created) if date is not None)
        return own + tuple(date for persona in self.personas for date in persona.dates)

    @property
    def told_by(self) -> tuple[tuple[str, int], ...]:
        """Every column whose cells make two lines say the same, and its place."""
        return *self.meanings, *((self.columns[column.place], column.place) for column in self.other_ids)

    def shown(self, place: int) -> str:
        """The file's own heading of what stands at this place; the first, where a mapping takes several together."""
        return heading(self.columns, place if self.sources is None else self.sources[place][0])


def heading(columns: Sequence[str], place: int) -> str:
    """A column's heading, as written; where it is blank, its number."""
    return columns[place] if trimmed(columns[place]) else f"column {place + 1} (no heading)"


def meaning(column: str) -> Meaning | None:
    """What a heading means; None if nothing."""
    if is_ours(column):
        return None
    bare = bare_name(column)
    if bare in _BARE:  # before the number is looked for
        return Meaning(_BARE[bare], "")
    found = _NUMBERED.fullmatch(bare)
    known = _BARE.get(found[1]) if found else None
    if not found or known not in PERSONA_COLUMNS:
        return None
    return Meaning(known, found[2].lstrip("0") or "0")


def is_rejects_file(columns: Sequence[str]) -> bool:
    """Whether these are the columns of a rejects file, mended or not."""
    names = {_plain(column) for column in columns}
    return "_code" in names and "_message" in names


def is_reject_column(column: str) -> bool:
    """Whether a column is one of those that a rejects file adds."""
    return _plain(column) in (FILE_COLUMN, *REJECT_COLUMNS)


def read_header(name: str, columns: Sequence[str], line: int = 1, path: Path | None = None) -> Header:
    """The header of the file `name`, which stands on physical line `line`; `path`: as the command line has the file,
    where that is not its name.

    Raises FileProblem: two columns mean the same; an account has no home page or no name; nobody is
    identified.
    """
    places, ignored = _places(name, columns, line)
    personas = tuple(
        PersonaColumn(
            _KINDS[known.column],
            place,
            places[home_page] if (home_page := _partner(known)) else None,
            _date(places, Meaning("identifier_since", known.number)),
            _date(places, Meaning("identifier_until", known.number)),
            places.get(Meaning("identifier_name", known.number)),
            _date(places, Meaning("identifier_created", known.number)),
            places.get(Meaning("identifier_object_type", known.number)),
        )
        for known, place in places.items()
        if known.column in _KINDS
    )
    identified = {known.number for known in places if known.column in IDENTIFYING}
    for known, place in places.items():
        if known.column in OF_IDENTIFIERS and known.number not in identified:
            raise FileProblem(
                name,
                f"column {place + 1} ({shown(columns[place])}) needs an identifier with the same number beside it",
                line=line,
            )
    custom_id = places.get(Meaning("custom_id", ""))
    if custom_id is None and not personas:
        raise FileProblem(
            name,
            f"no column identifies anybody; it has {_listed(columns)}; "
            f"the columns that identify are custom_id, {', '.join(PERSONA_COLUMNS[:3])}, "
            f"account_home_page with account_name; lrs-people inspect-people {argument(str(path or name))} "
            "proposes what the columns mean",
            line=line,
        )
    return Header(
        columns=tuple(columns),
        custom_id=custom_id,
        previous_custom_id=places.get(Meaning("previous_custom_id", "")),
        name=places.get(Meaning("name", "")),
        image_url=places.get(Meaning("image_url", "")),
        since=_date(places, Meaning("since", "")),
        created=_date(places, Meaning("created", "")),
        former_custom_id=places.get(Meaning("former_custom_id", "")),
        groups=places.get(Meaning("groups", "")),
        personas=personas,
        ignored=tuple(ignored),
        meanings=tuple((str(known), place) for known, place in places.items()),
        unreadable=next((place for place, column in enumerate(columns) if column == UNREADABLE), None),
        other_ids=tuple(_other_ids(columns, places)),
    )


def _places(name: str, columns: Sequence[str], line: int) -> tuple[dict[Meaning, int], list[str]]:
    """Where each meaning stands, and the columns that have none. Raises FileProblem: one stands twice, or without what
    it needs beside it.
    """
    places: dict[Meaning, int] = {}
    ignored: list[str] = []
    for place, column in enumerate(columns):
        known = meaning(column)
        if known is None:
            if not is_ours(column):
                ignored.append(heading(columns, place))
        elif known in places:
            other = places[known]
            raise FileProblem(
                name,
                f"columns {other + 1} ({shown(columns[other])}) and {place + 1} ({shown(column)}) both mean {known}",
                line=line,
            )
        else:
            places[known] = place
    for known, place in places.items():
        partner = _partner(known)
        if partner is not None and partner not in places:
            raise FileProblem(
                name,
                f"column {place + 1} ({shown(columns[place])}) needs a column {partner} beside it",
                line=line,
            )
    return places, ignored


def _other_ids(columns: Sequence[str], places: Mapping[Meaning, int]) -> Iterator[OtherIdColumn]:
    for place, column in enumerate(columns):
        if column in _RECORDS:
            yield OtherIdColumn(_RECORDS[column], place)
        elif column.startswith(OTHER_ID_OF_IDENTIFIER):
            number = column.removeprefix(OTHER_ID_OF_IDENTIFIER).removeprefix("_")
            known = (places.get(Meaning(identifier, number)) for identifier in _KINDS)
            yield OtherIdColumn("identifier", place, tuple(one for one in known if one is not None))


def bare_name(column: str) -> str:
    """What of a heading counts when it is compared: not its case (of ASCII letters), spaces, `-` and `_`."""
    return column.translate(_PASSED_OVER).translate(_LOWER)


def _date(places: Mapping[Meaning, int], known: Meaning) -> DateColumn | None:
    return DateColumn(places[known]) if known in places else None


def _partner(known: Meaning) -> Meaning | None:
    if known.column == "account_home_page":
        return Meaning("account_name", known.number)
    if known.column == "account_name":
        return Meaning("account_home_page", known.number)
    return None


def _plain(column: str) -> str:
    return trimmed(column).translate(_LOWER)


def is_ours(column: str) -> bool:
    """Whether a column begins with `_`: it is ours, or nobody's."""
    return _plain(column).startswith("_")


def _listed(columns: Sequence[str], most: int = 20) -> str:
    named = [shown(column) for column in columns[:most]]
    if len(columns) > most:
        named.append(f"{len(columns) - most:,} more")
    return ", ".join(named)
