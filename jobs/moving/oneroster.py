"""OneRoster 1.1 and 1.2 in CSV, whole: users, with their organisations and classes as groups.

A zip of `users.csv`, `orgs.csv`, `classes.csv`, `enrollments.csv` and (of 1.2) `roles.csv`, and of `manifest.csv`,
which says which of them there are. Who is in which class is put together by a small database in the working folder.
"""

from __future__ import annotations

import csv
import io
import sqlite3
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from jobs.moving.canonical import Group, Person, Persona
from jobs.reading.packed import METHODS
from jobs.shell.failures import FileProblem

NEEDED: Final = "users.csv"
LEFT_OUT: Final = "tobedeleted"


class OneRoster:
    """What a zip has; to be closed. Raises FileProblem: it is no such zip, or damaged."""

    def __init__(self, path: Path, folder: Path, home_page: str | None = None) -> None:
        """home_page: of the accounts that usernames are, if that is said."""
        self.groups: dict[str, Group] = {}
        self.left: list[str] = []
        """Users that the zip says are to be deleted, by sourcedId; known when people have been read."""
        self.disabled = 0
        """Users that are not enabled, likewise."""
        self._gone: set[str] = set()
        """Organisations and classes that are to be deleted, or have ended."""
        self._home_page = home_page
        self._name = str(path)
        try:
            self._archive = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise FileProblem(self._name, "is no zip of OneRoster, or is damaged") from error
        self._members = {Path(one.filename).name.lower(): one for one in self._archive.infolist()}
        if NEEDED not in self._members:
            self.close()
            raise FileProblem(self._name, f"is no zip of OneRoster: it has no {NEEDED}")
        said = {row.get("propertyName"): row.get("value") for row in self._rows("manifest.csv")}
        self.delta = [name for name in self._members if said.get(f"file.{name.removesuffix('.csv')}") == "delta"]
        """Files that say only what has changed."""
        place = folder / "oneroster.sqlite"
        place.unlink(missing_ok=True)
        self._database = sqlite3.connect(place, isolation_level=None)
        self._database.executescript(
            "PRAGMA journal_mode = off; PRAGMA synchronous = off;"
            "CREATE TABLE memberships (user TEXT, member_of TEXT); BEGIN;"
        )
        self._read_groups()

    def close(self) -> None:
        """May be called again."""
        self._archive.close()
        if hasattr(self, "_database"):
            self._database.close()

    def _read_groups(self) -> None:
        for file in ("orgs.csv", "classes.csv"):
            self._gone.update(row.get("sourcedId", "") for row in self._rows(file) if not _lives(row))
        for row in self._living("orgs.csv"):
            self._add(row, row.get("name"), row.get("type"), row.get("parentSourcedId"))
        for row in self._living("classes.csv"):
            self._add(row, row.get("title"), "class", row.get("schoolSourcedId"))
        for file, of in (("enrollments.csv", "classSourcedId"), ("roles.csv", "orgSourcedId")):
            for row in self._living(file):
                self._belongs(row.get("userSourcedId"), row.get(of))
        self._database.executescript("CREATE INDEX of_users ON memberships (user)")

    def _add(self, row: dict[str, str], name: str | None, kind: str | None, above: str | None) -> None:
        number = row.get("sourcedId", "")
        self.groups[number] = Group(number, number, name, kind, [above] if above and above not in self._gone else [])

    def _belongs(self, user: str | None, group: str | None) -> None:
        if user and group and group not in self._gone:
            self._database.execute("INSERT INTO memberships VALUES (?, ?)", (user, group))

    def people(self) -> Iterator[Person]:
        """Everybody who is there, and enabled."""
        self.left, self.disabled = [], 0
        for row in self._rows(NEEDED):
            number = row.get("sourcedId", "")
            if row.get("status", "").lower() == LEFT_OUT:
                self.left.append(number)
                continue
            if row.get("enabledUser", "").lower() == "false":
                self.disabled += 1
                continue
            names = (row.get(part, "").strip() for part in ("givenName", "middleName", "familyName"))
            personas = [Persona("mbox", row["email"])] if row.get("email", "").strip() else []
            if self._home_page and row.get("username", "").strip():
                personas.append(Persona("account", row["username"], self._home_page))
            found = self._database.execute("SELECT member_of FROM memberships WHERE user = ? ORDER BY rowid", (number,))
            own = [*row.get("orgSourcedIds", "").split(","), row.get("primaryOrgSourcedId", "")]
            groups = dict.fromkeys(group.strip() for group in (*own, *(group for (group,) in found)))
            name = " ".join(filter(None, names)) or None
            there = [group for group in groups if group and group not in self._gone]
            yield Person(number, number, name=name, personas=personas, groups=there)

    def _living(self, file: str) -> Iterator[dict[str, str]]:
        """The rows of a file, without those that are to be deleted, or have ended."""
        return filter(_lives, self._rows(file))

    def _rows(self, file: str) -> Iterator[dict[str, str]]:
        """The rows of a file, blank where cells are missing; none where there is no such file."""
        member = self._members.get(file)
        if member is None:
            return
        if member.flag_bits & 1 or member.compress_type not in METHODS:
            raise FileProblem(f"{self._name}/{member.filename}", "is encrypted, or compressed in an unusual way")
        try:
            with self._archive.open(member) as stream:
                lines = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
                for row in csv.DictReader(lines, restval=""):
                    yield {key: value for key, value in row.items() if isinstance(key, str) and isinstance(value, str)}
        except (OSError, EOFError, zipfile.BadZipFile, UnicodeDecodeError, csv.Error) as error:
            raise FileProblem(f"{self._name}/{member.filename}", "is damaged, or not UTF-8") from error


def _lives(row: dict[str, str]) -> bool:
    """Whether what a row is about is not to be deleted, and has not ended."""
    ended = row.get("endDate", "")
    return row.get("status", "").lower() != LEFT_OUT and not (ended and ended < datetime.now(UTC).date().isoformat())
