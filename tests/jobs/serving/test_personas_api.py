"""Learning Locker's Personas interface: the document's examples as printed, pages in both directions, each write."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import hypothesis
import pytest
from commands import as_json, ask, people, rows_of, write
from conftest import Cli, Http
from hypothesis import strategies as st
from laws import examples
from served import served

from jobs.serving.personas_api import described

ORGANISATION = f"{1:024x}"
PERSONA = {
    "_id": "59c1219936229d4ce9634601",
    "createdAt": "2017-09-19T13:54:33.596Z",
    "updatedAt": "2017-09-19T13:54:33.610Z",
    "organisation": "59c1219936229d4ce9634602",
    "name": "Example Persona",
    "personaIdentifiers": ["59c1219936229d4ce9634603"],
}
IDENTIFIER = {
    "_id": "59c1219936229d4ce9634603",
    "organisation": "59c1219936229d4ce9634602",
    "uniqueIdentifier": {
        "key": "statement.actor.account",
        "value": {"homePage": "http://example.org/users", "name": "Example Agent"},
    },
    "updatedAt": "2017-09-19T13:54:30.944Z",
    "__v": 1,
    "createdAt": "2017-09-19T13:54:30.702Z",
    "identifiers": [
        {"value": "Example Agent", "key": "statement.actor.name"},
        {"value": "http://example.org/users", "key": "statement.actor.account.homePage"},
        {"value": "Example Agent", "key": "statement.actor.account.name"},
    ],
    "persona": "59c1219936229d4ce9634601",
    "personaScores": [],
}
LINES = [
    "custom_id,name,email,account_home_page,account_name,identifier_name,image_url,created",
    "E1,Ann,ann@x.example,https://lms.example/,a 1,Annie,https://i.example/1,2020-01-01T10:00:00.5Z",
    "E2,Bob,BOB@X.example,,,,,2020-01-02T10:00:00Z",
    ",Ann,ann.2@x.example,https://lms.example/,a2,,https://i.example/3,2020-01-01T10:00:00.5Z",
    ",,nameless@x.example,,,,,2020-01-03T10:00:00Z",
    "E5,élan,e@x.example,https://crm.example/,a2,,,2020-01-04T10:00:00Z",
    ",Bob,bob.2@x.example,,,,,2020-01-01T10:00:00.5Z",
    "E7,Zoe,zoe@x.example,,,,,2020-01-02T10:00:00Z",
]
MODELS = {"persona": 7, "personaIdentifier": 10, "personaAttribute": 6}
SORTS: dict[str, list[dict[str, int] | None]] = {
    "persona": [None, {"_id": -1}, {"name": 1}, {"name": -1, "_id": 1}, {"createdAt": 1, "_id": -1}, {"updatedAt": -1}],
    "personaIdentifier": [None, {"_id": -1}, {"persona": -1, "_id": 1}, {"persona": 1, "_id": -1}, {"createdAt": -1}],
    "personaAttribute": [None, {"_id": -1}],
}


def make_before(cli: Cli) -> None:
    assert cli("import-people", write("people.csv", *LINES)).exit_code == 0


def number(of: int) -> str:
    return f"{of:024x}"


def asks(http: Http, path: str, **asked: Any) -> Any:
    said = {name: one if isinstance(one, str) else json.dumps(one) for name, one in asked.items() if one is not None}
    answer = http("GET", f"/api/{path}?{urlencode(said)}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def nodes(http: Http, model: str, **asked: Any) -> list[Any]:
    return [edge["node"] for edge in asks(http, f"connection/{model}", **{"first": 1000, **asked})["edges"]]


def names(http: Http, **condition: Any) -> list[str | None]:
    return [node.get("name") for node in nodes(http, "persona", filter=condition)]


def ifis(http: Http, **condition: Any) -> list[Any]:
    return [node["ifi"]["value"] for node in nodes(http, "personaIdentifier", filter=condition)]


def person_of(http: Http, name: str) -> str:
    (found,) = nodes(http, "persona", filter={"name": name})
    return str(found["_id"])


def identifier_of(http: Http, address: str) -> Any:
    (found,) = nodes(http, "personaIdentifier", filter={"ifi": mbox(address)})
    return found


def mbox(address: str) -> dict[str, str]:
    return {"key": "mbox", "value": f"mailto:{address}@x.example"}


def refused(answer: Any, status: int, code: str, field: str | None = None) -> None:
    found = answer.json()
    assert (answer.status_code, found["code"], found["field"]) == (status, code, field), found
    assert found["message"]


def test_the_documents_examples(http: Http, cli: Cli) -> None:
    written = write("dump.jsonl", json.dumps(PERSONA), json.dumps(IDENTIFIER))
    assert cli("migrate", "learning-locker", written).exit_code == 0
    (persona,) = nodes(http, "persona", filter={"name": "Example Persona"})
    (identifier,) = nodes(http, "personaIdentifier", filter={"persona": persona["_id"]}, form="uniqueIdentifier")
    ours = {"_id": persona["_id"], "organisation": ORGANISATION, "updatedAt": persona["updatedAt"]}
    assert persona == {**PERSONA, **ours, "personaIdentifiers": [identifier["_id"]]}
    assert [*persona] == [*PERSONA], "in the order of the document"
    ours = {"_id": identifier["_id"], "organisation": ORGANISATION, "updatedAt": identifier["updatedAt"]}
    assert identifier == {**IDENTIFIER, **ours, "persona": persona["_id"]}
    assert [*identifier] == [*IDENTIFIER]
    assert persona["updatedAt"] > PERSONA["updatedAt"], "it has changed since it was there: it has come here"

    present = asks(http, f"v2/personaidentifier/{identifier['_id']}")
    assert present == {
        "_id": identifier["_id"],
        "createdAt": "2017-09-19T13:54:30.702Z",
        "updatedAt": identifier["updatedAt"],
        "organisation": ORGANISATION,
        "ifi": {"key": "account", "value": {"homePage": "http://example.org/users", "name": "Example Agent"}},
        "persona": persona["_id"],
    }
    whole = {"uniqueIdentifier": IDENTIFIER["uniqueIdentifier"]}
    assert nodes(http, "personaidentifier", filter=whole) == [identifier], "who asks for the old form is given it"
    mail = {"uniqueIdentifier.key": "statement.actor.mbox", "uniqueIdentifier.value": "mailto:ann@x.example"}
    (old,) = nodes(http, "personaIdentifier", filter=mail)
    assert old["identifiers"] == [
        {"value": "Annie", "key": "statement.actor.name"},
        {"value": "mailto:ann@x.example", "key": "statement.actor.mbox"},
    ]


def walk(http: Http, model: str, size: int, sort: Any, *, forwards: bool) -> tuple[list[Any], list[str]]:
    """All records, page by page, and their cursors."""
    found: list[Any] = []
    cursors: list[str] = []
    how, behind, end, more = (
        ("first", "after", "endCursor", "hasNextPage")
        if forwards
        else ("last", "before", "startCursor", "hasPreviousPage")
    )
    place: str | None = None
    while True:
        page = asks(http, f"connection/{model}", **{how: size, behind: place, "sort": sort})
        edges, info = page["edges"], page["pageInfo"]
        assert len(edges) <= size
        here = [edge["node"] for edge in edges]
        found = [*found, *here] if forwards else [*here, *found]
        marks = [edge["cursor"] for edge in edges]
        cursors = [*cursors, *marks] if forwards else [*marks, *cursors]
        assert (info["startCursor"], info["endCursor"]) == ((marks[0], marks[-1]) if marks else (None, None))
        assert info["hasPreviousPage" if forwards else "hasNextPage"] is (place is not None)
        if not info[more]:
            return found, cursors
        place = info[end]


def sorted_as(found: list[Any], sort: dict[str, int] | None) -> list[Any]:
    ways = {"_id": 1} if sort is None else {"_id": [*sort.values()][-1]} | sort
    for name in ("_id", *(one for one in ways if one != "_id")):
        found = sorted(found, key=lambda node: node.get(name) or "", reverse=ways[name] == -1)
    return found


def test_each_record_comes_once_forwards_and_backwards(http: Http) -> None:
    @hypothesis.settings(max_examples=examples(15), deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(st.data())
    def law(data: st.DataObject) -> None:
        model = data.draw(st.sampled_from([*MODELS]))
        sort = data.draw(st.sampled_from(SORTS[model]))
        sizes = st.integers(1, 12)
        there, cursors = walk(http, model, data.draw(sizes), sort, forwards=True)
        back, same_cursors = walk(http, model, data.draw(sizes), sort, forwards=False)
        assert len(there) == MODELS[model]
        assert there == back == sorted_as(there, sort)
        assert cursors == same_cursors
        size, at = data.draw(sizes), data.draw(st.integers(0, len(there) - 1))
        for behind, expected in (("after", there[at + 1 :][:size]), ("before", there[max(0, at - size) : at])):
            assert nodes(http, model, first=size, sort=sort, **{behind: cursors[at]}) == expected

    law()
    app: Any = http.client.app
    with app.state.sessions.reading() as transaction:
        plans = "SELECT generic_plans FROM pg_prepared_statements WHERE strpos(statement, :page) > 0"
        found = [row["generic_plans"] for row in transaction.ask(plans, {"page": "AS called"})]
    assert found, "pages were asked for"
    assert not any(found), "one plan for all of them would look at everybody for each"


def test_a_page_has_ten_records_unless_said_otherwise(http: Http) -> None:
    page = asks(http, "connection/personaIdentifier")
    assert (len(page["edges"]), page["pageInfo"]["hasNextPage"]) == (10, False)
    assert [node["_id"] for node in nodes(http, "persona", project={"name": 1}, first=1)] == [number(1)]
    assert nodes(http, "persona", project={"name": 1, "_id": 0}, first=1) == [{"name": "Ann"}]
    kept = ["_id", "organisation", "name", "personaIdentifiers"]
    assert [*nodes(http, "persona", project={"createdAt": 0, "updatedAt": 0}, first=1)[0]] == kept


def test_filters(http: Http) -> None:
    assert names(http, name="Ann") == ["Ann", "Ann"]
    assert names(http, name={"$in": ["Zoe", "Bob"]}) == ["Bob", "Bob", "Zoe"]
    assert names(http, name=None) == [None]
    assert names(http, name={"$exists": True}, _id={"$gt": number(4)}) == ["élan", "Bob", "Zoe"]
    assert names(http, _id={"$gte": number(2), "$lt": {"$oid": number(4)}}) == ["Bob", "Ann"]
    assert names(http, _id={"$in": [number(5), number(99), "f" * 24]}) == ["élan"]
    assert names(http, **{"$and": [{"name": "Bob"}, {"_id": {"$gt": number(3)}}]}) == ["Bob"]
    assert names(http, organisation=ORGANISATION, name="Zoe") == ["Zoe"]
    assert names(http, organisation=number(2)) == []
    half = "2020-01-01T10:00:00.500Z"
    assert names(http, createdAt=half) == ["Ann", "Ann", "Bob"]
    assert names(http, createdAt={"$gt": {"$dte": half}, "$lte": {"$date": "2020-01-02T10:00:00Z"}}) == ["Bob", "Zoe"]
    assert names(http, updatedAt={"$lt": "2020-02-01T00:00:00Z"}) == []
    ann = identifier_of(http, "ann")
    for spelt in ("personaIdentifiers", "personaIdenfiers"):
        assert [node["_id"] for node in nodes(http, "persona", filter={spelt: ann["_id"]})] == [ann["persona"]]

    assert ifis(http, ifi=mbox("bob")) == ["mailto:BOB@x.example"] or ifis(http, ifi=mbox("BOB"))
    assert ifis(http, persona=ann["persona"]) == [
        "mailto:ann@x.example", {"homePage": "https://lms.example/", "name": "a 1"},
    ]  # fmt: skip
    assert ifis(http, **{"ifi.key": "account", "ifi.value.name": "a2"}) == [
        {"homePage": "https://lms.example/", "name": "a2"}, {"homePage": "https://crm.example/", "name": "a2"},
    ]  # fmt: skip
    assert len(ifis(http, **{"ifi.value.homePage": "https://lms.example/"})) == 2
    assert ifis(http, **{"ifi.value": "mailto:zoe@x.example"}) == ["mailto:zoe@x.example"]
    assert ifis(http, **{"ifi.value": "zoe"}) == []
    assert ifis(http, ifi={"key": "account", "value": {"homePage": "https://lms.example/", "name": "a 1"}})

    told = nodes(http, "personaAttribute", filter={"key": "customId", "value": {"$in": ["E2", "E7"]}})
    assert [(node["personaId"], node["value"]) for node in told] == [(number(2), "E2"), (number(7), "E7")]
    of_ann = nodes(http, "personaattribute", filter={"personaId": number(1)})
    assert [(node["key"], node["value"]) for node in of_ann] == [
        ("customId", "E1"),
        ("imageUrl", "https://i.example/1"),
    ]
    assert nodes(http, "personaattribute", filter={"_id": of_ann[1]["_id"]}) == of_ann[1:]
    assert asks(http, f"v2/personaAttribute/{of_ann[0]['_id']}") == of_ann[0]


def test_models(http: Http) -> None:
    everybody = nodes(http, "persona")
    assert asks(http, "v2/persona") == everybody
    assert asks(http, "v2/persona", sort={"_id": -1}, limit="2", skip="1") == [everybody[5], everybody[4]]
    assert asks(http, "v2/persona", query={"name": "Zoe"}) == [everybody[6]]
    page = http("GET", "/api/v2/personaIdentifier?limit=9")
    link = page.headers["Link"]
    assert link == '</api/v2/personaIdentifier?limit=9&skip=9>; rel="next"'
    assert http("GET", link[1 : link.index(">")]).json() == nodes(http, "personaIdentifier")[9:]
    for model, count in MODELS.items():
        assert asks(http, f"v2/{model}/count") == {"count": count}
    assert asks(http, "v2/personaIdentifier/count", query={"ifi.key": "account"}) == {"count": 3}
    assert asks(http, "v2/personaAttribute/count", filter={"key": "imageUrl"}) == {"count": 2}
    assert asks(http, "v2/persona/count", filter={"personaIdentifiers": number(1), "name": "Bob"}) == {"count": 0}
    assert asks(http, f"v2/persona/{number(3)}") == everybody[2]
    for model in MODELS:
        for unknown in (number(99), "f" * 24, "nobody"):
            refused(http("GET", f"/api/v2/{model}/{unknown}"), 404, "unknown_id")


UNSERVED = [
    ("filter={}&first=0", "invalid_parameter", "first"),
    ("first=1001", "invalid_parameter", "first"),
    ("first=1&last=1", "invalid_parameter", "last"),
    ("after=e30=&before=e30=", "invalid_parameter", "before"),
    ("after=e30=", "invalid_cursor", "after"),
    ("after=nonsense", "invalid_cursor", "after"),
    ("sort={%22name%22:1}&after=eyJfaWQiOiIwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDEifQ==", "invalid_cursor", "after"),
    ("sort={%22_id%22:2}", "unserved_sort", "sort"),
    ("sort={%22image%22:1}", "unserved_sort", "sort"),
    ("sort={%22name%22:1,%22createdAt%22:1}", "unserved_sort", "sort"),
    ("sort=_id", "invalid_json", "sort"),
    ("project={%22name%22:1,%22createdAt%22:0}", "unserved_projection", "project"),
    ("filter=name", "invalid_json", "filter"),
    ("filter=[]", "unserved_filter", "filter"),
    ("filter={%22$or%22:[]}", "unserved_filter", "filter.$or"),
    ("filter={%22shoe%22:1}", "unserved_filter", "filter.shoe"),
    ("filter={%22name%22:{%22$regex%22:%22A%22}}", "unserved_filter", "filter.name"),
    ("filter={%22name%22:{%22$in%22:%22A%22}}", "unserved_filter", "filter.name"),
    ("filter={%22name%22:1}", "unserved_filter", "filter.name"),
    ("filter={%22_id%22:7}", "unserved_filter", "filter._id"),
    ("filter={%22createdAt%22:%22today%22}", "unserved_filter", "filter.createdAt"),
    ("filter={%22$and%22:[{%22$and%22:{}}]}", "unserved_filter", "filter.$and[0].$and"),
    ("form=ours", "invalid_parameter", "form"),
]
"""What is asked of a page of personas, and how it is refused."""


def test_what_is_not_served_is_refused(http: Http) -> None:
    for asked, code, field in UNSERVED:
        refused(http("GET", f"/api/connection/persona?{asked}"), 400, code, field)


def test_writes(http: Http, cli: Cli, database_url: str) -> None:
    bob, zoe = number(2), person_of(http, "Zoe")
    renamed = http("PATCH", f"/api/v2/persona/{zoe}", {"name": "Zoë"})
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Zoë")
    assert renamed.json() == asks(http, f"v2/persona/{zoe}")
    refused(http("PUT", f"/api/v2/persona/{zoe}", {"name": " "}), 400, "missing", "name")
    refused(http("POST", f"/api/v2/persona/{number(99)}", {"name": "A"}), 404, "unknown_id")

    refused(http("POST", "/api/v2/persona", {"name": "New"}), 400, "names_nobody", "ifi")
    new = http("POST", "/api/v2/persona", {"name": "New", "ifi": mbox("new")}).json()
    assert (new["name"], len(new["personaIdentifiers"])) == ("New", 1)
    refused(http("POST", "/api/v2/persona", {"name": "New", "ifi": mbox("new")}), 409, "identifier_exists", "ifi")

    second = http("POST", "/api/v2/personaIdentifier", {"ifi": mbox("new.2"), "persona": new["_id"]}).json()
    assert (second["ifi"], second["persona"]) == (mbox("new.2"), new["_id"])
    refused(http("PUT", "/api/v2/personaidentifier", {"ifi": mbox("new.2")}), 409, "identifier_exists", "ifi")
    refused(http("PUT", "/api/v2/personaidentifier", {"ifi": {"key": "fax"}}), 400, "invalid_field", "ifi.key")
    wrong = {"ifi": {"key": "mbox", "value": "new"}}
    refused(http("PUT", "/api/v2/personaidentifier", wrong), 400, "invalid_identifier", "ifi.value")
    lost = {"ifi": mbox("new.3"), "persona": number(99)}
    refused(http("POST", "/api/v2/personaidentifier/upsert", lost), 404, "unknown_id")

    alone = http("POST", "/api/v2/personaIdentifier/upsert", {"ifi": mbox("alone")}).json()
    again = http("POST", "/api/v2/personaidentifier/upsert", {"ifi": mbox("alone")}).json()
    assert again == alone
    assert "name" not in asks(http, f"v2/persona/{alone['persona']}")
    old = {"ifi": None, "uniqueIdentifier": {"key": "statement.actor.mbox", "value": "mailto:old@x.example"}}
    made = http("POST", "/api/v2/persona", {"name": "Old", **old}).json()
    told = http("POST", "/api/v2/personaIdentifier/upsert", old).json()
    (there,) = nodes(http, "personaIdentifier", filter={"persona": made["_id"]}, form="uniqueIdentifier")
    assert (told, told["uniqueIdentifier"]) == (there, old["uniqueIdentifier"]), "who speaks so is answered so"
    at = f"/api/v2/personaIdentifier/{told['_id']}"
    assert "uniqueIdentifier" in http("PATCH", at, {"persona": made["_id"], **old}).json()
    assert not set(told) - set(described.IDENTIFIER["properties"]), "all of it is described"
    for form, has in (("ifi", "ifi"), ("uniqueIdentifier", "uniqueIdentifier")):
        at = f"/api/v2/personaIdentifier/{told['_id']}?form={form}"
        assert has in http("PATCH", at, {"persona": made["_id"]}).json()
    refused(http("POST", "/api/v2/personaIdentifier/upsert?form=x", old), 400, "invalid_parameter", "form")
    moved = http("POST", "/api/v2/personaIdentifier/upsert", {"ifi": mbox("alone"), "persona": bob}).json()
    assert (moved["_id"], moved["persona"]) == (alone["_id"], bob)
    refused(http("GET", f"/api/v2/persona/{alone['persona']}"), 404, "unknown_id")
    moved = http("PATCH", f"/api/v2/personaIdentifier/{alone['_id']}", {"persona": zoe}).json()
    assert (moved["_id"], moved["persona"]) == (alone["_id"], zoe)
    refused(http("PATCH", f"/api/v2/personaIdentifier/{alone['_id']}", {}), 400, "missing", "persona")

    said = {"actor": {"mbox": "mailto:alone@x.example"}, "verb": {"id": "http://v.example/did"},
            "object": {"id": "http://a.example/1"}, "timestamp": "2026-01-01T00:00:00Z"}  # fmt: skip
    assert cli("import-statements", write("said.jsonl", json.dumps(said))).exit_code == 0
    refused(http("DELETE", f"/api/v2/personaIdentifier/{alone['_id']}"), 409, "has_statements")
    assert http("DELETE", f"/api/v2/personaIdentifier/{second['_id']}").status_code == 200
    assert asks(http, f"v2/persona/{new['_id']}")["personaIdentifiers"] == new["personaIdentifiers"]
    assert http("DELETE", f"/api/v2/personaidentifier/{new['personaIdentifiers'][0]}").status_code == 200
    refused(http("GET", f"/api/v2/persona/{new['_id']}"), 404, "unknown_id")

    refused(http("DELETE", f"/api/v2/persona/{zoe}"), 409, "has_identifiers", "withIdentifiers")
    before = people(cli)
    assert http("DELETE", f"/api/v2/persona/{zoe}?withIdentifiers=true").status_code == 200
    refused(http("DELETE", f"/api/v2/persona/{zoe}"), 404, "unknown_id")
    assert identifier_of(http, "alone")["persona"] not in (zoe, None), "a statement is of it, so it is somebody's"
    ((last,),) = ask(database_url, "SELECT max(id) FROM imports WHERE command = 'personas-api'")
    assert cli("undo-import", str(last)).exit_code == 0
    assert people(cli) == before


def test_merges(http: Http, cli: Cli, database_url: str) -> None:
    before = people(cli)
    asked = f"/api/mergepersona?mergePersonaFromId={number(6)}&mergePersonaToId={number(2)}"
    moved = asks(http, f"v2/persona/{number(6)}")["personaIdentifiers"]
    assert http("POST", asked).json() == {"identifierIds": moved}
    assert asks(http, f"v2/persona/{number(2)}")["personaIdentifiers"] == [number(3), *moved]
    assert http("GET", asked).json() == {"identifierIds": []}, "whoever did not hear the answer may ask again"
    both = f"/api/mergepersona?mergePersonaFromId={number(1)}&mergePersonaToId={number(2)}"
    refused(http("POST", both), 409, "custom_ids", "customId")
    refused(http("POST", f"{both}&customId=E7"), 409, "custom_ids", "customId")
    assert http("POST", f"{both}&customId=E1").status_code == 200
    values = [node["value"] for node in nodes(http, "personaAttribute", filter={"personaId": number(2)})]
    assert values == ["E1", "https://i.example/1"]
    same = f"/api/mergepersona?mergePersonaFromId={number(2)}&mergePersonaToId={number(2)}"
    refused(http("POST", same), 400, "same_persona", "mergePersonaFromId")
    refused(http("POST", both.replace(f"ToId={number(2)}", f"ToId={number(99)}")), 404, "unknown_id")
    runs = ask(
        database_url, "SELECT id FROM imports WHERE command = 'personas-api' AND counts <> '{}' ORDER BY id DESC"
    )
    for (run,) in runs:
        assert cli("undo-import", str(run)).exit_code == 0
    assert people(cli) == before


def test_attributes(http: Http) -> None:
    asked = {"personaId": number(3), "key": "customId", "value": " E3 "}
    made = http("POST", "/api/v2/personaAttribute", asked).json()
    assert (made["personaId"], made["key"], made["value"]) == (number(3), "customId", "E3")
    refused(http("PUT", "/api/v2/personaattribute", {**asked, "value": "E1"}), 409, "custom_id_taken", "value")
    refused(http("PUT", "/api/v2/personaattribute", {**asked, "key": "shoe"}), 400, "unserved_attribute", "key")
    refused(http("PUT", "/api/v2/personaattribute", {**asked, "personaId": None}), 400, "missing", "personaId")
    at = f"/api/v2/personaAttribute/{made['_id']}"
    assert http("PATCH", at, {"value": "E33"}).json() == {**asks(http, at[5:]), "value": "E33"}
    refused(http("PATCH", at, {"value": "E33", "key": "imageUrl"}), 400, "invalid_field", "key")
    assert http("DELETE", at).status_code == 200
    refused(http("DELETE", at), 404, "unknown_id")
    (image,) = nodes(http, "personaAttribute", filter={"personaId": number(3)})
    assert http("DELETE", f"/api/v2/personaattribute/{image['_id']}").status_code == 200
    assert nodes(http, "personaAttribute", filter={"personaId": number(3)}) == []


def before(at: int) -> str:
    """An id of Learning Locker's."""
    return f"59c1219936229d4ce96346{at:02x}"


