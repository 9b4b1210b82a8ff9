"""A mapping as TOML, what the columns of a source's files mean:

    source = "hr"
    blanks = ["none", {column = "Work Email", equals = "noreply@corp.example"}]
    skip = [{column = "Status", equals = "Terminated"},         # or not_equals, or blank = true / false
            {column = "Leave Date", until = "today"}, {line_begins = "***END"}]
    ignore = ["Salary", "Cost *"]                               # no warning for these
    time_zone = "Europe/Berlin"                                 # of dates
    file = {delimiter = ";", encoding = "cp1252"}               # and quote, sheet, header_line
    options = {batch = true, takeovers = "confirmed"}           # of import-people

    # previous_custom_id, image_url and groups too
    person = {custom_id = "{Employee ID}", name = "{First Name} {Last Name}", since = {column = "Hired", minus = "90d"}}

    [[personas]]                                                # mbox, mbox_sha1sum, openid or account
    mbox = "{Work Email}"

    [[personas]]
    account = {home_page = "https://hr.example.com", name = "{Employee ID}"}

    [[groups]]
    custom_id = "dept:{Dept code}"
    type = "department"
    name = "{Department}"
    parents = ["div:{Division}", {custom_id = "site:{Site}", type = "site", name = "{Site name}"}]

What stands in braces is a column (`templates`); one that a file need not have is written `{Middle name?}`. Of a list
of templates for one thing of a person (`name = ["{Full name}", "{First} {Last}"]`) the first that is not blank counts.
With `split = ","` in an entry of groups its column's cell is a list. `[group_file]` says the same of a file of groups.
Everything is looked at when the mapping is read, but for the columns, which are when it is bound to a file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, timedelta, tzinfo
from importlib import resources
from pathlib import Path
from typing import Any

from identity import identifiers
from identity.blanks import trimmed
from identity.identifiers import KINDS
from identity.texts import Invalid
from jobs.mapping import dates, unmended
from jobs.mapping.dates import DateSaid
from jobs.mapping.mapping import IDS, GroupFile, Mapping, Persona
from jobs.mapping.translation import (
    Blanks,
    GroupEntry,
    GroupSaid,
    Rules,
    Said,
    Skip,
    SkipByBeginning,
    SkipByDate,
    SkipByValue,
    nearest,
)
from jobs.reading.files import Format, Reading, shown
from jobs.reading.templates import parse
from jobs.shell.failures import FileProblem, reason

READY = ("canvas", "moodle", "oneroster", "oneroster-roles")
"""Mappings that come with the project."""
LONGEST = 1 << 20
"""Bytes of a mapping."""
MOST_PARTS = 50
"""Parts of a key with dots: what reading it costs goes with the square of them."""
MOST = 4096
"""Entries of a list, and columns of a template: as many as a file may have columns."""
MOST_TEXT = 20_000
"""Characters of all values with which one column is compared."""
_DOTTED = re.compile(rf"""(?<![\w."'-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{MOST_PARTS}}}""")


def read_mapping(name: str | Path) -> Mapping:
    """The mapping in this file, or the ready one of this name.

    Raises FileProblem, which names the key: it cannot be read, is no TOML, or says what no mapping can say.
    """
    return parse_mapping(str(name), _text(str(name)))


def parse_mapping(name: str, text: str) -> Mapping:
    """The mapping that this TOML is. Raises FileProblem, as `read_mapping` does."""
    if _DOTTED.search(text):
        raise FileProblem(name, f"has a key of more than {MOST_PARTS} parts")
    try:
        content = tomllib.loads(text)
        return replace(_mapping(name, content), unmended=unmended.is_unmended(text))
    except tomllib.TOMLDecodeError as error:
        raise FileProblem(name, f"is no TOML: it goes wrong, or says a key again, {_place(error)}") from error
    except RecursionError as error:
        raise FileProblem(name, "has lists or tables within each other, too deep to be a mapping") from error


def _place(error: tomllib.TOMLDecodeError) -> str:
    """Where it goes wrong; before Python 3.14 the message alone says it."""
    found = re.search(r"\(at line ([0-9]+), column ([0-9]+)\)$", str(error))
    return f"on line {found[1]}, at character {found[2]}" if found else "at its end"


def _text(name: str) -> str:
    path = Path(name)
    try:
        if path.name == name and name.removesuffix(".toml") in READY and (path.is_dir() or not path.exists()):
            raw = resources.files("jobs.mapping").joinpath("ready", f"{path.stem}.toml").read_bytes()
        else:
            with Reading(path, name) as stream:
                raw = stream.read(LONGEST + 1) or b""
                while len(raw) <= LONGEST and (more := stream.read(LONGEST + 1 - len(raw))):  # of a pipe
                    raw += more
    except FileNotFoundError as error:
        ready = f"; the ready mappings are {', '.join(READY)}" if path.name == name else ""
        raise FileProblem(name, f"there is no such file{ready}") from error
    except OSError as error:
        raise FileProblem(name, f"cannot be read: {reason(error)}") from error
    except ValueError as error:
        raise FileProblem(name, "cannot be read: that is no name of a file") from error
    if len(raw) > LONGEST:
        raise FileProblem(name, f"has more than {LONGEST >> 20} MB: it is no mapping")
    try:
        return re.sub("\r+\n", "\n", raw.decode().lstrip("\ufeff"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise FileProblem(name, "is not UTF-8, which TOML has to be", line=line) from error


class _Table:
    """A table of the TOML, and the key under which it stands; everything wrong in it is a FileProblem."""

    def __init__(self, name: str, key: str, content: object, known: Sequence[str] | None, *, what: str = "a table"):
        self.name, self.key = name, key
        if not isinstance(content, dict):
            raise self.wrong("", f"{_shown(content)} is not {what}")
        self.content: Dictionary[str, Any] = content
        for inner in self.content if known is not None else ():
            if inner not in (known or ()):
                raise self.wrong(inner, f"there is no such key{nearest(inner, known or ())}")

    def at(self, key: str) -> str:
        return f"{self.key}.{key}" if self.key and key else self.key or key

    def wrong(self, key: str, what: str) -> FileProblem:
        return FileProblem(self.name, f"{self.at(key)}: {what}")

    def text(self, key: str) -> str | None:
        """A text that is not blank; None where there is no such key."""
        return self._text(key, self.content[key]) if key in self.content else None

    def needed(self, key: str) -> Said:
        if key not in self.content:
            raise self.wrong(key, "is missing")
        return self.template(key, self.content[key])

    def said(self, key: str) -> Said | None:
        return self.template(key, self.content[key]) if key in self.content else None

    def template(self, key: str, content: object) -> Said:
        try:
            template = parse(self._text(key, content))
        except ValueError as error:
            raise self.wrong(key, str(error)) from error
        self._check_count(key, template.columns, "columns")
        return Said(self.at(key), template)

    def line(self, key: str) -> int | None:
        """The number of a line."""
        content = self.content.get(key)
        if content is not None and (isinstance(content, bool) or not isinstance(content, int)):
            raise self.wrong(key, f"{_shown(content)} is not the number of a line")
        return content

    def _check_count(self, key: str, found: Sequence[object], what: str) -> None:
        if len(found) > MOST:
            raise self.wrong(key, f"has {len(found):,} {what}, more than {MOST:,}")

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts, which may be blank."""
        content = self.content.get(key, [])
        found = content if isinstance(content, list) else [content]
        self._check_count(key, found, "entries")
        for one in found:
            if not isinstance(one, str):
                raise self.wrong(key, f"{_shown(one)} is not a text")
        return tuple(found)

    def items(self, key: str) -> list[tuple[str, Any]]:
        """The entries of a list, each with its key; they are numbered from 1."""
        content = self.content.get(key, [])
        if not isinstance(content, list):
            raise self.wrong(key, f"{_shown(content)} is not a list")
        self._check_count(key, content, "entries")
        return [(f"{key}[{number}]", one) for number, one in enumerate(content, 1)]

    def table(self, key: str, known: Sequence[str] | None, *, what: str = "a table") -> _Table:
        return self.inner(key, self.content.get(key, {}), known, what=what)

    def inner(self, key: str, content: object, known: Sequence[str] | None, *, what: str = "a table") -> _Table:
        return _Table(self.name, self.at(key), content, known, what=what)

    def _text(self, key: str, content: object) -> str:
        if not isinstance(content, str):
            raise self.wrong(key, f"{_shown(content)} is not a text")
        if not trimmed(content):
            raise self.wrong(key, "is blank")
        return content


_TOP = (
    "source", "blanks", "skip", "ignore", "time_zone", "file", "options", "person", "personas", "groups", "group_file",
)  # fmt: skip
_GROUP = ("custom_id", "name", "type")
_OF_ITS_LINES = ("blanks", "skip", "ignore", "header_line")
_FILE = ("encoding", "delimiter", "quote", "sheet")


def _mapping(name: str, content: dict[str, Any]) -> Mapping:
    top = _Table(name, "", content, _TOP)
    time_zone = _time_zone(top)
    file = top.table("file", (*_FILE, "header_line"))
    try:
        texts: dict[str, Any] = {key: file.text(key) for key in _FILE if key in file.content}
        format = Format(**texts, header_line=file.line("header_line"))
    except ValueError as error:
        raise FileProblem(name, f"file.{error}") from error
    person = top.table("person", (*IDS, "name", "image_url", "groups", "since"))
    said = {key: _alternatives(person, key) for key in person.content if key != "since"}
    for one in (one for key in IDS for one in said.get(key, ())):
        _varies(person, one)
    return Mapping(
        name=name,
        source=top.text("source"),
        options=_options(top.table("options", None)),
        format=format,
        rules=_rules(top, time_zone),
        person=said,
        since=_since(person, time_zone),
        time_zone=time_zone,
        personas=tuple(_persona(top, key, one, time_zone) for key, one in top.items("personas")),
        groups=tuple(_entry(top, key, one) for key, one in top.items("groups")),
        group_file=_group_file(top) if "group_file" in content else None,
    )


def _options(table: _Table) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in table.content.items():
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str if isinstance(value, list) else str | bool | int | float) for one in values):
            raise table.wrong(key, f"{_shown(value)} is not a text, a number, true or false, or a list of texts")
        option = key.replace("-", "_")
        if option in found:
            raise table.wrong(key, "is given twice")
        found[option] = value
    return found


def _time_zone(top: _Table) -> tzinfo:
    name = top.text("time_zone")
    if name is None:
        return UTC
    zone = dates.zone(name)
    if zone is None:
        raise top.wrong("time_zone", f"there is no time zone {shown(name)}{nearest(name, dates.zones())}")
    return zone


def _since(table: _Table, zone: tzinfo) -> DateSaid | None:
    if "since" not in table.content:
        return None
    inner = table.table("since", ("column", "minus", "format"), what="a table of column, minus and format")
    minus = inner.text("minus")
    span = timedelta(0) if minus is None else dates.span(minus)
    if span is None:
        raise inner.wrong("minus", f"{shown(minus or '')} is not a number of days or weeks: '90d', '12w'")
    return replace(_date_column(inner, zone), minus=span)


def _date_column(table: _Table, zone: tzinfo) -> DateSaid:
    form = table.text("format")
    if form is not None and (wrong := dates.wrong_with_form(form)):
        raise table.wrong("format", wrong)
    return DateSaid(table.key, _column(table), zone, form)


def _rules(table: _Table, zone: tzinfo | None = None) -> Rules:
    """Without a zone, no line is left out by a date."""
    blanks = []
    for key, one in table.items("blanks"):
        if isinstance(one, str):
            blanks.append(Blanks(table.at(key), None, (one,)))
            continue
        inner = table.inner(key, one, ("column", "equals"), what="a text or a table")
        blanks.append(Blanks(inner.key, _column(inner), _values(inner, "equals")))
    return Rules(
        tuple(blanks),
        tuple(_skip(table.inner(*entry, None), zone) for entry in table.items("skip")),
        table.texts("ignore"),
    )


def _alternatives(table: _Table, key: str) -> tuple[Said, ...]:
    """A template, or several of which the first counts that is not blank."""
    if not isinstance(table.content[key], list):
        return (table.template(key, table.content[key]),)
    found = tuple(table.template(*item) for item in table.items(key))
    if not found:
        raise table.wrong(key, "is empty")
    return found


_SKIP = ("equals", "not_equals", "blank", "until", "line_begins")


def _skip(table: _Table, zone: tzinfo | None) -> Skip:
    known = [key for key in _SKIP if zone or key != "until"]
    asked = [key for key in known if key in table.content]
    with_it = {"until": ("column", "format"), "line_begins": ()}.get(asked[0], ("column",)) if asked else ("column",)
    for key in table.content:
        if key not in (*known, *with_it):
            raise table.wrong(key, f"there is no such key{nearest(key, (*known, *with_it))}")
    column = None if asked == ["line_begins"] else _column(table)
    if len(asked) != 1:
        raise table.wrong("", f"needs one of {', '.join(known)}; it has {' and '.join(asked) or 'none'}")
    if column is None:
        text = table.text("line_begins") or ""
        if len(text) > MOST_TEXT:
            raise table.wrong("line_begins", f"has more than {MOST_TEXT:,} characters")
        return SkipByBeginning(text)
    if zone and asked == ["until"]:
        return _skip_by_date(table, zone)
    if asked == ["blank"]:
        blank = table.content["blank"]
        if not isinstance(blank, bool):
            raise table.wrong("blank", f"{_shown(blank)} is neither true nor false")
        return SkipByValue(table.key, column, None, not blank)
    return SkipByValue(table.key, column, _values(table, asked[0]), asked == ["not_equals"])


def _skip_by_date(table: _Table, zone: tzinfo) -> SkipByDate:
    said = table.content["until"]
    text = said.isoformat() if isinstance(said, date) else table.text("until") or ""
    last = dates.day(text)
    if last is None and text != "today":
        raise table.wrong("until", f"{shown(text)} is neither \"today\" nor a day such as 2026-01-31")
    return SkipByDate(_date_column(table, zone), last)


def _column(table: _Table) -> str:
    column = table.text("column")
    if column is None:
        raise table.wrong("column", "is missing")
    return trimmed(column)


def _values(table: _Table, key: str) -> tuple[str, ...]:
    values = table.texts(key)
    if not values:
        raise table.wrong(key, "is empty" if key in table.content else "is missing")
    if sum(map(len, values)) > MOST_TEXT:
        raise table.wrong(key, f"has more than {MOST_TEXT:,} characters")
    return values


def _persona(top: _Table, key: str, content: object, zone: tzinfo) -> Persona:
    table = top.inner(key, content, (*KINDS, "since"))
    since = _since(table, zone)
    kinds = [kind for kind in KINDS if kind in table.content]
    if len(kinds) != 1:
        raise table.wrong("", f"needs one of {', '.join(KINDS)}; it has {' and '.join(kinds) or 'none'}")
    kind = kinds[0]
    if kind != "account":
        value = table.needed(kind)
        _varies(table, value)
        return Persona(kind, value, None, since)
    account = table.table(kind, ("home_page", "name"), what="a table of home_page and name")
    home_page, name = account.needed("home_page"), account.needed("name")
    _varies(account, name)
    first = home_page.template.texts[0]
    if trimmed(first):
        # Columns are tried as a letter: what stands before them has to begin an IRI.
        found = identifiers.normalise_home_page("x".join(home_page.template.texts))
        if isinstance(found, Invalid):
            text = account.content["home_page"]
            raise account.wrong("home_page", f"{shown(text)} is not an account's home page: {found.detail}")
    return Persona(kind, name, home_page, since)


def _varies(table: _Table, said: Said) -> None:
    if said.template.constant is not None:
        raise FileProblem(table.name, f"{said.key}: {shown(said.template.constant)} names no column in braces")


def _entry(top: _Table, key: str, content: object) -> GroupEntry:
    table = top.inner(key, content, (*_GROUP, "parents", "split"))
    group, split = _group(table), _split(table)
    if split is not None and len(set(group.custom_id.template.columns)) != 1:
        raise table.wrong("split", "custom_id has to name one column, whose cell is split")
    return GroupEntry(group, tuple(_parent(table, *entry) for entry in table.items("parents")), split)


def _split(table: _Table) -> str | None:
    split = table.content.get("split")
    if split == "":
        raise table.wrong("split", "is empty")
    if split is not None and not isinstance(split, str):
        raise table.wrong("split", f"{_shown(split)} is not a text")
    return split


def _group(table: _Table) -> GroupSaid:
    custom_id = table.needed("custom_id")
    _can_be_group(table.name, custom_id)
    return GroupSaid(custom_id, table.said("name"), table.said("type"))


def _parent(table: _Table, key: str, content: object) -> GroupSaid:
    if isinstance(content, str):
        said = table.template(key, content)
        _can_be_group(table.name, said)
        return GroupSaid(said, None, None)
    return _group(table.inner(key, content, _GROUP, what="a text or a table"))


def _can_be_group(name: str, said: Said) -> None:
    for text in said.template.texts:
        found = identifiers.normalise_group_custom_id(text)
        if isinstance(found, Invalid):
            raise FileProblem(name, f"{said.key}: {shown(text)} cannot be in a group's custom_id: {found.detail}")


def _group_file(top: _Table) -> GroupFile:
    table = top.table("group_file", (*_GROUP, "previous_custom_id", "parents", "split", *_OF_ITS_LINES))
    group = _group(table)
    _varies(table, group.custom_id)
    previous = table.said("previous_custom_id")
    if previous is not None:
        _can_be_group(table.name, previous)
    parents = tuple(table.template(key, one) for key, one in table.items("parents"))
    for parent in parents:
        _can_be_group(table.name, parent)
    header_line = table.line("header_line")
    try:
        Format(header_line=header_line)
    except ValueError as error:
        raise FileProblem(table.name, f"{table.key}.{error}") from error
    return GroupFile(group, parents, _split(table), _rules(table), previous, header_line)


def _shown(content: object) -> str:
    if isinstance(content, str):
        return shown(content)
    if isinstance(content, bool):
        return str(content).lower()
    if isinstance(content, dict):
        return "a table"
    return "a list" if isinstance(content, list) else str(content)
