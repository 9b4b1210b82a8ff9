"""How long a load of statements takes, as a ratio to the limit: COPY of what is kept of them into plain tables.

    python benchmarks/statements.py [--statements 1000000] [--agents 100000] [--form lines|array|result] [--rounds 1]

Makes a file as a learning record store hands it out: agents of all four kinds, some of whom say much, verbs with their
display, activities with their definitions, results with scores, durations and answers, contexts with parents,
groupings and extensions, times in their order; 1 in 500 voids an earlier one, 1 % are bad. It is loaded by the command
as a user runs it, process start to end, on an embedded server of its own; then a hundredth as many new ones are loaded
into the full store, and the whole file again, of which all is known. The limits are measured on the same server in the
same run: COPY of the kept columns into plain tables without anything, and into ones with keys, indexes and foreign
keys. Prints statements a second, the ratios, the processor's seconds of the command, and its peak memory.
"""

from __future__ import annotations

import argparse
import hashlib
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
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import psycopg

from jobs.shell.failures import DONE, REJECTED
from sql import embedded

VERBS = ("attempted", "attempted", "completed", "passed", "failed", "answered", "answered", "experienced")
ADL = "http://adlnet.gov/expapi/verbs/"
ACTIVITIES = 2_000
WRONG: tuple[dict[str, Any], ...] = (
    {"timestamp": "yesterday"},
    {"actor": {"name": "Nobody"}},
    {"actor": {"mbox": "mailto:no address"}},
    {"result": {"score": {"scaled": 85}}},
    {"verb": {"id": "completed"}},
    {"context": {"platform": None}},
)
AUTHORITY = {"account": {"homePage": "https://lrs.example.org", "name": "collector"}}
TABLES = {
    "activities": "id bigint, iri text NOT NULL",
    "personas": "id bigint, kind text NOT NULL, ifi text NOT NULL, name text",
    "statements": "id uuid, persona_id bigint NOT NULL, voids uuid, activity_id bigint NOT NULL, verb text NOT NULL, "
    "completion boolean, success boolean, score numeric, seconds numeric, at timestamptz NOT NULL",
}
KEYS = """
ALTER TABLE activities ADD PRIMARY KEY (id), ADD UNIQUE (iri);
ALTER TABLE personas ADD PRIMARY KEY (id), ADD UNIQUE (ifi);
ALTER TABLE statements ADD PRIMARY KEY (id), ADD FOREIGN KEY (persona_id) REFERENCES personas,
    ADD FOREIGN KEY (activity_id) REFERENCES activities;
CREATE INDEX ON statements (persona_id);
"""


def actor(number: int) -> tuple[dict[str, Any], str, str]:
    """An agent as JSON has it, its kind, and its IFI."""
    name = f"Somebody {number:06d}"
    address = f"mailto:somebody.{number}@example.org"
    if number % 20 < 11:
        return {"objectType": "Agent", "name": name, "mbox": address}, "mbox", address
    if number % 20 < 18:
        home = f"https://lms{number % 3}.example.org"
        account = {"homePage": home, "name": f"u{number:08d}"}
        return {"objectType": "Agent", "name": name, "account": account}, "account", f"{home} u{number:08d}"
    if number % 20 < 19:
        sha1 = hashlib.sha1(address.encode(), usedforsecurity=False).hexdigest()
        return {"mbox_sha1sum": sha1, "name": name}, "mbox_sha1sum", sha1
    return {"openid": f"https://id.example.org/{number}"}, "openid", f"https://id.example.org/{number}"


def thing(number: int) -> dict[str, Any]:
    """An activity with its definition."""
    iri = f"https://lms.example.org/courses/{number // 20}/units/{number}"
    definition = {
        "name": {"en-US": f"Unit {number}", "de": f"Lektion {number}"},
        "description": {"en-US": "What is to be learnt here, and how it is found out whether it has been."},
        "type": "http://adlnet.gov/expapi/activities/lesson",
    }
    return {"objectType": "Activity", "id": iri, "definition": definition}


