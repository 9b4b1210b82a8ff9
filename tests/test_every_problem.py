"""The sample files that show every problem do, and the catalogue has no other."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

from conftest import ROOT, Cli

from identity.problems import PROBLEMS

NO_FILE_ALONE = {"pin_left_nothing", "former_id", "other_source", "unreadable_record", "spell_left_nothing"}
"""Somebody has to pin something first, or has to leave, or another source has to come before, or another system."""


def rejects_of(sample: str) -> list[dict[str, str]]:
    with open(f"{sample}.rejects.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_samples_show_every_problem(cli: Cli, tmp_path: Path) -> None:
    """Some need what canonical columns have not: numbers and formulas of a spreadsheet, groups with parents."""
    for sample in (ROOT / "sample_data").glob("*.*"):
        shutil.copy(sample, tmp_path)
    assert cli("import-people", "people.csv", "--batch", "--create-groups").exit_code == 0
    people = cli("import-people", "every_problem.csv", "--batch", "--json")
    assert people.exit_code == 3, people.stdout + people.stderr
    workbook = cli("import-people", "every_problem_hr.xlsx", "--mapping", "every_problem_hr.toml", "--json")
    assert workbook.exit_code == 3, workbook.stdout + workbook.stderr
    groups = cli("import-groups", "every_problem_groups.csv", "--batch", "--json")
    assert groups.exit_code == 3, groups.stdout + groups.stderr
    statements = cli("import-statements", "every_problem.jsonl", "--json")
    assert statements.exit_code == 3, statements.stdout + statements.stderr

    rejects, rejects_of_workbook = map(rejects_of, ("every_problem.csv", "every_problem_hr.xlsx"))
    rejects_of_groups = rejects_of("every_problem_groups.csv")
    shown = {reject["_code"] for reject in rejects + rejects_of_workbook + rejects_of_groups}
    warnings, warnings_of_workbook, warnings_of_groups = (
        json.loads(ran.stdout)["warnings"] for ran in (people, workbook, groups)
    )
    told = json.loads(statements.stdout)["rejects"]
    warned = warnings | warnings_of_workbook | warnings_of_groups
    assert shown | warned.keys() | told.keys() == PROBLEMS.keys() - NO_FILE_ALONE
    assert {code for code in warned if PROBLEMS[code].severity != "warning"} == set()

    # The page names each line's code.
    page = (ROOT / "sample_data/README.md").read_text(encoding="utf-8")
    of_people, of_workbook = page.split("`every_problem_hr.xlsx`:\n")
    of_workbook, of_groups = of_workbook.split("`every_problem_groups.csv`:\n")
    of_groups, of_statements = of_groups.split("`every_problem.jsonl`:\n")
    lines = {
        int(line): re.findall(r"`(\w+)`", row) for line, row in re.findall(r"^\| (\d+) \| (.*) \|$", of_people, re.M)
    }
    assert {int(reject["_line"]): reject["_code"] for reject in rejects}.items() <= {
        line: code for line, codes in lines.items() for code in codes[:1]
    }.items()
    assert warnings.keys() - {"ignored_column"} <= {code for codes in lines.values() for code in codes}
    codes_of_workbook = {reject["_code"] for reject in rejects_of_workbook} | warnings_of_workbook.keys()
    assert codes_of_workbook == set(re.findall(r"`(\w+)`", of_workbook))
    assert warnings_of_groups.keys() <= set(re.findall(r"`(\w+)`", of_groups))
    assert re.findall(r"^\| (\d+) \| `(\w+)`", of_groups, re.M) == [
        (reject["_line"], reject["_code"]) for reject in rejects_of_groups
    ]
    assert told.keys() == set(re.findall(r"^\| \d+ \| `(\w+)`", of_statements, re.M))
