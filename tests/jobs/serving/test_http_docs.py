"""The examples of docs/http.md, run by curl against a server; what they answer is as printed."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, Cli, Http
from served import served

PAGE = (ROOT / "docs/http.md").read_text(encoding="utf-8")
SECTIONS = ("People", "Groups", "Statements (xAPI)")


def examples(section: str) -> list[tuple[str, str]]:
    """Each command of a section, with what it prints."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    found = []
    for block in re.findall(r"^```console\n\$ (.*?)^```$", text, re.MULTILINE | re.DOTALL):
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
            assert normalised(ran.stdout).rstrip("\n") == normalised(printed).rstrip("\n"), command
