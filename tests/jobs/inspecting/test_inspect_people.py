"""inspect-people: what a newcomer sees of a file, and that what is proposed can be used as it is."""

from __future__ import annotations

import csv
import gzip
import json
import shlex
import signal
import tomllib
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import ROOT, Cli, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples

from jobs.inspect_people import main
from jobs.mapping.written import read_mapping
from jobs.reading.csv_records import CsvFile
from jobs.reading.files import Source
from jobs.shell.failures import FileProblem

SAMPLE = ROOT / "sample_data" / "hr_export.csv"
HEADER = "Employee ID;First Name;Last Name;Work Email;Department;Manager ID"


@pytest.fixture(autouse=True)
def sigterm() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("inspected")


def inspect(*arguments: str | Path) -> Result:
    ran = CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="inspect-people")
    assert "unforeseen" not in ran.stderr, ran.stderr
    assert isinstance(ran.exception, SystemExit | None), ran.exception
    return Result(ran.exit_code, ran.stdout, ran.stderr)


def told(*arguments: str | Path) -> dict[str, Any]:
    ran = inspect(*arguments, "--json")
    assert ran.exit_code == 0, ran
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def bound(found: dict[str, Any], path: Path) -> None:
    """A proposal loads, and fits the file that it is for."""
    toml = path.with_suffix(".proposed.toml")
    toml.write_text(found["proposal"]["toml"], encoding="utf-8")
    mapping = read_mapping(str(toml))
    file = CsvFile(Source(path), mapping.format, mapping.knows)
    assert file.columns == [column["heading"] for column in found["files"][0]["columns"]]
    if found["proposal"]["identifies"]:
        translation = mapping.bind(str(path), file.columns, file.header_line)
        for records in file.pieces():
            translation(records.frame)
    else:
        with suppress(FileProblem):
            mapping.bind(str(path), file.columns, file.header_line)
            assert mapping.canonical, "nothing is taken in but what import-people would take in by itself"


def test_what_is_shown_of_the_sample() -> None:
    ran = inspect(SAMPLE)
    assert (ran.exit_code, ran.stderr) == (0, "")
    shown, proposed = ran.stdout.split("\nproposed mapping:\n")
    assert shown.replace(str(SAMPLE), "hr_export.csv") == SHOWN
    assert told(SAMPLE)["proposal"]["tried"] == {
        "lines": 1000, "left_out": 0, "people": 980, "waiting": 17, "contested": 2, "rejected": 1, "repeating": 0,
        "of_many": 0,
    }  # fmt: skip
    assert 'custom_id = "{Employee ID}"  # unique on all 1,000 lines\n' in proposed
    assert ran.stdout.endswith(f"next      lrs-people inspect-people {SAMPLE} --output hr.toml\n")
    assert max(map(len, ran.stdout.splitlines()[2:-1])) <= 122


SHOWN = """\
file      hr_export.csv, 68,758 bytes
read as   cells separated by ; (by the header), UTF-8 (every byte of it is)
lines     1,001, the header on line 1; 1,000 of people

column       filled  different  looks like  examples
Employee ID  100%    all        number      000220, 000221, 000226
First Name   100%    90         text        Hélène, Carmen, Yasmin
Last Name    100%    81         text        Demir, Klein, Jørgensen
Work Email   98.3%   982        e-mail      helene.demir@nordwind.example
Department   100%    12         text        Human Resources, Sales, Customer Service
Manager ID   99.9%   116        number      000220, 000234, 000226

tried     1,000 lines: 980 people, 17 lines waiting (a custom_id and no identifier)
          2 lines are contested, and would be rejected: two custom_ids for one person (lines 552 and 895)
          1 line would be rejected (line 319)
"""


def test_the_sample_is_what_it_is_said_to_be() -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    people = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert text.splitlines()[0] == HEADER
    assert len(people) == len({one["Employee ID"] for one in people}) == 1000
    assert {one["Manager ID"] for one in people} - {one["Employee ID"] for one in people} == {""}
    assert unicodedata.is_normalized("NFC", text)


