"""The sample files that show every problem do, and the catalogue has no other."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

from conftest import ROOT, Cli

from identity.problems import PROBLEMS

NOT_IN_A_CSV = {
    "numeric_cell": "its cells are text: only a spreadsheet has numbers",
    "group_cycle": "canonical columns name no parents of groups",
    "invalid_group": "a cell of groups is cut at each |, and nothing else is wrong with a group's id alone",
}


def test_the_samples_show_every_problem(cli: Cli, tmp_path: Path) -> None:
    for sample in (ROOT / "sample_data").glob("*.*"):
        shutil.copy(sample, tmp_path)
    assert cli("import-people", "people.csv", "--batch", "--create-groups").exit_code == 0
    people = cli("import-people", "every_problem.csv", "--batch", "--json")
    assert people.exit_code == 3, people.stdout + people.stderr
    statements = cli("import-statements", "every_problem.jsonl", "--json")
    assert statements.exit_code == 3, statements.stdout + statements.stderr

    with open("every_problem.csv.rejects.csv", encoding="utf-8", newline="") as file:
        rejects = list(csv.DictReader(file))
    shown = {reject["_code"] for reject in rejects}
    warnings = json.loads(people.stdout)["warnings"]
    told = json.loads(statements.stdout)["rejects"]
    assert shown | warnings.keys() | told.keys() == PROBLEMS.keys() - NOT_IN_A_CSV.keys()
    assert {code for code in warnings if PROBLEMS[code].severity != "warning"} == set()

    # The page names each line's code.
    page = (ROOT / "sample_data/README.md").read_text(encoding="utf-8")
    of_people, of_statements = page.split("`every_problem.jsonl`:\n")
    lines = {
        int(line): re.findall(r"`(\w+)`", row) for line, row in re.findall(r"^\| (\d+) \| (.*) \|$", of_people, re.M)
    }
    assert {int(reject["_line"]): reject["_code"] for reject in rejects}.items() <= {
        line: code for line, codes in lines.items() for code in codes[:1]
    }.items()
    assert warnings.keys() - {"ignored_column"} <= {code for codes in lines.values() for code in codes}
    assert told.keys() == set(re.findall(r"^\| \d+ \| `(\w+)`", of_statements, re.M))
