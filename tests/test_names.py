"""Names of files, of what is packed in them, of sources and organisations: whatever is in them is shown on one line,
commands no terminal, and is imported.
"""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from commands import as_json, ask, statement, write
from conftest import Cli, Process, Result

from identity.problems import argument

NAMES = {
    "a line feed": "a\nimport 99, finished: forged.csv",
    "an end of line of Unicode": "a\u2028b.csv",
    "text that runs backwards": "a\u202evsc.exe.csv",
    "a command for a terminal": "\x1b[2J\x9b31mred\x7f.csv",
    "what is not UTF-8": "caf\udce9.csv",
}
SHOWN = {
    "a line feed": r"a\nimport 99, finished: forged.csv",
    "an end of line of Unicode": r"a\u2028b.csv",
    "text that runs backwards": r"a\u202evsc.exe.csv",
    "a command for a terminal": r"\x1b[2J\x9b31mred\x7f.csv",
    "what is not UTF-8": r"caf\udce9.csv",
}
TEXTS = [what for what in NAMES if what != "what is not UTF-8"]
PLAIN = "plain.csv"


def prepare(name: str) -> None:
    """A file of people, one of them rejected, one of groups and one of statements."""
    write(name, "custom_id,email,groups", "A,a@example.org,g", "B,nothing,g", "B,b@example.org,g")
    write(f"groups {name}", "custom_id,name", "g,Group")
    write(f"said {name}", statement({"mbox": "mailto:a@example.org"}, 1), "no statement")


def told(cli: Cli, name: str) -> list[Result]:
    """All that is said about them, by every command that names a file."""
    prepare(name)
    planned = ("--batch", "--dry-run", "--plan", f"{name}.jsonl")
    return [
        cli("inspect-people", name),
        cli("import-people", name, *planned, "--groups-file", f"groups {name}"),
        cli("import-groups", f"groups {name}", "--batch"),
        cli("import-people", name, f"groups {name}", "--batch"),
        cli("import-people", name, PLAIN, "--batch", "--plan", f"{name}.csv", "--rejects", f"rejects {name}"),
        cli("import-people", name, "--source", "strict", "--batch", "--strict"),
        cli("import-people", name, "--source", "lines"),
        cli("import-statements", f"said {name}"),
        cli("import-people", f"no {name}", "--batch"),
        cli("import-people", name, "--batch", "--mapping", f"no {name}"),
        cli("import-people", name, "--batch", "--plan", f"{name}.txt"),
        cli("import-people", name, "--batch", "--rejects", name),
        cli("import-statements", f"no {name}"),
        cli("export-people", "--output", f"out {name}"),
        cli("export-people", "--output", f"no/{name}"),
        cli("show-status"),
        cli("list-imports"),
        *(cli("show-import", number) for (number,) in ask(os.environ["DATABASE_URL"], "SELECT id FROM imports")),
        cli("explain-person", "A"),
        cli("explain-persona", "a@example.org"),
    ]


@pytest.mark.parametrize("what", NAMES)
def test_the_name_of_a_file_is_shown_on_one_line(what: str, cli: Cli) -> None:
    write(PLAIN, "custom_id,email", "A,c@example.org")
    seen = 0
    results = told(cli, NAMES[what])
    codes = [result.exit_code for result in results]
    assert codes[:17] == [0, 3, 0, 3, 3, 4, 3, 3, 2, 2, 2, 2, 2, 0, 1, 0, 0]
    assert not any(codes[17:])
    for result in results:
        for line in (result.stdout + result.stderr).split("\n"):
            assert line.isprintable(), result
            assert not line.startswith("import 99"), result
            seen += SHOWN[what] in line
    assert seen > 30, "it is named wherever a plain name is"


