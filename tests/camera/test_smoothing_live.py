"""The live filter: each pose as it comes, nothing of the future, always in time."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from camera import Trajectory, pose, smooth
from camera.smoothing import Filter

RATE = 24


def samples(frames=200, seed=0):
    rng = np.random.default_rng(seed)
    t = np.arange(frames) / RATE
    p = np.stack([np.sin(t), 0.5 * t, 1.6 + 0 * t], 1)
    q = pose.from_azimuth_elevation(0.6 * np.sin(0.8 * t), 0.1)
    noisy = pose.multiply(q, pose.exp(rng.normal(0, 0.01, (frames, 3))))
    return t, p, q, p + rng.normal(0, 0.05, (frames, 3)), noisy


def run(live, t, p, q, **more):
    steps = [live.step(*sample, **more) for sample in zip(t, p, q, strict=True)]
    return np.array([s[0] for s in steps]), np.array([s[1] for s in steps])


def test_the_filter_ends_where_the_whole_smoother_ends():
    t, _, _, p, q = samples()
    live = Filter("steadicam", noise=(0.05, 0.01))
    for cut in (60, 200):
        live = Filter("steadicam", noise=(0.05, 0.01))
        filtered, turned = run(live, t[:cut], p[:cut], q[:cut])
        whole = smooth(Trajectory(t[:cut], p[:cut], q[:cut]), "steadicam", "kalman", (0.05, 0.01))
        np.testing.assert_allclose(filtered[-1], whole.positions[-1], atol=1e-9)
        assert abs(turned[-1] @ whole.quaternions[-1]) > 1 - 1e-12


def test_later_samples_change_nothing_that_was_said():
    t, _, _, p, q = samples()
    one, _ = run(Filter("dolly"), t[:100], p[:100], q[:100])
    two, _ = run(Filter("dolly"), t, p, q)
    assert np.array_equal(one, two[:100])


def test_the_filter_follows_the_textbook_recursion():
    t, _, _, p, q = samples(80)
    found, _ = run(Filter("drone", noise=(0.06, 0.01)), t, p, q)
    dt = 1 / RATE
    f = np.array([[1, dt, dt**2 / 2], [0, 1, dt], [0, 0, 1]])
    g = np.array(
        [[dt**5 / 20, dt**4 / 8, dt**3 / 6], [dt**4 / 8, dt**3 / 3, dt**2 / 2], [0, 0, dt]]
    )
    g[2, :2] = g[:2, 2]
    x, c = np.array([p[0], [0] * 3, [0] * 3]), np.diag([0.06**2, 4.0, 25.0])
    for k in range(1, 80):
        x, c = f @ x, f @ c @ f.T + 25.0 * g
        gain = c[:, :1] / (c[0, 0] + 0.06**2)
        x, c = x + gain * (p[k] - x[0]), c - gain @ c[:1]
        np.testing.assert_allclose(found[k], x[0], atol=1e-8)


def test_the_filter_takes_out_noise_and_bridges_what_is_missing():
    t, clean, turned, p, q = samples()
    p[50:56] = np.nan
    q[50:56] = np.nan
    found, pose_q = run(Filter("steadicam"), t, p, q)
    late = slice(24, None)
    assert np.sqrt(np.mean((found - clean)[late] ** 2)) < 0.05 / 1.5
    off = pose.log(pose.multiply(pose.conjugate(turned), pose_q))[late]
    assert np.sqrt(np.mean(off**2)) < 0.01 / 1.2
    assert np.isfinite(found).all()


def test_a_sample_that_cannot_be_is_ignored_and_a_lasting_jump_is_followed():
    t, clean, turned, p, q = samples()
    p[80] += 3.0
    q[120] = pose.multiply(q[120], pose.exp([0.0, 2.0, 0.0]))
    found, turn = run(Filter("steadicam"), t, p, q)
    assert np.abs(found[80] - clean[80]).max() < 0.15
    off = pose.log(pose.multiply(pose.conjugate(turned), turn))
    assert np.abs(off[115:130]).max() < 0.05
    moved = p.copy()
    moved[100:] += 1.0
    found, _ = run(Filter("handheld"), t, moved, q)
    assert np.abs(found[-1] - clean[-1] - 1.0).max() < 0.2


def test_the_sign_of_a_quaternion_means_nothing():
    t, _, _, p, q = samples(60)
    flipped = q * np.where(np.arange(60) % 3, 1.0, -1.0)[:, None]
    _, one = run(Filter("dolly"), t, p, q)
    _, two = run(Filter("dolly"), t, p, flipped)
    np.testing.assert_allclose(np.abs(np.einsum("ij,ij->i", one, two)), 1.0, atol=1e-12)


def test_samples_may_bring_their_own_noise():
    t, clean, _, _, q = samples(seed=3)
    rng = np.random.default_rng(1)
    sigma = np.where(np.arange(200) % 2, 0.01, 0.12)
    rough = clean + rng.normal(0, 1, (200, 3)) * sigma[:, None]
    told = Filter("drone")
    found = np.array(
        [told.step(*x, noise=(s, 0.01))[0] for *x, s in zip(t, rough, q, sigma, strict=True)]
    )
    untold, _ = run(Filter("drone"), t, rough, q)
    late = slice(24, None)
    assert np.std((found - clean)[late]) < 0.6 * np.std((untold - clean)[late])


def test_memory_and_work_do_not_grow_with_the_take():
    t, _, _, p, q = samples(400)
    live = Filter("dolly")
    run(live, t[:300], p[:300], q[:300])
    size = len(pickle.dumps(live))
    run(live, t[300:], p[300:], q[300:])
    assert abs(len(pickle.dumps(live)) - size) < 64


def test_samples_out_of_order_and_noise_of_nothing_are_refused():
    live = Filter("dolly")
    with pytest.raises(ValueError, match="first sample has no pose"):
        live.step(0.0)
    live.step(0.0, [0, 0, 0], [1, 0, 0, 0])
    with pytest.raises(ValueError, match=r"time 0.0 s does not follow 0.0 s"):
        live.step(0.0, [0, 0, 0], [1, 0, 0, 0])
    with pytest.raises(ValueError, match=r"noise .* must be positive"):
        Filter("dolly", noise=(0.0, 0.1))
    with pytest.raises(ValueError, match="'hoverboard' is not known"):
        Filter("hoverboard")
    with pytest.raises(ValueError, match="does not move"):
        Filter("tripod")
