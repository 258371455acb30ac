"""People in the background keep off the ways and the talk of a scene, and have something to do."""

from __future__ import annotations

import math

from filmagent.crew.house import HouseCrew
from filmagent.film.shelves import catalogue
from filmagent.library import sets
from filmagent.screenplay import parse
from filmagent.stage import schedule

STREET = """EXT. STREET CORNER - DAY

Ann walks along the pavement. Bob follows her.

BOB
Ann! Wait.

She stops and turns to him.

ANN
What is it now?

She points down the street.
"""


def _played():
    shelf = catalogue()
    crew = HouseCrew()
    made = crew.breakdown(parse(STREET), shelf)
    scene = made.scenes[0]
    blocking = crew.block(scene, made, shelf, 1)
    members = {c.id: c.member for c in made.characters}
    return blocking, schedule(scene, blocking, [], members, 1)


def test_extras_keep_off_everybodys_ways_and_talk():
    blocking, timing = _played()
    assert blocking.extras
    marks = sets.load(blocking.set).spec.marks
    busy = [
        point
        for actor in timing.actors
        if not actor.extra
        for s in actor.segments
        if s.kind != "offstage"
        for point in (s.position[:2], *s.path)
    ]
    for extra in blocking.extras:
        least = 1.5 if extra.posture == "stand" else 1.0
        assert min(math.dist(marks[extra.mark].position[:2], p) for p in busy) >= least


def test_extras_have_something_to_do_and_somebody_walks_by_outside():
    blocking, timing = _played()
    actors = {a.actor: a for a in timing.actors}
    assert all(extra.action != "idle" for extra in blocking.extras)
    walkers = [e for e in blocking.extras if e.action == "walk"]
    assert len(walkers) == 1
    assert any(s.kind == "walk" for s in actors[walkers[0].id].segments)
    for extra in blocking.extras:
        if extra.action != "walk":
            assert actors[extra.id].gestures


def test_down_the_street_is_to_its_far_end():
    blocking, _ = _played()
    assert next(c.target for c in blocking.cues if c.action == "point") == "street_end"
