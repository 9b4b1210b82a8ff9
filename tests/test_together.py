"""Jobs at the same time: nobody dies of a deadlock, no mark is lost, and what comes out is what one after the other
would have come to. `pytest -m soak` goes on for longer.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Process, Server
from faults import (
    FINISH,
    IDS,
    IMPORT,
    LOAD,
    PEOPLE,
    Ended,
    Job,
    Workers,
    awaited,
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
from outcomes import NO_GUARDS

HEADER = ("custom_id", "name", "email", "email_2", "account_home_page", "account_name", "groups")
OPTIONS = {
    "--contested": ("reject", "last-line", "leave"),
    "--takeovers": ("apply", "confirmed", "leave"),
    "--personas": ("add", "replace"),
    "--groups": ("add", "replace"),
}
EMAILS = [f"e{n}@corp.example" for n in range(24)]
READERS = (Job("show-status"), Job("list-imports"), Job("export-people"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("together")


@pytest.fixture(scope="module")
def workers(folder: Path) -> Iterator[Workers]:
    """Six processes that run commands in `folder`."""
    with working(6, folder) as workers:
        yield workers


class Rounds:
    """Makes the jobs of one round after another: few people, few personas, so that everybody meets everybody."""

    def __init__(self, chance: random.Random, folder: Path) -> None:
        self.chance = chance
        self.folder = folder
        self.statements: set[str] = set()
        self._files = 0
        self._numbers = 0

    def file(self) -> str:
        self._files += 1
        return f"{id(self)}-{self._files}"

    def batch(self, *, wait: bool = True, delay: float = 0.1) -> Job:
        """An import of random lines under random options."""
        words = [word for name, values in OPTIONS.items() for word in (name, self.chance.choice(values))]
        if self.chance.random() < 0.2:
            words += ["--source", "crm"]
        if wait:
            words += ["--wait", "60"]
        return Job(
            "import-people",
            (self._people(self.chance.randint(2, 15)), "--batch", "--create-groups", *NO_GUARDS, *words),
            self.chance.random() * delay,
        )

    def rows(self) -> Job:
        """The same row by row; there one option speaks of a line."""
        words = ("--takeovers", self.chance.choice(OPTIONS["--takeovers"]), "--create-groups", "--wait", "60")
        return Job("import-people", (self._people(4), *words), self.chance.random() * 0.1)

    def load(self, several: int = 1) -> list[Job]:
        """Statement loads that share agents nobody knows yet, activities, and some of the statements."""
        self._numbers += 1000
        agents = [*self.chance.sample(EMAILS, 3), *(f"new{self._numbers + n}@corp.example" for n in range(3))]
        shared = [self._statement(self._numbers + n, agents) for n in range(3)]
        jobs = []
        for which in range(several):
            base = self._numbers + 100 * (which + 1)
            own = [self._statement(base + n, agents) for n in range(self.chance.randint(1, 8))]
            if self.chance.random() < 0.5:
                own.append(voiding(base + 50, self.chance.randrange(self._numbers, base + 4)))
            found = [*shared, *own]
            self.chance.shuffle(found)
            self.statements |= {one["id"] for one in found}
            path = write_statements(self.folder / f"{self.file()}.jsonl", found)
            words = ["--no-finish"] if self.chance.random() < 0.3 else []
            jobs.append(Job("import-statements", (str(path), *words), self.chance.random() * 0.1))
        return jobs

    def finish(self) -> Job:
        return Job("finish-batch-updates", (), self.chance.random() * 0.3)

    def _statement(self, number: int, agents: list[str]) -> dict[str, object]:
        return statement(number, self.chance.choice(agents), activity=self.chance.randrange(4))

    def _people(self, lines: int) -> str:
        chance, rows = self.chance, []
        for _ in range(lines):
            emails = chance.sample(EMAILS, 2)
            account = f"u{chance.randrange(12)}" if chance.random() < 0.6 else ""
            rows.append(
                (
                    f"c{chance.randrange(10)}" if chance.random() < 0.8 else "",
                    chance.choice(("", "Ada", "Bob", "<delete>")),
                    emails[0],
                    emails[1] if chance.random() < 0.5 else "",
                    "https://lms.example.org" if account else "",
                    account,
                    chance.choice(("", "g0", "g1|g2", "g3", "<delete>")),
                )
            )
        return str(write_csv(self.folder / f"{self.file()}.csv", rows, HEADER))


def well(results: list[Ended], *others: int) -> None:
    """All of them did what they were asked (3: some lines were rejected, as random lines are)."""
    for result in results:
        assert result.exit_code in (0, 3, *others), result
        assert "deadlock" not in result.stderr, result


def settled(url: str, workers: Workers) -> None:
    """Nothing is pending, every record is what it is made of, nobody is between two states, no lock is left."""
    checked = workers.alone(url, "finish-batch-updates", "--check")
    assert (checked.exit_code, "0 records differ" in checked.stdout) == (0, True), checked
    with observing(url) as observer:
        assert observer.value("SELECT count(*) FROM pending") == 0
        observer.audit()
        assert not observer.fetch(
            "SELECT classid FROM pg_locks WHERE locktype = 'advisory' AND classid BETWEEN 7301 AND 7306"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )


def make_group_tree(url: str) -> None:
    """g0 to g3, where g0 is above all others."""
    with observing(url) as observer:
        for n in range(4):
            observer.fetch(
                "INSERT INTO groups (organisation_id, id, custom_id) VALUES (1, nextval('group_ids'), %s)", f"g{n}"
            )
        observer.fetch("INSERT INTO sources (organisation_id, name) VALUES (1, 'by hand')")
        observer.fetch(
            "INSERT INTO group_parents SELECT 1, g.id, p.id, s.id"
            " FROM sources AS s CROSS JOIN groups AS g JOIN groups AS p"
            " ON (p.custom_id, g.custom_id) IN (('g0', 'g1'), ('g0', 'g2'), ('g2', 'g3'), ('g1', 'g3'))"
        )


def everything_at_once(url: str, workers: Workers, folder: Path, seconds: float) -> None:
    rounds = Rounds(seeded("everything at once"), folder)
    make_group_tree(url)
    deadline, number = time.monotonic() + seconds, 0
    while number < 3 or time.monotonic() < deadline:
        number += 1
        jobs = [rounds.batch(), rounds.batch(), *rounds.load(2), rounds.finish(), rounds.finish()]
        if rounds.chance.random() < 0.4:
            jobs[rounds.chance.randrange(2)] = rounds.rows()
        if rounds.chance.random() < 0.3:
            jobs[-1] = rounds.chance.choice(READERS)
        well(workers.together(url, jobs))
        if number % 4 == 0:
            settled(url, workers)
    settled(url, workers)
    with observing(url) as observer:
        there = {str(row["id"]) for row in observer.fetch("SELECT id FROM statements")}
        assert there == rounds.statements
        states = {row["state"] for row in observer.fetch("SELECT DISTINCT state FROM imports")}
        assert states <= {"committed", "finished"}
    print(f"{number} rounds")


def test_everything_at_once(database_url: str, workers: Workers, folder: Path) -> None:
    """Imports, statement loads, row by row, finishes and readers, round after round, on the same few personas."""
    everything_at_once(database_url, workers, folder, 8)


@pytest.mark.soak
def test_everything_at_once_for_long(database_url: str, workers: Workers, folder: Path) -> None:
    everything_at_once(database_url, workers, folder, 400)


def one_after_the_other(server: Server, migrated: str, workers: Workers, folder: Path, rounds_wanted: int) -> None:
    rounds = Rounds(seeded("one after the other"), folder)
    before = server.create_database(migrated)
    make_group_tree(before)
    well(workers.together(before, [rounds.batch(), *rounds.load()]))
    for _ in range(rounds_wanted):
        first, second = rounds.batch(delay=0.02), rounds.batch(delay=0.02)
        outcomes = []
        for plan in (([first, second],), ([first], [second]), ([second], [first])):
            url = server.create_database(before)
            for jobs in plan:
                well(workers.together(url, list(jobs)))
            settled(url, workers)
            outcomes.append((url, people(workers.alone(url, "export-people").stdout)))
        (together, found), *orders = outcomes
        assert found in [outcome for _, outcome in orders], (first, second)
        for url in (before, *(url for url, _ in orders)):
            server.drop_database(url)
        before = together
    server.drop_database(before)


def test_two_imports_are_one_after_the_other(
    server: Server, migrated: str, workers: Workers, folder: Path
) -> None:
    """Two imports with --wait at once, over the same personas, come to what one of the two orders comes to."""
    one_after_the_other(server, migrated, workers, folder, 2)


@pytest.mark.soak
def test_two_imports_are_one_after_the_other_for_long(
    server: Server, migrated: str, workers: Workers, folder: Path
) -> None:
    one_after_the_other(server, migrated, workers, folder, 80)


def test_loads_that_make_the_same_agents(database_url: str, workers: Workers, folder: Path) -> None:
    """Six loads at once of statements by the same unknown agents, about the same unknown activities: each agent is
    one person, each statement is there once, and is counted as loaded by one load only."""
    agents = [f"agent{n}@corp.example" for n in range(40)]
    shared = [statement(n, agents[n % 40], activity=n % 9) for n in range(80)]
    jobs = []
    for which in range(6):
        own = [statement(1000 * (which + 1) + n, agents[n], name=f"Agent {n}") for n in range(40)]
        path = write_statements(folder / f"same-agents-{which}.jsonl", [*shared, *own])
        jobs.append(Job("import-statements", (str(path),)))
    results = workers.together(database_url, jobs)
    assert [result.exit_code for result in results] == [0] * 6
    settled(database_url, workers)
    with observing(database_url) as observer:
        assert observer.value("SELECT count(*) FROM statements") == 80 + 6 * 40
        assert observer.value("SELECT count(*) FROM people") == observer.value("SELECT count(*) FROM personas") == 40
        assert observer.value("SELECT count(*) FROM activities") == 9
        assert observer.value("SELECT sum(CAST(counts->>'loaded' AS integer)) FROM imports") == 80 + 6 * 40
        assert observer.value("SELECT sum(CAST(counts->>'known' AS integer)) FROM imports") == 5 * 80


def test_row_by_row_beside_finish(database_url: str, workers: Workers, folder: Path) -> None:
    """Rows that move personas with interactions to and fro, each recomputing at once, beside finishes and a load."""
    load = write_statements(folder / "to-and-fro.jsonl", [statement(n, EMAILS[n % 6]) for n in range(60)])
    more = write_statements(folder / "more.jsonl", [statement(100 + n, EMAILS[n % 6]) for n in range(60)])
    well([workers.alone(database_url, "import-statements", load)])
    rows = [(f"c{(n + n // 6) % 5}", "", EMAILS[n % 6], "", "", "", f"g{n % 3}") for n in range(18)]
    path = write_csv(folder / "to-and-fro.csv", rows, HEADER)
    moving = Job("import-people", (str(path), "--create-groups"))
    results = workers.together(
        database_url,
        [
            moving,
            Job("finish-batch-updates", (), 0.1),
            Job("finish-batch-updates", (), 0.2),
            Job("import-statements", (str(more),), 0.15),
            Job("finish-batch-updates", (), 0.4),
        ],
    )
    assert [result.exit_code for result in results] == [0] * 5
    settled(database_url, workers)
    with observing(database_url) as observer:
        held = {
            row["ifi"]: row["custom_id"]
            for row in observer.fetch("SELECT ifi, custom_id FROM personas JOIN people ON people.id = person_id")
        }
        assert held == {f"mailto:{row[2]}": row[0] for row in rows}  # the last line has it
        assert observer.value("SELECT sum(interactions) FROM person_records") == 120


def test_without_wait_another_import_is_an_answer_at_once(
    database_url: str, cli_process: Process, workers: Workers, tmp_path: Path
) -> None:
    """While an import runs, another of the organisation ends with 75 and changes nothing; --wait outlasts it; one of
    another organisation does not mind; neither do statements, until who is who is being changed."""
    first = write_csv(tmp_path / "first.csv", [("a", "Ada", "e0@corp.example")], HEADER[:3])
    second = write_csv(tmp_path / "second.csv", [("b", "Bob", "e0@corp.example")], HEADER[:3])
    well([workers.alone(database_url, "import-people", first, "--batch", "--source", "other")])
    with observing(database_url) as observer, observer.holding(IDS, 0):
        third = write_csv(tmp_path / "third.csv", [("c", "Cyd", "e1@corp.example")], HEADER[:3])
        running = cli_process("import-people", third, "--batch")
        observer.await_lock(IDS, running)

        for words in (("--batch",), ("--batch", "--wait", "0.3"), ()):
            began = time.monotonic()
            refused = workers.alone(database_url, "import-people", second, *words)
            assert refused.exit_code == 75, refused
            assert refused.stderr == (
                "error: another import of this organisation is running; --wait SECONDS waits for it\n"
            )
            assert time.monotonic() - began >= (0.3 if "--wait" in words else 0)
        rows = observer.fetch("SELECT state, failure FROM imports ORDER BY id DESC LIMIT 3")
        assert {row["state"] for row in rows} == {"failed"}
        assert observer.value("SELECT count(*) FROM people WHERE custom_id = 'b'") == 0

        waiting = cli_process("import-people", second, "--batch", "--wait", "60")
        loading = cli_process(
            "import-statements", write_statements(tmp_path / "s.jsonl", [statement(1, "e7@corp.example")])
        )
        observer.await_lock(PEOPLE, loading)  # the import holds it exclusively
        assert waiting.poll() is None
        observer.pass_one()  # the ids of people
        observer.await_lock(IDS, running)
    codes = [ended(job)[0] for job in (running, loading, waiting)]
    assert codes == [0, 0, 0]
    settled(database_url, workers)
    with observing(database_url) as observer:
        assert observer.value("SELECT count(*) FROM people") == 3  # b took a's persona; c; the statement's e7
        locks = observer.fetch("SELECT 1 FROM pg_locks WHERE classid IN (%s, %s, %s)", PEOPLE, IMPORT, LOAD)
        assert not locks


def test_who_waits_for_an_import_that_a_guard_stops_finds_its_source_suspended(
    database_url: str, cli_process: Process, workers: Workers, tmp_path: Path
) -> None:
    """No import has a turn between what a guard undoes and the suspension."""
    rows = [(f"c{n}", "", f"e{n}@corp.example") for n in range(150)]
    whole = write_csv(tmp_path / "whole.csv", rows, HEADER[:3])
    well([workers.alone(database_url, "import-people", whole, "--batch")])
    few = write_csv(tmp_path / "few.csv", rows[:2], HEADER[:3])
    more = write_csv(tmp_path / "more.csv", [*rows, ("new", "", "new@corp.example")], HEADER[:3])
    with observing(database_url) as observer:
        with observing(database_url) as other:
            other.fetch("BEGIN")
            other.fetch("SELECT FROM sources FOR NO KEY UPDATE")  # it cannot be suspended yet
            stopped = cli_process("import-people", few, "--batch")
            observer.await_step("history/suspend", stopped)
            waiting = cli_process("import-people", more, "--batch", "--wait", "60")
            observer.await_run(waiting)
            time.sleep(2)  # enough for the whole import, if it had a turn
            assert waiting.poll() is None
        assert ended(stopped)[0] == 4
        code, _, error = ended(waiting)
        assert (code, "the source people is suspended" in error) == (4, True), error
        assert observer.value("SELECT count(*) FROM people") == 150


def test_an_import_waits_for_a_chunk_only(
    database_url: str, cli_process: Process, workers: Workers, tmp_path: Path
) -> None:
    """Finish in the middle of a chunk keeps an import from changing who is who, and a second finish from beginning;
    a statement load queues behind the waiting import; then all go through, in that order."""
    load = write_statements(tmp_path / "s.jsonl", [statement(n, f"e{n}@corp.example") for n in range(5)])
    well([workers.alone(database_url, "import-statements", load, "--no-finish")])
    path = write_csv(tmp_path / "p.csv", [("a", "Ada", "e0@corp.example", "e1@corp.example")], HEADER[:4])
    more = write_statements(tmp_path / "more.jsonl", [statement(9, "e0@corp.example")])
    with observing(database_url) as observer, observer.locking("persona_activity_records"):
        finishing = cli_process("finish-batch-updates")
        observer.await_step("finish/personas/30_stale.delete_persona_activity_records", finishing)
        beside = cli_process("finish-batch-updates")
        observer.await_lock(FINISH, beside)
        importing = cli_process("import-people", path, "--batch")
        observer.await_lock(PEOPLE, importing)
        loading = cli_process("import-statements", more)
        awaited(lambda: len(observer.waiting_for(PEOPLE)) == 2, "the load does not wait", loading)
        assert observer.value("SELECT count(*) FROM people WHERE custom_id IS NOT NULL") == 0
    assert [ended(job)[0] for job in (finishing, beside, importing, loading)] == [0, 0, 0, 0]
    settled(database_url, workers)
    with observing(database_url) as observer:
        record = observer.fetch(
            "SELECT interactions FROM person_records JOIN people ON id = person_id WHERE custom_id = 'a'"
        )
        assert record == [{"interactions": 3}]


def first_loads(server: Server, migrated: str, workers: Workers, folder: Path, rounds_wanted: int) -> None:
    chance = seeded("first loads")
    rows = [(f"c{n}", f"P {n}", f"p{n}@corp.example", f"g{n % 7}") for n in range(400)]
    path = str(write_csv(folder / "first-load.csv", rows, ("custom_id", "name", "email", "groups")))
    statements = [statement(n, f"p{n}@corp.example") for n in range(50)]
    load = str(write_statements(folder / "first-load.jsonl", statements))
    with observing(migrated) as observer:
        schema = observer.schema()
    for _ in range(rounds_wanted):
        url = server.create_database(migrated)
        with observing(url) as observer:
            observer.fetch("INSERT INTO organisations (name) VALUES ('second')")
        base = ("import-people", (path, "--batch", "--create-groups"))
        jobs = [
            Job(*base, chance.random() * 0.1),
            Job(*base, chance.random() * 0.1),
            Job(base[0], (*base[1], "--organisation", "second"), chance.random() * 0.1),
            Job("show-status", (), chance.random() * 0.3),
            Job("import-statements", (load,), chance.random() * 0.3),
            Job(chance.choice(("export-people", "finish-batch-updates", "list-imports")), (), chance.random() * 0.3),
        ]
        results = workers.together(url, jobs)
        well(results[2:])
        well(results[:2], 75)
        assert 0 in {result.exit_code for result in results[:2]}
        settled(url, workers)
        with observing(url) as observer:
            assert observer.schema() == schema
            assert observer.value("SELECT count(*) FROM people WHERE custom_id IS NOT NULL") == 800
            assert observer.value("SELECT count(*) FROM statements") == 50
        server.drop_database(url)


def test_first_loads_of_two_organisations(server: Server, migrated: str, workers: Workers, folder: Path) -> None:
    """A first load drops keys and builds them anew; others, who come at any moment of it, neither die of that nor see
    it, and the schema is the same afterwards."""
    first_loads(server, migrated, workers, folder, 2)


@pytest.mark.soak
def test_first_loads_for_long(server: Server, migrated: str, workers: Workers, folder: Path) -> None:
    first_loads(server, migrated, workers, folder, 100)
