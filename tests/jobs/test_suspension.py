"""Suspension: after a guard has tripped, a source waits until somebody has looked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from commands import as_json, ask, contents, many, write
from conftest import Cli

from sql.database import connected

WHY = "1 lines are in the files (0.8% of 120), at least 50% must be there"


@pytest.fixture
def suspended(cli: Cli) -> None:
    """The source `people` is suspended since import 2; `good.csv` is what should be imported."""
    write("good.csv", *many(120))
    write("bad.csv", *many(1))
    assert cli("import-people", "good.csv", "--batch").exit_code == 0
    assert cli("import-people", "bad.csv", "--batch").exit_code == 4


@pytest.mark.usefixtures("suspended")
@pytest.mark.parametrize("mode", [["--batch"], []])
def test_nothing_is_imported_until_somebody_has_looked(mode: Sequence[str], cli: Cli, database_url: str) -> None:
    before = contents(database_url)
    result = cli("import-people", "good.csv", *mode)
    assert result.exit_code == 4
    assert result.stderr == (
        f"error: the source people is suspended since import 2: {WHY};"
        " when that is in order: lrs-people resume-source people\n"
    )
    assert contents(database_url) == before
    runs = as_json(cli("list-imports", "--json"))["imports"]
    assert [(run["import"], run["state"]) for run in runs] == [(3, "refused"), (2, "refused"), (1, "finished")]
    assert "suspended since import 2" in runs[0]["failure"]
    assert as_json(cli("show-status", "--json"))["suspended"] == [{"source": "people", "since": 2, "why": WHY}]

    resumed = cli("resume-source", "people")
    assert resumed.exit_code == 0
    assert f"may be imported again; it was suspended since import 2: {WHY}" in resumed.stdout
    assert cli("import-people", "good.csv", *mode).exit_code == 0
    assert as_json(cli("show-status", "--json"))["suspended"] == []


@pytest.mark.usefixtures("suspended")
def test_no_line_is_read(cli: Cli) -> None:
    Path("cut.csv").write_bytes(b"custom_id,email\nA,a@example.org\nB,\xff\xfe@example.org\n")
    assert cli("import-people", "cut.csv", "--batch").exit_code == 4
    assert cli("import-people", "cut.csv").exit_code == 4
    assert cli("import-people", "cut.csv", "--batch", "--source", "crm").exit_code == 2, "whoever reads it finds out"


@pytest.mark.usefixtures("suspended")
def test_a_dry_run_goes_on_and_says_so(cli: Cli, database_url: str) -> None:
    before = contents(database_url)
    result = cli("import-people", "good.csv", "--batch", "--dry-run")
    assert result.exit_code == 0
    assert result.stderr == (
        f"warning: the source people is suspended since import 2: {WHY};"
        " an import is refused until lrs-people resume-source people\n"
    )
    assert contents(database_url) == before


@pytest.mark.usefixtures("suspended")
def test_other_sources_and_organisations_go_on(cli: Cli) -> None:
    assert cli("import-people", "good.csv", "--batch", "--source", "crm").exit_code == 0
    other = ["--organisation", "other", "--create-organisation"]
    assert cli("import-people", "good.csv", "--batch", *other).exit_code == 0
    assert cli("resume-source", "people", "--organisation", "other").stdout.endswith(
        "the source people was not suspended\n"
    )
    assert cli("import-people", "good.csv", "--batch").exit_code == 4
    said = cli("show-status").stdout
    assert f"\nsuspended    people, since import 2: {WHY}\n             lrs-people resume-source people lets it" in said


def test_which_sources_there_are(cli: Cli) -> None:
    assert cli("resume-source", "people").stderr == "error: there is no source people (there is none yet)\n"
    write("good.csv", *many(2))
    for source in ("the feed", "crm"):
        assert cli("import-people", "good.csv", "--batch", "--source", source).exit_code == 0
    result = cli("resume-source", "peopel")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: there is no source peopel (there are: crm, the feed)\n"
    assert as_json(cli("resume-source", "crm", "--json"))["suspended_since"] is None


def test_the_command_is_told_as_a_shell_takes_it(cli: Cli) -> None:
    write("good.csv", *many(2))
    write("bad.csv", *many(0))
    feed = ["--batch", "--source", "the feed"]
    assert cli("import-people", "good.csv", *feed).exit_code == 0
    assert cli("import-people", "bad.csv", *feed).stderr.endswith("until lrs-people resume-source 'the feed'\n")
    assert cli("resume-source", "the feed").exit_code == 0


def test_strict_suspends_nothing(cli: Cli) -> None:
    write("bad.csv", *many(120), *(f"B{n},nothing" for n in range(120)))
    strict = cli("import-people", "bad.csv", "--batch", "--strict", "--max-rejects", "10%")
    assert strict.exit_code == 4
    assert "--strict" in strict.stderr
    assert cli("import-people", "bad.csv", "--batch").exit_code == 3


def test_the_first_reason_stands(cli: Cli, database_url: str) -> None:
    """An undo suspends the source in its own transaction; if it was suspended already, that is still why."""
    from jobs.importing.suspension import suspend, suspended

    write("good.csv", *many(2))
    assert cli("import-people", "good.csv", "--batch").exit_code == 0
    ((organisation, source),) = ask(database_url, "SELECT organisation_id, id FROM sources")
    with connected(database_url) as database:
        with database.begin() as transaction:
            suspend(transaction, organisation, source, 1, "import 1 was undone")
            transaction.rollback()
        with database.begin() as transaction:
            assert suspended(transaction, organisation) == []
            suspend(transaction, organisation, source, 1, "import 1 was undone")
        with database.begin() as transaction:
            suspend(transaction, organisation, source, 2, "too much")
    assert cli("import-people", "good.csv", "--batch").stderr == (
        "error: the source people is suspended since import 1: import 1 was undone;"
        " when that is in order: lrs-people resume-source people\n"
    )
