"""What an import did, for people to read and for `--json`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from identity.problems import PROBLEMS, quoted
from jobs.lines.warned import Warned
from jobs.shell.command import Session
from jobs.shell.terminal import stale, took

if TYPE_CHECKING:
    from pathlib import Path

    from identity.guards import Tripped
    from jobs.importing.batch import Outcome
    from jobs.importing.files import Files
    from jobs.importing.plan import Plan

SHOWN = 5
"""So many examples of each kind are shown; the rest are counted."""

NESTED = {
    "people": ("created", "updated", "deleted"),
    "personas": ("created", "claimed", "taken", "split", "dropped", "left"),
    "groups": ("created", "updated"),
    "parents": ("added", "removed"),
    "memberships": ("added", "removed", "of_others"),
    "pending": ("people", "groups"),
}
RARE = ("split", "of_others")
"""Figures that are told only where there are any."""
LEAVERS = {"people": "leavers", "released": "leavers_released", "held": "leavers_held"}
OF_GROUPS = ("rows", "rejected", "unchanged", "groups", "parents", "pending", "rejected_again")
FLAT = ("rows", "rejected", "waiting", "unchanged")


class Summary:
    """Collects the outcomes of a run's batches (one, or one a line) and shows them at its end."""

    def __init__(self, session: Session, files: Files, *, dry_run: bool) -> None:
        self._session = session
        self._files = files
        self.number: int | None = None
        self.state = "failed"
        self.seconds: dict[str, float] = {}
        self.rejects_files: list[Path] = []
        self.plan: Plan | None = None
        self.last_line: str | None = None
        """Row by row: the last line whose transaction is committed."""
        self.tripped: list[Tripped] = []
        """The guards that have stopped it."""
        self._dry_run = dry_run
        self._figures: dict[str, int] = {}
        self._outcomes: list[Outcome] = []
        self._reasons: dict[str, tuple[int, str | None, int]] = {}
        self._recomputed: dict[str, int] = {}
        self._stale: dict[str, set[int]] = defaultdict(set)

    def add(self, outcome: Outcome) -> None:
        """One batch more."""
        self._figures = self._figures_with(outcome)
        for level, ids in outcome.stale.items():
            self._stale[level] |= ids
        for reason in outcome.reasons:
            lines, worst, worst_lines = self._reasons.get(reason["code"], (0, None, 0))
            if reason["worst_lines"] > worst_lines:
                worst, worst_lines = reason["worst"], reason["worst_lines"]
            self._reasons[reason["code"]] = (lines + int(reason["lines"]), worst, worst_lines)
        if len(self._outcomes) <= SHOWN or any(
            (
                outcome.moves,
                outcome.left,
                outcome.waiting,
                outcome.near_misses,
                outcome.shared_mboxes,
                outcome.differing_people,
                outcome.cycles,
                outcome.near_ids,
                outcome.other_source,
                outcome.lost_memberships,
            )
        ):
            self._outcomes = [*self._outcomes[: 10 * SHOWN], outcome]

    def recomputed(self, done: dict[str, int]) -> None:
        """What a finish recomputed."""
        for level, figure in done.items():
            self._recomputed[level] = self._recomputed.get(level, 0) + figure

    @property
    def counts(self) -> dict[str, Any]:
        """The figures as `--json` and the history have them; what is left out of erased people, where there is any."""
        return _nested(self._figures) | ({"erased": self._left_out} if self._is_of_erased else {})

    @property
    def _left_out(self) -> dict[str, int]:
        people = self._files.people
        return {"lines": people.erased_lines, "personas": people.erased_claims} if people else {}

    @property
    def _is_of_erased(self) -> bool:
        """Whether the files speak of who was erased: with the rest of one, its hash would tell who it was."""
        return any(self._left_out.values())

    @property
    def recorded(self) -> dict[str, Any]:
        """What the history keeps of the run: its figures, why lines were rejected, its plan, and how long each stage
        has taken so far.
        """
        return {
            **(self.counts if self._files.people else _of_groups(self.counts)),
            "reasons": {code: lines for code, (lines, _, _) in self._reasons.items()},
            **({"plan": self.plan.as_json()} if self.plan else {}),
            "seconds": self._rounded_seconds,
        }

    @property
    def recorded_at_last(self) -> dict[str, Any]:
        """The same once it is recorded that all is committed: an erasure may have taken the plan's hash away since."""
        return {name: figure for name, figure in self.recorded.items() if name != "plan"}

    def recorded_with(self, outcome: Outcome) -> dict[str, Any]:
        """The same as it will be with one batch more."""
        figures = self._figures_with(outcome)
        reasons = Counter({code: lines for code, (lines, _, _) in self._reasons.items()})
        reasons.update({reason["code"]: int(reason["lines"]) for reason in outcome.reasons})
        return {**self.recorded, **_nested(figures), "reasons": dict(reasons)}

    def _figures_with(self, outcome: Outcome) -> dict[str, int]:
        """The figures with one batch more; what has become stale before is counted once."""
        stale = {f"pending_{level}": len(ids - self._stale[level]) for level, ids in outcome.stale.items()}
        return {name: self._figures.get(name, 0) + figure for name, figure in {**outcome.counts, **stale}.items()}

    @property
    def _rounded_seconds(self) -> dict[str, float]:
        return {stage: round(value, 3) for stage, value in self.seconds.items()}

    @property
    def files(self) -> list[dict[str, Any]]:
        """The input files as the history keeps them."""
        return [
            {
                "name": file.name,
                "size": file.size,
                **({} if self._is_of_erased else {"sha256": file.sha256}),
                "lines": file.lines,
                "rows": None if file.rows is None else file.counted,
                "mended": file.mends,
                **({"along": True} if file in self._files.along else {}),
            }
            for file in self._files.files
        ]

    def fails_on(self, what: Collection[str]) -> bool:
        """Whether it has done, or found, any of these: of `asked.FAILS_ON`."""
        counts = self.counts
        found = {
            "rejects": counts["rejected"],
            "new-rejects": counts["rejected"] - counts["rejected_again"],
            "left": counts["personas"]["left"],
            "held": counts["leavers"]["held"],
            "takeovers": counts["personas"]["taken"],
            "warnings": len(self.warnings),
        }
        return any(found[one] for one in what)

    def show(self) -> None:
        """Hand everything to the terminal."""
        for number, column in self._files.ignored_columns:
            self._session.terminal.warn(
                f"{self._files.files[number].name}: the column {quoted(column)} is not imported"
            )
        for file in self._files.files:
            if file.rows == 0:
                self._session.terminal.warn(f"{file.name}: has a header and no lines")
        self._session.terminal.result(
            {
                "import": self.number,
                "state": self.state,
                **self._session.names,
                **(self.counts if self._files.people else _of_groups(self.counts)),
                "skipped": self._files.skipped,
                "warnings": {code: warned.count for code, warned in self.warnings.items()},
                **({"plan": self.plan.as_json()} if self.plan else {}),
                "guards": [guard.as_json for guard in self.tripped],
                "seconds": self._rounded_seconds,
            }
        )
        for line in self._text():
            self._session.terminal.line(line)

    def _text(self) -> list[str]:
        what = "dry run, nothing is changed" if self._dry_run else f"import {self.number}, {self.state}"
        head = [self._session.where, f"{what}: {', '.join(file.name for file in self._files.files)}"]
        if not self._figures:
            return [*head, *self._guards()]
        return [
            *head,
            *self._counted(),
            *self._moved(),
            *self._waiting(),
            *self._passed_over(),
            *self._damaged(),
            *self._rejected(),
            *self._guards(),
            *self._pending(),
            *self._planned(),
            took(self.seconds),
        ]

    def _counted(self) -> list[str]:
        """What was read, and what became of each kind of thing."""
        counts = self.counts
        return [
            "",
            _row(
                "read",
                (counts["rows"], "line" if counts["rows"] == 1 else "lines"),
                (counts["unchanged"], "unchanged"),
                (counts["rejected"], "rejected"),
                *([(self._files.skipped, "left out")] if self._files.skipped else []),
                *([(counts["waiting"], "waiting for a persona")] if self._files.people else []),
            ),
            *(
                _row(part, *((n, name) for name in NESTED[part] if (n := counts[part][name]) or name not in RARE))
                for part in ("people", "personas", "groups", "parents", "memberships")
                if self._is_told(part)
            ),
            *self._leavers(),
            *self._lost_with_people(),
            *self._erased(),
        ]

    def _erased(self) -> list[str]:
        """What the lines say of people who were erased."""
        if not self._is_of_erased:
            return []
        figures = ((figure, what) for what, figure in self._left_out.items())
        return [_row("left out", *figures) + ", of people who were erased"]

    def _moved(self) -> list[str]:
        """Personas that have another person now."""
        lines = []
        for figure, title in (
            ("claimed", "claimed from somebody without a custom_id"),
            ("taken", "taken over from somebody else"),
            ("split", "split: somebody else has had them until then"),
        ):
            moves = [move for outcome in self._outcomes for move in outcome.moves if _how(move) == figure]
            lines += _examples(title, [_moved(move) for move in moves], self.counts["personas"][figure])
        return lines

    def _waiting(self) -> list[str]:
        """Who is not there yet, for nothing but a custom_id is known of them."""
        found = [row for outcome in self._outcomes for row in outcome.waiting]
        told = [f"{self.place(row)}: {_ifi(row['custom_id'] or '')}" for row in found]
        return _examples("waiting for a persona", told, self.counts["waiting"])

    def _passed_over(self) -> list[str]:
        """What lines say, and was not done, or is perhaps not what was meant."""
        left = [f"{self.place(row)}: {_ifi(row['ifi'])} {_why_left(row)}" for o in self._outcomes for row in o.left]
        near = [
            f"{self.place(row)}: {_ifi(row['ifi'])} is nearly {_ifi(row['existing'])}"
            for o in self._outcomes
            for row in o.near_misses
        ]
        cycles = [" → ".join(_ifi(group) for group in cycle) for o in self._outcomes for cycle in o.cycles]
        return [
            *_examples("stayed where they are", left, self.counts["personas"]["left"]),
            *_examples(
                "near misses: new, but nearly a persona that is known", near, self._figures.get("near_misses", 0)
            ),
            *_examples(
                "parents left out: a group would be its own ancestor", cycles, self._figures.get("group_cycles", 0)
            ),
        ]

    def _damaged(self) -> list[str]:
        """Signs that a file was spoilt on its way."""
        damage = sorted((one for one in self.warnings.values() if one.lines), key=lambda warned: -warned.count)
        return ["", "warnings", *(f"  {self._warning(warned)}" for warned in damage)] if damage else []

    def _rejected(self) -> list[str]:
        """Why lines were rejected, and where they are."""
        if not self._reasons:
            return []
        again = self.counts["rejected_again"]
        of_them = f", {again:,} of them as in the last import of this source" if again else ""
        lines = ["", f"rejected ({self.counts['rejected']:,}{of_them})"]
        for code, (number, worst, worst_lines) in sorted(self._reasons.items(), key=lambda item: -item[1][0]):
            lines.append(f"  {number:>9,}  {PROBLEMS[code].title} ({code}){_worst(code, worst, worst_lines)}")
        return lines + [f"  written to {path}" for path in self.rejects_files]

    def _pending(self) -> list[str]:
        """Which reports became stale, and whether they still are; where a run that was stopped has come to."""
        lines = ["", *stale(self.counts["pending"], self._recomputed, committed=self.state == "committed")]
        if self.last_line and self.state == "stopped":
            lines.append(f"the last line imported is {self.last_line}")
        return lines

    def _planned(self) -> list[str]:
        return [self.plan.row] if self.plan else []

    def _is_told(self, part: str) -> bool:
        """Whether these figures are what the files are about, or there are any."""
        if self._files.people is None:
            return part in ("groups", "parents")
        return part != "parents" or any(self.counts["parents"].values())

    def _leavers(self) -> list[str]:
        if self._figures.get("leavers_held"):
            held = [self.place(row) for outcome in self._outcomes for row in outcome.held]
            more = self._figures["leavers_held"] - len(held)
            which = f"{', '.join(held)}{f' and {more:,} more' if more > 0 else ''}"
            return [f"{'leavers':<12} nobody leaves: a rejected line may name anybody ({which})"]
        if not self._figures.get("leavers"):
            return []
        return [_row("leavers", (self._figures["leavers"], "people"), (self._figures["leavers_released"], "released"))]

    def _lost_with_people(self) -> list[str]:
        """Memberships that other sources gave, and that went with people who are deleted."""
        told = [
            f"{_who(row, 'from')}: {_ifi(row['group'])} ({_ifi(row['source'])})"
            for outcome in self._outcomes
            for row in outcome.lost_memberships
        ]
        title = "memberships that other sources gave, gone with people who are deleted"
        return _examples(title, told, self.counts["memberships"]["of_others"])

    @property
    def warnings(self) -> dict[str, Warned]:
        """All that a reader should know of the lines, by code."""
        counted = dict(self._files.warnings)
        for code, count in (
            ("persona_left", self._figures.get("personas_left", 0)),
            ("near_miss", self._figures.get("near_misses", 0)),
            ("group_cycle", self._figures.get("group_cycles", 0)),
            ("ignored_column", len(self._files.ignored_columns)),
        ):
            if count:
                counted[code] = Warned(code, count)
        for code, figure, rows in (
            ("near_custom_id", "near_ids", [row for outcome in self._outcomes for row in outcome.near_ids]),
            ("other_source", "renamed_of_others", [row for outcome in self._outcomes for row in outcome.other_source]),
        ):
            if count := self._figures.get(figure, 0):
                places = [(row["file"], row["line_number"]) for row in rows[:SHOWN]]
                counted[code] = Warned(code, count, places, rows[0]["value"])
        for code, found in (
            ("shared_mbox", [row for outcome in self._outcomes for row in outcome.shared_mboxes]),
            ("differing_people", [row for outcome in self._outcomes for row in outcome.differing_people]),
        ):
            if found:
                lines = [(row["file"], row["line_number"]) for row in found[:SHOWN]]
                counted[code] = Warned(code, found[0]["lines"], lines, found[0]["value"])
        return counted

    def _warning(self, warned: Warned) -> str:
        """`    12  names with broken characters (mojibake): lines 3, 7 and 10 more: "JosÃ©"`"""
        lines_of = ({"file": file, "line_number": number} for file, number in warned.lines)
        unit = self._files.files[warned.lines[0][0]].unit
        places = [self.place(row).removeprefix(f"{unit} ") for row in lines_of]
        more = f" and {warned.count - len(places):,} more" if warned.count > len(places) else ""
        lines = unit if warned.count == 1 else f"{unit}s"
        value = "" if warned.value is None else f": {quoted(warned.value)}"
        title = PROBLEMS[warned.code].title
        return f"{warned.count:>9,}  {title} ({warned.code}), {lines} {', '.join(places)}{more}{value}"

    def _guards(self) -> list[str]:
        """What has stopped the import: the worst of it, and the option that would allow it."""
        lines = []
        for guard in self.tripped:
            lines += ["", f"refused: {guard.why}", *(f"  {example}" for example in guard.examples)]
            lines.append(f"  {guard.allowing} would allow it")
        return lines

    def place(self, row: Mapping[str, Any]) -> str:
        """Where a line stands, with its file where there are several; of a file of ours, which record it is of."""
        input = self._files.files[row["file"]]
        file = f"{input.name} " if len(self._files.files) > 1 and not input.records else ""
        return f"{file}{input.unit} {input.told(row['line_number'])}"


