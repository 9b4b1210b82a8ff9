"""inspect-people: what is in HR's file, and the mapping that a newcomer can begin with."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from identity.problems import argument
from jobs.shell.beside import owners_only
from jobs.shell.command import command
from jobs.shell.failures import DONE, UsageFailure, reason

if TYPE_CHECKING:
    from jobs.inspecting.profile import ColumnFacts, Profile
    from jobs.inspecting.proposal import Proposal
    from jobs.reading.damage import Sign
    from jobs.reading.files import Format, Source
    from jobs.reading.noted import Noted
    from jobs.reading.pieces import CsvFile
    from jobs.shell.terminal import Progress, Terminal

HEADING, EXAMPLES, WIDTH = 24, 50, 20
"""Characters that the table gives to a heading, to all examples, to one of them."""
READY_KNOWS = 4
"""A ready mapping that knows fewer of a file's columns is not named."""
WORDS = {"\t": "tab", " ": "space"}


@command("inspect-people", database=False, reads=True)
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--encoding", metavar="NAME", help="Of a file without a byte order mark. [default: utf-8]")
@click.option("--delimiter", metavar="SIGN", help="What separates cells; tab for a tab. [default: by the header]")
@click.option("--quote", metavar="SIGN", help='What cells with a delimiter in them are quoted with. [default: "]')
@click.option("--sheet", metavar="NAME", help="The sheet of an .xlsx file. [default: the first]")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the proposed mapping there, instead of showing it; never over an existing file.",
)
def main(terminal: Terminal, *, path: Path, output: Path | None, **asked: str | None) -> int:
    """Read an HR export, show what is in its columns, and propose a mapping for import-people.

    The whole file is read, a piece at a time: CSV with any delimiter, also as .gz or .zip, .xlsx, or - for standard
    input. Nothing is imported and no database is needed. Every guess of the proposal says why it was made; with
    --output it is a file to mend, and to try with import-people FILE --mapping hr.toml --batch --dry-run.
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
    finally:
        for source in found:
            source.close()
    proposals = [_propose(*one, format) for one in read]
    chosen = _chosen(read, proposals)
    (source, file, _), proposal = read[chosen], proposals[chosen]
    for number, one in enumerate(read):
        if number:
            terminal.line()
        _show(terminal, *one, format)
    others = [other for _, other, _ in read if other.columns != file.columns]
    if others:
        names = ", ".join(other.source.name for other in others)
        terminal.warn(f"other columns than in {source.name}, which the mapping is for: {names}")
    unfit = len(read) < len(found) or not all(_fits(proposal, other) for other in others)
    if unfit and proposal.identifies:
        terminal.warn("import-people reads every file: leave out those that the mapping does not fit")
    ready = _ready(file)
    if ready:
        terminal.line()
        terminal.line("ready     most of these columns are known to a ready mapping:")
        terminal.line(f"          {_import(path, asked, ready)}")
    next_command = None if unfit and output else _next(path, output, proposal, asked)
    if file.doubt:
        terminal.warn(f"{source.name}: {file.doubt}")
    _show_proposal(terminal, proposal, output, next_command)
    terminal.result(
        {
            "files": [_as_json(*one, format, proposal if one is read[chosen] else None) for one in read],
            "proposal": {
                "toml": proposal.toml,
                "identifies": proposal.identifies,
                "canonical": proposal.canonical,
                "ready": ready,
                "output": None if output is None else str(output),
                "next": next_command,
            },
        }
    )
    return DONE


def _read_all(
    found: Sequence[Source], format: Format, progress: Progress, terminal: Terminal
) -> list[tuple[Source, CsvFile, Profile]]:
    """Every file; of several, those that cannot be read are told and passed over. Raises FileProblem: none can be."""
    from jobs.shell.failures import FileProblem

    read: list[tuple[Source, CsvFile, Profile]] = []
    problems: list[FileProblem] = []
    for source in found:
        try:
            read.append((source, *_read(source, format, progress)))
        except FileProblem as error:
            problems.append(error)
    if not read:
        raise problems[0]
    for problem in problems:
        terminal.warn(f"passed over: {problem}")
    return read


def _propose(source: Source, file: CsvFile, facts: Profile, format: Format) -> Proposal:
    from jobs.inspecting.proposal import propose

    delimiter = None if source.rows_are_lines else (file.dialect.separator, _by(file, format))
    return propose(facts, source.name, format, delimiter)


def _chosen(read: Sequence[tuple[Source, CsvFile, Profile]], proposals: Sequence[Proposal]) -> int:
    """Which of several files the mapping is for: the first that identifies somebody, else the first that is a table."""
    tables = [number for number, (_, file, _) in enumerate(read) if len(file.columns) > 1]
    return next((number for number, proposal in enumerate(proposals) if proposal.identifies), (tables or [0])[0])


def _fits(proposal: Proposal, file: CsvFile) -> bool:
    """Whether a proposed mapping can be used for a file."""
    from jobs.mapping.mapping import Mapping
    from jobs.shell.failures import FileProblem

    try:
        Mapping.parse("proposal", proposal.toml).bind(file.source.name, file.columns, file.header_line)
    except FileProblem:
        return False
    return True


def _read(source: Source, format: Format, progress: Progress) -> tuple[CsvFile, Profile]:
    from jobs.inspecting.hr_words import hint
    from jobs.inspecting.profile import profile
    from jobs.inspecting.proposal import kinds, pairs
    from jobs.reading.headers import meaning
    from jobs.reading.pieces import CsvFile

    def known(heading: str) -> bool:
        return meaning(heading) is not None or hint(heading) is not None

    file = CsvFile(source, format, known)
    with progress.stage("read"):
        facts = profile(file, pairs(file.columns), kinds(file.columns), lambda done: progress.read(done, source.size))
        return file, facts


def _show(terminal: Terminal, source: Source, file: CsvFile, facts: Profile, format: Format) -> None:
    """What the file is, and its columns as a table."""
    from identity.problems import one_line

    line = terminal.line
    if source.rows_are_lines:
        line(f"file      {source.name}")
        line(f"read as   {_sheet(source, format)}")
    else:
        line(f"file      {source.name}, {source.size:,} bytes{' unpacked' if source.packed else ''}")
        by = _by(file, format)
        line(f"read as   cells separated by {_separator(file)} ({by}), {_encoding(file)} ({_how(file, format)})")
    ragged = ""
    if facts.ragged:
        first = ", ".join(f"{line:,}" for line in facts.first_ragged)
        ragged = f"; {facts.ragged:,} with another number of cells than the header (first: {first})"
    line(f"lines     {facts.lines:,}, the header on line {file.header_line:,}; {facts.rows:,} of people{ragged}")
    line()
    rows = [("column", "filled", "different", "looks like", "examples")]
    rows += [
        (
            _cut(one_line(column.heading), HEADING),
            _share(column),
            _different(column),
            column.look,
            _examples(column),
        )
        for column in facts.columns
    ]
    widths = [max(_width(row[place]) for row in rows) for place in range(4)]
    for row in rows:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False))
        line("  ".join((*cells, row[4])).rstrip())
    signs = [_sign_line(column, code, sign) for column in facts.columns for code, sign in column.signs.items()]
    signs += [_noted_line(code, noted) for code, noted in file.noted.items()]
    if signs:
        line()
        line("signs of damage")
        for text in signs:
            line(f"  {text}")


def _by(file: CsvFile, format: Format) -> str:
    """How the delimiter is known."""
    return "as asked for" if format.delimiter else "by the first line" if file.announced else "by the header"


def _sheet(source: Source, format: Format) -> str:
    """Which sheet of a workbook was read, and which were not."""
    from jobs.reading.files import shown

    others = [shown(sheet) for sheet in source.sheets if sheet != source.sheet]
    how = ", as asked for" if format.sheet else ", the first visible" if others else ""
    said = f"the sheet {shown(source.sheet or '')}{how}"
    if not others:
        return said
    there = "there is" if len(others) == 1 else "there are"
    return f"{said}; {there} also {', '.join(others)}{'' if format.sheet else ' (--sheet)'}"


def _sign_line(column: ColumnFacts, code: str, sign: Sign) -> str:
    from identity.problems import PROBLEMS, one_line

    examples = ", ".join(_cut(one_line(example), WIDTH) for example in sign.examples)
    said = f"{_cut(one_line(column.heading), HEADING)}: {PROBLEMS[code].title}: {sign.cells:,}"
    return f"{said}{examples and f' ({examples})'}"


def _noted_line(code: str, noted: Noted) -> str:
    from identity.problems import PROBLEMS

    lines = ", ".join(f"{line:,}" for line in noted.first)
    more = noted.count - len(noted.first)
    named = f"{'line' if noted.count == 1 else 'lines'} {lines}{f' and {more:,} more' if more else ''}"
    return f"{PROBLEMS[code].title}: {noted.count:,} ({named})"


def _show_proposal(terminal: Terminal, proposal: Proposal, output: Path | None, next_command: str | None) -> None:
    line = terminal.line
    line()
    if proposal.canonical:
        line("These are import-people's own columns: no mapping is needed. One can keep the options together:")
    elif not proposal.identifies:
        terminal.warn("no column says for certain who a line is about: the proposal cannot be run before one is named")
    if output is not None:
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


def _ready(file: CsvFile) -> str | None:
    """The mapping that comes with the project and knows most of the file's columns, if any knows most of them."""
    from jobs.mapping.mapping import READY, Mapping
    from jobs.shell.failures import FileProblem

    best, known = None, max(READY_KNOWS - 1, len(file.columns) // 2)
    for name in READY:
        with suppress(FileProblem):
            mapping = Mapping.read(name)
            mapping.bind(file.source.name, file.columns, file.header_line)
            if (knows := sum(map(mapping.knows, file.columns))) > known:
                best, known = name, knows
    return best


def _next(path: Path, output: Path | None, proposal: Proposal, asked: dict[str, str | None]) -> str | None:
    """The command line to go on with; None where it would only fail."""
    options = [word for name, value in asked.items() if value for word in (f"--{name}", value)]
    if output is not None:
        return _import(path, {}, str(output)) if proposal.identifies else None
    if proposal.canonical and not (asked["quote"] or asked["sheet"]):  # which only a mapping can say
        return _import(path, asked)
    return " ".join(map(argument, ["lrs-people", "inspect-people", str(path), *options, "--output", "hr.toml"]))


def _import(path: Path, asked: dict[str, str | None], mapping: str | None = None) -> str:
    """The command line that tries the import."""
    words = ["import-people", str(path)]
    for name in ("encoding", "delimiter"):
        if value := asked.get(name):
            words += [f"--{name}", value]
    words += ["--mapping", mapping] if mapping else []
    return " ".join(map(argument, [*words, "--batch", "--dry-run"]))


def _as_json(
    source: Source, file: CsvFile, facts: Profile, format: Format, proposal: Proposal | None
) -> dict[str, Any]:
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
        "encoding_found": None if sheet else _how(file, format),
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


def _how(file: CsvFile, format: Format) -> str:
    if file.has_mark:
        return "by its byte order mark"
    return "as asked for" if format.encoding else "every byte of it is"


def _encoding(file: CsvFile) -> str:
    return file.dialect.encoding.upper()


def _separator(file: CsvFile) -> str:
    return WORDS.get(file.dialect.separator, file.dialect.separator)


def _share(column: ColumnFacts) -> str:
    """Rounded towards the middle: 100% is every line, 0% none."""
    if not column.filled:
        return "0%"
    if column.filled == column.rows:
        return "100%"
    return f"{min(99.9, max(0.1, 100 * column.filled / column.rows)):.1f}%"


def _different(column: ColumnFacts) -> str:
    if not column.real:
        return ""
    if column.unique and column.real > 1:
        return "all" if column.exact else "all (estimated)"
    return f"{'' if column.exact else 'about '}{column.distinct:,}"


def _examples(column: ColumnFacts) -> str:
    from identity.problems import one_line

    shown = ""
    for example in column.examples:
        more = f"{shown}, {_cut(one_line(example), WIDTH)}" if shown else _cut(one_line(example), EXAMPLES)
        if _width(more) > EXAMPLES:
            break
        shown = more
    return shown


def _cut(text: str, most: int) -> str:
    if _width(text) <= most:
        return text
    while _width(text) >= most:
        text = text[:-1]
    return f"{text}…"


def _width(text: Sequence[str]) -> int:
    """Columns of a terminal: East Asian characters take two, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


if __name__ == "__main__":
    main()
