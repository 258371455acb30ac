"""Smoothing whole tracks: noise goes, motion stays, nobody has to say how noisy it was."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import block_diag

from camera import Trajectory, World, pose, shake, smooth
from camera.smoothing.banded import Whittaker
from camera.smoothing.paths import smooth_positions
from camera.world import Bodies, to_bodies

RATE = 24
METHODS = ["banded", "kalman"]


def moving(times):
    t = np.asarray(times, float)
    p = np.stack([np.sin(t * 0.5) * 2, np.cos(t * 0.4), 0.1 * t], axis=1)
    return Trajectory(t, p, pose.from_azimuth_elevation(0.5 * t, 0.2 * np.sin(0.7 * t)))


def jittered(true, seed=0, position=0.05, rotation=0.01):
    rng = np.random.default_rng(seed)
    n = (len(true), 3)
    q = pose.multiply(true.quaternions, pose.exp(rng.normal(0, 1, n) * rotation))
    return Trajectory(true.times, true.positions + rng.normal(0, 1, n) * position, q)


def noisy(seed=0, frames=240):
    true = moving(np.arange(frames) / RATE)
    return true, jittered(true, seed)


def errors(found, true, keep=slice(None)):
    turn = pose.log(pose.multiply(pose.conjugate(true.quaternions), found.quaternions))
    return np.array(
        [
            np.sqrt(np.mean((found.positions - true.positions)[keep] ** 2)),
            np.sqrt(np.mean(turn[keep] ** 2)),
        ]
    )


def with_poses(track, positions, quaternions):
    return Trajectory(track.times, positions, pose.normalised(quaternions))


def without(track, gone):
    p, q = track.positions.copy(), track.quaternions.copy()
    p[gone], q[gone] = np.nan, np.nan
    return Trajectory(track.times, p, q)


def lag(found, true):
    """Frames by which ``found`` is late, where its correlation with ``true`` is highest."""
    a = np.concatenate([found.positions, pose.unrolled(found.quaternions)], axis=1)
    b = np.concatenate([true.positions, pose.unrolled(true.quaternions)], axis=1)
    shifts = range(-6, 7)

    def alike(x, y, k):
        return np.corrcoef(x[6 + k : len(x) - 6 + k], y[6:-6])[0, 1]

    return [
        shifts[int(np.argmax([alike(x, y, k) for k in shifts]))]
        for x, y in zip(a.T, b.T, strict=True)
        if np.ptp(y - np.polyval(np.polyfit(true.times, y, 1), true.times)) > 0.3 * np.ptp(y) > 0.1
    ]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(3))
def test_smoothing_without_being_told_the_noise_cuts_the_error_threefold(method, seed):
    true, seen = noisy(seed)
    assert np.all(errors(smooth(seen, method=method), true) < errors(seen, true) / 3)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("rig", [None, "dolly", "steadicam"])
def test_a_real_hand_with_lost_locks_is_cut_threefold_and_never_late(method, rig):
    true = moving(np.arange(480) / RATE)
    seen = jittered(shake(true, "handheld", seed=4), 5)
    rng = np.random.default_rng(6)
    lost = rng.random(480) < 0.03
    p, q = seen.positions.copy(), seen.quaternions.copy()
    p[lost] += rng.normal(0, 1, (lost.sum(), 3))
    q[lost] = pose.multiply(q[lost], pose.exp(rng.normal(0, 0.4, (lost.sum(), 3))))
    seen = with_poses(seen, p, q)
    found = smooth(seen, rig, method)
    assert np.all(errors(found, true) < errors(seen, true) / 3)
    assert np.all(errors(found, true, ~lost) < errors(seen, true, ~lost) / 1.5)
    assert lag(found, true) == [0] * len(lag(found, true))


def held_in_a_hand(seed):
    """A path, what a hand made of it with noise and 3 % of lost locks, and which are lost."""
    true = moving(np.arange(480) / RATE)
    seen = jittered(shake(true, "handheld", seed), seed)
    rng = np.random.default_rng(seed)
    lost = rng.random(480) < 0.03
    p, q = seen.positions.copy(), seen.quaternions.copy()
    p[lost] += rng.normal(0, 1, (lost.sum(), 3))
    q[lost] = pose.multiply(q[lost], pose.exp(rng.normal(0, 0.4, (lost.sum(), 3))))
    return true, with_poses(seen, p, q), lost


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("rig", [None, "dolly", "steadicam"])
def test_a_hand_that_is_known_to_have_held_the_camera_is_told_from_its_motion(method, rig):
    gains = []
    for seed in range(8):
        true, seen, lost = held_in_a_hand(seed)
        found = smooth(seen, rig, method, shot_on="handheld")
        gains.append(errors(seen, true, ~lost) / errors(found, true, ~lost))
        assert lag(found, true) == [0] * len(lag(found, true))
    assert np.all(np.median(gains, axis=0) > 3.0)
    assert np.all(np.min(gains, axis=0) > 2.5)


@pytest.mark.parametrize("method", METHODS)
def test_a_rig_without_life_leaves_nothing_to_take_out(method):
    _, seen = noisy()
    plain, told = smooth(seen, method=method), smooth(seen, method=method, shot_on="dolly")
    assert np.array_equal(plain.positions, told.positions)
    assert np.array_equal(plain.quaternions, told.quaternions)


@pytest.mark.parametrize("method", METHODS)
def test_a_hand_is_told_from_its_motion_on_uneven_times_with_holes_too(method):
    rng = np.random.default_rng(3)
    true = moving(np.cumsum(rng.uniform(0.5, 1.5, 480)) / RATE)
    seen = jittered(shake(true, "handheld", 2), 2)
    gone = np.zeros(480, bool)
    gone[[10, 11, *range(100, 120), 300]] = True
    found = smooth(without(seen, gone), method=method, shot_on="handheld")
    assert np.all(errors(found, true, ~gone) < errors(seen, true, ~gone) / 2.5)


@pytest.mark.parametrize("method", METHODS)
def test_a_clean_path_is_left_alone(method):
    true = moving(np.arange(240) / RATE)
    assert np.all(errors(smooth(true, method=method), true) < 1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_missing_samples_are_filled_whether_nan_or_masked(method):
    true, seen = noisy(1)
    gone = np.zeros(240, bool)
    gone[[3, 60, 61, 62, 63, 64, 65, 150, *range(180, 200)]] = True
    found = smooth(without(seen, gone), method=method)
    assert errors(found, true)[0] < 0.04 and errors(found, true)[1] < 0.008
    masked = smooth(seen, method=method, missing=gone)
    np.testing.assert_allclose(masked.positions, found.positions, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_before_the_first_and_after_the_last_sample_the_pose_is_held(method):
    _, seen = noisy()
    gone = np.ones(240, bool)
    gone[20:200] = False
    found = smooth(without(seen, gone), method=method)
    for a in (found.positions, found.quaternions):
        assert np.all(a[:20] == a[20]) and np.all(a[200:] == a[199])


@pytest.mark.parametrize("method", METHODS)
def test_uneven_times_are_smoothed_as_well_as_even_ones(method):
    rng = np.random.default_rng(0)
    true = moving(np.cumsum(rng.uniform(0.5, 1.5, 300)) / RATE)
    seen = jittered(true, 3)
    assert np.all(errors(smooth(seen, method=method), true) < errors(seen, true) / 2.8)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("where", [0, 100, 239, slice(100, 103)])
def test_a_sample_that_cannot_be_pulls_nothing(method, where):
    true, seen = noisy(2)
    p, q = seen.positions.copy(), seen.quaternions.copy()
    p[where] += [4.0, 0.0, -2.0]
    q[where] = pose.multiply(q[where], pose.exp([0.0, 2.5, 0.0]))
    found = smooth(with_poses(seen, p, q), method=method)
    clean = smooth(seen, method=method)
    assert np.abs(found.positions - clean.positions).max() < 0.05
    assert np.abs(found.positions - true.positions)[where].max() < 0.15
    assert np.all(errors(found, true) < 1.3 * errors(clean, true))


def test_a_long_loss_of_lock_is_no_new_motion():
    true, seen = noisy(2)
    p = seen.positions.copy()
    p[100:106] += [4.0, 0.0, -2.0]
    found = smooth(with_poses(seen, p, seen.quaternions), "steadicam", "kalman", (0.05, 0.01))
    assert errors(found, true)[0] < 0.03


def test_many_smaller_mistakes_lose_their_weight():
    true, seen = noisy(2, 480)
    rng = np.random.default_rng(0)
    p = seen.positions + (rng.random(480) < 0.1)[:, None] * rng.choice([-0.3, 0.3], (480, 3))
    found, clean = smooth(with_poses(seen, p, seen.quaternions)), smooth(seen)
    assert errors(found, true)[0] < 1.35 * errors(clean, true)[0]


def test_even_rotations_as_rough_as_a_third_of_a_radian_are_smoothed():
    true = moving(np.arange(480) / RATE)
    seen = jittered(true, 1, rotation=0.3)
    assert errors(smooth(seen), true)[1] < errors(seen, true)[1] / 4


@pytest.mark.parametrize("frames", [240, 1000])
def test_the_fitted_smoothing_is_nearly_the_best_there_is(frames):
    t = np.arange(frames) / RATE
    p = np.stack([2 * np.sin(1.5 * t), np.cos(1.1 * t), 0.3 * np.sin(2 * t)], 1)
    grid, weights = Whittaker(t), np.ones(frames)
    found, best = [], []
    for seed in range(6):
        rough = p + np.random.default_rng(seed).normal(0, 0.05, p.shape)
        found.append(np.square(smooth_positions(t, grid, rough, weights, None) - p).mean())
        tried = [grid.solve(rough, weights, x) for x in 10.0 ** np.arange(2, 8, 0.25)]
        best.append(min(np.square(x - p).mean() for x in tried))
    assert np.sqrt(np.mean(found) / np.mean(best)) < 1.05


def test_twice_the_frame_rate_is_smoothed_nearly_alike():
    slow, fast = np.arange(0, 30, 1 / 24), np.arange(30, 60, 1 / 48)
    t = np.concatenate([slow, fast])
    wave = np.sin(2 * np.pi * 0.7 * t)
    track = Trajectory(t, np.stack([wave] * 3, 1), np.tile([1.0, 0, 0, 0], (len(t), 1)))
    found = smooth(track, "steadicam").positions[:, 0]
    kept = [np.std(found[s]) / np.std(wave[s]) for s in ((t > 5) & (t < 25), (t > 35) & (t < 55))]
    # the denser half has twice the samples to hold it
    assert kept[1] == pytest.approx(kept[0] * 2 / (1 + kept[0]), rel=0.03)


@pytest.mark.parametrize("method", METHODS)
def test_a_camera_that_starts_suddenly_is_not_taken_for_a_mistake(method):
    t = np.arange(240) / RATE
    p = np.stack([np.maximum(t - 5, 0) * 1.5, 0 * t, 0 * t], 1)
    track = Trajectory(t, p, pose.from_azimuth_elevation(np.maximum(t - 5, 0), 0.0))
    found = smooth(track, method=method)
    assert np.abs(found.positions - p).max() < 0.02
    assert np.all(errors(found, track) < 0.005)


@pytest.mark.parametrize("method", METHODS)
def test_a_whip_pan_through_the_whole_circle_stays_a_whip_pan(method):
    t = np.arange(120) / RATE
    turn = 4 * np.pi / (1 + np.exp(-4 * (t - 2.5)))
    true = Trajectory(t, np.zeros((120, 3)), pose.from_azimuth_elevation(turn, 0.1))
    seen = jittered(true, 0, 0.001, 0.002)
    found = smooth(seen, method=method)
    assert errors(found, true)[1] < errors(seen, true)[1]
    swept = np.linalg.norm(np.diff(pose.unrolled(found.quaternions), axis=0), axis=1).sum()
    assert swept == pytest.approx(4 * np.pi, rel=0.05)


@pytest.mark.parametrize(
    ("method", "rig"), [("banded", None), ("banded", "dolly"), ("kalman", "dolly")]
)
def test_turning_the_world_turns_the_result(method, rig):
    _, seen = noisy(7)
    turn = pose.exp([0.3, -1.1, 2.0])
    turned = with_poses(
        seen, pose.rotate(turn, seen.positions), pose.multiply(turn, seen.quaternions)
    )
    one, two = smooth(seen, rig, method), smooth(turned, rig, method)
    # the Kalman smoother fits each of the world's axes alone
    tight = 1e-7 if method == "banded" else 5e-3
    np.testing.assert_allclose(two.positions, pose.rotate(turn, one.positions), atol=tight)
    off = pose.multiply(pose.conjugate(pose.multiply(turn, one.quaternions)), two.quaternions)
    np.testing.assert_allclose(pose.log(off), 0, atol=1e-9)


def plain_smoother(times, z, jerk, sigma, gate=16.27):
    """Rauch–Tung–Striebel on dense matrices: three axes of value, rate and second rate."""
    x, p = np.zeros(9), block_diag(*[np.diag([sigma[0] ** 2, 4.0, 25.0])] * 3)
    x[::3] = z[0]
    h = np.zeros((3, 9))
    h[[0, 1, 2], [0, 3, 6]] = 1.0
    past, ahead = [(x, p)], []
    for k in range(1, len(z)):
        dt = times[k] - times[k - 1]
        f = block_diag(*[[[1, dt, dt * dt / 2], [0, 1, dt], [0, 0, 1]]] * 3)
        a, b, c = dt**5 / 20, dt**4 / 8, dt**3 / 6
        q = np.array([[a, b, c], [b, dt**3 / 3, dt**2 / 2], [c, dt**2 / 2, dt]])
        x, p = f @ x, f @ p @ f.T + jerk**2 * block_diag(q, q, q)
        ahead.append((x, p, f))
        if np.all(np.isfinite(z[k])):
            s = h @ p @ h.T + sigma[k] ** 2 * np.eye(3)
            y = z[k] - h @ x
            if y @ np.linalg.solve(s, y) < gate:
                gain = p @ h.T @ np.linalg.inv(s)
                x, p = x + gain @ y, p - gain @ s @ gain.T
        past.append((x, p))
    out = [past[-1][0]]
    for (x, p), (xa, pa, f) in zip(past[-2::-1], ahead[::-1], strict=True):
        out.append(x + p @ f.T @ np.linalg.inv(pa) @ (out[-1] - xa))
    return np.array(out[::-1])[:, ::3]


@pytest.mark.parametrize("uneven", [False, True])
@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("varying", [False, True])
def test_the_kalman_smoother_is_the_textbooks_to_a_millionth(uneven, gaps, varying):
    rng = np.random.default_rng(1)
    n = 150
    t = np.cumsum(rng.uniform(0.5, 1.5, n) if uneven else np.ones(n)) / RATE
    angle = 0.8 * np.sin(0.6 * t) + rng.normal(0, 0.01, n)
    p = np.stack([np.sin(t), np.cos(t), 0.2 * t], 1) + rng.normal(0, 0.05, (n, 3))
    sigma_p, sigma_q = np.full(n, 0.05), np.full(n, 0.01)
    if varying:
        sigma_p, sigma_q = sigma_p * rng.uniform(0.5, 2, n), sigma_q * rng.uniform(0.5, 2, n)
    # a camera that turns about one axis of its own: there the tangent space is the whole truth
    track = Trajectory(t, p, pose.exp(np.stack([0 * t, angle, 0 * t], 1)))
    gone = np.zeros(n, bool)
    gone[40:52] = gaps
    found = smooth(without(track, gone), "steadicam", "kalman", (sigma_p, sigma_q))
    p[gone] = np.nan
    spin = np.stack([0 * t, np.where(gone, np.nan, angle), 0 * t], 1)
    np.testing.assert_allclose(found.positions, plain_smoother(t, p, 2.5, sigma_p), atol=1e-6)
    expected = plain_smoother(t, spin, 2.5, sigma_q)
    np.testing.assert_allclose(pose.log(found.quaternions), expected, atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_a_sample_that_says_it_is_bad_counts_little(method):
    true, seen = noisy(3)
    rng = np.random.default_rng(9)
    bad = rng.random(240) < 0.5
    p = seen.positions + bad[:, None] * rng.normal(0, 0.15, (240, 3))
    seen = with_poses(seen, p, seen.quaternions)
    sigma = np.where(bad, 0.16, 0.05)
    told = smooth(seen, method=method, noise=(sigma, 0.01))
    assert errors(told, true)[0] < 0.8 * errors(smooth(seen, method=method), true)[0]


def test_channels_of_unlike_noise_are_each_fitted():
    true = moving(np.arange(480) / RATE)
    rng = np.random.default_rng(0)
    p = true.positions + rng.normal(0, 1, (480, 3)) * [0.2, 0.002, 0.02]
    found = smooth(with_poses(true, p, true.quaternions), method="kalman")
    assert np.all(
        np.sqrt(np.mean((found.positions - true.positions) ** 2, axis=0)) < [0.06, 0.001, 0.008]
    )


@pytest.mark.parametrize("method", METHODS)
def test_a_tripod_is_still_to_the_last_bit(method):
    _, seen = noisy()
    assert smooth(seen, "tripod", method).is_still


def test_a_lens_is_smoothed_by_ratio_and_a_prime_is_not_touched():
    true, seen = noisy()
    rng = np.random.default_rng(0)
    zoom = 35 * np.exp(0.3 * np.sin(true.times / 2))
    rough = zoom * np.exp(rng.normal(0, 0.02, 240))
    found = smooth(Trajectory(seen.times, seen.positions, seen.quaternions, rough, np.full(240, 3)))
    assert np.std(found.focal_lengths / zoom) < 0.02 / 3
    assert np.all(found.focus_distances == 3)


def test_where_smoothing_would_cut_a_corner_into_the_wall_it_keeps_clear():
    t = np.arange(120) / RATE
    p = np.stack([np.minimum(t, 2.5) * 1.2, np.maximum(t - 2.5, 0) * 1.2, 1 + 0 * t], 1)
    track = Trajectory(t, p, pose.from_azimuth_elevation(0.1 * t, 0.0))
    pillar = World.of_boxes([[2.0, 1.0, 1.0]], [[0.65, 0.65, 1.0]])
    free = smooth(track, "crane")
    kept = smooth(track, "crane", world=pillar, radius=0.3)
    assert pillar.clearance(track.positions).min() > 0.3
    assert pillar.clearance(free.positions).min() < 0.28
    assert pillar.clearance(kept.positions).min() >= 0.3 - 1e-6
    assert np.abs(kept.jerks()).max() < 0.5 * np.abs(track.jerks()).max()


def walker(times, feet, radius=0.25):
    """Somebody who is at ``feet`` (F, 2), as one capsule."""
    low, high = (np.column_stack([feet, np.full(len(times), z)]) for z in (0.25, 1.55))
    return Bodies(np.stack([low, high], 1)[:, None], np.array([radius]), np.zeros(1, np.int64))


def nearest(track, bodies, world=None):
    """The least distance to anything on the way, at thirty instants between samples."""
    u = np.linspace(0, len(track) - 1, 30 * (len(track) - 1) + 1)
    k = np.minimum(u.astype(int), len(track) - 2)
    f = u - k
    p = track.positions[k] + f[:, None] * (track.positions[k + 1] - track.positions[k])
    ends = bodies.ends[k] + f[:, None, None, None] * (bodies.ends[k + 1] - bodies.ends[k])
    gap = to_bodies(p, Bodies(ends, bodies.radii, bodies.owners)).min()
    return gap if world is None else min(gap, world.clearance(p).min())


def ride(seed=0):
    """A dolly's way along x with noise, and where it is."""
    t = np.arange(240) / RATE
    p = np.stack([0.8 * t, 0.2 * np.sin(0.5 * t), 1.4 + 0 * t], 1)
    return t, p, jittered(Trajectory(t, p, pose.from_azimuth_elevation(0.1 * t, 0.0)), seed, 0.02)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "heading", [0.0, 0.7, np.pi / 2, 2.5, np.pi, 4.0], ids=lambda h: f"{h:.1f}"
)
def test_somebody_who_walks_through_the_camera_is_given_way_to_smoothly(method, heading):
    t, p, seen = ride()
    step = 1.3 * np.array([np.cos(heading), np.sin(heading)])
    person = walker(t, p[120, :2] + np.outer(t - t[120], step))
    free = smooth(seen, "dolly", method)
    kept = smooth(seen, "dolly", method, bodies=person)
    assert nearest(seen, person) < 0 and nearest(free, person) < 0
    assert nearest(kept, person) >= 0.3
    assert np.linalg.norm(kept.positions - free.positions, axis=1).max() < 1.2
    # a dolly gives way as a dolly moves
    assert np.linalg.norm(kept.jerks(), axis=1).max() < 5.0
    far = np.abs(t - t[120]) > 4.0
    assert np.linalg.norm((kept.positions - free.positions)[far], axis=1).max() < 0.1


