"""Files that are sent to be imported: what is taken, what becomes of it, and who hears of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest
from commands import ask, by_custom_id, people
from conftest import Cli, Http

from jobs.serving.settings import Settings
from jobs.serving.uploads.working import work

HERE = "/api/organizations/default/csv-import"
PEOPLE = "custom_id,name,email\nE1,Ann,ann@corp.example\nE2,Ben,ben@corp.example\n"
MAPPING = """
source = "hr"
options = {takeovers = "confirmed"}
person = {custom_id = "{Employee}", name = "{Name}"}
[[personas]]
mbox = "{Mail}"
"""


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def send(http: Http, text: str | bytes, name: str = "hr.csv", **said: Any) -> httpx2.Response:
    files = {"file": (name, text if isinstance(text, bytes) else text.encode())}
    return http.client.post(HERE, files=files, data=said)


def worked(http: Http, url: str, sent: httpx2.Response, **settings: Any) -> dict[str, Any]:
    """What has become of what was sent, once all is done."""
    assert sent.status_code == 202, sent.text
    work(Settings(url, **settings), waits=False)
    return told(http, sent.json()["id"])


def told(http: Http, number: int) -> dict[str, Any]:
    answer = http("GET", f"csv-import/{number}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_file_is_imported_with_a_mapping_that_is_kept(http: Http, cli: Cli, database_url: str) -> None:
    kept = http.client.put(f"{HERE}/mappings/hr", content=MAPPING.encode())
    assert kept.status_code == 204, kept.text
    sent = send(http, "Employee;Name;Mail\nE1;Ann;ann@corp.example\n;;nobody\n", template="hr", fileSize="52")
    assert sent.status_code == 202, sent.text
    first = sent.json()
    assert {key: first[key] for key in ("state", "file", "fileSize", "mapping", "sentBy", "tries")} == {
        "state": "queued", "file": "hr.csv", "fileSize": 52, "mapping": "hr", "sentBy": "tests", "tries": 0,
    }  # fmt: skip
    assert sent.headers["Location"] == first["url"] == f"{HERE}/{first['id']}"
    found = worked(http, database_url, sent)
    assert (found["state"], found["exitCode"], found["tries"], found.get("error")) == ("finished", 3, 1, None), found
    assert (found["summary"]["people"]["created"], found["summary"]["rejected"]) == (1, 1)
    assert by_custom_id(people(cli)) == {"E1": ["ann@corp.example"]}
    rejects = http("GET", found["rejects"])
    assert rejects.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "invalid_mbox" in rejects.text
    (run,) = ask(database_url, "SELECT command, options, files FROM imports WHERE id = %s", found["import"])
    assert (run[0], run[1]["mapping"], run[1]["upload"], run[2][0]["name"]) == (
        "import-people", "hr", str(found["id"]), "hr.csv",
    )  # fmt: skip
    assert ask(database_url, "SELECT DISTINCT what FROM upload_pieces") == [("rejects",)], "the file itself is gone"
    assert ask(database_url, "SELECT FROM procrastinate.procrastinate_jobs") == []
