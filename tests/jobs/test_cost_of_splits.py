"""A night on which identifiers are split costs little more than one on which they are taken over."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Cli, Server
from costs import rows_handled

PEOPLE, HANDED_ON = 2_000, 100


def test_a_split_costs_what_a_takeover_does(
    cli: Cli, server: Server, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "people.csv"
    known = [f"A{n},Person {n},p{n}@x.org" for n in range(PEOPLE)]
    path.write_text("\n".join(["custom_id,name,email", *known, ""]))
    assert cli("import-people", path, "--batch").exit_code == 0
    for n in range(HANDED_ON):
        known[n] = f"A{n},Person {n},new{n}@x.org"
    newcomers = [f"B{n},Newcomer {n},p{n}@x.org" for n in range(HANDED_ON)]
    path.write_text("\n".join(["custom_id,name,email", *known, *newcomers, ""]))
    rows = {}
    for takeovers, moved in (("confirmed", "taken"), ("split", "split")):
        url = server.create_database(database_url)
        monkeypatch.setenv("DATABASE_URL", url)
        with rows_handled(server, url) as handled:
            result = cli("import-people", path, "--batch", "--takeovers", takeovers)
        assert result.exit_code == 0, result
        assert f"{HANDED_ON} {moved}" in result.stdout
        rows[takeovers] = handled.rows
    assert rows["confirmed"] > PEOPLE
    assert rows["split"] <= 1.1 * rows["confirmed"], rows
