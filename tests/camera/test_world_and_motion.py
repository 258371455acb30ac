"""Planned tracks, smoothing, cutting: nothing is hit, nothing hidden, nothing jitters."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camera import Lens, Shot, Trajectory, World, choose_cuts, plan, pose, score, shake, smooth
from camera.editing import View, cut_faults, list_cost
from camera.planner import Scene, walking_heading

RATE = 24


@pytest.fixture(scope="module")
def room() -> World:
    return World.of_boxes(
        [[0, 0, -0.05], [0, 1.2, 1.2], [2.5, -1.5, 1.0]],
        [[6, 6, 0.05], [0.3, 0.3, 1.2], [0.4, 0.4, 1]],
        inside=[np.array([[-5.5, -5.5], [5.5, -5.5], [5.5, 5.5], [-5.5, 5.5]])],
    )


@pytest.mark.parametrize("move", ["follow", "lead", "push_in", "arc", "truck", "pedestal"])
def test_a_planned_move_hits_nothing_sees_its_subject_and_keeps_the_size(room, move):
    times = np.arange(0, 5, 1 / RATE)
    walks = move in ("follow", "lead")
    x = -2.5 + times * 1.1 if walks else np.zeros_like(times)
    eyes = np.stack([x, np.full_like(x, -0.3), np.full_like(x, 1.6)], axis=1)
    look = walking_heading(times, eyes, np.full(len(times), np.pi))
    lens = Lens(35.0)
    made = plan(Shot(size="MS", move=move, rig="dolly"), Scene(times, eyes, look), room, lens)
    heads = eyes[:, None] + np.array([[0, 0, 0], [0, 0, 0.11]])
    figures = score(made.trajectory, lens, heads, world=room)
    assert figures["clearance"] > 0.25
    assert figures["visible"] > 0.98
    assert figures["contained"] == 1.0
    ratio = figures["head_fraction"] / (0.23 / 1.02)
    assert 0.6 < ratio < 1.25
    assert made.trajectory.path_length() > 0.3


def test_a_planned_track_is_the_same_each_time(room):
    times = np.arange(0, 3, 1 / RATE)
    eyes = np.stack([times, 0 * times - 0.5, 0 * times + 1.6], 1)
    scene = Scene(times, eyes, np.full(len(times), -np.pi / 2))
    one, two = (
        plan(Shot(move="follow", rig="handheld"), scene, room, Lens(35.0), seed=3) for _ in range(2)
    )
    assert np.array_equal(one.trajectory.positions, two.trajectory.positions)


def noisy(seed: int = 0) -> tuple[Trajectory, Trajectory]:
    rng = np.random.default_rng(seed)
    t = np.arange(240) / RATE
    p = np.stack([np.sin(t * 0.5) * 2, np.cos(t * 0.4), 0.1 * t], axis=1)
    q = pose.from_azimuth_elevation(0.5 * t, 0.2 * np.sin(0.7 * t))
    jitter = pose.exp(rng.normal(0, 0.01, (240, 3)))
    return Trajectory(t, p, q), Trajectory(
        t, p + rng.normal(0, 0.05, p.shape), pose.multiply(q, jitter)
    )


def errors(found: Trajectory, true: Trajectory) -> tuple[float, float]:
    turn = pose.log(pose.multiply(pose.conjugate(true.quaternions), found.quaternions))
    return (
        float(np.sqrt(np.mean((found.positions - true.positions) ** 2))),
        float(np.sqrt(np.mean(turn**2))),
    )


@pytest.mark.parametrize("method", ["banded", "kalman"])
def test_smoothing_without_being_told_the_noise_cuts_the_error_threefold(method):
    true, seen = noisy()
    before, after = errors(seen, true), errors(smooth(seen, method=method), true)
    assert after[0] < before[0] / 2.5 and after[1] < before[1] / 2.5


@pytest.mark.parametrize("method", ["banded", "kalman"])
def test_missing_samples_are_filled_and_outliers_do_not_pull(method):
    true, seen = noisy(1)
    p, q = seen.positions.copy(), seen.quaternions.copy()
    p[60:66] = np.nan
    q[60:66] = np.nan
    found = smooth(Trajectory(seen.times, p, q), method=method)
    assert errors(found, true)[0] < 0.04
    assert np.isfinite(found.positions).all()


def test_the_kalman_smoother_gates_a_sample_that_cannot_be():
    true, seen = noisy(2)
    p = seen.positions.copy()
    p[100] += 4.0
    found = smooth(
        Trajectory(seen.times, p, seen.quaternions),
        rig="steadicam",
        method="kalman",
        noise=(0.05, 0.01),
    )
    assert np.abs(found.positions[100] - true.positions[100]).max() < 0.15


def test_a_tripod_is_still_to_the_last_bit_and_a_hand_is_not():
    _, seen = noisy()
    still = smooth(seen, "tripod")
    assert still.is_still
    alive = shake(still, "handheld", seed=5)
    assert 0.001 < alive.positions.std(axis=0).max() < 0.03
    assert np.array_equal(alive.positions, shake(still, "handheld", seed=5).positions)


def test_an_unknown_rig_is_refused_by_name():
    with pytest.raises(ValueError, match="hoverboard"):
        smooth(noisy()[1], "hoverboard")


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_no_cut_list_is_cheaper_than_the_chosen_one(seed):
    rng = np.random.default_rng(seed)
    shots, steps = 3, 7
    costs, cuts = rng.random((shots, steps)), rng.random((shots, shots))
    np.fill_diagonal(cuts, np.inf)
    lengths, points = rng.uniform(1, 4, steps), rng.random(steps)
    chosen = choose_cuts(costs, cuts, lengths=lengths, least=2, most=4, point_costs=points)
    assert [p.start for p in chosen[1:]] == [p.end for p in chosen[:-1]]
    assert all(2 <= p.end - p.start <= 4 for p in chosen)

    def lists(at: int) -> list[list[int]]:
        return (
            [[]]
            if at == steps
            else [[n, *rest] for n in (2, 3, 4) if at + n <= steps for rest in lists(at + n)]
        )

    def price(pieces):
        return list_cost(pieces, costs, cuts, lengths=lengths, point_costs=points)

    best = min(
        price(
            [
                type(chosen[0])(s, a, b)
                for s, (a, b) in zip(
                    order, itertools.pairwise(np.cumsum([0, *parts]).tolist()), strict=True
                )
            ]
        )
        for parts in lists(0)
        for order in itertools.product(range(shots), repeat=len(parts))
    )
    assert price(chosen) == pytest.approx(best)


def test_cuts_that_cross_the_line_or_jump_are_named_and_an_axial_cut_in_is_not():
    def view(position, size="MCU", who=("a",), side=1):
        return View(np.array(position, float), size, who, np.zeros(3), side)

    assert cut_faults(view([2, 0, 0]), view([2, 0, 0], side=-1))["line"] == 1
    assert cut_faults(view([2, 0, 0]), view([2, 0.3, 0], "CU"))["angle"] > 0
    assert cut_faults(view([4, 0, 0], "MS"), view([2, 0, 0], "CU"))["angle"] == 0
    assert cut_faults(view([2, 0, 0]), view([0, 2, 0], who=("b",)))["angle"] == 0
