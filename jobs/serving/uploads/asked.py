"""What is asked of the import of a file that was sent, as `import-people` would be asked for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final

import click

from jobs.importing.of_people import OPTIONS
from jobs.mapping.written import READY
from jobs.shell.failures import Failure
from jobs.shell.temporary import temporary_folder

PLAN: Final = "plan.csv"
REJECTS: Final = "rejects.csv"
WRITTEN: Final = (PLAN, REJECTS)
"""What an import writes beside its file."""
WAIT: Final = 60
"""Seconds that it waits for another import of the organisation, before it is put off."""
MAPPING_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f/\\:]+")
LONGEST_NAME: Final = 150
"""Bytes, of the 255 that a name has in a folder."""


@dataclass(frozen=True)
class Asked:
    """What can be asked beside what the mapping says."""

    dry_run: bool = False
    plan: bool = False
    """Whether the plan is kept; that of a dry run always is."""
    source: str | None = None
    expect: str | None = None
    accept_near: tuple[str, ...] = ()
    new_person: tuple[str, ...] = ()

    @property
    def recorded(self) -> dict[str, Any]:
        """For the database."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def read(cls, recorded: Mapping[str, Any]) -> Asked:
        """The way back."""
        lists = {name: tuple(value) for name, value in recorded.items() if isinstance(value, list)}
        return cls(**{**recorded, **lists})

    def words(self, file: str, mapping: str | None) -> list[str]:
        """The command line."""
        words = ["--batch", f"--rejects={REJECTS}", f"--wait={WAIT}"]
        words += [f"--mapping={mapping}"] if mapping else []
        words += ["--dry-run"] if self.dry_run else []
        words += [f"--plan={PLAN}"] if self.plan or self.dry_run else []
        words += [f"--source={self.source}"] if self.source else []
        words += [f"--expect={self.expect}"] if self.expect else []
        words += [f"--accept-near={one}" for one in self.accept_near]
        words += [f"--new-person={one}" for one in self.new_person]
        return [*words, "--", file]


class Mistaken(Failure):
    """It cannot be asked so, or the mapping is wrong."""

    exit_code = 2


@click.command("csv-import")
@OPTIONS
def _csv_import(**_: Any) -> None:
    pass


@contextmanager
def options_of(asked: Asked, file: str, mapping: str | None) -> Iterator[dict[str, Any]]:
    """The options of `import_people`, as the mapping in the file `mapping`, or the ready one of this name, and what is
    asked make them. Raises Mistaken.
    """
    try:
        context = _csv_import.make_context("csv-import", asked.words(file, mapping))
    except click.ClickException as mistake:
        raise Mistaken(mistake.format_message()) from None
    with context:
        yield dict(context.params)


def check(asked: Asked, mapping: tuple[str, str | None] | None) -> None:
    """Raises Mistaken: it cannot be asked so. `mapping`: its name, and what it says (None: it is a ready one)."""
    with temporary_folder() as folder:
        name = None
        if mapping is not None:
            name, text = mapping
            if text is not None:
                path = folder / name
                path.write_text(text, encoding="utf-8")
                name = str(path)
        try:
            with options_of(asked, "file.csv", name):
                pass
        except Mistaken as mistaken:
            raise Mistaken(str(mistaken).replace(f"{folder}/", "")) from None


def is_ready(name: str) -> bool:
    """Whether a mapping comes with the project."""
    return name.removesuffix(".toml") in READY


def file_name(given: str | None, mapping: str | None) -> str:
    """A name that the file can have in a folder, as the history and the summary have it."""
    end = _UNSAFE.sub("_", given or "").encode(errors="replace")[-LONGEST_NAME:].decode(errors="ignore")
    name = end.strip().lstrip(".-") or "people.csv"
    return f"file-{name}" if name == mapping or name.startswith(WRITTEN) else name