def test_who_runs_across_between_two_samples_is_seen_too():
    t, p, seen = ride()
    across = np.where(np.arange(240) <= 120, -3.0, 3.0)
    person = walker(t, np.column_stack([np.full(240, p[120:122, 0].mean()), across]))
    assert to_bodies(seen.positions, person).min() > 1.0
    assert nearest(smooth(seen, "dolly"), person) < 0
    assert nearest(smooth(seen, "dolly", bodies=person), person) >= 0.3


def test_the_side_with_a_wall_is_not_the_one_to_give_way_to():
    t, p, seen = ride()
    feet = np.column_stack([np.full(240, p[120, 0]), p[120, 1] + 0.05 + 0 * t])
    person = walker(t, feet)
    free = smooth(seen, "dolly", bodies=person)
    side = np.sign(free.positions[120, 1] - feet[120, 1])
    wall = World.of_boxes([[p[120, 0], p[120, 1] + 0.8 * side, 1.0]], [[3.0, 0.1, 2.0]])
    kept = smooth(seen, "dolly", bodies=person, world=wall)
    assert nearest(free, person, wall) < 0.3
    assert nearest(kept, person, wall) >= 0.3
    assert np.sign(kept.positions[120, 1] - feet[120, 1]) == -side


def test_a_crowd_is_given_way_to_one_by_one():
    t, p, seen = ride()
    rng = np.random.default_rng(1)
    crowd = []
    for k in rng.integers(40, 200, 4):
        turn = rng.uniform(0, 2 * np.pi)
        step = rng.uniform(0.6, 1.5) * np.array([np.cos(turn), np.sin(turn)])
        crowd.append(walker(t, p[k, :2] + rng.uniform(-0.3, 0.3, 2) + np.outer(t - t[k], step)))
    everybody = Bodies(
        np.concatenate([one.ends for one in crowd], axis=1), np.full(4, 0.25), np.arange(4)
    )
    free, kept = smooth(seen, "steadicam"), smooth(seen, "steadicam", bodies=everybody)
    assert nearest(free, everybody) < 0
    assert nearest(kept, everybody) >= 0.3
    assert np.linalg.norm(kept.jerks(), axis=1).max() < 10.0


