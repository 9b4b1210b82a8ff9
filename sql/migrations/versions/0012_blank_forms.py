"""More is blank, and a `mailto:` IRI is decoded: what is stored is brought to the new form, where that is free."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from alembic import context, op
from sqlalchemy import Connection, TextClause, text

from identity.blanks import trimmed
from identity.identifiers import Identifier, Kind, near, normalise, normalise_custom_id, normalise_group_custom_id
from identity.texts import Invalid
from sql.migrations import run_file

revision = "0012"
down_revision = "0011"

AT_ONCE = 50_000
"""So many rows are looked at, and changed, at once."""
TEXTS = (
    ("people", "name"), ("people", "image_url"), ("person_versions", "name"), ("person_versions", "image_url"),
    ("personas", "agent_name"), ("persona_versions", "agent_name"), ("groups", "name"), ("groups", "type"),
    ("group_versions", "name"), ("group_versions", "type"), ("source_people", "name"), ("source_people", "image_url"),
    ("source_people", "previous_custom_id"), ("saying_versions", "name"), ("saying_versions", "image_url"),
    ("saying_versions", "previous_custom_id"), ("source_groups", "previous_custom_id"),
    ("group_saying_versions", "previous_custom_id"),
)  # fmt: skip
REFORMED_TABLE = """
    CREATE TEMP TABLE reformed
        (organisation_id integer, id bigint, stored text COLLATE "C", form text COLLATE "C", near text COLLATE "C")
"""


def upgrade() -> None:
    """Trim texts and ids anew. (As a script for the DBA it only makes the table: what is stored stays as it is.)"""
    run_file("0012_blank_forms.sql")
    if context.is_offline_mode():
        return
    connection = op.get_bind()
    for table, column in TEXTS:
        _trim(connection, table, column)
    op.execute(REFORMED_TABLE)
    _reform(connection, "person", "people", "custom_id", _custom_ids(connection, "people", normalise_custom_id))
    _reform(connection, "persona", "personas", "ifi", _ifis(connection))
    _reform(connection, "group", "groups", "custom_id", _custom_ids(connection, "groups", normalise_group_custom_id))
    op.execute("DROP TABLE reformed")


def _trim(connection: Connection, table: str, column: str) -> None:
    """Texts for people: trimmed, each different one once."""
    names = {"table": table, "column": column}
    found = _rows(connection, _sql(MAYBE_UNTRIMMED, **names))
    forms = ((old, trimmed(old) or None) for (old,) in found if trimmed(old) != old)
    for some in _chunks(forms):
        olds, news = zip(*some, strict=True)
        connection.execute(_sql(TRIMMED, **names), {"olds": list(olds), "forms": list(news)})


# Some character is none of ASCII, or a vertical tab or a form feed stands at an end.
MAYBE_UNTRIMMED = """
    SELECT DISTINCT t.{column} COLLATE "C" FROM {table} AS t
    WHERE octet_length(t.{column}) <> length(t.{column})
       OR t.{column} LIKE ANY (ARRAY[chr(11) || '%', '%' || chr(11), chr(12) || '%', '%' || chr(12)])
"""
TRIMMED = """
    UPDATE {table} AS t SET {column} = n.form
    FROM unnest(CAST(:olds AS text[]), CAST(:forms AS text[])) AS n (old, form)
    WHERE t.{column} = n.old
"""
Form = tuple[int, int, str, str, str | None]
"""Of which organisation, id, what is stored, what it becomes, and of an identifier its near form."""


NOT_ASCII = """
    SELECT organisation_id, id, custom_id FROM {table} WHERE octet_length(custom_id) <> length(custom_id)
"""
IFIS = """
    SELECT p.organisation_id, p.id, p.kind, p.ifi, p.near, p.as_written, o.fold_mailbox_case
    FROM personas AS p
    JOIN organisations AS o ON o.id = p.organisation_id
    WHERE octet_length(p.ifi) <> length(p.ifi) OR p.kind = 'mbox' AND p.ifi LIKE '%!%%' ESCAPE '!'
