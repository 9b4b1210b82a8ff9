"""New custom_ids and people who have left, through the commands: what holds for any file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import Cli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from outcomes import NO_GUARDS, changed_nothing, look, succeed, write

PEOPLE = 6
STAFF = "custom_id,name,email,groups\n" + "".join(
    f"{n},Person {n},p{n}@example.com,all|{'north' if n % 2 else 'south'}\n" for n in range(PEOPLE)
)


def import_batch(cli: Cli, text: str, *options: str, exit_code: int = 0) -> dict[str, Any]:
    command = ["import-people", write("people.csv", text), "--batch", "--create-groups", "--json", *NO_GUARDS]
    return succeed(cli(*command, *options), exit_code)


def ids(url: str) -> dict[int, tuple[str | None, frozenset[str]]]:
    """Each person's custom_id and personas, by the person's own id."""
    return {number: (person[0], person[3]) for number, person in look(url).people.items()}


# -- new custom_ids -------------------------------------------------------------------------------------------


def test_any_permutation_of_custom_ids_lands_and_stays(cli: Cli, database_url: str) -> None:
    """Swaps, cycles and fixed points, all in one file; the same file again gives nobody another."""
    numbers = [str(n) for n in range(PEOPLE)]

    @settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.permutations(numbers), st.permutations(numbers), st.sampled_from(["apply", "confirmed", "leave"]))
    def permute(new: Sequence[str], order: Sequence[str], takeovers: str) -> None:
        with psycopg.connect(database_url) as connection:
            connection.execute("UPDATE people SET custom_id = NULL")
            connection.execute("UPDATE people SET custom_id = substring(name FROM '[0-9]+')")
            connection.execute(
                "UPDATE source_people SET previous_custom_id = NULL, fingerprint_a = NULL, fingerprint_b = NULL"
            )
        before = ids(database_url)
        changed = {str(n): new[n] for n in range(PEOPLE)}
        text = "custom_id,previous_custom_id,email\n" + "".join(
            f"{changed[n]},{n},p{n}@example.com\n" for n in order
        )
        summary = import_batch(cli, text, "--takeovers", takeovers)
        assert summary["people"] == {"created": 0, "updated": sum(changed[n] != n for n in numbers), "deleted": 0}
        assert summary["personas"]["taken"] == summary["pending"]["people"] == 0
        after = ids(database_url)
        assert after == {number: (changed[str(who)], personas) for number, (who, personas) in before.items()}
        assert changed_nothing(import_batch(cli, text, "--takeovers", takeovers))
        assert ids(database_url) == after

    import_batch(cli, STAFF)
    permute()


def test_a_mapping_gives_the_previous_custom_id(cli: Cli, database_url: str) -> None:
    import_batch(cli, STAFF)
    mapping = 'person = {custom_id = "{New}", previous_custom_id = "{Old ID?}", name = "{Name}"}\n'
    import_batch(cli, "New,Old ID,Name\nE0,0,Zero\n1,,One\n", "--mapping", write("hr.toml", mapping))
    assert {"E0", "1"} <= {str(custom_id) for custom_id, _ in ids(database_url).values()}
    constant = mapping.replace("{Old ID?}", "0")
    refused = cli("import-people", "people.csv", "--batch", "--mapping", write("hr.toml", constant))
    assert (refused.exit_code, "previous_custom_id" in refused.stderr) == (2, True)


def test_an_id_is_given_to_somebody_else_after_its_owner_has_another(cli: Cli, database_url: str) -> None:
    """What was carried out is not done again to whoever has the old custom_id now."""
    import_batch(cli, STAFF)
    head = "custom_id,previous_custom_id,email\n"
    import_batch(cli, head + "E0,0,p0@example.com\n")
    reused = head + "E0,0,p0@example.com\n0,,new@example.com\n"
    assert import_batch(cli, reused)["people"] == {"created": 1, "updated": 0, "deleted": 0}
    assert changed_nothing(import_batch(cli, reused))
    assert {("E0", frozenset({"mailto:p0@example.com"})), ("0", frozenset({"mailto:new@example.com"}))} <= set(
        ids(database_url).values()
    )


def test_a_conflict_says_who_has_the_custom_id(cli: Cli) -> None:
    import_batch(cli, STAFF)
    import_batch(cli, "custom_id,previous_custom_id\n1,0\n", exit_code=3)
    rejects = Path("people.csv.rejects.csv").read_text(encoding="utf-8")
    assert "1 belongs to Person 1 already" in rejects


# -- who has left --------------------------------------------------------------------------------------------


def memberships(url: str, *, of_source: bool) -> set[tuple[int, str, str]]:
    found = look(url).people.items()
    return {
        (number, group, source)
        for number, person in found
        for group, source in person[4]
        if (source == "people") is of_source
    }


@pytest.mark.parametrize("leavers", ["keep", "ungroup", "release"])
def test_any_snapshot_takes_only_what_its_source_gave(cli: Cli, database_url: str, leavers: str) -> None:
    """Other sources' people and memberships stay; the same snapshot again changes nothing."""
    lines = STAFF.splitlines(keepends=True)
    import_batch(cli, STAFF)
    others = lines[0] + "0,,,all\n1,,,west\n" + "x,X,x@example.com,west\n"
    import_batch(cli, others, "--source", "crm")
    for kept in ([2, 1], [2, 5, 3], [], [1, 2, 3, 4, 5, 6]):
        before, of_others = look(database_url).people, memberships(database_url, of_source=False)
        given = {number for number, _, _ in memberships(database_url, of_source=True)}
        text = lines[0] + "".join(lines[n] for n in kept)
        named = {f"mailto:p{n - 1}@example.com" for n in kept}
        summary = import_batch(cli, text, "--snapshot", "--leavers", leavers)
        after = look(database_url).people
        assert after.keys() == before.keys()
        assert memberships(database_url, of_source=False) == of_others
        for number, (custom_id, name, image_url, personas, of_person) in after.items():
            in_crm = any(source == "crm" for _, source in of_person)
            left = not personas & named and number in given
            assert (name, image_url, personas) == before[number][1:4]
            if not left and not personas & named:
                assert after[number] == before[number]
            if left and leavers != "keep":
                assert all(source == "crm" for _, source in of_person)
            if left:
                assert (custom_id is None) is (leavers == "release" and not in_crm)
        succeed(cli("finish-batch-updates", "--check", "--json"))
        again = import_batch(cli, text, "--snapshot", "--leavers", leavers)
        assert changed_nothing(again)
        nobody = {"people": 0, "released": 0, "held": 0}
        assert again["leavers"] == (summary["leavers"] if leavers == "keep" else nobody)
        assert look(database_url).people == after


