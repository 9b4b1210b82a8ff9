"""A company's year, night by night, with each way to take addresses over: to whom what was learned counts in the end."""

from __future__ import annotations

import json
import re
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
def test_the_page_says_where_each_way_goes_wrong(cli: Cli, takeovers: str) -> None:
    nights = 0
    for command in COMMANDS:
        name, file, *options = command.split()
        options = [option.replace("sample_data", str(ROOT / "sample_data")) for option in options]
        if name == "import-people":
            options += ["--takeovers", takeovers]
            nights += 1
        assert cli(name, Path(file.replace("sample_data", str(ROOT / "sample_data"))), *options).exit_code in (0, 3)
    assert nights == len(list(YEAR.glob("2026-*.csv"))) == 11
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
