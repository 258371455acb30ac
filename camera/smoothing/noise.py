"""How noisy a track is, and how lively, from the track alone.

``spectral`` reads it off the spectrum in one FFT; it wants an even grid without holes. ``exact``
climbs the restricted likelihood and takes any grid. Both find the stiffness λ = σ² / (q dt⁵) of
white noise of variance σ² on a path driven by white jerk of density q. ``against`` finds the λ that
is best where the samples also carry a shake whose spectrum is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.fft import next_fast_len, rfft
from scipy.optimize import minimize_scalar

from camera.pose import Array
from camera.smoothing.banded import Whittaker

_LIVELY = np.linspace(-26.0, 6.0, 65)
"""Logarithms of q dt⁵ / σ² that are tried: from a parabola to no smoothing at all."""
_STIFFER = 3.5
"""How far, in logarithms, cross-validation may go beyond the likelihood."""
_STIFF = np.arange(0.0, 27.1, 1.5)
"""Logarithms of λ that are tried against a shake."""
_LIGHT = 2
"""Which of them leaves next to all motion."""
_BINS = 512


def spectral(values: Array) -> Array:
    """λ (C,) of each channel of evenly spaced values (F, C).

    Third differences of such a process are stationary, so P. Whittle's likelihood holds ("Curve
    and periodogram smoothing", JRSS B 15, 1953, eq. 2.4): minus Σ log S + I/S, over frequencies,
    of the periodogram I and the spectrum S = σ² (2 − 2 cos ω)³ + q dt⁵ B(ω), where B is that of
    the quintic B-spline. A Hann taper keeps the noise of high frequencies off the quiet low ones.

    Planned paths are smoother than white jerk, for which likelihood smooths too little; there
    generalised cross-validation (G. Wahba, "Spline models for observational data", 1990, eq. 4.3.1)
    does better, but on short tracks it at times believes the noise. The stiffer of both is right
    more often than either, and never far off.
    """
    path = np.ascontiguousarray(values.T)
    third = (path[:, 3:] - path[:, :-3]) - 3.0 * (path[:, 2:-1] - path[:, 1:-2])
    n = third.shape[1]
    table = _table(n)
    spectrum = rfft(third * table.taper, n=_padded(n))
    power = (spectrum.real**2 + spectrum.imag**2).T
    likely = np.log(np.maximum(table.whitening @ power, 1e-300)) + table.logs
    crossed = np.log(np.maximum(table.residual @ power, 1e-300)) - table.freedom
    lively, crossed = lowest(_LIVELY, np.concatenate([likely, crossed], axis=1)).reshape(2, -1)
    return np.asarray(np.exp(-np.minimum(np.maximum(crossed, lively - _STIFFER), lively)))


def against(
    grid: Whittaker, values: Array, weights: Array, shake: Callable[[Array], Array]
) -> float:
    """The λ that best frees values (F, C) of white noise and of a shake of known spectrum.

    It has the least expected error, all channels together, as C. Mallows estimates it ("Some
    comments on C_p", Technometrics 15, 1973): what the smoother H takes away, squared, and twice
    the noise N that it keeps, Σ H N. The white part of N is what the shake does not explain of
    what a light smoother takes away. Nothing is assumed of the motion.

    Parameters
    ----------
    weights : (F,)
        0 where missing.
    shake
        From frequencies (B,) in cycles a step to the shake's power, all channels together; its
        mean over the frequencies is the variance.
    """
    omega = np.linspace(0.0, np.pi, _BINS)
    kept = 1.0 / (1.0 + np.exp(_STIFF)[:, None] * _differenced(omega))
    known = shake(omega / (2.0 * np.pi))
    tried = (grid.solve(values, weights, float(np.exp(x))) - values for x in _STIFF)
    taken = np.array([float(((off * off).T @ weights).sum() / weights.sum()) for off in tried])
    light = (1.0 - kept[_LIGHT]) ** 2
    white = max((taken[_LIGHT] - (light * known).mean()) / light.mean(), 1e-3 * taken[_LIGHT])
    risk = taken + 2.0 * (kept * (known + white)).mean(axis=1)
    return float(np.exp(lowest(_STIFF, risk[:, None])[0]))


def exact(grid: Whittaker, values: Array, weights: Array) -> Array:
    """λ (C,) of each channel of values (F, C) with weights (F,), 0 where missing, on any grid."""
    found = [
        minimize_scalar(
            lambda x, column=column: -grid.evidence(column, weights, float(np.exp(x))),
            bounds=(-6.0, 26.0),
            method="bounded",
            options={"xatol": 0.1},
        ).x
        for column in np.ascontiguousarray(values.T)
    ]
    return np.asarray(np.exp(found))


def lowest(x: Array, costs: Array) -> Array:
    """Where the costs (G, C) at evenly spaced ``x`` (G,) are lowest, (C,), by a parabola."""
    best = np.minimum(np.maximum(costs.argmin(axis=0), 1), len(x) - 2)
    channel = np.arange(costs.shape[1])
    before, here, after = (costs[best + k, channel] for k in (-1, 0, 1))
    bend = before - 2.0 * here + after
    offset = np.zeros_like(bend)
    np.divide(0.5 * (before - after), bend, out=offset, where=bend > 0)
    return np.asarray(x[best] + np.minimum(np.maximum(offset, -1.0), 1.0) * (x[1] - x[0]))


@dataclass(frozen=True)
class _Table:
    """What does not depend on the data, for each liveliness."""

    taper: Array  # (n,)
    whitening: Array  # (G, B): 1 / S, over B
    logs: Array  # (G, 1): mean of log S
    residual: Array  # (G, B): the smoother's residual power, over B
    freedom: Array  # (G, 1): twice the log of the share of freedom that the residual has


@lru_cache(maxsize=16)
def _table(n: int) -> _Table:
    omega = np.linspace(0.0, np.pi, _padded(n) // 2 + 1)
    noise = _differenced(omega)
    signal = (66.0 + 52.0 * np.cos(omega) + 2.0 * np.cos(2 * omega)) / 120.0
    lively = np.exp(_LIVELY)[:, None]
    model = noise + lively * signal
    rough = noise / (lively + noise)
    return _Table(
        np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2,
        1.0 / (model * len(omega)),
        np.log(model).mean(axis=1, keepdims=True),
        noise / ((lively + noise) ** 2 * len(omega)),
        2.0 * np.log(rough.mean(axis=1, keepdims=True)),
    )


def _differenced(omega: Array) -> Array:
    """What third differences make of power at ``omega`` radians a sample."""
    return np.asarray((2.0 - 2.0 * np.cos(omega)) ** 3)


def _padded(n: int) -> int:
    """An even length that transforms quickly."""
    return 2 * int(next_fast_len((n + 1) // 2, real=True))
