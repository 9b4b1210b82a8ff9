"""One file of those that are looked at: read, its facts, and the mapping that is proposed for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from jobs.inspecting.hr_words import hint
from jobs.inspecting.profile import Profile, profile
from jobs.inspecting.proposal import Lessons, Proposal, dates, kinds, pairs, propose
from jobs.inspecting.trying import Trial, try_out
from jobs.mapping.written import READY, parse_mapping, read_mapping
from jobs.reading.csv_records import CsvFile
from jobs.reading.files import Format, Source
from jobs.reading.headers import meaning
from jobs.shell.failures import FileProblem

READY_KNOWS = 4
"""A ready mapping that knows fewer of a file's columns is not named."""
ROUNDS = 5
"""So often a proposal is mended and tried again."""


@dataclass(frozen=True)
class Inspected:
    """A file with its facts. `format`: as asked for, and on which line the header was found, if not on the first."""

    source: Source
    file: CsvFile
    facts: Profile
    format: Format

    @classmethod
    def read(cls, source: Source, format: Format, progress: Callable[[int], None] = lambda _: None) -> Inspected:
        """Reads the file to its end. Raises FileProblem. `progress` is told the bytes read."""
        file = CsvFile(source, format, _known)
        if file.likely_header is not None and format.header_line is None:
            below = replace(format, header_line=file.likely_header)
            with suppress(FileProblem):
                other = CsvFile(source, below, _known)
                if sum(map(_known, other.columns)) > sum(map(_known, file.columns)):
                    file, format = other, below
        columns = file.columns
        facts = profile(file, pairs(columns), kinds(columns), dates(columns), progress)
        return cls(source, file, facts, format)

    @property
    def by(self) -> str:
        """How the delimiter is known."""
        if self.format.delimiter:
            return "as asked for"
        return "by the first line" if self.file.announced else "by the header"

    def proposal(self, lessons: Lessons | None = None) -> Proposal:
        """The mapping that its facts propose."""
        delimiter = None if self.source.rows_are_lines else (self.file.dialect.separator, self.by)
        return propose(self.facts, self.source.name, self.format, delimiter, lessons)

    def tried(self, progress: Callable[[int], None] = lambda _: None) -> tuple[Proposal, Trial | None]:
        """The proposal, tried on the file and mended until nothing makes one person of many, as far as that can be
        done; and what would come out, None where it identifies nobody.
        """
        lessons = Lessons()
        trial: Trial | None = None
        for _ in range(ROUNDS):
            proposal = self.proposal(lessons)
            if not proposal.identifies:
                return proposal, None
            trial = try_out(self.source, self.format, proposal.toml, progress)
            more = trial.teaches(lessons)
            if more == lessons:
                break
            lessons = more
        return self.proposal(replace(lessons, repeated=trial.repeated if trial else "")), trial

    def ready(self) -> str | None:
        """The mapping that comes with the project and knows most of the file's columns, if any knows most of them."""
        if self.format.header_line is not None:  # which a ready one does not say
            return None
        best, known = None, max(READY_KNOWS - 1, len(self.file.columns) // 2)
        for name in READY:
            with suppress(FileProblem):
                mapping = read_mapping(name)
                mapping.bind(self.source.name, self.file.columns, self.file.header_line)
                if (knows := sum(map(mapping.knows, self.file.columns))) > known:
                    best, known = name, knows
        return best

    def is_group_file_of(self, ready: str) -> bool:
        """Whether its columns are those of the files of groups of a ready mapping."""
        said = read_mapping(ready).group_file
        needed = {column for column in said.columns if not column.endswith("?")} if said else set()
        return bool(needed) and needed <= set(self.file.columns)

    def fits(self, proposal: Proposal) -> bool:
        """Whether a proposed mapping can be used for it."""
        try:
            parse_mapping("proposal", proposal.toml).bind(
                self.source.name, self.file.columns, self.file.header_line
            )
        except FileProblem:
            return False
        return True


    @property
    def encoding_by(self) -> str:
        """How the encoding is known."""
        if self.file.has_mark:
            return "by its byte order mark"
        return "as asked for" if self.format.encoding else "every byte of it is"

    def as_json(self, proposal: Proposal | None) -> dict[str, Any]:
        """Its facts; with the proposal that was made for it, what each column was taken for."""
        source, file, facts = self.source, self.file, self.facts
        sheet = source.rows_are_lines
        return {
            "name": source.name,
            "bytes": source.size,
            "spreadsheet": sheet,
            "sheet": source.sheet,
            "sheets": source.sheets,
            "delimiter": None if sheet else file.dialect.separator,
            "quote": None if sheet else file.dialect.quote,
            "encoding": None if sheet else file.dialect.encoding,
            "encoding_found": None if sheet else self.encoding_by,
            "byte_order_mark": file.has_mark,
            "lines": facts.lines,
            "header_line": file.header_line,
            "rows": facts.rows,
            "ragged": facts.ragged,
            "noted": {code: {"count": noted.count, "lines": noted.first} for code, noted in file.noted.items()},
            "columns": [
                {
                    "heading": column.heading,
                    "filled": column.filled,
                    "blank_like": column.blank_like,
                    "distinct": column.distinct,
                    "distinct_exact": column.exact,
                    "unique": column.unique,
                    "looks_like": column.look,
                    "examples": column.examples,
                    "values": column.values,
                    "signs": {
                        code: {"count": sign.cells, "examples": sign.examples} for code, sign in column.signs.items()
                    },
                    "use": proposal.uses.get(column.place) if proposal else None,
                }
                for column in facts.columns
            ],
        }


def _known(heading: str) -> bool:
    return meaning(heading) is not None or hint(heading) is not None
