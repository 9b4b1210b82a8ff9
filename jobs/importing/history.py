"""The import history: a run's own row, which stands outside its transaction and says what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from identity.problems import one_line
from jobs.importing.suspension import suspend
from jobs.shell.command import Session, run_by
from jobs.shell.failures import Failure, Guarded, Unavailable, Unfinished, told
from jobs.shell.terminal import json_text
from sql.errors import DatabaseError, DatabaseUnavailable

if TYPE_CHECKING:
    from sql.database import Transaction

DRY: Final = 0
"""The number of an import that stands in no history; what it changes is rolled back."""
PATIENCE: Final = 10.0
"""Seconds for which a database that broke off a commit is asked what became of it."""


class Run:
    """One run of a command in the history. Without an id (a dry run) nothing is written."""

    def __init__(self, session: Session, command: str, number: int | None, source: int | None) -> None:
        self._session = session
        self.command = command
        self.number = number
        self.source = source
        self.also: Callable[[Transaction], None] = lambda _: None
        """What else its transaction does before it is committed."""
        self._committing = False

    def name_source(self, transaction: Transaction, name: str) -> None:
        """Make sure of the source within the transaction: a dry run's has not been made before."""
        if self.source is None:
            self.source = _source(transaction, self._session.organisation, name)

    def commit(
        self,
        transaction: Transaction,
        counts: Mapping[str, Any],
        files: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """Say in the run's own transaction that it is committed: true exactly when the transaction is."""
        self.also(transaction)
        self._committing = True
        self._update(transaction, "committed", counts, files, ended=True)

    def progress(self, transaction: Transaction, counts: Mapping[str, Any]) -> None:
        """Say in a part's transaction how far the run has come."""
        self._update(transaction, "running", counts)

    def end(
        self,
        state: str,
        failure: str | None = None,
        counts: Mapping[str, Any] | None = None,
        files: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """The end of the run, in a transaction of its own."""
        with self._session.database.begin() as transaction:
            self._update(transaction, state, counts, files, failure, ended=True)

    @contextmanager
    def guarding(self, transaction: Transaction) -> Iterator[None]:
        """If a guard trips, what the block has done is undone, the run ends, and its source is suspended, all in this
        transaction: whoever waits for a turn finds it suspended.
        """
        transaction.mark()
        try:
            yield
        except Guarded as guarded:
            if self.number is not None and self.source is not None:
                transaction.back_to_mark()
                counts = {"guards": guarded.guards}
                self._update(transaction, guarded.state, counts, guarded.files, str(guarded), ended=True)
                suspend(transaction, self._session.organisation, self.source, self.number, guarded.why)
                transaction.commit()
            raise

    def end_if_possible(
        self,
        state: str,
        failure: str,
        counts: Mapping[str, Any],
        files: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """The same where the database may be away, which must not hide what the run has come to."""
        with suppress(DatabaseError):
            self.end(state, failure, counts, files)

    def is_committed(self) -> bool | None:
        """Whether the database, asked anew, says that the run's transaction was committed; None: it does not answer.

        A server that recovers from a crash answers soon; a commit that is still under way is waited for.
        """
        if self.number is None or not self._committing:
            return False
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with self._session.database.begin() as transaction:
                    transaction.execute("history/patience.sql")
                    row = transaction.row(
                        "history/state.sql", organisation=self._session.organisation, **{"import": self.number}
                    )
                return row["state"] in ("committed", "finished")
            except DatabaseUnavailable:
                if time.monotonic() >= deadline:
                    return None
                time.sleep(0.2)
            except DatabaseError:
                return None

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """What comes after the commit: if it fails, what is committed stays."""
        try:
            yield
        except Exception as error:
            raise Unfinished(
                f"import {self.number} is committed, but its reporting is pending: {told(error)};"
                " run finish-batch-updates"
            ) from error

    def _update(
        self,
        transaction: Transaction,
        state: str,
        counts: Mapping[str, Any] | None = None,
        files: Sequence[Mapping[str, Any]] | None = None,
        failure: str | None = None,
        *,
        ended: bool = False,
    ) -> None:
        if self.number is None:
            return
        transaction.execute(
            "history/update.sql",
            organisation=self._session.organisation,
            state=state,
            counts=None if counts is None else json_text(counts),
            files=None if files is None else json_text(files),
            failure=failure and one_line(failure),
            ended=ended,
            **{"import": self.number},
        )


def _source(transaction: Transaction, organisation: int, name: str) -> int:
    """The source of a name, made when it is new. One that another run has made just now is seen at a second look."""
    found = transaction.rows("history/source.sql", organisation=organisation, name=name)
    number: int = (found or transaction.rows("history/source.sql", organisation=organisation, name=name))[0]["id"]
    return number


@contextmanager
def recorded(
    session: Session,
    command: str,
    *,
    source: str | None = None,
    files: Sequence[Mapping[str, Any]] = (),
    options: Mapping[str, Any] | None = None,
    undoes: int | None = None,
    dry_run: bool = False,
) -> Iterator[Run]:
    """A run with its row in the history, `running` until it says otherwise, `failed` or `refused` if it fails.

    A connection that breaks while the transaction commits leaves nobody knowing; then the row is asked.
    """
    with session.database.begin() as transaction:
        number = source_id = None
        if not dry_run:
            if source is not None:
                source_id = _source(transaction, session.organisation, source)
            number = transaction.row(
                "history/begin.sql",
                organisation=session.organisation,
                command=command,
                source=source_id,
                run_by=run_by(),
                files=json_text(list(files)),
                options=json_text(dict(options or {})),
                undoes=undoes,
            )["id"]
    run = Run(session, command, number, source_id)
    if number is None:
        yield run
        return
    with session.database.held("history/hold.sql", **{"import": number}):
        try:
            yield run
        except Unfinished:
            raise
        except (Exception, KeyboardInterrupt) as error:
            committed = run.is_committed()
            if committed is None:
                raise Unavailable(
                    f"{told(error)}; whether import {number} was committed, lrs-people list-imports will say;"
                    " repeating it is harmless"
                ) from error
            if committed:
                raise Unfinished(
                    f"import {number} is committed, but then: {told(error)}; run finish-batch-updates"
                ) from error
            state = error.state if isinstance(error, Failure) else Failure.state
            try:
                if not isinstance(error, Guarded):
                    run.end(state, told(error))
            except DatabaseError:
                if isinstance(error, DatabaseUnavailable):
                    raise Unavailable(f"{error}; nothing was changed") from error
            raise