def test_lines_that_say_nothing_new_name_their_people(cli: Cli) -> None:
    import_batch(cli, STAFF)
    again = import_batch(cli, STAFF, "--snapshot", "--leavers", "release")
    assert (again["unchanged"], again["leavers"]["people"]) == (PEOPLE, 0)


def test_the_summary_says_who_has_left_and_why_nobody_has(cli: Cli) -> None:
    import_batch(cli, STAFF)
    command = ["import-people", "people.csv", "--batch", "--create-groups", "--snapshot", "--leavers", "release"]
    write("people.csv", "".join(STAFF.splitlines(keepends=True)[:4]) + ",Nobody,not an address,\n")
    held = cli(*command, "--dry-run")
    assert (held.exit_code, "leavers      nobody leaves" in held.stdout) == (3, True)
    write("people.csv", "".join(STAFF.splitlines(keepends=True)[:4]))
    told = cli(*command, "--dry-run")
    assert (told.exit_code, "leavers      3 people, 3 released" in told.stdout) == (0, True)


def test_what_left_is_kept_in_the_history(cli: Cli, database_url: str) -> None:
    import_batch(cli, STAFF)
    number = import_batch(cli, STAFF.partition("\n")[0] + "\n", "--snapshot", "--leavers", "release")["import"]
    with psycopg.connect(database_url) as connection:
        for view, count in (("person_changes", PEOPLE), ("membership_changes", 2 * PEOPLE), ("saying_changes", PEOPLE)):
            query = f"SELECT count((before).organisation_id) FROM {view} WHERE import_id = %s"
            assert connection.execute(query, [number]).fetchone() == (count,)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--snapshot"], "needs --batch"),
        (["--batch", "--leavers", "release"], "--snapshot"),
    ],
)
def test_what_a_snapshot_needs(cli: Cli, options: list[str], says: str) -> None:
    write("people.csv", STAFF)
    refused = cli("import-people", "people.csv", *options)
    assert (refused.exit_code, says in refused.stderr) == (2, True)


def test_a_rejects_file_is_no_snapshot(cli: Cli) -> None:
    write("people.csv", "custom_id,email\n1,not an address\n")
    assert cli("import-people", "people.csv", "--batch").exit_code == 3
    refused = cli("import-people", "people.csv.rejects.csv", "--batch", "--snapshot")
    assert (refused.exit_code, "rejects file" in refused.stderr) == (2, True)
