"""The same timing gives the same bytes, and a change is felt only near it."""

from __future__ import annotations

import numpy as np

from filmagent import cast


def test_the_same_scene_is_performed_the_same(talk):
    one, two = (cast.perform(talk, "ada", (24, 1), 5) for _ in range(2))
    assert all(np.array_equal(one[key], two[key]) for key in one)
    other = cast.perform(talk, "ada", (24, 1), 6)
    assert not np.array_equal(one["rotations"], other["rotations"])


def test_nobody_else_changes_how_one_performs(talk):
    fewer = talk.model_copy(update={"actors": list(reversed(talk.actors))})
    one, two = (cast.perform(scene, "bob", (24, 1), 5) for scene in (talk, fewer))
    assert np.array_equal(one["rotations"], two["rotations"])


def test_another_last_line_leaves_the_rest_as_it_was(talk, spoken):
    changed = spoken("1.3", "ada", "Then we should both leave at once.", 9.0, "female", to="bob",
                     emotion="angry", energy=0.8)  # fmt: skip
    edited = talk.model_copy(update={"lines": [*talk.lines[:2], changed]})
    for actor in ("ada", "bob"):
        one, two = (cast.perform(scene, actor, (24, 1), 5) for scene in (talk, edited))
        before = int((9.0 - 1.2 + talk.handle) * 24)
        for key in ("rotations", "root", "face"):
            assert np.array_equal(one[key][:before], two[key][:before])


def test_a_longer_scene_begins_like_the_shorter_one(talk):
    longer = talk.model_copy(update={"duration": talk.duration + 4})
    one, two = (cast.perform(scene, "ada", (24, 1), 5) for scene in (talk, longer))
    rows = int((talk.duration - 1) * 24)
    assert np.array_equal(one["rotations"][:rows], two["rotations"][:rows])