def persona(at: int, name: str, *addresses: str, **attributes: str) -> list[str]:
    """The records of a persona there: its identifiers' ids follow its own, and then those of its attributes."""
    records: list[dict[str, Any]] = [{"_id": before(at), "name": name}]
    for address in addresses:
        records.append({"_id": before(at + len(records)), "persona": before(at), "ifi": mbox(address)})
    for key, value in attributes.items():
        records.append({"_id": before(at + len(records)), "personaId": before(at), "key": key, "value": value})
    return [json.dumps(record) for record in records]


def test_records_are_found_by_the_ids_that_they_had(http: Http, cli: Cli, database_url: str) -> None:
    dump = write(
        "dump.jsonl",
        *persona(0x10, "Uma", "uma", "uma.2", employee="E100", picture="https://i.example/uma"),
        *persona(0x20, "Vic", "vic"),
        *persona(0x30, "nobody"),
        *persona(0x40, "Ann", "ann"),
        json.dumps({"_id": before(0x50), "persona": before(0x5F), "ifi": mbox("alone")}),
    )
    asked = ("--custom-id-attribute", "employee", "--image-attribute", "picture", "--json")
    migrated = as_json(cli("migrate", "learning-locker", dump, *asked), exit_code=3)["import"]

    def one(model: str, at: int) -> Any:
        return http("GET", f"/api/v2/{model}/{before(at)}").json().get("_id")

    def everything() -> list[Any]:
        return [
            *(one("persona", at) for at in (0x10, 0x20, 0x30, 0x40, 0x5F)),
            *(one("personaIdentifier", at) for at in (0x11, 0x12, 0x21, 0x41, 0x50)),
            *(one("personaAttribute", at) for at in (0x13, 0x14, 0x10)),
        ]

    uma, vic = person_of(http, "Uma"), person_of(http, "Vic")
    identifiers = [identifier_of(http, name)["_id"] for name in ("uma", "uma.2", "vic", "ann", "alone")]
    attributes = [node["_id"] for node in nodes(http, "personaAttribute", filter={"personaId": uma})]
    there = [uma, vic, None, number(1), None, *identifiers, *attributes, None]
    assert everything() == there
    assert asks(http, f"v2/persona/{before(0x10).upper()}")["_id"] == uma

    assert names(http, _id={"$in": [before(0x10), vic, before(0x99)]}) == ["Uma", "Vic"]
    assert names(http, personaIdentifiers={"$oid": before(0x12)}) == ["Uma"]
    assert len(ifis(http, persona=before(0x10))) == 2
    assert ifis(http, _id=before(0x12)) == ["mailto:uma.2@x.example"]
    of_uma = nodes(http, "personaAttribute", filter={"personaId": before(0x10)})
    assert of_uma == nodes(http, "personaAttribute", filter={"_id": {"$in": [before(0x13), before(0x14)]}})
    compared = http("GET", f'/api/v2/persona?filter={{"_id":{{"$gt":"{before(0)}"}}}}')
    refused(compared, 400, "unserved_filter", "filter._id")

    rows = ask(database_url, "SELECT count(*) FROM other_ids")
    assert cli("migrate", "learning-locker", dump, *asked).exit_code == 3
    assert ask(database_url, "SELECT count(*) FROM other_ids") == rows, "what is said again is not kept again"

    # What an undone import has brought is not there.
    undo = as_json(cli("undo-import", str(migrated), "--json"))["import"]
    assert everything() == [None] * 13
    assert cli("undo-import", str(undo)).exit_code == 0
    assert everything() == there
    cli("resume-source", "learning-locker")

    # A rejected line that is mended brings its ids along.
    (rejected,) = rows_of("dump.jsonl.rejects.csv")
    with open("mended.csv", "w", encoding="utf-8", newline="") as file:
        mended = csv.DictWriter(file, [*rejected])
        mended.writeheader()
        mended.writerow({**rejected, "email_1": "nobody@x.example"})
    assert cli("import-people", "mended.csv", "--batch", "--source", "learning-locker").exit_code == 0
    there[2] = person_of(http, "nobody")
    assert everything() == there

    # Who was merged is who they have become; but nobody takes that one away by the id of who is gone.
    last = "SELECT max(id) FROM imports WHERE command = 'personas-api'"
    assert http("PATCH", f"/api/v2/persona/{before(0x10)}", {"name": "Uma T."}).json()["_id"] == uma
    moved = http("PATCH", f"/api/v2/personaIdentifier/{before(0x12)}", {"persona": before(0x20)}).json()
    assert (moved["_id"], moved["persona"]) == (identifiers[1], vic)
    merge = f"/api/mergepersona?mergePersonaFromId={before(0x20)}&mergePersonaToId="
    assert http("POST", merge + before(0x10)).json() == {"identifierIds": identifiers[1:3]}
    ((merged,),) = ask(database_url, last)
    assert everything() == [uma, uma, *there[2:]]
    assert http("POST", merge + before(0x10)).json() == http("POST", merge + number(3)).json() == {"identifierIds": []}
    gone = f"/api/v2/persona/{before(0x20)}?withIdentifiers=true"
    refused(http("DELETE", gone), 404, "unknown_id")
    added = {"ifi": mbox("uma.3"), "persona": before(0x20)}
    assert http("POST", "/api/v2/personaIdentifier/upsert", added).json()["persona"] == uma
    assert cli("undo-import", str(merged)).exit_code == 0
    assert everything() == there

    # Who was deleted is nobody, whoever has their identifiers.
    said = {"actor": {"mbox": "mailto:vic@x.example"}, "verb": {"id": "http://v.example/did"},
            "object": {"id": "http://a.example/1"}, "timestamp": "2026-01-01T00:00:00Z"}  # fmt: skip
    assert cli("import-statements", write("said.jsonl", json.dumps(said))).exit_code == 0
    assert http("DELETE", gone).status_code == 200
    refused(http("DELETE", gone), 404, "unknown_id")
    assert (one("persona", 0x20), one("personaIdentifier", 0x12)) == (None, None)
    assert one("personaIdentifier", 0x21) == identifier_of(http, "vic")["_id"] == identifiers[2]
    assert cli("undo-import", str(ask(database_url, last)[0][0])).exit_code == 0
    assert everything() == there

    at = f"/api/v2/personaAttribute/{before(0x13)}"
    assert http("PATCH", at, {"value": "E101", "personaId": before(0x10)}).json()["value"] == "E101"
    refused(http("PATCH", at, {"value": "E102", "key": "imageUrl"}), 400, "invalid_field", "key")
    refused(http("PATCH", at, {"value": "E102", "personaId": before(0x20)}), 400, "invalid_field", "key")
    assert http("DELETE", f"/api/v2/personaAttribute/{before(0x14)}").status_code == 200
    assert one("personaAttribute", 0x14) is None

    assert cli("erase-person", "E101", "--yes").exit_code == 0
    assert (one("persona", 0x10), one("personaIdentifier", 0x11), one("personaAttribute", 0x13)) == (None, None, None)
    erased = [before(at) for at in (0x10, 0x11, 0x13, 0x14)]
    kept = "SELECT encode(other_id, 'hex') FROM other_ids WHERE encode(other_id, 'hex') = ANY (%s)"
    assert ask(database_url, kept, erased) == []


