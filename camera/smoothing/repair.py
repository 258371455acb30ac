"""After smoothing: keep clear of the world, and keep the subject where it was in the frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import convolve1d, maximum_filter1d

from camera.pose import Array, conjugate, multiply, normalised, rotate
from camera.trajectory import Trajectory

if TYPE_CHECKING:
    from camera.world import World

_REACH = 0.4
"""Seconds before and after a narrow place over which the smooth path gives way."""
_ROUNDS = 8


def cleared(smooth: Trajectory, samples: Trajectory, world: World, radius: float) -> Trajectory:
    """``smooth``, led back towards its ``samples`` where it comes too near to the world.

    Nowhere is the result nearer than ``radius`` metres, except where the samples themselves are.
    The way back is smooth: a widened, Hann-averaged share of the difference, raised until it is
    enough.
    """
    back = samples.positions - smooth.positions
    allowed = np.minimum(radius, world.clearance(samples.positions)) - 1e-9
    share = np.zeros(len(smooth))
    reach = max(int(np.ceil(_REACH / np.median(np.diff(smooth.times)))), 1)
    window = np.hanning(2 * reach + 3)[1:-1]
    positions = smooth.positions
    for _ in range(_ROUNDS):
        near = world.clearance(positions) < allowed
        if not near.any():
            break
        share = np.where(near, np.minimum(share + 1.5 / _ROUNDS, 1.0), share)
        wide = maximum_filter1d(share, 2 * reach + 1, mode="nearest")
        weight = convolve1d(wide, window / window.sum(), mode="nearest")
        positions = smooth.positions + weight[:, None] * back
    near = world.clearance(positions) < allowed
    positions = np.where(near[:, None], samples.positions, positions)
    return replace(smooth, positions=positions)


def framed(smooth: Trajectory, directions: Array, targets: Array) -> Trajectory:
    """``smooth``, turned the shortest way so that ``targets`` are in ``directions`` of the frame.

    Parameters
    ----------
    directions, targets : (F, 3)
        In the camera's axes, and points in the world.
    """
    seen = in_camera(smooth, targets)
    wanted = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    half = np.concatenate(
        [1.0 + np.einsum("fi,fi->f", wanted, seen)[:, None], np.cross(wanted, seen)], axis=1
    )
    return replace(smooth, quaternions=multiply(smooth.quaternions, normalised(half)))


def in_camera(trajectory: Trajectory, targets: Array) -> Array:
    """Unit directions (F, 3) from each pose to its target (F, 3), in the camera's axes.

    Raises
    ------
    ValueError
        If targets have another shape, or one is where the camera is.
    """
    if targets.shape != (len(trajectory), 3) or not np.isfinite(targets).all():
        raise ValueError(
            f"targets have shape {targets.shape}; give one finite point for each of the "
            f"{len(trajectory)} samples"
        )
    away = targets - trajectory.positions
    length = np.linalg.norm(away, axis=1, keepdims=True)
    if np.any(length < 1e-6):
        at = int(np.argmin(length))
        raise ValueError(f"target {at}, {targets[at].tolist()}, is where the camera is")
    return np.asarray(rotate(conjugate(trajectory.quaternions), away / length))
