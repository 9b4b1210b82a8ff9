"""Signs that a file is damaged, or that lines are of different people: each warns of, or rejects, exactly its lines."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from commands import as_json, contents, people, rows_of, write
from conftest import Cli

from identity.problems import PROBLEMS

ODD_HEADER = "custom_id,name,email,email_2,mbox_sha1sum"
ODD = {
    "scientific_number": ["1.23E+11,Exa,exa@corp.example,,"],
    "short_id": ["17,Shorty,shorty@corp.example,,"],
    "mojibake": ["000091,RenÃ©e,renee@corp.example,,", "000092,ZoÃ«,zoe@corp.example,,"],
    "placeholder": ["000093,Test,test@test.com,,"],
    "hash_of_bare_address": [
        f"000094,Hash,h@corp.example,,{hashlib.sha1(b'h@corp.example', usedforsecurity=False).hexdigest()}"
    ],
    "near_miss": ["000095,Bob,bob@corp.example,,"],
    "shared_mbox": [f"00009{n},Shared {n},s{n}@corp.example,info@corp.example," for n in "678"],
    "invisible_character": ["00\u200b0099,Unseen,unseen@corp.example,,"],
    "differing_people": ["000100,Ann One,one@corp.example,,", "000100,Bo Two,two@corp.example,,"],
}
SOUND = [f"{n:06},P{n},p{n}@corp.example,," for n in range(1, 31)]


def test_every_sign_warns_or_rejects_exactly_its_lines(cli: Cli, database_url: str) -> None:
    write("known.csv", "custom_id,email", "000090,Bob@corp.example")
    assert cli("import-people", "known.csv", "--batch").exit_code == 0
    odd = [line for lines in ODD.values() for line in lines]
    write("hr.csv", ODD_HEADER, *SOUND, *odd)
    run = ["import-people", "hr.csv", "--batch", "--contested", "leave"]
    before = contents(database_url)
    plain = cli(*run, "--dry-run")
    assert plain.exit_code == 0, plain
    first = 2 + len(SOUND)
    for shown in (
        f'          2  {PROBLEMS["mojibake"].title} (mojibake), lines {first + 2}, {first + 3}: "RenÃ©e"\n',
        f'          1  {PROBLEMS["short_id"].title} (short_id), line {first + 1}: "17"\n',
        f'          1  {PROBLEMS["scientific_number"].title} (scientific_number), line {first}: "1.23E+11"\n',
        f'(shared_mbox), lines {first + 7}, {first + 8}, {first + 9}: "mailto:info@corp.example"\n',
        f"line {first + 6}: mailto:bob@corp.example is nearly mailto:Bob@corp.example\n",
    ):
        assert shown in plain.stdout, shown
    told = as_json(cli(*run, "--dry-run", "--json"))["warnings"]
    assert {code: told.pop(code) for code in ODD} == {code: len(lines) for code, lines in ODD.items()}
    assert told == {"persona_left": 1}
    strict_all = [option for code in ODD for option in ("--reject-warnings", code)]
    for codes, options in [
        *(({code}, ["--reject-warnings", code]) for code in ODD), (ODD.keys(), strict_all),
    ]:  # fmt: skip
        result = as_json(cli(*run, "--dry-run", "--rejects", "r.csv", "--json", *options), 3)
        assert [(row["custom_id"], row["_code"]) for row in rows_of("r.csv")] == [
            (line.split(",")[0], code) for code in ODD if code in codes for line in ODD[code]
        ]
        assert codes & result["warnings"].keys() == set(), codes
        assert all(row["_message"] and row["_column"] and row["_value"] for row in rows_of("r.csv"))
    assert contents(database_url) == before

    # Mended, they are imported.
    assert cli(*run, *strict_all).exit_code == 3
    mended = Path("hr.csv.rejects.csv").read_text(encoding="utf-8")
    for broken, whole in (
        ("\n1.23E+11,", "\n000123,"), ("\n17,", "\n000017,"), ("RenÃ©e", "Renée"), ("ZoÃ«", "Zoë"),
        ("test@test.com", "t@corp.example"), (ODD["hash_of_bare_address"][0].split(",")[-1], ""),
        (",bob@", ",robert@"), (",info@corp.example,", ",,"), ("\n00\u200b0099,", "\n000099,"),
        ("\n000100,Bo", "\n000101,Bo"),
    ):  # fmt: skip
        assert broken in mended, broken
        mended = mended.replace(broken, whole)
    write("mended.csv", mended.rstrip())
    assert as_json(cli("import-people", "mended.csv", "--batch", *strict_all, "--json"))["warnings"] == {}
    assert len(people(cli)) == 1 + len(SOUND) + len(odd) - 1, "000017 was there"


@pytest.mark.parametrize(
    ("lines", "warned"),
    [
        (["a@x.org,,,"] * 3, 0),
        (["a@x.org,Ann,,"] * 3, 0),
        (["a@x.org,Ann,,one", "a@x.org,Ann,,two", "a@x.org,Ann,,three"], 0),
        (["a@x.org,Ann,b@x.org,"] * 3, 0),
        (["a@x.org,Ann,,", "a@x.org,Bob,,", "a@x.org,Ann,,"], 0),
        (["a@x.org,Ann,,", "a@x.org,Bob,,", "a@x.org,Cy,,"], 3),
        (["a@x.org,,,", "a@x.org,,b@x.org,", "a@x.org,,c@x.org,"], 3),
    ],
)
def test_an_email_is_shared_by_people_not_by_lines(cli: Cli, lines: list[str], warned: int) -> None:
    """Lines without a custom_id that share an e-mail may be one person's, said again or of another group."""
    write("hr.csv", "email,name,email_2,groups", *lines, "d@x.org,Dee,,")
    run = ["import-people", "hr.csv", "--batch", "--create-groups", "--dry-run", "--json"]
    assert as_json(cli(*run))["warnings"].get("shared_mbox", 0) == warned
    result = as_json(cli(*run, "--reject-warnings", "shared_mbox"), 3 if warned else 0)
    assert result["rejected"] == warned


