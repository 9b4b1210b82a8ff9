"""Steps are queries: what they read is there, and what is known of them is what their text says."""

from __future__ import annotations

import pytest

from sql import graph
from sql.database import connected
from sql.steps import GRAPH, HERE, JOBS, bare, job


def test_what_is_known_of_the_queries_is_what_they_say(database_url: str) -> None:
    with connected(database_url) as database:
        known = graph.typed(graph.drawn(), database)
    assert GRAPH.read_text() == graph.as_text(known), "python -m sql.graph brings graph.json up to date"
    makes = (job(*places) for name, places in JOBS.items() if not name.startswith(("report ", "changed ")))
    tables = {step.name for steps in makes for step in steps if step.kind == "table"}
    untyped = {name for name in tables if "types" not in known[name]}
    assert not untyped, "what has no rows is of no types: sql.graph.BATCHES names the jobs"


def test_the_page_about_steps_shows_those_of_an_import() -> None:
    page = (HERE.parent / "docs/steps.md").read_text()
    assert "\n".join(graph.picture(JOBS["import"])) in page, "python -m sql.graph import prints them"


@pytest.mark.parametrize("name", JOBS)
def test_every_job_can_be_drawn(name: str) -> None:
    drawn = [line for line in graph.picture(JOBS[name]) if line.startswith("  ")]
    assert len(drawn) == len(job(*JOBS[name]))


@pytest.mark.parametrize("name", JOBS)
def test_what_is_filled_from_outside_is_drawn_before_it_is_read(name: str) -> None:
    filled, inputs = set[str](), set(graph.inputs())
    for line in graph.picture(JOBS[name]):
        if ": " in line and not line.startswith(" "):
            filled |= set(line.partition(": ")[2].split(", "))
        if line.startswith("  "):
            read = set(line.partition(" < ")[2].split(", ")) & inputs
            assert read <= filled, line


@pytest.mark.parametrize("name", JOBS)
def test_no_step_reads_what_none_before_it_makes(name: str) -> None:
    made = set(graph.inputs())
    blocks = {"organisation", "import", "source"}
    for step in job(*JOBS[name]):
        missing = step.reads - made
        assert not missing, f"{step.name} reads {missing}, which no step before it makes"
        if step.kind == "ids":
            blocks.add(step.what)
        if step.kind in ("table", "view"):
            assert step.what not in made, f"{step.name} is made twice"
            made.add(step.what)


def test_what_a_step_needs_it_reads() -> None:
    for name in JOBS:
        for step in job(*JOBS[name]):
            for tables in step.needs:
                assert tables <= step.reads, step.name


def test_each_query_opens_with_a_sentence() -> None:
    for path in HERE.rglob("*.sql"):
        if "migrations" not in path.parts and path.name != "inputs.sql":
            text = path.read_text()
            assert text.startswith("-- "), path
            assert bare(text) != text.rstrip(), path
