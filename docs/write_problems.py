"""Writes docs/problems.md, the catalogue of every code, from identity/problems.py and tests/cases/.

python docs/write_problems.py
"""

from __future__ import annotations

import re
from pathlib import Path

from identity.problems import PROBLEMS, Problem

ROOT = Path(__file__).parent.parent
OPENING = """\
# Problems

<!-- Written by docs/write_problems.py from identity/problems.py. -->

Every code that a rejects file, a summary or a warning can give. Codes are stable, so that scripts can read them;
sentences are for people and may change. In a sentence, *italics* stand for what the message fills in.

A *reject* is a line, or a statement, that was not imported; it stands in the rejects file. A *warning* says something
about one that was; where it is said so, `--reject-warnings` and its code make it reject its lines too. The files
`every_problem` in [sample_data](../sample_data/README.md) show them.
"""
HEADINGS = {"reject": "Rejects", "warning": "Warnings"}


def page() -> str:
    """The whole of docs/problems.md."""
    parts = [OPENING]
    for severity, heading in HEADINGS.items():
        found = [problem for problem in PROBLEMS.values() if problem.severity == severity]
        parts += [f"## {heading}\n", *(f"- [`{problem.code}`](#{problem.code}): {problem.title}" for problem in found)]
        parts += ["", *map(_entry, found)]
    return "\n".join(parts)


def _entry(problem: Problem) -> str:
    sentence = re.sub(r"\{(\w+)\}", lambda match: f"*{match[1].replace('_', ' ')}*", problem.sentence)
    lines = [f"### {problem.code}", "", f"{problem.title[0].upper()}{problem.title[1:]}.", "", f"> {sentence}", ""]
    if problem.can_reject:
        lines += [f"`--reject-warnings {problem.code}` rejects the lines.", ""]
    cases = [
        f"[{path.read_text(encoding='utf-8').splitlines()[0].removeprefix('# ')}](../tests/cases/{path.name})"
        for path in sorted((ROOT / "tests/cases").glob("[0-9]*.md"), key=_cells_first)
        if re.search(rf"\b{problem.code}\b", path.read_text(encoding="utf-8"))
    ]
    if cases:
        lines += [f"For example: {'; '.join(cases[:3])}.", ""]
    return "\n".join(lines)


def _cells_first(path: Path) -> tuple[bool, str]:
    """The cases of single cells show a code of a cell best."""
    return not path.name.startswith("20-"), path.name


if __name__ == "__main__":
    (ROOT / "docs/problems.md").write_text(page(), encoding="utf-8")
