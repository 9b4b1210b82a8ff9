"""The People API: the document's own example, request by request; then every sentence of it."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import psycopg
import pytest
from conftest import Cli, Http

from jobs.serving.people_api import lists

HOME = "http://cloud.scorm.com/"
BOBS_MAIL = {"name": "Bob Smith", "id": 1, "mbox": "mailto:bob.smith@example.com"}
BOBS_ACCOUNT = {"name": "Bob Smith", "id": 2, "account": {"homePage": HOME, "name": "W74TDQ7PZG|251479"}}
FIRST_LIST = {
    "count": 2,
    "results": [
        {
            "id": 1,
            "name": "Bob Smith",
            "personas": [{**BOBS_MAIL, "created": "2015-02-26T18:29:22.000+0000"}],
            "parentGroupIds": [],
            "parentGroupCustomIds": [],
            "created": "2015-02-26T18:29:18.000+0000",
        },
        {
            "id": 2,
            "name": "Bob Smith",
            "personas": [{**BOBS_ACCOUNT, "created": "2015-04-29T13:00:42.000+0000"}],
            "parentGroupIds": [],
            "parentGroupCustomIds": [],
            "created": "2015-04-29T13:00:42.000+0000",
        },
    ],
}
BOTH = {"id": 1, "name": "Bob Smith", "personas": [BOBS_MAIL, BOBS_ACCOUNT], "parentGroupIds": [],
        "parentGroupCustomIds": []}  # fmt: skip
SUE = {
    "name": "Sue Jones",
    "personas": [
        {"name": "Sue Jones", "mbox": "mailto:sue.jones@example.com"},
        {"name": "Sue Jones", "account": {"homePage": HOME, "name": "W74TDQ7PZG|145897"}},
    ],
    "parentGroupIds": [],
    "parentGroupCustomIds": [],
}
CREATED = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000"


def written(path: str, what: str) -> str:
    with open(path, "w") as out:
        out.write(what)
    return path


def without(found: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key not in keys}


def test_the_documents_example(http: Http, cli: Cli) -> None:
    answer = written("people.json", json.dumps(FIRST_LIST))
    assert cli("migrate", "people-json", answer).exit_code == 0
    found = http("GET", "/api/organizations/1/people")
    assert found.status_code == 200
    assert found.json() == FIRST_LIST
    assert [*found.json()["results"][0]] == [*FIRST_LIST["results"][0]], "in the order of the document"
    assert [*found.json()["results"][0]["personas"][0]] == [*FIRST_LIST["results"][0]["personas"][0]]

    changed = http("PUT", "/api/organizations/1/people/1", BOTH)
    assert (changed.status_code, changed.content) == (204, b"")
    assert http("GET", "/api/organizations/1/people").json()["count"] == 1, "the other Bob Smith is gone"

    made = http("POST", "/api/organizations/1/people/", SUE)
    assert made.status_code == 201
    sue = made.json()
    assert isinstance(sue["id"], int)
    assert [without(persona, "id", "created") for persona in sue["personas"]] == SUE["personas"]
    assert without(sue, "id", "created", "personas") == without(SUE, "personas")

    bob = http("GET", "/api/organizations/1/people/1?parentDepth=-1").json()
    personas = [{**BOBS_MAIL, "created": "2015-02-26T18:29:22.000+0000"},
                {**BOBS_ACCOUNT, "created": "2015-04-29T13:00:42.000+0000"}]  # fmt: skip
    assert bob == {**BOTH, "personas": personas, "created": "2015-02-26T18:29:18.000+0000", "parentGroups": []}
    asked = '/api/organizations/1/people/with-persona?parentDepth=1&persona={"mbox":"mailto:sue.jones@example.com"}'
    assert http("GET", asked).json() == {**sue, "parentGroups": []}


def mbox(address: str, **more: Any) -> dict[str, Any]:
    return {"mbox": f"mailto:{address}@x.example", **more}


def told(answer: Any) -> tuple[int, str, str | None]:
    """What is told of a request that is refused."""
    found = answer.json()
    assert [*found] == ["code", "message", "field"]
    assert found["message"]
    return answer.status_code, found["code"], found["field"]


def made(http: Http, **person: Any) -> dict[str, Any]:
    answer = http("POST", "people", person)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(answer: Any) -> list[str]:
    found = answer.json()
    assert found["count"] == len(found["results"])
    return [person["name"] for person in found["results"]]


def test_lists(http: Http, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"{'' if n % 3 else f'E{n}'},Name {n},p{n}@x.example\n" for n in range(12)]
    assert cli("import-people", written("people.csv", "".join(["custom_id,name,email\n", *lines]))).exit_code == 0
    everybody = [f"Name {n}" for n in range(12)]
    found = http("GET", "people")
    assert names(found) == everybody
    assert found.headers["X-Total-Count"] == "12"

    assert names(http("GET", "people?_limit=5")) == everybody[:5]
    page = http("GET", "people/?_limit=5&_offset=5")
    assert names(page) == everybody[5:10]
    assert page.headers["X-Total-Count"] == "12"
    links = {link["rel"]: url for url, link in parsed_links(page.headers["Link"])}
    assert [*links] == ["first", "last", "prev", "next"]
    assert names(http("GET", links["next"])) == everybody[10:]
    assert "next" not in http("GET", links["next"]).headers["Link"].replace('rel="', "")
    assert names(http("GET", links["prev"])) == everybody[:5]
    assert names(http("GET", links["last"])) == everybody[10:]
    beyond = http("GET", "people?_limit=5&_offset=60")
    assert names(beyond) == []
    links = {link["rel"]: url for url, link in parsed_links(beyond.headers["Link"])}
    assert names(http("GET", links["prev"])) == everybody[10:], "who is beyond all of them is led back"
    assert names(http("GET", "people?_limit=0")) == []

    assert names(http("GET", "people?is_not_null=customId")) == ["Name 0", "Name 3", "Name 6", "Name 9"]
    without_id = http("GET", "people?is_null=customId&_limit=3")
    assert names(without_id) == ["Name 1", "Name 2", "Name 4"]
    assert without_id.headers["X-Total-Count"] == "8"
    assert "is_null=customId" in without_id.headers["Link"]
    assert names(http("GET", "people?is_null=imageUrl,customId&is_not_null=name&_limit=1")) == ["Name 1"]
    assert names(http("GET", "people?customId=%20E3&_limit=10")) == ["Name 3"]

    for query, field in (
        ("_limit=1001", "_limit"), ("_limit=-1", "_limit"), ("_limit=x", "_limit"), ("_offset=-1", "_offset"),
        ("is_null=shoeSize", "is_null"), ("is_null=name&is_not_null=name", "is_not_null"),
        ("parentDepth=1", "parentDepth"),
    ):  # fmt: skip
        assert told(http("GET", f"people?{query}")) == (400, "invalid_parameter", field)

    monkeypatch.setattr("jobs.serving.people_api.asked.SEARCHED", 8)
    short = http("GET", "people?_limit=5&_offset=5")
    assert names(short) == everybody[5:8], "nothing beyond the 10,000th"
    assert short.headers["X-Total-Count"] == "12"
    assert "next" not in short.headers["Link"]
    assert names(http("GET", "people?_offset=8")) == []
    for forced in ("forceDBSearch", "forceDBSearch=true"):
        assert names(http("GET", f"people?_offset=8&{forced}")) == everybody[8:]
    assert names(http("GET", "people?_offset=8&forceDBSearch=false")) == []

    other = http.serve(counts_all=True)
    other.auth = http.client.auth
    assert other.get("/api/organizations/1/people?_limit=2").json()["count"] == 12


def parsed_links(header: str) -> list[tuple[str, dict[str, str]]]:
    found = []
    for link in header.split(", "):
        url, rel = link.split("; ")
        found.append((url.strip("<>"), {"rel": rel.removeprefix('rel="').removesuffix('"')}))
    return found


def test_one_person_is_found(http: Http, cli: Cli) -> None:
    groups = (
        "custom_id,name,type,parent_custom_ids\nworld,World,,\neurope,Europe,region,world\nparis,Paris,city,europe\n"
    )
    assert cli("import-groups", written("groups.csv", groups), "--batch").exit_code == 0
    ann = made(http, customId="E1", name="Ann", personas=[mbox("ann"), {"openid": "https://ann.x.example/"}],
               parentGroupCustomIds=["paris"])  # fmt: skip
    assert ann["parentGroupCustomIds"] == ["paris"]
    (paris,) = ann["parentGroupIds"]
    for path in (f"people/{ann['id']}", "people?customId=E1", "people/?customId=E1", "people?customId=%20E1%20",
                 'people/with-persona?persona={"mbox":"mailto:ann@x.example","openid":null,"name":null,"created":null}',
                 'people/with-persona?persona={"mbox":"mailto:ann@X.example"}',
                 'people/with-persona?persona={"openid":"https://ann.x.example/","name":"A","id":5}'):  # fmt: skip
        found = http("GET", path)
        assert (found.status_code, found.json()) == (200, ann), path
        assert http("GET", f"{path}{'&' if '?' in path else '?'}parentDepth=0").json() == ann
    for depth, above in ((1, ["paris"]), (2, ["europe", "paris"]), (3, ["world", "europe", "paris"]),
                         (9, ["world", "europe", "paris"]), (-1, ["world", "europe", "paris"])):  # fmt: skip
        found = http("GET", f"people/{ann['id']}?parentDepth={depth}").json()
        assert sorted(group["customId"] for group in found["parentGroups"]) == sorted(above)
        assert without(found, "parentGroups") == ann
    (group,) = (one for one in found["parentGroups"] if one["customId"] == "paris")
    assert (group["id"], group["name"], group["parentGroupCustomIds"]) == (paris, "Paris", ["europe"])

    unknown = (404, "unknown_person", None)
    for path in ("people/999", "people/x", f"people/{10**30}", "people?customId=E2", "people/?customId=",
                 'people/with-persona?persona={"mbox":"mailto:nobody@x.example"}'):  # fmt: skip
        assert told(http("GET", path)) == unknown, path
    for depth in ("-2", " 1", "1_0", "x", str(2**31)):
        found = http("GET", f"people/{ann['id']}?parentDepth={depth}")
        assert told(found) == (400, "invalid_parameter", "parentDepth")
    for persona, code, field in (
        ("", "invalid_json", "persona"),
        ("x", "invalid_json", "persona"),
        ("[]", "invalid_persona", "persona"),
        ('{"name":"Ann"}', "invalid_persona", "persona"),
        ('{"mbox":"mailto:ann@x.example","openid":"https://ann.x.example/"}', "invalid_persona", "persona"),
        ('{"mbox":"ann"}', "invalid_persona", "persona.mbox"),
        ('{"mbox":"mailto:ann@x.example","created":"2015-02-26T18:29:22.000+0000"}', "created", "persona.created"),
        ('{"objectType":"Group","member":[{"mbox":"mailto:ann@x.example"}]}', "invalid_persona", "persona"),
    ):
        assert told(http("GET", "people/with-persona", params={"persona": persona})) == (400, code, field), persona
    assert told(http("GET", "people/with-persona")) == (400, "missing", "persona")


def test_somebody_is_added(http: Http, cli: Cli) -> None:
    least = made(http, personas=[mbox("least")])
    assert [*least] == ["id", "personas", "parentGroupIds", "parentGroupCustomIds", "created"], "absent, not null"
    assert [*least["personas"][0]] == ["id", "mbox", "created"]
    for created in (least["created"], least["personas"][0]["created"]):
        assert re.fullmatch(CREATED, created)
    everything = {
        "id": 77,
        "created": "1999-01-01T00:00:00.000+0000",
        "customId": " E1 ",
        "name": "Ann",
        "imageUrl": "https://x.example/ann.png",
        "personas": [
            mbox("ann", name="Annie", objectType="Agent", id=99, created="1999-01-01T00:00:00.000+0000"),
            {"mbox_sha1sum": "CC1E39B02974C5D21E792D7FEBCAA6018BB6C574"},
            {"openid": "https://ann.x.example/", "name": None, "mbox": None, "objectType": None},
            {"objectType": "Group", "name": "Team", "account": {"homePage": HOME, "name": "team 1"},
             "member": [mbox("bob")]},
            mbox("ann", name="Twice"),
        ],
    }  # fmt: skip
    found = made(http, **everything)
    assert found["id"] != 77
    assert found["created"] > "2020"
    assert without(found, "id", "created", "personas") == {
        "customId": "E1", "name": "Ann", "imageUrl": "https://x.example/ann.png", "parentGroupIds": [],
        "parentGroupCustomIds": [],
    }  # fmt: skip
    assert [without(persona, "id", "created") for persona in found["personas"]] == [
        {"name": "Annie", "objectType": "Agent", **mbox("ann")},
        {"mbox_sha1sum": "cc1e39b02974c5d21e792d7febcaa6018bb6c574"},
        {"openid": "https://ann.x.example/"},
        {"name": "Team", "objectType": "Group", "account": {"homePage": HOME, "name": "team 1"}},
    ]
    assert [persona["id"] for persona in found["personas"]] == sorted(persona["id"] for persona in found["personas"])

    assert told(http("POST", "people", {"customId": "E1", "personas": [mbox("x")]})) == (
        409,
        "custom_id_taken",
        "customId",
    )
    for body, code, field in (
        ([], "invalid_person", None),
        ({"name": "Ann"}, "names_nobody", "personas"),
        ({"customId": "E2", "personas": []}, "names_nobody", "personas"),
        ({"personas": {}}, "names_nobody", "personas"),
        ({"personas": [mbox("new"), {"mbox": "new@x.example"}]}, "invalid_persona", "personas[1].mbox"),
        ({"personas": [{}]}, "invalid_persona", "personas[0]"),
        ({"personas": [{"account": {"homePage": HOME, "name": "#N/A"}}]}, "error_value", "personas[0].account.name"),
        ({"personas": [mbox("new")] * 1001}, "too_many", "personas"),
        ({"personas": [mbox("new")], "customId": 5}, "invalid_field", "customId"),
        ({"personas": [mbox("new")], "customId": "a\tb"}, "control_character", "customId"),
        ({"personas": [mbox("new")], "customId": "#NV"}, "error_value", "customId"),
        ({"personas": [mbox("new")], "name": ["Ann"]}, "invalid_field", "name"),
        ({"personas": [mbox("new")], "name": "A\0"}, "control_character", "name"),
        ({"personas": [mbox("new")], "name": "A" * 100_001}, "too_long", "name"),
        ({"personas": [mbox("new") | {"name": "A" * 100_001}]}, "too_long", "personas[0].name"),
        ({"personas": [mbox("new")], "imageUrl": 1}, "invalid_field", "imageUrl"),
        ({"personas": [mbox("new")], "parentGroupIds": "1"}, "invalid_field", "parentGroupIds"),
        ({"personas": [mbox("new")], "parentGroupIds": [True]}, "invalid_field", "parentGroupIds[0]"),
        ({"personas": [mbox("new")], "parentGroupIds": [12345]}, "unknown_group", "parentGroupIds"),
        ({"personas": [mbox("new")], "parentGroupCustomIds": ["a|b"]}, "invalid_group", "parentGroupCustomIds[0]"),
        ({"personas": [mbox("new")], "parentGroupCustomIds": ["nowhere"]}, "unknown_group", "parentGroupCustomIds"),
    ):
        assert told(http("POST", "people", body)) == (400, code, field), body
    raw = http.client.post("/api/organizations/1/people", content=b"{")
    assert told(raw) == (400, "invalid_json", None)
    assert http("GET", "people").headers["X-Total-Count"] == "2", "what is refused has changed nothing"


def test_a_persona_is_removed_from_whom_it_was(http: Http) -> None:
    """ "If this results in a person having no personas, that person will be deleted." """
    first = made(http, customId="E1", name="First", personas=[mbox("a"), mbox("b")])
    second = made(http, name="Second", personas=[mbox("b")])
    assert second["id"] != first["id"], "not the person with a customId whom a line of a file would be about"
    assert [persona["mbox"] for persona in http("GET", f"people/{first['id']}").json()["personas"]] == [
        "mailto:a@x.example"
    ]
    made(http, customId="E3", name="Third", personas=[mbox("a")])
    assert http("GET", f"people/{first['id']}").status_code == 404


def test_who_is_added_may_be_known_by_a_persona(http: Http, cli: Cli) -> None:
    """Adoption: who has the persona and no customId, mostly by a statement, is who is added; the id and created are
    older."""
    statement = {
        "id": "c3f8c3a0-0000-4000-8000-000000000001",
        "actor": {**mbox("agent"), "name": "Agent"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://x.example/a"},
        "timestamp": "2026-01-05T09:00:00Z",
    }
    assert cli("import-statements", written("statements.json", json.dumps([statement]))).exit_code == 0
    (agent,) = http("GET", "people").json()["results"]
    adopted = made(http, customId="E1", name="Ann", personas=[mbox("new"), mbox("agent")])
    assert (adopted["id"], adopted["created"], adopted["name"]) == (agent["id"], agent["created"], "Ann")
    assert http("GET", "people").json()["count"] == 1


def test_what_is_put_is_true_then(http: Http, cli: Cli) -> None:
    assert cli("import-groups", written("groups.csv", "custom_id\na\nb\nc\n"), "--batch").exit_code == 0
    ann = made(http, customId="E1", name="Ann", imageUrl="https://x.example/a.png", parentGroupCustomIds=["a", "b"],
               personas=[mbox("a", name="Annie"), {"openid": "https://ann.x.example/"}])  # fmt: skip
    ids = dict(zip(ann["parentGroupCustomIds"], ann["parentGroupIds"], strict=True))

    def put(body: dict[str, Any], path: str = f"people/{ann['id']}") -> dict[str, Any]:
        answer = http("PUT", path, body)
        assert (answer.status_code, answer.content) == (204, b""), answer.text
        found: dict[str, Any] = http("GET", f"people/{ann['id']}").json()
        return found

    assert put(ann) == ann, "what was read can be put back"
    assert put({"personas": ann["personas"]}) == ann, "what is absent stays"
    assert put({"personas": ann["personas"], "name": None, "customId": None, "parentGroupIds": None}) == ann
    found = put({"personas": [mbox("a"), mbox("new")]})
    assert [(one.get("name"), one["mbox"]) for one in found["personas"]] == [
        ("Annie", "mailto:a@x.example"), (None, "mailto:new@x.example")
    ], "exactly these, of every kind"  # fmt: skip
    personas = found["personas"]
    assert put({"personas": personas, "parentGroupIds": [ids["b"]]})["parentGroupCustomIds"] == ["b"]
    assert put({"personas": personas, "parentGroupCustomIds": ["a", "c"]})["parentGroupCustomIds"] == ["a", "c"]
    both = {"parentGroupIds": [ids["b"]], "parentGroupCustomIds": ["b"]}
    assert put({"personas": personas, **both})["parentGroupIds"] == [ids["b"]]
    at = f"people/{ann['id']}"
    differing = {"personas": personas, "parentGroupIds": [ids["b"]], "parentGroupCustomIds": ["a"]}
    assert told(http("PUT", at, differing)) == (400, "differing_groups", "parentGroupIds")
    assert put({"personas": personas, "parentGroupIds": []})["parentGroupIds"] == []

    renamed = put({"personas": personas, "customId": "E2", "name": "Ann B", "imageUrl": ""}, "people?customId=E1")
    assert (renamed["customId"], renamed["name"], "imageUrl" in renamed) == ("E2", "Ann B", False)
    assert put({"personas": personas, "id": 99, "created": "x"}, "people/?customId=E2") == renamed, "passed over"
    assert "customId" not in put({"personas": personas, "customId": ""})
    assert put({"personas": personas, "customId": "E2"})["customId"] == "E2"

    made(http, customId="E9", personas=[mbox("nine")])
    assert told(http("PUT", at, {"personas": personas, "customId": "E9"})) == (409, "custom_id_taken", "customId")
    for path in ("people/999", "people/x", "people?customId=E1", "people/0?customId=E2"):
        assert told(http("PUT", path, {"personas": personas})) == (404, "unknown_person", None), path
    assert told(http("PUT", "people", {"personas": personas})) == (400, "missing", "customId")
    assert told(http("PUT", at, {"name": "Ann"})) == (400, "names_nobody", "personas")
    assert told(http("PUT", at, {"personas": []})) == (400, "names_nobody", "personas")
    assert http("GET", at).json() == put({"personas": personas})


def test_what_cannot_be_is_never_answered_as_done(http: Http, cli: Cli) -> None:
    ann = made(http, customId="E1", name="Ann", personas=[mbox("ann"), mbox("two")])
    bob = made(http, customId="E2", name="Bob", personas=[mbox("bob")])
    assert cli("move-persona", "ann@x.example", "--pin").exit_code == 0
    before = http("GET", "people").json()
    refused = (409, "left", "personas")
    assert told(http("PUT", f"people/{bob['id']}", {"personas": [mbox("bob"), mbox("ann")]})) == refused
    pinned = {"personas": [mbox("two")]}
    assert told(http("PUT", f"people/{ann['id']}", pinned)) == (409, "pinned", "personas")
    assert told(http("POST", "people", {"personas": [mbox("ann")]})) == (409, "pin_left_nothing", "personas")
    near = {"customId": "e01", "personas": [mbox("two")]}
    assert told(http("POST", "people", near)) == (409, "near_custom_id", "customId")
    assert http("GET", "people").json() == before
    assert (
        http("PUT", f"people/{ann['id']}", {"customId": "", "personas": [mbox("ann"), mbox("two")]}).status_code == 204
    )
    former = {"customId": "E1", "name": "Else", "personas": [mbox("else")]}
    assert told(http("POST", "people", former)) == (409, "former_id", "customId")


def test_somebody_is_deleted(http: Http, cli: Cli) -> None:
    """Personas that statements refer to always belong to a person; an undo takes it back."""
    statement = {
        "id": "c3f8c3a0-0000-4000-8000-000000000001",
        "actor": {"objectType": "Group", **mbox("said"), "name": "Agent"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://x.example/a"},
        "timestamp": "2026-01-05T09:00:00Z",
    }
    assert cli("import-statements", written("statements.json", json.dumps([statement]))).exit_code == 0
    assert cli("import-groups", written("groups.csv", "custom_id\na\n"), "--batch").exit_code == 0
    ann = made(http, customId="E1", name="Ann", personas=[mbox("said"), mbox("two")], parentGroupCustomIds=["a"])
    assert [persona.get("objectType") for persona in ann["personas"]] == ["Group", None]
    for path in ("people/999", "people/0?customId=E1"):
        assert told(http("DELETE", path)) == (404, "unknown_person", None)
    assert told(http("DELETE", "people")) == (400, "missing", "customId")
    gone = http("DELETE", f"people/{ann['id']}")
    assert (gone.status_code, gone.content) == (204, b"")
    (agent,) = http("GET", "people").json()["results"]
    assert agent["id"] != ann["id"]
    assert (agent["name"], [persona["mbox"] for persona in agent["personas"]]) == ("Agent", ["mailto:said@x.example"])
    assert (agent["parentGroupIds"], "customId" in agent) == ([], False)
    runs = json.loads(cli("list-imports", "--json").stdout)["imports"]
    assert (runs[0]["command"], runs[0]["counts"]["people"]) == ("people-api", {"created": 1, "deleted": 1})
    assert cli("finish-batch-updates").exit_code == 0
    assert cli("finish-batch-updates", "--check").exit_code == 0
    assert cli("undo-import", str(runs[0]["import"])).exit_code == 0
    assert http("GET", "people").json()["results"] == [ann]
    # The same by hand.
    planned = json.loads(cli("delete-person", "E1", "--dry-run", "--json").stdout)
    assert http("GET", "people").json()["results"] == [ann]
    done = json.loads(cli("delete-person", f"#{ann['id']}", "--json").stdout)
    assert (done["people"], done["plan"]["hash"]) == ({"created": 1, "deleted": 1}, planned["plan"]["hash"])
    assert [person["customId"] for person in done["deleted"]] == ["E1"]
    assert http("GET", "people").json()["results"][0]["personas"] == agent["personas"]
    assert cli("delete-person", "E1").exit_code == 2
    explained = cli("explain-persona", "said@x.example").stdout
    assert all(f" {how}  " in explained for how in ("dropped by tests over the People API", "set apart by hand"))
    assert cli("undo-import", str(done["import"])).exit_code == 0
    assert http("GET", "people").json()["results"] == [ann]
    statement |= {"id": "c3f8c3a0-0000-4000-8000-000000000002", "actor": {"objectType": "Agent", **mbox("two")}}
    assert cli("import-statements", written("statements.json", json.dumps([statement]))).exit_code == 0
    (found,) = http("GET", "people").json()["results"]
    assert [persona["objectType"] for persona in found["personas"]] == ["Group", "Agent"]
    assert http("DELETE", "people?customId=E1&deleteStatementData=false").status_code == 204
    assert http("DELETE", "people/?customId=E1").status_code == 404
    assert cli("finish-batch-updates", "--check").exit_code == 0


def test_somebody_is_erased(http: Http, cli: Cli) -> None:
    """With what was said of them; nothing brings them back, and whoever tries is told so."""
    said = {
        "id": "c3f8c3a0-0000-4000-8000-000000000002",
        "actor": mbox("ann"),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://x.example/a"},
    }
    assert cli("import-statements", written("statements.json", json.dumps([said]))).exit_code == 0
    bob = made(http, customId="E2", name="Bob", personas=[mbox("bob")])
    ann = made(http, customId="E1", name="Ann", personas=[mbox("ann"), mbox("two")])
    changed = {"name": "Annie", "personas": [mbox("ann"), mbox("two")]}
    assert http("PUT", f"people/{ann['id']}", changed).status_code == 204
    assert told(http("DELETE", "people/999?deleteStatementData=true")) == (404, "unknown_person", None)
    gone = http("DELETE", "people?customId=E1&deleteStatementData=true")
    assert (gone.status_code, gone.content) == (204, b"")
    assert http("GET", "people").json()["results"] == [bob]
    for person in ({"customId": "E1"}, {"customId": "E3", "personas": [mbox("two")]}, {"personas": [mbox("ann")]}):
        assert told(http("POST", "people", {"personas": [mbox("new")], **person})) == (409, "erased", None)
    assert told(http("PUT", f"people/{bob['id']}", {"personas": [mbox("bob"), mbox("two")]})) == (409, "erased", None)
    assert http("GET", "people").json()["results"] == [bob]
    (run, *_) = json.loads(cli("list-imports", "--json").stdout)["imports"]
    assert (run["command"], run["counts"]["people"], run["counts"]["statements"]) == ("erase-person", {"erased": 1}, 1)
    assert cli("undo-import", str(run["import"])).exit_code == 2
    assert cli("finish-batch-updates", "--check").exit_code == 0


def test_changes_in_a_batch_wait(http: Http, cli: Cli, database_url: str) -> None:
    assert cli("import-groups", written("groups.csv", "custom_id\na\n"), "--batch").exit_code == 0
    pending = "SELECT DISTINCT subject FROM pending"
    body = {"customId": "E1", "personas": [mbox("a")], "parentGroupCustomIds": ["a"]}
    assert http("POST", "people?batch=true", body).status_code == 201
    with psycopg.connect(database_url, autocommit=True) as connection:
        assert connection.execute(pending).fetchall() == [("group",)]
        assert told(http("POST", "people?batch=perhaps", body)) == (400, "invalid_parameter", "batch")
        assert http("PUT", "people?customId=E1&batch=true", {"personas": [mbox("b")]}).status_code == 204
        assert http("DELETE", "people?customId=E1&batch=true").status_code == 204
        assert connection.execute(pending).fetchall() == [("group",)]
    assert cli("finish-batch-updates").exit_code == 0


def test_who_has_no_image_has_one_of_gravatars_if_wished(http: Http) -> None:
    """The SHA-256 of the first address, in small letters."""
    made(
        http,
        customId="E1",
        personas=[{"openid": "https://ann.x.example/"}, {"mbox": "mailto:Ann@x.example"}, mbox("b")],
    )
    made(http, customId="E2", imageUrl="https://x.example/b.png", personas=[mbox("bob")])
    made(http, customId="E3", personas=[{"openid": "https://cid.x.example/"}])
    assert "imageUrl" not in http("GET", "people?customId=E1").json()
    other = http.serve(gravatar=True)
    other.auth = http.client.auth
    ann, bob, cid = other.get("/api/organizations/1/people").json()["results"]
    assert ann["imageUrl"] == f"https://www.gravatar.com/avatar/{hashlib.sha256(b'ann@x.example').hexdigest()}"
    assert bob["imageUrl"] == "https://x.example/b.png"
    assert "imageUrl" not in cid


def test_nobody_of_another_organisation(http: Http, cli: Cli) -> None:
    ann = made(http, customId="E1", name="Ann", personas=[mbox("ann")])
    made_other = cli("list-imports", "--organisation", "other", "--create-organisation")
    assert made_other.exit_code == 0
    http.client.auth = http.credential("others", "write", organisation="other")
    at = "/api/organizations/other/people"
    for path in (
        f"{at}/{ann['id']}",
        f"{at}?customId=E1",
        f'{at}/with-persona?persona={{"mbox":"mailto:ann@x.example"}}',
    ):
        assert http("GET", path).status_code == 404
    assert http("PUT", f"{at}/{ann['id']}", {"personas": [mbox("x")]}).status_code == 404
    assert http("DELETE", f"{at}/{ann['id']}").status_code == 404
    assert http("GET", at).json() == {"count": 0, "results": []}
    assert http("POST", at, {"customId": "E1", "personas": [mbox("ann")]}).status_code == 201
    assert http("GET", "/api/organizations/1/people").status_code == 404
    http.client.auth = http.credential("reader", "read")
    assert told(http("POST", "people", {"personas": [mbox("x")]})) == (403, "scope", None)
    assert http("GET", f"people/{ann['id']}").json() == ann


def test_a_list_that_is_kept_is_what_there_is(http: Http, cli: Cli, database_url: str) -> None:
    """Whoever has changed it meanwhile, by whatever road."""

    def check(*, read: int) -> None:
        """`read`: so many of the two lists had to be read again."""
        before = len(reads)
        with psycopg.connect(database_url) as connection:
            for query, condition in (("", "true"), ("is_null=customId", "custom_id IS NULL")):
                there = connection.execute(f"SELECT id FROM people WHERE {condition} ORDER BY id").fetchall()
                found = http("GET", f"people?{query}").json()["results"]
                assert [(person["id"],) for person in found] == there
        assert len(reads) - before == read

    reads: list[None] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lists, "_all", lambda *asked, all=lists._all: (reads.append(None), all(*asked))[1])
        check(read=2)
        check(read=0)
        ann = made(http, customId="E1", name="Ann", personas=[mbox("a"), mbox("b")])
        made(http, name="Bob", personas=[mbox("c")])
        check(read=0)
        assert http("PUT", f"people/{ann['id']}", {"customId": "", "personas": [mbox("c")]}).status_code == 204
        check(read=0)
        made(http, customId="E2", personas=[mbox("d")])
        assert http("DELETE", "people?customId=E2").status_code == 204
        check(read=0)
        lines = "custom_id,email\nE3,e@x.example\n,f@x.example\n"
        assert cli("import-people", written("people.csv", lines), "--batch").exit_code == 0
        check(read=2)
        statement = {
            "id": "c3f8c3a0-0000-4000-8000-000000000001",
            "actor": mbox("agent"),
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": "https://x.example/a"},
            "timestamp": "2026-01-05T09:00:00Z",
        }
        assert cli("import-statements", written("statements.json", json.dumps([statement]))).exit_code == 0
        check(read=0)
        undone = json.loads(cli("list-imports", "--json").stdout)["imports"][1]["import"]
        assert cli("undo-import", str(undone)).exit_code == 0
        check(read=2)
