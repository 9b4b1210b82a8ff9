"""Jobs and servers that die, at moments that matter: what is left is as before or as after, never between, the
history says which, the dead job's locks go within seconds, and the next run works. `pytest -m soak` kills more.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from conftest import Process, Server
from faults import (
    FINISH,
    IDS,
    PATIENCE,
    PEOPLE,
    Observer,
    Workers,
    ended,
    observing,
    people,
    seeded,
    statement,
    voiding,
    working,
    write_csv,
    write_statements,
)
from homes import new_home

from sql import embedded
from sql.database import connected

HEADER = ("custom_id", "name", "email", "email_2", "groups")
GONE_WITHIN = 8.0
"""Seconds in which the server has to find out that a job is dead: it looks every two."""

People = set[tuple[str, str, str, frozenset[str], frozenset[str]]]


# -- the world in which jobs die -------------------------------------------------------------------------------


class Night(NamedTuple):
    """A database as it was in the evening, and the file of the night with what it makes of it."""

    template: str
    arguments: tuple[str, ...]
    before: People
    after: People


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kills")


@pytest.fixture(scope="module")
def workers(folder: Path) -> Iterator[Workers]:
    """One process that runs the commands which nobody kills."""
    with working(1, folder) as workers:
        yield workers


def everybody(workers: Workers, url: str) -> People:
    exported = workers.alone(url, "export-people")
    assert exported.exit_code == 0, exported
    return people(exported.stdout)


def evening_files(folder: Path) -> tuple[Path, Path]:
    """People and statements as they were."""
    rows = [(f"c{n}", f"P {n}", f"p{n}@corp.example", f"p{n}@old.example", f"g{n % 7}|all") for n in range(200)]
    said = [statement(n, f"p{n % 120}@{'old' if n % 3 else 'corp'}.example", activity=n % 5) for n in range(300)]
    return (
        write_csv(folder / "evening.csv", rows, HEADER),
        write_statements(folder / "evening.jsonl", [*said, voiding(900, 7), voiding(901, 8)]),
    )


def night_file(folder: Path) -> tuple[str, ...]:
    """Addresses change hands in circles, people come, change and go, groups change; one line is bad."""
    rows = [(f"c{n}", f"P {n}", f"p{n}@corp.example", f"p{n + 1 if n % 5 else n - 4}@old.example", f"g{n % 5}") for n in range(1, 150)]  # noqa: E501
    rows += [(f"d{n}", "", f"p{n}@corp.example", "", "new") for n in range(150, 180)]
    rows += [(f"n{n}", "New", f"n{n}@corp.example", "", "new") for n in range(40)]
    rows += [("bad", "", "no address", "", "")]
    path = write_csv(folder / "night.csv", rows, HEADER)
    return (str(path), "--batch", "--create-groups", "--groups", "replace", "--personas", "replace",
            "--max-takeovers", "100%")  # fmt: skip


@pytest.fixture(scope="module")
def night(server: Server, migrated: str, workers: Workers, folder: Path) -> Night:
    url, other = server.create_database(migrated), None
    csv, statements = evening_files(folder)
    assert workers.alone(url, "import-statements", statements).exit_code == 0
    assert workers.alone(url, "import-people", csv, "--batch", "--create-groups").exit_code == 0
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")  # so that nobody stands still to do it, where a table is locked
    arguments = night_file(folder)
    before = everybody(workers, url)
    other = server.create_database(url)
    assert workers.alone(other, "import-people", *arguments).exit_code == 3
    after = everybody(workers, other)
    server.drop_database(other)
    assert before != after
    return Night(url, arguments, before, after)


@pytest.fixture
def evening(server: Server, night: Night) -> Iterator[str]:
    """A database of the test's own as it was in the evening; its URL."""
    url = server.create_database(night.template)
    yield url
    server.drop_database(url)


@pytest.fixture
def observer(evening: str) -> Iterator[Observer]:
    with observing(evening) as observer:
        yield observer


def last_run(workers: Workers, url: str) -> dict[str, Any]:
    """The newest row of the history, as list-imports says it."""
    listed = workers.alone(url, "list-imports", "--json")
    run: dict[str, Any] = json.loads(listed.stdout)["imports"][0]
    return run


