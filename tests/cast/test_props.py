"""Props: taken where they lie, held in the hand, put where they shall lie."""

from __future__ import annotations

import math

import numpy as np
import pytest
from moves import segment

from filmagent import cast
from filmagent.documents import ActorTiming, Gesture, PropHold, PropTiming, SceneTiming

TABLE = (0.12, 0.48, 0.745)


def handled(model: str, action: str = "", member: str = "tomas") -> SceneTiming:
    gestures = [Gesture(id="g", action=action, start=2.3, end=5.0, target="it")] if action else []
    return SceneTiming(
        scene="1", set="nowhere", duration=8,
        actors=[ActorTiming(actor="ada", member=member, gestures=gestures, segments=[
            segment("sit", -1, 9, (0, 0, 0), 0, mark="chair", seat_height=0.46)])],
        props=[PropTiming(prop="it", model=model, position=TABLE, heading=0.7,
                          holds=[PropHold(start=1.5, end=6.0, actor="ada")],
                          rests=[(6.0, (0.2, 0.42, 0.745))])],
    )  # fmt: skip


@pytest.mark.parametrize("model", ["cup", "glass", "key", "letter", "phone", "book", "pen"])
def test_a_prop_is_taken_held_and_put_down_without_a_jump(model, measure):
    timing = handled(model)
    body = measure(timing, "ada")
    motion = cast.move_props(timing, {"ada": body.arrays}, (24, 1))["it"]
    place, seconds = motion["positions"], body.seconds
    assert place[seconds < 1.4] == pytest.approx(np.tile(TABLE, (np.sum(seconds < 1.4), 1)))
    assert place[seconds > 6.1] == pytest.approx(
        np.tile((0.2, 0.42, 0.745), (np.sum(seconds > 6.1), 1))
    )
    assert np.linalg.norm(np.diff(place, axis=0), axis=1).max() * 24 < 2.2
    apart = np.linalg.norm(place - body.hand("R"), axis=1)
    assert apart[(seconds > 1.5) & (seconds < 6)].max() < 0.25
    assert np.abs(np.linalg.norm(motion["quaternions"], axis=1) - 1).max() < 1e-6


def test_the_hand_is_at_the_prop_when_it_takes_it(measure):
    timing = handled("key")
    body = measure(timing, "ada")
    row = int(np.argmin(np.abs(body.seconds - 1.5)))
    assert np.linalg.norm(body.hand("R")[row] - TABLE) < 0.06


def test_a_cup_is_carried_upright_and_drunk_at_the_mouth(measure):
    timing = handled("cup", "drink")
    body = measure(timing, "ada")
    motion = cast.move_props(timing, {"ada": body.arrays}, (24, 1))["it"]
    _, x, y, _ = motion["quaternions"].T
    up = 1 - 2 * (x * x + y * y)
    carried = (body.seconds > 2.0) & (body.seconds < 2.5)
    assert up[carried].min() > 0.85
    sip = int(np.argmin(np.abs(body.seconds - 3.6)))
    mouth = body.track("mouth")[sip]
    assert np.linalg.norm(motion["positions"][sip] - mouth) < 0.14
    assert up[sip] < 0.9


def test_a_phone_is_at_the_ear(measure):
    timing = handled("phone", "phone")
    body = measure(timing, "ada")
    row = int(np.argmin(np.abs(body.seconds - 3.7)))
    assert np.linalg.norm(body.hand("R")[row] - body.track("ear.R")[row]) < 0.11


def test_a_prop_goes_from_hand_to_hand(measure):
    timing = SceneTiming(
        scene="1", set="nowhere", duration=6,
        actors=[
            ActorTiming(actor="ada", member="ines",
                        segments=[segment("stand", -1, 7, (0, 0, 0), 0)]),
            ActorTiming(actor="bob", member="kofi",
                        segments=[segment("stand", -1, 7, (0, 1.0, 0), math.pi)]),
        ],
        props=[PropTiming(prop="it", model="letter", position=(0, 0, 1), holds=[
            PropHold(start=-1, end=3, actor="ada"), PropHold(start=3, end=7, actor="bob")])],
    )  # fmt: skip
    ada, bob = measure(timing, "ada"), measure(timing, "bob")
    row = int(np.argmin(np.abs(ada.seconds - 3)))
    assert np.linalg.norm(ada.hand("R")[row] - bob.hand("R")[row]) < 0.12
    made = cast.move_props(timing, {"ada": ada.arrays, "bob": bob.arrays}, (24, 1))["it"]
    assert np.linalg.norm(np.diff(made["positions"], axis=0), axis=1).max() * 24 < 2.5


def test_a_model_the_shelf_lacks_still_follows_the_hand(measure):
    timing = handled("astrolabe")
    body = measure(timing, "ada")
    made = cast.move_props(timing, {"ada": body.arrays}, (24, 1))["it"]
    assert np.isfinite(made["positions"]).all()
