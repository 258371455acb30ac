"""Eyes, hands and faces: people look at each other, act what is written, and live in between."""

from __future__ import annotations

import tomllib
from functools import cache

import numpy as np
import pytest
from moves import segment

from filmagent import cast
from filmagent.cast import gestures, speaking
from filmagent.documents import ActorTiming, Gesture, Mood, SceneTiming
from filmagent.library import shelf
from filmagent.library.bake import ARKIT

ACTIONS = tomllib.loads((shelf.data("assets") / "actions.toml").read_text("utf-8"))["action"]
GESTURES = [a["name"] for a in ACTIONS if a["kind"] == "gesture"]
PLAYED = [(a["name"], p) for a in ACTIONS if a["kind"] == "gesture" for p in a["postures"]]


def eye_direction(body, side: str) -> np.ndarray:
    bone = body.member.bone(f"eye.{side}")
    turn = body.world[:, bone, :3, :3] @ body.member.rest[bone][:3, :3].T
    return turn @ np.array([0.0, 1.0, 0.0])


def acting(action: str, posture: str = "stand", member: str = "tomas", **more) -> SceneTiming:
    seat = {"seat_height": 0.46, "mark": "chair"} if posture == "sit" else {}
    return SceneTiming(scene="1", set="nowhere", duration=5, actors=[ActorTiming(
        actor="ada", member=member,
        segments=[segment(posture, -1, 6, (0, 0, 0), 0, **seat)],
        gestures=[Gesture(id=f"1/{action}", action=action, start=1, end=3.2, **more)],
    )])  # fmt: skip


def test_eyes_meet_eyes(talk, measure):
    ada, bob = measure(talk, "ada"), measure(talk, "bob")
    for one, other in ((ada, bob), (bob, ada)):
        target = 0.5 * (other.track("eye.L") + other.track("eye.R"))
        for side in "LR":
            way = target - one.track(f"eye.{side}")
            way /= np.linalg.norm(way, axis=1, keepdims=True)
            cosine = np.clip(np.sum(way * eye_direction(one, side), axis=1), -1, 1)
            error = np.degrees(np.arccos(cosine))
            assert np.median(error) < 1.5 and np.percentile(error, 95) < 3


def test_eyes_converge_and_never_cross(talk, measure):
    ada = measure(talk, "ada")
    left, right = eye_direction(ada, "L"), eye_direction(ada, "R")
    angle = np.degrees(np.arccos(np.clip(np.sum(left * right, axis=1), -1, 1)))
    assert 1.0 < np.median(angle) < 5.0


def test_people_blink_every_few_seconds(talk, measure):
    lids = measure(talk, "ada").arrays["face"][:, ARKIT.index("eyeBlinkLeft")]
    shut = lids > 0.85
    count = int((np.diff(shut.astype(int)) == 1).sum())
    assert 3 <= count <= 9, f"{count} blinks in 15 s"


def test_only_the_speaker_moves_the_mouth(talk, measure):
    bob = measure(talk, "bob")
    jaw = bob.arrays["face"][:, ARKIT.index("jawOpen")]
    said = next(line for line in talk.lines if line.actor == "bob")
    assert jaw[bob.at(said.start, said.end)].max() > 0.15
    assert jaw[bob.at(0.6, 4.0)].max() < 0.05


def test_hands_rest_at_least_a_quarter_of_the_time_they_talk(talk, measure):
    ada = measure(talk, "ada")
    speed = np.maximum(*(np.r_[0, ada.speed(ada.track(f"wrist.{s}"))] for s in "LR"))
    rows = np.zeros(len(speed), bool)
    for line in talk.lines:
        rows |= (line.actor == "ada") & ada.at(line.start, line.end)
    assert (speed[rows] < 0.12).mean() >= 0.25
    assert speed[rows].max() > 0.3, "and they do beat"


def test_beats_are_not_repeated_within_ten_seconds(talk):
    made = speaking.talk([x for x in talk.lines if x.actor == "ada"], [], 3)
    for i, a in enumerate(made):
        for b in made[i + 1 :]:
            assert a.spec is not b.spec or b.start - a.start > 8.5


@cache
def at_rest(measure, posture: str):
    """Somebody who does nothing, to compare with."""
    return measure(acting("idle", posture), "ada")


@pytest.mark.parametrize(("action", "posture"), PLAYED)
def test_every_action_is_acted_without_a_pop(action, posture, measure):
    target = {"target_position": (1.5, 2.0, 1.2)} if action in ("point", "look", "wave") else {}
    if action in ("pick_up", "put_down"):
        target = {"target_position": (0.15, 0.5, 0.8)}
    body = measure(acting(action, posture, **target), "ada")
    still = at_rest(measure, posture)
    eyes = [i for i, n in enumerate(body.member.bones) if n.startswith("eye")]
    turning = np.delete(body.turning(), eyes, axis=1)
    assert np.percentile(turning, 99.9) < 16
    moved = np.abs(body.world[:, :, :3, 3] - still.world[:, :, :3, 3]).max()
    face = np.abs(body.arrays["face"] - still.arrays["face"]).max()
    turned = np.abs(body.world[:, body.member.bone("head"), :3, :3]
                    - still.world[:, body.member.bone("head"), :3, :3]).max()  # fmt: skip
    assert moved > 0.05 or face > 0.2 or turned > 0.05, f"{action} changes nothing"
    after = body.at(4.6, 6)
    assert np.abs(body.world[after] - still.world[after]).max() < 0.02, "and it is over"


def test_every_gesture_of_the_film_is_known():
    assert set(GESTURES) <= set(gestures.specs())


@pytest.mark.parametrize("target", [(2.0, 3.0, 1.3), (-2.0, 2.0, 0.9), (0.3, 4.0, 2.2)])
def test_pointing_points(target, measure):
    body = measure(acting("point", target_position=target), "ada")
    row = int(np.argmin(np.abs(body.seconds - 2.1)))
    errors = []
    for side in "LR":
        wrist, tip = body.track(f"wrist.{side}")[row], body.track(f"fingertip.{side}")[row]
        way = np.array(target) - tip
        cosine = (tip - wrist) @ way / np.linalg.norm(tip - wrist) / np.linalg.norm(way)
        errors.append(np.degrees(np.arccos(cosine)))
    assert min(errors) < 14


@pytest.mark.parametrize("action", ["idle", "shrug", "argue", "wave", "phone"])
@pytest.mark.parametrize("member", ["ines", "walter"])
def test_hands_stay_out_of_the_body(action, member, measure):
    body = measure(acting(action, member=member), "ada")
    spine = body.world[:, body.member.bone("spine03"), :3, 3]
    for side in "LR":
        grip = body.hand(side)
        low = grip[:, 2] < spine[:, 2] + 0.25
        away = np.hypot(grip[low, 0] / 0.15, (grip[low, 1] - 0.02) / 0.11)
        assert away.size == 0 or away.min() > 1


def test_moods_show_and_pass(measure):
    timing = acting("idle")
    timing.actors[0].moods = [Mood(start=1, end=3, emotion="happy", energy=0.8)]
    face = measure(timing, "ada").arrays["face"][:, ARKIT.index("mouthSmileLeft")]
    assert face[72] > 0.3 and face[5] < 0.02 and face[-10] < 0.02
    assert np.abs(np.diff(face)).max() < 0.2


def test_an_unknown_actor_is_named(talk):
    from filmagent.errors import InputError

    with pytest.raises(InputError, match="ada, bob"):
        cast.perform(talk, "eve", (24, 1), 1)
