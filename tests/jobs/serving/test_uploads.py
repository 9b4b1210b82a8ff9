"""Files that are sent to be imported: what is taken, what becomes of it, and who hears of it."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from commands import ask, by_custom_id, change, people
from conftest import Cli, Http

from jobs.serving.settings import Settings
from jobs.serving.uploads import asked, notifying, running
from jobs.serving.uploads.running import Uploads
from jobs.serving.uploads.working import work
from sql import queue
from sql.database import SESSION, at_url
from sql.errors import DatabaseError

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


def test_a_dry_run_changes_nothing_and_its_plan_is_what_is_expected(http: Http, cli: Cli, database_url: str) -> None:
    dry = worked(http, database_url, send(http, PEOPLE, dryRun="true"))
    assert (dry["state"], dry["dryRun"], dry["exitCode"], "import" in dry) == ("dry-run", True, 0, False)
    plan = http("GET", dry["plan"]).text
    assert plan.count(",create,") == 4, plan
    assert people(cli) == []
    expect = dry["summary"]["plan"]["hash"]
    other = worked(http, database_url, send(http, PEOPLE + "E3,Cid,cid@corp.example\n", expect=expect))
    assert (other["state"], other["exitCode"]) == ("refused", 4), other
    assert "plan" in other["error"]
    assert people(cli) == []
    real = worked(http, database_url, send(http, PEOPLE, expect=expect, plan="true", source="hr"))
    assert (real["state"], real["exitCode"]) == ("finished", 0)
    assert http("GET", real["plan"]).text == plan
    assert ask(database_url, "SELECT name FROM sources ORDER BY id")[-1] == ("hr",)
    for what in ("rejects", "file", "other"):
        assert http("GET", f"csv-import/{real['id']}/{what}").status_code == 404


def test_an_import_is_taken_back(http: Http, cli: Cli, database_url: str) -> None:
    first = worked(http, database_url, send(http, PEOPLE))
    undone = worked(http, database_url, http("POST", f"csv-import/{first['id']}/undo"))
    assert (undone["state"], undone["undoes"], undone["exitCode"]) == ("finished", first["id"], 0), undone
    assert undone["summary"]["people"]["deleted"] == 2
    assert people(cli) == []
    sent = http("POST", f"csv-import/{first['id']}/undo")
    assert http("DELETE", f"csv-import/{first['id']}").json()["code"] == "not_ended", "it is to be taken back"
    again = worked(http, database_url, sent)
    assert (again["state"], again["exitCode"]) == ("failed", 2), "it says that it was undone"
    refused = worked(http, database_url, send(http, PEOPLE))
    assert refused["state"] == "refused", "the source is suspended"
    for of in (undone["id"], refused["id"]):
        assert http("POST", f"csv-import/{of}/undo").json()["code"] == "nothing_to_undo"
    assert http("POST", f"csv-import/{first['id']}/undo?skip=1").json()["field"] == "skip"


def test_what_cannot_be_imported_fails_once(http: Http, database_url: str) -> None:
    for text, error in (
        ("name\nAnn\n", "hr.csv"), (b"\xff\xfe\x00", "hr.csv"), ("", "hr.csv"), ('custom_id,name\n"E1,Ann\n', "hr.csv"),
    ):  # fmt: skip
        found = worked(http, database_url, send(http, text))
        assert (found["state"], found["exitCode"], found["tries"]) == ("failed", 2, 1), found
        assert error in found["error"]
        assert "/" not in found["error"].replace("https://", ""), "no folder of ours is told"
    assert ask(database_url, "SELECT FROM upload_pieces") == []


def test_forms_that_are_refused(http: Http, database_url: str) -> None:
    def refused(answer: httpx2.Response, code: str, field: str | None, status: int = 400) -> None:
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (status, code, field), answer.text

    for said, code, field in (
        ({"fileSize": "17"}, "file_size", "fileSize"),
        ({"fileSize": "-1"}, "invalid_parameter", "fileSize"),
        ({"template": "none"}, "unknown_mapping", "template"),
        ({"template": "../../etc/passwd"}, "unknown_mapping", "template"),
        ({"template": "oneroster", "mapping": "moodle"}, "invalid_parameter", "template"),
        ({"notify": "http://169.254.169.254/latest"}, "notify", "notify"),
        ({"dryRun": "yes"}, "invalid_parameter", "dryRun"),
        ({"colour": "red"}, "invalid_parameter", "colour"),
        ({"source": ["a", "b"]}, "invalid_parameter", "source"),
        ({"expect": "123"}, "invalid_parameter", None),
        ({"source": "a\0b"}, "invalid_parameter", "source"),
        ({"source": "x" * 5000}, "invalid_form", None),
        ({"source": "x" * 2001}, "too_long", "source"),
    ):
        refused(send(http, PEOPLE, **said), code, field)
    refused(http.client.post(HERE, data={"template": "hr"}), "content_type", "Content-Type")
    refused(http.client.post(HERE, files={"files": ("a.csv", b"")}), "invalid_parameter", "files")
    refused(http.client.post(HERE, files=[("template", (None, b"hr"))]), "invalid_parameter", "file")
    multipart = {"Content-Type": "multipart/form-data"}
    refused(http.client.post(HERE, content=b"--x\r\n", headers=multipart), "invalid_form", None)
    odd = {"Content-Type": "multipart/form-data; boundary=x; charset=undefined"}
    part = b'--x\r\nContent-Disposition: form-data; name="source"\r\n\r\nhr\r\n--x--\r\n'
    refused(http.client.post(HERE, content=part, headers=odd), "invalid_form", None)
    small = http.serve(largest_upload=10)
    small.auth = http.client.auth
    refused(small.post(HERE, files={"file": ("a.csv", PEOPLE)}), "too_large", "file", 413)
    large = {"file": ("a.csv", b"custom_id\n" + b"x" * (11 << 20))}
    refused(http.client.post(HERE, files=large), "file_size", "fileSize")
    reads = http.credential("reads", "read")
    refused(http.client.post(HERE, files={"file": ("a.csv", PEOPLE)}, auth=reads), "scope", None, 403)
    for path in ("csv-import/1", "csv-import/x", "csv-import/99999999999999999999", "csv-import/1/rejects"):
        refused(http("GET", path), "unknown_upload", None, 404)
    assert ask(database_url, "SELECT FROM uploads") == []


def test_so_many_files_wait_and_no_more(http: Http, cli: Cli, database_url: str) -> None:
    full = http.serve(waiting_uploads=2)
    full.auth = http.client.auth
    assert cli("show-status", "--organisation", "there", "--create-organisation").exit_code == 0
    there = http.credential("there", "write", organisation="there")

    def sent(at: str = HERE, **more: Any) -> int:
        answer = full.post(at, files={"file": ("hr.csv", PEOPLE)}, **more)
        if answer.status_code == 429:
            assert (answer.json()["code"], answer.headers["Retry-After"]) == ("too_many_waiting", "60")
        return answer.status_code

    assert [sent(), sent(), sent()] == [202, 202, 429]
    assert full.post(HERE, content=b"").status_code == 429, "before it is read"
    assert sent("/api/organizations/there/csv-import", auth=there) == 202
    assert http("DELETE", "csv-import/1").status_code == 204
    assert [sent(), sent()] == [202, 429]
    work(Settings(database_url), waits=False)
    state: Any = full.app
    state.state.coming[1] = 1  # as if one were just coming
    assert [sent(), sent()] == [202, 429]
    assert len(ask(database_url, "SELECT FROM uploads WHERE organisation_id = 1")) == 3


def waits(url: str, kind: str) -> int:
    """How many wait for a lock of this kind."""
    return len(ask(url, "SELECT FROM pg_locks WHERE NOT granted AND locktype = %s", kind))


def test_what_several_processes_take_is_counted_together(http: Http, cli: Cli, database_url: str) -> None:
    """And of an organisation a process takes one at a time, so that there is room for others."""
    assert cli("show-status", "--organisation", "there", "--create-organisation").exit_code == 0
    there = http.credential("there", "write", organisation="there")
    full = http.serve(waiting_uploads=3)
    full.auth = http.client.auth
    state: Any = full.app
    queue.make(at_url(database_url, SESSION))

    def sent(of: str = "default", **more: Any) -> int:
        at = f"/api/organizations/{of}/csv-import"
        return full.post(at, files={"file": ("hr.csv", PEOPLE)}, **more).status_code

    with psycopg.connect(database_url) as other, ThreadPoolExecutor(3) as beside:
        other.execute("SELECT pg_advisory_xact_lock(7311, 1)")
        other.execute("INSERT INTO uploads (organisation_id, sent_by) VALUES (1, 'another')")
        coming = [beside.submit(sent) for _ in range(3)]
        while not waits(database_url, "advisory") or state.state.coming[1] < 3:
            assert not any(one.done() for one in coming)
            time.sleep(0.01)
        assert sent("there", auth=there) == 202
        assert waits(database_url, "advisory") == 1
        other.commit()
        assert sorted(one.result() for one in coming) == [202, 202, 429]
    assert len(ask(database_url, "SELECT FROM uploads WHERE organisation_id = 1")) == 3


def test_what_is_to_be_taken_back_is_not_forgotten_meanwhile(http: Http, database_url: str) -> None:
    queue.make(at_url(database_url, SESSION))
    ended = "INSERT INTO uploads (organisation_id, id, sent_by, state, ended_at) SELECT 1, %s, 'me', 'finished', now()"
    undone = "INSERT INTO uploads (organisation_id, undoes, sent_by) VALUES (1, %s, 'me')"
    for number, does, asks, told in (
        (101, undone, ("DELETE", "csv-import/101"), (409, "not_ended")),
        (102, undone, ("POST", "csv-import/102/undo"), (409, "not_ended")),
        (103, "DELETE FROM uploads WHERE id = %s", ("POST", "csv-import/103/undo"), (404, "unknown_upload")),
    ):
        with psycopg.connect(database_url) as other, ThreadPoolExecutor(1) as beside:
            other.execute(ended, [number])
            other.commit()
            other.execute("SELECT FROM uploads WHERE id = %s FOR UPDATE", [number])
            other.execute(does, [number])
            answer = beside.submit(http, *asks)
            while not waits(database_url, "transactionid"):
                assert not answer.done(), answer.result().text
                time.sleep(0.01)
            other.commit()
            assert (answer.result().status_code, answer.result().json()["code"]) == told


def test_mappings_are_kept_by_name(http: Http, cli: Cli) -> None:
    at = f"{HERE}/mappings"
    assert http.client.put(f"{at}/hr", content=MAPPING.encode()).status_code == 204
    assert http.client.get(f"{at}/hr").text == MAPPING
    assert http.client.put(f"{at}/hr", content=(MAPPING + "\n# mended\n").encode()).status_code == 204
    (kept,) = http.client.get(at).json()["results"]
    assert (kept["name"], kept["size"], kept["changedBy"]) == ("hr", len(MAPPING) + 10, "tests")
    for name, text, message in (
        ("hr", "person = 3", "hr: person: 3 is not a table"),
        ("hr", "options = {takeovers = 'maybe'}", "hr: options.takeovers"),
        ("hr", "options = {plan = '/etc/passwd'}", "hr: options.plan: belongs on the command line"),
        ("hr", "a = ", "hr: is no TOML"),
        ("-", MAPPING, "a name has"),
        ("a b", MAPPING, "a name has"),
        ("plan.csv", MAPPING, "a file that an import writes is called so"),
    ):
        refused = http.client.put(f"{at}/{name}", content=text.encode())
        assert (refused.status_code, refused.json()["message"][: len(message)]) == (400, message)
    assert http.client.put(f"{at}/hr", content=b"\xff").json()["code"] == "invalid_mapping"
    assert http.client.get(f"{at}/hr").text.endswith("# mended\n"), "it stays as it was"
    writes = http.credential("writes", "write")
    assert http.client.put(f"{at}/hr", content=b"", auth=writes).status_code == 403
    assert http.client.delete(f"{at}/hr").status_code == 204
    assert (http.client.delete(f"{at}/hr").status_code, http.client.get(f"{at}/hr").status_code) == (404, 404)


def test_uploads_are_listed_and_forgotten_and_nobody_elses_are_seen(http: Http, cli: Cli, database_url: str) -> None:
    first, second = send(http, PEOPLE).json(), send(http, "custom_id\n", name="../a/b\\c.csv").json()
    assert second["file"] == "_a_b_c.csv"
    waits = send(http, PEOPLE.replace("E1", "E7")).json()["id"]
    assert http("DELETE", f"csv-import/{waits}").status_code == 204, "it is never imported"
    change(database_url, "UPDATE uploads SET state = 'running'")
    assert http("DELETE", f"csv-import/{first['id']}").json()["code"] == "not_ended"
    work(Settings(database_url), waits=False)
    assert set(by_custom_id(people(cli))) == {"E1", "E2"}
    listed = http("GET", "csv-import?_limit=1").json()
    assert (listed["count"], listed["results"][0]["id"]) == (1, second["id"])
    assert [one["id"] for one in http("GET", "csv-import?_offset=1").json()["results"]] == [first["id"]]
    assert http("GET", "csv-import?_limit=x").json()["field"] == "_limit"
    assert cli("show-status", "--organisation", "there", "--create-organisation").exit_code == 0
    there = http.credential("there", "admin", organisation="there")
    assert http("GET", f"/api/organizations/there/csv-import/{first['id']}", auth=there).status_code == 404
    assert http("GET", "/api/organizations/there/csv-import", auth=there).json()["count"] == 0
    assert http("DELETE", f"csv-import/{first['id']}").status_code == 204
    assert http("GET", f"csv-import/{first['id']}").status_code == 404


def test_whoever_is_named_is_told(http: Http, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifying, "FIRST_PAUSE", 0)
    heard: list[dict[str, Any]] = []
    waiting: list[tuple[int]] = []
    statuses = [503, 302, 200]

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            waiting.extend(ask(database_url, "SELECT id FROM uploads WHERE state = 'queued'"))
            self.send_response(statuses[len(heard) - 1])
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        at = f"http://127.0.0.1:{server.server_port}"
        asks = http.serve(notified=(at,))
        asks.auth = http.client.auth
        files = {"file": ("hr.csv", PEOPLE)}
        for other in (f"{at}.evil.example/hook", f"{at.replace('//', '//a:b@')}/x", f"{at}1/", "ftp://x/", "//x", ""):
            assert asks.post(HERE, files=files, data={"notify": other}).json()["code"] == "notify"
        sent = asks.post(HERE, files=files, data={"notify": f"{at}/hook?a=b"})
        behind = asks.post(HERE, files=files).json()["id"]
        found = worked(http, database_url, sent, notified=(at,))
        server.shutdown()
    what = {"organization": 1, "id": found["id"], "state": "finished", "exitCode": 0, "import": found["import"]}
    assert heard == [what] * 3
    assert waiting == [(behind,)], "before the next file is imported; who has not heard is told once more behind it"
    assert found["notified"] == "200"
    other = worked(http, database_url, asks.post(HERE, files=files, data={"notify": f"{at}/hook"}))
    assert other["notified"] == "this server may not be told any more"


def test_who_answers_without_end_is_not_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifying, "TIMEOUT", 0.3)
    said: list[bytes] = []

    class Drips(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            while len(said) < 100:
                said.append(b"H")
                self.wfile.write(b"H")
                time.sleep(0.05)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Drips) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        at = f"http://127.0.0.1:{server.server_port}"
        assert notifying._told(f"{at}/hook", {}, [at]) == (False, "no answer")
        server.shutdown()
    assert len(said) < 100


def test_whoever_dies_in_the_middle_is_taken_over_and_what_was_done_is_not_done_again(
    http: Http, cli: Cli, database_url: str
) -> None:
    uploads = Uploads(at_url(database_url, SESSION))
    number = send(http, PEOPLE).json()["id"]
    here = {"organisation": 1, "upload": number}
    # As if the server had died after the import was committed, and before that was said.
    uploads.run(**here)
    change(database_url, "UPDATE uploads SET state = 'running', ended_at = NULL, summary = NULL, tries = 1")
    change(database_url, "UPDATE imports SET state = 'committed'")
    uploads.run(**here)
    found = told(http, number)
    assert (found["state"], found["tries"], found["summary"]["people"]["created"]) == ("finished", 2, 2)
    assert len(ask(database_url, "SELECT FROM imports")) == 1
    uploads.run(**here)
    assert told(http, number)["tries"] == 2, "what has ended is not begun"
    # Whose reports are made by another is finished then.
    for table in ("uploads", "imports"):
        change(database_url, f"UPDATE {table} SET state = 'committed'")
    assert told(http, number)["state"] == "committed"
    assert cli("finish-batch-updates").exit_code == 0
    assert told(http, number)["state"] == "finished"
    # As if it died each time.
    second = send(http, PEOPLE).json()["id"]
    change(database_url, f"UPDATE uploads SET state = 'running', tries = 5 WHERE id = {second}")
    uploads.run(organisation=1, upload=second)
    assert told(http, second)["state"] == "failed"
    assert told(http, second)["error"].startswith("5 times the server")
    # As if it died each time over the reports, when the import was committed.
    change(database_url, f"UPDATE uploads SET state = 'running', ended_at = NULL, tries = 5 WHERE id = {number}")
    change(database_url, "UPDATE imports SET state = 'committed'")
    uploads.run(**here)
    found = told(http, number)
    assert (found["state"], found["exitCode"], found["summary"]["people"]["created"]) == ("committed", 5, 2)
    assert found["error"].startswith("5 times the server")
    assert http("POST", f"csv-import/{number}/undo").status_code == 202


def test_a_connection_that_is_cut_in_the_middle_costs_a_try(http: Http, cli: Cli, database_url: str) -> None:
    uploads = Uploads(at_url(database_url, SESSION))
    number = send(http, PEOPLE).json()["id"]
    waiting = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE classid = 7301 AND NOT granted"
    with psycopg.connect(database_url, autocommit=True) as other, ThreadPoolExecutor(1) as beside:
        other.execute("SELECT pg_advisory_lock(7301, 1)")
        run = beside.submit(uploads.run, organisation=1, upload=number)
        while not other.execute(waiting).fetchall():
            time.sleep(0.05)
        with pytest.raises(queue.Later):
            run.result()
    assert (people(cli), "ended" in told(http, number)) == ([], False)
    uploads.run(organisation=1, upload=number)
    assert (told(http, number)["state"], len(people(cli))) == ("finished", 2)


def test_while_others_import_it_waits(http: Http, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "WAIT", 0)
    uploads = Uploads(at_url(database_url, SESSION))
    number = send(http, PEOPLE).json()["id"]
    with psycopg.connect(database_url) as importing:
        importing.execute("SELECT pg_advisory_xact_lock(7302, 1)")
        with pytest.raises(queue.Later):
            uploads.run(organisation=1, upload=number)
        waits = told(http, number)
        assert (waits["state"], waits["tries"], "ended" in waits) == ("queued", 0, False)
        monkeypatch.setattr(running, "PATIENCE", timedelta(0))
        uploads.run(organisation=1, upload=number)
    assert (told(http, number)["state"], told(http, number)["exitCode"]) == ("failed", 75)


def test_nothing_of_who_is_erased_is_left(http: Http, cli: Cli, database_url: str) -> None:
    text = PEOPLE.replace("custom_id", "custom_id,groups").replace("E1,Ann,", "E1,sales,Annabella,")
    found = worked(http, database_url, send(http, text, name="annabella.csv", plan="true", acceptNear="E1"))
    assert (found["exitCode"], "rejects" in found, "plan" in found) == (3, True, True)
    worked(http, database_url, send(http, PEOPLE.replace("Ann,", "Annabella,")))
    waits = send(http, PEOPLE, name="later.csv").json()["id"]
    assert cli("erase-person", "E1", "--yes").exit_code == 0
    left = "SELECT CAST(u AS text), (SELECT count(*) FROM upload_pieces WHERE upload_id = id) FROM uploads AS u"
    for row, pieces in ask(database_url, f"{left} WHERE ended_at IS NOT NULL"):
        assert ("nnabella" in row, "E1" in row, pieces) == (False, False, 0)
    assert ask(database_url, f"{left} WHERE id = {waits}")[0][1] == 1, "what is still to be imported is left"


def test_the_queue_is_brought_up_to_date(database_url: str) -> None:
    made = """
        SELECT 'function', proname FROM pg_proc WHERE pronamespace = 'procrastinate'::regnamespace UNION ALL
        SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
        WHERE relnamespace = 'procrastinate'::regnamespace AND attnum > 0 AND NOT attisdropped ORDER BY 1, 2
    """
    database = at_url(database_url, SESSION)
    queue.make(database)
    at_once = ask(database_url, made)
    change(database_url, "DROP SCHEMA procrastinate CASCADE")
    change(database_url, "CREATE SCHEMA procrastinate")
    change(database_url, "COMMENT ON SCHEMA procrastinate IS '0'")
    queue.make(database)
    assert set(ask(database_url, made)) == set(at_once), "change by change"
    change(database_url, "COMMENT ON SCHEMA procrastinate IS '99.00.00_01'")
    with pytest.raises(DatabaseError, match="newer procrastinate"):
        queue.make(database)
