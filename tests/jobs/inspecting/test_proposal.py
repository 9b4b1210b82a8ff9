"""What is guessed of a file: from headings in six languages, borne out by the cells or not."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from jobs.inspecting.hr_words import hint
from jobs.inspecting.profile import profile
from jobs.inspecting.proposal import Proposal, dates, pairs, propose
from jobs.mapping.written import parse_mapping
from jobs.reading.csv_records import CsvFile
from jobs.reading.files import Format, Source

HEADINGS = {
    "employee id": "Employee ID;EmployeeID;employee_number;Emp #;Staff No.;Worker ID;Personal-Nr.;Personalnummer;"
    "Mitarbeiternummer;Matricule;ID Empleado;Número de empleado;Personeelsnummer;Matrícula;sourcedId;Student Number;"
    "Contractor ID;Personalnr.",
    "first": "First Name;firstname;givenName;Vorname;Prénom;Voornaam;Primeiro nome",
    "last": "Last Name;SURNAME;familyName;Nachname;Apellidos;Achternaam;Sobrenome;Nom de famille",
    "full": "Full Name;Display Name;Employee Name;Nombre completo;Nom complet;Volledige naam;Name (Last, First);"
    "Last Name, First Name;Nachname, Vorname",
    "name": "Name;Nom;Nombre;Nome;Naam",
    "work e-mail": "Work Email;WorkEmail;business_e-mail;Dienstliche E-Mail;E-mail professionnel;Correo corporativo",
    "e-mail": "Email;E-Mail;e-mail address;E-Mail-Adresse;Adresse e-mail;Correo electrónico;Mail;Email ID;"
    "emailaddress;E-Mailadresse;EMAIL_ADDR;Employee email;Indirizzo e-mail",
    "whose e-mail": "Chefens e-mail;E-mail nadřazeného;Esimiehen email;Kontakt-E-Mail;Contact email",
    "private e-mail": "Personal Email;Private E-Mail;Home email;E-mail personnel;Correo personal;E-mail particular",
    "other e-mail": "Email 2;Alternate Email;Old e-mail",
    "another person": "Manager ID;ManagerEmail;Manager Name;Line Manager;Supervisor E-Mail;Reports To;Boss;Approver;"
    "Vorgesetzter;E-Mail Vorgesetzte;Führungskraft;Responsable;N+1;Jefe directo;Leidinggevende;Gestor;"
    "Department Head;Team Lead;Emergency Contact;HRBP;Created by;Managed by;Responsible Person ID;Reviewer Employee ID;"
    "Appraiser ID;HR Contact Email;Secretary Email;Tutor Email;Backup Person ID;Successor Employee ID;Superviseur;"
    "Betreuer;Skip-Level ID;Nadřízený;Przełożony;Esimies",
    "private": "Salary;Gehalt;Salaire;Birth Date;Geburtsdatum;SSN;IBAN;Phone;Mobile number;Telefon;Address;"
    "Mailing address;Straße;Dirección;Gender;Geschlecht;Sexo;Amount;Cost;Password;National ID;Zip",
    "date": "Start date;Last modified;Original Hire Date;Probation End Date;Leave Start Date;Visa valid until",
    "hired on": "Hire Date;Date of hire;Last hire date;Rehire date;Eintritt;Eintrittsdatum;Date d'embauche;"
    "Fecha de alta",
    "left on": "Termination Date;Austritt;Fecha de baja;Last working day;End Date;Gültig bis;Valid to",
    "dept": "Department;dept_name;Abteilung;Departamento;Afdeling;Département",
    "dept code": "Department Code;Dept ID;Abteilungsnummer",
    "div": "Division;Divisie",
    "bu": "Business Unit;Unidad de negocio;Geschäftseinheit;Orgeinheit;OE-Text",
    "bu code": "OE-Nr.",
    "company": "Company;Legal Entity;Empresa;Société",
    "company code": "Company Code",
    "site": "Location;Site;Standort;Sede;Vestiging",
    "cost": "KST;Cost Center;Cost centre;Kostenstelle;Centre de coûts",
    "cost code": "Cost Center Code;Kostenstellennummer",
    "status": "Status;Employee Status;Estado",
    "active": "Active;Aktiv;enabledUser",
    "login": "username;User ID;Benutzername;Identifiant",
    "hash": "mbox_sha1sum;Email SHA1",
    None: "Job Title;Position ID;Grade;Färbung;役職;???;Hausnummer;Zimmernummer",
}


@pytest.mark.parametrize(
    ("heading", "expected"), [(heading, found) for found, all_of in HEADINGS.items() for heading in all_of.split(";")]
)
def test_what_a_heading_hints_at(heading: str, expected: str | None) -> None:
    assert hint(heading) == expected


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("proposal")


def proposed(folder: Path, columns: dict[str, list[str]], name: str = "hr_2026-09-01.csv") -> Proposal:
    """Of a file with these columns, whose cells are repeated for forty lines; `#` in one is the line's number."""
    path = folder / name
    rows = (
        ";".join(cells[number % len(cells)].replace("#", str(number)) for cells in columns.values())
        for number in range(40)
    )
    path.write_text("\n".join([";".join(columns), *rows, ""]), encoding="utf-8")
    file = CsvFile(Source(path), Format(delimiter=";"))
    facts = profile(file, pairs(file.columns), dates=dates(file.columns))
    return propose(facts, str(path), Format(), (";", "by the header"))


