"""What the columns of a source's files mean, and how that is bound to a file. (`jobs.mapping.written` reads it.)"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path

from identity.identifiers import Kind
from jobs.mapping.dates import DateSaid
from jobs.mapping.translation import (
    Columns,
    GroupEntry,
    GroupSaid,
    Rules,
    Said,
    SkipByDate,
    SkipByValue,
    Translation,
    Translator,
)
from jobs.reading.files import Format
from jobs.reading.headers import DateColumn, Header, PersonaColumn, bare_name, meaning, read_header
from jobs.shell.failures import FileProblem

IDS = ("custom_id", "previous_custom_id")


@dataclass(frozen=True)
class Persona:
    """One identifier; `home_page` is an account's."""

    kind: Kind
    value: Said
    home_page: Said | None = None
    since: DateSaid | None = None
    """From when on it is the person's."""


@dataclass(frozen=True)
class GroupFile:
    """What the columns of a file of groups mean."""

    group: GroupSaid
    parents: tuple[Said, ...]
    split: str | None
    rules: Rules
    previous_custom_id: Said | None = None
    header_line: int | None = None
    """The physical line on which its header stands."""

    @property
    def columns(self) -> set[str]:
        """The columns that it names, as it does."""
        said = [*_said_of(self.group), *self.parents, *([self.previous_custom_id] if self.previous_custom_id else [])]
        return {column for one in said for column in one.template.columns}


