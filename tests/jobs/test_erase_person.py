"""Who is erased is nowhere any more, comes back by no road, and everybody else stays as they were."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from commands import as_json, ask, emails, people, write
from conftest import Cli, Http
from psycopg import sql

MARKS = ("zqada", "zqold", "zqnew", "zqshell", "zqgone", "zqrej", "zqtyp", "zqlast", "zqput", "zqapi", "zqwas")
"""Whatever is Ada's, and nobody else's, has one of these in it."""
TEXTS = """
    SELECT c.relname, a.attname
    FROM pg_class AS c
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_|^information_schema$'
    WHERE c.relkind IN ('r', 'm', 'p')
"""
KNOWN_TO_THE_PLANNER = """
    SELECT tablename || '.' || attname || ': ' || concat(most_common_vals, histogram_bounds) FROM pg_stats
    WHERE schemaname = 'public'
"""


def everything(url: str) -> list[str]:
    """Every value of every column of every table, as text; bytes as hexadecimal digits; and what the planner knows."""
    found = []
    with psycopg.connect(url) as connection:
        for table, column in connection.execute(TEXTS).fetchall():
            query = sql.SQL("SELECT CAST({} AS text) FROM {} WHERE {} IS NOT NULL").format(
                *map(sql.Identifier, (column, table, column))
            )
            found += [f"{table}.{column}: {value}" for (value,) in connection.execute(query).fetchall()]
        found += [row for (row,) in connection.execute(KNOWN_TO_THE_PLANNER).fetchall() if row]
    return found


def traces(url: str, *ids: str) -> list[str]:
    """Where any mark stands, or a plain hash of one of these ids."""
    hashes = [
        hashlib.new(kind, one.encode(), usedforsecurity=False).hexdigest()
        for one in ids
        for kind in ("md5", "sha1", "sha256", "sha512")
    ]
    wanted = [*MARKS, *hashes]
    return [row for row in everything(url) if any(one in row.lower() for one in wanted)]


def statement(number: int, agent: dict[str, Any], at: str = "2026-01-01T08:00:00Z", **more: Any) -> dict[str, Any]:
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "actor": agent,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://lms.example/course"},
        "timestamp": at,
        **more,
    }


def agent(address: str, name: str | None = None) -> dict[str, Any]:
    return {"mbox": f"mailto:{address}", **({"name": name} if name else {})}


def voiding(number: int, by: dict[str, Any], what: int) -> dict[str, Any]:
    return statement(number, by) | {
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": f"00000000-0000-4000-8000-{what:012}"},
    }


def load(cli: Cli, *statements: dict[str, Any]) -> dict[str, Any]:
    Path("statements.json").write_text(json.dumps(statements))
    return as_json(cli("import-statements", "statements.json", "--no-finish", "--json"))


def imports(cli: Cli, *lines: str, source: str = "hr", options: tuple[str, ...] = (), code: int = 0) -> dict[str, Any]:
    write("people.csv", *lines)
    cli("resume-source", source)
    given = ("--batch", "--source", source, "--create-groups", "--min-lines", "0", "--no-finish", *options)
    return as_json(cli("import-people", "people.csv", *given, "--json"), code)


def erase(cli: Cli, *ids: str) -> dict[str, Any]:
    return as_json(cli("erase-person", *ids, "--yes", "--json"))


def consistent(cli: Cli) -> None:
    assert cli("finish-batch-updates").exit_code == 0
    assert as_json(cli("finish-batch-updates", "--check", "--json"))["differences"] in (0, [], {})


HEADER = "custom_id,previous_custom_id,name,image_url,email,email_2,account_name,account_home_page,groups"


def over_http(http: Http, cli: Cli) -> None:
    """Ada is merged, taken over, given to and taken from by every door that there is; of Dan that was a mistake."""
    said = {"customId": "zqwas1", "name": "zqwas", "personas": [agent("zqwas@x.example"), agent("door@x.example")]}
    was = http("POST", "people", said).json()["id"]
    api = http("POST", "people", {"customId": "zqapi1", "personas": [agent("zqapi@x.example", "zqapi")]}).json()["id"]
    dan = http("POST", "people", {"customId": "4", "name": "Dan", "personas": [agent("dan@x.example")]}).json()["id"]
    # What the one who is merged had once is Bob's by then.
    bob = [agent("bob@x.example"), agent("door@x.example")]
    assert http("PUT", "people?customId=2", {"personas": bob}).status_code == 204
    for gone, stays in ((was, api), (dan, api)):
        asked = {"mergePersonaFromId": f"{gone:024x}", "mergePersonaToId": f"{stays:024x}", "customId": "zqapi1"}
        assert http("POST", "/api/mergepersona", params=asked).status_code == 200
    (last,) = (run["import"] for run in as_json(cli("list-imports", "--limit", "1", "--json"))["imports"])
    assert as_json(cli("undo-import", str(last), "--json"))["people"]["created"] == 1
    assert cli("delete-person", "4").exit_code == 0
    upsert = {"ifi": {"key": "mbox", "value": "mailto:zqput@x.example"}, "persona": f"{api:024x}"}
    assert http("POST", "/api/v2/personaIdentifier/upsert", upsert).status_code == 200
    (ada,) = (one["id"] for one in people(cli) if one["customId"] == "zqnew1")
    hers = http("GET", f"people/{ada}").json()["personas"]
    assert http("PUT", f"people/{ada}", {"personas": [*hers, agent("zqput@x.example")]}).status_code == 204
    cy = [agent("cy@x.example"), agent("zqput@x.example")]
    assert http("PUT", "people?customId=3", {"personas": cy}).status_code == 204
    assert http("PUT", f"people/{ada}", {"personas": [*hers, agent("zqput@x.example")]}).status_code == 204
    assert cli("merge-people", "zqnew1", "zqapi1", "--custom-id", "zqnew1").exit_code == 0
    assert cli("delete-group", "g3").exit_code == 0


def a_long_history(cli: Cli, http: Http, url: str) -> None:
    """Ada and Bob, over the years."""
    load(
        cli,
        statement(1, agent("zqshell@x.example", "zqshell ada")),
        statement(2, agent("bob@x.example", "Bob")),
        statement(3, agent("zqada@x.example", "zqada"), object={"id": "https://lms.example/profiles/zqada"}),
    )
    ada = "zqada Lovelace,https://x.example/zqada.png,zqada@X.Example,zqshell@x.example,zqada,https://lms.example,g1|g2"
    imports(
        cli,
        HEADER,
        f"zqold1,,{ada}",
        "2,,Bob,,bob@x.example,desk@x.example,,,g1",
        "3,,Cy,,cy@x.example,,,,g2",
        "zqgone,,zqgone,,zqgone@x.example,,,,",
    )
    imports(cli, HEADER, "zqnew1,zqold1,zqada King,,,,,,g3", source="crm", options=("--groups", "replace"))
    imports(cli, HEADER, "zqnew1,,zqada King,,zqgone@x.example,,,,g1|g3")
    # The desk, and its address, are hers for a while.
    imports(cli, f"{HEADER},identifier_since", "zqnew1,,,,desk@x.example,,,,,2026-02-01")
    load(
        cli,
        statement(4, agent("desk@x.example", "zqada at the desk"), "2026-02-02T08:00:00Z"),
        statement(5, agent("desk@x.example"), "2026-01-02T08:00:00Z"),
        voiding(6, agent("zqada@x.example"), 2),
    )
    imports(cli, f"{HEADER},identifier_since", "2,,,,desk@x.example,,,,,2026-03-01")
    # What is rejected, left, refused and suspended.
    imports(cli, HEADER, "zqnew1,,,,zqrej and more,,,,", "zqnew1,,,,bob@x.example,,,,", code=3)
    imports(cli, HEADER, "3,,,,zqada@x.example,,,,", options=("--takeovers", "leave"))
    write("people.csv", HEADER, "3,,,,zqada@x.example,,,,", "2,,,,zqshell@x.example,,,,")
    assert cli("import-people", "people.csv", "--batch", "--source", "hr", "--max-takeovers", "0").exit_code == 4
    assert cli("edit-person", "3", "--custom-id", "zqnew1").exit_code == 2
    load(cli, statement(7, agent("zqlast@x.example", "zqlast")))
    over_http(http, cli)
    for command in (
        ("edit-person", "zqnew1", "--name", "zqada Byron", "--add-persona", "zqtyp@x.example", "--add-group", "g2"),
        ("merge-people", "zqnew1", "zqlast@x.example"),
        ("move-persona", "zqshell@x.example", "--to", "3"),
        ("move-persona", "zqshell@x.example", "--to", "zqnew1", "--pin"),
        ("edit-person", "zqnew1", "--remove-group", "g2"),
    ):
        assert cli(*command, "--no-finish").exit_code == 0, command
    (last,) = ask(url, "SELECT max(id) FROM imports")[0]
    assert cli("undo-import", str(last)).exit_code == 0


IDS = (
    "zqold1", "zqnew1", "zqgone", "zqada@x.example", "mailto:zqada@x.example", "mailto:zqgone@x.example",
    "mailto:zqshell@x.example", "https://lms.example zqada", "mailto:zqlast@x.example", "zqwas1", "zqapi1",
    "mailto:zqwas@x.example", "mailto:zqput@x.example", "mailto:zqapi@x.example",
)  # fmt: skip


def test_nothing_of_who_is_erased_is_anywhere(cli: Cli, http: Http, database_url: str) -> None:
    a_long_history(cli, http, database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    assert len(traces(database_url, *IDS)) > 40
    (ada,) = ask(database_url, "SELECT id FROM people WHERE custom_id = 'zqnew1'")[0]
    before = people(cli)
    preview = as_json(cli("erase-person", "zqnew1", "--dry-run", "--json"))
    assert people(cli) == before
    told = erase(cli, "zqnew1")
    assert told["people"] == preview["people"] == {"erased": 4}
    assert told["personas"] == {"erased": 9, "staying": 3}
    assert told["statements"] == 5
    assert traces(database_url, *IDS) == []
    assert {person["customId"] for person in people(cli)} == {"2", "3"}
    consistent(cli)
    with psycopg.connect(database_url) as connection:
        for table, column in connection.execute(TEXTS).fetchall():
            if column in ("person_id", "holder_id", "claimant_id"):
                query = sql.SQL("SELECT count(*) FROM {} WHERE {} = %s").format(*map(sql.Identifier, (table, column)))
                assert connection.execute(query, [ada]).fetchone() == (0,), table
    (last,) = ask(database_url, "SELECT max(id) FROM imports")[0]
    shows = [("show-import", str(number)) for number in range(1, last + 1)]
    # Whom she was one with over HTTP does not come back either; who was taken for her by mistake does.
    lines = ("zqwas1,,Was,,new@x.example,,,,", "zqapi1,,Api,,newer@x.example,,,,", "4,,Dan,,dan@x.example,,,,")
    told = imports(cli, HEADER, *lines)
    assert (told["erased"], told["people"]["created"]) == ({"lines": 2, "personas": 0}, 1)
    hashed = "SELECT id FROM imports WHERE strpos(files::text, 'sha256') > 0 OR counts ? 'plan'"
    assert ask(database_url, hashed) == []
    for command in (("list-imports",), ("show-status",), ("explain-persona", "desk@x.example"), *shows):
        shown = cli(*command)
        assert shown.exit_code == 0, shown
        assert not any(mark in shown.stdout.lower() for mark in MARKS), shown


PLAIN = "custom_id,name,email,email_2,groups"
OTHER = f"{PLAIN},_other_id,_other_id_of_identifier,_other_id_of_identifier_2"


def rows(url: str) -> dict[str, list[str]]:
    """Every row of every table but the history and what is kept of the erased."""
    with psycopg.connect(url) as connection:
        tables = {table for table, _ in connection.execute(TEXTS).fetchall()}
        return {
            table: sorted(
                row
                for (row,) in connection.execute(
                    sql.SQL("SELECT CAST(t AS text) FROM {} AS t").format(sql.Identifier(table))
                ).fetchall()
            )
            for table in tables - {"imports", "erased_ids", "erasure_keys"}
        }


def test_everybody_else_stays_as_they_were_and_who_is_erased_comes_back_by_no_road(
    cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob, dora = (",".join(f"{who}{number:023x}" for number in (1, 2, 3)) for who in "bd")
    imports(cli, OTHER, "1,Ada,ada@x.example,,g,,,", f"2,Bob,bob@x.example,shared@x.example,g|h,{bob}")
    load(cli, statement(1, agent("ada@x.example")), statement(2, agent("bob@x.example"), "2026-01-02T08:00:00Z"))
    imports(cli, PLAIN, "1,Ada L.,,,", "2,Bob,bob@x.example,shared@x.example,h")
    consistent(cli)
    before = rows(database_url)
    load(cli, statement(3, agent("dora@x.example", "Dora D.")), statement(4, agent("dora2@x.example", "Dora")))
    imports(cli, OTHER, f"9,Dora,dora@x.example,dora2@x.example,g,{dora}", source="crm")
    imports(cli, PLAIN, "9,Dora E.,,dora3@x.example,h", source="crm", options=("--personas", "replace"))
    (crm,) = ask(database_url, "SELECT id FROM sources WHERE name = 'crm'")[0]
    consistent(cli)
    assert rows(database_url)["group_records"] != before["group_records"]
    assert erase(cli, "9", "dora2@x.example", "dora@x.example")["people"] == {"erased": 3}
    after = rows(database_url)
    after["sources"] = [row for row in after["sources"] if f",{crm},crm," not in row]
    assert after == before
    assert len(after["other_ids"]) == 3

    # None of these roads brings her back; what else a line says stays said.
    lines = (
        PLAIN,
        "9,Dora,dora@x.example,new@x.example,k",
        ",Dora,dora3@x.example,newer@x.example,k",
        "1,Ada L.,ada@x.example,dora2@x.example,",
        "77,,dora@x.example,,",
    )
    told = imports(cli, *lines)
    assert told["erased"] == {"lines": 2, "personas": 2}
    assert (told["rejected"], told["waiting"], told["rows"]) == (0, 1, 2)
    told = imports(cli, *lines)
    assert told["erased"] == {"lines": 2, "personas": 2}
    row_by_row = as_json(cli("import-people", "people.csv", "--source", "hr", "--create-groups", "--json"))
    assert row_by_row["erased"] == {"lines": 2, "personas": 2}
    with monkeypatch.context() as patched:  # who is erased while an import row by row is under way
        patched.setattr("jobs.importing.row_by_row.erased_of", lambda *_: None)
        stopped = cli("import-people", "people.csv", "--source", "hr", "--create-groups")
        assert (stopped.exit_code, "nobody who was erased comes back" in stopped.stderr) == (1, True)
    write("renamed.csv", "custom_id,previous_custom_id,name,email", "10,9,Dora,new@x.example")
    assert as_json(cli("import-people", "renamed.csv", "--source", "hr", "--json"))["erased"]["lines"] == 1
    hashed = {"mbox_sha1sum": hashlib.sha1(b"mailto:dora@x.example", usedforsecurity=False).hexdigest()}
    hers = statement(3, agent("dora@x.example")), statement(5, hashed)
    loaded = load(cli, *hers, statement(6, agent("bob@x.example")))
    assert (loaded["loaded"], loaded["erased"], loaded["rejected"]) == (1, 2, 0)
    refused = cli("edit-person", "1", "--add-persona", "dora@x.example")
    assert (refused.exit_code, "was erased" in refused.stderr) == (4, True)
    assert cli("edit-person", "1", "--custom-id", "9").exit_code == 4
    assert [emails(person) for person in people(cli)] == [["ada@x.example"], ["bob@x.example", "shared@x.example"]]
    assert ask(database_url, "SELECT custom_id FROM groups ORDER BY 1") == [("g",), ("h",)]
    consistent(cli)

    # Another organisation knows nothing of it; and she may come again, once that is said.
    other = ("--organisation", "other", "--create-organisation")
    assert imports(cli, PLAIN, "9,Dora,dora@x.example,,", options=other)["people"]["created"] == 1
    assert as_json(cli("erase-person", "dora2@x.example", "--forget", "--dry-run", "--json"))["forgotten"] == 7
    assert as_json(cli("erase-person", "9", "--forget", "--json"))["forgotten"] == 7
    assert as_json(cli("erase-person", "9", "--forget", "--json"))["forgotten"] == 0
    told = imports(cli, *lines, code=3)  # which fight over one of them now
    assert "erased" not in told
    assert emails(people(cli)[-1]) == ["dora3@x.example", "newer@x.example"]


def test_what_was_theirs_for_a_time_is_taken_from_that_time_alone(cli: Cli, database_url: str) -> None:
    """Bob has had the desk before Ada, and Cy after her; what Bob had before her, and nobody has now, nobody gets."""
    since = f"{PLAIN},identifier_since"
    said = [
        statement(number, agent(address, name), f"2026-0{month}-02T08:00:00Z")
        for number, (address, name, month) in enumerate(
            [
                ("desk@x.example", "Bob", 1), ("desk@x.example", "Ada", 2), ("desk@x.example", "Cy", 3),
                ("door@x.example", "Bob", 1), ("door@x.example", "Ada", 2),
            ]
        )
    ]  # fmt: skip
    imports(cli, since, "2,Bob,desk@x.example,bob@x.example,g,", "3,Cy,cy@x.example,,g,", "2,Bob,door@x.example,,,")
    load(cli, *said, voiding(8, agent("ada@x.example"), 2), voiding(9, agent("ada@x.example"), 1))
    took = imports(cli, since, "1,Ada,desk@x.example,,h,2026-02-01", "1,Ada,door@x.example,ada@x.example,,2026-02-01")
    gave = imports(cli, since, "3,,desk@x.example,,,2026-03-01")
    told = erase(cli, "1")
    assert (told["statements"], told["personas"]) == (4, {"erased": 1, "staying": 1})
    assert [(one["ifi"], one["person"]["customId"]) for one in told["others_have"]] == [("mailto:desk@x.example", "3")]
    spells = "SELECT person_id FROM {} WHERE CAST(ends_at AS text) < '3' ORDER BY 1"
    assert len(ask(database_url, spells.format("closed_spells"))) == 2
    voided = ask(database_url, "SELECT voids, persona_id, id FROM statements WHERE voids IS NOT NULL")
    assert [(str(one)[-1], persona) for one, persona, _ in voided] == [("2", None)]
    assert not str(voided[0][2]).startswith("00000000")
    nobodys = "SELECT person_id, CAST(begins_at AS date)::text, agent_name FROM personas WHERE ifi = %s"
    assert ask(database_url, nobodys, "mailto:door@x.example") == [(None, "2026-02-01", None)]
    consistent(cli)
    shown = cli("explain-persona", "desk@x.example")
    assert ("#0 erased" in shown.stdout, "Ada" in shown.stdout) == (True, False), shown

    # A late word of Bob's is his; of her times nothing is let in.
    late = [statement(20 + month, agent("door@x.example"), f"2026-0{month}-03T08:00:00Z") for month in (1, 2)]
    assert {key: load(cli, *late)[key] for key in ("loaded", "erased")} == {"loaded": 1, "erased": 1}
    assert cli("move-persona", "door@x.example", "--to", "3").exit_code == 4

    # Neither is the erasure undone, nor does an undo bring her back.
    refused = cli("undo-import", str(told["import"]))
    assert (refused.exit_code, "has erased somebody" in refused.stderr) == (2, True)
    for done in (gave, took):
        assert cli("undo-import", str(done["import"])).exit_code == 4
        assert as_json(cli("undo-import", str(done["import"]), "--skip-changed", "--json"))["left"] > 0
        assert {one["customId"] for one in people(cli)} == {"2", "3"}
        consistent(cli)


def test_who_is_gone_already_is_erased_from_the_history(
    cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no first load, which takes newcomers past the steps, brings them back."""
    monkeypatch.setattr("jobs.importing.newcomers.FEW", 0)
    made = imports(cli, PLAIN, "zqold1,zqada,zqada@x.example,,", "2,Bob,bob@x.example,,")
    as_json(cli("undo-import", str(made["import"]), "--json"))
    assert traces(database_url)
    assert cli("erase-person", "zqold1").exit_code == 2
    nobody = cli("erase-person", "zqold2", "--yes")
    assert (nobody.exit_code, "nobody has, or had" in nobody.stderr) == (2, True)
    assert erase(cli, "zqada@x.example")["people"] == {"erased": 1}
    assert traces(database_url, "zqold1", "zqada@x.example") == []
    assert imports(cli, PLAIN, "zqold1,zqada,zqada@x.example,,", "2,Bob,bob@x.example,,")["erased"]["lines"] == 1
    assert [person["customId"] for person in people(cli)] == ["2"]
    compared = as_json(cli("compare-with", "people.csv", "--json"))
    assert (compared["differences"], compared["erased"]) == (0, 1)