def settled(workers: Workers, url: str) -> None:
    """Nothing is pending, the records are what they are made of, and nobody is between two states."""
    checked = workers.alone(url, "finish-batch-updates", "--check")
    assert (checked.exit_code, "0 records differ" in checked.stdout) == (0, True), checked
    with observing(url) as observer:
        assert observer.value("SELECT count(*) FROM pending") == 0
        observer.audit()


# -- moments, and ways to die ---------------------------------------------------------------------------------

WRITES = {
    "apply/58_new.insert_people": "people",
    "apply/62_moved.update_personas": "personas",
    "apply/75_emptied.delete_memberships": "memberships",
    "settle/20_marks.insert_pending": "pending",
}
"""Steps of an import that stand still while somebody else locks the table that they write to."""
MOMENTS = ("waiting", "ids/reserve", *WRITES, "history/update")
"""Before the commit. The last is the import's last word before it: the rejects are written, all is done."""
WAYS = ("kill -9", "SIGTERM", "Ctrl-C", "connection cut", "both connections cut", "SIGHUP")

SOAK = pytest.mark.soak
Begin = Callable[[], subprocess.Popen[str]]


@contextmanager
def at(moment: str, observer: Observer, begin: Begin) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A job that was begun and stands still at this moment, and its backend."""
    if moment == "waiting":  # for whoever leans on who is who
        with observer.holding(PEOPLE, 1, shared=True):
            job = begin()
            yield job, observer.await_lock(PEOPLE, job)
    elif moment == "ids/reserve":
        with observer.holding(IDS, 0):
            job = begin()
            yield job, observer.await_step(moment, job)
    elif moment == "history/update":
        with ExitStack() as stack:
            with observer.holding(IDS, 0):
                job = begin()
                observer.await_lock(IDS, job)
                stack.enter_context(observer.locking("imports"))
            yield job, observer.await_step(moment, job)
    elif moment == "COMMIT":
        with observer.holding(IDS, 0):  # when this is behind it, all its short transactions are too
            job = begin()
            observer.await_lock(IDS, job)
        yield job, observer.await_query("COMMIT", job=job, pause=0)
    elif moment == "finish":
        with observer.holding(FINISH, 1):
            job = begin()
            yield job, observer.await_lock(FINISH, job)
    else:
        with observer.locking(WRITES[moment]):
            job = begin()
            yield job, observer.await_step(moment, job)


def strike(way: str, job: subprocess.Popen[str], backend: int, observer: Observer) -> None:
    """Do it."""
    if way == "kill -9":
        job.kill()
        job.wait()
        took = observer.await_nobody(GONE_WITHIN)  # although what it waited for is still held
        print(f"its locks were gone after {took:.1f} s")
    elif way == "SIGTERM":
        job.terminate()
    elif way == "SIGHUP":  # as of a terminal, to its processes, and of its shell, to its jobs
        job.send_signal(signal.SIGHUP)
        job.send_signal(signal.SIGHUP)
    elif way == "Ctrl-C":
        job.send_signal(signal.SIGINT)
    elif way == "connection cut":
        observer.fetch("SELECT pg_terminate_backend(%s)", backend)
    else:
        observer.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'import-people'"
        )


BEFORE = {
    "kill -9": (-9, "died", ""),
    "SIGTERM": (1, "failed", "error: terminated"),
    "SIGHUP": (1, "failed", "error: hung up"),
    "Ctrl-C": (1, "failed", "error: interrupted"),
    "connection cut": (75, "failed", "error: the database is busy or away"),
    "both connections cut": (75, "failed", "error: the database is busy or away"),
}
"""How a job ends that was struck before its commit: exit code, state in the history, error."""
AFTER = {
    "kill -9": (-9, "committed", ""),
    "SIGTERM": (5, "committed", "is committed"),
    "SIGHUP": (5, "committed", "is committed"),
    "Ctrl-C": (5, "committed", "is committed"),
    "connection cut": (5, "committed", "is committed"),
    "both connections cut": (5, "committed", "is committed"),
}
"""And after it, before its reporting was finished."""


def died_like(job: subprocess.Popen[str], exit_code: int, error: str) -> None:
    """One line of error and no more, whatever was printed before."""
    code, _, err = ended(job)
    assert code == exit_code, err
    assert error in err
    lines = [line for line in err.splitlines() if not line.startswith("warning:")]
    assert len(lines) == bool(error), err


# -- the nightly import ----------------------------------------------------------------------------------------


def killed_before_commit(
    way: str, moments: Sequence[str], evening: str, night: Night, observer: Observer, workers: Workers, begin: Begin
) -> None:
    for moment in moments:
        with at(moment, observer, begin) as (job, backend):
            strike(way, job, backend, observer)
        exit_code, state, error = BEFORE[way]
        died_like(job, exit_code, error)
        observer.await_nobody(GONE_WITHIN)
        assert everybody(workers, evening) == night.before, moment
        assert last_run(workers, evening)["state"] == state, moment
        assert observer.value("SELECT count(*) FROM pending") == 0
    assert workers.alone(evening, "import-people", *night.arguments).exit_code == 3
    assert everybody(workers, evening) == night.after
    settled(workers, evening)


@pytest.mark.parametrize("way", WAYS)
def test_an_import_killed_before_its_commit(
    way: str, evening: str, night: Night, observer: Observer, workers: Workers, cli_process: Process
) -> None:
    chance = seeded(f"import, {way}")
    moments = ["ids/reserve", *chance.sample(MOMENTS, 2)] if way == "kill -9" else chance.sample(MOMENTS, 1)
    print(moments)

    def begin() -> subprocess.Popen[str]:
        return cli_process("import-people", *night.arguments, DATABASE_URL=evening)

    killed_before_commit(way, moments, evening, night, observer, workers, begin)


@pytest.mark.soak
@pytest.mark.parametrize("way", WAYS)
def test_an_import_killed_before_its_commit_at_every_moment(
    way: str, evening: str, night: Night, observer: Observer, workers: Workers, cli_process: Process
) -> None:
    def begin() -> subprocess.Popen[str]:
        return cli_process("import-people", *night.arguments, DATABASE_URL=evening)

    killed_before_commit(way, MOMENTS, evening, night, observer, workers, begin)


def killed_while_finishing(
    way: str, evening: str, night: Night, observer: Observer, workers: Workers, begin: Begin
) -> None:
    with at("finish", observer, begin) as (job, backend):
        strike(way, job, backend, observer)
        exit_code, state, error = AFTER[way]
        died_like(job, exit_code, error)
    assert everybody(workers, evening) == night.after
    assert last_run(workers, evening)["state"] == state
    assert observer.value("SELECT count(*) FROM pending") > 0
    observer.await_nobody(GONE_WITHIN)
    settled(workers, evening)
    again = workers.alone(evening, "import-people", *night.arguments, "--json")
    assert again.exit_code == 3
    figures = ("created", "claimed", "taken", "split", "dropped", "left")
    assert json.loads(again.stdout)["personas"] == dict.fromkeys(figures, 0)


@pytest.mark.parametrize(
    "way", ["kill -9", "SIGTERM", "SIGHUP", "connection cut", *(pytest.param(way, marks=SOAK) for way in WAYS[2::2])]
)
def test_an_import_killed_after_its_commit(
    way: str, evening: str, night: Night, observer: Observer, workers: Workers, cli_process: Process
) -> None:
    def begin() -> subprocess.Popen[str]:
        return cli_process("import-people", *night.arguments, DATABASE_URL=evening)

    killed_while_finishing(way, evening, night, observer, workers, begin)


def killed_at_random(
    times: int, evening: str, night: Night, observer: Observer, workers: Workers, begin: Begin
) -> None:
    """Whenever it is: the history says what became of it, and that is so."""
    chance = seeded("import at random")
    for _ in range(times):
        after = everybody(workers, evening) == night.after
        job = begin()
        observer.await_run(job)
        time.sleep(chance.random() * 0.5)
        job.kill()
        job.wait()
        observer.await_nobody(GONE_WITHIN)
        state = last_run(workers, evening)["state"]
        assert state in ("died", "committed", "finished")
        expected = night.after if after or state != "died" else night.before
        assert everybody(workers, evening) == expected, state
    assert workers.alone(evening, "import-people", *night.arguments).exit_code == 3
    assert everybody(workers, evening) == night.after
    settled(workers, evening)


def test_an_import_killed_at_random(
    evening: str, night: Night, observer: Observer, workers: Workers, cli_process: Process
) -> None:
    def begin() -> subprocess.Popen[str]:
        return cli_process("import-people", *night.arguments, DATABASE_URL=evening)

    killed_at_random(2, evening, night, observer, workers, begin)


@pytest.mark.soak
def test_an_import_killed_at_random_often(
    evening: str, night: Night, observer: Observer, workers: Workers, cli_process: Process, server: Server
) -> None:
    for _ in range(30):
        url = server.create_database(night.template)
        with observing(url) as watching:

            def begin(at: str = url) -> subprocess.Popen[str]:
                return cli_process("import-people", *night.arguments, DATABASE_URL=at)

            killed_at_random(3, url, night, watching, workers, begin)
        server.drop_database(url)


# -- the first load -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def first_load(folder: Path) -> tuple[str, ...]:
    """A file large enough that copying it, and building the keys over it, can be caught in the act."""
    rows = [(f"c{n}", f"P {n}", f"p{n}@corp.example", f"p{n}@old.example", f"g{n % 50}") for n in range(40_000)]
    return (str(write_csv(folder / "first.csv", rows, HEADER)), "--batch", "--create-groups")


def keys_are_dropped(observer: Observer, job: subprocess.Popen[str]) -> int:
    """Wait, passing the ids of people and of groups, for those of personas: their keys, and the people's, are gone."""
    for _ in range(2):
        observer.await_lock(IDS, job)
        observer.pass_one()
    backend = observer.await_lock(IDS, job)
    assert observer.value(
        "SELECT count(*) FROM pg_locks WHERE pid = %s AND relation = CAST('people' AS regclass)"
        " AND mode = 'AccessExclusiveLock' AND granted",
        backend,
    )
    return backend


