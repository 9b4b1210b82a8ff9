"""What was somebody's once, said by random nights of files: nobody has anything while it is another's, and all of it
can be taken back.
"""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from commands import as_json, ask, statement, write
from conftest import Cli

DATES = [f"20{year}-0{month}-01" for year in (18, 20, 22, 24) for month in (1, 6)]
OVERLAPS = """
    SELECT a.persona_id FROM spells AS a
    JOIN spells AS b ON b.persona_id = a.persona_id AND b.begins_at > a.begins_at AND b.begins_at < a.ends_at
    UNION ALL
    SELECT a.persona_id FROM spells AS a
    JOIN spells AS b ON b.persona_id = a.persona_id AND b.person_id = a.person_id AND b.begins_at = a.ends_at
"""
"""Personas that are with two at a time, or twice with one where it could be once."""


def everything(cli: Cli) -> list[Any]:
    """Who has and had what, by its ids."""
    return cli("export-people", "--format", "jsonl", "--all-spells").stdout.splitlines()


def night(draw: random.Random) -> list[str]:
    lines = ["custom_id,name,email,identifier_since,identifier_until,email_2,identifier_since_2,identifier_until_2"]
    for _ in range(draw.randrange(1, 6)):
        cells = [draw.choice(["A", "B", "C", "D", ""]), draw.choice(["Ann", "Bob", ""])]
        for _ in range(2):
            since, until = draw.choice(["", *DATES]), draw.choice(["", *DATES])
            cells += [draw.choice(["", *(f"{x}@e.org" for x in "uvwxyz")]), since, until]
        lines.append(",".join(cells))
    return lines


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 60))])
def test_nobody_has_anything_while_it_is_another_s(seed: int, cli: Cli, database_url: str) -> None:
    draw = random.Random(seed)
    states = []
    for turn in range(4):
        states.append(everything(cli))
        write("night.csv", *night(draw))
        how = ["--takeovers", draw.choice(["apply", "confirmed", "split", "leave"])]
        batch = draw.random() < 0.8
        kept = ["--batch", "--max-rejects", "100%", "--personas", draw.choice(["add", "add", "replace"])]
        how += kept if batch else []
        done = cli("import-people", "night.csv", *how, "--json")
        assert done.exit_code in (0, 3), done
        assert ask(database_url, OVERLAPS) == []
        if batch:
            found = json.loads(done.stdout)
            after = everything(cli)
            again = cli("import-people", "night.csv", *how, "--json")
            assert json.loads(again.stdout)["personas"]["created"] == 0
            assert cli("undo-import", str(json.loads(again.stdout)["import"])).exit_code == 0
            assert everything(cli) == after
            assert cli("undo-import", str(found["import"])).exit_code == 0
            assert everything(cli) == states[-1]
            assert cli("resume-source", "people").exit_code == 0
            assert cli("import-people", "night.csv", *how).exit_code in (0, 3)
        if turn == 2:
            said = (
                statement({"mbox": f"mailto:{x}@e.org"}, 1).replace("2026-01-02", f"20{draw.randrange(17, 26)}-03-04")
                for x in "uvwxyz"
            )
            write("said.jsonl", *said)
            assert as_json(cli("import-statements", "said.jsonl", "--json"))["rejected"] == 0
    assert cli("finish-batch-updates", "--check").exit_code == 0
    assert ask(database_url, OVERLAPS) == []
