"""How noisy a track is, and how lively, from the track alone.

``spectral`` reads it off the spectrum in one FFT; it wants an even grid without holes. ``exact``
climbs the restricted likelihood and takes any grid. Both find the stiffness λ = σ² / (q dt⁵) of
white noise of variance σ² on a path driven by white jerk of density q.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.fft import next_fast_len, rfft
from scipy.optimize import minimize_scalar

from camera.pose import Array
from camera.smoothing.banded import Whittaker

_LIVELY = np.linspace(-20.0, 6.0, 53)
"""Logarithms of q dt⁵ / σ² that are tried: from a parabola to no smoothing at all."""


def spectral(values: Array) -> Array:
    """λ (C,) of each channel of evenly spaced values (F, C).

    Third differences of such a process are stationary, so P. Whittle's likelihood holds ("Curve
    and periodogram smoothing", JRSS B 15, 1953, eq. 2.4): minus Σ log S + I/S, over frequencies,
    of the periodogram I and the spectrum S = σ² (2 − 2 cos ω)³ + q dt⁵ B(ω), where B is that of
    the quintic B-spline. A Hann taper keeps the noise of high frequencies off the quiet low ones.
    """
    third = (values[3:] - values[:-3]) - 3.0 * (values[2:-1] - values[1:-2])
    taper, inverse, logs = _models(len(third))
    spectrum = rfft(third * taper, n=_padded(len(third)), axis=0)
    mean = inverse @ (spectrum.real**2 + spectrum.imag**2)
    cost = np.log(np.maximum(mean, 1e-300)) + logs
    return np.asarray(np.exp(-lowest(_LIVELY, cost)))


def exact(grid: Whittaker, values: Array, weights: Array) -> Array:
    """λ (C,) of each channel of values (F, C) with weights (F,), 0 where missing, on any grid."""
    found = [
        minimize_scalar(
            lambda x, column=column: -grid.evidence(column, weights, float(np.exp(x))),
            bounds=(-6.0, 20.0),
            method="bounded",
            options={"xatol": 0.1},
        ).x
        for column in np.ascontiguousarray(values.T)
    ]
    return np.asarray(np.exp(found))


def lowest(x: Array, costs: Array) -> Array:
    """Where the costs (G, C) at evenly spaced ``x`` (G,) are lowest, (C,), by a parabola."""
    best = np.clip(np.argmin(costs, axis=0), 1, len(x) - 2)
    channel = np.arange(costs.shape[1])
    before, here, after = (costs[best + k, channel] for k in (-1, 0, 1))
    bend = before - 2.0 * here + after
    with np.errstate(divide="ignore", invalid="ignore"):
        offset = np.where(bend > 0, 0.5 * (before - after) / bend, 0.0)
    return np.asarray(x[best] + np.clip(offset, -1.0, 1.0) * (x[1] - x[0]))


@lru_cache(maxsize=16)
def _models(n: int) -> tuple[Array, Array, Array]:
    """The taper (n, 1), and for each liveliness 1/S (G, B) over B, and the mean of log S (G, 1)."""
    taper = np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2
    omega = np.linspace(0.0, np.pi, _padded(n) // 2 + 1)
    noise = (2.0 - 2.0 * np.cos(omega)) ** 3
    signal = (66.0 + 52.0 * np.cos(omega) + 2.0 * np.cos(2 * omega)) / 120.0
    model = noise + np.exp(_LIVELY)[:, None] * signal
    logs = np.log(model).mean(axis=1, keepdims=True)
    return taper[:, None], 1.0 / (model * len(omega)), logs


def _padded(n: int) -> int:
    """An even length that transforms quickly."""
    return 2 * int(next_fast_len((n + 1) // 2, real=True))
