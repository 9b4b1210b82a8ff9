"""What a document in `cases/` says: who is there, which files come in, and what becomes of it."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from model import ALWAYS, DELETE, NEVER, Cell, Had, Line, Options, Spell, World
from worlds import SomePerson, SomeStatement, str_to_uuid, world_of

from identity import blanks, identifiers, nothing
from identity.erased import Erased
from identity.moments import NoMomentError, moment
from identity.nothing import is_word_for_nothing as is_word
from identity.texts import Invalid


class Reject(NamedTuple):
    file: str
    line: int
    column: str
    """The header of the cell at fault; "" where it is not one cell."""
    code: str


class SomeSpell(NamedTuple):
    ifi: str
    begins: datetime
    ends: datetime
    person: str | None
    """By custom_id, or who has none by name; None: nobody's."""


BY_HAND = Options(source="by hand")


@dataclass(frozen=True)
class Case:
    name: str
    title: str
    people_before: list[SomePerson]
    edits: list[Line]
    """What somebody has done since with people of a custom_id."""
    deleted: list[str]
    """Groups that somebody has deleted since."""
    erased: list[str]
    """People who have been erased since, by custom_id."""
    statements: list[SomeStatement]
    files: dict[str, str]
    command: list[str]
    rejected: set[Reject]
    people_after: list[SomePerson]
    spells_before: list[SomeSpell]
    """Those that have ended, or have begun."""
    spells_after: list[SomeSpell]
    summary: dict[str, Any]
    """What `--json` prints, without what is 0."""

    @property
    def inputs(self) -> list[str]:
        return [word for word in self.command[1:] if word in self.files]

    @property
    def is_batch(self) -> bool:
        return "--batch" in self.command

    def options(self) -> Options:
        given: dict[str, Any] = {}
        for option in fields(Options):
            flag = "--" + option.name.replace("_", "-")
            if isinstance(option.default, tuple):
                given[option.name] = tuple(value for word, value in pairwise(self.command) if word == flag)
            elif flag in self.command:
                given[option.name] = option.default is False or self.command[self.command.index(flag) + 1]
        if "as_of" in given:
            given["as_of"] = moment(given["as_of"], UTC)
        return Options(**given)

    def world(self) -> World:
        world = world_of(self.people_before, self.statements, {})
        world.import_batch(self.edits, BY_HAND)
        world.delete_groups(self.deleted)
        gone = [one for one in self.people_before if one.custom_id in self.erased]
        kept = [(None, str(one.custom_id)) for one in gone] + [one for person in gone for one in person.personas]
        for person in gone:
            world.erase(next(n for n, one in world.people.items() if one.custom_id == person.custom_id))
        world.erased = Erased(b"", Erased(b"").hashes(kept)) if kept else None
        for row in self.spells_before:
            person = next((n for n, p in world.people.items() if row.person in (p.custom_id, p.name)), None)
            held = world.personas[row.ifi]
            if row.ends != NEVER:
                assert person is not None
                held.ended.append(Spell(row.begins, row.ends, person))
                continue
            if held.owner is not None:
                world.people[held.owner].personas.remove(row.ifi)
            held.owner, held.begins = person, row.begins
            if person is not None:
                world.people[person].personas.add(row.ifi)
        return world


def read_case(path: Path) -> Case:
    text = path.read_text(encoding="utf-8")
    title, *bodies = re.split(r"^## ", text, flags=re.MULTILINE)
    sections = {heading: body for heading, _, body in (one.partition("\n") for one in bodies)}
    known = {"People before", "Edited since", "Statements", "Command", "Rejected", "People after", "Summary"}
    known |= {"Spells before", "Spells after", "Groups deleted since", "Erased since"}
    files = {heading: fenced(body) for heading, body in sections.items() if heading.endswith(".csv")}
    assert set(sections) - set(files) <= known, f"{path.name}: unknown sections"
    before = [some_person(row) for row in table(sections.get("People before", ""))]
    spells = [some_spell(row) for row in table(sections.get("Spells before", ""))]
    after = sections["People after"]
    unchanged = after.strip() == "As before."
    return Case(
        path.stem,
        title.partition("\n")[0].removeprefix("# "),
        before,
        [
            Line(row["custom_id"], name=value_of(row["name"]) or None)
            for row in table(sections.get("Edited since", ""))
        ],
        parts(sections.get("Groups deleted since", "")),
        parts(sections.get("Erased since", "")),
        [some_statement(row) for row in table(sections.get("Statements", ""))],
        files,
        shlex.split(fenced(sections["Command"])),
        {
            Reject(row.get("file") or next(iter(files)), int(row["line"]), row["column"], row["code"])
            for row in table(sections.get("Rejected", ""))
        },
        before if unchanged else [some_person(row) for row in table(after)],
        spells,
        spells if unchanged else [some_spell(row) for row in table(sections.get("Spells after", ""))],
        json.loads(fenced(sections["Summary"])),
    )


