"""The files of one import, whatever they are about: people, groups, or both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobs.shell.failures import Failure, UsageFailure

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from jobs.importing.group_lines import GroupLines
    from jobs.lines.groups import GroupFiles
    from jobs.lines.inputs import Input
    from jobs.lines.people import PeopleFiles
    from jobs.lines.rejects_file import RejectsFile
    from jobs.lines.warned import Warned
    from jobs.lines.whom_lines_make import Described
    from jobs.mapping.mapping import Mapping
    from jobs.reading.files import Format


@dataclass(frozen=True)
class Files:
    """What one import reads, and where its rejected lines go. At least one of the two kinds is there."""

    people: PeopleFiles | None = None
    groups: GroupLines | None = None
    people_rejects: RejectsFile | None = None
    group_rejects: RejectsFile | None = None
    """None also where no rejects are to be written: in a dry run, unless it was said where."""
    unmended: str | None = None
    """The mapping, where it is as inspect-people has proposed it, and nobody has mended it."""
    left: Sequence[str] = ()
    """Who has left, as the source says by itself, by custom_id."""

    @property
    def main(self) -> PeopleFiles | GroupFiles:
        """Those that the import is about: the others come along."""
        if self.people is not None:
            return self.people
        assert self.groups is not None  # noqa: S101 - one of them is there
        return self.groups.files

    @property
    def along(self) -> Sequence[Input]:
        """Files of groups beside those of people."""
        return self.groups.files.files if self.groups and self.people is not None else ()

    @property
    def files(self) -> list[Input]:
        """All, as the history numbers them: files of people first."""
        return [*self.main.files, *self.along]

    @property
    def mends(self) -> bool:
        """Whether a rejects file is among them, mended."""
        return any(file.mends for file in self.files)

    @property
    def ignored_columns(self) -> list[tuple[int, str]]:
        """(file, column) of every column that is not imported, without those that begin with `_`."""
        first = len(self.main.files)
        along = self.groups.files.ignored_columns if self.groups and self.along else []
        return [*self.main.ignored_columns, *((first + number, column) for number, column in along)]

    @property
    def skipped(self) -> int:
        """Lines that the mapping leaves out."""
        return self.main.skipped + (self.groups.files.skipped if self.groups and self.along else 0)

    @property
    def warnings(self) -> dict[str, Warned]:
        """What is odd about lines, by code: signs of damage on those of people, and what is passed over."""
        from dataclasses import replace

        from jobs.lines.warned import Warned

        found = {} if self.people is None else dict(self.people.warnings)
        if self.groups:
            first = len(self.main.files) if self.along else 0
            for code, said in self.groups.said.warnings.items():
                found[code] = replace(said, lines=[(first + file, line) for file, line in said.lines])
        for number, file in enumerate(self.files):
            for code, noted in file.csv.noted.items():
                warned = found.setdefault(code, Warned(code))
                warned.add(noted.count, [(number, line) for line in noted.first], None)
        return found

    @property
    def rejects_paths(self) -> list[Path]:
        """Where rejected lines would be written."""
        return [path for rejects in (self.people_rejects, self.group_rejects) if rejects for path in rejects.paths]

    def check_described(self, described: Described) -> None:
        """Refuse files of which a mapping that nobody has looked at makes one person of many.

        Raises Refused, which names them.
        """
        from jobs.lines.whom_lines_make import MANY, merged_people
        from jobs.shell.failures import Refused

        if self.people is None or self.unmended is None:
            return
        found = described.found()
        if found.merged:
            people = "1 person" if found.merged == 1 else f"{found.merged:,} people"
            raise Refused(
                f"{self.unmended} is as inspect-people has proposed it, and makes {people} of lines with {MANY} names "
                f"or more: {merged_people(self.people, found)}; mend the mapping, if only by a comment where that is "
                "right; nothing was changed"
            )

    def check_writable(self) -> None:
        """Find out before the work starts. Raises FileProblem."""
        from jobs.shell.failures import FileProblem

        for rejects in (self.people_rejects, self.group_rejects):
            if rejects:
                rejects.check_writable(self.files)
        taken: set[Path] = set()
        for path in self.rejects_paths:
            # The one written last would take the place of the other, or remove it.
            if path.resolve() in taken:
                raise FileProblem(
                    str(path), "rejects of people and of groups cannot be in one file; --groups-rejects says another"
                )
            taken.add(path.resolve())

    def write_rejects(self, people: pl.DataFrame, groups: pl.DataFrame) -> list[Path]:
        """Write rejected lines. The place was there when the work started; what goes wrong now is no fault of the
        command line.
        """
        from jobs.shell.failures import FileProblem

        try:
            written = self.people_rejects.write(people) if self.people_rejects else []
            return written + (self.group_rejects.write(groups) if self.group_rejects else [])
        except FileProblem as error:
            raise Failure(str(error)) from error


def rejects_file(
    files: PeopleFiles | GroupFiles, path: Path | None, option: str = "--rejects", *, dry_run: bool
) -> RejectsFile | None:
    """Where their rejected lines go. A dry run writes none, unless it is said where."""
    from jobs.lines.rejects_file import RejectsFile

    return None if dry_run and path is None else RejectsFile(files, path, option)


def format_of(
    mapping: Mapping | None, encoding: str | None, delimiter: str | None, max_unpacked: int | None
) -> Format:
    """How the files are written: as the mapping says, unless the command line does."""
    from dataclasses import replace

    from jobs.reading.files import Format

    format = mapping.format if mapping else Format()
    try:
        return replace(
            format,
            encoding=encoding or format.encoding,
            delimiter=delimiter or format.delimiter,
            max_unpacked=max_unpacked,
        )
    except ValueError as error:
        raise UsageFailure(str(error)) from error