FIRST_LOAD = ("copying", "filling tables without keys", "building keys")


def first_load_moments(
    observer: Observer, begin: Begin, moments: Sequence[str] = FIRST_LOAD
) -> Iterator[tuple[str, subprocess.Popen[str], int]]:
    """A first load at each of these moments in turn; the test does away with it."""
    building = ("CREATE INDEX", "CREATE UNIQUE INDEX", "ALTER TABLE personas ADD", "ALTER TABLE people ADD")
    for moment in moments:
        if moment == "filling tables without keys":
            with observer.holding(IDS, 0):
                job = begin()
                yield moment, job, keys_are_dropped(observer, job)
        elif moment == "COMMIT":
            with at(moment, observer, begin) as (job, backend):
                yield moment, job, backend
        else:
            job = begin()
            starts = ("COPY",) if moment == "copying" else building
            yield moment, job, observer.await_query(*starts, job=job, pause=0)


@pytest.mark.parametrize(
    ("way", "moments"),
    [
        ("kill -9", FIRST_LOAD[1:]),
        pytest.param("kill -9", FIRST_LOAD, marks=SOAK),
        pytest.param("both connections cut", FIRST_LOAD, marks=SOAK),
    ],
)
def test_a_first_load_killed(
    way: str,
    moments: Sequence[str],
    database_url: str,
    workers: Workers,
    cli_process: Process,
    first_load: tuple[str, ...],
) -> None:
    """The job is killed, or its connections are cut: the keys that it dropped are there as if nothing had been."""

    def begin() -> subprocess.Popen[str]:
        return cli_process("import-people", *first_load)

    with observing(database_url) as observer:
        schema = observer.schema()
        for moment, job, backend in first_load_moments(observer, begin, moments):
            strike(way, job, backend, observer)
            died_like(job, BEFORE[way][0], BEFORE[way][2])
            observer.await_nobody(GONE_WITHIN)
            assert observer.schema() == schema, moment
            assert observer.value("SELECT count(*) FROM people") == 0, moment
            assert observer.value("SELECT count(*) FROM groups") == 0, moment
            assert last_run(workers, database_url)["state"] == BEFORE[way][1]
        assert workers.alone(database_url, "import-people", *first_load).exit_code == 0
        assert observer.schema() == schema
        assert observer.value("SELECT count(*) FROM personas") == 80_000
    settled(workers, database_url)