def fenced(body: str) -> str:
    found = re.search(r"^```\w*\n(.*?)^```", body, flags=re.MULTILINE | re.DOTALL)
    assert found, f"no fenced block in {body!r}"
    return found[1]


def table(body: str) -> list[dict[str, str]]:
    """The rows of the section's Markdown table, header -> cell."""
    rows = [
        [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row.strip())[1:-1]]
        for row in body.splitlines()
        if row.startswith("|")
    ]
    if not rows:
        return []
    header, _, *cells = rows
    return [dict(zip(header, (cell.replace("<br>", "\n") for cell in row), strict=True)) for row in cells]


PINNED = " (pinned)"
FORMER = """
    UPDATE people SET former_custom_id = %(former)s, near_custom_id = %(near)s, lost_at = clock_timestamp()
    WHERE id = (SELECT person_id FROM personas WHERE ifi = %(ifi)s)
"""


def some_person(row: dict[str, str]) -> SomePerson:
    personas = parts(row["personas"])
    former = re.fullmatch(r"\((.*)\)", row["custom_id"])
    return SomePerson(
        (row["custom_id"] or None) if former is None else None,
        row["name"] or None,
        row.get("image_url") or None,
        tuple(persona(text.removesuffix(PINNED)) for text in personas),
        tuple(membership(text) for text in parts(row.get("groups", ""))),
        tuple(persona(text.removesuffix(PINNED))[1] for text in personas if text.endswith(PINNED)),
        former and former[1],
    )


def some_spell(row: dict[str, str]) -> SomeSpell:
    begins, ends = moment(row["since"], UTC), moment(row["until"], UTC)
    return SomeSpell(persona(row["persona"])[1], begins or ALWAYS, ends or NEVER, row["person"] or None)


def some_statement(row: dict[str, str]) -> SomeStatement:
    return SomeStatement(
        str_to_uuid(row["id"]),
        *persona(row["actor"]),
        row["agent's name"] or None,
        row.get("voided") == "yes",
        **({"timestamp": row["at"] + "T00:00:00Z"} if "at" in row else {}),
    )


def parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(",") if part.strip()]


def persona(text: str) -> tuple[str, str]:
    """(kind, ifi) of an identifier as the tables have it."""
    if " " in text:
        return "account", text
    if re.fullmatch("[0-9a-f]{40}", text):
        return "mbox_sha1sum", text
    if "://" in text:
        return "openid", text
    return "mbox", "mailto:" + text


def membership(text: str) -> tuple[str, str]:
    group, _, source = text.partition(" (")
    return group, source.removesuffix(")") or "people"


# -- a people CSV, read plainly ------------------------------------------------------------------------------


class CsvLine(NamedTuple):
    at: int
    """The line of the file it begins on, the header being 1."""
    line: Line
    problem: tuple[str, str] | None
    """(column, code) of the first cell at fault, or ("", code) of the whole line."""
    groups_column: str
    word_column: str
    """The first with an id that is a word for nothing."""


COLUMNS = {
    "customid": "custom_id",
    "previouscustomid": "previous_custom_id",
    "name": "name",
    "imageurl": "image_url",
    "since": "since",
    "identifiersince": "identifier_since",
    "identifieruntil": "identifier_until",
    "identifiername": "",
    "identifiercreated": "identifier_created",
    "created": "created",
    "formercustomid": "former_custom_id",
    "email": "mbox",
    "mboxsha1sum": "mbox_sha1sum",
    "openid": "openid",
    "accounthomepage": "home_page",
    "accountname": "account",
    "groups": "groups",
}


IDS = ("custom_id", "account")


def canonical(heading: str) -> tuple[str, str]:
    """(what the column holds, its number or "") of a heading; ("", "") where it is none of ours."""
    plain = re.sub("[ _-]", "", blanks.visible(blanks.trimmed(heading)).lower())
    found = re.fullmatch(r"(.*?[a-z])(\d*)", plain)
    return (COLUMNS.get(found[1], ""), found[2]) if found and not heading.startswith("_") else ("", "")


