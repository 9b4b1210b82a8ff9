"""How long an import takes, as a ratio to the limit: COPY of ready-made rows into plain, indexed, constrained tables.

    python benchmarks/import_people.py [--people 1000000[,5000000]] [--rounds 1]

Makes a file of people with two personas and one to three groups each, and the next night's: 1 % of the names are
changed, 1 % of the people have taken an account over from somebody, a few are emptied, 0.5 % are new. The first is
imported; then the next night's is imported, imported again, and undone; and, in a copy of the database as it was after
the first, that one is undone, and brought back by undoing that: each by the command as a user runs it, process start to
end, on an embedded server of its own. The limit is measured on the same server in the same run. Prints seconds, the
ratios, and the commands' peak memory. Of several numbers of people it prints how what a person costs grows from each to
the next, and how many bytes of memory a person more takes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg

from sql import embedded

FIRST = ("Ana", "Ben", "Chloé", "Dmitri", "Élise", "Farid", "Grace", "Hana", "Ivan", "José", "Søren", "Zoë")
LAST = (
    "Adams",
    "Brown",
    "Dubois",
    "Evans",
    "García",
    "Jensen",
    "Müller",
    "Okafor",
    "Smith",
    "Tanaka",
    "Young",
)
HOMES = ("https://lms.example.org", "https://hr.example.com/sso", "https://vle.example.edu/moodle")
HEADER = "custom_id,name,email,account_home_page,account_name,groups\n"

# The tables of the limit: what a person would write who wants the result and nothing else.
PLAIN = """
CREATE TABLE people (id bigint PRIMARY KEY, custom_id text NOT NULL UNIQUE, name text NOT NULL);
CREATE TABLE personas (id bigint PRIMARY KEY, person_id bigint NOT NULL REFERENCES people, kind text NOT NULL,
    home_page text NOT NULL, value text NOT NULL, UNIQUE (kind, home_page, value));
