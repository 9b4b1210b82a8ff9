"""What another system has of people, imported: the canonical files are written, and one batch runs on them."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from jobs.importing.files import Files, rejects_file
from jobs.importing.group_lines import GroupLines
from jobs.importing.whole_files import import_batch, run_import
from jobs.lines.groups import GroupFiles
from jobs.lines.people import PeopleFiles
from jobs.moving.canonical import GROUPS, PEOPLE, Records, group_lines, people_lines, write
from jobs.moving.comparing import compare
from jobs.moving.pages import LOCK, alone_in
from jobs.reading.files import Source
from jobs.shell.failures import Differs, Failure, reason
from jobs.shell.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jobs.importing.asked import AskedOfPeople
    from jobs.moving.canonical import Group, Person
    from jobs.moving.comparing_options import Asked as Comparing
    from jobs.shell.command import Session

COMMAND: Final = "migrate"
"""As the history has whatever changed who is who by one of its sources."""


class Found(Protocol):
    """What a source has: everybody, and then the groups."""

    groups: dict[str, Group]

    @property
    def left(self) -> Sequence[str]:
        """Who has left, as the source says, by custom_id; known when people have been read."""

    def people(self) -> Iterable[Person]: ...


def migrate_people(
    session: Session,
    source: str,
    name: str,
    found: Found,
    asked: AskedOfPeople,
    *,
    work: Path | None,
    finishes: bool,
    compares: Comparing | None,
) -> int:
    """Write what a source has as canonical files, and import these as one batch. Out: the exit code.

    `source`: what is moved in from (`watershed`); `name`: of what it was read from, as the history has it; `compares`:
    nothing is imported, but said what differs.
    """
    with folder_on_the_way(work) as folder:
        return import_found(session, source, name, found, asked, folder, finishes=finishes, compares=compares)


def import_found(
    session: Session,
    source: str,
    name: str,
    found: Found,
    asked: AskedOfPeople,
    folder: Path,
    *,
    finishes: bool,
    compares: Comparing | None,
) -> int:
    """The same, by way of a folder that is there."""
    written(folder, found)
    with opened(session, folder, name, asked, found.left) as files:
        if compares and files.people:
            return compare(session, files.people, compares)
        return run_import(session, COMMAND, files, asked, {"from": source}, import_batch, finishes=finishes)


@contextmanager
def folder_on_the_way(work: Path | None) -> Iterator[Path]:
    """A folder for the files on the way, within `work`, or where the system has such."""
    with ExitStack() as made:
        try:
            folder = made.enter_context(temporary_folder(work))
        except OSError as error:
            raise Failure(f"{work or tempfile.gettempdir()}: no folder can be made there: {reason(error)}") from error
        yield folder


@contextmanager
def resumable_folder(session: Session, work: Path | None, source: str, what: str, *, again: bool) -> Iterator[Path]:
    """A folder for what is read of a server, that only its owner can look into, and that nobody else reads into
    meanwhile. Who comes back after a failure finds what was read; it goes when all is done, or all is compared.

    `what`: of which server; `again`: what was read before is not wanted.
    """
    from sql.embedded import default_home

    key = hashlib.sha256(f"{what} {session.database.name} {session.organisation_name}".encode()).hexdigest()[:12]
    folder = (work or default_home() / "moving") / f"{source}-{key}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone_in(folder):
            if again:
                for path in folder.iterdir():
                    if path.name != LOCK:
                        path.unlink()
            elif any(folder.glob("*.state.json")):
                session.terminal.warn(f"{folder}: goes on with what was read before; --again reads all anew")
            yield folder
    except OSError as error:
        raise Failure(f"{folder}: cannot be used: {reason(error)}") from error
    except Differs:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


def written(folder: Path, found: Found) -> None:
    """The canonical files of all that was found: groups last, for people may bring them along."""
    try:
        write(folder / PEOPLE, people_lines(found.people()))
        if found.groups:
            write(folder / GROUPS, group_lines(found.groups.values()))
    except OSError as error:
        raise Failure(f"{folder}: cannot be written: {reason(error)}") from error


@contextmanager
def opened(
    session: Session, folder: Path, name: str, asked: AskedOfPeople, left: Sequence[str] = ()
) -> Iterator[Files]:
    """The canonical files of a folder, as an import reads them; of groups only if there are any.

    left: who has left, by custom_id.
    """
    with ExitStack() as stack:

        def source(file: str) -> Source:
            found = Source(folder / file)
            stack.callback(found.close)
            found.name = f"{name} ({found.path.stem})"
            return found

        people = stack.enter_context(
            PeopleFiles(
                (),
                fold_mailbox_case=session.fold_mailbox_case,
                salt=asked.groups + " keeping edits" * asked.keep_edits,
                reject_warnings=asked.reject_warnings,
                opened=[source(PEOPLE)],
            )
        )
        people.files[0].records = Records(folder / PEOPLE)
        people_rejects = rejects_file(people, asked.rejects, dry_run=asked.dry_run)
        if not (folder / GROUPS).exists():
            yield Files(people, people_rejects=people_rejects, left=left)
            return
        groups = stack.enter_context(GroupFiles((), opened=[source(GROUPS)]))
        groups.files[0].records = Records(folder / GROUPS)
        beside = None if asked.rejects is None else beside_rejects(asked.rejects)
        yield Files(
            people,
            GroupLines(groups, len(people.files)),
            people_rejects,
            rejects_file(groups, beside, dry_run=asked.dry_run),
            left=left,
        )


def beside_rejects(rejects: Path) -> Path:
    """Where rejected groups are written: beside rejected people."""
    return rejects.with_name(f"{rejects.stem}.groups{rejects.suffix or '.csv'}")
