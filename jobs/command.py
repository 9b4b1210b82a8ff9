"""What all commands share: their common options, the database and organisation they work on, and how they end."""

from __future__ import annotations

import functools
import getpass
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from identity.problems import readable
from jobs.failures import Failure, Unavailable, UsageFailure, told
from jobs.terminal import Terminal

if TYPE_CHECKING:
    from sql.database import Database, Transaction

EPILOG = (
    "Exit codes: 0 done; 1 failed, nothing changed; 2 usage; 3 done, but some lines were rejected; 4 refused by a"
    " guard or --strict, nothing changed; 5 committed but not finished: run finish-batch-updates, or the rest;"
    " 75 busy or unreachable: try again."
)


@dataclass(frozen=True)
class Session:
    """The database and the organisation that a command works on, and where it prints."""

    database: Database
    organisation: int
    organisation_name: str
    organisation_made: str
    """When the organisation was made, or would be, if it is a new one."""
    fold_mailbox_case: bool
    terminal: Terminal

    def take_turn(self, transaction: Transaction, wait: float) -> None:
        """Keep other imports of the organisation away until the transaction ends; wait so many seconds for one."""
        from sql import database as db

        if not transaction.try_lock(db.IMPORT, self.organisation, wait=wait):
            raise Unavailable("another import of this organisation is running; --wait SECONDS waits for it")

    @property
    def where(self) -> str:
        """The first line of every summary."""
        facts = {"embedded": self.database.embedded, "made just now": self.database.made_now}
        notes = ", ".join(fact for fact, true in facts.items() if true)
        database = f"database {self.database.name}{notes and f' ({notes})'}"
        made = f" ({self.organisation_made})" if self.organisation_made else ""
        return f"{database}, organisation {self.organisation_name}{made}"

    @property
    def names(self) -> dict[str, str]:
        """The same for `--json`."""
        return {"database": self.database.name, "organisation": self.organisation_name}


def command(
    name: str, *, database: bool = True, reads: bool = False
) -> Callable[[Callable[..., int]], click.Command]:
    """Make a command out of a function `(session, **options) -> exit code`.

    Adds the options that all share, opens the database, and turns every Failure into one line and its exit code; a
    traceback shows only with `--debug`. Without `database` the command has none, nor the options that choose one, and
    the function is given the Terminal. One that only `reads` has failed if what it says cannot be written; what another
    has done is done.
    """

    def decorate(function: Callable[..., int]) -> click.Command:
        @functools.wraps(function)
        def run(as_json: bool, quiet: bool, debug: bool, **options: Any) -> None:
            signal.signal(signal.SIGTERM, _terminated)
            terminal = Terminal(as_json=as_json, quiet=quiet, debug=debug)
            opened: Callable[[Terminal], AbstractContextManager[Any]] = nullcontext
            if database:
                where = (options.pop(option) for option in _WHERE)
                opened = functools.partial(_session, *where, dry_run=options.get("dry_run", False))
            error = None
            try:
                with _failures(), opened(terminal) as subject:
                    exit_code = function(subject, **options)
            except Failure as failure:
                if debug:
                    raise
                exit_code, error = failure.exit_code, str(failure)
            except KeyboardInterrupt as interruption:
                exit_code, error = 1, told(interruption)
            except (click.ClickException, click.exceptions.Exit):
                raise
            except Exception as fault:
                if debug:
                    raise
                exit_code, error = 1, f"{told(fault)} (--debug shows where)"
            try:
                terminal.end(exit_code, error)
                sys.stdout.flush()
            except OSError as failed:
                if wrong := terminal.given_up(failed):
                    click.echo(f"error: {wrong}", err=True)
                    exit_code = exit_code or int(reads)
            sys.exit(exit_code)

        for option in reversed((*(_WHERE.values() if database else ()), *_SHARED)):
            run = option(run)
        made: click.Command = click.command(
            name,
            epilog=EPILOG,
            context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
        )(run)
        return made

    return decorate