def _nested(figures: Mapping[str, int]) -> dict[str, Any]:
    return (
        {name: figures.get(name, 0) for name in FLAT}
        | {group: {name: figures.get(f"{group}_{name}", 0) for name in names} for group, names in NESTED.items()}
        | {"leavers": {name: figures.get(key, 0) for name, key in LEAVERS.items()}}
        | {"rejected_again": figures.get("rejected_again", 0)}
    )


def _of_groups(counts: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of an import that is about groups alone."""
    return {name: counts[name] for name in OF_GROUPS}


def _row(title: str, *figures: tuple[int, str]) -> str:
    return f"{title:<12} " + ", ".join(f"{figure:,} {name}" for figure, name in figures)


def _examples(title: str, examples: list[str], total: int) -> list[str]:
    if not total:
        return []
    shown = examples[:SHOWN]
    more = [f"  … and {total - len(shown):,} more"] if total > len(shown) else []
    return ["", f"{title} ({total:,})", *(f"  {example}" for example in shown), *more]


def _ifi(ifi: str) -> str:
    return quoted(ifi)[1:-1]


def _how(move: dict[str, Any]) -> str:
    """As which figure it counts."""
    return "split" if move["splits"] else "taken" if move["taken"] else "claimed"


def _moved(move: dict[str, Any]) -> str:
    """`bob@example.com: 1 Ann → 2 Bob, since 2026-03-31 02:00:00`"""
    begins_at = move["begins_at"]
    if isinstance(begins_at, str):
        begins_at = datetime.fromisoformat(begins_at)
    since = f", since {begins_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if begins_at else ""
    return f"{_ifi(move['ifi'])}: {_who(move, 'from')} → {_who(move, 'to')}{since}"


def _who(move: dict[str, Any], side: str) -> str:
    if move[f"{side}_id"] is None:
        return "nobody"
    custom_id, name = move[f"{side}_custom_id"], move[f"{side}_name"]
    if custom_id is not None:
        return f"{_ifi(custom_id)}{f' {_ifi(name)}' if name else ''}"
    return _ifi(name) if name else f"person {move[f'{side}_id']}"


def _why_left(row: dict[str, Any]) -> str:
    if row["why"] == "pinned":
        return f"is pinned to {_ifi(row['holder_custom_id'] or 'its holder')}"
    if row["why"] == "since_future":
        holder = f"stays with {_ifi(row['holder_custom_id'] or 'its holder')}" if row["is_held"] else "is nobody's"
        return f"{holder}: since when it is another's is still to come"
    if row["why"] == "had_by_another":
        return "is somebody else's in a part of that time"
    if row["why"] == "takeover":
        return f"stays with {_ifi(row['holder_custom_id'] or 'its holder')}"
    return "is claimed for several people"


def _worst(code: str, value: str | None, lines: int) -> str:
    """The value that costs most lines, where it costs more than one."""
    if value is None or lines < 2:
        return ""
    shown = _ifi(value) if value else "''"
    return f": {lines:,} lines {'claim' if code == 'contested' else 'have'} {shown}"