@dataclass(frozen=True)
class Mapping:
    """A mapping that was read; without `person`, `personas` and `groups` the canonical columns count."""

    name: str
    """As given."""
    source: str | None = None
    options: dict[str, object] = field(default_factory=dict)
    """By the option's name with underscores: texts, numbers, truth values, lists of texts. Whether there is such an
    option is for the command to say.
    """
    format: Format = field(default_factory=Format)
    rules: Rules = field(default_factory=Rules)
    person: dict[str, tuple[Said, ...]] = field(default_factory=dict)
    personas: tuple[Persona, ...] = ()
    groups: tuple[GroupEntry, ...] = ()
    group_file: GroupFile | None = None
    since: DateSaid | None = None
    """From when on the person is there."""
    time_zone: tzinfo = UTC
    unmended: bool = False
    """Whether it is as `inspect-people` has proposed it, and nobody has looked at it."""

    @property
    def makes_groups(self) -> bool:
        """Whether it says what groups are called: they are to be created as needed."""
        return bool(self.groups)

    @property
    def canonical(self) -> bool:
        """Whether the file's columns are the canonical ones."""
        return not (self.person or self.since or self.personas or self.groups)

    def knows(self, column: str) -> bool:
        """Whether a heading is that of a column which the mapping names."""
        if self.canonical and meaning(column) is not None:
            return True
        bare = bare_name(column)
        return bool(bare) and bare in self._bare_names

    def bind(
        self,
        file: str,
        columns: Sequence[str],
        line: int = 1,
        path: Path | None = None,
        *,
        delimiter: str = ",",
        moment: datetime | None = None,
    ) -> Translation:
        """The translation of the records of `file`, whose header has these columns and stands on this line; `path`: as
        for `read_header`; `delimiter`: between its cells; `moment`: of the import, which says what day is today; None
        for now.

        Raises FileProblem: a column is not there, or twice; nobody is identified; what `read_header` raises.
        """
        translator = Translator(
            Columns(self.name, file, columns, delimiter), self.rules, moment or datetime.now(UTC)
        )
        if self.canonical:
            return self._as_it_is(translator, read_header(file, columns, line, path))
        person = {key: translator.first(said, key not in IDS) for key, said in self.person.items()}
        personas = self._bound_personas(translator)
        if person.get("custom_id") is None and not personas:
            raise FileProblem(self.name, f"identifies nobody in {file}: give person.custom_id or an entry of personas")
        groups = [group for entry in self.groups if (group := translator.group(entry)) is not None]
        since = translator.date(self.since)
        meanings = [(key, place) for key, place in person.items() if place is not None]
        for number, persona in personas.items():
            meanings += _meanings(number, persona)
        of_groups = sorted({place for group in groups for place in group.places})
        meanings += [(f"of groups {groups}", place) for place in of_groups]
        meanings += [("half cleared", place) for place in translator.half_cleared]
        meanings += [("since", since.place)] if since else []
        recast = translator.recast()
        header = Header(
            columns=tuple(columns),
            custom_id=person.get("custom_id"),
            previous_custom_id=person.get("previous_custom_id"),
            name=person.get("name"),
            image_url=person.get("image_url"),
            groups=person.get("groups"),
            personas=tuple(personas.values()),
            ignored=translator.columns.ignored(self.rules.ignore),
            meanings=tuple(meanings),
            mapped_groups=tuple(groups),
            half_cleared=tuple(translator.half_cleared),
            since=since,
            checked_dates=tuple(translator.checked_dates),
            sources=tuple(translator.sources),
        )
        return Translation(header, recast)

    def _as_it_is(self, translator: Translator, header: Header) -> Translation:
        """The translation of a file with canonical columns: by the rules alone, and the zone of dates."""
        translator.cell_by_cell()
        translator.columns.used.update(place for _, place in header.meanings)
        recast = translator.recast()
        ruled = replace(
            header,
            since=self._canonical_date(header.since),
            created=self._canonical_date(header.created),
            personas=tuple(
                one._replace(
                    since=self._canonical_date(one.since),
                    until=self._canonical_date(one.until),
                    created=self._canonical_date(one.created),
                )
                for one in header.personas
            ),
            ignored=translator.columns.ignored(self.rules.ignore),
            checked_dates=tuple(translator.checked_dates),
            sources=tuple(translator.sources),
        )
        return Translation(ruled, recast)

    def _bound_personas(self, translator: Translator) -> dict[int, PersonaColumn]:
        """Those of whose columns the file has all that it needs, by their number in the mapping, from 1."""
        found = {}
        for number, persona in enumerate(self.personas, 1):
            if persona.home_page is None:
                home_page, place = None, translator.whole(persona.value)
            else:
                account = translator.account(persona.home_page, persona.value)
                home_page, place = account or (None, None)
            if place is not None:
                found[number] = PersonaColumn(persona.kind, place, home_page, translator.date(persona.since))
        return found

    def _canonical_date(self, date: DateColumn | None) -> DateColumn | None:
        return None if date is None else replace(date, zone=self.time_zone)

    @cached_property
    def _bare_names(self) -> frozenset[str]:
        return frozenset(bare_name(one) for name in self._named() for one in (name, name.removesuffix("?")))

    def _named(self) -> set[str]:
        """The columns that it names, as it does."""
        said = [one for alternatives in self.person.values() for one in alternatives]
        for persona in self.personas:
            said += [persona.value, *([persona.home_page] if persona.home_page else [])]
        for entry in self.groups:
            said += [one for group in (entry.group, *entry.parents) for one in _said_of(group)]
        names = {column for one in said for column in one.template.columns}
        names.update(blanks.column for blanks in self.rules.blanks if blanks.column is not None)
        names.update(skip.column for skip in self.rules.skip if isinstance(skip, SkipByValue))
        names.update(skip.dates.column for skip in self.rules.skip if isinstance(skip, SkipByDate))
        moments = (self.since, *(persona.since for persona in self.personas))
        names.update(said.column for said in moments if said is not None)
        names.update(name for name in self.rules.ignore if "*" not in name)
        return names


def _meanings(number: int, persona: PersonaColumn) -> list[tuple[str, int]]:
    """What the columns of a mapping's entry of personas mean."""
    found = [(f"{persona.kind} {number}", persona.place)]
    found += [(f"since {number}", persona.since.place)] if persona.since else []
    found += [(f"home page {number}", persona.home_page)] if persona.home_page is not None else []
    return found


def _said_of(group: GroupSaid) -> list[Said]:
    return [one for one in (group.custom_id, group.name, group.type) if one is not None]