_WHERE = {
    "database": click.option(
        "--database",
        metavar="URL",
        envvar="DATABASE_URL",
        help="PostgreSQL 15 or newer, as postgresql://user@host/name. Default: $DATABASE_URL, else an embedded server"
        " (its data in $IMPORT_PEOPLE_HOME or your data folder).",
    ),
    "organisation": click.option(
        "--organisation", metavar="NAME", default="default", show_default=True, help="The tenant to work on."
    ),
    "create_organisation": click.option(
        "--create-organisation", is_flag=True, help="Make the organisation if there is none of that name."
    ),
    "fold_mailbox_case": click.option(
        "--fold-mailbox-case",
        is_flag=True,
        help="With --create-organisation: lower-case the local part of every mbox of this organisation, for ever.",
    ),
}
"""What a command works on."""
_SHARED = (
    click.option(
        "--json",
        "as_json",
        is_flag=True,
        help="Print one JSON object on standard output, and nothing else there.",
    ),
    click.option("--quiet", is_flag=True, help="Print only when the exit code is not 0."),
    click.option("--debug", is_flag=True, help="Show how long each step took, and a traceback when something fails."),
)


@contextmanager
def _failures() -> Iterator[None]:
    """What the layers below raise, as what stops a run."""
    from identity.problems import quoted
    from jobs.reading.files import FileProblem
    from sql.database import DatabaseError, DatabaseUnavailable
    from sql.embedded import EmbeddedError

    try:
        yield
    except DatabaseUnavailable as error:
        raise Unavailable(str(error)) from error
    except (DatabaseError, EmbeddedError) as error:
        raise Failure(str(error)) from error
    except FileProblem as error:
        raise UsageFailure(str(error)) from error
    except UnicodeEncodeError as error:  # files are decoded when they are read; arguments bring their bytes along
        raise UsageFailure(f"{quoted(error.object)} is not UTF-8") from error


@contextmanager
def _session(
    url: str | None, name: str, create: bool, fold: bool, terminal: Terminal, *, dry_run: bool
) -> Iterator[Session]:
    from sql.database import connected

    if fold and not create:
        raise UsageFailure("--fold-mailbox-case can only be chosen with --create-organisation")
    if not name.strip():
        raise UsageFailure("--organisation needs a name")
    with connected(url) as database:
        made = ""
        with database.begin() as transaction:
            found = transaction.rows("organisations/find.sql", name=name)
            if not found:
                if not create:
                    known = ", ".join(row["name"] for row in transaction.rows("organisations/names.sql"))
                    raise UsageFailure(
                        f"there is no organisation {name} (there are: {known}); --create-organisation makes it"
                    )
                if _made(transaction, name, fold):
                    made = "would be made" if dry_run else "made just now"
                found = transaction.rows("organisations/find.sql", name=name)
                if made and dry_run:
                    transaction.rollback()
        organisation = found[0]
        if made and dry_run:
            database.rehearse(functools.partial(_made_again, organisation))
        if fold and not organisation["fold_mailbox_case"]:
            raise UsageFailure(f"organisation {name} exists and does not fold the case of mailboxes")
        yield Session(
            database,
            organisation["id"],
            organisation["name"],
            made,
            organisation["fold_mailbox_case"],
            terminal,
        )


def _made(transaction: Transaction, name: str, fold: bool, number: int | None = None) -> bool:
    """Make an organisation, with this id or a new one; False if somebody else has just done so."""
    return transaction.execute("organisations/create.sql", id=number, name=name, fold_mailbox_case=fold) == 1


def _made_again(organisation: Mapping[str, Any], transaction: Transaction) -> None:
    """What a dry run needs in each of its transactions, if its organisation is none yet."""
    name = organisation["name"]
    if not _made(transaction, name, organisation["fold_mailbox_case"], organisation["id"]):
        raise Unavailable(f"the organisation {name} has been made by another command just now")


def _terminated(_signal: int, _frame: object) -> None:
    """A polite kill ends like Ctrl-C: rolled back, the embedded server stopped."""
    raise KeyboardInterrupt("terminated")


def run_by() -> str:
    """Who runs this command, as user@host."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    return readable(f"{user}@{socket.gethostname()}")
