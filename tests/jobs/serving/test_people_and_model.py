"""The People API is held to the reference model, over wishes drawn at random; and to what lines of a file would do."""

from __future__ import annotations

import json
from typing import Any

from conftest import Cli, Http
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from model import Line, Options, World

IFIS = [f"mailto:{one}@x.example" for one in "pqrs"]
GROUPS = ["a", "b"]
FEW = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
SOME_GROUPS = st.lists(st.sampled_from(GROUPS), max_size=2, unique=True)
State = set[tuple[str | None, str | None, frozenset[str], frozenset[str]]]


def of_model(world: World) -> State:
    return {
        (p.custom_id, p.name, frozenset(p.personas), frozenset(group for group, _ in p.memberships))
        for p in world.people.values()
    }


def of_http(http: Http) -> State:
    found = http("GET", "people?_limit=1000").json()["results"]
    return {
        (
            person.get("customId"),
            person.get("name"),
            frozenset(persona["mbox"] for persona in person["personas"]),
            frozenset(person["parentGroupCustomIds"]),
        )
        for person in found
    }


def start(http: Http) -> World:
    """Nobody is there: whoever was is deleted."""
    for person in http("GET", "people?_limit=1000").json()["results"]:
        assert http("DELETE", f"people/{person['id']}").status_code == 204
    assert of_http(http) == set()
    world = World()
    for group in GROUPS:
        world.add_group(group)
    return world


def make_groups(cli: Cli) -> None:
    with open("groups.csv", "w") as out:
        out.write("\n".join(["custom_id", *GROUPS, ""]))
    assert cli("import-groups", "groups.csv", "--batch").exit_code == 0


def personas(ifis: list[str]) -> list[dict[str, str]]:
    return [{"mbox": ifi} for ifi in ifis]


def line_of(ifis: list[str], custom_id: str | None, name: str | None, groups: list[str] | None) -> Line:
    return Line(custom_id, tuple(("mbox", ifi) for ifi in ifis), name, groups=tuple(groups or ()) or None)


def added(
    http: Http, world: World, ifis: list[str], custom_id: str | None, name: str | None, groups: list[str]
) -> None:
    """A POST is a line; without a customId it is one whose custom_id nobody has, and that has none afterwards."""
    body = {"customId": custom_id, "name": name, "personas": personas(ifis), "parentGroupCustomIds": groups}
    status = http("POST", "people", body).status_code
    if custom_id is not None and world.holder_of_custom_id(custom_id) is not None:
        assert status == 409
        return
    outcome = world.import_batch([line_of(ifis, custom_id or "nobody's", name, groups)])
    assert (status == 201) is (outcome.counts.rejected == 0), outcome
    if custom_id is None and (number := world.holder_of_custom_id("nobody's")) is not None:
        world.people[number].custom_id = None


def put(
    http: Http,
    world: World,
    of: str,
    ifis: list[str],
    custom_id: str | None,
    name: str | None,
    groups: list[str] | None,
) -> None:
    """A PUT is `edit-person` with what is not among it taken away."""
    found = http("GET", "people/with-persona", params={"persona": json.dumps({"mbox": of})})
    number = world.holder_of_persona(of)
    assert (found.status_code == 404) is (number is None)
    if number is None:
        return
    body = {"customId": custom_id, "name": name, "personas": personas(ifis), "parentGroupCustomIds": groups}
    status = http("PUT", f"people/{found.json()['id']}", body).status_code
    person = world.people[number]
    if custom_id and world.holder_of_custom_id(custom_id) not in (None, number):
        assert status == 409
        return
    assert status == 204
    out_of = [] if groups is None else {group for group, _ in person.memberships} - set(groups)
    without = person.personas - set(ifis)
    loses = custom_id == "" and person.custom_id is not None
    world.edit(number, line_of(ifis, custom_id or None, name, groups), without, out_of, loses=loses)


def test_what_is_wished_comes_true_as_the_model_says(http: Http, cli: Cli) -> None:
    make_groups(cli)
    some = st.lists(st.sampled_from(IFIS), min_size=1, max_size=2, unique=True)
    names = st.sampled_from([None, "Ada", "Bob"])
    wishes = st.one_of(
        st.tuples(st.just(added), some, st.sampled_from([None, "A", "B"]), names, SOME_GROUPS),
        st.tuples(
            st.just(put),
            st.sampled_from(IFIS),
            some,
            st.sampled_from([None, "", "A", "B"]),
            names,
            st.none() | SOME_GROUPS,
        ),
    )

    @FEW
    @given(st.lists(wishes, min_size=2, max_size=6))
    def check(drawn: list[Any]) -> None:
        world = start(http)
        for make, *asked in drawn:
            make(http, world, *asked)
            assert of_http(http) == of_model(world), (make.__name__, asked)

    check()
    assert cli("finish-batch-updates", "--check").exit_code == 0


def said_over_http(http: Http, ifis: list[str], custom_id: str | None, name: str | None, groups: list[str]) -> None:
    """What a client does that brings in lines of a file one by one."""
    known = [http("GET", "people/with-persona", params={"persona": json.dumps({"mbox": ifi})}) for ifi in ifis]
    holders = {one.json()["id"]: one.json() for one in known if one.status_code == 200}
    with_id = [person for person in holders.values() if "customId" in person]
    if custom_id is not None:
        found = http("GET", f"people?customId={custom_id}")
        with_id = [found.json()] if found.status_code == 200 else []
    if len(with_id) == 1:
        (person,) = with_id
        both = {persona["mbox"] for persona in person["personas"]} | set(ifis)
        body = {"personas": personas(sorted(both)), "name": name}
        body["parentGroupCustomIds"] = sorted({*person["parentGroupCustomIds"], *groups})
        assert http("PUT", f"people/{person['id']}", body).status_code == 204
    elif not with_id and ifis:
        body = {"customId": custom_id, "name": name, "personas": personas(ifis), "parentGroupCustomIds": groups}
        assert http("POST", "people", body).status_code == 201


def test_lines_of_a_file_and_requests_come_to_the_same(http: Http, cli: Cli) -> None:
    make_groups(cli)
    some = st.lists(st.sampled_from(IFIS), max_size=2, unique=True)
    line = st.tuples(some, st.sampled_from([None, "A", "B"]), st.sampled_from([None, "Ada", "Bob"]), SOME_GROUPS)

    @FEW
    @given(st.lists(line, min_size=1, max_size=5))
    def check(lines: list[Any]) -> None:
        world = start(http)
        world.import_rows([line_of(*one) for one in lines], Options())
        for one in lines:
            said_over_http(http, *one)
        assert of_http(http) == of_model(world)

    check()
    assert cli("finish-batch-updates", "--check").exit_code == 0
