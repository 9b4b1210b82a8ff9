"""Options that imports share, or that are more than a word: a guard's limit, a mapping with options of its own."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from identity import guards
from identity.problems import PROBLEMS
from jobs.importing.asked import FAILS_ON, NEEDS_BATCH, AskedOfGroups, AskedOfPeople
from jobs.importing.guards import LIMITS
from jobs.shell.failures import Failure, UsageFailure
from jobs.shell.shared_options import DRY_RUN, FINISH, MAX_UNPACKED, WAIT, SourceType

if TYPE_CHECKING:
    from jobs.mapping.mapping import Mapping

NOT_OF_A_MAPPING = {
    "plan",
    "expect",
    "accept_near",
    "new_person",
    "mapping",
    "groups_files",
    "groups_rejects",
    "database",
    "as_json",
    "quiet",
    "timings",
    "debug",
    "create_organisation",
    "as_of",
    "fold_mailbox_case",
    "dry_run",
}
"""Options that are no business of a source."""


class LimitType(click.ParamType[guards.Limit]):
    """A guard's limit: `N` or `N%`."""

    name = "N|N%"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> guards.Limit:
        if isinstance(value, guards.Limit):
            return value
        limit = guards.parse(str(value))
        if limit is None:
            self.fail(f"{value!r} is neither a number nor a percentage", param, ctx)
        return limit


LIMIT = LimitType()


