"""What was written for Watershed's API runs against ours: a script that brings people in, and `migrate watershed`."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from conftest import Cli, Http
from served import served


class Watershed:
    """A client as a customer's script has it: of the People API and the Groups API, with nothing but what these say."""

    def __init__(self, url: str, organization: str, key: str, secret: str) -> None:
        self._root = f"{url}/api/organizations/{organization}"
        self._authorization = f"Basic {base64.b64encode(f'{key}:{secret}'.encode()).decode()}"

    def ask(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": self._authorization, "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{self._root}/{path}", content, headers, method=method)  # noqa: S310
        with urllib.request.urlopen(asked) as answer:  # noqa: S310
            read = answer.read()
            expected = {"GET": 200, "POST": 204 if path.endswith("updates") else 201, "PUT": 204, "DELETE": 204}
            assert answer.status == expected[method]
        return json.loads(read) if read else None

    def everybody(self) -> Iterator[dict[str, Any]]:
        offset = 0
        while results := self.ask("GET", f"people?_limit=7&_offset={offset}&forceDBSearch")["results"]:
            yield from results
            offset += len(results)

    def with_persona(self, persona: dict[str, Any]) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self.ask("GET", f"people/with-persona?persona={quote(json.dumps(persona))}")
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            return None
        return found


@pytest.fixture
def store(http: Http, cli: Cli, database_url: str) -> Iterator[tuple[str, Watershed]]:
    """Where agents have done something already."""
    statements = [
        {
            "id": f"c3f8c3a0-0000-4000-8000-{number:012}",
            "actor": {"mbox": f"mailto:p{number}@x.example", "name": f"Agent {number}"},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": "https://x.example/a"},
            "timestamp": "2026-01-05T09:00:00Z",
        }
        for number in range(0, 20, 2)
    ]
    with open("statements.json", "w") as out:
        json.dump(statements, out)
    assert cli("import-statements", "statements.json").exit_code == 0
    with served(database_url) as url:
        yield url, Watershed(url, "1", *http.credential("script", "write"))


def bring_in(watershed: Watershed) -> None:
    """HR's people, each found by one of the personas, made or updated in a batch."""
    watershed.ask("POST", "group-types", {"name": "department"})
    departments = {}
    for name in ("sales", "field sales"):
        group = {"name": name, "customId": name, "type": "department", "parentGroupCustomIds": [*departments][:1]}
        departments[name] = watershed.ask("POST", "groups?batch=true", group)["id"]
    for number in range(20):
        personas: list[dict[str, Any]] = [
            {"name": f"Name {number}", "mbox": f"mailto:p{number}@x.example"},
            {"objectType": "Agent", "account": {"homePage": "https://lms.example", "name": f"u{number}"}},
        ]
        person = {"name": f"Name {number}", "customId": f"E{number}", "personas": personas,
                  "parentGroupIds": [departments["sales" if number % 3 else "field sales"]]}  # fmt: skip
        known = watershed.with_persona({"mbox": f"mailto:p{number}@x.example"})
        if known:
            watershed.ask("PUT", f"people/{known['id']}?batch=true", {**person, "id": known["id"]})
        else:
            watershed.ask("POST", "people/?batch=true", person)
    gone = watershed.ask("GET", "people/?customId=E19")
    watershed.ask("DELETE", f"people/{gone['id']}?batch=true")
    watershed.ask("POST", "groups/finish-batch-updates")


def test_a_migration_script_runs_unchanged(store: tuple[str, Watershed], cli: Cli) -> None:
    _, watershed = store
    bring_in(watershed)
    everybody = [*watershed.everybody()]
    assert sorted(person["customId"] for person in everybody) == sorted(f"E{number}" for number in range(19))
    for person in everybody:
        number = person["customId"][1:]
        assert person["name"] == f"Name {number}"
        assert [persona.get("mbox", persona.get("objectType")) for persona in person["personas"]] == [
            f"mailto:p{number}@x.example", "Agent",
        ]  # fmt: skip
    report = json.loads(cli("report-groups", "--json").stdout)["rows"]
    assert {row["name"]: (row["members"], row["interactions"]) for row in report} == {
        "sales": (19, 10), "field sales": (7, 4),
    }  # fmt: skip
    assert cli("finish-batch-updates", "--check").exit_code == 0


def test_migrate_watershed_moves_everything(
    store: tuple[str, Watershed], http: Http, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, watershed = store
    bring_in(watershed)
    watershed.ask("POST", "people", {"personas": [{"objectType": "Group", "mbox": "mailto:team@x.example"}]})
    monkeypatch.setenv("WATERSHED_CREDENTIALS", ":".join(http.credential("mover", "read")))
    there = ("--organisation", "other")
    moved = cli("migrate", "watershed", url, "1", *there, "--create-organisation")
    assert moved.exit_code == 0, moved
    compared = cli("migrate", "watershed", url, "1", *there, "--compare", "--again")
    assert compared.exit_code == 0, compared
    other = Watershed(url, "other", *http.credential("others", "read", organisation="other"))

    def known(one: Watershed, what: str) -> list[Any]:
        ids = ("id", "parentGroupIds", "groupTypeId", *(("created",) if what == "groups" else ()))
        found = one.ask("GET", f"{what}?_limit=1000")["results"]
        return sorted(
            json.dumps(
                {
                    key: [{of: value for of, value in one.items() if of != "id"} for one in found]
                    if key == "personas"
                    else found
                    for key, found in each.items()
                    if key not in ids
                }
            )
            for each in found
        )

    assert known(other, "people") == known(watershed, "people")
    assert known(other, "groups") == known(watershed, "groups")
    with open("theirs.json", "w") as out:
        json.dump(watershed.ask("GET", "people?_limit=1000"), out)
    zero = cli("compare-with", "theirs.json", *there)
    assert zero.exit_code == 0, zero
