"""The examples of docs/http.md, run by curl against a server; what they answer is as printed."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from commands import write
from conftest import ROOT, Cli, Http
from served import served

from jobs.serving.settings import Settings
from jobs.serving.uploads.working import work

PAGE = (ROOT / "docs/http.md").read_text(encoding="utf-8")
SECTIONS = ("People", "Groups", "Personas (Learning Locker)", "Statements (xAPI)", "Files (CSV upload)")
FILES = {
    "hr.toml": 'person = {custom_id = "{Employee}", name = "{Name}"}\n[[personas]]\nmbox = "{Mail}"\n',
    "hr.csv": "Employee,Name,Mail\nE1010,Julia Klein,julia@corp.example\n"
    "E1011,Ben Ode,ben@corp.example\nE1012,Cid,no address\n",
}


def examples(section: str) -> list[tuple[str, str]]:
    """Each command of a section, with what it prints."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    found = []
    blocks = re.findall(r"^```console\n\$ (.*?)^```$", text, re.MULTILINE | re.DOTALL)
    for block in (one for several in blocks for one in re.split(r"^\$ ", several, flags=re.MULTILINE)):
        lines = block.splitlines(keepends=True)
        ends = next(n for n, line in enumerate(lines, 1) if not line.endswith("\\\n") and balanced(lines[:n]))
        found.append(("".join(lines[:ends]), "".join(lines[ends:])))
    return found


def balanced(lines: list[str]) -> bool:
    """Whether no quotation is open at the end."""
    return "".join(lines).count("'") % 2 == 0


def normalised(answer: str) -> str:
    """Without what differs from run to run."""
    answer = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+0000)", "…", answer)
    return re.sub(r'"seconds":\{[^}]*\}', '"seconds":{…}', answer)


@pytest.mark.parametrize("section", SECTIONS)
def test_examples_work_as_printed(
    section: str, http: Http, cli: Cli, database_url: str, tmp_path: Path
) -> None:
    key, secret = http.credential("me", "admin")
    assert examples(section)
    for name, text in FILES.items():
        write(name, text.rstrip("\n"))
    with served(database_url) as url:
        for command, printed in examples(section):
            ran = subprocess.run(
                ["sh", "-c", command.replace("http://127.0.0.1:8080", url)],
                cwd=tmp_path,
                env={**os.environ, "KEY": key, "SECRET": secret},
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 0, ran.stderr
            if "-F file=" in command:
                work(Settings(database_url), waits=False)
            assert normalised(ran.stdout).rstrip("\n") == normalised(printed).rstrip("\n"), command
