"""Banded least squares on R³ × SO(3): from samples with weights to smooth poses.

Rotations are smoothed in the plane: the path is rolled out along itself (`camera.pose.unrolled`),
smoothed there as three channels, and the small turns that smoothing makes are put back into each
rotation (P. Jupp, J. Kent 1987). Nothing is averaged between quaternions, no gimbal locks, and a
turn of the world turns the result.
"""

from __future__ import annotations

import numpy as np

from camera.pose import Array, conjugate, exp, log, multiply, slerp, unrolled
from camera.smoothing import noise
from camera.smoothing.banded import Whittaker
from camera.smoothing.gating import reweighted
from camera.smoothing.life import spectrum

_SPECTRAL = 64
"""Samples from which on a spectrum tells the noise."""
_BIG_TURN = 0.05
"""Radians of noise above which rolling out along the noisy path itself is too rough."""


def fitted(times: Array, grid: Whittaker, values: Array, weights: Array) -> Array:
    """λ of values (F, C) from themselves, by the quickest way that their times and holes allow."""
    doubted = weights < 0.1 * weights.max()
    if not grid.even or len(values) < _SPECTRAL or doubted.mean() > 0.1:
        return noise.exact(grid, values, weights)
    return noise.spectral(bridged(times, values, ~doubted))


def unshaken(grid: Whittaker, values: Array, weights: Array, rig: str, kind: int) -> float:
    """λ that frees values (F, 3) of noise and of the shake of a rig; 0 if they are too few.

    ``kind`` is 0 for positions and 1 for rotations rolled out.
    """
    if len(values) < _SPECTRAL:
        return 0.0
    return noise.against(
        grid, values, weights, lambda cycles: spectrum(rig, cycles / grid.step)[:, kind]
    )


def smooth_positions(
    times: Array,
    grid: Whittaker,
    positions: Array,
    weights: Array,
    stiffness: float | None,
    least: float = 0.0,
) -> Array:
    """Positions (F, 3); without a stiffness it is fitted, and outliers lose their weight.

    No stiffness is under ``least``.

    It is fitted on the principal axes of how the path differs from a parabola: how the world is
    turned does not matter, and what is across a curve is freed of the curve's liveliness.
    """
    if stiffness is not None:
        return grid.solve(positions, weights, max(stiffness, least))
    wiggles: Array = positions - grid.parabolas @ (grid.parabolas.T @ positions)
    axes = np.linalg.eigh(wiggles.T @ wiggles)[1]
    values = positions @ axes

    def solve(w: Array) -> Array:
        return grid.solve(values, w, np.maximum(fitted(times, grid, values, w), least))

    return np.asarray(reweighted(values, weights, solve) @ axes.T)


def smooth_rotations(
    times: Array,
    grid: Whittaker,
    quaternions: Array,
    flat: Array,
    weights: Array,
    stiffness: float | None,
    least: float = 0.0,
) -> Array:
    """Quaternions (F, 4), as `smooth_positions`; ``flat`` (F, 3) is the path rolled out."""
    turn = smooth_positions(times, grid, flat, weights, stiffness, least) - flat
    found = multiply(quaternions, exp(turn))
    if (turn * turn).sum() > len(turn) * _BIG_TURN**2:
        flat = unrolled(found)
        off = log(multiply(conjugate(found), quaternions))
        turn = smooth_positions(times, grid, flat + off, weights, stiffness, least) - flat
        found = multiply(found, exp(turn))
    return found


def bridged(times: Array, values: Array, good: Array) -> Array:
    """Values (F, C) with straight lines over what is not ``good`` (F,)."""
    if good.all():
        return values
    return np.stack([np.interp(times, times[good], column[good]) for column in values.T], axis=1)


def bridged_rotations(times: Array, quaternions: Array, good: Array) -> Array:
    """Quaternions (F, 4) with the shortest turns over what is not ``good`` (F,)."""
    if good.all():
        return quaternions
    here = np.flatnonzero(good)
    before = np.clip(np.searchsorted(here, np.arange(len(times)), side="right") - 1, 0, None)
    after = here[np.minimum(before + 1, len(here) - 1)]
    before = here[before]
    span = np.maximum(times[after] - times[before], 1e-300)
    share = np.clip((times - times[before]) / span, 0.0, 1.0)
    out = slerp(quaternions[before], quaternions[after], share)
    out[good] = quaternions[good]
    return out
