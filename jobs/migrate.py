"""migrate: move in from another record store, or from files that one has written."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from identity.problems import quoted
from jobs.importing import import_options
from jobs.moving.comparing_options import IGNORE, OUTPUT, STATEMENTS, Asked
from jobs.shell.command import EPILOG, HELP, Polite, Session, command
from jobs.shell.failures import UsageFailure
from jobs.shell.shared_options import DRY_RUN, FINISH, OF, WAIT, SecondsType, SourceType, SpanType

if TYPE_CHECKING:
    from jobs.importing.asked import AskedOfPeople


class _Sources(Polite, click.Group):
    """What can be moved in from; each is a command of its own."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands and not args[0].startswith("-"):
            (near,) = difflib.get_close_matches(args[0], self.commands, 1, 0)
            ctx.fail(f"there is no source {quoted(args[0])}; nearest: {near}")
        return super().resolve_command(ctx, args)


main = _Sources(
    "migrate",
    help="Move in from another record store, or from files that one has written: everybody, or what they did, by one"
    " import. `lrs-people migrate SOURCE --help` tells more of a source.",
    subcommand_metavar="SOURCE ...",
    no_args_is_help=False,
    epilog=EPILOG,
    context_settings=HELP,
)

NEEDS_OF_PEOPLE = ("jobs.moving.into", "jobs.importing.summary", "jobs.importing.batch")
"""What a source of people takes long to load."""
WORK = click.option(
    "--work",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="In which folder what was read waits for the import; it goes when all is in. [default: of files, where the"
    " system has temporary ones; of a server, beside the embedded server's data]",
)
CREDENTIALS = click.option(
    "--credentials",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file that only you can read (chmod 600) with user:password in it, or what the Authorization header says."
    " [default: the environment's]",
)
PATIENCE = click.option(
    "--patience",
    metavar="SECONDS",
    type=SecondsType(min=0),
    default=300.0,
    show_default=True,
    help="How long it may be busy or away, before we give up.",
)
COMPARE = click.option("--compare", is_flag=True, help="Import nothing: say what differs, as compare-with.")
AGAIN = click.option("--again", is_flag=True, help="Read all from the beginning, whatever was read before.")


