"""Poses and lenses: what is computed is what is seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from camera import FILMBACKS, Lens, Trajectory, pose
from camera.grammar import SIZES, size_of, size_steps

near = st.floats(-5, 5, allow_nan=False)
vectors = arrays(np.float64, 3, elements=near)
quaternions = arrays(np.float64, 4, elements=st.floats(-1, 1)).filter(
    lambda q: np.linalg.norm(q) > 0.1
)


@given(quaternions, vectors)
def test_a_pose_survives_the_way_to_opencv_and_colmap_and_back(q, p):
    q = pose.normalised(q)
    for there, back in (
        (pose.opencv_from_blender, pose.blender_from_opencv),
        (pose.colmap_from_blender, pose.blender_from_colmap),
    ):
        position, again = back(*there(p, q))
        np.testing.assert_allclose(position, p, atol=1e-9)
        np.testing.assert_allclose(abs(again @ q), 1.0, atol=1e-12)


def test_an_opencv_camera_looks_along_its_plus_z_with_y_down():
    q = pose.look([0.0, 1.0, 0.0])
    _, cv = pose.opencv_from_blender(np.zeros(3), q)
    np.testing.assert_allclose(pose.rotate(cv, [0.0, 0.0, 1.0]), [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(pose.rotate(cv, [0.0, 1.0, 0.0]), [0, 0, -1], atol=1e-12)


@given(quaternions)
def test_quaternions_matrices_and_rotation_vectors_agree(q):
    q = pose.canonical(pose.normalised(q))
    np.testing.assert_allclose(abs(pose.from_matrix(pose.matrix(q)) @ q), 1.0, atol=1e-9)
    np.testing.assert_allclose(abs(pose.exp(pose.log(q)) @ q), 1.0, atol=1e-9)


@given(st.floats(-3.1, 3.1), st.floats(-1.4, 1.4), st.floats(-1.5, 1.5))
def test_azimuth_elevation_and_roll_come_back(azimuth, elevation, roll):
    back = pose.azimuth_elevation(pose.from_azimuth_elevation(azimuth, elevation, roll))
    np.testing.assert_allclose(back, (azimuth, elevation, roll), atol=1e-9)


def test_a_zero_quaternion_is_refused_by_value():
    with pytest.raises(ValueError, match=r"\[0.0, 0.0, 0.0, 0.0\]"):
        pose.normalised([0.0, 0.0, 0.0, 0.0])


def test_a_50_mm_lens_on_full_frame_sees_39_6_degrees():
    assert np.degrees(Lens(50.0).horizontal_view) == pytest.approx(39.6, abs=0.05)
    assert Lens(50.0, FILMBACKS["super 35"]).horizontal_view < Lens(50.0).horizontal_view


def test_size_has_hysteresis_and_order():
    border = 0.23 / np.sqrt(SIZES["CU"].shows * SIZES["MCU"].shows)
    assert size_of(border * 0.99) == "MCU"
    assert size_of(border * 0.99, previous="CU") == "CU"
    assert size_steps("CU", "MS") == 2


def test_a_trajectory_refuses_times_that_go_back_and_resamples_by_slerp():
    q = pose.from_azimuth_elevation(np.array([0.0, 1.0]), 0.0)
    with pytest.raises(ValueError, match="increase"):
        Trajectory([1.0, 0.5], np.zeros((2, 3)), q)
    track = Trajectory([0.0, 1.0], [[0, 0, 0], [2, 0, 0]], q).resampled([0.25, 0.5])
    np.testing.assert_allclose(track.positions[:, 0], [0.5, 1.0])
    np.testing.assert_allclose(pose.azimuth_elevation(track.quaternions)[0], [0.25, 0.5])
