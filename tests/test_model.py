"""Laws that the reference model must keep, whatever the world and the batch.

A law that fails here is a fault of the rules, or of how they were understood, before any SQL is looked at.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Hashable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from laws import examples
from model import Delete, Line, Options, Person, PersonState, Takeover, World, connected, near
from worlds import (
    CUSTOM_IDS,
    INVALID_EMAIL,
    MOMENTS,
    NO_ACCOUNT,
    NO_ID,
    PERSONAS,
    Batch,
    Choose,
    Story,
    any_options,
    choices,
    each_by_itself,
    many_stories,
    may_change_more,
    render_csv,
    set_up,
    stories,
    together,
    world_of,
)

ADA, BOB = PERSONAS[0], PERSONAS[1]
law = settings(max_examples=examples(90), deadline=None)


def run(story: Story) -> World:
    world = story.world()
    for batch in story.batches:
        world.import_batch(batch.lines, batch.options)
    return world


def keys(line: Line) -> set[Hashable]:
    return {*line.personas, line.custom_id} - {None}


def named(line: Line) -> set[Hashable]:
    """What makes lines have to do with each other: ids that are nearly the same do, and what was had for a time."""
    custom_ids: set[Hashable] = {near(one) for one in (line.custom_id, line.previous_custom_id) if one is not None}
    return custom_ids | {*line.personas} | {(had.kind, had.ifi) for had in line.had}


def touched(world: World, line: Line) -> set[int]:
    """The people whom a line names, by custom_id, present or former, or persona, or who have had what it says."""
    found = {world.holder_of_persona(ifi) for _, ifi in line.personas}
    had = {one.ifi for one in line.had} & set(world.personas)
    found |= {spell.person for ifi in had for spell in world.personas[ifi].spells()}
    for custom_id in (line.custom_id, line.previous_custom_id):
        found |= {world.holder_of_custom_id(custom_id), *world.former_holders(custom_id)}
    return found - {None}  # type: ignore[return-value]


# -- any history ---------------------------------------------------------------------------------------------


@law
@given(stories(rounds=(None, None, None)))
def test_the_world_stays_whole(story: Story) -> None:
    world = story.world()
    world.check()
    for batch in story.batches:
        before = world.copy()
        outcome = world.import_batch(batch.lines, batch.options)
        world.check()
        assert outcome.counts.rows == len(batch.lines) == len(outcome.fates)
        people = outcome.counts.people_created - outcome.counts.people_deleted
        assert len(world.people) - len(before.people) == people
        stated = {ifi for ifi, persona in before.personas.items() if persona.statements}
        assert stated <= set(world.personas), "a persona of statements is gone"
        others = [(i, m) for i, p in before.people.items() for m in p.memberships if i in world.people]
        assert all(m in world.people[i].memberships for i, m in others if m[1] != batch.options.source), (
            "a membership that another source gave is gone"
        )


@law
@given(stories(rounds=(None, None)))
def test_importing_again_changes_nothing(story: Story) -> None:
    world = story.world()
    for batch in story.batches:
        first = world.import_batch(batch.lines, batch.options)
        state, spells, ids = world.state(), world.spell_state(), set(world.people)
        may_change = may_change_more(batch.lines, world, first)
        again = world.import_batch(batch.lines, batch.options)
        if may_change:
            continue
        assert (world.state(), world.spell_state()) == (state, spells)
        assert set(world.people) == ids
        assert again.counts.changed_nothing(), again.counts
        assert again.left == first.left or again.fates != first.fates or first.counts.people_deleted
        assert not again.pending_people
        assert not again.pending_groups


@law
@given(stories(rounds=(None, None)))
def test_an_export_makes_the_same_people(story: Story) -> None:
    world = run(story)
    lines = [
        Line(
            person.custom_id,
            tuple((world.personas[ifi].kind, ifi) for ifi in sorted(person.personas)),
            person.name,
            person.image_url,
            tuple(sorted(person.member_of())) or None,
        )
        for person in world.people.values()
        if can_be_said(person.custom_id, person.personas)
    ]
    copy = World()
    outcome = copy.import_batch(lines, Options(create_groups=True))
    assert outcome.counts.people_created == len(lines)
    said = {who for who in world.state() if can_be_said(who[0], who[3])}
    assert without_sources(copy.state()) == without_sources(said)


def can_be_said(custom_id: str | None, ifis: Collection[str]) -> bool:
    """Whether a line can say who somebody is: who has only had identifiers waits, and words for nothing are no ids."""
    real = {custom_id, *ifis} - {None, NO_ID, NO_ACCOUNT[1]}
    return bool(ifis and real)


def without_sources(people: set[PersonState]) -> set[tuple[object, ...]]:
    return {(*who, frozenset(group for group, _ in memberships)) for *who, memberships in people}


@law
@given(stories(rounds=(None, None)))
def test_nobody_becomes_somebody_else(story: Story) -> None:
    """Whatever the lines and the options: a custom_id goes from one person to another, and what somebody did with it,
    only as an accepted line says.
    """
    world = story.world()
    for batch in story.batches:
        before = world.copy()
        fates = world.import_batch(batch.lines, batch.options).fates
        lines = [line for line, fate in zip(batch.lines, fates, strict=True) if fate.kind == "accepted"]
        renames = {(line.previous_custom_id, line.custom_id) for line in lines}
        for number, was in before.people.items():
            now = world.people.get(number)
            if now is None or now.custom_id in (None, was.known_as) or (was.known_as, now.custom_id) in renames:
                assert now is not None or not was.personas & {ifi for ifi, _ in world.spells_of(number)}
                continue
            assert was.known_as is None, f"{was.known_as} is {now.custom_id}"
            assert any(line.custom_id == now.custom_id and was.personas & ifis_of(line) for line in lines)
        together = connected(range(len(lines)), lambda n, lines=lines: keys(lines[n]))  # type: ignore[misc]
        for ifi, persona in before.personas.items():
            for statement in persona.statements:
                giver, taker = (one.spell_at(ifi, world.at(statement))[1] for one in (before, world))
                if giver == taker or world.people[taker].known_as is None:
                    continue
                theirs = {ifi for ifi, _ in before.spells_of(taker)}
                assert any(
                    ifi in ifis_of(lines[n]) and any(speaks_of(world.people[taker], theirs, lines[m]) for m in numbers)
                    for numbers in together
                    for n in numbers
                ), f"{ifi} of {before.people[giver]} is {world.people[taker]}'s"


def ifis_of(line: Line) -> set[str]:
    return {ifi for _, ifi in line.personas} | {had.ifi for had in line.had}


def speaks_of(person: Person, theirs: Collection[str], line: Line) -> bool:
    """Whether a line is one of a person's, who had these identifiers before."""
    known = {person.known_as, line.former_custom_id}
    return line.custom_id in known if line.custom_id else bool(ifis_of(line) & {*theirs}) or person.known_as in known