def mapping(folder: Path, **columns: list[str]) -> dict[str, Any]:
    return tomllib.loads(proposed(folder, columns).toml)


BRIEF = {
    "Employee ID": ["00#"],
    "First Name": ["Ann"],
    "Last Name": ["Lee"],
    "Work Email": ["p#@corp.example"],
    "Department": ["Sales", "IT"],
    "Manager ID": ["00#"],
}


def test_the_usual_columns(folder: Path) -> None:
    found = proposed(folder, BRIEF)
    assert (found.identifies, found.canonical) == (True, False)
    assert tomllib.loads(found.toml) == {
        "source": "hr",
        "ignore": ["Manager ID"],
        "file": {"delimiter": ";"},
        "options": {"batch": True, "takeovers": "split"},
        "person": {"custom_id": "{Employee ID}", "name": "{First Name} {Last Name}"},
        "personas": [{"mbox": "{Work Email}"}],
        "groups": [{"custom_id": "dept:{Department}", "type": "department", "name": "{Department}"}],
    }
    assert 'custom_id = "{Employee ID}"  # unique on all 40 lines\n' in found.toml
    assert '# account = {home_page = "https://lms.example.com", name = "{Employee ID}"}\n' in found.toml


@pytest.mark.parametrize("heading", HEADINGS["another person"].split(";"))
@pytest.mark.parametrize("cell", ["m#@corp.example", "00#"])
def test_a_manager_is_never_a_key(folder: Path, heading: str, cell: str) -> None:
    found = proposed(folder, {heading: [cell], "Title": ["Clerk"]})
    assert not found.identifies
    assert heading not in found.toml.replace(f'    "{heading}",  # not the person of the line', "")


@pytest.mark.parametrize(
    "heading", ["Previous Employee ID", "Old Personnel Number", "Alte Personalnummer", "Legacy Staff ID"]
)
def test_a_former_number_gives_way_to_the_present_one(folder: Path, heading: str) -> None:
    found = mapping(folder, **{heading: ["9#"], "Employee ID": ["00#"]})
    assert found["person"]["custom_id"] == "{Employee ID}"


@pytest.mark.parametrize("heading", ";".join(HEADINGS[found] for found in ("private", "date", "hired on")).split(";"))
def test_private_columns_and_dates_are_ignored_however_unique(folder: Path, heading: str) -> None:
    found = tomllib.loads(proposed(folder, {heading: ["900#"], "Email": ["p#@corp.example"], "x": ["y"]}).toml)
    assert heading in found["ignore"]
    assert found["person"] == {}


