"""The ready mappings, each on a file of its format; files of groups."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobs.lines.groups import GroupFiles
from jobs.lines.people import PeopleFiles, Piece
from jobs.mapping.written import read_mapping
from jobs.shell.failures import FileProblem

FIXTURES = Path(os.environ.get("IMPORT_PEOPLE_FIXTURES", "fixtures"))
needs_fixtures = pytest.mark.skipif(not FIXTURES.is_dir(), reason="the real files are not here")


def read(path: Path, mapping: str) -> tuple[PeopleFiles, list[Piece]]:
    with PeopleFiles([path], mapping=read_mapping(mapping)) as files:
        return files, list(files.pieces())


@needs_fixtures
def test_oneroster_users_and_orgs() -> None:
    files, (piece,) = read(FIXTURES / "oneroster" / "users.csv", "oneroster")
    assert piece.lines.select("custom_id", "name", "bad").rows() == [
        ("user1", "ionut padurariu", False),
        ("user2", "ionut2 padurariu", False),
    ]
    assert piece.memberships.select("line", "group_custom_id").rows() == [(1, "12345"), (2, "54321")]
    assert files.ignored_columns == [], "userId and agents are OneRoster 1.0's"
    with GroupFiles([FIXTURES / "oneroster" / "orgs.csv"], mapping=read_mapping("oneroster")) as orgs:
        groups = orgs.read()
    assert groups.lines.select("line_number", "custom_id", "name", "type", "bad").rows() == [
        (2, "12345", "School 1", "school", False),
        (3, "54321", "School 2", "school", False),
    ]
    assert groups.parents.rows() == [(1, "54321")]
    assert orgs.ignored_columns == []


def test_oneroster_users_with_all_columns(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text(
        "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,"
        "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n"
        'u1,active,,true,"s1, s2",student,ann,{Fed:1},Ann,Lee,May,9,Ann@Example.com,,,,,\n'
        "u2,tobedeleted,,true,s1,student,bob,,Bob,Ray,,,bob@example.com,,,,,\n"
        "u3,,,FALSE,s1,student,cy,,Cy,Fox,,,cy@example.com,,,,,\n"
    )
    files, (piece,) = read(path, "oneroster")
    assert (files.ignored_columns, piece.skipped) == ([], 2)
    assert piece.lines.select("custom_id", "name").rows() == [("u1", "Ann May Lee")]
    assert piece.claims["ifi"].to_list() == ["mailto:Ann@example.com"]
    assert piece.memberships["group_custom_id"].to_list() == ["s1", "s2"]


@needs_fixtures
@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        ("example.csv", ["s1@example.com", "s2@example.com", "s3@example.com"]),
        ("upload_users.csv", ["teacher1@teacher1.com"]),
        ("upload_users_email_matching.csv", ["bilbo@example.com", "frodo@example.com"]),
    ],
)
def test_moodle_uploads(name: str, addresses: list[str]) -> None:
    files, pieces = read(FIXTURES / "moodle" / name, "moodle")
    assert files.ignored_columns == []
    assert [ifi for piece in pieces for ifi in piece.claims["ifi"]] == [f"mailto:{address}" for address in addresses]
    assert not any(piece.problems.height for piece in pieces)
    assert not any(piece.lines["custom_id"].drop_nulls().len() for piece in pieces), "no username is a customId"


def test_moodle_with_what_it_may_have(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text(
        "username,firstname,lastname,email,idnumber,deleted,cohort1,cohort2\n"
        "ann,Ann,Lee,ann@example.com,00123,0,year 3,year 3\nbob,Bob,Ray,bob@example.com,124,1,year 4,\n"
    )
    files, (piece,) = read(path, "moodle")
    assert (files.ignored_columns, piece.skipped) == ([], 1)
    assert piece.lines.select("custom_id", "name").rows() == [("00123", "Ann Lee")]
    assert piece.memberships.drop("said_in").rows() == [(1, "year 3", 0)]
    assert files.definitions.rows() == [(0, "year 3", None, "cohort")]


def test_moodle_passes_over_every_field_of_an_account(tmp_path: Path) -> None:
    """All that "Upload users" knows, as one of its own exports has it."""
    header = (
        "id,username,email,emailstop,city,country,lang,timezone,mailformat,maildisplay,maildigest,htmleditor,"
        "autosubscribe,institution,department,idnumber,skype,msn,aim,yahoo,icq,phone1,phone2,address,url,description,"
        "descriptionformat,password,auth,oldusername,suspended,theme,deleted,mnethostid,interests,firstname,lastname,"
        "middlename,alternatename,firstnamephonetic,lastnamephonetic,course1,type1,role1,group1,enrolperiod1,"
        "enrolstatus1,enroltimestart1,cohort1,sysrole1,category1,categoryrole1,profile_field_x"
    )
    values = {"email": "ann@example.com", "idnumber": "7", "firstname": "Ann", "lastname": "Lee"}
    path = tmp_path / "users.csv"
    path.write_text(header + "\n" + ",".join(values.get(field, "") for field in header.split(",")) + "\n")
    files, (piece,) = read(path, "moodle")
    assert files.ignored_columns == []
    assert piece.lines.select("custom_id", "name").rows() == [("7", "Ann Lee")]


@pytest.mark.parametrize("name", ["moodle", "canvas.toml"])
def test_a_folder_is_no_mapping_where_there_is_a_ready_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).mkdir()
    assert read_mapping(name).source == name.removesuffix(".toml")
    (tmp_path / name).rmdir()
    (tmp_path / name).write_text("source = 'mine'")
    assert read_mapping(name).source == "mine"


@pytest.mark.parametrize(
    "header", ["user_id,login_id,full_name,email,status", "user_id,login_id,first_name,last_name,email,status"]
)
def test_canvas_users(tmp_path: Path, header: str) -> None:
    path = tmp_path / "users.csv"
    names = ("Ada Miller", "Cy Gone") if "full_name" in header else ("Ada,Miller", "Cy,Gone")
    path.write_text(
        f"{header}\nS1,amiller,{names[0]},ada@school.example,active\nS2,cy,{names[1]},cy@school.example,Deleted\n"
    )
    files, (piece,) = read(path, "canvas")
    assert (files.ignored_columns, piece.skipped) == ([], 1)
    assert piece.lines.select("custom_id", "name").rows() == [("S1", "Ada Miller")]
    assert piece.claims["ifi"].to_list() == ["mailto:ada@school.example"]


def test_a_file_of_groups_with_the_canonical_columns(tmp_path: Path) -> None:
    path = tmp_path / "groups.csv"
    path.write_text(
        "Custom ID,name,type,parent_custom_ids,_line,colour,Previous custom_id,created\n"
        "a,<delete>,\\<delete>,b| c ||b,1,red, z ,\n"
        ",x,,a,2,,,\n"
        "d, D ,,<delete>,3,,,2024-03-01\n"
        "a|b,,,b\n"
        "e,,,,,,a|b,\n"
    )
    with GroupFiles([path]) as files:
        groups = files.read()
    assert groups.lines.drop("file", "line_number", "fingerprint_a", "fingerprint_b").rows() == [
        (1, "a", "z", "", "<delete>", None, False, False),
        (2, None, None, "x", None, None, False, True),
        (3, "d", None, "D", None, datetime(2024, 3, 1, tzinfo=UTC), True, False),
        (4, None, None, None, None, None, False, True),
        (5, "e", None, None, None, None, False, True),
    ]
    assert groups.parents.rows() == [(1, "b"), (1, "c"), (2, "a"), (4, "b")]
    assert [(row["line"], row["code"], row["value"]) for row in groups.problems.to_dicts()] == [
        (2, "invalid_group", None),
        (4, "invalid_group", "a|b"),
        (5, "invalid_group", "a|b"),
        (4, "ragged_line", None),
    ]
    assert (files.ignored_columns, files.files[0].header.shown(3)) == ([(0, "colour")], "parent_custom_ids")


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("name,type", "line 1: no column custom_id says which group a line is about; it has 'name', 'type'"),
        ("custom_id,Custom-ID", "line 1: columns 1 and 2 both mean custom_id"),
    ],
)
def test_a_header_of_groups_that_cannot_be_used(tmp_path: Path, header: str, told: str) -> None:
    (tmp_path / "g.csv").write_text(f"{header}\na,b\n")
    with pytest.raises(FileProblem) as problem:
        GroupFiles([tmp_path / "g.csv"])
    assert str(problem.value).endswith(told)


def test_a_mapped_file_of_groups(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        "[group_file]\ncustom_id = 'dept:{Code}'\nname = '{Name}'\ntype = 'department'\n"
        "parents = ['dept:{Above}', 'site:{Site?}']\nblanks = ['-']\nskip = [{column = 'Open', equals = 'no'}]"
    )
    (tmp_path / "g.csv").write_text("Code;Name;Above;Open\n1;One;-;\n2;Two;1;no\n3;-;1;yes\n-;x;;\n")
    with GroupFiles([tmp_path / "g.csv"], mapping=read_mapping(tmp_path / "m.toml")) as files:
        groups = files.read()
    assert groups.lines.select("line", "custom_id", "name", "type", "bad").rows() == [
        (1, "dept:1", "One", "department", False),
        (3, "dept:3", None, "department", False),
        (4, None, "x", "department", True),
    ]
    assert (groups.parents.rows(), files.skipped) == ([(3, "dept:1")], 1)
    assert files.files[0].header.shown(groups.problems["place"][0]) == "Code"
