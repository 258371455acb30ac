"""What people do: three ways of each, never one twice; hands meet hands, and walks have manners."""

from __future__ import annotations

import math

import numpy as np
import pytest
from moves import polyline, segment

from filmagent import cast
from filmagent.cast import gestures, speaking
from filmagent.cast.role import gather
from filmagent.documents import (
    ActorTiming,
    Gesture,
    Line,
    Mood,
    PropHold,
    PropTiming,
    SceneTiming,
    Word,
)
from filmagent.library import actions

T = np.arange(-24, 6 * 24) / 24


def couple(gap: float, *acts: Gesture, props=(), lines=(), end: float = 5.0) -> SceneTiming:
    """Two people face each other; ``acts`` are the first one's."""
    return SceneTiming(scene="1", set="nowhere", duration=end, lines=list(lines), actors=[
        ActorTiming(actor="ada", member="tomas", gestures=list(acts),
                    segments=[segment("stand", -1, end + 1, (0, 0, 0), 0)]),
        ActorTiming(actor="bob", member="ruth",
                    segments=[segment("stand", -1, end + 1, (0, gap, 0), math.pi)]),
    ], props=list(props))  # fmt: skip


def act(
    name: str, start: float = 1.0, end: float = 3.6, number: int = 0, target: str = ""
) -> Gesture:
    return Gesture(id=f"1.{number}/ada/{name}", action=name, start=start, end=end, target=target)


def walk(manner: str, speed: float = 1.3, metres: float = 4.0, member: str = "tomas", moods=()):
    end = 1 + metres / speed + 0.45
    return SceneTiming(scene="1", set="nowhere", duration=end + 1, actors=[ActorTiming(
        actor="ada", member=member, moods=list(moods), segments=[
            segment("stand", -1, 1, (0, 0, 0), 0),
            segment("walk", 1, end, (0, 0, 0), 0, path=polyline([(0, 0), (0, metres)]),
                    manner=manner),
            segment("stand", end, end + 2, (0, metres, 0), 0),
        ])])  # fmt: skip


def test_there_are_fifty_things_to_do_and_three_ways_of_each():
    assert len(actions.load()) >= 50
    assert min(len(ways) for name, ways in gestures.specs().items()
               if name not in ("talk", "listen", "idle")) >= 3  # fmt: skip


def test_a_variant_does_not_come_again_within_ten_seconds():
    many = [act("shrug", 3.0 * k, 3.0 * k + 1.3, k) for k in range(3)] + [act("shrug", 11, 12.3, 9)]
    drawn = gestures.acts(many, [], {}, seed=5)
    for one in drawn:
        for other in drawn:
            if one.start < other.start < one.start + 10:
                assert one.variant != other.variant


def test_another_day_another_way():
    drawn = {gestures.acts([act("wave")], [], {}, seed=k)[0].variant for k in range(12)}
    assert drawn == {0, 1, 2}


@pytest.mark.parametrize("member", ["walter", "ines"])
def test_two_shake_hands_though_only_one_is_told_to(member, measure):
    timing = couple(0.9, act("handshake", target="bob"))
    timing.actors[1].member = member
    one, other = measure(timing, "ada"), measure(timing, "bob")
    held = one.at(1.9, 2.7)
    apart = np.linalg.norm(one.hand("R") - other.hand("R"), axis=1)
    assert apart[held].max() < 0.03
    assert apart[one.at(4.2, 5)].min() > 0.3, "and they let go"


def test_hands_offered_from_too_far_stay_at_arms_length(measure):
    timing = couple(2.2, act("handshake", target="bob"))
    body = measure(timing, "ada")
    row = int(np.argmin(np.abs(body.seconds - 2.3)))
    assert 0.3 < body.hand("R")[row, 1] < 0.75
    assert body.track("head_top")[row, 1] < 0.2


def test_an_embrace_goes_round_the_other(measure):
    timing = couple(0.42, act("hug", 1.0, 4.2, target="bob"))
    for actor, away in (("ada", 1.0), ("bob", -1.0)):
        body = measure(timing, actor)
        row = int(np.argmin(np.abs(body.seconds - 2.6)))
        other = 0.42 if actor == "ada" else 0.0
        for side in "LR":
            assert (body.hand(side)[row, 1] - other) * away > 0.0, "a hand on the other's back"
        assert body.speed(body.track("wrist.R")).max() < 3.5