"""


def _custom_ids(connection: Connection, table: str, one: Callable[[str], str | Invalid]) -> Iterator[Form]:
    for organisation, number, stored in _rows(connection, _sql(NOT_ASCII, table=table)):
        form = one(stored)
        if not isinstance(form, Invalid) and form != stored:
            yield organisation, number, stored, form, None


def _ifis(connection: Connection) -> Iterator[Form]:
    """Also those whose near form alone is another now."""
    for organisation, number, kind, stored, was_near, written, fold in _rows(connection, text(IFIS)):
        found = _identifier(kind, stored, written, fold)
        form = near(found)
        if (found.ifi, form) != (stored, was_near or stored):
            yield organisation, number, stored, found.ifi, None if form == found.ifi else form


def _identifier(kind: Kind, stored: str, written: str | None, fold: bool) -> Identifier:
    """What a stored ifi is now; itself, if it were none."""
    known = Identifier(kind, stored)
    texts = [written or stored, stored] if kind == "mbox" else [known.value]
    for one in texts:
        if normalise(kind, one, known.home_page, fold_mailbox_case=fold, first_form=True) == known:
            found = normalise(kind, one, known.home_page, fold_mailbox_case=fold)
            return known if isinstance(found, Invalid) else found
    return known


def _reform(connection: Connection, subject: str, table: str, column: str, forms: Iterator[Form]) -> None:
    """Give these rows their new forms, where nobody has them; list the others. Of several the first gets it."""
    for some in _chunks(forms):
        names = ("organisations", "ids", "stored", "forms", "nears")
        connection.execute(text(INTO_REFORMED), dict(zip(names, map(list, zip(*some, strict=True)), strict=True)))
    for statement in (ANALYZE, LOOK_ALIKES, VOIDED[subject], TAKEN_OUT, *REFORMED[subject], "TRUNCATE reformed"):
        connection.execute(_sql(statement, subject=subject, table=table, column=column))


INTO_REFORMED = """
    INSERT INTO reformed
    SELECT * FROM unnest(CAST(:organisations AS integer[]), CAST(:ids AS bigint[]), CAST(:stored AS text[]),
                         CAST(:forms AS text[]), CAST(:nears AS text[]))
"""
ANALYZE = "ANALYZE reformed"
# A person's id of which nothing is left is none, and looks like nobody's.
LOOK_ALIKES = """
    INSERT INTO look_alikes
    SELECT r.organisation_id, '{subject}', r.id, r.stored, r.form
    FROM (SELECT *, min(id) OVER (PARTITION BY organisation_id, form) AS first_id FROM reformed) AS r
    WHERE r.stored <> r.form AND (r.form <> '' OR '{subject}' <> 'person')
      AND (r.form = '' OR r.first_id < r.id
           OR EXISTS (SELECT FROM {table} AS t WHERE t.organisation_id = r.organisation_id AND t.{column} = r.form))
"""
TAKEN_OUT = """
    DELETE FROM reformed AS r
    USING look_alikes AS l
    WHERE l.organisation_id = r.organisation_id AND l.subject = '{subject}' AND l.id = r.id
"""
VOIDED = {
    "person": """
        UPDATE source_people AS s SET fingerprint_a = NULL, fingerprint_b = NULL
        FROM reformed AS r
        WHERE s.organisation_id = r.organisation_id AND s.person_id = r.id
    """,
    "persona": """
        UPDATE source_people AS s SET fingerprint_a = NULL, fingerprint_b = NULL
        FROM reformed AS r
        JOIN personas AS p ON p.organisation_id = r.organisation_id AND p.id = r.id
        WHERE s.organisation_id = r.organisation_id AND s.person_id = p.person_id
    """,
    "group": """
        UPDATE source_people AS s SET fingerprint_a = NULL, fingerprint_b = NULL
        FROM reformed AS r
        JOIN memberships AS m ON m.organisation_id = r.organisation_id AND m.group_id = r.id
        WHERE s.organisation_id = r.organisation_id AND s.person_id = m.person_id
    """,
}
"""By what is reformed: of whom lines are to be looked at again."""
SAME = "FROM reformed AS r WHERE t.organisation_id = r.organisation_id AND t.id = r.id AND t.{column} = r.stored"
IFI = """
    SET ifi = r.form, near = r.near,
        as_written = CASE WHEN r.form = r.stored THEN t.as_written ELSE coalesce(t.as_written, r.stored) END
"""
CUSTOM_ID = "SET custom_id = nullif(r.form, '')"
# What is trimmed was nothing to the near form: it stays, unless nothing stays.
NEAR = ", near_custom_id = CASE WHEN r.form <> '' THEN t.near_custom_id END"
REFORMED = {
    "person": [f"UPDATE {one} AS t {CUSTOM_ID} {NEAR} {SAME}" for one in ("people", "person_versions")],
    "persona": [f"UPDATE {one} AS t {IFI} {SAME}" for one in ("personas", "persona_versions")],
    "group": [f"UPDATE {one} AS t {CUSTOM_ID} {SAME}" for one in ("groups", "group_versions")],
}


def _sql(template: str, **names: str) -> TextClause:
    for name, value in names.items():
        template = template.replace(f"{{{name}}}", value)
    return text(template)


def _rows(connection: Connection, query: TextClause) -> Iterator[Any]:
    """The rows of a query, in bounded memory."""
    yield from connection.execute(query.execution_options(stream_results=True, max_row_buffer=AT_ONCE))


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    for first in rows:
        yield [first, *(row for _, row in zip(range(AT_ONCE - 1), rows, strict=False))]
