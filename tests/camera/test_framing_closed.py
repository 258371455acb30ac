"""Closed forms and derivatives: exact, so that the search has nothing left to do."""

from __future__ import annotations

import numpy as np
import pytest

from camera import Lens
from camera.framing import Line, oriented
from camera.framing.closed import Two, by_heading, by_points, by_points_and_size, by_size, one
from camera.framing.problem import KINDS, Problem
from camera.framing.residuals import linear
from camera.pose import heading_of

RNG = np.random.default_rng(9)
LENS = Lens(35.0)
F = LENS.focal_heights
A = RNG.uniform([-2, -2, 1.1], [2, 2, 1.9], (200, 3))
B = A + RNG.uniform([-1.5, -1.5, -0.4], [1.5, 1.5, 0.4], (200, 3))
XA, YA, XB, YB = RNG.uniform(-0.5, 0.5, (4, 200))
PITCH = RNG.uniform(-0.9, 0.9, 200)
FOCAL = np.full(200, F)


def screens(stand, points):
    """Points seen from stands, (…, 2), and their depths."""
    return LENS.project(points, stand.position, oriented(stand.yaw, stand.pitch))


def real(screen):
    """Rows that are cameras: NaN elsewhere."""
    rows = np.isfinite(screen[..., 0])
    assert rows.mean() > 0.05
    return rows


def test_one_subject_is_shown_exactly_from_the_direction_and_at_the_size_wished():
    size, rise, turn = RNG.uniform([[0.3], [-0.8], [-3]], [[4], [0.8], [3]], (3, 200))
    stand = one(A, XA, YA, size, rise, turn, FOCAL)
    screen, depth = screens(stand, A)
    np.testing.assert_allclose(screen, np.stack([XA, YA], -1), atol=1e-12)
    np.testing.assert_allclose(depth, size * F, rtol=1e-12)
    away = stand.position - A
    np.testing.assert_allclose(np.arcsin(away[:, 2] / np.linalg.norm(away, axis=1)), rise)
    np.testing.assert_allclose(np.cos(heading_of(away) - turn), 1.0)


def test_two_subjects_are_on_both_their_screen_points():
    stand = by_points(Two.of(A, B), XA, YA, XB, YB, PITCH, FOCAL)
    for who, x, y in ((A, XA, YA), (B, XB, YB)):
        screen, depth = screens(stand, who[:, None])
        rows = real(screen) & roots(XA, YA, XB, YB)
        wished = np.broadcast_to(np.stack([x, y], -1)[:, None], screen.shape)
        np.testing.assert_allclose(screen[rows], wished[rows], atol=1e-8)
        assert (depth[rows] > 0).all()
        np.testing.assert_allclose(stand.pitch[rows], np.stack([PITCH, PITCH], -1)[rows])


def roots(xa, ya, xb, yb):
    """Rows whose quadratic has real roots: elsewhere the nearest is answered."""
    two = Two.of(A, B)
    screen, _ = screens(by_points(two, xa, ya, xb, yb, PITCH, FOCAL), B[:, None])
    off = np.abs(screen - np.stack([xb, yb], -1)[:, None]).max(-1)
    distinct = np.ptp(by_points(two, xa, ya, xb, yb, PITCH, FOCAL).position[..., 0], axis=-1)
    rows = np.broadcast_to((distinct > 1e-9)[:, None], off.shape)
    assert (off[rows & np.isfinite(off)] < 1e-8).all()
    assert rows.mean() > 0.02
    return rows


@pytest.mark.parametrize("size", [0.5, 1.0, 2.0])
def test_a_pair_has_the_size_of_the_first_and_both_their_places_across(size):
    metres = np.full(200, size)
    stand = by_size(Two.of(A, B), XA, YA, XB, metres, PITCH, FOCAL)
    screen, depth = screens(stand, A[:, None])
    other, deeper = screens(stand, B[:, None])
    apart = np.ptp(stand.position[..., 0], axis=-1) > 1e-9
    rows = real(screen) & apart[:, None]
    assert rows.mean() > 0.02
    np.testing.assert_allclose(screen[rows][:, 0], np.stack([XA, XA], -1)[rows], atol=1e-8)
    np.testing.assert_allclose(screen[rows][:, 1], np.stack([YA, YA], -1)[rows], atol=1e-8)
    np.testing.assert_allclose(other[rows][:, 0], np.stack([XB, XB], -1)[rows], atol=1e-8)
    np.testing.assert_allclose(depth[rows], size * F, rtol=1e-9)
    assert (deeper[rows] > 0).all()


def test_two_places_and_a_size_need_no_pitch():
    size = RNG.uniform(0.5, 2.5, 200)
    stand = by_points_and_size(Two.of(A, B), XA, YA, XB, YB, size, FOCAL)
    assert stand.position.shape == (200, 4, 3)
    screen, depth = screens(stand, A[:, None])
    other, deeper = screens(stand, B[:, None])
    off = np.abs(other - np.stack([XB, YB], -1)[:, None]).max(-1)
    met = off < 1e-8
    assert met.any(axis=1).mean() > 0.6
    wished = np.broadcast_to(np.stack([XA, YA], -1)[:, None], screen.shape)
    np.testing.assert_allclose(screen[met], wished[met], atol=1e-8)
    np.testing.assert_allclose(depth[met] / F, np.broadcast_to(size[:, None], met.shape)[met])
    assert (deeper[met] > 0).all()


def test_a_pair_is_seen_from_the_heading_wished():
    turn = RNG.uniform(-3, 3, 200)
    stand = by_heading(Two.of(A, B), XA, YA, XB, turn, PITCH, FOCAL)
    screen, _ = screens(stand, A)
    other, deeper = screens(stand, B)
    rows = real(screen)
    np.testing.assert_allclose(screen[rows], np.stack([XA, YA], -1)[rows], atol=1e-8)
    np.testing.assert_allclose(other[rows][:, 0], XB[rows], atol=1e-8)
    np.testing.assert_allclose(np.cos(heading_of(stand.position - A)[rows] - turn[rows]), 1.0)
    assert (deeper[rows] > 0).all()


def test_residuals_change_as_their_derivatives_say():
    def ball(points):
        away = points - np.array([1.0, 1.0, 1.0])
        distance = np.linalg.norm(away, axis=1)
        return distance - 1.0, away / distance[:, None]

    count, people = 20, 3
    eyes = np.add(RNG.normal(size=(count, people, 3)), [0.0, 8.0, 1.6])
    problem = Problem(
        eyes,
        RNG.normal(size=(count, people, 2)) * 0.2,
        np.log(RNG.uniform(0.5, 2, (count, people))),
        RNG.normal(size=(count, people)) * 0.2,
        RNG.normal(size=(count, people)),
        RNG.uniform(0.5, 1, (count, len(KINDS))),
        np.tile([-1.0, 3.0, 1.0], (count, 1)),
        Line(np.zeros(2), np.ones(2), 1, 5.0),
        ball,
        3.0,
    )
    x = np.column_stack(
        [RNG.normal(size=(count, 5)) * [0.3, 0.3, 0.3, 0.2, 0.2], RNG.uniform(0, 1, count)]
    )
    _, slopes = linear(problem, x)
    for i, step in enumerate(1e-6 * np.eye(6)):
        measured = (linear(problem, x + step)[0] - linear(problem, x - step)[0]) / 2e-6
        np.testing.assert_allclose(slopes[..., i], measured, atol=1e-5, rtol=1e-5)
