"""The one place that talks to PostgreSQL: connections, transactions, COPY, locks.

The SQL itself lies beside this module (`sql.steps` says how); who runs it is `sql.batch`, `sql.one_change` and
`sql.reading`.
"""

from __future__ import annotations

import logging
import select
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
from psycopg import sql as composed
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from sql.address import address
from sql.embedded import OLDEST
from sql.environment import set_aside
from sql.errors import DatabaseError, SchemaTooNew
from sql.steps import HERE, bound
from sql.translated import NO_RIGHT, READ_ONLY, translated

if TYPE_CHECKING:
    from sql.embedded import Embedded

Connection = psycopg.Connection[Any]

# What psycopg would print by itself (a COPY cannot be ended on a lost connection) comes with an error that is told.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

# Settings of every session. Times are UTC wherever the server stands, a job that was killed loses its locks within
# seconds, and compiling queries never pays: the steps run once each.
SESSION = (
    "-c timezone=UTC -c jit=off -c client_connection_check_interval=2000 -c client_min_messages=warning"
    " -c datestyle=ISO -c standard_conforming_strings=on"
)

# Families of advisory locks, each of one organisation. PEOPLE: who is who, an import's exclusively, shared by whoever
# leans on it; IMPORT: one import at a time; FINISH and LOAD: one chunk of a recompute, or of statements, at a time;
# SERVING, of all organisations: shared by servers that answer, so that nobody locks tables which they read; FINISHING:
# one recompute of all that is pending at a time, where that is asked for over HTTP; UPLOADS: while those that wait are
# counted, and one comes.
# The steps take two more by number: 7305 while a block of ids is reserved, 7306 for the life of a run in the history;
# another, 7310, is held while an upload is worked on.
PEOPLE, IMPORT, FINISH, LOAD, SCHEMA, SERVING, FINISHING, UPLOADS = 7301, 7302, 7303, 7304, 7307, 7308, 7309, 7311

LOCK_PATIENCE = "2s"
FOREIGN_KEY = 1
"""The rank of foreign keys in `upkeep/definitions.sql`."""

MANY = 1000
"""So many rows of what the planner has not met make its plans bad."""

REVISIONS = sorted(path.name.split("_")[0] for path in (HERE / "migrations/versions").glob("[0-9]*.py"))
HEAD = REVISIONS[-1]
"""Of the schema: what this code knows."""
CANCELLED_WITHIN = 5.0
"""Seconds that a server has to hear that a command is not wanted any more."""

Progressing = Callable[[str], AbstractContextManager[None]]
"""Gives a context for a step, by its name: for progress, and for timing."""


class Timed(Protocol):
    """Who wants to know how long queries took."""

    def query(self, name: str, seconds: float, rows: int) -> None:
        """So long this query took, which gave or touched so many rows."""

    def session(self, process: int) -> None:
        """This process of the embedded server has done some work."""


class _Asked:
    """A query while it runs."""

    rows = 0


class Copy(Protocol):
    """What `Transaction.copy_in` gives: CSV bytes go in, without a header, null unquoted and empty."""

    def write(self, buffer: bytes) -> None: ...


@cache
def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


@lru_cache(512)
def _with_placeholders(query: str) -> bytes:
    """A query as psycopg takes it: with `%(name)s` for each parameter."""
    return bound(query.replace("%", "%%"), lambda parameter: f"%({parameter})s").encode()


def _signed(statement: str, name: str | None) -> bytes:
    """A statement below the name of its step, so that pg_stat_activity and the server's log tell what it is."""
    return (f"-- {name}\n{statement}" if name else statement).encode()


