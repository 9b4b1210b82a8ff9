"""What the tests of jobs beside each other, and of killed ones, share: stopping a job at one moment of its life,
seeing what is left of it, and commands that really run at the same time.

Run as a program this file is a worker: a process that runs commands, one line of JSON each, one after the other.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import dict_row

from jobs.shell.program import module_of

ROOT = Path(__file__).parent.parent
PEOPLE, IMPORT, FINISH, LOAD, IDS = 7301, 7302, 7303, 7304, 7305
PATIENCE = 30.0
"""Seconds after which something that should have happened counts as never happening."""


# -- watching a job from outside ------------------------------------------------------------------------------


class Observer:
    """A connection of the test's own beside the jobs: sees what they are doing, and can stand in their way."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.connection: psycopg.Connection[dict[str, Any]] = psycopg.connect(
            url, autocommit=True, application_name="observer", row_factory=dict_row
        )
        self._holds_ids: psycopg.Connection[Any] | None = None
        self.fetch("SET client_min_messages = error")

    def fetch(self, query: str, *parameters: object) -> list[dict[str, Any]]:
        """The rows of a query; none of a command."""
        cursor = self.connection.execute(query, parameters)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []

    def value(self, query: str, *parameters: object) -> Any:
        (row,) = self.fetch(query, *parameters)
        (value,) = row.values()
        return value

    def jobs(self) -> list[dict[str, Any]]:
        """What the connections of jobs to this database are doing: `pid, state, query, wait_event`."""
        return self.fetch(
            "SELECT pid, state, query, wait_event FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'import-people'"
        )

    def waiting_for(self, family: int) -> list[int]:
        """The backends that wait for an advisory lock of this family."""
        rows = self.fetch(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            family,
        )
        return [row["pid"] for row in rows]

    def await_run(self, job: subprocess.Popen[str]) -> None:
        """Wait until the history has a run that it did not have."""
        earlier = self.value("SELECT max(id) FROM imports")
        awaited(lambda: self.value("SELECT max(id) FROM imports") != earlier, "it never began", job)

    def await_lock(self, family: int, job: subprocess.Popen[str] | None = None) -> int:
        """Wait until somebody waits for an advisory lock of this family; its backend."""
        return awaited(lambda: self.waiting_for(family), f"nobody waits for {family}", job)[0]

    def await_query(self, *starts: str, job: subprocess.Popen[str] | None = None, pause: float = 0.002) -> int:
        """Wait until a job runs a query that begins like this; its backend."""

        def found() -> list[int]:
            return [row["pid"] for row in self.jobs() if row["state"] == "active" and row["query"].startswith(starts)]

        return awaited(found, f"no job runs {starts}", job, pause)[0]

    def await_step(self, step: str, job: subprocess.Popen[str] | None = None) -> int:
        """Wait until a job runs this step (`apply/62_moved.update_personas`) and, held up by us, stands still there."""
        query = (ROOT / f"sql/{step}.sql").read_text()
        starts = (f"-- {step}\n", query.splitlines()[0])  # as a step, or asked by itself

        def found() -> list[int]:
            return [
                row["pid"]
                for row in self.jobs()
                if row["state"] == "active" and row["query"].startswith(starts) and row["wait_event"] is not None
            ]

        return awaited(found, f"no job came to {step}", job)[0]

    def await_nobody(self, within: float) -> float:
        """Wait until no job is connected any more, and so none of its locks is left; how long that took."""
        began = time.monotonic()
        while left := self.jobs():
            assert time.monotonic() - began < within, f"still there after {within} s: {left}"
            time.sleep(0.05)
        return time.monotonic() - began

    @contextmanager
    def holding(self, family: int, organisation: int, *, shared: bool = False) -> Iterator[None]:
        """Stand in the way with an advisory lock."""
        how = "_shared" if shared else ""
        self.fetch(f"SELECT CAST(pg_advisory_lock{how}(%s, %s) AS text)", family, organisation)
        try:
            yield
        finally:
            with suppress(psycopg.OperationalError):  # the server may be dead by now, as the test wants it
                if self._holds_ids:
                    self._let_go_of_ids()
                else:
                    self.fetch(f"SELECT pg_advisory_unlock{how}(%s, %s)", family, organisation)

    @contextmanager
    def locking(self, table: str) -> Iterator[None]:
        """Stand in the way of whoever writes to a table. (On a connection of its own: within a transaction
        pg_stat_activity stands still.)"""
        with observing(self._url) as other:
            other.fetch("BEGIN")
            other.fetch(f"LOCK TABLE {table} IN SHARE MODE")
            yield

    def pass_one(self) -> None:
        """Let the job that waits for a block of ids have it, and stand in its way again at the next. (The next is a
        moment away: another connection of ours waits behind the job by then.)
        """
        behind = psycopg.connect(self._url, autocommit=True, application_name="observer")
        ask = ("SELECT CAST(pg_advisory_lock(%s, 0) AS text)", [IDS])
        waits = threading.Thread(target=behind.execute, args=ask)
        waits.start()
        awaited(lambda: behind.info.backend_pid in self.waiting_for(IDS), "nobody of ours waits for ids")
        self._let_go_of_ids()
        waits.join()
        self._holds_ids = behind

    def _let_go_of_ids(self) -> None:
        """Whichever connection of ours stands in the way."""
        (self._holds_ids or self.connection).execute("SELECT pg_advisory_unlock(%s, 0)", [IDS])
        if self._holds_ids:
            self._holds_ids.close()
        self._holds_ids = None

    def schema(self) -> list[tuple[str, ...]]:
        """Every constraint, index, column and trigger of the schema, by name and definition."""
        return [
            tuple(str(value) for value in row.values())
            for row in self.fetch(
                """
                SELECT 'constraint' AS what, CAST(conrelid AS regclass) AS relation, conname AS name,
                       pg_get_constraintdef(oid) || ' ' || convalidated AS definition
                FROM pg_constraint WHERE connamespace = CAST('public' AS regnamespace)
                UNION ALL
                SELECT 'index', i.indrelid, CAST(CAST(i.indexrelid AS regclass) AS text),
                       pg_get_indexdef(i.indexrelid) || ' ' || i.indisvalid || ' ' || i.indisready
                FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
                WHERE c.relnamespace = CAST('public' AS regnamespace)
                UNION ALL
                SELECT 'column', a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
                FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind = 'r'
                WHERE c.relnamespace = CAST('public' AS regnamespace) AND a.attnum > 0
                UNION ALL
                SELECT 'triggers', t.tgrelid, '', CAST(count(*) AS text) || ' ' || string_agg(DISTINCT t.tgenabled, '')
                FROM pg_trigger AS t GROUP BY t.tgrelid
                ORDER BY 1, 2, 3, 4
                """
            )
        ]

    def audit(self) -> None:
        """What must hold whatever happened: everybody has a persona, every persona one person, no id comes twice,
        and no statement has lost its agent."""
        violations = {
            "people without a persona": "SELECT id FROM people AS p WHERE NOT EXISTS (SELECT FROM personas AS q"
            " WHERE q.organisation_id = p.organisation_id AND q.person_id = p.id)",
            "personas without a person": "SELECT id FROM personas AS q WHERE NOT EXISTS (SELECT FROM people AS p"
            " WHERE q.organisation_id = p.organisation_id AND q.person_id = p.id)",
            "IFIs of several personas": "SELECT ifi FROM personas GROUP BY organisation_id, ifi HAVING count(*) > 1",
            "customIds of several people": "SELECT custom_id FROM people WHERE custom_id IS NOT NULL"
            " GROUP BY organisation_id, custom_id HAVING count(*) > 1",
            "statements without their persona": "SELECT s.id FROM statements AS s LEFT JOIN personas AS q"
            " ON q.organisation_id = s.organisation_id AND q.id = s.persona_id WHERE q.id IS NULL",
            "ids that will come again": "SELECT 1 AS id WHERE (SELECT last_value FROM person_ids)"
            " < (SELECT max(id) FROM people) OR (SELECT last_value FROM persona_ids) < (SELECT max(id) FROM personas)"
            " OR (SELECT last_value FROM group_ids) < (SELECT max(id) FROM groups)",
            "memberships of nobody": "SELECT person_id FROM memberships AS m WHERE NOT EXISTS (SELECT FROM people AS p"
            " WHERE p.organisation_id = m.organisation_id AND p.id = m.person_id)",
        }
        for what, query in violations.items():
            assert not self.fetch(query), what

    def close(self) -> None:
        self.connection.close()


