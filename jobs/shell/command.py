"""What all commands share: their common options, the database and organisation they work on, and how they end."""

from __future__ import annotations

import atexit
import functools
import gc
import getpass
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from identity.problems import one_line, readable
from jobs.shell.failures import UNFORESEEN, Failure, Unavailable, UsageFailure, told
from jobs.shell.terminal import Terminal, complain, given_up, prepare_streams

if TYPE_CHECKING:
    from jobs.shell.timings import Timings
    from sql.database import Database, Transaction

EPILOG = (
    "Exit codes: 0 done; 1 failed, nothing changed; 2 usage; 3 done, but some lines were rejected; 4 refused by a"
    " guard or --strict, nothing changed; 5 committed but not finished: run finish-batch-updates, or the rest;"
    " 75 busy or unreachable: try again."
)

HELP: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
"""How every program shows its help."""


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
        made = f" ({self.organisation_made})" if self.organisation_made else ""
        return f"{_told_of(self.database)}, organisation {self.organisation_name}{made}"

    @property
    def names(self) -> dict[str, str]:
        """The same for `--json`."""
        return {"database": self.database.name, "organisation": self.organisation_name}


@dataclass(frozen=True)
class Place:
    """The database that a command works on, whosesoever, and where it prints."""

    url: str
    """Of the database."""
    database: Database
    terminal: Terminal
    debug: bool

    @property
    def where(self) -> str:
        """The first line of what is told."""
        return _told_of(self.database)


def _told_of(database: Database) -> str:
    facts = {"embedded": database.embedded, "made just now": database.made_now}
    notes = ", ".join(fact for fact, true in facts.items() if true)
    return f"database {database.name}{notes and f' ({notes})'}"


def command(
    name: str,
    *,
    database: bool = True,
    organisation: bool = True,
    reads: bool = False,
    needs: tuple[str, ...] = (),
) -> Callable[[Callable[..., int]], click.Command]:
    """Make a command out of a function `(session, **options) -> exit code`.

    Adds the options that all share, opens the database, and turns every Failure into one line and its exit code; a
    traceback shows only with `--debug`. Without `database` the command has none, nor the options that choose one, and
    the function is given the Terminal; without `organisation` it works for all of them, and is given a Place. One that
    only `reads` has failed if what it says cannot be written, unless that is in a file (`--output`); what another has
    done is done, whether or not it can be told. What it `needs` are modules that take long to load: they are loaded
    while the embedded server starts.
    """

    def decorate(function: Callable[..., int]) -> click.Command:
        @functools.wraps(function)
        def run(as_json: bool, quiet: bool, debug: bool, **options: Any) -> None:
            _end_politely()
            terminal = Terminal(as_json=as_json, quiet=quiet, timed=options.pop("timings", False))
            opened: Callable[[Terminal], AbstractContextManager[Any]] = functools.partial(_alone, needs)
            if not organisation:
                opened = functools.partial(_place, options.pop("database"), ("sql.database", *needs), debug)
            elif database:
                where = (options.pop(option) for option in _WHERE)
                dry_run = options.get("dry_run", False)
                opened = functools.partial(_session, *where, dry_run=dry_run, needs=("sql.database", *needs))
            done = error = None
            try:
                with as_failures(), opened(terminal) as subject:
                    done = function(subject, **options)
                exit_code = done
            except (click.ClickException, click.exceptions.Exit):
                raise
            except (Exception, KeyboardInterrupt) as fault:
                if debug:
                    complain(traceback.format_exc().splitlines())
                exit_code = fault.exit_code if isinstance(fault, Failure) else Failure.exit_code
                error = told(fault)
                if not debug and error.startswith(UNFORESEEN):
                    error += " (--debug shows where)"
            if done is not None and error:  # what has been done is done
                terminal.warn(error)
                exit_code, error = done, None
            try:
                heard = terminal.end(exit_code, error)
            except KeyboardInterrupt:
                heard = False
            if not heard and reads and not options.get("output"):
                exit_code = exit_code or Failure.exit_code
            sys.exit(exit_code)

        where = (*_WHERE.values(), _TIMINGS) if organisation else (_WHERE["database"],)
        for option in reversed((*(where if database else ()), *_SHARED)):
            run = option(run)
        made: click.Command = click.command(
            name,
            cls=Polite,
            epilog=EPILOG,
            context_settings=HELP,
        )(run)
        return made

    return decorate


