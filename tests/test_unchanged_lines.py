"""Lines that say again what their source said last are skipped, and nobody can see it.

A nightly feed: most lines stay as they were, some change, options change, another source says something in between,
and now and then a line names no custom_id. After each night the commands' world is the model's, which skips nothing.
Where no line gives a previous custom_id, one that says the same is not even read.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from conftest import Cli, Server
from model import Line, Options
from outcomes import counts_of, import_batch, look, make_groups, pin, rejects, succeed, write
from test_model_and_commands import compare
from worlds import (
    CUSTOM_IDS,
    SEED,
    VOIDER,
    Batch,
    Story,
    any_line,
    any_story,
    arguments,
    each_by_itself,
    render_statements,
    set_up,
    together,
)

FEED = Options(create_groups=True)
FIRST_NIGHT = datetime(2024, 5, 1, tzinfo=UTC)
"""A night is three days after the one before: some of what is said to begin later has begun by the next."""
NIGHTS: list[tuple[Options, float, bool]] = [
    # options, the share of the feed's lines that are drawn anew, whether every line names a custom_id
    (FEED, 1.0, True),
    (FEED, 0.15, True),
    (replace(FEED, source="crm"), 0.5, True),
    (FEED, 0.0, True),
    (replace(FEED, takeovers="confirmed"), 0.15, True),
    (replace(FEED, groups="replace"), 0.15, True),
    (replace(FEED, groups="replace", contested="last-line"), 0.15, True),
    (replace(FEED, personas="replace"), 0.15, True),
    (replace(FEED, contested="leave", takeovers="leave"), 0.15, True),
    (replace(FEED, keep_edits=True), 0.15, True),
    (replace(FEED, source="crm"), 0.5, True),
    (replace(FEED, keep_edits=True), 0.0, True),
    (replace(FEED, snapshot=True, leavers="ungroup"), 0.15, True),
    (FEED, 0.15, True),
    (replace(FEED, snapshot=True, leavers="release"), 0.15, True),
    (FEED, 0.15, False),
    (FEED, 0.0, True),
]


def feed(seed: int, worlds: int, *, renames: bool) -> list[Story]:
    """Independent worlds with the same nights."""
    choose = random.Random(seed)
    return [one_feed(choose, renames=renames).prefixed(f"w{number}x") for number in range(worlds)]


def one_feed(choose: random.Random, *, renames: bool) -> Story:
    def any_said() -> Line:
        line = any_line(choose.choice)
        return line if renames else replace(line, previous_custom_id=None)

    story = any_story(choose.choice, rounds=[FEED])
    lines = [named(choose, any_said()) for _ in range(choose.choice([1, 2, 3, 4]))]
    nights = []
    for number, (night, share, all_named) in enumerate(NIGHTS):
        options = replace(night, as_of=FIRST_NIGHT + number * timedelta(days=3))
        if options.source != FEED.source:
            nights.append(Batch((named(choose, any_said()), named(choose, any_said())), options))
            continue
        anew = [any_said() if choose.random() < share else None for _ in lines]
        lines = [
            line if new is None else named(choose, new) if all_named else new
            for line, new in zip(lines, anew, strict=True)
        ]
        nights.append(Batch(tuple(lines), options))
    return replace(story, batches=tuple(nights))


def named(choose: random.Random, line: Line) -> Line:
    return line if line.custom_id else replace(line, custom_id=choose.choice(CUSTOM_IDS))


def prints(url: str) -> int:
    """Lines that would be skipped if they came again."""
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT count(fingerprint_a) FROM source_people").fetchone()[0]  # type: ignore[index]


def hold(cli: Cli, url: str, seed: int, worlds: int, *, renames: bool) -> int:
    """All nights of a feed of that many worlds are held to the model. Out: how many lines could be skipped."""
    stories = feed(seed, worlds, renames=renames)
    story = together(stories)
    make_groups(url, story.groups)
    succeed(cli("import-statements", write("s.jsonl", render_statements(story.statements, VOIDER)), "--json"))
    for batch in set_up(story.people):
        import_batch(cli, batch.lines, batch.options)
    pin(url, story.people)
    succeed(cli("finish-batch-updates", "--check", "--json"))
    before, skippable = look(url), 0
    for number, (batch, expected) in enumerate(zip(story.batches, each_by_itself(stories), strict=True)):
        skippable += prints(url)
        summary = import_batch(cli, batch.lines, batch.options)
        after = look(url)
        where = f"seed {seed}, {worlds} worlds, renames {renames}, night {number}, {arguments(batch.options)}"
        compare(where, stories, number, batch.lines, expected, summary, before, after)
        succeed(cli("finish-batch-updates", "--check", "--json"))
        before = after
    again = import_batch(cli, batch.lines, batch.options)
    assert counts_of(again)["people"] == {"created": 0, "updated": 0, "deleted": 0}
    return skippable


@pytest.mark.parametrize("renames", [True, False])
def test_nights(cli: Cli, database_url: str, renames: bool) -> None:
    print(f"IMPORT_PEOPLE_SEED={SEED}")
    skippable = hold(cli, database_url, SEED, 20, renames=renames)
    assert skippable > 20, "hardly a line could be skipped: this shows nothing"


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in (0, *range(2, 8)))])
def test_few_worlds(cli: Cli, database_url: str, seed: int) -> None:
    """Where worlds are few, no world's shared or nameless lines make the others' be read again."""
    skippable = hold(cli, database_url, SEED + 1 + seed, 2, renames=seed % 2 > 0)
    assert skippable > 0, "no line could be skipped: this shows nothing"


def test_a_line_that_a_rejected_one_held_up_is_carried_out_when_it_comes_again(cli: Cli) -> None:
    """While a line that names D is rejected nothing is taken away from D; the next night it must be."""
    head = "custom_id,email,email_2,groups\n"
    line = "D,d@example.com,,north\n"
    for text, exit_code, groups in (
        (head + "D,d@example.com,d2@example.com,all|north\nE,e@example.com,,\n", 0, "all|north"),
        (head + line + ",d2@example.com,e@example.com,\n", 3, "all|north"),
        (head + line, 0, "north"),
    ):
        write("people.csv", text)
        result = cli("import-people", "people.csv", "--batch", "--create-groups", "--groups", "replace", "--json")
        assert result.exit_code == exit_code, result
        exported = cli("export-people").stdout.splitlines()
        assert [row.split(",")[-1] for row in exported if row.startswith("D,")] == [groups]


def test_a_bad_line_is_never_unchanged(cli: Cli) -> None:
    """What makes a line bad need not stand in its cells: what follows the last one, or a quote that is not doubled."""
    head = "custom_id,email,name\n"
    other = "B,b@x.org,Bob\n"
    write("people.csv", head + "A,a@x.org,Ann\nC,c@x.org,\n" + other)
    assert cli("import-people", "people.csv", "--batch").exit_code == 0
    for line, strict, exit_code in (
        ("A,a@x.org,Ann,a2@x.org\n", (), 3),
        ("A,a@x.org,Ann,a2@x.org\n", ("--strict",), 4),
        ('A,a@x.org,"An"n\n', ("--strict",), 4),
        ("C,c@x.org\n", ("--strict",), 4),
    ):
        write("people.csv", head + line + other)
        result = cli("import-people", "people.csv", "--batch", "--json", *strict)
        assert (result.exit_code, json.loads(result.stdout)["rejected"]) == (exit_code, 1), (line, result)
        assert cli("resume-source", "people").exit_code == 0
    assert cli("import-people", "people.csv", "--batch", "--json", "--fail-on", "new-rejects").exit_code == 3


def test_a_line_with_a_word_for_nothing_is_never_unchanged(cli: Cli) -> None:
    """Whether the word is somebody's id depends on who has it, and what: not any more, once another has the address."""
    head = "custom_id,email\n"
    line = "none,a@x.org\n"
    for source, text, codes in (
        ("people", head + line, []),
        ("people", head + line, []),
        ("crm", head + "B,a@x.org\n", []),
        ("people", head + line, ["nobodys_id"]),
    ):
        result = cli("import-people", write("people.csv", text), "--batch", "--json", "--source", source)
        assert result.exit_code == (3 if codes else 0), result
        assert list(rejects().values()) == codes


