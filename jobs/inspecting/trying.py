"""A proposal is tried on its own file before it is shown: what would come out, and what it has to be mended for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from jobs.inspecting.proposal import Lessons
from jobs.lines.people import InputFile, PeopleFiles
from jobs.lines.whom_lines_make import Described, Found, Line, merged_people, read_again, where
from jobs.mapping.written import parse_mapping
from jobs.reading.files import Format, Source

MOST_SHARED = 20
"""So many values may be nobody's own in a column that identifies people all the same."""


@dataclass(frozen=True)
class Trial:
    """What would come out of a file in an empty store."""

    found: Found
    skipped: int
    """Lines that the mapping leaves out."""
    repeating: str
    """The lines that repeat a custom_id, as `lines 3 and 17`; blank where none does, as in the next two."""
    contested: str
    rejected: str
    merged: str
    """The first people of many."""
    shared: dict[int, tuple[str, ...]]
    """By the place of a column in the file: values that lines of many names have, where they are few."""
    spoilt: dict[int, str]
    """By the same: where they are many, the reason not to take the column."""

    def teaches(self, lessons: Lessons) -> Lessons:
        """What is to be mended; `lessons` again where nothing is."""
        more = {
            place: tuple(dict.fromkeys((*lessons.shared.get(place, ()), *values)))
            for place, values in self.shared.items()
        }
        return replace(lessons, shared={**lessons.shared, **more}, spoilt={**lessons.spoilt, **self.spoilt})

    @property
    def repeated(self) -> str:
        """What a comment says of ids that stand on several lines."""
        if not self.found.repeating:
            return ""
        return f"; {_count(self.found.repeating, 'line repeats', 'lines repeat')} one ({self.repeating})"

    def lines(self) -> list[str]:
        """What would come out, for people to read."""
        found = self.found
        left_out = f", {self.skipped:,} left out" if self.skipped else ""
        whole = f"{_count(found.lines, 'line')}{left_out}: {_count(found.people, 'person', 'people')}"
        waiting = f", {_count(found.waiting, 'line')} waiting (a custom_id and no identifier)" if found.waiting else ""
        lines = [f"tried     {whole}{waiting}"]
        if found.repeating:
            lines.append(f"{_count(found.repeating, 'line repeats', 'lines repeat')} a custom_id ({self.repeating})")
        if found.contested:
            contested = _count(found.contested, "line is contested, and", "lines are contested, and")
            lines.append(f"{contested} would be rejected: two custom_ids for one person ({self.contested})")
        if found.rejected:
            lines.append(f"{_count(found.rejected, 'line')} would be rejected ({self.rejected})")
        return [lines[0], *(f"          {line}" for line in lines[1:])]

    @property
    def as_json(self) -> dict[str, Any]:
        found = self.found
        return {
            "lines": found.lines,
            "left_out": self.skipped,
            "people": found.people,
            "waiting": found.waiting,
            "contested": found.contested,
            "rejected": found.rejected,
            "repeating": found.repeating,
            "of_many": found.merged,
        }


def try_out(source: Source, format: Format, toml: str, progress: Callable[[int], None] = lambda _: None) -> Trial:
    """Reads the file by the proposal `toml`. Raises FileProblem, as reading it does. `progress` is told the bytes."""
    mapping = parse_mapping("proposal", toml)
    with PeopleFiles((), format=format, mapping=mapping, opened=[source]) as files:
        described = Described()
        for piece in files.pieces():
            described.add(piece)
            progress(piece.bytes_read)
        found = described.found(most_shared=10 * MOST_SHARED)
        skipped = files.skipped
        shared, spoilt = _shared(files, found)
        return Trial(
            found,
            skipped,
            repeating=where(found.repeating_first, files, found.repeating),
            contested=where(found.contested_first, files, found.contested),
            rejected=where(found.rejected_first, files, found.rejected),
            merged=merged_people(files, found),
            shared=shared,
            spoilt=spoilt,
        )


def _shared(files: PeopleFiles, found: Found) -> tuple[dict[int, tuple[str, ...]], dict[int, str]]:
    """`Trial.shared` and `Trial.spoilt`."""
    (file,) = files.files
    counts: dict[int, int] = {}
    spoilt: dict[int, str] = {}
    for place, count in found.doubled_by_place.items():
        different = found.different_by_place[place]
        if 2 * count >= different:
            spoilt[_column(file, place)] = f"{count:,} of {different:,} values stand on lines of different names"
    for place, count in found.shared_by_place.items():
        counts[_column(file, place)] = counts.get(_column(file, place), 0) + count
    lines = read_again(files, [shared.first for shared in found.shared])
    values: dict[int, list[str]] = {}
    for shared in found.shared:
        column = _column(file, shared.place)
        values.setdefault(column, []).append(_value(lines[shared.first.line], shared.place))
        if counts[column] > MOST_SHARED:
            first = where([shared.first], files, 2)
            spoilt.setdefault(column, f"{counts[column]:,} values stand on lines of three names or more ({first})")
    return {column: tuple(some) for column, some in values.items() if column not in spoilt}, spoilt


def _column(file: InputFile, place: int | None) -> int:
    """The place in the file of what stands at this place of its translation; None: of the custom_id."""
    header = file.header
    at = header.custom_id if place is None else place
    assert at is not None  # noqa: S101 - what has values has a column
    return at if header.sources is None else header.sources[at][0]


def _value(line: Line, place: int | None) -> str:
    """What stands in the cell of a shared value."""
    return (line.custom_id if place is None else line.written.get(place)) or ""


def _count(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"

