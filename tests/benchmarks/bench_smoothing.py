"""What smoothing costs and what it saves, against filterpy's Kalman smoother in the same run.

``python tests/benchmarks/bench_smoothing.py [--filterpy FOLDER]``. 1000 frames of six channels at
24 fps with 0.05 m and 0.01 rad of noise; errors are means of six draws. filterpy is told the noise
and, of a table of jerks, the one whose error on this very path is least; ours is told nothing.
``--filterpy`` names a folder that ``pip install --target FOLDER filterpy`` has filled, where it is
not installed.
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
from scipy.linalg import block_diag

from camera import Trajectory, pose, shake, smooth
from camera.smoothing import Filter, kalman
from camera.world import Bodies, World

RATE, FRAMES = 24, 1000
NOISE = (0.05, 0.01)
ROWS = tuple((rig, held) for rig in (None, "dolly", "steadicam") for held in (None, "handheld"))
"""Rigs that tracks are smoothed for, and what is said of how they were shot."""
JERKS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)


def main() -> None:
    """Print costs, ratios and errors."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--filterpy", help="folder that holds filterpy")
    folder = parser.parse_args().filterpy
    if folder:
        sys.path.append(folder)
    true = clean(FRAMES)
    draws = [jittered(true, seed) for seed in range(6)]
    seen = draws[0]
    print(f"{FRAMES} frames, six channels, {NOISE[0]} m and {NOISE[1]} rad of noise")
    print(f"  {'as seen':58} {errors(draws, true)}")
    reference = filterpy_job(draws, true)
    jerk, sigma = np.repeat([0.4, 0.4], 3), np.repeat(NOISE, 3)
    all_known = np.ones(FRAMES, bool)
    flat = np.concatenate([seen.positions, pose.unrolled(seen.quaternions)], axis=1)
    sample = (seen.times, seen.positions, seen.quaternions, all_known, all_known)
    whole: tuple[tuple[str, Callable[[Trajectory], Trajectory]], ...] = (
        ("banded, noise fitted", smooth),
        ("banded, a rig's cut-off", partial(smooth, rig="steadicam")),
        ("banded, of noise and a hand", partial(smooth, shot_on="handheld")),
        ("kalman, noise fitted", partial(smooth, method="kalman")),
        ("live filter, all steps", stream),
    )
    for name, job in whole:
        line(name, *beside(partial(job, seen), reference), errors(map(job, draws), true))
    fit = partial(kalman.fitted, seen.times, flat, all_known)
    line("  of kalman: the fit", *beside(fit, reference))
    one = partial(kalman.smoothed, *sample, jerk, sigma)
    line("  of kalman: one Kalman + RTS pass", *beside(one, reference))
    print_growth()
    print_giving_way()
    print_real_hands()


def clean(frames: int) -> Trajectory:
    """A camera that rides, pans, tilts and rolls."""
    t = np.arange(frames) / RATE
    p = np.stack([np.sin(0.5 * t) * 2, np.cos(0.4 * t), 0.1 * t], axis=1)
    azimuth = 0.5 * np.sin(0.3 * t) + 0.2 * np.sin(0.7 * t)
    q = pose.from_azimuth_elevation(azimuth, 0.1 * np.cos(t), 0.05 * np.sin(0.5 * t))
    return Trajectory(t, p, q)


def jittered(true: Trajectory, seed: int) -> Trajectory:
    """The same with noise."""
    rng = np.random.default_rng(seed)
    turn = pose.exp(rng.normal(0, NOISE[1], (len(true), 3)))
    shift = rng.normal(0, NOISE[0], (len(true), 3))
    return Trajectory(true.times, true.positions + shift, pose.multiply(true.quaternions, turn))


def rmse(found: Trajectory, true: Trajectory, keep: object = slice(None)) -> tuple[float, float]:
    """Root mean square errors of position (m) and rotation (rad)."""
    turn = pose.log(pose.multiply(pose.conjugate(true.quaternions), found.quaternions))
    return tuple(
        float(np.sqrt(np.mean(d[keep] ** 2))) for d in (found.positions - true.positions, turn)
    )


def errors(found: Iterable[Trajectory], true: Trajectory) -> str:
    """Their means over draws, in words."""
    p, q = np.mean([rmse(track, true) for track in found], axis=0)
    return f"error {p:.5f} m {q:.5f} rad"


def line(name: str, seconds: float, reference: float | None, error: str = "") -> None:
    """Print one measured thing."""
    ratio = f"{reference / seconds:6.1f} x filterpy's" if reference else ""
    print(f"  {name:34} {1e3 * seconds:8.2f} ms  {ratio:20} {error}")