class Polite(click.Command):
    """A program whose exit code says what it says, whether or not anything can be told."""

    def main(self, *arguments: Any, **more: Any) -> NoReturn:
        gc.disable()  # until all is loaded: none of that is garbage
        prepare_streams()
        try:
            exit_code = super().main(*arguments, **{**more, "standalone_mode": False})
        except click.ClickException as mistake:
            exit_code = mistake.exit_code
            context = mistake.ctx if isinstance(mistake, click.UsageError) else None
            usage = [*context.get_usage().splitlines(), f"Try '{context.command_path} --help'.", ""] if context else []
            complain([*usage, one_line(f"error: {mistake.format_message()}")])
        except OSError as error:  # of the help: `run` lets none through
            wrong = given_up(sys.stdout, error)
            complain([f"error: standard output {wrong}"] if wrong else [])
            exit_code = int(wrong is not None)
        except click.Abort:
            exit_code = Failure.exit_code
        sys.exit(exit_code)


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
    click.option("--debug", is_flag=True, help="Show a traceback when something fails."),
)
_TIMINGS = click.option(
    "--timings", is_flag=True, help="Tell where the time went, by stage and query, and how much memory it took."
)


@contextmanager
def as_failures() -> Iterator[None]:
    """What the layers below raise, as what stops a run."""
    from identity.problems import quoted
    from jobs.shell.failures import FileProblem, ReadProblem
    from sql.embedded import EmbeddedError
    from sql.errors import DatabaseError, DatabaseUnavailable

    try:
        yield
    except DatabaseUnavailable as error:
        raise Unavailable(str(error)) from error
    except (DatabaseError, EmbeddedError) as error:
        raise Failure(str(error)) from error
    except ReadProblem as error:
        raise Failure(str(error)) from error
    except FileProblem as error:
        raise UsageFailure(str(error)) from error
    except UnicodeEncodeError as error:  # files are decoded when they are read; arguments bring their bytes along
        raise UsageFailure(f"{quoted(error.object)} is not UTF-8") from error


def _load(modules: tuple[str, ...]) -> None:
    """Load modules. What is there then stays to the end: nobody needs to look through it for garbage, not even then."""
    known = len(sys.modules)
    for module in modules:
        import_module(module)
    if len(sys.modules) > known:
        gc.freeze()
        atexit.unregister(gc.freeze)
        atexit.register(gc.freeze)
    gc.set_threshold(20_000, 10, 10)  # what is read is rows by the thousand: next to none refers to itself
    gc.enable()


@contextmanager
def _alone(needs: tuple[str, ...], terminal: Terminal) -> Iterator[Terminal]:
    _load(needs)
    yield terminal


@contextmanager
def _place(url: str | None, needs: tuple[str, ...], debug: bool, terminal: Terminal) -> Iterator[Place]:
    with _opened(url, needs, None) as (at, database):
        yield Place(at, database, terminal, debug)


@contextmanager
def _opened(url: str | None, needs: tuple[str, ...], timings: Timings | None) -> Iterator[tuple[str, Database]]:
    """The database at `url`, or the embedded one, which starts while modules are loaded; with its URL."""
    from sql.embedded import running

    def stage(name: str) -> AbstractContextManager[None]:
        return timings.stage(name) if timings else nullcontext()

    load, server, stack = functools.partial(_load, needs), None, ExitStack()
    try:
        with stage("start"):
            if url is None:
                server = stack.enter_context(running(meanwhile=load))
                url = server.url
            else:
                load()
            from sql.database import opened

            database = stack.enter_context(opened(url, server, timings))
        yield url, database
    finally:
        with stage("stop"):
            stack.close()


@contextmanager
def _session(
    url: str | None, name: str, create: bool, fold: bool, terminal: Terminal, *, dry_run: bool, needs: tuple[str, ...]
) -> Iterator[Session]:
    from identity.blanks import trimmed

    if fold and not create:
        raise UsageFailure("--fold-mailbox-case can only be chosen with --create-organisation")
    if not trimmed(name):
        raise UsageFailure("--organisation needs a name")
    with _opened(url, needs, terminal.timings) as (_, database):
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


def _end_politely() -> None:
    """A polite kill, and a terminal that goes away, end like Ctrl-C: rolled back, copies removed, the embedded server
    stopped. Who has set SIGHUP aside (`nohup`) wants the work done.
    """
    signal.signal(signal.SIGTERM, _ended)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _ended)


def _ended(number: int, _frame: object) -> None:
    for one in (signal.SIGTERM, signal.SIGHUP):  # they come in pairs, and the second would cut off the cleaning up
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt("terminated" if number == signal.SIGTERM else "hung up")


def run_by() -> str:
    """Who runs this command, as user@host."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    return readable(f"{user}@{socket.gethostname()}")
