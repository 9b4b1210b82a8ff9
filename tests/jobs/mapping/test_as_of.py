"""Which day is today, the import's moment says."""

from __future__ import annotations

from commands import as_json, write
from conftest import Cli


def test_a_night_that_is_caught_up_leaves_out_whom_it_would_have(cli: Cli) -> None:
    skip = 'skip = [{column = "Left", until = "today"}]'
    write("m.toml", skip, "[person]", 'custom_id = "{ID}"', "[[personas]]", 'mbox = "{Mail}"')
    write("p.csv", "ID,Mail,Left", "1,a@example.org,2024-05-01", "2,b@example.org,")
    run = ["import-people", "p.csv", "--mapping", "m.toml", "--batch", "--dry-run", "--json"]
    assert as_json(cli(*run))["skipped"] == 1
    assert as_json(cli(*run, "--as-of", "2024-05-01T00:00Z"))["skipped"] == 1
    assert as_json(cli(*run, "--as-of", "2024-04-30T23:59Z"))["skipped"] == 0
