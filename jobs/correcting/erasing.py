"""People who are erased: nothing of them is kept but that it happened, and keyed hashes, so that no feed brings them
back.

Whoever writes to the database asks for these: `jobs/lines/erased.py` of lines of files, `sql/one_change/erased` of what
changes one person, `sql/statements/05_erased_agents.sql` of agents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from identity.erased import Erased, sum_of
from identity.identifiers import recognise
from identity.problems import quoted
from identity.texts import Invalid
from jobs.explaining.finding import custom_id, numbered
from jobs.importing.erased import erased_of
from jobs.shell.failures import UsageFailure

if TYPE_CHECKING:
    from jobs.shell.command import Session
    from sql.database import Transaction

COMMAND: Final = "erase-person"
"""As the history calls it, whoever asked for it."""
ERASED: Final = "(erased)"
"""What stands where the history has named somebody."""
CLEARS: Final = 18
"""Since this version of PostgreSQL the planner can be told to forget."""
PERSONAL: Final = (
    "person", "people", "custom_id", "name", "image_url", "add_persona", "remove_persona", "ifi", "to", "accept_near",
    "new_person", "merged",
)  # fmt: skip
"""Options of runs that say who is meant."""


@dataclass(frozen=True)
class Erasure:
    """What an erasure has done."""

    counts: dict[str, int]
    """`people`, `personas`, `statements` that are gone; `personas_staying`, which are somebody else's by now;
    `pending_groups`; `kept`, hashes.
    """
    holders: list[dict[str, Any]]
    """Who has by now what was theirs once (`person_id`, `custom_id`, `name`, `ifi`), the first of them."""

    @property
    def figures(self) -> dict[str, Any]:
        """As `--json` and the history have them."""
        counts = self.counts
        return {
            "people": {"erased": counts["people"]},
            "personas": {"erased": counts["personas"], "staying": counts["personas_staying"]},
            "statements": counts["statements"],
            "pending": {"people": 0, "groups": counts["pending_groups"]},
        }


def erase(
    transaction: Transaction, organisation: int, people: Iterable[int], number: int, *, puts_down: bool = True
) -> Erasure:
    """Erase people by their ids, who may be gone already, as the run of that number; in a transaction that has the
    turn and the lock on who is who; not `puts_down`: in a session of which `FewBeside` tells. What becomes stale of
    groups is left pending.
    """
    from sql.few import Few, FewBeside
    from sql.steps import JOBS

    here: dict[str, Any] = {"organisation": organisation, "import": number}
    transaction.execute("erase/key.sql", organisation=organisation)
    values = {**here, "people": sorted(set(people)), "personal": list(PERSONAL), "erased": ERASED}
    work = (Few if puts_down else FewBeside)(transaction, **values)
    for place in JOBS["erase"]:
        work.run(place)
    key = transaction.row("erase/key_of.sql", organisation=organisation)["key"]
    names = [(row["kind"], row["name"]) for row in work.rows_of("erase/names.sql", "erased_names")]
    sums = [sum_of(name) for kind, name in names if kind == "mbox"]
    held = {row["ifi"] for row in transaction.rows("erase/held.sql", organisation=organisation, ifis=sums)}
    names += [("mbox_sha1sum", one) for one in sums if one not in held]
    kept = Erased(key).hashes(names)
    transaction.execute("erase/keep.sql", hashes=sorted(kept), **here)
    _have_the_planner_forget(transaction, [row["name"] for row in work.rows_of("erase/strings.sql", "names")])
    holders = work.rows_of("erase/holders.sql", "holders")
    return Erasure({**work.row("erase/counts.sql"), "kept": len(kept)}, holders)


def _have_the_planner_forget(transaction: Transaction, names: Iterable[str]) -> None:
    """What it knows of tables are values of theirs, until it looks at them again."""
    called = list(names)
    for table in dict.fromkeys(row["name"] for row in transaction.rows("erase/looked_at.sql", names=called)):
        transaction.execute("upkeep/look_at.sql", name=table)
    if transaction.server_version < CLEARS:
        return
    for row in transaction.rows("erase/looked_at.sql", names=called):
        # Of a table with rows it knows those of others who are called so.
        if row.pop("is_empty") and transaction.row("upkeep/ours.sql", tables=[row["name"]])["ours"]:
            transaction.execute("erase/forgotten_by_the_planner.sql", **row)


def forget(transaction: Transaction, session: Session, asked: Iterable[str]) -> int:
    """Let those come back who were erased and had one of these custom_ids or identifiers. Out: how many hashes are
    gone.
    """
    erased = erased_of(transaction, session.organisation)
    if erased is None:
        return 0
    hashes = set()
    for text in asked:
        hashes.add(erased.of_custom_id(custom_id(text)))
        typed = recognise(text, fold_mailbox_case=session.fold_mailbox_case)
        if not isinstance(typed, Invalid):
            hashes.add(erased.of_identifier(typed.ifi))
    found: int = transaction.row(
        "erase/forget.sql", organisation=session.organisation, hashes=sorted(hashes)
    )["forgotten"]
    return found


def find_ever(transaction: Transaction, session: Session, asked: str) -> int:
    """The id of a person by custom_id, identifier, or `#` and id: as they are, or else as the history knows them."""
    name, here = custom_id(asked), {"organisation": session.organisation}
    typed = recognise(asked, fold_mailbox_case=session.fold_mailbox_case)
    ifi = None if isinstance(typed, Invalid) else typed.ifi
    for query in ("erase/people_now.sql", "erase/people_ever.sql"):
        found = [row["id"] for row in transaction.rows(query, custom_id=name, ifi=ifi, id=numbered(name), **here)]
        if len(found) > 1:
            several = " and ".join(f"#{number}" for number in found)
            raise UsageFailure(f"{quoted(asked)} is, or was, that of {several}: say which")
        if found:
            return int(found[0])
    raise UsageFailure(f"nobody has, or had, {quoted(asked)}")