def test_a_thing_given_is_held_by_both_and_then_by_one(measure):
    timing = couple(
        1.0,
        act("give", 1.0, 3.0, target="bob"),
        props=[
            PropTiming(
                prop="it",
                model="letter",
                position=(0, 0, 1),
                holds=[
                    PropHold(start=-1, end=2, actor="ada"),
                    PropHold(start=2, end=6, actor="bob"),
                ],
            )
        ],
    )
    one, other = measure(timing, "ada"), measure(timing, "bob")
    row = int(np.argmin(np.abs(one.seconds - 2)))
    assert np.linalg.norm(one.hand("R")[row] - other.hand("R")[row]) < 0.12
    moved = cast.move_props(timing, {"ada": one.arrays, "bob": other.arrays}, (24, 1))["it"]
    late = one.at(4, 5)
    assert np.linalg.norm(moved["positions"] - other.hand("R"), axis=1)[late].max() < 0.25


def test_who_jumps_leaves_the_floor_and_comes_back(measure):
    body = measure(couple(3.0, act("jump", 1.0, 3.0)), "ada")
    soles = np.min([body.track(f"{p}.{s}")[:, 2] for p in ("heel", "ball") for s in "LR"], axis=0)
    assert soles.max() > 0.05 and soles.min() > -0.01
    assert abs(soles[body.at(3.6, 5)]).max() < 0.004


def test_a_runner_flies_and_a_walker_does_not(measure):
    def flying(timing) -> float:
        body = measure(timing, "ada")
        low = np.min([body.track(f"{p}.{s}")[:, 2] for p in ("heel", "ball") for s in "LR"], axis=0)
        return float((low[body.at(1.5, 2.4)] > 0.01).mean())

    assert flying(walk("run", 2.7, 5.0)) > 0.2
    assert flying(walk("")) == 0.0


def test_moods_age_and_manners_are_seen_in_a_walk(measure):
    def bowed(timing) -> float:
        body = measure(timing, "ada")
        rows = body.at(1.8, 2.8)
        neck, hips = (
            body.track("chin")[rows],
            0.5 * (body.track("hip.L") + body.track("hip.R"))[rows],
        )
        return float(np.mean(neck[:, 1] - hips[:, 1]))

    sad = walk("", moods=[Mood(start=0, end=6, emotion="sad", energy=0.9)])
    plain, slow, low = bowed(walk("")), bowed(sad), bowed(walk("sneak", 0.7, 2.5))
    assert slow > plain + 0.01 and low > plain + 0.10


def test_steps_back_face_forward(measure):
    timing = walk("back", 0.6, 0.6)
    timing.actors[0].segments[1].heading = timing.actors[0].segments[1].end_heading = math.pi
    timing.actors[0].segments[0].heading = timing.actors[0].segments[0].end_heading = math.pi
    timing.actors[0].segments[2].heading = timing.actors[0].segments[2].end_heading = math.pi
    body = measure(timing, "ada")
    across = (body.track("hip.R") - body.track("hip.L"))[:, 0]
    assert across.max() < -0.05, "they never turn round"
    assert body.track("head_top")[-1, 1] > 0.5


def said(emotion: str, energy: float = 0.9, actor: str = "bob", to: str = "ada") -> Line:
    text = "Nobody told me anything about the garden or about the only key"
    words = text.split()
    return Line(beat=f"1.{emotion}", actor=actor, to=to, text=text, wav="", seconds=4.0,
                start=0.5, end=4.5, emotion=emotion, energy=energy,
                words=[Word(text=w, start=0.33 * k, end=0.33 * k + 0.3)
                       for k, w in enumerate(words)])  # fmt: skip


def test_who_listens_is_moved_by_how_it_is_said():
    shy = speaking.answering([said("angry")], [], "ada", 1)
    assert shy and shy[0].spec.trunk["lean"] < 0
    assert not speaking.answering([said("angry", to="eve")], [], "ada", 1)
    assert not speaking.answering([said("angry", energy=0.2)], [], "ada", 1)


def test_anger_moves_more_hands_than_grief():
    def beats(emotion: str) -> int:
        return sum(len(speaking.talk([said(emotion, 0.6, "ada")], [], k)) for k in range(12))

    assert beats("angry") > 1.4 * beats("sad")


def test_nobody_is_drawn_into_two_embraces_at_once():
    timing = couple(0.42, act("hug", target="bob"))
    timing.actors[1].gestures = [
        Gesture(id="1/bob/hug", action="hug", start=1.2, end=3.8, target="ada")
    ]
    role = gather(timing, "bob", T, 1, {})
    assert [a.action for a in role.acts] == ["hug"]