# -- the other jobs -------------------------------------------------------------------------------------------


def test_finish_killed(
    server: Server, migrated: str, workers: Workers, cli_process: Process, folder: Path
) -> None:
    """Killed on every level: nothing that was marked is forgotten."""
    url = server.create_database(migrated)
    csv, statements = evening_files(folder)
    assert workers.alone(url, "import-people", csv, "--batch", "--create-groups", "--no-finish").exit_code == 0
    assert workers.alone(url, "import-statements", statements, "--no-finish").exit_code == 0
    levels = {
        "personas": ("persona_activity_records", "30_stale.delete_persona_activity_records"),
        "people": ("person_records", "32_stale.delete_person_records"),
        "groups": ("group_records", "30_stale.delete_group_records"),
    }
    with observing(url) as observer:
        for level, (table, step) in levels.items():
            with observer.locking(table):
                job = cli_process("finish-batch-updates", DATABASE_URL=url)
                backend = observer.await_step(f"finish/{level}/{step}", job)
                strike("kill -9", job, backend, observer)
            assert observer.value("SELECT count(*) FROM pending") > 0
            assert observer.value("SELECT count(*) FROM group_records") == 0
        with observer.locking("group_records"):
            job = cli_process("finish-batch-updates", DATABASE_URL=url)
            strike("connection cut", job, observer.await_step(f"finish/groups/{levels['groups'][1]}", job), observer)
            died_like(job, 75, "error: the database is busy or away")
    settled(workers, url)
    with observing(url) as observer:
        assert observer.value("SELECT sum(interactions) FROM person_records") == 298  # two are voided
        assert observer.value("SELECT count(*) FROM group_records") == 8
    server.drop_database(url)


