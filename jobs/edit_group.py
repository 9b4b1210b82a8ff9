"""edit-group: one group as somebody wants it, by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jobs.correcting.correction import PLAN, Correction
from jobs.shell.command import Session, command
from jobs.shell.failures import DONE, UsageFailure
from jobs.shell.shared_options import DRY_RUN, FINISH, WAIT, SourceType

if TYPE_CHECKING:
    from jobs.correcting.grouping import GroupEdit
    from sql.database import Transaction


@command("edit-group")
@click.argument("group", metavar="GROUP")
@click.option("--new", is_flag=True, help="Make it: there is no such group yet.")
@click.option("--custom-id", metavar="CUSTOMID", help="Give it this custom_id.")
@click.option("--name", metavar="NAME", help="Call it so; <delete>: nothing.")
@click.option("--type", "type_", metavar="TYPE", help="It is of this type; <delete>: of none.")
@click.option("--add-parent", metavar="GROUP", multiple=True, help="Put it below this group; several times too.")
@click.option("--remove-parent", metavar="GROUP", multiple=True, help="Take it from below it, whoever put it there.")
@click.option("--source", type=SourceType(), default="by hand", show_default=True, help="Whose word its parents are.")
@FINISH
@DRY_RUN
@PLAN
@WAIT
def main(
    session: Session,
    *,
    group: str,
    source: str,
    finish: bool,
    dry_run: bool,
    plan: Path | None,
    wait: float,
    **wanted: Any,
) -> int:
    """Change one group: name, type, custom_id, what is above it; or make it.

    GROUP is a custom_id. Who is in it stays in it. It is a run in the history, and lrs-people undo-import takes it
    back. The next file that says otherwise changes it again.
    """
    edit = _edit(group, source, **wanted)
    with session.database.begin() as transaction:
        edit.asked(transaction, session)  # what cannot be is found before there is a run

    def change(transaction: Transaction, number: int) -> tuple[Mapping[str, Any], Iterable[int]]:
        return edit.made(transaction, session, number), ()

    Correction(
        session,
        "edit-group",
        change,
        options={
            "group": edit.group,
            "new": edit.new,
            "custom_id": edit.custom_id,
            "name": edit.name,
            "type": edit.type,
            "add_parent": ", ".join(edit.with_parents),
            "remove_parent": ", ".join(edit.without_parents),
            "source": edit.source if edit.with_parents else None,
        },
        plan=plan,
        dry_run=dry_run,
    ).run(wait=wait, finish=finish, told=lambda: ({}, []))
    return DONE


def _edit(
    group: str,
    source: str,
    *,
    new: bool,
    custom_id: str | None,
    name: str | None,
    type_: str | None,
    add_parent: tuple[str, ...],
    remove_parent: tuple[str, ...],
) -> GroupEdit:
    """What is asked for, normalised as everything is."""
    from identity.texts import too_long
    from jobs.correcting.editing import CLEARED, typed
    from jobs.correcting.grouping import GroupEdit
    from jobs.explaining.finding import group_custom_id as id_of

    if not any((new, custom_id, name, type_, add_parent, remove_parent)):
        raise UsageFailure("say what is to be other: --name, --type, --custom-id, or parents; or --new")
    if new and (custom_id or remove_parent):
        raise UsageFailure("what is new has no other custom_id, and nothing above it, yet")
    if custom_id == CLEARED:
        raise UsageFailure("a group has a custom_id as long as it is there: lrs-people delete-group deletes it")
    kind = typed(type_, "--type")
    if kind and (wrong := too_long(kind)):
        raise UsageFailure(f"no --type is so long: {wrong.detail}")
    with_parents, without_parents = (tuple(dict.fromkeys(map(id_of, ids))) for ids in (add_parent, remove_parent))
    if {*with_parents} & {*without_parents}:
        raise UsageFailure("what is added cannot be removed as well")
    return GroupEdit(
        id_of(group),
        new,
        None if custom_id is None else id_of(custom_id),
        typed(name, "--name"),
        kind,
        with_parents,
        without_parents,
        source,
    )


if __name__ == "__main__":
    main()