class MomentType(click.ParamType[datetime]):
    """A moment that has come."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        from identity.moments import NoMomentError, moment

        if isinstance(value, datetime):
            return value
        try:
            found = moment(str(value), UTC)
        except NoMomentError as error:
            self.fail(f"{value!r} is no time such as 2026-03-31T02:00Z: {error}", param, ctx)
        if found is None:
            self.fail(f"{value!r} is no time such as 2026-03-31T02:00Z", param, ctx)
        if found > datetime.now(UTC):
            self.fail(f"{value!r} is still to come", param, ctx)
        return found


MOMENT = MomentType()


class PlanHashType(click.ParamType[str]):
    """The hash of a plan, as a summary has printed it."""

    name = "HASH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from jobs.importing.plan import is_hash

        if not is_hash(str(value)):
            self.fail(f"{value!r} is no hash of a plan, which has 64 hexadecimal digits", param, ctx)
        return str(value).lower()


PLAN_HASH = PlanHashType()


class FailOnType(click.ParamType[str]):
    """What an import is to fail on: several of `FAILS_ON`, with commas between them."""

    name = "WHAT[,…]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        found = [word.strip() for word in str(value).split(",")]
        for word in found:
            if word not in FAILS_ON:
                self.fail(f"{word!r} is not one of {', '.join(FAILS_ON)}", param, ctx)
        return ",".join(word for word in FAILS_ON if word in found)


FAIL_ON_TYPE = FailOnType()


PLAN = click.option(
    "--plan",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write every change, of a dry run or a real one, to this .csv or .jsonl file.",
)
EXPECT = click.option(
    "--expect", metavar="HASH", type=PLAN_HASH, help="Refuse if the changes are not those of the plan with this hash."
)
ENCODING = click.option("--encoding", metavar="NAME", help="Of files that are not UTF-8 and have no byte order mark.")
DELIMITER = click.option(
    "--delimiter", metavar="SIGN", help="Between the cells: , ; | or tab. [default: found in the header]"
)
STRICT = click.option("--strict/--no-strict", default=False, help="Refuse the whole import if any line is rejected.")
FAIL_ON = click.option(
    "--fail-on",
    metavar="WHAT[,…]",
    type=FAIL_ON_TYPE,
    default="rejects",
    show_default=True,
    help="Exit with 3 for: rejects, new-rejects (which the last import of the source did not have), left (identifiers"
    " that stayed where they are), held (leavers), takeovers, warnings.",
)
MAX_REJECTS = click.option(
    "--max-rejects",
    type=LIMIT,
    help=f"Refuse if more lines are rejected. [default: {LIMITS['max_rejects']}]",
)
MIN_LINES = click.option(
    "--min-lines",
    type=LIMIT,
    help="Refuse files with fewer lines; a percentage is of the last import of this source."
    f" [default: {LIMITS['min_lines']}]",
)
REJECTS = click.option(
    "--rejects",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where rejected lines are written. [default: FILE.rejects.csv]",
)

CONTESTED = click.option(
    "--contested",
    type=click.Choice(["reject", "last-line", "leave"]),
    default="reject",
    show_default=True,
    help="What becomes of lines that name two custom_ids for one person.",
)
TAKEOVERS = click.option(
    "--takeovers",
    type=click.Choice(["apply", "confirmed", "leave", "split"]),
    default="apply",
    show_default=True,
    help="Whether a persona moves away from somebody with another custom_id; confirmed: if a line names that one"
    " too; split: from now on, and what was before stays theirs.",
)
GROUPS = click.option(
    "--groups",
    type=click.Choice(["add", "replace"]),
    default="add",
    show_default=True,
    help="replace: memberships that this source gave and no longer names go.",
)
KEEP_EDITS = click.option(
    "--keep-edits/--no-keep-edits",
    default=False,
    help="Do not give a name or image again that the source gave last time too: it may have been edited since.",
)
REJECT_WARNINGS = click.option(
    "--reject-warnings",
    metavar="CODE",
    multiple=True,
    type=click.Choice(sorted(code for code, problem in PROBLEMS.items() if problem.can_reject)),
    help="Reject lines with this warning (docs/problems.md has the codes); may be given several times.",
)
ACCEPT_NEAR = click.option(
    "--accept-near",
    metavar="ID",
    multiple=True,
    help="This new custom_id is somebody's own, though nearly somebody else's; may be given several times.",
)
NEW_PERSON = click.option(
    "--new-person",
    metavar="ID",
    multiple=True,
    help="This custom_id, which somebody has lost, is another person's now; may be given several times.",
)
MAX_TAKEOVERS = click.option(
    "--max-takeovers",
    type=LIMIT,
    help=f"Refuse if more people with a custom_id lose personas to others. [default: {LIMITS['max_takeovers']}]",
)
LEAVERS = click.option(
    "--leavers",
    type=click.Choice(["keep", "ungroup", "release"]),
    default="keep",
    show_default=True,
    help="What who has left loses. ungroup: the source's memberships; release: the custom_id too, if no other source"
    " has them.",
)
MAX_LEAVERS = click.option(
    "--max-leavers",
    type=LIMIT,
    help="With --leavers ungroup or release: refuse if more people of this source are named no more."
    f" [default: {LIMITS['max_leavers']}]",
)
MAX_DELETES = click.option(
    "--max-deletes",
    type=LIMIT,
    help=f"Refuse if more people with a custom_id go. No percentage trips below {guards.FLOOR}. [default:"
    f" {LIMITS['max_deletes']}]",
)


def take_mapping(context: click.Context, parameter: click.Parameter, value: str | None) -> Mapping | None:
    """Read the mapping; its options become the defaults, which the command line overrides.

    One mapping is for people and for groups: an option that only the other command has is none of this one's.
    """
    from jobs.mapping.written import read_mapping
    from jobs.shell.failures import FileProblem, ReadProblem

    if value is None:
        return None
    try:
        mapping = read_mapping(value)
    except FileProblem as error:
        raise (_Unread if isinstance(error, ReadProblem) else Mistake)(str(error)) from error
    asked = {option.name: option for option in context.command.params if isinstance(option, click.Option)}
    by_switch = {switch: option for option in asked.values() for switch in option.opts}
    others = _other_options(context.command)
    defaults: dict[str, Any] = {"create_groups": True} if mapping.makes_groups and "create_groups" in asked else {}
    if mapping.source is not None:
        defaults["source"] = mapping.source
    for key, setting in mapping.options.items():
        option = by_switch.get(f"--{key.replace('_', '-')}") or asked.get(key)
        if option is None and key in others:
            continue
        if option is not None and option.name in NOT_OF_A_MAPPING:
            raise Mistake(f"{value}: options.{key}: belongs on the command line, not in a mapping")
        if option is None or option.name != key:
            known = sorted(asked.keys() - NOT_OF_A_MAPPING)
            near = difflib.get_close_matches(key, known, 1, 0)
            raise Mistake(f"{value}: options.{key}: there is no such option; nearest: {near[0]}")
        if option.is_flag is not isinstance(setting, bool):
            what = "true or false" if option.is_flag else "a value"
            said = str(setting).lower() if isinstance(setting, bool) else repr(setting)
            raise Mistake(f"{value}: options.{key}: {said} is not {what}")
        if isinstance(setting, list) is not option.multiple:
            raise Mistake(f"{value}: options.{key}: {setting!r} is {'not ' if option.multiple else ''}a list")
        try:
            option.type_cast_value(context, setting if isinstance(setting, bool | list) else str(setting))
        except click.BadParameter as error:
            raise Mistake(f"{value}: options.{key}: {error.message}") from error
        _says_the_same(mapping, key, setting)
        defaults[key] = setting
    context.default_map = defaults
    return mapping


def _other_options(command: click.Command) -> set[str]:
    """Those of the commands with a mapping that this one may not have."""
    both = {field.name for asked in (AskedOfPeople, AskedOfGroups) for field in fields(asked)}
    return both - {param.name for param in command.params} - NOT_OF_A_MAPPING


def _says_the_same(mapping: Mapping, key: str, setting: object) -> None:
    """What a mapping says both among its options and in a key of its own, it has to say twice alike."""
    own, other = {
        "source": ("source", mapping.source),
        "encoding": ("file.encoding", mapping.format.encoding),
        "delimiter": ("file.delimiter", mapping.format.delimiter),
    }.get(key, ("", None))
    same = {other, "tab", "\\t"} if other == "\t" else {other}
    if other is not None and setting not in same:
        raise Mistake(f"{mapping.name}: options.{key}: {setting!r}, but {own} says {other!r}: give it once")


def passed_over() -> set[str]:
    """With `--no-batch` on the command line: the options of the mapping that need a batch, as if not asked for."""
    source = click.get_current_context().get_parameter_source
    if source("batch") is not ParameterSource.COMMANDLINE:
        return set()
    return {name for name in NEEDS_BATCH if source(name) is ParameterSource.DEFAULT_MAP}


def as_given(name: str) -> str:
    """An option as whoever gave it will know it: `--max-deletes`, or `options.max_deletes of hr.toml`."""
    context = click.get_current_context()
    if context.get_parameter_source(name) is ParameterSource.DEFAULT_MAP:
        return f"options.{name} of {context.params['mapping'].name}"
    return f"--{name.replace('_', '-')}"


class Mistake(click.ClickException):
    """A mistake in the mapping, found while the command line is read."""

    exit_code = UsageFailure.exit_code


class _Unread(Mistake):
    """A mapping that is there, and cannot be read on: nobody's mistake."""

    exit_code = Failure.exit_code


MAPPING = click.option(
    "--mapping",
    metavar="FILE",
    is_eager=True,
    callback=take_mapping,
    help="What the columns of the files mean, as TOML (lrs-people inspect-people proposes one), or oneroster, moodle,"
    " canvas.",
)


def import_options(
    *own: Callable[[Any], Any], batch: str, source: tuple[str, str], create_groups: str
) -> Callable[[Any], Any]:
    """The files and the options that both import commands have, and among them those of this one.

    `batch`, `create_groups`: what these do here; `source`: the one that is meant where none is named, and what it has.
    """
    options = (
        click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)),
        click.option("--batch/--no-batch", default=False, help=batch),
        FINISH,
        DRY_RUN,
        PLAN,
        EXPECT,
        MAPPING,
        ENCODING,
        DELIMITER,
        MAX_UNPACKED,
        click.option("--source", type=SourceType(), default=source[0], show_default=True, help=source[1]),
        *own,
        click.option("--create-groups/--no-create-groups", default=False, help=create_groups),
        STRICT,
        FAIL_ON,
        MAX_REJECTS,
        MIN_LINES,
        REJECTS,
        WAIT,
    )

    def decorate(function: Any) -> Any:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate
