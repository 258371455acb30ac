"""Planned tracks, smoothing, cutting: nothing is hit, nothing hidden, nothing jitters."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camera import Lens, Shot, World, choose_cuts, plan, score
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
