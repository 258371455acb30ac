"""The closed loop: safe, calm, the same again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from camera.families import Case, make
from camera.families.asking import request as asked
from camera.policy.pilot import FilmEnv, State, finished, fly, servo
from camera.policy.pilot.flight import Decide, decision_rows
from camera.policy.pilot.motion import (
    SCALE,
    WIDTH,
    advanced,
    decision_between,
    from_level,
    limited,
    to_level,
)
from camera.pose import Array

RATE = 6.0


def start(case: Case) -> State:
    w = case.witness
    return State.along(w.times, w.positions, w.quaternions, np.array([0]))


def demanding(count: int) -> list[Case]:
    families = ("forest", "pillars", "corridor", "stairs")
    return [make(families[n % 4], n, demanding=True, seconds=3.0) for n in range(count)]


def headlong(seen: dict[str, Array]) -> tuple[Array, Array]:
    """Straight ahead at 2 m/s, whatever is there."""
    decided = np.tile([0.0, 2.0, 0.0, 0.3, 0.0], (len(seen["wish"]), 1))
    return decided, np.full_like(decided, 0.1)


def clearance(case: Case, path: Array) -> float:
    gap = case.world.sweep(path, case.bodies)[1].min()
    return float(min(gap, case.world.border(path)[0].min()))


@pytest.mark.parametrize("decide", [servo, headlong])
def test_a_guarded_camera_touches_nothing_whatever_is_decided(decide: Decide) -> None:
    cases = demanding(8)
    hits, free_hits = 0, 0
    for guarded in (True, False):
        for case, flown in zip(
            cases,
            fly(
                decide, [asked(c) for c in cases], [start(c) for c in cases], RATE, guarded=guarded
            ),
            strict=True,
        ):
            near = clearance(case, flown.trajectory.positions) < 0.2
            hits, free_hits = hits + (near and guarded), free_hits + (near and not guarded)
    assert hits <= 1, "people may walk into a camera that has nowhere to go"
    assert free_hits > 1, "the guard is what keeps it from harm"


def test_what_is_finished_is_clear_of_everything_and_calmer() -> None:
    cases = demanding(2)
    flights = fly(servo, [asked(c) for c in cases], [start(c) for c in cases], RATE)
    for case, flown in zip(cases, flights, strict=True):
        track = finished(flown)
        assert clearance(case, track.positions) > 0.29
        assert np.abs(track.jerks()).max() < np.abs(flown.trajectory.jerks()).max()


def test_only_clearing_the_way_keeps_a_reckless_flight_from_what_it_hit() -> None:
    cases = demanding(4)
    flights = fly(
        headlong, [asked(c) for c in cases], [start(c) for c in cases], RATE, guarded=False
    )
    pairs = list(zip(cases, flights, strict=True))
    through = [clearance(case, finished(f, clear=False).positions) for case, f in pairs]
    around = [clearance(case, finished(f).positions) for case, f in pairs]
    assert min(through) < 0.0
    assert np.mean(around) > np.mean(through) + 0.05


def test_what_is_finished_is_composed_however_it_was_flown_and_doubt_moves_it_little() -> None:
    case = make("street", 1, seconds=4.0)
    flown = fly(servo, [asked(case)], [start(case)], RATE)[0]
    turned = replace(flown.trajectory, quaternions=flown.trajectory.quaternions[:1].repeat(96, 0))
    track = finished(replace(flown, trajectory=turned))
    screen, _ = case.lens.project(case.eyes[:, 0], track.positions, track.quaternions)
    assert np.linalg.norm(screen - case.wish.screen[0], axis=1).max() < 0.05
    unsure = flown.unsure.copy()
    unsure[8:16] *= 100.0
    doubted = finished(replace(flown, unsure=unsure))
    plain = finished(flown)
    moved = np.linalg.norm(doubted.positions - plain.positions, axis=1)
    assert 1e-4 < moved.max() < 0.2


def test_a_flight_is_the_same_again_and_with_other_neighbours() -> None:
    cases = [make("room", n, seconds=4.0) for n in range(3)]
    requests, starts = [asked(c) for c in cases], [start(c) for c in cases]
    together = fly(servo, requests, starts, RATE)
    alone = fly(servo, requests[1:2], starts[1:2], RATE)[0]
    np.testing.assert_array_equal(together[1].trajectory.positions, alone.trajectory.positions)
    np.testing.assert_array_equal(together[1].decided, alone.decided)


def test_a_decision_turns_speeds_evenly_into_what_was_decided() -> None:
    state = State.still(np.zeros(3), np.array([1.0, 0.0, 0.0, 0.0]))
    state = replace(state, yaw=np.array([0.7]))
    wish = limited(np.array([[0.5, 1.0, -0.2, 0.4, 0.1]]))
    velocity, turning = from_level(wish[:, :3], state.yaw), wish[:, 3:]
    later = advanced(state, velocity, turning, 0.5)
    np.testing.assert_allclose(later.position, velocity * 0.25)
    np.testing.assert_allclose(later.yaw, 0.7 + wish[:, 3] * 0.25)
    np.testing.assert_allclose(decision_between(state, later) * SCALE, wish)


def test_level_axes_go_there_and_back() -> None:
    r = np.random.default_rng(0)
    vectors, yaw = r.normal(size=(20, 3)), r.uniform(-7, 7, 20)
    np.testing.assert_allclose(from_level(to_level(vectors, yaw), yaw), vectors, atol=1e-12)
    ahead = to_level(np.array([[-np.sin(0.3), np.cos(0.3), 0.0]]), np.array([0.3]))
    np.testing.assert_allclose(ahead, [[0.0, 1.0, 0.0]], atol=1e-12)


@pytest.mark.parametrize("fps", [24.0, 25.0, 30.0, 24000 / 1001])
def test_decisions_come_at_their_rate_at_any_frame_rate(fps: float) -> None:
    times = np.arange(round(10 * fps)) / fps
    rows = decision_rows(times, RATE)
    assert rows[0] == 0 and abs(len(rows) - 60) <= 1
    assert np.abs(np.diff(times[rows]) - 1 / RATE).max() <= 1 / fps


def test_scenes_of_different_length_are_refused_together() -> None:
    cases = [make("room", 0, seconds=4.0), make("room", 1, seconds=5.0)]
    with pytest.raises(ValueError, match="request 1 has other times"):
        fly(servo, [asked(c) for c in cases], [start(c) for c in cases], RATE)
    with pytest.raises(ValueError, match="1 starts for 2"):
        fly(servo, [asked(c) for c in cases], [start(cases[0])], RATE)


def test_the_environment_flies_as_the_loop_does() -> None:
    case = make("street", 2, seconds=4.0)
    flown = fly(servo, [asked(case)], [start(case)], RATE)[0]
    env = FilmEnv(asked(case), start(case), RATE, guarded=True)
    seen, _ = env.reset()
    assert {kind: value.shape for kind, value in seen.items()} == env.observation_shapes
    rewards = []
    for turn in range(len(flown.rows)):
        action = servo({kind: value[None] for kind, value in seen.items()})[0][0]
        np.testing.assert_allclose(action, flown.decided[turn], atol=1e-5)
        seen, reward, crashed, over, info = env.step(action)
        rewards.append(reward)
        assert not crashed and info["clearance"] > 0.3
    assert over
    np.testing.assert_allclose(env.state.position[0], flown.trajectory.positions[-1], atol=1e-6)
    assert 0.5 * 4.0 < sum(rewards) <= 4.0


def test_the_environment_ends_and_punishes_a_crash() -> None:
    case = demanding(1)[0]
    env = FilmEnv(asked(case), start(case), RATE)
    env.reset()
    for _ in range(len(env.rows)):
        _, reward, crashed, _, _ = env.step([0.0, 4.0, 0.0, 0.0, 0.0])
        if crashed:
            break
    assert crashed and reward < -5
    with pytest.raises(RuntimeError, match="reset"):
        env.step(np.zeros(WIDTH))


def test_the_environment_refuses_what_is_no_action() -> None:
    case = make("room", 0, seconds=4.0)
    env = FilmEnv(asked(case), start(case), RATE)
    for action in ([0.0] * 4, [np.nan] * 5):
        with pytest.raises(ValueError, match="5 finite"):
            env.step(action)