class Transaction:
    """One open transaction; committed by leaving `Database.begin()` normally, rolled back by an exception."""

    def __init__(self, driver: Connection, timed: Timed | None = None) -> None:
        self._driver = driver
        self._timed = timed
        self.is_open = True

    @contextmanager
    def _asking(self, name: str | None, file: str | None = None) -> Iterator[_Asked]:
        """While a query runs: its errors are translated, its time is told. `file`: that it was made of, if it was."""
        asked, began = _Asked(), time.perf_counter()
        with translated(file):
            yield asked
        if self._timed is not None and name is not None:
            self._timed.query(name.removesuffix(".sql"), time.perf_counter() - began, max(0, asked.rows))

    @property
    def server_version(self) -> int:
        """The major version of the server."""
        return self._driver.info.server_version // 10000

    def only_reads(self) -> bool:
        """Whether it can do no more: on a standby, or of a role that is bound to."""
        bound: bool = self.found("SELECT current_setting('transaction_read_only') = 'on'")
        return bound

    def revision(self) -> str | None:
        """Which schema there is; None if there is none."""
        if self.found("SELECT to_regclass('alembic_version')") is None:
            return None
        revision: str | None = self.found("SELECT max(version_num) FROM alembic_version")
        return revision

    def refresh_statistics(self, tables: tuple[str, ...], organisation: int) -> None:
        """ANALYZE those tables that have grown much, or hold many rows of an organisation that the planner has not met
        there, so that no step is planned for what they were.

        Autovacuum would do it, a minute too late: after a first try with ten people comes the file with a million.
        """
        large = self._large(tables)
        for row in self.rows("upkeep/grown.sql", tables=large) if large else ():
            self.execute("upkeep/look_at.sql", name=row["name"])
        self._meet(large, "organisation_id", organisation, lambda rows: max(MANY, rows // 100))

    def meet(self, tables: Iterable[str], column: str, value: int) -> None:
        """ANALYZE those tables in which the planner has not met a value yet, though they have many rows with it."""
        self._meet(self._large(tables), column, value, lambda _: MANY)

    def _meet(self, large: list[str], column: str, value: int, enough: Callable[[int], int]) -> None:
        """`enough`: so many rows with the value, of so many that there are."""
        for row in self.rows("upkeep/unmet.sql", tables=large, column=column, value=value) if large else ():
            name, wanted = row["name"], enough(row["rows"])
            some = f"SELECT FROM {name} WHERE {column} = %s LIMIT %s"
            if self.found(f"SELECT count(*) FROM ({some}) AS s", None, value, wanted) == wanted:  # noqa: S608 - our names
                self.execute("upkeep/look_at.sql", name=name)

    def _large(self, tables: Iterable[str]) -> list[str]:
        """Those whose statistics matter; most commands change few rows, and of small tables only."""
        return [row["name"] for row in self.rows("upkeep/large.sql", tables=list(tables))]

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """An interrupt may come in the middle of a command, where no ROLLBACK can be sent: then the connection is
        closed, which is one.
        """
        driver = self._driver
        try:
            yield
        except KeyboardInterrupt:
            if driver.info.transaction_status is TransactionStatus.ACTIVE:
                with suppress(psycopg.Error):
                    driver.cancel_safe(timeout=CANCELLED_WITHIN)
                driver.close()
            raise

    def step(self, name: str) -> None:
        """Run a file of settings (`upkeep/settings.sql`)."""
        with translated(name):
            self._driver.execute((HERE / name).read_bytes(), prepare=False)

    def do(self, statement: str, name: str | None = None) -> int:
        """Run a statement that has been made of the step `name`; gives how many rows it touched."""
        with self._asking(name, name and f"{name}.sql") as asked:
            asked.rows = self._driver.execute(_signed(statement, name), prepare=False).rowcount
        return asked.rows

    def as_text(
        self, statement: str, name: str | None = None
    ) -> tuple[tuple[str, ...], tuple[str, ...], list[tuple[str | None, ...]]]:
        """What a query that has been made of the step `name` gives: its columns, their types, and its rows, with each
        value as PostgreSQL writes it.
        """
        with self._asking(name, name and f"{name}.sql") as asked, self._driver.cursor() as cursor:
            cursor.execute(_signed(statement, name), prepare=False)
            result, asked.rows = cursor.pgresult, cursor.rowcount
            if result is None or cursor.description is None:
                raise ValueError(f"{name} gives no rows")
            columns = tuple(column.name for column in cursor.description)
            types = tuple(self._type(column.type_code) for column in cursor.description)
            rows = [
                tuple(
                    None if (value := result.get_value(row, at)) is None else value.decode()
                    for at in range(result.nfields)
                )
                for row in range(result.ntuples)
            ]
        return columns, types, rows

    def _type(self, oid: int) -> str:
        """A type as a CAST names it."""
        if known := self._driver.adapters.types.get(oid):
            return f"{known.regtype}[]" if oid == known.array_oid else known.regtype
        return str(self.found("SELECT format_type(%s, NULL)", None, oid))

    def found(self, statement: str, name: str | None = None, *values: object) -> Any:
        """The first column of the first row of such a statement; None where there is none."""
        with self._asking(name, name and f"{name}.sql"):
            row = self._driver.execute(_signed(statement, name), values or None, prepare=bool(values)).fetchone()
        return row[0] if row else None

    def reserve(self, sequence: str, wanted: int) -> int:
        """Reserve a block of ids, one reservation at a time; gives the id before the first."""
        base: int = self.row("ids/reserve.sql", sequence=sequence, wanted=wanted)["base"]
        return base

    def rows(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        """The rows of a query file, each a dict by column; `:name` in it stands for a parameter."""
        return self.ask(_text(query), parameters, query)

    def ask(self, query: str, parameters: Mapping[str, object], name: str | None = None) -> list[dict[str, Any]]:
        """The same of a query that `sql.reading` has made."""
        with self._asking(name, name) as asked, self._driver.cursor(row_factory=dict_row) as cursor:
            cursor.execute(_with_placeholders(query), parameters)
            asked.rows = cursor.rowcount
            return cursor.fetchall() if cursor.description else []

    def row(self, query: str, **parameters: object) -> dict[str, Any]:
        """The only row of a query file."""
        (row,) = self.rows(query, **parameters)
        return row

    def octets(self, query: str, **parameters: object) -> bytes:
        """The only value of a query file, a bytea, as it is: not written as text on the way."""
        with self._asking(query, query), self._driver.cursor(binary=True) as cursor:
            found: tuple[bytes | None] | None = cursor.execute(_with_placeholders(_text(query)), parameters).fetchone()
        return (found and found[0]) or b""

    def execute(self, query: str, **parameters: object) -> int:
        """Run a query file that returns nothing; gives the number of rows it touched."""
        with self._asking(query, query) as asked:
            asked.rows = self._driver.execute(_with_placeholders(_text(query)), parameters).rowcount
        return asked.rows

    def stream(self, query: str, **parameters: object) -> Iterator[Mapping[str, Any]]:
        """The rows of a query file through a server-side cursor, in bounded memory."""
        return self.ask_for_many(_text(query), parameters, query)

    def ask_for_many(
        self, query: str, parameters: Mapping[str, object], name: str | None = None
    ) -> Iterator[Mapping[str, Any]]:
        """The same of a query that `sql.reading` has made."""
        with self._asking(name, name) as asked, self._driver.cursor("streamed", row_factory=dict_row) as cursor:
            cursor.itersize = 5000
            for row in cursor.execute(_with_placeholders(query), parameters):
                asked.rows += 1
                yield row

    def copy_rows(self, query: str, name: str) -> Iterator[bytes]:
        """The rows of a query that `sql.batch` has made as lines of CSV, null unquoted and empty: by COPY, which is
        several times as fast as `stream`.
        """
        statement = f"COPY ({query}) TO STDOUT (FORMAT csv)".encode()
        with self._asking(name) as asked, self._driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in copy:  # the server sends one at a time
                asked.rows += 1
                yield bytes(row)

    @contextmanager
    def copy_in(self, table: str, columns: tuple[str, ...], *, frozen: bool = False) -> Iterator[Copy]:
        """COPY into a table from CSV; the columns' order is that of the data. `frozen`: into one that the transaction
        has truncated, so that no page has to be written once more for the first who reads it.
        """
        statement = composed.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, FREEZE {})").format(
            composed.Identifier(table),
            composed.SQL(", ").join(map(composed.Identifier, columns)),
            composed.SQL("true" if frozen else "false"),
        )
        with self._asking(f"COPY {table}") as asked, self._driver.cursor() as cursor:
            with cursor.copy(statement) as copy:
                yield copy
            asked.rows = cursor.rowcount

    def numbers(self, query: str, name: str, columns: Sequence[str]) -> list[bytes]:
        """The rows of a query whose columns are bigint and never null, in any order: pieces with many of them each, as
        big-endian numbers one behind the other. The server puts them together: to take each row by itself costs ten
        times what it does to find them.
        """
        row, together = " || ".join(f"int8send({column})" for column in columns), f"{columns[0]} >> 16"
        statement = f"SELECT string_agg({row}, '') FROM ({query}) AS found GROUP BY {together}".encode()  # noqa: S608
        with self._asking(name) as asked, self._driver.cursor(binary=True) as cursor:
            found = [rows for (rows,) in cursor.stream(statement)]
            asked.rows = sum(map(len, found)) // (8 * len(columns))
        return found

    def rollback(self) -> None:
        """Undo what the transaction did so far; leaving `begin()` then commits nothing."""
        self.is_open = False
        with translated():
            self._driver.rollback()

    def commit(self) -> None:
        """Commit what the transaction did so far, though an exception may leave `begin()`."""
        self.is_open = False
        with self._asking("COMMIT"):
            self._driver.commit()

    def mark(self) -> None:
        """Remember this moment, for `back_to_mark`."""
        self._ddl("SAVEPOINT mark")

    def back_to_mark(self) -> None:
        """Undo what the transaction has done since, and let go of what it has locked since."""
        self._ddl("ROLLBACK TO SAVEPOINT mark")

    def lock(self, family: int, organisation: int, *, shared: bool = False) -> None:
        """Take an advisory lock until the end of the transaction, waiting for it."""
        self.execute("locks/take_shared.sql" if shared else "locks/take.sql", family=family, organisation=organisation)

    def try_lock(self, family: int, organisation: int, *, wait: float) -> bool:
        """The same, exclusively, but for at most `wait` seconds; says whether it was had."""
        deadline = time.monotonic() + wait
        while not self.row("locks/try.sql", family=family, organisation=organisation)["taken"]:
            if time.monotonic() >= deadline:
                return False
            time.sleep(min(0.2, max(0.0, deadline - time.monotonic())))
        return True

    @contextmanager
    def without_constraints(self, tables: tuple[str, ...]) -> Iterator[None]:
        """Fill empty tables first and build their keys and indexes last, which is several times faster."""
        dropped = self.drop_constraints(tables)
        yield
        self.make_constraints(dropped)

    def drop_constraints(self, tables: tuple[str, ...]) -> list[str]:
        """Drop the keys and indexes of empty tables; gives what `make_constraints` makes them again from.

        The definitions come from the catalogue and are made again as they were, in the same transaction: a
        constraint that does not hold then rolls everything back. Dropping them locks the tables for everybody,
        so where anyone else is in the database, or the tables hold rows, or are not ours, nothing is dropped.
        """
        return self.drop_all(tables) if self._seize_empty(tables) else []

    def drop_all(self, tables: tuple[str, ...]) -> list[str]:
        """Drop the keys and indexes of tables that are ours alone; gives what `make_constraints` makes them from."""
        dropped = self._drop(self.rows("upkeep/definitions.sql", tables=list(tables)))
        self._truncate_empty(tables)
        return dropped

    def _drop(self, definitions: list[dict[str, Any]]) -> list[str]:
        """Drop what rows of `upkeep/definitions.sql` tell of; gives what makes it again."""
        for item in definitions:
            self._ddl(item["drop_statement"])
        return [item["create_statement"] for item in reversed(definitions)]

    def make_constraints(self, dropped: list[str]) -> None:
        """Make keys and indexes again."""
        for statement in dropped:
            self._ddl(statement)

    def make_own(self, tables: tuple[str, ...], prefix: str = "own_", views: tuple[str, ...] = ()) -> bool:
        """Make an empty table of the transaction's own beside each of some, for `show_own`. Says whether they can stand
        in for them: not where the session looks for tables of its own last. `views` of them, which would go on reading
        those that last: likewise.
        """
        read = {view: self.found(f"SELECT pg_get_viewdef('{view}'::regclass)") for view in views}
        for table in tables:
            self._ddl(f"CREATE TEMP TABLE {table} (LIKE {table} INCLUDING DEFAULTS) ON COMMIT DROP")
        for view, query in read.items():
            self._ddl(f"CREATE TEMP VIEW {prefix}{view} AS {query}")
        visible = [self.found(f"SELECT pg_table_is_visible('pg_temp.{table}'::regclass)") for table in tables]
        self.hide_own(tables, prefix)
        return all(visible)

    def show_own(self, tables: tuple[str, ...], prefix: str = "own_", views: tuple[str, ...] = ()) -> None:
        """From now on the transaction's own tables stand in for these."""
        for table in tables:
            self._ddl(f"ALTER TABLE pg_temp.{prefix}{table} RENAME TO {table}")
            self._ddl(f"ANALYZE {table}")  # of a table that nobody has looked at, the planner expects ten pages
        for view in views:
            self._ddl(f"ALTER VIEW pg_temp.{prefix}{view} RENAME TO {view}")

    def hide_own(self, tables: tuple[str, ...], prefix: str = "own_", views: tuple[str, ...] = ()) -> None:
        """From now on they do not."""
        for view in views:
            self._ddl(f"ALTER VIEW pg_temp.{view} RENAME TO {prefix}{view}")
        for table in tables:
            self._ddl(f"ALTER TABLE pg_temp.{table} RENAME TO {prefix}{table}")

    def take_over_own(self, tables: tuple[str, ...], prefix: str = "own_", into: str = "") -> None:
        """Put what the transaction's own tables hold into those beside which they are, or `into` others of its own."""
        for table in tables:
            self._ddl(f"INSERT INTO {into}{table} SELECT * FROM {prefix}{table}")  # noqa: S608 - our own names

    def take_in_own(self, tables: tuple[str, ...], prefix: str) -> None:
        """Put the many rows that the transaction's own tables hold into those beside which they are, which have few:
        their owner does it for us, and builds keys and indexes last, if nobody is at them. Otherwise keys stay.
        """
        if not self._nobody_is_served():
            self.take_over_own(tables, prefix)
            return
        own = [f"{prefix}{table}" for table in tables]
        for table in own:
            self._ddl(f"GRANT SELECT ON pg_temp.{table} TO PUBLIC")  # nobody else sees them, but their owner
        if not self.row("upkeep/take_in.sql", tables=list(tables), own=own)["taken"]:
            self.take_over_own(tables, prefix)

    def all_or_nothing(self, done: Callable[[], bool]) -> bool:
        """Do something that says whether it is done; if not, it leaves nothing behind, and holds no lock."""
        with self._driver.transaction() as savepoint:
            if not done():
                raise psycopg.Rollback(savepoint)
            return True
        return False

    @contextmanager
    def emptying(self, tables: tuple[str, ...], into: tuple[str, ...], organisation: int) -> Iterator[bool]:
        """Move most of some tables into others: the foreign keys of the ones, and all keys and indexes of the others,
        are made again at the end, which finds out once whether anything leans on what is gone.

        Row by row that is most of the work. Like `without_constraints` it locks the tables for everybody, so it is done
        only where the tables are ours, no other organisation has people and nobody is in the database. Gives whether it
        is.
        """
        alone = self.row("upkeep/alone.sql", organisation=organisation)["alone"]
        if not alone or not self.seize((*tables, *into)):
            yield False
            return
        leaning = self.rows("upkeep/definitions.sql", tables=list(tables))
        foreign_keys = [item for item in leaning if item["rank"] == FOREIGN_KEY]
        dropped = self._drop([*foreign_keys, *self.rows("upkeep/definitions.sql", tables=list(into))])
        self._truncate_empty(into)
        yield True
        self.make_constraints(dropped)

    def truncate(self, tables: tuple[str, ...]) -> None:
        """Empty tables that are ours alone; those that refer to them have to be among them."""
        with translated():
            names = composed.SQL(", ").join(map(composed.Identifier, tables))
            self._driver.execute(composed.SQL("TRUNCATE {}").format(names))

    def _truncate_empty(self, tables: tuple[str, ...]) -> None:
        """Truncate those of the (locked) tables that hold nothing: under wal_level=minimal, what a transaction writes
        into tables that it has made, or emptied, itself needs no log.
        """
        for table in map(composed.Identifier, tables):
            with translated():
                if not self._driver.execute(composed.SQL("SELECT FROM {} LIMIT 1").format(table)).rowcount:
                    self._driver.execute(composed.SQL("TRUNCATE {}").format(table))

    def _seize_empty(self, tables: tuple[str, ...]) -> bool:
        """Lock tables for ourselves if that is possible within moments and all are empty; else hold no lock.

        Dropping a foreign key locks the table that it leans on as well: without those the drop would wait, for ever
        perhaps, with everybody else queueing behind.
        """
        driver = self._driver
        probes = [composed.SQL("SELECT FROM {} LIMIT 1").format(composed.Identifier(table)) for table in tables]

        def empty() -> bool:
            return not any(driver.execute(probe).rowcount for probe in probes)

        return empty() and self.seize(tables, empty)

    def _nobody_is_served(self) -> bool:
        """Whether no server answers from this database, nor begins to until the transaction ends: whoever asks one
        would wait for as long as a table is locked.
        """
        return self.try_lock(SERVING, 0, wait=0)

    def seize(self, tables: tuple[str, ...], holds: Callable[[], bool] = lambda: True) -> bool:
        """Lock tables for ourselves, and what their foreign keys lean on, if that is possible within moments, and
        `holds` then.

        Only their owner may do with them what they are locked for. Autovacuum may be at any of them: it gives way to
        whoever waits for longer than `deadlock_timeout` (1 s). Who else has one and wants another is let by: we are the
        first to notice. Says whether they are locked.
        """
        if not self.row("upkeep/ours.sql", tables=list(tables))["ours"] or not self._nobody_is_served():
            return False
        leaned_on = (row["name"] for row in self.rows("upkeep/leaned_on.sql", tables=list(tables)))
        names = composed.SQL(", ").join(map(composed.Identifier, dict.fromkeys((*tables, *leaned_on))))

        def locked() -> bool:
            patience = self.row("locks/patience.sql", patience=LOCK_PATIENCE)["before"]
            self._driver.execute(composed.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(names))
            if not holds():
                return False
            self.row("locks/patience.sql", patience=patience)
            return True

        try:
            return self.all_or_nothing(locked)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            return False

    def _ddl(self, statement: str) -> None:
        with self._asking(" ".join(statement.split()[:2])):
            self._driver.execute(statement.encode(), prepare=False)


@contextmanager
def _begun(driver: Connection, timed: Timed | None) -> Iterator[Transaction]:
    """A transaction: leaving normally commits, an exception rolls back."""
    transaction = Transaction(driver, timed)
    try:
        with transaction.interruptible():
            yield transaction
    except BaseException:
        if not driver.closed:
            with suppress(psycopg.Error):  # of a connection that is lost: then it is rolled back
                driver.rollback()
        raise
    if transaction.is_open:
        transaction.commit()


class Session:
    """One session of the database; its transactions see the temporary types and functions that those before have made.
    """

    def __init__(self, driver: Connection, timed: Timed | None) -> None:
        self._driver = driver
        self._timed = timed

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction, as `Database.begin`."""
        with translated(), _begun(self._driver, self._timed) as transaction:
            yield transaction


class Database:
    """A database whose schema is the one this code knows."""

    def __init__(
        self, parameters: Mapping[str, Any], name: str, timed: Timed | None, *, embedded: bool, kept: int = 1
    ) -> None:
        """`parameters`: libpq's. `name`: the database for people to read: host, port and name, never a password.
        `kept`: so many connections, for as many threads.
        """
        self._parameters = parameters
        self._timed = timed
        self._idle: list[Connection] = []
        self._first: Callable[[Transaction], None] | None = None
        self._kept = kept
        self.name = name
        self.embedded = embedded
        self.made_now = False

    @contextmanager
    def _connection(self, *, kept: bool = True) -> Iterator[Connection]:
        """A connection, closed at the end, or kept: a session that has planned for some tables plans for them faster
        again.
        """
        driver, done = self._idle_one() or psycopg.connect(**self._parameters), False
        try:
            yield driver
            done = True
        finally:
            if self._timed is not None and self.embedded and not driver.closed:
                self._timed.session(driver.info.backend_pid)
            is_idle = driver.info.transaction_status is TransactionStatus.IDLE
            if kept and done and len(self._idle) < self._kept and is_idle:
                self._idle.append(driver)
            else:
                driver.close()

    def _idle_one(self) -> Connection | None:
        """A connection that was kept, if it is still one; the one that was used last."""
        while True:
            try:
                driver = self._idle.pop()
            except IndexError:  # another thread may have had the last
                return None
            try:
                driver.autocommit = True
                driver.execute("")
                driver.autocommit = False
            except psycopg.Error:
                driver.close()
            else:
                return driver

    @property
    def parameters(self) -> Mapping[str, Any]:
        """libpq's."""
        return self._parameters

    def rehearse(self, first: Callable[[Transaction], None]) -> None:
        """From now on nothing is committed: each transaction begins with `first`, and is rolled back at its end."""
        self._first = first

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction, READ COMMITTED; leaving normally commits, an exception rolls back."""
        with translated(), self._connection() as driver, _begun(driver, self._timed) as transaction:
            if self._first is not None:
                self._first(transaction)
            yield transaction
            if self._first is not None and transaction.is_open:
                transaction.rollback()

    @contextmanager
    def snapshot(self, *, reads: bool = True) -> Iterator[Transaction]:
        """A transaction that sees one moment of the database (REPEATABLE READ). `reads`: and that can only read."""
        with translated(), self._connection() as driver:
            driver.isolation_level, driver.read_only = psycopg.IsolationLevel.REPEATABLE_READ, reads
            with _begun(driver, self._timed) as transaction:
                yield transaction
            driver.isolation_level = driver.read_only = None

    @contextmanager
    def held(self, query: str, **parameters: object) -> Iterator[Transaction]:
        """A session beside the transactions that holds what `query` takes for as long as the block lasts; what it is
        asked meanwhile is no transaction.
        """
        with translated(), self._connection(kept=False) as driver:
            driver.autocommit = True
            session = Transaction(driver)
            session.execute(query, **parameters)
            yield session

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session for many transactions one after another, which may have types and functions of its own."""
        with translated(), self._connection(kept=False) as driver:  # nobody else is to meet what it has made
            yield Session(driver, self._timed)

    def readers(self, most: int, *, planned_once: bool = False) -> Readers:
        """Sessions that only read, of which so many are kept for other threads. `planned_once`: each query for whatever
        values it will be asked with, as suits those that look something up.
        """
        settings = "-c default_transaction_read_only=on"
        if planned_once:
            settings += " -c plan_cache_mode=force_generic_plan"
        return Readers({**self._parameters, "options": f"{self._parameters['options']} {settings}"}, most)

    def bring_up_to_date(self) -> None:
        """Make the schema what this code knows, if it is not."""
        with self.begin() as transaction:
            found = transaction.revision()
            if found == HEAD:
                return
            if (version := transaction.server_version) < OLDEST:
                raise DatabaseError(f"PostgreSQL {version} is too old: import-people needs {OLDEST} or newer")
        from sql.migrating import upgrade  # takes long to load

        def begin(driver: Connection) -> None:
            nonlocal found
            transaction = Transaction(driver)
            transaction.lock(SCHEMA, 0)
            found = transaction.revision()
            if found is not None and found not in REVISIONS:
                raise SchemaTooNew(
                    f"the database has schema {found}, made by a newer import-people (this one knows {HEAD}): upgrade"
                    " import-people"
                )

        with translated():
            try:
                upgrade(lambda: psycopg.connect(**self._parameters), begin)
            except psycopg.Error as error:
                if error.sqlstate not in (READ_ONLY, NO_RIGHT):
                    raise
                raise DatabaseError(
                    f"the database has schema {found or 'none'}, this import-people needs {HEAD}, and whoever connects"
                    " may not make it: any command of the database's owner does"
                ) from error
        self.made_now = found is None

    def close(self) -> None:
        """Close the connections that are kept."""
        while self._idle:
            self._idle.pop().close()


class Readers:
    """Sessions that only read, and are kept, for many threads. One that was lost is not used again."""

    def __init__(self, parameters: Mapping[str, Any], most: int) -> None:
        self._parameters = parameters
        self._most = most
        self._idle: list[Connection] = []

    def rows(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        """The rows of one query file, which sees a moment of its own: a transaction would take two more questions."""
        with translated(query), self._session() as driver:
            return Transaction(driver).rows(query, **parameters)

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """A transaction that only reads, and sees one moment of the database."""
        with translated(), self._session() as driver:
            driver.autocommit = False
            with _begun(driver, None) as transaction:
                yield transaction
            driver.autocommit = True

    @contextmanager
    def _session(self) -> Iterator[Connection]:
        driver, done = self._kept() or self._new(), False
        try:
            yield driver
            done = True
        finally:
            if done and len(self._idle) < self._most and driver.info.transaction_status is TransactionStatus.IDLE:
                self._idle.append(driver)
            else:
                driver.close()

    def _new(self) -> Connection:
        driver = psycopg.connect(**self._parameters, autocommit=True, prepare_threshold=0)
        driver.isolation_level, driver.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
        return driver

    def _kept(self) -> Connection | None:
        """A session that was kept, the one that was used last. One to which its server has said something unasked for
        is at its end.
        """
        while True:
            try:
                driver = self._idle.pop()
            except IndexError:
                return None
            asked = select.poll()
            asked.register(driver.fileno(), select.POLLIN)
            if not asked.poll(0):
                return driver
            driver.close()

    def close(self) -> None:
        """Close the sessions that are kept."""
        while self._idle:
            self._idle.pop().close()


@contextmanager
def connected(url: str | None, home: Path | None = None) -> Iterator[Database]:
    """The database at `url`, or the embedded one; its schema made or brought up to date first.

    Raises DatabaseUnavailable, SchemaTooNew, DatabaseError; for the embedded server also
    `sql.embedded.EmbeddedError`.
    """
    if url is None:
        from sql import embedded

        with embedded.running(home) as server, opened(server.url, server) as database:
            yield database
    else:
        with opened(url) as database:
            yield database


def at_url(
    url: str, settings: str, timed: Timed | None = None, *, embedded: bool = False, kept: int = 1
) -> Database:
    """The database at a URL, of which nothing is known yet; `settings`: of every session; `kept`: so many connections
    at most, for threads. Raises DatabaseError.
    """
    try:
        at = address(url)
    except ValueError as error:
        raise DatabaseError(str(error)) from None
    parameters = {
        "connect_timeout": 10,
        **at.parameters,
        "options": f"{settings} {at.options}".rstrip(),
        "client_encoding": "utf8",  # what COPY is given and gives
        "application_name": "import-people",
    }
    name = f"{at.parameters.get('dbname')} on {at.host}{at.port and f':{at.port}'}"
    return Database(parameters, name, timed, embedded=embedded, kept=kept)


@contextmanager
def opened(url: str, server: Embedded | None = None, timed: Timed | None = None) -> Iterator[Database]:
    """The database at `url`, as `connected`; `server`: of an embedded one. `timed` is told of its queries."""
    database = at_url(url, SESSION, timed, embedded=server is not None)
    try:
        with set_aside(everything=server is not None):
            database.bring_up_to_date()
            yield database
    finally:
        database.close()
