"""Seats: the body rests on them, the feet on the floor."""

from __future__ import annotations

import numpy as np
import pytest
from moves import segment

from filmagent.documents import ActorTiming, SceneTiming
from filmagent.library import cast, skin


def seated(member: str, seat: float, mark: str = "chair", place: str = "nowhere") -> SceneTiming:
    return SceneTiming(scene="1", set=place, duration=3, actors=[ActorTiming(
        actor="ada", member=member, segments=[
            segment("sit", -1, 4, (0, 0, 0), 0, mark=mark, seat_height=seat)])])  # fmt: skip


def lowest_seat(body) -> float:
    """Height of the lowest cloth below the hip joints (hems beside them left out)."""
    row = body.world[len(body.world) // 2][None]
    hips = 0.5 * (body.track("hip.L") + body.track("hip.R"))[len(body.world) // 2]
    lows = []
    for part in body.member.parts("preview"):
        if part.name.startswith(("trousers", "chinos", "jeans", "skirt", "skin")):
            points = skin.deform(body.member, part, row)[0]
            near = points[np.abs(points[:, 0] - hips[0]) < 0.16]
            near = near[(near[:, 1] - hips[1] > -0.12) & (near[:, 1] - hips[1] < 0.05)]
            near = near[near[:, 2] > 0.25]
            if len(near):
                lows.append(np.quantile(near[:, 2], 0.01))
    return float(min(lows))


@pytest.mark.parametrize("seat", [0.42, 0.46, 0.5])
@pytest.mark.parametrize("member", ["tomas", "kofi"])
def test_the_body_is_on_the_seat(member, seat, measure):
    body = measure(seated(member, seat), "ada")
    assert lowest_seat(body) == pytest.approx(seat, abs=0.02)
    hips = 0.5 * (body.track("hip.L") + body.track("hip.R"))
    assert np.abs(hips[:, 2] - seat - body.member.seat_height).max() < 0.02
    assert np.abs(hips[:, :2]).max() < 0.03


@pytest.mark.parametrize("member", cast.names())
def test_thighs_are_level_and_soles_flat_where_legs_reach_the_floor(member, measure):
    body = measure(seated(member, 0.46), "ada")
    # a child's feet hang
    high = 0.004 if body.member.point("knee.L")[2] > 0.44 else 0.15
    for side in "LR":
        thigh = (body.track(f"knee.{side}") - body.track(f"hip.{side}"))[40]
        assert abs(np.degrees(np.arcsin(thigh[2] / np.linalg.norm(thigh)))) < 18
        for point in ("heel", "ball"):
            assert np.abs(body.track(f"{point}.{side}")[:, 2]).max() < high
            assert body.speed(body.track(f"{point}.{side}")).max() < 0.01


def test_on_a_high_stool_feet_hang_or_find_the_rail(measure):
    body = measure(seated("ines", 0.78), "ada")
    for side in "LR":
        hip, ankle = body.track(f"hip.{side}")[40], body.track(f"ankle.{side}")[40]
        assert 0.1 < ankle[2] < 0.5 and np.linalg.norm(hip - ankle) < 0.85


def test_sitting_down_is_a_bow_not_a_fall(way, measure):
    body = measure(way, "ada")
    hips = 0.5 * (body.track("hip.L") + body.track("hip.R"))
    down = body.at(9.6, 11.2)
    assert body.speed(hips)[down[1:]].max() < 1.2
    chest = 0.5 * (body.track("shoulder.L") + body.track("shoulder.R"))
    bow = np.degrees(
        np.arctan2(3.38 - 0 - chest[:, 1] + hips[:, 1] - 3.38, chest[:, 2] - hips[:, 2])
    )
    assert 20 < bow[down].max() < 60


def test_hands_lie_on_thighs_and_not_in_them(measure):
    body = measure(seated("tomas", 0.46), "ada")
    for side in "LR":
        hip, knee = (body.track(f"{p}.{side}")[40] for p in ("hip", "knee"))
        grip = body.hand(side)[40]
        along = (knee - hip) / np.linalg.norm(knee - hip)
        away = (grip - hip) - along * float((grip - hip) @ along)
        assert 0.09 < np.linalg.norm(away) < 0.19 and away[2] > 0.07


def test_at_a_table_hands_are_on_it(measure):
    from filmagent.library import sets

    mark = sets.load("cafe").spec.marks["window_a"]
    timing = SceneTiming(scene="1", set="cafe", duration=8, actors=[ActorTiming(
        actor="ada", member="ines", segments=[segment(
            "sit", -1, 9, mark.position, mark.heading, mark="window_a",
            seat_height=mark.seat_height)])])  # fmt: skip
    body = measure(timing, "ada")
    for side in "LR":
        assert np.abs(body.hand(side)[:, 2] - mark.surface[2] - 0.03).max() < 0.03


def test_a_child_whose_arms_do_not_reach_the_table_keeps_its_hands_in_its_lap(measure):
    from filmagent.library import sets

    mark = sets.load("cafe").spec.marks["window_a"]
    timing = SceneTiming(scene="1", set="cafe", duration=4, actors=[ActorTiming(
        actor="ada", member="mei", segments=[segment(
            "sit", -1, 5, mark.position, mark.heading, mark="window_a",
            seat_height=mark.seat_height)])])  # fmt: skip
    body = measure(timing, "ada")
    for side in "LR":
        knee = body.track(f"knee.{side}")
        assert (body.hand(side)[:, 2] < mark.surface[2]).all()
        assert (np.linalg.norm(body.hand(side) - knee, axis=1) < 0.3).all()
