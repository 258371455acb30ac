"""What is no measurement but a mistake: strays found before any smoothing, and robust weights.

A sample counts as a stray when it is far from where both sides of it say it should be; a bend, a
start or a whip pan is not, because there the two sides disagree as well.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import chdtri

from camera.pose import Array

GATE = float(chdtri(3, 1e-3))
"""χ² with 3 degrees of freedom that one good sample in a thousand exceeds."""
_ALARM = float(chdtri(3, 1e-5))
_BISQUARE = 5.5**2  # efficient for three Gaussian channels, blind beyond 5.5 deviations
_ROUNDS = 6


def strays(values: Array) -> Array:
    """Which of evenly recorded values (..., F, C) are jumps away and back, (..., F).

    They are up to three samples long.

    The two sides are medians of five samples. A stray is off their middle by more than 1.5 times
    what they are apart, and than the way they go in as long a time on their own sides, beyond four
    times the median such deviation.
    """
    n = values.shape[-2]
    if n < 12:
        return np.zeros(values.shape[:-1], bool)
    path = np.ascontiguousarray(np.moveaxis(values, -1, 0))
    middle = _median_of_five(*(path[..., i : n - 4 + i] for i in range(5)))
    sides = _held(middle, 5)
    left, right = sides[..., :n], sides[..., 6:]
    off = _size(path - 0.5 * (left + right))
    way = np.zeros_like(middle[0])
    np.cumsum(_size(middle[..., 1:] - middle[..., :-1]), axis=-1, out=way[..., 1:])
    ways = _held(way[..., 6:] - way[..., :-6], 11)
    early, late = ways[..., :n], ways[..., 12:]
    allowed = np.maximum(1.5 * _size(right - left), 0.5 * (early + late))
    usual = np.partition(off, n // 2, axis=-1)[..., n // 2, None]
    return np.asarray(off > allowed + 4.0 * usual + 1e-9)


def reweighted(
    values: Array,
    weights: Array,
    solve: Callable[[Array], Array],
) -> Array:
    """Smooth values (F, 3) by iteratively reweighted least squares, where outliers are left.

    Tukey's bisquare (A. Beaton, J. Tukey, Technometrics 16, 1974) on three channels at once, in
    median absolute deviations. Without an alarming residual nothing is reweighted.

    Parameters
    ----------
    values : (F, 3)
    weights : (F,)
        0 where missing.
    solve
        From weights to smooth values.
    """
    smooth = solve(weights)
    known = weights > 0
    current = weights
    for _ in range(_ROUNDS):
        left = np.ascontiguousarray((values - smooth).T) * np.sqrt(weights)
        sizes = np.abs(left.compress(known, axis=1))
        half = sizes.shape[1] // 2
        scale = np.maximum(1.4826 * np.partition(sizes, half, axis=1)[:, half], 1e-9)
        distance = np.square(left / scale[:, None]).sum(axis=0)
        if current is weights and distance.max() < _ALARM:
            break
        trust = np.clip(1.0 - distance / _BISQUARE, 0.0, 1.0) ** 2
        # where so much is off, it is the motion and no mistake
        if (trust[known] < 0.1).mean() > 0.2:
            return solve(weights)
        before, current = current, weights * trust
        smooth = solve(current)
        if np.abs(current - before).max() < 1e-2 * weights.max():
            break
    return smooth


def _size(channels: Array) -> Array:
    """Lengths (..., F) of vectors (C, ..., F)."""
    return np.asarray(np.sqrt((channels * channels).sum(axis=0)))


def _held(values: Array, count: int) -> Array:
    """Values (..., F) with the first and the last of them ``count`` times more."""
    out = np.empty((*values.shape[:-1], values.shape[-1] + 2 * count))
    out[..., :count] = values[..., :1]
    out[..., count:-count] = values
    out[..., -count:] = values[..., -1:]
    return out


def _median_of_five(a: Array, b: Array, c: Array, d: Array, e: Array) -> Array:
    """Element by element, in seven comparisons (D. Knuth, TAOCP 3, ex. 5.3.3)."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    low2, high2 = np.minimum(c, d), np.maximum(c, d)
    f = np.maximum(low, low2)
    g = np.minimum(high, high2)
    lower, upper = np.minimum(f, g), np.maximum(f, g)
    return np.asarray(np.maximum(lower, np.minimum(e, upper)))
