"""`--timings`: where the time of a command went."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from conftest import Cli
from test_commands import many, write

from jobs.shell.timings import Timings


def stages(told: str) -> dict[str, float]:
    """The seconds of each stage, and of `all`."""
    heading, *lines = told.splitlines()
    assert heading.split() == ["seconds", "rows", "times"]
    parted = [(line.split()[0], line[len(heading) :].removeprefix("  ")) for line in lines]
    return {what.partition(";")[0]: float(seconds) for seconds, what in parted if not what.startswith(" ")}


@pytest.mark.parametrize(
    ("command", "between"),
    [
        (["import-people", "people.csv", "--batch"], ["read", "join", "wait", "resolve", "apply", "rejects", "finish"]),
        (["import-people", "people.csv"], ["lines", "finish"]),
        (["import-groups", "groups.csv", "--batch"], ["resolve", "wait", "apply", "rejects", "finish"]),
        (["import-statements", "statements.jsonl"], ["load", "finish"]),
        (["undo-import", "1"], ["find", "apply", "finish"]),
        (["finish-batch-updates", "--check"], ["finish", "check"]),
    ],
)
def test_every_command_tells_its_stages(command: Sequence[str], between: Sequence[str], cli: Cli) -> None:
    write("before.csv", *many(2))
    write("people.csv", *many(3))
    write("groups.csv", "custom_id,name", "a,A")
    write("statements.jsonl", "[]")
    assert cli("import-people", "before.csv", "--batch").exit_code == 0
    untimed = cli(*command)
    ran = cli(*command, "--timings") if command[0] != "undo-import" else cli("undo-import", "2", "--timings")
    assert (ran.exit_code, untimed.stderr) == (0, "")
    seconds = stages(ran.stderr)
    assert {"start", *between, "stop", "between stages", "all"} == set(seconds)
    assert sum(seconds.values()) == pytest.approx(2 * seconds["all"], abs=0.001 * len(seconds))


def test_what_went_wrong_is_timed_too_and_quiet_is_quiet(cli: Cli) -> None:
    write("people.csv", *many(3))
    refused = cli("import-people", "people.csv", "--batch", "--min-lines", "9", "--timings", "--quiet")
    assert refused.exit_code == 4
    error, table = refused.stderr.split("\n", 1)
    assert error.startswith("error: ")
    assert {"start", "read", "stop"} <= set(stages(table))
    assert cli("show-status", "--timings", "--quiet") == (0, "", "")


def test_queries_are_told_below_their_stage_and_what_is_short_together() -> None:
    timings = Timings()
    with timings.stage("resolve"):
        timings.query("resolve/56_claims", 5.0, 20_000)
        timings.query("resolve/56_claims", 1.0, 0)
        timings.query("resolve/57_components", 7.0, 1)
        timings.query("a", 0.0, 5)
        timings.query("b", 0.0, 5)
    assert timings.lines()[:5] == [
        "seconds    rows  times",
        "  0.000                 resolve",
        "  7.000       1      1    resolve/57_components",
        "  6.000  20,000      2    resolve/56_claims",
        "  0.000              2    2 others",
    ]
