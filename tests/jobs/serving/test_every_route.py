"""What holds for all that can be asked: who may ask it, that nothing of another organisation is there, and methods."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import httpx2
from conftest import Cli, Http
from starlette.testclient import TestClient

LACKING: Final = {
    "read": ["statements"],
    "write": ["read", "statements"],
    "statements": ["write"],
    "admin": ["write", "statements"],
}
"""As much as can be had without a scope."""
OPEN: Final = ("/health", "/metrics", "/openapi.json", "/docs")
MERGES: Final = "/api/mergepersona"
AS_XAPI: Final = {"X-Experience-API-Version": "1.0.3"}


def everything(client: TestClient) -> Iterator[tuple[str, str]]:
    """Each address as it is declared, with a method."""
    for route in client.app.state.declared:  # type: ignore[attr-defined]
        for method in sorted(route.methods):
            yield method, route.path


def needed(method: str, path: str) -> str | None:
    """The scope that is needed, as the docs have it."""
    if path in OPEN:
        return None
    if "/mappings" in path:
        return "admin"
    reads = method in ("GET", "HEAD") and path != MERGES
    if "/xapi/" in path:
        return "read" if reads and path.endswith("/statements") else "statements"
    return "read" if reads else "write"


def asked(client: TestClient, method: str, path: str, of: str = "default", **more: Any) -> httpx2.Response:
    """What is answered at an address at which there is nothing."""
    place = re.sub("{.*?}", "77", path.replace("{organization}", of))
    return client.request(method, place, headers=AS_XAPI | more.pop("headers", {}), **more)


def test_who_may_ask_what(http: Http, cli: Cli) -> None:
    client = http.serve(per_minute=0)
    has = {scope: http.credential(scope, scope) for scope in LACKING}
    lacks = {scope: http.credential(f"no {scope}", *others) for scope, others in LACKING.items()}
    assert cli("show-status", "--organisation", "there", "--create-organisation").exit_code == 0
    there = http.credential("there", "admin", organisation="there")
    for method, path in everything(client):
        where, scope = f"{method} {path}", needed(method, path)
        if scope is None:
            assert asked(client, method, path).status_code == 200, where
            continue
        assert asked(client, method, path).status_code == 401, where
        assert asked(client, method, path, auth=lacks[scope]).status_code == 403, where
        told = asked(client, method, path, auth=has[scope])
        assert told.status_code not in (401, 403, 405), where
        assert told.status_code < 500, f"{where}: {told.text}"
        if "{organization}" in path:
            assert asked(client, method, path, auth=there).status_code == 404, where
        if scope != "read":
            referred = asked(client, method, path, auth=has["admin"], headers={"Sec-Fetch-Site": "cross-site"})
            assert referred.status_code == 403, where
    told = client.options("/api/organizations/default/people", auth=has["read"])
    assert (told.status_code, told.headers["Allow"]) == (405, "DELETE, GET, HEAD, POST, PUT")
    assert client.head(MERGES, auth=has["admin"]).headers["Allow"] == "GET, POST", "what changes something"


def test_nothing_of_another_organisation_is_there(http: Http, cli: Cli) -> None:
    """A name that no header can hold as it is; and all ids of the one, asked for by the other."""
    name = "Ж & <co>"
    assert cli("show-status", "--organisation", name, "--create-organisation").exit_code == 0
    here, there = http.client, http.serve()
    there.auth = http.credential("there", "admin", organisation=name)
    at, of = "/api/organizations/default", "/api/organizations/%D0%96%20%26%20%3Cco%3E"
    kind = there.post(f"{of}/group-types", json={"name": "team"}).json()["id"]
    group = there.post(f"{of}/groups", json={"customId": "g", "groupTypeId": kind}).json()["id"]
    ann = {"customId": "A", "personas": [{"mbox": "mailto:ann@corp.example"}], "parentGroupIds": [group]}
    person = there.post(f"{of}/people", json=ann).json()["id"]
    there.post(f"{of}/people", json={"personas": [{"mbox": "mailto:ben@corp.example"}]})
    actor = {"mbox": "mailto:ann@corp.example"}
    statement = {"actor": actor, "verb": {"id": "http://v.example"}, "object": {"id": "http://o.example"}}
    (told,) = there.post(f"{of}/xapi/statements", json=statement, headers=AS_XAPI).json()
    upload = there.post(f"{of}/csv-import", files={"file": ("a.csv", "custom_id,email\n")}).json()["id"]
    assert there.put(f"{of}/csv-import/mappings/hr", content='person = {custom_id = "{Id}"}\n').status_code == 204
    mine = here.post(f"{at}/people", json={"personas": [{"mbox": "mailto:me@corp.example"}]}).json()["id"]

    def state() -> list[Any]:
        paths = ("people?_limit=1", "groups", "group-types", "csv-import", "csv-import/mappings")
        pages = [there.get(f"{of}/{path}") for path in paths]
        links = re.findall("<(.*?)>", pages[0].headers["Link"])
        pages += [there.get(link) for link in links]
        pages.append(there.get(f"{of}/xapi/statements", params={"limit": 1}, headers=AS_XAPI))
        pages.append(there.get("/api/v2/persona", params={"limit": 1}))
        pages.append(there.get(re.findall("<(.*?)>", pages[-1].headers["Link"])[0]))
        assert {page.status_code for page in pages} == {200}
        return [page.json() for page in pages]

    before = state()
    _id, my_id = f"{person:024x}", f"{mine:024x}"
    identifier = json.loads(there.get("/api/v2/personaIdentifier").text)[0]["_id"]
    body = {"personas": [{"mbox": "mailto:me@corp.example"}]}
    ifi = {"key": "mbox", "value": "mailto:new@corp.example"}
    for method, path, said, status in (
        ("GET", f"{at}/people/{person}", None, 404),
        ("PUT", f"{at}/people/{person}", body, 404),
        ("DELETE", f"{at}/people/{person}", None, 404),
        ("DELETE", f"{at}/people/{person}?deleteStatementData=true", None, 404),
        ("PUT", f"{at}/people?customId=A", body, 404),
        ("DELETE", f"{at}/people?customId=A", None, 404),
        ("GET", f'{at}/people/with-persona?persona={{"mbox":"mailto:ann@corp.example"}}', None, 404),
        ("PUT", f"{at}/people/{mine}", body | {"parentGroupIds": [group]}, 400),
        ("PUT", f"{at}/people/{mine}", body | {"parentGroupCustomIds": ["g"]}, 400),
        ("GET", f"{at}/groups/{group}", None, 404),
        ("PUT", f"{at}/groups/{group}", {"name": "x"}, 404),
        ("DELETE", f"{at}/groups/{group}", None, 404),
        ("POST", f"{at}/groups", {"groupTypeId": kind}, 400),
        ("POST", f"{at}/groups", {"type": "team"}, 400),
        ("POST", f"{at}/groups", {"parentGroupIds": [group]}, 400),
        ("GET", f"{at}/group-types/{kind}", None, 404),
        ("PUT", f"{at}/group-types/{kind}", {"name": "x"}, 404),
        ("DELETE", f"{at}/group-types/{kind}", None, 404),
        ("GET", f"/api/v2/persona/{_id}", None, 404),
        ("PATCH", f"/api/v2/persona/{_id}", {"name": "x"}, 404),
        ("DELETE", f"/api/v2/persona/{_id}?withIdentifiers=true", None, 404),
        ("GET", f"/api/v2/personaIdentifier/{identifier}", None, 404),
        ("PATCH", f"/api/v2/personaIdentifier/{identifier}", {"persona": my_id}, 404),
        ("DELETE", f"/api/v2/personaIdentifier/{identifier}", None, 404),
        ("POST", "/api/v2/personaIdentifier/upsert", {"ifi": ifi, "persona": _id}, 404),
        ("POST", "/api/v2/personaAttribute", {"personaId": _id, "key": "customId", "value": "x"}, 404),
        ("POST", f"{MERGES}?mergePersonaFromId={my_id}&mergePersonaToId={_id}", None, 404),
        ("GET", f'/api/v2/persona/count?filter={{"organisation":"{2:024x}"}}', None, 200),
        ("GET", f"{at}/xapi/statements?statementId={told}", None, 404),
        ("GET", f"{at}/csv-import/{upload}", None, 404),
        ("GET", f"{at}/csv-import/{upload}/plan", None, 404),
        ("POST", f"{at}/csv-import/{upload}/undo", None, 404),
        ("DELETE", f"{at}/csv-import/{upload}", None, 404),
        ("GET", f"{at}/csv-import/mappings/hr", None, 404),
        ("DELETE", f"{at}/csv-import/mappings/hr", None, 404),
    ):
        found = here.request(method, path, headers=AS_XAPI, **({} if said is None else {"json": said}))
        assert (found.status_code, path) == (status, path), found.text
        assert status != 200 or found.json() == {"count": 0}
    merged = here.post(f"{MERGES}?mergePersonaFromId={_id}&mergePersonaToId={my_id}")
    assert merged.json() == {"identifierIds": []}, "as of anybody who is not there"
    assert state() == before
