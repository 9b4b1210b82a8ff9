"""The Groups API: groups and their types over HTTP, each write a run in the history that can be undone."""

from __future__ import annotations

import os
import random
import re
import threading
import time
from typing import Any

import psycopg
import pytest
from commands import as_json, ask, statement, write
from conftest import Cli, Http
from httpx2 import Response
from model import DELETE, World
from outcomes import look
from served import served

COMPANY = (
    "custom_id,name,type,parent_custom_ids",
    "co,Company,company,",
    "north,North,region,co",
    "it,IT,region,co|north",
)
GROUPS = "SELECT custom_id FROM groups ORDER BY custom_id"
PARENTS = """
    SELECT c.custom_id, p.custom_id, s.name
    FROM group_parents AS e
    JOIN groups AS c ON c.id = e.group_id JOIN groups AS p ON p.id = e.parent_id JOIN sources AS s ON s.id = e.source_id
    ORDER BY 1, 2, 3
"""
TYPES_THERE = "SELECT id, name FROM group_types ORDER BY name"
CREATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")


def make_before(cli: Cli) -> None:
    write("groups.csv", *COMPANY)
    write("people.csv", "custom_id,email,groups", "1,ada@example.org,it", "2,bob@example.org,north")
    assert cli("import-groups", "groups.csv", "--batch").exit_code == 0
    assert cli("import-people", "people.csv", "--batch").exit_code == 0


