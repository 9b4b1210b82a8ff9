"""The facts of a file -> a mapping that a newcomer can begin with, each guess with the reason for it.

Headings hint and cells bear out. What identifies somebody is only taken in where both agree; what may identify is
offered, commented out; what is about somebody else (a manager) or is nobody's business is never taken for a key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import PurePath
from typing import NamedTuple

from identity.problems import one_line
from jobs.inspecting.hr_words import GROUPS, Hint, hint, is_name_of_group, is_other_id
from jobs.inspecting.profile import ColumnFacts, Profile, usable
from jobs.lines.whom_lines_make import MANY
from jobs.mapping.unmended import signed
from jobs.reading.damage import What
from jobs.reading.files import Format
from jobs.reading.headers import is_reject_column, meaning, read_header
from jobs.shell.failures import FileProblem

LMS = "https://lms.example.com"
"""Stands where only the reader knows the address."""
UNIQUE = 0.99
"""From this share of different values on a column may be the key of its lines, if its heading does not say so."""
REPEATED = 0.05
"""From this share on one that is called an id of people may be it: with their names beside it, trying it out finds
whether an id is one person's. People with two jobs have two lines, in a list of courses twenty.
"""
NAMELESS, NAMELESS_E_MAIL = 0.9, 0.5
"""Without their names, from this; and an e-mail from that."""
FILLED, OWN_FILLED = 0.95, 0.5
"""On so many lines the key of lines stands; one that is called an id of people: who has none is known by the rest."""
BEFORE = "90d"
"""So long before the first day onboarding may begin."""
GROUP_TYPES: dict[Hint, str] = {
    "team": "team",
    "dept": "department",
    "div": "division",
    "bu": "business unit",
    "company": "company",
    "site": "location",
    "cost": "cost centre",
}
LEFT = re.compile(
    r"(?i)(?:.*\b)?(?:terminat\w*|inactive|left|leavers?|resign\w*|retired|dismissed|deceased|departed|former|disabled|"
    r"deleted|tobedeleted|suspended|inaktiv|ausgetreten|ausgeschieden|gek[uü]e?ndigt|inacti[fv][eo]?|sortie?|partie?|"
    r"d[eé]missionn\w*|licenci\w*|baja|cesad[oa]|despedid[oa]|inativ[oa]|desligad[oa]|demitid[oa]|inactief|"
    r"uit dienst|vertrokken)(?:\b.*)?"
)
NOT_LEFT = re.compile(r"(?i).*\b(?:on leave|parental|active|aktiv|actif|activ[oa]|ativ[oa]|actief)\b.*")
NO = re.compile(r"(?i)n|no|false|0|nein|non|não|nao|nee|falsch|faux")
TRAILER = re.compile(
    r"(?i)[*#=<>_-]{2,}[^\d]{0,40}|(?:end|ende|eof|fin|trailer|footer|total|totals|summe|gesamt|anzahl|count|records?|"
    r"rows?)\b[^\d]{0,40}"
)
"""How a last line begins that is none of people; a number in it is another one tomorrow."""
CUT = 60
EMAILS: tuple[Hint, ...] = ("work e-mail", "e-mail", "other e-mail", "whose e-mail", "private e-mail")
_HELD: tuple[Hint, ...] = ("team", "dept", "div", "bu", "company")
"""Groups one of which may hold another, from small to large."""


@dataclass(frozen=True)
class Proposal:
    """A mapping, and what was made of the file for it."""

    toml: str
    """It always loads."""
    identifies: bool
    """Whether it says who a line is about, so that it can be run."""
    canonical: bool
    """Whether the file's columns are import-people's own."""
    uses: dict[int, str]
    """By place: what the column was taken for."""
    people: int
    """How much of what makes a file one of people was found, to be compared with other files'."""
    rules: bool
    """Whether it leaves out lines or cells."""

    @property
    def offers(self) -> bool:
        """Whether it identifies people, or would if what it offers were taken in."""
        return self.identifies or any(use.startswith("offered: ") for use in self.uses.values())