def test_e_mails_of_work_come_first_and_private_ones_are_offered(folder: Path) -> None:
    columns = {
        "Home e-mail": ["h#@home.example"],
        "Alternate Email": ["a#@corp.example"],
        "Work Email": ["w#@corp.example"],
        "Kontakt": ["k#@corp.example"],
        "Shared Email": ["sales@corp.example", "it@corp.example"],
        "Email opt-in": ["yes", "no"],
    }
    found = proposed(folder, columns)
    personas = tomllib.loads(found.toml)["personas"]
    assert personas == [{"mbox": "{Work Email}"}, {"mbox": "{Alternate Email}"}]
    # Nobody can tell whose address it is: a manager's would make one person of all who report to him.
    assert '# mbox = "{Kontakt}"  # 40 of 40 lines have an e-mail; its heading does not say whose: take it in' in (
        found.toml
    )
    assert '# mbox = "{Home e-mail}"  # 40 of 40 lines have an e-mail; private: ask' in found.toml
    assert '# mbox = "{Shared Email}"  # not taken: the same addresses stand on many lines' in found.toml


@pytest.mark.parametrize("heading", ["Zwierzchnik", "Chefens e-mail", "上司"])
@pytest.mark.parametrize(
    "other", [{"E-mail": ["p#@corp.example"]}, {"Employee ID": ["00#"]}, {"X": ["x#@corp.example"]}]
)
def test_an_e_mail_of_nobody_knows_whom_is_only_taken_where_nothing_else_identifies(
    folder: Path, heading: str, other: dict[str, list[str]]
) -> None:
    own = {heading: ["p#@corp.example"]}
    found = proposed(folder, {**own, **other})
    assert f'# mbox = "{{{heading}}}"' in found.toml
    assert {"mbox": f"{{{heading}}}"} not in tomllib.loads(found.toml).get("personas", [])
    assert tomllib.loads(proposed(folder, {**own, "Title": ["Clerk"]}).toml)["personas"] == [
        {"mbox": f"{{{heading}}}"}
    ]


@pytest.mark.parametrize(
    ("headings", "name"),
    [
        (["Vorname", "Name"], "{Vorname} {Name}"),
        (["Nom", "Prénom"], "{Prénom} {Nom}"),
        (["Nombre", "Apellidos"], "{Nombre} {Apellidos}"),
        (["Voornaam", "Tussenvoegsel", "Achternaam"], "{Voornaam} {Tussenvoegsel} {Achternaam}"),
        (["Name"], "{Name}"),
        (["Display Name"], "{Display Name}"),
    ],
)
def test_the_name_of_a_person(folder: Path, headings: list[str], name: str) -> None:
    columns = {heading: [f"{heading} #"] for heading in headings}
    assert mapping(folder, **columns, Personalnummer=["#"])["person"]["name"] == name


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["7", "8"], "not taken: 2 different values on 40 lines"),
        (["#", "", "", ""], "not taken: filled on 10 of 40 lines only"),
    ],
)
def test_a_key_that_is_none_is_offered_with_the_reason(folder: Path, cells: list[str], why: str) -> None:
    found = proposed(folder, {"Employee ID": cells, "Email": ["p#@corp.example"]})
    assert f'# custom_id = "{{Employee ID}}"  # {why}\n' in found.toml
    assert "custom_id" not in tomllib.loads(found.toml)["person"]


def test_a_division_is_the_parent_where_each_department_has_one(folder: Path) -> None:
    own = {"Employee ID": ["#"], "Dept Code": ["a", "b", "c"], "Dept Name": ["A", "B", "C"]}
    division = {"custom_id": "div:{Division}", "type": "division", "name": "{Division}"}
    (department,) = mapping(folder, **own, Division=["One", "One", "Two"])["groups"]
    assert department == {
        "custom_id": "dept:{Dept Code}",
        "type": "department",
        "name": "{Dept Name}",
        "parents": [division],
    }
    department, other = mapping(folder, **own, Division=["One", "Two"])["groups"]
    assert "parents" not in department
    assert other == division


def test_lists_of_groups_are_split(folder: Path) -> None:
    (group,) = mapping(folder, **{"Employee ID": ["#"], "Teams": ["red|blue", "red"]})["groups"]
    assert (group["custom_id"], group["split"]) == ("team:{Teams}", "|")