def read_plainly(text: str) -> Iterator[CsvLine]:
    """The lines of a people CSV that are not blank, nor the header again."""
    headings, *others = csv.reader(io.StringIO(text, newline=""))
    said = [row for row in others if any(map(blanks.trimmed, row))]
    beyond = {len(row) - len(headings) for row in said if not any(map(blanks.trimmed, row[len(headings) :]))}
    width = len(headings) + max(beyond) if len(beyond) == 1 and all(len(row) > len(headings) for row in said) else 0
    reader = csv.reader(io.StringIO(text, newline=""))
    next(reader)
    columns = [canonical(heading) for heading in headings]
    groups_column = next((h for h, (what, _) in zip(headings, columns, strict=True) if what == "groups"), "")
    end = reader.line_num
    for row in reader:
        at, end = end + 1, reader.line_num
        if not any(blanks.trimmed(cell) for cell in row) or list(map(blanks.trimmed, row)) == headings:
            continue
        ragged = len(row) not in (len(headings), width)
        cells = [*map(blanks.trimmed, row), *[""] * len(headings)][: len(headings)]
        line, problem = read_cells(dict(zip(columns, cells, strict=True)))
        ids = (h for h, (what, _), cell in zip(headings, columns, cells, strict=True) if what in IDS and is_word(cell))
        beside = groups_column, next(ids, "")
        if ragged:
            yield CsvLine(at, replace(line, bad=True, ragged=True), ("", "ragged_line"), *beside)
            continue
        heading = headings[columns.index(problem[0])] if problem and problem[0] else ""
        yield CsvLine(at, line, (heading, problem[1]) if problem else None, *beside)


Column = tuple[str, str]


def read_cells(cells: dict[Column, str]) -> tuple[Line, tuple[Column | None, str] | None]:
    """One line, and the first of its problems: (the column at fault, code)."""
    values: dict[str, Any] = {}
    personas: list[tuple[str, str]] = []
    sinces: list[datetime | None] = []
    had: list[Had] = []
    problems: list[tuple[Column | None, str]] = []
    for (what, number), cell in cells.items():
        home_page = cells.get(("home_page", number)) if what == "account" else None
        if what in ("", "home_page", "identifier_since", "identifier_until") or not (cell or home_page):
            continue
        if what == "account" and not (cell and home_page):
            problems.append((("home_page" if cell else "account", number), "incomplete_account"))
        elif what in IDS and nothing.is_error_value(cell):
            problems.append(((what, number), "error_value"))
        elif what == "previous_custom_id" and (nothing.is_error_value(cell) or is_word(cell)):
            continue
        elif what in ("mbox", "mbox_sha1sum", "openid", "account"):
            found = identifiers.normalise(what, cell, home_page)  # type: ignore[arg-type]
            if isinstance(found, Invalid):
                at_fault = "home_page" if found.code == "invalid_home_page" else what
                problems.append(((at_fault, number), found.code))
            else:
                since, until = (moment(cells.get((f"identifier_{end}", number), ""), UTC) for end in ("since", "until"))
                if until is not None:
                    had.append(Had(found.kind, found.ifi, since, until))
                else:
                    personas.append((found.kind, found.ifi))
                    sinces.append(since)
        elif what in ("since", "created", "identifier_created"):
            try:
                when = moment(cell, UTC)
                values |= {what: when} if what != "identifier_created" else {}
            except NoMomentError:
                problems.append(((what, number), "invalid_date"))
        elif what in ("custom_id", "previous_custom_id", "former_custom_id"):
            custom_id = identifiers.normalise_custom_id(cell)
            if isinstance(custom_id, Invalid):
                problems.append(((what, number), custom_id.code))
            elif what == "previous_custom_id" and not cells.get(("custom_id", "")):
                problems.append(((what, number), "previous_without_custom_id"))
                values[what] = custom_id
            elif what != "former_custom_id" or not cells.get(("custom_id", "")):
                values[what] = custom_id
        elif what == "groups":
            values["groups"], code = read_groups(cell)
            if code:
                problems.append(((what, number), code))
        else:
            values[what] = value_of(cell)
    if not personas and not had and "custom_id" not in values and not problems:
        problems.append((None, "names_nobody"))
    line = Line(
        personas=tuple(personas), sinces=tuple(sinces), had=tuple(had), bad=bool(problems), **values
    )
    return line, problems[0] if problems else None


def read_groups(cell: str) -> tuple[Any, str | None]:
    if cell == "<delete>":
        return DELETE, None
    groups = []
    for part in text_of(cell).split("|"):
        group = identifiers.normalise_group_custom_id(part)
        if isinstance(group, Invalid):
            return None, group.code
        if group:
            groups.append(group)
    return tuple(dict.fromkeys(groups)), None


def value_of(cell: str) -> Cell:
    return DELETE if cell == "<delete>" else text_of(cell)


def text_of(cell: str) -> str:
    """`\\<delete>` is the text `<delete>`, and with one backslash more, the text with one."""
    return cell[1:] if re.fullmatch(r"\\+<delete>", cell) else cell