@dataclass(frozen=True)
class Lessons:
    """What trying out a proposal has taught, by the place of a column."""

    shared: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Values that lines of many names have: to be blank."""
    spoilt: Mapping[int, str] = field(default_factory=dict)
    """Why a column identifies nobody."""
    repeated: str = ""
    """Which lines repeat a custom_id."""


def pairs(headings: Sequence[str]) -> list[tuple[int, int]]:
    """The places of columns of which a proposal must know whether the first decides the second, or of two ids whether
    any line has both.
    """
    places: dict[str, list[int]] = {}
    ids: list[int] = []
    for place in usable(headings).values():
        found = hint(headings[place])
        if found == "employee id":
            ids.append(place)
        if found and found.removesuffix(" code") in _HELD:
            places.setdefault(found.removesuffix(" code"), []).append(place)
    groups = [
        (one, other)
        for number, small in enumerate(_HELD)
        for large in _HELD[number + 1 :]
        for one in places.get(small, [])
        for other in places.get(large, [])
    ]
    return groups + list(combinations(ids, 2))


def kinds(headings: Sequence[str]) -> dict[int, What]:
    """By place, what a column seems to hold by its heading, where that is more than text."""
    found: dict[int, What] = {}
    for place, heading in enumerate(headings):
        known, hinted = meaning(heading), hint(heading)
        if hinted in ("employee id", "id") or (known and known.column in ("custom_id", "account_name")):
            found[place] = "id"
        elif hinted in EMAILS:
            found[place] = "email"
        elif hinted and hinted.removesuffix(" code") in GROUP_TYPES:
            found[place] = "group"
    return found


def dates(headings: Sequence[str]) -> list[int]:
    """The places of columns of which a proposal must know how their dates are written."""
    return [place for place, heading in enumerate(headings) if hint(heading) in ("left on", "hired on")]


def propose(
    profile: Profile,
    name: str,
    format: Format,
    delimiter: tuple[str, str] | None,
    lessons: Lessons | None = None,
) -> Proposal:
    """`name`: of the file; `delimiter`: it, and how it is known; None where it has none (a spreadsheet)."""
    return _Proposing(profile, name, format, delimiter, lessons or Lessons()).proposal()


class _Group(NamedTuple):
    """The columns of a kind of group: what identifies it, and its name (perhaps the same)."""

    key: ColumnFacts
    name: ColumnFacts


class _Proposing:
    def __init__(
        self, profile: Profile, name: str, format: Format, delimiter: tuple[str, str] | None, lessons: Lessons
    ) -> None:
        self.profile, self.format, self.delimiter, self.lessons = profile, format, delimiter, lessons
        self.file = PurePath(name).name
        self.headings = [column.heading for column in profile.columns]
        self.names = {
            place: heading
            for heading, place in usable(self.headings).items()
            if not heading.startswith("_") and not set(heading) & set("{}")
        }
        """The columns that a mapping can name."""
        self.columns = [column for column in profile.columns if column.place in self.names]
        self.hints: dict[int, Hint | None] = {place: hint(heading) for place, heading in self.names.items()}
        self.uses: dict[int, str] = {}
        self.identifies = False

    def proposal(self) -> Proposal:
        canonical = self.canonical()
        tables = [] if canonical else [*self.person(), *self.personas(), *self.groups()]
        if canonical:
            self.identifies = True
            self.uses |= {
                place: str(known)
                for place, heading in enumerate(self.headings)
                if (known := meaning(heading)) is not None
            }
        elif not self.identifies:
            tables = self.nobody(tables)
        skip = self.skip()
        blanks = self.blanks()
        rules = any(line and not line.lstrip().startswith("#") for line in (*skip, *blanks))
        lines = [*self.opening(canonical), *blanks, *skip, *self.ignore(), *self.file_table()]
        lines += [*self.options(canonical), *tables]
        return Proposal(signed("\n".join(lines) + "\n"), self.identifies, canonical, self.uses, self.people(), rules)

    def people(self) -> int:
        """How much a file is one of people: parts of names, then what identifies."""
        parts = {"first": 2, "last": 2, "full": 3, "name": 1, **dict.fromkeys(EMAILS, 2), "employee id": 1}
        found = {hinted for hinted in self.hints.values() if hinted is not None}
        return sum(parts.get(hinted, 0) for hinted in found)

    # -- what is there -----------------------------------------------------------------------------

    def canonical(self) -> bool:
        """Whether the canonical columns say all that there is to say."""
        try:
            header = read_header(self.file, self.headings)
        except FileProblem:
            return False
        return header.custom_id is not None or not header.ignored

    def hinted(self, *hints: Hint) -> list[ColumnFacts]:
        return [column for column in self.columns if self.hints[column.place] in hints]

    def use(self, column: ColumnFacts, what: str) -> str:
        """The column in a template's braces."""
        self.uses.setdefault(column.place, what)
        return f"{{{self.names[column.place]}}}"

    # -- the person --------------------------------------------------------------------------------

    def person(self) -> list[str]:
        lines = ["", "[person]", *self.custom_id()]
        name, why = self.name()
        if name:
            lines.append(_setting("name", name, why))
        for column in self.hinted("image"):
            if column.look == "URL":
                lines.append(_setting("image_url", self.use(column, "image_url"), _filled(column, "a URL")))
                break
        return lines + self.since()

    def since(self) -> list[str]:
        """Since when somebody is there, where a column is plainly that."""
        for column in self.hinted("hired on"):
            if column.look == "date" or (column.dates and column.dates.forms and column.real):
                said, why = self.date(column, f', minus = "{BEFORE}"')
                mark = "" if why is None else "# "
                self.use(column, "since" if why is None else "offered: since")
                because = why or "before the first day onboarding begins"
                return [f"{mark}since = {{{said}}}  # {because}"]
        return []

    def date(self, column: ColumnFacts, more: str) -> tuple[str, str | None]:
        """What a table says of a column of dates, and why it cannot be taken in as it is."""
        forms = column.dates.forms if column.dates else ()
        told = [form for form in forms if form is not None]
        named = f"column = {self.named(column)}{more}"
        if len(told) == 1:  # tomorrow a date may come that can be read in two ways
            return f"{named}, format = {_text(told[0])}", None
        if told:
            return f"{named}, format = {_text(told[0])}", f"or {' or '.join(map(_text, told[1:]))}: both fit all lines"
        if None in forms:
            return named, None
        return named, "not all cells are dates that can be read in one way only"

    def custom_id(self) -> list[str]:
        """The customer's own id of a person: by its heading, nearly unique, and filled."""
        offered: list[str] = []
        for column in (*sorted(self.hinted("employee id"), key=_weaker), *self.hinted("id"), *self.hinted("login")):
            hinted = self.hints[column.place]
            named = hinted in ("employee id", "id") and self.name_columns()
            different = REPEATED if named else UNIQUE if hinted == "login" else NAMELESS
            why, good = _key(column, different, OWN_FILLED if hinted == "employee id" else FILLED)
            if column.place in self.lessons.spoilt:
                why, good = self.lessons.spoilt[column.place], False
            if self.hints[column.place] == "login":
                why += "; a name to log in with: HR's own number is better, if there is one"
            if good and column.look not in ("e-mail", "date", "yes/no", "list"):
                why += self.lessons.repeated
                offered.append(_setting("custom_id", self.use(column, "custom_id"), why))
                self.identifies = True
                self.key = column
                return offered + self.filling_gaps(column)
            if self.hints[column.place] == "employee id":
                offered.append(self.offered_key(column, f"not taken: {why}"))
        if not offered:
            for column in self.columns:
                good = column.rows > 1 and _key(column)[1] and column.look in ("number", "text")
                if good and not self.hints[column.place] and not any(" " in text for text in column.examples):
                    why = f"{_key(column)[0]}, but its heading does not say whose: take it in if it is the person's"
                    offered.append(self.offered_key(column, why))
        return offered or ["# custom_id: no column was found that is filled and unique, and called an id of people"]

    def offered_key(self, column: ColumnFacts, why: str) -> str:
        return f"# {_setting('custom_id', self.use(column, 'offered: custom_id'), why)}"

    def filling_gaps(self, column: ColumnFacts) -> list[str]:
        """Other ids of people, which stand only where the custom_id has none: contractors may have their own."""
        others = [
            other
            for other in self.hinted("employee id")
            if tuple(sorted((column.place, other.place))) in self.profile.apart
            and other.real
            and _key(other, NAMELESS, 0)[1]
            and other.place not in self.lessons.spoilt
        ]
        if not others:
            return []
        both = _list([self.use(column, "custom_id"), *(self.use(other, "offered: custom_id") for other in others)])
        why = f"instead: no line has both; if no id is in both columns, or with a prefix ({_text('x:{…}')}) for one"
        return [f"# custom_id = {both}  # {why}"]

    key: ColumnFacts | None = None
    """The column of the custom_id."""

    def name_columns(self) -> list[ColumnFacts]:
        return [column for column in self.hinted("first", "last", "full", "name") if column.real]

    def name(self) -> tuple[str | None, str]:
        first, last = self.hinted("first")[:1], self.hinted("last")[:1]
        some = self.hinted("name")[:1]
        if first and not last:
            last, some = some, []
        elif last and not first:
            first, some = some, []
        if first or last:
            parts = [*first, *self.hinted("middle")[:1], *last]
            return " ".join(self.use(part, "name") for part in parts), "blank parts are left out"
        for column in self.hinted("full") + some:
            return self.use(column, "name"), _filled(column)
        return None, ""

    # -- the personas ------------------------------------------------------------------------------

    def personas(self) -> list[str]:
        lines: list[str] = []
        for column, hinted in self.emails():
            share = f"{column.looks['e-mail']:,} of {column.rows:,} lines have an e-mail"
            doubt = None
            if hinted == "private e-mail":
                doubt = f"{share}; private: ask whether the record store may have it"
            elif column.real and column.look != "e-mail":
                doubt = f"not taken: only {share}"
            elif column.place in self.lessons.spoilt:
                doubt = f"not taken: {self.lessons.spoilt[column.place]}"
            elif self.is_shared(column):
                doubt = f"not taken: the same addresses stand on many lines ({column.distinct:,} different)"
            elif hinted == "login":
                doubt = f"{share}; a name to log in with is not always a mailbox"
            elif hinted in (None, "whose e-mail"):
                share += "; its heading does not say whose"
                if self.others_identify(column):
                    doubt = f"{share}: take it in if it is the person's, not a manager's"
            lines += self.persona(column, "mbox", doubt or _shared(column, share), offered=doubt is not None)
        for column in self.columns:
            hinted = self.hints[column.place]
            if hinted == "hash" or (hinted is None and column.look == "hash"):
                doubtful = self.is_shared(column) or column.look not in ("hash", "blank")
                doubtful = doubtful or (hinted is None and self.others_identify(column))
                lines += self.persona(column, "mbox_sha1sum", "the SHA-1 of a mailto: address", offered=doubtful)
            elif hinted == "openid":
                doubtful = self.is_shared(column) or column.look not in ("URL", "blank")
                lines += self.persona(column, "openid", _filled(column, "a URL"), offered=doubtful)
        return lines + self.account()

    def is_shared(self, column: ColumnFacts) -> bool:
        """Whether too many lines say the same to identify anybody; beside names, trying it out finds that."""
        if column.place in self.lessons.spoilt:
            return True
        return column.uniqueness < (REPEATED if self.name_columns() else NAMELESS_E_MAIL)

    def emails(self) -> list[tuple[ColumnFacts, Hint | None]]:
        """Columns of the person's own addresses: first those of work, the private ones last."""
        order = (*EMAILS[:-1], None, "login", EMAILS[-1])
        return [
            (column, hinted)
            for hinted in order
            for column in self.columns
            if self.hints[column.place] == hinted
            and (column.look == "e-mail" or hinted not in (None, "login"))
            and column.place not in self.uses
        ]

    def others_identify(self, column: ColumnFacts) -> bool:
        """Whether anything else in the file may say who a line is about: then an e-mail may be a manager's."""
        keys: set[Hint | None] = {"employee id", "id", "login", "hash", "openid", *EMAILS}
        return any(
            other is not column and (other.look in ("e-mail", "hash") or self.hints[other.place] in keys)
            for other in self.columns
        )

    def persona(self, column: ColumnFacts, kind: str, why: str, *, offered: bool) -> list[str]:
        mark = "# " if offered else ""
        self.identifies = self.identifies or not offered
        cell = self.use(column, f"offered: {kind}" if offered else kind)
        return ["", f"{mark}[[personas]]", f"{mark}{_setting(kind, cell, why)}"]

    def account(self) -> list[str]:
        """An account is never guessed: nobody but the reader knows the address of the LMS, and the names there."""
        logins = [column for column in self.hinted("login") if column.look != "e-mail"]
        names = logins[:1] or ([self.key] if self.key else [])
        if not names:
            return []
        cell = self.use(names[0], "offered: account")
        return [
            "",
            "# The LMS may know people by an account. If it does, put its own address here, as its statements have it",
            f"# (actor.account.homePage), and check that the names there are those of {_quoted(cell[1:-1])}:",
            "# [[personas]]",
            f"# account = {{home_page = {_text(LMS)}, name = {_text(cell)}}}",
        ]

    def nobody(self, tables: list[str]) -> list[str]:
        missing = [
            "",
            "# NOTHING HERE SAYS WHO A LINE IS ABOUT, so this mapping cannot be run yet. It needs one of: custom_id in",
            "# [person] (the customer's own id of a person), or [[personas]] with mbox, mbox_sha1sum, openid or an",
            "# account. Ask HR for such a column, or take in what fits below:",
        ]
        return missing + [line if not line or line.startswith("#") else f"# {line}" for line in tables]

    # -- groups ------------------------------------------------------------------------------------

    def groups(self) -> list[str]:
        levels = {level: found for level in GROUPS if (found := self.group_columns(level))}
        held = {level: larger for level in levels if (larger := self.holder(level, levels))}
        lines: list[str] = []
        for level, group in levels.items():
            if level in held.values():
                continue  # comes as the parent of the other
            lines += ["", "[[groups]]", *self.group(level, group, _different(group.key))]
            parents, larger = [], level
            while larger in held:
                larger = held[larger]
                parents.append(larger)
            if parents:
                held_by = " and ".join(f"one {GROUP_TYPES[larger]}" for larger in parents)
                lines += [f"# Each {GROUP_TYPES[level]} stands with {held_by} only:", "parents = ["]
                lines += [f"    {{{', '.join(self.group(larger, levels[larger]))}}}," for larger in parents]
                lines.append("]")
        return lines

    def group_columns(self, level: Hint) -> _Group | None:
        """The columns of a kind of group, as far as their cells can be groups."""

        def fitting(hinted: str) -> list[ColumnFacts]:
            return [
                column
                for column in self.columns
                if self.hints[column.place] == hinted
                and column.look not in ("e-mail", "hash", "date", "yes/no")
                and not (column.real > 20 and column.uniqueness > 0.8)
            ]

        codes, names = fitting(f"{level} code"), fitting(level)
        named = [column for column in names if is_name_of_group(column.heading)]
        if named and not codes:  # `Orgeinheit` beside `OE-Text`
            codes = [column for column in names if column not in named]
            names = named if codes else names
        code, name = next(iter(codes), None), next(iter(names), None)
        if code:
            alone = _split(code) or not name  # beside a list of codes stands no one name
            return _Group(code, code if alone or not name else name)
        return _Group(name, name) if name else None

    def holder(self, level: Hint, levels: dict[Hint, _Group]) -> Hint | None:
        """The next larger kind of group, if each group of this kind has but one of it."""
        larger_ones = _HELD[_HELD.index(level) + 1 :] if level in _HELD else ()
        larger = next((other for other in larger_ones if other in levels), None)
        if larger is None:
            return None
        own, other = levels[level].key, levels[larger].key
        decided = (own.place, other.place) in self.profile.decided
        return larger if decided and _split(own) is _split(other) is None else None

    def group(self, level: Hint, group: _Group, why: str = "") -> list[str]:
        """The settings of one group: its code identifies it where it has one, its name does where not."""
        lines = [
            _setting("custom_id", f"{level}:{self.use(group.key, level)}", why),
            _setting("type", GROUP_TYPES[level]),
            _setting("name", self.use(group.name, f"{level} name")),
        ]
        if separator := _split(group.key):
            lines.append(_setting("split", separator, "some cells are lists"))
        return lines

    # -- lines and cells to leave out --------------------------------------------------------------

    def blanks(self) -> list[str]:
        entries = []
        for column in self.columns:
            shared = self.lessons.shared.get(column.place, ())
            if shared and column.place in self.uses:
                entry = f"{{column = {self.named(column)}, equals = {_list(_different_cases(shared))}}},"
                entries.append(f"    {entry}  # on lines of {MANY} names or more: nobody's own")
            if column.place not in self.uses:
                continue
            words = [value for value in column.blank_like if value.isalpha()] if self.makes_names(column) else []
            others = [value for value in column.blank_like if value not in words]
            for mark, values, why in (("", others, ""), ("# ", words, "; somebody may be called that")):
                if values:
                    entry = f"{{column = {self.named(column)}, equals = {_list(_different_cases(values))}}},"
                    count = sum(column.blank_like[value] for value in values)
                    entries.append(f"    {mark}{entry}  # {_lines(count)}{why}")
        if not entries:
            return []
        return ["", "# Cells that say that there is nothing to say: taken as blank.", "blanks = [", *entries, "]"]

    def makes_names(self, column: ColumnFacts) -> bool:
        """Whether a column has people's names, or parts of them."""
        return self.hints[column.place] in ("first", "middle", "last", "full", "name")

    def skip(self) -> list[str]:
        """Lines of those who have left: left out where the words or the days are clear, else offered."""
        entries = [entry for entry in (self.skip_trailer(), self.skip_by_word(), self.skip_by_day()) if entry]
        if not entries:
            return []
        lines = ["", "# Lines of people who have left are left out: what they have stays as it is, nobody is deleted."]
        if len(entries) == 1 and "line_begins" in entries[0][1]:
            lines = ["", "# What is no line of people is left out."]
        if all(offered for offered, _, _ in entries):
            return lines + [f"# skip = [{entry}]  # {why}" for _, entry, why in entries]
        return [
            *lines,
            "skip = [",
            *(f"    {'# ' if offered else ''}{entry},  # {why}" for offered, entry, why in entries),
            "]",
        ]

    def skip_trailer(self) -> tuple[bool, str, str] | None:
        """The last line, where it says that it is the last: whether it is only offered, what is left out, and why."""
        last = self.profile.last_alone or ""
        found = TRAILER.match(last)
        return None if found is None else (False, f"{{line_begins = {_text(found[0].strip())}}}", "the last line")

    def skip_by_word(self) -> tuple[bool, str, str] | None:
        """Likewise."""
        for column in self.hinted("status", "active"):
            if column.values is None:
                continue
            active = self.hints[column.place] == "active"
            gone = {
                value: count
                for value, count in column.values.items()
                if (NO.fullmatch(value) if active else LEFT.fullmatch(value) and not NOT_LEFT.fullmatch(value))
                or (active and LEFT.fullmatch(value))
            }
            others = column.values.keys() - gone.keys()
            named = f"column = {self.named(column)}, equals = "
            if gone:
                self.use(column, "skip")
                why = f"{_lines(sum(gone.values()))}; also: {_few(others)}" if others else "all lines say so"
                return not others, f"{{{named}{_list(_different_cases(gone))}}}", why
            if len(others) > 1 and not active:
                why = f"if a value of this column means that somebody has left: {_few(others)}"
                return True, f"{{{named}[{_text(min(others))}]}}", why
        return None

    def skip_by_day(self) -> tuple[bool, str, str] | None:
        """Likewise."""
        for column in self.hinted("left on"):
            if column.dates and column.real and (column.dates.forms or column.look == "date"):
                said, why_not = self.date(column, ', until = "today"')
                past = column.dates.past if column.dates.forms else 0
                everybody = past == column.rows
                if why_not is None and not everybody:
                    self.use(column, "skip")
                why = "all lines have one that is over" if everybody else why_not or f"{_lines(past)} so far"
                return bool(why_not or everybody), f"{{{said}}}", why
            if column.real and column.look != "blank":
                why = f"{column.real:,} lines have something here; if it is a day, and never one to come"
                return True, f"{{column = {self.named(column)}, blank = false}}", why
        return None

    def ignore(self) -> list[str]:
        reasons = {"private": "private", "another person": "not the person of the line", "date": "a date"}
        entries = []
        for column in self.columns:
            if column.place not in self.uses and not is_reject_column(column.heading):
                why = reasons.get(self.hints[column.place] or "", "")
                entries.append(f"    {self.named(column)},{why and f'  # {why}'}")
        if not entries:
            return []
        return ["", "# Nothing is taken from these columns, and no warning says so.", "ignore = [", *entries, "]"]

    def named(self, column: ColumnFacts) -> str:
        return _text(self.names[column.place])

    # -- the rest ----------------------------------------------------------------------------------

    def opening(self, canonical: bool) -> list[str]:
        lines = [f"# Proposed by lrs-people inspect-people from {_comment(self.file)}, {_lines(self.profile.rows)}."]
        if canonical:
            lines.append("# Its columns are import-people's own: what follows is about its lines, and its options.")
        else:
            lines.append("# Every guess says why it was made: read them, and mend what is wrong.")
        unnamed = [column.heading for column in self.profile.columns if column.place not in self.names]
        unnamed = [heading for heading in unnamed if not heading.strip().startswith("_")]
        if unnamed and not canonical:
            lines.append(f"# Columns that cannot be named (blank, twice there, or with a brace): {_few(unnamed)}")
        why = "the feed that the file speaks for; keep it: memberships belong to it"
        return [*lines, "", _setting("source", "people" if canonical else self.source(), why)]

    def source(self) -> str:
        """The file's name without what changes from night to night."""
        if self.file == "standard input":
            return "hr"
        return re.sub(r"[\W\d_]+", "_", self.file.split(".")[0]).strip("_") or "hr"

    def file_table(self) -> list[str]:
        lines = []
        if self.delimiter is not None:
            sign, why = self.delimiter
            lines.append(_setting("delimiter", "tab" if sign == "\t" else sign, why))
        for key in ("encoding", "quote", "sheet"):
            value = getattr(self.format, key)
            if value is not None:
                lines.append(_setting(key, value, "as asked for"))
        if self.format.header_line is not None:
            lines.append(f"header_line = {self.format.header_line}  # what stands above it is passed over")
        return ["", "[file]", *lines] if lines else []

    def options(self, canonical: bool) -> list[str]:
        lines = [
            ("", 'batch = true', "all lines together, in one transaction: all or nothing"),
            ("", 'takeovers = "split"', "an address that passes from one person to another takes no record"),
            ("", "", "along: what was learned with it before stays where it was"),
            ("# ", 'personas = "replace"', "people lose identities that no line names any more"),
            ("# ", 'groups = "replace"', "people leave groups that the file no longer names for them"),
        ]  # fmt: skip
        if canonical and "groups" in self.uses.values():
            lines.append(("# ", "create_groups = true", "make groups that do not exist yet"))
        lines += [
            ("# ", 'max_rejects = "5%"', "refuse the whole file if more lines are rejected"),
            ("# ", 'max_takeovers = "2%"', "… if more people lose identities to others"),
            ("# ", 'max_deletes = "2%"', "… if more people would go"),
        ]
        width = max(len(mark + setting) for mark, setting, _ in lines)
        return ["", "[options]", *(f"{mark + setting:{width}}  # {why}" for mark, setting, why in lines)]


