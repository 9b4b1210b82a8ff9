"""The documents in `cases/`, each run through the model and through the commands.

A case is a Markdown file: a title, the rule in a sentence or two, then sections. Tables and fenced blocks are
read (`case_files.py`), so that what a reader sees is what runs. `python tests/test_cases.py` writes the index,
`cases/README.md`, anew.
"""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import psycopg
import pytest
from case_files import BY_HAND, FORMER, Case, CsvLine, Reject, SomeSpell, read_case, read_plainly
from conftest import Server
from model import ALWAYS, DELETE, NEVER, Counts, Fate, PersonState, World, total
from worlds import VOIDER, SomePerson, render_csv, render_statements, set_up, world_of

from identity import custom_ids

CASES = Path(__file__).parent / "cases"
INDEX = CASES / "README.md"

INDEX_HEAD = """\
# What happens when

Each file here is one case: who is there, what comes in, which command runs, and who is there afterwards. The
tests run every one of them, and import its files a second time to see that nothing more changes.

In the tables of people, `personas` are identifiers in their normal form: an e-mail address stands for its
`mailto:` IRI, an account is its home page, a space and its name. A group in brackets after which another name
stands, as in `sales (crm)`, is a membership given by that source; without brackets the source is `people`. An
identifier that somebody has pinned where it is has `(pinned)` behind it. A `custom_id` in brackets is one that its
person had, and has lost. `people` and the sources of the groups have given them as they are; what was done to them
since, by hand, stands under `Edited since`; groups that were deleted, under `Groups deleted since`. `Spells` are
those that have ended, or have begun at some time: the
identifier, who has it, since when (blank: always) and until when (blank: now).
`Summary` is what `--json` prints, as far as it is not 0. In `Rejected`, `line` is the line of the file, the
header being 1, and `column` the cell at fault where it is one cell. Where nobody is there before, and nothing
is rejected, the section is left out.

The number that a file's name begins with is the rule's: 01 lines, 02 which lines describe one person,
03 contested, 04 whose custom_id, 05 claims and takeovers, 06 the target, 07 moving, 08 values and groups,
09 replace, 10 emptied people, 11 rejects never take away, 12 what is pending, 13 line by line,
14 new custom_ids, 15 people who have left, 17 groups that are deleted; 20 are the cells.
"""


# -- the model half ------------------------------------------------------------------------------------------

CASE_FILES = sorted(path for path in CASES.glob("*.md") if path != INDEX)


@pytest.fixture(params=CASE_FILES, ids=lambda path: path.stem)
def case(request: pytest.FixtureRequest) -> Case:
    return read_case(request.param)


class Found(NamedTuple):
    """What a run came to, to be compared with the document."""

    people: set[PersonState]
    spells: set[SomeSpell]
    summary: dict[str, Any]
    rejected: set[Reject]


def run_case_with_model(case: Case, world: World) -> Found:
    """One run of the case's command on this world."""
    lines = [(file, line) for file in case.inputs for line in read_plainly(case.files[file])]
    run = world.import_batch if case.is_batch else world.import_rows
    outcomes = run([line.line for _, line in lines], case.options())
    outcomes = outcomes if isinstance(outcomes, list) else [outcomes]
    fates = [fate for outcome in outcomes for fate in outcome.fates]
    rejected = {
        reject_of(file, line, fate)
        for (file, line), fate in zip(lines, fates, strict=True)
        if fate.kind == "rejected"
    }
    world.check()
    spells = {
        SomeSpell(ifi, begins, ends, custom_id or name) for ifi, begins, ends, custom_id, name in world.spell_state()
    }
    return Found(readable(world.state()), spells, without_zeros(total(outcomes).as_json()), rejected)


def readable(people: set[PersonState]) -> set[PersonState]:
    """Without those of whom only their spells tell."""
    return {who for who in people if who[0] is not None or who[3]}


def reject_of(file: str, line: CsvLine, fate: Fate) -> Reject:
    if fate.code == "bad":
        assert line.problem is not None
        return Reject(file, line.at, *line.problem)
    assert fate.code is not None
    columns = {"unknown_group": line.groups_column, "nobodys_id": line.word_column}
    return Reject(file, line.at, columns.get(fate.code, ""), fate.code)


def without_zeros(counts: dict[str, Any]) -> dict[str, Any]:
    kept = {k: without_zeros(v) if isinstance(v, dict) else v for k, v in counts.items()}
    return {k: v for k, v in kept.items() if v}


def state_of(people: Iterable[SomePerson]) -> set[PersonState]:
    return world_of(people, [], {}).state()


def changed_nothing(summary: dict[str, Any]) -> bool:
    changes = {(name, what) for name, part in summary.items() if isinstance(part, dict) for what in part}
    return changes <= {("personas", "left"), ("leavers", "people"), ("leavers", "held")}


