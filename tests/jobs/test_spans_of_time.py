"""A persona that people have had one after another: put right by hand, told, exported, reported."""

from __future__ import annotations

import json
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import Cli, Result

SHARED = "desk@example.org"
SEED = int(os.environ.get("IMPORT_PEOPLE_SEED", "20260101"))


def done(result: Result, *exit_codes: int) -> dict[str, Any]:
    assert result.exit_code in (exit_codes or (0,)), result
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def ask(url: str, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query, parameters or None).fetchall()


def change(url: str, command: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(command)


def said(at: str, number: int, email: str = SHARED, name: str | None = "Desk") -> str:
    return json.dumps(
        {
            "id": f"00000000-0000-4000-8000-{number:012}",
            "actor": {"mbox": f"mailto:{email}", **({"name": name} if name else {})},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": "http://example.com/course/1"},
            "timestamp": at,
        }
    )


def write(file: str, *lines: str) -> str:
    Path(file).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def interactions(cli: Cli, *more: str) -> dict[str, int]:
    """Of everybody, by custom_id or name."""
    rows = json.loads(cli("report-people", "--format", "json", *more).stdout)
    return {row["custom_id"] or row["name"]: row["interactions"] for row in rows}


@pytest.fixture
def desk(cli: Cli) -> Cli:
    """A, who has the address of the front desk, B and C; it did something on the 15th of January to June."""
    people = write(
        "people.csv",
        "custom_id,name,email,email_2,groups",
        f"A,Ada,ada@example.org,{SHARED},north",
        "B,Bob,bob@example.org,,south",
        "C,Cem,cem@example.org,,",
    )
    done(cli("import-people", people, "--batch", "--create-groups", "--json"))
    write("said.jsonl", *(said(f"2024-0{month}-15T09:00:00Z", month) for month in range(1, 7)))
    done(cli("import-statements", "said.jsonl", "--json"))
    return cli


def test_a_span_of_time_becomes_somebody_s_and_it_is_said_who_loses_it(desk: Cli, database_url: str) -> None:
    first = desk("move-persona", SHARED, "--to", "B", "--from", "2024-02", "--until", "2024-04")
    assert f"mailto:{SHARED}\n  from 2024-02-01 until 2024-04-01: A Ada → B Bob, 2 interactions" in first.stdout
    assert "not pinned" not in first.stdout, "the next import finds it where it was"
    assert interactions(desk) == {"A": 4, "B": 2}
    assert interactions(desk, "--since", "2024-03-15", "--until", "2024-04-16") == {"A": 1, "B": 1}
    groups = json.loads(desk("report-groups", "--json").stdout)
    assert [(row["custom_id"], row["interactions"]) for row in groups["rows"]] == [("north", 4), ("south", 2)]
    assert groups["last_import"]["groups"] == [
        {"custom_id": "north", "joined": 0, "left": 0, "gained": 0, "lost": 1},
        {"custom_id": "south", "joined": 0, "left": 0, "gained": 1, "lost": 0},
    ]

    shown = done(desk("show-import", "3", "--json"))["changes"]
    assert [(row["action"], row["from"], row["to"], row["old"], row["new"]) for row in shown["rows"]] == [
        ("span", "A", "B", "2024-02-01T00:00:00Z", "2024-04-01T00:00:00Z")
    ]
    assert [row["interactions"] for row in shown["rows"]] == [2]

    second = done(desk("move-persona", SHARED, "--to", "C", "--from", "2024-03-15T10:00+01:00", "--json"))
    assert [(one["from"], one["until"], one["loses"]["customId"], one["interactions"]) for one in second["spans"]] == [
        ("2024-03-15T09:00:00.000Z", "2024-04-01T00:00:00.000Z", "B", 1),
        ("2024-04-01T00:00:00.000Z", None, "A", 3),
    ]
    assert (second["from"]["customId"], second["to"]["customId"], second["interactions"]) == ("A", "C", 4)
    assert second["pending"] == {"people": 3, "groups": 2}
    assert interactions(desk) == {"A": 1, "B": 1, "C": 4}

    again = desk("move-persona", SHARED, "--to", "C", "--from", "2024-05")
    assert f"mailto:{SHARED}: C has it already for all that time" in again.stdout
    third = done(desk("move-persona", SHARED, "--alone", "--until", "2024-02-15T00:00", "--json"))
    assert third["people"] == {"created": 1, "deleted": 0}
    assert interactions(desk) == {"B": 1, "C": 4, "Desk": 1}
    done(desk("move-persona", SHARED, "--alone", "--until", "2024-01-20", "--json"))
    assert done(desk("finish-batch-updates", "--check", "--json"))["differences"] == 0

    told = desk("explain-persona", SHARED).stdout
    assert [line.split() for line in told.splitlines()[5:9]] == [
        ["2024-02-15", "#4", "Desk", "1"],
        ["2024-02-15", "2024-03-15", "09:00:00", "B", "Bob", "1"],
        ["2024-03-15", "09:00:00", "C", "Cem", "4"],
        [],
    ]
    assert "moved by hand, from 2024-02-01 until 2024-04-01" in told
    assert "moved by hand, from 2024-03-15 09:00:00 on" in told
    bob = desk("explain-person", "B").stdout
    assert f"2024-02-15  2024-03-15 09:00:00  mailto:{SHARED}" in bob
    assert f"has mailto:{SHARED} from A Ada (moved by hand, from 2024-02-01 until 2024-04-01)" in bob
    assert f"no longer has mailto:{SHARED}, C Cem has (moved by hand, from 2024-03-15 09:00:00 until 2024-04-01)" in bob

    exported = desk("export-people", "--format", "jsonl", "--all-spells").stdout.splitlines()
    had = {
        one["customId"] or one["name"]: [(had["mbox"][7:], had["from"], had["until"]) for had in one["personas"]]
        for one in map(json.loads, exported)
    }
    assert had == {
        "A": [("ada@example.org", None, None)],
        "B": [
            (SHARED, "2024-02-15T00:00:00.000Z", "2024-03-15T09:00:00.000Z"),
            ("bob@example.org", None, None),
        ],
        "C": [(SHARED, "2024-03-15T09:00:00.000Z", None), ("cem@example.org", None, None)],
        "Desk": [(SHARED, None, "2024-02-15T00:00:00.000Z")],
    }
    assert desk("export-people").stdout.splitlines()[1:] == [
        "A,Ada,,mailto:ada@example.org,,,,,,north",
        "B,Bob,,mailto:bob@example.org,,,,,,south",
        f"C,Cem,,mailto:{SHARED},mailto:cem@example.org,,,,,",
    ], "whoever has nothing by now but a past is no line"
    assert desk("export-people", "--all-spells").exit_code == 2


def test_a_persona_of_nobody_is_somebody_s_again(desk: Cli, database_url: str) -> None:
    change(
        database_url,
        """
        INSERT INTO closed_spells (organisation_id, persona_id, begins_at, ends_at, person_id)
        SELECT 1, id, '-infinity', '2024-07-01Z', person_id FROM personas WHERE ifi LIKE '%desk@%';
        UPDATE personas SET person_id = NULL, begins_at = '2024-07-01Z' WHERE ifi LIKE '%desk@%'
        """,
    )
    asked = desk("report-people", "--person", SHARED)
    assert asked.exit_code == 2
    assert f'"mailto:{SHARED}" is nobody\'s at present' in asked.stderr
    assert "nobody" not in desk("explain-persona", SHARED).stdout.splitlines()[5]
    assert desk("export-people").exit_code == 0
    moved = desk("move-persona", SHARED, "--to", "B")
    assert f"mailto:{SHARED}: nobody → B Bob, 0 interactions go along" in moved.stdout
    assert done(desk("finish-batch-updates", "--check", "--json"))["differences"] == 0
    assert interactions(desk) == {"A": 6}
    assert ask(database_url, "SELECT person_id, begins_at FROM personas WHERE ifi LIKE %s", "%desk@%") == [
        (*ask(database_url, "SELECT id FROM people WHERE custom_id = 'B'")[0], datetime(2024, 7, 1, tzinfo=UTC))
    ]


def test_who_has_had_a_custom_id_is_not_alone(desk: Cli) -> None:
    """An identifier that is taken from somebody who has left leaves what they did with them."""
    write("left.csv", "custom_id,name,email", f"A,Ada,{SHARED}", "B,Bob,bob@example.org")
    done(desk("import-people", "left.csv", "--batch", "--source", "other", "--json"))
    done(desk("move-persona", "ada@example.org", "--to", "B", "--json"))
    gone = ["--batch", "--snapshot", "--leavers", "release", "--min-lines", "0", "--max-leavers", "100%"]
    write("left.csv", "custom_id,name,email", "B,Bob,bob@example.org")
    for source in ("people", "other"):
        done(desk("import-people", "left.csv", *gone, "--source", source, "--json"))
    assert interactions(desk) == {"Ada": 6}
    told = done(desk("move-persona", SHARED, "--alone", "--from", "2024-04", "--json"))
    assert told["people"] == {"created": 1, "deleted": 0}
    assert interactions(desk) == {"Ada": 3, "Desk": 3}
    assert done(desk("move-persona", SHARED, "--alone", "--json"))["people"]["created"] == 0


def test_what_is_said_of_a_time_that_is_nobody_s_gets_a_person_for_that_time(desk: Cli, database_url: str) -> None:
    """Before the first spell, between two, after the last; whether it counts or not, and whichever comes first."""
    change(
        database_url,
        """
        INSERT INTO closed_spells (organisation_id, persona_id, begins_at, ends_at, person_id)
        SELECT 1, p.id, s.begins_at, s.ends_at, q.id
        FROM (VALUES (timestamptz '2024-01-01Z', timestamptz '2024-03-01Z', 'A'), ('2024-03-10Z', '2024-07-01Z', 'B'))
            AS s (begins_at, ends_at, custom_id)
        JOIN people AS q USING (custom_id)
        JOIN personas AS p ON p.ifi LIKE '%desk@%';
        UPDATE personas SET person_id = NULL, begins_at = '2024-07-01Z' WHERE ifi LIKE '%desk@%';
        INSERT INTO pending (organisation_id, subject, subject_id) SELECT 1, 'persona', id FROM personas;
        """,
    )
    later = [
        said("2023-05-05T05:05:05Z", 11),
        said("2023-12-31T23:59:59.999999Z", 12),
        said("2024-01-01T00:00:00Z", 13),
        said("2024-03-01T00:00:00Z", 14, name=None),
        said("2024-03-09T23:59:59Z", 15),
        said("2024-03-10T00:00:00Z", 16),
        said("2024-07-01T00:00:00Z", 17),
        said("2025-01-01T00:00:00Z", 18),
    ]
    random.Random(SEED).shuffle(later)
    loaded = done(desk("import-statements", write("later.jsonl", *later[:5]), "--json"))
    rest = done(desk("import-statements", write("rest.jsonl", *later[5:]), "--json"))
    assert loaded["people"]["created"] + rest["people"]["created"] == 3
    assert loaded["personas"]["created"] == rest["personas"]["created"] == 0
    rows = json.loads(desk("report-people", "--format", "json").stdout)
    found = [(row["custom_id"], row["name"], row["interactions"], row["first_at"][:10]) for row in rows]
    assert sorted(found, key=lambda row: row[3]) == [
        (None, "Desk", 2, "2023-05-05"),
        ("A", "Ada", 3, "2024-01-01"),
        (None, "Desk", 2, "2024-03-01"),
        ("B", "Bob", 5, "2024-03-10"),
        (None, "Desk", 2, "2024-07-01"),
    ]
    assert done(desk("finish-batch-updates", "--check", "--json"))["differences"] == 0
    again = done(desk("import-statements", write("later.jsonl", *later), "--json"))
    assert (again["known"], again["people"]["created"]) == (8, 0)


def test_spells_that_cannot_be_are_found(desk: Cli, database_url: str) -> None:
    change(database_url, "UPDATE personas SET begins_at = '2024-02-01Z' WHERE ifi LIKE '%desk@%'")
    checked = desk("finish-batch-updates", "--check")
    assert checked.exit_code == 1
    assert "leave out statement 00000000-0000-4000-8000-000000000001 of 2024-01-15" in checked.stdout
    change(
        database_url,
        """
        INSERT INTO closed_spells (organisation_id, persona_id, begins_at, ends_at, person_id)
        SELECT 1, id, '-infinity', '2024-02-02Z', person_id FROM personas WHERE ifi LIKE '%desk@%'
        """,
    )
    assert "overlap at 2024-02-01 00:00:00+00" in desk("finish-batch-updates", "--check").stdout
    change(database_url, "UPDATE closed_spells SET ends_at = '2024-02-01Z'")
    assert "are one at 2024-02-01 00:00:00+00" in desk("finish-batch-updates", "--check").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--from", "2024-02", "--pin"], "--from and --until say for which time it goes to somebody"),
        (["--to", "B", "--from", "2024-03", "--until", "2024-03"], "--until 2024-03 is not after --from 2024-03"),
        (["--to", "B", "--until", "9000"], '--until "9000" is no time such as'),
        (["--to", "B", "--until", "9000-01"], "--until 9000-01 is still to come"),
    ],
)
def test_spans_that_make_no_sense(cli: Cli, words: list[str], told: str) -> None:
    result = cli("move-persona", SHARED, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def spells(url: str) -> list[tuple[Any, ...]]:
    """All spells of the desk's address, open and closed, and who is there."""
    return ask(
        url,
        """
        SELECT s.person_id, CAST(s.begins_at AS text), CAST(s.ends_at AS text) FROM spells AS s
        JOIN personas AS p ON p.id = s.persona_id AND p.ifi LIKE '%desk@%'
        UNION ALL SELECT id, custom_id, name FROM people
        ORDER BY 1, 2
        """,
    )


def test_any_spans_moved_by_hand(desk: Cli, database_url: str) -> None:
    """Whose the persona is at each time is as whoever got that time last; undone, newest first, all is as it was."""
    print(f"IMPORT_PEOPLE_SEED={SEED}")
    chance = random.Random(SEED)
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    days = [begin + timedelta(days=n) for n in range(200)]
    holder: dict[datetime, str] = dict.fromkeys(days, "A")
    states, moves = [spells(database_url)], []
    for _ in range(14):
        begins, ends = sorted(chance.sample(days[::20], 2))
        words = chance.choice([["--from", begins], ["--until", ends], ["--from", begins, "--until", ends], []])
        to = chance.choice("ABC")
        told = done(desk("move-persona", SHARED, "--to", to, *map(str, words), "--json", "--no-finish"))
        moves.append(told["import"])
        states.append(spells(database_url))
        if not words:  # as a whole: since whenever it is whose it is now
            last = max((day for day in days[1:] if holder[day] != holder[day - timedelta(days=1)]), default=days[0])
            words = ["--from", last] if last > days[0] else []
        span = dict(zip(words[::2], words[1::2], strict=True))
        for day in days:
            if span.get("--from", begin) <= day < span.get("--until", datetime.max.replace(tzinfo=UTC)):
                holder[day] = to
        rows = ask(
            database_url,
            """
            SELECT d.day, array_agg(h.custom_id)
            FROM unnest(%s::timestamptz[]) AS d (day)
            JOIN personas AS p ON p.ifi LIKE '%%desk@%%'
            LEFT JOIN spells AS s ON s.persona_id = p.id AND s.begins_at <= d.day AND d.day < s.ends_at
            LEFT JOIN people AS h ON h.id = s.person_id
            GROUP BY d.day
            """,
            days,
        )
        assert {day.astimezone(UTC): [who] for day, (who,) in rows} == {day: [who] for day, who in holder.items()}
    assert done(desk("finish-batch-updates", "--check", "--json"))["differences"] == 0
    counted = dict.fromkeys("ABC", 0)
    for month in range(1, 7):
        counted[holder[datetime(2024, month, 15, tzinfo=UTC)]] += 1
    assert interactions(desk) == {who: number for who, number in counted.items() if number}
    for number, state in zip(reversed(moves[-6:]), reversed(states[:-1]), strict=False):
        done(desk("undo-import", str(number), "--no-finish", "--json"))
        assert spells(database_url) == state, number
    assert done(desk("finish-batch-updates", "--check", "--json"))["differences"] == 0