# -- whole or not at all -------------------------------------------------------------------------------------


@law
@given(stories(), choices())
def test_a_person_is_imported_whole_or_not_at_all(story: Story, choose: Choose) -> None:
    lines = story.batches[0].lines
    options = any_options(choose, contested="reject")
    fates = story.world().import_batch(lines, options).fates
    for component in connected(range(len(lines)), lambda n: keys(lines[n])):
        assert len({fates[n].kind for n in component}) == 1
        assert not any(lines[n].bad for n in component) or fates[component[0]].kind == "rejected"


@law
@given(stories())
def test_rejects_never_take_away(story: Story) -> None:
    batch = story.batches[0]
    before, world = story.world(), story.world()
    fates = world.import_batch(batch.lines, batch.options).fates
    by_fate = list(zip(batch.lines, fates, strict=True))
    claimable = {ifi for line, fate in by_fate if fate.kind == "accepted" for _, ifi in line.personas}
    for line, fate in by_fate:
        if fate.kind != "rejected":
            continue
        if batch.options.snapshot and fate.code == "takeover_left_nothing":
            continue  # a newcomer's line: it does not say that who has the persona is still there
        for _, ifi in line.personas:
            if ifi not in before.personas or ifi in claimable:
                continue
            holder = before.personas[ifi].owner
            assert world.personas[ifi].owner == holder
            assert before.people[holder].personas - claimable <= world.people[holder].personas
            if fate.code != "takeover_left_nothing":  # of a snapshot that holds nobody
                assert before.people[holder].memberships <= world.people[holder].memberships
        named = before.holder_of_custom_id(line.custom_id)
        if named is not None and world.people[named].custom_id == line.custom_id:  # not if they have another one by now
            assert before.people[named].personas <= world.people[named].personas
            assert before.people[named].memberships <= world.people[named].memberships


