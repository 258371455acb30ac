"""Jerk-penalised least squares: Σ w (x − y)² + λ ∫ (d³x/dt³)², by one banded solve.

E. Whittaker, "On a new method of graduation", 1923; P. Eilers, "A perfect smoother", Anal. Chem.
75, 2003, here on any rising times, by divided differences.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.linalg import get_lapack_funcs

from camera.pose import Array

_pbtrf, _pbtrs = get_lapack_funcs(("pbtrf", "pbtrs"), (np.zeros((1, 1)),))

_RIDGE = 1e-9
"""Keeps the system solvable where too few samples are known to fix a parabola."""
_STIFFEST = 1e12
"""The largest λ: beyond it seconds of film are one parabola, and float64 has no digits left."""


class Whittaker:
    """The jerk penalty on one grid of times, to be solved for many values and weights.

    Parameters
    ----------
    times : (F,) float
        Seconds, rising, F ≥ 4. λ is counted in median steps: on another frame rate, another λ.
    """

    def __init__(self, times: Array) -> None:
        steps = np.diff(times)
        self.step = float(np.median(steps))
        self.even = bool(np.ptp(steps) < 1e-6 * self.step)
        self.bands = _penalty(times / self.step, self.even)
        self.parabolas = _even_parabolas(len(times)) if self.even else _parabolas(times)

    def stiffness(self, cutoff: float) -> float:
        """The λ that leaves half the amplitude at ``cutoff`` Hz: λ (2 sin πf dt)⁶ = 1."""
        return float((2.0 * np.sin(np.pi * min(cutoff * self.step, 0.5))) ** -6.0)

    def solve(self, values: Array, weights: Array, stiffness: float | Array) -> Array:
        """Smooth values (F, C) of ``values`` (F, C), which count as much as ``weights`` (F,).

        The stiffness is one number, or one for each channel (C,).
        """
        # parabolas cost nothing, so one may be taken out first: what is left is small, and a
        # stiff system's few good digits are enough for it
        plain = self.parabolas @ (self.parabolas.T @ values)
        right = np.ascontiguousarray((values - plain).T) * weights
        factor = self._factor(weights, stiffness)
        if isinstance(stiffness, np.ndarray):
            # no system reaches into the next, so all are one
            solved, _ = _pbtrs(factor, right.reshape(-1), lower=1, overwrite_b=1)
            return np.asarray(solved.reshape(right.shape).T + plain)
        solved, _ = _pbtrs(factor, right.T, lower=1, overwrite_b=1)
        return np.asarray(solved + plain)

    def evidence(self, values: Array, weights: Array, stiffness: float) -> float:
        """Log likelihood of one channel's values (F,) at λ, the size of its noise profiled out.

        The restricted likelihood of the equivalent random-jerk process: D. Harville, "Maximum
        likelihood approaches to variance component estimation", JASA 72, 1977, sect. 3.3.
        """
        factor = self._factor(weights, stiffness)
        centred: Array = values - self.parabolas @ (self.parabolas.T @ values)
        solved, _ = _pbtrs(factor, centred * weights, lower=1)
        left = max(float((weights * centred) @ (centred - solved)), 1e-300)
        count = int((weights > 0).sum()) - 3
        determinant = 2.0 * np.log(factor[0]).sum() - (len(values) - 3) * np.log(stiffness)
        return float(-0.5 * (determinant + count * np.log(left)))

    def _factor(self, weights: Array, stiffness: float | Array) -> Array:
        """Cholesky's lower bands (4, F) of one system, or (4, C F) of one after the other."""
        systems: Array = np.minimum(stiffness, _STIFFEST)[..., None, None] * self.bands.T
        systems[..., 0] += weights + _RIDGE
        factor, failed = _pbtrf(systems.reshape(-1, 4).T, lower=1, overwrite_ab=1)
        if failed:
            raise np.linalg.LinAlgError(f"the smoothing system is singular at row {failed}")
        return np.asarray(factor)


def _penalty(t: Array, even: bool) -> Array:
    """Lower bands (4, F) of DᵀD; rows of D are jerks times the root of the time they stand for."""
    n = len(t)
    if even:
        return _even_penalty(n)
    nodes = np.stack([t[i : n - 3 + i] for i in range(4)], axis=1)
    gaps = nodes[:, :, None] - nodes[:, None, :] + np.eye(4)
    root = np.sqrt((nodes[:, 3] - nodes[:, 0]) / 3.0)
    return _banded(6.0 / gaps.prod(axis=2) * root[:, None])


@lru_cache(maxsize=16)
def _even_penalty(n: int) -> Array:
    return _banded(np.broadcast_to(np.array([-1.0, 3.0, -3.0, 1.0]), (n - 3, 4)))


@lru_cache(maxsize=16)
def _even_parabolas(n: int) -> Array:
    return _parabolas(np.arange(float(n)))


def _parabolas(t: Array) -> Array:
    """An orthonormal basis (F, 3) of what has no jerk."""
    u = (t - t.mean()) / np.ptp(t)
    return np.asarray(np.linalg.qr(np.stack([np.ones_like(u), u, u * u], axis=1))[0])


def _banded(coefficients: Array) -> Array:
    n = len(coefficients) + 3
    bands = np.zeros((4, n), order="F")
    for i in range(4):
        for j in range(i, 4):
            bands[j - i, i : n - 3 + i] += coefficients[:, i] * coefficients[:, j]
    return bands