def made(agents: int, statements: int, *, seed: int) -> Iterator[tuple[dict[str, Any], list[Any] | None]]:
    """Statements, each with the row that is kept of it; none of a bad one."""
    random_ = random.Random(seed)
    things = [thing(number) for number in range(ACTIVITIES)]
    begin, step = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=seed), timedelta(days=365) / statements
    earlier = ""
    for number in range(statements):
        chance = random_.random()
        # A tenth of the agents say half of all.
        who = int(agents * (0.1 if random_.random() < 0.5 else 1) * random_.random())
        about, verb = random_.randrange(ACTIVITIES), random_.choice(VERBS)
        at = (begin + number * step).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        identity = str(UUID(int=random_.getrandbits(128), version=4))
        found: dict[str, Any] = {
            "id": identity,
            "actor": actor(who)[0],
            "verb": {"id": ADL + verb, "display": {"en-US": verb, "de": verb}},
            "object": things[about],
        }
        voids = completion = success = score = seconds = None
        if chance < 0.002 and earlier:
            verb, voids = "voided", earlier
            found["verb"] = {"id": ADL + verb}
            found["object"] = {"objectType": "StatementRef", "id": earlier}
        elif verb not in ("attempted", "experienced"):
            completion, success = verb != "answered", verb != "failed"
            score, seconds = round(random_.random(), 2), random_.randrange(1, 7200)
            duration = f"PT{seconds // 60}M{seconds % 60}S"
            found["result"] = {
                "completion": completion,
                "success": success,
                "score": {"scaled": score, "raw": round(score * 100), "min": 0, "max": 100},
                "duration": duration,
            }
            if verb == "answered":
                found["result"]["response"] = f"choice-{random_.randrange(6)}[,]choice-{random_.randrange(6)}"
        course = f"https://lms.example.org/courses/{about // 20}"
        found["context"] = {
            "registration": str(UUID(int=(who << 64) + about // 20, version=4)),
            "platform": "Example LMS",
            "language": "en-US",
            "contextActivities": {
                "parent": [{"objectType": "Activity", "id": course, "definition": {"name": {"en-US": "A course"}}}],
                "grouping": [{"objectType": "Activity", "id": "https://lms.example.org/"}],
            },
            "extensions": {
                "https://lms.example.org/xapi/session": f"s{random_.getrandbits(48):012x}",
                "https://lms.example.org/xapi/attempt": random_.randrange(1, 5),
            },
        }
        found |= {"timestamp": at, "stored": at, "authority": AUTHORITY, "version": "1.0.3"}
        earlier = identity
        if 0.5 < chance < 0.51:
            yield found | random_.choice(WRONG), None
        else:
            number_of_it = about if voids is None else ACTIVITIES
            yield found, [who, number_of_it, voids, ADL + verb, completion, success, score, seconds, at]


def write_files(folder: Path, agents: int, statements: int, form: str) -> None:
    """`statements`, `more` in the form, and the rows of the limits' tables."""
    before, between, behind = {"lines": (b"", b"\n", b"\n"), "array": (b"[\n", b",\n", b"\n]\n")}.get(
        form, (b'{"statements":[', b",", b'],"more":""}')
    )
    seen: set[int] = set()
    for name, count, seed in (("statements", statements, 1), ("more", max(1, statements // 100), 2)):
        with (folder / name).open("wb") as out, (folder / f"{name}.rows").open("w", encoding="utf-8") as rows:
            out.write(before)
            for number, (found, row) in enumerate(made(agents, count, seed=seed)):
                out.write((between if number else b"") + orjson.dumps(found))
                if row:
                    seen.add(row[0])
                    ordered = (found["id"], row[0], row[2], row[1], *row[3:])
                    rows.write(",".join("" if cell is None else str(cell) for cell in ordered) + "\n")
            out.write(behind)
    with (folder / "personas.rows").open("w", encoding="utf-8") as out:
        for number in sorted(seen):
            found, kind, ifi = actor(number)
            out.write(f"{number},{kind},{ifi},{found.get('name', '')}\n")
    with (folder / "activities.rows").open("w", encoding="utf-8") as out:
        for number in range(ACTIVITIES):
            out.write(f"{number},{thing(number)['id']}\n")
        out.write(f'{ACTIVITIES},""\n')


def limit(url: str, folder: Path, *, keys: bool) -> float:
    """Seconds to COPY what is kept into plain tables, in one transaction; the tables are dropped afterwards."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA plain")
        connection.execute("SET search_path = plain")
        for table, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {table} ({columns})")
        if keys:
            connection.execute(KEYS)
        connection.execute("CHECKPOINT")
        began = time.perf_counter()
        with connection.transaction(), connection.cursor() as cursor:
            for table in TABLES:
                statement = psycopg.sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(psycopg.sql.Identifier(table))
                with (folder / f"{table}.rows").open("rb") as file, cursor.copy(statement) as copy:
                    while block := file.read(1 << 20):
                        copy.write(block)
        seconds = time.perf_counter() - began
        connection.execute("DROP SCHEMA plain CASCADE")
        connection.execute("CHECKPOINT")
    return seconds


def processors(home: Path) -> float:
    """Seconds of a processor that the server's ended processes have taken, since it was started."""
    number = (home / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    times = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[13:15]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


def run(path: Path, home: Path, arguments: list[str]) -> tuple[dict[str, Any], float, int]:
    """The command's `--json`, its processor's seconds, and its peak memory in MB."""
    command = [sys.executable, "-c", "from jobs.import_statements import main; main()", str(path), "--json", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "IMPORT_PEOPLE_HOME": str(home)})
    assert process.stdout is not None  # noqa: S101
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (DONE, REJECTED):
        raise SystemExit(f"import-statements failed: {printed.decode()}")
    return json.loads(printed), usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--agents", type=int, default=100_000)
    parser.add_argument("--form", choices=("lines", "array", "result"), default="lines")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--finish", action="store_true", help="Make the records as well.")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="Where the files are kept, or taken from.")
    asked = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with ExitStack() as stack:
        folder = asked.keep or Path(tempfile.mkdtemp(prefix="bench-", dir="/tmp"))
        if asked.keep is None:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        if not (folder / "activities.rows").exists():
            # In a process of its own: a child's peak memory is never less than its parent's when it was made.
            task = (folder, asked.agents, asked.statements, asked.form)
            writer = multiprocessing.Process(target=write_files, args=task)
            writer.start()
            writer.join()
            if writer.exitcode:
                raise SystemExit("the files could not be written")
        for _ in range(asked.rounds):
            measure(folder, asked.finish)


def measure(folder: Path, finish: bool) -> None:
    """One load into an empty store, one into the full one, and one of what is known."""
    home = folder / "home"
    try:
        with embedded.running(home) as server:
            bare, keyed = (limit(server.url, folder, keys=keys) for keys in (False, True))
            print(f"limits: COPY into tables without anything {bare:.2f} s, with keys {keyed:.2f} s", flush=True)
            for title, name in (("first load", "statements"), ("more", "more"), ("known", "statements")):
                before = processors(home)
                result, processor, memory = run(folder / name, home, [] if finish else ["--no-finish"])
                seconds, read = result["seconds"]["load"], result["statements"]
                print(f"{title:<12} {seconds:7.2f} s = {read / seconds:8,.0f} a second", end="")
                if title == "first load":
                    print(f" = {seconds / bare:.2f} and {seconds / keyed:.2f} of the limits", end="")
                print(
                    f"; {memory} MB; of a processor {processor / read * 1e6:.1f} us each, "
                    f"the server {(processors(home) - before) / read * 1e6:.1f}"
                    + (f"; finish {sum(result['seconds'].values()) - seconds:.1f} s" if finish else ""),
                    flush=True,
                )
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
