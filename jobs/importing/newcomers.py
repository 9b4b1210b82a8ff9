"""Plain newcomers: lines that go straight into the tables that last, while the files are still read.

In an organisation in which nobody is yet, a line that shares no key with any other, and says nothing but who somebody
is and which groups they are in, makes a new person: what is to be written is known from the line alone. It needs no
staging, no resolving and no comparing, which is most of what a first load costs. All other lines go the general way, in
tables of the transaction's own (`Transaction.make_own`): there, too, nobody is yet, as if all lines had come together.

That a line shares a key shows only when all are read. Then it is taken back, and staged like the others.

Where the tables that last are not empty, or not ours, so that their keys stay while rows come, many rows wait in tables
apart until all is decided: the owner of the tables takes them in at once, and keys are gone for that moment only.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from jobs.importing.copying import copy_frame, copy_lasting
from jobs.importing.packed import Packed
from sql import database as db

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from jobs.lines.people import Piece
    from sql.batch import Batch
    from sql.database import Transaction

FILLED: Final = ("people", "personas", "closed_spells", "memberships", "source_people", "statements")
"""Tables that a first load fills before it builds their keys."""
OWN: Final = FILLED[:-1]
"""Those of them that the general way writes into, in an order in which none refers to one after it."""
VIEWS: Final = ("spells",)
"""Views of these that the general way reads."""
FINGERPRINT: Final = ("fingerprint_a", "fingerprint_b")
APART: Final = "apart_"
"""How tables apart are called."""
FEW: Final = 300
"""So many identifiers go the general way in no time."""
MANY: Final = 10_000
"""From so many identifiers in the first piece on it is worth it to keep others from the tables for a moment."""
SMALL: Final = 1 << 20
"""Keys of tables of so many bytes are built again in no time; those of larger ones too, if the files are larger."""
NO_LINES: Final = pl.Series("line", [], dtype=pl.Int64)


@dataclass(frozen=True)
class _Loaded:
    """The plain lines of one piece."""

    lines: Packed
    """`line, said_in`, and how many `personas` each has."""
    before: int
    """The id before that of the first line's person: they are in the order of the lines."""
    memberships: Packed
    """`place` of the line among `lines`, `group` (a number of `Newcomers._groups`), each group of a line once."""
    sayings: pl.DataFrame
    """`line, definition, said_in`: what the lines say of groups."""

    def among(self, lines: pl.Series) -> pl.DataFrame:
        """`line, person_id` of those that are among some lines, which are in order."""
        own = self.lines.frame()["line"]
        first, last = lines.search_sorted(own[0], "left"), lines.search_sorted(own[-1], "right")
        here = own.is_in(lines[first:last].implode())
        return pl.DataFrame({"line": own.filter(here), "person_id": here.arg_true().cast(pl.Int64) + (self.before + 1)})

    def firsts(self) -> pl.DataFrame:
        """`group, said_in`: of each group the first line that names it."""
        place, group = self.memberships.frame()
        said = pl.DataFrame({"group": group, "said_in": self.lines.frame()["said_in"].gather(place)})
        return said.group_by("group").agg(pl.col("said_in").min())

    def without(self, lines: pl.Series) -> _Loaded:
        """The same without some lines, which keep their ids."""
        own = self.lines.frame()
        goes = own["line"].is_in(lines.implode())
        if not goes.any():
            return self
        none = pl.when(goes).then(pl.lit(0, pl.UInt32)).otherwise("personas").alias("personas")
        left = ~pl.col("place").is_in(goes.arg_true().implode())
        return replace(
            self,
            lines=Packed(own.with_columns(none)),
            memberships=Packed(self.memberships.frame().filter(left)),
            sayings=self.sayings.filter(~pl.col("line").is_in(lines.implode())),
        )