@contextmanager
def observing(url: str) -> Iterator[Observer]:
    """An observer for as long as the block lasts."""
    observer = Observer(url)
    try:
        yield observer
    finally:
        observer.close()


def awaited(
    look: Callable[[], Any], otherwise: str, job: subprocess.Popen[str] | None = None, pause: float = 0.005
) -> Any:
    """Look until there is something to see; fail if the job ends before, or nothing comes."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        if job is not None and job.poll() is not None:
            out, err = job.communicate()
            raise AssertionError(f"{otherwise}; it ended with {job.returncode}: {out}{err}")
        assert time.monotonic() < deadline, f"{otherwise} within {PATIENCE} s"
        time.sleep(pause)
    return found


def ended(job: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for the end of a job: exit code, standard output and error. No job ever shows a traceback."""
    out, err = job.communicate(timeout=PATIENCE)
    assert "Traceback" not in out + err, f"{out}{err}"
    assert "unforeseen" not in out + err, f"{out}{err}"
    return job.returncode, out, err


# -- what an export says --------------------------------------------------------------------------------------


def people(export: str) -> set[tuple[str, str, str, frozenset[str], frozenset[str]]]:
    """The people of a CSV export, whatever their order and that of their personas and groups:
    `(custom_id, name, image_url, personas, groups)`."""
    found = set()
    rows = list(csv.DictReader(io.StringIO(export)))
    for row in rows:
        personas = frozenset(
            f"{column.rstrip('_0123456789')} {value}|{row.get(column.replace('home_page', 'name'), '')}"
            for column, value in row.items()
            if value and column.startswith(("email", "mbox", "openid", "account_home_page"))
        )
        groups = frozenset(filter(None, row["groups"].split("|")))
        found.add((row["custom_id"], row["name"], row["image_url"], personas, groups))
    assert len(found) == len(rows)
    return found


