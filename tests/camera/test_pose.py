"""Poses: what is converted there comes back, and points where it should."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from camera import pose

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


def test_colmap_moves_a_world_point_into_the_camera():
    q = pose.look([0.0, 1.0, 0.0])
    translation, turn = pose.colmap_from_blender([1.0, 2.0, 3.0], q)
    seen = pose.rotate(turn, [1.0, 7.0, 2.5]) + translation
    np.testing.assert_allclose(seen, [0, 0.5, 5], atol=1e-12)


@given(quaternions)
def test_quaternions_matrices_and_rotation_vectors_agree(q):
    q = pose.canonical(pose.normalised(q))
    np.testing.assert_allclose(abs(pose.from_matrix(pose.matrix(q)) @ q), 1.0, atol=1e-9)
    np.testing.assert_allclose(abs(pose.exp(pose.log(q)) @ q), 1.0, atol=1e-9)


@given(vectors)
def test_rotation_vectors_up_to_half_a_turn_come_back(v):
    v = v / max(1.0, np.linalg.norm(v) / 3.1)
    np.testing.assert_allclose(pose.log(pose.exp(v)), v, atol=1e-9)
    np.testing.assert_allclose(pose.log(-pose.exp(v)), v, atol=1e-9)


@given(st.floats(-3.1, 3.1), st.floats(-1.4, 1.4), st.floats(-1.5, 1.5))
def test_azimuth_elevation_and_roll_come_back(azimuth, elevation, roll):
    back = pose.azimuth_elevation(pose.from_azimuth_elevation(azimuth, elevation, roll))
    np.testing.assert_allclose(back, (azimuth, elevation, roll), atol=1e-9)


@given(vectors, st.floats(0.1, 50), st.floats(-3.1, 3.1), st.floats(-1.5, 1.5))
def test_an_orbiting_camera_comes_back_and_has_its_subject_in_the_middle(target, d, azimuth, up):
    position, q = pose.from_orbit(target, d, azimuth, up)
    np.testing.assert_allclose(pose.orbit_of(position, target), (d, azimuth, up), atol=1e-6)
    np.testing.assert_allclose(pose.forward(q), (target - position) / d, atol=1e-9)


def test_an_orbit_at_azimuth_zero_stands_on_the_plus_y_side_and_looks_back():
    position, q = pose.from_orbit([1, 1, 1], 2.0, 0.0, 0.0)
    np.testing.assert_allclose(position, [1, 3, 1], atol=1e-12)
    np.testing.assert_allclose(pose.forward(q), [0, -1, 0], atol=1e-12)


def test_a_pan_rolled_out_flat_is_its_angle():
    q = pose.from_azimuth_elevation(np.linspace(0, 9, 50), 0.0)
    flat = pose.unrolled(q)
    np.testing.assert_allclose(flat[:, 1], np.linspace(0, 9, 50), atol=1e-9)
    np.testing.assert_allclose(flat[:, [0, 2]], 0, atol=1e-9)


def test_a_quaternion_of_no_rotation_is_refused_by_index_and_value():
    with pytest.raises(ValueError, match=r"quaternion 1, \[0.0, 0.0, 0.0, 0.0\]"):
        pose.normalised([[1.0, 0, 0, 0], [0.0, 0, 0, 0]])
    with pytest.raises(ValueError, match="nan"):
        pose.normalised([np.nan, 0, 0, 1])
    with pytest.raises(ValueError, match=r"0.0 m is not positive"):
        pose.from_orbit([0, 0, 0], 0.0, 0.0, 0.0)