def test_model(case: Case) -> None:
    world = case.world()
    world.check()
    found = run_case_with_model(case, world)
    assert found.people == state_of(case.people_after)
    assert found.spells == set(case.spells_after)
    assert found.rejected == case.rejected
    assert found.summary == case.summary


def test_people_before_can_be_made(case: Case) -> None:
    """Statements and plain imports make the people before: so the commands half can make them too."""
    world = world_of([], case.statements, {})
    for batch in set_up(case.people_before):
        world.import_batch(batch.lines, batch.options)
    assert world.state() == world_of(case.people_before, case.statements, {}).state()


def test_model_again(case: Case) -> None:
    """The same file again changes, moves and marks nothing."""
    if not case.is_batch:
        pytest.skip("line by line, a later line may undo what an earlier one does")
    world = case.world()
    first = run_case_with_model(case, world)
    again = run_case_with_model(case, world)
    assert again.people == first.people
    assert again.spells == first.spells
    assert changed_nothing(again.summary)


# -- the commands half ---------------------------------------------------------------------------------------


class Result(Protocol):
    exit_code: int
    stdout: str
    stderr: str


class Cli(Protocol):
    """Runs a command in an empty folder against an empty, migrated database of its own."""

    def __call__(self, *command: str) -> Result: ...


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """Databases with what there is before those cases of which several have the same."""
    return {}


def there_before(case: Case) -> str:
    return repr((case.statements, case.people_before, case.edits, case.deleted, case.erased, case.spells_before))


@cache
def there_before_several() -> set[str]:
    counted = Counter(there_before(read_case(path)) for path in CASE_FILES)
    return {before for before, cases in counted.items() if cases > 1}


@pytest.fixture
def before(case: Case, request: pytest.FixtureRequest) -> str:
    """Names what there is before this case, and by which test it is made."""
    return f"{request.node.originalname} {there_before(case)}"


@pytest.fixture
def database_url(server: Server, migrated: str, made: dict[str, str], before: str) -> Iterator[str]:
    """A database of the case's own, with what there is before if that has been made for another."""
    url = server.create_database(made.get(before, migrated))
    yield url
    server.drop_database(url)


@pytest.fixture
def ready(case: Case, cli: Cli, tmp_path: Path, server: Server, made: dict[str, str], before: str) -> Cli:
    """Runs commands where all is there that is before this case."""
    if before not in made:
        make_people_before(case, cli, tmp_path)
        if there_before(case) in there_before_several():
            made[before] = server.create_database(os.environ["DATABASE_URL"])
    return cli


def make_people_before(case: Case, cli: Cli, folder: Path) -> None:
    if case.statements:
        statements = render_statements(case.statements, VOIDER)
        (folder / "statements.jsonl").write_text(statements, encoding="utf-8")
        succeed(cli("import-statements", "statements.jsonl"))
    if case.people_before:
        for batch in set_up(case.people_before):
            (folder / "people-before.csv").write_text(render_csv(batch.lines), encoding="utf-8")
            command = ["import-people", "people-before.csv", "--batch", "--create-groups"]
            succeed(cli(*command, "--source", batch.options.source))
    if case.edits:
        (folder / "edits.csv").write_text(render_csv(case.edits), encoding="utf-8")
        succeed(cli("import-people", "edits.csv", "--batch", "--source", BY_HAND.source))
    if case.deleted:
        succeed(cli("delete-group", *case.deleted))
    for erased in case.erased:
        succeed(cli("erase-person", erased, "--yes"))
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        pinned = [ifi for person in case.people_before for ifi in person.pinned]
        connection.execute("UPDATE personas SET pinned = true WHERE ifi = ANY (%s)", [pinned])
        for person in case.people_before:
            if person.former is not None:
                facts = {"former": person.former, "near": custom_ids.near(person.former), "ifi": person.personas[0][1]}
                connection.execute(FORMER, facts)
        for one in case.spells_before:
            times = [None if at in (ALWAYS, NEVER) else at for at in (one.begins, one.ends)]
            put = SPELL_OPEN if one.ends == NEVER else SPELL_ENDED
            connection.execute(put, [one.person, one.person, *times, one.ifi])
        if case.spells_before:
            connection.execute(ALL_PENDING)
    assert exported(cli) == without_sources(readable(case.world().state())), "the people before could not be made"