@law
@given(stories())
def test_rejected_and_waiting_lines_do_nothing_by_themselves(story: Story) -> None:
    """Without the lines that were not accepted, nothing less happens: they only ever hold something back."""
    batch = story.batches[0]
    options = replace(
        batch.options, takeovers="apply", personas="add", groups="add", snapshot=False, contested="reject"
    )
    with_all, without = story.world(), story.world()
    fates = with_all.import_batch(batch.lines, options).fates
    assume(not any(isinstance(line.groups, Delete) for line in batch.lines))
    accepted = [line for line, fate in zip(batch.lines, fates, strict=True) if fate.kind == "accepted"]
    held_back = {
        ifi
        for line, fate in zip(batch.lines, fates, strict=True)
        if fate.kind == "rejected"
        for person_id in touched(story.world(), line)
        for ifi in story.world().people[person_id].personas
    }
    assume(not held_back & {ifi for line in accepted for _, ifi in line.personas})
    without.import_batch(accepted, options)
    assert with_all.state() == without.state()


# -- takeovers -----------------------------------------------------------------------------------------------


@law
@given(stories())
def test_takeovers_are_what_the_option_says(story: Story) -> None:
    batch = story.batches[0]
    named = {name for line in batch.lines for name in (line.custom_id, line.previous_custom_id)}
    outcome = story.world().import_batch(batch.lines, batch.options)
    assert len(outcome.takeovers) == outcome.counts.personas_taken
    for takeover in outcome.takeovers:
        assert batch.options.takeovers != "leave"
        assert batch.options.takeovers == "apply" or takeover.formerly or takeover.from_custom_id in named
        assert takeover.formerly or takeover.from_custom_id != takeover.to_custom_id


@law
@given(st.permutations(range(len(PERSONAS))), st.permutations(CUSTOM_IDS), choices())
def test_swaps_chains_and_cycles_survive(order: list[int], owners: list[str], choose: Choose) -> None:
    """Everybody named, personas handed round in any way that leaves nobody without: so it is afterwards."""
    world = World()
    for n, custom_id in enumerate(CUSTOM_IDS):
        world.add_person(custom_id, custom_id, personas=[PERSONAS[n]])
    for n in range(len(CUSTOM_IDS), len(PERSONAS)):
        world.add_person(None, "nobody", personas=[PERSONAS[n]])
    ids = {p.custom_id: person_id for person_id, p in world.people.items() if p.custom_id}
    lines = [Line(owner, (PERSONAS[n],)) for owner, n in zip(owners, order, strict=False)]
    options = any_options(choose, personas="add")
    assume(options.takeovers != "leave")
    world.import_batch(lines, options)
    world.check()
    for line in lines:
        assert line.custom_id is not None
        person = world.people[ids[line.custom_id]]
        assert line.personas[0][1] in person.personas
        assert person.name == line.custom_id
        taken = {other.personas[0][1] for other in lines}
        assert person.personas - {line.personas[0][1]} <= {ifi for _, ifi in PERSONAS} - taken


