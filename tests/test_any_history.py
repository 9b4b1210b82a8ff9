"""Any history of one organisation, through the commands and through the model (`model.py`); a failure shrinks."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import psycopg
from conftest import Cli
from group_model import GROUPS as OF_GROUPS
from group_model import any_group_line, import_groups, render_groups
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from model import DELETE, Line, Options, World, total
from model_reports import Filter
from outcomes import (
    NO_GUARDS,
    changed_nothing,
    codes,
    counts_of,
    group_codes,
    import_batch,
    import_people,
    look,
    make_groups,
    rejects,
    succeed,
    write,
)
from reports import compare_records, compare_reports
from worlds import (
    CUSTOM_IDS,
    KNOWN_GROUPS,
    PERSONAS,
    VOIDER,
    Choose,
    any_line,
    any_options,
    any_statements,
    arguments,
    as_others_write,
    choices,
    may_change_more,
    render_csv,
    render_statements,
    some_of,
    str_to_uuid,
)

from identity.erased import Erased

SPANS = [
    (None, None),
    ("2024-02-29T23:59:59.999+00:00", "2024-05-31T00:00:00+00:00"),
    ("2024-05-01T00:00:00+00:00", "2024-06-01T00:00:00+00:00"),
    ("2024-05-06T07:08:09+00:00", "2024-05-06T07:08:10+00:00"),
    ("2023-12-31T23:59:59.999999+00:00", None),
    (None, "2024-06-01T01:30:00+00:00"),
    ("2024-02-01T00:00:00+00:00", "2024-06-01T01:30:00.000001+00:00"),
]
"""From and to: whole months, edges on one side and on both, a moment within one."""
KEPT = """
    SELECT k.key, e.hash
    FROM organisations AS o
    JOIN erasure_keys AS k ON k.organisation_id = o.id
    JOIN erased_ids AS e ON e.organisation_id = o.id
    WHERE o.name = %s
"""
NAMES = """
    SELECT p.ifi, p.agent_name FROM organisations AS o JOIN personas AS p ON p.organisation_id = o.id WHERE o.name = %s