@pytest.mark.parametrize(
    ("heading", "cells", "gone"),
    [
        ("Status", ["Active", "Terminated", "On Leave", "active"], ["Terminated"]),
        ("Status", ["aktiv", "ausgetreten"], ["ausgetreten"]),
        ("Employment status", ["A - Active", "I - Inactive"], ["I - Inactive"]),
        ("Active", ["yes", "no", "Yes", "NO"], ["no"]),
        ("enabledUser", ["TRUE", "FALSE"], ["FALSE"]),
    ],
)
def test_who_has_left_is_left_out(folder: Path, heading: str, cells: list[str], gone: list[str]) -> None:
    (rule,) = mapping(folder, **{"Employee ID": ["#"], heading: cells})["skip"]
    assert rule["column"] == heading
    assert [value.lower() for value in rule["equals"]] == [value.lower() for value in gone]


@pytest.mark.parametrize("cells", [["A", "T"], ["Terminated"]])
def test_a_status_that_is_not_clear_is_offered(folder: Path, cells: list[str]) -> None:
    found = proposed(folder, {"Employee ID": ["#"], "Status": cells})
    assert "skip" not in tomllib.loads(found.toml)
    assert '# skip = [{column = "Status", equals = ' in found.toml


DATED = [
    (["2024-03-31", "20240401"], None, None),
    (["01.03.2024", "31.12.9999", ""], None, None),
    (["31/12/2024", "25/12/2024 08:00"], None, None),
    (["03/04/2024", "13/04/2024"], "%d/%m/%Y", None),
    (["31/12/2024"], "%d/%m/%Y", None),
    (["03/14/2024", "03/04/2024", "12/31/9999"], "%m/%d/%Y", None),
    (["01.03.24"], "%d.%m.%y", None),
    (["03/04/2024", "04/04/2024"], "%d/%m/%Y", 'or "%m/%d/%Y": both fit all lines'),
    ([*["2024-03-31"] * 9, "soon"], None, "not all cells are dates that can be read in one way only"),
]
"""Cells, the format that they tell, and why it is only offered."""


@pytest.mark.parametrize(("cells", "form", "doubt"), DATED)
def test_dates_are_taken_where_they_can_be_read_in_one_way(
    folder: Path, cells: list[str], form: str | None, doubt: str | None
) -> None:
    columns = {"Employee ID": ["#"], "Hire Date": [*cells, ""], "Austritt": [*cells, ""]}
    found = proposed(folder, columns)
    loaded = tomllib.loads(found.toml)
    told = {} if form is None else {"format": form}
    if doubt is None:
        assert loaded["person"]["since"] == {"column": "Hire Date", "minus": "90d", **told}
        assert loaded["skip"] == [{"column": "Austritt", "until": "today", **told}]
    else:
        assert "since" not in loaded["person"]
        assert "skip" not in loaded
        assert '# since = {column = "Hire Date", minus = "90d"' in found.toml
        assert found.toml.count(doubt) == 2


def test_a_day_that_all_lines_have_left_nobody_in(folder: Path) -> None:
    found = proposed(folder, {"Employee ID": ["#"], "Leaving date": ["2020-01-31"], "Start date": ["2020-01-31"]})
    assert "skip" not in tomllib.loads(found.toml)
    assert '# skip = [{column = "Leaving date", until = "today"}]  # all lines have one that is over\n' in found.toml
    assert "since" not in found.toml, "of the person, the job, the contract?"


@pytest.mark.parametrize(
    ("last", "begins"),
    [
        ("***END OF FILE***", "***END OF FILE***"),
        ("TRAILER 000040", "TRAILER"),
        ("Summe: 40", "Summe:"),
        ("== 3 ==", "=="),
        ("41", None),
        ("Endo Ray", None),
    ],
)
def test_a_last_line_that_is_none_of_people_is_left_out(folder: Path, last: str, begins: str | None) -> None:
    path = folder / "trailer.csv"
    path.write_text(f"Employee ID;Name\n1;Ann\n2;Bo\n{last}\n")
    file = CsvFile(Source(path))
    found = tomllib.loads(propose(profile(file), "trailer.csv", Format(), (";", "by the header")).toml)
    assert found.get("skip", []) == ([] if begins is None else [{"line_begins": begins}])


