"""What a mapping costs: a dry run of HR's own file, as a ratio to the dry run of the same people in canonical columns.

    python benchmarks/mapped_files.py [--people 1000000] [--rounds 2]

Makes one file as HR sends it (semicolons, first and last name, departments by code and name) with its mapping, and one
in canonical columns that says the same. Both are run by the command as a user runs it, with --dry-run, on an embedded
server of its own whose database is empty. Prints seconds, the ratio, and the command's peak memory.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import tempfile
from pathlib import Path

from import_people import FIRST, LAST, run

MAPPING = """\
source = "people"
blanks = ["n/a", {column = "Work Email", equals = "noreply@example.org"}]
skip = [{column = "Status", equals = "Terminated"}]
ignore = ["Manager ID"]

[options]
batch = true

[person]
custom_id = "{Employee ID}"
name = "{First Name} {Last Name}"

[[personas]]
mbox = "{Work Email}"

[[personas]]
account = {home_page = "https://lms.example.org", name = "{Employee ID}"}

[[groups]]
custom_id = "dept:{Department ID}"
type = "department"
name = "{Department}"
"""


def write_files(folder: Path, people: int) -> None:
    """`hr.csv` with `hr.toml`, and `canonical.csv`."""
    chance = random.Random(20261124)
    with (folder / "hr.csv").open("w") as hr, (folder / "canonical.csv").open("w") as canonical:
        hr.write("Employee ID;First Name;Last Name;Work Email;Department;Department ID;Manager ID;Status\n")
        canonical.write("custom_id,name,email,account_home_page,account_name,groups\n")
        for number in range(people):
            key, first, last = f"{number:08d}", chance.choice(FIRST), f"{chance.choice(LAST)} {number}"
            email = f"user{number}@example.org"
            department = f"{chance.randrange(400):04d}"
            hr.write(f"{key};{first};{last};{email};Department {department};{department};{number // 12:08d};Active\n")
            canonical.write(f"{key},{first} {last},{email},https://lms.example.org,{key},dept:{department}\n")
    (folder / "hr.toml").write_text(MAPPING)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        write_files(folder, asked.people)
        canonical = [str(folder / "canonical.csv"), "--batch", "--create-groups", "--dry-run"]
        mapped = [str(folder / "hr.csv"), "--mapping", str(folder / "hr.toml"), "--batch", "--dry-run"]
        for _ in range(asked.rounds):
            plain, result, memory = run("import_people", canonical, folder / "home")
            print(f"canonical {plain:7.2f} s, {memory} MB ({stages(result)})")
            seconds, result, memory = run("import_people", mapped, folder / "home")
            print(f"mapped    {seconds:7.2f} s = {seconds / plain:5.2f} of it, {memory} MB ({stages(result)})")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def stages(result: dict[str, object]) -> str:
    return ", ".join(f"{name} {value:.1f}" for name, value in result["seconds"].items())  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
