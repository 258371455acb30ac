"""The curve a camera rides on: a uniform cubic B-spline, as matrices on its control points.

C. de Boor, "A Practical Guide to Splines", 1978, ch. IX; in the uniform case every control point
moves the four spans next to it, so that the normal equations are banded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.interpolate import BSpline

from camera.pose import Array

_RATE, _BLOCK = 6.5, 8
_SPAN = 0.9
"""Seconds between two knots."""


@dataclass(frozen=True)
class Curve:
    """A cubic B-spline over a shot, by the fraction of the shot that has gone.

    Parameters
    ----------
    value : (T, K)
        What K control points are multiplied by for the curve at the T instants of its costs.
    fit : (K, T)
        Least squares: control points of the curve nearest to T given values.
    outset : (2, K)
        Value and first derivative where the shot begins.
    pace, bend, jolt, ends : (K, K)
        Quadratic forms: mean squared first, second and third derivative, squared first at the
        ends.
    """

    value: Array
    fit: Array
    outset: Array
    pace: Array
    bend: Array
    jolt: Array
    ends: Array

    def thinned(self, stride: int) -> Curve:
        """The same curve with costs measured at every so many instants."""
        return replace(self, value=self.value[::stride])

    def at(self, u: Array) -> Array:
        """(F, K) like `value`, at fractions ``u`` (F,) of the shot."""
        knots = self.value.shape[1]
        return np.ones((len(u), 1)) if knots == 1 else _design(u, knots)[0]


def instants(duration: float) -> int:
    """At how many instants a shot's costs are measured: multiples of eight, about 6.5 a second."""
    return _BLOCK * max(int(np.ceil((duration * _RATE + 1) / _BLOCK)), 2)


@lru_cache(maxsize=128)
def curve(count: int, *, moves: bool = True) -> Curve:
    """The curve whose costs are measured at ``count`` instants; a single point if nothing moves."""
    if not moves:
        none, one = np.zeros((1, 1)), np.array([[1.0], [0.0]])
        mean = np.full((1, count), 1.0 / count)
        return Curve(np.ones((count, 1)), mean, one, none, none, none, none)
    knots = max(round((count - 1) / _RATE / _SPAN), 1) + 3
    value, first, second, third = _design(np.linspace(0.0, 1.0, count), knots)
    ends = first[[0, -1]]
    return Curve(
        value,
        np.linalg.pinv(value),
        np.stack([value[0], first[0]]),
        first.T @ first / count,
        second.T @ second / count,
        third.T @ third / count,
        ends.T @ ends,
    )


def _design(u: Array, knots: int) -> tuple[Array, Array, Array, Array]:
    """The curve and three derivatives by u in [0, 1], (F, K) each."""
    spans = knots - 3
    spline = BSpline(np.arange(-3, spans + 4) / spans, np.eye(knots), 3)
    inner = np.clip(u, 0.0, 1.0 - 1e-12)
    value, first, second, third = (np.asarray(spline(inner, nu=n)) for n in range(4))
    return value, first, second, third
