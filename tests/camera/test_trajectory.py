"""Trajectories: only real paths, exactly differentiated, resampled, cut and joined."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera import Trajectory, pose

LEVEL = [1.0, 0.0, 0.0, 0.0]


def pan(times, rate=0.5):
    t = np.asarray(times, float)
    q = pose.from_azimuth_elevation(rate * t, 0.0)
    return Trajectory(t, np.stack([t, 0 * t, 0 * t], 1), q, 30 + t, 2 + t)


@pytest.mark.parametrize(
    ("times", "positions", "quaternions", "what"),
    [
        ([], np.zeros((0, 3)), np.zeros((0, 4)), r"shape \(0,\)"),
        ([0.0, 1.0, 0.5], np.zeros((3, 3)), [LEVEL] * 3, "sample 2 is at 0.5 s, after 1.0 s"),
        ([0.0, 1.0, 1.0], np.zeros((3, 3)), [LEVEL] * 3, "sample 2 is at 1.0 s, after 1.0 s"),
        ([0.0, np.nan], np.zeros((2, 3)), [LEVEL] * 2, "sample 1 is at nan"),
        ([0.0, 1.0], [[0, 0, 0], [0, np.nan, 0]], [LEVEL] * 2, r"sample 1 has position \[0.0, nan"),
        ([0.0, 1.0], [[0, 0, 0], [np.inf, 0, 0]], [LEVEL] * 2, "inf"),
        ([0.0, 1.0], np.zeros((2, 3)), [LEVEL, [np.nan, 0, 0, 1]], "sample 1 .*nan"),
        ([0.0, 1.0], np.zeros((2, 3)), [LEVEL, [2.0, 0, 0, 0]], r"quaternion 1, \[2.0.*not unit"),
        ([0.0, 1.0], np.zeros((2, 3)), [LEVEL, [0.0, 0, 0, 0]], "quaternion 1.*not unit"),
        ([0.0, 1.0], np.zeros((2, 2)), [LEVEL] * 2, r"positions have shape \(2, 2\)"),
    ],
)
def test_what_is_no_path_is_refused_by_sample_and_value(times, positions, quaternions, what):
    with pytest.raises(ValueError, match=what):
        Trajectory(times, positions, quaternions)


def test_a_lens_that_is_not_positive_is_refused_by_sample():
    with pytest.raises(ValueError, match=r"focal_lengths .* sample 1 has -5.0"):
        Trajectory([0.0, 1.0], np.zeros((2, 3)), [LEVEL] * 2, [50.0, -5.0])


def test_a_sample_whose_whole_pose_is_nan_is_missing():
    track = Trajectory([0.0, 1.0], [[0, 0, 0], [np.nan] * 3], [LEVEL, [np.nan] * 4])
    assert track.known.tolist() == [True, False]


def test_the_signs_of_quaternions_never_jump():
    q = (
        pose.from_azimuth_elevation(np.linspace(0, 12, 60), 0.1)
        * np.where(np.arange(60) % 3, 1, -1)[:, None]
    )
    steps = np.diff(Trajectory(np.arange(60) / 24, np.zeros((60, 3)), q).quaternions, axis=0)
    assert np.abs(steps).max() < 0.2


@given(st.lists(st.floats(0.01, 0.2), min_size=6, max_size=20))
def test_derivatives_of_a_quartic_are_exact_on_any_times_to_the_very_ends(steps):
    t = np.cumsum(steps)
    track = Trajectory(t, np.stack([t**4, t**3, t**2], 1), np.tile(LEVEL, (len(t), 1)))
    for found, expected in (
        (track.velocities(), [4 * t**3, 3 * t**2, 2 * t]),
        (track.accelerations(), [12 * t**2, 6 * t, 2 + 0 * t]),
        (track.jerks(), [24 * t, 6 + 0 * t, 0 * t]),
    ):
        np.testing.assert_allclose(found, np.stack(expected, 1), atol=1e-2, rtol=1e-4)


def test_a_pans_angular_velocity_is_about_the_cameras_own_up():
    track = pan(np.arange(48) / 24)
    np.testing.assert_allclose(track.angular_velocities(), np.tile([0, 0.5, 0], (48, 1)), atol=1e-9)
    np.testing.assert_allclose(track.angular_accelerations(), 0, atol=1e-6)
    np.testing.assert_allclose(track.angular_jerks(), 0, atol=1e-4)


def test_one_sample_has_no_speed():
    one = Trajectory([0.0], [[1, 2, 3]], [LEVEL])
    assert not one.velocities().any() and not one.angular_jerks().any()
    assert one.resampled([0.0, 5.0]).is_still


def test_resampling_is_linear_with_slerp_and_holds_the_ends():
    track = pan([0.0, 1.0]).resampled([-1.0, 0.25, 0.5, 2.0])
    np.testing.assert_allclose(track.positions[:, 0], [0, 0.25, 0.5, 1])
    np.testing.assert_allclose(
        pose.azimuth_elevation(track.quaternions)[0], [0, 0.125, 0.25, 0.5], atol=1e-12
    )
    np.testing.assert_allclose(track.focal_lengths, [30, 30.25, 30.5, 31])


def test_smooth_resampling_passes_through_the_samples_without_kinks():
    t = np.arange(0, 4, 0.5)
    curve = Trajectory(
        t,
        np.stack([np.sin(t), np.cos(t), 0 * t], 1),
        pose.from_azimuth_elevation(np.sin(t), 0.3 * np.cos(t)),
        40 + 10 * np.sin(t),
    )
    fine = curve.resampled(np.linspace(0, 3.5, 351), "smooth")
    again = fine.resampled(t)
    np.testing.assert_allclose(again.positions, curve.positions, atol=1e-6)
    assert np.abs(np.einsum("ij,ij->i", again.quaternions, curve.quaternions)).min() > 1 - 1e-9
    kinked = curve.resampled(fine.times)
    for turn in ("accelerations", "angular_accelerations"):
        assert np.abs(getattr(fine, turn)()).max() < 0.1 * np.abs(getattr(kinked, turn)()).max()
    np.testing.assert_allclose(fine.positions[:, 0], np.sin(fine.times), atol=0.01)


def test_resampling_bridges_what_is_missing():
    p, q = np.array([[0.0, 0, 0], [np.nan] * 3, [2, 0, 0]]), np.array([LEVEL, [np.nan] * 4, LEVEL])
    whole = Trajectory([0.0, 1.0, 2.0], p, q).resampled([0.0, 1.0, 2.0])
    np.testing.assert_allclose(whole.positions[:, 0], [0, 1, 2])
    with pytest.raises(ValueError, match="every sample"):
        Trajectory([0.0], [[np.nan] * 3], [[np.nan] * 4]).resampled([0.0])


def test_cutting_and_joining_gives_the_same_track_back():
    track = pan(np.arange(24) / 24)
    both = track.slice(0, 0.5).joined(track.slice(0.5, 1))
    for name in ("times", "positions", "quaternions", "focal_lengths", "focus_distances"):
        assert np.array_equal(getattr(both, name), getattr(track, name))
    with pytest.raises(ValueError, match=r"begins at 0.0 s, before this one ends"):
        track.joined(track)
    assert track.joined(track.shifted(1.0)).duration == pytest.approx(47 / 24)
    with pytest.raises(ValueError, match=r"no samples in \[5, 6\)"):
        track.slice(5, 6)


def test_relative_steps_lead_back_along_the_same_path():
    rng = np.random.default_rng(0)
    q = pose.normalised(rng.normal(size=(20, 4)))
    track = Trajectory(np.arange(20) / 24, rng.normal(size=(20, 3)), q)
    again = Trajectory.integrated(
        track.times, track.positions[0], track.quaternions[0], track.steps()
    )
    np.testing.assert_allclose(again.positions, track.positions, atol=1e-12)
    np.testing.assert_allclose(
        np.abs(np.einsum("ij,ij->i", again.quaternions, track.quaternions)), 1, atol=1e-12
    )
    first = track.relative_to_first()
    np.testing.assert_allclose(first.steps(), track.steps(), atol=1e-12)
    np.testing.assert_allclose(first.positions[0], 0)
    np.testing.assert_allclose(np.abs(first.quaternions[0]), LEVEL, atol=1e-12)