@pytest.fixture(scope="module")
def many_statements(folder: Path) -> Path:
    """Two chunks of statements, each with agents of its own."""
    agents = [n % 400 if n < 20_000 else n for n in range(20_400)]
    said = [statement(n, f"s{a}@corp.example", name=f"S {a}", activity=n % 20) for n, a in enumerate(agents)]
    return write_statements(folder / "many.jsonl", said)


@pytest.mark.parametrize(
    "way", ["connection cut", pytest.param("SIGTERM", marks=SOAK), pytest.param("Ctrl-C", marks=SOAK)]
)
def test_a_load_of_statements_killed(
    way: str, database_url: str, workers: Workers, cli_process: Process, many_statements: Path
) -> None:
    """In its first chunk nothing stays; in its second the first stays; while it finishes all stays; loaded again,
    every statement is there once and every agent is one person."""
    with observing(database_url) as observer:

        def begin() -> subprocess.Popen[str]:
            return cli_process("import-statements", many_statements)

        def found() -> tuple[Any, ...]:
            return (
                observer.value("SELECT count(*) FROM statements"),
                observer.value("SELECT count(*) FROM people"),
                last_run(workers, database_url)["state"],
            )

        with observer.locking("statements"):
            job = begin()
            strike("kill -9", job, observer.await_step("statements/75_new.insert_statements", job), observer)
        assert found() == (0, 0, "died")

        for second_way in ("kill -9", way):
            with observer.holding(IDS, 0):
                job = begin()
                for _ in range(3 if second_way == "kill -9" else 0):  # ids that the first chunk needs while it is new
                    observer.await_lock(IDS, job)
                    observer.pass_one()
                strike(second_way, job, observer.await_lock(IDS, job), observer)
            if second_way == "kill -9":
                assert found() == (20_000, 400, "died")
                assert last_run(workers, database_url)["counts"]["loaded"] == 20_000
            else:
                # A polite request to stop lets the chunk under way come to its end.
                there = 20_000 if way == "connection cut" else 20_400
                died_like(job, 5, f"stopped after line {there} of {many_statements}")
                assert found() == (there, 400 if there == 20_000 else 800, "stopped")
                assert last_run(workers, database_url)["counts"]["known"] == 20_000

        with observer.holding(FINISH, 1):
            job = begin()
            backend = observer.await_lock(FINISH, job)
            strike(way, job, backend, observer)
            died_like(job, 5, "committed")
        assert found() == (20_400, 800, "committed")
        assert observer.value("SELECT count(*) FROM pending") > 0
    assert workers.alone(database_url, "import-statements", many_statements).exit_code == 0
    settled(workers, database_url)
    with observing(database_url) as observer:
        assert observer.value("SELECT sum(interactions) FROM person_records") == 20_400


