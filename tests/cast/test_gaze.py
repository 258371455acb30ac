"""Eyes: they jump, rest, meet, and heads come after them."""

from __future__ import annotations

import numpy as np
import pytest
from moves import segment

from filmagent.cast import saccades
from filmagent.documents import ActorTiming, Gaze, SceneTiming

T = np.arange(0, 2400) / 240


@pytest.mark.parametrize("degrees, fastest", [(2.0, 150), (10.0, 440), (30.0, 645)])
def test_saccades_are_on_the_main_sequence(degrees, fastest):
    took = float(saccades.duration(degrees))
    assert took == pytest.approx(0.021 + 0.0022 * degrees)
    assert 1.875 * degrees / took == pytest.approx(fastest, rel=0.03)


def test_eyes_rest_most_of_the_time_and_jump_between():
    moved = np.linalg.norm(np.diff(saccades.fixations(T, np.full(len(T), 1.2), 4), axis=0), axis=1)
    speed = np.degrees(moved) * 240
    assert (speed < 1.0).mean() > 0.85, "fixations"
    jumps = np.diff((speed > 8).astype(int)) == 1
    assert 1.0 < jumps.sum() / 10 < 4.5, "a few jumps a second"


def test_a_near_face_is_scanned_and_never_left():
    near = saccades.fixations(T, np.full(len(T), 1.0), 4)
    far = saccades.fixations(T, np.full(len(T), 5.0), 4)
    assert near.std(axis=0).sum() > far.std(axis=0).sum()
    # metres on the face: between the eyes and down to the mouth
    assert np.abs(near[:, 0]).max() < 0.04 and near[:, 1].min() > -0.07 and near[:, 1].max() < 0.03


def turning(degrees: float) -> SceneTiming:
    """Somebody looks ahead, then at a point so far to the left."""
    angle = np.radians(degrees)
    there = (float(-3 * np.sin(angle)), float(3 * np.cos(angle)), 1.6)
    return SceneTiming(scene="1", set="nowhere", duration=5, actors=[ActorTiming(
        actor="ada", member="tomas", segments=[segment("stand", -1, 6, (0, 0, 0), 0)],
        gazes=[Gaze(start=-1, end=2, target="", position=(0, 3, 1.6)),
               Gaze(start=2, end=6, target="", position=there)],
    )])  # fmt: skip


def yaw(body, bone: str) -> np.ndarray:
    k = body.member.bone(bone)
    turn = body.world[:, k, :3, :3] @ body.member.rest[k][:3, :3].T
    ahead = turn @ np.array([0.0, 1.0, 0.0])
    return np.degrees(np.arctan2(-ahead[:, 0], ahead[:, 1]))


def test_eyes_lead_and_the_head_follows(measure):
    body = measure(turning(40), "ada", fps=(120, 1))
    t, eyes, head = body.seconds, yaw(body, "eye.L"), yaw(body, "head")
    halfway = [t[np.argmax(x > 0.5 * np.median(x[t > 4]))] for x in (eyes, head)]
    assert 1.95 < halfway[0] < 2.12, "the eyes are there within a tenth of a second"
    assert 0.1 < halfway[1] - halfway[0] < 0.5
    assert np.median(eyes[(t > 2.2) & (t < 4.5)]) == pytest.approx(40, abs=3)


def test_small_looks_are_the_eyes_alone_and_large_ones_mostly_the_heads(measure):
    shares = []
    for degrees in (6, 50):
        body = measure(turning(degrees), "ada")
        late, early = body.at(3.5, 5.5), body.at(0.5, 1.8)
        turned = np.median(yaw(body, "head")[late]) - np.median(yaw(body, "head")[early])
        shares.append(turned / degrees)
    assert shares[0] < 0.5 and shares[1] > 0.65


@pytest.mark.parametrize("degrees", [0, 35, 80])
def test_nobody_stares_past_what_they_look_at(degrees, measure):
    body = measure(turning(degrees), "ada")
    rows = body.at(2.9, 5.8)
    angle = np.radians(degrees)
    there = np.array([-3 * np.sin(angle), 3 * np.cos(angle), 1.6])
    for side in "LR":
        k = body.member.bone(f"eye.{side}")
        turn = body.world[rows, k, :3, :3] @ body.member.rest[k][:3, :3].T
        ray, eye = turn @ np.array([0.0, 1.0, 0.0]), body.track(f"eye.{side}")[rows]
        way = there - eye
        miss = np.linalg.norm(way - np.sum(way * ray, axis=1, keepdims=True) * ray, axis=1)
        assert np.percentile(miss, 95) < 0.14
