"""An importer that owns no table: a role with no more than the rights to read and write rows."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from conftest import ROOT, Cli
from psycopg.conninfo import conninfo_to_dict

from jobs.importing import undoing

RIGHTS = """
DROP ROLE IF EXISTS importer;
CREATE ROLE importer LOGIN;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO importer;
GRANT SELECT, USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA public TO importer;
"""


@pytest.fixture
def importer(cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cli]:
    """Runs commands as that role."""
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute(RIGHTS)
        there = conninfo_to_dict(database_url)
        monkeypatch.setenv(
            "DATABASE_URL", f"postgresql://importer@/{there['dbname']}?host={there['host']}&port={there['port']}"
        )
        yield cli
        owner.execute("DROP OWNED BY importer")
        owner.execute("DROP ROLE importer")


def write(path: Path, people: int) -> Path:
    path.write_text("custom_id,email,groups\n" + "".join(f"E{n},e{n}@x.org,G{n % 3}\n" for n in range(people)))
    return path


@pytest.mark.parametrize("takes", ["row by row", "whole tables"])
def test_who_owns_no_table_imports_and_undoes(
    importer: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, takes: str
) -> None:
    if takes == "whole tables":
        monkeypatch.setattr(undoing, "LARGE", 1)  # what an undo of a load does with many people
    people = write(tmp_path / "people.csv", 1_000)
    loaded = importer("import-people", people, "--batch", "--create-groups", "--json")
    assert loaded.exit_code == 0, loaded.stdout + loaded.stderr
    assert json.loads(loaded.stdout)["people"]["created"] == 1_000
    for number, figure in (1, "deleted"), (2, "created"):
        undone = importer("undo-import", str(number), "--json")
        assert undone.exit_code == 0, undone.stdout + undone.stderr
        assert json.loads(undone.stdout)["people"][figure] == 1_000
    assert importer("resume-source", "people").exit_code == 0
    assert importer("import-people", people, "--batch", "--json").exit_code == 0
    assert importer("import-statements", ROOT / "sample_data/statements.jsonl").exit_code == 0
    assert importer("finish-batch-updates", "--check").exit_code == 0
    assert importer("erase-person", "E1", "--yes").exit_code == 0
    assert importer("prune-history", "--older-than", "0d").exit_code == 0
    refused = importer("serve", "--port", "0")
    assert refused.exit_code == 1
    assert "the schema procrastinate, which is not there, and whoever connects may not make it" in refused.stderr


def test_who_may_write_may_have_tables_looked_at(importer: Cli, tmp_path: Path, database_url: str) -> None:
    """So that nothing is planned for the empty tables that they were; whoever only reads cannot."""
    looked_at = "SELECT relname FROM pg_class WHERE relname IN ('people', 'personas', 'groups') AND reltuples > 0"
    with psycopg.connect(database_url, autocommit=True) as owner:
        for table in ("people", "personas", "groups"):
            owner.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
        assert importer("import-people", write(tmp_path / "people.csv", 600), "--create-groups").exit_code == 0
        owner.execute("REVOKE INSERT ON groups FROM importer")
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as own:
            own.execute("SELECT look_at('groups')")
        assert {row[0] for row in owner.execute(looked_at)} == {"people", "personas"}