@pytest.mark.parametrize("way", [*(pytest.param(way, marks=SOAK) for way in WAYS[:3]), "connection cut"])
def test_row_by_row_killed(
    way: str, database_url: str, workers: Workers, cli_process: Process, tmp_path: Path
) -> None:
    """The lines before stay, and the summary names the last; the rest can be imported, or all again."""
    rows = [(f"c{n}", "", f"p{n}@corp.example", "", "g") for n in range(5)]
    path = write_csv(tmp_path / "rows.csv", [*rows, ("bad", "", "none", "", "")], HEADER)
    passed = seeded(f"row by row, {way}").randrange(3, 11)
    print(f"{passed} blocks of ids pass")
    with observing(database_url) as observer:
        with observer.holding(IDS, 0):
            job = cli_process("import-people", path, "--create-groups")
            for _ in range(passed):
                observer.await_lock(IDS, job)
                observer.pass_one()
            strike(way, job, observer.await_lock(IDS, job), observer)
        there = observer.fetch("SELECT custom_id FROM people ORDER BY custom_id")
        assert [row["custom_id"] for row in there] == [f"c{n}" for n in range(len(there))]
        assert 0 < len(there) < 5
        if way != "kill -9":
            died_like(job, 5, f"stopped after line {len(there) + 1} of {path}: import the rest")
        run = last_run(workers, database_url)
        assert run["state"] == ("died" if way == "kill -9" else "stopped")
        assert workers.alone(database_url, "import-people", path, "--create-groups").exit_code == 3
        assert observer.value("SELECT count(*) FROM people") == 5
    settled(workers, database_url)


# -- the server -----------------------------------------------------------------------------------------------


class FrailServer:
    """An embedded server in a home of its own, that is killed and comes back. Its commits take a tenth of a second,
    so that a job can be met in the middle of one."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        self.home = home
        self._stack = stack
        self._running = stack.enter_context(embedded.running(home))
        for setting in ("commit_delay = 100000", "commit_siblings = 0"):
            self.do(f"ALTER SYSTEM SET {setting}")
        self.do("SELECT pg_reload_conf()")
        self._numbers = count(1)

    def url(self, name: str) -> str:
        return self._running.url.replace("/postgres?", f"/{name}?")

    def next(self) -> int:
        """A number for a name."""
        return next(self._numbers)

    def do(self, command: str) -> None:
        with psycopg.connect(self._running.url, autocommit=True) as connection:
            connection.execute(command.encode())

    def copy(self, template: str, name: str) -> str:
        self.do(f"CREATE DATABASE {name} TEMPLATE {template}")
        # Without this a crash takes sequences back: PostgreSQL copies their page, but not what it has logged ahead.
        self.do("CHECKPOINT")
        return self.url(name)

    def processes(self) -> list[int]:
        """The postmaster, and its children."""
        postmaster = int((self.home / "data/postmaster.pid").read_text().splitlines()[0])
        found = [postmaster]
        for status in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                parent = int(status.read_text().rpartition(")")[2].split()[1])
                if parent == postmaster:
                    found.append(int(status.parent.name))
        return found

    def kill(self) -> None:
        """All its processes at once, as when the machine kills them."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def come_back(self) -> None:
        """Start it again: it recovers."""
        self._running = self._stack.enter_context(embedded.running(self.home))


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory, workers: Workers, folder: Path) -> Iterator[FrailServer]:
    """With the databases `empty` (but for the schema) and `evening`."""
    import shutil

    home = new_home()
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home)
        frail = FrailServer(home, stack)
        frail.do("CREATE DATABASE empty")
        with connected(frail.url("empty")):
            pass
        url = frail.copy("empty", "evening")
        csv, statements = evening_files(folder)
        assert workers.alone(url, "import-statements", statements).exit_code == 0
        assert workers.alone(url, "import-people", csv, "--batch", "--create-groups").exit_code == 0
        yield frail


def await_dead(job: subprocess.Popen[str]) -> tuple[int, str]:
    """How a job ends whose server was killed: 75, or 5 where it knows that it is committed; one line says so."""
    code, _, err = ended(job)
    assert code in (5, 75), err
    assert len(err.splitlines()) == 1, err
    return code, err


def what_a_dead_server_leaves(
    moment: str, frail: FrailServer, url: str, night: Night, workers: Workers, error: str
) -> None:
    found = everybody(workers, url)
    state = last_run(workers, url)["state"]
    if moment == "COMMIT":
        assert (found, state) in ((night.before, "died"), (night.before, "failed"), (night.after, "committed")), state
    elif moment == "finish":
        assert (found, state) == (night.after, "committed")
    else:
        assert found == night.before
        assert state in ("died", "failed")
    if state == "committed":
        assert "nothing was changed" not in error
    with observing(url) as observer:
        pending = observer.value("SELECT count(*) FROM pending")
        assert (pending > 0) == (state == "committed")
    assert workers.alone(url, "import-people", *night.arguments).exit_code == 3
    assert everybody(workers, url) == night.after
    settled(workers, url)


