"""How many changes a second are made one at a time, on an empty store and on a large one.

    python benchmarks/rows.py [--people 1000000] [--interactions 10000000] [--lines 10000]

The limit is what the same server commits of one-row updates a second, one after another. Then lines are imported row by
row, as a user does it, half of them of people who are new and half of people who are there, in groups: the seconds of
the lines, from the command's own account, and what has been added to PostgreSQL's catalogue. And wishes of one person
are granted (`jobs.importing.one_person`), each timed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from reports import chunks, fill

from identity.identifiers import Identifier
from jobs.importing.batch import Options
from jobs.importing.finish import LEVELS
from jobs.importing.one_person import OnePerson, Persona, Wish
from sql import embedded
from sql.database import Database, connected

CATALOGUE = (
    "SELECT CAST(sum(pg_total_relation_size(oid)) AS bigint) FROM pg_class WHERE relnamespace = 11 AND relkind = 'r'"
)
NUMBERED = """
SELECT setval('person_ids', max(id)), setval('persona_ids', 2 * max(id)), setval('group_ids', max(id)),
       setval('source_ids', 10)
FROM people
"""
"""`fill` numbers by itself what it makes."""
WISHES = 2000


def commits(url: str, seconds: float = 3.0) -> float:
    """One-row updates a second, each committed."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE one_row AS SELECT 1 AS id, 0 AS n")
        done, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            connection.execute("UPDATE one_row SET n = n + 1 WHERE id = 1")
            done += 1
        took = time.perf_counter() - began
        connection.execute("DROP TABLE one_row")
    return done / took


def write_lines(path: Path, lines: int, people: int) -> None:
    """Half of them of people whom `fill` has made (by custom_id, with another name), half of new ones."""
    with path.open("w", encoding="utf-8") as out:
        out.write("custom_id,name,email,groups\n")
        for n in range(lines):
            there = n % 2 and people
            custom_id = f"E{1 + 7 * n % people}" if there else f"N{n}"
            email = "" if there else f"n{n}@example.org"
            out.write(f"{custom_id},Called {n},{email},group {1 + n % 50}\n")


def imported(path: Path, url: str) -> float:
    """Seconds of the lines of an import row by row, by the command's account."""
    command = [
        sys.executable,
        "-c",
        "from jobs.import_people import main; main()",
        str(path),
        "--create-groups",
        "--json",
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, env={**os.environ, "DATABASE_URL": url}, check=True)
    seconds: float = json.loads(done.stdout)["seconds"]["lines"]
    return seconds


def wishes(database: Database, people: int) -> list[float]:
    """Seconds of each wish: new people, new names, personas that go from one to another."""
    took = []
    with database.begin() as transaction:
        source = transaction.row("history/source.sql", organisation=1, name="interface")["id"]
    with database.session() as session:
        one = OnePerson(session, 1, Options(create_groups=True))
        for n in range(WISHES):
            address = Persona(Identifier("mbox", f"mailto:w{n // 2 if n % 2 else n}@example.org"))
            custom_id = f"E{1 + 11 * n % people}" if people and n % 3 else f"W{n}"
            began = time.perf_counter()
            wish = Wish(custom_id=custom_id, name=f"Wished {n}", personas=[address], groups=["group 1"])
            one.grant(wish, 1, source)
            took.append(time.perf_counter() - began)
    return sorted(took)


def grown(path: Path, url: str) -> tuple[float, int]:
    """Seconds of the lines of an import, and what it has added to the catalogue, in kB."""
    with psycopg.connect(url, autocommit=True) as connection:
        (before,) = connection.execute(CATALOGUE).fetchone() or (0,)
        seconds = imported(path, url)
        (after,) = connection.execute(CATALOGUE).fetchone() or (0,)
    return seconds, (after - before) // 1024


def measured(title: str, url: str, folder: Path, lines: int, people: int) -> None:
    """Measure on one store, and print it."""
    limit = commits(url)
    print(f"{title}: limit, one-row commits: {limit:,.0f} a second")
    path = folder / "rows.csv"
    write_lines(path, lines // 10, people)
    _, of_few = grown(path, url)
    write_lines(path, lines, people)
    seconds, of_many = grown(path, url)
    rate = lines / seconds
    print(f"  row by row   {rate:8,.0f} lines a second = {rate / limit:.3f} of the limit")
    print(f"               catalogue: {of_few:,} kB more after {lines // 10:,} lines, {of_many:,} kB after {lines:,}")
    with connected(url) as database:
        took = wishes(database, people)
    rate, median, late = len(took) / sum(took), took[len(took) // 2] * 1000, took[len(took) * 95 // 100] * 1000
    print(
        f"  one person   {rate:8,.0f} a second = {rate / limit:.3f}, median {median:.1f} ms, 95 % within {late:.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--interactions", type=int, default=10_000_000)
    parser.add_argument("--lines", type=int, default=10_000)
    asked = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        with embedded.running(folder / "empty") as server:
            with connected(server.url):
                pass
            measured("an empty store", server.url, folder, asked.lines, 0)
        with embedded.running(folder / "full") as server:
            with connected(server.url) as database:
                fill(server.url, asked.people, asked.interactions)
                with psycopg.connect(server.url) as connection:
                    connection.execute(NUMBERED)
                for level in LEVELS:
                    chunks(database, level)
            measured(
                f"{asked.people:,} people, {asked.interactions:,} interactions",
                server.url,
                folder,
                asked.lines,
                asked.people,
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
