"""The guard against leavers: people whom a source gave and no longer names."""

from __future__ import annotations

from fractions import Fraction

import pytest
from commands import as_json, ask, contents, write
from conftest import Cli

EVERYBODY = 300


def people(numbers: range) -> list[str]:
    """Lines of people with a custom_id, a name and, for a few, groups."""
    groups = {150: "north|sales", 290: "sales"}
    return ["custom_id,name,email,groups", *(f"P{n:03},Name {n},p{n}@example.org,{groups.get(n, '')}" for n in numbers)]


def make_before(cli: Cli) -> None:
    """300 people whom the source `people` gave, and ten whom only another gave."""
    write("all.csv", *people(range(EVERYBODY)))
    write("others.csv", *people(range(EVERYBODY, EVERYBODY + 10)))
    for file, source in (("all.csv", "people"), ("others.csv", "crm")):
        assert cli("import-people", file, "--batch", "--create-groups", "--source", source).exit_code == 0


@pytest.mark.parametrize("leavers", ["ungroup", "release"])
@pytest.mark.parametrize(
    ("gone", "limit"),
    [
        (9, None), (9, "1%"), (9, "8"), (9, "9"), (1, "0%"), (1, "0"), (10, "3.3%"), (10, "3.4%"), (10, None),
        (100, None), (100, "33.3%"), (100, "33.4%"), (100, "99"), (100, "100"), (100, "100%"),
    ],
)  # fmt: skip
def test_it_trips_exactly_when_more_leave(
    leavers: str, gone: int, limit: str | None, cli: Cli, database_url: str
) -> None:
    write("rest.csv", *people(range(EVERYBODY - gone)))
    before = contents(database_url)
    option = [] if limit is None else ["--max-leavers", limit]
    result = cli(
        "import-people", "rest.csv", "--batch", "--snapshot", "--leavers", leavers, "--dry-run", "--json", *option
    )
    share, figure = (limit or "20%").endswith("%"), Fraction((limit or "20%").rstrip("%"))
    exceeds = gone > (figure * EVERYBODY / 100 if share else figure) and (not share or not figure or gone >= 10)
    found = as_json(result, 4 if exceeds else 0)
    assert contents(database_url) == before
    assert [(guard["option"], guard["counted"], guard["of"]) for guard in found["guards"]] == (
        [("--max-leavers", gone, EVERYBODY)] if exceeds else []
    )


def test_who_would_leave_is_named_and_what_would_allow_it(cli: Cli, database_url: str) -> None:
    write("rest.csv", *people(range(100)))
    command = ["import-people", "rest.csv", "--batch", "--snapshot", "--min-lines", "0"]
    assert cli(*command, "--dry-run").exit_code == 0, "who stays as they were needs no guard"
    found = as_json(cli(*command, "--leavers", "release", "--json"), 4)
    assert found["guards"][0]["examples"] == [
        "P150 Name 150", "P290 Name 290", "P100 Name 100", "P101 Name 101", "P102 Name 102",
    ]  # fmt: skip
    assert found["error"] == (
        "200 people of this source are named no more (66.7% of 300), the limit is 20%, as P150 Name 150 and"
        " P290 Name 290; --max-leavers 200 would allow it;"
        " nothing was changed, and the source is suspended until lrs-people resume-source people"
    )
    assert cli("resume-source", "people").exit_code == 0
    assert cli(*command, "--leavers", "release", "--max-leavers", "200").exit_code == 0
    assert ask(database_url, "SELECT count(*) FROM people WHERE custom_id IS NULL") == [(200,)]
