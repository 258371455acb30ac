"""Aiming: the subject is where it is wished, and the horizon is where it belongs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from camera import Lens
from camera.framing import aim, eyes_height, hold
from camera.pose import azimuth_elevation

vectors = arrays(np.float64, 3, elements=st.floats(-5, 5))


@settings(deadline=None)
@given(
    vectors,
    vectors,
    st.floats(-0.4, 0.4),
    st.floats(-0.35, 0.35),
    st.sampled_from([24.0, 50.0]),
    st.sampled_from([0.0, -0.3, 0.2]),
)
def test_aiming_puts_the_subject_exactly_where_it_is_wished_and_keeps_the_horizon(
    p, d, x, y, mm, roll
):
    assume(np.hypot(d[0], d[1]) > 0.9 * abs(d[2]) + 0.1)
    lens = Lens(mm)
    q = aim(p, p + d, [x, y], lens.focal_heights, roll)
    screen, depth = lens.project(p + d, p, q)
    np.testing.assert_allclose(screen, [x, y], atol=1e-7)
    assert depth > 0
    assert azimuth_elevation(q)[2] == pytest.approx(roll, abs=1e-7)


def test_a_subject_straight_above_is_still_in_the_middle():
    q = aim([0.0, 0.0, 0.0], [0.0, 0.0, 3.0], [0.0, 0.0], 1.7)
    screen, _ = Lens(35.0).project([0.0, 0.0, 3.0], [0.0, 0.0, 0.0], q)
    np.testing.assert_allclose(screen, 0.0, atol=1e-9)


def test_several_people_are_held_centred_with_their_air():
    rng = np.random.default_rng(4)
    lens = Lens(35.0)
    heads = rng.uniform([-2, -1, 1.2], [2, 1, 1.9], (4, 3))
    c = np.column_stack([rng.uniform(-2, 2, 200), rng.uniform(-7, -4, 200), np.full(200, 1.7)])
    q = hold(c, heads, lens.focal_heights, 0.38)
    screen, depth = lens.project(heads, c[:, None], q[:, None])
    assert (depth > 0).all()
    across = screen[..., 0]
    np.testing.assert_allclose(across.min(axis=1) + across.max(axis=1), 0.0, atol=1e-4)
    np.testing.assert_allclose(screen[..., 1].max(axis=1), 0.38, atol=1e-4)
    np.testing.assert_allclose(azimuth_elevation(q)[2], 0.0, atol=1e-9)


def test_a_camera_that_holds_people_is_what_it_would_be_alone_to_the_bit():
    rng = np.random.default_rng(5)
    heads = rng.uniform([-2, -1, 1.2], [2, 1, 1.9], (3, 3))
    c = rng.uniform([-4, -7, 0.5], [4, 7, 2.5], (40, 3))
    top = rng.uniform(0.2, 0.45, 40)
    together = hold(c, heads, 1.7, top)
    for row in range(40):
        assert hold(c[row], heads, 1.7, top[row]).tobytes() == together[row].tobytes()


def test_holding_one_person_is_aiming_at_them():
    c, head = np.array([0.0, -3.0, 1.5]), np.array([0.3, 0.5, 1.7])
    np.testing.assert_allclose(hold(c, head[None], 1.7, 0.3), aim(c, head, [0.0, 0.3], 1.7))


@pytest.mark.parametrize(
    ("position", "target", "screen", "f", "message"),
    [
        ([0, 0, 0], [0, 0, 0], [0, 0], 1.7, "the same point"),
        ([0, 0, 0], [0, np.nan, 0], [0, 0], 1.7, "finite place"),
        ([np.inf, 0, 0], [0, 1, 0], [0, 0], 1.7, "finite place"),
        ([0, 0, 0], [0, 1, 0], [np.nan, 0], 1.7, "screen point is not finite"),
        ([0, 0, 0], [0, 1, 0], [0, 0], 0.0, "not 0.0 frame heights"),
        ([0, 0, 0], [0, 1, 0], [0, 0], -1.0, "not -1.0 frame heights"),
        ([0, 0, 0], [0, 1, 0], [0, 0], np.nan, "not nan frame heights"),
    ],
)
def test_what_cannot_be_aimed_at_is_named(position, target, screen, f, message):
    with pytest.raises(ValueError, match=message):
        aim(np.array(position, float), np.array(target, float), screen, f)


def test_a_size_nobody_knows_is_named():
    with pytest.raises(ValueError, match="'close' is not known"):
        eyes_height("close")


def test_nobody_ahead_is_no_reason_to_warn():
    with np.errstate(all="raise"):
        q = hold([0.0, 0.0, 1.6], [[0.0, 0.0, 1.6], [0.0, 0.0, 1.61]], 1.5)
    assert np.isfinite(q).all()
