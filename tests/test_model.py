"""Laws that the reference model must keep, whatever the world and the batch: a law that fails here is a fault
of the rules, or of how they were understood, before any SQL is looked at."""

from __future__ import annotations

from model import Line, Options, World
from hypothesis import given, settings
import worlds

@settings(max_examples=3000, deadline=None)
@given(worlds.stories())
def test_again(story):
    world = story.world()
    world.check()
    for b in story.batches:
        world.import_batch(b.lines, b.options)
        world.check()
        state = world.state()
        o = world.import_batch(b.lines, b.options)
        assert world.state() == state
        assert o.counts.changed_nothing(), o.counts
