"""What is written otherwise than by the book, and means one thing, is imported as it was meant, and told."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from commands import as_json, ask, people, rows_of, write
from conftest import Cli

PEOPLE = "SELECT custom_id, name FROM people ORDER BY 1"
MEMBERS = """
    SELECT p.custom_id, g.custom_id, g.name
    FROM memberships AS m JOIN people AS p ON p.id = m.person_id JOIN groups AS g ON g.id = m.group_id
    ORDER BY 1, 2
"""


def test_two_exports_in_one_file(cli: Cli, database_url: str) -> None:
    """Joined by `copy /b`: the second has its mark and its header; Windows has written the line ends twice."""
    export = '\ufeff"Custom ID\u200b","Name","e-mail"\r\r\n'
    lines = ['"E1","Ann" ,"a@x.example"\r\r\n', '"E2","Bo","b@x.example"\r\r\n', '"E3","Cy"\t,"c@x.example"\r\r\n']
    Path("hr.csv").write_bytes(f"\ufeff{export}{lines[0]}{lines[1]}{export}{lines[2]}E4\r\r\n".encode())
    ran = cli("import-people", "hr.csv", "--batch")
    assert ran.exit_code == 3
    assert "\nread         4 lines, 0 unchanged, 1 rejected" in ran.stdout
    assert "\nwarnings\n" in ran.stdout
    for told in (
        "2  lines with a blank behind a closing quotation mark (blank_behind_quote), lines 2, 5\n",
        "1  lines that are the header again (repeated_header), line 4\n",
    ):
        assert told in ran.stdout, ran.stdout
    assert ask(database_url, PEOPLE) == [("E1", "Ann"), ("E2", "Bo"), ("E3", "Cy")]
    (reject,) = rows_of("hr.csv.rejects.csv")
    assert (reject["_line"], reject["_code"]) == ("6", "ragged_line")
    again = as_json(cli("import-people", "hr.csv", "--batch", "--json"), 3)
    assert (again["rows"], again["unchanged"]) == (4, 3)
    assert again["warnings"] == {"blank_behind_quote": 2, "repeated_header": 1}
    row_by_row = as_json(cli("import-people", "hr.csv", "--json"), 3)
    assert (row_by_row["rows"], row_by_row["warnings"]) == (4, again["warnings"])

    # Lines about groups likewise, by themselves and beside people.
    write("groups.csv", "custom_id,name", "g,G", "custom_id,name")
    assert as_json(cli("import-groups", "groups.csv", "--batch", "--json"))["warnings"] == {"repeated_header": 1}
    beside = cli("import-people", "hr.csv", "--batch", "--groups-file", "groups.csv")
    assert "again (repeated_header), lines hr.csv line 4, groups.csv line 3\n" in beside.stdout

    shown = cli("inspect-people", "hr.csv")
    assert shown.exit_code == 0
    assert "lines that are the header again: 1 (line 4)" in shown.stdout
    assert as_json(cli("inspect-people", "hr.csv", "--json"))["files"][0]["noted"] == {
        "blank_behind_quote": {"count": 2, "lines": [2, 5]},
        "repeated_header": {"count": 1, "lines": [4]},
    }


def test_blank_cells_beyond_the_header(cli: Cli, database_url: str) -> None:
    write("hr.csv", "custom_id,name,groups", "E1,Ann,d1,", "E2,Bo,d2,")
    run = ("import-people", "hr.csv", "--batch", "--create-groups")
    assert "2  lines with blank cells that have no column (blank_excess), lines 2, 3\n" in cli(*run).stdout
    assert ask(database_url, PEOPLE) == []
    write("hr.csv", "custom_id,email,groups", "E1,a@x.example,d1,", "E2,b@x.example,d2,", "E3,c@x.example,d3")
    ran = cli(*run)
    assert (ran.exit_code, "blank_excess" in ran.stdout) == (3, False)
    assert "(ragged_line): 2 lines have ''\n" in ran.stdout, "what is blank can be seen"


def sheet(name: str, *rows: str) -> None:
    """A workbook of these rows, as a program that is no spreadsheet writes it: a cell is `value`, `=formula` without
    what it comes to, or `=formula:value`.
    """
    cells = ""
    for row in rows:
        cells += "<row>"
        for cell in row.split(","):
            formula, known, value = cell.partition(":")
            if not cell.startswith("="):
                cells += f'<c t="inlineStr"><is><t>{cell}</t></is></c>'
            else:
                cells += f'<c t="str"><f>{formula[1:]}</f>{f"<v>{value}</v>" if known else ""}</c>'
        cells += "</row>"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kinds = "http://schemas.openxmlformats.org/package/2006/content-types"
    word = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{kinds}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{word}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{word}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r" Type="{office}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="P" sheetId="1" r:id="s"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="s" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, text in parts.items():
            archive.writestr(path, text)
    Path(name).write_bytes(content.getvalue())


def test_a_formula_whose_value_the_file_has_not_is_no_blank_cell(cli: Cli, database_url: str) -> None:
    pytest.importorskip("openpyxl")
    run = ("import-people", "hr.xlsx", "--batch", "--json")
    sheet("hr.xlsx", "custom_id,name,email,Age", "E1,,a@x.example,", ",Bo,b@x.example,")
    assert as_json(cli(*run))["people"]["created"] == 2
    sheet(
        "hr.xlsx",
        "custom_id,name,email,Age",
        "E1,=B9,a@x.example,",
        "=A9,Bo,b@x.example,",
        "=A9,Cy,c@x.example,",
        "=A9:E4,Di,=D9,=TODAY()",
        "=A9,=B9:,,",
        '=A9:E6,=IF(B9="";""):,f@x.example,=TODAY()',
    )
    told = as_json(cli(*run), 3)
    assert (told["rows"], told["rejected"], told["unchanged"]) == (6, 5, 0), "no cell of it is taken for a blank one"
    found = [(row["_line"], row["_column"], row["_code"], row["_value"]) for row in rows_of("hr.xlsx.rejects.csv")]
    assert found == [
        ("2", "name", "formula_without_value", "=B9"),
        ("3", "custom_id", "formula_without_value", "=A9"),
        ("4", "custom_id", "formula_without_value", "=A9"),
        ("5", "email", "formula_without_value", "=D9"),
        ("6", "custom_id", "formula_without_value", "=A9"),
    ]
    assert ask(database_url, PEOPLE) == [("E1", None), ("E6", None), (None, "Bo")]

    write("m.toml", '[person]\ncustom_id = "{A}"', 'name = "{B} {C}"', "[[groups]]", 'custom_id = "{D}"')
    sheet("hr.xlsx", "A,B,C,D", "E6,Fi,=C9,g", "E6,Fi,Fo,=D9", "E1,Ann,Lee,g")
    run = ("import-people", "hr.xlsx", "--mapping", "m.toml", "--batch", "--json")
    assert as_json(cli(*run), 3)["rejected"] == 2
    found = [(row["_column"], row["_value"]) for row in rows_of("hr.xlsx.rejects.csv")]
    assert found == [("B", "Fi =C9"), ("D", "=D9")]
    sheet("groups.xlsx", "custom_id,name,parent_custom_ids", "g,=B9,", "=A9,H,", "i,I,=C9")
    assert as_json(cli("import-groups", "groups.xlsx", "--batch", "--json"), 3)["rejected"] == 3
    assert {row["_code"] for row in rows_of("groups.xlsx.rejects.csv")} == {"formula_without_value"}


DEPARTMENTS = """
[options]
batch = true
groups = "replace"
[person]
custom_id = "{ID}"
[[personas]]
mbox = "{Mail}"
[[groups]]
custom_id = "dept:{Dept}"
name = "{Dept}"
parents = ["{Division}"]
[[groups]]
custom_id = "{Teams}"
split = "|"
[group_file]
custom_id = "dept:{Dept}"
parents = ["{Division}"]
"""


def test_nobody_is_lost_for_what_a_department_is_called(cli: Cli, database_url: str) -> None:
    write("m.toml", DEPARTMENTS)
    header = "ID,Mail,Dept,Division,Teams"
    law = 'E2,b@x.example,"Law \n and\tOrder",,t'
    write("hr.csv", header, "E1,a@x.example,R|D,N|S,t|u", law, "E3,c@x.example,Sales,,")
    run = ("import-people", "hr.csv", "--mapping", "m.toml")
    plain = cli(*run)
    assert plain.exit_code == 0, plain
    told = '2  group ids with signs that cannot be in one (odd_group_id), lines 2, 3: "R|D"\n'
    assert told in plain.stdout, plain.stdout
    members = [
        ("E1", "dept:R¦D", "R|D"),
        ("E1", "t", None),
        ("E1", "u", None),
        ("E2", "dept:Law and Order", "Law \n and\tOrder"),
        ("E2", "t", None),
        ("E3", "dept:Sales", "Sales"),
    ]
    assert ask(database_url, MEMBERS) == members
    again = as_json(cli(*run, "--json"))
    assert (again["unchanged"], again["warnings"]) == (3, {"odd_group_id": 2})
    assert ask(database_url, MEMBERS) == members
    assert as_json(cli(*run, "--reject-warnings", "odd_group_id", "--dry-run", "--json"), 3)["rejected"] == 2

    # A file of groups means the same groups.
    write("orgs.csv", "Dept,Division", "R|D,N|S", "Sales,")
    of_groups = as_json(cli("import-groups", "orgs.csv", "--mapping", "m.toml", "--batch", "--source", "hr", "--json"))
    assert (of_groups["groups"], of_groups["warnings"]) == ({"created": 0, "updated": 0}, {"odd_group_id": 1})
    assert ask(database_url, "SELECT count(*) FROM groups WHERE custom_id = 'N¦S'") == [(1,)]
    assert len(people(cli)) == 3

    person = '[person]\ncustom_id = "{ID}"\ngroups = "{Teams}"'
    write("list.toml", "options = {batch = true, create_groups = true}", person)
    write("list.csv", "ID,Teams", 'E1,"Red\nand\tblue|t|"')
    listed = as_json(cli("import-people", "list.csv", "--mapping", "list.toml", "--json"))
    assert (listed["rejected"], listed["warnings"]) == (0, {"odd_group_id": 1})
    assert ask(database_url, "SELECT count(*) FROM groups WHERE custom_id = 'Red and blue'") == [(1,)]