def test_who_cannot_be_given_way_to_is_come_no_nearer_than_the_samples_come():
    t, p, seen = ride()
    # walls on both hands, above and below: a person in there fills the way
    narrow = World.of_boxes(
        [[4, -0.7, 1.4], [4, 0.7, 1.4], [4, 0, 2.2], [4, 0, 0.6]],
        [[9, 0.1, 1], [9, 0.1, 1], [9, 1, 0.1], [9, 1, 0.1]],
    )
    person = walker(t, np.tile(p[120, :2], (240, 1)))
    kept = smooth(seen, "dolly", bodies=person, world=narrow)
    assert np.isfinite(kept.positions).all()
    assert nearest(kept, person, narrow) >= min(nearest(seen, person, narrow), 0.3) - 1e-3


def test_nobody_near_changes_nothing():
    t, _, seen = ride()
    away = walker(t, np.tile([0.0, 30.0], (240, 1)))
    absent = walker(t, np.full((240, 2), np.nan))
    free = smooth(seen, "dolly")
    for bodies in (away, absent, Bodies.none()):
        assert np.array_equal(smooth(seen, "dolly", bodies=bodies).positions, free.positions)


def test_a_camera_that_gives_way_keeps_its_subjects_in_their_place():
    t, p, seen = ride()
    pair = np.stack([np.add(p, [0.0, 4.0, 0.2]), np.add(p, [1.0, 4.5, 0.1])], axis=1)
    middle = pair.mean(axis=1)
    seen = Trajectory(t, seen.positions, pose.look_at(seen.positions, middle))
    person = walker(t, p[120, :2] + np.outer(t - t[120], [0.0, 1.3]))
    free = smooth(seen, "dolly", bodies=person)
    kept = smooth(seen, "dolly", bodies=person, targets=pair)
    assert nearest(kept, person) >= 0.3

    def off(track):
        seen_at = pose.rotate(
            pose.conjugate(track.quaternions)[:, None], pair - track.positions[:, None]
        )
        seen_at /= np.linalg.norm(seen_at, axis=-1, keepdims=True)
        across = seen_at.sum(axis=1)
        return np.linalg.norm(across[:, :2], axis=1).max() / 2

    assert off(free) > 0.1 and off(kept) < 0.01