class Newcomers:
    """The plain newcomers of a first load: taken from each piece as it comes, and settled when all are there."""

    def __init__(
        self,
        work: Batch,
        transaction: Transaction,
        organisation: int,
        *,
        creates: bool,
        splits: bool,
        **constants: int | None,
    ) -> None:
        """`creates`: groups that do not exist are made; `splits`: since when a person is there counts; `constants`:
        columns of all rows.
        """
        self.any = False
        """Whether there may be any."""
        self._work = work
        self._transaction = transaction
        self._organisation = organisation
        self._creates = creates
        self._splits = splits
        ids = {"organisation_id": organisation, **constants}
        self._constants = [pl.lit(value, pl.Int64).alias(name) for name, value in ids.items()]
        self._is_first = True
        self._moment: datetime | None = None
        self._now: datetime | None = None
        self._known: pl.Series | None = None
        """The groups that may be named; None: any."""
        self._dropped: list[str] = []
        self._apart = False
        self._groups: dict[str, int] = {}
        self._loaded: list[_Loaded] = []

    def take(self, piece: Piece) -> Piece:
        """Load the plain lines of the next piece; gives the others."""
        if self._is_first:
            self._is_first = False
            self._begin(piece)
        if not self.any:
            return piece
        lines = self._plain(piece)
        self._load(piece.only(lines))
        return piece.without(lines)

    def _begin(self, piece: Piece) -> None:
        """There are newcomers where nobody is in the organisation, and nobody else can come until the transaction ends;
        a few of them are not worth it.
        """
        if piece.claims.height <= FEW or not self._is_fresh():
            return

        def alone() -> bool:
            locked = self._transaction.try_lock(db.PEOPLE, self._organisation, wait=0)
            return locked and self._is_fresh() and self._transaction.make_own(OWN, views=VIEWS)

        self.any = self._transaction.all_or_nothing(alone)
        if not self.any:
            return
        self._moment, self._now = self._work.row("newcomers/moment.sql").values()
        if not self._creates:
            known = [row["custom_id"] for row in self._work.rows_of("newcomers/groups.sql")]
            self._known = pl.Series(known, dtype=pl.String)
        self._dropped = self._transaction.drop_constraints(FILLED)
        if not self._dropped and piece.claims.height > MANY:
            there = self._transaction.row("upkeep/size.sql", tables=list(FILLED))["bytes"]
            self._apart = there < max(SMALL, piece.bytes_total) and self._transaction.make_own(OWN, APART)

    def _is_fresh(self) -> bool:
        found: bool = self._work.row("newcomers/fresh.sql")["fresh"]
        return found

    def _plain(self, piece: Piece) -> pl.Series:
        """The lines that are plain as far as their piece tells."""
        lines, claims = piece.lines, piece.claims
        to_come = pl.col("since") > self._moment
        renamed = pl.col("previous_custom_id").is_not_null() | pl.col("former_custom_id").is_not_null()
        says_more = pl.col("bad") | renamed | (to_come if self._splits else False)
        not_plain = [
            lines.filter(says_more.fill_null(False) | _is_shared("custom_id"))["line"],
            claims.filter(to_come.fill_null(False) | _is_shared("ifi"))["line"],
            piece.words["line"],
            piece.spells["line"],
        ]
        if self._known is not None:
            known = pl.col("group_custom_id").is_in(self._known.implode())
            not_plain.append(piece.memberships.filter(~known | pl.col("definition").is_not_null())["line"])
        found = lines["line"].filter(lines["line"].is_in(claims["line"].implode()))
        return found.filter(~found.is_in(pl.concat(not_plain).implode()))

    def _load(self, piece: Piece) -> None:
        """Put the people of such lines, with their personas, into the tables; groups wait until they are there."""
        lines, claims = piece.lines.sort("line"), piece.claims.sort("line", "place")
        line = lines["line"]
        if not len(line):
            return
        before = self._transaction.reserve("person_ids", lines.height)
        persona_ids = self._transaction.reserve("persona_ids", claims.height)

        def people(frame: pl.DataFrame) -> pl.Series:
            return (line.search_sorted(frame["line"]).cast(pl.Int64) + (before + 1)).alias("person_id")

        said = lines.with_columns(people(lines))
        organisation, source, number = self._constants
        self._copy(
            "people",
            said.select(
                organisation,
                pl.col("person_id").alias("id"),
                "custom_id",
                "near_custom_id",
                *(pl.when(pl.col(text) != "").then(text).alias(text) for text in ("name", "image_url")),
                *self._made(lines),
                number,
                "said_in",
            ),
        )
        ids = pl.int_range(persona_ids + 1, persona_ids + 1 + claims.height, eager=True).alias("id")
        begins = self._begins(claims, lines)
        typed = ["object_type"] if claims["object_type"].null_count() < claims.height else []
        own = claims.select(
            organisation, ids, people(claims), "kind", "ifi", "near", "as_written", "agent_name", *typed,
            *self._made(claims), number, "said_in",
        )  # fmt: skip
        self._copy("personas", own if begins is None else own.with_columns(begins))
        self._copy(
            "source_people",
            said.select(
                organisation,
                source,
                "person_id",
                "name",
                "image_url",
                # Without a custom_id nobody can tell that no other line will speak of the same person.
                *(pl.when(pl.col("custom_id").is_not_null()).then(half) for half in FINGERPRINT),
                number,
                "said_in",
            ),
        )
        groups = piece.groups
        places = line.search_sorted(groups["line"]).cast(pl.UInt32).alias("place")
        memberships = groups.select(places, self._numbers(groups["group_custom_id"]))
        sayings = piece.memberships.filter(pl.col("definition").is_not_null()).select("line", "definition", "said_in")
        personas = claims.group_by("line", maintain_order=True).len()["len"].alias("personas")
        own_lines = Packed(lines.select("line", "said_in", personas))
        self._loaded.append(_Loaded(own_lines, before, Packed(memberships), sayings))

    def take_back(self, lines: pl.Series) -> pl.Series:
        """Take back those that are among some lines; gives them, to be staged like others."""
        in_order = lines.sort()
        found = [piece.among(in_order) for piece in self._loaded]
        back = pl.concat([NO_LINES, *(those["line"] for those in found)])
        if len(back):
            for people in found:
                copy_frame(self._work, "newcomers_taken_back", people.select("person_id"))
            with self._shown():
                self._work.run("newcomers")
            self._loaded = [piece.without(here["line"]) for piece, here in zip(self._loaded, found, strict=True)]
        return back

    def tell(self) -> None:
        """What the steps must know of those who stay: figures, groups, and what is said of these. From now on, to the
        steps, nobody is there.
        """
        if pieces := self._loaded:
            personas = [piece.lines.frame()["personas"] for piece in pieces]
            figures = {
                "people": sum((each > 0).sum() for each in personas),
                "personas": sum(each.sum() for each in personas),
                "memberships": sum(piece.memberships.frame().height for piece in pieces),
            }
            copy_frame(self._work, "plain_newcomer_counts", pl.DataFrame(figures))
            said = pl.concat(piece.firsts() for piece in pieces)
            first = said.group_by("group").agg(pl.col("said_in").min())
            names = pl.Series("custom_id", list(self._groups), dtype=pl.String)
            copy_frame(self._work, "groups_of_plain_newcomers", first.select(names.gather(first["group"]), "said_in"))
            sayings = pl.concat(piece.sayings for piece in pieces).sort("line")
            last = sayings.unique("definition", keep="last").select("definition", "line", "said_in")
            copy_frame(self._work, "unchanged_definitions", last)
        if self.any:
            self._transaction.show_own(OWN, views=VIEWS)

    def settle(self) -> None:
        """When the general way is done, and groups are there: put everybody where they belong, and build the keys."""
        if not self.any:
            return
        found = self._work.rows_of("newcomers/known_groups.sql", "known_groups")
        known = {row["custom_id"]: row["id"] for row in found}
        ids = pl.Series("group_id", [known.get(group) for group in self._groups], dtype=pl.Int64)
        self._transaction.hide_own(OWN, views=VIEWS)
        self._transaction.take_over_own(OWN, into=APART if self._apart else "")
        organisation, source, number = self._constants
        for piece in self._loaded:
            place, group = piece.memberships.frame()
            people = (place.cast(pl.Int64) + (piece.before + 1)).alias("person_id")
            said_in = piece.lines.frame()["said_in"].gather(place)
            rows = pl.select(organisation, people, ids.gather(group), source, number, said_in)
            self._copy("memberships", rows.sort("person_id", "group_id"))
        self._loaded = []
        if self._apart:
            self._transaction.take_in_own(OWN, APART)
        self._transaction.refresh_statistics(FILLED, self._organisation)
        self._transaction.make_constraints(self._dropped)

    def _begins(self, claims: pl.DataFrame, lines: pl.DataFrame) -> pl.Series | None:
        """Since when each persona is its person's; None where all are all along."""
        since = [claims["since"]]
        if self._splits:
            since.append(lines["since"].gather(lines["line"].search_sorted(claims["line"])))
        begins = pl.select(pl.max_horizontal(since)).to_series()
        if begins.null_count() == len(begins):
            return None
        return begins.dt.to_string("iso:strict").fill_null("-infinity").alias("begins_at")

    def _made(self, rows: pl.DataFrame) -> list[pl.Expr]:
        """When these were made, if that is said of any; of all others, now."""
        if rows["created"].null_count() == rows.height:
            return []
        return [pl.col("created").fill_null(self._now).alias("created_at")]

    @contextmanager
    def _shown(self) -> Iterator[None]:
        """Steps find those who have been loaded where they look for people."""
        if self._apart:
            self._transaction.show_own(OWN, APART)
        yield
        if self._apart:
            self._transaction.hide_own(OWN, APART)

    def _copy(self, table: str, frame: pl.DataFrame) -> None:
        copy_lasting(self._transaction, f"{APART if self._apart else ''}{table}", frame, frozen=bool(self._dropped))

    def _numbers(self, groups: pl.Series) -> pl.Series:
        """A number for each group, the same for one wherever it is named."""
        names = groups.alias("name").unique().to_frame()
        numbers = [self._groups.setdefault(name, len(self._groups)) for name in names["name"].to_list()]
        numbered = names.with_columns(pl.Series("group", numbers, dtype=pl.UInt32))
        return groups.alias("name").to_frame().join(numbered, on="name", how="left", maintain_order="left")["group"]


def _is_shared(key: str) -> pl.Expr:
    """Whether another line of the piece has the same key."""
    return pl.col(key).is_not_null() & pl.col(key).is_duplicated()

