"""Many tracks: how alike two samples of them are, and how sure a mean is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import sqrtm
from scipy.spatial.distance import cdist

from camera.pose import Array
from camera.trajectory import Trajectory

FEATURES: tuple[str, ...] = (
    "speed",
    "speed spread",
    "acceleration",
    "jerk",
    "turn",
    "turn spread",
    "turn acceleration",
    "directness",
    "rise",
)
"""What `kinetic_features` measures; all but the last two are logarithms."""


def kinetic_features(tracks: Sequence[Trajectory]) -> Array:
    """How each of N tracks moves: (N, 9), in the order of `FEATURES`."""
    rows = []
    for track in tracks:
        speed = np.linalg.norm(track.velocities(), axis=1)
        turn = np.linalg.norm(track.angular_velocities(), axis=1)
        twist = np.abs(np.gradient(turn, track.times)) if len(track) > 1 else np.zeros(1)
        sizes = [
            speed.mean(),
            speed.std(),
            np.linalg.norm(track.accelerations(), axis=1).mean(),
            np.linalg.norm(track.jerks(), axis=1).mean(),
            turn.mean(),
            turn.std(),
            twist.mean(),
        ]
        straight = np.linalg.norm(track.positions[-1] - track.positions[0])
        directness = straight / max(track.path_length(), 1e-3)
        rise = np.ptp(track.positions[:, 2])
        rows.append([*np.log(np.array(sizes) + 1e-3), directness, rise])
    return np.array(rows)


def frechet_distance(sample: ArrayLike, reference: ArrayLike) -> float:
    """Squared Fréchet distance of two samples (N, D), (M, D) taken as Gaussians.

    ‖μ₁−μ₂‖² + tr(C₁ + C₂ − 2(C₁C₂)^½), D. C. Dowson and B. V. Landau, "The Fréchet distance
    between multivariate normal distributions", 1982; in units of the reference's spread.

    Raises
    ------
    ValueError
        If there are fewer than two rows.
    """
    a, b = _standardised(sample, reference)
    ca, cb = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    ca, cb = np.atleast_2d(ca), np.atleast_2d(cb)
    root = np.real(sqrtm(ca @ cb + 1e-10 * np.eye(len(ca))))
    gap = a.mean(axis=0) - b.mean(axis=0)
    return float(max(gap @ gap + np.trace(ca + cb - 2 * root), 0.0))


def energy_distance(sample: ArrayLike, reference: ArrayLike) -> float:
    """2 E‖X−Y‖ − E‖X−X′‖ − E‖Y−Y′‖, in units of the reference's spread; 0 only for the same.

    G. J. Székely and M. L. Rizzo, "Energy statistics", 2013, eq. 2.
    """
    a, b = _standardised(sample, reference)
    return float(2 * cdist(a, b).mean() - cdist(a, a).mean() - cdist(b, b).mean())


def bootstrap(
    values: ArrayLike,
    statistic: Callable[[Array], float] | None = None,
    *,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> tuple[float, float, float]:
    """A statistic of (N, ...) and its percentile interval (B. Efron, 1979): value, low, high.

    Without a statistic, the mean of (N,) finite numbers, which is quick. Paired differences as
    values give a paired interval: those of one case are drawn together.

    Raises
    ------
    ValueError
        If there are no values.
    """
    v = np.asarray(values, np.float64)
    if not len(v):
        raise ValueError("there is nothing to take an interval of")
    rows = np.random.default_rng(seed).integers(0, len(v), (draws, len(v)))
    found = v[rows].mean(axis=1) if statistic is None else [statistic(v[row]) for row in rows]
    edge = 50 * (1 - level)
    low, high = np.nanpercentile(found, [edge, 100 - edge])
    return float(v.mean()) if statistic is None else statistic(v), float(low), float(high)


def _standardised(sample: ArrayLike, reference: ArrayLike) -> tuple[Array, Array]:
    a = np.atleast_2d(np.asarray(sample, np.float64))
    b = np.atleast_2d(np.asarray(reference, np.float64))
    if len(a) < 2 or len(b) < 2 or a.shape[1] != b.shape[1]:
        raise ValueError(
            f"samples have shapes {a.shape} and {b.shape}; give two rows or more, as wide each"
        )
    scale = np.maximum(b.std(axis=0), 1e-6)
    return (a - b.mean(axis=0)) / scale, (b - b.mean(axis=0)) / scale