def test_lines_that_only_others_make_odd_are_looked_at_again(cli: Cli) -> None:
    few = ["17,A,a@corp.example,info@corp.example,", "18,B,b@corp.example,,", "19,C,c@corp.example,,"]
    write("hr.csv", ODD_HEADER, *few)
    run = [
        "import-people", "hr.csv", "--batch", "--contested", "leave", "--json",
        "--reject-warnings", "short_id", "--reject-warnings", "shared_mbox", "--min-lines", "0",
    ]  # fmt: skip
    assert as_json(cli(*run))["people"]["created"] == 3
    assert as_json(cli(*run))["unchanged"] == 3
    write("hr.csv", ODD_HEADER, *few, *SOUND)
    assert as_json(cli(*run), 3)["rejected"] == 3
    assert [(row["custom_id"], row["_code"]) for row in rows_of("hr.csv.rejects.csv")] == [
        (custom_id, "short_id") for custom_id in ("17", "18", "19")
    ]
    shared = [f"2{n},D{n},d{n}@corp.example,info@corp.example," for n in range(2)]
    write("hr.csv", ODD_HEADER, *few, *shared)
    assert as_json(cli(*run), 3)["rejected"] == 3
    assert [(row["custom_id"], row["_code"]) for row in rows_of("hr.csv.rejects.csv")] == [
        (custom_id, "shared_mbox") for custom_id in ("17", "20", "21")
    ]
    # Line by line, too, an id is short beside those of the whole file.
    write("hr.csv", ODD_HEADER, *few, *SOUND[:3])
    rows = as_json(cli("import-people", "hr.csv", "--reject-warnings", "short_id", "--json"), 3)
    assert (rows["rejected"], rows["unchanged"]) == (3, 3)
    assert {row["_code"] for row in rows_of("hr.csv.rejects.csv")} == {"short_id"}


def test_who_differs_is_told_of(cli: Cli) -> None:
    """A custom_id on lines of different names with no identifier in common; lines without a name do not differ."""
    write(
        "p.csv", "custom_id,name,email,email_2,groups",
        "1,Ann Lee,ann@x.org,,a", "1,Bo Ray,bo@x.org,,b",
        "2,Cy Coe,cy@x.org,,a", "2,CY COE,coe@x.org,,b",
        "3,Di Day,di@x.org,,a", "3,Diana Day,day@x.org,di@x.org,b",
        "4,Ed Ek,ed@x.org,,a", "4,,ek@x.org,,b",
        "5,Flo Fry,flo@x.org,,a", "5,Gus Gray,gus@x.org,flo@x.org,b", "5,Hal Hay,hal@x.org,gus@x.org,c",
    )  # fmt: skip
    run = ["import-people", "p.csv", "--batch", "--create-groups", "--json"]
    assert as_json(cli(*run, "--dry-run"))["warnings"] == {"differing_people": 5}
    strict = as_json(cli(*run, "--reject-warnings", "differing_people"), 3)
    assert (strict["people"]["created"], strict["warnings"]) == (3, {})
    assert [(row["custom_id"], row["_column"], row["_value"]) for row in rows_of("p.csv.rejects.csv")] == [
        (number, "custom_id", number) for number in "11555"
    ]