CREATE INDEX ON personas (person_id);
CREATE TABLE groups (id bigint PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE person_groups (person_id bigint NOT NULL REFERENCES people ON DELETE CASCADE,
    group_id bigint NOT NULL REFERENCES groups, PRIMARY KEY (person_id, group_id));
CREATE INDEX ON person_groups (group_id);
"""


def person(random_: random.Random, number: int, groups: int) -> list[str]:
    """custom_id, name, e-mail, home page, account name, groups (numbers joined by `|`)."""
    name = f"{random_.choice(FIRST)} {random_.choice(LAST)} {number}"
    chosen = "|".join(f"Group {g:05d}" for g in random_.sample(range(groups), random_.randint(1, 3)))
    return [f"E{number:08d}", name, f"user{number}@example.org", HOMES[number % 3], f"u{number:08d}", chosen]


def write_files(folder: Path, people: int) -> None:
    """`first.csv`, `next.csv`, and the rows of the limit's tables."""
    random_ = random.Random(20261122)
    groups = 50 + people // 1000
    rows = [person(random_, number, groups) for number in range(people)]
    write(folder / "first.csv", HEADER, rows)
    numbers = {f"Group {g:05d}": str(g + 1) for g in range(groups)}
    ids = range(1, people + 1)
    write(folder / "people", "", ([str(i), row[0], row[1]] for i, row in zip(ids, rows, strict=True)))
    write(
        folder / "personas",
        "",
        (
            persona
            for i, row in zip(ids, rows, strict=True)
            for persona in (
                [str(2 * i - 1), str(i), "mbox", '""', f"mailto:{row[2]}"],
                [str(2 * i), str(i), "account", row[3], row[4]],
            )
        ),
    )
    write(folder / "groups", "", ([number, name] for name, number in numbers.items()))
    write(
        folder / "person_groups",
        "",
        ([str(i), numbers[g]] for i, row in zip(ids, rows, strict=True) for g in row[5].split("|")),
    )
    chosen = random_.sample(range(people), people // 100 + 2 * (people // 100))
    renamed, takers, givers = (chosen[n * (people // 100) : (n + 1) * (people // 100)] for n in range(3))
    following = [list(row) for row in rows]
    for number in renamed:
        following[number][1] += " (new)"
    for taker, giver in zip(takers, givers, strict=True):
        following[taker][3:5] = rows[giver][3:5]
        following[giver][3] = following[giver][4] = ""
    new = [person(random_, people + number, groups) for number in range(people // 200)]
    write(folder / "next.csv", HEADER, following + new)


def write(path: Path, header: str, rows: object) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(header)
        file.writelines(",".join(row) + "\n" for row in rows)  # type: ignore[attr-defined]


def limit(url: str, folder: Path) -> float:
    """Seconds to COPY ready-made rows into the plain tables, in one transaction, the tables dropped afterwards."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA plain")
        connection.execute("SET search_path = plain")
        connection.execute(PLAIN)
        began = time.perf_counter()
        with connection.transaction():
            for table in ("people", "personas", "groups", "person_groups"):
                copy_file(connection, table, folder / table)
        seconds = time.perf_counter() - began
        connection.execute("DROP SCHEMA plain CASCADE")
        connection.execute("CHECKPOINT")
    return seconds


def copy_file(connection: psycopg.Connection, table: str, path: Path) -> None:
    statement = psycopg.sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(psycopg.sql.Identifier(table))
    with path.open("rb") as file, connection.cursor() as cursor, cursor.copy(statement) as copy:
        while block := file.read(1 << 20):
            copy.write(block)


def batch(path: Path) -> list[str]:
    return [str(path), "--batch", "--create-groups"]


@dataclass(frozen=True)
class Ran:
    seconds: float
    memory: int
    """MB."""


def show(title: str, seconds: float, result: dict[str, Any], memory: int, copied: float) -> Ran:
    stages = ", ".join(f"{name} {value:.1f}" for name, value in result["seconds"].items())
    print(f"{title:<12} {seconds:7.2f} s = {seconds / copied:5.2f} of the limit, {memory} MB ({stages})", flush=True)
    return Ran(seconds, memory)


def show_growth(before: int, people: int, some: dict[str, Ran], more: dict[str, Ran]) -> None:
    for title, ran in more.items():
        ratio = ran.seconds / people / (some[title].seconds / before)
        memory = 1e6 * (ran.memory - some[title].memory) / (people - before)
        print(f"growth of {title}, {before:,} to {people:,}: {ratio:.2f} a person, {memory:.0f} bytes more", flush=True)


def run(job: str, arguments: list[str], home: Path) -> tuple[float, dict[str, Any], int]:
    """Seconds, the command's `--json`, and its peak memory in MB."""
    began = time.perf_counter()
    command = [sys.executable, "-c", f"from jobs.{job} import main; main()", *arguments, "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "IMPORT_PEOPLE_HOME": str(home)})
    assert process.stdout is not None  # noqa: S101
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{job} failed: {printed.decode()}")
    return time.perf_counter() - began, json.loads(printed), usage.ru_maxrss // 1024


def measure(people: int) -> dict[str, Ran]:
    """Everything, with so many people; prints it. Out: the first load and the next night."""
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        # In a process of its own: a child's peak memory is never less than its parent's when it was made.
        writer = multiprocessing.Process(target=write_files, args=(folder, people))
        writer.start()
        writer.join()
        if writer.exitcode:
            raise SystemExit("the files could not be written")
        home, loaded = folder / "home", folder / "loaded"
        with embedded.running(home) as server:
            copied = limit(server.url, folder)
            print(f"limit: COPY into plain tables      {copied:7.2f} s")
            first = show("first load", *run("import_people", batch(folder / "first.csv"), home), copied)
        subprocess.run(["cp", "-a", home, loaded], check=True)  # whose it is, too
        with embedded.running(home):
            night = show("next night", *run("import_people", batch(folder / "next.csv"), home), copied)
            show("unchanged", *run("import_people", batch(folder / "next.csv"), home), copied)
            show("undo night", *run("undo_import", ["2"], home), copied)
        shutil.rmtree(home)
        with embedded.running(loaded):
            show("undo load", *run("undo_import", ["1"], loaded), copied)
            show("undo that", *run("undo_import", ["2"], loaded), copied)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {"first load": first, "next night": night}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=lambda text: [int(number) for number in text.split(",")], default=[1_000_000])
    parser.add_argument("--rounds", type=int, default=1)
    asked = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for _ in range(asked.rounds):
        found: list[dict[str, Ran]] = []
        for people in asked.people:
            if len(asked.people) > 1:
                print(f"{people:,} people")
            found.append(measure(people))
        for (before, people), (some, more) in zip(pairwise(asked.people), pairwise(found), strict=True):
            show_growth(before, people, some, more)


if __name__ == "__main__":
    main()
