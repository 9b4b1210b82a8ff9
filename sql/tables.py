"""The tables that last, as far as steps write to them: their columns, and what of them is kept.

Whatever an import replaces or deletes is copied into the table's versions first, so that it can be told and undone.
How a row is written, and what is kept of it before, stands here and nowhere else; a step says only *which* rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LINE_BITS: Final = 40
"""`said_in`: where a line stands, as the history keeps it: the number of its file << 40, plus the physical line. To
queries it is `:line_bits`."""


@dataclass(frozen=True)
class Table:
    """A table whose rows are of an organisation (`organisation_id`, the first column of its key)."""

    name: str
    key: tuple[str, ...]
    """Within the organisation."""
    columns: tuple[str, ...]
    """All others, but for `changed_by` and `said_in`, which every table with versions has."""
    versions: str | None = None
    """Where rows are kept that an import replaces: the same columns, and `replaced_by`. None: it has no history."""
    aside: tuple[str, ...] = ()
    """Columns of no interest to the history: no version has them."""
    quiet: tuple[str, ...] = ()
    """Columns that may be filled in without that being a change of the row."""

    @property
    def kept(self) -> tuple[str, ...]:
        """The columns of a version, without those that say who replaced it."""
        return *self.key, *(column for column in self.columns if column not in self.aside), "changed_by", "said_in"

    def insert(self, query: str, columns: tuple[str, ...]) -> list[str]:
        """The statements that insert the rows of a query with those columns."""
        own = tuple(column for column in ("changed_by",) if self.versions and column not in columns)
        into = ", ".join(("organisation_id", *columns, *own))
        values = ", ".join((":organisation", *(f"q.{column}" for column in columns), *(":import" for _ in own)))
        return [f"INSERT INTO {self.name} ({into})\nSELECT {values} FROM (\n{query}\n) AS q"]

    def update(self, query: str, columns: tuple[str, ...]) -> list[str]:
        """The statements that give the rows named by the key the other values; what was there is kept."""
        values = [column for column in columns if column not in self.key and column != "said_in"]
        sets = [f"{column} = q.{column}" for column in values]
        statements = []
        if self.versions and not set(values) <= {*self.aside, *self.quiet}:
            statements.append(self._keep(query, columns))
            sets += ["changed_by = :import", f"said_in = {'q.said_in' if 'said_in' in columns else 'NULL'}"]
        statements.append(
            f"UPDATE {self.name} AS t SET {', '.join(sets)} FROM (\n{query}\n) AS q WHERE {self._same(columns)}"
        )
        return statements

    def delete(self, query: str, columns: tuple[str, ...]) -> list[str]:
        """The statements that delete the rows named by the key, or by a part of it; what was there is kept."""
        gone = f"DELETE FROM {self.name} AS t USING (\n{query}\n) AS q WHERE {self._same(columns)}"
        return [self._keeping(gone)]

    def erase(self, query: str, columns: tuple[str, ...]) -> list[str]:
        """The statements that delete them, and keep nothing."""
        return [f"DELETE FROM {self.name} AS t USING (\n{query}\n) AS q WHERE {self._same(columns)}"]

    def blank(self, query: str, columns: tuple[str, ...]) -> list[str]:
        """The statements that give the rows named by the key the other values, and keep nothing; not even that somebody
        has.
        """
        values = [column for column in columns if column not in self.key]
        sets = ", ".join(f"{column} = q.{column}" for column in values)
        return [f"UPDATE {self.name} AS t SET {sets} FROM (\n{query}\n) AS q WHERE {self._same(columns)}"]

    def empty(self, query: str) -> list[str]:
        """The statements that delete the rows `t` of which a `SELECT FROM … AS t` speaks; what was there is kept."""
        ahead, head, rest = query.partition(f"SELECT FROM {self.name} AS t\n")
        if not head:
            raise ValueError(f"{self.name} is emptied by a query that begins with SELECT FROM {self.name} AS t")
        return [self._keeping(f"{ahead}DELETE FROM {self.name} AS t\n{rest}")]

    def keep_all(self) -> str:
        """The statement that keeps all rows as they are: all are about to go."""
        return self._versions(self.name)

    def bring_back(self) -> str:
        """The statement that makes all rows again that an import replaced."""
        columns = ", ".join(column for column in self.kept if column not in ("changed_by", "said_in"))
        return (
            f"INSERT INTO {self.name} (organisation_id, {columns}, changed_by)\n"
            f"SELECT organisation_id, {columns}, :import FROM {self.versions}\n"
            "WHERE organisation_id = :organisation AND replaced_by = :undone"
        )

    def _keep(self, query: str, columns: tuple[str, ...]) -> str:
        """Copy those rows as they are; what this import has changed already is no state of before it."""
        return self._versions(f"(\n{query}\n) AS q JOIN {self.name}", f" ON {self._same(columns)}")

    def _keeping(self, deletion: str) -> str:
        """A DELETE of rows `t`, which keeps them as they were."""
        return f"WITH gone AS (\n{deletion}\nRETURNING t.*)\n{self._versions('gone')}" if self.versions else deletion

    def _versions(self, rows: str, on: str = "") -> str:
        kept = ", ".join(self.kept)
        values = ", ".join(f"t.{column}" for column in self.kept)
        return (
            f"INSERT INTO {self.versions} (organisation_id, {kept}, replaced_by)\n"
            f"SELECT t.organisation_id, {values}, :import FROM {rows} AS t{on}\n"
            "WHERE t.changed_by IS DISTINCT FROM :import ON CONFLICT DO NOTHING"
        )

    def _same(self, columns: tuple[str, ...]) -> str:
        """The row `t` is one that the row `q` of a query names, by the columns of the key that it has."""
        keys = (f"t.{column} = q.{column}" for column in self.key if column in columns)
        return " AND ".join(("t.organisation_id = :organisation", *keys))


_FIGURES: Final = (
    "interactions", "completed", "passed", "failed", "scores", "score_sum", "seconds", "first_at", "last_at",
)  # fmt: skip
"""What every record adds up."""
_OF_ACTIVITIES: Final = (*_FIGURES, "attempts", "best_score", "completed_at", "passed_at")
"""And what those per activity do."""

TABLES: Final = {
    table.name: table
    for table in (
        Table(
            "people",
            ("id",),
            ("custom_id", "near_custom_id", "former_custom_id", "lost_at", "name", "image_url", "created_at"),
            "person_versions",
        ),
        Table(
            "personas",
            ("id",),
            (
                "person_id", "begins_at", "kind", "ifi", "near", "as_written", "agent_name", "object_type", "pinned",
                "created_at",
            ),
            "persona_versions",
            quiet=("agent_name", "object_type"),
        ),
        Table("closed_spells", ("persona_id", "begins_at"), ("ends_at", "person_id"), "spell_versions"),
        Table("groups", ("id",), ("custom_id", "name", "type", "created_at"), "group_versions"),
        Table("group_types", ("id",), ("name", "created_at"), "group_type_versions"),
        Table("group_parents", ("group_id", "parent_id", "source_id"), (), "parent_versions"),
        Table("memberships", ("person_id", "group_id", "source_id"), (), "membership_versions"),
        Table(
            "source_people",
            ("person_id", "source_id"),
            ("name", "image_url", "previous_custom_id", "fingerprint_a", "fingerprint_b"),
            "saying_versions",
            aside=("fingerprint_a", "fingerprint_b"),
        ),
        Table("source_groups", ("group_id", "source_id"), ("previous_custom_id",), "group_saying_versions"),
        Table("left_personas", ("import_id", "persona_id", "said_in"), ("why", "holder_id", "claimant_id")),
        Table("source_rejects", ("source_id", "import_id", "fingerprint_a", "fingerprint_b", "code"), ()),
        Table("pending", ("subject", "subject_id", "id"), ("caused_by",)),
        Table("activities", ("id",), ("iri",)),
        Table(
            "statements",
            ("id",),
            (
                "persona_id", "voids", "activity_id", "verb", "completion", "success", "score", "seconds", "at",
                "digest", "loaded_by",
            ),
        ),
        Table("persona_activity_records", ("persona_id", "activity_id", "month", "begins_at"), _OF_ACTIVITIES),
        Table("person_activity_records", ("person_id", "activity_id"), _OF_ACTIVITIES),
        Table("person_records", ("person_id",), (*_FIGURES, "activities")),
        Table("group_records", ("group_id",), (*_FIGURES, "members", "active_members")),
        Table("look_alikes", ("subject", "id"), ("stored", "form")),
        Table("sources", ("id",), ("name", "suspended_by", "suspended_why")),
        Table(
            "imports",
            ("id",),
            (
                "command", "source_id", "state", "started_at", "ended_at", "run_by", "files", "options", "counts",
                "failure", "undoes", "pruned",
            ),
        ),
        Table("erased_ids", ("hash",), ("erased_by",)),
        Table("other_ids", ("record", "other_id", "given_by"), ("person_id", "persona_id")),
        Table(
            "uploads",
            ("id",),
            (
                "undoes", "state", "sent_by", "file", "size", "mapping_name", "mapping", "options", "notify",
                "created_at", "started_at", "ended_at", "tries", "import_id", "exit_code", "summary", "error",
                "notified", "notify_tries",
            ),
        ),
        Table("upload_pieces", ("upload_id", "what", "number"), ("piece",)),
    )
}  # fmt: skip
"""By name."""
VERSIONS: Final = {
    str(table.versions): Table(str(table.versions), ("replaced_by", *table.key), table.kept[len(table.key) :])
    for table in TABLES.values()
    if table.versions
}
"""The tables of what imports have replaced, by name. Only an erasure changes them."""
