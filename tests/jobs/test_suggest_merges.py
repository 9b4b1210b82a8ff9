"""People who may be one are listed with what speaks for it; the list, filled in, makes them one."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

from conftest import Cli

LMS = "https://lms.example"


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def suggested(cli: Cli, *asked: str) -> dict[tuple[str, str], dict[str, str]]:
    """By what the two are called."""
    told = cli("suggest-merges", *asked)
    assert told.exit_code == 0, told
    rows = list(csv.DictReader(told.stdout.splitlines()))
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    return {
        tuple(sorted((row["custom_id"] or row["name"], row["other_custom_id"] or row["other_name"]))): row
        for row in rows
    }


def run(cli: Cli, *command: str, code: int = 0) -> dict[str, Any]:
    result = cli(*command, "--json")
    assert result.exit_code == code, result
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def test_pairs_with_their_evidence_become_one_by_the_list(cli: Cli) -> None:
    lines = [
        "custom_id,name,email,mbox_sha1sum,openid,account_home_page,account_name,groups",
        "A,Ada,ada@x.example,,,,,",
        f",hashed,,{sha1('mailto:ada@x.example')},,,,",
        "B,Bea,bea@x.example,,,,,",
        f",bare,,{sha1('bea@x.example')},,,,",
        "C,Cy,Cy@x.example,,,,,",
        ",near,cy@x.example,,,,,",
        "D,Dan,dan@x.example,,,,,",
        f",named,,,,{LMS},Dan@x.example,",
        "0042,Eve,eve@x.example,,,,,",
        f",numbered,,,,{LMS},42,",
        "E77,Fay,fay@x.example,,,,,",
        "e77,Gil,gil@x.example,,,,,",
        "H,Hal Hand,hal@x.example,,,,,staff",
        ",hal hand,hal@old.example,,,,,",
        ",Ida,ida@x.example,,,,,staff",
        f"J,Ida,,,,{LMS},j99,staff",
        "K,Kim,kim@x.example,,,,,",
        ",Kim,other@x.example,,,,,",
    ]
    Path("people.csv").write_text("\n".join([*lines, ""]))
    run(cli, "import-people", "people.csv", "--batch", "--create-groups", code=0)
    found = suggested(cli)
    said = {pair: (row["score"], row["evidence"].split(" ")[0]) for pair, row in found.items()}
    assert said == {
        ("A", "hashed"): ("0.79", "mbox_sha1sum"),
        ("B", "bare"): ("0.76", "mbox_sha1sum"),
        ("C", "near"): ("0.68", "nearly"),
        ("D", "named"): ("0.76", "an"),
        ("H", "hal hand"): ("0.86", "one"),
        ("Ida", "J"): ("0.65", "one"),
    }
    rare = suggested(cli, "--least", "0")
    assert rare[("0042", "numbered")]["evidence"] == f"an account named nearly as the custom_id {LMS} 42"
    assert rare[("E77", "e77")]["evidence"] == "nearly one custom_id E77 and e77"
    assert ("K", "Kim") not in rare
    assert len(suggested(cli, "--limit", "2")) == 2

    told = run(cli, "suggest-merges", "--output", "pairs.csv")
    assert (told["pairs"], told["evidence"]["an account named as the address"]) == (6, 1)
    with open("pairs.csv", encoding="utf-8", newline="") as pairs:
        rows = list(csv.DictReader(pairs))
    for row in rows:
        row["same"] = "yes" if row["custom_id"] in ("A", "D") else "no"
    with open("pairs.csv", "w", encoding="utf-8", newline="") as pairs:
        filled = csv.DictWriter(pairs, rows[0])
        filled.writeheader()
        filled.writerows(rows)
    merged = run(cli, "merge-people", "--from", "pairs.csv")
    assert sorted(one["into"]["customId"] for one in merged["merged"]) == ["A", "D"]
    assert len(suggested(cli)) == 4


def test_what_many_have_says_nothing_and_the_list_needs_a_place(cli: Cli) -> None:
    lines = [f",Al,al@{n}.example,g" for n in range(25)]
    Path("people.csv").write_text("\n".join(["custom_id,name,email,groups", *lines, ""]))
    run(cli, "import-people", "people.csv", "--batch", "--create-groups")
    assert suggested(cli, "--least", "0") == {}
    assert cli("suggest-merges", "--json").exit_code == 2
