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


@pytest.mark.parametrize("version", USERS)
def test_users_come_with_organisations_and_classes(version: str, cli: Cli) -> None:
    files = {"manifest.csv": "propertyName,value\nfile.users,bulk\nfile.orgs,delta\n", "orgs.csv": ORGS}
    files |= {"classes.csv": CLASSES, "enrollments.csv": ENROLLMENTS, "users.csv": USERS[version]}
    files |= {"roles.csv": ROLES} if version == "1.2" else {}
    with zipfile.ZipFile("roster.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, "\ufeff" + text)
    account = ("--account-home-page", "https://lms.example")
    moved = cli("migrate", "oneroster", "roster.zip", *account)
    assert moved.exit_code == 0, moved
    assert "orgs.csv only what has changed" in moved.stderr
    assert "2 users are to be deleted, or not enabled" in moved.stderr
    ann, bob = people(cli)
    assert (ann["customId"], ann["name"], ann["parentGroupCustomIds"]) == ("u1", "Ann M. Lee", ["c1", "d", "s"])
    assert (bob["customId"], bob["name"], bob["parentGroupCustomIds"]) == ("u2", "Bob Ray", ["s"])
    assert [len(one["personas"]) for one in (ann, bob)] == [2, 1]
    again = as_json(cli("migrate", "oneroster", "roster.zip", *account, "--json"))
    assert (again["people"]["updated"], again["parents"]["added"]) == (0, 0)
    assert again["groups"] == {"created": 0, "updated": 0}


def test_what_is_no_roster_is_told(cli: Cli) -> None:
    write("people.csv", "custom_id,email", "A,a@example.org")
    with zipfile.ZipFile("other.zip", "w") as archive:
        archive.writestr("people.csv", Path("people.csv").read_text())
    assert "is no zip of OneRoster, or is damaged" in cli("migrate", "oneroster", "people.csv").stderr
    refused = cli("migrate", "oneroster", "other.zip")
    assert (refused.exit_code, refused.stderr) == (2, "error: other.zip: is no zip of OneRoster: it has no users.csv\n")
