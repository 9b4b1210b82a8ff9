"""move-persona: correct by hand whose a persona is, and say whether imports may change that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from jobs.importing.figures import by_part
from jobs.shell.command import Session, command
from jobs.shell.failures import DONE, Failure, UsageFailure
from jobs.shell.shared_options import DRY_RUN, FINISH, WAIT

if TYPE_CHECKING:
    from identity.identifiers import Identifier
    from jobs.importing.history import Run
    from jobs.shell.terminal import Progress
    from sql.database import Transaction

@command("move-persona")
@click.argument("ifi", metavar="IFI")
@click.option("--to", "to", metavar="CUSTOMID", help="Give the persona to the person with this custom_id.")
@click.option("--alone", is_flag=True, help="Give it a person of its own, without a custom_id.")
@click.option("--from", "begins", metavar="TIME", help="Not the persona as a whole, but only from this time on.")
@click.option("--until", "ends", metavar="TIME", help="Only for the time before this.")
@click.option(
    "--pin/--unpin",
    "pinned",
    default=None,
    help="Whether imports leave the persona where it is, with a warning, whatever their lines say.",
)
@FINISH
@DRY_RUN
@WAIT
def main(
    session: Session,
    *,
    ifi: str,
    to: str | None,
    alone: bool,
    begins: str | None,
    ends: str | None,
    pinned: bool | None,
    finish: bool,
    dry_run: bool,
    wait: float,
) -> int:
    """Move one persona to the person it belongs to, and only it.

    IFI is an e-mail, 40 hex digits (mbox_sha1sum), an http(s) openid, or an account as one argument: its home page, a
    space, its name. Somebody left without personas is deleted. The next import that claims the persona for somebody
    else moves it again, unless it is pinned. With --from and --until a span of time goes: what the persona did in it
    is theirs, and what came before and after stays whose it is. A TIME is a month, a date or a time: 2026-03,
    2026-03-15, 2026-03-15T08:00+01:00.
    """
    from jobs.explaining.finding import custom_id, identifier
    from jobs.importing.history import recorded

    if (to is not None) + alone > 1:
        raise UsageFailure("--to and --alone exclude each other")
    if to is None and not alone and pinned is None:
        raise UsageFailure("say where the persona is to go (--to CUSTOMID or --alone), or --pin or --unpin")
    if to is None and not alone and (begins is not None or ends is not None):
        raise UsageFailure("--from and --until say for which time it goes to somebody: --to CUSTOMID, or --alone")
    asked = _Asked(
        identifier(session, ifi),
        None if to is None else custom_id(to),
        alone,
        _past(begins, "--from"),
        _past(ends, "--until"),
        pinned,
    )
    if asked.begins and asked.ends and asked.begins >= asked.ends:
        raise UsageFailure(f"--until {ends} is not after --from {begins}; it is the first moment that stays")
    with session.database.begin() as transaction:
        asked.find(transaction, session)
    correction = _Correction(session, asked, dry_run=dry_run)
    try:
        with recorded(session, "move-persona", options=asked.options, dry_run=dry_run) as run:
            correction.number = run.number
            with session.terminal.progress(1) as progress:
                correction.seconds = progress.seconds
                correction.apply(run, wait)
                if finish and not dry_run:
                    correction.finish(run, progress)
    except Failure as failure:
        correction.state = failure.state
        raise
    finally:
        if dry_run or correction.number is not None:
            correction.show()
    return DONE


def _past(text: str | None, option: str) -> datetime | None:
    """The moment that somebody typed. What is to come nobody knows."""
    from jobs.reporting.times import parsed

    when = None if text is None else parsed(text, option)
    if when and when > datetime.now(UTC):
        raise UsageFailure(f"{option} {text} is still to come; leave it out for a span without an end")
    return when


@dataclass(frozen=True)
class _Asked:
    """Which persona is to go where, and for which time."""

    identifier: Identifier
    to: str | None
    alone: bool
    begins: datetime | None
    ends: datetime | None
    pinned: bool | None

    @property
    def spans(self) -> bool:
        """Whether a time is told."""
        return self.begins is not None or self.ends is not None

    @property
    def options(self) -> dict[str, str]:
        """As the history keeps them."""
        asked = {
            "ifi": self.identifier.ifi,
            "to": self.to,
            "alone": self.alone or None,
            "from": self.begins and self.begins.isoformat(),
            "until": self.ends and self.ends.isoformat(),
            "pin": self.pinned,
        }
        return {name: str(value) for name, value in asked.items() if value is not None}

    def find(self, transaction: Transaction, session: Session) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """The persona with its person, and who is to have it; whoever does not exist is a mistake in the command."""
        from jobs.explaining.finding import find_person, find_persona
        from jobs.importing.erased import refuse_erased

        persona = find_persona(transaction, session, self.identifier)
        if self.to is not None or self.alone:
            refuse_erased(transaction, session.organisation, [self.identifier.ifi])
        return persona, None if self.to is None else find_person(transaction, session, self.to)


class _Correction:
    """One correction: done, recomputed and told."""

    def __init__(self, session: Session, asked: _Asked, *, dry_run: bool) -> None:
        self._session = session
        self._asked = asked
        self._dry_run = dry_run
        self.number: int | None = None
        self.state = "failed"
        self.seconds: dict[str, float] = {}
        self._before: dict[str, Any] = {}
        self._after: dict[str, Any] = {}
        self._hands: list[dict[str, Any]] = []
        """What changes hands: rows of `hands/examples.sql`."""
        self._figures: dict[str, int] = {}
        self._recomputed: dict[str, int] | None = None

    def apply(self, run: Run, wait: float) -> None:
        """Find everything anew, now that nobody else changes who is who, and move it."""
        from jobs.importing.history import DRY
        from sql import database as db
        from sql.few import Few
        from sql.steps import JOBS

        session = self._session
        with session.database.begin() as transaction:
            session.take_turn(transaction, wait)
            transaction.lock(db.PEOPLE, session.organisation)
            self._before, target = self._asked.find(transaction, session)
            work = Few(
                transaction,
                organisation=session.organisation,
                persona=self._before["id"],
                to=target and target["person_id"],
                alone=self._asked.alone,
                spans=self._asked.spans,
                begins=self._asked.begins,
                ends=self._asked.ends,
                pinned=self._asked.pinned,
                at_once=False,
                **{"import": run.number or DRY},
            )
            for place in JOBS["move"]:
                work.run(place)
            self._figures = work.row("move/counts.sql")
            self._hands = work.rows_of("hands/examples.sql", "hands")
            self._after, _ = self._asked.find(transaction, session)
            if self._dry_run:
                transaction.rollback()
                self.state = "dry-run"
                return
            run.commit(transaction, self.counts)
        self.state = "committed"

    def finish(self, run: Run, progress: Progress) -> None:
        """Recompute what the move has made stale."""
        from jobs.importing.finish import finish

        with run.finishing():
            self._recomputed = finish(self._session.database, self._session.organisation, progress)
            self.state = "finished"
            run.end("finished")

    @property
    def counts(self) -> dict[str, Any]:
        """The figures as `--json` and the history have them."""
        figures = self._figures
        return {
            "personas": {name: figures[name] for name in ("moved", "pinned", "unpinned")},
            **by_part(figures, {"people": ("created", "deleted"), "pending": ("people", "groups")}),
        }

    def show(self) -> None:
        """Hand everything to the terminal."""
        from jobs.explaining.finding import as_holder

        terminal = self._session.terminal
        terminal.line(self._session.where)
        what = "dry run, nothing is changed" if self._dry_run else f"import {self.number}, {self.state}"
        terminal.line(f"{what}: move-persona")
        result: dict[str, Any] = {"import": self.number, "state": self.state, **self._session.names}
        if self._figures:
            persona = self._after
            result |= {
                "persona": {name: persona[name] for name in ("id", "kind", "ifi", "pinned")},
                "from": as_holder(self._before),
                "to": as_holder(persona),
                "spans": [_as_json(row) for row in self._hands],
                "interactions": self._interactions,
                **self.counts,
                **({} if self._recomputed is None else {"recomputed": self._recomputed}),
                "seconds": {stage: round(value, 3) for stage, value in self.seconds.items()},
            }
            for line in self._text():
                terminal.line(line)
        terminal.result(result)

    @property
    def _interactions(self) -> int:
        """How many go along."""
        return sum(row["interactions"] for row in self._hands)

    def _text(self) -> list[str]:
        from identity.problems import quoted
        from jobs.explaining.finding import who
        from jobs.shell.terminal import stale

        figures, before, after = self._figures, self._before, self._after
        shown = quoted(after["ifi"])[1:-1]
        if figures["moved"] and self._asked.spans:
            lines = ["", shown, *(f"  {_span(row)}: {_goes(row)}" for row in self._hands)]
        elif figures["moved"]:
            lines = ["", f"{shown}: {_goes(self._hands[0])}"]
        else:
            goal = " already" if self._moves else ""
            span = " for all that time" if self._asked.spans else ""
            holder = self._asked.to if self._asked.spans and self._asked.to is not None else who(after)
            lines = ["", f"{shown}: {holder} has it{goal}{span}"]
        gone = dict.fromkeys(who(_loser(row)) for row in self._hands if row["emptied"])
        lines += [f"{person} had no other persona, and is gone" for person in gone]
        if after["pinned"]:
            lines.append(f"pinned{'' if figures['pinned'] else ' already'}: imports leave it where it is")
        elif figures["unpinned"] or before["person_id"] != after["person_id"]:
            lines.append("not pinned: the next import that claims it for somebody else moves it")
        ended = stale(self.counts["pending"], self._recomputed, committed=self.state == "committed")
        return [*lines, "", *ended]

    @property
    def _moves(self) -> bool:
        return self._asked.alone or self._asked.to is not None


def _loser(row: dict[str, Any]) -> dict[str, Any]:
    return {"person_id": row["from_id"], "custom_id": row["from_custom_id"], "name": row["from_name"]}


def _taker(row: dict[str, Any]) -> dict[str, Any]:
    return {"person_id": row["to_id"], "custom_id": row["to_custom_id"], "name": row["to_name"]}


def _goes(row: dict[str, Any]) -> str:
    """`A Ada → B Bob, 3 interactions go along`."""
    from jobs.explaining.finding import who

    return f"{who(_loser(row))} → {who(_taker(row))}, {row['interactions']:,} interactions go along"


def _span(row: dict[str, Any]) -> str:
    """From when to when, of a row of `hands/examples.sql`."""
    from jobs.explaining.spells import span

    return span(row["begins_at"], row["ends_at"])


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    """A row of `hands/examples.sql` as `--json` has it."""
    from jobs.explaining.finding import as_holder
    from jobs.explaining.spells import bounds

    return {
        **bounds(row["begins_at"], row["ends_at"]),
        "loses": as_holder(_loser(row)),
        "has": as_holder(_taker(row)),
        "interactions": row["interactions"],
    }


if __name__ == "__main__":
    main()
