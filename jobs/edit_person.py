"""edit-person: one person as somebody wants them, by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jobs.correcting.correction import PLAN, Correction
from jobs.importing.import_options import MOMENT, TAKEOVERS
from jobs.shell.command import Session, command
from jobs.shell.failures import DONE, UsageFailure
from jobs.shell.shared_options import DRY_RUN, FINISH, WAIT, SourceType

if TYPE_CHECKING:
    from datetime import datetime

    from jobs.correcting.editing import Edit
    from sql.database import Transaction


@command("edit-person")
@click.argument("person", metavar="ID")
@click.option(
    "--custom-id", metavar="CUSTOMID", help="Give them this custom_id; <delete>: none, and this one was theirs."
)
@click.option("--name", metavar="NAME", help="Call them so; <delete>: nothing.")
@click.option("--image-url", metavar="URL", help="Give them this image; <delete>: none.")
@click.option("--add-persona", metavar="IFI", multiple=True, help="Give them this persona; several times for several.")
@click.option("--since", metavar="TIME", type=MOMENT, help="Since when they have what --add-persona gives them.")
@click.option("--until", metavar="TIME", type=MOMENT, help="Up to when they had it; it is not theirs any more.")
@TAKEOVERS
@click.option("--remove-persona", metavar="IFI", multiple=True, help="Take this persona away from them.")
@click.option("--add-group", metavar="GROUP", multiple=True, help="Put them into the group with this custom_id.")
@click.option("--remove-group", metavar="GROUP", multiple=True, help="Take them out of it, whoever put them there.")
@click.option("--create-groups", is_flag=True, help="Make groups that do not exist.")
@click.option("--source", type=SourceType(), default="by hand", show_default=True, help="Whose word the groups are.")
@FINISH
@DRY_RUN
@PLAN
@WAIT
def main(
    session: Session,
    *,
    person: str,
    source: str,
    finish: bool,
    dry_run: bool,
    plan: Path | None,
    wait: float,
    **wanted: Any,
) -> int:
    """Change one person: name, image, custom_id, personas, groups.

    ID is a custom_id, an identifier, or #17, as those go who have no custom_id. A persona that is somebody else's is
    taken over with all that was done with it, as by a line of a file (or as --since, --until and --takeovers say); one
    that stays, for it is pinned or was another's then, refuses the whole. One that is removed gets a person of its own,
    if statements refer to it. It is a run in the history, and lrs-people undo-import takes it back. The next file that
    says otherwise changes it again.
    """
    edit = _edit(session, person, source, **wanted)
    with session.database.begin() as transaction:
        edit.asked(transaction, session)  # what cannot be is found before there is a run
    told: dict[str, Any] = {}

    def change(transaction: Transaction, number: int) -> tuple[Mapping[str, Any], Iterable[int]]:
        from jobs.explaining.explained import people_of
        from jobs.explaining.finding import as_person

        wish, warnings = edit.asked(transaction, session)
        counts = edit.made(transaction, session, wish, number)
        one = wish.person_id or 0
        told.update(person=as_person(people_of(transaction, session, [one])[one]), warnings=warnings)
        return counts, [one]

    Correction(
        session,
        "edit-person",
        change,
        options={
            "person": person,
            "custom_id": edit.custom_id,
            "name": edit.name,
            "image_url": edit.image_url,
            "add_persona": ", ".join(one.ifi for one in edit.with_personas),
            "remove_persona": ", ".join(one.ifi for one in edit.without_personas),
            "add_group": ", ".join(edit.with_groups),
            "remove_group": ", ".join(edit.without_groups),
            "since": edit.since and edit.since.isoformat(),
            "until": edit.until and edit.until.isoformat(),
            "takeovers": edit.takeovers if edit.with_personas else None,
            "source": source if edit.with_groups else None,
        },
        plan=plan,
        dry_run=dry_run,
    ).run(wait=wait, finish=finish, told=lambda: (told, [f"warning: {one}" for one in told.get("warnings", ())]))
    return DONE


def _edit(
    session: Session,
    person: str,
    source: str,
    *,
    custom_id: str | None,
    name: str | None,
    image_url: str | None,
    add_persona: tuple[str, ...],
    remove_persona: tuple[str, ...],
    add_group: tuple[str, ...],
    remove_group: tuple[str, ...],
    create_groups: bool,
    since: datetime | None,
    until: datetime | None,
    takeovers: str,
) -> Edit:
    """What is asked for, normalised as everything is."""
    from jobs.correcting.editing import CLEARED, Edit, typed
    from jobs.explaining.finding import custom_id as id_of
    from jobs.explaining.finding import identifier

    if not any((custom_id, name, image_url, add_persona, remove_persona, add_group, remove_group)):
        raise UsageFailure("say what is to be other: --name, --custom-id, --image-url, or personas or groups")
    if (since or until) and not add_persona:
        raise UsageFailure("--since and --until go with --add-persona")
    if since and until and since >= until:
        raise UsageFailure("--since is before --until")
    with_personas, without_personas = (
        tuple(dict.fromkeys(identifier(session, one) for one in ifis)) for ifis in (add_persona, remove_persona)
    )
    with_groups, without_groups = (tuple(dict.fromkeys(map(id_of, ids))) for ids in (add_group, remove_group))
    if {*with_personas} & {*without_personas} or {*with_groups} & {*without_groups}:
        raise UsageFailure("what is added cannot be removed as well")
    text = typed(custom_id, "--custom-id")
    return Edit(
        person,
        text if text in (None, CLEARED) else id_of(text),
        typed(name, "--name"),
        typed(image_url, "--image-url"),
        with_personas,
        without_personas,
        with_groups,
        without_groups,
        create_groups,
        source,
        since,
        until,
        takeovers,
    )


if __name__ == "__main__":
    main()
