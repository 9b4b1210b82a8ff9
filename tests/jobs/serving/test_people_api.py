"""The People API: the document's own example, request by request; then every sentence of it."""

from __future__ import annotations

import json
from typing import Any

from conftest import Cli, Http

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
