"""Feet: planted ones do not move, none goes through the floor, and the body gets where it must."""

from __future__ import annotations

import numpy as np
import pytest
from moves import polyline, segment

from filmagent.cast.body import embody
from filmagent.cast.steps import feet
from filmagent.documents import ActorTiming, SceneTiming
from filmagent.library import skin


@pytest.mark.parametrize("fps", [(24, 1), (24000, 1001), (50, 1)], ids=str)
def test_planted_feet_stand_still(way, measure, fps):
    body = measure(way, "ada", fps)
    role = embody(way, "ada", body.seconds, 1).role
    placed = feet(role.travel.work, body.seconds, role.skeleton)
    for side in "LR":
        both = placed.planted[side][1:] & placed.planted[side][:-1]
        heel, ball = (body.speed(body.track(f"{p}.{side}")) for p in ("heel", "ball"))
        # a planted foot pivots on its heel or on its ball; that point is at rest
        assert np.minimum(heel, ball)[both].max() < 0.03
        assert both.mean() > 0.4


def test_no_sole_goes_through_the_floor(way, measure):
    body = measure(way, "ada")
    for part in body.member.parts("preview"):
        if part.kind == "shoe":
            lowest = skin.deform(body.member, part, body.world[::3])[..., 2].min()
            assert lowest > -0.012


def test_a_walk_ends_where_and_how_it_should(way, measure):
    body = measure(way, "ada")
    hips = 0.5 * (body.track("hip.L") + body.track("hip.R"))
    at = body.at(5.6, 5.9)
    assert np.abs(hips[at][:, :2] - [3, 3]).max() < 0.06
    way_faced = body.track("hip.R")[at] - body.track("hip.L")[at]
    assert np.degrees(np.arctan2(way_faced[:, 1], way_faced[:, 0])).mean() == pytest.approx(
        -90, abs=8
    )


def test_knees_bend_forward(way, measure):
    body = measure(way, "ada")
    facing = np.cross([0, 0, 1.0], body.track("hip.R") - body.track("hip.L"))
    facing /= np.linalg.norm(facing, axis=1, keepdims=True)
    for side in "LR":
        hip, knee, ankle = (body.track(f"{p}.{side}") for p in ("hip", "knee", "ankle"))
        bulge = np.sum((knee - 0.5 * (hip + ankle)) * facing, axis=1)
        assert bulge.min() > -0.02


def test_the_body_never_pops(way, measure):
    body = measure(way, "ada")
    eyes = [i for i, n in enumerate(body.member.bones) if n.startswith("eye")]
    turning = np.delete(body.turning(), eyes, axis=1)
    assert np.percentile(turning, 99.9) < 14 and turning.max() < 22
    head = body.track("head_top")
    assert body.speed(head).max() < 2.4
    jolt = np.linalg.norm(np.diff(head, 2, axis=0), axis=1) * body.rate**2
    assert jolt.max() < 14


def test_steps_are_heard_where_feet_land(way, measure):
    body = measure(way, "ada")
    steps = body.arrays["steps"]
    walked = steps[(steps[:, 0] > 1) & (steps[:, 0] < 5.5)]
    assert 6 <= len(walked) <= 10
    for second, x, y, _ in walked:
        row = int(np.argmin(np.abs(body.seconds - second))) + 1
        near = min(np.hypot(*(body.track(f"ankle.{s}")[row, :2] - [x, y])) for s in "LR")
        assert near < 0.06


def test_who_is_offstage_is_not_seen():
    timing = SceneTiming(scene="1", set="nowhere", duration=4, actors=[ActorTiming(
        actor="ada", member="ines", segments=[
            segment("offstage", -1, 1, (9, 9, 0), 0),
            segment("walk", 1, 4, (0, 0, 0), 1.57, path=polyline([(0, 0), (-3, 0)])),
            segment("offstage", 4, 5, (-3, 0, 0), 1.57),
        ])])  # fmt: skip
    from filmagent import cast

    made = cast.perform(timing, "ada", (24, 1), 1)
    frame = int(made["first_frame"]) + np.arange(len(made["visible"]))
    assert (made["visible"] == ((frame >= 24) & (frame < 96))).all()


@pytest.mark.parametrize("metres", [0.25, 0.6, 1.1, 6.0])
@pytest.mark.parametrize("speed", [0.6, 1.3, 1.9])
def test_short_and_fast_walks_stay_on_their_feet(metres, speed, measure):
    end = 1 + metres / speed + 0.45
    timing = SceneTiming(scene="1", set="nowhere", duration=end + 1, actors=[ActorTiming(
        actor="ada", member="kofi", segments=[
            segment("stand", -1, 1, (0, 0, 0), 0),
            segment("walk", 1, end, (0, 0, 0), 0, path=polyline([(0, 0), (0, metres)])),
            segment("stand", end, end + 2, (0, metres, 0), 0),
        ])])  # fmt: skip
    body = measure(timing, "ada")
    role = embody(timing, "ada", body.seconds, 1).role
    placed = feet(role.travel.work, body.seconds, role.skeleton)
    for side in "LR":
        missed = np.linalg.norm(body.track(f"ankle.{side}") - placed.ankle[side], axis=1)
        assert missed[placed.planted[side]].max() < 0.01
    assert body.speed(body.track("head_top")).max() < 2.6