@pytest.mark.parametrize("what", NAMES)
def test_json_is_valid_whatever_the_name(what: str, cli: Cli) -> None:
    name = NAMES[what]
    prepare(name)
    kept = name.encode(errors="backslashreplace").decode()
    results = [
        cli("import-people", name, "--batch", "--json", "--create-groups", "--plan", f"{name}.csv"),
        cli("import-statements", f"said {name}", "--json"),
        cli("import-people", f"no {name}", "--batch", "--json"),
        cli("export-people", "--output", f"out {name}", "--json"),
    ]
    assert [result.exit_code for result in results] == [3, 3, 2, 0]
    for result in results:
        assert "\\ud" not in result.stdout.replace("\\\\ud", ""), "half a character is none"
        result.stdout.encode()
    plan, said, failed, exported = (json.loads(result.stdout) for result in results)
    assert plan["plan"]["file"] == f"{kept}.csv"
    assert said["rejects_files"] == [f"said {kept}.rejects.jsonl"]
    assert SHOWN[what] in failed["error"]
    assert exported["output"] == f"out {kept}"
    runs = as_json(cli("list-imports", "--json"))["imports"]
    assert [run["files"][0]["name"] for run in runs] == [f"said {kept}", kept]
    assert as_json(cli("show-import", runs[1]["import"], "--json"))["changes"]["rows"][0]["file"] == kept
    assert Path(f"{name}.rejects.csv").exists()
    assert Path(f"said {name}.rejects.jsonl").exists()


@pytest.mark.parametrize("what", TEXTS)
def test_what_is_packed_may_have_any_name(what: str, cli: Cli) -> None:
    with zipfile.ZipFile("hr.zip", "w") as archive:
        archive.writestr(NAMES[what], "custom_id,email\nA,a@example.org\nB,a@example.org\n")
        archive.writestr("other.csv", "custom_id,email\nC,a@example.org\n")
    ran = cli("import-people", "hr.zip", "--batch")
    assert ran.exit_code == 3
    shown = f"hr.zip/{SHOWN[what]}"
    for text in (ran.stdout, cli("list-imports").stdout, cli("show-status").stdout):
        assert all(line.isprintable() for line in text.split("\n"))
        assert shown in text
    message = Path("hr.zip.rejects.csv").read_text(encoding="utf-8").splitlines()[-1]
    assert f"see {shown} line" in message, "also where another line is spoken of"


@pytest.mark.parametrize("what", TEXTS)
def test_a_source_and_an_organisation_may_have_any_name(what: str, cli: Cli, tmp_path: Path) -> None:
    name = NAMES[what]
    to = ["--organisation", name]
    write("p.csv", "custom_id,email", "A,a@example.org")
    results = [
        cli("import-people", "p.csv", "--batch", "--source", name, *to, "--create-organisation"),
        cli("undo-import", "1", *to),
        cli("import-people", "p.csv", "--batch", "--source", name, *to),
        cli("import-people", "p.csv", "--batch", "--source", name, *to, "--dry-run"),
        cli("show-status", *to),
        cli("list-imports", *to),
        cli("show-import", "1", *to),
        cli("explain-person", "A", *to),
        cli("resume-source", "nobody", *to),
        cli("show-status", "--organisation", "nobody's"),
    ]
    assert [result.exit_code for result in results] == [0, 0, 4, 0, 0, 0, 0, 0, 2, 2]
    for result in results:
        assert SHOWN[what] in result.stdout + result.stderr
        assert all(line.isprintable() for line in (result.stdout + result.stderr).split("\n")), result
    asked = f"lrs-people resume-source {argument(name)}"
    assert asked in results[2].stderr
    said = subprocess.run(["bash", "-c", f"printf %s {argument(name)}"], stdout=subprocess.PIPE, check=True)
    assert said.stdout.decode() == name, "what is shown can be typed"
    assert cli("resume-source", name, *to).exit_code == 0


def test_a_name_that_is_no_text_can_be_typed_as_it_is_shown(tmp_path: Path, cli_process: Process) -> None:
    for name in ("caf\udce9's\\x.csv", "plain.csv", "it's.csv", "$HOME \u202e.csv"):
        said = subprocess.run(["bash", "-c", f"printf %s {argument(name)}"], stdout=subprocess.PIPE, check=True)
        assert os.fsdecode(said.stdout) == name
    (tmp_path / "caf\udce9.csv").write_text("custom_id,email\nA,a@example.org\n")
    process = cli_process("import-people", "caf\udce9.csv", "--batch", "--json")
    out, complaints = process.communicate(timeout=60)
    assert (process.returncode, complaints, json.loads(out)["state"]) == (0, "", "finished")
