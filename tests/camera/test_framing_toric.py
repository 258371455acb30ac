"""Toric space: there and back from everywhere, and no place where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from camera import Lens
from camera.framing import aim, from_toric, to_toric, toric_angle

places = arrays(np.float64, 3, elements=st.floats(-20, 20))
angles = st.floats(1e-4, np.pi - 1e-4)


def off_line(a, b, c):
    """How far a camera is off the line, over its distance from the subjects."""
    ab = (b - a) / np.linalg.norm(b - a)
    return np.linalg.norm(np.cross(c - a, ab)) / max(np.linalg.norm(c - a), 1.0)


@settings(deadline=None)
@given(places, places, places)
def test_a_camera_survives_the_way_to_toric_space_and_back(a, b, c):
    assume(np.linalg.norm(b - a) > 0.01 and off_line(a, b, c) > 1e-5)
    assume(min(np.linalg.norm(c - a), np.linalg.norm(c - b)) > 1e-3)
    np.testing.assert_allclose(from_toric(a, b, *to_toric(c, a, b)), c, atol=1e-9 * 60)


@settings(deadline=None)
@given(places, places, angles, st.floats(0.001, 0.999), st.floats(-3.1, 3.1))
def test_toric_coordinates_survive_the_way_to_a_camera_and_back(a, b, alpha, share, phi):
    assume(np.linalg.norm(b - a) > 0.05)
    theta = 2 * (np.pi - alpha) * share
    # rounding of places far away is all that may be lost
    c = from_toric(a, b, alpha, theta, phi)
    lost = 1e-13 * (1 + np.linalg.norm(c)) / (np.linalg.norm(b - a) * off_line(a, b, c))
    assume(lost < 1e-4)
    back = to_toric(c, a, b)
    np.testing.assert_allclose(back[:2], (alpha, theta), atol=1e-9 + 40 * lost)
    assert abs(np.sin((back[2] - phi) / 2)) < 1e-9 + 40 * lost


@settings(deadline=None)
@given(places, places, places)
def test_the_toric_angle_of_two_screen_points_is_the_angle_at_the_camera(a, b, c):
    middle = (a + b) / 2
    assume(np.linalg.norm(a - b) > 0.1 and np.linalg.norm(c - middle) > np.linalg.norm(a - b))
    assume(off_line(a, b, c) > 1e-3)
    lens = Lens(35.0)
    screen, depth = lens.project(
        np.stack([a, b]), c, aim(c, middle, [0.1, -0.05], lens.focal_heights)
    )
    assume((depth > 0.1).all())
    seen = toric_angle(screen[0], screen[1], lens.focal_heights)
    assert seen == pytest.approx(float(to_toric(c, a, b)[0]), abs=1e-9)


def test_toric_space_is_for_many_cameras_at_once():
    rng = np.random.default_rng(1)
    a, b, c = rng.normal(size=(3, 50, 3)) * 3
    there = to_toric(c, a, b)
    for i in (0, 17, 49):
        np.testing.assert_array_equal([x[i] for x in there], to_toric(c[i], a[i], b[i]))
    np.testing.assert_allclose(from_toric(a, b, *there), c, atol=1e-9)


def test_one_upright_above_the_other_has_a_toric_space_too():
    a, b = np.array([1.0, 2.0, 0.5]), np.array([1.0, 2.0, 2.0])
    for c in ([4.0, 2.0, 1.0], [1.0, -3.0, 0.2], [-1.0, 3.0, 4.0]):
        np.testing.assert_allclose(from_toric(a, b, *to_toric(c, a, b)), c, atol=1e-12)


def test_phi_nought_is_the_level_camera_on_the_right_hand():
    c = from_toric([0.0, 0.0, 1.6], [0.0, 2.0, 1.6], 0.5, np.pi - 0.5, 0.0)
    assert c[0] > 1.0
    assert c[1] == pytest.approx(1.0)
    assert c[2] == pytest.approx(1.6)


@pytest.mark.parametrize(
    ("camera", "message"),
    [
        ([0.0, 5.0, 0.0], "on the line"),
        ([0.0, -4.0, 0.0], "on the line"),
        ([0.0, 0.7, 0.0], "on the line"),
        ([0.0, 0.7, 1e-8], "on the line"),
        ([1e-10, 5.0, 0.0], "on the line"),
        ([1e-10, 2.0, 0.0], "stands on one of"),
        ([0.0, 0.0, 0.0], r"\[0.0, 0.0, 0.0\] stands on one of"),
        ([0.0, 2.0, 0.0], r"\[0.0, 2.0, 0.0\] stands on one of"),
        ([0.0, np.nan, 0.0], "finite"),
    ],
)
def test_a_camera_that_sees_its_subjects_one_behind_the_other_has_no_toric_place(camera, message):
    with pytest.raises(ValueError, match=message):
        to_toric(camera, [0.0, 0.0, 0.0], [0.0, 2.0, 0.0])


@pytest.mark.parametrize(
    ("alpha", "theta", "phi", "message"),
    [
        (0.0, 1.0, 0.0, r"in \(0, π\), not 0.0"),
        (np.pi, 0.1, 0.0, r"in \(0, π\), not 3.14"),
        (np.nan, 0.1, 0.0, "not nan"),
        (0.5, 0.0, 0.0, "theta .* not 0.0"),
        (0.5, 2 * np.pi - 1.0, 0.0, "theta .* not 5.28"),
        (0.5, -0.2, 0.0, "theta .* not -0.2"),
        (0.5, 1.0, np.inf, "phi must be finite, not inf"),
    ],
)
def test_a_toric_angle_out_of_its_range_is_named(alpha, theta, phi, message):
    with pytest.raises(ValueError, match=message):
        from_toric([0.0, 0.0, 0.0], [0.0, 2.0, 0.0], alpha, theta, phi)


def test_two_people_on_one_point_have_no_toric_space():
    with pytest.raises(ValueError, match="one point"):
        from_toric([1.0, 0, 0], [1.0, 0, 0], 0.5, 1.0, 0.0)
    with pytest.raises(ValueError, match="one point"):
        to_toric([3.0, 0, 0], [1.0, 0, 0], [1.0, 0, 0])
    with pytest.raises(ValueError, match="finite"):
        to_toric([3.0, 0, 0], [np.nan, 0, 0], [1.0, 0, 0])
    with pytest.raises(ValueError, match="focal"):
        toric_angle([0.0, 0.0], [0.1, 0.0], 0.0)
    with pytest.raises(ValueError, match="behind"):
        toric_angle([0.0, np.nan], [0.1, 0.0], 1.5)