def test_a_subject_stays_where_it_was_in_the_frame():
    t = np.arange(120) / RATE
    p = np.stack([np.minimum(t, 2.5) * 1.2, np.maximum(t - 2.5, 0) * 1.2, 1 + 0 * t], 1)
    subject = np.array([2.0, 4.0, 1.5]) + 0.3 * np.sin(t)[:, None]
    track = Trajectory(t, p, pose.look_at(p, subject))

    def off_centre(found):
        away = subject - found.positions
        across = np.cross(pose.forward(found.quaternions), away)
        return (np.linalg.norm(across, axis=1) / np.linalg.norm(away, axis=1)).max()

    assert off_centre(smooth(track, "crane")) > 0.005
    assert off_centre(smooth(track, "crane", targets=subject)) < 1e-6


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("frames", range(1, 12))
def test_the_shortest_tracks_come_back_whole(method, frames):
    seen = jittered(moving(np.arange(frames) / RATE))
    found = smooth(seen, method=method)
    assert len(found) == frames and np.all(errors(found, seen) < 0.2)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_track_is_smoothed_the_same(method):
    one, two = (smooth(noisy(8)[1], method=method) for _ in range(2))
    assert np.array_equal(one.positions, two.positions)
    assert np.array_equal(one.quaternions, two.quaternions)


def test_what_cannot_be_smoothed_is_refused_by_name():
    _, seen = noisy()
    for arguments, what in (
        ({"rig": "hoverboard"}, "'hoverboard' is not known; there are tripod"),
        ({"shot_on": "hoverboard"}, "'hoverboard' is not known; there are tripod"),
        ({"method": "magic"}, "'magic' is not known; there are banded"),
        ({"missing": np.zeros(3, bool)}, "give a bool for each of 240 samples"),
        ({"missing": np.ones(240, bool)}, "no sample"),
        ({"noise": (0.05, np.zeros(240))}, "rotation noise must be positive"),
        ({"noise": (np.ones((2, 2)), 0.1)}, r"position noise has shape \(2, 2\)"),
        ({"bodies": Bodies(np.zeros((5, 1, 2, 3)), np.ones(1), np.zeros(1))}, "5 rows for 240"),
        ({"targets": np.full((240, 3), np.nan)}, "targets of sample 0 are not finite"),
        ({"targets": np.zeros((3, 3))}, "one finite point for each of the 240"),
    ):
        with pytest.raises(ValueError, match=what):
            smooth(seen, **arguments)