def test_an_id_of_before_is_nobody_elses(http: Http, cli: Cli, database_url: str) -> None:
    def imports(*lines: str) -> None:
        asked = ("--batch", "--source", "hr")
        assert cli("import-people", write("hr.csv", "custom_id,name,email", *lines), *asked).exit_code == 0

    def who(at: int) -> Any:
        return http("GET", f"/api/v2/persona/{before(at)}").json().get("name")

    def undo_last() -> None:
        ((last,),) = ask(database_url, "SELECT max(id) FROM imports")
        assert cli("undo-import", str(last)).exit_code == 0

    def move(identifier: str, person: str) -> None:
        at = f"/api/v2/personaIdentifier/{identifier_of(http, identifier)['_id']}"
        assert http("PATCH", at, {"persona": person_of(http, person)}).status_code == 200

    def merge(at: int, person: str) -> Any:
        merged = f"/api/mergepersona?mergePersonaFromId={before(at)}&mergePersonaToId={person_of(http, person)}"
        return http("POST", merged).json()["identifierIds"]

    imports("F5,Eve,eve@x.example", "F6,Six,six@x.example", "F7,Seven,seven@x.example", ",Dave,dave@x.example")
    imports(",desk,desk@x.example")
    move("desk", "Dave")
    assert cli("move-persona", "desk@x.example", "--pin").exit_code == 0
    dump = write(
        "dump.jsonl",
        *persona(0x10, "Gus", "gus", "gus.2"),
        *persona(0x20, "Vic", "vic"),
        *persona(0x30, "Uma", "uma"),
        *persona(0x40, "Ned", "ned", "ned.2"),
        *persona(0x50, "Pat", "pat", "pat.2"),
        *persona(0x60, "Eve", "desk", "eve"),  # who goes on without the first, for it is pinned to Dave
        *persona(0x70, "Lea", "lea", "gus.3", employee="F9"),
    )
    done = cli("migrate", "learning-locker", dump, "--custom-id-attribute", "employee")
    assert done.exit_code == 0, done.stdout
    them = {at: who(at) for at in (0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70)}
    assert [*them.values()] == ["Gus", "Vic", "Uma", "Ned", "Pat", "Eve", "Lea"]

    # Whom they were merged into, whosever one of their identifiers was before, or is since.
    move("gus", "Vic")
    assert merge(0x10, "Uma") == [identifier_of(http, "gus.2")["_id"]]
    assert (who(0x10), who(0x20), merge(0x10, "Dave")) == ("Uma", "Vic", [])
    move("gus.2", "Vic")
    assert who(0x10) == "Uma"
    assert merge(0x30, "Vic")
    assert (who(0x10), who(0x30)) == ("Vic", "Vic")
    undo_last()
    assert (who(0x10), who(0x30)) == ("Uma", "Uma")
    undo_last()
    assert (who(0x10), who(0x30)) == ("Vic", "Vic")
    undo_last()

    # Who has become somebody who is deleted is nobody.
    assert http("DELETE", f"/api/v2/persona/{before(0x30)}?withIdentifiers=true").status_code == 200
    assert (who(0x10), who(0x30)) == (None, None)
    undo_last()
    assert (who(0x10), who(0x30)) == ("Uma", "Uma")

    assert len(merge(0x60, "Uma")) == 1
    assert (who(0x60), person_of(http, "Dave") is not None) == ("Uma", True)

    # Who has lost all to one other by lines of files has become that one; but not who has lost it to several, or by
    # hand, nor who had a custom_id: their identifiers may have been given anew.
    imports("F5,,ned@x.example", "F6,,pat@x.example", "F6,,pat.2@x.example", "F7,,lea@x.example", "F7,,gus.3@x.example")
    assert (who(0x40), who(0x50), who(0x70)) == ("Ned", "Six", None)
    imports("F6,,ned.2@x.example")
    move("vic", "Six")
    move("gus", "Six")
    move("gus.2", "Six")
    assert (who(0x40), who(0x20), who(0x10)) == (None, None, "Uma")


