"""Jobs that wait, and are worked off by whoever comes first: procrastinate, whose tables lie in a schema of their own.

A job is no more than the name of a task and the numbers that it is about; what has become of it stands in our own
tables, and it is put by the transaction that writes these. Whoever works gives signs of life: a job whose worker has
given none for a while is given to another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
import psycopg
from procrastinate import App, PsycopgConnector, exceptions, jobs, retry, schema

from sql.database import SCHEMA, Database
from sql.errors import DatabaseError, DatabaseUnavailable, NotMade

if TYPE_CHECKING:
    from sql.database import Transaction

MAY_MAKE: Final = "SELECT has_database_privilege(current_database(), 'CREATE')"
MAY_USE: Final = "SELECT has_schema_privilege(%s, 'USAGE')"
LIBRARY: Final = "procrastinate"
"""And its schema."""
QUEUE: Final = "uploads"
SIGN_OF_LIFE: Final = 1.0
DEAD_AFTER: Final = 6.0
"""Seconds without one. (Who is taken for dead too early does no harm: whoever comes second waits, and finds it done.)
"""
LOOKED: Final = 2.0
"""Seconds between looks for jobs of the dead, and for jobs of which no word has come."""

logging.getLogger(LIBRARY).addHandler(logging.NullHandler())  # what a job comes to, our own tables say

Task = Callable[..., None]
"""What does a job: it is given its numbers, by name."""


class Later(Exception):  # noqa: N818 - nothing is wrong
    """The job cannot be done now, and is to be tried again; then it comes before no others."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:g} s")
        self.seconds = seconds


class _Retry(retry.BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> retry.RetryDecision | None:
        if isinstance(exception, Later):
            return retry.RetryDecision(retry_in={"seconds": round(exception.seconds)}, priority=0)
        return None


def make(database: Database) -> None:
    """Make the library's schema, or bring it to what the library that is installed knows. Raises DatabaseError."""
    paths = sorted(Path(schema.SchemaManager.get_migrations_path()).glob("*.sql"))
    wanted = paths[-1].stem
    while (has := _changed(database, wanted, paths)) != wanted:
        if has > wanted:
            raise DatabaseError(f"the queue was made by a newer {LIBRARY} (as of {has}) than the one here")


def _changed(database: Database, wanted: str, paths: Sequence[Path]) -> str:
    """Make what is not there, or the next of the library's changes to what is. Gives the last change that there is,
    which stands in the schema's comment.
    """
    with database.begin() as transaction:
        if (has := _has(transaction)) is not None and has >= wanted:
            if not transaction.found(MAY_USE, None, LIBRARY):
                raise NotMade(f"files that are sent wait in the schema {LIBRARY}, which whoever connects may not use")
            return has
        transaction.lock(SCHEMA, 0)
        has = _has(transaction)
        if has is None:
            if not transaction.only_reads() and not transaction.found(MAY_MAKE):
                raise NotMade(
                    f"files that are sent wait in the schema {LIBRARY}, which is not there, and whoever connects may"
                    " not make it: serve by the database's owner does"
                )
            transaction.do(f"CREATE SCHEMA {LIBRARY}")
            done, text = wanted, str(schema.SchemaManager.get_schema())
        elif has < wanted:
            path = next(path for path in paths if path.stem > has)
            done, text = path.stem, path.read_text(encoding="utf-8")
        else:
            return has
        transaction.do(f"SET LOCAL search_path TO {LIBRARY}")
        transaction.do(text)
        transaction.do(f"COMMENT ON SCHEMA {LIBRARY} IS '{done}'")
        return done


def _has(transaction: Transaction) -> str | None:
    """The last change of the schema that is there."""
    found: str | None = transaction.found("SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", None, LIBRARY)
    return found


def put(transaction: Transaction, task: str, *, turn: str, priority: int = 0, **numbers: int) -> None:
    """A job for whoever works; those with the same `turn` come one after the other. Those of a higher
    `priority` come before all others. It is there once the transaction is committed. `make` has been called before.
    """
    before = transaction.row("queue/search.sql", path=LIBRARY)["before"]
    said = {"task": task, "turn": turn, "priority": priority, "numbers": orjson.dumps(numbers).decode()}
    transaction.row("queue/put.sql", queue=QUEUE, **said)
    transaction.row("queue/search.sql", path=before)


def work(database: Database, tasks: Mapping[str, Task], *, waits: bool = True) -> None:
    """Do jobs, one at a time, until a signal says to stop (SIGTERM, SIGINT): the one that is under way is done first.

    `waits`: for jobs that are not there yet; otherwise it ends when all are done that can be done now. Raises
    DatabaseUnavailable.
    """
    try:
        asyncio.run(_work(database, tasks, waits=waits))
    except (exceptions.ProcrastinateException, psycopg.Error) as error:
        raise DatabaseUnavailable("the queue cannot be reached") from error


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