def _split(column: ColumnFacts) -> str | None:
    """What separates the groups in a column's cells; a group's custom_id never has a `|`."""
    return "|" if column.bars else ";" if column.look == "list" else None


# -- words -------------------------------------------------------------------------------------------


def _key(column: ColumnFacts, different: float = UNIQUE, filled: float = FILLED) -> tuple[str, bool]:
    """How good a key of its lines a column is, and whether it is good enough; `different`: from which share of
    different values on, `filled`: from which share of the lines.
    """
    if not column.rows:
        return "by its heading; there are no lines to judge by", True
    doubt = _doubt(column, different, filled)
    if doubt:
        return doubt, False
    what = f"unique on all {_lines(column.rows)}" if column.rows > 1 else "filled on the only line"
    if column.real < column.rows:
        what = f"unique where it is filled, on {column.real:,} of {_lines(column.rows)}"
    if not column.unique:
        what = f"{_filled(column)}, {_different(column)}"
    return what if column.exact else f"{what} (estimated)", True


def _weaker(column: ColumnFacts) -> tuple[bool, float, int]:
    """Sorts the better key first: somebody with two jobs may have two numbers at the payroll."""
    return is_other_id(column.heading), -column.uniqueness, -column.real


def _doubt(column: ColumnFacts, different: float, filled: float) -> str | None:
    if column.real < filled * column.rows:
        return f"filled on {column.real:,} of {_lines(column.rows)} only"
    if column.uniqueness < different and column.real - column.distinct > 1:
        return f"{_different(column)} on {_lines(column.real)}"
    return None


