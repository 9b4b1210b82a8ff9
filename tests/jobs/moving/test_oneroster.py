"""A OneRoster zip, whole: users, and the organisations and classes that they are in."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from commands import as_json, people, write
from conftest import Cli

ORGS = (
    "sourcedId,status,dateLastModified,name,type,parentSourcedId\n"
    "d,active,,District,district,\ns,active,,School,school,d\n"
)
CLASSES = "sourcedId,status,title,schoolSourcedId\nc1,active,Maths,s\nc2,tobedeleted,Latin,s\n"
ENROLLMENTS = (
    "sourcedId,status,classSourcedId,schoolSourcedId,userSourcedId,role,endDate\n"
    "e1,active,c1,s,u1,student,\ne2,tobedeleted,c1,s,u2,student,\ne3,active,c1,s,u2,teacher,2020-01-01\n"
    "e4,active,c2,s,u1,student,\n"
)
USERS = {
    "1.1": "sourcedId,status,enabledUser,orgSourcedIds,username,givenName,familyName,middleName,email\n"
    'u1,active,true,"s,d",ann,Ann,Lee,M.,ann@example.org\nu2,active,true,s,bob,Bob,Ray,,\n'
    "u3,tobedeleted,true,s,cy,Cy,Fox,,cy@example.org\nu4,active,false,s,di,Di,Fox,,di@example.org\n",
    "1.2": "sourcedId,status,enabledUser,primaryOrgSourcedId,username,givenName,familyName,middleName,email\n"
    "u1,active,true,s,ann,Ann,Lee,M.,ann@example.org\nu2,active,true,s,bob,Bob,Ray,,\n"
    "u3,tobedeleted,true,s,cy,Cy,Fox,,cy@example.org\nu4,active,false,s,di,Di,Fox,,di@example.org\n",
}
ROLES = "sourcedId,status,userSourcedId,roleType,role,orgSourcedId,endDate\nr1,active,u1,primary,student,d,\n"


def zipped(path: str, files: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, "\ufeff" + text)


@pytest.mark.parametrize("version", USERS)
def test_users_come_with_organisations_and_classes(version: str, cli: Cli) -> None:
    files = {"manifest.csv": "propertyName,value\nfile.users,bulk\nfile.orgs,delta\n", "orgs.csv": ORGS}
    files |= {"classes.csv": CLASSES, "enrollments.csv": ENROLLMENTS, "users.csv": USERS[version]}
    files |= {"roles.csv": ROLES} if version == "1.2" else {}
    zipped("roster.zip", files)
    account = ("--account-home-page", "https://lms.example")
    moved = cli("migrate", "oneroster", "roster.zip", *account)
    assert moved.exit_code == 0, moved
    assert "orgs.csv only what has changed" in moved.stderr
    assert "1 users are not enabled: they are left out" in moved.stderr
    ann, bob = people(cli)
    assert (ann["customId"], ann["name"], ann["parentGroupCustomIds"]) == ("u1", "Ann M. Lee", ["c1", "d", "s"])
    assert (bob["customId"], bob["name"], bob["parentGroupCustomIds"]) == ("u2", "Bob Ray", ["s"])
    assert [len(one["personas"]) for one in (ann, bob)] == [2, 1]
    again = as_json(cli("migrate", "oneroster", "roster.zip", *account, "--json"))
    assert (again["people"]["updated"], again["parents"]["added"]) == (0, 0)
    assert again["groups"] == {"created": 0, "updated": 0}


def test_who_is_to_be_deleted_has_left(cli: Cli) -> None:
    head = "sourcedId,status,enabledUser,orgSourcedIds,username,givenName,familyName,middleName,email\n"
    users = [f"u{n},active,true,s,x{n},N{n},Lee,,u{n}@example.org\n" for n in range(1, 5)]
    zipped("roster.zip", {"orgs.csv": ORGS, "users.csv": head + "".join(users)})
    as_json(cli("migrate", "oneroster", "roster.zip", "--json"))
    gone = [users[0].replace("active", "tobedeleted"), users[1].replace("active", "tobedeleted"), users[1]]
    delta = {"manifest.csv": "propertyName,value\nfile.users,delta\n", "users.csv": head + "".join(gone)}
    zipped("delta.zip", delta | {"orgs.csv": "sourcedId,status,name,type\ns,tobedeleted,School,school\n"})
    kept = as_json(cli("migrate", "oneroster", "delta.zip", "--json"))
    assert (kept["leavers"]["people"], kept["leavers"]["released"], kept["memberships"]["removed"]) == (1, 0, 0)
    refused = cli("migrate", "oneroster", "delta.zip", "--leavers", "release", "--max-leavers", "0")
    assert refused.exit_code == 4, refused
    assert cli("resume-source", "oneroster").exit_code == 0
    released = as_json(cli("migrate", "oneroster", "delta.zip", "--leavers", "release", "--json"))
    assert (released["leavers"]["people"], released["leavers"]["released"]) == (1, 1)
    everybody = people(cli)
    left = next(one for one in everybody if one["name"] == "N1 Lee")
    assert (left.get("customId"), left["parentGroupCustomIds"], len(left["personas"])) == (None, [], 1)
    assert [one["customId"] for one in everybody if one is not left] == ["u2", "u3", "u4"]
    again = as_json(cli("migrate", "oneroster", "delta.zip", "--leavers", "release", "--json"))
    assert again["leavers"] == {"people": 0, "released": 0, "held": 0}


def test_what_is_no_roster_is_told(cli: Cli) -> None:
    write("people.csv", "custom_id,email", "A,a@example.org")
    with zipfile.ZipFile("other.zip", "w") as archive:
        archive.writestr("people.csv", Path("people.csv").read_text())
    assert "is no zip of OneRoster, or is damaged" in cli("migrate", "oneroster", "people.csv").stderr
    refused = cli("migrate", "oneroster", "other.zip")
    assert (refused.exit_code, refused.stderr) == (2, "error: other.zip: is no zip of OneRoster: it has no users.csv\n")