def test_from_an_unknown_file_to_an_import(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "hr_export.csv").write_bytes(SAMPLE.read_bytes())
    ran = cli("inspect-people", "hr_export.csv", "--output", "hr.toml")
    assert ran.exit_code == 0
    next_command = ran.stdout.splitlines()[-1].removeprefix("next").split()
    assert " ".join(next_command) == "import-people hr_export.csv --mapping hr.toml --batch --dry-run"
    dry = cli(*next_command, "--json")
    assert dry.exit_code == 3, dry
    wet = cli("import-people", "hr_export.csv", "--mapping", "hr.toml", "--json")
    assert wet.exit_code == 3, wet
    said = json.loads(wet.stdout)
    assert (said["rows"], said["rejected"], said["groups"]["created"]) == (1000, 3, 12)
    assert (said["people"]["created"], said["waiting"]) == (980, 17), "as inspect-people has said"
    assert {key: value for key, value in json.loads(dry.stdout).items() if key in ("rows", "rejected", "people")} == {
        key: value for key, value in said.items() if key in ("rows", "rejected", "people")
    }


def test_the_proposal_is_written_and_nothing_is_written_over(tmp_path: Path) -> None:
    output = tmp_path / "hr.toml"
    ran = inspect(SAMPLE, "--output", output)
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert "[person]" not in ran.stdout
    assert ran.stdout.endswith(f"next      import-people {SAMPLE} --mapping {output} --batch --dry-run\n")
    written = output.read_text(encoding="utf-8")
    assert written == told(SAMPLE)["proposal"]["toml"]
    again = inspect(SAMPLE, "--output", output)
    assert (again.exit_code, again.stdout) == (2, "")
    assert again.stderr == f"error: {output} is there already: it is not written over\n"
    assert output.read_text(encoding="utf-8") == written


def test_a_file_of_canonical_columns_can_be_imported_as_it_is() -> None:
    ran = inspect(ROOT / "sample_data" / "people.csv")
    assert "no mapping is needed" in ran.stdout
    assert ran.stdout.endswith(f"next      import-people {ROOT}/sample_data/people.csv --batch --dry-run\n")