def _shared(column: ColumnFacts, said: str) -> str:
    shared = column.real - column.distinct
    return f"{said}; {_different(column)}" if shared > 0 and column.exact else said


def _filled(column: ColumnFacts, what: str = "filled") -> str:
    count = column.looks["URL"] if what == "a URL" else column.real
    return f"{what} on {count:,} of {_lines(column.rows)}"


def _different(column: ColumnFacts) -> str:
    about = "" if column.exact else "about "
    return f"{about}{column.distinct:,} different value{'' if column.distinct == 1 else 's'}"


def _lines(count: int) -> str:
    return f"{count:,} line{'' if count == 1 else 's'}"


def _few(values: Iterable[str], most: int = 6) -> str:
    sorted_ones = sorted(values)
    more = ", …" if len(sorted_ones) > most else ""
    return ", ".join(_quoted(value) for value in sorted_ones[:most]) + more


def _different_cases(values: Iterable[str]) -> list[str]:
    """Values are compared without regard to case: one of each."""
    return list({value.lower(): value for value in reversed(list(values))}.values())[::-1]


def _quoted(text: str) -> str:
    return f"'{_comment(text)}'"


def _comment(text: str) -> str:
    """A foreign text within a comment: one line, not too long."""
    return one_line(text if len(text) <= CUT else text[:CUT] + "…")


def _setting(key: str, value: str, why: str = "") -> str:
    return f"{key} = {_text(value)}{why and f'  # {why}'}"


def _list(values: Iterable[str]) -> str:
    """An array of TOML strings."""
    return f"[{', '.join(map(_text, values))}]"


def _text(text: str) -> str:
    """A TOML string; whatever a terminal would not print as itself is escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in quoted)