# -- input ----------------------------------------------------------------------------------------------------


def write_csv(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str]) -> Path:
    """A CSV file of these rows."""
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def write_statements(path: Path, statements: Sequence[dict[str, Any]]) -> Path:
    """A JSON Lines file of these statements."""
    path.write_text("".join(json.dumps(statement) + "\n" for statement in statements))
    return path


def statement(number: int, email: str, *, name: str | None = None, activity: int = 0) -> dict[str, Any]:
    """A statement with an id made from its number: somebody completed an activity."""
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "actor": {"mbox": f"mailto:{email}"} | ({"name": name} if name else {}),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": f"https://lms.example.org/courses/{activity}"},
        "result": {"completion": True, "score": {"scaled": (number % 20) / 20}},
        "timestamp": f"2024-01-{1 + number % 28:02d}T08:00:00Z",
    }


def voiding(number: int, voided: int) -> dict[str, Any]:
    """A statement that voids another."""
    return statement(number, "voider@lrs.example.org") | {
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": f"00000000-0000-4000-8000-{voided:012d}"},
        "result": {},
    }


# -- commands at the same time --------------------------------------------------------------------------------


class Job(NamedTuple):
    """A command to run: begun after `delay` seconds."""

    command: str
    arguments: tuple[str, ...] = ()
    delay: float = 0.0


class Ended(NamedTuple):
    """What became of one."""

    job: Job
    exit_code: int
    stdout: str
    stderr: str


class Workers:
    """Processes that stay, so that many short rounds do not pay for Python's start each time."""

    def __init__(self, number: int, folder: Path) -> None:
        self._folder = folder
        self._processes = [
            subprocess.Popen(
                [sys.executable, __file__],
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(number)
        ]

    def together(self, url: str, jobs: Sequence[Job]) -> list[Ended]:
        """Run these at the same time, each in a process of its own, and wait for all."""
        assert len(jobs) <= len(self._processes)
        watchdog = threading.Timer(2 * PATIENCE, self.close)
        watchdog.start()
        try:
            for process, job in zip(self._processes, jobs, strict=False):
                assert process.stdin
                process.stdin.write(json.dumps({"url": url, **job._asdict()}) + "\n")
                process.stdin.flush()
            found = []
            for process, job in zip(self._processes, jobs, strict=False):
                assert process.stdout
                said = process.stdout.readline()
                assert said, f"{job} never ended"
                result = json.loads(said)
                assert result["fault"] is None, f"{job}: {result['fault']}"
                found.append(Ended(job, result["exit_code"], result["stdout"], result["stderr"]))
            return found
        finally:
            watchdog.cancel()

    def alone(self, url: str, command: str, *arguments: str | Path) -> Ended:
        """Run one."""
        return self.together(url, [Job(command, tuple(map(str, arguments)))])[0]

    def close(self) -> None:
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()
            assert process.stdin
            assert process.stdout
            process.stdin.close()
            process.stdout.close()


@contextmanager
def working(number: int, folder: Path) -> Iterator[Workers]:
    """Workers for as long as the block lasts; they run their commands in `folder`."""
    workers = Workers(number, folder)
    try:
        yield workers
    finally:
        workers.close()


def _work() -> None:
    from click.testing import CliRunner

    runner = CliRunner()
    for line in sys.stdin:
        asked = json.loads(line)
        os.environ["DATABASE_URL"] = asked["url"]
        time.sleep(asked["delay"])
        main = import_module(module_of(asked["command"])).main
        ran = runner.invoke(main, asked["arguments"], prog_name=asked["command"])
        fault = None
        if ran.exception is not None and not isinstance(ran.exception, SystemExit):
            fault = "".join(traceback.format_exception(ran.exception))
        result = {"exit_code": ran.exit_code, "stdout": ran.stdout, "stderr": ran.stderr, "fault": fault}
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


def seeded(title: str) -> random.Random:
    """Chance that can be had again: IMPORT_PEOPLE_SEED=… as printed."""
    seed = os.environ.get("IMPORT_PEOPLE_SEED") or str(random.SystemRandom().randrange(10**9))
    print(f"{title}: IMPORT_PEOPLE_SEED={seed}")
    return random.Random(f"{title} {seed}")


if __name__ == "__main__":
    _work()