@pytest.mark.parametrize(
    "moment", ["COMMIT", pytest.param("apply/62_moved.update_personas", marks=SOAK), pytest.param("finish", marks=SOAK)]
)
def test_a_server_killed_during_an_import(
    moment: str, frail: FrailServer, night: Night, workers: Workers, cli_process: Process
) -> None:
    """The whole server dies at once; when it is back, all is as before or as after, and the history knows."""
    chance = seeded(f"server at {moment}")
    url = frail.copy("evening", f"night_{frail.next()}")

    def begin() -> subprocess.Popen[str]:
        return cli_process("import-people", *night.arguments, DATABASE_URL=url)

    with observing(url) as observer, at(moment, observer, begin) as (job, _):
        time.sleep(chance.random() * 0.12 if moment == "COMMIT" else 0)
        frail.kill()
        code, error = await_dead(job)
    assert code == 75 or moment != "apply/62_moved.update_personas"
    frail.come_back()
    what_a_dead_server_leaves(moment, frail, url, night, workers, error)


@pytest.mark.parametrize("moment", [pytest.param("apply/62_moved.update_personas", marks=SOAK), "COMMIT"])
def test_a_server_process_killed_during_an_import(
    moment: str, frail: FrailServer, night: Night, workers: Workers, cli_process: Process
) -> None:
    """One process of the server dies (of another connection, say): it throws everybody out, recovers and goes on; the
    job asks it then what became of its commit."""
    url = frail.copy("evening", f"night_{frail.next()}")

    def begin() -> subprocess.Popen[str]:
        return cli_process("import-people", *night.arguments, DATABASE_URL=url)

    with observing(url) as observer, at(moment, observer, begin) as (job, backend):
        os.kill(backend, signal.SIGKILL)
        code, error = await_dead(job)
    frail.come_back()
    with observing(url) as observer:
        committed = observer.value("SELECT state FROM imports ORDER BY id DESC LIMIT 1") == "committed"
    assert code == (5 if committed else 75), error
    what_a_dead_server_leaves(moment, frail, url, night, workers, error)


@pytest.mark.soak
def test_a_server_killed_at_random(
    frail: FrailServer, night: Night, workers: Workers, cli_process: Process
) -> None:
    chance = seeded("server at random")
    for _ in range(60):
        url = frail.copy("evening", f"night_{frail.next()}")
        job = cli_process("import-people", *night.arguments, DATABASE_URL=url)
        with observing(url) as observer:
            observer.await_run(job)
        time.sleep(chance.random() * 1.5)
        frail.kill()
        job.communicate(timeout=PATIENCE)
        frail.come_back()
        found, state = everybody(workers, url), last_run(workers, url)["state"]
        assert found == (night.before if state == "died" else night.after), state
        assert workers.alone(url, "import-people", *night.arguments).exit_code == 3
        assert everybody(workers, url) == night.after
        settled(workers, url)
        frail.do(f"DROP DATABASE {url.partition('?')[0].rpartition('/')[2]} WITH (FORCE)")


@pytest.mark.parametrize(
    "moments",
    [
        ("building keys",),
        pytest.param(("filling tables without keys", "building keys", "COMMIT"), marks=SOAK),
    ],
)
def test_an_embedded_server_killed_during_a_first_load(
    moments: Sequence[str], frail: FrailServer, workers: Workers, cli_process: Process, first_load: tuple[str, ...]
) -> None:
    """The default database, with nothing in it yet, dies at each moment of a first load; the next command brings the
    server back by itself, finds the schema whole and nobody in it, or everybody; and loads."""
    home = {"DATABASE_URL": "", "IMPORT_PEOPLE_HOME": str(frail.home)}
    frail.do("DROP SCHEMA public CASCADE")
    frail.do("CREATE SCHEMA public")
    first = cli_process("show-status", **home)
    assert ended(first)[0] == 0
    url = frail.url("postgres")
    with observing(url) as observer:
        schema = observer.schema()
    for moment in moments:
        with observing(url) as observer:
            for name, job, _ in first_load_moments(
                observer, lambda: cli_process("import-people", *first_load, **home), (moment,)
            ):
                assert name == moment
                frail.kill()
                await_dead(job)
        status = cli_process("show-status", "--json", **home)
        said = json.loads(ended(status)[1])
        frail.come_back()
        with observing(url) as observer:
            assert observer.schema() == schema, moment
        state = said["last_import"]["state"]
        assert (said["people"], state) in ((0, "died"), (40_000, "committed")), moment
        if said["people"]:
            break
    assert workers.alone(url, "import-people", *first_load).exit_code == 0
    with observing(url) as observer:
        assert observer.schema() == schema
        assert observer.value("SELECT count(*) FROM personas") == 80_000
    settled(workers, url)


