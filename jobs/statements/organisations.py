"""Whose the statements of a dump are: Learning Locker puts the `organisation` beside each, and a dump may have several.

Who else's statements came in would be seen by the wrong people, and what is in stays in. So a file that can be read
twice is looked through before anything of it is loaded; of what comes through a pipe, nothing is taken once a second
organisation shows up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from identity.problems import one_line, quoted
from jobs.shell.failures import FileProblem, UsageFailure
from jobs.statements.envelopes import organisation_of
from jobs.statements.files import Raw, StatementFile

_LONGEST: Final = 256
"""Bytes of what is looked for: a key, and an id behind it."""
_KEY: Final = b"organisation"
_SAID: Final = re.compile(
    rb'organisation(?:"(?<="organisation")\s{0,20}:\s{0,20}(?:\{\s{0,20}"\$oid"\s{0,20}:\s{0,20})?"([^"\\]{1,64})"'
    rb'|\\{1,7}"\s{0,20}:\s{0,20}(?:\{\s{0,20}\\{1,7}"\$oid\\{1,7}"\s{0,20}:\s{0,20})?\\{1,7}"([^"\\]{1,64})\\'
    rb"|\x00(?<=\x07organisation\x00)(.{12})"
    rb"|\x00(?<=\x02organisation\x00).\x00\x00\x00([^\x00]{1,64})\x00)",
    re.DOTALL,
)
"""As JSON has it, a text within JSON, and BSON: an ObjectId, or a text."""


def chosen_among(found: Mapping[str, int], asked: str | None, what: str = "records") -> None:
    """See that one organisation is meant of those that there are, each with how many records. Raises UsageFailure."""
    listed = ", ".join(
        f"{one_line(one)} ({count:,})" for one, count in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    )
    if asked is None and len(found) > 1:
        raise UsageFailure(f"there are {what} of several organisations: {listed}; --of says which is moved in")
    if asked is not None and asked not in found:
        there = f"; there are: {listed}" if found else f": none of the {what} says of which it is"
        raise UsageFailure(f"nothing is of the organisation {quoted(asked)}{there}")


def take_only(asked: str | None, opened: Sequence[StatementFile], max_unpacked: int | None = None) -> None:
    """Have open files give the statements of one organisation alone. asked: which; None: there must not be several.

    max_unpacked: as of the files. Raises UsageFailure, before anything is read of them.
    """
    paths = list(dict.fromkeys(file.path for file in opened if file.regular))
    found: Counter[str] = Counter()
    all_seen = all(file.regular for file in opened)
    for path in paths:
        try:
            _count(path, max_unpacked, found)
        except FileProblem:  # which is told when it is read
            all_seen = False
    if asked is None and found:
        found = Counter({one: found[one] for one in _confirmed(paths, found.keys(), max_unpacked)})
    if asked is None or all_seen:
        chosen_among(found, asked, "statements")
    only = _Only(asked or next(iter(found), None), fixed=asked is not None)
    for file in opened:
        file.wanted = only.wants


class _Only:
    """The statements of one organisation."""

    def __init__(self, organisation: str | None, *, fixed: bool) -> None:
        """fixed: all others are left out; else there are none, and the first to say so says which it is."""
        self._organisation = organisation
        self._fixed = fixed

    def wants(self, raw: Raw) -> bool:
        """Whether a statement is one of these. Raises UsageFailure."""
        said = organisation_of(raw.text)
        if self._fixed or said is None:
            return not self._fixed or said == self._organisation
        self._organisation = self._organisation or said
        if said != self._organisation:
            both = f"{one_line(self._organisation)} and {one_line(said)}"
            raise UsageFailure(f"there are statements of several organisations: {both}; --of says which is moved in")
        return True


def _count(path: Path, max_unpacked: int | None, found: Counter[str]) -> None:
    """Count what stands in a file as an organisation, be it of a statement or within one; up to where it can be read.

    Raises FileProblem.
    """
    with StatementFile(path, max_unpacked=max_unpacked) as file:
        for part in file.parts():
            rest = b""
            for block in part.blocks():
                before, rest = rest, (rest + block[-_LONGEST:])[-_LONGEST:]
                if _KEY not in block and _KEY not in before + block[:_LONGEST]:  # found out in a third of the time
                    continue
                window, counted = before + block, len(before)
                said = Counter(
                    one[1] or one[2] or one[4] or one[3].hex().encode()
                    for one in _SAID.finditer(window)
                    if one.end() > counted
                )
                for one, count in said.items():
                    found[one.decode(errors="replace")] += count


def _confirmed(paths: Sequence[Path], perhaps: Iterable[str], max_unpacked: int | None) -> set[str]:
    """Those of which statements are."""
    left, found = set(perhaps), set[str]()
    for path in paths:
        with suppress(FileProblem), StatementFile(path, max_unpacked=max_unpacked) as file:
            for part in file.parts():
                for raw in part.statements():
                    if (said := organisation_of(raw.text)) in left:
                        left.discard(said)
                        found.add(said)
                    if not left:
                        return found
    return found
