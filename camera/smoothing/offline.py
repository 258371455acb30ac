"""`smooth`: the path a rig would have travelled through noisy or incomplete poses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from camera.pose import Array, continuous, exp, log, multiply, normalised, unrolled
from camera.pose import conjugate as inverse
from camera.rigs import Motion, motion
from camera.smoothing import kalman
from camera.smoothing.banded import Whittaker
from camera.smoothing.gating import strays
from camera.smoothing.paths import (
    bridged,
    bridged_rotations,
    smooth_paths,
    smooth_positions,
    smooth_rotations,
    unshaken,
)
from camera.smoothing.repair import CUTOFF, Air, cleared, framed, in_camera
from camera.trajectory import Trajectory

if TYPE_CHECKING:
    from camera.world import Bodies, World

Method = Literal["banded", "kalman"]
_METHODS = ("banded", "kalman")
_LOOSEST = 1e-6
"""A λ that smooths nothing."""


def smooth(
    trajectory: Trajectory,
    rig: str | None = None,
    method: Method = "banded",
    noise: tuple[ArrayLike, ArrayLike] | None = None,
    *,
    missing: ArrayLike | None = None,
    world: World | None = None,
    bodies: Bodies | None = None,
    radius: float = 0.3,
    targets: ArrayLike | None = None,
    shot_on: str | None = None,
) -> Trajectory:
    """The path a rig would have travelled through noisy or incomplete poses.

    Missing samples are filled; before the first and after the last known one the pose is held.
    Jumps away and back are taken for missing.

    Parameters
    ----------
    rig
        A rig of ``camera/rigs.toml``; ``tripod`` is exactly still. None reads from the track how
        lively and how noisy it is.
    method
        ``banded`` is least squares with a penalty on jerk, about a millisecond a thousand samples;
        ``kalman`` is an error-state Kalman smoother, which knows each channel's noise and gates
        outliers by χ².
    noise
        Standard deviations of position (m) and rotation (rad): each a number, (F,) for each
        sample, or (F, 3) for each axis of each. None estimates one for each channel (``kalman``)
        or takes all samples for equally good (``banded``, to which only their ratios matter).
    missing : (F,) bool, optional
        Samples not to be believed, besides those that are NaN.
    world, bodies, radius
        Where the smooth path would come nearer than ``radius`` metres to the world or to people
        (with F rows, or one), between samples too, it gives way as smoothly as the rig moves, or
        stays closer to the samples. It is never nearer to anything than both the radius and the
        samples.
    targets : (F, 3) or (F, S, 3), optional
        World points that are to move in the frame as they did, but smoothly: a last turn of the
        camera sees to it.
    shot_on
        The rig the samples were shot on, if its life is to go too: what is known of the spectrum
        of its shake tells it from the motion. Tracks of under 64 samples are too short for that.

    Raises
    ------
    ValueError
        On an unknown rig or method, arrays of wrong shape, noise that is not positive, or when no
        sample is known.
    """
    moves = None if rig is None else motion(rig)
    if shot_on is not None and not motion(shot_on).life:
        shot_on = None
    if method not in _METHODS:
        raise ValueError(f"method {method!r} is not known; there are {', '.join(_METHODS)}")
    known = trajectory.known & ~_mask(missing, len(trajectory))
    if not known.any():
        raise ValueError("no sample of the trajectory is known; at least one must be finite")
    if bodies is not None and len(bodies.ends) not in (1, len(trajectory)):
        raise ValueError(
            f"bodies have {len(bodies.ends)} rows for {len(trajectory)} samples; give one for each"
        )
    deviations = None if noise is None else _deviations(noise, len(trajectory))
    if moves is not None and moves.still:
        return _held(trajectory, known)
    seen = np.flatnonzero(known)
    if len(seen) < 3 or seen[-1] - seen[0] < 3:
        return _filled(trajectory, known)
    span = slice(int(seen[0]), int(seen[-1]) + 1)
    positions, quaternions = _smooth_poses(
        trajectory.times[span],
        trajectory.positions[span],
        trajectory.quaternions[span],
        known[span],
        moves,
        method,
        None if deviations is None else deviations[span],
        shot_on,
    )
    held = np.clip(np.arange(len(known)), span.start, span.stop - 1) - span.start
    whole = replace(
        trajectory,
        positions=positions.take(held, axis=0),
        quaternions=quaternions.take(held, axis=0),
        focal_lengths=_smooth_lens(trajectory.focal_lengths, trajectory.times, moves),
        focus_distances=_smooth_lens(trajectory.focus_distances, trajectory.times, moves),
    )
    if world is None and bodies is None and targets is None:
        return whole
    samples = _filled(trajectory, known)
    if world is not None or bodies is not None:
        air = Air(_nothing() if world is None else world, bodies, radius, whole.positions)
        whole = cleared(whole, samples, air, CUTOFF if moves is None else moves.cutoff)
    if targets is not None:
        points = np.asarray(targets, np.float64)
        points = points[:, None] if points.ndim == 2 else points
        grid, weights = Whittaker(trajectory.times), known.astype(np.float64)
        stiffness, directions = _stiffness(grid, moves), in_camera(samples, points)
        for subject in range(points.shape[1]):
            way = directions[:, subject]
            least = 0.0 if shot_on is None else unshaken(grid, way, weights, shot_on, 1)
            directions[:, subject] = smooth_positions(
                trajectory.times, grid, way, weights, stiffness, least
            )
        whole = framed(whole, directions, points)
    return whole


def _smooth_poses(
    times: Array,
    positions: Array,
    quaternions: Array,
    known: Array,
    moves: Motion | None,
    method: Method,
    deviations: Array | None,
    shot_on: str | None,
) -> tuple[Array, Array]:
    """Positions (F, 3) and quaternions (F, 4) of a span whose ends are known."""
    p = bridged(times, positions, known)
    q = bridged_rotations(times, quaternions, known)
    flat = unrolled(q)
    good = known & ~strays(np.stack([p, flat]))
    good_p, good_q = good
    p = bridged(times, p, good_p)
    if not good_q.all():
        q = bridged_rotations(times, q, good_q)
        flat = unrolled(q)
    grid = Whittaker(times)
    stiffness, least = _stiffness(grid, moves), [0.0, 0.0]
    worth = np.ones((2, len(times))) if deviations is None else _worth(deviations)
    worth *= good
    if shot_on is not None:
        least = [unshaken(grid, v, worth[k], shot_on, k) for k, v in enumerate((p, flat))]
    used = slice(0 if method == "banded" else 1, 2)
    paths = np.stack([p, flat])[used]
    smoothed = smooth_paths(times, grid, paths, worth[used], stiffness, least[used])
    smooth_q = smooth_rotations(times, grid, q, smoothed[-1] - flat, worth[1], stiffness, least[1])
    if method == "banded":
        return smoothed[0], smooth_q
    jerk = None if moves is None else np.repeat([moves.jerk, moves.angular_jerk], 3)
    if deviations is None or jerk is None or shot_on is not None:
        flat = unrolled(smooth_q) + log(multiply(inverse(smooth_q), q))
        values = np.concatenate([p, flat], axis=1)
        jerk, sigma = kalman.fitted(times, values, good_p & good_q, jerk)
        # samples are never believed so much that they shake a rig beyond its cut-off
        sigma = np.maximum(sigma, jerk * np.sqrt(grid.step**5 * (stiffness or 0.0)))
        if shot_on is not None:
            # nor is its shake taken for the motion
            still = np.sqrt(grid.step**5 * np.maximum(np.repeat(least, 3), _LOOSEST))
            jerk = np.minimum(jerk, sigma / still)
        deviations = sigma if deviations is None else deviations
    return kalman.smoothed(times, p, q, good_p, good_q, jerk, deviations)


def _nothing() -> World:
    from camera.world import World  # what smooths without a world loads none

    return World.empty()


def _stiffness(grid: Whittaker, moves: Motion | None) -> float | None:
    return None if moves is None else grid.stiffness(moves.cutoff)


def _worth(deviations: Array) -> Array:
    """Weights (2, F) of positions and rotations, one at the median deviation of (F, 6)."""
    mean = np.sqrt((deviations.reshape(-1, 2, 3) ** 2).mean(axis=2)).T
    return np.asarray((np.median(mean, axis=1, keepdims=True) / mean) ** 2)


def _deviations(noise: tuple[ArrayLike, ArrayLike], n: int) -> Array:
    """Deviations (F, 6) of all samples' channels."""
    columns = []
    for what, value in zip(("position", "rotation"), noise, strict=True):
        d = np.asarray(value, np.float64)
        if d.shape == (n,):
            d = d[:, None]
        if d.shape not in ((), (n, 1), (n, 3)):
            raise ValueError(
                f"{what} noise has shape {d.shape}; give one number, {(n,)} or {(n, 3)}"
            )
        if not np.all((d > 0) & np.isfinite(d)):
            at = int(np.argmin(((d > 0) & np.isfinite(d)).reshape(-1)))
            raise ValueError(
                f"{what} noise must be positive and finite; {d.reshape(-1)[at]} is not"
            )
        columns.append(np.broadcast_to(d, (n, 3)))
    return np.concatenate(columns, axis=1)