# -- full disks -----------------------------------------------------------------------------------------------


@contextmanager
def small_disk(size: str) -> Iterator[Path]:
    """A file system of its own, of this size, that everybody can reach."""
    import tempfile

    if os.geteuid():
        pytest.skip("only root can mount")
    folder = Path(tempfile.mkdtemp(prefix="ip-", dir="/tmp"))
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=711", "tmpfs", folder]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        folder.rmdir()
        pytest.skip("mounting is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()


def fill(folder: Path, *, but: int) -> Path:
    """Take what there is on a small disk, but for so many bytes."""
    facts = os.statvfs(folder)
    filler = folder / "filler"
    with filler.open("wb") as out:
        left = facts.f_bavail * facts.f_frsize - but
        while left > 0:
            out.write(bytes(min(left, 1 << 20)))
            left -= 1 << 20
    return filler


def test_no_room_for_the_rejects(
    evening: str, night: Night, workers: Workers, cli_process: Process, tmp_path: Path
) -> None:
    """They are written before the commit: without room for them nothing is changed, and an old file stays."""
    rows = [(f"z{n}", "a name that takes some room", "no address", "", "") for n in range(3000)]
    rows += [(f"n{n}", "", f"n{n}@corp.example", "", "") for n in range(10)]
    path = write_csv(tmp_path / "bad.csv", rows, HEADER)
    words = ("--batch", "--max-rejects", "100%", "--rejects")
    with small_disk("1m") as disk:
        old = disk / "rejects.csv"
        old.write_text("email,_line,_column,_code,_value,_message\n")
        filler = fill(disk, but=40_000)
        code, _, err = ended(cli_process("import-people", path, *words, old, DATABASE_URL=evening))
        assert code in (1, 2), err
        assert err.startswith(f"error: {old}: rejects cannot be written there: No space left on device"), err
        assert len(err.splitlines()) == 1
        assert everybody(workers, evening) == night.before
        assert last_run(workers, evening)["state"] == "failed"
        assert old.read_text() == "email,_line,_column,_code,_value,_message\n"
        assert {found.name for found in disk.iterdir()} == {"rejects.csv", "filler"}
        filler.unlink()
        assert ended(cli_process("import-people", path, *words, old, DATABASE_URL=evening))[0] == 3
        assert old.read_text().count("no address") >= 3000
    assert len(everybody(workers, evening)) == len(night.before) + 10


@SOAK
def test_no_room_for_the_data(cli_process: Process, first_load: tuple[str, ...], tmp_path: Path) -> None:
    """The embedded server's disk is full: one line says so, and the data are as before, now and with room again."""
    with small_disk("400m") as disk:
        home = {"DATABASE_URL": "", "IMPORT_PEOPLE_HOME": str(disk / "home")}
        code, out, err = ended(cli_process("import-people", *first_load, **home))
        assert code == 0, f"{out}{err}"
        before = ended(cli_process("export-people", **home))[1]
        filler = fill(disk, but=12_000_000)
        others = tmp_path / "others.csv"
        others.write_text(Path(first_load[0]).read_text().replace("@", "@other."))
        code, _, err = ended(cli_process("import-people", others, *first_load[1:], **home))
        assert code == 1, err
        assert re.fullmatch("error: .*No space left on device.*\n", err), err
        assert ended(cli_process("export-people", **home))[:2] == (0, before)
        filler.unlink()
        few = write_csv(tmp_path / "few.csv", [("a", "Ada", "a@corp.example")], HEADER[:3])
        code, out, err = ended(cli_process("import-people", few, "--batch", **home))
        assert code == 0, f"{out}{err}"
        assert "1 created" in out
