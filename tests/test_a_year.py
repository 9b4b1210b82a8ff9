"""A company's year, night by night, with each way to take addresses over: to whom what was learned counts then."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from conftest import ROOT, Cli

YEAR = ROOT / "sample_data/year"
PAGE = (ROOT / "docs/a-year.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ (?:lrs-people )?(import-\w+ .*)$", PAGE, re.MULTILINE)
"""Every night and every load of statements, as the page has them."""

OWN = {
    "1001": ("Ann", 5), "1002": ("John", 6), "2003": ("Mia", 2), "001004": ("Omar", 2), "1007": ("Tom", 4),
    "1005": ("Anna", 3), "1006": ("Jane", 3),
}  # fmt: skip
"""What each of them has learned in truth, by the custom_id of the end: as the names of the statements' agents say."""


def test_the_names_of_the_statements_say_who_has_learned_what() -> None:
    said: Counter[str] = Counter()
    for path in YEAR.glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            said[json.loads(line)["actor"]["name"].split()[0]] += 1
    assert said == Counter(dict(OWN.values()))


@pytest.mark.parametrize("takeovers", ["split", "apply", "confirmed"])
def test_the_page_says_where_each_way_goes_wrong(cli: Cli, tmp_path: Path, takeovers: str) -> None:
    shutil.copytree(YEAR, tmp_path / "sample_data/year")
    assert sum("import-people" in command for command in COMMANDS) == len(list(YEAR.glob("2026-??-??.csv"))) == 11
    for command in COMMANDS:
        name, *arguments = command.split()
        more = ["--takeovers", takeovers] if name == "import-people" else []
        assert cli(name, *arguments, *more).exit_code in (0, 3), command
    report = json.loads(cli("report-people", "--json").stdout)
    found = {row["custom_id"]: row["interactions"] for row in report["rows"] if row["custom_id"]}
    assert told(takeovers) == {custom_id: found.get(custom_id, 0) for custom_id in OWN}
    assert (found == {custom_id: learned for custom_id, (_, learned) in OWN.items()}) is (takeovers == "split")
    assert sum(row["interactions"] for row in report["rows"]) == sum(learned for _, learned in OWN.values())
    assert json.loads(cli("finish-batch-updates", "--check", "--json").stdout)["differences"] == 0


def told(takeovers: str) -> dict[str, int]:
    """The column of the page's table."""
    header, *rows = re.findall(r"^\| (.*) \|$", PAGE, re.MULTILINE)
    place = header.split(" | ").index(f"`{takeovers}`")
    cells = [row.split(" | ") for row in rows[1:]]
    return {row[0].split()[0]: int(row[place].strip("*")) for row in cells}
