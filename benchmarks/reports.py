"""How long reporting takes: everything, one persona that moves, and each report, as ratios to plain SQL.

    python benchmarks/reports.py [--people 100000] [--interactions 1000000]

Makes a store on an embedded server of its own: people with two personas, groups of 500 people, regions of those, one
group of everybody above them, and statements over two years: somebody attempts an activity, and completes it. Then it
measures

- the limit: one query, in the same run, that adds up all statements by persona and activity, and throws that away;
- full: finish-batch-updates where everybody is pending and has no records yet, and each of its levels; again: the same
  where they have;
- move: one persona moves to somebody in another region; then finish, chunk by chunk: the personas' people, the groups
  without others below, and the regions with the group of everybody;
- the reports, as a user runs them, process start to end.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from jobs.importing.finish import LEVELS, MOST, chunk, everything
from sql import embedded
from sql.database import Database, connected

PER_GROUP, PER_REGION, ACTIVITIES = 500, 50, 400

STORE = """
ALTER TABLE statements DROP CONSTRAINT persona_of_statements_stays, DROP CONSTRAINT statement_is_about_an_activity;
DROP INDEX statements_of_a_persona;
INSERT INTO sources (organisation_id, id, name) VALUES (1, 1, 'people');
INSERT INTO people (organisation_id, id, custom_id, name)
SELECT 1, n, 'E' || n, 'Somebody ' || n FROM generate_series(1, %(people)s) AS n;
INSERT INTO personas (organisation_id, id, person_id, kind, ifi)
SELECT 1, n, (n + 1) / 2, 'mbox', 'mailto:p' || n || '@example.com' FROM generate_series(1, 2 * %(people)s) AS n;
INSERT INTO groups (organisation_id, id, custom_id)
SELECT 1, 0, 'everybody'
UNION ALL SELECT 1, -n, 'region ' || n FROM generate_series(1, %(regions)s) AS n
UNION ALL SELECT 1, n, 'group ' || n FROM generate_series(1, %(groups)s) AS n;
INSERT INTO group_parents (organisation_id, group_id, parent_id, source_id)
SELECT 1, -n, 0, 1 FROM generate_series(1, %(regions)s) AS n
UNION ALL SELECT 1, n, -(1 + n %% %(regions)s), 1 FROM generate_series(1, %(groups)s) AS n;
INSERT INTO memberships (organisation_id, person_id, group_id, source_id)
SELECT 1, n, 1 + n %% %(groups)s, 1 FROM generate_series(1, %(people)s) AS n;
INSERT INTO activities
SELECT 1, n, 'https://lms.example.org/courses/' || n FROM generate_series(1, %(activities)s) AS n;
SELECT setseed(0.26);
INSERT INTO statements (organisation_id, id, persona_id, activity_id, verb, completion, success, score, seconds, at,
                        digest)
SELECT 1, CAST(lpad(to_hex(2 * n + done), 32, '0') AS uuid), persona, activity,
       'http://adlnet.gov/expapi/verbs/' || CASE done WHEN 1 THEN 'completed' ELSE 'attempted' END,
       CASE WHEN done = 1 THEN true END, CASE WHEN done = 1 THEN n %% 5 > 0 END,
       CASE WHEN done = 1 THEN round(CAST(random() AS numeric), 2) END, done * n %% 3600,
       timestamptz '2024-01-01 00:00:00+00' + n * (interval '1460 days' / %(interactions)s) + done * interval '1 hour',
       ''
FROM (SELECT n, persona, 1 + (7 * persona + CAST(floor(random() * 4) AS bigint)) %% %(activities)s AS activity
      FROM (SELECT n, 1 + CAST(floor(random() * 2 * %(people)s) AS bigint) AS persona
            FROM generate_series(1, %(interactions)s / 2) AS n) AS who) AS attempt
CROSS JOIN (VALUES (0), (1)) AS course (done);
CREATE INDEX statements_of_a_persona ON statements (organisation_id, persona_id) WHERE persona_id IS NOT NULL;
ALTER TABLE statements
    ADD CONSTRAINT persona_of_statements_stays FOREIGN KEY (organisation_id, persona_id) REFERENCES personas,
    ADD CONSTRAINT statement_is_about_an_activity FOREIGN KEY (organisation_id, activity_id) REFERENCES activities;
"""
ALL = 2**63 - 1
"""Marks up to this one."""
EVERYBODY = """
INSERT INTO pending (organisation_id, subject, subject_id)
SELECT 1, 'persona', n FROM generate_series(1, 2 * %(people)s) AS n
"""
LIMIT = """
SELECT count(*)
FROM (SELECT persona_id, activity_id, count(*), count(*) FILTER (WHERE completion), sum(score), sum(seconds), max(at)
      FROM statements GROUP BY persona_id, activity_id) AS summed
