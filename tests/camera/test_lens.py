"""Lenses: what a glass on a sensor sees, in angles, pixels and focus."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera import FILMBACKS, Lens, pose

focal = st.floats(8, 600)
sensor = st.floats(5, 80)
aspect = st.floats(0.5, 3)


def test_a_50_mm_lens_on_full_frame_sees_39_6_degrees():
    assert np.degrees(Lens(50.0).horizontal_view) == pytest.approx(39.6, abs=0.05)
    assert np.degrees(Lens(50.0).vertical_view) == pytest.approx(22.9, abs=0.05)
    assert np.degrees(Lens(50.0, aspect=1.5).view("diagonal")) == pytest.approx(46.8, abs=0.05)
    assert Lens.on_filmback(50.0, "super 35").horizontal_view < Lens(50.0).horizontal_view


@given(focal, sensor, aspect, st.sampled_from(["horizontal", "vertical", "diagonal"]))
def test_a_lens_comes_back_from_each_of_its_fields_of_view(f, s, a, across):
    lens = Lens(f, s, a)
    assert Lens.from_fov(lens.view(across), across, s, a).focal_mm == pytest.approx(f)


@given(focal, sensor, aspect, st.integers(100, 8000))
def test_a_lens_comes_back_from_its_intrinsics(f, s, a, width):
    lens = Lens(f, s, a)
    back = Lens.from_intrinsics(lens.intrinsics(width), width, width / a, s)
    assert (back.focal_mm, back.sensor_mm, back.aspect) == pytest.approx((f, s, a))


def test_intrinsics_put_a_point_on_the_pixel_where_the_screen_has_it():
    lens, q = Lens(35.0), pose.look([0.2, 1.0, 0.1])
    point, position = np.array([1.0, 6.0, 2.0]), np.array([0.5, 0.0, 1.5])
    (x, y), _ = lens.project(point, position, q)
    translation, turn = pose.colmap_from_blender(position, q)
    pixel = lens.intrinsics(1920) @ (pose.rotate(turn, point) + translation)
    expected = [960 + x * 1080, 540 - y * 1080]
    np.testing.assert_allclose(pixel[:2] / pixel[2], expected, atol=1e-9)


def test_focused_at_the_hyperfocal_distance_all_from_half_of_it_is_sharp():
    lens = Lens(35.0)
    h = lens.hyperfocal(5.6)
    near, far = lens.depth_of_field(h, 5.6)
    assert near == pytest.approx(h / 2, rel=0.01) and far == np.inf
    # 35 mm full frame, circle of confusion 27.5 µm: 35² / (5.6 × 0.0275) mm
    assert h == pytest.approx(7.98, abs=0.1)


@given(focal, st.floats(1.0, 20), st.floats(1.2, 16))
def test_a_smaller_stop_and_a_shorter_lens_keep_more_in_focus(f, distance, stop):
    near, far = Lens(f).depth_of_field(distance, stop)
    assert near < distance < far
    wider = Lens(f).depth_of_field(distance, stop * 1.4)
    shorter = Lens(f * 0.7).depth_of_field(distance, stop)
    for deeper in (wider, shorter):
        assert deeper[0] < near and (deeper[1] > far or far == np.inf)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: Lens(0.0), "focal_mm must be positive and finite, not 0.0"),
        (lambda: Lens(50.0, np.inf), "sensor_mm"),
        (lambda: Lens.on_filmback(50.0, "super 53"), "nearest name is 'super 35'"),
        (lambda: Lens.from_fov(3.2), "between 0 and π radians, not 3.2"),
        (lambda: Lens(50.0).depth_of_field(0.04, 2.8), "cannot focus at 0.04 m"),
        (lambda: Lens(50.0).hyperfocal(0.0), "f-stop is positive, not 0.0"),
        (lambda: Lens.from_intrinsics(np.diag([900, 950, 1]), 1000, 500), "differ"),
        (
            lambda: Lens.from_intrinsics([[900, 0, 300], [0, 900, 250], [0, 0, 1]], 1000, 500),
            "not the centre",
        ),
    ],
)
def test_a_lens_that_cannot_be_is_refused_by_its_value(make, what):
    with pytest.raises(ValueError, match=what):
        make()


def test_every_filmback_makes_a_lens():
    for name in FILMBACKS:
        assert Lens.on_filmback(50.0, name).sensor_mm == FILMBACKS[name]