def test_of_two_columns_of_a_group_the_one_of_texts_has_its_name(folder: Path) -> None:
    own = {"Employee ID": ["#"], "OE-Text": ["Sales", "IT"], "Orgeinheit": ["501", "502"]}
    assert mapping(folder, **own)["groups"] == [
        {"custom_id": "bu:{Orgeinheit}", "type": "business unit", "name": "{OE-Text}"}
    ]
    assert mapping(folder, **{"Employee ID": ["#"], "OE-Text": ["Sales", "IT"]})["groups"] == [
        {"custom_id": "bu:{OE-Text}", "type": "business unit", "name": "{OE-Text}"}
    ]


def test_the_payroll_s_number_is_not_the_person_s(folder: Path) -> None:
    columns = {"Payroll ID": ["#"], "Employee ID": ["1", "2", "3", *["#"] * 37], "Name": ["Ann #"]}
    assert mapping(folder, **columns)["person"]["custom_id"] == "{Employee ID}"


def test_values_that_say_nothing_are_blanks(folder: Path) -> None:
    cells = ["p#@corp.example", "noreply@corp.example", "N/A", "n/a"]
    found = mapping(folder, **{"Employee ID": ["#"], "Email": cells, "Phone": ["-"]})
    (rule,) = found["blanks"]
    assert rule["column"] == "Email"
    assert {value.lower() for value in rule["equals"]} == {"noreply@corp.example", "n/a"}
    assert len(rule["equals"]) == 2


def test_what_may_be_a_surname_is_offered_as_a_blank(folder: Path) -> None:
    columns = {"Employee ID": ["#"], "First Name": ["Ann", "Na", "-"], "Last Name": ["Lee", "Null", "None"]}
    found = proposed(folder, columns)
    assert tomllib.loads(found.toml)["blanks"] == [{"column": "First Name", "equals": ["-"]}]
    assert '    # {column = "First Name", equals = ["Na"]},  # 13 lines; somebody may be called that\n' in found.toml
    assert '    # {column = "Last Name", equals = ["None", "Null"]},  # 26 lines; somebody may' in found.toml


def test_an_id_that_stands_only_where_the_custom_id_is_blank_is_offered_beside_it(folder: Path) -> None:
    columns = {"Contractor ID": ["", "n/a", "C#"], "Employee ID": ["E#", "E#", ""], "Email": ["p#@b.de"]}
    found = proposed(folder, columns)
    assert tomllib.loads(found.toml)["person"] == {"custom_id": "{Employee ID}"}
    offer = '# custom_id = ["{Employee ID}", "{Contractor ID}"]  # instead: no line has both'
    assert offer in found.toml
    taken_in = found.toml.replace('custom_id = "{Employee ID}"', "#").replace(offer, offer[2:])
    assert tomllib.loads(taken_in)["person"] == {"custom_id": ["{Employee ID}", "{Contractor ID}"]}
    parse_mapping("taken in", taken_in)
    assert "instead" not in proposed(folder, columns | {"Contractor ID": ["", "", "C#", "C#"]}).toml


def test_canonical_columns_need_no_mapping(folder: Path) -> None:
    found = proposed(folder, {"custom_id": ["#"], "E-Mail": ["p#@b.de"], "groups": ["g"], "Phone": ["1"]})
    assert (found.identifies, found.canonical) == (True, True)
    assert tomllib.loads(found.toml) == {
        "source": "people",
        "ignore": ["Phone"],
        "file": {"delimiter": ";"},
        "options": {"batch": True, "takeovers": "split"},
    }


def test_headings_that_cannot_be_named_are_left_alone(folder: Path) -> None:
    path = folder / "twice.csv"
    path.write_text('Email;"Email";;ID;"Name {x}";"Dept\n""A"""\na@b.de;a@b.de;;1;Ann;x\nb@b.de;b@b.de;;2;Bob;x\n')
    file = CsvFile(Source(path), Format(delimiter=";"))
    found = propose(profile(file, pairs(file.columns)), "twice.csv", Format(), (";", "by the header"))
    loaded = tomllib.loads(found.toml)
    assert loaded["person"] == {"custom_id": "{ID}"}
    assert loaded["groups"][0]["custom_id"] == 'dept:{Dept\n"A"}'
    assert "personas" not in loaded
    assert "# Columns that cannot be named (blank, twice there, or with a brace): '', 'Email', 'Email', 'Name {x}'" in (
        found.toml
    )
