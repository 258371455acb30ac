"""Shoes: an upper from the foot helper, and a flat sole under it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, cKDTree

from filmagent.library.casting import regions
from filmagent.library.casting.body import Figure
from filmagent.library.casting.recipe import Garment
from filmagent.library.casting.sewing import subdivide
from filmagent.library.casting.sheet import (
    Sheet,
    clip,
    from_group,
    join,
    normals,
    smooth,
)

Array = NDArray[Any]
SOLE = 0.016
"""Thickness of a sole, metres."""


def pair(figure: Figure, garment: Garment) -> tuple[Sheet, Sheet]:
    """Uppers and soles of both shoes."""
    base = subdivide(from_group(figure, "tights"))
    upper = base.moved(base.points + normals(base.points, base.faces) * 0.006)
    upper = clip(smooth(upper, 4), base.carry(regions.shoe(figure, garment)))
    points = upper.points.copy()
    points[:, 2] = np.maximum(points[:, 2], SOLE * 0.8)
    upper = upper.moved(points)
    soles = [_sole(figure, upper, sign) for sign in (-1.0, 1.0)]
    return upper, join(soles)


def _sole(figure: Figure, upper: Sheet, sign: float) -> Sheet:
    """A slab under one foot, its edge rounded."""
    foot = upper.points[(upper.points[:, 0] * sign > 0) & (upper.points[:, 2] < SOLE + 0.03)]
    hull = foot[ConvexHull(foot[:, :2]).vertices, :2]
    outline = _resample(hull, 36)
    centre = outline.mean(axis=0)
    out = outline - centre
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    rings = [
        (-0.006, 0.0),
        (0.0005, 0.0),
        (0.003, 0.003),
        (0.003, SOLE * 0.9),
        (-0.002, SOLE * 1.1),
    ]
    points = np.concatenate(
        [np.c_[outline + out * grow, np.full(len(outline), z)] for grow, z in rings]
        + [[[*centre, 0.0]]]
    )
    n = len(outline)
    k = np.arange(n)
    after = (k + 1) % n
    faces = [np.stack([np.full(n, len(points) - 1), after, k], axis=1)]
    for ring in range(len(rings) - 1):
        a, b = ring * n + k, ring * n + after
        faces += [np.stack([a, b, b + n], axis=1), np.stack([a, b + n, a + n], axis=1)]
    _, near = cKDTree(upper.points).query(points)
    return Sheet(points, np.concatenate(faces), upper.origin[near])


def _resample(loop: Array, count: int) -> Array:
    """A closed polygon at even steps, its corners smoothed."""
    closed = np.concatenate([loop, loop[:1]])
    at = np.r_[0, np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))]
    s = np.linspace(0, at[-1], count, endpoint=False)
    out = np.stack([np.interp(s, at, closed[:, axis]) for axis in range(2)], axis=1)
    for _ in range(3):
        out = 0.5 * out + 0.25 * (np.roll(out, 1, axis=0) + np.roll(out, -1, axis=0))
    return out