def by_custom_id(http: Http, custom_id: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = http("GET", "groups", params={"customId": custom_id, **more}).json()
    return found


def refused(answer: Response, status: int, code: str, field: str | None = None) -> None:
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (status, code, field), answer.json()


def test_groups_are_read(http: Http, cli: Cli) -> None:
    found = http("GET", "groups").json()
    assert (found["count"], [one["customId"] for one in found["results"]]) == (3, ["co", "it", "north"])
    co, it, north = found["results"]
    assert list(it) == [
        "id",
        "customId",
        "name",
        "type",
        "groupTypeId",
        "parentGroupIds",
        "parentGroupCustomIds",
        "created",
    ]
    assert CREATED.fullmatch(it["created"])
    assert it["parentGroupIds"] == sorted([co["id"], north["id"]])
    assert it["parentGroupCustomIds"] == ["co", "north"]
    assert (it["type"], it["groupTypeId"]) == ("region", north["groupTypeId"])
    assert co["parentGroupIds"] == []
    assert http("GET", f"groups/{it['id']}").json() == it
    for path in ("groups", "groups/"):
        assert http("GET", path, params={"customId": " it "}).json() == it
    above = by_custom_id(http, "it", parentDepth=1)
    assert above == {**it, "parentGroups": [co, north]}
    assert by_custom_id(http, "north", parentDepth=-1)["parentGroups"] == [co]
    assert by_custom_id(http, "co", parentDepth=-1)["parentGroups"] == []

    page = http("GET", "groups", params={"_limit": 1, "_offset": 1, "forceDBSearch": ""})
    assert (page.json(), page.headers["X-Total-Count"]) == ({"count": 1, "results": [it]}, "3")
    assert 'rel="next"' in page.headers["Link"]
    assert http("GET", "groups", params={"type": "region", "_limit": 10}).json()["count"] == 2
    assert http("GET", "groups", params={"is_null": "type"}).json()["count"] == 0
    assert http("GET", "groups", params={"is_not_null": "name", "customId": "it"}).json()["count"] == 1
    refused(http("GET", "groups", params={"parentDepth": 1}), 400, "invalid_parameter", "parentDepth")
    refused(http("GET", "groups", params={"_limit": 1001}), 400, "invalid_parameter", "_limit")
    refused(http("GET", "groups", params={"is_null": "created"}), 400, "invalid_parameter", "is_null")
    refused(http("GET", "groups/999999"), 404, "unknown_group")
    refused(http("GET", "groups/north"), 404, "unknown_group")
    refused(http("GET", "groups", params={"customId": "west"}), 404, "unknown_group")


def test_types_come_before_groups_of_them(http: Http, cli: Cli) -> None:
    found = http("GET", "group-types").json()
    assert [one["name"] for one in found["results"]] == ["company", "region"], "those of files are among them"
    refused(http("POST", "groups", {"customId": "x", "type": "team"}), 400, "unknown_type", "type")
    refused(http("POST", "groups", {"customId": "x", "groupTypeId": 99}), 400, "unknown_type", "groupTypeId")
    made = http("POST", "group-types/", {"name": " team "})
    assert (made.status_code, made.json()["name"]) == (201, "team")
    assert http("GET", f"group-types/{made.json()['id']}").json() == made.json()
    refused(http("POST", "group-types", {"name": "team"}), 409, "type_taken", "name")
    refused(http("POST", "group-types", {"name": " "}), 400, "missing", "name")
    refused(http("POST", "group-types", {"name": "t" * 2001}), 400, "too_long", "name")
    refused(http("POST", "group-types", []), 400, "invalid_type")
    refused(http("GET", "group-types/x"), 404, "unknown_type")
    number = made.json()["id"]
    for said in ({"type": "team"}, {"groupTypeId": number}, {"type": {"id": number}}, {"type": {"name": "team"}}):
        group = http("POST", "groups", said).json()
        assert (group["type"], group["groupTypeId"]) == ("team", number)
    refused(http("POST", "groups", {"type": "region", "groupTypeId": number}), 400, "differing_types", "type")
    refused(http("POST", "groups", {"groupTypeId": "1"}), 400, "invalid_field", "groupTypeId")
    assert http("GET", "group-types", params={"name": " team"}).json()["count"] == 1
    for part in ("_offset=3", "_limit=0"):
        beyond = http("GET", f"group-types?{part}")
        assert (beyond.json()["results"], beyond.headers["X-Total-Count"]) == ([], "3")


def test_types_are_renamed_and_deleted_and_it_is_taken_back(http: Http, cli: Cli, database_url: str) -> None:
    """With the groups that are of them, whatever has come since."""

    def last() -> int:
        return int(ask(database_url, "SELECT max(id) FROM imports")[0][0])

    def undone(number: int) -> int:
        return int(as_json(cli("undo-import", str(number), "--json"))["import"])

    def kinds() -> dict[str, str | None]:
        return {one["customId"]: one.get("type") for one in http("GET", "groups").json()["results"]}

    def names() -> list[str]:
        return [name for _, name in ask(database_url, TYPES_THERE)]

    (_, _), (region, _) = before = ask(database_url, TYPES_THERE)
    assert http("PUT", f"group-types/{region}", {"name": " area ", "id": 7}).status_code == 204
    assert (kinds(), names()) == ({"co": "company", "it": "area", "north": "area"}, ["area", "company"])
    shown = as_json(cli("show-import", str(last()), "--json"))["changes"]["rows"]
    assert [(row["action"], row["group"], row["field"], row["old"], row["new"]) for row in shown] == [
        ("rename", None, "group_type", "region", "area"),
        ("update", "it", "type", "region", "area"),
        ("update", "north", "type", "region", "area"),
    ]
    back = undone(last())
    assert (kinds()["it"], ask(database_url, TYPES_THERE)) == ("region", before)
    again = undone(back)
    assert kinds()["it"] == "area"
    # What has come to be of it since is of it still.
    assert http("POST", "groups", {"customId": "new", "type": "area"}).status_code == 201
    back = undone(again)
    assert (kinds()["it"], kinds()["new"], names()) == ("region", "area", ["area", "company", "region"])
    undone(back)
    assert (kinds()["it"], names()) == ("area", ["area", "company", "region"])

    (area,) = (number for number, name in ask(database_url, TYPES_THERE) if name == "area")
    refused(http("DELETE", f"group-types/{area}"), 409, "type_in_use")
    refused(http("PUT", f"group-types/{area}", {"name": "company"}), 409, "type_taken", "name")
    refused(http("PUT", f"group-types/{area}", {}), 400, "missing", "name")
    refused(http("PUT", "group-types/999", {"name": "x"}), 404, "unknown_type")
    assert http("PUT", f"group-types/{area}", {"name": "area"}).status_code == 204, "it is called so"
    refused(http("DELETE", "group-types/999"), 404, "unknown_type")
    assert http("DELETE", f"group-types/{region}").status_code == 204
    assert names() == ["area", "company"]
    undone(last())
    assert (region, "region") in ask(database_url, TYPES_THERE)
    for group in ("it", "north", "new"):
        assert http("PUT", f"groups?customId={group}", {"type": ""}).status_code == 204
    cleared = last()
    assert http("DELETE", f"group-types/{area}").status_code == 204
    gone = last()
    undone(cleared)
    assert (kinds()["new"], names()) == ("area", ["area", "company", "region"]), "it is there with who has it"
    undone(gone)
    assert names() == ["area", "company", "region"]

    made = http("POST", "group-types", {"name": "team"}).json()["id"]
    posted = last()
    assert http("PUT", f"group-types/{made}", {"name": "crew"}).status_code == 204
    renamed = last()
    assert f"group type crew: changed since (import {renamed})" in cli("undo-import", str(posted)).stderr
    undone(renamed)
    undone(posted)
    assert names() == ["area", "company", "region"]


def test_a_group_is_made_changed_and_deleted(http: Http, cli: Cli, database_url: str) -> None:
    co, north = by_custom_id(http, "co"), by_custom_id(http, "north")
    made = http("POST", "groups/", {"customId": "west", "name": "West", "type": "region", "parentGroupIds": [co["id"]]})
    assert made.status_code == 201
    west = made.json()
    assert west == by_custom_id(http, "west")
    assert (west["name"], west["parentGroupCustomIds"]) == ("West", ["co"])
    own = http("POST", "groups", {"name": "Nameless"}).json()["customId"]
    assert own.startswith("group-")

    changed = http("PUT", f"groups/{west['id']}", {"customId": "wild-west", "name": "", "id": 1, "created": "x"})
    assert (changed.status_code, changed.content) == (204, b"")
    found = http("GET", f"groups/{west['id']}").json()
    assert ("name" in found, found["customId"], found["parentGroupIds"]) == (False, "wild-west", [co["id"]])
    assert http("PUT", "groups/?customId=wild-west", {"parentGroupCustomIds": ["north"], "type": ""}).status_code == 204
    found = by_custom_id(http, "wild-west")
    assert ("type" in found, "groupTypeId" in found, found["parentGroupCustomIds"]) == (False, False, ["north"])

    # Either array alone replaces all parents, whoever gave them; what stays stays as it is.
    it = by_custom_id(http, "it")
    assert http("PUT", f"groups/{it['id']}", {"parentGroupIds": [north["id"]]}).status_code == 204
    assert [row for row in ask(database_url, PARENTS) if row[0] == "it"] == [("it", "north", "groups")]
    both = {"parentGroupIds": [co["id"]], "parentGroupCustomIds": ["co"]}
    assert http("PUT", f"groups/{it['id']}", both).status_code == 204
    assert [row for row in ask(database_url, PARENTS) if row[0] == "it"] == [("it", "co", "tests")]

    assert http("DELETE", f"groups/{west['id']}").status_code == 204
    assert http("DELETE", "groups?customId=it").status_code == 204
    assert [row[0] for row in ask(database_url, GROUPS)] == ["co", own, "north"]
    refused(http("DELETE", f"groups/{west['id']}"), 404, "unknown_group")
    runs = as_json(cli("list-imports", "--json"))["imports"]
    done = [run for run in runs if run["command"] == "groups-api"]
    assert {run["source"] for run in done} == {"tests"}
    assert len(done) == 8
    for run in done:
        assert cli("undo-import", str(run["import"])).exit_code == 0, run
    assert [row[0] for row in ask(database_url, GROUPS)] == ["co", "it", "north"]
    assert by_custom_id(http, "it") == it
    assert cli("finish-batch-updates", "--check").exit_code == 0


def test_what_cannot_be_is_refused_and_changes_nothing(http: Http, cli: Cli, database_url: str) -> None:
    co, it = by_custom_id(http, "co"), by_custom_id(http, "it")
    before = ask(database_url, "SELECT id FROM imports")
    refused(http("POST", "groups", {"customId": "it"}), 409, "custom_id_taken", "customId")
    refused(http("PUT", f"groups/{it['id']}", {"customId": "co"}), 409, "custom_id_taken", "customId")
    refused(http("PUT", f"groups/{co['id']}", {"parentGroupIds": [it["id"]]}), 409, "parent_cycle", "parentGroupIds")
    refused(http("PUT", f"groups/{co['id']}", {"parentGroupCustomIds": ["co"]}), 409, "own_parent", "parentGroupIds")
    refused(http("POST", "groups", {"parentGroupIds": [999999]}), 400, "unknown_group", "parentGroupIds[0]")
    refused(http("POST", "groups", {"parentGroupCustomIds": ["x"]}), 400, "unknown_group", "parentGroupCustomIds")
    said = {"parentGroupIds": [co["id"]], "parentGroupCustomIds": ["it"]}
    refused(http("POST", "groups", said), 400, "differing_groups", "parentGroupCustomIds")
    for body, code, field in (
        ([], "invalid_group", None),
        ({"customId": "a|b"}, "invalid_group", "customId"),
        ({"customId": 7}, "invalid_field", "customId"),
        ({"customId": " "}, "invalid_group", "customId"),
        ({"customId": "#N/A"}, "error_value", "customId"),
        ({"name": {}}, "invalid_field", "name"),
        ({"name": "\0"}, "control_character", "name"),
        ({"parentGroupIds": 1}, "invalid_field", "parentGroupIds"),
        ({"parentGroupIds": ["1"]}, "invalid_field", "parentGroupIds[0]"),
        ({"parentGroupIds": list(range(1001))}, "too_many", "parentGroupIds"),
    ):
        refused(http("POST", "groups", body), 400, code, field)
    refused(http("PUT", "groups", {"name": "x"}), 400, "missing", "customId")
    refused(http("PUT", "groups/999999", {"name": "x"}), 404, "unknown_group")
    refused(http("PUT", "groups?customId=west", {"name": "x"}), 404, "unknown_group")
    refused(http("DELETE", "groups?customId=west"), 404, "unknown_group")
    refused(http("POST", "groups?batch=perhaps", {"name": "x"}), 400, "invalid_parameter", "batch")
    assert ask(database_url, "SELECT id FROM imports") == before, "who is refused is told so, and nothing has happened"
    http.client.auth = http.credential("reader", "read")
    refused(http("DELETE", f"groups/{it['id']}"), 403, "scope")
    refused(http("POST", "group-types", {"name": "x"}), 403, "scope")
    assert http("GET", "group-types").status_code == 200


def test_another_organisations_groups_are_none_of_ours(http: Http, cli: Cli) -> None:
    it = by_custom_id(http, "it")
    assert cli("show-status", "--organisation", "other", "--create-organisation").exit_code == 0
    http.client.auth = http.credential("theirs", "write", organisation="other")
    theirs = "/api/organizations/other/groups"
    assert http("GET", theirs).json() == {"count": 0, "results": []}
    assert http("GET", "/api/organizations/other/group-types").json()["count"] == 0
    refused(http("GET", f"{theirs}/{it['id']}"), 404, "unknown_group")
    refused(http("DELETE", f"{theirs}/{it['id']}"), 404, "unknown_group")
    refused(http("PUT", f"{theirs}/{it['id']}", {"name": "x"}), 404, "unknown_group")
    refused(http("POST", theirs, {"parentGroupIds": [it["id"]]}), 400, "unknown_group", "parentGroupIds[0]")
    refused(http("POST", theirs, {"groupTypeId": it["groupTypeId"]}), 400, "unknown_type", "groupTypeId")
    made = http("POST", theirs, {"customId": "it"})
    assert made.status_code == 201, "their ids are their own"


def test_any_writes_come_to_what_the_model_says(http: Http, database_url: str) -> None:
    """Groups are made, changed, given other parents and customIds, and deleted, or refused: after each it is as the
    model has it, which files of groups are held to as well.
    """
    seed = int(os.environ.get("IMPORT_PEOPLE_SEED", "20260101"))
    print(f"IMPORT_PEOPLE_SEED={seed}")
    chance, world = random.Random(seed), World()
    for group in http("GET", "groups").json()["results"]:
        assert http("DELETE", f"groups/{group['id']}?batch=true").status_code == 204
    for _ in range(40):
        before, there = world.copy(), world.groups
        one = chance.choice("abcd")
        body = {
            "name": chance.choice([None, "One", ""]),
            "type": chance.choice([None, "region", ""]),
            "parentGroupCustomIds": chance.choice([None, chance.sample(sorted(there), min(len(there), 2)), []]),
        }
        name, kind = (DELETE if value == "" else value for value in (body["name"], body["type"]))
        parents = body["parentGroupCustomIds"]
        if one in there and chance.random() < 0.15:
            answer, expected = http("DELETE", f"groups?customId={one}"), 204
            world.delete_groups([one])
        elif one in there:
            new_id = chance.choice([None, None, *sorted({*"abcd"} - there.keys())])
            gone = set() if parents is None else there[one].below() - {*parents}
            answer, expected = http("PUT", f"groups?customId={one}", {**body, "customId": new_id}), 204
            world.edit_group(one, new_id, name, kind, parents or (), gone, source="tests")
            one = new_id or one
        else:
            answer, expected = http("POST", "groups", {**body, "customId": one}), 201
            world.edit_group(one, None, name, kind, parents or (), (), source="tests")
        if one in world.groups and one in world.with_ancestors(world.groups[one].below()):
            world, expected = before, 409
        assert answer.status_code == expected, answer.json()
        assert look(database_url).groups == world.group_state()
    assert len(world.groups) > 1


def test_records_are_made_soon_or_by_finish_batch_updates(http: Http, cli: Cli, database_url: str) -> None:
    write("s.jsonl", *(statement({"mbox": f"mailto:{who}@example.org"}, 1) for who in ("ada", "bob")))
    assert cli("import-statements", "s.jsonl").exit_code == 0
    pending = "SELECT count(*) FROM pending"
    assert http("DELETE", "groups?customId=it&batch=true").status_code == 204
    assert ask(database_url, pending) == [(3,)]
    with psycopg.connect(database_url) as connection:
        # Somebody else is at it: a second one waits.
        connection.execute("SELECT pg_advisory_xact_lock(7309, 1)")
        answers: list[Response] = []
        waiting = threading.Thread(target=lambda: answers.append(http("POST", "groups/finish-batch-updates")))
        waiting.start()
        held = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 7309 AND NOT granted"
        while not connection.execute(held).rowcount:
            time.sleep(0.01)
        assert connection.execute(pending).fetchall() == [(3,)]
        connection.rollback()
        waiting.join()
    assert [(one.status_code, one.content) for one in answers] == [(204, b"")]
    assert ask(database_url, pending) == [(0,)]
    north = as_json(cli("report-groups", "--json"))["rows"]
    assert {row["custom_id"]: row["interactions"] for row in north} == {"co": 1, "north": 1}
    assert http("DELETE", "groups?customId=north").status_code == 204
    while ask(database_url, pending) != [(0,)]:
        time.sleep(0.05)
    assert as_json(cli("finish-batch-updates", "--check", "--json"))["differences"] == 0


def test_who_waits_for_all_records_keeps_nobody_from_writing(
    http: Http, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.serving.access.WRITES", 2)
    few = http.serve(patience=1.0)
    few.auth = http.client.auth
    http.client = few
    held = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 7309 AND NOT granted"
    answers: list[int] = []
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(7309, 1)")

        def finish() -> None:
            answers.append(http("POST", "groups/finish-batch-updates").status_code)

        waiting = [threading.Thread(target=finish) for _ in range(4)]
        for one in waiting:
            one.start()
        while not connection.execute(held).rowcount:
            time.sleep(0.01)
        for name in ("a", "b", "c"):
            assert http("POST", "groups", {"customId": name}).status_code == 201
        assert connection.execute(held).rowcount == 1
    for one in waiting:
        one.join()
    assert answers == [204] * 4


def test_our_own_groups_move_in_from_our_own_server(
    http: Http, cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`migrate watershed` reads them as it reads Watershed's, with types and parents."""
    monkeypatch.setenv("WATERSHED_CREDENTIALS", ":".join(http.credential("mover", "read")))
    there = ("--organisation", "other", "--create-organisation")
    with served(database_url) as url:
        moved = as_json(cli("migrate", "watershed", url, "default", *there, "--json"))
    assert (moved["groups"]["created"], moved["parents"]["added"], moved["people"]["created"]) == (3, 3, 2)
    of = "SELECT c.custom_id, c.name, c.type, t.name FROM groups AS c JOIN group_types AS t ON t.name = c.type"
    with psycopg.connect(database_url) as connection:
        found = connection.execute(f"{of} AND t.organisation_id = c.organisation_id ORDER BY 1").fetchall()
    assert found == sorted(found[::2] * 2), "the same here and there"
    parents = [row[:2] for row in ask(database_url, PARENTS)]
    assert parents == sorted([*parents[::2], *parents[::2]])
    made = "SELECT custom_id, date_trunc('milliseconds', created_at) FROM groups GROUP BY 1, 2"
    assert len(ask(database_url, made)) == 3, "and were made when they were made there"
