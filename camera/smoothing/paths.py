"""Banded least squares on R³ × SO(3): from samples with weights to smooth poses.

Rotations are smoothed in the plane: the path is rolled out along itself (`camera.pose.unrolled`),
smoothed there as three channels, and the small turns that smoothing makes are put back into each
rotation (P. Jupp, J. Kent 1987). Nothing is averaged between quaternions, no gimbal locks, and a
turn of the world turns the result.
"""

from __future__ import annotations

from collections.abc import Sequence

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


def fitted(times: Array, grid: Whittaker, paths: Array, weights: Array) -> Array:
    """λ (K, C) of paths (K, F, C) with weights (K, F) from themselves.

    It is found by the quickest way that their times and holes allow.
    """
    doubted = weights < 0.1 * weights.max(axis=1, keepdims=True)
    told = (doubted.mean(axis=1) <= 0.1) & (grid.even and paths.shape[1] >= _SPECTRAL)
    out = np.empty((len(paths), paths.shape[2]))
    for k in np.flatnonzero(~told):
        out[k] = noise.exact(grid, paths[k], weights[k])
    if told.any():
        whole = [bridged(times, paths[k], ~doubted[k]) for k in np.flatnonzero(told)]
        out[told] = noise.spectral(np.concatenate(whole, axis=1)).reshape(len(whole), -1)
    return out


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
    """Positions (F, C): `smooth_paths` of one."""
    return smooth_paths(times, grid, positions[None], weights[None], stiffness, [least])[0]


def smooth_paths(
    times: Array,
    grid: Whittaker,
    paths: Array,
    weights: Array,
    stiffness: float | None,
    least: Sequence[float],
) -> list[Array]:
    """Paths (K, F, C), each by itself; without a stiffness it is fitted, and outliers lose weight.

    No stiffness of a path is under its ``least``.

    It is fitted on the principal axes of how a path differs from a parabola: how the world is
    turned does not matter, and what is across a curve is freed of the curve's liveliness.

    Parameters
    ----------
    weights : (K, F)
        0 where missing.
    """
    if stiffness is not None:
        fixed = zip(paths, weights, least, strict=True)
        return [grid.solve(path, w, max(stiffness, lowest)) for path, w, lowest in fixed]
    wiggles: Array = paths - grid.parabolas @ (grid.parabolas.T @ paths)
    axes = np.linalg.eigh(wiggles.swapaxes(1, 2) @ wiggles)[1]
    values = paths @ axes
    # all paths at once are fitted in less time than one after the other
    found = fitted(times, grid, values, weights)
    each = zip(values, weights, found, least, strict=True)
    return [_robust(times, grid, *one) @ back.T for one, back in zip(each, axes, strict=True)]


def _robust(
    times: Array, grid: Whittaker, values: Array, weights: Array, found: Array, least: float
) -> Array:
    """Values (F, C) smoothed with λ ``found`` (C,), fitted anew when outliers lose weight."""

    def solve(w: Array) -> Array:
        stiffness = found if w is weights else fitted(times, grid, values[None], w[None])[0]
        return grid.solve(values, w, np.maximum(stiffness, least))

    return reweighted(values, weights, solve)


def smooth_rotations(
    times: Array,
    grid: Whittaker,
    quaternions: Array,
    turn: Array,
    weights: Array,
    stiffness: float | None,
    least: float = 0.0,
) -> Array:
    """Quaternions (F, 4), each turned by what smoothing changes in their path rolled out, (F, 3).

    Where that is much, they are rolled out along the result and smoothed once more.
    """
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
