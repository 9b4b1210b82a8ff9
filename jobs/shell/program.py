"""lrs-people: one program for every job. A job is a file of `jobs`, and is loaded when it is asked for."""

from __future__ import annotations

import difflib
from importlib import import_module
from typing import Any, Final

import click

from identity.problems import quoted
from jobs.shell.command import EPILOG, HELP, Polite

JOBS: Final = {
    "Importing": {
        "inspect-people": "propose what the columns of HR's file mean",
        "import-people": "make people agree with files of people; also a program of its own",
        "import-groups": "make groups, and what is above them, agree with files of groups",
        "import-statements": "load xAPI statements",
        "migrate": "move in from another record store",
    },
    "Correcting": {
        "undo-import": "take an import back",
        "resume-source": "let a suspended source be imported again",
        "compare-with": "what differs from files of people: after moving in, or each night",
        "move-persona": "give an identifier to somebody else, or to nobody, by hand",
        "suggest-merges": "people who may be one, as a list to go through",
        "merge-people": "make one person of several, by hand",
        "edit-person": "change one person by hand: name, image, custom_id, identifiers, groups",
        "delete-person": "delete people by hand; what statements refer to stays",
        "erase-person": "forget people altogether: nothing of them remains, or comes back",
        "edit-group": "change one group by hand: name, type, custom_id, what is above it; or make it",
        "delete-group": "delete groups by hand",
    },
    "Reporting": {
        "report-people": "what people have done",
        "report-groups": "what the members of groups have done",
        "report-activities": "what has been done with activities",
        "export-people": "everybody, as a file that can be imported again",
    },
    "Looking": {
        "show-status": "which database this is, what is in it, what is pending",
        "list-imports": "the history",
        "show-import": "one import, and all that it changed",
        "explain-person": "how a person became what they are",
        "explain-persona": "how an identifier came to where it is",
    },
    "Serving": {
        "serve": "answer over HTTP: people, groups, statements",
        "create-credential": "let somebody ask over HTTP",
        "list-credentials": "who may ask, and what",
        "revoke-credential": "let somebody ask no more",
    },
    "Looking after": {
        "finish-batch-updates": "make pending reporting records again; also a program of its own",
        "prune-history": "forget what imports of long ago replaced",
    },
}
"""What the program can do, in the order of its help: a file of `jobs` each, hyphens for underscores."""
NAMES: Final = tuple(name for jobs in JOBS.values() for name in jobs)


def module_of(job: str) -> str:
    """The module whose `main` is the command."""
    return f"jobs.{job.replace('-', '_')}"


class _Program(Polite, click.Group):
    """The jobs, of which only the one that is asked for is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(NAMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in NAMES:
            return None
        command: click.Command = import_module(module_of(cmd_name)).main
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in NAMES and not args[0].startswith("-"):
            (near,) = difflib.get_close_matches(args[0], NAMES, 1, 0)
            ctx.fail(f"there is no job {quoted(args[0])}; nearest: {near}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, jobs in JOBS.items():
            with formatter.section(title):
                formatter.write_dl(list(jobs.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        return [
            CompletionItem(name, help=what)
            for jobs in JOBS.values()
            for name, what in jobs.items()
            if name.startswith(incomplete)
        ] + click.Command.shell_complete(self, ctx, incomplete)


main = _Program(
    "lrs-people",
    help="The people of a learning record store: kept in agreement with HR's files, corrected, and reported on."
    " `lrs-people JOB --help` tells more of a job.",
    subcommand_metavar="JOB ...",
    no_args_is_help=False,
    epilog=EPILOG,
    context_settings=HELP,
)
