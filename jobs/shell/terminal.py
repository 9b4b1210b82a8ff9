"""The only printer: the summary on standard output, progress and complaints on standard error."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Any, TextIO, cast

import click

from identity.problems import one_line
from jobs.shell.failures import reason
from jobs.shell.timings import Timings

_SURROGATE = re.compile("[\ud800-\udfff]")


class Progress:
    """How far a run is, and how long each of its stages took.

    Shares of the bar: reading goes by bytes to `READ`, each later step moves it on by an equal part.
    """

    READ = 400
    WHOLE = 1000

    def __init__(self, bar: Any | None, steps: int, timings: Timings | None = None) -> None:
        self._bar = bar
        self._timings = timings
        self._at = 0
        self._step = (self.WHOLE - self.READ) / max(1, steps)
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage; one that comes again adds up."""
        began = time.perf_counter()
        self._show(name)
        try:
            with self._timings.stage(name) if self._timings else nullcontext():
                yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A step of a stage (`resolve/54_components`)."""
        self._show(name)
        yield
        self._move(self._at + self._step)

    def read(self, done: int, total: int) -> None:
        """So many bytes of all are read."""
        self._move(self.READ * done / max(1, total))

    def _show(self, name: str) -> None:
        if self._bar is not None:
            self._bar.label = name.split("/")[-1].lstrip("0123456789_").replace("_", " ").ljust(16)
            self._bar.render_progress()

    def _move(self, to: float) -> None:
        if self._bar is not None and to > self._at:
            self._bar.update(int(to) - int(self._at))
        self._at = max(self._at, int(to))


class Terminal:
    """Where a command prints. `--json`: one object and nothing else on standard output. `--quiet`: nothing at all
    unless the exit code is not 0.

    Whatever is told is one line each: what a terminal would not print as itself is escaped here, also in the names of
    files, sources and organisations.
    """

    def __init__(self, *, as_json: bool, quiet: bool, timed: bool = False) -> None:
        self.as_json = as_json
        self.timings = Timings() if timed else None
        self._quiet = quiet
        self._lines: list[str] = []
        self._warnings: list[str] = []
        self._asides: list[str] = []
        self._result: Mapping[str, Any] = {}

    @contextmanager
    def progress(self, steps: int) -> Iterator[Progress]:
        """A bar on a terminal, silence elsewhere; either way it keeps the time."""
        if self._quiet or not sys.stderr.isatty():
            yield Progress(None, steps, self.timings)
        else:
            terminal = cast(TextIO, _Unheeded(sys.stderr))
            with click.progressbar(
                length=Progress.WHOLE, file=terminal, label="starting".ljust(16), show_eta=False, width=30
            ) as bar:
                yield Progress(bar, steps, self.timings)

    def line(self, text: str = "") -> None:
        """A line of the summary."""
        self._lines.append(text)

    def warn(self, text: str) -> None:
        """Something that the reader should know, which stops nothing."""
        self._warnings.append(text)

    def aside(self, text: str) -> None:
        """Something about the data that a command streams, beside them: on standard error."""
        self._asides.append(text)

    def result(self, result: Mapping[str, Any]) -> None:
        """The object that `--json` prints."""
        self._result = result

    @property
    def told(self) -> Mapping[str, Any]:
        """That object."""
        return self._result

    def so_far(self) -> None:
        """Print what was collected until now: a command that runs until it is stopped says something before its end."""
        lines = [_encodable(json_text(self._result))] if self.as_json else [*map(one_line, self._lines)]
        if not self._quiet:
            _say(lines, sys.stdout)
        self._lines, self._result = [], {}

    def end(self, exit_code: int, error: str | None = None) -> bool:
        """Print what was collected. Gives whether standard output took it; what one does not take, the other says."""
        if self._quiet and exit_code == 0:
            return True
        lines = self._lines
        if self.as_json:
            result = {**self._result, **({"error": error} if error else {})}
            lines = [_encodable(json_text(result))] if result else []
        wrong = _say(lines if self.as_json else map(one_line, lines), sys.stdout)
        told = [*self._asides, *(f"warning: {warning}" for warning in self._warnings)]
        told += [f"error: {what}" for what in (error, wrong and f"standard output {wrong}") if what]
        unheard = _say([*map(one_line, told), *(self.timings.lines() if self.timings else ())], sys.stderr)
        if unheard and lines and not self.as_json:
            _say([f"error: standard error {unheard}"], sys.stdout)
        return wrong is None

    @staticmethod
    def stream(write: Callable[[Any], None]) -> None:
        """Hand standard output, as bytes, to something that writes a lot."""
        out = sys.stdout.buffer
        write(out)
        out.flush()


def prepare_streams() -> None:
    """Put something in the place of a standard stream that is closed: otherwise the next file or connection would be
    in that place, and be written to. What is there now can be neither read nor written.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY if number else os.O_WRONLY)  # has the lowest number that is free
            if number:
                setattr(sys, name, open(number, "w", closefd=False))  # noqa: SIM115 - for the life of the process
    for stream in (sys.stdout, sys.stderr):  # in an encoding that lacks a letter, the rest is told all the same
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def complain(lines: Iterable[str]) -> None:
    """Print lines on standard error, if it can be written."""
    _say(lines, sys.stderr)


