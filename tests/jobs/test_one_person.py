"""What is wished of one person comes true, or nothing does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from conftest import Cli
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from laws import examples
from psycopg.rows import dict_row

from identity.identifiers import Identifier
from jobs.importing.batch import Options
from jobs.importing.one_person import Granted, NotGranted, OnePerson, Persona, Wish, version_of
from sql.database import connected

WRITTEN = "2026-01-05T09:00:00Z"


@pytest.fixture
def one(database_url: str) -> Iterator[OnePerson]:
    with connected(database_url) as database, database.session() as session:
        with database.begin() as transaction:
            transaction.row("history/source.sql", organisation=1, name="interface")
        yield OnePerson(session, 1, Options(create_groups=True))


@pytest.fixture
def grant(one: OnePerson, database_url: str) -> Callable[..., Granted]:
    """Grants a wish as an import of its own, which the history has."""

    def granted(**wish: Any) -> Granted:
        with psycopg.connect(database_url, autocommit=True) as connection:
            begun = connection.execute(
                "INSERT INTO imports (organisation_id, command, source_id, state, run_by, ended_at)"
                " SELECT 1, 'import-people', id, 'committed', 'test', now() FROM sources WHERE name = 'interface'"
                " RETURNING id, source_id"
            ).fetchone()
            assert begun is not None
        return one.grant(Wish(**wish), *begun)

    return granted


def mbox(address: str, name: str | None = None) -> Persona:
    return Persona(Identifier("mbox", f"mailto:{address}"), name=name)


def rows(url: str, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(query).fetchall()


def version(url: str, granted: Granted) -> int:
    with connected(url) as database, database.begin() as transaction:
        found = version_of(transaction, 1, granted.person_id)
    assert found is not None
    return found


def people(url: str) -> dict[str, tuple[str | None, list[str], list[str]]]:
    """Name, personas and groups by custom_id."""
    found = rows(
        url,
        """
        SELECT coalesce(p.custom_id, '#' || p.id) AS label, p.name,
               ARRAY(SELECT q.ifi FROM personas AS q WHERE q.person_id = p.id ORDER BY q.ifi) AS ifis,
               ARRAY(SELECT DISTINCT g.custom_id FROM memberships AS m JOIN groups AS g ON g.id = m.group_id
                     WHERE m.person_id = p.id ORDER BY g.custom_id) AS groups
        FROM people AS p
        """,
    )
    return {row["label"]: (row["name"], row["ifis"], row["groups"]) for row in found}


def test_somebody_new_and_what_is_read_then(grant: Callable[..., Granted], database_url: str) -> None:
    made = grant(custom_id="E1", name="Ann", personas=[mbox("ann@x.example", "Annie")], groups=["sales"])
    assert made.created
    assert people(database_url) == {"E1": ("Ann", ["mailto:ann@x.example"], ["sales"])}
    assert rows(database_url, "SELECT agent_name FROM personas") == [{"agent_name": "Annie"}]
    before = version(database_url, made)
    again = grant(custom_id="E1", name="Ann B")
    assert (again.created, again.person_id) == (False, made.person_id)
    assert version(database_url, again) > before


def test_by_id_all_of_it_can_change(grant: Callable[..., Granted], cli: Cli, database_url: str) -> None:
    """Personas of every kind, memberships of every source, and the custom_id; an undo takes all of it back."""
    person = grant(custom_id="E1", name="Ann", personas=[mbox("ann@x.example"), mbox("old@x.example")]).person_id
    with open("people.csv", "w") as out:
        out.write("custom_id,groups\nE1,hr|sales\n")
    assert cli("import-people", "people.csv", "--create-groups").exit_code == 0
    with open("statements.jsonl", "w") as out:
        out.write(
            json.dumps(
                {
                    "id": "c3f8c3a0-0000-4000-8000-000000000001",
                    "actor": {"mbox": "mailto:old@x.example", "name": "Old Ann"},
                    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
                    "object": {"id": "https://x.example/a"},
                    "timestamp": WRITTEN,
                }
            )
        )
    assert cli("import-statements", "statements.jsonl").exit_code == 0
    before = people(database_url)
    assert before["E1"] == ("Ann", ["mailto:ann@x.example", "mailto:old@x.example"], ["hr", "sales"])

    wish = {"exactly_personas": True, "exactly_groups": True, "groups": ["sales", "new"]}
    grant(person_id=person, custom_id="E2", personas=[mbox("ann@x.example", "Ann at work")], **wish)
    after = people(database_url)
    assert after.pop("E2") == ("Ann", ["mailto:ann@x.example"], ["new", "sales"])
    assert list(after.values()) == [("Old Ann", ["mailto:old@x.example"], [])], "statements' persona keeps a person"
    records = "SELECT interactions FROM person_records"
    assert rows(database_url, records) == [{"interactions": 1}], "made at once"
    assert cli("finish-batch-updates", "--check").exit_code == 0

    number = rows(database_url, "SELECT max(id) AS id FROM imports")[0]["id"]
    assert cli("undo-import", str(number)).exit_code == 0
    assert people(database_url) == before


def test_what_is_absent_stays(grant: Callable[..., Granted], database_url: str) -> None:
    person = grant(custom_id="E1", name="Ann", personas=[mbox("ann@x.example")], groups=["sales"]).person_id
    grant(person_id=person, name="Ann B")
    grant(person_id=person, personas=[mbox("two@x.example")])
    assert people(database_url) == {"E1": ("Ann B", ["mailto:ann@x.example", "mailto:two@x.example"], ["sales"])}
    grant(person_id=person, groups=[], exactly_groups=True)
    assert people(database_url)["E1"][2] == []


def test_somebody_without_a_custom_id(grant: Callable[..., Granted], database_url: str) -> None:
    person = grant(name="Agent", personas=[mbox("agent@x.example")]).person_id
    grant(person_id=person, custom_id="E9", name="Known")
    assert people(database_url) == {"E9": ("Known", ["mailto:agent@x.example"], [])}
    grant(custom_id="E1", personas=[mbox("a@x.example"), mbox("b@x.example")])
    other = grant(name="Nobody", personas=[mbox("c@x.example")]).person_id
    grant(person_id=other, personas=[mbox("b@x.example")])
    assert people(database_url)["E1"][1] == ["mailto:a@x.example"]
    assert people(database_url)[f"#{other}"][1] == ["mailto:b@x.example", "mailto:c@x.example"]


def test_what_cannot_be_granted_changes_nothing(grant: Callable[..., Granted], cli: Cli, database_url: str) -> None:
    ann = grant(custom_id="E1", name="Ann", personas=[mbox("ann@x.example")])
    bob = grant(custom_id="E2", name="Bob", personas=[mbox("bob@x.example")]).person_id
    assert cli("move-persona", "bob@x.example", "--pin").exit_code == 0
    before = people(database_url)

    def refused(code: str, **wish: Any) -> None:
        with pytest.raises(NotGranted) as refusal:
            grant(**wish)
        assert refusal.value.code == code
        assert people(database_url) == before

    refused("unknown_person", person_id=999, name="X")
    refused("custom_id_taken", person_id=ann.person_id, custom_id="E2")
    refused("left", person_id=ann.person_id, personas=[mbox("bob@x.example")], name="Changed")
    refused("names_nobody", person_id=ann.person_id, exactly_personas=True)
    refused("names_nobody", custom_id="E3")
    seen = version(database_url, ann)
    refused("changed_since", person_id=bob, seen=seen, name="X")
    grant(person_id=ann.person_id, seen=seen, name="Ann B")
    before = people(database_url)
    refused("changed_since", person_id=ann.person_id, seen=seen, name="Too late")


@settings(
    max_examples=examples(12),
    deadline=None,
    phases=[Phase.reuse, Phase.generate, Phase.shrink],  # to explain a failure takes minutes: each example is an import
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    said=st.lists(
        st.tuples(
            st.sampled_from([None, "A", "B"]),
            st.sampled_from([None, "Name", "Other"]),
            st.lists(st.sampled_from("pqr"), max_size=2, unique=True),
            st.lists(st.sampled_from("gh"), max_size=2, unique=True),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_wish_without_an_id_is_a_line(
    grant: Callable[..., Granted],
    cli: Cli,
    database_url: str,
    said: list[tuple[str | None, str | None, list[str], list[str]]],
) -> None:
    """There is no second way: what lines do row by row, wishes of the same do."""
    empty = "TRUNCATE people, personas, memberships, source_people, groups, group_parents, source_groups CASCADE"
    ends = []
    for way in ("lines", "wishes"):
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(empty)
        if way == "lines":
            with open("lines.csv", "w") as out:
                out.write("custom_id,name,email,email_2,groups\n")
                for custom_id, name, personas, groups in said:
                    mails = [f"{one}@x.example" for one in personas] + [""] * (2 - len(personas))
                    out.write(f"{custom_id or ''},{name or ''},{','.join(mails)},{'|'.join(groups)}\n")
            assert cli("import-people", "lines.csv", "--create-groups", "--source", "interface").exit_code in (0, 3)
        else:
            for custom_id, name, personas, groups in said:
                try:
                    wish = {"custom_id": custom_id, "name": name, "groups": groups}
                    grant(personas=[mbox(f"{one}@x.example") for one in personas], **wish)
                except NotGranted:
                    pass
        ends.append(sorted(map(repr, people(database_url).values())))
    assert ends[0] == ends[1]