def _mask(missing: ArrayLike | None, n: int) -> Array:
    if missing is None:
        return np.zeros(n, bool)
    mask = np.asarray(missing)
    if mask.shape != (n,) or mask.dtype != np.bool_:
        raise ValueError(
            f"missing is {mask.dtype} of shape {mask.shape}; give a bool for each of {n} samples"
        )
    return mask


def _smooth_lens(values: Array | None, times: Array, moves: Motion | None) -> Array | None:
    """Focal lengths or focus distances smoothed by ratio, so that they stay positive."""
    if values is None or len(values) < 4 or np.ptp(values) == 0:
        return values
    grid, weights, logs = Whittaker(times), np.ones(len(values)), np.log(values)[:, None]
    stiffness = _stiffness(grid, moves)
    solved = smooth_positions(times, grid, logs, weights, stiffness)
    return np.asarray(np.exp(solved[:, 0]))


def _held(trajectory: Trajectory, known: Array) -> Trajectory:
    """The median pose, to the last bit the same in every sample."""
    q = continuous(trajectory.quaternions[known])
    middle = normalised(q.mean(axis=0))
    middle = multiply(middle, exp(np.median(log(multiply(inverse(middle), q)), axis=0)))
    focal, focus = trajectory.focal_lengths, trajectory.focus_distances
    return Trajectory.still(
        trajectory.times,
        np.median(trajectory.positions[known], axis=0),
        middle,
        None if focal is None else float(np.median(focal)),
        None if focus is None else float(np.median(focus)),
    )


def _filled(trajectory: Trajectory, known: Array) -> Trajectory:
    if known.all():
        return trajectory
    whole = trajectory.picked(known).resampled(trajectory.times)
    return replace(
        whole,
        focal_lengths=trajectory.focal_lengths,
        focus_distances=trajectory.focus_distances,
    )