# -- order ---------------------------------------------------------------------------------------------------


@law
@given(stories(), st.randoms(use_true_random=False))
def test_who_is_rejected_does_not_depend_on_the_order(story: Story, shuffler: random.Random) -> None:
    batch = story.batches[0]
    assume(batch.options.contested != "last-line")
    order = list(range(len(batch.lines)))
    shuffler.shuffle(order)
    fates = story.world().import_batch(batch.lines, batch.options).fates
    shuffled = story.world().import_batch([batch.lines[n] for n in order], batch.options).fates
    assert [fates[n] for n in order] == shuffled


@law
@given(stories(nameless=0, name=None, image_url=None), st.randoms(use_true_random=False))
def test_the_people_do_not_depend_on_the_order(story: Story, shuffler: random.Random) -> None:
    """Where no value and no adoption is told by position: no names, and everybody known has a custom_id."""
    batch = story.batches[0]
    assume(batch.options.contested != "last-line")
    some, same = replace(story, statements=()).world(), replace(story, statements=()).world()
    lines = list(batch.lines)
    one = some.import_batch(lines, batch.options)
    shuffler.shuffle(lines)
    other = same.import_batch(lines, batch.options)
    assert some.state() == same.state()
    assert one.counts == other.counts
    assert one.pending_groups == other.pending_groups
    assert one.takeovers == other.takeovers


@law
@given(stories())
def test_line_by_line_is_the_batch_where_lines_have_nothing_to_do_with_each_other(story: Story) -> None:
    batch = story.batches[0]
    options = replace(batch.options, personas="add", groups="add", snapshot=False)
    batched, by_line = story.world(), story.world()
    lines: list[Line] = []
    for line in batch.lines:
        strangers = (
            named(line).isdisjoint(named(o)) and touched(batched, line).isdisjoint(touched(batched, o))
            for o in lines
        )
        if all(strangers):
            lines.append(line)
    outcome = batched.import_batch(lines, options)
    outcomes = by_line.import_rows(lines, options)
    assert batched.state() == by_line.state()
    assert outcome.fates == [fate for one in outcomes for fate in one.fates]
    assert outcome.takeovers == {takeover for one in outcomes for takeover in one.takeovers}


# -- since when ----------------------------------------------------------------------------------------------


def counted(world: World) -> set[tuple[str, str | None, str | None]]:
    """Each statement, with whom it counts for: by custom_id, or who has none by name."""
    found = set()
    for ifi, persona in world.personas.items():
        for statement in persona.statements:
            person = world.people[world.spell_at(ifi, world.at(statement))[1]]
            found.add((statement, person.custom_id, person.name))
    return found


def said(lines: Sequence[Line], **values: Any) -> list[Line]:
    return [replace(line, name=None, image_url=None, groups=None, **values) for line in lines]


@law
@given(stories(rounds=(None,), previous_custom_id=None), choices())
def test_a_split_moves_nothing_of_the_past(story: Story, choose: Choose) -> None:
    """Whose a statement was before the import, it is after it, whatever is taken over."""
    lines = [line for line in said(story.batches[0].lines, since=None, sinces=()) if line.custom_id]
    options = any_options(choose, takeovers="split", snapshot=False)
    assert options.as_of is not None
    world = story.world()
    before = {(statement, who) for statement, who, _ in counted(world) if who is not None}
    world.import_batch(lines, options)
    at = {statement: world.at(statement) for statement in world.statement_ids}
    after = {(statement, who) for statement, who, _ in counted(world)}
    assert {one for one in before if at[one[0]] < options.as_of} <= after


@law
@given(stories(rounds=(None,)), choices())
def test_where_nothing_is_taken_over_a_split_is_a_plain_import(story: Story, choose: Choose) -> None:
    lines = said(story.batches[0].lines, since=None, sinces=())
    options = any_options(choose, takeovers="split", personas="add")
    split, plain = story.world(), story.world()
    outcome = split.import_batch(lines, options)
    assume(not outcome.counts.personas_split)
    assert outcome.counts == plain.import_batch(lines, replace(options, takeovers="apply")).counts
    assert (split.state(), split.spell_state()) == (plain.state(), plain.spell_state())


