"""Jobs that wait, and are worked off by whoever comes first: procrastinate, whose tables lie in a schema of their own.

A job is no more than the name of a task and the numbers that it is about; what has become of it stands in our own
tables, and it is put by the transaction that writes these. Whoever works gives signs of life: a job whose worker has
given none for a while is given to another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
from procrastinate import App, PsycopgConnector, exceptions, jobs, retry, schema

from sql.database import SCHEMA, Database
from sql.errors import DatabaseError

if TYPE_CHECKING:
    from sql.database import Transaction

LIBRARY: Final = "procrastinate"
"""And its schema."""
QUEUE: Final = "uploads"
SIGN_OF_LIFE: Final = 2.0
DEAD_AFTER: Final = 15.0
"""Seconds without one."""
LOOKED: Final = 5.0
"""Seconds between looks for jobs of the dead, and for jobs of which no word has come."""

logging.getLogger(LIBRARY).addHandler(logging.NullHandler())  # what a job comes to, our own tables say

Task = Callable[..., None]
"""What does a job: it is given its numbers, by name."""


class Later(Exception):  # noqa: N818 - nothing is wrong
    """The job cannot be done now, and is to be tried again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:g} s")
        self.seconds = seconds


class _Retry(retry.BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> retry.RetryDecision | None:
        if isinstance(exception, Later):
            return retry.RetryDecision(retry_in={"seconds": round(exception.seconds)})
        return None


def make(database: Database) -> None:
    """Make the library's schema, or bring it to the version that is installed. Raises DatabaseError."""
    wanted = version(LIBRARY)
    with database.begin() as transaction:
        if (has := _has(transaction)) == wanted:
            return
        transaction.lock(SCHEMA, 0)
        if (has := _has(transaction)) == wanted:
            return
        if has is None:
            transaction.do(f"CREATE SCHEMA {LIBRARY}")
            texts = iter([str(schema.SchemaManager.get_schema())])
        elif _parts(has) > _parts(wanted):
            raise DatabaseError(f"the queue was made by {LIBRARY} {has}, which is newer than the one here ({wanted})")
        else:
            texts = _since(has)
        transaction.do(f"SET LOCAL search_path TO {LIBRARY}")
        for text in texts:
            transaction.do(text)
        transaction.do(f"COMMENT ON SCHEMA {LIBRARY} IS '{wanted}'")


def _has(transaction: Transaction) -> str | None:
    """The version whose schema is there."""
    found: str | None = transaction.found("SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", None, LIBRARY)
    return found


def _since(before: str) -> Iterator[str]:
    """What brings the schema of that version to the one that is installed: `03.04.00_01_pre_….sql` and so on."""
    for path in sorted(Path(schema.SchemaManager.get_migrations_path()).glob("*.sql")):
        if _parts(path.name.partition("_")[0]) > _parts(before):
            yield path.read_text(encoding="utf-8")


def _parts(of: str) -> tuple[int, ...]:
    return tuple(int(part) for part in of.split(".")[:3])


def put(transaction: Transaction, task: str, *, turn: str, **numbers: int) -> None:
    """A job for whoever works; those with the same `turn` come one after the other. It is there once the transaction is
    committed. `make` has been called before.
    """
    before = transaction.row("queue/search.sql", path=LIBRARY)["before"]
    transaction.row("queue/put.sql", queue=QUEUE, task=task, turn=turn, numbers=orjson.dumps(numbers).decode())
    transaction.row("queue/search.sql", path=before)


def work(database: Database, tasks: Mapping[str, Task], *, waits: bool = True) -> None:
    """Do jobs, one at a time, until a signal says to stop (SIGTERM, SIGINT): the one that is under way is done first.

    `waits`: for jobs that are not there yet; otherwise it ends when all are done that can be done now.
    """
    asyncio.run(_work(database, tasks, waits=waits))


async def _work(database: Database, tasks: Mapping[str, Task], *, waits: bool) -> None:
    parameters: dict[str, Any] = {**database.parameters}
    parameters["options"] = f"{parameters['options']} -c search_path={LIBRARY}"
    app = App(connector=PsycopgConnector(kwargs=parameters, min_size=1, max_size=4))
    for name, task in tasks.items():
        app.task(name=name, queue=QUEUE, retry=_Retry())(task)
    async with app.open_async():
        looking = asyncio.create_task(_rescue(app))
        try:
            await app.run_worker_async(
                queues=[QUEUE],
                wait=waits,
                install_signal_handlers=waits,
                delete_jobs=jobs.DeleteJobCondition.ALWAYS,
                fetch_job_polling_interval=LOOKED,
                update_heartbeat_interval=SIGN_OF_LIFE,
                stalled_worker_timeout=DEAD_AFTER,
            )
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking


async def _rescue(app: App) -> None:
    """Give jobs of the dead to others."""
    while True:
        with suppress(exceptions.ConnectorException):
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER):
                await app.job_manager.retry_job(job)
        await asyncio.sleep(LOOKED)