def quickest(job: Callable[[], object], times: int = 15) -> float:
    """Seconds of the quickest of some runs."""
    costs = []
    for _ in range(times):
        start = time.perf_counter()
        job()
        costs.append(time.perf_counter() - start)
    return min(costs)


def beside(
    job: Callable[[], object], reference: Callable[[], object] | None
) -> tuple[float, float | None]:
    """Seconds of a job, and of the reference at the same time: a machine's speed drifts."""
    ours, theirs = quickest(job), None
    if reference is not None:
        pairs = [(quickest(reference, 1), quickest(job, 5)) for _ in range(4)]
        theirs, ours = (min(column) for column in zip(*pairs, strict=True))
    return ours, theirs


def stream(seen: Trajectory) -> Trajectory:
    """The live filter over a whole track."""
    live = Filter("steadicam", NOISE)
    steps = [
        live.step(t, p, q)
        for t, p, q in zip(seen.times, seen.positions, seen.quaternions, strict=True)
    ]
    return Trajectory(seen.times, [s[0] for s in steps], [s[1] for s in steps])


def filterpy_job(draws: list[Trajectory], true: Trajectory) -> Callable[[], object] | None:
    """filterpy's 18-state constant-acceleration smoother on rotation vectors."""
    try:
        module = importlib.import_module("filterpy.kalman")
    except ImportError:
        print("  filterpy is not installed: pip install --target FOLDER filterpy, and --filterpy")
        return None
    dt = 1 / RATE
    a, b, c = dt**5 / 20, dt**4 / 8, dt**3 / 6
    white = np.array([[a, b, c], [b, dt**3 / 3, dt**2 / 2], [c, dt**2 / 2, dt]])

    def run(seen: Trajectory, jerk: tuple[float, float]) -> Trajectory:
        values = np.concatenate([seen.positions, pose.log(seen.quaternions)], axis=1)
        model = module.KalmanFilter(dim_x=18, dim_z=6)
        model.F = np.kron(np.eye(6), [[1, dt, dt * dt / 2], [0, 1, dt], [0, 0, 1]])
        model.H = np.kron(np.eye(6), [1.0, 0.0, 0.0])
        model.Q = block_diag(*[white * j * j for j in np.repeat(jerk, 3)])
        model.R = np.diag(np.repeat(NOISE, 3) ** 2)
        model.P = np.kron(np.eye(6), np.diag([1.0, 4.0, 25.0]))
        model.x[::3, 0] = values[0]
        means, covariances, _, _ = model.batch_filter(values[:, :, None])
        found = model.rts_smoother(means, covariances)[0][:, ::3, 0]
        return Trajectory(seen.times, found[:, :3], pose.exp(found[:, 3:]))

    tried = [np.mean([rmse(run(d, (j, j)), true) for d in draws], axis=0) for j in JERKS]
    best = tuple(JERKS[int(np.argmin(column))] for column in np.array(tried).T)
    job = partial(run, draws[0], (best[0], best[1]))
    found = errors((run(d, (best[0], best[1])) for d in draws), true)
    line(f"filterpy RTS, jerk {best[0]}, {best[1]}", quickest(job, 5), None, found)
    return job


def print_growth() -> None:
    """Cost per frame over the length of the take: the same, if the cost is linear."""
    for method, lengths in (("banded", (1000, 4000, 16000)), ("kalman", (500, 1000, 4000))):
        rig, noise = ("dolly", NOISE) if method == "kalman" else (None, None)
        costs = []
        for frames in lengths:
            job = partial(smooth, jittered(clean(frames), 1), rig, method, noise)
            costs.append(quickest(job, 3) / frames)
        words = ", ".join(f"{1e6 * c:.2f} at {n}" for c, n in zip(costs, lengths, strict=True))
        print(f"  {method}: microseconds a frame: {words} frames")


def print_giving_way() -> None:
    """How near people come who walk through a smoothed path, and what giving way costs."""
    print(
        "one to three people walk through a ride of ten seconds, 40 rides each: with 0.3 m wanted,"
    )
    for kind in ("across", "head on", "from behind", "standing"):
        rows = np.array([one_ride(seed, kind) for seed in range(40)])
        seen, free, kept, jerk, moved, cost = rows.T
        print(
            f"  {kind:12} least {min(seen):5.2f} m as recorded, {min(free):5.2f} smoothed, "
            f"{min(kept):4.2f} given way; in the median {np.median(moved):.2f} m at most "
            f"{np.median(jerk):.1f} m/s³ (worst {max(jerk):.1f}), {1e3 * np.median(cost):.0f} ms"
        )