def test_what_is_of_others_is_not_there(http: Http, cli: Cli) -> None:
    assert cli("show-status", "--organisation", "other", "--create-organisation").exit_code == 0
    http.client.auth = http.credential("others", "admin", organisation="other")
    for model in MODELS:
        assert nodes(http, model) == []
        refused(http("GET", f"/api/v2/{model}/{number(1)}"), 404, "unknown_id")
    refused(http("PATCH", f"/api/v2/persona/{number(1)}", {"name": "A"}), 404, "unknown_id")
    refused(http("DELETE", f"/api/v2/personaIdentifier/{number(1)}"), 404, "unknown_id")
    http.client.auth = http.credential("reads", "read")
    refused(http("PATCH", f"/api/v2/persona/{number(1)}", {"name": "A"}), 403, "scope")


def test_all_of_an_organisation_is_moved_to_another(
    http: Http, cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("show-status", "--organisation", "other", "--create-organisation").exit_code == 0
    key, secret = http.credential("moves", "read")
    monkeypatch.setenv("LEARNING_LOCKER_CREDENTIALS", f"{key}:{secret}")
    monkeypatch.setenv("IMPORT_PEOPLE_HOME", str(Path("home").absolute()))
    monkeypatch.setattr("jobs.moving.learning_locker.PAGE", 3)
    there = ("--organisation", "other")
    with served(database_url) as url:
        asked = (
            "migrate",
            "learning-locker",
            url,
            "--custom-id-attribute",
            "customId",
            "--image-attribute",
            "imageUrl",
            *there,
        )
        moved = as_json(cli(*asked, "--json"))
        assert (moved["people"]["created"], moved["rejected"]) == (7, 0)
        assert cli(*asked, "--compare").exit_code == 0
    Path("here.jsonl").write_text(cli("export-people", "--format", "jsonl").stdout)
    compared = cli("compare-with", "here.jsonl", *there)
    assert compared.exit_code == 0, compared
