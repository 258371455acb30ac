"""Where cameras may stand, seen from above: rings under the even–odd rule."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from camera.pose import Array


def within(rings: Sequence[Array], points: Array) -> Array:
    """Whether points (..., 2 or 3) are inside of an odd number of rings (K, 2)."""
    x, y = points[..., 0, None], points[..., 1, None]
    odd = np.zeros(points.shape[:-1], bool)
    for ring in rings:
        a, b = ring, np.roll(ring, -1, axis=0)
        crosses = (a[:, 1] > y) != (b[:, 1] > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = a[:, 0] + (y - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
        odd ^= np.sum(crosses & (x < at), axis=-1) % 2 == 1
    return odd


def to_border(rings: Sequence[Array], points: Array) -> tuple[Array, Array]:
    """Signed distance (N,) of points (N, 3) to the rings, inside positive; its gradient (N, 3)."""
    a = np.concatenate(rings)
    b = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    d = b - a
    t = np.einsum("nei,ei->ne", points[:, None, :2] - a, d) / np.maximum((d * d).sum(1), 1e-12)
    near = a + np.clip(t, 0, 1)[..., None] * d
    away = points[:, None, :2] - near
    distance = np.linalg.norm(away, axis=-1)
    edge = np.argmin(distance, axis=1)
    rows = np.arange(len(points))
    best, out = distance[rows, edge], away[rows, edge]
    sign = np.where(within(rings, points), 1.0, -1.0)
    gradient = np.zeros((len(points), 3))
    gradient[:, :2] = sign[:, None] * out / np.maximum(best, 1e-9)[:, None]
    return sign * best, gradient
