"""What tests of HR's files share: a company's staff, night by night."""

from __future__ import annotations

import csv
import io
import signal
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner
from commands import write
from conftest import Cli, Result, started

HEADER = "ID,Name,Mail,Dept,Dept name,Division"
MAPPING = """
source = "hr"
[options]
batch = true
groups = "replace"
[person]
custom_id = "{ID}"
name = "{Name}"
[[personas]]
mbox = "{Mail}"
[[groups]]
custom_id = "dept:{Dept}"
type = "department"
name = "{Dept name}"
parents = [{custom_id = "div:{Division}", type = "division", name = "Division {Division}"}]
"""
STAFF = {
    "1": "1,Ann,ann@example.org,D1,Sales,North",
    "2": "2,Bob,bob@example.org,D1,Sales,North",
    "3": "3,Cid,cid@example.org,D2,Support,North",
    "4": "4,Dot,dot@example.org,D3,Legal,South",
}
GROUPS = "SELECT custom_id, type, name FROM groups ORDER BY custom_id"


def staff(**changed: str) -> str:
    return write("hr.csv", HEADER, *(STAFF | {key[1:]: line for key, line in changed.items()}).values())


def run_command(command: str, *arguments: str | Path, stdin: bytes | None = None) -> Result:
    """A command without a database of the test's own: it must end in an exit code."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        return Cli()(command, *arguments) if stdin is None else _with_input(command, arguments, stdin)
    finally:
        signal.signal(signal.SIGTERM, before)


def _with_input(command: str, arguments: Sequence[str | Path], stdin: bytes) -> Result:
    main, first, name = started(command)
    ran = CliRunner().invoke(main, [*first, *(str(one) for one in arguments)], input=stdin, prog_name=name)
    assert isinstance(ran.exception, SystemExit | None), ran.exception
    assert "unforeseen" not in ran.stdout + ran.stderr
    return Result(ran.exit_code, ran.stdout, ran.stderr)


def table(rows: Sequence[Sequence[str]], delimiter: str, quoting: int, end: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()