def given_up(stream: TextIO, error: OSError) -> str | None:
    """Write no more to a standard stream, nor what still waits there; gives what is wrong with it. A reader who has
    seen enough (`| head`) is nothing wrong.
    """
    _silence(stream)
    return None if isinstance(error, BrokenPipeError) else f"cannot be written: {reason(error)}"


def _silence(stream: TextIO) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _say(lines: Iterable[str], stream: TextIO) -> str | None:
    """Print lines; gives what is wrong if they cannot be written."""
    try:
        for line in lines:
            click.echo(line, file=stream)
    except OSError as error:
        return given_up(stream, error)
    except KeyboardInterrupt:  # whoever should read does not: nor would they at the end of the process
        _silence(stream)
        raise
    return None


class _Unheeded:
    """A terminal that a bar is drawn on: it may be gone, which stops no work."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.isatty = stream.isatty

    def write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError as error:
            given_up(self._stream, error)

    def flush(self) -> None:
        """Done by `write`."""


def json_text(value: object) -> str:
    """A value as JSON. A byte of a file's name that is not UTF-8 is written out, as `identity.problems.readable` does:
    neither UTF-8 nor the database could hold it.
    """
    text = json.dumps(value, ensure_ascii=False, default=str)
    return _SURROGATE.sub(lambda found: f"\\\\u{ord(found[0]):x}", text)


def _encodable(text: str) -> str:
    """JSON that standard output's encoding can hold."""
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return json.dumps(json.loads(text))
    return text


def instant(when: datetime) -> str:
    """An instant of the database, whose sessions are in UTC, as ISO 8601."""
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def took(seconds: Mapping[str, float]) -> str:
    """The last row of a summary: how long it all took, and which stages most of it."""
    total = sum(seconds.values())
    stages = ", ".join(f"{name} {value:.1f}" for name, value in seconds.items() if value >= 0.05)
    return f"{'time':<12} {total:.1f} s{f' ({stages})' if stages else ''}"


def stale(pending: Mapping[str, int], recomputed: Mapping[str, int] | None, *, committed: bool) -> list[str]:
    """The rows of a summary about reports: of whom they became stale, and whether they still are."""
    lines = ["stale        {people:,} people, {groups:,} groups".format(**pending)]
    if recomputed:
        lines.append("recomputed   {people:,} people, {groups:,} groups".format(**recomputed))
    elif committed and any(pending.values()):
        lines.append("reporting is pending: run finish-batch-updates")
    return lines


def table(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows of equal length as lines whose columns stand below each other."""
    rows = [tuple(map(one_line, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