"""
REPORTS = (
    ("report_people", ()),
    ("report_people", ("--format", "csv")),
    ("report_people", ("--group", "group 1")),
    ("report_people", ("--person", "E1", "--since", "2024-05-17")),
    ("report_people", ("--activity", "https://lms.example.org/courses/1", "--format", "csv")),
    ("report_people", ("--since", "2024-05", "--until", "2024-08")),
    ("report_people", ("--since", "2024-05-17", "--until", "2024-08-03")),
    ("report_groups", ()),
    ("report_groups", ("--since", "2024-05", "--until", "2024-08")),
    ("report_groups", ("--since", "2024-05", "--until", "2024-08", "--offset", "1")),
    ("report_groups", ("--activity", "https://lms.example.org/courses/1")),
    ("report_activities", ()),
    ("report_activities", ("--group", "region 1")),
    ("report_activities", ("--since", "2024-05-17", "--until", "2024-08-03")),
)


def fill(url: str, people: int, interactions: int) -> None:
    """The store, by plain SQL; every persona is pending."""
    groups = max(2, people // PER_GROUP)
    regions = max(2, groups // PER_REGION)
    asked = {
        "people": people,
        "interactions": interactions,
        "groups": groups,
        "regions": regions,
        "activities": ACTIVITIES,
    }
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        for statement in filter(str.strip, [*STORE.split(";\n"), EVERYBODY]):
            connection.execute(statement, asked)
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def chunks(database: Database, level: str) -> list[tuple[int, float]]:
    """How many subjects each chunk of a level took, and how many seconds."""
    found = []
    while True:
        began = time.perf_counter()
        if not (taken := chunk(database, 1, level, ALL, MOST[level])):
            return found
        found.append((taken, time.perf_counter() - began))


def in_full(show: Callable[[str, float, str], None], database: Database, title: str, together: float = 0) -> float:
    """All levels, and what has been made of two of them together; gives the seconds of the groups above others."""
    levels = {level: chunks(database, level) for level in LEVELS}
    taken = {level: sum(seconds for _, seconds in found) for level, found in levels.items()}
    parts = {**({"personas and people": together} if together else {}), **{k: v for k, v in taken.items() if levels[k]}}
    show(title, sum(parts.values()), f" ({', '.join(f'{level} {seconds:.1f}' for level, seconds in parts.items())})")
    return levels["groups"][-1][1]


def run(job: str, arguments: tuple[str, ...], url: str) -> tuple[float, int]:
    """Seconds and peak memory in MB of a command as a user runs it."""
    began = time.perf_counter()
    command = [sys.executable, "-c", f"from jobs.{job} import main; main()", *arguments]
    environment = {**os.environ, "DATABASE_URL": url}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    assert process.stderr is not None  # noqa: S101
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{job} failed: {said.decode()}")
    return time.perf_counter() - began, usage.ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--interactions", type=int, default=1_000_000)
    asked = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir="/tmp"))
    folder.chmod(0o755)

    def show(title: str, seconds: float, more: str = "") -> None:
        print(f"{title:<72} {seconds:8.2f} s = {seconds / limit:6.3f} of the limit{more}", flush=True)

    try:
        with embedded.running(folder / "home") as server, connected(server.url) as database:
            filling = timed(lambda: fill(server.url, asked.people, asked.interactions))
            print(f"(a store of {asked.people:,} people and {asked.interactions:,} interactions: {filling:.0f} s)")
            with psycopg.connect(server.url) as connection:
                connection.execute(LIMIT)
                limit = timed(lambda: connection.execute(LIMIT))
            print(f"{'limit: one query over all statements':<72} {limit:8.2f} s")
            together = timed(lambda: everything(database, 1, "personas"))
            above = in_full(show, database, "full", together)
            show("full: the regions and the group of everybody", above)
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
                connection.execute(EVERYBODY, {"people": asked.people})
                connection.execute("CHECKPOINT")
            in_full(show, database, "again", timed(lambda: everything(database, 1, "personas")))
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
                connection.execute("CHECKPOINT")
            other = f"E{asked.people // 2}"
            show("move-persona, without the finish", *moved(server.url, other))
            chunks(database, "personas")
            show("move: two people", sum(seconds for _, seconds in chunks(database, "people")))
            (leaves, of_leaves), (others, of_others) = chunks(database, "groups")
            show(f"move: their {leaves} groups without others below", of_leaves)
            show(
                f"move: the {others} above, everybody's among them",
                of_others,
                f", {of_others / above:.2f} of their full",
            )
            for job, arguments in REPORTS:
                seconds, memory = run(job, arguments, server.url)
                show(f"{job.replace('_', '-')} {' '.join(arguments)}", seconds, f", {memory} MB")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def moved(url: str, to: str) -> tuple[float, str]:
    seconds, memory = run("move_persona", ("p1@example.com", "--to", to, "--no-finish"), url)
    return seconds, f", {memory} MB"


if __name__ == "__main__":
    main()
