"""Distances of points, segments and triangles, one formula each, batched over leading axes."""

from __future__ import annotations

import numpy as np

from camera.pose import Array


def dot(a: Array, b: Array) -> Array:
    """Scalar products (...,) of vectors (..., 3); quicker than a sum over so short an axis."""
    return np.asarray(np.einsum("...i,...i->...", a, b))


def between_segments(p: Array, q: Array, a: Array, b: Array) -> Array:
    """Distance (...,) of segments p–q and a–b, all (..., 3); either may be a point.

    C. Ericson, "Real-Time Collision Detection", 2005, section 5.1.9.
    """
    u, v, w = q - p, b - a, p - a
    uu, vv, uv = dot(u, u), dot(v, v), dot(u, v)
    uw, vw = dot(u, w), dot(v, w)
    denominator: Array = uu * vv - uv * uv
    with np.errstate(divide="ignore", invalid="ignore"):
        s = np.where(denominator > 1e-12, (uv * vw - uw * vv) / denominator, 0.0)
        s = np.clip(s, 0.0, 1.0)
        t = np.where(vv > 1e-12, (uv * s + vw) / vv, 0.0)
        clipped = np.clip(t, 0.0, 1.0)
        again = np.where(uu > 1e-12, (clipped * uv - uw) / uu, 0.0)
    # also where a–b is but a point
    s = np.where((t != clipped) | (vv <= 1e-12), np.clip(again, 0.0, 1.0), s)
    off = w + s[..., None] * u - clipped[..., None] * v
    return np.asarray(np.sqrt(dot(off, off)))


def nearest_on_segments(p: Array, a: Array, b: Array) -> Array:
    """The point (..., 3) of segment a–b nearest to p."""
    v = b - a
    # minimum and maximum cost a fraction of `clip` for a single point
    t = np.minimum(np.maximum(dot(p - a, v) / np.maximum(dot(v, v), 1e-300), 0.0), 1.0)
    return np.asarray(a + t[..., None] * v)


def nearest_on_triangles(p: Array, triangles: Array) -> Array:
    """The point (N, 3) of each triangle (N, 3, 3) nearest to its own point (N, 3).

    The foot of the perpendicular where it is inside, otherwise the nearest point of an edge
    (Ericson 2005, section 5.1.5). A triangle without area is the segment that it is.
    """
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    ab, ac, w = b - a, c - a, p - a
    normal = _cross(ab, ac)
    area = dot(normal, normal)
    safe = np.maximum(area, 1e-300)
    gamma = dot(_cross(ab, w), normal) / safe
    beta = dot(_cross(w, ac), normal) / safe
    over = (area > 1e-18) & (beta >= 0) & (gamma >= 0) & (beta + gamma <= 1)
    best = p - (dot(w, normal) / safe)[:, None] * normal
    least = np.where(over, -1.0, np.inf)
    for start, end in ((a, b), (a, c), (b, c)):
        foot = nearest_on_segments(p, start, end)
        off = dot(p - foot, p - foot)
        better = off < least
        best = np.where(better[:, None], foot, best)
        least = np.where(better, off, least)
    return np.asarray(best)


def _cross(a: Array, b: Array) -> Array:
    x = a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1]
    y = a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2]
    return np.stack([x, y, a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]], axis=-1)
