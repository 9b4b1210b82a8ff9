"""inspect-people: what is in HR's file, and the mapping that a newcomer can begin with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import click

from identity.problems import argument, readable
from jobs.shell.beside import owners_only
from jobs.shell.command import command
from jobs.shell.failures import DONE, UsageFailure, reason
from jobs.shell.shared_options import MAX_UNPACKED

if TYPE_CHECKING:
    from jobs.inspecting.inspected import Inspected
    from jobs.inspecting.proposal import Proposal
    from jobs.inspecting.trying import Trial
    from jobs.reading.files import Format, Source
    from jobs.shell.terminal import Progress, Terminal


@command("inspect-people", database=False, reads=True)
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--encoding", metavar="NAME", help="Of a file without a byte order mark. [default: utf-8]")
@click.option("--delimiter", metavar="SIGN", help="What separates cells; tab for a tab. [default: by the header]")
@click.option("--quote", metavar="SIGN", help='What cells with a delimiter in them are quoted with. [default: "]')
@click.option("--sheet", metavar="NAME", help="The sheet of an .xlsx file. [default: the first]")
@click.option(
    "--header-line",
    metavar="N",
    type=click.IntRange(min=1),
    help="The line on which the header stands; what is above it is passed over. [default: found]",
)
@MAX_UNPACKED
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the proposed mapping there, instead of showing it; never over an existing file.",
)
def main(terminal: Terminal, *, path: Path, output: Path | None, **asked: Any) -> int:
    """Read an HR export, show what is in its columns, and propose a mapping for import-people.

    The whole file is read, a piece at a time: CSV with any delimiter, also as .gz or .zip, .xlsx, or - for standard
    input. Nothing is imported and no database is needed. The proposal is tried on the file before it is shown, and
    what would come out is told. Every guess says why it was made; with --output it is a file to mend, and to try with
    import-people FILE --mapping hr.toml --batch --dry-run.
    """
    from jobs.reading.files import Format
    from jobs.reading.sources import sources

    if output is not None and output.exists():
        raise UsageFailure(f"{output} is there already: it is not written over")
    try:
        format = Format(**asked)
    except ValueError as error:
        raise UsageFailure(str(error)) from error
    found = sources([path], format)
    try:
        with terminal.progress(0) as progress:
            read = _read_all(found, format, progress, terminal)
            proposals = [one.proposal() for one in read]
            chosen = _chosen(read, proposals)
            one = read[chosen]
            with progress.stage("tried"):
                proposal, trial = one.tried(lambda done: progress.read(done, one.source.size))
    finally:
        for source in found:
            source.close()
    others = [other for other in read if other.file.columns != one.file.columns]
    unfit = len(read) < len(found) or not all(other.fits(proposal) for other in others)
    ready = one.ready()
    _show_files(terminal, read, one, others)
    if unfit and proposal.identifies:
        terminal.warn("import-people reads every file: unpack the one that the mapping is for")
    _show_ready(terminal, _with_ready(path, asked, ready, one, read) if ready else [])
    _show_trial(terminal, trial)
    next_command = _next(path, output, proposal, one, asked, unfit=unfit)
    if one.file.doubt:
        terminal.warn(f"{one.source.name}: {one.file.doubt}")
    _show_proposal(terminal, proposal, output, next_command)
    terminal.result(
        {
            "files": [other.as_json(proposal if other is one else None) for other in read],
            "proposal": {
                "toml": proposal.toml,
                "identifies": proposal.identifies,
                "canonical": proposal.canonical,
                "ready": ready,
                "output": None if output is None else str(output),
                "next": next_command,
                "tried": trial and trial.as_json,
            },
        }
    )
    if output is not None and not proposal.offers:
        raise UsageFailure(f"{one.source.name}: no column says who a line is about: {output} is not written")
    return DONE


def _read_all(
    found: Sequence[Source], format: Format, progress: Progress, terminal: Terminal
) -> list[Inspected]:
    """Every file; of several, those that cannot be read are told and passed over. Raises FileProblem: none can be."""
    from jobs.inspecting.inspected import Inspected
    from jobs.shell.failures import FileProblem

    read: list[Inspected] = []
    problems: list[FileProblem] = []
    for source in found:
        size = source.size
        try:
            with progress.stage("read"):
                read.append(Inspected.read(source, format, lambda done, size=size: progress.read(done, size)))  # type: ignore[misc]
        except FileProblem as error:
            problems.append(error)
    if not read:
        raise problems[0]
    for problem in problems:
        terminal.warn(f"passed over: {problem}")
    return read


def _chosen(read: Sequence[Inspected], proposals: Sequence[Proposal]) -> int:
    """Which of several files the mapping is for: of those that identify somebody, the first that is most one of people;
    else the first that is a table.
    """
    best = max(range(len(read)), key=lambda number: (proposals[number].identifies, proposals[number].people, -number))
    if proposals[best].identifies:
        return best
    tables = [number for number, one in enumerate(read) if len(one.file.columns) > 1]
    return (tables or [0])[0]


def _show_files(
    terminal: Terminal, read: Sequence[Inspected], one: Inspected, others: Sequence[Inspected]
) -> None:
    """What is in the columns of every file; `others` have other columns than the one that the mapping is for."""
    from jobs.inspecting.showing import file_lines

    for number, file in enumerate(read):
        if number:
            terminal.line()
        for line in file_lines(file):
            terminal.line(line)
    if others:
        names = ", ".join(other.source.name for other in others)
        terminal.warn(f"other columns than in {one.source.name}, which the mapping is for: {names}")


def _show_ready(terminal: Terminal, command_lines: Sequence[str]) -> None:
    """How to go on with a ready mapping, if there is one."""
    if command_lines:
        terminal.line()
        terminal.line("ready     most of these columns are known to a ready mapping:")
    for command_line in command_lines:
        terminal.line(f"          {command_line}")


def _show_trial(terminal: Terminal, trial: Trial | None) -> None:
    """What would come out by the proposal, if it could be tried."""
    if trial is None:
        return
    terminal.line()
    for line in trial.lines():
        terminal.line(line)
    if trial.found.merged:
        terminal.warn(f"the proposal makes one person of many, and import-people refuses it: {trial.merged}")


def _show_proposal(terminal: Terminal, proposal: Proposal, output: Path | None, next_command: str | None) -> None:
    line = terminal.line
    line()
    if proposal.canonical and proposal.rules:
        line("These are import-people's own columns; a mapping can leave out what says nothing of people:")
    elif proposal.canonical:
        line("These are import-people's own columns: no mapping is needed. One can keep the options together:")
    elif not proposal.identifies:
        terminal.warn("no column says for certain who a line is about: the proposal cannot be run before one is named")
    if output is not None and proposal.offers:
        try:
            with open(output, "x", encoding="utf-8", opener=owners_only) as file:
                file.write(proposal.toml)
        except OSError as error:
            raise UsageFailure(f"{output}: cannot be written: {reason(error)}") from error
        line(f"mapping   {output}: read it, mend what is wrong")
    else:
        line("proposed mapping:")
        line()
        for text in proposal.toml.splitlines():
            line(f"    {text}".rstrip())
        line()
    if next_command:
        line(f"next      {next_command}")


def _with_ready(
    path: Path, asked: dict[str, Any], ready: str, one: Inspected, read: Sequence[Inspected]
) -> list[str]:
    """The command lines that try the import by a ready mapping: of several files in an archive, what it is for is
    unpacked first.
    """
    if len(read) == 1:
        return [_import([str(path)], asked, ready)]
    groups = [other for other in read if other is not one and other.is_group_file_of(ready)]
    more = [(other, name) for other in read if other is not one and (name := other.ready()) not in (None, ready)]
    unpack, (name, *names) = _unpacked(path, [one, *groups, *(other for other, _ in more)])
    given = [word for group in names[: len(groups)] for word in ("--groups-file", group)]
    lines = [unpack, _import([name, *given], asked, ready)]
    return lines + [
        _import([other], asked, mapping) for other, (_, mapping) in zip(names[len(groups) :], more, strict=True)
    ]


def _unpacked(path: Path, files: Sequence[Inspected]) -> tuple[str, list[str]]:
    """The command line that unpacks some files of an archive, and how they are called then."""
    members = [one.source.name.removeprefix(f"{readable(str(path))}/") for one in files]
    names = [PurePath(member).name for member in members]
    folders = [] if names == members else ["-j"]
    return " ".join(map(argument, ["unzip", *folders, str(path), *members])), names


def _next(
    path: Path, output: Path | None, proposal: Proposal, one: Inspected, asked: dict[str, Any], *, unfit: bool
) -> str | None:
    """The command line to go on with; None where it would only fail. `unfit`: the mapping is not for all files."""
    options = [word for name, value in asked.items() if value for word in (f"--{name.replace('_', '-')}", str(value))]
    if output is not None and unfit and proposal.identifies:
        unpack, names = _unpacked(path, [one])
        return f"{unpack} && {_import(names, {}, str(output))}"
    if output is not None:
        return _import([str(path)], {}, str(output)) if proposal.identifies else None
    only_in_a_mapping = proposal.rules or one.format.quote or one.format.sheet or one.format.header_line
    if proposal.canonical and not unfit and not only_in_a_mapping:
        return _import([str(path)], asked)
    return " ".join(map(argument, ["lrs-people", "inspect-people", str(path), *options, "--output", "hr.toml"]))


def _import(files: Sequence[str], asked: dict[str, Any], mapping: str | None = None) -> str:
    """The command line that tries the import."""
    words = ["import-people", *files]
    for name in ("encoding", "delimiter"):
        if value := asked.get(name):
            words += [f"--{name}", value]
    words += ["--mapping", mapping] if mapping else []
    return " ".join(map(argument, [*words, "--batch", "--dry-run"]))


if __name__ == "__main__":
    main()