def test_canonical_columns_with_lines_to_leave_out_need_a_mapping(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("custom_id,email\n1,a@b.de\n2,n/a\n***END\n")
    ran = inspect(path)
    assert "import-people's own columns; a mapping can leave out what says nothing of people:\n" in ran.stdout
    assert ran.stdout.endswith(f"next      lrs-people inspect-people {path} --output hr.toml\n")
    assert "tried     2 lines, 1 left out: 1 person, 1 line waiting" in ran.stdout


def test_a_file_that_identifies_nobody_is_shown_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("City,Manager Email\nOslo,ann@corp.example\nOslo,bob@corp.example\nOslo,cy@corp.example\n")
    output = tmp_path / "hr.toml"
    ran = inspect(path, "--output", output)
    assert (ran.exit_code, output.exists()) == (2, False)
    assert "City           100%    1          text        Oslo\n" in ran.stdout
    assert "import-people" not in ran.stdout.split("proposed mapping")[0]
    assert ran.stderr == (
        "warning: no column says for certain who a line is about: the proposal cannot be run before one is named\n"
        f"error: {path}: no column says who a line is about: {output} is not written\n"
    )
    path.write_text("City,Manager Email,Kontakt\nOslo,ann@corp.example,x@corp.example\n")
    assert inspect(path, "--output", output).exit_code == 0
    assert '# mbox = "{Kontakt}"' in output.read_text(), "what is offered can be mended"
    path.write_text("City,Manager Email\nOslo,ann@corp.example\nOslo,bob@corp.example\nOslo,cy@corp.example\n")
    found = told(path)
    assert (found["proposal"]["identifies"], found["proposal"]["next"]) == (
        False,
        f"lrs-people inspect-people {path} --output hr.toml",
    )
    bound(found, path)


@pytest.mark.parametrize(
    ("content", "arguments", "exit_code", "said"),
    [
        (b"", (), 2, "is empty"),
        (b"name\nJos\xe9\n", (), 2, "not UTF-8"),
        (b"name\nJos\xe9\n", ("--encoding", "cp1252"), 0, "CP1252 (as asked for)"),
        ("\ufeffname,email\nJosé,j@b.de\n".encode("utf-16-le"), (), 0, "UTF-16-LE (by its byte order mark)"),
        (b"a|b,c\n1|2,3\n", ("--delimiter", "|"), 0, "cells separated by | (as asked for)"),
        (b"Name\tEmail\nAnn\ta@b.de\n", (), 0, "cells separated by tab (by the header)"),
        (b'a,b\n"1,2\n', (), 2, "the file ends inside a quoted cell"),
        (b"a,b\n1\n1,2\n", (), 0, "2 of people; 1 with another number of cells than the header (first: 2)"),
        (b"a,b\n", ("--delimiter", "ab"), 2, "delimiter"),
        (b"a,b\n", ("--encoding", "no-such"), 2, "encoding"),
        (b"custom_id,name\n", (), 0, "0 of people"),
    ],
)
def test_how_a_file_is_read(
    tmp_path: Path, content: bytes, arguments: tuple[str, ...], exit_code: int, said: str
) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    ran = inspect(path, *arguments)
    assert ran.exit_code == exit_code
    assert said in (ran.stderr if exit_code else ran.stdout)
    assert (len(ran.stderr.splitlines()) == 1) is bool(exit_code) or ran.stderr.startswith("warning: no column says")


@pytest.mark.parametrize("title", ["Staff export 2026", "Made by;SAP;today"])
def test_the_header_below_a_title_is_found(tmp_path: Path, title: str) -> None:
    path, output = tmp_path / "hr.csv", tmp_path / "hr.toml"
    path.write_text(f"{title}\n\nEmployee ID;Email;Name\n1;a@b.de;Ann\n")
    ran = inspect(path)
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert "lines     4, the header on line 3 below a title; 1 of people\n" in ran.stdout
    assert "\n    header_line = 3  # what stands above it is passed over\n" in ran.stdout
    assert "\ntried     1 line: 1 person\n" in ran.stdout
    assert inspect(path, "--header-line", "3", "--output", output).exit_code == 0
    assert read_mapping(output).format.header_line == 3
    path.write_text(f"{title}\n\ncustom_id;Email;Name\n1;a@b.de;Ann\n")
    assert told(path)["proposal"]["next"] == f"lrs-people inspect-people {path} --output hr.toml", "a mapping says it"
    path.write_text("Staff of Nordwind\n\nTelephone list\nOslo;Bergen\n")
    ran = inspect(path, "--output", tmp_path / "none.toml")
    assert (ran.exit_code, (tmp_path / "none.toml").exists()) == (2, False)
    assert f"warning: {path}: line 1 has one cell where line 4 has 2: perhaps it is a title" in ran.stderr


def test_a_first_line_that_names_the_delimiter_is_told(tmp_path: Path) -> None:
    path = tmp_path / "hr.csv"
    path.write_text("sep=;\nEmployee ID;Email;Name\n1;a@b.de;Ann\n")
    ran = inspect(path)
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert "cells separated by ; (by the first line)" in ran.stdout
    assert 'delimiter = ";"  # by the first line' in ran.stdout
    assert "lines     3, the header on line 2; 1 of people\n" in ran.stdout


def test_signs_of_damage_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    rows = [f"00012{n},a{n}@b.de,M\u00c3\u00bcnchen" for n in range(5)] + ["1.23E+11,e@b.de,Oslo"] + ["17,e@b.de,"] * 3
    path.write_text("\n".join(["Employee ID,Email,Location", *rows, ""]), encoding="utf-8")
    found = {column["heading"]: column["signs"] for column in told(path)["files"][0]["columns"]}
    assert {heading: {code: sign["count"] for code, sign in signs.items()} for heading, signs in found.items()} == {
        "Employee ID": {"scientific_number": 1, "short_id": 3},
        "Email": {"shared_mbox": 1},
        "Location": {"mojibake": 5},
    }
    assert "  Employee ID: ids that a spreadsheet wrote as 1.23E+11: 1 (1.23E+11)\n" in inspect(path).stdout


def test_a_ready_mapping_is_named_where_it_knows_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text("username,firstname,lastname,email\nann,Ann,Lee,ann@b.de\n")
    assert told(path)["proposal"]["ready"] == "moodle"
    assert f"import-people {path} --mapping moodle --batch --dry-run\n" in inspect(path).stdout
    path.write_text("username;firstname;lastname;email\nann;Ann;Lee;ann@b.de\n")
    asked = ("--encoding", "cp1252", "--delimiter", ";")
    assert f"import-people {path} {shlex.join(asked)} --mapping" in inspect(path, *asked).stdout
    assert told(SAMPLE)["proposal"]["ready"] is None


def test_packed_files_and_the_facts_of_each(tmp_path: Path) -> None:
    path = tmp_path / "people.csv.gz"
    path.write_bytes(gzip.compress(SAMPLE.read_bytes()))
    (file,) = told(path)["files"]
    (plain,) = told(SAMPLE)["files"]
    assert {**file, "name": "", "bytes": 0} == {**plain, "name": "", "bytes": 0}
    assert inspect(path).stdout.startswith(f"file      {path}, 68,758 bytes unpacked\n")


def test_of_an_archive_the_file_that_identifies_somebody_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "hr.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("README.txt", 'The people of "Nordwind\n')
        archive.writestr("note.txt", "Export of all staff\nMade by HR\n")
        archive.writestr("sites.csv", "Site,City\n1,Oslo\n")
        archive.writestr("people.csv", SAMPLE.read_bytes())
    found = told(path)
    assert found["proposal"]["identifies"]
    assert 'custom_id = "{Employee ID}"' in found["proposal"]["toml"]
    assert [bool(column["use"]) for file in found["files"] for column in file["columns"]] == [
        *[False] * 4, True, True, True, True, True, False,
    ]  # fmt: skip
    ran = inspect(path, "--output", tmp_path / "hr.toml")
    assert (
        f"warning: other columns than in {path}/people.csv, which the mapping is for: "
        f"{path}/README.txt, {path}/note.txt, {path}/sites.csv\n"
        "warning: import-people reads every file: unpack the one that the mapping is for\n"
    ) in ran.stderr
    imported = f"import-people people.csv --mapping {tmp_path}/hr.toml --batch --dry-run"
    assert ran.stdout.endswith(f"next      unzip {path} people.csv && {imported}\n")


def test_of_an_archive_a_file_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "hr.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("logo.png", b"\x89PNG\r\n\x1a\n\0\0\xff\n")
        archive.writestr("people.csv", SAMPLE.read_bytes())
    ran = inspect(path)
    assert ran.exit_code == 0
    assert ran.stderr.startswith(f"warning: passed over: {path}/logo.png, line 1: not UTF-8")
    assert "import-people reads every file" in ran.stderr
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("logo.png", b"\x89PNG\r\n\x1a\n\0\0\xff\n")
    assert inspect(path).exit_code == 2


def test_which_sheet_of_a_workbook_was_read(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    book.active.append(["Confidential"])
    people = book.create_sheet("People")
    people.append(["Employee ID", "Email"])
    people.append(["00123", "ann@b.de"])
    path = tmp_path / "hr.xlsx"
    book.save(path)
    assert inspect(path).stdout.startswith(
        f"file      {path}\nread as   the sheet 'Cover', the first visible; there is also 'People' (--sheet)\n"
    )
    assert inspect(path, "--sheet", "People").stdout.startswith(
        f"file      {path}\nread as   the sheet 'People', as asked for; there is also 'Cover'\n"
    )
    file = told(path)["files"][0]
    assert (file["sheet"], file["sheets"]) == ("Cover", ["Cover", "People"])
    people["A1"] = "custom_id"  # the sheet can only be named in a mapping
    book.save(path)
    proposal = told(path, "--sheet", "People")["proposal"]
    assert (proposal["canonical"], proposal["next"]) == (
        True,
        f"lrs-people inspect-people {path} --sheet People --output hr.toml",
    )
    people.insert_rows(1, 2)
    people["A1"] = "Staff of Nordwind"
    people["B2"] = "made today"
    book.save(path)
    below = told(path, "--sheet", "People")
    assert (below["files"][0]["header_line"], below["files"][0]["rows"]) == (3, 1)
    assert "header_line = 3" in below["proposal"]["toml"]
    del book["People"]
    book.save(path)
    assert inspect(path).stdout.startswith(f"file      {path}\nread as   the sheet 'Cover'\n")


ONEROSTER = {
    "manifest.csv": "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\n",
    "academicSessions.csv": "sourcedId,title,type,startDate,endDate\ny1,2026,schoolYear,2026-08-01,2027-07-31\n",
    "orgs.csv": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\ns1,,,North,school,,\n",
    "classes.csv": "sourcedId,title,courseSourcedId,schoolSourcedId\nc1,Maths,m1,s1\n",
    "enrollments.csv": "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role\ne1,c1,s1,u1,student\n",
    "demographics.csv": "sourcedId,birthDate,sex\nu1,2014-01-01,female\n",
    "roles.csv": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,"
    "userProfileSourcedId\nr1,,,u1,primary,student,2026-08-01,2099-07-31,s1,\nr2,,,u2,primary,student,2020-08-01,"
    "2021-07-31,s1,\n",
    "users.csv": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,"
    "identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,"
    "preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns\n"
    "u1,,,true,ann,,Ann,Lee,,,ann@school.example,,,,,,,,,,,s1,\nu2,,,true,bo,,Bo,Ray,,,bo@school.example,,,,,,,,,,,,\n",
}


def test_of_a_bundle_of_oneroster_the_users_are_taken_and_ready_mappings_named(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in ONEROSTER.items():
            archive.writestr(f"export/{name}", text)
            (tmp_path / name).write_text(text)
    ran = inspect(path)
    ready = ran.stdout.split("ready mapping:\n")[1].split("\n\n")[0]
    unpack, *commands = [line.strip() for line in ready.splitlines()]
    assert unpack == f"unzip -j {path} export/users.csv export/orgs.csv export/roles.csv"
    assert commands == [
        "import-people users.csv --groups-file orgs.csv --mapping oneroster --batch --dry-run",
        "import-people roles.csv --mapping oneroster-roles --batch --dry-run",
    ]
    assert 'custom_id = "{sourcedId}"' in ran.stdout
    assert "tried     2 lines: 2 people\n" in ran.stdout
    for command in commands:
        done = cli(*command.removesuffix(" --dry-run").split(), "--json")
        assert (done.exit_code, done.stderr) == (0, ""), done
    said = json.loads(done.stdout)
    assert (said["skipped"], said["people"]["created"], said["memberships"]["added"]) == (1, 0, 1)


def test_people_with_two_jobs_and_a_shared_mailbox_keep_their_ids(cli: Cli, tmp_path: Path) -> None:
    rows = [f"{n:04},Person {n},{'desk@corp.example' if n % 9 == 0 else f'p{n}@corp.example'},A" for n in range(300)]
    path = tmp_path / "staff.csv"
    path.write_text("\n".join(["Employee ID,Name,Email,Department", *rows, *(row[:-1] + "B" for row in rows[:20]), ""]))
    ran = inspect(path, "--output", tmp_path / "hr.toml")
    written = tomllib.loads((tmp_path / "hr.toml").read_text())
    assert (written["person"]["custom_id"], written["personas"]) == ("{Employee ID}", [{"mbox": "{Email}"}])
    assert written["blanks"] == [{"column": "Email", "equals": ["desk@corp.example"]}]
    assert "20 lines repeat one (lines 302, 303, 304 …)" in (tmp_path / "hr.toml").read_text()
    assert (
        "tried     320 lines: 266 people, 37 lines waiting (a custom_id and no identifier)\n"
        "          20 lines repeat a custom_id (lines 302, 303, 304 …)\n"
    ) in ran.stdout
    said = json.loads(cli("import-people", path, "--mapping", tmp_path / "hr.toml", "--json").stdout)
    assert (said["people"]["created"], said["waiting"], said["rejected"]) == (266, 37, 0)


def test_an_id_that_many_people_have_identifies_nobody(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    names = [f"{first} {last}" for first in ("Ann", "Bo", "Cy", "Dee", "Eve", "Fay") for last in ("Lee", "Ray", "Poe")]
    rows = [f"{number},{name},p{at}-{number}@corp.example" for number in range(25) for at, name in enumerate(names)]
    path.write_text("\n".join(["Staff No.,Name,Email", *rows, *(f"{n},Zoe,z{n}@x.de" for n in range(25, 2000)), ""]))
    found = told(path)["proposal"]
    assert tomllib.loads(found["toml"])["person"] == {"name": "{Name}"}
    assert '# custom_id = "{Staff No.}"  # not taken: 25 values stand on lines of three names or mo' in found["toml"]
    assert (found["tried"]["people"], found["tried"]["of_many"]) == (len(rows) + 1975, 0)


def test_an_id_stays_the_key_however_many_lines_people_have(tmp_path: Path) -> None:
    path = tmp_path / "courses.csv"
    lines = [f"{n},P{n} Lee,p{n}@corp.example,{course}" for n in range(30) for course in "abcdefgh"]
    outsiders = [f",O{n} Ray,o{n}@corp.example,a" for n in range(100)]
    path.write_text("\n".join(["Personalnr.;Name;E-Mail;Course".replace(";", ","), *lines, *outsiders, ""]))
    found = told(path)["proposal"]
    assert tomllib.loads(found["toml"])["person"]["custom_id"] == "{Personalnr.}"
    assert (found["tried"]["people"], found["tried"]["repeating"], found["tried"]["rejected"]) == (130, 210, 0)


def test_a_number_of_few_values_is_no_id_of_people(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    lines = [f"{n % 8},P{n} Lee,p{n}@corp.example" for n in range(100)]
    path.write_text("\n".join(["Personnel No.,Name,E-Mail", *lines, ""]))
    found = told(path)["proposal"]
    assert tomllib.loads(found["toml"])["person"] == {"name": "{Name}"}
    assert '# custom_id = "{Personnel No.}"  # not taken: 8 of 8 values stand on lines of differen' in found["toml"]
    assert (found["tried"]["people"], found["tried"]["of_many"]) == (100, 0)


REAL = {
    "sap": ("Personalnr.;Name (Last, First);E-Mail;Orgeinheit;OE-Text;Eintritt;Austritt", [
        "00{n:03};Lee{n}, Ann;{mail};5000{o};Dep {o};01.{m:02}.2019;{gone}",
    ]),
    "workday": ("Employee ID,Legal Name,Work Email,Cost Center,Hire Date,Manager Email", [
        "{n:05},Ann Lee{n},{mail},CC{o},{m}/28/2019,boss{o}@corp.example",
        "{n:05},Ann Lee{n},{mail},CC9,{m}/28/2019,boss{o}@corp.example",
    ]),
    "school": ("Student Number,First,Last,Parent Email,Email", ["{n},Ann,Lee{n},home{o}@home.example,{mail}"]),
    "mails": ("Name,Kontakt", ["Ann Lee{n},boss{b}@corp.example"]),
    "only": ("Full Name,E-mail address", ["Ann Lee{n},{mail}"]),
    "jobs": ("ID,Name,Username,Team", ["{n},Ann Lee{n},al{n},Red", "{n},Ann Lee{n},al{n},Blue"]),
}  # fmt: skip
"""Exports as they come: a header, and the lines of each of two hundred people."""


@pytest.mark.parametrize("kind", REAL)
def test_what_comes_out_is_what_was_said(cli: Cli, tmp_path: Path, kind: str) -> None:
    header, templates = REAL[kind]
    rows = []
    for n in range(200):
        mail = "desk@corp.example" if n % 40 == 0 else "no mail" if n == 13 else f"p{n}@corp.example" if n % 9 else ""
        gone = "30.06.2020" if n % 50 == 3 else "31.12.9999"
        rows += [one.format(n=n, mail=mail, o=n % 7, m=n % 12 + 1, gone=gone, b=n % 50) for one in templates]
    path, output = tmp_path / f"{kind}.csv", tmp_path / "hr.toml"
    path.write_text("\n".join([header, *rows, ""]))
    ran = inspect(path, "--output", output, "--json")
    found = json.loads(ran.stdout)["proposal"]
    assert (found["identifies"], output.exists()) == (kind != "mails", True)
    if not found["identifies"]:  # a boss's address is nobody's who has one
        assert '# mbox = "{Kontakt}"  # not taken: 50 of 50 values stand on lines of different names' in found["toml"]
        return
    tried = found["tried"]
    said = json.loads(cli(*found["next"].removesuffix(" --dry-run").split(), "--json").stdout)
    assert tried["of_many"] == 0
    assert (said["people"]["created"], said["waiting"], said["rejected"], said["skipped"]) == (
        tried["people"], tried["waiting"], tried["contested"] + tried["rejected"], tried["left_out"],
    )  # fmt: skip
    assert said["people"]["created"] + said["waiting"] // len(templates) > 150


HEADINGS = st.sampled_from(
    ["Employee ID", "ID", "Name", "First Name", "Last Name", "Email", "Work Email", "Private Email", "Manager Email",
     "Department", "Dept Code", "Division", "Teams", "Status", "Active", "Username", "SHA1", "OpenID", "Photo", "Phone",
     "Leave date", "Hire Date", "Orgeinheit", "OE-Text", "custom_id", "email", "mbox", "groups", "account_name",
     "account_home_page", "_code", "", "Na{me}",
     " Email ", "e-mail", "Größe", "*", "?", "Email?", "役職", "\x1b[31m", 'a"b\\', "\u00a0x"]
) | st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=6)  # fmt: skip
CELLS = st.sampled_from(
    ["", " ", "1", "2", "00123", "a@b.de", "c@d.de", "n/a", "N/A", "noreply@b.de", "Sales", "IT|HR", "a;b;c", "yes",
     "no", "Terminated", "Active", "2024-01-31", "03/04/2024", "31.12.9999", "***END", "Ann", "Bo", "Cy",
     "https://id.example/ann", "cc1e39b02974c5d21e792d7febcaa6018bb6c574",
     "<delete>", "x{y}", '"', "a\nb", "\x7f", "\u2028", "é"]
)  # fmt: skip


@given(
    st.lists(HEADINGS, min_size=1, max_size=7).flatmap(
        lambda head: st.tuples(
            st.just(head), st.lists(st.lists(CELLS, min_size=len(head), max_size=len(head)), max_size=6)
        )
    ),
    st.sampled_from(",;\t|"),
)
@settings(max_examples=examples(40), deadline=None)
def test_whatever_can_be_read_is_shown_and_its_proposal_fits(
    folder: Path, table: tuple[list[str], list[list[str]]], delimiter: str
) -> None:
    path = folder / "hr.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([table[0], *table[1]])
    ran = inspect(path, "--json")
    found = json.loads(ran.stdout)
    if ran.exit_code:
        assert (ran.exit_code, list(found)) == (2, ["error"])
        return
    tomllib.loads(found["proposal"]["toml"])
    bound(found, path)
    shown = inspect(path)
    assert "\x1b" not in shown.stdout
    tried = found["proposal"]["tried"]
    assert ("makes one person of many" in shown.stderr) is bool(tried and tried["of_many"])
