"""Where rays meet people made of capsules.

A ray and an upright or lying capsule: the side is a quadratic in what is across the axis, the ends
are balls (I. Quílez, "Ray–capsule intersection", 2016).
"""

from __future__ import annotations

import numpy as np

from camera.pose import Array
from camera.world import Bodies
from camera.world.distance import dot

_PAIRS = 400_000


def first_bodies(
    origins: Array, directions: Array, bodies: Bodies, rows: Array
) -> tuple[Array, Array]:
    """How far (N,) rays go until they meet somebody, and whom (N,); inf and −1 where nobody.

    Parameters
    ----------
    origins, directions : (N, 3)
        Metres; unit vectors.
    rows : (N,) int
        Each ray's row of the bodies.
    """
    far, whom = np.full(len(origins), np.inf), np.full(len(origins), -1)
    if not len(bodies.radii):
        return far, whom
    names, _, _, centres, balls = bodies.balls
    size = max(_PAIRS // len(names), 1)
    for at in range(0, len(origins), size):
        part = slice(at, min(at + size, len(origins)))
        o, d, row = origins[part], directions[part], rows[part]
        w = centres[row] - o[:, None]
        along = np.maximum(np.einsum("ni,noi->no", d, w), 0.0)
        # what is not there is NaN, and NaN is near nothing
        ray, owner = np.nonzero(dot(w, w) - along * along < (balls * balls)[row])
        if not len(ray):
            continue
        ray, capsule = bodies.each_capsule(ray, owner)
        axis = bodies.ends[row[ray], capsule]
        length = _to_capsules(o[ray], d[ray], axis[:, 0], axis[:, 1], bodies.radii[capsule])
        # the last written is the nearest
        order = np.argsort(-length, kind="stable")
        order = order[np.isfinite(length[order])]
        far[part.start + ray[order]] = length[order]
        whom[part.start + ray[order]] = bodies.owners[capsule[order]]
    return far, whom


def _to_capsules(o: Array, d: Array, a: Array, b: Array, radius: Array) -> Array:
    """Metres (N,) along rays to a capsule each; inf past it, 0 from inside."""
    axis, off = b - a, o - a
    long = np.maximum(dot(axis, axis), 1e-18)
    axis_d, axis_o = dot(axis, d), dot(axis, off)
    # what is across the axis, times the axis's length squared
    k2: Array = long - axis_d * axis_d
    k1: Array = long * dot(d, off) - axis_o * axis_d
    k0 = long * dot(off, off) - axis_o * axis_o - radius * radius * long
    with np.errstate(divide="ignore", invalid="ignore"):
        side = (-k1 - np.sqrt(k1 * k1 - k2 * k0)) / k2
        reached = axis_o + side * axis_d
        on_side = (side >= 0) & (reached >= 0) & (reached <= long)
    best = np.where(on_side, side, np.inf)
    for end in (a, b):
        v = o - end
        half: Array = dot(v, d)
        rest: Array = dot(v, v) - radius * radius
        with np.errstate(invalid="ignore"):
            ball = -half - np.sqrt(half * half - rest)
        best = np.where((ball >= 0) & (ball < best), ball, best)
    t = np.clip(axis_o / long, 0.0, 1.0)[:, None]
    inside = off - t * axis
    return np.where(dot(inside, inside) <= radius * radius, 0.0, best)
