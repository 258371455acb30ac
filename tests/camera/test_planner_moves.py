"""Planned moves: nothing is hit, nothing hidden, the size is kept."""

from __future__ import annotations

import numpy as np
import pytest

from camera import Lens, Shot, World, plan, score
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
