"""Rigs: each moves in its own way, and the same way for the same seed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import periodogram

from camera import Trajectory, pose, shake, smooth
from camera.smoothing import MOTIONS, eased

RATE = 48
TIMES = np.arange(60 * RATE) / RATE
STILL = Trajectory.still(TIMES, [0, 0, 1.6], pose.look([0.3, 1, 0]), 50.0)
ALIVE = [name for name, rig in MOTIONS.items() if rig.life]


def wobble(track):
    """Shift (F, 3) and turn (F, 3) in the camera's axes."""
    q = pose.conjugate(STILL.quaternions)
    return (
        pose.rotate(q, track.positions - STILL.positions),
        pose.log(pose.multiply(q, track.quaternions)),
    )


def test_a_tripod_and_a_dolly_add_no_shake():
    for rig in ("tripod", "dolly"):
        assert shake(STILL, rig, seed=1).is_still


@pytest.mark.parametrize("rig", ALIVE)
def test_shake_has_the_size_its_table_says_and_repeats_by_seed(rig):
    one, two, other = (shake(STILL, rig, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.positions, two.positions)
    assert np.array_equal(one.quaternions, two.quaternions)
    assert not np.array_equal(one.positions, other.positions)
    for column, kind in enumerate(("position", "rotation")):
        power = sum(np.square(getattr(band, kind)) for band in MOTIONS[rig].life)
        sizes = [np.square(wobble(shake(STILL, rig, s))[column]).mean(0) for s in range(6)]
        np.testing.assert_allclose(np.sqrt(np.mean(sizes, 0)), np.sqrt(power), rtol=0.2)


def test_a_hand_sways_slowly_breathes_and_trembles_quickly():
    _, turn = wobble(shake(STILL, "handheld", 3))
    hertz, power = periodogram(turn[:, 0], RATE, "hann")

    def within(low, high):
        return power[(hertz >= low) & (hertz < high)].mean()

    assert within(0.15, 0.4) > 5 * within(0.6, 1.2) > 10 * within(1.6, 3.0)
    assert within(5, 9) > 20 * within(3.5, 4.7) and within(5, 9) > 20 * within(10, 20)


def test_a_hand_shakes_more_than_a_steadicam_and_a_steadicam_more_than_a_crane():
    sizes = [np.std(wobble(shake(STILL, r, 0))[1]) for r in ("handheld", "steadicam", "crane")]
    assert sizes[0] > 2 * sizes[1] > 4 * sizes[2]


def test_two_pieces_of_one_take_shake_alike_where_they_overlap():
    whole = shake(STILL, "handheld", 5)
    piece = shake(STILL.slice(10.0, 20.0), "handheld", 5)
    assert np.array_equal(piece.positions, whole.slice(10.0, 20.0).positions)


def test_shake_is_felt_in_the_cameras_axes_wherever_it_looks():
    other = Trajectory.still(TIMES, [0, 0, 1.6], pose.look([1, -0.2, 0.5]))
    a, b = shake(STILL, "handheld", 1), shake(other, "handheld", 1)
    there = pose.rotate(pose.conjugate(other.quaternions), b.positions - other.positions)
    np.testing.assert_allclose(there, wobble(a)[0], atol=1e-12)


@pytest.mark.parametrize("rig", ["dolly", "crane", "steadicam"])
@pytest.mark.parametrize("seconds", [6.0, 1.0])
def test_an_eased_ride_starts_and_stops_gently_on_the_same_path_in_the_same_time(rig, seconds):
    t = np.arange(int(seconds * RATE) + 1) / RATE
    ride = Trajectory(
        t, np.stack([0.7 * t, 0 * t, 0 * t], 1), pose.from_azimuth_elevation(0.2 * t, 0.0), 35 + t
    )
    soft = eased(ride, rig)
    np.testing.assert_allclose(soft.positions[[0, -1]], ride.positions[[0, -1]], atol=1e-9)
    assert soft.duration == ride.duration
    speed = np.linalg.norm(soft.velocities(), axis=1)
    assert speed[[0, -1]].max() < 0.02
    assert np.linalg.norm(soft.accelerations(), axis=1)[[0, -1]].max() < 0.15
    assert np.all(np.diff(soft.positions[:, 0]) >= -1e-9)
    # the turn and the zoom go with the ride
    np.testing.assert_allclose(
        pose.azimuth_elevation(soft.quaternions)[0], 0.2 * soft.positions[:, 0] / 0.7, atol=1e-6
    )
    ramp = min(MOTIONS[rig].ease, seconds / 2)
    cruise = (t > ramp + 0.1) & (t < seconds - ramp - 0.1)
    assert not cruise.any() or np.ptp(speed[cruise]) < 1e-6


def test_what_stands_still_is_not_eased():
    assert eased(STILL, "dolly").is_still


@pytest.mark.parametrize("rig", [r for r, m in MOTIONS.items() if not m.still])
def test_below_its_cut_off_a_rig_follows_and_above_it_does_not(rig):
    cutoff = MOTIONS[rig].cutoff
    for hertz, least, most in (
        (cutoff / 3, 0.95, 1.01),
        (cutoff, 0.45, 0.55),
        (3 * cutoff, 0, 0.01),
    ):
        wave = 0.1 * np.sin(2 * np.pi * hertz * TIMES)
        track = Trajectory(TIMES, np.stack([wave] * 3, 1), STILL.quaternions)
        middle = slice(10 * RATE, 50 * RATE)
        kept = np.std(smooth(track, rig).positions[middle, 0]) / np.std(wave[middle])
        assert least <= kept <= most


@pytest.mark.parametrize("rig", ["dolly", "crane", "steadicam"])
def test_a_steady_rig_takes_out_a_tremor_even_where_nothing_else_is_noisy(rig):
    t = np.arange(480) / 24
    wave = 0.01 * np.sin(2 * np.pi * 3 * MOTIONS[rig].cutoff * t)
    track = Trajectory(t, np.stack([wave] * 3, 1), np.tile([1.0, 0, 0, 0], (480, 1)))
    for method in ("banded", "kalman"):
        assert np.std(smooth(track, rig, method).positions[48:-48, 0]) < 0.02 * np.std(wave)


def test_an_unknown_rig_is_refused_and_the_nearest_named():
    with pytest.raises(ValueError, match=r"'steadycam' is not known.*did you mean 'steadicam'"):
        shake(STILL, "steadycam", 0)