@law
@given(stories(rounds=(None, None), name=None), choices())
def test_it_does_not_matter_when_a_statement_arrives(story: Story, choose: Choose) -> None:
    """Of people who are known: before the imports, between them, or after, it counts for the same."""
    people = tuple(person for person in story.people if person.custom_id)
    batches = [
        Batch(tuple(line for line in batch.lines if line.custom_id), any_options(choose, snapshot=False))
        for batch in story.batches
    ]
    held = {ifi for person in people for _, ifi in person.personas}
    told = [statement for statement in story.statements if statement.actor in held]
    worlds = []
    for place in range(3):
        world = world_of(people, told if place == 0 else (), dict(story.groups))
        for n, batch in enumerate(batches, start=1):
            world.import_batch(batch.lines, batch.options)
            if n == place:
                for one in told:
                    world.statement(one.actor, one.kind, one.name, one.id, one.as_json())
        worlds.append(world)
    found = [{(statement, who) for statement, who, _ in counted(world)} for world in worlds]
    assert found[0] == found[1] == found[2]


@law
@given(stories(rounds=(None,)))
def test_an_undo_is_as_if_the_import_had_never_been(story: Story) -> None:
    """Whatever statements have come since; but for the names of those whom they have made."""
    batch, early, late = story.batches[0], story.statements[::2], story.statements[1::2]
    undone, never = (world_of(story.people, early, dict(story.groups)) for _ in range(2))
    before = undone.copy()
    undone.import_batch(batch.lines, batch.options)
    after = undone.copy()
    for world in (undone, never):
        for one in late:
            world.statement(one.actor, one.kind, one.name, one.id, one.as_json())
        if world is undone:
            world.undo(before, after)
        world.check()
    known = [
        {(p.custom_id, p.former_custom_id, frozenset(p.personas), frozenset(p.memberships)) for p in w.people.values()}
        for w in (undone, never)
    ]
    assert known[0] == known[1]
    whose = [{(one, who) for one, who, _ in counted(world)} for world in (undone, never)]
    assert whose[0] == whose[1]
    spells = [{spell[:4] for spell in world.spell_state()} for world in (undone, never)]
    assert spells[0] == spells[1]


# -- what the other tests stand on ---------------------------------------------------------------------------


@law
@given(stories())
def test_set_up_makes_the_people_who_are_there(story: Story) -> None:
    world = world_of((), story.statements, dict(story.groups))
    for batch in set_up(story.people):
        world.import_batch(batch.lines, batch.options)
    assert world.state() == story.world().state()


@pytest.mark.parametrize("seed", range(4))
def test_stories_that_go_together_do_not_disturb_each_other(seed: int) -> None:
    choose = random.Random(seed).choice
    several = many_stories(seed, 12, [any_options(choose), any_options(choose)])
    one = together(several)
    world = one.world()
    for batch, expected in zip(one.batches, each_by_itself(several), strict=True):
        outcome = world.import_batch(batch.lines, batch.options)
        assert world.state() == expected.people
        assert outcome.counts == expected.counts
        assert outcome.fates == [fate for each in expected.outcomes for fate in each.fates]