def _of_people(source: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options of a source of people: those of an import of whole files."""
    options = (
        click.option(
            "--source",
            type=SourceType(),
            default=source,
            show_default=True,
            help="The feed that it is here: memberships belong to it.",
        ),
        COMPARE,
        STATEMENTS,
        IGNORE,
        OUTPUT,
        DRY_RUN,
        import_options.PLAN,
        import_options.EXPECT,
        import_options.CONTESTED,
        import_options.TAKEOVERS,
        import_options.GROUPS,
        import_options.KEEP_EDITS,
        import_options.REJECT_WARNINGS,
        import_options.ACCEPT_NEAR,
        import_options.NEW_PERSON,
        import_options.STRICT,
        import_options.FAIL_ON,
        import_options.MAX_REJECTS,
        import_options.MAX_TAKEOVERS,
        import_options.MAX_DELETES,
        import_options.MIN_LINES,
        click.option(
            "--rejects",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="Where rejected people are written, as lines that import-people reads; rejected groups beside it."
            " [default: FILE.rejects.csv, or SOURCE.rejects.csv here]",
        ),
        WORK,
        FINISH,
        WAIT,
    )

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def _asked(
    options: dict[str, Any], rejects: Path, of: str | None = None
) -> tuple[Asked | None, AskedOfPeople]:
    """What is to be compared, if that is asked for, and what is asked of the import; `rejects`: where these go if
    nothing was said; `of`: whose statements are compared, where there are those of several organisations.
    """
    from jobs.importing.asked import AskedOfPeople

    said = {name: options.pop(name) for name in ("compare", "ignored", "output", "statements_paths")}
    compared = _compared(**said, of=of)
    if options["rejects"] is None and not options["dry_run"]:
        options["rejects"] = rejects
    warnings = tuple(sorted(set(options.pop("reject_warnings"))))
    return compared, AskedOfPeople(**options, reject_warnings=warnings, create_groups=True)


@command("people-json", needs=(*NEEDS_OF_PEOPLE, "jobs.moving.people_json"))
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--groups-json",
    "groups_paths",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Saved group objects: names, types and parents of the groups that people are in.",
)
@_of_people("people-json")
def people_json(
    session: Session,
    *,
    paths: tuple[Path, ...],
    groups_paths: tuple[Path, ...],
    work: Path | None,
    finish: bool,
    **options: Any,
) -> int:
    """Move in from files of Person objects: our own export, or answers of Watershed's People API that were saved.

    A FILE is JSON Lines (export-people --format jsonl), a JSON array, or {"results": […]}; plain or gzip.
    """
    from jobs.moving.into import migrate_people
    from jobs.moving.people_json import PeopleJson

    compared, asked = _asked(options, paths[0].with_name(f"{paths[0].name}.rejects.csv"))
    found = PeopleJson(paths, groups_paths)
    name = " ".join(map(str, paths))
    return migrate_people(session, "people-json", name, found, asked, work=work, finishes=finish, compares=compared)


@command("watershed", needs=(*NEEDS_OF_PEOPLE, "jobs.moving.people_json", "jobs.moving.watershed"))
@click.argument("url", metavar="URL")
@click.argument("of", metavar="ORGANISATION")
@CREDENTIALS
@PATIENCE
@AGAIN
@_of_people("watershed")
def watershed(
    session: Session,
    *,
    url: str,
    of: str,
    credentials: Path | None,
    patience: float,
    again: bool,
    work: Path | None,
    finish: bool,
    **options: Any,
) -> int:
    """Move in from Watershed: its People API, and the groups of its Groups API, all pages of both.

    URL is the server's (https://watershedlrs.com), ORGANISATION the number of the organisation there. Credentials are
    in $WATERSHED_CREDENTIALS (user:password) or --credentials. What was read is kept page by page: who was stopped
    goes on with the next one.
    """
    from jobs.moving.into import import_found, resumable_folder
    from jobs.moving.pages import Pages
    from jobs.moving.people_json import PeopleJson
    from jobs.moving.server import Server, authorization
    from jobs.moving.watershed import Watershed

    compared, asked = _asked(options, Path("watershed.rejects.csv"))
    server = Server(url, authorization(credentials, "WATERSHED_CREDENTIALS"), patience=patience)
    name = f"{server.url} {of}"
    with closing(server), resumable_folder(session, work, "watershed", name, again=again) as folder:
        pages = Pages(folder)
        groups, people = Watershed(server, of).read(pages)
        session.terminal.line(f"read         {people:,} people, {groups:,} groups of {name}")
        found = PeopleJson([pages.file("people")], [pages.file("groups")])
        return import_found(session, "watershed", name, found, asked, folder, finishes=finish, compares=compared)


@command("learning-locker", needs=(*NEEDS_OF_PEOPLE, "jobs.moving.learning_locker"))
@click.argument("places", metavar="URL|FILE...", nargs=-1, required=True)
@OF
@click.option("--custom-id-attribute", metavar="KEY", help="The attribute of personas that is the custom_id here.")
@click.option("--image-attribute", metavar="KEY", help="The attribute of personas that is the URL of their image.")
@click.option(
    "--group-attribute",
    "group_attributes",
    metavar="KEY",
    multiple=True,
    help="An attribute of personas of whose values groups are made; may be given several times.",
)
@CREDENTIALS
@PATIENCE
@AGAIN
@_of_people("learning-locker")
def learning_locker(
    session: Session,
    *,
    places: tuple[str, ...],
    of: str | None,
    custom_id_attribute: str | None,
    image_attribute: str | None,
    group_attributes: tuple[str, ...],
    credentials: Path | None,
    patience: float,
    again: bool,
    work: Path | None,
    finish: bool,
    **options: Any,
) -> int:
    """Move in from Learning Locker: its personas, their identifiers, and the attributes that are asked for.

    From its server (https://…, over the HTTP Connection interface, with a client's key:secret in
    $LEARNING_LOCKER_CREDENTIALS or --credentials), or from files: the folder of a mongodump, or what mongoexport or
    mongodump have written of personas, personaIdentifiers and personaAttributes. Statements: import-statements.
    """
    from jobs.moving import learning_locker as source
    from jobs.moving.into import folder_on_the_way, import_found, resumable_folder
    from jobs.moving.pages import Pages
    from jobs.moving.server import Server, authorization

    is_live = places[0].startswith(("https://", "http://"))
    if is_live and len(places) > 1:
        raise UsageFailure("either one URL, or files")
    paths = [] if is_live else [path for place in places for path in source.dump(Path(place))]
    first = Path(places[0])
    first = first if first.name.strip(".") else first.resolve()  # of `.` and `..` nothing stands beside
    rejects = Path("learning-locker.rejects.csv") if is_live else first.with_name(f"{first.name}.rejects.csv")
    compared, asked = _asked(options, rejects, of)
    with ExitStack() as stack:
        if is_live:
            server = Server(places[0], authorization(credentials, "LEARNING_LOCKER_CREDENTIALS"), patience=patience)
            stack.callback(server.close)
            folder = stack.enter_context(resumable_folder(session, work, "learning-locker", server.url, again=again))
            pages = Pages(folder)
            source.Connection(server).read(pages)
            paths = [pages.file(model) for model in source.MODELS]
        else:
            folder = stack.enter_context(folder_on_the_way(work))
        found = source.LearningLocker(folder, of, custom_id_attribute, group_attributes, image_attribute)
        stack.callback(found.close)
        for path in paths:
            found.add(source.documents(path), str(path))
        figures = found.read()
        terminal = session.terminal
        terminal.line(f"read         {figures.personas:,} personas, {figures.identifiers:,} identifiers")
        terminal.line(f"merged       {figures.merged:,} personas have several identifiers, and stay one person each")
        if figures.alone:
            terminal.line(f"alone        {figures.alone:,} identifiers are no persona's, and become a person each")
        if figures.attributes:
            listed = ", ".join(f"{quoted(key)} ({count:,})" for key, count in figures.attributes.items())
            terminal.line(f"attributes   {listed}")
        for what in figures.passed_over:
            terminal.warn(what)
        for key in (*group_attributes, *filter(None, (custom_id_attribute, image_attribute))):
            if key not in figures.attributes:
                raise UsageFailure(f"no persona has the attribute {quoted(key)}")
        name = " ".join(places)
        return import_found(session, "learning-locker", name, found, asked, folder, finishes=finish, compares=compared)


def _compared(
    compare: bool,
    ignored: tuple[str, ...],
    output: Path | None,
    statements_paths: tuple[Path, ...] = (),
    of: str | None = None,
) -> Asked | None:
    """What is compared, if anything is. Raises UsageFailure."""
    if compare:
        return Asked(ignored, output, statements_paths, of)
    if ignored or output or statements_paths:
        raise UsageFailure("--ignore, --output and --statements go with --compare")
    return None


def _of_statements(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a source of statements."""
    for option in (
        FINISH,
        click.option(
            "--rejects",
            "place",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="Where rejected statements are written. [default: SOURCE.rejects.jsonl here]",
        ),
        AGAIN,
        OUTPUT,
        IGNORE,
        COMPARE,
    ):
        function = option(function)
    return function


@command("xapi", needs=("jobs.moving.xapi", "jobs.statements.run_load"))
@click.argument("url", metavar="URL")
@click.option(
    "--since",
    metavar="TIME",
    type=import_options.MOMENT,
    help="Only what was stored after that. [default: what was not read the last time]",
)
@click.option(
    "--xapi-version",
    type=click.Choice(["1.0.3", "2.0.0"]),
    default="1.0.3",
    show_default=True,
    help="What to speak to the server.",
)
@click.option(
    "--page-size", metavar="N", type=click.IntRange(1, 10_000), help="Statements a page. [default: as the server likes]"
)
@click.option(
    "--overlap",
    metavar="TIME",
    type=SpanType(),
    default="5m",
    show_default=True,
    help="How much of what was read the last time is read again, for a server that is behind: 90s, 5m, 12h, 30d.",
)
@CREDENTIALS
@PATIENCE
@_of_statements
def xapi(
    session: Session,
    *,
    url: str,
    since: datetime | None,
    xapi_version: str,
    page_size: int | None,
    overlap: timedelta,
    credentials: Path | None,
    patience: float,
    again: bool,
    place: Path | None,
    finish: bool,
    compare: bool,
    ignored: tuple[str, ...],
    output: Path | None,
) -> int:
    """Load the statements of any record store, over xAPI (1.0.3, 2.0): the first time all, then what is new.

    URL is its xAPI endpoint, such as https://lrs.example/xapi. Credentials are in $XAPI_CREDENTIALS (user:password), or
    in a file. How far it was read is kept with what was loaded: a load that was stopped goes on there.
    """
    from jobs.moving.comparing import compare_statements
    from jobs.moving.into import resumable_folder
    from jobs.moving.said import known_so_far
    from jobs.moving.server import Server, authorization
    from jobs.moving.statements import known_place, load_from
    from jobs.moving.xapi import Xapi

    compared = _compared(compare, ignored, output)
    server = Server(url, authorization(credentials, "XAPI_CREDENTIALS"), patience=patience)
    with closing(server):
        how: dict[str, Any] = {"since": since, "version": xapi_version, "page_size": page_size, "overlap": overlap}
        if compared:
            what = f"statements of {server.url} since {since}"
            with resumable_folder(session, None, "xapi", what, again=again) as folder:
                source = Xapi(server, place=known_so_far(folder), **how)
                return compare_statements(session, source, compared, folder, whole=since is None)
        known = None if again or since else known_place(session, server.url)
        return load_from(session, "xapi", Xapi(server, place=known, **how), place, finishes=finish)


@command("sql-lrs", needs=("jobs.moving.sql_lrs", "jobs.statements.run_load", "sql.foreign"))
@click.argument("url", metavar="URL", envvar="SQL_LRS_URL")
@_of_statements
@click.pass_context
def sql_lrs(
    context: click.Context,
    session: Session,
    *,
    url: str,
    again: bool,
    place: Path | None,
    finish: bool,
    compare: bool,
    ignored: tuple[str, ...],
    output: Path | None,
) -> int:
    """Load the statements of Yet SQL LRS, straight from its PostgreSQL: the first time all, then what is new.

    URL is postgresql://user@host/name, or in $SQL_LRS_URL, where it may have a password. Voided statements stay there.
    How far it was read is kept with what was loaded: a load that was stopped goes on there.
    """
    from jobs.moving.comparing import compare_statements
    from jobs.moving.into import resumable_folder
    from jobs.moving.said import known_so_far
    from jobs.moving.sql_lrs import SqlLrs
    from jobs.moving.statements import known_place, load_from
    from sql.foreign import foreign, has_password

    if has_password(url) and context.get_parameter_source("url") is ParameterSource.COMMANDLINE:
        raise UsageFailure(
            "a password in the command line is seen by everybody: $SQL_LRS_URL may have the URL, or ~/.pgpass it"
        )
    compared = _compared(compare, ignored, output)
    with foreign(url) as database:
        if compared:
            what = f"statements of {database.name}"
            with resumable_folder(session, None, "sql-lrs", what, again=again) as folder:
                source = SqlLrs(database, place=known_so_far(folder))
                return compare_statements(session, source, compared, folder)
        known = None if again else known_place(session, database.name)
        return load_from(session, "sql-lrs", SqlLrs(database, place=known), place, finishes=finish)


@command("oneroster", needs=(*NEEDS_OF_PEOPLE, "jobs.moving.oneroster"))
@click.argument("path", metavar="ZIP", type=click.Path(path_type=Path))
@click.option("--account-home-page", "home_page", metavar="IRI", help="Usernames are accounts, with this home page.")
@import_options.LEAVERS
@import_options.MAX_LEAVERS
@_of_people("oneroster")
def oneroster(
    session: Session,
    *,
    path: Path,
    home_page: str | None,
    work: Path | None,
    finish: bool,
    **options: Any,
) -> int:
    """Move in from a OneRoster zip (1.1, 1.2): users by sourcedId, with organisations and classes as groups.

    Users who are to be deleted have left (--leavers); those who are not enabled are left out, and counted; so are
    classes, enrolments and roles that are to be deleted or have ended.
    """
    from jobs.moving.into import folder_on_the_way, import_found
    from jobs.moving.oneroster import OneRoster

    compared, asked = _asked(options, path.with_name(f"{path.name}.rejects.csv"))
    with folder_on_the_way(work) as folder, closing(OneRoster(path, folder, home_page)) as found:
        if found.delta:
            session.terminal.warn(f"{path} says of {', '.join(found.delta)} only what has changed")
        done = import_found(session, "oneroster", str(path), found, asked, folder, finishes=finish, compares=compared)
        if found.disabled:
            session.terminal.warn(f"{found.disabled:,} users are not enabled: they are left out")
        return done


for _source in (people_json, watershed, learning_locker, oneroster, xapi, sql_lrs):
    main.add_command(_source)


if __name__ == "__main__":
    main()