"""
NEAR = ("a", "\uff21")
"""Ids that are nearly A."""


def edited(said: Line, custom_id: str | None) -> Iterator[str]:
    """The options of `edit-person` that say what a line says."""
    cells = {"--custom-id": custom_id, "--name": said.name, "--image-url": said.image_url}
    for option, value in cells.items():
        if value is not None:
            yield from (option, "<delete>" if value is DELETE else str(value))
    for _, ifi in said.personas:
        yield from ("--add-persona", ifi)
    for group in said.groups if isinstance(said.groups, tuple) else ():
        yield from ("--add-group", group)


def any_ids_said(choose: Choose) -> dict[str, Any]:
    """Options that say of ids whose they are."""
    return {"accept_near": choose([(), (), NEAR]), "new_person": choose([(), (), CUSTOM_IDS[:2]])}


def with_any_id(choose: Choose, line: Line) -> Line:
    return replace(line, custom_id=NEAR[1]) if line.custom_id == NEAR[0] and choose([True, False]) else line


class History(RuleBasedStateMachine):
    """One organisation, through the commands and through the model."""

    def __init__(self, cli: Cli, database_url: str, numbers: Iterator[int]) -> None:
        super().__init__()
        self.cli, self.database_url, self.numbers = cli, database_url, numbers

    @initialize()
    def begin(self) -> None:
        self.world = World()
        self.undoable: list[tuple[int, World, World]] = []
        """Imports that can be undone, the newest last: the worlds before and after each."""
        self.organisation = f"organisation {next(self.numbers)}"
        self.to = ["--organisation", self.organisation]
        succeed(self.cli("show-status", "--json", "--create-organisation", *self.to))
        make_groups(self.database_url, list(KNOWN_GROUPS.items()), self.organisation)
        for group, parents in KNOWN_GROUPS.items():
            self.world.add_group(group, parents)

    @rule(choose=choices())
    def statements(self, choose: Choose) -> None:
        drawn = [replace(s, id=str_to_uuid(f"{next(self.numbers)}")) for s in any_statements(choose)]
        if not drawn:
            return
        write("statements.jsonl", render_statements(drawn, VOIDER))
        succeed(self.cli("import-statements", "statements.jsonl", "--json", *self.to))
        for statement in drawn:
            self.world.statement(statement.actor, statement.kind, statement.name, statement.id, statement.as_json())
            if statement.voided:
                self.world.void(statement.id)
        self.compare()

    @rule(choose=choices(), again=st.booleans(), plans=st.booleans())
    def batch(self, choose: Choose, again: bool, plans: bool) -> None:
        options = any_options(choose, **any_ids_said(choose))
        lines = [with_any_id(choose, any_line(choose)) for _ in range(choose([1, 2, 3, 4, 5]))]
        expects = self.plan(lines, options) if plans else []
        before = self.world.copy()
        summary = import_batch(self.cli, lines, options, *self.to, *expects)
        outcome = self.world.import_batch(lines, options)
        assert counts_of(summary) == outcome.counts.as_json()
        assert rejects() == codes(lines, outcome.fates)
        self.compare()
        self.undoable.append((summary["import"], before, self.world.copy()))
        if again:
            before = self.world.copy()
            summary = import_batch(self.cli, lines, options, *self.to)
            may_change = may_change_more(lines, before, outcome)
            outcome = self.world.import_batch(lines, options)
            assert counts_of(summary) == outcome.counts.as_json()
            assert may_change or changed_nothing(summary)
            self.compare()
            self.undoable.append((summary["import"], before, self.world.copy()))

    def plan(self, lines: Sequence[Line], options: Options) -> list[str]:
        """A dry run, which changes nothing; the option that holds the import to it."""
        write("people.csv", as_others_write(render_csv(lines)))
        asked = ["people.csv", "--batch", *NO_GUARDS, *arguments(options), "--json", *self.to]
        told = succeed(self.cli("import-people", *asked, "--dry-run", "--plan", "plan.csv"), 0, 3)
        self.compare()
        return ["--expect", told["plan"]["hash"]]

    @rule(choose=choices(), again=st.booleans())
    def groups(self, choose: Choose, again: bool) -> None:
        """A file of groups, as it was planned; and again."""
        lines = [any_group_line(choose) for _ in range(choose([1, 2, 3, 4, 5]))]
        source = choose(["groups", "people", "by hand"])
        replaces, creates = choose([False, True]), choose([False, True])
        write("groups.csv", render_groups(lines))
        asked = ["groups.csv", "--batch", "--source", source, "--no-finish", "--json", *self.to]
        asked += ["--parents", "replace" if replaces else "add", "--min-lines", "0"]
        asked += ["--create-groups"] if creates else []
        planned = succeed(self.cli("import-groups", *asked, "--dry-run", "--plan", "plan.csv"), 0, 3)
        self.compare()
        before = self.world.copy()
        summary = succeed(self.cli("import-groups", *asked, "--expect", planned["plan"]["hash"]), 0, 3)
        outcome = import_groups(self.world, lines, source, replaces=replaces, creates=creates)
        assert {name: summary[name] for name in outcome.counts} == outcome.counts
        assert rejects("groups.csv") == group_codes(outcome.fates)
        self.compare()
        self.undoable.append((summary["import"], before, self.world.copy()))
        if again:
            same = succeed(self.cli("import-groups", *asked), 0, 3)
            assert not any(same[what][name] for what in ("groups", "parents", "pending") for name in same[what])
            assert same["rejected"] == summary["rejected"]
            self.compare()

    @rule(choose=choices())
    def rows(self, choose: Choose) -> None:
        alone: dict[str, Any] = {"contested": "reject", "personas": "add", "groups": "add", "snapshot": False}
        options = any_options(choose, **alone, **any_ids_said(choose))
        lines = [with_any_id(choose, any_line(choose)) for _ in range(choose([1, 2, 3]))]
        before = self.world.copy()
        summary = import_people(self.cli, lines, options, *self.to)
        outcomes = self.world.import_rows(lines, options)
        self.undoable.append((summary["import"], before, self.world.copy()))
        assert counts_of(summary) == total(outcomes).as_json()
        assert rejects() == codes(lines, [fate for o in outcomes for fate in o.fates])
        self.compare()

    @rule(choose=choices(), pinned=st.booleans())
    def pin(self, choose: Choose, pinned: bool) -> None:
        if not self.world.personas:
            return
        ifi, before = choose(sorted(self.world.personas)), self.world.copy()
        asked = [ifi, "--pin" if pinned else "--unpin", "--no-finish", "--json", *self.to]
        told = succeed(self.cli("move-persona", *asked))
        self.world.personas[ifi].pinned = pinned
        self.compare()
        self.undoable.append((told["import"], before, self.world.copy()))

    @rule(choose=choices())
    def edit(self, choose: Choose) -> None:
        """One person by hand: what can be, and a persona that somebody else keeps."""
        people = {min(one.personas): number for number, one in self.world.people.items() if one.personas}
        if not people:
            return
        called = choose(sorted(people))
        number, before = people[called], self.world.copy()
        person = self.world.people[number]
        free = [one for one in CUSTOM_IDS if self.world.holder_of_custom_id(one) in (None, number)]
        kept = {ifi for ifi, one in self.world.personas.items() if one.pinned and one.owner != number}
        former = {ifi for one in self.world.people.values() if one.former_custom_id for ifi in one.personas}
        added = tuple(one for one in some_of(choose, PERSONAS, choose([0, 1, 2])) if one[1] not in former - {called})
        without = {ifi for ifi in sorted(person.personas) if not self.world.personas[ifi].pinned and choose([0, 0, 1])}
        without -= {ifi for _, ifi in added}
        without -= {called} if without == person.personas and not {ifi for _, ifi in added} - kept else set()
        groups = choose([(), ("new",), ("sales",)])
        out_of = {one for one in sorted(person.member_of() - {*groups}) if choose([0, 1])}
        said = Line(
            custom_id=choose([None, None, *free]),
            personas=added,
            name=choose([None, "Zoë", DELETE]),
            image_url=choose([None, DELETE]),
            groups=groups or None,
        )
        loses = said.custom_id is None and person.custom_id is not None and choose([False, True])
        asked = [*edited(said, "<delete>" if loses else said.custom_id)]
        asked += [word for ifi in sorted(without) for word in ("--remove-persona", ifi)]
        asked += [word for group in sorted(out_of) for word in ("--remove-group", group)]
        if not asked:
            return
        ran = self.cli("edit-person", called, *asked, "--create-groups", "--no-finish", "--json", *self.to)
        erased = self.world.erased
        comes_back = erased and (
            any(erased.has_identifier(ifi) for _, ifi in added) or erased.has_custom_id(said.custom_id)
        )
        if comes_back or kept & {ifi for _, ifi in added}:
            succeed(ran, 4)
            self.compare()
            return
        told = succeed(ran)
        self.world.edit(number, said, without, out_of, loses=loses)
        self.compare()
        self.undoable.append((told["import"], before, self.world.copy()))

    @rule(choose=choices(), forgets=st.booleans())
    def erase(self, choose: Choose, forgets: bool) -> None:
        """Somebody is erased, as far as the model knows; who they were once is kept as hashes, too."""
        people = {min(one.personas): number for number, one in self.world.people.items() if one.personas}
        if not people:
            return
        called, others = choose(sorted(people)), self.world.copy()
        person = others.people.pop(people[called])
        told = succeed(self.cli("erase-person", called, "--yes", "--no-finish", "--json", *self.to))
        assert told["people"]["erased"] == 1
        self.world.erase(people[called])
        self.undoable.clear()
        self.look_at_the_erased()
        erased, world = self.world.erased, self.world
        assert erased
        assert erased.has_custom_id(person.custom_id) == (person.custom_id is not None)
        assert all(map(erased.has_identifier, person.personas))
        assert not any(erased.has_custom_id(one.custom_id) for one in world.people.values())
        assert not any(erased.has_identifier(ifi) for ifi, one in world.personas.items() if one.owner is not None)
        self.compare()
        if forgets:
            assert succeed(self.cli("erase-person", called, "--forget", "--json", *self.to))["forgotten"]
            self.look_at_the_erased()
            assert not (self.world.erased and self.world.erased.has_identifier(called))

    def look_at_the_erased(self) -> None:
        """What is kept of them; and what has lost its agent's name, for the model does not know whose it was once."""
        with psycopg.connect(self.database_url) as connection:
            kept = connection.execute(KEPT, [self.organisation]).fetchall()
            names = dict(connection.execute(NAMES, [self.organisation]).fetchall())
        self.world.erased = Erased(kept[0][0], [hash for _, hash in kept]) if kept else None
        for ifi, persona in self.world.personas.items():
            assert names[ifi] in (persona.agent_name, None)
            persona.agent_name = names[ifi]

    @rule(choose=choices())
    def edit_group(self, choose: Choose) -> None:
        """One group by hand, or a new one; refused where it would be its own ancestor."""
        there, group = self.world.groups, choose(OF_GROUPS)
        free = [one for one in OF_GROUPS if one not in there]
        new_id = choose([None, None, *free]) if group in there else None
        name, type_ = choose([None, "Sales", DELETE]), choose([None, "site", DELETE])
        others = sorted(set(there) - {group})
        below = some_of(choose, others, choose([0, 1, 2]) if len(others) > 1 else 0)
        not_below = [one for one in sorted(there[group].below() - {*below}) if choose([0, 1])] if group in there else []
        asked = [] if group in there else ["--new"]
        for option, value in (("--custom-id", new_id), ("--name", name), ("--type", type_)):
            asked += [] if value is None else [option, "<delete>" if value is DELETE else value]
        asked += [word for one in below for word in ("--add-parent", one)]
        asked += [word for one in not_below for word in ("--remove-parent", one)]
        if not asked:
            return
        before = self.world.copy()
        ran = self.cli("edit-group", group, *asked, "--no-finish", "--json", *self.to)
        self.world.edit_group(group, new_id, name, type_, below, not_below)
        known = new_id or group
        if known in self.world.with_ancestors(self.world.groups[known].below()):
            succeed(ran, 4)
            self.world = before
            self.compare()
            return
        told = succeed(ran)
        self.compare()
        self.undoable.append((told["import"], before, self.world.copy()))

    @rule(choose=choices())
    def delete_groups(self, choose: Choose) -> None:
        """One goes, as it was planned; a file may name it again."""
        if not self.world.groups:
            return
        groups, before = some_of(choose, sorted(self.world.groups), 1), self.world.copy()
        asked = [*groups, "--no-finish", "--json", *self.to]
        planned = succeed(self.cli("delete-group", *asked, "--dry-run"))
        self.compare()
        told = succeed(self.cli("delete-group", *asked))
        assert told["plan"]["hash"] == planned["plan"]["hash"]
        self.world.delete_groups(groups)
        self.compare()
        self.undoable.append((told["import"], before, self.world.copy()))

    @rule(again=st.booleans())
    def undo(self, again: bool) -> None:
        """The last import, and with `again` that as well: then it stands as before."""
        if not self.undoable:
            return
        number, before, after = self.undoable.pop()
        now = self.world.copy()
        told = succeed(self.cli("undo-import", str(number), "--no-finish", "--json", *self.to))
        self.world.undo(before, after)
        self.compare()
        if again:
            succeed(self.cli("undo-import", str(told["import"]), "--no-finish", "--json", *self.to))
            self.world = now
            self.compare()
            self.undoable.append((number, before, after))
        for suspended in succeed(self.cli("show-status", "--json", *self.to))["suspended"]:
            succeed(self.cli("resume-source", suspended["source"], "--json", *self.to))

    @rule()
    def prune(self) -> None:
        succeed(self.cli("prune-history", "--older-than", "0d", "--json", *self.to))
        self.undoable.clear()
        self.compare()

    @rule(choose=choices())
    def report(self, choose: Choose) -> None:
        """Every record, and the three reports of whatever may be asked for."""
        self.finish()
        known = {activity for told in self.world.told.values() if (activity := told["object"].get("id"))}
        custom_ids = {one.custom_id for one in self.world.people.values() if one.custom_id is not None}
        since, until = choose(SPANS)
        asked = Filter(
            choose([None, None, *sorted(self.world.groups)]),
            choose([None, None, *sorted(known)]),
            choose([None, None, *sorted(custom_ids)]),
            since and datetime.fromisoformat(since),
            until and datetime.fromisoformat(until),
        )
        compare_reports(self.cli, self.world, asked, *self.to)

    @rule()
    def finish(self) -> None:
        succeed(self.cli("finish-batch-updates", "--check", "--json", *self.to))
        compare_records(self.database_url, [self.world], self.organisation)

    def compare(self) -> None:
        found = look(self.database_url, self.organisation)
        assert found.state == self.world.state()
        assert found.groups == self.world.group_state()
        assert found.spells == self.world.spell_state()

    def teardown(self) -> None:
        if hasattr(self, "to"):
            self.finish()


def test_any_history(cli: Cli, database_url: str) -> None:
    """Statements, imports, pins, undos and prunings in any order: the commands' world is the model's after each."""
    numbers = itertools.count(1)
    run_state_machine_as_test(
        lambda: History(cli, database_url, numbers),
        settings=settings(
            max_examples=8,
            stateful_step_count=8,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
