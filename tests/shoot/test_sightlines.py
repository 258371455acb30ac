"""How much of somebody a camera sees, from moment to moment."""

from __future__ import annotations

import numpy as np
import pytest

from camera.pose import look_at
from camera.world import World
from filmagent.shoot import sightlines

EYES = np.array([0.0, 0.0, 1.6])


def track(eyes, camera=(0.0, -4.0, 1.6), focal=50.0):
    """A camera that stands and turns with somebody."""
    camera = np.array(camera)
    return {
        "positions": np.tile(camera, (len(eyes), 1)),
        "quaternions": np.array([look_at(camera, e) for e in eyes]),
        "focal_mm": np.full(len(eyes), focal),
    }


def hidden(monkeypatch, world, eyes, made=None, others=None):
    monkeypatch.setattr(sightlines, "_world", lambda name: world)
    rows = np.arange(len(eyes))
    return sightlines.unseen(made or track(eyes), rows, 36.0, 16 / 9, eyes, "anywhere", others)


@pytest.fixture
def trunk():
    """A palm's trunk, 0.5 m thick, at x = 1.5, half-way to where people walk."""
    return World.of_boxes([[0.75, -2.0, 2.0]], [[0.25, 0.05, 2.0]])


def test_who_walks_behind_a_trunk_is_hidden_bit_by_bit_and_comes_out_again(monkeypatch, trunk):
    eyes = np.column_stack([np.linspace(0, 3, 31), np.zeros(31), np.full(31, 1.6)])
    share = hidden(monkeypatch, trunk, eyes)
    assert share[0] == 0 and share[-1] == 0 and share.max() > 0.95
    gone = int(np.argmax(share > 0.9))
    part = share[:gone]
    assert ((part > 0.05) & (part < 0.95)).any(), "an edge hides a part"
    assert abs(eyes[gone, 0] - 1.5) < 0.5


def test_who_is_out_of_the_frame_is_all_unseen_and_what_is_below_it_is_not_missed(
    monkeypatch,
):
    eyes = np.array([EYES, EYES + np.array([3.0, 0.0, 0.0])])
    still = track([EYES, EYES], focal=85.0)
    assert hidden(monkeypatch, None, eyes, still).tolist() == [0.0, 1.0]
    low_wall = World.of_boxes([[0.0, -1.0, 0.4]], [[2.0, 0.05, 0.4]])
    close = track([EYES], focal=135.0)
    assert hidden(monkeypatch, low_wall, EYES[None], close).tolist() == [0.0]


def test_who_is_passed_by_somebody_is_hidden_while_they_pass(monkeypatch):
    eyes = np.tile(EYES, (31, 1))
    passing = np.column_stack([np.linspace(-2, 2, 31), np.full(31, -2.0), np.full(31, 1.7)])
    away = np.full_like(passing, np.nan)
    share = hidden(monkeypatch, None, eyes, others=np.stack([away, passing], axis=1))
    assert share[0] == 0 and share[-1] == 0 and share.max() > 0.7
    assert not hidden(monkeypatch, None, eyes, others=away[:, None]).any()
    behind = passing + np.array([0.0, 3.0, 0.0])
    assert not hidden(monkeypatch, None, eyes, others=behind[:, None]).any()


def test_no_frames_ask_nothing(monkeypatch):
    assert hidden(monkeypatch, None, np.zeros((0, 3)), track([EYES])).shape == (0,)