def one_ride(seed: int, kind: str) -> tuple[float, ...]:
    """Least distances of samples, of the smoothed track and of one that gives way; its costs."""
    rng = np.random.default_rng(seed)
    t = np.arange(240) / RATE
    speed = rng.uniform(0.2, 1.2)
    p = np.stack([speed * t, 0.3 * np.sin(0.5 * t), 1.5 + 0.1 * np.sin(0.7 * t)], axis=1)
    seen = jittered(Trajectory(t, p, pose.from_azimuth_elevation(0.1 * t, 0.0)), seed)
    ends = []
    for _ in range(rng.integers(1, 4)):
        pace = rng.uniform(0.6, 1.6)
        heading, pace = {
            "across": (rng.uniform(0, 2 * np.pi), pace),
            "head on": (np.pi, pace),
            "from behind": (0.0, speed + 0.5 * pace),
            "standing": (0.0, 0.0),
        }[kind]
        k = rng.integers(60, 180)
        step = pace * np.array([np.cos(heading), np.sin(heading)])
        feet = p[k, :2] + rng.uniform(-0.3, 0.3, 2) + np.outer(t - t[k], step)
        low, high = (np.column_stack([feet, np.full(240, z)]) for z in (0.25, 1.55))
        ends.append(np.stack([low, high], axis=1))
    people = Bodies(np.stack(ends, axis=1), np.full(len(ends), 0.25), np.arange(len(ends)))
    free = smooth(seen, "steadicam")
    start = time.perf_counter()
    kept = smooth(seen, "steadicam", bodies=people)
    cost = time.perf_counter() - start
    world = World.empty()
    least = [float(world.sweep(track.positions, people)[1].min()) for track in (seen, free, kept)]
    jerk = float(np.linalg.norm(kept.jerks(), axis=1).max())
    moved = float(np.linalg.norm(kept.positions - free.positions, axis=1).max())
    return (*least, jerk, moved, cost)


def print_real_hands() -> None:
    """Handheld takes with lost locks: per-frame error before and after, and lag."""
    print("a hand's shake, noise and 3 % of lost locks, 20 takes of 480 frames: error cut by")
    for method in ("banded", "kalman"):
        for rig, held in ROWS:
            rows = [one_take(seed, method, rig, held) for seed in range(20)]
            whole, kept, late = zip(*rows, strict=True)
            middle = [statistics.median(c) for c in zip(*whole, strict=True)]
            inside = [statistics.median(c) for c in zip(*kept, strict=True)]
            told = f"shot {held}" if held else ""
            print(
                f"  {method:7} {rig or 'no rig':9} {told:13} {middle[0]:5.1f} (position) "
                f"{middle[1]:5.1f} (rotation); in frames that were not lost "
                f"{inside[0]:5.2f} {inside[1]:5.2f}; lag at most {max(late):.2f} frames"
            )


def one_take(
    seed: int, method: str, rig: str | None, held: str | None
) -> tuple[tuple[float, float], tuple[float, float], float]:
    """How often smaller errors are, over all frames and the good ones, and the lag in frames."""
    rng = np.random.default_rng(seed)
    true = clean(480)
    seen = jittered(shake(true, "handheld", seed), seed)
    lost = rng.random(480) < 0.03
    p, q = seen.positions.copy(), seen.quaternions.copy()
    p[lost] += rng.normal(0, 1, (lost.sum(), 3))
    q[lost] = pose.multiply(q[lost], pose.exp(rng.normal(0, 0.4, (lost.sum(), 3))))
    seen = Trajectory(seen.times, p, q)
    found = smooth(seen, rig, method, shot_on=held)
    whole, kept = (
        tuple(a / b for a, b in zip(rmse(seen, true, k), rmse(found, true, k), strict=True))
        for k in (slice(None), ~lost)
    )
    return whole, kept, lag(found, true)


def lag(found: Trajectory, true: Trajectory) -> float:
    """Frames that x and the pan are late: the peak of their correlation, between samples too."""
    worst = 0.0
    shifts = np.arange(-6, 7)
    for x, y in (
        (found.positions[:, 0], true.positions[:, 0]),
        (pose.azimuth_elevation(found.quaternions)[0], pose.azimuth_elevation(true.quaternions)[0]),
    ):
        alike = [np.corrcoef(x[6 + k : len(x) - 6 + k], y[6:-6])[0, 1] for k in shifts]
        k = int(np.clip(np.argmax(alike), 1, len(shifts) - 2))
        before, here, after = alike[k - 1 : k + 2]
        worst = max(worst, abs(shifts[k] + 0.5 * (before - after) / (before - 2 * here + after)))
    return float(worst)


if __name__ == "__main__":
    main()