SPELL_OPEN = """
    UPDATE personas
    SET person_id = (SELECT id FROM people WHERE custom_id = %s OR name = %s),
        begins_at = coalesce(CAST(%s AS timestamptz), CAST(%s AS timestamptz), '-infinity')
    WHERE ifi = %s
"""
SPELL_ENDED = """
    INSERT INTO closed_spells (organisation_id, persona_id, person_id, begins_at, ends_at)
    SELECT i.organisation_id, i.id, p.id, coalesce(t.begins_at, '-infinity'), t.ends_at
    FROM (SELECT CAST(%s AS text) AS custom_id, CAST(%s AS text) AS name, CAST(%s AS timestamptz) AS begins_at,
                 CAST(%s AS timestamptz) AS ends_at, CAST(%s AS text) AS ifi) AS t
    JOIN personas AS i ON i.ifi = t.ifi
    JOIN people AS p ON p.custom_id = t.custom_id OR p.name = t.name
"""
ALL_PENDING = """
    INSERT INTO pending (organisation_id, subject, subject_id)
    SELECT organisation_id, 'persona', id FROM personas
    UNION ALL SELECT organisation_id, 'person', id FROM people
"""
SPELLS = """
    SELECT p.ifi, nullif(s.begins_at, '-infinity'), nullif(s.ends_at, 'infinity'), coalesce(h.custom_id, h.name)
    FROM spells AS s
    JOIN personas AS p ON p.id = s.persona_id
    JOIN people AS h ON h.id = s.person_id
    WHERE s.begins_at > '-infinity' OR s.ends_at < 'infinity'
"""


def run_command_of(case: Case, cli: Cli, folder: Path) -> Found:
    for file, text in case.files.items():
        (folder / file).write_text(text, encoding="utf-8")
    result = cli(*case.command, "--json")
    rejected = set(read_rejects(case, folder))
    assert result.exit_code == (3 if rejected else 0), result.stderr
    summary = json.loads(result.stdout)
    assert summary["state"] == "finished", summary
    counts = {name: summary[name] for name in Counts().as_json()}
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        rows = connection.execute(SPELLS).fetchall()
    spells = {SomeSpell(ifi, begins or ALWAYS, ends or NEVER, person) for ifi, begins, ends, person in rows}
    return Found(exported(cli), spells, without_zeros(counts), rejected)


def succeed(result: Result) -> str:
    assert result.exit_code == 0, result.stderr
    return result.stdout


def read_rejects(case: Case, folder: Path) -> Iterator[Reject]:
    """What the rejects files say; a column is compared where the document names one."""
    columns = {(reject.file, reject.line): reject.column for reject in case.rejected}
    for file in case.inputs:
        rejects = folder / f"{file}.rejects.csv"
        if not rejects.exists():
            continue
        with rejects.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                line = int(row["_line"])
                column = row["_column"] if columns.get((file, line)) else ""
                yield Reject(file, line, column, row["_code"])


def exported(cli: Cli) -> set[PersonState]:
    """The people as `export-people` gives them; memberships without their source."""
    people: set[PersonState] = set()
    for line in read_plainly(succeed(cli("export-people", "--format", "csv"))):
        assert line.problem is None, line
        ifis = frozenset(ifi for _, ifi in line.line.personas)
        if VOIDER[1] in ifis:
            continue
        name, image_url, groups = line.line.name, line.line.image_url, line.line.groups
        assert name is not DELETE
        assert image_url is not DELETE
        memberships = frozenset((group, "") for group in groups or ())  # type: ignore[union-attr]
        people.add((line.line.custom_id, name, image_url, ifis, memberships))
    return people


def without_sources(people: set[PersonState]) -> set[PersonState]:
    return {(*who, personas, frozenset((group, "") for group, _ in m)) for *who, personas, m in people}  # type: ignore[misc]


def test_commands(case: Case, ready: Cli, tmp_path: Path) -> None:
    found = run_command_of(case, ready, tmp_path)
    assert found.people == without_sources(state_of(case.people_after))
    assert found.spells == set(case.spells_after)
    assert found.rejected == case.rejected
    assert found.summary == case.summary
    if case.is_batch:
        again = run_command_of(case, ready, tmp_path)
        assert (again.people, again.spells) == (found.people, found.spells)
        assert changed_nothing(again.summary)
    succeed(ready("finish-batch-updates", "--check"))


@pytest.mark.soak
@pytest.mark.usefixtures("distributed")
def test_commands_where_tables_are_distributed(case: Case, ready: Cli, tmp_path: Path) -> None:
    test_commands(case, ready, tmp_path)


# -- the index -----------------------------------------------------------------------------------------------


def index() -> str:
    entries = [f"- [{read_case(path).title}]({path.name})" for path in CASE_FILES]
    return INDEX_HEAD + "\n" + "\n".join(entries) + "\n"


def test_index_lists_every_case() -> None:
    assert INDEX.read_text(encoding="utf-8") == index(), "write it anew: python tests/test_cases.py"


def test_titles_are_unique() -> None:
    titles = [read_case(path).title for path in CASE_FILES]
    assert sorted(titles) == sorted(set(titles))


if __name__ == "__main__":
    INDEX.write_text(index(), encoding="utf-8")
