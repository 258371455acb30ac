"""How people are followed: their eyes without the bounce of steps, and where they are going."""

from __future__ import annotations

import numpy as np
from scipy.linalg import solveh_banded

from camera.pose import Array, heading_of

_WALKS = 0.35
"""Metres a second from which somebody goes somewhere."""


def calm(times: Array, values: Array, hertz: float = 0.5) -> Array:
    """What an operator follows of (F, ...) values: half the amplitude is left at ``hertz``.

    Whittaker's least squares with a penalty on second differences (P. Eilers, "A perfect
    smoother", Anal. Chem. 75, 2003).
    """
    n = len(times)
    if n < 5:
        return values
    dt = float(np.median(np.diff(times)))
    lam = (2 * np.sin(np.pi * min(hertz * dt, 0.5))) ** -4.0
    second = np.array([1.0, -2.0, 1.0])
    bands = np.zeros((3, n))
    bands[0] = 1.0
    for i in range(3):
        for j in range(i, 3):
            bands[j - i, i : n - 2 + i] += lam * second[i] * second[j]
    solved: Array = solveh_banded(bands, values.reshape(n, -1), lower=True)
    return solved.reshape(values.shape)


def walking_heading(times: Array, eyes: Array, fallback: Array) -> Array:
    """Where a walker goes (F,), radians: the calmed velocity's heading, held while they stand."""
    v = np.gradient(calm(times, eyes)[:, :2], times, axis=0)
    walking = np.linalg.norm(v, axis=1) > _WALKS
    if not walking.any():
        return fallback
    index = np.arange(len(times))
    heading = np.unwrap(np.asarray(heading_of(v))[walking])
    return np.asarray(np.interp(index, index[walking], heading))