def test_random_stories_meet_everything() -> None:
    """The pools are small enough: every fate and every count comes up in a few hundred stories."""
    choose = random.Random(1).choice
    counted: dict[str, int] = {}
    for story in (s for n in range(60) for s in many_stories(n, 10, [any_options(choose)])):
        batch = story.batches[0]
        outcome = story.world().import_batch(batch.lines, batch.options)
        met = [name for name, count in vars(outcome.counts).items() if count]
        for what in [*met, *(fate.code or fate.kind for fate in outcome.fates)]:
            counted[what] = counted.get(what, 0) + 1
    codes = {"bad", "unknown_group", "linked_to_bad_line", "contested", "ambiguous", "takeover_left_nothing"}
    codes |= {"pin_left_nothing", "spell_left_nothing", "rename_conflict", "nobodys_id", "near_custom_id", "former_id"}
    figures = set(vars(outcome.counts)) - {"groups_updated"}  # canonical columns say nothing of a group but its id
    assert set(counted) == codes | {"accepted", "waiting"} | figures


def test_a_rendered_line() -> None:
    since, later = sorted(MOMENTS)[:2]
    lines = [
        Line("A", (PERSONAS[2], ADA), "<delete>", groups=("sales", "north"), since=since, sinces=(None, later)),
        Line(None, (BOB,), bad=True),
    ]
    assert render_csv(lines) == (
        "custom_id,name,image_url,since,"
        "email,mbox_sha1sum,openid,account_home_page,account_name,identifier_since,"
        "email_2,mbox_sha1sum_2,openid_2,account_home_page_2,account_name_2,identifier_since_2,groups,email_3\n"
        "A,\\<delete>,,2024-03-01T00:00:00+00:00,"
        ",,,https://lms.example.org,u1,,ada@example.com,,,,,2024-05-06T08:00:00+00:00,sales|north,\n"
        f",,,,bob@example.com,,,,,,,,,,,,,{INVALID_EMAIL}\n"
    )


# -- single facts that no case can show ----------------------------------------------------------------------


def family() -> World:
    """Groups with ancestors; Ada is in *north*, below *sales*, below *all*."""
    world = World()
    for group, parents in {"all": [], "sales": ["all"], "north": ["sales"], "west": ["all"]}.items():
        world.add_group(group, parents)
    world.add_person("A", personas=[ADA], memberships=[("north", "people")])
    world.add_person("B", personas=[BOB], memberships=[("west", "people")])
    return world


def test_pending_groups_are_marked_with_all_their_ancestors() -> None:
    outcome = family().import_batch([Line("A", (ADA,), groups=("west",))])
    assert outcome.pending_groups == {"west", "all"}
    assert outcome.pending_people == set()


def test_a_move_marks_the_groups_of_both_people() -> None:
    world = family()
    world.statement(ADA[1], ADA[0], "Ada", "s1")
    outcome = world.import_batch([Line("B", (ADA,))])
    assert outcome.takeovers == {Takeover(ADA[1], "A", "B")}
    assert outcome.pending_groups == {"north", "sales", "west", "all"}
    assert outcome.pending_people_before == {frozenset({ADA[1]}), frozenset({BOB[1]})}
    assert outcome.pending_people_after == {frozenset(), frozenset({ADA[1], BOB[1]})}


def test_a_statement_may_be_voided_before_it_arrives() -> None:
    world = family()
    world.void("s1")
    world.statement(ADA[1], ADA[0], "Ada", "s1")
    assert not world.has_interactions(ADA[1])


def test_a_known_statement_is_skipped() -> None:
    world = family()
    world.statement(ADA[1], ADA[0], "Ada", "s1")
    world.statement("mailto:else@example.com", "mbox", "Else", "s1")
    assert set(world.personas) == {ADA[1], BOB[1]}


def test_what_may_not_be_is_found() -> None:
    for spoil in (
        lambda w: w.people[1].personas.clear(),
        lambda w: w.people[2].personas.add(ADA[1]),
        lambda w: setattr(w.people[2], "custom_id", "A"),
        lambda w: w.people[1].memberships.add(("nowhere", "people")),
        lambda w: w.groups["all"].parents.add(("north", "hr")),
        lambda w: w.personas.pop(ADA[1]),
        lambda w: w.statement_ids.add("s9"),
    ):
        world = family()
        world.check()
        spoil(world)
        with pytest.raises(AssertionError):
            world.check()