def test_a_cell_that_became_a_number_is_not_unchanged(cli: Cli) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    for custom_id, exit_code in (("123", 0), ("123", 0), (123, 3)):
        book = xlsxwriter.Workbook("people.xlsx")
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["custom_id", "email"])
        sheet.write_row(1, 0, [custom_id, "n@x.org"])
        book.close()
        result = cli("import-people", "people.xlsx", "--batch", "--json", "--reject-warnings", "numeric_cell")
        assert result.exit_code == exit_code, result


def test_a_line_that_is_ragged_in_another_way_is_a_new_reject(cli: Cli) -> None:
    for line, exit_code in (("A,a@x.org,1\n", 3), ("A,a@x.org,1\n", 0), ("A,a@x.org,1,2\n", 3), ("A,a@x.org,3\n", 3)):
        write("people.csv", "custom_id,email\n" + line)
        result = cli("import-people", "people.csv", "--batch", "--json", "--fail-on", "new-rejects")
        assert result.exit_code == exit_code, (line, result)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(50))
def test_many_more_nights(
    server: Server, cli: Cli, migrated: str, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"IMPORT_PEOPLE_SEED={seed}")
    url = server.create_database(migrated)
    monkeypatch.setenv("DATABASE_URL", url)
    hold(cli, url, seed, random.Random(seed).choice([1, 2, 3, 5, 20, 200]), renames=number % 2 > 0)
    server.drop_database(url)
